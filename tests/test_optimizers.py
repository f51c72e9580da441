"""Optimizers: first steps by hand, many steps against PyTorch, and going on where one stopped."""
import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import dlf
from dlf import optimizers

MAKES = {              # with every argument away from its default, and eps large enough to matter
    "SGD":      lambda lr=0.05: dlf.SGD(lr),
    "Momentum": lambda lr=0.02: dlf.Momentum(lr, momentum=0.8),
    "Nesterov": lambda lr=0.02: dlf.Nesterov(lr, momentum=0.8),
    "RMSProp":  lambda lr=0.03: dlf.RMSProp(lr, decay=0.95, eps=0.1),
    "Adam":     lambda lr=0.03: dlf.Adam(lr, beta1=0.8, beta2=0.95, eps=0.1),
    "AdamW":    lambda lr=0.03: dlf.AdamW(lr, beta1=0.8, beta2=0.95, eps=0.1, decay=0.2),
}
PEERS = {
    "SGD":      lambda o, w: o.SGD(w, 0.05),
    "Momentum": lambda o, w: o.SGD(w, 0.02, momentum=0.8),
    "Nesterov": lambda o, w: o.SGD(w, 0.02, momentum=0.8, nesterov=True),
    "RMSProp":  lambda o, w: o.RMSprop(w, 0.03, alpha=0.95, eps=0.1),
    "Adam":     lambda o, w: o.Adam(w, 0.03, betas=(0.8, 0.95), eps=0.1),
    "AdamW":    lambda o, w: o.AdamW(w, 0.03, betas=(0.8, 0.95), eps=0.1, weight_decay=0.2),
}
DEFAULTS = {
    "RMSProp": (dlf.RMSProp, lambda o, w: o.RMSprop(w, 0.001)),
    "Adam":    (dlf.Adam,    lambda o, w: o.Adam(w)),
    "AdamW":   (dlf.AdamW,   lambda o, w: o.AdamW(w)),
}
every = pytest.mark.parametrize("name", MAKES)


def slope(w):
    """The gradient of a bumpy bowl, other for each parameter."""
    return (1 + np.arange(len(w)) % 5) * w + np.sin(3 * w)


def go(optimizer, theta, steps, slope=slope):
    """So many steps down the bowl; `dtheta` stays the same array, as a network's does."""
    dtheta = np.empty_like(theta)
    for _ in range(steps):
        dtheta[...] = slope(theta)
        optimizer.step(theta, dtheta)
    return theta


def start(n=20, dtype=float):
    return np.random.default_rng(0).normal(size=n).astype(dtype)


def by_hand(optimizer, *gradients):
    """Where one parameter goes from 1, given these gradients one after another."""
    theta, dtheta, path = np.ones(1), np.empty(1), []
    for g in gradients:
        dtheta[...] = g
        optimizer.step(theta, dtheta)
        path.append(theta[0])
    return path


# ---- the first steps by hand ---------------------------------------------------------------------

def test_sgd_by_hand():
    assert by_hand(dlf.SGD(0.1), 2, -3) == pytest.approx([1 - 0.2, 0.8 + 0.3], rel=1e-15)


def test_momentum_by_hand():
    # v = 2, then 0.5 * 2 - 3 = -2, then 0.5 * -2 + 0 = -1: it rolls on without a slope
    assert by_hand(dlf.Momentum(0.1, 0.5), 2, -3, 0) == pytest.approx([0.8, 1.0, 1.1], rel=1e-15)


def test_nesterov_by_hand():
    # v as above; steps g + v/2: 2 + 1 = 3, then -3 - 1 = -4, then 0 - 0.5
    assert by_hand(dlf.Nesterov(0.1, 0.5), 2, -3, 0) == pytest.approx([0.7, 1.1, 1.15], rel=1e-15)


def test_rmsprop_by_hand():
    # s = 0.25 * 16 = 4, sqrt 2; then 0.75 * 4 + 0.25 * 4 = 4 again
    path = by_hand(dlf.RMSProp(0.1, decay=0.75, eps=0.5), 4, -2)
    assert path == pytest.approx([1 - 0.1 * 4 / 2.5, 1 - 0.16 + 0.1 * 2 / 2.5], rel=1e-14)


