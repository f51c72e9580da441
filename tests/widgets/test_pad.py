"""The pad, as the kernel sees it: strokes come in as text, images go out."""
import numpy as np
import pytest

from dlf import datasets
from dlf.experiment.strokes import image_of
from dlf.widgets.pad import Pad

ONE = "M16 4L16 28"


@pytest.fixture
def pad():
    return Pad(datasets.digits().x[:3])


def test_what_the_page_writes_into_the_hidden_field_is_the_drawing(pad):
    pad.text.value = ONE                                    # as the page does
    np.testing.assert_array_equal(pad.image, image_of(ONE))
    assert repr(pad) == "Pad: A drawing of 1 line."


def test_every_change_is_told_with_the_image(pad):
    seen = []
    pad.observe(lambda image: seen.append(image.sum()))
    pad.text.value = ONE
    pad.clear_button.click()
    assert seen == [image_of(ONE).sum(), 0]


def test_a_drawing_that_the_page_made_is_wiped_out_by_clear(pad):
    before = pad.sheet.value
    pad.text.value = ONE
    assert pad.sheet.value == before                        # nothing under the pointer is replaced
    pad.clear_button.click()
    assert pad.path == ""
    assert pad.sheet.value != before                        # else the page would keep its ink


def test_undo_takes_the_last_line(pad):
    pad.text.value = ONE + "M4 4L8 8L9 9"
    pad.undo_button.click()
    assert pad.path == ONE
    assert f'd="{ONE}"' in pad.sheet.value
    pad.undo_button.click()
    pad.undo_button.click()
    assert pad.path == ""


def test_undo_does_not_count_where_the_pen_only_moved(pad):
    pad.text.value = ONE + "M4 4L8 8M9 9"
    pad.undo_button.click()
    assert pad.path == ONE


def test_examples_come_one_after_another_and_stay_where_they_are(pad):
    data, seen = datasets.digits().x[:3].reshape(-1, 8, 8), []
    pad.observe(lambda image: seen.append(image))
    for i in (0, 1, 2, 0):
        pad.example_button.click()
        np.testing.assert_array_equal(pad.image, data[i])
        assert pad.sheet.value.count("<rect") == (data[i] > 0).sum()
    assert len(seen) == 4


def test_one_can_draw_on_an_example(pad):
    pad.start_from(1)
    pad.text.value = "M2 2L2 30"
    assert pad.image[:, 0].min() > 0.4                      # the line, not moved to the middle
    assert (pad.image >= pad.examples[1]).all()
    assert repr(pad) == "Pad: An image of the data, and 1 line."


@pytest.mark.parametrize("draw", [lambda pad: pad.text.set_trait("value", ONE),
                                  lambda pad: setattr(pad, "path", ONE)])
def test_an_example_that_is_not_to_stay_goes_with_the_first_line(pad, draw):
    pad.start_from(1, stays=False)
    assert "passing" in pad.sheet.value                     # the page takes it away by itself
    seen = []
    pad.observe(seen.append)
    draw(pad)
    np.testing.assert_array_equal(pad.image, image_of(ONE))
    np.testing.assert_array_equal(seen[-1], pad.image)
    assert repr(pad) == "Pad: A drawing of 1 line."


def test_pressed_places_are_joined_by_lines_until_the_pen_is_lifted():
    pad = Pad(dragging=False)
    pad.cells.children[0].click()                           # row 1, column 1
    pad.cells.children[8 + 2].click()                       # row 2, column 3
    pad.lift_button.click()
    pad.cells.children[63].click()
    assert pad.path == "M2 2L2 2L10 6M30 30L30 30"
    assert f'd="{pad.path}"' in pad.sheet.value


def test_without_dragging_there_is_no_script():
    assert "onload" in Pad().sheet.value
    assert "onload" not in Pad(dragging=False).sheet.value
    assert "tabindex" not in Pad(dragging=False).sheet.value


def test_every_place_has_a_name():
    names = [cell.description for cell in Pad().cells.children]
    assert len(set(names)) == 64
    assert names[10] == "row 2, column 3"


def test_a_program_may_draw(pad):
    pad.path = "M1 1L30.123456 30"
    assert pad.path == "M1 1L30.12 30"
    with pytest.raises(ValueError, match="A drawing is a text such as"):
        pad.path = "zigzag"


def test_larger_images():
    pad = Pad(np.ones((1, 784)), side=28)
    pad.text.value = ONE
    assert pad.image.shape == (28, 28)
    pad.start_from(0)
    assert (pad.image == 1).all()


def test_examples_of_another_size_are_refused():
    with pytest.raises(ValueError, match=r"shape \(n, 8, 8\), got \(1, 784\)"):
        Pad(np.ones((1, 784)))
    with pytest.raises(ValueError, match="got the side 12"):
        Pad(side=12)


def test_without_examples_there_is_no_button_for_them():
    row = Pad().widget.children[-2]
    assert [made.description for made in row.children] == ["Clear", "Undo", "Lift pen"]
