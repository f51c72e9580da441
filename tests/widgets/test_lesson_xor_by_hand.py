"""XOR by nine sliders: both planes show the same network, and the words say which corners fail."""
import itertools
import re
from html import unescape

import ipywidgets as widgets
import numpy as np
import pytest

from dlf.exercises import check
from dlf.widgets.lessons import XorByHand
from dlf.widgets.lessons.xor_by_hand import NAMES, crossings
from dlf.widgets.svg.figure import Box

SOLVED = (10, 10, -5), (-10, -10, 15), (10, 10, -15)
FLAT   = [name for names in NAMES for name in names]


def inside(root):
    yield root
    for child in getattr(root, "children", ()):
        yield from inside(child)


def sliders(lesson):
    return {w.description: w for w in inside(lesson.view) if isinstance(w, widgets.FloatSlider)}


def rings(lesson):
    """How many points have a ring: each wrong one in both planes."""
    return lesson.picture.value.count("<circle")


def test_it_starts_with_two_corners_wrong_so_that_there_is_something_to_do():
    lesson = XorByHand()
    assert list(lesson.right) == [True, False, True, False] and rings(lesson) == 4
    assert "wrong at (0, 1), (1, 1)" in lesson.describe()


@pytest.mark.parametrize("name", FLAT)
def test_every_slider_changes_its_number_and_the_drawing(name):
    lesson = XorByHand()
    before, picture = np.concatenate([np.ravel(part) for part in lesson.numbers]), \
        lesson.picture.value
    sliders(lesson)[name].value = 7.5
    after = np.concatenate([np.ravel(part) for part in lesson.numbers])
    assert lesson.picture.value != picture and (before != after).sum() == 1
    assert getattr(lesson, name) == 7.5


def test_the_sliders_can_be_set_to_a_solution_that_the_exercise_accepts():
    lesson = XorByHand()
    for name, value in zip(FLAT, itertools.chain(*SOLVED)):
        sliders(lesson)[name].value = value
    assert lesson.right.all() and rings(lesson) == 0 and "4 of 4 right" in lesson.picture.value
    assert "all four are right" in lesson.describe()
    assert check("solve_xor", lesson.numbers)


def test_the_numbers_in_the_words_are_those_of_pytorch(torch):
    lesson = XorByHand()
    W1, b1, W2, b2 = (torch.tensor(part) for part in lesson.numbers)
    x      = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    hidden = torch.sigmoid(x @ W1.T + b1)
    says   = torch.sigmoid(hidden @ W2 + b2)
    for (a1, a2), a in zip(hidden.tolist(), says.tolist()):
        assert f"({a1:.2f}, {a2:.2f})" in lesson.describe()
        assert f"{a:.2f} at" in lesson.describe()


def test_a_network_that_says_a_half_everywhere_is_right_nowhere():
    lesson = XorByHand(((0, 0, 0),) * 3)
    assert not lesson.right.any() and "0.50 at (0, 0)" in lesson.describe()


def test_the_drawing_carries_the_words_for_those_who_do_not_see_it():
    lesson = XorByHand()
    label  = unescape(re.search(r'aria-label="([^"]*)"', lesson.picture.value)[1])
    assert label == lesson.describe()


@pytest.mark.parametrize("signs", [(0, 0, 0), (1, 1, 1), (-1, -1, 1), (1, 0, -1), (0, 1, 0)])
def test_the_ends_of_all_sliders_can_be_drawn(signs):
    row = tuple(20 * sign for sign in signs)
    for rows in ((row, row, row), ((0, 0, 20), row, (0, 0, -20))):
        assert "<svg" in XorByHand(rows).picture.value


def test_its_words_do_not_depend_on_the_run_so_that_notebooks_do_not_change():
    assert repr(XorByHand()) == repr(XorByHand())


# ---- lines ---------------------------------------------------------------------------------------

BOX = Box(0, 0, 100, 100, (0.0, 1.0), (0.0, 1.0))


def test_a_line_through_the_box_is_found_where_it_enters_and_where_it_leaves():
    assert crossings(BOX, 1, 1, -0.5) == [(0.0, 0.5), (0.5, 0.0)]
    assert crossings(BOX, 2, 0, -1) == [(0.5, 0.0), (0.5, 1.0)]


def test_a_diagonal_has_two_ends_though_four_sides_meet_there():
    assert crossings(BOX, 1, -1, 0) == [(0.0, 0.0), (1.0, 1.0)]


@pytest.mark.parametrize("w1, w2, b", [(0, 0, 1), (0, 0, 0), (1, 1, 5), (1, 1, 0)])
def test_a_line_that_passes_by_or_is_none_is_not_drawn(w1, w2, b):
    assert crossings(BOX, w1, w2, b) == []
