"""The examples about which the network was most sure, and wrong: where to look first."""
from typing import NamedTuple

import numpy as np

from dlf import scene
from dlf.fitting import predict
from dlf.viz import paper
from dlf.viz.boundary import labels_of
from dlf.viz.images import draw_images, lines


class Mistake(NamedTuple):
    """One example that went wrong."""

    row:   int        # its place in x
    says:  str        # the class that the network names
    is_:   str        # the class that is right
    sure:  float      # how likely the network takes its answer to be, 0 ... 1

    def __str__(self):
        return f"says {self.says}, is {self.is_}"


def most_wrong(net, x, y, classes=None, n=12):
    """The n mistakes of which the network was most sure, the worst first; fewer if there are fewer.

    Shapes: x (batch, ...), y (batch,) class numbers or rows of 0 and 1.
    """
    y = labels_of(y)
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} examples and y has {len(y)} labels: they must be equal.")
    p     = scene.probabilities(net, predict(net, x))
    named = p.argmax(axis=1)
    sure  = p.max(axis=1)
    wrong = np.flatnonzero(named != y)
    worst = wrong[np.argsort(-sure[wrong], kind="stable")][:n]
    name  = (lambda c: str(classes[c])) if classes is not None else str
    return [Mistake(int(i), name(named[i]), name(y[i]), float(sure[i])) for i in worst], len(wrong)


def draw_most_wrong(ax, net, x, y, image_shape=None, classes=None, n=12, features=None,
                    theme=None):
    """Draw the mistakes of which the network was most sure, each captioned "says 3, is 8".

    Images (x of three axes or more, or rows with image_shape=(8, 8)) are drawn as images, other
    examples as the rows of a table, with `features` as the names of its columns. Fewer than n
    mistakes are all drawn; where there are none, a sentence says so. Returns the artists.
    Raises: ValueError if image_shape does not fit the rows, or y does not fit x.
    """
    x = np.asarray(x)
    mistakes, total = most_wrong(net, x, y, classes, n)
    title  = f"{paper.plural(total, 'mistake')} in {paper.plural(len(x), 'example')}"
    title += ", the surest first" if total > 1 else ""
    if not mistakes:
        made = nothing_wrong(ax, title, theme)
    elif x.ndim == 2 and image_shape is None:
        made = draw_rows(ax, x[rows_of(mistakes)], mistakes, title, features, theme)
    else:
        made = draw_pictures(ax, x[rows_of(mistakes)], mistakes, title, image_shape, theme)
    paper.tell(ax, describe_most_wrong, net, x, y, classes, n)
    return made


def rows_of(mistakes):
    """Their places in x."""
    return [m.row for m in mistakes]


def draw_pictures(ax, rows, mistakes, title, image_shape, theme):
    """A grid of images, each with its caption."""
    pictures, texts = as_images(rows, image_shape), captions(mistakes)
    columns = best_columns(ax, pictures, lines(texts))
    return draw_images(ax, pictures, texts, columns, title=title, theme=theme)


def captions(mistakes):
    """What stands above each image, in two lines, or in three where names are long."""
    comma = ", " if max(len(str(m)) for m in mistakes) <= 14 else ",\n"
    return [f"says {m.says}{comma}is {m.is_}\n{100 * m.sure:.0f} % sure" for m in mistakes]


def as_images(rows, image_shape):
    """Rows as images of the shape named; images stay."""
    if image_shape is None:
        return rows
    if np.prod(image_shape) != np.prod(rows.shape[1:]):
        raise ValueError(f"image_shape={image_shape} holds {np.prod(image_shape)} numbers, but "
                         f"each example has {np.prod(rows.shape[1:])}.")
    return rows.reshape(len(rows), *image_shape)


def best_columns(ax, pictures, lines):
    """How many pictures to put side by side so that they come out as large as possible."""
    width, height = paper.size_in_points(ax)
    n, tall = len(pictures), (1.1 + 0.27 * lines) * pictures.shape[-2] / pictures.shape[-1]
    return max(range(1, n + 1), key=lambda c: min(width / (1.1 * c), height / (-(-n // c) * tall)))


def nothing_wrong(ax, title, theme):
    """The rare good news."""
    theme = paper.blank(ax, title, theme)
    return [ax.text(0.5, 0.5, "Nothing to show:\nthe network was right about every example.",
                    ha="center", va="center", transform=ax.transAxes, color=theme.muted,
                    fontsize=paper.TEXT + 1, linespacing=1.5)]


def draw_rows(ax, rows, mistakes, title, features, theme):
    """A table: what the network says, what is right, how sure it was, and the first features."""
    theme  = paper.blank(ax, title, theme)
    shown  = min(rows.shape[1], 5)
    names  = list(features or [f"x{i + 1}" for i in range(rows.shape[1])])[:shown]
    more   = [] if shown == rows.shape[1] else [f"+ {rows.shape[1] - shown}"]
    header = ["says", "is", "sure", *names, *more]
    body   = [[m.says, m.is_, f"{100 * m.sure:.0f} %", *(f"{v:.3g}" for v in row[:shown]),
               *("…" for _ in more)] for m, row in zip(mistakes, rows)]
    ax.set(xlim=(0, 1), ylim=(0, 1))
    return table(ax, [header, *body], theme)


def table(ax, lines, theme):
    """Words in columns as wide as their longest; numbers to the right; a rule under the head."""
    lines = [[shorten(word) for word in line] for line in lines]
    wide  = np.array([max(map(len, column)) for column in zip(*lines)]) + 2.0
    left  = np.concatenate([[0], np.cumsum(wide)]) / wide.sum()
    step  = min(0.11, 1 / len(lines))
    width, height = paper.size_in_points(ax)
    size  = float(np.clip(min(0.62 * step * height, width / wide.sum() / 0.62), 4.5, paper.TEXT))
    made  = []
    for r, line in enumerate(lines):
        for c, word in enumerate(line):
            at   = left[c] if c < 2 else left[c + 1] - 1.0 / wide.sum()
            made.append(ax.text(at, 1 - (r + 0.5) * step, word, fontsize=size, va="center",
                                ha="left" if c < 2 else "right",
                                color=theme.muted if r == 0 else theme.ink))
    ax.plot([0, 1], [1 - step, 1 - step], color=theme.faint, linewidth=1)
    return made


def shorten(word, n=20):
    """A long word cut, with dots."""
    return word if len(word) <= n else word[:n - 1] + "…"


def describe_most_wrong(net, x, y, classes=None, n=12):
    """The surest mistakes in words, for those who do not see them."""
    mistakes, total = most_wrong(net, np.asarray(x), y, classes, n)
    if not mistakes:
        return f"The network is right about all {len(x):,} examples."
    parts = [f"row {m.row} {m} ({100 * m.sure:.0f} % sure)" for m in mistakes[:3]]
    return (f"{paper.plural(total, 'mistake')} in {paper.plural(len(x), 'example')}. "
            f"The surest: {'; '.join(parts)}.")
