import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlf.datasets import FillMissing, digits, penguins, read_csv
from dlf.datasets.sheet import is_missing, number_in

PETS = """\
kind,weight,color,owner
cat,4.2,black,ann
dog,12,brown,bo
cat,NA,white,ann
dog,9.5,,bo
"""


# --- what becomes of a table -------------------------------------------------------------------

def test_numbers_stay_and_words_become_columns_of_0_and_1(write):
    data = read_csv(write(PETS), target="kind")
    assert data.features == ("weight", "color=black", "color=brown", "color=white",
                             "owner=ann", "owner=bo")
    assert data.x[0].tolist() == [4.2, 1, 0, 0, 1, 0] and data.x[1].tolist() == [12, 0, 1, 0, 0, 1]


def test_a_target_of_words_becomes_integers_that_index_the_classes(write):
    data = read_csv(write(PETS), target="kind")
    assert data.classes == ("cat", "dog") and data.y.tolist() == [0, 1, 0, 1]
    assert data.y.dtype == np.int64 and data.x.dtype == np.float64


def test_a_gap_is_nan_in_every_feature_of_its_column(write):
    data = read_csv(write(PETS), target="kind")
    assert np.isnan(data.x[2]).tolist() == [True, False, False, False, False, False]
    assert np.isnan(data.x[3]).tolist() == [False, True, True, True, False, False]


@pytest.mark.parametrize("gap", ["", "NA", "N/A", "n/a", "nan", "NaN", "?", "null", " "])
def test_every_common_way_to_write_a_gap_is_read_as_one(gap, write):
    data = read_csv(write(f"a,y\n1,0.5\n{gap},0.7\n"), target="y")
    assert np.isnan(data.x[1, 0])


def test_without_a_target_y_is_none(write):
    data = read_csv(write("a,b\n1,2\n3,4\n"))
    assert data.y is None and data.x.tolist() == [[1, 2], [3, 4]]


def test_rows_without_their_target_are_left_out_and_counted(write):
    data = read_csv(write("a,kind\n1,x\n2,\n3,y\n4,?\n5,x\n"), target="kind")
    assert data.x[:, 0].tolist() == [1, 3, 5]
    assert "2 rows without 'kind' left out" in data.card.notes


def test_columns_can_be_dropped_one_or_many(write):
    assert read_csv(write(PETS), target="kind", drop="owner").features[-1] == "color=white"
    assert read_csv(write(PETS), target="kind", drop=["owner", "color"]).features == ("weight",)


def test_numbers_can_be_taken_as_words(write):
    data = read_csv(write("zip,y\n10115,0.5\n80331,0.7\n10115,0.1\n"), target="y", text=["zip"])
    assert data.features == ("zip=10115", "zip=80331")
    assert data.x.tolist() == [[1, 0], [0, 1], [1, 0]]


def test_the_card_names_the_file(write):
    assert read_csv(write(PETS, "pets.csv"), target="kind").card.source == "pets.csv"


# --- classes or quantity -----------------------------------------------------------------------

def test_whole_numbers_that_repeat_are_classes_and_the_notes_say_so(write):
    data = read_csv(write("a,y\n1,3\n2,10\n3,3\n4,2\n"), target="y")
    assert data.classes == ("2", "3", "10") and data.y.tolist() == [1, 2, 1, 0]
    assert "'y' was read as classification" in data.card.notes


@pytest.mark.parametrize("ys", [[0.5, 1, 0.5], [1, 2, 3], list(range(21)) * 2],
                         ids=["fractions", "no repeats", "many values"])
def test_other_numbers_are_quantities(ys, write):
    rows = "".join(f"{i},{y}\n" for i, y in enumerate(ys))
    data = read_csv(write("a,y\n" + rows), target="y")
    assert data.classes is None and data.y.dtype == np.float64 and data.y.tolist() == ys


def test_the_task_can_be_settled_by_hand(write):
    path = write("a,y\n1,0\n2,1\n3,0\n")
    assert read_csv(path, target="y", task="regression").y.dtype == np.float64
    path = write("a,y\n1,0.5\n2,1.5\n3,1\n")
    assert read_csv(path, target="y", task="classification").classes == ("0.5", "1", "1.5")


def test_1_and_1_point_0_are_one_class_and_large_numbers_stay_apart(write):
    data = read_csv(write("a,y\n1,1\n2,1.0\n3,1234567\n4,1234568\n"), target="y",
                    task="classification")
    assert data.classes == ("1", "1234567", "1234568") and data.y.tolist() == [0, 0, 1, 2]


