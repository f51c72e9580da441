"""What the network sees of each point: its columns, their squares, products, sines and cosines.

A feature is named as one writes it: x1, x1^2, x1*x2, sin(x1). x3 is the third column of the data.
"""
import re

import numpy as np

from dlf.experiment.settings import ConfigError

PLANE = ("x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)")
NAME  = re.compile(r"(?:(?P<plain>x(\d+))|(?P<square>x(\d+)\^2)|(?P<product>x(\d+)\*x(\d+))"
                   r"|(?P<sin>sin\(x(\d+)\))|(?P<cos>cos\(x(\d+)\)))")


def parse(name):
    """(kind, columns counted from 0) of a feature. Raises: ConfigError for another name."""
    found = NAME.fullmatch(name) if isinstance(name, str) else None
    if not found:
        raise ConfigError(f"features: {name!r} is no input that can be computed; write it like one "
                          f"of {', '.join(PLANE)}, or x3 for a third column.")
    columns = [int(digits) - 1 for digits in re.findall(r"x(\d+)", name)]
    if min(columns) < 0:
        raise ConfigError(f"features: columns are counted from x1, got {name!r}.")
    return found.lastgroup, columns


def compute(names, x):
    """The features (points, features) of points (points, columns)."""
    return np.column_stack([column(name, x) for name in names])


def column(name, x):
    """One feature (points,)."""
    kind, (i, *more) = parse(name)
    a = x[:, i]
    return {"plain":   lambda: a,
            "square":  lambda: a * a,
            "product": lambda: a * x[:, more[0]],
            "sin":     lambda: np.sin(a),
            "cos":     lambda: np.cos(a)}[kind]()


def code(name):
    """The Python expression that computes a feature from x."""
    kind, (i, *more) = parse(name)
    return {"plain":   f"x[:, {i}]",
            "square":  f"x[:, {i}] * x[:, {i}]",
            "product": f"x[:, {i}] * x[:, {more[0] if more else i}]",
            "sin":     f"np.sin(x[:, {i}])",
            "cos":     f"np.cos(x[:, {i}])"}[kind]
