"""Schedules: the learning rate as a function of the step, counted from 1.

Give one to an optimizer where it takes a number: `dlf.Adam(dlf.Cosine(0.01, steps=1000))`.
"""
import math

import numpy as np

from dlf.config import Configured
from dlf.shapes import positive


class Schedule(Configured):
    """A function of the step; `schedule(t)` is the learning rate of step t.

    Raises: ValueError for a rate below 0 or not finite, or a count of steps below 1.
    """


def check_lr(owner, lr):
    """A learning rate that can work: a finite number of at least 0, or a schedule."""
    if callable(lr):
        return lr
    if isinstance(lr, (int, float, np.number)) and 0 <= lr < math.inf:
        return float(lr)
    raise ValueError(f"{type(owner).__name__}: lr must be a number of at least 0, such as 0.01, or "
                     f"a schedule, such as dlf.Cosine(0.01, steps=1000); got {lr!r}.")


class Constant(Schedule):
    """Always `lr`."""

    def __init__(self, lr):
        self.lr = check_lr(self, lr)

    def __call__(self, t):
        return self.lr


class StepDecay(Schedule):
    """`lr`, times `factor` after every `every` steps."""

    def __init__(self, lr, every, factor=0.1):
        positive("StepDecay", every=every)
        self.lr, self.every, self.factor = check_lr(self, lr), every, factor

    def __call__(self, t):
        return self.lr * self.factor ** ((t - 1) // self.every)


class Cosine(Schedule):
    """From `lr` down to `low` over `steps` steps, along half a cosine.

    Source: Loshchilov & Hutter (2017).
    """

    def __init__(self, lr, steps, low=0.0):
        positive("Cosine", steps=steps)
        self.lr, self.steps, self.low = check_lr(self, lr), steps, low

    def __call__(self, t):
        done = min((t - 1) / self.steps, 1)
        return self.low + (self.lr - self.low) * (1 + math.cos(math.pi * done)) / 2


class WarmUp(Schedule):
    """In `steps` equal steps up to `lr`, a number or a schedule that takes over from there.

    Source: Goyal et al. (2017).
    """

    def __init__(self, lr, steps):
        positive("WarmUp", steps=steps)
        self.lr, self.steps = check_lr(self, lr), steps

    def __call__(self, t):
        after = max(t - self.steps, 1)
        lr    = self.lr(after) if callable(self.lr) else self.lr
        return lr * min(t / self.steps, 1)


class OneCycle(Schedule):
    """Up to `lr` in the first share, `rise`, of `steps`, then down to nearly 0, along cosines.

    Starts at lr / 25 and ends at lr / 250,000; the top is at step 1 + rise (steps - 1). Range:
    0 < rise < 1. Source: Smith & Topin (2019).
    """

    def __init__(self, lr, steps, rise=0.3):
        positive("OneCycle", steps=steps)
        if not 0 < rise < 1:
            raise ValueError("OneCycle: rise, the share of the steps that go up, must lie between "
                             f"0 and 1; got {rise!r}.")
        self.lr, self.steps, self.rise = check_lr(self, lr), steps, rise

    def __call__(self, t):
        low, end = self.lr / 25, self.lr / 250_000
        done, top = min((t - 1) / max(self.steps - 1, 1), 1), self.rise
        if done < top:
            return along(low, self.lr, done / top)
        return along(self.lr, end, (done - top) / (1 - top))


class Exponential(Schedule):
    """From `low` up to `high` in `steps` steps, each the same factor above the one before."""

    def __init__(self, low, high, steps):
        self.low, self.high, self.steps = low, high, steps

    def __call__(self, t):
        return self.low * (self.high / self.low) ** ((t - 1) / (self.steps - 1))


def along(a, b, share):
    """From a (share 0) to b (share 1) along half a cosine."""
    return b + (a - b) * (1 + math.cos(math.pi * share)) / 2
