"""Controls that belong to a setting: they act on the session, and follow it when it changes."""
import math

import ipywidgets as widgets

from dlf.experiment import LAYER, SETTINGS
from dlf.widgets.svg.network import quoted

SERIES = (1, 2, 3, 5)                       # steps of a slider over powers of ten


class Help:
    """One line on the page that explains the control under the pointer, or the one with the focus.

    It needs no message: every sentence is a style rule.
    """

    def __init__(self):
        self.sentences = []

    def add(self, widget, sentence):
        """Explain a widget, as its tooltip too; returns it."""
        widget.add_class(f"pgh{len(self.sentences)}")
        self.sentences.append(sentence)
        if hasattr(widget, "tooltip"):
            widget.tooltip = sentence
        return widget

    def rules(self):
        """The rule of every sentence; the pointer counts more than the focus."""
        rule = ".dlf-pg:has(.pgh{}:{}) .pg-help span::after{{content:{}}}"
        return "".join(rule.format(i, state, quoted(sentence))
                       for state in ("focus-within", "hover")
                       for i, sentence in enumerate(self.sentences))


class Control:
    """A widget for one setting. `acts` says what to do with a new value, by default to change it.

    `shown` is the setting's value that the widget shows; a value that could not be set is replaced
    by the true one at the next `sync`.
    """

    def __init__(self, session, widget, name, read=None, acts=None):
        self.session, self.widget, self.name = session, widget, name
        self.read  = read or (lambda: getattr(session.config, name))
        self.acts  = acts or (lambda value: session.change(**{name: value}))
        self.shown = self.read()
        self.quiet = False
        self.put(self.shown)
        session.watch(widget, self.act)

    def act(self, value):
        """The learner has set it."""
        if not self.quiet and value != self.shown:
            self.shown = value
            self.acts(value)

    def sync(self):
        """Show the value that is true now."""
        value = self.read()
        if value != self.shown:
            self.shown, self.quiet = value, True
            try:
                self.put(value)
            finally:
                self.quiet = False

    def put(self, value):
        """Write into the widget, with another choice if it has none for this value."""
        if hasattr(self.widget, "options"):
            values = [v for _, v in self.widget._options_full]
            if value not in values:
                self.widget.options = [(number(v), v) for v in sorted([*values, value])]
        self.widget.value = value


def number(value):
    """A setting's number in few letters."""
    if value is None:
        return "none"
    if isinstance(value, str):
        return value
    if value and abs(value) < 1e-4:
        return f"{value:.0e}".replace("e-0", "e-")
    return f"{value:g}"


def series(low, high, zero=False):
    """0.01, 0.02, 0.03, 0.05, 0.1, ...: round numbers, each a step of the same size to the eye."""
    powers = range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1)
    values = [float(f"{s}e{p}") for p in powers for s in SERIES]
    return [0.0] * zero + [v for v in values if low <= v <= high * 1.0001]


# ---- widgets with the look of a field ----------------------------------------------------------

def field(widget):
    """Give a widget the look of a field: name and value above, control below."""
    widget.add_class("pg-f")
    return widget


def rail(description, values):
    """A slider over given values."""
    return field(widgets.SelectionSlider(options=[(number(v), v) for v in values],
                                         description=description))


def slider(description, low, high, step):
    """A slider over a range of numbers with a point."""
    return field(widgets.FloatSlider(min=low, max=high, step=step, description=description,
                                     readout_format=".2f"))


def whole(description, low, high):
    """A slider over whole numbers."""
    return field(widgets.IntSlider(min=low, max=high, description=description))


def choice(description, values):
    """A list to choose from."""
    return field(widgets.Dropdown(options=[(str(v).replace("_", " "), v) for v in values],
                                  description=description))


def button(text, tip, act=None, session=None, help=None):
    """A button; with a session, act() runs on the main loop."""
    made = widgets.Button(description=text, tooltip=tip)
    if act is not None:
        session.on_click(made, act)
    return help.add(made, tip) if help is not None else made


def explain(name):
    """The sentence on a setting of the experiment, or of a layer."""
    return (SETTINGS | LAYER)[name].help
