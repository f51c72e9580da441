"""A page shows itself in a notebook, and tells in words what it shows."""
import html
import re

import numpy as np

from dlf.viz import describe_confusion, draw_confusion, draw_images, page

COUNTS = np.array([[8, 2], [0, 9]])


def shown(sheet):
    return sheet._repr_mimebundle_()


def test_a_page_describes_what_is_drawn_on_it_without_being_told():
    sheet, ax = page()
    draw_confusion(ax, COUNTS)
    assert shown(sheet)["text/plain"] == describe_confusion(COUNTS)


def test_the_picture_carries_the_same_words_for_screen_readers():
    sheet, ax = page()
    draw_confusion(ax, COUNTS, classes=("<b>", "&"))
    alt = re.search(r'alt="([^"]*)"', shown(sheet)["text/html"])[1]
    assert html.unescape(alt) == sheet.describe() and "<b>" not in alt


def test_several_drawings_are_described_one_after_another():
    sheet, (left, right) = page(columns=2)
    draw_confusion(left, COUNTS)
    draw_images(right, np.zeros((3, 8, 8)))
    assert sheet.describe().startswith(describe_confusion(COUNTS))
    assert "3 images" in sheet.describe()


def test_words_of_ones_own_take_their_place():
    sheet, ax = page()
    draw_confusion(ax, COUNTS)
    sheet.alt = "Nine of eleven are right."
    assert shown(sheet)["text/plain"] == "Nine of eleven are right."


def test_the_same_drawing_gives_the_same_bytes_so_that_notebooks_do_not_change():
    def once():
        sheet, ax = page()
        draw_confusion(ax, COUNTS)
        return shown(sheet)["text/html"]
    assert once() == once()
