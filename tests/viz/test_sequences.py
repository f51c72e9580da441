"""Drawings of sequences: each color is a number with its scale stated, each title is computed."""
import numpy as np
import pytest

import dlf
from dlf import looking, palette, scene, viz

LETTERS = "\nabcd"


@pytest.fixture
def wide(new_figure):
    return new_figure((9, 5)).add_axes([0.05, 0.08, 0.9, 0.8])


@pytest.fixture
def lstm(rng):
    return dlf.Sequential(dlf.Embedding(5, 3), dlf.LSTM(3, 4), dlf.Dense(4, 5), rng=rng)


@pytest.fixture
def look(rng):
    return dlf.Sequential(dlf.Embedding(5, 4), dlf.TransformerBlock(4, 2), dlf.Dense(4, 5), rng=rng)


@pytest.fixture
def code():
    return np.array([0, 3, 1, 4, 2, 0])


def map_of(drawing, k, shape):
    """The colors of map k, one for each unit and moment."""
    first = round(drawing.tops[k] / drawing.point)
    last  = round((drawing.tops[k] + drawing.tall[k]) / drawing.point)
    part  = drawing.page[first:last]
    rows, columns = (((np.arange(n) + 0.5) * side / n).astype(int)
                     for n, side in zip(shape, part.shape))
    return part[rows][:, columns]


def title(ax):
    return ax.get_title(loc="left")


# ---- states and gates --------------------------------------------------------------------------

def test_states_are_signed_and_gates_have_one_hue_from_0_to_1(wide, lstm, code):
    drawing = viz.draw_states(wide, lstm, code, symbols=LETTERS)
    (memory,) = looking.states(lstm, code)
    for k, track in enumerate(memory.tracks):
        values = track.values.T
        if track.share:
            ink    = np.broadcast_to(palette.rgb(palette.LIGHT.ink), (*values.shape, 3))
            wanted = palette.blend(ink, values, palette.LIGHT.zero)
        else:
            full   = np.abs(values).max() if track.letter == "c" else 1.0
            wanted = palette.diverging(values, full)
        assert np.array_equal(map_of(drawing, k, values.shape), wanted), track.letter


def test_every_map_of_states_is_named_and_states_its_scale(wide, lstm, code):
    drawing = viz.draw_states(wide, lstm, code, symbols=LETTERS)
    names  = [text.get_text() for text in drawing.names]
    scales = [text.get_text() for text in drawing.scales]
    full   = np.abs(looking.states(lstm, code)[0].tracks[1].values).max()
    assert names == ["h", "state", "c", "cell", "i", "write", "f", "keep", "g", "offer", "o",
                     "show"]
    assert scales == ["±1", f"±{full:.2g}", "0 … 1", "0 … 1", "±1", "0 … 1"]


def test_symbols_stand_below_their_columns(wide, lstm, code):
    drawing = viz.draw_states(wide, lstm, code, symbols=LETTERS)
    assert [word.get_text() for word in drawing.words] == list("¶cadb¶")
    wide.figure.canvas.draw()
    left, right = drawing.image.get_window_extent().intervalx
    for t, word in enumerate(drawing.words):
        x0, x1 = word.get_window_extent().intervalx
        assert (x0 + x1) / 2 == pytest.approx(left + (t + 0.5) * (right - left) / 6, abs=2)


def test_measurements_are_a_map_of_their_own(wide, rng):
    x = rng.normal(size=(9, 2))
    drawing = viz.draw_states(wide, dlf.Sequential(dlf.GRU(2, 3), rng=rng), x)
    assert [text.get_text() for text in drawing.names[::2]] == ["h", "r", "z", "n", "x"]
    assert np.array_equal(map_of(drawing, 4, (2, 9)), palette.diverging(x.T, np.abs(x).max()))
    assert drawing.words[0].get_text() == "1"


def test_the_title_says_how_much_is_kept(wide, lstm, code):
    viz.draw_states(wide, lstm, code)
    keep = looking.states(lstm, code)[0].tracks[3].values.mean()
    assert title(wide) == f"1 LSTM keeps {100 * keep:.0f} % of its memory from moment to moment"
    assert "4 units over 6 moments: h (state) from " in wide.alt()


