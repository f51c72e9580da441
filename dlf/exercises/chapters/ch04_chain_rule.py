"""Chapter 4, the chain rule: slopes along a chain of two neurons, and where paths meet again."""
from collections import deque

import numpy as np

from dlf.exercises.exercise import Exercise, Mistake


def sigmoid(z):
    """Between 0 and 1: chapter 1."""
    return 1 / (1 + np.exp(-z))


# ---- the answers -------------------------------------------------------------------------------

def local_slopes(x, w1, b1, w2, b2, y):
    """Five slopes along x -> z1 -> a1 -> z2 -> a2 -> C, for C = (a2 - y)^2 / 2.

    Returns (dC/da2, da2/dz2, dz2/da1, da1/dz1, dz1/dw1): five numbers.
    """
    a1 = sigmoid(w1 * x + b1)
    a2 = sigmoid(w2 * a1 + b2)
    return a2 - y, a2 * (1 - a2), w2, a1 * (1 - a1), x


def slope_of_w1(x, w1, b1, w2, b2, y):
    """dC/dw1 of the chain: how much the cost changes for each bit that w1 grows. A number."""
    a1 = sigmoid(w1 * x + b1)
    a2 = sigmoid(w2 * a1 + b2)
    return (a2 - y) * a2 * (1 - a2) * w2 * a1 * (1 - a1) * x


def chain_gradient(x, w1, b1, w2, b2, y):
    """All four slopes of the chain: (dC/dw1, dC/db1, dC/dw2, dC/db2)."""
    a1 = sigmoid(w1 * x + b1)
    a2 = sigmoid(w2 * a1 + b2)
    delta2 = (a2 - y) * a2 * (1 - a2)              # dC/dz2
    delta1 = delta2 * w2 * a1 * (1 - a1)           # dC/dz1
    return delta1 * x, delta1, delta2 * a1, delta2


def two_paths(a, b):
    """The slopes (dC/da, dC/db) of C = v^2 with v = u + a and u = a b."""
    u = a * b
    v = u + a
    dv = 2 * v
    return dv * b + dv, dv * a


def backward(graph):
    """dC/d(node) for every node of a graph, as a dictionary; dC/dC is 1.

    graph: {node: {input: local slope}}, in the order in which the nodes were computed; the last
    one is "C".
    """
    slopes = {"C": 1.0}
    for node in reversed(graph):
        for source, slope in graph[node].items():
            slopes[source] = slopes.get(source, 0.0) + slopes[node] * slope
    return slopes


# ---- what they are compared on -----------------------------------------------------------------

def chains(rng):
    """The chain of the notebook, and two more."""
    return [(0.9, 0.8, -0.2, -1.5, 0.3, 1.0),
            *(tuple(float(v) for v in rng.normal(size=6)) for _ in range(2))]


def graphs(rng):
    """A chain; a diamond; and one with a short and a long way from C to a."""
    return [({"u": {"a": 2.0}, "C": {"u": -3.0}},),
            ({"u": {"a": 3.0, "b": 2.0}, "v": {"u": 1.0, "a": 1.0}, "C": {"v": 10.0}},),
            ({"p": {"a": 2.0}, "q": {"p": 5.0, "b": -1.0}, "r": {"q": 0.5, "p": 3.0},
              "s": {"r": -2.0}, "C": {"s": 0.25, "p": 4.0, "r": 1.5}},)]


def slopes_of(returned, graph):
    """The slopes of all nodes in a fixed order; what is missing is nan."""
    names = sorted({*graph, *(source for inputs in graph.values() for source in inputs)})
    return {"slopes": np.array([float(returned.get(name, np.nan)) for name in names])}


# ---- wrong in known ways -----------------------------------------------------------------------

def chain(x, w1, b1, w2, b2, y):
    """(a1, z1, a2, z2) of a chain."""
    z1 = w1 * x + b1
    z2 = w2 * sigmoid(z1) + b2
    return sigmoid(z1), z1, sigmoid(z2), z2


def slopes_with(**change):
    """local_slopes with some of its five slopes replaced: change is {place: function}."""
    def answer(x, w1, b1, w2, b2, y):
        found = list(local_slopes(x, w1, b1, w2, b2, y))
        a1, z1, a2, z2 = chain(x, w1, b1, w2, b2, y)
        given = {"x": x, "w1": w1, "w2": w2, "y": y, "a1": a1, "z1": z1, "a2": a2, "z2": z2}
        for place, function in change.items():
            found[int(place[1:])] = function(given)
        return tuple(found)
    return answer


