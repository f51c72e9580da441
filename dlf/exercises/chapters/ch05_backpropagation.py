"""Chapter 5, backpropagation: the four equations one at a time, and three numbers by hand."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake


def sigmoid(z):
    """Between 0 and 1: chapter 1."""
    return 1 / (1 + np.exp(-z))


def sigmoid_slope(z):
    """The slope of the sigmoid: chapter 1."""
    a = sigmoid(z)
    return a * (1 - a)


# ---- the answers -------------------------------------------------------------------------------

def output_delta(a, y, z):
    """BP1. The delta of the output layer, for the cost 1/2 sum (a - y)^2.

    a: the output's activations; y: the targets; z: its weighted sums; all (n,), and so is delta.
    """
    return (a - y) * sigmoid_slope(z)


def hidden_delta(W_next, delta_next, z):
    """BP2. The delta of a hidden layer, from that of the layer after it.

    W_next: the weights of the layer after it (n_next, n); delta_next (n_next,); z: the weighted
    sums of this layer (n,). Returns delta (n,).
    """
    return (W_next.T @ delta_next) * sigmoid_slope(z)


def gradients(delta, a_before):
    """BP3 and BP4. The slopes (dW, db) of a layer.

    delta (n_out,): the layer's; a_before (n_in,): what came into it. dW (n_out, n_in), db (n_out,).
    """
    return np.outer(delta, a_before), delta


# ---- what they are compared on -----------------------------------------------------------------

def outputs(rng):
    zs = [np.array([0.5, -1.0]), rng.normal(size=3), 2 * rng.normal(size=5)]
    return [(sigmoid(z), rng.random(len(z)).round(), z) for z in zs]


def layers(rng):
    """(W_next, delta_next, z): two sizes, and a square."""
    return [(rng.normal(size=(m, n)), rng.normal(size=m), rng.normal(size=n))
            for m, n in ((2, 3), (4, 3), (3, 3))]


def pairs(rng):
    """(delta, a_before): different sizes, and equal ones."""
    return [(rng.normal(size=m), rng.random(n)) for m, n in ((2, 3), (4, 2), (3, 3))]


# ---- wrong in known ways -----------------------------------------------------------------------

def tanh_slope(z):
    return 1 - np.tanh(z) ** 2


def back_by(W, d, z):
    """What comes back on all paths to each hidden neuron."""
    return W.T @ d


def hidden(back=back_by, slope=sigmoid_slope):
    """hidden_delta with one of its two factors replaced."""
    return lambda W, d, z: back(W, d, z) * slope(z)


def table(dW=np.outer, db=lambda d, a: d):
    """gradients with one of its two parts replaced."""
    return lambda d, a: (dW(d, a), db(d, a))


# ---- what a tutor says, in more than one exercise ----------------------------------------------

REVERSED = ("The sign is reversed: the slope of (a - y)²/2 is a - y, output minus target. With y - "
            "a every step goes uphill.")
TWICE    = ("Twice too large: the square brings down a 2, and the half in the cost cancels it. The "
            "slope of (a - y)²/2 is a - y.")
NO_SLOPE = ("The sigmoid's slope of the output layer is missing: a - y is dC/da, and delta is "
            "dC/dz, one arrow further. (With the cross-entropy of chapter 8, a - y alone is right: "
            "there the slope cancels.)")
OF_A     = ("The sigmoid's slope is taken at a instead of at z, so the sigmoid is applied once too "
            "often. Give it z; or, if you start from a, the slope is a (1 - a).")
HALF     = ("One factor of the sigmoid's slope is missing: it is a (1 - a), and you have only one "
            "of the two.")
OTHER    = ("That is the slope of another activation, tanh's, 1 - tanh². The neurons here are "
            "sigmoids: a (1 - a).")
JUST_A   = ("The activation stands where the sigmoid's slope should: how fast a moves when z does "
            "is a (1 - a), not a.")
OF_Z     = "a (1 - a) wants the activation, but you put z into it."
TRANSPOSE = (
    "W is not transposed on the way back. Forward, neuron j reads row j of W; backward, neuron k "
    "collects from column k, since those are the weights that lead out of it. On a square W no "
    "shape tells you.")

EXERCISES = (
    Exercise(
        "output_delta", 5, "BP1: the output's delta", "warm-up", 5, output_delta, ("delta",),
        cases=outputs,
        mistakes=(
            Mistake("reversed", lambda a, y, z: (y - a) * sigmoid_slope(z), REVERSED, 21),
            Mistake("factor-2", lambda a, y, z: 2 * (a - y) * sigmoid_slope(z), TWICE, 20),
            Mistake("output-slope-missing", lambda a, y, z: a - y, NO_SLOPE, 28),
            Mistake("slope-of-a", lambda a, y, z: (a - y) * sigmoid_slope(a), OF_A, 29),
            Mistake("a-only", lambda a, y, z: (a - y) * a, JUST_A, 33),
            Mistake("one-minus-a-only", lambda a, y, z: (a - y) * (1 - a), HALF, 33),
            Mistake("tanh-slope", lambda a, y, z: (a - y) * tanh_slope(z), OTHER, 34,
                    forms=(lambda a, y, z: (a - y) * (1 - a ** 2),)),
            Mistake("sigmoid-for-slope", lambda a, y, z: (a - y) * (z * (1 - z)), OF_Z),
            Mistake("z-for-slope", lambda a, y, z: (a - y) * z,
                    "You multiply with z itself. What is wanted is how fast a moves when z does: "
                    "the sigmoid's slope at z."),
            Mistake("reversed-and-bare", lambda a, y, z: y - a,
                    "Two things. The sign is reversed: output minus target. And the sigmoid's "
                    "slope is missing: that brings you from dC/da to dC/dz.", 21),
            Mistake("cost-for-error", lambda a, y, z: (a - y) ** 2 / 2 * sigmoid_slope(z),
                    "You have the cost, (a - y)²/2, where its slope is wanted. How fast it changes "
                    "when a does is a - y.",
                    forms=(lambda a, y, z: (a - y) ** 2 * sigmoid_slope(z),)),
            Mistake("errors-added", lambda a, y, z: (a - y).sum() * sigmoid_slope(z),
                    "Every neuron gets the sum of all errors in yours. An output moves its own "
                    "term of the cost and no other: each has its own error."),
            Mistake("parentheses", lambda a, y, z: a - y * sigmoid_slope(z),
                    "`a - y * slope` multiplies first: y times the slope, taken from a. Put a - y "
                    "into parentheses."),
            Mistake("summed", lambda a, y, z: ((a - y) * sigmoid_slope(z)).sum(),
                    "You added all outputs up. Each output neuron has a delta of its own: the "
                    "product is taken number by number, and stays an array of the shape of z."),
        ),
        hints=("Two arrows lead from z to C. Chapter 4 had the same two.",
               "All three inputs have the shape (n,), and so has delta: everything is number by "
               "number, no matrix is needed.",
               "Output minus target, times the sigmoid's slope at z."),
        why="The first of the four equations. From here the error starts its way back."),
    Exercise(
        "hidden_delta", 5, "BP2: one layer back", "core", 8, hidden_delta, ("delta",),
        cases=layers,
        mistakes=(
            Mistake("not-transposed", hidden(lambda W, d, z: W @ d), TRANSPOSE, 36),
            Mistake("hidden-slope-missing", hidden(slope=lambda z: 1.0),
                    "You have dC/da of the hidden layer. To get to dC/dz, one more arrow is "
                    "needed: through the sigmoid, with its slope at z.", 31),
            Mistake("slope-of-a", hidden(slope=lambda z: sigmoid_slope(sigmoid(z))), OF_A, 30),
            Mistake("a-only", hidden(slope=sigmoid), JUST_A, 33),
            Mistake("one-minus-a-only", hidden(slope=lambda z: 1 - sigmoid(z)), HALF, 33),
            Mistake("tanh-slope", hidden(slope=tanh_slope), OTHER, 34,
                    forms=(hidden(slope=lambda z: 1 - sigmoid(z) ** 2),)),
            Mistake("sigmoid-for-slope", hidden(slope=lambda z: z * (1 - z)), OF_Z),
            Mistake("one-path", hidden(lambda W, d, z: W[0] * d[0]),
                    "You follow one path alone, through a single neuron of the next layer. A "
                    "hidden neuron feeds all of them, and what comes back on all paths adds up.",
                    46, forms=(hidden(lambda W, d, z: W[-1] * d[-1]),)),
            Mistake("slope-before", lambda W, d, z: W.T @ (d * sigmoid_slope(z)),
                    "The slope at z is multiplied before the error has come back. It belongs to "
                    "this layer: first W_next.T @ delta_next, then the slope of each neuron that "
                    "this arrives at."),
            Mistake("matrix-product-twice", lambda W, d, z: W.T @ d @ sigmoid_slope(z),
                    "The second `@` adds up all neurons to one number. What comes back and the "
                    "slope belong together neuron by neuron: multiply them with `*`."),
            Mistake("column", lambda W, d, z: (W.T @ d[:, None]) * sigmoid_slope(z),
                    "You have made delta_next a column, so what comes back is a column too, and a "
                    "column times a row is a table. Leave delta_next as it is, (n_next,)."),
            Mistake("without-delta", hidden(lambda W, d, z: W.sum(axis=0)),
                    "The weights are added up, but the deltas at their ends are missing: each "
                    "weight is multiplied with the delta of the neuron that it leads to."),
            Mistake("reshaped", hidden(lambda W, d, z: W.reshape(W.shape[::-1]) @ d),
                    "`reshape` only cuts the same row of numbers elsewhere: the columns of W do "
                    "not become rows. That is what `.T` does.", 36),
            Mistake("not-weighted", hidden(lambda W, d, z: d.sum()),
                    "Every hidden neuron gets the same error in yours: the deltas are added up "
                    "without the weights. Each comes back as strongly as its weight lets it."),
            Mistake("elementwise", hidden(lambda W, d, z: W.T * d),
                    "`*` multiplies number by number, and so nothing is added up: each hidden "
                    "neuron has to collect what comes back on all its paths. `@` multiplies and "
                    "adds.", 2),
        ),
        hints=("A hidden neuron's change reaches the cost through every neuron of the next layer. "
               "What happens where paths meet?",
               "W_next is (n_next, n), delta_next (n_next,), and the result (n,). Which product of "
               "W_next and delta_next has that shape?",
               "The transposed weights times the next delta, then number by number times the slope "
               "at z."),
        why="This is the step that can be repeated: with it the error reaches the first layer of "
            "any network, however deep."),
    Exercise(
        "gradients", 5, "BP3 and BP4: from delta to slopes", "core", 6, gradients, ("dW", "db"),
        cases=pairs,
        mistakes=(
            Mistake("outer-swapped", table(lambda d, a: np.outer(a, d)),
                    "The outer product is swapped. dW must have W's shape, a row for each neuron "
                    "of the layer: delta goes down, the inputs go across. On a square W no shape "
                    "tells you.", 40),
            Mistake("not-outer", table(lambda d, a: d * a),
                    "`*` pairs each delta with one input, and works only if there are as many of "
                    "both. Every delta meets every input: a table of products, (n_out, n_in).",
                    2),
            Mistake("inner", table(lambda d, a: d @ a),
                    "`@` between two rows of numbers multiplies pairs and adds them up, to one "
                    "number (`.T` does not turn a single row). Every delta meets every input: a "
                    "table of products, (n_out, n_in).", 2),
            Mistake("added", table(lambda d, a: d[:, None] + a),
                    "A table, but of sums. Each number of dW is delta[j] times a_before[k]."),
            Mistake("weights-only", table(db=lambda d, a: np.outer(d, a).sum(axis=1)),
                    "db has the inputs in it. The bias is multiplied with 1, not with an input: db "
                    "is delta, and nothing else."),
            Mistake("total", table(db=lambda d, a: d.sum()),
                    "db is one number in yours. Every neuron has a bias of its own, so db has the "
                    "shape of delta.", 55),
            Mistake("ones", table(db=lambda d, a: np.ones_like(d)),
                    "1 is dz/db, the last arrow alone. The slope of the cost is delta times that: "
                    "delta."),
            Mistake("zeros", table(db=lambda d, a: np.zeros_like(d)),
                    "db is all 0, so the biases would never learn. A bias moves its neuron's z as "
                    "much as it moves itself: its slope is delta.", 41),
            Mistake("delta-only", table(lambda d, a: np.outer(d, np.ones_like(a))),
                    "dW has the delta in each column, but what came in at the weight is missing: "
                    "dW[j, k] is delta[j] times a_before[k]."),
            Mistake("signal-only", table(lambda d, a: np.outer(np.ones_like(d), a)),
                    "dW has the inputs in each row, but the error at the weight's end is missing: "
                    "dW[j, k] is delta[j] times a_before[k]."),
            Mistake("slope-again", table(lambda d, a: np.outer(d * d * (1 - d), a)),
                    "A sigmoid's slope is in dW once more. It is in delta already: from z to the "
                    "weight the arrow is a straight line.",
                    forms=(table(lambda d, a: np.outer(d, a * (1 - a))),)),
            Mistake("bias-first", lambda d, a: (d, np.outer(d, a)),
                    "Both are right, but the bias comes first in yours. Return dW, then db.", 42),
        ),
        hints=("dC/dW[j, k] = dC/dz_j times dz_j/dW[j, k]. Which single weight sum contains "
               "W[j, k], and what is it multiplied with there?",
               "dW is (n_out, n_in): one row for each number of delta, one column for each of "
               "a_before. np.outer makes such a table of products.",
               "dW is the outer product of delta and a_before, in this order; db is delta."),
        why="Both ends of a weight are enough to know its slope: the error at its end, the signal "
            "at its start."),
    Exercise(
        "backprop_by_hand", 5, "A table by hand", "core", 12, (0.1391, 0.0295, 0.0265),
        ("delta2[0]", "delta1[0]", "dW1[0, 1]"), variable="my_table", tolerance=0.02,
        mistakes=(
            Mistake("adelie", (-0.1066, -0.0265, -0.0239),
                    "These are the numbers for an Adelie. This time the target is Gentoo, y = (0, "
                    "1): begin with the errors, a - y.", 21),
            Mistake("reversed", (-0.1391, -0.0295, -0.0265),
                    "All signs are reversed: the error is a - y, output minus target.", 21),
            Mistake("output-slope-missing", (0.5662, 0.1200, 0.1080),
                    "The output's slope a (1 - a) is missing in both deltas of the output; the "
                    "others inherit it.", 28),
            Mistake("hidden-slope-missing", (0.1391, 0.1293, 0.1163),
                    "delta2 is right. In delta1 the hidden neuron's slope, 0.2281, is missing.",
                    31),
            Mistake("one-path", (0.1391, 0.0222, 0.0200),
                    "delta2 is right. In delta1 you followed one path only; hidden neuron 0 feeds "
                    "both outputs, and what comes back on both adds up."),
            Mistake("row-for-column", (0.1391, 0.0343, 0.0308),
                    "delta2 is right. In delta1 you took row 0 of W2. The weights that lead out of "
                    "hidden neuron 0 are in column 0: 0.7 and -0.3.", 36),
            Mistake("other-input", (0.1391, 0.0295, -0.0206),
                    "Both deltas are right. W1[0, 1] is the weight from input 1, so what came in "
                    "at it is x[1] = 0.9; you took x[0].", 39),
            Mistake("sign-lost", (0.1391, 0.0149, 0.0134),
                    "delta2[0] is right. In delta1 a sign was lost: delta2[1] is negative now, and "
                    "so is its weight, -0.3, so their product is positive and both paths add up."),
            Mistake("error-for-delta", (0.5662, 0.0295, 0.0265),
                    "The first number is the error a - y; its delta has the output's slope in it "
                    "too. The other two are right."),
            Mistake("other-output", (-0.1063, 0.0295, 0.0265),
                    "The first number is delta2[1], which you needed on the way; delta2[0] is "
                    "asked for. The other two are right."),
            Mistake("weight-for-input", (0.1391, 0.0295, -0.0118),
                    "Both deltas are right. The last number is delta1[0] times the weight -0.4 "
                    "itself; it should be times what the weight is multiplied with, x[1] = 0.9.",
                    39),
            Mistake("own-activation", (0.1391, 0.0295, 0.0104),
                    "Both deltas are right. The last number is delta1[0] times a1[0], what the "
                    "neuron itself says; it should be times what came in at the weight, x[1].", 39),
        ),
        hints=("Start at the output: both errors a - y with the new target, then both deltas by "
               "BP1. You need delta2[1] as well.",
               "delta1[0] has two terms, one for each output neuron that hidden neuron 0 feeds.",
               "delta1[0] is (0.7 times delta2[0] plus -0.3 times delta2[1]) times the slope "
               "0.2281; dW1[0, 1] is that times 0.9."),
        why="Three numbers of seventeen. The others go the same way, and that is what code is "
            "for."),
)
