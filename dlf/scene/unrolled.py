"""A network along time, as plain arrays: rolled, with a loop, and unrolled, a copy for each moment.

The plane of the drawing runs from 0 to 1 in both directions, y upward.
"""
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from dlf.layers.attention import SelfAttention
from dlf.layers.containers import Residual, Sequential
from dlf.layers.dense import Embedding
from dlf.layers.dropout import Dropout
from dlf.layers.recurrent import Recurrent
from dlf.layers.sequences import Bidirectional, LastStep

SHOWN = 4             # moments that are drawn, of longer sequences the first three and the last
ROLLED, FIRST, LAST = 0.13, 0.43, 0.945        # x of the columns
WIDE, LOOP = 0.21, 0.022                        # of the rolled boxes; how far a loop goes around

SHORT = {"SelfAttention": "Attention", "Bidirectional": "Both ways", "Embedding": "Embed",
         "PositionEmbedding": "Position", "PositionalEncoding": "Position", "LayerNorm": "Norm"}


# ---- what a scene consists of ------------------------------------------------------------------

class Box(NamedTuple):
    """A layer, an input or an output; a `copy` is the same layer at another moment."""

    x:      float
    y:      float
    width:  float
    height: float
    text:   str
    note:   str
    kind:   str               # "input", "layer", "copy", "output"


class Arrow(NamedTuple):
    """A line through points with its head at the end; a `look` is thin and has none."""

    points: tuple
    kind:   str               # "up", "state", "look"


class Words(NamedTuple):
    """A few words; anchor is "start", "middle" or "end"."""

    x:      float
    y:      float
    text:   str
    anchor: str = "middle"


class Row(NamedTuple):
    """A layer as the drawing knows it, from the bottom up."""

    name:    str
    note:    str
    weights: int
    kind:    str              # "input", "each", "recurrent", "both", "attention", "last", "output"
    state:   str = ""
    causal:  bool = False


@dataclass(frozen=True)
class Unrolled:
    """The drawing, ready to be painted: `bands` lie behind the copies of each layer with weights.
    """

    rows:   tuple
    steps:  int
    bands:  tuple             # (x, y, width, height)
    boxes:  tuple
    arrows: tuple
    words:  tuple


# ---- from a network to rows --------------------------------------------------------------------

def rows_of(net):
    """The rows of a network, the input first and the output last."""
    rows, waiting = [], []
    for layer in leaves(net):
        name, row = type(layer).__name__, row_of(layer)
        if row:
            rows.append(row._replace(note=" · ".join(filter(None, [*waiting, row.note]))))
            waiting = []
        elif layer == "+":
            rows[-1] = rows[-1]._replace(note=f"{rows[-1].note}, + skipped")
        elif layer.params or not rows:
            waiting.append(SHORT.get(name, name))
        elif not isinstance(layer, Dropout):
            rows[-1] = rows[-1]._replace(note=f"{rows[-1].note}, {SHORT.get(name, name)}")
    first = next((layer for layer in leaves(net) if sizes(layer)), None)
    n_in  = sizes(first)[0] if first else 0
    noun  = "symbols" if isinstance(first, Embedding) else "input" if n_in == 1 else "inputs"
    return (Row("x", f"{n_in:,} {noun}", 0, "input"), *rows,
            Row("y", "", 0, "output"))


def leaves(layer):
    """The innermost layers in order; "+" where a residual connection ends."""
    if not isinstance(layer, Sequential):
        yield layer
        return
    for child in layer.children:
        yield from leaves(child)
    if isinstance(layer, Residual):
        yield "+"


def row_of(layer):
    """The row of a layer; None for those that are only remarked."""
    if layer == "+":
        return None
    name = type(layer).__name__
    if isinstance(layer, LastStep):
        return Row(name, "of all moments", 0, "last")
    kind = ("recurrent" if isinstance(layer, Recurrent) else
            "both" if isinstance(layer, Bidirectional) else
            "attention" if isinstance(layer, SelfAttention) else "each")
    if not sizes(layer):
        return None
    state = {1: "h", 2: "h, c"}.get(getattr(layer, "n_states", 0), "h" * (kind == "both"))
    return Row(name, " → ".join(f"{n:,}" for n in sizes(layer)), layer.n_parameters, kind, state,
               getattr(layer, "causal", False))


def sizes(layer):
    """(numbers in, numbers out) of a layer with a matrix, else None."""
    if layer == "+":
        return None
    if isinstance(layer, Bidirectional):
        n_in, n = sizes(layer.layer)
        return n_in, n + layer.back.n
    if isinstance(layer, Recurrent):
        return layer.n_in, layer.n
    if isinstance(layer, SelfAttention):
        return layer.n, layer.n
    W = getattr(layer, "W", None)
    if W is None or "longest" in vars(layer) or np.ndim(W) != 2:
        return None                                       # positions are added to what there is
    return W.shape if layer.takes_symbols else W.shape[::-1]


# ---- from rows to places -----------------------------------------------------------------------

def unrolled(net, steps=None):
    """The scene of a network along time: rolled on the left, unrolled on the right.

    Args: steps: moments of the sequence; of more than four the first three and the last are drawn.
    None stands for any number.
    """
    rows  = rows_of(net)
    place = Places(rows, steps)
    last  = next((i for i, row in enumerate(rows) if row.kind == "last"), len(rows))
    bands, boxes, arrows, words = [], [], [], list(place.heads())
    for i, row in enumerate(rows):
        times   = place.times if i < last else place.times[-1:]
        boxes  += [place.box(ROLLED, i, WIDE, row.kind),
                   *(place.box(x, i, place.wide, "copy") for x in times)]
        arrows += place.arrows(i, row, times)
        if row.weights:
            bands.append(place.band(i))
            words.append(place.shared(i, row.weights, i < last))
        if row.kind in ("recurrent", "both"):
            words += place.names(i, row)
    return Unrolled(rows, steps or 0, tuple(bands), tuple(boxes), tuple(arrows), tuple(words))


