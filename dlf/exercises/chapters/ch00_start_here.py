"""Chapter 0, start here: how a check works, the means of columns, and shapes."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def halfway(a, b):
    """The number halfway between the numbers a and b. halfway(39.0, 41.0) is 40.0."""
    return (a + b) / 2


def column_means(X):
    """The mean of each column of X (m, n): n numbers. [[1, 2], [3, 5]] has [2.0, 3.5]."""
    return X.mean(axis=0)


SHAPES = (5,), (5, 3), (3,), (5, 3)     # X is (5, 3), w (3,), c (5, 1)


# ---- what they are compared on -----------------------------------------------------------------

def some_numbers(rng):
    """Numbers whose middle is whole, whole numbers whose middle is not, and one below 0."""
    return [(39.0, 41.0), (39, 40), (-1.5, 2.0)]


def some_tables(rng):
    """Whole numbers, a square, which hides swapped rows and columns, and one more."""
    return [(np.array([[39, 19], [40, 17], [40, 18]]),), (rng.normal(size=(3, 3)),),
            (rng.normal(3, 2, size=(5, 3)),)]


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

def into_a_row_like_x(X):
    means = np.zeros_like(X[0])
    for k in range(len(means)):
        means[k] = X[:, k].mean()
    return means


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
                    "Right where the middle is a whole number, but between 39 and 40 lies 39.5. "
                    "`//`, `int` and `round` make whole numbers; a single `/` keeps the fraction.",
                    13, forms=(lambda a, b: int((a + b) / 2), lambda a, b: round((a + b) / 2))),
            Mistake("sum", lambda a, b: a + b,
                    "That is the sum. It is twice the number in the middle: halve it."),
            Mistake("half-difference", lambda a, b: (b - a) / 2,
                    "That is how far it is from a to the middle, give or take the sign. The middle "
                    "itself is half of the sum, not of the difference.",
                    forms=(lambda a, b: (a - b) / 2,)),
            Mistake("from-the-wrong-end", lambda a, b: b + (b - a) / 2,
                    "Half the way from a to b is right, but it begins at a: add it to a, not to b.",
                    forms=(lambda a, b: a + (a - b) / 2,)),
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
                    "You have one number for each row, that is, for each penguin: millimeters of "
                    "length and of depth in one sum. `axis` names the axis that is added up and "
                    "disappears; to be left with one number a column, the rows must go.", 58,
                    forms=(lambda X: X.mean(axis=1, keepdims=True),
                           lambda X: X.sum(axis=1) / len(X))),
            Mistake("rows-in-a-loop", lambda X: [X[k].mean() for k in range(X.shape[1])],
                    "Your loop runs over the columns, but `X[k]` is row k. Column k is `X[:, k]`.",
                    57),
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
            Mistake("whole-numbers-kept", into_a_row_like_x,
                    "Right for floats, but whole numbers come out as whole numbers: "
                    "`np.zeros_like` takes over the type, and into whole numbers 39.67 goes as "
                    "39. Make the array with `np.zeros(X.shape[1])`.", 13),
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
                    "`X @ w`: one number for each row, yes, but as a vector, (5,). The axis that "
                    "is added up disappears from both, and w had no other.",
                    forms=(but("X @ w", (1, 5)),)),
            Mistake("product-number", but("X @ w", ()),
                    "`X @ w`: a single number is what one row of X gives with w. X has five rows."),
            Mistake("product-other-axis", but("X @ w", (3,)),
                    "`X @ w`: the 3 of X and the 3 of w meet, and are added up and gone. What is "
                    "left is X's other axis, one number for each row.", 58),
            Mistake("minus-smaller", but("X - c", (5, 1)),
                    "`X - c`: that is the smaller of the two shapes. A 1 is stretched to fit: c's "
                    "column is used for every column of X, and nothing of X is lost."),
            Mistake("minus-vector", but("X - c", (5,)),
                    "`X - c`: a difference adds nothing up, so no axis disappears. c's 1 is "
                    "stretched to X's 3."),
            Mistake("sum-other-axis", but("X.sum(axis=0)", (5,)),
                    "`X.sum(axis=0)`: axis 0, the 5, is the one that disappears, not the one that "
                    "stays. You add over the rows, and one sum for each column is left.", 58),
            Mistake("sum-kept", but("X.sum(axis=0)", (1, 3)),
                    "`X.sum(axis=0)`: the axis disappears altogether, and (3,) is left. Only with "
                    "keepdims=True a 1 would stay in its place.",
                    forms=(but("X.sum(axis=0)", (3, 1)),)),
            Mistake("sum-of-all", but("X.sum(axis=0)", ()),
                    "`X.sum(axis=0)`: a single number is what `X.sum()` gives, without an axis. "
                    "Here only axis 0 is added up."),
            Mistake("row-alone", but("X[0] * c", (3,)),
                    "`X[0] * c`: the row X[0] has the shape (3,), but c has five rows, each of "
                    "which multiplies it. Line up (3,) and (5, 1) from the right, and stretch "
                    "every 1.", forms=(but("X[0] * c", (1, 3)),)),
            Mistake("multiplied-and-summed", but("X[0] * c", (5,)),
                    "`X[0] * c`: that is what `@` would leave of a (5, 3) and a (3,). `*` adds "
                    "nothing up, so no axis disappears. Line up (3,) and (5, 1) from the right, "
                    "and stretch every 1.", 2, forms=(but("X[0] * c", ()),)),
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
)
