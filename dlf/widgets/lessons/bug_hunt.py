"""Chapter 6: backpropagations with one bug each, block by block beside the slopes by nudging."""
import numpy as np

from dlf.gradcheck import numerical_gradient
from dlf.widgets.lessons.base import Lesson
from dlf.widgets.svg.figure import figure, rect, signed_fill
from dlf.widgets.svg.sheet import number, word

WIDTH, HEIGHT = 760, 354
CELL, LINE    = 68, 25                  # pixels of a number: width and height
LEFT, GAP     = 132, 28                 # where the first block begins, and between two
BLOCKS        = "dW1", "db1", "dW2", "db2"
ROWS          = "by nudging", "this backprop", "how many times"
FINE          = 1e-6                    # relative errors below are rounding


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class BugHunt(Lesson):
    """Choose a backpropagation, and see which of its four blocks disagree with the nudges.

    Args: suspects: {name: backprop}, each a function of (x, y, W1, b1, W2, b2) that returns dW1,
    db1, dW2, db2; then one example and a network with two sigmoid layers, of at most 3 neurons and
    inputs each, so that the numbers can be read. The cost is 1/2 sum (a - y)^2.
    Shapes: x (n,), y (k,), W1 (m, n), b1 (m,), W2 (k, m), b2 (k,).
    """

    def __init__(self, suspects, x, y, W1, b1, W2, b2):
        parts = [np.array(part, dtype=float) for part in (x, y, W1, b1, W2, b2)]
        self.x, self.y, *self.net = parts
        if not suspects or max(self.net[0].shape + self.net[2].shape) > 3:
            raise ValueError("BugHunt shows at least one backprop, on a network of at most 3 "
                             f"inputs and neurons a layer; got {len(suspects)}, W1 "
                             f"{self.net[0].shape} and W2 {self.net[2].shape}.")
        self.right = [numerical_gradient(self.cost, part) for part in self.net]
        self.found = {name: [np.asarray(block, dtype=float) for block in backprop(*parts)]
                      for name, backprop in suspects.items()}
        self.suspect = next(iter(suspects))
        super().__init__()

    def controls(self):
        return [self.row(self.choose("backprop", list(self.found), self.suspect,
                                     "Which of them to look at",
                                     lambda name: setattr(self, "suspect", name), 170))]

    # ---- the numbers ---------------------------------------------------------------------------

    def cost(self):
        """The cost of the example, with the network as it is now."""
        W1, b1, W2, b2 = self.net
        a2 = sigmoid(W2 @ sigmoid(W1 @ self.x + b1) + b2)
        return float(((a2 - self.y) ** 2).sum() / 2)

    def errors(self):
        """The relative error of each block; infinite for a block of another shape."""
        return [error(found, right) for found, right in zip(self.found[self.suspect], self.right)]

    def wrong(self):
        """The names of the blocks that disagree."""
        return [name for name, error in zip(BLOCKS, self.errors()) if not error < FINE]

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        heads = [word(0, 66 + 98 * i, name, "b", "start") for i, name in enumerate(ROWS)]
        return figure(WIDTH, HEIGHT, self.describe(), *heads, *self.blocks())

    def blocks(self):
        """Four columns: a block by nudging, by the suspect, and the one divided by the other."""
        x     = LEFT
        scale = max(np.abs(right).max() for right in self.right) or 1.0
        for name, found, right, off in zip(BLOCKS, self.found[self.suspect], self.right,
                                           self.errors()):
            yield word(x, 14, name, "b", "start")
            yield word(x, 32, "✓ agrees" if off < FINE else f"✗ error {number(off, 2)}",
                       "" if off < FINE else "b", "start")
            yield from cells(x, 48, right, scale)
            yield from cells(x, 146, found, scale)
            yield from cells(x, 244, times(found, right), None)
            x += GAP + CELL * (1 if right.ndim == 1 else right.shape[1])

    def describe(self):
        wrong  = self.wrong()
        errors = dict(zip(BLOCKS, self.errors()))
        parts  = [f"{name} disagrees with the nudges, relative error {number(errors[name], 2)}"
                  for name in wrong]
        fine   = [name for name in BLOCKS if name not in wrong]
        parts += [f"{', '.join(fine)} {'agree' if len(fine) > 1 else 'agrees'}"] if fine else []
        return f"Backprop {self.suspect}: {'; '.join(parts)}."


def error(found, right):
    """The largest difference, relative to the largest size; infinite for another shape or nan."""
    if found.shape != right.shape or not np.isfinite(found).all():
        return np.inf
    return float(np.abs(found - right).max() / max(np.abs(found).max(), np.abs(right).max(), 1e-12))


def times(found, right):
    """How many times the right number each one is; nan where that cannot be said."""
    if found.shape != right.shape:
        return np.full(right.shape, np.nan)
    return np.divide(found, right, out=np.full(right.shape, np.nan), where=np.abs(right) > 1e-12)


def cells(x, y, block, scale):
    """A block as a table of numbers, a column for a vector; colored by sign if there is a scale."""
    table = block[:, None] if block.ndim == 1 else np.atleast_2d(block)
    for i, row in enumerate(table[:3]):
        for j, value in enumerate(row[:3]):
            left, top = x + CELL * j, y + LINE * i
            fill = "none" if scale is None or not np.isfinite(value) else \
                signed_fill(value / scale)
            yield rect(left, top, CELL - 2, LINE - 2, f"fill:{fill};fill-opacity:.55;"
                                                      "stroke:var(--faint)")
            text = number(np.nan) if not np.isfinite(value) else \
                f"{value:.{4 if scale else 3}f}".replace("-", "−")
            yield word(left + CELL - 10, top + 16, text, "", "end")
