"""Pooling: worked by hand, against plain loops and PyTorch, ties, and errors that teach."""
import numpy as np
import pytest

import dlf
from dlf.layers import plain

ROWS = [[1, 5, 2, 0], [3, 4, 8, 7], [0, 0, 0, 9], [6, 0, 0, 0]]


def image(rows):
    """One gray image as a batch."""
    return np.array(rows, float)[None, None]


def test_max_pooling_worked_by_hand():
    layer = dlf.MaxPool2D(2)
    assert layer(image(ROWS))[0, 0].tolist() == [[5, 8], [6, 9]]
    assert layer.backward(image([[1, 2], [3, 4]]))[0, 0].tolist() == [
        [0, 1, 0, 0], [0, 0, 2, 0], [0, 0, 0, 4], [3, 0, 0, 0]]


def test_average_pooling_worked_by_hand():
    layer = dlf.AveragePool2D(2)
    assert layer(image(ROWS))[0, 0].tolist() == [[13 / 4, 17 / 4], [6 / 4, 9 / 4]]
    assert layer.backward(image([[4, 8], [0, 0]]))[0, 0].tolist() == [
        [1, 1, 2, 2], [1, 1, 2, 2], [0] * 4, [0] * 4]


def test_windows_that_overlap_add_their_slopes_up():
    layer = dlf.MaxPool2D(2, stride=1)
    assert layer(image([[1, 9, 2]] * 2))[0, 0].tolist() == [[9, 9]]
    assert layer.backward(image([[1, 10]]))[0, 0].tolist() == [[0, 11, 0], [0, 0, 0]]


@pytest.mark.parametrize("size", [2, (1, 4), (4, 1), (4, 2)])
def test_of_several_that_are_equal_the_first_gets_the_slope(size):
    layer = dlf.MaxPool2D(size)
    dx = layer.backward(np.ones_like(layer(np.full((1, 1, 4, 4), 7.0))))
    wanted = np.zeros((4, 4))
    wanted[::layer.window.size[0], ::layer.window.size[1]] = 1
    assert np.array_equal(dx[0, 0], wanted)


def test_first_means_from_left_to_right_and_then_from_top_to_bottom():
    layer = dlf.MaxPool2D(2)
    layer(image([[1, 5], [5, 1]]))
    assert layer.backward(image([[3]]))[0, 0].tolist() == [[0, 3], [0, 0]]


def test_an_odd_row_or_column_at_the_end_is_left_out_and_gets_no_slope():
    layer = dlf.MaxPool2D(2)
    assert layer(np.ones((1, 1, 5, 3))).shape == (1, 1, 2, 1)
    dx = layer.backward(np.ones((1, 1, 2, 1)))
    assert not dx[0, 0, 4].any() and not dx[0, 0, :, 2].any() and dx.sum() == 2


def test_padding_never_is_the_largest_but_counts_in_the_mean():
    x = image([[-4, -8]])
    assert dlf.MaxPool2D((1, 2), padding=(0, 1))(x)[0, 0].tolist() == [[-4, -8]]
    assert dlf.AveragePool2D((1, 2), padding=(0, 1))(x)[0, 0].tolist() == [[-2, -4]]


def test_the_global_mean_worked_by_hand():
    layer = dlf.GlobalAveragePool2D()
    assert layer(np.arange(8.0).reshape(1, 2, 2, 2)).tolist() == [[1.5, 5.5]]
    assert layer.backward(np.array([[4.0, 8.0]])).tolist() == [[[[1, 1], [1, 1]], [[2, 2], [2, 2]]]]


KINDS = {"MaxPool2D":     (plain.max_pool, plain.max_pool_slope, "max_pool2d"),
         "AveragePool2D": (plain.average_pool, plain.average_pool_slope, "avg_pool2d")}


def draw(rng, kind):
    """(layer, images): whole numbers, so that many are equal."""
    size, stride = (tuple(map(int, rng.integers(1, 4, 2))) for _ in range(2))
    layer = getattr(dlf, kind)(size, stride, tuple(int(rng.integers(k // 2 + 1)) for k in size))
    return layer, rng.integers(-2, 3, (2, 2, *size + rng.integers(0, 5, 2))).astype(float)


@pytest.mark.parametrize("kind", KINDS)
def test_the_fast_way_is_the_plain_way(kind, rng):
    forward, slope, _ = KINDS[kind]
    for _ in range(100):
        layer, x = draw(rng, kind)
        y  = layer(x)
        dy = rng.normal(size=y.shape)
        assert np.allclose(y, forward(x, layer.window), rtol=1e-14), layer
        assert np.allclose(layer.backward(dy), slope(dy, x, layer.window), rtol=1e-14), layer


@pytest.mark.parametrize("kind", KINDS)
def test_pooling_is_pytorchs(kind, rng, torch):
    function = getattr(torch.nn.functional, KINDS[kind][2])
    for _ in range(100):
        layer, x = draw(rng, kind)
        tx = torch.tensor(x, requires_grad=True)
        ty = function(tx, layer.window.size, layer.window.stride, layer.window.padding)
        y  = layer(x)
        dy = rng.normal(size=y.shape)
        ty.backward(torch.tensor(dy))
        assert np.allclose(y, ty.detach().numpy(), rtol=1e-14), layer
        assert np.allclose(layer.backward(dy), tx.grad.numpy(), rtol=1e-13), layer


def test_pooling_and_relu_may_change_places(rng):
    x = rng.normal(size=(3, 2, 6, 6))
    assert np.array_equal(dlf.ReLU()(dlf.MaxPool2D(2)(x)), dlf.MaxPool2D(2)(dlf.ReLU()(x)))


# ---- errors that teach ---------------------------------------------------------------------------

def test_a_window_larger_than_the_image_says_both_sizes_and_where_it_stands():
    net = dlf.Sequential(dlf.MaxPool2D(2), dlf.MaxPool2D(2), dlf.AveragePool2D(2))
    with pytest.raises(dlf.ShapeError, match=r"AveragePool2D\(2\): the window is larger than the "
                                             r"image.*2 x 2.*has 1 x 1\. .*layer 2 of the network"):
        net(np.ones((1, 1, 7, 7)))


@pytest.mark.parametrize("layer", [dlf.MaxPool2D(2), dlf.GlobalAveragePool2D()], ids=repr)
@pytest.mark.parametrize("shape, fix", [((5, 8, 8), r"pass x\[:, None\]"),
                                        ((5, 64), r"dlf\.Reshape\(channels, height, width\)")])
def test_what_are_no_images_is_answered_with_the_likely_fix(layer, shape, fix):
    with pytest.raises(dlf.ShapeError, match=r"images of shape \(batch, channels, .*" + fix):
        layer(np.zeros(shape))


def test_padding_of_more_than_half_a_window_is_refused():
    with pytest.raises(ValueError, match=r"at most half of the size.* got padding=2, size=3"):
        dlf.MaxPool2D(3, padding=2)
