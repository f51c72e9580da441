"""A few examples and what the network says about them, followed while it learns."""
import numpy as np

from dlf import scene
from dlf.fitting import predict
from dlf.palette import LIGHT
from dlf.viz import paper
from dlf.viz.boundary import labels_of
from dlf.viz.images import draw_images
from dlf.viz.live.picture import Picture, headline, steady, title_of
from dlf.viz.mistakes import as_images, best_columns, shorten
from dlf.viz.predictions import compare, describe_predictions, title

RIGHT, WRONG = "✓", "✗"
POINTS       = 500            # of measurements: so many move without hurry


class AnswersPicture(Picture):
    """Some examples with what the network says about them, and a mark: right or wrong.

    Subclasses draw the examples once. `says` are the texts that follow the network.
    """

    def __init__(self, net, x, y, classes, width, height, theme):
        super().__init__(width, height, theme)
        self.net, self.x, self.y = net, x, labels_of(y)
        self.classes = classes
        self.ax = self.axes(10, 34, width - 20, height - 44)

    def follow(self, texts, count):
        """From now on the texts follow the network; the title counts what is right."""
        self.says  = texts
        headline(self.ax, f"0 of {count} examples right", self.theme)
        self.texts = [*texts, title_of(self.ax)]
        paper.tell(self.ax, self.describe_answers)
        self.update()

    def update(self):
        """Ask the network again."""
        named, sure = self.answers()
        for text, says, is_, p in zip(self.says, named, self.y, sure):
            text.set_text(self.wording(says, is_, p))
            text.set_color(self.theme.ink if says == is_ else self.theme.negative)
            text.set_fontweight("normal" if says == is_ else "bold")
        right = int((named == self.y).sum())
        headline(self.ax, f"{right} of {len(self.y)} examples right", self.theme)

    def answers(self):
        """(class named, how sure the network is) for each example."""
        p = scene.probabilities(self.net, predict(self.net, self.x))
        p = p.reshape(len(p), -1, p.shape[-1])[:, -1]           # of a sequence, the last answer
        return p.argmax(axis=1), p.max(axis=1)

    def name(self, c):
        """A class by its name."""
        return shorten(str(self.classes[c] if self.classes is not None else c), 12)

    def describe_answers(self):
        """The examples in words."""
        named, _ = self.answers()
        parts = [f"{self.name(s)}{'' if s == i else f', but it is {self.name(i)}'}"
                 for s, i in zip(named, self.y)]
        return f"{self.ax.get_title(loc='left')}. The network says {'; '.join(parts)}."


class ImagesPicture(AnswersPicture):
    """Images, each with its answer above."""

    def __init__(self, net, x, y, image_shape=None, classes=None, width=280, height=280,
                 theme=LIGHT, n=12):
        x, y = x[:n], y[:n]
        super().__init__(net, x, y, classes, width, height, theme)
        widest = max(len(self.name(c)) for c in range(max(self.y) + 1))
        blank  = "0" * max(widest + 3, 5)
        images = as_images(x, image_shape)
        _, texts = draw_images(self.ax, images, [f"{blank}\n{blank}"] * len(x),
                               best_columns(self.ax, images, 2), theme=theme)
        self.follow(texts, len(x))

    def wording(self, says, is_, p):
        """The answer above an image."""
        if says == is_:
            return f"{RIGHT} {self.name(says)}\n{100 * p:.0f} %"
        return f"{WRONG} {self.name(says)}\nis {self.name(is_)}"


