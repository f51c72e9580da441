"""RandomShift: fair, by whole pixels, back the way it came, and silent at inference."""
import numpy as np
import pytest

import dlf


def shifting(most=1, seed=0):
    layer = dlf.RandomShift(most, rng=np.random.default_rng(seed))
    layer.training = True
    return layer


def dots(n):
    """n images of 5 x 5 pixels, one bright in the middle."""
    x = np.zeros((n, 1, 5, 5))
    x[:, :, 2, 2] = 1
    return x


@pytest.mark.parametrize("most", [1, 2])
def test_every_shift_up_to_the_most_comes_about_equally_often(most):
    n, side = 9000, 2 * most + 1
    counts  = shifting(most)(dots(n)).sum(axis=(0, 1))[2 - most:3 + most, 2 - most:3 + most]
    share   = 1 / side**2             # 5 standard deviations are exceeded once in two million seeds
    assert counts.sum() == n
    assert np.abs(counts / n - share).max() < 5 * np.sqrt(share * (1 - share) / n)


def test_all_channels_of_an_image_move_together():
    x = np.repeat(dots(20), 3, axis=1)
    y = shifting(2)(x)
    assert np.array_equal(y[:, 0], y[:, 1]) and np.array_equal(y[:, 0], y[:, 2])


def test_what_moves_out_is_lost_and_zeros_come_in():
    y = shifting(1)(np.ones((50, 1, 4, 4)))
    assert set(y.sum(axis=(1, 2, 3))) == {9, 12, 16}


def test_slopes_go_back_the_way_the_pixels_came():
    layer, x = shifting(1), dots(50)
    assert np.array_equal(layer.backward(layer(x)), x)      # the bright pixel, and its slope


def test_at_inference_nothing_moves(rng):
    layer, x = dlf.RandomShift(2), rng.normal(size=(3, 2, 4, 4))
    assert layer(x) is x and layer.backward(x) is x


def test_without_a_generator_training_says_where_to_pass_one():
    layer = dlf.RandomShift()
    layer.training = True
    with pytest.raises(ValueError, match="pass rng= to train or fit"):
        layer(dots(2))


def test_a_most_that_is_no_number_of_pixels_is_refused():
    with pytest.raises(ValueError, match="most must be a whole number of at least 1, got 0"):
        dlf.RandomShift(0)
