"""Chapter 16, attention: all queries at once, and a mask that hides what comes later."""
import numpy as np

from dlf.exercises.chapters.ch16_attend_one import (
    ASKED,
    BY_D,
    COUNT,
    KEYS,
    LATE,
    NO_SCALE,
    POWER,
    RAW,
    SHIFT,
    TIMES,
    TOKENS,
    TWO,
    WIDE,
    made,
    own_powers,
    softmax,
)
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def attention(Q, K, V, causal=False):
    """Each of m queries gets its own weighted mean of the values; causal: it sees no later token.

    Shapes: Q (m, d), K (n, d), V (n, p); with causal, m = n, and query i sees the keys 0 to i.
    Returns A (m, n), a row of weights for each query, and Y (m, p).
    """
    scores = Q @ K.T / np.sqrt(Q.shape[1])                       # (m, n)
    if causal:
        visible = np.tri(len(Q), len(K), dtype=bool)             # True on and below the diagonal
        scores  = np.where(visible, scores, -np.inf)
    A = softmax(scores)                                          # (m, n)
    return A, A @ V                                              # (m, p)


# ---- what they are compared on -----------------------------------------------------------------

def all_queries(rng):
    """The chapter's, without and with a mask; other sizes; and rows of very different size."""
    far = (np.array([[-4000.0, 0.0], [1.0, 2.0], [3000.0, -1000.0], [0.5, -1.0]]),
           np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [-1.0, 0.5]]), rng.normal(size=(4, 3)))
    return [(*TOKENS, False), (*TOKENS, True), (*made(rng, 4, 6, 3, 5), False),
            (*made(rng, 5, 5, 4, 3, 2), True), (*made(rng, 3, 3, 3, 3), True),
            (*made(rng, 4, 4, 4, 4), False), (*far, True), (*far, False)]


# ---- wrong ways --------------------------------------------------------------------------------

def fit_all(Q, K):
    """The scores of all queries."""
    return Q @ K.T / np.sqrt(Q.shape[1])


def hide(scores, causal, k=0, value=-np.inf):
    """The scores with `value` where the key comes more than k after the query."""
    return np.where(np.tri(*scores.shape, k=k, dtype=bool), scores, value) if causal else scores


def unmasked(scores, causal):
    """The scores as they are, whatever is asked for."""
    return scores


def from_the_diagonal(scores, causal):
    """The past is hidden, and the future is not."""
    visible = np.tri(*scores.shape, dtype=bool).T
    return np.where(visible, scores, -np.inf) if causal else scores


def zeroed(scores, causal):
    return hide(scores, causal, 0, 0.0)


def attending(score=fit_all, mask=hide, weigh=softmax, mix=lambda A, K, V: A @ V):
    """An answer for all queries in which one step is done otherwise."""
    def answer(Q, K, V, causal=False):
        A = weigh(mask(score(Q, K), causal))
        return A, mix(A, K, V)
    return answer


def scaled(how):
    """An answer whose scores are Q K^T times how(Q, K)."""
    return attending(lambda Q, K: Q @ K.T * how(Q, K))


def masked_with(value):
    return attending(mask=lambda scores, causal: hide(scores, causal, 0, value))


def masked_after(Q, K, V, causal=False):
    """Weights of all keys, and then those of later keys set to 0."""
    A = softmax(fit_all(Q, K))
    A = hide(A, causal, 0, 0.0)
    return A, A @ V


def masked_in_Y(Q, K, V, causal=False):
    """The mask is there for the mixture alone."""
    A = softmax(fit_all(Q, K))
    return A, hide(A, causal, 0, 0.0) @ V


def unscaled_after(Q, K, V, causal=False):
    """A mask that is too late, and no root of d."""
    A = hide(softmax(Q @ K.T), causal, 0, 0.0)
    return A, A @ V


def infinity_after(Q, K, V, causal=False):
    """Minus infinity among the weights."""
    A = hide(softmax(fit_all(Q, K)), causal)
    return A, A @ V


