"""Chapter 14, backpropagation through time: the way back, from the last step to the first."""
import functools
from itertools import combinations

import numpy as np

from dlf.exercises.chapters.ch14_recurrent_networks import rnn_forward, sequences
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answer --------------------------------------------------------------------------------

def bptt(dy, x, h0, h, W_x, W_h):
    """Backpropagation through time: the slopes of a recurrent layer's weights, and of its start.

    Shapes: dy (T, n), the cost's slope by every state as the output of its step sends it, without
    what comes from later steps; x (T, n_in), h0 (n,) and h (T, n), as they were on the way
    forward. Returns dW_x (n, n_in), dW_h (n, n), db (n,), dh0 (n,).
    """
    dW_x, dW_h, db = np.zeros(W_x.shape), np.zeros(W_h.shape), np.zeros(len(W_h))
    dh_next = np.zeros(len(W_h))                         # nothing comes from after the end
    for t in reversed(range(len(x))):
        h_before = h[t - 1] if t > 0 else h0
        dz       = (dy[t] + dh_next) * (1 - h[t] ** 2)
        dW_x    += np.outer(dz, x[t])
        dW_h    += np.outer(dz, h_before)
        db      += dz
        dh_next  = W_h.T @ dz
    return dW_x, dW_h, db, dh_next


# ---- what they are compared on -----------------------------------------------------------------

def passes(rng):
    """Sequences that have been read, and slopes of all their states."""
    return [(rng.normal(size=(len(x), len(h0))).round(1), x, h0, rnn_forward(x, h0, W_x, W_h, b),
             W_x, W_h) for x, h0, W_x, W_h, b in sequences(rng)]


# ---- wrong ways --------------------------------------------------------------------------------

def before(h, h0, t):
    """The state that step t started from."""
    return h[t - 1] if t > 0 else h0


def back(dy, x, h0, h, W_x, W_h, *, steps=None, arrive=lambda own, later: own + later,
         slope=lambda h, h0, t: 1 - h[t] ** 2, squeeze=lambda own, later, dh, slope: dh * slope,
         state=before, seen=lambda x, t: x[t], weigh=lambda dz, dh: dz, multiply=np.outer,
         hand_on=lambda W, dz, dh, old: W.T @ dz, last=None):
    """A way back in which one thing may be done otherwise."""
    T, n  = h.shape
    sums  = np.zeros(W_x.shape), np.zeros(W_h.shape), np.zeros(n)
    later = np.zeros(n) if last is None else last(dy)
    for t in reversed(range(T)) if steps is None else steps(T):
        dh = arrive(dy[t], later)
        dz = squeeze(dy[t], later, dh, slope(h, h0, t))
        d  = weigh(dz, dh)
        sums[0][...] += multiply(d, seen(x, t))
        sums[1][...] += multiply(d, state(h, h0, t))
        sums[2][...] += d
        later = hand_on(W_h, dz, dh, before(h, h0, t))
    return *sums, later


def but(**how):
    """A way back with these things done otherwise."""
    return lambda *args: back(*args, **how)


def overwritten(which, **how):
    """The blocks of `which` hold what the last pass of the loop wrote, that of t = 0."""
    def answer(*args):
        whole, others = back(*args, **how), back(*args, steps=all_but_first, **how)
        return *(whole[i] - others[i] if i in which else whole[i] for i in range(3)), whole[3]
    return answer


def all_but_first(T):
    return range(T - 1, 0, -1)


def not_transposed(W, dz, dh, old):
    return W @ dz


# What often comes in the company of another mistake.
ALSO = {"state":   (lambda h, h0, t: h[t], lambda h, h0, t: h[t - 1], lambda h, h0, t: h0),
        "hand_on": (not_transposed,),
        "slope":   (lambda h, h0, t: 1.0, lambda h, h0, t: 1 - before(h, h0, t) ** 2)}


def in_company(make, *names):
    """The answers of make(**how) with one thing more done otherwise."""
    return tuple(make(**{name: wrong}) for name in names for wrong in ALSO[name])


def sums_over(steps, which):
    """The blocks of `which` are sums over some steps only, a slice; all else is right."""
    def answer(*args):
        _, x, h0, h, _, _ = args
        whole, dz = back(*args), each_dz(*args)[steps]
        parts = dz.T @ x[steps], dz.T @ np.vstack([h0, h[:-1]])[steps], dz.sum(axis=0)
        return *(parts[i] if i in which else whole[i] for i in range(3)), whole[3]
    return answer


