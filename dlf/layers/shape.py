"""Layers that only rearrange: the same numbers in another shape, and the slopes back again."""
import math

from dlf.layers.base import Layer
from dlf.shapes import ShapeError, expect_slope, place


class Flatten(Layer):
    """Lay each example out as one row: (batch, ...) becomes (batch, features)."""

    shape_in = None

    def forward(self, x):
        self.shape_in = x.shape
        return x.reshape(len(x), math.prod(x.shape[1:]))

    def backward(self, dy):
        if self.shape_in is None:
            expect_slope(self, dy, None)
        return dy.reshape(self.shape_in)


class Reshape(Layer):
    """Give each example the shape named: Reshape(1, 8, 8) turns rows of 64 into images.

    Shapes: (batch, ...) to (batch, *shape), with the same count of numbers an example.
    Raises: ShapeError if the counts differ.
    """

    shape_in = None

    def __init__(self, *shape):
        self.shape = shape

    def forward(self, x):
        if math.prod(x.shape[1:]) != math.prod(self.shape):
            raise ShapeError(f"{self!r} needs {math.prod(self.shape)} numbers an example, got "
                             f"{math.prod(x.shape[1:])}: an input of shape {x.shape}.{place(self)}")
        self.shape_in = x.shape
        return x.reshape(len(x), *self.shape)

    def backward(self, dy):
        if self.shape_in is None:
            expect_slope(self, dy, None)
        return dy.reshape(self.shape_in)