def renormalized(Q, K, V, causal=False):
    """Weights of all keys, those of later keys set to 0, and each row divided by its sum."""
    A = hide(softmax(fit_all(Q, K)), causal, 0, 0.0)
    A = A / A.sum(axis=1, keepdims=True)
    return A, A @ V


def values_width(Q, K, V, causal=False):
    A = softmax(hide(Q @ K.T / np.sqrt(V.shape[1]), causal))
    return A, A @ V


def values_asked(Q, K, V, causal=False):
    A = softmax(hide(fit_all(Q, V), causal))
    return A, A @ V


def over(axis):
    """The softmax along another axis, or over all numbers at once."""
    def weigh(scores):
        powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
        return powers / powers.sum(axis=axis, keepdims=True)
    return weigh


def row_by_column(scores):
    """The largest of each row, but the sum of each column."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=0)


def one_maximum(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum(axis=1, keepdims=True)


def no_keepdims(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1)


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "attention", 16, "All queries, and a mask", "core", 15, attention, ("A", "Y"),
        cases=all_queries,
        mistakes=(
            Mistake("no-scale", scaled(lambda Q, K: 1.0), NO_SCALE, 118,
                    tuple(attending(lambda Q, K: Q @ K.T, mask=mask)
                          for mask in (unmasked, from_the_diagonal, zeroed))),
            Mistake("by-d", scaled(lambda Q, K: 1 / Q.shape[1]), BY_D, 118),
            Mistake("times", scaled(lambda Q, K: np.sqrt(Q.shape[1])), TIMES, 118),
            Mistake("root-of-n", scaled(lambda Q, K: 1 / np.sqrt(len(K))), COUNT, 118,
                    (scaled(lambda Q, K: 1 / np.sqrt(len(Q))),)),
            Mistake("root-of-p", values_width, WIDE, 118),
            Mistake("root-of-2", scaled(lambda Q, K: 1 / np.sqrt(2)), TWO, 118),
            Mistake("scaled-late", attending(lambda Q, K: Q @ K.T, weigh=lambda scores: softmax(
                        scores) / np.sqrt(2)), LATE, 118,
                    (lambda Q, K, V, causal=False: (
                        A := softmax(hide(Q @ K.T, causal)) / np.sqrt(Q.shape[1]), A @ V),)),
            Mistake("over-queries", attending(weigh=over(0)),
                    "Your columns add up to 1: the softmax goes over the queries, so they compete "
                    "for each key. It is the other way round: each query shares itself out among "
                    "the keys, along its row.", 119,
                    (attending(weigh=lambda scores: np.exp(scores) / np.exp(scores).sum(axis=0)),
                     attending(weigh=row_by_column),
                     attending(mask=unmasked, weigh=over(0)),
                     attending(lambda Q, K: Q @ K.T, weigh=over(0)),
                     attending(lambda Q, K: Q @ K.T, mask=unmasked, weigh=over(0)))),
            Mistake("over-everything", attending(weigh=over(None)),
                    "All of your weights together add up to 1. Each query has its own: a softmax "
                    "for every row.", 67),
            Mistake("masked-after", masked_after,
                    "The mask comes after the softmax. Later keys get 0, but they had their share "
                    "of the sum before, so the rows no longer add up to 1, and the future still "
                    "has its say in how large the others are. Mask the scores, with minus "
                    "infinity, and then take the softmax.", 120, (masked_in_Y, unscaled_after)),
            Mistake("infinity-after", infinity_after,
                    "You put minus infinity in the place of weights. Its place is among the "
                    "scores: the softmax makes 0 of it. Mask first, then take the softmax.", 120),
            Mistake("renormalized", renormalized,
                    "You mask the weights, and divide again so that the rows add up to 1. For "
                    "ordinary scores that comes out right. But where hidden keys had all the "
                    "weight, nothing is left, and 0 / 0 is nan. Mask the scores, before the "
                    "softmax.", 120),
            Mistake("mask-added", attending(mask=lambda scores, causal: scores + np.tri(
                        *scores.shape) if causal else scores),
                    "You add the table of True and False to the scores. That raises the visible "
                    "ones by 1, and hides none. Choose with it: np.where.", 121),
            Mistake("zeros-hidden", attending(mask=lambda scores, causal: np.where(
                        np.tril(scores) == 0, -np.inf, scores) if causal else scores),
                    "You hide every score that is 0 after the later ones were set to 0. A visible "
                    "key may have the score 0, too, and is lost with them. Ask a table of True and "
                    "False who is hidden, and not the scores."),
            Mistake("no-mask", attending(mask=unmasked),
                    "The future is visible: with causal, query i still sees the keys after i. A "
                    "network that is to learn what comes next would copy it from there.", 121),
            Mistake("wrong-triangle", attending(mask=from_the_diagonal),
                    "You hide the wrong triangle: your tokens see themselves and the future, and "
                    "not the past. Rows are queries, columns keys; what is to be hidden lies above "
                    "the diagonal.", 121,
                    (attending(mask=lambda scores, causal: np.where(
                        np.tri(*scores.shape, k=-1, dtype=bool), -np.inf, scores)
                        if causal else scores),
                     attending(mask=lambda scores, causal: np.where(
                        np.tri(*scores.shape, dtype=bool), -np.inf, scores)
                        if causal else scores))),
            Mistake("hides-itself", attending(mask=lambda scores, causal: hide(scores, causal, -1)),
                    "Your mask hides the token itself, too. Then the first query has nothing left "
                    "to look at, and 0 / 0 is nan. The diagonal stays visible: query i sees the "
                    "keys 0 to i.", 0,
                    (attending(mask=lambda scores, causal: hide(scores, causal, -1, -1e9)),
                     attending(mask=lambda scores, causal: scores - 1e9 * np.triu(
                         np.ones(scores.shape)) * causal),
                     attending(mask=lambda scores, causal: hide(scores, causal, -1),
                               weigh=lambda scores: np.nan_to_num(softmax(scores))))),
            Mistake("one-too-far", attending(mask=lambda scores, causal: hide(scores, causal, 1)),
                    "Your mask begins one key too late: query i still sees key i + 1, which is "
                    "what it is to predict. The diagonal is the last that is visible.", 121),
            Mistake("zero", masked_with(0.0),
                    "You put 0 in the place of hidden scores. But e to the 0 is 1, so a score of 0 "
                    "gets a share like any other. Only minus infinity becomes a weight of 0.", 0,
                    (masked_with(1e-9), masked_with(-1e-9))),
            Mistake("not-far-enough", masked_with(-100.0),
                    "Hidden scores get a number that is negative, but not enough: where all the "
                    "others are far below it, the hidden ones win. Take minus infinity, which "
                    "nothing is below.", 0,
                    tuple(masked_with(-v) for v in (1.0, 10.0, 20.0, 50.0, 1000.0))),
            Mistake("infinity-times-zero", attending(mask=lambda scores, causal: scores + (
                        -np.inf * (1 - np.tri(*scores.shape)) if causal else 0)),
                    "You multiply infinity by a table of 0 and 1, and infinity times 0 is nan, so "
                    "that nothing is left. Choose instead of multiplying: np.where."),
            Mistake("times-minus-infinity", attending(mask=lambda scores, causal: scores * np.where(
                        np.tri(*scores.shape, dtype=bool), 1.0, -np.inf) if causal else scores),
                    "You multiply hidden scores by minus infinity. A negative score becomes *plus* "
                    "infinity by that, and 0 becomes nan. Put minus infinity in their place."),
            Mistake("plus-infinity", masked_with(np.inf),
                    "Rows with a hidden key are nan from end to end in yours: hidden scores are "
                    "plus infinity, or nan. It is *minus* infinity whose power of e is 0.", 0,
                    (masked_with(np.nan),)),
            Mistake("always-masked", attending(mask=lambda scores, causal: hide(scores, True)),
                    "The mask is always there. Without `causal` everybody sees everybody."),
            Mistake("mask-turned-round", attending(
                        mask=lambda scores, causal: hide(scores, not causal)),
                    "You mask when causal is False, and do not when it is True. It is the other "
                    "way round."),
            Mistake("swapped", attending(lambda Q, K: K @ Q.T / np.sqrt(Q.shape[1])),
                    "Queries and keys are swapped: your rows are keys. Row i belongs to query i, "
                    "column j to key j.", 1, (lambda Q, K, V, causal=False: (
                        A := softmax(hide(fit_all(Q, K).T, causal)).T, A @ V),)),
            Mistake("turned-mix", attending(mix=lambda A, K, V: A.T @ V),
                    "The weights are right, but you mix with their columns. Row i of A says what "
                    "query i takes from each value: A times V as it stands.", 1),
            Mistake("keys-mixed", attending(mix=lambda A, K, V: A @ K), KEYS),
            Mistake("values-asked", values_asked, ASKED),
            Mistake("no-softmax", attending(mask=unmasked, weigh=lambda scores: scores), RAW, 0,
                    (attending(weigh=lambda scores: scores),
                     attending(mask=lambda scores, causal: hide(scores, causal, 0, 0.0),
                               weigh=lambda scores: scores))),
            Mistake("sigmoid", attending(weigh=lambda scores: 1 / (1 + np.exp(-scores))),
                    "That is a sigmoid of each score by itself. The keys compete for one query, so "
                    "its weights must add up to 1: take the softmax of each row.", 70),
            Mistake("softmax-twice", attending(weigh=lambda scores: softmax(softmax(scores))),
                    "Softmax is applied twice. Once makes weights of scores; the second time only "
                    "levels them.", 26),
            Mistake("scores-returned", lambda Q, K, V, causal=False: (
                        fit_all(Q, K), attention(Q, K, V, causal)[1]),
                    "Y is right, but with it you return the scores. Return the weights, after the "
                    "softmax.", 0, (lambda Q, K, V, causal=False: (
                        hide(fit_all(Q, K), causal), attention(Q, K, V, causal)[1]),)),
            Mistake("powers", attending(weigh=np.exp), POWER, 70,
                    (attending(weigh=lambda scores: np.exp(
                        scores - scores.max(axis=1, keepdims=True))),)),
            Mistake("no-shift", attending(weigh=own_powers), SHIFT, 65),
            Mistake("one-maximum", attending(weigh=one_maximum),
                    "You subtract the largest score of the whole table. A query whose scores lie "
                    "2000 below it gets 0 everywhere, and 0 / 0 is nan. Each row has a maximum of "
                    "its own.", 68),
            Mistake("no-keepdims", attending(weigh=no_keepdims),
                    "Your sums have the shape (m,), and NumPy lays such a row along the columns: "
                    "query i is divided by the sum of another one. Keep the axis, so that they are "
                    "a column (m, 1).", 69),
            Mistake("best-only", attending(weigh=lambda scores: (
                        scores == scores.max(axis=1, keepdims=True)) * 1.0),
                    "Each query takes the value of its best key alone. The softmax leaves every "
                    "key a share, or there would be no slope to learn from."),
        ),
        hints=("The scores of all queries by all keys are one product. What must be hidden, must "
               "be hidden from the softmax.",
               "Scores and weights are (m, n): a row for each query. Visible is what lies on and "
               "below the diagonal.",
               "Q times K transposed over the root of d; with causal, minus infinity above the "
               "diagonal (np.tri and np.where help); the softmax of each row; that times V."),
        why="Two products and a softmax, for all tokens at once: no token waits for another."),
)
