"""Small drawings that are sent whole: an SVG with words, axes, curves, points."""
import html
import math
from typing import NamedTuple

import numpy as np

from dlf import palette, scene
from dlf.widgets.svg.plane import marker
from dlf.widgets.svg.sheet import number, shorten, ticks, word

MARKS  = [marker(kind) for kind in palette.MARKERS]
POINTS = 250          # points of a set that a drawing shows at most
CURVE  = 240          # points of a curve


def figure(width, height, label, *parts):
    """A drawing in pixels; `label` says in words what it shows."""
    return (f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
            f'aria-label="{html.escape(label)}">{"".join(parts)}</svg>')


class Box(NamedTuple):
    """A rectangle of pixels, and the ranges of numbers that it shows; log: powers of ten."""

    left:   float
    top:    float
    width:  float
    height: float
    x:      tuple
    y:      tuple
    log_x:  bool = False
    log_y:  bool = False

    def place_x(self, values):
        return self.left + self.width * share(values, *self.x, self.log_x)

    def place_y(self, values):
        return self.top + self.height * (1 - share(values, *self.y, self.log_y))

    def frame(self):
        """Its border."""
        return rect(self.left, self.top, self.width, self.height,
                    "fill:none;stroke:var(--muted);stroke-width:1")

    def grid(self, name_x="", name_y="", about=5):
        """Lines, numbers and names of both axes."""
        for value in marks(*self.x, self.log_x, about):
            x = float(self.place_x(value))
            yield line(x, self.top, x, self.top + self.height, "stroke:var(--faint)")
            yield word(x, self.top + self.height + 15, number(value), "m s")
        for value in marks(*self.y, self.log_y, about):
            y = float(self.place_y(value))
            yield line(self.left, y, self.left + self.width, y, "stroke:var(--faint)")
            yield word(self.left - 6, y + 4, number(value), "m s", "end")
        yield self.frame()
        yield word(self.left + self.width / 2, self.top + self.height + 30, name_x, "m s")
        yield word(self.left, self.top - 7, name_y, "m s", "start")

    def curve(self, x, y, look):
        """A line through points; it has a gap where there is no number."""
        x, y   = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        keep   = scene.thin(y, CURVE)
        x, y   = x[keep], y[keep]
        good   = np.isfinite(x) & np.isfinite(y) & ((y > 0) | (not self.log_y))
        places = zip(self.place_x(np.where(good, x, self.x[0])),
                     self.place_y(np.where(good, y, self.y[0])), good)
        return stroke(places, look)


def share(values, low, high, log):
    """Where values lie between two others: 0 to 1, clipped."""
    values = np.asarray(values, dtype=float)
    if log:
        values, low, high = np.log10(np.maximum(values, 1e-300)), math.log10(low), math.log10(high)
    return np.clip((values - low) / (high - low if high > low else 1.0), 0, 1)


def marks(low, high, log, about):
    """The numbers of an axis."""
    if not log:
        return ticks(low, high, about)
    powers = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
    return [10.0 ** p for p in powers][::max(1, math.ceil(len(powers) / (about + 2)))]


def stroke(places, look):
    """A path through (x, y, is it there?)."""
    path, pen = [], "M"
    for x, y, there in places:
        path += [f"{pen}{x:.1f} {y:.1f}"] * bool(there)
        pen   = "L" if there else "M"
    dot = "h.01" if len(path) == 1 else ""
    return f'<path d="{"".join(path)}{dot}" style="fill:none;stroke-linecap:round;{look}"/>'


def line(x0, y0, x1, y1, look):
    return f'<path d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" style="fill:none;{look}"/>'


def rect(x, y, width, height, look, radius=0):
    return (f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" '
            f'height="{max(height, 0):.1f}" rx="{radius}" style="{look}"/>')


LETTER = 6.3          # the width of a digit


def plate(x, y, text, kind="s"):
    """Text on a plate of the page's color, so that it can be read over lines."""
    width = LETTER * len(text) + 2
    return (rect(x - width / 2, y - 7, width, 14, "fill:var(--background);opacity:.88", 3)
            + word(x, y + 4, text, kind))


def points(box, x, labels, full=None, look="stroke:var(--rim);stroke-width:.7"):
    """Points of a set, with a color and a marker for each class, or a color for each number."""
    kept = np.linspace(0, len(x) - 1, min(len(x), POINTS)).astype(int)
    left, top = box.place_x(x[kept, 0]), box.place_y(x[kept, 1])
    for a, b, label in zip(left.tolist(), top.tolist(), np.asarray(labels)[kept].tolist()):
        yield dot(a, b, label, full, look)


def key(x, y, classes):
    """Which marker is which class, as many as fit into a row."""
    for i, name in enumerate(classes[:6]):
        yield dot(x + 4, y - 4, i, None, "stroke:none")
        yield word(x + 13, y, shorten(str(name), 12), "s", "start")
        x += 26 + 7 * min(len(str(name)), 12)


def dot(x, y, label, full, look):
    """One point of a set."""
    if full is None:
        fill, mark = palette.CLASSES[int(label) % 10], MARKS[int(label) % 10]
    else:
        fill, mark = signed_fill(label / full), MARKS[0]
    return f'<path d="M{x:.1f} {y:.1f}{mark}" style="fill:{fill};{look}"/>'


def signed_fill(value):
    """A color for a number from -1 to 1 that suits light pages and dark ones."""
    size = round(100 * min(abs(value), 1.0))
    end  = "negative" if value < 0 else "positive"
    return f"color-mix(in oklab,var(--{end}) {size}%,var(--zero))"


def span(values, room=0.06):
    """A range that holds all finite values, and a little more, in round numbers."""
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (-1.0, 1.0)
    more  = room * (high - low) or 0.5
    step  = 10.0 ** math.floor(math.log10(high - low + 2 * more)) / 4
    return step * math.floor((low - more) / step), step * math.ceil((high + more) / step)
