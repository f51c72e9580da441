"""One example through the network and back, in numbers: every sum, every slope, every update.

All of it is computed here by the plain formulas, beside the library and not by it, so that a
learner can check each number by hand. The four equations of backpropagation are Nielsen's:

    BP1  delta of the output  = dC/da * f'(z)
    BP2  dC/da of a layer     = W of the next layer, turned around, times the next delta
    BP3  dC/db                = delta
    BP4  dC/dw                = what came in times delta
"""
import copy
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from dlf.layers import BatchNorm, Dense, Dropout, LayerNorm
from dlf.layers.activations import Activation


class Row(NamedTuple):
    """One step of the computation in a sentence; `layer` and `neuron` count from 1.

    `part` is "input", "forward", "cost", "backward" or "update"; `rule` names the equation.
    """

    part:   str
    layer:  int
    neuron: int
    rule:   str
    text:   str


@dataclass
class LayerNumbers:
    """The numbers of one layer of neurons for one example.

    Shapes: x (n_in,) what comes in; W, wx, dW, update_W (n_out, n_in), wx being w * x on every
    edge; b, z, a, dC_da, slope, delta, db, update_b (n_out,). `s` is z after normalization, or z;
    `slope` is f'(s) and `delta` is dC/dz. An update is what the optimizer adds.
    """

    number:     int
    activation: str
    x:          np.ndarray
    W:          np.ndarray
    b:          np.ndarray
    wx:         np.ndarray
    z:          np.ndarray
    s:          np.ndarray
    a:          np.ndarray
    slope:      np.ndarray
    norm:       object     = None
    dC_da:      np.ndarray = None
    delta:      np.ndarray = None
    dW:         np.ndarray = None
    db:         np.ndarray = None
    update_W:   np.ndarray = None
    update_b:   np.ndarray = None


@dataclass
class Sample:
    """One example, in numbers: `layers` from the first hidden one to the output, and `rows`.

    Shapes: point (columns,), x (features,), target (outputs,) or a class, output (outputs,).
    """

    index:  int | None
    point:  np.ndarray
    x:      np.ndarray
    target: np.ndarray
    output: np.ndarray
    loss:   float
    layers: list
    names:  tuple
    rows:   list = field(default_factory=list)


def sample(run, index=None, part="train"):
    """One example of a run, by default the next that training would take alone: a `Sample`.

    Dropout rests, and batch normalization uses its running averages, as when predicting. Nothing
    in the run changes.

    Args: index: a row of the training part, or of the test part with part="test".
    Raises: IndexError for a row that does not exist.
    """
    data  = getattr(run.data, part)
    index = next_index(run) if index is None else index
    if not -len(data) <= index < len(data):
        raise IndexError(f"The {part} part has rows 0 to {len(data) - 1}; got {index}.")
    target = run.targets[part == "test"][index]
    x      = data.x[index].astype(run.net.dtype)
    layers = forward(run.net, x)
    out    = layers[-1].a
    loss, slope = run.loss.value_and_grad(out[None], np.asarray(target)[None])
    backward(layers, slope[0])
    updates(run, layers)
    made = Sample(int(index), data.points[index], x, target, out, loss, layers, run.data.features)
    made.rows = tell(run, made)
    return made


def next_index(run):
    """The row of the training part that comes next."""
    progress, n = run.progress, len(run.data.train)
    if 0 < progress.at < n:
        return progress.at if progress.order is None else int(progress.order[progress.at])
    if not run.config.draws:
        return 0
    return int(copy.deepcopy(run.rng).permutation(n)[0])        # the order to come


# ---- there and back ----------------------------------------------------------------------------

def forward(net, x):
    """z = W x + b and a = f(z), layer by layer, for one example x (n_in,)."""
    layers = []
    for layer in net:
        if isinstance(layer, Dense):
            wx = layer.W * x                                    # on every edge
            z  = wx.sum(axis=1) + layer.b
            layers.append(LayerNumbers(len(layers) + 1, "linear", x, layer.W.copy(),
                                       layer.b.copy(), wx, z, z, z, np.ones_like(z)))
        else:
            through(layer, layers[-1])
        x = layers[-1].a
    return layers


def through(layer, here):
    """What a normalization or an activation makes of the sums; dropout makes nothing of them."""
    if isinstance(layer, (BatchNorm, LayerNorm)):
        here.norm = copy.deepcopy(layer)
        here.s = here.a = here.norm.forward(here.z[None])[0]
    elif isinstance(layer, Activation):
        here.activation = type(layer).__name__.lower()
        own             = copy.deepcopy(layer)                  # that of the run keeps its own
        here.a          = own.forward(here.s)
        here.slope      = own.backward(np.ones_like(here.a))
    elif not isinstance(layer, Dropout):
        raise TypeError(f"One example in numbers knows no layer of type {type(layer).__name__}.")


def backward(layers, dC_da):
    """Delta and the gradients of every layer, from the last to the first."""
    for here in reversed(layers):
        here.dC_da = dC_da
        delta      = dC_da * here.slope                         # BP1, BP2
        if here.norm is not None:
            delta = here.norm.backward(delta[None])[0]
        here.delta = delta
        here.db    = delta.copy()                               # BP3
        here.dW    = np.outer(delta, here.x)                    # BP4
        dC_da      = here.W.T @ delta                           # BP2


