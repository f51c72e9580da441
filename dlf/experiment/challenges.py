"""Challenges: a task, what may be changed, and a check that says passed or what is missing."""
from dataclasses import dataclass
from typing import NamedTuple

from dlf.experiment.config import DEFAULTS, Config

OPEN = ("hidden", "lr", "optimizer", "momentum", "decay", "beta1", "beta2", "weight_decay",
        "batch_size", "shuffle", "penalty", "strength", "clip", "init", "bias", "seed", "loss",
        "output")                                        # what one may usually change


class Verdict(NamedTuple):
    """Did it pass? And one sentence for each condition, with whether it holds."""

    passed: bool
    text:   str
    lines:  tuple          # of (holds, sentence)


@dataclass(frozen=True)
class Challenge:
    """A task for a run: where it starts, which settings are free, and what must be reached.

    `test_loss` and `test_score` are what the test part must show, `epochs` and `neurons` what may
    be used at most, and `least_epochs` how long it must have trained. `solution` holds settings
    that pass after `solution_epochs`.
    """

    id:              str
    title:           str
    task:            str
    start:           Config
    free:            tuple
    lesson:          str
    solution:        dict
    solution_epochs: int
    test_loss:       float | None = None
    test_score:      float | None = None
    epochs:          int | None   = None
    least_epochs:    int | None   = None
    neurons:         int | None   = None

    def check(self, run):
        """The `Verdict` on a run as it is now."""
        lines = tuple(conditions(self, run))
        held  = all(holds for holds, _ in lines)
        lost  = [sentence for holds, sentence in lines if not holds]
        return Verdict(held, f"Passed. {self.lesson}" if held else " ".join(lost), lines)

    def solved(self):
        """The configuration of the stored solution."""
        return self.start.change(**self.solution)


def conditions(challenge, run):
    """(holds, sentence) for every condition of a challenge."""
    locked = [name for name in run.config.differences(challenge.start)
              if name not in challenge.free]
    yield not locked, (f"These settings must stay as they were: {', '.join(locked)}." if locked
                       else "Only free settings were changed.")
    if challenge.neurons is not None:
        count = sum(layer.size for layer in run.config.hidden)
        yield count <= challenge.neurons, (f"{count} hidden neurons; at most {challenge.neurons} "
                                           "are allowed.")
    if challenge.epochs is not None:
        yield run.epoch <= challenge.epochs, (f"{run.epoch:.1f} epochs; at most "
                                              f"{challenge.epochs} are allowed.")
    if challenge.least_epochs is not None:
        yield run.epoch >= challenge.least_epochs, (f"{run.epoch:.1f} epochs; at least "
                                                    f"{challenge.least_epochs} are needed.")
    yield from results(challenge, run.measure())


def results(challenge, now):
    """The conditions on loss and score."""
    if challenge.test_loss is not None:
        yield now.test < challenge.test_loss, (f"The test loss is {now.test:.3f}; it must get "
                                               f"below {challenge.test_loss:g}.")
    if challenge.test_score is not None:
        yield now.test_score >= challenge.test_score, (
            f"The test score is {now.test_score:.1%}; at least {challenge.test_score:.0%} are "
            "needed.")


CHALLENGES = {challenge.id: challenge for challenge in (
    Challenge(
        "three-neurons", "A circle with three neurons",
        "Separate the disk from the ring with at most 3 hidden neurons: test loss below 0.05. "
        "The inputs stay x1 and x2.",
        DEFAULTS, OPEN,
        "Three lines make a triangle, and a triangle is the smallest fence around a disk.",
        {"hidden": [3], "lr": 0.1}, 200, test_loss=0.05, neurons=3),
    Challenge(
        "no-hidden-gauss", "No hidden layer at all",
        "Separate the two clouds without any hidden layer: test loss below 0.02.",
        DEFAULTS.change(data="gauss"), OPEN,
        "One neuron draws one straight line, and for two clouds that is enough.",
        {"hidden": []}, 60, test_loss=0.02, neurons=0),
    Challenge(
        "xor-by-features", "Exclusive or without hidden neurons",
        "Solve xor with no hidden layer. You may choose the inputs: test loss below 0.05.",
        DEFAULTS.change(data="xor"), (*OPEN, "features"),
        "The product x1 * x2 is the answer already: the right input saves a hidden layer.",
        {"hidden": [], "features": ["x1*x2"]}, 60, test_loss=0.05, neurons=0),
    Challenge(
        "spiral-in-time", "The spiral in 60 epochs",
        "Name 95 % of the test points of the spiral right within 60 epochs. Everything but the "
        "data is free.",
        DEFAULTS.change(data="spiral"), (*OPEN, "features"),
        "Inputs that wave, enough neurons, and an optimizer that adapts: each of them helps.",
        {"hidden": [8, 8], "features": ["x1", "x2", "sin(x1)", "sin(x2)"], "optimizer": "adam",
         "lr": 0.01}, 50, test_score=0.95, epochs=60),
    Challenge(
        "find-the-fault", "Find the fault",
        "This network should learn the circle and does not. One setting is wrong. Change one that "
        "counts and reach a test loss below 0.05.",
        DEFAULTS.change(init="equal"), OPEN,
        "Neurons that begin alike stay alike: random first weights tell them apart.",
        {"init": "uniform"}, 150, test_loss=0.05),
    Challenge(
        "tame-the-rate", "It jumps",
        "The loss of this run does not fall. Bring the test loss below 0.05 by changing the "
        "learning rate alone.",
        DEFAULTS.change(lr=10.0), ("lr", "seed"),
        "A step that is too long lands on the other side of the valley, higher than before.",
        {"lr": 0.03}, 150, test_loss=0.05),
    Challenge(
        "noisy-circle", "Do not learn the noise",
        "A large network and 50 noisy points to train on: have a test loss below 0.14 after 100 "
        "epochs or more. The network and the data stay; you may use a penalty.",
        DEFAULTS.change(noise=0.3, n=100, hidden=[32, 32], optimizer="adam", lr=0.01),
        ("penalty", "strength", "lr", "seed"),
        "A penalty on large weights keeps the border smooth, and a smooth border is right more "
        "often on new points.",
        {"penalty": "l2", "strength": 0.02}, 150, test_loss=0.14, least_epochs=100),
    Challenge(
        "one-neuron-plane", "One neuron for a plane",
        "Predict the tilted plane with a single neuron, the output's: test loss below 0.001.",
        DEFAULTS.change(data="plane"), OPEN,
        "A plane is a weighted sum of x1 and x2: two weights and a bias say it exactly.",
        {"hidden": []}, 60, test_loss=0.001, neurons=0),
    Challenge(
        "three-arms", "More than two classes",
        "Tell three spiral arms apart, each with a color of its own: name 95 % of the test points "
        "right within 150 epochs. Everything but the data and the loss is free.",
        DEFAULTS.change(data="spirals", classes=3, loss="cross_entropy"),
        (*(name for name in OPEN if name not in ("loss", "output")), "features"),
        "With several classes each has an output neuron, and the largest output wins.",
        {"hidden": [8, 8], "features": ["x1", "x2", "sin(x1)", "sin(x2)"], "optimizer": "adam",
         "lr": 0.01}, 120, test_score=0.95, epochs=150),
)}


def challenge(name):
    """A challenge by its id. Raises: KeyError with all ids."""
    if name not in CHALLENGES:
        raise KeyError(f"There is no challenge {name!r}; there are {', '.join(CHALLENGES)}.")
    return CHALLENGES[name]
