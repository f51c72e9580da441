"""What goes on inside: weights, gradients, activations, updates, hidden space, and mistakes."""
import copy
from typing import NamedTuple

import numpy as np

from dlf import metrics
from dlf.experiment.maps import activations
from dlf.layers import Dense
from dlf.training import gradients

SATURATED = 0.05            # a slope below this share of the steepest: the neuron hardly learns
BINS      = 30


class Histogram(NamedTuple):
    """Counts (bins,) of values between edges (bins + 1,); `broken` of them were not finite."""

    counts: np.ndarray
    edges:  np.ndarray
    broken: int


class LayerInsight(NamedTuple):
    """One layer of neurons, from the first hidden one (number 1) to the output.

    `ratio` is the typical size of an update over that of the weights, for the next batch: about
    0.001 is usual. `dead` and `saturated` are shares of neurons: those that are 0 (ReLU) for all
    training points, and those whose slope is nearly 0 for nearly all of them.
    """

    number:      int
    weights:     Histogram
    biases:      Histogram
    gradients:   Histogram
    activations: Histogram
    ratio:       float
    dead:        float
    saturated:   float


def insight(run):
    """A `LayerInsight` for every layer, as the run is now; nothing in the run changes."""
    net, optimizer = copy.deepcopy((run.net, run.optimizer))
    whole  = gradient_of(net, run, len(run.data.train))
    before = net.theta.copy()
    gradient_of(net, run, run.config.batch_size)
    optimizer.step(net.theta, net.dtheta)
    update = net.theta - before
    net.theta[...] = before
    outs   = activations(net, run.data.train.x)
    dense  = [layer for layer in net if isinstance(layer, Dense)]
    states = unit_states(run, outs)
    return [LayerInsight(i + 1, histogram(layer.W), histogram(layer.b),
                         histogram(window(net, layer, whole)), histogram(outs[i]),
                         ratio(window(net, layer, update), layer.W), *states[i])
            for i, layer in enumerate(dense)]


def gradient_of(net, run, n):
    """The gradient of the mean loss of the first n training points, as a new vector."""
    with np.errstate(all="ignore"):
        gradients(net, run.data.train.x[:n].astype(net.dtype), run.targets[0][:n], run.loss,
                  run.penalty, moded=())
    return net.dtheta.copy()


def window(net, layer, vector):
    """The part of a vector as long as theta that belongs to a layer's weights."""
    start = (layer.theta.ctypes.data - net.theta.ctypes.data) // net.theta.itemsize
    return vector[start:start + layer.W.size].reshape(layer.W.shape)


def histogram(values, bins=BINS):
    """The histogram of all finite numbers in an array."""
    values = np.asarray(values, dtype=float).ravel()
    good   = values[np.isfinite(values)]
    counts, edges = np.histogram(good, bins=bins)
    return Histogram(counts, edges, len(values) - len(good))


def ratio(update, weights):
    """The size of an update over the size of the weights; 0 for weights that are all 0."""
    size = float(np.sqrt(np.mean(weights * weights)))
    return float(np.sqrt(np.mean(update * update))) / size if size > 0 else 0.0


def unit_states(run, outs):
    """(dead, saturated) shares of every layer, the output's being (0, 0)."""
    names = [layer.activation for layer in run.config.hidden]
    return [(dead(a, name), saturated(a, name)) for a, name in zip(outs, names)] + [(0.0, 0.0)]


def dead(a, name):
    """The share of ReLU neurons that are 0 for every point; a is (points, neurons)."""
    return float((a <= 0).all(axis=0).mean()) if name == "relu" else 0.0


def saturated(a, name):
    """The share of neurons whose slope is below 5 % of the steepest for 95 % of the points."""
    if name == "tanh":
        flat = 1 - a * a < SATURATED
    elif name == "sigmoid":
        flat = 4 * a * (1 - a) < SATURATED
    else:
        return 0.0
    return float((flat.mean(axis=0) >= 0.95).mean())


