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

    shape_out = None
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
        m    = pad(to_memory(x), self.window.padding, self.outside)
        rows = self.pool(self.views(m, WIDTH))              # (height, channels, w, batch)
        y    = self.pool(self.views(rows, HEIGHT))          # (h, channels, w, batch)
        self.stages    = m, rows, y
        self.shape_out = to_images(y).shape
        return self.scaled(to_images(y))

    def backward(self, dy):
        expect_slope(self, dy, self.shape_out)
        m, rows, y = self.stages
        d = self.spread(self.scaled(to_memory(dy)), rows, y, HEIGHT)
        d = self.spread(d, m, rows, WIDTH)
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

    def pool(self, views):
        return reduce(np.maximum, views[1:], views[0]) if len(views) > 1 else views[0].copy()

    def spread(self, dy, m, y, axis):
        """The slope of `m`, of which `y` are the largest along an axis."""
        if self.halves(axis):
            return halve(dy, m, axis)
        dm = np.zeros(m.shape, dy.dtype)
        for source, target in zip(self.views(m, axis), self.views(dm, axis)):
            taken   = dy * (source == y).astype(dy.dtype)
            target += taken
            dy      = dy - taken                            # what nobody has taken yet
        return dm

    def halves(self, axis):
        """Do windows of two stand side by side along this axis?"""
        size, stride = (pair[axis // WIDTH] for pair in self.window[:2])
        return size == stride == 2


def halve(dy, m, axis):
    """The same for pairs side by side, the usual case: three passes over the numbers, no sums."""
    dm, n = np.empty(m.shape, dy.dtype), m.shape[axis] // 2 * 2
    first, second, rest = ((slice(None),) * axis + (part,) for part in
                           (slice(0, n, 2), slice(1, n, 2), slice(n, None)))
    np.multiply(dy, (m[first] >= m[second]).astype(dy.dtype), out=dm[first])
    np.subtract(dy, dm[first], out=dm[second])
    dm[rest] = 0                                            # an odd row or column at the end
    return dm


class AveragePool2D(Pool2D):
    """The mean of each window; on the way back everyone gets the same share of the slope.

    Zeros of the padding count as pixels. Source: LeCun et al. (1998).
    """

    def pool(self, views):
        return sum(views)

    def spread(self, dy, m, y, axis):
        dm = np.zeros(m.shape, dy.dtype)
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
