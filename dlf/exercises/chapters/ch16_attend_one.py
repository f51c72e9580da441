"""Chapter 16, attention: one query asks the keys for a mean of their values."""
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


# ---- sentences that several mistakes share -----------------------------------------------------

NO_SCALE = ("The scores are not divided by the root of d. The longer q and k are, the larger their "
            "products get, and the softmax then listens to one key alone: divide them by the root "
            "of the number of features before the softmax.")
BY_D  = ("You divide by d. A product of d terms grows like the *root* of d, so that is what is "
         "divided by.")
TIMES = ("You multiply by the root of d. It is there to make large scores smaller: divide.")
TWO   = ("You divide by the root of 2, as the chapter's example does. Its queries have 2 features; "
         "others have more. Take d from the shape of what comes in.")
WIDE  = ("You divide by the root of the number of features of a value. The scores are products of "
         "queries and keys: it is their features that count, d.")
COUNT = ("You divide by the root of the number of keys. What makes the scores large is the number "
         "of features d that are added up, not how many keys there are to choose from.")
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
            Mistake("root-of-2", weighing(lambda q, K, V: softmax(K @ q / np.sqrt(2))), TWO, 118),
            Mistake("root-of-p", weighing(lambda q, K, V: softmax(K @ q / np.sqrt(V.shape[1]))),
                    WIDE, 118),
            Mistake("by-length", weighing(lambda q, K, V: softmax(K @ q / np.linalg.norm(q))),
                    "You divide by how long q is as an arrow. Then a longer query would not be a "
                    "surer one. It is the root of d, of how many features there are.", 118,
                    (weighing(lambda q, K, V: softmax(K @ q / np.sqrt(np.linalg.norm(q)))),)),
            Mistake("softmax-of-a-column", weighing(lambda q, K, V: np.ones(len(K))),
                    "All your weights are 1: each score had a softmax to itself. The softmax goes "
                    "along the last axis, so the scores must lie along it: (n,), and not (n, 1)."),
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
                    "share, or there would be no slope to learn from.", 0,
                    (weighing(right, lambda w, K, V: V[np.argmax(w)]),)),
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
               "K times q over the root of d, the number of features; the softmax of that; the "
               "weights times V."),
        why="A soft way to look something up: every key answers, the fitting ones louder."),
)
