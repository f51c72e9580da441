"""A map of the plane as SVG: what the network says everywhere, and the examples on it."""
import html
import math

import numpy as np

from dlf import palette
from dlf.palette import DARK, LIGHT
from dlf.widgets.svg.sheet import (
    DARKNESS,
    SURE,
    Picture,
    class_colors,
    dark_matrix,
    entries_of,
    new_prefix,
    number,
    sheet,
    shorten,
    signed_colors,
    ticks,
    word,
)

MANY    = 60              # colors on each side of zero: with fewer, steps would be seen
CORNERS = {"s": (4, 45, 1), "^": (3, -90, 1), "D": (4, 0, 1), "v": (3, 90, 1), "P": (4, 0, 0.42),
           "X": (4, 45, 0.42), "p": (5, -90, 1), "*": (5, -90, 0.45), "h": (6, 0, 1)}
AREA    = {"o": 1.0, "s": 1.25, "^": 1.4, "D": 1.3, "v": 1.4, "P": 1.5, "X": 1.5, "*": 1.6}
BINS    = 8               # colors on each side of zero of points that are measurements
LEFT, TOP, RIGHT, BELOW = 42, 12, 14, 88          # around the map, in pixels


PLANE = """
@ .map {position: absolute; left: var(--left); top: var(--top); width: var(--size);
        height: var(--size); background-size: 100% 100%; opacity: 0.62}
@ .scale {position: absolute; left: var(--left); top: var(--low); height: 9px; opacity: 0.62;
          width: calc(0.4 * var(--size)); border-radius: 2px;
          background: linear-gradient(90deg, SHADES)}
DARK @ :is(.map, .scale) {filter: url(@dark)}
@ .x {stroke: var(--muted); stroke-width: 1; fill: none}
@ .train {stroke: var(RIM); stroke-width: 0.8}
@ .test {stroke: var(--ink); stroke-width: 1.2}
"""


