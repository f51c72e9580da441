"""A map under a drawing: in both themes' colors, the first row on top."""
import base64
import re
import struct

import numpy as np

from dlf.widgets.svg.figure import Box
from dlf.widgets.svg.map import SHADES, centers, draw_map, pale

BOX = Box(10, 20, 100, 50, (0.0, 1.0), (-1.0, 1.0))


def test_there_is_a_picture_for_light_pages_and_one_for_dark_ones():
    made = draw_map(BOX, np.zeros((3, 4)), "p")
    assert re.findall(r'<image [^>]*class="(\w+)"', made) == ["pl", "pd"]
    files = [base64.b64decode(f) for f in re.findall(r"base64,([^\"]+)", made)]
    assert [struct.unpack(">II", file[16:24]) for file in files] == [(4, 3)] * 2
    assert files[0] != files[1]


def test_it_lies_on_the_box():
    assert 'x="10" y="20" width="100" height="50"' in draw_map(BOX, np.zeros((2, 2)), "p")


def test_what_is_not_finite_or_too_large_is_drawn_as_well():
    draw_map(BOX, np.array([[np.nan, np.inf], [-1e300, 5.0]]), "p")


def test_its_points_lie_in_the_middle_of_their_cells_the_highest_first():
    x, y = centers(BOX, 2, 4)
    np.testing.assert_allclose(x[0], [0.25, 0.75])
    np.testing.assert_allclose(y[:, 0], [0.75, 0.25, -0.25, -0.75])


def test_its_colors_are_paler_than_the_points_on_it():
    from dlf.palette import LIGHT, luminance, rgb
    assert luminance(pale(LIGHT)[2 * SHADES]) > luminance(rgb(LIGHT.positive))
