"""Chapter 3, third part: the way downhill, and how long its steps may be."""
import numpy as np

from dlf.exercises.chapters.ch03_slopes import function
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answer --------------------------------------------------------------------------------

def descend(gradient, start, lr, steps):
    """Where you are after so many steps downhill; start (n,) stays as it is.

    gradient: a function that gives the gradient (n,) at a point (n,). lr: the learning rate.
    With the gradient 2 * v, two steps with lr = 0.1 lead from [1.0] to [0.8] and then to [0.64].
    """
    v = start
    for _ in range(steps):
        v = v - lr * gradient(v)
    return v


# ---- what it is compared on --------------------------------------------------------------------

def some_descents(rng):
    return [(function("2 * v"), np.array([1.0, -2.0]), 0.1, 1),
            (function("v ** 3 - v"), np.array([0.5, 2.0]), 0.2, 3),
            (function("np.array([v[0] + v[1], v[0] + 3 * v[1]])"), np.array([1.0, 2.0]), 0.1, 4),
            (function("np.array([1.0, 8.0, 3.0]) * v"), rng.normal(size=3), 0.05, 10),
            (function("2 * v"), np.array([1.0, -2.0]), 0.1, 0)]


STEEP = "at your rate, the factor of v1"


# ---- mistakes ----------------------------------------------------------------------------------

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


def descent_mistake(id, move, says, number=0, count=lambda steps: steps, others=()):
    """A mistake of the descent, on new arrays and in place."""
    forms = (going(move, count, in_place=True), *others)
    return Mistake(id, going(move, count), says, number, forms)


def returns_inside(gradient, start, lr, steps):
    for _ in range(steps):
        return start - lr * gradient(start)


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
                            "`return` after it, not inside?", 0, lambda steps: min(steps, 1),
                            (returns_inside, going(down, lambda steps: 1))),
            descent_mistake("step-for-point", lambda v, gradient, start, lr: -lr * gradient(v),
                            "The step takes the place of the point. It is added to where you are: "
                            "v minus lr times the gradient.", 0, others=(
                                going(lambda v, gradient, start, lr: lr * gradient(v)),)),
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
                    "That is the limit for the flat direction, v0. Both directions share one "
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
            Mistake("bowl-above", 0.2,
                    "That is the limit of the bowl above. This one has other numbers: find its k "
                    "first."),
            Mistake("both", [10.0, 0.25],
                    "Those are the limits of the two directions, one each. But there is only one "
                    "learning rate, for both: which of the two keeps both from diverging?", 0,
                    ([0.25, 10.0],)),
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
