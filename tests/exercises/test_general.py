"""Causes that any exercise may have are recognized, and nothing is claimed that is not so."""
import math
import re

import numpy as np
import pytest

from dlf.exercises.exercise import Exercise, Mistake
from dlf.exercises.judging import judge
from dlf.exercises.running import Misshapen


def pair(x, w):
    """The product x w.T and the sum of w, for x (m, n) and w (k, n)."""
    return x @ w.T, w.sum(axis=0)


def exercise(mistakes=(), **more):
    given = {"returns": ("p", "s"), "hints": ("One.", "Two."), "why": "Good."}
    given["cases"] = lambda rng: [
        (rng.normal(size=(2, 3)), rng.normal(size=(4, 3))),
        (rng.normal(size=(5, 2)), rng.normal(size=(2, 2))),
        (rng.normal(size=(3, 3)), rng.normal(size=(3, 3)))]
    return Exercise("test", 0, "A test", "core", 1, pair, mistakes=tuple(mistakes),
                    **{**given, **more})


def verdict(answer, **more):
    return judge(exercise(**more), answer)


# ---- one cause -----------------------------------------------------------------------------------

def test_the_wrong_order_is_named():
    assert verdict(lambda x, w: pair(x, w)[::-1]).mistake == "wrong-order"


def test_a_sign_is_named_and_only_for_the_block_that_has_it():
    found = verdict(lambda x, w: (-pair(x, w)[0], pair(x, w)[1]))
    assert found.mistake == "sign" and found.message == "p has the wrong sign everywhere."
    assert "right:     s" in repr(found)


def test_a_constant_factor_is_named_with_its_number():
    found = verdict(lambda x, w: (pair(x, w)[0] / 2, pair(x, w)[1]))
    assert found.mistake == "factor" and "0.5 times" in found.message


def test_a_factor_that_differs_from_case_to_case_is_told_for_each():
    found = verdict(lambda x, w: (len(x) * pair(x, w)[0], pair(x, w)[1]))
    assert found.mistake == "factor" and "2, 5, 3" in found.message


def test_a_transposed_block_is_named():
    assert verdict(lambda x, w: (pair(x, w)[0].T, pair(x, w)[1])).mistake == "transposed"


def test_right_numbers_in_another_shape_are_told_both_shapes():
    found = verdict(lambda x, w: (pair(x, w)[0], pair(x, w)[1][None, :]))
    assert found.mistake == "shape" and "(1, 3) and should be (3,)" in found.message


def test_fractions_that_were_cut_off_are_named():
    found = verdict(lambda x, w: (pair(x, w)[0], pair(x, w)[1].astype(int)))
    assert found.mistake == "truncated"


def test_a_number_that_is_not_finite_is_named():
    found = verdict(lambda x, w: (pair(x, w)[0] / 0.0, pair(x, w)[1]))
    assert found.mistake == "not-finite"


def test_an_overflow_is_not_blamed_where_other_numbers_are_wrong_too():
    found = verdict(lambda x, w: (np.where(pair(x, w)[0] > 0, np.inf, 7.0), pair(x, w)[1]))
    assert found.mistake is None


def test_rounding_is_named_and_shown_with_more_digits():
    found = verdict(lambda x, w: (pair(x, w)[0], pair(x, w)[1].round(4)))
    assert found.mistake == "rounded" and "rounded to 4 digits" in found.message
    assert re.search(r"should be \[.*\.\d{7}", repr(found))


def test_numbers_that_are_right_in_one_case_alone_are_not_called_right():
    found = verdict(lambda x, w: (pair(x, w)[0], pair(x, w)[1][None] + (len(x) == 3)))
    assert found.mistake == "shape" and "numbers in s are right" not in found.message


@pytest.mark.parametrize("answer, help", [
    (lambda x, w: (max(x, 0), w), "`np.maximum` and `np.where` decide for each number"),
    (lambda x, w: (np.linalg.norm([x, w]), w), "one by one, in a loop"),
    (lambda x, w: (math.exp(x), w), "take one number; those of NumPy"),
    (lambda x, w: (x ^ 2, w), "A power is written `**`"),
    (lambda x, w: (x @ w, w), "as long as the first on its right"),
])
def test_messages_of_numpy_that_puzzle_beginners_are_explained(answer, help):
    found = verdict(answer)
    assert found.mistake == "exception" and help in found.message


def test_an_array_of_single_numbers_is_as_good_as_a_tuple():
    def sizes(x, w):
        return x.sum(), w.sum()
    numbers = Exercise("test", 0, "A test", "core", 1, sizes, ("sx", "sw"), (), (), "Good.",
                       cases=exercise().cases)
    assert judge(numbers, lambda x, w: np.array(sizes(x, w)))


def test_rows_of_a_table_are_not_taken_for_parts():
    found = verdict(lambda x, w: np.zeros((2, 3)))
    assert found.mistake == "misshapen" and "2 things, p, s, but returned one nd" in found.message


def test_what_is_still_to_do_is_called_neither_right_nor_wrong():
    found = verdict(lambda x, w: (..., pair(x, w)[1] + 1))
    assert found.message == "s is not right yet. Still to do: p."
    assert "not right: s\n" in repr(found) and "right:     none" in repr(found)


