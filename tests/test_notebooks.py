"""Notebooks as documents: in normal form, small, readable without running, with words."""
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from normalize_notebooks import normal

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def outputs(notebook):
    return [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]


def test_it_is_in_normal_form_so_that_a_diff_shows_what_changed(path, notebook):
    assert path.read_text() == nbformat.writes(normal(notebook)) + "\n"


def test_it_is_under_a_megabyte(path):
    assert path.stat().st_size < 1_000_000


def test_it_was_run_from_the_top_and_no_error_was_left_in_it(notebook):
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not [o for o in outputs(notebook) if o.output_type == "error"]
    assert not [o for o in outputs(notebook) if o.get("name") == "stderr"]


def test_every_picture_has_words_for_those_who_do_not_see_it(notebook):
    for output in outputs(notebook):
        data = output.get("data", {})
        assert "image/png" not in data or "text/html" in data
        for image in re.findall(r"<img [^>]*>", data.get("text/html", "")):
            assert len(re.search(r'alt="([^"]*)"', image)[1]) > 20


def test_headings_are_in_order_and_begin_with_one_title(notebook):
    text   = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    levels = [len(mark) for mark in re.findall(r"^(#+) ", text, flags=re.MULTILINE)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_no_screen_is_without_something_to_do(notebook):
    """Between two code cells stand at most 25 lines of text, as long lines are wrapped at 100."""
    length = 0
    for cell in notebook.cells:
        lines  = sum(1 + len(line) // 100 for line in cell.source.splitlines())
        length = 0 if cell.cell_type == "code" else length + lines
        assert length <= 25 or cell is notebook.cells[-1], cell.source[:80]
