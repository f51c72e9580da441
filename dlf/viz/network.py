"""A network as neurons and lines: what each weight and each bias is, by width, color and dash."""
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import FancyArrowPatch

from dlf import scene
from dlf.viz import paper

LEAST = 5.0             # points: smaller letters nobody can read


def draw_network(ax, net, inputs=None, outputs=None, theme=None, steps=None):
    """Draw a network on axes; returns a `NetworkDrawing`, whose `update()` follows the weights.

    Args: inputs, outputs: names of the features and of the classes; steps: moments of the
    sequences that go in, which stand over the input.
    Raises: ValueError if there are not as many names as inputs or outputs.
    """
    paper.tell(ax, describe_network, net)
    return NetworkDrawing(ax, net, inputs, outputs, theme, steps)


class NetworkDrawing:
    """The artists of one network. `scene` is what they show.

    `edges` is one LineCollection, the weakest line first so that the strongest lie on top;
    `neurons` is one scatter, `signs` are three, minus, dot, plus; `texts` are all the words.
    """

    def __init__(self, ax, net, inputs=None, outputs=None, theme=None, steps=None):
        self.theme = paper.blank(ax, "", theme)
        width, height = paper.size_in_points(ax)
        self.steps = steps
        self.ax, self.net, self.names = ax, net, (inputs, outputs)
        self.place = {"aspect": width / height, "line": 1.3 * paper.TEXT / height}
        self.scene = self.look()
        self.rows  = 1
        if self.font_size(1) < min(LEAST, self.font_size(2)):        # captions in turn high and low
            self.rows = 2
            self.place["line"] = 2 * 1.45 * max(self.font_size(2), LEAST) / height
            self.scene = self.look()
        self.unit  = 2 * self.scene.radius * height                  # a neuron's diameter in points
        ax.set(xlim=(0, 1), ylim=(0, 1))
        self.edges   = ax.add_collection(LineCollection([], zorder=1, capstyle="butt"))
        self.neurons = self.circles()
        self.signs   = [ax.scatter([], [], marker=marker, zorder=4) for marker in "_.+"]
        self.texts   = [*self.captions(), *self.marks(), *self.words()]
        self.skips   = [self.skip(*ends) for ends in self.scene.skips]
        self.loops   = [self.loop(self.scene.columns[i]) for i in self.scene.loops]
        self.blocks  = [self.block(c) for c in self.scene.columns if c.size is None]
        self.update()

    def look(self):
        """The scene of the network as it is now."""
        return scene.network(self.net, *self.names, **self.place, theme=self.theme,
                             steps=self.steps)

    def update(self):
        """Show the weights and biases as they are now; places stay."""
        self.scene = self.look()
        self.update_edges(self.scene.edges, self.scene.neurons)
        self.update_signs(self.scene.neurons)
        self.legend.set_text(self.scene.legend)

    def update_edges(self, edges, neurons):
        """The lines: places, widths, colors, dashes."""
        weakest_first = np.argsort(edges.width, kind="stable")
        edges  = scene.Edges(*(field[weakest_first] for field in edges))
        starts = np.column_stack([neurons.x[edges.start], neurons.y[edges.start]])
        ends   = np.column_stack([neurons.x[edges.end],   neurons.y[edges.end]])
        widths = 0.35 + (min(max(0.22 * self.unit, 1.2), 4.5) - 0.35) * edges.width
        self.edges.set_segments(np.stack([starts, ends], axis=1))
        self.edges.set_color(np.column_stack([edges.color / 255, edges.opacity]))
        self.edges.set_linestyle([dash(w) if d else "solid" for d, w in zip(edges.dashed, widths)])
        self.edges.set_linewidth(widths)

    def update_signs(self, neurons):
        """The biases: minus, dot or plus, as large as they are."""
        for artist, sign in zip(self.signs, (-1, 0, 1)):
            these = (neurons.sign == sign) & ~np.isnan(neurons.bias)
            sizes = self.unit * (0.22 + 0.5 * neurons.size[these])
            artist.set_offsets(np.column_stack([neurons.x, neurons.y])[these])
            artist.set_sizes(sizes ** 2)
            artist.set_linewidth(np.maximum(self.unit * (0.06 + 0.1 * neurons.size[these]), 0.8))
            artist.set_color(neurons.color[these] / 255)

    def circles(self):
        """Neurons: white circles; the inputs, which have no bias, are gray."""
        n    = self.scene.neurons
        fill = [self.theme.background if np.isfinite(b) else self.theme.faint for b in n.bias]
        return self.ax.scatter(n.x, n.y, s=self.unit ** 2, c=fill, edgecolors=self.theme.muted,
                               linewidths=min(1.0, 0.07 * self.unit), zorder=3)

    def captions(self):
        """Above each column what leads to it, below it how many neurons it has."""
        self.letters = max(self.font_size(self.rows), LEAST)
        lines = max(len(column.captions) for column in self.scene.columns)
        lower = 1.3 * (lines + 0.5) * self.letters / paper.size_in_points(self.ax)[1]
        look  = {"ha": "center", "fontsize": self.letters, "color": self.theme.ink}
        for i, column in enumerate(self.scene.columns):
            yield self.ax.text(column.x, 0.99 - i % self.rows * lower, "\n".join(column.captions),
                               va="top", linespacing=1.3, **look)
            yield self.ax.text(column.x, self.scene.below, column.count, va="center",
                               fontweight="bold", **look)

    def font_size(self, rows):
        """As large as neighbors allow: a character is about 0.6 of its height wide."""
        longest = max(len(line) for column in self.scene.columns for line in column.captions)
        xs  = [c.x for c in self.scene.columns]
        gap = min([*(rows * np.diff(xs)), 2 * xs[0], 2 - 2 * xs[-1]])
        gap = gap * paper.size_in_points(self.ax)[0]
        return min(gap / (0.62 * (longest + 1.3)), paper.TEXT)

    def marks(self):
        """Dots for the neurons that are not drawn."""
        for column in self.scene.columns:
            if column.dots is not None:
                yield self.ax.text(column.x, column.dots, "⋮", ha="center", va="center",
                                   fontsize=max(9, 0.9 * self.unit), color=self.theme.muted)

    def words(self):
        """The names of inputs and outputs, what the gaps hold, and the scale."""
        room = 0.85 * self.scene.step * paper.size_in_points(self.ax)[1]
        for label in self.scene.labels:
            yield self.ax.text(label.x, label.y, label.text, va="center", color=self.theme.ink,
                               ha="right" if label.side == "left" else "left",
                               fontsize=min(self.letters + 1, paper.TEXT, room))
        yield from self.gaps()
        self.legend = self.ax.text(0.5, 0.0, "", ha="center", va="bottom", linespacing=1.4,
                                   fontsize=self.legend_size(), color=self.theme.muted)
        yield self.legend

    def gaps(self):
        """How many weights a gap shows of how many; an arrow where numbers are only rearranged."""
        look  = {"ha": "center", "va": "center", "color": self.theme.muted, "linespacing": 1.1}
        wide, tall = paper.size_in_points(self.ax)
        gap   = wide * min(np.diff([c.x for c in self.scene.columns]), default=1)
        form  = "{} of {:,}\nweights" if gap > 80 else "{} of\n{:,}\nweights" if gap > 48 else \
            "{} of\n{:,}"
        size, lower = (6.5, 0) if gap > 48 else (5.6, 9.6)     # between the counts and the legend
        drawn = np.bincount(self.scene.edges.gap, minlength=len(self.scene.columns))
        for i, total in enumerate(self.scene.totals):
            if drawn[i] < total:
                yield self.ax.text(self.middle(i), self.scene.below - lower / tall, fontsize=size,
                                   s=form.format(drawn[i], total), **look)
            if i and not total:
                yield self.ax.text(self.middle(i), self.scene.middle, "→", fontsize=14, **look)

    def legend_size(self):
        """The scale's letters, smaller where its longer line would not fit."""
        longest = max(map(len, self.scene.legend.split("\n")))
        return float(np.clip(paper.size_in_points(self.ax)[0] / (0.56 * longest), 5.0, paper.SMALL))

    def middle(self, i):
        """x halfway between a column and the one before."""
        return (self.scene.columns[i - 1].x + self.scene.columns[i].x) / 2

    def skip(self, start, end):
        """A residual connection: an arc over the columns that it skips."""
        a, b = self.scene.columns[start].x, self.scene.columns[end].x
        top  = self.scene.neurons.y.max(initial=0.5) + 1.3 * self.scene.radius
        return self.ax.add_patch(FancyArrowPatch(
            (a, top), (b, top), connectionstyle=f"arc3,rad={-0.12}", arrowstyle="-|>",
            mutation_scale=8, color=self.theme.muted, linewidth=1.2, zorder=2))

    def loop(self, column):
        """A recurrent layer: what its neurons give goes in again, around the top of the column."""
        top  = self.scene.middle + self.scene.step * 0.5 * (len(column.shown) - 1
                                                            + (column.dots is not None))
        top += 1.3 * self.scene.radius
        wide = paper.TEXT / paper.size_in_points(self.ax)[0]
        return self.ax.add_patch(FancyArrowPatch(
            (column.x + wide, top), (column.x - wide, top), connectionstyle="arc3,rad=0.9",
            arrowstyle="-|>", mutation_scale=8, color=self.theme.positive, linewidth=1.4,
            zorder=2))

    def block(self, column):
        """A layer whose neurons are not drawn: a plate that stands for them."""
        gap  = min(np.diff([c.x for c in self.scene.columns])) * paper.size_in_points(self.ax)[0]
        side = min(30, 0.5 * gap)
        return self.ax.scatter([column.x], [self.scene.middle], marker="s", s=side ** 2,
                               c=self.theme.faint, edgecolors=self.theme.muted, zorder=3)


def dash(width):
    """Dashes longer than wide, at every width: matplotlib multiplies by the width, so divide."""
    return 0, (max(4.0 / width, 2.0), max(2.4 / width, 1.0))


def describe_network(net):
    """A network's drawing in words, for those who do not see it."""
    seen   = scene.network(net)
    shape  = "-".join(f"{c.size:,}" if c.size else c.captions[0] for c in seen.columns)
    weight = [value for name, value, _ in net.parameters()
              if name.rpartition(".")[2].startswith("W")]
    weight = np.concatenate([w.ravel() for w in weight]) if weight else np.zeros(0)
    if not weight.size:
        return f"A network {shape} without weights."
    below  = paper.share((weight < 0).sum(), weight.size)
    return (f"A network {shape}: {weight.size:,} weights, {below} of them negative, the largest "
            f"{np.abs(weight).max():.3g} in size, and full width from {seen.full:.2g} up.")
