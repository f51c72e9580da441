"""Chapter 1, one neuron: the sigmoid and its slope, a neuron, and gates by hand."""
from itertools import product

import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def sigmoid(z):
    """Squeeze every number of the array z into 0 ... 1. sigmoid(np.array([0.0])) is [0.5]."""
    return 1 / (1 + np.exp(-z))


def sigmoid_slope(z):
    """The slope of the sigmoid at every number of the array z. At 0 it is 0.25."""
    a = 1 / (1 + np.exp(-z))
    return a * (1 - a)


def neuron(x, w, b):
    """The activation of one neuron: inputs x (n,), weights w (n,), bias b, a number."""
    z = w @ x + b
    return 1 / (1 + np.exp(-z))


def relu(z):
    """0 for negative numbers of the array z, else the number itself; z stays as it is."""
    return np.maximum(z, 0)


def s(z):
    """The sigmoid, for mistakes."""
    return 1 / (1 + np.exp(-z))


# ---- what they are compared on -----------------------------------------------------------------

CORNERS = (0, 0), (0, 1), (1, 0), (1, 1)
ANSWERS = tuple(f"x = {corner}" for corner in CORNERS)


def some_z(rng):
    """Few numbers, whole numbers, a table, and numbers so large that exp overflows."""
    return [(np.array([-2.0, 0.0, 1.0]),), (np.array([-2, 0, 3]),), (rng.normal(size=(2, 3)),),
            (np.array([-1000.0, 0.5, 1000.0]),)]


def some_neurons(rng):
    """Our penguin, one whose z is above 0, and two with more inputs."""
    return [(np.array([-0.7, 0.9]), np.array([1.5, -2.0]), 0.3),
            (np.array([1.0, 2.0]), np.array([0.5, -1.0]), 2.0),
            *((rng.normal(size=n), rng.normal(size=n), float(rng.normal())) for n in (3, 5))]


def corners(weights):
    """How a neuron answers at the four corners; 0.1 + 0.2 - 0.3 counts as 0."""
    w1, w2, b = (float(number) for number in weights)
    signs     = {corner: np.sign(round(w1 * corner[0] + w2 * corner[1] + b, 9))
                 for corner in CORNERS}
    return {f"x = {corner}": ("on the fence", "fires", "silent")[int(sign)]
            for corner, sign in signs.items()}


GATES = {                                # all that one neuron can answer at the four corners
    "or": (1.0, 1.0, -0.5), "and": (1.0, 1.0, -1.5), "nand": (-1.0, -1.0, 1.5),
    "nor": (-1.0, -1.0, 0.5), "always": (0.0, 0.0, 1.0), "never": (0.0, 0.0, -1.0),
    "first": (1.0, 0.0, -0.5), "second": (0.0, 1.0, -0.5), "not first": (-1.0, 0.0, 0.5),
    "not second": (0.0, -1.0, 0.5), "only first": (1.0, -1.0, -0.5),
    "only second": (-1.0, 1.0, -0.5), "not only second": (1.0, -1.0, 0.5),
    "not only first": (-1.0, 1.0, 0.5)}
AGAINST = tuple(GATES[name] for name in ("only second", "not only first", "not only second",
                                         "not first", "not second", "nor"))


def on_the_fence():
    """Neurons whose z is 0 at some corner: one for each way to answer at all of them."""
    seen = {}
    for w1, w2, b in product((-2.0, -1.0, 0.0, 1.0, 2.0), repeat=3):
        answers = tuple(corners((w1, w2, b)).values())
        if "on the fence" in answers:
            seen[answers] = w1, w2, b
    return tuple(seen.values())


