"""Chapter 7, many examples as matrices: all of backpropagation at once."""
from types import SimpleNamespace

import numpy as np

from dlf.exercises.chapters.ch07_many_examples import COLUMNS, PAGE_M, flat, sigmoid, tall
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answer --------------------------------------------------------------------------------

def backprop_all(X, Y, W1, b1, W2, b2):
    """(dW1, db1, dW2, db2) of the mean quadratic cost over all rows of X and Y.

    Two layers of sigmoid neurons, as in backprop for one example.

    Shapes: X (m, n0), Y (m, n2), W1 (n1, n0), b1 (n1,), W2 (n2, n1), b2 (n2,); each gradient has
    the shape of its parameter.
    """
    m  = len(X)
    A1 = sigmoid(X @ W1.T + b1)                        # (m, n1)
    A2 = sigmoid(A1 @ W2.T + b2)                       # (m, n2)
    delta2 = (A2 - Y) * A2 * (1 - A2)                  # (m, n2)
    delta1 = (delta2 @ W2) * A1 * (1 - A1)             # (m, n1)
    dW1, db1 = delta1.T @ X  / m, delta1.sum(axis=0) / m
    dW2, db2 = delta2.T @ A1 / m, delta2.sum(axis=0) / m
    return dW1, db1, dW2, db2


# ---- what it is compared on ----------------------------------------------------------------------

def network(rng, n0, n1, n2):
    """Random W1, b1, W2, b2, short to read."""
    return [rng.normal(size=shape).round(1) for shape in ((n1, n0), n1, (n2, n1), n2)]


def batch(rng, m, n0, n2):
    """m examples and what their outputs should be."""
    return rng.normal(size=(m, n0)).round(1), rng.uniform(size=(m, n2)).round()


def networks(rng):
    """2 examples on 2-2-1, 5 on 2-3-4, 7 on 3-3-3: together they tell all mistakes apart.

    The last, 3 on 3-3-3, is for those that fit no shapes but square ones.
    """
    return [(*batch(rng, m, sizes[0], sizes[2]), *network(rng, *sizes))
            for m, sizes in ((2, (2, 2, 1)), (5, (2, 3, 4)), (7, (3, 3, 3)),
                             (3, (3, 3, 3)))]


# ---- examples as columns: right as well --------------------------------------------------------

def backprop_by_columns(answer):
    return lambda X, Y, W1, b1, W2, b2: answer(X.T, Y.T, W1, b1, W2, b2)


def tall_backprop_by_columns(answer):
    def adapted(X, Y, W1, b1, W2, b2):
        dW1, db1, dW2, db2 = answer(X.T, Y.T, W1, tall(b1), W2, tall(b2))
        return dW1, flat(db1), dW2, flat(db2)
    return adapted


# ---- backpropagations in which some part goes otherwise ----------------------------------------

def parts(X, Y, W1, b1, W2, b2):
    """All that the right way has at hand."""
    Z1 = X @ W1.T + b1
    Z2 = sigmoid(Z1) @ W2.T + b2
    p  = SimpleNamespace(X=X, W1=W1, W2=W2, m=len(X), Z1=Z1, Z2=Z2, A1=sigmoid(Z1), A2=sigmoid(Z2))
    p.error = p.A2 - Y
    p.n_out = Y.shape[1]
    return p


def slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


def d2(p):
    return p.error * slope(p.Z2)


def d1(p, delta2):
    return (delta2 @ p.W2) * slope(p.Z1)


def dw(delta, A, m):
    return delta.T @ A / m


def db(delta, m):
    return delta.sum(axis=0) / m


def going(d2=d2, d1=d1, dw=(dw, dw), db=(db, db), inputs=lambda p: (p.X, p.A1)):
    """A `backprop_all` with other parts; dw and db are pairs, (hidden layer, output layer)."""
    def answer(*args):
        p      = parts(*args)
        delta2 = d2(p)
        delta1 = d1(p, delta2)
        A0, A1 = inputs(p)
        return (dw[0](delta1, A0, p.m), db[0](delta1, p.m),
                dw[1](delta2, A1, p.m), db[1](delta2, p.m))
    return answer


