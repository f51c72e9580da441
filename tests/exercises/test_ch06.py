"""Chapter 6: numbers from outside for the references, other styles that are right, what is said."""
import numpy as np
import pytest
from scipy.optimize import approx_fprime

from dlf.exercises import check
from dlf.exercises.catalog import find
from dlf.exercises.chapters.ch06_gradient_checking import (
    PENGUIN,
    TRUTH,
    centered_difference,
    relative_error,
)
from dlf.exercises.chapters.ch06_kinks_and_masks import check_gradient
from dlf.exercises.planted import BLOCKS, BUGS, SUSPECTS, planted
from dlf.gradcheck import numerical_gradient


def product(v):
    return v[0] ** 2 * v[1]                      # slopes 2 v0 v1 and v0^2


# ---- the references, by hand and by SciPy --------------------------------------------------------

def test_a_centered_difference_of_a_product_worked_out_by_hand():
    slope = centered_difference(product, np.array([3.0, 2.0]), 1e-5)
    np.testing.assert_allclose(slope, [12, 9], rtol=1e-9)


def test_the_error_of_a_cube_is_exactly_h_squared():
    # ((1 + h)^3 - (1 - h)^3) / 2h = 3 + h^2, and h^2/6 C''' with C''' = 6 says the same
    slope = centered_difference(lambda v: float((v ** 3).sum()), np.array([1.0]), 0.1)
    np.testing.assert_allclose(slope, [3.01], rtol=1e-12)


def test_it_agrees_with_scipys_one_sided_differences_as_far_as_those_go():
    x = np.array([0.3, -1.2, 0.7])
    f = lambda v: float(np.sin(v).prod())
    np.testing.assert_allclose(centered_difference(f, x, 1e-5), approx_fprime(x, f), rtol=1e-6)


def test_the_relative_error_by_hand():
    assert relative_error(np.array([1.0, 2.0]), np.array([1.0, 2.5])) == pytest.approx(0.2)
    assert relative_error(np.array([-8.0, 2.0]), np.array([-5.0, 2.0])) == pytest.approx(3 / 8)
    assert relative_error(np.zeros(2), np.zeros(2)) == 0


def test_the_check_of_a_gradient_that_is_wrong_by_half_says_one_half():
    cost     = lambda v, rng: float((v ** 2).sum())
    gradient = lambda v, rng: v                                       # should be 2 v
    assert check_gradient(cost, gradient, np.array([1.0, 3.0]), 0) == pytest.approx(0.5)


# ---- right, in another style ---------------------------------------------------------------------

def in_place(f, x, h):
    slope = np.empty_like(x)
    for i in np.ndindex(x.shape):
        kept = x[i]
        x[i] = kept + h
        above = f(x)
        x[i] = kept - h
        slope[i] = (above - f(x)) / (2 * h)
        x[i] = kept
    return slope


def by_flat_places(f, x, h):
    def moved(k, by):
        flat = x.flatten()
        flat[k] += by
        return f(flat.reshape(x.shape))
    return np.array([(moved(k, h) - moved(k, -h)) / (2 * h)
                     for k in range(x.size)]).reshape(x.shape)


def by_directions(f, x, h):
    ways = np.eye(x.size).reshape(x.size, *x.shape)
    return np.reshape([(f(x + h * way) - f(x - h * way)) / 2 / h for way in ways], x.shape)


@pytest.mark.parametrize("answer", [in_place, by_flat_places, by_directions])
def test_other_ways_to_go_through_the_places_are_right(answer):
    assert check("centered_difference", answer)


def test_a_relative_error_by_loops_is_right():
    def answer(a, b):
        off = size = 0.0
        for p, q in zip(a.ravel(), b.ravel()):
            off, size = max(off, abs(p - q)), max(size, abs(p), abs(q))
        return off / size if size else 0
    assert check("relative_error", answer)


@pytest.mark.parametrize("h", [1e-7, 1e-6, 6e-6, 1e-5, 2e-5])
def test_any_sensible_nudge_is_right_in_a_check(h):
    def answer(cost, gradient, v, seed):
        v     = v.astype(np.float64)
        slope = in_place(lambda u: cost(u, np.random.default_rng(seed)), v, h)
        return relative_error(slope, gradient(v, np.random.default_rng(seed)))
    assert check("check_gradient", answer)


def test_a_hunt_answered_by_letters_is_as_good():
    assert check("find_the_bug", dict(TRUTH))
    assert check("find_the_bug", list(TRUTH.values()))


