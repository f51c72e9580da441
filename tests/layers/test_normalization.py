"""BatchNorm and LayerNorm: worked by hand, and against PyTorch, in training and at inference."""
import math

import numpy as np
import pytest

import dlf

SHAPES = [(6, 3), (4, 5, 3), (4, 3, 2, 5)]         # rows, sequences, images


def batch_norm(n=3, training=True, **arguments):
    layer = dlf.BatchNorm(n, **arguments)
    layer.training = training
    return layer


def to_torch(x):
    """PyTorch has the features on axis 1, always; here they are last, but for images."""
    return x.swapaxes(1, 2) if x.ndim == 3 else x


def torch_norm(torch, shape, layer):
    make = torch.nn.BatchNorm2d if len(shape) == 4 else torch.nn.BatchNorm1d
    peer = make(layer.n, eps=layer.eps, momentum=layer.momentum, dtype=torch.float64)
    with torch.no_grad():
        peer.weight.copy_(torch.tensor(layer.gamma))
        peer.bias.copy_(torch.tensor(layer.beta))
    return peer


# ---- BatchNorm -----------------------------------------------------------------------------------

def test_batch_norm_worked_by_hand():
    layer = batch_norm(1, eps=0)
    layer.gamma[...], layer.beta[...] = 10, 1
    # mean 3, variance ((-2)^2 + 0 + 2^2) / 3 = 8/3
    wanted = 10 * np.array([[-2.0], [0.0], [2.0]]) / math.sqrt(8 / 3) + 1
    assert np.allclose(layer(np.array([[1.0], [3.0], [5.0]])), wanted, rtol=1e-14)


def test_the_running_averages_worked_by_hand():
    layer = batch_norm(1, momentum=0.25)
    layer(np.array([[1.0], [3.0], [5.0]]))
    assert layer.mean == pytest.approx([0.75 * 0 + 0.25 * 3])
    assert layer.var  == pytest.approx([0.75 * 1 + 0.25 * 4])       # (4 + 0 + 4) / (3 - 1) = 4


def test_at_inference_the_running_averages_count_and_stay():
    layer = batch_norm(1, training=False, eps=0)
    layer.mean[...], layer.var[...] = 2, 4
    assert layer(np.array([[4.0], [2.0]])).tolist() == [[1], [0]]   # (4 - 2) / sqrt(4)
    assert layer.mean.tolist() == [2] and layer.var.tolist() == [4]


