"""The page for images: draw a digit, and see what every layer of a network makes of it."""
import time

import ipywidgets as widgets
import numpy as np

from dlf import datasets
from dlf.experiment.images import ImageConfig
from dlf.widgets.images.answer_panel import AnswerPanel, LearnedPanel
from dlf.widgets.images.filters_tab import FiltersTab
from dlf.widgets.images.look_tab import LookTab
from dlf.widgets.images.maps_panel import MapsPanel
from dlf.widgets.images.session import ImageSession, trained_network
from dlf.widgets.images.step_tab import StepTab
from dlf.widgets.images.style import SHEET
from dlf.widgets.images.tiles import Row, Tiles
from dlf.widgets.images.top_bar import ImageBar
from dlf.widgets.pad import Pad
from dlf.widgets.player import close_tree
from dlf.widgets.playground import style
from dlf.widgets.playground.app import Rhythm
from dlf.widgets.playground.controls import Help
from dlf.widgets.playground.pages import Pages
from dlf.widgets.svg import frame

EXAMPLES = 3          # of each class, on the pad's button
READS    = 112        # pixels of the image that the network reads, a side
MEASURED = 0.1        # the largest share of the time that goes into measuring

clock = time.perf_counter


class ImagePlayground:
    """A network that reads digits, as a widget in a notebook cell or a page of the app.

    Args: net: a network that was trained before, such as `dlf.load("digits-1.dlf")` of a file that
    `dlf train digits --model cnn` wrote; without one, a small network that has learned nothing yet.
    It is trained on when you press Play. data: a data set of square gray images, `digits()` unless
    another is given; dragging: may the pad use a few lines of script?; settings: of an
    `ImageConfig`, such as channels_1=4, lr=0.01.

    `session` is what a program can act on: `session.change(lr=0.03)`, `session.look(image)`.
    Raises: ConfigError for settings that cannot be, TypeError for what is no network, and
    ShapeError for a network that does not read these images.
    """

    def __init__(self, net=None, data=None, dragging=True, **settings):
        data = datasets.digits() if data is None else data
        self.help    = Help()
        self.session = ImageSession(ImageConfig().change(**settings), data,
                                    None if net is None else trained_network(net), self.draw,
                                    self.take_down)
        self.moving  = widgets.HTML()               # one text a frame: style rules, no markup
        self.moving.add_class("pg-none")
        self.next_numbers = 0.0
        with self.session.together():
            self.make_parts(dragging)
        self.view    = self.build()
        self.rhythm  = Rhythm((0.25, self.pages.update), (0.3, self.show_numbers))
        self.session.listen(self.changed)
        self.pad.start_from(0, stays=False)
        if net is not None:
            self.session.say("This is the network that was passed. Other channels, kernels, "
                             "pooling or dropout make a new one.")

    # ---- what it consists of -------------------------------------------------------------------

    def make_parts(self, dragging):
        session, help = self.session, self.help
        self.examples = some_of_each(session.test)
        self.pad     = Pad(session.test.x[self.examples], session.side, dragging)
        self.tile    = Tiles([Row("", "", 1)], READS, session.side)
        self.about   = widgets.HTML()
        self.bar     = ImageBar(session, help)
        self.maps    = MapsPanel(session, help)
        self.answer  = AnswerPanel(session)
        self.learned = LearnedPanel(session)
        self.pages   = Pages(session, (LookTab, StepTab, FiltersTab))
        session.watch(self.pad.text, self.drawn)

    def build(self):
        """All parts in their order, which is also that of the keyboard."""
        sheet = widgets.HTML(f"<style>{style.SHEET}{SHEET}{self.help.rules()}</style>")
        line  = widgets.HTML("<span></span>")
        reads = widgets.HBox([widgets.HTML(self.tile.markup("What the network reads")), self.about])
        draw  = widgets.VBox([widgets.HTML("<h3>Draw a digit</h3>"), self.pad.widget, reads])
        main  = widgets.Box([draw, self.answer.widget, self.maps.widget, self.learned.widget])
        view  = widgets.VBox([sheet, self.moving, self.session.player.hidden, self.bar.widget, line,
                              main, self.pages.widget])
        for widget, name in ((sheet, "pg-none"), (line, "pg-help"), (main, "pi-main"),
                             (draw, "pg-panel"), (draw, "pi-draw"), (reads, "pi-reads"),
                             (self.about, "pi-say"),
                             (view, "dlf-pg"), (view, "dlf-images")):
            widget.add_class(name)
        return view

    def take_down(self):
        """The cell runs again, or the player was closed."""
        for page in self.pages.made.values():
            page.close()
        close_tree(self.view)

    # ---- what changes --------------------------------------------------------------------------

    def drawn(self, path):
        """The pad has another drawing."""
        self.session.look(self.pad.image)
        self.about.value = f"<p><b>What it reads</b></p><p>{self.origin()}</p>"

    def origin(self):
        """Where the image comes from."""
        if not self.pad.image.any():
            return "Nothing is drawn yet."
        if self.pad.chosen is None:
            upright = " and set upright" * (self.session.side == 8)
            return f"Your drawing, moved and scaled{upright} as the data were."
        label = self.session.test.y[self.examples[self.pad.chosen]]
        return (f"A test image: somebody wrote {self.session.data.classes[label]}."
                + " Draw on it, or clear the pad." * self.pad.stays)

    def changed(self, what):
        """Tell every part."""
        for part in (self.bar, self.maps, self.pages):
            part.changed(what)

    def draw(self, n):
        """One frame: the maps and the bars, and what is due of the rest."""
        if self.session.busy:
            return
        self.said = self.session.answer()
        side = self.session.side
        self.moving.value = frame(self.maps.rules(self.session.maps()),
                                  self.tile.rules([self.session.image.reshape(1, side, side)]),
                                  self.answer.rules(self.said),
                                  self.bar.rules(self.session.training))
        if self.session.playing:
            self.rhythm.beat(clock())
        else:
            self.next_numbers = 0.0
            self.rhythm.all(clock())

    def show_numbers(self):
        """Measure, and show the numbers, unless that would take too much of the time."""
        began = clock()
        if began < self.next_numbers:
            return
        training = self.session.training
        if training.history.epoch[-1] < training.epoch:
            training.measure()
        self.answer.tell(self.said)
        self.learned.show()
        self.next_numbers = clock() + (clock() - began) / MEASURED

    # ---- how it appears ------------------------------------------------------------------------

    def describe(self):
        """The network, and what it says of the image."""
        layers = ", ".join(type(layer).__name__ for _, layer in self.session.net.walk()
                           if not layer.children)
        return f"{layers}. {self.answer.describe(self.session.answer())}"

    def __repr__(self):
        return f"ImagePlayground({self.describe()} Run this cell to play.)"

    def _repr_mimebundle_(self, include=None, exclude=None, **more):
        """The widget, and for those who do not run the notebook a line of text."""
        bundle = self.view._repr_mimebundle_(include=include, exclude=exclude) or {}
        return bundle | {"text/plain": repr(self)}


def some_of_each(data):
    """The places of a few images of each class: first one of each, then another of each."""
    found = [np.flatnonzero(data.y == label)[:EXAMPLES] for label in range(len(data.classes))]
    return [int(rows[i]) for i in range(EXAMPLES) for rows in found if len(rows) > i]
