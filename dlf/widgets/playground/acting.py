"""Acting: one way for all controls to act on what is on the screen, from whatever thread."""
import contextlib
import functools

from dlf.widgets.player import plain


class Acting:
    """What a playground's session can do whatever it trains: act, watch controls, tell the panels.

    Whoever has it gives it a `player`, and calls `tell` after a change. Every verb may be called
    from any thread: it runs on the kernel's main loop, and what goes wrong is said in the status
    line.
    """

    player = None

    def __init__(self):
        self.listeners = []
        self.busy      = 0                   # changes under way: no time to draw

    @property
    def playing(self):
        """Is it training by itself?"""
        return self.player.playing

    def listen(self, function):
        """From now on function(what) is called after each change."""
        self.listeners.append(function)

    def tell(self, *words):
        """Tell all who listen, word by word."""
        with self.together():
            for what in words:
                for function in list(self.listeners):
                    function(what)

    @contextlib.contextmanager
    def together(self):
        """What happens inside is one change: half of it is never drawn."""
        self.busy += 1
        try:
            yield
        finally:
            self.busy -= 1

    def say(self, text, alarm=False):
        """A sentence for the status line."""
        self.player.say(text, alarm)

    # ---- from any thread -----------------------------------------------------------------------

    def act(self, function, *args):
        """Call function(*args) on the main loop; what goes wrong is said in the status line.

        There, it is called at once, and what it gives is returned; None from other threads.
        """
        if self.player._is_elsewhere():
            return self.player._loop.call_soon_threadsafe(self._guarded, function, *args) and None
        return self._guarded(function, *args)

    def _guarded(self, function, *args):
        done = None
        try:
            with self.together():
                done = function(*args)
        except Exception as error:
            self.player.error = error
            self.say(f"This was not done. {plain(error)}", alarm=True)
            self.tell("settings")                       # controls go back to what is true
        self.player.redraw()
        return done

    def watch(self, widget, function, name="value"):
        """function(value) after a control changed, on the main loop; only the last of many."""
        self.player.watch(widget, functools.partial(self.act, function), name)

    def on_click(self, button, function, *args):
        """function(*args) after a click, on the main loop."""
        button.on_click(lambda _: self.act(function, *args))

    # ---- what the player does ------------------------------------------------------------------

    def pause(self):
        """Stop training by itself."""
        self.player.pause()

    def reset(self):
        """Back to step 0, with the same weights."""
        self.player.reset()

    def new_seed(self):
        """Back to step 0, with other weights."""
        self.player.new_seed()
