"""How a network and its training look, decided once: places, widths, colors. Painters only paint.

The plane of a scene runs from 0 to 1 in both directions, y upward. `network(net)` is the whole
drawing of a network as plain arrays; matplotlib (dlf.viz) paints it, and any other painter can.
"""
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from dlf import palette
from dlf.layers.activations import Sigmoid, Softmax, Tanh
from dlf.layers.containers import Residual, Sequential
from dlf.palette import LIGHT

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


# ---- which columns a network has -------------------------------------------------------------

@dataclass
class Draft:
    """A column before it has a place."""

    size:     int | None = None
    W:        np.ndarray | None = None      # (size, size of the column before)
    b:        np.ndarray | None = None
    captions: list = field(default_factory=list)


class Plan:
    """Walks through a network in the order of computation and notes its columns and skips.

    A layer with one matrix makes a column of neurons and a gap of lines. A layer that keeps the
    neurons it finds (ReLU, BatchNorm, Dropout) adds a caption. All others (convolution, recurrence)
    are blocks with a name; how much comes out of them, the next matrix tells.
    """

    def __init__(self, net):
        self.columns, self.skips = [Draft(captions=["input"])], []
        self.add(net)

    def add(self, layer):
        """One layer more, and all inside it."""
        if isinstance(layer, Sequential):
            self.add_all(layer)
        elif is_matrix(layer):
            self.connect(layer)
        elif layer.children or any(len(shape) > 1 for shape in layer.params.values()):
            self.columns.append(Draft(captions=[caption(layer)]))
        else:
            self.remark(layer)

    def add_all(self, container):
        """The layers of a container in order, and the arc of a residual connection over them."""
        start = len(self.columns) - 1
        for child in container.children:
            self.add(child)
        if isinstance(container, Residual):
            self.skips.append((start, len(self.columns) - 1))
            self.columns[-1].captions.append("+ skipped")

    def connect(self, layer):
        """A matrix: lines from the neurons before, and neurons with their biases."""
        W = layer.W.T if layer.takes_symbols else layer.W
        self.take(W.shape[1])
        b = getattr(layer, "b", None)
        self.columns.append(Draft(len(W), W, b, [caption(layer)]))

    def take(self, n):
        """Let the last column have n neurons: those of the input, or what comes out of a block."""
        last = self.columns[-1]
        if last.size is None and len(self.columns) == 1:
            last.size = n
        elif last.size != n:
            self.columns.append(Draft(n))

    def remark(self, layer):
        """A layer that keeps the neurons it finds."""
        last = self.columns[-1]
        if last.size is None and len(self.columns) == 1 and layer.params:
            last.size = next(iter(layer.params.values()))[0]
        last.captions.append(caption(layer))


def is_matrix(layer):
    """Has the layer one matrix W, and beside it nothing but a bias?"""
    return (not layer.children and set(layer.params) in ({"W"}, {"W", "b"})
            and len(layer.params["W"]) == 2)


def caption(layer):
    """A layer's name in few words: 'Dense 64→32', 'ReLU', 'Dropout(0.5)'."""
    if is_matrix(layer):
        n_out, n_in = layer.W.T.shape if layer.takes_symbols else layer.W.shape
        return f"{type(layer).__name__} {n_in}→{n_out}"
    text = repr(layer).replace("\n", " ").removesuffix("()")
    return text if len(text) <= 24 else type(layer).__name__


# ---- the scene of a network ------------------------------------------------------------------

def network(net, inputs=None, outputs=None, aspect=1.6, line=0.05, theme=LIGHT):
    """The scene of any network of this library, as it is now.

    Args: inputs, outputs: names of the features and of the classes; without them the inputs are
    x1, x2, ...; aspect: width over height of the place where it will be painted; line: the height
    of a line of text there, as a share of the place's height.

    Of a column with more than 16 neurons the first and the last 6 are drawn, and its count tells
    how many there are. Of the weights between two drawn columns the 150 strongest are drawn.

    Raises: ValueError if there are not as many names as neurons.
    """
    plan    = Plan(net)
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
                 bottom - 0.7 * line, step, radius, full, legend(full))


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
    lines = max(len(draft.captions) for draft in plan.columns) + (1 if plan.skips else 0)
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


# ---- maps of the plane -----------------------------------------------------------------------

