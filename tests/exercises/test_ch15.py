"""Chapter 15: numbers from outside, answers in other styles, and verdicts on several mistakes."""
import numpy as np
import pytest

from dlf.exercises import check
from dlf.exercises.chapters.ch15_lstm_and_gru import gates, lstm_step
from dlf.exercises.chapters.ch15_lstm_and_gru_along_time import lstm_forward
from dlf.exercises.chapters.ch15_lstm_and_gru_backward import lstm_step_back
from dlf.exercises.chapters.ch15_lstm_and_gru_names import draw, gru_step

SIZES = [(2, 5, 3, 4), (3, 3, 3, 3), (1, 1, 2, 1)]                   # m, T, n_in, n
some  = pytest.mark.parametrize("m, T, n_in, n", SIZES)


def arrays(*sizes):
    rng = np.random.default_rng(0)
    return [rng.normal(size=size) for size in sizes]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def filled(kind, n_in, n, W_x, W_h, b, b_h):
    """A layer of PyTorch's with these weights, in double precision."""
    torch = pytest.importorskip("torch")
    layer = getattr(torch.nn, kind)(n_in, n, batch_first=True).double()
    with torch.no_grad():
        for name, array in (("weight_ih_l0", W_x), ("weight_hh_l0", W_h), ("bias_ih_l0", b),
                            ("bias_hh_l0", b_h)):
            getattr(layer, name).copy_(torch.tensor(array))
    return torch, layer


# ---- numbers from outside ------------------------------------------------------------------------

@some
def test_a_whole_sequence_gives_what_pytorchs_lstm_gives(m, T, n_in, n):
    x, h, c, W_x, W_h, b = arrays((m, T, n_in), (m, n), (m, n), (4 * n, n_in), (4 * n, n), (4 * n))
    torch, layer = filled("LSTM", n_in, n, W_x, W_h, b, 0 * b)
    theirs, (_, last) = layer(torch.tensor(x), (torch.tensor(h)[None], torch.tensor(c)[None]))
    states, cells = lstm_forward(x, h, c, W_x, W_h, b)
    assert np.allclose(states, theirs.detach().numpy(), rtol=0, atol=1e-13)
    assert np.allclose(cells[:, -1], last[0].detach().numpy(), rtol=0, atol=1e-13)


@some
def test_a_step_of_the_gru_gives_what_pytorchs_gives(m, T, n_in, n):
    x, h, W_x, W_h, b, inside = arrays((m, n_in), (m, n), (3 * n, n_in), (3 * n, n), (3 * n), (n))
    torch, layer = filled("GRU", n_in, n, W_x, W_h, b, np.append(np.zeros(2 * n), inside))
    theirs, _ = layer(torch.tensor(x)[:, None], torch.tensor(h)[None])
    assert np.allclose(gru_step(x, h, W_x, W_h, b, inside), theirs[:, 0].detach().numpy(),
                       rtol=0, atol=1e-13)


def test_the_first_step_of_the_chapter_by_hand():
    W_x, b     = np.array([[1.0], [-0.5], [1.5], [0.5]]), np.array([0.0, 1.0, 0.0, -0.5])
    i, f, g, o = gates(np.array([[1.0]]), np.zeros((1, 1)), W_x, np.zeros((4, 1)), b)
    assert (i.item(), f.item(), o.item()) == pytest.approx(
        (1 / (1 + np.exp(-1)), 1 / (1 + np.exp(-0.5)), 0.5))
    assert g.item() == pytest.approx(np.tanh(1.5))
    h, c = lstm_step(np.zeros((1, 1)), i, f, g, o)
    assert (c.item(), h.item()) == pytest.approx((0.6617, 0.2898), abs=5e-5)


def test_each_slope_of_a_step_back_agrees_with_a_nudge():
    dh, dc, c_before, *z = arrays(*[(2, 3)] * 7)

    def cost(c_before, z_i, z_f, z_g, z_o):
        h, c = lstm_step(c_before, sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o))
        return (dh * h + dc * c).sum()
    four  = sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    found = lstm_step_back(dh, dc, c_before, four[1] * c_before + four[0] * four[2], *four)
    for place, slope in zip((1, 2, 3, 4, 0), found):
        for at in np.ndindex(2, 3):
            moved = [[a.copy() for a in (c_before, *z)] for _ in range(2)]
            moved[0][place][at] += 1e-5
            moved[1][place][at] -= 1e-5
            assert slope[at] == pytest.approx((cost(*moved[0]) - cost(*moved[1])) / 2e-5, abs=1e-8)


@pytest.mark.parametrize("T", [0.5, 1.0, 2.0])
def test_symbols_are_drawn_as_often_as_softmax_says(T):
    scores = np.array([1.0, -0.5, 2.0, 0.0])
    p      = np.exp(scores / T) / np.exp(scores / T).sum()
    even   = (np.arange(10_000) + 0.5) / 10_000              # random numbers, evenly spread
    counts = np.bincount([draw(scores, T, u) for u in even], minlength=4)
    assert counts / 10_000 == pytest.approx(p, abs=2e-4)


# ---- the same in other styles --------------------------------------------------------------------

def test_gates_by_four_products_are_as_good():
    def apart(x, h, W_x, W_h, b):
        n = W_h.shape[1]
        z = [x @ W_x[k:k + n].T + h @ W_h[k:k + n].T + b[k:k + n] for k in range(0, 4 * n, n)]
        return sigmoid(z[0]), sigmoid(z[1]), np.tanh(z[2]), sigmoid(z[3])
    assert check("gates", apart)


