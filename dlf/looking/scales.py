"""What is the full color? Each map's own largest number, its layer's, or the whole network's.

A color says nothing without it: on a scale of its own every map looks busy, and on the network's
the quiet ones are seen to be quiet.
"""
import numpy as np

SCALES = {"map":     "full color: the largest of each map",
          "layer":   "full color: the largest of each layer",
          "network": "full color: the largest of all layers"}


def full_colors(groups, scale="layer"):
    """The size of number that gets the full color, for each map: a list of (maps,), one a group.

    `scale` is "map", "layer" or "network": how many maps share one scale. Where all numbers are 0,
    it is 1.

    Shapes: groups, a list of (maps, height, width): one group a layer.
    Raises: ValueError for another scale.
    """
    if scale not in SCALES:
        raise ValueError(f"scale is one of {', '.join(map(repr, SCALES))}: how many maps share one "
                         f"scale of colors; got {scale!r}.")
    most = [np.nan_to_num(np.abs(maps)).max(axis=(1, 2), initial=0) for maps in groups]
    if scale == "layer":
        most = [np.full(len(m), m.max(initial=0)) for m in most]
    if scale == "network":
        top  = max((m.max(initial=0) for m in most), default=0)
        most = [np.full(len(m), top) for m in most]
    return [np.where(m > 0, m, 1.0) for m in most]
