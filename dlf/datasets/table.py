"""read_csv turns a table into numbers: words become columns of 0 and 1, gaps become NaN.

Nothing is guessed in silence. What could be meant in two ways is an error that names the file, the
line and the column, and shows the argument that settles it.
"""
import difflib
from dataclasses import dataclass

import numpy as np

from .dataset import Card, Dataset
from .sheet import is_missing, number_in, open_sheet

FEW = 20                                                # so many different values may be classes


@dataclass(frozen=True)
class Column:
    """One column of a table: its name, and its words when it holds words instead of numbers."""

    name:  str
    words: tuple | None = None

    @property
    def features(self):
        """The names of the columns of x that this column becomes."""
        return (self.name,) if self.words is None else tuple(f"{self.name}={w}" for w in self.words)


@dataclass(frozen=True)
class Table:
    """How a file was read, so that another can be read alike: its columns, its target, its task."""

    columns: tuple
    target:  Column | None
    task:    str


def read_csv(path, target=None, task="auto", like=None, *, drop=(), text=(), max_words=FEW,
             delimiter=None, decimal=".", encoding=None):
    """Read a table from a CSV file with a header row; the rest of its columns predict `target`.

    Shapes: x (rows, features) float64, y (rows,). A column of numbers becomes one feature. A column
    of words becomes one feature per word, named `column=word`, 1 where the row has it and 0 where
    not. An empty cell, NA, N/A, nan, null or ? is missing: NaN (in all features of its column).
    A row whose target is missing is left out, and the card's notes count them.

    target     the column to predict; without one y is None
    task       "classification": y holds integers that index `classes` (words in alphabetical
               order, numbers by size); "regression": y holds floats; "auto": classes for words
               and for whole numbers of at most 20 different values that repeat, else regression
    like       a data set from an earlier read_csv: use its target, columns, words and classes;
               other columns are ignored, and so are task, drop, text and max_words. This is
               how to read a test file or new data
    drop       names of columns to leave out
    text       names of columns to take as words though they look like numbers, such as zip codes
    max_words  a column with more different words raises an error: it is likely a name or a number
    delimiter  by default the one of  , ; tab |  that splits the header into most columns
    decimal    "," for files that write 3,14
    encoding   by default UTF-8 (or UTF-16 when the file says so), else Latin-1, said in the notes

    Raises ValueError, or FileNotFoundError, that names file, line and column.
    """
    _check_options(task, like, target)
    sheet, notes = open_sheet(path, delimiter, decimal, encoding)
    if like is not None:
        return _read_like(sheet, like, notes)
    drop, text = ([names] if isinstance(names, str) else list(names) for names in (drop, text))
    sheet.need([*drop, *text] + [target] * (target is not None))
    answer = None
    if target is not None:
        notes += sheet.leave_out_missing(target)
        answer = _target_column(sheet, target, task, text)
    if answer is not None and task == "auto":
        task   = "regression" if answer.words is None else "classification"
        notes += [f"{target!r} was read as {task}"]
    columns = _feature_columns(sheet, [*drop, target], text, max_words)
    return _dataset(sheet, Table(columns, answer, task), notes)


def _check_options(task, like, target):
    if task not in ("auto", "classification", "regression"):
        raise ValueError(f'task={task!r}: choose "auto", "classification" or "regression".')
    if like is None:
        return
    if getattr(like, "table", None) is None:
        raise ValueError("like= wants a data set that read_csv made: its columns and words are "
                         "used again. Pass the training data, not an array.")
    known = like.table.target.name if like.table.target else None
    if target not in (None, known):
        raise ValueError(f"like= brings its own target, {known!r}; leave target={target!r} out.")


def _spelled(value):
    return f"{value:.15g}"                              # 3, not 3.0


def _target_column(sheet, column, task, text):
    is_words = sheet.is_words(column, text)
    if task == "regression" and is_words:
        raise ValueError(f'{sheet.name}: the target {column!r} holds words, such as '
                         f'{sheet.present(column)[0]!r}. task="regression" predicts a number; '
                         'pass task="classification".')
    if task == "regression":
        return Column(column)
    words = sheet.words(column)
    if not is_words:
        values = sorted({number_in(word, sheet.decimal) for word in words})
        words  = tuple(_spelled(v) for v in values)
        if task == "auto" and not _look_like_classes(values, len(sheet.lines)):
            return Column(column)
    _check_classes(sheet, column, words)
    return Column(column, words)


