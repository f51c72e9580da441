"""Tasks for sequences and their baselines: each by hand, and networks that fit each task."""
import numpy as np
import pytest

import dlf
from dlf.experiment.sequences import CELLS, SequenceConfig, sequence_network
from dlf.experiment.settings import ConfigError
from dlf.experiment.tasks import LENGTHS, TASKS, counting, task


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_sunspots_are_foretold_from_the_years_before_them(rng):
    made  = task("sunspots", 24, rng)
    spots = dlf.datasets.sunspots().y / 100
    x, y  = made.train
    np.testing.assert_array_equal(x[3, :, 0], spots[3:27])
    assert y[3, 0] == spots[27]
    x, y = made.test                                             # persistence, by hand
    assert dict(made.baselines)["persistence"] == pytest.approx(
        np.mean([(a[-1, 0] - b[0]) ** 2 / 2 for a, b in zip(x, y)]))
    assert y[-1, 0] == spots[-1]                                 # the test is the future
    assert made.along == "years after 1937" and 1937 + len(y) == 2008       # the last year there is


def test_the_sum_of_two_marked_numbers(rng):
    made = task("adding", 10, rng)
    x, y = made.train
    assert x.shape == (2000, 10, 2) and (x[:, :, 1].sum(axis=1) == 2).all()
    a, b = np.flatnonzero(x[7, :, 1])
    assert a < 5 <= b and y[7, 0] == pytest.approx(x[7, a, 0] + x[7, b, 0])
    assert dict(made.baselines)["mean"] == pytest.approx(1 / 12, rel=0.15)    # half of 2 / 12


def test_three_symbols_are_asked_for_after_a_pause(rng):
    made = task("copy", 12, rng)
    x, y = made.train
    words = "".join(made.symbols[c] for c in x[0])
    assert words[3:] == ".....?..." and set(words[:3]) <= set("abcd")
    assert (y[0, :9] == -1).all() and (y[0, 9:] == x[0, :3]).all()
    assert dict(made.baselines)["chance"] == pytest.approx(1.3863, abs=1e-4)


def test_the_next_letter_of_a_name(rng):
    made = task("names", 12, rng)
    x, y = made.train
    word = "".join(made.symbols[c] for c in x[0]).strip("\n")
    assert word in dlf.datasets.names().x
    n = len(word) + 1
    assert (y[0, :n - 1] == x[0, 1:n]).all() and y[0, n - 1] == 0 and (y[0, n:] == -1).all()
    assert len(made.train[0]) + len(made.test[0]) == 5163
    losses = dict(made.baselines)
    assert losses["trigram"] < losses["bigram"] < np.log(27)


def test_counting_is_laplaces_rule_by_hand():
    """After a: b twice, a never; of two symbols, with one added to each: 3/4 and 1/4."""
    train = np.array([[0, 1, 0, 1]]), np.array([[1, -1, 1, -1]])
    test  = np.array([[0, 0]]), np.array([[1, 0]])
    assert counting(train, test, 2, 1) == pytest.approx(-np.mean(np.log([3 / 4, 1 / 4])))


def test_the_test_part_is_never_trained_on(rng):
    for name in ("adding", "copy", "names"):
        made = task(name, LENGTHS[name], np.random.default_rng(1))
        assert len(made.test[0]) == pytest.approx(len(made.train[0]) / 3, abs=1)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("name", TASKS)
def test_every_cell_can_learn_every_task(cell, name, rng):
    config = SequenceConfig(cell=cell, size=8, layers=2).change(task=name)
    made   = task(name, config.length, rng)
    net    = sequence_network(config, made, rng)
    x, y   = made.train[0][:40], made.train[1][:40]
    before = made.loss(net(x), y)
    steps  = dlf.train(net, x, y, made.loss, dlf.Adam(0.01), batch_size=20, rng=rng)
    for _ in range(20):
        next(steps)
    assert made.loss(net(x), y) < before


def test_another_task_comes_with_its_length():
    config = SequenceConfig().change(task="sunspots")
    assert config.length == 24
    assert config.change(task="copy", length=30).length == 30
    assert config.change(cell="rnn").length == 24


def test_what_cannot_be_is_explained():
    with pytest.raises(ConfigError, match="did you mean 'lstm'"):
        SequenceConfig(cell="lstn")
    with pytest.raises(ConfigError, match="There is no setting 'depth'"):
        SequenceConfig().change(depth=2)
