"""Chapter 8: references against SciPy and PyTorch, answers in other styles, honest verdicts."""
import numpy as np
import pytest

import dlf
from dlf.exercises import check
from dlf.exercises.catalog import find
from dlf.exercises.chapters.ch08_softmax_and_cross_entropy import (
    cross_entropy,
    softmax,
)
from dlf.exercises.chapters.ch08_the_slope import (
    accuracy,
    binary_cross_entropy,
    softmax_gradient,
)

rng    = np.random.default_rng(8)
Z      = 3 * rng.normal(size=(6, 4))
LABELS = rng.integers(4, size=6)


# ---- numbers from outside ------------------------------------------------------------------------

def test_softmax_of_a_table_and_of_one_row_is_scipys():
    theirs = pytest.importorskip("scipy.special").softmax
    assert softmax(Z) == pytest.approx(theirs(Z, axis=1))
    assert softmax(Z[0]) == pytest.approx(theirs(Z[0]))


def test_softmax_of_one_two_and_minus_one_is_what_a_calculator_says():
    assert softmax(np.array([1.0, 2.0, -1.0])) == pytest.approx([0.2595, 0.7054, 0.0351], abs=1e-4)


def test_softmax_stays_right_a_thousand_away_from_zero():
    shifted = Z + np.array([[1000], [-1000], [0], [5000], [-5000], [1]])
    assert softmax(shifted) == pytest.approx(softmax(Z))


def test_cross_entropy_is_what_scipys_log_softmax_gives():
    log_softmax = pytest.importorskip("scipy.special").log_softmax
    assert cross_entropy(softmax(Z), LABELS) == pytest.approx(
        -np.mean([log_softmax(row)[label] for row, label in zip(Z, LABELS)]))


def test_loss_and_slope_are_pytorchs():
    torch  = pytest.importorskip("torch")
    scores = torch.tensor(Z, requires_grad=True)
    loss   = torch.nn.functional.cross_entropy(scores, torch.tensor(LABELS))
    loss.backward()
    assert cross_entropy(softmax(Z), LABELS) == pytest.approx(loss.item())
    assert softmax_gradient(Z, LABELS) == pytest.approx(scores.grad.numpy())


def test_loss_and_slope_are_those_of_the_library():
    assert cross_entropy(softmax(Z), LABELS) == pytest.approx(dlf.CrossEntropy()(Z, LABELS))
    assert softmax_gradient(Z, LABELS) == pytest.approx(dlf.CrossEntropy().grad(Z, LABELS))


def test_the_yes_or_no_loss_is_pytorchs_also_for_large_scores():
    torch = pytest.importorskip("torch")
    z, y  = np.array([0.3, -2.0, 900.0, -900.0, 900.0]), np.array([1.0, 1, 0, 1, 1])
    theirs = torch.nn.functional.binary_cross_entropy_with_logits(
        torch.tensor(z), torch.tensor(y)).item()
    assert binary_cross_entropy(z, y) == pytest.approx(theirs)


def test_the_examples_in_the_docstrings_are_true():
    assert cross_entropy(np.array([[0.5, 0.5], [1, 0]]), np.array([1, 0])) == pytest.approx(
        0.3466, abs=1e-4)
    assert softmax_gradient(np.zeros((1, 2)), np.array([1])).tolist() == [[0.5, -0.5]]
    assert softmax(np.array([1000.0, 1000.0])).tolist() == [0.5, 0.5]
    assert binary_cross_entropy(np.zeros(1), np.ones(1)) == pytest.approx(0.6931, abs=1e-4)
    assert binary_cross_entropy(np.array([1000.0]), np.zeros(1)) == 1000
    assert accuracy(np.array([[2.0, 1.0], [3.0, 5.0]]), np.array([0, 0])) == 0.5


# ---- right in another style ----------------------------------------------------------------------

def softmax_with_loops(Z):
    rows = []
    for row in np.atleast_2d(Z):
        powers = [float(np.exp(z - max(row))) for z in row]
        rows.append([p / sum(powers) for p in powers])
    return np.array(rows) if Z.ndim == 2 else np.array(rows[0])


def softmax_turned(Z):
    powers = np.exp(Z.T - np.max(Z.T, axis=0))
    return (powers / powers.sum(axis=0)).T


def slope_through_the_jacobian(Z, labels):
    slopes = np.zeros(Z.shape)
    for i, (row, label) in enumerate(zip(Z, labels)):
        a = softmax(row)
        J = np.diag(a) - np.outer(a, a)
        slopes[i] = -J[label] / a[label]
    return slopes / len(Z)


def slope_by_index(Z, labels):
    A = softmax(Z)
    A[np.arange(len(Z)), labels] -= 1
    return A / len(Z)


def loss_with_loops(A, labels):
    total = 0.0
    for row, label in zip(A, labels):
        total -= np.log(row[label])
    return total / len(labels)


