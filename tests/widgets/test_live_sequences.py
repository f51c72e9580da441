"""Live training of networks for sequences: what is seen of them, and that looking changes nothing.
"""
import numpy as np
import pytest

import dlf
from dlf import looking
from dlf.viz import live as drawings
from dlf.viz.live import sequence_answers
from dlf.widgets.live import LiveTraining

LETTERS = "\nabc"


def words(rng, n=40, steps=6):
    """Little words behind the end of a line: what comes next, and padding that does not count."""
    x = np.zeros((n, steps), int)
    x[:, 1:] = rng.integers(1, 4, (n, steps - 1))
    y = np.roll(x, -1, axis=1)
    y[:, -1] = 0
    y[::2, 4:] = -1
    return x, y


def cell(rng, kind=dlf.LSTM):
    return dlf.Sequential(dlf.Embedding(4, 3), kind(3, 5), dlf.Dense(5, 4), rng=rng)


def transformer(rng):
    return dlf.Sequential(dlf.Embedding(4, 8), dlf.PositionEmbedding(6, 8),
                          dlf.TransformerBlock(8, 2), dlf.Dense(8, 4), rng=rng)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def make(rng):
    """make(net, data, loss) -> LiveTraining; all of them are closed after the test."""
    made = []

    def build(net, data, loss=None, **how):
        made.append(LiveTraining(net, data, loss or dlf.CrossEntropy(ignore=-1), dlf.Adam(0.01),
                                 batch_size=10, rng=np.random.default_rng(1), **how))
        return made[-1]
    yield build
    for live in made:
        live.close()


@pytest.fixture
def live(make, rng):
    return make(cell(rng), words(rng), classes=LETTERS)


def views(live):
    return [view.name for view in live.insides.offered]


def answers(live):
    return live.moving.pictures[1]


# ---- what is offered ---------------------------------------------------------------------------

def test_recurrent_networks_have_states_and_slopes_and_transformers_have_attention(make, rng):
    assert views(make(cell(rng), words(rng)))[2:] == ["States", "Slopes"]
    assert views(make(transformer(rng), words(rng)))[2:] == ["Attention"]


def test_networks_for_rows_have_none_of_them(make, rng):
    net = dlf.Sequential(dlf.Dense(3, 4), dlf.Tanh(), dlf.Dense(4, 2), rng=rng)
    live = make(net, (rng.normal(size=(30, 3)), rng.integers(0, 2, 30)), dlf.CrossEntropy())
    assert views(live) == ["Histograms", "Updates"] and live.temperature is None


@pytest.mark.parametrize("kind", [dlf.RNN, dlf.LSTM, dlf.GRU])
def test_every_view_of_every_cell_can_be_drawn_while_it_learns(make, rng, kind):
    live = make(cell(rng, kind), words(rng), classes=LETTERS)
    for name in views(live):
        live.which.value = name
        live.player.step("batch")
        assert live.player.error is None
        assert all(bytes(pane.image.value).startswith(b"data:image/png") for pane in live.inside)


def test_all_views_take_the_same_room(live):
    rooms = []
    for name in views(live):
        live.which.value = name
        rooms.append([(pane.pictures[0].height, pane.image.layout.width) for pane in live.inside])
    assert len({height for room in rooms for height, _ in room}) == 1
    assert len({sum(int(width.removesuffix("px")) for _, width in room) for room in rooms}) == 1


# ---- the network -------------------------------------------------------------------------------

def test_a_recurrent_layer_has_a_loop_and_the_input_its_moments(live):
    drawing = live.moving.pictures[0].drawing
    assert drawing.scene.loops == (2,) and len(drawing.loops) == 1
    assert drawing.scene.columns[0].captions == ("input", "6 moments")
    assert [column.size for column in drawing.scene.columns] == [4, 3, 5, 4]


def test_the_matrix_that_leads_to_an_rnn_is_drawn(make, rng):
    live  = make(cell(rng, dlf.RNN), words(rng))
    edges = live.moving.pictures[0].drawing.scene.edges
    shown = sorted(edges.weight[edges.gap == 2])
    np.testing.assert_allclose(shown, sorted(live.net[1].W_x.ravel()))


# ---- what it says ------------------------------------------------------------------------------

def test_padding_behind_the_end_is_not_shown(live):
    live.which.value = "States"
    for number, moments in ((1, 4), (2, 6), (3, 4)):                # every second one ends early
        live.insides.controls["index"].value = number
        assert len(answers(live).lines[0][0].get_text()) == moments
        for pane in live.inside:
            assert pane.pictures[0].drawing.tracks[0].values.shape[0] == moments
            assert len(pane.pictures[0].drawing.words) == moments


