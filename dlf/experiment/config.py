"""Config: everything that defines an experiment, as one plain object that can be saved and shared.

Its defaults are those of TensorFlow Playground: circle, 500 points, half of them for the test, two
hidden layers of 4 and 2 tanh neurons, half the squared error on labels -1 and +1, plain gradient
descent with rate 0.03 and batches of 10, weights between -0.5 and 0.5, every bias 0.1, and the
examples always in the same order.
"""
import json
from dataclasses import asdict, dataclass, fields, replace

from dlf.experiment import share
from dlf.experiment.conflicts import conflicts
from dlf.experiment.features import parse
from dlf.experiment.formula import Formula
from dlf.experiment.own import OwnData
from dlf.experiment.settings import LAYER, NUMBERS, SETTINGS, ConfigError, need_known

MOST_LAYERS   = 12
MOST_FEATURES = 64


@dataclass(frozen=True)
class Hidden:
    """One hidden layer: its neurons, what they do to their sums, dropout, and normalization.

    Raises: ConfigError for a value out of range.
    """

    size:       int
    activation: str   = "tanh"
    dropout:    float = 0.0
    norm:       str   = "none"

    def __post_init__(self):
        for name, setting in LAYER.items():
            object.__setattr__(self, name, setting.check(f"hidden: {name}", getattr(self, name)))


@dataclass(frozen=True)
class Config:
    """An experiment: data, network, loss, optimizer and seeds. Frozen; `change` makes another.

    `dlf.experiment.SETTINGS` says of each setting what it does and which values it takes. Hidden
    layers are given as numbers of neurons, or as `Hidden` where more is to be said.

    Raises: ConfigError that names the setting, what was wanted, and what came.

    >>> Config().change(lr=0.1, hidden=[8, 8]).hidden[0].size
    8
    """

    data:         str            = "circle"
    noise:        float          = 0.0
    n:            int | None     = None
    test:         float          = 0.5
    data_seed:    int            = 0
    classes:      int            = 3
    formula:      str            = "sin(x1) * x2 > 0"
    own:          OwnData | None = None
    scale:        bool           = False
    features:     tuple          = ("x1", "x2")
    hidden:       tuple          = (Hidden(4), Hidden(2))
    output:       str            = "auto"
    loss:         str            = "square"
    optimizer:    str            = "sgd"
    lr:           float          = 0.03
    momentum:     float          = 0.9
    decay:        float          = 0.99
    beta1:        float          = 0.9
    beta2:        float          = 0.999
    weight_decay: float          = 0.01
    batch_size:   int            = 10
    shuffle:      bool           = False
    penalty:      str            = "none"
    strength:     float          = 0.0
    clip:         float | None   = None
    init:         str            = "uniform"
    bias:         float          = 0.1
    seed:         int            = 0
    dtype:        str            = "float64"

    def __post_init__(self):
        keep = object.__setattr__                       # the class is frozen; this is its birth
        for name, setting in SETTINGS.items():
            keep(self, name, setting.check(name, getattr(self, name)))
        keep(self, "hidden",   layers(self.hidden))
        keep(self, "features", inputs(self.features))
        if not (self.own is None or isinstance(self.own, OwnData)):
            raise ConfigError("own must be data of your own, made by OwnData or read_table; "
                              f"got {type(self.own).__name__}.")

    # ---- other configurations ----------------------------------------------------------------

    def change(self, **settings):
        """The same experiment with some settings changed.

        `activation`, `dropout` and `norm` are set in all hidden layers at once. Plain numbers in
        `hidden` keep the activation, dropout and normalization that the layer at that place had.

        Raises: ConfigError for a setting that does not exist, or a value it cannot have.
        """
        all_layers = {name: settings.pop(name) for name in ("activation", "dropout", "norm")
                      if name in settings}
        need_known(settings, NAMES, "setting")
        if "hidden" in settings:
            settings["hidden"] = like(self.hidden, settings["hidden"])
        hidden = layers(settings.pop("hidden", self.hidden))
        hidden = tuple(replace(layer, **all_layers) for layer in hidden)
        return replace(self, hidden=hidden, **settings)

    def with_own(self, own):
        """The same experiment on data of your own: all its columns as inputs, scaled if large."""
        names = tuple(f"x{i + 1}" for i in range(own.x.shape[1]))[:MOST_FEATURES]
        loss  = "square" if not own.classes else self.loss
        return self.change(data="own", own=own, features=names, scale=own.is_uneven(), loss=loss)

    def differences(self, other):
        """{setting: (here, there)} for all settings in which two configurations differ."""
        return {name: (getattr(self, name), getattr(other, name)) for name in NAMES
                if getattr(self, name) != getattr(other, name)}

    def problems(self):
        """Settings that do not fit together: a list of `Problem`, empty when all is well."""
        return conflicts(self)

    # ---- what follows from the settings ------------------------------------------------------

    @property
    def task(self):
        """"classes" or "numbers": what is to be predicted."""
        if self.data == "own":
            return "classes" if self.own is None or self.own.classes else "numbers"
        if self.data == "formula":
            return Formula(self.formula).task
        return "numbers" if self.data in NUMBERS else "classes"

    @property
    def points(self):
        """How many points there are."""
        if self.data == "own" and self.own is not None:
            return len(self.own.x)
        return self.n or (1200 if self.data in NUMBERS else 500)

    @property
    def columns(self):
        """How many columns the data have, before features are made of them."""
        return self.own.x.shape[1] if self.data == "own" and self.own is not None else 2

    @property
    def n_classes(self):
        """How many classes there are; 0 for a number to predict."""
        if self.task == "numbers":
            return 0
        if self.data == "own":
            return len(self.own.classes) if self.own else 2
        return self.classes if self.data in ("blobs", "spirals") else 2

    @property
    def n_outputs(self):
        """How many output neurons there are: one, or one a class if there are more than two."""
        return self.n_classes if self.n_classes > 2 else 1

    @property
    def ending(self):
        """What the output neurons do to their sums: "tanh", "sigmoid" or "linear"."""
        if self.output != "auto":
            return self.output
        return "linear" if self.task == "numbers" or self.loss == "cross_entropy" else "tanh"

    @property
    def draws(self):
        """Does training draw at random? Dropout needs that too, and then examples are shuffled."""
        return self.shuffle or any(layer.dropout for layer in self.hidden)

    # ---- in and out --------------------------------------------------------------------------

    def to_dict(self, all_settings=True):
        """The settings as plain numbers, text, lists and dicts; or only those not at default."""
        plain = asdict(replace(self, own=None)) | {"own": self.own and self.own.to_dict()}
        plain["hidden"]   = [dict(layer) for layer in plain["hidden"]]
        plain["features"] = list(plain["features"])
        keep = NAMES if all_settings else DEFAULTS.differences(self)
        return {name: plain[name] for name in keep}

    @classmethod
    def from_dict(cls, plain):
        """The inverse of `to_dict`; settings that are missing get their defaults.

        Raises: ConfigError for anything that is not such a dict.
        """
        if not isinstance(plain, dict):
            raise ConfigError(f"A configuration is a dict of settings, got {plain!r:.80}.")
        need_known(plain, NAMES, "setting")
        own = plain.get("own")
        return cls(**plain | ({"own": OwnData.from_dict(own)} if own is not None else {}))

    def to_json(self):
        """All settings as JSON text, one a line."""
        return json.dumps(self.to_dict(), indent=1)

    @classmethod
    def from_json(cls, text):
        """The inverse of `to_json`. Raises: ConfigError for other text."""
        try:
            return cls.from_dict(json.loads(text))
        except (json.JSONDecodeError, RecursionError) as error:
            raise ConfigError(f"This is no JSON: {error}.") from None

    def to_text(self):
        """A short text to share, safe in a web address: only what differs from the defaults."""
        return share.pack(self.to_dict(all_settings=False))

    @classmethod
    def from_text(cls, text):
        """The inverse of `to_text`. Raises: ConfigError, a ValueError, for damaged text."""
        return cls.from_dict(share.unpack(text))


