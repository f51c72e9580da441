"""One image followed while a network learns: its answer, maps, filters, what it hangs on."""
import numpy as np
import pytest

import dlf
from dlf import looking, palette
from dlf.viz import live
from dlf.viz.live import looks


@pytest.fixture
def digits():
    return dlf.datasets.digits()


@pytest.fixture
def net(rng):
    return dlf.Sequential(dlf.Reshape(1, 8, 8), dlf.Conv2D(1, 6, 3, padding=1), dlf.ReLU(),
                          dlf.MaxPool2D(2), dlf.Flatten(), dlf.Dense(96, 10), rng=rng)


@pytest.fixture
def look(digits):
    return live.Look(digits.x[:40], digits.y[:40], digits.classes)


KINDS = live.FiltersPicture, live.MapsPicture, live.AnswerPicture, live.HingesPicture
every = pytest.mark.parametrize("kind", KINDS)


def train(net, digits, n=20):
    steps = dlf.train(net, digits.x, digits.y, dlf.CrossEntropy(), dlf.Adam(0.01), batch_size=20)
    for _ in range(n):
        next(steps)


@every
def test_a_picture_that_followed_equals_a_new_one(kind, net, look, digits):
    old = kind(net, look, 400, 300)
    old.reading = 0.0
    old.rgba()
    train(net, digits)
    look.index, look.asked, look.scale, look.of = 7, "true", "network", "gradients"
    old.update()
    new = kind(net, look, 400, 300)
    assert np.array_equal(old.rgba(), new.rgba())
    assert np.array_equal(old.rgba(2), new.rgba(2))
    assert old.describe() == new.describe()


@every
def test_a_frame_equals_a_full_draw(kind, net, look):
    drawn = kind(net, look, 400, 300)
    frame = drawn.rgba().astype(float)
    drawn.canvas.draw()
    assert np.abs(frame - np.asarray(drawn.canvas.buffer_rgba())).mean() < 0.1


@every
def test_it_keeps_its_size_and_says_what_it_shows(kind, net, look):
    drawn = kind(net, look, 400, 300, palette.DARK)
    assert drawn.rgba().shape == (300, 400, 4)
    assert len(drawn.describe()) > 20 and drawn.describe().endswith(".")


@every
def test_numbers_that_are_not_finite_do_not_stop_it(kind, net, look):
    drawn = kind(net, look, 400, 300)
    net.theta[...] = np.nan
    drawn.update()
    drawn.rgba()


@every
def test_looking_changes_neither_weights_nor_gradients(kind, net, look, digits):
    train(net, digits, 2)
    before = net.theta.copy(), net.dtheta.copy()
    kind(net, look, 400, 300)
    assert np.array_equal(before[0], net.theta) and np.array_equal(before[1], net.dtheta)


def test_the_class_asked_for_is_the_one_named_the_true_one_or_a_given_one(net, look):
    labels = []
    for asked in ("named", "true", 4):
        look.asked = asked
        labels.append(look.label)
    assert labels == [None, look.y[0], 4]


def test_the_answer_has_a_bar_for_each_class(net, look):
    drawn = live.AnswerPicture(net, look, 272, 330)
    p     = looking.answer(net, look.image).probabilities
    width = np.array([bar.get_width() for bar in drawn.bars])
    assert width / width.sum() == pytest.approx(p)
    assert [text.get_text() for text in drawn.odds] == [f"{100 * q:.0f} %" for q in p]
    strong = [palette.hexadecimal(255 * np.array(bar.get_facecolor()[:3])) for bar in drawn.bars]
    assert strong[p.argmax()] == palette.LIGHT.ink and strong.count(palette.LIGHT.ink) == 1


def test_of_many_classes_the_likeliest_have_bars(rng, digits):
    net   = dlf.Sequential(dlf.Reshape(1, 8, 8), dlf.Conv2D(1, 2, 3), dlf.Flatten(),
                           dlf.Dense(72, 30), rng=rng)
    drawn = live.AnswerPicture(net, live.Look(digits.x[:5], digits.y[:5]), 272, 330)
    p     = looking.answer(net, digits.x[0]).probabilities
    assert set(drawn.shown) == set(np.argsort(-p)[:10])
    assert sorted(drawn.shown) == list(drawn.shown)


def test_right_and_wrong_are_marked_without_color(net, look):
    drawn = live.AnswerPicture(net, look, 272, 330)
    named = looking.answer(net, look.image).label
    for is_, mark in ((named, "✓"), ((named + 1) % 10, "✗")):
        look.y = np.full(40, is_)
        drawn.update()
        assert drawn.portrait.words[:2] == (f"is {is_}", f"{mark} says {named}")


def test_what_it_hangs_on_is_that_of_the_library(net, look):
    look.asked = 3
    drawn = live.HingesPicture(net, look, 546, 330)
    fall  = looking.occlusion(net, look.image, 3, drawn.square, step=drawn.stride)
    assert drawn.square == 3 and drawn.stride == 1
    assert np.array_equal(drawn.panels.images[2].get_array(),
                          palette.diverging(fall, max(np.abs(fall).max(), 0.01)))
    assert drawn.ax.get_title(loc="left") == "What the score of 3 hangs on"


def test_of_a_large_image_few_places_are_covered(rng):
    net  = dlf.Sequential(dlf.Conv2D(1, 2, 5), dlf.MaxPool2D(4), dlf.Flatten(), dlf.Dense(72, 2),
                          rng=rng)
    x    = rng.uniform(size=(3, 1, 28, 28))
    drawn = live.HingesPicture(net, live.Look(x, np.zeros(3, int)), 546, 330)
    assert drawn.panels.images[2].get_array().shape[:2] == (14, 14)
    assert 14 * 14 <= looks.COVERS


def test_more_layers_want_more_room(net, rng):
    deeper = dlf.Sequential(dlf.Reshape(1, 8, 8), dlf.Conv2D(1, 2, 3, padding=1), dlf.ReLU(),
                            dlf.Conv2D(2, 2, 3, padding=1), dlf.ReLU(), dlf.Flatten(),
                            dlf.Dense(128, 3), rng=rng)
    x = np.zeros((1, 64))
    assert looks.wanted_height(deeper, x) == looks.wanted_height(net, x) + looks.ROW
