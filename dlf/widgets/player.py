"""The driver of every live widget: update for a moment, draw if it is time, let the kernel read.

There is no thread: a player gets its turns on the kernel's main loop (`dlf.widgets.turns`), and a
few hidden widgets tell it what the browser sees (`dlf.widgets.browser`). What is updated and drawn
is the owner's business: `Player` gets functions.
"""
import asyncio
import contextlib
import functools
import html
import math
import time

import ipywidgets as widgets

from dlf.widgets.browser import GONE, Browser
from dlf.widgets.kernel import forget, main_loop, replace_in_cell
from dlf.widgets.turns import NAP, turns_of

LEAST   = 0.004       # seconds of updates in a turn, however many widgets share the kernel
DRAWING = 0.6         # the largest share of a widget's time that goes into its frames

SPEEDS  = {"1 a second": 1, "3 a second": 3, "10 a second": 10, "30 a second": 30,
           "100 a second": 100, "300 a second": 300, "1000 a second": 1000, "full speed": 1e9}

PLAYS   = "Playing."
PAUSED  = "Paused."
AWAY    = "Paused, because this page was closed or out of reach. Press Play to go on."
ENDED   = "This is the end. Press Reset to start anew."
BROKEN  = "It cannot go on after the error. Press Reset to start anew."
NO_LOOP = "Play needs a running kernel, as in Jupyter. Here you can step."

clock = time.perf_counter


def on_loop(method):
    """Run a method on the player's event loop: at once if we are there, soon from other threads.

    JupyterLab hands widget messages to the kernel's main thread or to a subshell's, as it likes.
    """
    @functools.wraps(method)
    def run(self, *args):
        if self._is_elsewhere():
            self._loop.call_soon_threadsafe(functools.partial(method, self, *args))
        else:
            method(self, *args)
    return run


