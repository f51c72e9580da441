"""Drag a kernel: every control acts, the numbers are those of SciPy, the words say what is seen."""
import re

import numpy as np
import pytest

from dlf.widgets.lessons import DragKernel
from dlf.widgets.lessons.drag_kernel import KERNELS, SEVEN, short
from dlf.widgets.player import ENDED


@pytest.fixture
def lesson():
    made = DragKernel()
    yield made
    made.close()


def inside(widget):
    """All widgets in another, however deep."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)


def control(lesson, name):
    """A slider or a list, by its name."""
    return next(w for w in inside(lesson.view)
                if getattr(w, "description", "") == name and hasattr(w, "value"))


def press(lesson, text, times=1):
    """Press one of the buttons of the driver."""
    for _ in range(times):
        next(b for b in lesson.player.controls.children
             if getattr(b, "description", "") == text).click()


def sum_said(lesson):
    """The sum that the words tell."""
    return float(re.search(r"add up to (−?[\d.]+)\. ", lesson.words.value)[1].replace("−", "-"))


# ---- numbers -------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("stride, padding", [(1, 0), (2, 1), (3, 2), (2, 2)])
def test_the_output_is_what_scipy_correlates(lesson, name, stride, padding):
    signal = pytest.importorskip("scipy.signal")
    control(lesson, "kernel").value  = name
    control(lesson, "stride").value  = stride
    control(lesson, "padding").value = padding
    wanted = signal.correlate2d(np.pad(np.array(SEVEN, float), padding), KERNELS[name], "valid")
    assert np.allclose(lesson.output, wanted[::stride, ::stride])
    assert lesson.output.shape == lesson.size


def test_the_window_above_the_bar_of_the_seven_gives_40(lesson):
    control(lesson, "row").value, control(lesson, "column").value = 2, 1
    assert lesson.window.tolist() == [[0, 0, 0], [2, 8, 11], [8, 16, 16]]
    assert "nine products 0, 0, 0; 0, 0, 0; 8, 16, 16 add up to 40." in lesson.words.value
    assert "their sum: 40" in lesson.picture.value


def test_the_words_and_the_picture_tell_the_same_sum_everywhere(lesson):
    control(lesson, "kernel").value = "blur"
    for _ in range(35):
        press(lesson, "pixel")
        assert sum_said(lesson) == pytest.approx(lesson.output[lesson.at], abs=0.005)


# ---- controls ------------------------------------------------------------------------------------

def test_the_output_fills_in_where_the_window_has_been(lesson):
    assert int(lesson.seen.sum()) == 1
    control(lesson, "row").value    = 2
    control(lesson, "column").value = 3
    assert lesson.at == (2, 3)
    assert [place.tolist() for place in np.argwhere(lesson.seen)] == [[0, 0], [2, 0], [2, 3]]


def test_a_step_goes_on_row_by_row_and_the_sliders_follow(lesson):
    press(lesson, "pixel", 7)
    assert lesson.at == (1, 1)
    assert (control(lesson, "row").value, control(lesson, "column").value) == (1, 1)
    assert int(lesson.seen.sum()) == 8


def test_a_row_ends_at_its_end(lesson):
    press(lesson, "pixel", 2)
    press(lesson, "row")
    assert lesson.at == (0, 5)
    press(lesson, "row")
    assert lesson.at == (1, 5) and int(lesson.seen.sum()) == 12


def test_after_the_last_pixel_it_says_that_this_is_the_end(lesson):
    press(lesson, "row", 6)
    assert lesson.seen.all() and lesson.at == (5, 5)
    press(lesson, "row")
    assert ENDED in lesson.player.status.value and lesson.at == (5, 5)


def test_reset_empties_the_output(lesson):
    press(lesson, "row", 3)
    press(lesson, "Reset")
    assert lesson.at == (0, 0) and int(lesson.seen.sum()) == 1
    assert control(lesson, "row").value == 0


def test_stride_and_padding_change_the_size_and_begin_anew(lesson):
    press(lesson, "row", 4)
    control(lesson, "padding").value = 2
    assert lesson.size == (10, 10) and control(lesson, "row").max == 9
    control(lesson, "row").value = 9
    control(lesson, "stride").value = 3
    assert lesson.size == (4, 4) and control(lesson, "row").max == 3
    assert lesson.at == (0, 0) and int(lesson.seen.sum()) == 1


def test_the_size_is_counted_in_words(lesson):
    control(lesson, "padding").value, control(lesson, "stride").value = 1, 2
    assert "In 10 rows the top of the kernel can move down 7, 2 at a time, so it fits in 4 places" \
        in lesson.words.value
    assert "the output is 4 x 4" in lesson.words.value


def test_a_kernel_from_the_list_shows_its_numbers_in_the_fields(lesson):
    control(lesson, "kernel").value = "blur"
    assert [field.value for field in lesson.fields] == [0.11] * 9
    assert np.allclose(lesson.kernel, 1 / 9) and control(lesson, "kernel").value == "blur"


def test_a_number_of_ones_own_makes_the_kernel_ones_own(lesson):
    lesson.fields[4].value = 2.5
    assert lesson.kernel.tolist() == [[-1, -1, -1], [0, 2.5, 0], [1, 1, 1]]
    assert control(lesson, "kernel").value == "your own"
    assert "your own kernel" in lesson.words.value
    control(lesson, "kernel").value = "sharpen"
    assert lesson.fields[4].value == 5


@pytest.mark.parametrize("value", [1e9, -1e9, float("nan"), float("inf")])
def test_extreme_numbers_are_cut_or_left_out_and_nothing_breaks(lesson, value):
    lesson.fields[0].value = value
    press(lesson, "row", 6)
    assert np.abs(lesson.kernel).max() <= 99
    assert np.isnan(value) or lesson.fields[0].value == lesson.kernel[0, 0] == np.sign(value) * 99
    assert "nan" not in lesson.picture.value and "Stopped" not in lesson.player.status.value


# ---- what is seen --------------------------------------------------------------------------------

def test_the_drawing_never_changes_its_size(lesson):
    sizes = set()
    for padding in (0, 1, 2):
        for stride in (1, 2, 3):
            control(lesson, "padding").value, control(lesson, "stride").value = padding, stride
            sizes.add(re.search(r'width="(\d+)" height="(\d+)"', lesson.picture.value).groups())
    assert len(sizes) == 1 and int(sizes.pop()[0]) <= 800


def test_nothing_is_drawn_outside_of_the_drawing(lesson):
    control(lesson, "padding").value = 2
    press(lesson, "row", 10)
    for x, y, w, h in re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" '
                                 r'height="([\d.]+)"', lesson.picture.value):
        assert float(x) + float(w) <= 760 and float(y) + float(h) <= 352


def test_negative_pixels_are_dashed_as_well_as_orange(lesson):
    press(lesson, "row", 6)
    dashed = re.findall(r"<rect [^>]*var\(--negative\)[^>]*>", lesson.picture.value)
    assert dashed and all("stroke-dasharray:3 2" in rect for rect in dashed if "stroke:var(--neg"
                          in rect)
    assert sum("stroke:var(--negative)" in rect for rect in dashed) \
        == int((lesson.output < 0).sum()) + 3 + int((lesson.window * lesson.kernel < 0).sum())


def test_two_lessons_alike_say_the_same(lesson):
    other = DragKernel(SEVEN)
    assert repr(lesson) == repr(other)
    assert repr(lesson).startswith("DragKernel: Output pixel [0, 0] of the kernel “level edges”")
    other.close()


@pytest.mark.parametrize("value, text", [(0.0, "0"), (-0.01, "0"), (7.44, "7.4"), (12.6, "13"),
                                         (-22.0, "−22"), (9.97, "10"), (-432.0, "−432")])
def test_a_number_in_a_pixel_has_at_most_four_letters(value, text):
    assert short(value) == text


def test_a_small_image_is_drawn_with_one_place():
    lesson = DragKernel(np.zeros((3, 3)), kernel="blur")
    assert lesson.size == (1, 1) and "it fits in 1 place;" in lesson.words.value
    press(lesson, "pixel")
    assert ENDED in lesson.player.status.value
    lesson.close()


@pytest.mark.parametrize("shape", [(9, 8), (2, 5), (64,), (1, 8, 8)])
def test_what_it_cannot_draw_is_refused_with_the_shape(shape):
    with pytest.raises(ValueError, match=re.escape(f"got the shape {shape}")):
        DragKernel(np.zeros(shape))


def test_an_unknown_kernel_is_refused_with_those_that_there_are():
    with pytest.raises(ValueError, match="there are level edges, blur, sharpen"):
        DragKernel(kernel="edge")