def test_a_measure_may_say_itself_what_is_amiss():
    def measure(returned, x, w):
        if len(returned) < 2:
            raise Misshapen("it lacks the second half")
        return {"p": returned[0], "s": returned[1]}
    found = verdict(lambda x, w: [x], measure=measure)
    assert found.mistake == "misshapen" and "it lacks the second half" in found.message


def test_parts_that_are_missing_are_counted():
    found = verdict(lambda x, w: pair(x, w)[0])
    assert found.mistake == "misshapen" and "return 2 things, p, s" in found.message


def test_one_part_that_is_none_is_named():
    found = verdict(lambda x, w: (pair(x, w)[0], None))
    assert found.mistake == "nothing-returned" and found.message.startswith("s is None")


def test_a_way_past_the_return_is_named():
    found = verdict(lambda x, w: pair(x, w) if len(x) > 2 else None)
    assert found.mistake == "nothing-returned" and "an `if` without `else`" in found.message


def test_a_print_instead_of_a_return_is_explained():
    assert "printing shows a number" in verdict(lambda x, w: print(x)).message


def test_results_of_an_earlier_call_are_named():
    kept = []

    def answer(x, w):
        kept.append(pair(x, w))
        return kept[max(len(kept) - 3, 0)]
    assert verdict(answer).mistake in ("remembers", "stale")


def test_the_same_in_every_case_is_named():
    found = verdict(lambda x, w: (pair(x, w)[0], np.array([1.0, 2.0, 3.0])))
    assert found.mistake == "constant" and "a name from another cell" in found.message


def test_results_that_pile_up_are_named():
    kept = {}

    def answer(x, w):
        p, s = pair(x, w)
        old  = kept.get(x.shape, (0, 0))
        kept[x.shape] = old[0] + p, old[1] + s
        return kept[x.shape]
    assert verdict(answer).mistake == "accumulates"


# ---- nothing that is not so ----------------------------------------------------------------------

def test_an_unknown_mistake_has_no_name_but_an_example():
    found = verdict(lambda x, w: (pair(x, w)[0] + 1, pair(x, w)[1]))
    assert found.status == "wrong" and found.mistake is None
    assert "p should be" in repr(found) and "yours is" in repr(found)


def test_two_mistakes_that_give_the_same_numbers_are_both_said_and_neither_is_chosen():
    twins = [Mistake(f"twin-{i}", lambda x, w: (-pair(x, w)[0], pair(x, w)[1]), f"Reason {i}.")
             for i in (1, 2)]
    found = verdict(twins[0].answer, mistakes=twins)
    assert found.mistake is None
    assert "More than one mistake" in found.message
    assert "Reason 1." in found.message and "Reason 2." in found.message


def test_a_mistake_is_not_named_when_only_some_of_its_blocks_fit():
    both = Mistake("both", lambda x, w: (-pair(x, w)[0], -pair(x, w)[1]), "Both are wrong.")
    found = verdict(lambda x, w: (-pair(x, w)[0], pair(x, w)[1]), mistakes=[both])
    assert found.mistake == "sign"


def test_two_mistakes_in_two_blocks_are_both_said():
    first  = Mistake("first",  lambda x, w: (pair(x, w)[0] + 1, pair(x, w)[1]), "One more.")
    second = Mistake("second", lambda x, w: (pair(x, w)[0], pair(x, w)[1] + 2), "Two more.")
    found  = verdict(lambda x, w: (pair(x, w)[0] + 1, pair(x, w)[1] + 2), mistakes=[first, second])
    assert found.mistake == "first"
    assert "One more." in found.message and "Two more." in found.message


def test_an_exception_alone_is_not_taken_for_a_mistake_that_raises_it_too():
    def always(x, w):
        raise ValueError("shapes")
    raises = Mistake("raises", always, "Shapes do not fit.")
    assert verdict(lambda x, w: x @ np.zeros(99), mistakes=[raises]).mistake == "exception"


def test_a_mistake_may_raise_where_shapes_differ_and_be_known_by_the_square_case():
    swapped = Mistake("swapped", lambda x, w: (x @ w, w.sum(axis=0)), "w is not transposed.")
    assert verdict(lambda x, w: (np.dot(x, w), w.sum(axis=0)), mistakes=[swapped]).mistake == \
        "swapped"


def test_single_numbers_are_not_called_multiples_of_each_other():
    def total(x):
        """The sum of x."""
        return x.sum()
    task = Exercise("test", 0, "A test", "core", 1, total, ("t",), (), ("One.", "Two."), "Good.",
                    cases=lambda rng: [(rng.normal(size=3),), (rng.normal(size=2),)])
    assert judge(task, lambda x: x.sum() + 1).mistake is None


@pytest.mark.parametrize("tiny", [1e-9, -1e-9])
def test_rounding_is_not_a_mistake(tiny):
    assert verdict(lambda x, w: (pair(x, w)[0] * (1 + tiny), pair(x, w)[1]))


def test_a_difference_of_a_millionth_is():
    assert not verdict(lambda x, w: (pair(x, w)[0] * (1 + 1e-5), pair(x, w)[1]))
