"""Chapter 0: choose two shapes and an operation, and see cell by cell how they are stretched."""
import numpy as np

from dlf.palette import CLASSES
from dlf.widgets.lessons import shape_rules as rules
from dlf.widgets.lessons.base import Lesson
from dlf.widgets.svg.figure import figure, line, rect
from dlf.widgets.svg.sheet import word

WIDTH, HEIGHT = 760, 304
SHAPES = (), (3,), (4,), (3, 1), (4, 1), (1, 4), (3, 4), (4, 3)
CELL   = 44, 30                         # pixels of a cell
LEFTS  = 26, 280, 534                   # of A, of B, and of the result
TOP, TABLE = 66, 226                    # of the cells, and of the table of axes
COLORS = {"A": CLASSES[5], "B": CLASSES[6], "result": "var(--muted)"}


class ShapeExplorer(Lesson):
    """Two arrays of chosen shapes and an operation: what stretches, what meets, what comes out.

    Args: a, b: two of `SHAPES`; operation: one of `shape_rules.OPERATIONS`.
    A holds 1, 2, 3, ... and B holds 10, 20, 30, ..., so each result tells where it comes from.
    """

    def __init__(self, a=(3, 1), b=(4,), operation="A + B"):
        self.shape_a, self.shape_b, self.operation = tuple(a), tuple(b), operation
        self.cell, self.hidden = 0, False
        super().__init__()
        self.words.layout.min_height = "4.8em"          # errors take three lines

    def controls(self):
        shapes = [(str(shape), shape) for shape in SHAPES]
        return [self.row(
            self.choose("A", shapes, self.shape_a, "The shape of A", self.change("shape_a"), 110),
            self.choose("B", shapes, self.shape_b, "The shape of B", self.change("shape_b"), 110),
            self.choose("operation", rules.OPERATIONS, self.operation, "What is done with them",
                        self.change("operation"), 300),
            self.choose("result", (("shown", False), ("hidden", True)), False,
                        "Hide the result to predict its shape first", self.change("hidden"), 150)),
            self.row(self.button("previous cell", "Where the cell before comes from",
                                 lambda: self.go(-1)),
                     self.button("next cell", "Where the next cell comes from",
                                 lambda: self.go(1)))]

    def change(self, name):
        """A function that sets what was chosen, and goes back to the result's first cell."""
        def act(value):
            setattr(self, name, value)
            self.cell = 0
        return act

    def go(self, by):
        """To another cell of the result, and from the last to the first."""
        if self.result is not None and not self.hidden:
            self.cell = (self.cell + by) % self.result.size

    # ---- the arrays ----------------------------------------------------------------------------

    @property
    def a(self):
        """1, 2, 3, ..."""
        return counted(self.shape_a)

    @property
    def b(self):
        """10, 20, 30, ..."""
        return 10 * counted(self.shape_b)

    @property
    def result(self):
        """What NumPy makes of them; None if they do not fit."""
        return rules.compute(self.operation, self.a, self.b)

    @property
    def needs_b(self):
        return self.operation not in rules.SUMS

    @property
    def place(self):
        """The place of the result's cell that is looked at."""
        return tuple(int(i) for i in np.unravel_index(self.cell, self.result.shape))

    def marked(self):
        """The cells that are looked at, in A, in B, and in the result."""
        if self.result is None or self.hidden:
            return [], [], []
        return *rules.sources(self.operation, self.shape_a, self.shape_b, self.place), [self.place]

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        a, b, of_result = self.marked()
        parts = [*self.operand(0, "A", self.a, a)]
        parts += self.operand(1, "B", self.b, b) if self.needs_b else \
            heading(1, "", None, "B plays no part")
        return figure(WIDTH, HEIGHT, self.describe(), *parts, *self.signs(),
                      *self.outcome(of_result), *self.table())

    def operand(self, n, name, array, marked):
        """A or B: its own cells, and, where it is stretched, ghosts of them."""
        full, ghosts = array.shape, []
        if self.operation in rules.PAIRED and self.result is not None and not self.hidden:
            full   = self.result.shape
            ghosts = [p for p in np.ndindex(full) if rules.original(p, array.shape) != p]
            marked = [self.place, rules.original(self.place, array.shape)]
        yield from heading(n, name, array.shape,
                           f"stretched to {full}" if full != array.shape else "")
        yield from cells(n, name, np.broadcast_to(array, full), marked, ghosts)

    def signs(self):
        """The sign between A and B, and "="."""
        width, height = CELL
        middle = TOP + 2 * height
        sign   = self.operation[2].replace("-", "−") if self.needs_b else ""
        at     = [LEFTS[i] + 4 * width + 26 for i in (0, 1)]
        yield word(at[0], middle + 6, sign, "b", style="font-size:20px")
        yield word(at[1], middle + 6, "=", "b", style="font-size:20px")

    def outcome(self, marked):
        """The result, or that there is none."""
        width, height = CELL
        if self.hidden:
            yield from heading(2, "result", None, "hidden: predict its shape")
        elif self.result is None:
            yield from heading(2, "no result", None, "the shapes do not fit")
            x, y, w, h = LEFTS[2], TOP, 4 * width, 4 * height
            for x0, x1 in ((x, x + w), (x + w, x)):
                yield line(x0, y, x1, y + h, "stroke:var(--faint);stroke-width:2")
        else:
            yield from heading(2, "result", self.result.shape, "")
            yield from cells(2, "result", self.result, marked, [])

    def table(self):
        """The axes, one a line."""
        xs = LEFTS[0] - 18, 140, 200, 268, 316
        for x, text, anchor in zip(xs, ("", "A", "B", "result", "what happens"), ANCHORS):
            yield word(x, TABLE, text, "s m", anchor)
        for i, axis in enumerate(self.axes()):
            y = TABLE + 22 * (i + 1)
            yield line(xs[0], y - 16, WIDTH - 8, y - 16, "stroke:var(--faint)")
            for x, text, anchor in zip(xs, axis, ANCHORS):
                yield word(x, y, text, "b" if text == "✗" else "", anchor)
        if not self.axes():
            yield word(xs[0], TABLE + 22, "A single number has no axis.", "", "start")

    def axes(self):
        """The lines of the table; without the result where it is hidden."""
        found = rules.axes(self.operation, self.shape_a, self.shape_b)
        return [axis._replace(made="?", words="") for axis in found] if self.hidden else found

    # ---- the same in words ---------------------------------------------------------------------

    def describe(self):
        """What is done, what comes out or what is wrong, and where one cell comes from."""
        both = f"A {self.shape_a}" + (f", B {self.shape_b}" if self.needs_b else "")
        if self.hidden:
            return f"{both}. What is the shape of {self.operation}?"
        if self.result is None:
            return f"{both}: {self.operation} does not work. {self.trouble()}"
        return f"{both}: {self.operation} has the shape {self.result.shape}. {self.origin()}"

    def trouble(self):
        """Why it does not work, and what does."""
        why = next(axis.words for axis in self.axes() if axis.made == "✗")
        fix = [f"{code}, shape {shape}" for code, shape in
               rules.mended(self.operation, self.a, self.b)]
        return f"{why[0].upper()}{why[1:]}. Did you mean {', or '.join(fix)}?"

    def origin(self):
        """Where the cell comes from, with names and numbers."""
        of_a, of_b = rules.sources(self.operation, self.shape_a, self.shape_b, self.place)
        sign  = self.operation[2].replace("-", "−").replace("@", "*")
        names = [f"A{at(p)}" for p in of_a]
        terms = [number(self.a[p]) for p in of_a]
        if of_b:
            names = [f"{name} {sign} B{at(p)}" for name, p in zip(names, of_b)]
            terms = [f"{term} {sign} {number(self.b[p])}" for term, p in zip(terms, of_b)]
        steps = [f"result{at(self.place)}", " + ".join(names), " + ".join(terms),
                 number(self.result[self.place])]
        return " = ".join(dict.fromkeys(steps)) + "."        # a sum of one number: once is enough


