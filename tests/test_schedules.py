"""Schedules: their values by hand at the start, the middle, the end and beyond, and PyTorch's."""
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dlf
from dlf.schedules import Exponential

ALL = [dlf.Constant(0.1), dlf.StepDecay(0.1, 10), dlf.StepDecay(0.1, 10, factor=0.5),
       dlf.Cosine(0.1, 50), dlf.Cosine(0.1, 50, low=0.01), dlf.WarmUp(0.1, 5),
       dlf.WarmUp(dlf.Cosine(0.1, 50), 5), dlf.OneCycle(0.1, 50), dlf.OneCycle(0.1, 50, rise=0.5)]
every = pytest.mark.parametrize("schedule", ALL, ids=repr)


def torch_path(torch, make, steps, lr=0.4):
    """The rates of steps 1 ... `steps` under one of PyTorch's schedulers."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr)
    scheduler = make(torch.optim.lr_scheduler, optimizer)
    path = []
    for _ in range(steps):
        path.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return path


def path(schedule, steps):
    return [schedule(t) for t in range(1, steps + 1)]


# ---- by hand -------------------------------------------------------------------------------------

def test_constant_is_always_the_same():
    assert path(dlf.Constant(0.3), 4) == [0.3] * 4


def test_step_decay_falls_after_every_so_many_steps():
    assert path(dlf.StepDecay(0.8, every=2, factor=0.5), 6) == [0.8, 0.8, 0.4, 0.4, 0.2, 0.2]


def test_step_decay_falls_to_a_tenth_unless_told_otherwise():
    assert dlf.StepDecay(1.0, 3)(3) == 1 and dlf.StepDecay(1.0, 3)(4) == pytest.approx(0.1)


@pytest.mark.parametrize("t, lr", [
    (1, 0.4),                                                    # the start
    (5, 0.1 + 0.3 * (1 + math.sqrt(0.5)) / 2),                   # a quarter: cos 45 degrees
    (9, 0.1 + 0.3 / 2),                                          # half way
    (17, 0.1), (18, 0.1), (1000, 0.1)])                          # the end, and beyond
def test_cosine_by_hand(t, lr):
    assert dlf.Cosine(0.4, steps=16, low=0.1)(t) == pytest.approx(lr, rel=1e-14)


def test_warm_up_rises_in_equal_steps_and_stays():
    assert path(dlf.WarmUp(0.4, steps=4), 6) == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.4, 0.4])


def test_a_schedule_takes_over_from_its_beginning_after_the_warm_up():
    inner = dlf.Cosine(0.4, steps=10)
    whole = dlf.WarmUp(inner, steps=4)
    assert path(whole, 4) == pytest.approx([0.1, 0.2, 0.3, 0.4])
    assert [whole(4 + t) for t in range(1, 15)] == path(inner, 14)


@pytest.mark.parametrize("t, lr", [
    (1, 1 / 25),                                                 # the start
    (6, (1 + 1 / 25) / 2),                                       # half way up
    (11, 1),                                                     # the top: 10 of 40 steps
    (26, (1 + 1 / 250_000) / 2),                                 # half way down
    (41, 1 / 250_000), (42, 1 / 250_000), (10_000, 1 / 250_000)])
def test_one_cycle_by_hand(t, lr):
    assert dlf.OneCycle(1.0, steps=41, rise=0.25)(t) == pytest.approx(lr, rel=1e-12)


def test_exponential_by_hand():
    assert path(Exponential(1.0, 16.0, steps=5), 6) == pytest.approx([1, 2, 4, 8, 16, 32])


# ---- PyTorch -------------------------------------------------------------------------------------

def test_step_decay_is_pytorchs(torch):
    theirs = torch_path(torch, lambda s, o: s.StepLR(o, step_size=7, gamma=0.3), 50)
    assert path(dlf.StepDecay(0.4, 7, 0.3), 50) == pytest.approx(theirs, rel=1e-12)


def test_cosine_is_pytorchs(torch):
    theirs = torch_path(torch, lambda s, o: s.CosineAnnealingLR(o, T_max=30, eta_min=0.01), 31)
    assert path(dlf.Cosine(0.4, 30, low=0.01), 31) == pytest.approx(theirs, rel=1e-9)


def test_one_cycle_is_pytorchs_when_both_have_their_top_in_the_same_step(torch):
    # PyTorch puts the top at step pct_start * steps, dlf at 1 + rise * (steps - 1)
    theirs = torch_path(torch, lambda s, o: s.OneCycleLR(o, 0.4, total_steps=41, pct_start=11 / 41),
                        41)
    assert path(dlf.OneCycle(0.4, 41, rise=0.25), 41) == pytest.approx(theirs, rel=1e-9)


# ---- what all of them promise --------------------------------------------------------------------

@every
@given(t=st.integers(1, 10_000))
def test_a_rate_is_a_float_from_0_to_the_highest(schedule, t):
    assert type(schedule(t)) is float
    assert 0 <= schedule(t) <= 0.1 * (1 + 1e-12)


@every
def test_a_schedule_has_no_memory(schedule):
    wanted = path(schedule, 60)
    assert [schedule(t) for t in range(60, 0, -1)] == wanted[::-1]


@every
def test_config_and_repr_give_the_schedule_back(schedule):
    for again in (type(schedule).from_config(schedule.config()), eval(repr(schedule), vars(dlf))):
        assert type(again) is type(schedule) and path(again, 60) == path(schedule, 60)


@given(st.integers(1, 50), st.floats(0.01, 0.99))
def test_one_cycle_rises_to_its_top_and_falls_from_there(steps, rise):
    rates = np.array(path(dlf.OneCycle(1.0, steps, rise), steps))
    top = rates.argmax()
    assert np.all(np.diff(rates[:top + 1]) >= 0) and np.all(np.diff(rates[top:]) <= 0)


def test_a_schedule_of_one_step_works():
    assert dlf.OneCycle(1.0, steps=1)(1) == pytest.approx(1 / 25)
    assert dlf.Cosine(1.0, steps=1)(1) == 1


@pytest.mark.parametrize("make, message", [
    (lambda: dlf.Cosine(-0.1, 10),           "Cosine: lr must be a number of at least 0"),
    (lambda: dlf.OneCycle("fast", 10),       "OneCycle: lr must be a number of at least 0"),
    (lambda: dlf.Constant(math.nan),         "Constant: lr must be a number of at least 0"),
    (lambda: dlf.Cosine(0.1, 0),             "Cosine: steps must be a whole number of at least 1"),
    (lambda: dlf.OneCycle(0.1, 0),           "OneCycle: steps must be"),
    (lambda: dlf.WarmUp(0.1, 0),             "WarmUp: steps must be"),
    (lambda: dlf.StepDecay(0.1, every=0),    "StepDecay: every must be"),
    (lambda: dlf.OneCycle(0.1, 10, rise=1),  "OneCycle: rise, .* between 0 and 1; got 1"),
    (lambda: dlf.OneCycle(0.1, 10, rise=30), "OneCycle: rise, .* between 0 and 1; got 30"),
])
def test_a_schedule_that_cannot_work_is_refused_when_it_is_made(make, message):
    with pytest.raises(ValueError, match=message):
        make()
