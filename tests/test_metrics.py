"""Metrics: by hand, against scikit-learn, and what they refuse to measure."""
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlf.metrics import accuracy, accuracy_of_each, confusion_matrix, precision_recall_f1, r2, top_k

SCORES = np.array([[5, 1, 0], [0, 2, 1], [1, 0, 3], [4, 3, 0], [0, 1, 9.]])     # 0 1 2 0 2
LABELS = np.array([0, 1, 1, 2, 2])
ON_CLASSES = [accuracy, confusion_matrix, precision_recall_f1, lambda s, t: top_k(s, t, 1)]
on_classes = pytest.mark.parametrize(
    "metric", ON_CLASSES, ids=["accuracy", "confusion_matrix", "precision_recall_f1", "top_k"])


@pytest.fixture
def sklearn():
    return pytest.importorskip("sklearn.metrics")


@st.composite
def problems(draw):
    """(scores, labels) of 1 to 30 examples and 2 to 5 classes; some classes may never appear."""
    m, n = draw(st.integers(1, 30)), draw(st.integers(2, 5))
    rng  = np.random.default_rng(draw(st.integers(0, 10_000)))
    return rng.normal(size=(m, n)), rng.integers(0, n, m)


# ---- by hand -------------------------------------------------------------------------------------

def test_accuracy_by_hand():
    assert accuracy(SCORES, LABELS) == 3 / 5


def test_labels_to_ignore_do_not_count():
    assert accuracy(SCORES, [0, -1, 1, -1, 2], ignore=-1) == 2 / 3
    assert accuracy(SCORES[None], [[0, 9, 1, 9, 2]], ignore=9) == 2 / 3       # a sequence
    with pytest.raises(ValueError, match="no examples"):
        accuracy(SCORES, [-1] * 5, ignore=-1)


def test_one_column_says_yes_above_0():
    assert accuracy([[0.1], [-0.1], [0.0], [5]], [1, 0, 1, 0]) == 2 / 4
    assert accuracy([0.1, -0.1, 0.0, 5], [1, 0, 1, 0]) == 2 / 4


def test_top_k_by_hand():
    # the true class has the place 1, 1, 3, 3, 1 in its row
    assert [top_k(SCORES, LABELS, k) for k in (1, 2, 3)] == [3 / 5, 3 / 5, 1]


def test_confusion_matrix_by_hand_has_the_truth_in_its_rows():
    assert confusion_matrix(SCORES, LABELS).tolist() == [[1, 0, 0], [0, 1, 1], [1, 0, 1]]


def test_precision_recall_f1_by_hand():
    precision, recall, f1 = precision_recall_f1(SCORES, LABELS)
    assert precision.tolist() == [1 / 2, 1 / 1, 1 / 2]        # right, of those taken for the class
    assert recall.tolist()    == [1 / 1, 1 / 2, 1 / 2]        # right, of those that belong to it
    assert f1 == pytest.approx([2 / 3, 2 / 3, 1 / 2])         # 2 p r / (p + r)


def test_a_class_that_never_appears_has_0_and_no_warning():
    with np.errstate(all="raise"):
        assert [m.tolist() for m in precision_recall_f1([[9, 1, 0]], [0])] == [[1, 0, 0]] * 3


def test_r2_by_hand():
    # errors 1, 0, -1: 2; the targets' distances from 2: 1 + 0 + 1 = 2
    assert r2([2, 2, 2], [1, 2, 3]) == 0
    assert r2([1, 2, 3], [1, 2, 3]) == 1
    assert r2([3, 2, 1], [1, 2, 3]) == 1 - (4 + 0 + 4) / 2


def test_r2_of_several_outputs_adds_up_their_errors_and_their_variances():
    # errors 0 and 4 + 4; distances from the means 1 + 1 and 4 + 4
    assert r2([[1, 3], [3, 3]], [[1, 1], [3, 5]]) == pytest.approx(1 - 8 / 10)


def test_accuracy_of_each_counts_every_yes_and_no():
    # right, right, wrong / wrong (0 is a no), right, right
    assert accuracy_of_each([[2, -1, 3], [0, 5, -2]], [[1, 0, 0], [1, 1, 0]]) == 4 / 6
    assert accuracy_of_each([2, 2, -1], [0.9, 0.6, 0.4]) == 1
    assert accuracy_of_each([[2], [-1]], [1, 0]) == 1


# ---- scikit-learn --------------------------------------------------------------------------------

@given(problems())
def test_accuracy_and_confusion_matrix_are_scikit_learns(problem):
    sklearn = pytest.importorskip("sklearn.metrics")
    scores, labels = problem
    named, n = scores.argmax(axis=1), scores.shape[1]
    assert accuracy(scores, labels) == pytest.approx(sklearn.accuracy_score(labels, named))
    assert np.array_equal(confusion_matrix(scores, labels),
                          sklearn.confusion_matrix(labels, named, labels=range(n)))


@given(problems())
def test_precision_recall_f1_are_scikit_learns(problem):
    sklearn = pytest.importorskip("sklearn.metrics")
    scores, labels = problem
    theirs = sklearn.precision_recall_fscore_support(
        labels, scores.argmax(axis=1), labels=range(scores.shape[1]), zero_division=0)[:3]
    assert np.allclose(precision_recall_f1(scores, labels), theirs, rtol=1e-14)


