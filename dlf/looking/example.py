"""One image on its way through a network and back: what goes in, the class asked for, its slopes.

The score of a class is the number before the softmax: a probability can grow because the other
classes lose, a score only by what speaks for the class (Simonyan et al., 2014).
"""
import contextlib
from typing import NamedTuple

import numpy as np

from dlf import metrics
from dlf.layers.activations import Softmax
from dlf.layers.containers import Sequential, trace, trace_back
from dlf.layers.shape import Reshape
from dlf.scene import probabilities


class Answer(NamedTuple):
    """What a network says about one image: the class it names, scores and probabilities of all.

    Shapes: scores, probabilities (classes,). A network with one output has the classes 0 and 1; the
    score of class 0 is minus the output then.
    """

    label:         int
    scores:        np.ndarray
    probabilities: np.ndarray


def answer(net, image):
    """The `Answer` of a network to one image.

    Shapes: image (channels, height, width), (height, width) in gray, or a row that the network's
    Reshape makes an image of.
    """
    x = as_batch(net, image)
    s = scores_of(body(net).forward(x))
    return Answer(int(s.argmax()), s, probabilities(net, net.forward(x))[0])


class Passed(NamedTuple):
    """A layer that an image has passed: its output, and the slope of the score with respect to it.

    Shapes: y, dy (1, ...).
    """

    path:  str
    layer: object
    y:     np.ndarray
    dy:    np.ndarray


def pass_through(net, x, label=None):
    """(a list of `Passed`, first to last; the slope with respect to x) of a class's score.

    Shapes: x (1, ...). The class is the one that the network names, unless `label` names another.
    The network's own gradients stay as they were: somebody may be looking at them.
    """
    with gradients_kept(net):
        there, y = run(trace(body(net), x))
        back, dx = run(trace_back(body(net), seed(y, label)))
    return [Passed(path, layer, y, dy)
            for (path, layer, _, y), (*_, dy) in zip(there, reversed(back))], dx


def seed(y, label=None):
    """The slope of a class's score with respect to the network's output y, (1, outputs)."""
    label = check_label(scores_of(y), label)
    dy = np.zeros_like(y)
    dy[0, label if y.shape[1] > 1 else 0] = 1 if y.shape[1] > 1 or label == 1 else -1
    return dy


def scores_of(y):
    """The score of each class, (classes,), from the output for one image."""
    if y.ndim != 2 or len(y) != 1:
        raise ValueError("These drawings are of networks that name a class: one row of scores an "
                         f"image; the output for one image has shape {y.shape}.")
    return y[0] if y.shape[1] > 1 else np.array([-y[0, 0], y[0, 0]])


def check_label(scores, label=None):
    """The class asked for, or the one with the largest score."""
    if label is None:
        return int(metrics.classes(scores[None])[0])
    if not 0 <= label < len(scores):
        raise ValueError(f"The network knows the classes 0 to {len(scores) - 1}; "
                         f"got label={label!r}.")
    return int(label)


# ---- what goes in ------------------------------------------------------------------------------

def as_batch(net, image):
    """One image as a batch of one, in the network's number type: (1, ...)."""
    image = np.asarray(image).astype(net.dtype, copy=False)
    if image.ndim not in (1, 2, 3):
        hint = " Pass one of them: images[0]." if image.ndim == 4 else ""
        raise ValueError("One image has shape (channels, height, width), (height, width), or is a "
                         f"row that the network makes an image of; got {image.shape}.{hint}")
    return image[None, None] if image.ndim == 2 else image[None]


def image_shape(net, x):
    """(channels, height, width) of the images that a network reads: of rows, as its Reshape says.

    Shapes: x (batch, ...). Raises: ValueError if these are no images.
    """
    if x.ndim == 4:
        return x.shape[1:]
    for _, layer in net.walk():
        if isinstance(layer, Reshape) and len(layer.shape) == 3:
            return layer.shape
        if layer.n_parameters and not layer.children:
            break
    side = round(np.sqrt(x[0].size))
    raise ValueError("The network must read images: (channels, height, width), or rows that a "
                     f"Reshape before its first weights makes images of, such as dlf.Reshape(1, "
                     f"{side}, {side}); what goes in here has shape {x.shape[1:]}.")


def pixels(net, image):
    """One image as the network's first convolution sees it: (channels, height, width)."""
    x = as_batch(net, image)
    return x.reshape(image_shape(net, x))


def body(net):
    """The network up to its scores: without a Softmax at its end."""
    ends = isinstance(net, Sequential) and len(net) > 1 and isinstance(net[-1], Softmax)
    return net[:-1] if ends else net


@contextlib.contextmanager
def gradients_kept(net):
    """Whatever happens inside, the network's gradients are the same afterwards."""
    kept = net.dtheta.copy()
    try:
        yield
    finally:
        net.dtheta[...] = kept


def run(generator):
    """(all that a generator yields, what it returns)."""
    items = []
    while True:
        try:
            items.append(next(generator))
        except StopIteration as end:
            return items, end.value