def updates(run, layers):
    """What the optimizer would add to each weight and bias, for this gradient and the penalty."""
    net, optimizer = copy.deepcopy((run.net, run.optimizer))
    dense = [layer for layer in net if isinstance(layer, Dense)]
    for layer, here in zip(dense, layers, strict=True):
        layer.dW[...], layer.db[...] = here.dW, here.db
    norms = [layer for layer in net if isinstance(layer, (BatchNorm, LayerNorm))]
    for layer, norm in zip(norms, [here.norm for here in layers if here.norm], strict=True):
        layer.dtheta[...] = norm.dtheta         # they count when the gradient is shortened
    if run.penalty is not None:
        run.penalty.add_grad(net)
    shorten(net, run.config.clip)
    optimizer.step(net.theta, net.dtheta)
    for layer, here in zip(dense, layers, strict=True):
        here.update_W, here.update_b = layer.W - here.W, layer.b - here.b


def shorten(net, clip):
    """Shorten the gradient to the length allowed."""
    norm = float(np.sqrt(net.dtheta @ net.dtheta))
    if clip is not None and norm > clip:
        net.dtheta *= clip / norm


# ---- in words ----------------------------------------------------------------------------------

def tell(run, made):
    """All steps of the computation, as rows to be shown one after another."""
    rows  = [Row("input", 0, i + 1, "", f"Input {i + 1}, {name} = {show(value)}.")
             for i, (name, value) in enumerate(zip(made.names, made.x))]
    rows += [row for here in made.layers for row in tell_forward(here)]
    rows += [Row("cost", len(made.layers), 0, "C", tell_cost(run, made))]
    rows += [row for here in reversed(made.layers)
             for row in tell_backward(here, made.layers, run)]
    return rows + [row for here in made.layers for row in tell_update(here, run)]


def tell_forward(here):
    """The sum and the activation of each neuron."""
    for j, z in enumerate(here.z):
        text = (f"Layer {here.number}, neuron {j + 1}: z = {total(here.W[j], here.x)} "
                f"{signed(here.b[j])} = {show(z)}")
        if here.norm is not None:
            text += f"; normalized {show(here.s[j])}"
        if here.activation != "linear":
            text += f"; a = {here.activation}({show(here.s[j])}) = {show(here.a[j])}"
        yield Row("forward", here.number, j + 1, "z = W x + b", text + ".")


def tell_cost(run, made):
    """How wrong the answer is."""
    out = ", ".join(map(show, made.output))
    if np.ndim(made.target) == 0:
        wanted = run.data.classes[int(made.target)]
    else:
        wanted = ", ".join(map(show, np.atleast_1d(made.target)))
    return f"The output is {out}, the target is {wanted}: the cost is C = {show(made.loss)}."


def tell_backward(here, layers, run):
    """Delta of each neuron, and the slopes of its bias and its weights."""
    last = here.number == len(layers)
    for j, delta in enumerate(here.delta):
        if last:
            came = f"dC/da = {show(here.dC_da[j])}"
        else:
            following = layers[here.number]
            came = f"dC/da = {total(following.W[:, j], following.delta)} = {show(here.dC_da[j])}"
        bend = "" if here.activation == "linear" else f", f'(z) = {show(here.slope[j])}"
        bend += ", and back through the normalization" if here.norm is not None else ""
        yield Row("backward", here.number, j + 1, "BP1" if last else "BP2",
                  f"Layer {here.number}, neuron {j + 1}: {came}{bend}, so delta = {show(delta)}.")
        yield Row("backward", here.number, j + 1, "BP3",
                  f"Layer {here.number}, neuron {j + 1}: dC/db = delta = {show(here.db[j])}.")
        slopes = "; ".join(f"x{k + 1}: {show(x)} * {show(delta)} = {show(dw)}"
                           for k, (x, dw) in enumerate(list(zip(here.x, here.dW[j]))[:6]))
        more = f"; ... ({len(here.x)} weights)" if len(here.x) > 6 else ""
        yield Row("backward", here.number, j + 1, "BP4",
                  f"Layer {here.number}, neuron {j + 1}: dC/dw = what came in * delta. "
                  f"{slopes}{more}.")


def tell_update(here, run):
    """What each bias and weight gets."""
    rule = "-lr * slope" if run.config.optimizer == "sgd" else run.config.optimizer
    for j in range(len(here.z)):
        ways = ", ".join(f"{show(w)} {signed(u)} = {show(w + u)}"
                         for w, u in list(zip(here.W[j], here.update_W[j]))[:6])
        more = f", ... ({len(here.x)} weights)" if len(here.x) > 6 else ""
        b, u = here.b[j], here.update_b[j]
        yield Row("update", here.number, j + 1, rule,
                  f"Layer {here.number}, neuron {j + 1}: the bias goes {show(b)} {signed(u)} = "
                  f"{show(b + u)}; the weights {ways}{more}.")


def total(weights, values, most=4):
    """A weighted sum in words: "0.5 * 1 - 0.2 * (-3)"; long ones are cut."""
    parts = [f"{signed(w)} * {show(x) if x >= 0 else f'({show(x)})'}"
             for w, x in list(zip(weights, values))[:most]]
    more  = [f"+ ... ({len(weights)} terms)"] if len(weights) > most else []
    text  = " ".join(parts + more)
    return text.removeprefix("+ ") if text.startswith("+") else "-" + text.removeprefix("- ")


def signed(value):
    """A number as it is added: "+ 0.5" or "- 0.5"."""
    return f"{'+' if not value < 0 else '-'} {show(abs(value))}"


def show(value):
    """A number with three digits that count."""
    return f"{float(value):.3g}"

