"""What a check answers: one of three statuses, the mistake by name, and a tutor's sentence."""
import html
import re
from dataclasses import dataclass

MARKS  = {"correct": "✓", "wrong": "✗", "not attempted": "○"}
COLORS = {"correct": "#0877bd", "wrong": "#e07200", "not attempted": "#8a8f96"}


@dataclass(frozen=True)
class Verdict:
    """The verdict on one answer; true if it is correct.

    `status` is "correct", "wrong" or "not attempted"; `mistake` the id of the one mistake that
    explains a wrong answer, None if none or several do; `message` a sentence or two; `details`
    pairs (title, text): which parts are wrong, what was wanted, what came.
    """

    name:    str                  # of the exercise
    title:   str
    status:  str
    mistake: str | None
    message: str
    details: tuple = ()

    def __bool__(self):
        return self.status == "correct"

    @property
    def heading(self):
        return f"{MARKS[self.status]} {self.title}: {self.status}"

    def __repr__(self):
        parts = [self.heading, self.message]
        parts += [f"{title}:\n" + indented(text) for title, text in self.details]
        return "\n\n".join(parts)

    def _repr_html_(self):
        return card(self.heading, self.message, self.details, COLORS[self.status])


def card(heading, message, details=(), color=COLORS["not attempted"]):
    """A heading, a paragraph and blocks of fixed-width text, beside a colored line.

    Words between backquotes are shown as code.
    """
    blocks = "".join(f'<div style="margin-top:6px">{html.escape(title)}:</div>'
                     f'<pre style="margin:2px 0 0;line-height:1.35;overflow-x:auto">'
                     f'{html.escape(text)}</pre>' for title, text in details)
    return (f'<div style="border-left:4px solid {color};padding:4px 12px;max-width:78ch;'
            f'line-height:1.5"><div><b>{html.escape(heading)}</b></div>'
            f'<div>{coded(message)}</div>{blocks}</div>')


def coded(text):
    """Text as HTML, with code between backquotes."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text)).replace("\n", "<br>")


def indented(text):
    return "\n".join("  " + line for line in text.split("\n"))
