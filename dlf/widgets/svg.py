"""Scenes in the page: drawn once as SVG, and then every frame is a few style rules and no markup.

Each painter gives `markup()`, the text of one `widgets.HTML` that stays, and `rules(...)`, how it
looks now. `frame(...)` makes one text for another `widgets.HTML` out of the rules of several:

    graph, plane  = NetworkSvg(net), MapSvg()
    still.value   = graph.markup() + plane.markup(train=(x, y))       # once
    moving.value  = frame(graph.rules(said), plane.rules(value))      # 30 times a second

Nothing under the pointer is ever replaced, so what is shown on hover stays, and its numbers move.
Rules are global to a page: every id begins with the painter's own `prefix`. Colors follow the
theme of Jupyter, light or dark, unless a theme is given.
"""
import html
import math
import re
import uuid
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from dlf import palette, scene
from dlf.layers.containers import Residual, Sequential
from dlf.palette import DARK, LIGHT
from dlf.widgets import png

SIDE     = 36         # pixels: the largest neuron
LINE     = 16         # from one line of text to the next
LETTER   = 12         # the size of letters
THIN     = 0.6        # the thinnest line, the weight 0
LEVELS   = 24         # widths of lines that are told apart: a step is a quarter of a pixel
PICTURE  = 25         # points a side of the picture in a neuron
FEW      = 25         # colors on each side of zero in the picture in a neuron: it is small
MANY     = 60         # and in the map of the plane, where steps would be seen
SURE     = 25         # shades of a class, from not sure to sure
TIPS     = 800        # up to so many lines each has a hover text
DARKNESS = '[data-jp-theme-light="false"]'           # JupyterLab, Notebook 7 and Voila say so


def frame(*rules):
    """The text of one frame: style rules and nothing else, for a `widgets.HTML`."""
    return f"<style>{''.join(rules)}</style>"


# ---- what all painters share -------------------------------------------------------------------

def new_prefix():
    """A word no other painter of the page has, not even one of another kernel."""
    return "dlf" + uuid.uuid4().hex[:6]


def variables(theme, follow):
    """A theme as CSS variables; what Jupyter has a color for may follow Jupyter."""
    of_page = {"ink": "--jp-ui-font-color1", "muted": "--jp-ui-font-color2",
               "background": "--jp-layout-color0"} if follow else {}
    colors  = {name: getattr(theme, name) for name in
               ("background", "ink", "muted", "faint", "negative", "zero", "positive")}
    return "".join(f"--{name}:var({of_page[name]},{color});" if name in of_page else
                   f"--{name}:{color};" for name, color in colors.items()) + \
        f"--broken:{palette.BROKEN};--rim:var(--{'muted' if theme.is_dark else 'background'});"


def themed(prefix, theme, rule=variables):
    """The rule `rule(theme, follow)` of the painter, for one theme, or for light and dark pages."""
    if theme is not None:
        return f"#{prefix}{{{rule(theme, False)}background:{theme.background};}}"
    return f"#{prefix}{{{rule(LIGHT, True)}}}{DARKNESS} #{prefix}{{{rule(DARK, True)}}}"


BASE = """
@ {position: relative; overflow: visible; color: var(--ink); font-variant-numeric: tabular-nums;
   font: 12px/1.3 var(--jp-ui-font-family, system-ui, -apple-system, "Segoe UI", sans-serif)}
@ svg {position: absolute; left: 0; top: 0; overflow: visible; pointer-events: none}
@ text {fill: var(--ink)}
@ .m {fill: var(--muted)}
@ .s {font-size: 11px}
@ .b {font-weight: 600}
"""


def sheet(painter, rules, **sizes):
    """The style rules that stay: those of every painter, its own, and its sizes as CSS variables.

    In `rules` @ stands for the painter's id, and DARK for a page whose theme is dark. A painter
    with a theme of its own ignores the page's.
    """
    sizes = {"width": painter.width, "height": painter.height, **sizes}
    sizes = "".join(f"--{name}:{value:.4g}px;" for name, value in sizes.items())
    rules = f"{BASE}@ {{{sizes}width:var(--width);height:var(--height)}}{rules}"
    if painter.theme is not None:
        rules = re.sub(r"(?m)^DARK.*$", "", rules)
    rules = rules.replace("DARK", DARKNESS).replace("@", f"#{painter.prefix}")
    return f"<style>{themed(painter.prefix, painter.theme)}{rules}</style>"


