"""Chapter 2: nine sliders, and the two planes of a 2-2-1 network: its inputs, its hidden space."""
import numpy as np

from dlf.widgets.lessons.base import Lesson
from dlf.widgets.svg.figure import Box, dot, figure, key, line, rect, stroke
from dlf.widgets.svg.map import centers, draw_map
from dlf.widgets.svg.sheet import new_prefix, word

WIDTH, HEIGHT = 760, 380
POINTS  = 64          # of the maps, each way
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
WANTED  = np.array([0, 1, 1, 0])
NAMES   = ("w00", "w01", "b0"), ("w10", "w11", "b1"), ("v0", "v1", "c")
TIPS    = ("Weight from x0 to hidden neuron 0", "Weight from x1 to hidden neuron 0",
           "Bias of hidden neuron 0", "Weight from x0 to hidden neuron 1",
           "Weight from x1 to hidden neuron 1", "Bias of hidden neuron 1",
           "Weight from hidden neuron 0 to the output", "Weight from hidden neuron 1 to the output",
           "Bias of the output neuron")
START   = (6.0, 2.0, -3.0), (-3.0, 5.0, 2.0), (6.0, -4.0, -1.0)
FENCE   = 0.05        # an output whose z is nearer to 0 is neither yes nor no


def sigmoid(z):
    """The sigmoid, as tanh gives it: nothing overflows."""
    return 0.5 + 0.5 * np.tanh(z / 2)


class XorByHand(Lesson):
    """A 2-2-1 network with nine sliders: its answers, and its hidden space with the same points.

    `start` are its numbers: (w00, w01, b0) and (w10, w11, b1) of the hidden neurons, (v0, v1, c) of
    the output. `numbers` gives them as (W1, b1, W2, b2).
    """

    def __init__(self, start=START):
        self.start  = start
        self.prefix = new_prefix()
        self.plane  = Box(44, 40, 300, 300, (-0.5, 1.5), (-0.5, 1.5))
        self.hidden = Box(430, 40, 300, 300, (-0.2, 1.2), (-0.2, 1.2))
        super().__init__()
        self.words.layout.min_height = "4.8em"

    def controls(self):
        tips = iter(TIPS)
        return [self.row(*(self.weight(name, value, next(tips))
                           for name, value in zip(names, values)))
                for names, values in zip(NAMES, self.start)]

    def weight(self, name, value, tip):
        """A slider for one of the nine numbers."""
        made = self.slider(name, value, -20.0, 20.0, 0.5, tip, width=228)
        made.style.description_width, made.readout_format = "32px", ".1f"
        return made

    # ---- the network ---------------------------------------------------------------------------

    @property
    def numbers(self):
        """(W1, b1, W2, b2) of the sliders, as lists."""
        return ([[self.w00, self.w01], [self.w10, self.w11]], [self.b0, self.b1],
                [self.v0, self.v1], self.c)

    def see(self, x):
        """What the hidden neurons make of points: (..., 2) to (..., 2)."""
        W1, b1, _, _ = self.numbers
        return sigmoid(x @ np.transpose(W1) + b1)

    def sum(self, a):
        """The output neuron's z for points of the hidden space: (..., 2) to (...)."""
        _, _, W2, b2 = self.numbers
        return a @ np.array(W2) + b2

    @property
    def z(self):
        """The output's z at the four corners."""
        return self.sum(self.see(CORNERS))                             # (4,)

    @property
    def right(self):
        """Which corners are right."""
        return (np.abs(self.z) > FENCE) & ((self.z > 0) == (WANTED == 1))

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        return figure(WIDTH, HEIGHT, self.describe(), *self.inputs(), *self.bent())

    def inputs(self):
        """The plane of the inputs: the network's answer, and the hidden neurons' lines."""
        box   = self.plane
        plane = np.stack(centers(box, POINTS, POINTS), axis=-1)
        yield draw_map(box, 2 * sigmoid(self.sum(self.see(plane))) - 1, self.prefix)
        yield from box.grid("x0", "x1")
        yield from border(box, self.w00, self.w01, self.b0, "0")
        yield from border(box, self.w10, self.w11, self.b1, "1")
        yield from self.corners(box, CORNERS)
        yield from key(box.left, 14, ["XOR says 0", "XOR says 1"])

    def bent(self):
        """The hidden space: the plane's grid as the hidden neurons see it, the output's line."""
        box = self.hidden
        yield draw_map(box, 2 * sigmoid(self.sum(np.stack(centers(box, POINTS, POINTS), -1))) - 1,
                       self.prefix)
        yield from box.grid("what hidden neuron 0 says", "what hidden neuron 1 says")
        yield from self.net()
        yield from border(box, self.v0, self.v1, self.c, "out")
        yield from self.corners(box, self.see(CORNERS))
        yield word(box.left + box.width, 14, f"{self.right.sum()} of 4 right", "b", "end")

    def net(self):
        """Lines of the plane, bent: full ones were vertical, dashed ones horizontal."""
        box, t = self.hidden, np.linspace(-0.5, 1.5, 60)
        for at in np.linspace(-0.5, 1.5, 9):
            for points, dash in ((np.column_stack([np.full_like(t, at), t]), ""),
                                 (np.column_stack([t, np.full_like(t, at)]), "3 3")):
                a = self.see(points)
                yield stroke(((x, y, True) for x, y in zip(box.place_x(a[:, 0]),
                                                           box.place_y(a[:, 1]))),
                             f"stroke:var(--muted);opacity:.6;stroke-dasharray:{dash or 'none'}")

    def corners(self, box, places):
        """The four corners, each with its name on its own side; wrong ones have a ring."""
        places = zip(CORNERS.tolist(), box.place_x(places[:, 0]), box.place_y(places[:, 1]))
        for ((x0, x1), x, y), wanted, is_right in zip(places, WANTED, self.right):
            if not is_right:
                yield (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" '
                       'style="fill:none;stroke:var(--ink);stroke-width:2"/>')
            yield (f'<g transform="translate({x:.1f} {y:.1f}) scale(1.7)">'
                   + dot(0, 0, wanted, None, "stroke:var(--rim);stroke-width:.7") + "</g>")
            yield word(x + (13 if x0 else -13), y + (-11 if x1 else 20), f"{x0}, {x1}", "s b",
                       "start" if x0 else "end")

    # ---- words ---------------------------------------------------------------------------------

    def describe(self):
        says  = ", ".join(f"{a:.2f} at {tuple(corner)}"
                          for a, corner in zip(sigmoid(self.z), CORNERS.tolist()))
        seen  = ", ".join(f"({a0:.2f}, {a1:.2f})" for a0, a1 in self.see(CORNERS))
        wrong = [str(tuple(c)) for c in CORNERS[~self.right].tolist()]
        verdict = f"wrong at {', '.join(wrong)}" if wrong else "all four are right: this is XOR"
        return f"The network says {says}: {verdict}. In the hidden space they lie at {seen}."