def layers(given):
    """Hidden layers from numbers, dicts and `Hidden`s, in a tuple."""
    if isinstance(given, (str, dict)) or not hasattr(given, "__iter__"):
        raise ConfigError("hidden must be a list with one entry a layer, such as [4, 2]; "
                          f"got {given!r}.")
    made = tuple(layer(item) for item in given)
    if len(made) > MOST_LAYERS:
        raise ConfigError(f"hidden must hold at most {MOST_LAYERS} layers; got {len(made)}.")
    return made


def layer(given):
    """One hidden layer from a number, a dict or a `Hidden`."""
    if isinstance(given, Hidden):
        return given
    if isinstance(given, dict):
        need_known(given, tuple(LAYER), "setting of a layer")
        if "size" not in given:
            raise ConfigError(f"hidden: a layer needs its size, got {given!r}.")
        return Hidden(**given)
    return Hidden(given)


def like(old, given):
    """New layers, where plain numbers take after the old layer at their place, or the last."""
    layers(given)                                       # complains if it is no list of layers
    return tuple(replace(old[min(i, len(old) - 1)], size=item)
                 if old and not isinstance(item, (Hidden, dict)) else layer(item)
                 for i, item in enumerate(given))


def inputs(given):
    """Names of features in a tuple, each once and each computable."""
    if isinstance(given, (str, dict)) or not hasattr(given, "__iter__"):
        raise ConfigError('features must be a list of names, such as ["x1", "x2"]; '
                          f"got {given!r}.")
    given = tuple(given)
    for i, name in enumerate(given):
        parse(name)
        if name in given[:i]:
            raise ConfigError(f"features: {name} is there twice.")
    if not 1 <= len(given) <= MOST_FEATURES:
        raise ConfigError(f"features must hold 1 to {MOST_FEATURES} names, got {len(given)}.")
    return given


NAMES    = tuple(field.name for field in fields(Config))
DEFAULTS = Config()
