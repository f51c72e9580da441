"""Session: the run on the screen, and the one way to act on it; panels and tabs listen.

Every verb may be called from any thread, as `Acting` has it. So a callback of a button is
`session.reset`, and one of a slider goes through `session.watch`. Nothing else touches the run.
"""
import math

from dlf.experiment import Change, Run
from dlf.experiment.settings import ConfigError
from dlf.widgets.player import Player
from dlf.widgets.playground.acting import Acting

CHUNK = 0.002         # seconds of training between two looks at the clock, at full speed
SLICE = 0.02          # and within a step of one epoch
LINES = 8             # branches that are kept
WORDS = ("settings", "network", "data", "run", "time")


class Session(Acting):
    """A run, its player, and who wants to know.

    `run` and `config` are what is on the screen now; `lines` holds the runs that branched from each
    other, of which `run` is one. `listen(f)` has f(what) called after every change:

        "settings"  settings were changed; more words follow if more came of it
        "data"      there are other points, labels, or classes
        "network"   the network has other neurons: whatever draws it must be built anew
        "time"      other weights in the same network: a reset, a step, a jump in time
        "run"       everything may be different
    """

    def __init__(self, run=None, draw=lambda n: None, on_close=lambda: None):
        super().__init__()
        self.run    = run or Run()
        self.lines  = [self.run]
        self.player = Player(self._advance, draw, reset=self._reset, new_seed=self._new_seed,
                             steps={"sample": self._sample, "batch": self._batch,
                                    "epoch": self._epoch},
                             on_close=on_close, fps=40, turn=0.012)

    @property
    def config(self):
        """The settings of now."""
        return self.run.config

    # ---- settings ------------------------------------------------------------------------------

    def change(self, **settings):
        """Change settings; what no longer fits with them is changed too, and said.

        Returns the run's `Change`; None if it could not be done, and then that is said.
        """
        return self.act(self._change, settings)

    def adopt(self, config):
        """Go on by another configuration. Returns the `Change`, or None, as `change` does."""
        return self.act(self._adopt, config)

    def _change(self, settings):
        config, why = fitting(self.config.change(**settings), settings)
        return self._adopt(config, why)

    def _adopt(self, config, why=()):
        before = self.run.data, shape(self.run), self.config
        change = self.run.adopt(config)
        change = Change(change.rebuilt, " ".join([*why, change.text]))
        if change.rebuilt:
            self.player.pause()
        if config != before[2] or change.rebuilt:
            self.say(change.text)
        self.tell(*what_changed(self.run, before, change.rebuilt))
        return change

    # ---- other runs and other times ------------------------------------------------------------

    def replace(self, run):
        """Show another run, such as one that was loaded; it begins a list of branches anew."""
        self.act(self._replace, run)

    def _replace(self, run):
        self.player.pause()
        self.run, self.lines = run, [run]
        self.tell("run")

    def branch(self):
        """Go on from here in a new branch; the run so far stays in `lines`, as far as it came."""
        self.act(self._branch)

    def _branch(self):
        self.player.pause()
        old, at = self.run, self.run.t
        twin = old.branch()
        old.rewind(old.last_t)
        self.lines = [*self.lines, twin][-LINES:]
        self.run   = twin
        self.say(f"Branch {len(self.lines)} begins at step {at:,}. The run before it is kept.")
        self.tell("run")

    def switch(self, run):
        """Show another of the `lines`."""
        self.act(self._switch, run)

    def _switch(self, run):
        if run is not self.run:
            self.player.pause()
            self.run = run
            self.tell("run")

    def rewind(self, t):
        """Pause, and go to step t, back or forward."""
        self.act(self._rewind, t)

    def _rewind(self, t):
        self.player.pause()
        self.run.rewind(t)
        self.say(f"Step {self.run.t:,}. Press Play to go on from here.")
        self.tell("time")

    # ---- what the player does ------------------------------------------------------------------

    def _advance(self):
        full = self.player.speed.value >= 1e9
        self.run.advance(seconds=CHUNK) if full else self.run.advance(steps=1)
        self._heed_stop()

    def _heed_stop(self):
        """Training that cannot go on pauses, and says why."""
        if self.run.stopped:
            self.player.pause()
            self.say(f"Stopped. {self.run.stopped.split('. ')[0]}. The hint below says what to do.",
                     alarm=True)

    def _sample(self):
        self.run.step_sample()
        self._stepped()

    def _batch(self):
        self.run.step_batch()
        self._stepped()

    def _epoch(self):
        """To the end of the epoch, in slices."""
        run = self.run
        run.forget_future()
        step = run.pull(math.inf, seconds=SLICE, to_end_of_epoch=True)
        while step is not None and not step.last:
            yield
            step = run.pull(math.inf, seconds=SLICE, to_end_of_epoch=True)
        if step is not None and run.history.points[-1].t < run.t:
            run.history.add(run.measure())
        self._stepped()

    def _stepped(self):
        self._heed_stop()
        self.tell("time")

    def _reset(self):
        self.run.reset()
        self.tell("time")

    def _new_seed(self):
        self.run.new_seed()
        self.tell("settings", "time")


def fitting(config, chosen):
    """(config, sentences): the nearest configuration without problems that keeps what was chosen.

    Raises: ConfigError if what was chosen cannot be.
    """
    said = []
    for _ in range(6):
        problems = config.problems()
        if not problems:
            return config, said
        if set(problems[0].fix) & set(chosen):
            raise ConfigError(problems[0].text)
        said.append(problems[0].text)
        config = config.change(**problems[0].fix)
    raise ConfigError(" ".join(problem.text for problem in config.problems()))


def shape(run):
    """What the drawing of a network depends on, beside its weights."""
    config = run.config
    return config.features, config.hidden, config.ending, tuple(run.data.classes), config.columns


def what_changed(run, before, rebuilt):
    """The words for what a change has changed."""
    data, drawn, _ = before
    words = ["settings"]
    words += ["data"] if run.data is not data else []
    if shape(run) != drawn:
        return [*words, "network"]
    return [*words, "time"] if rebuilt else words
