"""How the code is laid out: imports point down only, the core is NumPy alone, all is explained."""
import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import dlf

ROOT  = Path(dlf.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
every = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))

# Who may know whom: each row may import from the rows below it, and a package from itself.
# (`dlf/__init__.py`, the shop window, shows all of them.)
LEVELS = """
    cli
    app
    lab job
    widgets exercises
    viz
    model experiment
    checkpoint looking
    fitting lr_finder
    training gradcheck summary scene generate
    checks
    optimizers
    layers losses schedules
    shapes initializers config memory metrics palette datasets
"""
RANK = {name: -i for i, line in enumerate(LEVELS.split("\n")) for name in line.split()}

# What is not in Python itself: NumPy for all, and these for those who name them. Names in brackets
# are fetched when they are needed, inside a function, never when the file is imported.
ALLOWED = {
    "fitting":  {"[tqdm]"},
    "datasets": {"[pooch]", "[requests]"},
    "viz":      {"matplotlib", "[IPython]"},
    "widgets":  {"ipywidgets", "IPython", "traitlets", "anywidget", "[matplotlib]",
                 "[threadpoolctl]"},
    "cli":      {"[threadpoolctl]"},
    "job":      {"[threadpoolctl]", "[matplotlib]"},
    "lab":      {"[jupyterlab]"},
}


def unit(path):
    """The name in the table: 'layers' for dlf/layers/dense.py, 'losses' for dlf/losses.py."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path):
    """Yield (module, is it inside a function?, line) of everything that a file imports."""
    tree  = ast.parse(path.read_text(encoding="utf-8"))
    late  = {id(node) for f in ast.walk(tree) if isinstance(f, (ast.FunctionDef, ast.Lambda))
             for node in ast.walk(f)}
    home  = ["dlf", *path.relative_to(ROOT).parts[:-1]]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = ".".join([*home[:len(home) + 1 - node.level], node.module or ""]
                             if node.level else [node.module])
            names = [f"{start.strip('.')}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            yield name, id(node) in late, node.lineno


# ---- imports -------------------------------------------------------------------------------------

def test_every_file_has_its_row_in_the_table():
    unknown = {unit(path) for path in FILES} - set(RANK) - {"__init__", "__main__"}
    assert not unknown, f"say in LEVELS (and in the README) where these belong: {unknown}"


@every
def test_imports_point_down_only(path):
    me = unit(path)
    if me in ("__init__", "__main__"):
        return
    for name, _, line in imports(path):
        top, *rest = name.split(".")
        if top == "dlf" and rest[:1] != [me]:
            assert rest, f"line {line} imports the whole of dlf: name the module"
            assert rest[0] in RANK, f"line {line}: import {rest[0]} from the file that defines it"
            assert RANK[rest[0]] < RANK[me], f"line {line}: {me} may not know of {rest[0]}"


@every
def test_the_core_is_python_and_numpy(path):
    allowed = ALLOWED.get(unit(path), set())
    for name, is_late, line in imports(path):
        top = name.split(".")[0]
        if top not in {"dlf", "numpy"} | sys.stdlib_module_names:
            assert top in allowed or (is_late and f"[{top}]" in allowed), f"line {line}: {top}"


def test_the_table_is_read_rightly():
    assert RANK["cli"] > RANK["viz"] > RANK["training"] > RANK["layers"] > RANK["shapes"]
    assert RANK["layers"] == RANK["losses"]
    found = {name for name, _, _ in imports(ROOT / "datasets" / "__init__.py")}
    assert "dlf.datasets.dataset.Card" in found
    assert ("tqdm.auto.tqdm", True) in {i[:2] for i in imports(ROOT / "fitting.py")}


def test_import_dlf_loads_numpy_and_nothing_else_heavy():
    heavy = ["matplotlib", "tqdm", "pooch", "requests", "scipy", "pandas", "sklearn", "ipywidgets",
             "threadpoolctl", "IPython", "torch", "dlf.viz", "dlf.widgets", "dlf.exercises"]
    code  = f"import sys, dlf; print([m for m in {[*heavy, 'numpy']} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                           cwd=ROOT.parent)
    assert found.stdout.strip() == "['numpy']"


# ---- words ---------------------------------------------------------------------------------------

@every
def test_every_file_begins_by_saying_what_it_is(path):
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert text and text.split("\n")[0].strip().endswith((".", ":", "?"))


PUBLIC = {name: value for name, value in vars(dlf).items()
          if not name.startswith("_") and (callable(value) or inspect.ismodule(value))}


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_name_says_what_it_is(name):
    text = PUBLIC[name].__doc__                           # its own, not its parent's
    assert text and not text.startswith(f"{name}(")       # nor the one that dataclasses make up


# ---- short enough to be read ---------------------------------------------------------------------

def lines_of_code(path, function):
    """The lines of a function, as they are written, but its docstring, comments and empty ones."""
    text  = path.read_text(encoding="utf-8").split("\n")[function.lineno - 1:function.end_lineno]
    first = function.body[0]
    words = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = first.end_lineno - function.lineno + 1 if words else 0
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in text[start:])


ONE_SCREEN = {"train": 30, "fit": 30}      # the two loops that show everything in its order


@pytest.mark.parametrize("path", [
    *sorted((ROOT / "layers").glob("*.py")),
    *(ROOT / f"{name}.py" for name in ("losses", "optimizers", "training", "fitting"))],
    ids=lambda path: path.name)
def test_no_function_is_longer_than_25_lines(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            limit = ONE_SCREEN.get(node.name, 25)
            assert lines_of_code(path, node) <= limit, f"{node.name}, line {node.lineno}"
