"""Which sequence is looked at, and what all pictures of it share while the network learns."""
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlf.palette import LIGHT
from dlf.viz.live.picture import Picture
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


class SequencePicture(Picture):
    """A picture of the sequence that a `SequenceLook` names."""

    reading = 0.25

    def __init__(self, net, look, width=280, height=280, theme=LIGHT):
        super().__init__(width, height, theme)
        self.net, self.look = net, look
        self.build()
        self.update()

    def update(self, update=None):
        """Look again."""
        with np.errstate(all="ignore"):
            self.show()
