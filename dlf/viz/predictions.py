"""For answers that are numbers: what the network says against what is true, a point an example."""
import numpy as np

from dlf import metrics
from dlf.fitting import predict
from dlf.viz import paper

MOST = 2000           # points: more than that are a blot


def draw_predictions(ax, net, x, y, theme=None):
    """Draw what the network says over what is true: equal on the diagonal. Returns the points.

    Shapes: x (n, ...), y (n,) or (n, outputs) measurements. Of more than 2,000 every k-th is drawn.
    Raises: ValueError if outputs and targets differ in number.
    """
    says, true = compare(net, x, y)
    theme = paper.axes(ax, title(says, true), "true", "the network says", theme)
    step  = -(-len(true) // MOST)
    low, high = min(says.min(), true.min()), max(says.max(), true.max())
    margin    = 0.05 * (high - low) or 1.0
    ends      = low - margin, high + margin
    ax.plot(ends, ends, color=theme.muted, linewidth=1, zorder=1)
    ax.set(xlim=ends, ylim=ends)
    paper.tell(ax, describe_predictions, net, x, y)
    return ax.scatter(true[::step], says[::step], s=14, color=theme.positive, alpha=0.6,
                      linewidths=0, zorder=2)


def compare(net, x, y):
    """(what the network says, what is true), as flat arrays."""
    says, true = np.asarray(predict(net, x), dtype=float), np.asarray(y, dtype=float)
    if says.size != true.size:
        raise ValueError(f"The network gives {says.shape}, the targets are {true.shape}: each "
                         f"output needs one target.")
    return says.ravel(), true.ravel()


def title(says, true):
    """How far off the network is, typically."""
    off = np.median(np.abs(says - true))
    return f"Half of the answers are within {off:.2g} of the truth"


def describe_predictions(net, x, y):
    """The points in words, for those who do not see them."""
    says, true = compare(net, x, y)
    text = f"{title(says, true)}; the truth runs from {true.min():.3g} to {true.max():.3g}"
    if np.ptp(true) == 0:
        return f"{text}."
    explained = paper.share(max(metrics.r2(says, true), 0), 1)
    return f"{text}, and the network explains {explained} of its variance."
