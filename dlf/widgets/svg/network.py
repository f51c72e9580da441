"""A network as SVG: lines that are weights, and neurons that show what they say over the plane."""
import html
from typing import NamedTuple

import numpy as np

from dlf import scene
from dlf.palette import LIGHT
from dlf.widgets.svg.looks import badge_looks, grouped, line_looks, quoted
from dlf.widgets.svg.sheet import (
    Picture,
    dark_matrix,
    entries_of,
    new_prefix,
    number,
    sheet,
    shorten,
    signed_colors,
    word,
)
from dlf.widgets.svg.tiles import tiles

SIDE     = 36         # pixels: the largest neuron
LINE     = 16         # from one line of text to the next
LETTER   = 12         # the size of letters
FEW      = 25         # colors on each side of zero in the picture in a neuron: it is small
TIPS     = 800        # up to so many lines each has a hover text


class Place(NamedTuple):
    """Where a drawn neuron is, in pixels from the top left corner of the drawing."""

    column: int
    index:  int         # which neuron of that column, from 0
    left:   float
    top:    float
    side:   float


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
        e, n  = self.scene.edges, self.scene.neurons
        lines = [self.ids[pair] for pair in zip(e.start.tolist(), e.end.tolist())]
        rules = grouped(f"#{self.prefix}e", lines, line_looks(e.weight, e.width, e.opacity,
                                                              self.thick))
        rules += grouped(f"#{self.prefix}b", self.biased, badge_looks(n.bias[self.biased],
                                                                      n.size[self.biased]))
        if said is not None:
            maps   = tiles(self.net, self.scene.columns, said)
            rules += self.sprite.rules(entries_of(maps, FEW).reshape(-1, maps.shape[2]),
                                       signed_colors(FEW, self.theme or LIGHT))
        return rules

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
