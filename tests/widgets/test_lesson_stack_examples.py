"""Stack examples: the loop on the left arrives at the product on the right, cell by cell."""
import re

import numpy as np
import pytest

from dlf.widgets.lessons import StackExamples
from dlf.widgets.player import ENDED

DELTA = np.array([[0.2, -0.4], [0.6, 0.0]])
A     = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])
SUM   = [[0.2, 1.0, 1.8], [-0.4, -0.8, 0.0]]             # by hand


@pytest.fixture
def lesson():
    made = StackExamples(DELTA, A)
    yield made
    made.close()


@pytest.fixture
def penguins():
    made = StackExamples()
    yield made
    made.close()


def press(lesson, text, times=1):
    """Press one of the buttons of the driver."""
    found = [b for b in lesson.player.controls.children
             if getattr(b, "description", "") == text]
    for _ in range(times):
        found[0].click()


def control(lesson, name):
    """A slider or a list, by its name."""
    return next(w for row in lesson.view.children if hasattr(row, "children")
                for w in row.children if getattr(w, "description", "") == name)


def strong(lesson):
    """How many cells have a strong frame."""
    return lesson.picture.value.count("stroke-width:2.5")


# ---- numbers -------------------------------------------------------------------------------------

def test_at_the_end_the_sum_is_the_product_worked_out_by_hand(lesson):
    press(lesson, "row", 2)
    assert np.allclose(lesson.total(lesson.done), SUM)
    assert np.allclose(lesson.product, SUM)
    assert "Divided by 2, once, it is dW: [[0.1000, 0.5000, 0.9000]" in lesson.words.value


def test_one_cell_adds_one_product_of_two_numbers(lesson):
    press(lesson, "cell", 2)
    assert np.allclose(lesson.total(lesson.done), [[0.2, 0.4, 0], [0, 0, 0]])
    assert "0.2000 times 2.0000 is 0.4000; the sum goes from 0.0000 to 0.4000" \
        in lesson.words.value


def test_the_second_example_is_added_to_the_first(lesson):
    press(lesson, "cell", 8)                             # all six of the first, two of the second
    assert lesson.at == (1, 0, 1)
    assert "0.6000 times 1.0000 is 0.6000; the sum goes from 0.4000 to 1.0000" in lesson.words.value


def test_with_ones_the_product_is_the_sum_down_the_columns(lesson):
    control(lesson, "what for").value = "db"
    press(lesson, "row", 2)
    assert np.allclose(lesson.total(lesson.done)[:, 0], DELTA.sum(axis=0))
    assert "it is db: [0.4000, −0.2000]" in lesson.words.value


def test_without_data_it_shows_our_penguin_and_five_others(penguins):
    assert penguins.delta.shape == (6, 2) and penguins.inputs.shape == (6, 3)
    assert np.allclose(penguins.delta[0], [-0.1066, 0.1392], atol=5e-5)
    assert penguins.m == 5


@pytest.mark.parametrize("m", range(1, 7))
@pytest.mark.parametrize("what", ["dW", "db"])
def test_loop_and_product_agree_for_any_number_of_examples(penguins, m, what):
    control(penguins, "examples").value = m
    control(penguins, "what for").value = what
    press(penguins, "row", m)
    assert np.allclose(penguins.total(penguins.done), penguins.product, atol=1e-15)
    assert f"equal: {what}" in penguins.picture.value


# ---- controls ------------------------------------------------------------------------------------

def test_an_example_is_finished_from_wherever_one_stands(lesson):
    press(lesson, "cell", 2)
    press(lesson, "row")
    assert lesson.done == 6
    press(lesson, "row")
    assert lesson.done == 12


def test_past_the_end_it_says_that_this_is_the_end(lesson):
    press(lesson, "row", 3)
    assert lesson.done == 12 and ENDED in lesson.player.status.value
    press(lesson, "cell")
    assert lesson.done == 12


def test_reset_and_every_control_begin_anew(penguins):
    for act in (lambda: press(penguins, "Reset"),
                lambda: setattr(control(penguins, "examples"), "value", 3),
                lambda: setattr(control(penguins, "what for"), "value", "db")):
        press(penguins, "cell", 3)
        act()
        assert penguins.done == 0 and "Nothing is added yet" in penguins.words.value
    assert penguins.m == 3 and penguins.what == "db"


# ---- what is seen --------------------------------------------------------------------------------

def test_the_cells_that_meet_are_framed_on_both_sides(lesson):
    assert strong(lesson) == 0
    press(lesson, "cell")
    assert strong(lesson) == 7        # left: a, delta, outer, sum; right: A, Delta.T, the product


def test_it_says_that_both_are_equal_only_when_they_are(lesson):
    press(lesson, "cell", 11)
    assert "equal: dW" not in lesson.picture.value
    press(lesson, "cell")
    assert "equal: dW" in lesson.picture.value


def test_the_drawing_never_changes_its_size(penguins):
    sizes = set()
    for m in (1, 6):
        control(penguins, "examples").value = m
        for what in ("dW", "db"):
            control(penguins, "what for").value = what
            press(penguins, "cell")
            sizes.add(re.search(r'width="(\d+)" height="(\d+)"', penguins.picture.value).groups())
    assert len(sizes) == 1 and int(sizes.pop()[0]) <= 800


def test_negative_cells_are_dashed_as_well_as_orange(lesson):
    dashed = re.findall(r"<rect [^>]*stroke-dasharray[^>]*>", lesson.picture.value)
    assert dashed and all("--negative" in rect for rect in dashed)


def test_the_description_is_that_of_the_picture_and_the_same_on_every_run(lesson):
    assert repr(lesson) == repr(StackExamples(DELTA, A))
    assert repr(lesson).startswith("StackExamples: Nothing is added yet.")
    assert "[[0.2000, 1.0000, 1.8000], [−0.4000, −0.8000, 0.0000]]" in repr(lesson)


def test_zeros_are_drawn_as_well():
    lesson = StackExamples(np.zeros((3, 2)), np.zeros((3, 3)))
    press(lesson, "row", 3)
    assert "nan" not in lesson.picture.value and "equal: dW" in lesson.picture.value


@pytest.mark.parametrize("delta, A", [((7, 2), (7, 3)), ((5, 2), (4, 3)), ((5, 5), (5, 3)),
                                      ((5, 2), (5, 4)), ((5,), (5, 3)), ((0, 2), (0, 3))])
def test_what_it_cannot_draw_is_refused_with_the_shapes(delta, A):
    with pytest.raises(ValueError, match=re.escape(f"got {delta} and {A}")):
        StackExamples(np.zeros(delta), np.zeros(A))
