"""Hints: what goes wrong in a run, why, and a change of settings that mends it.

Every rule looks at numbers of the run alone. A rule that is not sure says nothing, and of two hints
that would change the same setting only the more urgent one is given.
"""
import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from dlf.experiment.features import PLANE
from dlf.experiment.insight import dead, saturated
from dlf.experiment.maps import activations
from dlf.layers import Dense

GOOD     = 0.9         # a score from which on nothing is worth a warning
EARLY    = 200         # steps before which a loss that stays tells nothing
SETTLED  = 1000        # steps, and
ROUNDS   = 100         # epochs, after which a loss that stays tells that the network is too small
NEAREST  = 5           # neighbors that are asked what a point is
ASKED    = 400         # points for which they are asked


class Hint(NamedTuple):
    """One hint: what is seen (with its number), why, what to do in words, and as settings.

    `restart` says that the weights are spoiled, so that the change needs a start from step 0.
    """

    id:      str
    seen:    str
    why:     str
    fix:     str
    change:  dict
    restart: bool = False

    def apply(self, config):
        """The configuration with the hint's change made."""
        return config.change(**self.change)

    def mend(self, run):
        """Make the change in a run, from step 0 if that is needed; returns the run's `Change`."""
        change = run.change(**self.change)
        if self.restart and not change.rebuilt:
            run.reset()
        return change


def hints(run):
    """Hints for a run as it is now, the most urgent first; an empty list when all is well."""
    state, found, taken = State(run), [], set()
    for rule in RULES:
        hint = rule(state)
        if hint is not None and not taken & set(hint.change):
            found.append(hint)
            taken |= set(hint.change)
            if hint.id in ALONE:
                break
    return found


class State:
    """The numbers that the rules look at, each computed once."""

    def __init__(self, run):
        self.run, self.config, self.data = run, run.config, run.data
        self.now, self.curve = run.measure(), run.curves()
        self.first = run.history.points[0]
        self.outs  = activations(run.net, run.data.train.x)
        self.dense = [layer for layer in run.net if isinstance(layer, Dense)]

    @property
    def is_bad(self):
        """Are the answers on the training points not good yet?"""
        return not self.now.train_score >= GOOD

    @property
    def moved(self):
        """How far all weights are from where they began, as a share of their size then."""
        begun = self.run.timeline.shots[0].weights[0]
        return float(np.linalg.norm(self.run.net.theta - begun) / (np.linalg.norm(begun) + 1e-12))

    def fallen(self, part="train"):
        """The share by which a loss has fallen over the last half of the steps; below 0: risen."""
        losses = getattr(self.curve, part)
        then   = losses[np.searchsorted(self.curve.t, self.now.t / 2)]
        return float(1 - losses[-1] / then) if then > 0 else 0.0

    def near_score(self):
        """The score of asking each training point's nearest neighbors: what can be known here."""
        return near_score(self.data)


# ---- what keeps everything from working --------------------------------------------------------

def exploded(state):
    """Training stopped, or the loss is far above where it began."""
    run, config = state.run, state.config
    grown = state.now.train / max(state.first.train, 1e-12)
    if not run.stopped and not (run.t >= 5 and grown > 1.5 and state.now.train > 0.3):
        return None
    seen = (run.stopped.split(". ")[0] + "." if run.stopped else
            f"The loss has grown from {state.first.train:.3g} to {state.now.train:.3g}.")
    if biggest(state.data.train.x) > 10 and not config.scale:
        return Hint("unscaled", seen, "Inputs as large as these make every slope large, and each "
                    "step jumps over the valley.", "Scale the inputs.",
                    {"scale": True, "lr": min(config.lr, 0.03)})
    lr = tenth(config)
    return Hint("diverged", seen, "The learning rate is too high: each step jumps over the valley "
                "and lands higher than it began.", f"Lower the learning rate to {lr:g} and start "
                "again.", {"lr": lr}, restart=True)


