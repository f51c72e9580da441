"""The contract of base.py, held against every layer: a new layer needs a row in CASES, no more."""
import ast
import copy
import math
import pickle

import numpy as np
import pytest

import dlf
from dlf import check_gradients
from dlf.layers.base import Layer

TRIALS = 200         # random shapes for each layer, in each mode


# ---- one example of every layer, in every shape it takes -----------------------------------------

def spread(rng, *shape):
    """Numbers in random order, at least 0.06 apart and 0.03 from 0.

    So no kink (ReLU at 0) is near, and nothing that is normalized is nearly constant.
    """
    n = math.prod(shape)
    grid = 0.1 * (np.arange(n) + 0.5 - n // 2) + rng.uniform(-0.02, 0.02, n)
    return rng.permutation(grid).reshape(shape)


def sizes(rng, low, high):
    """Between `low` and `high` axes of 1, 2 or 3."""
    return tuple(map(int, rng.integers(1, 4, rng.integers(low, high + 1))))


def elementwise(make):
    """A layer that takes any shape: one example (axis), a batch, a batch of sequences, images."""
    return lambda rng, training: (make(rng), spread(rng, *sizes(rng, 1, 4)))


def features(make):
    """A layer that looks at the last axis: one example, a batch, a batch of sequences."""
    def case(rng, training):
        *leading, n = sizes(rng, 1, 3)
        return make(n, rng), spread(rng, *leading, n)
    return case


def dense(n, rng):
    return dlf.Dense(n, int(rng.integers(1, 4)), rng=rng)


def embedding(rng, training):
    n = int(rng.integers(1, 5))
    return dlf.Embedding(n, int(rng.integers(1, 4)), rng=rng), rng.integers(0, n, sizes(rng, 0, 2))


def batch_norm(rng, training):
    shape = list(sizes(rng, 2 if training else 1, 4))
    shape[0] += training                          # one row alone has no variance to train with
    return dlf.BatchNorm(shape[1] if len(shape) == 4 else shape[-1]), spread(rng, *shape)


def flatten(rng, training):
    return dlf.Flatten(), spread(rng, *sizes(rng, 2, 4))


def reshape(rng, training):
    batch, *shape = sizes(rng, 2, 4)
    return dlf.Reshape(*rng.permutation(shape).tolist()), spread(rng, batch, *shape)


def sequential(n, rng):
    hidden = int(rng.integers(1, 4))
    return dlf.Sequential(dlf.Dense(n, hidden), dlf.Tanh(), dlf.Dense(hidden, 2), rng=rng)


def residual(n, rng):
    return dlf.Residual(dlf.Dense(n, 2), dlf.Softplus(), dlf.Dense(2, n), rng=rng)


def kernel(rng):
    """(size, stride, padding, dilation) of a window, each a pair."""
    return [tuple(map(int, rng.integers(low, high, 2)))
            for low, high in ((1, 4), (1, 4), (0, 3), (1, 4))]


def images(rng, channels, window):
    """One to three images just large enough for a window, or up to three pixels larger."""
    low = (max(1, r - 2 * p) for r, p in zip(window.reach(), window.padding))
    shape = (int(n + rng.integers(0, 4)) for n in low)
    return spread(rng, int(rng.integers(1, 4)), channels, *shape)


def conv2d(rng, training):
    groups, i, o = map(int, rng.integers(1, 3, 3))
    layer = dlf.Conv2D(groups * i, groups * o, *kernel(rng), groups, bias=bool(rng.integers(2)),
                       rng=rng)
    return layer, images(rng, groups * i, layer.window)


def conv1d(rng, training):
    groups, i, o = map(int, rng.integers(1, 3, 3))
    layer = dlf.Conv1D(groups * i, groups * o, *(b for _, b in kernel(rng)), groups, rng=rng)
    return layer, images(rng, groups * i, layer.window)[:, :, 0]


def conv_transpose2d(rng, training):
    groups, i, o = map(int, rng.integers(1, 3, 3))
    size, stride, _, dilation = kernel(rng)
    layer = dlf.ConvTranspose2D(groups * i, groups * o, size, stride, 0, dilation, groups,
                                more=tuple(int(rng.integers(s)) for s in stride), rng=rng)
    x = spread(rng, *sizes(rng, 1, 1), groups * i, *map(int, rng.integers(1, 4, 2)))
    return layer, x


def pool(kind):
    def case(rng, training):
        size, stride, *_ = kernel(rng)
        layer = kind(size, stride, tuple(int(rng.integers(k // 2 + 1)) for k in size))
        return layer, images(rng, int(rng.integers(1, 4)), layer.window)
    return case


def of_images(make):
    """A layer that takes all images."""
    return lambda rng, training: (make(rng), spread(rng, *map(int, rng.integers(1, 4, 4))))


def sequences(make):
    """A layer of sequences: one to three of them, one to three steps long, with 1 or 2 features."""
    def case(rng, training):
        n = int(rng.integers(1, 3))
        return make(n, rng), spread(rng, *map(int, rng.integers(1, 4, 2)), n)
    return case


def self_attention(n, rng):
    return dlf.SelfAttention(n, int(rng.integers(1, n + 1)), causal=bool(rng.integers(2)), rng=rng)


def recurrent(kind):
    """Numbers or symbols, one to three steps of one to three sequences."""
    def case(rng, training):
        m, T, n_in, n = map(int, rng.integers(1, 4, 4))
        x = rng.integers(0, n_in, (m, T)) if rng.integers(2) else spread(rng, m, T, n_in)
        return kind(n_in, n, rng=rng), x
    return case


def bidirectional(n, rng):
    return dlf.Bidirectional(dlf.RNN(n, int(rng.integers(1, 3))), dlf.GRU(n, 2), rng=rng)


def masked(rng, training):
    net = dlf.Masked(dlf.Embedding(3, 2), dlf.LSTM(2, 2), dlf.LastStep(), rng=rng)
    return net, rng.integers(0, 3, tuple(map(int, rng.integers(1, 4, 2))))


CASES = {
    "AveragePool2D":       pool(dlf.AveragePool2D),
    "BatchNorm":           batch_norm,
    "Bidirectional":       sequences(bidirectional),
    "Conv1D":              conv1d,
    "Conv2D":              conv2d,
    "ConvTranspose2D":     conv_transpose2d,
    "Dense":               features(dense),
    "Dropout":             elementwise(lambda rng: dlf.Dropout(0.4, rng=rng)),
    "Dropout2D":           of_images(lambda rng: dlf.Dropout2D(0.4, rng=rng)),
    "ELU":                 elementwise(lambda rng: dlf.ELU(1.3)),
    "Embedding":           embedding,
    "Flatten":             flatten,
    "GRU":                 recurrent(dlf.GRU),
    "GELU":                elementwise(lambda rng: dlf.GELU()),
    "GlobalAveragePool2D": of_images(lambda rng: dlf.GlobalAveragePool2D()),
    "LSTM":                recurrent(dlf.LSTM),
    "LastStep":            sequences(lambda n, rng: dlf.LastStep()),
    "LayerNorm":           features(lambda n, rng: dlf.LayerNorm(n)),
    "LeakyReLU":           elementwise(lambda rng: dlf.LeakyReLU(0.2)),
    "Masked":              masked,
    "MaxPool2D":           pool(dlf.MaxPool2D),
    "PositionEmbedding":   sequences(lambda n, rng: dlf.PositionEmbedding(4, n, rng=rng)),
    "PositionalEncoding":  sequences(lambda n, rng: dlf.PositionalEncoding(n)),
    "RNN":                 recurrent(dlf.RNN),
    "RandomShift":         of_images(lambda rng: dlf.RandomShift(int(rng.integers(1, 3)), rng=rng)),
    "ReLU":                elementwise(lambda rng: dlf.ReLU()),
    "Reshape":             reshape,
    "Residual":            features(residual),
    "SelfAttention":       sequences(self_attention),
    "Sequential":          features(sequential),
    "Sigmoid":             elementwise(lambda rng: dlf.Sigmoid()),
    "Softmax":             elementwise(lambda rng: dlf.Softmax()),
    "Softplus":            elementwise(lambda rng: dlf.Softplus()),
    "Tanh":                elementwise(lambda rng: dlf.Tanh()),
}
HERE      = [name for name in dlf.layers.__all__ if name in CASES]
CONTAINERS = {"Bidirectional", "Masked", "Residual", "Sequential"}     # errors name what is inside
SEQUENCES = ["Bidirectional", "GRU", "LSTM", "LastStep", "Masked", "PositionEmbedding",
             "PositionalEncoding", "RNN", "SelfAttention"]             # want a batch, and time
IMAGES    = ["AveragePool2D", "Conv1D", "Conv2D", "ConvTranspose2D", "Dropout2D",
             "GlobalAveragePool2D", "MaxPool2D", "RandomShift"]     # want a batch, and channels
LEARNERS  = ["BatchNorm", "Bidirectional", "Conv1D", "Conv2D", "ConvTranspose2D", "Dense",
             "Embedding", "GRU", "LSTM", "LayerNorm", "Masked", "PositionEmbedding", "RNN",
             "Residual", "SelfAttention", "Sequential"]
every     = pytest.mark.parametrize("name", HERE)
learners  = pytest.mark.parametrize("name", LEARNERS)
modes     = pytest.mark.parametrize("training", [True, False], ids=["training", "inference"])


def make(name, rng, training=False):
    """(layer, input): random sizes, and every number that learns or is kept drawn anew."""
    layer, x = CASES[name](rng, training)
    layer.theta[...] = rng.normal(size=layer.theta.shape)
    for b in layer.buffers:
        getattr(layer, b)[...] = rng.uniform(0.5, 2, getattr(layer, b).shape)
    for _, inner in layer.walk():
        inner.training = training
    return layer, x


def run(layer, x, seed=1):
    """forward, with the same dropout every time."""
    layer.rng = np.random.default_rng(seed)
    return layer.forward(x)


# ---- the slopes ----------------------------------------------------------------------------------

def test_every_public_layer_is_held_against_this_contract():
    missing = set(dlf.layers.__all__) - {"Layer"} - set(CASES)
    elsewhere = {"TransformerBlock"}
    assert missing <= elsewhere, f"give {missing} a row in CASES, so that their slopes are checked"


@every
@modes
def test_backward_is_the_slope_of_forward_for_random_shapes(name, training, rng):
    for _ in range(TRIALS):
        layer, x = make(name, rng, training)
        errors = check_gradients(layer, x, rng=rng, training=training)
        assert max(errors.values()) < 1e-6, (layer, x.shape, errors)
        assert len(errors) == len(list(layer.parameters())) + (x.dtype.kind == "f")


# ---- forward, backward, learn --------------------------------------------------------------------

@every
@modes
def test_float32_in_float32_out_and_float32_slopes(name, training, rng):
    layer, x = make(name, rng, training)
    layer.astype(np.float32)
    y  = run(layer, x if layer.takes_symbols else x.astype(np.float32))
    dx = layer.backward(np.ones_like(y))
    assert y.dtype == np.float32
    assert dx is None or dx.dtype == np.float32
    for path, value, gradient in layer.parameters():
        assert value.dtype == gradient.dtype == np.float32, path
    assert all(getattr(layer, b).dtype == np.float32 for b in layer.buffers)


@every
def test_a_slope_in_float64_is_as_good_as_one_in_float32(name, rng):
    layer, x = make(name, rng)
    y  = run(layer.astype(np.float32), x if layer.takes_symbols else x.astype(np.float32))
    dy = rng.normal(size=y.shape)
    layer.backward(dy.astype(np.float32))
    wanted = layer.dtheta.copy()
    layer.backward(dy)
    assert np.allclose(layer.dtheta, wanted, rtol=1e-4, atol=1e-4)


@every
def test_a_batch_of_no_examples_gives_no_outputs_and_no_slope(name, rng):
    layer, x = make(name, rng)
    y = run(layer, x[:0])
    layer.dtheta[...] = 7
    dx = layer.backward(np.ones_like(y))
    assert len(y) == 0 and y.shape[1:] == run(layer, x).shape[1:]
    assert not layer.dtheta.any() and (dx is None or dx.shape == x[:0].shape)


@every
@pytest.mark.parametrize("dtype", [complex, object, str])
def test_what_is_no_number_is_refused(name, dtype, rng):
    layer, x = make(name, rng)
    with pytest.raises(TypeError, match=rf"{name} expects numbers, got an array .*astype\(float"):
        layer(x.astype(dtype))


@every
@modes
def test_the_outputs_of_float32_are_those_of_float64_but_for_rounding(name, training, rng):
    layer, x = make(name, rng, training)
    exact    = run(layer, x)
    hurried  = copy.deepcopy(layer).astype(np.float32)
    assert np.allclose(run(hurried, x if layer.takes_symbols else x.astype(np.float32)), exact,
                       rtol=1e-4, atol=1e-4)


@every
@modes
def test_learn_writes_the_gradients_that_backward_writes(name, training, rng):
    layer, x = make(name, rng, training)
    dy = rng.normal(size=run(layer, x).shape)
    layer.backward(dy)
    wanted = layer.dtheta.copy()
    layer.dtheta[...] = np.nan
    layer.learn(dy)
    assert np.array_equal(layer.dtheta, wanted)


@learners
def test_gradients_are_overwritten_not_added_up(name, rng):
    layer, x = make(name, rng)
    dy = rng.normal(size=run(layer, x).shape)
    layer.backward(dy)
    once = layer.dtheta.copy()
    layer.backward(dy)
    assert np.array_equal(layer.dtheta, once) and np.abs(once).max() > 0


@every
@modes
def test_a_layer_never_writes_to_what_it_is_given(name, training, rng):
    layer, x = make(name, rng, training)
    x.flags.writeable = False                     # whoever writes now raises
    dy = rng.normal(size=run(layer, x).shape)
    dy.flags.writeable = False
    layer.backward(dy)
    layer.learn(dy)


@every
def test_two_passes_do_not_share_their_output(name, rng):
    layer, x = make(name, rng)
    first = run(layer, x)
    kept  = first.copy()
    run(layer, x[::-1] if layer.takes_symbols else x + 1)
    assert np.array_equal(first, kept)


@every
def test_calling_a_layer_takes_lists_too(name, rng):
    layer, x = make(name, rng)
    assert np.array_equal(layer(x.tolist()), layer.forward(x))


@pytest.mark.parametrize("name", sorted(set(HERE) - {"Flatten", "Reshape", *IMAGES, *SEQUENCES}))
def test_one_example_alone_gives_what_it_gives_in_a_batch(name, rng):
    layer, x = make(name, rng)
    while x.ndim != 2:
        layer, x = make(name, rng)
    assert np.allclose(layer(x[0]), layer(x)[0], rtol=1e-14)


@pytest.mark.parametrize("name", sorted(set(HERE) - {"Flatten", "Reshape", "Dropout",
                                                       "Dropout2D"}))
def test_examples_do_not_hear_of_each_other_at_inference(name, rng):
    layer, x = make(name, rng)
    while x.ndim < 2 or len(x) < 2:
        layer, x = make(name, rng)
    assert np.allclose(layer(x[1:]), layer(x)[1:], rtol=1e-14)


# ---- errors --------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", sorted(set(HERE) - CONTAINERS))
def test_backward_before_forward_is_told_to_go_forward_first(name, rng):
    layer, x = CASES[name](rng, False)
    with pytest.raises(dlf.ShapeError, match=r"call forward\(x\) first"):
        layer.backward(np.ones_like(x, dtype=float))


@pytest.mark.parametrize("name", sorted(set(HERE) - CONTAINERS))
def test_a_slope_of_another_shape_than_the_output_is_refused(name, rng):
    layer, x = make(name, rng)
    y = run(layer, x)
    with pytest.raises(dlf.ShapeError, match="must have that shape too") as error:
        layer.backward(np.ones((2, *y.shape)))
    assert str(y.shape) in str(error.value) and str((2, *y.shape)) in str(error.value)


@pytest.mark.parametrize("name", sorted(set(HERE) - CONTAINERS))
def test_an_error_inside_a_network_says_in_which_layer(name, rng):
    layer, x = CASES[name](rng, False)
    dlf.Sequential(dlf.Tanh(), dlf.Sequential(dlf.Tanh(), layer))
    with pytest.raises(dlf.ShapeError, match=r"layer 1\.1 of the network"):
        layer.backward(np.ones_like(x, dtype=float))


# ---- parameters are windows onto one vector ------------------------------------------------------

@learners
def test_parameters_are_windows_onto_theta_and_their_gradients_onto_dtheta(name, rng):
    layer, _ = make(name, rng)
    layer.theta[...]  = np.arange(layer.n_parameters)
    layer.dtheta[...] = -np.arange(layer.n_parameters)
    values    = np.concatenate([v.ravel() for _, v, _ in layer.parameters()])
    gradients = np.concatenate([g.ravel() for _, _, g in layer.parameters()])
    assert np.array_equal(values, layer.theta) and np.array_equal(gradients, layer.dtheta)
    for _, value, _ in layer.parameters():
        value[...] = 7
    assert np.all(layer.theta == 7)


@every
def test_n_parameters_counts_all_numbers_that_learn(name, rng):
    layer, _ = make(name, rng)
    assert layer.n_parameters == len(layer.theta) == sum(v.size for _, v, _ in layer.parameters())


def test_parameters_are_named_by_their_place_in_the_network():
    net = dlf.Sequential(dlf.Dense(2, 3), dlf.Tanh(),
                         dlf.Sequential(dlf.Dense(3, 3), dlf.LayerNorm(3)))
    assert [(name, value.shape) for name, value, _ in net.parameters()] == [
        ("0.W", (3, 2)), ("0.b", (3,)),
        ("2.0.W", (3, 3)), ("2.0.b", (3,)), ("2.1.gamma", (3,)), ("2.1.beta", (3,))]
    assert [name for name, _, _ in dlf.Dense(2, 3).parameters()] == ["W", "b"]


def test_walk_goes_through_the_network_from_outside_in():
    net = dlf.Sequential(dlf.Tanh(), dlf.Residual(dlf.ReLU()))
    assert [(path, type(layer).__name__) for path, layer in net.walk()] == [
        ("", "Sequential"), ("0", "Tanh"), ("1", "Residual"), ("1.0", "ReLU")]


@pytest.mark.parametrize("copied", [copy.deepcopy, copy.copy,
                                    lambda a: pickle.loads(pickle.dumps(a))],
                         ids=["deepcopy", "copy", "pickle"])
@every
def test_a_copy_computes_the_same_and_has_windows_of_its_own(name, copied, rng):
    layer, x = make(name, rng)
    twin = copied(layer)
    assert np.array_equal(run(twin, x), run(layer, x))
    assert np.array_equal(twin.theta, layer.theta) and twin.is_tied()
    before = layer.theta.copy()
    twin.theta += 1
    assert all(np.array_equal(value, old + 1) for (_, value, _), (_, old, _)
               in zip(twin.parameters(), layer.parameters()))
    assert np.array_equal(layer.theta, before)
    twin.backward(np.ones_like(run(twin, x)))
    assert all(np.may_share_memory(g, twin.dtheta) for _, _, g in twin.parameters())


def test_a_copy_of_a_network_in_float32_stays_in_float32():
    net = dlf.Sequential(dlf.Dense(2, 3), dlf.BatchNorm(3)).astype(np.float32)
    twin = pickle.loads(pickle.dumps(net))
    assert twin.dtype == twin[0].W.dtype == twin[1].mean.dtype == np.float32


def test_an_array_put_in_the_place_of_a_window_is_noticed_and_tied_again():
    layer = dlf.Dense(2, 2)
    layer.W = np.array([[1.0, 2.0], [3.0, 4.0]])          # meant: layer.W[...] = ...
    assert not layer.is_tied()
    layer.tie()
    assert layer.is_tied() and layer.theta.tolist() == [1, 2, 3, 4, 0, 0]
    layer.theta[0] = 9
    assert layer.W[0, 0] == 9


def test_a_window_that_was_turned_round_is_noticed_too():
    layer = dlf.Dense(2, 2)
    layer.W[...] = [[1, 2], [3, 4]]
    layer.W = layer.W.T                                   # the same memory in another order
    assert not layer.is_tied()
    assert layer.tie().theta.tolist() == [1, 3, 2, 4, 0, 0]


def test_one_layers_window_in_another_layer_is_noticed_too():
    net = dlf.Sequential(dlf.Dense(2, 2), dlf.Dense(2, 2))
    net[1].W = net[0].W
    assert not net.is_tied()
    net.tie()
    net[1].W[0, 0] = 9
    assert net.is_tied() and net[0].W[0, 0] != 9


def test_weights_of_whole_numbers_become_numbers_that_can_learn():
    layer = dlf.Embedding(2, 2)
    layer.W = np.array([[1, 2], [3, 4]])
    assert layer.tie().dtype == np.float64 and layer.theta.tolist() == [1, 2, 3, 4]
    layer.W = np.ones((2, 2), np.uint8)
    assert layer.tie().dtype == np.float32


def test_an_array_of_another_shape_in_the_place_of_a_window_is_refused():
    layer = dlf.Dense(2, 3)
    layer.W = np.zeros((2, 3))
    with pytest.raises(ValueError, match=r"W must have shape \(3, 2\).*layer\.W\[\.\.\.\] = "):
        layer.tie()


def test_a_trained_layer_keeps_its_weights_in_a_new_network():
    trained = dlf.Dense(2, 2)
    trained.W[...] = [[1, 2], [3, 4]]
    net = dlf.Sequential(trained, dlf.Dense(2, 1))
    assert net.theta[:4].tolist() == [1, 2, 3, 4]
    net.theta[0] = 9
    assert trained.W[0, 0] == 9


def test_astype_goes_both_ways_in_place_and_keeps_the_windows():
    net = dlf.Sequential(dlf.Dense(2, 3), dlf.BatchNorm(3))
    assert net.astype(np.float32) is net
    assert {a.dtype.name for a in (net.theta, net[0].W, net[0].dW, net[1].var)} == {"float32"}
    assert net.is_tied()
    net.astype(np.float64)
    assert {a.dtype.name for a in (net.theta, net[0].W, net[0].dW, net[1].var)} == {"float64"}
    assert net.dtype == np.float64


@pytest.mark.parametrize("dtype", [int, bool, complex, np.float16])
def test_a_type_that_cannot_learn_is_refused(dtype):
    layer = dlf.Dense(2, 3)
    with pytest.raises(TypeError, match=r"compute in np\.float32 or np\.float64"):
        layer.astype(dtype)
    assert layer.dtype == np.float64 and layer.is_tied()


# ---- starting afresh -----------------------------------------------------------------------------

@learners
def test_same_seed_same_bits(name, rng):
    layer, _ = make(name, rng)
    first = layer.reset(np.random.default_rng(5)).theta.copy()
    layer.theta[...] = 0
    assert np.array_equal(layer.reset(np.random.default_rng(5)).theta, first)
    assert np.abs(first).max() > 0


@pytest.mark.parametrize("name", ["Conv1D", "Conv2D", "ConvTranspose2D", "Dense", "Embedding",
                                  "Residual", "Sequential"])
def test_another_seed_other_weights(name, rng):
    layer, _ = make(name, rng)
    first = layer.reset(np.random.default_rng(5)).theta.copy()
    assert not np.array_equal(layer.reset(np.random.default_rng(6)).theta, first)


def test_reset_keeps_the_type_and_forgets_the_running_averages():
    layer = dlf.BatchNorm(2).astype(np.float32)
    layer.mean[...], layer.var[...] = 3, 5
    layer.reset(None)
    assert layer.dtype == layer.mean.dtype == np.float32
    assert layer.mean.tolist() == [0, 0] and layer.var.tolist() == [1, 1]


@pytest.mark.parametrize("wrong", [0, 42, np.random])
@pytest.mark.parametrize("build", [
    lambda rng: dlf.Dense(2, 3, rng=rng), lambda rng: dlf.Embedding(2, 3, rng=rng),
    lambda rng: dlf.Dropout(0.5, rng=rng), lambda rng: dlf.BatchNorm(2, rng=rng),
    lambda rng: dlf.LayerNorm(2, rng=rng), lambda rng: dlf.Sequential(dlf.Dense(2, 3), rng=rng),
    lambda rng: dlf.Dense(2, 3).reset(rng)])
def test_a_seed_in_the_place_of_a_generator_is_answered_with_the_line_that_makes_one(build, wrong):
    with pytest.raises(TypeError, match=r"np\.random\.default_rng\(0\)"):
        build(wrong)


def test_a_layer_leaves_the_global_generator_alone():
    np.random.seed(1)  # noqa: NPY002 - the global generator is what we watch
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    net = dlf.Sequential(dlf.Dense(3, 4), dlf.Dropout(0.5), rng=np.random.default_rng(0))
    net[1].training = True
    net(np.ones((2, 3)))
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("make", [dlf.Dense, dlf.GRU, dlf.Embedding, dlf.SelfAttention])
@pytest.mark.parametrize("init", ["he", None])
def test_the_name_of_an_initializer_in_its_place_is_told_which_function(make, init):
    with pytest.raises(TypeError, match=rf"{make.__name__}: init must be .*initializers\.he; got"):
        make(4, 2, init=init)


# ---- how it was made -----------------------------------------------------------------------------

@every
def test_config_and_back_gives_a_layer_of_the_same_make(name, rng):
    layer, _ = make(name, rng)
    again = type(layer).from_config(layer.config())
    assert type(again) is type(layer)
    assert repr(again) == repr(layer)
    assert "rng" not in layer.config()
    assert [(n, v.shape) for n, v, _ in again.parameters()] == [
        (n, v.shape) for n, v, _ in layer.parameters()]


@pytest.mark.parametrize("name", sorted(set(HERE) - CONTAINERS))
def test_a_layers_repr_can_be_pasted_back_into_python(name, rng):
    layer, _ = make(name, rng)
    ast.parse(repr(layer), mode="eval")
    again = eval(repr(layer), vars(dlf))
    assert again.config() == layer.config()


def test_a_layer_that_does_nothing_has_the_number_type_of_the_library():
    assert dlf.Tanh().dtype == np.float64 and dlf.Tanh().n_parameters == 0


def test_operations_count_additions_and_multiplications():
    assert dlf.Tanh().operations((5, 3), (5, 3)) == 15
    assert dlf.Dense(3, 4).operations((5, 3), (5, 4)) == 2 * 3 * 4 * 5


def test_the_smallest_layer_of_ones_own_needs_forward_and_backward_alone():
    class Double(Layer):
        def forward(self, x):
            return 2 * x

        def backward(self, dy):
            return 2 * dy

    net = dlf.Sequential(Double(), dlf.Dense(2, 1), rng=np.random.default_rng(0))
    assert max(check_gradients(net, [[1.0, 2.0]]).values()) < 1e-6
    assert repr(Double()) == "Double()"


def test_a_layer_of_ones_own_with_weights_says_their_shapes_and_how_to_draw_them():
    class Scale(Layer):
        params = {"s": (2,)}

        def __init__(self):
            self.reset(None)

        def draw(self, rng):
            return {"s": np.array([2.0, 3.0])}

        def forward(self, x):
            self.x = x
            return self.s * x

        def backward(self, dy):
            self.ds[...] = (dy * self.x).sum(axis=0)
            return dy * self.s

    net = dlf.Sequential(dlf.Dense(2, 2), Scale(), rng=np.random.default_rng(0))
    assert net.theta[-2:].tolist() == [2, 3]
    assert max(check_gradients(net, [[1.0, 2.0], [3.0, 4.0]]).values()) < 1e-6
