"""Gradient checking: it is exact where it should be, and it finds the mistakes that people make."""
import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes

import dlf
from dlf.gradcheck import relative_error

# ---- nudging -------------------------------------------------------------------------------------

def test_the_slope_of_x_cubed_worked_by_hand():
    x = np.array([2.0])
    # ((x + h)^3 - (x - h)^3) / 2h = 3 x^2 + h^2
    slope = dlf.numerical_gradient(lambda: (x**3).item(), x, h=0.1)
    assert slope == pytest.approx([3 * 4 + 0.01], rel=1e-12)


def test_the_error_shrinks_with_the_square_of_h():
    x = np.array([1.0])
    error = [abs(dlf.numerical_gradient(lambda: np.exp(x).item(), x, h)[0] - np.e)
             for h in (1e-1, 1e-2, 1e-3)]
    assert error[0] / error[1] == pytest.approx(100, rel=0.01)
    assert error[1] / error[2] == pytest.approx(100, rel=0.01)
    assert error[1] == pytest.approx(np.e * 1e-4 / 6, rel=0.01)          # h^2 / 6 f'''


def test_the_standard_h_gives_ten_digits():
    x = np.linspace(-2, 2, 9)
    slope = dlf.numerical_gradient(lambda: np.sin(x).sum(), x)
    assert np.abs(slope - np.cos(x)).max() < 1e-10


@given(array_shapes(min_dims=0, max_dims=4, max_side=3))
def test_each_number_has_its_own_slope_in_every_shape(shape):
    rng = np.random.default_rng(0)
    x, weigh = rng.normal(size=shape), rng.normal(size=shape)
    slope = dlf.numerical_gradient(lambda: (weigh * x).sum(), x)
    assert slope.shape == shape and np.allclose(slope, weigh, rtol=1e-9, atol=1e-10)


def test_x_is_put_back_to_the_last_bit(rng):
    x = rng.normal(size=(3, 4)) * 10.0 ** rng.integers(-8, 8, (3, 4))
    before = x.copy()
    dlf.numerical_gradient(lambda: x.sum(), x)
    assert np.array_equal(x, before)


def test_a_window_is_nudged_in_place():
    net = dlf.Dense(1, 1)
    slope = dlf.numerical_gradient(lambda: 3 * net.theta[1], net.b)
    assert slope == pytest.approx([3])


@pytest.mark.parametrize("dtype", [np.float32, np.float16, int])
def test_a_type_that_cannot_feel_a_nudge_is_refused(dtype):
    with pytest.raises(TypeError, match=f"needs float64 to be felt; got {np.dtype(dtype)}"):
        dlf.numerical_gradient(lambda: 0.0, np.ones(3, dtype))


# ---- comparing -----------------------------------------------------------------------------------

def test_relative_error_by_hand():
    assert relative_error(np.array([1.0, 4.0]), np.array([1.0, 5.0])) == 1 / 5
    assert relative_error(np.array([1e-5]), np.array([-1e-5])) == pytest.approx(2e-5 / 1e-3)
    assert relative_error(np.zeros(3), np.full(3, 1e-12)) == pytest.approx(1e-9)
    assert relative_error(np.zeros(0), np.zeros(0)) == 0


def test_relative_error_does_not_care_which_comes_first(rng):
    a, b = rng.normal(size=(2, 5))
    assert relative_error(a, b) == relative_error(b, a) > 0


# ---- mistakes that people make -------------------------------------------------------------------

class ForgottenSlope(dlf.Tanh):
    def backward(self, dy):
        return dy


class SlopeOfTheOutput(dlf.Tanh):
    @staticmethod
    def slope(x, y):
        return 1 - np.tanh(y) ** 2


class Transposed(dlf.Dense):
    def backward(self, dy):
        self.learn(dy)
        return dy @ self.W.T


class Doubled(dlf.Dense):
    def learn(self, dy):
        super().learn(dy)
        self.dW *= 2


class FirstExampleAlone(dlf.Dense):
    def learn(self, dy):
        super().learn(dy)
        self.dW[...] = np.outer(dy[0], self.a[0])


class MeanInsteadOfSum(dlf.Dense):
    def learn(self, dy):
        super().learn(dy)
        self.db[...] = dy.mean(axis=0)


class ForgottenBias(dlf.Dense):
    def learn(self, dy):
        before = self.db.copy()
        super().learn(dy)
        self.db[...] = before


class Uphill(dlf.Dense):
    def backward(self, dy):
        return -super().backward(dy)


class MeanTakenForAConstant(dlf.LayerNorm):
    def backward(self, dy):
        super().backward(dy)
        return dy * self.gamma / self.cache[1]


class LastSymbolAlone(dlf.Embedding):
    def backward(self, dy):
        self.dW[...] = 0
        self.dW[self.x] = dy


class LostSkip(dlf.Residual):
    def backward(self, dy):
        return dlf.Sequential.backward(self, dy)


