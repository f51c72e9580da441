"""The training loop: forward, loss, backward, update, again and again; every driver pulls on it."""
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dlf.checks import carries, check_batches, check_order, check_parts, in_type_of, prepare
from dlf.layers.containers import trace
from dlf.layers.recurrent import forget
from dlf.memory import keep_freed_memory
from dlf.optimizers import clip_by_norm

GATHER = 262_144          # bytes of shuffled examples fetched at a time: several small batches

keep_freed_memory()       # from here on, and so for loops of one's own as well


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

    With a layer that carries its state from batch to batch (carry=True), the examples stay in their
    order, with rng too, which then drives dropout alone; each epoch begins with a state of zeros.

    Each step reads its settings anew: `optimizer.lr` and `penalty.strength` may change between
    steps. The data must not: shuffled examples are copied for many steps at once.

    Raises: ShapeError, TypeError or ValueError before the first step if the parts do not fit;
    NotFinite in the step in which a number stops being finite, with the network as before it.
    """
    check_parts(net, loss, optimizer, penalty, clip)
    if not net.is_tied():                  # says so if a weight has got another shape
        net.tie()
    x, y     = prepare(net, x, y, loss)
    check_batches(net, x, batch_size, rng)
    progress = progress if progress is not None else Progress()
    moded    = moded_layers(net)
    check_order(progress, net, len(x))
    optimizer.belong_to(net)
    for layer in moded:
        layer.rng = rng
    buffers  = list(changing(moded))
    while epochs is None or progress.epoch < epochs or 0 < progress.at < len(x):
        if progress.at == 0 or progress.at >= len(x):
            begin_epoch(net, progress, len(x), rng)
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


def begin_epoch(net, progress, n, rng):
    """The next pass through n examples: in order, and from zeros, if a state is carried."""
    progress.start_epoch(n, None if carries(net) else rng)
    forget(net)
    if not net.is_tied():                  # somebody wrote layer.W = ...: take it over
        net.tie()


def moded_layers(net):
    """The layers that behave differently while training: dropout, batch normalization."""
    return [layer for _, layer in net.walk() if layer.has_modes]


def changing(moded):
    """(layer, name) of what a pass forward changes: running averages, states that are carried."""
    for layer in moded:
        yield from ((layer, name) for name in layer.buffers)
        if getattr(layer, "carry", False):
            yield layer, "carried"


def gradients(net, x, y, loss, penalty=None, moded=None):
    """One pass forward and one back, in training mode, for one batch, as `train` does it.

    Writes net.dtheta; returns (loss, length of the gradient). The targets are taken as they are:
    `loss.prepare` checks them.
    """
    moded = moded_layers(net) if moded is None else moded
    for layer in moded:
        layer.training = True
    try:
        value, *slope = loss.value_and_grad(net.forward(x), y)
        net.learn(slope.pop())         # nobody else holds it: its memory is free when it is used up
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


# ---- what went wrong in a step ---------------------------------------------------------------

def explain(net, x, value, norm, progress):
    """Which layer first gave a number that is not finite, and what to try."""
    with np.errstate(all="ignore"):
        where = blame(net, x)
    return (f"Step {progress.t + 1} (epoch {progress.epoch}): the loss is {value:.4g}, and its "
            f"gradient has length {norm:.4g}. {where} The network keeps the weights it had before "
            "this step, which may be far off already: better start afresh, net.reset(rng). Usual "
            "causes: a learning rate that is too large (try a tenth), inputs that are not scaled "
            f"(here up to {np.abs(x).max():.3g}), or gradients that explode (try clip=1.0).")


def blame(net, x):
    """A sentence that names the first layer, forward or else backward, with a number not finite."""
    for path, layer, _, y in trace(net, x):
        if not np.isfinite(y).all():
            return f"The first to overflow is layer {path}, {layer!r}: its output."
    for name, _, gradient in reversed(list(net.parameters())):
        if not np.isfinite(gradient).all():
            return f"The first to overflow on the way back is the gradient of {name}."
    return "Every output and every gradient is still finite, but their squares no longer are."
