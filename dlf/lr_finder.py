"""The learning-rate finder: raise the rate step by step; see where the loss falls and explodes."""
import copy
from dataclasses import dataclass

import numpy as np

from dlf.schedules import Exponential
from dlf.training import NotFinite, train


@dataclass(frozen=True)
class RateCurve:
    """Learning rates tried, the smoothed loss at each, and a `suggestion`: a tenth of the best.

    Shapes: lr and loss (steps,).
    """

    lr: np.ndarray
    loss: np.ndarray
    suggestion: float

    def __repr__(self):
        return (f"RateCurve({len(self.lr)} rates from {self.lr[0]:.2g} to {self.lr[-1]:.2g}; "
                f"suggestion {self.suggestion:.2g})")


def find_learning_rate(net, x, y, loss, optimizer, *, low=1e-5, high=10.0, steps=100,
                       batch_size=32, rng=None):
    """Train a copy for some steps at ever higher rates; yours stays as it is.

    Returns a `RateCurve`. It stops early when the loss has exploded. Take the suggestion as a
    start, not as the truth.

    Raises: what `train` raises; ValueError unless 0 < low < high and steps is at least 2.
    Source: Smith (2017), "Cyclical learning rates for training neural networks".
    """
    if not 0 < low < high or steps < 2:
        raise ValueError(f"The search needs 0 < low < high and 2 or more steps, got low={low!r}, "
                         f"high={high!r}, steps={steps!r}.")
    net, optimizer, rng = copy.deepcopy((net, optimizer, rng))
    optimizer.forget()
    optimizer.lr = Exponential(low, high, steps)
    losses = explore(train(net, x, y, loss, optimizer, batch_size=batch_size, rng=rng), steps)
    rates  = np.array([optimizer.lr(t + 1) for t in range(len(losses))])
    return RateCurve(rates, losses, float(rates[losses.argmin()] / 10))


def explore(training, steps):
    """The smoothed loss of each step, until it is four times the best so far."""
    mean, seen = 0.0, []
    try:
        for step in training:
            mean = 0.9 * mean + 0.1 * step.loss
            seen.append(mean / (1 - 0.9 ** step.t))            # corrected for the start at zero
            if step.t == steps or seen[-1] > 4 * min(seen):
                break
    except NotFinite:
        if not seen:
            raise
    return np.array(seen)
