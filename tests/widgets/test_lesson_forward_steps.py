"""The network that computes step by step: numbers are right, buttons go on as far as they say."""
import re
from html import unescape

import ipywidgets as widgets
import numpy as np
import pytest

from dlf.widgets.lessons import ForwardSteps

WEIGHTS = [[[0.5, -0.4], [0.3, 0.8], [-0.6, 0.2]], [[0.7, -0.5, 0.4]]]
BIASES  = [[0.1, -0.2, 0.0], [0.05]]


@pytest.fixture
def lesson():
    return ForwardSteps(WEIGHTS, BIASES, [-0.7, 0.9], names=("length", "depth"))


def press(lesson, kind, times=1):
    for _ in range(times):
        lesson.player.step(kind)


def inside(root):
    yield root
    for child in getattr(root, "children", ()):
        yield from inside(child)


def slider(lesson, name):
    return next(w for w in inside(lesson.view)
                if isinstance(w, widgets.FloatSlider) and w.description == name)


def drawn(lesson):
    """All words of the drawing."""
    return [unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>",
                                                  lesson.picture.value)]


def test_at_first_all_weights_stand_on_their_lines_and_nothing_is_computed(lesson):
    weights = {"0.5", "−0.4", "0.3", "0.8", "−0.6", "0.2", "0.7", "−0.5", "0.4"}
    assert weights <= set(drawn(lesson))
    assert drawn(lesson).count("z = ·") == drawn(lesson).count("a = ·") == 4
    assert "2-3-1 network before it computes" in lesson.describe()


def test_each_press_of_term_brings_one_product_then_the_bias_then_the_activation(lesson):
    press(lesson, "term")
    assert "0.5 × (−0.7) = −0.35" in drawn(lesson) and "z = 0.5 × (−0.7) + …" in lesson.describe()
    press(lesson, "term")
    assert "−0.4 × 0.9 = −0.36" in drawn(lesson)
    press(lesson, "term")
    assert "z = 0.5 × (−0.7) − 0.4 × 0.9 + 0.1 = −0.61" in lesson.describe()
    assert "z = −0.61" in drawn(lesson) and "a = 0.352" not in drawn(lesson)
    press(lesson, "term")
    assert "a = sigmoid(−0.61) = 0.352" in lesson.describe() and "a = 0.352" in drawn(lesson)


def test_neuron_and_layer_go_on_to_the_end_of_theirs(lesson):
    press(lesson, "neuron", 2)
    assert "Layer 1, neuron 1: row 1 of W1" in lesson.describe()
    assert "= 0.577" in lesson.describe()
    press(lesson, "layer")
    assert "Layer 1, neuron 2: row 2 of W1" in lesson.describe()
    assert "= 0.646" in lesson.describe()
    press(lesson, "layer")
    assert "answers 0.566" in lesson.describe()


def test_the_whole_way_takes_a_press_for_each_product_bias_and_activation(lesson):
    press(lesson, "term", 3 * 4 + 5 - 1)
    assert "All is computed" not in lesson.describe()
    press(lesson, "term")
    assert "The network answers 0.566. z = 0.7 × 0.352" in lesson.describe()
    assert lesson.describe().endswith("a = sigmoid(0.266) = 0.566")


def test_after_the_end_it_says_so_and_reset_starts_anew(lesson):
    press(lesson, "layer", 3)
    assert "This is the end" in lesson.player.status.value
    lesson.player.reset()
    assert "before it computes" in lesson.describe()


def test_a_slider_changes_the_input_and_all_that_was_computed_from_it(lesson):
    press(lesson, "layer", 2)
    slider(lesson, "length").value, slider(lesson, "depth").value = 0.5, -3.0
    z1 = np.array(WEIGHTS[0]) @ [0.5, -3.0] + BIASES[0]
    z2 = np.array(WEIGHTS[1]) @ (1 / (1 + np.exp(-z1))) + BIASES[1]
    assert f"answers {1 / (1 + np.exp(-z2[0])):.3f}" in lesson.describe()


def test_before_it_computes_the_words_say_what_goes_in(lesson):
    slider(lesson, "depth").value = -1.5
    assert "Inputs: length −0.7, depth −1.5." in lesson.describe()


def test_the_second_layer_hears_the_first_and_not_the_inputs(lesson):
    press(lesson, "layer")
    press(lesson, "neuron")
    lesson.at -= 1                                     # the sum is there, the activation is not
    assert "the answers of layer 1" in lesson.describe()
    assert "0.7 × 0.352 − 0.5 × 0.577 + 0.4 × 0.646 + 0.05 = 0.266" in lesson.describe()


def test_negative_weights_are_dashed_and_orange_positive_ones_neither(lesson):
    lines = re.findall(r'<path d="M[^"]*L[^"]*" style="([^"]*)"', lesson.picture.value)
    assert len(lines) == 9
    assert sum("dasharray" in look for look in lines) == 3
    assert all(("negative" in look) == ("dasharray" in look) for look in lines)


def test_the_drawing_carries_the_words_for_those_who_do_not_see_it(lesson):
    press(lesson, "neuron")
    label = unescape(re.search(r'aria-label="([^"]*)"', lesson.picture.value)[1])
    assert label == lesson.describe()


def test_its_size_never_changes(lesson):
    sizes = set()
    for _ in range(17):
        sizes.add(re.search(r'<svg width="(\d+)" height="(\d+)"', lesson.picture.value).groups())
        press(lesson, "term")
    assert sizes == {("760", "304")}


@pytest.mark.parametrize("scale", [0.0, 1e-300, 1e6, 1e300])
def test_extreme_weights_can_be_drawn(scale):
    lesson = ForwardSteps([scale * np.array(w) for w in WEIGHTS], BIASES, [-0.7, 0.9])
    press(lesson, "layer", 2)
    assert "answers" in lesson.describe()


def test_the_largest_network_and_the_smallest_can_be_drawn(rng):
    sizes = [4] * 5
    ForwardSteps([rng.normal(size=(4, 4))] * 4, [np.zeros(4)] * 4, np.zeros(sizes[0]))
    press(tiny := ForwardSteps([[[0.8]]], [[-0.2]], [0.9]), "layer")
    assert "answers 0.627" in tiny.describe()             # sigmoid(0.8 * 0.9 - 0.2) = sigmoid(0.52)


@pytest.mark.parametrize("weights, biases, x, words", [
    ([np.ones((2, 3))], [np.ones(3)], np.ones(2), r"W should be \(3, 2\), outputs first"),
    ([np.ones((3, 2))], [], np.ones(2), "1 W and 0 b"),
    ([np.ones((5, 2))], [np.ones(5)], np.ones(2), "at most 4 neurons"),
])
def test_a_network_that_does_not_fit_is_refused_with_the_reason(weights, biases, x, words):
    with pytest.raises(ValueError, match=words):
        ForwardSteps(weights, biases, x)
