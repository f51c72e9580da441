"""Run: an experiment that is under way; it trains, looks back, changes settings, and never draws.

A view reads it and calls its few verbs. Same configuration, same bits: whatever is done to a run is
written in its log, so that it can be repeated, rewound, branched and exported.
"""
import copy
import math
import time
from typing import NamedTuple

import numpy as np

from dlf.experiment import build, timeline
from dlf.experiment.config import Config
from dlf.experiment.data import FIELDS, Data
from dlf.experiment.settings import LIVE, SETTINGS, ConfigError
from dlf.experiment.timeline import Curves, Measure, Timeline
from dlf.training import NotFinite, Progress, in_type_of, train

GROWN  = 1e6          # a loss so many times the first one is no longer a number to learn from
OTHERS = {"hidden": "the hidden layers", "features": "the inputs", "own": "your data"}


class Segment(NamedTuple):
    """From step t on, training went by `config`; `single` means one example a step."""

    t:      int
    config: Config
    single: bool = False


class Change(NamedTuple):
    """What became of a change of settings: was the network built anew, and a sentence about it."""

    rebuilt: bool
    text:    str


class Run:
    """The experiment that a configuration describes, from step 0.

    What a view reads: `config`, `data`, `net`, `t`, `epoch`, `stopped` (None, or why training
    cannot go on), `measure()`, `curves()`, `times`.

    Raises: ConfigError if the settings do not fit together (`config.problems()` says how).
    """

    def __init__(self, config=None):
        self.data = None
        self.reset(config if config is not None else Config())

    # ---- where it stands ---------------------------------------------------------------------

    @property
    def t(self):
        """Steps made: updates of the weights."""
        return self.progress.t

    @property
    def epoch(self):
        """Passes through the training data, as a fraction."""
        done = self.progress.at / len(self.data.train)
        return max(self.progress.epoch - 1, 0) + done if self.progress.epoch else 0.0

    @property
    def steps_per_epoch(self):
        """How many batches an epoch has."""
        return math.ceil(len(self.data.train) / self.config.batch_size)

    @property
    def times(self):
        """Steps t to which `rewind` goes at once, increasing; others are computed again."""
        return sorted({*self.timeline.times, self.t})

    @property
    def last_t(self):
        """The latest step that `rewind` can go to; beyond `t` only after going back."""
        return max(self.t, self.timeline.shots[-1].t)

    @property
    def rest(self):
        """Steps between two measurements at least, so that measuring costs little of the time."""
        return max(40, len(self.data.all_x) // 8)

    # ---- from the start ----------------------------------------------------------------------

    def reset(self, config=None):
        """Back to step 0: the same weights and the same order of examples, to the last bit.

        With a configuration, step 0 of that one.
        """
        config = config or self.config
        complain(config)
        self.data      = Data(config) if needs_data(self.data, config) else self.data
        self.config    = config
        self.rng       = np.random.default_rng(config.seed)
        self.net       = build.network(config, self.rng)
        self.loss      = build.loss(config)
        self.optimizer = build.optimizer(config)
        self.progress  = Progress()
        self.log       = [Segment(0, config)]
        self.prepare()
        self.timeline  = Timeline([timeline.take(self)])
        self.history   = Curves([self.measure()], least=self.rest)

    def new_seed(self):
        """Back to step 0 with other weights: the next seed. The data stay."""
        return self.change(seed=(self.config.seed + 1) % 2**32)

    def prepare(self):
        """Parts that follow from settings; the next step starts a new training generator."""
        self.penalty  = build.penalty(self.config)
        self.steps    = None
        self.size     = None                     # of the batches that `steps` gives
        self.stopped  = None
        self.measured = None
        out = self.net(self.data.train.x[:1])
        self.targets  = [in_type_of(self.net, self.loss.prepare(out, part.y), part.y.ndim == 1)
                         for part in (self.data.train, self.data.test)]

    # ---- training ----------------------------------------------------------------------------

    def step_sample(self):
        """One update from the next example alone. Returns its `dlf.Step`, or None if stopped.

        Raises: ConfigError with batch normalization, which needs more than one example.
        """
        if any(layer.norm == "batch" for layer in self.config.hidden):
            raise ConfigError("One example alone has no variance, which batch normalization "
                              "divides by: step by batches, or take layer normalization.")
        return self.step(1)

    def step_batch(self):
        """One update from the next batch. Returns its `dlf.Step`, or None if stopped."""
        return self.step(self.config.batch_size)

    def step(self, size):
        """One update from so many examples, and a snapshot, so that going back is at once."""
        self.forget_future()
        self.note(single=size == 1 and self.config.batch_size != 1)
        last = self.pull(1, size=size)
        if last:
            self.timeline.add(timeline.take(self))
        self.note()
        return last

    def step_epoch(self):
        """Train to the end of the epoch, and record it. Returns the last `dlf.Step`, or None."""
        self.forget_future()
        last = self.pull(math.inf, to_end_of_epoch=True)
        if last and self.history.points[-1].t < self.t:
            self.history.add(self.measure())
        return last

    def advance(self, seconds=None, steps=None, epochs=None):
        """Train for so many seconds, steps or epochs, whichever ends first; returns steps made.

        An epoch here is as many steps as one has: `advance(epochs=1)` from the middle of an epoch
        ends in the middle of the next.

        Raises: ValueError without any limit.
        """
        if seconds is None and steps is None and epochs is None:
            raise ValueError("advance needs a limit: seconds=, steps= or epochs=.")
        limits = [math.inf if steps is None else steps,
                  math.inf if epochs is None else round(epochs * self.steps_per_epoch)]
        self.forget_future()
        before = self.t
        self.pull(min(limits), seconds=seconds)
        return self.t - before

    def pull(self, most, seconds=None, size=None, to_end_of_epoch=False):
        """Pull at most so many steps from the training generator; returns the last one."""
        step, until = None, self.t + most
        clock = time.perf_counter
        end   = math.inf if seconds is None else clock() + seconds
        if self.stopped or most <= 0:
            return None
        try:
            with np.errstate(all="ignore"):              # what overflows is found and explained
                for step in self.stream(size or self.config.batch_size):
                    if step.last:
                        self.record(step)
                        if to_end_of_epoch:
                            break
                    if step.t >= until or clock() >= end:
                        break
        except (NotFinite, ValueError) as error:
            self.stop(str(error))
        self.check_growth(step)
        return step

    def stream(self, size):
        """The training generator for batches of this size, made anew only if something changed."""
        if self.steps is None or self.size != size:
            part = self.data.train
            self.size  = size
            self.steps = train(self.net, part.x, part.y, self.loss, self.optimizer,
                               batch_size=size, rng=self.rng if self.config.draws else None,
                               penalty=self.penalty, clip=self.config.clip, progress=self.progress)
        return self.steps

    def record(self, step):
        """At the end of an epoch: a point of the curves and a snapshot, where they are due."""
        if self.history.is_due(step.t):
            self.history.add(self.measure())
        if self.timeline.is_due(step.t):
            self.timeline.add(timeline.take(self))

    def check_growth(self, step):
        """Stop when the loss has exploded, though it is still a number."""
        first = max(self.history.points[0].train, 1.0)
        if step is not None and not step.loss < GROWN * first and not self.stopped:
            self.stop(f"Step {step.t} (epoch {step.epoch}): the loss has grown to {step.loss:.3g}; "
                      f"at the start it was {first:.3g}. Nothing can be learned from here. The "
                      "learning rate is too large: try a tenth, and reset.")

    def stop(self, why):
        """Training cannot go on until a setting changes, or the run goes back."""
        self.stopped, self.steps = why, None

    # ---- looking -----------------------------------------------------------------------------

    def measure(self):
        """Losses and scores of both parts now: a `Measure`, computed once for each step.

        The losses are without the penalty, and without dropout.
        """
        if self.measured is None or self.measured.t != self.t:
            with np.errstate(all="ignore"):
                out    = self.net.forward(self.data.all_x)
                n      = len(self.data.train)
                parts  = zip((out[:n], out[n:]), self.targets, strict=True)
                losses = [self.loss.value_and_grad(y, target)[0] for y, target in parts]
                scores = [self.score(out[:n], self.data.train), self.score(out[n:], self.data.test)]
            self.measured = Measure(self.t, self.epoch, *losses, *scores)
        return self.measured

    def predict(self, points):
        """What the network answers for points (n, columns) as they came: (n, outputs)."""
        return self.net.forward(self.data.inputs(np.asarray(points, dtype=float)))

    def score(self, out, part):
        """The share of points named right, or R2."""
        if self.data.classes:
            return float((self.named(out) == part.labels).mean())
        spread = ((part.y - part.y.mean()) ** 2).sum()
        return float(1 - ((out - part.y) ** 2).sum() / spread) if spread > 0 else math.nan

    def named(self, out):
        """The class (n,) that outputs (n, outputs) name."""
        if out.shape[1] > 1:
            return out.argmax(axis=1)
        return (out[:, 0] > (0.5 if self.config.ending == "sigmoid" else 0.0)).astype(np.int64)

    def curves(self):
        """All recorded points up to now, and now: a `Measure` whose fields are arrays."""
        return self.history.until(self.measure())

    # ---- changing settings -------------------------------------------------------------------

    def change(self, **settings):
        """Change settings: some act on the running network, others build it anew at step 0.

        Returns a `Change` that says which. Raises: ConfigError, and nothing has changed.
        """
        return self.adopt(self.config.change(**settings))

    def adopt(self, config):
        """Go on by another configuration, as `change` does."""
        names = list(self.config.differences(config))
        complain(config)
        if not names:
            return Change(False, "Nothing changed.")
        live  = LIVE if self.config.data != "formula" else LIVE - {"noise"}    # points may vanish
        fixed = [name for name in names if name not in live]
        if fixed:
            self.reset(config)
            return Change(True, f"The network was built anew, because {listed(fixed)} changed.")
        self.forget_future()
        self.turn_to(config)
        self.note()
        return Change(False, f"{listed(names).capitalize()} changed; training goes on from step "
                             f"{self.t}.")

    def turn_to(self, config):
        """Let new live settings act from the next step on."""
        self.data   = Data(config) if needs_data(self.data, config) else self.data
        self.config = config
        build.retune(self.optimizer, config)
        self.prepare()

    def note(self, single=False):
        """Write in the log by which settings training goes on from here."""
        if self.log[-1].t == self.t:
            self.log.pop()
        if not self.log or self.log[-1][1:] != (self.config, single):
            self.log.append(Segment(self.t, self.config, single))

    # ---- going back --------------------------------------------------------------------------

    def rewind(self, t):
        """Go to step t, back or forward again, exactly: weights, optimizer, order of examples.

        What lies after t stays until training goes on from there. Steps in `times` are at hand;
        for others training is repeated from the last one before.

        Raises: ValueError for a step that was not reached.
        """
        if not 0 <= t <= self.last_t:
            raise ValueError(f"rewind goes to a step from 0 to {self.last_t}, got {t!r}.")
        if t < self.t == self.last_t:
            self.timeline.add(timeline.take(self))           # so that one can come back
        shot = self.timeline.before(t)
        timeline.bring_back(self, shot)
        self.repeat(t)

    def repeat(self, end):
        """Make the steps up to `end` again, as the log says, and record nothing."""
        following = [segment.t for segment in self.log[1:]] + [math.inf]
        for segment, until in zip(self.log, following, strict=True):
            if segment.t <= end and self.t < until:
                self.turn_to(segment.config)
                steps = self.stream(1 if segment.single else segment.config.batch_size)
                with np.errstate(all="ignore"):
                    while self.t < min(until, end):
                        next(steps)

    def forget_future(self):
        """Before training goes on from a step of the past: what came after it is no more."""
        if self.t < self.last_t or self.log[-1].t > self.t:
            self.timeline.cut(self.t)
            self.history.cut(self.t)
            self.log = [segment for segment in self.log if segment.t <= self.t]

    def branch(self):
        """Another run that begins as this one is now, with the same past; this one stays."""
        twin = object.__new__(Run)
        twin.__dict__.update(self.__dict__)
        twin.net, twin.optimizer, twin.rng, twin.progress = copy.deepcopy(
            (self.net, self.optimizer, self.rng, self.progress))
        twin.log, twin.timeline, twin.history = (
            list(self.log), Timeline(self.timeline.shots), Curves(self.history.points, self.rest))
        twin.forget_future()
        twin.prepare()
        return twin

    def __repr__(self):
        now = self.measure()
        return (f"Run({self.config.data}, step {self.t}, train loss {now.train:.4g}, "
                f"test loss {now.test:.4g}{', stopped' if self.stopped else ''})")


def needs_data(data, config):
    """Have the arrays to be made anew for this configuration?"""
    return data is None or any(name in FIELDS for name in data.config.differences(config))


def complain(config):
    """Raise a ConfigError with all problems of a configuration, if it has any."""
    problems = config.problems()
    if problems:
        raise ConfigError(" ".join(problem.text for problem in problems))


def listed(names):
    """Settings by their labels: "the learning rate and the noise"."""
    labels = [SETTINGS[name].label if name in SETTINGS else OTHERS[name] for name in names]
    return " and ".join([", ".join(labels[:-1]), labels[-1]] if labels[1:] else labels)
