"""ImageSession: the network on the page, the image that goes through it, and what acts on both."""
import numpy as np

from dlf import looking
from dlf.experiment.images import (
    IMAGE_SETTINGS,
    image_network,
    image_optimizer,
    side_of,
)
from dlf.layers import Reshape, Sequential
from dlf.losses import CrossEntropy
from dlf.model import Model
from dlf.widgets import live_session
from dlf.widgets.training_page import TrainingPage

TEST  = 0.25          # the share of the data that training never sees
SLICE = 0.02          # seconds of an epoch between two looks at the messages


class ImageSession(TrainingPage):
    """A network that learns images, and one image to look at.

    Args: config: an `ImageConfig`; data: a data set of square gray images; net: a network that was
    made before, in place of the one that the configuration describes.

    `image` is the row of pixels that is looked at, and `label` the class whose slopes are wanted,
    None for the one that the network names. After a change of the two, "image" is told.
    Raises: what `side_of` and `check_reads` raise.
    """

    settings = IMAGE_SETTINGS

    def __init__(self, config, data, net=None, draw=lambda n: None, on_close=lambda: None):
        self.data, self.given = data, net
        self.side = side_of(data)
        rng = np.random.default_rng(0)
        self.train, self.test = data.split(TEST, rng=rng, stratify=True)
        self.image, self.label = np.zeros(self.side ** 2), None
        super().__init__(config, draw, on_close, fps=30)

    def start(self):
        """The network at step 0."""
        rng  = np.random.default_rng(self.config.seed)
        net  = self.given or image_network(self.config, self.side, len(self.data.classes), rng)
        wide = reads_rows(net)
        x, x_test = (part.x if wide else part.x.reshape(-1, 1, self.side, self.side)
                     for part in (self.train, self.test))
        x, x_test = (part.astype(net.dtype, copy=False) for part in (x, x_test))
        self.training = live_session.Session(
            net, (x, self.train.y), CrossEntropy(), image_optimizer(self.config),
            (x_test, self.test.y), self.config.batch_size, rng)

    # ---- what is there now ---------------------------------------------------------------------

    @property
    def pixels(self):
        """The image as the network wants it: a row, or (1, side, side)."""
        return self.image if reads_rows(self.net) else self.image.reshape(1, self.side, self.side)

    def answer(self):
        """What the network says of the image: a `dlf.looking.Answer`."""
        return looking.answer(self.net, self.pixels)

    def maps(self):
        """What the layers make of the image: a list of `dlf.looking.Maps`."""
        return looking.feature_maps(self.net, self.pixels, self.label)

    def state(self):
        """Whatever is drawn depends on this."""
        return (id(self.net), self.training.t, str(self.net.theta.sum()), self.label,
                self.image.tobytes())

    # ---- changes -------------------------------------------------------------------------------

    def look(self, image):
        """Look at another image (side, side), or row of pixels."""
        self.act(self._look, np.asarray(image, dtype=float).ravel())

    def _look(self, image):
        if image.size != self.side ** 2:
            raise ValueError(f"An image has {self.side} x {self.side} pixels here; got "
                             f"{image.size} numbers.")
        self.image = image
        self.tell("image")

    def ask(self, label):
        """Show the slopes of another class's score; None for the class that the network names."""
        self.label = label
        self.tell("image")

    def adjust(self, changed):
        if "optimizer" in changed:
            self.training.optimizer, self.training.steps = image_optimizer(self.config), None
        super().adjust(changed)

    def _rebuild(self, before):
        given, self.given = self.given, None
        try:
            super()._rebuild(before)
        except Exception:
            self.given = given
            raise
        if given is not None:
            self.say("A new network, at step 0. The one that was passed stays as it is.")


# ---- networks from elsewhere -------------------------------------------------------------------

def trained_network(source):
    """The network of a `Model`, of what `dlf.load` gives, or a network itself.

    Raises: TypeError for anything else.
    """
    if isinstance(source, Model):
        return source.net
    if isinstance(source, dict) and isinstance(source.get("net"), Sequential):
        return source["net"]
    if isinstance(source, Sequential):
        return source
    raise TypeError("Pass a network, or what a file of `dlf train digits --model cnn` holds: "
                    f"dlf.load('digits-1.dlf'); got a {type(source).__name__}.")


def reads_rows(net):
    """Does the network make images of rows of pixels itself?"""
    for _, layer in net.walk():
        if isinstance(layer, Reshape):
            return True
        if layer.n_parameters and not layer.children:
            return False
    return False


