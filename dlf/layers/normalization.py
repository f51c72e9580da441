"""Normalization: bring numbers to mean 0 and variance 1, then let the network scale them."""
import numpy as np

from dlf.layers.base import Layer
from dlf.shapes import ShapeError, expect, expect_slope, place, positive


class BatchNorm(Layer):
    """Each feature to mean 0 and variance 1 over the batch, then gamma times that, plus beta.

    While training, the batch's own mean and variance count, and running averages of the two are
    kept: running = (1 - momentum) * running + momentum * batch, the variance with n - 1. At
    inference the running averages count, so an example's output does not depend on its neighbors.

    Shapes: gamma, beta, mean, var (n,); input (batch, n) or (batch, time, n), or images
    (batch, n, height, width).
    Raises: ShapeError for another n, or for a batch of one example while training.
    Source: Ioffe & Szegedy (2015).
    """

    buffers   = ("mean", "var")
    has_modes = True
    cache     = None

    def __init__(self, n, momentum=0.1, eps=1e-5, rng=None):
        positive("BatchNorm", n=n)
        self.n, self.momentum, self.eps = n, momentum, eps
        self.params = {"gamma": (n,), "beta": (n,)}
        self.reset(rng)

    def draw(self, rng):
        return {"gamma": np.ones(self.n), "beta": np.zeros(self.n),
                "mean":  np.zeros(self.n), "var": np.ones(self.n)}

    def forward(self, x):
        rows = self.to_rows(x)                                  # (m, n)
        if self.training:
            mean, var = rows.mean(axis=0), rows.var(axis=0)
            self.remember(mean, var, len(rows))
        else:
            mean, var = self.mean, self.var
        spread  = np.sqrt(var + self.eps)
        x_hat   = (rows - mean) / spread
        self.cache = x.shape, x_hat, spread, self.training
        return self.from_rows(self.gamma * x_hat + self.beta, x.shape)

    def backward(self, dy):
        expect_slope(self, dy, self.cache and self.cache[0])
        shape, x_hat, spread, training = self.cache
        dy = self.to_rows(dy)
        self.dgamma[...] = (dy * x_hat).sum(axis=0)
        self.dbeta[...]  = dy.sum(axis=0)
        dx = dy
        if training:      # the batch's mean and variance depend on x too: take their share out
            dx = dx - self.dbeta / len(dy) - x_hat * (self.dgamma / len(dy))
        return self.from_rows(dx * (self.gamma / spread), shape)

    def remember(self, mean, var, m):
        """Move the running averages a little toward this batch's."""
        if m < 2:
            raise ShapeError(f"{self!r} needs at least 2 rows to train on, since one has no "
                             f"variance; got {m}. Use a larger batch, or one that leaves more than "
                             f"a single example for the last batch of an epoch.{place(self)}")
        keep = 1 - self.momentum
        self.mean = keep * self.mean + self.momentum * mean
        self.var  = keep * self.var  + self.momentum * var * (m / (m - 1))

    def to_rows(self, x):
        """(batch, n), (batch, time, n) or (batch, n, h, w), as (m, n)."""
        if x.ndim == 4 and x.shape[1] != self.n:
            raise ShapeError(f"{self!r} expects images of shape (batch, {self.n}, height, width), "
                             f"got {x.shape}.{place(self)}")
        if x.ndim == 4:
            x = x.transpose(0, 2, 3, 1)
        expect(self, x, self.n)
        return x.reshape(-1, self.n)

    def from_rows(self, rows, shape):
        """Back from (m, n) to the shape the input had."""
        if len(shape) != 4:
            return rows.reshape(shape)
        batch, n, h, w = shape
        return rows.reshape(batch, h, w, n).transpose(0, 3, 1, 2)


class LayerNorm(Layer):
    """Each example to mean 0 and variance 1 over its features, then gamma times that, plus beta.

    Shapes: gamma, beta (n,); input (..., n). The same in training and at inference.
    Raises: ShapeError for another n.
    Source: Ba, Kiros & Hinton (2016).
    """

    cache = None

    def __init__(self, n, eps=1e-5, rng=None):
        positive("LayerNorm", n=n)
        self.n, self.eps = n, eps
        self.params = {"gamma": (n,), "beta": (n,)}
        self.reset(rng)

    def draw(self, rng):
        return {"gamma": np.ones(self.n), "beta": np.zeros(self.n)}

    def forward(self, x):
        expect(self, x, self.n)
        spread = np.sqrt(x.var(axis=-1, keepdims=True) + self.eps)
        x_hat  = (x - x.mean(axis=-1, keepdims=True)) / spread
        self.cache = x_hat, spread
        return self.gamma * x_hat + self.beta

    def backward(self, dy):
        expect_slope(self, dy, self.cache and self.cache[0].shape)
        x_hat, spread = self.cache
        leading = tuple(range(dy.ndim - 1))
        self.dgamma[...] = (dy * x_hat).sum(axis=leading)
        self.dbeta[...]  = dy.sum(axis=leading)
        dx = dy * self.gamma     # mean and variance depend on x too: take their share out
        dx = dx - dx.mean(-1, keepdims=True) - x_hat * (dx * x_hat).mean(-1, keepdims=True)
        return dx / spread
