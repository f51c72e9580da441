"""A few maps of one image side by side, each with its caption above."""
import numpy as np

from dlf import palette
from dlf.viz import paper
from dlf.viz.tiles import photograph

GAP  = 12.0           # points between two panels
LINE = 1.25           # points a line of words takes, of the size of its letters


class Panels:
    """`n` maps of one shape side by side; `images` are their pictures, `captions` their words.

    A caption has a line of ink and a quiet one below it. `fill` shows new maps; nothing moves.
    `below` is the number of lines to leave free below, `feet` are the maps' lower left corners.
    """

    def __init__(self, ax, n, shape, theme, below=0):
        self.ax, self.theme = ax, theme
        width, height = paper.size_in_points(ax)
        band      = 2 * LINE * paper.SMALL + 4
        room      = height - band - below * LINE * paper.SMALL
        self.side = min((width - (n - 1) * GAP) / n / shape[1] * shape[0], room)
        wide      = self.side / shape[0] * shape[1]
        self.images, self.captions = [], []
        self.feet = [(i * (wide + GAP), band + self.side) for i in range(n)]
        for left, foot in self.feet:
            self.images.append(ax.imshow(np.zeros((1, 1, 3)), interpolation="nearest",
                                         aspect="auto", extent=(left, left + wide, foot, band)))
            look = {"fontsize": paper.SMALL, "va": "top"}
            self.captions.append(
                [ax.text(left, 0, "", color=theme.ink, **look),
                 ax.text(left, LINE * paper.SMALL, "", color=theme.muted, **look)])
        ax.set(xlim=(0, width), ylim=(height, 0))
        ax.set_aspect("equal", anchor="NW")             # pixels stay square where the page shrinks

    @property
    def texts(self):
        """All captions."""
        return [text for pair in self.captions for text in pair]

    def fill(self, maps, captions):
        """Show maps (height, width, 3) of uint8, and a pair of lines above each."""
        for image, colors, pair, words in zip(self.images, maps, self.captions, captions):
            image.set_data(colors)
            for text, line in zip(pair, words):
                text.set_text(line)


def portrait(image):
    """An image (channels, height, width) as one panel, and its caption."""
    _, height, width = image.shape
    seen = image if len(image) in (1, 3) else image.mean(axis=0, keepdims=True)
    return photograph(seen)[0], ("The image", f"{height} × {width} pixels")


def signed(values, theme, least=1e-12):
    """Signed numbers in the signed palette, and the line that says what the full color is."""
    full = max(float(np.abs(np.nan_to_num(values)).max(initial=0)), least)
    return palette.diverging(values, full, theme), f"full color: ±{full:.2g}"


def sizes(values, theme):
    """Sizes, from 0 up, in the colors from the paper's zero to its ink, and a line that says so."""
    full = float(np.nan_to_num(values).max(initial=0)) or 1.0
    ink  = np.broadcast_to(palette.rgb(theme.ink), (*values.shape, 3))
    more = "brightest" if theme.is_dark else "darkest"
    return palette.blend(ink, np.nan_to_num(values) / full, theme.zero), f"{more}: {full:.2g}"
