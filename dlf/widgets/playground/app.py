"""The playground: change data, network and training, and watch what becomes of it."""
import time

import ipywidgets as widgets

from dlf.experiment import Config, Run, neuron_maps
from dlf.widgets.player import close_tree
from dlf.widgets.playground.controls import Help
from dlf.widgets.playground.data_panel import DataPanel
from dlf.widgets.playground.graph_panel import GraphPanel
from dlf.widgets.playground.hint_bar import HintBar
from dlf.widgets.playground.output_panel import OutputPanel
from dlf.widgets.playground.own_tab import OwnTab
from dlf.widgets.playground.pages import Pages
from dlf.widgets.playground.session import Session
from dlf.widgets.playground.settings_tab import SettingsTab
from dlf.widgets.playground.style import SHEET
from dlf.widgets.playground.tabs import TABS
from dlf.widgets.playground.time_bar import TimeBar
from dlf.widgets.playground.top_bar import TopBar
from dlf.widgets.svg import frame

MOVING, STILL = 50, 100          # points a side of the maps, while it trains and when it rests
clock = time.perf_counter


class Playground:
    """A network to play with, as a widget in a notebook cell or an app.

    Args: config: a `dlf.experiment.Config`, or a `Run` that is under way; settings: what to change
    in it, such as data="xor", hidden=[8, 8], lr=0.1.

    `session` is what a program can act on: `session.change(lr=0.3)`, `session.run`.
    Raises: ConfigError for settings that cannot be.

    >>> Playground(data="xor", hidden=[8]).session.config.hidden[0].size
    8
    """

    def __init__(self, config=None, **settings):
        run = config if isinstance(config, Run) else Run((config or Config()).change(**settings))
        self.help    = Help()
        self.session = Session(run, self.draw, self.take_down)
        self.moving  = widgets.HTML()               # one text a frame: style rules, no markup
        self.moving.add_class("pg-none")
        with self.session.together():
            self.make_parts()
        self.view    = self.build()
        self.rhythm  = Rhythm((0.2, self.show_numbers), (0.25, self.pages.update),
                              (1.0, self.hint.show), (0.5, self.time.show), (1.0, self.hint.tell))
        self.session.listen(self.changed)
        self.session.player.redraw()

    @classmethod
    def from_text(cls, text):
        """The playground of a configuration that was shared as text."""
        return cls(Config.from_text(text))

    # ---- what it consists of -------------------------------------------------------------------

    def make_parts(self):
        session, help = self.session, self.help
        self.bar    = TopBar(session, help)
        self.data   = DataPanel(session, help, self.ask_own)
        self.output = OutputPanel(session, help)
        self.graph  = GraphPanel(session, help, self.output.look)
        self.time   = TimeBar(session, help)
        self.hint   = HintBar(session, help)
        self.pages  = Pages(session, (*TABS, OwnTab, SettingsTab))

    def build(self):
        """All parts in their order, which is also that of the keyboard."""
        sheet = widgets.HTML(f"<style>{SHEET}{self.help.rules()}</style>")
        line  = widgets.HTML("<span></span>")
        main  = widgets.Box([self.data.widget, self.graph.widget, self.output.widget])
        view  = widgets.VBox([sheet, self.moving, self.session.player.hidden, self.bar.widget, line,
                              self.hint.widget, main, self.time.widget, self.hint.words,
                              self.pages.widget])
        for widget, name in ((sheet, "pg-none"), (line, "pg-help"), (main, "pg-main"),
                             (view, "dlf-pg")):
            widget.add_class(name)
        return view

    def ask_own(self, kind):
        """Open the page on which data of one's own are given."""
        self.pages.show(OwnTab)

    def take_down(self):
        """The cell runs again, or the player was closed."""
        close_tree(self.view)

    # ---- what changes --------------------------------------------------------------------------

    def changed(self, what):
        """Tell every part."""
        for part in (self.bar, self.data, self.output, self.graph, self.time, self.hint,
                     self.pages):
            part.changed(what)

    def draw(self, n):
        """One frame: the map, the pictures, the lines, and what is due of the rest."""
        if self.session.busy:
            return
        playing = self.session.playing
        planes  = neuron_maps(self.session.run, MOVING if playing else STILL, self.output.axes)
        self.moving.value = frame(self.graph.rules(planes), self.output.rules(planes),
                                  self.bar.rules(self.session.run))
        self.rhythm.beat(clock()) if playing else self.rhythm.all(clock())

    def show_numbers(self):
        self.output.show_numbers(self.graph.numbers())

    # ---- how it appears ------------------------------------------------------------------------

    def _repr_mimebundle_(self, include=None, exclude=None, **more):
        """The widget, and for those who do not run the notebook a line of text."""
        bundle = self.view._repr_mimebundle_(include=include, exclude=exclude) or {}
        return bundle | {"text/plain": repr(self)}

    def __repr__(self):
        config = self.session.config
        sizes  = [len(config.features), *(h.size for h in config.hidden), config.n_outputs]
        return (f"Playground({config.data}, {'-'.join(map(str, sizes))}). "
                "Run this cell to play.")


class Rhythm:
    """Jobs that are not done in every frame: each at its own pace, and one at a time."""

    def __init__(self, *jobs):
        self.jobs = [[pace, job, 0.0] for pace, job in jobs]

    def beat(self, now):
        """Do the job that is most overdue, if one is due."""
        pace, job, _ = last = max(self.jobs, key=lambda entry: (now - entry[2]) / entry[0])
        if now - last[2] >= pace:
            last[2] = now
            job()

    def all(self, now):
        """Do all of them."""
        for entry in self.jobs:
            entry[2] = now
            entry[1]()
