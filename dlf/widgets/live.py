"""LiveTraining: a network in a notebook cell that learns while you watch and turn knobs."""
import base64
import time
from functools import partial

import ipywidgets as widgets
import numpy as np

from dlf import scene
from dlf.palette import LIGHT
from dlf.viz import live as drawings
from dlf.viz.boundary import are_measured
from dlf.viz.live.examples import is_plane, name_classes, spread, square
from dlf.viz.live.sequence_answers import are_windows
from dlf.viz.states import visible
from dlf.widgets.live_controls import choice, numbers, rate_slider, row, sizes, strengths, unseen
from dlf.widgets.live_insides import Insides, are_sequences
from dlf.widgets.live_session import Session
from dlf.widgets.player import Player, close_tree

NUMBERS = 0.2         # seconds between two measurements, at least
INSIDE  = 1.0         # seconds between two looks inside the layers, at least
DRAWN   = 300         # examples on a map
TEMPERATURES = [0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.6, 2.0]
GAP     = 12          # pixels between two images, margins included
TURN    = 0.012       # seconds of training between two looks at the sliders

# How much of the time may go into measuring with the curves, and into looking inside, however slow
# the machine; the player sees to it that training gets its share.
MEASURING, LOOKING = 0.1, 0.05

clock = time.perf_counter


