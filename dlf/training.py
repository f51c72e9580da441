"""The training loop: forward, loss, backward, update, again and again; every driver pulls on it."""
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dlf.layers.base import check_rng
from dlf.optimizers import clip_by_norm
from dlf.shapes import ShapeError

GATHER = 262_144          # bytes of shuffled examples fetched at a time: several small batches


class Step(NamedTuple):
    """What one update did. Frozen; made after every update."""

    t: int                # updates so far, this one included
    epoch: int            # the pass through the data that this update belongs to, counted from 1
    loss: float           # the batch's mean loss before the update, penalty included
    norm: float           # the length of the gradient, before any clipping
    size: int             # examples in the batch: the last one of an epoch may be short
    last: bool            # was it the last batch of its epoch?


@dataclass
class Progress:
    """Where training stands: keep it to go on later exactly where you stopped."""

    t: int = 0                        # updates made
    epoch: int = 0                    # the epoch that is under way, or the last one made
    at: int = 0                       # examples of it already used
    order: np.ndarray | None = None   # the order of the examples in it; None: as they come

    def start_epoch(self, n, rng):
        """The next pass through n examples, in a new random order if there is a generator."""
        self.epoch, self.at = self.epoch + 1, 0
        self.order = None if rng is None else rng.permutation(n)


class NotFinite(FloatingPointError):
    """A number became nan or infinite; training stopped before it reached the network."""


def train(net, x, y, loss, optimizer, *, batch_size=32, rng=None, epochs=None,
          penalty=None, clip=None, progress=None):
    """Train, one update at a time: yields a `Step` after each, with the network ready to predict.

    Endless unless `epochs` says when to stop, so that you decide:

        for step in dlf.train(net, x, y, loss, optimizer, batch_size=20, rng=rng):
            if step.epoch > 10: break

    Args: x, y: examples in rows, and their targets; rng: shuffles each epoch and drives dropout,
    None takes the examples in order; penalty: dlf.L2(...) or dlf.L1(...); clip: the longest
    gradient allowed; progress: a `Progress` to go on from, which is kept up to date.

    Each step reads its settings anew: `optimizer.lr` and `penalty.strength` may change between
    steps. The data must not: shuffled examples are copied for many steps at once.

    Raises: ShapeError, TypeError or ValueError before the first step if the parts do not fit;
    NotFinite in the step in which a number stops being finite, with the network as before it.
    """
    x, y     = prepare(net, x, y, loss, batch_size, rng)
    progress = progress if progress is not None else Progress()
    moded    = [layer for _, layer in net.walk() if layer.has_modes]
    check_order(progress, len(x))
    for layer in moded:
        layer.rng = rng
    buffers  = [(layer, name) for layer in moded for name in layer.buffers]    # running averages
    while epochs is None or progress.epoch < epochs or 0 < progress.at < len(x):
        if progress.at == 0 or progress.at >= len(x):
            progress.start_epoch(len(x), rng)
        for xb, yb in batches(x, y, batch_size, progress, net):
            before = [getattr(layer, name) for layer, name in buffers]
            value, norm = gradients(net, xb, yb, loss, penalty, moded)
            if not math.isfinite(value + norm):
                for (layer, name), kept in zip(buffers, before):
                    setattr(layer, name, kept)
                raise NotFinite(explain(net, xb, value, norm, progress))
            if clip is not None:
                clip_by_norm(net.dtheta, clip, norm)
            optimizer.step(net.theta, net.dtheta)
            progress.t  += 1
            progress.at += len(xb)
            yield Step(progress.t, progress.epoch, value, norm, len(xb), progress.at >= len(x))


def gradients(net, x, y, loss, penalty=None, moded=()):
    """One pass forward and one back: writes net.dtheta; returns (loss, length of the gradient)."""
    for layer in moded:
        layer.training = True
    try:
        value, slope = loss.value_and_grad(net.forward(x), y)
        net.learn(slope)
    finally:                           # also after an error, or Ctrl-C: the network can predict
        for layer in moded:
            layer.training = False
    if penalty is not None:
        value += penalty(net)
        penalty.add_grad(net)
    return value, math.sqrt(net.dtheta.dot(net.dtheta))


