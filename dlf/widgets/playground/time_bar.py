"""Time travel: a slider over the past of a run, and branches that begin in it.

The slider's ends never change, and while training goes on it stays at its right end: so nothing is
sent to the page that a slow page could send back too late, as if the learner had moved it.
"""
import ipywidgets as widgets

from dlf.widgets.playground.controls import button

PLACES = 200


class TimeBar:
    """`widget` is the row; `show()` brings it up to date."""

    def __init__(self, session, help):
        self.session = session
        self.shown   = PLACES
        self.quiet   = False
        self.slider  = widgets.IntSlider(PLACES, max=PLACES, description="Time", readout=False)
        self.text    = widgets.HTML()
        self.lines   = widgets.Dropdown(options=[("branch 1", 0)], description="Branch",
                                        layout=widgets.Layout(width="130px", margin="0"))
        self.branch  = button("Branch here", "Go on from this moment, and keep the run so far.",
                              session.branch, session, help)
        help.add(self.slider, "Go back to any moment: the map, the weights and the losses of then. "
                 "Play goes on from there. Keys: Page Up, Page Down, Home, End.")
        help.add(self.lines, "Show another branch of this run.")
        session.watch(self.slider, self.go)
        session.watch(self.lines, self.switch)
        self.widget = widgets.Box([self.slider, self.text, self.branch, self.lines])
        self.widget.add_class("pg-time")

    def go(self, place):
        """The learner has moved the slider: to the nearest moment that is at hand."""
        if self.quiet or place == self.shown:
            return
        self.shown = place
        run  = self.session.run
        goal = run.last_t * place / PLACES
        self.session.rewind(min(run.times, key=lambda t: abs(t - goal)))

    def switch(self, line):
        if not self.quiet and line is not None:
            self.session.switch(self.session.lines[line])

    def changed(self, what):
        """After training or a jump the slider stands where the run does."""
        if what == "run":
            self.shown = None

    def show(self):
        """Where the run stands in its past."""
        run = self.session.run
        self.text.value = (f'<span class="pg-muted">step</span> <b>{run.t:,}</b> '
                           f'<span class="pg-muted">of {run.last_t:,}</span>')
        self.quiet = True
        try:
            if run.t == run.last_t or self.shown is None:
                self.shown = round(PLACES * run.t / run.last_t) if run.last_t else PLACES
                self.slider.value = self.shown
            self.show_lines()
        finally:
            self.quiet = False

    def show_lines(self):
        """The branches there are."""
        lines = self.session.lines
        if len(self.lines.options) != len(lines):
            self.lines.options = [(f"branch {i + 1}", i) for i in range(len(lines))]
        self.lines.value    = next(i for i, run in enumerate(lines) if run is self.session.run)
        self.lines.disabled = len(lines) < 2
