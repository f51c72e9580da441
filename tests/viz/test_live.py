"""Live drawings: they follow the network, draw what a full draw would, and stay in their size."""
import io
import sys

import matplotlib.image
import numpy as np
import pytest

import dlf
from dlf import palette, scene
from dlf.viz import live
from dlf.viz.live import boundary, curves, examples, picture, probe


@pytest.fixture
def plane(rng):
    return dlf.datasets.circle(n=60, noise=0.1, rng=rng)


@pytest.fixture
def digits():
    return dlf.datasets.digits()


@pytest.fixture
def reader(rng):
    """64-12-10, for the digits."""
    return dlf.Sequential(dlf.Dense(64, 12), dlf.ReLU(), dlf.Dense(12, 10), rng=rng)


def full(drawn):
    """The same picture by matplotlib alone: every artist drawn, nothing kept."""
    drawn.zoom(1)
    drawn.canvas.draw()
    return np.array(drawn.canvas.buffer_rgba())


def difference(a, b):
    """The mean difference of two pictures, 0 ... 255."""
    return np.abs(a.astype(float) - b).mean()


def take_steps(net, data, loss, n=30):
    steps = dlf.train(net, data.x, data.y, loss, dlf.Adam(0.03), batch_size=10)
    for _ in range(n):
        next(steps)


def pictures(net, reader, plane, digits, history):
    """One of each kind."""
    return [live.NetworkPicture(net), live.NetworkPicture(net, domain=((-6, 6), (-6, 6))),
            live.BoundaryPicture(net, plane.x, plane.y), live.CurvesPicture(history),
            live.ImagesPicture(reader, digits.x, digits.y, (8, 8)),
            live.TablePicture(reader, digits.x, digits.y),
            live.MeasuresPicture(net, plane.x, plane.x[:, 0]),
            live.ActivationsPicture(net, plane.x), live.GradientsPicture(net, plane.x),
            live.UpdatesPicture(net, plane.x), live.StuckPicture(net, plane.x)]


# ---- all of them -------------------------------------------------------------------------------

def test_all_keep_their_size_and_give_real_image_files(net, reader, plane, digits, history):
    for drawn in pictures(net, reader, plane, digits, history):
        size = drawn.height, drawn.width
        for _ in range(2):
            assert drawn.rgba().shape == (*size, 4)
            for code, kind, scale in ((live.jpeg(drawn), "jpeg", 1), (live.png(drawn), "png", 2)):
                pixels = matplotlib.image.imread(io.BytesIO(code), format=kind)
                assert pixels.shape[:2] == (scale * size[0], scale * size[1])
            take_steps(net, plane, dlf.BinaryCrossEntropy(), 3)
            drawn.update()
        assert drawn.figure.canvas.get_width_height() in (size[::-1], (2 * size[1], 2 * size[0]))
        assert len(drawn.describe()) > 20 and drawn.describe().endswith(".")


def test_pictures_side_by_side_are_one_file(net, plane):
    graph, answers = live.NetworkPicture(net), live.BoundaryPicture(net, plane.x, plane.y)
    pixels = matplotlib.image.imread(io.BytesIO(live.png(graph, answers, scale=1)), format="png")
    assert np.array_equal(np.rint(255 * pixels[:, :graph.width]), graph.rgba())
    assert np.array_equal(np.rint(255 * pixels[:, graph.width:]), answers.rgba())


def test_none_leaves_anything_with_pyplot(net, reader, plane, digits, history):
    pictures(net, reader, plane, digits, history)
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()


def test_a_frame_equals_a_full_draw(net, reader, plane, digits, history):
    take_steps(reader, digits, dlf.CrossEntropy())
    for drawn in (live.NetworkPicture(net), live.CurvesPicture(history),
                  live.ImagesPicture(reader, digits.x, digits.y, (8, 8)),
                  live.TablePicture(reader, digits.x, digits.y),
                  live.MeasuresPicture(net, plane.x, plane.x[:, 0]),
                  live.ActivationsPicture(reader, digits.x[:50])):
        drawn.reading = 0.0
        drawn.update()
        frame = drawn.rgba().copy()
        assert difference(frame, full(drawn)) < 0.1, type(drawn).__name__


