"""The rows on top of the page for sequences: play, step, reset, and what one can choose."""
from dlf.experiment.sequences import CELLS, SEQUENCE_SETTINGS
from dlf.experiment.tasks import TASKS
from dlf.widgets.playground import top_bar
from dlf.widgets.playground.controls import Control, choice, rail, series

RATES   = series(1e-4, 1)
CLIPS   = [0.0, *series(0.1, 10)]
BATCHES = [1, 2, 5, 10, 20, 32, 50, 100, 200, 500]
SIZES   = (4, 8, 16, 32, 64, 128)
LENGTHS = (7, 8, 10, 12, 15, 20, 24, 30, 40, 50, 60, 80, 100)


class SequenceBar(top_bar.TopBar):
    """`widget` is the bar; `rules(training)` shows the epoch, in every frame."""

    buttons = {name: text for name, text in top_bar.BUTTONS.items() if name != "sample"} | {
        "batch": "One update from the next batch of training sequences.",
        "epoch": "Train until all training sequences have been seen once more."}
    fields  = "pi-nine"

    def make_controls(self):
        """A control for each setting."""
        labels = {name: setting.label for name, setting in SEQUENCE_SETTINGS.items()}
        for name, widget in (
                ("lr", rail(labels["lr"], RATES)),
                ("batch_size", rail(labels["batch_size"], BATCHES)),
                ("task", choice(labels["task"], TASKS)),
                ("cell", choice(labels["cell"], CELLS)),
                ("size", choice(labels["size"], SIZES)),
                ("layers", choice(labels["layers"], (1, 2, 3))),
                ("length", choice(labels["length"], LENGTHS)),
                ("clip", choice(labels["clip"], CLIPS))):
            self.help.add(widget, SEQUENCE_SETTINGS[name].help)
            yield Control(self.session, widget, name)
