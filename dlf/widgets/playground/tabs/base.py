"""What all tabs share: they look at a run, redraw only what is new, and say what a button did."""
import asyncio
import contextlib
import html
import threading
import time

import ipywidgets as widgets

from dlf.widgets.kernel import main_loop
from dlf.widgets.parts import paragraph, style, text
from dlf.widgets.player import plain

SHARE = 0.15          # the largest share of the time that a tab takes while training runs
clock = time.perf_counter

class Tab:
    """One tab of the playground: a title, a widget, and what it shows of the session's run.

    A tab gives `build()`, its widgets from top to bottom, and `show()`, which brings them up to
    date. It may give `key()`, what `show` depends on: nothing is done while that stays the same.
    """

    title = ""
    intro = ""            # what there is to find out, said until a button says something else

    def __init__(self, session):
        self.session = session
        self.loop    = main_loop()
        self.shown, self.rest_until = None, 0.0
        self.hushed  = None               # the thread that sets controls itself, if any
        self.status  = text(paragraph(self.intro), height="26px")
        self.widget  = widgets.VBox([style(), self.status, *self.build()])
        self.widget.add_class("dlf-tab")

    @property
    def run(self):
        """The run that the session shows now."""
        return self.session.run

    # ---- what the playground calls -------------------------------------------------------------

    def update(self):
        """Show the run as it is now, if anything is new and its time has come."""
        key = self.key()
        if key == self.shown or (self.is_playing and clock() < self.rest_until):
            return
        began, self.shown = clock(), key
        try:
            with self.quietly():
                self.show()
        except Exception as error:                # a tab that cannot draw must not stop training
            self.say(plain(error), alarm=True)
        self.rest_until = clock() + (clock() - began) / SHARE

    def changed(self, what):
        """Something else changed; what is shown may be out of date."""
        self.shown = None

    def close(self):
        """The playground goes away: stop whatever the tab itself still does."""

    # ---- what a tab gives ----------------------------------------------------------------------

    def build(self):
        """The widgets, from top to bottom."""
        raise NotImplementedError

    def show(self):
        """Bring the widgets up to date."""

    def key(self):
        """What is shown depends on this: the run, its step, its settings, and its weights."""
        run = self.run
        return run, run.t, run.config, run.stopped, str(run.net.theta.sum())

    # ---- helpers -------------------------------------------------------------------------------

    @property
    def is_playing(self):
        """Does the run train by itself at the moment?"""
        return bool(getattr(self.session.player, "playing", False))

    def refresh(self, *_):
        """Show it anew, after a control of the tab moved."""
        self.shown, self.rest_until = None, 0.0
        self.update()

    @contextlib.contextmanager
    def quietly(self):
        """Set controls without acting on it, as if the learner had moved them."""
        before, self.hushed = self.hushed, threading.get_ident()
        try:
            yield
        finally:
            self.hushed = before

    def redraw(self):
        """Tell the whole playground of other weights, after a button of the tab changed them."""
        self.session.tell("time")
        self.session.player.redraw()
        self.refresh()

    def say(self, text, alarm=False):
        """A plain sentence on top of the tab, and in the line that screen readers follow."""
        color = "color:var(--jp-error-color1,#c62828)" if alarm else ""
        role  = ' role="alert"' if alarm else ""
        mark  = "⚠ " if alarm else ""
        self.status.value = f'<p{role} style="{color}">{mark}{html.escape(text)}</p>'
        if not alarm:
            self.session.say(text)

    def try_to(self, act, *given):
        """Do it on the main loop: messages of the page may come on other threads."""
        if self.is_elsewhere():
            self.loop.call_soon_threadsafe(self.try_to, act, *given)
            return
        try:
            act(*given)
        except Exception as error:
            self.say(plain(error), alarm=True)

    def is_elsewhere(self):
        """Does the loop run in another thread than this code?"""
        if self.loop is None or not self.loop.is_running():
            return False
        with contextlib.suppress(RuntimeError):
            return asyncio.get_running_loop() is not self.loop
        return True

    def button(self, text, tip, act, width=None):
        """A button that calls act(); `tip` says in a sentence what it does."""
        width = width or 26 + 8 * len(text)
        made  = widgets.Button(description=text, tooltip=tip,
                               layout=widgets.Layout(width=f"{width}px", flex="0 0 auto"))
        made.on_click(lambda _: self.try_to(act))
        return made

    def watch(self, control, act=None, name="value"):
        """Call act(value) when a control moves, or show the tab anew; returns the control."""
        def moved(change):
            if self.hushed != threading.get_ident():
                self.try_to(act or self.refresh, change["new"])
        control.observe(moved, name)
        return control


def listing(options, width):
    """Lines of which one is chosen: buttons, for other lists need keys that notebooks keep."""
    made = widgets.ToggleButtons(options=options,
                                 layout=widgets.Layout(width=f"{width}px", max_width="100%"))
    made.add_class("pg-list")
    return made