def other_states(states):
    """dW_h pairs dz with other states: states(dz, h, h0), a sum of outer products."""
    return replaced(1, lambda blocks, T, args: states(each_dz(*args), args[3], args[2]))


def first_dh(dy, x, h0, h, W_x, W_h, **how):
    """dh of the first step: its own, and what has come from all later ones."""
    return dy[0] + (back(dy[1:], x[1:], h[0], h[1:], W_x, W_h, **how)[3] if len(x) > 1 else 0)


def first_dz(*args, **how):
    """dz of the first step."""
    return first_dh(*args, **how) * (1 - args[3][0] ** 2)


def each_dz(dy, x, h0, h, W_x, W_h):
    """dz of every step, (T, n)."""
    return np.array([first_dz(dy[t:], x[t:], before(h, h0, t), h[t:], W_x, W_h)
                     for t in range(len(x))])


def too_early(W, dz, dh, old):
    return W.T @ dh


def piled_up(dy, x, h0, h, W_x, W_h):
    """dh_next is added to, and never begun anew."""
    T, n  = h.shape
    sums  = np.zeros(W_x.shape), np.zeros(W_h.shape), np.zeros(n)
    later = np.zeros(n)
    for t in reversed(range(T)):
        dz = (dy[t] + later) * (1 - h[t] ** 2)
        for total, slope in zip(sums, (np.outer(dz, x[t]), np.outer(dz, before(h, h0, t)), dz)):
            total += slope
        later = later + W_h.T @ dz
    return *sums, later


def one_step_of_future(dy, x, h0, h, W_x, W_h):
    """What is handed on has no future in it but the very next step."""
    own = dy * (1 - h ** 2)
    dz  = own + np.vstack([own[1:] @ W_h, 0 * h0]) * (1 - h ** 2)
    return dz.T @ x, dz.T @ np.vstack([h0, h[:-1]]), dz.sum(axis=0), W_h.T @ own[0]


def changed(change):
    """The right slopes, and then something that is done to them: change(blocks, T, arguments)."""
    return lambda *args: change(list(back(*args)), len(args[1]), args)


def averaged(which):
    return changed(lambda blocks, T, args: [block / T if i in which else block
                                            for i, block in enumerate(blocks)])


def replaced(i, value):
    """One block is something else: value(blocks, T, arguments)."""
    return changed(lambda blocks, T, args: [*blocks[:i], value(blocks, T, args), *blocks[i + 1:]])


def some(of, least=1):
    """All choices of at least so many things."""
    return [choice for k in range(len(of), least - 1, -1) for choice in combinations(of, k)]


