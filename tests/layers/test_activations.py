"""Numbers from outside for the activations, and what happens far from zero."""
import math
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import dlf

X = np.array([[-3.0, -1.0, -0.25], [0.25, 1.0, 3.0]])

PEERS = {              # the same function in torch.nn.functional, and its arguments there
    "Sigmoid":   (dlf.Sigmoid(),      "sigmoid",    {}),
    "Tanh":      (dlf.Tanh(),         "tanh",       {}),
    "ReLU":      (dlf.ReLU(),         "relu",       {}),
    "LeakyReLU": (dlf.LeakyReLU(0.2), "leaky_relu", {"negative_slope": 0.2}),
    "ELU":       (dlf.ELU(1.5),       "elu",        {"alpha": 1.5}),
    "GELU":      (dlf.GELU(),         "gelu",       {"approximate": "tanh"}),
    "Softplus":  (dlf.Softplus(),     "softplus",   {}),
    "Softmax":   (dlf.Softmax(),      "softmax",    {"dim": -1}),
}
peers = pytest.mark.parametrize("name", PEERS)
every = pytest.mark.parametrize("layer", [layer for layer, _, _ in PEERS.values()], ids=repr)

finite = arrays(float, array_shapes(max_dims=4, max_side=4), elements=st.floats(-50, 50))


# ---- memory --------------------------------------------------------------------------------------

@pytest.mark.parametrize("layer", [dlf.Sigmoid(), dlf.Tanh(), dlf.ReLU()], ids=repr)
def test_what_tells_its_slope_from_the_output_does_not_keep_the_input(layer):
    x    = X.copy()
    kept = weakref.ref(x)
    layer(x)
    del x
    assert kept() is None


# ---- values and slopes ---------------------------------------------------------------------------

