"""Settings and their values as a learner types them: one reader for comparing and for sweeping."""
from dlf.experiment import LAYER, SETTINGS, ConfigError

ALL = {name: setting for name, setting in (SETTINGS | LAYER).items()
       if name not in ("data", "size", "formula", "data_seed", "dtype")}
HIDDEN = "hidden"          # the sizes of the hidden layers: the one setting that is a list
TRIED = {"lr": "0.003, 0.01, 0.03, 0.1, 0.3", "batch_size": "1, 10, 50", "bias": "0, 0.1",
         "momentum": "0.5, 0.9, 0.99", "noise": "0, 0.1, 0.3", "strength": "0, 0.001, 0.01",
         "seed": "0, 1, 2", HIDDEN: "2; 4; 4, 2; 8, 8", "dropout": "0, 0.1, 0.3",
         "n": "100, 500", "test": "0.2, 0.5, 0.8", "clip": "0.1, 1, 10"}
YES, NO = "yes", "no"


def options():
    """(label, name) of all settings one may try, those of most use first."""
    first = ["lr", HIDDEN, "activation", "optimizer", "batch_size", "init"]
    names = first + [name for name in ALL if name not in first]
    return [(label(name), name) for name in names]


def label(name):
    """What to call a setting in a list."""
    if name == HIDDEN:
        return "hidden layers"
    return ALL[name].label.removeprefix("the ")


def explain(name):
    """What a setting does, and how to write its values."""
    if name == HIDDEN:
        return ("How many neurons each hidden layer has: 4, 2 means two layers. "
                "Several networks are separated by semicolons.")
    setting = ALL[name]
    wanted  = "yes or no" if setting.kind == "switch" else setting.wanted()
    return f"{setting.help} It takes {wanted}."


def read(name, text):
    """The value of a setting that a text says. Raises: ConfigError in plain words."""
    text = text.strip()
    if name == HIDDEN:
        return [whole(part) for part in text.replace("[", "").replace("]", "").split(",")
                if part.strip()]
    setting = ALL[name]
    if setting.kind == "switch":
        if text.lower() not in (YES, NO, "true", "false"):
            raise ConfigError(f"{setting.label} is yes or no; got {text!r}.")
        return text.lower() in (YES, "true")
    if setting.optional and text.lower() in ("none", ""):
        return None
    return numeral(name, text) if setting.kind in ("number", "whole") else text


def read_many(name, text):
    """The values that a list says: commas between them; semicolons between networks."""
    parts = [part for part in text.split(";" if name == HIDDEN else ",") if part.strip()]
    if not parts:
        raise ConfigError("Write at least one value, for instance "
                          f"{TRIED.get(name) or ', '.join(tried(name).split(', ')[:3])}.")
    values = []
    for part in parts:
        value = read(name, part)
        values += [value] if value not in values else []
    return values


def numeral(name, text):
    """A number, with a point or with an exponent."""
    try:
        return float(text)
    except ValueError:
        raise ConfigError(f"{ALL[name].label} must be {ALL[name].wanted()}; "
                          f"got {text!r}.") from None


def whole(text):
    """A whole number of neurons."""
    try:
        return int(text)
    except ValueError:
        raise ConfigError("Layers are whole numbers, such as 4, 2; "
                          f"got {text.strip()!r}.") from None


def tried(name):
    """Values that are worth trying, as text."""
    if name in TRIED:
        return TRIED[name]
    setting = ALL[name]
    if setting.kind == "choice":
        return ", ".join(setting.choices)
    return f"{YES}, {NO}" if setting.kind == "switch" else f"{setting.low:g}"


def current(config, name):
    """The value that a configuration has, as one would type it."""
    if name in LAYER:
        found = getattr(config.hidden[0], name) if config.hidden else "tanh"
    else:
        found = getattr(config, name)
    return as_text(found)


def as_text(value):
    """A value as one types it."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, (tuple, list)):
        return ", ".join(str(getattr(item, "size", item)) for item in value) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def other(config, name):
    """A value that differs from the present one: a first suggestion."""
    separator = ";" if name == HIDDEN else ","
    for text in tried(name).split(separator)[::-1]:
        if text.strip() != current(config, name):
            return text.strip()
    return ""
