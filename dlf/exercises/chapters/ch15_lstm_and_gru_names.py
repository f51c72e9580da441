"""Chapter 15, the GRU's step, and drawing a symbol at a temperature."""
import functools

import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gru_step(x, h, W_x, W_h, b, b_h):
    """One step of a GRU: from x (m, n_in) and h (m, n) to the new h, (m, n).

    W_x (3n, n_in), W_h (3n, n), b (3n,): rows for r, z, n in that order. b_h (n,) is added to
    what the state says to the offer n, before the reset gate r multiplies it.
    """
    x_r, x_z, x_n = np.split(x @ W_x.T + b, 3, axis=1)
    h_r, h_z, h_n = np.split(h @ W_h.T, 3, axis=1)
    r, z = sigmoid(x_r + h_r), sigmoid(x_z + h_z)
    n    = np.tanh(x_n + r * (h_n + b_h))
    return (1 - z) * n + z * h


def draw(scores, temperature, u):
    """The symbol that a random number u, from 0 to below 1, picks out of softmax(scores / T).

    scores (symbols,): what the network says of each symbol; temperature: T, above 0. Lay the
    probabilities side by side, from symbol 0 on: u falls into one of them. Returns its place, 0, 1,
    2, ...; draw(np.array([0.0, 0.0]), 1.0, 0.7) is 1.
    """
    z = scores / temperature
    p = np.exp(z - z.max())
    p = p / p.sum()
    return int(np.argmax(np.cumsum(p) > u))


# ---- what they are compared on -----------------------------------------------------------------

def some_steps(rng):
    """One unit; several examples; as many inputs as units; a large bias inside the reset."""
    cases = [(np.array([[1.0]]), np.array([[0.5]]), np.array([[0.6], [-0.5], [1.5]]),
              np.array([[0.5], [0.2], [-0.4]]), np.array([0.1, 1.0, 0.0]), np.array([0.3]))]
    for m, n_in, n in ((5, 2, 3), (3, 3, 3), (2, 4, 1), (6, 1, 2)):
        cases.append((rng.normal(size=(m, n_in)), rng.normal(size=(m, n)),
                      rng.normal(size=(3 * n, n_in)), rng.normal(size=(3 * n, n)),
                      rng.normal(size=3 * n), 2 * rng.normal(size=n)))
    return cases


DRAWS = (0.02, 0.15, 0.3, 0.45, 0.55, 0.7, 0.85, 0.98)


def some_draws(rng):
    """Few symbols and many, hot and cold, and scores so large that exp overflows."""
    sets = [(np.array([2.0, 1.0, 0.0]), 1.0), (np.array([2.0, 1.0, 0.0]), 0.5),
            (np.array([2.0, 1.0, 0.0]), 3.0), (rng.normal(size=5), 0.7),
            (2 * rng.normal(size=6), 1.8), (np.array([999.5, 1000.0, 1000.5, 998.0]), 0.5)]
    return [(scores, T, u) for scores, T in sets for u in DRAWS]


# ---- wrong ways --------------------------------------------------------------------------------

def gru(mix=lambda r, z, n, h: (1 - z) * n + z * h, cut="rzn", squeeze=(sigmoid, sigmoid, np.tanh),
        offer=lambda x_n, r, h_n, b_h: x_n + r * (h_n + b_h), split=None):
    """A GRU's step with one thing exchanged.

    mix: the new h; cut: the order in which the rows are read; squeeze: for r, z, n; offer: what
    goes into n's tanh; split: how the three parts are cut out.
    """
    split = split or (lambda a: np.split(a, 3, axis=1))

    def answer(x, h, W_x, W_h, b, b_h):
        of_x = dict(zip(cut, split(x @ W_x.T + b)))
        of_h = dict(zip(cut, split(h @ W_h.T)))
        r, z = (f(of_x[name] + of_h[name]) for f, name in zip(squeeze, "rz"))
        n = squeeze[2](offer(of_x["n"], r, of_h["n"], b_h))
        return mix(r, z, n, h)
    return answer


