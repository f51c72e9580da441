"""Rows of small pictures, a row a layer: its name on the left, its pictures, a number on the right.

The rows are laid out once, in points from the upper left corner, and filled again and again.
"""
from typing import NamedTuple

import numpy as np

from dlf import palette
from dlf.viz import paper

MOST  = 16            # pictures in a row; of more, the first so many, and the row says of how many
SHARP = 2             # pixels of the array for each pixel of the figure, along each side
GAP   = 0.1           # between two pictures, of a picture's width
RIGHT = 34.0          # points for the number on the right
TWO_LINES = 21.0      # points for a name and a note, one below the other
LOOKS = "values", "gradients"


class Row(NamedTuple):
    """What stands beside a row, and of how many pictures the first so many are shown."""

    name:  str
    note:  str            # below the name
    count: int


class Tiles:
    """Rows of pictures of one size on axes; `image` is one array, `numbers` the texts on the right,
    `caption` the line below.

    `fill(rows, caption, numbers)` shows new pictures; nothing moves.
    """

    def __init__(self, ax, rows, aspect=1.0, theme=None, right=RIGHT):
        self.ax, self.rows, self.theme = ax, rows, theme
        width, height = paper.size_in_points(ax)
        room       = height - 2 * paper.SMALL                          # below is the caption
        letters    = max(max(len(row.name), len(row.note)) for row in rows)
        self.left  = 0.56 * paper.SMALL * letters + 8 * bool(letters)
        self.most  = max(min(row.count, MOST) for row in rows)
        across     = (width - self.left - right) / self.most
        self.size  = max(min(across * aspect, room / len(rows)) / (1 + GAP), 1.0)
        self.step  = max((1 + GAP) * self.size, min(TWO_LINES * bool(letters), room / len(rows)))
        self.dots  = round(SHARP * self.size * ax.figure.dpi / 72)     # rows of a picture's pixels
        self.shape = self.dots, max(round(self.dots / aspect), 1)
        self.point = self.size / self.dots                             # points for each of them
        self.pitch = round(self.step / self.point), self.shape[1] + round(GAP * self.dots)
        self.image = self.lay()
        self.names, self.numbers = self.write()
        bottom = self.image.get_extent()[2] + 0.4 * paper.SMALL
        self.caption = ax.text(0, bottom, "", color=theme.muted, fontsize=paper.SMALL, va="top")
        ax.set(xlim=(0, width), ylim=(height, 0))
        ax.set_aspect("equal", anchor="NW")             # pixels stay square where the page shrinks

    def lay(self):
        """The place of all pictures: one array."""
        self.page = np.empty((len(self.rows) * self.pitch[0], self.most * self.pitch[1], 3),
                             np.uint8)
        bottom, right = self.page.shape[0] * self.point, self.page.shape[1] * self.point
        return self.ax.imshow(self.page, extent=(self.left, self.left + right, bottom, 0),
                              interpolation="nearest", aspect="auto")

    def write(self):
        """Names and notes on the left, and the places of the numbers on the right."""
        size  = min(0.4 * self.step, paper.SMALL)
        right = self.image.get_extent()[1] + 2
        names, numbers = [], []
        for i, row in enumerate(self.rows):
            middle = (i * self.pitch[0] + self.dots / 2) * self.point
            lines  = [(row.name, self.theme.ink, "bottom" if row.note else "center"),
                      (row.note, self.theme.muted, "top")]
            for (text, color, va), shift in zip(lines, (-0.08 * bool(row.note), 0.08)):
                names.append(self.ax.text(0, middle + shift * size, text, color=color,
                                          fontsize=size, va=va))
            numbers.append(self.ax.text(right, middle, "", color=self.theme.muted, fontsize=size,
                                        va="center"))
        return names, numbers

    def fill(self, rows, caption, numbers=()):
        """Show these pictures, a list of (pictures, height, width, 3) of uint8."""
        page = self.page
        page[...] = palette.rgb(self.theme.background)
        for i, pictures in enumerate(rows):
            top = i * self.pitch[0]
            for k, picture in enumerate(resize(pictures[:MOST], self.shape)):
                left = k * self.pitch[1]
                page[top:top + self.shape[0], left:left + self.shape[1]] = picture
        self.image.set_data(page)
        for text, words in zip(self.numbers, numbers):
            text.set_text(words)
        self.caption.set_text(caption)


def resize(pictures, shape):
    """Pictures of another size: each pixel repeated, or the mean of several where there are more.

    Shapes: (n, height, width, 3) of uint8 to (n, *shape, 3).
    """
    for axis, length in ((1, shape[0]), (2, shape[1])):
        n = pictures.shape[axis]
        if length >= n:
            pictures = pictures.take(np.arange(length) * n // length, axis=axis)
        else:
            starts   = np.arange(length) * n // length
            counts   = np.diff(np.append(starts, n)).reshape([-1 if a == axis else 1
                                                              for a in range(4)])
            pictures = np.add.reduceat(pictures.astype(float), starts, axis=axis) / counts
    return pictures if pictures.dtype == np.uint8 else np.rint(pictures).astype(np.uint8)


# ---- colors ------------------------------------------------------------------------------------

def signed(maps, full, theme):
    """Maps (n, height, width) in the signed palette, each with its own full color (n,)."""
    return palette.diverging(maps / np.asarray(full, maps.dtype)[:, None, None], 1.0, theme)


def photograph(image):
    """An image as people see it, from its darkest to its brightest number.

    Shapes: (channels, height, width) to (1, height, width, 3) for 3 channels, else a gray picture
    for each: (channels, height, width, 3).
    """
    low, high = image.min(), image.max()
    levels = (image - low) / (high - low if high > low else 1.0)
    if len(image) == 3:
        return np.rint(255 * levels).astype(np.uint8).transpose(1, 2, 0)[None]
    return palette.gray(levels)


def scale_in_words(full, scale):
    """What the full color is, for a list of (maps,): a line to stand below the pictures."""
    least, most = min(f.min() for f in full), max(f.max() for f in full)
    return {"map":     f"full color: the largest of each map, {least:.2g} to {most:.2g}",
            "layer":   "full color: the largest of the row, stated on its right",
            "network": f"full color: {most:.2g}, the largest of all layers"}[scale]


def numbers_of(full, scale):
    """What stands on the right of each row: its full color, where it has one of its own."""
    return [f"±{f[0]:.2g}" if scale == "layer" else "" for f in full]


def check_of(of):
    """Raise unless `of` says what is to be seen."""
    if of not in LOOKS:
        raise ValueError(f"of is 'values' or 'gradients': what is to be drawn; got {of!r}.")
