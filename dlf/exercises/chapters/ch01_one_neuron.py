"""Chapter 1, one neuron: the sigmoid and its slope, a neuron, and gates by hand."""
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
    return [(rng.normal(size=n), rng.normal(size=n), float(rng.normal())) for n in (2, 3, 5)]


def corners(weights):
    """How a neuron answers at the four corners."""
    w1, w2, b = (float(number) for number in weights)
    signs     = {corner: np.sign(w1 * corner[0] + w2 * corner[1] + b) for corner in CORNERS}
    return {f"x = {corner}": ("on the fence", "fires", "silent")[int(sign)]
            for corner, sign in signs.items()}


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
                    "itself into it.", 30),
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
            Mistake("is-or", (1.0, 1.0, -0.5),
                    "This neuron fires for one input alone: that is OR. One weight must not lift z "
                    "above 0, both together must: make the bias more negative."),
            Mistake("never-fires", (1.0, 1.0, -2.5),
                    "This neuron never fires, not even for 1 and 1: the bias outweighs both "
                    "weights together."),
            Mistake("on-the-fence", (1.0, 1.0, -1.0),
                    "With one input alone z is exactly 0, so a is 0.5: neither yes nor no. Move "
                    "the bias so that the border lies between the points, not on them."),
            Mistake("upside-down", (-1.0, -1.0, 1.5),
                    "Every answer is reversed: that is NAND. Change all three signs."),
            Mistake("one-input", (1.0, 0.0, -0.5),
                    "This neuron looks at the first input alone. Give the second a weight too."),
        ),
        hints=("The neuron fires where z > 0. Write down z for the four corners.",
               "The four z are b, w1 + b, w2 + b, and w1 + w2 + b. Only the last may be above 0.",
               "Two equal weights, and a bias between minus one of them and minus both."),
        why="The bias says how much evidence a neuron wants before it fires."),
    Exercise(
        "or_gate", 1, "OR by hand", "warm-up", 3, (1.0, 1.0, -0.5), ANSWERS, measure=corners,
        form="three numbers: (w1, w2, b)", variable="or_weights",
        mistakes=(
            Mistake("is-and", (1.0, 1.0, -1.5),
                    "This neuron waits for both inputs: that is AND. One alone should be enough: "
                    "make the bias less negative."),
            Mistake("always-fires", (1.0, 1.0, 0.5),
                    "This neuron fires even for 0 and 0, where only the bias is left. The bias "
                    "must be below 0."),
            Mistake("on-the-fence", (1.0, 1.0, 0.0),
                    "At 0 and 0 z is exactly 0, so a is 0.5: neither yes nor no. A small negative "
                    "bias settles it."),
            Mistake("upside-down", (-1.0, -1.0, 0.5),
                    "Every answer is reversed: that is NOR. Change all three signs."),
            Mistake("one-input", (1.0, 0.0, -0.5),
                    "This neuron looks at the first input alone. Give the second a weight too."),
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
                    "way round."),
        ),
        hints=("Negative becomes 0, positive stays. Which NumPy function compares two things "
               "number by number?",
               "The result has z's shape and is a new array; z must not change.",
               "The elementwise maximum of z and 0."),
        why="Most networks of today use it: its slope is 1 wherever the neuron is on."),
)
