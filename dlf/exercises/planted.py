"""Backpropagations of a 2-layer network with one bug each: to hunt for, and to see them learn."""
import numpy as np

BLOCKS = "dW1", "db1", "dW2", "db2"
BUGS   = {1:  "the output's slope sigma'(z2) is missing",
          2:  "the output's slope is taken at a2 instead of z2",
          3:  "the hidden slope sigma'(z1) is missing",
          4:  "the hidden slope is taken at a1 instead of z1",
          5:  "the error a2 - y is sent back instead of delta2",
          6:  "a factor 2: the cost's 1/2 was forgotten",
          7:  "dW2 is made with z1 instead of a1",
          8:  "every place of db1 holds the sum of delta1",
          9:  "db2 stays 0",
          10: "the sign of delta1 is reversed"}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def slope(z):
    """The slope of the sigmoid at z."""
    a = sigmoid(z)
    return a * (1 - a)


def planted(bug=None):
    """A function backprop(x, y, W1, b1, W2, b2) with one of the BUGS, or without any.

    It is for one example, sigmoid layers, and the cost 1/2 sum (a2 - y)^2.
    Shapes: x (n,), y (k,), W1 (m, n), b1 (m,), W2 (k, m), b2 (k,); returns the BLOCKS.
    """
    if bug not in (None, *BUGS):
        raise ValueError(f"The bugs have the numbers 1 to {len(BUGS)}, or None for no bug; "
                         f"got {bug!r}.")

    def backprop(x, y, W1, b1, W2, b2):
        z1 = W1 @ x + b1                                                       # (m,)
        a1 = sigmoid(z1)
        z2 = W2 @ a1 + b2                                                      # (k,)
        a2 = sigmoid(z2)
        error  = 2 * (a2 - y) if bug == 6 else a2 - y
        delta2 = error * (1 if bug == 1 else slope(a2 if bug == 2 else z2))    # (k,)
        back   = W2.T @ (error if bug == 5 else delta2)                        # (m,)
        delta1 = back * (1 if bug == 3 else slope(a1 if bug == 4 else z1))     # (m,)
        delta1 = -delta1 if bug == 10 else delta1
        dW1    = np.outer(delta1, x)                                           # (m, n)
        dW2    = np.outer(delta2, z1 if bug == 7 else a1)                      # (k, m)
        db1    = np.full_like(delta1, delta1.sum()) if bug == 8 else delta1
        db2    = np.zeros_like(delta2) if bug == 9 else delta2
        return dW1, db1, dW2, db2
    return backprop


# To hunt for: which is which is what the exercise asks.
SUSPECTS = {letter: planted(bug) for letter, bug in zip("ABCDEF", (3, 7, 1, 8, 5, 4))}
