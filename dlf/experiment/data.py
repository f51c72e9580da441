"""From a configuration to the arrays of a run; and sets of several classes."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dlf import datasets
from dlf.datasets import Card, Dataset, StandardScaler
from dlf.experiment.features import compute
from dlf.experiment.formula import Formula
from dlf.experiment.settings import ConfigError

FIELDS = ("data", "noise", "n", "test", "data_seed", "classes", "formula", "own", "scale",
          "features", "loss", "output", "dtype")           # settings that the arrays depend on


# ---- sets that dlf.datasets does not have ------------------------------------------------------

def blobs(n=500, classes=3, noise=0.0, rng=None):
    """Round clouds on a circle of radius 3.5, one a class; variance 0.3 + 4 * noise.

    Shapes: x (n, 2), y (n,) whole numbers below `classes`.
    """
    y     = np.arange(n) % classes
    angle = 2 * np.pi * y / classes
    x     = 3.5 * np.column_stack([np.sin(angle), np.cos(angle)])
    x     = x + np.sqrt(0.3 + 4 * noise) * rng.standard_normal((n, 2))
    return mixed("Round clouds on a circle", x, y, classes, rng)


def spirals(n=500, classes=3, noise=0.0, rng=None):
    """Arms wound around each other, one a class; the more arms, the fewer turns.

    Shapes: x (n, 2), y (n,) whole numbers below `classes`. With two classes the arms are those of
    the set spiral. Noise adds up to +-noise to each coordinate.
    """
    y     = np.arange(n) % classes
    count = np.bincount(y, minlength=classes)[y]
    along = np.arange(n) // classes / count                     # 0 at the middle, 1 at the end
    angle = 1.75 * 2 * np.pi * along * 2 / classes + 2 * np.pi * y / classes
    x     = 5 * along[:, None] * np.column_stack([np.sin(angle), np.cos(angle)])
    x     = x + noise * rng.uniform(-1, 1, x.shape)
    return mixed("Spiral arms", x, y, classes, rng)


def formula(text, n=500, noise=0.0, rng=None):
    """Points drawn evenly from -6 to 6, answered by a rule of your own.

    Noise moves a copy of the point by up to 6 * noise before the rule answers, and the point stays.
    Points without an answer (such as sqrt(-1)) are left out.

    Raises: ConfigError if the rule cannot be read, or answers all points alike.
    """
    rule = Formula(text)
    x    = rng.uniform(-6, 6, (n, 2))
    y    = rule(x + noise * rng.uniform(-6, 6, x.shape))
    good = np.isfinite(y)
    x, y = x[good], y[good]
    if len(x) < 4 or np.ptp(y) == 0:
        raise ConfigError(f"The formula {text!r} gives {'the same answer' if len(x) > 3 else 'no'} "
                          f"{'for' if len(x) > 3 else 'answer for'} every point from -6 to 6, so "
                          "there is nothing to learn.")
    names = ("false", "true") if rule.task == "classes" else None
    return Dataset(x, y, card(f"y = {text}", x, y), ("x1", "x2"), names)


def mixed(what, x, y, classes, rng):
    """A set of classes in random order."""
    order = rng.permutation(len(x))                             # else classes would take turns
    x, y  = x[order], y[order].astype(np.int64)
    names = tuple(f"class {i}" for i in range(classes))
    return Dataset(x, y, card(what, x, y), ("x1", "x2"), names)


def card(what, x, y):
    return Card(what, f"x {x.shape}, y {y.shape}", "none", "drawn at random",
                "free to use: nothing was copied")


# ---- what a run needs --------------------------------------------------------------------------

@dataclass(frozen=True, eq=False)
class Part:
    """The training or the test part: points, what the network sees of them, and the answers.

    Shapes: points (n, columns) as they came; x (n, features), scaled if asked for; labels (n,);
    y (n,) or (n, outputs), the labels as the loss wants them.
    """

    points: np.ndarray
    x:      np.ndarray
    labels: np.ndarray
    y:      np.ndarray

    def __len__(self):
        return len(self.x)


class Data:
    """All arrays of an experiment: `train` and `test`, names, and how points become inputs.

    `classes` holds the names of the classes, empty for a number to predict; `domain` is the
    rectangle that maps of the plane show; `center` is the point at which maps of data with more
    than two columns stand in the other columns.
    """

    def __init__(self, config):
        rng         = np.random.default_rng(config.data_seed)
        whole       = draw(config, rng)
        train, test = whole.split(config.test, rng=rng)
        self.config   = config
        self.features = config.features
        self.columns  = whole.features
        self.classes  = whole.classes or ()
        self.center   = train.x.mean(axis=0)
        self.domain   = domain(config, whole.x)
        self.scaler   = scaler(compute(config.features, train.x), config.scale)
        self.y_scaler = scaler(train.y[:, None], config.scale and not self.classes)
        self.train, self.test = self.part(train), self.part(test)
        self.full = 1.0 if self.classes else float(np.abs(self.train.y).max())
        self.grids = {}

    def part(self, data):
        return Part(data.x, self.inputs(data.x), data.y, self.targets(data.y))

    def inputs(self, points):
        """What the network sees of points (n, columns): (n, features)."""
        x = compute(self.features, points)
        x = self.scaler.transform(x) if self.scaler else x
        return x.astype(self.config.dtype, copy=False)

    def targets(self, labels):
        """Labels as the loss wants them."""
        if not self.classes:
            y = labels[:, None]
            return self.y_scaler.transform(y) if self.y_scaler else y
        is_share = self.config.loss == "cross_entropy" or self.config.ending == "sigmoid"
        low      = 0.0 if is_share else -1.0
        if len(self.classes) == 2:
            return np.where(labels == 1, 1.0, low)[:, None]
        if self.config.loss == "cross_entropy":
            return labels
        return np.where(labels[:, None] == np.arange(len(self.classes)), 1.0, low)

    @cached_property
    def all_x(self):
        """Inputs of the training part and then of the test part: measured in one pass."""
        return np.concatenate([self.train.x, self.test.x])

    def grid(self, size, axes=(0, 1)):
        """The inputs of size * size points of the plane, row 0 at the top; kept for next time.

        Shape: (size * size, features).
        """
        if (size, axes) not in self.grids:
            if len(self.grids) > 4:
                self.grids.clear()
            self.grids[size, axes] = self.inputs(self.grid_points(size, axes))
        return self.grids[size, axes]

    def grid_points(self, size, axes=(0, 1)):
        """Those points themselves (size * size, columns): other columns stay at their means."""
        ranges = [np.linspace(*self.domain[axis], size) for axis in axes]
        first, second = np.meshgrid(ranges[0], ranges[-1][::-1] if len(axes) > 1 else [0.0] * size)
        points = np.tile(self.center, (size * size, 1))
        points[:, axes[0]] = first.ravel()
        if len(axes) > 1:
            points[:, axes[1]] = second.ravel()
        return points


def draw(config, rng):
    """The whole set, before it is split."""
    name, n = config.data, config.points
    if name == "own":
        own = config.own
        return Dataset(own.x, own.y, None, own.columns, own.classes or None)
    if name == "formula":
        return formula(config.formula, n, config.noise, rng)
    if name in ("blobs", "spirals"):
        return {"blobs": blobs, "spirals": spirals}[name](n, config.classes, config.noise, rng)
    return getattr(datasets, name)(n=n, noise=config.noise, rng=rng)


def needs_module(config):
    """Is the set one that only this module has?"""
    return config.data in ("blobs", "spirals", "formula")


def domain(config, x):
    """((low, high), ...) for each column: -6 to 6, or what own data span and a little more."""
    if config.data != "own":
        return ((-6.0, 6.0), (-6.0, 6.0))
    low, high = x.min(axis=0), x.max(axis=0)
    room = np.where(high > low, 0.08 * (high - low), 1.0)
    return tuple((float(a), float(b)) for a, b in zip(low - room, high + room))


def scaler(values, wanted):
    """What brings values (n, columns) to mean 0 and variance 1; None if not wanted."""
    return StandardScaler().fit(values) if wanted else None
