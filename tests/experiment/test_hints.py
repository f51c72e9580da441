"""Hints: each fires on a run made for it and its change mends it; healthy runs get none."""
import numpy as np
import pytest

from dlf.experiment import Config, OwnData, Run, hints

SICK = {   # hint: (what is wrong, epochs until it is seen)
    "diverged":       ({"data": "plane", "lr": 50.0, "activation": "relu"}, 3),
    "saturated":      ({"lr": 3.0, "seed": 2, "data_seed": 2}, 40),
    "dead-relu":      ({"bias": -10.0, "activation": "relu"}, 10),
    "lr-low":         ({"lr": 1e-3}, 20),
    "large-batch":    ({"batch_size": 250}, 20),
    "equal-weights":  ({"init": "equal"}, 0),
    "strong-penalty": ({"penalty": "l2", "strength": 0.1}, 20),
    "little-data":    ({"n": 20, "hidden": [8, 8], "optimizer": "adam", "lr": 0.01}, 200),
    "overfitting":    ({"noise": 0.4, "n": 200, "hidden": [32, 32], "optimizer": "adam",
                        "lr": 0.01}, 100),
    "underfitting":   ({"data": "spiral"}, 100),
}


def sick(name):
    settings, epochs = SICK[name]
    run = Run(Config().change(**settings))
    run.advance(epochs=epochs)
    return run


@pytest.mark.parametrize("name", SICK)
def test_a_hint_is_given_on_a_run_made_for_it_and_its_change_mends_it(name):
    run    = sick(name)
    before = run.measure()
    hint   = hints(run)[0]
    assert hint.id == name and all(map(str.strip, (hint.seen, hint.why, hint.fix)))
    hint.mend(run)
    run.advance(epochs=100)
    assert name not in [other.id for other in hints(run)]
    assert not run.measure().test >= 0.95 * before.test


@pytest.mark.parametrize("data", ["circle", "xor", "gauss", "moons", "plane"])
def test_a_healthy_run_gets_no_hint_at_any_time(data):
    run = Run(Config(data=data))
    for epochs in (0, 1, 9, 30, 60):
        run.advance(epochs=epochs)
        assert hints(run) == []


@pytest.mark.parametrize("settings", [
    {"noise": 0.3}, {"activation": "relu"}, {"loss": "cross_entropy"}, {"lr": 0.3},
    {"data": "blobs", "loss": "cross_entropy"}, {"data": "gauss", "noise": 0.4},
    {"hidden": [8, 8], "optimizer": "adam", "lr": 0.01}, {"data": "gauss", "hidden": []},
    {"penalty": "l2", "strength": 0.001}, {"dtype": "float32"}])
def test_other_healthy_runs_get_none_either(settings):
    run = Run(Config().change(**settings))
    for epochs in (10, 30, 60):
        run.advance(epochs=epochs)
        assert hints(run) == []


@pytest.mark.parametrize("seed", range(3))
def test_the_spiral_that_does_not_learn_is_solved_by_the_suggested_change(seed):
    run = Run(Config(data="spiral", seed=seed, data_seed=seed))
    run.advance(epochs=100)
    (hint,) = hints(run)
    assert hint.id == "underfitting" and "x1, x2" in hint.why
    solved = Run(hint.apply(run.config))
    solved.advance(epochs=60)
    assert run.measure().test_score < 0.75 and solved.measure().test_score > 0.95


@pytest.mark.parametrize("name", SICK)
def test_no_two_hints_change_the_same_setting(name):
    changed = [setting for hint in hints(sick(name)) for setting in hint.change]
    assert len(changed) == len(set(changed))


@pytest.mark.parametrize("name", SICK)
def test_a_suggested_configuration_has_no_problems(name):
    run = sick(name)
    assert all(hint.apply(run.config).problems() == [] for hint in hints(run))


def test_the_numbers_seen_stand_in_the_sentence():
    assert "All 4 neurons of hidden layer 1" in hints(sick("equal-weights"))[0].seen
    assert "only 20 steps" in hints(sick("large-batch"))[0].seen
    assert "0.1 holds all weights" in hints(sick("strong-penalty"))[0].seen


def test_columns_in_thousands_are_to_be_scaled():
    x   = np.random.default_rng(0).normal(size=(300, 2)) * 3000
    run = Run(Config().with_own(OwnData(x, np.hypot(*x.T) < 3500)).change(scale=False, hidden=[8]))
    run.advance(epochs=20)
    hint = hints(run)[0]
    hint.mend(run)
    run.advance(epochs=200)
    assert hint.id == "unscaled" and run.config.scale and run.measure().test_score > 0.9


def test_looking_for_hints_changes_nothing():
    run, twin = Run(), Run()
    for _ in range(5):
        run.advance(epochs=3), twin.advance(epochs=3)
        hints(run)
    assert run.measure() == twin.measure() and run.history.points == twin.history.points
