"""The network as a graph that follows training; neurons may show what they compute."""
from dataclasses import replace

import numpy as np

from dlf import palette, scene
from dlf.palette import LIGHT
from dlf.viz import paper
from dlf.viz.live import probe
from dlf.viz.live.picture import Picture
from dlf.viz.network import NetworkDrawing, describe_network

SHORT = {"PositionEmbedding": "Position", "PositionalEncoding": "Position", "LayerNorm": "Norm",
         "SelfAttention": "Attention", "Bidirectional": "Both ways"}


class NetworkPicture(Picture):
    """A network, drawn as `draw_network` draws it, with fewer words.

    With `domain`, ((left, right), (bottom, top)), and a network of two inputs, each neuron is a
    small map of what it computes there, and its bias is a badge at its lower right.
    """

    reading = 1.0             # the scale is many words, and words are costly

    def __init__(self, net, inputs=None, outputs=None, domain=None, width=340, height=280,
                 theme=LIGHT, steps=None):
        super().__init__(width, height, theme)
        self.net, self.domain = net, domain if domain and probe.is_plain(net) else None
        columns = scene.Plan(net).columns
        names   = fitting(inputs, columns[0].size), fitting(outputs, columns[-1].size)
        kind    = TiledDrawing if self.domain else SmallDrawing
        ax      = self.axes(8, 4, width - 16, height - 8)
        self.drawing = kind(ax, net, *names, theme, steps)
        paper.tell(ax, describe_network, net)
        self.texts  = [self.drawing.legend]
        self.update()

    @property
    def moving(self):
        """The lines and the signs of the biases; the neurons lie between them."""
        return [self.drawing.edges, self.drawing.neurons, *self.drawing.signs]

    def update(self):
        """Show the weights as they are now."""
        self.drawing.update()

    def paint(self, renderer):
        """Lines, neurons, what they compute, biases."""
        self.drawing.edges.draw(renderer)
        self.drawing.neurons.draw(renderer)
        if self.domain:
            self.paint_tiles(np.asarray(self.canvas.buffer_rgba()))
            self.drawing.badges.draw(renderer)
        for artist in self.drawing.signs:
            artist.draw(renderer)

    def paint_tiles(self, pixels):
        """Put a small round map into every neuron."""
        seen = self.drawing.scene.neurons
        size = max(4, round(0.92 * self.drawing.unit / 72 * self.figure.dpi))
        maps = [palette.diverging(values, 1.0, self.theme)
                for values in probe.planes(self.net, self.domain, size)]
        mask = disk(size)
        places = self.drawing.ax.transData.transform(np.column_stack([seen.x, seen.y]))
        for column, index, (x, y) in zip(seen.column, seen.index, places):
            paste(pixels, maps[column][index], mask, x, len(pixels) - y)


class SmallDrawing(NetworkDrawing):
    """A network with few words, so that they are legible in a small picture."""

    signs_are = "Signs in neurons"

    def look(self):
        """The scene; captions without sizes, which stand below, and a short scale."""
        seen    = super().look()
        columns = tuple(replace(column, captions=tuple(map(brief, column.captions)))
                        for column in seen.columns)
        legend  = (f"Lines: weights, solid blue +, dashed orange −\n"
                   f"Full width from {seen.full:.2g} up. {self.signs_are}: biases")
        return replace(seen, columns=columns, legend=legend)


class TiledDrawing(SmallDrawing):
    """A network whose neurons hold pictures: the bias is a badge at the lower right of each."""

    signs_are = "Badges"

    def look(self):
        """The scene, its neurons as large as there is room for: they have something to show."""
        seen   = super().look()
        aspect = self.place["aspect"]
        radius = min(0.46 * seen.step, 0.07, 0.16 * aspect / max(len(seen.columns) - 1, 1))
        grown  = (radius - seen.radius) / aspect
        labels = tuple(label._replace(x=label.x + (grown if label.side == "right" else -grown))
                       for label in seen.labels)
        return replace(seen, radius=radius, labels=labels)

    def update_signs(self, neurons):
        """Minus, dot or plus on a badge, as large as the bias is."""
        if not hasattr(self, "badges"):
            self.badges = self.ax.scatter([], [], zorder=3.5)
        width, height = paper.size_in_points(self.ax)
        has    = np.isfinite(neurons.bias)
        shift  = 0.36 * self.unit * np.array([1 / width, -1 / height])
        places = np.column_stack([neurons.x, neurons.y]) + shift
        badge  = max(0.42 * self.unit, 6.5)
        self.badges.set_offsets(places[has])
        self.badges.set(sizes=[badge ** 2], facecolor=self.theme.background,
                        edgecolor=self.theme.muted, linewidth=0.5)
        for artist, sign in zip(self.signs, (-1, 0, 1)):
            these = (neurons.sign == sign) & has
            artist.set_offsets(places[these])
            artist.set_sizes((badge * (0.35 + 0.4 * neurons.size[these])) ** 2)
            artist.set_linewidth(np.maximum(1.0 + 0.8 * neurons.size[these], 1.0))
            artist.set_color(neurons.color[these] / 255)


def brief(caption):
    """A caption without the sizes: "Dense", "BatchNorm"."""
    if caption[:1] == "+" or caption.endswith(" moments"):
        return caption
    name = caption.split()[0].split("(")[0]
    return SHORT.get(name, name)


def fitting(names, size):
    """The names if there are as many as neurons, else None."""
    return names if names is not None and size == len(names) else None


def disk(size):
    """How much of each pixel of a square lies in its circle: (size, size, 1), 0 ... 1."""
    at     = np.arange(size) - (size - 1) / 2
    inside = size / 2 - np.hypot(at[:, None], at)
    return np.clip(inside + 0.5, 0, 1)[..., None]


def paste(pixels, tile, mask, x, y):
    """Blend a square tile into an image, its middle at x, y, counted from the upper left."""
    size      = len(tile)
    top, left = round(y - size / 2), round(x - size / 2)
    if top < 0 or left < 0 or top + size > len(pixels) or left + size > pixels.shape[1]:
        return
    part = pixels[top:top + size, left:left + size, :3]
    part[...] = np.rint(mask * tile + (1 - mask) * part)
