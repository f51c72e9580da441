"""One image, followed while the network learns: filters, maps, the answer, what it hangs on."""
from dataclasses import dataclass

import numpy as np

from dlf import looking
from dlf.viz import paper
from dlf.viz.filters import FiltersDrawing, convolutions, describe_filters
from dlf.viz.live.examples import RIGHT, WRONG
from dlf.viz.live.picture import LookPicture, headline, title_of
from dlf.viz.maps import MapsDrawing
from dlf.viz.mistakes import shorten
from dlf.viz.occlusion import describe_occlusion, occlusion_panel
from dlf.viz.panels import Panels, portrait
from dlf.viz.saliency import describe_saliency, product_panel, saliency_panel

ROWS    = 11          # layers with a row of maps
ROW     = 28          # pixels for each, if there is room
FILTERS = 8           # filters that are shown, if each has several channels
BARS    = 10          # classes with a bar: the likeliest
COVERS  = 200         # squares that are tried, at most

MEANING = ("which pixels to\nchange for the\nlargest effect\non the score",
           "what each pixel\nadds to the score,\nas far as the\nscore is linear",
           "how far the\nprobability falls\nwith a gray square\nover that place")


@dataclass
class Look:
    """Which example is looked at and how; the pictures that share it change together.

    Shapes: x, as the network reads it; y (examples,) class numbers. `asked` is the class that the
    slopes are of: a number, "named" or "true".
    """

    x: np.ndarray
    y: np.ndarray
    classes: tuple | None = None
    index: int = 0
    asked: object = "named"
    scale: str = "layer"
    of: str = "values"

    @property
    def image(self):
        """The example."""
        return self.x[self.index]

    @property
    def label(self):
        """The class asked for; None is the one that the network names."""
        return {"named": None, "true": int(self.y[self.index])}.get(self.asked, self.asked)

    def name(self, c):
        """A class by its name."""
        return shorten(str(c if self.classes is None else self.classes[c]), 12)


class FiltersPicture(LookPicture):
    """The example and the answer to it, and below them the filters of the first convolution."""

    def build(self):
        """The image on top, its words beside it."""
        self.portrait = Portrait(self.axes(10, 34, self.width - 20, 92), self)
        ax = self.axes(10, 34 + 92 + 38, self.width - 20, self.height - 34 - 92 - 38 - 8)
        self.filters = FiltersDrawing(ax, convolutions(self.net)[0], net=self.net, theme=self.theme,
                                      most=FILTERS)
        self.moving  = [self.portrait.image, self.filters.tiles.image]
        self.texts   = [*self.portrait.texts, title_of(ax), self.filters.tiles.caption]
        paper.tell(ax, lambda: describe_filters(self.filters.layer, self.look.of))

    def show(self):
        """The example of now, and the weights of now."""
        self.portrait.show(looking.answer(self.net, self.look.image))
        self.filters.update(self.look.scale, self.look.of)


class MapsPicture(LookPicture):
    """The feature maps of the example, layer by layer."""

    def build(self):
        """As `draw_feature_maps` draws them."""
        look = self.look
        ax   = self.axes(10, 34, self.width - 20, self.height - 34 - 8)
        self.drawing = MapsDrawing(ax, self.net, look.image, look.scale, look.of, look.label,
                                   look.classes, self.theme, ROWS)
        self.moving  = [self.drawing.tiles.image]
        self.texts   = [title_of(ax), self.drawing.tiles.caption, *self.drawing.tiles.numbers]
        paper.tell(ax, self.drawing.describe)

    def show(self):
        """The maps of now."""
        look = self.look
        self.drawing.look_at(look.image, look.scale, look.of, look.label)


class AnswerPicture(LookPicture):
    """The example, and how likely each class is to the network."""

    def build(self):
        """The image on top, a bar a class below."""
        self.portrait = Portrait(self.axes(10, 34, self.width - 20, 118), self)
        self.ax = ax  = self.axes(10, 34 + 118 + 12, self.width - 20, self.height - 34 - 118 - 20)
        paper.blank(ax, "", self.theme)
        count = len(looking.answer(self.net, self.look.image).scores)
        n     = min(BARS, count)
        left  = 0.028 * max(len(self.look.name(c)) for c in range(count)) + 0.02
        self.room = 0.84 - left
        look  = {"va": "center", "fontsize": paper.SMALL}
        self.bars  = ax.barh(range(n), np.zeros(n), 0.62, left=left, color=self.theme.muted)
        self.names = [ax.text(left - 0.02, i, "", color=self.theme.ink, ha="right", **look)
                      for i in range(n)]
        self.odds  = [ax.text(1.0, i, "", color=self.theme.muted, ha="right", **look)
                      for i in range(n)]
        ax.set(xlim=(0, 1), ylim=(max(n, 7) - 0.4, -0.6))
        self.moving = [self.portrait.image, *self.bars]
        self.texts  = [*self.portrait.texts, *self.names, *self.odds]
        paper.tell(ax, self.describe_bars)

    def show(self):
        """The probabilities of now; of many classes, the likeliest."""
        said = looking.answer(self.net, self.look.image)
        self.portrait.show(said)
        p    = said.probabilities
        self.shown = np.sort(np.argsort(-p, kind="stable")[:len(self.bars)])
        for c, bar, name, odds in zip(self.shown, self.bars, self.names, self.odds):
            bar.set_width(self.room * np.nan_to_num(p[c]))
            bar.set_color(self.theme.ink if c == said.label else self.theme.muted)
            name.set_text(self.look.name(c))
            odds.set_text(f"{100 * p[c]:.0f} %")

    def describe_bars(self):
        """The bars in words."""
        return "; ".join(f"{name.get_text()}: {odds.get_text()}"
                         for name, odds in zip(self.names, self.odds)) + "."


