"""Dense and Embedding: numbers by hand and from PyTorch, shapes, and errors that teach."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dlf
from dlf.initializers import he
from dlf.layers.dense import ones, sum_by_symbol

axis  = st.integers(1, 4)
lines = st.lists(axis, max_size=3).map(tuple)           # leading axes: none, a batch, (batch, time)


def filled(layer, **arrays):
    """The layer with these weights."""
    for name, values in arrays.items():
        getattr(layer, name)[...] = values
    return layer


# ---- Dense ---------------------------------------------------------------------------------------

def test_dense_worked_by_hand():
    layer = filled(dlf.Dense(2, 3), W=[[1, 2], [3, 4], [5, 6]], b=[10, 20, 30])
    assert layer(np.array([[1.0, -1.0], [0.0, 2.0]])).tolist() == [
        [1 - 2 + 10, 3 - 4 + 20, 5 - 6 + 30],
        [4 + 10,     8 + 20,     12 + 30]]


def test_the_three_slopes_of_dense_worked_by_hand():
    layer = filled(dlf.Dense(2, 3), W=[[1, 2], [3, 4], [5, 6]])
    layer(np.array([[1.0, -1.0], [0.0, 2.0]]))
    dx = layer.backward(np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 3.0]]))
    assert dx.tolist() == [[1 * 1 + 2 * 5, 1 * 2 + 2 * 6],               # dy W
                           [1 * 3 + 3 * 5, 1 * 4 + 3 * 6]]
    assert layer.dW.tolist() == [[1 * 1 + 0 * 0, 1 * -1 + 0 * 2],        # dy^T x, over the batch
                                 [0 * 1 + 1 * 0, 0 * -1 + 1 * 2],
                                 [2 * 1 + 3 * 0, 2 * -1 + 3 * 2]]
    assert layer.db.tolist() == [1, 1, 5]                                # the columns' sums


@pytest.mark.parametrize("shape", [(4,), (5, 4), (2, 3, 4)])
def test_dense_gives_what_pytorchs_linear_gives(shape, rng, torch):
    layer = dlf.Dense(4, 3, rng=rng)
    peer  = torch.nn.Linear(4, 3, dtype=torch.float64)
    peer.load_state_dict({"weight": torch.tensor(layer.W), "bias": torch.tensor(layer.b)})
    x  = rng.normal(size=shape)
    tx = torch.tensor(x, requires_grad=True)
    ty = peer(tx)
    dy = rng.normal(size=ty.shape)
    ty.backward(torch.tensor(dy))
    assert np.allclose(layer(x), ty.detach().numpy(), rtol=1e-12)
    assert np.allclose(layer.backward(dy), tx.grad.numpy(), rtol=1e-12)
    assert np.allclose(layer.dW, peer.weight.grad.numpy(), rtol=1e-12)
    assert np.allclose(layer.db, peer.bias.grad.numpy(), rtol=1e-12)


@given(lines, axis, axis)
def test_dense_keeps_all_axes_but_the_last(leading, n_in, n_out):
    layer = dlf.Dense(n_in, n_out)
    y = layer.forward(np.ones((*leading, n_in)))
    assert y.shape == (*leading, n_out)
    assert layer.backward(y).shape == (*leading, n_in)


def test_sequences_and_their_rows_laid_out_give_the_same_gradient(rng):
    layer = dlf.Dense(3, 2, rng=rng)
    x, dy = rng.normal(size=(4, 5, 3)), rng.normal(size=(4, 5, 2))
    layer(x)
    layer.backward(dy)
    wanted = layer.dtheta.copy()
    layer(x.reshape(20, 3))
    layer.backward(dy.reshape(20, 2))
    assert np.allclose(layer.dtheta, wanted, rtol=1e-13)


def test_a_batch_has_the_sum_of_its_examples_gradients(rng):
    layer = dlf.Dense(3, 2, rng=rng)
    x, dy = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    total = 0
    for i in range(4):
        layer(x[i])
        layer.backward(dy[i])
        total = total + layer.dtheta
    layer(x)
    layer.backward(dy)
    assert np.allclose(layer.dtheta, total, rtol=1e-13)


def test_no_examples_no_gradient():
    layer = dlf.Dense(3, 2)
    assert layer(np.zeros((0, 3))).shape == (0, 2)
    assert layer.backward(np.zeros((0, 2))).shape == (0, 3)
    assert not layer.dtheta.any()


def test_biases_start_at_0_and_weights_as_init_says():
    layer = dlf.Dense(3, 2, init=he, rng=np.random.default_rng(3))
    assert np.array_equal(layer.W, he(np.random.default_rng(3), (2, 3)))
    assert layer.b.tolist() == [0, 0]


def test_whole_numbers_and_truth_values_are_taken_as_numbers():
    layer = filled(dlf.Dense(2, 1), W=[[3, 4]], b=[1])
    assert layer(np.array([[1, 2]], np.uint8)).tolist() == [[12]]
    assert layer(np.array([[True, False]])).tolist() == [[4]]


def test_a_float32_network_brings_float64_data_to_its_own_type():
    layer = dlf.Dense(2, 1).astype(np.float32)
    assert layer(np.ones((3, 2))).dtype == np.float32


def test_columns_in_the_place_of_rows_are_told_to_pass_x_T():
    with pytest.raises(dlf.ShapeError, match=r"Dense\(784, 30\) expects input of shape "
                                             r"\(\.\.\., 784\), got \(784, 5\).*pass x\.T"):
        dlf.Dense(784, 30)(np.zeros((784, 5)))


def test_images_are_told_to_put_a_flatten_first():
    with pytest.raises(dlf.ShapeError, match=r"put dlf\.Flatten\(\) first"):
        dlf.Dense(64, 30)(np.zeros((5, 1, 8, 8)))


def test_another_number_of_features_is_told_to_change_the_one_or_the_other():
    with pytest.raises(dlf.ShapeError, match="Change the layer to take 5 inputs"):
        dlf.Dense(4, 3)(np.zeros((7, 5)))


def test_a_shape_error_names_the_layers_place_in_the_network():
    net = dlf.Sequential(dlf.Dense(2, 3), dlf.Sequential(dlf.Tanh(), dlf.Dense(4, 1)))
    with pytest.raises(dlf.ShapeError, match=r"Dense\(4, 1\).*It is layer 1\.1 of the network"):
        net(np.zeros((5, 2)))


def test_text_is_refused_by_its_type():
    with pytest.raises(TypeError, match="expects numbers, got an array of <U3"):
        dlf.Dense(1, 1)(np.array([["one"]]))


@pytest.mark.parametrize("sizes, message", [
    ((0, 3),   "n_in must be a whole number of at least 1, got 0"),
    ((3, -1),  "n_out must be a whole number of at least 1, got -1"),
    ((3, 2.5), "n_out must be a whole number of at least 1, got 2.5"),
    ((True, 3), "n_in .* got True"),
])
def test_sizes_that_are_no_sizes_are_refused_when_the_layer_is_made(sizes, message):
    with pytest.raises(ValueError, match=message):
        dlf.Dense(*sizes)


def test_the_shared_row_of_ones_cannot_be_spoiled():
    with pytest.raises(ValueError, match="read-only"):
        ones(3, np.dtype(float))[0] = 5


# ---- Embedding -----------------------------------------------------------------------------------

def test_embedding_looks_up_rows():
    layer = filled(dlf.Embedding(3, 2), W=[[1, 2], [3, 4], [5, 6]])
    assert layer(np.array([2, 0, 2])).tolist() == [[5, 6], [1, 2], [5, 6]]
    assert layer(np.array(1)).tolist() == [3, 4]


def test_a_symbol_that_stands_twice_hears_from_both():
    layer = dlf.Embedding(3, 2)
    layer(np.array([2, 0, 2]))
    layer.backward(np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]))
    assert layer.dW.tolist() == [[2, 20], [0, 0], [1 + 3, 10 + 30]]


def test_there_is_no_slope_with_respect_to_a_symbol():
    layer = dlf.Embedding(3, 2)
    assert layer.backward(layer(np.array([0, 1]))) is None


def test_embedding_is_dense_without_bias_on_one_hot_rows(rng):
    symbols = rng.integers(0, 4, (2, 5))
    look_up = dlf.Embedding(4, 3, rng=rng)
    product = filled(dlf.Dense(4, 3), W=look_up.W.T)
    assert np.allclose(look_up(symbols), product(np.eye(4)[symbols]))
    dy = rng.normal(size=(2, 5, 3))
    look_up.backward(dy)
    product.backward(dy)
    assert np.allclose(look_up.dW, product.dW.T)


def test_embedding_gives_what_pytorchs_gives(rng, torch):
    layer = dlf.Embedding(5, 3, rng=rng)
    peer  = torch.nn.Embedding.from_pretrained(torch.tensor(layer.W), freeze=False)
    x  = rng.integers(0, 5, (4, 6))
    ty = peer(torch.tensor(x))
    dy = rng.normal(size=ty.shape)
    ty.backward(torch.tensor(dy))
    assert np.array_equal(layer(x), ty.detach().numpy())
    layer.backward(dy)
    assert np.allclose(layer.dW, peer.weight.grad.numpy(), rtol=1e-12)


@given(lines, axis, axis)
def test_embedding_adds_one_axis(shape, n_symbols, n):
    layer = dlf.Embedding(n_symbols, n)
    assert layer(np.zeros(shape, int)).shape == (*shape, n)


@pytest.mark.parametrize("n", [3, 200])
def test_no_symbols_no_gradient(n):
    layer = dlf.Embedding(n, 2)
    layer.dW[...] = 7
    layer.backward(layer(np.zeros((0, 5), int)))
    assert not layer.dW.any()


def test_embedding_refuses_what_is_no_whole_number():
    with pytest.raises(TypeError, match="whole numbers that name symbols, got an array of float64"):
        dlf.Embedding(3, 2)(np.array([0.0, 1.0]))


@pytest.mark.parametrize("symbols, held", [([0, 3], r"0 \.\.\. 3"), ([-1, 0], r"-1 \.\.\. 0")])
def test_embedding_refuses_symbols_that_it_does_not_know(symbols, held):
    with pytest.raises(ValueError, match=rf"knows symbols 0 \.\.\. 2; the input holds {held}"):
        dlf.Embedding(3, 2)(np.array(symbols))


def test_a_network_that_starts_with_an_embedding_takes_symbols():
    net = dlf.Sequential(dlf.Sequential(dlf.Embedding(3, 2)), dlf.Dense(2, 1))
    assert net.takes_symbols
    assert not dlf.Sequential(dlf.Dense(3, 2)).takes_symbols and not dlf.Sequential().takes_symbols


def test_sequences_that_lie_moment_by_moment_in_memory_give_the_same_and_keep_lying_so(rng):
    layer  = dlf.Dense(3, 4, rng=rng)
    x, dy  = rng.normal(size=(5, 2, 3)), rng.normal(size=(2, 5, 4))
    wanted = layer(np.ascontiguousarray(x.swapaxes(0, 1))), layer.backward(dy), layer.dW.copy()
    y      = layer(x.swapaxes(0, 1))                        # (2, 5, 4): a view of (5, 2, 4)
    dx     = layer.backward(dy)
    for got, want in zip((y, dx, layer.dW), wanted):
        assert np.allclose(got, want, rtol=1e-12)
    assert y.swapaxes(0, 1).flags.c_contiguous and dx.swapaxes(0, 1).flags.c_contiguous


@pytest.mark.parametrize("n", [5, 500])
def test_the_rows_of_a_symbol_are_summed_up_alike_for_few_symbols_and_for_many(n, rng):
    symbols, rows = rng.integers(0, n, 40), rng.normal(size=(3, 40, 130))
    wanted = np.zeros((3, n, 130))
    for i, symbol in enumerate(symbols):
        wanted[:, symbol] += rows[:, i]
    assert np.allclose(sum_by_symbol(symbols, rows, n), wanted, rtol=1e-12, atol=1e-12)
    assert not sum_by_symbol(symbols[:0], rows[:, :0], n).any()