# --- dialects ----------------------------------------------------------------------------------

@pytest.mark.parametrize("d", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiter_and_line_ends_are_found_out(d, end, write):
    text = end.join([f"a{d}kind", f"1{d}x", f"2{d}y", ""])
    data = read_csv(write(text), target="kind")
    assert data.features == ("a",) and data.x.tolist() == [[1], [2]] and data.classes == ("x", "y")


def test_a_delimiter_can_be_given(write):
    data = read_csv(write("a:kind\n1:x\n2:y\n"), target="kind", delimiter=":")
    assert data.features == ("a",)


def test_a_byte_order_mark_does_not_become_part_of_the_first_name(write):
    assert read_csv(write(b"\xef\xbb\xbfa,b\n1,2\n")).features == ("a", "b")


def test_utf_16_as_spreadsheets_save_it_is_read(write):
    assert read_csv(write("größe\tb\n1\t2\n".encode("utf-16"))).features == ("größe", "b")


def test_latin_1_is_read_and_said_in_the_notes(write):
    data = read_csv(write("stadt,a\nKöln,1\nUlm,2\n".encode("latin-1")), target="stadt")
    assert data.classes == ("Köln", "Ulm") and "read as Latin-1" in data.card.notes


def test_an_odd_latin_1_byte_does_not_break_a_row_in_two(write):
    assert len(read_csv(write(b"a,b\nx\x85y,1\nz,2\n"), target="a")) == 2


def test_quotes_protect_delimiters_quotes_and_line_ends(write):
    data = read_csv(write('kind,a\n"x, ""big""",1\n"y\nz",2\n'), target="kind")
    assert data.classes == ('x, "big"', "y\nz")


def test_blank_lines_and_spaces_around_values_do_not_matter(write):
    data = read_csv(write("\na , kind\n\n 1 , x \n   \n2,y\n\n"), target="kind")
    assert data.features == ("a",) and data.x.tolist() == [[1], [2]] and data.classes == ("x", "y")


def test_a_decimal_comma_is_read_when_told(write):
    data = read_csv(write("a;y\n3,14;0,5\n2;1,5\n"), target="y", decimal=",")
    assert data.x.tolist() == [[3.14], [2]] and data.y.tolist() == [0.5, 1.5]


def test_a_compressed_file_is_read_as_it_is(write):
    assert len(read_csv(write(gzip.compress(PETS.encode()), "pets.csv.gz"), target="kind")) == 4


def test_many_thousand_rows_keep_their_order(write):
    rows = "".join(f"{i},{'ab'[i % 2]}\n" for i in range(20000))
    data = read_csv(write("i,kind\n" + rows), target="kind")
    assert np.array_equal(data.x[:, 0], np.arange(20000)) and data.y[:3].tolist() == [0, 1, 0]


# --- a second file, read like the first ----------------------------------------------------------

def test_new_data_are_read_with_the_columns_and_words_of_the_first(write):
    first  = read_csv(write(PETS), target="kind")
    second = read_csv(write("owner,color,weight\nbo,black,7\n", "new.csv"), like=first)
    assert second.features == first.features and second.x.tolist() == [[7, 1, 0, 0, 0, 1]]
    assert second.y is None and second.classes == first.classes


def test_a_labeled_second_file_gets_the_same_class_numbers(write):
    first  = read_csv(write(PETS), target="kind")
    second = read_csv(write("weight,color,owner,kind\n7,black,bo,dog\n", "test.csv"), like=first,
                      target="kind")
    assert second.y.tolist() == [1] and second.classes == ("cat", "dog")


def test_like_works_with_a_part_of_the_data_and_with_a_selection(write, rng):
    train, _ = read_csv(write(PETS), target="kind").select("weight", "owner").split(0.5, rng=rng)
    new = read_csv(write(PETS, "new.csv"), like=train)
    assert new.features == ("weight", "owner=ann", "owner=bo") and new.x.shape == (4, 3)


def test_a_bundled_table_can_be_the_model_for_a_new_file(write):
    head = "island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year\n"
    new  = read_csv(write(head + "Dream,40,18,190,3700,NA,2024\n"), like=penguins())
    assert new.x.shape == (1, 10) and np.isnan(new.x[0]).sum() == 2


def test_a_regression_target_is_read_like_the_first(write):
    first  = read_csv(write("a,y\n1,0.5\n2,0.7\n"), target="y")
    second = read_csv(write("a,y\n1,3\n2,3\n", "test.csv"), like=first)
    assert second.y.tolist() == [3, 3] and second.classes is None


def test_a_word_the_first_file_did_not_have_is_named_with_line_column_and_the_nearest(write):
    first = read_csv(write(PETS), target="kind")
    with pytest.raises(ValueError, match=r"new.csv, line 3, column 'color': 'blak' did not occur .*"
                                         r"known are 'black', 'brown', 'white'. Did you mean "
                                         r"'black'\?"):
        read_csv(write("owner,color,weight\nbo,black,7\nbo,blak,7\n", "new.csv"), like=first)


def test_a_class_the_first_file_did_not_have_is_an_error_too(write):
    first = read_csv(write("a,y\n1,0\n2,1\n3,1\n"), target="y")
    with pytest.raises(ValueError, match="line 2, column 'y': '2' did not occur"):
        read_csv(write("a,y\n1,2\n", "new.csv"), like=first)


def test_a_column_missing_from_the_second_file_is_named(write):
    first = read_csv(write(PETS), target="kind")
    with pytest.raises(ValueError, match=r"new.csv has no column 'color'"):
        read_csv(write("owner,weight\nbo,7\n", "new.csv"), like=first)


def test_like_wants_a_data_set_that_came_from_a_table(write):
    for wrong in (digits(), np.zeros((2, 2))):
        with pytest.raises(ValueError, match="like= wants a data set that read_csv made"):
            read_csv(write(PETS), like=wrong)


def test_like_brings_its_own_target(write):
    first = read_csv(write(PETS), target="kind")
    with pytest.raises(ValueError, match="like= brings its own target, 'kind'"):
        read_csv(write(PETS), like=first, target="owner")


def test_a_filler_fitted_on_the_training_part_serves_new_data(write, rng):
    train, _ = penguins().split(0.25, rng=rng)
    head = "island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year\n"
    new  = read_csv(write(head + "Dream,40,,190,3700,male,2024\n"), like=train)
    assert np.isfinite(FillMissing().fit(train.x).transform(new.x)).all()


# --- errors that name file, line and column ------------------------------------------------------

@pytest.mark.parametrize("text, complaint", [
    ("a,b,c\n1,2,3\n1,2\n", r"table.csv, line 3: 2 fields, but the header has 3 \(a, b, c\). "
                            "An empty value still needs its delimiter"),
    ("a,b\n1,2\n\n1,2,3\n", r"line 4: 3 fields, but the header has 2 .*put the value in quotes"),
    ('a,b\n"x\ny",2\n1\n', "line 4: 1 field, but the header has 2"),
    ("", "table.csv is empty"),
    ("\n \n", "table.csv is empty"),
    ("a,b\n", "has a header and no rows below it"),
    ("a,b,a\n1,2,3\n", "line 1: columns 1 and 3 are both called 'a'"),
    ("1,2\n3,4\n", "line 1: the first row holds numbers"),
    ("a,,\n1,2,3\n", "line 1: 2 columns have no name"),
    (",b\n0,2\n1,3\n", r"column 1 has no name.*drop=\[''\]"),
    ('a,b\n1,2\n"3,4\n5,6\n', "line 3: .*A quote that is opened and never closed"),
    ("a,b\n1,\n2,\n", r"no row has a value in \['b'\].*drop=\['b'\]"),
    ("mass\n" + "1\n" * 15 + "abc\n", "line 17, column 'mass': 'abc' is not a number"),
    ("a,mass\n1,2\n1,inf\n1,3\n", "line 3, column 'mass': 'inf' is not a number"),
    ("a,mass\n1,1_000\n1,2\n1,3\n", "'1_000' is not a number"),
    ("a;b\n3,14;1\n2,72;2\n", "line 2, column 'a': '3,14' is not a number; "
                              "if the comma is a decimal comma, pass decimal=','"),
])
def test_what_is_wrong_with_a_file_is_said_with_its_place(text, complaint, write):
    with pytest.raises(ValueError, match=complaint):
        read_csv(write(text))


def test_a_stray_word_says_how_to_read_the_column_as_words(write):
    path = write("doors,y\n2,0.1\n3,0.2\n5more,0.3\n4,0.4\n")
    with pytest.raises(ValueError, match=r"pass text=\['doors'\]"):
        read_csv(path, target="y")
    assert len(read_csv(path, target="y", text=["doors"]).features) == 4


def test_an_unknown_target_lists_the_columns_and_guesses(write):
    with pytest.raises(ValueError, match=r"has no column 'kinds'. Did you mean 'kind'\? "
                                         r"Its columns are: 'kind', 'weight', 'color', 'owner'"):
        read_csv(write(PETS), target="kinds")


def test_an_unknown_column_to_drop_is_an_error_too(write):
    with pytest.raises(ValueError, match="has no column 'name'"):
        read_csv(write(PETS), target="kind", drop=["name"])


def test_columns_of_names_are_listed_at_once_with_the_argument_that_leaves_them_out(write):
    rows = "".join(f"p{i},t{i},{i % 2}.5\n" for i in range(30))
    path = write("name,ticket,y\n" + rows)
    with pytest.raises(ValueError, match=r"'name' \(30\), 'ticket' \(30\).*"
                                         r"drop=\['name', 'ticket'\]"):
        read_csv(path, target="y")
    assert read_csv(path, target="y", max_words=30).x.shape == (30, 60)


@pytest.mark.parametrize("text, options, complaint", [
    ("a,y\n1,x\n2,x\n", {}, "'y' is 'x' in every row"),
    ("a,y\n1,\n2,\n", {}, "the target 'y' is missing in every row"),
    ("y\n1\n2\n", {}, "no column is left to predict from"),
    ("a,y\n" + "".join(f"1,n{i}\n" for i in range(30)), {}, "hardly any class occurs twice"),
    ("a,y\n1,x\n2,z\n", {"task": "regression"}, "'y' holds words, such as 'x'"),
    ("a,y\n1,1\n2,2\n", {"task": "guess"}, "task='guess': choose \"auto\""),
    ("a,y\nK\xf6ln,1\n", {"encoding": "ascii"}, "line 2: byte 0xc3 is not ascii"),
    ("a,y\n1,1\n", {"encoding": "klingon"}, "encoding='klingon' is not known"),
])
def test_a_target_or_an_option_that_cannot_work_is_refused_with_the_reason(text, options, complaint,
                                                                           write):
    with pytest.raises(ValueError, match=complaint):
        read_csv(write(text), target="y", **options)


def test_a_missing_file_is_said_with_the_nearest_name(write):
    path = write(PETS, "penguins.csv")
    with pytest.raises(FileNotFoundError, match=r"Did you mean 'penguins.csv'"):
        read_csv(path.with_name("pengiuns.csv"))
    with pytest.raises(FileNotFoundError, match="The current folder is"):
        read_csv("no/such/folder/x.csv")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ValueError, match="is a folder"):
        read_csv(tmp_path)


