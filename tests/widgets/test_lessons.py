"""Widgets of the chapters without a browser: every control acts, and the numbers are right."""
import ipywidgets as widgets
import numpy as np
import pytest

from dlf.widgets.lessons import BackwardSteps, OneNeuron, Ripple

W1 = np.array([[0.5, -0.4], [0.3, 0.8], [-0.6, 0.2]])
W2 = np.array([[0.7, -0.5, 0.4], [-0.3, 0.6, 0.2]])
NETWORK = (W1, [0.1, -0.2, 0.0], W2, [0.05, -0.1], [-0.7, 0.9], [1.0, 0.0])


def inside(root):
    """All widgets in a widget."""
    yield root
    for child in getattr(root, "children", ()):
        yield from inside(child)


def control(lesson, name):
    """The control with this description."""
    return next(w for w in inside(lesson.view) if getattr(w, "description", "") == name)


def press(lesson, name):
    control(lesson, name).click()


LESSONS = {"one neuron": lambda: OneNeuron([[0.0, 1.0], [1.0, 0.0]], [0, 1]),
           "ripple": Ripple, "backward": lambda: BackwardSteps(*NETWORK)}


@pytest.fixture(params=LESSONS, ids=str)
def lesson(request):
    return LESSONS[request.param]()


# ---- all of them ---------------------------------------------------------------------------------

def test_its_text_is_what_it_shows_in_words(lesson):
    bundle = lesson._repr_mimebundle_()
    assert lesson.describe() in bundle["text/plain"]
    assert lesson.describe() in repr(lesson)


def test_its_drawing_has_the_words_for_those_who_do_not_see_it(lesson):
    assert 'role="img"' in lesson.picture.value and "aria-label=" in lesson.picture.value


def test_every_number_at_the_ends_of_its_sliders_can_be_drawn(lesson):
    for w in inside(lesson.view):
        if isinstance(w, widgets.FloatSlider):
            for value in (w.min, w.max, 0.0):
                w.value = value
                assert "nan" not in lesson.picture.value, (w.description, value)
    assert lesson.player.error is None


def test_closing_takes_it_off_the_page(lesson):
    lesson.close()
    assert lesson.player.closed


# ---- one neuron ----------------------------------------------------------------------------------

def test_a_slider_moves_the_neuron():
    lesson = OneNeuron([[0.0, 1.0], [1.0, 0.0]], [0, 1], start=(1.0, 0.0, -0.5))
    assert lesson.right == 2
    control(lesson, "b").value = 2.0
    assert lesson.b == 2.0 and lesson.right == 1
    assert "right about 1 of 2" in lesson.words.value


def test_the_border_runs_where_z_is_0():
    lesson = OneNeuron([[-2.0, -1.0], [3.0, 2.0]], [0, 1], start=(1.5, -2.0, 0.3))
    left, top = lesson.place(0)
    box = lesson.plane
    x1  = box.x[0] + (left - box.left) / box.width * (box.x[1] - box.x[0])
    x2  = box.y[1] - (top - box.top) / box.height * (box.y[1] - box.y[0])
    assert 1.5 * x1 - 2.0 * x2 + 0.3 == pytest.approx(0)


def test_three_numbers_twice_as_large_are_surer_and_change_no_answer():
    """sigmoid(0.5) is 0.62, sigmoid(1) is 0.73."""
    once  = OneNeuron([[0.0, 1.0], [1.0, 0.0]], [0, 1], start=(1.0, 0.0, -0.5))
    twice = OneNeuron([[0.0, 1.0], [1.0, 0.0]], [0, 1], start=(2.0, 0.0, -1.0))
    assert once.right == twice.right and np.allclose(once.place(0), twice.place(0))
    assert "62 % sure" in once.describe() and "73 % sure" in twice.describe()


def test_a_neuron_without_weights_has_no_border():
    lesson = OneNeuron([[0.0, 1.0], [1.0, 0.0]], [0, 1], start=(0.0, 0.0, 1.0))
    assert "clip-path" not in lesson.picture.value and lesson.right == 1


# ---- ripple --------------------------------------------------------------------------------------

@pytest.mark.parametrize("which", ["w1", "b1", "w2", "b2", "x"])
def test_the_product_of_slopes_is_what_a_tiny_nudge_does(which):
    lesson = Ripple()
    control(lesson, "Nudge").value = which
    lesson.by = 1e-6
    np.testing.assert_allclose(lesson.measured(), lesson.predicted(), rtol=1e-5, atol=1e-9)


def test_what_lies_before_the_nudge_does_not_move():
    lesson = Ripple()
    control(lesson, "Nudge").value = "w2"
    assert not lesson.changes()[:3].any() and lesson.changes()[3:].all()
    assert lesson.picture.value.count("unchanged") == 3


def test_without_a_nudge_nothing_moves_and_the_slope_still_stands_there():
    lesson = Ripple()
    control(lesson, "by").value = 0.0
    assert not lesson.changes().any() and np.isnan(lesson.measured()).all()
    assert "0.0467" in lesson.picture.value


# ---- the way back --------------------------------------------------------------------------------

def test_it_has_a_step_for_each_neuron_and_rule():
    rules = [step.rule for step in BackwardSteps(*NETWORK).steps]
    assert rules == ["", *["BP1"] * 2, *["BP3, BP4"] * 2, *["BP2"] * 3, *["BP3, BP4"] * 3, ""]


def test_next_back_and_reset_move_through_the_steps():
    lesson = BackwardSteps(*NETWORK)
    for _ in range(3):
        press(lesson, "Next ▶")
    press(lesson, "◀ Back")
    assert lesson.at == 2 and "step 2 of 11" in lesson.picture.value
    lesson.player.reset()
    assert lesson.at == 0


def test_next_stops_at_the_last_step_and_back_at_the_first():
    lesson = BackwardSteps(*NETWORK)
    press(lesson, "◀ Back")
    assert lesson.at == 0
    for _ in range(20):
        press(lesson, "Next ▶")
    assert lesson.at == 11


def test_its_slopes_are_those_of_the_library():
    import dlf
    lesson = BackwardSteps(*NETWORK)
    net = dlf.Sequential(dlf.Dense(2, 3), dlf.Sigmoid(), dlf.Dense(3, 2), dlf.Sigmoid())
    for (_, value, _), ours in zip(net.parameters(), NETWORK):
        value[...] = ours
    dlf.gradients(net, np.array([NETWORK[4]]), np.array([NETWORK[5]]), dlf.MeanSquare())
    ours = (lesson.dW1, lesson.db1, lesson.dW2, lesson.db2)
    for (name, _, gradient), slope in zip(net.parameters(), ours):
        np.testing.assert_allclose(slope, gradient, rtol=1e-12, err_msg=name)


def test_a_number_appears_with_its_step_and_not_before():
    lesson = BackwardSteps(*NETWORK)
    assert "0.1392" not in lesson.picture.value
    press(lesson, "Next ▶")
    press(lesson, "Next ▶")
    assert "δ 0.1392" in lesson.picture.value


def test_a_network_that_has_no_room_is_refused():
    with pytest.raises(ValueError, match="room for four neurons"):
        BackwardSteps(np.zeros((5, 2)), np.zeros(5), np.zeros((2, 5)), np.zeros(2), [0, 0], [0, 0])
