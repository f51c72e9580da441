"""NudgeSize: every control acts, its numbers are right, extreme nudges draw without a complaint."""
import numpy as np
import pytest

from dlf.widgets.lessons import NudgeSize

NETWORK = dict(x=[-0.7, 0.9], y=[1.0, 0.0], W1=[[0.5, -0.4], [0.3, 0.8], [-0.6, 0.2]],
               b1=[0.1, -0.2, 0.0], W2=[[0.7, -0.5, 0.4], [-0.3, 0.6, 0.2]], b2=[0.05, -0.1])


@pytest.fixture
def lesson():
    made = NudgeSize(**NETWORK)
    yield made
    made.close()


def controls(lesson):
    """(slider, weight, difference, numbers)."""
    first, second = lesson.view.children[1:3]
    return (*first.children, *second.children)


def errors_written_out(h):
    """The relative errors of W2[0, 2], one-sided and centered, from the network written out.

    The true slope is taken by a complex step, Im C(v + ih) / h, which has no rounding to speak of.
    """
    parts = {name: np.array(value) for name, value in NETWORK.items()}

    def cost(move):
        W2 = parts["W2"].astype(type(move))
        W2[0, 2] += move
        a1 = 1 / (1 + np.exp(-(parts["W1"] @ parts["x"] + parts["b1"])))
        a2 = 1 / (1 + np.exp(-(W2 @ a1 + parts["b2"])))
        return ((a2 - parts["y"]) ** 2).sum() / 2
    true = cost(1e-20j).imag / 1e-20
    return (abs((cost(h) - cost(0.0)) / h / true - 1),
            abs((cost(h) - cost(-h)) / (2 * h) / true - 1))


def test_its_slopes_are_those_of_the_library(lesson):
    import dlf
    net = dlf.Sequential(dlf.Dense(2, 3), dlf.Sigmoid(), dlf.Dense(3, 2), dlf.Sigmoid())
    for layer, w, b in ((net[0], "W1", "b1"), (net[2], "W2", "b2")):
        layer.W[...], layer.b[...] = NETWORK[w], NETWORK[b]
    net.set_training(True)
    a = net.forward(np.array([NETWORK["x"]], dtype=net.dtype))
    net.backward(a - np.array([NETWORK["y"]]))
    for slope, (_, _, gradient) in zip(lesson.slopes, net.parameters()):
        np.testing.assert_allclose(slope, gradient, rtol=1e-5)


def test_the_errors_are_those_of_the_network_written_out(lesson):
    for h in (1.0, 0.1, 0.01):
        one, both = errors_written_out(h)
        assert lesson.error(h, "one-sided")[0] == pytest.approx(one, rel=1e-4)
        assert lesson.error(h, "centered")[0] == pytest.approx(both, rel=1e-3)


def test_the_slider_moves_the_nudge_and_the_words_follow(lesson):
    slider, *_ = controls(lesson)
    slider.value = 0.1
    assert lesson.h == pytest.approx(0.1)
    assert "h = 0.1" in lesson.words.value and "−0.0672366" in lesson.words.value


def test_centered_is_better_than_one_sided_for_the_same_nudge(lesson):
    slider, _, difference, _ = controls(lesson)
    slider.value = 0.1
    one = lesson.here
    difference.value = "centered"
    assert lesson.here < one / 50 and "/ 2h" in lesson.words.value


def test_the_bottom_of_the_valley_is_where_the_chapter_says(lesson):
    from dlf.widgets.lessons.nudge_size import NUDGES
    for way, h, error in (("one-sided", 1e-8, 1e-7), ("centered", 1e-5, 1e-9)):
        errors = lesson.errors[way]
        best   = NUDGES[errors.argmin()]
        assert h / 30 < best < 30 * h and errors.min() < error


def test_float32_has_its_valley_much_higher(lesson):
    *_, numbers = controls(lesson)
    fine = lesson.errors["centered"].min()
    numbers.value = "float32"
    assert lesson.errors["centered"].min() > 1000 * fine
    assert "float32" in lesson.words.value


def test_another_weight_has_another_slope(lesson):
    _, weight, *_ = controls(lesson)
    weight.value = "b2[1]"
    assert lesson.slope == pytest.approx(0.1392057, rel=1e-6)
    assert "b2[1]" in lesson.picture.value


def test_every_weight_way_and_kind_of_numbers_is_drawn_at_the_extremes(lesson):
    slider, weight, difference, numbers = controls(lesson)
    for name in weight.options:
        weight.value = name
        for way in difference.options:
            difference.value = way
            for kind in numbers.options:
                numbers.value = kind
                for h in (1e-16, 1e-8, 1.0):
                    slider.value = h
                    assert "nan" not in lesson.picture.value
    assert lesson.player.error is None


def test_a_slope_of_zero_is_drawn_too():
    lesson = NudgeSize(**{**NETWORK, "x": [0.0, 0.0]}, start="W1[0, 0]")
    assert lesson.slope == 0 and "nan" not in lesson.picture.value
    lesson.close()


def test_the_description_is_that_of_the_picture_and_the_same_every_time(lesson):
    assert 'role="img"' in lesson.picture.value
    again = NudgeSize(**NETWORK)
    assert repr(lesson) == repr(again)
    assert repr(lesson).startswith("NudgeSize: W2[0, 2], float64, h = 1")
    again.close()


def test_an_unknown_weight_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"W1\[0, 0\], W1\[0, 1\]"):
        NudgeSize(**NETWORK, start="W3")
