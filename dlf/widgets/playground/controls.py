"""Controls that belong to a setting: they act on the session, and follow it when it changes."""
import contextlib
import math

import ipywidgets as widgets
import traitlets

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
            options = self.widget._options_full
            if value not in [v for _, v in options]:
                self.widget.options = [*options, (number(value), value)]
        self.widget.value = value


def number(value):
    """A setting's number in few letters."""
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


class Rail(widgets.VBox):
    """A slider over given values, and above it a box for any other; both show and set `value`.

    The box bears the name, since the handle of a slider cannot have one that is read out, and it
    takes keys in notebooks that keep the arrows for themselves.
    """

    value    = traitlets.Any()
    disabled = traitlets.Bool(False)
    tooltip  = traitlets.Unicode("")                # never sent: a VBox that has one is not drawn

    def __init__(self, description, values):
        self.values = list(values)
        self.at     = 0                             # the place of the handle
        self.box    = widgets.Text(description=description, continuous_update=False)
        self.handle = widgets.SelectionSlider(options=[(number(v), v) for v in self.values],
                                              readout=False)
        super().__init__([self.box, self.handle], value=self.values[0])
        self.box.observe(self.typed, "value")
        self.handle.observe(self.moved, "index")
        self.add_class("pg-rail")

    def typed(self, change):
        """A text was entered: a number if it reads as one, else for the setting to refuse."""
        if change.new != number(self.value):
            self.value     = read(change.new)
            self.box.value = number(self.value)

    def moved(self, change):
        """The handle was moved, by the learner and not by `show`."""
        if change.new != self.at:
            self.value = self.values[change.new]

    @traitlets.observe("value")
    def show(self, change):
        """The value in the box, and the handle at the nearest place."""
        self.box.value = number(self.value)
        if not isinstance(self.value, str):
            away = [abs(value - self.value) for value in self.values]
            self.at = self.handle.index = away.index(min(away))

    @traitlets.observe("disabled", "tooltip")
    def pass_on(self, change):
        for part in (self.box, self.handle):
            setattr(part, change.name, change.new)


def read(text):
    """A number that a text says; the text itself if it says none."""
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(text)
    return text.strip()


def rail(description, values):
    """A slider over given values with a box to type into."""
    return field(Rail(description, values))


def choice(description, values):
    """A list to choose from."""
    return field(widgets.Dropdown(options=[(str(v).replace("_", " "), v) for v in values],
                                  description=description))


def listed(description, options):
    """A list of (text, value) to choose from; the first is chosen."""
    return field(widgets.Dropdown(options=options, index=0, description=description))


def button(text, tip, act=None, session=None, help=None):
    """A button; with a session, act() runs on the main loop."""
    made = widgets.Button(description=text, tooltip=tip)
    if act is not None:
        session.on_click(made, act)
    return help.add(made, tip) if help is not None else made


def explain(name):
    """The sentence on a setting of the experiment, or of a layer."""
    return (SETTINGS | LAYER)[name].help
