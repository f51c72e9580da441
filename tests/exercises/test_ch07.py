"""Chapter 7: numbers from outside, answers in other styles, and verdicts on several mistakes."""
import numpy as np
import pytest

from dlf.exercises import check, use
from dlf.exercises.chapters.ch07_many_examples import bias_gradient, forward_all, weight_gradient
from dlf.exercises.chapters.ch07_many_examples_backprop import backprop_all
from dlf.exercises.chapters.ch07_mini_batches import mini_batches
from dlf.exercises.chapters.ch07_one_epoch import one_epoch

W1 = np.array([[0.5, -0.4], [0.3, 0.8], [-0.6, 0.2]])
b1 = np.array([0.1, -0.2, 0.0])
W2 = np.array([[0.7, -0.5, 0.4], [-0.3, 0.6, 0.2]])
b2 = np.array([0.05, -0.1])
X  = np.array([[-0.7, 0.9], [0.8, -0.7], [-0.4, 0.8], [0.5, -0.5], [1.8, 0.1]])
Y  = np.array([[1, 0], [0, 1], [1, 0], [0, 1], [0, 1]]) * 1.0


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backprop(x, y, W1, b1, W2, b2):
    """One example, as chapter 5 leaves it."""
    a1 = sigmoid(W1 @ x + b1)
    a2 = sigmoid(W2 @ a1 + b2)
    delta2 = (a2 - y) * a2 * (1 - a2)
    delta1 = (W2.T @ delta2) * a1 * (1 - a1)
    return np.outer(delta1, x), delta1, np.outer(delta2, a1), delta2


def torch_network():
    """The network in PyTorch, in float64."""
    torch = pytest.importorskip("torch")
    net   = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Sigmoid(),
                                torch.nn.Linear(3, 2), torch.nn.Sigmoid()).double()
    with torch.no_grad():
        for parameter, value in zip(net.parameters(), (W1, b1, W2, b2)):
            parameter.copy_(torch.tensor(value))
    return torch, net


def torch_cost(torch, net, X, Y):
    return ((net(torch.tensor(X)) - torch.tensor(Y)) ** 2).sum(dim=1).mean() / 2


# ---- numbers from outside ------------------------------------------------------------------------

def test_our_penguin_in_a_row_has_the_activations_of_the_chapters_before():
    hidden = forward_all(X, W1, b1)
    assert hidden.shape == (5, 3)
    assert np.allclose(hidden[0], [0.352059, 0.576885, 0.645656], atol=5e-7)   # 1/(1+e^0.61), ...


def test_dW_of_two_examples_by_hand():
    delta, A = np.array([[0.2, -0.4], [0.6, 0.0]]), np.array([[1.0, 2, 0], [0, 1, 3]])
    assert np.allclose(weight_gradient(delta, A), [[0.1, 0.5, 0.9], [-0.2, -0.4, 0.0]])


def test_db_of_three_examples_by_hand():
    assert np.allclose(bias_gradient(np.array([[0.2, -0.4], [0.6, 0], [0.1, 0.1]])), [0.3, -0.1])


def test_the_gradients_are_those_of_pytorch():
    torch, net = torch_network()
    torch_cost(torch, net, X, Y).backward()
    for mine, theirs in zip(backprop_all(X, Y, W1, b1, W2, b2), net.parameters()):
        assert np.allclose(mine, theirs.grad.numpy(), rtol=0, atol=1e-14)


def test_the_gradients_are_the_mean_of_those_of_single_examples():
    each = [backprop(x, y, W1, b1, W2, b2) for x, y in zip(X, Y)]
    for mine, single in zip(backprop_all(X, Y, W1, b1, W2, b2), zip(*each)):
        assert np.allclose(mine, sum(single) / 5, rtol=0, atol=1e-15)


def test_an_epoch_goes_where_that_of_pytorch_goes():
    torch, net = torch_network()
    optimizer  = torch.optim.SGD(net.parameters(), lr=0.5)
    batches    = [(X[:2], Y[:2]), (X[2:4], Y[2:4]), (X[4:], Y[4:])]
    for some_x, some_y in batches:
        optimizer.zero_grad()
        torch_cost(torch, net, some_x, some_y).backward()
        optimizer.step()
    ours = one_epoch(batches, backprop_all, W1, b1, W2, b2, 0.5)
    for mine, theirs in zip(ours, net.parameters()):
        assert np.allclose(mine, theirs.detach().numpy(), rtol=0, atol=1e-14)


def test_batches_hold_every_row_once_and_the_last_is_short():
    batches = mini_batches(X, Y, 2, np.random.default_rng(0))
    assert [len(some_x) for some_x, _ in batches] == [2, 2, 1]
    rows = np.concatenate([np.column_stack(pair) for pair in batches])
    assert sorted(map(tuple, rows)) == sorted(map(tuple, np.column_stack([X, Y])))


# ---- the same in other styles --------------------------------------------------------------------

def test_forward_row_by_row_is_as_good():
    assert check("forward_all", lambda X, W, b: np.array([sigmoid(W @ x + b) for x in X]))


