"""A map under a drawing: numbers from -1 to 1 as colors, for light pages and for dark ones."""
import numpy as np

from dlf import palette
from dlf.palette import DARK, LIGHT
from dlf.widgets import png
from dlf.widgets.svg.sheet import DARKNESS, entries_of, signed_colors

SHADES = 40           # of each sign
PALE   = 0.6          # how strong the colors are: points and lines are to stand out


def draw_map(box, values, prefix):
    """The values as a picture that fills the box, the first row on top; nan is gray.

    The picture is there in both themes' colors, of which the page shows its own. `prefix` is a word
    that no other drawing of the page has.
    Shapes: values (height, width).
    """
    files = map(png.address, png.pictures(entries_of(values, SHADES), pale(LIGHT), pale(DARK)))
    image = (f'<image x="{box.left}" y="{box.top}" width="{box.width}" height="{box.height}" '
             'preserveAspectRatio="none" class="{}" href="{}"/>')
    light, dark = f"{prefix}l", f"{prefix}d"
    return (f"<style>.{dark},{DARKNESS} .{light}{{display:none}}"
            f"{DARKNESS} .{dark}{{display:inline}}</style>"
            + image.format(light, next(files)) + image.format(dark, next(files)))


def pale(theme):
    """The signed colors, mixed with the background."""
    return palette.blend(signed_colors(SHADES, theme),
                         np.full(2 * SHADES + 2, PALE), theme.background)


def centers(box, columns, rows):
    """x and y of the middle of each point of a map: two arrays (rows, columns)."""
    (x0, x1), (y0, y1) = box.x, box.y
    x = x0 + (x1 - x0) * (np.arange(columns) + 0.5) / columns
    y = y1 - (y1 - y0) * (np.arange(rows) + 0.5) / rows
    return np.meshgrid(x, y)