ANCHORS = "start", "middle", "middle", "middle", "start"


def counted(shape):
    """1, 2, 3, ... in reading order."""
    return np.arange(1, 1 + int(np.prod(shape))).reshape(shape)


def at(place):
    """A place as an index: "[1,2]"; nothing for a single number."""
    return f"[{','.join(map(str, place))}]" if place else ""


def number(value):
    """A whole number with a true minus."""
    return str(int(value)).replace("-", "−")


def heading(n, name, shape, says):
    """Above an array: its name and shape, and a remark."""
    text = name if shape is None else f"{name} {shape}"
    yield word(LEFTS[n], 20, text, "b", "start")
    yield word(LEFTS[n], 37, says, "s m", "start")


def cells(n, name, array, marked, ghosts):
    """An array as a table of cells with the indices of its axes; one axis lies as a row."""
    width, height = CELL
    left, color   = LEFTS[n], COLORS[name]
    for place in np.ndindex(array.shape):
        i, j = (0, 0, *place)[-2:]
        x, y = left + j * width, TOP + i * height
        yield rect(x + 1, y + 1, width - 2, height - 2, look(color, place in marked,
                                                             place in ghosts), 3)
        kind = "m" if place in ghosts and place not in marked else "b" * (place in marked)
        yield word(x + width / 2, y + height / 2 + 4, number(array[place]), kind)
    yield from indices(left, array.shape)


def look(color, is_marked, is_ghost):
    """The style of a cell: ghosts are pale and dashed, what is looked at has a strong border."""
    strength = 10 if is_ghost else 14 if color == COLORS["result"] else 32
    border   = "var(--ink);stroke-width:2.5" if is_marked else f"{color};stroke-width:1"
    dash     = ";stroke-dasharray:4 3" if is_ghost else ""
    return (f"fill:color-mix(in oklab,{color} {strength}%,var(--background));"
            f"stroke:{border}{dash}")


def indices(left, shape):
    """The indices of the last axis above the cells, those of the one before at their left."""
    width, height = CELL
    for j in range(shape[-1] if shape else 0):
        yield word(left + (j + 0.5) * width, TOP - 5, str(j), "s m")
    for i in range(shape[-2] if len(shape) == 2 else 0):
        yield word(left - 10, TOP + (i + 0.5) * height + 4, str(i), "s m")
