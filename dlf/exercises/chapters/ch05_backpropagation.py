"""Chapter 5, backpropagation: the four equations one at a time, and all of them in one function."""
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


def backprop(x, y, W1, b1, W2, b2):
    """(dW1, db1, dW2, db2) of the cost 1/2 sum (a2 - y)^2, for one example.

    x (n_in,), y (n_out,); W1 (n_hidden, n_in), b1 (n_hidden,); W2 (n_out, n_hidden), b2 (n_out,).
    Each slope has the shape of what it is the slope of.
    """
    z1 = W1 @ x + b1                                     # the way forward
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    a2 = sigmoid(z2)
    delta2 = output_delta(a2, y, z2)                     # BP1
    delta1 = hidden_delta(W2, delta2, z1)                # BP2
    dW1, db1 = gradients(delta1, x)                      # BP3, BP4
    dW2, db2 = gradients(delta2, a1)
    return dW1, db1, dW2, db2


def learn_once(x, y, W1, b1, W2, b2, lr):
    """The four arrays (W1, b1, W2, b2) after one step of gradient descent; the given ones stay.

    lr: the learning rate, a number.
    """
    dW1, db1, dW2, db2 = backprop(x, y, W1, b1, W2, b2)
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2


# ---- what they are compared on -----------------------------------------------------------------

PENGUIN = (np.array([-0.7, 0.9]), np.array([1.0, 0.0]),
           np.array([[0.5, -0.4], [0.3, 0.8], [-0.6, 0.2]]), np.array([0.1, -0.2, 0.0]),
           np.array([[0.7, -0.5, 0.4], [-0.3, 0.6, 0.2]]), np.array([0.05, -0.1]))


def networks(rng):
    """Our penguin's network, one with three different sizes, and one with all sizes alike."""
    def network(n_in, n_hidden, n_out):
        return (rng.normal(size=n_in), rng.random(n_out),
                rng.normal(size=(n_hidden, n_in)), rng.normal(size=n_hidden),
                rng.normal(size=(n_out, n_hidden)), rng.normal(size=n_out))
    return [PENGUIN, network(2, 3, 4), network(3, 3, 3)]


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


def three(numbers):
    """The learner's three numbers by name."""
    delta2, delta1, dw1 = (float(number) for number in numbers)
    return {"delta2[0]": delta2, "delta1[0]": delta1, "dW1[0, 1]": dw1}


# ---- wrong in known ways -----------------------------------------------------------------------

