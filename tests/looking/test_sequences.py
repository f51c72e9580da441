"""What a network makes of a sequence: states by formula, slopes by nudges, attention by hand."""
import numpy as np
import pytest

import dlf
from dlf import looking


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def rnn(rng):
    return dlf.Sequential(dlf.RNN(2, 3), dlf.Dense(3, 1), rng=rng)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# ---- states and gates --------------------------------------------------------------------------

def test_the_states_of_an_rnn_are_those_of_its_formula(rnn, rng):
    x, h, cell = rng.normal(size=(5, 2)), np.zeros(3), rnn[0]
    (memory,) = looking.states(rnn, x)
    for t in range(5):
        h = np.tanh(cell.W_x @ x[t] + cell.W_h @ h + cell.b)
        np.testing.assert_allclose(memory.tracks[0].values[t], h)
    assert memory.name == "0 RNN"


def test_an_rnn_has_no_gates_but_says_what_its_tanh_lets_pass(rnn, rng):
    (memory,) = looking.states(rnn, rng.normal(size=(5, 2)))
    h, passes = memory.tracks
    assert (h.letter, passes.letter, passes.share) == ("h", "1−h²", True)
    np.testing.assert_allclose(passes.values, 1 - h.values ** 2)


def test_an_lstm_has_its_state_its_cell_and_four_gates(rng):
    net = dlf.Sequential(dlf.LSTM(2, 3), rng=rng)
    x   = rng.normal(size=(4, 2))
    (memory,) = looking.states(net, x)
    track = {t.letter: t.values for t in memory.tracks}
    assert list(track) == ["h", "c", "i", "f", "g", "o"]
    c = np.zeros(3)
    for t in range(4):
        c = track["f"][t] * c + track["i"][t] * track["g"][t]
        np.testing.assert_allclose(track["c"][t], c)
        np.testing.assert_allclose(track["h"][t], track["o"][t] * np.tanh(c))
    np.testing.assert_allclose(track["f"][0], sigmoid(net[0].W_x[3:6] @ x[0] + net[0].b[3:6]))


def test_gates_are_shares_and_offers_have_a_sign(rng):
    for cell, signed in ((dlf.LSTM(2, 3), "hcg"), (dlf.GRU(2, 3), "hn")):
        (memory,) = looking.states(dlf.Sequential(cell, rng=rng), rng.normal(size=(4, 2)))
        assert "".join(t.letter for t in memory.tracks if not t.share) == signed


def test_what_reads_from_the_end_is_shown_in_the_order_of_the_sequence(rng):
    net = dlf.Sequential(dlf.Bidirectional(dlf.RNN(2, 3), dlf.RNN(2, 3)), rng=rng)
    x   = rng.normal(size=(5, 2))
    there, back = looking.states(net, x)
    assert (there.name, back.name) == ("0.0 RNN", "0.1 RNN back")
    y = net(x[None])[0]
    np.testing.assert_array_equal(np.hstack([there.tracks[0].values, back.tracks[0].values]), y)


def test_symbols_are_a_row_of_whole_numbers(rng):
    net = dlf.Sequential(dlf.Embedding(5, 2), dlf.GRU(2, 3), dlf.Dense(3, 5), rng=rng)
    (memory,) = looking.states(net, np.array([1, 4, 0]))
    assert memory.tracks[0].values.shape == (3, 3)


# ---- slopes along time -------------------------------------------------------------------------

def test_slopes_along_time_are_those_of_the_last_moments_loss(rnn, rng):
    """By nudges: h_t is nudged by starting anew from it."""
    x, y = rng.normal(size=(1, 4, 2)), rng.normal(size=(1, 4, 1))
    norms = looking.slope_norms(rnn, x, y, dlf.MeanSquare())["0 RNN"]
    states = rnn[0].forward(x)
    def loss(t, h):
        after = rnn[0].forward(x[:, t + 1:], state=h) if t < 3 else h[:, None]
        return 0.5 * float((rnn[1].forward(after)[0, -1, 0] - y[0, -1, 0]) ** 2)
    for t in range(4):
        slope = np.zeros(3)
        for k in range(3):
            nudge = np.zeros((1, 3))
            nudge[0, k] = 1e-6
            slope[k] = (loss(t, states[:, t] + nudge) - loss(t, states[:, t] - nudge)) / 2e-6
        assert norms[t] == pytest.approx(np.linalg.norm(slope), rel=1e-5)


def test_of_a_diagonal_network_the_factor_is_its_weight(rng):
    """Near 0 tanh is a straight line: a step back multiplies by W_h = 0.7 I."""
    net = dlf.Sequential(dlf.RNN(1, 2), dlf.LastStep(), dlf.Dense(2, 1), rng=rng)
    net[0].W_h[...] = 0.7 * np.eye(2)
    norms = looking.slope_norms(net, np.full((3, 9, 1), 1e-7), np.ones((3, 1)), dlf.MeanSquare())
    assert looking.factor(norms["0 RNN"]) == pytest.approx(0.7, rel=1e-6)


def test_the_factor_leaves_out_what_comes_after_the_end():
    assert looking.factor([1, 2, 4, 0, 0]) == pytest.approx(0.5)
    assert looking.factor([0, 0, 4]) == 0
    assert np.isnan(looking.factor([3])) and np.isnan(looking.factor([1, np.nan, 2]))


def test_padded_sequences_are_looked_at_where_half_of_them_have_ended(rng):
    net = dlf.Sequential(dlf.Embedding(5, 2), dlf.RNN(2, 3), dlf.Dense(3, 5), rng=rng)
    x, y = rng.integers(0, 5, (3, 6)), rng.integers(0, 5, (3, 6))
    y[0, 2:] = y[1, 4:] = -1                                 # the last ones are 1, 3 and 5
    norms = looking.slope_norms(net, x, y, dlf.CrossEntropy(ignore=-1))["1 RNN"]
    assert (norms[:4] > 0).all() and (norms[4:] == 0).all()


def test_looking_leaves_the_gradients_as_they_were(rnn, rng):
    rnn.dtheta[...] = 3.0
    looking.slope_norms(rnn, rng.normal(size=(2, 4, 2)), rng.normal(size=(2, 4, 1)),
                        dlf.MeanSquare())
    assert (rnn.dtheta == 3).all()


# ---- attention ---------------------------------------------------------------------------------

def test_attention_is_a_map_a_head_and_its_rows_add_up_to_1(rng):
    net = dlf.Sequential(dlf.Embedding(5, 4), dlf.TransformerBlock(4, 2), dlf.Dense(4, 5), rng=rng)
    maps = looking.attention(net, np.array([1, 4, 0, 2]))
    assert {name: a.shape for name, a in maps.items()} == {"1.0.1 SelfAttention": (2, 4, 4)}
    (a,) = maps.values()
    np.testing.assert_allclose(a.sum(axis=2), 1)
    assert (np.triu(a, 1) == 0).all()                        # causal: nobody looks ahead


# ---- errors ------------------------------------------------------------------------------------

def test_what_there_is_not_to_see_is_explained(rnn, rng):
    dense = dlf.Sequential(dlf.Dense(2, 2), rng=rng)
    with pytest.raises(ValueError, match="no state that goes on in time"):
        looking.states(dense, np.zeros((3, 2)))
    with pytest.raises(ValueError, match="no attention to draw"):
        looking.attention(rnn, np.zeros((3, 2)))
    with pytest.raises(ValueError, match=r"got float64 \(1, 3, 2\)\. Pass one of them: x\[0\]"):
        looking.states(rnn, np.zeros((1, 3, 2)))