@pytest.mark.parametrize("shape", SHAPES)
def test_batch_norm_is_pytorchs_over_several_batches_and_then_at_inference(shape, rng, torch):
    layer = batch_norm()
    layer.theta[...] = rng.normal(size=6)
    peer = torch_norm(torch, shape, layer)
    for training in (True, True, True, False):
        layer.training = training
        peer.train(training)
        x  = 3 + 2 * rng.normal(size=shape)
        tx = torch.tensor(to_torch(x), requires_grad=True)
        dy = rng.normal(size=shape)
        peer.zero_grad()
        ty = peer(tx)
        ty.backward(torch.tensor(to_torch(dy)))
        assert np.allclose(to_torch(layer(x)), ty.detach().numpy(), rtol=1e-10, atol=1e-12)
        assert np.allclose(to_torch(layer.backward(dy)), tx.grad.numpy(), rtol=1e-9, atol=1e-12)
        assert np.allclose(layer.dgamma, peer.weight.grad.numpy(), rtol=1e-10)
        assert np.allclose(layer.dbeta, peer.bias.grad.numpy(), rtol=1e-10)
        assert np.allclose(layer.mean, peer.running_mean.numpy(), rtol=1e-12)
        assert np.allclose(layer.var, peer.running_var.numpy(), rtol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_while_training_each_feature_has_mean_0_and_variance_1(shape, rng):
    y = batch_norm(eps=0)(5 + 3 * rng.normal(size=shape))
    axes = (0, 2, 3) if len(shape) == 4 else tuple(range(len(shape) - 1))
    assert np.allclose(y.mean(axis=axes), 0, atol=1e-14)
    assert np.allclose(y.var(axis=axes), 1, rtol=1e-13)


def test_an_image_is_normalized_by_channel_not_by_pixel():
    images = np.zeros((2, 2, 1, 2))
    images[:, 0], images[:, 1] = [[[1, 2]], [[3, 4]]], 100
    y = batch_norm(2, eps=1e-12)(images)
    assert np.allclose(y[:, 0].ravel(), (np.array([1, 2, 3, 4]) - 2.5) / math.sqrt(1.25))
    assert not y[:, 1].any()


def test_what_all_examples_share_has_no_slope():
    layer = batch_norm()
    layer(np.arange(12.0).reshape(4, 3) ** 2)
    assert np.allclose(layer.backward(np.ones((4, 3))), 0, atol=1e-14)


def test_the_mode_of_the_forward_pass_is_the_mode_of_the_way_back(rng):
    layer = batch_norm()
    x, dy = rng.normal(size=(2, 5, 3))
    layer(x)
    wanted = layer.backward(dy)
    layer.training = False                           # as training does between the two
    assert np.array_equal(layer.backward(dy), wanted)


def test_a_feature_that_does_not_vary_gives_beta_and_no_warning():
    layer = batch_norm(1)
    layer.beta[...] = 7
    with np.errstate(all="raise"):
        assert layer(np.full((4, 1), 3.0)).tolist() == [[7]] * 4


def test_one_example_has_no_variance_to_train_on():
    net = dlf.Sequential(dlf.Tanh(), batch_norm())
    with pytest.raises(dlf.ShapeError, match=r"at least 2 rows.*got 1.*larger batch.*layer 1 of"):
        net(np.ones((1, 3)))


def test_no_example_at_all_is_refused_without_a_warning():
    with np.errstate(all="raise"), pytest.raises(dlf.ShapeError, match=r"at least 2 rows.*got 0"):
        batch_norm()(np.ones((0, 3)))


def test_float64_in_a_network_of_float32_leaves_the_running_averages_in_float32(rng):
    layer = batch_norm().astype(np.float32)
    assert layer(rng.normal(size=(5, 3))).dtype == layer.mean.dtype == layer.var.dtype == np.float32


@pytest.mark.parametrize("make", [lambda v: dlf.BatchNorm(2, eps=v), lambda v: dlf.LayerNorm(2, v),
                                  lambda v: dlf.BatchNorm(2, momentum=v)])
@pytest.mark.parametrize("value", [-0.1, np.inf, np.nan])
def test_what_would_make_no_finite_average_is_refused(make, value):
    with pytest.raises(ValueError, match=r"(eps|momentum) must be a number of at least 0"):
        make(value)


def test_one_image_alone_has_pixels_enough():
    assert batch_norm()(np.arange(12.0).reshape(1, 3, 2, 2)).shape == (1, 3, 2, 2)


def test_an_error_about_images_speaks_of_the_shape_that_was_passed():
    with pytest.raises(dlf.ShapeError, match=r"\(batch, 3, height, width\), got \(2, 4, 5, 6\)"):
        dlf.BatchNorm(3)(np.zeros((2, 4, 5, 6)))


def test_another_number_of_features_is_refused():
    with pytest.raises(dlf.ShapeError, match=r"BatchNorm\(3\) expects input .*\(\.\.\., 3\)"):
        dlf.BatchNorm(3)(np.zeros((5, 4)))


def test_channels_of_a_conv1d_are_explained_where_features_should_stand_last():
    net = dlf.Sequential(dlf.Conv1D(1, 6, 3), dlf.BatchNorm(6))
    with pytest.raises(dlf.ShapeError, match=r"axis 1, as the channels of a Conv1D do.*Conv2D"):
        net(np.ones((2, 1, 9)))


@pytest.mark.parametrize("layer", [dlf.BatchNorm, dlf.LayerNorm])
def test_a_size_that_is_no_size_is_refused(layer):
    with pytest.raises(ValueError, match="n must be a whole number of at least 1, got 0"):
        layer(0)


# ---- LayerNorm -----------------------------------------------------------------------------------

def test_layer_norm_worked_by_hand():
    layer = dlf.LayerNorm(4, eps=0)
    layer.gamma[...], layer.beta[...] = [1, 1, 2, 2], [0, 0, 0, 1]
    # mean 4, variance (9 + 1 + 1 + 9) / 4 = 5
    wanted = np.array([-3, -1, 2 * 1, 2 * 3]) / math.sqrt(5) + [0, 0, 0, 1]
    assert np.allclose(layer(np.array([1.0, 3.0, 5.0, 7.0])), wanted, rtol=1e-14)


@pytest.mark.parametrize("shape", [(3,), (6, 3), (4, 5, 3)])
def test_layer_norm_is_pytorchs(shape, rng, torch):
    layer = dlf.LayerNorm(3)
    layer.theta[...] = rng.normal(size=6)
    peer = torch_norm_of_rows(torch, layer)
    x  = 3 + 2 * rng.normal(size=shape)
    tx = torch.tensor(x, requires_grad=True)
    ty = peer(tx)
    dy = rng.normal(size=shape)
    ty.backward(torch.tensor(dy))
    assert np.allclose(layer(x), ty.detach().numpy(), rtol=1e-10, atol=1e-12)
    assert np.allclose(layer.backward(dy), tx.grad.numpy(), rtol=1e-9, atol=1e-12)
    assert np.allclose(layer.dgamma, peer.weight.grad.numpy(), rtol=1e-10)
    assert np.allclose(layer.dbeta, peer.bias.grad.numpy(), rtol=1e-10)


def torch_norm_of_rows(torch, layer):
    peer = torch.nn.LayerNorm(layer.n, eps=layer.eps, dtype=torch.float64)
    with torch.no_grad():
        peer.weight.copy_(torch.tensor(layer.gamma))
        peer.bias.copy_(torch.tensor(layer.beta))
    return peer


def test_each_example_has_mean_0_and_variance_1(rng):
    y = dlf.LayerNorm(5, eps=0)(4 + 3 * rng.normal(size=(2, 3, 5)))
    assert np.allclose(y.mean(axis=-1), 0, atol=1e-14) and np.allclose(y.var(axis=-1), 1)


def test_layer_norm_has_no_modes_and_batch_norm_has():
    assert not dlf.LayerNorm(3).has_modes and dlf.BatchNorm(3).has_modes
    assert dlf.LayerNorm(3).buffers == ()


def test_an_example_whose_features_are_all_equal_gives_beta_and_no_warning():
    with np.errstate(all="raise"):
        assert dlf.LayerNorm(3)(np.full((1, 3), 5.0)).tolist() == [[0, 0, 0]]


def test_batch_norm_keeps_the_memory_order_of_images(rng):
    layer = batch_norm(2)
    x = rng.normal(size=(6, 2, 5, 4)).transpose(3, 1, 0, 2)   # as convolutions lay them out
    assert layer(x).strides == x.strides == layer.backward(x).strides
    assert np.allclose(layer(x), layer(x.copy("C")), rtol=1e-12)
