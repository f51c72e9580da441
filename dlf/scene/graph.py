"""The drawing of a network as plain arrays: neurons, lines, words, and how each of them looks.

The plane of a scene runs from 0 to 1 in both directions, y upward.
"""
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dlf import palette
from dlf.palette import LIGHT
from dlf.scene.plan import Plan

ALL   = 16        # up to here every neuron of a column is shown
ENDS  = 6         # above, so many at the top, dots, and so many at the bottom
EDGES = 150       # lines in one gap between two columns, the strongest
FULL  = 95        # the percentile of |w| that gets the full width


# ---- what a scene consists of ----------------------------------------------------------------

@dataclass(frozen=True, eq=False)
class Column:
    """Neurons that stand one above another, or a block for a layer with no neurons to draw."""

    size:     int | None            # how many neurons there are; None for a block
    shown:    np.ndarray            # which of them are drawn, from the top down
    x:        float
    dots:     float | None          # y of the dots that stand for the rest; None for no rest
    captions: tuple                 # what leads here: ("Dense 64→32", "ReLU")
    count:    str                   # how many neurons there are, in words: "1,234"


class Neurons(NamedTuple):
    """The drawn neurons, one entry each. Bias is nan for those that have none."""

    column: np.ndarray              # which column, from 0
    index:  np.ndarray              # which neuron of that column, from 0
    x:      np.ndarray              # 0 ... 1
    y:      np.ndarray
    bias:   np.ndarray
    sign:   np.ndarray              # -1, 0, 1: drawn as minus, dot, plus
    size:   np.ndarray              # 0 ... 1: |bias| on the scale of the weights
    color:  np.ndarray              # (n, 3) uint8


class Edges(NamedTuple):
    """The drawn weights, one entry each, gap by gap and in every gap the strongest first."""

    gap:     np.ndarray             # the column in which the line ends
    start:   np.ndarray             # the neurons it joins: places in `Neurons`
    end:     np.ndarray
    weight:  np.ndarray
    width:   np.ndarray             # 0 ... 1: |w| over the scale, at most 1
    opacity: np.ndarray             # 0 ... 1: weights near zero fade
    dashed:  np.ndarray             # true if and only if the weight is negative
    color:   np.ndarray             # (n, 3) uint8


class Label(NamedTuple):
    """A word beside a neuron: the name of an input (side "left") or of a class ("right")."""

    x: float
    y: float
    text: str
    side: str


@dataclass(frozen=True, eq=False)
class Scene:
    """The drawing of a network, ready to be painted."""

    columns: tuple
    neurons: Neurons
    edges:   Edges
    totals:  tuple                  # for each column, how many weights lead to it
    skips:   tuple                  # (from, to): columns that a residual connection joins
    labels:  tuple
    middle:  float                  # y around which every column is centered
    below:   float                  # y of the counts
    step:    float                  # from one neuron to the next, as a share of the height
    radius:  float                  # of a neuron, likewise
    full:    float                  # the |w| that gets the full width
    legend:  str                    # the scale, in words
    loops:   tuple = ()             # columns whose outputs go in again at the next moment


# ---- the scene of a network ------------------------------------------------------------------

def network(net, inputs=None, outputs=None, aspect=1.6, line=0.05, theme=LIGHT, steps=None):
    """The scene of any network of this library, as it is now.

    Args: inputs, outputs: names of the features and of the classes; without them the inputs are
    x1, x2, ...; aspect: width over height of the place where it will be painted; line: the height
    of a line of text there, as a share of the place's height; steps: moments of the sequences that
    go in, if they are sequences.

    Of a column with more than 16 neurons the first and the last 6 are drawn, and its count tells
    how many there are. Of the weights between two drawn columns the 150 strongest are drawn.

    Raises: ValueError if there are not as many names as neurons.
    """
    plan    = Plan(net)
    plan.columns[0].captions += [f"{steps:,} moments"] if steps else []
    inputs  = names(inputs, plan.columns[0].size, "inputs")
    outputs = names(outputs, plan.columns[-1].size, "outputs")
    bottom, top = stage(plan, line)
    columns = place_columns(plan.columns, inputs, outputs, (bottom + top) / 2)
    step    = min(0.2, (top - bottom) / max(slots(column) for column in columns))
    full    = scale_of(plan.columns)
    neurons = place_neurons(plan.columns, columns, (bottom + top) / 2, step, full, theme)
    edges   = join(plan.columns, neurons, full, theme)
    radius  = min(0.38 * step, 0.055, 0.16 * aspect / max(len(columns) - 1, 1))
    labels  = label(columns, neurons, inputs, outputs, radius / aspect)
    totals  = tuple(0 if draft.W is None else draft.W.size for draft in plan.columns)
    return Scene(columns, neurons, edges, totals, tuple(plan.skips), labels, (bottom + top) / 2,
                 bottom - 0.7 * line, step, radius, full, legend(full), tuple(plan.loops))


def names(given, size, which):
    """Names for each neuron of a column, after a look at how many there are; None stays None."""
    if given is None:
        return [f"x{i + 1}" for i in range(size)] if which == "inputs" and size else None
    given = [str(name) for name in given]
    if size is not None and len(given) != size:
        raise ValueError(f"The network has {size} {which}, but {len(given)} names came for them: "
                         f"give {which}= one name for each.")
    return given


