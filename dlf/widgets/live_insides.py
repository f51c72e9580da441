"""What can be seen inside a network while it learns: each view says what it can be used for.

A view of your own is a subclass of `Inside` in the list `INSIDES`.
"""
import ipywidgets as widgets
import numpy as np

from dlf import looking
from dlf.fitting import predict
from dlf.viz import live as drawings
from dlf.viz.boundary import labels_of
from dlf.viz.filters import convolutions
from dlf.viz.histograms import layers_of
from dlf.viz.live.examples import name_classes, spread
from dlf.viz.live.looks import wanted_height
from dlf.widgets.live_controls import row

ASKED = 200           # examples whose activations are looked at
LOOKS = 272           # pixels for the example; what the network makes of it gets the rest
HINGES = 330          # pixels of height for what the answer hangs on


class Inside:
    """One view: two pictures side by side, of a height that all views agree on.

    `applies` says whether a network and its data have something to show, `height` how many pixels
    that wants, `pictures` makes it. `uses` are the controls that it listens to, of "index",
    "asked", "scale" and "of"; `watches` asks for the effect of single updates.
    """

    name = label = tip = ""
    uses    = frozenset()
    watches = False

    @staticmethod
    def applies(net, x, y):
        """Is there anything to see? x, y are examples."""
        return any(value.ndim > 1 for _, value, _ in net.parameters())

    @staticmethod
    def height(net, x):
        """Pixels wanted: more rows, more room."""
        return 84 + 40 * min(max(len(layers_of(net)), 2), 5)

    @staticmethod
    def pictures(net, some, look, size):
        """Two pictures. `some` are inputs; `look` a `drawings.Look`; size = width, height, theme of
        both together."""
        raise NotImplementedError


