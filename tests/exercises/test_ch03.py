"""Chapter 3: numbers from outside for cost, slopes and descent, and verdicts on other answers."""
import numpy as np
import pytest
from scipy.optimize import approx_fprime

from dlf.exercises import check
from dlf.exercises.chapters import ch03_cost_and_gradient_descent as first
from dlf.exercises.chapters import ch03_slopes as second
from dlf.exercises.chapters import ch03_the_way_down as third

EXERCISES = (*first.EXERCISES, *second.EXERCISES, *third.EXERCISES)
BOTH      = np.array([[0.8, 0.3], [0.4, 0.9]]), np.array([[1.0, 0.0], [1.0, 0.0]])


def rosenbrock(v):
    return (1 - v[0]) ** 2 + 100 * (v[1] - v[0] ** 2) ** 2


# ---- numbers from outside ------------------------------------------------------------------------

def test_the_cost_of_one_example_by_hand():
    assert first.cost(np.array([0.8, 0.3]), np.array([1.0, 0.0])) == pytest.approx(0.065)


def test_the_cost_of_two_examples_is_the_mean_of_theirs_by_hand():
    assert first.cost(*BOTH) == pytest.approx((0.065 + (0.36 + 0.81) / 2) / 2)       # 0.325


def test_a_perfect_prediction_costs_nothing_whatever_the_shape_of_the_targets():
    labels = np.array([1.0, 0.0, 1.0])
    assert first.cost(labels[:, None], labels) == first.cost(labels, labels) == 0


def test_a_labels_wrong_answer_costs_a_half_of_a_third():
    assert first.cost(np.array([[1.0], [1.0], [1.0]]), np.array([1.0, 0.0, 1.0])) == \
        pytest.approx(1 / 6)


def test_pytorch_finds_the_same_cost_and_the_same_gradient(torch):
    a, y  = (torch.tensor(part, dtype=torch.float64) for part in BOTH)
    a.requires_grad_()
    cost  = torch.nn.functional.mse_loss(a, y, reduction="sum") / (2 * len(a))
    cost.backward()
    assert first.cost(*BOTH) == pytest.approx(cost.item(), rel=1e-12)
    assert first.cost_gradient(*BOTH) == pytest.approx(a.grad.numpy(), rel=1e-12)


@pytest.mark.parametrize("f, v, slope", [(np.sin, 0.0, 1.0), (np.exp, 1.0, np.e),
                                         (lambda v: v ** 3, -2.0, 12.0)])
def test_a_slope_by_experiment_is_the_one_from_the_table(f, v, slope):
    assert second.slope_by_experiment(f, v) == pytest.approx(slope, rel=1e-8)


def test_a_gradient_by_experiment_is_the_one_by_hand_and_scipys():
    v = np.array([-1.2, 1.0])
    assert second.gradient_by_experiment(rosenbrock, v) == pytest.approx([-215.6, -88.0], rel=1e-7)
    assert second.gradient_by_experiment(rosenbrock, v) == \
        pytest.approx(approx_fprime(v, rosenbrock), rel=1e-5)


def test_descent_on_a_bowl_multiplies_by_one_minus_rate_times_k():
    k = np.array([1.0, 10.0])
    end = third.descend(lambda v: k * v, np.array([2.0, 1.0]), 0.15, 5)
    assert end == pytest.approx([2 * 0.85 ** 5, (-0.5) ** 5])


def test_descent_is_pytorchs_sgd(torch):
    v     = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
    sgd   = torch.optim.SGD([v], lr=1e-3)
    for _ in range(20):
        sgd.zero_grad()
        rosenbrock(v).backward()
        sgd.step()
    mine = third.descend(lambda v: second.gradient_by_experiment(rosenbrock, v),
                          np.array([-1.2, 1.0]), 1e-3, 20)
    assert mine == pytest.approx(v.detach().numpy(), rel=1e-6)


@pytest.mark.parametrize("rate, grows", [(0.249, False), (0.251, True)])
def test_the_largest_rate_is_where_the_descent_begins_to_grow(rate, grows):
    end = third.descend(lambda v: np.array([0.2, 8.0]) * v, np.ones(2), rate, 500)
    assert (abs(end[1]) > 1) == grows and rate != EXERCISES[-1].reference == 0.25


# ---- other right answers -------------------------------------------------------------------------

def rows(a, y):
    a = np.atleast_2d(a)
    return a, np.reshape(y, a.shape)


def by_loops(a, y):
    total = 0
    for output, target in zip(*rows(a, y)):
        for one, wanted in zip(output, target):
            total += (one - wanted) ** 2 / 2
    return total / len(np.atleast_2d(a))


def by_einsum(a, y):
    a, y = rows(a, y)
    return np.einsum("ij,ij->", a - y, a - y) / (2 * len(a))


