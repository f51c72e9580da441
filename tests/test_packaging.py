"""What stands around the code agrees with it: README, Binder's environment, the package."""
import re
import subprocess
import tomllib
from pathlib import Path

ROOT    = Path(__file__).parents[1]
README  = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def names(requirements):
    """The bare names of some requirements, without versions and our own extras."""
    found = (re.match(r"[A-Za-z0-9_.-]+", line) for line in requirements)
    return {m[0].lower() for m in found if m and m[0] not in ("dlf", ".")}


NOTEBOOKS = (names(PROJECT["dependencies"]) | names(PROJECT["optional-dependencies"]["lab"])
             | names(PROJECT["optional-dependencies"]["app"]))


def binder():
    lines = (ROOT / "binder" / "requirements.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def command_marked(mark):
    """The first command after a marker in the README."""
    return re.search(rf"<!-- {mark} -->.*?^(python3 .*?)$", README, re.DOTALL | re.MULTILINE)[1]


def test_readmes_test_command_makes_its_environment_and_runs_all_tests():
    command = command_marked("tests")
    assert command.startswith("python3 -m venv .venv && .venv/bin/pip install")
    assert command.endswith(".venv/bin/python -m pytest -q -n auto --dist loadfile")


def test_readmes_main_command_trains_on_real_data():
    assert command_marked("main-job").endswith("&& .venv/bin/dlf train digits")


def test_the_tests_that_guard_a_landing_are_readmes_own():
    assert "for job in tests main-job" in (ROOT / ".ci" / "run").read_text()


def test_readme_shows_every_file_of_the_package():
    layout = README[README.index("```\ndlf/"):]
    layout = layout[:layout.index("```", 4)]
    tracked = subprocess.run(["git", "ls-files", "dlf"], cwd=ROOT, capture_output=True, text=True)
    top = {Path(line).parts[1] for line in tracked.stdout.splitlines()} - {"__init__.py"}
    for name in sorted(top):
        assert re.search(rf"(^|\s){re.escape(name)}", layout), f"the layout does not show {name}"


def test_binder_pins_all_that_notebooks_need():
    assert NOTEBOOKS <= names(binder())
    assert all("==" in line for line in binder() if line != ".")


def test_binder_installs_nothing_that_only_tests_need():
    assert not (names(PROJECT["optional-dependencies"]["test"]) - NOTEBOOKS) & names(binder())


def test_a_number_of_the_version_stands_in_one_place():
    import dlf
    assert "version" in PROJECT["dynamic"]
    assert f"## {dlf.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_readme_shows_what_a_check_really_says(monkeypatch, tmp_path):
    import numpy as np
    monkeypatch.setenv("DLF_PROGRESS", str(tmp_path / "progress.json"))
    code  = re.search(r"```python\n(from dlf.exercises.*?)```", README, re.DOTALL)[1]
    shown = re.search(r"```\n(✗ .*?)```", README, re.DOTALL)[1]
    *lines, last = code.strip().split("\n")
    space = {"np": np}
    exec("\n".join(lines), space)
    assert repr(eval(last, space)).startswith(shown.strip())


def test_readme_counts_the_mistakes_rightly():
    from dlf.exercises import catalogue
    assert "more than fifteen hundred in all" in README
    assert sum(len(exercise.mistakes) for exercise in catalogue()) > 1500


def test_readme_has_a_row_for_each_notebook_of_the_course():
    rows = {int(n) for n in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert rows == {int(path.name[:2]) for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
