"""States and gates over time as heat maps: a row a unit, a column a moment, one map below another.
"""
import numpy as np

from dlf import looking, palette
from dlf.viz import paper
from dlf.viz.tiles import resize

SHARP = 2             # pixels of the array for each pixel of the figure, along each side
LEFT  = 62.0          # points for the names of the maps
RIGHT = 50.0          # points for what their full color is
GAP   = 5.0           # points between two maps
LEAST = 5.0           # points of letters that can be read; where there is less room, fewer are


def draw_states(ax, net, x, layer=0, symbols=None, theme=None):
    """Draw what the state, the cell and the gates of a recurrent layer do over one sequence.

    A row a unit, a column a moment. States are signed: orange below 0, blue above; gates have one
    hue, from 0 to 1. An RNN, which has no gates, shows 1 - h²: the share of a slope that passes.
    What goes in stands below: the symbols, or a map of the measurements. Returns a `StatesDrawing`.

    Args: layer: which of the recurrent layers, counted from 0; symbols: a word for each moment, or
    an alphabet of the symbols.
    Shapes: x (time, features), or (time,) of symbols.
    Raises: ValueError for a network without recurrent layers, or more than one sequence.
    """
    drawing = StatesDrawing(ax, net, x, layer, symbols, theme)
    paper.tell(ax, drawing.describe)
    return drawing


class StatesDrawing:
    """The artists of one layer's states; `look_at` shows another sequence of the same length.

    `image` is one array with all maps, `names` and `scales` stand beside them, `words` below. With
    share=True only what runs from 0 to 1 is drawn, with False only what has a sign; `headline` is a
    title that stays.
    """

    def __init__(self, ax, net, x, layer=0, symbols=None, theme=None, share=None, headline=None):
        self.ax, self.net, self.symbols = ax, net, symbols
        self.share, self.headline = share, headline
        self.codes  = np.ndim(x) == 1
        self.theme  = paper.blank(ax, "", theme)
        found       = self.find(x, layer)
        self.lay(found, len(x))
        self.write(found, len(x))
        self.look_at(x, layer)

    def find(self, x, layer):
        """The tracks of the layer, and last what goes in, if those are measurements."""
        memories = looking.states(self.net, x)
        if not 0 <= layer < len(memories):
            raise ValueError(f"The network has {paper.plural(len(memories), 'recurrent layer')}, "
                             f"counted from 0; got layer={layer!r}.")
        self.memory = memories[layer]
        goes_in   = [looking.Track("x", "input", np.asarray(x, dtype=float))] * (np.ndim(x) == 2)
        return [track for track in (*memories[layer].tracks, *goes_in)
                if self.share in (None, track.share)]

    # ---- once ----------------------------------------------------------------------------------

    def lay(self, tracks, steps):
        """Where each map goes: the same height for all, less for those of few units."""
        width, height = paper.size_in_points(self.ax)
        units = np.array([track.values.shape[1] for track in tracks])
        share = np.sqrt(units / units.max()).clip(0.3)
        room  = height - 3.2 * paper.SMALL - GAP * (len(tracks) - 1)
        tall  = share / share.sum() * max(room, 10.0 * len(tracks))
        self.tops = np.concatenate([[0], np.cumsum(tall + GAP)[:-1]])
        self.tall, self.foot = tall, float(self.tops[-1] + tall[-1])
        self.wide  = max(width - LEFT - RIGHT, 20.0)
        self.point = 72 / self.ax.figure.dpi / SHARP             # points for each pixel
        self.page  = np.empty((round(self.foot / self.point), round(self.wide / self.point), 3),
                              np.uint8)
        self.image = self.ax.imshow(self.page, extent=(LEFT, LEFT + self.wide, self.foot, 0),
                                    interpolation="nearest", aspect="auto")
        self.ax.set(xlim=(0, width), ylim=(height, 0))
        self.step  = self.wide / steps

    def write(self, tracks, steps):
        """Names, scales, and the places of the symbols."""
        look = {"va": "center", "fontsize": paper.SMALL}
        self.names, self.scales = [], []
        for track, top, tall in zip(tracks, self.tops, self.tall):
            name = self.ax.text(0, top + tall / 2, track.letter, color=self.theme.ink,
                                fontweight="bold", **look)
            word = self.ax.text(24, top + tall / 2, track.word, color=self.theme.muted, **look)
            self.names  += [name, word]
            self.scales += [self.ax.text(LEFT + self.wide + 4, top + tall / 2, "",
                                         color=self.theme.muted, **look)]
        size  = min(paper.TEXT, 1.5 * self.step)
        every = 1 if size >= LEAST else int(np.ceil(LEAST / 1.5 / self.step))
        if not self.in_words():
            every = next(k for k in (1, 2, 5, 10, 20, 50, 100, 1000)
                         if k * self.step >= 3 * paper.SMALL)
        self.shown = np.arange(0, steps, every)
        at = self.foot + 0.25 * paper.SMALL
        self.words = [self.ax.text(LEFT + (t + 0.5) * self.step, at, "", ha="center", va="top",
                                   color=self.theme.ink, fontsize=max(size, LEAST))
                      for t in self.shown]
        self.caption = self.ax.text(LEFT, self.foot + 1.75 * paper.SMALL, "", va="top",
                                    color=self.theme.muted, fontsize=paper.SMALL)

    def in_words(self):
        """Do words stand below, and no numbers of moments?"""
        return self.symbols is not None or self.codes

    # ---- now -----------------------------------------------------------------------------------

    def look_at(self, x, layer=0):
        """Show another sequence of the same length, or the same one as it is now."""
        tracks = self.tracks = self.find(x, layer)
        self.x, self.layer = np.asarray(x), layer
        self.page[...] = palette.rgb(self.theme.background)
        for track, top, tall, scale in zip(tracks, self.tops, self.tall, self.scales):
            colors, words = self.color(track)
            first, last   = (round(y / self.point) for y in (top, top + tall))
            last = min(last, len(self.page))
            self.page[first:last] = resize(colors[None], (last - first, self.page.shape[1]))[0]
            scale.set_text(words)
        self.image.set_data(self.page)
        for text, word in zip(self.words, self.word_of(self.x)):
            text.set_text(word)
        self.caption.set_text(("" if self.in_words() else "moment; ") + CAPTIONS[self.share])
        paper.headline(self.ax, self.title(), self.theme)

    def color(self, track):
        """(the colors of a map, units x time; what its full color is)."""
        values = track.values.T
        if track.share:
            ink = np.broadcast_to(palette.rgb(self.theme.ink), (*values.shape, 3))
            return palette.blend(ink, np.nan_to_num(values), self.theme.zero), "0 … 1"
        bound = track.letter in "hgn"                        # they cannot leave -1 ... 1
        full  = 1.0 if bound else float(np.abs(np.nan_to_num(values)).max(initial=0)) or 1.0
        return palette.diverging(values, full, self.theme), f"±{full:.2g}"

    def word_of(self, x):
        """What stands below each moment that has a word."""
        if not self.in_words():
            return [str(t + 1) for t in self.shown]
        if x.ndim == 1 and self.symbols is not None:
            return [visible(self.symbols[code]) for code in x[self.shown]]
        return [visible(str(word)) for word in
                (np.asarray(self.symbols, dtype=object) if x.ndim == 2 else x)[self.shown]]

    def title(self):
        """What there is to see, in a sentence."""
        return self.headline or said(self.memory.name, self.memory.tracks)

    def describe(self):
        """All maps in words, for those who do not see them."""
        return describe_states(self.net, self.x, self.layer)


