"""Chapter 0 from outside: numbers by hand and by SciPy, other styles, and what the page quotes."""
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
import scipy.spatial.distance
import scipy.stats

from dlf.exercises import check
from dlf.exercises.catalog import catalogue
from dlf.exercises.chapters.ch00_start_here import EXPRESSIONS, SHAPES, column_means, halfway
from dlf.exercises.chapters.ch00_tables import differences, mean_squared_error, standardize

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "00_start_here.ipynb"


# ---- the references ------------------------------------------------------------------------------

def test_halfway_by_hand():
    assert halfway(39, 40) == 39.5
    assert halfway(-1.5, 2.0) == 0.25


def test_column_means_by_hand():
    assert column_means(np.array([[1, 2], [3, 5]])).tolist() == [2.0, 3.5]


def test_the_shapes_are_those_of_numpy():
    space = {"X": np.ones((5, 3)), "w": np.ones(3), "c": np.ones((5, 1))}
    assert tuple(eval(text, space).shape for text in EXPRESSIONS) == SHAPES


def test_standardize_gives_what_scipy_calls_z_scores():
    X = np.random.default_rng(1).normal(40, 5, size=(7, 3))
    assert np.allclose(standardize(X), scipy.stats.zscore(X, axis=0))


def test_standardize_by_hand():
    """1, 3 have the mean 2 and the spread 1; 10, 30 the mean 20 and the spread 10."""
    assert standardize(np.array([[1, 10], [3, 30]])).tolist() == [[-1, -1], [1, 1]]


def test_mean_squared_error_by_hand():
    """Errors of 1 - 2 and 3 - 5: squares 1 and 4, mean 2.5."""
    assert mean_squared_error(np.array([[1.0], [3.0]]), np.array([2.0, 5.0])) == 2.5


def test_perfect_answers_cost_nothing():
    y = np.array([39.1, 39.5, 40.3])
    assert mean_squared_error(y[:, None], y) == 0


def test_the_bug_of_the_chapter_costs_twice_the_variance_of_scipy():
    y = np.random.default_rng(2).normal(size=9)
    assert np.isclose(np.mean((y[:, None] - y) ** 2), 2 * scipy.stats.tvar(y) * 8 / 9)


def test_differences_have_the_size_of_scipys_distances():
    a, b = np.array([1.0, 5.0]), np.array([0.0, 2.0, 3.0])
    assert differences(a, b).tolist() == [[1, -1, -2], [5, 3, 2]]
    assert np.allclose(abs(differences(a, b)),
                       scipy.spatial.distance.cdist(a[:, None], b[:, None]))


# ---- right in another style ----------------------------------------------------------------------

def loop_over_columns(X):
    out = np.zeros(X.shape)
    for k in range(X.shape[1]):
        out[:, k] = (X[:, k] - X[:, k].mean()) / X[:, k].std()
    return out


def loop_over_pairs(a, y):
    total = 0.0
    for i in range(len(y)):
        total += (a[i, 0] - y[i]) ** 2
    return total / len(y)


STYLES = {
    "halfway": (lambda a, b: 0.5 * a + 0.5 * b, lambda a, b: a + (b - a) / 2,
                lambda a, b: np.mean([a, b])),
    "column_means": (lambda X: np.mean(X, 0), lambda X: X.sum(axis=0) / len(X),
                     lambda X: sum(X) / len(X), lambda X: X.T.mean(axis=1),
                     lambda X: [sum(column) / len(column) for column in zip(*X)],
                     lambda X: np.ones(len(X)) @ X / len(X),
                     lambda X: np.einsum("ik->k", X) / X.shape[0]),
    "standardize": (loop_over_columns, lambda X: scipy.stats.zscore(X, axis=0),
                    lambda X: ((X.T - X.T.mean(axis=1, keepdims=True))
                               / X.T.std(axis=1, keepdims=True)).T,
                    lambda X: (X - np.mean(X, 0, keepdims=True)) / np.std(X, 0, keepdims=True)),
    "mean_squared_error": (loop_over_pairs, lambda a, y: ((a.ravel() - y) ** 2).mean(),
                           lambda a, y: np.mean((a - y[:, None]) ** 2),
                           lambda a, y: np.mean((a - y.reshape(-1, 1)) ** 2, axis=0),
                           lambda a, y: np.mean((a.T - y) ** 2),
                           lambda a, y: np.dot(a[:, 0] - y, a[:, 0] - y) / len(y)),
    "differences": (np.subtract.outer, lambda a, b: a.reshape(-1, 1) - b.reshape(1, -1),
                    lambda a, b: [[i - j for j in b] for i in a]),
}


