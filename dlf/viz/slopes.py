"""The length of the slope at every moment: how much of it is left on the way back through time."""
import math

import numpy as np

from dlf import looking
from dlf.viz import paper
from dlf.viz.lines import draw_lines

MOST = 4              # layers with a line


def draw_slope_norms(ax, net, x, y, loss, theme=None):
    """Draw how long dC/dh_t is at every moment, for the loss C of the last one; returns the lines.

    The vertical axis has powers of ten, on which a slope that shrinks by the same factor at every
    step is a straight line; the title says by which factor. One line for each recurrent layer, of
    more than four for the first four. Moments that nothing reaches have no point.

    Shapes: x (batch, time, features), or (batch, time) of symbols; y as `loss` wants it.
    Raises: ValueError for a network without recurrent layers.
    """
    norms = norms_of(net, x, y, loss)
    last  = max(len(np.trim_zeros(values, "b")) for values in norms.values()) or 1
    time  = np.arange(1, last + 1)
    lines = {name: visible(values[:last]) for name, values in list(norms.items())[:MOST]}
    drawn = draw_lines(ax, time, lines, title(norms), "moment", "length of dC/dh", log_y=True,
                       theme=theme)
    paper.tell(ax, describe_slope_norms, net, x, y, loss)
    return drawn


def norms_of(net, x, y, loss):
    """The slopes' lengths, after a look at whether there are any."""
    norms = looking.slope_norms(net, x, y, loss)
    if not norms:
        raise ValueError("Slopes along time are those of recurrent layers; this network has none.")
    return norms


def visible(values):
    """What powers of ten can show: nan where nothing arrives, or no number."""
    return np.where(np.isfinite(values) & (values > 0), values, np.nan)


def title(norms):
    """By what the slope of the layer that looks worst changes from step to step, in a sentence."""
    factors = {name: looking.factor(values) for name, values in norms.items()}
    known   = {name: f for name, f in factors.items() if not math.isnan(f)}
    if not known:
        return "There is no slope to follow through time"
    name = max(known, key=lambda name: abs(math.log(max(known[name], 1e-300))))
    who  = f" of {name}" if len(factors) > 1 else ""
    return f"A step back, the slope{who} {changes(known[name])}"


def changes(factor):
    """What a factor does, in words."""
    if factor == 0:
        return "shrinks until nothing is left"
    if 0.995 < factor < 1.005:
        return "keeps its length"
    if factor < 1:
        return f"shrinks to {100 * factor:.2g} %"
    return f"grows by a factor of {factor:.3g}"


def describe_slope_norms(net, x, y, loss):
    """The lines in words, for those who do not see them."""
    norms = norms_of(net, x, y, loss)
    parts = []
    for name, values in norms.items():
        there = np.trim_zeros(values, "b")
        parts.append(f"{name}: {values[0]:.2g} at moment 1, "
                     f"{there[-1] if len(there) else 0:.2g} at moment {len(there) or len(values)}")
    return f"{title(norms)}. The length of dC/dh, {'; '.join(parts)}."
