"""The short text that a configuration is shared as: safe in an address, and damage is found."""
import base64
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlf.experiment import Config, ConfigError, share

TEXT = Config(data="spiral", hidden=[8, 8], lr=0.1, seed=7).to_text()


def test_the_text_is_short_and_safe_in_an_address():
    assert re.fullmatch(r"dlf1\.[A-Za-z0-9_-]+\.[0-9a-f]{8}", TEXT) and len(TEXT) < 200


@given(st.integers(0, len(TEXT) - 1), st.sampled_from("aA0-_.~"))
def test_one_changed_letter_is_found(place, letter):
    broken = TEXT[:place] + letter + TEXT[place + 1:]
    if broken != TEXT:
        with pytest.raises(ConfigError):
            Config.from_text(broken)


@given(st.integers(0, len(TEXT) - 1))
def test_a_text_that_was_cut_short_is_found(length):
    with pytest.raises(ConfigError):
        Config.from_text(TEXT[:length])


@pytest.mark.parametrize("text, help", [
    ("hello", 'begins with "dlf1."'), ("dlf2.abc.00000000", "made by a newer one"),
    (TEXT.rsplit(".", 1)[0], "incomplete"), (TEXT[:-1] + "~", "does not add up"), (7, "is text")])
def test_an_error_says_what_is_wrong_with_the_text(text, help):
    with pytest.raises(ConfigError, match=help):
        Config.from_text(text)


def test_line_breaks_and_spaces_do_no_harm():
    assert Config.from_text(f" {TEXT[:20]}\n{TEXT[20:]} ") == Config.from_text(TEXT)


def sealed(raw):
    body = base64.urlsafe_b64encode(zlib.compress(raw)).decode().rstrip("=")
    return f"dlf1.{body}.{share.checksum(body)}"


@pytest.mark.parametrize("raw", [b"no json", b"[1, 2]", b'{"lr": -1}', b'{"hidden": [[]]}',
                                 b"[" * 100_000, b'{"own": {"x": 3, "y": 4}}', b'{"lr": NaN}'])
def test_well_sealed_nonsense_is_refused_as_a_configuration(raw):
    with pytest.raises(ConfigError):
        Config.from_text(sealed(raw))


def test_a_small_text_cannot_unpack_to_a_huge_one():
    with pytest.raises(ConfigError, match="more than a configuration can hold"):
        Config.from_text(sealed(b" " * (share.LARGEST + 1)))
