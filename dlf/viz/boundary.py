"""What a network says at every point of the plane, with the points it was taught or tested on."""
import numpy as np

from dlf import metrics, palette, scene
from dlf.fitting import predict
from dlf.viz import paper
from dlf.viz.confusion import class_names
from dlf.viz.predictions import describe_predictions


def draw_boundary(ax, net, x, y, classes=None, features=None, size=100, theme=None):
    """Draw a network of two inputs as a map, and the examples on it; wrong ones have a ring.

    Shapes: x (n, 2); y (n,) class numbers, -1 and +1, rows of 0 and 1, or measurements. `classes`
    names the classes, `features` the two axes; the map has size x size points.
    Returns a `BoundaryDrawing`, whose `update()` follows the network.
    Raises: ValueError for a network or examples that do not have two inputs.
    """
    kind = LandscapeDrawing if are_measured(y) else BoundaryDrawing
    paper.tell(ax, describe_boundary, net, x, y, classes)
    return kind(ax, net, x, y, classes, features, size, theme)


class BoundaryDrawing:
    """The artists of one map: `image`, the `points` of each class, `rings` around wrong ones."""

    full = None               # classes: the network gives scores

    def __init__(self, ax, net, x, y, classes=None, features=None, size=100, theme=None):
        scene.check_plane(net)
        self.ax, self.net, self.size = ax, net, size
        self.x, self.y = np.asarray(x, dtype=float), self.read(y)
        check_points(self.x, self.y)
        self.theme  = paper.axes(ax, "", *(features or ("x1", "x2")), theme=theme)
        self.domain = domain_of(self.x)
        extent      = (*self.domain[0], *self.domain[1])
        self.image  = ax.imshow(np.zeros((2, 2, 3)), extent=extent, aspect="auto",
                                interpolation="bilinear", alpha=0.7, zorder=0)
        self.points = self.draw_points(classes)
        self.rings  = ax.scatter([], [], s=60, facecolors="none", edgecolors=self.theme.ink,
                                 linewidths=1.3, zorder=4)
        self.border = []
        ax.set(xlim=self.domain[0], ylim=self.domain[1])
        self.key()
        self.update()

    def read(self, y):
        """The classes of the examples."""
        return labels_of(y)

    def draw_points(self, classes):
        """The examples of each class: a color, a marker, a white rim to stand out from the map."""
        names = class_names(classes, max(self.y.max() + 1, 2))
        return [self.scatter(self.y == c, palette.CLASSES[c % 10], palette.MARKERS[c % 10], name)
                for c, name in enumerate(names)]

    def scatter(self, these, colors, marker, name):
        """Some of the examples."""
        return self.ax.scatter(*self.x[these].T, s=24, c=colors, marker=marker, label=name,
                               edgecolors="white", linewidths=0.6, zorder=3)

    def key(self):
        """Which marker is which class: in a row above the map, or on it if the names are long."""
        letters = sum(len(artist.get_label()) + 3 for artist in self.points)
        fits    = 0.62 * paper.SMALL * letters + 170 < paper.size_in_points(self.ax)[0]
        where   = {"loc": "lower right", "bbox_to_anchor": (1.0, 1.0), "ncols": len(self.points),
                   "frameon": False} if fits else {"loc": "upper right", "framealpha": 0.85,
                                                   "facecolor": self.theme.background}
        self.ax.legend(fontsize=paper.SMALL, labelcolor=self.theme.ink, handletextpad=0.1,
                       columnspacing=0.9, borderaxespad=0.1, **where)

    def update(self):
        """Show what the network says now."""
        seen = scene.boundary_grid(self.net, self.domain, self.size, self.full, self.theme)
        self.image.set_data(seen.colors)
        self.draw_border(seen)
        paper.headline(self.ax, self.judge(), self.theme)

    def judge(self):
        """Put a ring around the wrong ones; how many are right, in words."""
        wrong = named_by(self.net, self.x) != self.y
        self.rings.set_offsets(self.x[wrong])
        return f"{len(wrong) - wrong.sum():,} of {paper.plural(len(wrong), 'point')} right"

    def draw_border(self, seen):
        """The line on which the network changes its mind."""
        for line in self.border:
            line.remove()
        xs, ys = (np.linspace(*side, self.size) for side in seen.domain)
        ahead  = [lead(seen.p, c) for c in range(seen.p.shape[2])]
        ahead  = ahead[1:] if len(ahead) == 2 else ahead          # two share one border
        self.border = [self.ax.contour(xs, ys[::-1], field, [0.0], colors=self.theme.ink,
                                       linewidths=0.9, zorder=2)
                       for field in ahead if field.min() < 0 < field.max()]


