"""One picture of a training run: how it went, what went wrong, and what to look at first."""
import textwrap

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

from dlf import metrics, palette, scene
from dlf.fitting import predict
from dlf.viz import paper
from dlf.viz.boundary import draw_boundary, labels_of
from dlf.viz.confusion import are_turned, class_names, draw_confusion
from dlf.viz.curves import draw_accuracy, draw_loss
from dlf.viz.mistakes import draw_most_wrong
from dlf.viz.network import draw_network
from dlf.viz.page import Page
from dlf.viz.predictions import draw_predictions


def report(net, history, x, y, classes=None, features=None, image_shape=None, title="",
           theme=palette.LIGHT):
    """A figure of four drawings about a trained network, measured on x and y; for `savefig`.

    Loss and metric above. Below, for images the confusion matrix and the surest mistakes, for two
    inputs the network and its map, for other classes the confusion matrix and the network, and for
    measurements what the network says against the truth, and the network. `figure.describe()` is
    the same in words.
    Raises: what the drawings raise.
    """
    figure = Page((11, 8.2), dpi=110, facecolor=theme.background)
    FigureCanvasAgg(figure)
    panels = [figure.add_axes(box) for box in boxes()]
    kinds  = choose(net, x, y, history, image_shape)
    draw_loss(panels[0], history, theme=theme)
    draw_accuracy(panels[1], history, theme=theme)
    for ax, kind in zip(panels[2:], kinds):
        PANELS[kind](ax, net, np.asarray(x), y, classes, features, image_shape, theme)
    figure.text(0.06, 0.972, textwrap.shorten(title, 110), fontsize=13, fontweight="bold",
                color=theme.ink, va="center")
    return figure


def boxes():
    """(left, bottom, width, height) of the four drawings: curves above, what they led to below."""
    return ((0.06, 0.615, 0.40, 0.29), (0.56, 0.615, 0.42, 0.29),
            (0.06, 0.065, 0.40, 0.44), (0.56, 0.065, 0.42, 0.44))


def choose(net, x, y, history, image_shape):
    """Which two drawings the lower row holds."""
    is_plane = scene.Plan(net).columns[0].size == 2 and not net.takes_symbols
    if history.metric_name == "r2" or not names_classes(y, history):
        return "predictions", "network"
    if image_shape is not None or np.ndim(x) > 2:
        return "confusion", "mistakes"
    return ("network", "boundary") if is_plane else ("confusion", "network")


def names_classes(y, history):
    """Are these targets classes: whole numbers, or rows of 0 and 1?"""
    return (history.metric_name == "accuracy" or np.asarray(y).dtype.kind != "f"
            or set(np.unique(y)) <= {-1.0, 0.0, 1.0})


def confusion(net, x, y, classes):
    """The confusion matrix, by the likeliest class; of sequences every step counts."""
    p = scene.probabilities(net, predict(net, x))
    y = np.ravel(y) if p.ndim > 2 and np.shape(y) == p.shape[:-1] else labels_of(y)
    n = len(classes) if classes else None
    return metrics.confusion_matrix(p.reshape(-1, p.shape[-1]), y, n)


def paint_confusion(ax, matrix, classes, theme):
    """The confusion matrix, moved to the right and up as far as long names ask for."""
    classes = class_names(classes, len(matrix))
    extra   = max(map(len, classes)) - 2
    left, bottom, width, height = ax.get_position().bounds
    aside, up = 0.0075 * extra, 0.0095 * extra * are_turned(classes)
    ax.set_position((left + aside, bottom + up, width - aside, height - up))
    draw_confusion(ax, matrix, classes, theme)


def paint_network(ax, net, features, classes, theme):
    """The network, titled; names stand at its ends where there is one for each neuron."""
    columns = scene.Plan(net).columns
    features, classes = fitting(features, columns[0].size), fitting(classes, columns[-1].size)
    draw_network(ax, net, features, classes, theme)
    paper.headline(ax, f"{paper.plural(net.n_parameters, 'number')} learned", theme)


def fitting(names, size):
    """The names if there are as many as neurons, else None."""
    return names if names is not None and size == len(names) else None


# Each drawing, called alike.
PANELS = {
    "confusion":   lambda ax, net, x, y, classes, features, shape, theme:
                   paint_confusion(ax, confusion(net, x, y, classes), classes, theme),
    "mistakes":    lambda ax, net, x, y, classes, features, shape, theme:
                   draw_most_wrong(ax, net, x, y, shape, classes, 12, features, theme),
    "network":     lambda ax, net, x, y, classes, features, shape, theme:
                   paint_network(ax, net, features, classes, theme),
    "boundary":    lambda ax, net, x, y, classes, features, shape, theme:
                   draw_boundary(ax, net, x, y, classes, fitting(features, 2), theme=theme),
    "predictions": lambda ax, net, x, y, classes, features, shape, theme:
                   draw_predictions(ax, net, x, y, theme),
}
