"""Positions: attention does not know what stands where, so it is added to what stands there."""
from functools import lru_cache

import numpy as np

from dlf.initializers import normal
from dlf.layers.base import Layer
from dlf.shapes import ShapeError, expect, expect_slope, place, positive


class PositionalEncoding(Layer):
    """Adds to each position waves of many lengths, which together say where it stands.

    Feature 2i gets sin(t / 10000^(2i/n)), feature 2i + 1 the cosine of the same, for time t.

    Shapes: (batch, time, n) to the same, with time <= longest.
    Raises: ShapeError for another n, for no sequences, or for a sequence longer than `longest`.
    Source: Vaswani et al. (2017), section 3.5.
    """

    shape_out = None

    def __init__(self, n, longest=1000):
        positive("PositionalEncoding", n=n, longest=longest)
        self.n, self.longest = n, longest

    def forward(self, x):
        x = expect_sequences(self, x, self.n, self.longest)
        self.shape_out = x.shape
        return x + waves(x.shape[1], self.n, x.dtype)

    def backward(self, dy):
        return expect_slope(self, dy, self.shape_out)


class PositionEmbedding(Layer):
    """Adds to each position a row of its own, which is learned: y = x + W[t].

    Shapes: W (longest, n); (batch, time, n) to the same, with time <= longest.
    Raises: ShapeError for another n, for no sequences, or for a sequence longer than `longest`.
    Source: Gehring et al. (2017).
    """

    shape_out = None

    def __init__(self, longest, n, init=normal, rng=None):
        positive("PositionEmbedding", longest=longest, n=n)
        self.longest, self.n, self.init = longest, n, init
        self.params = {"W": (longest, n)}
        self.reset(np.random.default_rng() if rng is None else rng)

    def draw(self, rng):
        return {"W": self.init(rng, (self.longest, self.n))}

    def forward(self, x):
        x = expect_sequences(self, x, self.n, self.longest)
        self.shape_out = x.shape
        return x + self.W[:x.shape[1]]

    def backward(self, dy):
        expect_slope(self, dy, self.shape_out)
        time = dy.shape[1]
        np.add.reduce(dy, axis=0, out=self.dW[:time])
        self.dW[time:] = 0                               # nobody stood there
        return dy


@lru_cache(maxsize=16)
def waves(time, n, dtype):
    """(time, n): sines in the even columns, cosines in the odd ones, ever longer to the right."""
    t     = np.arange(time)[:, None]
    angle = t / 10000.0 ** (np.arange(0, n, 2) / n)      # (time, half of n, rounded up)
    table = np.empty((time, n), dtype)
    table[:, 0::2] = np.sin(angle)
    table[:, 1::2] = np.cos(angle[:, :n // 2])
    table.flags.writeable = False
    return table


def expect_sequences(layer, x, n, longest=None):
    """`x` in the layer's number type, if it is (batch, time, n), time <= longest; raise if not."""
    if x.ndim != 3:
        fix = ("For one sequence pass x[None]." if x.ndim == 2 and x.shape[1] == n else
               "Symbols go through dlf.Embedding first." if x.dtype.kind in "iu" else "")
        raise ShapeError(f"{layer!r} expects sequences of shape (batch, time, {n}), got {x.shape}. "
                         f"{fix}{place(layer)}")
    if x.shape[1] == n != x.shape[2]:
        raise ShapeError(f"{layer!r} expects sequences of shape (batch, time, {n}), got {x.shape}. "
                         "Time and features look swapped: pass x.swapaxes(1, 2)." + place(layer))
    expect(layer, x, n)
    if x.shape[1] == 0:
        raise ShapeError(f"{layer!r} expects sequences of shape (batch, time, {n}), got {x.shape}. "
                         f"These have no positions: a sequence needs at least one.{place(layer)}")
    if longest is not None and x.shape[1] > longest:
        raise ShapeError(f"{layer!r} knows {longest} positions, and a sequence has {x.shape[1]}: "
                         f"give it longest={x.shape[1]}, or pass x[:, -{longest}:].{place(layer)}")
    return x.astype(layer.dtype, copy=False) if layer.params else x
