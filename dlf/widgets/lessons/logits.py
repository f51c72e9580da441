"""Chapter 8: scores become probabilities, and a - y says where each score is pushed."""
import numpy as np

from dlf.widgets.lessons.base import Lesson
from dlf.widgets.svg.figure import figure, line, rect
from dlf.widgets.svg.sheet import number, word

WIDTH  = 760
ROW    = 38            # pixels from one class to the next
TOP    = 52            # the first row's upper edge
BAR    = 18            # a bar's height
ARROW  = 60            # pixels of an arrow for a slope of 1
MOST   = 10.0          # scores run from -10 to 10
RATE   = 0.5           # the learning rate of a step
SURE   = 0.9           # from this probability on the right class has won
GAUGE  = 6.0           # the largest loss that the gauge shows
CLASSES = ("Adelie", "Chinstrap", "Gentoo")

# Where the columns of the drawing are: left edge, width, and where the numbers end.
SCORES, SHARES, SLOPES = (104, 170, 326), (352, 150, 552), (580, 120, 756)


class Logits(Lesson):
    """Scores of a few classes with a slider each, their softmax, the loss, and its slope.

    Args: scores, one for each class, from -10 to 10; right: the place of the right class; classes:
    three or four names.
    """

    def __init__(self, scores=(1.0, 2.0, -1.0), right=0, classes=CLASSES):
        self.start   = np.clip(np.asarray(scores, dtype=float), -MOST, MOST)
        self.classes = [str(name) for name in classes]
        self.check(right)
        self.z, self.right, self.event = self.start.copy(), right, ""
        self.height = TOP + ROW * len(self.z) + 78
        super().__init__(self.follow, {"step": self.follow}, self.back, speed="3 a second")
        self.words.layout.min_height = f"{1.45 * (len(self.z) + 1)}em"

    def check(self, right):
        """Raise unless there is a name for each score, and a right class among them."""
        n = len(self.start)
        if not 2 <= n <= 4 or len(self.classes) != n or not 0 <= right < n:
            raise ValueError(f"Logits shows two to four classes, each with a name; got {n} scores, "
                             f"{len(self.classes)} names, and the right class {right}.")

    # ---- what can be turned --------------------------------------------------------------------

    def controls(self):
        self.sliders = [self.slider(name, self.z[k], -MOST, MOST, 0.1, f"The score of {name}",
                                    lambda new, k=k: self.set_score(k, new), width=240)
                        for k, name in enumerate(self.classes)]
        names = [(name, k) for k, name in enumerate(self.classes)]
        return [self.row(*self.sliders), self.row(
            self.choose("Right class", names, self.right, "What it really is", self.set_right),
            self.button("add 5 to all", "The same number to every score", self.add),
            self.button("double all", "Every score times two", self.double))]

    def set_score(self, k, new):
        if abs(new - self.z[k]) > 0.06:                  # a slider turned, not one that followed
            self.z[k], self.event = new, ""

    def set_right(self, k):
        self.right, self.event = k, ""

    def add(self):
        """5 to all, or what room there is."""
        more = min(5.0, MOST - self.z.max())
        self.move(self.z + more, f"{number(more)} was added to all: nothing but the scores changed."
                  if more > 0 else "There is no room to add more: the sliders end at 10.")

    def double(self):
        """All times two, or what room there is."""
        size   = np.abs(self.z).max()
        factor = min(2.0, MOST / size) if size else 2.0
        self.move(self.z * factor, f"All times {number(factor)}: the order is the same, and it is "
                  "surer." if factor > 1 else "No room to double: the sliders end at 10.")

    def follow(self):
        """One step down the slope; StopIteration once the right class has won."""
        if self.a[self.right] >= SURE:
            raise StopIteration
        self.move(self.z - RATE * self.slope, f"One step: every score moved by −{RATE} (a − y).")

    def back(self):
        self.move(self.start, "")

    def move(self, z, event):
        """New scores; the sliders follow, in the steps that they have."""
        self.z, self.event = np.clip(z, -MOST, MOST), event
        for slider, score in zip(self.sliders, self.z):
            slider.value = round(float(score), 1)

    # ---- the numbers ---------------------------------------------------------------------------

    @property
    def a(self):
        """The probabilities: softmax of the scores."""
        powers = np.exp(self.z - self.z.max())
        return powers / powers.sum()

    @property
    def slope(self):
        """dC/dz = a - y."""
        return self.a - np.eye(len(self.z))[self.right]

    @property
    def loss(self):
        """-log of the right class's probability, straight from the scores."""
        s = self.z.max()
        return float(s + np.log(np.exp(self.z - s).sum()) - self.z[self.right])

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        rows = [part for k in range(len(self.z)) for part in self.line_of(k)]
        return figure(WIDTH, self.height, self.describe(), *self.heads(), *rows, *self.gauge())

    def heads(self):
        """The right class's stripe, the columns' names, and their zero lines."""
        bottom = TOP + ROW * len(self.z) - 6
        yield rect(0, TOP + ROW * self.right - 6, WIDTH, ROW - 4, "fill:var(--faint);opacity:.6", 4)
        for (left, width, _), name, more in (
                (SCORES, "scores z", "→ where a step pushes"), (SHARES, "probabilities a", ""),
                (SLOPES, "slope a − y", "")):
            yield word(left, 14, name, "b", "start")
            yield word(left, 30, more or ("they add up to 1" if left == SHARES[0] else
                                          "they add up to 0"), "m s", "start")
            zero = left if left == SHARES[0] else left + width / 2
            yield line(zero, TOP - 10, zero, bottom, "stroke:var(--muted);stroke-width:1")

    def line_of(self, k):
        """One class: its name, three bars, three numbers, and the arrow of a step."""
        y, kind = TOP + ROW * k, "b" if k == self.right else ""
        base    = y + BAR / 2 + 4
        yield word(6, base, self.classes[k], kind, "start")
        for (left, width, end), value, most, shown in (
                (SCORES, self.z[k], MOST, f"{self.z[k]:.2f}"),
                (SHARES, self.a[k], 1, f"{100 * self.a[k]:.1f} %"),
                (SLOPES, self.slope[k], 1, f"{self.slope[k]:+.3f}")):
            whole = most == 1 and left == SHARES[0]
            yield bar(left if whole else left + width / 2, y,
                      (width if whole else width / 2) * value / most, BAR)
            yield word(end, base, shown.replace("-", "−"), kind, "end")
        yield from self.arrow(k, y + BAR + 5)

    def arrow(self, k, y):
        """Below the bar, from its end: where learning pushes the score, against the slope."""
        left, width, _ = SCORES
        push = -ARROW * float(self.slope[k])
        if abs(push) < 4:
            return
        tip  = left + width / 2 * (1 + self.z[k] / MOST)
        end  = float(np.clip(tip + push, left - 8, left + width + 8))
        head = np.copysign(min(abs(end - tip), 5), push)
        look = "stroke:var(--ink);stroke-width:2"
        yield line(tip, y, end, y, look)
        yield (f'<path d="M{end - head:.1f} {y - 4:.1f}L{end:.1f} {y:.1f}'
               f'L{end - head:.1f} {y + 4:.1f}" style="fill:none;{look}"/>')

    def gauge(self):
        """The loss on a line from 0 to 6, with the mark of chance."""
        left, width = SCORES[0], 480
        y  = TOP + ROW * len(self.z) + 28
        at = left + width * min(self.loss / GAUGE, 1.0)
        chance = left + width * np.log(len(self.z)) / GAUGE
        yield word(6, y + 4, "loss C", "b", "start")
        yield line(left, y, left + width, y, "stroke:var(--muted)")
        for value in range(int(GAUGE) + 1):
            x = left + width * value / GAUGE
            yield line(x, y - 3, x, y + 3, "stroke:var(--muted)")
            yield word(x, y + 20, str(value), "m s")
        yield line(chance, y - 11, chance, y + 6, "stroke:var(--ink);stroke-dasharray:3 2")
        yield word(chance, y - 14, f"chance, log {len(self.z)}", "m s")
        yield rect(at - 4, y - 8, 8, 16, "fill:var(--negative);stroke:var(--ink)", 2)
        yield word(WIDTH - 4, y + 4, f"−log {self.share(self.right)} = {self.loss:.3f}", "b", "end")

    # ---- in words ------------------------------------------------------------------------------

    def share(self, k):
        """A probability with three digits behind the point, or fewer zeros."""
        return f"{self.a[k]:.3f}" if self.a[k] >= 0.001 else f"{self.a[k]:.0e}".replace("-", "−")

    def listed(self, values):
        return ", ".join(f"{name} {value}" for name, value in zip(self.classes, values))

    def describe(self):
        right, wins = self.classes[self.right], self.a[self.right] >= SURE
        scores  = self.listed(number(round(float(z), 2)) for z in self.z)
        shares  = self.listed(f"{100 * a:.1f}\u00a0%" for a in self.a)
        slopes  = self.listed(f"{g:+.3f}".replace("-", "−") for g in self.slope)
        verdict = f" {right} has won." if wins else ""
        start   = f"{self.event} " if self.event else ""
        return (f"{start}Scores: {scores}. Probabilities: {shares}. The right class is {right}: "
                f"the loss is −log {self.share(self.right)} = {self.loss:.3f}. Slopes a − y: "
                f"{slopes}.{verdict}")


def bar(x, y, length, height):
    """A bar from x to the right or, if negative, to the left; blue and solid, orange and dashed."""
    sign = "negative" if length < 0 else "positive"
    dash = ";stroke-dasharray:4 2" if length < 0 else ""
    return rect(min(x, x + length), y, abs(length), height,
                f"fill:var(--{sign});fill-opacity:.75;stroke:var(--{sign}){dash}")
