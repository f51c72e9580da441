"""Initializers: their spread against their formulas, and what keeps signals alive."""
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes

from dlf.initializers import fans, he, normal, orthogonal, standard_normal, xavier

ALL   = [normal, xavier, he, orthogonal, standard_normal]
every = pytest.mark.parametrize("init", ALL, ids=lambda f: f.__name__)
N     = 400 * 250


@pytest.mark.parametrize("shape, wanted", [
    ((30, 784),        (784, 30)),
    ((16, 3, 5, 5),    (3 * 25, 16 * 25)),       # each neuron adds up 3 windows of 5 x 5
    ((8, 4, 3),        (4 * 3, 8 * 3)),
    ((7,),             (1, 7)),
])
def test_fans_by_hand(shape, wanted):
    assert fans(shape) == wanted


@pytest.mark.parametrize("init, shape, variance, kurtosis", [
    (normal,          (400, 250),       1 / 250,         3),
    (he,              (400, 250),       2 / 250,         3),
    (xavier,          (400, 250),       2 / 650,         1.8),       # uniform: 9/5
    (standard_normal, (400, 250),       1,               3),
    (normal,          (100, 10, 10, 10), 1 / 1000,       3),
    (he,              (100, 10, 10, 10), 2 / 1000,       3),
    (xavier,          (100, 10, 10, 10), 2 / (1000 + 10_000), 1.8),
])
def test_mean_variance_and_form_are_what_the_formula_says(init, shape, variance, kurtosis, rng):
    w = init(rng, shape)
    # Over N draws the mean has a standard deviation of sqrt(variance / N), the variance one of
    # variance * sqrt((kurtosis - 1) / N): 5 of each are exceeded by chance once in 10^6 seeds.
    # The fourth moment's own is below 10 / sqrt(N) for both forms.
    assert w.size == N
    assert abs(w.mean()) < 5 * math.sqrt(variance / N)
    assert abs(w.var() / variance - 1) < 5 * math.sqrt((kurtosis - 1) / N)
    assert abs(np.mean(w**4) / variance**2 - kurtosis) < 5 * 10 / math.sqrt(N)


def test_xavier_stays_within_its_limit(rng):
    limit = math.sqrt(6 / (400 + 250))
    w = xavier(rng, (400, 250))
    assert 0.999 * limit < np.abs(w).max() <= limit


@pytest.mark.parametrize("init, theirs", [(xavier, "xavier_uniform_"), (he, "kaiming_normal_")])
@pytest.mark.parametrize("shape", [(400, 250), (100, 10, 10, 10)])
def test_xavier_and_he_spread_as_pytorchs_do(init, theirs, shape, rng, torch):
    torch.manual_seed(0)
    arguments = {"nonlinearity": "relu"} if init is he else {}
    w = getattr(torch.nn.init, theirs)(torch.empty(shape, dtype=torch.float64), **arguments)
    # Two variances of N draws each: a deviation of sqrt(2 * 2 / N) at most for their ratio.
    assert abs(init(rng, shape).var() / w.numpy().var() - 1) < 5 * math.sqrt(4 / N)


@pytest.mark.parametrize("shape", [(5, 5), (3, 7), (7, 3), (4, 2, 3, 3), (40, 2, 3, 3), (1, 4)])
def test_orthogonal_rows_or_columns_are_at_right_angles_and_of_length_1(shape, rng):
    w = orthogonal(rng, shape)
    assert w.shape == shape
    w = w.reshape(len(w), -1)
    small = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    assert np.allclose(small, np.eye(len(small)), atol=1e-13)


def test_an_orthogonal_layer_keeps_every_length(rng):
    w, x = orthogonal(rng, (6, 6)), rng.normal(size=6)
    assert np.linalg.norm(w @ x) == pytest.approx(np.linalg.norm(x), rel=1e-13)


def test_orthogonal_favors_no_direction():
    rng = np.random.default_rng(0)
    draws = np.array([orthogonal(rng, (2, 2)) for _ in range(2000)])
    # Each entry is the cosine of an angle that is uniform: mean 0, variance 1/2. Without the choice
    # of signs the factorization would make all diagonals of r positive or negative alike.
    assert np.abs(draws.mean(axis=0)).max() < 5 * math.sqrt(0.5 / 2000)
    assert abs(np.mean(np.linalg.det(draws) > 0) - 0.5) < 5 * math.sqrt(0.25 / 2000)


@pytest.mark.parametrize("init, activation", [
    (he, lambda z: np.maximum(z, 0)), (normal, lambda z: z), (orthogonal, lambda z: z)])
def test_a_signal_is_neither_lost_nor_blown_up_in_20_layers(init, activation, rng):
    a = rng.normal(size=(300, 100))
    for _ in range(20):
        a = activation(init(rng, (300, 300)) @ a)
    assert 0.2 < np.sqrt(np.mean(a**2)) < 5


def test_standard_normal_blows_a_signal_up_by_the_root_of_the_fan_in_in_each_layer(rng):
    a = standard_normal(rng, (300, 300)) @ rng.normal(size=(300, 100))
    assert np.sqrt(np.mean(a**2)) == pytest.approx(math.sqrt(300), rel=0.1)


@every
@given(shape=array_shapes(min_dims=1, max_dims=4, max_side=5))
def test_any_shape_comes_in_float64(init, shape):
    w = init(np.random.default_rng(0), shape)
    assert w.shape == shape and w.dtype == np.float64 and np.isfinite(w).all()


@every
def test_same_seed_same_bits_and_another_seed_others(init):
    draw = lambda seed: init(np.random.default_rng(seed), (4, 3))
    assert np.array_equal(draw(1), draw(1)) and not np.array_equal(draw(1), draw(2))
