"""Occlusion: an image, and how far its class's probability falls when a square covers a place."""
from dlf import looking
from dlf.viz import paper
from dlf.viz.panels import Panels, portrait, signed
from dlf.viz.saliency import named

LEAST = 0.01          # the full color is at least so much: no map of differences that do not matter


def draw_occlusion(ax, net, image, label=None, size=3, fill=None, step=1, classes=None,
                   theme=None):
    """Draw an image, and the fall of a class's probability by where a square covers it.

    The class is `label`, by default the one that the network names; `size`, `fill` and `step` are
    those of `dlf.looking.occlusion`. Returns the `Panels`.
    Shapes: image (channels, height, width), (height, width), or a row that the network's Reshape
    makes an image of. `classes` are the names of the classes.
    Raises: ValueError for a network that does not take images to classes.
    """
    theme  = paper.blank(ax, "", theme)
    fall   = looking.occlusion(net, image, label, size, fill, step)
    pixels = looking.pixels(net, image)
    paper.headline(ax, title(fall, named(net, image, label, classes)), theme)
    panels = Panels(ax, 2, pixels.shape[1:], theme)
    panels.fill(*zip(portrait(pixels), occlusion_panel(fall, size, theme)))
    paper.tell(ax, describe_occlusion, net, image, label, size, fill, step, classes)
    return panels


def occlusion_panel(fall, size, theme):
    """How far the probability falls, by where the middle of the square is."""
    colors, words = signed(fall, theme, LEAST)
    return colors, (f"Fall if {size} × {size} is covered", words)


def title(fall, name):
    """What there is to see, in a sentence."""
    if fall.max() < LEAST:
        return f"Nothing that a square covers is needed for {name}"
    return f"{name} loses up to {100 * fall.max():.0f} points when a square covers it"


def describe_occlusion(net, image, label=None, size=3, fill=None, step=1, classes=None):
    """In words, for those who do not see it: what to cover, and what that costs."""
    fall  = looking.occlusion(net, image, label, size, fill, step)
    words = title(fall, named(net, image, label, classes))
    if fall.max() < LEAST:
        return f"{words}: the probability never falls by a point."
    row, column = (step * i for i in divmod(int(fall.argmax()), fall.shape[1]))
    return (f"{words}: most with the middle of {size} by {size} pixels in row {row + 1}, column "
            f"{column + 1}.")
