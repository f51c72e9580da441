"""How the lines and biases of a network look now, as styles: width, color, dashes, sign."""
from functools import lru_cache

import numpy as np

THIN   = 0.6        # the thinnest line, the weight 0
LEVELS = 24         # widths of lines that are told apart: a step is a quarter of a pixel


def kinds(values):
    """-1, 0 or 1 for each value, and 2 for what is no number."""
    values = np.asarray(values)
    return np.where(np.isfinite(values), np.sign(np.nan_to_num(values)), 2).astype(int).tolist()


# A line inherits the positive color as its stroke and the negative one as its color: to look a
# variable up for each of a thousand lines would cost the page a third of its time.
STROKE = {-1: "stroke:currentColor;", 0: "stroke:var(--broken);", 1: "", 2: "stroke:var(--broken);"}
COLOR  = {-1: "var(--negative)", 0: "var(--broken)", 1: "var(--positive)", 2: "var(--broken)"}


def line_looks(weight, width, opacity, thick):
    """The styles of lines; width and opacity from 0 to 1, the widest is so many pixels thick."""
    width   = np.rint(LEVELS * width).astype(int).tolist()
    opacity = np.rint(LEVELS * opacity).astype(int).tolist()
    return [line_look(w, o, k, thick) for w, o, k in zip(width, opacity, kinds(weight))]


@lru_cache(maxsize=4096)
def line_look(width, opacity, kind, thick):
    """The style of a line: width and opacity in 24ths, dashes longer than wide if negative."""
    width = THIN + (thick - THIN) * width / LEVELS
    dash  = f";stroke-dasharray:{3 + 1.6 * width:.0f} {2 + 0.8 * width:.0f}" if kind == -1 else ""
    return f"{STROKE[kind]}stroke-width:{width:.2g};stroke-opacity:{opacity / LEVELS:.2g}{dash}"


def badge_looks(bias, size):
    """The styles of biases; size from 0 to 1."""
    size = np.rint(LEVELS * size).astype(int).tolist()
    return list(map(badge_look, size, kinds(bias)))


@lru_cache(maxsize=256)
def badge_look(size, kind):
    """The style of a bias: its disc grows with it and has the bars of its sign; 0 is a dot."""
    scale = 0.5 if kind == 0 else 0.62 + 0.5 * size / LEVELS
    bars  = {-1: "", 1: ";--v:1"}.get(kind, ";--h:0")
    return f"fill:{COLOR[kind]};transform:scale({scale:.2g}){bars}"


def grouped(stem, ids, looks):
    """Style rules, one for all ids that look alike."""
    alike = {}
    for i, look in zip(ids, looks):
        alike.setdefault(look, []).append(f"{stem}{i}")
    return "".join(f"{','.join(names)}{{{look}}}" for look, names in alike.items())


def quoted(text):
    """Text as a CSS string."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ")
    return '"' + text.replace("\n", "\\a ") + '"'
