"""Chapter 16, several heads side by side, and waves that say where a token stands."""
import numpy as np

from dlf.exercises.chapters.ch16_attend_one import TOKENS
from dlf.exercises.chapters.ch16_attention import attention
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def multi_head(Q, K, V, heads):
    """Attention by several heads: head h works with its own d of the features, side by side.

    Shapes: Q, K, V (n, heads * d). Head 0 has the first d features of each token, head 1 the next
    d, and so on. Returns A (heads, n, n), and Y (n, heads * d) with the heads' outputs side by side
    in the same order. No mask.
    """
    n, width = Q.shape
    def split(X):
        return X.reshape(n, heads, width // heads).transpose(1, 0, 2)      # (heads, n, d)
    parts = [attention(q, k, v) for q, k, v in zip(split(Q), split(K), split(V))]
    A = np.array([a for a, y in parts])                                    # (heads, n, n)
    Y = np.array([y for a, y in parts])                                    # (heads, n, d)
    return A, Y.transpose(1, 0, 2).reshape(n, width)


def positions(n, d):
    """A row of d numbers for each of n places: feature 2i a sine, feature 2i + 1 its cosine.

    d is even; for place t, counted from 0, both are of the angle t / 10000^(2i/d). Returns (n, d).
    positions(2, 2) is [[0, 1], [0.8415, 0.5403]].
    """
    t     = np.arange(n)[:, None]                                # (n, 1)
    angle = t / 10000 ** (np.arange(0, d, 2) / d)                # (n, d / 2)
    P     = np.zeros((n, d))
    P[:, 0::2] = np.sin(angle)
    P[:, 1::2] = np.cos(angle)
    return P


# ---- what they are compared on -----------------------------------------------------------------

def several_heads(rng):
    """Two heads of two features; other sizes; as many heads as tokens; one head only."""
    small = [np.hstack([X, X[::-1]]) for X in TOKENS]
    cases = [(*small, 2)]
    for n, width, heads in ((5, 6, 3), (4, 8, 2), (4, 8, 4), (3, 4, 1)):
        cases.append((*rng.normal(size=(3, n, width)), heads))
    return cases


def sizes(rng):
    return [(2, 2), (3, 4), (6, 6), (40, 8)]


# ---- wrong ways --------------------------------------------------------------------------------

def split_right(X, heads):
    n, width = X.shape
    return X.reshape(n, heads, width // heads).transpose(1, 0, 2)


def split_unturned(X, heads):
    """The right shape, and numbers from anywhere: a reshape alone."""
    return X.reshape(heads, len(X), -1)


def split_from_turned(X, heads):
    """Turned first and reshaped afterwards, to the right shape."""
    return X.T.reshape(heads, len(X), -1)


def split_in_turn(X, heads):
    """Features dealt like cards: head h gets h, h + heads, and so on."""
    return X.reshape(len(X), -1, heads).transpose(2, 0, 1)


def merge_right(Y):
    return Y.transpose(1, 0, 2).reshape(Y.shape[1], -1)


def merge_in_turn(Y):
    return Y.transpose(1, 2, 0).reshape(Y.shape[1], -1)


def unturned(Y):
    return Y.reshape(Y.shape[1], -1)


def heads_of(split=split_right, merge=merge_right, weights=lambda A: A, stretch=lambda Q, heads: 1):
    """Several heads, with another way to split, to merge, or to scale the scores."""
    def answer(Q, K, V, heads):
        parts = [attention(q * stretch(Q, heads), k, v)
                 for q, k, v in zip(*(split(X, heads) for X in (Q, K, V)))]
        return (weights(np.array([a for a, _ in parts])), merge(np.array([y for _, y in parts])))
    return answer


def token_by_token(merge):
    """Without the transpose: the heads of each token attend to each other."""
    def answer(Q, K, V, heads):
        parts = [attention(q, k, v)
                 for q, k, v in zip(*(X.reshape(len(X), heads, -1) for X in (Q, K, V)))]
        return np.array([a for a, _ in parts]), merge(np.array([y for _, y in parts]))
    return answer


def whole_width(Q, heads):
    """What turns a root of d into a root of the whole width."""
    return 1 / np.sqrt(heads)


def by_heads(Q, heads):
    """What turns a root of d into a root of the number of heads."""
    return np.sqrt(Q.shape[1] / heads / heads)


def unscaled(Q, heads):
    """What takes the root of d out again."""
    return np.sqrt(Q.shape[1] / heads)


def masked(Q, K, V, heads):
    """Several heads with a causal mask."""
    parts = [attention(*tables, True)
             for tables in zip(*(split_right(X, heads) for X in (Q, K, V)))]
    return np.array([a for a, _ in parts]), np.hstack([y for _, y in parts])


def by_columns(columns, count=lambda d, heads: heads):
    """So many heads, each with the columns that are cut out for it."""
    def answer(Q, K, V, heads):
        d     = Q.shape[1] // heads
        parts = [attention(*(X[:, columns(h, d, heads)] for X in (Q, K, V)))
                 for h in range(count(d, heads))]
        return np.array([a for a, _ in parts]), np.hstack([y for _, y in parts])
    return answer


def one_for_all(Q, K, V, heads):
    """One attention over all features, called so many heads."""
    A, Y = attention(Q, K, V)
    return np.array([A] * heads), Y


def uncut_values(Q, K, V, heads):
    """Each head mixes whole values; they stand side by side."""
    parts = [attention(q, k, V) for q, k in zip(split_right(Q, heads), split_right(K, heads))]
    return np.array([a for a, _ in parts]), np.hstack([y for _, y in parts])


def mixed_by_all(Q, K, V, heads):
    """Whole values, mixed with the mean of the heads' weights."""
    A, _ = heads_of()(Q, K, V, heads)
    return A, A.mean(axis=0) @ V


def waves(n, d, exponent=lambda d: np.arange(0, d, 2) / d, base=10000.0, first=0, even=np.sin,
          odd=np.cos):
    """Waves with what can be done otherwise."""
    t = np.arange(first, n + first)[:, None]
    P = np.zeros((n, d))
    P[:, 0::2], P[:, 1::2] = even(t / base ** exponent(d)), odd(t / base ** exponent(d))
    return P


def waving(**how):
    return lambda n, d: waves(n, d, **how)


def column_by_column(n, d):
    """Each column has a wavelength of its own."""
    angle = np.arange(n)[:, None] / 10000 ** (np.arange(d) / d)
    return np.where(np.arange(d) % 2, np.cos(angle), np.sin(angle))


def doubled_by_column(n, d):
    angle = np.arange(n)[:, None] / 10000 ** (2 * np.arange(d) / d)
    return np.where(np.arange(d) % 2, np.cos(angle), np.sin(angle))


def halves(n, d):
    P = waves(n, d)
    return np.hstack([P[:, 0::2], P[:, 1::2]])


def quick_waves(n, d):
    angle = np.arange(n)[:, None] * 10000 ** (np.arange(0, d, 2) / d)
    P = np.zeros((n, d))
    P[:, 0::2], P[:, 1::2] = np.sin(angle), np.cos(angle)
    return P


def neighbors_overwritten(n, d):
    """Pair i in the columns i and i + 1."""
    P, right = np.zeros((n, d)), waves(n, d)
    for i in range(d // 2):
        P[:, i:i + 2] = right[:, 2 * i:2 * i + 2]
    return P


def outside(n, d):
    """The waves of one length, divided by the powers."""
    return waves(n, d, exponent=lambda d: np.zeros(d // 2)) / 10000 ** (np.arange(d) // 2 * 2 / d)


def slow(t):
    """t / 10000 ** 2 * i / d, as Python reads it, for i = 0, 1, ..."""
    d = 2 * t.shape[1]
    return t / 10000 ** 2 * np.arange(d // 2) / d


def no_power(n, d):
    """10000 times the exponent, where the power belongs."""
    angle = np.arange(n)[:, None] / 10000 * (np.arange(0, d, 2) / d)
    return np.stack([np.sin(angle), np.cos(angle)], axis=2).reshape(n, d)


UNTURNED = ("A reshape alone moves no number: it cuts the table anew, row after row, so that your "
            "heads hold pieces of different tokens. Give each token its heads first, (n, heads, "
            "d), and then swap the first two axes.")
BACK = ("The heads are right; on the way to Y a reshape alone puts numbers of different tokens "
        "into one row. Bring the token axis to the front first, (n, heads, d), then lay heads and "
        "features side by side.")
DEALT = ("You deal the features out like cards, one to each head in turn. Head 0 is to have the "
         "first d of them, head 1 the next d.")
WIDTH = ("The scores are divided by the root of the whole width. A head's queries are d numbers "
         "long, so it is the root of that d, the width over the number of heads.")

# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "multi_head", 16, "Several heads", "core", 12, multi_head, ("A", "Y"), cases=several_heads,
        mistakes=(
            Mistake("split-unturned", heads_of(split_unturned), UNTURNED, 122,
                    (heads_of(split_unturned, unturned),
                     heads_of(split_unturned, stretch=unscaled),
                     heads_of(split_unturned, unturned, stretch=unscaled))),
            Mistake("turned-first", heads_of(split_from_turned),
                    "You turn the table before the reshape, so that a row of a head holds one "
                    "feature of many tokens. First the reshape, (n, heads, d), and then swap the "
                    "first two axes.", 122),
            Mistake("tokens-apart", token_by_token(merge=lambda Y: Y.reshape(len(Y), -1)),
                    "Your heads look at each other, inside each token: A is (n, heads, heads). The "
                    "transpose is missing. After the reshape to (n, heads, d) bring the heads to "
                    "the front, (heads, n, d), so that in each head all tokens meet.", 122,
                    (token_by_token(merge=lambda Y: Y.transpose(1, 0, 2).reshape(len(Y), -1)),
                     token_by_token(merge=lambda Y: Y))),
            Mistake("merge-unturned", heads_of(merge=unturned), BACK, 122),
            Mistake("split-in-turn", heads_of(split_in_turn), DEALT, 122,
                    (heads_of(split_in_turn, merge_in_turn),)),
            Mistake("merge-in-turn", heads_of(merge=merge_in_turn),
                    "The heads are right, but their outputs are woven into each other: a feature "
                    "of each head in turn. They are to stand side by side, first all of head 0, "
                    "then all of head 1.", 122),
            Mistake("whole-width", heads_of(stretch=whole_width), WIDTH, 118),
            Mistake("root-of-heads", heads_of(stretch=by_heads),
                    "The scores are divided by the root of the number of heads. It is how many "
                    "features a head has that counts: d, the width over the number of heads.", 118),
            Mistake("no-scale", heads_of(stretch=unscaled),
                    "The scores of your heads are not divided by the root of d. Each head does "
                    "all of (16.5): your `attention` has the root in it.", 118),
            Mistake("scaled-twice", heads_of(stretch=lambda Q, heads: 1 / unscaled(Q, heads)),
                    "The scores are divided by the root of d twice. `attention` does it already.",
                    118),
            Mistake("masked", masked,
                    "Your heads hide later tokens. No mask is asked for here: everybody sees "
                    "everybody."),
            Mistake("keys-ask", lambda Q, K, V, heads: multi_head(K, Q, V, heads),
                    "Queries and keys are swapped: your rows are keys. Row i belongs to query i.",
                    1),
            Mistake("overlapping", by_columns(lambda h, d, heads: slice(h, h + d)),
                    "Your heads overlap: head 1 begins at column 1. It begins where head 0 ends, "
                    "at column d, and head h at column h d."),
            Mistake("heads-for-d", by_columns(lambda h, d, heads: slice(h * heads, (h + 1) * heads),
                                              count=lambda d, heads: d),
                    "The number of heads and the width of one have changed places: you have d "
                    "heads, with so many features as there should be heads. Head h has the columns "
                    "from h d up to, and without, (h + 1) d."),
            Mistake("one-for-all", one_for_all,
                    "All your heads are the same: one attention over all features. Each head is to "
                    "look with its own d features, and so to find something else.", 0,
                    (lambda Q, K, V, heads: attention(Q, K, V),)),
            Mistake("values-uncut", uncut_values,
                    "Each of your heads mixes whole values. A head has its own d features of V, as "
                    "it has of Q and K.", 0, (mixed_by_all,)),
            Mistake("added", heads_of(merge=lambda Y: Y.sum(axis=0)),
                    "You add the heads up, so that what each has found is lost in the sum. Put "
                    "them side by side.", 93, (heads_of(merge=lambda Y: Y.mean(axis=0)),)),
            Mistake("not-merged", heads_of(merge=lambda Y: Y),
                    "Y still has an axis for the heads. Lay them side by side: (n, heads * d).", 0,
                    (heads_of(merge=lambda Y: Y.transpose(1, 0, 2)),)),
            Mistake("stacked", heads_of(merge=lambda Y: Y.reshape(-1, Y.shape[2])),
                    "The heads' outputs stand below each other. Each token has one row, with all "
                    "heads side by side in it: axis 1."),
            Mistake("weights-averaged", heads_of(weights=lambda A: A.mean(axis=0)),
                    "Y is right, but of A you return a mean over the heads. Keep them apart: "
                    "(heads, n, n).", 0, (heads_of(weights=lambda A: A.sum(axis=0)),)),
            Mistake("weights-last", heads_of(weights=lambda A: A.transpose(1, 2, 0)),
                    "Y is right, but in A the heads are the last axis. They come first: (heads, n, "
                    "n)."),
            Mistake("overwritten", heads_of(merge=lambda Y: np.hstack([Y[-1], *(0 * Y[1:])])),
                    "All your heads write into the same columns of Y, so the last one is left. "
                    "Head h has the columns from h d on, in Y as in Q.", 109),
            Mistake("last-head", heads_of(merge=lambda Y: Y[-1]),
                    "One head alone is in Y. Every head has something to say: put all of them side "
                    "by side.", 0, (heads_of(merge=lambda Y: Y[0]),)),
            Mistake("turned-round", heads_of(merge=lambda Y: merge_right(Y[::-1])),
                    "The heads stand in the wrong order: the last one comes first."),
        ),
        hints=("A head is the attention you have written, on some of the columns of Q, K and V.",
               "Head h has the columns from h d up to, and without, (h + 1) d: three tables (n, "
               "d). Its output is (n, d), and has the same columns of Y.",
               "In a loop over the heads: cut the columns out, attend, keep both results. At the "
               "end stack the weights, and lay the outputs side by side along axis 1."),
        why="Several questions at once, for the price of one: the tables are cut, not copied."),
    Exercise(
        "positions", 16, "Where a token stands", "stretch", 10, positions, ("P",), cases=sizes,
        mistakes=(
            Mistake("column-by-column", column_by_column,
                    "Each column has a wavelength of its own in yours. A sine and its cosine share "
                    "one: features 2i and 2i + 1 both have 2i in the exponent."),
            Mistake("twice-two", doubled_by_column,
                    "Your exponent counts columns and doubles them. i counts the pairs: in columns "
                    "0 and 1 it is 0, in columns 2 and 3 it is 1.", 0,
                    (waving(exponent=lambda d: 2 * np.arange(0, d, 2) / d),)),
            Mistake("half-exponent", waving(exponent=lambda d: np.arange(d // 2) / d),
                    "The exponent is i / d in yours. It is 2i / d, so that the last pair has "
                    "nearly the longest wave."),
            Mistake("no-exponent", waving(exponent=lambda d: np.zeros(d // 2)),
                    "All pairs have the same wave in yours. Each next pair has a longer one: "
                    "divide t by a power that grows with i."),
            Mistake("not-by-d", waving(exponent=lambda d: np.arange(0, d, 2)),
                    "The exponent is not divided by d, so the second pair hardly moves. It runs "
                    "from 0 to nearly 1.", 0, (waving(exponent=lambda d: np.arange(d // 2)),)),
            Mistake("halves", halves,
                    "All sines come first, then all cosines. Many programs do that, and it is as "
                    "good, but here they alternate: even columns sines, odd ones cosines."),
            Mistake("cosine-first", waving(even=np.cos, odd=np.sin),
                    "Sine and cosine are swapped: even columns are sines, so that place 0 begins "
                    "with 0."),
            Mistake("sines-only", waving(odd=np.sin),
                    "Both columns of a pair are sines. The second is the cosine: where a sine "
                    "turns, it hardly moves, and there its cosine moves most.", 0,
                    (waving(even=np.cos),)),
            Mistake("from-one", waving(first=1),
                    "Your places begin at 1. They are counted from 0."),
            Mistake("other-base", waving(base=1000.0),
                    "The base is 10000, to the power of 2i/d.", 0,
                    (waving(base=100000.0), waving(base=np.e))),
            Mistake("columns-not-doubled", neighbors_overwritten,
                    "Your pairs lie over each other: i counts pairs, and pair i has the columns 2i "
                    "and 2i + 1, not i and i + 1."),
            Mistake("outside", outside,
                    "You divide the sine by the power. It is the angle that is divided, inside: "
                    "sin(t / power)."),
            Mistake("precedence", waving(base=1.0, even=lambda a: np.sin(slow(a)),
                                         odd=lambda a: np.cos(slow(a))),
                    "A bracket is missing: `10000 ** 2 * i / d` is 10000 squared, times i, over d. "
                    "The exponent is all of 2i / d."),
            Mistake("times", quick_waves,
                    "You multiply t by the power. Divide: waves get longer from pair to pair, not "
                    "shorter."),
            Mistake("turned", lambda n, d: positions(n, d).T,
                    "Rows and columns are swapped: a row for each place, a column for each "
                    "feature.", 1),
            Mistake("whole-turns", waving(even=lambda a: np.sin(2 * np.pi * a),
                                          odd=lambda a: np.cos(2 * np.pi * a)),
                    "Your waves make a whole turn from place to place: the angle is multiplied by "
                    "2 pi. It is t over the power, and nothing more."),
            Mistake("to-the-end", waving(exponent=lambda d: np.arange(0, d, 2) / max(d - 2, 1)),
                    "Your exponents run from 0 to 1, the end included. They are 2i / d, and the "
                    "last one stays below 1."),
            Mistake("no-power", no_power,
                    "You multiply by the exponent instead of raising 10000 to it. Then the first "
                    "pair does not move at all."),
            Mistake("degrees", waving(even=lambda a: np.sin(np.radians(a)),
                                      odd=lambda a: np.cos(np.radians(a))),
                    "Your angles are taken for degrees. np.sin wants them as they are."),
            Mistake("cut", lambda n, d: np.trunc(positions(n, d)),
                    "The fractions are lost: your table holds whole numbers. Make it with floats, "
                    "as np.zeros((n, d)) does.", 13,
                    (lambda n, d: positions(n, d).astype(int),)),
        ),
        hints=("Places run down, pairs of features across. A column of places over a row of powers "
               "gives all angles at once.",
               "Places are (n, 1), the powers (d / 2,), the angles (n, d / 2). P is (n, d), and "
               "P[:, 0::2] are its even columns.",
               "The exponents are the even numbers below d, from 0 on, over d. Their powers of "
               "10000 divide the places; the sine goes to even columns, the cosine to odd ones."),
        why="A clock with many hands: the first tells neighbors apart, the last tells early from "
            "late."),
)
