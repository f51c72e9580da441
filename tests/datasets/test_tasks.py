"""Tasks that test a memory, and a long text in rows that go on from batch to batch."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlf.datasets import Text, adding, copying, streams

# ---- adding --------------------------------------------------------------------------------------

@given(n=st.integers(1, 20), time=st.integers(2, 30), seed=st.integers(0, 99))
def test_two_moments_are_marked_one_in_each_half_and_their_numbers_add_up(n, time, seed):
    data    = adding(n, time, np.random.default_rng(seed))
    numbers, marks = data.x[:, :, 0], data.x[:, :, 1]
    assert data.x.shape == (n, time, 2) and data.y.shape == (n,)
    assert (marks[:, :time // 2].sum(axis=1) == 1).all()
    assert (marks[:, time // 2:].sum(axis=1) == 1).all()
    for row in range(n):
        first, second = np.flatnonzero(marks[row])
        assert data.y[row] == numbers[row, first] + numbers[row, second]


def test_numbers_fill_0_to_1_and_who_always_says_1_is_a_sixth_off(rng):
    data = adding(20_000, 10, rng)
    assert data.x[:, :, 0].min() < 0.001 and 0.999 < data.x[:, :, 0].max() < 1
    assert np.isclose(((data.y - 1) ** 2).mean(), 1 / 6, rtol=0.03)     # two variances of 1/12


def test_every_moment_can_be_marked(rng):
    assert (adding(500, 7, rng).x[:, :, 1].sum(axis=0) > 0).all()


def test_one_moment_is_too_few_to_add(rng):
    with pytest.raises(ValueError, match=r"marks two moments, so time .* at least 2; got 1"):
        adding(5, 1, rng)


# ---- copying -------------------------------------------------------------------------------------

@given(wait=st.integers(1, 12), length=st.integers(1, 6), symbols=st.integers(2, 9),
       seed=st.integers(0, 99))
def test_symbols_come_a_wait_a_signal_and_the_symbols_again(wait, length, symbols, seed):
    data   = copying(4, wait, np.random.default_rng(seed), length, symbols)
    x, y   = data.x, data.y
    signal = length + wait - 1
    assert x.shape == y.shape == (4, wait + 2 * length)
    assert (x[:, :length] < symbols).all() and np.array_equal(x[:, :length], y[:, -length:])
    assert (x == symbols + 1).sum() == 4 and (x[:, signal] == symbols + 1).all()
    assert (np.delete(x, signal, axis=1)[:, length:] == symbols).all()
    assert (y[:, :-length] == symbols).all() and signal + 1 == x.shape[1] - length


def test_every_symbol_occurs(rng):
    assert set(copying(300, 2, rng, symbols=8).x[:, :5].ravel()) == set(range(8))


def test_a_signal_without_a_place_is_explained(rng):
    with pytest.raises(ValueError, match=r"a place for the signal: .* at least 1; got wait=0"):
        copying(5, 0, rng)


@pytest.mark.parametrize("wrong", [{"length": 0}, {"symbols": 0}, {"symbols": 2.5}])
def test_nothing_to_copy_is_explained(wrong, rng):
    with pytest.raises(ValueError, match="There must be something to copy"):
        copying(5, 3, rng, **wrong)


@pytest.mark.parametrize("task", [adding, copying])
def test_a_seed_in_the_place_of_a_generator_is_told_to_make_one(task):
    with pytest.raises(TypeError, match=rf"{task.__name__} draws .* rng=np\.random\.default_rng"):
        task(5, 4, 0)


@pytest.mark.parametrize("task", [adding, copying])
def test_the_same_seed_draws_the_same_task(task):
    one, two, other = (task(5, 6, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(one.x, two.x) and np.array_equal(one.y, two.y)
    assert not np.array_equal(one.x, other.x)


# ---- streams -------------------------------------------------------------------------------------

@given(batch=st.integers(1, 6), time=st.integers(1, 7), pieces=st.integers(1, 5), data=st.data())
def test_row_i_of_a_batch_goes_on_in_row_i_of_the_next(batch, time, pieces, data):
    rest  = data.draw(st.integers(0, batch * time - 1))
    codes = np.arange(100, 101 + batch * pieces * time + rest)
    x, y  = streams(codes, batch, time)
    assert x.shape == y.shape == (pieces * batch, time)
    assert np.array_equal(y, x + 1)                              # the symbol that comes next
    rows = x.reshape(pieces, batch, time).swapaxes(0, 1).reshape(batch, -1)
    assert np.array_equal(rows.ravel(), codes[:batch * pieces * time])


def test_symbols_that_fill_no_piece_are_left_out():
    x, y = streams(np.arange(12), batch=2, time=2)
    assert x.max() == 7 and y.max() == 8


@pytest.mark.parametrize("codes", [np.arange(6), np.zeros((20, 2), int), np.zeros(20), "a text",
                                   Text("a text and not its codes")])
def test_too_few_symbols_or_several_rows_of_them_are_explained(codes):
    with pytest.raises(ValueError, match="a row of at least 7 symbols, 2 streams of 3 and the one"):
        streams(codes, batch=2, time=3)


@pytest.mark.parametrize("batch, time", [(0, 3), (2, 0), (2.0, 3), (-2, -3)])
def test_streams_that_cannot_be_are_explained(batch, time):
    with pytest.raises(ValueError, match="batch and time are whole numbers of at least 1, got"):
        streams(np.arange(20), batch, time)