def batches(x, y, batch_size, progress, net):
    """Yield (x, y) of each batch that is left in this epoch, in the network's own number type.

    Shuffled examples are fetched for several small batches at once, since a fetch costs more time
    than a slice.
    """
    size  = x[:1].nbytes * batch_size
    block = batch_size * max(1, GATHER // max(size, 1))
    for start in range(progress.at, len(x), block):
        xs, ys = take(x, start, block, progress.order), take(y, start, block, progress.order)
        xs, ys = in_type_of(net, xs, net.takes_symbols), in_type_of(net, ys, ys.dtype.kind != "f")
        for i in range(0, len(xs), batch_size):
            yield xs[i:i + batch_size], ys[i:i + batch_size]


def take(a, start, count, order):
    """Rows start ... start + count of `a`, counted through `order`."""
    rows = slice(start, start + count)
    return a[rows] if order is None else a.take(order[rows], axis=0)


def in_type_of(net, a, keep):
    """`a` in the network's floating-point type, unless it is to be kept as it is."""
    return a if keep else a.astype(net.dtype, copy=False)


# ---- what can be wrong before the first step -------------------------------------------------

def prepare(net, x, y, loss, batch_size, rng):
    """The data as arrays, after a look at everything that could be wrong with them."""
    check_rng(rng)
    if not isinstance(batch_size, (int, np.integer)) or batch_size < 1:
        raise ValueError(f"batch_size must be a whole number of at least 1, got {batch_size!r}.")
    x, y = as_data(x, "x"), as_data(y, "y")
    if len(x) != len(y):
        mend = (": pass x.T" if x.shape[-1] == len(y) else
                ": pass x.T and y.T" if x.shape[-1] == y.shape[-1] > 1 else "")
        raise ShapeError(f"x has {len(x)} examples and y has {len(y)}: they must be equal. "
                         f"Examples go in rows{mend}.")
    if rng is None and any(getattr(layer, "p", 0) for _, layer in net.walk() if layer.has_modes):
        raise ValueError("This network has a Dropout layer, which draws at random: pass rng=.")
    check_finite(x, "x")
    if y.dtype.kind == "f":
        check_finite(y, "y")
    if not net.is_tied():
        net.tie()
    return x, loss.prepare(net(in_type_of(net, x[:1], net.takes_symbols)), y)


def as_data(a, name):
    """`a` as an array of numbers with at least one row."""
    given = type(a).__name__
    try:
        a = np.asarray(a)
    except ValueError as error:
        raise ShapeError(f"{name} is no regular array: its rows have different lengths.") from error
    if a.ndim == 0:
        raise TypeError(f"{name} must be an array with one example a row, got a {given}."
                        f"{' Pass its .x and its .y.' if given == 'Dataset' else ''}")
    if len(a) == 0:
        raise ValueError(f"{name} is empty: an array of shape {a.shape}. "
                         "Training needs at least one example.")
    if name == "x" and a.dtype.kind not in "fiub":
        raise TypeError(f"x must hold numbers, got {a.dtype} (such as {a.flat[0]!r}). "
                        f"dlf.datasets.read_csv turns a table with text into numbers.")
    return a


def check_finite(a, name):
    """Raise with the first bad places if `a` holds nan or infinity."""
    if a.dtype.kind == "f" and not math.isfinite(a.sum(dtype=np.float64)):
        bad = np.argwhere(~np.isfinite(a))
        if len(bad):                   # else every number is finite, and only their sum is not
            raise ValueError(f"{name} holds {len(bad)} numbers that are nan or infinite, the first "
                             f"at index {tuple(map(int, bad[0]))}. Drop those examples, or fill "
                             "the gaps: dlf.datasets.FillMissing().")


def check_order(progress, n):
    """Progress that was made on other data cannot go on with these."""
    made_on = progress.at if progress.order is None else len(progress.order)
    if made_on > n or (progress.order is not None and made_on != n):
        raise ValueError(f"This progress was made on {made_on} examples; x has {n}. "
                         f"Go on with the same data, or start with a new dlf.Progress().")


# ---- what went wrong in a step ---------------------------------------------------------------

def explain(net, x, value, norm, progress):
    """Which layer first gave a number that is not finite, and what to try."""
    with np.errstate(all="ignore"):
        where = blame(net, x)
    return (f"Step {progress.t + 1} (epoch {progress.epoch}): the loss is {value:.4g}, and its "
            f"gradient has length {norm:.4g}. {where} The network keeps the weights it had before "
            "this step. Usual causes: a learning rate that is too large (try a tenth), inputs that "
            f"are not scaled (here up to {np.abs(x).max():.3g}), or gradients that explode (try "
            "clip=1.0).")


def blame(net, x):
    """A sentence that names the first layer, forward or else backward, with a number not finite."""
    for path, layer, y in trace(net, x):
        if not np.isfinite(y).all():
            return f"The first to overflow is layer {path}, {layer!r}: its output."
    for name, _, gradient in reversed(list(net.parameters())):
        if not np.isfinite(gradient).all():
            return f"The first to overflow on the way back is the gradient of {name}."
    return "Every output and every gradient is still finite, but their squares no longer are."


def trace(net, x, path=""):
    """Yield (path, layer, output) of every innermost layer of a network, in order."""
    if not hasattr(net, "layers"):
        yield path or "0", net, net.forward(x)
        return
    for i, layer in enumerate(net.layers):
        yield from trace(layer, x, f"{path}.{i}" if path else str(i))
        x = layer.forward(x)
