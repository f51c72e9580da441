"""Chapter 14, training on sequences: what is to be predicted, how slopes vanish, and clipping."""
from itertools import product

import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def next_values(series):
    """Inputs and targets for a network that is to say at every step what comes next.

    Shapes: series (T + 1,); returns x (T, 1) and y (T, 1): y[t] is the value that came after x[t].
    """
    return series[:-1, None], series[1:, None]


def clipped_update(parameters, slopes, rate, limit):
    """One update by gradient descent, with a gradient that is no longer than `limit`.

    `parameters` and `slopes` are lists of arrays, the slope of each beside it. The length of the
    gradient is that of all slopes together, as of one long vector; if it is too long, all are
    multiplied with one number. Returns the list of the new parameters.
    """
    length = np.sqrt(sum((slope ** 2).sum() for slope in slopes))
    share  = limit / max(length, limit)                  # 1 if it is short enough
    return [old - rate * share * slope for old, slope in zip(parameters, slopes)]


# ---- what they are compared on -----------------------------------------------------------------

def some_series(rng):
    return [(np.array([1.0, 2.0, 4.0]),), (np.array([5.0, 11.0, 16.0, 23.0, 36.0]),),
            (rng.normal(size=9),), (np.array([3, 1, 4, 1]),)]


def some_updates(rng):
    """A gradient of length 5 and a limit of 1; below its limit; far above; zero; near it."""
    def arrays(scale):
        return [rng.normal(size=size) * scale for size in ((3, 2), (3, 3), (3,))]
    threefour = [np.array([[3.0]]), np.array([[4.0]]), np.array([0.0])]
    nothing   = [np.zeros((3, 2)), np.zeros((3, 3)), np.zeros(3)]
    one       = [np.array([[1.0]]), np.array([[1.0]]), np.array([1.0])]
    return [(one, threefour, 0.5, 1.0), (arrays(1), arrays(0.05), 0.1, 2.0),
            (arrays(1), arrays(100), 0.1, 2.0), (arrays(1), nothing, 0.1, 2.0),
            (arrays(1), arrays(1), 0.2, 1.5)]


# ---- wrong ways --------------------------------------------------------------------------------

def length(arrays):
    return np.sqrt(sum((a ** 2).sum() for a in arrays))


def update(share):
    """Every slope times one number, share(slopes, limit), and then the step."""
    return lambda parameters, slopes, rate, limit: [
        old - rate * share(slopes, limit) * slope for old, slope in zip(parameters, slopes)]


def each(change):
    """Every slope is changed by itself: change(slope, limit)."""
    return lambda parameters, slopes, rate, limit: [
        old - rate * change(slope, limit) for old, slope in zip(parameters, slopes)]


def measured(size):
    """The gradient's length is taken otherwise: size(slopes)."""
    return update(lambda slopes, limit: limit / max(size(slopes), limit))


def update_clipped(parameters, slopes, rate, limit):
    share = limit / max(rate * length(slopes), limit)
    return [old - rate * share * slope for old, slope in zip(parameters, slopes)]


def parameters_clipped(parameters, slopes, rate, limit):
    new = [old - rate * slope for old, slope in zip(parameters, slopes)]
    return [limit / max(length(new), limit) * array for array in new]


def each_step(change):
    """Every step is changed by itself: change(rate * slope, limit)."""
    return lambda parameters, slopes, rate, limit: [
        old - change(rate * slope, limit) for old, slope in zip(parameters, slopes)]


def each_clipped(parameters, slopes, rate, limit):
    return [limit / max(length([old - rate * slope]), limit) * (old - rate * slope)
            for old, slope in zip(parameters, slopes)]


def rate_when_short(parameters, slopes, rate, limit):
    """The rate is forgotten where the gradient is shortened."""
    share = limit / length(slopes) if length(slopes) > limit else rate
    return [old - share * slope for old, slope in zip(parameters, slopes)]


def values_clipped(parameters, slopes, rate, limit):
    return [np.clip(old - rate * slope, -limit, limit) for old, slope in zip(parameters, slopes)]


def cut_to_zero(parameters, slopes, rate, limit):
    """A gradient that is too long is thrown away."""
    return update(lambda slopes, limit: 0.0 if length(slopes) > limit else 1.0)(
        parameters, slopes, rate, limit)


def one_array(which):
    """The length of one of the arrays alone is taken for that of the whole gradient."""
    return measured(lambda slopes: length([slopes[which]]))


def of_parameters(parameters, slopes, rate, limit):
    share = limit / max(length(parameters), limit)
    return [old - rate * share * slope for old, slope in zip(parameters, slopes)]


