"""Attention maps: which earlier words each word looks at, a map a head, a row a query."""
import numpy as np

from dlf import looking, palette
from dlf.viz import paper
from dlf.viz.states import LEAST, visible

GAP  = 12.0           # points between two maps
HEAD = 1.6            # lines above each map


def draw_attention(ax, net, x, layer=0, symbols=None, theme=None):
    """Draw how much each position of one sequence took from each other, a map for each head.

    Rows are the positions that ask (queries), columns those that they look at (keys); each row adds
    up to 1. One hue from 0 to the largest number of all heads, which is stated. Returns an
    `AttentionDrawing`.

    Args: layer: which of the SelfAttention layers, counted from 0; symbols: an alphabet of the
    symbols, or a word for each position.
    Shapes: x (time, features), or (time,) of symbols.
    Raises: ValueError for a network without attention, or more than one sequence.
    """
    drawing = AttentionDrawing(ax, net, x, layer, symbols, theme)
    paper.tell(ax, drawing.describe)
    return drawing


class AttentionDrawing:
    """The artists of one layer's maps; `look_at` shows another sequence of the same length.

    `images` are the maps; `captions` stand above, `rows` and `columns` are the words beside them.
    """

    def __init__(self, ax, net, x, layer=0, symbols=None, theme=None):
        self.ax, self.net, self.symbols = ax, net, symbols
        self.theme = paper.blank(ax, "", theme)
        self.lay(self.find(x, layer))
        self.look_at(x, layer)

    def find(self, x, layer):
        """The maps of the layer: (heads, time, time)."""
        maps = looking.attention(self.net, x)
        if not 0 <= layer < len(maps):
            raise ValueError(f"The network has {paper.plural(len(maps), 'attention layer')}, "
                             f"counted from 0; got layer={layer!r}.")
        self.name = list(maps)[layer]
        return maps[self.name]

    def lay(self, maps):
        """Maps side by side, as large as they can be; words on the left of the first, and below."""
        width, height = paper.size_in_points(self.ax)
        heads, steps, _ = maps.shape
        margin    = paper.SMALL * (1.2 if self.single() else 4)
        room      = height - (HEAD + 1.5) * paper.SMALL - margin
        self.side = max(min((width - margin - (heads - 1) * GAP) / heads, room), 10.0)
        self.step = self.side / steps
        self.top  = HEAD * paper.SMALL
        lefts     = [margin + k * (self.side + GAP) for k in range(heads)]
        quiet     = {"va": "top", "color": self.theme.muted, "fontsize": paper.SMALL}
        foot      = self.top + self.side
        self.images   = [self.ax.imshow(np.zeros((1, 1, 3)), interpolation="nearest", aspect="auto",
                                        extent=(x, x + self.side, foot, self.top)) for x in lefts]
        self.captions = [self.ax.text(x, 0, "", **quiet) for x in lefts]
        self.caption  = self.ax.text(margin, foot + margin + 2, "", **quiet)
        self.write(lefts, steps)
        self.ax.set(xlim=(0, width), ylim=(height, 0))

    def write(self, lefts, steps):
        """The places of the words: on the left of the first map, and below each."""
        every = max(1, int(np.ceil(LEAST / self.step)))
        size  = float(np.clip(0.9 * every * self.step, LEAST, paper.SMALL))
        look  = {"fontsize": size, "color": self.theme.ink}
        turn  = 0 if self.single() else 90
        self.shown = np.arange(0, steps, every)
        at = (self.shown + 0.5) * self.step
        self.rows    = [self.ax.text(lefts[0] - 3, self.top + y, "", ha="right", va="center",
                                     **look) for y in at]
        self.columns = [self.ax.text(left + x, self.top + self.side + 2, "", ha="center", va="top",
                                     rotation=turn, **look) for left in lefts for x in at]

    def single(self):
        """Is every word one letter?"""
        return self.symbols is None or all(len(str(word)) <= 1 for word in self.symbols)

    def look_at(self, x, layer=0):
        """Show another sequence of the same length, or the same one as it is now."""
        maps = self.maps = self.find(x, layer)
        self.x, self.layer = np.asarray(x), layer
        full = float(np.nan_to_num(maps).max(initial=0)) or 1.0
        ink  = np.broadcast_to(palette.rgb(self.theme.ink), (*maps.shape[1:], 3))
        for k, (image, caption, a) in enumerate(zip(self.images, self.captions, maps)):
            image.set_data(palette.blend(ink, np.nan_to_num(a) / full, self.theme.zero))
            caption.set_text(f"head {k + 1}: {reach(a):.1f} back" if self.side > 80 else f"{k + 1}")
        words = [visible(str(word)) for word in self.word_of(self.x)]
        for text, word in zip(self.rows, words):
            text.set_text(word)
        for text, word in zip(self.columns, words * len(maps)):
            text.set_text(word)
        self.caption.set_text(f"rows ask, columns are looked at; from 0, pale, to {full:.2g}")
        paper.headline(self.ax, title(self.name, maps), self.theme)

    def word_of(self, x):
        """What stands beside each position that has a word."""
        if self.symbols is None:
            return [str(v) for v in (x if x.ndim == 1 else np.arange(1, len(x) + 1))[self.shown]]
        if x.ndim == 1:
            return [self.symbols[code] for code in x[self.shown]]
        return [self.symbols[t] for t in self.shown]

    def describe(self):
        """All maps in words, for those who do not see them."""
        return describe_attention(self.net, self.x, self.layer)


def reach(a):
    """How many positions a head looks back on average; ahead counts like back."""
    steps = np.arange(len(a))
    return float((a * np.abs(steps[:, None] - steps)).sum(axis=1).mean())


def title(name, maps):
    """How far each layer looks, in a sentence."""
    return f"{name} looks {np.mean([reach(a) for a in maps]):.1f} positions away on average"


def describe_attention(net, x, layer=0):
    """The maps in words: for each head, how far it looks and how sharply."""
    name, maps = list(looking.attention(net, x).items())[layer]
    parts = [f"head {k + 1} looks {reach(a):.1f} positions away, with up to "
             f"{100 * a.max(axis=1).mean():.0f} % of a row at one place"
             for k, a in enumerate(maps)]
    return f"{title(name, maps)}; {paper.plural(len(maps[0]), 'position')}: {'; '.join(parts)}."
