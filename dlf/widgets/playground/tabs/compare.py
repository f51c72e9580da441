"""Two live runs side by side: same data, same first weights, one setting different."""
import html
import math

import ipywidgets as widgets
import numpy as np

from dlf.experiment import Comparison, decision_map
from dlf.experiment.compare import plain
from dlf.widgets.parts import columns, paragraph, row, select, table, text
from dlf.widgets.player import Player
from dlf.widgets.playground.tabs import values
from dlf.widgets.playground.tabs.base import Tab
from dlf.widgets.svg import MapSvg, frame
from dlf.widgets.svg.figure import Box, figure, line
from dlf.widgets.svg.sheet import number, word

CHUNK = 0.004         # seconds of training between two looks at the clock
LOOKS = {("first", "train"): "stroke:var(--positive);stroke-width:1.2;opacity:.75",
         ("first", "test"): "stroke:var(--positive);stroke-width:2.6",
         ("second", "train"): "stroke:var(--negative);stroke-width:1.2;stroke-dasharray:5 4;"
                              "opacity:.75",
         ("second", "test"): "stroke:var(--negative);stroke-width:2.6;stroke-dasharray:7 5"}


class Compare(Tab):
    """The settings on the screen (A) against the same with one setting changed (B)."""

    title = "Compare two runs"
    intro = "Choose a setting and a value, and guess: which of the two will be ahead?"

    def build(self):
        self.pair, self.maps, self.version = None, (), 0
        self.player  = Player(self.advance, self.draw, reset=self.reset, fps=8,
                              steps={"epoch": self.epoch})
        self.setting = self.watch(select("In B", values.options(), "lr",
                                         "The setting that is different in the second run", 260,
                                         40), self.choose)
        self.value   = widgets.Combobox(value="", description="is", tooltip="Its value in B",
                                        style={"description_width": "20px"},
                                        layout=widgets.Layout(width="170px", flex="0 0 auto"))
        self.limit   = widgets.BoundedIntText(200, 1, 100_000, description="Epochs",
                                              tooltip="Both stop after so many epochs",
                                              style={"description_width": "50px"},
                                              layout=widgets.Layout(width="140px"))
        self.help    = text(height="26px")
        self.verdict = text(height="48px")
        self.curves, self.sheet = text(height="400px"), text()
        self.still, self.moving = text(), text()
        self.choose("lr")
        go = self.button("Compare", "Take the settings of now as A, change the one in B, and train "
                         "both from step 0", self.compare, 96)
        return [row(self.setting, self.value, self.limit, go), self.help,
                row(self.player.controls), self.player.status, self.verdict,
                columns(self.curves, widgets.VBox([self.still, self.moving, self.sheet])),
                self.player.hidden]

    def choose(self, name):
        """Another setting: say what it does, and suggest values."""
        parts = values.tried(name).split(";" if name == values.HIDDEN else ",")
        self.value.options = [part.strip() for part in parts]
        self.value.value   = values.other(self.run.config, name)
        now = values.current(self.run.config, name)
        self.help.value    = paragraph(f"{values.explain(name)} In A it is {now}.", "m")

    # ---- what the buttons do -------------------------------------------------------------------

    def compare(self):
        """Two new runs, and off they go."""
        self.set_up()
        self.player.redraw()
        self.say(f"Two runs, the same but for this: {self.title_of_pair()}. Both train up to epoch "
                 f"{self.limit.value}.")
        self.player.play()

    def set_up(self):
        """Two new runs at step 0. Raises: ConfigError for a value that cannot be."""
        name      = self.setting.value
        self.pair = Comparison(self.session.config, **{name: values.read(name, self.value.value)})
        self.maps = [plane(run, letter) for run, letter in zip(self.pair.runs, "AB")]
        self.still.value = '<div style="display:flex;gap:8px;flex-wrap:wrap">' + "".join(
            f'<div><b>{letter}</b> {html.escape(words)}{drawn.markup()}</div>'
            for drawn, letter, words in zip(self.maps, "AB", self.ways()) if drawn) + "</div>"

    def advance(self):
        """The one that is behind goes on for a moment, an epoch at most."""
        if self.pair is None:
            self.set_up()
        if not self.train_one():
            raise StopIteration

    def train_one(self):
        """Train the run that is behind; False if both have come to their end."""
        active = [run for run in self.pair.runs
                  if not run.stopped and run.epoch < self.limit.value - 1e-9]
        if not active:
            return False
        behind = min(active, key=lambda run: run.epoch)
        behind.advance(seconds=CHUNK, epochs=min(1, self.limit.value - behind.epoch))
        return True

    def epoch(self):
        """Both one epoch further, in slices."""
        if self.pair is None:
            self.set_up()
        goal = min(run.epoch for run in self.pair.runs) + 1
        for run in self.pair.runs:
            while not run.stopped and run.epoch < goal - 1e-9:
                yield run.advance(seconds=CHUNK, epochs=goal - run.epoch)

    def reset(self):
        """Both back to step 0."""
        if self.pair is not None:
            self.pair.reset()
            self.version += 1

    def close(self):
        """End the training."""
        self.player.close()

    # ---- what is seen --------------------------------------------------------------------------

    def draw(self, n):
        """A frame of the tab's own player."""
        self.update()

    def key(self):
        if self.pair is None:
            return None, self.session.config
        return (self.pair, *(run.t for run in self.pair.runs), self.session.config, self.version)

    def show(self):
        if self.pair is None:
            self.verdict.value = paragraph("Press Compare, and both begin with the same "
                                           "weights and the same points.", "m")
            return
        self.verdict.value = paragraph(self.in_words())
        self.curves.value  = losses(self.pair, self.limit.value)
        self.sheet.value   = self.numbers()
        pictures = [decision_map(run, 40) for run, drawn in zip(self.pair.runs, self.maps) if drawn]
        self.moving.value = frame(*(drawn.rules(seen.value, seen.label)
                                    for drawn, seen in zip(self.maps, pictures)))

    def ways(self):
        """What differs, as (in A, in B)."""
        found = self.pair.differences
        return [", ".join(f"{values.label(name) if name in values.ALL else name} {plain(pair[k])}"
                          for name, pair in found.items()) for k in (0, 1)]

    def title_of_pair(self):
        return " against ".join(self.ways())

    def in_words(self):
        """The verdict, and whether A is still what the playground shows."""
        words = self.pair.verdict().replace("The first", "A").replace("The second", "B")
        for run, letter in zip(self.pair.runs, "AB"):
            words += f" {letter} has stopped: {run.stopped.split('. ')[0]}." if run.stopped else ""
        if self.pair.first.config != self.session.config:
            words += " The playground's settings have changed since; Compare takes the new ones."
        return words

    def numbers(self):
        """Both runs in numbers."""
        now  = [run.measure() for run in self.pair.runs]
        rows = [[name, *(cell(getattr(measure, attribute)) for measure in now)]
                 for name, attribute in (("epoch", "epoch"), ("steps", "t"),
                                         ("train loss", "train"), ("test loss", "test"),
                                         ("train score", "train_score"),
                                         ("test score", "test_score"))]
        return table("In numbers", ["", "A", "B"], rows)


