"""A window that moves over an image: where it can stand, and what to say if it cannot."""
from typing import NamedTuple

from dlf.shapes import ShapeError, place


class Window(NamedTuple):
    """How a kernel or a pool moves over an image: each a pair (height, width)."""

    size:     tuple
    stride:   tuple = (1, 1)
    padding:  tuple = (0, 0)
    dilation: tuple = (1, 1)

    def reach(self):
        """The rows and columns that it covers, gaps of a dilation included."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.size, self.dilation))

    def count(self, shape):
        """(height, width) of the output for an image of this (height, width); may be below 1."""
        return tuple((n + 2 * p - r) // s + 1
                     for n, p, r, s in zip(shape, self.padding, self.reach(), self.stride))


def check_fits(layer, what, shape):
    """Raise if the layer's window is larger than an image of this (height, width)."""
    window = layer.window
    if min(window.count(shape)) < 1:
        kh, kw = window.reach()
        h, w   = (n + 2 * p for n, p in zip(shape, window.padding))
        padded = " with its padding" if any(window.padding) else ""
        raise ShapeError(f"{layer!r}: the {what} is larger than the image. It covers {kh} x {kw} "
                         f"pixels, and the image has {h} x {w}{padded}. Take a smaller {what}, "
                         f"more padding, or fewer layers before that shrink the image."
                         f"{place(layer)}")


def check_images(layer, x, n=None):
    """Raise unless `x` are images, of n channels if it is said, with the most likely reason."""
    if x.ndim != 4 or n not in (None, x.shape[1]):
        raise ShapeError(f"{layer!r} expects images of shape (batch, {n or 'channels'}, height, "
                         f"width), got {x.shape}. {likely_fix(x.shape, n)}{place(layer)}")


def likely_fix(shape, n):
    """What probably went wrong when `shape` came where images of n channels were wanted."""
    if len(shape) == 4 and shape[3] == n:
        return "This looks like (batch, height, width, channels): pass x.transpose(0, 3, 1, 2)."
    if len(shape) == 3 and shape[2] == n != 1:
        return ("This looks like a single image (height, width, channels): pass "
                "x.transpose(2, 0, 1)[None].")
    if len(shape) == 3 and shape[0] == n != 1:
        return "This looks like a single image: pass x[None]."
    if len(shape) == 3 and n in (None, 1):
        return ("This looks like gray images without an axis for the channel: pass x[:, None] "
                "(or x[None], if it is a single image).")
    if len(shape) == 2:
        return ("If these are rows of pixels, put dlf.Reshape(channels, height, width) first; "
                "if it is a single gray image, pass x[None, None].")
    if len(shape) == 4:
        return f"Change the layer to take {shape[1]} channels, or what comes before it to give {n}."
    return "An image has the axes (channels, height, width), and a batch is a stack of images."