@peers
def test_values_and_slopes_are_pytorchs(name, torch):
    layer, theirs, arguments = PEERS[name]
    x = torch.tensor(X, requires_grad=True)
    y = getattr(torch.nn.functional, theirs)(x, **arguments)
    dy = np.array([[0.5, -2.0, 1.0], [3.0, -0.1, 0.7]])
    y.backward(torch.tensor(dy))
    assert np.allclose(layer(X), y.detach().numpy(), rtol=1e-12, atol=1e-15)
    assert np.allclose(layer.backward(dy), x.grad.numpy(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("layer, x, y, slope", [
    (dlf.Sigmoid(),      0.0,          0.5,                   0.25),     # y (1 - y) = 1/2 * 1/2
    (dlf.Sigmoid(),      math.log(3),  0.75,                  0.1875),   # 1/(1+1/3), 3/4 * 1/4
    (dlf.Tanh(),         math.log(2),  0.6,                   0.64),     # (2-1/2)/(2+1/2), 1-.36
    (dlf.ReLU(),         2.5,          2.5,                   1),
    (dlf.ReLU(),         -2.5,         0,                     0),
    (dlf.ReLU(),         0.0,          0,                     0),        # a choice: 0 at the kink
    (dlf.LeakyReLU(0.1), -2.0,         -0.2,                  0.1),
    (dlf.LeakyReLU(),    -2.0,         -0.02,                 0.01),
    (dlf.ELU(),          -math.log(4), -0.75,                 0.25),     # 1/4 - 1, and 1/4
    (dlf.ELU(2.0),       -math.log(4), -1.5,                  0.5),
    (dlf.GELU(),         0.0,          0,                     0.5),      # half of it below 0
    (dlf.Softplus(),     0.0,          math.log(2),           0.5),
    (dlf.Softplus(),     math.log(3),  math.log(4),           0.75),     # log(1+3), sigmoid(log 3)
])
def test_values_and_slopes_worked_by_hand(layer, x, y, slope):
    assert layer(np.array([x])) == pytest.approx([y], rel=1e-14)
    assert layer.backward(np.array([1.0])) == pytest.approx([slope], rel=1e-14)


def test_softmax_worked_by_hand():
    layer = dlf.Softmax()
    y = layer(np.log([[1.0, 2.0, 5.0]]))                      # in the proportion 1 : 2 : 5
    assert y == pytest.approx(np.array([[1, 2, 5]]) / 8)
    dx = layer.backward(np.array([[1.0, 0.0, 0.0]]))          # y_0 (1 - y_0), -y_0 y_1, -y_0 y_2
    assert dx == pytest.approx(np.array([[7, -2, -5]]) / 64)


def test_gelu_is_close_to_x_times_the_normal_distribution():
    erf = pytest.importorskip("scipy.special").erf
    x = np.linspace(-4, 4, 81)
    assert np.abs(dlf.GELU()(x) - x * (1 + erf(x / np.sqrt(2))) / 2).max() < 5e-4


@pytest.mark.parametrize("view", [
    lambda x: x.transpose(3, 1, 0, 2), lambda x: x[::2, :, 1:3], lambda x: x[::-1, :, ::-1],
    lambda x: np.broadcast_to(x[:1], (7, 5, 4, 300)), lambda x: x[:0], lambda x: x[0, 0, 0, 0],
], ids=["transposed", "part", "reversed", "repeated", "empty", "one number"])
def test_gelu_goes_through_memory_in_pieces_in_whatever_order_it_lies(view, rng):
    x, gelu = view(rng.normal(size=(12, 5, 4, 300))), dlf.GELU()        # more than one piece
    y, dx   = gelu.forward(x), gelu.backward(np.ones(x.shape))
    u, du   = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3), np.sqrt(2 / np.pi) * (1 + 0.134145 * x**2)
    assert np.allclose(y, x * (1 + np.tanh(u)) / 2)
    assert np.allclose(dx, (1 + np.tanh(u)) / 2 + x * du / np.cosh(u)**2 / 2)


# ---- what the names promise ----------------------------------------------------------------------

@given(finite)
def test_sigmoid_lies_between_0_and_1_and_tanh_between_minus_1_and_1(x):
    assert np.all((dlf.Sigmoid()(x) >= 0) & (dlf.Sigmoid()(x) <= 1))
    assert np.all(np.abs(dlf.Tanh()(x)) <= 1)


@given(finite)
def test_sigmoid_of_minus_x_is_what_is_missing_to_1(x):
    assert np.allclose(dlf.Sigmoid()(-x), 1 - dlf.Sigmoid()(x), atol=1e-15)


@given(finite)
def test_softmax_gives_shares_of_1_along_the_last_axis(x):
    y = dlf.Softmax()(x)
    assert np.all(y >= 0) and np.allclose(y.sum(axis=-1), 1, rtol=1e-14)


@given(finite)
def test_softmax_does_not_change_when_all_scores_rise_alike(x):
    assert np.allclose(dlf.Softmax()(x + 3), dlf.Softmax()(x), rtol=1e-12, atol=1e-15)


@given(finite)
def test_the_slope_through_softmax_adds_up_to_0(x):
    layer = dlf.Softmax()
    dx = layer.backward(np.cos(x + layer(x)))                 # shares gained are shares lost
    assert np.allclose(dx.sum(axis=-1), 0, atol=1e-14)


def test_softmax_of_one_row_does_not_depend_on_how_high_another_scores():
    low, high = [-1000.0, -1001.0], [1000.0, 1001.0]
    assert np.array_equal(dlf.Softmax()([low, high])[0], dlf.Softmax()([low])[0])


@every
@given(x=finite)
def test_the_shape_stays(layer, x):
    assert layer(x).shape == layer.backward(np.ones_like(x)).shape == x.shape


# ---- far from zero -------------------------------------------------------------------------------

@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_inputs_give_finite_outputs_and_slopes_and_no_warning(layer, dtype):
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        y  = layer(np.array([[-1000, 1000, 0]], dtype))
        dx = layer.backward(np.ones_like(y))
    assert np.isfinite(y).all() and np.isfinite(dx).all()


@pytest.mark.parametrize("layer, low, high", [
    (dlf.Sigmoid(), 0, 1), (dlf.Tanh(), -1, 1), (dlf.ReLU(), 0, 1000), (dlf.ELU(), -1, 1000),
    (dlf.LeakyReLU(), -10, 1000), (dlf.GELU(), 0, 1000), (dlf.Softplus(), 0, 1000)], ids=repr)
def test_the_ends_of_each_curve(layer, low, high):
    assert layer(np.array([-1000.0, 1000.0])).tolist() == [low, high]


def test_softplus_keeps_tiny_values_that_log_of_1_plus_exp_would_lose():
    assert dlf.Softplus()(np.array([-50.0])) == pytest.approx([math.exp(-50)], rel=1e-12, abs=0)


def test_elu_keeps_tiny_values_that_exp_minus_1_would_lose():
    assert dlf.ELU()(np.array([-1e-12])) == pytest.approx([-1e-12], rel=1e-9, abs=0)


@every
@pytest.mark.parametrize("dtype", [np.uint8, np.int8, bool])
def test_small_whole_numbers_do_not_wrap(layer, dtype):
    x = np.array([[0, 1, 1]], dtype)
    assert np.array_equal(layer(x), layer(x.astype(float)))        # -x of 1 would be 255


def test_no_neuron_of_a_leaky_relu_is_dead():
    layer = dlf.LeakyReLU(0.01)
    layer(np.array([-100.0]))
    assert layer.backward(np.array([1.0])) == pytest.approx([0.01])
