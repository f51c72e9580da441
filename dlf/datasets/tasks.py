"""Tasks made to test a memory: what matters came long ago, and all between is of no use."""
import numpy as np

from .dataset import Dataset, is_count, need_generator


def adding(n, time, rng):
    """The adding problem: two moments of many are marked, and their numbers are to be added.

    The first mark is in the first half, the second in the other. Who always says 1 has a mean
    squared error of 1/6, which is 0.167.

    Shapes: x (n, time, 2), a number in 0 ... 1 and a mark 0 or 1; y (n,) the sum, 0 ... 2.
    Raises: ValueError for fewer than 2 moments.
    Source: Hochreiter & Schmidhuber (1997), in the form of Le, Jaitly & Hinton (2015).

    >>> data = adding(5, 20, np.random.default_rng(0))
    >>> bool(np.allclose((data.x[:, :, 0] * data.x[:, :, 1]).sum(axis=1), data.y))
    True
    """
    need_generator(rng, "adding")
    if not is_count(time, 2):
        raise ValueError("adding marks two moments, so time must be a whole number of at least 2; "
                         f"got {time!r}.")
    x, rows = np.zeros((n, time, 2)), np.arange(n)
    x[:, :, 0] = rng.random((n, time))
    x[rows, rng.integers(0, time // 2, n), 1] = 1
    x[rows, rng.integers(time // 2, time, n), 1] = 1
    return Dataset(x, (x[:, :, 0] * x[:, :, 1]).sum(axis=1))


def copying(n, wait, rng, length=5, symbols=8):
    """The copy task: a few symbols, a wait, a signal; then say the symbols again.

    Codes 0 ... symbols - 1 are to be copied, then come `symbols`, the blank, and `symbols + 1`, the
    signal. The target is blank until the signal has come. Who knows the rules but remembers nothing
    has a cross-entropy of length log(symbols) / (wait + 2 length).

    Shapes: x and y (n, wait + 2 length) of whole numbers.
    Raises: ValueError for a wait, length or symbols of less than 1.
    Source: Hochreiter & Schmidhuber (1997), in the form of Arjovsky, Shah & Bengio (2016).

    >>> data = copying(1, 3, np.random.default_rng(0), length=2)
    >>> data.x.shape, bool((data.y[0, -2:] == data.x[0, :2]).all())
    ((1, 7), True)
    """
    need_generator(rng, "copying")
    if not (is_count(wait) and is_count(length) and is_count(symbols)):
        raise ValueError("There must be something to copy, and a place for the signal: wait, "
                         "length and symbols are whole numbers of at least 1; got "
                         f"wait={wait!r}, length={length!r}, symbols={symbols!r}.")
    words = rng.integers(0, symbols, (n, length))
    x = np.full((n, wait + 2 * length), symbols)
    y = x.copy()
    x[:, :length], y[:, -length:] = words, words
    x[:, -length - 1] = symbols + 1
    return Dataset(x, y)
