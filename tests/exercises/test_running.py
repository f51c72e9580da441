"""Answers that misbehave: whatever they do, the check comes back with a sentence."""
import contextlib
import gc
import io
import sys
import time

import numpy as np
import pytest

from dlf.exercises import check
from dlf.exercises.exercise import Exercise
from dlf.exercises.judging import judge
from dlf.exercises.running import TooLong, observe, time_limit


def double(x):
    """Twice the array x."""
    return 2 * x


def exercise(reference=double, **more):
    """A small exercise; a short limit keeps the tests short."""
    given = {"returns": ("y",), "mistakes": (), "hints": ("One.", "Two."), "why": "Good.",
             "cases": lambda rng: [(np.array([1.0, 2.0]),), (rng.normal(size=3),)], "limit": 0.3}
    return Exercise("test", 0, "A test", "core", 1, reference, **{**given, **more})


# ---- endless loops -------------------------------------------------------------------------------

def loops_forever(x):
    while True:
        pass


def loops_and_swallows_exceptions(x):
    while True:
        with contextlib.suppress(Exception):
            x = x + 1


def loops_and_swallows_everything(x):
    while True:
        try:
            x = x + 1
        except:  # noqa: E722
            pass


@pytest.mark.parametrize("answer", [loops_forever, loops_and_swallows_exceptions,
                                    loops_and_swallows_everything])
def test_an_endless_loop_ends_with_a_message(answer):
    verdict = judge(exercise(), answer)
    assert (verdict.status, verdict.mistake) == ("wrong", "endless")
    assert "within 0.3 seconds" in verdict.message
    assert "x = [1. 2.]" in repr(verdict)


def test_an_alarm_that_is_not_needed_rings_nowhere():
    with time_limit(0.01):
        pass
    time.sleep(0.03)


def test_a_time_limit_raises_in_the_code_that_takes_too_long():
    with pytest.raises(TooLong), time_limit(0.02):
        while True:
            pass


def test_after_an_endless_loop_the_next_check_works():
    judge(exercise(), loops_forever)
    assert judge(exercise(), double)


# ---- exceptions ----------------------------------------------------------------------------------

def test_the_line_that_raised_is_shown():
    def answer(x):
        return x[7]
    verdict = judge(exercise(), answer)
    assert verdict.mistake == "exception"
    assert "IndexError" in verdict.message and "return x[7]" in repr(verdict)


def test_an_answer_that_works_in_some_cases_is_told_so():
    def answer(x):
        if len(x) == 3:
            raise ValueError("three")
        return 2 * x
    assert "With 1 of 2 sets of arguments it works." in judge(exercise(), answer).message


def leave(x):
    sys.exit("goodbye")


def recurse(x):
    return recurse(x)


class Hostile:
    """An object for which everything goes wrong."""

    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array")

    def __eq__(self, other):
        raise RuntimeError("no comparison")

    def __len__(self):
        raise RuntimeError("no length")

    def __repr__(self):
        raise RuntimeError("no text")

    __hash__ = None


def returns_itself(x):
    box = []
    box.append(box)
    return box


RETURNED = {
    "exit": leave, "recursion": recurse, "hostile": lambda x: Hostile(),
    "itself": returns_itself, "generator": lambda x: (v for v in x), "text": lambda x: "2 4",
    "class": lambda x: Hostile, "ragged": lambda x: [[1.0], [2.0, 3.0]],
    "complex": lambda x: x * 1j, "objects": lambda x: np.array([None, 1], dtype=object),
    "dictionary": lambda x: {"a": 1}, "huge tuple": lambda x: tuple(range(1000)),
    "raises hostile": lambda x: (_ for _ in ()).throw(RuntimeError(Hostile))}


@pytest.mark.parametrize("name", RETURNED)
def test_whatever_comes_back_the_verdict_is_wrong_and_can_be_shown(name):
    verdict = judge(exercise(), RETURNED[name])
    assert verdict.status == "wrong"
    assert verdict.message in repr(verdict) and verdict._repr_html_()