def test_adam_by_hand():
    # step 1: m = 0.5 * 4 = 2, m_hat = 2 / 0.5 = 4;  v = 0.25 * 16 = 4, v_hat = 4 / 0.25 = 16
    # step 2: m = 0.5 * 2 + 0.5 * -2 = 0
    path = by_hand(dlf.Adam(0.1, beta1=0.5, beta2=0.75, eps=1), 4, -2)
    assert path == pytest.approx([1 - 0.1 * 4 / (4 + 1), 1 - 0.08], rel=1e-14)


def test_adamw_by_hand_shrinks_first_and_then_steps_like_adam():
    path = by_hand(dlf.AdamW(0.1, beta1=0.5, beta2=0.75, eps=1, decay=0.2), 4, -2)
    assert path == pytest.approx([0.98 - 0.08, (0.98 - 0.08) * 0.98], rel=1e-14)


@pytest.mark.parametrize("g", [1e-4, 5, 1e4])
def test_adams_first_step_is_lr_whatever_the_size_of_the_gradient(g):
    assert by_hand(dlf.Adam(0.1), g) == pytest.approx([0.9], rel=1e-4)
    assert by_hand(dlf.Adam(0.1), -g) == pytest.approx([1.1], rel=1e-4)


@every
def test_without_a_gradient_only_weight_decay_moves(name):
    moved = by_hand(MAKES[name](), 0, 0, 0)
    assert moved[-1] == pytest.approx((1 - 0.03 * 0.2) ** 3 if name == "AdamW" else 1, rel=1e-15)


# ---- PyTorch -------------------------------------------------------------------------------------

def torch_path(torch, make, steps, lr=None):
    """Where PyTorch's optimizer goes from `start()`; lr(t) sets the rate of each step."""
    w = torch.tensor(start())
    optimizer = make(torch.optim, [w])
    for t in range(1, steps + 1):
        if lr is not None:
            optimizer.param_groups[0]["lr"] = lr(t)
        w.grad = torch.tensor(slope(w.numpy()))
        optimizer.step()
    return w.numpy()


