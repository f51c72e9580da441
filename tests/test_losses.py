"""Losses and penalties: values by hand and from PyTorch, slopes by nudging, errors that teach."""
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dlf
from dlf import metrics
from dlf.gradcheck import relative_error

TRIALS = 200

# ---- one example of every loss, in every shape it takes ------------------------------------------

def shape_of(rng, low=1, high=3):
    """One example, a batch, or a batch of sequences, with axes of 1, 2 or 3."""
    return tuple(map(int, rng.integers(1, 4, rng.integers(low, high + 1))))


def apart(rng, *kinks):
    """Outputs and targets whose errors are at least 0.02 away from these numbers."""
    shape = shape_of(rng)
    error = rng.uniform(-3, 3, shape)
    for kink in kinks:
        near  = np.abs(np.abs(error) - kink) < 0.02
        error = np.where(near, error + 0.1, error)
    target = rng.normal(size=shape)
    return target + error, target


def yes_or_no(rng):
    y = 3 * rng.normal(size=shape_of(rng))
    return y, rng.uniform(0, 1, y.shape) if rng.integers(2) else rng.integers(0, 2, y.shape)


def scores(rng):
    """Scores of 2 to 4 classes: of one example, a batch, or a batch of sequences."""
    return 3 * rng.normal(size=(*shape_of(rng, 0, 2), rng.integers(2, 5)))


def classes(rng):
    y = scores(rng)
    return y, rng.integers(0, y.shape[-1], y.shape[:-1])


def shares(rng):
    y = scores(rng)
    return y, rng.dirichlet(np.ones(y.shape[-1]), y.shape[:-1])


CASES = {
    "MeanSquare":                 (dlf.MeanSquare(),         lambda rng: apart(rng)),
    "MeanAbsolute":               (dlf.MeanAbsolute(),       lambda rng: apart(rng, 0)),
    "Huber":                      (dlf.Huber(0.8),           lambda rng: apart(rng, 0.8)),
    "BinaryCrossEntropy":         (dlf.BinaryCrossEntropy(), yes_or_no),
    "CrossEntropy":               (dlf.CrossEntropy(),       classes),
    "CrossEntropy, soft targets": (dlf.CrossEntropy(),       shares),
}
every  = pytest.mark.parametrize("name", CASES)
LOSSES = [dlf.MeanSquare(), dlf.MeanAbsolute(), dlf.Huber(), dlf.BinaryCrossEntropy(),
          dlf.CrossEntropy()]
losses = pytest.mark.parametrize("loss", LOSSES, ids=repr)


@every
def test_grad_is_the_slope_of_the_value_for_random_shapes(name, rng):
    loss, draw = CASES[name]
    for _ in range(TRIALS):
        y, target = draw(rng)
        slope = dlf.numerical_gradient(lambda y=y, t=target: loss(y, t), y)
        assert relative_error(loss.grad(y, target), slope) < 1e-6, (y.shape, np.shape(target))


@every
def test_the_slope_has_the_shape_of_the_outputs(name, rng):
    loss, draw = CASES[name]
    for _ in range(20):
        y, target = draw(rng)
        assert loss.grad(y, target).shape == y.shape


@every
def test_training_gets_the_value_and_the_slope_that_the_loss_tells(name, rng):
    loss, draw = CASES[name]
    y, target = draw(rng)
    value, slope = loss.value_and_grad(y, loss.prepare(y, target))
    assert value == loss(y, target) and np.array_equal(slope, loss.grad(y, target))


@every
def test_a_loss_is_a_float_and_a_float32_slope_for_float32_outputs(name, rng):
    loss, draw = CASES[name]
    y, target = draw(rng)
    slope = loss.grad(y.astype(np.float32), target)
    assert type(loss(y.astype(np.float32), target)) is float
    assert slope.dtype == np.float32
    assert np.allclose(slope, loss.grad(y, target), rtol=1e-4, atol=1e-5)


@every
def test_a_loss_never_writes_to_what_it_is_given(name, rng):
    loss, draw = CASES[name]
    y, target = draw(rng)
    y.flags.writeable = False                     # whoever writes now raises
    target = np.array(target)
    target.flags.writeable = False
    loss(y, target)
    loss.grad(y, target)


