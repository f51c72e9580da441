"""What goes on inside a network, layer by layer: activations, update sizes, stuck units."""
from typing import NamedTuple

import numpy as np

from dlf import scene
from dlf.layers.activations import Activation, ReLU, Sigmoid, Tanh
from dlf.layers.containers import Residual, trace

FLAT = 0.05           # a slope below this share of the steepest: the neuron hardly learns
MOST = 0.95           # of so many examples: then it counts as saturated


class Stage(NamedTuple):
    """What a layer with weights gives, after the activation that follows it."""

    name:   str               # "0 Dense"
    ending: object            # the activation, or None
    y:      np.ndarray        # (examples, ..., units), or (examples, channels, height, width)


def stages(net, x):
    """A `Stage` for each layer with weights, for inputs x, first to last."""
    found = []
    for path, layer, _, y in trace(net, x):
        if any(len(shape) > 1 for _, part in layer.walk() for shape in part.params.values()):
            found.append(Stage(f"{path} {type(layer).__name__}", None, y))
        elif found:
            ending = layer if isinstance(layer, Activation) else found[-1].ending
            found[-1] = Stage(found[-1].name, ending, y)
    return found


# ---- units that are stuck ----------------------------------------------------------------------

def stuck(stage):
    """(kind, share of units) that hardly learn: "dead" ReLUs, "saturated" tanhs and sigmoids.

    Dead is 0 for all examples. Saturated is a slope below 5 % of the steepest for 95 % of them.
    Other activations cannot be either: ("", 0.0).
    """
    y = by_unit(stage.y)
    if isinstance(stage.ending, ReLU):
        return "dead", float((y <= 0).all(axis=0).mean())
    if isinstance(stage.ending, Tanh):
        flat = 1 - y * y < FLAT
    elif isinstance(stage.ending, Sigmoid):
        flat = 4 * y * (1 - y) < FLAT
    else:
        return "", 0.0
    return "saturated", float((flat.mean(axis=0) >= MOST).mean())


def by_unit(y):
    """(all that a unit ever gave, units): of images a unit is a channel."""
    y = np.moveaxis(y, 1, -1) if y.ndim == 4 else y
    return y.reshape(-1, y.shape[-1])


# ---- updates -----------------------------------------------------------------------------------

def ratios(net, update):
    """{name of a matrix: size of its last update over its own size}; about 0.001 is usual.

    Shapes: update, as net.theta.
    """
    found, start = {}, 0
    for name, value, _ in net.parameters():
        part   = update[start:start + value.size]
        start += value.size
        if value.ndim > 1:
            size = float(np.linalg.norm(value - part.reshape(value.shape)))    # before the update
            found[name] = float(np.linalg.norm(part)) / size if size > 0 else np.nan
    return found


# ---- what each neuron computes over the plane --------------------------------------------------

def is_plain(net):
    """Is the network one row of matrices with activations between, from two inputs?"""
    if scene.Plan(net).columns[0].size != 2 or net.takes_symbols:
        return False
    inner = [layer for _, layer in net.walk()]
    return (all(layer.n_parameters == 0 or layer.children or scene.is_matrix(layer)
                or all(len(shape) == 1 for shape in layer.params.values()) for layer in inner)
            and not any(isinstance(layer, Residual) for layer in inner))


def planes(net, domain, size):
    """For each column of a plain network's drawing, what its neurons compute over the plane.

    Returns a list of (neurons, size, size), row 0 at the top, from -1 to 1: tanh as it is, sigmoid
    stretched, all others over the largest of their column.
    """
    (left, right), (bottom, top) = domain
    x1, x2 = np.meshgrid(np.linspace(left, right, size), np.linspace(top, bottom, size))
    points = np.column_stack([x1.ravel(), x2.ravel()]).astype(net.dtype)
    values = [(None, points), *((stage.ending, stage.y) for stage in stages(net, points))]
    return [on_scale(ending, y).T.reshape(-1, size, size) for ending, y in values]


def on_scale(ending, y):
    """What neurons give, from -1 to 1."""
    if isinstance(ending, Tanh):
        return y
    return 2 * y - 1 if isinstance(ending, Sigmoid) else y / (np.abs(y).max() or 1.0)
