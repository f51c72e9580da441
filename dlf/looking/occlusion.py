"""Occlusion: cover a part of the image, and see how much less likely its class becomes.

A slope tells of changes too small to see; this is an experiment with changes that one can see.
"""
import numpy as np

from dlf.fitting import predict
from dlf.looking.example import answer, as_batch, check_label, image_shape
from dlf.scene import probabilities


def occlusion(net, image, label=None, size=3, fill=None, step=1):
    """How far the probability of a class falls when a square covers each place of the image.

    The middle of the square goes to every `step`-th pixel, from the upper left one on; what would
    stick out is cut off. `fill` is what it is painted with, by default the middle of the image's
    range: gray. All covered images go through the network as one batch.

    Shapes: image (channels, height, width), (height, width), or a row that Reshape makes an image
    of; the result (height / step, width / step), rounded up. Ranges: from -1 to 1; above 0 where
    the network misses what is covered, below 0 where covering helps it.
    Source: Zeiler & Fergus (2014).
    """
    x     = as_batch(net, image)
    said  = answer(net, image)
    label = check_label(said.scores, label)
    shape = image_shape(net, x)
    covered = cover(x.reshape(shape), size, fill, step)          # (rows, columns, *shape)
    rows, columns = covered.shape[:2]
    out   = predict(net, covered.reshape(rows * columns, *x.shape[1:]))
    fall  = said.probabilities[label] - probabilities(net, out)[:, label]
    return fall.reshape(rows, columns)


def cover(image, size=3, fill=None, step=1):
    """The image with a square over each place in turn.

    Shapes: image (channels, height, width) to (rows, columns, channels, height, width).
    Raises: ValueError for a size or a step below 1.
    """
    if size < 1 or step < 1:
        raise ValueError("The square is at least 1 pixel wide and moves by at least 1; "
                         f"got size={size!r}, step={step!r}.")
    if fill is None:
        fill = (image.min() + image.max()) / 2
    _, height, width = image.shape
    down, across = under(height, size, step), under(width, size, step)
    hidden = down[:, None, :, None] & across[None, :, None, :]   # (rows, columns, height, width)
    return np.where(hidden[:, :, None], image.dtype.type(fill), image)


def under(length, size, step):
    """Which pixels of a row the square covers at each place: (places, length) of bool."""
    at    = np.arange(length)
    first = at[::step, None] - (size - 1) // 2
    return (at >= first) & (at < first + size)
