"""Networks that read sequences: what one can choose of them, and the network that comes of it."""
from dataclasses import dataclass, fields, replace

import numpy as np

from dlf.experiment.settings import ConfigError, Setting
from dlf.experiment.tasks import LENGTHS, TASKS
from dlf.layers import (
    GRU,
    LSTM,
    RNN,
    Dense,
    Embedding,
    LastStep,
    PositionEmbedding,
    Sequential,
    TransformerBlock,
)

CELLS = {"rnn": RNN, "lstm": LSTM, "gru": GRU, "attention": TransformerBlock}
HEADS = 2

SEQUENCE_SETTINGS = {
    "task":   Setting("Task", "What to learn: next year's sunspots, the sum of two marked numbers, "
                      "to repeat three symbols after a pause, or the next letter of a name.",
                      "choice", choices=tuple(TASKS)),
    "cell":   Setting("Cell", "What carries something from moment to moment: a state (rnn), a "
                      "state with gates (lstm, gru), or a look at all that came before.",
                      "choice", choices=tuple(CELLS)),
    "size":   Setting("Size", "How many numbers a state has, or each position with attention.",
                      "whole", 2, 128),
    "layers": Setting("Layers", "How many cells stand one above another.", "whole", 1, 4),
    "length": Setting("Length", "How many moments a sequence has: the longer, the further back "
                      "something must be remembered.", "whole", 7, 100),
    "lr":     Setting("Learning rate", "How far each step goes.", "number", 0.0, 10.0, live=True),
    "clip":   Setting("Clip", "The longest gradient that is allowed, longer ones are shortened to "
                      "it; 0 allows all.", "number", 0.0, 100.0, live=True),
    "batch_size": Setting("Batch size", "How many sequences each step learns from.", "whole", 1,
                          1000, live=True),
    "seed":   Setting("Seed", "Which first weights, and which order of sequences.", "whole", 0,
                      2**31 - 1)}


@dataclass(frozen=True)
class SequenceConfig:
    """What an experiment with sequences is. Raises: ConfigError for a setting that cannot be.

    >>> SequenceConfig(cell="gru").change(task="adding").length
    20
    """

    task:       str   = "names"
    cell:       str   = "lstm"
    size:       int   = 32
    layers:     int   = 1
    length:     int   = 12
    lr:         float = 0.01
    clip:       float = 1.0
    batch_size: int   = 32
    seed:       int   = 0

    def __post_init__(self):
        for name, setting in SEQUENCE_SETTINGS.items():
            object.__setattr__(self, name, setting.check(name, getattr(self, name)))

    def change(self, **settings):
        """The same with other settings; another task comes with a length that suits it.

        Raises: ConfigError for a name that there is not.
        """
        known = [field.name for field in fields(self)]
        for name in settings:
            if name not in known:
                raise ConfigError(f"There is no setting {name!r}; there are {', '.join(known)}.")
        if settings.get("task", self.task) != self.task and settings["task"] in LENGTHS:
            settings = {"length": LENGTHS[settings["task"]], **settings}
        return replace(self, **settings)


def sequence_network(config, task, rng):
    """The network of a configuration for a task, in float32.

    For symbols it answers at each moment; for measurements once, after the last.
    """
    layers = body(config, task)
    layers += [] if task.symbols else [LastStep()]
    return Sequential(*layers, Dense(config.size, task.n_out), rng=rng).astype(np.float32)


def body(config, task):
    """What works along time. Cells read symbols by themselves; attention needs to know places."""
    n = config.size
    if config.cell == "attention":
        first = Embedding(task.n_in, n) if task.symbols else Dense(task.n_in, n)
        heads = HEADS if n % HEADS == 0 else 1
        return [first, PositionEmbedding(config.length, n),
                *(TransformerBlock(n, heads) for _ in range(config.layers))]
    cell = CELLS[config.cell]
    return [cell(n if i else task.n_in, n) for i in range(config.layers)]
