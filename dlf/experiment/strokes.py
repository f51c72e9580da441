"""Strokes of a pen become a small gray image, prepared as those of the data sets were.

A drawing is the text of an SVG path, such as "M8 4L24 4L12 30": M puts the pen down at a place, L
draws a line to the next. x goes to the right and y down, from 0 to 32.
"""
import re

import numpy as np

PAD   = 32            # the drawing's width and height
WIDE  = 20            # bits that a digit of the 32 x 32 bitmap is wide, at most
INK   = 0.305         # the share of these bits that is ink, on average over the 1797 digits
PEN   = 3.0, 7.0      # bits that a line may be thick
BOX   = 20            # pixels of MNIST's 28 x 28 that a digit fills
LINE  = 2.4           # pixels that a line is thick there
SIDES = (8, 28)
STEP  = re.compile(r"([ML])(-?[\d.]+) (-?[\d.]+)")


def strokes_of(path):
    """The lines of a drawing, each its points: a list of (n, 2) arrays, x and y from 0 to 32.

    Raises: ValueError for a text that is no drawing.
    """
    steps = STEP.findall(path)
    if "".join(f"{kind}{x} {y}" for kind, x, y in steps) != path or path[:1] == "L":
        raise ValueError("A drawing is a text such as 'M8 4L24 4L12 30', M where the pen goes down "
                         f"and L for each line; got {path[:60]!r}.")
    lines = []
    for kind, x, y in steps:
        lines += [[]] if kind == "M" else []
        lines[-1].append((float(x), float(y)))
    return [np.clip(line, 0, PAD) for line in lines]


def path_of(strokes):
    """The text of a drawing, from its lines. A dot is a line from a place to itself."""
    return "".join(f"{'L' if i else 'M'}{x:.4g} {y:.4g}" for line in strokes
                   for i, (x, y) in enumerate(line))


def image_of(path, side=8, fit=True):
    """A drawing as one image of 8 x 8 or of 28 x 28 pixels, 0 (paper) to 1 (ink).

    Places that the pen only passed over leave no ink; a drawing without ink is all zeros. With
    fit=False the drawing stays where it is, and as large as it is.
    Shape: (side, side).
    Raises: ValueError for another side, or a text that is no drawing.
    """
    if side not in SIDES:
        raise ValueError("Drawings become images as those of digits(), 8 x 8, or of mnist(), "
                         f"28 x 28; got the side {side!r}.")
    lines = [line for line in strokes_of(path) if len(line) > 1]
    if not lines:
        return np.zeros((side, side))
    if not fit:
        return as_drawn(lines, side)
    return like_digits(lines) if side == 8 else like_mnist(lines)


def like_digits(lines):
    """As the images of `digits()`: a bitmap of 32 x 32, of which each block of 4 x 4 is counted.

    The bitmap is filled from top to bottom, the middle 20 columns hold the digit, and its lines are
    so thick that three bits in ten are ink: so it is in the data, whatever the digit. And as there,
    what leans is set upright.
    Source: Garris et al. (1994), NIST form-based handprint recognition system; the share of ink is
    measured.
    """
    away = distances(fitted(lines, WIDE - 4, PAD - 4, PAD), PAD)  # room for a pen 4 bits thick
    half = np.clip(np.quantile(away, INK), PEN[0] / 2, PEN[1] / 2)
    bits = upright(away <= half)
    return bits.reshape(8, 4, 8, 4).mean(axis=(1, 3))


def upright(bits):
    """A bitmap, each row moved sideways, so that the lowest begins where the uppermost does."""
    rows = np.flatnonzero(bits.any(axis=1))
    lean = (int(bits[rows[-1]].argmax()) - int(bits[rows[0]].argmax())) / (PAD - 1)
    wide = np.pad(bits, ((0, 0), (PAD, PAD)))                     # what leaves does not come back
    away = [PAD + round(lean * (i - (PAD - 1) / 2)) for i in range(PAD)]
    return np.stack([row[k:k + PAD] for row, k in zip(wide, away)])


def like_mnist(lines):
    """As the images of `mnist()`: in a box of 20 x 20, its center of mass in the middle of 28 x 28.

    Source: LeCun et al. (1998).
    """
    lines  = fitted(lines, BOX - LINE, BOX - LINE, 28, keep=True)
    ink    = np.clip(LINE / 2 + 0.5 - distances(lines, 28), 0, 1)
    places = np.arange(28) + 0.5
    center = np.array([ink.sum(axis=0) @ places, ink.sum(axis=1) @ places]) / ink.sum()
    return np.clip(LINE / 2 + 0.5 - distances([line + 14 - center for line in lines], 28), 0, 1)


def as_drawn(lines, side):
    """Neither moved nor scaled: the share of each pixel that is ink."""
    bits = distances([line * (2 * side / PAD) for line in lines], 2 * side) <= side / PAD * 4
    return bits.reshape(side, 2, side, 2).mean(axis=(1, 3))


def fitted(lines, width, height, side, keep=False):
    """The lines scaled to fill a box in the middle of a square.

    They are as high as the box, or as wide if `keep`, that is if their shape must stay; else what
    would be too wide is squeezed.
    """
    points    = np.concatenate(lines)
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    w, h      = np.maximum(size, 1e-6)
    tall      = height / max(h, w / 4)                 # a level line does not become a square
    scale     = np.array([min(tall, width / w), tall])
    scale     = np.minimum(scale, scale.min() if keep else side)
    return [(line - low - size / 2) * scale + side / 2 for line in lines]


def distances(lines, side):
    """How far the middle of each pixel is from the nearest line: (side, side)."""
    y, x = np.mgrid[:side, :side] + 0.5
    at   = np.column_stack([x.ravel(), y.ravel()])[:, None]                 # (pixels, 1, 2)
    a    = np.concatenate([line[:-1] for line in lines])                    # (pieces, 2)
    d    = np.concatenate([np.diff(line, axis=0) for line in lines])
    far  = at - a                                                           # (pixels, pieces, 2)
    part = (far * d).sum(axis=2) / np.maximum((d * d).sum(axis=1), 1e-12)
    far -= np.clip(part, 0, 1)[..., None] * d
    return np.sqrt((far * far).sum(axis=2).min(axis=1)).reshape(side, side)
