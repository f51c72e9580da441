"""Pooling: a window of pixels becomes one, its largest or its mean; the image gets smaller."""
import math
from functools import reduce

import numpy as np

from dlf.layers.base import Layer
from dlf.layers.convolving import crop, pad, to_images, to_memory
from dlf.layers.window import Window, check_fits, check_images
from dlf.shapes import expect_slope, pair

HEIGHT, WIDTH = 0, 2                   # the axes of images in memory order


class Pool2D(Layer):
    """What pooling layers share: a window that moves, first along each row, then down the columns.

    Shapes: input (batch, channels, height, width), output (batch, channels, h, w) with
    h = (height + 2 padding - size) // stride + 1. The stride is the size unless another is given.
    size, stride and padding are one number, or a pair (height, width).
    """

    shape_out = kept = None
    outside   = 0.0                    # what lies around the image

    def __init__(self, size, stride=None, padding=0):
        name = type(self).__name__
        self.size, self.stride, self.padding = size, stride, padding
        self.window = Window(pair(name, "size", size),
                             pair(name, "stride", size if stride is None else stride),
                             pair(name, "padding", padding, 0))
        if any(2 * p > k for p, k in zip(self.window.padding, self.window.size)):
            raise ValueError(f"{name}: padding is at most half of the size, or a window could see "
                             f"nothing of the image; got padding={padding!r}, size={size!r}.")

    def forward(self, x):
        check_images(self, x)
        check_fits(self, "window", x.shape[2:])
        m = pad(to_memory(x), self.window.padding, self.outside)
        rows, in_rows    = self.pool(m, WIDTH)              # (height, channels, w, batch)
        y,    in_columns = self.pool(rows, HEIGHT)          # (h, channels, w, batch)
        self.kept        = in_rows, in_columns              # what the way back needs of the two
        self.shape_out   = to_images(y).shape
        return self.scaled(to_images(y))

    def backward(self, dy):
        expect_slope(self, dy, self.shape_out)
        in_rows, in_columns = self.kept
        d = self.spread(self.scaled(to_memory(dy)), in_columns, HEIGHT)
        d = self.spread(d, in_rows, WIDTH)
        return to_images(crop(d, self.window.padding))

    def views(self, m, axis):
        """For each place in the window, what all windows have there, along one axis: views."""
        size, s = (pair[axis // WIDTH] for pair in self.window[:2])
        n = (m.shape[axis] - size) // s + 1
        return [m[(slice(None),) * axis + (slice(k, k + s * (n - 1) + 1, s),)] for k in range(size)]

    def scaled(self, y):
        """What a mean divides by; nothing here."""
        return y


class MaxPool2D(Pool2D):
    """The largest pixel of each window; on the way back it alone gets the slope.

    Of several that are equal it is the first, from left to right and from top to bottom.
    Source: Zhou & Chellappa (1988).
    """

    outside = -np.inf

    def pool(self, m, axis):
        """(the largest along an axis, which they were)."""
        views = self.views(m, axis)
        if self.in_pairs(axis):
            return np.maximum(*views), (m.shape, views[0] >= views[1])
        y = reduce(np.maximum, views[1:], views[0]) if len(views) > 1 else views[0].copy()
        return y, (m, y)

    def spread(self, dy, kept, axis):
        """The slope of what was pooled along an axis."""
        if self.in_pairs(axis):
            return self.spread_pairs(dy, *kept, axis)
        m, y = kept
        dm = np.zeros(m.shape, dy.dtype)
        for source, target in zip(self.views(m, axis), self.views(dm, axis)):
            taken   = dy * (source == y).astype(dy.dtype)
            target += taken
            dy      = dy - taken                            # what nobody has taken yet
        return dm

    def in_pairs(self, axis):
        """Do windows of two stand side by side along this axis? The usual case has a quick way."""
        size, stride = (pair[axis // WIDTH] for pair in self.window[:2])
        return size == stride == 2

    def spread_pairs(self, dy, shape, is_first, axis):
        """The same for pairs: one of the two gets the slope, the other what is left of it."""
        dm = np.empty(shape, dy.dtype)
        first, second = self.views(dm, axis)
        np.multiply(dy, is_first, out=first)
        np.subtract(dy, first, out=second)
        rest = (slice(None),) * axis + (slice(2 * dy.shape[axis], None),)
        dm[rest] = 0                                        # an odd row or column at the end
        return dm


class AveragePool2D(Pool2D):
    """The mean of each window; on the way back everyone gets the same share of the slope.

    Zeros of the padding count as pixels. Source: LeCun et al. (1998).
    """

    def pool(self, m, axis):
        return sum(self.views(m, axis)), m.shape

    def spread(self, dy, shape, axis):
        dm = np.zeros(shape, dy.dtype)
        for target in self.views(dm, axis):
            target += dy
        return dm

    def scaled(self, y):
        return y / math.prod(self.window.size)


class GlobalAveragePool2D(Layer):
    """The mean of each channel over the whole image.

    Shapes: (batch, channels, height, width) to (batch, channels).
    Source: Lin et al. (2014), "Network in network".
    """

    shape_in = shape_out = None

    def forward(self, x):
        check_images(self, x)
        y = x.mean(axis=(2, 3))
        self.shape_in, self.shape_out = x.shape, y.shape
        return y

    def backward(self, dy):
        expect_slope(self, dy, self.shape_out)
        n, c, h, w = self.shape_in
        share = (dy / (h * w)).T[:, None]                   # (channels, 1, batch)
        return to_images(np.broadcast_to(share, (h, c, w, n)).copy())