class Places:
    """Where rows and moments stand."""

    def __init__(self, rows, steps):
        self.rows, self.steps = rows, steps
        unit      = 1 / (len(rows) + 0.6)
        self.y    = 0.6 * unit + unit * np.arange(len(rows))
        self.top  = 1 - 0.25 * unit
        self.tall = min(0.66 * unit, 0.13)
        few       = steps is not None and steps <= SHOWN
        slots     = max(steps, 1) if few else SHOWN + 1
        xs        = np.linspace(FIRST, LAST, SHOWN + 1)[:slots]
        self.wide = 0.62 * (LAST - FIRST) / SHOWN
        self.dots = None if few else float(xs[-2])
        self.times = [float(x) for i, x in enumerate(xs) if few or i != slots - 2]
        self.labels = [f"t = {i + 1}" for i in range(len(self.times))]
        if not few:
            self.labels[-1] = f"t = {steps:,}" if steps else "t = T"

    def heads(self):
        """What stands above the columns."""
        yield Words(ROLLED, self.top, "rolled")
        yield from (Words(x, self.top, text) for x, text in zip(self.times, self.labels))
        if self.dots is not None:
            yield Words(self.dots, self.top, "…")

    def box(self, x, i, width, kind):
        """The box of row i at x."""
        row  = self.rows[i]
        ends = row.kind in ("input", "output")
        kind = row.kind if ends else kind if kind == "copy" else "layer"
        note = row.note if x == ROLLED else ""
        at   = subscript(self.labels[self.times.index(x)]) if ends and x != ROLLED else ""
        text = row.name + at if x == ROLLED or ends else SHORT.get(row.name, row.name)
        return Box(x, float(self.y[i]), width, self.tall, text, note, kind)

    def band(self, i):
        """Behind all copies of a layer: from the rolled box to the right end."""
        left = ROLLED - WIDE / 2 - 0.012
        return (left, float(self.y[i]) - 0.62 * self.tall, 0.995 - left, 1.24 * self.tall)

    def shared(self, i, weights, often):
        """How many weights a layer has, and that they are the same at all moments."""
        left, right = ROLLED + WIDE / 2 + LOOP + 0.045, self.times[0] - self.wide / 2
        return Words((left + right) / 2, float(self.y[i]),
                     f"{'the same' * often}\n{weights:,}\nweights".strip())

    def arrows(self, i, row, times):
        """All that leads to row i, and from moment to moment in it."""
        yield from self.rise(i, [ROLLED, *times])
        if row.kind in ("recurrent", "both"):
            yield from self.loop(i)
            yield from self.hand_on(i, row)
        if row.kind == "attention":
            yield from self.looks(i, row.causal)

    def rise(self, i, xs):
        """Arrows to row i from the one below it; to attention the lines of `looks` lead."""
        if i == 0:
            return []
        low, high = float(self.y[i - 1] + self.tall / 2), float(self.y[i] - self.tall / 2)
        return [Arrow(((x, low), (x, high)), "up") for x in xs
                if x == ROLLED or self.rows[i].kind != "attention"]

    def loop(self, i):
        """A loop around the rolled box: what comes out goes in again."""
        y, t = float(self.y[i]), self.tall
        right, out = ROLLED + WIDE / 2, ROLLED + WIDE / 2 + LOOP
        return [Arrow(((right, y + 0.22 * t), (out, y + 0.22 * t), (out, y - 0.22 * t),
                       (right, y - 0.22 * t)), "state")]

    def hand_on(self, i, row):
        """Arrows from moment to moment; of two directions one above the other."""
        shift = 0.22 * self.tall * (row.kind == "both")
        stops = sorted([*self.times, *([self.dots] if self.dots is not None else [])])
        for a, b in pairwise(stops):
            start = a + (self.wide / 2 if a != self.dots else 0.018)
            end   = b - (self.wide / 2 if b != self.dots else 0.018)
            y     = float(self.y[i])
            yield Arrow(((start, y + shift), (end, y + shift)), "state")
            if shift:
                yield Arrow(((end, y - shift), (start, y - shift)), "state")

    def names(self, i, row):
        """What is handed on, and dots where moments are left out."""
        y = float(self.y[i])
        found = [Words(ROLLED + WIDE / 2 + LOOP + 0.008, y + 0.3 * self.tall, row.state, "start")]
        if len(self.times) > 1:
            found.append(Words((self.times[0] + self.times[1]) / 2,
                               y + (0.24 + 0.2 * (row.kind == "both")) * self.tall, row.state))
        if self.dots is not None:
            found.append(Words(self.dots, y, "…"))
        return found

    def looks(self, i, causal):
        """Lines from every moment to every moment that looks at it."""
        low, high = (float(v) for v in (self.y[i - 1] + self.tall / 2, self.y[i] - self.tall / 2))
        return [Arrow(((a, low), (b, high)), "look") for a in self.times for b in self.times
                if a <= b or not causal]


def subscript(label):
    """'t = 12' as the index of a moment."""
    return label.removeprefix("t = ").translate(str.maketrans("0123456789T,", "₀₁₂₃₄₅₆₇₈₉ₜ "))
