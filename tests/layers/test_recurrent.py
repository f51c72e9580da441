"""Recurrent layers: by hand, against PyTorch, states, masks, carrying, and errors that teach."""
import numpy as np
import pytest

import dlf

KINDS = [dlf.RNN, dlf.LSTM, dlf.GRU]
kinds = pytest.mark.parametrize("kind", KINDS)


def drawn(kind, n_in, n, rng):
    """A layer with every number that learns drawn anew, biases too."""
    layer = kind(n_in, n, rng=rng)
    layer.theta[...] = rng.normal(size=layer.n_parameters)
    return layer


def test_an_rnn_worked_by_hand():
    layer = dlf.RNN(1, 1)
    layer.W_x[...], layer.W_h[...], layer.b[...] = 2, 0.5, 0.1
    y1 = np.tanh(2 * 0.3 + 0.1)
    assert np.allclose(layer([[[0.3], [1]]]).ravel(), [y1, np.tanh(2 + 0.5 * y1 + 0.1)])


@kinds
def test_outputs_states_and_all_gradients_are_pytorchs(kind, rng, torch):
    for T in (1, 5, 16, 17, 33):                    # the way back takes 16 moments at a time
        layer = drawn(kind, 3, 4, rng)
        peer  = getattr(torch.nn, kind.__name__)(3, 4, batch_first=True).double()
        b_h   = np.zeros(layer.b.shape)
        if kind is dlf.GRU:
            b_h[8:] = layer.b_h
        for p, v in zip(peer.parameters(), (layer.W_x, layer.W_h, layer.b, b_h), strict=True):
            p.data = torch.tensor(v)
        pair  = kind is dlf.LSTM
        x, dy = rng.normal(size=(2, T, 3)), rng.normal(size=(2, T, 4))
        first, dlast = rng.normal(size=(2, 1 + pair, 2, 4))
        tx, *ts = (torch.tensor(v, requires_grad=True) for v in (x, *first))
        ty, last = peer(tx, tuple(s[None] for s in ts) if pair else ts[0][None])
        last = [s[0] for s in last] if pair else [last[0]]
        y  = layer.forward(x, state=tuple(first) if pair else first[0])
        dx = layer.backward(dy, dstate=tuple(dlast) if pair else dlast[0])
        torch.autograd.backward([ty, *last], [torch.tensor(v) for v in (dy, *dlast)])
        ours   = [y, dx, layer.dW_x, layer.dW_h, layer.db,
                  *np.reshape(layer.state, (-1, 2, 4)), *np.reshape(layer.dstate, (-1, 2, 4))]
        theirs = [ty, tx.grad, *(p.grad for p in list(peer.parameters())[:3]), *last,
                  *(s.grad for s in ts)]
        if kind is dlf.GRU:
            ours.append(layer.db_h)
            theirs.append(peer.bias_hh_l0.grad[8:])
        for a, b in zip(ours, theirs, strict=True):
            assert np.allclose(a, b.detach().numpy(), rtol=1e-10, atol=1e-12)


@kinds
def test_a_masked_batch_is_its_sequences_one_by_one(kind, rng):
    layer = drawn(kind, 2, 3, rng)
    x, dy = rng.normal(size=(4, 20, 2)), rng.normal(size=(4, 20, 3))
    mask  = np.ones((4, 20), bool)
    mask[1, 2:], mask[2, 18:], mask[3] = False, False, rng.random(20) < 0.5     # ends, and gaps
    y, dx = layer.forward(x, mask=mask), layer.backward(dy)
    found = layer.dtheta.copy()
    total = 0
    for row, there in enumerate(mask):
        assert np.allclose(y[row, there], layer(x[row:row + 1, there])[0])
        assert np.allclose(dx[row, there], layer.backward(dy[row:row + 1, there])[0])
        total = total + layer.dtheta
    assert np.allclose(found, total) and not y[~mask].any() and not dx[~mask].any()


@kinds
def test_a_sequence_with_nothing_in_it_leaves_the_state_as_it_was(kind, rng):
    layer = drawn(kind, 2, 3, rng)
    first = rng.normal(size=(2, 1, 3)) if kind is dlf.LSTM else rng.normal(size=(1, 3))
    y     = layer.forward(rng.normal(size=(1, 5, 2)), state=first, mask=np.zeros((1, 5), bool))
    layer.backward(np.ones((1, 5, 3)), dstate=first)
    assert np.array_equal(layer.state, first) and np.array_equal(layer.dstate, first)
    assert not y.any() and not layer.dtheta.any()


@kinds
def test_symbols_are_one_hot_rows(kind, rng):
    layer, x = drawn(kind, 5, 3, rng), rng.integers(0, 5, (2, 20))
    dy    = rng.normal(size=(2, 20, 3))
    y, _  = layer(x), layer.backward(dy)
    found = layer.dtheta.copy()
    assert np.allclose(y, layer(np.eye(5)[x]))
    layer.backward(dy)
    assert np.allclose(found, layer.dtheta)