def scaled(by, blocks=(True, True, True, True)):
    """A `backprop_all` with the factor by(parts) on some blocks."""
    def answer(*args):
        factor = by(parts(*args))
        return tuple(block * factor if changed else block
                     for block, changed in zip(backprop_all(*args), blocks))
    return answer


def of_rows(which, divided=False):
    """A `backprop_all` that looks at some rows only; divided: by the number of all."""
    def answer(X, Y, *parameters):
        found = backprop_all(X[which], Y[which], *parameters)
        return tuple(block / (len(X) if divided else 1) for block in found)
    return answer


def without_sigmoid(X, Y, W1, b1, W2, b2):
    """A `backprop_all` whose hidden layer forgets its sigmoid on the way forward."""
    A1 = X @ W1.T + b1
    A2 = sigmoid(A1 @ W2.T + b2)
    delta2 = (A2 - Y) * A2 * (1 - A2)
    delta1 = (delta2 @ W2) * A1 * (1 - A1)
    return tuple(slopes / len(X) for slopes in (delta1.T @ X, delta1.sum(axis=0),
                                                delta2.T @ A1, delta2.sum(axis=0)))


def in_each(mine, right=db):
    """(both layers, the forms in which only one goes wrong) for a wrong db or dw."""
    return (mine, mine), ((right, mine), (mine, right))


def bias_mistake(id, mine, says, number, more=()):
    """A mistake in db, of both layers or of one, with other ways to make it."""
    both = [in_each(way) for way in (mine, *more)]
    return Mistake(id, going(db=both[0][0]), says, number,
                   tuple(going(db=pair) for first, ones in both for pair in (first, *ones)))


