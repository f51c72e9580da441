"""How training went, epoch by epoch: the loss, and how many examples are right."""
import numpy as np
from matplotlib.ticker import MaxNLocator

from dlf import scene
from dlf.viz import paper

POINTS = 400          # of a curve: more than that no screen shows


def draw_loss(ax, history, log=False, theme=None):
    """Draw the loss of each epoch, in training and (if there is one) in validation.

    `history` is what `dlf.fit` returns; log=True draws powers of ten at equal distances. Returns a
    `CurveDrawing`, whose `update(history)` follows training.
    Raises: ValueError for a history without epochs.
    """
    paper.tell(ax, describe_loss, history)
    return CurveDrawing(ax, history, "loss", "loss", log, theme)


def draw_accuracy(ax, history, theme=None):
    """Draw the metric of each epoch (accuracy, R², or your own), as `draw_loss` draws the loss.

    The best epoch is the one with the highest metric.
    """
    paper.tell(ax, describe_accuracy, history)
    return CurveDrawing(ax, history, "metric", metric_name(history), False, theme)


class CurveDrawing:
    """The artists of one pair of curves: `lines` and their `names`; `best` marks the best epoch."""

    def __init__(self, ax, history, what, name, log=False, theme=None):
        self.ax, self.what, self.name = ax, what, name
        self.theme = paper.axes(ax, "", "epoch", name, theme)
        ax.grid(axis="y", which="both" if log else "major", color=self.theme.faint, linewidth=0.7)
        ax.set_axisbelow(True)
        if log:
            ax.set_yscale("log")
        looks = (("training", self.theme.train, 1.6), ("validation", self.theme.test, 2.0))
        self.lines = [ax.plot([], [], color=color, lw=width)[0] for _, color, width in looks]
        self.names = [ax.annotate(text, (0, 0), xytext=(6, 0), textcoords="offset points",
                                  va="center", color=color, fontsize=paper.TEXT,
                                  annotation_clip=False)
                      for text, color, _ in looks]
        self.best, = ax.plot([], [], "o", ms=7, mfc="none", mec=self.theme.ink, mew=1.4,
                             clip_on=False, zorder=4)
        self.update(history)

    def update(self, history):
        """Show the history as it is now."""
        epochs = np.asarray(history.epoch, dtype=float)
        if not len(epochs):
            raise ValueError("This history has no epochs yet: draw it after dlf.fit has trained.")
        curves = [np.asarray(c, dtype=float) for c in curves_of(history, self.what)]
        for line, name, curve in zip(self.lines, self.names, curves):
            self.show(line, name, epochs, curve)
        self.keep_apart(curves)
        at = best_place(curves, self.what)
        self.best.set_data([epochs[at]], [watched(curves)[at]])       # nan is not drawn
        self.limits(epochs, curves)
        paper.headline(self.ax, title(history, self.what, self.name), self.theme)

    def show(self, line, name, epochs, curve):
        """One curve, and its name at its end; nothing where there are no numbers."""
        there = np.flatnonzero(np.isfinite(curve))
        name.set_visible(bool(len(there)))
        if len(there):
            keep = scene.thin(curve, POINTS)
            line.set_data(epochs[keep], curve[keep])
            line.set_marker("." if len(there) == 1 else "")
            name.xy = epochs[there[-1]], curve[there[-1]]

    def limits(self, epochs, curves):
        """The axes around both curves."""
        self.limit_epochs(epochs[0], max(epochs[-1], epochs[0] + 1))
        values = np.concatenate(curves)
        values = values[np.isfinite(values)]
        log    = self.ax.get_yscale() == "log"
        if log:
            values = values[values > 0]
            low, high = (values.min() / 1.3, values.max() * 1.3) if len(values) else (0.1, 1)
        else:
            best = 0.0 if self.what == "loss" else 1.0       # a perfect loss, accuracy, R²
            low, high = values.min(initial=best), values.max(initial=best)
            high = high if high > low else low + 1
        self.ax.set_ylim(low, high if log else high + 0.05 * (high - low))

    def limit_epochs(self, first, last):
        """The horizontal axis ends at the last epoch; right of it there is room for the names."""
        width = paper.size_in_points(self.ax)[0]
        names = max((len(name.get_text()) for name in self.names if name.get_visible()), default=0)
        room  = min((0.62 * paper.TEXT * names + 6) / width, 0.5)
        self.ax.set_xlim(first, last + (last - first) * room / (1 - room))
        ticks = MaxNLocator(8, integer=True).tick_values(first, last)
        self.ax.set_xticks([tick for tick in ticks if first <= tick <= last])
        self.ax.spines["bottom"].set_bounds(first, last)

    def keep_apart(self, curves):
        """Where both curves end at nearly the same height, one name goes up and one goes down."""
        ends = [c[np.isfinite(c)][-1:] for c in curves]
        for name in self.names:
            name.set_position((6, 0))
        if all(len(end) for end in ends):
            values = np.concatenate([c[np.isfinite(c)] for c in curves])
            close  = abs(ends[0] - ends[1]) < 0.08 * max(np.ptp(values), 1e-12)
            up     = int(ends[1][0] > ends[0][0])                    # the higher curve's name
            if close:
                self.names[up].set_position((6, 6))
                self.names[1 - up].set_position((6, -6))


