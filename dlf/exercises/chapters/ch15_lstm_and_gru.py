"""Chapter 15, LSTM: the four gates of one step, and the cell."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gates(x, h, W_x, W_h, b):
    """The gates of one step, (m, n) each, in the order i, f, g, o: input, forget, offer, output.

    x (m, n_in): the inputs of m examples at this step; h (m, n): the states of the step before.
    W_x (4n, n_in), W_h (4n, n), b (4n,): first the n rows for i, then those for f, g and o.
    """
    z = x @ W_x.T + h @ W_h.T + b
    z_i, z_f, z_g, z_o = np.split(z, 4, axis=1)
    return sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)


def lstm_step(c_before, i, f, g, o):
    """One step of an LSTM: from the cell before and the four gates, (m, n) each, to h and c.

    Returns h, c, (m, n) each. With every gate open (1), c_before = 0.2 and g = 0.5, c is 0.7.
    """
    c = f * c_before + i * g
    return o * np.tanh(c), c


# ---- what they are compared on -----------------------------------------------------------------

# Numbers of the running example: one input, one unit; rows i, f, g, o.
W_X = np.array([[1.0], [-0.5], [1.5], [0.5]])
W_H = np.array([[0.5], [0.2], [-0.4], [0.3]])
B   = np.array([0.0, 1.0, 0.0, -0.5])


def layer(rng, n_in, n):
    """W_x, W_h, b."""
    return rng.normal(size=(4 * n, n_in)), rng.normal(size=(4 * n, n)), rng.normal(size=4 * n)


def some_inputs(rng):
    """The running example; several examples; as many inputs as units; one gate driven shut."""
    cases = [(np.array([[1.0]]), np.array([[0.5]]), W_X, W_H, B)]
    for m, n_in, n in ((5, 2, 3), (3, 3, 3), (4, 4, 1), (8, 1, 2)):
        W_x, W_h, b = layer(rng, n_in, n)
        cases.append((rng.normal(size=(m, n_in)), rng.normal(size=(m, n)), W_x, W_h, b))
    W_x, W_h, b = layer(rng, 2, 2)
    return [*cases, (rng.normal(size=(2, 2)), rng.normal(size=(2, 2)), W_x, W_h,
                     b + np.repeat([0.0, -30.0, 0.0, 30.0], 2))]


def some_steps(rng):
    """Cells before, and gates: i, f, o between 0 and 1, g between -1 and 1."""
    def gate(m, n):
        return rng.uniform(0.05, 0.95, size=(m, n))
    cases = [tuple(np.array([[v]]) for v in (0.5, 0.6, 0.9, 0.8, 0.7))]
    for m, n in ((2, 3), (3, 3)):
        cases.append((2 * rng.normal(size=(m, n)), gate(m, n), gate(m, n),
                      2 * gate(m, n) - 1, gate(m, n)))
    shut = rng.normal(size=(2, 2)), gate(2, 2), np.zeros((2, 2)), 2 * gate(2, 2) - 1, gate(2, 2)
    return [*cases, shut]


# ---- wrong ways --------------------------------------------------------------------------------

def parts(x, h, W_x, W_h, b, use="ssts", cut=lambda z: np.split(z, 4, axis=1)):
    """The four parts in the order they lie in, each squeezed as `use` says: s sigmoid, t tanh."""
    z = x @ W_x.T + h @ W_h.T + b
    how = {"s": sigmoid, "t": np.tanh, "-": lambda z: z}
    return tuple(how[kind](part) for kind, part in zip(use, cut(z)))


def reordered(order, use):
    """Gates as if the rows were in another order, such as "ifog", squeezed as that order asks."""
    def answer(*args):
        found = dict(zip(order, parts(*args, use=use)))
        return tuple(found[name] for name in "ifgo")
    return answer


def squeezed(use):
    """Gates that are squeezed in other ways: one letter each for i, f, g, o."""
    return lambda *args: parts(*args, use=use)


def summed(z_of):
    """Gates from another z."""
    def answer(*args):
        z_i, z_f, z_g, z_o = np.split(z_of(*args), 4, axis=1)
        return sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)
    return answer


def interleaved(x, h, W_x, W_h, b):
    z = x @ W_x.T + h @ W_h.T + b
    return sigmoid(z[:, 0::4]), sigmoid(z[:, 1::4]), np.tanh(z[:, 2::4]), sigmoid(z[:, 3::4])


def squeezed_first(squeeze):
    """All of z goes through one function before the cut; None: a sigmoid of -z for the gates."""
    def answer(*args):
        i, f, g, o = parts(*args, use="----")
        if squeeze is None:
            return sigmoid(-i), sigmoid(-f), np.tanh(g), sigmoid(-o)
        if squeeze is sigmoid:
            return sigmoid(i), sigmoid(f), np.tanh(sigmoid(g)), sigmoid(o)
        return sigmoid(np.tanh(i)), sigmoid(np.tanh(f)), np.tanh(g), sigmoid(np.tanh(o))
    return answer


def along_rows(x, h, W_x, W_h, b):
    z_i, z_f, z_g, z_o = np.split(x @ W_x.T + h @ W_h.T + b, 4)
    return sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)


def ones(x, h, W_x, W_h, b):
    """As if n were 1: single columns."""
    z = x @ W_x.T + h @ W_h.T + b
    return sigmoid(z[:, [0]]), sigmoid(z[:, [1]]), np.tanh(z[:, [2]]), sigmoid(z[:, [3]])


def cell(c, i, f, g):
    return f * c + i * g


def both(c, o):
    """h and c, from the new cell."""
    return o * np.tanh(c), c


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "gates", 15, "Four gates from one product", "core", 10, gates, ("i", "f", "g", "o"),
        cases=some_inputs,
        mistakes=(
            Mistake("order-i-f-o-g", reordered("ifog", "ssst"),
                    "The rows are read in the order i, f, o, g. Here the offer g comes third and "
                    "the output gate o last: nothing but an agreement, but weights made for one "
                    "order are noise in another.", 117, (squeezed("ssst"),)),
            Mistake("order-f-i", reordered("figo", "ssts"),
                    "The rows are read in the order f, i, g, o. Here i comes first. A shape never "
                    "tells: drive one gate with a bias of 30 and look which one opens.", 117),
            Mistake("order-other", reordered("fiog", "ssst"),
                    "The gates are cut out in another order. In this chapter the rows are those "
                    "of i, f, g, o, in that order.", 117,
                    (reordered("ogif", "stss"), reordered("gifo", "tsss"),
                     reordered("fogi", "ssts"), reordered("iogf", "ssts"),
                     reordered("igfo", "stss"), squeezed("stss"), squeezed("tsss"))),
            Mistake("sigmoid-for-g", squeezed("ssss"),
                    "g is squeezed by a sigmoid, so it can never be negative, and the cell could "
                    "only grow. g is not a gate but what is offered to the cell: tanh."),
            Mistake("tanh-for-gates", squeezed("tttt"),
                    "The gates i, f and o go through tanh, so they can be negative. A gate says "
                    "how much passes, 0 to 1: a sigmoid. Only the offer g is a tanh."),
            Mistake("tanh-and-sigmoid-swapped", squeezed("ttst"),
                    "Sigmoid and tanh are swapped: the three gates i, f, o are sigmoids (0 to 1), "
                    "the offer g is a tanh (-1 to 1)."),
            Mistake("not-squeezed", squeezed("----"),
                    "That is z. Each part still goes through its own function: i, f and o through "
                    "the sigmoid, g through tanh.", 6),
            Mistake("a-gate-not-squeezed", squeezed("-sts"),
                    "One of the gates i, f and o is still a part of z. A gate is between 0 and 1: "
                    "each of the three goes through the sigmoid.", 6,
                    (squeezed("s-ts"), squeezed("sst-"), squeezed("--t-"))),
            Mistake("g-not-squeezed", squeezed("ss-s"),
                    "g is still z. What is offered to the cell goes through tanh.", 6),
            Mistake("tanh-for-o", squeezed("sstt"),
                    "The output gate goes through tanh. It is a gate, 0 to 1: a sigmoid. (The "
                    "tanh of h is that of the cell, in the next step.)"),
            Mistake("squeezed-before-the-cut", squeezed_first(sigmoid),
                    "g goes through the sigmoid first and then through tanh: the sigmoid was taken "
                    "of all of z. Cut z, and then squeeze each part once, in its own way.", 7,
                    (squeezed_first(np.tanh),)),
            Mistake("exponent", squeezed_first(None),
                    "The sign in the exponent is missing: a sigmoid is 1 / (1 + exp(-z)). Yours is "
                    "open where it should be shut.", 9),
            Mistake("no-state", summed(lambda x, h, W_x, W_h, b: x @ W_x.T + b),
                    "The state h plays no part. Each gate looks at the input and at what the "
                    "network said a step ago: h @ W_h.T belongs to the sum."),
            Mistake("no-input", summed(lambda x, h, W_x, W_h, b: h @ W_h.T + b),
                    "The input x plays no part: x @ W_x.T belongs to the sum."),
            Mistake("no-bias", summed(lambda x, h, W_x, W_h, b: x @ W_x.T + h @ W_h.T),
                    "The bias is missing. It is what keeps the forget gate open in a new network.",
                    3),
            Mistake("bias-twice", summed(lambda x, h, W_x, W_h, b: (x @ W_x.T + b)
                                         + (h @ W_h.T + b)),
                    "The bias is counted twice, once with the input and once with the state. They "
                    "make one sum, with one bias. (PyTorch has two biases, which add up to one.)"),
            Mistake("interleaved", interleaved,
                    "You took every fourth row for a gate. The rows lie in blocks: the first n are "
                    "those of i, the next n those of f, and so on.", 117),
            Mistake("split-along-examples", along_rows,
                    "z is cut along the examples, axis 0. The four gates lie side by side, in the "
                    "columns: axis 1.", 58),
            Mistake("single-columns", ones,
                    "Each gate has one column in yours, as if there were one unit. It has n of "
                    "them: z has 4n columns, and each gate takes a quarter."),
            Mistake("weights-swapped", summed(lambda x, h, W_x, W_h, b: x @ W_h.T + h @ W_x.T + b),
                    "W_x and W_h are swapped: W_x is for the input, W_h for the state."),
        ),
        hints=("One sum for all four: the input's part, the state's part, the bias. Then cut it.",
               "z is (m, 4n); each gate is n of its columns, in blocks.",
               "z is x times the transpose of W_x, plus h times the transpose of W_h, plus b. Cut "
               "it into four along axis 1; sigmoid for the first, second and fourth, tanh for the "
               "third."),
        why="Four little layers in one product: that is why LSTM code stacks them."),
    Exercise(
        "lstm_step", 15, "One step of the cell", "core", 6, lstm_step, ("h", "c"),
        cases=some_steps,
        mistakes=(
            Mistake("gates-swapped", lambda c, i, f, g, o: both(i * c + f * g, o),
                    "i and f are swapped. The forget gate f says how much of the old cell stays, "
                    "the input gate i how much of the offer g comes in.", 117),
            Mistake("input-and-output-swapped", lambda c, i, f, g, o: both(f * c + o * g, i),
                    "i and o are swapped. The input gate i stands before the cell, with the offer "
                    "g; the output gate o after it, with tanh of the cell.", 117),
            Mistake("forget-and-output-swapped", lambda c, i, f, g, o: both(o * c + i * g, f),
                    "f and o are swapped. f says how much of the old cell stays, o how much of the "
                    "new one goes out.", 117),
            Mistake("matmul", lambda c, i, f, g, o: (o @ np.tanh(f @ c + i @ g), f @ c + i @ g),
                    "`@` is a matrix product, which mixes units and examples. A gate acts on each "
                    "number by itself: `*`.", 2),
            Mistake("no-forget", lambda c, i, f, g, o: both(c + i * g, o),
                    "The forget gate is missing: the old cell is kept whole, and can only pile "
                    "up. Multiply it with f."),
            Mistake("no-input-gate", lambda c, i, f, g, o: both(f * c + g, o),
                    "The input gate is missing: the whole offer comes in. Multiply g with i."),
            Mistake("no-old-cell", lambda c, i, f, g, o: both(i * g, o),
                    "The cell before plays no part, so nothing is remembered: f times c_before "
                    "belongs to the new cell.",
                    forms=(lambda c, i, f, g, o: both(f + i * g, o),)),
            Mistake("coupled", lambda c, i, f, g, o: both(f * c + (1 - f) * g, o),
                    "What comes in is 1 - f times the offer. That is how a GRU does it; an LSTM "
                    "has a gate of its own for it, i.",
                    forms=(lambda c, i, f, g, o: both((1 - i) * c + i * g, o),)),
            Mistake("one-minus-f", lambda c, i, f, g, o: both((1 - f) * c + i * g, o),
                    "You keep 1 - f of the old cell. The forget gate's name misleads nearly "
                    "everybody: f = 1 means that everything is kept."),
            Mistake("tanh-missing", lambda c, i, f, g, o: (o * cell(c, i, f, g),
                                                           cell(c, i, f, g)),
                    "The cell goes out as it is. h is o times tanh of the cell: c may grow, h must "
                    "stay between -1 and 1."),
            Mistake("tanh-in-cell", lambda c, i, f, g, o: (
                        o * np.tanh(cell(c, i, f, g)), np.tanh(cell(c, i, f, g))),
                    "The cell itself goes through tanh. Then each step would squeeze the memory "
                    "once more, and its slope too, which is what the LSTM is there to avoid. Only "
                    "what goes out, h, is squeezed.",
                    forms=(lambda c, i, f, g, o: both(np.tanh(cell(c, i, f, g)), o),)),
            Mistake("old-cell-squeezed", lambda c, i, f, g, o: both(f * np.tanh(c) + i * g, o),
                    "The old cell goes through tanh on its way into the new one. Nothing but f "
                    "stands between the two: the tanh is for what goes out."),
            Mistake("tangent", lambda c, i, f, g, o: (o * np.tan(cell(c, i, f, g)),
                                                      cell(c, i, f, g)),
                    "np.tan is the tangent, which has no bounds. The one that squeezes is np.tanh, "
                    "with an h."),
            Mistake("one-minus-gate", lambda c, i, f, g, o: both(f * c + (1 - i) * g, o),
                    "A gate says how much passes: i of the offer, o of what goes out. You take one "
                    "minus that, as if an open gate were shut.",
                    forms=(lambda c, i, f, g, o: both(cell(c, i, f, g), 1 - o),)),
            Mistake("tanh-twice", lambda c, i, f, g, o: both(f * c + i * np.tanh(g), o),
                    "g goes through tanh once more. It has been squeezed already, where the gates "
                    "were made.",
                    forms=(lambda c, i, f, g, o: both(cell(c, sigmoid(i), sigmoid(f), np.tanh(g)),
                                                      sigmoid(o)),)),
            Mistake("output-inside", lambda c, i, f, g, o: (np.tanh(o * cell(c, i, f, g)),
                                                            cell(c, i, f, g)),
                    "The output gate is inside the tanh. First the tanh of the cell, then the gate "
                    "lets a part of it pass."),
            Mistake("no-output-gate", lambda c, i, f, g, o: (np.tanh(cell(c, i, f, g)),
                                                             cell(c, i, f, g)),
                    "The output gate is missing: h is o times tanh of the cell."),
            Mistake("old-cell-out", lambda c, i, f, g, o: (o * np.tanh(c), cell(c, i, f, g)),
                    "h comes from the cell before. First make the new cell, then let it out."),
            Mistake("sigmoid-out", lambda c, i, f, g, o: (o * sigmoid(cell(c, i, f, g)),
                                                          cell(c, i, f, g)),
                    "The cell goes out through a sigmoid, so h can never be negative. It is tanh."),
            Mistake("h-for-c", lambda c, i, f, g, o: (both(cell(c, i, f, g), o)[0],) * 2,
                    "You return h twice. The cell c goes on to the next step as it is, without the "
                    "output gate and without tanh."),
            Mistake("c-for-h", lambda c, i, f, g, o: (cell(c, i, f, g),) * 2,
                    "You return the cell twice. What the rest of the network sees is h: o times "
                    "tanh of the cell."),
            Mistake("old-cell-returned", lambda c, *gates: (lstm_step(c, *gates)[0], c),
                    "h is right, but the c that you return is c_before. The next step needs the "
                    "new cell."),
            Mistake("state-order", lambda *args: lstm_step(*args)[::-1],
                    "Both are right, but in the other order: h first, then c. Both have the same "
                    "shape, so nothing else would have told you.", 42),
            Mistake("gated-offer-only", lambda c, i, f, g, o: both(f * c * i * g, o),
                    "The two parts are multiplied. What stays and what comes in are added: that "
                    "plus is the whole secret."),
            Mistake("gate-on-the-sum", lambda c, i, f, g, o: both(f * (c + i * g), o),
                    "The forget gate acts on the sum. It is for the old cell alone; what comes in "
                    "is not forgotten on its way in.",
                    forms=(lambda c, i, f, g, o: both(i * (f * c + g), o),)),
        ),
        hints=("What of the old cell stays, plus what of the offer comes in. Then: what of the "
               "cell goes out?",
               "Everything is (m, n), and multiplied number by number; no matrix anywhere.",
               "The new cell is f times the old one plus i times g; h is o times the tanh of the "
               "new cell. Return h first."),
        why="No weight and no squeeze stands between the old cell and the new one, but f."),
)
