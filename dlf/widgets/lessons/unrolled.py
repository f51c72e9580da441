"""Chapter 14: a recurrent network along time, forward and back, and what is left of a slope."""
import numpy as np

from dlf.widgets.lessons.base import Lesson
from dlf.widgets.svg.figure import Box, figure, line, rect, signed_fill, stroke
from dlf.widgets.svg.sheet import number, word

T, N   = 3, 2                      # steps that are shown in numbers, neurons
REPEATS, LONG = 7, 21              # the sequence below: the inputs over and over, 21 steps
WIDTH, HEIGHT = 780, 506
CELL   = 56, 22                    # width and height of a cell in pixels
MIDDLE, GAP = 180, 232             # x of the first step, and from one step to the next
START, END  = 36, 752              # x of the start, and of what comes from after the end
ASIDE  = 38                        # from a step's middle to that of dh and of dz
DY, BACK, STATE, INPUT = 30, 104, 186, 264             # upper edges of the rows
FORMULA = 316                      # y of the sentence in numbers
BOX    = Box(48, 352, 710, 112, (0.5, LONG + 0.5), (1e-8, 1e4), log_y=True)
STRONG = 0.6                       # of the full color, so that numbers can be read on it
NOW, DONE, LATER = "stroke:var(--ink);stroke-width:2.2", "stroke:var(--muted)", \
    "stroke:var(--faint)"

# The chapter's small network, and the slopes of its three outputs.
GIVEN = {"x": [[1.0], [-0.5], [0.8]], "h0": [0.0, 0.0], "W_x": [[0.8], [-0.5]],
         "W_h": [[0.6, -0.3], [0.6, 0.3]], "b": [0.1, 0.0],
         "dy": [[0.3, 0.0], [-0.2, 0.1], [0.5, -0.4]]}
SHAPES = {"x": (T, 1), "h0": (N,), "W_x": (N, 1), "W_h": (N, N), "b": (N,), "dy": (T, N)}


