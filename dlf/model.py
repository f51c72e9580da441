"""A model: a network and all that was done to its inputs, so that new data are treated alike."""
from dataclasses import dataclass, replace

import numpy as np

from dlf import initializers
from dlf.checkpoint import load, save
from dlf.datasets import Dataset, FillMissing, StandardScaler, read_csv
from dlf.fitting import predict
from dlf.layers import BatchNorm, Dense, Dropout, ReLU, Sequential


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
    def around(cls, data, hidden, dropout, rng):
        """A fresh model for this training data: tables are filled and scaled, images are not.

        A table without gaps is made ready for them too, since new rows may have some.
        """
        fill   = FillMissing().fit(data.x) if data.features else None
        filled = fill.transform(data.x) if fill else data.x
        scale  = None if filled.min() >= 0 and filled.max() <= 1 else StandardScaler().fit(filled)
        net = classifier(filled.shape[1], hidden, len(data.classes or [1]), dropout, rng)
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
