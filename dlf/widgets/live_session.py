"""A training run that can be changed under way and taken back to its start; it knows no widgets."""
import contextlib
import copy
import time

import numpy as np

from dlf.checks import check_batches, check_parts, prepare
from dlf.fitting import History, predict, restore, snapshot
from dlf.layers import BatchNorm
from dlf.layers.recurrent import forget
from dlf.losses import L2
from dlf.training import Progress, train

MEASURED = 2000       # examples of each part that are measured; others would cost training time
FEWEST   = 50         # of them, however slow the network
PATIENCE = 0.04       # seconds that a measurement may take; fewer examples if it takes longer
KEPT     = 1000       # entries of the history; then every second one is dropped

clock = time.perf_counter


class Session:
    """A network that is trained step by step on `data`, an (x, y) pair, and measured.

    `lr`, `batch_size` and `strength` may be set at any time and act from the next step on. The
    training generator is made anew where it must be, and goes on from the same `Progress`.
    `history` holds what `measure` has found: epochs are fractions here, losses are without penalty
    and dropout, of at most 2,000 examples a part.

    Raises: what `dlf.train` raises.
    """

    def __init__(self, net, data, loss, optimizer, test=None, batch_size=32, rng=None,
                 penalty=None, clip=None, metric=None):
        check_parts(net, loss, optimizer, penalty, clip)
        x, y = data
        prepare(net, x, y, loss)
        check_batches(net, np.asarray(x), batch_size, rng)
        self.net, self.x, self.y, self.loss = net, np.asarray(x), np.asarray(y), loss
        self.test = check_test(net, test, loss)
        self.optimizer, self.rng, self.clip = optimizer, rng, clip
        self.penalty = penalty if penalty is not None else L2(0.0)
        self.metric  = metric or loss.metric
        self.seed    = 0
        self.size    = batch_size          # wanted; `using` is what the generator has got
        self.keep_start()
        self.find_count()

    def find_count(self):
        """How many examples can be measured in time: more and more are tried, from few upward."""
        self.count = FEWEST
        took = min(timed(self.begin), timed(self.begin))
        while took < PATIENCE and self.count < MEASURED:
            self.count = min(4 * self.count, MEASURED)
            took = min(timed(self.begin), timed(self.begin))
        if took > PATIENCE:
            self.count = int(np.clip(self.count * PATIENCE / took, FEWEST, MEASURED))
            self.begin()

    # ---- where it stands -----------------------------------------------------------------------

    @property
    def t(self):
        """Steps made."""
        return self.progress.t

    @property
    def epoch(self):
        """Passes through the data, as a fraction."""
        return max(self.progress.epoch - 1, 0) + self.progress.at / len(self.x)

    # ---- the start, and back to it -------------------------------------------------------------

    def keep_start(self):
        """Remember everything that training changes, to the last bit."""
        state      = None if self.rng is None else copy.deepcopy(self.rng.bit_generator.state)
        self.start = snapshot(self.net), self.optimizer.state(), state

    def reset(self):
        """Back to the start: weights, running averages, the optimizer's memory, random numbers."""
        weights, memory, state = self.start
        if self.rng is not None:
            self.rng.bit_generator.state = copy.deepcopy(state)
        restore(self.net, weights)
        self.optimizer.restore(memory)
        self.begin()

    def new_seed(self):
        """Back to step 0 with other weights and another order of examples."""
        self.seed += 1
        rng = np.random.default_rng(self.seed)
        self.net.reset(rng)
        self.optimizer.forget()
        self.rng = None if self.rng is None else rng
        self.keep_start()
        self.begin()

    def begin(self):
        """Step 0."""
        forget(self.net)                   # the states in which training left off
        self.progress, self.steps, self.using = Progress(), None, None
        self.update  = None                # the last change of net.theta that was looked at
        self.history = History(metric_name=name_of(self.metric), stopped="still training")
        self.measure()

    # ---- settings ------------------------------------------------------------------------------

    @property
    def lr(self):
        """The learning rate of the next step."""
        lr = self.optimizer.lr
        return lr(self.optimizer.t + 1) if callable(lr) else lr

    def fits(self, size):
        """Can the data be cut into batches of this size?"""
        with contextlib.suppress(ValueError):
            check_batches(self.net, self.x, size, self.rng)
            return True
        return False

    # ---- training ------------------------------------------------------------------------------

    def advance(self):
        """One update. Raises: NotFinite, with the network as before it."""
        if self.steps is None or self.using != (self.size, self.penalty.strength > 0):
            self.renew()
        try:
            with np.errstate(all="ignore"):            # what overflows is found and explained
                return next(self.steps)
        except BaseException:
            self.steps = None                          # a generator that raised is used up
            raise

    def renew(self):
        """Make the training generator anew, by the settings of now, where the last one stopped."""
        is_on = self.penalty.strength > 0             # no penalty costs no time
        size  = self.using[0] if self.must_wait() else self.size
        self.steps = train(self.net, self.x, self.y, self.loss, self.optimizer, batch_size=size,
                           rng=self.rng, penalty=self.penalty if is_on else None, clip=self.clip,
                           progress=self.progress)
        self.using = size, is_on

    def must_wait(self):
        """Would a new batch size leave one example alone at the end of this epoch?

        Batch normalization cannot take it: then the size waits until the rest can be cut.
        """
        rest = (len(self.x) - self.progress.at) % self.size
        return bool(rest == 1 and self.using and any(isinstance(layer, BatchNorm)
                                                     for _, layer in self.net.walk()))

    def advance_watched(self):
        """One update, whose effect on the weights is kept as `update`."""
        before = self.net.theta.copy()
        step   = self.advance()
        self.update = self.net.theta - before if len(before) == self.net.theta.size else None
        return step

    def rest_of_epoch(self):
        """Train to the end of the epoch; a generator, so that it can be done in slices."""
        while not self.advance_watched().last:
            yield

    # ---- measuring -----------------------------------------------------------------------------

    def measure(self):
        """One more entry of the history, unless there is one for this step already."""
        if self.history.epoch and self.history.epoch[-1] >= self.epoch:
            for values in lists_of(self.history):
                values.pop()
        with np.errstate(all="ignore"):
            loss, metric = self.judge((self.x, self.y))
            val_loss, val_metric = self.judge(self.test)
        self.history.add(epoch=self.epoch, loss=loss, metric=metric, val_loss=val_loss,
                         val_metric=val_metric, lr=self.lr, seconds=np.nan)
        if len(self.history.epoch) > KEPT:
            thin_out(self.history)

    def judge(self, part):
        """(loss, metric) of at most `count` examples of a part; nan without any."""
        if part is None:
            return np.nan, np.nan
        x, y = some(*part, self.count)
        out  = predict(self.net, x)
        return self.loss(out, y), self.metric(out, y)


def measured(part, count):
    """How many examples of a part are measured, in words: "450", or "2,000 of 60,000"."""
    n = len(part[0])
    return f"{n:,}" if n <= count else f"{count:,} of {n:,}"


def check_test(net, test, loss):
    """The test data as arrays, after a look at everything that could be wrong with them."""
    if test is None:
        return None
    try:
        prepare(net, *test, loss)
    except (TypeError, ValueError) as error:
        raise type(error)(f"test: {error}") from error
    return tuple(np.asarray(part) for part in test)


def some(x, y, n):
    """At most n examples, evenly spread."""
    if len(x) <= n:
        return x, y
    rows = np.linspace(0, len(x) - 1, n).astype(int)
    return x[rows], y[rows]


def thin_out(history):
    """Drop every second entry, but neither the first nor the last."""
    for values in lists_of(history):
        values[1:-1] = values[2:-1:2]


def lists_of(history):
    """The columns of a history."""
    return [values for values in vars(history).values() if isinstance(values, list)]


def timed(function):
    """The seconds that a call takes."""
    began = clock()
    function()
    return clock() - began


def name_of(metric):
    """The metric's name, as `dlf.fit` writes it."""
    return getattr(metric, "__name__", "metric").removesuffix("_of_each")
