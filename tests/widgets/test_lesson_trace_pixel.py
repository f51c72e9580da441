"""Trace a pixel: which outputs has a pixel, or a weight, touched, and what do they send back?"""
import re

import numpy as np
import pytest

from dlf.widgets.lessons import TracePixel


@pytest.fixture
def lesson():
    made = TracePixel()
    yield made
    made.close()


def control(lesson, name):
    """A slider or a list, by its name."""
    return next(w for row in lesson.view.children if hasattr(row, "children")
                for w in row.children if getattr(w, "description", "") == name)


def turn(lesson, **values):
    """Set some controls: pixel_row=2 and so on."""
    for name, value in values.items():
        control(lesson, name.replace("_", " ")).value = value


SETTINGS = [(s, p) for s in (1, 2) for p in (0, 1)]
each = pytest.mark.parametrize("stride, padding", SETTINGS)


# ---- numbers -------------------------------------------------------------------------------------

def test_it_begins_with_the_pixel_that_the_chapter_works_out(lesson):
    assert lesson.touched() == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert lesson.sum == pytest.approx(0.1 * 1 - 0.2 * 2 + 0.4 * -1 + 0.6 * 0.5)        # by hand
    assert "4 windows have seen pixel [1, 1]" in lesson.words.value
    assert "so dx[1, 1] = −0.40" in lesson.words.value


def test_a_corner_was_seen_by_one_window(lesson):
    turn(lesson, pixel_row=0, pixel_column=0)
    assert lesson.sum == pytest.approx(0.1 * 0.5)
    assert "Only one window has seen pixel [0, 0], that of output [0, 0]: 0.10 × 0.50" \
        in lesson.words.value


def test_a_weight_has_touched_every_output(lesson):
    turn(lesson, trace="dW")
    assert lesson.sum == pytest.approx(3.3)                          # 0.1 + 0.6 + 1.8 - 0.1 + ...
    assert "has touched every output, 9 of them" in lesson.words.value


def test_with_a_stride_as_large_as_the_kernel_each_pixel_is_in_one_window(lesson):
    turn(lesson, stride=2)
    for row, column in np.ndindex(4, 4):
        turn(lesson, pixel_row=row, pixel_column=column)
        assert len(lesson.touched()) == 1


@each
def test_all_slopes_are_those_of_pytorch(lesson, stride, padding):
    torch = pytest.importorskip("torch")
    turn(lesson, stride=stride, padding=padding)
    x, W = (torch.tensor(a[None, None], requires_grad=True) for a in (lesson.x, lesson.W))
    y = torch.nn.functional.conv2d(x, W, stride=stride, padding=padding)
    assert y.shape[2:] == lesson.dy.shape
    (y[0, 0] * torch.tensor(lesson.dy)).sum().backward()
    assert np.allclose(lesson.dx, x.grad.numpy()[0, 0], rtol=0, atol=1e-15)
    assert np.allclose(lesson.dW, W.grad.numpy()[0, 0], rtol=0, atol=1e-14)


@each
def test_the_traced_sum_is_the_one_in_the_table_of_slopes(lesson, stride, padding):
    turn(lesson, stride=stride, padding=padding)
    for row, column in np.ndindex(4, 4):
        turn(lesson, pixel_row=row, pixel_column=column)
        assert lesson.sum == pytest.approx(lesson.dx[row, column])
    turn(lesson, trace="dW")
    for row, column in np.ndindex(2, 2):
        turn(lesson, weight_row=row, weight_column=column)
        assert lesson.sum == pytest.approx(lesson.dW[row, column])


# ---- controls ------------------------------------------------------------------------------------

def test_each_kind_shows_its_own_sliders(lesson):
    def shown(name):
        return control(lesson, name).layout.display != "none"
    assert shown("pixel row") and not shown("weight row")
    turn(lesson, trace="dW")
    assert shown("weight row") and shown("weight column") and not shown("pixel column")


def test_a_place_is_kept_while_the_other_kind_is_looked_at(lesson):
    turn(lesson, pixel_row=3, trace="dW")
    turn(lesson, weight_column=1)
    turn(lesson, trace="dx")
    assert lesson.name == "dx[3, 1]"
    turn(lesson, trace="dW")
    assert lesson.name == "dW[0, 1]"


# ---- what is seen --------------------------------------------------------------------------------

def test_a_frame_stands_around_each_window_with_the_pixel(lesson):
    assert lesson.picture.value.count("stroke-dasharray:4 2") == 4
    turn(lesson, stride=2)
    assert lesson.picture.value.count("stroke-dasharray:4 2") == 1


def test_the_drawing_never_changes_its_size(lesson):
    sizes = set()
    for stride, padding in SETTINGS:
        for what in ("dx", "dW"):
            turn(lesson, stride=stride, padding=padding, trace=what)
            sizes.add(re.search(r'width="(\d+)" height="(\d+)"', lesson.picture.value).groups())
    assert len(sizes) == 1 and int(sizes.pop()[0]) <= 800


def test_negative_cells_are_dashed_as_well_as_orange(lesson):
    dashed = re.findall(r"<rect [^>]*stroke-dasharray:3 2[^>]*>", lesson.picture.value)
    assert dashed and all("--negative" in cell for cell in dashed)


def test_the_description_is_the_same_on_every_run(lesson):
    assert repr(lesson) == repr(TracePixel())
    assert repr(lesson).startswith("TracePixel: 4 windows have seen pixel [1, 1]")


def test_zeros_and_large_numbers_are_drawn():
    for value in (0.0, 1e6, -1e-9):
        lesson = TracePixel(np.full((4, 4), value), np.ones((2, 2)), np.ones((5, 5)))
        assert "nan" not in lesson.picture.value and "−0.00<" not in lesson.picture.value


@pytest.mark.parametrize("shapes", [((8, 8), (2, 2), (5, 5)), ((4, 4), (3, 3), (5, 5)),
                                    ((4, 4), (2, 2), (3, 3)), ((16,), (2, 2), (5, 5))])
def test_what_it_cannot_draw_is_refused_with_the_shapes(shapes):
    with pytest.raises(ValueError, match=re.escape(f"got {shapes[0]}, {shapes[1]} and")):
        TracePixel(*map(np.zeros, shapes))
