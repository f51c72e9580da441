"""Chapter 3, second half: slopes by experiment, and the way downhill."""
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


def descend(gradient, start, lr, steps):
    """Where you are after so many steps downhill; start (n,) stays as it is.

    gradient: a function that gives the gradient (n,) at a point (n,). lr: the learning rate.
    """
    v = start
    for _ in range(steps):
        v = v - lr * gradient(v)
    return v


# ---- what they are compared on -----------------------------------------------------------------

def function(text):
    """A function of v by its formula, which is also its name: what a verdict shows is what ran."""
    made = eval(f"lambda v: {text}", {"np": np})
    made.__name__ = made.__qualname__ = text
    return made


def some_curves(rng):
    """Small nudges, and one that is large enough to be told from another."""
    return [(function("v ** 2"), 3.0, 1e-5), (function("v ** 3 - v"), -0.7, 1e-5),
            (function("np.exp(v)"), 0.5, 1e-5), (function("v ** 3"), 1.0, 0.1)]


def some_surfaces(rng):
    return [(function("v[0] * v[1]"), np.array([2.3, 5.1]), 1e-5),
            (function("v[0] ** 2 + 3 * v[1] ** 2"), np.array([0.7, -0.4]), 1e-5),
            (function("v[0] * v[1] ** 2 + np.sin(v[2])"), rng.normal(size=3), 1e-5),
            (function("v[0] * v[1] ** 3"), np.array([0.3, 1.1]), 0.1)]


def some_descents(rng):
    return [(function("2 * v"), np.array([1.0, -2.0]), 0.1, 1),
            (function("v ** 3 - v"), np.array([0.5, 2.0]), 0.2, 3),
            (function("np.array([v[0] + v[1], v[0] + 3 * v[1]])"), np.array([1.0, 2.0]), 0.1, 4),
            (function("np.array([1.0, 8.0, 3.0]) * v"), rng.normal(size=3), 0.05, 10),
            (function("2 * v"), np.array([1.0, -2.0]), 0.1, 0)]


STEEP = "at your rate, the factor of v2"


# ---- mistakes of experiments -------------------------------------------------------------------

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


# ---- mistakes of descent -----------------------------------------------------------------------

def going(move, count=lambda steps: steps, in_place=False):
    """A descent whose step is move(v, gradient, start, lr)."""
    def answer(gradient, start, lr, steps):
        v = start
        for _ in range(count(steps)):
            if in_place:
                v[...] = move(v, gradient, start, lr)
            else:
                v = move(v, gradient, start, lr)
        return v
    return answer


def down(v, gradient, start, lr):
    return v - lr * gradient(v)


def descent_mistake(id, move, says, number=0, count=lambda steps: steps):
    """A mistake of the descent, on new arrays and in place."""
    return Mistake(id, going(move, count), says, number, (going(move, count, in_place=True),))


def once(gradient, start, lr, steps):
    g, v = gradient(start), start
    for _ in range(steps):
        v = v - lr * g
    return v


def one_by_one(gradient, start, lr, steps):
    """Each number is moved before the slopes of the others are asked for."""
    v = start.copy()
    for _ in range(steps):
        for k in range(len(v)):
            v[k] = v[k] - lr * gradient(v)[k]
    return v


