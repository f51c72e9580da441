"""Dropout: silent at inference, fair while training, the same mask on the way back."""
import numpy as np
import pytest

import dlf


def training(p, seed=0):
    layer = dlf.Dropout(p, rng=np.random.default_rng(seed))
    layer.training = True
    return layer


def test_at_inference_dropout_does_nothing(rng):
    layer = dlf.Dropout(0.9)
    x = rng.normal(size=(3, 4))
    assert np.array_equal(layer(x), x)
    assert np.array_equal(layer.backward(x), x)


def test_while_training_a_number_is_0_or_scaled_by_1_over_1_minus_p():
    y = training(0.75)(np.full((50, 50), 3.0))
    assert set(np.unique(y)) == {0, 3 / 0.25}


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_the_share_of_zeros_is_p_and_the_expected_sum_stays(p):
    n = 100_000
    y = training(p)(np.ones(n))
    # the share has a standard deviation of sqrt(p (1 - p) / n); 5 of them are exceeded by chance
    # once in two million seeds. The mean is (1 - share) / (1 - p).
    bound = 5 * np.sqrt(p * (1 - p) / n)
    assert abs(np.mean(y == 0) - p) < bound
    assert abs(y.mean() - 1) < bound / (1 - p)


def test_the_slope_passes_where_the_number_passed():
    layer = training(0.5)
    y  = layer(np.ones((20, 20)))
    assert np.array_equal(layer.backward(np.full((20, 20), 3.0)), 3 * y)


def test_the_next_pass_has_another_mask():
    layer = training(0.5)
    assert not np.array_equal(layer(np.ones(100)), layer(np.ones(100)))


def test_same_seed_same_mask():
    assert np.array_equal(training(0.5, seed=3)(np.ones(100)), training(0.5, seed=3)(np.ones(100)))


def test_float32_and_float64_draw_the_same_mask():
    x = np.ones(1000)
    assert np.array_equal(training(0.3)(x) == 0, training(0.3)(x.astype(np.float32)) == 0)


def test_p_of_0_keeps_everything_even_while_training_and_needs_no_generator():
    layer = dlf.Dropout(0)
    layer.training = True
    assert layer(np.ones(50)).tolist() == [1] * 50


def test_a_network_hands_its_generator_to_its_dropout():
    net = dlf.Sequential(dlf.Dense(2, 2), dlf.Dropout(0.5), rng=np.random.default_rng(0))
    net[1].training = True
    assert net(np.ones((3, 2))).shape == (3, 2)


def test_without_a_generator_training_says_where_to_pass_one():
    layer = dlf.Dropout(0.5)
    layer.training = True
    with pytest.raises(ValueError, match="pass rng= to train or fit"):
        layer(np.ones(3))


@pytest.mark.parametrize("p", [-0.1, 1, 50])
def test_a_share_outside_0_to_1_is_refused(p):
    with pytest.raises(ValueError, match=r"share of numbers set to 0, in 0 <= p < 1; got"):
        dlf.Dropout(p)


# ---- whole channels ------------------------------------------------------------------------------

def test_dropout2d_silences_whole_channels_and_scales_the_others(rng):
    layer = dlf.Dropout2D(0.5, rng=rng)
    layer.training = True
    y = layer(np.ones((50, 8, 3, 4)))
    assert set(np.unique(y.mean(axis=(2, 3)))) == {0, 2} and set(np.unique(y)) == {0, 2}
    assert np.array_equal(layer.backward(np.ones_like(y)), y)


def test_dropout2d_wants_images():
    with pytest.raises(dlf.ShapeError, match=r"images of shape \(batch, channels, height, width\)"):
        dlf.Dropout2D(0.5)(np.ones((5, 8)))


@pytest.mark.parametrize("kind", [dlf.Dropout, dlf.Dropout2D])
def test_dropout_keeps_the_memory_order_of_images(kind, rng):
    layer = kind(0.5, rng=rng)
    layer.training = True
    x = np.ones((6, 2, 5, 4)).transpose(3, 1, 0, 2)           # as convolutions lay them out
    assert layer(x).strides == x.strides == layer.backward(x).strides
