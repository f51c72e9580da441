"""Two runs side by side: everything the same but what is to be compared."""
from typing import NamedTuple

import numpy as np

from dlf.experiment.run import Run
from dlf.experiment.settings import ConfigError


class Overlay(NamedTuple):
    """The curves of two runs over the same epochs; losses are those of the test part.

    Shapes: epoch, first, second (points,), by interpolation between measurements.
    """

    epoch:  np.ndarray
    first:  np.ndarray
    second: np.ndarray


class Comparison:
    """Two runs, same seed, with some settings different: `first`, `second`, `differences`.

    Raises: ConfigError if nothing is different, or the settings do not fit together.
    """

    def __init__(self, config, **settings):
        other = config.change(**settings)
        self.differences = config.differences(other)
        if not self.differences:
            raise ConfigError("A comparison needs at least one setting that differs, such as "
                              "lr=0.1; these two runs would be the same.")
        self.first, self.second = Run(config), Run(other)

    @property
    def runs(self):
        return self.first, self.second

    @property
    def title(self):
        """What differs, in a few words: "lr 0.03 against 0.3"."""
        return "; ".join(f"{name} {plain(a)} against {plain(b)}"
                         for name, (a, b) in self.differences.items())

    def advance(self, epochs=1):
        """Train both for so many epochs; one that has stopped waits."""
        for run in self.runs:
            run.advance(epochs=epochs)

    def advance_for(self, seconds):
        """Train both for so many seconds together, so that they stay at the same epoch."""
        behind, ahead = sorted(self.runs, key=lambda run: run.epoch)
        if behind.stopped:
            return ahead.advance(seconds=seconds)
        gap = int((ahead.epoch - behind.epoch) * behind.steps_per_epoch)
        if gap:
            return behind.advance(seconds=seconds, steps=gap)
        return sum(run.advance(seconds=seconds / 2) for run in self.runs)

    def reset(self):
        """Both back to step 0."""
        for run in self.runs:
            run.reset()

    def overlay(self, part="test", points=200):
        """Both loss curves over the epochs that both have made: an `Overlay`."""
        curves = [run.curves() for run in self.runs]
        epoch  = np.linspace(0, min(curve.epoch[-1] for curve in curves), points)
        return Overlay(epoch, *(np.interp(epoch, curve.epoch, getattr(curve, part))
                                for curve in curves))

    def verdict(self):
        """A sentence on which of the two is ahead on the test points, and by how much."""
        a, b = (run.measure() for run in self.runs)
        if abs(a.test - b.test) < 0.02 * max(a.test, b.test, 1e-3):
            return f"Both have a test loss of about {a.test:.3f}."
        ahead = "first" if a.test < b.test else "second"
        return (f"The {ahead} is ahead: test loss {min(a.test, b.test):.3f} against "
                f"{max(a.test, b.test):.3f} ({self.title}).")


def plain(value):
    """A setting's value in few letters."""
    if isinstance(value, tuple):
        return "[" + ", ".join(str(getattr(item, "size", item)) for item in value) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)