def equal_weights(state):
    """All neurons of a hidden layer have the same weights, in and out."""
    for i, (layer, following) in enumerate(zip(state.dense, state.dense[1:])):
        same_in  = np.ptp(layer.W, axis=0).max() < 1e-9
        same_out = np.ptp(following.W, axis=1).max() < 1e-9
        if layer.n_out > 1 and same_in and same_out:
            return Hint("equal-weights", f"All {layer.n_out} neurons of hidden layer {i + 1} have "
                        "the same weights.", "Equal neurons get equal slopes, so they stay equal: "
                        "the layer is worth one neuron.", "Draw the first weights at random.",
                        {"init": "uniform"})
    return None


def unscaled(state):
    """Inputs are so large that neurons cannot use them."""
    size = biggest(state.data.train.x)
    if size <= 20 or state.config.scale or not state.is_bad:
        return None
    return Hint("unscaled", f"The largest input is {size:,.4g}.", "Large inputs drive the neurons "
                "to their ends, and the weights of small inputs hardly count.",
                "Scale the inputs to mean 0 and variance 1.", {"scale": True})


# ---- the learning rate -------------------------------------------------------------------------

def saturated_units(state):
    """Most neurons of a layer are at their ends for all points, and the answers are bad."""
    if not state.is_bad:
        return None
    names = [*(layer.activation for layer in state.config.hidden), state.config.ending]
    for i, name in enumerate(names):
        share = saturated(state.outs[i], name)
        if share >= 0.5:
            where = f"hidden layer {i + 1}" if i < len(names) - 1 else "the output"
            return Hint("saturated", f"{share:.0%} of the neurons in {where} are at "
                        "their ends for nearly all points.", "There the slope of "
                        f"{name} is almost 0, so they hardly learn any more. Steps "
                        "that were too long, or weights that began too large, drove them there.",
                        *recover(state.config))
    return None


def recover(config):
    """How to get neurons off their ends: smaller steps, or smaller first weights."""
    if config.init in ("standard_normal", "equal") or abs(config.bias) > 1:
        return ("Begin with smaller weights.", {"init": "xavier", "bias": 0.1})
    lr = tenth(config)
    return (f"Lower the learning rate to {lr:g} and begin with smaller weights.",
            {"lr": lr, "init": "xavier"})


def dead_relu(state):
    """Many ReLU neurons give 0 for every point, and the answers are bad."""
    if not state.is_bad:
        return None
    for i, layer in enumerate(state.config.hidden):
        share = dead(state.outs[i], layer.activation)
        if share >= 0.4:
            return Hint("dead-relu", f"{share:.0%} of the ReLU neurons in hidden layer {i + 1} are "
                        "0 for every point.", "Where a ReLU is 0 its slope is 0 too, so such a "
                        "neuron never learns again: it is dead.", "Take leaky_relu, which keeps a "
                        "little slope, and first weights and steps that are not too large.",
                        {"activation": "leaky_relu", "init": "he", "bias": 0.1,
                         "lr": min(state.config.lr, usual(state.config))})
    return None


def jumping(state):
    """The loss goes up and down from step to step, and does not get lower."""
    losses = state.curve.train[-8:]
    if len(losses) < 8 or not state.is_bad or state.fallen() > 0.1:
        return None
    swing = float(np.abs(np.diff(losses)).mean() / losses.mean())
    if swing < 0.1 or state.config.lr <= usual(state.config):
        return None
    lr = max(tenth(state.config), usual(state.config) / 3)
    return Hint("lr-high", f"From one measurement to the next the loss jumps by {swing:.0%}, and "
                "it does not get lower.", "The learning rate is too high: steps go from one side "
                "of the valley to the other.", f"Lower the learning rate to {lr:g}.", {"lr": lr})


def slow(state):
    """The weights have hardly moved."""
    config = state.config
    if state.now.t < EARLY or not state.is_bad or state.now.train < 0.9 * state.first.train:
        return None
    rate = state.moved / state.now.t
    if rate > 3e-4 or config.lr > usual(config) / 5 or steady_penalty(config):
        return None
    lr = usual(config)
    return Hint("lr-low", f"In {state.now.t:,} steps the weights have moved by {state.moved:.1%} "
                f"and the loss has gone from {state.first.train:.3f} to {state.now.train:.3f}.",
                "The learning rate is too low: at this pace it takes forever.",
                f"Raise the learning rate to {lr:g}.", {"lr": lr})


