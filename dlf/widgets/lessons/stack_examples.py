"""Chapter 7: the loop adds outer products cell by cell; the matrix product has them all at once."""
import numpy as np

from dlf.widgets.lessons.base import Lesson
from dlf.widgets.svg.figure import figure, line, rect, signed_fill
from dlf.widgets.svg.sheet import word

CELL   = 54, 26                 # width and height of a cell in pixels
MOST   = 6                      # examples
LOOP   = 60                     # where the outer product of the loop begins, from the left
RIGHT  = 596                    # where A and the product begin
STACK  = 52                     # the upper edge of six rows of A
SUMS   = STACK + MOST * CELL[1] + 20       # the upper edge of both sums
STRONG = 0.6                    # of the full color, so that numbers can be read on it

# Six penguins, the first five of which the chapter computes with, and its network.
PENGUINS = [[-0.7, 0.9], [0.8, -0.7], [-0.4, 0.8], [0.5, -0.5], [1.8, 0.1], [-1.0, 1.5]]
GENTOO   = [0, 1, 0, 1, 1, 0]
W1, b1   = [[0.5, -0.4], [0.3, 0.8], [-0.6, 0.2]], [0.1, -0.2, 0.0]
W2, b2   = [[0.7, -0.5, 0.4], [-0.3, 0.6, 0.2]], [0.05, -0.1]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def penguins():
    """The output deltas (6, 2) and the hidden activations (6, 3) of six penguins."""
    hidden = sigmoid(np.array(PENGUINS) @ np.transpose(W1) + b1)
    a      = sigmoid(hidden @ np.transpose(W2) + b2)
    return (a - np.eye(2)[GENTOO]) * a * (1 - a), hidden