def loss_of_the_largest_class_shape(A, labels):
    right = np.take_along_axis(A, labels[:, None], axis=1)           # (m, 1)
    return -np.mean(np.log(right))


def loss_a_little_off_zero(A, labels):
    return -(np.eye(A.shape[1])[labels] * np.log(A + 1e-9)).sum(axis=1).mean()


def yes_or_no_with_logaddexp(z, y):
    return np.mean(np.logaddexp(0, z) - y * z)


def yes_or_no_with_abs(z, y):
    return np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))


def yes_or_no_with_two_scores(z, y):
    Z = np.column_stack([np.zeros_like(z), z])
    s = Z.max(axis=1)
    picked = Z[np.arange(len(z)), y.astype(int)]
    return np.mean(s + np.log(np.exp(Z - s[:, None]).sum(axis=1)) - picked)


def accuracy_with_loops(Z, labels):
    return sum(int(np.argmax(row) == label) for row, label in zip(Z, labels)) / len(labels)


@pytest.mark.parametrize("name, answer", [
    ("softmax", softmax_with_loops), ("softmax", softmax_turned),
    ("softmax_gradient", slope_through_the_jacobian), ("softmax_gradient", slope_by_index),
    ("cross_entropy", loss_with_loops), ("cross_entropy", loss_of_the_largest_class_shape),
    ("cross_entropy", loss_a_little_off_zero),
    ("binary_cross_entropy", yes_or_no_with_logaddexp),
    ("binary_cross_entropy", yes_or_no_with_abs),
    ("binary_cross_entropy", yes_or_no_with_two_scores),
    ("accuracy", accuracy_with_loops)])
def test_another_style_is_as_good(name, answer):
    assert check(name, answer), repr(check(name, answer))


@pytest.mark.parametrize("value", [2.3, 2.303, float(np.log(10)), -np.log(1 / 10), [2.3026]])
def test_the_loss_at_chance_may_be_rounded_or_computed(value):
    assert check("loss_at_chance", value)


def test_the_loss_at_chance_is_not_accepted_far_off():
    assert not check("loss_at_chance", 2.31) and not check("loss_at_chance", 2.29)


# ---- two mistakes at once ------------------------------------------------------------------------

def test_without_shift_and_without_keepdims_the_shape_is_named_first():
    assert check("softmax", lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1)).mistake == "no-keepdims"


def test_without_shift_and_for_tables_only_the_axis_is_named_first_and_then_the_shift():
    def first(Z):  return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    def then(Z):   return np.exp(Z) / np.exp(Z).sum(axis=-1, keepdims=True)
    assert check("softmax", first).mistake == "tables-only"
    assert check("softmax", then).mistake == "no-shift"


def test_one_hot_and_summed_over_the_batch_the_sum_is_named_first():
    assert check("cross_entropy", lambda A, labels: -(
        np.eye(A.shape[1])[labels] * np.log(A)).sum()).mistake == "sum"


def test_of_a_wrong_sign_and_no_mean_the_sign_is_named_first():
    verdict = check("softmax_gradient", lambda Z, labels: -len(Z) * softmax_gradient(Z, labels))
    assert verdict.mistake == "sign"


def test_a_loop_without_shift_meets_the_single_row_first():
    def answer(Z):
        return np.array([np.exp(row) / np.exp(row).sum() for row in Z])
    assert check("softmax", answer).mistake == "loop-over-numbers"


def test_always_wrong_is_not_taken_for_one_of_the_mistakes():
    verdict = check("accuracy", lambda Z, labels: 0.0)
    assert verdict.status == "wrong"
    assert verdict.mistake not in [mistake.id for mistake in find("accuracy").mistakes]


def test_an_overflow_on_the_way_of_the_right_answer_is_not_blamed_on_the_sigmoid():
    def answer(z, y):
        return np.where(y == 1, np.log(1 + np.exp(-z)), np.log(1 + np.exp(z))).mean()
    verdict = check("binary_cross_entropy", answer)
    assert verdict.mistake == "infinite" and "sigmoid" not in verdict.message


def test_one_hot_rows_of_ten_places_copied_from_the_digits_are_named():
    def answer(Z, labels):
        return (softmax(Z) - np.eye(10)[labels]) / len(Z)
    assert check("softmax_gradient", answer).mistake == "classes-counted-wrong"


def test_of_an_extra_slope_and_no_mean_the_slope_is_named_first():
    def answer(Z, labels):
        A = softmax(Z)
        return (A - np.eye(Z.shape[1])[labels]) * A * (1 - A)
    assert check("softmax_gradient", answer).mistake == "extra-slope"


def test_what_no_known_mistake_gives_is_not_named():
    verdict = check("softmax_gradient", lambda Z, labels: softmax_gradient(Z, labels) ** 2)
    assert verdict.status == "wrong" and verdict.mistake is None