@kinds
def test_carrying_the_state_is_one_long_pass_until_it_is_forgotten(kind, rng):
    layer = kind(2, 3, carry=True, rng=rng)
    x     = rng.normal(size=(2, 6, 2))
    whole = layer(x)
    layer.set_training(True)
    assert np.allclose(np.concatenate([layer(x[:, :4]), layer(x[:, 4:])], axis=1), whole)
    dlf.forget(layer)
    assert np.allclose(layer(x), whole)


@kinds
def test_what_is_carried_keeps_nothing_else_alive(kind, rng):
    layer = kind(2, 3, carry=True, rng=rng)
    layer.set_training(True)
    layer(rng.normal(size=(2, 6, 2)))
    assert layer.table is None                        # what the inputs add has done its work
    parts = layer.carried if kind is dlf.LSTM else [layer.carried]
    assert not any(np.shares_memory(part, layer.h) for part in parts)


@kinds
def test_weights_drawn_anew_begin_with_zeros_too_and_so_does_what_was_told_to_forget(kind, rng):
    layer = kind(2, 3, carry=True, rng=rng)
    layer.set_training(True)
    for begin_anew in (lambda: layer.reset(rng), lambda: dlf.forget(layer)):
        layer(rng.normal(size=(2, 6, 2)))
        assert layer.carried is not None
        begin_anew()
        assert layer.carried is None
    assert layer.state is None


def test_an_lstm_begins_with_open_forget_gates():
    n = 3
    assert dlf.LSTM(2, n).b.tolist() == [0] * n + [1] * n + [0] * 2 * n          # i f g o


@kinds
def test_float32_stays_and_a_saved_layer_is_the_same(kind, rng, tmp_path):
    net = dlf.Sequential(kind(4, 3), dlf.LastStep(), dlf.Dense(3, 2), rng=rng).astype(np.float32)
    x   = rng.integers(0, 4, (3, 5))
    dlf.save(net, tmp_path / "net.dlf")
    assert net(x).dtype == np.float32
    assert np.array_equal(dlf.load(tmp_path / "net.dlf")(x), net(x))


@pytest.mark.parametrize("x, fix", [
    (np.zeros((5, 2, 9)), r"swapped: pass x\.transpose\(0, 2, 1\)"),
    (np.zeros((9, 2)),    r"single sequence .*pass x\[None\]"),
    (np.zeros((5, 9)),    r"pass x\.astype\(int\)"),
    (np.zeros((5, 0, 2)), "no moments: a sequence needs at least one"),
])
def test_inputs_of_another_shape_are_answered_with_the_likely_fix(x, fix):
    with pytest.raises(dlf.ShapeError, match=fix):
        dlf.GRU(2, 3)(x)


def test_a_series_without_features_and_symbols_out_of_range_are_explained():
    with pytest.raises(dlf.ShapeError, match=r"pass x\[:, :, None\]"):
        dlf.RNN(1, 3)(np.zeros((5, 9)))
    with pytest.raises(ValueError, match=r"knows symbols 0 \.\.\. 1; the input holds 0 \.\.\. 2"):
        dlf.RNN(2, 3)(np.array([[0, 2]]))
    with pytest.raises(dlf.ShapeError, match=r"state must be a pair \(h, c\).*\(1, 3\)"):
        dlf.LSTM(2, 3).forward(np.array([[0, 1]]), state=(np.zeros((1, 3)), np.zeros((2, 3))))
    with pytest.raises(dlf.ShapeError, match=r"state must be a pair \(h, c\).*got \(\)"):
        dlf.LSTM(2, 3).forward(np.array([[0, 1]]), state=0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrong", [{"mask": np.ones((2, 4), bool)}, {"state": np.zeros((3, 3))}])
def test_a_pass_that_was_refused_leaves_the_one_before_it_as_it_was(kind, wrong, rng):
    layer, x, dy = kind(2, 3, rng=rng), rng.normal(size=(2, 5, 2)), rng.normal(size=(2, 5, 3))
    layer.forward(x)
    layer.backward(dy)
    wanted = layer.dtheta.copy()
    with pytest.raises(dlf.ShapeError):
        layer.forward(rng.normal(size=(2, 5, 2)), **wrong)
    layer.backward(dy)
    assert np.array_equal(layer.dtheta, wanted)


@pytest.mark.parametrize("kind", KINDS)
def test_before_the_first_pass_there_is_nothing_to_look_at(kind):
    layer = kind(2, 3)
    assert layer.states is layer.slope_norms is layer.state is None and layer.gates == {}
    assert getattr(layer, "cells", None) is None
