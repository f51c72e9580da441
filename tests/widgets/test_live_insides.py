"""Views into a network that learns: each says when it applies; images are chosen and followed."""
import numpy as np
import pytest

import dlf
from dlf import looking
from dlf.widgets import live_insides
from dlf.widgets.live import LiveTraining
from dlf.widgets.live_insides import INSIDES, Histograms, Inside, Pair


def cnn(rng, *more):
    return dlf.Sequential(dlf.Conv2D(1, 4, 3, padding=1), dlf.BatchNorm(4), dlf.ReLU(),
                          dlf.MaxPool2D(2), dlf.Flatten(), dlf.Dense(64, 10), *more, rng=rng)


def digits(rng, images=True):
    """(train, test), pairs of few digits."""
    data = dlf.datasets.digits()
    x    = data.x.reshape(-1, 1, 8, 8) if images else data.x
    return (x[:200], data.y[:200]), (x[200:240], data.y[200:240])


@pytest.fixture
def make(rng):
    """make(net, train, test) -> LiveTraining; all of them are closed after the test."""
    made = []

    def build(net, train, test=None, loss=None):
        made.append(LiveTraining(net, train, loss or dlf.CrossEntropy(), dlf.Adam(0.01), test=test,
                                 batch_size=20, rng=rng))
        return made[-1]
    yield build
    for live in made:
        live.close()


@pytest.fixture
def live(make, rng):
    return make(cnn(rng), *digits(rng))


def names(live):
    return [view.name for view in live.insides.offered]


def room(live):
    """What the insides take of the page: the sizes of the pictures, summed as they stand."""
    pictures = [pane.pictures[0] for pane in live.inside]
    widths   = [pane.image.layout.width for pane in live.inside]
    assert widths == [f"{picture.width}px" for picture in pictures]
    return sum(picture.width for picture in pictures), {picture.height for picture in pictures}


# ---- when a view applies -----------------------------------------------------------------------

def test_views_of_images_are_for_convolutions_that_name_classes(make, rng):
    train, test = digits(rng)
    assert names(make(cnn(rng), train, test)) == ["Histograms", "Updates", "Maps", "Looks"]


def test_rows_that_reshape_makes_images_of_are_images(make, rng):
    net = dlf.Sequential(dlf.Reshape(1, 8, 8), *cnn(rng), rng=rng)
    live = make(net, *digits(rng, images=False))
    assert names(live)[2:] == ["Maps", "Looks"]


def test_a_network_that_dlf_train_makes_has_them(make, rng):
    from dlf.model import convolutional
    live = make(convolutional(8, (4, 8), 10, 0.2, rng), *digits(rng, images=False))
    for name in ("Maps", "Looks"):
        live.which.value = name
        live.player.step("batch")
        assert live.player.error is None


@pytest.mark.parametrize("layers, y, loss", [
    ((dlf.Dense(64, 10),), None, None),                                       # no convolution
    ((dlf.Reshape(1, 8, 8), dlf.Conv2D(1, 1, 8), dlf.Flatten()), "measured", dlf.MeanSquare()),
    ((dlf.Reshape(1, 64), dlf.Conv1D(1, 2, 3), dlf.Flatten(), dlf.Dense(124, 10)), None, None),
    ((dlf.Dense(64, 64), dlf.Reshape(1, 8, 8), dlf.Conv2D(1, 10, 8), dlf.Flatten()), None, None),
], ids=["dense", "measurements", "sequences", "images from within"])
def test_others_have_none_of_them_and_no_controls(make, rng, layers, y, loss):
    (x, labels), _ = digits(rng, images=False)
    y    = labels if y is None else x[:, :1] + 0.5
    live = make(dlf.Sequential(*layers, rng=rng), (x, y), None, loss)
    assert names(live) == ["Histograms", "Updates"]
    assert live.insides.controls == {} and live.insides.rows == [live.which]


def test_without_weights_there_is_nothing_to_see(make, rng):
    (x, y), _ = digits(rng, images=False)
    live = make(dlf.Sequential(dlf.BatchNorm(64), rng=rng), (x, y % 64))
    assert live.insides.offered == [] and live.inside == []
    live.player.step("batch")
    assert live.player.error is None


def test_a_view_of_ones_own_is_offered_where_it_applies(make, rng, monkeypatch):
    class Deep(Pair):
        name, label, kinds = "Deep", "Deep networks only", Histograms.kinds

        @staticmethod
        def applies(net, x, y):
            return len(net) > 3

    monkeypatch.setattr(live_insides, "INSIDES", [*INSIDES, Deep])
    train, test = digits(rng)
    assert names(make(cnn(rng), train, test))[-1] == "Deep"
    shallow = dlf.Sequential(dlf.Flatten(), dlf.Dense(64, 10), rng=rng)
    assert "Deep" not in names(make(shallow, train, test))