class Pair(Inside):
    """Two pictures with a row a layer, each half of the width."""

    kinds = ()

    @classmethod
    def pictures(cls, net, some, look, size):
        """Both look at the same examples."""
        width, *rest = size
        return [kind(net, some, width // 2, *rest) for kind in cls.kinds]


class Histograms(Pair):
    """What the layers give, and how large their gradients are."""

    name  = "Histograms"
    label = "Activations and gradients"
    tip   = "Their histograms, layer by layer"
    kinds = drawings.ActivationsPicture, drawings.GradientsPicture


class Updates(Pair):
    """How much each step changes, and what hardly learns."""

    name    = "Updates"
    label   = "Updates and stuck units"
    tip     = "Their sizes and shares, layer by layer"
    kinds   = drawings.UpdatesPicture, drawings.StuckPicture
    watches = True


class OfImages(Inside):
    """A view of one image, for convolutional networks that name its class."""

    kinds = ()

    @staticmethod
    def applies(net, x, y):
        """Convolutions, images, classes."""
        if not convolutions(net) or not name_classes(y):
            return False
        try:
            looking.image_shape(net, x[:1])
        except ValueError:
            return False
        return predict(net, x[:1]).ndim == 2

    @classmethod
    def pictures(cls, net, some, look, size):
        """The example on the left; on the right, wider, what the network makes of it."""
        width, *rest = size
        left, right  = cls.kinds
        return [left(net, look, LOOKS, *rest), right(net, look, width - LOOKS, *rest)]


class FiltersAndMaps(OfImages):
    """The first filters, and the maps of one image in every layer."""

    name  = "Maps"
    label = "Filters and maps"
    tip   = "The first layer's filters, and what each layer makes of an image"
    kinds = drawings.FiltersPicture, drawings.MapsPicture
    uses  = frozenset({"index", "asked", "scale", "of"})

    @staticmethod
    def height(net, x):
        """A row a layer."""
        return wanted_height(net, x)


class WhatItLooksAt(OfImages):
    """Which pixels an answer hangs on."""

    name  = "Looks"
    label = "What it looks at"
    tip   = "Which pixels of an image the answer hangs on"
    kinds = drawings.AnswerPicture, drawings.HingesPicture
    uses  = frozenset({"index", "asked"})

    @staticmethod
    def height(net, x):
        """Three maps, and what they mean."""
        return HINGES


class OfSequences(Pair):
    """A view of one sequence, for networks with layers that work along time."""

    layers = staticmethod(looking.recurrent_layers)
    uses   = frozenset({"index", "layer"})

    @classmethod
    def applies(cls, net, x, y):
        """Sequences, and layers of the kind that has something to show."""
        return are_sequences(net, x) and bool(cls.layers(net))

    @classmethod
    def pictures(cls, net, some, look, size):
        """Both look at the same sequence."""
        width, *rest = size
        return [kind(net, look, width // 2, *rest) for kind in cls.kinds]


class StatesAndGates(OfSequences):
    """What the units of a recurrent layer do over one sequence."""

    name  = "States"
    label = "States and gates"
    tip   = "What each unit holds, writes, keeps and shows, moment by moment"
    kinds = drawings.StatesPicture, drawings.GatesPicture

    @staticmethod
    def height(net, x):
        """At most four maps one below another."""
        return 290


class ThroughTime(OfSequences):
    """How much of a slope is left on the way back through time."""

    name  = "Slopes"
    label = "Gradient through time"
    tip   = "How long the slope of the last moment's loss is at every moment before it"
    kinds = drawings.SlopesPicture, drawings.FactorsPicture
    uses  = frozenset()

    @staticmethod
    def height(net, x):
        """Two graphs."""
        return 250


class Attention(OfSequences):
    """Who looks at whom in one sequence, and what the network says of it."""

    name   = "Attention"
    label  = "Attention"
    tip    = "Which moments each moment looks at, a map a head"
    layers = staticmethod(looking.attention_layers)

    @staticmethod
    def height(net, x):
        """As high as the narrower of both can use."""
        return 290

    @classmethod
    def pictures(cls, net, some, look, size):
        """The maps on the left; what comes of them on the right."""
        width, *rest = size
        return [drawings.AttentionPicture(net, look, width - LOOKS, *rest),
                drawings.TextPicture(net, look, LOOKS, *rest, sampling=False)
                if look.y.dtype.kind in "iu" and look.y.ndim == 2 else
                drawings.SeriesPicture(net, look, LOOKS, *rest)]


INSIDES = [Histograms, Updates, FiltersAndMaps, WhatItLooksAt, StatesAndGates, ThroughTime,
           Attention]


def are_sequences(net, x):
    """Do sequences go in, and are there layers that work along time?"""
    x = np.asarray(x)
    return ((x.ndim == 3 or (x.ndim == 2 and x.dtype.kind in "iu" and net.takes_symbols))
            and bool(looking.recurrent_layers(net) or looking.attention_layers(net)))


class Insides:
    """The views that apply to a network, the buttons that choose one, and the controls they use.

    `offered` are the views; `which` is the choice, `controls` the widgets that views listen to,
    empty if none does; `rows` are all of them, arranged.
    """

    def __init__(self, net, train, test, classes, width, theme, look=None):
        x, y = test or train
        self.net     = net
        self.offered = [view for view in INSIDES if view.applies(net, x, y)]
        some, _      = spread(*train, ASKED)
        self.some    = self.typed(some)
        self.made, self.controls, self.rows = {}, {}, []
        if not self.offered:
            return
        height    = max(view.height(net, self.typed(x[:1])) for view in self.offered)
        self.size = width, height, theme
        self.which = widgets.ToggleButtons(
            options=[(view.label, view.name) for view in self.offered],
            tooltips=[view.tip for view in self.offered], style={"button_width": "200px"})
        self.look  = look
        if look is not None:
            self.controls = sequence_controls(look, net)
        elif any(view.uses for view in self.offered):
            self.look     = drawings.Look(self.typed(x), labels_of(y), classes)
            self.controls = look_controls(self.look, net)
        self.below = row(*self.controls.values())
        self.rows  = [self.which, self.below] if self.controls else [self.which]
        self.allow()

    def typed(self, x):
        """Inputs in the network's number type."""
        return x if self.net.takes_symbols else x.astype(self.net.dtype, copy=False)

    @property
    def view(self):
        """The view that is chosen."""
        return next(view for view in self.offered if view.name == self.which.value)

    def pictures(self):
        """The two pictures of the chosen view, made when they are first asked for."""
        view = self.view
        if view not in self.made:
            self.made[view] = view.pictures(self.net, self.some, self.look, self.size)
        return self.made[view]

    def allow(self):
        """Only controls that do something now can be used; the others keep their room."""
        uses = self.view.uses & set(self.controls)
        if "of" in uses and self.look.of == "values":
            uses = uses - {"asked"}                           # values are the same for all classes
        for name, control in self.controls.items():
            control.disabled = name not in uses
        self.below.layout.visibility = "visible" if uses else "hidden"

    def look_at(self, name, value):
        """Set what a control says; examples are counted from 1 on the page."""
        setattr(self.look, name, value - 1 if name == "index" else value)
        self.allow()


def sequence_controls(look, net):
    """Which sequence, and which of the layers that work along time, if there are several."""
    found = looking.recurrent_layers(net) or looking.attention_layers(net)
    made  = {"index": index_slider("Sequence", look.x, 76)}
    if len(found) > 1:
        made["layer"] = choice("Layer", [(name, i) for i, (name, *_) in enumerate(found)], 0,
                               "Which layer's states or maps are shown", 220)
    return made


def index_slider(name, x, width):
    """Which of the examples, counted from 1."""
    return widgets.IntSlider(value=1, min=1, max=len(x), description=name,
                             layout=widgets.Layout(width="274px", flex="0 0 auto"),
                             style={"description_width": f"{width}px"})


def look_controls(look, net):
    """Which image, the slopes of which class, on which scale, values or gradients."""
    names  = [look.name(c) for c in range(max(predict(net, look.x[:1]).shape[-1], 2))]
    asked  = [("it names", "named"), ("that is true", "true"),
              *((name, c) for c, name in enumerate(names))]
    return {"index": index_slider("Image", look.x, 48),
            "asked": choice("Class", asked, "named", "Whose score or probability is followed", 172),
            "scale": choice("Scale", [("each map", "map"), ("each layer", "layer"),
                                      ("network", "network")], "layer",
                            "How many maps share one scale of colors", 172),
            "of": choice("Show", [("values", "values"), ("gradients", "gradients")], "values",
                         "What the layers give, or the slopes of the score", 172)}


def choice(label, options, value, tip, width):
    """A list to choose from, of fixed width."""
    return widgets.Dropdown(options=options, value=value, description=label, tooltip=tip,
                            style={"description_width": "44px"},
                            layout=widgets.Layout(width=f"{width}px", flex="0 0 auto"))
