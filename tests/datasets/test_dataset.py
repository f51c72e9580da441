import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlf.datasets import Card, Dataset, digits, penguins


def numbered(n, classes=3):
    """Row i holds i, and its class is i % classes."""
    x = np.arange(n, dtype=float)[:, None]
    return Dataset(x, np.arange(n) % classes, classes=tuple("abcdefgh"[:classes]), features=("i",))


def test_importing_the_data_sets_loads_numpy_and_nothing_heavy():
    heavy = ["pooch", "tqdm", "requests", "pandas", "scipy", "sklearn", "matplotlib"]
    code  = f"import sys, dlf.datasets; print([m for m in {heavy} if m in sys.modules])"
    out   = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_fraction_of_a_split_is_the_test_part(rng):
    train, test = digits().split(0.25, rng=rng)
    assert (len(train), len(test)) == (1348, 449)
    assert train.x.shape == (1348, 64) and test.y.shape == (449,)


@settings(max_examples=40, deadline=None)
@given(n=st.integers(4, 60), fraction=st.floats(0.2, 0.8), seed=st.integers(0, 9),
       stratify=st.booleans())
def test_a_split_loses_no_row_and_uses_none_twice(n, fraction, seed, stratify):
    data = numbered(n, classes=2)
    train, test = data.split(fraction, rng=np.random.default_rng(seed), stratify=stratify)
    rows = np.concatenate([train.x[:, 0], test.x[:, 0]])
    assert sorted(rows) == list(range(n)) and len(train) > 0 < len(test)
    assert np.all(rows % 2 == np.concatenate([train.y, test.y]))


def test_the_same_seed_gives_the_same_split_and_another_seed_another():
    parts = [numbered(50).split(0.3, rng=np.random.default_rng(seed))[1].x for seed in (1, 1, 2)]
    assert np.array_equal(parts[0], parts[1]) and not np.array_equal(parts[0], parts[2])


def test_splitting_touches_no_global_randomness(rng):
    np.random.seed(7)                                   # noqa: NPY002 - the state under test
    before = np.random.get_state()[1].copy()            # noqa: NPY002
    numbered(50).split(0.3, rng=rng)
    assert np.array_equal(before, np.random.get_state()[1])      # noqa: NPY002


def test_splitting_twice_gives_three_parts(rng):
    train, rest = numbered(100).split(0.4, rng=rng)
    validation, test = rest.split(0.5, rng=rng)
    assert [len(part) for part in (train, validation, test)] == [60, 20, 20]


def test_without_a_generator_the_order_is_kept_and_the_last_rows_are_the_test_part():
    train, test = numbered(12).split(0.25, rng=None)
    assert train.x[:, 0].tolist() == list(range(9)) and test.x[:, 0].tolist() == [9, 10, 11]


def test_keeping_the_order_of_rows_sorted_by_class_is_an_error_that_names_the_lost_class():
    with pytest.raises(ValueError, match=r"no 'Chinstrap' is left to train on.*sorted by class"):
        penguins().split(0.25, rng=None)


def test_stratify_gives_both_parts_the_same_mix_of_classes(rng):
    train, test = penguins().split(0.25, rng=rng, stratify=True)
    assert np.bincount(train.y).tolist() == [114, 51, 93]
    assert np.bincount(test.y).tolist() == [38, 17, 31]


def test_stratify_shuffles_the_classes_among_each_other(rng):
    train, _ = penguins().split(0.25, rng=rng, stratify=True)
    assert np.any(np.diff(train.y) < 0)


def test_stratify_keeps_a_rare_class_in_both_parts(rng):
    data = Dataset(np.zeros((22, 1)), np.repeat([0, 1], [20, 2]), classes=("common", "rare"))
    train, test = data.split(0.1, rng=rng, stratify=True)
    assert np.bincount(train.y).tolist() == [18, 1] and np.bincount(test.y).tolist() == [2, 1]


def test_stratify_names_a_class_that_cannot_be_in_both_parts(rng):
    data = Dataset(np.zeros((4, 1)), [0, 0, 0, 1], classes=("common", "lonely"))
    with pytest.raises(ValueError, match="class 'lonely' has one row"):
        data.split(0.5, rng=rng, stratify=True)