def test_every_view_explains_itself():
    assert all(view.name and view.label and view.tip and view.__doc__ for view in INSIDES)
    assert len({view.name for view in INSIDES}) == len(INSIDES)
    assert Inside.uses == frozenset()


# ---- nothing jumps -----------------------------------------------------------------------------

def test_all_views_take_the_same_room(live):
    rooms = []
    for name in names(live):
        live.which.value = name
        rooms.append(room(live))
    assert rooms == [rooms[0]] * 4 and len(rooms[0][1]) == 1


def test_controls_keep_their_room_where_they_do_nothing(live):
    shown = []
    for name in names(live):
        live.which.value = name
        shown.append((live.insides.below.layout.visibility, live.insides.below.layout.display))
    assert [visibility for visibility, _ in shown] == ["hidden", "hidden", "visible", "visible"]
    assert {display for _, display in shown} == {None}


def test_only_what_does_something_can_be_used(live):
    def usable():
        return {name for name, control in live.insides.controls.items() if not control.disabled}
    live.which.value = "Maps"
    assert usable() == {"index", "scale", "of"}               # values are the same for all classes
    live.insides.controls["of"].value = "gradients"
    assert usable() == {"index", "asked", "scale", "of"}
    live.which.value = "Looks"
    assert usable() == {"index", "asked"}


# ---- what is seen ------------------------------------------------------------------------------

def test_the_image_chosen_is_shown_at_once_counted_from_1(live):
    live.which.value = "Looks"
    before = [pane.image.value for pane in live.inside]
    slider = live.insides.controls["index"]
    assert (slider.value, slider.min, slider.max) == (1, 1, 40)          # the test part
    slider.value = 9
    assert all(a != pane.image.value for a, pane in zip(before, live.inside))
    assert live.insides.look.index == 8
    assert "Image 9 of 40: is " in live.inside[0].describe()
    assert "Image 9 of 40: is " in live.words.value                      # for screen readers
    shown = live.inside[0].pictures[0].portrait.image.get_array()
    assert np.array_equal(shown[:, :, 0],
                          np.rint(255 * live.session.test[0][8, 0] /
                                  live.session.test[0][8, 0].max()))


@pytest.mark.parametrize("control, value", [("scale", "network"), ("of", "gradients")])
def test_each_control_of_the_maps_changes_them(live, control, value):
    live.which.value = "Maps"
    before = live.inside[1].image.value
    live.insides.controls[control].value = value
    assert live.inside[1].image.value != before
    drawing = live.inside[1].pictures[0].drawing
    assert (drawing.scale, drawing.of) == (live.insides.look.scale, live.insides.look.of)
    assert getattr(live.insides.look, control) == value


def test_the_class_can_be_chosen(live):
    live.which.value = "Looks"
    live.insides.controls["asked"].value = 6
    assert live.inside[1].pictures[0].ax.get_title(loc="left") == "What the score of 6 hangs on"


def test_maps_follow_training(live):
    live.which.value = "Maps"
    live.player.step("epoch")
    net, look = live.net, live.insides.look
    said = looking.answer(net, look.image)
    sure = f"{100 * said.probabilities.max():.0f} %"
    title = live.inside[1].pictures[0].drawing.ax.get_title(loc="left")
    assert title.endswith(f"{said.label}, {sure}")


def test_looking_inside_does_not_change_training(make, rng):
    train, test = digits(rng)
    thetas = []
    for name in ("Histograms", "Maps", "Looks"):
        live = make(cnn(np.random.default_rng(1)), train, test)
        live.session.rng.bit_generator.state = np.random.default_rng(2).bit_generator.state
        live.which.value = name
        for i in range(3):
            live.player.step("batch")
            if live.insides.view.uses:
                live.insides.controls["index"].value = i + 2
        thetas.append(live.net.theta.copy())
    assert np.array_equal(thetas[0], thetas[1]) and np.array_equal(thetas[0], thetas[2])


def test_the_gradients_seen_are_those_of_the_last_step(live):
    live.which.value = "Looks"
    live.player.step("batch")
    kept = live.net.dtheta.copy()
    live.insides.controls["index"].value = 5
    assert np.abs(kept).max() > 0 and np.array_equal(live.net.dtheta, kept)
