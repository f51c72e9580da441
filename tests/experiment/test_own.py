"""Data of one's own: arrays, tables, and what is wrong with them."""
import numpy as np
import pytest

from dlf.experiment import Config, ConfigError, OwnData, Run, read_table

X = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 9.0]]


def test_words_become_classes_in_alphabetical_order():
    own = OwnData(X, ["pear", "fig", "pear", "fig"])
    assert own.classes == ("fig", "pear") and own.y.tolist() == [1, 0, 1, 0]


def test_a_few_whole_numbers_are_classes_and_floats_are_numbers():
    assert OwnData(X, [3, 5, 5, 3]).classes == ("3", "5")
    assert OwnData(X, [3.0, 5.5, 5.0, 3.0]).classes == ()


def test_the_arrays_are_copies_that_nobody_can_change():
    x   = np.array(X)
    own = OwnData(x, [0, 1, 0, 1])
    x[0, 0] = 99
    assert own.x[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        own.x[0, 0] = 5


@pytest.mark.parametrize("x, y, more, help", [
    (X, [1, 2], {}, "x has 4 rows"), ([1, 2], [1, 2], {}, "one row a point"),
    ([["a"]] * 2, [0, 1], {}, "read_table"), ([[np.nan, 1]] * 2, [0, 1], {}, "row 0, column 0"),
    (X, [0, 0, 0, 0], {}, "2 to 10 classes"), (X, [1.5] * 4, {}, "nothing to learn"),
    (X, [0, 1, 2, 0], {"classes": ["a", "b"]}, "from 0 to 1"),
    (X, [0, 1, 0, 1], {"columns": ["a"]}, "1 names for 2 columns"),
    (X, [np.inf, 1.5, 2, 3], {}, "infinite"),
    (np.zeros((20_001, 1)), np.zeros(20_001), {}, "20,000 rows")])
def test_what_is_wrong_with_data_is_said(x, y, more, help):
    with pytest.raises(ConfigError, match=help):
        OwnData(x, y, **more)


def test_a_pasted_table_is_read_and_its_last_column_predicted():
    own = read_table("length,mass,kind\n1,2.5,a\n3,,b\n5,6.5,a\n2,4.5,b\n")
    assert own.columns == ("length", "mass") and own.classes == ("a", "b")
    assert own.x[:, 1].tolist() == [2.5, 4.5, 6.5, 4.5]             # the gap: the median


def test_a_table_in_a_file_takes_the_file_as_its_name(tmp_path):
    (tmp_path / "shop.csv").write_text("price;size\n1,5;2\n2,5;3,25\n3,5;9\n4,5;1\n")
    own = read_table(tmp_path / "shop.csv", target="price", decimal=",", delimiter=";")
    assert own.name == "shop" and own.y.tolist() == [1.5, 2.5, 3.5, 4.5]


def test_a_broken_table_names_its_line():
    with pytest.raises(ValueError, match="line 3"):
        read_table("a,b\n1,2\n3\n")


def test_columns_of_very_different_sizes_are_scaled():
    rng = np.random.default_rng(0)
    own = OwnData(rng.normal(size=(60, 3)) * [1, 10, 1000], rng.integers(0, 2, 60))
    run = Run(Config().with_own(own))
    assert run.config.features == ("x1", "x2", "x3") and run.config.scale
    assert np.allclose(run.data.train.x.mean(axis=0), 0) and np.allclose(run.data.train.x.std(0), 1)


def test_numbers_to_predict_are_scaled_by_the_training_part():
    rng = np.random.default_rng(0)
    run = Run(Config().with_own(OwnData(rng.normal(size=(60, 2)), 1000 + 50 * rng.normal(size=60))))
    assert abs(run.data.train.y.mean()) < 1e-12 and abs(run.data.train.y.std() - 1) < 1e-12


def test_three_classes_of_own_data_get_three_outputs():
    own = OwnData(np.random.default_rng(0).normal(size=(30, 4)), ["a", "b", "c"] * 10)
    run = Run(Config(loss="cross_entropy").with_own(own))
    assert run.net(run.data.test.x).shape == (15, 3)
