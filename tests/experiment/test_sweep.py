"""A sweep finds the better value, keeps to its time, and refuses bad values before it starts."""
import numpy as np
import pytest

from dlf.experiment import Config, ConfigError, Run, best, learning_rates, sweep


def test_the_better_learning_rate_wins():
    *_, rows = sweep(Config(data="gauss"), "lr", [1e-5, 0.03], seeds=2, epochs=5)
    assert best(rows).value == 0.03 and [row.done for row in rows] == [2, 2]
    assert rows[1].loss == pytest.approx(np.median(rows[1].losses))


def test_each_run_is_the_one_that_its_seed_gives():
    *_, rows = sweep(Config(data="gauss", seed=5), "batch_size", [10], seeds=2, epochs=3)
    losses = []
    for seed in (5, 6):
        run = Run(Config(data="gauss", seed=seed))
        run.advance(epochs=3)
        losses.append(run.measure().test)
    assert rows[0].losses == tuple(losses)


def test_a_value_that_breaks_down_comes_last_and_stops_nothing():
    config = Config(data="plane", n=100).change(activation="relu")
    *_, rows = sweep(config, "lr", [50.0, 0.01], seeds=1, epochs=5)
    assert rows[0].loss == np.inf and best(rows).value == 0.01


def test_no_time_means_no_runs():
    assert list(sweep(Config(), "lr", [0.1, 0.2], seconds=0)) == []


def test_a_value_that_cannot_be_is_refused_before_anything_is_trained():
    with pytest.raises(ConfigError, match="lr, the learning rate"):
        next(sweep(Config(), "lr", [0.1, -1]))


def test_the_rate_finder_suggests_a_rate_and_leaves_the_run_alone():
    run = Run()
    run.advance(epochs=2)
    before = run.net.theta.copy()
    curve  = learning_rates(run)
    assert 1e-3 < curve.suggestion < 1 and len(curve.lr) == len(curve.loss)
    assert np.array_equal(run.net.theta, before) and run.t == 50
