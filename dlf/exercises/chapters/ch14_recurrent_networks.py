"""Chapter 14, recurrent networks: one step, and a sequence, step after step."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def rnn_step(x, h, W_x, W_h, b):
    """The next state of a recurrent layer: tanh of what comes in, and of what it remembers.

    Shapes: x (n_in,), the input of now; h (n,), the state of before; W_x (n, n_in), W_h (n, n),
    b (n,). Returns (n,).
    """
    return np.tanh(W_x @ x + W_h @ h + b)


def rnn_forward(x, h0, W_x, W_h, b):
    """All states of a recurrent layer while it reads a sequence, one row for each step.

    Shapes: x (T, n_in), the sequence; h0 (n,), the state before the first step; W_x (n, n_in),
    W_h (n, n), b (n,). Returns h (T, n): h[t] is the state after x[t] has been read.
    """
    h, state = np.zeros((len(x), len(b))), h0
    for t in range(len(x)):
        state = np.tanh(W_x @ x[t] + W_h @ state + b)
        h[t]  = state
    return h


# ---- what they are compared on -----------------------------------------------------------------

# The chapter's small network, three steps.
SMALL = (np.array([[1.0], [-0.5], [0.8]]), np.zeros(2), np.array([[0.8], [-0.5]]),
         np.array([[0.6, -0.3], [0.6, 0.3]]), np.array([0.1, 0.0]))
SIZES = ((5, 2, 3), (5, 3, 3), (4, 3, 2), (1, 2, 3))         # T, n_in, n


def layer(rng, T, n_in, n):
    """x, h0, W_x, W_h, b of random numbers; the start is not zero."""
    return (rng.normal(size=(T, n_in)), rng.uniform(-0.8, 0.8, size=n), rng.normal(size=(n, n_in)),
            rng.normal(size=(n, n)), rng.normal(size=n))


def tiny(T):
    """One neuron, so that one can follow with a pocket calculator."""
    return (np.array([[1.0], [-1.0], [0.5]])[:T], np.array([0.5]), np.array([[0.8]]),
            np.array([[0.5]]), np.array([0.1]))


def steps(rng):
    """One step each: x and h are rows."""
    made = (tiny(1), SMALL, *(layer(rng, *size) for size in SIZES))
    cases = [(x[0], h0, W_x, W_h, b) for x, h0, W_x, W_h, b in made]
    cases[1] = (SMALL[0][1], np.array([0.7163, -0.4621]), *SMALL[2:])      # its second step
    return cases


def sequences(rng):
    return [tiny(2), SMALL, *(layer(rng, *size) for size in SIZES)]


# ---- wrong ways --------------------------------------------------------------------------------

def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def over_time(step, read=lambda x, t: x[t], start=lambda h0: h0, keep=lambda state, h0: state):
    """A forward that goes wrong: another step, input, start, or state that is passed on."""
    def answer(x, h0, W_x, W_h, b):
        h, state = np.zeros((len(x), len(b))), start(h0)
        for t in range(len(x)):
            h[t]  = step(read(x, t), state, W_x, W_h, b)
            state = keep(h[t], h0)
        return h
    return answer


def sum_handed_on(x, h0, W_x, W_h, b):
    """tanh is for the output alone, and not for what is remembered."""
    h, z = np.zeros((len(x), len(b))), h0
    for t in range(len(x)):
        z    = W_x @ x[t] + W_h @ z + b
        h[t] = np.tanh(z)
    return h


def second_from_start(x, h0, *weights):
    """The first two steps begin at h0."""
    return np.vstack([rnn_forward(x[:1], h0, *weights), rnn_forward(x[1:], h0, *weights)])


def one_behind(x, h0, *weights):
    """The first row is the start, and the last input is never read."""
    return np.concatenate([h0[None], rnn_forward(x, h0, *weights)[:-1]])


def first_skipped(x, h0, W_x, W_h, b):
    """The loop begins at 1, so the first row stays 0 and is taken for the state of before."""
    h = np.zeros((len(x), len(b)))
    for t in range(1, len(x)):
        h[t] = rnn_step(x[t], h[t - 1], W_x, W_h, b)
    return h


def first_not_read(x, h0, *weights):
    """The start stands in the first row, and the loop begins at 1."""
    h = np.zeros((len(x), len(h0)))
    h[0] = h0
    for t in range(1, len(x)):
        h[t] = rnn_step(x[t], h[t - 1], *weights)
    return h


def wrapped(x, h0, *weights):
    """h[t - 1] for t = 0 is the last row, which is still zero."""
    return rnn_forward(x, np.zeros_like(h0), *weights)


def aliased(*args):
    """One array is filled again and again, so all rows are the last state."""
    return rnn_forward(*args)[[-1] * len(args[0])]


def aliased_start(x, h0, W_x, W_h, b):
    """The same with the caller's h0 for that array, which is edited on the way."""
    rows = []
    for row in x:
        h0[...] = rnn_step(row, h0, W_x, W_h, b)
        rows.append(h0)
    return rows


