"""Where learning starts: random weights of the right size, so that signals neither die nor explode.

Each initializer is a function of a generator and a shape. A weight array has its outputs on the
first axis and its inputs on the others, so `fan_in`, the number of inputs that a neuron adds up,
is the product of all axes but the first.
"""
import math

import numpy as np


def fans(shape):
    """(inputs to one neuron, outputs from one input) of a weight array of this shape."""
    window = math.prod(shape[2:])
    return math.prod(shape[1:]), shape[0] * window


def normal(rng, shape):
    """Normal with variance 1 / fan_in: sums over the inputs keep the inputs' size.

    Source: LeCun et al. (1998), "Efficient BackProp"; Nielsen (2015), chapter 3.
    """
    fan_in, _ = fans(shape)
    return rng.normal(0.0, math.sqrt(1 / fan_in), shape)


def xavier(rng, shape):
    """Uniform with variance 2 / (fan_in + fan_out): a compromise between forward and backward.

    Source: Glorot & Bengio (2010).
    """
    limit = math.sqrt(6 / sum(fans(shape)))
    return rng.uniform(-limit, limit, shape)


def he(rng, shape):
    """Normal with variance 2 / fan_in: twice as much, since ReLU lets only half of it through.

    Source: He et al. (2015).
    """
    fan_in, _ = fans(shape)
    return rng.normal(0.0, math.sqrt(2 / fan_in), shape)


def orthogonal(rng, shape):
    """Rows (or columns, if fewer) at right angles and of length 1: no direction is favored.

    Source: Saxe, McClelland & Ganguli (2014).
    """
    n_out, n_in = shape[0], math.prod(shape[1:])
    tall = rng.normal(size=(max(n_out, n_in), min(n_out, n_in)))
    q, r = np.linalg.qr(tall)
    q *= np.sign(np.diag(r))                # makes the factorization, and so the draw, unique
    return (q if n_out >= n_in else q.T).reshape(shape)


def standard_normal(rng, shape):
    """Normal with variance 1 whatever the fan-in: saturates wide layers (kept to show why).

    Source: Nielsen (2015), chapter 1.
    """
    return rng.normal(size=shape)