@every
def test_a_loss_is_the_mean_over_its_examples(name, rng):
    loss, draw = CASES[name]
    y, target = draw(rng)
    while y.ndim != 2 or len(y) < 2:
        y, target = draw(rng)
    one_by_one = [loss(row, goal) for row, goal in zip(y, target, strict=True)]
    assert loss(y, target) == pytest.approx(np.mean(one_by_one), rel=1e-13)


@every
def test_twice_the_same_batch_has_the_same_loss_and_half_the_slope_an_example(name, rng):
    loss, draw = CASES[name]
    y, target = draw(rng)
    while y.ndim != 2:
        y, target = draw(rng)
    twice = np.concatenate([y, y]), np.concatenate([target, target])
    assert loss(*twice) == pytest.approx(loss(y, target), rel=1e-13)
    assert np.allclose(loss.grad(*twice)[:len(y)], loss.grad(y, target) / 2, rtol=1e-13)


@losses
def test_config_and_repr_give_the_loss_back(loss):
    assert type(loss).from_config(loss.config()).config() == loss.config()
    assert eval(repr(loss), vars(dlf)).config() == loss.config()


def test_hubers_delta_survives_config_and_repr():
    assert repr(dlf.Huber(2.5)) == "Huber(delta=2.5)"
    assert dlf.Huber.from_config(dlf.Huber(2.5).config()).delta == 2.5


# ---- values worked by hand -----------------------------------------------------------------------

def test_mean_square_worked_by_hand():
    y, target = [[1, 2], [3, 5]], [[1, 0], [0, 4]]
    # example 1: (0 + 4) / 2 = 2; example 2: (9 + 1) / 2 = 5; mean 3.5
    assert dlf.MeanSquare()(y, target) == 3.5
    assert dlf.MeanSquare().grad(y, target).tolist() == [[0, 1], [1.5, 0.5]]


def test_mean_absolute_worked_by_hand():
    y, target = [[1, 2], [3, 5]], [[1, 0], [0, 6]]
    assert dlf.MeanAbsolute()(y, target) == (0 + 2 + 3 + 1) / 2
    assert dlf.MeanAbsolute().grad(y, target).tolist() == [[0, 0.5], [0.5, -0.5]]


def test_huber_worked_by_hand():
    y, target = [[0.5], [3.0], [-3.0]], [[0], [0], [0]]
    # 1/2 (1/2)^2 = 1/8; 2 (3 - 2/2) = 4, twice
    assert dlf.Huber(2.0)(y, target) == pytest.approx((0.125 + 4 + 4) / 3, rel=1e-15)
    assert np.allclose(dlf.Huber(2.0).grad(y, target), np.array([[0.5], [2], [-2]]) / 3)


def test_binary_cross_entropy_worked_by_hand():
    # sigmoid(log 3) = 3/4: -log(3/4) for a yes, -log(1/4) for a no
    y = [[math.log(3)], [math.log(3)]]
    assert dlf.BinaryCrossEntropy()(y, [1, 0]) == pytest.approx(-math.log(3 / 16) / 2, rel=1e-15)
    assert np.allclose(dlf.BinaryCrossEntropy().grad(y, [1, 0]), [[-1 / 8], [3 / 8]], rtol=1e-14)


def test_cross_entropy_worked_by_hand():
    # softmax(log 1, log 2, log 5) = 1/8, 2/8, 5/8
    y = np.log([[1.0, 2.0, 5.0], [1.0, 2.0, 5.0]])
    assert dlf.CrossEntropy()(y, [2, 0]) == pytest.approx((math.log(8 / 5) + math.log(8)) / 2)
    assert np.allclose(dlf.CrossEntropy().grad(y, [2, 0]),
                       np.array([[1, 2, 5 - 8], [1 - 8, 2, 5]]) / 8 / 2, rtol=1e-14)


def test_a_network_that_knows_nothing_scores_the_log_of_the_number_of_classes():
    assert dlf.CrossEntropy()(np.zeros((7, 10)), np.arange(7)) == pytest.approx(math.log(10))
    assert dlf.BinaryCrossEntropy()(np.zeros((7, 1)), np.ones(7)) == pytest.approx(math.log(2))


