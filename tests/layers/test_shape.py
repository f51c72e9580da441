"""Flatten and Reshape: the same numbers in another shape, and the slopes back again."""
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import dlf

shapes = array_shapes(min_dims=1, max_dims=4, max_side=4)


@given(shapes)
def test_flatten_gives_rows_in_reading_order_and_takes_slopes_back(shape):
    x = np.arange(math.prod(shape), dtype=float).reshape(shape)
    layer = dlf.Flatten()
    y = layer(x)
    assert y.shape == (len(x), x.size // len(x))
    assert np.array_equal(y.ravel(), x.ravel())
    assert np.array_equal(layer.backward(y), x)


@given(shapes, st.randoms(use_true_random=False))
def test_reshape_gives_each_example_the_shape_named_and_takes_slopes_back(shape, random):
    x = np.arange(math.prod(shape), dtype=float).reshape(shape)
    wanted = random.sample(shape[1:], len(shape) - 1)
    layer  = dlf.Reshape(*wanted)
    y = layer(x)
    assert y.shape == (len(x), *wanted)
    assert np.array_equal(y.ravel(), x.ravel())
    assert np.array_equal(layer.backward(y), x)


def test_reshape_undoes_flatten():
    images = np.arange(2 * 3 * 4 * 5.0).reshape(2, 3, 4, 5)
    assert np.array_equal(dlf.Sequential(dlf.Flatten(), dlf.Reshape(3, 4, 5))(images), images)


def test_examples_keep_to_themselves():
    y = dlf.Flatten()(np.arange(12).reshape(3, 2, 2))
    assert y.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]


def test_no_examples_are_no_rows_of_the_right_length():
    assert dlf.Flatten()(np.zeros((0, 2, 3))).shape == (0, 6)
    assert dlf.Reshape(3, 2)(np.zeros((0, 6))).shape == (0, 3, 2)


def test_another_count_of_numbers_is_refused_with_both_counts():
    with pytest.raises(dlf.ShapeError, match=r"Reshape\(1, 8, 8\) needs 64 numbers an example, "
                                             r"got 60: an input of shape \(5, 60\)"):
        dlf.Reshape(1, 8, 8)(np.zeros((5, 60)))


def test_the_batch_is_not_part_of_the_shape():
    with pytest.raises(dlf.ShapeError, match="needs 10 numbers an example, got 2"):
        dlf.Reshape(5, 2)(np.zeros((5, 2)))


@pytest.mark.parametrize("shape", [((1, 8, 8),), (-1,), (8, 0), (2.0, 4)])
def test_sizes_that_are_no_sizes_are_refused_when_the_layer_is_made(shape):
    with pytest.raises(ValueError, match=r"Reshape: size \d must be a whole number of at least 1"):
        dlf.Reshape(*shape)
