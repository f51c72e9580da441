"""Chapter 2: references against numbers from outside, other styles, several mistakes at once."""
import itertools

import numpy as np
import pytest

from dlf.exercises import check
from dlf.exercises.catalog import find
from dlf.exercises.chapters import ch02_xor_and_weights as xor
from dlf.exercises.chapters.ch02_feedforward import count_parameters, feedforward, layer

W1 = np.array([[0.5, -0.4], [0.3, 0.8], [-0.6, 0.2]])
b1 = np.array([0.1, -0.2, 0.0])
W2 = np.array([[0.7, -0.5, 0.4]])
b2 = np.array([0.05])

NAMES = "layer", "feedforward", "count_parameters", "solve_xor", "initial_weights"
FORMS = [(name, mistake.id, form) for name in NAMES for mistake in find(name).mistakes
         for form in mistake.forms]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def verdict(name, answer):
    found = check(name, answer)
    return found.status, found.mistake


# ---- numbers from outside ------------------------------------------------------------------------

def test_the_penguin_worked_out_by_hand():
    """z1 = (-0.61, 0.31, 0.60): see the derivation; sigmoid by exp, with a pocket calculator."""
    penguin = np.array([-0.7, 0.9])
    np.testing.assert_allclose(layer(W1, penguin, b1), [0.3521, 0.5769, 0.6457], atol=5e-5)
    np.testing.assert_allclose(feedforward(penguin, [W1, W2], [b1, b2]), [0.5662], atol=5e-5)


def test_a_network_of_three_layers_agrees_with_pytorch(torch, rng):
    sizes   = 3, 4, 2, 5
    weights = [rng.normal(size=(n, m)) for m, n in itertools.pairwise(sizes)]
    biases  = [rng.normal(size=n) for n in sizes[1:]]
    x = rng.normal(size=3)
    a = torch.tensor(x)
    for W, b in zip(weights, biases):
        a = torch.sigmoid(torch.nn.functional.linear(a, torch.tensor(W), torch.tensor(b)))
    np.testing.assert_allclose(feedforward(x, weights, biases), a.numpy(), rtol=1e-12)


def test_parameters_are_counted_as_pytorch_counts_them(torch):
    net = torch.nn.Sequential(torch.nn.Linear(784, 30), torch.nn.Linear(30, 10))
    assert count_parameters([784, 30, 10]) == sum(p.numel() for p in net.parameters()) == 23_860


def test_first_weights_have_the_spread_that_keeps_sums_at_size_one(rng):
    W = xor.initial_weights(400, 2000, rng)
    assert W.shape == (2000, 400)
    np.testing.assert_allclose((W @ rng.choice([-1, 1], 400)).std(), 1, rtol=0.05)


# ---- right in another style ----------------------------------------------------------------------

def layer_with_loops(W, a, b):
    z = []
    for j in range(len(W)):
        total = b[j]
        for k in range(len(a)):
            total += W[j][k] * a[k]
        z.append(1 / (1 + np.exp(-total)))
    return z


def layers_by_recursion(x, weights, biases):
    if not weights:
        return x
    return layers_by_recursion(sigmoid(weights[0] @ x + biases[0]), weights[1:], biases[1:])


@pytest.mark.parametrize("name, answer", [
    ("layer", layer_with_loops),
    ("layer", lambda W, a, b: sigmoid(np.dot(W, a) + b)),
    ("layer", lambda W, a, b: sigmoid(np.einsum("jk,k->j", W, a) + b)),
    ("layer", lambda W, a, b: sigmoid(a @ W.T + b)),
    ("layer", lambda W, a, b: sigmoid((W * a).sum(axis=1) + b)),
    ("layer", lambda W, a, b: sigmoid(W @ a[:, None] + b[:, None]).ravel()),
    ("feedforward", layers_by_recursion),
    ("count_parameters", lambda sizes: np.dot(sizes[:-1], sizes[1:]) + sum(sizes[1:])),
    ("count_parameters", lambda sizes: sum((m + 1) * n for m, n in itertools.pairwise(sizes))),
    ("initial_weights", lambda n, m, rng: rng.standard_normal((m, n)) / n ** 0.5),
    ("initial_weights", lambda n, m, rng: rng.uniform(-1, 1, (m, n)) * (3 / n) ** 0.5),
    ("initial_weights", lambda n, m, rng: [list(rng.normal(0, n ** -0.5, n)) for _ in range(m)]),
])
def test_an_answer_in_another_style_is_right(name, answer):
    assert check(name, answer), repr(check(name, answer))