@given(problems(), st.data())
def test_top_k_is_scikit_learns(problem, data):
    sklearn = pytest.importorskip("sklearn.metrics")
    scores, labels = problem
    n = scores.shape[1]
    if n == 2:                                     # which scikit-learn takes for one column
        scores, n = np.column_stack([scores, np.full(len(scores), -9.0)]), 3
    k = data.draw(st.integers(1, n - 1))
    assert top_k(scores, labels, k) == pytest.approx(
        sklearn.top_k_accuracy_score(labels, scores, k=k, labels=range(n)))


@pytest.mark.parametrize("shape", [(30,), (30, 1), (30, 3)])
def test_r2_is_scikit_learns(shape, rng, sklearn):
    y, target = rng.normal(size=shape), 5 + 2 * rng.normal(size=shape)
    theirs = sklearn.r2_score(target, y, multioutput="variance_weighted")
    assert r2(y, target) == pytest.approx(theirs, rel=1e-12)


# ---- scores and labels in every form -------------------------------------------------------------

@on_classes
@pytest.mark.parametrize("labels", [
    LABELS.tolist(), LABELS[:, None], LABELS.astype(float), LABELS.astype(np.uint8),
    np.eye(3)[LABELS], np.eye(3, dtype=bool)[LABELS]],
    ids=["list", "column", "floats", "bytes", "one-hot", "one-hot bools"])
def test_labels_may_be_numbers_a_column_of_them_or_rows_of_0_and_1(metric, labels):
    assert np.array_equal(metric(SCORES, labels), metric(SCORES, LABELS))


@on_classes
def test_sequences_count_every_step(metric):
    scores, labels = np.stack([SCORES, SCORES[::-1]]), np.stack([LABELS, LABELS[::-1]])
    flat = metric(scores.reshape(10, 3), labels.ravel())
    assert np.array_equal(metric(scores, labels), flat)
    assert np.array_equal(metric(scores, np.eye(3)[labels]), flat)


def test_yes_and_no_at_every_step_of_a_sequence():
    assert accuracy([[[1.0], [-1.0]], [[2.0], [3.0]]], [[1, 1], [1, 0]]) == 2 / 4


def test_soft_labels_count_for_the_class_they_are_nearest_to():
    assert accuracy([[3.0], [-3.0]], [[0.9], [0.1]]) == 1


def test_a_column_of_outputs_and_a_row_of_targets_are_paired_one_by_one():
    assert r2(np.array([[1.0], [2], [4]]), np.array([1.0, 2, 4])) == 1


def test_a_matrix_may_be_larger_than_the_classes_seen():
    assert confusion_matrix([[1, 0]], [0], n=4).shape == (4, 4)
    assert confusion_matrix([1.0, 2.0], [1, 1]).tolist() == [[0, 0], [0, 2]]
    assert confusion_matrix([[1.0], [2.0]], [1, 1]).tolist() == [[0, 0], [0, 2]]


# ---- errors --------------------------------------------------------------------------------------

@pytest.mark.parametrize("metric", [*ON_CLASSES, accuracy_of_each, r2])
@pytest.mark.parametrize("scores", [np.zeros((0, 3)), []])
def test_without_examples_there_is_nothing_to_measure(metric, scores):
    with pytest.raises(ValueError, match="no examples"):
        metric(scores, scores)


@on_classes
def test_as_many_labels_as_scores_are_wanted(metric):
    with pytest.raises(ValueError, match=r"\(5, 3\) need one label a row.*\(5,\); got \(4,\)"):
        metric(SCORES, LABELS[:4])


@on_classes
def test_labels_of_minus_1_and_1_are_told_to_become_0_and_1(metric):
    with pytest.raises(ValueError, match=r"numbered from 0.*hold -1.*\(labels \+ 1\) / 2"):
        metric([[2.0, 1.0], [1.0, 2.0]], [-1, 1])


@pytest.mark.parametrize("k", [0, -1, 4])
def test_k_is_from_1_to_the_number_of_classes(k):
    with pytest.raises(ValueError, match=f"from 1 to the number of classes, 3; got {k}"):
        top_k(SCORES, LABELS, k)


@pytest.mark.parametrize("scores", [[0.5, 1.0], [[0.5], [1.0]]])
def test_top_k_wants_a_score_for_each_class(scores):
    with pytest.raises(ValueError, match="a score for each class; got scores of shape"):
        top_k(scores, [0, 1], k=1)


def test_a_matrix_too_small_for_the_classes_is_refused():
    with pytest.raises(ValueError, match="There is a class 2, so there are at least 3: n=2"):
        confusion_matrix(SCORES, LABELS, n=2)


def test_r2_wants_as_many_outputs_as_targets():
    with pytest.raises(ValueError, match=r"shape \(2,\), targets \(3,\): they must be equal"):
        r2([1, 2], [1, 2, 3])


@pytest.mark.parametrize("target", [[1, 1, 1], [0.1, 0.1, 0.1], [[7, 5], [7, 5]]])
def test_where_targets_do_not_vary_there_is_nothing_to_explain(target):
    assert math.isnan(r2(target, target))


def test_accuracy_of_each_wants_as_many_targets_as_scores():
    with pytest.raises(ValueError, match=r"shape \(2, 3\), targets \(2,\): they must be equal"):
        accuracy_of_each(np.zeros((2, 3)), [0, 1])