def test_padding_behind_the_end_is_not_looked_at(make, rng):
    live = make(transformer(rng), words(rng), classes=LETTERS)
    live.which.value = "Attention"
    for number, moments in ((1, 4), (2, 6)):
        live.insides.controls["index"].value = number
        assert live.inside[0].pictures[0].drawing.maps.shape == (2, moments, moments)
        assert "".join(word.get_text() for word in live.inside[0].pictures[0].drawing.rows) == \
            answers(live).lines[0][0].get_text()


def test_a_symbol_in_the_middle_of_which_nothing_is_asked_is_shown(make, rng):
    x, y = words(rng)
    y[0, 2] = -1
    live = make(cell(rng), (x, y), classes=LETTERS)
    reads, comes, *_ = (text.get_text() for text in answers(live).lines[0])
    assert len(reads) == 4 and comes[2] == "·"


def test_each_symbol_is_right_or_wrong(live):
    live.player.step("epoch")
    picture = answers(live)
    x, y    = live.session.x[0, :4], live.session.y[0, :4]
    says    = live.net(x[None])[0].argmax(axis=1)
    asked   = y >= 0
    reads, comes, right, wrong, marks = (text.get_text() for text in picture.lines[0])
    letter  = "¶abc"
    assert reads == "".join(letter[c] for c in x)
    assert comes == "".join(letter[c] if a else "·" for c, a in zip(y, asked))
    for t in range(4):
        good = asked[t] and says[t] == y[t]
        bad  = asked[t] and says[t] != y[t]
        assert right[t] == (letter[says[t]] if good else " ")
        assert wrong[t] == (letter[says[t]] if bad else " ")
        assert marks[t] == ("✗" if bad else " ")                 # the second cue, beside the color
    count = int((says == y)[asked].sum())
    assert picture.ax.get_title(loc="left") == f"{count} of 4 symbols right"


def test_another_temperature_writes_something_else_at_once(live):
    picture = answers(live)
    before  = picture.wrote, live.moving.image.value
    live.temperature.value = 0.0
    assert picture.wrote != before[0] and live.moving.image.value != before[1]
    assert len(set(picture.wrote)) == 1                         # no dice: the likeliest each time
    assert picture.head.get_text() == "It writes, at temperature 0:"


def test_the_sample_is_renewed_while_it_trains(live):
    picture = answers(live)
    for _ in live.session.rest_of_epoch():
        pass
    before, picture.next_time = picture.wrote, np.inf            # however slow the machine
    picture.update()
    assert picture.wrote == before                               # not yet: samples cost time
    picture.next_time = -np.inf
    picture.update()
    assert picture.wrote != before


def test_what_stands_still_was_written_by_the_network_of_now(live):
    picture = answers(live)
    before  = picture.wrote
    live.player.step("epoch")
    dice    = np.random.default_rng(sequence_answers.SEED)
    rows    = looking.samples(live.net, live.session.x, 1.0, dice, 6)
    assert picture.wrote == ["".join("¶abc"[c] for c in row) for row in rows] != before


def test_a_text_that_goes_on_is_written_line_after_line(make, rng):
    x = rng.integers(0, 4, (30, 41))
    live = make(dlf.Sequential(dlf.GRU(4, 5), dlf.Dense(5, 4), rng=rng), (x[:, :-1], x[:, 1:]))
    assert [len(line) for line in answers(live).wrote] == [sequence_answers.COLUMN] * 3


def test_measured_windows_are_a_series_with_the_truth_beside_it(make, rng):
    series = np.sin(np.arange(60) / 3)
    pairs  = dlf.datasets.windows(series, 8)
    net    = dlf.Sequential(dlf.GRU(1, 4), dlf.LastStep(), dlf.Dense(4, 1), rng=rng)
    live   = make(net, (pairs.x[:, :, None], pairs.y[:, None]), dlf.MeanSquare())
    picture = answers(live)
    assert isinstance(picture, drawings.SeriesPicture)
    np.testing.assert_allclose(picture.true.get_ydata(), series[8:])
    np.testing.assert_allclose(picture.says.get_ydata(), net(pairs.x[:, :, None])[:, 0])
    assert picture.says.get_linestyle() == "--"                  # the second cue


