"""Chapter 16, attention: one query asks the keys for a mean of their values; then all of them."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def softmax(Z):
    """Scores as probabilities, row by row: chapter 8."""
    powers = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def attend_one(q, K, V):
    """One query asks n keys, and gets a mean of their values, weighted by how well they fit.

    Shapes: q (d,), K (n, d), V (n, p). Returns w (n,), the weights, and y (p,), the mean.
    For q = [2, 0], K = [[1, 5], [1, -3]] and V = [[4], [6]] both keys fit equally well: w is
    [0.5, 0.5], y is [5.0].
    """
    scores = K @ q / np.sqrt(len(q))                             # (n,)
    w      = softmax(scores)                                     # (n,)
    return w, w @ V                                              # (p,)


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

TOKENS = (np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 1.0]]),        # the chapter's Q, K, V
          np.array([[0.0, 1.0], [2.0, 0.0], [-1.0, 1.0]]),
          np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]]))


def made(rng, m, n, d, p, size=1.0):
    """Q, K, V of some sizes."""
    return rng.normal(size=(m, d)) * size, rng.normal(size=(n, d)), rng.normal(size=(n, p))


def one_query(rng):
    """The chapter's, sizes that all differ, all the same, whole numbers, and huge scores."""
    Q, K, V = TOKENS
    cases   = [(Q[2], K, V)]
    for n, d, p, size in ((5, 3, 4, 1), (3, 3, 3, 1), (6, 4, 2, 2), (4, 2, 3, 1000)):
        Q, K, V = made(rng, 1, n, d, p, size)
        cases.append((Q[0], K, V))
    whole = np.array([1, 2]), np.array([[1, 0], [0, 2], [3, 1]]), np.array([[4], [6], [9]])
    return [*cases, whole]


def all_queries(rng):
    """The chapter's, without and with a mask; other sizes; and rows of very different size."""
    far = (np.array([[-4000.0, 0.0], [1.0, 2.0], [3000.0, -1000.0], [0.5, -1.0]]),
           np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [-1.0, 0.5]]), rng.normal(size=(4, 3)))
    return [(*TOKENS, False), (*TOKENS, True), (*made(rng, 4, 6, 3, 5), False),
            (*made(rng, 5, 5, 4, 3, 2), True), (*made(rng, 3, 3, 3, 3), True),
            (*made(rng, 4, 4, 4, 4), False), (*far, True), (*far, False)]


# ---- wrong ways --------------------------------------------------------------------------------

def fit(q, K):
    """The scores of one query."""
    return K @ q / np.sqrt(len(q))


def weighing(weigh, mix=lambda w, K, V: w @ V):
    """An answer for one query with other weights, or another use of them."""
    def answer(q, K, V):
        w = weigh(q, K, V)
        return w, mix(w, K, V)
    return answer


def right(q, K, V):
    return softmax(fit(q, K))


def own_powers(scores):
    """A softmax that does not subtract the maximum."""
    return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)


def cosines(q, K, V):
    return softmax(K @ q / np.linalg.norm(K, axis=1) / np.linalg.norm(q))


def distances(q, K, V):
    return softmax(-((K - q) ** 2).sum(axis=1))


def fit_all(Q, K):
    """The scores of all queries."""
    return Q @ K.T / np.sqrt(Q.shape[1])


def hide(scores, causal, k=0, value=-np.inf):
    """The scores with `value` where the key comes more than k after the query."""
    return np.where(np.tri(*scores.shape, k=k, dtype=bool), scores, value) if causal else scores


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


