"""Chapter 8, softmax and cross-entropy: scores as probabilities, and the surprise they leave."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def softmax(Z):
    """Scores as probabilities, row by row: Z is (m, n), or one row (n,). Z stays as it is.

    softmax(np.array([0.0, 0.0])) is [0.5, 0.5], and so is softmax(np.array([1000.0, 1000.0])).
    """
    powers = np.exp(Z - Z.max(axis=-1, keepdims=True))           # the largest is e^0 = 1
    return powers / powers.sum(axis=-1, keepdims=True)


def cross_entropy(A, labels):
    """The mean surprise, a number: probabilities A (m, n), labels (m,), whole numbers from 0.

    Wrong classes may have the probability 0. For A = [[0.5, 0.5], [1.0, 0.0]] and labels [1, 0]
    the surprises are 0.6931 and 0, and the mean is 0.3466.
    """
    right = A[np.arange(len(labels)), labels]                    # (m,)
    return -np.log(right).mean()


# ---- for mistakes ------------------------------------------------------------------------------

def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def one_hot(labels, n):
    return np.eye(n)[labels]


def picked(A, labels):
    """The probability of the right class in each row."""
    return A[np.arange(len(labels)), labels]


def surprises(A, labels):
    """The surprise of each class in a one-hot table: nan where 0 meets the logarithm of 0."""
    return -one_hot(labels, A.shape[1]) * np.log(A)


def over(powers, axis, keepdims=True):
    """Powers divided by their sums."""
    return powers / powers.sum(axis=axis, keepdims=keepdims)


def peak(Z):
    return Z.max(axis=-1, keepdims=True)


def in_place(Z):
    Z -= peak(Z)
    return over(np.exp(Z), -1)


def row_by_row(Z, shifted):
    """Softmax in a loop over Z, which takes the numbers of a single row for rows."""
    A = np.zeros(Z.shape)
    for i, row in enumerate(Z):
        powers = np.exp(row - shifted * row.max())
        A[i]   = powers / powers.sum()
    return A


NO_KEEPDIMS = (
    lambda Z: over(np.exp(Z), -1, keepdims=False),
    lambda Z: over(np.exp(Z), 1, keepdims=False),
    lambda Z: over(np.exp(Z - Z.max()), -1, keepdims=False),
    lambda Z: over(np.exp(Z - Z.max()), 1, keepdims=False),
    lambda Z: over(np.exp(Z - Z.max(axis=1, keepdims=True)), 1, keepdims=False),
    lambda Z: over(np.exp(Z - Z.max(axis=-1)), -1, keepdims=False),
    lambda Z: over(np.exp(Z - Z.max(axis=1)), 1, keepdims=False),
    lambda Z: over(np.exp(Z - Z.max(axis=-1)), -1),
    lambda Z: over(np.exp(Z - Z.max(axis=1)), 1))


def in_place_tables_only(Z):
    Z -= Z.max(axis=1, keepdims=True)
    return over(np.exp(Z), 1)


# ---- what they are compared on -----------------------------------------------------------------

def some_scores(rng):
    """One row, few rows, as many rows as columns, whole numbers, and rows shifted by 1000."""
    return [(np.array([1.0, 2.0, -1.0]),),
            (np.array([[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]]),),
            (rng.normal(size=(3, 3)) * 2,),
            (np.array([[3, 1, 0, 2], [0, 2, 1, 1]]),),
            (np.array([[1000.0, 1001.0, 999.0], [-1000.0, -1002.0, -1001.0], [0.0, 1.0, 2.0],
                       [-1.0, 0.5, 1.5], [1500.0, 0.0, -1500.0]]),)]


def some_probabilities(rng):
    """Few rows, as many as classes, many, and one whose wrong classes have 0."""
    return [(np.array([[0.2, 0.7, 0.1], [0.6, 0.3, 0.1]]), np.array([1, 2])),
            (softmax(rng.normal(size=(3, 3))), np.array([2, 0, 0])),
            (softmax(rng.normal(size=(7, 4))), rng.integers(4, size=7)),
            (np.array([[0.0, 1.0], [0.25, 0.75]]), np.array([1, 0]))]


# ---- sentences that several mistakes share -----------------------------------------------------

SHIFT = ("With scores near 1000, e^z is too large for a computer and becomes inf, and inf / inf is "
         "nan; far below 0 all powers are 0, and 0 / 0 is nan as well. Subtract each row's maximum "
         "first: it changes no probability.")
DOWN  = ("Your columns add up to 1 and your rows do not: you went down the columns. Each example "
         "is a row, so its probabilities must add up along the last axis.")
ALL   = ("All of your numbers together add up to 1, so the examples share one certainty among "
         "them. Each row is an example of its own and has to add up to 1 by itself.")
ONE   = ("Tables work, a single row of shape (n,) does not: it has no axis 1. The last axis is "
         "called -1, and that name works for both.")
KEEP  = ("Your maximum or your sum has the shape (m,), and NumPy lays such a row along the columns "
         "of a table (m, n): it fails if m is not n, and if it is, row i gets the numbers of other "
         "rows. Keep the axis that you sum over, so that the sums are a column (m, 1).")
ZERO  = ("Where a wrong class has the probability 0, its logarithm is minus infinity, and 0 times "
         "that is nan. Do not multiply by zeros: pick each row's right probability by its label, "
         "then take the logarithm of that alone.")
SUM   = ("You have the sum over the examples: it grows with the size of the batch. The cost of a "
         "batch is the mean: divide by the number of rows.")
SIGN  = ("The sign is reversed. The logarithm of a number below 1 is negative, and the minus in "
         "front turns it into a surprise: never below 0.")

# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "softmax", 8, "Softmax", "core", 8, softmax, ("A",), cases=some_scores,
        mistakes=(
            Mistake("no-shift", lambda Z: over(np.exp(Z), -1), SHIFT, 65),
            Mistake("down-the-columns", lambda Z: over(np.exp(Z - Z.max(axis=0)), 0), DOWN, 66,
                    forms=(lambda Z: over(np.exp(Z), 0), lambda Z: over(np.exp(Z - peak(Z)), 0))),
            Mistake("all-together", lambda Z: over(np.exp(Z - Z.max()), None), ALL, 67,
                    forms=(lambda Z: over(np.exp(Z), None),
                           lambda Z: over(np.exp(Z - peak(Z)), None))),
            Mistake("maximum-of-columns", lambda Z: over(np.exp(Z - Z.max(axis=0)), -1),
                    "You subtract from each column its own maximum. Then the scores of one row are "
                    "shifted by different amounts, and that does change the probabilities: the "
                    "shift must be one number for the whole row.", 68),
            Mistake("one-maximum", lambda Z: over(np.exp(Z - Z.max()), -1),
                    "You subtract the largest score of the whole table. In exact numbers that is "
                    "right, but a row that lies 2000 below it becomes e^-2000 = 0 everywhere, and "
                    "0 / 0 is nan. Subtract each row's own maximum.", 68),
            Mistake("no-keepdims", lambda Z: over(np.exp(Z - peak(Z)), -1, keepdims=False), KEEP,
                    69, forms=NO_KEEPDIMS),
            Mistake("not-normalized", lambda Z: np.exp(Z - peak(Z)),
                    "The powers are there, but they do not add up to 1: divide each row by its "
                    "sum.", 70, forms=(np.exp,)),
            Mistake("logarithm", lambda Z: np.log(softmax(Z)),
                    "You return the logarithms of the probabilities: they are all negative. Useful "
                    "later, but here the probabilities themselves are asked for.", 70),
            Mistake("sigmoid", sigmoid,
                    "That is the sigmoid of each score by itself. The numbers do not add up to 1, "
                    "because no score knows of the others: divide each power by the sum of its "
                    "row.", 70),
            Mistake("edits-input", in_place,
                    "The probabilities are right, but the maximum is subtracted in place, so the "
                    "caller's scores are changed. `Z - s` makes a new array, `Z -= s` writes into "
                    "the old one.", 71),
            Mistake("tables-only", lambda Z: over(np.exp(Z - Z.max(axis=1, keepdims=True)), 1), ONE,
                    72, forms=(lambda Z: over(np.exp(Z), 1),
                               lambda Z: over(np.exp(Z - Z.max()), 1), in_place_tables_only)),
            Mistake("loop-over-numbers", lambda Z: row_by_row(Z, 1),
                    "Tables work. A single row of shape (n,) does not: a loop over it visits its "
                    "numbers one at a time, and each of them divided by itself is 1. Without a "
                    "loop, maximum and sum over the last axis, -1, serve both.", 72,
                    forms=(lambda Z: row_by_row(Z, 0),)),
            Mistake("shift-above-only", lambda Z: np.exp(Z - peak(Z)) / np.exp(Z).sum(
                axis=-1, keepdims=True),
                    "The maximum is subtracted above the fraction line and not below, so it does "
                    "not cancel. Compute the shifted powers once, and divide them by their own "
                    "sum.", 65, forms=(lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True)) / np.exp(
                        Z).sum(axis=1, keepdims=True),
                    lambda Z: np.exp(Z - peak(Z)) / np.exp(Z).sum())),
            Mistake("shift-below-only", lambda Z: np.exp(Z) / np.exp(Z - peak(Z)).sum(
                axis=-1, keepdims=True),
                    "The maximum is subtracted below the fraction line and not above, so it does "
                    "not cancel. Compute the shifted powers once, and divide them by their own "
                    "sum.", 65),
            Mistake("shift-added", lambda Z: over(np.exp(Z + peak(Z)), -1),
                    "The maximum is added. That changes no probability either, but it makes large "
                    "powers larger still. Subtract it, and none is above 1.", 65),
            Mistake("minimum-shift", lambda Z: over(np.exp(Z - Z.min(axis=-1, keepdims=True)), -1),
                    "You subtract each row's smallest score. It changes no probability, but a "
                    "score 1000 above the smallest still overflows. Subtract the largest."),
            Mistake("clipped", lambda Z: over(np.exp(np.clip(Z, -500, 500)), -1),
                    "You cut the scores off at some limit. Nothing overflows then, but 1000 and "
                    "1001 become the same score, and their probabilities equal. Subtract the row's "
                    "maximum: that changes no probability.",
                    forms=tuple(lambda Z, k=k: over(np.exp(np.clip(Z, -k, k)), -1)
                                for k in (10, 20, 50, 100, 200, 300, 600, 700, 709))
                    + tuple(lambda Z, k=k: over(np.exp(np.minimum(Z, k)), -1)
                            for k in (100, 500, 700, 709))),
            Mistake("nan-hidden", lambda Z: np.nan_to_num(over(np.exp(Z), -1)),
                    "nan is turned into 0, so that nothing looks wrong; but then the largest score "
                    "gets the probability 0, and the row no longer adds up to 1. Let no nan arise: "
                    "subtract the row's maximum first.", 65),
            Mistake("mean-shift", lambda Z: over(np.exp(Z - Z.mean(axis=-1, keepdims=True)), -1),
                    "You subtract each row's mean. It changes no probability, but a score 1000 "
                    "above the mean still overflows. After subtracting the maximum, nothing is "
                    "above 0."),
            Mistake("truncated", lambda Z: softmax(Z).astype(Z.dtype),
                    "For whole numbers as scores your probabilities are cut to whole numbers, so "
                    "0.64 becomes 0. `np.zeros_like(Z)` takes over Z's type: make the array of "
                    "floats.", 13),
            Mistake("no-powers", lambda Z: over(Z, -1),
                    "You divide the scores themselves by their sum. A negative score would give a "
                    "negative probability: raise e to the power of each score first.",
                    forms=(lambda Z: over(Z - peak(Z), -1),)),
            Mistake("hardest", lambda Z: (Z == peak(Z)) * 1.0,
                    "You give everything to the largest score. That is the hard maximum; the soft "
                    "one leaves every class a share, or there would be no slope to learn from."),
            Mistake("upside-down", lambda Z: softmax(-Z),
                    "Your largest score gets the smallest probability: the exponent has a minus "
                    "too many. Here it is e to the plus z.",
                    forms=(lambda Z: over(np.exp(-Z), -1),
                           lambda Z: over(np.exp(peak(Z) - Z), -1),
                           lambda Z: over(np.exp(-Z - peak(Z)), -1))),
        ),
        hints=("Three steps for each row: subtract its maximum, raise e to the power of what is "
               "left, divide by the row's sum of that.",
               "Maxima and sums are columns (m, 1), so that they fit beside the table (m, n): keep "
               "the axis. Axis -1 is the last one, for a table as for a single row.",
               "First the powers of e, of Z minus its maximum over the last axis; then those "
               "powers over their own sum over the last axis; keepdims in both."),
        why="Every row adds up to 1, however large the scores are: now \"70 %\" means something."),
    Exercise(
        "loss_at_chance", 8, "The loss of a network that knows nothing", "warm-up", 2, 2.3026,
        ("loss",), variable="loss_at_chance", form="a single number", tolerance=2e-3,
        mistakes=(
            Mistake("decimal-logarithm", 1.0,
                    "That is the logarithm to the base 10. Here log is the natural one, to the "
                    "base e: `np.log`, not `np.log10`."),
            Mistake("bits", 3.3219,
                    "That is the logarithm to the base 2: the surprise in bits. Here log is the "
                    "natural one, to the base e: `np.log`, not `np.log2`."),
            Mistake("sign", -2.3026,
                    "The size is right, the sign is not: a surprise is minus the logarithm, and "
                    "the logarithm of a number below 1 is negative."),
            Mistake("probability", 0.1,
                    "That is the probability of the right class. The loss is its surprise: minus "
                    "the logarithm of it."),
            Mistake("one-over-p", 10.0,
                    "That is one over the probability. Its natural logarithm is still missing."),
            Mistake("two-classes", 0.6931,
                    "That is the surprise at a coin, with two sides. The network has ten classes "
                    "to choose from."),
            Mistake("three-classes", 1.0986,
                    "That is the surprise at one class of three, as with the penguins. Here there "
                    "are ten digits."),
            Mistake("share-wrong", 0.9,
                    "That is the share of wrong guesses. The loss is another number: minus the "
                    "logarithm of the probability that the right class was given."),
            Mistake("sum-over-classes", 23.026,
                    "That is the surprise added up over all ten classes. Only one of them turns "
                    "out to be right, and only its surprise counts."),
            Mistake("mean-over-classes", 0.23026,
                    "That is the surprise divided by ten. Only one class is right, and its "
                    "surprise counts in full: the mean is taken over the examples."),
            Mistake("surprise-at-wrong", 0.1054,
                    "That is minus the logarithm of 0.9, the probability of all wrong classes "
                    "together. What counts is the probability of the right one."),
        ),
        hints=("If it knows nothing, all ten classes get the same probability. Which?",
               "The loss of every example is then the same, and so is their mean: one number, a "
               "bit above 2.",
               "Minus the natural logarithm of one tenth."),
        why="Ten classes, one tenth each, so ln 10 = 2.3026. A new network whose first loss is far "
            "from it is wrong before it has learned anything."),
    Exercise(
        "cross_entropy", 8, "Cross-entropy", "core", 7, cross_entropy, ("loss",),
        cases=some_probabilities, tolerance=1e-5,
        mistakes=(
            Mistake("sum", lambda A, labels: -np.log(picked(A, labels)).sum(), SUM, 18,
                    forms=(lambda A, labels: surprises(A, labels).sum(),)),
            Mistake("log-of-zero", lambda A, labels: surprises(A, labels).sum(axis=1).mean(),
                    f"Right, until a probability is 0. {ZERO}", 23),
            Mistake("whole-columns", lambda A, labels: -np.log(A[:, labels]).mean(),
                    "`A[:, labels]` takes whole columns: for every row the probabilities of all "
                    "rows' labels. You want one number from each row: give the row numbers as "
                    "well, 0, 1, 2 and so on, beside the labels.", 25),
            Mistake("whole-columns-table", lambda A, labels: -np.log(A[:, labels]),
                    "You have a table (m, m): `A[:, labels]` takes whole columns, the labels of "
                    "all rows for every row. You want one number from each row: give the row "
                    "numbers beside the labels, and then take the mean.", 25),
            Mistake("rows-by-label", lambda A, labels: -np.log(A[labels]).mean(),
                    "The labels stand in the place of the rows, so you pick examples by the number "
                    "of a class. The row numbers come first, 0, 1, 2 and so on, then the labels.",
                    25, forms=(lambda A, labels: -np.log(A[labels, np.arange(
                        len(labels))]).mean(),)),
            Mistake("softmax-twice", lambda A, labels: cross_entropy(softmax(A), labels),
                    "You apply softmax to A, but A holds probabilities already. A second softmax "
                    "levels them: it makes [0.58, 0.21, 0.21] of a certain [1, 0, 0].", 26),
            Mistake("sign", lambda A, labels: np.log(picked(A, labels)).mean(), SIGN, 21,
                    forms=(lambda A, labels: -surprises(A, labels).sum(axis=1).mean(),)),
            Mistake("each", lambda A, labels: -np.log(picked(A, labels)),
                    "You have the surprise of each example, which is right so far. The cost of the "
                    "batch is one number: their mean."),
            Mistake("all-elements", lambda A, labels: surprises(A, labels).mean(),
                    "The mean is taken over all m times n entries, so yours is too small by the "
                    "number of classes: divide by the number of rows only.", 19,
                    forms=(lambda A, labels: -np.log(picked(A, labels)).sum() / A.size,)),
            Mistake("by-classes", lambda A, labels: -np.log(picked(A, labels)).sum() / A.shape[1],
                    "You divide by the number of classes. The cost is a mean over the examples: "
                    "divide by the number of rows.", 52),
            Mistake("entropy", lambda A, labels: -(A * np.log(A)).sum(axis=1).mean(),
                    "You weigh the surprises with the network's own probabilities: that says how "
                    "undecided it is, and the truth plays no part. Weigh them with the targets: 1 "
                    "for the right class, 0 for all others."),
            Mistake("quadratic", lambda A, labels: (
                (A - one_hot(labels, A.shape[1])) ** 2).sum(axis=1).mean() / 2,
                    "That is the quadratic cost. The surprise is minus the logarithm of the right "
                    "class's probability."),
            Mistake("every-class", lambda A, labels: -np.log(A).sum(axis=1).mean(),
                    "In yours the surprise of every class counts. Only one class of each row is "
                    "right, and only its probability matters: the label says which.",
                    forms=(lambda A, labels: -np.log(A).mean(),
                           lambda A, labels: -np.log(A).sum())),
            Mistake("labels-as-weights", lambda A, labels: -(labels * np.log(A)).mean(),
                    "The labels are numbers of classes, and you multiply with them: class 2 would "
                    "count twice, class 0 not at all. In (8.4) y is one-hot. Pick each row's "
                    "probability by its label instead.", 27,
                    forms=(lambda A, labels: -(labels[:, None] * np.log(A)).sum(axis=1).mean(),
                           lambda A, labels: -(labels[:, None] * np.log(A)).mean(),
                           lambda A, labels: -(labels * np.log(A)).sum(axis=1).mean())),
            Mistake("largest", lambda A, labels: -np.log(A.max(axis=1)).mean(),
                    "You take each row's largest probability. A network that is sure and wrong "
                    "would pay nothing: take the probability of the right class, which the label "
                    "names."),
            Mistake("no-logarithm", lambda A, labels: -picked(A, labels).mean(),
                    "The logarithm is missing: the surprise at a probability p is minus log p."),
            Mistake("share", lambda A, labels: (1 - picked(A, labels)).mean(),
                    "You have 1 - p, which is at most 1. The surprise is minus the logarithm of p: "
                    "it has no upper end, so that a bad mistake is felt."),
            Mistake("log-of-mean", lambda A, labels: -np.log(picked(A, labels).mean()),
                    "You took the logarithm of the mean probability. The other way round: first "
                    "each example's surprise, then the mean of those."),
            Mistake("decimal-logarithm", lambda A, labels: -np.log10(picked(A, labels)).mean(),
                    "That is the logarithm to the base 10. Here log is the natural one: `np.log`."),
            Mistake("bits", lambda A, labels: -np.log2(picked(A, labels)).mean(),
                    "That is the logarithm to the base 2: the surprise in bits. Here log is the "
                    "natural one: `np.log`."),
            Mistake("yes-or-no-each", lambda A, labels: -np.log(np.where(
                one_hot(labels, A.shape[1]) == 1, A, 1 - A)).sum(axis=1).mean(),
                    "You treat every class as a yes-or-no question of its own and count the wrong "
                    "classes too, with log(1 - a). For classes of which exactly one is right, "
                    "minus the logarithm of the right one is all.", 24,
                    forms=(lambda A, labels: (surprises(A, labels) - (
                        1 - one_hot(labels, A.shape[1])) * np.log(1 - A)).sum(axis=1).mean(),
                           lambda A, labels: -np.log(picked(A, labels) * (
                               1 - picked(A, labels))).mean())),
        ),
        hints=("For each row one probability counts: that of its label.",
               "Picking one entry from each row gives an array of shape (m,); the loss is a single "
               "number.",
               "Index A with two arrays, the row numbers from 0 to m - 1 and the labels; then "
               "minus the mean of the logarithms."),
        why="0 for a network that is sure and right, without end for one that is sure and wrong."),

)
