"""Every exercise of the course: its reference is right, its mistakes are wrong, and named."""
import inspect
import re

import numpy as np
import pytest

from dlf.exercises import catalogue, check
from dlf.exercises.exercise import DIFFICULTIES

EVERY    = catalogue()
MISTAKES = [(exercise, mistake) for exercise in EVERY for mistake in exercise.mistakes]

each = pytest.mark.parametrize("exercise", EVERY, ids=lambda exercise: exercise.name)
each_mistake = pytest.mark.parametrize("exercise, mistake", MISTAKES, ids=lambda item: getattr(
    item, "id", None) or item.name)


# ---- verdicts ------------------------------------------------------------------------------------

@each
def test_the_reference_is_correct(exercise):
    verdict = check(exercise.name, exercise.reference)
    assert verdict.status == "correct", repr(verdict)


@pytest.mark.parametrize("exercise, mistake", [pair for pair in MISTAKES if pair[0].is_value],
                         ids=lambda item: getattr(item, "id", None) or item.name)
def test_a_wrong_number_is_not_answered_with_the_right_one(exercise, mistake):
    details = dict(check(exercise.name, mistake.answer).details)
    assert not any("should be" in text for text in details.values()), details


@each_mistake
def test_a_mistake_is_wrong_and_is_named(exercise, mistake):
    verdict = check(exercise.name, mistake.answer)
    assert (verdict.status, verdict.mistake) == ("wrong", mistake.id), repr(verdict)
    assert mistake.says in verdict.message


@pytest.mark.parametrize("exercise, mistake", [pair for pair in MISTAKES if pair[1].forms],
                         ids=lambda item: getattr(item, "id", None) or item.name)
def test_the_other_forms_of_a_mistake_are_named_like_it(exercise, mistake):
    verdicts = [check(exercise.name, form) for form in mistake.forms]
    assert {(v.status, v.mistake) for v in verdicts} == {("wrong", mistake.id)}


@each
def test_an_untouched_stub_is_not_attempted(exercise):
    stub = (lambda *args: ...) if exercise.is_function else ...
    assert check(exercise.name, stub).status == "not attempted"


@each
def test_a_gap_in_the_middle_of_a_computation_is_not_attempted(exercise):
    if exercise.is_function:
        assert check(exercise.name, lambda *args: 1 + ...).status == "not attempted"


@each
def test_nothing_returned_is_named(exercise):
    if exercise.is_function:
        assert check(exercise.name, lambda *args: None).mistake == "nothing-returned"


@each
def test_an_exception_is_reported_with_its_arguments(exercise):
    def answer(*args):
        raise LookupError("no such thing")
    if exercise.is_function:
        verdict = check(exercise.name, answer)
        assert (verdict.status, verdict.mistake) == ("wrong", "exception")
        assert "LookupError: no such thing" in verdict.message
        assert all(f"{name} =" in repr(verdict) for name in exercise.names())


@each
def test_a_list_instead_of_a_tuple_is_as_good(exercise):
    def answer(*args):
        found = exercise.reference(*args)
        return list(found) if isinstance(found, tuple) else found
    if exercise.is_function:
        assert check(exercise.name, answer)


@each
def test_a_dictionary_of_the_parts_is_as_good(exercise):
    def answer(*args):
        return dict(zip(exercise.returns, exercise.reference(*args)))
    if exercise.is_function and len(exercise.returns) > 1 and exercise.measure is None:
        assert check(exercise.name, answer)


@each
def test_arrays_in_float32_are_as_good(exercise):
    def answer(*args):
        return to_float32(exercise.reference(*args))
    if exercise.is_function:
        assert check(exercise.name, answer)


def to_float32(found):
    if isinstance(found, (tuple, list)):
        return type(found)(to_float32(part) for part in found)
    is_array = isinstance(found, np.ndarray) and found.dtype == float
    return found.astype(np.float32) if is_array else found


# ---- the exercises as data -----------------------------------------------------------------------

def test_names_are_unique():
    names = [exercise.name for exercise in EVERY]
    assert len(names) == len(set(names))


@each
def test_it_has_hints_minutes_a_difficulty_and_at_least_three_mistakes(exercise):
    assert len(exercise.hints) >= 2 and 1 <= exercise.minutes <= 60
    assert exercise.difficulty in DIFFICULTIES
    assert len(exercise.mistakes) >= 3
    assert len({mistake.id for mistake in exercise.mistakes}) == len(exercise.mistakes)


@each
def test_its_solution_is_code_that_is_correct(exercise):
    space = dict(vars(inspect.getmodule(exercise.reference))) if exercise.is_function else {}
    exec(exercise.solution(), space)
    assert check(exercise.name, space[exercise.called])


@each
def test_hints_never_give_the_code_away(exercise):
    if exercise.is_function:
        lines = [line.strip() for line in exercise.solution().split("\n")]
        code  = [line.removeprefix("return ") for line in lines if "=" in line or "return" in line]
        assert not [line for line in code if len(line) > 12 for hint in exercise.hints
                    if line in hint]


@each
def test_sentences_are_whole(exercise):
    for text in (*exercise.hints, exercise.why, *(mistake.says for mistake in exercise.mistakes)):
        assert re.search(r"[.?!:)]$", text), text
        assert text.count("`") % 2 == 0, text


@each
def test_its_reference_says_in_its_docstring_what_is_asked_for(exercise):
    if exercise.is_function:
        assert len(exercise.reference.__doc__) > 20


# The mistakes that people make in chapters 0 to 8, in chapter 12, and in chapters 14 and 16.
KNOWN = {*range(1, 73), *range(87, 97), *range(103, 116), *range(118, 123), *range(123, 130)}


def test_every_known_mistake_of_the_chapters_is_in_some_exercise():
    found = {mistake.number for _, mistake in MISTAKES}
    assert KNOWN - found == set()
