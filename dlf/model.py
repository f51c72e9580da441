"""A model: a network and all that was done to its inputs, so that new data are treated alike."""
import math
from dataclasses import dataclass, replace

import numpy as np

from dlf import initializers
from dlf.checkpoint import load, save
from dlf.datasets import Dataset, FillMissing, StandardScaler, read_csv
from dlf.fitting import predict
from dlf.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPool2D,
    RandomShift,
    ReLU,
    Reshape,
    Sequential,
)


@dataclass
class Model:
    """What turns raw rows into answers: fill the gaps, scale, run the network.

    `fill` and `scale` were fitted on the training part, or are None where there was nothing to do.
    `table` remembers how a CSV file was read, so that another can be read alike.
    """

    net: Sequential
    fill: FillMissing | None = None
    scale: StandardScaler | None = None
    features: tuple | None = None
    classes: tuple | None = None
    table: object = None

    @classmethod
    def around(cls, data, hidden, dropout, rng, images=False):
        """A fresh model for this training data: tables are filled and scaled, images are not.

        A table without gaps is made ready for them too, since new rows may have some. With `images`
        the network is convolutional, and `hidden` are the channels of its stages.
        """
        fill   = FillMissing().fit(data.x) if data.features else None
        filled = fill.transform(data.x) if fill else data.x
        scale  = None if filled.min() >= 0 and filled.max() <= 1 else StandardScaler().fit(filled)
        n_out  = len(data.classes or [1])
        net    = (convolutional(side_of(data, hidden), hidden, n_out, dropout, rng) if images else
                  classifier(filled.shape[1], hidden, n_out, dropout, rng))
        return cls(net, fill, scale, data.features, data.classes, data.table)

    def inputs(self, x):
        """Raw rows (n, features) without gaps and scaled, in the network's number type."""
        x = self.fill.transform(x) if self.fill else x
        x = self.scale.transform(x) if self.scale else x
        return x.astype(self.net.dtype, copy=False)

    def read(self, path):
        """Read a CSV file of new rows as the training file was read; its target may be missing.

        Raises: ValueError if the model was not trained on a table, or the file is not like it.
        """
        if self.table is None:
            raise ValueError("This model was not trained on a CSV file, so it cannot read one.")
        blind = replace(self.table, target=None)             # rows without an answer are the point
        return read_csv(path, like=Dataset(np.empty((0, len(self.features))),
                                           features=self.features, table=blind))

    def answer(self, x):
        """For raw rows: the name of the likeliest class, or the number, of each. Shape (n,)."""
        y = predict(self.net, self.inputs(x))
        return np.array(self.classes)[y.argmax(axis=1)] if self.classes else y[:, 0]

    def speak_in_units_of(self, scale):
        """A network that learned scaled targets answers in their own units from now on.

        The last layer is linear, so that undoing the scaling is a change of its weights.
        """
        last       = self.net[-1]
        last.W[...] *= scale.scale[:, None]
        last.b[...]  = last.b * scale.scale + scale.mean

    def save(self, path):
        """Write all of it to one file."""
        save(dict(vars(self)), path)

    @classmethod
    def load(cls, path):
        """What `save` wrote."""
        return cls(**load(path))


def classifier(n_in, hidden, n_out, dropout, rng):
    """Dense, batch norm, ReLU and dropout for each hidden size, then the scores; in float32."""
    layers = [Dropout(dropout / 2)] if dropout else []
    for n in hidden:
        layers += [Dense(n_in, n, init=initializers.he), BatchNorm(n), ReLU()]
        layers += [Dropout(dropout)] if dropout else []
        n_in = n
    return Sequential(*layers, Dense(n_in, n_out), rng=rng).astype(np.float32)


def convolutional(side, channels, n_out, dropout, rng):
    """For square gray images in rows: stages of two convolutions that halve the image; in float32.

    While training, each image is shifted by up to a pixel, or by more if it is larger.
    """
    layers, n_in = [Reshape(1, side, side), RandomShift(max(1, side // 14))], 1
    for n in channels:
        layers += [conv(n_in, n), BatchNorm(n), ReLU(), conv(n, n), MaxPool2D(2), BatchNorm(n),
                   ReLU()]                   # pooled first, so that the last two do a quarter
        n_in, side = n, side // 2
    layers += [Flatten()] + ([Dropout(dropout)] if dropout else [])
    return Sequential(*layers, Dense(n_in * side * side, n_out), rng=rng).astype(np.float32)


def conv(n_in, n_out):
    """3 x 3, of the same size; without a bias, which the BatchNorm behind would take away again."""
    return Conv2D(n_in, n_out, 3, padding=1, bias=False, init=initializers.he)


def side_of(data, stages):
    """The side of square gray images that lie in the rows of `data`, to be halved in each stage."""
    n    = data.x.shape[1]
    side = math.isqrt(n)
    if data.features is not None or side * side != n or side < 4:
        raise ValueError("A convolutional network reads images, square and gray, such as digits or "
                         f"mnist. These {n} features are no image: take the model dense.")
    if side < 2 ** len(stages):
        raise ValueError(f"Images of {side} x {side} pixels cannot be halved {len(stages)} times, "
                         "once for each number of channels: take fewer.")
    return side