def test_stratify_wants_classes(rng):
    with pytest.raises(ValueError, match="keeps the mix of classes, and this set has none"):
        Dataset(np.zeros((4, 1)), np.zeros(4)).split(0.5, rng=rng, stratify=True)


@pytest.mark.parametrize("fraction", [0, 1, 25, -0.1, "a quarter", None])
def test_a_silly_fraction_is_an_error_that_shows_the_right_call(fraction, rng):
    with pytest.raises(ValueError, match=r"split\(0.25, rng=rng\) keeps a quarter for the test"):
        numbered(20).split(fraction, rng=rng)


@pytest.mark.parametrize("fraction, empty", [(0.01, "test"), (0.99, "training")])
def test_a_split_that_leaves_a_part_empty_is_an_error(fraction, empty, rng):
    with pytest.raises(ValueError, match=f"of 10 rows leaves nothing for the {empty} part"):
        numbered(10).split(fraction, rng=rng)


@pytest.mark.parametrize("wrong", [0, np.random.RandomState(0), np.random])
def test_a_seed_is_no_generator_and_the_error_says_what_to_pass(wrong):
    with pytest.raises(TypeError, match=r"rng=np.random.default_rng\(0\)"):
        numbered(10).split(0.5, rng=wrong)


def test_the_parts_keep_the_card_and_the_names(rng):
    data = penguins()
    for part in data.split(0.25, rng=rng):
        assert part.card is data.card and part.table is data.table
        assert (part.features, part.classes) == (data.features, data.classes)


@pytest.mark.parametrize("index", [[2, 0], np.array([2, 0]), slice(2, None, -2)])
def test_rows_takes_a_list_an_array_or_a_slice(index):
    assert numbered(3).rows(index).x[:, 0].tolist() == [2, 0]


def test_rows_takes_a_mask_and_a_single_number():
    data = numbered(6)
    assert data.rows(data.y == 1).x[:, 0].tolist() == [1, 4]
    assert data.rows(-1).x.tolist() == [[5]]


def test_select_keeps_columns_by_name_and_a_word_column_by_its_own_name():
    data = penguins().select("body_mass_g", "sex")
    assert data.features == ("body_mass_g", "sex=female", "sex=male") and data.x.shape == (344, 3)
    assert data.x[0].tolist() == [3750, 0, 1]


def test_selecting_an_unknown_column_lists_the_columns_there_are():
    with pytest.raises(ValueError, match=r"no column 'mass'; the columns are: .*body_mass_g"):
        penguins().select("mass")


def test_drop_missing_keeps_the_rows_in_which_all_is_known():
    data = Dataset([[1, np.nan], [2, 3], [4, 5]], [0.0, 1.0, np.nan])
    assert data.drop_missing().x.tolist() == [[2, 3]]


def test_x_and_y_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"x has 2 rows and y has 3.*pass x.T"):
        Dataset(np.zeros((2, 3)), np.zeros(3))


def test_as_many_feature_names_as_columns_are_wanted():
    with pytest.raises(ValueError, match="1 feature names for 2 columns"):
        Dataset(np.zeros((3, 2)), features=("one",))


def test_a_data_set_can_be_unlabeled(rng):
    data = Dataset(np.zeros((8, 2)), classes=("a", "b"))
    assert [part.y for part in data.split(0.5, rng=None)] == [None, None]
    assert "8 examples" in repr(data)


def test_a_data_set_and_a_card_cannot_be_changed_by_accident():
    data = digits()
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.x = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.card.source = "mine"


def test_the_text_of_a_data_set_says_shapes_classes_and_gaps():
    text = repr(penguins())
    assert "344 examples" in text and "Chinstrap (68)" in text
    assert "30 values are missing (NaN)" in text and "bill_depth_mm" in text


def test_the_text_of_a_card_is_one_line_for_each_thing_known():
    card = Card("pebbles", "x (3, 1)", "grams", "the beach", "CC0")
    assert str(card).splitlines() == ["what     pebbles", "shape    x (3, 1)", "units    grams",
                                      "source   the beach", "licence  CC0"]