def cell(value):
    """A number of a fixed width."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4f}" if value < 10 else f"{value:.1f}"


def plane(run, letter):
    """The map of a run, if its data span a plane."""
    if len(run.data.domain) < 2:
        return None
    return MapSvg(run.data.domain, run.config.n_outputs, size=160,
                  features=run.data.columns[:2] if run.data.columns else ("x1", "x2"))


def losses(pair, limit):
    """The losses of both runs over the epochs."""
    curves = {(which, part): (run.curves().epoch, getattr(run.curves(), part))
              for which, run in (("first", pair.first), ("second", pair.second))
              for part in ("train", "test")}
    top    = max(epoch[-1] for epoch, _ in curves.values())
    box    = Box(52, 44, 430, 310, (0, min(nice(top), limit)), powers(curves), log_y=True)
    words  = "; ".join(f"{'A' if which == 'first' else 'B'} {part} {number(loss[-1])}"
                       for (which, part), (_, loss) in curves.items())
    return figure(500, 394, f"Losses of both runs over the epochs, now {words}.",
                  *box.grid("epoch", ""), *legend(curves),
                  *(box.curve(epoch, loss, LOOKS[each])
                    for each, (epoch, loss) in curves.items()))


def legend(curves):
    """Which line is which, with its last value."""
    for i, ((which, part), (_, loss)) in enumerate(curves.items()):
        x, y = 52 + 205 * (i % 2), 10 + 17 * (i // 2)
        yield line(x, y - 4, x + 34, y - 4, LOOKS[which, part])
        yield word(x + 42, y, f"{'A' if which == 'first' else 'B'} {part}", "", "start")
        yield word(x + 160, y, f"{loss[-1]:.4f}" if np.isfinite(loss[-1]) else "–", "b", "end")


def powers(curves):
    """Powers of ten that hold all losses."""
    found = np.concatenate([loss for _, loss in curves.values()])
    found = found[np.isfinite(found) & (found > 0)]
    low, high = (found.min(), found.max()) if len(found) else (0.1, 1.0)
    low  = max(np.floor(np.log10(low)), -6)
    return 10.0 ** low, 10.0 ** min(max(np.ceil(np.log10(high)), low + 1), 6)


def nice(epochs):
    """The end of the axis: it doubles, so that it seldom moves."""
    return 10 * 2 ** max(0, math.ceil(math.log2(max(epochs, 1) / 10)))
