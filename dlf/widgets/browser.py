"""What the browser tells a live widget: that somebody watches, and which frames it has shown."""
import ipywidgets as widgets

BEAT   = 0.25        # seconds between two heartbeats of the browser
MISSED = 3 * BEAT    # after so much silence the heart is started anew
GONE   = 4.0         # after so much silence nobody watches
ACK    = 8           # the browser acknowledges every 8th frame; twice as many may be on the way


class Browser:
    """A few hidden widgets, without JavaScript of our own.

    `heart` counts by itself in the page, a beat every 250 ms, for 4 seconds; only a view of it that
    is on the page can start it again, so that a cleared output falls silent, as a closed page does.
    A link in the page copies `ping` to `pong`: when that comes back, all frames before are shown.
    """

    def __init__(self, fps):
        self.fps   = fps
        self.heart = widgets.Play(max=round(GONE / BEAT), interval=round(1000 * BEAT))
        self.ping, self.pong = widgets.IntText(), widgets.IntText()
        self.parts = [self.ping, self.pong,
                      widgets.jsdlink((self.ping, "value"), (self.pong, "value"))]
        self.start(0.0, 0)

    def start(self, now, frames):
        """Somebody pressed Play: room for the frames of one second."""
        self.room, self.shown, self.heard = float(self.fps), frames, now
        self.silence = self.missing = 0.0
        self.beat    = self.heart.value

    def stop(self):
        self.heart.playing = False

    def listen(self, now, passed):
        """Seconds of silence. A beat makes room for the frames of the time since the last one."""
        self.silence += passed
        self.missing += passed
        if self.heart.value != self.beat:
            self.room = min(self.fps, self.room + self.fps * (now - self.heard))
            self.beat, self.heard, self.silence, self.missing = self.heart.value, now, 0.0, 0.0
        if self.missing > MISSED:             # a new page, or a tab that slows its timers down
            self.heart.playing, self.missing = False, 0.0
        elif not self.heart.playing:
            self.heart.playing = True
        return self.silence

    def has_room(self, frames, playing, waited):
        """May another frame be sent? While paused, one a second always may."""
        shown = frames - max(self.pong.value, self.shown) < 2 * ACK
        return shown and self.room >= 1 if playing else shown or waited > 1.0

    def was_sent(self, frames):
        self.room = max(0.0, self.room - 1)
        if frames % ACK == 0:
            self.ping.value = frames
