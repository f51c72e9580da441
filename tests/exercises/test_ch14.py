"""Chapter 14: numbers from outside, answers in other styles, and verdicts on several mistakes."""
import numpy as np
import pytest

from dlf.exercises import check, use
from dlf.exercises.chapters.ch14_recurrent_networks import rnn_forward, rnn_step
from dlf.exercises.chapters.ch14_recurrent_networks_back import bptt
from dlf.exercises.chapters.ch14_recurrent_networks_training import clipped_update, next_values

SIZES = [(1, 1, 1), (3, 1, 2), (5, 2, 3), (6, 3, 3)]                  # T, n_in, n
some  = pytest.mark.parametrize("T, n_in, n", SIZES)

X, H0    = np.array([[1.0], [-0.5], [0.8]]), np.zeros(2)              # the chapter's example
W_X, W_H = np.array([[0.8], [-0.5]]), np.array([[0.6, -0.3], [0.6, 0.3]])
B, DY    = np.array([0.1, 0.0]), np.array([[0.3, 0.0], [-0.2, 0.1], [0.5, -0.4]])


def layer(T, n_in, n):
    """x, h0, W_x, W_h, b, and dy."""
    rng = np.random.default_rng(T + n)
    return (rng.normal(size=(T, n_in)), rng.uniform(-1, 1, size=n), rng.normal(size=(n, n_in)),
            rng.normal(size=(n, n)), rng.normal(size=n), rng.normal(size=(T, n)))


def before(h, h0):
    """The state that each step started from, (T, n)."""
    return np.vstack([h0, h[:-1]])


# ---- numbers from outside ------------------------------------------------------------------------

