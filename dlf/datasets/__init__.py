"""Data to learn from: small problems drawn at random, real sets with their credit, your own tables.

Every loader returns a Dataset: `.x`, `.y`, `.card`, and `.split(0.25, rng=rng)`.
"""
from .dataset import Card, Dataset
from .images import digits, fashion_mnist, mnist
from .measurements import breast_cancer, penguins, wine
from .playground import circle, gauss, gauss_regression, moons, plane, spiral, xor
from .scaling import FillMissing, MinMaxScaler, StandardScaler
from .series import co2, sunspots, windows
from .table import read_csv
from .tasks import adding, copying
from .text import Text, constitution, names, streams

__all__ = [  # noqa: RUF022 - by family, as one would look for them
    "circle", "xor", "gauss", "spiral", "moons", "plane", "gauss_regression",
    "digits", "penguins", "wine", "breast_cancer", "sunspots", "co2", "names", "constitution",
    "mnist", "fashion_mnist", "adding", "copying", "read_csv", "windows", "streams",
    "Dataset", "Card", "Text", "StandardScaler", "MinMaxScaler", "FillMissing",
]
