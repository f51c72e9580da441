"""Chapter 2, feedforward: a layer, a network, and how many numbers are in it."""
from itertools import pairwise

import numpy as np

from dlf.exercises.chapters.ch01_one_neuron import sigmoid
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def layer(W, a, b):
    """The activations of a layer: weights W (n_out, n_in), biases b (n_out,), from a (n_in,).

    With W all zero and b all zero, every activation is 0.5.
    """
    z = W @ a + b                        # (n_out,)
    return sigmoid(z)


def feedforward(x, weights, biases):
    """The answer of a network to x (n_in,): weights and biases are lists, one entry for each layer.

    W of a layer is (n_out, n_in), its b (n_out,). The penguin gives [0.5662] in the 2-3-1 network.
    """
    a = x
    for W, b in zip(weights, biases):
        a = sigmoid(W @ a + b)           # what one layer says is what the next one hears
    return a


def count_parameters(sizes):
    """How many weights and biases a network has: count_parameters([2, 3, 1]) is 13."""
    total = 0
    for i in range(len(sizes) - 1):
        n_in, n_out = sizes[i], sizes[i + 1]
        total += n_out * n_in            # W is (n_out, n_in)
        total += n_out                   # b is (n_out,)
    return total


# ---- answers with mistakes in them -------------------------------------------------------------

def network(step, last=None):
    """A feedforward whose layers compute step(W, a, b), and the last one last(W, a, b)."""
    def answer(x, weights, biases):
        a = x
        for W, b in list(zip(weights, biases))[:-1]:
            a = step(W, a, b)
        return (last or step)(weights[-1], a, biases[-1])
    return answer


def layers_used(choose):
    """A feedforward with the layers that choose(number of layers) names: pairs (W's, b's)."""
    def answer(x, weights, biases):
        a = x
        for i, j in choose(len(weights)):
            a = sigmoid(weights[i] @ a + biases[j])
        return a
    return answer


def sum_runs_on(W, a, b):
    z = np.cumsum(W @ a + b)             # as a loop does that never goes back to 0
    return sigmoid(z)


def all_layers(x, weights, biases):
    found = [x]
    for W, b in zip(weights, biases):
        found.append(sigmoid(W @ found[-1] + b))
    return found


def counted(count):
    """A count of parameters that adds up count(n_in, n_out) over the layers."""
    return lambda sizes: sum(count(n_in, n_out) for n_in, n_out in pairwise(sizes))


def affine(W, a, b):
    return W @ a + b


# ---- what they are compared on -----------------------------------------------------------------

def some_layers(rng):
    """Different sizes, and a square W, which fits both ways round."""
    return [tuple(rng.normal(size=shape).round(1) for shape in ((n_out, n_in), n_in, n_out))
            for n_out, n_in in ((2, 2), (3, 2), (2, 4), (1, 3), (4, 4))]


def some_networks(rng):
    """One layer, our network and penguin, three layers of equal sizes, and of different ones."""
    W1 = np.array([[0.5, -0.4], [0.3, 0.8], [-0.6, 0.2]])
    ours = (np.array([-0.7, 0.9]), [W1, np.array([[0.7, -0.5, 0.4]])],
            [np.array([0.1, -0.2, 0.0]), np.array([0.05])])
    return [some_network(rng, 2, 1), ours, *(some_network(rng, *sizes) for sizes in (
        (2, 2, 2), (3, 3, 3, 3), (4, 3, 5, 2)))]


def some_network(rng, *sizes):
    return (rng.normal(size=sizes[0]).round(1),
            [rng.normal(size=(n, m)).round(1) for m, n in pairwise(sizes)],
            [rng.normal(size=n).round(1) for n in sizes[1:]])


