"""Curves as SVG: loss and accuracy of training and test, a whole new text each time."""
import html
import math

import numpy as np

from dlf import scene
from dlf.widgets.svg.sheet import new_prefix, number, sheet, ticks, word

MOST = 240                # points of a curve: more no screen shows
EDGE = (44, 30, 18, 34)   # left, top, right, below


CURVE = """
@ .l {stroke: var(--faint); stroke-width: 1; fill: none}
@ .train, @ .test {fill: none; stroke-linejoin: round; stroke-linecap: round}
@ .train {stroke: var(--muted); stroke-width: 1.5}
@ .test {stroke: var(--ink); stroke-width: 2.4}
@ .mark {fill: none; stroke: var(--muted); stroke-width: 1.2; stroke-dasharray: 6 4}
"""


class CurveSvg:
    """Two curves over the epochs, training and test, and their last values as numbers.

    Args: title; percent: values are shares, drawn from 0 to 100 %; log: powers of ten at equal
    distances; width, height: in pixels.

    A curve moves as a whole and has nothing to point at, so its text is simply made anew, about
    five times a second, for a `widgets.HTML` of its own: that works in every browser, and a style
    rule for a path (CSS `d`) does not.
    """

    def __init__(self, title="Loss", percent=False, log=False, width=354, height=170, theme=None,
                 prefix=None):
        self.title, self.percent, self.log = title, percent, log
        self.width, self.height, self.theme = width, height, theme
        self.prefix = prefix or new_prefix()

    def text(self, epoch, train, test=None, marks=()):
        """The whole drawing now, for one `widgets.HTML`.

        Shapes: epoch, train and test (n,), finite or not; without test there is one curve. marks
        are pairs (name, value): dashed lines across, for what the curves are to be compared with.
        """
        epoch  = np.asarray(epoch, dtype=float)
        curves = {name: np.asarray(c, dtype=float) for name, c in
                  (("train", train), ("test", test)) if c is not None}
        scale  = self.scale(epoch, {**curves, "marks": np.array([value for _, value in marks])})
        p      = self.prefix
        words  = html.escape(self.describe(curves, marks))
        return "".join([
            f'<div id="{p}">{sheet(self, CURVE)}<svg width="{self.width}" '
            f'height="{self.height}" role="img" aria-label="{words}">', *self.grid(scale),
            *(part for name, value in marks for part in
              self.mark(name, value, scale, value == max(high for _, high in marks))),
            *(self.line(name, epoch, c, scale) for name, c in curves.items()),
            *self.head(curves), "</svg></div>"])

    def scale(self, epoch, curves):
        """(last epoch, lowest, highest value) of the axes, rounded up so that they seldom move."""
        values = np.concatenate([*curves.values()])
        values = values[np.isfinite(values) & ((values > 0) | (not self.log))]
        last   = rounded_up(max(epoch.max(initial=0), 1.0))
        if self.percent:
            return last, 0.0, 1.0
        if self.log:
            low, high = (values.min(), values.max()) if len(values) else (0.1, 1.0)
            low = math.floor(math.log10(low))
            return last, float(low), float(max(math.ceil(math.log10(high)), low + 1))
        return last, 0.0, rounded_up(values.max(initial=1e-6))

    def grid(self, scale):
        """Lines and numbers of both axes."""
        last, low, high = scale
        left, _, right, below = EDGE
        for value in self.heights(low, high):
            y = self.y(value, scale)
            yield f'<path class="l" d="M{left} {y:.1f}H{self.width - right}"/>'
            yield word(left - 6, y + 4, self.tick(value), "m s", "end")
        for value in ticks(0, last, 5):
            yield word(self.x(value, scale), self.height - below + 16, f"{value:,g}", "m s")
        yield word((left + self.width - right) / 2, self.height - 4, "epoch", "m s")

    def heights(self, low, high):
        """Where lines of the grid are."""
        if not self.log:
            return ticks(low, high, 4)
        every = max(1, math.ceil((high - low) / 5))
        return list(range(int(low), int(high) + 1, every))

    def tick(self, value):
        """A number of the vertical axis."""
        if self.percent:
            return f"{100 * value:.0f} %"
        return number(10.0 ** value if self.log else value)

    def x(self, epoch, scale):
        return EDGE[0] + epoch / scale[0] * (self.width - EDGE[0] - EDGE[2])

    def y(self, value, scale):
        _, low, high = scale
        share = np.clip((value - low) / (high - low), 0, 1)
        return self.height - EDGE[3] - share * (self.height - EDGE[1] - EDGE[3])

    def line(self, name, epoch, curve, scale):
        """One curve; it has a gap where there is no number."""
        keep = scene.thin(curve, MOST)
        epoch, curve = epoch[keep], curve[keep]
        there = np.isfinite(curve) & ((curve > 0) | (not self.log))
        shown = np.log10(curve, where=there, out=np.zeros_like(curve)) if self.log else curve
        x, y  = self.x(epoch, scale), self.y(np.where(there, shown, 0), scale)
        path, pen = [], "M"
        for a, b, ok in zip(x.tolist(), y.tolist(), there.tolist()):
            path += [f"{pen}{a:.1f} {b:.1f}"] * ok
            pen   = "L" if ok else "M"
        dot = "h.01" if len(path) == 1 else ""
        return f'<path class="{name}" d="{"".join(path)}{dot}"/>'

    def mark(self, name, value, scale, highest):
        """A dashed line across; the highest has its name above it, so that two do not meet."""
        y = self.y(np.log10(value) if self.log else value, scale)
        yield f'<path class="mark" d="M{EDGE[0]} {y:.1f}H{self.width - EDGE[2]}"/>'
        yield word(self.width - EDGE[2], y - 4 if highest else y + 13, name, "m s", "end")

    def head(self, curves):
        """The title, and each curve's last value behind a piece of it."""
        yield word(0, 15, self.title, "b", "start")
        x = self.width - EDGE[2] - 112 * len(curves) + 2
        for name, curve in curves.items():
            value = curve[-1] if len(curve) else math.nan
            yield f'<path class="{name}" d="M{x} 11h14"/>'
            yield word(x + 20, 15, name, "m", "start")
            yield word(x + 105, 15, self.value(value), "b", "end")
            x += 116

    def value(self, value):
        """A number of fixed width."""
        if not np.isfinite(value):
            return number(value)
        if self.percent:
            return f"{100 * value:.1f} %".replace("-", "−")
        return f"{value:.4f}" if abs(value) < 100 else f"{value:.1e}"

    def describe(self, curves, marks=()):
        """The curves in words, for those who do not see them."""
        parts = [f"{name} from {self.value(c[0])} to {self.value(c[-1])}"
                 for name, c in curves.items() if len(c)]
        parts += [f"{name} is at {self.value(value)}" for name, value in marks]
        return f"{self.title}: {', '.join(parts) or 'nothing measured yet'}."


def rounded_up(value):
    """The next of a few round numbers: the end of an axis that seldom moves."""
    ten  = 10.0 ** math.floor(math.log10(value))
    ends = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
    return float(next(k for k in ends if k * ten >= 0.9999 * value) * ten)
