"""Both directions, padding, streams, and slopes through time: what stands around a cell."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dlf

KINDS = [dlf.RNN, dlf.LSTM, dlf.GRU]
kinds = pytest.mark.parametrize("kind", KINDS)


# ---- shapes --------------------------------------------------------------------------------------

@given(kind=st.sampled_from(KINDS), batch=st.integers(1, 4), time=st.integers(1, 20),
       n_in=st.integers(1, 4), n=st.integers(1, 5), seed=st.integers(0, 99))
def test_shapes_of_all_that_a_layer_gives(kind, batch, time, n_in, n, seed):
    rng    = np.random.default_rng(seed)
    layer  = kind(n_in, n, rng=rng)
    x      = rng.normal(size=(batch, time, n_in))
    y      = layer.forward(x)
    dx     = layer.backward(np.ones(y.shape))
    blocks = {dlf.RNN: 1, dlf.LSTM: 4, dlf.GRU: 3}[kind]
    assert y.shape == layer.states.shape == (batch, time, n) and dx.shape == x.shape
    assert np.array_equal(y, layer.states)
    assert layer.slope_norms.shape == (time,)
    assert np.shape(layer.state) == np.shape(layer.dstate) == ((2,) * (kind is dlf.LSTM)
                                                               + (batch, n))
    assert len(layer.gates) == (0 if kind is dlf.RNN else blocks)
    assert {gate.shape for gate in layer.gates.values()} <= {(batch, time, n)}
    assert layer.n_parameters == blocks * n * (n_in + n + 1) + n * (kind is dlf.GRU)


@given(kind=st.sampled_from(KINDS), back=st.sampled_from(KINDS), batch=st.integers(1, 3),
       time=st.integers(1, 6), n=st.integers(1, 3), m=st.integers(1, 3))
def test_both_directions_stand_side_by_side_whatever_their_cells(kind, back, batch, time, n, m):
    rng   = np.random.default_rng(0)
    layer = dlf.Bidirectional(kind(2, n), back(2, m), rng=rng)
    x     = rng.normal(size=(batch, time, 2))
    y     = layer(x)
    assert y.shape == (batch, time, n + m) and layer.backward(y).shape == x.shape
    assert np.allclose(y[:, :, :n], layer.layer(x))
    assert np.allclose(y[:, :, n:], layer.back(x[:, ::-1])[:, ::-1])


# ---- masks in both directions --------------------------------------------------------------------

MASK = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 0, 0, 0, 0]], bool)


@kinds
def test_both_directions_skip_the_padding_there_and_back(kind, rng):
    layer = dlf.Bidirectional(kind(2, 3), kind(2, 3), rng=rng)
    x, dy = rng.normal(size=(3, 5, 2)), rng.normal(size=(3, 5, 6))
    y, dx = layer.forward(x, mask=MASK), layer.backward(dy)
    found, total = layer.dtheta.copy(), 0
    for row, T in enumerate(MASK.sum(axis=1)):
        assert np.allclose(y[row, :T], layer(x[row:row + 1, :T])[0])
        assert np.allclose(dx[row, :T], layer.backward(dy[row:row + 1, :T])[0])
        assert not y[row, T:].any() and not dx[row, T:].any()
        total = total + layer.dtheta
    assert np.allclose(found, total)


def test_both_directions_in_a_masked_network_are_pytorchs_packed_sequences(rng, torch):
    layer = dlf.Bidirectional(dlf.GRU(2, 3), dlf.GRU(2, 3), rng=rng)
    net   = dlf.Masked(layer, padding=0)
    peer  = torch.nn.GRU(2, 3, batch_first=True, bidirectional=True).double()
    for side, suffix in ((layer.layer, ""), (layer.back, "_reverse")):
        b_h = np.concatenate([np.zeros(6), side.b_h])
        for name, value in (("weight_ih", side.W_x), ("weight_hh", side.W_h),
                            ("bias_ih", side.b), ("bias_hh", b_h)):
            getattr(peer, f"{name}_l0{suffix}").data = torch.tensor(value)
    x      = rng.normal(size=(3, 5, 2)) * MASK[:, :, None]
    packed = torch.nn.utils.rnn.pack_padded_sequence(torch.tensor(x), MASK.sum(axis=1),
                                                     batch_first=True)
    wanted, _ = torch.nn.utils.rnn.pad_packed_sequence(peer(packed)[0], batch_first=True)
    assert np.allclose(net(x), wanted.detach().numpy(), rtol=1e-10, atol=1e-12)


# ---- slopes through time -------------------------------------------------------------------------

@kinds
def test_slope_norms_are_how_much_a_nudge_of_each_state_costs(kind, rng):
    """dC/dh_t by central differences: the rest of the sequence is read from a nudged state."""
    layer = kind(2, 3, rng=rng)
    x, dy = rng.normal(size=(2, 6, 2)), rng.normal(size=(2, 6, 3))
    layer.forward(x)
    layer.backward(dy)
    norms = layer.slope_norms
    for t in (0, 2, 5):
        layer.forward(x[:, :t + 1])
        h, *c = layer.state if kind is dlf.LSTM else (layer.state,)

        def cost(h=h, c=c, t=t):
            """What h_t says itself, and all that comes after it."""
            own  = (dy[:, t] * h).sum()
            rest = x[:, t + 1:]
            return own if t == 5 else own + (dy[:, t + 1:] * layer.forward(
                rest, state=(h, *c) if c else h)).sum()
        assert np.isclose(norms[t], np.linalg.norm(dlf.numerical_gradient(cost, h)), rtol=1e-6)


def test_slope_norms_of_an_rnn_are_what_pytorch_keeps_of_each_state(rng, torch):
    layer = dlf.RNN(2, 3, rng=rng)
    x, dy = rng.normal(size=(2, 20, 2)), rng.normal(size=(2, 20, 3))  # more than one stretch
    layer.forward(x)
    layer.backward(dy)
    W_x, W_h, b = (torch.tensor(v) for v in (layer.W_x, layer.W_h, layer.b))
    h, states = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True), []
    for x_t in torch.tensor(x).unbind(1):
        h = torch.tanh(x_t @ W_x.T + h @ W_h.T + b)
        h.retain_grad()
        states.append(h)
    (torch.stack(states, 1) * torch.tensor(dy)).sum().backward()
    assert np.allclose(layer.slope_norms, [h.grad.norm().item() for h in states], rtol=1e-10)


# ---- carrying ------------------------------------------------------------------------------------

@kinds
def test_slopes_are_cut_where_a_state_is_carried(kind, rng):
    """The second piece's gradient is that of a layer which is given the state as mere numbers."""
    layer = kind(2, 3, carry=True, rng=rng)
    x, dy = rng.normal(size=(2, 8, 2)), rng.normal(size=(2, 4, 3))
    layer.set_training(True)
    layer.forward(x[:, :4])
    handed_on = layer.state
    layer.forward(x[:, 4:])
    layer.backward(dy)
    cut, reaches = layer.dtheta.copy(), layer.slope_norms

    layer.set_training(False)
    layer.forward(x[:, 4:], state=handed_on)
    layer.backward(dy)
    assert np.allclose(cut, layer.dtheta) and reaches.shape == (4,)

    layer.forward(x)                                           # in one piece slopes go further
    layer.backward(np.concatenate([np.zeros_like(dy), dy], axis=1))
    assert layer.slope_norms[:4].all() and not np.allclose(cut, layer.dtheta)