# ---- batches, penalties ------------------------------------------------------------------------

def large_batch(state):
    """Few steps an epoch, so that many epochs have made few steps."""
    config, n = state.config, len(state.data.train)
    steps     = state.run.steps_per_epoch
    if not (n >= 50 and config.batch_size >= n / 4 and state.now.epoch >= 20 and state.is_bad
            and state.now.t < SETTLED and config.optimizer in ("sgd", "momentum", "nesterov")):
        return None
    return Hint("large-batch", f"{state.now.epoch:.0f} epochs have made only {state.now.t} steps: "
                f"{steps} an epoch, with batches of {config.batch_size}.", "A large batch gives a "
                "more exact slope, but each step is no longer for it.",
                "Take batches of 10.", {"batch_size": 10})


def strong_penalty(state):
    """The penalty holds all weights near zero."""
    config = state.config
    if not (steady_penalty(config) and state.is_bad and state.now.t >= EARLY):
        return None
    size = max(float(np.abs(layer.W).max()) for layer in state.dense[:-1] or state.dense)
    if state.now.train < 0.8 * state.first.train and size > 0.2:
        return None
    strength = round(min(config.strength / 10, 0.001), 6)
    return Hint("strong-penalty", f"The penalty of strength {config.strength:g} holds all weights "
                f"below {size:.2g}.", "Keeping weights small has become more important than "
                "being right.", f"Lower the strength to {strength:g}.", {"strength": strength})


def steady_penalty(config):
    return config.penalty != "none" and config.strength >= 0.005


# ---- too little, too much ----------------------------------------------------------------------

def little_data(state):
    """So few training points that the test goes badly though training goes well."""
    n   = len(state.data.train)
    gap = state.now.train_score - state.now.test_score
    if n >= 60 or state.now.t < EARLY or not gap > 0.1 or state.now.train_score < GOOD:
        return None
    own    = state.config.data == "own"
    change = {"test": 0.2} if own else {"n": 500, "test": min(state.config.test, 0.5)}
    if own and state.config.test <= 0.2:
        return None
    return Hint("little-data", f"There are {n} training points; {score(state, 'train')} and "
                f"{score(state, 'test')}.", "So few points can be learned by heart without finding "
                "the rule behind them.", "Use fewer points for the test." if own else
                "Draw 500 points.", change)