def test_cross_entropy_of_two_classes_is_binary_cross_entropy_of_their_difference(rng):
    y, target = rng.normal(size=(5, 2)), rng.integers(0, 2, 5)
    assert dlf.CrossEntropy()(y, target) == pytest.approx(
        dlf.BinaryCrossEntropy()(y[:, 1:] - y[:, :1], target), rel=1e-14)


# ---- PyTorch -------------------------------------------------------------------------------------

@pytest.mark.parametrize("name, theirs", [
    ("MeanSquare",         lambda F, y, t: F.mse_loss(y, t, reduction="sum") / 2 / len(y)),
    ("MeanAbsolute",       lambda F, y, t: F.l1_loss(y, t, reduction="sum") / len(y)),
    ("Huber",              lambda F, y, t: F.huber_loss(y, t, reduction="sum", delta=.8) / len(y)),
    ("BinaryCrossEntropy", lambda F, y, t: F.binary_cross_entropy_with_logits(
                                               y, t.double(), reduction="sum") / len(y)),
    ("CrossEntropy",               lambda F, y, t: F.cross_entropy(y, t)),
    ("CrossEntropy, soft targets", lambda F, y, t: F.cross_entropy(y, t)),
])
def test_values_and_slopes_are_pytorchs(name, theirs, rng, torch):
    loss, draw = CASES[name]
    for _ in range(10):
        y, target = draw(rng)
        while y.ndim != 2:
            y, target = draw(rng)
        ty = torch.tensor(y, requires_grad=True)
        value = theirs(torch.nn.functional, ty, torch.tensor(target))
        value.backward()
        assert loss(y, target) == pytest.approx(value.item(), rel=1e-12, abs=1e-15)
        assert np.allclose(loss.grad(y, target), ty.grad.numpy(), rtol=1e-11, atol=1e-15)


def test_cross_entropy_of_sequences_is_pytorchs_with_the_classes_put_last(rng, torch):
    y, target = rng.normal(size=(3, 4, 5)), rng.integers(0, 5, (3, 4))
    theirs = torch.nn.functional.cross_entropy(torch.tensor(y).swapaxes(1, 2), torch.tensor(target))
    assert dlf.CrossEntropy()(y, target) == pytest.approx(theirs.item(), rel=1e-13)


# ---- far from zero -------------------------------------------------------------------------------

