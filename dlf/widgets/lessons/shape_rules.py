"""What becomes of two shapes: axis by axis, cell by cell, and what to do where they do not fit."""
from itertools import zip_longest
from typing import NamedTuple

import numpy as np

PAIRED  = {"A + B": np.add, "A - B": np.subtract, "A * B": np.multiply}
PRODUCT = "A @ B"
SUMS    = {"A.sum(axis=0)": (0, False), "A.sum(axis=1)": (1, False),
           "A.sum(axis=1, keepdims=True)": (1, True)}
OPERATIONS = (*PAIRED, PRODUCT, *SUMS)

MISFIT = ValueError, IndexError         # what NumPy raises where shapes do not fit


def compute(operation, a, b):
    """What NumPy makes of it; None if the shapes do not fit."""
    try:
        if operation in PAIRED:
            return np.asarray(PAIRED[operation](a, b))
        if operation == PRODUCT:
            return np.asarray(a @ b)
        axis, keep = SUMS[operation]
        return np.asarray(a.sum(axis=axis, keepdims=keep))
    except MISFIT:
        return None


# ---- axis by axis ------------------------------------------------------------------------------

class Axis(NamedTuple):
    """One axis: its name, its length in A, in B and in the result, and what happens there."""

    name:  str
    a:     str
    b:     str
    made:  str
    words: str


def axes(operation, a, b):
    """The axes of two shapes, in the order in which one thinks about them."""
    if operation in PAIRED:
        return [paired(place, m, n)
                for place, (m, n) in enumerate(zip_longest(reversed(a), reversed(b)))]
    return product(a, b) if operation == PRODUCT else summed(a, *SUMS[operation])


def paired(place, m, n):
    """An axis of +, - or *, counted from the right; None is an axis that is not there."""
    name = "last axis" if place == 0 else "the one before"
    both = {1 if m is None else m, 1 if n is None else n}
    made = str(max(both)) if len(both) == 1 or 1 in both else "✗"
    return Axis(name, written(m), written(n), made, fate(m, n, made))


def fate(m, n, made):
    """What happens to an axis of the length m in A and n in B."""
    if made == "✗":
        return f"{m} is not {n}, and neither is 1: nothing can be stretched"
    if m == n:
        return "equal: pair by pair"
    if None in (m, n):
        name = "A" if m is None else "B"
        return f"{name} has no such axis: it counts as 1" + ", and is stretched" * (made != "1")
    return f"{'A' if m == 1 else 'B'}'s 1 is stretched to {made}"


def product(a, b):
    """The axes of A @ B: one is added up and gone, the others stay."""
    if not a or not b:
        return [Axis("added up", written(None) if not a else str(a[-1]),
                     written(None) if not b else str(b[0]), "✗", "a single number has no axis")]
    fits  = a[-1] == b[0]
    inner = Axis("added up", str(a[-1]), str(b[0]), "gone" if fits else "✗",
                 "equal: multiplied pair by pair, and added up" if fits else
                 f"{a[-1]} is not {b[0]}: A's last axis and B's first must be equal")
    rows  = [Axis("A's rows", str(n), "", str(n) if fits else "", "stays") for n in a[:-1]]
    cols  = [Axis("B's columns", "", str(n), str(n) if fits else "", "stays") for n in b[1:]]
    return [inner, *rows, *cols]


def summed(a, axis, keep):
    """The axes of a sum. NumPy lets a single number pass as if it had an axis 0."""
    if axis >= max(len(a), 1):
        has = "no axis at all" if not a else "axis 0 only"
        return [Axis(f"axis {axis}", written(None), "", "✗", f"A {written(a)} has {has}")]
    gone = ("1", "added up; kept as a 1") if keep else ("gone", "named, so it is added up and gone")
    return [Axis(f"axis {i}", str(n), "", *(gone if i == axis else (str(n), "stays")))
            for i, n in enumerate(a)]


def written(length):
    """A length, or a shape, as NumPy writes it; a dash for an axis that is not there."""
    return "–" if length is None else str(length)


# ---- cell by cell ------------------------------------------------------------------------------

def sources(operation, a, b, place):
    """The cells of A and of B that the result's cell at `place` is made of: two lists of places."""
    if operation in PAIRED:
        return [own(place, a)], [own(place, b)]
    if operation == PRODUCT:
        row, column = place[:len(a) - 1], place[len(place) - len(b) + 1:]
        return ([(*row, k) for k in range(a[-1])], [(k, *column) for k in range(b[0])])
    if not a:
        return [()], []                 # a single number is its own sum
    axis, keep = SUMS[operation]
    rest = place[:axis] + place[axis + keep:]
    return [(*rest[:axis], k, *rest[axis:]) for k in range(a[axis])], []


def own(place, shape):
    """The place in an array that was stretched to hold `place`: 0 along each axis of length 1."""
    last = place[len(place) - len(shape):]
    return tuple(0 if n == 1 else i for i, n in zip(last, shape))


def original(place, shape):
    """The cell of the stretched array, which the one at `place` is a copy of; or is itself."""
    return (0,) * (len(place) - len(shape)) + own(place, shape)


# ---- where they do not fit ---------------------------------------------------------------------

def column(a):
    """An array of one axis as a column."""
    if a.ndim != 1:
        raise IndexError("only an array of one axis is made a column here")
    return a[:, None]


def remedies(operation):
    """Pairs (code, function of A and B) of what may have been meant."""
    if operation in PAIRED:
        act, sign = PAIRED[operation], operation[2]
        return [(f"A {sign} B[:, None]", lambda a, b: act(a, column(b))),
                (f"A[:, None] {sign} B", lambda a, b: act(column(a), b)),
                (f"A {sign} B.T", lambda a, b: act(a, b.T)),
                (f"A.T {sign} B", lambda a, b: act(a.T, b))]
    if operation == PRODUCT:
        return [("A @ B.T", lambda a, b: a @ b.T), ("A.T @ B", lambda a, b: a.T @ b),
                ("B @ A", lambda a, b: b @ a), ("A * B", lambda a, b: a * b),
                ("A[:, None] @ B", lambda a, b: column(a) @ b),
                ("A[:, None] * B", lambda a, b: column(a) * column(b).T),
                ("A.T * B", lambda a, b: a.T * b)]
    return [("A.sum(axis=0)", lambda a, b: a.sum(axis=0))]


def mended(operation, a, b):
    """[(code, shape)] of what works instead, at most two, of different shapes."""
    found = {}
    for code, act in remedies(operation):
        try:
            shape = np.shape(act(a, b))
        except MISFIT:
            continue
        if shape not in found.values():
            found[code] = shape
    return list(found.items())[:2]
