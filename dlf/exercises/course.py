"""What a learner calls: check, hint, solution, progress, and `use`, which never leaves a gap."""
import difflib
import html
from dataclasses import dataclass

from dlf.exercises import record
from dlf.exercises.catalog import catalogue, find
from dlf.exercises.judging import in_our_convention, judge
from dlf.exercises.tidying import tidied
from dlf.exercises.verdict import COLORS, MARKS, Verdict, card


def check(name, answer):
    """The verdict on an answer: correct, wrong, or not attempted. Never raises.

    When it is wrong, it names the mistake if exactly one cause fits.
    """
    exercise = find(name)
    if exercise is None:
        return Verdict(str(name), str(name), "wrong", "no-such-exercise", unknown(name))
    verdict = judge(exercise, answer)
    record.note_verdict(verdict)
    return verdict


def hint(name, n=None):
    """The next hint of an exercise, or the n-th: which fact, which shape, the line in words."""
    exercise = find(name)
    if exercise is None:
        return Note("No hint", unknown(name))
    total = len(exercise.hints)
    n     = min(max(n or record.of(name).get("hints", 0) + 1, 1), total)
    record.note_hint(name, n)
    after = f'\nCall hint("{name}") again for more.' if n < total else \
        f'\nThat was the last hint. If you are still stuck: solution("{name}").'
    return Note(f"{exercise.title}: hint {n} of {total}", exercise.hints[n - 1] + after)


def solution(name):
    """A solution of an exercise, to read and compare with yours."""
    exercise = find(name)
    if exercise is None:
        return Note("No solution", unknown(name))
    record.note_hint(name, "solution")
    return Note(f"{exercise.title}: a solution", exercise.why, exercise.solution())


def use(name, answer):
    """Your answer if it is right, else ours, so that what follows in the notebook works.

    One that is right in another convention, or returns lists, is turned into that of the notebook.
    """
    exercise = find(name)
    if exercise is None:
        raise LookupError(unknown(name))
    if judge(exercise, answer):
        return tidied(exercise, in_our_convention(exercise, answer))
    print(f"{exercise.called}: ours for now; yours, as soon as its check is right.")
    return exercise.reference


def progress():
    """How far you are, chapter by chapter."""
    return Progress(record.read())


def unknown(name):
    """What to say to a name that no exercise has."""
    near = difflib.get_close_matches(str(name), [e.name for e in catalogue()], 1, 0.5)
    help = f'Did you mean "{near[0]}"?' if near else "progress() lists all of them."
    return f'There is no exercise "{name}". {help}'


@dataclass(frozen=True)
class Note:
    """A few words with a title, and code if there is any."""

    title: str
    text:  str
    code:  str = ""

    def __repr__(self):
        return "\n\n".join(part for part in (self.title, self.text, self.code) if part)

    def _repr_html_(self):
        code = (("Code", self.code),) if self.code else ()
        return card(self.title, self.text, code)


class Progress:
    """A table of the course: a mark for each exercise."""

    def __init__(self, entries):
        self.entries = entries

    @property
    def solved(self):
        """Names of the exercises that are solved."""
        return [e.name for e in catalogue() if self.status(e) == "correct"]

    def status(self, exercise):
        return self.entries.get(exercise.name, {}).get("status", "not attempted")

    def rows(self):
        """(chapter, [(exercise, status)]) in the order of the course."""
        chapters = {}
        for exercise in catalogue():
            chapters.setdefault(exercise.chapter, []).append((exercise, self.status(exercise)))
        return chapters.items()

    def notes(self):
        """What else there is to say of the file."""
        lines = [f"Kept in {record.path()}."]
        if record.UNSAVED:
            lines = [f"{record.path()} can't be written: this is kept until the kernel stops."]
        lines += [f"A damaged record was put aside: {file}." for file in record.damaged_files()]
        return lines

    def total(self):
        return f"{len(self.solved)} of {len(catalogue())} exercises solved"

    def __repr__(self):
        lines = [self.total()]
        for chapter, exercises in self.rows():
            marks = "  ".join(f"{MARKS[status]} {e.name}" for e, status in exercises)
            lines.append(f"chapter {chapter}:  {marks}")
        return "\n".join([*lines, *self.notes()])

    def _repr_html_(self):
        rows = "".join(
            f'<tr><td style="text-align:left">chapter {chapter}</td><td style="text-align:left">'
            + " &nbsp; ".join(f'<span style="color:{COLORS[status]}">{MARKS[status]}</span> '
                              f'<span title="{status}, {e.difficulty}, {e.minutes} minutes">'
                              f'{html.escape(e.name)}</span>' for e, status in exercises)
            + "</td></tr>" for chapter, exercises in self.rows())
        notes = "<br>".join(html.escape(line) for line in self.notes())
        return f"<b>{self.total()}</b><table>{rows}</table><small>{notes}</small>"
