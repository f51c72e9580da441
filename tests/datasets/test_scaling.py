import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlf.datasets import FillMissing, MinMaxScaler, StandardScaler, penguins, wine

BOTH = [StandardScaler, MinMaxScaler]
ALL  = [*BOTH, FillMissing]
GAPS = np.array([[1.0, np.nan], [3.0, 10.0], [np.nan, 30.0], [8.0, 20.0]])


def test_standard_scaling_worked_by_hand():
    scaler = StandardScaler().fit(np.array([[1.0], [3.0], [5.0], [7.0]]))
    assert scaler.mean.tolist() == [4] and np.allclose(scaler.scale, np.sqrt(5))
    assert np.allclose(scaler.transform(np.array([[9.0]])), np.sqrt(5))


@pytest.mark.parametrize("ours, theirs", [(StandardScaler, "StandardScaler"),
                                          (MinMaxScaler, "MinMaxScaler")])
def test_scaling_agrees_with_scikit_learn_on_wine(ours, theirs, rng):
    other = getattr(pytest.importorskip("sklearn.preprocessing"), theirs)()
    train, test = wine().split(0.25, rng=rng)
    scaler = ours().fit(train.x)
    other.fit(train.x)
    assert np.allclose(scaler.transform(train.x), other.transform(train.x))
    assert np.allclose(scaler.transform(test.x), other.transform(test.x))


def test_the_scaled_training_part_has_mean_0_and_deviation_1_and_the_test_part_need_not(rng):
    train, test = wine().split(0.25, rng=rng)
    scaler = StandardScaler().fit(train.x)
    z = scaler.transform(train.x)
    assert np.allclose(z.mean(axis=0), 0) and np.allclose(z.std(axis=0), 1)
    assert np.abs(scaler.transform(test.x).mean(axis=0)).max() > 0.01


def test_min_max_runs_from_0_to_1_and_beyond_for_values_the_training_part_never_saw():
    scaler = MinMaxScaler().fit(np.array([[2.0], [4.0]]))
    assert scaler.transform(np.array([[2.0], [4.0], [5.0], [1.0]])).ravel().tolist() == [
        0, 1, 1.5, -0.5]
    assert (scaler.low.tolist(), scaler.high.tolist()) == ([2], [4])


@settings(max_examples=30, deadline=None)
@given(arrays(np.float64, (5, 3), elements=st.floats(-1e3, 1e3)))
@pytest.mark.parametrize("scaler", BOTH)
def test_inverse_undoes_transform(scaler, x):
    scaler = scaler().fit(x)
    assert np.allclose(scaler.inverse(scaler.transform(x)), x, atol=1e-9)


@pytest.mark.parametrize("scaler", BOTH)
def test_a_constant_column_becomes_0_and_comes_back(scaler):
    x = np.full((3, 1), 0.1)
    scaler = scaler().fit(x)
    z = scaler.transform(x)
    assert np.allclose(z, 0) and np.allclose(scaler.inverse(z), 0.1)
    assert np.isfinite(scaler.transform(np.array([[7.0]]))).all()


def test_a_column_whose_variance_is_too_small_for_a_float_is_not_divided_by_zero():
    x = np.array([[4e-228], [0.0]])
    assert np.isfinite(StandardScaler().fit(x).transform(x)).all()


@pytest.mark.parametrize("make", ALL)
def test_float32_in_float32_out(make):
    x = np.array([[1, 2], [3, 5]], dtype=np.float32)
    fitted = make().fit(x)
    assert fitted.transform(x).dtype == np.float32
    assert make is FillMissing or fitted.inverse(x).dtype == np.float32


@pytest.mark.parametrize("make", ALL)
def test_whole_numbers_in_float64_out(make):
    assert make().fit(np.array([[1], [3]])).transform(np.array([[2]])).dtype == np.float64


@pytest.mark.parametrize("make", ALL)
def test_the_input_is_left_as_it_was(make):
    x = GAPS.copy()
    make().fit(x).transform(x)
    assert np.array_equal(x, GAPS, equal_nan=True)


@pytest.mark.parametrize("make", ALL)
def test_sequences_are_scaled_by_their_last_axis(make, rng):
    x = rng.normal(size=(4, 5, 3))
    assert np.array_equal(make().fit(x).transform(x),
                          make().fit(x.reshape(20, 3)).transform(x.reshape(20, 3)).reshape(x.shape))


