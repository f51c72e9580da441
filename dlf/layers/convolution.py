"""Convolution: the same few weights slide over the whole image; one pattern, looked for everywhere.

`convolving.py` has the fast way to compute it, `plain.py` the one that a learner writes first.
"""
import numpy as np

from dlf.initializers import normal
from dlf.layers.base import Layer
from dlf.layers.convolving import (
    convolve,
    crop,
    input_slope,
    pad,
    patches,
    to_images,
    to_memory,
    unpatch,
    weight_slope,
)
from dlf.layers.dense import ones
from dlf.layers.window import Window, check_fits, check_images
from dlf.shapes import ShapeError, expect_slope, is_whole, pair, place, positive


class Sliding(Layer):
    """What all convolutions share: how the kernel moves, a bias for each channel, what may come in.

    `kernel(W)`, `as_images` and `as_given` are for one axis: a sequence is an image of height 1.
    """

    shape_out = None

    def __init__(self, n_in, n_out, size, stride=1, padding=0, dilation=1, groups=1, bias=True,
                 init=normal, rng=None):
        positive(type(self).__name__, n_in=n_in, n_out=n_out, groups=groups)
        check_groups(self, n_in, n_out, groups)
        self.n_in, self.n_out, self.size, self.stride = n_in, n_out, size, stride
        self.padding, self.dilation, self.groups = padding, dilation, groups
        self.bias, self.init = bias, init
        self.window = Window(self.pair("size", size), self.pair("stride", stride),
                             self.pair("padding", padding, 0), self.pair("dilation", dilation))
        self.params = {"W": self.shape_W(), **({"b": (n_out,)} if bias else {})}
        self.reset(np.random.default_rng() if rng is None else rng)

    def pair(self, name, value, least=1):
        """An argument as (height, width)."""
        return pair(type(self).__name__, name, value, least)

    def draw(self, rng):
        zeros = {"b": np.zeros(self.n_out)} if self.bias else {}
        return {"W": self.init(rng, self.params["W"]), **zeros}

    def kernel(self, W):
        return W

    def as_images(self, x):
        return x

    def as_given(self, images):
        return images

    def accept(self, x):
        """The input as images in our type and in memory order."""
        self.check(x)
        return to_memory(self.as_images(x.astype(self.W.dtype, copy=False)))

    def check(self, x):
        """Raise unless the layer can read `x`."""
        check_images(self, x, self.n_in)

    def finish(self, y):
        """Add the bias to what comes in memory order, and see it in the shape that was promised."""
        if self.bias:
            y += self.b[:, None, None]
        y = self.as_given(to_images(y))
        self.shape_out = y.shape
        return y

    def returned(self, dy):
        """The slope that came back, in memory order; writes db on the way."""
        expect_slope(self, dy, self.shape_out)
        dy = to_memory(self.as_images(dy.astype(self.W.dtype, copy=False)))
        if self.bias:                                    # every pixel of every image; as in Dense
            rows = dy.reshape(len(dy) * self.n_out, dy.shape[2] * dy.shape[3])
            sums = rows.dot(ones(rows.shape[1], rows.dtype))
            self.db[...] = sums.reshape(-1, self.n_out).sum(axis=0)
        return dy


