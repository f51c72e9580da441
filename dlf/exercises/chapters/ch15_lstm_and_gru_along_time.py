"""Chapter 15, LSTM: a whole sequence, step after step."""
import numpy as np

from dlf.exercises.chapters.ch15_lstm_and_gru import W_H, W_X, B, gates, layer, lstm_step
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answer --------------------------------------------------------------------------------

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


# ---- what it is compared on --------------------------------------------------------------------

def some_sequences(rng):
    """A batch of sequences with states of their own at the start; as many steps as examples."""
    cases = [(np.array([[[1.0], [0.5]]]), np.array([[0.2]]), np.array([[-0.4]]), W_X, W_H, B)]
    for m, T, n_in, n in ((3, 5, 2, 4), (3, 3, 3, 3), (4, 1, 2, 2)):
        cases.append((rng.normal(size=(m, T, n_in)), rng.normal(size=(m, n)),
                      rng.normal(size=(m, n)), *layer(rng, n_in, n)))
    return cases


# ---- wrong ways --------------------------------------------------------------------------------

def over_time(step=lambda h, c, new_h, new_c: (new_h, new_c), at=lambda x, t: x[:, t],
              steps=range, pack=lambda h, c: (h, c), before=False, late=lambda c, h: c):
    """A loop over time with what goes wrong in it.

    step: what of (h, c, new h, new c) is carried on; at: which input; steps: which steps;
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


def filled(steps):
    """Some steps only, in arrays that hold zeros at first."""
    def answer(x, h, c, *W):
        states = np.zeros((len(x), x.shape[1], h.shape[1]))
        cells  = states.copy()
        for t in steps(x):
            h, c = lstm_step(c, *gates(x[:, t], h, *W))
            states[:, t], cells[:, t] = h, c
        return states, cells
    return answer


def from_zeros(zero_h, zero_c):
    """As if h or c were empty at the start."""
    return lambda x, h, c, *W: lstm_forward(x, h * (not zero_h), c * (not zero_c), *W)


def gates_twice(x, h, c, *W):
    """h is replaced first, and c is then made with other gates."""
    states, cells = [], []
    for t in range(x.shape[1]):
        h = lstm_step(c, *gates(x[:, t], h, *W))[0]
        c = lstm_step(c, *gates(x[:, t], h, *W))[1]
        states.append(h)
        cells.append(c)
    return np.stack(states, axis=1), np.stack(cells, axis=1)


# ---- the exercise ------------------------------------------------------------------------------

EXERCISES = (
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
            Mistake("gates-made-anew", gates_twice,
                    "Your cells are made with gates that have seen the new h already. Both come "
                    "from one call: take h and c from it together."),
            Mistake("start-zeros", from_zeros(True, True),
                    "You begin with zeros. h and c are given: a sequence may go on where another "
                    "one ended.", 106, (from_zeros(True, False), from_zeros(False, True))),
            Mistake("first-input", over_time(at=lambda x, t: x[:, 0]),
                    "Every step sees the first input. At step t it is x[:, t]."),
            Mistake("examples-for-steps", lambda x, *rest: over_time(
                        steps=lambda T: range(len(x)))(x, *rest),
                    "You count the steps with len(x), and that is the number of examples, m. In "
                    "chapter 14 there was one sequence; here time is the second axis: x.shape[1].",
                    forms=(filled(lambda x: range(len(x))),)),
            Mistake("example-for-step", over_time(at=lambda x, t: x[t]),
                    "x[t] is example t with all of its steps. Step t of all examples is x[:, t], "
                    "since time is the second axis here.", forms=(
                        lambda x, *rest: over_time(at=lambda x, t: x[t], steps=lambda T: range(
                            len(x)))(x, *rest),)),
            Mistake("last-first", over_time(steps=lambda T: range(T - 1, -1, -1)),
                    "You go through the sequence from its end. Time runs from 0 to T - 1.",
                    forms=(over_time(steps=lambda T: range(T - 1, -1, -1),
                                     pack=lambda h, c: (h[:, ::-1], c[:, ::-1])),)),
            Mistake("begins-at-1", over_time(steps=lambda T: range(1, T)),
                    "The first step is left out. `range` begins at 0, and so does time here.",
                    110, (filled(lambda x: range(1, x.shape[1])),)),
            Mistake("last-missing", over_time(steps=lambda T: range(T - 1)),
                    "The last step is left out: `range(T)` already ends at T - 1.",
                    forms=(filled(lambda x: range(x.shape[1] - 1)),)),
            Mistake("only-last", over_time(pack=lambda h, c: (h[:, -1], c[:, -1])),
                    "You return the last h and c alone. All steps are wanted, (m, T, n): the way "
                    "back needs them."),
            Mistake("time-first", over_time(pack=lambda h, c: (h.swapaxes(0, 1), c.swapaxes(0, 1))),
                    "Time is the first axis in yours. Examples come first everywhere here: "
                    "(m, T, n). np.stack(..., axis=1) puts time second."),
            Mistake("side-by-side", over_time(pack=lambda h, c: tuple(
                        a.reshape(len(a), -1) for a in (h, c))),
                    "The steps stand side by side in one row. np.stack makes a new axis for "
                    "them, np.concatenate does not."),
            Mistake("before-the-step", over_time(before=True),
                    "You keep h and c as they were before each step, so everything is one step "
                    "late. Append after the step.", 105),
            Mistake("start-included", lambda x, h, c, *W: tuple(
                        np.concatenate([first[:, None], rest], axis=1)
                        for first, rest in zip((h, c), lstm_forward(x, h, c, *W))),
                    "The h and c from before the first step are in it too, so there is one step "
                    "too many. Begin with empty lists."),
            Mistake("cells-are-states", over_time(late=lambda c, h: h),
                    "Your cells are the states once more. Append c to one list and h to the "
                    "other."),
            Mistake("states-are-cells", over_time(pack=lambda h, c: (c, c)),
                    "Your states are the cells. Append h to one list and c to the other."),
            Mistake("overwritten", over_time(pack=lambda h, c: tuple(
                        np.repeat(a[:, -1:], a.shape[1], axis=1) for a in (h, c))),
                    "All steps are the same as the last one: you filled one array again and "
                    "again, or returned the last h and c for all.", 109),
            Mistake("all-at-once", over_time(steps=lambda T: range(1), pack=lambda h, c: (h, c)),
                    "There is one step in it. Does `return` stand inside the loop? It belongs "
                    "after it."),
        ),
        hints=("A loop over t. Two things go from one step to the next; both have to be kept.",
               "x[:, t] is (m, n_in); T times (m, n), stacked along a new axis 1, is (m, T, n).",
               "For each t: the gates from x[:, t] and h; the step from c and the gates gives the "
               "new h and c; append both. At the end stack each list along axis 1."),
        why="Twelve lines: this is all that goes on in an LSTM, forward."),
)
