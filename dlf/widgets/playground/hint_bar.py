"""What goes wrong, why, and a button that mends it."""
import html

import ipywidgets as widgets

from dlf.experiment import describe, hints, standing
from dlf.widgets.playground.controls import button


class HintBar:
    """`widget` is the row, `words` the state in sentences; `show()` and `tell()` renew them."""

    def __init__(self, session, help):
        self.session, self.hint = session, None
        self.text  = widgets.HTML()
        self.fix   = button("Fix it", "Make the change that the hint proposes.", self.mend, session,
                            help)
        self.words = widgets.HTML()
        self.words.add_class("pg-words")
        self.widget = widgets.HBox([self.text, self.fix])
        self.widget.add_class("pg-hint")

    def mend(self):
        """Make the change of the hint that is shown."""
        if self.hint is None:
            return
        hint, before = self.hint, self.session.config
        change = self.session.change(**hint.change)
        if hint.restart and change is not None and not change.rebuilt:
            self.session.reset()
        if self.session.config != before:
            self.session.say(f"Done: {hint.fix}")

    def changed(self, what):
        """Nothing at once: the next `show` tells it all."""

    def show(self):
        """The most urgent hint; where there is none, how far the run has come."""
        found     = hints(self.session.run)
        self.hint = found[0] if found else None
        self.fix.disabled = self.hint is None
        self.text.value   = self.calm() if self.hint is None else (
            f"<b>Hint.</b> {html.escape(self.hint.seen)} {html.escape(self.hint.why)} "
            f"<b>{html.escape(self.hint.fix)}</b>")

    def calm(self):
        """What to say when nothing is wrong."""
        solved, words = standing(self.session.run)
        if solved:
            first, rest = words.split(": ", 1)
            return f"<b>✓ {html.escape(first)}:</b> {html.escape(rest)}"
        return f'<span class="pg-muted">{html.escape(words)}</span>'

    def tell(self):
        """The whole state in words; screen readers speak it when training rests."""
        live = "off" if self.session.playing else "polite"
        self.words.value = (f'<div role="status" aria-live="{live}">'
                            f"{html.escape(describe(self.session.run))}</div>")
