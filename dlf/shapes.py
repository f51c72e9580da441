"""Shape errors that teach: what was wanted, what came, and the likely fix."""
import math

import numpy as np


class ShapeError(ValueError):
    """An array has a shape that a layer or a loss cannot use; the message says how to mend it."""


def place(layer):
    """' It is layer 2 of the network.' for a layer inside one, nothing for a layer alone."""
    return f" It is layer {layer.name} of the network." if layer.name else ""


def expect(layer, x, n):
    """Raise unless the last axis of `x` has length `n`, with the most likely reason."""
    if x.shape[-1:] != (n,):
        raise ShapeError(f"{layer!r} expects input of shape (..., {n}), got {x.shape}. "
                         f"{likely_fix(x.shape, n)}{place(layer)}")


def likely_fix(shape, n):
    """What probably went wrong when `shape` came where (..., n) was wanted."""
    if len(shape) == 2 and shape[0] == n:
        return "Examples go in rows here; yours look like columns: pass x.T."
    if len(shape) == 1 and shape[0] and n == 1:
        return "For one number an example, make each example a row of its own: pass x[:, None]."
    if len(shape) > 2 and math.prod(shape[1:]) == n:
        return "Each example has the right count of numbers: put dlf.Flatten() first."
    if len(shape) == 3 and shape[1] == n:
        return ("Features stand on the last axis here, and yours on axis 1, as the channels of a "
                "Conv1D do: pass x.swapaxes(1, 2). Inside a network take images of height 1, and "
                "Conv2D: BatchNorm reads the channels of images, and Flatten makes rows for Dense.")
    if len(shape) == 0:
        return "This is a single number; one example is a row of numbers."
    return (f"Change the layer to take {shape[-1]} inputs, "
            f"or change what comes before it to give {n}.")


def expect_slope(layer, dy, wanted):
    """`dy`, the slope that came back, if it has the shape of the layer's output; raise if not."""
    if wanted is None:
        raise ShapeError(f"{layer!r} was asked to go backward before it went forward: "
                         f"call forward(x) first.{place(layer)}")
    if dy.shape != wanted:
        raise ShapeError(f"{layer!r} gave an output of shape {wanted}, so the slope that comes "
                         f"back must have that shape too; got {dy.shape}.{place(layer)}")
    return dy


def expect_mask(layer, mask, shape):
    """`mask` as an array, if it is True and False of this shape (batch, time); raise if not."""
    mask = np.asarray(mask)
    if mask.shape != shape or mask.dtype.kind != "b":
        fix = ("" if mask.shape != shape else
               " If 1 stands for what is there, pass mask == 1." if mask.dtype.kind in "iu" else
               " If minus infinity stands for what is to be hidden, pass np.isfinite(mask).")
        raise ShapeError(f"{layer!r} expects a mask of shape (batch, time) = {shape}, True where "
                         f"there is something and False elsewhere; got {mask.dtype} {mask.shape}."
                         f"{fix}{place(layer)}")
    return mask


def as_rows(x, turned=False):
    """(..., n) seen as (rows, n): every leading axis counts examples.

    turned: the rows of a sequence (batch, time, n) moment by moment, and not example by example.

    >>> as_rows(np.zeros((2, 5, 3))).shape
    (10, 3)
    """
    if x.ndim == 2:
        return x
    return (x.swapaxes(0, 1) if turned else x).reshape(-1, x.shape[-1])


def from_rows(rows, leading, turned=False):
    """The way back of `as_rows`: (rows, n) as (*leading, n)."""
    if turned:
        return rows.reshape(leading[1], leading[0], rows.shape[-1]).swapaxes(0, 1)
    return rows.reshape(*leading, rows.shape[-1])


def lies_turned(x):
    """Does a sequence (batch, time, n) lie moment by moment in memory, as recurrent layers work?

    Then `as_rows(x, True)` is free, and `as_rows(x)` would be a copy.
    """
    return x.ndim == 3 and x.strides[0] < x.strides[1]


def is_whole(value, least=1):
    """Is this a whole number of at least `least`?"""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    return whole and value >= least


def positive(owner, **sizes):
    """Raise unless every size is a whole number of at least 1."""
    for name, size in sizes.items():
        if not is_whole(size):
            raise ValueError(f"{owner}: {name} must be a whole number of at least 1, got {size!r}.")


def pair(owner, name, value, least=1):
    """A number, or a pair of them, as (height, width); raise unless both are at least `least`."""
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2 or not all(is_whole(v, least) for v in both):
        raise ValueError(f"{owner}: {name} must be a whole number of at least {least}, or a pair "
                         f"(height, width) of them; got {value!r}.")
    return both