@every
@pytest.mark.parametrize("steps", [1, 2, 100])
def test_each_goes_where_pytorchs_goes(name, steps, torch):
    theta = go(MAKES[name](), start(), steps)
    assert np.allclose(theta, torch_path(torch, PEERS[name], steps), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_defaults_are_pytorchs(name, torch):
    make, theirs = DEFAULTS[name]
    theta = go(make(), start(), 60)
    assert np.allclose(theta, torch_path(torch, theirs, 60), rtol=1e-10, atol=1e-12)


@every
def test_a_schedule_in_the_place_of_lr_sets_the_rate_of_each_step(name, torch):
    schedule = dlf.Cosine(0.05, steps=40)
    theta = go(MAKES[name](schedule), start(), 50)
    assert np.allclose(theta, torch_path(torch, PEERS[name], 50, schedule), rtol=1e-10, atol=1e-12)


def test_any_function_of_the_step_is_a_schedule_and_steps_count_from_1():
    asked = []
    def schedule(t):
        asked.append(t)
        return 1.0
    by_hand(dlf.SGD(schedule), 0, 0, 0)
    assert asked == [1, 2, 3]


def test_lr_may_be_changed_between_steps():
    optimizer = dlf.SGD(0.1)
    theta, dtheta = np.ones(1), np.ones(1)
    optimizer.step(theta, dtheta)
    optimizer.lr = 0.5
    optimizer.step(theta, dtheta)
    assert theta == pytest.approx([1 - 0.1 - 0.5])


# ---- blocks and types ----------------------------------------------------------------------------

@every
@pytest.mark.parametrize("block", [1, 7, 20, 1000])
def test_many_small_blocks_give_the_bits_of_one_large_block(name, block, monkeypatch):
    wanted = go(MAKES[name](), start(), 10)
    monkeypatch.setattr(optimizers, "BLOCK", block)
    assert np.array_equal(go(MAKES[name](), start(), 10), wanted)


@every
def test_a_vector_longer_than_a_block_moves_in_all_its_parts(name):
    n = optimizers.BLOCK + 20
    theta = go(MAKES[name](), np.tile(start(), -(-n // 20))[:n], 3)
    wanted = go(MAKES[name](), start(), 3)
    assert np.array_equal(theta[:20], wanted)
    assert np.array_equal(theta[-20:], np.roll(wanted, -(n % 20)))     # the last block, shifted


@every
def test_float32_stays_float32_and_goes_nearly_the_same_way(name):
    optimizer = MAKES[name]()
    theta = go(optimizer, start(dtype=np.float32), 50)
    assert theta.dtype == np.float32
    assert all(getattr(optimizer, m).dtype == np.float32 for m in optimizer.memory)
    assert np.allclose(theta, go(MAKES[name](), start(), 50), rtol=1e-3, atol=1e-5)


@every
def test_a_network_that_changes_its_type_takes_the_memory_along(name):
    optimizer, theta = MAKES[name](), start()
    go(optimizer, theta, 5)
    theta = go(optimizer, theta.astype(np.float32), 5)
    assert all(getattr(optimizer, m).dtype == np.float32 for m in optimizer.memory)
    assert np.allclose(theta, go(MAKES[name](), start(), 10), rtol=1e-4, atol=1e-5)


@every
def test_the_gradient_is_only_read(name):
    theta, dtheta = start(), slope(start())
    dtheta.flags.writeable = False
    MAKES[name]().step(theta, dtheta)
    assert not np.array_equal(theta, start())


# ---- stopping and going on -----------------------------------------------------------------------

def by_state(optimizer, name):
    other = MAKES[name]()
    other.restore(optimizer.state())
    return other


COPIES = {
    "state":    by_state,
    "pickle":   lambda optimizer, name: pickle.loads(pickle.dumps(optimizer)),
    "deepcopy": lambda optimizer, name: copy.deepcopy(optimizer),
}


@every
@pytest.mark.parametrize("way", COPIES)
def test_a_copy_goes_on_bit_for_bit(name, way):
    optimizer, theta = MAKES[name](), start()
    go(optimizer, theta, 5)
    other = COPIES[way](optimizer, name)
    there = theta.copy()
    go(optimizer, theta, 5)                           # the first goes on and disturbs nobody
    assert np.array_equal(go(other, there, 5), theta)
    assert optimizer.t == other.t == 10


@every
def test_one_state_can_be_gone_back_to_again_and_again(name):
    optimizer, theta = MAKES[name](), start()
    go(optimizer, theta, 5)
    kept, there = optimizer.state(), theta.copy()
    first = go(optimizer, theta, 5)
    for _ in range(2):
        optimizer.restore(kept)
        assert np.array_equal(go(optimizer, there.copy(), 5), first)


@every
def test_forget_starts_afresh(name):
    optimizer = MAKES[name]()
    go(optimizer, start(), 5)
    optimizer.forget()
    assert optimizer.t == 0
    assert np.array_equal(go(optimizer, start(), 5), go(MAKES[name](), start(), 5))


@every
def test_the_memory_goes_along_to_another_vector_of_the_same_length(name):
    optimizer, theta = MAKES[name](), start()
    go(optimizer, theta, 5)
    moved = go(optimizer, theta.copy(), 5)            # as after net.tie()
    assert np.array_equal(moved, go(MAKES[name](), start(), 10))


@pytest.mark.parametrize("name", [name for name in MAKES if name != "SGD"])
def test_memory_of_another_network_is_refused_with_both_sizes(name):
    optimizer = MAKES[name]()
    go(optimizer, start(20), 1)
    with pytest.raises(ValueError, match=r"network of 20 parameters .* one of 30: make a new opt"):
        go(optimizer, start(30), 1)


@pytest.mark.parametrize("name", [name for name in MAKES if name != "SGD"])
def test_memory_of_another_network_of_the_same_size_is_refused_until_it_is_forgotten(name):
    optimizer, net, other = MAKES[name](), dlf.Dense(2, 3), dlf.Dense(2, 3)
    optimizer.belong_to(net)
    go(optimizer, net.theta, 1, slope=np.copy)
    optimizer.belong_to(net)                                   # the same again is welcome
    with pytest.raises(ValueError, match=r"slopes of another network.*forget\(\)"):
        optimizer.belong_to(other)
    optimizer.forget()
    optimizer.belong_to(other)


def test_an_optimizer_without_memory_goes_with_any_network():
    optimizer, net = dlf.SGD(0.1), dlf.Dense(2, 3)
    optimizer.belong_to(net)
    go(optimizer, net.theta, 1)
    optimizer.belong_to(dlf.Dense(4, 4))


def test_a_whole_network_moves_through_its_windows():
    net = dlf.Sequential(dlf.Dense(2, 3), dlf.Dense(3, 1))
    before = net[1].b.copy()
    net.dtheta[...] = 1
    dlf.SGD(0.5).step(net.theta, net.dtheta)
    assert net[1].b == pytest.approx(before - 0.5)


# ---- made rightly and wrongly --------------------------------------------------------------------

@every
@pytest.mark.parametrize("lr", [0.01, dlf.Cosine(0.1, 100)], ids=["number", "schedule"])
def test_config_and_repr_give_the_optimizer_back(name, lr):
    optimizer = MAKES[name](lr)
    assert repr(type(optimizer).from_config(optimizer.config())) == repr(optimizer)
    assert repr(eval(repr(optimizer), vars(dlf))) == repr(optimizer)


def test_repr_leaves_defaults_out():
    assert repr(dlf.Adam()) == "Adam()"
    assert repr(dlf.AdamW(0.01, decay=0.1)) == "AdamW(lr=0.01, decay=0.1)"
    assert repr(dlf.Momentum(0.1)) == "Momentum(0.1)"


@every
@pytest.mark.parametrize("lr", [-0.1, math.nan, math.inf, "0.1", None, [0.1]])
def test_a_learning_rate_that_cannot_work_is_refused_with_one_that_can(name, lr):
    with pytest.raises(ValueError, match=rf"{name}: lr must be a number of at least 0, such as"):
        MAKES[name](lr)


@pytest.mark.parametrize("make, what", [
    (lambda v: dlf.Momentum(0.1, momentum=v), "Momentum: momentum"),
    (lambda v: dlf.Nesterov(0.1, momentum=v), "Nesterov: momentum"),
    (lambda v: dlf.RMSProp(0.1, decay=v),     "RMSProp: decay"),
    (lambda v: dlf.Adam(0.1, beta1=v),        "Adam: beta1"),
    (lambda v: dlf.Adam(0.1, beta2=v),        "Adam: beta2"),
    (lambda v: dlf.AdamW(0.1, decay=v),       "AdamW: decay"),
])
@pytest.mark.parametrize("value", [-0.1, 1, 1.5, math.nan])
def test_a_share_outside_0_to_1_is_refused(make, what, value):
    with pytest.raises(ValueError, match=f"{what} must be at least 0 and below 1, got"):
        make(value)


@pytest.mark.parametrize("kind", [dlf.RMSProp, dlf.Adam, dlf.AdamW])
@pytest.mark.parametrize("eps", [-1e-8, math.inf, math.nan])
def test_an_eps_that_is_no_small_number_is_refused(kind, eps):
    with pytest.raises(ValueError, match=f"{kind.__name__}: eps must be a small number of"):
        kind(eps=eps)


@pytest.mark.parametrize("rate", [-0.1, math.inf, math.nan])
def test_a_schedule_that_leaves_the_numbers_is_stopped_before_the_step(rate):
    optimizer, theta = dlf.Adam(lambda t: 0.1 if t == 1 else rate), np.ones(2)
    optimizer.step(theta, np.ones(2))
    before = theta.copy()
    with pytest.raises(ValueError, match="Adam: the learning rate of step 2 is"):
        optimizer.step(theta, np.ones(2))
    assert np.array_equal(theta, before) and optimizer.t == 1


@pytest.mark.parametrize("slope", [np.ones(1), np.ones(4), np.ones((3, 1))])
def test_a_slope_of_another_length_is_refused_and_moves_nothing(slope):
    theta = np.ones(3)
    with pytest.raises(ValueError, match=r"moves one vector by another of the same .*\(3,\) and"):
        dlf.SGD(0.1).step(theta, slope)
    assert theta.tolist() == [1, 1, 1]


# ---- clipping ------------------------------------------------------------------------------------

def test_clipping_by_hand():
    g = np.array([3.0, 4.0])
    assert dlf.clip_by_norm(g, 2) == 5                       # sqrt(9 + 16)
    assert np.allclose(g, [3 * 2 / 5, 4 * 2 / 5], rtol=1e-15)


def test_a_gradient_short_enough_stays_bit_for_bit():
    g = np.array([0.3, 0.4])
    assert dlf.clip_by_norm(g, 0.6) == pytest.approx(0.5) and g.tolist() == [0.3, 0.4]


def test_a_norm_already_known_is_not_computed_again():
    g = np.array([3.0, 4.0])
    assert dlf.clip_by_norm(g, 1, norm=10) == 10 and np.allclose(g, [0.3, 0.4])


@given(arrays(float, st.integers(1, 8), elements=st.floats(-1e6, 1e6)), st.floats(1e-3, 1e3))
def test_clipping_keeps_the_direction_and_never_lengthens(g, limit):
    clipped = g.copy()
    norm = dlf.clip_by_norm(clipped, limit)
    assert norm == pytest.approx(np.linalg.norm(g), rel=1e-12)
    assert np.linalg.norm(clipped) <= limit * (1 + 1e-12) or np.array_equal(clipped, g)
    assert np.allclose(clipped * norm, g * np.linalg.norm(clipped), rtol=1e-10)
    assert np.linalg.norm(clipped) == pytest.approx(min(norm, limit), rel=1e-12)


def test_clipping_is_pytorchs(rng, torch):
    g = rng.normal(size=50)
    w = torch.zeros(50, dtype=torch.float64, requires_grad=True)
    w.grad = torch.tensor(g)
    norm = torch.nn.utils.clip_grad_norm_([w], 1.5)
    assert dlf.clip_by_norm(g, 1.5) == pytest.approx(norm.item(), rel=1e-14)
    assert np.allclose(g, w.grad.numpy(), rtol=1e-5)         # PyTorch divides by norm + 1e-6


# ---- what is next to nothing ---------------------------------------------------------------------

remembering = pytest.mark.parametrize("name", [n for n, make in MAKES.items() if make().memory])


@remembering
def test_what_is_left_of_an_old_slope_becomes_zero_before_processors_slow_down(name):
    optimizer, theta = MAKES[name](), start(dtype=np.float32)
    go(optimizer, theta, 1)
    go(optimizer, theta, 2500, slope=np.zeros_like)
    for kept in (getattr(optimizer, m) for m in optimizer.memory):
        subnormal = (kept != 0) & (np.abs(kept) < np.finfo(np.float32).tiny)
        assert not subnormal.any()


@remembering
def test_no_step_notices_the_sweep(name, monkeypatch):
    def path(every):
        monkeypatch.setattr(optimizers, "SWEEP", every)
        optimizer, theta = MAKES[name](), start(dtype=np.float32)
        go(optimizer, theta, 50)
        return go(optimizer, theta, 1000, slope=np.zeros_like)
    assert np.array_equal(path(every=1), path(every=10**9))


def test_a_sweep_leaves_what_is_not_a_number_for_training_to_report(rng):
    optimizer, theta = dlf.Momentum(0.1), np.zeros(3)
    for g in [[np.nan, np.inf, 1]] + [[0, 0, 0]] * 200:
        optimizer.step(theta, np.array(g, float))
    assert np.isnan(optimizer.v[0]) and np.isinf(optimizer.v[1])
