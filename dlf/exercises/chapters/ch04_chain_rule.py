"""Chapter 4, the chain rule: local slopes, their product, and all slopes of a chain of two."""
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


# ---- what they are compared on -----------------------------------------------------------------

NOTEBOOK = (0.9, 0.8, -0.2, -1.5, 0.3, 1.0)            # x, w1, b1, w2, b2, y


def chains(rng):
    """The chain of the notebook, and two more."""
    return [NOTEBOOK, *(tuple(float(v) for v in rng.normal(size=6)) for _ in range(2))]


# ---- wrong in known ways -----------------------------------------------------------------------

def forward(x, w1, b1, w2, b2):
    """(z1, a1, z2, a2) of a chain."""
    z1 = w1 * x + b1
    z2 = w2 * sigmoid(z1) + b2
    return z1, sigmoid(z1), z2, sigmoid(z2)


def slope(z):
    """The slope of the sigmoid at z."""
    return sigmoid(z) * (1 - sigmoid(z))


def slopes_with(ways=None, **change):
    """local_slopes with some of its five slopes replaced: change is {place: function}.

    `ways` gives the numbers of a way forward that went wrong, (z1, a1, z2, a2).
    """
    def answer(x, w1, b1, w2, b2, y):
        z1, a1, z2, a2 = (ways or forward)(x, w1, b1, w2, b2)
        g = {"x": x, "w1": w1, "b1": b1, "w2": w2, "b2": b2, "y": y,
             "z1": z1, "a1": a1, "z2": z2, "a2": a2}
        found = [a2 - y, a2 * (1 - a2), w2, a1 * (1 - a1), x]
        for place, function in change.items():
            found[int(place[1:])] = function(g)
        return tuple(found)
    return answer


def product(*skip, ways=None, **change):
    """slope_of_w1 without some factors, or with others in their place."""
    def answer(*args):
        found = slopes_with(ways=ways, **change)(*args)
        return float(np.prod([f for i, f in enumerate(found) if i not in skip]))
    return answer


def gradient(*skip, ways=None, finish=None, **change):
    """chain_gradient without some local slopes, or with others in their place.

    `finish` makes the four slopes from a dictionary of all numbers, both deltas included.
    """
    def answer(x, w1, b1, w2, b2, y):
        z1, a1, _, a2 = (ways or forward)(x, w1, b1, w2, b2)
        found  = slopes_with(ways=ways, **change)(x, w1, b1, w2, b2, y)
        found  = [1.0 if i in skip else f for i, f in enumerate(found)]
        delta2 = found[0] * found[1]
        g = {"x": x, "w1": w1, "b1": b1, "w2": w2, "b2": b2, "z1": z1, "a1": a1, "a2": a2,
             "error": found[0], "back": found[2] * found[3],
             "delta2": delta2, "delta1": delta2 * found[2] * found[3]}
        return (finish or in_order)(g)
    return answer


def in_order(g):
    return g["delta1"] * g["x"], g["delta1"], g["delta2"] * g["a1"], g["delta2"]


def times(first, second):
    """A way to finish: what the deltas are multiplied with to get the slopes of the weights."""
    return lambda g: (g["delta1"] * g[first], g["delta1"], g["delta2"] * g[second], g["delta2"])


def of_the_notebook(*args):
    """The way forward of the notebook's chain, whatever is given."""
    return forward(*NOTEBOOK[:5])


def without_b1(x, w1, b1, w2, b2):
    return forward(x, w1, 0.0, w2, b2)


def without_b2(x, w1, b1, w2, b2):
    return forward(x, w1, b1, w2, 0.0)


def without_biases(x, w1, b1, w2, b2):
    return forward(x, w1, 0.0, w2, 0.0)


def a1_forgotten(x, w1, b1, w2, b2):
    """The second neuron is fed with z1."""
    z1 = w1 * x + b1
    z2 = w2 * z1 + b2
    return z1, sigmoid(z1), z2, sigmoid(z2)


def a1_is_z1(x, w1, b1, w2, b2):
    """The first neuron has no sigmoid."""
    z1, _, z2, a2 = a1_forgotten(x, w1, b1, w2, b2)
    return z1, z1, z2, a2


SLOPE_OF_A = {"_1": lambda g: slope(g["a2"]), "_3": lambda g: slope(g["a1"])}
JUST_A     = {"_1": lambda g: g["a2"],        "_3": lambda g: g["a1"]}


def each_of(make, changes):
    """Answers with each of several changes alone."""
    return tuple(make(**{place: change}) for place, change in changes.items())