def path(gradient, start, lr, steps):
    points = [start]
    for _ in range(steps):
        points.append(points[-1] - lr * gradient(points[-1]))
    return np.array(points)


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
    Exercise(
        "descend", 3, "Gradient descent", "core", 6, descend, ("v",), cases=some_descents,
        mistakes=(
            descent_mistake("uphill", lambda v, gradient, start, lr: v + lr * gradient(v),
                            "You go uphill. The gradient points to where the cost grows; the step "
                            "goes against it, with a minus sign.", 73),
            descent_mistake("no-rate", lambda v, gradient, start, lr: v - gradient(v),
                            "The learning rate plays no part: you take the whole gradient as the "
                            "step. It is lr times the gradient."),
            Mistake("edits-input", going(down, in_place=True),
                    "The result is right, but start is changed: `v = start` makes no copy, and "
                    "`-=` writes into the old array, which belongs to whoever called. `v = v - "
                    "...` makes a new one.",
                    0, (lambda gradient, start, lr, steps: np.copy(
                            going(down, in_place=True)(gradient, start, lr, steps)),)),
            descent_mistake("too-few", down,
                            "One step is missing. `range(steps)` goes around exactly `steps` "
                            "times, from 0 to steps - 1.", 0, lambda steps: steps - 1),
            descent_mistake("too-many", down,
                            "That is one step too many. `range(steps)` goes around exactly `steps` "
                            "times.", 0, lambda steps: steps + 1),
            descent_mistake("one-step", down,
                            "Only one step is taken, whatever `steps` says. Is there a loop, and "
                            "`return` after it, not inside?", 0, lambda steps: min(steps, 1)),
            Mistake("gradient-once", once,
                    "The gradient is taken once, at the start, and used for every step. The slope "
                    "changes as you move: ask for it anew, at v, in every step.", 0,
                    (lambda gradient, start, lr, steps: start - steps * lr * gradient(start),)),
            Mistake("from-start", going(lambda v, gradient, start, lr: start - lr * gradient(v)),
                    "Every step sets out from start again. It must set out from where the last one "
                    "ended: from v."),
            Mistake("unit-steps", going(lambda v, gradient, start, lr: v - lr * gradient(v)
                                        / np.linalg.norm(gradient(v))),
                    "All your steps have the same length. The step is lr times the gradient as it "
                    "is: long where it is steep, short near the bottom."),
            descent_mistake("divided-by-rate",
                            lambda v, gradient, start, lr: v - gradient(v) / lr,
                            "You divide by the learning rate, so that a small rate makes a large "
                            "step. The step is lr times the gradient."),
            Mistake("one-by-one", one_by_one,
                    "You move one number before you ask for the slope of the next, so their slopes "
                    "belong to different points. All slopes first, then one step with all of "
                    "them."),
            Mistake("never-moves", lambda gradient, start, lr, steps: start,
                    "You return start itself: what the loop computes never gets into v. In every "
                    "step, v has to become the new point."),
            Mistake("path", path,
                    "You return every point of the way. Asked for is only where it ends.", 0,
                    (lambda *args: path(*args)[1:], lambda *args: list(path(*args)))),
        ),
        hints=("One step is formula (3.6). Repeat it, each time from where the last one ended.",
               "v has the shape of start in every step. A loop over range(steps), and one line in "
               "it.",
               "In the loop, v becomes v minus the learning rate times the gradient at v; after "
               "the loop, return v."),
        why="This loop is how every network in this course learns. What changes is where the "
            "gradient comes from."),
    Exercise(
        "largest_rate", 3, "Where it starts to diverge", "stretch", 5, 0.25, (STEEP,),
        measure=lambda rate: {STEEP: 1 - 8 * np.asarray(rate, dtype=float)}, form="a number",
        variable="largest_rate",
        mistakes=(
            Mistake("coefficient", 0.5,
                    "You took 4 for k. Formula (3.8) is for a cost of one half k times v squared: "
                    "compare, and k is twice the number that stands in front of the square."),
            Mistake("flat-direction", 10.0,
                    "That is the limit for the flat direction, v1. Both directions share one "
                    "learning rate, so the steep one decides, long before."),
            Mistake("flat-coefficient", 20.0,
                    "Two things: the steep direction decides, not the flat one; and k is twice the "
                    "number in front of the square."),
            Mistake("one-jump", 0.125,
                    "That is 1 / k, where the factor 1 - lr k is 0 and one step lands at the "
                    "bottom. It diverges when the factor falls below -1."),
            Mistake("curvature", 8.0,
                    "That is k itself. The steeper the bowl, the smaller the rate must be: k "
                    "belongs below the fraction line."),
            Mistake("half-k", 4.0,
                    "That is k / 2, upside down: the rate at which 1 - lr k is -1 is 2 / k."),
            Mistake("sum", 2 / 8.2,
                    "You added the k of both directions. Each number of v has its own factor, and "
                    "they do not mix: the larger k alone decides."),
        ),
        hints=("Each of the two numbers is multiplied by a factor of its own in every step. Which "
               "of the two leaves the range from -1 to 1 first?",
               "Write both terms as one half of k times the square: what are the two k?",
               "Two divided by the larger k."),
        why="The steepest direction limits the rate, and the flattest one has to live with it."),
)
