"""Chapter 0, tables: standardize them, and the bug with (n,) and (n, 1)."""
import numpy as np

from dlf.exercises.chapters.ch00_start_here import some_tables
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def standardize(X):
    """Shift and scale each column of X (m, n) to mean 0 and spread 1; X stays as it is."""
    mean   = X.mean(axis=0)             # (n,)
    spread = X.std(axis=0)              # (n,)
    return (X - mean) / spread          # (m, n)


def mean_squared_error(a, y):
    """The mean of the squares of a - y: answers a (m, 1), a column; targets y (m,)."""
    errors = a[:, 0] - y                # (m,)
    return np.mean(errors ** 2)


def differences(a, b):
    """The table D of all differences, D[i, j] = a[i] - b[j]: a (m,), b (n,), D (m, n)."""
    return a[:, None] - b


# ---- what they are compared on -----------------------------------------------------------------

def some_answers(rng):
    """A perfect answer, and others."""
    y = np.array([39.1, 39.5, 40.3])
    return [(y[:, None].copy(), y), (np.array([[1.0], [3.0]]), np.array([2.0, 5.0])),
            (rng.normal(size=(6, 1)), rng.normal(size=6))]


def some_vectors(rng):
    """Different lengths, and equal ones, which hide swapped rows and columns."""
    return [(np.array([1.0, 5.0]), np.array([0.0, 2.0, 3.0])),
            (rng.normal(size=3), rng.normal(size=3)), (rng.normal(size=4), rng.normal(size=2))]


# ---- mistakes of several lines -----------------------------------------------------------------

def in_place(X):
    X -= X.mean(axis=0)
    X /= X.std(axis=0)
    return X


def written_into(X):
    X[...] = standardize(X)
    return X


