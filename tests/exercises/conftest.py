"""What the tests of exercises share: a record of progress in a folder of its own."""
import pytest

from dlf.exercises import record


@pytest.fixture(autouse=True)
def progress_file(tmp_path, monkeypatch):
    """The learner's file, for one test."""
    file = tmp_path / "home" / "progress.json"
    monkeypatch.setenv("DLF_PROGRESS", str(file))
    record.UNSAVED.clear()
    return file
