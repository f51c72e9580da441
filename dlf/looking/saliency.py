"""Saliency: the slope of a class's score with respect to every pixel, from one pass back."""
import numpy as np

from dlf.looking.example import as_batch, image_shape, pass_through, pixels


def input_gradient(net, image, label=None):
    """The slope of the score of a class with respect to each number of the image.

    Shapes: image (channels, height, width), (height, width), or a row that Reshape makes an image
    of; the result (channels, height, width). The class is the one that the network names, unless
    `label` names another.
    """
    x = as_batch(net, image)
    _, dx = pass_through(net, x, label)
    return dx.reshape(image_shape(net, x))


def saliency(net, image, label=None):
    """How much the score of a class moves with each pixel: the largest |slope| of its channels.

    It says which pixels to change for the largest effect, also where the image is empty.

    Shapes: as `input_gradient`; the result (height, width). Ranges: from 0.
    Source: Simonyan, Vedaldi & Zisserman (2014).
    """
    return saliency_of(input_gradient(net, image, label))


def saliency_of(slope):
    """The same from the slope itself: (channels, height, width) to (height, width)."""
    return np.abs(slope).max(axis=0)


def gradient_times_input(net, image, label=None):
    """What each pixel adds to the score as far as the score is linear: slope times value.

    For a network of Conv2D, ReLU and pooling layers whose biases are 0 these add up to the score:
    such a network is linear up to the next kink. Empty pixels, of value 0, add nothing.

    Shapes: as `input_gradient`; the result (height, width), summed over the channels.
    Source: Shrikumar et al. (2016).
    """
    slope = input_gradient(net, image, label)
    return (slope * pixels(net, image)).sum(axis=0)
