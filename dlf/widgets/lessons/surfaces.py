"""Costs over two numbers, for a ball to roll on: a bowl, a neuron's cost, two valleys."""
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Surface:
    """A cost over two numbers, and what suits it.

    cost      function of two arrays of the same shape: the cost at each place
    gradient  function of a place (2,): its two slopes
    names     of the two numbers
    reach     the map shows both numbers from -reach to reach
    rate      (largest, step, at first) of the learning rate
    start     where the ball begins
    range     costs that the curve shows, two powers of ten
    """

    title:    str
    cost:     Callable
    gradient: Callable
    names:    tuple
    reach:    float
    rate:     tuple
    start:    tuple
    range:    tuple


STEEP = 10.0            # the bowl's k in the direction of v1; it is 1 in that of v0
TILT  = 0.15            # how much deeper one valley is: by about twice that


def bowl():
    """Ten times steeper in one direction than in the other: the limit of the rate is 2 / 10."""
    return Surface("A stretched bowl", lambda v0, v1: (v0 ** 2 + STEEP * v1 ** 2) / 2,
                   lambda v: np.array([v[0], STEEP * v[1]]),
                   ("v0", "v1"), 2.0, (0.3, 0.005, 0.05), (-1.8, 1.2), (1e-4, 1e3))


def valleys():
    """Two valleys of which the left one is deeper, and a low pass between them."""
    return Surface("Two valleys",
                   lambda v0, v1: (v0 ** 2 - 1) ** 2 / 4 + TILT * v0 + v1 ** 2 / 2 + 0.2,
                   lambda v: np.array([v[0] * (v[0] ** 2 - 1) + TILT, v[1]]),
                   ("v0", "v1"), 2.0, (1.2, 0.02, 0.1), (1.7, 1.4), (1e-2, 1e2))


def neuron(x, y):
    """The cost of one neuron over its two weights, its bias held at 0: mean of (a - y)^2 / 2.

    Shapes: x (m, 2), y (m,) of 0 and 1.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)

    def answers(w0, w1):
        return 1 / (1 + np.exp(-(np.multiply.outer(w0, x[:, 0]) + np.multiply.outer(w1, x[:, 1]))))

    def gradient(w):
        a = answers(*w)                                              # (m,)
        return ((a - y) * a * (1 - a)) @ x / len(x)

    return Surface("One neuron's cost", lambda w0, w1: ((answers(w0, w1) - y) ** 2).mean(-1) / 2,
                   gradient, ("w0", "w1"), 6.0, (60.0, 0.5, 2.0), (-4.0, 1.5), (1e-4, 1.0))
