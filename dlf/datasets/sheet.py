"""A file becomes named columns of cells, and every cell remembers the line it stands on.

Nothing is interpreted yet: the cells are words, and `table.py` makes numbers of them. What is wrong
with the file itself is found here: its encoding, its header, its quotes, the length of its rows.
"""
import csv
import difflib
import gzip
import io
import math
import zlib
from pathlib import Path

import numpy as np

MISSING    = {"", "na", "n/a", "nan", "?", "null"}       # in lower case
DELIMITERS = ",;\t|"


def open_sheet(path, delimiter, decimal, encoding):
    """The cells of a CSV file as a Sheet, and notes about what had to be assumed."""
    path = Path(path)
    text, notes  = _decode(path, encoding)
    header, rows = _split_lines(path.name, text, delimiter)
    return Sheet(path.name, header, rows, decimal), notes


def _decode(path, encoding):
    raw  = _unzipped(_existing(path))
    wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")         # UTF-16 has zero bytes and is yet text
    if b"\0" in raw[:4096] and not wide and encoding is None:
        raise ValueError(f"{path.name} is not a text file. If it is a spreadsheet (.xlsx, .ods), "
                         "save it as CSV first.")
    try:
        return raw.decode(encoding or ("utf-16" if wide else "utf-8-sig")), []
    except (UnicodeDecodeError, LookupError) as error:
        if encoding is not None:
            raise ValueError(_wrong_encoding(path.name, raw, encoding, error)) from None
        return raw.decode("latin-1"), ["not UTF-8, so it was read as Latin-1"]


def _existing(path):
    if path.is_dir():
        raise ValueError(f"{path} is a folder; read_csv wants one file in it.")
    if not path.exists():
        near = difflib.get_close_matches(path.name, _files_beside(path), 1, 0.5)
        hint = f" Did you mean {near[0]!r}?" if near else f" The current folder is {Path.cwd()}."
        raise FileNotFoundError(f"there is no file {str(path)!r}.{hint}")
    return path


def _unzipped(path):
    raw = path.read_bytes()
    if raw[:2] != b"\x1f\x8b":
        return raw
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path.name} is a damaged gzip file: {error}.") from None


def _wrong_encoding(name, raw, encoding, error):
    if isinstance(error, LookupError):
        return f"encoding={encoding!r} is not known; common ones are utf-8, latin-1 and cp1252."
    line = raw.count(b"\n", 0, error.start) + 1
    return (f"{name}, line {line}: byte 0x{raw[error.start]:02x} is not {encoding}. "
            "Try encoding='latin-1' or 'cp1252', or leave encoding out.")


