"""The notebooks in a folder of your own: copied, kept up to date, never overwritten once edited."""
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

MANIFEST = ".dlf-notebooks.json"     # {file name: SHA-256 of the file as it was copied}
FIRST    = "00_start_here.ipynb"


def shipped():
    """The folder of the notebooks that came with the package, or with the checkout it runs from."""
    inside = Path(__file__).parent / "notebooks"
    return inside if inside.exists() else Path(__file__).parents[1] / "notebooks"


def copy_notebooks(folder, source=None):
    """Copy all notebooks to `folder`; returns {file name: what happened}.

    "new" was copied; "updated" was replaced, since you had not touched it; "kept" is yours and
    stays; "beside" is yours and stays too, and the newer version was put next to it.
    """
    folder, source = Path(folder), Path(source or shipped())
    folder.mkdir(parents=True, exist_ok=True)
    known   = read_manifest(folder)
    results = {}
    for new in sorted(source.glob("*.ipynb")):
        results[new.name] = copy_one(new, folder / new.name, known)
    write_manifest(folder, known)
    return results


def copy_one(new, mine, known):
    """Copy one notebook and note it in `known`; what happened, in a word."""
    wanted, copied = digest(new), known.get(new.name)
    if not mine.exists():
        known[new.name] = wanted
        shutil.copyfile(new, mine)
        return "new"
    if digest(mine) == wanted or copied == wanted:
        known[new.name] = wanted
        return "kept"
    known[new.name] = wanted
    if digest(mine) == copied:
        shutil.copyfile(new, mine)
        return "updated"
    shutil.copyfile(new, free(mine))
    return "beside"


def free(mine):
    """A name next to `mine` that nobody uses: name.new.ipynb, name.new2.ipynb, ..."""
    names = (mine.with_suffix(f".new{n if n > 1 else ''}.ipynb") for n in range(1, 10_000))
    return next(name for name in names if not name.exists())


def digest(path):
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_manifest(folder):
    """What was copied here before; nothing if the note is missing or unreadable."""
    try:
        known = json.loads((folder / MANIFEST).read_text())
        return known if isinstance(known, dict) else {}
    except (OSError, ValueError):
        return {}


def write_manifest(folder, known):
    """Note what was copied, so that the next copy can tell edited from untouched."""
    (folder / MANIFEST).write_text(json.dumps(known, indent=1, sort_keys=True))


def open_lab(folder, extra=()):
    """Open JupyterLab in `folder` on the first notebook; returns its exit code."""
    command = [sys.executable, "-m", "jupyterlab", str(Path(folder) / FIRST), *extra]
    return subprocess.run(command).returncode