def into_zeros_like(X):
    out      = np.zeros_like(X)
    out[...] = standardize(X)
    return out


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "standardize", 0, "Standardize", "core", 7, standardize, ("scaled",), cases=some_tables,
        mistakes=(
            Mistake("per-example",
                    lambda X: (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True),
                    "You scale each row: every penguin is compared with itself, and how large it "
                    "is is lost. Mean and spread belong to a column, a kind of measurement: take "
                    "them over the rows, axis 0.", 64),
            Mistake("rows-for-columns", lambda X: (X - X.mean(axis=1)) / X.std(axis=1),
                    "With axis=1 there is one mean for each row. They do not line up with the "
                    "columns; on a square table they do, by accident, and the numbers are wrong. "
                    "One mean for each column is what axis=0 leaves.", 58),
            Mistake("one-for-all", lambda X: (X - X.mean()) / X.std(),
                    "You use one mean and one spread for all columns together. Lengths and depths "
                    "have means of their own: name the axis, so that one number a column is left."),
            Mistake("one-spread", lambda X: (X - X.mean(axis=0)) / X.std(),
                    "The means are right, but the spread is one number for the whole table. Each "
                    "column has its own: `std` wants the axis too.",
                    forms=(lambda X: (X - X.mean(axis=0)) / (X - X.mean(axis=0)).std(),)),
            Mistake("spread-of-rows",
                    lambda X: (X - X.mean(axis=0)) / X.std(axis=1, keepdims=True),
                    "The means are right, but the spreads are those of the rows. Both belong to "
                    "the columns: axis 0 for `std` as well.", 58),
            Mistake("one-mean", lambda X: (X - X.mean()) / X.std(axis=0),
                    "The spreads are right, but the mean is one number for the whole table. Each "
                    "column has its own: `mean` wants the axis too."),
            Mistake("not-scaled", lambda X: X - X.mean(axis=0),
                    "The mean of each column is 0 now, but its spread is what it was. Divide by "
                    "it."),
            Mistake("not-shifted", lambda X: X / X.std(axis=0),
                    "The spread of each column is 1 now, but its mean is not 0. Subtract the mean "
                    "before you divide."),
            Mistake("precedence", lambda X: X - X.mean(axis=0) / X.std(axis=0),
                    "Python divides before it subtracts, so only the mean is divided by the "
                    "spread. Put the difference into parentheses.", 10),
            Mistake("scaled-first", lambda X: X / X.std(axis=0) - X.mean(axis=0),
                    "You divide X by the spread, and then subtract the old mean, which is still "
                    "in millimeters. First the difference, then the division: parentheses.", 10),
            Mistake("multiplied", lambda X: (X - X.mean(axis=0)) * X.std(axis=0),
                    "You multiply by the spread, so that wide columns get wider still. Divide."),
            Mistake("sum-for-mean", lambda X: (X - X.sum(axis=0)) / X.std(axis=0),
                    "You subtract the sum of each column. The mean is that sum divided by the "
                    "number of rows.", 18),
            Mistake("sign", lambda X: (X.mean(axis=0) - X) / X.std(axis=0),
                    "Every sign is reversed: a bill longer than average comes out below 0. X "
                    "minus the mean, not the mean minus X.", 21),
            Mistake("variance", lambda X: (X - X.mean(axis=0)) / X.var(axis=0),
                    "You divide by the variance, which is the square of the spread and comes in "
                    "square millimeters. Divide by its root, the standard deviation."),
            Mistake("spread-of-sample",
                    lambda X: (X - X.mean(axis=0)) / X.std(axis=0, ddof=1),
                    "Nearly: with ddof=1 the spread is divided by m - 1 instead of m, which "
                    "statistics uses to guess from a sample. Here the spread of the table itself "
                    "is to become 1: leave ddof out."),
            Mistake("minimum-maximum",
                    lambda X: (X - X.min(axis=0)) / (X.max(axis=0) - X.min(axis=0)),
                    "That puts each column between 0 and 1, which is another way to scale. Here "
                    "the mean is to be 0 and the standard deviation 1."),
            Mistake("by-the-range",
                    lambda X: (X - X.mean(axis=0)) / (X.max(axis=0) - X.min(axis=0)),
                    "The means are 0 now, but you divide by how far it is from the smallest to "
                    "the largest, or by the largest. The spread asked for is the standard "
                    "deviation, `std`.",
                    forms=(lambda X: (X - X.mean(axis=0)) / X.max(axis=0),)),
            Mistake("truncated", into_zeros_like,
                    "Right for floats, but whole numbers come out as whole numbers: "
                    "`np.zeros_like(X)` and `X.copy()` take over X's type, and into whole numbers "
                    "-1.41 goes as -1. Make the array with `np.zeros(X.shape)`, or compute a new "
                    "one at once.",
                    13),
            Mistake("edits-input", in_place,
                    "`-=` and `/=` write into X itself. The caller's millimeters are gone, and "
                    "an X of whole numbers cannot even hold the result. `X - ...` makes a new "
                    "array."),
            Mistake("writes-into-input", written_into,
                    "You write the result into X itself. The caller's millimeters are gone, and "
                    "an X of whole numbers cuts off every fraction. Put the result into an array "
                    "of its own."),
        ),
        hints=("Two numbers for each column: its mean, and its standard deviation, `std`.",
               "Both have the shape (n,), and line up with the columns of X (m, n).",
               "The difference of X and the means, in parentheses, divided by the spreads; for "
               "both, the axis of the rows disappears."),
        why="Each column now counts in its own spreads: 0 is the average bill, 1 is one spread "
            "above it. Chapter 1 begins with this very table."),
    Exercise(
        "mean_squared_error", 0, "The mean squared error", "core", 6, mean_squared_error,
        ("error",), cases=some_answers,
        mistakes=(
            Mistake("all-pairs", lambda a, y: np.mean((a - y) ** 2),
                    "Perfect answers should cost 0, and yours do not. A column (m, 1) and a row "
                    "(m,) stretch each other to (m, m): every answer is compared with every "
                    "target. Bring both to one shape before you subtract.", 12,
                    forms=(lambda a, y: np.mean((a - y) ** 2, axis=0),
                           lambda a, y: np.mean((a - y) ** 2, axis=1))),
            Mistake("all-pairs-summed", lambda a, y: np.sum((a - y) ** 2) / len(y),
                    "Perfect answers should cost 0, and yours do not. (m, 1) and (m,) stretch each "
                    "other to (m, m), so you add up m times m squares. Bring both to one shape "
                    "before you subtract.", 22, forms=(lambda a, y: np.sum((a - y) ** 2),)),
            Mistake("sum", lambda a, y: np.sum((a[:, 0] - y) ** 2),
                    "You add up the squares; the mean also divides by how many there are. "
                    "Otherwise twice the penguins would cost twice as much.", 18),
            Mistake("halved", lambda a, y: np.mean((a[:, 0] - y) ** 2) / 2,
                    "Yours is half of what is asked. A cost with a 1/2 in front is coming in "
                    "chapter 3; this mean has none.", 20),
            Mistake("half-the-sum", lambda a, y: np.sum((a[:, 0] - y) ** 2) / 2,
                    "You halve the sum, which is the mean of two examples and of no other number "
                    "of them. Divide by m, or let `np.mean` do it.", 18),
            Mistake("divided-twice", lambda a, y: np.mean((a[:, 0] - y) ** 2) / len(y),
                    "`np.mean` has divided by m already, and you divide once more.", 19),
            Mistake("doubled", lambda a, y: np.mean((a[:, 0] - y) * 2),
                    "`* 2` doubles the errors. Their squares are `** 2`, with two stars."),
            Mistake("absolute", lambda a, y: np.mean(np.abs(a[:, 0] - y)),
                    "That is the mean of the absolute errors. Square them instead: large errors "
                    "are to count more."),
            Mistake("not-squared", lambda a, y: np.mean(a[:, 0] - y),
                    "Without the square, errors above and below cancel: one bill too long and one "
                    "too short would cost nothing. Square each error, then take the mean."),
            Mistake("square-of-mean", lambda a, y: np.mean(a[:, 0] - y) ** 2,
                    "You square the mean, but by then errors above and below have canceled. First "
                    "square each error, then take the mean."),
            Mistake("difference-of-squares", lambda a, y: np.mean(a[:, 0] ** 2 - y ** 2),
                    "You subtract squares. First subtract, then square the difference: "
                    "(3 - 5)^2 is 4, and 3^2 - 5^2 is -16."),
            Mistake("root", lambda a, y: np.sqrt(np.mean((a[:, 0] - y) ** 2)),
                    "You took the root at the end. That is the root mean squared error; here it "
                    "stays squared."),
            Mistake("first-answer", lambda a, y: np.mean((a[0] - y) ** 2),
                    "`a[0]` is the first row, one answer, and you compare it with every target. "
                    "You want the first column: all rows.", 57),
            Mistake("one-each", lambda a, y: (a[:, 0] - y) ** 2,
                    "You have the squared error of each example. One number is asked for: their "
                    "mean."),
        ),
        hints=("What is the shape of a - y, if a is (m, 1) and y is (m,)? Is that one error for "
               "each example?",
               "The errors have the shape (m,), what you return is one number, and for perfect "
               "answers it is 0.",
               "Take the only column of a, subtract y, square, and take the mean."),
        why="Perfect answers cost 0. Try that first with every cost you write: it takes one line, "
            "and it catches this bug."),
    Exercise(
        "differences", 0, "All differences", "stretch", 5, differences, ("D",),
        cases=some_vectors,
        mistakes=(
            Mistake("transposed", lambda a, b: a - b[:, None],
                    "All differences are there, but rows and columns are swapped: i of D[i, j] "
                    "belongs to a, so a has to be the column.", 58),
            Mistake("sign", lambda a, b: b - a[:, None],
                    "Every sign is reversed: D[i, j] is a[i] - b[j], not b[j] - a[i].", 21),
            Mistake("transposed-and-sign", lambda a, b: b[:, None] - a,
                    "You made a table of b[i] - a[j]: the two arguments have changed places. a is "
                    "the column, b the row, and b is subtracted."),
            Mistake("pair-by-pair", lambda a, b: a - b,
                    "(m,) and (n,) meet on the same axis, pair by pair, which fails unless both "
                    "are equally long. Give a an axis of its own: as a column it has the shape "
                    "(m, 1).", 12),
            Mistake("both-columns", lambda a, b: a[:, None] - b[:, None],
                    "Both are columns now, so they meet pair by pair again, one below another. "
                    "Only a becomes a column; b stays as it is."),
            Mistake("distance", lambda a, b: np.abs(a[:, None] - b),
                    "You return the distances; the sign is lost. D[i, j] is negative where a[i] "
                    "is smaller than b[j]."),
            Mistake("sum", lambda a, b: a[:, None] + b,
                    "The shape is right, but you add where the table wants a difference."),
            Mistake("product", lambda a, b: np.outer(a, b),
                    "`np.outer` makes a table of all products. The shape is right; a difference "
                    "is asked for."),
            Mistake("refilled", lambda a, b: (a - b[:, None]).reshape(len(a), len(b)),
                    "You made the table with rows for b, and filled it row by row into another "
                    "shape: the numbers are in the wrong places. Give a the rows from the start.",
                    58),
            Mistake("with-itself", lambda a, b: a[:, None] - a,
                    "That is a minus a. The numbers of b do not come into it."),
        ),
        hints=("This time you want (m, n): which of the two has to be a column?",
               "A column has the shape (m, 1); `a[:, None]` makes one.",
               "a as a column, minus b."),
        why="The bug of the last exercise, on purpose: it is the shortest way to compare "
            "everything with everything."),
)
