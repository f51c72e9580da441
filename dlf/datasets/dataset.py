"""A data set is two arrays that belong together, x and y, and a card that says where they are from.

Everything in this folder returns one of these. Examples are rows: row i of x goes with y[i].
"""
from dataclasses import dataclass, fields, replace

import numpy as np


@dataclass(frozen=True)
class Card:
    """What a data set is, in which units, and whom to thank for it."""

    what:    str
    shape:   str
    units:   str
    source:  str
    licence: str
    notes:   str = ""

    def __str__(self):
        pairs = [(f.name, getattr(self, f.name)) for f in fields(self)]
        return "\n".join(f"{name:<8} {text}" for name, text in pairs if text)


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Examples and what is to be learned about them.

    Shapes: x (n, features), y (n,) or None; the rows of both belong together.
    `features` names the columns of x. `classes` names the classes: y holds integers that index it.
    `table` remembers how `read_csv` turned words into numbers, so that a second file is read alike.

    >>> data = Dataset([[1., 2.], [3., 4.]], [0, 1], classes=("no", "yes"))
    >>> data.classes[data.y[1]]
    'yes'
    """

    x:        np.ndarray
    y:        np.ndarray | None = None
    card:     Card | None       = None
    features: tuple | None      = None
    classes:  tuple | None      = None
    table:    object            = None

    def __post_init__(self):
        keep = object.__setattr__                       # the class is frozen; this is its birth
        keep(self, "x", np.asarray(self.x))
        keep(self, "y", None if self.y is None else np.asarray(self.y))
        if self.y is not None and len(self.y) != len(self.x):
            raise ValueError(
                f"x has {len(self.x)} rows and y has {len(self.y)}: every example needs one "
                "answer. Examples go in rows; if yours are columns, pass x.T.")
        if self.features is not None and len(self.features) != self.x.shape[-1]:
            raise ValueError(f"{len(self.features)} feature names for {self.x.shape[-1]} columns.")

    def __len__(self):
        return len(self.x)

    def split(self, fraction, rng, stratify=False):
        """Cut the set into a part to train on and a part to test on, and return both.

        `fraction` is the share of the test part, above 0 and below 1. `rng` is a
        `np.random.Generator` that shuffles the rows first. rng=None keeps their order, and the
        last rows become the test part: right for a time series, a trap for a file sorted by class.
        `stratify=True` gives both parts the same mix of classes (to within one row per class).
        For three parts, split twice.

        Raises ValueError when a part would be empty, or when keeping the order would leave a
        class out of the training part; TypeError when rng is neither a generator nor None.

        >>> data = Dataset(np.zeros((8, 2)), np.arange(8))
        >>> train, test = data.split(0.25, rng=np.random.default_rng(0))
        >>> len(train), len(test)
        (6, 2)
        """
        order   = self._order(fraction, rng, stratify)
        is_test = np.zeros(len(self), dtype=bool)        # along `order`, not along the rows of x
        groups  = self._places_by_class(order) if stratify else [np.arange(len(self))]
        for places in groups:
            is_test[_last(places, fraction, stratify)] = True
        train, test = self.rows(order[~is_test]), self.rows(order[is_test])
        if rng is None:
            _no_class_missing(self, train)
        return train, test

    def _order(self, fraction, rng, stratify):
        if not (isinstance(fraction, (int, float)) and 0 < fraction < 1):
            raise ValueError(
                f"split({fraction!r}): the fraction is the share of the test part, above 0 and "
                "below 1. split(0.25, rng=rng) keeps a quarter for the test.")
        if rng is None:
            return np.arange(len(self))
        if not isinstance(rng, np.random.Generator):
            raise TypeError(f"split wants a generator, rng=np.random.default_rng(0), or rng=None "
                            f"to keep the order of the rows; it got {rng!r}.")
        return rng.permutation(len(self))

    def _places_by_class(self, order):
        if self.classes is None or self.y is None:
            raise ValueError("stratify=True keeps the mix of classes, and this set has none. "
                             "Leave stratify out.")
        y = self.y[order]
        for label, count in zip(*np.unique(y, return_counts=True)):
            if count < 2:
                raise ValueError(f"class {self.classes[label]!r} has one row, which cannot be in "
                                 "both parts. Leave stratify out, or leave that class out.")
        return [np.flatnonzero(y == label) for label in np.unique(y)]

    def rows(self, index):
        """The same data set with some of its rows: a slice, a list of numbers, or a mask of bools.

        >>> data = Dataset(np.arange(6).reshape(3, 2), [0, 1, 0])
        >>> data.rows(data.y == 0).x
        array([[0, 1],
               [4, 5]])
        """
        index = np.atleast_1d(np.arange(len(self))[index])
        return replace(self, x=self.x[index], y=None if self.y is None else self.y[index])

    def select(self, *names):
        """The same data set with the named columns only; a name may also be that of a text column.

        Raises ValueError with the names there are.

        >>> data = Dataset([[1., 2.]], [0], features=("length", "mass"))
        >>> data.select("mass").x
        array([[2.]])
        """
        features = self.features or ()
        found = []
        for name in names:                              # "island" stands for island=Biscoe, ...
            hits = [i for i, f in enumerate(features) if f == name or f.startswith(f"{name}=")]
            if not hits:
                raise ValueError(f"no column {name!r}; the columns are: "
                                 f"{', '.join(features) or 'without names'}.")
            found += hits
        return replace(self, x=self.x[:, found], features=tuple(features[i] for i in found))

    def drop_missing(self):
        """The same data set without the rows in which a value of x or y is missing (NaN)."""
        missing = _missing(self.x).reshape(len(self), -1).any(axis=1)
        if self.y is not None:
            missing |= _missing(self.y)
        return self.rows(~missing)

    def __repr__(self):
        title = self.card.what if self.card else "Dataset"
        lines = [f"{title} ({len(self)} examples)", f"  x {_shape(self.x)}"]
        if self.features and len(self.features) <= 16:
            lines[-1] += ": " + ", ".join(self.features)
        if self.y is not None:
            lines += [f"  y {_shape(self.y)}" + self._class_counts()]
        missing = _missing(self.x).sum() + (0 if self.y is None else _missing(self.y).sum())
        return "\n".join(lines + [f"  {missing} values are missing (NaN)"] * bool(missing))

    def _class_counts(self):
        if self.classes is None:
            return ""
        counts = np.bincount(self.y, minlength=len(self.classes))
        shown  = [f"{name} ({n})" for name, n in zip(self.classes, counts)][:12]
        return f": {len(self.classes)} classes, {', '.join(shown)}" + ", ..." * (len(counts) > 12)


def is_count(value, least=1):
    """Is this a whole number of at least `least`?"""
    return isinstance(value, (int, np.integer)) and value >= least


def need_generator(rng, who):
    """Raise a TypeError that shows the corrected call unless rng is a generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"{who} draws random numbers: pass rng=np.random.default_rng(0) "
                        f"(it got rng={rng!r}). The same seed gives the same data.")


def _last(places, fraction, stratify):
    n    = len(places)
    test = round(fraction * n)
    if stratify:
        test = min(max(test, 1), n - 1)                 # every class in both parts
    if not 0 < test < n:
        empty = "test" if test <= 0 else "training"
        raise ValueError(f"a test part of {fraction} of {n} rows leaves nothing for the {empty} "
                         "part. Choose another fraction, or bring more rows.")
    return places[n - test:]


def _no_class_missing(data, train):
    if data.classes is None or data.y is None:
        return
    gone = [data.classes[c] for c in np.setdiff1d(data.y, train.y)]
    if gone:
        raise ValueError(
            f"rng=None keeps the order, and then no {' or '.join(map(repr, gone))} is left to "
            "train on: these rows are sorted by class. Shuffle them: "
            "split(fraction, rng=np.random.default_rng(0)).")


def _missing(values):
    return np.isnan(values) if values.dtype.kind == "f" else np.zeros(values.shape, dtype=bool)


def _shape(array):
    return f"{array.shape} {'text' if array.dtype.kind == 'U' else array.dtype}"