def test_a_drawing_that_looks_at_another_sequence_equals_a_new_one(new_figure, lstm, code):
    old, new = (new_figure((9, 5)).add_axes([0, 0, 1, 0.9]) for _ in range(2))
    drawing  = viz.draw_states(old, lstm, code[::-1])
    drawing.look_at(code)
    assert np.array_equal(drawing.page, viz.draw_states(new, lstm, code).page)
    assert old.alt() == new.alt()


def test_on_dark_paper_the_dark_colors_are_taken(dark_ax, lstm, code):
    drawing = viz.draw_states(dark_ax, lstm, code)
    h = looking.states(lstm, code)[0].tracks[0].values.T
    assert np.array_equal(map_of(drawing, 0, h.shape), palette.diverging(h, 1.0, palette.DARK))


def test_a_layer_that_is_not_there_is_explained(wide, lstm, code):
    with pytest.raises(ValueError, match="has 1 recurrent layer, counted from 0; got layer=1"):
        viz.draw_states(wide, lstm, code, layer=1)


# ---- slopes ------------------------------------------------------------------------------------

@pytest.fixture
def steady(rng):
    """tanh near 0 is a line, so that each step back multiplies by W_h."""
    def make(weight):
        net = dlf.Sequential(dlf.RNN(1, 2), dlf.LastStep(), dlf.Dense(2, 1), rng=rng)
        net[0].W_h[...] = weight * np.eye(2)
        return net, np.full((3, 8, 1), 1e-7), np.ones((3, 1)), dlf.MeanSquare()
    return make


@pytest.mark.parametrize("weight, words", [
    (0.5, "shrinks to 50 %"), (1.0, "keeps its length"), (2.0, "grows by a factor of 2")])
def test_the_title_says_by_what_a_slope_changes_each_step(ax, steady, weight, words):
    viz.draw_slope_norms(ax, *steady(weight))
    assert title(ax) == f"A step back, the slope {words}"


def test_slopes_stand_on_powers_of_ten_one_point_a_moment(ax, steady):
    (line,) = viz.draw_slope_norms(ax, *steady(0.5))
    x, y = line.get_data()
    assert ax.get_yscale() == "log" and x.tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    np.testing.assert_allclose(y[1:] / y[:-1], 2)
    assert f"{y[0]:.2g} at moment 1" in ax.alt() and f"{y[-1]:.2g} at moment 8" in ax.alt()


def test_what_does_not_arrive_has_no_point(ax, steady):
    (line,) = viz.draw_slope_norms(ax, *steady(0.0))
    y = line.get_ydata()
    assert np.isnan(y[:-1]).all() and y[-1] > 0
    assert title(ax) == "A step back, the slope shrinks until nothing is left"


def test_slopes_along_time_need_a_recurrent_layer(ax, look, code):
    with pytest.raises(ValueError, match="those of recurrent layers"):
        viz.draw_slope_norms(ax, look, code[None], code[None], dlf.CrossEntropy())


# ---- attention ---------------------------------------------------------------------------------

def test_attention_is_a_map_a_head_rows_are_queries(wide, look, code):
    drawing = viz.draw_attention(wide, look, code, symbols=LETTERS)
    (maps,) = looking.attention(look, code).values()
    ink = np.broadcast_to(palette.rgb(palette.LIGHT.ink), (6, 6, 3))
    for image, a in zip(drawing.images, maps, strict=True):
        assert np.array_equal(image.get_array(),
                              palette.blend(ink, a / maps.max(), palette.LIGHT.zero))
    assert "rows ask" in drawing.caption.get_text()
    assert f"to {maps.max():.2g}" in drawing.caption.get_text()
    assert [text.get_text() for text in drawing.rows] == list("¶cadb¶")
    assert [text.get_text() for text in drawing.columns] == list("¶cadb¶") * 2


