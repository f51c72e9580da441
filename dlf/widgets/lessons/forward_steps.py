"""Chapter 2: a network computes its answer, one product, one sum, one neuron at a time."""
import numpy as np

from dlf.widgets.lessons.base import Lesson
from dlf.widgets.parts import paragraph
from dlf.widgets.svg.figure import figure, line, rect
from dlf.widgets.svg.sheet import number, word

WIDTH, HEIGHT = 760, 304
TOP, BOTTOM   = 44, 300        # the graph is between them
SIDE          = 56             # from the border to the middle of the first and the last column
BOX, INPUT    = (88, 40), (64, 24)
MOST          = 4              # neurons of a column
PLACES        = (0.42, 0.3, 0.54, 0.22, 0.64)      # of a number on its line
LETTER        = 6.4            # the width of a digit


def sigmoid(z):
    """The sigmoid, as tanh gives it: nothing overflows."""
    return 0.5 + 0.5 * np.tanh(z / 2)


class ForwardSteps(Lesson):
    """A small network with sigmoids, step by step: the next product appears on its line.

    Shapes: weights[l] (n_out, n_in), biases[l] (n_out,), x (n_in,); at most 4 neurons in a column
    and 4 layers. `names` are those of the inputs.
    Raises: ValueError if shapes do not fit, or the network is too large to be drawn.
    """

    def __init__(self, weights, biases, x, names=None):
        self.weights = [np.asarray(W, dtype=float) for W in weights]
        self.biases  = [np.asarray(b, dtype=float) for b in biases]
        self.x       = np.array(x, dtype=float)
        check_network(self.weights, self.biases, self.x)
        self.sizes = [len(self.x), *map(len, self.biases)]
        self.names = names or [f"x{k}" for k in range(self.sizes[0])]
        self.moves = [(layer, j, k) for layer, W in enumerate(self.weights)
                      for j in range(len(W)) for k in range(W.shape[1] + 2)]
        self.at    = 0                   # so many moves are done: products, a bias, an activation
        super().__init__(advance=self.term, reset=self.restart, speed="1 a second", steps={
            "term": self.term, "neuron": self.neuron, "layer": self.layer})
        self.words.layout.min_height = "5.6em"

    def controls(self):
        return [self.row(*(self.slider(
            name, float(value), min(-3.0, value), max(3.0, value), 0.1, f"The input {name}",
            lambda new, k=k: self.x.__setitem__(k, new), width=300)
            for k, (name, value) in enumerate(zip(self.names, self.x))))]

    # ---- moving --------------------------------------------------------------------------------

    def term(self):
        """One product, bias, or activation more."""
        self.go_to(lambda move: True)

    def neuron(self):
        """On to the end of a neuron."""
        self.go_to(lambda move: self.is_last(*move))

    def layer(self):
        """On to the end of a layer."""
        self.go_to(lambda move: self.is_last(*move) and move[1] == len(self.biases[move[0]]) - 1)

    def go_to(self, is_end):
        """On to the next move that is an end; StopIteration after the last one."""
        self.at = next(at for at, move in enumerate(self.moves, 1) if at > self.at and is_end(move))

    def is_last(self, layer, j, k):
        """Is this move the activation, a neuron's last?"""
        return k == self.weights[layer].shape[1] + 1

    def restart(self):
        self.at = 0

    # ---- numbers -------------------------------------------------------------------------------

    @property
    def activations(self):
        """What goes into each layer, and at last the answer."""
        found = [self.x]
        for W, b in zip(self.weights, self.biases):
            found.append(sigmoid(W @ found[-1] + b))
        return found

    @property
    def now(self):
        """(layer, neuron, products and bias that are there, is the activation there?) or None."""
        if not 0 < self.at < len(self.moves):
            return None
        layer, j, k = self.moves[self.at - 1]
        n = self.weights[layer].shape[1]
        return layer, j, min(k + 1, n + 1), k == n + 1

    def known(self, layer, j):
        """(Is z there?, is a there?) for a neuron."""
        done = self.moves[:self.at]
        n    = self.weights[layer].shape[1]
        return (layer, j, n) in done, (layer, j, n + 1) in done

    def summands(self, layer, j):
        """The products of a neuron, and then its bias."""
        return [*(self.weights[layer][j] * self.activations[layer]), self.biases[layer][j]]

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        parts = [*self.heads(), *self.lines(), *self.labels()]
        for column, n in enumerate(self.sizes):
            for j in range(n):
                parts += self.input_box(j) if column == 0 else self.box(column - 1, j)
        return figure(WIDTH, HEIGHT, self.describe(), *parts)

    def place(self, column, j):
        """The middle of a neuron."""
        n    = self.sizes[column]
        step = (BOTTOM - TOP) / max(n, 3)
        x    = SIDE + column * (WIDTH - 2 * SIDE) / (len(self.sizes) - 1)
        return x, (TOP + BOTTOM) / 2 + step * (j - (n - 1) / 2)

    def along(self, layer, j, k, share):
        """A place on the line from k to j: 0 at its start, 1 at its end."""
        (x0, y0), (x1, y1) = self.place(layer, k), self.place(layer + 1, j)
        x0, x1 = x0 + (INPUT if layer == 0 else BOX)[0] / 2, x1 - BOX[0] / 2
        return x0 + share * (x1 - x0), y0 + share * (y1 - y0)

    def heads(self):
        """What each column is."""
        last = len(self.sizes) - 1
        for column in range(last + 1):
            name = "input" if column == 0 else f"layer {column}"
            what = "x" if column == 0 else f"W{column} is {self.weights[column - 1].shape}"
            yield word(self.place(column, 0)[0], 12, name, "b")
            yield word(self.place(column, 0)[0], 27, what, "m s")

    def lines(self):
        """A line for every weight; those of the neuron whose turn it is stand out."""
        top = max(np.abs(W).max() for W in self.weights) or 1.0
        for layer, W in enumerate(self.weights):
            for (j, k), w in np.ndenumerate(W):
                asked = self.now is None or self.now[:2] == (layer, j)
                color = "negative" if w < 0 else "positive"
                dash  = ";stroke-dasharray:6 4" if w < 0 else ""
                yield line(*self.along(layer, j, k, 0), *self.along(layer, j, k, 1),
                           f"stroke:var(--{color});stroke-width:{1 + 2.5 * abs(w) / top:.1f};"
                           f"opacity:{0.85 if asked else 0.2}{dash}")

    def labels(self):
        """The products of the neuron whose turn it is; before and after, all weights."""
        if self.now is None:
            yield from self.all_weights()
            return
        layer, j, there, _ = self.now
        W, a = self.weights[layer], self.activations[layer]
        for k in range(W.shape[1]):
            text = f"{product(W[j, k], a[k])} = {number(W[j, k] * a[k] + 0.0)}" if k < there else \
                number(W[j, k])
            yield plate(*self.along(layer, j, k, PLACES[0]), text)

    def all_weights(self):
        """The weights on their lines, where they cover no others."""
        taken = []
        for layer, W in enumerate(self.weights):
            for (j, k), w in np.ndenumerate(W):
                text  = number(w)
                place = next((at for share in PLACES if is_free(
                    at := self.along(layer, j, k, share), LETTER * len(text) + 14, taken)), None)
                if place:
                    taken.append((*place, LETTER * len(text) + 14))
                    yield plate(*place, text)

    def input_box(self, k):
        """An input, and its name."""
        x, y = self.place(0, k)
        yield rect(x - INPUT[0] / 2, y - INPUT[1] / 2, *INPUT,
                   "fill:var(--faint);stroke:var(--muted)", 7)
        yield word(x, y + 4, number(self.x[k]))
        yield word(x, y - INPUT[1] / 2 - 5, self.names[k], "m s")

    def box(self, layer, j):
        """A neuron: its bias above it, in it z and a, as soon as they are there."""
        x, y  = self.place(layer + 1, j)
        asked = self.now is not None and self.now[:2] == (layer, j)
        look  = "stroke:var(--ink);stroke-width:2.4" if asked else "stroke:var(--muted)"
        yield rect(x - BOX[0] / 2, y - BOX[1] / 2, *BOX, f"fill:var(--background);{look}", 7)
        yield word(x, y - BOX[1] / 2 - 5, f"b = {number(self.biases[layer][j])}", "m s")
        a, z = self.activations[layer + 1][j], sum(self.summands(layer, j))
        for there, text, down in zip(self.known(layer, j), (f"z = {number(z)}", f"a = {number(a)}"),
                                     (-4, 13)):
            yield word(x, y + down, text if there else text[:3] + " ·", "" if there else "m")

    # ---- words ---------------------------------------------------------------------------------

    def draw(self, n):
        super().draw(n)
        self.words.value = "".join(paragraph(text) for text in self.sentences())

    def describe(self):
        return " ".join(self.sentences())

    def sentences(self):
        """Where it is: which neuron, its sum as far as it has come, and its activation."""
        if self.at == 0:
            inputs = ", ".join(f"{name} {number(x)}" for name, x in zip(self.names, self.x))
            return [f"A {'-'.join(map(str, self.sizes))} network before it computes: the weights "
                    f"on the lines, the biases above the neurons. Inputs: {inputs}.",
                    "Press “term” for the next product, “neuron” or “layer” for more at once."]
        if self.now is None:
            layer, j, k = self.moves[-1]
            return [f"All is computed. The network answers "
                    f"{', '.join(map(number, self.activations[-1]))}.",
                    *self.sentences_of(layer, j, k, True)[1:]]
        return self.sentences_of(*self.now)

    def sentences_of(self, layer, j, there, is_done):
        """The same for one neuron of which so many summands are there."""
        terms = [product(w, a) for w, a in zip(self.weights[layer][j], self.activations[layer])]
        terms = [*terms, number(self.biases[layer][j])][:there]
        value = sum(self.summands(layer, j)[:there])
        full  = there == self.weights[layer].shape[1] + 1
        text  = " + ".join(terms).replace("+ −", "− ")
        lines = [f"Layer {layer + 1}, neuron {j}: row {j} of W{layer + 1} times "
                 f"{'the inputs' if layer == 0 else f'the answers of layer {layer}'}, then the "
                 "bias.",
                 f"z = {text} = {number(value)}" if full else f"z = {text} + …"]
        return lines + [f"a = sigmoid({number(value)}) = {number(sigmoid(value))}"] * is_done


