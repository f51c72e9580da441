"""Challenges: something to reach, a check that says what is missing, and, asked twice, a way."""
import html

import ipywidgets as widgets

from dlf.experiment import CHALLENGES, SETTINGS, Run
from dlf.widgets.parts import columns, paragraph, row, text
from dlf.widgets.playground.tabs import values
from dlf.widgets.playground.tabs.base import Tab, listing


class Challenges(Tab):
    """A list of tasks: start one, train, check, and see a solution if you ask for it twice."""

    title = "Challenges"
    intro = "Choose one, press Start, and reach the goal. Guess before you try."

    def build(self):
        self.passed, self.asked = set(), None
        self.list = listing(self.options(), 290)
        self.watch(self.list, self.turn_to)
        self.goal, self.result = text(height="120px"), text(height="110px")
        self.solution = self.button("Show a solution", "Settings that pass; asks once more before "
                                    "it shows them", self.show_solution, 150)
        buttons = row(self.button("Start", "Begin a new run with the settings of this challenge",
                                  self.start, 80),
                      self.button("Check", "Has the run on the screen reached the goal?",
                                  self.check, 80), self.solution,
                      self.button("Set up the solution", "Begin a new run with the settings of the "
                                  "solution, once it was shown", self.set_up, 156))
        self.turn_to(self.list.value)
        return [columns(self.list, widgets.VBox(
            [self.goal, buttons, self.result],
            layout=widgets.Layout(width="720px", max_width="100%", grid_gap="6px")))]

    @property
    def challenge(self):
        """The one that is chosen."""
        return CHALLENGES[self.list.value]

    def options(self):
        """(title, id) of each; a check mark for what was passed."""
        return [(("✓ " if each.id in self.passed else "") + each.title, each.id)
                for each in CHALLENGES.values()]

    def key(self):
        return self.list.value

    # ---- what the buttons do -------------------------------------------------------------------

    def turn_to(self, name):
        """Another challenge: its goal, and no result yet."""
        each = CHALLENGES[name]
        self.forget_asking()
        self.goal.value = (f"<b>{html.escape(each.title)}</b>" + paragraph(each.task)
                           + paragraph(f"You may change: {free(each)}.", "m"))
        self.result.value = paragraph("Press Start, change what you like, train, and press Check.",
                                      "m")

    def start(self):
        """A new run with the settings of the challenge."""
        self.forget_asking()
        self.session.pause()
        self.session.replace(Run(self.challenge.start))
        self.say(f"{self.challenge.title}: the settings are in place, at step 0. It is your turn.")

    def check(self):
        """Pass, or what is missing."""
        verdict = self.challenge.check(self.run)
        if verdict.passed:
            self.passed.add(self.challenge.id)
            self.list.options, self.list.value = self.options(), self.challenge.id
        lines = "".join(f"<li>{'✓' if holds else '✗ missing:'} {html.escape(sentence)}</li>"
                        for holds, sentence in verdict.lines)
        head  = "Passed" if verdict.passed else "Not yet"
        words = paragraph(self.challenge.lesson) if verdict.passed else ""
        self.result.value = (f"<b>{head}</b>, at step {self.run.t}.<ul style=\"margin:2px 0;"
                             f'padding-left:18px;list-style:none">{lines}</ul>{words}')
        self.say(f"{self.challenge.title}: {verdict.text}")

    def show_solution(self):
        """Ask first; then the settings in words."""
        if self.asked is None:
            self.asked = self.list.value
            self.solution.description = "Yes, show it"
            self.say("Do you want to see a solution? It is more fun to find one. Press again to "
                     "see it.")
            return
        each = self.challenge
        self.forget_asking()
        self.asked_for = each.id
        self.result.value = paragraph(f"One way: {in_words(each.solution)}. Then train for about "
                                      f"{each.solution_epochs} epochs. Why? {each.lesson}")
        self.say("This is one solution; there are others. Set up the solution tries it.")

    def set_up(self):
        """A new run with the settings of the solution, if it was shown."""
        if self.asked_for != self.challenge.id:
            self.say("Press Show a solution first.", alarm=True)
            return
        self.session.pause()
        self.session.replace(Run(self.challenge.solved()))
        self.say(f"The settings of the solution are in place. Train for "
                 f"{self.challenge.solution_epochs} epochs and press Check.")

    def forget_asking(self):
        """The question is asked anew next time."""
        self.asked = self.asked_for = None
        if hasattr(self, "solution"):
            self.solution.description = "Show a solution"


def free(challenge):
    """What may be changed, in words."""
    if len(challenge.free) <= 6:
        return ", ".join(values.label(name) for name in challenge.free)
    locked = [name for name in ("data", "features", "loss", "output") if name not in challenge.free]
    names  = {"data": "the data", "features": "the inputs"}
    return "everything but " + " and ".join(names.get(name) or SETTINGS[name].label
                                            for name in locked)


def in_words(settings):
    """Settings as a list."""
    parts = []
    for name, value in settings.items():
        label = values.label(name) if name in values.ALL or name == values.HIDDEN else "inputs"
        parts.append(f"{label} {values.as_text(value) if value else 'none'}")
    return "; ".join(parts)
