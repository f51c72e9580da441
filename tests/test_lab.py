"""Copies of the notebooks: new ones come, untouched ones are updated, edits are never lost."""
import pytest

from dlf.lab import copy_notebooks, shipped


@pytest.fixture
def release(tmp_path):
    """A release with two notebooks, and a function that publishes the next one."""
    folder = tmp_path / "release"
    folder.mkdir()

    def publish(**texts):
        for name, text in texts.items():
            (folder / f"{name}.ipynb").write_text(text)
        return folder
    publish(one="one, first edition", two="two, first edition")
    return publish


def test_all_notebooks_come_into_an_empty_folder(release, tmp_path):
    assert copy_notebooks(tmp_path / "mine", release()) == {"one.ipynb": "new", "two.ipynb": "new"}
    assert (tmp_path / "mine" / "two.ipynb").read_text() == "two, first edition"


def test_an_untouched_notebook_is_brought_up_to_date(release, tmp_path):
    copy_notebooks(tmp_path / "mine", release())
    assert copy_notebooks(tmp_path / "mine", release(one="one, better"))["one.ipynb"] == "updated"
    assert (tmp_path / "mine" / "one.ipynb").read_text() == "one, better"


def test_an_edited_notebook_stays_and_the_newer_one_is_put_beside_it(release, tmp_path):
    mine = tmp_path / "mine"
    copy_notebooks(mine, release())
    (mine / "one.ipynb").write_text("my own work")
    assert copy_notebooks(mine, release(one="one, better"))["one.ipynb"] == "beside"
    assert (mine / "one.ipynb").read_text() == "my own work"
    assert (mine / "one.new.ipynb").read_text() == "one, better"


def test_an_edited_notebook_that_did_not_change_upstream_is_kept_without_a_copy(release, tmp_path):
    mine = tmp_path / "mine"
    copy_notebooks(mine, release())
    (mine / "one.ipynb").write_text("my own work")
    assert copy_notebooks(mine, release())["one.ipynb"] == "kept"
    assert not (mine / "one.new.ipynb").exists()


def test_a_newer_copy_that_was_edited_too_is_not_overwritten(release, tmp_path):
    mine = tmp_path / "mine"
    copy_notebooks(mine, release())
    (mine / "one.ipynb").write_text("my own work")
    copy_notebooks(mine, release(one="one, better"))
    (mine / "one.new.ipynb").write_text("my work on the better one")
    copy_notebooks(mine, release(one="one, best"))
    assert (mine / "one.new.ipynb").read_text() == "my work on the better one"
    assert (mine / "one.new2.ipynb").read_text() == "one, best"


@pytest.mark.parametrize("manifest", ["", "{", "[1, 2]", "\x00"])
def test_without_a_readable_note_every_existing_file_counts_as_edited(release, tmp_path, manifest):
    mine = tmp_path / "mine"
    copy_notebooks(mine, release())
    (mine / ".dlf-notebooks.json").write_text(manifest)
    (mine / "one.ipynb").write_text("perhaps mine, perhaps not")
    copy_notebooks(mine, release(one="one, better"))
    assert (mine / "one.ipynb").read_text() == "perhaps mine, perhaps not"


def test_a_deleted_notebook_comes_back(release, tmp_path):
    mine = tmp_path / "mine"
    copy_notebooks(mine, release())
    (mine / "two.ipynb").unlink()
    assert copy_notebooks(mine, release())["two.ipynb"] == "new"


def test_the_package_ships_the_first_notebook():
    assert (shipped() / "00_start_here.ipynb").exists()
