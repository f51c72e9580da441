"""Gradient checking: is backward the slope of forward? Nudge every number and see."""
import copy

import numpy as np

from dlf.layers.base import check_rng
from dlf.layers.recurrent import forget

FLOOR = 1e-3            # gradients this small are compared absolutely: rounding would swamp a ratio


def numerical_gradient(f, x, h=1e-5):
    """The slope of f() for each number in `x`, by central differences: (f(x + h) - f(x - h)) / 2h.

    `f` takes no argument and depends on the array `x`, which is nudged in place and put back
    exactly. The error shrinks with h^2, until rounding takes over: in float64, h = 1e-5 is best.

    Shapes: returns an array of x's shape. Raises: TypeError unless x is float64.
    """
    if x.dtype != np.float64:
        raise TypeError(f"A nudge of {h:g} needs float64 to be felt; got {x.dtype}. "
                        "Make x float64 first.")
    slope = np.empty_like(x)
    for i in np.ndindex(x.shape):
        kept = x[i]
        x[i] = kept + h
        above = f()
        x[i] = kept - h
        below = f()
        x[i] = kept
        slope[i] = (above - below) / (2 * h)
    return slope


def check_gradients(net, x, rng=None, *, training=False, h=1e-5):
    """{name: relative error} of every parameter's gradient, and of dC/dx as "x".

    Works on a copy of the network in float64, with the cost C = sum(weights * output) for random
    weights, and compares `backward` with central differences. Below 1e-6 is right, above 1e-3 is
    wrong; between them look for a kink (ReLU at 0). Numbers that a Masked network takes for padding
    are no places to nudge: they would be padding no more, and "x" seems wrong.

    Args: net: a network or a layer; x: some examples; rng: where the cost's weights come from;
    training: check the training mode (dropout keeps one mask, batch norm uses the batch).
    """
    net   = copy.deepcopy(net).astype(np.float64)
    names = net.takes_symbols and np.asarray(x).dtype.kind in "iu"      # symbols have no slope
    x     = np.array(x) if names else np.array(x, dtype=np.float64)
    check_rng(rng)
    rng   = rng or np.random.default_rng(0)
    seed  = int(rng.integers(2**32))
    run   = still(net, x, training, seed)
    weigh = rng.normal(size=run().shape)

    def cost():
        return float((weigh * run()).sum())

    cost()
    dx     = net.backward(weigh)
    found  = {name: gradient.copy() for name, _, gradient in net.parameters()}
    values = {name: value for name, value, _ in net.parameters()}
    if not names:
        found["x"], values["x"] = dx, x
    return {name: relative_error(gradient, numerical_gradient(cost, values[name], h))
            for name, gradient in found.items()}


def still(net, x, training, seed):
    """A forward pass that draws the same random numbers each time it is called."""
    def run():
        net.set_training(training)
        forget(net)                        # a state that is carried would differ from run to run
        for _, layer in net.walk():
            layer.rng = np.random.default_rng(seed)
        return net.forward(x)
    return run


def relative_error(a, b):
    """The largest difference between two arrays, relative to the largest number in either.

    Numbers below 0.001 are compared as if they were 0.001, so that 0 against 1e-12 is no error.
    """
    largest = max(np.abs(a).max(initial=0), np.abs(b).max(initial=0), FLOOR)
    return float(np.abs(a - b).max(initial=0) / largest)
