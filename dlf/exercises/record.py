"""What the learner has solved, kept in a file of their own: never lost, never in the way.

The file is `~/.dlf/progress.json`; the environment variable DLF_PROGRESS names another. It is
written anew as a whole, so a crash leaves the old one. A damaged file is put aside, not deleted.
What another version of dlf wrote into it, such as exercises that we do not know, stays.
"""
import json
import os
import tempfile
from datetime import date
from pathlib import Path

UNSAVED = {}          # what could not be written, for the rest of this process


def path():
    """Where the record is."""
    return Path(os.environ.get("DLF_PROGRESS") or Path.home() / ".dlf" / "progress.json")


def read():
    """{name: {"status", "tries", "hints", "solved", ...}} of every exercise that was touched."""
    return {**whole().get("exercises", {}), **UNSAVED}


def of(name):
    """What is known of one exercise; an empty dictionary at first."""
    return read().get(name, {})


def note_verdict(verdict):
    """Write a verdict down. What was solved once stays solved."""
    if verdict.status == "not attempted":
        return
    entry = dict(of(verdict.name))
    entry["tries"] = entry.get("tries", 0) + (entry.get("status") != "correct")
    if verdict:
        entry.setdefault("solved", date.today().isoformat())
    if entry.get("status") != "correct":
        entry["status"] = verdict.status
    write(verdict.name, entry)


def note_hint(name, n):
    """Write down that hint n was shown; n = "solution" for the solution."""
    entry = dict(of(name))
    if n == "solution":
        entry["seen solution"] = True
    else:
        entry["hints"] = max(n, entry.get("hints", 0))
    write(name, entry)


def write(name, entry):
    """Keep one entry: in the file, or in memory where nothing can be written."""
    record = whole()
    record.setdefault("exercises", {})[name] = entry
    UNSAVED[name] = entry
    record["exercises"].update(UNSAVED)
    try:
        replace(path(), json.dumps({"dlf progress": 1, **record}, indent=1, sort_keys=True))
        UNSAVED.clear()
    except OSError:
        pass                       # said by `progress()`: a check must not fail for it


def whole():
    """The whole record; an empty one if there is none, or if it is damaged: that is put aside."""
    try:
        record = json.loads(path().read_text(encoding="utf-8"))
        if all(isinstance(entry, dict) for entry in record["exercises"].values()):
            return record
    except FileNotFoundError:
        return {}
    except OSError:
        return {}
    except (ValueError, LookupError, TypeError, AttributeError):
        pass
    put_aside(path())
    return {}


def put_aside(damaged):
    """Rename a damaged file: progress.damaged.json, progress.damaged2.json, ..."""
    names = (damaged.with_name(f"{damaged.stem}.damaged{n if n > 1 else ''}.json")
             for n in range(1, 1000))
    try:
        damaged.rename(next(name for name in names if not name.exists()))
    except OSError:
        pass


def replace(target, text):
    """Write a file under another name, then rename it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".progress-")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def damaged_files():
    """Records that were put aside."""
    return sorted(path().parent.glob(f"{path().stem}.damaged*.json"))
