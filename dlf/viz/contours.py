"""A cost over two numbers from above: level lines, and the ways that descents take on it."""
import numpy as np

from dlf import palette
from dlf.viz import paper

SIDE   = 80           # places a side at which the cost is computed
LEVELS = 14


def draw_contours(ax, cost, reach, title, path=(), names=("v1", "v2"), theme=None):
    """Draw a cost's level lines, both numbers from -reach to reach; returns the filled contours.

    cost: function of an array (2,) that gives a number. path (n, 2): the points of a descent, the
    last of them drawn larger. `title` is a sentence that says what there is to see.
    The level lines are at even steps of the root of the cost, so a bowl's are equally far apart.
    Raises: ValueError for a path that is not made of points with two numbers.
    """
    path  = np.asarray(path, dtype=float).reshape(-1, 2) if len(path) == 0 else check_path(path)
    theme = paper.axes(ax, title, *names, theme=theme)
    side  = np.linspace(-reach, reach, SIDE)
    costs = np.array([[cost(np.array([v1, v2])) for v1 in side] for v2 in side])
    root  = np.sqrt(costs - costs.min())
    color = [palette.hexadecimal(c) for c in
             palette.diverging(0.6 * (np.arange(LEVELS) + 0.5) / LEVELS, 1.0, theme)]
    drawn = ax.contourf(side, side, root, np.linspace(0, root.max() * 1.0001, LEVELS + 1),
                        colors=color)
    ax.plot(*path.T, color=theme.ink, linewidth=1.1, marker="o", markersize=2.8)
    ax.plot(*path[-1:].T, color=theme.ink, marker="o", markersize=6.5)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach))
    ax.locator_params(nbins=5)
    paper.tell(ax, describe_contours, cost, path, title, names)
    return drawn


def check_path(path):
    """The path as an array (n, 2)."""
    path = np.asarray(path, dtype=float)
    if path.ndim != 2 or path.shape[1] != 2:
        raise ValueError(f"A path is points with two numbers each, (n, 2); got {path.shape}.")
    return path


def describe_contours(cost, path, title, names=("v1", "v2")):
    """The surface and the way on it in words, for those who do not see them."""
    words = f"{title}. A cost over {names[0]} and {names[1]} from above."
    if len(path) == 0:
        return words
    start, end = (f"({v[0]:.3g}, {v[1]:.3g}), cost {cost(v):.3g}" for v in (path[0], path[-1]))
    steps      = paper.plural(len(path) - 1, "step")
    return f"{words} {steps} lead from {start}, to {end}."
