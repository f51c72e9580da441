"""Losses: how wrong the network is, one number, and the slope of that number for each output.

Every loss is a mean over the batch, so its slope carries the 1/m and no gradient needs it again.
"""
from functools import partial, update_wrapper

import numpy as np

from dlf import metrics
from dlf.config import Configured
from dlf.shapes import ShapeError, as_rows, from_rows, lies_turned


class Loss(Configured):
    """A pure function of outputs and targets, with its slope.

    `loss(y, target)` is the value, a float; `loss.grad(y, target)` is dC/dy, of y's shape. Both
    check what they are given. Training calls `value_and_grad`, which does both in one pass and
    checks nothing: `prepare` has looked at all targets once, before the first step.

    Shapes: y (batch, outputs), or (outputs,) for one example.
    """

    metric = staticmethod(metrics.r2)       # what `fit` reports beside the loss

    def __call__(self, y, target):
        """The value of the loss: a float, the mean over the batch."""
        return self.value_and_grad(*self.pair(y, target))[0]

    def grad(self, y, target):
        """dC/dy: how much the loss changes for a little more of each output; y's shape."""
        return self.value_and_grad(*self.pair(y, target))[1]

    def pair(self, y, target):
        """Outputs and targets as arrays of one type; raises unless each output has its target."""
        y = np.asarray(y)
        y = y if y.dtype.kind == "f" else y.astype(float)
        target = self.prepare(y, target)
        if target.shape != y.shape[:target.ndim]:
            raise ShapeError(f"{self!r} got {len(y)} outputs and {len(target)} targets: "
                             "each output needs a target of its own.")
        if not y.size:
            raise ValueError(f"{self!r} is a mean, and there are no examples to take it over.")
        return y, target.astype(y.dtype, copy=False) if target.dtype.kind == "f" else target

    def prepare(self, y, target):
        """Targets as `value_and_grad` wants them; raises if they do not fit outputs like `y`.

        `y` may hold fewer examples than `target`: its other axes count.
        """
        target = numbers(self, target)
        if target.ndim == 1 and y.shape[1:] == (1,):
            target = target[:, None]                # a column of single targets is no ambiguity
        if target.shape[1:] != y.shape[1:] or target.ndim != y.ndim:
            raise ShapeError(f"{self!r} compares outputs of shape {wildcard(y)} with targets of "
                             f"shape {wildcard(target)}: they must be equal. "
                             f"{self.shape_hint(y, target)}")
        return target if target.dtype.kind == "f" else target.astype(y.dtype)

    def shape_hint(self, y, target):
        if target.ndim == 1 and target.dtype.kind in "iu" and y.ndim == 2:
            return (f"Whole numbers that name one of {y.shape[1]} classes go with "
                    "dlf.CrossEntropy(); or make them rows of 0 and 1: "
                    f"np.eye({y.shape[1]})[target].")
        return "Give each example a row of targets as long as the network's output."


class MeanSquare(Loss):
    """1/2 the squared error, summed over the outputs, mean over the batch.

    The slope of one example is y - target. Source: Nielsen (2015), chapter 2, "quadratic cost".
    """

    def value_and_grad(self, y, target):
        error  = y - target
        m      = batch(y)
        flat   = error.ravel()
        value  = 0.5 / m * float(flat.dot(flat))
        return value, error / m


class MeanAbsolute(Loss):
    """The absolute error, summed over the outputs, mean over the batch.

    The slope of one example is -1, 0 or 1, so one wild target cannot outweigh all the others.
    """

    def value_and_grad(self, y, target):
        error = y - target
        m     = batch(y)
        return float(np.abs(error).sum()) / m, np.sign(error) / m


class Huber(Loss):
    """Squared for errors up to `delta`, straight beyond: smooth at 0 and calm with outliers.

    1/2 e^2 for |e| <= delta, else delta (|e| - delta / 2); summed over the outputs, mean over the
    batch. Source: Huber (1964).
    """

    def __init__(self, delta=1.0):
        if not delta > 0:
            raise ValueError("Huber: delta, where the square turns into a line, must be positive; "
                             f"got {delta!r}.")
        self.delta = delta

    def value_and_grad(self, y, target):
        error = y - target
        near  = np.clip(error, -self.delta, self.delta)           # also the slope
        m     = batch(y)
        return float((near * (error - 0.5 * near)).sum()) / m, near / m


