"""What the tests of drawings share: axes on a canvas without a screen, networks, a history."""
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import dlf
from dlf import palette


def canvas(size=(6, 4), dark=False):
    figure = Figure(size, facecolor=palette.DARK.background if dark else "white")
    FigureCanvasAgg(figure)
    return figure


@pytest.fixture
def new_figure():
    return canvas


@pytest.fixture
def ax():
    return canvas().add_axes([0.1, 0.15, 0.75, 0.7])


@pytest.fixture
def dark_ax():
    return canvas(dark=True).add_axes([0.1, 0.15, 0.75, 0.7])


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def net(rng):
    """2-8-1, with biases of both signs and one of zero."""
    made = dlf.Sequential(dlf.Dense(2, 8), dlf.Tanh(), dlf.Dense(8, 1), rng=rng)
    made[0].b[...] = [0.5, -0.5, 0.1, -0.1, 0, 1, -1, 0.3]
    made[2].b[...] = -0.2
    return made


@pytest.fixture
def history():
    """Ten epochs; the validation loss is lowest, and its accuracy highest, at epoch 7."""
    made = dlf.History()
    for epoch in range(1, 11):
        miss = abs(epoch - 7) / 10
        made.add(epoch=epoch, loss=1 / epoch, metric=1 - 0.5 / epoch, val_loss=0.3 + miss,
                 val_metric=0.9 - miss, lr=0.1, seconds=0.0)
    return made


@pytest.fixture
def lonely(history):
    """The same history without validation."""
    history.val_loss = history.val_metric = [np.nan] * 10
    return history
