"""The kernels of a convolution: what each output channel looks for, in each input channel."""
from dlf import looking
from dlf.layers import Conv2D
from dlf.widgets.images.tiles import Row, Tiles
from dlf.widgets.parts import label, paragraph, row, text, toggle
from dlf.widgets.playground.tabs.base import Tab
from dlf.widgets.svg.sheet import frame, number

SIZES, MOST = (60, 24), 16    # pixels of a kernel: in the image, in maps; rows of them at most


class ImageTab(Tab):
    """A page below the pictures: drawn anew when image, weights or layers are others."""

    def key(self):
        return self.session.state()

    def convolutions(self):
        """(name, layer) of each Conv2D."""
        return [(f"{path} {type(layer).__name__}", layer) for path, layer in
                self.session.net.walk() if isinstance(layer, Conv2D) and layer.groups == 1]


class FiltersTab(ImageTab):
    """All kernels of one layer: a row for each input channel, a column for each output channel."""

    title = "Kernels"
    intro = ("Each kernel is a pattern of weights that slides over the image; blue weights want "
             "ink, orange ones want none. Watch them change while it trains.")

    def build(self):
        self.which = toggle([(name, i) for i, (name, _) in enumerate(self.convolutions())], 0, (),
                            110)
        self.scale = toggle([("each kernel", "map"), ("the layer", "layer")], "layer", (), 100)
        self.kind  = toggle([("weights", "W"), ("last gradient", "dW")], "W", (), 110)
        for made in (self.which, self.scale, self.kind):
            self.watch(made)
        self.still, self.moving, self.words = text(), text(), text()
        self.moving.add_class("pg-none")
        self.drawn = None
        return [row(label("Layer"), self.which, label("Show"), self.kind,
                    label("Full color: largest of"), self.scale),
                self.still, self.moving, self.words]

    def changed(self, what):
        super().changed(what)
        if what == "network":
            self.which.options = [(name, i) for i, (name, _) in enumerate(self.convolutions())]

    def show(self):
        if not self.convolutions():
            self.words.value = paragraph("This network has no convolution.")
            return
        name, layer = self.convolutions()[self.which.value or 0]
        kernels = getattr(layer, self.kind.value).transpose(1, 0, 2, 3)[:MOST]   # in, out, h, w
        if self.drawn is not layer:
            self.drawn = layer
            rows = [Row(f"In input channel {c + 1}" if layer.n_in > 1 else "In the image", "",
                        layer.n_out) for c in range(len(kernels))]
            self.tiles = Tiles(rows, SIZES[layer.n_in > 1], max(kernels.shape[2:]))
            self.still.value = self.tiles.markup(f"The kernels of layer {name}")
        flat  = kernels.reshape(-1, *kernels.shape[2:])
        full  = looking.full_colors([flat], self.scale.value)[0].reshape(kernels.shape[:2])
        self.moving.value = frame(self.tiles.rules(kernels / full[..., None, None]))
        self.words.value = paragraph(
            f"{layer.n_out} kernels, each of {layer.n_in} × {kernels.shape[2]} × "
            f"{kernels.shape[3]} weights. Full color: "
            f"{'up to ' * (self.scale.value == 'map')}{number(full.max())}.", "m")
