"""Which sequence is looked at while a network learns, and what is known of it."""
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlf.viz.states import visible


@dataclass
class SequenceLook:
    """Which sequence is looked at and how; the pictures that share it change together.

    Shapes: x (sequences, time, features), or (sequences, time) of symbols; y as the loss wants it.
    `symbols` is the alphabet; `layer` counts recurrent layers, or those of attention, from 0;
    `steps` says how many updates there were.
    """

    x: np.ndarray
    y: np.ndarray
    loss: Any
    symbols: Any = None
    index: int = 0
    layer: int = 0
    temperature: float = 1.0
    steps: Any = field(default=lambda: 0)

    @property
    def one(self):
        """The sequence, up to the last moment of which something is asked: padding is not shown."""
        return self.x[self.index][:self.until]

    @property
    def until(self):
        """Moments of the sequence that count."""
        y = np.asarray(self.y[self.index])
        if y.ndim != 1 or y.dtype.kind not in "iu" or not (y >= 0).any():
            return len(self.x[self.index])
        return int(np.flatnonzero(y >= 0)[-1]) + 1

    @property
    def frame(self):
        """(layer, moments): for others a drawing is laid out anew."""
        return self.layer, self.until

    def word(self, code):
        """A symbol in one letter, if it has one."""
        return visible(str(code if self.symbols is None else self.symbols[code]))
