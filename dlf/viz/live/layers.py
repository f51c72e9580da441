"""Inside the layers, a row each: activations, gradients, sizes of updates, stuck units."""
import numpy as np

from dlf.palette import LIGHT
from dlf.viz import histograms, paper
from dlf.viz.live import probe
from dlf.viz.live.picture import Picture, headline, steady, title_of

ROWS  = 8             # layers with a row; of deeper networks so many are picked, evenly
TAKEN = 20_000        # numbers of a layer that go into a histogram
BINS  = 41
BAND  = 1e-4, 1e-2    # updates of this share of the weights are common; about 0.001 is usual


class LayersPicture(Picture):
    """A drawing with a row for each layer; a subclass says which, as `kind`."""

    kind = None

    def __init__(self, net, x, width=410, height=220, theme=LIGHT):
        super().__init__(width, height, theme)
        self.net, self.x = net, x
        self.rows   = self.kind(self.axes(20, 30, width - 42, height - 30 - 40), net, x, theme)
        self.texts  = self.rows.texts
        self.moving = self.rows.moving

    def update(self, update=None):
        """Look into the network; `update` is the last change of net.theta, if known."""
        with np.errstate(all="ignore"):
            self.rows.update(self.net, self.x, update)


class Rows:
    """Axes with a row a layer, the first on top: its name on the left, a number on the right."""

    label = title = ""

    def __init__(self, ax, net, x, theme):
        self.ax, self.theme = ax, theme
        self.names  = pick(self.names_of(net, x))
        self.places = dict(zip(self.names, range(len(self.names) - 1, -1, -1)))
        paper.axes(ax, self.title, self.label, theme=theme)
        look = {"transform": ax.get_yaxis_transform(), "va": "bottom", "fontsize": paper.SMALL}
        self.numbers = {}
        for name, place in self.places.items():
            ax.text(0.0, place + 0.66, name, ha="left", color=theme.ink, **look)
            self.numbers[name] = ax.text(1.0, place + 0.66, "", ha="right", color=theme.muted,
                                         **look)
            ax.axhline(place, color=theme.faint, linewidth=0.8, zorder=1)
        histograms.finish(ax, len(self.names), (0, 1))
        self.texts = [title_of(ax), *self.numbers.values()]
        self.build()
        paper.tell(ax, self.describe)

    def names_of(self, net, x):
        """A row for each layer with weights."""
        return [stage.name for stage in probe.stages(net, x[:1])]

    def say(self, name, number):
        """The number of a row."""
        self.numbers[name].set_text(number)

    def describe(self):
        """All rows in words."""
        said = [f"{name} {text.get_text()}" for name, text in self.numbers.items()
                if text.get_text()]
        return f"{self.ax.get_title(loc='left')}: {'; '.join(said) or 'nothing yet'}."


class Ridges(Rows):
    """A histogram a row."""

    colors = ("muted",)

    def build(self):
        """One filled outline for each row and color."""
        self.ridges = {name: [self.ax.fill_between([0, 1], [place] * 2, [place] * 2, zorder=2,
                                                   color=getattr(self.theme, color), alpha=0.9,
                                                   linewidth=0) for color in self.colors]
                       for name, place in self.places.items()}
        self.moving = [ridge for ridges in self.ridges.values() for ridge in ridges]

    def show(self, name, values):
        """The histogram of one row, on the limits of the axes."""
        low, high = self.ax.get_xlim()
        counts, edges = np.histogram(np.clip(values, low, high), BINS, (low, high))
        middle = (edges[:-1] + edges[1:]) / 2
        height = self.places[name] + 0.62 * counts / max(counts.max(), 1)
        zero   = len(middle) // 2
        parts  = [slice(None)] if len(self.colors) == 1 else [slice(zero + 1), slice(zero, None)]
        for ridge, part in zip(self.ridges[name], parts):
            x = middle[part]
            ground = np.full(len(x), float(self.places[name]))
            ridge.set_verts([np.column_stack([np.r_[x, x[::-1]], np.r_[height[part], ground]])])
        if len(parts) == 2 and values.size and values.min() >= 0:
            self.ridges[name][0].set_verts([])           # zeros are not negative


class Activations(Ridges):
    """What the neurons of each layer give, over some examples."""

    colors = "negative", "positive"
    label  = "activation"
    title  = "What the layers give"
    reach  = None

    def update(self, net, x, update):
        """Look again."""
        values = {stage.name: some(stage.y) for stage in probe.stages(net, x)
                  if stage.name in self.places}
        drawn  = list(values)[:-1] or list(values)         # scores have a scale of their own
        reach  = steady(self.reach, max((np.percentile(np.abs(values[name]), 99)
                                         for name in drawn if values[name].size), default=1.0))
        if reach != self.reach:
            self.reach = reach
            self.ax.set_xlim(-reach, reach)
        for name, value in values.items():
            if name in drawn:
                self.show(name, value)
            scores = "" if name in drawn else "scores: "
            self.say(name, f"{scores}mean {value.mean():.2g}, spread {value.std():.2g}".replace(
                "-", "−") if value.size else "not finite")


