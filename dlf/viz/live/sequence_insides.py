"""What goes on inside while a sequence is read: states, gates, slopes along time, attention."""
import numpy as np
from matplotlib.ticker import MaxNLocator

from dlf import looking
from dlf.viz import paper
from dlf.viz.attention import AttentionDrawing
from dlf.viz.lines import DASHES
from dlf.viz.live.examples import spread
from dlf.viz.live.picture import LookPicture, headline, steady, title_of
from dlf.viz.slopes import changes
from dlf.viz.slopes import title as slopes_title
from dlf.viz.states import StatesDrawing

FEW   = 32            # sequences whose slopes are followed
LOOKS = 300           # looks that are remembered
MOST  = 1.5           # the largest factor that is shown


class StatesPicture(LookPicture):
    """States of the sequence: what has a sign; `GatesPicture` has what runs from 0 to 1."""

    share, headline = False, None

    def build(self):
        """As `draw_states` draws them."""
        self.figure.clear()
        self.forget()
        look, self.built = self.look, self.look.frame
        ax = self.axes(10, 34, self.width - 20, self.height - 34 - 6)
        self.drawing = StatesDrawing(ax, self.net, look.one, look.layer, look.symbols, self.theme,
                                     self.share, self.headline)
        self.moving  = [self.drawing.image]
        self.texts   = [title_of(ax), *self.drawing.scales, *self.drawing.words]
        paper.tell(ax, self.drawing.describe)

    def show(self):
        """The states of now."""
        if self.look.frame != self.built:
            self.build()
        self.drawing.look_at(self.look.one, self.look.layer)


class GatesPicture(StatesPicture):
    """What runs from 0 to 1: the gates, or what a tanh lets pass."""

    share = True

    @property
    def headline(self):
        """What is seen: an RNN has no gates."""
        _, layer, _ = looking.recurrent_layers(self.net)[self.look.layer]
        return ("Gates: from 0, closed, to 1, open" if layer.gates else
                "How much of a slope passes the tanh")

    def describe(self):
        """The states' picture says it all."""
        return ""


class AlongTimePicture(LookPicture):
    """A graph of what becomes of slopes along time: `lines`, one for each recurrent layer."""

    def graph(self, right, title, x_name, marker):
        """Axes with so many pixels free on the right, and a line for each layer."""
        self.ax = ax = self.axes(52, 34, self.width - right, self.height - 34 - 42)
        theme   = self.theme
        paper.axes(ax, title, x_name, "", theme)
        colors  = theme.positive, theme.negative, theme.ink, theme.muted
        self.names = [name for name, *_ in looking.recurrent_layers(self.net)][:len(colors)]
        self.lines = [ax.plot([], [], color=color, linestyle=dash, linewidth=1.8, marker=".",
                              markersize=marker, label=name)[0]
                      for name, color, dash in zip(self.names, colors, DASHES)]
        self.few   = spread(self.look.x, self.look.y, FEW)
        self.moving, self.texts = self.lines, [title_of(ax)]
        paper.tell(ax, self.describe)

    def slopes(self):
        """{layer: (time,)} of some examples, as they are now."""
        return looking.slope_norms(self.net, *self.few, self.look.loss)


class SlopesPicture(AlongTimePicture):
    """How long the slope of the last moment's loss is at every moment before it."""

    low = high = None

    def build(self):
        """Powers of ten, and the names of the layers on the right."""
        self.graph(128, "A step back", "moment", 6)
        self.ax.set_yscale("log")
        self.ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        self.ax.grid(axis="y", color=self.theme.faint, linewidth=0.7)
        self.ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=paper.SMALL - 1,
                       frameon=False, labelcolor=self.theme.ink, handlelength=1.6)

    def show(self):
        """The lengths of now."""
        self.norms = self.slopes()
        kept = np.array([self.norms[name] for name in self.names])
        for line, norms in zip(self.lines, kept):
            line.set_data(np.arange(1, len(norms) + 1), np.where(norms > 0, norms, np.nan))
        self.fit(kept[np.isfinite(kept) & (kept > 0)], kept.shape[1])
        headline(self.ax, slopes_title(self.norms), self.theme)

    def fit(self, norms, steps):
        """Powers of ten that hold all lengths, and change only when they must."""
        low  = np.floor(np.log10(max(norms.min(initial=1.0), 1e-30)))
        high = np.ceil(np.log10(norms.max(initial=1e-3))) if norms.size else 0.0
        if self.low is None or low < self.low or high > self.high or low > self.low + 3:
            self.low, self.high = min(low, high - 2), high
            self.ax.set(ylim=(10.0 ** self.low, 10.0 ** self.high), xlim=(0.5, steps + 0.5))

    def describe(self):
        """The lines in words."""
        factors = {name: looking.factor(norms) for name, norms in self.norms.items()}
        parts   = [f"{name} {changes(f)} a step back" for name, f in factors.items()
                   if not np.isnan(f)]
        return f"The slope along time: {'; '.join(parts) or 'there is none'}."


class FactorsPicture(AlongTimePicture):
    """By what a slope changes a step back, over the training so far: at 1 it lives on."""

    def build(self):
        """The 1 between growing and shrinking."""
        self.graph(70, "Left of a slope after a step back", "updates", 4)
        self.ax.set(ylim=(0, MOST), xlim=(0, 100))
        self.ax.axhline(1, color=self.theme.faint, linewidth=1)
        self.ax.text(0.995, 1.01, "above, slopes grow; below, they fade", color=self.theme.muted,
                     ha="right", va="bottom", fontsize=paper.SMALL - 1,
                     transform=self.ax.get_yaxis_transform())
        self.seen, self.last = [], None

    def show(self):
        """One more point, unless nothing has been learned since; all anew after a reset."""
        t = self.look.steps()
        if self.seen and t < self.seen[-1][0]:
            self.seen.clear()
        norms = self.slopes()
        point = (t, *(looking.factor(norms[name]) for name in self.names))
        self.seen = [*(p for p in self.seen if p[0] != t), point]
        if len(self.seen) > LOOKS:
            del self.seen[1:-1:2]
        steps, *curves = np.array(self.seen, dtype=float).T
        for line, curve in zip(self.lines, curves):
            line.set_data(steps, np.clip(curve, 0, MOST))
        last = steady(self.last, max(steps[-1], 100))
        if last != self.last:
            self.last = last
            self.ax.set_xlim(0, last)

    def describe(self):
        """The newest numbers in words."""
        t, *factors = self.seen[-1]
        parts = [f"{f:.3g} in {name}" for name, f in zip(self.names, factors)]
        return f"Left of a slope after a step back, at update {t:,}: {', '.join(parts)}."


class AttentionPicture(LookPicture):
    """Who looks at whom in the sequence, a map a head."""

    def build(self):
        """As `draw_attention` draws them."""
        self.figure.clear()
        self.forget()
        look, self.built = self.look, self.look.frame
        ax = self.axes(16, 34, self.width - 26, self.height - 34 - 6)
        self.drawing = AttentionDrawing(ax, self.net, look.one, look.layer, look.symbols,
                                        self.theme)
        d = self.drawing
        self.moving  = d.images
        self.texts   = [title_of(ax), d.caption, *d.captions, *d.rows, *d.columns]
        paper.tell(ax, d.describe)

    def show(self):
        """The maps of now."""
        if self.look.frame != self.built:
            self.build()
        self.drawing.look_at(self.look.one, self.look.layer)
