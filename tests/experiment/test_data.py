"""From settings to arrays: features, targets, sets of several classes, the grid of the plane."""
import numpy as np
import pytest

from dlf import datasets
from dlf.experiment import Config, ConfigError, OwnData
from dlf.experiment.data import Data, blobs, formula, spirals
from dlf.experiment.features import PLANE, code, compute


def test_features_worked_by_hand():
    x = np.array([[2.0, -3.0]])
    assert compute(PLANE, x)[0] == pytest.approx([2, -3, 4, 9, -6, np.sin(2), np.sin(-3)])


@pytest.mark.parametrize("name", [*PLANE, "cos(x2)", "x3", "x2*x3"])
def test_the_code_of_a_feature_computes_the_feature(name):
    x = np.random.default_rng(0).normal(size=(5, 3))
    assert np.array_equal(eval(code(name), {"np": np, "x": x}), compute([name], x)[:, 0])


def test_the_points_are_those_of_the_data_set_split_by_the_same_generator():
    data = Data(Config(data="xor", data_seed=5, noise=0.1, test=0.3))
    rng  = np.random.default_rng(5)
    train, test = datasets.xor(n=500, noise=0.1, rng=rng).split(0.3, rng=rng)
    assert np.array_equal(data.train.points, train.x) and np.array_equal(data.test.labels, test.y)


@pytest.mark.parametrize("settings, wanted", [
    ({}, {-1.0, 1.0}), ({"output": "sigmoid"}, {0.0, 1.0}),
    ({"loss": "cross_entropy"}, {0.0, 1.0})])
def test_two_classes_are_targets_of_one_output(settings, wanted):
    y = Data(Config(**settings)).train.y
    assert y.shape == (250, 1) and set(y.ravel()) == wanted


def test_several_classes_are_numbers_for_cross_entropy_and_rows_for_the_squared_error():
    labels = Data(Config(data="blobs", loss="cross_entropy")).train.y
    rows   = Data(Config(data="blobs")).train.y
    assert labels.shape == (250,) and rows.shape == (250, 3)
    assert np.array_equal(rows.argmax(axis=1), labels) and set(rows.ravel()) == {-1.0, 1.0}


def test_spirals_with_two_arms_are_the_spiral():
    ours, theirs = spirals(200, 2, rng=np.random.default_rng(0)), datasets.spiral(
        200, rng=np.random.default_rng(0))
    arms = [[d.x[d.y == c][np.hypot(*d.x[d.y == c].T).argsort()] for c in (0, 1)]
            for d in (ours, theirs)]
    assert np.allclose(arms[0][0], arms[1][1]) and np.allclose(arms[0][1], arms[1][0])


@pytest.mark.parametrize("rule, classes", [(blobs, 4), (spirals, 5)])
def test_every_class_has_its_share_of_the_points(rule, classes):
    data = rule(103, classes, rng=np.random.default_rng(0))
    counts = np.bincount(data.y)
    assert len(counts) == classes and np.ptp(counts) <= 1 and np.any(np.diff(data.y[:20]) != 1)


def test_blobs_stand_on_a_circle_of_radius_three_and_a_half():
    data = blobs(4000, 4, rng=np.random.default_rng(0))
    centers = np.array([data.x[data.y == c].mean(axis=0) for c in range(4)])
    assert np.allclose(centers, [[0, 3.5], [3.5, 0], [0, -3.5], [-3.5, 0]], atol=0.1)


def test_a_formula_labels_points_and_noise_leaves_them_where_they_are():
    calm, noisy = (formula("x1 > x2", 300, noise, np.random.default_rng(0)) for noise in (0, 0.2))
    assert np.array_equal(calm.y, calm.x[:, 0] > calm.x[:, 1])
    assert np.array_equal(calm.x, noisy.x) and 0 < (calm.y != noisy.y).mean() < 0.3


@pytest.mark.parametrize("text", ["x1 > 100", "sqrt(-1 - abs(x1))", "3"])
def test_a_formula_that_leaves_nothing_to_learn_is_refused(text):
    with pytest.raises(ConfigError, match="nothing to learn"):
        Data(Config(data="formula", formula=text))


def test_the_grid_has_its_first_row_at_the_top():
    points = Data(Config()).grid_points(3)
    assert points.tolist()[0] == [-6, 6] and points.tolist()[1] == [0, 6]
    assert points.tolist()[-1] == [6, -6]


def test_columns_beyond_the_map_stand_at_their_means():
    x    = np.random.default_rng(0).normal(size=(40, 3))
    data = Data(Config().with_own(OwnData(x, x[:, 2] > 0)))
    points = data.grid_points(4, (2, 0))
    assert np.allclose(points[:, 1], data.train.points[:, 1].mean())
    assert points[0, 2] < x[:, 2].min() and points[0, 0] > x[:, 0].max()


def test_float32_data_are_float32():
    assert Data(Config(dtype="float32")).train.x.dtype == np.float32