class TablePicture(AnswersPicture):
    """Rows of a table: right or wrong, what the network says, how sure it is, what is true."""

    def __init__(self, net, x, y, classes=None, width=280, height=280, theme=LIGHT, n=9):
        super().__init__(net, x[:n], y[:n], classes, width, height, theme)
        self.ax.set(xlim=(0, 1), ylim=(0, 1))
        paper.blank(self.ax, "", theme)
        step = 1 / (len(self.x) + 1)
        look = {"va": "center", "fontsize": paper.TEXT}
        for x_, word in ((0.0, "says"), (0.72, "is")):
            self.ax.text(x_, 1 - step / 2, word, color=theme.muted, **look)
        self.ax.plot([0, 1], [1 - step] * 2, color=theme.faint, linewidth=1)
        for i, c in enumerate(self.y):
            self.ax.text(0.72, 1 - (i + 1.5) * step, self.name(c), color=theme.ink, **look)
        self.follow([self.ax.text(0.0, 1 - (i + 1.5) * step, "", **look)
                     for i in range(len(self.x))], len(self.x))

    def wording(self, says, is_, p):
        """One row."""
        return f"{RIGHT if says == is_ else WRONG} {self.name(says)}, {100 * p:.0f} % sure"


class MeasuresPicture(Picture):
    """What the network says over what is true, a point an example: equal on the diagonal."""

    def __init__(self, net, x, y, width=280, height=280, theme=LIGHT):
        super().__init__(width, height, theme)
        step = -(-len(x) // POINTS)
        self.net, self.x, self.y = net, x[::step], y[::step]
        self.ax = self.axes(52, 34, width - 66, height - 34 - 40)
        paper.axes(self.ax, "Half are within 0", "true", "the network says", theme)
        self.diagonal, = self.ax.plot([], [], color=theme.muted, linewidth=1, zorder=1)
        self.points = self.ax.scatter([], [], s=14, color=theme.positive, alpha=0.6, linewidths=0)
        self.moving, self.texts = [self.points], [title_of(self.ax)]
        paper.tell(self.ax, describe_predictions, net, self.x, self.y)
        self.middle = float(np.mean(self.y))
        self.reach  = None
        self.update()

    def update(self):
        """Ask the network again."""
        says, true = compare(self.net, self.x, self.y)
        wild  = says[np.isfinite(says)]
        reach = steady(self.reach, max(np.abs(true - self.middle).max(),
                                       np.abs(wild - self.middle).max(initial=0)) or 1.0)
        if reach != self.reach:
            self.reach = reach
            ends = self.middle - reach, self.middle + reach
            self.diagonal.set_data(ends, ends)
            self.ax.set(xlim=ends, ylim=ends)
        self.points.set_offsets(np.column_stack([true, says]))
        headline(self.ax, title(says, true).replace("Half of the answers are", "Half are")
                 .replace(" of the truth", ""), self.theme)


# ---- which of them -----------------------------------------------------------------------------

def is_plane(net, x, y):
    """Can the examples be drawn on a map of the plane: two inputs, and one answer each?"""
    return (scene.Plan(net).columns[0].size == 2 and not net.takes_symbols and np.ndim(x) == 2
            and (np.ndim(y) == 1 or np.shape(y)[1:] == (1,) or not are_scores(y)))


def are_scores(y):
    """Are these several measurements for each example: rows that are no classes?"""
    y = np.asarray(y)
    return y.ndim > 1 and y.shape[1] > 1 and not set(np.unique(y)) <= {-1, 0, 1}


def square(x, features=None):
    """(side, side) if rows of numbers look like square gray images, else None."""
    side = round(np.sqrt(x.shape[1])) if x.ndim == 2 else 0
    looks = side >= 5 and side * side == x.shape[1] and features is None
    return (side, side) if looks and x.min() >= 0 and x.max() <= 1 else None


def name_classes(y):
    """Do these targets name classes: whole numbers, or rows of 0 and 1?"""
    y = np.asarray(y)
    return y.dtype.kind != "f" or set(np.unique(y)) <= {-1.0, 0.0, 1.0}


def spread(x, y, n):
    """n examples, evenly spread over all of them."""
    rows = np.linspace(0, len(x) - 1, min(n, len(x))).astype(int)
    return x[rows], y[rows]