@some
def test_states_and_all_gradients_are_those_of_pytorch(T, n_in, n):
    torch = pytest.importorskip("torch")
    x, h0, W_x, W_h, b, dy = layer(T, n_in, n)
    rnn = torch.nn.RNN(n_in, n, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        for theirs, mine in ((rnn.weight_ih_l0, W_x), (rnn.weight_hh_l0, W_h), (rnn.bias_ih_l0, b),
                             (rnn.bias_hh_l0, 0 * b)):
            theirs.copy_(torch.tensor(mine))
    start = torch.tensor(h0[None, None], requires_grad=True)
    out   = rnn(torch.tensor(x[None]), start)[0]
    (out[0] * torch.tensor(dy)).sum().backward()
    h = rnn_forward(x, h0, W_x, W_h, b)
    assert np.allclose(h, out.detach().numpy()[0], rtol=0, atol=1e-14)
    for mine, theirs in zip(bptt(dy, x, h0, h, W_x, W_h), (
            rnn.weight_ih_l0.grad, rnn.weight_hh_l0.grad, rnn.bias_ih_l0.grad, start.grad[0, 0])):
        assert np.allclose(mine, theirs.numpy(), rtol=0, atol=1e-13)


@some
def test_a_nudge_of_each_number_agrees(T, n_in, n):
    x, h0, W_x, W_h, b, dy = layer(T, n_in, n)

    def by_nudges(values, h=1e-5):
        slopes = np.zeros(values.shape)
        for at in np.ndindex(values.shape):
            costs = []
            for step in (h, -2 * h):
                values[at] += step
                costs.append((rnn_forward(x, h0, W_x, W_h, b) * dy).sum())
            values[at] += h
            slopes[at] = (costs[0] - costs[1]) / (2 * h)
        return slopes
    found = bptt(dy, x, h0, rnn_forward(x, h0, W_x, W_h, b), W_x, W_h)
    for mine, values in zip(found, (W_x, W_h, b, h0)):
        assert np.allclose(mine, by_nudges(values), atol=1e-8)


def test_the_chapters_steps_by_hand():
    h1 = np.tanh([0.9, -0.5])
    assert rnn_step(X[0], H0, W_X, W_H, B) == pytest.approx(h1)
    assert rnn_step(X[1], h1, W_X, W_H, B) == pytest.approx(np.tanh([
        -0.4 + 0.6 * h1[0] - 0.3 * h1[1] + 0.1, 0.25 + 0.6 * h1[0] + 0.3 * h1[1]]))


def test_the_chapters_way_back_by_hand():
    dW_x, dW_h, db, dh0 = bptt(DY, X, H0, rnn_forward(X, H0, W_X, W_H, B), W_X, W_H)
    assert dW_h[0, 0] == pytest.approx(-0.2409 * 0.7163 + 0.2986 * 0.2621, abs=1e-4)
    assert dW_x[0, 0] == pytest.approx(0.0517 + 0.2409 * 0.5 + 0.2986 * 0.8, abs=1e-4)
    assert db == pytest.approx([0.0517 - 0.2409 + 0.2986, 0.0375 - 0.0821 - 0.3964], abs=2e-4)
    assert dh0 == pytest.approx([0.0535, -0.0043], abs=1e-4)


def test_three_and_four_are_clipped_to_three_fifths_and_four_fifths():
    new = clipped_update([np.zeros(1), np.zeros(1)], [np.array([3.0]), np.array([4.0])], 1.0, 1.0)
    assert np.concatenate(new) == pytest.approx([-0.6, -0.8])


def test_clipping_is_that_of_pytorch():
    torch = pytest.importorskip("torch")
    rng   = np.random.default_rng(0)
    for scale, limit in ((1, 2.0), (0.01, 2.0), (100, 0.5)):
        old, slopes = ([rng.normal(size=size) * k for size in ((3, 2), (4,))] for k in (1, scale))
        theirs = [torch.nn.Parameter(torch.tensor(a)) for a in old]
        for parameter, slope in zip(theirs, slopes):
            parameter.grad = torch.tensor(slope)
        torch.nn.utils.clip_grad_norm_(theirs, limit)
        torch.optim.SGD(theirs, lr=0.1).step()
        for mine, other in zip(clipped_update(old, slopes, 0.1, limit), theirs):
            assert np.allclose(mine, other.detach().numpy(), rtol=1e-5)  # it adds 1e-6 below


@pytest.mark.parametrize("weight, steps", [(0.5, 10), (0.9, 66), (1.1, 73)])
def test_the_counts_of_steps_are_right(weight, steps):
    def passed(k):
        return weight ** k < 1 / 1000 or weight ** k > 1000
    assert passed(steps) and not passed(steps - 1)


def test_pairs_of_a_series_by_hand():
    x, y = next_values(np.array([1.0, 2.0, 4.0]))
    assert np.array_equal(x, [[1], [2]]) and np.array_equal(y, [[2], [4]])


# ---- the same in other styles --------------------------------------------------------------------

def test_a_step_by_one_matrix_for_both_is_as_good():
    def stacked(x, h, W_x, W_h, b):
        return np.tanh(np.concatenate([W_x, W_h], axis=1) @ np.concatenate([x, h]) + b)
    assert check("rnn_step", stacked)


def test_a_step_in_loops_is_as_good():
    def loops(x, h, W_x, W_h, b):
        return [np.tanh(sum(W_x[j, k] * x[k] for k in range(len(x)))
                        + sum(W_h[j, k] * h[k] for k in range(len(h))) + b[j])
                for j in range(len(b))]
    assert check("rnn_step", loops)


def test_a_list_of_states_is_as_good():
    def listed(x, h0, W_x, W_h, b):
        states = [h0]
        for row in x:
            states.append(rnn_step(row, states[-1], W_x, W_h, b))
        return states[1:]
    assert check("rnn_forward", listed)


def test_states_with_the_start_in_front_are_as_good_and_are_cut_for_the_cells_below():
    def with_start(x, h0, *weights):
        return np.vstack([h0, rnn_forward(x, h0, *weights)])
    verdict = check("rnn_forward", with_start)
    assert verdict and "first row" in verdict.message
    assert np.array_equal(use("rnn_forward", with_start)(X, H0, W_X, W_H, B),
                          rnn_forward(X, H0, W_X, W_H, B))


def test_dz_first_and_then_three_products_are_as_good():
    def products(dy, x, h0, h, W_x, W_h):
        dz, later = np.zeros(h.shape), 0
        for t in range(len(x) - 1, -1, -1):
            dz[t] = (dy[t] + later) * (1 - h[t] ** 2)
            later = dz[t] @ W_h
        return dz.T @ x, dz.T @ before(h, h0), dz.sum(axis=0), later
    assert check("bptt", products)


def test_slopes_handed_on_by_adding_to_a_copy_of_dy_are_as_good():
    def into_copy(dy, x, h0, h, W_x, W_h):
        dh = np.vstack([np.zeros(len(h0)), dy])
        states, total = np.vstack([h0, h]), [0, 0, 0]
        for t in range(len(x), 0, -1):
            dz = dh[t] * (1 - states[t] ** 2)
            dh[t - 1] += W_h.T @ dz
            total = [total[0] + dz[:, None] * x[t - 1], total[1] + dz[:, None] * states[t - 1],
                     total[2] + dz]
        return *total, dh[0]
    assert check("bptt", into_copy)


def test_an_if_instead_of_a_maximum_is_as_good_in_clipping():
    def with_if(parameters, slopes, rate, limit):
        length = np.linalg.norm(np.concatenate([s.ravel() for s in slopes]))
        if length > limit:
            slopes = [s * limit / length for s in slopes]
        return tuple(p - rate * s for p, s in zip(parameters, slopes))
    assert check("clipped_update", with_if)


def test_pairs_by_reshape_are_as_good():
    assert check("next_values", lambda s: (s[:-1].reshape(-1, 1), s[1:].reshape(-1, 1)))


def test_counts_may_be_a_list_or_an_array():
    assert check("vanish", [10, 66, 73]) and check("vanish", np.array([10, 66, 73]))


# ---- verdicts ------------------------------------------------------------------------------------

def test_one_step_hides_that_nothing_comes_from_the_next_one():
    def without_future(dy, x, h0, h, W_x, W_h):
        dz = dy * (1 - h ** 2)
        return dz.T @ x, dz.T @ before(h, h0), dz.sum(axis=0), W_h.T @ dz[0]

    def differs(T):
        x, h0, W_x, W_h, b, dy = layer(T, 2, 3)
        args = dy, x, h0, rnn_forward(x, h0, W_x, W_h, b), W_x, W_h
        return not all(map(np.allclose, without_future(*args), bptt(*args)))
    assert not differs(1) and differs(5)
    assert check("bptt", without_future).mistake == "nothing-from-later"


def test_two_mistakes_in_different_parts_are_both_named():
    def both(dy, x, h0, h, W_x, W_h):
        dW_x, _, db, dh0 = bptt(dy, x, h0, h, W_x, W_h)
        wrong = bptt(dy, x, 0 * h0, h, W_x, W_h)[1]
        return dW_x, wrong, db, 0 * dh0
    message = check("bptt", both).message
    assert message.startswith("There are 2 mistakes") and "started from h0" in message
    assert "dh0 is zero" in message


def test_a_state_that_leaks_is_named_the_first_time_already():
    left = []

    def leaks(x, h0, *weights):
        h = rnn_forward(x, left[-1] if left and len(left[-1]) == len(h0) else h0, *weights)
        left.append(h[-1])
        return h
    assert check("rnn_forward", leaks).mistake == "remembers"


def test_sums_that_outlive_the_call_are_named():
    sums = {}

    def adds(dy, x, h0, h, W_x, W_h):
        found = bptt(dy, x, h0, h, W_x, W_h)
        key   = W_x.shape, len(x)
        sums[key] = [a + b for a, b in zip(found, sums.get(key, [0, 0, 0, 0]))]
        return sums[key]
    assert check("bptt", adds).mistake == "accumulates"


def test_a_dy_that_is_written_into_is_said_to_be_changed():
    def in_place(dy, x, h0, h, W_x, W_h):
        for t in range(len(x) - 1, 0, -1):
            dy[t - 1] += W_h.T @ (dy[t] * (1 - h[t] ** 2))
        dz = dy * (1 - h ** 2)
        return dz.T @ x, dz.T @ before(h, h0), dz.sum(axis=0), W_h.T @ dz[0]
    verdict = check("bptt", in_place)
    assert verdict.mistake == "edits-input" and "dy is changed" in verdict.message


def test_three_of_four_slopes_are_said_to_be_there():
    def partly(*args):
        return (*bptt(*args)[:3], ...)
    assert "dW_x, dW_h and db are right. Still to do: dh0." in check("bptt", partly).message


def test_parameters_changed_in_place_are_said_to_be():
    def in_place(parameters, slopes, rate, limit):
        new = clipped_update(parameters, slopes, rate, limit)
        for old, changed in zip(parameters, new):
            old[...] = changed
        return parameters
    assert check("clipped_update", in_place).mistake == "edits-input"


def test_a_way_back_that_multiplies_the_two_ways_is_told_that_nothing_arrives():
    def product(dy, x, h0, h, W_x, W_h):
        dh_next = np.zeros(len(h0))
        dW_x, dW_h, db = np.zeros(W_x.shape), np.zeros(W_h.shape), np.zeros(len(h0))
        for t in reversed(range(len(x))):
            dz    = dy[t] * dh_next * (1 - h[t] ** 2)
            dW_x += np.outer(dz, x[t])
            dh_next = W_h.T @ dz
        return dW_x, dW_h, db, dh_next
    assert check("bptt", product).mistake == "all-zero"


def test_bp2_read_to_the_letter_squeezes_twice():
    def to_the_letter(dy, x, h0, h, W_x, W_h):
        dz, later, old = np.zeros_like(h), 0, before(h, h0)
        for t in reversed(range(len(x))):
            dz[t] = (dy[t] + later) * (1 - h[t] ** 2)
            later = W_h.T @ dz[t] * (1 - old[t] ** 2)
        return dz.T @ x, dz.T @ old, dz.sum(axis=0), later
    assert check("bptt", to_the_letter).mistake == "squeezed-twice"


def test_dh_that_is_handed_on_as_it_is_is_not_said_to_be_dz():
    def as_it_is(dy, x, h0, h, W_x, W_h):
        dh = np.cumsum(dy[::-1], axis=0)[::-1]
        dz = dh * (1 - h ** 2)
        return dz.T @ x, dz.T @ before(h, h0), dz.sum(axis=0), dh[0]
    verdict = check("bptt", as_it_is)
    assert verdict.mistake == "not-handed-on" and "has not been through W_h" in verdict.message


@pytest.mark.parametrize("steps, mistake", [((10, 65, 73), "one-short"), ((11, 66, 73), "one-more"),
                                            ((7, 66, 73), "hundred"), ((10, 66, 72), "rounded")])
def test_one_wrong_count_of_three_is_named(steps, mistake):
    assert check("vanish", steps).mistake == mistake


def test_a_length_that_begins_anew_with_each_array_is_that_of_the_last():
    def last(parameters, slopes, rate, limit):
        for slope in slopes:
            size = np.sqrt((slope ** 2).sum())
        return [p - rate * s * limit / max(size, limit) for p, s in zip(parameters, slopes)]
    assert check("clipped_update", last).mistake == "one-array"


def test_two_mistakes_in_two_slopes_are_both_named():
    def two(dy, x, h0, h, W_x, W_h):
        dW_x, dW_h, db, dh0 = bptt(dy, x, h0, h, W_x, W_h)
        later = bptt(dy[1:], x[1:], h[0], h[1:], W_x, W_h)[2] if len(x) > 1 else 0
        return dW_x, dW_h.T, db - later, dh0              # db holds the last pass alone
    message = check("bptt", two).message
    assert "2 mistakes" in message and "overwrites" in message and "swapped" in message


@pytest.mark.parametrize("states, transposed, mistake", [
    (lambda h, h0: h, False, "not-transposed"),
    (lambda h, h0: np.roll(h, 1, axis=0), False, "not-transposed"),
    (lambda h, h0: h, True, "state-of-after"),
])
def test_of_two_mistakes_that_meet_in_one_slope_the_first_to_mend_is_named(
        states, transposed, mistake):
    def answer(dy, x, h0, h, W_x, W_h):
        dz, later = np.zeros(h.shape), np.zeros(len(h0))
        for t in range(len(x) - 1, -1, -1):
            dz[t] = (dy[t] + later) * (1 - h[t] ** 2)
            later = (W_h.T if transposed else W_h) @ dz[t]
        return dz.T @ x, dz.T @ states(h, h0), dz.sum(axis=0), later
    assert check("bptt", answer).mistake == mistake


def test_a_step_left_out_of_the_sums_alone_is_not_called_a_loop_that_stops():
    def answer(dy, x, h0, h, W_x, W_h):
        dz, later = np.zeros(h.shape), np.zeros(len(h0))
        for t in range(len(x) - 1, -1, -1):
            dz[t] = (dy[t] + later) * (1 - h[t] ** 2)
            later = W_h.T @ dz[t]
        return dz[1:].T @ x[1:], dz[1:].T @ h[:-1], dz[1:].sum(axis=0), later
    assert check("bptt", answer).mistake == "first-not-counted"
