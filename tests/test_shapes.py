"""The messages of shape errors, and when they come."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import dlf
from dlf.shapes import ShapeError, as_rows, expect, expect_slope, likely_fix, place, positive

shapes = array_shapes(min_dims=1, max_dims=4, max_side=5)


class Anything:
    """What an error needs of a layer: a name, and how it is written."""

    def __init__(self, name=""):
        self.name = name

    def __repr__(self):
        return "Anything()"


@given(shapes, st.integers(1, 5))
def test_only_the_last_axis_counts(shape, n):
    x = np.zeros(shape)
    if shape[-1] == n:
        expect(Anything(), x, n)
    else:
        with pytest.raises(ShapeError):
            expect(Anything(), x, n)


@pytest.mark.parametrize("shape, n, fix", [
    ((784, 5),     784, "Examples go in rows here; yours look like columns: pass x.T."),
    ((5,),         1,   "make each example a row of its own: pass x[:, None]."),
    ((5, 1, 8, 8), 64,  "put dlf.Flatten() first."),
    ((),           3,   "one example is a row of numbers."),
    ((7, 5),       4,   "take 5 inputs, or change what comes before it to give 4."),
    ((5, 8, 8),    60,  "take 8 inputs, or change what comes before it to give 60."),
])
def test_the_likely_fix(shape, n, fix):
    assert likely_fix(shape, n).endswith(fix)


@given(array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5), st.integers(1, 5))
def test_there_is_a_sentence_for_every_shape(shape, n):
    assert likely_fix(shape, n).endswith(".")


@given(st.integers(1, 9), st.integers(1, 9))
def test_turning_x_round_is_only_advised_where_it_helps(rows, n):
    x = np.zeros((rows, n + 1))
    if "x.T" in likely_fix(x.shape, n):
        expect(Anything(), x.T, n)


def test_the_message_has_the_layer_the_shape_wanted_the_shape_got_and_the_place():
    with pytest.raises(ShapeError) as error:
        expect(Anything("2.1"), np.zeros((5, 3)), 4)
    assert str(error.value) == (
        "Anything() expects input of shape (..., 4), got (5, 3). "
        "Change the layer to take 3 inputs, or change what comes before it to give 4. "
        "It is layer 2.1 of the network.")


def test_a_layer_alone_has_no_place():
    assert place(Anything()) == "" and place(Anything("0")) == " It is layer 0 of the network."


def test_a_slope_of_the_right_shape_comes_back_as_it_is():
    dy = np.ones((2, 3))
    assert expect_slope(Anything(), dy, (2, 3)) is dy


def test_a_slope_before_the_forward_pass_is_explained():
    with pytest.raises(ShapeError, match=r"before it went forward: call forward\(x\) first\.$"):
        expect_slope(Anything(), np.ones(3), None)


def test_a_slope_of_another_shape_is_explained_with_both():
    with pytest.raises(ShapeError, match=r"an output of shape \(2, 3\).*; got \(3, 2\)\.$"):
        expect_slope(Anything(), np.ones((3, 2)), (2, 3))


@given(shapes)
def test_as_rows_keeps_the_last_axis_and_counts_all_others(shape):
    x = np.arange(np.prod(shape)).reshape(shape)
    rows = as_rows(x)
    assert rows.shape == (x.size // shape[-1], shape[-1])
    assert np.array_equal(rows.ravel(), x.ravel()) and np.may_share_memory(rows, x)


@pytest.mark.parametrize("size", [1, 30, np.int64(3), np.uint8(3)])
def test_whole_numbers_from_1_are_sizes(size):
    positive("Dense", n=size)


@pytest.mark.parametrize("size", [0, -1, 1.0, "3", None, True, (3,), np.float64(3)])
def test_everything_else_is_none(size):
    with pytest.raises(ValueError, match="Dense: n must be a whole number of at least 1, got"):
        positive("Dense", m=5, n=size)


def test_whoever_catches_value_errors_catches_shape_errors():
    assert issubclass(dlf.ShapeError, ValueError)
