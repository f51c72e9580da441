"""The rows on top: play, step, reset, the epoch, and the settings that one changes most."""
import ipywidgets as widgets

from dlf.experiment.settings import OPTIMIZERS, SETTINGS
from dlf.widgets.player import SPEEDS
from dlf.widgets.playground.controls import Control, choice, explain, rail, series
from dlf.widgets.svg.sheet import new_prefix

RATES     = series(1e-5, 10, zero=True)
BATCHES   = [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500]
STRENGTHS = series(1e-5, 1, zero=True)
FELT      = 0.003         # a strength to begin with, when a penalty is chosen and there is none


class TopBar:
    """`widget` is the bar; `rules(run)` shows the epoch, in every frame."""

    buttons = None                # what each of the player's controls does; BUTTONS if not given
    fields  = "pg-fields"

    def __init__(self, session, help):
        self.session, self.help = session, help
        self.prefix   = new_prefix()
        self.controls = list(self.make_controls())
        self.widget   = widgets.VBox([self.first_row(), self.second_row()])
        self.widget.add_class("pg-top")

    def first_row(self):
        """The player's buttons, the epoch, and the status line."""
        player = self.session.player
        player.controls.children = [c for c in player.controls.children if c is not player.speed]
        player.play_button.add_class("pg-play")
        for made, sentence in zip(player.controls.children, (self.buttons or BUTTONS).values(),
                                  strict=True):
            if isinstance(made, widgets.Button):
                self.help.add(made, sentence)
        epoch = widgets.HTML(f'<span class="pg-muted">epoch</span> <b id="{self.prefix}"></b>')
        epoch.add_class("pg-epoch")
        self.help.add(epoch, "How often the network has seen all training examples.")
        player.status.add_class("pg-status")
        player.status.layout.min_height = None
        row = widgets.HBox([player.controls, epoch, player.status])
        row.add_class("pg-go")
        return row

    def second_row(self):
        """Speed and settings."""
        speed = choice("Speed", ())
        speed.options = list(SPEEDS.items())
        widgets.link((self.session.player.speed, "value"), (speed, "value"))
        self.help.add(speed, "How many updates of the weights are made in a second.")
        row = widgets.Box([speed, *(control.widget for control in self.controls)])
        row.add_class(self.fields)
        return row

    def make_controls(self):
        """A control for each setting that one changes most."""
        for name, widget in (
                ("lr", rail("Learning rate", RATES)), ("batch_size", rail("Batch size", BATCHES)),
                ("optimizer", choice("Optimizer", OPTIMIZERS)),
                ("loss", choice("Loss", SETTINGS["loss"].choices)),
                ("penalty", choice("Regularization", SETTINGS["penalty"].choices)),
                ("strength", rail("Strength", STRENGTHS))):
            self.help.add(widget, explain(name))
            acts = self.choose_penalty if name == "penalty" else None
            yield Control(self.session, widget, name, acts=acts)

    def choose_penalty(self, penalty):
        """A penalty of strength 0 would change nothing: give it one that is felt."""
        more = {"strength": FELT} if penalty != "none" and not self.session.config.strength else {}
        self.session.change(penalty=penalty, **more)

    def changed(self, what):
        if what in ("settings", "run"):
            for control in self.controls:
                control.sync()

    def rules(self, run):
        """The epoch, always as wide."""
        return f'#{self.prefix}::after{{content:"{epoch_text(run.epoch)}"}}'


def epoch_text(epoch):
    """An epoch with its fraction, which single steps move."""
    return f"{epoch:,.1f}" if epoch < 10_000 else f"{epoch:,.0f}"


BUTTONS = {
    "play":   "Train by itself until you pause.",
    "label":  "",
    "sample": "One update from the next training point alone: the smallest step there is.",
    "batch":  "One update from the next batch of training points.",
    "epoch":  "Train until all training points have been seen once more.",
    "reset":  "Back to the start, with exactly the same first weights.",
    "seed":   "Back to the start, with other first weights.",
}