def test_a_spreadsheet_is_no_csv_file(write):
    with pytest.raises(ValueError, match=r"book.xlsx is not a text file.*save it as CSV"):
        read_csv(write(b"PK\x03\x04\x14\x00\x06\x00\x08\x00", "book.xlsx"))


def test_a_damaged_compressed_file_is_said_to_be_one(write):
    with pytest.raises(ValueError, match="damaged gzip"):
        read_csv(write(gzip.compress(PETS.encode() * 50)[:-20], "pets.csv.gz"))


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=60),
                 st.text(alphabet='ab1.,;"\n\r\t -?', max_size=60).map(str.encode)))
def test_whatever_the_bytes_are_the_answer_is_a_table_or_an_error_that_teaches(tmp_path_factory,
                                                                              raw):
    path = tmp_path_factory.getbasetemp() / "anything.csv"
    path.write_bytes(raw)
    try:
        data = read_csv(path)
        assert len(data) > 0 and data.x.shape[1] == len(data.features)
    except ValueError as error:
        assert "anything.csv" in str(error)


# --- one cell ----------------------------------------------------------------------------------

@pytest.mark.parametrize("cell, value", [("1", 1), ("-1.5e3", -1500), (".5", 0.5), ("+2", 2),
                                         ("1_0", None), ("inf", None), ("abc", None), ("", None)])
def test_a_cell_is_a_finite_number_or_none(cell, value):
    assert number_in(cell) == value


def test_a_cell_is_missing_by_its_whole_text():
    assert is_missing("na") and not is_missing("nah") and not is_missing("0")
