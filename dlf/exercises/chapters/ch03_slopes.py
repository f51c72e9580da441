"""Chapter 3, second part: slopes by experiment."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def slope_by_experiment(f, v, h=1e-5):
    """The slope of f, a function of one number, at v: nudge v by h up, by h down, and compare.

    For f(v) = v ** 2 the slope at v = 3 is 6.
    """
    return (f(v + h) - f(v - h)) / (2 * h)


def gradient_by_experiment(f, v, h=1e-5):
    """The slopes of f with respect to each number of v (n,), as an array (n,); v stays as it is.

    f is a function of the whole array. For f(v) = v[0] * v[1], at v = [2, 5], it is [5, 2].
    """
    gradient = np.zeros(len(v))
    for k in range(len(v)):
        nudge       = np.zeros(len(v))
        nudge[k]    = h
        gradient[k] = (f(v + nudge) - f(v - nudge)) / (2 * h)
    return gradient


# ---- what they are compared on -----------------------------------------------------------------

def function(text):
    """A function of v by its formula, which is also its name: what a verdict shows is what ran."""
    made = eval(f"lambda v: {text}", {"np": np})
    made.__name__ = made.__qualname__ = text
    return made


def some_curves(rng):
    """Small nudges up and down hill, and one that is large enough to be told from another."""
    return [(function("v ** 2"), 3.0, 1e-5), (function("v ** 3 - v"), 0.2, 1e-5),
            (function("np.exp(v)"), 0.5, 1e-5), (function("v ** 3"), 2.0, 0.1)]


def some_surfaces(rng):
    return [(function("v[0] * v[1]"), np.array([2.3, 5.1]), 1e-5),
            (function("v[0] ** 2 + 3 * v[1] ** 2"), np.array([0.7, -0.4]), 1e-5),
            (function("v[0] * v[1] ** 2 + np.sin(v[2])"), rng.normal(size=3), 1e-5),
            (function("v[0] * v[1] ** 3"), np.array([0.3, 1.1]), 0.1)]


# ---- mistakes ----------------------------------------------------------------------------------

def each(slope):
    """A gradient of slopes: slope(f, v, nudge, h), with v nudged in one place at a time."""
    def answer(f, v, h=1e-5):
        return np.array([slope(f, v, h * row, h) for row in np.eye(len(v))])
    return answer


def at_once(f, v, h=1e-5):
    return (f(v + h) - f(v - h)) / (2 * h)


def walk(f, v, h, moves):
    """Nudge v itself, entry by entry: up, down, and back as far as `moves` says."""
    gradient = np.zeros(len(v))
    up, down, back = moves
    for k in range(len(v)):
        v[k] += up * h
        high = f(v)
        v[k] -= down * h
        gradient[k] = (high - f(v)) / (2 * h)
        v[k] += back * h
    return gradient


def stays_nudged(f, v, h=1e-5):
    return walk(f, v, h, (1, 2, 0))


def more_and_more(f, v, h=1e-5):
    """One array of nudges for all, in which those of before are left."""
    nudges = np.tril(np.full((len(v), len(v)), h))
    return np.array([(f(v + nudge) - f(v - nudge)) / (2 * h) for nudge in nudges])


def returns_nearly(f, v, h=1e-5):
    return walk(f, v, h, (1, 2, 1))


def second_name(f, v, h=1e-5):
    """`up = v` and `down = v`: both are v, which is where it was when f looks at it."""
    gradient = np.zeros(len(v))
    for k in range(len(v)):
        up, down = v, v
        up[k]   += h
        down[k] -= h
        gradient[k] = (f(up) - f(down)) / (2 * h)
    return gradient


def second_name_between(f, v, h=1e-5):
    """The same, but f looks once while v is up and once when it is back."""
    return walk(f, v, h, (1, 1, 0))


def on_copy(answer):
    """The same on a copy that is made once."""
    return lambda f, v, h=1e-5: answer(f, v.copy(), h)


def replaced(f, v, h=1e-5):
    """h and - h in the place of a number, not added to it."""
    return np.array([(f(np.where(row, h, v)) - f(np.where(row, -h, v))) / (2 * h)
                     for row in np.eye(len(v))])


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "slope_by_experiment", 3, "A slope by experiment", "warm-up", 4, slope_by_experiment,
        ("slope",), cases=some_curves,
        mistakes=(
            Mistake("one-sided", lambda f, v, h=1e-5: (f(v + h) - f(v)) / h,
                    "Nearly: you nudge to one side only, and a curve that bends is then a little "
                    "off. Go up by h and down by h; what the bend adds on one side it takes on the "
                    "other.", 0, (lambda f, v, h=1e-5: (f(v) - f(v - h)) / h,)),
            Mistake("divided-by-h", lambda f, v, h=1e-5: (f(v + h) - f(v - h)) / h,
                    "Twice too large. From v - h to v + h is a way of 2 h, and that is what the "
                    "change must be divided by."),
            Mistake("half-way", lambda f, v, h=1e-5: (f(v + h) - f(v)) / (2 * h),
                    "Half of what it should be: you went from v to v + h, a way of h, and divided "
                    "by 2 h. Start from v - h.", 0,
                    (lambda f, v, h=1e-5: (f(v) - f(v - h)) / (2 * h),)),
            Mistake("not-divided", lambda f, v, h=1e-5: f(v + h) - f(v - h),
                    "That is how much f changed. A slope is that change for each bit of way: "
                    "divide by the way from v - h to v + h."),
            Mistake("precedence", lambda f, v, h=1e-5: (f(v + h) - f(v - h)) / 2 * h,
                    "Python goes from left to right: `/ 2 * h` divides by 2 and multiplies by h. "
                    "Put the whole way into parentheses."),
            Mistake("no-parentheses", lambda f, v, h=1e-5: f(v + h) - f(v - h) / (2 * h),
                    "Division comes before subtraction, so only the second value is divided. Put "
                    "the difference into parentheses."),
            Mistake("reversed", lambda f, v, h=1e-5: (f(v - h) - f(v + h)) / (2 * h),
                    "The sign is reversed: where f rises, the slope is positive. It is the value "
                    "above minus the value below."),
            Mistake("absolute", lambda f, v, h=1e-5: abs(f(v + h) - f(v - h)) / (2 * h),
                    "The sign is lost. Where f falls, the slope is negative, and that is what says "
                    "which way is down."),
            Mistake("value", lambda f, v, h=1e-5: f(v),
                    "That is the value of f at v: how high, not how steep."),
            Mistake("half-nudges", lambda f, v, h=1e-5: (f(v + h / 2) - f(v - h / 2)) / h,
                    "A good slope, but with nudges of half of h. Asked for is h up and h down."),
            Mistake("own-h", lambda f, v, h=1e-5: (f(v + 1e-5) - f(v - 1e-5)) / 2e-5,
                    "The h that the caller asks for has no effect: use the argument h, not a "
                    "number of your own."),
        ),
        hints=("You need f at two places, one a little below v, one a little above.",
               "How far apart are the two places? What you return is a single number.",
               "The value at v plus h, minus the value at v minus h, and all of it divided by the "
               "way between them, which is twice h."),
        why="It works for any f that you can call, and it will check every formula to come."),
    Exercise(
        "gradient_by_experiment", 3, "A gradient by experiment", "core", 8, gradient_by_experiment,
        ("gradient",), cases=some_surfaces,
        mistakes=(
            Mistake("all-at-once", at_once,
                    "You nudge all numbers at once, and get one slope for all of them together. "
                    "Each entry of the gradient asks about one number alone, with the others left "
                    "where they are: nudge only v[k].", 0,
                    (lambda f, v, h=1e-5: np.full(len(v), at_once(f, v, h)),)),
            Mistake("stays-nudged", stays_nudged,
                    "A number that you have nudged stays nudged while you ask for the next slope, "
                    "so f is looked at beside the place you mean. Nudge a fresh copy for each k.",
                    0, (on_copy(stays_nudged), more_and_more)),
            Mistake("edits-input", returns_nearly,
                    "The slopes are right, but v is changed: after + h, - 2 h and + h a number is "
                    "back only up to rounding, and v belongs to whoever called. Nudge a copy, or "
                    "keep the old number and put it back."),
            Mistake("second-name", second_name,
                    "`up = v` makes no new array, only a second name for v: a nudge of one is a "
                    "nudge of all. Use `v.copy()`, or add an array that is h in place k and 0 "
                    "elsewhere.", 0, (second_name_between, on_copy(second_name),
                                      on_copy(second_name_between))),
            Mistake("first-only", lambda f, v, h=1e-5: gradient_by_experiment(f, v, h) * np.eye(
                        len(v))[0],
                    "Only the first slope is there. Is `return` inside the loop? Then the loop "
                    "ends after its first round.", 0,
                    (lambda f, v, h=1e-5: gradient_by_experiment(f, v, h)[0],)),
            Mistake("last-only", lambda f, v, h=1e-5: gradient_by_experiment(f, v, h)[-1],
                    "Only the last slope is left: each round of the loop wrote over the one "
                    "before. Store it in place k of an array.", 0,
                    (lambda f, v, h=1e-5: gradient_by_experiment(f, v, h) * np.eye(len(v))[-1],
                     lambda f, v, h=1e-5: np.full(len(v), gradient_by_experiment(f, v, h)[-1]))),
            Mistake("same-place", lambda f, v, h=1e-5: np.full(
                        len(v), gradient_by_experiment(f, v, h)[0]),
                    "Every entry is the slope with respect to the first number: the nudge is "
                    "always in place 0. It belongs in place k."),
            Mistake("one-sided", each(lambda f, v, nudge, h: (f(v + nudge) - f(v)) / h),
                    "Nearly: you nudge to one side only, which is a little off where the surface "
                    "bends. Go up by h and down by h, and divide by 2 h.", 0,
                    (each(lambda f, v, nudge, h: (f(v) - f(v - nudge)) / h),)),
            Mistake("divided-by-h", each(lambda f, v, nudge, h: (f(v + nudge) - f(v - nudge)) / h),
                    "Every slope is twice too large: from v - h to v + h is a way of 2 h."),
            Mistake("not-divided", each(lambda f, v, nudge, h: f(v + nudge) - f(v - nudge)),
                    "Those are the changes of f. A slope is the change for each bit of way: divide "
                    "by 2 h."),
            Mistake("precedence", each(
                        lambda f, v, nudge, h: (f(v + nudge) - f(v - nudge)) / 2 * h),
                    "Parentheses are missing, around the difference or around 2 * h: division "
                    "comes before subtraction, and `/ 2 * h` divides by 2 and multiplies by h.", 0,
                    (each(lambda f, v, nudge, h: f(v + nudge) - f(v - nudge) / (2 * h)),)),
            Mistake("replaced", replaced,
                    "You put h in the place of v[k]. A nudge is added: v[k] + h, and v[k] - h."),
            Mistake("first-missing", lambda f, v, h=1e-5: gradient_by_experiment(f, v, h) * (
                        np.arange(len(v)) > 0),
                    "The first slope is missing: does the loop begin at 1? Python counts from 0."),
            Mistake("summed", lambda f, v, h=1e-5: gradient_by_experiment(f, v, h).sum(),
                    "You add the slopes up, and one number is left. Each belongs in a place of its "
                    "own, k, of an array."),
            Mistake("reversed", each(
                        lambda f, v, nudge, h: (f(v - nudge) - f(v + nudge)) / (2 * h)),
                    "Every sign is reversed: the gradient points uphill. It is the value above "
                    "minus the value below."),
        ),
        hints=("It is the last exercise, once for each number of v, with the others held still.",
               "The result has the shape of v. An array that is h in place k and 0 elsewhere, "
               "added to v, nudges one number and makes a new array.",
               "For each k: the value of f with v[k] a little larger, minus the value with v[k] a "
               "little smaller, divided by twice h, stored in place k."),
        why="For n numbers it costs 2 n looks at f: the honest, slow way to any gradient."),
)