def dark_matrix(prefix):
    """An SVG filter that turns the light table's colors into the dark table's: one matrix.

    So one picture serves both themes, of which the kernel does not know which the page has.
    """
    light = np.column_stack([palette.table(LIGHT) / 255, np.ones(palette.STEPS)])
    fit   = np.linalg.lstsq(light, palette.table(DARK) / 255, rcond=None)[0].T
    rows  = [f"{r:.4f} {g:.4f} {b:.4f} 0 {one:.4f}" for r, g, b, one in fit]
    return (f'<filter id="{prefix}dark" color-interpolation-filters="sRGB" x="0" y="0" width="1" '
            f'height="1"><feColorMatrix values="{" ".join(rows)} 0 0 0 1 0"/></filter>')


class Picture:
    """A picture that changes under a fixed selector, and never leaves a gap.

    The one before is listed below the new one: where a browser is late to unpack the new one, it
    shows the old. That is why these pictures are opaque.
    """

    def __init__(self, *selectors):
        self.selectors, self.last = selectors, [None] * len(selectors)

    def rules(self, entries, *tables):
        """The rules that show these entries, in one color table for each selector."""
        new  = [png.address(file) for file in png.pictures(entries, *tables)]
        both = [f"url({a})" if b in (None, a) else f"url({a}),url({b})"
                for a, b in zip(new, self.last)]
        self.last = new
        return "".join(f"{s}{{background-image:{urls}}}" for s, urls in zip(self.selectors, both))


@lru_cache(maxsize=8)
def signed_colors(shades, theme):
    """The signed color table thinned to so many shades a side, and then the gray of nan."""
    entries = np.rint(np.linspace(0, palette.STEPS - 2, 2 * shades + 1)).astype(int)
    return palette.table(theme)[[*entries, palette.STEPS - 1]]


def entries_of(values, shades):
    """Places in `signed_colors` of values from -1 to 1; what is not finite gets the last."""
    values  = np.asarray(values, dtype=float)
    entries = np.rint((np.clip(values, -1, 1) + 1) * shades)
    return np.where(np.isfinite(values), entries, 2 * shades + 1).astype(np.uint8)


@lru_cache(maxsize=16)
def class_colors(n, theme):
    """For each of n classes its shades from not sure to sure; (25 n, 3), at most 10 classes."""
    share = np.linspace(0, 1, SURE)
    return np.concatenate([palette.blend(palette.qualitative(np.full(SURE, c)), share, theme.zero)
                           for c in range(min(n, 10))])


def number(value, digits=3):
    """A number as people write it, with a true minus; a dash for none."""
    if np.isnan(value):
        return "–"
    return f"{value:.{digits}g}".replace("-", "−").replace("inf", "∞")


def shorten(text, most=20):
    """A name that fits, and an ellipsis for the rest."""
    return text if len(text) <= most else text[:most - 1].rstrip() + "…"


def word(x, y, text, kind="", anchor="middle", **more):
    """A line of SVG text, whatever letters it has."""
    extra = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in more.items())
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}"{extra}>'
            f'{html.escape(text)}</text>')


def ticks(low, high, about=6):
    """Round numbers between two others: steps of 1, 2 or 5 times a power of ten."""
    size = max((high - low) / about, 1e-300)
    ten  = 10.0 ** math.floor(math.log10(size))
    step = ten * next(k for k in (1, 2, 5, 10) if k * ten >= 0.999 * size)
    return [round(i * step, 12) for i in range(math.ceil(low / step - 1e-9),
                                               math.floor(high / step + 1e-9) + 1)]


# ---- a network ---------------------------------------------------------------------------------

class Place(NamedTuple):
    """Where a drawn neuron is, in pixels from the top left corner of the drawing."""

    column: int
    index:  int         # which neuron of that column, from 0
    left:   float
    top:    float
    side:   float


def activations(net, x):
    """What each column of a network's scene says for inputs x: a list of (n, neurons) arrays.

    Shapes: x (n, inputs). One forward pass; pass all points of a plane to get pictures of it.
    """
    columns = [np.asarray(x)]
    run(net, columns[0], columns)
    return columns


def run(layer, x, columns):
    """The output of a layer; a matrix begins a column, all others work on the last one."""
    if isinstance(layer, Sequential):
        y = x
        for child in layer:
            y = run(child, y, columns)
        y = x + y if isinstance(layer, Residual) else y
    else:
        y = layer.forward(x)
        columns += [y] if scene.is_matrix(layer) else []
    columns[-1] = y
    return y


