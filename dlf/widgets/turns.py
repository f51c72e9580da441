"""Turns on the kernel's main loop: how several live widgets share it with the kernel's messages.

One asyncio task gives each widget that plays a short turn, always to the one that has used the
least time so far, and rests a millisecond between turns. In that rest the kernel reads its
messages: sliders, buttons and other cells stay responsive.
"""
import asyncio
import time
import weakref

from dlf.widgets.kernel import blas, interruptible

REST    = 0.001       # seconds between two turns, for the kernel's messages
NAP     = 0.02        # the longest rest, when every widget waits for its time or for the browser
STOPPED = "Interrupted. Press Play to go on."

clock = time.perf_counter


class Turns:
    """Shares one event loop among all widgets that play, or wait for a frame."""

    def __init__(self):
        self.players, self.task, self.last = [], None, clock()

    def add(self, player, loop):
        """From now on it gets turns; the loop keeps only a weak reference to a task: we hold it."""
        if player not in self.players:
            player._used = min((other._used for other in self.players), default=0.0)
            self.players.append(player)
        if self.task is None or self.task.done():
            self.last = clock()
            self.task = loop.create_task(self.run())

    async def run(self):
        """Turn after turn, until nobody wants one."""
        try:
            while (rest := self.once()) is not None:
                await asyncio.sleep(rest)
        except asyncio.CancelledError:
            self.stop()
            raise

    def once(self):
        """One turn for the widget that used the least time: the seconds to rest after it."""
        now = clock()
        passed, self.last = min(now - self.last, 5 * NAP), now     # a blocked kernel hears nothing
        for player in self.players:
            player._listen(now, passed)
        waits = {player: player._wait(now) for player in self.players}
        self.players = [player for player in self.players if waits[player] is not None]
        if not self.players:
            return None
        ready = [player for player in self.players if waits[player] == 0]
        if not ready:
            return min(NAP, max(REST, min(waits[player] for player in self.players)))
        self.give_turn(min(ready, key=lambda player: player._used), len(ready))
        return REST

    def give_turn(self, player, sharing):
        began = clock()
        for other in self.players:            # who had nothing to do saves up no time
            other._used = max(other._used, player._used)
        try:
            with interruptible(), blas().limit(limits=1, user_api="blas"):
                player._take_turn(sharing)
        except KeyboardInterrupt:
            self.stop()
        player._used += clock() - began

    def stop(self):
        """Pause them all."""
        for player in list(self.players):
            player.pause(STOPPED)


LOOPS = weakref.WeakKeyDictionary()     # event loop: its Turns


def turns_of(loop):
    """The turns that are taken on this event loop."""
    return LOOPS.setdefault(loop, Turns())
