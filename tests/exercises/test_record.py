"""The learner's record: kept from run to run, never lost, whatever happens to the file."""
import json
import subprocess
import sys

import pytest

from dlf.cli import main
from dlf.exercises import catalogue, check, hint, progress, record, solution
from dlf.exercises.chapters import ch01_one_neuron as ch1


def wrong(z):
    return z


def written(file):
    return json.loads(file.read_text())["exercises"]


# ---- what is kept --------------------------------------------------------------------------------

def test_a_solved_exercise_is_written_down_with_its_tries_and_its_day(progress_file):
    check("sigmoid", wrong)
    check("sigmoid", ch1.sigmoid)
    entry = written(progress_file)["sigmoid"]
    assert entry["status"] == "correct" and entry["tries"] == 2 and len(entry["solved"]) == 10


def test_what_was_solved_once_stays_solved(progress_file):
    check("sigmoid", ch1.sigmoid)
    check("sigmoid", wrong)
    assert written(progress_file)["sigmoid"]["status"] == "correct"
    assert "sigmoid" in progress().solved


def test_an_untouched_stub_leaves_no_trace(progress_file):
    check("sigmoid", lambda z: ...)
    assert not progress_file.exists()


def test_hints_come_one_after_another_and_are_remembered(progress_file):
    first, second = hint("sigmoid"), hint("sigmoid")
    assert "hint 1 of 3" in repr(first) and "hint 2 of 3" in repr(second)
    assert written(progress_file)["sigmoid"]["hints"] == 2


def test_a_solution_that_was_looked_at_is_remembered(progress_file):
    solution("sigmoid")
    assert written(progress_file)["sigmoid"]["seen solution"] is True


# ---- what may happen to the file -----------------------------------------------------------------

@pytest.mark.parametrize("damage", ["", "{", "[1, 2]", "null", '{"exercises": 3}', "\x00\x01",
                                    '{"exercises": {"sigmoid": "correct"}}', '{"other": 1}'])
def test_a_damaged_file_is_put_aside_and_a_new_one_begun(progress_file, damage):
    progress_file.parent.mkdir()
    progress_file.write_text(damage)
    check("sigmoid", ch1.sigmoid)
    assert written(progress_file)["sigmoid"]["status"] == "correct"
    aside = progress_file.with_name("progress.damaged.json")
    assert aside.read_text() == damage
    assert str(aside) in repr(progress())


def test_a_second_damaged_file_does_not_overwrite_the_first(progress_file):
    progress_file.parent.mkdir()
    for text in ("first", "second"):
        progress_file.write_text(text)
        check("sigmoid", wrong)
    assert progress_file.with_name("progress.damaged.json").read_text() == "first"
    assert progress_file.with_name("progress.damaged2.json").read_text() == "second"


def test_what_another_version_wrote_stays(progress_file):
    progress_file.parent.mkdir()
    progress_file.write_text(json.dumps({"dlf progress": 7, "theme": "dark", "exercises": {
        "of tomorrow": {"status": "correct", "stars": 3}}}))
    check("sigmoid", ch1.sigmoid)
    kept = json.loads(progress_file.read_text())
    assert kept["theme"] == "dark" and kept["dlf progress"] == 7
    assert kept["exercises"]["of tomorrow"] == {"status": "correct", "stars": 3}


def test_two_notebooks_at_once_keep_both_their_results(progress_file):
    check("sigmoid", ch1.sigmoid)
    code = ("from dlf.exercises import check\n"
            "from dlf.exercises.chapters import ch01_one_neuron as c\n"
            "check('neuron', c.neuron)")
    subprocess.run([sys.executable, "-c", code], check=True)
    check("relu", ch1.relu)
    assert set(written(progress_file)) == {"sigmoid", "neuron", "relu"}


def test_a_place_that_cannot_be_written_costs_nothing_but_the_memory(progress_file, monkeypatch):
    progress_file.parent.write_text("a file where a folder should be")
    assert check("sigmoid", ch1.sigmoid)
    assert "sigmoid" in progress().solved
    assert "can't be written" in repr(progress())


def test_no_draft_is_left_behind(progress_file):
    check("sigmoid", ch1.sigmoid)
    assert [file.name for file in progress_file.parent.iterdir()] == ["progress.json"]


def test_a_disk_that_is_full_leaves_the_old_file_whole(progress_file, monkeypatch):
    check("sigmoid", ch1.sigmoid)
    before = progress_file.read_text()

    def full(*args):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(record.os, "replace", full)
    assert check("neuron", ch1.neuron)
    assert progress_file.read_text() == before
    assert [file.name for file in progress_file.parent.iterdir()] == ["progress.json"]


# ---- how it is shown -----------------------------------------------------------------------------

def test_progress_counts_and_shows_every_exercise():
    check("sigmoid", ch1.sigmoid)
    check("neuron", wrong)
    text = repr(progress())
    assert f"1 of {len(catalogue())} exercises solved" in text
    assert "✓ sigmoid" in text and "✗ neuron" in text and "○ relu" in text
    assert all(exercise.name in progress()._repr_html_() for exercise in catalogue())


def test_the_command_line_shows_the_same(capsys):
    check("sigmoid", ch1.sigmoid)
    assert main(["progress"]) == 0
    assert capsys.readouterr().out.strip() == repr(progress())