def test_the_title_says_how_far_attention_reaches(wide, look, code):
    viz.draw_attention(wide, look, code)
    (maps,) = looking.attention(look, code).values()
    far = np.mean([sum(a[i, j] * abs(i - j) for i in range(6) for j in range(6)) / 6 for a in maps])
    assert title(wide) == f"1.0.1 SelfAttention looks {far:.1f} positions away on average"
    assert "head 2 looks" in wide.alt()


# ---- rolled and unrolled -----------------------------------------------------------------------

def test_every_layer_stands_once_rolled_and_dashed_at_each_moment(wide, lstm):
    seen  = scene.unrolled(lstm, 3)
    names = [box.text for box in seen.boxes if box.kind == "layer"]
    assert names == ["Embedding", "LSTM", "Dense"]
    assert sum(box.kind == "copy" for box in seen.boxes) == 9
    viz.draw_unrolled(wide, lstm, 3)
    dashed = [p for p in wide.patches if p.get_linestyle() == "--"]
    assert len(dashed) == 9


def test_of_a_long_sequence_the_first_three_moments_and_the_last_are_drawn(lstm):
    words = [word.text for word in scene.unrolled(lstm, 30).words]
    assert [w for w in words if w.startswith("t =")] == ["t = 1", "t = 2", "t = 3", "t = 30"]
    assert "…" in words


def test_shared_weights_are_said_to_be_the_same_and_counted(lstm):
    rows = {row.name: row for row in scene.unrolled(lstm).rows}
    assert rows["LSTM"].weights == 4 * 4 * (3 + 4 + 1)
    assert "the same\n128\nweights" in [word.text for word in scene.unrolled(lstm, 9).words]
    assert (rows["LSTM"].note, rows["LSTM"].state) == ("3 → 4", "h, c")


def test_only_recurrent_layers_hand_something_on(lstm, look):
    def states(net):
        return [a for a in scene.unrolled(net, 3).arrows if a.kind == "state"]
    assert len(states(lstm)) == 1 + 2                        # the loop, and two handings on
    assert states(look) == []


def test_causal_attention_looks_at_what_came_before(look):
    lines = [a.points for a in scene.unrolled(look, 3).arrows if a.kind == "look"]
    assert len(lines) == 6 and all(a[0] <= b[0] for a, b in lines)


def test_after_the_last_step_there_is_one_moment_only(rng):
    net  = dlf.Sequential(dlf.RNN(2, 3), dlf.LastStep(), dlf.Dense(3, 1), rng=rng)
    seen = scene.unrolled(net, 9)
    assert [box.text for box in seen.boxes if box.kind == "copy"] == ["RNN"] * 4 + ["LastStep",
                                                                                    "Dense"]
    assert "4\nweights" in [word.text for word in seen.words]          # nobody shares them


def test_both_directions_have_arrows_both_ways(rng):
    net = dlf.Sequential(dlf.Bidirectional(dlf.RNN(2, 3), dlf.RNN(2, 3)), rng=rng)
    ways = {a.points[-1][0] > a.points[0][0] for a in scene.unrolled(net, 3).arrows
            if a.kind == "state" and len(a.points) == 2}
    assert ways == {True, False}


def test_the_chain_is_told_in_words(wide, lstm):
    viz.draw_unrolled(wide, lstm, 12)
    assert wide.alt() == (
        "One network, again and again: the loop becomes a chain. From 5 symbols a moment over 12 "
        "moments: Embedding (5 → 3, 15 weights for all moments); LSTM (3 → 4, hands on h, c, 128 "
        "weights for all moments); Dense (4 → 5, 25 weights for all moments).")


def test_no_words_leave_their_boxes(wide, lstm):
    viz.draw_unrolled(wide, lstm, 12)
    wide.figure.canvas.draw()
    boxes = [p.get_window_extent() for p in wide.patches if p.get_linestyle() == "--"]
    for text in wide.texts:
        if text.get_text() in ("Embed", "LSTM", "Dense"):
            box = text.get_window_extent()
            assert any(b.x0 <= box.x0 and box.x1 <= b.x1 for b in boxes) or box.x1 < boxes[0].x0
