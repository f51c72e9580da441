"""What can be wrong before the first step of training, found all at once and explained."""
import math

import numpy as np

from dlf.layers.base import Layer, check_rng
from dlf.layers.normalization import BatchNorm
from dlf.losses import Loss, Penalty
from dlf.optimizers import Optimizer
from dlf.shapes import ShapeError, positive


def check_parts(net, loss, optimizer, penalty=None, clip=None):
    """Raise unless each part is what its place wants: made, and not swapped with another."""
    check_kind("net", net, Layer, "dlf.Sequential(dlf.Dense(2, 3), rng=rng)")
    check_kind("loss", loss, Loss, "dlf.MeanSquare()")
    check_kind("optimizer", optimizer, Optimizer, "dlf.SGD(0.1)")
    if penalty is not None:
        check_kind("penalty", penalty, Penalty, "dlf.L2(0.001)")
    if clip is not None and not clip > 0:
        raise ValueError(f"clip, the longest gradient allowed, must be above 0; got {clip!r}.")


def check_kind(name, what, kind, example):
    """Raise unless `what` is an object of this kind, with an example of one."""
    if isinstance(what, type) and issubclass(what, kind):
        raise TypeError(f"{name} is a class here; make one: {what.__name__}(...), "
                        f"such as {example}.")
    if not isinstance(what, kind):
        raise TypeError(f"{name} must be something like {example}; got {what!r}.")


def prepare(net, x, y, loss):
    """The data as arrays, after a look at everything that could be wrong with them."""
    x, y = as_data(x, "x"), as_data(y, "y")
    check_lengths(x, y)
    check_finite(x, "x")
    check_finite(y, "y")
    return x, loss.prepare(net(in_type_of(net, x[:1], net.takes_symbols)), y)


def check_lengths(x, y):
    """Raise unless every example has its target."""
    if len(x) != len(y):
        mend = (": pass x.T" if x.shape[-1] == len(y) else
                ": pass x.T and y.T" if x.shape[-1] == y.shape[-1] > 1 else "")
        raise ShapeError(f"x has {len(x)} examples and y has {len(y)}: they must be equal. "
                         f"Examples go in rows{mend}.")


def carries(net):
    """Is there a layer that carries its state from one batch to the next?"""
    return any(getattr(layer, "carry", False) for _, layer in net.walk())


def check_streams(net, x, batch_size):
    """Raise if a state that is carried would come to a batch of fewer rows."""
    rest = len(x) % batch_size
    if carries(net) and rest and len(x) > batch_size:
        raise ValueError("A layer carries its state from batch to batch (carry=True), row by row, "
                         f"so every batch needs the same number of rows; {len(x)} examples in "
                         f"batches of {batch_size} leave {rest} for the last. Arrange a text by "
                         f"dlf.datasets.streams(codes, batch={batch_size}, time=...), which leaves "
                         f"none, or leave them out: x[:-{rest}], y[:-{rest}].")


def check_batches(net, x, batch_size, rng):
    """Raise if a layer needs what it will not get: randomness, or more than one row a batch."""
    check_rng(rng)
    positive("train", batch_size=batch_size)
    check_streams(net, x, batch_size)
    layers = [layer for _, layer in net.walk()]
    if rng is None and any(getattr(layer, "p", 0) for layer in layers if layer.has_modes):
        raise ValueError("This network has a Dropout layer, which draws at random: pass rng=.")
    is_alone = 1 in (batch_size, len(x) % batch_size, len(x))
    if x.ndim == 2 and is_alone and any(isinstance(layer, BatchNorm) for layer in layers):
        fits = next((n for n in range(max(batch_size, 2), len(x) + 1) if len(x) % n != 1), None)
        mend = f"Try batch_size={fits}." if fits else "Bring more examples."
        raise ValueError("BatchNorm needs at least 2 examples in every batch, since one has no "
                         f"variance; {len(x)} examples in batches of {batch_size} leave one alone. "
                         f"{mend}")


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


def check_order(progress, net, n):
    """Progress that was made on other data, or in another order, cannot go on with these."""
    if carries(net) and progress.order is not None and 0 < progress.at < n:
        raise ValueError("This progress is in the middle of an epoch of shuffled examples, and a "
                         "layer carries its state (carry=True), for which they must come in their "
                         "order. Start with a new dlf.Progress().")
    made_on = progress.at if progress.order is None else len(progress.order)
    if made_on > n or (progress.order is not None and made_on != n):
        raise ValueError(f"This progress was made on {made_on} examples; x has {n}. "
                         f"Go on with the same data, or start with a new dlf.Progress().")


def in_type_of(net, a, keep):
    """`a` in the network's floating-point type, unless it is to be kept as it is."""
    return a if keep else a.astype(net.dtype, copy=False)
