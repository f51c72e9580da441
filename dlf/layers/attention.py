"""Attention: every position of a sequence looks at the others and takes from them what it needs."""
import math
from functools import lru_cache

import numpy as np

from dlf.initializers import normal
from dlf.layers.base import Layer
from dlf.layers.dense import ones
from dlf.layers.positions import expect_sequences
from dlf.shapes import as_rows, expect_mask, expect_slope, positive

CACHE = 2**18        # bytes of scores worked on at once: they stay in the processor's cache


class SelfAttention(Layer):
    """Each position asks all others, and mixes what they offer by how well it fits the question.

    From its n numbers each position makes a query q, a key k and a value v. How well query i fits
    key j is their product, and the answer to i is a mean of all values, weighted by the softmax:

        scores    = q k^T / sqrt(d)
        attention = softmax(scores), each row adding up to 1
        y         = (attention v) W_o^T + b_o

    Several heads do this side by side, each with d = n / heads of the numbers. With `causal` a
    position sees itself and what came before it, so that a network can learn to say what comes
    next. After forward, `attention[b, head, i, j]` says how much query i took from key j.

    Shapes: W_qkv (3n, n), the rows of q above those of k above those of v, b_qkv (3n,), W_o (n, n),
    b_o (n,); input and output (batch, time, n); attention (batch, heads, time, time);
    mask (batch, time), True where there is something: nobody looks at the other positions.
    Raises: ValueError unless n is a multiple of heads; ShapeError for another n, or no sequences.
    Source: Vaswani et al. (2017).
    """

    weights = shape_out = None

    def __init__(self, n, heads=1, causal=False, init=normal, rng=None):
        positive("SelfAttention", n=n, heads=heads)
        check_heads(n, heads)
        self.n, self.heads, self.causal, self.init = n, heads, causal, init
        self.params = {"W_qkv": (3 * n, n), "b_qkv": (3 * n,), "W_o": (n, n), "b_o": (n,)}
        self.reset(np.random.default_rng() if rng is None else rng)

    def draw(self, rng):
        n = self.n
        return {"W_qkv": self.init(rng, (3 * n, n)), "b_qkv": np.zeros(3 * n),
                "W_o":   self.init(rng, (n, n)),     "b_o":   np.zeros(n)}

    def forward(self, x, mask=None):
        x = expect_sequences(self, x, self.n)
        self.shape_out = x.shape
        hidden   = self.hidden(self.mask if mask is None else mask)
        self.x   = as_rows(x)                                       # (batch * time, n)
        self.qkv = self.x.dot(self.W_qkv.T)                         # (batch * time, 3n)
        self.qkv += self.b_qkv
        self.qkv[:, :self.n] *= self.scale                          # the queries
        q, k, v  = self.by_head(self.qkv)                           # (batch, heads, time, d) each
        batch, time, _ = x.shape
        self.weights = np.empty((batch, self.heads, time, time), self.dtype)   # keys, queries
        self.mixed   = np.empty_like(self.x)                        # (batch * time, n)
        (mixed,)     = self.by_head(self.mixed)
        for some in self.a_few():
            scores = np.matmul(k[some], q[some].swapaxes(2, 3), out=self.weights[some])
            for what in hidden:
                scores += what[some]
            softmax(scores)
            np.matmul(scores.swapaxes(2, 3), v[some], out=mixed[some])
        y  = self.mixed.dot(self.W_o.T)
        y += self.b_o
        return y.reshape(x.shape)

    @property
    def attention(self):
        """(batch, heads, queries, keys) of the last forward pass; each row adds up to 1."""
        return None if self.weights is None else self.weights.swapaxes(2, 3)

    def learn(self, dy):
        self.slopes(dy)

    def backward(self, dy):
        return self.slopes(dy).dot(self.W_qkv).reshape(dy.shape)

    def slopes(self, dy):
        """Write all gradients; returns dC/d(q, k, v), (batch * time, 3n)."""
        expect_slope(self, dy, self.shape_out)
        dy       = as_rows(dy).astype(self.dtype, copy=False)
        dmixed   = dy.dot(self.W_o)
        share    = self.dot_by_head(dmixed, self.mixed)             # sum of weights * dweights
        (dmix,)  = self.by_head(dmixed)
        q, k, v  = self.by_head(self.qkv)
        dqkv     = np.empty_like(self.qkv)
        dq, dk, dv = self.by_head(dqkv)
        for some in self.a_few():
            weights  = self.weights[some]
            dscores  = np.matmul(v[some], dmix[some].swapaxes(2, 3))
            dscores -= share[some]                        # the slope of a softmax: each query's
            dscores *= weights                            # weights add up to 1
            np.matmul(weights, dmix[some], out=dv[some])
            np.matmul(dscores, q[some], out=dk[some])
            np.matmul(dscores.swapaxes(2, 3), k[some], out=dq[some])
        dqkv[:, :self.n] *= self.scale
        row = ones(len(dy), dy.dtype)
        dy.T.dot(self.mixed, self.dW_o)
        dqkv.T.dot(self.x, self.dW_qkv)
        row.dot(dy, self.db_o)
        row.dot(dqkv, self.db_qkv)
        return dqkv

    @property
    def scale(self):
        """1 / sqrt(d): products of d numbers grow with sqrt(d), and the softmax is to stay soft."""
        return self.dtype.type(1 / math.sqrt(self.n // self.heads))

    def a_few(self):
        """Slices that together go through all sequences, a cache full of scores at a time.

        A quarter off the time for sequences of 256 positions, and little memory for the slopes.
        """
        batch, time, _ = self.shape_out
        few = max(1, CACHE // (self.heads * time * time * self.dtype.itemsize))
        return [slice(start, start + few) for start in range(0, batch, few)]

    def by_head(self, rows):
        """(batch * time, p n) seen as p arrays of (batch, heads, time, d); nothing is copied."""
        batch, time, n = self.shape_out
        split = rows.reshape(batch, time, rows.shape[1] // n, self.heads, n // self.heads)
        return split.transpose(2, 0, 3, 1, 4)

    def dot_by_head(self, a, b):
        """(batch, heads, 1, time): for each head the product of two rows of `a` and `b`."""
        batch, time, n = self.shape_out
        split    = (batch * time, self.heads, n // self.heads)
        products = np.einsum("ijk,ijk->ij", a.reshape(split), b.reshape(split))
        return products.reshape(batch, time, 1, self.heads).transpose(0, 3, 2, 1)

    def hidden(self, mask):
        """What to add to the scores (batch, heads, keys, queries): minus infinity hides."""
        batch, time, _ = self.shape_out
        found = []
        if self.causal:
            found.append(np.broadcast_to(future(time, self.dtype), (batch, 1, time, time)))
        if mask is not None:
            mask = expect_mask(self, mask, (batch, time))
            found.append(np.where(mask, 0, -np.inf).astype(self.dtype)[:, None, :, None])
        return found

    def operations(self, shape_in, shape_out):
        batch, time, n = shape_out
        return batch * time * (8 * n * n + 4 * time * n)            # four matrices, two products


def softmax(scores):
    """exp(scores) over each query's total of them, in place.

    Each query's highest score is taken off first, which cancels, so that exp cannot overflow. A
    query that may look nowhere gets zeros. Keys stand on axis 2, since NumPy goes through whole
    rows quicker than within them.

    Shapes: scores (batch, heads, keys, queries).
    """
    highest = np.maximum.reduce(scores, axis=2, keepdims=True)
    highest[highest == -np.inf] = 0
    scores -= highest
    np.exp(scores, scores)
    total = np.matmul(ones(scores.shape[2], scores.dtype)[None], scores)
    total[total == 0] = 1
    scores *= np.reciprocal(total)


@lru_cache(maxsize=4)
def future(time, dtype):
    """(keys, queries): minus infinity where the key comes after the query, else 0."""
    hidden = np.tril(np.full((time, time), -np.inf, dtype), k=-1)
    hidden.flags.writeable = False
    return hidden


def check_heads(n, heads):
    """Raise unless each head gets a whole number of features."""
    if n % heads:
        fit = [h for h in range(1, n + 1) if n % h == 0]
        raise ValueError(f"SelfAttention: each head works with n / heads numbers, and {n} / {heads}"
                         f" is not whole. Take heads={min(fit, key=lambda h: abs(h - heads))}, or "
                         f"n={-(-n // heads) * heads}.")
