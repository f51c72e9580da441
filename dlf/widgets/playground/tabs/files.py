"""Files in the server's folder, written under names of their own: nothing is ever overwritten."""
import contextlib
import re
from pathlib import Path

ALLOWED = re.compile(r"[\w][\w .()+-]{0,80}")


def checked(name, ending):
    """A plain file name with the ending. Raises: ValueError for a path or strange letters."""
    name = name.strip().removesuffix(ending)
    if not ALLOWED.fullmatch(name):
        raise ValueError("A file name has letters, digits, spaces, points and dashes, and no "
                         f"folders; got {name!r}.")
    return name + ending


def reserve(name, ending, folder="."):
    """A new, empty file: the name, or the name with a number if there is such a file already.

    Raises: ValueError for a name that cannot be, OSError if the folder cannot be written to.
    """
    name = checked(name, ending)
    stem = name.removesuffix(ending)
    for i in range(1, 10_000):
        path = Path(folder) / (name if i == 1 else f"{stem} {i}{ending}")
        with contextlib.suppress(FileExistsError):
            path.open("x").close()
            return path
    raise OSError(f"There are 10,000 files like {name}: choose another name.")


def write(name, ending, fill, folder="."):
    """Reserve a file and let fill(path) write it; if that fails, the empty file goes away again."""
    path = reserve(name, ending, folder)
    try:
        fill(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def names(ending, folder="."):
    """The files of a folder with this ending, the newest first."""
    with contextlib.suppress(OSError):
        found = [path for path in Path(folder).glob(f"*{ending}") if path.is_file()]
        return [path.name for path in sorted(found, key=lambda p: -p.stat().st_mtime)[:100]]
    return []
