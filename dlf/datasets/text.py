"""Text becomes numbers by giving every character of its alphabet a code.

A network predicts the next character as it predicts a class: the code is the label.
"""
import csv
import gzip
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from .dataset import Card, Dataset, is_count

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, eq=False, repr=False)
class Text:
    """A long text, and each of its characters as a number.

    `alphabet` is the sorted characters that occur, as one string; `codes` (n,) integers index it.

    >>> text = Text("banana")
    >>> text.alphabet, text.codes.tolist()
    ('abn', [1, 0, 2, 0, 2, 0])
    >>> text.decode(text.encode("nab"))
    'nab'
    """

    text: str
    card: Card | None = None

    @cached_property
    def alphabet(self):
        return "".join(sorted(set(self.text)))

    @cached_property
    def codes(self):
        return self.encode(self.text)

    def encode(self, words):
        """The codes (n,) of some words; raises ValueError for a character outside the alphabet."""
        code    = {character: i for i, character in enumerate(self.alphabet)}
        unknown = sorted(set(words) - set(code))
        if unknown:
            raise ValueError(f"no code for {', '.join(map(repr, unknown))}: it does not occur in "
                             f"this text. Its alphabet is {self.alphabet!r}.")
        return np.array([code[character] for character in words], dtype=np.int64)

    def decode(self, codes):
        """The words that some codes (n,) stand for; raises ValueError for what is no code."""
        codes, alphabet = np.ravel(codes), self.alphabet
        if codes.size and (codes.dtype.kind not in "iu"
                           or not 0 <= codes.min() <= codes.max() < len(alphabet)):
            raise ValueError(f"decode wants whole numbers from 0 to {len(alphabet) - 1}, the codes "
                             f"of this text; got {codes.dtype}, such as {codes[:4].tolist()}. "
                             "Of scores take argmax(axis=-1) first.")
        return "".join(alphabet[code] for code in codes)

    def __len__(self):
        return len(self.text)

    def __repr__(self):
        title = self.card.what if self.card else "Text"
        return (f"{title} ({len(self)} characters, {len(self.alphabet)} different)\n"
                f"  {self.text[:60]!r}...")


def streams(codes, batch, time):
    """A long text in rows: row i of one batch goes on in row i of the next, for carry=True.

    The text is cut into `batch` streams of equal length, and each into pieces of `time` symbols. In
    order, batches of `batch` rows hold the next piece of every stream: train with batch_size=batch
    and rng=None. Symbols that do not fill a piece at the end are left out.

    Shapes: codes (n,) whole numbers; returns (x, y), each (pieces * batch, time): y are the symbols
    that come next.
    Raises: ValueError if there are too few symbols for one piece.

    >>> x, y = streams(np.arange(9), batch=2, time=2)
    >>> x.tolist()
    [[0, 1], [4, 5], [2, 3], [6, 7]]
    >>> y.tolist()
    [[1, 2], [5, 6], [3, 4], [7, 8]]
    """
    if not (is_count(batch) and is_count(time)):
        raise ValueError("streams: batch and time are whole numbers of at least 1, got "
                         f"batch={batch!r}, time={time!r}.")
    codes  = np.asarray(codes)
    pieces = (codes.size - 1) // (batch * time)
    if codes.ndim != 1 or codes.dtype.kind not in "iu" or pieces < 1:
        raise ValueError(f"streams wants a row of at least {batch * time + 1} symbols, {batch} "
                         f"streams of {time} and the one that comes next; got {codes.dtype} of "
                         f"shape {codes.shape}. Of a Text pass its .codes.")
    n = batch * pieces * time

    def arranged(row):
        return row.reshape(batch, pieces, time).swapaxes(0, 1).reshape(-1, time)
    return arranged(codes[:n]), arranged(codes[1:n + 1])


def constitution():
    """The Constitution of the United States with its 27 amendments, to learn to write like it.

    Returns a Text: `.text` of 45345 characters, `.alphabet` of 71, `.codes` (45345,), `.card`.
    Public domain.

    >>> law = constitution()
    >>> law.text[62:75]
    'We the People'
    """
    return Text((DATA / "constitution.txt").read_text(encoding="ascii"), Card(
        what="The Constitution of the United States",
        shape="text of 45345 characters",
        units="characters; lines end in \\n",
        source="the Constitutional Convention (1787) and the amendments to 1992",
        licence="public domain",
        notes="the text alone, with headings; spelling as in the original"))


def names():
    """5163 first names in lower case, and whether women, men or both bore them in 1990.

    Shapes: x (5163,) text of 2 to 11 letters a to z, in alphabetical order; y (5163,).
    Classes: female (3944), male (888), both (331).
    Source: US Census Bureau (1995), Frequently Occurring Names in the 1990 Census. Public domain.

    >>> data = names()
    >>> str(data.x[0]), data.classes[data.y[0]]
    ('aaron', 'both')
    """
    with gzip.open(DATA / "names.csv.gz", "rt", encoding="ascii", newline="") as file:
        words, sex = zip(*list(csv.reader(file))[1:])
    classes = ("female", "male", "both")
    return Dataset(np.array(words), np.array([classes.index(s) for s in sex]), classes=classes,
                   card=Card("First names in the United States, 1990",
                             "x (5163,) text, y (5163,)", "lower case, letters a to z",
                             "US Census Bureau (1995), Frequently Occurring Names in the 1990 "
                             "Census",
                             "public domain (US government work)"))