# ---- what a tutor says, in more than one exercise ----------------------------------------------

REVERSED  = ("The sign is reversed: the slope of (a2 - y)²/2 is a2 - y. If the output is too "
             "large, more of it makes the cost larger.")
TWICE     = ("Twice too large: the square brings down a 2, and the half in C cancels it. That is "
             "what the half is for.")
THE_COST  = ("You have the cost, (a2 - y)²/2, where its slope is wanted. How fast it changes when "
             "a2 does is a2 - y.")
OF_A      = ("The sigmoid is applied once too often: its slope is taken at a instead of at z. With "
             "a at hand, a (1 - a) is all.")
ONLY_A    = ("The activation stands where the sigmoid's slope should: how fast a moves when z does "
             "is a (1 - a), not a.")
ELSEWHERE = ("a1 and a2 are those of the notebook's chain, whatever your function is given: if it "
             "does not make them itself, Python takes the ones from the cells above. Compute z1, "
             "a1, z2 and a2 inside, from the arguments.")
NO_BIAS   = "A bias is missing on the way forward: z1 = w1 x + b1, and z2 = w2 a1 + b2."
NO_SQUEEZE = ("On the way forward the second neuron gets z1 in yours. It hears a1, what the first "
              "neuron's sigmoid has made of z1.")

# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "local_slopes", 4, "Five local slopes", "warm-up", 6, local_slopes,
        ("dC_da2", "da2_dz2", "dz2_da1", "da1_dz1", "dz1_dw1"), cases=chains,
        mistakes=(
            Mistake("reversed", slopes_with(_0=lambda g: g["y"] - g["a2"]), REVERSED, 21),
            Mistake("factor-2", slopes_with(_0=lambda g: 2 * (g["a2"] - g["y"])),
                    "The first slope is t" + TWICE[1:], 20),
            Mistake("cost-for-slope", slopes_with(_0=lambda g: (g["a2"] - g["y"]) ** 2 / 2),
                    THE_COST),
            Mistake("slope-of-a-output", slopes_with(_1=SLOPE_OF_A["_1"]),
                    "da2/dz2 is taken at a2 instead of at z2: the sigmoid is applied once too "
                    "often. With a2 at hand, a2 (1 - a2) is all.", 29),
            Mistake("slope-of-a-hidden", slopes_with(_3=SLOPE_OF_A["_3"]),
                    "da1/dz1 is taken at a1 instead of at z1: the sigmoid is applied once too "
                    "often. With a1 at hand, a1 (1 - a1) is all.", 30),
            Mistake("activation-for-slope", slopes_with(**JUST_A), ONLY_A,
                    forms=each_of(slopes_with, JUST_A)),
            Mistake("wrong-weight", slopes_with(_2=lambda g: g["w1"]),
                    "dz2/da1 should be w2: z2 = w2 a1 + b2, so each bit of a1 counts w2 times. You "
                    "have w1, the weight on the other side of the neuron.", 37),
            Mistake("value-for-slope", slopes_with(_2=lambda g: g["a1"]),
                    "dz2/da1 asks how z2 changes when a1 does: w2 times as much. You have a1 "
                    "itself, which is the slope with respect to the weight, dz2/dw2."),
            Mistake("weight-for-input", slopes_with(_4=lambda g: g["w1"]),
                    "dz1/dw1 asks how z1 = w1 x + b1 changes when w1 does: x times as much. You "
                    "have w1, which is the slope with respect to x."),
            Mistake("one-for-input", slopes_with(_4=lambda g: 1.0),
                    "dz1/dw1 is 1 in yours, the slope with respect to the bias. w1 is multiplied "
                    "with x, so each bit of it counts x times."),
            Mistake("product-for-slope", slopes_with(_2=lambda g: g["w2"] * g["a1"],
                                                     _4=lambda g: g["w1"] * g["x"]),
                    "A whole product stands where its slope should. In w2 a1, the slope with "
                    "respect to a1 is what a1 is multiplied with: w2 alone. And in w1 x, with "
                    "respect to w1, it is x.",
                    forms=(slopes_with(_2=lambda g: g["w2"] * g["a1"]),
                           slopes_with(_4=lambda g: g["w1"] * g["x"]))),
            Mistake("bias-in-slope", slopes_with(_2=lambda g: g["w2"] + g["b2"],
                                                 _4=lambda g: g["x"] + g["b1"]),
                    "A bias stands in a slope. It is added to z and stays as it is when something "
                    "else moves: in a slope it does not occur.",
                    forms=(slopes_with(_2=lambda g: g["w2"] + g["b2"]),
                           slopes_with(_4=lambda g: g["x"] + g["b1"]))),
            Mistake("multiplied-up", lambda *args: tuple(np.cumprod(local_slopes(*args))),
                    "Each of yours is already multiplied with those before it. That is what comes "
                    "next; here each arrow is asked for alone, from its start to its end."),
            Mistake("elsewhere", slopes_with(ways=of_the_notebook), ELSEWHERE),
            Mistake("bias-forgotten", slopes_with(ways=without_biases), NO_BIAS, 3,
                    forms=(slopes_with(ways=without_b1), slopes_with(ways=without_b2))),
            Mistake("squeeze-forgotten", slopes_with(ways=a1_forgotten), NO_SQUEEZE, 6,
                    forms=(slopes_with(ways=a1_is_z1),)),
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
            Mistake("output-slope-missing", product(1),
                    "One arrow is skipped: from z2 to a2. The factor a2 (1 - a2) is missing.", 28),
            Mistake("hidden-slope-missing", product(3),
                    "One arrow is skipped: from z1 to a1. The factor a1 (1 - a1) is missing.", 31),
            Mistake("both-slopes-missing", product(1, 3),
                    "Two arrows are skipped, from z2 to a2 and from z1 to a1: the slopes of both "
                    "sigmoids are missing.", 28),
            Mistake("weight-missing", product(2),
                    "One arrow is skipped: from a1 to z2. The factor w2 is missing, so the "
                    "output's error comes to the hidden neuron at full strength."),
            Mistake("input-missing", product(4),
                    "The last arrow is missing: from w1 to z1, with the slope x. What you have is "
                    "dC/dz1, which is dC/db1."),
            Mistake("slope-of-a", product(**SLOPE_OF_A), OF_A, 29,
                    forms=each_of(product, SLOPE_OF_A)),
            Mistake("activation-for-slope", product(**JUST_A), ONLY_A,
                    forms=each_of(product, JUST_A)),
            Mistake("wrong-weight", product(_2=lambda g: g["w1"]),
                    "On the way from a1 to z2 the slope is w2, the weight of that arrow; you have "
                    "w1.", 37),
            Mistake("activation-for-input", product(_4=lambda g: g["a1"]),
                    "The last factor should be x, what w1 is multiplied with. a1 is what comes "
                    "after w1, not before it.", 39),
            Mistake("weight-for-input", product(_4=lambda g: g["w1"]),
                    "The last factor should be x: in z1 = w1 x + b1 each bit of w1 counts x times. "
                    "You have w1 itself.", forms=(product(_4=lambda g: g["w1"] * g["x"]),)),
            Mistake("bias-in-slope", product(_4=lambda g: g["x"] + g["b1"]),
                    "The bias b1 stands in the last factor. It is added to z1 and does not move "
                    "when w1 does: the slope is x alone."),
            Mistake("reversed", product(_0=lambda g: g["y"] - g["a2"]), REVERSED, 21),
            Mistake("factor-2", product(_0=lambda g: 2 * (g["a2"] - g["y"])), TWICE, 20),
            Mistake("cost-for-slope", product(_0=lambda g: (g["a2"] - g["y"]) ** 2 / 2), THE_COST),
            Mistake("other-weight", lambda *args: chain_gradient(*args)[2],
                    "That is dC/dw2. The path to w1 is longer: from z2 on to a1, to z1, to w1."),
            Mistake("elsewhere", product(ways=of_the_notebook), ELSEWHERE),
            Mistake("bias-forgotten", product(ways=without_biases), NO_BIAS, 3,
                    forms=(product(ways=without_b1), product(ways=without_b2))),
            Mistake("squeeze-forgotten", product(ways=a1_forgotten), NO_SQUEEZE, 6,
                    forms=(product(ways=a1_is_z1),)),
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
            Mistake("bias-like-weight", gradient(finish=lambda g: (
                        g["delta1"] * g["x"],) * 2 + (g["delta2"] * g["a1"],) * 2),
                    "The slopes of the biases are those of the weights in yours. A bias is added, "
                    "not multiplied: dz/db is 1, so db is the delta alone."),
            Mistake("times-bias", gradient(finish=lambda g: (
                        g["delta1"] * g["x"], g["delta1"] * g["b1"],
                        g["delta2"] * g["a1"], g["delta2"] * g["b2"])),
                    "The slope of a bias does not contain the bias: z = w a + b grows by one for "
                    "each bit of b, so dz/db is 1."),
            Mistake("ones", gradient(finish=lambda g: (
                        g["delta1"] * g["x"], 1.0, g["delta2"] * g["a1"], 1.0)),
                    "1 is dz/db, the last arrow alone. From C to the bias there are more: dC/db is "
                    "delta times that 1."),
            Mistake("deltas-only", gradient(finish=lambda g: (g["delta1"],) * 2
                                                             + (g["delta2"],) * 2),
                    "The slopes of the weights lack their last factor. A weight is multiplied with "
                    "what comes in at it: x at w1, a1 at w2."),
            Mistake("sum-for-activation", gradient(finish=times("x", "z1")),
                    "dw2 is multiplied with z1. The second neuron never sees z1: what comes in at "
                    "its weight is the activation a1.", 39),
            Mistake("input-everywhere", gradient(finish=times("x", "x")),
                    "dw2 is multiplied with x. What w2 is multiplied with is a1, the activation of "
                    "the neuron before it."),
            Mistake("own-activation", gradient(finish=times("a1", "a2")),
                    "A weight's slope is multiplied with what its own neuron says. What counts is "
                    "what came in at the weight: x at w1, a1 at w2.", 39,
                    forms=(gradient(finish=times("a1", "a1")), gradient(finish=times("x", "a2")))),
            Mistake("weights-for-inputs", gradient(finish=times("w1", "w2")),
                    "The deltas are multiplied with the weights. In z = w a + b, the slope with "
                    "respect to w is what w is multiplied with: x at w1, a1 at w2.",
                    forms=(gradient(finish=times("x", "w2")), gradient(finish=times("w1", "a1")))),
            Mistake("error-passed-back", gradient(finish=lambda g: (
                        g["error"] * g["back"] * g["x"], g["error"] * g["back"],
                        g["delta2"] * g["a1"], g["delta2"])),
                    "What goes back to the first neuron is the error a2 - y alone; it should be "
                    "delta2, which has the output's slope a2 (1 - a2) in it as well.", 35),
            Mistake("output-slope-missing", gradient(1),
                    "delta2 lacks the sigmoid's slope a2 (1 - a2): a2 - y is dC/da2, and to dC/dz2 "
                    "it is one arrow more. All four slopes inherit that.", 28),
            Mistake("hidden-slope-missing", gradient(3),
                    "On the way back through the first neuron its slope a1 (1 - a1) is missing: w2 "
                    "brings you to a1, and the sigmoid's slope from there to z1.", 31),
            Mistake("weight-missing", gradient(2),
                    "On the way back from z2 to a1 the factor w2 is missing: the error comes back "
                    "as strongly as that weight lets it."),
            Mistake("wrong-weight", gradient(_2=lambda g: g["w1"]),
                    "The error comes back through w1 in yours. Between z2 and a1 lies w2; w1 is on "
                    "the other side of the first neuron.", 37),
            Mistake("slope-of-a", gradient(**SLOPE_OF_A), OF_A, 30,
                    forms=each_of(gradient, SLOPE_OF_A)),
            Mistake("activation-for-slope", gradient(**JUST_A), ONLY_A,
                    forms=each_of(gradient, JUST_A)),
            Mistake("reversed", gradient(_0=lambda g: g["y"] - g["a2"]), REVERSED, 21),
            Mistake("factor-2", gradient(_0=lambda g: 2 * (g["a2"] - g["y"])), TWICE, 20),
            Mistake("last-first", gradient(finish=lambda g: (*in_order(g)[2:], *in_order(g)[:2])),
                    "All four are right, but layer 2 comes first in yours. Return dw1, db1, dw2, "
                    "db2.", 42),
            Mistake("elsewhere", gradient(ways=of_the_notebook), ELSEWHERE),
            Mistake("bias-forgotten", gradient(ways=without_biases), NO_BIAS, 3,
                    forms=(gradient(ways=without_b1), gradient(ways=without_b2))),
            Mistake("squeeze-forgotten", gradient(ways=a1_forgotten), NO_SQUEEZE, 6,
                    forms=(gradient(ways=a1_is_z1),)),
        ),
        hints=("The path to b1 shares all its arrows but the last with the path to w1. What is "
               "dz1/db1?",
               "Compute dC/dz2 once and dC/dz1 once: call them delta2 and delta1. Each of the four "
               "is one of them, or one of them times what came in.",
               "delta2 is the error times the output's slope; delta1 is delta2 times w2 times the "
               "hidden slope. The biases get the deltas, the weights the deltas times a1 and x."),
        why="Two deltas, four slopes: nothing was computed twice. That saving is what makes it "
            "backpropagation."),
)
