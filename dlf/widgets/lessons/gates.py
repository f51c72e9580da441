"""Chapter 15: an LSTM's gates set by hand: what does it remember, and what slope is left?"""
import numpy as np

from dlf.widgets.lessons.base import Lesson
from dlf.widgets.svg.figure import Box, figure, line, rect, signed_fill
from dlf.widgets.svg.sheet import word

LEFT, CELL, HIGH = 136, 61, 25       # the first cell's left edge; a cell's width and height
TOP    = 24                          # the upper edge of the first row
LOWEST = 1e-6                        # the smallest slope that the curves show
STRONG = 0.6                         # of the full color, so that numbers can be read on it
MOST   = 10                          # steps

# The first number is what is to be remembered; the others are noise.
INPUTS = 1.5, -0.6, 0.9, -1.1, 0.4, 0.8, -0.9, 0.5, -0.7, 0.6
GATES  = {"i": "input gate i", "f": "forget gate f", "o": "output gate o"}


class Gates(Lesson):
    """An LSTM of one unit whose gates are sliders, over a short sequence, beside a plain RNN.

    The offer is g = tanh(x), without h, so that the cell is the only memory; the RNN is
    h = tanh(w h + x). The cost C is the last h of each.

    Args: x (T,), two to ten inputs; i, f, o: how far the gates are open, 0 to 1, at every step.
    Raises: ValueError for other numbers of inputs, or gates beyond 0 and 1.
    """

    def __init__(self, x=INPUTS, i=0.5, f=0.5, o=0.5):
        self.x = np.array(x, dtype=float)
        check(self.x, i, f, o)
        self.start  = {"i": i, "f": f, "o": o}
        self.shown  = dict(self.start)                   # what the sliders stand at
        self.gates  = {name: np.full(self.T, float(value)) for name, value in self.start.items()}
        self.chosen = slice(0, self.T)
        self.w      = 1.0
        super().__init__()
        self.words.layout.min_height = "6.6em"

    @property
    def T(self):
        """How many steps there are."""
        return len(self.x)

    # ---- controls ------------------------------------------------------------------------------

    def controls(self):
        T       = self.T
        steps   = [("every step", slice(0, T)), (f"steps 2 to {T}", slice(1, T)),
                   *((f"step {t + 1}", slice(t, t + 1)) for t in range(T))]
        numbers = {name: n for n, (name, _) in enumerate(steps)}
        self.choice  = self.choose("set", list(numbers.items()), 0, "The steps that the sliders "
                                   "set", lambda n: self.turn_to(steps[n][1]), 180)
        self.sliders = {name: self.slider(f"gate {name}", self.start[name], 0.0, 1.0, 0.05,
                                          f"The {GATES[name]}: 0 is shut, 1 is open",
                                          lambda new, name=name: self.put(name, new), 246)
                        for name in "ifo"}
        self.weight = self.slider("RNN's w", 1.0, 0.0, 3.0, 0.1, "The plain RNN: h = tanh(w h + x)",
                                  lambda new: setattr(self, "w", new), 260)
        return [self.row(*self.sliders.values()),
                self.row(self.choice, self.weight, self.button(
                    "begin again", "Every gate, and w, as at first", self.begin))]

    def put(self, name, value):
        """A gate, at the chosen steps; nothing if the slider only followed."""
        if value != self.shown[name]:
            self.gates[name][self.chosen] = self.shown[name] = value

    def turn_to(self, steps):
        """Let the sliders set these steps, and stand where the first of them is."""
        self.chosen = steps
        for name, slider in self.sliders.items():
            self.shown[name] = slider.value = float(self.gates[name][steps][0])

    def begin(self):
        """All gates, and the plain RNN's w, as at first."""
        self.weight.value = 1.0
        for name, value in self.start.items():
            self.gates[name][:] = value
        self.turn_to(self.chosen)

    # ---- the numbers ---------------------------------------------------------------------------

    @property
    def g(self):
        """The offers."""
        return np.tanh(self.x)

    @property
    def c(self):
        """The cell after each step: c = f c + i g."""
        cells, c = [], 0.0
        for i, f, g in zip(self.gates["i"], self.gates["f"], self.g):
            c = f * c + i * g
            cells.append(c)
        return np.array(cells)

    @property
    def h(self):
        """The state after each step: h = o tanh(c)."""
        return self.gates["o"] * np.tanh(self.c)

    @property
    def slopes(self):
        """dC/dc at each step: what the last h hears, times all forget gates between."""
        last  = self.gates["o"][-1] * (1 - np.tanh(self.c[-1]) ** 2)
        later = np.append(self.gates["f"][1:], 1.0)
        return last * np.cumprod(later[::-1])[::-1]

    @property
    def plain(self):
        """The plain RNN's states."""
        states, h = [], 0.0
        for x in self.x:
            h = np.tanh(self.w * h + x)
            states.append(h)
        return np.array(states)

    @property
    def plain_slopes(self):
        """dC/dh of the plain RNN at each step: the product of all w (1 - h^2) between."""
        later = np.append(self.w * (1 - self.plain[1:] ** 2), 1.0)
        return np.cumprod(later[::-1])[::-1]

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        width = LEFT + CELL * self.T
        return figure(width + 6, TOP + 10 * HIGH + 208, self.describe(), *self.table(),
                      *self.curves(TOP + 10 * HIGH + 62))

    def table(self):
        """The rows of numbers: the LSTM's, and the plain RNN's below."""
        for t in range(self.T):
            yield word(center(t), TOP - 8, f"{t + 1}", "m s")
        yield word(LEFT - 8, TOP - 8, "step", "m s", "end")
        gates = [(name, self.gates[name], GATES[name]) for name in "ifo"]
        rows  = [("x", self.x, "the input x"), *gates, ("g", self.g, "the offer g"),
                 ("c", self.c, "the cell c"), ("h", self.h, "the state h"),
                 ("dc", self.slopes, "slope dC/dc")]
        plain = [("h", self.plain, "plain RNN: h"), ("dh", self.plain_slopes, "slope dC/dh")]
        for n, (_, values, name) in enumerate(rows):
            yield from cells(TOP + n * HIGH, values, name)
        for n, (_, values, name) in enumerate(plain):
            yield from cells(TOP + (len(rows) + n) * HIGH + 14, values, name)
        yield rect(LEFT + self.chosen.start * CELL, TOP + HIGH,
                   (self.chosen.stop - self.chosen.start) * CELL, 3 * HIGH,
                   "fill:none;stroke:var(--ink);stroke-width:2", 3)

    def curves(self, top):
        """Both slopes over time, at powers of ten."""
        box = Box(LEFT, top, CELL * self.T, 130, (0.5, self.T + 0.5), (LOWEST, 10), log_y=True)
        for name, power in (("1", 0), ("10⁻²", -2), ("10⁻⁴", -4), ("10⁻⁶", -6)):
            y = float(box.place_y(10.0 ** power))
            yield line(LEFT, y, LEFT + box.width, y, "stroke:var(--faint)")
            yield word(LEFT - 8, y + 4, name, "m s", "end")
        yield box.frame()
        yield word(0, top - 12, "how much of the slope is left, going back from the last step",
                   "b", "start")
        yield from key(LEFT + 270, top - 12)
        steps = np.arange(1, self.T + 1)
        for values, color, dash, draw in ((self.plain_slopes, "negative", "5 4", square),
                                          (self.slopes, "positive", "none", circle)):
            size = np.where(values == 0, np.nan, np.abs(values))
            yield box.curve(steps, size, f"stroke:var(--{color});stroke-width:2;"
                            f"stroke-dasharray:{dash}")
            for t, value in enumerate(size):
                if np.isfinite(value):
                    yield draw(center(t), float(box.place_y(value)))

    # ---- the same in words ---------------------------------------------------------------------

    def describe(self):
        gates = "; ".join(f"{name} {self.told(self.gates[name])}" for name in "ifo")
        return (f"Gates: {gates}. Step 1 offered {digits(self.g[0])}; after step {self.T} the cell "
                f"holds {digits(self.c[-1])} and h is {digits(self.h[-1])}. The slope dC/dc is "
                f"{digits(self.slopes[-1])} at step {self.T} and {digits(self.slopes[0])} at "
                f"step 1. The plain RNN's slope dC/dh, with w = {self.w:.1f}, is 1 at step "
                f"{self.T} and {digits(self.plain_slopes[0])} at step 1.")

    @staticmethod
    def told(values):
        """A gate's values: one number, or one for step 1 and one for the others, or all."""
        first, rest = values[0], values[1:]
        if (values == first).all():
            return f"is {first:.2f} at every step"
        if (rest == rest[0]).all():
            return f"is {first:.2f} at step 1 and then {rest[0]:.2f}"
        return "is " + ", ".join(f"{value:.2f}" for value in values)


