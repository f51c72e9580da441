"""Networks that read images: what one can choose of them, and the network that comes of it."""
import math
from dataclasses import dataclass, fields, replace

import numpy as np

from dlf import initializers
from dlf.experiment.build import OPTIMIZERS
from dlf.experiment.settings import ConfigError, Setting
from dlf.layers import (
    AveragePool2D,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPool2D,
    ReLU,
    Reshape,
    Sequential,
)

POOLS    = {"max": MaxPool2D, "mean": AveragePool2D}
CHANNELS = (2, 4, 8, 16)

IMAGE_SETTINGS = {
    "channels_1": Setting("Channels 1", "How many kernels look for patterns in the image, in "
                          "stage 1: each makes a map of its own.", "whole", 1, 64),
    "channels_2": Setting("Channels 2", "How many kernels look for patterns in the maps of stage "
                          "1, in all of them at once; 0 leaves this stage 2 out.", "whole", 0, 64),
    "kernel":     Setting("Kernel size", "How many pixels a side each kernel sees at once: an "
                          "odd number, so that one is in the middle.", "whole", 1, 7),
    "pool":       Setting("Pooling", "What becomes of each 2 x 2 pixels after a stage: the largest "
                          "of them, or their mean.", "choice", choices=tuple(POOLS)),
    "dropout":    Setting("Dropout", "The share of numbers before the last layer that are left out "
                          "in each training step, at random.", "number", 0.0, 0.9),
    "optimizer":  Setting("Optimizer", "How a gradient becomes a step.", "choice",
                          choices=tuple(OPTIMIZERS), live=True),
    "lr":         Setting("Learning rate", "How far each step goes.", "number", 0.0, 10.0,
                          live=True),
    "batch_size": Setting("Batch size", "How many images each step learns from.", "whole", 1, 2000,
                          live=True),
    "seed":       Setting("Seed", "Which first weights, and which order of images.", "whole", 0,
                          2**31 - 1)}


@dataclass(frozen=True)
class ImageConfig:
    """What an experiment with images is. Raises: ConfigError for a setting that cannot be.

    >>> ImageConfig(kernel=5).change(lr=0.1).lr
    0.1
    """

    channels_1: int   = 8
    channels_2: int   = 16
    kernel:     int   = 3
    pool:       str   = "max"
    dropout:    float = 0.2
    optimizer:  str   = "adam"
    lr:         float = 0.003
    batch_size: int   = 32
    seed:       int   = 0

    def __post_init__(self):
        for name, setting in IMAGE_SETTINGS.items():
            object.__setattr__(self, name, setting.check(name, getattr(self, name)))
        if self.kernel % 2 == 0:
            raise ConfigError(f"kernel, the kernel size, must be odd; got {self.kernel}.")

    def change(self, **settings):
        """The same with other settings. Raises: ConfigError for a name that there is not."""
        known = [field.name for field in fields(self)]
        for name in settings:
            if name not in known:
                raise ConfigError(f"There is no setting {name!r}; there are {', '.join(known)}.")
        return replace(self, **settings)

    @property
    def channels(self):
        """The channels of each stage."""
        return [n for n in (self.channels_1, self.channels_2) if n]


def image_network(config, side, n_out, rng):
    """Stages of convolution, ReLU and pooling, then the scores; reads rows of pixels, in float32.

    Shapes: (batch, side * side) to (batch, n_out).
    """
    layers, n_in = [Reshape(1, side, side)], 1
    for n in config.channels:
        layers += [Conv2D(n_in, n, config.kernel, padding=config.kernel // 2,
                          init=initializers.he), ReLU(), POOLS[config.pool](2)]
        n_in, side = n, side // 2
    layers += [Flatten()] + ([Dropout(config.dropout)] if config.dropout else [])
    return Sequential(*layers, Dense(n_in * side * side, n_out), rng=rng).astype(np.float32)


def image_optimizer(config):
    """The optimizer of a configuration; what else it has stays as usual."""
    return OPTIMIZERS[config.optimizer](config.lr)


def side_of(data):
    """The side of the square gray images in the rows of a data set. Raises: ValueError if none."""
    n    = np.asarray(data.x).reshape(len(data.x), -1).shape[1]
    side = math.isqrt(n)
    if side not in (8, 28) or side * side != n:
        raise ValueError("The page for images shows gray images of 8 x 8 pixels, as in "
                         f"dlf.datasets.digits(), or 28 x 28; these have {n} numbers each.")
    return side
