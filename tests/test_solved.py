"""Notebooks with the solutions in place of the stubs: they run, and every verdict is "correct"."""
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from dlf.exercises import catalogue

FOLDER    = Path(__file__).parents[1] / "notebooks"
EXERCISES = {exercise.name: exercise for exercise in catalogue()}
TAG       = "exercise:"


def names(cell):
    """The exercises whose stub a cell holds."""
    return [tag.removeprefix(TAG) for tag in cell.metadata.get("tags", []) if tag.startswith(TAG)]


def stubs(notebook):
    """(cell, exercise) for every stub of a notebook."""
    return [(cell, EXERCISES[name]) for cell in notebook.cells for name in names(cell)]


NOTEBOOKS = [path for path in sorted(FOLDER.glob("*.ipynb"))
             if stubs(nbformat.read(path, as_version=4))]
every     = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)


@every
def test_a_solved_notebook_runs_and_every_verdict_is_correct(path, tmp_path, monkeypatch):
    monkeypatch.setenv("DLF_PROGRESS", str(tmp_path / "progress.json"))
    notebook = nbformat.read(path, as_version=4)
    for cell, exercise in stubs(notebook):
        cell.source = exercise.solution()
    NotebookClient(notebook, timeout=300,
                   resources={"metadata": {"path": str(tmp_path)}}).execute()
    headings = re.findall(r"^[✓✗○] .*$", "\n".join(said(notebook)), re.MULTILINE)
    assert len(headings) >= len(stubs(notebook))
    assert [line for line in headings if not line.startswith("✓")] == []


def said(notebook):
    """The plain text of all results."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield output.get("data", {}).get("text/plain", "")


@every
def test_every_stub_has_the_signature_and_the_docstring_of_its_reference(path):
    for cell, exercise in stubs(nbformat.read(path, as_version=4)):
        if exercise.is_function:
            head = exercise.solution().split("):")[0]
            doc  = exercise.reference.__doc__
            assert head in cell.source and doc in cell.source, exercise.name
        else:
            assert cell.source.startswith(f"{exercise.called} = ..."), exercise.name


@every
def test_every_stub_is_checked_in_the_notebook(path):
    notebook = nbformat.read(path, as_version=4)
    code     = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    for _, exercise in stubs(notebook):
        assert f'check("{exercise.name}", {exercise.called})' in code


def test_every_exercise_stands_in_the_notebook_of_its_chapter():
    found = [(exercise.name, int(path.name[:2])) for path in NOTEBOOKS
             for _, exercise in stubs(nbformat.read(path, as_version=4))]
    assert sorted(found) == sorted((e.name, e.chapter) for e in EXERCISES.values())
