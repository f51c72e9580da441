"""What can be seen inside a network while it learns: each view says what it can be used for.

A view of your own is a subclass of `Inside` in the list `INSIDES`.
"""
import ipywidgets as widgets

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


INSIDES = [Histograms, Updates, FiltersAndMaps, WhatItLooksAt]


class Insides:
    """The views that apply to a network, the buttons that choose one, and the controls they use.

    `offered` are the views; `which` is the choice, `controls` the widgets that views listen to,
    empty if none does; `rows` are all of them, arranged.
    """

    def __init__(self, net, train, test, classes, width, theme):
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
        self.look  = None
        if any(view.uses for view in self.offered):
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
        uses = self.view.uses
        if "of" in uses and self.look.of == "values":
            uses = uses - {"asked"}                           # values are the same for all classes
        for name, control in self.controls.items():
            control.disabled = name not in uses
        self.below.layout.visibility = "visible" if uses else "hidden"

    def look_at(self, name, value):
        """Set what a control says; images are counted from 1 on the page."""
        setattr(self.look, name, value - 1 if name == "index" else value)
        self.allow()


def look_controls(look, net):
    """Which image, the slopes of which class, on which scale, values or gradients."""
    names  = [look.name(c) for c in range(max(predict(net, look.x[:1]).shape[-1], 2))]
    asked  = [("it names", "named"), ("that is true", "true"),
              *((name, c) for c, name in enumerate(names))]
    slider = widgets.IntSlider(value=1, min=1, max=len(look.x), description="Image",
                               layout=widgets.Layout(width="274px", flex="0 0 auto"),
                               style={"description_width": "48px"})
    return {"index": slider,
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