def _look_like_classes(values, n):
    return all(v == int(v) for v in values) and len(values) <= FEW and len(values) < n


def _check_classes(sheet, column, words):
    n = len(sheet.lines)
    if len(words) == 1:
        raise ValueError(f"{sheet.name}: the target {column!r} is {words[0]!r} in every row, so "
                         "there is nothing to tell apart. Choose another target.")
    if len(words) > FEW and 2 * len(words) > n:
        raise ValueError(f"{sheet.name}: the target {column!r} has {len(words)} different values "
                         f"in {n} rows, so hardly any class occurs twice. Is it a name or a "
                         'running number? If it is a quantity, pass task="regression".')


def _feature_columns(sheet, leave_out, text, max_words):
    names = [c for c in sheet.header if c not in leave_out]
    empty = [c for c in names if not sheet.present(c)]
    if "" in names:
        raise ValueError(f"{sheet.name}: column {sheet.header.index('') + 1} has no name. It may "
                         "be a row number that was saved along; leave it out with drop=[''].")
    if not names:
        raise ValueError(f"{sheet.name}: no column is left to predict from.")
    if empty:
        raise ValueError(f"{sheet.name}: no row has a value in {empty}. "
                         f"Leave such columns out: drop={empty}.")
    columns = tuple(Column(c, sheet.words(c) if sheet.is_words(c, text) else None) for c in names)
    _check_words(sheet, columns, max_words)
    return columns


def _check_words(sheet, columns, most):
    many = [c for c in columns if c.words is not None and len(c.words) > most]
    if many:
        counts = ", ".join(f"{c.name!r} ({len(c.words)})" for c in many)
        raise ValueError(
            f"{sheet.name}: more than {most} different words in {counts}. Each word would become "
            "a column of its own. If they are names or numbers of the rows, leave them out with "
            f"drop={[c.name for c in many]}; if they are kinds, raise max_words.")


def _read_like(sheet, like, notes):
    table = like.table
    sheet.need([c.name for c in table.columns])
    if table.target is not None and table.target.name in sheet.cells:
        notes += sheet.leave_out_missing(table.target.name)
    else:
        table = Table(table.columns, None, table.task)  # new data: the answer is not known yet
    data = _dataset(sheet, table, notes, classes=like.classes)
    return data if data.features == like.features else data.select(*like.features)


def _dataset(sheet, table, notes, classes=None):
    x = np.column_stack([_encode(sheet, column) for column in table.columns])
    y = None
    if table.target is not None and table.target.words is not None:
        y, classes = _class_numbers(sheet, table.target), table.target.words
    elif table.target is not None:
        y = sheet.numbers(table.target.name)
    features = tuple(f for column in table.columns for f in column.features)
    shape = f"x {x.shape}" + ("" if y is None else f", y {y.shape}")
    card  = Card(f"The table {sheet.name}", shape, "as in the file", sheet.name,
                 "that of the file", "; ".join(notes))
    return Dataset(x, y, card, features, classes, table)


def _encode(sheet, column):
    """The features (rows, k) of one column."""
    if column.words is None:
        return sheet.numbers(column.name)[:, None]
    rows = np.zeros((len(sheet.lines), len(column.words)))
    for row, cell in zip(rows, sheet.cells[column.name]):
        if is_missing(cell):
            row[:] = np.nan
        else:
            row[_index(sheet, column, cell, cell)] = 1
    return rows


def _class_numbers(sheet, column):
    """The classes (rows,) as integers. Numbers are compared as numbers: 1 and 1.0 are one class."""
    spelled = []
    for cell in sheet.cells[column.name]:
        value = number_in(cell, sheet.decimal)
        word  = cell if cell in column.words or value is None else _spelled(value)
        spelled.append(_index(sheet, column, word, cell))
    return np.array(spelled, dtype=np.int64)


def _index(sheet, column, word, cell):
    if word in column.words:
        return column.words.index(word)
    near = difflib.get_close_matches(word, column.words, 1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"{sheet.where(column.name, cell)}: {cell!r} did not occur in the data that "
                     f"this file is read like; known are {', '.join(map(repr, column.words))}."
                     f"{hint}")