@pytest.mark.parametrize("layer, wrong", [
    (ForgottenSlope(),         {"x"}),
    (SlopeOfTheOutput(),       {"x"}),
    (Transposed(3, 3),         {"x"}),                # in a square layer no shape gives it away
    (Doubled(3, 3),            {"W"}),
    (FirstExampleAlone(3, 3),  {"W"}),
    (MeanInsteadOfSum(3, 3),   {"b"}),
    (ForgottenBias(3, 3),      {"b"}),
    (Uphill(3, 3),             {"x"}),
    (MeanTakenForAConstant(3), {"x"}),
    (LastSymbolAlone(3, 2),    {"W"}),
    (LostSkip(dlf.Dense(3, 3)), {"x"}),
], ids=lambda value: type(value).__name__)
def test_a_planted_mistake_is_found_where_it_is_and_nowhere_else(layer, wrong, rng):
    layer.theta[...] = rng.normal(size=layer.n_parameters)
    x = np.array([0, 2, 2]) if layer.takes_symbols else rng.normal(size=(4, 3))
    errors = dlf.check_gradients(layer, x)
    assert {name for name, error in errors.items() if error > 1e-3} == wrong
    assert all(error < 1e-6 for name, error in errors.items() if name not in wrong)


def test_a_mistake_in_one_layer_of_a_network_shows_in_it_and_below():
    net = dlf.Sequential(dlf.Dense(3, 3), dlf.Tanh(), Transposed(3, 3), dlf.Tanh(), dlf.Dense(3, 2),
                         rng=np.random.default_rng(0))
    errors = dlf.check_gradients(net, np.random.default_rng(1).normal(size=(4, 3)))
    assert {name for name, error in errors.items() if error > 1e-3} == {"x", "0.W", "0.b"}


def test_a_kink_is_no_slope():
    assert dlf.check_gradients(dlf.ReLU(), [[0.0, 1.0]])["x"] > 1e-3
    assert dlf.check_gradients(dlf.ReLU(), [[0.1, 1.0]])["x"] < 1e-6


# ---- what is checked, and what is left alone -----------------------------------------------------

def network(rng):
    return dlf.Sequential(dlf.Dense(3, 4), dlf.BatchNorm(4), dlf.Tanh(), dlf.Dropout(0.4),
                          dlf.Dense(4, 2), rng=rng)


def test_every_parameter_and_the_input_have_an_error(rng):
    errors = dlf.check_gradients(network(rng), rng.normal(size=(5, 3)))
    assert list(errors) == ["0.W", "0.b", "1.gamma", "1.beta", "4.W", "4.b", "x"]
    assert all(type(error) is float for error in errors.values())


@pytest.mark.parametrize("training", [True, False])
def test_dropout_and_batch_norm_are_checked_in_either_mode(training, rng):
    errors = dlf.check_gradients(network(rng), rng.normal(size=(5, 3)), training=training)
    assert max(errors.values()) < 1e-6


def test_the_modes_differ():
    class OneMode(dlf.BatchNorm):
        def backward(self, dy):
            self.cache = *self.cache[:2], False             # wrong while training, and only then
            return super().backward(dy)

    x = np.random.default_rng(0).normal(size=(5, 3))
    assert dlf.check_gradients(OneMode(3), x)["x"] < 1e-6
    assert dlf.check_gradients(OneMode(3), x, training=True)["x"] > 1e-3


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_network_is_left_as_it_was_and_checked_in_float64(dtype, training, rng):
    net = network(rng).astype(dtype)
    net[1].mean[...] = 0.5
    net.dtheta[...]  = 7
    before, state = copy.deepcopy(net), rng.bit_generator.state
    errors = dlf.check_gradients(net, np.ones((5, 3)) + np.eye(5, 3), training=training)
    assert max(errors.values()) < 1e-6
    assert net.dtype == net[0].W.dtype == net[1].mean.dtype == dtype
    assert np.array_equal(net.theta, before.theta) and np.all(net.dtheta == 7)
    assert np.array_equal(net[1].mean, before[1].mean) and np.array_equal(net[1].var, before[1].var)
    assert not any(layer.training for _, layer in net.walk())
    assert net[3].rng is rng and rng.bit_generator.state == state


def test_a_state_that_is_carried_does_not_come_between(rng):
    net = dlf.Sequential(dlf.LSTM(2, 3, carry=True), dlf.Dense(3, 1), rng=rng)
    net.set_training(True)
    net(rng.normal(size=(5, 4, 2)))
    errors = dlf.check_gradients(net, rng.normal(size=(3, 4, 2)), training=True)
    assert max(errors.values()) < 1e-6 and net[0].carried[0].shape == (5, 3)


def test_the_examples_are_left_as_they_were():
    x = np.random.default_rng(0).normal(size=(4, 3))
    before = x.copy()
    dlf.check_gradients(dlf.Dense(3, 2), x)
    assert np.array_equal(x, before)


def test_lists_and_whole_numbers_will_do():
    assert max(dlf.check_gradients(dlf.Dense(2, 1), [[1, 2], [3, 4]]).values()) < 1e-6
    assert list(dlf.check_gradients(dlf.Embedding(3, 1), [0, 2])) == ["W"]


def test_same_generator_same_errors():
    layer, x = dlf.Dense(3, 2), np.ones((2, 3))
    check = lambda seed: dlf.check_gradients(layer, x, rng=np.random.default_rng(seed))
    assert check(3) == check(3) and check(3) != check(4)


def test_a_larger_nudge_makes_a_larger_error():
    x = np.array([[0.3, -0.5]])
    assert dlf.check_gradients(dlf.Tanh(), x, h=1e-2)["x"] > 1e-6 > (
        dlf.check_gradients(dlf.Tanh(), x)["x"])