def by_norm(a, y):
    a, y = rows(a, y)
    return 0.5 * np.mean(np.linalg.norm(a - y, axis=1) ** 2)


@pytest.mark.parametrize("answer", [by_loops, by_einsum, by_norm])
def test_a_cost_in_another_style_is_right(answer):
    assert check("cost", answer)


def restored(f, v, h=1e-5):
    slopes = []
    for k in range(len(v)):
        old  = v[k]
        v[k] = old + h
        high = f(v)
        v[k] = old - h
        slopes.append((high - f(v)) / (2 * h))
        v[k] = old
    return slopes


def by_slopes(f, v, h=1e-5):
    def along(k):
        return lambda value: f(np.array([*v[:k], value, *v[k + 1:]]))
    return np.array([second.slope_by_experiment(along(k), v[k], h) for k in range(len(v))])


@pytest.mark.parametrize("answer", [restored, by_slopes])
def test_a_gradient_in_another_style_is_right(answer):
    assert check("gradient_by_experiment", answer)


def on_a_copy(gradient, start, lr, steps):
    v = start.copy()
    while steps:
        v -= lr * gradient(v)
        steps -= 1
    return v


def by_recursion(gradient, start, lr, steps):
    return start if steps == 0 else \
        by_recursion(gradient, start - lr * gradient(start), lr, steps - 1)


@pytest.mark.parametrize("answer", [on_a_copy, by_recursion])
def test_a_descent_in_another_style_is_right(answer):
    assert check("descend", answer)


@pytest.mark.parametrize("value", [1 / 4, 2 / 8, np.float32(0.25), np.array([0.25])])
def test_the_rate_may_be_any_number_that_is_a_quarter(value):
    assert check("largest_rate", value)


# ---- verdicts ------------------------------------------------------------------------------------

@pytest.mark.parametrize("exercise, mistake", [(e, m) for e in EXERCISES for m in e.mistakes
                                               if m.forms], ids=lambda item: getattr(
                                                   item, "id", None) or item.name)
def test_a_mistake_is_named_in_all_its_forms(exercise, mistake):
    verdicts = [check(exercise.name, form) for form in mistake.forms]
    assert {verdict.mistake for verdict in verdicts} == {mistake.id}


def test_the_first_cost_that_one_writes_gets_both_shapes_said():
    verdict = check("cost", lambda a, y: 0.5 * np.sum((a - y) ** 2) / len(a))
    assert verdict.mistake == "two-shapes" and "(n,)" in verdict.message


def test_a_cost_that_spreads_is_shown_by_a_perfect_prediction():
    verdict = check("cost", lambda a, y: by_norm(a, y) if np.shape(a) == np.shape(y)
                    else np.sum((a - y) ** 2) / (2 * len(a)))
    assert verdict.mistake == "broadcast" and "cost should be 0" in repr(verdict)


def test_two_mistakes_at_once_in_a_cost_are_said_as_far_as_they_are_known():
    verdict = check("cost", lambda a, y: np.mean((a - y) ** 2))             # and it spreads
    assert verdict.mistake == "mean-squared-error"


def test_a_sign_and_a_factor_in_a_descent_are_no_known_mistake():
    verdict = check("descend", lambda gradient, start, lr, steps: start + 7 * lr)
    assert (verdict.status, verdict.mistake) == ("wrong", None)


def test_a_wrong_rate_does_not_give_the_right_one_away():
    verdict = check("largest_rate", 0.3)
    assert verdict.status == "wrong" and "0.25" not in repr(verdict)


def test_a_slope_without_its_sign_is_wrong():
    verdict = check("slope_by_experiment",
                    lambda f, v, h=1e-5: abs(second.slope_by_experiment(f, v, h)))
    assert verdict.mistake == "absolute"


def test_a_nudge_that_grows_with_v_is_no_nudge_by_h():
    assert not check("slope_by_experiment", lambda f, v, h=1e-5: (f(v * (1 + h)) - f(v * (1 - h)))
                     / (2 * h * v))


def test_a_return_inside_the_loop_is_said_although_no_steps_then_give_none():
    verdict = check("descend", third.returns_inside)
    assert verdict.mistake == "one-step" and "None" not in verdict.message


def test_a_loop_over_the_rows_is_told_that_it_adds_examples():
    def added(a, y):
        y, total = np.reshape(y, np.shape(a)), 0
        for j in range(len(a)):
            total += (a[j] - y[j]) ** 2 / 2
        return total
    assert check("cost", added).mistake == "rows-added"


def test_functions_are_shown_by_their_formula():
    assert "f = v ** 2" in repr(check("slope_by_experiment", lambda f, v, h=1e-5: 0.0))