# :where keeps what a frame changes weaker than the frame's rules, wherever those stand in the page.
GRAPH = """
@ .w {fill: none; stroke: var(--positive); color: var(--negative)}
:where(@) .e {stroke-opacity: 0}
@ .n {position: absolute; box-sizing: border-box; width: var(--side); height: var(--side);
      border-radius: var(--corner)}
:where(@) .n {background: ZERO border-box no-repeat; background-size: var(--tile) var(--sprite)}
DARK @ .n {filter: url(@dark)}
@ .r {fill: none; stroke: var(--muted); stroke-width: 1.2}
@ .g {stroke: var(--background); stroke-width: var(--bar)}
@ .g :first-child {stroke: none}
@ .g path {opacity: var(--h, 1)}
@ .g :last-child {opacity: var(--v, 0)}
@ .u {position: absolute; width: var(--side); height: var(--side)}
@ .u:hover {z-index: 2}
@ .h {fill: none; stroke: transparent; stroke-width: 9; pointer-events: stroke}
@ .k:hover .h {stroke: var(--ink); stroke-opacity: 0.25}
@ foreignObject {display: none; overflow: visible; pointer-events: none}
@ .t {display: none; width: max-content; white-space: nowrap; pointer-events: none;
      padding: 2px 7px; border-radius: 4px; font-size: 11px; line-height: 16px;
      background: var(--ink); color: var(--background)}
@ .u .t {position: absolute; left: 50%; bottom: 100%; transform: translate(-50%, -4px); z-index: 3}
@ .u:hover .t, @ .k:hover foreignObject {display: block}
@ foreignObject .t {display: block; margin: 0 auto}
@ .key {position: absolute; left: 0; right: 0; bottom: 2px; margin: 0; text-align: center;
        white-space: pre-line; font-size: 11px; color: var(--muted)}
"""

STAGE = """
STAGE {position: relative; overflow: visible}
STAGE .widget-html, STAGE .widget-html-content {margin: 0; padding: 0; overflow: visible;
                                                line-height: normal}
STAGE button {position: absolute; box-sizing: border-box; margin: 0; padding: 0; opacity: 0;
              cursor: pointer}
STAGE button:focus-visible {opacity: 1; background: none; color: transparent; border-radius: 6px;
                            outline: 2px solid var(--jp-brand-color1, #0877bd); outline-offset: 2px}
"""