class HingesPicture(LookPicture):
    """What the answer hangs on: saliency, slope times value, and occlusion, with their meanings."""

    def build(self):
        """Three maps side by side, and what each means below it."""
        self.ax = ax = self.axes(10, 34, self.width - 20, self.height - 34 - 8)
        paper.blank(ax, "What moves its score", self.theme)
        pixels  = looking.pixels(self.net, self.look.image)
        self.square = max(3, round(0.2 * min(pixels.shape[1:])))
        self.stride = int(np.ceil(np.sqrt(pixels[0].size / COVERS)))
        self.panels = Panels(ax, 3, pixels.shape[1:], self.theme, below=5)
        for words, (left, bottom) in zip(MEANING, self.panels.feet):
            ax.text(left, bottom + 4, words, fontsize=paper.SMALL, color=self.theme.muted, va="top",
                    linespacing=1.25)
        self.moving = self.panels.images
        self.texts  = [title_of(ax), *self.panels.texts]
        paper.tell(ax, self.describe_hinges)

    def show(self):
        """The three maps of now."""
        net, look = self.net, self.look
        slope = looking.input_gradient(net, look.image, look.label)
        fall  = looking.occlusion(net, look.image, look.label, self.square, step=self.stride)
        self.panels.fill(*zip(saliency_panel(slope, self.theme),
                              product_panel(slope, looking.pixels(net, look.image), self.theme),
                              occlusion_panel(fall, self.square, self.theme)))
        c = looking.answer(net, look.image).label if look.label is None else look.label
        headline(self.ax, f"What the score of {look.name(c)} hangs on", self.theme)

    def describe_hinges(self):
        """The three maps in words."""
        of_what = self.net, self.look.image, self.look.label
        square  = self.square, None, self.stride
        return (f"{describe_saliency(*of_what, self.look.classes)} "
                f"{describe_occlusion(*of_what, *square, self.look.classes)}")


class Portrait:
    """The example as an image, and beside it what it is and what the network says."""

    def __init__(self, ax, owner):
        self.look, self.net, self.theme = owner.look, owner.net, owner.theme
        paper.blank(ax, "The image", self.theme)
        width, height = paper.size_in_points(ax)
        self.ax    = ax
        shape      = looking.pixels(self.net, self.look.image).shape
        wide       = min(height * shape[2] / shape[1], 0.48 * width)
        tall       = wide * shape[1] / shape[2]
        self.image = ax.imshow(np.zeros((1, 1, 3)), extent=(0, wide, tall, 0), aspect="auto",
                               interpolation="nearest")
        ax.set(xlim=(0, width), ylim=(height, 0))
        longest = len(f"{RIGHT} says ") + max(len(self.look.name(c)) for c in set(self.look.y))
        size    = min((width - wide - 8) / (0.66 * longest), paper.TEXT)
        look    = {"fontsize": size, "va": "top"}
        self.lines = [ax.text(wide + 8, 1.5 * i * paper.TEXT, "", color=self.theme.ink, **look)
                      for i in range(4)]
        self.texts = [title_of(ax), *self.lines]
        paper.tell(ax, self.describe)

    def show(self, said):
        """The example of now, and the answer to it."""
        look = self.look
        self.image.set_data(portrait(looking.pixels(self.net, look.image))[0])
        headline(self.ax, f"Image {look.index + 1} of {len(look.x):,}", self.theme)
        is_  = int(look.y[look.index])
        good = said.label == is_
        self.words = (f"is {look.name(is_)}",
                      f"{RIGHT if good else WRONG} says {look.name(said.label)}",
                      f"{100 * said.probabilities[said.label]:.0f} % sure")
        for line, words in zip(self.lines, self.words):
            line.set_text(words)
        self.lines[1].set_color(self.theme.ink if good else self.theme.negative)
        self.lines[1].set_fontweight("normal" if good else "bold")

    def describe(self):
        """The example and the answer in words."""
        return f"{self.ax.get_title(loc='left')}: {', '.join(self.words)}."


def wanted_height(net, x):
    """Pixels that the maps of one image want: a row a layer."""
    rows = len(looking.feature_maps(net, x[0]))
    return 34 + ROW * min(rows, ROWS) + 30