def product_without(*places, **change):
    """slope_of_w1 without some factors, or with others in their place."""
    def answer(*args):
        found = slopes_with(**change)(*args)
        return float(np.prod([f for i, f in enumerate(found) if i not in places]))
    return answer


def gradient_with(change):
    """chain_gradient, changed by change(delta1, delta2, a1, z1, x, w1, w2)."""
    def answer(x, w1, b1, w2, b2, y):
        a1, z1, a2, _  = chain(x, w1, b1, w2, b2, y)
        _, delta1, _, delta2 = chain_gradient(x, w1, b1, w2, b2, y)
        return change(delta1=delta1, delta2=delta2, a1=a1, z1=z1, a2=a2, x=x, w1=w1, w2=w2, b1=b1,
                      b2=b2, y=y)
    return answer


def overwriting(graph):
    slopes = {"C": 1.0}
    for node in reversed(graph):
        for source, slope in graph[node].items():
            slopes[source] = slopes[node] * slope
    return slopes


def from_the_front(graph):
    slopes = {"C": 1.0}
    for node in graph:
        for source, slope in graph[node].items():
            slopes[source] = slopes.get(source, 0.0) + slopes.get(node, 0.0) * slope
    return slopes


def breadth_first(graph):
    """Each node passes its slope on when it is first reached, not when all of it has arrived."""
    slopes, seen, line = {"C": 1.0}, {"C"}, deque(["C"])
    while line:
        node = line.popleft()
        for source, slope in graph.get(node, {}).items():
            slopes[source] = slopes.get(source, 0.0) + slopes[node] * slope
            if source not in seen:
                seen.add(source)
                line.append(source)
    return slopes


def adding(graph):
    slopes = {"C": 1.0}
    for node in reversed(graph):
        for source, slope in graph[node].items():
            slopes[source] = slopes.get(source, 0.0) + slopes[node] + slope
    return slopes