@kinds
def test_predicting_in_between_leaves_what_is_carried_alone(kind, rng):
    layer = kind(2, 3, carry=True, rng=rng)
    layer.set_training(True)
    layer(rng.normal(size=(2, 4, 2)))
    kept = np.array(layer.carried)
    layer.set_training(False)
    layer(rng.normal(size=(5, 4, 2)))
    assert np.array_equal(layer.carried, kept)


@kinds
def test_a_carrying_layer_is_saved_without_the_state_it_carries(kind, rng, tmp_path):
    net = dlf.Sequential(kind(2, 3, carry=True), dlf.Dense(3, 1), rng=rng)
    net.set_training(True)
    net(rng.normal(size=(2, 4, 2)))
    dlf.save(net, tmp_path / "net.dlf")
    back = dlf.load(tmp_path / "net.dlf")
    assert back[0].carry and back[0].carried is None and net[0].carried is not None
    assert np.array_equal(back.theta, net.theta)


def test_a_carrying_network_goes_on_from_a_file_bit_for_bit_where_an_epoch_ended(rng, tmp_path):
    x, y  = dlf.datasets.streams(rng.integers(0, 4, 25), batch=2, time=3)
    parts = {"net": dlf.Sequential(dlf.GRU(4, 3, carry=True), dlf.Dense(3, 4), rng=rng),
             "optimizer": dlf.Adam(0.1), "progress": dlf.Progress()}
    data  = {"x": x, "y": y, "loss": dlf.CrossEntropy(), "batch_size": 2}
    list(dlf.train(**parts, **data, epochs=1))
    dlf.save(parts, tmp_path / "run.dlf")
    losses, again = ([step.loss for step in dlf.train(**these, **data, epochs=3)]
                     for these in (parts, dlf.load(tmp_path / "run.dlf")))
    assert len(losses) == 8 and losses == again


