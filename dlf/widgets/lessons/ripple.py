"""Chapter 4: nudge one number of a chain of two neurons, and watch the change run through it."""
import numpy as np

from dlf.widgets.lessons.base import Lesson
from dlf.widgets.svg.figure import figure, line, rect
from dlf.widgets.svg.sheet import number, word

WIDTH, HEIGHT = 780, 326
NODES   = ("x", "z1", "a1", "z2", "a2", "C")
STARTS  = {"w1": 1, "b1": 1, "w2": 3, "b2": 3, "x": 0}     # the first node that a nudge reaches
LEFT, GAP, BOX = 60, 132, 78                               # of the row of boxes, in pixels
BARS    = 236                                              # y of the bars' zero
TALL    = 52                                               # pixels of the longest bar


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Ripple(Lesson):
    """The chain x -> z1 -> a1 -> z2 -> a2 -> C with one number nudged.

    Above: every value, and by how much it has changed. Below: how much each moves for each bit
    that the nudged number moves, by experiment (bars) and by the product of local slopes (ticks).
    Args: the six numbers of the chain, C = (a2 - y)² / 2.
    """

    def __init__(self, x=0.9, w1=0.8, b1=-0.2, w2=-1.5, b2=0.3, y=1.0):
        self.given = {"x": x, "w1": w1, "b1": b1, "w2": w2, "b2": b2, "y": y}
        self.which = "w1"
        super().__init__()

    def controls(self):
        return [self.row(
            self.choose("Nudge", list(STARTS), "w1", "The number that is changed", self.take, 150),
            self.slider("by", 0.1, -1, 1, 0.01, "How much is added to it", width=330))]

    def take(self, which):
        """Nudge another number."""
        self.which = which

    # ---- numbers -------------------------------------------------------------------------------

    @staticmethod
    def values(x, w1, b1, w2, b2, y):
        """The six nodes of the chain, from x to C."""
        z1 = w1 * x + b1
        a1 = sigmoid(z1)
        z2 = w2 * a1 + b2
        a2 = sigmoid(z2)
        return np.array([x, z1, a1, z2, a2, (a2 - y) ** 2 / 2])

    def before(self):
        return self.values(**self.given)

    def changes(self):
        """By how much each node changes."""
        nudged = {**self.given, self.which: self.given[self.which] + self.by}
        return self.values(**nudged) - self.before()

    def slopes(self):
        """The local slopes: of each node with respect to the one before, and of the first with
        respect to what is nudged."""
        g, (x, _, a1, _, a2, _) = self.given, self.before()
        first = {"x": 1.0, "w1": x, "b1": 1.0, "w2": a1, "b2": 1.0}[self.which]
        arrow = np.array([np.nan, g["w1"], a1 * (1 - a1), g["w2"], a2 * (1 - a2), a2 - g["y"]])
        return first, arrow

    def predicted(self):
        """The slope of each node with respect to what is nudged: a product, arrow by arrow."""
        first, arrow = self.slopes()
        start  = STARTS[self.which]
        slopes = np.zeros(len(NODES))
        slopes[start:] = np.cumprod([first, *arrow[start + 1:]])
        return slopes

    def measured(self):
        """The same by experiment: the change, for each bit of the nudge; nan without a nudge."""
        return self.changes() / self.by if self.by else np.full(len(NODES), np.nan)

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        parts = [part for i in range(len(NODES)) for part in self.node(i)]
        return figure(WIDTH, HEIGHT, self.describe(), *self.arrows(), *parts, *self.bars())

    def node(self, i):
        """A box with its name, its value, and its change."""
        x, value, change = LEFT + GAP * i, self.before()[i], self.changes()[i]
        reached = i >= STARTS[self.which]
        look    = "stroke:var(--ink);stroke-width:1.8" if reached else "stroke:var(--faint)"
        yield rect(x - BOX / 2, 22, BOX, 62, f"fill:var(--background);{look}", 8)
        yield word(x, 14, NODES[i], "b" if reached else "m")
        yield word(x, 45, f"{value:.4f}".replace("-", "−"), "")
        text = f"{change:+.4f}".replace("-", "−") if reached else "unchanged"
        yield (f'<text x="{x}" y="70" text-anchor="middle" class="s" '
               f'style="fill:{color(change) if reached else "var(--muted)"}">{text}</text>')

    def arrows(self):
        """The arrows between boxes, with their local slopes; the nudged number comes from below."""
        first, arrow = self.slopes()
        start = STARTS[self.which]
        for i in range(1, len(NODES)):
            x0, x1 = LEFT + GAP * (i - 1) + BOX / 2, LEFT + GAP * i - BOX / 2
            on     = i > start
            look   = f"stroke:var(--{'ink' if on else 'faint'});stroke-width:{1.8 if on else 1}"
            yield line(x0, 53, x1 - 3, 53, look) + line(x1 - 9, 49, x1 - 2, 53, look) + \
                line(x1 - 9, 57, x1 - 2, 53, look)
            if on:
                yield word((x0 + x1) / 2, 44, f"×{number(arrow[i])}", "s")
        x = LEFT + GAP * start
        yield line(x, 130, x, 86, "stroke:var(--ink);stroke-width:1.8")
        yield line(x - 4, 93, x, 86, "stroke:var(--ink);stroke-width:1.8")
        yield line(x + 4, 93, x, 86, "stroke:var(--ink);stroke-width:1.8")
        yield word(x + 7, 112, f"×{number(first)}", "s", "start")
        value = self.given[self.which]
        yield word(x, 146, f"{self.which} = {value:g} {'−' if self.by < 0 else '+'} "
                           f"{abs(self.by):.2f}".replace("= -", "= −"), "b")

    def bars(self):
        """How much each node moves, for each bit of the nudge."""
        measured, predicted = self.measured(), self.predicted()
        full = max(np.abs(predicted).max(), np.nanmax(np.abs(measured), initial=0), 1e-9)
        yield word(LEFT - BOX / 2, 172, f"Moves for each bit of {self.which}: by experiment (bar, "
                                        "upper number), by the product of slopes (tick, lower "
                                        "number)", "m s", "start")
        yield line(LEFT - BOX / 2, BARS, LEFT + GAP * 5 + BOX / 2, BARS, "stroke:var(--muted)")
        for i in range(STARTS[self.which], len(NODES)):
            x, tick = LEFT + GAP * i, BARS - TALL * predicted[i] / full
            if np.isfinite(measured[i]):
                end = BARS - TALL * measured[i] / full
                yield rect(x - 16, min(end, BARS), 32, abs(end - BARS),
                           f"fill:{color(measured[i])};opacity:.75")
            yield line(x - 24, tick, x + 24, tick, "stroke:var(--ink);stroke-width:2.4")
            yield word(x, HEIGHT - 18, number(measured[i]), "")
            yield word(x, HEIGHT - 4, number(predicted[i]), "m s")

    def describe(self):
        real, slope = self.changes()[-1], self.predicted()[-1]
        sign = "smaller" if self.by < 0 else "larger"
        return (f"{self.which} is made {abs(self.by):.2f} {sign}. The cost changes by "
                f"{number(real)}; the product of the slopes, {number(slope)}, times the nudge says "
                f"{number(slope * self.by)}.")


def color(value):
    return "var(--negative)" if value < 0 else "var(--positive)"