# ---- the exercise ------------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "bptt", 14, "Backpropagation through time", "core", 25, bptt,
        ("dW_x", "dW_h", "db", "dh0"), cases=passes,
        mistakes=(
            Mistake("nothing-from-later", but(arrive=lambda own, later: own),
                    "Each step hears from its own output alone. The state also went into the next "
                    "step, so a second slope comes back from there, dh_next: the two are added.",
                    103, in_company(functools.partial(but, arrive=lambda own, later: own), *ALSO)),
            Mistake("only-from-later", but(arrive=lambda own, later: later,
                                           last=lambda dy: dy[-1]),
                    "Only the last step hears from its output; all others hear from the next step "
                    "alone. Every state had an output of its own: add dy[t] in each step.", 104),
            Mistake("all-zero", but(arrive=lambda own, later: later),
                    "All of yours is zero: dh_next begins as zero, and nothing else ever comes "
                    "in. In every step a slope arrives from outside, dy[t]: add it.", 104),
            Mistake("last-output-always", lambda dy, *rest: back(dy[[-1] * len(dy)], *rest),
                    "Every step hears from the last output in yours. Each state had an output of "
                    "its own: in step t add dy[t].", 104),
            Mistake("one-step-of-future", one_step_of_future,
                    "What you hand back is made of dy[t] alone, so each state hears from the next "
                    "step, and from nothing further. Hand on dz, which holds all that has come "
                    "back so far.", 103),
            Mistake("sums-from-own-output", lambda *args: (
                        *back(*args, arrive=lambda own, later: own)[:3], back(*args)[3]),
                    "What is handed on is right, but the slopes of the weights are made from dy[t] "
                    "alone. They are made from dz, which has the later steps in it.", 103,
                    (lambda dy, x, h0, h, *W: (
                        dy.T @ x, dy.T @ np.vstack([h0, h[:-1]]), dy.sum(axis=0),
                        back(dy, x, h0, h, *W)[3]),)),
            Mistake("state-of-after", but(state=lambda h, h0, t: h[t]),
                    "dW_h is paired with the wrong state. W_h was multiplied with the state that "
                    "step t started from, h[t - 1], and not with the one that it made, h[t].", 105),
            Mistake("another-state", other_states(lambda dz, h, h0: dz[:-1].T @ h[1:]),
                    "dW_h pairs dz of one step with the state of another. dz[t] meets the state "
                    "that step t started from: h0 for the first, then h[0], h[1], and so on.", 105,
                    (other_states(lambda dz, h, h0: dz[:-1].T @ h[:-1]),
                     other_states(lambda dz, h, h0: dz.T @ np.vstack([h0, h0, h[:-1]])[:-1]))),
            Mistake("start-every-time", but(state=lambda h, h0, t: h0),
                    "dW_h meets h0 in every step. Only the first step started from h0; the others "
                    "started from the state of the step before.", 106),
            Mistake("second-from-start", but(state=lambda h, h0, t: h[t - 1] if t > 1 else h0),
                    "dW_h meets h0 in the second step, too. Only the first one started from it, "
                    "t = 0; t = 1 started from h[0].", 106),
            Mistake("zero-start", but(state=lambda h, h0, t: h[t - 1] if t else 0 * h0),
                    "In dW_h the first step is left out, as if it had started from zeros. It "
                    "started from h0: for t = 0 the state of before is h0.", 106),
            Mistake("wrapped", but(state=lambda h, h0, t: h[t - 1]),
                    "For t = 0, h[t - 1] is h[-1], and Python takes that for the last row. The "
                    "first step started from h0.", 106),
            Mistake("no-slope", but(slope=lambda h, h0, t: 1.0),
                    "The slope of tanh is missing: dh is by the state, dz by the sum before tanh. "
                    "Multiply with 1 - h squared.", 107, in_company(
                        functools.partial(but, slope=ALSO["slope"][0]), "state", "hand_on")),
            Mistake("slope-of-another-step", but(slope=lambda h, h0, t: 1 - before(h, h0, t) ** 2),
                    "The slope of tanh is taken from the wrong step. In step t, tanh made h[t], so "
                    "its slope is 1 - h[t] squared.", 107,
                    (but(slope=lambda h, h0, t: 1 - h[t - 1] ** 2),
                     but(slope=lambda h, h0, t: 1 - h[min(t + 1, len(h) - 1)] ** 2),
                     but(slope=lambda h, h0, t: 1 - (h[t + 1] if t + 1 < len(h) else 0.0) ** 2),
                     but(slope=lambda h, h0, t: 1 - h[-1] ** 2),
                     but(slope=lambda h, h0, t: 1 - h0 ** 2), *in_company(
                         functools.partial(but, slope=ALSO["slope"][1]), "state", "hand_on"))),
            Mistake("tanh-twice", but(slope=lambda h, h0, t: 1 - np.tanh(h[t]) ** 2),
                    "You take tanh of h, but h is a tanh already. Its slope is 1 - h squared.", 29),
            Mistake("slope-of-the-sigmoid", but(slope=lambda h, h0, t: h[t] * (1 - h[t])),
                    "h (1 - h) is the slope of the sigmoid. tanh has the slope 1 - h squared.", 34),
            Mistake("square-missing", but(slope=lambda h, h0, t: 1 - h[t]),
                    "The slope of tanh is 1 - h squared; the square is missing.", 33),
            Mistake("square-of-all", but(slope=lambda h, h0, t: (1 - h[t]) ** 2),
                    "You square the whole of 1 - h. The slope of tanh is 1 minus the square of h: "
                    "square first, then subtract.", 33),
            Mistake("not-the-slope", but(slope=lambda h, h0, t: -(h[t] ** 2)),
                    "The factor for tanh is another one: 1 minus the square of h. It is between 0 "
                    "and 1, and 1 where h is 0.", 33,
                    (but(slope=lambda h, h0, t: h[t]), but(slope=lambda h, h0, t: h[t] ** 2),
                     but(slope=lambda h, h0, t: 1 + h[t] ** 2),
                     but(slope=lambda h, h0, t: h[t] ** 2 - 1),
                     but(slope=lambda h, h0, t: np.sqrt(1 - h[t] ** 2)))),
            Mistake("not-transposed", but(hand_on=not_transposed),
                    "W_h is not transposed on the way back. Forward, neuron j reads row j; back, "
                    "old neuron k collects from column k, through the weights that led out of it. "
                    "W_h is square, so no shape tells you.", 108, in_company(
                        functools.partial(but, hand_on=not_transposed), "state")),
            Mistake("start-not-transposed", replaced(3, lambda blocks, T, args: (
                        args[5] @ first_dz(*args))),
                    "In dh0 W_h is not transposed. The start is a state like the others: it "
                    "collects from the columns of W_h, as each state before it did.", 108),
            Mistake("overwritten", overwritten((0, 1, 2)),
                    "Only the last pass of the loop is left, that of t = 0: each one overwrites "
                    "what was there. The same weights were used in every step, so their slopes add "
                    "up: `+=` in place of `=`.", 109,
                    (*map(overwritten, some((0, 1, 2))[1:]), *in_company(
                        functools.partial(overwritten, (0, 1, 2)), "state", "hand_on", "slope"))),
            Mistake("last-left", sums_over(slice(-1, None), (0, 1, 2)),
                    "Only what the last step says is left in the slopes of the weights. In a loop "
                    "that runs forward, each pass overwrites the one before: the steps share their "
                    "weights, so their slopes add up, `+=`.", 109,
                    tuple(sums_over(slice(-1, None), which) for which in some((0, 1, 2))[1:])),
            Mistake("first-not-counted", sums_over(slice(1, None), (0, 1, 2)),
                    "What the first step says is missing in the slopes of the weights. It has read "
                    "x[0], and started from h0: t = 0 counts like all others.", 110,
                    tuple(sums_over(slice(1, None), which) for which in some((0, 1, 2))[1:]
                          if which != (1,))),
            Mistake("first-skipped", but(steps=all_but_first),
                    "The loop stops before t = 0, so the first step is left out. "
                    "`range(T - 1, 0, -1)` ends at 1: the end of a range is never in it.", 110,
                    in_company(functools.partial(but, steps=all_but_first), *ALSO)),
            Mistake("last-skipped", but(steps=lambda T: range(T - 2, -1, -1)),
                    "The loop begins one step too early, and the last step is left out. The last "
                    "row of T rows has the number T - 1."),
            Mistake("averaged", averaged((0, 1, 2)),
                    "You divided by the number of steps. A weight moves all steps at once, so "
                    "their slopes add up. (If the cost is a mean over the steps, its 1/T is in dy "
                    "already.)", 111, (averaged((0, 1, 2, 3)),
                                       but(slope=lambda h, h0, t: (1 - h[t] ** 2) / len(h)),
                                       *map(averaged, some((0, 1, 2))[1:]))),
            Mistake("handed-on-too-early", but(hand_on=too_early),
                    "What you hand to the step before has not been through tanh. The way is h, "
                    "tanh, z, W_h: hand on W_h transposed times dz, not times dh.", 112,
                    (lambda *args: (*back(*args, hand_on=too_early)[:3],
                                    args[5].T @ first_dz(*args, hand_on=too_early)),)),
            Mistake("not-handed-on", but(hand_on=lambda W, dz, dh, old: dz),
                    "What you hand to the step before has not been through W_h, which lies "
                    "between the two. Hand on its transpose times dz.", 37,
                    (but(hand_on=lambda W, dz, dh, old: dh),)),
            Mistake("through-W_x", lambda dy, x, h0, h, W_x, W_h: back(
                        dy, x, h0, h, W_x, W_h, hand_on=lambda W, dz, dh, old: W_x.T @ dz),
                    "You hand on W_x transposed times dz. That is the slope by the input; to the "
                    "state of before dz goes through W_h.", 37),
            Mistake("slopes-from-dh", but(weigh=lambda dz, dh: dh),
                    "The slopes of the weights are made from dh. The weights went into z, so they "
                    "are made from dz, which has been through the slope of tanh.", 107),
            Mistake("bias-from-dh", lambda *args: (
                        *back(*args)[:2], back(*args, weigh=lambda dz, dh: dh)[2], back(*args)[3]),
                    "db is made from dh. The bias went into z, so it hears dz, which has been "
                    "through the slope of tanh.", 107),
            Mistake("output-not-squeezed", but(squeeze=lambda own, later, dh, slope: (
                        own + later * slope)),
                    "dy[t] is added after the slope of tanh. Both slopes arrive at h[t], so both "
                    "go through tanh: add first, multiply then.", 107),
            Mistake("future-not-squeezed", but(squeeze=lambda own, later, dh, slope: (
                        own * slope + later)),
                    "dh_next is added after the slope of tanh. It arrives at h[t], as dy[t] does, "
                    "so both go through tanh: add first, multiply then.", 107),
            Mistake("squeezed-twice", but(hand_on=lambda W, dz, dh, old: (
                        (W.T @ dz) * (1 - old ** 2))),
                    "What you hand on goes through tanh twice: once where it leaves, with the "
                    "state of before, and again in the next pass of the loop, which has that same "
                    "state. Once is enough: dh_next is W_h transposed times dz, no more.", 107),
            Mistake("not-outer", but(multiply=lambda dz, met: dz * met),
                    "`dz * x[t]` multiplies number by number. A slope of W has a row for each "
                    "number of dz and a column for each number that it met: that is their outer "
                    "product.", 2),
            Mistake("inner", but(multiply=lambda dz, met: dz @ met),
                    "`dz @ x[t]` adds everything up to one number. A slope of W has a row for each "
                    "number of dz and a column for each number that it met: that is their outer "
                    "product.", 2),
            Mistake("piled-up", piled_up,
                    "dh_next grows and grows: you add to it in every step. It is only what comes "
                    "from the very next step, which has collected all later ones already.", 45),
            Mistake("forward-in-time", but(steps=range),
                    "The loop runs forward in time, so dh_next comes from the step before. Slopes "
                    "come from later: begin with the last step."),
            Mistake("returned-early", but(steps=lambda T: [T - 1]),
                    "Only the last step is in there. Does `return` stand inside the loop? It "
                    "belongs after it."),
            Mistake("input-of-before", but(seen=lambda x, t: x[t - 1]),
                    "dW_x meets x[t - 1]. Step t has read x[t].", 39),
            Mistake("output-for-all", but(arrive=lambda own, later: own + later,
                                          last=lambda dy: dy[-1]),
                    "dh_next begins as the last row of dy, and dy[t] is added as well, so the last "
                    "output counts twice. After the end there is nothing: begin with zeros."),
            Mistake("outer-swapped", changed(lambda blocks, T, args: [
                        blocks[0].T, blocks[1].T, *blocks[2:]]),
                    "The outer products are swapped: rows belong to the neuron that listens, dz, "
                    "columns to what it heard. dW has the shape of W.", 40,
                    (replaced(0, lambda blocks, *_: blocks[0].T),
                     replaced(1, lambda blocks, *_: blocks[1].T))),
            Mistake("start-not-reached", replaced(3, lambda blocks, T, args: first_dh(*args)),
                    "dh0 stops at the first state. From there it is one more step to the start: "
                    "through tanh and W_h, with dy[0] added before.", 0,
                    (replaced(3, lambda blocks, T, args: first_dz(*args)),
                     replaced(3, lambda blocks, T, args: first_dh(*args) - args[0][0]))),
            Mistake("start-squeezed", replaced(3, lambda blocks, T, args: (
                        blocks[3] * (1 - args[2] ** 2))),
                    "dh0 goes through a tanh too many. h0 is given, no tanh of this sequence made "
                    "it: W_h transposed times dz of the first step is all."),
            Mistake("no-start", replaced(3, lambda blocks, T, args: 0 * blocks[3]),
                    "dh0 is zero in yours. The start has moved the first state through W_h, so it "
                    "has a slope: what the loop would hand on to the step before the first."),
        ),
        hints=("Two slopes arrive at every state: its own dy[t], and what the next step hands "
               "back. Add them, and go through tanh: (14.2) and (14.3).",
               "dz is (n,). The slopes of the weights are outer products of dz with what the "
               "weights met, of the shapes (n, n_in) and (n, n).",
               "Zeros for the three sums and for dh_next. For t from the last to the first: dh, "
               "dz, add to the three sums, and the new dh_next is W_h transposed times dz. What it "
               "holds in the end is dh0."),
        why="It is chapter 5 along time: a layer for each step, and since all layers share their "
            "weights, their slopes add up."),
)