class LiveTraining:
    """Train a network while you watch, and change the learning rate and more while it runs.

        live = LiveTraining(net, train, loss, optimizer, test=test, batch_size=20, rng=rng)
        live

    `data` is one thing here: a `dlf.datasets.Dataset`, whose names then stand in the drawings, or a
    pair (x, y); so is `test`. All else is called as in `dlf.fit`: batch_size, rng, penalty, clip,
    metric. classes, features and image_shape=(height, width) say what the numbers mean, where the
    data do not; width is that of the three pictures in pixels; theme is for dark pages
    dlf.palette.DARK.

    `net`, `history` and `steps_done` can be used from the next cell while it trains. The history is
    measured up to five times a second, on at most 2,000 examples of each part. `player` plays,
    pauses and steps by code; `close()` ends it all.

    Raises: what `dlf.train` raises.
    """

    def __init__(self, net, data, loss, optimizer, *, test=None, batch_size=32, rng=None,
                 penalty=None, clip=None, metric=None, classes=None, features=None,
                 image_shape=None, width=830, fps=30, theme=LIGHT):
        train, held = pair(data, "data"), pair(test, "test")
        self.session = Session(net, train, loss, optimizer, held, batch_size, rng, penalty, clip,
                               metric)
        self.names = (classes if classes is not None else getattr(data, "classes", None),
                      features if features is not None else getattr(data, "features", None))
        self.theme, self.width = theme, width
        self.next_numbers = self.next_inside = -np.inf
        self.counted = clock(), 0         # when the steps were counted, and how many
        self.watched = False              # is the next step's effect on the weights wanted?
        self.build_pictures(image_shape)
        self.build_controls(batch_size, fps)
        self.draw(0)

    # ---- what one reads ------------------------------------------------------------------------

    @property
    def net(self):
        """The network, as it is now."""
        return self.session.net

    @property
    def history(self):
        """A `dlf.fitting.History` of what was measured since the start; epochs are fractions."""
        return self.session.history

    @property
    def steps_done(self):
        """Updates since the start."""
        return self.session.t

    def describe(self):
        """What the pictures show, in words."""
        return " ".join(pane.describe() for pane in self.panes)

    def __repr__(self):
        sizes = "-".join(str(c.size or c.captions[0]) for c in scene.Plan(self.net).columns)
        test  = f", {len(self.session.test[0]):,} for the test" if self.session.test else ""
        return f"LiveTraining(network {sizes}, {len(self.session.x):,} examples{test})"

    def _repr_mimebundle_(self, **how):
        return {**self.view._repr_mimebundle_(**how), "text/plain": repr(self)}

    # ---- building ------------------------------------------------------------------------------

    def build_pictures(self, image_shape):
        """The pictures: the network, its answers, the curves, and what goes on inside."""
        classes, features = self.names
        x, y = self.session.test or (self.session.x, self.session.y)
        side = (self.width - GAP) // 3
        size = {"height": 280, "theme": self.theme}
        wide = {"width": self.width - GAP - 2 * side, **size}
        thin = {"width": side, **size}
        look    = self.look = self.sequence_look(x, y, classes)
        answers = answers_of(self.net, (self.session.x, self.session.y), (x, y), classes, features,
                             image_shape, thin, look)
        domain  = getattr(getattr(answers, "drawing", None), "domain", None)
        letters = classes if look is None or classes is None else list(map(visible, classes))
        steps   = None if look is None else x.shape[1]
        reads   = letters if look is not None and x.dtype.kind in "iu" else features
        graph   = drawings.NetworkPicture(self.net, reads, letters, domain, steps=steps, **wide)
        self.moving  = Pane(graph, answers)
        self.curves  = Pane(drawings.CurvesPicture(self.history, **thin))
        train = self.session.x, self.session.y
        self.insides = Insides(self.net, train, self.session.test, classes, self.width - GAP,
                               self.theme, look)
        self.inside  = [Pane(p) for p in self.insides.pictures()] if self.insides.offered else []
        self.panes   = [self.moving, self.curves, *self.inside]

    def sequence_look(self, x, y, classes):
        """Which sequence is looked at, if the data are sequences; else None."""
        if not are_sequences(self.net, x):
            return None
        return drawings.SequenceLook(x, y, self.session.loss, classes,
                                     steps=lambda: self.session.t)

    def build_controls(self, batch_size, fps):
        """The player and the sliders, and all of it arranged."""
        session = self.session
        self.player = Player(self.advance, self.draw,
                             steps={"batch": session.advance_watched,
                                    "epoch": session.rest_of_epoch},
                             reset=session.reset, new_seed=session.new_seed,
                             on_close=lambda: close_tree(self.view), fps=fps, turn=TURN)
        self.lr, set_lr = rate_slider(session.optimizer)
        self.batch_size = choice("Batch size", sizes(session, batch_size), batch_size)
        name = f"{type(session.penalty).__name__} penalty"
        self.penalty = choice(name, strengths(session.penalty.strength), session.penalty.strength)
        for slider, act in ((self.lr, set_lr), (self.batch_size, self.set_batch_size),
                            (self.penalty, self.set_penalty)):
            self.player.watch(slider, act)
        self.temperature = None
        self.samplers = [p for p in self.moving.pictures if getattr(p, "sampling", False)]
        if self.samplers:
            self.temperature = choice("Temperature", TEMPERATURES, 1.0)
            self.player.watch(self.temperature, self.set_temperature)
        if self.inside:
            self.which = self.insides.which
            self.player.watch(self.which, self.turn_to)
        for name, control in self.insides.controls.items():
            self.player.watch(control, partial(self.look_otherwise, name))
        self.arrange()

    def arrange(self):
        """Rows that wrap where the page is narrow; nothing in them changes its size."""
        self.numbers = widgets.HTML(layout=widgets.Layout(min_height="28px"))
        self.words   = widgets.HTML(layout=widgets.Layout(height="1px", margin="0"))
        images = row(*(pane.image for pane in self.inside))
        inside = [*self.insides.rows, images] if self.inside else []
        sliders = [self.lr, self.batch_size, self.penalty, self.temperature]
        sliders = row(*(slider for slider in sliders if slider is not None))
        self.view = widgets.VBox([
            self.player.controls, sliders, self.player.status,
            self.numbers, row(self.moving.image, self.curves.image), *inside,
            self.words, self.player.hidden])
        self.view.add_class("dlf-live")
        images.add_class("dlf-live-inside")
        for name, widget in (("moving", self.moving.image), ("curves", self.curves.image),
                             ("numbers", self.numbers), ("status", self.player.status),
                             ("words", self.words)):
            widget.add_class(f"dlf-live-{name}")

    # ---- what the knobs do ---------------------------------------------------------------------

    def set_batch_size(self, size):
        """From the next step on."""
        self.session.size = size

    def set_penalty(self, strength):
        """From the next step on."""
        self.session.penalty.strength = strength

    def set_temperature(self, temperature):
        """The sample is drawn anew."""
        self.look.temperature = temperature
        self.moving.shown = None              # so that it is drawn, and samples are renewed
        for picture in self.samplers:
            picture.renew()

    def turn_to(self, which):
        """Look at something else inside."""
        self.insides.allow()
        for pane, picture in zip(self.inside, self.insides.pictures()):
            pane.turn_to(picture)
        self.next_inside = -np.inf

    def look_otherwise(self, name, value):
        """Look at another example, or at the same one in another way."""
        self.insides.look_at(name, value)
        for pane in self.inside:
            pane.shown = None
        if self.look is not None:
            self.moving.shown = None          # the answers to the same sequence
        self.next_inside = -np.inf

    def close(self):
        """End the training and take the widget off the page."""
        self.player.close()

    # ---- one step, one frame -------------------------------------------------------------------

    def advance(self):
        """One update."""
        if self.watched:
            self.watched = False
            self.session.advance_watched()
        else:
            self.session.advance()

    def draw(self, n):
        """Show the state of now: all of it, sharp, when it stands still; else what is due."""
        now   = clock()
        still = not self.player.playing
        state = f"{self.session.seed} {self.session.t} {self.net.theta.sum()}", still
        for picture in self.samplers if still and self.moving.shown != state else ():
            picture.renew()                   # what stands still is of now, all of it
        self.moving.show(state)
        if still or now >= self.next_numbers:
            self.show_numbers(state)
        if still or now >= self.next_inside:
            self.show_inside(state)
        if still:
            self.words.value = unseen(self.describe())     # after all pictures are those of now
        if any(pane.shown != state for pane in self.panes):
            self.player.redraw()          # something was not due yet: look again soon

    def show_inside(self, state):
        """What goes on in the layers."""
        began = clock()
        for pane in self.inside:
            pane.show(state, self.session.update)
        self.watched     = bool(self.inside) and self.insides.view.watches
        self.next_inside = began + max(INSIDE, (clock() - began) / LOOKING)

    def show_numbers(self, state):
        """Measure, draw the curves, and write the numbers."""
        began = clock()
        self.session.measure()
        self.curves.show(state, self.history)
        when, steps  = self.counted
        speed        = max(self.steps_done - steps, 0) / max(began - when, 1e-3)
        self.counted = began, self.steps_done
        self.numbers.value = numbers(self.session, None if state[1] else speed)
        self.next_numbers  = began + max(NUMBERS, (clock() - began) / MEASURING)


