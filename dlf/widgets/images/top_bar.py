"""The rows on top of the page for images: play, step, reset, and what one can choose."""
from dlf.experiment.images import CHANNELS, IMAGE_SETTINGS, POOLS
from dlf.experiment.settings import OPTIMIZERS
from dlf.widgets.playground import top_bar
from dlf.widgets.playground.controls import Control, choice, listed, rail, series

RATES   = series(1e-4, 1)
BATCHES = [1, 2, 5, 10, 20, 32, 50, 100, 200, 500]
SHARES  = [i / 10 for i in range(10)]


class ImageBar(top_bar.TopBar):
    """`widget` is the bar; `rules(training)` shows the epoch, in every frame."""

    buttons = {name: text for name, text in top_bar.BUTTONS.items() if name != "sample"} | {
        "batch": "One update from the next batch of training images.",
        "epoch": "Train until all training images have been seen once more."}
    fields  = "pi-nine"

    def make_controls(self):
        """A control for each setting."""
        labels = {name: setting.label for name, setting in IMAGE_SETTINGS.items()}
        for name, widget in (
                ("lr", rail(labels["lr"], RATES)),
                ("batch_size", rail(labels["batch_size"], BATCHES)),
                ("optimizer", choice(labels["optimizer"], OPTIMIZERS)),
                ("channels_1", choice(labels["channels_1"], CHANNELS)),
                ("channels_2", choice(labels["channels_2"], (0, *CHANNELS))),
                ("kernel", listed(labels["kernel"], [("3 × 3", 3), ("5 × 5", 5)])),
                ("pool", choice(labels["pool"], POOLS)),
                ("dropout", rail(labels["dropout"], SHARES))):
            self.help.add(widget, IMAGE_SETTINGS[name].help)
            yield Control(self.session, widget, name)