def check(x, *gates):
    """Raise unless the drawing has room for the inputs, and the gates are gates."""
    if x.ndim != 1 or not 2 <= len(x) <= MOST:
        raise ValueError(f"Gates shows a sequence of two to {MOST} inputs, (T,); got {x.shape}.")
    if not all(0 <= gate <= 1 for gate in gates):
        raise ValueError(f"A gate is between 0, shut, and 1, open; got i, f, o = {gates}.")


def center(t):
    """The middle of the column of a step."""
    return LEFT + (t + 0.5) * CELL


def cells(top, values, name):
    """A row of the table: its name, and a colored cell with its number for each step."""
    scale = max(1.0, float(np.abs(values).max()))
    yield word(LEFT - 8, top + 17, name, "", "end")
    for t, value in enumerate(values):
        edge = "var(--negative);stroke-dasharray:3 2" if value < 0 else "var(--faint)"
        yield rect(LEFT + t * CELL + 1, top + 1, CELL - 2, HIGH - 2,
                   f"fill:{signed_fill(STRONG * value / scale)};stroke:{edge}")
        yield word(center(t), top + 17, digits(value), "s")


def circle(x, y):
    return (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" style="fill:var(--positive);'
            'stroke:var(--background)"/>')


def square(x, y):
    return rect(x - 3.5, y - 3.5, 7, 7, "fill:var(--negative);stroke:var(--background)")


def key(x, y):
    """Which curve is which."""
    yield circle(x + 60, y - 4)
    yield word(x + 70, y, "dC/dc, along the cell", "s", "start")
    yield square(x + 214, y - 4)
    yield word(x + 224, y, "dC/dh, plain RNN", "s", "start")


def digits(value):
    """Two digits after the point, or a power of ten for what is smaller; and a true minus."""
    small = 0 < abs(value) < 0.005
    return (f"{value:.1g}" if small else f"{value + 0.0:.2f}").replace("-", "−")
