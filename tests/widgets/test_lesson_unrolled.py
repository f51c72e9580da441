"""Unrolled: a recurrent layer along time, its way back, and what is left of a slope."""
import re

import numpy as np
import pytest

from dlf.widgets.lessons import Unrolled
from dlf.widgets.lessons.unrolled import NOW


@pytest.fixture
def lesson():
    made = Unrolled()
    yield made
    made.close()


def control(lesson, name):
    """A slider or a list, by its name."""
    return next(w for row in lesson.view.children if hasattr(row, "children")
                for w in row.children if getattr(w, "description", "") == name)


def turn(lesson, **values):
    """Set some controls: size_of_W_h=1.5 and so on."""
    for name, value in values.items():
        name = "size of W_h" if name == "size" else name
        control(lesson, name).value = value


SETTINGS = [(size, drive) for size in (0.0, 0.6, 1.5) for drive in (0.0, 1.0, 2.0)]


# ---- numbers -------------------------------------------------------------------------------------

def test_the_first_two_states_by_hand(lesson):
    h1 = np.tanh([0.8 * 1 + 0.1, -0.5 * 1])
    assert lesson.h[0] == pytest.approx(h1)
    assert lesson.h[1] == pytest.approx(np.tanh([
        0.8 * -0.5 + 0.6 * h1[0] - 0.3 * h1[1] + 0.1, -0.5 * -0.5 + 0.6 * h1[0] + 0.3 * h1[1]]))


@pytest.mark.parametrize("size, drive", SETTINGS)
def test_states_and_slopes_are_those_of_pytorch(lesson, size, drive):
    torch = pytest.importorskip("torch")
    turn(lesson, size=size, drive=drive)
    h, dh = torch.zeros(2, dtype=torch.float64), []
    for x in lesson.x:
        h = torch.tanh(torch.tensor(lesson.given["W_x"] @ x + drive * lesson.given["b"])
                       + torch.tensor(lesson.W_h) @ h).requires_grad_()
        h.retain_grad()
        dh.append(h)
    sum((state * torch.tensor(dy)).sum() for state, dy in zip(dh, lesson.given["dy"])).backward()
    assert np.allclose(lesson.h, [state.detach().numpy() for state in dh], rtol=0, atol=1e-14)
    assert np.allclose(lesson.back[0], [state.grad.numpy() for state in dh], rtol=0, atol=1e-14)


def test_the_size_is_the_largest_eigenvalue(lesson):
    for size in (0.3, 1.0, 1.5):
        turn(lesson, size=size)
        assert np.abs(np.linalg.eigvals(lesson.W_h)).max() == pytest.approx(size)


def test_it_begins_with_the_chapters_own_W_h(lesson):
    assert np.array_equal(lesson.W_h, [[0.6, -0.3], [0.6, 0.3]])


def test_without_drive_tanh_is_a_straight_line_and_W_h_alone_decides(lesson):
    turn(lesson, drive=0.0, size=1.5)
    assert np.allclose(lesson.left, lesson.by_W_h_alone)
    powers = [np.linalg.norm(np.linalg.matrix_power(lesson.W_h.T, k) @ [1, 0]) for k in range(21)]
    assert np.allclose(lesson.left[::-1], powers)
    assert lesson.left[0] > 1000


def test_tanh_only_ever_shrinks_what_W_h_alone_would_leave(lesson):
    turn(lesson, size=1.2)
    assert lesson.by_W_h_alone[0] > 1 > lesson.left[0]


# ---- controls ------------------------------------------------------------------------------------

def test_the_moves_run_forward_and_then_back(lesson):
    seen = []
    for move in range(7):
        turn(lesson, move=move)
        seen.append((lesson.t, lesson.is_back))
    assert seen == [(0, False), (1, False), (2, False), (3, False),
                    (3, True), (2, True), (1, True)]


def test_a_state_is_drawn_when_its_step_has_been_made(lesson):
    assert ">0.72<" not in lesson.picture.value
    turn(lesson, move=1)
    assert ">0.72<" in lesson.picture.value
    assert "h1 = tanh(W_x x1 + W_h h0 + b) = (0.72, −0.46)" in lesson.words.value


def test_back_both_slopes_that_arrive_are_said(lesson):
    turn(lesson, move=5)
    assert "dh2 = (−0.20, 0.10) + (−0.06, −0.21) = (−0.26, −0.11)" in lesson.words.value
    turn(lesson, move=4)
    assert "dh3 = (0.50, −0.40) + (0.00, 0.00)" in lesson.words.value


def test_the_arrows_of_a_move_back_are_those_that_arrive(lesson):
    turn(lesson, move=5)
    assert lesson.look(2, True) == lesson.look_between(3) == NOW     # into dh2: from dy2, from dz3
    assert lesson.look_between(2) != NOW                             # on its way, not yet at dh1
    turn(lesson, move=4)
    assert NOW not in map(lesson.look_between, (1, 2, 3))            # from after the end: nothing


def test_rolled_up_there_is_one_step_and_a_loop(lesson):
    turn(lesson, move=2, show=True)
    assert ">h2<" in lesson.picture.value and ">h1<" not in lesson.picture.value
    assert "into the next step" in lesson.picture.value
    turn(lesson, show=False)
    assert all(f">h{t}<" in lesson.picture.value for t in range(4))


def test_drive_makes_inputs_stronger(lesson):
    turn(lesson, drive=2.0)
    assert lesson.x.ravel() == pytest.approx([2.0, -1.0, 1.6])


# ---- what is seen --------------------------------------------------------------------------------

def test_the_description_says_how_much_is_left(lesson):
    turn(lesson, size=1.5, drive=0.0)
    assert f"{lesson.left[0]:.2g} is left at the first" in lesson.words.value
    turn(lesson, size=0.0)
    assert "0 is left at the first" in lesson.words.value


@pytest.mark.parametrize("size, drive", SETTINGS)
def test_the_drawing_never_changes_its_size_and_has_no_odd_numbers(lesson, size, drive):
    turn(lesson, size=size, drive=drive)
    for move in range(7):
        for rolled in (True, False):
            turn(lesson, move=move, show=rolled)
            picture = lesson.picture.value
            assert re.search(r'width="(\d+)" height="(\d+)"', picture).groups() == ("780", "506")
            assert "nan" not in picture and "inf" not in picture and "−0.00<" not in picture


def test_negative_cells_are_dashed_as_well_as_orange(lesson):
    turn(lesson, move=6)
    cells = re.findall(r"<rect [^>]*--negative\) [^>]*>", lesson.picture.value)
    assert cells and all("stroke-dasharray:3 2" in cell for cell in cells)


def test_the_description_is_the_same_on_every_run(lesson):
    assert repr(lesson) == repr(Unrolled())
    assert repr(lesson).startswith("Unrolled: Before the first step")


def test_numbers_of_ones_own_are_taken():
    lesson = Unrolled(x=[[0.0], [0.0], [0.0]], b=[0.0, 0.0], h0=[1.0, 0.0])
    assert lesson.h[0] == pytest.approx(np.tanh([0.6, 0.6]))
    lesson.close()


@pytest.mark.parametrize("parts, error, says", [
    ({"x": [1.0, 2.0, 3.0]}, ValueError, r"x of the shape \(3, 1\).*got \(3,\)"),
    ({"W_h": [[0.0, 1.0], [0.0, 0.0]]}, ValueError, "must not be 0"),
    ({"W": [[1.0]]}, TypeError, "not W")])
def test_what_it_cannot_draw_is_refused_with_the_reason(parts, error, says):
    with pytest.raises(error, match=says):
        Unrolled(**parts)