def mixed(mistaken, but=None):
    """All answers in which some of the three numbers are right, and the others as mistaken."""
    right = 10, 66, 73
    return tuple(answer for answer in product(*zip(right, mistaken))
                 if answer not in (right, mistaken, but))


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "vanish", 14, "How many steps?", "warm-up", 5, (10, 66, 73),
        ("weight 0.5", "weight 0.9", "weight 1.1"), form="three whole numbers",
        variable="my_steps",
        mistakes=(
            Mistake("one-short", (9, 65, 72),
                    "What is wrong is one too few: after so many steps it is not yet beyond the "
                    "mark. If a logarithm gave you a fraction, round up: a step is a whole one.",
                    0, mixed((9, 65, 72), but=(10, 66, 72))),
            Mistake("one-more", (11, 67, 74),
                    "What is wrong is one too many. After one step the slope is W_h to the power "
                    "of 1, not 0.", 0, mixed((11, 67, 74))),
            Mistake("rounded", (10, 66, 72),
                    "The last is one too few: 1.1 to the power of 72 is 955. A step is a whole "
                    "one: round up."),
            Mistake("not-whole", (9.965784284662087, 65.56300785997867, 72.47591998110193),
                    "Those are the right logarithms, but steps are whole ones: after how many of "
                    "them is it beyond the mark for the first time?", 0,
                    ((9.9658, 65.563, 72.4759), (9.97, 65.56, 72.48), (9.966, 65.563, 72.476),
                     (9.97, 65.6, 72.5), (10.0, 65.6, 72.5))),
            Mistake("hundred", (7, 44, 49),
                    "That is for a hundredth and a hundredfold. The question is about a "
                    "thousandth.", 0, mixed((7, 44, 49))),
            Mistake("symmetric", (10, 66, 66),
                    "The first two are right. Growing by a tenth is not the opposite of shrinking "
                    "by a tenth: 0.9 times 1.1 is 0.99. Count the third one anew."),
            Mistake("subtracted", (2, 10, 9991),
                    "You take away, or add, the same amount in every step. Each step multiplies: "
                    "after k steps it is W_h to the power of k.", 0, ((2, 10, 9990),)),
        ),
        hints=("Each step multiplies by W_h: after k steps the slope is W_h to the power of k.",
               "Three whole numbers. For the first you need no computer: what is 2 to the power of "
               "10?",
               "Let a loop multiply until the mark is passed, and count. Or divide the logarithm "
               "of the mark by that of the weight, and round up."),
        why="0.5 forgets within ten steps; 0.9 is better, and still a decade of sunspots costs it "
            "two thirds."),
    Exercise(
        "clipped_update", 14, "An update that cannot be too long", "core", 10, clipped_update,
        ("W_x", "W_h", "b"), cases=some_updates,
        mistakes=(
            Mistake("per-element", each(lambda slope, limit: np.clip(slope, -limit, limit)),
                    "You cut each number by itself at the limit. That changes the direction: a "
                    "slope of 100 and one of 3 become equal. One number shortens all slopes "
                    "alike.", 115, (each(lambda slope, limit: np.minimum(slope, limit)),
                                    each(lambda slope, limit: np.where(
                                        np.abs(slope) > limit, limit, slope)))),
            Mistake("per-row", each(lambda slope, limit: slope * limit / np.maximum(
                        np.linalg.norm(slope, axis=-1, keepdims=True), limit)),
                    "Each row is shortened by its own length. The direction changes then. Take one "
                    "length for all numbers of all arrays together.", 115),
            Mistake("per-array", each(lambda slope, limit: slope * limit / max(
                        length([slope]), limit)),
                    "Each array is shortened by its own length. The direction changes then, since "
                    "a long one shrinks and a short one does not. Take one length for all of them "
                    "together.", 115),
            Mistake("update-clipped", update_clipped,
                    "You clip after the learning rate has been multiplied. The limit is for the "
                    "gradient: measure it first, multiply by the rate afterwards.", 115),
            Mistake("update-per-element", each_step(lambda step, limit: np.clip(
                        step, -limit, limit)),
                    "You cut each number of the update by itself, after the rate has been "
                    "multiplied. Measure the whole gradient first, shorten all of it by one "
                    "number, and multiply by the rate afterwards.", 115,
                    (each_step(lambda step, limit: step * limit / max(length([step]), limit)),)),
            Mistake("after-the-update", parameters_clipped,
                    "You clip the new parameters, after the update. They may be as large as they "
                    "like; it is the gradient that is shortened, before it is used.", 115,
                    (values_clipped, each_clipped)),
            Mistake("not-clipped", update(lambda slopes, limit: 1.0),
                    "The limit plays no part: the gradient is used as it is, however long.", 115),
            Mistake("always-limit", update(lambda slopes, limit: limit / length(slopes)),
                    "Every gradient gets the length `limit` in yours, the short ones too, and zero "
                    "becomes nan. Only those that are longer are shortened.", 115),
            Mistake("short-ones", update(lambda slopes, limit: (
                        limit / length(slopes) if 0 < length(slopes) < limit else 1.0)),
                    "The comparison is the wrong way round: yours makes short gradients longer, "
                    "and leaves long ones as they are.", 115, (
                        update(lambda slopes, limit: limit / min(length(slopes), limit)),)),
            Mistake("length-one", update(lambda slopes, limit: 1 / length(slopes)),
                    "Every gradient gets the length 1 in yours, and zero becomes nan. Only those "
                    "that are longer than the limit are shortened, and that to the limit.", 115),
            Mistake("not-divided", update(lambda slopes, limit: (
                        limit if length(slopes) > limit else 1.0)),
                    "A gradient that is too long is multiplied by the limit in yours. To make it "
                    "as long as the limit, divide by its length as well.", 115),
            Mistake("one-array", one_array(-1),
                    "You take the length of one array alone for that of all. (In a loop that "
                    "begins anew with each array, the last one is left.) Add up the squares of "
                    "all arrays, then take the root.", 115, (one_array(0), one_array(1))),
            Mistake("length-of-parameters", of_parameters,
                    "You measure the parameters. It is the gradient that must not be too long: "
                    "take the length of the slopes.", 115),
            Mistake("always-one", update(lambda slopes, limit: 1 / max(length(slopes), limit)),
                    "Yours divides by the length, and leaves the limit out: a long gradient is to "
                    "get the length `limit`, not 1.", 115,
                    (update(lambda slopes, limit: 1 / length(slopes)
                            if length(slopes) > limit else 1.0),)),
            Mistake("squared", measured(lambda slopes: length(slopes) ** 2),
                    "You compare with the square of the length. The length is the root of the sum "
                    "of squares.", 79, (update(lambda slopes, limit: (
                        limit / length(slopes) ** 2 if length(slopes) > limit else 1.0)),)),
            Mistake("sum-of-lengths", measured(lambda slopes: sum(length([s]) for s in slopes)),
                    "You add up the lengths of the arrays. Lengths do not add up, their squares "
                    "do: 3 and 4 make 5."),
            Mistake("sum-of-sizes", measured(lambda slopes: sum(np.abs(s).sum() for s in slopes)),
                    "You add up the sizes of all numbers. The length is the root of the sum of "
                    "their squares: 3 and 4 make 5."),
            Mistake("largest", measured(lambda slopes: max(np.abs(s).max() for s in slopes)),
                    "You measure the gradient by its largest number. Its length is the root of the "
                    "sum of all squares."),
            Mistake("mean-square", measured(lambda slopes: length(slopes) / np.sqrt(
                        sum(s.size for s in slopes))),
                    "You take the root of the mean of squares. The length is the root of their "
                    "sum.", 18),
            Mistake("inverted", update(lambda slopes, limit: max(length(slopes), limit) / limit),
                    "The ratio is upside down, so a long gradient gets longer. To shorten, "
                    "multiply by limit over length."),
            Mistake("thrown-away", cut_to_zero,
                    "A gradient that is too long is thrown away. Its direction is good: keep that, "
                    "and shorten it."),
            Mistake("ascends", lambda parameters, slopes, rate, limit: clipped_update(
                        parameters, slopes, -rate, limit),
                    "The update goes uphill. Downhill is minus the slope.", 73),
            Mistake("no-rate", lambda parameters, slopes, rate, limit: clipped_update(
                        parameters, slopes, 1.0, limit),
                    "The learning rate is missing."),
            Mistake("parameters-shortened", lambda parameters, slopes, rate, limit: [
                        limit / max(length(slopes), limit) * (old - rate * slope)
                        for old, slope in zip(parameters, slopes)],
                    "The parameters are shortened as well. Only the slopes are multiplied by that "
                    "share: put it inside the brackets."),
            Mistake("square-of-sums", measured(lambda slopes: np.sqrt(sum(
                        s.sum() ** 2 for s in slopes))),
                    "You add up first and square then, so slopes of different sign cancel. Square "
                    "each number first, then add them all up."),
            Mistake("rate-when-short", rate_when_short,
                    "Where the gradient is shortened, the learning rate is missing. It belongs to "
                    "every update, whether the gradient was too long or not."),
            Mistake("slopes-only", lambda parameters, slopes, rate, limit: clipped_update(
                        [0 * p for p in parameters], slopes, -1.0, limit),
                    "You return the clipped slopes. Make the update as well: the new parameters "
                    "are asked for.", 0, (lambda parameters, slopes, rate, limit: clipped_update(
                        [0 * p for p in parameters], slopes, -rate, limit),
                                      lambda parameters, slopes, rate, limit: clipped_update(
                        [0 * p for p in parameters], slopes, rate, limit))),
        ),
        hints=("First the length of everything: the root of the sum of the squares of all slopes, "
               "from all arrays. Is it above the limit?",
               "One number for all arrays; each new parameter has the shape of the old one.",
               "The share is 1 if the length is at most the limit, else limit divided by length. "
               "New is old minus rate times share times slope."),
        why="The direction stays, and only the length is bounded: a cliff throws you a little way, "
            "not out of the valley."),
    Exercise(
        "next_values", 14, "What comes next", "warm-up", 4, next_values, ("x", "y"),
        cases=some_series,
        mistakes=(
            Mistake("not-shifted", lambda s: (s[:-1, None], s[:-1, None]),
                    "The targets are the inputs themselves. A network learns that at once, by "
                    "handing on what it sees, and can then predict nothing: y[t] is the value "
                    "after x[t].", 113, (lambda s: (s[:, None], s[:, None]),
                                         lambda s: (s[1:, None], s[1:, None]))),
            Mistake("shifted-back", lambda s: (s[1:, None], s[:-1, None]),
                    "Shifted the wrong way: the network would have to say what came before, which "
                    "it has read already. The later values are the targets.", 113),
            Mistake("rolled", lambda s: (s[:, None], np.roll(s, -1)[:, None]),
                    "np.roll brings the first value round to the end, so the last target is the "
                    "oldest value. After the last value nothing is known: leave that step out.",
                    113, (lambda s: (s[:, None], np.roll(s, 1)[:, None]),)),
            Mistake("rolled-back", lambda s: (s[:-1, None], np.roll(s, 1)[:-1, None]),
                    "np.roll went the wrong way: each target is the value before, and the first is "
                    "the last of all. Targets are the later values.", 113),
            Mistake("by-two", lambda s: (s[:-2, None], s[2:, None]),
                    "The targets are two steps ahead. The next value is one step ahead.", 113),
            Mistake("padded", lambda s: (s[:, None], np.append(s[1:], 0)[:, None]),
                    "You filled the last target up. What came after the last value is not known, "
                    "so that step has no target: leave it out.", 113,
                    (lambda s: (s[:, None], np.append(s[1:], np.nan)[:, None]),
                     lambda s: (s[:, None], np.append(s[1:], s[-1])[:, None]))),
            Mistake("too-long", lambda s: (s[:, None], s[1:, None]),
                    "x has one step more than y. The last value has no successor: it is no input.",
                    113),
            Mistake("too-short", lambda s: (s[:-1, None], s[1:-1, None]),
                    "The last value is missing among the targets. It is the answer to the last "
                    "input: all but the first are targets.", 113, (
                        lambda s: (s[:-2, None], s[1:-1, None]),)),
            Mistake("last-target", lambda s: (s[:-1, None], s[-1:, None]),
                    "You keep one target, the last value. At every step there is something to "
                    "predict."),
            Mistake("changes", lambda s: (s[:-1, None], np.diff(s)[:, None]),
                    "Your targets are the changes from one value to the next. The next value "
                    "itself is asked for."),
            Mistake("flat", lambda s: (s[:-1], s[1:]),
                    "The numbers are right, but a step has to be a row: (T, 1), one input for each "
                    "step, not (T,). Indexing with None adds an axis.", 12),
            Mistake("row", lambda s: (s[None, :-1], s[None, 1:]),
                    "The numbers are right, but lie in one row: that is one step with T inputs. "
                    "Each step is a row: (T, 1).", 12),
        ),
        hints=("Write the series on two strips of paper and move one of them by one place. Which "
               "ends stick out?",
               "Of T + 1 values, T have a successor. Both results are (T, 1).",
               "Inputs: all but the last. Targets: all but the first. Then an axis more."),
        why="Every step has something to learn from, not the last one alone. Texts are read in the "
            "same way: the target is the next letter."),
)
