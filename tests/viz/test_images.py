"""Grids of images: the right pixels, titles above them, wrong shapes explained."""
from itertools import pairwise

import numpy as np
import pytest

from dlf import palette
from dlf.viz import describe_images, draw_images


@pytest.fixture
def images(rng):
    return rng.uniform(size=(10, 8, 6))


def test_every_pixel_of_every_image_is_in_the_picture(ax, images):
    picture, _ = draw_images(ax, images, columns=4)
    pixels     = picture.get_array()
    for i, image in enumerate(images):
        row, column = divmod(i, 4)
        y, x = row * (8 + 1), column * (6 + 1)                # a gap of one pixel
        assert (pixels[y:y + 8, x:x + 6, 0] == np.rint(255 * image)).all()


def test_the_rest_of_the_picture_is_paper(ax, dark_ax, images):
    for axes, theme in ((ax, palette.LIGHT), (dark_ax, palette.DARK)):
        pixels = draw_images(axes, images, columns=4)[0].get_array()
        assert palette.hexadecimal(pixels[-1, -1]) == theme.background      # 10 of 12 places used
        assert palette.hexadecimal(pixels[8, 0]) == theme.background        # a gap


def test_fewer_images_than_columns_leave_no_empty_columns(ax, images):
    assert draw_images(ax, images[:2], columns=8)[0].get_array().shape == (8, 2 * 6 + 1, 3)


def test_images_with_channels_in_gray_and_in_color(ax, images, rng):
    with_channel, without = (draw_images(ax, i)[0].get_array() for i in (images[:, None], images))
    assert (with_channel == without).all()
    color  = rng.uniform(size=(2, 3, 5, 5))
    pixels = draw_images(ax, color)[0].get_array()
    assert (pixels[:5, :5] == np.rint(255 * color[0].transpose(1, 2, 0))).all()


def test_signed_images_are_orange_and_blue_and_their_scale_is_stated(ax, rng):
    weights = rng.normal(0, 3, (4, 8, 8))
    pixels  = draw_images(ax, weights, columns=2, signed=True)[0].get_array()
    scale   = np.percentile(np.abs(weights), 99)
    assert (pixels[:8, :8] == palette.diverging(weights[0], scale)).all()
    assert f"{scale:.2g}" in ax.get_xlabel()


def test_titles_stand_centered_above_their_images(ax, images):
    _, texts = draw_images(ax, images, [f"digit {i}" for i in range(10)], columns=4)
    assert [text.get_text() for text in texts] == [f"digit {i}" for i in range(10)]
    assert texts[1].get_position()[0] - texts[0].get_position()[0] == 7
    assert texts[0].get_horizontalalignment() == "center"
    assert texts[4].get_position()[1] > texts[0].get_position()[1]


def test_titles_do_not_run_into_each_other(ax, images):
    _, texts = draw_images(ax, images, ["says 3, is 8\n98 % sure"] * 10, columns=5)
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in texts[:5]]
    assert all(a.x1 < b.x0 for a, b in pairwise(boxes))


@pytest.mark.parametrize("shape, says", [
    ((5, 64),       r"rows of 64 numbers.*reshape\(-1, 8, 8\)"),
    ((5, 60),       r"reshape\(-1, height, width\)"),
    ((5, 8, 8, 3),  r"Channels come first: pass images.transpose\(0, 3, 1, 2\)"),
    ((5, 2, 8, 8),  r"1 or 3, height, width"),
    ((0, 8, 8),     r"at least one"),
])
def test_a_wrong_shape_is_explained(ax, shape, says):
    with pytest.raises(ValueError, match=says):
        draw_images(ax, np.zeros(shape))


def test_a_wrong_number_of_titles_is_explained(ax, images):
    with pytest.raises(ValueError, match="10 images, but 2 titles"):
        draw_images(ax, images, ["a", "b"])


def test_images_in_words(images):
    assert describe_images(images[:2], ["a", "b"]) == "2 images of 8 by 6 pixels: a; b."
