"""Attention, positions and blocks: by hand, against PyTorch, and what they must not see."""
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dlf
from dlf import check_gradients


def attention(n=4, heads=1, causal=False, seed=0):
    """A layer whose every number, biases too, is drawn at random."""
    rng   = np.random.default_rng(seed)
    layer = dlf.SelfAttention(n, heads, causal, rng=rng)
    layer.theta[...] = rng.normal(size=layer.theta.shape)
    return layer


def plain():
    """One head of one number: query, key, value and answer are the number itself."""
    layer = dlf.SelfAttention(1)
    layer.W_qkv[...], layer.W_o[...] = 1, 1
    return layer


# ---- by hand -------------------------------------------------------------------------------------

def test_one_query_worked_by_hand():
    layer = plain()
    y = layer(np.array([[[1.0], [math.log(3)]]]))
    # The query 1 fits the keys 1 and log 3 by 1 and log 3: weights e and 3, over e + 3.
    assert np.allclose(layer.attention[0, 0, 0], np.array([math.e, 3]) / (math.e + 3), rtol=1e-14)
    assert y[0, 0, 0] == pytest.approx((math.e * 1 + 3 * math.log(3)) / (math.e + 3), rel=1e-14)


def test_scores_are_divided_by_the_root_of_a_heads_size():
    layer = dlf.SelfAttention(8, heads=2)
    layer.W_qkv[...] = np.tile(np.eye(8), (3, 1))
    x = np.zeros((1, 2, 8))
    x[0, 0, :4] = 1
    layer(x)
    # Query 0 of head 0 fits its own key by 4 / sqrt(4) = 2 and the other by 0.
    assert layer.attention[0, 0, 0, 0] == pytest.approx(math.exp(2) / (math.exp(2) + 1))
    assert layer.attention[0, 1, 0, 0] == pytest.approx(1 / 2)


def test_one_position_looks_at_itself_alone(rng):
    layer = attention(heads=2, causal=True)
    layer(rng.normal(size=(3, 1, 4)))
    assert np.array_equal(layer.attention, np.ones((3, 2, 1, 1)))


def test_scores_of_a_thousand_do_not_overflow():
    with np.errstate(over="raise", invalid="raise"):
        assert plain()(np.array([[[1000.0], [1.0]]]))[0, 0, 0] == pytest.approx(1000)


def test_sequences_taken_a_few_at_a_time_come_out_as_all_at_once(monkeypatch, rng):
    x, mask = rng.normal(size=(2, 5, 6, 4)), rng.random((5, 6)) < 0.7
    found = []
    for cache in (1, 2 * 2 * 6 * 6 * 8, 10**9):                  # one, two, and all five at a time
        monkeypatch.setattr("dlf.layers.attention.CACHE", cache)
        layer = attention(heads=2, causal=True)
        y, dx = layer(x[0], mask=mask), layer.backward(x[1])
        found.append(np.concatenate([a.ravel() for a in (y, dx, layer.dtheta, layer.attention)]))
    assert np.allclose(found[0], found[2], atol=1e-14)
    assert np.allclose(found[1], found[2], atol=1e-14)


# ---- slopes --------------------------------------------------------------------------------------

@given(st.integers(1, 3), st.integers(1, 5), st.sampled_from([(2, 1), (4, 2), (4, 4)]),
       st.booleans(), st.integers(0, 1000))
def test_backward_is_the_slope_of_forward(batch, time, sizes, causal, seed):
    x = np.random.default_rng(seed).normal(size=(batch, time, sizes[0]))
    errors = check_gradients(attention(*sizes, causal, seed), x)
    assert max(errors.values()) < 1e-6


@given(st.integers(0, 1000), st.booleans())
def test_backward_is_the_slope_of_forward_with_a_mask(seed, causal):
    rng  = np.random.default_rng(seed)
    net  = dlf.Masked(dlf.Embedding(5, 4), dlf.PositionEmbedding(6, 4),
                      dlf.TransformerBlock(4, 2, 3, causal), rng=rng)
    x    = rng.integers(0, 5, (2, 4))                  # 0 is padding, wherever it stands
    assert max(check_gradients(net, x).values()) < 1e-6


@pytest.mark.parametrize("causal", [True, False])
def test_a_block_with_dropout_has_the_right_slopes(causal, rng):
    block = dlf.TransformerBlock(4, 2, 5, causal, dropout=0.3, rng=rng)
    errors = check_gradients(block, rng.normal(size=(2, 3, 4)), training=True)
    assert max(errors.values()) < 1e-6


def test_learn_writes_the_gradients_that_backward_writes(rng):
    layer, dy = attention(heads=2), rng.normal(size=(2, 3, 4))
    layer(rng.normal(size=(2, 3, 4)))
    layer.backward(dy)
    wanted = layer.dtheta.copy()
    layer.dtheta[...] = 7
    layer.learn(dy)
    assert np.array_equal(layer.dtheta, wanted)


# ---- PyTorch -------------------------------------------------------------------------------------

