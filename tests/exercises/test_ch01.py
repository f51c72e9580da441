"""Chapter 1: references against numbers from outside, other styles, wrong in every form."""
import math

import numpy as np
import pytest
import scipy.special

from dlf.exercises import check
from dlf.exercises.catalog import catalogue
from dlf.exercises.chapters.ch01_one_neuron import (
    GATES,
    corners,
    neuron,
    relu,
    sigmoid,
    sigmoid_slope,
)

FORMS = [(exercise.name, mistake.id, form) for exercise in catalogue() if exercise.chapter == 1
         for mistake in exercise.mistakes for form in mistake.forms]

HALVES = [(w1 / 2, w2 / 2, b / 2) for w1 in range(-4, 5) for w2 in range(-4, 5)
          for b in range(-7, 8)]
ALL    = {tuple(corners(weights).values()): weights for weights in HALVES}    # ways to answer


# ---- numbers from outside ------------------------------------------------------------------------

def test_the_sigmoid_is_that_of_scipy(rng):
    z = rng.normal(0, 5, size=(3, 4))
    np.testing.assert_allclose(sigmoid(z), scipy.special.expit(z), rtol=1e-12)


def test_the_slope_of_the_sigmoid_is_that_of_pytorch(torch, rng):
    z = torch.tensor(rng.normal(size=7), requires_grad=True)
    torch.sigmoid(z).sum().backward()
    np.testing.assert_allclose(sigmoid_slope(z.detach().numpy()), z.grad.numpy(), rtol=1e-12)


def test_the_penguin_worked_out_by_hand():
    """z = 1.5 * (-0.7) - 2 * 0.9 + 0.3 = -2.55, and sigmoid(-2.55) = 0.0724."""
    a = neuron(np.array([-0.7, 0.9]), np.array([1.5, -2.0]), 0.3)
    assert round(float(a), 4) == 0.0724


def test_relu_by_hand():
    assert relu(np.array([-1.5, 0.0, 2.0])).tolist() == [0, 0, 2]


# ---- right in another style ----------------------------------------------------------------------

@pytest.mark.parametrize("name, answer", [
    ("sigmoid", lambda z: 0.5 + 0.5 * np.tanh(z / 2)),
    ("sigmoid", lambda z: (1 + np.exp(-z)) ** -1.0),
    ("sigmoid", lambda z: 1 / (1 + 1 / np.exp(z))),
    ("sigmoid_slope", lambda z: sigmoid(z) * sigmoid(-z)),
    ("sigmoid_slope", lambda z: sigmoid(z) - sigmoid(z) ** 2),
    ("neuron", lambda x, w, b: 1 / (1 + math.exp(-sum(i * j for i, j in zip(x, w)) - b))),
    ("neuron", lambda x, w, b: sigmoid(np.einsum("i,i", w, x) + b)),
    ("neuron", lambda x, w, b: sigmoid(np.dot(x, w) + b)),
    ("relu", lambda z: np.where(z > 0, z, 0)),
    ("relu", lambda z: z * (z > 0)),
    ("relu", lambda z: (z + abs(z)) / 2),
    ("and_gate", (20, 20, -30)), ("and_gate", [2, 3, -4]), ("and_gate", np.array([1, 1, -1.5])),
    ("or_gate", (20, 20, -10)), ("or_gate", [2, 3, -1]), ("or_gate", (1, 1, -0.1)),
])
def test_an_answer_in_another_style_is_right(name, answer):
    assert check(name, answer), repr(check(name, answer))


# ---- wrong in every form -------------------------------------------------------------------------

@pytest.mark.parametrize("name, id, form", FORMS)
def test_a_mistake_is_named_in_all_its_forms(name, id, form):
    assert check(name, form).mistake == id


@pytest.mark.parametrize("name", ["and_gate", "or_gate"])
def test_whatever_one_neuron_answers_at_the_corners_has_a_name(name):
    verdicts = [check(name, weights) for weights in ALL.values()]
    assert len(ALL) > len(GATES) and sum(map(bool, verdicts)) == 1
    assert all(v or v.mistake in ids(name) for v in verdicts)


def ids(name):
    return {m.id for exercise in catalogue() if exercise.name == name for m in exercise.mistakes}


def test_a_sum_that_is_zero_but_for_rounding_is_on_the_fence():
    assert 0.1 + 0.2 - 0.3 > 0
    assert check("and_gate", (0.1, 0.2, -0.3)).mistake == "on-the-fence"