def test_missing_values_are_left_out_of_the_measure_and_stay_missing():
    scaler = StandardScaler().fit(GAPS)
    assert scaler.mean.tolist() == [4, 20]
    assert np.array_equal(np.isnan(scaler.transform(GAPS)), np.isnan(GAPS))
    assert MinMaxScaler().fit(GAPS).high.tolist() == [8, 30]


def test_gaps_are_filled_with_the_median_of_the_training_part():
    fill = FillMissing().fit(GAPS)
    assert fill.median.tolist() == [3, 20]
    assert fill.transform(np.array([[np.nan, 1.0], [5.0, np.nan]])).tolist() == [[3, 1], [5, 20]]


def test_a_gap_in_a_column_made_from_a_word_becomes_the_more_frequent_answer():
    sex = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [np.nan, np.nan]])
    assert FillMissing().fit(sex).transform(sex)[3].tolist() == [1, 0]


def test_penguins_can_be_filled_and_scaled_without_a_look_at_the_test_part(rng):
    train, test = penguins().split(0.25, rng=rng)
    fill   = FillMissing().fit(train.x)
    scaler = StandardScaler().fit(fill.transform(train.x))
    for part in (train, test):
        assert np.isfinite(scaler.transform(fill.transform(part.x))).all()


@pytest.mark.parametrize("make", ALL)
def test_applying_before_fitting_is_an_error_that_shows_the_call(make):
    with pytest.raises(ValueError, match=rf"scaler = {make.__name__}\(\).fit\(train.x\)"):
        make().transform(np.zeros((2, 2)))


@pytest.mark.parametrize("make", ALL)
def test_another_number_of_columns_is_an_error_that_says_both(make):
    with pytest.raises(ValueError, match=r"fitted to 2 columns and got an array of shape \(4, 3\)"):
        make().fit(np.eye(2)).transform(np.zeros((4, 3)))


@pytest.mark.parametrize("make", ALL)
def test_fitting_again_on_other_data_is_refused_as_a_leak(make):
    fitted = make().fit(np.array([[1.0], [2.0]]))
    with pytest.raises(ValueError, match=r"already fitted, to other data.*leak"):
        fitted.fit(np.array([[1.0], [9.0]]))


@pytest.mark.parametrize("make", ALL)
def test_a_refused_fit_changes_nothing(make):
    fitted = make().fit(np.array([[1.0], [2.0]]))
    before = dict(vars(fitted))
    with pytest.raises(ValueError, match="leak"):
        fitted.fit(np.array([[1.0], [9.0]]))
    assert all(np.array_equal(before[name], value) for name, value in vars(fitted).items())


@pytest.mark.parametrize("make", ALL)
def test_fitting_again_on_the_same_data_is_harmless(make):
    x = np.array([[1.0], [2.0]])
    assert make().fit(x).fit(x) is not None


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("x, complaint", [
    ([[1.0, np.inf], [2.0, 3.0]], "column 1 has an infinite value"),
    ([[np.nan, 1.0], [np.nan, 3.0]], "column 0 has no value at all"),
    ([1.0, 2.0], r"shape \(n, features\), not \(2,\).*x\[:, None\]"),
    (np.zeros((0, 3)), r"not \(0, 3\)")])
def test_data_that_cannot_be_measured_is_refused_with_the_reason(make, x, complaint):
    with pytest.raises(ValueError, match=complaint):
        make().fit(np.array(x))


@pytest.mark.parametrize("make", ALL)
def test_a_whole_data_set_is_refused_with_the_corrected_call(make):
    with pytest.raises(TypeError, match=r"pass its .x, as in fit\(train.x\)"):
        make().fit(wine())


@pytest.mark.parametrize("make", ALL)
def test_words_are_refused(make):
    with pytest.raises(TypeError, match="wants numbers"):
        make().fit(np.array([["a"], ["b"]]))


@pytest.mark.parametrize("make, names", [(StandardScaler, ["mean", "scale"]),
                                         (MinMaxScaler, ["low", "high"]),
                                         (FillMissing, ["median"])])
def test_a_fitted_scaler_is_its_named_arrays_and_can_be_rebuilt_from_them(make, names):
    x = np.array([[1.0, 2.0], [3.0, 5.0], [4.0, 4.0]])
    fitted, copy = make().fit(x), make()
    assert list(vars(fitted)) == names
    for name in names:
        setattr(copy, name, getattr(fitted, name))
    assert np.array_equal(copy.transform(x), fitted.transform(x))