def test_frames_after_changes_equal_those_of_a_new_picture(net, plane):
    old = live.NetworkPicture(net, domain=((-6, 6), (-6, 6)))
    old.reading = 0.0
    for _ in range(3):
        old.rgba()
        take_steps(net, plane, dlf.BinaryCrossEntropy(), 5)
        old.update()
    new = live.NetworkPicture(net, domain=((-6, 6), (-6, 6)))
    assert np.array_equal(old.rgba(), new.rgba())
    assert np.array_equal(old.rgba(2), new.rgba(2))


def test_words_change_twice_a_second_at_most(net, plane, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(picture, "clock", lambda: now[0])
    drawn = live.MeasuresPicture(net, plane.x, plane.x[:, 0])
    drawn.rgba()
    said = drawn.kept[1].said
    drawn.texts[0].set_text("Something else")
    drawn.rgba()
    assert drawn.kept[1].said == said
    now[0] = 0.6
    drawn.rgba()
    assert drawn.kept[1].said[0][0] == "Something else"


def test_still_pictures_always_say_the_latest(net, plane):
    drawn = live.MeasuresPicture(net, plane.x, plane.x[:, 0])
    drawn.rgba(2)
    drawn.texts[0].set_text("Something else")
    drawn.rgba(2)
    assert drawn.kept[2].said[0][0] == "Something else"


# ---- the network -------------------------------------------------------------------------------

def test_the_network_is_that_of_the_scene(net):
    drawn = live.NetworkPicture(net, ["a", "b"], ["yes"])
    net[0].W[...] = 3.0
    net[2].W[...] = -1.0
    drawn.update()
    seen = scene.network(net, ["a", "b"], ["yes"])
    assert len(drawn.drawing.edges.get_segments()) == len(seen.edges.weight) == 24
    styles = drawn.drawing.edges.get_linestyle()
    assert sum(dashes is not None for _, dashes in styles) == 8
    assert drawn.drawing.legend.get_text().startswith("Lines")
    assert "3" in drawn.drawing.legend.get_text()


def test_names_that_do_not_fit_are_left_out(net):
    assert live.NetworkPicture(net, ["a"], ["x", "y"]).drawing.names == (None, None)


def test_every_neuron_shows_what_it_computes(net):
    maps = probe.planes(net, ((-6, 6), (-6, 6)), 9)
    assert [m.shape for m in maps] == [(2, 9, 9), (8, 9, 9), (1, 9, 9)]
    assert maps[0][0, 0, -1] == 1 and maps[0][1, 0, 0] == 1          # right, and top
    x = np.array([[-6 + 12 * 7 / 8, 6 - 12 * 2 / 8]])                # row 2, column 7
    assert np.allclose(maps[1][:, 2, 7], net[1](net[0](x)))
    drawn = live.NetworkPicture(net, domain=((-6, 6), (-6, 6)))
    plain = live.NetworkPicture(net)
    assert difference(drawn.rgba(), plain.rgba()) > 1


def test_only_plain_networks_of_two_inputs_show_tiles(reader, rng):
    skip = dlf.Sequential(dlf.Residual(dlf.Dense(2, 2)), rng=rng)
    assert not probe.is_plain(reader) and not probe.is_plain(skip)
    norm = dlf.Sequential(dlf.Dense(2, 3), dlf.BatchNorm(3), dlf.ReLU(), dlf.Dense(3, 2), rng=rng)
    assert [len(m) for m in probe.planes(norm, ((-1, 1), (-1, 1)), 5)] == [2, 3, 2]
    live.png(live.NetworkPicture(norm, domain=((-1, 1), (-1, 1))))


# ---- the map -----------------------------------------------------------------------------------

def test_the_map_is_nearly_that_of_matplotlib(net, plane):
    drawn  = live.BoundaryPicture(net, plane.x, plane.y)
    frame  = drawn.rgba().copy()
    static = dlf.viz.boundary.BoundaryDrawing
    drawn.drawing.image.set_data(drawn.drawing.look(boundary.COARSE).colors)
    static.draw_border(drawn.drawing, drawn.drawing.look(boundary.COARSE))
    assert difference(frame, full(drawn)) < 3


def test_the_map_follows_the_network(net, plane):
    drawn = live.BoundaryPicture(net, plane.x, plane.y, ("out", "in"))
    before = drawn.rgba().copy()
    take_steps(net, plane, dlf.BinaryCrossEntropy(), 300)
    drawn.update()
    assert difference(before, drawn.rgba()) > 5
    right = ((net(plane.x)[:, 0] > 0) == plane.y).sum()
    assert drawn.texts[0].get_text() == f"{right} of 60 points right"
    assert len(drawn.drawing.rings.get_offsets()) == 60 - right


def test_several_classes_and_measurements_have_maps_too(rng):
    x = rng.uniform(-1, 1, (40, 2))
    three = dlf.Sequential(dlf.Dense(2, 3), rng=rng)
    live.png(live.BoundaryPicture(three, x, rng.integers(3, size=40)))
    one = dlf.Sequential(dlf.Dense(2, 1), rng=rng)
    drawn = live.BoundaryPicture(one, x, x[:, 0] / 2, theme=palette.DARK)
    live.png(drawn)
    assert drawn.drawing.fields(drawn.drawing.look(9)) == []


def test_enlarging_keeps_ends_and_straight_lines():
    ramp  = np.tile(np.linspace(0, 1, 5, dtype=np.float32), (5, 1))
    large = boundary.enlarge(ramp, (7, 50))
    assert large.shape == (7, 50)
    assert np.allclose(large[3], (np.arange(50) + 0.5) / 50, atol=1e-6)


def test_a_border_is_as_wide_as_asked():
    field = np.tile(np.arange(21) - 10.0, (5, 1))                    # zero in the middle
    assert np.allclose(boundary.border(field, 3.0)[2].sum(), 3.0)
    assert boundary.border(field, 3.0)[2, 10] == 1


# ---- curves ------------------------------------------------------------------------------------

def test_curves_grow_without_moving_the_axes(history):
    drawn = live.CurvesPicture(history)
    before = drawn.limits()
    assert before[0][1] > 10
    drawn.rgba()
    still = drawn.kept[1].still
    history.add(epoch=10.1, loss=0.1, metric=0.9, val_loss=0.2, val_metric=0.8, lr=1, seconds=0)
    drawn.update(history)
    drawn.rgba()
    assert drawn.kept[1].still is still or drawn.limits() != before
    assert drawn.curves[0].lines[0].get_xdata()[-1] == 10.1
    assert drawn.texts[0].get_text() == "Loss: train 0.100, test 0.200"


def test_curves_without_test_data_and_with_overflow(lonely):
    lonely.loss[3] = np.inf
    drawn = live.CurvesPicture(lonely)
    assert "test" not in drawn.texts[0].get_text()
    assert np.isfinite(drawn.limits()).all()
    live.png(drawn)


@pytest.mark.parametrize("at", [(50, 52), (0, 1), (99, 98), (10, 90), (3, 3)])
def test_names_are_kept_apart_and_inside(at):
    to = curves.apart(np.array(at, dtype=float), 11, 5, 95)
    assert abs(to[0] - to[1]) >= 11 - 1e-9
    assert to.min() >= 5 and to.max() <= 95


def test_limits_are_steady():
    assert picture.steady(None, 0.7) == 1.0
    assert picture.steady(1.0, 0.3) == 1.0
    assert picture.steady(1.0, 1.2) == 2.0
    assert picture.steady(10.0, 0.3) == 0.5
    assert picture.steady(2.0, np.inf) == 2.0 and picture.steady(None, 0.0) == 1.0


# ---- answers -----------------------------------------------------------------------------------

def test_answers_say_right_and_wrong_without_color(reader, digits):
    drawn = live.ImagesPicture(reader, digits.x, digits.y, (8, 8), digits.classes)
    named = reader(digits.x[:12]).argmax(axis=1)
    for text, says, is_ in zip(drawn.says, named, digits.y):
        first, second = text.get_text().split("\n")
        assert first == f"{'✓' if says == is_ else '✗'} {says}"
        assert second.startswith(f"is {is_}") if says != is_ else second.endswith("%")
    assert drawn.texts[-1].get_text() == f"{(named == digits.y[:12]).sum()} of 12 examples right"


def test_answers_follow_the_network(reader, digits):
    drawn = live.TablePicture(reader, digits.x, digits.y)
    take_steps(reader, digits, dlf.CrossEntropy(), 200)
    drawn.update()
    named = reader(digits.x[:9]).argmax(axis=1)
    assert [text.get_text()[2] for text in drawn.says] == [str(c) for c in named]
    assert "The network says" in drawn.describe()


def test_measures_stay_on_a_diagonal(net, plane):
    drawn = live.MeasuresPicture(net, plane.x, plane.x[:, 0])
    assert drawn.ax.get_xlim() == drawn.ax.get_ylim()
    assert len(drawn.points.get_offsets()) == 60


def test_square_images_are_recognized(digits, plane):
    assert examples.square(digits.x) == (8, 8)
    assert examples.square(digits.x, features=range(64)) is None
    assert examples.square(16 * digits.x) is None and examples.square(plane.x) is None


# ---- inside the layers -------------------------------------------------------------------------

def test_stages_are_layers_with_the_activation_that_follows(net, plane):
    first, last = probe.stages(net, plane.x)
    assert (first.name, last.name) == ("0 Dense", "2 Dense")
    assert isinstance(first.ending, dlf.Tanh) and last.ending is None
    assert np.array_equal(first.y, net[1](net[0](plane.x)))


def test_dead_and_saturated_units_are_counted(rng, plane):
    net = dlf.Sequential(dlf.Dense(2, 4), dlf.ReLU(), dlf.Dense(4, 4), dlf.Tanh(),
                         dlf.Dense(4, 4), dlf.Sigmoid(), dlf.Dense(4, 1), rng=rng)
    net[0].b[:] = [-100, -100, 100, 100]
    net[2].W[...], net[2].b[:] = 0, [9, 0, 0, 0]
    net[4].W[...], net[4].b[:] = 0, [9, -9, 9, 0]
    assert [probe.stuck(s) for s in probe.stages(net, plane.x)] == [
        ("dead", 0.5), ("saturated", 0.25), ("saturated", 0.75), ("", 0.0)]
    drawn = live.StuckPicture(net, plane.x)
    drawn.update()
    assert [bar.get_width() for bar in drawn.rows.bars] == [0.5, 0.25, 0.75, 0.0]


def test_ratios_are_update_over_weight_before_it(net):
    before = net.theta.copy()
    net.theta *= 1.01
    found = probe.ratios(net, net.theta - before)
    assert list(found) == ["0.W", "2.W"]
    assert np.allclose(list(found.values()), 0.01)
    drawn = live.UpdatesPicture(net, np.zeros((3, 2)))
    drawn.update(net.theta - before)
    assert np.allclose(drawn.rows.dots.get_offsets()[:, 0], -2)


def test_before_a_step_and_after_a_reset_no_update_is_shown(net):
    drawn  = live.UpdatesPicture(net, np.zeros((3, 2)))
    before = net.theta.copy()
    for update in (None, before / 100, None):
        drawn.update(update)
        words = {text.get_text() for text in drawn.rows.numbers.values()}
        assert (words == {"seen after a step"}) == (update is None)
        assert len(drawn.rows.dots.get_offsets()) == (0 if update is None else 2)


def test_histograms_count_what_there_is(net, plane):
    drawn = live.GradientsPicture(net, plane.x)
    drawn.update()                                            # no gradients yet: no complaint
    take_steps(net, plane, dlf.BinaryCrossEntropy(), 1)
    drawn.update()
    ridge = drawn.rows.ridges["0 Dense"][0].get_paths()[0].vertices
    assert ridge[:, 1].max() > 1.5                            # the first layer stands on top
    assert "median" in drawn.rows.numbers["0 Dense"].get_text()


def test_many_layers_get_a_few_rows(rng):
    layers = [part for _ in range(20) for part in (dlf.Dense(4, 4), dlf.Tanh())]
    net    = dlf.Sequential(*layers, rng=rng)
    drawn  = live.ActivationsPicture(net, np.zeros((5, 4)))
    drawn.update()
    assert len(drawn.rows.names) == 8
    assert drawn.rows.names[0] == "0 Dense" and drawn.rows.names[-1] == "38 Dense"


def test_numbers_that_are_not_finite_are_survived(net, plane):
    drawn = live.GradientsPicture(net, plane.x)
    net[0].W[...] = np.nan
    net[0].dW[...] = np.inf
    drawn.update()
    live.png(drawn)
    graph = live.NetworkPicture(net, domain=((-6, 6), (-6, 6)))
    live.png(graph)