class NetworkSvg:
    """The drawing of one network, as long as its layers stay the same.

    Args: inputs, outputs: names of the features and of the classes; width, height: in pixels;
    theme: `palette.LIGHT` or `palette.DARK`, or None to follow the page; prefix: what all ids
    begin with.

    A line is a path; a neuron is a picture of what it says over the plane, with a badge for its
    bias. `scene` is what is shown.
    """

    def __init__(self, net, inputs=None, outputs=None, width=640, height=440, theme=None,
                 prefix=None):
        self.net, self.names = net, (inputs, outputs)
        self.width, self.height, self.theme = width, height, theme
        self.prefix = prefix or new_prefix()
        self.scene  = self.look()
        self.gap    = self.width * min(np.diff([c.x for c in self.scene.columns]), default=1)
        self.side   = min(SIDE, 0.84 * self.scene.step * height, 0.42 * self.gap)
        self.thick  = min(max(0.17 * self.side, 1.6), 5.5)
        self.badge  = min(max(0.19 * self.side, 3.2), 6.5)
        self.biased = [i for i in range(len(self.scene.neurons.x)) if self.has_bias(i)]
        self.ids    = {pair: i for i, pair in enumerate(self.pairs())}
        self.sprite = Picture(f"#{self.prefix} .n")

    def look(self):
        """The scene of the network as it is now."""
        return scene.network(self.net, *self.names, aspect=self.width / self.height,
                             line=LINE / self.height, theme=self.theme or LIGHT)

    def pairs(self):
        """All (start, end) that a line could join: which of them are drawn may change."""
        column = self.scene.neurons.column
        for gap, total in enumerate(self.scene.totals):
            if total:
                yield from ((int(a), int(b)) for b in np.flatnonzero(column == gap)
                            for a in np.flatnonzero(column == gap - 1))

    def places(self):
        """A `Place` for every drawn neuron, for instance to lay buttons over them."""
        n = self.scene.neurons
        left, top = n.x * self.width - self.side / 2, (1 - n.y) * self.height - self.side / 2
        return [Place(int(c), int(i), float(x), float(y), float(self.side))
                for c, i, x, y in zip(n.column, n.index, left, top)]

    # ---- once ----

    def markup(self):
        """All that stays, for one `widgets.HTML`."""
        size = f'width="{self.width}" height="{self.height}"'
        p    = self.prefix
        return "".join([
            f'<div id="{p}">{self.style()}<svg {size} role="img" aria-labelledby="{p}title '
            f'{p}desc"><title id="{p}title">The network as a graph</title><desc id="{p}desc">'
            f'{html.escape(self.describe())}</desc><defs>{dark_matrix(p)}</defs>',
            *self.skips(), '<g class="w">', *self.lines(), "</g></svg>", *self.pictures(),
            f'<svg {size} aria-hidden="true">', *self.words(), *self.badges(), *self.hits(),
            '</svg><p class="key"></p>', *self.covers(), "</div>"])

    def style(self):
        """The rules that stay. A picture is a pixel too large all around: no neighbor shines in."""
        tile  = self.side + 2
        rules = GRAPH.replace("ZERO", (self.theme or LIGHT).zero)
        return sheet(self, rules + self.stage_style(), side=self.side, corner=0.2 * self.side,
                     tile=tile, sprite=tile * len(self.scene.neurons.x), bar=0.26 * self.badge)

    def stage_style(self):
        """Where buttons over neurons lie; they take the pointer, so they show the hover text."""
        stage, at = f".{self.prefix}stage", f".{self.prefix}at"
        side      = f"width:{self.side:.1f}px;height:{self.side:.1f}px"
        places    = "".join(
            f"{stage} {at}{i} {{left:{place.left:.1f}px;top:{place.top:.1f}px;{side}}}\n"
            f"{stage}:has({at}{i}:is(:hover,:focus-visible)) @u{i} .t {{display:block}}\n"
            for i, place in enumerate(self.places()))
        return STAGE.replace("STAGE", stage) + places

    def stage(self):
        """(class for the box, classes for the buttons) that lay a button over every neuron.

        The box holds the `widgets.HTML` of `markup` and one `widgets.Button` a neuron, in the
        order of `places`: give each its class with `add_class`. No JavaScript, no pixels.
        """
        return (f"{self.prefix}stage",
                [f"{self.prefix}at{i}" for i in range(len(self.scene.neurons.x))])

    def lines(self):
        """A path for every line."""
        for (start, end), i in self.ids.items():
            yield f'<path class="e" id="{self.prefix}e{i}" d="{self.curve(start, end)}"/>'

    def curve(self, start, end):
        """From the right side of one neuron to the left side of another."""
        a, b = self.center(start), self.center(end)
        x0, x1 = a[0] + self.side / 2, b[0] - self.side / 2
        bend   = (x1 - x0) / 2
        return (f"M{x0:.1f} {a[1]:.1f}C{x0 + bend:.1f} {a[1]:.1f} {x1 - bend:.1f} {b[1]:.1f} "
                f"{x1:.1f} {b[1]:.1f}")

    def center(self, i):
        """The middle of a neuron in pixels."""
        n = self.scene.neurons
        return float(n.x[i] * self.width), float((1 - n.y[i]) * self.height)

    def pictures(self):
        """Neurons: windows on one tall picture, and blocks for layers that have none to draw."""
        for i, place in enumerate(self.places()):
            yield (f'<i class="n" id="{self.prefix}n{i}" style="left:{place.left:.1f}px;'
                   f'top:{place.top:.1f}px;background-position:-1px '
                   f'{-1 - i * (self.side + 2):.1f}px"></i>')

    def badges(self):
        """Frames of neurons, and at their lower left corners the signs of their biases."""
        corner = 0.2 * self.side
        for i, place in enumerate(self.places()):
            yield (f'<rect class="r" x="{place.left:.1f}" y="{place.top:.1f}" '
                   f'width="{self.side:.1f}" height="{self.side:.1f}" rx="{corner:.1f}"/>')
            if i in self.biased:
                yield self.sign(i, place.left + 1, place.top + self.side - 1)

    def has_bias(self, i):
        """Is there a bias, though it may be no number any more?"""
        n       = self.scene.neurons
        matrix  = [m for _, m in self.net.walk() if scene.is_matrix(m)]
        widths  = [c for c, total in enumerate(self.scene.totals) if total]
        which   = dict(zip(widths, matrix, strict=True)).get(int(n.column[i]))
        return getattr(which, "b", None) is not None

    def sign(self, i, x, y):
        """A disc with a bar, and a second bar that plus shows and minus does not."""
        r, bar = self.badge, 0.55 * self.badge
        return (f'<g transform="translate({x:.1f} {y:.1f})"><g class="g" id="{self.prefix}b{i}">'
                f'<circle r="{r:.1f}"/><path d="M{-bar:.1f} 0H{bar:.1f}"/>'
                f'<path d="M0 {-bar:.1f}V{bar:.1f}"/></g></g>')

    def words(self):
        """Captions, counts, names, dots, blocks."""
        letters = self.letters()
        for column in self.scene.columns:
            x = column.x * self.width
            yield from self.caption(column, x, letters)
            yield word(x, (1 - self.scene.below) * self.height + 4, column.count, "b s")
            if column.dots is not None:
                yield word(x, (1 - column.dots) * self.height + 5, "⋮", "m", font_size=18)
            if column.size is None:
                yield self.block(x)
        for label in self.scene.labels:
            yield self.label(label)
        yield from self.notes()

    def caption(self, column, x, letters):
        """What leads to a column, a line each; where it is narrow, in fewer letters."""
        for line, text in enumerate(column.captions):
            text = text if letters > 9.5 else text.removeprefix("Dense ")
            yield word(x, 14 + line * LINE, text, "m" if line else "b",
                       font_size=f"{max(letters, 9):.1f}")

    def letters(self):
        """The size of captions: as large as neighbors allow."""
        longest = max(len(text) for c in self.scene.columns for text in c.captions)
        return min(self.gap / (0.64 * (longest + 1.5)), LETTER)

    def label(self, label):
        """A name beside a neuron of the first or the last column."""
        column = self.scene.columns[0 if label.side == "left" else -1]
        away   = (self.side / 2 + 7) * (-1 if label.side == "left" else 1)
        size   = min(LETTER, 0.9 * self.scene.step * self.height)
        return word(column.x * self.width + away, (1 - label.y) * self.height + 0.35 * size,
                    shorten(label.text), "", "end" if label.side == "left" else "start",
                    font_size=f"{size:.1f}")

    def block(self, x):
        """A layer whose neurons are not drawn: a plate."""
        y = (1 - self.scene.middle) * self.height
        return (f'<rect x="{x - 20:.1f}" y="{y - 20:.1f}" width="40" height="40" rx="6" '
                f'fill="var(--faint)" stroke="var(--muted)"/>')

    def notes(self):
        """Under each gap how many of its weights are drawn; an arrow where there are none."""
        columns = self.scene.columns
        drawn   = np.bincount(self.scene.edges.gap, minlength=len(columns))
        y       = (1 - self.scene.below) * self.height + 4
        for i, total in enumerate(self.scene.totals):
            x = (columns[i - 1].x + columns[i].x) / 2 * self.width if i else 0
            if drawn[i] < total:
                yield word(x, y, f"{drawn[i]} of {total:,}", "m", font_size=9.5)
                yield word(x, y + 11, "weights", "m", font_size=9.5)
            if i and not total:
                yield word(x, (1 - self.scene.middle) * self.height + 5, "→", "m", font_size=16)

    def skips(self):
        """Residual connections: arcs over the columns that they skip."""
        top = (1 - self.scene.neurons.y.max(initial=0.5)) * self.height - 0.7 * self.side
        for start, end in self.scene.skips:
            a, b = (self.scene.columns[i].x * self.width for i in (start, end))
            yield (f'<path d="M{a:.1f} {top:.1f}Q{(a + b) / 2:.1f} {top - 26:.1f} {b:.1f} '
                   f'{top:.1f}m-7 -6l7 6l-9 1" fill="none" stroke="var(--muted)" '
                   f'stroke-width="1.3"/>')

    def hits(self):
        """Over every line a broad one that feels the pointer, and its hover text."""
        for (start, end), i in self.ids.items() if len(self.ids) <= TIPS else ():
            (x0, y0), (x1, y1) = self.center(start), self.center(end)
            yield (f'<g class="k"><path class="h" d="{self.curve(start, end)}"/><foreignObject '
                   f'x="{(x0 + x1) / 2 - 90:.1f}" y="{(y0 + y1) / 2 - 28:.1f}" width="180" '
                   f'height="24"><div class="t" id="{self.prefix}w{i}">'
                   f'{html.escape(self.name(start))} → {html.escape(self.name(end))}: </div>'
                   f'</foreignObject></g>')

    def covers(self):
        """Over every neuron a square that feels the pointer, and its hover text."""
        for i, place in enumerate(self.places()):
            yield (f'<div class="u" id="{self.prefix}u{i}" style="left:{place.left:.1f}px;'
                   f'top:{place.top:.1f}px"><span class="t" id="{self.prefix}t{i}">'
                   f'{html.escape(self.name(i))}</span></div>')

    def name(self, i):
        """A neuron's name: that of its feature or class, else its layer and number."""
        n, last     = self.scene.neurons, len(self.scene.columns) - 1
        column, at  = int(n.column[i]), int(n.index[i])
        given       = {0: self.names[0], last: self.names[1]}.get(column)
        if given:
            return shorten(str(given[at]), 40)
        if column in (0, last):
            return f"x{at + 1}" if column == 0 else f"output {at + 1}"
        return f"layer {column}, neuron {at + 1}"

    def describe(self):
        """The drawing in words, for those who do not see it: its shape, and its weights now."""
        shape  = "-".join(f"{c.size:,}" if c.size else c.captions[0] for c in self.scene.columns)
        weight = [v.ravel() for name, v, _ in self.net.parameters() if name.split(".")[-1] == "W"]
        weight = np.concatenate(weight) if weight else np.zeros(0)
        if not weight.size:
            return f"A network {shape} without weights."
        return (f"A network {shape} with {weight.size:,} weights, {(weight < 0).sum():,} of them "
                f"negative; the largest has the size {number(np.abs(weight).max())}. Lines are "
                f"weights, dashed if negative; neurons carry the signs of their biases.")

    # ---- now ----

    def rules(self, said=None):
        """How lines, badges and pictures look now; `said` is what `activations` gives for a grid.

        Shapes: said, for each column (size * size, neurons), row by row from the top.
        """
        self.scene = self.look()
        shown = "" if said is None else self.sprite.rules(self.entries(said),
                                                          signed_colors(FEW, self.theme or LIGHT))
        return self.line_rules(self.scene.edges) + self.badge_rules(self.scene.neurons) + shown

    def line_rules(self, e):
        """Width, opacity, color and dashes; lines that look alike share one rule."""
        width   = np.rint(LEVELS * e.width).astype(int).tolist()
        opacity = np.rint(LEVELS * e.opacity).astype(int).tolist()
        kind    = kinds(e.weight)
        ids     = [self.ids[pair] for pair in zip(e.start.tolist(), e.end.tolist())]
        looks   = [line_look(w, o, k, self.thick) for w, o, k in zip(width, opacity, kind)]
        return grouped(f"#{self.prefix}e", ids, looks)

    def badge_rules(self, n):
        """Color, size and sign of the biases."""
        kind = kinds(n.bias[self.biased])
        size = np.rint(LEVELS * n.size[self.biased]).astype(int).tolist()
        return grouped(f"#{self.prefix}b", self.biased, map(badge_look, size, kind))

    def entries(self, said):
        """The neurons' pictures one below another, as places in the color table."""
        columns = self.scene.columns
        if len(said) != len(columns):
            raise ValueError(f"The drawing has {len(columns)} columns, but values came for "
                             f"{len(said)}: pass activations(net, grid) of the same network.")
        maps = np.concatenate([self.column_maps(values, column.shown, column is columns[-1])
                               for values, column in zip(said, columns)])
        return entries_of(maps, FEW).reshape(-1, maps.shape[2])

    def column_maps(self, values, shown, is_last):
        """The pictures of one column, from -1 to 1; the largest size in it gets the full color."""
        values = np.asarray(values, dtype=float)
        if is_last:
            values = scene.signed(self.net, values) if values.shape[1] == 1 else \
                2 * scene.probabilities(self.net, values) - 1
        side = math.isqrt(len(values))
        if side * side != len(values):
            raise ValueError(f"Pictures need the values at all points of a square grid; "
                             f"{len(values)} points are none.")
        step = max(side // PICTURE, 1)
        maps = values[:, shown].T.reshape(len(shown), side, side)[:, step // 2::step,
                                                                  step // 2::step]
        return maps / max(np.abs(maps).max(initial=0, where=np.isfinite(maps)), 1.0)

    def numbers(self):
        """The numbers of hover texts and of the scale: rules that need not come every frame."""
        p, e, n = self.prefix, self.scene.edges, self.scene.neurons
        rules   = [f"#{p} .key::after{{content:{quoted(self.scene.legend)}}}"]
        if len(self.ids) <= TIPS:
            rules += [f'#{p}w{self.ids[pair]}::after{{content:"{number(w)}"}}' for pair, w in
                      zip(zip(e.start.tolist(), e.end.tolist()), e.weight.tolist())]
        rules += [f'#{p}t{i}::after{{content:", bias {number(b)}"}}'
                  for i, b in zip(self.biased, n.bias[self.biased].tolist())]
        return "".join(rules)


def kinds(values):
    """-1, 0 or 1 for each value, and 2 for what is no number."""
    values = np.asarray(values)
    return np.where(np.isfinite(values), np.sign(np.nan_to_num(values)), 2).astype(int).tolist()


# A line inherits the positive color as its stroke and the negative one as its color: to look a
# variable up for each of a thousand lines would cost the page a third of its time.
STROKE = {-1: "stroke:currentColor;", 0: "stroke:var(--broken);", 1: "", 2: "stroke:var(--broken);"}
COLOR  = {-1: "var(--negative)", 0: "var(--broken)", 1: "var(--positive)", 2: "var(--broken)"}


@lru_cache(maxsize=4096)
def line_look(width, opacity, kind, thick):
    """The style of a line: width and opacity in 24ths, dashes longer than wide if negative."""
    width = THIN + (thick - THIN) * width / LEVELS
    dash  = f";stroke-dasharray:{3 + 1.6 * width:.0f} {2 + 0.8 * width:.0f}" if kind == -1 else ""
    return f"{STROKE[kind]}stroke-width:{width:.2g};stroke-opacity:{opacity / LEVELS:.2g}{dash}"


@lru_cache(maxsize=256)
def badge_look(size, kind):
    """The style of a bias: its disc grows with it and has the bars of its sign; 0 is a dot."""
    scale = 0.5 if kind == 0 else 0.62 + 0.5 * size / LEVELS
    bars  = {-1: "", 1: ";--v:1"}.get(kind, ";--h:0")
    return f"fill:{COLOR[kind]};transform:scale({scale:.2g}){bars}"


def grouped(stem, ids, looks):
    """Style rules, one for all ids that look alike."""
    alike = {}
    for i, look in zip(ids, looks):
        alike.setdefault(look, []).append(f"{stem}{i}")
    return "".join(f"{','.join(names)}{{{look}}}" for look, names in alike.items())


def quoted(text):
    """Text as a CSS string."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ")
    return '"' + text.replace("\n", "\\a ") + '"'


# ---- a map of the plane ------------------------------------------------------------------------

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


# ---- curves ------------------------------------------------------------------------------------

MOST = 240                # points of a curve: more no screen shows
EDGE = (44, 30, 18, 34)   # left, top, right, below


CURVE = """
@ .l {stroke: var(--faint); stroke-width: 1; fill: none}
@ .train, @ .test {fill: none; stroke-linejoin: round; stroke-linecap: round}
@ .train {stroke: var(--muted); stroke-width: 1.5}
@ .test {stroke: var(--ink); stroke-width: 2.4}
"""


class CurveSvg:
    """Two curves over the epochs, training and test, and their last values as numbers.

    Args: title; percent: values are shares, drawn from 0 to 100 %; log: powers of ten at equal
    distances; width, height: in pixels.

    A curve moves as a whole and has nothing to point at, so its text is simply made anew, about
    five times a second, for a `widgets.HTML` of its own: that works in every browser, and a style
    rule for a path (CSS `d`) does not.
    """

    def __init__(self, title="Loss", percent=False, log=False, width=354, height=170, theme=None,
                 prefix=None):
        self.title, self.percent, self.log = title, percent, log
        self.width, self.height, self.theme = width, height, theme
        self.prefix = prefix or new_prefix()

    def text(self, epoch, train, test=None):
        """The whole drawing now, for one `widgets.HTML`.

        Shapes: epoch, train and test (n,), finite or not; without test there is one curve.
        """
        epoch  = np.asarray(epoch, dtype=float)
        curves = {name: np.asarray(c, dtype=float) for name, c in
                  (("train", train), ("test", test)) if c is not None}
        scale  = self.scale(epoch, curves)
        p      = self.prefix
        words  = html.escape(self.describe(curves))
        return "".join([
            f'<div id="{p}">{sheet(self, CURVE)}<svg width="{self.width}" '
            f'height="{self.height}" role="img" aria-label="{words}">', *self.grid(scale),
            *(self.line(name, epoch, c, scale) for name, c in curves.items()),
            *self.head(curves), "</svg></div>"])

    def scale(self, epoch, curves):
        """(last epoch, lowest, highest value) of the axes, rounded up so that they seldom move."""
        values = np.concatenate([*curves.values()])
        values = values[np.isfinite(values) & ((values > 0) | (not self.log))]
        last   = rounded_up(max(epoch.max(initial=0), 1.0))
        if self.percent:
            return last, 0.0, 1.0
        if self.log:
            low, high = (values.min(), values.max()) if len(values) else (0.1, 1.0)
            low = math.floor(math.log10(low))
            return last, float(low), float(max(math.ceil(math.log10(high)), low + 1))
        return last, 0.0, rounded_up(values.max(initial=1e-6))

    def grid(self, scale):
        """Lines and numbers of both axes."""
        last, low, high = scale
        left, _, right, below = EDGE
        for value in self.heights(low, high):
            y = self.y(value, scale)
            yield f'<path class="l" d="M{left} {y:.1f}H{self.width - right}"/>'
            yield word(left - 6, y + 4, self.tick(value), "m s", "end")
        for value in ticks(0, last, 5):
            yield word(self.x(value, scale), self.height - below + 16, f"{value:,g}", "m s")
        yield word((left + self.width - right) / 2, self.height - 4, "epoch", "m s")

    def heights(self, low, high):
        """Where lines of the grid are."""
        if not self.log:
            return ticks(low, high, 4)
        every = max(1, math.ceil((high - low) / 5))
        return list(range(int(low), int(high) + 1, every))

    def tick(self, value):
        """A number of the vertical axis."""
        if self.percent:
            return f"{100 * value:.0f} %"
        return number(10.0 ** value if self.log else value)

    def x(self, epoch, scale):
        return EDGE[0] + epoch / scale[0] * (self.width - EDGE[0] - EDGE[2])

    def y(self, value, scale):
        _, low, high = scale
        share = np.clip((value - low) / (high - low), 0, 1)
        return self.height - EDGE[3] - share * (self.height - EDGE[1] - EDGE[3])

    def line(self, name, epoch, curve, scale):
        """One curve; it has a gap where there is no number."""
        keep = scene.thin(curve, MOST)
        epoch, curve = epoch[keep], curve[keep]
        there = np.isfinite(curve) & ((curve > 0) | (not self.log))
        shown = np.log10(curve, where=there, out=np.zeros_like(curve)) if self.log else curve
        x, y  = self.x(epoch, scale), self.y(np.where(there, shown, 0), scale)
        path, pen = [], "M"
        for a, b, ok in zip(x.tolist(), y.tolist(), there.tolist()):
            path += [f"{pen}{a:.1f} {b:.1f}"] * ok
            pen   = "L" if ok else "M"
        dot = "h.01" if len(path) == 1 else ""
        return f'<path class="{name}" d="{"".join(path)}{dot}"/>'

    def head(self, curves):
        """The title, and each curve's last value behind a piece of it."""
        yield word(0, 15, self.title, "b", "start")
        x = self.width - EDGE[2] - 112 * len(curves) + 2
        for name, curve in curves.items():
            value = curve[-1] if len(curve) else math.nan
            yield f'<path class="{name}" d="M{x} 11h14"/>'
            yield word(x + 20, 15, name, "m", "start")
            yield word(x + 105, 15, self.value(value), "b", "end")
            x += 116

    def value(self, value):
        """A number of fixed width."""
        if not np.isfinite(value):
            return number(value)
        if self.percent:
            return f"{100 * value:.1f} %".replace("-", "−")
        return f"{value:.4f}" if abs(value) < 100 else f"{value:.1e}"

    def describe(self, curves):
        """The curves in words, for those who do not see them."""
        parts = [f"{name} from {self.value(c[0])} to {self.value(c[-1])}"
                 for name, c in curves.items() if len(c)]
        return f"{self.title}: {', '.join(parts) or 'nothing measured yet'}."


def rounded_up(value):
    """The next of a few round numbers: the end of an axis that seldom moves."""
    ten  = 10.0 ** math.floor(math.log10(value))
    ends = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
    return float(next(k for k in ends if k * ten >= 0.9999 * value) * ten)