class BinaryCrossEntropy(Loss):
    """Cross-entropy of yes-or-no outputs y, given as scores: -t log p - (1 - t) log(1 - p).

    Here p = sigmoid(y), and t is the target. Summed over the outputs, mean over the batch. The
    slope of one example is p - t: the sigmoid's own slope has canceled. Leave the sigmoid out of
    the network.

    Range: targets 0 ... 1. Source: Nielsen (2015), chapter 3.
    """

    metric = staticmethod(metrics.accuracy_of_each)

    def prepare(self, y, target):
        target = super().prepare(y, target)
        if target.size and not (target.min() >= 0 and target.max() <= 1):
            raise ValueError("BinaryCrossEntropy wants targets from 0 (no) to 1 (yes); these run "
                             f"from {target.min():g} to {target.max():g}. For -1 and +1 pass "
                             "(target + 1) / 2.")
        return target

    def value_and_grad(self, y, target):
        e     = np.exp(-np.abs(y))                                # never overflows
        value = np.maximum(y, 0) - y * target + np.log1p(e)       # = -t log p - (1 - t) log(1 - p)
        p     = np.where(y >= 0, 1, e) / (1 + e)
        m     = batch(y)
        return float(value.sum()) / m, ((p - target) / m).astype(y.dtype, copy=False)


class CrossEntropy(Loss):
    """Cross-entropy of classes, given as scores: -log(softmax probability of the right class).

    The slope of one example is p - onehot(target): the softmax's own slope has canceled. Leave the
    softmax out of the network. A network that knows nothing scores log(classes).

    Shapes: y (..., classes); target (...) of whole numbers 0 ... classes - 1, or rows of
    probabilities of y's shape. The mean is over all targets, but for those equal to `ignore`, such
    as -1 where a sequence is padded: they count neither in the mean nor in the slope.
    Source: Bridle (1990); Nielsen (2015), chapter 3.
    """

    metric = staticmethod(metrics.accuracy)

    def __init__(self, ignore=None):
        if ignore is not None:
            if not isinstance(ignore, (int, np.integer)):
                raise TypeError("CrossEntropy: ignore is the whole number that marks targets which "
                                f"do not count, such as -1; got {ignore!r}.")
            self.metric = update_wrapper(partial(metrics.accuracy, ignore=ignore), metrics.accuracy)
        self.ignore = ignore

    def prepare(self, y, target):
        target = numbers(self, target)
        if y.shape[-1:] == (1,):
            raise ShapeError("CrossEntropy needs a score for each class, and the network has one "
                             "output. For yes or no use dlf.BinaryCrossEntropy().")
        if target.dtype.kind == "f" and target.shape[1:] == y.shape[1:] and target.ndim == y.ndim:
            return probabilities(target)
        if target.dtype.kind == "f":
            target = whole(self, target)
        if target.shape[1:] == y.shape[1:] and target.ndim == y.ndim and target.ndim > 1:
            return probabilities(target.astype(y.dtype))
        if target.ndim != y.ndim - 1 or target.shape[1:] != y.shape[1:-1]:
            raise ShapeError("CrossEntropy wants one whole number for each row of scores: scores "
                             f"are {wildcard(y)}, targets are {wildcard(target)}."
                             f"{' Pass target[:, 0].' if target.shape[1:] == (1,) else ''}")
        self.check_classes(target, y.shape[-1])
        return target.astype(np.intp, copy=False)

    def check_classes(self, target, n):
        """Raise unless all targets that count are among the n classes, and some do count."""
        counted = target if self.ignore is None else target[target != self.ignore]
        if target.size and not counted.size:
            raise ValueError(f"{self!r} is a mean, and all {target.size} targets are "
                             f"{self.ignore}, so none of them counts.")
        if counted.size and not 0 <= counted.min() <= counted.max() < n:
            skip = (" If -1 marks targets that do not count, say so: dlf.CrossEntropy(ignore=-1)."
                    if self.ignore is None and counted.min() == -1 else "")
            raise ValueError(f"The network has {n} outputs, so classes are 0 ... {n - 1}; the "
                             f"targets hold {counted.min()} ... {counted.max()}. Give the network "
                             "more outputs, or number the classes from 0: "
                             f"np.unique(target, return_inverse=True)[1].{skip}")

    def value_and_grad(self, y, target):
        turned = lies_turned(y)
        z      = as_rows(y, turned)                            # (m, classes)
        target = target.swapaxes(0, 1) if turned else target
        if target.dtype.kind == "f":
            value, slope = self.soft(z, target.reshape(z.shape))
        elif self.ignore is None:
            value, slope = self.hard(z, target.reshape(-1))
        else:
            value, slope = self.some(z, target.reshape(-1))
        return value, from_rows(slope, y.shape[:-1], turned)

    def hard(self, z, target):
        """For targets that name classes."""
        m, n   = z.shape
        p      = z - np.maximum.reduce(z, axis=1, keepdims=True)   # cancels; exp cannot overflow
        right  = target + first_cells(m, n)                    # the right classes' cells in p, flat
        score  = p.take(right)
        np.exp(p, p)
        total  = p.dot(np.ones((n, 1), p.dtype))               # the sum of each row
        value  = float(np.add.reduce(np.log(total[:, 0]) - score)) / m
        p     /= total * m
        p.put(right, p.take(right) - z.dtype.type(1 / m))
        return value, p

    def some(self, z, target):
        """The same over the targets that count; the slope of the others is 0."""
        rows  = np.flatnonzero(target != self.ignore)
        slope = np.zeros_like(z)
        if not len(rows):                                      # a batch in which nothing counts
            return 0.0, slope
        value, slope[rows] = self.hard(z[rows], target[rows])
        return value, slope

    def soft(self, z, target):
        """The same for targets that are probabilities: -sum t log p."""
        z      = z - np.maximum.reduce(z, axis=1, keepdims=True)
        total  = np.exp(z).sum(axis=1, keepdims=True)
        log_p  = z - np.log(total)
        weight = target.sum(axis=1, keepdims=True)             # 1, but for rounding
        value  = -float((target * log_p).sum()) / len(z)
        slope  = (np.exp(log_p) * weight - target) / len(z)
        return value, slope.astype(z.dtype, copy=False)