class Unrolled(Lesson):
    """A recurrent layer of two neurons, three steps long: one step after another, and back.

    Below: how much of a slope that arrives at the last of 21 steps is left at each earlier one,
    for a W_h of any size. The size is the largest absolute eigenvalue (spectral radius).
    Args: the parts of the chapter's example that are to be others.
    Shapes: x (3, 1), h0 (2,), W_x (2, 1), W_h (2, 2), b (2,), dy (3, 2).
    Raises: TypeError for an unknown name; ValueError for other shapes, or a W_h of size 0.
    """

    def __init__(self, **parts):
        if unknown := sorted(set(parts) - set(GIVEN)):
            raise TypeError(f"Unrolled takes {', '.join(GIVEN)}; not {', '.join(unknown)}.")
        self.given = {name: np.array(parts.get(name, own), dtype=float)
                      for name, own in GIVEN.items()}
        check(self.given)
        self.own_size = radius(self.given["W_h"])
        self.move, self.rolled, self.size, self.drive = 0, False, self.own_size, 1.0
        super().__init__()
        self.words.layout.min_height = "4.8em"        # three lines

    # ---- controls ------------------------------------------------------------------------------

    def controls(self):
        move = self.slider("move", 0, 0, 2 * T, 1,
                             "Three steps forward in time, then three back",
                             self.set("move"), 380)
        move.style.description_width = "60px"           # m is a wide letter
        return [
            self.row(self.choose("show", [("unrolled", False), ("rolled", True)], False,
                                 "A box for each step, or one with a loop", self.set("rolled"),
                                 150), move),
            self.row(self.slider("size of W_h", self.own_size, 0, 1.5, 0.05,
                                 "Its largest absolute eigenvalue", self.set("size"), 380),
                     self.slider("drive", 1.0, 0, 2, 0.1,
                                 "How strong inputs and bias are: all are multiplied by it",
                                 self.set("drive"), 300))]

    def set(self, name):
        return lambda value: setattr(self, name, value)

    # ---- the numbers ---------------------------------------------------------------------------

    @property
    def W_h(self):
        return self.given["W_h"] * (self.size / self.own_size)

    @property
    def x(self):
        return self.given["x"] * self.drive

    def states(self, x):
        """h (steps, 2) for a sequence x (steps, 1)."""
        W_x, W_h, b = self.given["W_x"], self.W_h, self.given["b"] * self.drive
        h = [self.given["h0"]]
        for row in x:
            h.append(np.tanh(W_x @ row + W_h @ h[-1] + b))
        return np.array(h[1:])

    @property
    def h(self):
        return self.states(self.x)

    def way_back(self, dy, slopes):
        """(dh, dz), each (steps, 2), for the slopes of tanh (steps, 2)."""
        dh, dz, later = np.zeros_like(dy), np.zeros_like(dy), np.zeros(N)
        for t in reversed(range(len(dy))):
            dh[t] = dy[t] + later
            dz[t] = dh[t] * slopes[t]
            later = self.W_h.T @ dz[t]
        return dh, dz

    @property
    def back(self):
        """dh and dz of the three steps."""
        return self.way_back(self.given["dy"], 1 - self.h ** 2)

    @property
    def handed(self):
        """What each step hands to the one before it: (3, 2)."""
        return self.back[1] @ self.W_h

    @property
    def left(self):
        """How much of the slope at the last of 21 steps is left at each: (21,)."""
        return self.lengths(1 - self.states(np.tile(self.x, (REPEATS, 1))) ** 2)

    @property
    def by_W_h_alone(self):
        """The same without tanh: (21,)."""
        return self.lengths(np.ones((LONG, N)))

    def lengths(self, slopes):
        dy     = np.zeros((LONG, N))
        dy[-1] = 1.0, 0.0
        return np.linalg.norm(self.way_back(dy, slopes)[0], axis=1)

    # ---- which step it is ----------------------------------------------------------------------

    @property
    def is_back(self):
        return self.move > T

    @property
    def t(self):
        """The step of now, 1 to 3; 0 before the first."""
        return 2 * T + 1 - self.move if self.is_back else self.move

    def look(self, t, back):
        """How step t's arrows look: is it its turn, has it been, or will it be?"""
        if t == self.t and back == self.is_back:
            return NOW
        known = self.knows_back(t) if back else self.knows(t)
        return DONE if known else LATER

    def look_between(self, t):
        """How the arrow looks that leads back out of step t: it counts where it arrives."""
        if self.is_back and self.t == t - 1:
            return NOW
        return DONE if self.knows_back(t) else LATER

    def knows(self, t):
        """Has step t been made, forward?"""
        return t <= self.move

    def knows_back(self, t):
        return self.move >= 2 * T + 1 - t

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        parts = self.loop() if self.rolled else self.row_of_steps()
        return figure(WIDTH, HEIGHT, self.describe(), *parts,
                      word(WIDTH / 2, FORMULA, self.sentence(), "b"), *self.bars())

    def row_of_steps(self):
        yield from self.column(START, STATE, "h0", self.given["h0"], True, False)
        for t in range(1, T + 1):
            x = MIDDLE + GAP * (t - 1)
            yield from self.step(t, x)
            yield from self.between(t, x)
        yield word(END, BACK + 12, "from after", "m s") + word(END, BACK + 26, "the end: 0", "m s")

    def step(self, t, x):
        """Input, state, and what comes back at one step, around x."""
        dh, dz  = self.back
        forward = t == self.t and not self.is_back
        back    = t == self.t and self.is_back
        yield from self.column(x + ASIDE, DY, f"dy{t}", self.given["dy"][t - 1],
                               True, False)
        yield from self.column(x + ASIDE, BACK, f"dh{t}", dh[t - 1], self.knows_back(t), back)
        yield from self.column(x - ASIDE, BACK, f"dz{t}", dz[t - 1], self.knows_back(t), back)
        yield from self.column(x, STATE, f"h{t}", self.h[t - 1], self.knows(t), forward)
        yield from self.column(x, INPUT, "", self.x[t - 1], True, forward)
        yield word(x - 38, INPUT + 16, f"x{t}", "m", "end")
        yield from arrow(x + ASIDE, DY + 46, x + ASIDE, BACK - 18, self.look(t, True))
        yield from arrow(x, INPUT - 4, x, STATE + 48, self.look(t, False))
        yield word(x + 8, INPUT - 12, "W_x", "m s", "start")

    def between(self, t, x):
        """The arrows between step t and the one before it."""
        before = START + 32 if t == 1 else x - GAP + 32
        yield from arrow(before, STATE + 22, x - 32, STATE + 22, self.look(t, False))
        yield word((before + x - 32) / 2, STATE + 14, "W_h", "m s")
        end = START if t == 1 else x - GAP + ASIDE + 32
        yield from arrow(x - ASIDE - 32, BACK + 22, end, BACK + 22, self.look_between(t))
        middle = (x - ASIDE - 32 + end) / 2
        yield word(middle, BACK + 14, "W_hᵀ", "m s")
        if self.knows_back(t):
            for i, value in enumerate(self.handed[t - 1]):
                yield word(middle, BACK + 40 + 14 * i, digits(value), "s")

    def loop(self):
        """One box, and arrows that lead from it back to it, one step later or earlier."""
        t, x   = self.t or 1, WIDTH / 2
        ahead, behind = self.look(t, False), self.look(t, True)
        yield from self.step(t, x)
        yield bent(ahead, (x + 32, STATE + 22), (x + 130, STATE + 22), (x + 130, STATE - 24),
                   (x - 130, STATE - 24), (x - 130, STATE + 22))
        yield from arrow(x - 130, STATE + 22, x - 32, STATE + 22, ahead)
        yield word(x + 138, STATE + 4, "W_h: into the next step", "m s", "start")
        yield bent(behind, (x - ASIDE - 32, BACK + 22), (x - 170, BACK + 22), (x - 170, 6),
                   (x + 170, 6), (x + 170, BACK + 22))
        yield from arrow(x + 170, BACK + 22, x + ASIDE + 32, BACK + 22, behind)
        yield word(x + 178, BACK + 4, "W_hᵀ: into the step before", "m s", "start")
        yield word(x - 250, STATE + 26, f"t = {self.t}" if self.t else "before t = 1", "b")

    def column(self, x, top, name, values, known, ring):
        """A vector as cells, one below another; empty while it is not known."""
        yield word(x, top - 6, name, "b" if ring else "m")
        for i, value in enumerate(values):
            y    = top + i * CELL[1]
            fill = signed_fill(STRONG * min(max(value, -1.0), 1.0)) if known else "none"
            edge = "var(--negative);stroke-dasharray:3 2" if known and value < 0 else "var(--faint)"
            yield rect(x - CELL[0] / 2 + 1, y + 1, CELL[0] - 2, CELL[1] - 2,
                       f"fill:{fill};stroke:{edge}")
            if known:
                yield word(x, y + 15, digits(value), "s")
        if ring:
            yield rect(x - CELL[0] / 2 - 1, top - 1, CELL[0] + 2, CELL[1] * len(values) + 2,
                       "fill:none;stroke:var(--ink);stroke-width:2.2", 3)

    def bars(self):
        """How much of a slope is left, step by step, with tanh (bars) and without (line)."""
        yield from BOX.grid("step t of 21, the same three inputs over and over", "", 5)
        yield word(BOX.left, BOX.top - 8, f"The slope dC/dh at each step, if 1 arrives at the last "
                   f"one (bars); by W_h alone, without tanh (line). Size of W_h: {self.size:.2f}",
                   "s", "start")
        middle = float(BOX.place_y(1.0))
        for t, value in enumerate(self.left, 1):
            x, y = float(BOX.place_x(t)), float(BOX.place_y(value))
            yield rect(x - 9, min(y, middle), 18, abs(y - middle), "fill:var(--muted);opacity:.75")
        yield line(BOX.left, middle, BOX.left + BOX.width, middle, "stroke:var(--ink)")
        steps = zip(BOX.place_x(np.arange(1, LONG + 1)), BOX.place_y(self.by_W_h_alone),
                    [True] * LONG)
        yield stroke(steps, "stroke:var(--ink);stroke-width:2;stroke-dasharray:5 3")

    # ---- the same in words ---------------------------------------------------------------------

    def sentence(self):
        """What happens at this move, in numbers."""
        t = self.t
        if not t:
            return 'Before the first step: the state is h0. Push "move" on.'
        if not self.is_back:
            return (f"forward, t = {t}:  h{t} = tanh(W_x x{t} + W_h h{t - 1} + b) = "
                    f"{vector(self.h[t - 1])}")
        dh, dz = (part[t - 1] for part in self.back)
        later  = self.handed[t] if t < T else np.zeros(N)
        return (f"back, t = {t}:  dh{t} = {vector(self.given['dy'][t - 1])} + {vector(later)} = "
                f"{vector(dh)},  dz{t} = dh{t} · (1 − h{t}²) = {vector(dz)}")

    def describe(self):
        left, alone = number(self.left[0], 2), number(self.by_W_h_alone[0], 2)
        return (f"{self.sentence().replace('  ', ' ').rstrip('.')}. W_h has the size "
                f"{self.size:.2f}: of a slope of 1 at the last of {LONG} steps, {left} is left at "
                f"the first, and by W_h alone, without tanh, it would be {alone}.")