def _files_beside(path):
    return [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []


def _split_lines(name, content, delimiter):
    """The header, and the rows as (line number, cells)."""
    lines = list(io.StringIO(content, newline=""))      # str.splitlines cuts at other places too
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        raise ValueError(f"{name} is empty. read_csv wants a header row and a row per example.")
    if delimiter is None:
        delimiter = max(DELIMITERS, key=lambda d: len(next(csv.reader([first], delimiter=d))))
    (line, header), *rows = list(_parse(name, lines, delimiter)) or [(1, [])]
    if not any(header):
        raise ValueError(f"{name} is empty. read_csv wants a header row and a row per example.")
    _check_header(name, line, header)
    if not rows:
        raise ValueError(f"{name} has a header and no rows below it.")
    for line, cells in rows:
        if len(cells) != len(header):
            raise ValueError(_ragged(name, line, cells, header, delimiter))
    return header, rows


def _parse(name, lines, delimiter):
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        line = reader.line_num + 1                      # the row begins here; quotes span lines
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            raise ValueError(f"{name}, line {line}: {error}. A quote that is opened and never "
                             "closed is the usual reason.") from None
        if any(cells) or len(cells) > 1:                # a blank line is no row
            yield line, cells


def _check_header(name, line, header):
    where = f"{name}, line {line}:"
    for i, column in enumerate(header):
        if column in header[:i] and column:
            raise ValueError(f"{where} columns {header.index(column) + 1} and {i + 1} are both "
                             f"called {column!r}. Rename one.")
    if all(number_in(cell) is not None for cell in header):
        raise ValueError(f"{where} the first row holds numbers, and read_csv wants the names of "
                         "the columns there. Write a header row.")
    if header.count("") > 1:
        raise ValueError(f"{where} {header.count('')} columns have no name. Often a row ends in "
                         "stray delimiters; remove them, or name the columns.")


def _ragged(name, line, cells, header, delimiter):
    want, got = len(header), len(cells)
    shown = ", ".join(header[:4]) + (", ..." if want > 4 else "")
    advice = (f"If a value contains {delimiter!r}, put the value in quotes."
              if got > want else "An empty value still needs its delimiter.")
    return (f"{name}, line {line}: {got} field{'s' * (got != 1)}, but the header has {want} "
            f"({shown}). {advice}")


class Sheet:
    """The cells of a file by column, each with the line it stands on."""

    def __init__(self, name, header, rows, decimal):
        self.name, self.header, self.decimal = name, header, decimal
        self.lines = [line for line, _ in rows]
        self.cells = dict(zip(header, zip(*[cells for _, cells in rows])))

    def need(self, wanted):
        """Raise unless the file has all these columns."""
        for column in wanted:
            if column not in self.cells:
                near = difflib.get_close_matches(str(column), self.header, 1, 0.5)
                hint = f"Did you mean {near[0]!r}? " if near else ""
                raise ValueError(f"{self.name} has no column {column!r}. {hint}"
                                 f"Its columns are: {', '.join(map(repr, self.header))}.")

    def leave_out_missing(self, column):
        """Drop the rows in which this column is missing; returns what to note about it."""
        keep = [i for i, cell in enumerate(self.cells[column]) if not is_missing(cell)]
        gone = len(self.lines) - len(keep)
        if not keep:
            raise ValueError(f"{self.name}: the target {column!r} is missing in every row.")
        self.lines = [self.lines[i] for i in keep]
        self.cells = {c: [cells[i] for i in keep] for c, cells in self.cells.items()}
        return [f"{gone} row{'s' * (gone != 1)} without {column!r} left out"] * bool(gone)

    def present(self, column):
        """The cells of a column that are not missing."""
        return [cell for cell in self.cells[column] if not is_missing(cell)]

    def words(self, column):
        """The different words of a column, in alphabetical order."""
        return tuple(sorted(set(self.present(column))))

    def where(self, column, cell):
        """The place of a cell in words: file, line, column."""
        line = self.lines[list(self.cells[column]).index(cell)]
        return f"{self.name}, line {line}, column {column!r}"

    def numbers(self, column):
        """A column as floats (n,), NaN where missing; raises where a cell is no number."""
        return np.array([self.number(column, cell) for cell in self.cells[column]])

    def number(self, column, cell):
        """One cell as a float."""
        value = math.nan if is_missing(cell) else number_in(cell, self.decimal)
        if value is None:
            raise ValueError(f"{self.where(column, cell)}: {cell!r} is not a number; "
                             f"{self._advice(column, cell)}")
        return value

    def _advice(self, column, cell):
        if number_in(cell.replace(",", ".", 1)) is not None and self.decimal == ".":
            return "if the comma is a decimal comma, pass decimal=','."
        return ("correct it, or leave the cell empty if the value is unknown. If the column holds "
                f"words, pass text=[{column!r}].")

    def is_words(self, column, text):
        """Whether a column holds words. Mostly numbers with some words among them is an error."""
        present = self.present(column)
        strays  = [cell for cell in present if number_in(cell, self.decimal) is None]
        if column in text:
            return True
        if strays and (2 * len(strays) < len(present) or number_in(strays[0], ",") is not None):
            self.number(column, strays[0])              # raises, and says where and what to do
        return bool(strays)


def is_missing(cell):
    return cell.lower() in MISSING


def number_in(cell, decimal="."):
    """The number a cell spells, or None. Python would also read 1_000 and inf; a table means no."""
    try:
        value = float(cell.replace(decimal, ".") if decimal != "." else cell)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in cell else None