def stage(plan, line):
    """(bottom, top) between which neurons may stand: above are captions and arcs, below counts."""
    lines = max(len(draft.captions) for draft in plan.columns)
    lines += 1 if plan.skips or plan.loops else 0
    return 3.8 * line, max(0.97 - line * (lines + 0.3), 0.45)


def place_columns(drafts, inputs, outputs, middle):
    """Columns at even distances, with room at both sides for the labels."""
    left  = 0.075 + 0.012 * longest(inputs, drafts[0].size)
    right = 0.075 + 0.012 * longest(outputs, drafts[-1].size)
    xs    = np.linspace(left, 1 - right, len(drafts)) if len(drafts) > 1 else [0.5]
    return tuple(Column(draft.size, some_of(draft.size), float(x),
                        middle if (draft.size or 0) > ALL else None,
                        tuple(draft.captions), f"{draft.size:,}" if draft.size else "")
                 for draft, x in zip(drafts, xs))


def longest(labels, size):
    """Characters of the longest label that will be drawn, 20 at most."""
    return min(20, max((len(labels[i]) for i in some_of(size)), default=0)) if labels else 0


def some_of(size):
    """Which of so many neurons are shown: all up to 16, above that the first and the last 6."""
    size = size or 0
    return np.arange(size) if size <= ALL else np.r_[:ENDS, size - ENDS:size]


def slots(column):
    """How many places a column takes; the dots take one."""
    return max(len(column.shown), 1) + (column.dots is not None)


def heights(column, middle, step):
    """y of each shown neuron, from the top down, at equal steps around the middle."""
    n     = slots(column)
    place = middle + step * ((n - 1) / 2 - np.arange(n))
    return np.delete(place, ENDS) if column.dots is not None else place[:len(column.shown)]


def scale_of(drafts):
    """The |w| of full width: the 95th percentile of the network's weights (1 if all are 0)."""
    sizes = [np.abs(draft.W).ravel() for draft in drafts if draft.W is not None]
    sizes = np.concatenate(sizes) if sizes else np.zeros(1)
    sizes = sizes[np.isfinite(sizes)]
    return float(np.percentile(sizes, FULL)) or 1.0 if sizes.size else 1.0


def place_neurons(drafts, columns, middle, step, full, theme):
    """Where each shown neuron stands, and how its bias looks."""
    column = np.concatenate([np.full(len(c.shown), i) for i, c in enumerate(columns)])
    index  = np.concatenate([c.shown for c in columns])
    x      = np.concatenate([np.full(len(c.shown), c.x) for c in columns])
    y      = np.concatenate([heights(c, middle, step) for c in columns])
    bias   = np.concatenate([np.full(len(c.shown), np.nan) if d.b is None else d.b[c.shown]
                             for d, c in zip(drafts, columns)]).astype(float)
    sign = np.sign(np.nan_to_num(bias)).astype(int)
    return Neurons(column, index, x, y, bias, sign, strength(bias, full), sign_color(sign, theme))


def join(drafts, neurons, full, theme):
    """The lines of all gaps."""
    parts = [lines(draft.W, i, neurons) for i, draft in enumerate(drafts) if draft.W is not None]
    parts = parts or [(np.empty(0, int),) * 3 + (np.empty(0),)]
    gap, start, end, weight = (np.concatenate(part) for part in zip(*parts))
    width  = strength(weight, full)
    fade   = 0.06 + 0.86 * width
    color  = sign_color(np.where(np.isfinite(weight), np.sign(weight), 0), theme)
    return Edges(gap, start, end, weight, width, fade, weight < 0, color)


def lines(W, gap, neurons):
    """(gap, start, end, weight) of the strongest weights between two columns' shown neurons."""
    start  = np.flatnonzero(neurons.column == gap - 1)
    end    = np.flatnonzero(neurons.column == gap)
    weight = W[np.ix_(neurons.index[end], neurons.index[start])].ravel()
    best   = np.argsort(-np.abs(weight), kind="stable")[:EDGES]
    to, come = np.divmod(best, max(len(start), 1))
    return np.full(len(best), gap), start[come], end[to], weight[best]


def strength(values, full):
    """|value| on the scale: 0 ... 1; what is not a number counts as 1, so that it is seen."""
    return np.minimum(np.nan_to_num(np.abs(values) / full, nan=1.0, posinf=1.0), 1.0)


def sign_color(sign, theme):
    """The full color of each sign; gray for what has none."""
    colors = np.array([palette.rgb(c) for c in (theme.negative, palette.BROKEN, theme.positive)])
    return colors[np.asarray(sign, dtype=int) + 1]


def label(columns, neurons, inputs, outputs, room):
    """The names beside the first and the last column."""
    found = []
    for which, side, texts in ((0, "left", inputs), (len(columns) - 1, "right", outputs)):
        shift = (room + 0.012) * (1 if side == "right" else -1)
        for i in np.flatnonzero(neurons.column == which) if texts else ():
            x, y = float(neurons.x[i]) + shift, float(neurons.y[i])
            found.append(Label(x, y, texts[neurons.index[i]], side))
    return tuple(found)


def legend(full):
    """The scale of a drawing, in words."""
    return (f"Lines are weights: solid blue +, dashed orange −, full width from {full:.2g} up.\n"
            f"Signs in neurons are biases, on the same scale.")