def check_network(weights, biases, x):
    """Raise unless the shapes fit from layer to layer, and all can be drawn."""
    if len(weights) != len(biases) or not 1 <= len(weights) <= 4:
        raise ValueError(f"ForwardSteps draws 1 to 4 layers, a W and a b for each; got "
                         f"{len(weights)} W and {len(biases)} b.")
    before = x.shape
    for layer, (W, b) in enumerate(zip(weights, biases), 1):
        if W.shape != (*b.shape, *before):
            raise ValueError(f"Layer {layer} gets {before} numbers and has a b of {b.shape}, so "
                             f"its W should be {(*b.shape, *before)}, outputs first; it is "
                             f"{W.shape}.")
        before = b.shape
    if max(max(W.shape) for W in weights) > MOST:
        raise ValueError(f"ForwardSteps draws at most {MOST} neurons side by side.")


def is_free(place, width, taken):
    """Does a number of this width cover none of those that are there?"""
    x, y = place
    return all(abs(y - b) > 15 or abs(x - a) > (width + other) / 2 for a, b, other in taken)


def product(w, a):
    """A weight times a number; a negative second factor in brackets."""
    return f"{number(w)} × {f'({number(a)})' if a < 0 else number(a)}"


def plate(x, y, text):
    """Text on a plate of the page's color, so that it can be read over lines."""
    width = LETTER * len(text) + 4
    return (rect(x - width / 2, y - 8, width, 16, "fill:var(--background);opacity:.9", 3)
            + word(x, y + 4, text))