def test_forward_with_dot_and_a_turn_at_the_end_is_as_good():
    assert check("forward_all", lambda X, W, b: sigmoid(np.dot(W, X.T).T + b))


def test_a_loop_over_outer_products_is_as_good():
    def dW(delta, A):
        total = np.zeros((delta.shape[1], A.shape[1]))
        for d, a in zip(delta, A):
            total += np.outer(d, a)
        return total / len(A)
    assert check("weight_gradient", dW)


def test_einsum_and_a_mean_over_stacked_outer_products_are_as_good():
    assert check("weight_gradient", lambda D, A: np.einsum("ij,ik->jk", D, A) / len(D))
    assert check("weight_gradient", lambda D, A: (D[:, :, None] * A[:, None, :]).mean(axis=0))


def test_db_as_a_product_with_ones_or_as_a_mean_is_as_good():
    assert check("bias_gradient", lambda D: D.T @ np.ones(len(D)) / len(D))
    assert check("bias_gradient", lambda D: D.mean(axis=0))


def test_backpropagation_may_loop_or_carry_the_factor_in_its_output_delta():
    def by_loop(X, Y, *parameters):
        each = [backprop(x, y, *parameters) for x, y in zip(X, Y)]
        return tuple(np.mean(block, axis=0) for block in zip(*each))

    def factor_first(X, Y, W1, b1, W2, b2):
        A1 = sigmoid(X @ W1.T + b1)
        A2 = sigmoid(A1 @ W2.T + b2)
        delta2 = (A2 - Y) * A2 * (1 - A2) / len(X)
        delta1 = delta2 @ W2 * A1 * (1 - A1)
        return delta1.T @ X, delta1.sum(0), delta2.T @ A1, delta2.sum(0)
    assert check("backprop_all", by_loop) and check("backprop_all", factor_first)


def by_columns(X, Y, W1, b1, W2, b2):
    """Examples in columns, biases (n,)."""
    m  = X.shape[1]
    A1 = sigmoid(W1 @ X + b1[:, None])
    A2 = sigmoid(W2 @ A1 + b2[:, None])
    D2 = (A2 - Y) * A2 * (1 - A2)
    D1 = (W2.T @ D2) * A1 * (1 - A1)
    return D1 @ X.T / m, D1.sum(axis=1) / m, D2 @ A1.T / m, D2.sum(axis=1) / m


def by_tall_columns(X, Y, W1, b1, W2, b2):
    """Examples in columns, biases (n, 1): Ng's way."""
    m  = X.shape[1]
    A1 = sigmoid(W1 @ X + b1)
    A2 = sigmoid(W2 @ A1 + b2)
    D2 = (A2 - Y) * A2 * (1 - A2)
    D1 = (W2.T @ D2) * A1 * (1 - A1)
    return (D1 @ X.T / m, D1.sum(axis=1, keepdims=True) / m,
            D2 @ A1.T / m, D2.sum(axis=1, keepdims=True) / m)


@pytest.mark.parametrize("answer", [by_columns, by_tall_columns])
def test_backpropagation_with_examples_in_columns_is_right_and_is_told_so(answer):
    verdict = check("backprop_all", answer)
    assert verdict and "in a column" in verdict.message


@pytest.mark.parametrize("answer", [by_columns, by_tall_columns])
def test_use_turns_columns_into_the_rows_that_later_cells_have(answer):
    turned = use("backprop_all", answer)
    for mine, right in zip(turned(X, Y, W1, b1, W2, b2), backprop_all(X, Y, W1, b1, W2, b2)):
        assert mine.shape == right.shape and np.allclose(mine, right)


def test_use_leaves_an_answer_in_rows_as_it_is():
    def mine(*args):
        return backprop_all(*args)
    assert use("backprop_all", mine) is mine


def test_a_layer_and_its_dW_with_examples_in_columns_are_right():
    assert check("forward_all", lambda X, W, b: sigmoid(W @ X + b[:, None]))
    assert check("weight_gradient", lambda D, A: D @ A.T / D.shape[1])


def test_columns_without_the_mean_are_wrong_all_the_same():
    assert not check("weight_gradient", lambda D, A: D @ A.T)


# ---- batches in other styles ---------------------------------------------------------------------

def test_batches_may_be_yielded():
    def answer(X, Y, size, rng):
        order = np.argsort(rng.random(len(X)))
        for i in range(0, len(X), size):
            yield X[order[i:i + size]], Y[order[i:i + size]]
    assert check("mini_batches", answer)


def test_batches_may_be_cut_from_shuffled_copies_or_from_a_shuffled_list_of_rows():
    def copies(X, Y, size, rng):
        order = rng.permutation(len(X))
        X, Y  = X[order], Y[order]
        return [[X[i:i + size], Y[i:i + size]] for i in range(0, len(X), size)]

    def rows(X, Y, size, rng):
        order = list(range(len(X)))
        rng.shuffle(order)
        pieces = [order[i:i + size] for i in range(0, len(order), size)]
        return [(np.array([X[i] for i in piece]), np.array([Y[i] for i in piece]))
                for piece in pieces]
    assert check("mini_batches", copies) and check("mini_batches", rows)


