"""Long curves, thinned to what can be seen."""
import numpy as np


def thin(curve, n):
    """The places of at most n points of a long curve that draw it as it looked.

    The first and the last stay, and of every stretch between them the lowest and the highest, so
    that no spike is lost.

    >>> thin([0, 0, 0, 9, 0, 0, 0, 0], 4)
    array([0, 1, 3, 7])

    Raises: ValueError for n below 4.
    """
    if n < 4:
        raise ValueError(f"thin keeps both ends and two points between: n is 4 or more, not {n!r}.")
    curve = np.asarray(curve, dtype=float)
    if len(curve) <= n:
        return np.arange(len(curve))
    keep  = {0, len(curve) - 1}
    for part in np.array_split(np.arange(1, len(curve) - 1), (n - 2) // 2):
        values = curve[part]
        keep |= {int(part[np.where(np.isnan(values),  np.inf, values).argmin()]),
                 int(part[np.where(np.isnan(values), -np.inf, values).argmax()])}
    return np.array(sorted(keep))
