"""Bring columns to one size, or fill their gaps, with numbers measured on the training part alone.

What is measured on the test part has seen the test: the score then promises too much. So each of
these is fitted once, on the training part, and applied to both parts; fitting it again on other
data is an error.

    scaler  = StandardScaler().fit(train.x)
    train_x = scaler.transform(train.x)
    test_x  = scaler.transform(test.x)

There is no fit_transform on purpose: the line that measures and the lines that apply stay apart,
and one sees on which data each of them works.
"""
import numpy as np


class StandardScaler:
    """Shift and stretch every column to mean 0 and standard deviation 1: (x - mean) / scale.

    Shapes: x (..., features); `mean` and `scale` (features,), None before fit. A column with one
    value only has scale 1 and becomes 0. NaN is left out of the measure and stays NaN.
    float32 in, float32 out.

    >>> scaler = StandardScaler().fit(np.array([[1., 7.], [3., 7.]]))
    >>> scaler.transform(np.array([[2., 7.], [5., 8.]]))
    array([[0., 0.],
           [3., 1.]])
    """

    def __init__(self):
        self.mean = self.scale = None

    def fit(self, x):
        """Measure mean and scale of x (n, features), the training part; returns the scaler.

        Raises ValueError for infinite values, for a column without any value, and for a second
        fit on other data.
        """
        x       = _training_rows(self, x)
        mean    = np.nanmean(x, axis=0, dtype=np.float64)
        squares = np.square(x - mean.astype(x.dtype))
        scale   = np.sqrt(np.nanmean(squares, axis=0, dtype=np.float64))
        varies  = np.nanmax(x, axis=0) > np.nanmin(x, axis=0)      # rounding can make scale 1e-17
        scale   = np.where(varies & (scale > 0), scale, 1.0)
        _fit_once(self, mean=mean, scale=scale)
        return self

    def transform(self, x):
        """x (..., features) in units of the training part: 0 is its mean, 1 its deviation."""
        x = _same_columns(self, x, self.mean)
        return (x - self.mean.astype(x.dtype)) / self.scale.astype(x.dtype)

    def inverse(self, z):
        """Undo `transform`: scaled values (..., features) back to the units they came in."""
        z = _same_columns(self, z, self.mean)
        return z * self.scale.astype(z.dtype) + self.mean.astype(z.dtype)


class MinMaxScaler:
    """Shift and stretch every column to run from 0 to 1: (x - low) / (high - low).

    Shapes: x (..., features); `low` and `high` (features,), None before fit. A column with one
    value only becomes 0. Values beyond those of the training part land below 0 or above 1.
    NaN is left out of the measure and stays NaN. float32 in, float32 out.

    >>> scaler = MinMaxScaler().fit(np.array([[1., 7.], [3., 7.]]))
    >>> scaler.transform(np.array([[2., 7.]]))
    array([[0.5, 0. ]])
    """

    def __init__(self):
        self.low = self.high = None

    def fit(self, x):
        """Measure lowest and highest of x (n, features), the training part; returns the scaler.

        Raises ValueError for infinite values, for a column without any value, and for a second
        fit on other data.
        """
        x = _training_rows(self, x)
        _fit_once(self, low=np.nanmin(x, axis=0).astype(np.float64),
                        high=np.nanmax(x, axis=0).astype(np.float64))
        return self

    def transform(self, x):
        """x (..., features) as a share of the way from the lowest to the highest training value."""
        x = _same_columns(self, x, self.low)
        return (x - self.low.astype(x.dtype)) / self._span(x.dtype)

    def inverse(self, z):
        """Undo `transform`: shares (..., features) back to the units they came in."""
        z = _same_columns(self, z, self.low)
        return z * self._span(z.dtype) + self.low.astype(z.dtype)

    def _span(self, dtype):
        span = self.high - self.low
        return np.where(span > 0, span, 1.0).astype(dtype)


class FillMissing:
    """Put the median of the training part where a value is missing (NaN).

    Shapes: x (..., features); `median` (features,), None before fit. For a column of 0 and 1 made
    from a word the median is the more frequent of the two. float32 in, float32 out.

    >>> fill = FillMissing().fit(np.array([[1.], [2.], [9.]]))
    >>> fill.transform(np.array([[np.nan], [4.]]))
    array([[2.],
           [4.]])
    """

    def __init__(self):
        self.median = None

    def fit(self, x):
        """Measure the median of each column of x (n, features), the training part.

        Returns the filler. Raises ValueError for infinite values, for a column without any value,
        and for a second fit on other data.
        """
        x = _training_rows(self, x)
        _fit_once(self, median=np.nanmedian(x, axis=0).astype(np.float64))
        return self

    def transform(self, x):
        """A copy of x (..., features) in which no value is missing."""
        x = _same_columns(self, x, self.median)
        return np.where(np.isnan(x), self.median.astype(x.dtype), x)


def _floats(who, x):
    if hasattr(x, "card"):
        raise TypeError(f"{type(who).__name__} wants an array and got a whole data set: pass its "
                        ".x, as in fit(train.x).")
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError(f"{type(who).__name__} wants numbers and got {x.dtype}. Words become "
                        "numbers in read_csv.")
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def _training_rows(who, x):
    x = _floats(who, x)
    if x.ndim < 2 or x.size == 0:
        raise ValueError(f"{type(who).__name__}.fit wants rows of examples, shape (n, features), "
                         f"not {x.shape}. For a single column pass x[:, None].")
    rows = x.reshape(-1, x.shape[-1])                   # (batch, time, features) has rows too
    for trouble, bad in [("an infinite value", np.isinf(rows).any(axis=0)),
                         ("no value at all", np.isnan(rows).all(axis=0))]:
        if bad.any():
            raise ValueError(f"{type(who).__name__}.fit: column {int(np.argmax(bad))} has "
                             f"{trouble}. Repair that column or leave it out.")
    return rows


def _fit_once(who, **measured):
    for name, value in measured.items():
        before = getattr(who, name)
        if before is not None and not np.array_equal(before, value):
            raise ValueError(
                f"this {type(who).__name__} is already fitted, to other data. Fitting it again "
                "would let the test part leak into what was measured on the training part. "
                f"Use transform for the test part; for new training data make a new one: "
                f"{type(who).__name__}().fit(train.x).")
    for name, value in measured.items():
        setattr(who, name, value)


def _same_columns(who, x, fitted):
    name = type(who).__name__
    if fitted is None:
        raise ValueError(f"this {name} has not measured anything yet. Fit it on the training part "
                         f"first: scaler = {name}().fit(train.x).")
    x = _floats(who, x)
    if x.ndim == 0 or x.shape[-1] != len(fitted):
        raise ValueError(f"this {name} was fitted to {len(fitted)} columns and got an array of "
                         f"shape {x.shape}. Pass the same columns, in the same order.")
    return x
