import numpy as np
import pytest

from dlf.datasets import co2, constitution, sunspots, windows


def test_a_split_in_order_tests_on_the_last_years():
    train, test = sunspots().split(0.25, rng=None)
    assert (len(train), len(test)) == (232, 77)
    assert train.x.max() < test.x.min() and test.x[-1, 0] == 2008


def test_a_window_holds_the_values_before_the_one_to_predict():
    pairs = windows([1, 2, 3, 4, 5], size=2)
    assert pairs.x.tolist() == [[1, 2], [2, 3], [3, 4]] and pairs.y.tolist() == [3, 4, 5]
    assert pairs.features == ("t-2", "t-1")


def test_windows_of_a_data_set_use_its_y_and_keep_its_card():
    data  = sunspots()
    pairs = windows(data, size=11)
    assert pairs.x.shape == (298, 11) and pairs.card is data.card
    assert np.array_equal(pairs.x[0], data.y[:11]) and pairs.y[0] == data.y[11]


def test_a_window_that_touches_a_gap_is_left_out():
    pairs = windows([1, 2, np.nan, 4, 5, 6], size=1)
    assert pairs.x.ravel().tolist() == [1, 4, 5] and pairs.y.tolist() == [2, 5, 6]
    assert not np.isnan(windows(co2(), size=8).x).any()


def test_windows_of_codes_stay_integers():
    assert windows(constitution().codes[:50], size=5).x.dtype == np.int64


def test_writing_into_a_window_leaves_the_series_alone():
    series = np.arange(5.0)
    windows(series, size=2).x[:] = 9
    assert series.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("size", [0, 5, 6])
def test_a_window_that_does_not_fit_is_an_error_that_says_what_fits(size):
    with pytest.raises(ValueError, match="do not fit into 5 values: choose a size from 1 to 4"):
        windows(np.arange(5), size)


def test_windows_want_one_number_per_moment():
    with pytest.raises(ValueError, match=r"a series of shape \(n,\); this one has shape \(5, 1\)"):
        windows(np.zeros((5, 1)), 2)


def test_a_series_full_of_gaps_leaves_no_window():
    with pytest.raises(ValueError, match="every window of size 2 touches a missing value"):
        windows([1, np.nan, 2, np.nan, 3], 2)