def some_sizes(rng):
    return [([3, 2],), ([2, 3, 1],), ([4, 5, 6, 7],), ([784, 30, 10],)]


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "layer", 2, "A layer", "core", 6, layer, ("a",), cases=some_layers,
        mistakes=(
            Mistake("transposed", lambda W, a, b: sigmoid(W.T @ a + b),
                    "W is used the wrong way round: you add up its columns, as in `W.T @ a` or "
                    "`a @ W`. A row of W belongs to one neuron, so each row meets a: `W @ a`. With "
                    "as many neurons as inputs nothing complains, and the numbers are wrong.", 1),
            Mistake("elementwise", lambda W, a, b: sigmoid(W * a + b),
                    "`W * a` multiplies pair by pair and stops there: a matrix comes out, one "
                    "product for each line of the network. The products of each row still have to "
                    "be added up, and `W @ a` does both.", 2),
            Mistake("one-sum", lambda W, a, b: sigmoid((W * a).sum() + b),
                    "You add up the products of all neurons into a single number. Each neuron has "
                    "a sum of its own: add up along a row of W, over the inputs only.", 2),
            Mistake("down-the-columns", lambda W, a, b: sigmoid((W * a).sum(axis=0) + b),
                    "You add up along the wrong axis: down the columns of W, over the neurons. A "
                    "neuron's products stand side by side in its row: `axis=1`, or `W @ a`.", 2),
            Mistake("loop-over-inputs", lambda W, a, b: np.array(
                        [sigmoid(W[j] @ a + b[j]) for j in range(len(a))]),
                    "Your loop makes one result for each input. There is one for each neuron: as "
                    "many as W has rows."),
            Mistake("no-bias", lambda W, a, b: sigmoid(W @ a),
                    "The biases are missing. Each neuron adds its own to its sum, before the "
                    "sigmoid.", 3),
            Mistake("bias-outside", lambda W, a, b: sigmoid(W @ a) + b,
                    "The biases are added after the sigmoid, so that activations leave 0 ... 1. "
                    "They belong to z, inside.", 4,
                    forms=(lambda W, a, b: sigmoid(W @ a) + sigmoid(b),)),
            Mistake("bias-column", lambda W, a, b: sigmoid(W @ a + b[:, None]),
                    "The result is a matrix: every sum met every bias. Each neuron has one bias. "
                    "`W @ a` and b both have the shape (n_out,): add them as they are, without "
                    "`[:, None]` or reshape; in a loop, one number of b at a time.", 5,
                    forms=(lambda W, a, b: sigmoid((W @ a)[:, None] + b),)),
            Mistake("bias-at-each-weight", lambda W, a, b: sigmoid((W + b[:, None]) @ a),
                    "The bias is added to each weight, and so it is multiplied by the inputs. It "
                    "is to be there whatever the inputs are: add b after the product.", 5),
            Mistake("bias-at-each-product", lambda W, a, b: sigmoid((W * a + b).sum(axis=1)),
                    "b is added to the products, along the inputs, before they are summed. It "
                    "belongs to the neurons, once for each: sum first, then add b.", 5,
                    forms=(lambda W, a, b: sigmoid((W * a + b[:, None]).sum(axis=1)),)),
            Mistake("bias-at-the-inputs", lambda W, a, b: sigmoid(W @ (a + b)),
                    "The biases are added to what comes in, and the weights then multiply them. "
                    "There is one bias for each neuron, not for each input: add b after the "
                    "product.", 5),
            Mistake("no-activation", affine,
                    "That is z, the weighted sums. The activations are sigmoid(z), number by "
                    "number.", 6),
            Mistake("activation-twice", lambda W, a, b: sigmoid(sigmoid(W @ a + b)),
                    "The sigmoid is applied twice, so that everything lies between 0.5 and 0.73. "
                    "Once is enough.", 7),
            Mistake("activated-inputs", lambda W, a, b: sigmoid(W @ sigmoid(a) + b),
                    "You squeeze what comes in as well. It was squeezed by the layer before, if "
                    "there is one; this layer squeezes its own sums only.", 7),
            Mistake("other-activation", lambda W, a, b: np.maximum(W @ a + b, 0),
                    "The sums are right, but this layer squeezes them with the sigmoid of chapter "
                    "1, each number alone, and with nothing else.",
                    forms=(lambda W, a, b: np.tanh(W @ a + b),
                           lambda W, a, b: (W @ a + b > 0) * 1.0,
                           lambda W, a, b: np.exp(W @ a + b) / np.exp(W @ a + b).sum())),
            Mistake("bias-subtracted", lambda W, a, b: 1 / (1 + np.exp(-W @ a + b)),
                    "The biases pull the wrong way: z is W @ a plus b. If you wrote `-W @ a + b` "
                    "in the exponent, the minus turns W @ a alone. It is for the whole of z.", 10,
                    forms=(lambda W, a, b: sigmoid(W @ a - b),)),
            Mistake("exponent-sign", lambda W, a, b: 1 / (1 + np.exp(W @ a + b)),
                    "The minus sign in the exponent is missing. `sigmoid` from the first cell has "
                    "it.", 9),
            Mistake("one-bias-for-all", lambda W, a, b: sigmoid(W @ a + b[0]),
                    "Every neuron of yours adds the same number as its bias. Each has its own: "
                    "neuron j adds b[j].", 5,
                    forms=(lambda W, a, b: sigmoid(W @ a + b[-1]),
                           lambda W, a, b: sigmoid(W @ a + b.sum()))),
            Mistake("sum-runs-on", sum_runs_on,
                    "From the second neuron on, your sums contain those of the neurons before: "
                    "the sum starts from 0 for each neuron, inside the outer loop."),
            Mistake("first-neuron", lambda W, a, b: sigmoid(W[0] @ a + b[0]),
                    "You return one number, the first neuron's. If the `return` is indented into "
                    "the loop, it ends the function in the first round.",
                    forms=(lambda W, a, b: [sigmoid(W[0] @ a + b[0])],)),
            Mistake("last-neuron", lambda W, a, b: sigmoid(W[-1] @ a + b[-1]),
                    "You return one number, the last neuron's: each round of the loop overwrites "
                    "the one before. Collect them, one for each row of W."),
            Mistake("squeezed-before-the-sum",
                    lambda W, a, b: sigmoid(W * a).sum(axis=1) + b,
                    "You squeeze the products, and then add up. First a neuron's whole sum z, "
                    "bias included, then one sigmoid of it.",
                    forms=(lambda W, a, b: sigmoid(W * a).sum(axis=1),)),
        ),
        hints=("One neuron was sigmoid(w @ x + b). Now each row of W is the w of one neuron.",
               "W is (n_out, n_in) and a is (n_in,), so W @ a is (n_out,): one sum for each "
               "neuron. b has that shape too.",
               "The matrix times a, plus the biases; then the sigmoid of all of it."),
        why="A whole layer in one product: row j of W asks the question of neuron j."),
    Exercise(
        "feedforward", 2, "The whole network", "core", 8, feedforward, ("a",), cases=some_networks,
        mistakes=(
            Mistake("x-in-each-layer", lambda x, weights, biases: [
                        sigmoid(W @ x + b) for W, b in zip(weights, biases)][-1],
                    "Every layer of yours looks at x. Only the first one sees the inputs; each "
                    "later one gets what the layer before it said. Use the same name for what "
                    "goes in and what comes out of the loop's line.", 8),
            Mistake("first-layer-again", layers_used(lambda n: [(0, 0)] * n),
                    "You use the first W and b in every layer. The index has to move on with the "
                    "loop; `zip(weights, biases)` gives each pair in turn.", 8),
            Mistake("first-skipped", layers_used(lambda n: [(i, i) for i in range(1, n)]),
                    "The first layer is left out: Python counts from 0, so the first pair is "
                    "`weights[0]`, `biases[0]`.", 8),
            Mistake("last-skipped", layers_used(lambda n: [(i, i) for i in range(n - 1)]),
                    "The last layer is left out. There are as many layers as entries in the lists, "
                    "and range(n) already stops one before n.", 8),
            Mistake("biases-shifted", layers_used(lambda n: [(i, i - 1) for i in range(n)]),
                    "Weights and biases come from different layers: the biases are one layer off. "
                    "W and b of a layer have the same index.", 8,
                    forms=(layers_used(lambda n: [(i, (i + 1) % n) for i in range(n)]),)),
            Mistake("first-biases-again", layers_used(lambda n: [(i, 0) for i in range(n)]),
                    "Every layer of yours uses the biases of the first. Each has its own: same "
                    "index for W and b.", 8),
            Mistake("reversed", layers_used(lambda n: [(i, i) for i in reversed(range(n))]),
                    "You go through the layers from the last to the first. That is the way back, "
                    "in chapter 5; the way forward begins with the first entry.", 8),
            Mistake("returns-too-early", lambda x, weights, biases: sigmoid(
                        weights[0] @ x + biases[0]),
                    "You return what the first layer says. Is the `return` indented into the loop? "
                    "Then it ends the function in the first round.", 8),
            Mistake("two-layers", layers_used(lambda n: [(0, 0), (1, 1)]),
                    "Yours always computes two layers. It should do as many as the lists have, one "
                    "or twenty: loop over them.", 8),
            Mistake("all-at-once", lambda x, weights, biases: sigmoid(
                        np.array(weights) @ x + np.array(biases)),
                    "You compute all layers at once, each with x, as if the lists were one array. "
                    "A layer has to wait for the answer of the one before: loop over the lists.",
                    8, forms=(lambda x, weights, biases: [
                        sigmoid(W @ x + b) for W, b in zip(weights, biases)],)),
            Mistake("no-hidden-activation", network(affine, lambda W, a, b: sigmoid(W @ a + b)),
                    "The hidden layers pass on their z without the sigmoid; only the last one has "
                    "it. Without a bend in between, all layers together can do no more than one "
                    "could.", 6),
            Mistake("no-activation", network(affine),
                    "There is no sigmoid in yours: each layer's answer is sigmoid(z), hidden or "
                    "last.", 6),
            Mistake("no-output-activation", network(lambda W, a, b: sigmoid(W @ a + b), affine),
                    "The last layer gives its z. In this network the last layer has a sigmoid "
                    "too, so that the answer lies between 0 and 1.", 7),
            Mistake("extra-output-activation", network(
                        lambda W, a, b: sigmoid(W @ a + b),
                        lambda W, a, b: sigmoid(sigmoid(W @ a + b))),
                    "At the end there is one sigmoid too many. The last layer has squeezed its "
                    "sums already; return what it says as it is.", 7),
            Mistake("other-activation", network(lambda W, a, b: np.maximum(W @ a + b, 0)),
                    "The sums are right, but every layer of this network squeezes them with the "
                    "sigmoid of chapter 1.",
                    forms=(network(lambda W, a, b: np.tanh(W @ a + b)),
                           network(lambda W, a, b: (W @ a + b > 0) * 1.0))),
            Mistake("squeezed-inputs", lambda x, weights, biases: feedforward(
                        sigmoid(x), weights, biases),
                    "You squeeze the inputs before the first layer sees them. They go in as they "
                    "are; each layer squeezes its own sums.", 7),
            Mistake("sigmoid-too-early", network(lambda W, a, b: W @ sigmoid(a) + b),
                    "You squeeze what goes into a layer instead of what comes out of it: the "
                    "inputs are squeezed, and the answer is not. sigmoid(W @ a + b).", 7),
            Mistake("bias-column", network(lambda W, a, b: sigmoid(W @ a + b[:, None])),
                    "A column of biases and a row of sums stretch each other to a matrix. `W @ a` "
                    "and b have the same shape, (n_out,): add them as they are.", 5),
            Mistake("bias-subtracted", network(lambda W, a, b: sigmoid(W @ a - b)),
                    "The biases pull the wrong way: z is W @ a plus b. If you wrote `-W @ a + b` "
                    "in the exponent, the minus turns W @ a alone. It is for the whole of z.", 10),
            Mistake("first-answer", lambda *args: feedforward(*args)[0],
                    "You return the first activation of the last layer. There may be several "
                    "outputs: return all of a, an array.", 57),
            Mistake("transposed", network(lambda W, a, b: sigmoid(W.T @ a + b)),
                    "W is used the wrong way round, `W.T @ a` or `a @ W`. Each row of W belongs to "
                    "one neuron: `W @ a`.", 1),
            Mistake("elementwise", network(lambda W, a, b: sigmoid(W * a + b)),
                    "`W * a` multiplies pair by pair, but adds nothing up. Each neuron needs the "
                    "sum of its products: `W @ a`.", 2),
            Mistake("no-bias", network(lambda W, a, b: sigmoid(W @ a)),
                    "The biases are missing: each layer adds its b before the sigmoid.", 3),
            Mistake("bias-outside", network(lambda W, a, b: sigmoid(W @ a) + b),
                    "The biases are added after the sigmoid. They belong to z, inside.", 4),
            Mistake("all-layers", lambda *args: all_layers(*args)[1:],
                    "You return what every layer says. Here only the last one is asked for; the "
                    "others will be needed in chapter 5.", forms=(all_layers,)),
        ),
        hints=("The answer of one layer is the input of the next. Begin with a = x, and replace a "
               "layer by layer.",
               "a changes its length on the way: (n_in,) at first, then (n_out,) of each layer. A "
               "loop over `zip(weights, biases)` gives one W and one b at a time.",
               "In the loop: a becomes the sigmoid of this layer's W times a plus this layer's b. "
               "After the loop, return a."),
        why="This is all that a network does when it answers. Everything from here on is about "
            "which weights to put in."),
    Exercise(
        "count_parameters", 2, "Count the parameters", "warm-up", 4, count_parameters,
        ("parameters",), cases=some_sizes,
        mistakes=(
            Mistake("no-biases", counted(lambda n_in, n_out: n_in * n_out),
                    "Those are the weights. Each neuron also has a bias: one more for each neuron "
                    "of every layer but the input."),
            Mistake("biases-of-the-inputs", counted(lambda n_in, n_out: n_in * n_out + n_in),
                    "You count a bias for each number that goes into a layer. Biases belong to the "
                    "neurons that add up: b is (n_out,)."),
            Mistake("inputs-have-biases", lambda sizes: counted(
                        lambda n_in, n_out: n_in * n_out + n_out)(sizes) + sizes[0],
                    "The inputs have got biases too. They compute nothing: biases begin with the "
                    "first hidden layer."),
            Mistake("one-bias-a-layer", counted(lambda n_in, n_out: n_in * n_out + 1),
                    "You count one bias for each layer. Every neuron has its own.",
                    forms=(lambda sizes: len(sizes) + sum(m * n for m, n in pairwise(sizes)),)),
            Mistake("a-bias-a-weight", counted(lambda n_in, n_out: 2 * n_in * n_out),
                    "You count a bias for each weight. There is one for each neuron, added once, "
                    "after the sum."),
            Mistake("added", counted(lambda n_in, n_out: n_in + n_out),
                    "You add the sizes of two neighboring layers. Every neuron has a line to every "
                    "number before it, so their counts multiply."),
            Mistake("neurons", lambda sizes: sum(sizes),
                    "Those are the neurons and inputs. Parameters are the numbers on the lines "
                    "between them, and the biases."),
            Mistake("first-layer-only", lambda sizes: sizes[0] * sizes[1] + sizes[1],
                    "That is the first layer alone. Is the `return` inside the loop?"),
            Mistake("last-layer-missing", lambda sizes: counted(
                        lambda n_in, n_out: n_in * n_out + n_out)(sizes[:-1]),
                    "The last layer is left out. Four sizes make three pairs of neighbors: the "
                    "loop has to run once less than there are sizes, not twice less."),
            Mistake("last-layer-only", lambda sizes: sizes[-2] * sizes[-1] + sizes[-1],
                    "That is the last layer alone: each round of the loop overwrites the one "
                    "before. Add up, with `+=`."),
            Mistake("no-output-biases", lambda sizes: counted(
                        lambda n_in, n_out: n_in * n_out + n_out)(sizes) - sizes[-1],
                    "The biases of the output layer are missing. Its neurons are neurons like any "
                    "others, and each has one."),
            Mistake("from-the-inputs", lambda sizes: sum(sizes[0] * n + n for n in sizes[1:]),
                    "You give every neuron a line to the inputs. Only the first layer has them; "
                    "each later one hears the layer before it."),
            Mistake("around-the-end", lambda sizes: sum(
                        sizes[i - 1] * sizes[i] + sizes[i] for i in range(len(sizes))),
                    "One pair too many: at i = 0, `sizes[i - 1]` is the last size, and the outputs "
                    "seem to lead back to the inputs. Begin with 1."),
            Mistake("three-sizes", lambda sizes: sizes[1] * (sizes[0] + 1) + sizes[2] * (
                        sizes[1] + 1),
                    "Yours counts two layers, whatever the list holds. Loop over all pairs of "
                    "neighbors, however many there are."),
            Mistake("all-multiplied", lambda sizes: int(np.prod(sizes)) + sum(sizes[1:]),
                    "You multiply all sizes with each other. Lines run between neighboring layers "
                    "only: take the sizes two by two, and add up."),
        ),
        hints=("Draw 2-3-1 and count the lines; then the neurons that have a bias.",
               "Each pair of neighboring sizes (n_in, n_out) brings a W of n_out rows and n_in "
               "columns, and a b of n_out numbers.",
               "For each pair of neighbors add n_out times n_in, and n_out; return the sum."),
        why="784-30-10, a small network for handwritten digits, has 23,860: you will be glad that "
            "nobody has to set them by hand."),
)