def forward(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    return z1, a1, z2, sigmoid(z2)


def tanh_slope(z):
    return 1 - np.tanh(z) ** 2


def variant(output=lambda a, y, z: (a - y) * sigmoid_slope(z), slope=lambda z, a: sigmoid_slope(z),
            back=lambda W1, W2, delta2, error: W2.T @ delta2,
            first=lambda v: v["x"], second=lambda v: v["a1"],
            outer=np.outer, finish=lambda dW1, db1, dW2, db2: (dW1, db1, dW2, db2)):
    """A backprop with one of its parts replaced."""
    def answer(x, y, W1, b1, W2, b2):
        z1, a1, z2, a2 = forward(x, W1, b1, W2, b2)
        seen   = {"x": x, "z1": z1, "a1": a1, "z2": z2, "a2": a2}
        delta2 = output(a2, y, z2)
        delta1 = back(W1, W2, delta2, a2 - y) * slope(z1, a1)
        return finish(outer(delta1, first(seen)), delta1, outer(delta2, second(seen)), delta2)
    return answer


def accumulating():
    """A backprop that adds to what its last call left behind."""
    kept = {}

    def answer(*args):
        found = backprop(*args)
        old   = kept.get(found[0].shape + found[2].shape, (0, 0, 0, 0))
        kept[found[0].shape + found[2].shape] = new = tuple(a + b for a, b in zip(old, found))
        return new
    return answer


def stale():
    """A backprop that makes dW2 with the hidden activations of the call before."""
    kept = {"a1": np.zeros(0)}

    def answer(x, y, W1, b1, W2, b2):
        z1, a1, z2, a2 = forward(x, W1, b1, W2, b2)
        before = kept["a1"] if kept["a1"].shape == a1.shape else np.zeros_like(a1)
        kept["a1"] = a1
        delta2 = output_delta(a2, y, z2)
        delta1 = hidden_delta(W2, delta2, z1)
        return np.outer(delta1, x), delta1, np.outer(delta2, before), delta2
    return answer


def after_update(x, y, W1, b1, W2, b2, lr):
    """Updates W2 before the error has come back through it."""
    z1, a1, z2, a2 = forward(x, W1, b1, W2, b2)
    delta2 = output_delta(a2, y, z2)
    W2     = W2 - lr * np.outer(delta2, a1)
    delta1 = hidden_delta(W2, delta2, z1)
    return W1 - lr * np.outer(delta1, x), b1 - lr * delta1, W2, b2 - lr * delta2


def stepped(change):
    """learn_once with another rule: change(value, slope, lr)."""
    def answer(x, y, W1, b1, W2, b2, lr):
        slopes = backprop(x, y, W1, b1, W2, b2)
        return tuple(change(v, dv, lr) for v, dv in zip((W1, b1, W2, b2), slopes))
    return answer


def in_place(value, slope, lr):
    value -= lr * slope
    return value


def already_updated(x, y, W1, b1, W2, b2):
    """backprop with the error brought back through weights that have moved."""
    z1, a1, z2, a2 = forward(x, W1, b1, W2, b2)
    delta2 = output_delta(a2, y, z2)
    moved  = W2 - 0.1 * np.outer(delta2, a1)
    delta1 = hidden_delta(moved, delta2, z1)
    return np.outer(delta1, x), delta1, np.outer(delta2, a1), delta2


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
            Mistake("a-only", lambda a, y, z: (a - y) * a, HALF, 33),
            Mistake("one-minus-a-only", lambda a, y, z: (a - y) * (1 - a), HALF, 33),
            Mistake("tanh-slope", lambda a, y, z: (a - y) * tanh_slope(z), OTHER, 34),
            Mistake("sigmoid-for-slope", lambda a, y, z: (a - y) * (z * (1 - z)),
                    "a (1 - a) wants the activation, but you put z into it."),
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
            Mistake("not-transposed", lambda W, d, z: (W @ d) * sigmoid_slope(z), TRANSPOSE, 36),
            Mistake("hidden-slope-missing", lambda W, d, z: W.T @ d,
                    "You have dC/da of the hidden layer. To get to dC/dz, one more arrow is "
                    "needed: through the sigmoid, with its slope at z.", 31),
            Mistake("slope-of-a", lambda W, d, z: (W.T @ d) * sigmoid_slope(sigmoid(z)), OF_A, 30),
            Mistake("a-only", lambda W, d, z: (W.T @ d) * sigmoid(z), HALF, 33),
            Mistake("one-minus-a-only", lambda W, d, z: (W.T @ d) * (1 - sigmoid(z)), HALF, 33),
            Mistake("tanh-slope", lambda W, d, z: (W.T @ d) * tanh_slope(z), OTHER, 34),
            Mistake("sigmoid-for-slope", lambda W, d, z: (W.T @ d) * z * (1 - z),
                    "a (1 - a) wants the activation, but you put z into it."),
            Mistake("not-weighted", lambda W, d, z: d.sum() * sigmoid_slope(z),
                    "Every hidden neuron gets the same error in yours: the deltas are added up "
                    "without the weights. Each comes back as strongly as its weight lets it."),
            Mistake("elementwise", lambda W, d, z: W.T * d * sigmoid_slope(z),
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
            Mistake("outer-swapped", lambda d, a: (np.outer(a, d), d),
                    "The outer product is swapped. dW must have W's shape, a row for each neuron "
                    "of the layer: delta goes down, the inputs go across. On a square W no shape "
                    "tells you.", 40),
            Mistake("weights-only", lambda d, a: (np.outer(d, a), np.outer(d, a).sum(axis=1)),
                    "db has the inputs in it. The bias is multiplied with 1, not with an input: db "
                    "is delta, and nothing else."),
            Mistake("total", lambda d, a: (np.outer(d, a), d.sum()),
                    "db is one number in yours. Every neuron has a bias of its own, so db has the "
                    "shape of delta.", 55),
            Mistake("ones", lambda d, a: (np.outer(d, a), np.ones_like(d)),
                    "1 is dz/db, the last arrow alone. The slope of the cost is delta times that: "
                    "delta."),
            Mistake("delta-only", lambda d, a: (np.outer(d, np.ones_like(a)), d),
                    "dW has the delta in each column, but what came in at the weight is missing: "
                    "dW[j, k] is delta[j] times a_before[k]."),
            Mistake("slope-again", lambda d, a: (np.outer(d * d * (1 - d), a), d),
                    "A sigmoid's slope is in dW once more. It is in delta already: from z to the "
                    "weight the arrow is a straight line."),
            Mistake("in-order", lambda d, a: (d, np.outer(d, a)),
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
        ("delta2[0]", "delta1[0]", "dW1[0, 1]"), measure=three, variable="my_table",
        form="three numbers: (delta2[0], delta1[0], dW1[0, 1])", tolerance=0.02,
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
        ),
        hints=("Start at the output: both errors a - y with the new target, then both deltas by "
               "BP1. You need delta2[1] as well.",
               "delta1[0] has two terms, one for each output neuron that hidden neuron 0 feeds.",
               "delta1[0] is (0.7 times delta2[0] plus -0.3 times delta2[1]) times the slope "
               "0.2281; dW1[0, 1] is that times 0.9."),
        why="Three numbers of seventeen. The others go the same way, and that is what code is "
            "for."),
    Exercise(
        "backprop", 5, "backprop()", "core", 20, backprop, ("dW1", "db1", "dW2", "db2"),
        cases=networks,
        mistakes=(
            Mistake("reversed", variant(output=lambda a, y, z: (y - a) * sigmoid_slope(z)),
                    REVERSED, 21),
            Mistake("factor-2", variant(output=lambda a, y, z: 2 * (a - y) * sigmoid_slope(z)),
                    TWICE, 20),
            Mistake("output-slope-missing", variant(output=lambda a, y, z: a - y), NO_SLOPE, 28),
            Mistake("output-slope-of-a", variant(output=lambda a, y, z: (a - y) * sigmoid_slope(a)),
                    "In the output layer: " + OF_A, 29),
            Mistake("hidden-slope-of-a", variant(slope=lambda z, a: sigmoid_slope(a)),
                    "In the hidden layer: " + OF_A, 30),
            Mistake("hidden-slope-missing", variant(slope=lambda z, a: 1.0),
                    "The hidden layer's delta lacks the sigmoid's slope: W2.T @ delta2 is dC/da1, "
                    "and you need dC/dz1.", 31),
            Mistake("a-only", variant(slope=lambda z, a: a), "In the hidden layer: " + HALF, 33),
            Mistake("one-minus-a-only", variant(slope=lambda z, a: 1 - a),
                    "In the hidden layer: " + HALF, 33),
            Mistake("output-a-only", variant(output=lambda a, y, z: (a - y) * a),
                    "In the output layer: " + HALF, 33),
            Mistake("tanh-slope", variant(slope=lambda z, a: tanh_slope(z)),
                    "In the hidden layer: " + OTHER, 34),
            Mistake("relu-slope", variant(slope=lambda z, a: (z > 0) * 1.0),
                    "In the hidden layer you use the slope of a ReLU, 0 or 1. The neurons here are "
                    "sigmoids: a (1 - a).", 34),
            Mistake("error-passed-back", variant(back=lambda W1, W2, delta2, error: W2.T @ error),
                    "What goes back through W2 is the error a2 - y. It should be delta2, which has "
                    "the output's slope in it: the error has to pass the output's sigmoid first.",
                    35),
            Mistake("not-transposed", variant(back=lambda W1, W2, delta2, error: W2 @ delta2),
                    TRANSPOSE, 36),
            Mistake("wrong-weights", variant(back=lambda W1, W2, delta2, error: W1.T @ delta2),
                    "The error comes back through W1. It has to come through W2, the weights "
                    "between the hidden layer and the output; W1 lies on the other side.", 37),
            Mistake("already-updated", already_updated,
                    "The error comes back through weights that have moved already. All slopes "
                    "belong to the network as it was: compute every slope first, then change the "
                    "weights.",
                    38),
            Mistake("sum-for-activation", variant(second=lambda v: v["z1"]),
                    "dW2 is made with z1. What comes in at W2 is a1: the second layer never sees "
                    "the sums of the first.", 39),
            Mistake("own-activation", variant(first=lambda v: v["a1"]),
                    "dW1 is made with a1, the layer's own activation. It needs what came into the "
                    "layer: x.", 39),
            Mistake("own-output", variant(second=lambda v: v["a2"]),
                    "dW2 is made with a2, the layer's own activation. It needs what came into the "
                    "layer: a1.", 39),
            Mistake("outer-swapped", variant(outer=lambda d, a: np.outer(a, d)),
                    "The outer products are swapped: dW has a row for each neuron of its layer, as "
                    "W has. delta goes down, the inputs go across.", 40),
            Mistake("layer-skipped", variant(finish=lambda dW1, db1, dW2, db2: (
                        np.zeros_like(dW1), np.zeros_like(db1), dW2, db2)),
                    "The slopes of the first layer are all 0, so it would never learn: they were "
                    "made, but never filled.", 41),
            Mistake("biases-skipped", variant(finish=lambda dW1, db1, dW2, db2: (
                        dW1, np.zeros_like(db1), dW2, np.zeros_like(db2))),
                    "The slopes of the biases are all 0. A bias's slope is the delta of its neuron "
                    "(BP3).", 41),
            Mistake("wrong-order", variant(finish=lambda dW1, db1, dW2, db2: (dW2, db2, dW1, db1)),
                    "All four are right, but the last layer comes first in yours. Return dW1, db1, "
                    "dW2, db2.", 42),
            Mistake("weights-first", variant(finish=lambda dW1, db1, dW2, db2: (
                        dW1, dW2, db1, db2)),
                    "All four are right, but in another order: first both of layer 1, then both of "
                    "layer 2, as in dW1, db1, dW2, db2.", 42),
            Mistake("nothing-returned", lambda *args: None,
                    "It returns nothing (None). End the function with `return dW1, db1, dW2, db2`.",
                    43),
            Mistake("remembers", stale(),
                    "Two calls with the same arguments return different things: something from an "
                    "earlier call is used again, such as activations kept in a global variable. "
                    "Compute the way forward anew in every call.", 44),
            Mistake("accumulates", accumulating(),
                    "Each call adds to what the last one left behind. Other libraries do that on "
                    "purpose and make you set the slopes to zero; here every call starts afresh.",
                    45),
        ),
        hints=("First the way forward: you need z and a of both layers on the way back. Then the "
               "four equations, the last layer first.",
               "delta2 has the shape of b2, delta1 that of b1. Each dW is the outer product of its "
               "layer's delta and what came into that layer.",
               "z1, a1, z2, a2; then BP1 for delta2, BP2 for delta1 from W2 and delta2; then BP3 "
               "and BP4 for layer 1 with x, and for layer 2 with a1."),
        why="This is backpropagation. Nearly every network that was ever trained learned by these "
            "four equations."),
    Exercise(
        "learn_once", 5, "One step of learning", "core", 6, learn_once, ("W1", "b1", "W2", "b2"),
        cases=lambda rng: [(*network, lr) for network, lr in zip(networks(rng), (0.5, 2.0, 0.1))],
        mistakes=(
            Mistake("already-updated", after_update,
                    "W2 is changed before the error has come back through it, so the first layer "
                    "learns from a network that never made this mistake. All slopes first, then "
                    "all changes.", 38),
            Mistake("uphill", stepped(lambda v, dv, lr: v + lr * dv),
                    "You go uphill: the slope points to where the cost grows. Subtract.", 73),
            Mistake("no-rate", stepped(lambda v, dv, lr: v - dv),
                    "The learning rate plays no part. Multiply the slopes with it."),
            Mistake("edits-input", stepped(in_place),
                    "The numbers are right, but the arrays that you were given are changed: `-=` "
                    "writes into them. Whoever called still needs them. Make new ones: `W - ...`."),
            Mistake("change-only", stepped(lambda v, dv, lr: -lr * dv),
                    "You return the changes alone. Return what the weights are afterwards: old "
                    "plus change."),
            Mistake("weights-only", lambda *a: tuple(
                        v - a[-1] * dv if v.ndim == 2 else v
                        for v, dv in zip(a[2:6], backprop(*a[:6]))),
                    "The weights have moved, the biases have not. They learn as well."),
        ),
        hints=("Four slopes, four arrays: which one belongs to which?",
               "Each new array has the shape of the old one.",
               "Call backprop once; then every array minus the learning rate times its slope, as a "
               "new array."),
        why="Repeat this, and it learns."),
)
