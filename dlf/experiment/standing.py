"""How far a run has come, in a sentence: not begun, learning, or solved, and what to try next."""
import math
from typing import NamedTuple

SOLVED = 0.95        # the score on the test points from which on a task counts as solved
ROUNDS = 100         # epochs before which a loss that stays tells nothing

BEGIN = ("Press Play. The map shows what the network answers at every point; the lines are its "
         "weights.")
NEXT  = {"circle":  "Next: XOR. Or the circle with three neurons, under Challenges.",
         "xor":     "Next: Gauss. Or XOR without hidden neurons, under Challenges.",
         "gauss":   "Next: Spiral, which is much harder. Or no hidden layer, under Challenges.",
         "spiral":  "Next: the same within 60 epochs, under Challenges.",
         "moons":   "Next: Clouds, where there are more than two classes.",
         "blobs":   "Next: Arms, which are much harder.",
         "spirals": "Next: your own data, or a formula.",
         "plane":   "Next: Hills. Or the plane with one neuron, under Challenges."}


class Standing(NamedTuple):
    """Is the task solved? And the same in words."""

    solved: bool
    text:   str


def standing(run):
    """The `Standing` of a run: solved means 95 % right on the test points, or R2 of 0.95."""
    if run.t == 0:
        return Standing(False, BEGIN)
    curves, words = run.curves(), quality(run)
    if run.measure().test_score >= SOLVED:
        first = round(curves.epoch[(curves.test_score >= SOLVED).argmax()])
        after = f"after {first:,} epoch{'s' * (first != 1)}" if first else "in the first epoch"
        return Standing(True, f"Solved {after}: {words}. {NEXT.get(run.config.data, '')}".strip())
    if has_settled(curves):
        return Standing(False, f"The loss has settled; {words}. More neurons, other inputs, more "
                               "points or another seed may do better.")
    return Standing(False, f"So far {words}. Nothing looks wrong: train on.")


def has_settled(curves):
    """Has the training loss stayed nearly the same over the last half of many epochs?"""
    half = curves.train[len(curves.train) // 2]
    return bool(curves.epoch[-1] >= ROUNDS and curves.train[-1] > 0.9 * half)


def quality(run):
    """How good it is on the test points, in words."""
    score = run.measure().test_score
    if not math.isfinite(score):
        return "there is no score on the test points"
    if run.data.classes:
        return f"{score:.0%} of the test points are named right"
    return f"{max(score, 0):.0%} of the test points' variance is explained"
