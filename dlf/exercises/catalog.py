"""All exercises of the course, in its order."""
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from dlf.exercises import chapters


@lru_cache(maxsize=1)
def catalogue():
    """Every exercise, in the order of the course."""
    files = sorted(module.name for module in iter_modules(chapters.__path__))
    return tuple(exercise for file in files
                 for exercise in import_module(f"{chapters.__name__}.{file}").EXERCISES)


def find(name):
    """The exercise of that name, or None."""
    return next((exercise for exercise in catalogue() if exercise.name == name), None)
