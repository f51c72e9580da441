"""Chapter 6: choose how far to nudge a weight, and see how far off the slope is."""
import ipywidgets as widgets
import numpy as np

from dlf.widgets.lessons.base import Lesson
from dlf.widgets.svg.figure import Box, figure, line
from dlf.widgets.svg.sheet import number, word

WIDTH, HEIGHT = 760, 372
SMALLEST = 1e-13                       # the smallest error that is drawn
NUDGES   = 10.0 ** np.linspace(-16, 0, 161)
STEPS    = np.linspace(-2, 2, 201)     # places along the weight, in nudges
NAMES    = "W1", "b1", "W2", "b2"
LOOKS    = {"centered": "stroke:var(--positive);", "one-sided": "stroke:var(--negative);"
                                                                "stroke-dasharray:6 4;"}
FORMULAS = {"centered": "(C(v + h) − C(v − h)) / 2h", "one-sided": "(C(v + h) − C(v)) / h"}
TYPES    = {"float64": np.float64, "float32": np.float32}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class NudgeSize(Lesson):
    """A slope by nudging, on a network with two sigmoid layers: the nudge h is a slider.

    Args: x, y: one example; W1, b1, W2, b2: the network; the cost is 1/2 sum (a - y)^2. start: the
    weight to nudge, such as "W2[0, 2]"; h: the nudge at first; way: "one-sided" or "centered".
    Shapes: x (n,), y (k,), W1 (m, n), b1 (m,), W2 (k, m), b2 (k,).
    """

    def __init__(self, x, y, W1, b1, W2, b2, start="W2[0, 2]", h=1.0,
                 way="one-sided"):
        self.x, self.y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        self.net     = [np.array(part, dtype=float) for part in (W1, b1, W2, b2)]
        self.weights = {f"{name}{list(place)}": (i, place) for i, name in enumerate(NAMES)
                        for place in np.ndindex(self.net[i].shape)}
        if start not in self.weights:
            raise ValueError(f"There is no weight {start!r}: choose one of "
                             f"{', '.join(self.weights)}.")
        self.weight, self.h = start, float(h)
        self.way, self.kind = way, "float64"
        self.slopes = self.backprop()
        self.near   = Box(64, 40, 296, 286, (-2, 2), (-2.6, 2.6))
        self.valley = Box(452, 40, 294, 286, (1e-16, 1.0), (SMALLEST, 10.0), True, True)
        self.measure()
        super().__init__()

    def controls(self):
        slider = widgets.FloatLogSlider(
            value=self.h, min=-16, max=0, step=0.1, description="h", readout_format=".1e",
            tooltip="How far the weight is nudged", style={"description_width": "24px"},
            layout=widgets.Layout(width="420px", flex="0 0 auto"))
        self.player.watch(slider, lambda h: setattr(self, "h", h))
        return [self.row(slider, self.choose("weight", list(self.weights), self.weight,
                                             "The weight to nudge", self.set("weight"), 160)),
                self.row(self.choose("difference", list(LOOKS), self.way,
                                     "Nudge to both sides, or to one", self.set("way"), 190),
                         self.choose("numbers", list(TYPES), self.kind,
                                     "16 digits, or 7", self.set("kind"), 180))]

    def set(self, what):
        """What a list does when something is chosen in it."""
        def act(value):
            setattr(self, what, value)
            self.measure()
        return act

    # ---- the slope, by calculus and by nudging -------------------------------------------------

    def backprop(self):
        """The right slopes, by the four equations of chapter 5."""
        W1, b1, W2, b2 = self.net
        a1 = sigmoid(W1 @ self.x + b1)
        a2 = sigmoid(W2 @ a1 + b2)
        delta2 = (a2 - self.y) * a2 * (1 - a2)
        delta1 = W2.T @ delta2 * a1 * (1 - a1)
        return np.outer(delta1, self.x), delta1, np.outer(delta2, a1), delta2

    @property
    def slope(self):
        """The right slope of the weight that is nudged."""
        i, place = self.weights[self.weight]
        return float(self.slopes[i][place])

    def rises(self, moves):
        """C(v + move) - C(v) for many moves of the weight, in the chosen type of numbers: (k,)."""
        kind     = TYPES[self.kind]
        i, place = self.weights[self.weight]
        net      = [np.repeat(part.astype(kind)[None], len(moves) + 1, axis=0)
                    for part in self.net]
        net[i][(slice(1, None), *place)] += moves.astype(kind)          # the first stays at v
        x, y = self.x.astype(kind), self.y.astype(kind)
        W1, b1, W2, b2 = net
        a1   = sigmoid((W1 * x).sum(axis=2) + b1)                       # (k + 1, m)
        a2   = sigmoid((W2 * a1[:, None]).sum(axis=2) + b2)             # (k + 1, 2)
        cost = (((a2 - y) ** 2).sum(axis=1) / 2).astype(float)
        return cost[1:] - cost[0]

    def by_nudging(self, h, way):
        """The slope by nudging: a number, or an array if h is one."""
        h  = np.atleast_1d(np.asarray(h, dtype=float))
        up = self.rises(h)
        return up / h if way == "one-sided" else (up - self.rises(-h)) / (2 * h)

    def error(self, h, way):
        """How far off that is, in units of the right slope."""
        return np.abs(self.by_nudging(h, way) - self.slope) / max(abs(self.slope), 1e-300)

    def measure(self):
        """The errors of all nudges, for the curves on the right."""
        self.errors = {way: self.error(NUDGES, way) for way in LOOKS}

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        return figure(WIDTH, HEIGHT, self.describe(), *self.along(), *self.errors_drawn())

    def along(self):
        """The cost from v - 2h to v + 2h; up and down in the units of the tangent's rise."""
        box  = self.near
        unit = self.h * (abs(self.slope) or 1.0)
        sign = np.sign(self.slope) or 1.0
        rise = self.rises(STEPS * self.h) / unit
        ends = [-1.0, 1.0] if self.way == "centered" else [0.0, 1.0]
        at   = self.rises(np.array(ends) * self.h) / unit * [bool(end) for end in ends]
        yield from self.cross(box)
        yield box.curve(STEPS, sign * STEPS, "stroke:var(--ink);stroke-width:1.2;"
                                             "stroke-dasharray:1.5 4")
        yield box.curve(STEPS, rise, "stroke:var(--muted);stroke-width:2")
        m = (at[1] - at[0]) / (ends[1] - ends[0])
        yield box.curve(STEPS, at[0] + m * (STEPS - ends[0]), LOOKS[self.way] + "stroke-width:2")
        for end, y in zip(ends, at):
            yield self.dot(box, end, float(y))
        yield word(box.left, 14, f"the cost along {self.weight}, h = {number(self.h, 2)}", "b",
                   "start")

    def cross(self, box):
        """Lines at v - h, v and v + h, and a frame."""
        for place, name in zip((-2, -1, 0, 1, 2), ("v − 2h", "v − h", "v", "v + h", "v + 2h")):
            x = float(box.place_x(place))
            yield line(x, box.top, x, box.top + box.height, "stroke:var(--faint)")
            yield word(x, box.top + box.height + 15, name, "m s")
        for place in (-2, -1, 0, 1, 2):
            y = float(box.place_y(place))
            yield line(box.left, y, box.left + box.width, y, "stroke:var(--faint)")
            yield word(box.left - 6, y + 4, number(place), "m s", "end")
        yield box.frame()
        yield word(box.left, box.top - 7, "rise of C, in units of h · |slope|", "m s", "start")
        for x, look, name in ((0, "stroke:var(--muted);stroke-width:2", "cost"),
                              (62, "stroke:var(--ink);stroke-dasharray:1.5 4", "tangent"),
                              (140, LOOKS[self.way] + "stroke-width:2", f"{self.way} nudge")):
            y, x = box.top + box.height + 36, box.left + x
            yield line(x, y - 4, x + 20, y - 4, look)
            yield word(x + 25, y, name, "s", "start")

    def errors_drawn(self):
        """The relative error of every nudge: a valley, and where we are in it."""
        box = self.valley
        yield from box.grid("nudge h", "relative error")
        for way, errors in self.errors.items():
            strong = "stroke-width:2" if way == self.way else "stroke-width:1.3;opacity:.75"
            yield box.curve(NUDGES, np.maximum(errors, SMALLEST), LOOKS[way] + strong)
        x = float(box.place_x(self.h))
        yield line(x, box.top, x, box.top + box.height, "stroke:var(--ink);stroke-dasharray:2 3")
        yield self.dot(box, self.h, max(self.here, SMALLEST))
        yield word(box.left, 14, f"{self.kind}, {self.way}", "b", "start")
        yield word(box.left + box.width, 14, f"error {self.here:.1e}".replace("-", "−"), "b", "end")

    @property
    def here(self):
        """The relative error for the nudge of now."""
        return float(self.error(self.h, self.way)[0])

    def dot(self, box, x, y):
        color = "--positive" if self.way == "centered" else "--negative"
        return (f'<circle cx="{float(box.place_x(x)):.1f}" cy="{float(box.place_y(y)):.1f}" r="4.5"'
                f' style="fill:var({color});stroke:var(--background);stroke-width:1.5"/>')

    def describe(self):
        found = float(self.by_nudging(self.h, self.way)[0])
        return (f"{self.weight}, {self.kind}, h = {number(self.h, 2)}: {FORMULAS[self.way]} is "
                f"{number(found, 6)}. The slope by backpropagation is {number(self.slope, 6)}, so "
                f"the relative error is {number(self.here, 2)}.")
