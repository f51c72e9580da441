"""Normalization: bring numbers to mean 0 and variance 1, then let the network scale them."""
import math

import numpy as np

from dlf.layers.base import Layer
from dlf.layers.dense import ones
from dlf.layers.window import check_images
from dlf.shapes import ShapeError, as_rows, expect, expect_slope, place, positive


class BatchNorm(Layer):
    """Each feature to mean 0 and variance 1 over the batch, then gamma times that, plus beta.

    While training, the batch's own mean and variance count, and running averages of the two are
    kept: running = (1 - momentum) * running + momentum * batch, the variance with n - 1. At
    inference the running averages count, so an example's output does not depend on its neighbors.

    Shapes: gamma, beta, mean, var (n,); input (batch, n) or (batch, time, n), or images
    (batch, n, height, width).
    Range: 0 <= momentum <= 1; eps, which keeps the division finite, at least 0.
    Raises: ShapeError for another n, or for a batch of one example while training.
    Source: Ioffe & Szegedy (2015).
    """

    buffers   = ("mean", "var")
    has_modes = True
    cache     = None

    def __init__(self, n, momentum=0.1, eps=1e-5, rng=None):
        positive("BatchNorm", n=n)
        check_range("BatchNorm", "eps", eps, math.inf)
        check_range("BatchNorm", "momentum", momentum, 1)
        self.n, self.momentum, self.eps = n, momentum, eps
        self.params = {"gamma": (n,), "beta": (n,)}
        self.reset(rng)

    def draw(self, rng):
        return {"gamma": np.ones(self.n), "beta": np.zeros(self.n),
                "mean":  np.zeros(self.n), "var": np.ones(self.n)}

    def forward(self, x):
        self.check(x)
        x    = x.astype(self.dtype, copy=False)
        wide = self.broadcast(x.ndim)
        if self.training:
            m    = x.size // self.n                             # numbers that a mean is taken of
            mean = over_examples(x) / m
            off  = x - wide(mean)                               # how far from the mean
            var  = over_examples(off, off) / m
            self.remember(mean, var, m)
        else:
            off, var = x - wide(self.mean), self.var
        spread = np.sqrt(var + self.eps)
        self.cache = off, spread, self.training
        y  = off * wide(self.gamma / spread)                    # gamma x_hat, x_hat = off / spread
        y += wide(self.beta)
        return y

    def backward(self, dy):
        dy = expect_slope(self, dy, self.cache and self.cache[0].shape)
        dy = dy.astype(self.dtype, copy=False)
        off, spread, training = self.cache
        wide, m = self.broadcast(dy.ndim), dy.size // self.n
        self.dgamma[...] = over_examples(dy, off) / spread
        self.dbeta[...]  = over_examples(dy)
        if not training:
            return dy * wide(self.gamma / spread)
        dx  = off * wide(self.dgamma / spread / -m)     # the batch's mean and variance depend on
        dx += dy                                        # x too: take their share out
        dx -= wide(self.dbeta / m)
        dx *= wide(self.gamma / spread)
        return dx

    def remember(self, mean, var, m):
        """Move the running averages a little toward this batch's."""
        keep = 1 - self.momentum
        self.mean = keep * self.mean + self.momentum * mean
        self.var  = keep * self.var  + self.momentum * var * (m / (m - 1))

    def check(self, x):
        """Raise unless there are n features, or images of n channels; and enough of them."""
        if x.ndim == 4:
            check_images(self, x, self.n)
        else:
            expect(self, x, self.n)
        if self.training and x.size < 2 * self.n:
            raise ShapeError(f"{self!r} needs at least 2 rows to train on, since one has no "
                             f"variance; got {x.size // self.n}. Use a larger batch, or one that "
                             f"leaves more than a single example for the last batch of an epoch."
                             f"{place(self)}")

    def broadcast(self, ndim):
        """A function that lays one number for each feature beside an input of so many axes."""
        return (lambda v: v[:, None, None]) if ndim == 4 else (lambda v: v)


def check_range(owner, name, value, most):
    """Raise unless `value` is a finite number from 0 to `most`."""
    if not (0 <= value <= most and math.isfinite(value)):
        raise ValueError(f"{owner}: {name} must be a number of at least 0"
                         f"{f' and at most {most}' if most < math.inf else ''}, got {value!r}.")


def over_examples(*factors):
    """The sum of products over all axes but the features', in whatever order memory has them."""
    axes = list(range(factors[0].ndim))
    feature = 1 if len(axes) == 4 else axes[-1]
    return np.einsum(*(item for a in factors for item in (a, axes)), [feature])


class LayerNorm(Layer):
    """Each example to mean 0 and variance 1 over its features, then gamma times that, plus beta.

    Shapes: gamma, beta (n,); input (..., n). The same in training and at inference.
    Raises: ShapeError for another n.
    Source: Ba, Kiros & Hinton (2016).
    """

    cache = shape_out = None

    def __init__(self, n, eps=1e-5, rng=None):
        positive("LayerNorm", n=n)
        check_range("LayerNorm", "eps", eps, math.inf)
        self.n, self.eps = n, eps
        self.params = {"gamma": (n,), "beta": (n,)}
        self.reset(rng)

    def draw(self, rng):
        return {"gamma": np.ones(self.n), "beta": np.zeros(self.n)}

    def forward(self, x):
        expect(self, x, self.n)
        self.shape_out = x.shape
        x      = as_rows(x).astype(self.dtype, copy=False)  # (m, n)
        one    = ones(self.n, x.dtype)
        x_hat  = x - (x.dot(one) / self.n)[:, None]
        var    = np.einsum("ij,ij->i", x_hat, x_hat) / self.n
        spread = np.sqrt(var + self.eps)[:, None]           # (m, 1)
        x_hat /= spread
        self.cache = x_hat, spread
        y  = x_hat * self.gamma
        y += self.beta
        return y.reshape(self.shape_out)

    def backward(self, dy):
        expect_slope(self, dy, self.shape_out)
        dy = as_rows(dy).astype(self.dtype, copy=False)
        x_hat, spread = self.cache
        row  = ones(len(dy), dy.dtype)
        part = dy * x_hat
        row.dot(part, self.dgamma)
        row.dot(dy, self.dbeta)
        mean  = dy.dot(self.gamma) / self.n                 # of gamma dy, in each example, and
        along = part.dot(self.gamma) / self.n               # of gamma dy x_hat
        dx  = dy * self.gamma        # mean and variance depend on x too: take their share out
        dx -= mean[:, None]
        dx -= np.multiply(x_hat, along[:, None], out=part)
        dx /= spread
        return dx.reshape(self.shape_out)
