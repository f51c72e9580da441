"""The bundled sets hold what the packages they came from hold, and say where they are from."""
import hashlib
from pathlib import Path

import numpy as np
import pytest

import dlf.datasets
from dlf.datasets import breast_cancer, co2, constitution, digits, names, penguins, sunspots, wine

DATA    = Path(dlf.datasets.__file__).parent / "data"
BUNDLED = [digits, penguins, wine, breast_cancer, sunspots, co2, names, constitution]
SHA256  = {
    "breast_cancer.csv.gz":
        "0e55e622696907018177c345c32d68972190c422909a37d7764b880e0202584d",
    "co2.csv.gz":
        "e6dcc6fdaa9dc1b6c2b37b1ea3439a6e383242897ee65747dd0ed4d17305366f",
    "constitution.txt":
        "e398fe77f26f1ba6ea7ccc6e6f0b0c91c6de08ec7f1e5efa6be60dd39ccce4e6",
    "digits.npz":
        "f10b077e7e3037d11006b85b6b71a63e15b2bf746d91c4e4122e42d304e5e54b",
    "names.csv.gz":
        "2002d61ed390a65b200ace8e9055a8f150e5a385d0f6e85f0b2b3659eef76fb3",
    "penguins.csv":
        "f204db2c753b0937caac3cb35258562c14f073e4bbc76be24b4c51ce22767a93",
    "sunspots.csv":
        "74b8e3acb9886b68abe9c56f6081257d522e2cb2470f17dbf597b396f4ea1706",
    "wine.csv":
        "7a9274e5a6b2561050a6c39ca31c3f328b9445599ef5c1ba02a3210b34bee717",
}


@pytest.mark.parametrize("file", SHA256)
def test_every_file_is_bit_for_bit_the_one_that_was_checked(file):
    assert hashlib.sha256((DATA / file).read_bytes()).hexdigest() == SHA256[file]


def test_every_file_has_a_line_of_credit_and_a_checksum_and_all_are_small():
    files  = {f.name for f in DATA.iterdir()} - {"README.md"}
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert files == set(SHA256) and all(f"`{file}`" in readme for file in files)
    assert all(sha256 in readme for sha256 in SHA256.values())
    assert sum(f.stat().st_size for f in DATA.iterdir()) < 250_000


@pytest.mark.parametrize("load", BUNDLED)
def test_every_card_says_what_whence_and_under_which_license(load):
    card = load().card
    assert card.what and card.shape and card.units and card.source and card.licence


@pytest.mark.parametrize("load", BUNDLED)
def test_the_card_states_the_true_size(load):
    data = load()
    assert f"{len(data)}" in data.card.shape


@pytest.mark.parametrize("load", [digits, penguins, wine, breast_cancer, names])
def test_labels_are_integers_that_index_the_classes(load):
    data = load()
    assert data.y.dtype == np.int64 and data.y.shape == (len(data),)
    assert sorted(set(data.y.tolist())) == list(range(len(data.classes)))


@pytest.mark.parametrize("load", [digits, penguins, wine, breast_cancer])
def test_loading_twice_gives_arrays_of_ones_own(load):
    load().x[:] = -1
    assert np.nanmax(load().x) > 0


def test_digits_are_those_of_scikit_learn():
    theirs = pytest.importorskip("sklearn.datasets").load_digits()
    ours = digits()
    assert np.array_equal(ours.x * 16, theirs.data) and np.array_equal(ours.y, theirs.target)
    assert ours.x.dtype == np.float64 and ours.x.min() == 0 and ours.x.max() == 1


def test_the_first_digit_is_a_zero_with_a_hole_in_the_middle():
    image = digits().x.reshape(-1, 8, 8)[0]
    assert image[3:5, 3:5].sum() == 0 and image[1:7, 2].min() > 0.2


def test_wine_is_that_of_scikit_learn():
    theirs = pytest.importorskip("sklearn.datasets").load_wine()
    ours = wine()
    assert np.array_equal(ours.x, theirs.data) and np.array_equal(ours.y, theirs.target)
    assert ours.features == tuple(theirs.feature_names)
    assert np.bincount(ours.y).tolist() == [59, 71, 48]


def test_breast_cancer_is_that_of_scikit_learn_with_malignant_as_the_positive_class():
    theirs = pytest.importorskip("sklearn.datasets").load_breast_cancer()
    ours = breast_cancer()
    assert np.array_equal(ours.x, theirs.data) and np.array_equal(ours.y, 1 - theirs.target)
    assert ours.classes == ("benign", "malignant") and np.bincount(ours.y).tolist() == [357, 212]
    assert ours.features == tuple(theirs.feature_names)


