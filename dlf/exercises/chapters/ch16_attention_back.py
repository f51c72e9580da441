"""Chapter 16, attention backward: through the softmax of each row, and on to Q, K and V."""
import numpy as np

from dlf.exercises.chapters.ch16_attend_one import TOKENS, made, softmax
from dlf.exercises.chapters.ch16_attention import attention
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def softmax_back(dA, A):
    """The slope by the scores S, from that by the weights A = softmax(S), row by row.

    Shapes: dA (m, n), the cost's slope by every weight; A (m, n), its rows add up to 1; returns dS
    (m, n). For A = [[0.5, 0.5]] and dA = [[2.0, 0.0]] it is [[0.5, -0.5]].
    """
    return A * (dA - (dA * A).sum(axis=-1, keepdims=True))


def attention_back(dY, Q, K, V, A):
    """The way back of attention: from the slope by its outputs to those by Q, K and V.

    Shapes: dY (m, p), the cost's slope by every output; Q (m, d), K (n, d), V (n, p); A (m, n), the
    weights of the way forward, 0 where the mask hid a key. Returns dQ (m, d), dK (n, d), dV (n, p).
    """
    root = np.sqrt(Q.shape[1])
    dV   = A.T @ dY                                              # (n, p)
    dA   = dY @ V.T                                              # (m, n)
    dS   = softmax_back(dA, A)                                   # (m, n)
    return dS @ K / root, dS.T @ Q / root, dV


# ---- what they are compared on -----------------------------------------------------------------

def rows_of_weights(rng):
    """One row, many, as many as columns, and rows in which a mask hid some."""
    row = np.array([[0.5, -2.0, -1.5]]), np.array([[0.1, 0.7, 0.2]])
    masked = attention(*made(rng, 5, 5, 3, 3, 2), True)[0]
    return [row, (rng.normal(size=(4, 6)), softmax(rng.normal(size=(4, 6)))),
            (rng.normal(size=(3, 3)), softmax(2 * rng.normal(size=(3, 3)))),
            (rng.normal(size=(5, 5)), masked)]


def slopes_of_outputs(rng):
    """The chapter's; sizes that all differ; with a mask; and all the same, with a mask."""
    dY    = np.array([[0.2, 0.1], [-0.3, 0.4], [0.5, -1.0]])
    cases = [(dY, *TOKENS, attention(*TOKENS)[0])]
    for sizes, causal in (((4, 6, 3, 5), False), ((5, 5, 4, 3), True), ((3, 3, 3, 3), True)):
        Q, K, V = made(rng, *sizes)
        A, Y    = attention(Q, K, V, causal)
        cases.append((rng.normal(size=Y.shape), Q, K, V, A))
    return cases


# ---- wrong ways --------------------------------------------------------------------------------

def ones_table(A):
    """A table in which each row has its sum in every place."""
    return A.sum(axis=-1, keepdims=True)


def all_jacobians(dA, A):
    """Row by row with its whole Jacobian, but always that of the first row."""
    J = np.diag(A[0]) - np.outer(A[0], A[0])
    return dA @ J


def back(through=softmax_back, slope=lambda dY, Q, K, V, A: dY @ V.T,
         dQ=lambda dS, Q, K: dS @ K / np.sqrt(Q.shape[1]),
         dK=lambda dS, Q, K: dS.T @ Q / np.sqrt(Q.shape[1]),
         dV=lambda dY, Q, K, V, A: A.T @ dY):
    """A way back in which one step is done otherwise."""
    def answer(dY, Q, K, V, A):
        dS = through(slope(dY, Q, K, V, A), A)
        return dQ(dS, Q, K), dK(dS, Q, K), dV(dY, Q, K, V, A)
    return answer


def no_root(Q, K):
    return 1.0


def scaled_back(factor, through=softmax_back):
    """dQ and dK times a factor of their own."""
    return back(through, dQ=lambda dS, Q, K: dS @ K * factor(Q, K),
                dK=lambda dS, Q, K: dS.T @ Q * factor(Q, K))


def numbers_swapped(dY, Q, K, V, A):
    dQ, dK, dV = attention_back(dY, Q, K, V, A)
    return dK, dQ, dV


def root(Q):
    return np.sqrt(Q.shape[1])


# ---- sentences that several mistakes share -----------------------------------------------------

DIAGONAL = ("You used the diagonal of the softmax's Jacobian alone, a (1 - a). Every score moves "
            "all weights of its row, because they share one sum: what the others lose is missing.")
UNCUT = ("Nothing is subtracted in yours, as if each weight depended on its own score alone. What "
         "one key gains the others of its row lose: subtract the row's weighted sum of dA before "
         "the product with A.")
PLAIN = ("You subtract the plain mean of a row. Keys with more weight lose more: it is the mean "
         "weighted with A.")
