"""What every neuron computes over the plane, in one pass forward, and the map of the decision."""
from dataclasses import dataclass

import numpy as np

from dlf import palette
from dlf.layers import Dense, Softmax
from dlf.scene import Map


@dataclass(frozen=True, eq=False)
class Planes:
    """Pictures of all neurons: what each gives at every point of a grid, row 0 at the top.

    `inputs` (features, size, size); `hidden`, one array (neurons, size, size) a layer; `output`
    (outputs, size, size); `domain` ((left, right), (bottom, top)).
    """

    inputs: np.ndarray
    hidden: tuple
    output: np.ndarray
    domain: tuple

    @property
    def columns(self):
        """All of them, from the inputs to the output: the columns of the network's drawing."""
        return (self.inputs, *self.hidden, self.output)


def neuron_maps(run, size=50, axes=(0, 1)):
    """The pictures of all neurons of a run, as it is now: `Planes`.

    Args: size: points along each side; axes: the two columns of the data that span the plane. The
    other columns stand at their means.

    Raises: ValueError for columns that do not exist.
    """
    axes = check_axes(run, axes)
    x    = run.data.grid(size, axes)
    with np.errstate(all="ignore"):
        *hidden, output = [picture(a, size) for a in activations(run.net, x)]
    return Planes(picture(x, size), tuple(hidden), output,
                  tuple(run.data.domain[axis] for axis in axes))


def activations(net, x):
    """What each column of neurons gives for inputs x: the last output before the next Dense."""
    found, started = [], False
    for layer in net:
        if isinstance(layer, Dense) and started:
            found.append(x)
        started = started or isinstance(layer, Dense)
        x = layer.forward(x)
    return [*found, x]


def picture(a, size):
    """(size * size, neurons) as (neurons, size, size)."""
    return a.T.reshape(-1, size, size)


def check_axes(run, axes):
    """Two different columns of the data; one, for data that have no second."""
    n    = len(run.data.domain)
    axes = tuple(axes)[:max(1, min(2, n))]
    if len(set(axes)) < len(axes) or not all(0 <= axis < n for axis in axes):
        raise ValueError(f"axes must name two different columns from 0 to {n - 1}, got {axes}.")
    return axes


def decision_map(run, size=100, axes=(0, 1), theme=palette.LIGHT, planes=None):
    """The decision of the network over the plane, as numbers and colors: a `dlf.scene.Map`.

    `planes` takes pictures that are there already, so that nothing is computed twice. One output:
    its sign and size, from -1 to 1. Several: the likeliest class, the paler the less sure.
    """
    planes = planes or neuron_maps(run, size, axes)
    out    = np.moveaxis(planes.output, 0, -1).astype(float)          # (size, size, outputs)
    if out.shape[-1] == 1:
        value = signed(run, out[..., 0])
        p     = np.stack([1 - value, 1 + value], axis=-1) / 2
        return Map(value, p, (value > 0).astype(int), palette.diverging(value, 1.0, theme),
                   planes.domain)
    p      = probabilities(run, out)
    label  = p.argmax(axis=-1)
    n      = p.shape[-1]
    sure   = (p.max(axis=-1) * n - 1) / (n - 1)                       # 0 if all are equal
    colors = palette.blend(palette.qualitative(label), sure, theme.zero)
    return Map(sure, p, label, colors, planes.domain)


def signed(run, out):
    """One output as a number from -1 to 1: a score squeezed, a probability stretched."""
    if not run.data.classes:
        return np.clip(out / run.data.full, -1, 1)
    if run.config.loss == "cross_entropy":
        return np.tanh(out / 2)                                       # 2 sigmoid(z) - 1
    return np.clip(2 * out - 1 if run.config.ending == "sigmoid" else out, -1, 1)


def probabilities(run, out):
    """How likely each class is, to the network: (..., classes), adding up to 1."""
    if run.config.loss == "cross_entropy":
        return Softmax().forward(out)
    low    = 0 if run.config.ending == "sigmoid" else -1
    share  = np.clip(out - low, 1e-9, 1 - low)
    return share / share.sum(axis=-1, keepdims=True)
