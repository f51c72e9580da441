"""Data of your own: arrays, a table in a file, or a table pasted as text."""
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dlf.datasets import FillMissing, read_csv
from dlf.experiment.settings import ConfigError, need_known

MOST_ROWS, MOST_COLUMNS, MOST_CLASSES = 20_000, 64, 10


@dataclass(frozen=True, eq=False)
class OwnData:
    """Points of your own and what is to be learned about them.

    Shapes: x (n, columns) of finite numbers; y (n,), whole numbers that index `classes`, or floats
    if `classes` is empty. Classes that are given as words or other numbers are named by them.

    Raises: ConfigError that says what is wrong with the data.
    """

    x:       np.ndarray
    y:       np.ndarray
    columns: tuple = ()
    classes: tuple = ()
    name:    str   = "own data"

    def __post_init__(self):
        x, y    = numbers(self.x), np.asarray(self.y)
        if y.ndim != 1 or len(y) != len(x):
            raise ConfigError(f"x has {len(x)} rows, so y must be {len(x)} answers in one row; "
                              f"its shape is {y.shape}.")
        columns = tuple(map(str, self.columns)) or tuple(f"x{i + 1}" for i in range(x.shape[1]))
        if len(columns) != x.shape[1]:
            raise ConfigError(f"{len(columns)} names for {x.shape[1]} columns.")
        y, classes = answers(y, tuple(map(str, self.classes)))
        keep = object.__setattr__                       # the class is frozen; this is its birth
        for name, value in (("x", frozen(x)), ("y", frozen(y)), ("columns", columns),
                            ("classes", classes), ("name", str(self.name)[:100])):
            keep(self, name, value)

    def __eq__(self, other):
        return (isinstance(other, OwnData) and np.array_equal(self.x, other.x)
                and np.array_equal(self.y, other.y) and self.columns == other.columns
                and self.classes == other.classes and self.name == other.name)

    def __hash__(self):
        return hash((self.name, self.columns, self.classes, self.x.shape))

    def __repr__(self):
        kind = f"{len(self.classes)} classes" if self.classes else "a number to predict"
        return f"OwnData({self.name!r}: {len(self.x)} rows, {self.x.shape[1]} columns, {kind})"

    def is_uneven(self):
        """Are the columns too large, too small or too far from 0 to be learned from as they are?"""
        with np.errstate(over="ignore"):
            size, spread = np.abs(self.x).max(axis=0), self.x.std(axis=0)
            big_y        = not self.classes and np.abs(self.y).max() > 2
        return bool(size.max() > 8 or (size > 10 * np.maximum(spread, 1e-300)).any() or big_y)

    def to_dict(self):
        """Plain lists, numbers and text."""
        return {"x": self.x.tolist(), "y": self.y.tolist(), "columns": list(self.columns),
                "classes": list(self.classes), "name": self.name}

    @classmethod
    def from_dict(cls, plain):
        """The inverse of `to_dict`. Raises: ConfigError for anything else."""
        if not isinstance(plain, dict) or not {"x", "y"} <= set(plain):
            raise ConfigError("own must be a dict that holds x and y.")
        need_known(plain, ("x", "y", "columns", "classes", "name"), "part of own data")
        return cls(**plain)


def read_table(source, target=None, name=None, **options):
    """Data from a CSV file, or from the text of one; the other columns predict `target`.

    Args: source: a path, or text with line breaks; target: the column to predict, by default the
    last; options: those of `dlf.datasets.read_csv`. Gaps are filled with the column's median.

    Raises: ValueError that names the line and the column.
    """
    if isinstance(source, str) and "\n" in source.strip():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name or 'pasted table'}.csv"
            path.write_text(source, encoding="utf-8")
            return read_table(path, target, name, **options)
    target = target if target is not None else last_column(source, options)
    data   = read_csv(source, target=target, **options)
    x      = FillMissing().fit(data.x).transform(data.x)
    return OwnData(x, data.y, data.features, data.classes or (), name or Path(source).stem)


def last_column(source, options):
    """The name of a table's last column."""
    from dlf.datasets.sheet import open_sheet
    how = {key: options.get(key, usual) for key, usual in
           (("delimiter", None), ("decimal", "."), ("encoding", None))}
    return open_sheet(source, **how)[0].header[-1]


# ---- what can be wrong -------------------------------------------------------------------------

def numbers(x):
    """x as a table of finite floats."""
    try:
        x = np.array(x, dtype=float)
    except (TypeError, ValueError):
        raise ConfigError("x must be a table of numbers, one row a point. A table with words goes "
                          "through read_table.") from None
    if x.ndim != 2 or not x.size:
        raise ConfigError("x must have one row a point and one column a quantity; its shape is "
                          f"{x.shape}.")
    if len(x) > MOST_ROWS or x.shape[1] > MOST_COLUMNS:
        raise ConfigError(f"At most {MOST_ROWS:,} rows and {MOST_COLUMNS} columns can be "
                          f"experimented with here; these data have shape {x.shape}.")
    if not np.isfinite(x).all():
        row, column = np.argwhere(~np.isfinite(x))[0]
        raise ConfigError(f"x holds a gap or an infinite number in row {row}, column {column}. "
                          "Fill it or drop the row.")
    return x


def answers(y, classes):
    """(y, names of classes): whole numbers that index the names, or floats and no names."""
    if classes:
        return indices(y, classes)
    if y.dtype.kind in "USOb" or (y.dtype.kind in "iu" and len(np.unique(y)) <= MOST_CLASSES):
        names, index = np.unique(y.astype(str) if y.dtype.kind == "O" else y, return_inverse=True)
        return indices(index, tuple(map(str, names.tolist())))
    y = y.astype(float)
    if not np.isfinite(y).all():
        raise ConfigError("y holds a gap or an infinite number. Drop those rows.")
    if np.ptp(y) == 0:
        raise ConfigError(f"y is {y[0]:g} in every row, so there is nothing to learn.")
    return y, ()


def indices(y, classes):
    """Whole numbers that index names of classes."""
    if not 2 <= len(classes) <= MOST_CLASSES:
        raise ConfigError(f"There must be 2 to {MOST_CLASSES} classes to tell apart; "
                          f"there are {len(classes)}.")
    if y.dtype.kind not in "iuf" or not np.isin(y, np.arange(len(classes))).all():
        raise ConfigError(f"With {len(classes)} classes named, y must hold whole numbers from 0 to "
                          f"{len(classes) - 1}.")
    return y.astype(np.int64), classes


def frozen(a):
    """The array, which nobody can write to any more."""
    a = np.ascontiguousarray(a).copy()
    a.flags.writeable = False
    return a
