"""What a learner calls: verdicts that can be read, hints, solutions, misspelt names."""
import numpy as np
import pytest

from dlf.exercises import catalogue, check, hint, progress, solution, use
from dlf.exercises.chapters import ch01_one_neuron as ch1


def test_a_verdict_is_true_if_it_is_correct():
    assert check("sigmoid", ch1.sigmoid)
    assert not check("sigmoid", lambda z: z)


def test_a_wrong_verdict_says_what_was_wanted_what_came_and_for_which_arguments():
    text = repr(check("neuron", lambda x, w, b: w @ x + b))
    assert text.startswith("✗ One neuron: wrong")
    for part in ("a should be 0.07", "yours is -2.55", "x = ", "w = ", "b = "):
        assert part in text


def test_a_verdict_shows_itself_in_a_notebook_with_its_text_escaped():
    html = check("sigmoid", lambda z: z @ "<script>")._repr_html_()
    assert "<script>" not in html and "✗" in html


def test_a_name_that_does_not_exist_is_a_verdict_with_a_suggestion():
    verdict = check("sigmiod", ch1.sigmoid)
    assert verdict.mistake == "no-such-exercise" and 'Did you mean "sigmoid"?' in verdict.message


@pytest.mark.parametrize("ask", [hint, solution])
def test_help_for_a_name_that_does_not_exist_suggests_one(ask):
    assert 'Did you mean "sigmoid"?' in repr(ask("sigmiod"))


def test_the_last_hint_points_to_the_solution():
    assert 'solution("sigmoid")' in repr(hint("sigmoid", 3))
    assert "hint 3 of 3" in repr(hint("sigmoid", 99))


def test_a_hint_can_be_asked_for_by_its_number():
    assert "hint 1 of 3" in repr(hint("sigmoid", 1))


def test_a_solution_is_code_to_read():
    assert "return 1 / (1 + np.exp(-z))" in repr(solution("sigmoid"))
    assert "and_weights = (1.0, 1.0, -1.5)" in repr(solution("and_gate"))


def test_use_takes_the_learners_answer_when_it_is_right(capsys):
    def mine(z):
        return 1 / (1 + ch1.np.exp(-z))
    assert use("sigmoid", mine) is mine
    assert capsys.readouterr().out == ""


def test_use_makes_a_tuple_of_arrays_of_lists_in_a_dictionary():
    delta, before = np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.0])
    dW, db = use("gradients", lambda delta, before: {
        "dW": [[d * a for a in before] for d in delta], "db": list(delta)})(delta, before)
    assert dW.tolist() == [[3.0, 4.0, 5.0], [6.0, 8.0, 10.0]] and db.tolist() == [1.0, 2.0]


def test_use_makes_a_number_of_an_array_that_holds_one():
    def mine(scores, temperature, u):
        p = np.exp((scores - scores.max()) / temperature)
        return np.array([np.searchsorted(np.cumsum(p / p.sum()), u, side="right")])
    assert use("draw", mine)(np.array([0.0, 0.0]), 1.0, 0.7) == 1
    assert isinstance(use("draw", mine)(np.array([0.0, 0.0]), 1.0, 0.7), int)


@pytest.mark.parametrize("exercise", [e for e in catalogue() if e.is_function and not e.calls],
                         ids=lambda exercise: exercise.name)
def test_use_leaves_the_reference_as_it_is(exercise):
    assert use(exercise.name, exercise.reference) is exercise.reference


def test_use_takes_ours_while_it_is_not_and_says_so(capsys):
    assert use("sigmoid", lambda z: ...) is ch1.sigmoid
    assert "sigmoid: ours for now" in capsys.readouterr().out


def test_use_of_a_misspelt_name_is_an_error_that_suggests_one():
    with pytest.raises(LookupError, match="Did you mean"):
        use("sigmiod", ch1.sigmoid)


def test_use_counts_as_no_try():
    use("sigmoid", lambda z: z)
    assert progress().entries == {}