CAPTIONS = {None: "orange −, blue +; gates from 0, pale, to 1, the color of ink",
            False: "orange is negative, blue positive", True: "pale 0, the color of ink 1"}


def said(name, tracks):
    """The most telling thing about a layer, in a sentence: how full its state is, what it keeps."""
    track = {t.letter: t.values for t in tracks}
    keep  = track.get("f", track.get("z"))
    if keep is not None:
        return f"{name} keeps {100 * keep.mean():.0f} % of its memory from moment to moment"
    full = float((np.abs(track["h"]) > 0.9).mean())
    return f"{name}: {paper.share(full, 1)} of its states are nearly full (over 0.9)"


def describe_states(net, x, layer=0):
    """States and gates in words: how many units and moments, and the range of each map."""
    memory = looking.states(net, x)[layer]
    steps, units = memory.tracks[0].values.shape
    parts  = [f"{t.letter} ({t.word}) from {t.values.min():.2g} to {t.values.max():.2g}"
              for t in memory.tracks]
    return (f"{said(memory.name, memory.tracks)}. {paper.plural(units, 'unit')} over "
            f"{paper.plural(steps, 'moment')}: {', '.join(parts)}.")


def visible(symbol):
    """A symbol as one sees it: a mark for the end of a line, and one for a space."""
    return {"\n": "¶", " ": "␣", "": "·"}.get(symbol, symbol)
