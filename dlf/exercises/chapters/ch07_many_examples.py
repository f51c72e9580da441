"""Chapter 7, many examples as matrices: one layer forward, its dW, and its db."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake


def sigmoid(z):
    """Between 0 and 1: chapter 1."""
    return 1 / (1 + np.exp(-z))


# ---- the answers -------------------------------------------------------------------------------

def forward_all(X, W, b):
    """The activations of one layer of sigmoid neurons: row i belongs to example i, row i of X.

    Shapes: X (m, n_in), W (n_out, n_in), b (n_out,); the result (m, n_out).
    """
    return sigmoid(X @ W.T + b)


def weight_gradient(delta, A):
    """dW of the mean cost: row i of delta is example i's own slope dC_i/dz, row i of A its input.

    Shapes: delta (m, n_out), A (m, n_in); the result (n_out, n_in). For
    delta [[0.2, -0.4], [0.6, 0]] and A [[1, 2, 0], [0, 1, 3]] it is
    [[0.1, 0.5, 0.9], [-0.2, -0.4, 0]].
    """
    return delta.T @ A / len(A)


def bias_gradient(delta):
    """db of the mean cost: row i of delta is example i's own slope dC_i/dz.

    Shapes: delta (m, n_out); the result (n_out,). For [[0.2, -0.4], [0.6, 0], [0.1, 0.1]] it is
    [0.3, -0.1].
    """
    return delta.sum(axis=0) / len(delta)


# ---- what they are compared on -----------------------------------------------------------------

def layers(rng):
    """Two penguins, then other shapes; in the last there are as many examples as neurons."""
    small = (np.array([[-0.7, 0.9], [0.8, -0.7]]),
             np.array([[0.5, -0.4], [0.3, 0.8], [-0.6, 0.2]]), np.array([0.1, -0.2, 0.0]))
    return [small, *((rng.normal(size=(m, k)), rng.normal(size=(n, k)), rng.normal(size=n))
                     for m, k, n in ((5, 3, 4), (7, 3, 3), (3, 3, 3)))]


def slopes(rng):
    """The example of the docstring, then other shapes; in the last m is n_out."""
    return [(np.array([[0.2, -0.4], [0.6, 0.0], [0.1, 0.1]]),),
            *((rng.normal(size=shape),) for shape in ((5, 4), (7, 3), (4, 4)))]


def slopes_and_inputs(rng):
    """The example of the docstring, then 5 on 3-4 and 7 on 3-3."""
    return [(np.array([[0.2, -0.4], [0.6, 0.0]]), np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])),
            *((rng.normal(size=(m, n)), rng.normal(size=(m, k)))
              for m, n, k in ((5, 4, 3), (7, 3, 3)))]


# ---- examples as columns: right as well --------------------------------------------------------

COLUMNS = ("Yours keeps each example in a column, as Nielsen and Ng do. That is as right as rows; "
           "`use` turns yours round for the cells below.")


def tall(b):
    """A bias as a column, as Ng writes it."""
    return b[:, None]


def layer_by_columns(answer):
    return lambda X, W, b: answer(X.T, W, b).T


def gradient_by_columns(answer):
    return lambda delta, A: answer(delta.T, A.T)


def flat(db):
    """A column (n, 1) as (n,)."""
    (column,) = db.T
    return column


# ---- a sentence that several exercises share ---------------------------------------------------

PAGE_M = ("You divide by 5, the number of penguins in the cells above. Is that the `m` of the "
          "page? Other batches have other sizes: count the rows of what the function is given.")

# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "forward_all", 7, "One layer, all examples", "warm-up", 5, forward_all, ("A",),
        cases=layers, also=((COLUMNS, layer_by_columns),),
        mistakes=(
            Mistake("W-not-turned", lambda X, W, b: sigmoid(X @ W + b),
                    "W stands the wrong way round. (m, n_in) times (n_out, n_in) does not fit, "
                    "unless the layer is square, and then the numbers are wrong. Its transpose "
                    "does: (m, n_in) times (n_in, n_out).", 1),
            Mistake("W-first", lambda X, W, b: sigmoid(W @ X + b),
                    "`W @ x` is right for one example. In X the examples are rows, so X comes "
                    "first, and W is turned: the inputs are to stand inside the product. (With "
                    "examples in columns W is first, and b has to become a column as well.)", 58),
            Mistake("columns-out", lambda X, W, b: sigmoid(W @ X.T + tall(b)),
                    "The numbers are right, but your result has a column for each example, where X "
                    "has a row. Turn it at the end, or put X first in the product.", 58),
            Mistake("bias-axis", lambda X, W, b: sigmoid(X @ W.T + tall(b)),
                    "The bias runs down the examples. Each neuron has its bias, and neurons are "
                    "columns here: a shape (n_out,) goes along each row by itself. Only with as "
                    "many examples as neurons does yours run at all.", 5),
            Mistake("no-bias", lambda X, W, b: sigmoid(X @ W.T),
                    "The bias is missing: the same b is added to every row.", 3),
            Mistake("bias-outside", lambda X, W, b: sigmoid(X @ W.T) + b,
                    "The bias is added after the sigmoid. It belongs inside, to z.", 4),
            Mistake("no-activation", lambda X, W, b: X @ W.T + b,
                    "That is Z. The activations are the sigmoid of it, number by number.", 6),
            Mistake("one-example", lambda X, W, b: sigmoid(W @ X[0] + b),
                    "That is the answer for one example alone. Every row of X needs a row.", 57,
                    (lambda X, W, b: sigmoid(W @ X[-1] + b),)),
            Mistake("mean-example", lambda X, W, b: sigmoid(W @ X.mean(axis=0) + b),
                    "You averaged the examples before the neurons saw them. Each one goes through "
                    "by itself; the mean is taken later, of the costs."),
            Mistake("mean-activation", lambda X, W, b: sigmoid(X @ W.T + b).mean(axis=0),
                    "You averaged the activations over the examples. Nothing is averaged on the "
                    "way forward: every row of X keeps a row of its own."),
            Mistake("sums-too", lambda X, W, b: (X @ W.T + b, sigmoid(X @ W.T + b)),
                    "You return the sums and the activations. The activations alone are asked for: "
                    "with a at hand, the slope of the sigmoid is a (1 - a), and z is not needed."),
            Mistake("minus-bias", lambda X, W, b: sigmoid(X @ W.T - b),
                    "The bias is subtracted. It is added to the sum: W x + b.", 0),
            Mistake("sigmoid-sign", lambda X, W, b: sigmoid(-X @ W.T - b),
                    "Your sigmoid is turned round: it falls where it should rise. The minus in "
                    "1 / (1 + e^-z) is missing.")),
        hints=("Row i of the result belongs to row i of X: for it alone, z is `W @ x + b`.",
               "X is (m, n_in), the result (m, n_out). Which shape takes one to the other? W is "
               "(n_out, n_in).",
               "X times the transpose of W, plus b, which NumPy adds to every row; of this the "
               "sigmoid."),
        why="One line for any number of examples, and row i is what the loop finds for example i."),
    Exercise(
        "weight_gradient", 7, "dW, all examples", "core", 8, weight_gradient, ("dW",),
        cases=slopes_and_inputs, also=((COLUMNS, gradient_by_columns),),
        mistakes=(
            Mistake("no-mean", lambda D, A: D.T @ A,
                    "The product is right, and it is the sum over the examples. The cost is their "
                    "mean: divide by m, the number of rows.", 49),
            Mistake("twice", lambda D, A: D.T @ A / len(A) ** 2,
                    "Too small by the number of examples: you divide by m twice. Each row of delta "
                    "is an example's own slope, so once is enough.", 50),
            Mistake("features", lambda D, A: D.T @ A / A.shape[1],
                    "You divide by the number of inputs or of neurons. The mean runs over the "
                    "examples, and their number is the number of rows.", 52,
                    (lambda D, A: D.T @ A / D.shape[1],)),
            Mistake("every-number", lambda D, A: D.T @ A / D.size,
                    "You divide by how many numbers there are. The mean runs over the examples "
                    "alone: divide by the number of rows.", 52, (lambda D, A: D.T @ A / A.size,)),
            Mistake("one-example", lambda D, A: np.outer(D[-1], A[-1]) / len(A),
                    "Only one example is in there. In a loop, add each outer product to what is "
                    "there already; `=` in place of `+=` keeps the last one alone.", 57,
                    (lambda D, A: np.outer(D[-1], A[-1]), lambda D, A: np.outer(D[0], A[0]),
                     lambda D, A: np.outer(D[0], A[0]) / len(A))),
            Mistake("swapped", lambda D, A: A.T @ D / len(A),
                    "It is transposed: inputs in the rows, neurons in the columns. dW has the "
                    "shape of W, (n_out, n_in), so delta comes first.", 40),
            Mistake("examples-by-examples", lambda D, A: D @ A.T / len(A),
                    "Rows and columns are confused: your product adds over the neurons and keeps "
                    "the examples. It must add over the examples, so these must be the inner axis.",
                    58, (lambda D, A: D @ A.T,)),
            Mistake("not-turned", lambda D, A: D @ A / len(A),
                    "delta has to be turned. (m, n_out) times (m, n_in) fits only by accident; the "
                    "sum over the examples needs m on the inside: (n_out, m) times (m, n_in).", 58,
                    (lambda D, A: D @ A,)),
            Mistake("product-of-means", lambda D, A: np.outer(D.mean(axis=0), A.mean(axis=0)),
                    "That is the outer product of two means. The mean of products is another "
                    "thing: multiply for each example first, and average afterwards."),
            Mistake("stack", lambda D, A: np.einsum("ij,ik->ijk", D, A) / len(A),
                    "All outer products are there, one for each example, but they still have to be "
                    "added up over the examples.", 53,
                    (lambda D, A: np.einsum("ij,ik->ijk", D, A),)),
            Mistake("flat-outer", lambda D, A: np.outer(D, A) / len(A),
                    "np.outer takes two vectors; of matrices it makes one long vector each, and "
                    "multiplies every delta of any example with every input of any other. Use it "
                    "row by row and add up, or find the one product that does so."),
            Mistake("one-number", lambda D, A: (D.T @ A).mean(),
                    "That is a single number. The mean runs over the examples, and these are gone "
                    "after the product: what is left is one sum for each weight. Divide by m.",
                    0, (lambda D, A: np.einsum("ij,ik->ijk", D, A).mean(),)),
            Mistake("m-of-the-page", lambda D, A: D.T @ A / 5, PAGE_M, 49),
            Mistake("elementwise", lambda D, A: (D * A).sum(axis=0) / len(A),
                    "`*` multiplies place by place. Every delta has to meet every input of its "
                    "example: that is an outer product, or a matrix product for all rows.", 2,
                    (lambda D, A: D * A / len(A),))),
        hints=("Formula (7.4): for each pair j, k, the mean over the examples of delta[i, j] times "
               "A[i, k].",
               "The result is (n_out, n_in). In a matrix product the inner axis is added over and "
               "vanishes: which axis must be inside?",
               "The transpose of delta times A, divided by the number of rows."),
        why="A sum of m outer products is one matrix product. This line is why training is fast."),
    Exercise(
        "bias_gradient", 7, "db, all examples", "core", 4, bias_gradient, ("db",), cases=slopes,
        mistakes=(
            Mistake("no-mean", lambda D: D.sum(axis=0),
                    "That is the sum of the pulls. The cost is a mean over the examples: divide by "
                    "their number, as for dW.", 49),
            Mistake("twice", lambda D: D.mean(axis=0) / len(D),
                    "Too small by the number of examples: a mean has divided by m already.", 50),
            Mistake("features", lambda D: D.sum(axis=0) / D.shape[1],
                    "You divide by the number of neurons. The mean runs over the examples, the "
                    "rows.", 52),
            Mistake("every-number", lambda D: D.sum(axis=0) / D.size,
                    "You divide by the number of all deltas. Divide by the number of rows alone.",
                    52),
            Mistake("not-summed", lambda D: D / len(D),
                    "Your db has one row for each example. All of them pull on the same bias, so "
                    "their pulls add up: sum over the rows.", 53, (lambda D: D * 1.0,)),
            Mistake("axis", lambda D: D.sum(axis=1) / len(D),
                    "You added along each row, over the neurons, and got one number for each "
                    "example. Each neuron has a bias: add over the examples, down the columns.", 55,
                    (lambda D: D.mean(axis=1), lambda D: D.sum(axis=1))),
            Mistake("total", lambda D: D.sum() / len(D),
                    "That is one number for the whole layer. Without an axis all is added up; each "
                    "neuron needs a number of its own.", 55,
                    (lambda D: D.mean(), lambda D: D.sum())),
            Mistake("row", lambda D: D.mean(axis=0, keepdims=True),
                    "The numbers are right, but it is a table of one row: (1, n) where the bias is "
                    "(n,). A gradient has the shape of its parameter; leave keepdims out.", 56),
            Mistake("m-of-the-page", lambda D: D.sum(axis=0) / 5, PAGE_M, 49),
            Mistake("one-example", lambda D: D[0],
                    "That is the pull of one example alone. Every row has a say.", 57,
                    (lambda D: D[-1], lambda D: D[0] / len(D), lambda D: D[-1] / len(D)))),
        hints=("A bias is a weight whose input is always 1. What does (7.4) say if A is a column "
               "of ones?",
               "delta is (m, n_out), db (n_out,): the axis of the examples vanishes.",
               "The sum down the columns, divided by the number of rows."),
        why="Every example pulls on the same bias; db is the mean of their pulls."),
)