def check(given):
    """Raise unless the drawing has room for just these."""
    for name, array in given.items():
        if array.shape != SHAPES[name]:
            raise ValueError(f"Unrolled wants {name} of the shape {SHAPES[name]}, for three steps, "
                             f"one input and two neurons; got {array.shape}.")
    if not radius(given["W_h"]) > 0:
        raise ValueError("Unrolled turns W_h larger and smaller, so its size (the largest absolute "
                         "eigenvalue) must not be 0.")


def radius(W):
    """The largest absolute eigenvalue, without the last rounding errors."""
    return round(float(np.abs(np.linalg.eigvals(W)).max()), 12)


def arrow(x0, y0, x1, y1, look):
    """A straight arrow."""
    length = float(np.hypot(x1 - x0, y1 - y0))
    a, b   = (x1 - x0) / length, (y1 - y0) / length
    yield line(x0, y0, x1, y1, look)
    for side in (4, -4):
        yield line(x1 - 7 * a - side * b, y1 - 7 * b + side * a, x1, y1, look)


def bent(look, *places):
    """A line with corners."""
    return stroke(((*place, True) for place in places), look)


def digits(value, form=".2f"):
    """Two digits after the point, and a true minus."""
    return f"{value + 0.0:{form}}".replace("-0.00", "0.00").replace("-", "−")


def vector(values):
    return f"({', '.join(map(digits, values))})"
