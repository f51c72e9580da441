"""Filters: the kernels of a convolution as small pictures, blue positive and orange negative."""
from dlf import looking
from dlf.layers.convolution import Conv2D
from dlf.viz import paper
from dlf.viz.tiles import MOST, Row, Tiles, check_of, signed


def draw_filters(ax, layer, scale="layer", of="values", net=None, theme=None):
    """Draw a convolution's kernels W, or with of="gradients" their last slopes dW.

    With several input channels there is a row for each, at most 16, and a column for each filter,
    at most 16; with one channel the filters fill the axes as large as they can. `scale` says how
    many kernels share one scale of colors: "map" (each its own), "layer", or "network", which needs
    `net`, the network that the layer is in. Returns a `FiltersDrawing`, whose `update()` follows
    the weights.
    Raises: ValueError for a layer that is no Conv2D, or scale="network" without its network.
    """
    drawing = FiltersDrawing(ax, layer, scale, of, net, theme)
    paper.tell(ax, describe_filters, layer, of)
    return drawing


class FiltersDrawing:
    """The artists of one layer's filters: `tiles` has all but the title."""

    def __init__(self, ax, layer, scale="layer", of="values", net=None, theme=None,
                 most=MOST):
        check_layer(layer)
        self.ax, self.layer, self.net = ax, layer, net
        self.theme   = paper.blank(ax, "", theme)
        self.most    = most
        self.wide    = columns_of(ax, layer)
        tall         = layer.W.shape[2] / layer.W.shape[3]
        self.tiles   = Tiles(ax, rows_of(layer, self.wide, most), tall, self.theme, right=0)
        self.update(scale, of)

    def update(self, scale="layer", of="values"):
        """Show the weights, or their slopes, as they are now."""
        check_of(of)
        kernels = kernels_of(self.layer, of)
        full    = self.full_colors(scale, of)
        colors  = signed(kernels.reshape(-1, *kernels.shape[2:]), full, self.theme)
        colors  = colors.reshape(*kernels.shape, 3)
        self.tiles.fill(arrange(colors, self.wide, self.most),
                        f"orange −, blue +; {self.scale_in_words(full, scale)}")
        paper.headline(self.ax, title(self.layer, of, self.most), self.theme)

    def scale_in_words(self, full, scale):
        """What the full color is."""
        return {"map":     "full color: each its largest",
                "layer":   f"full color {full[0]:.2g} (layer)",
                "network": f"full color {full[0]:.2g} (network)"}[scale]

    def full_colors(self, scale, of):
        """The full color of each kernel, in the order of W."""
        layers = [self.layer]
        if scale == "network":
            layers = convolutions(self.net)
        if not any(layer is self.layer for layer in layers):
            raise ValueError('scale="network" compares all filters of the network: pass net=, the '
                             "network that this layer is in.")
        groups = [kernels_of(layer, of) for layer in layers]
        groups = [kernels.reshape(-1, *kernels.shape[2:]) for kernels in groups]
        full   = looking.full_colors(groups, scale)
        return next(f for f, layer in zip(full, layers) if layer is self.layer)


def convolutions(net):
    """All layers of a network whose filters can be drawn, first to last."""
    return [] if net is None else [layer for _, layer in net.walk()
                                   if isinstance(layer, Conv2D) and layer.W.ndim == 4]


def kernels_of(layer, of):
    """W or dW: (filters, channels, height, width)."""
    return layer.W if of == "values" else layer.dW


def columns_of(ax, layer):
    """How many filters of one channel to put side by side, so that they come out largest."""
    width, height = paper.size_in_points(ax)
    n, tall = len(layer.W), layer.W.shape[2] / layer.W.shape[3]
    return max(range(1, min(n, MOST) + 1), key=lambda c: min(width / c, height / tall / -(-n // c)))


def rows_of(layer, wide, most=MOST):
    """A row for each channel that a filter reads; of one channel, the filters `wide` a row."""
    n, channels, *_ = layer.W.shape
    if channels == 1:
        return [Row("", "", min(wide, n - i)) for i in range(0, n, wide)][:MOST]
    return [Row(f"channel {c + 1}", "", min(n, most)) for c in range(min(channels, MOST))]


def arrange(colors, wide, most=MOST):
    """(filters, channels, height, width, 3) as the rows of `rows_of`."""
    if colors.shape[1] == 1:
        return [colors[i:i + wide, 0] for i in range(0, len(colors), wide)][:MOST]
    return [colors[:most, c] for c in range(min(colors.shape[1], MOST))]


def title(layer, of, most=MOST):
    """How many there are, and how many of them are shown."""
    n, channels, *size = layer.W.shape
    most  = MOST * MOST if channels == 1 else most
    words = f"{most} of {n} filters" if n > most else paper.plural(n, "filter")
    words = f"{words} of {size[0]} × {size[1]}"
    if channels > 1:
        words += f", {f'{MOST} of ' if channels > MOST else ''}{channels} channels"
    return f"Slopes of {words}" if of == "gradients" else words


def check_layer(layer):
    """Raise unless a layer has kernels with height and width."""
    if not isinstance(layer, Conv2D) or layer.W.ndim != 4:
        hint = " Pass one layer of it, such as net[0]." if getattr(layer, "children", ()) else ""
        raise ValueError(f"Filters are those of a Conv2D; got a {type(layer).__name__}.{hint}")


def describe_filters(layer, of="values"):
    """The filters in words: how many, of what size, and the range of their weights."""
    check_layer(layer)
    check_of(of)
    kernels = kernels_of(layer, of)
    return (f"{title(layer, of)}: from {kernels.min():.2g} to {kernels.max():.2g}, "
            f"{paper.share(int((kernels < 0).sum()), kernels.size)} of them negative.")