def test_the_order_is_judged_by_no_particular_generator_call():
    assert all(check("mini_batches", lambda X, Y, size, rng, skip=skip: (
        rng.random(skip), mini_batches(X, Y, size, rng))[1]) for skip in range(20))


def test_shuffling_both_in_place_with_equal_seeds_is_found_out_by_the_data():
    def answer(X, Y, size, rng):
        seed = rng.integers(1000)
        np.random.default_rng(seed).shuffle(X)
        np.random.default_rng(seed).shuffle(Y)
        return [(X[i:i + size], Y[i:i + size]) for i in range(0, len(X), size)]
    verdict = check("mini_batches", answer)
    assert (verdict.status, verdict.mistake) == ("wrong", "in-place")


def test_two_lists_instead_of_pairs_are_told_what_was_wanted():
    def answer(X, Y, size, rng):
        pairs = mini_batches(X, Y, size, rng)
        return [x for x, _ in pairs], [y for _, y in pairs]
    verdict = check("mini_batches", answer)
    assert verdict.mistake == "misshapen"
    assert "a list of pairs (X_batch, Y_batch)" in verdict.message


# ---- an epoch ------------------------------------------------------------------------------------

def test_an_epoch_may_change_copies_in_place():
    def answer(batches, gradients, W1, b1, W2, b2, lr):
        mine = [p.copy() for p in (W1, b1, W2, b2)]
        for some_x, some_y in batches:
            for p, g in zip(mine, gradients(some_x, some_y, *mine)):
                p -= lr * g
        return mine
    assert check("one_epoch", answer)


# ---- mistakes in one layer only, and several at once ---------------------------------------------

def with_blocks(**changed):
    """A right `backprop_all` but for some blocks, functions of (deltas, inputs, m)."""
    def answer(X, Y, W1, b1, W2, b2):
        m  = len(X)
        A1 = sigmoid(X @ W1.T + b1)
        A2 = sigmoid(A1 @ W2.T + b2)
        D2 = (A2 - Y) * A2 * (1 - A2)
        D1 = (D2 @ W2) * A1 * (1 - A1)
        right = dict(zip(("dW1", "db1", "dW2", "db2"), backprop_all(X, Y, W1, b1, W2, b2)))
        given = {"1": (D1, X, m), "2": (D2, A1, m)}
        return tuple(changed[name](*given[name[-1]]) if name in changed else block
                     for name, block in right.items())
    return answer


def test_a_bias_not_summed_in_one_layer_only_is_named_too():
    verdict = check("backprop_all", with_blocks(db2=lambda D, A, m: D / m))
    assert verdict.mistake == "not-summed"
    assert "not right: db2" in repr(verdict)


def test_two_mistakes_in_different_blocks_are_both_named():
    swapped, total = (lambda D, A, m: A.T @ D / m), (lambda D, A, m: D.sum() / m)
    verdict = check("backprop_all", with_blocks(dW1=swapped, dW2=swapped, db1=total, db2=total))
    assert "There are 2 mistakes here" in verdict.message
    assert "Your dW are transposed" in verdict.message
    assert "one number for the whole layer" in verdict.message


def test_a_factor_in_one_block_alone_is_given_as_a_number_for_each_case():
    verdict = check("backprop_all", with_blocks(dW2=lambda D, A, m: D.T @ A))
    assert "2, 5, 7" in verdict.message and "not right: dW2" in repr(verdict)


def test_two_mistakes_in_the_same_blocks_are_not_given_the_name_of_one():
    def answer(X, Y, W1, b1, W2, b2):
        A1 = sigmoid(X @ W1.T + b1)
        A2 = sigmoid(A1 @ W2.T + b2)
        D1 = (A2 - Y) @ W2                               # neither slope, and no mean
        return D1.T @ X, D1.sum(0), (A2 - Y).T @ A1, (A2 - Y).sum(0)
    verdict = check("backprop_all", answer)
    assert (verdict.status, verdict.mistake) == ("wrong", None)
    assert "None of the mistakes that we know" in verdict.message


def test_arrays_left_over_from_cells_above_are_found_out():
    left_over = backprop_all(X, Y, W1, b1, W2, b2)
    verdict   = check("backprop_all", lambda *args: left_over)
    assert verdict.status == "wrong" and verdict.mistake not in ("no-mean", "twice")


def test_the_m_of_the_page_is_recognized_wherever_it_is_divided_by():
    m = 5                                                # as the notebook has it
    def all_at_once(*args):
        return [block * len(args[0]) / m for block in backprop_all(*args)]
    assert check("weight_gradient", lambda delta, A: delta.T @ A / m).mistake == "m-of-the-page"
    assert check("bias_gradient", lambda delta: delta.sum(axis=0) / m).mistake == "m-of-the-page"
    assert check("backprop_all", all_at_once).mistake == "m-of-the-page"


def test_shuffling_both_arrays_in_place_is_named_for_the_two_orders_first():
    def answer(X, Y, size, rng):
        rng.shuffle(X)
        rng.shuffle(Y)
        return [(X[i:i + size], Y[i:i + size]) for i in range(0, len(X), size)]
    assert check("mini_batches", answer).mistake == "two-orders"