def test_penguins_are_152_adelie_68_chinstrap_and_124_gentoo():
    data = penguins()
    assert data.classes == ("Adelie", "Chinstrap", "Gentoo")
    assert np.bincount(data.y).tolist() == [152, 68, 124]


def test_the_first_penguin_is_a_male_adelie_of_torgersen():
    data  = penguins()
    first = dict(zip(data.features, data.x[0].tolist()))
    assert first == {"island=Biscoe": 0, "island=Dream": 0, "island=Torgersen": 1,
                     "bill_length_mm": 39.1, "bill_depth_mm": 18.7, "flipper_length_mm": 181,
                     "body_mass_g": 3750, "sex=female": 0, "sex=male": 1, "year": 2007}


def test_two_penguins_were_never_measured_and_eleven_are_of_unknown_sex():
    data = penguins()
    gaps = dict(zip(data.features, np.isnan(data.x).sum(axis=0).tolist()))
    assert gaps["body_mass_g"] == gaps["bill_length_mm"] == 2 and gaps["sex=female"] == 11
    assert gaps["island=Dream"] == gaps["year"] == 0 and len(data.drop_missing()) == 333


def test_penguins_are_those_of_palmerpenguins():
    table = pytest.importorskip("palmerpenguins").load_penguins()
    ours  = penguins()
    for column in ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "year"):
        assert np.array_equal(ours.select(column).x[:, 0], table[column].to_numpy(float), True)
    assert [ours.classes[c] for c in ours.y] == table["species"].tolist()


def test_sunspots_are_those_of_statsmodels():
    theirs = pytest.importorskip("statsmodels.datasets").sunspots.load_pandas().data
    ours = sunspots()
    assert np.array_equal(ours.x[:, 0], theirs["YEAR"])
    assert np.array_equal(ours.y, theirs["SUNACTIVITY"])


def test_sunspots_run_from_1700_to_2008_with_their_maximum_in_1957():
    data = sunspots()
    assert data.x.shape == (309, 1) and data.x[[0, -1], 0].tolist() == [1700, 2008]
    assert data.y.max() == 190.2 and data.x[data.y.argmax(), 0] == 1957


def test_co2_is_that_of_statsmodels_with_its_gaps():
    theirs = pytest.importorskip("statsmodels.datasets").co2.load_pandas().data["co2"]
    ours = co2()
    assert np.array_equal(ours.y, theirs.to_numpy(), equal_nan=True)
    assert ours.x.shape == (2284, 1) and np.isnan(ours.y).sum() == 59


def test_co2_time_is_in_years_a_week_apart():
    year = co2().x[:, 0]
    assert year[0] == pytest.approx(1958 + 87 / 365) and year[-1] == pytest.approx(2001 + 362 / 365)
    assert np.allclose(np.diff(year), 7 / 365.25, atol=1e-4)


def test_names_are_5163_in_lower_case_and_in_alphabetical_order():
    data = names()
    assert data.x.shape == (5163,) and data.x.dtype.kind == "U"
    assert data.x.tolist() == sorted(set(data.x.tolist()))
    assert all(name.isascii() and name.isalpha() and name.islower() for name in data.x)


def test_names_know_who_bore_them():
    data = names()
    sex  = dict(zip(data.x.tolist(), (data.classes[c] for c in data.y)))
    assert (sex["emily"], sex["ethan"], sex["leslie"]) == ("female", "male", "both")
    assert np.bincount(data.y).tolist() == [3944, 888, 331]


def test_names_are_those_of_the_package_names():
    folder = Path(pytest.importorskip("names").__file__).parent
    theirs = {line.split()[0].lower() for sex in ("female", "male")
              for line in (folder / f"dist.{sex}.first").read_text().splitlines()}
    assert set(names().x.tolist()) == theirs


def test_the_constitution_begins_with_the_people_and_has_27_amendments():
    law = constitution()
    assert len(law) == 45345 and law.text.index("We the People of the United States") < 80
    assert law.text.count("\nAmendment ") == 27 and "Amendment XXVII\n" in law.text


def test_the_constitution_reads_the_same_from_its_codes():
    law = constitution()
    assert law.codes.shape == (45345,) and law.codes.max() + 1 == len(law.alphabet) == 71
    assert law.decode(law.codes) == law.text