class Gradients(Ridges):
    """How large each layer's gradients are, in powers of ten: always the same, so nothing jumps."""

    label = "size of the gradient"
    title = "How large the gradients are"

    def names_of(self, net, x):
        """A row for each matrix: a layer may have several."""
        return [name for name, *_ in histograms.layers_of(net)]

    def build(self):
        """Ridges from 10^-8 to 10; what lies beyond is counted at the ends."""
        super().build()
        powers_of_ten(self.ax, -8, 1)

    def update(self, net, x, update):
        """Look again, at the gradients of the last step."""
        rows  = [(name, some(g)) for name, _, g in histograms.layers_of(net)]
        sizes = {name: np.log10(np.abs(g[g != 0])) for name, g in rows if name in self.places}
        if not sum(map(len, sizes.values())):
            return                                       # before the first step
        for name, g in rows:
            if name in sizes:
                self.show(name, sizes[name])
                self.say(name, f"median {histograms.median(g):.1g}{histograms.zeros(g)}")
        headline(self.ax, histograms.gradients_title(rows), self.theme)


class Ratios(Rows):
    """How much of its size each layer's weights change in a step."""

    label = "size of an update over size of the weights"
    title = "About 0.001 of the weights a step is usual"

    def names_of(self, net, x):
        """A row for each matrix: a layer may have several."""
        return [name for name, *_ in histograms.layers_of(net)]

    def build(self):
        """One dot a row, and the range in which it usually lies."""
        powers_of_ten(self.ax, -6, 0)
        self.ax.axvspan(*np.log10(BAND), color=self.theme.faint, alpha=0.5, zorder=0)
        self.dots = self.ax.scatter([], [], s=50, color=self.theme.positive, zorder=3)
        self.moving = [self.dots]

    def update(self, net, x, update):
        """Look again; before the first step, and after a reset, there is nothing to see."""
        seen = {} if update is None else self.seen(net, update)
        for name in self.places:
            self.say(name, "seen after a step" if update is None else
                     f"{seen[name]:.1g}" if name in seen else "")
        self.dots.set_offsets(np.reshape([
            (np.clip(np.log10(max(ratio, 1e-9)), -6, 0), self.places[name] + 0.3)
            for name, ratio in seen.items()], (-1, 2)))

    def seen(self, net, update):
        """{row: how much of its size it has changed}."""
        kinds = {path: type(layer).__name__ for path, layer in net.walk()}
        found = {}
        for full, ratio in probe.ratios(net, update).items():
            path, _, p = full.rpartition(".")
            name = " ".join(word for word in (path, kinds[path], "" if p == "W" else p) if word)
            if name in self.places and np.isfinite(ratio):
                found[name] = ratio
        return found


class Stuck(Rows):
    """Which share of the units of each layer hardly learns any more."""

    label = "share of the units"
    title = "Units that are dead or saturated"

    def build(self):
        """One bar a row."""
        self.bars = [self.ax.barh(place + 0.3, 0, 0.4, color=self.theme.muted, zorder=2)[0]
                     for place in self.places.values()]
        self.ax.set_xlim(0, 1)
        self.ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
        self.moving = self.bars

    def update(self, net, x, update):
        """Look again."""
        bars = dict(zip(self.places, self.bars))
        for stage in probe.stages(net, x):
            if stage.name in bars:
                kind, share = probe.stuck(stage)
                bars[stage.name].set_width(share)
                self.say(stage.name, f"{100 * share:.0f} % {kind}" if kind else "cannot be stuck")


class ActivationsPicture(LayersPicture):
    """What the neurons of each layer give."""

    kind = Activations


class GradientsPicture(LayersPicture):
    """How large each layer's gradients are."""

    kind = Gradients


class UpdatesPicture(LayersPicture):
    """How much of its size each layer's weights change in a step."""

    kind = Ratios


class StuckPicture(LayersPicture):
    """Which share of each layer's units is dead or saturated."""

    kind = Stuck


def powers_of_ten(ax, low, high):
    """Limits and ticks for logarithms; as plain letters, which are quicker than formulas."""
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    ax.set_xlim(low, high)
    ax.set_xticks(range(low, high + 1), [f"10{str(p).translate(raised)}"
                                         for p in range(low, high + 1)])


def pick(names):
    """At most `ROWS` of the names, evenly."""
    places = np.linspace(0, len(names) - 1, min(len(names), ROWS)).round().astype(int)
    return [names[i] for i in places]


def some(values):
    """At most 20,000 of the finite numbers in an array, evenly."""
    values = np.ravel(values)
    values = values[::-(-values.size // TAKEN) or 1]
    return values[np.isfinite(values)]