class Player:
    """Plays, pauses, steps and resets anything that can be updated and drawn.

    Args: advance(): one update, such as `lambda: next(steps)`; StopIteration is the end. draw(n):
    show the state of now, as frame n = 1, 2, ... steps: {kind: function}, a button for each; a
    function may be a generator, which then runs in slices. reset(), new_seed(): start anew.
    What is not given has no button. on_close(): called once, for instance when the cell runs again.
    fps: frames a second to aim at; turn: seconds of updates between two looks at the messages;
    speed: one of `SPEEDS`.

    Put `controls` (one row), `status` (one line) and `hidden` (no size) into the widget you build.
    An exception in any function is said in the status line and kept as `error`; Reset mends it.
    """

    def __init__(self, advance=None, draw=lambda n: None, *, steps=(), reset=None, new_seed=None,
                 on_close=lambda: None, fps=30, turn=0.012, speed="full speed"):
        self._advance, self._draw, self._steps = advance, draw, dict(steps)
        self._reset, self._new_seed, self._on_close = reset, new_seed, on_close
        self._fps, self._slice = fps, turn
        self.playing, self.closed = False, False
        self.frames     = 0           # drawn so far
        self.error      = None        # the exception that the status line speaks of
        self._work      = None        # a step that runs in slices
        self._stale     = False       # is there anything new to show?
        self._used      = 0.0         # seconds of the kernel's time
        self._owed      = 0.0         # updates due at the chosen speed
        self._cost      = 0.0         # seconds that a frame takes, on average
        self._last_turn = self._last_frame = self._next_frame = -math.inf
        self._changes, self._watched = {}, []
        self._loop = main_loop()
        self._build(speed)
        replace_in_cell(self)

    def _build(self, speed):
        """The row of controls, the status line, and what is hidden."""
        self.play_button = button("▶ Play", "Run on by itself, or pause", 88, self._toggle)
        self.speed  = widgets.SelectionSlider(
            options=list(SPEEDS.items()), value=SPEEDS[speed], description="Speed",
            tooltip="Updates a second", style={"description_width": "45px"},
            layout=widgets.Layout(width="290px", flex="0 0 auto"))
        self.speed.add_class("dlf-speed")
        steps = [button(kind, f"Pause, and go one {kind} further", 72,
                        functools.partial(self.step, kind)) for kind in self._steps]
        ways  = [button(text, tip, width, method) for given, text, tip, width, method in [
            (self._reset, "Reset", "Back to the start, with the same random numbers", 64,
             self.reset),
            (self._new_seed, "New seed", "Back to the start, with other random numbers", 84,
             self.new_seed)] if given]
        label = [widgets.Label("Step", layout=widgets.Layout(width="32px", flex="0 0 auto"))]
        plays = self._advance is not None
        row   = [self.play_button] * plays + (label + steps) * bool(steps) + ways
        self.controls = widgets.HBox(row + [self.speed] * plays,
                                     layout=widgets.Layout(flex_flow="row wrap",
                                                           align_items="center"))
        self.status  = widgets.HTML(layout=widgets.Layout(min_height="28px"))
        self.browser = Browser(self._fps)
        self.hidden  = widgets.Box([self.browser.heart], layout=widgets.Layout(display="none"))
        self.say("Ready.")

    # ---- what the learner does, or the owner --------------------------------------------------

    @on_loop
    def play(self):
        """Update and draw until `pause`, an error, the end, or until nobody watches."""
        if self.playing or self.closed or self._advance is None:
            return
        if not self._has_loop():
            return self.say(NO_LOOP)
        self._work = None
        self._owed, self._last_turn = 1.0, clock()
        self.browser.start(clock(), self.frames)
        self._show_playing(True)
        self.say(PLAYS)
        turns_of(self._loop).add(self, self._loop)

    @on_loop
    def pause(self, why=PAUSED):
        """Stop after the turn that is under way, and show where it stopped."""
        self._work = None
        if self.playing:
            self._show_playing(False)
            self.say(why)
            self.redraw()

    @on_loop
    def step(self, kind):
        """Pause, go one step of that kind further (one of the owner's `steps`), and draw."""
        function = self._steps[kind]
        self.pause()
        if self.closed:
            return
        self.say(f"One {kind} further.")
        if self._try(self._begin, function, end=self._end):
            self.redraw()

    @on_loop
    def reset(self):
        """Back to the start, with the same random numbers; also the way on after an error."""
        self._restart(self._reset, "Back at the start.")

    @on_loop
    def new_seed(self):
        """Back to the start, with other random numbers."""
        self._restart(self._new_seed, "Back at the start, with other random numbers.")

    @on_loop
    def redraw(self):
        """Ask for one frame, playing or not; many calls before it is drawn are one."""
        self._stale = not self.closed
        if self._stale and self._has_loop():
            turns_of(self._loop).add(self, self._loop)
        elif self._stale:
            self._work_off(math.inf)
            self._show_frame(1)

    def watch(self, widget, function, name="value"):
        """Call function(value) on the main loop when a control changes, and draw after it.

        Changes that come faster than the kernel can act are one: the last. An exception is said
        in the status line and stops nothing.
        """
        def changed(change):                  # on whatever thread: store the value, no more
            self._changes[function] = change["new"]
            self._act_on_changes()
        widget.observe(changed, name)
        self._watched.append((widget, changed, name))

    def say(self, text, alarm=False):
        """Write a plain sentence into the status line; screen readers read an alarm at once."""
        role  = 'role="alert"' if alarm else 'role="status" aria-live="polite"'
        color = "color:var(--jp-error-color1, #c62828)" if alarm else ""
        self.status.value = (f'<div {role} style="line-height:1.4;{color}">'
                             f'{html.escape(text)}</div>')

    @on_loop
    def close(self):
        """Stop for good, and take the controls off the page."""
        if self.closed:
            return
        self.closed, self._stale, self._work = True, False, None
        self._show_playing(False)
        forget(self)
        for widget, handler, name in self._watched:
            with contextlib.suppress(ValueError):      # the owner may have taken it off itself
                widget.unobserve(handler, name)
        self._watched.clear()
        try:
            self._on_close()
        except Exception as error:            # the cell that closes us is to run on
            self.error = error
        close_tree(self.controls, self.status, self.hidden, *self.browser.parts)

    # ---- one turn ------------------------------------------------------------------------------

    def _listen(self, now, passed):
        """Pause if the browser has been silent for too long."""
        if self.playing and self.browser.listen(now, passed) > GONE:
            self.pause(AWAY)

    def _wait(self, now):
        """Seconds until it has something to do: 0 is now; None if there is nothing to do."""
        waits = [0.0] if self._work is not None else []
        if self.playing:
            waits.append((1 - self._owed_at(now)) / self.speed.value)
        if self._stale:
            waits.append(self._next_frame - now if self._has_room(now) else NAP)
        return max(0.0, min(waits)) if waits else None

    def _take_turn(self, sharing):
        """Update for a slice, then draw if a frame is due; so many widgets are sharing the time."""
        now = clock()
        end = now + max(self._slice / sharing, LEAST)
        if self._work is not None:
            self._work_off(end)
        elif self.playing:
            self._play_on(now, end)
        if self._stale and clock() >= self._next_frame and self._has_room(clock()):
            self._show_frame(sharing)

    def _play_on(self, now, end):
        """As many updates as are due and fit in; one that is due always fits in."""
        self._owed, self._last_turn = self._owed_at(now), now
        while self._owed >= 1 and self.playing and self._try(self._advance, end=self._end):
            self._owed -= 1
            self._stale, self.error = True, None
            if clock() >= end:
                break

    def _owed_at(self, now):
        """Updates due by now; what could not be done in a quarter of a second is forgotten."""
        speed = self.speed.value
        return min(self._owed + speed * (now - self._last_turn), max(1.0, speed / 4))

    def _work_off(self, end):
        """Go on with a step that runs in slices."""
        while self._work is not None and self._try(next, self._work, end=self._finish):
            self._stale = True
            if clock() >= end:
                break

    def _has_room(self, now):
        return self.browser.has_room(self.frames, self.playing, now - self._last_frame)

    def _show_frame(self, sharing):
        """Draw, and set the time of the next frame so that updates get their share as well."""
        now = clock()
        self._stale, self.frames = False, self.frames + 1
        if not self._try(self._draw, self.frames):
            self._stale = False               # do not try again what failed
        self._cost += (clock() - now - self._cost) * (0.2 if self.frames > 1 else 1.0)
        interval = max(1 / self._fps, sharing * self._cost / DRAWING)
        self._next_frame = max(self._next_frame + interval, now + interval / 2)
        self._last_frame = now
        self.browser.was_sent(self.frames)

    # ---- helpers -------------------------------------------------------------------------------

    def _try(self, function, *args, end=None):
        """Call it. Was all well? An exception is said, and stops us; StopIteration calls `end`."""
        try:
            function(*args)
            return True
        except StopIteration as error:
            self._fail(error) if end is None else end()
        except Exception as error:
            self._fail(error)
        return False

    def _fail(self, error):
        self._work, self.error = None, error
        self.pause()
        self.say(f"Stopped. {plain(error)}", alarm=True)

    def _end(self):
        self.pause()
        self.say(ENDED if self.error is None else BROKEN)

    def _begin(self, function):
        made = function()
        self._work = made if hasattr(made, "__next__") else None

    def _finish(self):
        self._work = None

    def _restart(self, function, done):
        self.pause()
        if not self.closed and function and self._try(function):
            self.error = None
            self.say(done)
            self.redraw()

    @on_loop
    def _act_on_changes(self):
        """Give the newest values of watched controls to the owner."""
        if self.closed or not self._changes:
            return
        while self._changes:                  # a function may bring about more changes
            function, value = self._changes.popitem()
            try:
                function(value)
            except Exception as error:
                self.error = error
                self.say(f"This was not taken over. {plain(error)}", alarm=True)
        self.redraw()

    def _toggle(self):
        self.pause() if self.playing else self.play()

    def _show_playing(self, playing):
        self.playing = playing
        self.play_button.description = "❚❚ Pause" if playing else "▶ Play"
        if not playing:
            self.browser.stop()

    def _has_loop(self):
        if self._loop is None or self._loop.is_closed():
            self._loop = main_loop()
        return self._loop is not None and self._loop.is_running()

    def _is_elsewhere(self):
        """Does the loop run in another thread than this code?"""
        if self._loop is None or not self._loop.is_running():
            return False
        try:
            return asyncio.get_running_loop() is not self._loop
        except RuntimeError:
            return True


# ---- small things ------------------------------------------------------------------------------

def plain(error):
    """An exception as a short sentence; ours are sentences already."""
    text = " ".join(str(error).split())
    if not text.endswith((".", "!", "?")):
        text = f"{type(error).__name__}: {text}".rstrip(": ")
    return text if len(text) <= 600 else f"{text[:600]} ..."


def button(text, tip, width, act):
    """A button of fixed width that calls act()."""
    made = widgets.Button(description=text, tooltip=tip,
                          layout=widgets.Layout(width=f"{width}px", flex="0 0 auto"))
    made.on_click(lambda _: act())
    return made


def close_tree(*roots):
    """Close widgets with all they hold: children, layout, style. They stay in memory otherwise."""
    for root in roots:
        inner = [getattr(root, name, None) for name in ("layout", "style")]
        close_tree(*getattr(root, "children", ()), *(part for part in inner if part is not None))
        root.close()
