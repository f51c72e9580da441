"""What can be set in an experiment: each setting with its range and a sentence that explains it."""
import difflib
import math
import numbers
from dataclasses import dataclass

CLASSES     = ("circle", "xor", "gauss", "spiral", "moons", "blobs", "spirals")
NUMBERS     = ("plane", "gauss_regression")
DATA        = (*CLASSES, *NUMBERS, "formula", "own")
ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear", "leaky_relu", "elu", "gelu", "softplus")
OPTIMIZERS  = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
DRAWS       = ("uniform", "normal", "xavier", "he", "orthogonal", "standard_normal",
               "equal", "zero")


class ConfigError(ValueError):
    """A setting that cannot be; the message names it, what was wanted, and what came."""


@dataclass(frozen=True)
class Setting:
    """One setting: what to call it, what it does in one sentence, which values it takes.

    A number has `low` and `high`; a choice has `choices`; a switch and a text have neither.
    `live` says whether a change acts on the running network; any other change builds it anew.
    """

    label:    str
    help:     str
    kind:     str                       # "number", "whole", "choice", "switch", "text"
    low:      float | None = None
    high:     float | None = None
    choices:  tuple        = ()
    optional: bool         = False      # may it be None?
    live:     bool         = False

    def check(self, name, value):
        """`value` in its plain Python type. Raises: ConfigError with the name and the range."""
        if value is None and self.optional:
            return None
        plain = getattr(self, f"_{self.kind}")(value)
        if plain is None:
            raise ConfigError(f"{name}, {self.label}, must be {self.wanted(value)}; got {value!r}.")
        return plain

    def wanted(self, value=None):
        """The allowed values in words, and the nearest one if a choice was misspelled."""
        if self.kind == "choice":
            near = difflib.get_close_matches(str(value), self.choices, 1)
            return (f"one of {', '.join(self.choices)}"
                    + (f" (did you mean {near[0]!r}?)" if near else ""))
        if self.kind in ("switch", "text"):
            return {"switch": "True or False", "text": "text of at most 500 letters"}[self.kind]
        noun = "a number" if self.kind == "number" else "a whole number"
        return f"{noun} from {self.low:,} to {self.high:,}" + (" or None" if self.optional else "")

    def _number(self, value):
        ok = isinstance(value, numbers.Real) and not isinstance(value, bool)
        return float(value) if ok and self.low <= value <= self.high else None

    def _whole(self, value):
        ok = (isinstance(value, numbers.Real) and not isinstance(value, bool)
              and math.isfinite(value) and value == int(value))
        return int(value) if ok and self.low <= value <= self.high else None

    def _choice(self, value):
        return str(value) if isinstance(value, str) and value in self.choices else None

    def _switch(self, value):
        return bool(value) if value in (True, False) else None

    def _text(self, value):
        return str(value) if isinstance(value, str) and len(value) <= 500 else None