@dataclass(frozen=True, eq=False)
class Map:
    """What a network says at each point of a rectangle; row 0 is the top, column 0 the left.

    For a network of one output `value` runs from -1 (orange) to 1 (blue); for one of several it is
    how sure the network is of the class in `label`, from 0 (all classes alike) to 1.
    """

    value:  np.ndarray      # (size, size)
    p:      np.ndarray      # (size, size, classes): how likely each class is, to the network
    label:  np.ndarray      # (size, size) whole numbers
    colors: np.ndarray      # (size, size, 3) uint8
    domain: tuple           # ((left, right), (bottom, top))


def boundary_grid(net, domain=((-6, 6), (-6, 6)), size=100, full=None, theme=LIGHT):
    """What a network of two inputs says on a grid of size x size points, as numbers and as colors.

    One output: its sign and size (a score through the sigmoid). Several: the color of the class
    with the largest output, fading to near-white where the network is not sure. A network whose
    one output is a measurement: pass `full`, the size that gets the full color.

    Raises: ValueError for a network that does not take two numbers.
    """
    check_plane(net)
    (left, right), (bottom, top) = domain
    x1, x2 = np.meshgrid(np.linspace(left, right, size), np.linspace(top, bottom, size))
    points = np.column_stack([x1.ravel(), x2.ravel()]).astype(net.dtype)
    out    = np.asarray(net(points), dtype=float).reshape(size * size, -1)
    if out.shape[1] == 1:
        value = (signed(net, out) if full is None else out / full).clip(-1, 1).reshape(size, size)
        p     = np.stack([1 - value, 1 + value], axis=2) / 2
        return Map(value, p, (value > 0).astype(int), palette.diverging(value, 1.0, theme), domain)
    p      = probabilities(net, out).reshape(size, size, -1)
    label  = p.argmax(axis=2)
    n      = p.shape[2]
    sure   = (p.max(axis=2) * n - 1) / (n - 1)                           # 0 if all are equal
    colors = palette.blend(palette.qualitative(label), sure, theme.zero)
    return Map(sure, p, label, colors, domain)


def check_plane(net):
    """Raise unless a network takes two numbers, with what to do instead."""
    n = Plan(net).columns[0].size
    if n != 2 or net.takes_symbols:
        takes = "symbols" if net.takes_symbols else f"{n} inputs" if n else "images or sequences"
        raise ValueError(f"A map of the plane needs a network of two inputs; this one takes "
                         f"{takes}. Train one on two columns, such as x[:, :2] or "
                         f"data.select('a', 'b'), or look at draw_confusion and draw_most_wrong.")


def ending(net):
    """The innermost layer that computes a network's output."""
    return list(net.walk())[-1][1]


def signed(net, out):
    """One output, from -1 to 1: probabilities stretched, a tanh as it is, scores squeezed."""
    if isinstance(ending(net), Sigmoid):
        return 2 * out - 1
    return out if isinstance(ending(net), Tanh) else np.tanh(out / 2)       # 2 sigmoid(z) - 1


def probabilities(net, out):
    """How likely each class is, to the network: rows of numbers from 0 to 1 that add up to 1.

    Shapes: out (..., classes), the network's outputs, to the same; one output gives two classes.
    Outputs of a Softmax stay, those of a Sigmoid are divided by their sum, scores go through the
    softmax.
    """
    out = np.asarray(out, dtype=float)
    out = out[:, None] if out.ndim == 1 else out
    if out.shape[-1] == 1:
        p = (signed(net, out) + 1) / 2
        return np.concatenate([1 - p, p], axis=-1)
    if isinstance(ending(net), Sigmoid):
        return out / np.maximum(out.sum(axis=-1, keepdims=True), 1e-300)
    return out if isinstance(ending(net), Softmax) else Softmax().forward(out)


# ---- curves ----------------------------------------------------------------------------------

def thin(curve, n):
    """The places of at most n points of a long curve that draw it as it looked.

    The first and the last stay, and of every stretch between them the lowest and the highest, so
    that no spike is lost.

    >>> thin([0, 0, 0, 9, 0, 0, 0, 0], 4)
    array([0, 1, 3, 7])

    Raises: ValueError for n below 4.
    """
    if n < 4:
        raise ValueError(f"thin keeps both ends and two points between: n is 4 or more, not {n!r}.")
    curve = np.asarray(curve, dtype=float)
    if len(curve) <= n:
        return np.arange(len(curve))
    keep  = {0, len(curve) - 1}
    for part in np.array_split(np.arange(1, len(curve) - 1), (n - 2) // 2):
        values = curve[part]
        keep |= {int(part[np.where(np.isnan(values),  np.inf, values).argmin()]),
                 int(part[np.where(np.isnan(values), -np.inf, values).argmax()])}
    return np.array(sorted(keep))
