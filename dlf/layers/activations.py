"""Activations: one function applied to every number, and its slope.

Each says f(x) and the slope f'(x), written with x or with y = f(x), whichever is shorter.
"""
import math

import numpy as np

from dlf.layers.base import Layer
from dlf.shapes import expect_slope


class Activation(Layer):
    """An elementwise layer, made from two static formulas: `f(x)` and `slope(x, y)`.

    Shapes: any; the output has the input's.
    """

    y    = None
    of_y = False              # does y say the slope without x? Then x need not be kept

    def forward(self, x):
        y = self.f(x)
        self.x, self.y = None if self.of_y else x, y
        return y

    def backward(self, dy):
        if self.y is None or dy.shape != self.y.shape:
            expect_slope(self, dy, None if self.y is None else self.y.shape)
        return dy * self.slope(self.x, self.y)


class Sigmoid(Activation):
    """1 / (1 + exp(-x)): squeezes every number into 0 ... 1. Source: Nielsen (2015), chapter 1."""

    of_y = True

    @staticmethod
    def f(x):
        with np.errstate(over="ignore"):       # exp(1000) = inf, and 1 / inf = 0 is right
            y = np.exp(-x)
        y += 1
        return np.reciprocal(y, out=y)

    @staticmethod
    def slope(x, y):
        return y - y * y


class Tanh(Activation):
    """The hyperbolic tangent: squeezes every number into -1 ... 1. Source: LeCun et al. (1998)."""

    of_y = True

    @staticmethod
    def f(x):
        return np.tanh(x)

    @staticmethod
    def slope(x, y):
        return 1 - y * y


class ReLU(Activation):
    """max(0, x): a neuron is off, or passes its sum on as it is. The slope at 0 is taken as 0.

    Source: Nair & Hinton (2010).
    """

    of_y = True

    @staticmethod
    def f(x):
        return np.maximum(x, 0)

    @staticmethod
    def slope(x, y):
        return (y > 0).astype(y.dtype)         # NumPy multiplies two arrays of one type faster


class LeakyReLU(Activation):
    """x, or `leak` times x below 0, so that no neuron dies for good. Source: Maas et al. (2013)."""

    def __init__(self, leak=0.01):
        self.leak = leak

    def f(self, x):
        return np.where(x > 0, x, self.leak * x)

    def slope(self, x, y):
        return np.where(x > 0, 1, self.leak).astype(y.dtype)


class ELU(Activation):
    """x, or alpha (exp(x) - 1) below 0: bends smoothly toward -alpha.

    Source: Clevert et al. (2016).
    """

    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def f(self, x):
        return np.where(x > 0, x, self.alpha * np.expm1(np.minimum(x, 0)))

    def slope(self, x, y):
        return np.where(x > 0, 1, y + self.alpha).astype(y.dtype)


class GELU(Activation):
    """x times the chance that a standard normal number lies below x, by the usual tanh formula.

    That chance is 1/2 (1 + tanh(u)) with u = sqrt(2/pi) (x + 0.044715 x^3), which is the sigmoid of
    2u; exp is quicker than tanh. So many steps go quickest over a piece of x that stays in the
    processor's cache; the slope is made on the way, while all that it takes is there.

    Source: Hendrycks & Gimpel (2016).
    """

    c, k  = 2 * math.sqrt(2 / math.pi), 0.044715
    piece = 2**15                                          # numbers worked on at once

    def forward(self, x):
        y, self.dydx = np.empty_like(x), np.empty_like(x)
        if x.strides != y.strides:                         # a view of something larger
            x = np.positive(x, out=np.empty_like(x))
        flat = [a.ravel(order="K") for a in (x, y, self.dydx)]           # as memory has them
        for start in range(0, x.size, self.piece):
            self.curve(*(a[start:start + self.piece] for a in flat))
        self.y = y
        return y

    def backward(self, dy):
        return expect_slope(self, dy, None if self.y is None else self.y.shape) * self.dydx

    def curve(self, x, y, dydx):
        """Write y = x p and its slope p + y (1 - p) 2u', with p = sigmoid(2u)."""
        square = x * x
        p  = square * (-self.c * self.k)
        p -= self.c
        p *= x                                             # -2u = -c (x + k x^3)
        with np.errstate(over="ignore"):            # exp(1000) = inf, and 1 / inf = 0 is right
            np.exp(p, p)
        p += 1
        np.reciprocal(p, p)
        np.multiply(x, p, y)
        square *= 3 * self.c * self.k
        square += self.c                                   # 2u' = c (1 + 3 k x^2)
        np.subtract(1, p, dydx)
        dydx *= y
        dydx *= square
        dydx += p


class Softplus(Activation):
    """log(1 + exp(x)): a smooth ReLU, whose slope is the sigmoid. Source: Dugas et al. (2001)."""

    @staticmethod
    def f(x):
        return np.logaddexp(x, 0)

    @staticmethod
    def slope(x, y):
        return Sigmoid.f(x)


class Softmax(Layer):
    """Positive numbers that add up to 1 along the last axis: exp(x) over the sum of exp(x).

    To train a classifier leave it out: `CrossEntropy` takes scores and does this inside, exactly.

    Shapes: (..., classes) to the same.
    Source: Bridle (1990); Nielsen (2015), chapter 3.
    """

    y = None

    def forward(self, x):
        y  = np.exp(x - x.max(axis=-1, keepdims=True))    # the shift cancels; exp cannot overflow
        y /= y.sum(axis=-1, keepdims=True)
        self.y = y
        return y

    def backward(self, dy):
        expect_slope(self, dy, None if self.y is None else self.y.shape)
        y = self.y                                        # the whole Jacobian: diag(y) - y y^T
        return y * (dy - (dy * y).sum(axis=-1, keepdims=True))