class Pane:
    """An image on the page, and the pictures in it; a state that is shown is not drawn again.

    Pictures that move together are one image: a page takes one message a frame better than two.
    """

    def __init__(self, *pictures):
        self.image = widgets.Image(format="url", layout=widgets.Layout(flex="0 0 auto"))
        self.turn_to(*pictures)

    def turn_to(self, *pictures):
        """Show these pictures from now on."""
        self.pictures, self.shown = pictures, None
        self.image.layout.width = f"{sum(picture.width for picture in pictures)}px"
        address(*pictures)        # what stands still takes a while: not in the first moving frame

    def show(self, state, *of_what):
        """Draw a state, (what it is, does it stand still): quickly while it runs, else sharp."""
        if self.shown == state:
            return
        self.shown, still = state, state[1]
        for picture in self.pictures:
            picture.update(*of_what)
        self.image.value = address(*self.pictures, still=still)

    def describe(self):
        """What the pictures show, in words."""
        return " ".join(picture.describe() for picture in self.pictures)


def address(*pictures, still=False):
    """Pictures as an address that holds the file itself.

    A page shows every one of them at once; of files, which it would keep and then ask for, it
    misses some while many come.
    """
    kind = "png" if still else "jpeg"
    file = getattr(drawings, kind)(*pictures)
    return f"data:image/{kind};base64,".encode() + base64.b64encode(file)


# ---- data and drawings -------------------------------------------------------------------------

def pair(data, name):
    """(x, y) of a data set, or of a pair; None stays None."""
    if hasattr(data, "x") and getattr(data, "y", None) is not None:
        return data.x, data.y
    if (name == "test" and data is None) or (isinstance(data, (tuple, list)) and len(data) == 2):
        return data
    raise TypeError(f"{name} is a data set, or a pair of arrays: "
                    f"LiveTraining(net, (x, y), loss, optimizer, test=(x_test, y_test)); "
                    f"got a {type(data).__name__}.")


def answers_of(net, train, test, classes, features, image_shape, size, look=None):
    """The picture of what the network says: a map, images, a table, a text, a series, or points."""
    if look is not None and look.y.ndim == 2 and look.y.dtype.kind in "iu":
        return drawings.TextPicture(net, look, **size)
    if look is not None and look.y.dtype.kind == "f" and (look.y.ndim == 3
                                                          or are_windows(look.x, look.y)):
        return drawings.SeriesPicture(net, look, **size)
    if is_plane(net, *train) and (are_measured(train[1]) or name_classes(train[1])):
        names = features if features is not None and len(features) == 2 else None
        return drawings.BoundaryPicture(net, *spread(*train, DRAWN), classes, names, **size)
    x, y = test
    if not name_classes(y):
        return drawings.MeasuresPicture(net, x, y, **size)
    image_shape = image_shape or square(x, features)
    if image_shape or (x.ndim == 4 and x.shape[1] in (1, 3)):
        return drawings.ImagesPicture(net, x, y, image_shape, classes, **size)
    return drawings.TablePicture(net, x, y, classes, **size)