@pytest.mark.parametrize("answer", [
    ([[20, 20], [20, 20]], [-10, -30], [20, -20], -10),                    # OR and not AND
    ([[20, -20], [-20, 20]], [-10, -10], [20, 20], -10),                   # one, or the other
    (np.array([[20, 20], [-20, -20]]), np.array([-10, 30]), np.array([[20, 20]]), np.array([-30])),
    [[[2, 2], [-2, -2]], [-1, 3], [10, 10], -13],
])
def test_every_network_that_does_xor_is_right_whatever_its_form(answer):
    assert check("solve_xor", answer), repr(check("solve_xor", answer))


# ---- wrong in every form -------------------------------------------------------------------------

@pytest.mark.parametrize("name, id, form", FORMS, ids=lambda item: getattr(item, "__name__", None))
def test_a_mistake_is_named_in_all_its_forms(name, id, form):
    assert verdict(name, form) == ("wrong", id)


@pytest.mark.parametrize("neuron", xor.NEURONS)
def test_whatever_a_network_with_two_equal_hidden_neurons_does_it_is_told_so(neuron):
    w1, w2, b = neuron
    answer = ([[w1, w2]] * 2, [b, b], [3, 7], -5)
    assert verdict("solve_xor", answer) == ("wrong", "hidden-equal")


@pytest.mark.parametrize("said", [s for s in itertools.product("01", repeat=4)
                                  if s != ("0", "1", "1", "0")])
def test_each_wrong_way_to_answer_at_the_corners_has_a_name_of_its_own(said):
    ids = [m.id for m in find("solve_xor").mistakes for answer in (m.answer, *m.forms)
           if (seen := xor.xor_by_hand(answer)) and tuple(seen.values())[1:] == said
           and seen["hidden neurons"] == "two different ones"]
    assert len(set(ids)) == 1


@pytest.mark.parametrize("way", xor.WAYS)
def test_each_way_to_do_xor_that_mistakes_are_made_from_does_it(way):
    assert check("solve_xor", xor.solved(*way))


def test_no_neuron_alone_can_do_xor_so_that_all_patterns_of_one_line_are_wrong():
    said = {tuple(xor.xor_by_hand(xor.twice(neuron)).values())[1:] for neuron in xor.NEURONS}
    assert len(said) == 14 and ("0", "1", "1", "0") not in said


@pytest.mark.parametrize("answer", [(1, 2, 3), [1] * 9, "OR", ([[1, 1], [1]], [0, 0], [1, 1], 0)])
def test_nine_numbers_in_no_form_at_all_are_told_which_form(answer):
    found = check("solve_xor", answer)
    assert found.mistake == "misshapen" and "[[w00, w01], [w10, w11]]" in found.message


# ---- several mistakes at once --------------------------------------------------------------------

def test_two_mistakes_in_one_layer_are_not_taken_for_one_of_them():
    """No bias, and no sigmoid: neither sentence alone would mend it."""
    assert verdict("layer", lambda W, a, b: W @ a) == ("wrong", None)


def test_a_mistake_in_each_layer_and_one_at_the_end_are_not_taken_for_one_of_them():
    """W turned around, and a sigmoid too many at the end."""
    def answer(x, weights, biases):
        for W, b in zip(weights, biases):
            x = sigmoid(W.T @ x + b)
        return sigmoid(x)
    assert verdict("feedforward", answer) == ("wrong", "exception")


def test_random_weights_that_are_both_transposed_and_too_large_hear_of_the_shape_first():
    answer = lambda n_in, n_out, rng: rng.normal(size=(n_in, n_out))
    assert verdict("initial_weights", answer) == ("wrong", "transposed")


def test_a_column_of_activations_is_told_that_only_the_shape_is_wrong():
    found = check("layer", lambda W, a, b: sigmoid(W @ a[:, None] + b[:, None]))
    assert found.mistake == "shape" and "(2, 1)" in found.message


def test_a_network_that_no_mistake_explains_is_told_where_it_is_wrong():
    """A value of lists, on the fence at one corner: the judge must not stumble over either."""
    found = check("solve_xor", ([[-15, -10], [-5, 5]], [1.5, 2.5], [-2, -1], 1.0))
    assert (found.status, found.mistake) == ("wrong", None)
    assert "not right: x = (0, 1), x = (1, 1)" in repr(found)
