"""What every neuron of a network says over the plane, as small pictures."""
import math

import numpy as np

from dlf import scene
from dlf.layers.containers import Residual, Sequential

PICTURE = 25          # points a side of the picture in a neuron


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


def tiles(net, columns, said):
    """The pictures of all drawn neurons, from -1 to 1, row 0 at the top: (neurons, side, side).

    Shapes: said, for each of the scene's columns (size * size, neurons), as `activations` gives it.
    Raises: ValueError for values that are not of these columns, or not of a square grid.
    """
    if len(said) != len(columns):
        raise ValueError(f"The drawing has {len(columns)} columns, but values came for "
                         f"{len(said)}: pass activations(net, grid) of the same network.")
    said = [np.asarray(values, dtype=float) for values in said]
    said[-1] = answers(net, said[-1])
    return np.concatenate([column_tiles(values, column.shown)
                           for values, column in zip(said, columns)])


def answers(net, values):
    """What the last column says, from -1 to 1, as the map of the plane shows it."""
    if values.shape[1] == 1:
        return scene.signed(net, values)
    return 2 * scene.probabilities(net, values) - 1


def column_tiles(values, shown):
    """The pictures of one column, from -1 to 1; the largest size in it gets the full color."""
    side = math.isqrt(len(values))
    if side * side != len(values):
        raise ValueError(f"Pictures need the values at all points of a square grid; "
                         f"{len(values)} points are none.")
    step = max(side // PICTURE, 1)
    maps = values[:, shown].T.reshape(len(shown), side, side)[:, step // 2::step, step // 2::step]
    return maps / max(np.abs(maps).max(initial=0, where=np.isfinite(maps)), 1.0)
