"""What the network says at every point of the plane, frame by frame: NumPy blends the map."""
from functools import lru_cache

import numpy as np
from matplotlib.artist import setp

from dlf import palette, scene
from dlf.palette import LIGHT
from dlf.viz import paper
from dlf.viz.boundary import (
    BoundaryDrawing,
    LandscapeDrawing,
    are_measured,
    describe_boundary,
    lead,
)
from dlf.viz.live.picture import Picture, headline, hidden, title_of

COARSE, FINE = 45, 100      # points along each side of the map: while it runs, when it stands still
SOLID        = 0.7          # how much of the map shows, and how much of the paper
LINE         = 1.2          # width of the border, in pixels of the screen


class BoundaryPicture(Picture):
    """A map of the plane with the examples on it, drawn as `draw_boundary` draws it.

    The paper, the map, its border and the examples are arrays that NumPy blends; matplotlib draws
    only the rings around wrong examples.
    """

    def __init__(self, net, x, y, classes=None, features=None, width=280, height=280, theme=LIGHT):
        super().__init__(width, height, theme)
        ax   = self.axes(44, 32, width - 56, height - 32 - 40)
        kind = MovingLandscape if are_measured(y) else MovingBoundary
        self.drawing = kind(ax, net, x, y, classes, features, COARSE, theme)
        paper.tell(ax, describe_boundary, net, x, y, classes)
        self.texts   = [title_of(ax)]
        self.moving  = [self.drawing.image, self.drawing.rings]
        self.covers  = {}                       # scale: what lies over the map, and where nothing

    def update(self):
        """Look at what the network says now."""
        self.drawing.update()

    def paint(self, renderer):
        """The map, its border, the examples, and rings around the wrong ones."""
        rows, columns = self.place()
        pixels = np.asarray(self.canvas.buffer_rgba())[rows, columns, :3]
        pixels[...] = self.blend(pixels.shape[:2]).transpose(1, 2, 0)
        self.drawing.rings.draw(renderer)

    def place(self):
        """The pixels of the axes, as two slices: rows from the top, columns from the left."""
        box = self.drawing.ax.get_window_extent()
        top = self.canvas.get_width_height()[1]
        return slice(round(top - box.y1), round(top - box.y0)), slice(round(box.x0), round(box.x1))

    def draw_still(self):
        """What lies around the map; and what lies on it, kept as a picture with holes."""
        papers = self.figure.patch, self.drawing.ax.patch
        with hidden(*self.moving, *self.texts):
            setp(papers, visible=False)
            self.canvas.draw()
            setp(papers, visible=True)
        cover = np.asarray(self.canvas.buffer_rgba())[self.place()].transpose(2, 0, 1)
        alpha = cover[3].astype(np.float32) / 255
        self.covers[self.scale] = 1 - alpha, alpha * cover[:3]
        return super().draw_still()

    def blend(self, size):
        """The map on the paper, its border on the map, the examples over both: (3, h, w)."""
        seen   = self.drawing.look(FINE if self.scale > 1 else COARSE)
        ground = column(palette.rgb(self.theme.background))
        colors = np.ascontiguousarray(seen.colors.transpose(2, 0, 1), dtype=np.float32)
        paint  = enlarge(SOLID * colors + (1 - SOLID) * ground, size)
        ink    = column(palette.rgb(self.theme.ink))
        for field in self.drawing.fields(seen):
            line   = border(enlarge(field.astype(np.float32), size), LINE * self.scale)
            paint *= 1 - line
            paint += line * ink
        clear, cover = self.covers[self.scale]
        paint *= clear
        paint += cover + np.float32(0.5)        # so that cutting off the fraction rounds
        return paint


class Moving:
    """The parts of a map's drawing for one that changes all the time."""

    def update(self):
        """Judge the examples anew; the map is looked at when it is painted."""
        headline(self.ax, self.judge(), self.theme)

    def look(self, size):
        """The map now."""
        return scene.boundary_grid(self.net, self.domain, size, self.full, self.theme)


class MovingBoundary(Moving, BoundaryDrawing):
    """A map of classes that moves."""

    def fields(self, seen):
        """Arrays that are 0 where the network changes its mind."""
        n     = seen.p.shape[2]
        ahead = [lead(seen.p, c) for c in range(1 if n == 2 else 0, n)]   # two share one border
        return [field for field in ahead if field.min() < 0 < field.max()]


class MovingLandscape(Moving, LandscapeDrawing):
    """A map of measurements that moves."""

    def key(self):
        """The scale, below, since the title needs all the room above."""
        self.ax.text(1.0, -0.11, f"full color at ±{self.full:.2g}", ha="right", va="top",
                     transform=self.ax.transAxes, fontsize=paper.SMALL, color=self.theme.muted)

    def fields(self, seen):
        """None: zero is a measurement like any other."""
        return []


# ---- arrays as pictures ------------------------------------------------------------------------

def enlarge(a, size):
    """Arrays (..., n, n) as (..., height, width), even steps between neighbors; ends stay ends.

    No matrix products: the many threads of a fast one would take the browser's processor away.
    """
    i, share = between(size[1], a.shape[-1])                       # columns first: fewer numbers
    a = a[..., i] + share * (a[..., i + 1] - a[..., i])
    i, share = between(size[0], a.shape[-2])
    above    = a[..., i, :]
    return above + share[:, None] * (a[..., i + 1, :] - above)


@lru_cache(maxsize=16)
def between(m, n):
    """For each of m pixels, the one of n values on its left, and how far it is from there."""
    at = (np.arange(m) + 0.5) / m * (n - 1)
    i  = np.minimum(at.astype(int), n - 2)
    return i, (at - i).astype(np.float32)


def border(field, width):
    """How much of each pixel the line field = 0 covers, 0 ... 1; so many pixels wide.

    The distance of a point from the line is about |f| / |slope of f|.
    """
    down, right = np.gradient(field)
    distance    = np.abs(field) / (np.hypot(down, right) + 1e-9)
    return np.clip((width + 1) / 2 - distance, 0, 1)


def column(color):
    """A color as (3, 1, 1)."""
    return np.asarray(color, dtype=np.float32)[:, None, None]
