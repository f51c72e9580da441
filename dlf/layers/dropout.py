"""Dropout: while training, silence random neurons, so that none can rely on any other."""
import numpy as np

from dlf.layers.base import Layer, check_rng
from dlf.layers.window import check_images
from dlf.shapes import expect_slope


class Dropout(Layer):
    """Set each number to 0 with probability `p` while training, and scale the rest by 1 / (1 - p).

    The scaling keeps the expected sum, so at inference the layer does nothing ("inverted" dropout).

    Shapes: any; the output has the input's. Range: 0 <= p < 1.
    Source: Srivastava et al. (2014).
    """

    has_modes = True
    factor    = None

    def __init__(self, p=0.5, rng=None):
        if not 0 <= p < 1:
            raise ValueError("Dropout: p is the share of numbers set to 0, in 0 <= p < 1; "
                             f"got {p!r}.")
        check_rng(rng)
        self.p, self.rng = p, rng

    def forward(self, x):
        if not self.training or self.p == 0:
            self.factor = np.ones((1,) * x.ndim, x.dtype)
            self.shape  = x.shape
            return x
        if self.rng is None:
            raise ValueError(f"{self!r} draws at random while training: pass rng= to train or fit.")
        keep        = self.rng.random(self.drawn(x.shape), np.float32) >= self.p
        self.factor = np.empty_like(x, shape=keep.shape)     # images in their own memory order
        self.factor[...] = keep
        self.factor /= x.dtype.type(1 - self.p)
        self.shape  = x.shape
        return x * self.factor

    def drawn(self, shape):
        """The shape of what falls silent together: here each number for itself."""
        return shape

    def backward(self, dy):
        expect_slope(self, dy, None if self.factor is None else self.shape)
        return dy * self.factor


class Dropout2D(Dropout):
    """Set whole channels of an image to 0 with probability `p` while training, as `Dropout` does.

    Neighboring pixels know much the same, so that silencing some of them would silence nothing.

    Shapes: images (batch, channels, height, width); the output has the input's. Range: 0 <= p < 1.
    Raises: ShapeError if these are no images.
    Source: Tompson et al. (2015).
    """

    def forward(self, x):
        check_images(self, x)
        return super().forward(x)

    def drawn(self, shape):
        return (*shape[:2], 1, 1)
