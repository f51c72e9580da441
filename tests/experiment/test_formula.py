"""A rule of one's own: what it computes, and everything it must refuse."""
import math

import numpy as np
import pytest

from dlf.experiment import ConfigError, Formula

X = np.array([[0.5, -1.0], [2.0, 3.0], [-4.0, 0.25]])


@pytest.mark.parametrize("text, answer", [
    ("x1 * x2 > 0", [0, 1, 0]), ("y = x1 < x2", [0, 1, 1]), ("not x1 > 0", [0, 0, 1]),
    ("x1 > 0 and x2 > 0", [0, 1, 0]), ("x1 < 0 or x2 < 0", [1, 0, 1]), ("0 < x1 < 1", [1, 0, 0]),
    ("x1^2 + x2^2 <= 1.25", [1, 0, 0]), ("1 > 2", [0, 0, 0])])
def test_comparisons_give_classes(text, answer):
    rule = Formula(text)
    assert rule.task == "classes" and rule(X).tolist() == answer


@pytest.mark.parametrize("text, value", [
    ("x1 + 2 * x2", lambda a, b: a + 2 * b), ("-x1 ** 2", lambda a, b: -a**2),
    ("sin(x1) * cos(x2)", lambda a, b: math.sin(a) * math.cos(b)),
    ("exp(-abs(x1)) / 2", lambda a, b: math.exp(-abs(a)) / 2),
    ("y = tanh(pi * x1) - sqrt(abs(x2))", lambda a, b: math.tanh(math.pi * a) - abs(b) ** .5)])
def test_sums_give_numbers(text, value):
    rule = Formula(text)
    assert rule.task == "numbers"
    assert rule(X) == pytest.approx([value(a, b) for a, b in X.tolist()], rel=1e-14)


def test_what_has_no_answer_is_nan():
    assert np.isnan(Formula("sqrt(x1)")(X)).tolist() == [False, False, True]


@pytest.mark.parametrize("text, named", [
    ("__import__('os')", "__import__"), ("x3 > 0", "x3"), ("x1.real", "x1.real"),
    ("open > 1", "open"), ("eval(x1)", "eval"), ("(lambda: 1)()", "lambda"), ("[x1][0]", "x1"),
    ("x1 if x2 else 1", "x1 if x2"), ("'a' > x1", "'a'"), ("x1 @ x2", "x1 @ x2"),
    ("x1 % 2", "x1 % 2"), ("sin(x1, x2)", "sin"), ("sin(x=x1)", "sin"), ("x1 := 3", "letter"),
    ("import os", "cannot be read"), ("", "cannot be read"), ("sin(x1) * x2 >", "cannot be read"),
    ("x1 and x2", "comparison is needed"), ("(x1 > 0) + 1", "number is needed"), ("1j * x1", "1j"),
    ("x1 in x2", "x1 in x2"), ("~x1", "~x1"), ("True", "True"), ("x1\0", "cannot be read"),
    ("(" * 60 + "x1" + ")" * 60 + "+ x1" * 40, "")])
def test_everything_else_is_refused_by_name(text, named):
    with pytest.raises(ConfigError) as error:
        Formula(text)
    assert named in str(error.value)


def test_a_long_formula_is_refused():
    with pytest.raises(ConfigError, match="at most 200 letters"):
        Formula("x1 + " * 100 + "1")


def test_a_tower_of_powers_cannot_hang_the_kernel():
    assert not np.isfinite(Formula("9 ** 9 ** 9 ** 9 ** 9")(X)).any()
