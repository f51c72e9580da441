"""The data: sets as pictures, how much noise, how many points, and what the network sees of it."""
import ipywidgets as widgets

from dlf.experiment.features import PLANE
from dlf.experiment.settings import DATA, ConfigError
from dlf.widgets.playground import pictures
from dlf.widgets.playground.controls import Control, button, explain, rail
from dlf.widgets.svg.sheet import frame, new_prefix

NAMES  = {"circle": "Circle", "xor": "XOR", "gauss": "Gauss", "spiral": "Spiral", "moons": "Moons",
          "blobs": "Clouds", "spirals": "Arms", "plane": "Plane", "gauss_regression": "Hills",
          "formula": "Formula", "own": "Yours"}
ABOUT  = {"circle": "A disc inside a ring: no straight line tells them apart.",
          "xor": "Two classes in opposite corners: each is in two places.",
          "gauss": "Two round clouds: one straight line is enough.",
          "spiral": "Two arms wound around each other: hard with x1 and x2 alone.",
          "moons": "Two half moons that reach into each other.",
          "blobs": "Several round clouds, a class and an output neuron each.",
          "spirals": "Several spiral arms, a class and an output neuron each.",
          "plane": "A number to predict: a tilted plane.",
          "gauss_regression": "A number to predict: hills and valleys.",
          "formula": "A rule of your own labels points: write it below, under Your data.",
          "own": "A table of your own: paste or upload it below, under Your data."}
POINTS = [20, 50, 100, 200, 300, 500, 1000, 1200, 2000, 5000]
SHARES = [i / 20 for i in range(21)]
SEEN   = 12            # inputs that have a button of their own


class DataPanel:
    """`widget` is the column; `ask_own` is called when data of one's own are wanted."""

    def __init__(self, session, help, ask_own):
        self.session, self.help, self.ask_own = session, help, ask_own
        self.prefix   = new_prefix()
        self.style    = widgets.HTML()
        self.sets     = {name: self.set_button(name) for name in DATA}
        self.inputs   = widgets.Box()
        self.buttons  = {}
        self.controls = list(self.make_controls())
        self.again    = button("New points", "Draw other points by the same rule.",
                               self.new_points, session, help)
        self.again.add_class("pg-wide")
        self.widget   = self.build()
        self.changed("run")

    def build(self):
        tiles = widgets.Box(list(self.sets.values()))
        tiles.add_class("pg-tiles")
        self.inputs.add_class("pg-tiles")
        self.title = widgets.HTML()
        above = widgets.VBox([self.title, tiles, widgets.HTML("<h3>Inputs</h3>"), self.inputs])
        below = widgets.VBox([*(control.widget for control in self.controls), self.again])
        for part in (above, below):
            part.add_class("pg-part")
        panel = widgets.VBox([self.style, above, below])
        panel.add_class("pg-panel")
        panel.add_class("pg-data")
        self.style.add_class("pg-none")
        return panel

    def set_button(self, name):
        """The button of a data set, with its picture."""
        made = button(NAMES[name], ABOUT[name], lambda: self.choose(name), self.session, self.help)
        made.add_class(f"pg-set-{name}")
        return made

    def make_controls(self):
        session = self.session
        for name, widget in (("noise", rail("Noise", SHARES[:11])),
                             ("test", rail("Test share", SHARES[2:19])),
                             ("n", rail("Points", POINTS)),
                             ("classes", rail("Classes", range(2, 9)))):
            self.help.add(widget, explain(name))
            read = (lambda: session.config.points) if name == "n" else None
            yield Control(session, widget, name, read)

    # ---- what the learner does ----

    def choose(self, name):
        """Take a data set. One's own data come from below, and so does the formula's text."""
        config = self.session.config
        if name in ("formula", "own"):
            self.ask_own(name)
        if name == "own" and config.own is None:
            return self.session.say("Paste a table below, or upload one, and press Use.")
        if name == "own":
            return self.session.adopt(config.with_own(config.own))
        plain = {"features": ("x1", "x2"), "scale": False} if config.data == "own" else {}
        self.session.change(data=name, n=None, **plain)

    def new_points(self):
        """The next data seed."""
        self.session.change(data_seed=(self.session.config.data_seed + 1) % 2**32)

    def toggle(self, name):
        """Add an input, or take it away."""
        config = self.session.config
        kept   = [f for f in self.offered() if (f in config.features) != (f == name)]
        if not kept:
            raise ConfigError("The network needs at least one input: choose another one first.")
        self.session.change(features=[*kept, *(f for f in config.features
                                               if f not in self.offered())])

    # ---- what follows ----

    def offered(self):
        """Inputs that can be turned on and off here."""
        config = self.session.config
        names  = PLANE if config.columns == 2 else [f"x{i + 1}" for i in range(config.columns)]
        return [*names, *(f for f in config.features if f not in names)][:SEEN]

    def changed(self, what):
        if what in ("data", "run"):
            self.show_inputs()
        if what in ("settings", "run", "network"):
            self.sync()

    def sync(self):
        """Show what is chosen, and what has no meaning here as not to be moved."""
        config = self.session.config
        for control in self.controls:
            control.sync()
        for name, made in self.sets.items():
            mark(made, name == config.data)
        if set(self.offered()) != set(self.buttons):
            self.show_inputs()
        for name, made in self.buttons.items():
            mark(made, name in config.features)
        name = config.own.name if config.data == "own" else NAMES[config.data]
        self.title.value = f"<h3>Data: {plain(name)}</h3>"
        for control in self.controls:
            unused = {"classes": config.data not in ("blobs", "spirals")}
            own    = config.data == "own" and control.name in ("noise", "n")
            control.widget.disabled = own or unused.get(control.name, False)

    def show_inputs(self):
        """A button for every input on offer, with what it is over the plane."""
        names = self.offered()
        for name in names:
            if name not in self.buttons:
                self.buttons[name] = self.input_button(name)
        for name in set(self.buttons) - set(names):
            self.buttons.pop(name).close()
        for i, name in enumerate(names):
            place(self.buttons[name], f"{self.prefix}i{i}")
        self.inputs.children = [self.buttons[name] for name in names]
        self.style.value = frame(pictures.data_rules(self.sets), pictures.feature_rules(
            names, self.session.run.data, f".{self.prefix}i"))

    def input_button(self, name):
        return button(pretty(name), f"Give the network {name} as an input, or take it away.",
                      lambda: self.toggle(name), self.session)


def mark(made, on):
    """Show a button as chosen or not."""
    made.add_class("pg-on") if on else made.remove_class("pg-on")


def place(made, name):
    """Give a button the class of its picture, and take the one it had."""
    for old in [c for c in made._dom_classes if c != "pg-on" and c.startswith("dlf")]:
        made.remove_class(old)
    made.add_class(name)


def pretty(name):
    """x1^2 as x₁²."""
    return (name.replace("^2", "²").replace("*", "").replace("x1", "x₁").replace("x2", "x₂"))


def plain(text):
    """Text that is safe in HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