BACKPROP_MISTAKES = (
    Mistake("no-mean", scaled(lambda p: p.m),
            "Everything is right but for one factor, the number of examples: you return the sum "
            "over the examples. The cost is their mean, so divide by m, once.", 49),
    Mistake("twice", scaled(lambda p: 1 / p.m),
            "Everything is too small by the number of examples: 1/m is in there twice. If the "
            "output delta has it, all that follows has it too; else divide at the end.", 50),
    Mistake("m-of-the-page", scaled(lambda p: p.m / 5), PAGE_M, 49),
    Mistake("one-layer-sum", scaled(lambda p: p.m, (True, True, False, False)),
            "One layer is right, the other is too large by the number of examples: it lacks its "
            "1/m. Both layers' dW and db are means over the examples.", 49,
            (scaled(lambda p: p.m, (False, False, True, True)),)),
    Mistake("hidden-twice", scaled(lambda p: 1 / p.m, (True, True, False, False)),
            "The output layer is right, dW1 and db1 are too small by the number of examples. The "
            "1/m in the output delta travels back with it: do not divide the hidden delta again.",
            51),
    Mistake("features", scaled(lambda p: p.m / p.X.shape[1]),
            "You divide by the number of inputs. Examples are rows, so their number is the first "
            "entry of X.shape, not the second.", 52,
            (scaled(lambda p: p.m / p.n_out),
             going(dw=(lambda D, A, m: D.T @ A / A.shape[1],) * 2))),
    Mistake("every-number", scaled(lambda p: 1 / p.n_out),
            "You take the mean over all numbers of the error, so you have divided by the number of "
            "outputs too. The cost of one example is a sum over its outputs; only over the "
            "examples is it a mean.", 19),
    bias_mistake("not-summed", lambda delta, m: delta / m,
                 "Your db has one row for each example. All of them pull on the same bias, so "
                 "their pulls add up: sum over the rows. db has the shape of b.",
                 53, (lambda delta, m: delta,)),
    bias_mistake("db-twice", lambda delta, m: delta.sum(axis=0) / m / m,
                 "The dW are right, but db is too small by the number of examples. Where delta has "
                 "its 1/m already, a mean over the rows divides once more: there it is a sum.", 54),
    bias_mistake("db-sum", lambda delta, m: delta.sum(axis=0),
                 "The dW are right, but db is too large by the number of examples. If 1/m is not "
                 "in the deltas, db needs it as much as dW does.", 54),
    bias_mistake("db-axis", lambda delta, m: delta.sum(axis=1) / m,
                 "Your db has one number for each example: you summed each row over its neurons. "
                 "Sum over the examples, and keep one number for each neuron.", 55,
                 (lambda delta, m: delta.sum(axis=1), lambda delta, m: delta.mean(axis=1))),
    bias_mistake("db-total", lambda delta, m: delta.sum() / m,
                 "Your db is one number for the whole layer. Without an axis, `sum` adds up all "
                 "there is; each neuron has a bias of its own, and needs a sum of its own.", 55,
                 (lambda delta, m: delta.mean(), lambda delta, m: delta.sum())),
    bias_mistake("db-row", lambda delta, m: delta.sum(axis=0, keepdims=True) / m,
                 "The numbers in db are right, but it is a table of one row: (1, n) where the bias "
                 "is (n,). A gradient has the shape of its parameter; leave keepdims out.", 56),
    Mistake("one-example", of_rows(slice(-1, None)),
            "This is the gradient of one example alone. Every row has a say: add all of them up "
            "and divide by m. In a loop, that is `+=`, where `=` keeps only the last.", 57,
            (of_rows(slice(1)), of_rows(slice(-1, None), True), of_rows(slice(1), True))),
    Mistake("dW-swapped", going(dw=(lambda D, A, m: A.T @ D / m,) * 2),
            "Your dW are transposed: inputs in the rows, neurons in the columns. W[j, k] leads "
            "from input k to neuron j, so the deltas come first in the product, turned.",
            58, tuple(going(dw=pair) for pair in in_each(lambda D, A, m: A.T @ D / m, dw)[1])),
    Mistake("dW-sum", scaled(lambda p: p.m, (True, False, True, False)),
            "The db are right, the dW are too large by the number of examples: a matrix product "
            "adds up, it takes no mean. Divide the dW by m as well.", 49),
    Mistake("flat-outer", going(dw=(lambda D, A, m: np.outer(D, A) / m,) * 2),
            "np.outer takes two vectors; of matrices it makes one long vector each. For all "
            "examples at once it takes the matrix product of exercise 2.", 0,
            (going(dw=(lambda D, A, m: np.outer(D, A),) * 2),)),
    Mistake("examples-by-examples", going(dw=(lambda D, A, m: D @ A.T / m,) * 2),
            "In dW the wrong matrix is turned: your sum runs over the neurons. It must run over "
            "the examples, so theirs is the axis that has to stand inside the product.",
            58),
    Mistake("no-output-slope", going(lambda p: p.error),
            "The output delta lacks a factor: a - y says how the cost depends on a, and the slope "
            "of the sigmoid at the output carries it on to z. (7.2) has both.", 28),
    Mistake("output-slope-of-a", going(lambda p: p.error * slope(p.A2)),
            "At the output the sigmoid is applied twice: its slope is taken at a instead of z. If "
            "you have a, the slope is a (1 - a) and no sigmoid is needed.", 29),
    Mistake("hidden-slope-of-a", going(d1=lambda p, D: (D @ p.W2) * slope(p.A1)),
            "In the hidden layer the sigmoid is applied twice: its slope is taken at a instead of "
            "z. With a at hand, the slope is a (1 - a).", 30),
    Mistake("no-hidden-slope", going(d1=lambda p, D: D @ p.W2),
            "The output layer is right. The hidden delta lacks its last factor, the slope of the "
            "hidden neurons' sigmoid, element by element.", 31),
    Mistake("half-a-slope", going(d1=lambda p, D: (D @ p.W2) * p.A1),
            "Of a slope a (1 - a) one factor is missing: the slope has both, and is 0 at either "
            "end of the sigmoid.", 33,
            (going(d1=lambda p, D: (D @ p.W2) * (1 - p.A1)), going(lambda p: p.error * p.A2),
             going(lambda p: p.error * (1 - p.A2)))),
    Mistake("error-back", going(d1=lambda p, D: (p.error @ p.W2) * slope(p.Z1)),
            "You send the error a - y back to the hidden layer. What travels back is delta, the "
            "error times the slope at the output.", 35),
    Mistake("W2-turned", going(d1=lambda p, D: (D @ p.W2.T) * slope(p.Z1)),
            "On the way back W2 is turned once too often. With examples as rows, (m, n2) times "
            "(n2, n1) gives (m, n1): W2 as it is. On square networks no shape warns you.", 36),
    Mistake("W2-first", going(d1=lambda p, D: (p.W2.T @ D) * slope(p.Z1)),
            "`W2.T @ delta2` is the line for one example, a column. Here examples are rows, so "
            "delta2 comes first, and W2 stands as it is: (m, n2) times (n2, n1).", 58,
            (going(d1=lambda p, D: (p.W2.T @ D.T) * slope(p.Z1)),)),
    Mistake("wrong-W", going(d1=lambda p, D: (D @ p.W1) * slope(p.Z1)),
            "The deltas go back through W1. Between output and hidden layer lies W2.", 37),
    Mistake("own-activation", going(inputs=lambda p: (p.A1, p.A2)),
            "dW takes the activations of its own layer. A weight's slope is its delta times what "
            "came in through it: X for W1, the hidden activations for W2.", 39,
            (going(inputs=lambda p: (p.A1, p.A1)), going(inputs=lambda p: (p.X, p.A2)))),
    Mistake("other-slope", going(d1=lambda p, D: (D @ p.W2) * slope(p.Z2)),
            "The hidden delta takes the slope of another layer. What comes back to the hidden "
            "neurons goes through their own sigmoids: the slope at A1.", 34,
            (going(d1=lambda p, D: (D @ p.W2) * p.X * (1 - p.X)),)),
    Mistake("no-biases", lambda X, Y, W1, b1, W2, b2: backprop_all(X, Y, W1, 0 * b1, W2, 0 * b2),
            "The way forward goes without the biases: W times what comes in, plus b, in both "
            "layers. So all that follows is that of another network.", 3,
            (lambda X, Y, W1, b1, W2, b2: backprop_all(X, Y, W1, 0 * b1, W2, b2),
             lambda X, Y, W1, b1, W2, b2: backprop_all(X, Y, W1, b1, W2, 0 * b2))),
    Mistake("one-sigmoid", without_sigmoid,
            "The hidden neurons give on their sums, without a sigmoid. A1 is the sigmoid of "
            "X W1^T + b1, as A2 is that of the sums of its layer.", 6),
    Mistake("z-for-a", going(inputs=lambda p: (p.X, p.Z1)),
            "dW2 takes z of the hidden layer. What W2 is multiplied with on the way forward is "
            "the activation, so that is what stands in its gradient.", 39),
    Mistake("reversed", scaled(lambda p: -1),
            "All signs are reversed: you started with y - a. The slope of (a - y)^2 / 2 is a - y; "
            "with yours, each step would climb.", 21),
    Mistake("factor-two", scaled(lambda p: 2),
            "All is twice as large as it should be. The cost of this course has a 1/2 in front, "
            "which the 2 from the square cancels.", 20),
)


# ---- the exercise ------------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "backprop_all", 7, "Backpropagation, all examples", "core", 15, backprop_all,
        ("dW1", "db1", "dW2", "db2"), cases=networks, mistakes=BACKPROP_MISTAKES,
        also=((COLUMNS, backprop_by_columns), (COLUMNS, tall_backprop_by_columns)),
        hints=("Forward, two lines; deltas, two lines; gradients, two for each layer. You have "
               "written or seen each of them above for a single layer.",
               "Every array with examples has m rows: A1 and delta1 are (m, n1), A2 and delta2 are "
               "(m, n2). The gradients have no m in their shape.",
               "delta2: the error times the slope at the output, number by number. delta1: delta2 "
               "times W2 as it is, times the slope of the hidden neurons. Then, for each layer, "
               "the weight and the bias gradient of before."),
        why="The same four gradients as the loop over examples gives, and no loop in sight."),
)
