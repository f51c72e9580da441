"""Examples with two measurements as points, a color and a marker for each class."""
import numpy as np

from dlf import palette
from dlf.viz import paper
from dlf.viz.confusion import class_names


def draw_points(ax, x, y, title, classes=None, features=("x1", "x2"), theme=None):
    """Draw examples as points; returns the artists, one for each class.

    Shapes: x (n, 2); y (n,) class numbers from 0 up. `title` is a sentence that says what there is
    to see; `classes` names the classes, `features` the axes.
    Raises: ValueError unless x has two columns.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y).astype(int)
    if x.ndim != 2 or x.shape[1] != 2:
        raise ValueError(f"draw_points wants two measurements of each example, x (n, 2); got "
                         f"{x.shape}. Choose two columns: x[:, [0, 1]].")
    theme = paper.axes(ax, title, *features, theme=theme)
    names = class_names(classes, max(y.max(initial=0) + 1, 2))
    drawn = [ax.scatter(*x[y == c].T, s=22, c=palette.CLASSES[c % 10], label=name,
                        marker=palette.MARKERS[c % 10], edgecolors="white", linewidths=0.5)
             for c, name in enumerate(names)]
    ax.legend(frameon=False, labelcolor=theme.ink, fontsize=paper.TEXT, handletextpad=0.2,
              borderpad=0.2)
    paper.tell(ax, describe_points, x, y, title, names, features)
    return drawn


def describe_points(x, y, title, classes, features):
    """The points in words, for those who do not see them."""
    parts = [f"{name} ({(y == c).sum()}) lies around {features[0]} {x[y == c, 0].mean():.2g}, "
             f"{features[1]} {x[y == c, 1].mean():.2g}"
             for c, name in enumerate(classes) if (y == c).any()]
    return f"{title}. {'; '.join(parts)}."
