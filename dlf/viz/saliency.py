"""Saliency: an image, how much each pixel moves the score of its class, and what each one adds."""
import numpy as np

from dlf import looking
from dlf.viz import paper
from dlf.viz.panels import Panels, portrait, signed, sizes


def draw_saliency(ax, net, image, label=None, classes=None, theme=None):
    """Draw an image, its saliency, and slope times value; returns the `Panels`.

    All for the score of the class `label`, by default the one that the network names.
    Shapes: image (channels, height, width), (height, width), or a row that the network's Reshape
    makes an image of. `classes` are the names of the classes.
    Raises: ValueError for a network that does not take images to classes.
    """
    theme = paper.blank(ax, "", theme)
    slope, pixels = looking.input_gradient(net, image, label), looking.pixels(net, image)
    paper.headline(ax, f"What moves the score of {named(net, image, label, classes)}", theme)
    panels = Panels(ax, 3, pixels.shape[1:], theme)
    panels.fill(*zip(portrait(pixels), saliency_panel(slope, theme),
                     product_panel(slope, pixels, theme)))
    paper.tell(ax, describe_saliency, net, image, label, classes)
    return panels


def saliency_panel(slope, theme):
    """How much each pixel moves the score, whichever way."""
    colors, words = sizes(looking.saliency_of(slope), theme)
    return colors, ("Saliency: |slope|", words)


def product_panel(slope, pixels, theme):
    """What each pixel adds, as far as the score is linear."""
    colors, words = signed((slope * pixels).sum(axis=0), theme)
    return colors, ("Slope × value", words)


def named(net, image, label=None, classes=None):
    """The class that is asked for, or else the one that the network names, by its name."""
    c = looking.answer(net, image).label if label is None else label
    return str(c if classes is None else classes[c])


def describe_saliency(net, image, label=None, classes=None):
    """In words, for those who do not see them: where the score moves most, and what adds most."""
    size   = looking.saliency(net, image, label)
    adds   = looking.gradient_times_input(net, image, label)
    moves, most = place(size), place(adds)
    return (f"The score of {named(net, image, label, classes)} moves most with the pixel in "
            f"{moves}: by {size.max():.2g} for 1. Slope times value is largest in {most}: "
            f"{adds.max():.2g}.")


def place(values):
    """Where the largest number stands, in words: 'row 3, column 5', counted from 1."""
    row, column = np.unravel_index(np.argmax(values), values.shape)
    return f"row {row + 1}, column {column + 1}"
