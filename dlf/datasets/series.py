"""A time series is one number after another, and what is to be learned is the next one.

The future must not help to predict the past: split a series with rng=None, which keeps the order
and tests on the last part.
"""
import csv
import gzip
from pathlib import Path

import numpy as np

from .dataset import Card, Dataset

DATA = Path(__file__).parent / "data"


def sunspots():
    """The number of sunspots in each year, 1700 to 2008; it rises and falls every 11 years or so.

    Shapes: x (309, 1) the year, y (309,) the number of sunspots, 0 to 190.2.
    Source: National Geophysical Data Center, NOAA, as packaged by statsmodels. Public domain.

    >>> train, test = sunspots().split(0.25, rng=None)
    >>> float(train.x[-1, 0]), float(test.x[0, 0])
    (1931.0, 1932.0)
    """
    year, spots = np.loadtxt(DATA / "sunspots.csv", delimiter=",", skiprows=1).T
    card = Card("Sunspots by year", "x (309, 1), y (309,)",
                "x in years, y in sunspots (mean of the year)",
                "National Geophysical Data Center, NOAA, as packaged by statsmodels",
                "public domain", "in order of time: split with rng=None")
    return Dataset(year[:, None], spots, card, features=("year",))


def co2():
    """Carbon dioxide in the air over Mauna Loa, week by week from March 1958 to December 2001.

    Shapes: x (2284, 1) the time in years (1958.24 is the end of March), y (2284,) in parts per
    million by volume, 313 to 373.9. For 59 weeks y is missing (NaN).
    Source: Keeling and Whorf (2004), as packaged by statsmodels. Public domain.

    >>> data = co2()
    >>> round(float(data.x[0, 0]), 2), float(data.y[0])
    (1958.24, 316.1)
    """
    with gzip.open(DATA / "co2.csv.gz", "rt", encoding="ascii", newline="") as file:
        dates, ppm = zip(*list(csv.reader(file))[1:])
    card = Card("Carbon dioxide over Mauna Loa by week", "x (2284, 1), y (2284,)",
                "x in years, y in parts per million by volume",
                "Keeling & Whorf (2004), Carbon Dioxide Information Analysis Center, "
                "as packaged by statsmodels", "public domain",
                "in order of time: split with rng=None; 59 weeks are missing (NaN)")
    return Dataset(_years(dates)[:, None], np.array([float(v or "nan") for v in ppm]), card,
                   features=("year",))


def windows(series, size):
    """Turn a series into examples: x holds `size` values in a row, y the value that came next.

    Shapes: series (n,), or a Dataset whose y is one; x (n - size, size), y (n - size,). Column
    names count back from the value to predict: t-3, t-2, t-1. A window that touches a missing
    value is left out. For a recurrent layer, x[:, :, None] is (batch, time, 1).
    Raises ValueError when the series is not one-dimensional or no window is left.

    >>> pairs = windows(np.array([1., 2., 3., 4., 5.]), size=3)
    >>> pairs.x
    array([[1., 2., 3.],
           [2., 3., 4.]])
    >>> pairs.y
    array([4., 5.])
    """
    card, values = (series.card, series.y) if isinstance(series, Dataset) else (None, series)
    values = np.asarray(values)
    if values.ndim != 1:
        raise ValueError(f"windows wants one number per moment, a series of shape (n,); "
                         f"this one has shape {values.shape}.")
    if not 1 <= size < len(values):
        raise ValueError(f"windows of size {size!r} plus the value after it do not fit into "
                         f"{len(values)} values: choose a size from 1 to {len(values) - 1}.")
    rows = np.lib.stride_tricks.sliding_window_view(values, size + 1)
    pairs = Dataset(rows[:, :-1].copy(), rows[:, -1].copy(), card,
                    features=tuple(f"t-{k}" for k in range(size, 0, -1))).drop_missing()
    if len(pairs) == 0:
        raise ValueError(f"every window of size {size} touches a missing value (NaN): "
                         "choose a smaller size, or fill the gaps first.")
    return pairs


def _years(dates):
    day   = np.array(dates, dtype="datetime64[D]")
    year  = day.astype("datetime64[Y]")
    start = year.astype("datetime64[D]")
    end   = (year + 1).astype("datetime64[D]")
    return 1970 + year.astype(int) + (day - start) / (end - start)
