"""Loss and metric while training runs: curves that grow, on limits that rarely move."""
import numpy as np
from matplotlib.ticker import MaxNLocator

from dlf.palette import LIGHT
from dlf.viz import paper
from dlf.viz.curves import CurveDrawing, curves_of, describe_accuracy, describe_loss, metric_name
from dlf.viz.live.picture import FINE, Picture, headline, steady, title_of


class CurvesPicture(Picture):
    """The loss above, the metric below, of training data and of test data.

    `history` is a `dlf.fitting.History` with at least one entry; its epochs may be fractions.
    """

    def __init__(self, history, width=280, height=280, theme=LIGHT):
        super().__init__(width, height, theme)
        tall   = (height - 28 - 34 - 40) // 2
        places = (28, tall), (28 + tall + 34, tall)
        names  = "loss", metric_name(history)
        self.curves = [MovingCurves(self.axes(36, top, width - 46, tall), history, what, name,
                                    theme=theme)
                       for (top, tall), what, name in zip(places, ("loss", "metric"), names)]
        self.curves[0].ax.set_xlabel("")
        self.curves[0].ax.tick_params(labelbottom=False)
        for curve in self.curves:
            curve.ax.set_ylabel("")                        # the title says it
        self.history = history
        for curve, describe in zip(self.curves, (describe_loss, describe_accuracy)):
            paper.tell(curve.ax, lambda describe=describe: describe(self.history))
        self.texts  = [title_of(curve.ax) for curve in self.curves]
        self.even_titles()
        self.moving = [artist for curve in self.curves for artist in (*curve.lines, *curve.names)]

    def update(self, history=None):
        """Show the history as it is now."""
        self.history = history or self.history
        for curve in self.curves:
            curve.update(self.history)
        self.even_titles()

    def even_titles(self):
        """Both titles in letters of one size."""
        for title in self.texts:
            title.set_fontsize(paper.TEXT)


class MovingCurves(CurveDrawing):
    """A pair of curves on a horizontal axis that grows by leaps."""

    last = high = low = None

    def update(self, history):
        """Show the history, and its latest numbers in the title."""
        epochs = np.asarray(history.epoch, dtype=float)
        curves = [np.asarray(c, dtype=float) for c in curves_of(history, self.what)]
        for line, name, curve, text in zip(self.lines, self.names, curves, ("train", "test")):
            name.set_text(text)
            self.show(line, name, epochs, curve)
        self.limits(epochs, curves)
        self.keep_apart(curves)
        headline(self.ax, self.now(curves), self.theme)

    def now(self, curves):
        """The latest numbers, in words."""
        parts = [f"{text} {curve[-1]:.3f}" for text, curve in zip(("train", "test"), curves)
                 if np.isfinite(curve[-1])]
        return f"{self.name[:1].upper()}{self.name[1:]}: {', '.join(parts) or 'not measured'}"

    def keep_apart(self, curves):
        """Names that would lie on each other move up and down, but not out of the axes."""
        for name in self.names:
            name.set_position((6, 0))
        low, high = self.ax.get_ylim()
        height    = paper.size_in_points(self.ax)[1]
        ends      = [c[np.isfinite(c)][-1:] for c in curves]
        if all(len(end) for end in ends):
            at   = (np.concatenate(ends) - low) / (high - low) * height
            to   = apart(at, 1.2 * paper.TEXT, 0.5 * paper.TEXT, height - 0.5 * paper.TEXT)
            for name, shift in zip(self.names, to - at):
                name.set_position((6, shift))

    def limits(self, epochs, curves):
        """Axes that hold both curves and change only when they must."""
        values = np.concatenate(curves)
        values = values[np.isfinite(values)]
        best   = 0.0 if self.what == "loss" else 1.0            # a perfect loss, accuracy, R2
        reach  = self.reach(np.abs(values - best).max(initial=0))
        last   = steady(self.last, max(1.02 * epochs[-1], 1.0))
        if (last, reach) != (self.last, self.high):
            self.last, self.high = last, reach
            self.limit_epochs(0, last)
            self.ax.set_xticks([tick for tick in MaxNLocator(4).tick_values(0, last)
                                if tick <= last])            # few: the axes are small
            low, high = sorted((best, best + (reach if best == 0 else -reach)))
            margin    = 0.04 * (high - low)
            self.ax.set_ylim(low - margin * (best == 1.0), high + margin)

    def reach(self, wanted):
        """How far from perfect the axis goes: accuracies from 0 to 1, others as they must."""
        if self.what == "metric" and wanted <= 1:
            return 1.0
        return steady(self.high, wanted, FINE)


def apart(at, least, low, high):
    """Two heights, moved so that they are `least` apart and between low and high."""
    upper, lower = at.argmax(), at.argmin()
    if upper == lower:
        upper, lower = 1, 0
    middle = np.clip(at.mean(), low + least / 2, high - least / 2)
    half   = max(least, at.max() - at.min()) / 2
    to     = np.empty(2)
    to[upper], to[lower] = min(middle + half, high), max(middle - half, low)
    return to
