"""What a network says at every point of the plane, as numbers and as colors."""
from dataclasses import dataclass

import numpy as np

from dlf import palette
from dlf.layers.activations import Sigmoid, Softmax, Tanh
from dlf.palette import LIGHT
from dlf.scene.plan import Plan


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