class StackExamples(Lesson):
    """The sum of the examples' outer products, step by step, beside the product of all at once.

    Args: delta, A: a row for each example, at most 6 rows of at most 4 and 3 numbers; without them,
    six penguins in the network of the chapter. m: how many examples take part.
    Shapes: delta (examples, n_out), A (examples, n_in).
    Raises: ValueError if they do not have the same number of rows, or too many numbers.
    """

    def __init__(self, delta=None, A=None, m=5):
        delta, A = penguins() if delta is None else (np.asarray(delta, float), np.asarray(A, float))
        check(delta, A)
        self.delta, self.inputs = delta, A
        self.m, self.what, self.done = min(m, len(delta)), "dW", 0
        super().__init__(self.one_cell, {"cell": self.one_cell, "row": self.one_example},
                         self.start, speed="3 a second")

    def controls(self):
        return [self.row(
            self.slider("examples", self.m, 1, len(self.delta), 1, "How many examples take part",
                        self.take, width=280),
            self.choose("what for", [("dW, the weights", "dW"), ("db, the biases", "db")], "dW",
                        "With a column of ones in place of A, the same product gives db",
                        self.turn_to, width=230))]

    # ---- what the controls do ------------------------------------------------------------------

    def start(self):
        """Nothing is added yet."""
        self.done = 0

    def take(self, m):
        """So many examples, from the start."""
        self.m, self.done = m, 0

    def turn_to(self, what):
        """dW or db, from the start."""
        self.what, self.done = what, 0

    def one_cell(self):
        """Add one more product of two numbers."""
        if self.done == self.cells:
            raise StopIteration
        self.done += 1

    def one_example(self):
        """Add all that is left of an example's outer product, or the next one."""
        if self.done == self.cells:
            raise StopIteration
        self.done += self.each - self.done % self.each

    # ---- the numbers ---------------------------------------------------------------------------

    @property
    def D(self):
        """The deltas of the examples that take part, (m, n_out)."""
        return self.delta[:self.m]

    @property
    def A(self):
        """What they are multiplied with, (m, n_in): activations, or 1 for the bias."""
        return self.inputs[:self.m] if self.what == "dW" else np.ones((self.m, 1))

    @property
    def each(self):
        """Cells of one outer product."""
        return self.D.shape[1] * self.A.shape[1]

    @property
    def cells(self):
        """Additions in all."""
        return self.m * self.each

    @property
    def at(self):
        """(example, row, column) of what was added last; None at the start."""
        if not self.done:
            return None
        shape = self.m, self.D.shape[1], self.A.shape[1]
        return tuple(int(place) for place in np.unravel_index(self.done - 1, shape))

    def total(self, done):
        """What the loop has after so many additions, (n_out, n_in)."""
        outer = np.einsum("ij,ik->ijk", self.D, self.A)
        there = (np.arange(self.cells) < done).reshape(outer.shape)
        return (outer * there).sum(axis=0)

    @property
    def product(self):
        """All of it at once."""
        return self.D.T @ self.A

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        n = self.D.shape[1]
        self.mean = SUMS + n * CELL[1] + 40              # the upper edge of the means
        height = self.mean + n * CELL[1] + 24
        return figure(760, height, self.describe(), *self.loop(), *self.equal(), *self.at_once())

    def loop(self):
        """On the left: one outer product, and the sum so far."""
        i, j, k = self.at or (0, -1, -1)
        yield word(0, 14, "The loop: one outer product at a time", "b", "start")
        name = "A" if self.what == "dW" else "the ones: a bias's input is always 1"
        yield word(LOOP, 40, f"row {i} of {name}", "m s", "start")
        yield from self.table(LOOP, STACK, self.A[i:i + 1], bold=(0, k))
        top   = STACK + CELL[1] + 6
        yield from self.table(0, top, self.D[i:i + 1].T, bold=(j, 0))
        outer = np.where(self.reached(), np.outer(self.D[i], self.A[i]), np.nan)
        yield from self.table(LOOP, top, outer, bold=(j, k))
        yield word(0, top + len(outer) * CELL[1] + 15, f"row {i} of Delta, turned", "m s",
                   "start")
        yield word(LOOP, SUMS - 8, "is added to the sum so far", "m s", "start")
        yield from self.table(LOOP, SUMS, self.total(self.done), bold=(j, k), scale=self.largest)
        finished = self.done == self.cells
        mean = self.product / self.m if finished else np.full_like(self.product, np.nan)
        yield word(LOOP, self.mean - 8, f"the sum / {self.m}, when all are in", "m s", "start")
        yield from self.table(LOOP, self.mean, mean, scale=self.largest / self.m)

    def reached(self):
        """Which cells of the current outer product are computed?"""
        count = (self.done - 1) % self.each + 1 if self.done else 0
        return (np.arange(self.each) < count).reshape(self.D.shape[1], self.A.shape[1])

    def at_once(self):
        """On the right: the whole product, with what belongs to the current example framed."""
        i, j, k = self.at or (-1, -1, -1)
        yield word(RIGHT + 3 * CELL[0], 14, "The matrix product: all at once", "b", "end")
        top, left = SUMS - 20 - self.m * CELL[1], RIGHT - 26 - self.m * CELL[0]
        yield word(RIGHT, STACK - 12, "A: (m, n_in)" if self.what == "dW" else "ones: (m, 1)",
                   "m s", "start")
        yield from self.table(RIGHT, top, self.A, bold=(i, k))
        yield from self.table(left, SUMS, self.D.T, bold=(j, i))
        for place in range(self.m):
            kind = "b s" if place == i else "m s"
            yield word(RIGHT - 10, top + place * CELL[1] + 17, str(place), kind)
            yield word(left + (place + 0.5) * CELL[0], SUMS - 6, str(place), kind)
        if self.at:
            yield ring(RIGHT, top + i * CELL[1], self.A.shape[1], 1)
            yield ring(left + i * CELL[0], SUMS, 1, self.D.shape[1])
        yield from self.table(RIGHT, SUMS, self.product, bold=(j, k), scale=self.largest)
        below = SUMS + self.D.shape[1] * CELL[1] + 15
        yield word(RIGHT - 26, below, "Delta, turned: (n_out, m)", "m s", "end")
        yield word(RIGHT, SUMS - 6, "the product", "m s", "start")
        yield word(RIGHT, self.mean - 8, f"the product / {self.m}", "m s", "start")
        yield from self.table(RIGHT, self.mean, self.product / self.m,
                              scale=self.largest / self.m)

    def equal(self):
        """Between both sums: are they the same by now?"""
        same = self.done == self.cells
        x, y = LOOP + self.A.shape[1] * CELL[0] + 14, self.mean + self.D.shape[1] * CELL[1] / 2
        if same:
            yield line(x, y, RIGHT - 14, y, "stroke:var(--muted);stroke-dasharray:2 3")
            yield rect((x + RIGHT) / 2 - 66, y - 12, 118, 24, "fill:var(--background)")
            yield word((x + RIGHT) / 2 - 7, y + 4, f"equal: {self.what}", "b")

    @property
    def largest(self):
        """The size of the full color of sums: what the largest of them can become."""
        return float(np.abs(np.einsum("ij,ik->ijk", self.D, self.A)).sum(axis=0).max()) or 1.0

    def table(self, left, top, values, bold=(-1, -1), scale=None):
        """Cells with their numbers; nan is an empty one. The bold one has a strong frame."""
        scale = scale or float(np.nanmax(np.abs(values), initial=0)) or 1.0
        width, height = CELL
        for (row, column), value in np.ndenumerate(values):
            x, y = left + column * width, top + row * height
            fill = "none" if np.isnan(value) else signed_fill(STRONG * value / scale)
            edge = "var(--negative);stroke-dasharray:3 2" if value < 0 else "var(--faint)"
            yield rect(x + 1, y + 1, width - 2, height - 2, f"fill:{fill};stroke:{edge}")
            if not np.isnan(value):
                yield word(x + width / 2, y + 17, digits(value), "b s" if (row, column) == bold
                           else "s")
        if min(bold) >= 0:
            yield ring(left + bold[1] * width, top + bold[0] * height, 1, 1, 2.5)

    # ---- the same in words ---------------------------------------------------------------------

    def describe(self):
        ones = "A" if self.what == "dW" else "a column of ones"
        if not self.at:
            return ("Nothing is added yet. On the right stands the product of Delta, turned, and "
                    f"{ones}: {listed(self.product)}. Step: will the loop arrive there?")
        i, j, k = self.at
        before, now = self.total(self.done - 1)[j, k], self.total(self.done)[j, k]
        if self.done == self.cells:
            return (f"All {self.cells} are added, and the sum is the product of Delta, turned, and "
                    f"{ones}. Divided by {self.m}, once, it is {self.what}: "
                    f"{listed(self.product / self.m)}.")
        return (f"Example {i}, cell [{j}, {k}]: {digits(self.D[i, j])} times "
                f"{digits(self.A[i, k])} is {digits(self.D[i, j] * self.A[i, k])}; the sum goes "
                f"from {digits(before)} to {digits(now)}. {self.done} of {self.cells} "
                "additions are done.")