SETTINGS = {
    "data": Setting("the data set", "Which points the network learns from.", "choice",
                    choices=DATA),
    "noise": Setting("the noise", "How far points stray, or how often a point near the border gets "
                     "the label of the other side.", "number", 0, 0.5, live=True),
    "n": Setting("the number of points", "How many points are drawn; None takes 500, or 1200 for a "
                 "number to predict.", "whole", 4, 20_000, optional=True),
    "test": Setting("the test share", "Which share of the points the network never trains on, to "
                    "see what it is worth on new ones.", "number", 0.05, 0.95),
    "data_seed": Setting("the data seed", "Another number draws other points by the same rule.",
                         "whole", 0, 2**32 - 1),
    "classes": Setting("the number of classes", "How many clouds or spiral arms there are, for the "
                       "sets blobs and spirals.", "whole", 2, 8),
    "formula": Setting("the formula", "A rule of your own that labels points, for the set formula: "
                       "a comparison gives two classes, a number gives a number to predict.",
                       "text"),
    "scale": Setting("scaling", "Brings every input to mean 0 and variance 1, and numbers to "
                     "predict too; needed when columns have very different sizes.", "switch"),
    "output": Setting("the output activation", "What the last neuron does to its sum; auto takes "
                      "tanh for classes with a squared error, else nothing.", "choice",
                      choices=("auto", "tanh", "sigmoid", "linear")),
    "loss": Setting("the loss", "What the network is asked to make small: how wrong an answer is, "
                    "as one number.", "choice",
                    choices=("square", "cross_entropy", "absolute", "huber")),
    "optimizer": Setting("the optimizer", "How a slope becomes a step: plainly (sgd), with memory "
                         "of earlier slopes (momentum), or in units of their size (adam).",
                         "choice", choices=OPTIMIZERS),
    "lr": Setting("the learning rate", "How long each step downhill is: too short and nothing "
                  "happens, too long and it jumps over the valley.", "number", 0, 100, live=True),
    "momentum": Setting("the momentum", "How much of its speed a weight keeps from step to step.",
                        "number", 0, 0.9999, live=True),
    "decay": Setting("the decay", "How slowly rmsprop forgets the sizes of earlier slopes.",
                     "number", 0, 0.9999, live=True),
    "beta1": Setting("beta1", "How slowly adam forgets the direction of earlier slopes.",
                     "number", 0, 0.9999, live=True),
    "beta2": Setting("beta2", "How slowly adam forgets the sizes of earlier slopes.",
                     "number", 0, 0.99999, live=True),
    "weight_decay": Setting("the weight decay", "How strongly adamw shrinks all weights each step.",
                            "number", 0, 0.9999, live=True),
    "batch_size": Setting("the batch size", "How many examples share one step: few make it quick "
                          "and rough, many make it slow and smooth.", "whole", 1, 20_000,
                          live=True),
    "shuffle": Setting("shuffling", "Whether each epoch takes the examples in a new order.",
                       "switch"),
    "penalty": Setting("the penalty", "What large weights cost: l2 shrinks all of them, l1 sets "
                       "many to zero.", "choice", choices=("none", "l1", "l2"), live=True),
    "strength": Setting("the penalty's strength", "How much large weights cost.",
                        "number", 0, 10, live=True),
    "clip": Setting("the longest gradient", "A longer gradient is shortened to this; None leaves "
                    "all as they are.", "number", 1e-6, 1e6, optional=True, live=True),
    "init": Setting("the initialization", "How the first weights are drawn; uniform is between "
                    "-0.5 and 0.5, as in TensorFlow Playground.", "choice", choices=DRAWS),
    "bias": Setting("the first bias", "The value that every bias starts with.", "number", -10, 10),
    "seed": Setting("the seed", "Another number draws other first weights; the same number draws "
                    "the same.", "whole", 0, 2**32 - 1),
    "dtype": Setting("the number type", "float64 counts with 16 digits, float32 with 7.", "choice",
                     choices=("float64", "float32")),
}

LAYER = {
    "size": Setting("the number of neurons", "How many neurons stand in the layer.", "whole",
                    1, 512),
    "activation": Setting("the activation", "What a neuron does to its sum; without a bend in it "
                          "(linear), layers add nothing.", "choice", choices=ACTIVATIONS),
    "dropout": Setting("the dropout", "Which share of the neurons is silenced at random in each "
                       "training step.", "number", 0, 0.95),
    "norm": Setting("the normalization", "Brings the sums to mean 0 and variance 1, over the batch "
                    "or over the layer.", "choice", choices=("none", "batch", "layer")),
}

LIVE = frozenset(name for name, setting in SETTINGS.items() if setting.live)


def need_known(names, known, what):
    """Raise unless every name is known, with the nearest name that is."""
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, 1, 0.4)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ConfigError(f"There is no {what} {name!r}.{hint} "
                              f"There are: {', '.join(known)}.")