class LandscapeDrawing(BoundaryDrawing):
    """The same for measurements: points in the colors of their values, and no rings."""

    def read(self, y):
        """The measurements; the largest gets the full color."""
        y = np.asarray(y, dtype=float).reshape(len(y))
        self.full = float(np.abs(y).max())
        return y

    def draw_points(self, classes):
        """All examples, colored by their values: where one stands out, the network is off."""
        colors = palette.diverging(self.y, self.full, self.theme) / 255
        points = self.scatter(slice(None), colors, "o", "")
        points.set(edgecolor=self.theme.muted, linewidth=0.4)          # white on white would vanish
        return [points]

    def key(self):
        """The scale."""
        self.ax.text(1.0, 1.02, f"full color at ±{self.full:.2g}", ha="right", va="bottom",
                     transform=self.ax.transAxes, fontsize=paper.SMALL, color=self.theme.muted)

    def judge(self):
        """How far off the network is, typically."""
        off = np.abs(predict(self.net, self.x).reshape(len(self.y)) - self.y)
        return f"Half of the answers are within {np.median(off):.2g}"

    def draw_border(self, seen):
        """None: zero is a measurement like any other."""


def are_measured(y):
    """Are these measurements and no classes: numbers that are not all whole, one an example?"""
    y = np.asarray(y)
    return y.dtype.kind == "f" and y.size == len(y) and bool(np.any(y != np.floor(y)))


def lead(p, c):
    """By how much class c is likelier than the likeliest of the others; 0 on its border."""
    return p[..., c] - np.delete(p, c, axis=-1).max(axis=-1)


def labels_of(y):
    """Class numbers 0, 1, ... from class numbers, from -1 and +1, or from rows of 0 and 1."""
    y = np.asarray(y)
    if y.size and set(np.unique(y)) <= {-1, 1} and y.min() < 0:
        y = (y > 0).astype(int)
    y = metrics.truth(y)
    if y.size and y.min() < 0:
        raise ValueError(f"Classes are numbered from 0; these labels hold {y.min()}. Number them: "
                         f"np.unique(y, return_inverse=True)[1].")
    return y


def named_by(net, x):
    """The class that the network names for each example: the likeliest."""
    return scene.probabilities(net, predict(net, x)).argmax(axis=1)


def check_points(x, y):
    """Raise unless the examples are rows of two numbers, one label each."""
    if x.ndim != 2 or x.shape[1] != 2:
        hint = "Yours look like columns: pass x.T." if x.ndim == 2 and len(x) == 2 else \
               "Choose two columns of features."
        raise ValueError(f"A map of the plane wants x of shape (n, 2), got {x.shape}. {hint}")
    if len(x) != len(y) or not len(x):
        raise ValueError(f"x has {len(x)} points and y has {len(y)} labels: they must be equal, "
                         f"and at least one.")


def domain_of(x):
    """((left, right), (bottom, top)) around all points, with a margin of 8 %."""
    low, high = x.min(axis=0), x.max(axis=0)
    margin    = 0.08 * np.where(high > low, high - low, 1.0)
    return tuple(zip((low - margin).tolist(), (high + margin).tolist()))


def describe_boundary(net, x, y, classes=None):
    """A map in words, for those who do not see it."""
    scene.check_plane(net)
    if are_measured(y):
        return describe_predictions(net, x, y)
    x, y  = np.asarray(x, dtype=float), labels_of(y)
    check_points(x, y)
    named = named_by(net, x)
    seen  = scene.boundary_grid(net, domain_of(x), 40)
    parts = np.bincount(seen.label.ravel(), minlength=max(y.max() + 1, 2))
    names = class_names(classes or [f"class {c}" for c in range(len(parts))], len(parts))
    areas = [f"{name} on {paper.share(n, seen.label.size)}" for name, n in zip(names, parts)]
    return (f"The network names {', '.join(areas)} of the map, and is right about "
            f"{(named == y).sum():,} of {paper.plural(len(y), 'point')}.")
