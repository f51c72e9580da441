"""The network as a graph with numbers on its lines: one neuron's, or all of them in one look."""
import re

import numpy as np

from dlf.widgets.svg.figure import LETTER, figure, line, plate, rect
from dlf.widgets.svg.sheet import number as show
from dlf.widgets.svg.sheet import word

ROW, LOOK     = 608, 700       # the widths of both kinds of pictures
HEIGHT        = 372
TOP, BELOW    = 52, 34         # room for headings, and for the words under the graph
SIDE          = 40             # from the border to the middle of the first and the last column
BOX           = (62, 24)       # a neuron
MOST          = 9              # neurons of a column that are drawn
WIDER         = 3.4            # how much wider the gap in question is than the others
TRIED         = (0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73, 0.2, 0.8)   # places for numbers on a line

LOOKS = {"forward":  ("in each box a, on each line the weight w and below it w * x",
                      lambda here: (here.W, here.wx), lambda here: here.a),
         "backward": ("in each box delta, on each line dC/dw and below it the update",
                      lambda here: (here.dW, here.update_W), lambda here: here.delta)}


class StepGraph:
    """One `dlf.experiment.Sample` as a graph. Columns count from 0, the inputs; so do neurons."""

    def __init__(self, made):
        self.made   = made
        self.sizes  = [len(made.x), *(len(here.z) for here in made.layers)]
        self.size_w = max((np.abs(here.W[np.isfinite(here.W)]).max(initial=0)
                           for here in made.layers), default=0) or 1.0

    # ---- two kinds of pictures -----------------------------------------------------------------

    def one_row(self, row):
        """What one row of the computation is about; what was not computed yet is a dot."""
        gap, neuron, outgoing = question(row)
        self.width = ROW
        self.arrange(gap, row.layer, max(row.neuron - 1, 0))
        parts = [*self.heads(), *self.lines(gap, neuron, outgoing)]
        parts += self.labels(row, gap, neuron, outgoing)
        parts += [part for c in range(len(self.sizes)) for part in self.boxes(c, row)]
        return figure(self.width, HEIGHT, f"The network as a graph. {minus(row.text)}", *parts,
                      self.foot(meaning(row)))

    def one_look(self, kind):
        """All numbers of the way forward, or of the way back."""
        self.width = LOOK
        self.arrange(None, None, 0)
        meaning, numbers, value = LOOKS[kind]
        parts = [*self.heads(), *self.lines("all", None, False)]
        for gap, here in enumerate(self.made.layers, 1):
            parts += self.pairs(gap, *numbers(here))
        inside = [self.made.x if kind == "forward" else np.full(self.sizes[0], np.nan),
                  *(value(here) for here in self.made.layers)]
        parts += [part for c, column in enumerate(inside) for j in self.shown[c]
                  for part in self.box(c, j, show(column[j]) if np.isfinite(column[j]) or c
                                       else self.made.names[j], False)]
        return figure(self.width, HEIGHT, f"The way {kind} in one look: {meaning}.", *parts,
                      self.foot(meaning))

    # ---- where things are ----------------------------------------------------------------------

    def arrange(self, gap, column, neuron):
        """Places of columns and neurons; the gap in question is wide, its neuron is shown."""
        wide   = np.array([WIDER if g == gap else 1.0 for g in range(1, len(self.sizes))])
        across = np.concatenate([[0], np.cumsum(wide) / wide.sum()])
        self.x = SIDE + 8 + across * (self.width - 2 * SIDE - 16)
        self.shown = [few(n, neuron if c == column else 0) for c, n in enumerate(self.sizes)]

    def place(self, column, neuron):
        """The middle of a neuron."""
        drawn = self.shown[column]
        step  = (HEIGHT - TOP - BELOW) / max(len(drawn), 3)
        first = (TOP + HEIGHT - BELOW - step * (len(drawn) - 1)) / 2
        return float(self.x[column]), first + step * drawn.index(neuron)

    def ends(self, gap, i, j):
        """Both ends of the line from neuron i to neuron j of the next column."""
        (x0, y0), (x1, y1) = self.place(gap - 1, i), self.place(gap, j)
        return x0 + BOX[0] / 2, y0, x1 - BOX[0] / 2, y1

    def at(self, gap, i, j, along):
        """A place on that line: 0 at its start, 1 at its end."""
        x0, y0, x1, y1 = self.ends(gap, i, j)
        return x0 + along * (x1 - x0), y0 + along * (y1 - y0)

    # ---- what is drawn -------------------------------------------------------------------------

    def heads(self):
        """What each column is, and how many neurons are not drawn."""
        for c, n in enumerate(self.sizes):
            name = "inputs" if c == 0 else "output" if c == len(self.sizes) - 1 else f"layer {c}"
            what = "x" if c == 0 else self.made.layers[c - 1].activation
            yield word(self.x[c], 13, name, "b")
            yield word(self.x[c], 28, what, "m s")
            if n > len(self.shown[c]):
                yield word(self.x[c], 43, f"{len(self.shown[c])} of {n}", "m s")

    def lines(self, gap, neuron, outgoing):
        """A line for every weight, dashed if negative; those in question stand out."""
        for g, here in enumerate(self.made.layers, 1):
            for j in self.shown[g]:
                for i in self.shown[g - 1]:
                    asked = gap == "all" or (g == gap and neuron == (i if outgoing else j))
                    yield line(*self.ends(g, i, j), self.look(here.W[j, i], asked))

    def look(self, weight, asked):
        """Width by size, color and dashes by sign."""
        width = 0.8 + 2.6 * min(abs(weight) / self.size_w, 1) if np.isfinite(weight) else 1.0
        dash  = "stroke-dasharray:6 4;" if weight < 0 else ""
        color = "var(--negative)" if weight < 0 else "var(--positive)"
        return f"stroke:{color};stroke-width:{width:.1f};{dash}opacity:{0.85 if asked else 0.22}"

    def labels(self, row, gap, neuron, outgoing):
        """The three numbers on each line in question."""
        if gap is None:
            return
        here  = self.made.layers[gap - 1]
        along = 0.62 if outgoing else 0.4
        for k in self.shown[gap if outgoing else gap - 1]:
            i, j = (neuron, k) if outgoing else (k, neuron)
            yield plate(*self.at(gap, i, j, along), sum_text(row.rule, row.part, here, i, j))

    def pairs(self, gap, upper, lower):
        """Two numbers on each line of a gap, the strongest first, as long as there is room."""
        lines = [(i, j) for j in self.shown[gap] for i in self.shown[gap - 1]]
        taken = []
        for i, j in sorted(lines, key=lambda at: -abs(lower[at[1], at[0]])):
            words = show(upper[j, i]), show(lower[j, i])
            place = self.free(gap, i, j, LETTER * max(map(len, words)) + 4, taken)
            if place is not None:
                taken.append(place)
                x, y, _ = place
                yield plate(x, y - 6, words[0], "m s")
                yield plate(x, y + 6, words[1], "s")

    def free(self, gap, i, j, width, taken):
        """A place on a line where numbers of this width cover no others; None if there is none."""
        for along in TRIED:
            x, y = self.at(gap, i, j, along)
            if all(abs(y - b) > 24 or abs(x - a) > (width + other) / 2 for a, b, other in taken):
                return x, y, width
        return None

    def boxes(self, column, row):
        """The neurons of a column, with the number in each that is known by now."""
        for j in self.shown[column]:
            value = self.known(column, j, row)
            yield from self.box(column, j, "·" if value is None else show(value),
                                column == row.layer and j == row.neuron - 1)

    def known(self, column, j, row):
        """Inputs; a, once computed; on the way back delta, once computed; else None."""
        if column == 0:
            return self.made.x[j] if row.part != "input" or j < row.neuron else None
        here = self.made.layers[column - 1]
        past = (column, j) <= (row.layer, row.neuron - 1)
        if row.part == "input" or (row.part == "forward" and not past):
            return None
        if row.part in ("forward", "cost"):
            return here.a[j]
        back = column > row.layer or (column == row.layer and j <= row.neuron - 1)
        return here.delta[j] if row.part == "update" or back else None

    def box(self, column, j, text, asked):
        """A neuron and its number; the one in question has a strong border."""
        x, y  = self.place(column, j)
        strong = "stroke:var(--ink);stroke-width:2.4" if asked else "stroke:var(--muted)"
        yield rect(x - BOX[0] / 2, y - BOX[1] / 2, *BOX, f"fill:var(--background);{strong}", 7)
        yield word(x, y + 4, text, "b" if asked else "")
        if column == 0 and text != self.made.names[j]:
            yield word(x - BOX[0] / 2, y - BOX[1] / 2 - 3, self.made.names[j], "m s", "start")

    def foot(self, text):
        """What the numbers are."""
        return word(self.width / 2, HEIGHT - 6, text[:1].upper() + text[1:] + ".", "m s")


