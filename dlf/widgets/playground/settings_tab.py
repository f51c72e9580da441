"""Every setting of the experiment, with the sentence that explains it."""
import html

import ipywidgets as widgets

from dlf.experiment.settings import SETTINGS
from dlf.widgets.playground.controls import Control, button, choice, field, number, rail, series

NONE  = "none"         # a list of ipywidgets may lose the place of a choice that is None
NAMES = {"momentum": [0.0, 0.5, 0.8, 0.9, 0.95, 0.99], "decay": [0.0, 0.5, 0.9, 0.99, 0.999],
         "beta1": [0.0, 0.5, 0.8, 0.9, 0.95, 0.99], "beta2": [0.0, 0.9, 0.99, 0.999, 0.9999],
         "weight_decay": series(1e-4, 0.5, zero=True), "clip": [NONE, 0.01, 0.1, 1.0, 10.0],
         "bias": [-1.0, -0.1, 0.0, 0.1, 1.0], "seed": None, "data_seed": None, "init": None,
         "output": None, "shuffle": None, "scale": None, "dtype": None}
USED  = {"momentum": ("momentum", "nesterov"), "decay": ("rmsprop",), "beta1": ("adam", "adamw"),
         "beta2": ("adam", "adamw"), "weight_decay": ("adamw",)}


class SettingsTab:
    """All settings that have no place above."""

    title = "All settings"

    def __init__(self, session):
        self.session  = session
        self.controls = [self.control(name) for name in NAMES]
        boxes = [widgets.VBox([control.widget, sentence(control.name)])
                 for control in self.controls]
        grid  = widgets.Box(boxes)
        grid.add_class("pg-all")
        start = button("All to default", "The experiment that the playground begins with.",
                       self.start, session)
        self.widget = widgets.VBox([grid, start], layout=widgets.Layout(grid_gap="14px"))
        self.changed("settings")

    def control(self, name):
        """The control of a setting; the word none stands for None."""
        def read():
            value = getattr(self.session.config, name)
            return NONE if value is None else value
        def act(value):
            self.session.change(**{name: None if value == NONE else value})
        return Control(self.session, maker(name), name, read, act)

    def start(self):
        """The first experiment again."""
        from dlf.experiment import Config
        self.session.adopt(Config())

    def update(self):
        """Nothing moves here while it trains."""

    def changed(self, what):
        if what in ("settings", "run"):
            optimizer = self.session.config.optimizer
            for control in self.controls:
                control.sync()
                control.widget.disabled = optimizer not in USED.get(control.name, (optimizer,))


def maker(name):
    """The widget of a setting."""
    setting, label = SETTINGS[name], SETTINGS[name].label.removeprefix("the ").capitalize()
    if setting.kind == "choice":
        made = choice(label, setting.choices)
    elif setting.kind == "switch":
        made = field(widgets.Checkbox(description=label, indent=False))
    elif NAMES[name] is None:
        made = field(widgets.BoundedIntText(min=0, max=2**31 - 1, description=label))
    elif NONE in NAMES[name]:
        made = choice(label, ())
        made.options = [(number(v), v) for v in NAMES[name]]
    else:
        made = rail(label, NAMES[name])
    made.tooltip = setting.help
    return made


def sentence(name):
    """What a setting does, and which optimizers use it if not all do."""
    used = f" Used by {' and '.join(USED[name])}." if name in USED else ""
    made = widgets.HTML(html.escape(SETTINGS[name].help + used))
    made.add_class("pg-say")
    return made
