"""Chapter 5: the four equations against PyTorch and by hand; what checks say to other answers."""
import numpy as np
import pytest

from dlf.exercises import check
from dlf.exercises.chapters import ch05_the_whole_way as ch5

NAMES = ("dW1", "db1", "dW2", "db2")


@pytest.fixture(params=[(2, 3, 2), (2, 3, 4), (3, 3, 3), (5, 1, 2), (1, 4, 1)], ids=str)
def network(request, rng):
    """(x, y, W1, b1, W2, b2) of some sizes."""
    n, h, m = request.param
    return (rng.normal(size=n), rng.random(m), rng.normal(size=(h, n)), rng.normal(size=h),
            rng.normal(size=(m, h)), rng.normal(size=m))


# ---- numbers from outside ------------------------------------------------------------------------

def test_pytorch_finds_the_same_slopes(torch, network):
    x, y, *weights = (torch.tensor(v, requires_grad=i > 1) for i, v in enumerate(network))
    W1, b1, W2, b2 = weights
    a2 = torch.sigmoid(W2 @ torch.sigmoid(W1 @ x + b1) + b2)
    (0.5 * ((a2 - y) ** 2).sum()).backward()
    for name, ours, theirs in zip(NAMES, ch5.backprop(*network), weights):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=1e-10, atol=1e-14, err_msg=name)


def test_every_slope_has_the_shape_of_what_it_is_the_slope_of(network):
    for slope, value in zip(ch5.backprop(*network), network[2:]):
        assert slope.shape == value.shape


def test_the_numbers_of_the_notebook_are_those_worked_out_by_hand():
    # a2 = (.5662, .5670), errors (-.4338, .5670), slopes (.2456, .2455)
    dW1, db1, dW2, db2 = ch5.backprop(*ch5.PENGUIN)
    assert db2 == pytest.approx([-0.1066, 0.1392], abs=5e-5)
    assert db1 == pytest.approx([-0.0265, 0.0334, -0.0034], abs=5e-5)
    assert dW1[0, 1] == pytest.approx(-0.0239, abs=5e-5)
    assert dW2[1, 2] == pytest.approx(0.1392 * 0.6457, abs=5e-5)


def test_one_step_lowers_the_cost(network):
    x, y, *weights = network

    def cost(W1, b1, W2, b2):
        return ((ch5.sigmoid(W2 @ ch5.sigmoid(W1 @ x + b1) + b2) - y) ** 2).sum() / 2
    assert cost(*ch5.learn_once(x, y, *weights, lr=0.01)) < cost(*weights)


# ---- other right answers -------------------------------------------------------------------------

def test_loops_over_every_index_are_as_good():
    def backprop(x, y, W1, b1, W2, b2):
        _, a1, _, a2 = ch5.forward(x, W1, b1, W2, b2)
        d2 = [(a2[j] - y[j]) * a2[j] * (1 - a2[j]) for j in range(len(y))]
        d1 = [sum(W2[j, k] * d2[j] for j in range(len(y))) * a1[k] * (1 - a1[k])
              for k in range(len(a1))]
        return ([[d * v for v in x] for d in d1], d1, [[d * v for v in a1] for d in d2], d2)
    assert check("backprop", backprop)


def test_einsum_and_broadcasting_are_as_good():
    assert check("hidden_delta", lambda W, d, z: np.einsum("jk,j->k", W, d) * ch5.sigmoid_slope(z))
    assert check("gradients", lambda d, a: (d[:, None] * a, d.copy()))


def test_delta_times_W_instead_of_the_transpose_is_as_good():
    assert check("hidden_delta", lambda W, d, z: d @ W * ch5.sigmoid_slope(z))


def test_slopes_in_float32_are_as_good():
    def backprop(*args):
        return ch5.backprop(*(v.astype(np.float32) for v in args))
    assert check("backprop", backprop)


@pytest.mark.parametrize("rounded", [(0.139, 0.0295, 0.0265), (0.1391, 0.0294, 0.02646)])
def test_a_table_from_rounded_numbers_is_right(rounded):
    assert check("backprop_by_hand", rounded)


def test_a_part_of_the_table_is_right_so_far():
    verdict = check("backprop_by_hand", (0.1391, ..., ...))
    assert verdict.message == "delta2[0] is right. Still to do: delta1[0] and dW1[0, 1]."


# ---- where a wrong answer is wrong ---------------------------------------------------------------

def test_a_part_that_is_right_so_far_is_said_to_be():
    verdict = check("backprop", lambda *args: (..., ..., *ch5.backprop(*args)[2:]))
    assert verdict.status == "wrong" and verdict.mistake is None
    assert verdict.message == "dW2 and db2 are right. Still to do: dW1 and db1."


def test_only_the_wrong_block_is_pointed_at():
    def answer(*args):
        dW1, db1, dW2, db2 = ch5.backprop(*args)
        return dW1, 2 * db1, dW2, db2
    verdict = check("backprop", answer)
    assert verdict.status == "wrong" and verdict.mistake == "factor"
    assert "not right: db1\n" in repr(verdict) and "db1 is 2 times" in verdict.message


def test_two_mistakes_in_two_layers_are_both_named():
    def answer(*args):
        dW1, db1, _, db2 = ch5.backprop(*args)
        z1, *_ = ch5.forward(args[0], *args[2:])
        return np.zeros_like(dW1), np.zeros_like(db1), np.outer(db2, z1), db2
    verdict = check("backprop", answer)
    assert verdict.status == "wrong"
    assert "all 0" in verdict.message and "z1" in verdict.message


def test_the_smallest_case_is_shown_which_is_the_penguin():
    verdict = check("backprop", lambda *args: tuple(-s for s in ch5.backprop(*args)))
    assert "x =  [-0.7  0.9]" in repr(verdict) or "x = [-0.7  0.9]" in repr(verdict)


def test_activations_taken_from_the_notebook_are_noticed():
    z1, a1, z2, a2 = ch5.of_the_notebook()              # as cells above have left them

    def answer(x, y, W1, b1, W2, b2):
        delta2 = ch5.output_delta(a2, y, z2)
        delta1 = ch5.hidden_delta(W2, delta2, z1)
        return np.outer(delta1, x), delta1, np.outer(delta2, a1), delta2
    assert check("backprop", answer).mistake == "elsewhere"


@pytest.mark.parametrize("places", [(1, 0, 3, 2), (0, 2, 1, 3), (2, 3, 0, 1)])
def test_another_order_is_told_as_it_is(places):
    def answer(*args):
        return tuple(ch5.backprop(*args)[place] for place in places)
    verdict = check("backprop", answer)
    yours   = ", ".join(NAMES[place] for place in places)
    known   = {(0, 2, 1, 3): "first both of layer 1", (2, 3, 0, 1): "the last layer comes first"}
    assert known.get(places, f"yours come as {yours}") in verdict.message


def test_a_dot_product_for_the_table_is_named_although_most_shapes_raise():
    assert check("gradients", lambda d, a: (d @ a.T, d)).mistake == "inner"
    assert check("gradients", lambda d, a: (d * a, d)).mistake == "not-outer"