def overfitting(state):
    """The test loss has risen since its lowest while the training loss kept falling."""
    curve = state.curve
    if len(curve.t) < 8 or state.now.t < 2 * EARLY or state.now.test_score > 0.97:
        return None
    best  = int(curve.test.argmin())
    last  = slice(-max(2, len(curve.t) // 6), None)
    test, train = float(np.median(curve.test[last])), float(np.median(curve.train[last]))
    rise  = test / max(float(curve.test[best]), 1e-12)
    if not (rise > 1.2 and test - curve.test[best] > 0.02 and train < 0.9 * curve.train[best]
            and test > 1.5 * train):
        return None
    seen = (f"The test loss was {curve.test[best]:.3f} at step {int(curve.t[best]):,} and is "
            f"{test:.3f} now, while the training loss fell from {curve.train[best]:.3f} to "
            f"{train:.3f}.")
    change = {"penalty": "l2", "strength": stronger(state.config)}
    return Hint("overfitting", seen, "The network has begun to learn single points by heart, noise "
                "and all.", f"Make large weights costly: an l2 penalty of {change['strength']:g}.",
                change)


def stronger(config):
    """A penalty's strength that is felt, or three times the one there is."""
    there = config.strength if config.penalty == "l2" else 0.0
    return round(max(0.01, 3 * there), 6)


def underfitting(state):
    """The loss has settled, and a look at a point's neighbors would answer better."""
    now, config = state.now, state.config
    if now.t < SETTLED or now.epoch < ROUNDS or steady_penalty(config):
        return None
    known   = state.near_score()
    missing = min(known, 0.97) - now.train_score
    if not missing > 0.1 or state.fallen() > (0.15 if missing > 0.2 else 0.05):
        return None
    size   = " and ".join(str(layer.size) for layer in config.hidden) or "no"
    change = roomier(config)
    return Hint("underfitting", f"The loss stays at {now.train:.3f} and {score(state, 'train')}, "
                f"while a point's {NEAREST} nearest neighbors know {known:.0%}.",
                f"The right answer bends more often than {size} hidden neurons can follow from "
                f"{', '.join(config.features)}.", roomier_words(change), change)


def roomier(config):
    """More neurons, inputs that bend, and an optimizer that finds its way through long valleys."""
    sizes  = [layer.size for layer in config.hidden][:4]
    had    = len(sizes) > 1 and min(sizes) >= 8
    hidden = [min(2 * size, 64) for size in sizes] if had else [
        *(max(size, 8) for size in sizes), 8, 8][:max(2, len(sizes))]
    change = {"hidden": hidden, "activation": "tanh", "dropout": 0.0, "optimizer": "adam",
              "lr": 0.01, "penalty": "none"}
    if config.columns == 2:
        more = ("sin(x1)", "sin(x2)") if not config.scale else ("x1^2", "x2^2", "x1*x2")
        kept = [name for name in PLANE if name in {*config.features, "x1", "x2", *more}]
        change["features"] = tuple(kept)
    return change


def roomier_words(change):
    inputs = (f", the inputs {', '.join(change['features'])}" if "features" in change else "")
    sizes  = " and ".join(map(str, change["hidden"]))
    return (f"Take hidden layers of {sizes} tanh neurons{inputs} and adam with learning rate "
            f"{change['lr']:g}.")


# ---- helpers -----------------------------------------------------------------------------------

def usual(config):
    """A learning rate that usually works with this optimizer."""
    return {"sgd": 0.03, "momentum": 0.01, "nesterov": 0.01}.get(config.optimizer, 0.01)


def tenth(config):
    """A tenth of the learning rate, rounded, and no more than is usual."""
    return float(f"{min(config.lr / 10, usual(config)):.1g}")


def biggest(x):
    """The largest size of a number in an array."""
    return float(np.abs(x).max())


def score(state, part):
    """A score in words."""
    value = getattr(state.now, f"{part}_score")
    which = "training" if part == "train" else "test"
    if state.data.classes:
        return f"{value:.0%} of the {which} points are named right"
    return f"{max(value, 0):.0%} of the {which} points' variance is explained"


@lru_cache(maxsize=8)
def near_score(data):
    """The score of the nearest other training points: what a look at the picture tells."""
    x = data.train.points
    x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-12)
    n = min(len(x), ASKED)
    if len(x) <= NEAREST:
        return math.nan
    away = ((x[:n, None] - x[None]) ** 2).sum(axis=2) if n * x.size < 2e7 else slow_away(x, n)
    away[np.arange(n), np.arange(n)] = np.inf
    near = np.argpartition(away, NEAREST, axis=1)[:, :NEAREST]
    said = data.train.labels[near]
    if data.classes:
        votes = (said[..., None] == np.arange(len(data.classes))).sum(axis=1)
        return float((votes.argmax(axis=1) == data.train.labels[:n]).mean())
    truth = data.train.labels[:n]
    return float(1 - ((said.mean(axis=1) - truth) ** 2).sum() / ((truth - truth.mean()) ** 2).sum())


def slow_away(x, n):
    """Squared distances (n, all) through a matrix product, for many points."""
    squares = (x * x).sum(axis=1)
    return squares[:n, None] - 2 * x[:n] @ x.T + squares


RULES = (exploded, equal_weights, unscaled, dead_relu, saturated_units, jumping, slow, large_batch,
         strong_penalty, little_data, overfitting, underfitting)
ALONE = ("diverged", "unscaled", "equal-weights", "large-batch")      # first mend these, then look


def suggested(run):
    """The configuration with the most urgent hint's change made; None when all is well."""
    found = hints(run)
    return found[0].apply(run.config) if found else None