def inputs_only(graph):
    return {name: slope for name, slope in backward(graph).items() if name not in graph}


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "local_slopes", 4, "Five local slopes", "warm-up", 6, local_slopes,
        ("dC_da2", "da2_dz2", "dz2_da1", "da1_dz1", "dz1_dw1"), cases=chains,
        mistakes=(
            Mistake("reversed", slopes_with(_0=lambda g: g["y"] - g["a2"]),
                    "The first slope has the wrong sign: the slope of (a2 - y)²/2 is a2 - y. If "
                    "the output is too large, more of it makes the cost larger.", 21),
            Mistake("factor-2", slopes_with(_0=lambda g: 2 * (g["a2"] - g["y"])),
                    "The first slope is twice too large: the square brings down a 2, and the half "
                    "in C cancels it. That is what the half is for.", 20),
            Mistake("slope-of-a-output",
                    slopes_with(_1=lambda g: sigmoid(g["a2"]) * (1 - sigmoid(g["a2"]))),
                    "da2/dz2 is taken at a2 instead of at z2: the sigmoid is applied once too "
                    "often. With a2 at hand, a2 (1 - a2) is all.", 29),
            Mistake("slope-of-a-hidden",
                    slopes_with(_3=lambda g: sigmoid(g["a1"]) * (1 - sigmoid(g["a1"]))),
                    "da1/dz1 is taken at a1 instead of at z1: the sigmoid is applied once too "
                    "often. With a1 at hand, a1 (1 - a1) is all.", 30),
            Mistake("wrong-weight", slopes_with(_2=lambda g: g["w1"]),
                    "dz2/da1 should be w2: z2 = w2 a1 + b2, so each bit of a1 counts w2 times. You "
                    "have w1, the weight on the other side of the neuron.", 37),
            Mistake("value-for-slope", slopes_with(_2=lambda g: g["a1"]),
                    "dz2/da1 asks how z2 changes when a1 does: w2 times as much. You have a1 "
                    "itself, which is the slope with respect to the weight, dz2/dw2."),
            Mistake("weight-for-input", slopes_with(_4=lambda g: g["w1"]),
                    "dz1/dw1 asks how z1 = w1 x + b1 changes when w1 does: x times as much. You "
                    "have w1, which is the slope with respect to x."),
        ),
        hints=("Take each arrow alone: write down the formula of what it leads to, and ask what "
               "happens to it when only its start moves a little.",
               "Five plain numbers. You know the slope of the square from chapter 3, and that of "
               "the sigmoid from chapter 1; a sum of products has its factors as slopes.",
               "Output minus target; the output times one minus itself; the second weight; the "
               "hidden activation times one minus itself; the input."),
        why="Each of them is a line of school calculus. Nothing harder will come."),
    Exercise(
        "slope_of_w1", 4, "The slope of the first weight", "core", 5, slope_of_w1, ("dC_dw1",),
        cases=chains,
        mistakes=(
            Mistake("sum", lambda *args: sum(local_slopes(*args)),
                    "The local slopes are added; along one path they multiply. If z1 grows twice "
                    "as fast as w1, and a1 a quarter as fast as z1, then a1 grows half as fast as "
                    "w1."),
            Mistake("output-slope-missing", product_without(1),
                    "One arrow is skipped: from z2 to a2. The factor a2 (1 - a2) is missing.", 28),
            Mistake("hidden-slope-missing", product_without(3),
                    "One arrow is skipped: from z1 to a1. The factor a1 (1 - a1) is missing.", 31),
            Mistake("weight-missing", product_without(2),
                    "One arrow is skipped: from a1 to z2. The factor w2 is missing, so the "
                    "output's error comes to the hidden neuron at full strength."),
            Mistake("input-missing", product_without(4),
                    "The last arrow is missing: from w1 to z1, with the slope x. What you have is "
                    "dC/dz1, which is dC/db1."),
            Mistake("wrong-weight", product_without(_2=lambda g: g["w1"]),
                    "On the way from a1 to z2 the slope is w2, the weight of that arrow; you have "
                    "w1.", 37),
            Mistake("activation-for-input", product_without(_4=lambda g: g["a1"]),
                    "The last factor should be x, what w1 is multiplied with. a1 is what comes "
                    "after w1, not before it.", 39),
            Mistake("reversed", product_without(_0=lambda g: g["y"] - g["a2"]),
                    "The sign is reversed: the slope of (a2 - y)²/2 is a2 - y.", 21),
        ),
        hints=("How many arrows lie between w1 and C? Each gives one factor.",
               "The five numbers of the exercise before, made into one.",
               "Multiply all five local slopes."),
        why="You have computed your first gradient through a network: five factors, one for each "
            "arrow."),
    Exercise(
        "chain_gradient", 4, "All four slopes", "core", 10, chain_gradient,
        ("dw1", "db1", "dw2", "db2"), cases=chains,
        mistakes=(
            Mistake("bias-like-weight", gradient_with(
                    lambda delta1, delta2, a1, x, **_: (delta1 * x, delta1 * x, delta2 * a1,
                                                        delta2 * a1)),
                    "The slopes of the biases are those of the weights in yours. A bias is added, "
                    "not multiplied: dz/db is 1, so db is the delta alone."),
            Mistake("times-bias", gradient_with(
                    lambda delta1, delta2, a1, x, b1, b2, **_: (delta1 * x, delta1 * b1,
                                                                delta2 * a1, delta2 * b2)),
                    "The slope of a bias does not contain the bias: z = w a + b grows by one for "
                    "each bit of b, so dz/db is 1."),
            Mistake("sum-for-activation", gradient_with(
                    lambda delta1, delta2, z1, x, **_: (delta1 * x, delta1, delta2 * z1, delta2)),
                    "dw2 is multiplied with z1. The second neuron never sees z1: what comes in at "
                    "its weight is the activation a1.", 39),
            Mistake("input-everywhere", gradient_with(
                    lambda delta1, delta2, x, **_: (delta1 * x, delta1, delta2 * x, delta2)),
                    "dw2 is multiplied with x. What w2 is multiplied with is a1, the activation of "
                    "the neuron before it."),
            Mistake("error-passed-back", gradient_with(
                    lambda a2, y, delta2, w2, a1, x, **_: ((a2 - y) * w2 * a1 * (1 - a1) * x,
                                                           (a2 - y) * w2 * a1 * (1 - a1),
                                                           delta2 * a1, delta2)),
                    "What goes back to the first neuron is the error a2 - y alone; it should be "
                    "delta2, which has the output's slope a2 (1 - a2) in it as well.", 35),
            Mistake("hidden-slope-missing", gradient_with(
                    lambda delta2, w2, a1, x, **_: (delta2 * w2 * x, delta2 * w2, delta2 * a1,
                                                    delta2)),
                    "On the way back through the first neuron its slope a1 (1 - a1) is missing: w2 "
                    "brings you to a1, and the sigmoid's slope from there to z1.", 31),
            Mistake("wrong-order", gradient_with(
                    lambda delta1, delta2, a1, x, **_: (delta2 * a1, delta2, delta1 * x, delta1)),
                    "All four are right, but layer 2 comes first in yours. Return dw1, db1, dw2, "
                    "db2.", 42),
        ),
        hints=("The path to b1 shares all its arrows but the last with the path to w1. What is "
               "dz1/db1?",
               "Compute dC/dz2 once and dC/dz1 once: call them delta2 and delta1. Each of the four "
               "is one of them, or one of them times what came in.",
               "delta2 is the error times the output's slope; delta1 is delta2 times w2 times the "
               "hidden slope. The biases get the deltas, the weights the deltas times a1 and x."),
        why="Two deltas, four slopes: nothing was computed twice. That saving is what makes it "
            "backpropagation."),
    Exercise(
        "two_paths", 4, "Two paths", "core", 6, two_paths, ("dC_da", "dC_db"),
        cases=lambda rng: [(2.0, 3.0), (-1.5, 0.5), (0.7, -2.0)],
        mistakes=(
            Mistake("long-path-only", lambda a, b: (2 * (a * b + a) * b, 2 * (a * b + a) * a),
                    "a reaches v on two paths: through u, and directly. You followed the one "
                    "through u alone. Both move v, so their slopes add up.", 46),
            Mistake("short-path-only", lambda a, b: (2 * (a * b + a), 2 * (a * b + a) * a),
                    "a reaches v on two paths: directly, and through u. The direct one is there, "
                    "the one through u is lost, perhaps overwritten. Add, do not replace.", 46),
            Mistake("paths-multiplied", lambda a, b: (2 * (a * b + a) * b * (a * b + a) * 2,
                                                      2 * (a * b + a) * a),
                    "The two paths are multiplied in yours. Along one path slopes multiply; where "
                    "paths meet, they add."),
            Mistake("outer-slope-missing", lambda a, b: (b + 1, a),
                    "These are the slopes of v. C = v² comes after it: one more arrow, with the "
                    "slope 2 v."),
            Mistake("outer-slope-once", lambda a, b: (2 * (a * b + a) * b + 1, 2 * (a * b + a) * a),
                    "Both paths of a go through v, so both need the factor 2 v; in yours the "
                    "direct one lacks it."),
        ),
        hints=("Draw it: a, b -> u -> v -> C, and one more arrow from a straight to v.",
               "First dC/dv. Then dC/da has two terms, dC/db has one.",
               "dC/da is 2v times b, for the way through u, plus 2v times 1, for the direct way."),
        why="Multiply along a path, add where paths meet: with these two rules you can "
            "differentiate any network there is."),
    Exercise(
        "backward", 4, "Backward through any graph", "stretch", 15, backward, ("slopes",),
        cases=graphs, measure=slopes_of, form="a dictionary {node: slope}",
        mistakes=(
            Mistake("overwritten", overwriting,
                    "A node that is used twice keeps only one of its slopes: the second assignment "
                    "overwrites the first. Add to what is there already.", 46),
            Mistake("wrong-direction", from_the_front,
                    "You go through the graph from the front, where dC/d(node) is not known yet. "
                    "Start at C and go through the nodes in the reverse order.", 47),
            Mistake("too-early", breadth_first,
                    "A node passes its slope on before all of it has arrived: right on a chain, "
                    "wrong where a short and a long path meet. Going through the nodes in reverse "
                    "order, everything behind a node is done before it.", 47),
            Mistake("sum", adding,
                    "Along an arrow slopes multiply; you add the local slope."),
            Mistake("inputs-only", inputs_only,
                    "The inputs are right, but the nodes in between and C itself are missing: "
                    "return the slope of every node."),
        ),
        hints=("Which node's slope do you know without computing anything? Which ones can be "
               "finished next?",
               "A dictionary that starts with C alone. Each arrow adds one product to the slope of "
               "its start.",
               "For each node in reverse order, for each of its inputs: add the node's slope times "
               "the local slope to the input's."),
        why="This is the engine of every deep-learning library, PyTorch included; they only have "
            "more kinds of nodes."),
)
