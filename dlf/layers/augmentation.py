"""Augmentation: while training, show each image a little changed, so that there seem to be more."""
import numpy as np

from dlf.layers.base import Layer, check_rng
from dlf.layers.window import check_images
from dlf.shapes import expect_slope, positive


class RandomShift(Layer):
    """Move each image by up to `most` pixels, down or up and right or left, while training.

    What comes in at the border is 0. At inference the layer does nothing.

    Shapes: images (batch, channels, height, width); the output has the input's.
    Raises: ShapeError if these are no images.
    Source: Simard, Steinkraus & Platt (2003).
    """

    has_modes = True
    shape     = None

    def __init__(self, most=1, rng=None):
        positive("RandomShift", most=most)
        check_rng(rng)
        self.most, self.rng = most, rng

    def forward(self, x):
        check_images(self, x)
        self.shape, self.by = x.shape, None
        if not self.training:
            return x
        if self.rng is None:
            raise ValueError(f"{self!r} draws at random while training: pass rng= to train or fit.")
        self.by = self.rng.integers(-self.most, self.most + 1, (len(x), 2))
        return self.shifted(x, self.by)

    def backward(self, dy):
        expect_slope(self, dy, self.shape)
        return dy if self.by is None else self.shifted(dy, -self.by)

    def shifted(self, x, by):
        """Each image moved by its own (down, right)."""
        n, _, h, w = x.shape
        around = (self.most, self.most)
        wide   = np.pad(x, ((0, 0), (0, 0), around, around))
        rows   = np.arange(h) + self.most - by[:, :1]                   # (n, h)
        cols   = np.arange(w) + self.most - by[:, 1:]                   # (n, w)
        y = wide[np.arange(n)[:, None, None], :, rows[:, :, None], cols[:, None, :]]
        return y.transpose(0, 3, 1, 2)                                  # from (n, h, w, channels)
