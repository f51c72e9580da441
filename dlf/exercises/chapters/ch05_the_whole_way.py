"""Chapter 5, backpropagation, continued: all four equations in one function, and a step with it."""
import numpy as np

from dlf.exercises.chapters.ch05_backpropagation import (
    HALF,
    JUST_A,
    NO_SLOPE,
    OF_A,
    OTHER,
    REVERSED,
    TRANSPOSE,
    TWICE,
    hidden_delta,
    output_delta,
    sigmoid,
    sigmoid_slope,
    tanh_slope,
)
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers ---------------------------------------------------------------------------------

def backprop(x, y, W1, b1, W2, b2):
    """(dW1, db1, dW2, db2) of the cost 1/2 sum (a2 - y)^2, for one example.

    x (n_in,), y (n_out,); W1 (n_hidden, n_in), b1 (n_hidden,); W2 (n_out, n_hidden), b2 (n_out,).
    Each slope has the shape of what it is the slope of.
    """
    z1 = W1 @ x + b1                                     # the way forward
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    a2 = sigmoid(z2)
    delta2 = (a2 - y) * sigmoid_slope(z2)                # BP1
    delta1 = (W2.T @ delta2) * sigmoid_slope(z1)         # BP2
    dW1, db1 = np.outer(delta1, x),  delta1              # BP4, BP3
    dW2, db2 = np.outer(delta2, a1), delta2
    return dW1, db1, dW2, db2


my_backprop = backprop            # what the notebook calls the learner's, or ours in its place


def learn_once(x, y, W1, b1, W2, b2, lr):
    """The four arrays (W1, b1, W2, b2) after one step of gradient descent; the given ones stay.

    lr: the learning rate, a number.
    """
    dW1, db1, dW2, db2 = my_backprop(x, y, W1, b1, W2, b2)
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2


# ---- what they are compared on -------------------------------------------------------------------

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


# ---- wrong in known ways -------------------------------------------------------------------------