class Conv2D(Sliding):
    """Every output pixel is a weighted sum of a window of the image, plus a bias.

    y[n, o, i, j] = sum over c, k, l of W[o, c, k, l] x[n, c, i s + k d - p, j s + l d - p] + b[o],
    with stride s, dilation d and p rows of zeros around the image. As everywhere in deep learning
    the kernel is not turned round (mathematicians call this a cross-correlation). With groups, each
    group of output channels sees its own group of input channels only.

    Shapes: W (n_out, n_in / groups, kh, kw), b (n_out,); input (batch, n_in, height, width), output
    (batch, n_out, h, w) with h = (height + 2 p - d (kh - 1) - 1) // s + 1. size, stride, padding
    and dilation are one number, or a pair (height, width).
    Raises: ShapeError for other channels, or an image smaller than the kernel.
    Source: LeCun et al. (1998).
    """

    def shape_W(self):
        return (self.n_out, self.n_in // self.groups, *self.window.size)

    def check(self, x):
        super().check(x)
        check_fits(self, "kernel", x.shape[2:])

    def forward(self, x):
        self.m = self.accept(x)
        return self.finish(convolve(self.patches(), self.kernel(self.W), self.window))

    def patches(self):
        """Made anew on the way back, which costs little: they are kw times as large as images."""
        return patches(pad(self.m, self.window.padding), self.window, self.groups)

    def learn(self, dy):
        self.write_slopes(self.returned(dy))

    def write_slopes(self, dy):
        """dW, from the slope in memory order."""
        dW = self.kernel(self.dW)
        dW[...] = weight_slope(self.patches(), dy, dW.shape, self.window)

    def backward(self, dy):
        dy = self.returned(dy)
        self.write_slopes(dy)
        (p, q), (h, _, w, _) = self.window.padding, self.m.shape
        dp = input_slope(dy, self.kernel(self.W), h + 2 * p, self.groups, self.window)
        dx = unpatch(dp, self.window, w + 2 * q)
        return self.as_given(to_images(crop(dx, (p, q))))

    def operations(self, shape_in, shape_out):
        return int(2 * np.prod(self.W.shape[1:]) * np.prod(shape_out))


class Conv1D(Conv2D):
    """The same along one axis: a pattern looked for everywhere in a sequence or a signal.

    Shapes: W (n_out, n_in / groups, k), b (n_out,); input (batch, n_in, length), output
    (batch, n_out, l) with l = (length + 2 padding - dilation (k - 1) - 1) // stride + 1.
    Raises: ShapeError for other channels, or a sequence shorter than the kernel.
    Source: Waibel et al. (1989).
    """

    def pair(self, name, value, least=1):
        """An argument along the length, after that of the height 1: what changes nothing there,
        which is the least that each may be (size, stride and dilation 1, padding 0)."""
        if not is_whole(value, least):
            raise ValueError(f"Conv1D: {name} must be a whole number of at least {least}, "
                             f"got {value!r}.")
        return least, value

    def shape_W(self):
        return self.n_out, self.n_in // self.groups, self.window.size[1]

    def kernel(self, W):
        return W[:, :, None]

    def as_images(self, x):
        return x[:, :, None]

    def as_given(self, images):
        return images[:, :, 0]

    def check(self, x):
        if x.ndim != 3 or x.shape[1] != self.n_in:
            raise ShapeError(f"{self!r} expects sequences of shape (batch, {self.n_in}, length), "
                             f"got {x.shape}. {likely_fix(x.shape, self.n_in)}{place(self)}")
        if self.window.count((1, x.shape[2]))[1] < 1:
            raise ShapeError(f"{self!r}: the kernel covers {self.window.reach()[1]} places, and "
                             f"the sequence has {x.shape[2] + 2 * self.padding} with its padding. "
                             f"Take a smaller kernel, or more padding.{place(self)}")


def check_groups(layer, n_in, n_out, groups):
    """Raise unless both counts of channels can be cut into groups."""
    if n_in % groups or n_out % groups:
        raise ValueError(f"{type(layer).__name__}: {n_in} channels in and {n_out} out can't be cut "
                         f"into {groups} groups of the same size.")


def likely_fix(shape, n):
    """What probably went wrong when `shape` came where sequences of n channels were wanted."""
    if len(shape) == 3 and shape[2] == n:
        return "This looks like (batch, length, channels): pass x.transpose(0, 2, 1)."
    if len(shape) == 2 and n == 1:
        return "One number at each place is one channel: pass x[:, None]."
    if len(shape) == 2 and shape[0] == n:
        return "This looks like a single sequence: pass x[None]."
    return f"Channels stand on axis 1: change the layer, or what comes before it to give {n}."
