"""Many small pictures in one: examples, weights, filters."""
import math

import numpy as np

from dlf import palette
from dlf.viz import paper


def draw_images(ax, images, titles=None, columns=8, signed=False, title="", theme=None):
    """Draw images side by side, as one picture; returns the picture and the titles' texts.

    Shapes: images (n, height, width), (n, 1, height, width), or (n, 3, height, width) in color.
    Ranges: 0 (black) to 1 (white). With signed=True any numbers, orange below 0 and blue above; the
    full color is at the 99th percentile of their sizes, which is stated below.
    Raises: ValueError for another shape, no images, or other than n titles.
    """
    images = check_images(images)
    titles = check_titles(titles, len(images))
    theme  = paper.blank(ax, title, theme)
    scale  = float(np.nanpercentile(np.abs(images), 99)) or 1.0
    tiles  = to_colors(images, scale if signed else None, theme)
    grid   = Grid(tiles.shape[1:3], len(tiles), columns, lines(titles))
    image  = ax.imshow(grid.compose(tiles, theme), interpolation="nearest", aspect="equal")
    ax.set_anchor("NW")
    if signed:
        ax.set_xlabel(f"orange is negative, blue positive; full color from {scale:.2g} up",
                      loc="left", color=theme.muted, fontsize=paper.SMALL)
    paper.tell(ax, describe_images, images, titles)
    return image, write(ax, grid, titles, theme)


class Grid:
    """Where each picture goes: rows and columns, gaps between, a band for titles above each."""

    def __init__(self, shape, n, columns, lines=0):
        self.height, self.width = shape
        self.columns = max(1, min(columns, n))
        self.rows    = math.ceil(n / self.columns)
        self.gap     = max(1, round(0.1 * self.width))
        self.band    = math.ceil(0.27 * lines * self.height)

    def corner(self, i):
        """(row, column) of picture i's upper left pixel."""
        row, column = divmod(i, self.columns)
        return (row * (self.height + self.gap + self.band) + self.band,
                column * (self.width + self.gap))

    def compose(self, tiles, theme):
        """All pictures in one array, on the color of the paper."""
        bottom = self.rows * (self.height + self.gap + self.band) - self.gap
        right  = self.columns * (self.width + self.gap) - self.gap
        page = np.empty((bottom, right, 3), np.uint8)
        page[...] = palette.rgb(theme.background)
        for i, tile in enumerate(tiles):
            y, x = self.corner(i)
            page[y:y + self.height, x:x + self.width] = tile
        return page


def to_colors(images, scale, theme):
    """(n, height, width, 3) of uint8: gray, color, or signed if there is a scale."""
    if images.shape[1] == 3 and scale is None:
        return np.rint(255 * np.clip(images, 0, 1)).astype(np.uint8).transpose(0, 2, 3, 1)
    flat = images.mean(axis=1) if images.shape[1] == 3 else images[:, 0]
    return palette.gray(flat) if scale is None else palette.diverging(flat, scale, theme)


def write(ax, grid, titles, theme):
    """The titles, each centered above its picture, as large as the pictures allow."""
    if titles is None:
        return []
    width  = paper.size_in_points(ax)[0] / (grid.columns * (1 + grid.gap / grid.width))
    height = paper.size_in_points(ax)[1] / grid.rows
    long   = max(len(line) for text in titles for line in text.split("\n")) or 1
    share  = 0.27 * grid.height / (grid.height + grid.band + grid.gap)
    size   = float(np.clip(min(width / (0.6 * long), 0.8 * share * height), 4.5, paper.TEXT))
    made   = []
    for i, text in enumerate(titles):
        y, x = grid.corner(i)
        made.append(ax.text(x + grid.width / 2 - 0.5, y - 0.5 - 0.04 * grid.height, text,
                            ha="center", va="bottom", fontsize=size, color=theme.ink,
                            linespacing=1.15))
    return made


def lines(titles):
    """How many lines the longest title has; 0 without titles."""
    return max(text.count("\n") + 1 for text in titles) if titles else 0


def check_images(images):
    """Images as (n, channels, height, width), after a look at their shape."""
    images = np.asarray(images, dtype=float)
    if images.ndim == 3:
        images = images[:, None]
    if images.ndim == 2:
        n, side = images.shape[1], math.isqrt(images.shape[1])
        fix = f"images.reshape(-1, {side}, {side})" if side * side == n else \
            "images.reshape(-1, height, width)"
        raise ValueError(f"Images have shape (n, height, width); got {images.shape}, rows of {n} "
                         f"numbers. Give them their shape: {fix}. For one image pass image[None].")
    if images.ndim != 4 or images.shape[1] not in (1, 3) or not images.size:
        hint = " Channels come first: pass images.transpose(0, 3, 1, 2)." \
            if images.ndim == 4 and images.shape[-1] in (1, 3) else ""
        raise ValueError(f"Images have shape (n, height, width), or (n, 1 or 3, height, width), "
                         f"with at least one of them; got {images.shape}.{hint}")
    return images


def check_titles(titles, n):
    """Titles as strings, one an image."""
    if titles is None:
        return None
    titles = [str(text) for text in titles]
    if len(titles) != n:
        raise ValueError(f"There are {n} images, but {len(titles)} titles: give one for each.")
    return titles


def describe_images(images, titles=None):
    """A grid of images in words, for those who do not see it."""
    images = check_images(images)
    titles = check_titles(titles, len(images))
    size   = f"{images.shape[2]} by {images.shape[3]} pixels"
    named  = f": {'; '.join(text.replace(chr(10), ', ') for text in titles)}" if titles else ""
    return f"{paper.plural(len(images), 'image')} of {size}{named}."