# ---- hidden space ------------------------------------------------------------------------------

class HiddenSpace(NamedTuple):
    """Points as two neurons see them, and the straight lines of the plane, bent by the network.

    Shapes: train (n, 2), test (m, 2), and their labels; lines (2 * lines, points, 2).
    """

    train:        np.ndarray
    test:         np.ndarray
    train_labels: np.ndarray
    test_labels:  np.ndarray
    lines:        np.ndarray


def hidden_space(run, layer, first=0, second=1, lines=13):
    """Where two neurons of a layer put every point: a `HiddenSpace`.

    Args: layer: 0 for the inputs, 1 for the first hidden layer, ...; first, second: neurons,
    counted from 0. A layer of one neuron gives 0 as second coordinate if both are the same.

    Raises: IndexError for a layer or a neuron that does not exist.
    """
    sizes = [len(run.config.features), *(h.size for h in run.config.hidden), run.config.n_outputs]
    if not 0 <= layer < len(sizes):
        raise IndexError(f"The layers are 0 (inputs) to {len(sizes) - 1} (output); got {layer}.")
    if not (0 <= first < sizes[layer] and 0 <= second < sizes[layer]):
        raise IndexError(f"Layer {layer} has neurons 0 to {sizes[layer] - 1}; got {first} and "
                         f"{second}.")

    def seen(x):
        a = x if layer == 0 else activations(run.net, x)[layer - 1]
        return a[:, [first, second]].copy()
    grid = run.data.inputs(grid_lines(run, lines))
    return HiddenSpace(seen(run.data.train.x), seen(run.data.test.x), run.data.train.labels,
                       run.data.test.labels, seen(grid).reshape(-1, 41, 2))


def grid_lines(run, lines):
    """The points of vertical and then of horizontal lines over the plane: 41 a line."""
    (left, right), (bottom, top) = (*run.data.domain, (0.0, 0.0))[:2]
    across, along = np.linspace(0, 1, lines), np.linspace(0, 1, 41)
    a, b   = (grid.ravel() for grid in np.meshgrid(across, along, indexing="ij"))
    u, v   = np.concatenate([a, b]), np.concatenate([b, a])
    points = np.tile(run.data.center, (len(u), 1))
    points[:, 0] = left + u * (right - left)
    if points.shape[1] > 1:
        points[:, 1] = bottom + v * (top - bottom)
    return points


# ---- mistakes ----------------------------------------------------------------------------------

class Mistake(NamedTuple):
    """A point that the network gets wrong: its row, where it is, what it is, what was said."""

    index:  int
    point:  np.ndarray
    truth:  object
    answer: object
    loss:   float


def confusion(run, part="test"):
    """How often class i (row) was taken for class j (column): whole numbers, (classes, classes).

    Raises: ValueError for a number to predict.
    """
    if not run.data.classes:
        raise ValueError("A confusion matrix counts classes; this run predicts a number.")
    data  = getattr(run.data, part)
    named = run.named(run.net.forward(data.x))
    n     = len(run.data.classes)
    return metrics.confusion_matrix(np.eye(n)[named], data.labels, n)


def most_wrong(run, count=10, part="test"):
    """The points with the largest losses, the worst first: a list of `Mistake`."""
    data    = getattr(run.data, part)
    targets = run.targets[part == "test"]
    out     = run.net.forward(data.x)
    losses  = np.array([run.loss.value_and_grad(out[i:i + 1], targets[i:i + 1])[0]
                        for i in range(len(out))])
    worst   = np.argsort(-losses, kind="stable")[:count]
    if run.data.classes:
        named = run.named(out)
        said  = [(run.data.classes[data.labels[i]], run.data.classes[named[i]]) for i in worst]
    else:
        said  = [(float(data.y[i, 0]), float(out[i, 0])) for i in worst]
    return [Mistake(int(i), data.points[i], *pair, float(losses[i]))
            for i, pair in zip(worst, said)]