LEFT = {}                                     # what the last sequence left behind, for each n


def leaking(x, h0, *weights):
    """The state of the last sequence is the start of the next one."""
    h = rnn_forward(x, LEFT.get(len(h0), h0), *weights)
    LEFT[len(h0)] = h[-1]
    return h


# Steps that go wrong: (id, step, sentence, number, forms), for both exercises.
WRONG_STEPS = (
    ("no-tanh", lambda x, h, W_x, W_h, b: W_x @ x + W_h @ h + b,
     "That is z. The state is its tanh, which keeps it between -1 and 1 however long the sequence "
     "gets.", 6, ()),
    ("no-bias", lambda x, h, W_x, W_h, b: np.tanh(W_x @ x + W_h @ h),
     "The bias is missing.", 3, ()),
    ("bias-outside", lambda x, h, W_x, W_h, b: np.tanh(W_x @ x + W_h @ h) + b,
     "The bias is added after tanh. It belongs to z, inside.", 4, ()),
    ("not-transposed-forward", lambda x, h, W_x, W_h, b: np.tanh(W_x @ x + W_h.T @ h + b),
     "W_h is turned round: W_h[j, k] leads from the old neuron k to the new neuron j, so each new "
     "neuron reads its own row, W_h @ h. (`h @ W_h` reads columns; W_h is square, so no shape "
     "complains.)", 1, (lambda x, h, W_x, W_h, b: np.tanh(W_x @ x + h @ W_h + b),)),
    ("columns-read", lambda x, h, W_x, W_h, b: np.tanh(x @ W_x + h @ W_h + b),
     "`x @ W_x` reads columns of W_x, and `h @ W_h` those of W_h. Row j of each holds the weights "
     "into neuron j: with the matrix on the left, every neuron reads its row.", 1, ()),
    ("elementwise", lambda x, h, W_x, W_h, b: np.tanh(W_x * x + W_h * h + b),
     "`*` multiplies number by number, and adds nothing up. A neuron sums over its inputs: that is "
     "what `@` does.", 2, ()),
    ("weights-swapped", lambda x, h, W_x, W_h, b: np.tanh(W_h @ x + W_x @ h + b),
     "The two matrices are swapped: W_x is for the input x, W_h for the old state h.", 37, ()),
    ("no-memory", lambda x, h, W_x, W_h, b: np.tanh(W_x @ x + b),
     "The state of before plays no part, so nothing is remembered: this is a dense layer. W_h @ h "
     "is missing, or that h is still zero.", 0, ()),
    ("no-input", lambda x, h, W_x, W_h, b: np.tanh(W_h @ h + b),
     "The input plays no part. W_x @ x is missing.", 0, ()),
    ("tanh-of-each", lambda x, h, W_x, W_h, b: np.tanh(W_x @ x) + np.tanh(W_h @ h + b),
     "You squeeze the two parts one by one and add them up afterwards. First one whole sum z, then "
     "one tanh of it.", 0, (lambda x, h, W_x, W_h, b: np.tanh(W_x @ x + b) + np.tanh(W_h @ h),
                            lambda x, h, W_x, W_h, b: np.tanh(W_x @ x + b) + W_h @ h,
                            lambda x, h, W_x, W_h, b: np.tanh(W_x @ x) + W_h @ h + b,
                            lambda x, h, W_x, W_h, b: np.tanh(W_x @ x) + np.tanh(W_h @ h) + b)),
    ("tangent", lambda x, h, W_x, W_h, b: np.tan(W_x @ x + W_h @ h + b),
     "np.tan is the tangent, which has no bounds. The one that squeezes is np.tanh, with an h.",
     0, ()),
    ("sigmoid", lambda x, h, W_x, W_h, b: sigmoid(W_x @ x + W_h @ h + b),
     "The sum is right, but squeezed by the sigmoid. This layer takes tanh, which runs from -1 to "
     "1.", 7, (lambda x, h, W_x, W_h, b: np.maximum(W_x @ x + W_h @ h + b, 0),)),
    ("old-state-added", lambda x, h, W_x, W_h, b: h + np.tanh(W_x @ x + W_h @ h + b),
     "You add the old state to the new one. It comes in through W_h alone; the tanh replaces it.",
     0, (lambda x, h, W_x, W_h, b: np.tanh(h + W_x @ x + W_h @ h + b),
         lambda x, h, W_x, W_h, b: np.tanh(h + W_x @ x + b))),
    ("bias-twice", lambda x, h, W_x, W_h, b: np.tanh(W_x @ x + b + W_h @ h + b),
     "The bias is added twice. There is one for the whole sum. (PyTorch keeps two, which are added "
     "up.)", 0, ()),
    ("tanh-twice", lambda x, h, W_x, W_h, b: np.tanh(np.tanh(W_x @ x + W_h @ h + b)),
     "tanh is applied twice. Once is enough.", 7, ()),
    ("tanh-of-the-state", lambda x, h, W_x, W_h, b: np.tanh(W_x @ x + W_h @ np.tanh(h) + b),
     "You take the tanh of the old state. It has been through tanh already, when it was new.",
     7, ()),
    ("minus", lambda x, h, W_x, W_h, b: np.tanh(W_x @ x - W_h @ h + b),
     "What is remembered is subtracted. Both parts are added; W_h has its own signs.", 0, ()),
)


