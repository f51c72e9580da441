"""Chapter 0, start here: how a check works; shapes, means, and the broadcast bug."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def halfway(a, b):
    """The number halfway between the numbers a and b. halfway(39.0, 41.0) is 40.0."""
    return (a + b) / 2


def column_means(X):
    """The mean of each column of X (m, n): n numbers. [[1, 2], [3, 5]] has [2.0, 3.5]."""
    return X.mean(axis=0)


def standardize(X):
    """Shift and scale each column of X (m, n) to mean 0 and spread 1; X stays as it is."""
    mean   = X.mean(axis=0)             # (n,)
    spread = X.std(axis=0)              # (n,)
    return (X - mean) / spread          # (m, n)


def mean_squared_error(a, y):
    """The mean of (a - y)^2 over m examples: answers a (m, 1), a column; targets y (m,)."""
    errors = a[:, 0] - y                # (m,)
    return np.mean(errors ** 2)


def differences(a, b):
    """The table D of all differences, D[i, j] = a[i] - b[j]: a (m,), b (n,), D (m, n)."""
    return a[:, None] - b


SHAPES = (5,), (5, 3), (3,), (5, 3)     # X is (5, 3), w (3,), c (5, 1)


# ---- what they are compared on -----------------------------------------------------------------

def some_numbers(rng):
    """Numbers whose middle is whole, whole numbers whose middle is not, and one below 0."""
    return [(39.0, 41.0), (39, 40), (-1.5, 2.0)]


def some_tables(rng):
    """Whole numbers, a square, which hides swapped rows and columns, and one more."""
    return [(np.array([[39, 19], [40, 17], [40, 18]]),), (rng.normal(size=(3, 3)),),
            (rng.normal(3, 2, size=(5, 3)),)]


def some_answers(rng):
    """A perfect answer, and others."""
    y = np.array([39.1, 39.5, 40.3])
    return [(y[:, None].copy(), y), (np.array([[1.0], [3.0]]), np.array([2.0, 5.0])),
            (rng.normal(size=(6, 1)), rng.normal(size=6))]


def some_vectors(rng):
    """Different lengths, and equal ones, which hide swapped rows and columns."""
    return [(np.array([1.0, 5.0]), np.array([0.0, 2.0, 3.0])),
            (rng.normal(size=3), rng.normal(size=3)), (rng.normal(size=4), rng.normal(size=2))]


EXPRESSIONS = "X @ w", "X - c", "X.sum(axis=0)", "X[0] * c"


def as_written(shapes):
    """Each shape as NumPy writes it; 5 counts as (5,)."""
    shapes = [str(tuple(int(n) for n in np.atleast_1d(shape))) for shape in shapes]
    return dict(zip(EXPRESSIONS, shapes, strict=True))


def but(expression, shape):
    """All shapes right but that of one expression."""
    return tuple(shape if name == expression else right
                 for name, right in zip(EXPRESSIONS, SHAPES))


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
        "halfway", 0, "Halfway", "warm-up", 3, halfway, ("middle",), cases=some_numbers,
        mistakes=(
            Mistake("precedence", lambda a, b: a + b / 2,
                    "For 39 and 41 yours gives 59.5, which does not even lie between them. Python "
                    "divides before it adds, so only b is halved: put the sum into parentheses.",
                    10),
            Mistake("only-a-halved", lambda a, b: a / 2 + b,
                    "Only a is halved, and b is added whole. Both belong into the sum that is "
                    "halved: put the sum into parentheses."),
            Mistake("whole", lambda a, b: (a + b) // 2,
                    "Right where the middle is a whole number, but between 39 and 40 yours gives "
                    "39. `//` drops the fraction; a single `/` keeps it.", 13),
            Mistake("sum", lambda a, b: a + b,
                    "That is the sum. It is twice the number in the middle: halve it."),
            Mistake("half-difference", lambda a, b: (b - a) / 2,
                    "That is how far it is from a to the middle. The middle itself is half of the "
                    "sum, not of the difference."),
        ),
        hints=("Add the two numbers. How many times the number in the middle is that?",
               "What you return is one number. Between 39 and 40 it is 39.5.",
               "The sum of both in parentheses, divided by two."),
        why="The check never read your code: it called your function a few times and compared "
            "what came back. So yours may look quite different from ours."),
    Exercise(
        "column_means", 0, "The mean of each column", "warm-up", 3, column_means, ("means",),
        cases=some_tables,
        mistakes=(
            Mistake("per-row", lambda X: X.mean(axis=1),
                    "You have one mean for each row, that is, for each penguin: millimeters of "
                    "length and of depth in one sum. `axis` names the axis that is added up and "
                    "disappears; to be left with one number a column, the rows must go.", 58),
            Mistake("whole-table", lambda X: X.mean(),
                    "Without an axis, `mean` takes all numbers together and gives a single one. "
                    "Say which axis is to disappear."),
            Mistake("sum", lambda X: X.sum(axis=0),
                    "These are the sums of the columns: each is m times too large. Divide by the "
                    "number of rows, or let `mean` do it.", 18),
            Mistake("divided-by-columns", lambda X: X.sum(axis=0) / X.shape[1],
                    "You divide by the number of columns. Each column has as many numbers as "
                    "there are rows, m = X.shape[0]: divide by that.", 52),
            Mistake("divided-by-all", lambda X: X.sum(axis=0) / X.size,
                    "You divide by the count of all numbers in X. Each column has only m of them, "
                    "one a row: divide by m = X.shape[0].", 19),
            Mistake("divided-by-three", lambda X: X.sum(axis=0) / 3,
                    "You divide by 3, which is right for three penguins alone. Other tables have "
                    "other numbers of rows: m = X.shape[0]."),
            Mistake("two-columns", lambda X: [X[:, 0].mean(), X[:, 1].mean()],
                    "These are the means of the first two columns. A table may have more: let "
                    "`mean` go through all of them, with an axis."),
            Mistake("kept-axis", lambda X: X.mean(axis=0, keepdims=True),
                    "The numbers are right, but as a table of one row, (1, n). `keepdims` keeps "
                    "the axis with length 1; here it should go, so that (n,) is left."),
            Mistake("truncated", lambda X: X.sum(axis=0) // len(X),
                    "`//` drops the fraction, so 39.67 becomes 39. A single `/` keeps it.", 13),
        ),
        hints=("One number for each column: which axis has to disappear, that of the rows or "
               "that of the columns?",
               "For X of the shape (5, 3) the result has the shape (3,).",
               "X has a method for the mean; tell it the axis along which the rows lie, 0."),
        why="The axis that you name is the one that disappears: rows are axis 0, so one number a "
            "column is left."),
    Exercise(
        "shapes", 0, "Four shapes", "core", 5, SHAPES, EXPRESSIONS, measure=as_written,
        form="four shapes, as in ((2, 7), (7,), (2, 1), ())", variable="shapes",
        mistakes=(
            Mistake("product-elementwise", but("X @ w", (5, 3)),
                    "`X @ w`: (5, 3) is the shape of `X * w`, pair by pair. `@` also adds up the "
                    "products of each row, so their axis is gone.", 2),
            Mistake("product-column", but("X @ w", (5, 1)),
                    "`X @ w`: one number for each row, yes, but no column. The axis that is added "
                    "up disappears from both, and w had no other."),
            Mistake("product-other-axis", but("X @ w", (3,)),
                    "`X @ w`: the 3 of X and the 3 of w meet, and are added up and gone. What is "
                    "left is X's other axis, one number for each row.", 58),
            Mistake("minus-smaller", but("X - c", (5, 1)),
                    "`X - c`: that is the smaller of the two shapes. A 1 is stretched to fit: c's "
                    "column is used for every column of X, and nothing of X is lost."),
            Mistake("sum-other-axis", but("X.sum(axis=0)", (5,)),
                    "`X.sum(axis=0)`: axis 0, the 5, is the one that disappears, not the one that "
                    "stays. You add over the rows, and one sum for each column is left.", 58),
            Mistake("sum-kept", but("X.sum(axis=0)", (1, 3)),
                    "`X.sum(axis=0)`: the axis disappears altogether. Only with keepdims=True it "
                    "would stay as a 1."),
            Mistake("sum-of-all", but("X.sum(axis=0)", ()),
                    "`X.sum(axis=0)`: a single number is what `X.sum()` gives, without an axis. "
                    "Here only axis 0 is added up."),
            Mistake("row-alone", but("X[0] * c", (3,)),
                    "`X[0] * c`: the row X[0] has the shape (3,), but c has five rows, each of "
                    "which multiplies it. Line up (3,) and (5, 1) from the right, and stretch "
                    "every 1."),
            Mistake("column-alone", but("X[0] * c", (5, 1)),
                    "`X[0] * c`: the column c has the shape (5, 1), but each of its numbers meets "
                    "all three of X[0]. Line up (3,) and (5, 1) from the right, and stretch every "
                    "1."),
            Mistake("turned", but("X[0] * c", (3, 5)),
                    "`X[0] * c`: rows and columns are swapped. Line up from the right: the last "
                    "axis is that of the row X[0], 3; the first that of the column c, 5."),
        ),
        hints=("`@` and `sum` make an axis disappear. `-` and `*` line up the shapes from the "
               "right and stretch every 1.",
               "The four have 1, 2, 1 and 2 axes.",
               "The first: the two 3s meet and go. The second and the fourth: a column of five "
               "meets three columns. The third: the 5 goes."),
        why="Four answers without running a line. When a shape surprises you, later on, stop "
            "there: nearly every bug of this course shows in a shape first."),
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
                    "column has its own: `std` wants the axis too."),
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
                    "target. Bring both to one shape before you subtract.", 12),
            Mistake("all-pairs-summed", lambda a, y: np.sum((a - y) ** 2) / len(y),
                    "Perfect answers should cost 0, and yours do not. (m, 1) and (m,) stretch each "
                    "other to (m, m), so you add up m times m squares. Bring both to one shape "
                    "before you subtract.", 22),
            Mistake("sum", lambda a, y: np.sum((a[:, 0] - y) ** 2),
                    "You add up the squares; the mean also divides by how many there are. "
                    "Otherwise twice the penguins would cost twice as much.", 18),
            Mistake("halved", lambda a, y: np.mean((a[:, 0] - y) ** 2) / 2,
                    "Yours is half of what is asked. A cost with a 1/2 in front is coming in "
                    "chapter 3; this mean has none.", 20),
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
        ),
        hints=("This time you want (m, n): which of the two has to be a column?",
               "A column has the shape (m, 1); `a[:, None]` makes one.",
               "a as a column, minus b."),
        why="The bug of the last exercise, on purpose: it is the shortest way to compare "
            "everything with everything."),
)
