"""Layers of plain weights: Dense multiplies by a matrix, Embedding looks rows up in one."""
from functools import lru_cache

import numpy as np

from dlf.initializers import normal
from dlf.layers.base import Layer
from dlf.shapes import as_rows, expect, expect_slope, from_rows, lies_turned, place, positive

ALPHABET = 128        # symbols up to which a product with one-hot rows is quicker than sorting


class Dense(Layer):
    """Every output is a weighted sum of all inputs, plus a bias: z = W a + b.

    `W[j, k]` is the weight from input k to neuron j.

    Shapes: W (n_out, n_in), b (n_out,); input (..., n_in), output (..., n_out), any leading axes.
    Raises: ShapeError if the last axis of the input is not n_in.
    Source: Nielsen (2015), chapter 2, equations BP1-BP4.
    """

    shape_out = None

    def __init__(self, n_in, n_out, init=normal, rng=None):
        positive("Dense", n_in=n_in, n_out=n_out)
        self.n_in, self.n_out, self.init = n_in, n_out, init
        self.params = {"W": (n_out, n_in), "b": (n_out,)}
        self.reset(np.random.default_rng() if rng is None else rng)

    def draw(self, rng):
        return {"W": self.init(rng, (self.n_out, self.n_in)), "b": np.zeros(self.n_out)}

    def forward(self, x):
        if x.shape[-1:] != (self.n_in,) or x.dtype != self.W.dtype:
            x = self.accept(x)
        self.turned = lies_turned(x)
        self.a = as_rows(x, self.turned)                 # (m, n_in)
        z  = self.a.dot(self.W.T)                        # (m, n_out)
        z += self.b
        if x.ndim != 2:
            z = from_rows(z, x.shape[:-1], self.turned)
        self.shape_out = z.shape
        return z

    def learn(self, dy):
        if dy.shape != self.shape_out or dy.dtype != self.dW.dtype:
            dy = expect_slope(self, dy, self.shape_out).astype(self.dW.dtype)
        delta = as_rows(dy, self.turned)                 # (m, n_out)
        delta.T.dot(self.a, self.dW)                     # BP4: the sum of outer products
        ones(len(delta), delta.dtype).dot(delta, self.db)        # BP3, summed over the batch

    def backward(self, dy):
        self.learn(dy)
        dx = as_rows(dy, self.turned).dot(self.W)        # BP2: each input hears from every neuron
        return dx if dy.ndim == 2 else from_rows(dx, dy.shape[:-1], self.turned)

    def accept(self, x):
        """An input that is not quite what we wanted: explain it, or bring it to our type."""
        if x.dtype.kind not in "fiub":
            raise TypeError(f"{self!r} expects numbers, got an array of {x.dtype}.{place(self)}")
        expect(self, x, self.n_in)
        return x.astype(self.W.dtype)

    def operations(self, shape_in, shape_out):
        return int(2 * self.n_in * np.prod(shape_out))


class Embedding(Layer):
    """Each symbol has a row of its own: y is row x of W.

    The same as Dense on one-hot rows without a bias, but faster.

    Shapes: W (n_symbols, n); input (...) of whole numbers 0 ... n_symbols - 1, output (..., n).
    There is no slope with respect to a symbol, so `backward` returns None.
    Raises: TypeError for an input that is not whole numbers, ValueError for one out of range.
    Source: Bengio et al. (2003).
    """

    takes_symbols = True
    shape_out     = None

    def __init__(self, n_symbols, n, init=normal, rng=None):
        positive("Embedding", n_symbols=n_symbols, n=n)
        self.n_symbols, self.n, self.init = n_symbols, n, init
        self.params = {"W": (n_symbols, n)}
        self.reset(np.random.default_rng() if rng is None else rng)

    def draw(self, rng):
        return {"W": self.init(rng, (self.n_symbols, self.n))}

    def forward(self, x):
        check_symbols(self, x, self.n_symbols)
        self.x, self.shape_out = x, (*x.shape, self.n)
        return self.W.take(x, axis=0)

    def backward(self, dy):
        expect_slope(self, dy, self.shape_out)
        self.dW[...] = sum_by_symbol(self.x.ravel(), as_rows(dy), self.n_symbols)
        return None


def check_symbols(layer, x, n):
    """Raise unless `x` holds whole numbers from 0 to n - 1."""
    if x.dtype.kind not in "iu":
        raise TypeError(f"{layer!r} expects whole numbers that name symbols, "
                        f"got an array of {x.dtype}.{place(layer)}")
    if x.size and not 0 <= x.min() <= x.max() < n:
        raise ValueError(f"{layer!r} knows symbols 0 ... {n - 1}; the input holds "
                         f"{x.min()} ... {x.max()}.{place(layer)}")


def sum_by_symbol(symbols, rows, n):
    """(..., n, k): for each of n symbols the sum of the rows (..., m, k) that it stands beside.

    A symbol that is there twice hears from both. For an alphabet this is quickest as a product with
    one-hot rows. Of more symbols most products would be with 0: put in order instead, the rows of
    one symbol lie together; some columns at a time, since they then stay in the cache.
    """
    if n <= ALPHABET:
        one_hot = np.zeros((n, len(symbols)), rows.dtype)
        one_hot[symbols, np.arange(len(symbols))] = 1
        return np.matmul(one_hot, rows)
    total = np.zeros((*rows.shape[:-2], n, rows.shape[-1]), rows.dtype)
    order = symbols.argsort(kind="stable")
    found, start = np.unique(symbols[order], return_index=True)
    for column in range(0, rows.shape[-1], 128):
        some = slice(column, column + 128)
        part = rows[..., some].take(order, axis=-2)
        total[..., found, some] = np.add.reduceat(part, start, axis=-2)
    return total


@lru_cache(maxsize=64)
def ones(m, dtype):
    """A row of ones: a sum over the batch is a product with it, and BLAS is quicker than np.sum."""
    row = np.ones(m, dtype)
    row.flags.writeable = False
    return row
