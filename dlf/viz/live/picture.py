"""A picture that is drawn again and again: what stands still is kept, only what moves is drawn."""
import io
import time

import numpy as np
from matplotlib import image
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from dlf.palette import LIGHT
from dlf.viz import paper

SCREEN  = 96          # dots an inch of the screen: a picture of scale 1 is as large as it says
SHARP   = 2           # the scale of a picture that stands still

clock = time.perf_counter


class Picture:
    """A figure of fixed size, width x height pixels of the screen, without pyplot.

    A subclass puts artists on `figure` and names those that change: `moving`, drawn anew in every
    frame, the lowest first; and `texts`, drawn anew when their words change, twice a second at
    most. All others are drawn once, and again only when the limits of the axes change.

    `rgba` gives the picture as it is now, `jpeg` and `png` make files of it. `describe()` says it
    in words.
    """

    moving  = texts = ()
    reading = 0.5         # seconds that words stay as they are: nobody reads faster, and words are
                          # what costs most, a tenth of a millisecond a letter

    def __init__(self, width, height, theme=LIGHT):
        self.width, self.height, self.theme = width, height, theme
        self.figure = Figure((width / SCREEN, height / SCREEN), dpi=SCREEN,
                             facecolor=theme.background)
        self.canvas = FigureCanvasAgg(self.figure)
        self.scale  = 1
        self.kept   = {}              # scale: the Layers of what stands still

    def axes(self, left, top, width, height):
        """Axes at this place, in pixels from the upper left corner."""
        return self.figure.add_axes((left / self.width, 1 - (top + height) / self.height,
                                     width / self.width, height / self.height))

    def rgba(self, scale=1):
        """The picture as (height, width, 4) uint8, each times `scale`; the next call changes it."""
        self.zoom(scale)
        self.canvas.restore_region(self.page())
        self.paint(self.canvas.get_renderer())
        return np.asarray(self.canvas.buffer_rgba())

    def paint(self, renderer):
        """Draw what moves, on what stands still."""
        for artist in self.moving:
            artist.draw(renderer)

    def describe(self):
        """What is drawn, in a sentence or two for each drawing."""
        return " ".join(ax.alt() for ax in self.figure.axes if hasattr(ax, "alt"))

    # ---- what stands still ---------------------------------------------------------------------

    def zoom(self, scale):
        """Draw with so many times the pixels from now on; sizes on paper stay."""
        if scale != self.scale:
            self.scale = scale
            self.figure.set_dpi(SCREEN * scale)

    def forget(self):
        """Something that stood still has changed: draw it all anew."""
        self.kept.clear()

    def page(self):
        """What stands still, with the words of now."""
        layers, limits = self.kept.get(self.scale), self.limits()
        if layers is None or layers.limits != limits:
            layers = self.kept[self.scale] = Layers(limits, self.draw_still())
        said = [(text.get_text(), text.get_fontsize()) for text in self.texts]
        if said != layers.said and (self.scale > 1 or clock() - layers.written > self.reading):
            self.canvas.restore_region(layers.still)
            for text in self.texts:
                text.draw(self.canvas.get_renderer())
            layers.page = self.canvas.copy_from_bbox(self.figure.bbox)
            layers.said, layers.written = said, clock()
        return layers.page

    def limits(self):
        """What all axes show."""
        return [(*ax.get_xlim(), *ax.get_ylim()) for ax in self.figure.axes]

    def draw_still(self):
        """Everything but what moves and what is said, as a region of the canvas."""
        with hidden(*self.moving, *self.texts):
            self.canvas.draw()
        return self.canvas.copy_from_bbox(self.figure.bbox)


class LookPicture(Picture):
    """A picture of what a look names, an example or a sequence, in a network that learns.

    A subclass says `build()`, what is there once, and `show()`, what the network makes of it now.
    """

    reading = 0.25

    def __init__(self, net, look, width=280, height=280, theme=LIGHT):
        super().__init__(width, height, theme)
        self.net, self.look = net, look
        self.build()
        self.update()

    def update(self, update=None):
        """Look again."""
        with np.errstate(all="ignore"):
            self.show()


class Layers:
    """What stands still: without words, and with them."""

    def __init__(self, limits, still):
        self.limits, self.still, self.page = limits, still, still
        self.said, self.written = [], -np.inf


class hidden:
    """Keep some artists out of a full draw: `with hidden(*artists): canvas.draw()`.

    They count as animated meanwhile. Invisible would not do: matplotlib places an invisible title
    far above its axes.
    """

    def __init__(self, *artists):
        self.artists = artists

    def __enter__(self):
        for artist in self.artists:
            artist.set_animated(True)

    def __exit__(self, *_):
        for artist in self.artists:
            artist.set_animated(False)


def jpeg(*pictures):
    """Pictures side by side as JPEG: small and quick, for those that are replaced at once."""
    return encode(beside(pictures, 1), "jpeg", quality=80, subsampling=0)


def png(*pictures, scale=SHARP):
    """Pictures side by side as PNG, by default with twice the pixels: for those that stay."""
    return encode(beside(pictures, scale), "png", compress_level=1)


def beside(pictures, scale):
    """The pixels of pictures of one height, the first on the left."""
    return np.concatenate([picture.rgba(scale) for picture in pictures], axis=1)


def encode(pixels, kind, **how):
    """Pixels (height, width, 4) of uint8 as the bytes of an image file."""
    file = io.BytesIO()
    image.imsave(file, pixels, format=kind, pil_kwargs=how)
    return file.getvalue()


def headline(ax, title, theme):
    """The title of axes; costly to change, so it is changed only if it says something else."""
    if ax.get_title(loc="left") != title:
        paper.headline(ax, title, theme)


def title_of(ax):
    """The artist of the title, which stands on the left."""
    return next(text for text in ax.get_children()
                if hasattr(text, "get_text") and text.get_text()
                and text.get_text() == ax.get_title(loc="left"))


# ---- limits that do not tremble ----------------------------------------------------------------

LEAPS, FINE = (1, 2, 5, 10), (1, 1.5, 2, 3, 4, 5, 7, 10)


def round_up(value, steps=LEAPS):
    """The next of ..., 0.1, 0.2, 0.5, 1, 2, 5, 10, ... that is not below a positive value.

    >>> [round_up(value) for value in (0.3, 1, 7)]
    [0.5, 1.0, 10.0]
    """
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(f"{power * step:.6g}" for step in steps
                      if power * step >= value * (1 - 1e-9)))


def steady(old, wanted, steps=LEAPS):
    """A limit for `wanted`: the old one, unless it is too small or five times too large.

    Limits that move a little all the time make a picture tremble, and cost a full draw.
    """
    if not np.isfinite(wanted) or wanted <= 0:
        return old or 1.0
    return old if old and 0.2 * old <= wanted <= old else round_up(wanted, steps)