def check(delta, A):
    """Raise unless there is a row of both for each example, and the drawing has room."""
    if delta.ndim != 2 or A.ndim != 2 or len(delta) != len(A) or not 1 <= len(A) <= MOST \
            or delta.shape[1] > 4 or A.shape[1] > 3:
        raise ValueError("StackExamples wants delta (m, n_out) and A (m, n_in) with the same m, at "
                         f"most {MOST}, n_out at most 4, n_in at most 3; got {delta.shape} and "
                         f"{A.shape}. Take some rows: delta[:5], A[:5].")


def ring(left, top, columns, rows, width=1.2):
    """A frame around cells."""
    return rect(left, top, columns * CELL[0], rows * CELL[1],
                f"fill:none;stroke:var(--ink);stroke-width:{width}", 3)


def digits(value):
    """Four digits after the point, and a true minus."""
    return f"{value:.4f}".replace("-0.0000", "0.0000").replace("-", "−")


def listed(matrix):
    """A matrix as a list of its rows; of one column, its numbers."""
    rows = matrix[:, 0][None] if matrix.shape[1] == 1 else matrix
    parts = ["[" + ", ".join(map(digits, row)) + "]" for row in rows]
    return parts[0] if matrix.shape[1] == 1 else f"[{', '.join(parts)}]"
