"""The shape explorer without a browser: NumPy decides, cells come from where it says they do."""
import re
from itertools import product

import numpy as np
import pytest

from dlf.widgets.lessons import ShapeExplorer
from dlf.widgets.lessons import shape_rules as rules
from dlf.widgets.lessons.shapes import HEIGHT, SHAPES, WIDTH, counted

PAIRS = list(product(SHAPES, SHAPES))

every = pytest.mark.parametrize("code", rules.OPERATIONS)


def inside(root):
    yield root
    for child in getattr(root, "children", ()):
        yield from inside(child)


def control(lesson, name):
    return next(w for w in inside(lesson.view) if getattr(w, "description", None) == name)


def arrays(shapes):
    a, b = shapes
    return counted(a), 10 * counted(b)


def by_numpy(code, a, b):
    """What Python makes of the code that stands on the screen; None if it raises."""
    try:
        return np.asarray(eval(code, {"A": a, "B": b}))
    except (ValueError, IndexError):
        return None


# ---- the rules -----------------------------------------------------------------------------------

@every
def test_the_result_is_that_of_the_code_on_the_screen(code):
    for A, B in map(arrays, PAIRS):
        found, wanted = rules.compute(code, A, B), by_numpy(code, A, B)
        assert (found is None) == (wanted is None)
        assert found is None or np.array_equal(found, wanted)


@every
def test_the_axes_tell_the_shape_of_the_result_or_why_there_is_none(code):
    for a, b in PAIRS:
        made, lines = by_numpy(code, *arrays((a, b))), rules.axes(code, a, b)
        if made is None:
            assert "✗" in [axis.made for axis in lines]
        else:
            lengths = [int(axis.made) for axis in lines if axis.made != "gone"]
            assert made.shape == tuple(lengths[::-1] if code in rules.PAIRED else lengths)


@every
def test_every_cell_can_be_computed_from_the_cells_it_is_said_to_come_from(code):
    for a, b in PAIRS:
        A, B = arrays((a, b))
        made = by_numpy(code, A, B)
        for place in np.ndindex(made.shape) if made is not None else ():
            assert added_up(code, A, B, *rules.sources(code, a, b, place)) == made[place]


def added_up(code, A, B, of_a, of_b):
    """What those cells give: multiplied, added or subtracted pair by pair, and summed."""
    act = {"+": np.add, "-": np.subtract, "*": np.multiply, "@": np.multiply}.get(code[2])
    return sum(act(A[p], B[q]) for p, q in zip(of_a, of_b, strict=True)) if of_b else \
        sum(A[p] for p in of_a)


@every
def test_where_shapes_do_not_fit_something_that_works_is_proposed(code):
    for A, B in map(arrays, PAIRS):
        if by_numpy(code, A, B) is None:
            found = rules.mended(code, A, B)
            assert 1 <= len(found) <= 2
            assert all(by_numpy(remedy, A, B).shape == shape for remedy, shape in found)


@pytest.mark.parametrize("a, b, words", [
    ((3,), (4,), "3 is not 4, and neither is 1"),
    ((3, 4), (3,), "4 is not 3, and neither is 1"),
])
def test_a_misfit_names_the_two_lengths(a, b, words):
    assert words in " ".join(axis.words for axis in rules.axes("A + B", a, b))


def test_an_axis_that_is_not_there_counts_as_1():
    last, before = rules.axes("A + B", (3, 1), (4,))
    assert last.words == "A's 1 is stretched to 4"
    assert before.words == "B has no such axis: it counts as 1, and is stretched"


# ---- the widget ----------------------------------------------------------------------------------

@every
def test_every_combination_is_drawn_within_its_frame(code):
    lesson = ShapeExplorer(operation=code)
    for lesson.shape_a, lesson.shape_b in PAIRS:
        places = re.findall(r'<text x="([-\d.]+)" y="([-\d.]+)"', lesson.paint())
        assert len(places) > 4
        assert all(0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in places)


def test_choosing_shapes_and_an_operation_changes_the_result():
    lesson = ShapeExplorer((3, 4), (4,), "A + B")
    assert "A + B has the shape (3, 4)" in lesson.describe()
    control(lesson, "A").value = (3, 1)
    assert lesson.result.tolist() == [[11, 21, 31, 41], [12, 22, 32, 42], [13, 23, 33, 43]]
    control(lesson, "operation").value = "A @ B"
    assert "does not work" in lesson.describe() and "no result" in lesson.picture.value
    control(lesson, "B").value = (1, 4)
    assert lesson.result.tolist() == [[10, 20, 30, 40], [20, 40, 60, 80], [30, 60, 90, 120]]


def test_the_buttons_walk_through_the_cells_and_around():
    lesson = ShapeExplorer((3, 1), (4,), "A - B")
    assert lesson.describe().endswith("result[0,0] = A[0,0] − B[0] = 1 − 10 = −9.")
    control(lesson, "next cell").click()
    assert lesson.describe().endswith("result[0,1] = A[0,0] − B[1] = 1 − 20 = −19.")
    for _ in range(2):
        control(lesson, "previous cell").click()
    assert lesson.describe().endswith("result[2,3] = A[2,0] − B[3] = 3 − 40 = −37.")
    control(lesson, "next cell").click()
    assert lesson.place == (0, 0)


def test_another_shape_goes_back_to_the_first_cell():
    lesson = ShapeExplorer((3, 4), (4,))
    control(lesson, "previous cell").click()
    assert lesson.place == (2, 3)
    control(lesson, "A").value = ()
    assert lesson.place == (0,)


def test_copies_are_dashed_and_originals_are_not():
    """(3, 1) and (4,) to (3, 4): 3 and 4 numbers are their own, 9 and 8 are copies."""
    lesson = ShapeExplorer((3, 1), (4,))
    assert lesson.picture.value.count("stroke-dasharray") == 9 + 8
    control(lesson, "A").value = (3, 4)
    assert lesson.picture.value.count("stroke-dasharray") == 8
    control(lesson, "operation").value = "A.sum(axis=0)"
    assert "stroke-dasharray" not in lesson.picture.value


def test_a_hidden_result_is_told_nowhere():
    lesson = ShapeExplorer((3, 1), (4,))
    control(lesson, "result").value = True
    assert lesson.describe() == "A (3, 1), B (4,). What is the shape of A + B?"
    drawn = lesson.picture.value
    assert "(3, 4)" not in drawn and "stretched" not in drawn and "stroke-dasharray" not in drawn
    control(lesson, "next cell").click()
    assert lesson.cell == 0
    control(lesson, "result").value = False
    assert "has the shape (3, 4)" in lesson.describe()


def test_a_sum_leaves_b_out():
    lesson = ShapeExplorer((3, 4), (4,), "A.sum(axis=1, keepdims=True)")
    assert "B" not in lesson.describe() and "B plays no part" in lesson.picture.value
    assert lesson.describe().endswith("result[0,0] = A[0,0] + A[0,1] + A[0,2] + A[0,3] = "
                                      "1 + 2 + 3 + 4 = 10.")


def test_the_drawing_and_the_page_carry_the_same_words():
    lesson = ShapeExplorer((3,), (4,))
    assert lesson.describe() in lesson.picture.value and lesson.describe() in lesson.words.value
    assert lesson.describe() == (
        "A (3,), B (4,): A + B does not work. 3 is not 4, and neither is 1: nothing can be "
        "stretched. Did you mean A + B[:, None], shape (4, 3), or A[:, None] + B, shape (3, 4)?")
    assert repr(lesson) == f"ShapeExplorer: {lesson.describe()}"