FIRST = ("Softmax's own way back is missing: you use the slopes by the weights as if they were "
         "those by the scores. Between the two stands a softmax for each row.")
COLUMN = ("The softmax's way back goes down the columns in yours. Forward each *row* added up to "
          "1, so it is rows whose slopes belong together.")
NO_ROOT = ("The root of d is missing. Forward the scores were divided by it, so whatever moves "
           "them moves them that much less: divide on the way back, too.")

# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "softmax_back", 16, "Back through the softmax", "core", 8, softmax_back, ("dS",),
        cases=rows_of_weights,
        mistakes=(
            Mistake("diagonal", lambda dA, A: dA * A * (1 - A), DIAGONAL, 48),
            Mistake("no-subtraction", lambda dA, A: dA * A, UNCUT, 48),
            Mistake("plain-mean", lambda dA, A: A * (dA - dA.mean(axis=-1, keepdims=True)), PLAIN),
            Mistake("unweighted-sum", lambda dA, A: A * (dA - ones_table(dA)),
                    "You subtract the plain sum of dA. Each slope counts with its weight: the sum "
                    "of dA times A."),
            Mistake("down-the-columns", lambda dA, A: A * (dA - (dA * A).sum(axis=0)), COLUMN, 66),
            Mistake("one-sum", lambda dA, A: A * (dA - (dA * A).sum()),
                    "You subtract one number, the sum over the whole table. Each row had a softmax "
                    "of its own, and has a sum of its own.", 67),
            Mistake("no-keepdims", lambda dA, A: A * (dA - (dA * A).sum(axis=-1)),
                    "Your sums have the shape (m,), and NumPy lays such a row along the columns: "
                    "row i gets the sums of other rows. Keep the axis, so that they are a column "
                    "(m, 1).", 69),
            Mistake("mean-of-products", lambda dA, A: A * (dA - (dA * A).mean(
                        axis=-1, keepdims=True)),
                    "You take the mean of dA times A, and so divide once more by the number of "
                    "keys. The weights add up to 1 already: their sum is the mean.", 18),
            Mistake("off-diagonal", lambda dA, A: A * (dA * A - ones_table(dA * A)),
                    "You follow the paths from a score to the *other* weights, and leave out that "
                    "to its own, a (1 - a). All paths together: dA minus the row's weighted sum, "
                    "times A."),
            Mistake("diagonal-twice", lambda dA, A: A * ((1 - A) * dA - ones_table(dA * A)),
                    "On the diagonal you subtract a times a twice: a (1 - a) has it already, and "
                    "the sum over the whole row has it again. Take dA without the (1 - A)."),
            Mistake("sigmoid-and-sum", lambda dA, A: A * (1 - A) * (dA - ones_table(dA * A)),
                    "There is a (1 - A) too many: a sigmoid's slope, which has no place beside the "
                    "row's sum. In front of the bracket stands A alone.", 48),
            Mistake("A-in-the-sum-alone", lambda dA, A: dA - A * ones_table(dA * A),
                    "In front of dA the A is missing: only the sum is multiplied by it. Put the "
                    "subtraction into brackets, and multiply all of it."),
            Mistake("sum-of-A", lambda dA, A: A * (dA - ones_table(A)),
                    "You subtract the sum of A, and that is 1 in every row. It is the sum of dA "
                    "times A."),
            Mistake("minus-A", lambda dA, A: A * (dA - A),
                    "You subtract A itself. Subtract the mean of the row's slopes, weighted with "
                    "A: one number for each row."),
            Mistake("roles", lambda dA, A: dA * (A - ones_table(dA * A)),
                    "dA and A have changed places: you multiply a bracket of weights by the "
                    "slopes. In the bracket stand slopes, in front of it the weights."),
            Mistake("softmax-of-A", lambda dA, A: softmax_back(dA, softmax(A)),
                    "You take the softmax of A. A are the weights already, the softmax of the "
                    "scores: use them as they are.", 26),
            Mistake("not-times-A", lambda dA, A: dA - ones_table(dA * A),
                    "The product with A is missing in front. A key with a small weight hardly "
                    "moves when its score does: the whole bracket is multiplied by A."),
            Mistake("bracket", lambda dA, A: A * dA - ones_table(dA * A),
                    "Only dA is multiplied by A, and the sum is not. Put the subtraction into "
                    "brackets, and multiply all of it."),
            Mistake("added", lambda dA, A: A * (dA + ones_table(dA * A)),
                    "You add the weighted sum. What one key gains the others lose: subtract."),
            Mistake("sign", lambda dA, A: -softmax_back(dA, A),
                    "The sign is reversed: it is dA minus the sum, and not the other way round.",
                    21),
            Mistake("a-minus-y", lambda dA, A: A - dA,
                    "That has the look of chapter 8's a - y. It was the slope of softmax *and* "
                    "cross-entropy together. Here is no cross-entropy, and any dA may come back: "
                    "use the softmax's own Jacobian (8.6).", 0, (lambda dA, A: dA - A,)),
            Mistake("twice-A", lambda dA, A: A ** 2 * (dA - ones_table(dA * A)),
                    "There is an A too many: one stands in front of the bracket, one in the sum."),
            Mistake("squared-sum", lambda dA, A: A * (dA - ones_table(A * A * dA)),
                    "In the sum A appears twice. Each slope counts once with its weight."),
            Mistake("sum-of-squares", lambda dA, A: A * (dA - ones_table(A * A)),
                    "In the sum you have A times A. It is the mean of the slopes: dA times A."),
            Mistake("first-row", all_jacobians,
                    "All rows go through the Jacobian of the first one. Each row has its own "
                    "weights, and so its own Jacobian."),
        ),
        hints=("Chapter 8's Jacobian: the slope of weight k by score j is a_j (1 if k = j, else 0, "
               "minus a_k). Multiply by the slope of each weight, and add up over k.",
               "dS is (m, n). The sum of a row has one number for each row: a column, (m, 1).",
               "For each row the sum of dA times A; subtract it from dA; multiply by A."),
        why="Each row of dS adds up to 0: what one key gains in weight, the others lose."),
    Exercise(
        "attention_back", 16, "The whole way back", "core", 15, attention_back, ("dQ", "dK", "dV"),
        cases=slopes_of_outputs,
        mistakes=(
            Mistake("no-root", scaled_back(no_root), NO_ROOT, 118),
            Mistake("no-root-dQ", back(dQ=lambda dS, Q, K: dS @ K),
                    f"dK is right, and dQ is not scaled. {NO_ROOT}", 118),
            Mistake("no-root-dK", back(dK=lambda dS, Q, K: dS.T @ Q),
                    f"dQ is right, and dK is not scaled. {NO_ROOT}", 118),
            Mistake("by-d", scaled_back(lambda Q, K: 1 / Q.shape[1]),
                    "You divide by d. Forward the scores were divided by the root of d, so that is "
                    "the slope of this step.", 118),
            Mistake("times", scaled_back(lambda Q, K: root(Q)),
                    "You multiply by the root of d. The slope of s = x / c by x is 1 / c: divide, "
                    "as on the way forward.", 118),
            Mistake("root-of-n", scaled_back(lambda Q, K: 1 / np.sqrt(len(K))),
                    "You divide by the root of the number of keys, or of queries. Forward it was "
                    "that of the number of features d.", 118,
                    (back(dQ=lambda dS, Q, K: dS @ K / np.sqrt(len(K)),
                          dK=lambda dS, Q, K: dS.T @ Q / np.sqrt(len(Q))),)),
            Mistake("root-of-p", lambda dY, Q, K, V, A: (
                        *(part * root(Q) / root(V) for part in attention_back(dY, Q, K, V, A)[:2]),
                        A.T @ dY),
                    "You divide by the root of the number of features of a value. Forward it was "
                    "that of a query's, d.", 118),
            Mistake("not-times-A", back(lambda dA, A: dA - ones_table(dA * A)),
                    "Back through the softmax, the product with A is missing in front of the "
                    "bracket."),
            Mistake("bracket", back(lambda dA, A: A * dA - ones_table(dA * A)),
                    "Back through the softmax only dA is multiplied by A, and the row's sum is "
                    "not. Put the subtraction into brackets, and multiply all of it."),
            Mistake("weighted-twice", back(slope=lambda dY, Q, K, V, A: A * (dY @ V.T)),
                    "There is an A too many on the way to dS. dA is dY times V transposed, as it "
                    "stands; the softmax's way back brings A in."),
            Mistake("diagonal", back(lambda dA, A: dA * A * (1 - A)), DIAGONAL, 48,
                    (scaled_back(no_root, lambda dA, A: dA * A * (1 - A)),)),
            Mistake("no-subtraction", back(lambda dA, A: dA * A), UNCUT, 48,
                    (scaled_back(no_root, lambda dA, A: dA * A),)),
            Mistake("plain-mean", back(lambda dA, A: A * (dA - dA.mean(
                        axis=-1, keepdims=True))), PLAIN),
            Mistake("no-softmax-back", back(lambda dA, A: dA), FIRST, 0,
                    (scaled_back(no_root, lambda dA, A: dA),)),
            Mistake("down-the-columns", back(lambda dA, A: A * (dA - (dA * A).sum(axis=0))),
                    COLUMN, 66),
            Mistake("one-sum", back(lambda dA, A: A * (dA - (dA * A).sum())),
                    "Back through the softmax you subtract one number for the whole table. Each "
                    "row has a sum of its own.", 67),
            Mistake("softmax-again", back(lambda dA, A: softmax(dA)),
                    "You send the slopes through the softmax once more. On the way back it is the "
                    "slope of the softmax that counts: A times (dA minus the row's weighted sum).",
                    0, (back(lambda dA, A: softmax_back(dA, softmax(dA))),)),
            Mistake("dK-not-transposed", back(dK=lambda dS, Q, K: dS @ Q / root(Q)),
                    "dS is not transposed in dK. Forward, query i met all keys, along row i; key j "
                    "has been met by all queries, down column j. On a square no shape tells you.",
                    36),
            Mistake("dQ-transposed", back(dQ=lambda dS, Q, K: dS.T @ K / root(Q)),
                    "dS is transposed in dQ. Query i met the keys along row i: dS as it stands.",
                    36),
            Mistake("dV-not-transposed", back(dV=lambda dY, Q, K, V, A: A @ dY),
                    "A is not transposed in dV. Forward, row i says what output i took from each "
                    "value; value j collects from all who took something of it, down column j.",
                    36),
            Mistake("V-not-transposed", back(slope=lambda dY, Q, K, V, A: dY @ V),
                    "V is not transposed in dA. The slope by weight (i, j) is the product of dY's "
                    "row i and V's row j: chapter 5's W transposed, once more.", 36),
            Mistake("own-partner", back(dQ=lambda dS, Q, K: dS @ Q / root(Q),
                                        dK=lambda dS, Q, K: dS.T @ K / root(Q)),
                    "In dQ you multiply by the queries, in dK by the keys. The slope of a product "
                    "by one factor is the *other* factor: dQ has K in it, dK has Q.", 39),
            Mistake("own-partner-dQ", back(dQ=lambda dS, Q, K: dS @ Q / root(Q)),
                    "In dQ you multiply by the queries themselves. The slope of q times k by q is "
                    "k: dQ has K in it.", 39),
            Mistake("own-partner-dK", back(dK=lambda dS, Q, K: dS.T @ K / root(Q)),
                    "In dK you multiply by the keys themselves. The slope of q times k by k is q: "
                    "dK has Q in it.", 39),
            Mistake("swapped", numbers_swapped,
                    "dQ and dK are swapped. Asked for is dQ first, then dK, then dV.", 42),
            Mistake("dV-straight", back(dV=lambda dY, Q, K, V, A: dY),
                    "dV is dY as it came. Value j has a part in every output i, as large as weight "
                    "(i, j): collect with those weights.", 41),
            Mistake("dV-from-scores", lambda dY, Q, K, V, A: (
                        *attention_back(dY, Q, K, V, A)[:2],
                        softmax_back(dY @ V.T, A).T @ dY),
                    "In dV you collect with dS. Outputs are made of values with the weights A, so "
                    "it is A that sends their slopes back."),
            Mistake("dV-scaled", back(dV=lambda dY, Q, K, V, A: A.T @ dY / root(Q)),
                    "dV is divided by the root of d. That stands in the scores, and values do not "
                    "go through them."),
            Mistake("values-in-dQ", lambda dY, Q, K, V, A: (
                        softmax_back(dY @ V.T, A) @ V / root(Q),
                        *attention_back(dY, Q, K, V, A)[1:]),
                    "In dQ you multiply by V. The scores were made of queries and keys: dQ has K "
                    "in it."),
            Mistake("through-keys", back(slope=lambda dY, Q, K, V, A: dY @ K.T),
                    "In dA you multiply by the keys. Outputs are mixed of values: the slope by a "
                    "weight is dY times the value it was given to."),
            Mistake("mean", lambda dY, Q, K, V, A: tuple(
                        part / len(Q) for part in attention_back(dY, Q, K, V, A)),
                    "You divide by the number of queries. If the cost is a mean, its 1/m is in dY "
                    "already: here paths only add up.", 50),
            Mistake("sign", back(lambda dA, A: -softmax_back(dA, A)),
                    "dQ and dK have the wrong sign: in the softmax's way back it is dA minus the "
                    "weighted sum.", 21),
        ),
        hints=("Go through the lines of the way forward, from the last to the first. Each is a "
               "product, but for one, and a product sends back to each factor the other one.",
               "Every slope has the shape of what it belongs to: dV (n, p), dA and dS (m, n), dQ "
               "(m, d), dK (n, d). That decides what is transposed.",
               "dV: A transposed times dY. dA: dY times V transposed. dS: your softmax_back. dQ: "
               "dS times K over the root; dK: dS transposed times Q over the root."),
        why="Four products and one softmax. Where the mask put a 0, nothing comes back, and no "
            "line had to say so."),
)
