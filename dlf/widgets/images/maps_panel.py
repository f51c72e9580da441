"""What each layer makes of the image: a row of small pictures for each, values or slopes."""
import ipywidgets as widgets

from dlf import looking
from dlf.layers.convolution import Sliding
from dlf.layers.pooling import Pool2D
from dlf.widgets.images.tiles import Row, Tiles
from dlf.widgets.playground.controls import listed
from dlf.widgets.svg.sheet import number

SIZES  = {8: 32, 28: 28}         # pixels of a tile, for images of so many pixels a side
KINDS  = {"values": "What it is", "gradients": "How it pulls the score"}
SCALES = {"layer": "Largest of each layer", "map": "Largest of each map",
          "network": "Largest of all"}


class MapsPanel:
    """`widget` is the panel; `rules(maps)` shows the maps as they are now."""

    def __init__(self, session, help):
        self.session, self.help = session, help
        self.still  = widgets.HTML()
        self.widget = self.build()
        self.changed("network")

    def build(self):
        self.kind  = listed("Show", [(text, kind) for kind, text in KINDS.items()])
        self.scale = listed("Full color", [(text, scale) for scale, text in SCALES.items()])
        self.label = listed("Score of", [("the digit it names", None), *(
            (name, i) for i, name in enumerate(self.session.data.classes))])
        for made, words in ((self.kind, "The numbers that each layer puts out, or how much the "
                                        "score of a class would grow with each of them."),
                            (self.scale, "Which number gets the full color: compare within a map, "
                                         "within a layer, or across all layers."),
                            (self.label, "Whose score the slopes are of, here and below under "
                                         "What it looks at.")):
            self.help.add(made, words)
        for made in (self.kind, self.scale):
            self.session.watch(made, lambda _: None)          # it is drawn again
        self.session.watch(self.label, self.session.ask)
        row = widgets.Box([self.kind, self.scale, self.label])
        row.add_class("pi-three")
        legend = widgets.HTML("Blue is above 0, orange below, and gray is 0.")
        legend.add_class("pi-say")
        panel = widgets.VBox([widgets.HTML("<h3>Layer by layer</h3>"), row, self.still,
                              legend])
        panel.add_class("pg-panel")
        panel.add_class("pi-maps")
        return panel

    def changed(self, what):
        """Other layers need other rows."""
        if what != "network":
            return
        maps = self.session.maps()
        side = self.session.side
        rows = [Row(title(m), about(m), len(m.values)) for m in maps]
        side_of_maps = max(side, *(max(m.values.shape[1:]) for m in maps))
        self.tiles = Tiles(rows, SIZES[side], side_of_maps)
        self.still.value = self.tiles.markup("What each layer makes of the image: "
                                             + "; ".join(f"{r.name} {r.more}" for r in rows))

    def rules(self, maps):
        """The maps of now, in the colors of their scale."""
        groups = [getattr(m, self.kind.value) for m in maps]
        full   = looking.full_colors(groups, self.scale.value)
        notes  = [f"· full color {number(f.max())}" if self.scale.value != "map" else
                  f"· full color up to {number(f.max())}" for f in full]
        return self.tiles.rules([g / f[:, None, None] for g, f in zip(groups, full)], notes)

    def describe(self):
        """What there is to see, in words."""
        return f"{KINDS[self.kind.value]}, in {len(self.tiles.rows)} rows."


def title(maps):
    """The name of a row, as one says it."""
    if maps.layer is None:
        return "The image"
    return maps.name


def about(maps):
    """What a layer does, and how many maps of which size there are."""
    layer = maps.layer
    n, h, w = maps.values.shape
    does = ""
    if isinstance(layer, Sliding):
        does = f"{layer.window.size[0]} × {layer.window.size[1]} kernels, "
    elif isinstance(layer, Pool2D):
        does = f"each {layer.window.size[0]} × {layer.window.size[1]} pixels become one, "
    size = f"{h} × {w}"
    return f"{does}{n} maps of {size}" if layer is not None else size
