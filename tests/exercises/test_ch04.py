"""Chapter 4: numbers from outside for the chain rule, and what its checks say to other answers."""
import numpy as np
import pytest

from dlf.exercises import check
from dlf.exercises.chapters import ch04_chain_rule as ch4
from dlf.exercises.chapters import ch04_paths as paths

CHAIN = (0.9, 0.8, -0.2, -1.5, 0.3, 1.0)


def cost(x, w1, b1, w2, b2, y):
    """The cost of the chain, written without any of the code under test."""
    a1 = 1 / (1 + np.exp(-(w1 * x + b1)))
    return (1 / (1 + np.exp(-(w2 * a1 + b2))) - y) ** 2 / 2


def slope(f, args, place, h=1e-6):
    up, down = list(args), list(args)
    up[place] += h
    down[place] -= h
    return (f(*up) - f(*down)) / (2 * h)


# ---- numbers from outside ------------------------------------------------------------------------

def test_the_five_local_slopes_are_those_worked_out_by_hand():
    # z1 = .52, a1 = .6271, z2 = -.6407, a2 = .3451
    by_hand = (-0.6549, 0.2260, -1.5, 0.2338, 0.9)
    assert ch4.local_slopes(*CHAIN) == pytest.approx(by_hand, abs=5e-5)


def test_the_slope_of_w1_is_what_a_nudge_of_w1_does():
    assert ch4.slope_of_w1(*CHAIN) == pytest.approx(slope(cost, CHAIN, 1), rel=1e-8)


def test_all_four_slopes_are_what_nudges_do():
    found = ch4.chain_gradient(*CHAIN)
    assert found == pytest.approx([slope(cost, CHAIN, place) for place in (1, 2, 3, 4)], rel=1e-8)


def test_pytorch_finds_the_same_four_slopes(torch):
    x, y = CHAIN[0], CHAIN[-1]
    w1, b1, w2, b2 = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in CHAIN[1:5])
    a2 = torch.sigmoid(w2 * torch.sigmoid(w1 * x + b1) + b2)
    (0.5 * (a2 - y) ** 2).backward()
    theirs = [v.grad.item() for v in (w1, b1, w2, b2)]
    assert ch4.chain_gradient(*CHAIN) == pytest.approx(theirs, rel=1e-12)


def test_two_paths_add_up_to_150_and_90():
    # u = 12, v = 15, dC/dv = 30
    assert paths.two_paths(3.0, 4.0) == (150.0, 90.0)


def test_the_graph_of_the_notebook_gives_the_slopes_that_stand_in_it():
    graph = {"u": {"p": 4.0, "q": 3.0}, "v": {"u": 1.0, "p": 1.0}, "C": {"v": 30.0}}
    assert paths.backward(graph) == {"C": 1.0, "v": 30.0, "u": 30.0, "p": 150.0, "q": 90.0}


# ---- other right answers -------------------------------------------------------------------------

def test_the_product_of_an_array_of_slopes_is_as_good():
    assert check("slope_of_w1", lambda *args: np.prod(np.array(ch4.local_slopes(*args))))


def test_an_array_of_the_slopes_is_as_good_as_a_tuple():
    assert check("local_slopes", lambda *args: np.array(ch4.local_slopes(*args)))
    assert check("chain_gradient", lambda *args: np.array(ch4.chain_gradient(*args)))


def test_a_backward_that_recurses_over_all_paths_is_as_good():
    def backward(graph):
        def slope(node):
            return 1.0 if node == "C" else sum(slope(user) * inputs[node] for user, inputs
                                               in graph.items() if node in inputs)
        names = {*graph, *(source for inputs in graph.values() for source in inputs)}
        return {name: slope(name) for name in names}
    assert check("backward", backward)


# ---- other wrong answers -------------------------------------------------------------------------

def test_two_mistakes_in_two_slopes_are_both_named():
    def answer(x, w1, b1, w2, b2, y):
        found = list(ch4.local_slopes(x, w1, b1, w2, b2, y))
        found[0], found[4] = -found[0], w1
        return tuple(found)
    verdict = check("local_slopes", answer)
    assert verdict.mistake == "reversed"
    assert "You have w1" in verdict.message and "2 mistakes" in verdict.message


def test_a_mistake_that_nobody_listed_is_wrong_without_a_name():
    verdict = check("slope_of_w1", lambda *args: ch4.slope_of_w1(*args) + 1)
    assert verdict.status == "wrong" and verdict.mistake is None
    assert "should be" in repr(verdict) and "yours is" in repr(verdict)


def test_slopes_that_are_not_a_dictionary_are_told_what_is_wanted():
    verdict = check("backward", lambda graph: [1.0, 16.0])
    assert verdict.status == "wrong" and "a dictionary {node: slope}" in verdict.message


def test_nodes_that_are_missing_are_named():
    def answer(graph):
        return {name: slope for name, slope in paths.backward(graph).items() if name not in graph}
    verdict = check("backward", answer)
    assert verdict.status == "wrong" and "C and u are missing" in verdict.message


def test_activations_taken_from_the_notebook_are_noticed():
    _, a1, _, a2 = ch4.forward(*CHAIN[:5])              # as cells above have left them

    def answer(x, w1, b1, w2, b2, y):
        delta2 = (a2 - y) * a2 * (1 - a2)
        delta1 = delta2 * w2 * a1 * (1 - a1)
        return delta1 * x, delta1, delta2 * a1, delta2
    assert check("chain_gradient", answer).mistake == "elsewhere"


def test_another_order_is_told_as_it_is():
    def answer(*args):
        dw1, db1, dw2, db2 = ch4.chain_gradient(*args)
        return dw1, dw2, db1, db2
    verdict = check("chain_gradient", answer)
    assert "yours come as dw1, dw2, db1, db2" in verdict.message


@pytest.mark.parametrize("change", [ch4.SLOPE_OF_A, ch4.JUST_A], ids=["slope of a", "a alone"])
def test_the_same_slip_at_one_sigmoid_or_at_both_has_one_name(change):
    names = {check("slope_of_w1", ch4.product(**slip)).mistake
             for slip in (change, {"_1": change["_1"]}, {"_3": change["_3"]})}
    assert len(names) == 1 and None not in names