# ---- wrong in ways that are not in the list ------------------------------------------------------

@pytest.mark.parametrize("h", [1e-4, 3e-4, 1e-3])
def test_every_nudge_that_crosses_the_kink_is_named(h):
    def answer(cost, gradient, v, seed):
        v     = v.astype(np.float64)
        slope = in_place(lambda u: cost(u, np.random.default_rng(seed)), v, h)
        return relative_error(slope, gradient(v, np.random.default_rng(seed)))
    assert check("check_gradient", answer).mistake == "kink-crossed"


def test_masks_drawn_without_any_seed_are_named_as_new_masks():
    def answer(cost, gradient, v, seed):
        v, rng = v.astype(np.float64), np.random.default_rng()
        slope  = in_place(lambda u: cost(u, rng), v, 1e-5)
        return relative_error(slope, gradient(v, rng))
    assert check("check_gradient", answer).mistake == "new-masks"


def test_two_mistakes_in_a_check_are_both_said():
    def answer(cost, gradient, v, seed):
        rng   = np.random.default_rng(seed)
        slope = centered_difference(lambda u: cost(u, rng), v, 1e-5)     # new masks, and float32
        return relative_error(slope, gradient(v, rng))
    verdict = check("check_gradient", answer)
    assert verdict.message.startswith("There are 2 mistakes here")
    assert "another mask" in verdict.message and "float32" in verdict.message


def test_one_size_below_the_line_and_no_care_for_zeros_are_both_said():
    verdict = check("relative_error", lambda a, b: np.abs(a - b).max() / np.abs(b).max())
    assert verdict.message.startswith("There are 2 mistakes here")
    assert "size of b alone" in verdict.message and "0 / 0" in verdict.message


def test_a_mean_instead_of_the_largest_error_is_wrong_and_the_parts_are_said():
    def answer(cost, gradient, v, seed):
        v     = v.astype(np.float64)
        slope = centered_difference(lambda u: cost(u, np.random.default_rng(seed)), v, 1e-5)
        off   = np.abs(slope - gradient(v, np.random.default_rng(seed)))
        return off.mean() / max(np.abs(slope).max(), 1e-30)
    verdict = check("check_gradient", answer)
    assert verdict.status == "wrong" and "not right: wrong" in repr(verdict)


def test_a_relative_error_in_percent_is_100_times_too_large():
    verdict = check("relative_error", lambda a, b: 100 * relative_error(a, b))
    assert verdict.mistake == "factor" and "100 times" in verdict.message


@pytest.mark.parametrize("least", [1e-12, 1e-5])
def test_any_floor_below_the_line_is_wrong(least):
    def answer(a, b):
        return np.abs(a - b).max() / (max(np.abs(a).max(), np.abs(b).max()) + least)
    assert check("relative_error", answer).status == "wrong"


def test_two_wrong_letters_of_a_hunt_are_both_said():
    claims  = tuple({**TRUTH, "B": 9, "D": 9}.values())
    verdict = check("find_the_bug", claims)
    assert "B can't have bug 9" in verdict.message and "D can't have bug 9" in verdict.message


def test_every_wrong_letter_of_a_hunt_is_spoken_of():
    message = check("find_the_bug", (4, 9, 2, 9, 3, 10)).message
    for letter in "ABCDEF":
        assert f"{letter} can't have bug" in message or f"{letter} has the blocks" in message


def test_a_number_that_is_not_in_the_list_of_bugs_is_no_answer():
    assert check("find_the_bug", (3, 7, 1, 8, 5, 11)).mistake == "misshapen"
    assert "six numbers" in check("find_the_bug", (3, 7)).message


def test_a_verdict_on_a_hunt_never_says_the_right_number():
    for letter, claim in (("A", 4), ("B", 9), ("C", 6)):
        text = repr(check("find_the_bug", tuple({**TRUTH, letter: claim}.values())))
        assert f"bug {TRUTH[letter]}" not in text


# ---- what is planted -----------------------------------------------------------------------------

def nudged():
    """The penguin's gradients by the library's own central differences, block by block."""
    parts = {name: part.copy() for name, part in PENGUIN.items()}
    s     = lambda z: 1 / (1 + np.exp(-z))

    def cost():
        a2 = s(parts["W2"] @ s(parts["W1"] @ parts["x"] + parts["b1"]) + parts["b2"])
        return float(((a2 - parts["y"]) ** 2).sum() / 2)
    return [numerical_gradient(cost, parts[name]) for name in ("W1", "b1", "W2", "b2")]


