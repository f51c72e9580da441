"""Small pictures on buttons: what a data set looks like, and what an input is over the plane."""
import base64
from functools import lru_cache

import numpy as np

from dlf import palette
from dlf.experiment import Config
from dlf.experiment.data import Data
from dlf.experiment.features import compute
from dlf.widgets import png
from dlf.widgets.svg.sheet import DARKNESS, entries_of, signed_colors

POINTS = 90           # in the picture of a data set
SIDE   = 24           # points a side in the picture of an input
SHADES = 25
SIGNS  = {"formula": ("ƒ(x)", 13), "own": ("csv", 14)}


@lru_cache(maxsize=32)
def of_data(name):
    """A data set as the address of a small drawing: a stroke for each color, a dot a point."""
    if name in SIGNS:
        return drawn(sign(*SIGNS[name]))
    data   = Data(Config(data=name, n=POINTS, test=0.1, classes=3))
    points = np.round(data.train.points * (1, -1), 1)
    kinds  = data.train.labels if data.classes else bins(data.train.labels)
    colors = palette.CLASSES if data.classes else COLORS
    return drawn("".join(stroke(points[kinds == kind], colors[kind], square=kind % 2)
                         for kind in np.unique(kinds)))


COLORS = [palette.hexadecimal(c) for c in palette.diverging(np.linspace(-1, 1, 7))]


def bins(values):
    """Values from -1 to 1 as places in `COLORS`."""
    return np.rint(3 * np.clip(values / np.abs(values).max(), -1, 1)).astype(int) + 3


def stroke(points, color, square):
    """Dots as pieces of one line, each of no length: a short text for many dots."""
    dots = "".join(f"M{x:g} {y:g}h0" for x, y in points.tolist())
    cap  = "square" if square else "round"
    wide = 0.8 if square else 1.0
    return (f'<path d="{dots}" stroke="{color}" stroke-width="{wide}" stroke-linecap="{cap}"/>')


def sign(text, size):
    """A word in the place of a drawing."""
    return (f'<text y="1.2" text-anchor="middle" font-size="{size / 4}" font-weight="600" '
            f'font-family="sans-serif" fill="{palette.BROKEN}">{text}</text>')


def drawn(inside):
    """An SVG drawing of the plane as an address."""
    text = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-6.3 -6.3 12.6 12.6">{inside}</svg>')
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()


def data_rules(names):
    """Style rules that put the picture of each data set on its button, .pg-set-NAME."""
    return "".join(f".dlf-pg .pg-set-{name}{{background-image:url({of_data(name)})}}"
                   for name in names)


def feature_rules(names, data, where):
    """Style rules for the buttons of inputs, `where`0, `where`1, ...: each over its plane."""
    points = plane(names, data)
    values = compute(names, points).T.reshape(len(names), SIDE, SIDE)
    return "".join(tile(f"{where}{i}", picture) for i, picture in enumerate(values))


def plane(names, data):
    """Points over the ranges of the first two columns; other columns vary along both."""
    ranges = [np.linspace(*span, SIDE) for span in data.domain]
    second = ranges[1] if len(ranges) > 1 else ranges[0]
    u, v   = np.meshgrid(ranges[0], second[::-1])
    rest   = [np.meshgrid(span, span)[0].ravel() for span in ranges[2:]]
    return np.column_stack([u.ravel(), v.ravel(), *rest])


def tile(selector, values):
    """The rules for one picture, for light and for dark pages."""
    values   = values - values.mean() if np.ptp(values) and abs(values.mean()) > np.ptp(values) \
        else values
    entries  = entries_of(values / max(np.abs(values).max(), 1e-300), SHADES)
    tables   = [signed_colors(SHADES, theme) for theme in (palette.LIGHT, palette.DARK)]
    light, dark = (png.address(file) for file in png.pictures(entries, *tables))
    return (f".dlf-pg {selector}{{background-image:url({light})}}"
            f"{DARKNESS} .dlf-pg {selector}{{background-image:url({dark})}}")