def test_gates_by_slices_of_one_product_of_both_side_by_side_are_as_good():
    def side_by_side(x, h, W_x, W_h, b):
        n = h.shape[1]
        z = np.concatenate([x, h], axis=1) @ np.concatenate([W_x, W_h], axis=1).T + b
        return (sigmoid(z[:, :n]), sigmoid(z[:, n:2 * n]), np.tanh(z[:, 2 * n:3 * n]),
                sigmoid(z[:, 3 * n:]))
    assert check("gates", side_by_side)


def test_a_sequence_written_into_arrays_is_as_good():
    def into_arrays(x, h, c, W_x, W_h, b):
        states = np.zeros((len(x), x.shape[1], h.shape[1]))
        cells  = np.zeros_like(states)
        for t in range(x.shape[1]):
            i, f, g, o = gates(x[:, t, :], h, W_x, W_h, b)
            h, c = lstm_step(c, i, f, g, o)
            states[:, t], cells[:, t] = h, c
        return states, cells
    assert check("lstm_forward", into_arrays)


def test_a_step_back_by_way_of_the_gates_own_slopes_is_as_good():
    def in_two_steps(dh, dc, c_before, c, i, f, g, o):
        total = dc + o * dh * (1 - np.tanh(c) * np.tanh(c))
        di, df, dg, do = total * g, total * c_before, total * i, dh * np.tanh(c)
        return (di * (i - i ** 2), df * (f - f ** 2), dg * (1 - g) * (1 + g), do * (o - o ** 2),
                f * total)
    assert check("lstm_step_back", in_two_steps)


def test_a_gru_written_as_a_step_toward_the_offer_is_as_good():
    def toward(x, h, W_x, W_h, b, b_h):
        k = 2 * h.shape[1]
        r, z = np.split(sigmoid(x @ W_x[:k].T + h @ W_h[:k].T + b[:k]), 2, axis=1)
        n    = np.tanh(x @ W_x[k:].T + b[k:] + r * (h @ W_h[k:].T + b_h))
        return n + z * (h - n)
    assert check("gru_step", toward)


def test_a_draw_by_a_loop_or_by_searchsorted_is_as_good():
    def by_loop(scores, temperature, u):
        powers = np.exp((scores - max(scores)) / temperature)
        for k, p in enumerate(powers / sum(powers)):
            u -= p
            if u < 0:
                return k
        return len(scores) - 1

    def by_search(scores, temperature, u):
        powers = np.exp((scores - scores.max()) / temperature)
        return np.searchsorted(np.cumsum(powers) / powers.sum(), u, side="right")
    assert check("draw", by_loop) and check("draw", by_search)


# ---- verdicts ------------------------------------------------------------------------------------

def test_driving_one_gate_shut_shows_an_order_that_no_shape_shows():
    x, h, W_x, W_h = arrays((3, 2), (3, 2), (8, 2), (8, 2))
    shut = np.repeat([0.0, -30.0, 0.0, 0.0], 2)
    f    = gates(x, h, W_x, W_h, shut)[1]
    assert np.allclose(f, 0) and f.shape == gates(x, h, W_x, W_h, shut)[0].shape


def test_one_step_hides_the_missing_cell_path():
    def no_cell_path(dh, dc, *rest):
        return lstm_step_back(dh, 0 * dc, *rest)
    dh, c_before, c, i, f, g, o = arrays(*[(2, 2)] * 7)
    alone = dh, 0 * c, c_before, c, i, f, g, o                         # nothing comes after it
    assert all(np.array_equal(a, b) for a, b in zip(no_cell_path(*alone), lstm_step_back(*alone)))
    assert check("lstm_step_back", no_cell_path).mistake == "cell-path-missing"


def test_two_mistakes_in_different_gates_are_both_named():
    def two(*args):
        dz_i, dz_f, dz_g, dz_o, dc_before = lstm_step_back(*args)
        *_, g, o = args
        return dz_i, dz_f, dz_g / (1 - g ** 2), dz_o / (o * (1 - o)), dc_before
    message = check("lstm_step_back", two).message
    assert "z_g: the offer's own slope is missing" in message
    assert "z_o: the output gate's own slope is missing" in message


def test_an_unknown_mistake_in_one_gate_is_said_to_be_there_and_not_elsewhere():
    def odd(*args):
        i, f, g, o = gates(*args)
        return i, f, g, o ** 2
    verdict = check("gates", odd)
    assert verdict.mistake is None and "right:     i, f, g" in repr(verdict)


def test_returning_i_and_f_in_each_others_place_is_named():
    def swapped(*args):
        i, f, g, o = gates(*args)
        return f, i, g, o
    assert check("gates", swapped).mistake == "order-f-i"


def test_gates_read_and_returned_in_another_order_are_named_by_the_order():
    def other(x, h, W_x, W_h, b):
        i, f, o, g = np.split(x @ W_x.T + h @ W_h.T + b, 4, axis=1)
        return [1 / (1 + np.exp(-z)) for z in (i, f, o)] + [np.tanh(g)]
    assert check("gates", other).mistake == "order-i-f-o-g"


def test_a_missing_cell_path_is_named_though_the_gates_own_slopes_are_missing_too():
    def two(dh, dc, c_before, c, i, f, g, o):
        dc = dh * o * (1 - np.tanh(c) ** 2)
        return dc * g, dc * c_before, dc * i, dh * np.tanh(c), dc * f
    assert check("lstm_step_back", two).mistake == "cell-path-missing"


def test_a_loop_over_the_examples_is_told_where_time_is():
    def over_examples(x, h, c, W_x, W_h, b):
        states, cells = [], []
        for t in range(len(x)):
            h, c = lstm_step(c, *gates(x[:, t], h, W_x, W_h, b))
            states.append(h)
            cells.append(c)
        return np.stack(states, axis=1), np.stack(cells, axis=1)
    verdict = check("lstm_forward", over_examples)
    assert verdict.mistake == "examples-for-steps" and "x.shape[1]" in verdict.message
