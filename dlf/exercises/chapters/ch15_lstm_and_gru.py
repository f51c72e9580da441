"""Chapter 15, LSTM: the four gates of one step, the cell, and a whole sequence."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gates(x, h, W_x, W_h, b):
    """The gates of one step, (m, n) each, in the order i, f, g, o: input, forget, offer, output.

    x (m, n_in): the inputs of m examples at this moment; h (m, n): the states of the moment before.
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


def lstm_forward(x, h, c, W_x, W_h, b):
    """An LSTM over whole sequences: x (m, T, n_in) to all states and all cells, (m, T, n) each.

    h and c (m, n) are what is there before the first step; W_x, W_h, b are those of `gates`.
    """
    states, cells = [], []
    for t in range(x.shape[1]):
        h, c = lstm_step(c, *gates(x[:, t], h, W_x, W_h, b))
        states.append(h)
        cells.append(c)
    return np.stack(states, axis=1), np.stack(cells, axis=1)


# ---- what they are compared on -----------------------------------------------------------------

# Numbers of the running example: one input, one unit; rows i, f, g, o.
W_X = np.array([[1.0], [-0.5], [1.5], [0.5]])
W_H = np.array([[0.5], [0.2], [-0.4], [0.3]])
B   = np.array([0.0, 1.0, 0.0, -0.5])


def layer(rng, n_in, n):
    """W_x, W_h, b."""
    return rng.normal(size=(4 * n, n_in)), rng.normal(size=(4 * n, n)), rng.normal(size=4 * n)


def some_moments(rng):
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


def some_sequences(rng):
    """A batch of sequences with states of their own at the start; as many steps as examples."""
    cases = [(np.array([[[1.0], [0.5]]]), np.array([[0.2]]), np.array([[-0.4]]), W_X, W_H, B)]
    for m, T, n_in, n in ((3, 5, 2, 4), (3, 3, 3, 3), (4, 1, 2, 2)):
        cases.append((rng.normal(size=(m, T, n_in)), rng.normal(size=(m, n)),
                      rng.normal(size=(m, n)), *layer(rng, n_in, n)))
    return cases


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


def over_time(step=lambda h, c, new_h, new_c: (new_h, new_c), at=lambda x, t: x[:, t],
              steps=range, pack=lambda h, c: (h, c), before=False, late=lambda c, h: c):
    """A loop over time with what goes wrong in it.

    step: what of (h, c, new h, new c) is carried on; at: which input; steps: which moments;
    pack: what is returned of the two stacks; before: are h and c kept before the step? late: what
    is kept as a cell.
    """
    def answer(x, h, c, W_x, W_h, b):
        states, cells = [], []
        for t in steps(x.shape[1]):
            new_h, new_c = lstm_step(c, *gates(at(x, t), h, W_x, W_h, b))
            states.append(h if before else new_h)
            cells.append(c if before else late(new_c, new_h))
            h, c = step(h, c, new_h, new_c)
        return pack(np.stack(states, axis=1), np.stack(cells, axis=1))
    return answer


