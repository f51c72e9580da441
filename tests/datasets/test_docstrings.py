"""The examples in the docstrings are promises too: every one is run."""
import doctest
import importlib
import pkgutil

import pytest

import dlf.datasets

MODULES = [module.name for module in pkgutil.iter_modules(dlf.datasets.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_print_what_they_say(name):
    module = importlib.import_module(f"dlf.datasets.{name}")
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", dlf.datasets.__all__)
def test_every_public_name_begins_its_docstring_with_a_sentence(name):
    first = getattr(dlf.datasets, name).__doc__.split("\n\n")[0]
    assert first.endswith(".") and "\n" not in first.strip()
