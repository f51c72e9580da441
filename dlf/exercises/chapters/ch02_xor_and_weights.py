"""Chapter 2, feedforward, second half: XOR by hand, and the weights that learning starts with."""
import copy
from itertools import combinations

import numpy as np

from dlf.exercises.chapters.ch01_one_neuron import CORNERS, sigmoid
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

XOR = ([[10, 10], [-10, -10]], [-5, 15], [10, 10], -15)


def initial_weights(n_in, n_out, rng):
    """Random weights W (n_out, n_in) to start with, drawn from rng: mean 0, spread 1/sqrt(n_in)."""
    return rng.normal(0, 1 / np.sqrt(n_in), size=(n_out, n_in))


# ---- XOR: what a network of nine numbers does --------------------------------------------------

FENCE = 0.05                             # a z that is nearer to 0 is neither yes nor no
SAYS  = tuple(f"x = {corner}" for corner in CORNERS)


def xor_by_hand(answer):
    """What the network says at the four corners, and what is odd about its hidden neurons."""
    W1, b1, W2, b2 = answer
    W1, b1, W2, b2 = (np.reshape(np.array(part, dtype=float), shape)
                      for part, shape in ((W1, (2, 2)), (b1, 2), (W2, 2), (b2, ())))
    said = corners(W1, b1, W2, b2)
    return {"hidden neurons": hidden(W1, b1, W2, b2, said), **said}


def corners(W1, b1, W2, b2):
    """How the network answers at the four corners."""
    z1 = np.clip(np.array(CORNERS) @ W1.T + b1, -500, 500)             # (4, 2)
    z2 = sigmoid(z1) @ W2 + b2                                         # (4,)
    return {name: "neither 0 nor 1" if abs(z) < FENCE else "1" if z > 0 else "0"
            for name, z in zip(SAYS, z2)}


def hidden(W1, b1, W2, b2, said):
    """Are the hidden neurons two different ones; and what would have helped?"""
    first, second = np.column_stack([W1, b1])
    if np.allclose(first, second):
        return "the same twice"
    if np.allclose(first, -second):
        return "one line from both sides"
    if said != XOR_SAID and corners(W1.T, b1, W2, b2) == XOR_SAID:
        return "right if W1 were transposed"
    if said != XOR_SAID and corners(40 * W1, 40 * b1, W2, b2) == XOR_SAID:
        return "not sure enough"
    return "two different ones"


XOR_SAID = dict(zip(SAYS, ("0", "1", "1", "0")))


def like(w1, w2, b):
    """A network that acts as one neuron does: the second hidden neuron is ignored."""
    return [[w1, w2], [3, -5]], [b, 1], [10, 0], -5


NEURONS = tuple((20 * w1, 20 * w2, 20 * b) for w1, w2, b in (
    (1, 1, -0.5), (1, 1, -1.5), (-1, -1, 1.5), (-1, -1, 0.5), (0, 0, 1), (0, 0, -1), (1, 0, -0.5),
    (0, 1, -0.5), (-1, 0, 0.5), (0, -1, 0.5), (1, -1, -0.5), (-1, 1, -0.5), (1, -1, 0.5),
    (-1, 1, 0.5)))                       # all that one line can do, in the order of the names below
OR, AND, NAND, NOR, ALWAYS, NEVER, X0, X1, NOT_X0, NOT_X1, ONLY_X0, ONLY_X1, NOT_ONLY_X1, \
    NOT_ONLY_X0 = NEURONS


# Ways to do XOR: two hidden neurons, the output's weights, its bias.
WAYS = ((OR, NAND, (1, 1), -1.5), (NAND, OR, (1, 1), -1.5), (OR, AND, (1, -1), -0.5),
        (AND, OR, (-1, 1), -0.5), (ONLY_X0, ONLY_X1, (1, 1), -0.5), (NOR, AND, (-1, -1), 0.5))


def solved(first, second, v, c, scale=1.0, size=20):
    """One of these ways as a network, its hidden neurons `scale` times as sure."""
    rows = scale * np.array([first, second])
    return rows[:, :2], rows[:, 2], size * np.array(v), size * c