SURE = np.array([[1000.0, -1000.0, 0.0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss, right, wrong", [
    (dlf.CrossEntropy(),       [0],         [1]),
    (dlf.CrossEntropy(),       [[1., 0, 0]], [[0, 1., 0]]),
    (dlf.BinaryCrossEntropy(), [[1, 0, 0]], [[0, 0, 0]]),
])
def test_scores_of_1000_are_exact_when_right_and_cost_their_distance_when_wrong(
        loss, right, wrong, dtype):
    y = SURE.astype(dtype)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        free, paid = loss(y, right), loss(y, wrong)
        slopes = loss.grad(y, right), loss.grad(y, wrong)
    assert paid - free == pytest.approx(2000 if isinstance(loss, dlf.CrossEntropy) else 1000)
    assert np.isfinite(slopes).all()
    assert slopes[0][0, 0] == 0 and slopes[1][0, 0] == 1


@losses
def test_scores_of_1000_give_finite_values_and_slopes_and_no_warning(loss):
    target = [1] if isinstance(loss, dlf.CrossEntropy) else [[0, 1, 1]]
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        assert math.isfinite(loss(SURE, target)) and np.isfinite(loss.grad(SURE, target)).all()


def test_one_examples_huge_scores_do_not_drown_anothers():
    alone = dlf.CrossEntropy()([[-1000.0, -1001.0]], [1])
    assert dlf.CrossEntropy()([[-1000.0, -1001.0], [1000.0, 0.0]], [1, 0]) == alone / 2


def test_binary_cross_entropy_keeps_tiny_losses():
    value = dlf.BinaryCrossEntropy()([[50.0]], [1])
    assert value == pytest.approx(math.exp(-50), rel=1e-12, abs=0)


# ---- targets in every form -----------------------------------------------------------------------

@pytest.mark.parametrize("loss", LOSSES[:4], ids=repr)
def test_single_targets_go_with_a_column_of_outputs(loss, rng):
    y = rng.normal(size=(5, 1))
    assert loss(y, np.array([0, 1, 1, 0, 1])) == loss(y, np.array([[0.0], [1], [1], [0], [1]]))
    assert loss.grad(y, [0, 1, 1, 0, 1]).shape == (5, 1)


@given(st.integers(1, 5), st.integers(2, 5))
def test_rows_of_0_and_1_name_the_same_classes_as_whole_numbers(m, n):
    rng = np.random.default_rng(0)
    y, target = rng.normal(size=(m, n)), rng.integers(0, n, m)
    loss = dlf.CrossEntropy()
    for rows in (np.eye(n)[target], np.eye(n, dtype=int)[target], np.eye(n, dtype=bool)[target]):
        assert loss(y, rows) == pytest.approx(loss(y, target), rel=1e-13, abs=1e-15)
        assert np.allclose(loss.grad(y, rows), loss.grad(y, target), rtol=1e-13, atol=1e-15)


def test_classes_may_come_as_floats_if_they_are_whole():
    y = np.eye(3)
    assert dlf.CrossEntropy()(y, [0.0, 1.0, 2.0]) == dlf.CrossEntropy()(y, [0, 1, 2])


def test_outputs_that_are_whole_numbers_are_outputs_too():
    for loss, target in ((dlf.BinaryCrossEntropy(), [[1, 0]]), (dlf.CrossEntropy(), [1])):
        assert np.array_equal(loss.grad([[2, -1]], target), loss.grad([[2.0, -1.0]], target))


def test_a_loss_knows_the_metric_that_goes_with_it():
    assert [loss.metric for loss in LOSSES] == [
        metrics.r2, metrics.r2, metrics.r2, metrics.accuracy_of_each, metrics.accuracy]


# ---- errors --------------------------------------------------------------------------------------

@pytest.mark.parametrize("target, error, message", [
    ([0.5, 1.0],   TypeError,  r"whole numbers that name classes, got 0\.5.*dlf\.MeanSquare"),
    (["a", "b"],   TypeError,  r"such as .*'a'.*np\.unique\(target, return_inverse=True\)"),
    ([0, 3],       ValueError, r"3 outputs, so classes are 0 \.\.\. 2; .* hold 0 \.\.\. 3"),
    ([-1, 1],      ValueError, r"hold -1 \.\.\. 1.*number the classes from 0"),
    ([1, 2, 3],    ValueError, r"hold 1 \.\.\. 3"),
    ([[0], [1]],   ValueError, r"Pass target\[:, 0\]"),
    ([[0, 1], [1, 0]], ValueError, r"scores are \(batch, 3\), targets are \(batch, 2\)"),
    ([[.5, .5, 0], [.5, .6, 0]],   ValueError, r"begins with \[0\.5, 0\.6, 0\.0\] .* up to 1\.1"),
    ([[1., 0, 0], [1.5, -.5, 0]],  ValueError, r"none below 0.*begins with \[1\.5, -0\.5, 0\.0\]"),
])
def test_targets_that_name_no_classes_are_refused_with_the_mend(target, error, message):
    y = np.zeros((len(target), 3))
    with pytest.raises(error, match=message):
        dlf.CrossEntropy()(y, target)
    with pytest.raises(error, match=message):
        dlf.CrossEntropy().prepare(y[:1], target)         # what training calls


def test_one_output_is_sent_from_cross_entropy_to_binary_cross_entropy():
    with pytest.raises(dlf.ShapeError, match=r"one output.*use dlf\.BinaryCrossEntropy\(\)"):
        dlf.CrossEntropy()(np.zeros((4, 1)), [0, 1, 1, 0])


def test_labels_of_minus_1_and_1_are_told_to_become_0_and_1():
    with pytest.raises(ValueError, match=r"run from -1 to 1.*pass \(target \+ 1\) / 2"):
        dlf.BinaryCrossEntropy()(np.zeros((2, 1)), [-1, 1])


def test_gaps_among_the_targets_are_refused():
    with pytest.raises(ValueError, match="from nan to nan"):
        dlf.BinaryCrossEntropy()(np.zeros((2, 1)), [0, np.nan])


@pytest.mark.parametrize("loss", LOSSES[:4], ids=repr)
def test_class_numbers_for_several_outputs_are_sent_to_cross_entropy(loss):
    with pytest.raises(dlf.ShapeError, match=r"dlf\.CrossEntropy\(\).*np\.eye\(3\)\[target\]"):
        loss(np.zeros((4, 3)), np.array([0, 1, 1, 0]))


@pytest.mark.parametrize("loss", LOSSES[:4], ids=repr)
def test_rows_of_another_length_are_refused_with_both_shapes(loss):
    with pytest.raises(dlf.ShapeError, match=r"\(batch, 3\) with targets of shape \(batch, 2\)"):
        loss(np.zeros((4, 3)), np.zeros((4, 2)))


@losses
@pytest.mark.parametrize("m", [1, 3])
def test_another_number_of_targets_than_outputs_is_refused_and_never_broadcast(loss, m):
    target = np.zeros(4, int) if isinstance(loss, dlf.CrossEntropy) else np.zeros((4, 2))
    with pytest.raises(dlf.ShapeError, match=f"{m} outputs and 4 targets"):
        loss(np.zeros((m, 2)), target)
    with pytest.raises(dlf.ShapeError, match=f"4 outputs and {m} targets"):
        loss.grad(np.zeros((4, 2)), target[:m])


@pytest.mark.parametrize("loss", LOSSES[:4], ids=repr)
def test_one_number_for_many_outputs_is_refused(loss):
    with pytest.raises(dlf.ShapeError, match="they must be equal"):
        loss(np.zeros((4, 1)), 0.5)


@losses
def test_a_mean_over_nothing_is_refused(loss):
    with pytest.raises(ValueError, match="no examples"):
        loss(np.zeros((0, 3)), np.zeros(0, int) if loss is LOSSES[4] else np.zeros((0, 3)))


@losses
def test_text_as_targets_is_told_to_become_numbers(loss):
    with pytest.raises(TypeError, match=r"wants numbers as targets.*'cat'.*np\.unique"):
        loss(np.zeros((2, 1)), ["cat", "dog"])


@pytest.mark.parametrize("delta", [0, -1, math.nan])
def test_hubers_delta_must_be_positive(delta):
    with pytest.raises(ValueError, match="must be positive; got"):
        dlf.Huber(delta)


# ---- penalties -----------------------------------------------------------------------------------

PENALTIES = [dlf.L2(0.3), dlf.L1(0.3)]
penalties = pytest.mark.parametrize("penalty", PENALTIES, ids=repr)


def network():
    """Weights, at every depth, and all that no penalty may touch: biases, gamma and beta."""
    net = dlf.Sequential(dlf.Embedding(3, 2), dlf.LayerNorm(2),
                         dlf.Residual(dlf.Dense(2, 2), dlf.BatchNorm(2)))
    net.theta[...] = np.random.default_rng(0).normal(size=net.n_parameters)
    return net


def test_penalties_worked_by_hand():
    layer = dlf.Dense(2, 2)
    layer.W[...], layer.b[...] = [[1, -2], [0, 4]], 100
    assert dlf.L2(0.5)(layer) == 0.25 * (1 + 4 + 0 + 16)
    assert dlf.L1(0.5)(layer) == 0.5 * (1 + 2 + 0 + 4)


@penalties
def test_add_grad_adds_the_slope_of_the_penalty(penalty):
    net = network()
    net.dtheta[...] = 10
    penalty.add_grad(net)
    slope = dlf.numerical_gradient(lambda: penalty(net), net.theta)
    assert relative_error(net.dtheta - 10, slope) < 1e-6


@penalties
def test_only_weights_are_penalized(penalty):
    net = network()
    net.dtheta[...] = 0
    penalty.add_grad(net)
    touched = {name for name, _, gradient in net.parameters() if gradient.any()}
    assert touched == {"0.W", "2.0.W"}


@penalties
def test_a_penalty_keeps_float32(penalty):
    net = network().astype(np.float32)
    penalty.add_grad(net)
    assert net.dtheta.dtype == np.float32 and type(penalty(net)) is float


@penalties
def test_a_penalty_can_be_made_again_from_its_config_and_repr(penalty):
    assert type(penalty).from_config(penalty.config()).strength == 0.3
    assert eval(repr(penalty), vars(dlf)).strength == 0.3


@pytest.mark.parametrize("make", [dlf.L1, dlf.L2])
@pytest.mark.parametrize("strength", [-0.1, math.nan])
def test_a_penalty_that_rewards_is_refused(make, strength):
    with pytest.raises(ValueError, match=f"{make.__name__}: the strength must be 0 or more, got"):
        make(strength)


def test_weight_decay_through_l2_is_pytorchs(rng, torch):
    layer = dlf.Dense(3, 2, rng=rng)
    w = torch.tensor(layer.W, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1, weight_decay=0.3)
    w.grad = torch.zeros_like(w)
    optimizer.step()
    layer.dtheta[...] = 0
    dlf.L2(0.3).add_grad(layer)
    dlf.SGD(0.1).step(layer.theta, layer.dtheta)
    assert np.allclose(layer.W, w.detach().numpy(), rtol=1e-14)


# ---- targets that do not count -------------------------------------------------------------------

def test_targets_to_ignore_count_neither_in_the_mean_nor_in_the_slope(rng):
    y      = rng.normal(size=(2, 3, 4))
    target = np.array([[0, -1, 2], [-1, 3, -1]])
    loss, kept = dlf.CrossEntropy(ignore=-1), target >= 0
    assert loss(y, target) == pytest.approx(dlf.CrossEntropy()(y[kept], target[kept]), rel=1e-14)
    slope = loss.grad(y, target)
    assert not slope[~kept].any()
    assert np.allclose(slope[kept], dlf.CrossEntropy().grad(y[kept], target[kept]), rtol=1e-14)


def test_ignored_targets_are_pytorchs(rng, torch):
    y, target = rng.normal(size=(6, 4)), np.array([0, 9, 2, 9, 3, 1])
    ty = torch.tensor(y, requires_grad=True)
    theirs = torch.nn.functional.cross_entropy(ty, torch.tensor(target), ignore_index=9)
    theirs.backward()
    loss = dlf.CrossEntropy(ignore=9)
    assert loss(y, target) == pytest.approx(theirs.item(), rel=1e-13)
    assert np.allclose(loss.grad(y, target), ty.grad.numpy(), rtol=1e-12)


def test_a_batch_in_which_nothing_counts_teaches_nothing():
    value, slope = dlf.CrossEntropy(ignore=-1).value_and_grad(np.ones((2, 3)), np.array([-1, -1]))
    assert value == 0 and not slope.any()


def test_data_in_which_nothing_counts_are_refused():
    with pytest.raises(ValueError, match="all 2 targets are -1, so none of them counts"):
        dlf.CrossEntropy(ignore=-1)(np.ones((2, 3)), [-1, -1])


def test_a_target_of_minus_1_is_refused_with_the_way_to_ignore_it():
    with pytest.raises(ValueError, match=r"say so: dlf\.CrossEntropy\(ignore=-1\)"):
        dlf.CrossEntropy()(np.ones((2, 3)), [2, -1])


def test_the_mark_to_ignore_is_a_whole_number():
    with pytest.raises(TypeError, match="whole number that marks targets"):
        dlf.CrossEntropy(ignore="pad")


def test_the_accuracy_that_goes_with_the_loss_ignores_them_too():
    metric = dlf.CrossEntropy(ignore=-1).metric
    assert metric([[2, 1], [0, 3], [5, 4]], [0, -1, 1]) == 1 / 2
    assert metric.__name__ == "accuracy"


@pytest.mark.parametrize("soft", [False, True])
def test_scores_that_lie_moment_by_moment_in_memory_cost_the_same(soft, rng):
    scores = rng.normal(size=(5, 2, 3)).swapaxes(0, 1)                       # (2, 5, 3), turned
    target = np.eye(3)[rng.integers(0, 3, (2, 5))] if soft else rng.integers(0, 3, (2, 5))
    loss   = dlf.CrossEntropy()
    assert loss(scores, target) == pytest.approx(loss(scores.copy("C"), target), rel=1e-12)
    assert np.allclose(loss.grad(scores, target), loss.grad(scores.copy("C"), target), rtol=1e-12)