def one_maximum(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum(axis=1, keepdims=True)


def no_keepdims(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1)


# ---- sentences that several mistakes share -----------------------------------------------------

NO_SCALE = ("The scores are not divided by the root of d. The longer q and k are, the larger their "
            "products get, and the softmax then listens to one key alone: divide them by the root "
            "of the number of features before the softmax.")
BY_D  = ("You divide by d. A product of d terms grows like the *root* of d, so that is what is "
         "divided by.")
TIMES = ("You multiply by the root of d. It is there to make large scores smaller: divide.")
COUNT = ("You divide by the root of the number of keys. It is the length of a query that makes the "
         "scores large, the number of features d, not how many there are to choose from.")
LATE  = ("You divide after the softmax, so the weights of a query no longer add up to 1. Divide "
         "the scores, before it.")
SHIFT = ("Right for ordinary scores. Near 1000 the powers overflow, and nan comes out. Subtract "
         "each query's largest score before the powers: chapter 8.")
KEYS  = ("The weights are right, but you mix the keys with them. Keys say who fits; what is handed "
         "over are the values V.")
ASKED = ("You compare the query with the values. Who fits is for the keys to say: q meets K, and V "
         "only gets mixed.")
RAW   = ("You mix with the scores themselves. They may be negative, and do not add up to 1: make "
         "weights of them first, with the softmax.")
POWER = ("The powers of e are there, but they do not add up to 1 for a query: divide each by their "
         "sum.")

# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "attend_one", 16, "One query", "warm-up", 8, attend_one, ("w", "y"), cases=one_query,
        mistakes=(
            Mistake("no-scale", weighing(lambda q, K, V: softmax(K @ q)), NO_SCALE, 118),
            Mistake("by-d", weighing(lambda q, K, V: softmax(K @ q / len(q))), BY_D, 118),
            Mistake("times", weighing(lambda q, K, V: softmax(K @ q * np.sqrt(len(q)))), TIMES,
                    118),
            Mistake("root-of-n", weighing(lambda q, K, V: softmax(K @ q / np.sqrt(len(K)))), COUNT,
                    118),
            Mistake("scaled-late", weighing(lambda q, K, V: softmax(K @ q) / np.sqrt(len(q))), LATE,
                    118, (weighing(lambda q, K, V: right(q, K, V) / np.sqrt(len(q))),)),
            Mistake("no-softmax", weighing(lambda q, K, V: fit(q, K)), RAW, 0,
                    (weighing(lambda q, K, V: K @ q),)),
            Mistake("shares", weighing(lambda q, K, V: fit(q, K) / fit(q, K).sum()),
                    "You divide the scores by their sum. Scores may be negative, and so would the "
                    "weights: raise e to the power of each score first, as the softmax does.", 70),
            Mistake("powers", weighing(lambda q, K, V: np.exp(fit(q, K))), POWER, 70,
                    (weighing(lambda q, K, V: np.exp(fit(q, K) - fit(q, K).max())),
                     weighing(lambda q, K, V: np.exp(K @ q)))),
            Mistake("sigmoid", weighing(lambda q, K, V: 1 / (1 + np.exp(-fit(q, K)))),
                    "That is a sigmoid of each score by itself. The keys compete for one query, so "
                    "their weights must add up to 1: take the softmax.", 70),
            Mistake("softmax-twice", weighing(lambda q, K, V: softmax(right(q, K, V))),
                    "Softmax is applied twice. Once makes weights of scores; the second time only "
                    "levels them.", 26),
            Mistake("no-shift", weighing(lambda q, K, V: own_powers(fit(q, K))), SHIFT, 65),
            Mistake("keys-mixed", weighing(right, lambda w, K, V: w @ K), KEYS),
            Mistake("values-asked", weighing(lambda q, K, V: softmax(fit(q, V))), ASKED),
            Mistake("keys-as-columns", weighing(lambda q, K, V: softmax(q @ K / np.sqrt(len(q)))),
                    "You take the columns of K for the keys. A key is a row: query times row, for "
                    "each row. On a square K no shape tells you.", 1),
            Mistake("best-only", weighing(lambda q, K, V: (
                        fit(q, K) == fit(q, K).max()) * 1.0),
                    "You take the value of the best key alone. The softmax leaves every key a "
                    "share, or there would be no slope to learn from."),
            Mistake("all-alike", weighing(lambda q, K, V: np.full(len(K), 1 / len(K))),
                    "You take the plain mean of all values. The query has no say in it: weigh them "
                    "by how well their keys fit."),
            Mistake("not-added", weighing(right, lambda w, K, V: w[:, None] * V),
                    "Each value is weighted, and that is right; now add them up, over the keys, so "
                    "that one mean is left.", 0,
                    (weighing(right, lambda w, K, V: (w[:, None] * V).T),)),
            Mistake("added-across", weighing(right, lambda w, K, V: (w[:, None] * V).sum(axis=1)),
                    "You add up over the features, and have a number for each key. The values are "
                    "mixed with each other: add over the keys, axis 0.", 55),
            Mistake("mean-of-weighted", weighing(
                        right, lambda w, K, V: (w[:, None] * V).mean(axis=0)),
                    "You divide by the number of keys at the end. The weights add up to 1 already, "
                    "so their sum is a mean: add, and do not divide.", 18),
            Mistake("cosine", weighing(cosines),
                    "You divide by the lengths of q and k, so only the angle between them counts. "
                    "Here a long key may shout: the plain product, over the root of d."),
            Mistake("distance", weighing(distances),
                    "You compare by distance. Attention compares by product: feature times "
                    "feature, added up."),
            Mistake("scores-returned", lambda q, K, V: (fit(q, K), right(q, K, V) @ V),
                    "The mean is right, but with it you return the scores. Return the weights, "
                    "after the softmax."),
        ),
        hints=("Three steps: a score for each key, weights from the scores, a mean of the values.",
               "Scores and weights are (n,), one for each key. The mean is (p,), as long as one "
               "value.",
               "K times q over the root of the length of q; the softmax of that; the weights times "
               "V."),
        why="A soft way to look something up: every key answers, the fitting ones louder."),
    Exercise(
        "attention", 16, "All queries, and a mask", "core", 15, attention, ("A", "Y"),
        cases=all_queries,
        mistakes=(
            Mistake("no-scale", scaled(lambda Q, K: 1.0), NO_SCALE, 118),
            Mistake("by-d", scaled(lambda Q, K: 1 / Q.shape[1]), BY_D, 118),
            Mistake("times", scaled(lambda Q, K: np.sqrt(Q.shape[1])), TIMES, 118),
            Mistake("root-of-n", scaled(lambda Q, K: 1 / np.sqrt(len(K))), COUNT, 118,
                    (scaled(lambda Q, K: 1 / np.sqrt(len(Q))),)),
            Mistake("root-of-p", values_width,
                    "You divide by the root of the length of a value. The scores are products of "
                    "queries and keys: it is their length that counts.", 118),
            Mistake("scaled-late", attending(lambda Q, K: Q @ K.T, weigh=lambda scores: softmax(
                        scores) / np.sqrt(2)), LATE, 118,
                    (lambda Q, K, V, causal=False: (
                        A := softmax(hide(Q @ K.T, causal)) / np.sqrt(Q.shape[1]), A @ V),)),
            Mistake("over-queries", attending(weigh=over(0)),
                    "Your columns add up to 1: the softmax goes over the queries, so they compete "
                    "for each key. It is the other way round: each query shares itself out among "
                    "the keys, along its row.", 119,
                    (attending(weigh=lambda scores: np.exp(scores) / np.exp(scores).sum(axis=0)),)),
            Mistake("over-everything", attending(weigh=over(None)),
                    "All of your weights together add up to 1. Each query has its own: a softmax "
                    "for every row.", 67),
            Mistake("masked-after", masked_after,
                    "The mask comes after the softmax. Later keys get 0, but they had their share "
                    "of the sum before, so the rows no longer add up to 1, and the future still "
                    "has its say in how large the others are. Mask the scores, with minus "
                    "infinity, and then take the softmax.", 120),
            Mistake("no-mask", attending(mask=lambda scores, causal: scores),
                    "The future is visible: with causal, query i still sees the keys after i. A "
                    "network that is to learn what comes next would copy it from there.", 121),
            Mistake("wrong-triangle", attending(mask=lambda scores, causal: np.where(
                        np.tri(*scores.shape, dtype=bool).T, scores, -np.inf)
                        if causal else scores),
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
                    "that nothing is left. Choose instead of multiplying: np.where.", 0,
                    (attending(mask=lambda scores, causal: scores * np.where(
                        np.tri(*scores.shape, dtype=bool), 1.0, np.nan) if causal else scores),)),
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
            Mistake("no-softmax", attending(mask=lambda scores, causal: scores,
                                            weigh=lambda scores: scores), RAW, 0,
                    (attending(weigh=lambda scores: scores),
                     attending(mask=lambda scores, causal: hide(scores, causal, 0, 0.0),
                               weigh=lambda scores: scores))),
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