def test_the_table_of_a_network_that_carries(rng):
    net   = dlf.Sequential(dlf.LSTM(2, 3, carry=True), dlf.Dense(3, 1), rng=rng)
    table = dlf.summary(net, (7, 2))
    assert "carry=True" in repr(table)
    assert [(row.shape, row.parameters) for row in table.rows] == [((7, 3), 72), ((7, 1), 4)]
    assert net[0].carried is None


def test_a_batch_of_another_size_is_told_to_forget(rng):
    layer = dlf.GRU(2, 3, carry=True, rng=rng)
    layer.set_training(True)
    layer(np.zeros((4, 5, 2)))
    with pytest.raises(dlf.ShapeError, match=r"\(2, 3\).*dlf\.forget\(net\) begins anew"):
        layer(np.zeros((2, 5, 2)))


def test_what_reads_from_both_ends_cannot_carry_a_state_on():
    with pytest.raises(ValueError, match="Leave carry=True out"):
        dlf.Bidirectional(dlf.GRU(2, 3, carry=True), dlf.GRU(2, 3))


# ---- which moments are padding -------------------------------------------------------------------

def test_a_moment_is_padding_only_if_all_its_numbers_are(rng):
    net = dlf.Masked(dlf.GRU(2, 3), padding=0, rng=rng)
    y   = net([[[0.0, 5.0], [5.0, 0.0], [0.0, 0.0]]])
    assert y[0, 0].all() and y[0, 1].all() and not y[0, 2].any()


def test_the_layers_of_a_masked_network_know_of_padding_only_while_it_runs(rng):
    layer = dlf.GRU(2, 3)
    net   = dlf.Masked(layer, dlf.LastStep(), rng=rng)
    x     = rng.normal(size=(1, 4, 2))
    y     = layer(x)
    net(np.zeros((1, 4, 2)))
    assert np.array_equal(layer(x), y)
    with pytest.raises(dlf.ShapeError):
        net(np.zeros((1, 4, 3)))
    assert np.array_equal(layer(x), y)


# ---- errors that teach ---------------------------------------------------------------------------

@pytest.mark.parametrize("layer", [
    dlf.GRU(4, 3), dlf.SelfAttention(4), dlf.LastStep(),
    dlf.Bidirectional(dlf.RNN(4, 3), dlf.RNN(4, 3))], ids=lambda layer: type(layer).__name__)
@pytest.mark.parametrize("mask, fix", [
    (np.ones((2, 3), int),               r"got int64 \(2, 3\)\. If 1 stands .* pass mask == 1\."),
    (np.array([[0, 0, -np.inf]] * 2),    r"pass np\.isfinite\(mask\)"),
    (np.ones((2, 2), bool),              r"\(2, 3\), True where .*; got bool \(2, 2\)\.( |$)"),
    ([True] * 3,                         r"got bool \(3,\)"),
])
def test_a_mask_of_another_kind_is_refused_with_what_to_pass(layer, mask, fix):
    with pytest.raises(dlf.ShapeError, match=fix):
        layer(np.zeros((2, 3, 4)), mask=mask)


def test_a_mask_may_be_a_list(rng):
    layer, x = dlf.Bidirectional(dlf.RNN(4, 3), dlf.RNN(4, 3), rng=rng), rng.normal(size=(1, 3, 4))
    mask = [[True, True, False]]
    assert np.array_equal(layer(x, mask=mask), layer(x, mask=np.array(mask)))


def test_a_masked_network_shows_its_padding_unless_it_is_0():
    assert repr(dlf.Masked(dlf.LastStep())) == "Masked(\n  0: LastStep()\n)"
    assert repr(dlf.Masked(dlf.LastStep(), padding=-1)) == (
        "Masked(\n  0: LastStep()\n  padding=-1\n)")


@pytest.mark.parametrize("padding", [np.nan, None, "a", [0, 0]])
def test_padding_that_no_number_equals_is_refused(padding):
    with pytest.raises(ValueError, match=r"Masked: padding is the number .*, such as 0 or -1"):
        dlf.Masked(dlf.GRU(2, 3), padding=padding)


def test_only_recurrent_layers_can_read_from_both_ends():
    with pytest.raises(TypeError, match=r"two recurrent layers, .*got Dense\(2, 3\)"):
        dlf.Bidirectional(dlf.GRU(2, 3), dlf.Dense(2, 3))


@pytest.mark.parametrize("state", [np.zeros((2, 3)), (1, 2, 3), 0])
def test_the_state_of_both_directions_is_a_pair(state):
    with pytest.raises(dlf.ShapeError, match="state must be a pair, of what belongs to the layer"):
        dlf.Bidirectional(dlf.GRU(2, 3), dlf.GRU(2, 3))(np.zeros((2, 4, 2)), state=state)
