"""Transposed convolution: the way back of a convolution, used forward, to make images larger."""
import numpy as np

from dlf.initializers import normal
from dlf.layers.convolution import Sliding
from dlf.layers.convolving import (
    convolve,
    crop,
    input_slope,
    pad,
    patches,
    to_images,
    unpatch,
    weight_slope,
)
from dlf.shapes import ShapeError, pair, place


class ConvTranspose2D(Sliding):
    """Every pixel paints its kernel, times itself; where kernels overlap, they add up.

    With stride s the image grows about s times. What is `dx` in Conv2D is the output here.

    Shapes: W (n_in, n_out / groups, kh, kw), b (n_out,); input (batch, n_in, height, width),
    output (batch, n_out, h, w) with h = (height - 1) s - 2 p + d (kh - 1) + 1 + more, where
    `more` adds rows and columns that the stride leaves open.
    Raises: ShapeError for other channels, or an output without any pixel.
    Source: Zeiler et al. (2010); Dumoulin & Visin (2016).
    """

    def __init__(self, n_in, n_out, size, stride=1, padding=0, dilation=1, groups=1, bias=True,
                 more=0, init=normal, rng=None):
        self.more  = more
        self.extra = pair("ConvTranspose2D", "more", more, 0)
        super().__init__(n_in, n_out, size, stride, padding, dilation, groups, bias, init, rng)
        if any(more >= s for more, s in zip(self.extra, self.window.stride)):
            raise ValueError(f"ConvTranspose2D: more fills up what a stride leaves open, so it is "
                             f"smaller than the stride; got more={more!r}, stride={stride!r}.")

    def shape_W(self):
        return (self.n_in, self.n_out // self.groups, *self.window.size)

    def draw(self, rng):
        """An output pixel adds up n_in / groups kernels, so that is the fan-in of W."""
        g, (kh, kw) = self.groups, self.window.size
        drawn = super().draw(rng)
        W = self.init(rng, (self.n_out, self.n_in // g, kh, kw))
        W = W.reshape(g, -1, self.n_in // g, kh, kw).swapaxes(1, 2)
        return {**drawn, "W": W.reshape(self.shape_W())}

    def count(self, shape):
        """(height, width) of the output, padding included, for an image of this one."""
        return tuple((n - 1) * s + r + more for n, s, r, more in
                     zip(shape, self.window.stride, self.window.reach(), self.extra))

    def check(self, x):
        super().check(x)
        if any(n <= 2 * p for n, p in zip(self.count(x.shape[2:]), self.window.padding)):
            raise ShapeError(f"{self!r}: padding takes away the whole output of an image of "
                             f"{x.shape[2]} x {x.shape[3]} pixels. Use less padding.{place(self)}")

    def forward(self, x):
        self.m = self.accept(x)
        h, w   = self.count(x.shape[2:])
        y = unpatch(input_slope(self.m, self.W, h, self.groups, self.window), self.window, w)
        return self.finish(crop(y, self.window.padding))

    def seen(self, dy):
        """The patches of the slope that each input pixel has painted."""
        return patches(pad(self.returned(dy), self.window.padding), self.window, self.groups)

    def learn(self, dy):
        self.write_slopes(self.seen(dy))

    def write_slopes(self, p):
        self.dW[...] = weight_slope(p, self.m, self.W.shape, self.window)

    def backward(self, dy):
        p = self.seen(dy)
        self.write_slopes(p)
        return to_images(convolve(p, self.W, self.window))

    def operations(self, shape_in, shape_out):
        return int(2 * np.prod(self.W.shape[1:]) * np.prod(shape_in))