class MapSvg:
    """What a network says at every point of the plane, under the points it is taught and tested on.

    Args: domain: ((left, right), (bottom, top)); outputs: of the network, 1 for a signed map, more
    for a map of classes; classes: their names; features: the names of both axes; size: the map's
    side in pixels; scale: what is written at both ends of the color scale; full: for points that
    are measurements, the one that gets the full color, None for points of classes.
    """

    def __init__(self, domain=((-6, 6), (-6, 6)), outputs=1, classes=None, features=("x1", "x2"),
                 size=300, scale=("−1", "1"), full=None, theme=None, prefix=None):
        self.domain, self.outputs, self.features, self.size = domain, outputs, features, size
        self.classes = [str(c) for c in classes or ()]
        self.scale, self.full, self.theme = scale, full, theme
        self.prefix  = prefix or new_prefix()
        self.width, self.height = size + LEFT + RIGHT, size + TOP + BELOW
        at = f"#{self.prefix} .map"
        two_tables = outputs > 1 and theme is None          # no matrix fits ten colors: send both
        self.picture = Picture(at, f"{DARKNESS} {at}") if two_tables else Picture(at)

    def markup(self, train=None, test=None):
        """All that stays, for one `widgets.HTML`; again when the data change.

        Shapes: train and test are each (x, y): x (n, 2), y (n,) class numbers or measurements.
        """
        p, words = self.prefix, html.escape(self.describe(train, test))
        return "".join([
            f'<div id="{p}">{self.style()}<svg width="{self.width}" '
            f'height="{self.height}" role="img" aria-labelledby="{p}title {p}desc">'
            f'<title id="{p}title">What the network says over the plane</title>'
            f'<desc id="{p}desc">{words}</desc><defs>{dark_matrix(p)}</defs></svg>'
            f'<div class="map"></div><svg width="{self.width}" height="{self.height}" '
            f'aria-hidden="true">', *self.axes(), *self.points(train, "train"),
            *self.points(test, "test"), *self.key(train, test), "</svg>",
            '<div class="scale"></div>' * (self.outputs == 1), "</div>"])

    def style(self):
        """The rules that stay."""
        rules = PLANE.replace("SHADES", self.shades())
        rules = rules.replace("RIM", "--rim" if self.full is None else "--muted")
        if self.outputs > 1:
            rules = rules.replace("DARK @ :is(.map, .scale) {filter: url(@dark)}\n", "")
        return sheet(self, rules + self.point_colors(), size=self.size, left=LEFT, top=TOP,
                     low=self.low + 42)

    @property
    def low(self):
        """y of the map's lower edge."""
        return TOP + self.size

    def shades(self):
        """The color table as stops of a gradient."""
        colors = signed_colors(5, self.theme or LIGHT)[:-1]
        return ",".join(palette.hexadecimal(c) for c in colors)

    def point_colors(self):
        """The rules that color points: by class, or by value, and then for each theme."""
        if self.full is None:
            return "".join(f"@ .c{i} {{fill:{c}}}\n" for i, c in enumerate(palette.CLASSES))
        shares = np.linspace(-1, 1, 2 * BINS + 1)
        return "".join(f"{where}@ .c{i} {{fill:{palette.hexadecimal(color)}}}\n"
                       for where, theme in self.themes()
                       for i, color in enumerate(palette.diverging(shares, 1.0, theme)))

    def themes(self):
        """(start of a selector, theme) for each theme that the page may have."""
        return [("", self.theme)] if self.theme else [("", LIGHT), ("DARK ", DARK)]

    def place(self, x):
        """Points (n, 2) in pixels."""
        (left, right), (bottom, top) = self.domain
        x = np.asarray(x, dtype=float)
        return np.column_stack([LEFT + (x[:, 0] - left) / (right - left) * self.size,
                                self.low - (x[:, 1] - bottom) / (top - bottom) * self.size])

    def axes(self):
        """A frame, ticks and the names of both axes."""
        (left, right), (bottom, top) = self.domain
        yield (f'<rect class="x" x="{LEFT}" y="{TOP}" width="{self.size}" '
               f'height="{self.size}"/>')
        for value in ticks(left, right):
            x = LEFT + (value - left) / (right - left) * self.size
            yield f'<path class="x" d="M{x:.1f} {self.low}v4"/>'
            yield word(x, self.low + 16, number(value), "m s")
        for value in ticks(bottom, top):
            y = self.low - (value - bottom) / (top - bottom) * self.size
            yield f'<path class="x" d="M{LEFT} {y:.1f}h-4"/>'
            yield word(LEFT - 7, y + 4, number(value), "m s", "end")
        x, y = LEFT + self.size / 2, TOP + self.size / 2
        yield word(x, self.low + 30, shorten(self.features[0]), "b")
        yield word(10, y, shorten(self.features[1]), "b", transform=f"rotate(-90 10 {y:.0f})")

    def points(self, data, part):
        """Examples: a marker and a color for each class, a rim that tells train from test."""
        if data is None or not len(data[0]):
            return
        yield f'<g class="{part}">'
        kind  = self.kinds(data[1])
        marks = [marker(palette.MARKERS[k % 10] if self.full is None else "o") for k in range(17)]
        for (x, y), k in zip(self.place(data[0]).tolist(), kind.tolist()):
            inside = LEFT <= x <= LEFT + self.size and TOP <= y <= self.low
            if inside:
                yield f'<path class="c{k}" d="M{x:.1f} {y:.1f}{marks[k]}"/>'
        yield "</g>"

    def kinds(self, y):
        """The number of each point's color."""
        y = np.asarray(y).reshape(-1)
        if self.full is None:
            return y.astype(int) % len(palette.CLASSES)
        return np.rint(BINS * (np.clip(y / self.full, -1, 1) + 1)).astype(int)

    def key(self, train, test):
        """What colors, markers and rims mean."""
        if self.outputs == 1:
            ends = zip((0, 0.2, 0.4), (self.scale[0], "0", self.scale[1]),
                       ("start", "middle", "end"))
            for share, text, anchor in ends:
                yield word(LEFT + share * self.size, self.low + 64, text, "m s", anchor)
        x, y = LEFT + self.size, self.low + 50
        for part, data in (("test", test), ("train", train)):
            if data is not None and len(data[0]):
                x -= 7 * len(part) + 9
                yield word(x + 9, y, part, "s", "start")
                yield (f'<g class="{part}"><path fill="var(--broken)" d="M{x} {y - 4}'
                       f'{marker("o")}"/></g>')
                x -= 14
        yield from self.class_key(self.low + 80)

    def class_key(self, y):
        """Which marker is which class, as many as fit into a row."""
        x = LEFT + 4
        for c, name in enumerate(self.classes if self.full is None else ()):
            text = shorten(name, 12)
            if x + 7 * len(text) + 12 > self.width:
                yield word(x, y, "…", "m s", "start")
                return
            yield (f'<g class="train"><path class="c{c % 10}" d="M{x} {y - 4}'
                   f'{marker(palette.MARKERS[c % 10])}"/></g>')
            yield word(x + 8, y, text, "s", "start")
            x += 7 * len(text) + 24

    def describe(self, train=None, test=None):
        """The map in words, for those who do not see it."""
        (left, right), (bottom, top) = self.domain
        kind  = "its sign and size, blue where positive and orange where negative" \
            if self.outputs == 1 else f"the likeliest of {self.outputs} classes, pale where unsure"
        count = [f"{len(data[0]):,} {part} points" for part, data in
                 (("training", train), ("test", test)) if data is not None]
        return (f"A map of what the network says for {self.features[0]} from {number(left)} to "
                f"{number(right)} and {self.features[1]} from {number(bottom)} to {number(top)}: "
                f"{kind}. {' and '.join(count) or 'No points'} on it.")

    def rules(self, values, label=None):
        """How the map looks now.

        Shapes: values (n, n), row 0 at the top. One output: from -1 to 1. Several: how sure the
        network is, from 0 to 1, of the class in label (n, n).
        Raises: ValueError if there are several outputs and no label.
        """
        theme = self.theme or LIGHT
        if self.outputs == 1:
            return self.picture.rules(entries_of(values, MANY), signed_colors(MANY, theme))
        if label is None:
            raise ValueError("A map of several classes needs label=: the class at each point.")
        sure    = np.clip(np.nan_to_num(values), 0, 1)
        entries = np.asarray(label) % 10 * SURE + np.rint(sure * (SURE - 1)).astype(int)
        return self.picture.rules(entries, *(class_colors(self.outputs, t)
                                             for _, t in self.themes()))


def marker(kind, r=3.1):
    """A marker of matplotlib's as a path around the pen."""
    r *= math.sqrt(AREA.get(kind, 1.2))
    if kind == "o":
        return f"m{-r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 " \
               f"{-2 * r:.1f} 0z"
    corners, turn, inner = CORNERS[kind]
    steps = corners * (1 if inner == 1 else 2)
    angle = np.deg2rad(turn + 360 / steps * np.arange(steps))
    reach = r * np.where(np.arange(steps) % 2, inner, 1.0)
    path  = np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])
    moves = np.diff(path, axis=0)
    return f"m{path[0, 0]:.1f} {path[0, 1]:.1f}" + \
        "".join(f"l{x:.1f} {y:.1f}" for x, y in moves) + "z"