def copy_to(torch, layer, peer):
    """Our attention's numbers into PyTorch's."""
    with torch.no_grad():
        peer.in_proj_weight.copy_(torch.tensor(layer.W_qkv))
        peer.in_proj_bias.copy_(torch.tensor(layer.b_qkv))
        peer.out_proj.weight.copy_(torch.tensor(layer.W_o))
        peer.out_proj.bias.copy_(torch.tensor(layer.b_o))


def same(ours, theirs):
    return np.allclose(ours, theirs.detach().numpy(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("heads", [1, 2, 4])
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("padded", [True, False])
def test_attention_is_pytorchs_with_all_its_gradients(heads, causal, padded, rng, torch):
    layer = attention(8, heads, causal)
    peer  = torch.nn.MultiheadAttention(8, heads, batch_first=True, dtype=torch.float64)
    copy_to(torch, layer, peer)
    x, dy = rng.normal(size=(2, 3, 5, 8))
    mask  = np.arange(5) < np.array([[5], [3], [1]]) if padded else None
    tx    = torch.tensor(x, requires_grad=True)
    ty, weights = peer(tx, tx, tx, average_attn_weights=False,
                       attn_mask=torch.ones(5, 5).triu(1).bool() if causal else None,
                       key_padding_mask=torch.tensor(~mask) if padded else None)
    ty.backward(torch.tensor(dy))
    assert same(layer(x, mask=mask), ty) and same(layer.attention, weights)
    assert same(layer.backward(dy), tx.grad)
    assert same(layer.dW_qkv, peer.in_proj_weight.grad)
    assert same(layer.db_qkv, peer.in_proj_bias.grad)
    assert same(layer.dW_o, peer.out_proj.weight.grad) and same(layer.db_o, peer.out_proj.bias.grad)


def test_a_block_is_pytorchs_encoder_layer_with_the_normalization_first(rng, torch):
    block = dlf.TransformerBlock(8, 2, 12, causal=False, rng=rng)
    block.theta[...] = rng.normal(size=block.theta.shape)
    peer  = torch.nn.TransformerEncoderLayer(
        8, 2, 12, dropout=0.0, batch_first=True, norm_first=True, dtype=torch.float64,
        activation=torch.nn.GELU("tanh"))
    copy_to(torch, block[0][1], peer.self_attn)
    pairs = [(block[0][0], peer.norm1), (block[1][0], peer.norm2),
             (block[1][1], peer.linear1), (block[1][3], peer.linear2)]
    for ours, theirs in pairs:
        with torch.no_grad():
            for value, target in zip(ours.parameters(), (theirs.weight, theirs.bias), strict=True):
                target.copy_(torch.tensor(value[1]))
    x, dy = rng.normal(size=(2, 3, 5, 8))
    tx    = torch.tensor(x, requires_grad=True)
    ty    = peer(tx)
    ty.backward(torch.tensor(dy))
    assert same(block(x), ty) and same(block.backward(dy), tx.grad)
    for ours, theirs in pairs:
        gradients = [gradient for _, _, gradient in ours.parameters()]
        assert same(gradients[0], theirs.weight.grad) and same(gradients[1], theirs.bias.grad)
    assert same(block[0][1].dW_qkv, peer.self_attn.in_proj_weight.grad)


# ---- what is seen and what is not ----------------------------------------------------------------

@given(st.integers(2, 8), st.integers(0, 1000))
def test_the_future_does_not_change_the_past_by_a_single_bit(time, seed):
    rng   = np.random.default_rng(seed)
    block = dlf.TransformerBlock(4, 2, rng=rng)
    x     = rng.normal(size=(2, time, 4))
    cut   = int(rng.integers(1, time))
    other = x.copy()
    other[:, cut:] = rng.normal(size=other[:, cut:].shape) * 100
    before, after = block(x), block(other)
    assert np.array_equal(before[:, :cut], after[:, :cut])
    assert not np.array_equal(before[:, cut:], after[:, cut:])


def test_without_causal_the_past_sees_the_future(rng):
    layer, x = attention(), rng.normal(size=(1, 3, 4))
    before = layer(x)
    x[:, 2] += 1
    assert not np.allclose(layer(x)[:, 0], before[:, 0])


def test_without_positions_another_order_gives_the_same_in_that_order(rng):
    layer, x, order = attention(heads=2), rng.normal(size=(2, 6, 4)), rng.permutation(6)
    assert np.allclose(layer(x[:, order]), layer(x)[:, order], rtol=1e-10)
    layer = dlf.Sequential(dlf.PositionalEncoding(4), layer)
    assert not np.allclose(layer(x[:, order]), layer(x)[:, order])


def test_padding_does_not_change_what_stands_before_it(rng):
    layer = attention(heads=2)
    x     = rng.normal(size=(1, 5, 4))
    y     = layer(x, mask=np.array([[True, True, True, False, False]]))
    assert np.allclose(y[:, :3], layer(x[:, :3]), rtol=1e-12)


def test_who_may_look_nowhere_takes_nothing():
    layer = attention()
    y = layer(np.ones((1, 3, 4)), mask=np.zeros((1, 3), bool))
    assert np.array_equal(y[0], np.tile(layer.b_o, (3, 1))) and not layer.attention.any()
    assert np.isfinite(layer.backward(np.ones((1, 3, 4)))).all()


@given(st.integers(1, 3), st.integers(1, 6), st.sampled_from([1, 2, 4]), st.booleans())
def test_the_attention_of_every_query_adds_up_to_1(batch, time, heads, causal):
    layer = attention(4, heads, causal)
    layer(np.random.default_rng(0).normal(size=(batch, time, 4)))
    assert layer.attention.shape == (batch, heads, time, time)
    assert np.allclose(layer.attention.sum(axis=3), 1, rtol=1e-14)
    assert not causal or not np.triu(layer.attention, 1).any()


def test_float32_stays_float32_and_is_near(rng):
    block = dlf.TransformerBlock(8, 2, rng=rng)
    x, dy = rng.normal(size=(2, 2, 5, 8))
    y, dx = block(x), block.backward(dy)
    block.astype(np.float32)
    y32   = block(x.astype(np.float32))
    dx32  = block.backward(dy.astype(np.float32))
    assert y32.dtype == dx32.dtype == np.float32
    assert np.allclose(y32, y, atol=1e-5) and np.allclose(dx32, dx, atol=1e-4)


# ---- positions -----------------------------------------------------------------------------------

def test_the_waves_worked_by_hand():
    table = dlf.PositionalEncoding(4)(np.zeros((1, 3, 4)))[0]
    assert table[0].tolist() == [0, 1, 0, 1]
    assert np.allclose(table[2], [math.sin(2), math.cos(2), math.sin(0.02), math.cos(0.02)])


def test_an_odd_number_of_features_ends_with_a_sine():
    assert dlf.PositionalEncoding(3)(np.zeros((1, 2, 3)))[0, 1, 2] == pytest.approx(
        math.sin(10000 ** (-2 / 3)))


def test_a_position_nobody_stood_on_learns_nothing(rng):
    layer = dlf.PositionEmbedding(5, 2)
    layer.dtheta[...] = 7
    dy = rng.normal(size=(3, 2, 2))
    assert np.array_equal(layer(np.zeros((3, 2, 2)))[1], layer.W[:2])
    layer.backward(dy)
    assert np.allclose(layer.dW[:2], dy.sum(axis=0)) and not layer.dW[2:].any()


# ---- errors that teach ---------------------------------------------------------------------------

def test_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ValueError, match=r"64 / 5 is not whole\. Take heads=4, or n=65"):
        dlf.SelfAttention(64, heads=5)


@pytest.mark.parametrize("layer", [dlf.SelfAttention(4), dlf.PositionalEncoding(4),
                                   dlf.PositionEmbedding(9, 4)], ids=repr)
@pytest.mark.parametrize("shape, mend", [((3, 4), r"For one sequence pass x\[None\]"),
                                         ((2, 4, 3), r"swapped: pass x\.swapaxes\(1, 2\)"),
                                         ((2, 0, 4), "a sequence needs at least one"),
                                         ((2, 3, 5), r"\(\.\.\., 4\)")])
def test_what_is_no_sequence_of_4_features_is_refused_with_the_mend(layer, shape, mend):
    with pytest.raises(dlf.ShapeError, match=mend):
        layer(np.zeros(shape))


@pytest.mark.parametrize("layer", [dlf.PositionalEncoding(4, 3), dlf.PositionEmbedding(3, 4)])
def test_a_sequence_longer_than_the_longest_is_refused(layer):
    with pytest.raises(dlf.ShapeError, match=r"knows 3 positions, and a sequence has 5.*x\[:, -3:"):
        layer(np.zeros((1, 5, 4)))


def test_a_mask_of_another_shape_is_refused():
    with pytest.raises(dlf.ShapeError, match=r"\(batch, time\) = \(2, 3\).*got bool \(3, 2\)"):
        dlf.SelfAttention(4)(np.zeros((2, 3, 4)), mask=np.ones((3, 2), bool))


def test_backward_before_forward_is_refused():
    with pytest.raises(dlf.ShapeError, match="before it went forward"):
        dlf.SelfAttention(4).backward(np.zeros((1, 2, 4)))


# ---- it learns -----------------------------------------------------------------------------------

def test_a_tiny_transformer_learns_to_repeat_what_only_attention_can_know(rng):
    half  = rng.integers(0, 8, (512, 6))
    rows  = np.concatenate([half, half], axis=1)            # six symbols at random, and once more
    x, y  = rows[:, :-1], rows[:, 1:].copy()
    y[:, :5] = -1                                           # nobody can know the first six
    net   = dlf.Sequential(dlf.Embedding(8, 16), dlf.PositionEmbedding(11, 16),
                           dlf.TransformerBlock(16, 2), dlf.Dense(16, 8), rng=rng)
    net.astype(np.float32)
    loss  = dlf.CrossEntropy(ignore=-1)
    dlf.fit(net, x[:384], y[:384], loss, dlf.Adam(0.01), epochs=40, rng=rng, bar=False)
    assert dlf.metrics.accuracy(net(x[384:]), y[384:], ignore=-1) > 0.95     # by chance: 1 / 8