def forward(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    a1 = sigmoid(z1)
    z2 = W2 @ a1 + b2
    return z1, a1, z2, sigmoid(z2)


def variant(output=output_delta, slope=lambda z, a: sigmoid_slope(z),
            back=lambda W1, W2, delta2, error: W2.T @ delta2,
            first=lambda v: v["x"], second=lambda v: v["a1"], outer=np.outer,
            finish=lambda dW1, db1, dW2, db2: (dW1, db1, dW2, db2), ways=forward):
    """A backprop with one of its parts replaced."""
    def answer(x, y, W1, b1, W2, b2):
        z1, a1, z2, a2 = ways(x, W1, b1, W2, b2)
        seen   = {"x": x, "z1": z1, "a1": a1, "z2": z2, "a2": a2}
        delta2 = output(a2, y, z2)
        delta1 = back(W1, W2, delta2, a2 - y) * slope(z1, a1)
        return finish(outer(delta1, first(seen)), delta1, outer(delta2, second(seen)), delta2)
    return answer


def of_the_notebook(*args):
    """The way forward of the penguin, whatever is given."""
    x, _, *network = PENGUIN
    return forward(x, *network)


def half_of_the_notebook(x, W1, b1, W2, b2):
    """z1 and z2 are made anew, but both activations are those of the penguin."""
    z1, _, z2, _   = forward(x, W1, b1, W2, b2)
    _, a1, _, a2 = of_the_notebook()
    return z1, a1, z2, a2


def linear_output(x, W1, b1, W2, b2):
    z1, a1, z2, _ = forward(x, W1, b1, W2, b2)
    return z1, a1, z2, z2


def linear_hidden(x, W1, b1, W2, b2):
    z1 = W1 @ x + b1
    z2 = W2 @ z1 + b2
    return z1, z1, z2, sigmoid(z2)


def without(*biases):
    """A way forward in which some biases are left out: 1, 2 or both."""
    return lambda x, W1, b1, W2, b2: forward(x, W1, 0 * b1 if 1 in biases else b1,
                                             W2, 0 * b2 if 2 in biases else b2)


def both(slope):
    """A backprop in which each layer's slope is slope(z, a)."""
    return variant(output=lambda a, y, z: (a - y) * slope(z, a), slope=slope)


def moved(x, y, W1, b1, W2, b2):
    """What the weights would be after a step, in place of the slopes."""
    return tuple(v - dv for v, dv in zip((W1, b1, W2, b2), backprop(x, y, W1, b1, W2, b2)))


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


# ---- the exercises -------------------------------------------------------------------------------

EXERCISES = (
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
            Mistake("both-slopes-of-a", both(lambda z, a: sigmoid_slope(a)),
                    "In both layers: " + OF_A, 29),
            Mistake("both-slopes-missing", both(lambda z, a: 1.0),
                    "The sigmoid's slope is missing in both layers: each delta is dC/dz, so the "
                    "way back passes the sigmoid of its layer, with its slope at z.", 28),
            Mistake("both-a-only", both(lambda z, a: a), "In both layers: " + JUST_A, 33),
            Mistake("a-only", variant(slope=lambda z, a: a), "In the hidden layer: " + JUST_A, 33),
            Mistake("one-minus-a-only", variant(slope=lambda z, a: 1 - a),
                    "In the hidden layer: " + HALF, 33),
            Mistake("output-a-only", variant(output=lambda a, y, z: (a - y) * a),
                    "In the output layer: " + JUST_A, 33),
            Mistake("tanh-slope", variant(slope=lambda z, a: tanh_slope(z)),
                    "In the hidden layer, if not in both: " + OTHER, 34,
                    forms=(variant(slope=lambda z, a: 1 - a ** 2),
                           both(lambda z, a: 1 - a ** 2), both(lambda z, a: tanh_slope(z)))),
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
                    "between the hidden layer and the output; W1 lies on the other side.", 37,
                    forms=(variant(back=lambda W1, W2, delta2, error: W1 @ delta2),)),
            Mistake("not-weighted", variant(back=lambda W1, W2, delta2, error: delta2.sum()),
                    "Every hidden neuron gets the same error: the deltas of the output are added "
                    "up without the weights. Each comes back times the weight of its line."),
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
            Mistake("input-everywhere", variant(second=lambda v: v["x"]),
                    "dW2 is made with x. The second layer never sees the inputs: what comes in at "
                    "W2 is a1.", 39),
            Mistake("outer-swapped", variant(outer=lambda d, a: np.outer(a, d)),
                    "The outer products are swapped: dW has a row for each neuron of its layer, as "
                    "W has. delta goes down, the inputs go across.", 40),
            Mistake("not-outer", variant(outer=lambda d, a: d * a),
                    "`*` pairs each delta with one input, and works only if there are as many of "
                    "both. dW is a table: every delta times every input.", 2),
            Mistake("inner", variant(outer=lambda d, a: d @ a),
                    "`@` between two rows of numbers adds their products up to one number (`.T` "
                    "does not turn a single row). dW is a table: every delta times every input.",
                    2),
            Mistake("bias-total", variant(finish=lambda dW1, db1, dW2, db2: (
                        dW1, db1.sum(), dW2, db2.sum())),
                    "db is one number in yours. Every neuron has a bias of its own: db1 has the "
                    "shape of b1, db2 that of b2.", 55),
            Mistake("bias-ones", variant(finish=lambda dW1, db1, dW2, db2: (
                        dW1, np.ones_like(db1), dW2, np.ones_like(db2))),
                    "1 is dz/db, the last arrow alone. The slope of the cost with respect to a "
                    "bias is delta times that: delta (BP3)."),
            Mistake("times-bias", lambda x, y, W1, b1, W2, b2: tuple(
                        slope * bias for slope, bias in zip(backprop(x, y, W1, b1, W2, b2),
                                                            (1, b1, 1, b2))),
                    "The slopes of the biases contain the biases. A bias is added: z grows by as "
                    "much as it does, so db is delta alone."),
            Mistake("layer-skipped", variant(finish=lambda dW1, db1, dW2, db2: (
                        np.zeros_like(dW1), np.zeros_like(db1), dW2, db2)),
                    "The slopes of the first layer are all 0, so it would never learn: they were "
                    "made, but never filled.", 41),
            Mistake("biases-skipped", variant(finish=lambda dW1, db1, dW2, db2: (
                        dW1, np.zeros_like(db1), dW2, np.zeros_like(db2))),
                    "The slopes of the biases are all 0. A bias's slope is the delta of its neuron "
                    "(BP3).", 41),
            Mistake("last-first", variant(finish=lambda dW1, db1, dW2, db2: (dW2, db2, dW1, db1)),
                    "All four are right, but the last layer comes first in yours. Return dW1, db1, "
                    "dW2, db2.", 42),
            Mistake("weights-first", variant(finish=lambda dW1, db1, dW2, db2: (
                        dW1, dW2, db1, db2)),
                    "All four are right, but in another order: first both of layer 1, then both of "
                    "layer 2, as in dW1, db1, dW2, db2.", 42),
            Mistake("moved", moved,
                    "You return what the weights are after a step. The slopes themselves are asked "
                    "for; what is done with them comes later.",
                    forms=(lambda *args: tuple(2 * v - w for v, w in zip(args[2:], moved(*args))),
                           )),
            Mistake("elsewhere", variant(ways=of_the_notebook),
                    "The z and a are the penguin's, whatever your function is given: if it does "
                    "not make them itself, Python takes the ones from the cells above. Compute the "
                    "way forward inside, from the arguments.", 44,
                    forms=(variant(ways=half_of_the_notebook),)),
            Mistake("bias-forgotten", variant(ways=without(1, 2)),
                    "A bias is missing on the way forward: z1 = W1 @ x + b1, and z2 = W2 @ a1 + "
                    "b2.", 3, forms=(variant(ways=without(1)), variant(ways=without(2)))),
            Mistake("linear-output", variant(ways=linear_output),
                    "On the way forward the output has no sigmoid: a2 = sigmoid(z2), and the error "
                    "is a2 - y.", 7),
            Mistake("linear-hidden", variant(ways=linear_hidden),
                    "On the way forward the hidden layer has no sigmoid: the second layer hears "
                    "a1 = sigmoid(z1), not z1.", 6),
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
                    "You return how far the numbers move. Return what they are afterwards: the old "
                    "number minus the learning rate times its slope.",
                    forms=(stepped(lambda v, dv, lr: lr * dv),)),
            Mistake("slopes-only", stepped(lambda v, dv, lr: dv),
                    "These are the slopes. Take a step against them: the old number minus the "
                    "learning rate times its slope."),
            Mistake("own-rate", stepped(lambda v, dv, lr: v - 0.1 * dv),
                    "You use a learning rate of your own. Multiply with the lr that is given.",
                    forms=tuple(stepped(lambda v, dv, lr, own=own: v - own * dv)
                                for own in (0.5, 0.01, 0.001))),
            Mistake("divided", stepped(lambda v, dv, lr: v - dv / lr),
                    "You divide by the learning rate. A larger rate means a longer step: multiply "
                    "with it."),
            Mistake("weights-only", lambda *a: tuple(
                        v - a[-1] * dv if v.ndim == 2 else v
                        for v, dv in zip(a[2:6], backprop(*a[:6]))),
                    "The weights have moved, the biases have not. They learn as well."),
        ),
        hints=("Four slopes, four arrays: which one belongs to which?",
               "Each new array has the shape of the old one.",
               "Call my_backprop once; then every array minus the learning rate times its slope, "
               "as a new array."),
        why="Repeat this, and it learns."),
)
