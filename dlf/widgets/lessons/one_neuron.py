"""Chapter 1: turn the weights and the bias of one neuron, and see where it draws its line."""
import numpy as np

from dlf.palette import CLASSES
from dlf.widgets.lessons.base import Lesson
from dlf.widgets.svg.figure import Box, figure, key, line, points, rect, span
from dlf.widgets.svg.sheet import new_prefix, number, word

WIDTH, HEIGHT = 760, 372
STEPS = np.linspace(-6, 6, 13)         # z of the stops of the background's colors


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class OneNeuron(Lesson):
    """One neuron with two inputs on data of two classes: w1, w2 and b are sliders.

    Args: x: two measurements of each example, best of about the size of 1; y: 0 or 1; names: of the
    two; classes: what 0 and 1 are.
    Shapes: x (n, 2), y (n,).
    """

    def __init__(self, x, y, names=("x1", "x2"), classes=("0", "1"), start=(1.0, 0.0, 0.0)):
        self.x, self.y = np.asarray(x, dtype=float), np.asarray(y)
        self.names, self.classes, self.start = names, [str(c) for c in classes], start
        self.prefix = new_prefix()
        self.plane  = Box(44, 40, 316, 286, span(self.x[:, 0]), span(self.x[:, 1]))
        self.curve  = Box(430, 40, 316, 286, (-8, 8), (-0.05, 1.05))
        super().__init__()

    def controls(self):
        w1, w2, b = self.start
        return [self.row(
            self.slider("w1", w1, -5, 5, 0.1, f"Weight of {self.names[0]}", width=228),
            self.slider("w2", w2, -5, 5, 0.1, f"Weight of {self.names[1]}", width=228),
            self.slider("b",  b,  -5, 5, 0.1, "The bias: moves the border without turning it",
                        width=228))]

    @property
    def z(self):
        """The weighted sum of every example."""
        return self.x @ [self.w1, self.w2] + self.b                    # (n,)

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        return figure(WIDTH, HEIGHT, self.describe(), self.colors(), *self.map(), *self.sigmoid())

    def colors(self):
        """The background's colors: they change along the weights' direction, with sigmoid(z)."""
        w = np.array([self.w1, self.w2])
        if not w.any():
            return ""
        ends  = [self.place(z) for z in (-6, 6)]
        (x0, y0), (x1, y1) = ends
        stops = "".join(f'<stop offset="{(z + 6) / 12:.3f}" '
                        f'style="stop-color:{mixed(sigmoid(z))}"/>' for z in STEPS)
        return (f'<defs><linearGradient id="{self.prefix}a" gradientUnits="userSpaceOnUse" '
                f'x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}">{stops}'
                f'</linearGradient><clipPath id="{self.prefix}c">{self.background("")}</clipPath>'
                "</defs>")

    def place(self, z):
        """A place in pixels where the sum is z, on the perpendicular through the middle."""
        box    = self.plane
        scale  = np.array([box.width / (box.x[1] - box.x[0]), -box.height / (box.y[1] - box.y[0])])
        center = np.array([box.left + box.width / 2, box.top + box.height / 2])
        middle = np.array([sum(box.x) / 2, sum(box.y) / 2])
        g      = np.array([self.w1, self.w2]) / scale          # dz by pixel
        z0     = middle @ [self.w1, self.w2] + self.b
        return center + g * (z - z0) / (g @ g)

    def background(self, look):
        box = self.plane
        return rect(box.left, box.top, box.width, box.height, look)

    def map(self):
        """The examples, the background, and the border where z is 0."""
        box, flat = self.plane, self.w1 == self.w2 == 0
        fill = mixed(sigmoid(self.b)) if flat else f"url(#{self.prefix}a)"
        yield self.background(f"fill:{fill};opacity:.55")
        yield from box.grid(self.names[0], self.names[1])
        yield from points(box, self.x, self.y)
        if not flat:
            (x, y), (dx, dy) = self.place(0), self.along()
            yield (f'<g clip-path="url(#{self.prefix}c)">' + line(
                x - 900 * dx, y - 900 * dy, x + 900 * dx, y + 900 * dy,
                "stroke:var(--ink);stroke-width:2") + "</g>")
        yield from key(box.left, 14, self.classes)

    def along(self):
        """The direction of the border in pixels."""
        (x0, y0), (x1, y1) = self.place(0), self.place(1)
        length = np.hypot(x1 - x0, y1 - y0)
        return (y0 - y1) / length, (x1 - x0) / length

    def sigmoid(self):
        """The curve, with every example on it."""
        box, z = self.curve, np.linspace(-8, 8, 120)
        yield from box.grid("z = w1 x1 + w2 x2 + b", "a = sigmoid(z)")
        yield box.curve(z, sigmoid(z), "stroke:var(--muted);stroke-width:1.5")
        for end in (0.0, 0.5):
            y = float(box.place_y(end))
            yield line(box.left, y, box.left + box.width, y, "stroke:var(--muted);"
                       "stroke-dasharray:2 3")
        shown = np.column_stack([np.clip(self.z, -8, 8), sigmoid(self.z)])
        yield from points(box, shown, self.y, look="stroke:var(--rim);stroke-width:.5;opacity:.8")
        yield word(box.left + box.width, 14, f"{self.right} of {len(self.y)} right", "b", "end")

    @property
    def right(self):
        """How many examples are on the right side."""
        return int(((self.z > 0) == (self.y == 1)).sum())

    def describe(self):
        sign = "−" if self.b < 0 else "+"
        sure = np.mean(sigmoid(np.abs(self.z)))
        return (f"z = {number(self.w1)} x1 {'−' if self.w2 < 0 else '+'} {number(abs(self.w2))} x2 "
                f"{sign} {number(abs(self.b))}. The neuron says “{self.classes[1]}” where z is "
                f"above 0, and is right about {self.right} of {len(self.y)}. On average it is "
                f"{100 * sure:.0f} % sure of what it says.")


def mixed(a):
    """Between the two classes' colors, by how sure the neuron is."""
    size = round(100 * abs(2 * a - 1))
    return f"color-mix(in oklab,{CLASSES[int(a > 0.5)]} {size}%,var(--zero))"