def few(n, wanted):
    """The neurons of a column that are drawn: all, or the first ones and the one in question."""
    drawn = list(range(min(n, MOST)))
    return drawn if wanted in drawn else [*drawn[:-1], wanted]


def question(row):
    """(gap, neuron, do its lines lead out of it?) that a row is about; gap None for no line."""
    if row.part == "forward" or row.part == "update" or row.rule == "BP4":
        return row.layer, row.neuron - 1, False
    if row.rule == "BP2":
        return row.layer + 1, row.neuron - 1, True
    return None, None, False


def sum_text(rule, part, here, i, j):
    """The small sum on a line."""
    if part == "forward":
        return f"{show(here.W[j, i])} × {show(here.x[i])} = {show(here.wx[j, i])}"
    if part == "update":
        new = here.W[j, i] + here.update_W[j, i]
        sign = "−" if here.update_W[j, i] < 0 else "+"
        return f"{show(here.W[j, i])} {sign} {show(abs(here.update_W[j, i]))} = {show(new)}"
    if rule == "BP2":
        return (f"{show(here.W[j, i])} × {show(here.delta[j])} = "
                f"{show(here.W[j, i] * here.delta[j])}")
    return f"{show(here.x[i])} × {show(here.delta[j])} = {show(here.dW[j, i])}"


MEANINGS = {"forward": "in each box a, on the lines w * x",
            "update": "in each box delta, on the lines the weight + its update = the new weight",
            "BP1": "in the box delta = dC/da * f'(z)", "BP3": "in each box delta, which is dC/db",
            "BP2": "in each box delta, on the lines w * delta of the next layer",
            "BP4": "in each box delta, on the lines x * delta = dC/dw",
            "C": "in each box a; the output is compared with the target", "": "in each box x"}


def meaning(row):
    """What the numbers in the graph are."""
    return MEANINGS[row.part if row.part in ("forward", "update") else row.rule]


def minus(text):
    """A sentence with true minus signs."""
    return re.sub(r"-(?= ?[\d.])", "−", text)