def one_of_each(networks, holds):
    """Of the networks for which it holds, one for each way to answer at the corners."""
    seen = {tuple(said.values()): network for network in networks
            if holds(said := xor_by_hand(network))}
    return tuple(seen.values())


def turned(W1, *others):
    return np.transpose(W1), *others


TURNED = tuple(turned(*solved(*way)) for way in WAYS[:2] + WAYS[5:])
UNSURE = tuple(solved(*way[:3], way[3] + shift, scale / 20, size) for scale in (1, 2)
               for size in (1, 10) for shift in (0, -0.3, 0.3) for way in WAYS)
UNSURE = one_of_each(UNSURE, lambda seen: seen["hidden neurons"] == "not sure enough")
FENCES = tuple(solved(*pair, v, c, size=10)
               for pair in combinations((OR, AND, NAND, NOR, ONLY_X0, ONLY_X1), 2)
               for v in ((1, 1), (1, -1), (-1, 1), (-1, -1)) for c in (-2, -1, 0, 1, 2))
FENCES = one_of_each(FENCES, lambda seen: "neither 0 nor 1" in seen.values()
                     and seen["hidden neurons"] == "two different ones")


def twice(neuron, c=-5):
    """A network whose hidden neurons are the same."""
    w1, w2, b = neuron
    return [[w1, w2], [w1, w2]], [b, b], [10, 0], c


def mirrored(neuron, c=-5):
    """A network whose second hidden neuron is the first with all signs turned."""
    w1, w2, b = neuron
    return [[w1, w2], [-w1, -w2]], [b, -b], [10, 0], c


ZERO     = ([[0, 0], [0, 0]], [0, 0], [0, 0], 0)
TWICE    = (*(twice(neuron, c) for neuron in NEURONS for c in (-5, -10, 0)), ZERO)
MIRRORED = tuple(mirrored(neuron, c) for neuron in NEURONS for c in (-5, -10, 0))


# ---- first weights: properties, each of which makes sense only if those before are fine --------

LARGE = (150, 400), (400, 100)           # (n_in, n_out): large enough to measure a spread
UNSAID = "can't be said yet"


def drawn_twice(answer, n_in, n_out, rng):
    """What it draws, the same from a generator in the same state, and whether rng was used."""
    before, afresh = copy.deepcopy(rng), copy.deepcopy(rng)
    W = answer(n_in, n_out, rng)
    if W is None or W is ...:
        return W
    was_used = rng.bit_generator.state != before.bit_generator.state
    return W, answer(n_in, n_out, afresh), was_used


def properties(returned, n_in, n_out, rng):
    """Shape, differences, source, mean and spread of weights, in words."""
    W, again, was_used = returned
    W, said = np.asarray(W, dtype=float), [str(np.shape(W))]
    if W.shape == (n_out, n_in):
        said.append(differences(W))
    if said[1:] == ["all weights differ"]:
        from_rng = was_used and np.array_equal(W, again)
        off      = abs(W.mean()) > 6 * W.std() / np.sqrt(W.size)
        said += ["rng" if from_rng else "elsewhere", "not 0" if off else "0, but for chance"]
        said += [] if off else [spread(W.std(), n_in, n_out)]
    return dict(zip(PROPERTIES, (*said, *[UNSAID] * len(PROPERTIES))))


PROPERTIES = "shape", "differences", "drawn from", "mean", "spread"


def differences(W):
    if not W.any():
        return "all weights are 0"
    if (W == W[0, 0]).all():
        return "all weights are the same number"
    if (W == W[0]).all():
        return "all neurons have the same weights"
    if (W == W[:, :1]).all():
        return "each neuron has one number, for all its inputs"
    return "all weights differ"