def made_by(wrap):
    """Mistakes of one step, in answers that `wrap` makes of it."""
    return tuple(Mistake(id, wrap(step), says, number, tuple(map(wrap, forms)))
                 for id, step, says, number, forms in WRONG_STEPS)


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "rnn_step", 14, "One step", "warm-up", 4, rnn_step, ("h_new",), cases=steps,
        mistakes=made_by(lambda step: step),
        hints=("It is a layer of chapter 2 with two inputs, x and the old h, and with tanh in "
               "place of the sigmoid.",
               "W_x @ x is (n,), and so is W_h times the old state: they can be added.",
               "tanh of the sum of three vectors: what comes in through W_x, what is remembered "
               "through W_h, and the bias."),
        why="Input and memory meet in one sum. With W_h = 0 it would be the layer of chapter 2."),
    Exercise(
        "rnn_forward", 14, "A whole sequence", "core", 8, rnn_forward, ("h",), cases=sequences,
        also=(("Yours has the start h0 as its first row, which is as right. `use` leaves it out "
               "for the cells below.", lambda answer: lambda *args: answer(*args)[1:]),),
        mistakes=(
            *made_by(over_time),
            Mistake("start-every-time", over_time(rnn_step, keep=lambda state, h0: h0),
                    "Every step begins at h0, so nothing is handed on. The state of a step is what "
                    "the next one starts from.", 106),
            Mistake("second-from-start", second_from_start,
                    "The second step begins at h0, too. Only the first one does, t = 0; t = 1 "
                    "starts from h[0].", 106),
            Mistake("sum-handed-on", sum_handed_on,
                    "You hand on z, the sum before tanh. What the next step starts from is the "
                    "state, which has been through tanh.", 6),
            Mistake("zero-start", over_time(rnn_step, start=np.zeros_like),
                    "Yours begins with zeros, whatever h0 is. The first step starts from h0. (If "
                    "you look it up as h[t - 1]: for t = 0 that is h[-1], the last row, still "
                    "zero.)", 106, (wrapped,)),
            Mistake("last-only", lambda *args: rnn_forward(*args)[-1],
                    "That is the last state alone. All of them are asked for, a row for each step: "
                    "the way back will need every one."),
            Mistake("first-only", lambda *args: rnn_forward(*args)[0],
                    "That is the first state alone. Does `return` stand inside the loop? It "
                    "belongs after it.", 0, (lambda *args: rnn_forward(*args)[:1],)),
            Mistake("one-behind", one_behind,
                    "Yours is one step behind: the first row is h0, and the last input is never "
                    "read. Row t is the state after x[t].", 105),
            Mistake("first-not-read", first_not_read,
                    "Your first row is h0, and x[0] is never read: the loop begins at 1. Row 0 is "
                    "the state after x[0].", 110),
            Mistake("first-skipped", first_skipped,
                    "The first step is left out: a loop that begins at 1 never reads x[0]. For "
                    "t = 0 the state of before is h0.", 110,
                    (lambda *args: first_skipped(*args)[1:],
                     lambda x, *rest: rnn_forward(x[1:], *rest),
                     lambda x, *rest: list(rnn_forward(x[1:], *rest)))),
            Mistake("last-skipped", lambda x, *rest: rnn_forward(x[:-1], *rest),
                    "The last input is never read: a loop up to T - 1, or over x[:-1], ends one "
                    "step too early. There is a state for each of the T inputs.", 0,
                    (lambda x, *rest: list(rnn_forward(x[:-1], *rest)),
                     lambda x, h0, *rest: np.vstack([rnn_forward(x[:-1], h0, *rest), 0 * h0]))),
            Mistake("first-input-always", over_time(rnn_step, read=lambda x, t: x[0]),
                    "Every step reads x[0]. Step t reads row t of x.", 8),
            Mistake("input-of-before", over_time(rnn_step, read=lambda x, t: x[t - 1]),
                    "Step t reads x[t - 1] in yours, and the first one reads the last input, since "
                    "x[-1] counts from the end. Input and state of one step have the same t.", 8),
            Mistake("backward", lambda x, *rest: rnn_forward(x[::-1], *rest),
                    "Yours reads the sequence from its end. Time runs forward: t = 0 comes first.",
                    0, (lambda x, *rest: rnn_forward(x[::-1], *rest)[::-1],)),
            Mistake("aliased", aliased,
                    "All your rows are the last state. A list of one array that is changed in "
                    "place holds that array again and again: make a new one in every step, or "
                    "write into row t.", 14, (aliased_start,)),
            Mistake("remembers", leaking,
                    "The same sequence read twice gives different states: what the first reading "
                    "left behind is the start of the second. A new sequence begins at h0. Keep the "
                    "state in a variable of the function, not in one outside.", 114),
        ),
        hints=("One step after another, with the same weights in each. What does a step start "
               "from, and what does the first one start from?",
               "x[t] is (n_in,), a state (n,), and the result (T, n): a row for each t.",
               "Keep the state in a variable that begins as h0; for every t make the new state of "
               "x[t] and the old one, and write it into row t."),
        why="One layer, used T times: a network as deep as the sequence is long, with one set of "
            "weights."),
)
