"""Feature maps: what each layer makes of an image, and which way each number pulls the answer."""
from typing import NamedTuple

import numpy as np

from dlf.layers.augmentation import RandomShift
from dlf.layers.dropout import Dropout
from dlf.layers.shape import Reshape
from dlf.looking.example import as_batch, image_shape, pass_through


class Maps(NamedTuple):
    """The maps of one layer for one image; `gradients` are the slopes of a class's score.

    Shapes: values, gradients (channels, height, width). The image itself has the name "image" and
    no layer.
    """

    name:      str               # "image", or the layer's place and kind: "0 Conv2D"
    layer:     object
    values:    np.ndarray
    gradients: np.ndarray


def feature_maps(net, image, label=None):
    """The `Maps` of the image and of each layer that puts out images, first to last.

    Layers that do nothing at inference (Dropout, RandomShift) have none, nor has the Reshape that
    makes the image of a row. The gradients are those of the score of the class `label`, by default
    the one that the network names.

    Shapes: image (channels, height, width), (height, width), or a row that Reshape makes an image
    of. Raises: ValueError for anything else, or a class that does not exist.
    """
    x = as_batch(net, image)
    shape = image_shape(net, x)
    passed, dx = pass_through(net, x, label)
    found = [Maps("image", None, x.reshape(shape), dx.reshape(shape))]
    for path, layer, y, dy in passed:
        if y.ndim == 4 and not (isinstance(layer, (Dropout, RandomShift))
                                or (len(found) == 1 and isinstance(layer, Reshape))):
            found.append(Maps(f"{path} {type(layer).__name__}", layer, y[0], dy[0]))
    return found
