"""Feature maps: what each layer makes of an image, a row a layer, as values or as slopes."""
import numpy as np

from dlf import looking
from dlf.layers.normalization import BatchNorm
from dlf.viz import paper
from dlf.viz.tiles import MOST, Row, Tiles, check_of, numbers_of, photograph, scale_in_words, signed

ROWS = 24             # layers that are drawn; of more, so many


def draw_feature_maps(ax, net, image, scale="layer", of="values", label=None, classes=None,
                      theme=None):
    """Draw the maps of an image, layer by layer, the image on top; returns a `MapsDrawing`.

    At most 16 maps a row are drawn, and the row says of how many. `scale` says how many maps share
    one scale of colors: "map", "layer" or "network". of="gradients" draws the slopes of the score
    of the class `label` instead, by default of the class that the network names.

    Shapes: image (channels, height, width), (height, width), or a row that the network's Reshape
    makes an image of. `classes` are the names of the classes.
    Raises: ValueError for another scale, or a network that does not take images to classes.
    """
    drawing = MapsDrawing(ax, net, image, scale, of, label, classes, theme)
    paper.tell(ax, drawing.describe)
    return drawing


class MapsDrawing:
    """The artists of the maps of one image; `look_at` shows another image, or shows it otherwise.

    `tiles` has the picture, and all words but the title.
    """

    def __init__(self, ax, net, image, scale="layer", of="values", label=None, classes=None,
                 theme=None, rows=ROWS):
        self.ax, self.net, self.classes = ax, net, classes
        self.theme  = paper.blank(ax, "", theme)
        groups      = looking.feature_maps(net, image, label)
        self.kept   = pick(groups, rows)
        shape       = groups[0].values.shape
        self.tiles  = Tiles(ax, [row_of(groups[i]) for i in self.kept], shape[1] / shape[2],
                            self.theme)
        self.look_at(image, scale, of, label)

    def look_at(self, image, scale="layer", of="values", label=None):
        """Show the maps of an image as they are now."""
        check_of(of)
        groups = looking.feature_maps(self.net, image, label)
        groups = [groups[i] for i in self.kept]
        maps   = [getattr(group, of) for group in groups]
        plain  = of == "values"                             # then the image is an image
        full   = looking.full_colors(maps[plain:], scale)
        rows   = [signed(m, f, self.theme) for m, f in zip(maps[plain:], full)]
        low, high = maps[0].min(), maps[0].max()
        self.tiles.fill([*[photograph(maps[0])] * plain, *rows],
                        f"orange is negative, blue positive; {scale_in_words(full, scale)}",
                        [*[f"{low:.1g}…{high:.1g}"] * plain, *numbers_of(full, scale)])
        self.image, self.of, self.scale, self.label = image, of, scale, label
        paper.headline(self.ax, self.title(looking.answer(self.net, image)), self.theme)

    def title(self, said):
        """What there is to see, in a sentence."""
        c = said.label if self.label is None else self.label
        if self.of == "gradients":
            return f"Blue: more of it speaks for {self.name(c)}, orange: against"
        sure = 100 * said.probabilities[said.label]
        return f"What each layer makes of it; the answer: {self.name(said.label)}, {sure:.0f} %"

    def name(self, c):
        """A class by its name."""
        return str(c if self.classes is None else self.classes[c])

    def describe(self):
        """All layers in words, for those who do not see them."""
        words = describe_feature_maps(self.net, self.image, self.of, self.label)
        return (f"{self.ax.get_title(loc='left')}. {words} "
                f"{looking.SCALES[self.scale].capitalize()}.")


def describe_feature_maps(net, image, of="values", label=None):
    """The maps of an image in words: their count, size and range, layer by layer."""
    check_of(of)
    groups = looking.feature_maps(net, image, label)
    parts  = [f"{row.name}, {row.note}, {extent(getattr(group, of))}"
              for group, row in zip(groups, map(row_of, groups))]
    return f"{'Values' if of == 'values' else 'Slopes of the score'}: {'; '.join(parts)}."


def row_of(group):
    """What stands beside the maps of a layer."""
    count, *size = group.values.shape
    if group.layer is None:
        return Row("image", by(size), count)
    few = f"{MOST} of " if count > MOST else ""
    return Row(group.name, f"{few}{count}{'' if few else ' maps'}, {by(size)}", count)


def by(size):
    """'8 × 8'."""
    return " × ".join(map(str, size))


def extent(maps):
    """The range of some maps, in words."""
    return f"from {np.min(maps):.2g} to {np.max(maps):.2g}"


def pick(groups, most):
    """Which rows are drawn: all; of too many, none of BatchNorm, which only scales and shifts."""
    kept = list(range(len(groups)))
    if len(kept) > most:
        kept = [i for i in kept if not isinstance(groups[i].layer, BatchNorm)]
    places = np.linspace(0, len(kept) - 1, min(len(kept), most)).round().astype(int)
    return [kept[i] for i in places]
