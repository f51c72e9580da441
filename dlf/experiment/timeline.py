"""The past of a run in bounded memory: snapshots to go back to, and the curves of the loss."""
from bisect import bisect_right
from typing import NamedTuple

import numpy as np

from dlf.fitting import restore, snapshot
from dlf.training import Progress

MOST  = 200          # snapshots kept
EVERY = 250          # steps between two snapshots, once training is under way


class Snapshot(NamedTuple):
    """All that training changes, at step t. The arrays in it are never written to."""

    t:         int
    epoch:     int
    at:        int
    order:     np.ndarray | None
    weights:   tuple                 # what dlf.fitting.snapshot gives
    optimizer: dict
    rng:       dict


def take(run):
    """The snapshot of a run as it is now."""
    p = run.progress
    return Snapshot(p.t, p.epoch, p.at, p.order, snapshot(run.net), run.optimizer.state(),
                    run.rng.bit_generator.state)


def bring_back(run, shot):
    """Put a run into the state of a snapshot; its settings stay."""
    run.progress = Progress(shot.t, shot.epoch, shot.at, shot.order)
    restore(run.net, shot.weights)
    run.optimizer.restore(shot.optimizer)
    run.rng.bit_generator.state = shot.rng


class Timeline:
    """At most 200 snapshots in order of time, the denser the nearer to the last.

    The first is always kept, so that every moment can be computed again from one before it.
    """

    def __init__(self, shots=()):
        self.shots = list(shots)

    @property
    def times(self):
        """The steps t of all snapshots, increasing."""
        return [shot.t for shot in self.shots]

    def is_due(self, t):
        """Is it time for another? Often at first, later every 250 steps."""
        last = self.shots[-1].t
        return t >= last + min(EVERY, max(10, last // 8))

    def add(self, shot):
        """One more; if there are too many, the one that is missed least goes."""
        if self.shots and self.shots[-1].t == shot.t:
            self.shots.pop()
        self.shots.append(shot)
        if len(self.shots) > MOST:
            del self.shots[self.least_missed()]

    def least_missed(self):
        """The place whose neighbors are nearest to each other, for how long ago it was."""
        t   = np.array(self.times, dtype=float)
        gap = t[2:] - t[:-2]
        age = t[-1] - t[1:-1] + 1
        return 1 + int((gap / age).argmin())

    def before(self, t):
        """The last snapshot at or before step t."""
        return self.shots[bisect_right(self.times, t) - 1]

    def cut(self, t):
        """Forget what lies after step t."""
        del self.shots[bisect_right(self.times, t):]


class Measure(NamedTuple):
    """Losses and scores of the network after step t; nan where a number has no meaning.

    A score is the share of points named right (classes), or R2 (numbers): 1 is perfect. `epoch`
    counts passes through the data, as a fraction.
    """

    t:           int
    epoch:       float
    train:       float
    test:        float
    train_score: float
    test_score:  float


class Curves:
    """Losses and scores over time, recorded by training alone: looking adds nothing.

    A point is due at the end of an epoch, `least` steps after the last or more, and the later the
    rarer: about 17 for each doubling of the steps, however long the training.
    """

    def __init__(self, points=(), least=40):
        self.points, self.least = list(points), least

    def is_due(self, t):
        """Is it time for another point?"""
        return not self.points or t >= self.points[-1].t + max(self.least, self.points[-1].t // 24)

    def add(self, measure):
        self.points.append(measure)

    def cut(self, t):
        """Forget what lies after step t."""
        del self.points[bisect_right([point.t for point in self.points], t):]

    def until(self, now):
        """The arrays of all points before the measure `now`, and of it: a `Measure` of arrays."""
        past = [point for point in self.points if point.t < now.t]
        return Measure(*(np.array(column) for column in zip(*past, now)))