def border(box, w0, w1, b, name):
    """The line where w0 x + w1 y + b is 0; its name stands on the side where the neuron fires."""
    ends = crossings(box, w0, w1, b)
    if len(ends) < 2:
        return
    (x0, y0), (x1, y1) = [(float(box.place_x(x)), float(box.place_y(y))) for x, y in ends]
    dash = ";stroke-dasharray:8 4" if name == "1" else ""
    yield line(x0, y0, x1, y1, f"stroke:var(--ink);stroke-width:2{dash}")
    length = np.hypot(w0, w1)
    x, y   = x0 + 0.3 * (x1 - x0) + 15 * w0 / length, y0 + 0.3 * (y1 - y0) - 15 * w1 / length
    width  = 7 * len(name) + 8
    yield rect(x - width / 2, y - 9, width, 18, "fill:var(--background);stroke:var(--ink)", 4)
    yield word(x, y + 4, name, "b")


def crossings(box, w0, w1, b):
    """Where a line enters and leaves a box: two points, or none if it passes by."""
    (left, right), (low, high) = box.x, box.y
    found  = [(x, (-b - w0 * x) / w1) for x in (left, right) if w1]
    found += [((-b - w1 * y) / w0, y) for y in (low, high) if w0]
    inside = sorted({(round(x, 9), round(y, 9)) for x, y in found
                     if left - 1e-9 <= x <= right + 1e-9 and low - 1e-9 <= y <= high + 1e-9})
    return [inside[0], inside[-1]] if len(inside) > 1 else []