@pytest.mark.parametrize("answer", [3, None, "text", [1, 2], Hostile()], ids=range(5))
def test_what_is_no_function_is_told_how_to_hand_one_over(answer):
    verdict = judge(exercise(), answer)
    assert verdict.mistake == "no-function" and 'check("test", double)' in verdict.message


def test_a_function_with_too_few_parameters_is_reported_as_the_exception_it_raises():
    assert "takes 0 positional arguments" in judge(exercise(), lambda: 1).message


# ---- what an answer may not do -------------------------------------------------------------------

def test_arguments_are_copies_that_lead_to_nothing_of_ours():
    seen = []

    def answer(x):
        seen.append(x)
        return 2 * x
    task = exercise()
    judge(task, answer)
    kept = [args[0] for args in task.arguments()]
    assert all(x.base is None and x.flags.owndata for x in seen)
    assert not any(np.shares_memory(x, ours) for x in seen for ours in kept)


def test_an_answer_that_spoils_its_arguments_spoils_only_its_own():
    def answer(x):
        x[...] = np.nan
        return 2 * x
    assert judge(exercise(), answer).status == "wrong"
    assert judge(exercise(), double)


def test_a_right_result_with_a_spoilt_argument_is_wrong_and_says_which():
    def answer(x):
        x *= 2
        return x
    verdict = judge(exercise(), answer)
    assert (verdict.status, verdict.mistake) == ("wrong", "edits-input")
    assert "x is changed in place" in verdict.message


def test_a_right_result_the_first_time_only_is_wrong():
    calls = []

    def answer(x):
        calls.append(x)
        return 2 * x * len(calls)
    assert judge(exercise(), answer).mistake in ("remembers", "accumulates")


def test_settings_of_numpy_and_what_is_printed_stay_as_they_were():
    def answer(x):
        np.seterr(all="raise")
        print("hello")
        return 2 * x
    before, words = np.geterr(), io.StringIO()
    with contextlib.redirect_stdout(words):
        assert judge(exercise(), answer)
    assert np.geterr() == before and words.getvalue() == ""


def test_closing_the_place_for_prints_breaks_nothing():
    def answer(x):
        sys.stdout.close()
        return 2 * x
    before = sys.stdout
    assert judge(exercise(), answer)
    assert sys.stdout is before and not before.closed


def test_an_answer_cannot_find_the_reference_among_what_its_arguments_refer_to():
    def answer(x):
        assert not [thing for thing in gc.get_referents(x) if callable(thing)]
        return 2 * x
    assert judge(exercise(), answer)


# ---- what counts as the same ---------------------------------------------------------------------

@pytest.mark.parametrize("answer", [
    lambda x: [2 * v for v in x], lambda x: tuple(2 * v for v in x), lambda x: (2 * x,),
    lambda x: (2 * x).astype(np.float32), lambda x: np.asfortranarray(2 * x),
    lambda x: np.ma.array(2 * x), lambda x: {"y": 2 * x}], ids=range(7))
def test_containers_and_precision_do_not_matter(answer):
    assert judge(exercise(), answer)


@pytest.mark.parametrize("block", ["y", "size", "ndim"])
def test_a_number_of_numpys_is_read_as_that_number_whatever_its_name_is(block):
    counts = exercise(lambda x: len(x), returns=(block,))
    assert judge(counts, lambda x: np.float64(len(x)))
    assert judge(counts, lambda x: np.array(len(x)))


def test_an_outcome_is_written_down_for_each_case():
    outcomes = observe(exercise(), double)
    assert outcomes[0].blocks["y"].tolist() == [2.0, 4.0]
    assert len(outcomes) == 2 and not any(o.error or o.edited for o in outcomes)


def test_an_interrupt_ends_the_check_and_says_so():
    def answer(x):
        raise KeyboardInterrupt
    verdict = check("sigmoid", answer)
    assert verdict.mistake == "interrupted"