def test_measurements_at_each_moment_are_those_of_the_sequence_looked_at(make, rng):
    x   = rng.normal(size=(20, 7, 2))
    net = dlf.Sequential(dlf.RNN(2, 4), dlf.Dense(4, 1), rng=rng)
    live = make(net, (x, x.sum(axis=2, keepdims=True)), dlf.MeanSquare())
    live.insides.controls["index"].value = 4
    np.testing.assert_allclose(answers(live).true.get_ydata(), x[3].sum(axis=1))


def test_other_measurements_are_points(make, rng):
    x    = rng.normal(size=(20, 7, 2))
    net  = dlf.Sequential(dlf.RNN(2, 4), dlf.LastStep(), dlf.Dense(4, 1), rng=rng)
    live = make(net, (x, x.sum(axis=(1, 2))[:, None]), dlf.MeanSquare())
    assert isinstance(answers(live), drawings.MeasuresPicture)


# ---- inside ------------------------------------------------------------------------------------

def test_the_sequence_chosen_is_shown_everywhere_counted_from_1(live):
    live.which.value = "States"
    before = live.moving.image.value, live.inside[0].image.value
    live.insides.controls["index"].value = 3
    assert live.moving.image.value != before[0] and live.inside[0].image.value != before[1]
    reads = answers(live).lines[0][0].get_text()
    assert reads == "".join("¶abc"[c] for c in live.session.x[2, :4])
    below = "".join(word.get_text() for word in live.inside[0].pictures[0].drawing.words)
    assert below == reads


def test_of_several_layers_one_can_be_chosen(make, rng):
    net  = dlf.Sequential(dlf.Embedding(4, 3), dlf.LSTM(3, 5), dlf.GRU(5, 2), dlf.Dense(2, 4),
                          rng=rng)
    live = make(net, words(rng))
    live.which.value = "States"
    live.insides.controls["layer"].value = 1
    letters = [n.get_text() for n in live.inside[1].pictures[0].drawing.names[::2]]
    assert letters == ["r", "z"] and live.player.error is None


@pytest.mark.parametrize("kind, title", [
    (dlf.RNN, "How much of a slope passes the tanh"),
    (dlf.GRU, "Gates: from 0, closed, to 1, open")])
def test_an_rnn_is_not_said_to_have_gates(make, rng, kind, title):
    live = make(cell(rng, kind), words(rng))
    live.which.value = "States"
    assert live.inside[1].pictures[0].drawing.ax.get_title(loc="left") == title


def test_the_slopes_seen_are_those_of_now(live):
    live.which.value = "Slopes"
    live.player.step("epoch")
    picture = live.inside[0].pictures[0]
    norms   = looking.slope_norms(live.net, *picture.few, live.session.loss)["1 LSTM"]
    shown   = picture.lines[0].get_ydata()
    np.testing.assert_allclose(np.nan_to_num(shown), norms)


def test_factors_grow_with_training_and_begin_anew_after_reset(live):
    live.which.value = "Slopes"
    picture = live.inside[1].pictures[0]
    for _ in range(3):
        live.player.step("batch")
    assert [point[0] for point in picture.seen] == [0, 1, 2, 3]
    live.player.reset()
    assert [point[0] for point in picture.seen] == [0]


def test_looking_does_not_change_training(make, rng):
    thetas = []
    for name in ("Histograms", "States", "Slopes"):
        live = make(cell(np.random.default_rng(3)), words(np.random.default_rng(4)))
        live.which.value = name
        for _ in range(3):
            live.player.step("batch")
        thetas.append(live.net.theta.copy())
    assert np.array_equal(thetas[0], thetas[1]) and np.array_equal(thetas[0], thetas[2])


def test_reset_forgets_the_state_in_which_training_left_off(make, rng):
    net  = dlf.Sequential(dlf.RNN(4, 5, carry=True), dlf.Dense(5, 4), rng=rng)
    x, y = words(rng)
    live = LiveTraining(net, (x, y), dlf.CrossEntropy(ignore=-1), dlf.Adam(0.01), batch_size=10)
    live.player.step("batch")
    first = live.net.theta.copy()
    live.player.step("batch")
    live.player.reset()
    live.player.step("batch")
    assert np.array_equal(live.net.theta, first)
    live.close()


def test_everything_is_told_in_words(live):
    live.which.value = "States"
    told = live.describe()
    for part in ("symbols right: it says", "At temperature 1 it writes:", "1 LSTM keeps"):
        assert part in told
