"""Around recurrent layers: both directions at once, the last step alone, and what is padding."""
import numbers
from contextlib import contextmanager

import numpy as np

from dlf.layers.base import Layer
from dlf.layers.containers import Sequential, check_is_layer
from dlf.layers.recurrent import Recurrent
from dlf.shapes import ShapeError, expect_mask, expect_slope, place


class Bidirectional(Layer):
    """Two layers read a sequence, one from each end; their outputs stand side by side.

    Shapes: input as for the two layers; output (batch, time, n + n of the way back). A state is a
    pair: of the layer that reads forward, and of the other.
    Raises: TypeError for layers that are not recurrent; ValueError if the same layer is to do
    both, or if one is to carry its state on.
    Source: Schuster & Paliwal (1997).
    """

    shape_out = None

    def __init__(self, layer, back, rng=None):
        for one in (layer, back):
            check_is_layer(one)
            if not isinstance(one, Recurrent):
                raise TypeError("Bidirectional reads with two recurrent layers, dlf.RNN, dlf.LSTM "
                                f"or dlf.GRU, and no other; got {one!r}.")
        if layer is back:
            raise ValueError("Bidirectional needs two layers, each with weights of its own; this "
                             "is one layer twice.")
        if layer.carry or back.carry:
            raise ValueError("Bidirectional reads whole sequences: from the far end there is no "
                             "state to carry on from. Leave carry=True out.")
        self.layer, self.back = layer, back
        self.children = (layer, back)
        self.tie() if rng is None else self.reset(rng)

    @property
    def takes_symbols(self):
        return self.layer.takes_symbols

    def forward(self, x, state=None, mask=None):
        mask = self.mask if mask is None else np.asarray(mask)
        one, two = self.both(state, "state")
        there = self.layer.forward(x, one, mask)
        back  = self.back.forward(x[:, ::-1], two, None if mask is None else mask[:, ::-1])
        y = np.concatenate([there, back[:, ::-1]], axis=2)
        self.shape_out = y.shape
        return y

    def learn(self, dy, dstate=None):
        self.halves("learn", dy, dstate)

    def backward(self, dy, dstate=None):
        there, back = self.halves("backward", dy, dstate)
        return None if there is None else there + back[:, ::-1]

    def halves(self, method, dy, dstate):
        """Each layer's way back for its half of the slope."""
        expect_slope(self, dy, self.shape_out)
        n = self.layer.n
        one, two = self.both(dstate, "dstate")
        return (getattr(self.layer, method)(dy[:, :, :n], one),
                getattr(self.back, method)(dy[:, ::-1, n:], two))

    def both(self, state, name):
        """What belongs to each of the two; None stands for zeros."""
        if state is None:
            return None, None
        if not isinstance(state, (tuple, list)) or len(state) != 2:
            raise ShapeError(f"{self!r}: {name} must be a pair, of what belongs to the layer that "
                             f"reads forward, and to the other; got {type(state).__name__}."
                             f"{place(self)}")
        return state

    @property
    def state(self):
        """The last states of both."""
        return self.layer.state, self.back.state

    @property
    def dstate(self):
        """The slopes of both initial states."""
        return self.layer.dstate, self.back.dstate

    def operations(self, shape_in, shape_out):
        return sum(layer.operations(shape_in, (*shape_out[:-1], layer.n))
                   for layer in self.children)


class LastStep(Layer):
    """The last step of every sequence, which has read all of it: to give each sequence a class.

    Shapes: (batch, time, n) to (batch, n). With a mask the last step that is not masked.
    Raises: ShapeError if these are no sequences.
    """

    shape_in = None

    def forward(self, x, mask=None):
        if x.ndim != 3 or not x.shape[1]:
            raise ShapeError(f"{self!r} expects sequences (batch, time, n), got {x.shape}. It "
                             f"stands right behind a recurrent layer.{place(self)}")
        mask = self.mask if mask is None else mask
        m, T = x.shape[:2]
        last = T - 1
        if mask is not None:
            last = T - 1 - expect_mask(self, mask, (m, T))[:, ::-1].argmax(axis=1)
        self.shape_in, self.at = x.shape, (np.arange(m), last)
        return x[self.at]

    def backward(self, dy):
        expect_slope(self, dy, self.shape_in and (self.shape_in[0], self.shape_in[2]))
        dx = np.zeros(self.shape_in, dy.dtype)
        dx[self.at] = dy
        return dx


class Masked(Sequential):
    """A network for sequences of different length that were padded to one: it skips the padding.

    A step is padding where the input is `padding`: a symbol, or a row of numbers that all equal it.
    Recurrent layers inside leave their state as it is there and give 0, attention does not look
    there, and `LastStep` takes the last step before it. All other layers treat padding as they
    treat any number, and so does a loss: to leave it out there, see `CrossEntropy(ignore=...)`.

    >>> import numpy as np, dlf
    >>> net = dlf.Masked(dlf.Embedding(27, 8), dlf.GRU(8, 16), dlf.LastStep(), padding=0)
    >>> bool(np.allclose(net([[5, 1, 2, 0, 0]]), net([[5, 1, 2]])))
    True
    """

    def __init__(self, *layers, padding=0, rng=None):
        if not isinstance(padding, numbers.Real) or padding != padding:
            raise ValueError("Masked: padding is the number that stands where there is nothing, "
                             f"such as 0 or -1; got {padding!r}. (nan equals no number, not even "
                             "itself: write another into the gaps first.)")
        self.padding = padding
        super().__init__(*layers, rng=rng)

    def __repr__(self):
        told = f"\n  padding={self.padding!r}" if self.padding != 0 else ""
        return super().__repr__().removesuffix("\n)") + f"{told}\n)"

    def forward(self, x):
        with self.telling(x):
            return super().forward(x)

    @contextmanager
    def telling(self, x):
        if x.ndim not in (2, 3):
            raise ShapeError(f"Masked expects sequences, (batch, time) of symbols or (batch, time, "
                             f"features), got {x.shape}.{place(self)}")
        there = x != self.padding
        self.tell(there if x.ndim == 2 else there.any(axis=2))
        try:
            yield
        finally:
            self.tell(None)

    def tell(self, mask):
        """Let every layer inside know which moments are there, (batch, time), or None for all."""
        for _, layer in self.walk():
            layer.mask = mask