def from_zeros(zero_h, zero_c):
    """As if h or c were empty at the start."""
    return lambda x, h, c, *W: lstm_forward(x, h * (not zero_h), c * (not zero_c), *W)


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "gates", 15, "Four gates from one product", "core", 10, gates, ("i", "f", "g", "o"),
        cases=some_moments,
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
            Mistake("g-not-squeezed", squeezed("ss-s"),
                    "g is still z. What is offered to the cell goes through tanh.", 6),
            Mistake("tanh-for-o", squeezed("sstt"),
                    "The output gate goes through tanh. It is a gate, 0 to 1: a sigmoid. (The "
                    "tanh of h is that of the cell, in the next step.)"),
            Mistake("no-state", summed(lambda x, h, W_x, W_h, b: x @ W_x.T + b),
                    "The state h plays no part. Each gate looks at the input and at what the "
                    "network said a moment ago: h @ W_h.T belongs to the sum."),
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
    Exercise(
        "lstm_forward", 15, "A whole sequence", "core", 8, lstm_forward, ("states", "cells"),
        cases=some_sequences,
        mistakes=(
            Mistake("always-h0", over_time(lambda h, c, new_h, new_c: (h, new_c)),
                    "Every step's gates see the first h. Hand the new h on to the next step.",
                    106),
            Mistake("always-c0", over_time(lambda h, c, new_h, new_c: (new_h, c)),
                    "Every step begins with the first cell. Hand the new c on to the next step; "
                    "it is the memory.", 106),
            Mistake("nothing-carried", over_time(lambda h, c, new_h, new_c: (h, c)),
                    "Every step begins with the first h and the first c, so nothing is remembered. "
                    "Give the new ones the same names, and the next turn of the loop uses them.",
                    106),
            Mistake("h-carried-as-c", over_time(lambda h, c, new_h, new_c: (new_h, new_h)),
                    "The next step gets h in place of c. Two things travel: h to the gates, c to "
                    "the cell.", forms=(lambda x, h, c, *W: over_time(
                        lambda h, c, new_h, new_c: (new_h, new_h))(x, h, h, *W),)),
            Mistake("c-carried-as-h", over_time(lambda h, c, new_h, new_c: (new_c, new_c)),
                    "The gates of the next step get c in place of h. The cell is private: gates "
                    "look at x and h.", forms=(lambda x, h, c, *W: over_time(
                        lambda h, c, new_h, new_c: (new_c, new_c))(x, c, c, *W),)),
            Mistake("state-swapped", over_time(lambda h, c, new_h, new_c: (new_c, new_h)),
                    "h and c change places between the steps. `lstm_step` returns h first, then "
                    "c: take them in that order.", 42,
                    (over_time(lambda h, c, new_h, new_c: (new_c, new_h),
                               pack=lambda h, c: (c, h)),)),
            Mistake("start-zeros", from_zeros(True, True),
                    "You begin with zeros. h and c are given: a sequence may go on where another "
                    "one ended.", 106, (from_zeros(True, False), from_zeros(False, True))),
            Mistake("first-input", over_time(at=lambda x, t: x[:, 0]),
                    "Every step sees the first input. At moment t it is x[:, t]."),
            Mistake("last-first", over_time(steps=lambda T: range(T - 1, -1, -1)),
                    "You go through the sequence from its end. Time runs from 0 to T - 1.",
                    forms=(over_time(steps=lambda T: range(T - 1, -1, -1),
                                     pack=lambda h, c: (h[:, ::-1], c[:, ::-1])),)),
            Mistake("begins-at-1", over_time(steps=lambda T: range(1, T)),
                    "The first moment is left out. `range` begins at 0, and so does time here.",
                    110),
            Mistake("last-missing", over_time(steps=lambda T: range(T - 1)),
                    "The last moment is left out: `range(T)` already ends at T - 1."),
            Mistake("only-last", over_time(pack=lambda h, c: (h[:, -1], c[:, -1])),
                    "You return the last h and c alone. All moments are wanted, (m, T, n): the way "
                    "back needs them."),
            Mistake("time-first", over_time(pack=lambda h, c: (h.swapaxes(0, 1), c.swapaxes(0, 1))),
                    "Time is the first axis in yours. Examples come first everywhere here: "
                    "(m, T, n). np.stack(..., axis=1) puts time second."),
            Mistake("side-by-side", over_time(pack=lambda h, c: tuple(
                        a.reshape(len(a), -1) for a in (h, c))),
                    "The moments stand side by side in one row. np.stack makes a new axis for "
                    "them, np.concatenate does not."),
            Mistake("before-the-step", over_time(before=True),
                    "You keep h and c as they were before each step, so everything is one moment "
                    "late. Append after the step.", 105),
            Mistake("start-included", lambda x, h, c, *W: tuple(
                        np.concatenate([first[:, None], rest], axis=1)
                        for first, rest in zip((h, c), lstm_forward(x, h, c, *W))),
                    "The h and c from before the first step are in it too, so there is one moment "
                    "too many. Begin with empty lists."),
            Mistake("cells-are-states", over_time(late=lambda c, h: h),
                    "Your cells are the states once more. Append c to one list and h to the "
                    "other."),
            Mistake("states-are-cells", over_time(pack=lambda h, c: (c, c)),
                    "Your states are the cells. Append h to one list and c to the other."),
            Mistake("overwritten", over_time(pack=lambda h, c: tuple(
                        np.repeat(a[:, -1:], a.shape[1], axis=1) for a in (h, c))),
                    "All moments are the same as the last one: you filled one array again and "
                    "again, or returned the last h and c for all.", 109),
            Mistake("all-at-once", over_time(steps=lambda T: range(1), pack=lambda h, c: (h, c)),
                    "There is one moment in it. Does `return` stand inside the loop? It belongs "
                    "after it."),
        ),
        hints=("A loop over t. Two things go from one step to the next; both have to be kept.",
               "x[:, t] is (m, n_in); T times (m, n), stacked along a new axis 1, is (m, T, n).",
               "For each t: the gates from x[:, t] and h; the step from c and the gates gives the "
               "new h and c; append both. At the end stack each list along axis 1."),
        why="Twelve lines: this is all that goes on in an LSTM, forward."),
)
