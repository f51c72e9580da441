"""Settings that do not fit together: each conflict as a sentence, with the change that mends it."""
from typing import NamedTuple

from dlf.experiment.features import parse
from dlf.experiment.formula import Formula
from dlf.experiment.settings import ConfigError


class Problem(NamedTuple):
    """One conflict: the settings it is about, a sentence, and settings that would mend it."""

    settings: tuple
    text:     str
    fix:      dict


def conflicts(config):
    """All problems of a configuration, the first that should be mended first."""
    found = list(about_data(config))
    if not found:                                       # the rest asks what the data are
        found += [*about_features(config), *about_loss(config), *about_batches(config)]
    return found


def about_data(config):
    if config.data == "own" and config.own is None:
        yield Problem(("data", "own"), "The data set is your own, but no data came: pass own=, or "
                      "choose another set.", {"data": "circle"})
    if config.data == "formula":
        try:
            Formula(config.formula)
        except ConfigError as error:
            yield Problem(("formula",), str(error), {"formula": "sin(x1) * x2 > 0"})
    if config.data == "own" and config.own is not None and len(config.own.x) < 4:
        yield Problem(("own",), f"Your data have {len(config.own.x)} rows; at least 4 are needed, "
                      "some to train on and some to test.", {"data": "circle"})


def about_features(config):
    beyond = [name for name in config.features if max(parse(name)[1]) >= config.columns]
    if beyond:
        kept = tuple(name for name in config.features if name not in beyond) or ("x1",)
        yield Problem(("features",), f"The data have {config.columns} columns, so "
                      f"{', '.join(beyond)} cannot be computed.", {"features": kept})


def about_loss(config):
    if config.loss == "cross_entropy" and config.task == "numbers":
        yield Problem(("loss", "data"), "Cross-entropy compares classes, and here a number is to "
                      "be predicted: use the squared error.", {"loss": "square"})
    elif config.loss == "cross_entropy" and config.ending != "linear":
        yield Problem(("loss", "output"), "Cross-entropy takes plain sums and squeezes them "
                      f"itself, so the output must be linear, not {config.ending}.",
                      {"output": "auto"})


def about_batches(config):
    has_norm = any(layer.norm == "batch" for layer in config.hidden)
    n        = config.points - round(config.test * config.points)
    if not 0 < n < config.points:
        yield Problem(("test", "n"), f"A test share of {config.test:g} of {config.points} points "
                      "leaves one part empty.", {"test": 0.5})
    elif has_norm and (config.batch_size == 1 or n % config.batch_size == 1):
        size = next(s for s in (10, 11, 13, 16, 17, n) if n % s != 1 and s > 1)
        yield Problem(("batch_size", "hidden"), "Batch normalization needs at least 2 examples in "
                      f"every batch; of {n} examples in batches of {config.batch_size} one would "
                      "be left alone.", {"batch_size": size})
