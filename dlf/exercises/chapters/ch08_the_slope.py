"""Chapter 8, the slope a - y, yes or no from one score, and how many are right."""
import numpy as np

from dlf.exercises.chapters.ch08_softmax_and_cross_entropy import (
    ALL,
    DOWN,
    SHIFT,
    SIGN,
    SUM,
    one_hot,
    over,
    peak,
    picked,
    sigmoid,
    softmax,
)
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def softmax_gradient(Z, labels):
    """The slope of the mean cross-entropy for every score: Z (m, n), labels (m,) to (m, n).

    For Z = [[0.0, 0.0]] and labels [1] it is [[0.5, -0.5]].
    """
    Y = np.eye(Z.shape[1])[labels]                               # (m, n), one-hot
    return (softmax(Z) - Y) / len(Z)


def binary_cross_entropy(z, y):
    """The mean surprise for yes or no, from scores: z (m,), y (m,) with 1 for yes and 0 for no.

    For z = [0.0] and y = [1.0] it is 0.6931; for z = [1000.0] and y = [0.0] it is 1000.
    """
    s     = np.maximum(z, 0)                                     # the larger of the scores 0 and z
    total = s + np.log(np.exp(-s) + np.exp(z - s))               # log(e^0 + e^z)
    return (total - y * z).mean()


def accuracy(Z, labels):
    """The share of rows whose largest score is the right class: Z (m, n), labels (m,).

    For Z = [[2.0, 1.0], [3.0, 5.0]] and labels [0, 0] it is 0.5.
    """
    return (Z.argmax(axis=1) == labels).mean()


# ---- for mistakes ------------------------------------------------------------------------------

def gradient_in_place(Z, labels):
    Z -= peak(Z)
    return softmax_gradient(Z, labels)


def whole_columns(Z, labels):
    """1 subtracted from the columns that are somebody's right class, in every row."""
    A = softmax(Z)
    A[:, labels] -= 1
    return A / len(Z)


def diagonal_only(Z, labels):
    """dC/da times da/dz of the same neuron, the other neurons forgotten."""
    A = softmax(Z)
    return -one_hot(labels, Z.shape[1]) / A * A * (1 - A) / len(Z)


def with_factor(Z, labels, factor):
    """(a - y) times a function of a."""
    A = softmax(Z)
    return (A - one_hot(labels, Z.shape[1])) * factor(A) / len(Z)


def through_sigmoid(z, y):
    a = sigmoid(z)
    return -(y * np.log(a) + (1 - y) * np.log(1 - a)).mean()


def clipped(k):
    """Binary cross-entropy with probabilities kept 10^-k away from 0 and 1."""
    def answer(z, y):
        a = np.clip(sigmoid(z), 10.0 ** -k, 1 - 10.0 ** -k)
        return -(y * np.log(a) + (1 - y) * np.log(1 - a)).mean()
    return answer


def lifted(k):
    """Binary cross-entropy with 10^-k added to both probabilities."""
    def answer(z, y):
        a = sigmoid(z)
        return -(y * np.log(a + 10.0 ** -k) + (1 - y) * np.log(1 - a + 10.0 ** -k)).mean()
    return answer


SMALL = (6, 7, 8, 9, 10, 12, 15)


def yes_power_only(z, y):
    """Log-sum-exp of one score alone, and -inf where it is far below 0."""
    s = np.maximum(z, 0)
    return (s + np.log(np.exp(z - s)) - y * z).mean()


# ---- what they are compared on -----------------------------------------------------------------

def scores_and_labels(rng):
    """Few rows, as many as classes, many, ten classes, and rows shifted by 1000."""
    return [(np.array([[1.0, 2.0, -1.0], [0.5, 0.0, 1.0]]), np.array([0, 2])),
            (rng.normal(size=(3, 3)) * 2, np.array([2, 0, 1])),
            (rng.normal(size=(7, 4)), rng.integers(4, size=7)),
            (rng.normal(size=(2, 10)), np.array([7, 1])),
            (np.array([[1000.0, 1001.0, 999.0], [-1000.0, -1002.0, -1001.0]]), np.array([0, 1]))]