def reset_first(x, h, W_x, W_h, b, b_h, swapped=False):
    """The GRU of 2014: r multiplies the state before the matrix does; swapped: and z is 1 - z."""
    n_units   = h.shape[1]
    r, z      = (sigmoid(part) for part in np.split(
        (x @ W_x.T + b + h @ W_h.T)[:, :2 * n_units], 2, axis=1))
    x_n, W_hn = (x @ W_x.T + b)[:, 2 * n_units:], W_h[2 * n_units:]
    z = 1 - z if swapped else z
    return (1 - z) * np.tanh(x_n + (r * h) @ W_hn.T + b_h) + z * h


def swapped(r, z, n, h):
    return z * n + (1 - z) * h


def by_z(x, h, W_x, W_h, b, b_h):
    """z in the place of r, within the offer."""
    _, x_z, x_n = np.split(x @ W_x.T + b, 3, axis=1)
    _, h_z, h_n = np.split(h @ W_h.T, 3, axis=1)
    z = sigmoid(x_z + h_z)
    return (1 - z) * np.tanh(x_n + z * (h_n + b_h)) + z * h


def without_matrix(x, h, W_x, W_h, b, b_h):
    """r multiplies h, and no matrix does."""
    x_r, x_z, x_n = np.split(x @ W_x.T + b, 3, axis=1)
    h_r, h_z, _   = np.split(h @ W_h.T, 3, axis=1)
    z = sigmoid(x_z + h_z)
    return (1 - z) * np.tanh(x_n + sigmoid(x_r + h_r) * (h + b_h)) + z * h


def without_state(x, h, W_x, W_h, b, b_h):
    """The gates see the input alone."""
    x_r, x_z, x_n = np.split(x @ W_x.T + b, 3, axis=1)
    h_n = np.split(h @ W_h.T, 3, axis=1)[2]
    z   = sigmoid(x_z)
    return (1 - z) * np.tanh(x_n + sigmoid(x_r) * (h_n + b_h)) + z * h


def b_h_for_all(x, h, W_x, W_h, b, b_h):
    """b_h with the state's part of every gate."""
    x_r, x_z, x_n = np.split(x @ W_x.T + b, 3, axis=1)
    h_r, h_z, h_n = (part + b_h for part in np.split(h @ W_h.T, 3, axis=1))
    z = sigmoid(x_z + h_z)
    return (1 - z) * np.tanh(x_n + sigmoid(x_r + h_r) * h_n) + z * h


def bias_twice(x, h, W_x, W_h, b, b_h):
    """b with the input's part and with the state's."""
    x_r, x_z, x_n = np.split(x @ W_x.T + b, 3, axis=1)
    h_r, h_z, h_n = np.split(h @ W_h.T + b, 3, axis=1)
    z = sigmoid(x_z + h_z)
    return (1 - z) * np.tanh(x_n + sigmoid(x_r + h_r) * (h_n + b_h)) + z * h


def softmax(z):
    p = np.exp(z - z.max())
    return p / p.sum()


def only_largest_divided(scores, T):
    """A bracket is missing: T divides the largest score alone."""
    p = np.exp(scores - scores.max() / T)
    return p / p.sum()


def drawn(p_of=lambda scores, T: softmax(scores / T),
          pick=lambda p, u: int(np.argmax(np.cumsum(p) > u))):
    """A draw with other probabilities, or another way to pick."""
    return lambda scores, temperature, u: pick(p_of(scores, temperature), u)