def spread(found, n_in, n_out):
    """The formula that gives this spread, within 3 %; if there is none, too small or too large."""
    formulas = {"1 / sqrt(n_in)": 1 / np.sqrt(n_in), "1": 1.0, "1 / n_in": 1 / n_in,
                "1 / sqrt(n_out)": 1 / np.sqrt(n_out), "sqrt(n_in)": np.sqrt(n_in), "0.01": 0.01,
                "sqrt(2 / n_in)": np.sqrt(2 / n_in), "0.1": 0.1,
                "0.58 / sqrt(n_in)": 1 / np.sqrt(3 * n_in)}
    other = "too small" if found < formulas["1 / sqrt(n_in)"] else "too large"
    return next((name for name, size in formulas.items() if abs(found / size - 1) < 0.03), other)


def first_cases(rng):
    return [(n_in, n_out, np.random.default_rng(n_in)) for n_in, n_out in LARGE]


def drawn(size):
    """Normal weights of the spread size(n_in, n_out)."""
    return lambda n_in, n_out, rng: rng.normal(size=(n_out, n_in)) * size(n_in, n_out)


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "solve_xor", 2, "XOR by hand", "core", 10, XOR, ("hidden neurons", *SAYS),
        measure=xor_by_hand, variable="xor_network",
        form="(W1, b1, W2, b2), as ([[w00, w01], [w10, w11]], [b0, b1], [v0, v1], c)",
        mistakes=(
            Mistake("hidden-equal", TWICE[0],
                    "Both hidden neurons have the same numbers, so they always say the same: you "
                    "have paid for two and got one, and one line cannot do XOR. Give the second "
                    "one a line of its own.", 15, forms=TWICE[1:]),
            Mistake("hidden-mirrored", MIRRORED[0],
                    "The second hidden neuron is the first with all signs turned: it looks at the "
                    "same line from the other side, and tells the output nothing new. Move its "
                    "line to another place.", forms=MIRRORED[1:]),
            Mistake("transposed", TURNED[0],
                    "Your W1 is transposed. Row j holds the weights of hidden neuron j: "
                    "[[w00, w01], [w10, w11]], from input k to neuron j.", 1, forms=TURNED[1:]),
            Mistake("unsure", UNSURE[0],
                    "Your lines are in the right places, but the hidden neurons are not sure "
                    "enough: they say something like 0.4 and 0.6 where you count on 0 and 1. "
                    "Multiply W1 and b1 by 10: the lines stay, and the step gets steep.",
                    forms=UNSURE[1:]),
            Mistake("is-or", like(*OR),
                    "Your network acts as OR: only (1, 1) is wrong. One hidden neuron has to "
                    "notice that both inputs are 1, and keep the output silent then."),
            Mistake("is-nand", like(*NAND),
                    "Your network acts as NAND: only (0, 0) is wrong. One hidden neuron has to "
                    "notice that there is no input at all, as OR does, and the output must need "
                    "it."),
            Mistake("is-and", like(*AND),
                    "Your network acts as AND: it says 1 for (1, 1), where XOR says 0, and 0 for a "
                    "single input. Read what the two hidden neurons say at each corner first, "
                    "and then what the output makes of it."),
            Mistake("upside-down", ([[20, 20], [-20, -20]], [-10, 30], [-20, -20], 30),
                    "Every answer is reversed: that is XNOR, “both the same”. Change the signs of "
                    "W2 and b2, and it is XOR."),
            Mistake("misses-one", like(*ONLY_X0),
                    "Three corners are right; the network says 0 at one of the two where exactly "
                    "one input is 1. Each of these must lie on the output's side that says 1: see "
                    "what the hidden neurons say there.", forms=(like(*ONLY_X1),)),
            Mistake("one-input", like(*X0),
                    "Your network answers like one of the inputs alone, or like its opposite. Read "
                    "what each hidden neuron says at the four corners: both have to look at both "
                    "inputs, and both have to matter to the output.",
                    forms=tuple(map(lambda n: like(*n), (X1, NOT_X0, NOT_X1)))),
            Mistake("never", like(*NEVER),
                    "Your network says 0 at every corner: the output's bias outweighs what the "
                    "hidden neurons bring. Write down v0 a0 + v1 a1 for each corner; -c must lie "
                    "between the values for 0 and those for 1."),
            Mistake("always", like(*ALWAYS),
                    "Your network says 1 at every corner: the output's bias is too large. Write "
                    "down v0 a0 + v1 a1 for each corner; -c must lie between the values for 0 and "
                    "those for 1."),
            Mistake("is-nor", like(*NOR),
                    "Your network acts as NOR: it says 1 at (0, 0) alone. Change the signs of W2 "
                    "and b2, and only (1, 1) is still wrong."),
            Mistake("three-wrong", like(*NOT_ONLY_X1),
                    "Three of the four corners are wrong. Change the signs of W2 and b2: then "
                    "every answer turns, and only one corner is left to mend.",
                    forms=(like(*NOT_ONLY_X0),)),
            Mistake("on-the-fence", FENCES[0],
                    "At some corners the output's z is as good as 0, so the network says 0.5: "
                    "neither yes nor no. Write down v0 a0 + v1 a1 for each corner, and put -c "
                    "between two of these sums, not on one of them.",
                    forms=(*FENCES[1:], ([[1, 2], [3, 4]], [1, 2], [0, 0], 0))),
        ),
        hints=("XOR is: OR, but not both. One hidden neuron can do OR, another “not both”, which "
               "is NAND. When does the output have to say 1?",
               "Make a table with a row for each corner: what hidden neuron 0 says, what 1 says. "
               "Only the corners where both say 1 should pass: the output is an AND.",
               "Take OR and AND from chapter 1, all numbers times 10 so that the neurons are sure. "
               "NAND is AND with all signs turned. OR is row 0, NAND row 1, AND the output."),
        why="Two lines in the plane, and one in the hidden space: what no single neuron can do, "
            "three can."),
    Exercise(
        "initial_weights", 2, "The first weights", "core", 6, initial_weights, PROPERTIES,
        cases=first_cases, calls=drawn_twice, measure=properties,
        form="an array of numbers W (n_out, n_in)",
        mistakes=(
            Mistake("zeros", lambda n_in, n_out, rng: np.zeros((n_out, n_in)),
                    "All weights are 0, so all neurons of the layer say the same and will always "
                    "learn the same. Draw random numbers: they must differ.", 15),
            Mistake("all-equal", lambda n_in, n_out, rng: np.ones((n_out, n_in)),
                    "All weights are the same number, so all neurons say the same, and learning "
                    "cannot tell them apart. Draw n_out times n_in numbers, not one; and the "
                    "first argument of rng.normal is the mean, the second the spread.", 15,
                    forms=(lambda n_in, n_out, rng: rng.normal(1 / np.sqrt(n_in), 0,
                                                               (n_out, n_in)),)),
            Mistake("own-generator", lambda n_in, n_out, rng: np.random.default_rng(0).normal(
                        size=(n_out, n_in)) / np.sqrt(n_in),
                    "Your numbers do not come from the rng that is handed in, so whoever calls "
                    "cannot choose the seed, and a second layer may get the numbers of the first. "
                    "Draw from rng itself: rng.normal.",
                    forms=(lambda n_in, n_out, rng: np.random.default_rng().normal(
                               size=(n_out, n_in)) / np.sqrt(n_in),)),
            Mistake("equal-neurons", lambda n_in, n_out, rng: np.tile(
                        rng.normal(size=n_in) / np.sqrt(n_in), (n_out, 1)),
                    "The weights are random, but every neuron got the same row of them, so all "
                    "neurons say the same. Draw a whole matrix, with `size=(n_out, n_in)`.", 16),
            Mistake("one-number-a-neuron", lambda n_in, n_out, rng: np.repeat(
                        rng.normal(size=(n_out, 1)) / np.sqrt(n_in), n_in, axis=1),
                    "Each neuron got one random number, used for all its inputs: it hears only "
                    "their sum. Every line has a weight of its own: draw n_out times n_in.", 16),
            Mistake("unscaled", drawn(lambda n_in, n_out: 1.0),
                    "The spread is 1 whatever n_in is. A sum of n_in such products has a spread of "
                    "sqrt(n_in), and the sigmoid is flat out there: divide by sqrt(n_in).", 17),
            Mistake("variance", drawn(lambda n_in, n_out: 1 / n_in),
                    "You divide by n_in: that is the variance. The spread (the second argument of "
                    "rng.normal) is its square root, 1/sqrt(n_in).", 17),
            Mistake("by-outputs", drawn(lambda n_in, n_out: 1 / np.sqrt(n_out)),
                    "You divide by sqrt(n_out). What is added up in a neuron are its inputs, so it "
                    "is n_in that counts.", 17),
            Mistake("multiplied", drawn(lambda n_in, n_out: np.sqrt(n_in)),
                    "You multiply by sqrt(n_in). The more inputs are added up, the smaller each "
                    "weight has to be: divide.", 17),
            Mistake("fixed", drawn(lambda n_in, n_out: 0.01),
                    "The spread is the same for every size of layer. One number cannot suit both "
                    "3 inputs and 3,000: it has to depend on n_in, as 1/sqrt(n_in).", 17,
                    forms=(drawn(lambda n_in, n_out: 0.1),)),
            Mistake("he", drawn(lambda n_in, n_out: np.sqrt(2 / n_in)),
                    "The spread is sqrt(2/n_in): that is He's, made for ReLU (chapter 10). For the "
                    "sigmoid, take 1/sqrt(n_in).", 17),
            Mistake("uniform", lambda n_in, n_out, rng: rng.uniform(
                        -1, 1, (n_out, n_in)) / np.sqrt(n_in),
                    "Uniform between -1 and 1 is fine, but its spread is 1/sqrt(3) = 0.58, not 1, "
                    "so your weights come out too small. Draw them with rng.normal.", 17),
            Mistake("too-small", drawn(lambda n_in, n_out: 1 / np.sqrt(n_in + n_out)),
                    "The spread is too small, so sums of n_in products come out below 1. Their "
                    "spread is that of the weights times sqrt(n_in): choose it so that this is 1.",
                    17),
            Mistake("too-large", drawn(lambda n_in, n_out: 3 / np.sqrt(n_in)),
                    "The spread is too large, so sums of n_in products run off to where the "
                    "sigmoid is flat. Their spread is that of the weights times sqrt(n_in): choose "
                    "it so that this is 1.", 17),
            Mistake("one-sided", lambda n_in, n_out, rng: rng.random((n_out, n_in)),
                    "All your weights lean to one side: their mean is not 0. With many inputs "
                    "every sum then runs off the same way. `rng.random` gives 0 ... 1. "
                    "`rng.normal` takes the mean first, then the spread.", 17,
                    forms=(lambda n_in, n_out, rng: rng.random((n_out, n_in)) / np.sqrt(n_in),)),
            Mistake("transposed", lambda n_in, n_out, rng:
                    rng.normal(size=(n_in, n_out)) / np.sqrt(n_in),
                    "The shape is (n_in, n_out). A row belongs to one neuron, so W is "
                    "(n_out, n_in): outputs first.", 1),
            Mistake("no-matrix", lambda n_in, n_out, rng: rng.normal(0, 1 / np.sqrt(n_in)),
                    "That is no matrix: without `size=(n_out, n_in)` rng.normal draws one number, "
                    "and with a single size one row. Every line of the layer needs its own.",
                    forms=(lambda n_in, n_out, rng: rng.normal(size=n_in),
                           lambda n_in, n_out, rng: rng.normal(size=n_out))),
        ),
        hints=("Three things matter: random, all different, and of a size that depends on n_in.",
               "The shape is (n_out, n_in). rng.normal takes mean, spread and size, in this order.",
               "Normal numbers with mean 0 and a spread of one over the root of n_in, one for "
               "each line."),
        why="Sums of n_in products now have a spread of about 1, whatever the size of the layer: "
            "where the sigmoid is steep."),
)