@pytest.mark.parametrize("name, answer", [(name, answer) for name, answers in STYLES.items()
                                          for answer in answers])
def test_an_answer_in_another_style_is_right(name, answer):
    assert check(name, answer), repr(check(name, answer))


@pytest.mark.parametrize("answer", [SHAPES, [list(shape) for shape in SHAPES],
                                    (5, (5, 3), 3, (5, 3)),
                                    (np.ones(5).shape, (np.int64(5), 3), (3,), (5, 3))])
def test_shapes_may_be_lists_or_single_numbers(answer):
    assert check("shapes", answer)


# ---- wrong in ways of their own ------------------------------------------------------------------

FORMS = [(exercise.name, mistake.id, form) for exercise in catalogue() if exercise.chapter == 0
         for mistake in exercise.mistakes for form in mistake.forms]


@pytest.mark.parametrize("name, id, form", FORMS)
def test_a_mistake_is_named_in_all_its_forms(name, id, form):
    assert check(name, form).mistake == id


def test_two_wrong_shapes_are_explained_one_by_one():
    message = check("shapes", ((5, 3), (5, 3), (5,), (5, 3))).message
    assert "There are 2 mistakes" in message
    assert "`X @ w`: (5, 3)" in message and "axis 0, the 5, is the one that disappears" in message


def test_a_known_and_an_unknown_wrong_shape_name_the_parts_and_no_mistake():
    verdict = check("shapes", ((5, 3), (5, 3), (3,), (7, 7)))
    assert (verdict.status, verdict.mistake) == ("wrong", None)
    assert "not right: X @ w, X[0] * c" in repr(verdict)


@pytest.mark.parametrize("answer", [SHAPES[:3], "error", 5, ((5,), (5, 3), (3,), "error")])
def test_what_is_no_four_shapes_is_told_what_they_look_like(answer):
    assert "four shapes, as in ((2, 7), (7,), (2, 1), ())" in check("shapes", answer).message


def test_editing_the_table_and_returning_a_new_one_is_still_editing():
    def answer(X):
        X -= X.mean(axis=0)
        return X / X.std(axis=0)
    assert check("standardize", answer).mistake == "edits-input"


def test_a_copy_of_whole_numbers_cuts_the_fractions_too():
    def answer(X):
        out = X.copy()
        for k in range(X.shape[1]):
            out[:, k] = (X[:, k] - X[:, k].mean()) / X[:, k].std()
        return out
    verdict = check("standardize", answer)
    assert verdict.mistake == "truncated" and "`X.copy()`" in verdict.message


def test_two_mistakes_in_one_number_are_not_taken_for_one_of_them():
    verdict = check("mean_squared_error", lambda a, y: np.mean((a - y) ** 2) / 2)
    assert (verdict.status, verdict.mistake) == ("wrong", None)
    assert "None of the mistakes that we know" in verdict.message


# ---- what the notebook says ----------------------------------------------------------------------

def test_the_notebook_quotes_the_verdict_that_its_reader_gets():
    verdict = check("halfway", lambda a, b: a + b / 2)
    cells   = [cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells]
    quote   = next(cell for cell in cells if "What you should have read" in cell)
    assert verdict.heading in quote
    assert verdict.message in re.sub(r"\s+", " ", quote)
