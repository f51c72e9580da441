"""The page for sequences: a network with a memory, and what becomes of it as it learns."""
import time

import ipywidgets as widgets

from dlf.experiment.sequences import SequenceConfig
from dlf.palette import DARK, LIGHT
from dlf.widgets.images.style import SHEET as SHARED
from dlf.widgets.player import close_tree
from dlf.widgets.playground import style
from dlf.widgets.playground.app import Rhythm
from dlf.widgets.playground.controls import Help
from dlf.widgets.sequences.inside_panel import InsidePanel
from dlf.widgets.sequences.learned_panel import LearnedPanel
from dlf.widgets.sequences.rolled_panel import RolledPanel
from dlf.widgets.sequences.say_panel import SayPanel
from dlf.widgets.sequences.session import SequenceSession
from dlf.widgets.sequences.style import SHEET
from dlf.widgets.sequences.top_bar import SequenceBar
from dlf.widgets.svg import frame
from dlf.widgets.svg.sheet import variables

MEASURED = 0.1        # the largest share of the time that goes into measuring

clock = time.perf_counter


class SequencePlayground:
    """A network that reads sequences, as a widget in a notebook cell or a page of the app.

    Args: settings: of a `dlf.experiment.sequences.SequenceConfig`, such as task="adding",
    cell="gru", size=16.

    `session` is what a program can act on: `session.change(lr=0.03)`, `session.look(4)`.
    Raises: ConfigError for settings that cannot be.
    """

    def __init__(self, **settings):
        self.help    = Help()
        self.session = SequenceSession(SequenceConfig().change(**settings), self.draw,
                                       self.take_down)
        self.moving  = widgets.HTML()               # one text a frame: style rules, no markup
        self.moving.add_class("pg-none")
        self.next_numbers = 0.0
        with self.session.together():
            self.bar     = SequenceBar(self.session, self.help)
            self.say     = SayPanel(self.session, self.help)
            self.inside  = InsidePanel(self.session, self.help)
            self.learned = LearnedPanel(self.session)
            self.rolled  = RolledPanel(self.session)
        self.view    = self.build()
        self.rhythm  = Rhythm((0.3, self.say.show), (0.4, self.show_numbers))
        self.session.listen(self.changed)
        self.session.player.redraw()

    def build(self):
        """All parts in their order, which is also that of the keyboard."""
        sheet = SHEET.replace("VARIABLES", variables(LIGHT, True))
        sheet = sheet.replace("DARKS", variables(DARK, True))
        sheet = widgets.HTML(f"<style>{style.SHEET}{SHARED}{sheet}{self.help.rules()}</style>")
        line  = widgets.HTML("<span></span>")
        main  = widgets.Box([self.say.widget, self.inside.widget, self.learned.widget])
        view  = widgets.VBox([sheet, self.moving, self.session.player.hidden, self.bar.widget, line,
                              main, self.rolled.widget])
        for widget, name in ((sheet, "pg-none"), (line, "pg-help"), (main, "ps-main"),
                             (self.say.says, "ps-ink"), (self.learned.slopes, "ps-ink"),
                             (view, "dlf-pg"), (view, "dlf-sequences")):
            widget.add_class(name)
        return view

    def take_down(self):
        """The cell runs again, or the player was closed."""
        close_tree(self.view)

    # ---- what changes --------------------------------------------------------------------------

    def changed(self, what):
        """Tell every part."""
        for part in (self.bar, self.say, self.inside, self.rolled):
            part.changed(what)

    def draw(self, n):
        """One frame: the maps, and what is due of the rest."""
        if self.session.busy:
            return
        self.moving.value = frame(self.inside.rules(), self.bar.rules(self.session.training))
        if self.session.playing:
            self.rhythm.beat(clock())
        else:
            self.next_numbers = self.say.next_time = 0.0       # all of what stands still is of now
            self.rhythm.all(clock())

    def show_numbers(self):
        """Measure, and show the numbers, unless that would take too much of the time."""
        began = clock()
        if began < self.next_numbers:
            return
        training = self.session.training
        if training.history.epoch[-1] < training.epoch:
            training.measure()
        self.learned.show()
        self.next_numbers = clock() + (clock() - began) / MEASURED

    # ---- how it appears ------------------------------------------------------------------------

    def describe(self):
        """The network, the task, and how well it does."""
        config = self.session.config
        return (f"{config.task}: {config.cell}, {config.layers} x {config.size}, {config.length} "
                f"moments. {self.say.describe()}")

    def __repr__(self):
        return f"SequencePlayground({self.describe()} Run this cell to play.)"

    def _repr_mimebundle_(self, include=None, exclude=None, **more):
        """The widget, and for those who do not run the notebook a line of text."""
        bundle = self.view._repr_mimebundle_(include=include, exclude=exclude) or {}
        return bundle | {"text/plain": repr(self)}