RNG = np.random.default_rng(0)


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "gru_step", 15, "A second design: the GRU", "stretch", 12, gru_step, ("h",),
        cases=some_steps,
        mistakes=(
            Mistake("mix-swapped", gru(swapped),
                    "z and 1 - z are swapped: here z says how much of the old h stays, as in "
                    "(15.8). (The paper of 2014 has it the other way round, and so do many pages: "
                    "look before you copy.)", 117, (
                        functools.partial(reset_first, swapped=True),
                        gru(swapped, offer=lambda x_n, r, h_n, b_h: x_n + r * h_n + b_h),
                        gru(swapped, offer=lambda x_n, r, h_n, b_h: x_n + r * h_n),
                        gru(swapped, offer=lambda x_n, r, h_n, b_h: x_n + h_n + b_h),
                        gru(swapped, squeeze=(sigmoid,) * 3))),
            Mistake("reset-before-product", reset_first,
                    "The reset gate multiplies the state before W_h does. That is the GRU of 2014. "
                    "Here, as in PyTorch, r multiplies what comes out of the product, b_h "
                    "included: then all of W_h can be used in one product."),
            Mistake("order-z-r", gru(cut="zrn"),
                    "The rows of r and z are swapped: here r comes first, then z, then n.", 117),
            Mistake("order-other", gru(cut="rnz"),
                    "The rows are read in another order. Here it is r, z, n.", 117,
                    (gru(cut="nrz"), gru(cut="nzr"), gru(cut="znr"))),
            Mistake("no-reset", gru(offer=lambda x_n, r, h_n, b_h: x_n + h_n + b_h),
                    "The reset gate is not used: it multiplies what the state says to the offer "
                    "n."),
            Mistake("bias-outside", gru(offer=lambda x_n, r, h_n, b_h: x_n + r * h_n + b_h),
                    "b_h stands outside the reset gate's product. r multiplies it too, (15.8).",
                    4),
            Mistake("reset-on-bias", gru(offer=lambda x_n, r, h_n, b_h: x_n + h_n + r * b_h),
                    "The reset gate multiplies b_h alone. What the state says to n belongs into "
                    "the product as well: keep the state's part apart from the input's."),
            Mistake("no-matrix", without_matrix,
                    "r multiplies h itself in yours. It multiplies what W_h makes of h for the "
                    "offer, the third block of that product, plus b_h."),
            Mistake("no-b", lambda x, h, W_x, W_h, b, b_h: gru_step(x, h, W_x, W_h, 0 * b, b_h),
                    "b is missing: it is added to the input's part, for r, z and n alike.", 3),
            Mistake("no-b_h", gru(offer=lambda x_n, r, h_n, b_h: x_n + r * h_n),
                    "b_h is missing: it is added to the state's part of the offer, before r "
                    "multiplies.", 3),
            Mistake("b_h-for-all", b_h_for_all,
                    "b_h is added in r and z, too. It is for the offer alone: r and z have b, from "
                    "the input's part."),
            Mistake("one-minus-reset", gru(offer=lambda x_n, r, h_n, b_h: (
                        x_n + (1 - r) * (h_n + b_h))),
                    "The offer sees 1 - r of the state. r says how much it may see: with r = 1 all "
                    "of it."),
            Mistake("reset-on-all", gru(offer=lambda x_n, r, h_n, b_h: r * (x_n + h_n + b_h)),
                    "The reset gate multiplies the input's part as well. It is there to forget "
                    "the state: the input always speaks in full."),
            Mistake("reset-on-input", gru(offer=lambda x_n, r, h_n, b_h: r * x_n + h_n + b_h),
                    "The reset gate multiplies the input's part. It is for the state's part."),
            Mistake("reset-by-z", by_z,
                    "z takes the part of the reset gate in the offer n. That is r's task."),
            Mistake("gates-without-state", without_state,
                    "r and z see the input alone. A gate looks at both: the input's part and the "
                    "state's, added up."),
            Mistake("reset-in-the-mix", gru(lambda r, z, n, h: (1 - z) * n + r * h),
                    "r times h stays in yours. How much of the old h stays is z's to say; r has "
                    "done its part within the offer."),
            Mistake("offer-not-squeezed", gru(squeeze=(sigmoid, sigmoid, lambda z: z)),
                    "n is not squeezed: the offer goes through tanh.", 6),
            Mistake("gates-not-squeezed", gru(squeeze=(lambda z: z, lambda z: z, np.tanh)),
                    "r and z are sums still. A gate is between 0 and 1: a sigmoid.", 6),
            Mistake("offer-squeezed-by-sigmoid", gru(squeeze=(sigmoid,) * 3),
                    "n goes through a sigmoid, so it can never be negative. It is an offer: tanh."),
            Mistake("tanh-for-gates", gru(squeeze=(np.tanh,) * 3),
                    "r and z go through tanh, so they can be negative. They are gates: sigmoid.",
                    forms=(gru(squeeze=(np.tanh, sigmoid, np.tanh)),
                           gru(squeeze=(sigmoid, np.tanh, np.tanh)))),
            Mistake("offer-only", gru(lambda r, z, n, h: n),
                    "That is the offer n alone. z mixes it with the old h: what stays, and what is "
                    "new."),
            Mistake("no-old-state", gru(lambda r, z, n, h: (1 - z) * n),
                    "The old h does not stay: add z times h. It is the cell path of the GRU."),
            Mistake("mix-without-one-minus", gru(lambda r, z, n, h: z * n + z * h),
                    "Both shares are z. They add up to 1: z of the old h, 1 - z of the offer.",
                    forms=(gru(lambda r, z, n, h: n + z * h),
                           gru(lambda r, z, n, h: (1 - z) * (n + h)))),
            Mistake("squeezed-again", gru(lambda r, z, n, h: np.tanh((1 - z) * n + z * h)),
                    "The new h goes through tanh once more. A mixture of two numbers between -1 "
                    "and 1 stays there by itself, and a tanh would shrink the slope each time."),
            Mistake("interleaved", gru(split=lambda a: (a[:, 0::3], a[:, 1::3], a[:, 2::3])),
                    "You took every third column for a gate. They lie in blocks of n: r, then z, "
                    "then n.", 117),
            Mistake("bias-twice", bias_twice,
                    "b is counted twice, with the input and with the state. It belongs to the "
                    "input's part; the state's part has b_h, for n alone."),
        ),
        hints=("Two products, one of the input and one of the state, each cut into three. r and z "
               "see their sum; n does not, since r stands between.",
               "x times the transpose of W_x is (m, 3n), and so is h times that of W_h; every part "
               "is (m, n).",
               "r and z: sigmoid of the two parts' sum. n: tanh of the input's part plus r times "
               "(the state's part plus b_h). The new h: one minus z times n, plus z times h."),
        why="One state, three products: a quarter less work than an LSTM, and often as good."),
    Exercise(
        "draw", 15, "Draw a symbol", "core", 10, draw, ("symbol",), cases=some_draws,
        mistakes=(
            Mistake("multiplied", drawn(lambda scores, T: softmax(scores * T)),
                    "The scores are multiplied with the temperature. Hot is to mean daring, so "
                    "large T must bring the scores closer together: divide.",
                    forms=(drawn(lambda scores, T: softmax(scores) ** T
                                 / (softmax(scores) ** T).sum()),)),
            Mistake("no-temperature", drawn(lambda scores, T: softmax(scores)),
                    "The temperature plays no part: divide the scores by it before softmax.",
                    forms=(drawn(lambda scores, T: softmax(scores) / T
                                 / (softmax(scores) / T).sum()), drawn(only_largest_divided))),
            Mistake("divided-after", drawn(lambda scores, T: softmax(scores) / T),
                    "You divide the probabilities by the temperature, and they no longer add up to "
                    "1. It is the scores that are divided, before softmax."),
            Mistake("softmax-twice", drawn(lambda scores, T: softmax(softmax(scores / T))),
                    "Softmax is applied twice. Probabilities lie between 0 and 1, so the second "
                    "one finds them all nearly alike: every symbol gets its turn.", 26,
                    (drawn(lambda scores, T: softmax(softmax(scores) / T)),)),
            Mistake("likeliest", lambda scores, T, u: int(np.argmax(scores)),
                    "You take the likeliest symbol, whatever u is. Then the network says the same "
                    "name for ever. A symbol with probability 0.2 is to come one time in five."),
            Mistake("not-added-up", drawn(pick=lambda p, u: int(np.argmax(p > u))),
                    "You look for the first probability above u. They have to be laid side by side "
                    "first, so that each symbol has a piece of the way from 0 to 1: np.cumsum.",
                    forms=(drawn(pick=lambda p, u: int(np.searchsorted(p, u))),)),
            Mistake("sums-above-counted", drawn(pick=lambda p, u: int((np.cumsum(p) > u).sum())),
                    "You count the running sums above u. The symbol's place is how many lie at or "
                    "below u: those before it."),
            Mistake("one-too-early", drawn(pick=lambda p, u: max(
                        int(np.argmax(np.cumsum(p) > u)) - 1, 0)),
                    "One too early: symbol k ends where the sum of p up to and with k ends. The "
                    "first sum above u is the one.",
                    forms=(drawn(pick=lambda p, u: int(np.flatnonzero(np.append(
                        0, np.cumsum(p)) <= u)[-1] - 1)),)),
            Mistake("one-too-late", drawn(pick=lambda p, u: int(np.argmax(np.cumsum(p) > u)) + 1),
                    "One too late: symbols count from 0. The first sum above u has the symbol's "
                    "place. (In a loop: add first, then compare.)",
                    forms=(drawn(pick=lambda p, u: min(int(np.argmax(np.cumsum(p) > u)) + 1,
                                                       len(p) - 1)),)),
            Mistake("wrong-side", drawn(pick=lambda p, u: int(np.argmax(np.cumsum(p) < u))),
                    "You look for the first sum below u; it is the first above."),
            Mistake("nearest", drawn(pick=lambda p, u: int(np.argmin(np.abs(np.cumsum(p) - u)))),
                    "You look for the sum that is nearest to u. A piece reaches from one sum to "
                    "the next, and u may lie anywhere in it: take the first sum above u.",
                    forms=(drawn(pick=lambda p, u: int(np.argmin(np.abs(p - u)))),)),
            Mistake("always-the-last", drawn(pick=lambda p, u: len(p) - 1),
                    "You get the last symbol whatever u is: the running sums only grow, so the "
                    "last is the largest, and above every u. Look for the first one above u."),
            Mistake("from-the-end", drawn(pick=lambda p, u: len(p) - 1 - int(
                        np.argmax(np.cumsum(p[::-1]) > u))),
                    "You lay the probabilities down from the last symbol. The frequencies would be "
                    "right, but here u = 0 is to mean symbol 0.",
                    forms=(drawn(pick=lambda p, u: int(np.argmax(np.cumsum(p) > 1 - u))),)),
            Mistake("sorted", drawn(pick=lambda p, u: int(np.argmax(np.cumsum(np.sort(p)) > u))),
                    "The probabilities are sorted before they are laid side by side, so the place "
                    "that comes out is no symbol's. Keep the order of the symbols.",
                    forms=(drawn(pick=lambda p, u: int(np.argmax(np.cumsum(np.sort(p)[::-1])
                                                                 > u))),)),
            Mistake("not-normalized", drawn(lambda scores, T: np.exp((scores - scores.max()) / T)),
                    "The powers do not add up to 1 yet: divide them by their sum, or u always "
                    "falls into the first few.", 70),
            Mistake("overflow", drawn(lambda scores, T: np.exp(scores / T)
                                      / np.exp(scores / T).sum()),
                    "Right for small scores, but with scores near 1000 exp overflows, and inf / "
                    "inf is nan. A low temperature makes scores large: subtract the largest "
                    "first, as in chapter 8.", 65),
            Mistake("scores-for-probabilities", drawn(lambda scores, T: scores / T),
                    "These are scores, not probabilities. Softmax turns them into numbers that are "
                    "positive and add up to 1.", 70,
                    (drawn(lambda scores, T: scores / scores.sum()),)),
            Mistake("probability", drawn(pick=lambda p, u: float(p[np.argmax(np.cumsum(p) > u)])),
                    "You return the symbol's probability, or its score. Its place is wanted, 0, 1, "
                    "2, ...", forms=(lambda scores, T, u: float(scores[draw(scores, T, u)]),)),
            Mistake("all-of-them", drawn(pick=lambda p, u: p),
                    "You return all probabilities. One of the symbols is to be drawn: lay the "
                    "probabilities side by side, and see into which one u falls."),
            Mistake("uniform", lambda scores, T, u: int(u * len(scores)),
                    "Every symbol has the same chance in yours. u is to fall into a piece that is "
                    "as long as the symbol's probability."),
            Mistake("remembers", drawn(pick=lambda p, u: int(RNG.choice(len(p), p=p))),
                    "You draw with another random number. The chances are right; but here u is the "
                    "random number, so that the same u gives the same symbol, and you can see how "
                    "drawing works."),
        ),
        hints=("Softmax of the scores over T gives probabilities. Lay them side by side, and they "
               "fill the way from 0 to 1. On which one does u lie?",
               "p is (symbols,); its running sums are too, and the last is 1. What you return is a "
               "whole number.",
               "Divide the scores by T; softmax (subtract the largest first); np.cumsum; the place "
               "of the first sum above u, which np.argmax finds among True and False."),
        why="T = 1 writes as the network has learned; below it is careful, above it is daring."),
)
