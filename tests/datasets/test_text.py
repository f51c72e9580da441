import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlf.datasets import Text


@given(st.text(min_size=1, max_size=40))
def test_decoding_undoes_encoding(words):
    text = Text(words)
    assert text.decode(text.codes) == words


def test_codes_follow_the_sorted_alphabet():
    text = Text("deed ad")
    assert text.alphabet == " ade" and text.codes.tolist() == [2, 3, 3, 2, 0, 1, 2]


def test_a_character_outside_the_alphabet_is_an_error_that_names_it():
    with pytest.raises(ValueError, match=r"no code for 'z': .* Its alphabet is 'ab'"):
        Text("abba").encode("az")


@pytest.mark.parametrize("codes", [[-1], [2], [0.7], [[0.1, 0.9]], "ab"])
def test_what_is_no_code_is_an_error_and_not_another_character(codes):
    with pytest.raises(ValueError, match=r"from 0 to 1, the codes .* argmax\(axis=-1\) first"):
        Text("abba").decode(codes)


def test_the_text_of_a_text_says_its_length_and_how_it_begins():
    assert repr(Text("banana")) == "Text (6 characters, 3 different)\n  'banana'..."
