"""Chapter 6, gradient checking, continued: a check that knows of kinks, masks and float32."""
import numpy as np

from dlf.exercises.chapters.ch06_gradient_checking import (
    centered_difference,
    off,
    one_sided,
    relative_error,
)
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answer --------------------------------------------------------------------------------

def check_gradient(cost, gradient, v, seed):
    """The relative error of gradient(v, rng) against centered differences of cost(v, rng).

    v is an array of any shape, float64 or float32. Both functions take a random generator and may
    draw a mask from it: give each call a fresh np.random.default_rng(seed), and all masks agree.
    Right gradients give less than 1e-6, even with a kink 0.00003 away from v.
    """
    def still(u):
        return cost(u, np.random.default_rng(seed))

    v = np.array(v, dtype=float)
    by_nudging = centered_difference(still, v, 1e-5)
    by_formula = gradient(v, np.random.default_rng(seed))
    return relative_error(by_formula, by_nudging)


# ---- what it is compared on, and how it goes wrong ---------------------------------------------

def smooth(v, rng):
    return float(np.exp(2 * v).sum())


def smooth_slope(v, rng):
    return 2 * np.exp(2 * v)


def last_one_wrong(v, rng):
    slope = 2 * np.exp(2 * v)
    slope.flat[-1] *= -1
    return slope


def first_one_wrong(v, rng):
    slope = 2 * np.exp(2 * v)
    slope.flat[0] *= 3
    return slope


def very_small(v, rng):
    return float(1e-7 * (v ** 2).sum())


def half_as_steep(v, rng):
    return 1e-7 * v


def with_a_kink(v, rng):
    return float(np.maximum(v, 0).sum())


def kink_slope(v, rng):
    return (v > 0) * 1.0


def with_dropout(v, rng):
    return float(((rng.random(v.shape) < 0.5) * v ** 2).sum())


def dropout_slope(v, rng):
    return (rng.random(v.shape) < 0.5) * 2 * v


def some_checks(rng):
    """Right gradients, wrong ones, and what makes a check itself go wrong."""
    v = np.array([0.5, -0.2, 0.8])
    return [(smooth, smooth_slope, v, 1), (smooth, last_one_wrong, v, 1),
            (smooth, first_one_wrong, rng.normal(size=(2, 2)), 1),
            (very_small, half_as_steep, v, 1),
            (with_a_kink, kink_slope, np.array([3e-5, -3e-5, 0.5]), 1),
            (with_dropout, dropout_slope, rng.normal(size=(2, 4)), 7),
            (smooth, smooth_slope, v.astype(np.float32), 1)]


CHECKS = "right", "wrong", "tiny", "kink", "dropout", "float32"


def judged(error, cost, gradient, v, seed):
    """What an error says, as a block named after what the case is about."""
    if gradient in (last_one_wrong, first_one_wrong):
        return {"wrong": error}
    apart = {with_a_kink: "kink", with_dropout: "dropout", very_small: "tiny"}
    name  = "float32" if v.dtype == np.float32 else apart.get(cost, "right")
    return {name: band(float(error))}


def band(error):
    """How to read an error."""
    if error < 1e-6:
        return "below 1e-6: the gradient is right"
    return "above 1e-3: the gradient is wrong" if error > 1e-3 else \
        "between 1e-6 and 1e-3: unclear" if error <= 1e-3 else "not a number"


def checking(slopes=None, compare=relative_error, kind=float, fresh=True):
    """An answer to check_gradient with one part exchanged."""
    slopes = slopes or (lambda f, v: centered_difference(f, v, 1e-5))

    def answer(cost, gradient, v, seed):
        shared, v = np.random.default_rng(seed), np.array(v, dtype=kind)
        draw = (lambda: np.random.default_rng(seed)) if fresh else (lambda: shared)
        return compare(gradient(v, draw()), slopes(lambda u: cost(u, draw()), v))
    return answer


# ---- the exercise ------------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "check_gradient", 6, "A check for everything", "stretch", 12, check_gradient,
        CHECKS, cases=some_checks, measure=judged, form="a single number", tolerance=1e-3,
        mistakes=(
            Mistake("one-sided", checking(lambda f, v: one_sided(f, v, 1e-5)),
                    "Your check is too coarse: right gradients come out above 1e-6, since the "
                    "difference is one-sided. Take the centered one.", 123),
            Mistake("too-small", checking(lambda f, v: centered_difference(f, v, 1e-12)),
                    "Your nudge is too small: what is left of the difference is rounding, and "
                    "right gradients look doubtful. The best h is about 1e-5.", 124),
            Mistake("float32", checking(kind=None),
                    "For a v in float32 yours goes wrong: with 7 digits a nudge of 1e-5 is hardly "
                    "felt. Make a float64 copy of v first.", 124),
            Mistake("absolute", checking(compare=lambda a, b: off(a, b).max()),
                    "You return the absolute error. A gradient of 1e-7 that is wrong by half "
                    "passes such a check: compare with `relative_error`.", 126),
            Mistake("one-entry", checking(compare=lambda a, b: relative_error(
                        a.flat[0], b.flat[0])),
                    "You compare the first number alone; a mistake in any other one goes unseen. "
                    "Compare the whole arrays.", 127),
            Mistake("kink-crossed", checking(lambda f, v: centered_difference(f, v, 1e-3)),
                    "Your nudge is so large that it crosses a kink: max(0, v) has its kink at 0, v "
                    "is 0.00003 away, and on the other side the slope is another. Nudge less: "
                    "about 1e-5.", 128),
            Mistake("new-masks", checking(fresh=False),
                    "Every call of yours draws another mask, so f(x + h) and f(x - h) are costs of "
                    "two different networks, and their difference divided by 2h is noise. Make a "
                    "new generator from the seed for each call.", 129),
            Mistake("seed-for-generator", lambda cost, gradient, v, seed: relative_error(
                        gradient(np.array(v, float), seed),
                        centered_difference(lambda u: cost(u, seed), np.array(v, float), 1e-5)),
                    "You hand on the seed, which is a number. cost and gradient draw from a "
                    "generator: make one from the seed for each call, `np.random.default_rng` "
                    "does it."),
            Mistake("yes-or-no", lambda *args: check_gradient(*args) < 1e-6,
                    "You return yes or no. Return the error itself: how large it is says a lot "
                    "about what is wrong."),
            Mistake("by-itself", checking(lambda f, v: 0 * v),
                    "Your numerical slopes are all 0. Hand the cost to `centered_difference`, as a "
                    "function of v alone."),
        ),
        hints=("`centered_difference` wants a function of one argument, and cost has two. Write a "
               "small function inside yours that fills in the second.",
               "Each call of cost, and the one of gradient, gets a generator made anew from the "
               "seed. v becomes float64 first; the nudge is about 1e-5.",
               "The relative error between gradient at v, and the centered difference of the "
               "inner function at v."),
        why="Kinks, masks and float32 are why a check cries wolf. This one knows them."),
)
