"""Layers that only rearrange: the same numbers in another shape, and the slopes back again."""
import math

from dlf.layers.base import Layer
from dlf.shapes import ShapeError, expect_slope, place, positive


class Flatten(Layer):
    """Lay each example out as one row: (batch, ...) becomes (batch, features)."""

    shape_in = shape_out = None

    def forward(self, x):
        y = x.reshape(len(x), math.prod(x.shape[1:]))
        self.shape_in, self.shape_out = x.shape, y.shape
        return y

    def backward(self, dy):
        return expect_slope(self, dy, self.shape_out).reshape(self.shape_in)


class Reshape(Layer):
    """Give each example the shape named: Reshape(1, 8, 8) turns rows of 64 into images.

    Shapes: (batch, ...) to (batch, *shape), with the same count of numbers an example.
    Raises: ShapeError if the counts differ.
    """

    shape_in = shape_out = None

    def __init__(self, *shape):
        positive("Reshape", **{f"size {i}": size for i, size in enumerate(shape, 1)})
        self.shape = shape

    def forward(self, x):
        if math.prod(x.shape[1:]) != math.prod(self.shape):
            raise ShapeError(f"{self!r} needs {math.prod(self.shape)} numbers an example, got "
                             f"{math.prod(x.shape[1:])}: an input of shape {x.shape}.{place(self)}")
        self.shape_in, self.shape_out = x.shape, (len(x), *self.shape)
        return x.reshape(self.shape_out)

    def backward(self, dy):
        return expect_slope(self, dy, self.shape_out).reshape(self.shape_in)