FENCES = on_the_fence()


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "sigmoid", 1, "The sigmoid", "warm-up", 3, sigmoid, ("a",), cases=some_z,
        mistakes=(
            Mistake("exponent-sign", lambda z: 1 / (1 + np.exp(z)),
                    "Your curve falls where it should rise: the minus sign in the exponent is "
                    "missing. Large z must give e^-z near 0, and so 1 / 1 = 1.", 9),
            Mistake("precedence", lambda z: 1 / 1 + np.exp(-z),
                    "At z = 0 yours gives 2. Python divides before it adds, so `1 / 1 + e` is "
                    "(1 / 1) + e. Put the whole denominator into parentheses.", 10),
            Mistake("minus-for-plus", lambda z: 1 / (1 - np.exp(-z)),
                    "At z = 0 yours divides by 0: below the line e^-z is added to 1, not "
                    "subtracted from it."),
            Mistake("no-one", lambda z: 1 / np.exp(-z),
                    "Below the line stands 1 + e^-z; the 1 is missing. Without it the result is "
                    "e^z, which grows and grows, and the sigmoid must stay below 1."),
            Mistake("exponential-alone", lambda z: np.exp(-z),
                    "That is e^-z. It still has to be added to 1, and 1 divided by the sum."),
            Mistake("numerator", lambda z: np.exp(-z) / (1 + np.exp(-z)),
                    "Above the line stands 1, not e^-z. Yours falls where it should rise: it is "
                    "what the sigmoid lacks to 1.", 9),
            Mistake("step", lambda z: (z > 0) * 1.0,
                    "That is a sharp step: 0 or 1 and nothing between. The sigmoid is the smooth "
                    "one, and at z = 0 it says 0.5.",
                    forms=(lambda z: (z >= 0) * 1.0, lambda z: np.where(z > 0, 1, 0))),
            Mistake("softmax", lambda z: np.exp(z) / np.exp(z).sum(),
                    "You divide by a sum over all numbers of z, so that each depends on the "
                    "others. That is softmax, of chapter 8; the sigmoid takes each number alone."),
            Mistake("overflow", lambda z: np.exp(z) / (1 + np.exp(z)),
                    "Right for small numbers, but for z = 1000 it is inf / inf, which is nan. "
                    "Divide above and below by e^z: then only e^-z is left, and it goes to 0.", 11),
            Mistake("truncated", lambda z: s(z).astype(z.dtype),
                    "For whole numbers as inputs your result is cut to whole numbers, so 0.88 "
                    "becomes 0. `np.zeros_like(z)` takes over z's type: make an array of floats.",
                    13),
            Mistake("tanh", lambda z: np.tanh(z),
                    "That is tanh, the sigmoid's sibling: it runs from -1 to 1. The sigmoid runs "
                    "from 0 to 1."),
        ),
        hints=("Look at the formula above at three places: z = 0, z very large, z very negative. "
               "What must e^-z be at each?",
               "NumPy's np.exp works on a whole array at once; the result has the shape of z.",
               "One divided by the sum of one and e to the power of minus z. Mind the parentheses "
               "around the sum."),
        why="It squeezes any number into 0 ... 1, so it can be read as how sure the neuron is."),
    Exercise(
        "sigmoid_slope", 1, "The slope of the sigmoid", "core", 6, sigmoid_slope, ("slope",),
        cases=some_z,
        mistakes=(
            Mistake("a-only", s,
                    "You returned a itself. The slope is a product of two factors, and the second, "
                    "1 - a, is missing: where the sigmoid is flat at the top, the slope must be "
                    "0.", 33),
            Mistake("one-minus-a-only", lambda z: 1 - s(z),
                    "One factor is missing: you have 1 - a, the slope is a (1 - a). Far to the "
                    "left the curve is flat, so the slope there must be 0, not 1.", 33),
            Mistake("slope-of-a", lambda z: s(s(z)) * (1 - s(s(z))),
                    "The sigmoid is applied twice: you take its slope at a instead of at z. If a "
                    "is there already, a (1 - a) is all.", 29),
            Mistake("z-for-a", lambda z: z * (1 - z),
                    "The formula a (1 - a) wants the activation a = sigmoid(z), but you put z "
                    "itself into it.", 30, forms=(lambda z: s(z) * (1 - z),
                                                  lambda z: z * (1 - s(z)))),
            Mistake("precedence", lambda z: s(z) * 1 - s(z),
                    "Yours is 0 everywhere: `a * 1 - a` is (a * 1) - a. Put the second factor, "
                    "1 - a, into parentheses.", 10),
            Mistake("a-squared", lambda z: s(z) ** 2,
                    "You multiply a by itself. The second factor is what a lacks to 1: 1 - a.", 33),
            Mistake("square-of-the-second", lambda z: 1 - s(z) ** 2,
                    "1 minus the square of a is the slope of tanh, where a = tanh(z). For the "
                    "sigmoid it is a times (1 - a)."),
            Mistake("square-missing", lambda z: np.exp(-z) / (1 + np.exp(-z)),
                    "In the formula of step 1 the denominator is squared; in yours it is not. "
                    "(1.3) is shorter, and does not overflow."),
            Mistake("by-experiment", lambda z: (s(z + 1e-5) - s(z)) / 1e-5,
                    "You measure the slope with a nudge, which is close, but not exact. (1.3) "
                    "gives it exactly, and for less work.",
                    forms=(*(lambda z, h=h: (s(z + h) - s(z)) / h
                             for h in (0.1, 0.01, 1e-3, 1e-4, 1e-6)),
                           *(lambda z, h=h: (s(z + h) - s(z - h)) / (2 * h)
                             for h in (0.5, 0.1, 0.01)))),
            Mistake("sign", lambda z: -s(z) * (1 - s(z)),
                    "The sign is reversed. The sigmoid rises everywhere, so its slope is positive "
                    "everywhere: the minus from d(-z)/dz and the one from d(1/u)/du cancel."),
            Mistake("overflow", lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
                    "Right for small numbers, but at z = -1000 it is inf / inf, which is nan. "
                    "Written with a, as a (1 - a), nothing overflows.", 11),
            Mistake("truncated", lambda z: (s(z) * (1 - s(z))).astype(z.dtype),
                    "For whole numbers as inputs your result is cut to whole numbers. Make the "
                    "array for the result with floats.", 13),
        ),
        hints=("Write a for sigmoid(z). The derivation above ends with the slope in terms of a "
               "alone.",
               "The result has the shape of z. At z = 0, a is 0.5 and the slope 0.25.",
               "Compute a first; then a times (one minus a)."),
        why="At most 0.25, and nearly 0 far from the middle: remember this when learning gets "
            "slow."),
    Exercise(
        "neuron", 1, "One neuron", "core", 5, neuron, ("a",), cases=some_neurons,
        mistakes=(
            Mistake("not-summed", lambda x, w, b: s(w * x + b),
                    "You have one number for each input; a neuron gives a single one. `w * x` "
                    "multiplies each pair, but the products still have to be added up: `w @ x` "
                    "does both.", 2),
            Mistake("no-bias", lambda x, w, b: s(w @ x),
                    "The bias is missing. Without it every neuron answers 0.5 where all inputs "
                    "are 0.", 3),
            Mistake("bias-outside", lambda x, w, b: s(w @ x) + b,
                    "The bias is added after the sigmoid. It belongs to z, inside: a is to stay "
                    "between 0 and 1.", 4),
            Mistake("no-activation", lambda x, w, b: w @ x + b,
                    "That is z. The neuron's activation is a = sigmoid(z).", 6),
            Mistake("exponent-sign", lambda x, w, b: 1 / (1 + np.exp(w @ x + b)),
                    "The minus sign in the exponent is missing: it is e to the minus z.", 9),
            Mistake("precedence", lambda x, w, b: 1 / 1 + np.exp(-(w @ x + b)),
                    "Python divides before it adds, so `1 / 1 + e` is (1 / 1) + e. Put the whole "
                    "denominator into parentheses.", 10),
            Mistake("bias-subtracted", lambda x, w, b: 1 / (1 + np.exp(-w @ x + b)),
                    "The bias pulls the wrong way: z is w @ x plus b. If you wrote `-w @ x + b` in "
                    "the exponent, the minus turns w @ x alone. It is for the whole of z: compute "
                    "z first.", 10, forms=(lambda x, w, b: s(w @ x - b),)),
            Mistake("bias-at-the-inputs", lambda x, w, b: s(w @ (x + b)),
                    "The bias is added to the inputs, and the weights then multiply it. It "
                    "belongs to the neuron: add it after the sum.", 5),
            Mistake("squeezed-before-the-sum", lambda x, w, b: s(w * x + b).sum(),
                    "You squeeze each product, and then add up. First the whole sum z, then one "
                    "sigmoid of it.", forms=(lambda x, w, b: s(w * x).sum(),
                                             lambda x, w, b: s(w * x).sum() + b)),
            Mistake("mean", lambda x, w, b: s((w * x).mean() + b),
                    "You take the mean of the products. The votes are added up, (1.1), and not "
                    "divided by how many there are.", 18),
            Mistake("sums-multiplied", lambda x, w, b: s(w.sum() * x.sum() + b),
                    "You add up first and multiply then, so that every weight meets every input. "
                    "Each input has its own weight: multiply pair by pair, then add up."),
            Mistake("two-inputs", lambda x, w, b: s(w[0] * x[0] + w[1] * x[1] + b),
                    "Yours takes the first two inputs and no others. There may be any number of "
                    "them: `w @ x` goes through all."),
            Mistake("activation-twice", lambda x, w, b: s(s(w @ x + b)),
                    "The sigmoid is applied twice. Once is enough.", 7),
            Mistake("other-activation", lambda x, w, b: np.tanh(w @ x + b),
                    "The sum is right, but it is squeezed by something else than the sigmoid.",
                    forms=(lambda x, w, b: max(0.0, w @ x + b),
                           lambda x, w, b: float(w @ x + b > 0))),
            Mistake("slope", lambda x, w, b: s(w @ x + b) * (1 - s(w @ x + b)),
                    "That is the slope of the sigmoid at z. The neuron's answer is the sigmoid "
                    "itself."),
            Mistake("bias-each", lambda x, w, b: s((w * x + b).sum()),
                    "The bias is added once for each input. It belongs to the neuron, so it is "
                    "added once, after the sum."),
            Mistake("no-weights", lambda x, w, b: s(x.sum() + b),
                    "The weights play no part. Each input counts as much as its weight says: "
                    "multiply before you add up."),
        ),
        hints=("First z, the weighted sum of the inputs plus the bias; then the sigmoid of it.",
               "x and w have the same shape (n,); what you return is a single number.",
               "z is w @ x plus b; return one over one plus e to the minus z."),
        why="This is all that one neuron does. Everything else in this course is many of them."),
    Exercise(
        "and_gate", 1, "AND by hand", "warm-up", 4, (1.0, 1.0, -1.5), ANSWERS, measure=corners,
        form="three numbers: (w1, w2, b)", variable="and_weights",
        mistakes=(
            Mistake("is-or", GATES["or"],
                    "This neuron fires for one input alone: that is OR. One weight must not lift z "
                    "above 0, both together must: make the bias more negative."),
            Mistake("never-fires", GATES["never"],
                    "This neuron never fires, not even for 1 and 1: the bias outweighs both "
                    "weights together."),
            Mistake("always-fires", GATES["always"],
                    "This neuron fires everywhere, even for 0 and 0, where only the bias is left. "
                    "The bias must be negative, and outweigh each weight alone."),
            Mistake("on-the-fence", FENCES[0],
                    "Where it is “on the fence”, z is exactly 0 and a is 0.5: neither yes nor no. "
                    "Move the bias so that the border lies between the points, not on them.",
                    forms=FENCES[1:]),
            Mistake("upside-down", GATES["nand"],
                    "Every answer is reversed: that is NAND. Change all three signs."),
            Mistake("one-input", GATES["first"],
                    "One input alone makes this neuron fire, so the other plays no part. Make the "
                    "weights more alike, and the bias between one of them and both.",
                    forms=(GATES["second"],)),
            Mistake("negative-weight", GATES["only first"],
                    "A negative weight makes its input speak against firing. In AND both inputs "
                    "speak for it: two positive weights, and a negative bias.",
                    forms=AGAINST),
        ),
        hints=("The neuron fires where z > 0. Write down z for the four corners.",
               "The four z are b, w1 + b, w2 + b, and w1 + w2 + b. Only the last may be above 0.",
               "Two equal weights, and a bias between minus one of them and minus both."),
        why="The bias says how much evidence a neuron wants before it fires."),
    Exercise(
        "or_gate", 1, "OR by hand", "warm-up", 3, (1.0, 1.0, -0.5), ANSWERS, measure=corners,
        form="three numbers: (w1, w2, b)", variable="or_weights",
        mistakes=(
            Mistake("is-and", GATES["and"],
                    "This neuron waits for both inputs: that is AND. One alone should be enough: "
                    "make the bias less negative."),
            Mistake("always-fires", GATES["always"],
                    "This neuron fires even for 0 and 0, where only the bias is left. The bias "
                    "must be below 0."),
            Mistake("never-fires", GATES["never"],
                    "This neuron never fires: the bias outweighs both weights together. One of "
                    "them alone has to lift z above 0."),
            Mistake("on-the-fence", FENCES[0],
                    "Where it is “on the fence”, z is exactly 0 and a is 0.5: neither yes nor no. "
                    "Move the bias so that the border lies between the points, not on them.",
                    forms=FENCES[1:]),
            Mistake("upside-down", GATES["nor"],
                    "Every answer is reversed: that is NOR. Change all three signs."),
            Mistake("one-input", GATES["first"],
                    "This neuron follows one input, and does not fire for the other alone. Each "
                    "weight, without the other, must lift z above 0.", forms=(GATES["second"],)),
            Mistake("negative-weight", GATES["only first"],
                    "A negative weight makes its input speak against firing. In OR both inputs "
                    "speak for it: two positive weights, and a negative bias.",
                    forms=(*(gate for gate in AGAINST if gate != GATES["nor"]), GATES["nand"])),
        ),
        hints=("Take your AND neuron. Which of its three numbers must change?",
               "The four z are b, w1 + b, w2 + b, and w1 + w2 + b. Only the first may be below 0.",
               "Two equal weights, and a bias between minus one of them and 0."),
        why="The same weights as AND, another bias: the border kept its direction and moved."),
    Exercise(
        "relu", 1, "Another squeeze: ReLU", "stretch", 5, relu, ("a",),
        cases=lambda rng: [(np.array([-1.5, 0.0, 2.0]),), (rng.normal(size=(2, 4)),)],
        mistakes=(
            Mistake("edits-input", lambda z: np.maximum(z, 0, out=z),
                    "The result is right, but you wrote it into z itself, and z is still needed on "
                    "the way back: its sign says where the slope is 0. Make a new array.", 14),
            Mistake("absolute", lambda z: np.abs(z),
                    "Negative numbers become positive in yours; they should become 0."),
            Mistake("step", lambda z: (z > 0) * 1.0,
                    "You return 1 where z is positive: that is ReLU's slope. ReLU lets the number "
                    "itself through."),
            Mistake("largest", lambda z: max(0.0, z.max()),
                    "You return one number: the largest of all and 0. `np.maximum(z, 0)` compares "
                    "each number with 0; `np.max` looks for the largest of them."),
            Mistake("wrong-side", lambda z: np.minimum(z, 0),
                    "You keep the negative numbers and drop the positive ones: it is the other "
                    "way round.", forms=(lambda z: np.maximum(-z, 0),)),
            Mistake("nothing-done", lambda z: z,
                    "z comes back as it was. Negative numbers should become 0."),
            Mistake("left-out", lambda z: z[z > 0],
                    "You leave the negative numbers out, and the result is shorter than z. They "
                    "become 0 and keep their places."),
            Mistake("leaky", lambda z: np.where(z > 0, z, 0.01 * z),
                    "A little of the negative numbers comes through: that is the leaky ReLU. Here "
                    "they become 0.", forms=(lambda z: np.where(z > 0, z, 0.1 * z),)),
            Mistake("cut-at-one", lambda z: np.clip(z, 0, 1),
                    "Below 0 it is right, but yours also cuts at 1. ReLU lets large numbers "
                    "through as they are."),
        ),
        hints=("Negative becomes 0, positive stays. Which NumPy function compares two things "
               "number by number?",
               "The result has z's shape and is a new array; z must not change.",
               "The elementwise maximum of z and 0."),
        why="Most networks of today use it: its slope is 1 wherever the neuron is on."),
)