# ---- penalties: explicit, separate terms, on weights alone ------------------------------------

class Penalty(Configured):
    """What large weights cost. Weights only: biases, gamma and beta are free.

    `penalty(net)` is the value, to be added to the loss; `penalty.add_grad(net)` adds its slope to
    the gradients that `backward` wrote.
    """

    def __init__(self, strength):
        if not strength >= 0:
            raise ValueError(f"{type(self).__name__}: the strength must be 0 or more, "
                             f"got {strength!r}.")
        self.strength = strength


class L2(Penalty):
    """strength / 2 times the sum of squared weights: pulls each weight toward 0 by its size."""

    def __call__(self, net):
        return self.strength / 2 * sum(float(np.vdot(W, W)) for W, _ in weights(net))

    def add_grad(self, net):
        for W, dW in weights(net):
            dW += self.strength * W


class L1(Penalty):
    """strength times the sum of absolute weights: pulls every weight toward 0 alike, many to 0."""

    def __call__(self, net):
        return self.strength * sum(float(np.abs(W).sum()) for W, _ in weights(net))

    def add_grad(self, net):
        for W, dW in weights(net):
            dW += self.strength * np.sign(W)


def weights(net):
    """(W, dW) of every parameter whose name starts with W: no biases, no gamma, no beta."""
    return [(value, gradient) for name, value, gradient in net.parameters()
            if name.rpartition(".")[2].startswith("W")]


# ---- helpers ----------------------------------------------------------------------------------

def batch(y):
    """How many examples `y` holds: its rows, or 1 if it is a single example."""
    return len(y) if y.ndim > 1 else 1


def first_cells(m, n):
    """Where each of m rows of n numbers starts, counted through the whole array."""
    return np.arange(0, m * n, n)


def wildcard(a):
    """A shape with its first axis left open: '(batch, 10)'."""
    return f"({', '.join(['batch', *map(str, a.shape[1:])])}{',' if a.ndim == 1 else ''})"


def numbers(loss, target):
    """Targets as an array of numbers, or an error that says what they are instead."""
    target = np.asarray(target)
    if target.dtype.kind not in "fiub":
        example = repr(target.flat[0]) if target.size else "nothing"
        raise TypeError(f"{loss!r} wants numbers as targets, got {target.dtype} (such as "
                        f"{example}). Turn names into numbers: "
                        "classes, target = np.unique(target, return_inverse=True).")
    return target


def whole(loss, target):
    """Floats that are whole numbers as integers; others are no classes."""
    if not np.all(target == np.floor(target)):
        bad = target[target != np.floor(target)].flat[0]
        raise TypeError(f"{loss!r} wants whole numbers that name classes, got {bad:g}. For targets "
                        "that are measurements use dlf.MeanSquare().")
    return target.astype(np.intp)


def probabilities(target):
    """Rows of probabilities: each from 0 to 1, adding up to 1."""
    wrong = (target < 0).any(axis=-1) | ~np.isclose(target.sum(axis=-1), 1, atol=1e-4)
    if wrong.any():
        row = target[wrong][0]
        raise ValueError("CrossEntropy: each row of targets must hold probabilities, none below 0, "
                         "that add up to 1; one of these rows begins with "
                         f"{row[:3].tolist()} and adds up to {row.sum():g}.")
    return target