def yes_or_no(rng):
    """Few, many, and sums so large that the probability is 0 or 1: right, and badly wrong."""
    return [(np.array([2.0, -1.0, 0.5]), np.array([1.0, 0.0, 0.0])),
            (rng.normal(size=7), rng.integers(2, size=7) * 1.0),
            (np.array([1000.0, -1000.0]), np.array([1.0, 0.0])),
            (np.array([1000.0, -800.0, 1.0]), np.array([0.0, 1.0, 1.0]))]


def scores_to_judge(rng):
    """Few rows, as many as classes, and many: half of them right, or two thirds."""
    Z = rng.normal(size=(9, 4))
    return [(np.array([[7.0, 1.0, 0.0], [1.0, 3.0, 5.0]]), np.array([0, 0])),
            (np.array([[4.0, 1.0, 2.0], [0.5, 2.0, 1.0], [1.0, 6.0, 0.0]]), np.array([0, 2, 1])),
            (Z, np.where(np.arange(9) % 3 == 0, Z.argmin(axis=1), Z.argmax(axis=1)))]


# ---- a sentence of its own ---------------------------------------------------------------------

CLIP  = ("You keep the probability away from 0 and 1 by a tiny amount. That prevents nan, but a "
         "neuron that is wrong by 1000 then costs no more than one that is wrong by 30, and beyond "
         "that the slope is 0. From the score itself nothing has to be cut off: log-sum-exp of the "
         "two scores 0 and z.")

# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "softmax_gradient", 8, "The slope of it all", "core", 8, softmax_gradient, ("dZ",),
        cases=scores_and_labels,
        mistakes=(
            Mistake("sign", lambda Z, labels: -softmax_gradient(Z, labels),
                    "The sign is reversed: you have y - a. More of the right score must lower the "
                    "cost, so its slope is negative: a - y.", 21,
                    forms=(lambda Z, labels: -len(Z) * softmax_gradient(Z, labels),)),
            Mistake("softmax-twice", lambda Z, labels: softmax_gradient(softmax(Z), labels),
                    "Softmax is applied twice: you took the softmax of what was a softmax already. "
                    "Once is enough; the second one only levels the probabilities.", 26),
            Mistake("extra-slope", lambda Z, labels: with_factor(Z, labels, lambda A: A * (1 - A)),
                    "There is an a (1 - a) too many. With the quadratic cost it belonged there; "
                    "with cross-entropy it has canceled against the 1 / a of the logarithm, and "
                    "a - y is all that is left.", 32,
                    forms=(lambda Z, labels: len(Z) * with_factor(
                        Z, labels, lambda A: A * (1 - A)),)),
            Mistake("diagonal-only", diagonal_only,
                    "Only the right class has a slope in yours: you used the diagonal of the "
                    "Jacobian alone. Every score moves every probability, because they share one "
                    "sum: the terms with i different from j are missing.", 48,
                    forms=(lambda Z, labels: len(Z) * diagonal_only(Z, labels),)),
            Mistake("no-mean", lambda Z, labels: len(Z) * softmax_gradient(Z, labels),
                    "Right for each example, but the cost is the mean over the batch, so each "
                    "example has only 1/m of the say: divide by the number of rows.", 49),
            Mistake("mean-twice", lambda Z, labels: softmax_gradient(Z, labels) / len(Z),
                    "You divide by the number of rows twice. The mean brings 1/m once.", 50),
            Mistake("all-elements", lambda Z, labels: softmax_gradient(Z, labels) / Z.shape[1],
                    "You divide by all m times n entries. The cost is a mean over the m examples: "
                    "divide by the rows alone.", 19),
            Mistake("by-classes", lambda Z, labels: (
                softmax_gradient(Z, labels) * len(Z) / Z.shape[1]),
                    "You divide by the number of classes. The cost is a mean over the examples: "
                    "divide by the number of rows.", 52),
            Mistake("whole-columns", whole_columns,
                    "The 1 is subtracted in whole columns, in every row. Each row has one right "
                    "class: give the row numbers beside the labels, or subtract a one-hot table.",
                    25),
            Mistake("labels-as-numbers", lambda Z, labels: (softmax(Z) - labels[:, None]) / len(Z),
                    "You subtract the number of the right class from every entry. The target is a "
                    "row of zeros with a 1 in the right class's place: make the labels one-hot.",
                    27, forms=(lambda Z, labels: (softmax(Z) - labels) / len(Z),)),
            Mistake("rows-lost", lambda Z, labels: (
                softmax(Z) - one_hot(labels, Z.shape[1])).mean(axis=0),
                    "You took the mean over the rows, and one row is left. Each example has slopes "
                    "of its own, and keeps them: the mean only makes each of them 1/m as large.",
                    forms=(lambda Z, labels: softmax_gradient(Z, labels).mean(axis=0),)),
            Mistake("right-class-only", lambda Z, labels: (
                picked(softmax(Z), labels) - 1) / len(Z),
                    "You return one number for each row, the slope of its right score. The wrong "
                    "scores have slopes as well: their probabilities.",
                    forms=(lambda Z, labels: picked(softmax(Z), labels) - 1,)),
            Mistake("one-too-large", lambda Z, labels: (
                softmax(Z) / len(Z) - one_hot(labels, Z.shape[1])),
                    "Only a is divided by the number of rows in yours, y is not. Subtract first, "
                    "then divide both.", 49),
            Mistake("only-y-divided", lambda Z, labels: (
                softmax(Z) - one_hot(labels, Z.shape[1]) / len(Z)),
                    "Only y is divided by the number of rows: the division comes before the minus. "
                    "Put a - y into parentheses.", 49),
            Mistake("added-up", lambda Z, labels: softmax_gradient(Z, labels).sum(),
                    "You add up all slopes, and they cancel: in each row they add up to 0. Every "
                    "score keeps a slope of its own; the mean over the batch is in the 1/m.",
                    forms=(lambda Z, labels: softmax_gradient(Z, labels).mean(),)),
            Mistake("classes-counted-wrong", lambda Z, labels: (
                softmax(Z) - np.eye(len(Z))[labels]) / len(Z),
                    "Your one-hot rows do not have a place for each class of Z. How many classes "
                    "there are, its columns say: np.eye(Z.shape[1]).", 27,
                    forms=tuple(lambda Z, labels, n=n: (softmax(Z) - np.eye(n)[labels]) / len(Z)
                                for n in (3, 4, 10))),
            Mistake("down-the-columns", lambda Z, labels: (over(
                np.exp(Z - Z.max(axis=0)), 0) - one_hot(labels, Z.shape[1])) / len(Z), DOWN, 66,
                    forms=(lambda Z, labels: (
                        over(np.exp(Z), 0) - one_hot(labels, Z.shape[1])) / len(Z),)),
            Mistake("all-together", lambda Z, labels: (over(
                np.exp(Z - Z.max()), None) - one_hot(labels, Z.shape[1])) / len(Z), ALL, 67,
                    forms=(lambda Z, labels: (
                        over(np.exp(Z), None) - one_hot(labels, Z.shape[1])) / len(Z),)),
            Mistake("no-target", lambda Z, labels: softmax(Z) / len(Z),
                    "The targets are missing: you return a, the slope is a - y. Without y every "
                    "score would be pushed down, the right one too."),
            Mistake("stops-at-a", lambda Z, labels: (
                -one_hot(labels, Z.shape[1]) / softmax(Z) / len(Z)),
                    "That is dC/da, the slope for the probabilities. One step is missing: back "
                    "through softmax to the scores, after which a - y is left."),
            Mistake("sigmoid", lambda Z, labels: (
                sigmoid(Z) - one_hot(labels, Z.shape[1])) / len(Z),
                    "Your a is the sigmoid of each score. Here a is the softmax of the row: its "
                    "numbers add up to 1."),
            Mistake("scores", lambda Z, labels: (Z - one_hot(labels, Z.shape[1])) / len(Z),
                    "You subtract the targets from the scores. Turn the scores into probabilities "
                    "first: a is softmax(z)."),
            Mistake("half-slope", lambda Z, labels: with_factor(Z, labels, lambda A: A),
                    "There is an extra factor a. It has canceled against the 1 / a of the "
                    "logarithm: a - y is all that is left.", 33),
            Mistake("no-shift", lambda Z, labels: (
                over(np.exp(Z), -1) - one_hot(labels, Z.shape[1])) / len(Z), SHIFT, 65),
            Mistake("edits-input", gradient_in_place,
                    "The slope is right, but the caller's scores are changed: the maximum is "
                    "subtracted in place. Make a new array: `Z - s` instead of `Z -= s`.", 71),
        ),
        hints=("Look at (8.8), and at what taking a mean over the rows adds to it.",
               "Probabilities and one-hot targets are both (m, n), and so is the slope. Each of "
               "its rows adds up to 0.",
               "Softmax of Z minus the one-hot table (rows of an identity matrix, picked by the "
               "labels), all over the number of rows."),
        why="What is, minus what should be. No slope of a squeeze is left in it, so being badly "
            "wrong is now what pushes hardest."),
    Exercise(
        "binary_cross_entropy", 8, "Yes or no", "stretch", 8, binary_cross_entropy, ("loss",),
        cases=yes_or_no, tolerance=1e-6,
        mistakes=(
            Mistake("log-of-zero", through_sigmoid,
                    "Right for ordinary scores. At z = 1000 the sigmoid is 1 to the last digit, so "
                    "log(1 - a) is minus infinity, and with 0 in front nan. Do not go through a: "
                    "take log-sum-exp of the two scores 0 and z.", 23),
            Mistake("infinite", lambda z, y: -np.log(np.where(
                y == 1, sigmoid(z), 1 - sigmoid(z))).mean(),
                    "Right for ordinary scores. Where the neuron is wrong by 800 or 1000, yours is "
                    "infinite: the right answer's probability is 0 to the last digit, and one over "
                    "it overflows. The surprise is 800 or 1000: take log-sum-exp of the two scores "
                    "0 and z, the larger of them out of the sum.", 23,
                    forms=(lambda z, y: np.where(
                        y == 1, np.log(1 + np.exp(-z)), np.log(1 + np.exp(z))).mean(),)),
            Mistake("no-second-term", lambda z, y: -(y * np.log(sigmoid(z))).mean(),
                    "The term for no is missing: wherever y is 0 yours costs nothing, so a neuron "
                    "that always says yes would be perfect. Add (1 - y) log(1 - a); better, write "
                    "both at once with log-sum-exp of 0 and z.", 24),
            Mistake("no-first-term", lambda z, y: -((1 - y) * np.log(1 - sigmoid(z))).mean(),
                    "The term for yes is missing: wherever y is 1 yours costs nothing. Both "
                    "answers must be able to be wrong.", 24),
            Mistake("second-sign", lambda z, y: -(
                y * np.log(sigmoid(z)) - (1 - y) * np.log(1 - sigmoid(z))).mean(),
                    "The two terms have opposite signs: your cost rewards wrong answers where y is "
                    "0. Both are surprises, and the minus belongs in front of both.", 24),
            Mistake("sign", lambda z, y: -binary_cross_entropy(z, y), SIGN, 21,
                    forms=(lambda z, y: -through_sigmoid(z, y),)),
            Mistake("sum", lambda z, y: len(z) * binary_cross_entropy(z, y), SUM, 18,
                    forms=(lambda z, y: len(z) * through_sigmoid(z, y),)),
            Mistake("overflow", lambda z, y: (np.log(1 + np.exp(z)) - y * z).mean(),
                    "The formula is right, but e^1000 is too large for a computer and becomes inf. "
                    "Take the larger of the two scores 0 and z out of the sum first, as (8.9) "
                    "does.", 11),
            Mistake("y-swapped", lambda z, y: binary_cross_entropy(z, 1 - y),
                    "Yes and no are exchanged: yours costs little where z and y disagree. A large "
                    "z says yes, and must be cheap where y is 1."),
            Mistake("no-right-score", lambda z, y: np.logaddexp(0, z).mean(),
                    "That is the logarithm of the sum alone. The score of the right class is still "
                    "to be subtracted: z where y is 1, 0 where y is 0.",
                    forms=(lambda z, y: np.log(1 + np.exp(z)).mean(),)),
            Mistake("always-yes", lambda z, y: (np.logaddexp(0, z) - z).mean(),
                    "You subtract z everywhere, as if the answer were always yes. The right score "
                    "is z where y is 1, and 0 where y is 0.",
                    forms=(lambda z, y: np.log(1 + np.exp(-z)).mean(),)),
            Mistake("right-score-added", lambda z, y: (np.logaddexp(0, z) + y * z).mean(),
                    "The score of the right class is added. In (8.9) it is subtracted: the more of "
                    "it, the smaller the surprise."),
            Mistake("one-maximum", lambda z, y: (z.max() + np.log(
                np.exp(-z.max()) + np.exp(z - z.max())) - y * z).mean(),
                    "You take one maximum for the whole batch. Each example has two scores, 0 and "
                    "z, and needs the larger of these two.", 68),
            Mistake("one-score", lambda z, y: (z - y * z).mean(),
                    "The logarithm of the sum of one power, e^z, is z itself. There are two scores "
                    "in the sum: z for yes, and 0 for no, whose power is "
                    "1.", forms=(yes_power_only,)),
            Mistake("each", lambda z, y: np.logaddexp(0, z) - y * z,
                    "You have the surprise of each example, which is right so far. The cost of the "
                    "batch is one number: their mean."),
            Mistake("clipped", clipped(12), CLIP,
                    forms=(*map(clipped, SMALL), *map(lifted, SMALL))),
            Mistake("score-as-probability", lambda z, y: -(
                y * np.log(z) + (1 - y) * np.log(1 - z)).mean(),
                    "You take logarithms of z itself. z is a score and may be negative; the "
                    "probability is its sigmoid. Best take log-sum-exp of the two scores 0 and z."),
            Mistake("maximum-only", lambda z, y: (np.maximum(z, 0) - y * z).mean(),
                    "The larger score is taken out of the sum, and the rest of the sum is missing: "
                    "the logarithm of the two powers, each with that score subtracted."),
            Mistake("quadratic", lambda z, y: ((sigmoid(z) - y) ** 2).mean() / 2,
                    "That is the quadratic cost of a sigmoid. The surprise is minus the logarithm "
                    "of the probability that the right answer was given."),
            Mistake("slope", lambda z, y: (sigmoid(z) - y).mean(),
                    "You have a - y, the slope. The cost itself is asked for.",
                    forms=(lambda z, y: sigmoid(z) - y,)),
        ),
        hints=("The sigmoid is a softmax of two scores: 0 for no and z for yes. So (8.9) applies, "
               "with these two in the sum.",
               "The larger of 0 and z, an array of shape (m,), comes out of the logarithm. The "
               "right class has the score z where y is 1, and 0 where y is 0.",
               "Let s be the larger of 0 and z. The loss is s, plus the logarithm of e to the "
               "minus s plus e to the z minus s, minus y times z; then the mean."),
        why="Exact for any score, and its slope is sigmoid(z) - y: the same cancellation, for "
            "two."),
    Exercise(
        "accuracy", 8, "Accuracy", "warm-up", 3, accuracy, ("share",), cases=scores_to_judge,
        mistakes=(
            Mistake("down-the-columns", lambda Z, labels: (Z.argmax(axis=0) == labels).mean(),
                    "argmax goes down the columns in yours, and finds for each class the row that "
                    "has most of it. You want for each row its best class: along axis 1.", 27),
            Mistake("one-hot-against-numbers", lambda Z, labels: (
                (Z == peak(Z)) == labels[:, None]).mean(),
                    "You compare a table of 0 and 1 with class numbers. Turn each row into the "
                    "number of its best class first; then both have the shape (m,).", 27),
            Mistake("one-hot-everywhere", lambda Z, labels: (
                (Z == peak(Z)) == one_hot(labels, Z.shape[1])).mean(),
                    "You compare one-hot tables entry by entry, so the many zeros that agree count "
                    "as right: a wrong row still gets most of its points. Compare one class number "
                    "for each row.", 27),
            Mistake("everybody-with-everybody", lambda Z, labels: (
                Z.argmax(axis=1) == labels[:, None]).mean(),
                    "You compare every row's answer with every row's label: (m,) against (m, 1) is "
                    "(m, m). Both must have the shape (m,).", 22),
            Mistake("count", lambda Z, labels: (Z.argmax(axis=1) == labels).sum(),
                    "That is how many are right. The share is that over the number of rows: a "
                    "mean."),
            Mistake("percent", lambda Z, labels: 100 * (Z.argmax(axis=1) == labels).mean(),
                    "That is in percent. The share asked for runs from 0 to 1."),
            Mistake("wrong-ones", lambda Z, labels: (Z.argmax(axis=1) != labels).mean(),
                    "That is the share of the wrong ones. Accuracy counts those that are right."),
            Mistake("the-score-itself", lambda Z, labels: (Z.max(axis=1) == labels).mean(),
                    "You compare the largest score itself with the label. The label is a place: "
                    "ask for the place of the largest, which is what argmax gives.", 27),
            Mistake("argmax-of-labels", lambda Z, labels: (
                Z.argmax(axis=1) == labels.argmax()).mean(),
                    "You take the argmax of the labels as well. They are class numbers already, "
                    "not one-hot rows: compare with them as they are.", 27),
            Mistake("by-classes", lambda Z, labels: (
                Z.argmax(axis=1) == labels).sum() / Z.shape[1],
                    "You divide by the number of classes. The share is of the rows: divide by "
                    "their number.", 52),
            Mistake("mean-probability", lambda Z, labels: picked(softmax(Z), labels).mean(),
                    "That is the mean probability of the right class. Accuracy asks only which "
                    "class has the largest score, and counts."),
            Mistake("one-place", lambda Z, labels: (Z.argmax() == labels).mean(),
                    "argmax without an axis finds one place in the whole table. Each row needs an "
                    "answer of its own: along axis 1."),
            Mistake("answers", lambda Z, labels: Z.argmax(axis=1),
                    "Those are the answers, one for each row. Compare them with the labels, and "
                    "take the share that agrees."),
            Mistake("length", lambda Z, labels: len(Z.argmax(axis=1) == labels) / len(labels),
                    "`len` counts how many comparisons there are, the false ones too. Their mean "
                    "counts the true ones: True is 1, False is 0."),
            Mistake("held-out-number", lambda Z, labels: (Z.argmax(axis=1) == labels).sum() / 450,
                    "You divide by 450, the number of pictures held out. Other tables have other "
                    "sizes: divide by the number of rows that the function is given."),
            Mistake("each", lambda Z, labels: Z.argmax(axis=1) == labels,
                    "You have for each row whether it is right. The share is the mean of that: "
                    "True counts as 1."),
            Mistake("smallest", lambda Z, labels: (Z.argmin(axis=1) == labels).mean(),
                    "You look for the smallest score. The network's answer is the class with the "
                    "largest."),
        ),
        hints=("The network's answer for a row is the place of its largest score.",
               "Places and labels both have the shape (m,); comparing them gives m times True or "
               "False, and the share is one number.",
               "argmax along axis 1, compared with the labels; then the mean."),
        why="Scores are enough: a squeeze changes sizes, never which one is the largest."),
)
