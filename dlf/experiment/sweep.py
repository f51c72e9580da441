"""Which value of a setting is best? A few runs for each, in bounded time; and the rate finder."""
import time
from typing import NamedTuple

import numpy as np

from dlf.experiment.run import Run
from dlf.lr_finder import find_learning_rate


class SweepRow(NamedTuple):
    """What one value gave: the median test loss and score of its seeds; nan counts as worst."""

    value:  object
    loss:   float
    score:  float
    losses: tuple
    done:   int          # seeds that were trained to the end
    text:   str


def sweep(config, setting, values, seeds=3, epochs=50, seconds=20.0, turn=np.inf):
    """Train `seeds` runs for each value of a setting; yields all rows anew after each run.

    The runs take turns (one seed of every value, then the next), so that what there is when time is
    up compares like with like. Seeds are those that follow the configuration's.

    Args: seconds: the most that all runs together may take; a run under way is cut short; turn: it
    also yields within a run, after so many seconds, so that a kernel can read its messages.
    Raises: ConfigError, before anything is trained, for values that the setting cannot have.
    """
    configs = [config.change(**{setting: value}) for value in values]
    for each in configs:
        Run(each)                                              # complains now, not half way
    found = [[] for _ in configs]
    end   = time.perf_counter() + seconds
    for seed in range(seeds):
        for results, each in zip(found, configs):
            left = end - time.perf_counter()
            if left <= 0:
                return
            run = Run(each.change(seed=(each.seed + seed) % 2**32))
            for _ in in_turns(run, epochs, end, turn):
                yield [row(value, results) for value, results in zip(values, found)]
            if run.stopped or run.epoch >= epochs - 0.01:
                results.append(outcome(run))
            yield [row(value, results) for value, results in zip(values, found)]


def in_turns(run, epochs, end, turn):
    """Train a run up to so many epochs, or until the clock says `end`; yields between two turns."""
    while True:
        left = end - time.perf_counter()
        made = run.advance(seconds=max(min(left, turn), 0), epochs=epochs - run.epoch)
        if not made or run.stopped or run.epoch >= epochs - 0.01 or left <= turn:
            return
        yield


def outcome(run):
    """(test loss, test score) of a run; a run that broke down has lost."""
    now = run.measure()
    return (np.inf, np.nan) if run.stopped else (now.test, now.test_score)


def row(value, results):
    """The summary of one value."""
    losses = tuple(float(loss) for loss, _ in results)
    loss   = float(np.median(losses)) if losses else np.nan
    scores = [score for _, score in results if np.isfinite(score)]
    score  = float(np.median(scores)) if scores else np.nan
    text   = (f"{value}: test loss {loss:.3f} (median of {len(losses)})" if losses
              else f"{value}: not trained yet")
    return SweepRow(value, loss, score, losses, len(losses), text)


def best(rows):
    """The row with the lowest loss, or None before any was trained."""
    trained = [each for each in rows if each.done]
    return min(trained, key=lambda each: each.loss, default=None)


def learning_rates(run, low=1e-4, high=10.0, steps=200):
    """The learning-rate finder on a copy of a run, as it is now: a `dlf.RateCurve`.

    Raises: what `dlf.find_learning_rate` raises.
    """
    part = run.data.train
    with np.errstate(all="ignore"):
        return find_learning_rate(run.net, part.x, part.y, run.loss, run.optimizer, low=low,
                                  high=high, steps=steps, batch_size=run.config.batch_size,
                                  rng=run.rng if run.config.draws else None)