def wrong_blocks(backprop):
    return [name for name, a, b in zip(BLOCKS, backprop(**PENGUIN), nudged())
            if relative_error(a, b) > 1e-3]


def test_without_a_bug_every_block_is_right():
    assert max(relative_error(a, b) for a, b in zip(planted()(**PENGUIN), nudged())) < 1e-8


@pytest.mark.parametrize("bug, blocks", [
    (1, "dW1 db1 dW2 db2"), (2, "dW1 db1 dW2 db2"), (3, "dW1 db1"), (4, "dW1 db1"),
    (5, "dW1 db1"), (6, "dW1 db1 dW2 db2"), (7, "dW2"), (8, "db1"), (9, "db2"), (10, "dW1 db1")])
def test_a_bug_spoils_the_blocks_that_depend_on_its_line(bug, blocks):
    assert wrong_blocks(planted(bug)) == blocks.split()


def test_no_two_bugs_give_the_same_numbers():
    found = {bug: np.concatenate([g.ravel() for g in planted(bug)(**PENGUIN)]) for bug in BUGS}
    for a in BUGS:
        assert not [b for b in BUGS if b > a and np.allclose(found[a], found[b], rtol=1e-3)]


def test_an_unknown_bug_is_refused_with_the_range():
    with pytest.raises(ValueError, match="1 to 10"):
        planted(11)


def test_several_wrong_backpropagations_learn_two_moons_as_well_as_the_right_one():
    """The lesson of the chapter, measured with the same training as its notebook, one start."""
    accuracies = {bug: trained(planted(bug)) for bug in (None, 1, 5, 10)}
    assert accuracies[None] == accuracies[1] == accuracies[5] == 100
    assert accuracies[10] < 60


def trained(backprop):
    import dlf
    moons   = dlf.datasets.moons(100, noise=0.1, rng=np.random.default_rng(0))
    x, y    = moons.x / 3, np.eye(2)[moons.y]
    rng     = np.random.default_rng(0)
    network = [rng.normal(size=(6, 2)), np.zeros(6), rng.normal(size=(2, 6)) / 6**0.5, np.zeros(2)]
    for _ in range(40):
        for i in rng.permutation(100):
            network = [p - 2.0 * g for p, g in zip(network, backprop(x[i], y[i], *network))]
    W1, b1, W2, b2 = network
    hidden = 1 / (1 + np.exp(-(x @ W1.T + b1)))
    return 100 * ((hidden @ W2.T + b2).argmax(axis=1) == moons.y).mean()


def test_the_suspects_are_six_and_their_bugs_are_what_the_exercise_wants():
    assert find("find_the_bug").reference == tuple(TRUTH.values())
    for letter, bug in TRUTH.items():
        for a, b in zip(SUSPECTS[letter](**PENGUIN), planted(bug)(**PENGUIN)):
            np.testing.assert_array_equal(a, b)


# ---- slips of Python's, and of signs ------------------------------------------------------------

def test_pythons_own_max_is_named_although_rows_of_numbers_go_through():
    def answer(a, b):
        return max(abs(a - b)) / max(max(abs(a)), max(abs(b)))
    assert check("relative_error", answer).mistake == "python-max"


def test_a_size_that_is_taken_too_late_is_named_in_both_of_its_forms():
    def late(a, b):
        largest = max(abs(a.max()), abs(b.max()))
        return abs((a - b).max()) / largest if largest else 0.0
    assert check("relative_error", late).mistake == "size-late"
    assert check("relative_error", lambda a, b: 0.0 if not (a.any() or b.any()) else abs(
        (a - b).max()) / max(np.abs(a).max(), np.abs(b).max())).mistake == "size-late"


def test_a_seed_that_is_handed_on_for_a_generator_is_named():
    def answer(cost, gradient, v, seed):
        v = v.astype(float)
        slope = centered_difference(lambda u: cost(u, seed), v, 1e-5)
        return relative_error(gradient(v, seed), slope)
    assert check("check_gradient", answer).mistake == "seed-for-generator"


def test_a_wrong_claim_is_shown_in_words_that_make_a_sentence():
    verdict = repr(check("find_the_bug", (3, 7, 6, 8, 5, 4)))
    assert "C should be a bug that gives all of C's numbers" in verdict
    assert "yours is bug 6, which gives another dW1, db1, dW2 and db2" in verdict