def curves_of(history, what):
    """(training, validation) of a history: the loss or the metric."""
    if what == "loss":
        return history.loss, history.val_loss
    return history.metric, history.val_metric


def metric_name(history):
    """The metric's name as people write it."""
    names = {"r2": "R²", "<lambda>": "metric"}
    return names.get(history.metric_name, history.metric_name.replace("_", " "))


def watched(curves):
    """The curve that counts: validation if there is one, else training."""
    return curves[1] if np.isfinite(curves[1]).any() else curves[0]


def best_place(curves, what):
    """Where the curve that counts is best: the lowest loss, the highest metric."""
    curve = watched(curves)
    if not np.isfinite(curve).any():
        return 0
    return int(np.nanargmin(curve) if what == "loss" else np.nanargmax(curve))


def title(history, what, name):
    """The message of a pair of curves: how far it came, and when it was best."""
    curves = [np.asarray(c, dtype=float) for c in curves_of(history, what)]
    curve, at = watched(curves), best_place(curves, what)
    where  = "validation" if curve is curves[1] else "training"
    if not np.isfinite(curve[at]):
        return f"No {name} could be measured"
    number = f"{100 * curve[at]:.1f} %" if name == "accuracy" else f"{curve[at]:.3g}"
    return f"Best {where} {name}: {number}, epoch {tenths(history.epoch[at]):,}"


def tenths(epoch):
    """An epoch as one writes it: whole, or a fraction with one digit."""
    epoch = round(float(epoch), 1)
    return int(epoch) if epoch == int(epoch) else epoch


def describe_loss(history):
    """The loss curves in words, for those who do not see them."""
    return describe_curves(history, "loss", "loss")


def describe_accuracy(history):
    """The metric's curves in words, for those who do not see them."""
    return describe_curves(history, "metric", metric_name(history))


def describe_curves(history, what, name):
    """Where each curve starts and ends, and the best epoch."""
    if not history.epoch:
        return "No epoch has been trained yet."
    parts = []
    for which, curve in zip(("training", "validation"), curves_of(history, what)):
        curve = np.asarray(curve, dtype=float)
        if np.isfinite(curve).any():
            parts.append(f"the {which} {name} went from {curve[0]:.3g} to {curve[-1]:.3g}")
    epochs = paper.plural(tenths(history.epoch[-1]), "epoch")
    return f"Over {epochs}, {' and '.join(parts) or 'nothing was measured'}. " \
           f"{title(history, what, name)}."
