"""Chapter 6, gradient checking: slopes by nudging, relative errors, and a bug hunt."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake
from dlf.exercises.planted import BLOCKS, BUGS, SUSPECTS, planted
from dlf.exercises.words import listed

# ---- the answers -------------------------------------------------------------------------------

def centered_difference(f, x, h):
    """The slope of f at x for every number in x, by centered differences with the nudge h.

    f takes an array of x's shape and gives a number. x (float64, of any shape) stays as it is;
    the result has its shape. For f(x) = sum of x^2, at x = [1., 2.], it is [2., 4.].
    """
    slope = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i]   += h
        down[i] -= h
        slope[i] = (f(up) - f(down)) / (2 * h)
    return slope


def relative_error(a, b):
    """The largest difference between the arrays a and b, divided by the largest size in either.

    A number; the size of -3 is 3. If both arrays hold nothing but zeros, it is 0. For a = [1., 2.]
    and b = [1., 2.5] it is 0.5 / 2.5 = 0.2.
    """
    largest = max(np.abs(a).max(), np.abs(b).max())
    if largest == 0:
        return 0.0
    return np.abs(a - b).max() / largest


# ---- centered differences: what they are compared on, and how they go wrong --------------------

def squares(x):
    return float((x ** 2).sum())


def cubes(x):
    return float((x ** 3).sum() + x.prod())


def waves(x):
    return float(np.sin(x).sum() * np.cos(x).sum())


def some_slopes(rng):
    return [(squares, np.array([1.0, 2.0]), 1e-5), (cubes, np.array([0.5, -1.0, 2.0]), 0.1),
            (waves, rng.normal(size=(2, 3)), 1e-5), (waves, rng.normal(size=(3, 3)), 1e-4)]


def each_place(slope_of):
    """An answer that goes through all places of x, with another way to get a slope at each."""
    def answer(f, x, h):
        slope = np.zeros(x.shape)
        for i in np.ndindex(x.shape):
            up, down = x.copy(), x.copy()
            up[i]   += h
            down[i] -= h
            slope[i] = slope_of(f, x, up, down, h)
        return slope
    return answer


def one_sided(f, x, h):
    return each_place(lambda f, x, up, down, h: (f(up) - f(x)) / h)(f, x, h)


def first_only(f, x, h):
    slope = np.zeros(x.shape)
    first = (0,) * x.ndim
    slope[first] = centered_difference(f, x, h)[first]
    return slope


def piled_up(f, x, h):
    slope, up, down = np.zeros(x.shape), x.copy(), x.copy()
    for i in np.ndindex(x.shape):
        up[i]   += h
        down[i] -= h
        slope[i] = (f(up) - f(down)) / (2 * h)
    return slope


def no_copy(f, x, h):
    slope, up, down = np.zeros(x.shape), x, x
    for i in np.ndindex(x.shape):
        up[i]   += h
        down[i] -= h
        slope[i] = (f(up) - f(down)) / (2 * h)
    return slope


def row_by_row(f, x, h):
    slope = np.zeros(x.shape)
    for i in range(len(x)):
        up, down = x.copy(), x.copy()
        up[i]   += h
        down[i] -= h
        slope[i] = (f(up) - f(down)) / (2 * h)
    return slope


def walk(f, x, h, back):
    """Nudge x itself, up and down; `back` is what is added in the end."""
    slope = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        slope[i] = (above - f(x)) / (2 * h)
        x[i] += back
    return slope


# ---- relative errors ---------------------------------------------------------------------------

def some_pairs(rng):
    """A wrong number, the larger on either side, wrong by its sign, all sizes, and zeros."""
    a, b = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    return [(np.array([1.0, 2.0]), np.array([1.0, 2.5])), (np.array([3.0, -4.0, 1.0]),) * 2,
            (np.array([-8.0, 2.0]), np.array([-5.0, 2.0])), (np.zeros(2), np.array([0.5, -2.0])),
            (a, b), (1e-9 * a, 1.001e-9 * a), (1e3 * a, 1e3 * a + 1e-3),
            (np.zeros(3), np.zeros(3))]


def equals_apart(error, a, b):
    """The error of arrays that agree is a block of its own: for zeros it has its own pitfall."""
    return {"error of equal arrays" if np.array_equal(a, b) else "error": error}


def ratio(top, bottom):
    """Top over bottom, and 0 for 0 / 0."""
    return top / bottom if bottom or top else 0.0


def size(a):
    return np.abs(a).max()


def off(a, b):
    return np.abs(a - b)


def floored(least):
    """An answer that never divides by less than `least`."""
    return lambda a, b: off(a, b).max() / max(size(a), size(b), least)


def padded_norms(a, b):
    norm = np.linalg.norm
    return norm(a - b) / (norm(a) + norm(b) + 1e-8)


def larger_norm(a, b):
    return ratio(np.linalg.norm(a - b), max(np.linalg.norm(a), np.linalg.norm(b)))


# ---- the hunt ----------------------------------------------------------------------------------

PENGUIN = dict(x=np.array([-0.7, 0.9]), y=np.array([1.0, 0.0]),
               W1=np.array([[0.5, -0.4], [0.3, 0.8], [-0.6, 0.2]]), b1=np.array([0.1, -0.2, 0.0]),
               W2=np.array([[0.7, -0.5, 0.4], [-0.3, 0.6, 0.2]]), b2=np.array([0.05, -0.1]))
TRUTH   = dict(zip("ABCDEF", (3, 7, 1, 8, 5, 4)))
RIGHT   = planted()(**PENGUIN)
OF_BUG  = {bug: planted(bug)(**PENGUIN) for bug in BUGS}


def spoiled(found, right):
    """The blocks in which two backpropagations differ."""
    return [name for name, a, b in zip(BLOCKS, found, right) if not np.allclose(a, b, rtol=1e-9)]


def compared(claims):
    """For each suspect, whether the bug that it is said to have would give its numbers."""
    claims = [int(claim) for claim in (claims.values() if isinstance(claims, dict) else claims)]
    if len(claims) != len(SUSPECTS):
        raise ValueError(f"{len(claims)} numbers")
    return {letter: would_give(claim, letter) for letter, claim in zip(SUSPECTS, claims)}


def would_give(claim, letter):
    differ = spoiled(OF_BUG[claim], SUSPECTS[letter](**PENGUIN))
    return f"bug {claim}, which gives another {listed(differ)}" if differ else \
        f"a bug that gives all of {letter}'s numbers"


def not_this_bug(letter, claim):
    """What to say to a claim that is wrong: which blocks it would spoil, or by which factors."""
    bug, seen = OF_BUG[claim], OF_BUG[TRUTH[letter]]
    would, are = spoiled(bug, RIGHT), spoiled(seen, RIGHT)
    if would != are:
        return (f"{letter} can't have bug {claim}: it would spoil {listed(would)}, but in "
                f"{letter} what differs from the nudges is {listed(are)}. Which line of the code "
                "is used for these blocks and for no other?")
    at = BLOCKS.index("db2" if "db2" in are else "db1")
    return (f"{letter} has the blocks of bug {claim} spoiled, {listed(are)}, but not by its "
            f"factors. Its {BLOCKS[at]} is {times(seen[at])} times the right one; bug {claim} "
            f"would make that {times(bug[at])}. Which of the slopes is such a factor, or one "
            "over it?")


def times(found):
    """How many times the right number each one is."""
    right = RIGHT[1 if found.shape == RIGHT[1].shape else 3]
    return ", ".join(f"{r:.2f}" for r in found / right)


def claims(letter, claim):
    """All claims right, but one."""
    return tuple({**TRUTH, letter: claim}.values())


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "centered_difference", 6, "The centered difference", "core", 8, centered_difference,
        ("slope",), cases=some_slopes,
        mistakes=(
            Mistake("one-sided", one_sided,
                    "You nudge to one side only. Its error is h/2 times the curvature and shrinks "
                    "like h; with a nudge to both sides that part cancels. Compare f(x + h) with "
                    "f(x - h), and divide by the distance between them, 2h.", 123),
            Mistake("one-sided-down", each_place(lambda f, x, up, down, h: (f(x) - f(down)) / h),
                    "You nudge down only: that is one-sided too, and its error shrinks like h. "
                    "Compare f(x + h) with f(x - h), and divide by 2h.", 123),
            Mistake("half-a-side", each_place(lambda f, x, up, down, h: (f(up) - f(x)) / (2 * h)),
                    "You go from x to x + h, which is one h, but divide by two. If you divide by "
                    "2h, go from x - h to x + h.", 123),
            Mistake("too-small", lambda f, x, h: centered_difference(f, x, 1e-12),
                    "You nudge by something near 1e-12, not by h. f changes then in its last few "
                    "digits alone, and the rest of the difference is rounding. Use the h that is "
                    "given.", 124),
            Mistake("float32", lambda f, x, h: centered_difference(f, x.astype(np.float32), h),
                    "You compute in float32, which keeps 7 digits: a nudge of 1e-5 leaves two of "
                    "them. Keep float64.", 124),
            Mistake("not-restored", lambda f, x, h: walk(f, x, h, 0.0),
                    "You nudge x itself and don't put it back. The next slope is then taken "
                    "somewhere else, and x stays shifted for whoever gave it to you. Nudge a copy, "
                    "or remember the number and write it back.", 125),
            Mistake("copy-not-restored", lambda f, x, h: walk(f, x.copy(), h, 0.0),
                    "You copy once and then nudge that copy again and again: from the second "
                    "number on, the numbers before are still nudged. Put each one back before you "
                    "go on, or take fresh copies of x each time.", 125, forms=(piled_up,)),
            Mistake("no-copy", no_copy,
                    "`up = x` makes no copy: it is a second name for the same array, so what you "
                    "add to the one you take from the other, and nothing has moved. Use "
                    "`x.copy()`.", 125),
            Mistake("restored-roughly", lambda f, x, h: walk(f, x, h, h),
                    "The slopes are right, but x comes back a rounding error away from where it "
                    "was: in a computer x + h - 2h + h is not quite x. Remember the number and "
                    "write it back, or nudge a copy.", 125),
            Mistake("first-only", first_only,
                    "Only the first slope is there; the others are 0. A check of one number finds "
                    "no mistake in the others: go through all places of x.", 127),
            Mistake("not-halved", each_place(lambda f, x, up, down, h: (f(up) - f(down)) / h),
                    "Every slope is doubled: from x - h to x + h it is 2h, and you divide by h.",
                    127),
            Mistake("precedence", each_place(lambda f, x, up, down, h: (f(up) - f(down)) / 2 * h),
                    "`/ 2 * h` divides by 2 and then multiplies by h: Python goes from left to "
                    "right. Put 2h into parentheses."),
            Mistake("not-divided", each_place(lambda f, x, up, down, h: f(up) - f(down)),
                    "That is how much f changes. The slope is the change divided by the distance, "
                    "2h."),
            Mistake("all-at-once", lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
                    "`x + h` nudges all numbers together, so what you get is all slopes added up. "
                    "Nudge one number at a time, in a loop over all places of x.",
                    forms=(lambda f, x, h: np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h)),)),
            Mistake("reversed", each_place(lambda f, x, up, down, h: (f(down) - f(up)) / (2 * h)),
                    "The sign is reversed: f above minus f below. If f grows with x, the slope is "
                    "positive."),
            Mistake("row-by-row", row_by_row,
                    "Right for one row of numbers, but in a table `x[i]` is a whole row, and you "
                    "nudge it all at once. Loop over the places, such as (0, 2): `np.ndindex` "
                    "lists them."),
            Mistake("number-alone", lambda f, x, h: np.array(
                        [(f(number + h) - f(number - h)) / (2 * h) for number in x]),
                    "You give f one number of x. f wants all of them, an array of x's shape, of "
                    "which one number is nudged and the others are as they were."),
            Mistake("half-nudge", lambda f, x, h: centered_difference(f, x, h / 2),
                    "You nudge by h/2. That is a centered difference too, but with half the nudge "
                    "that was asked for: h to each side, 2h in all."),
            Mistake("own-h", lambda f, x, h: centered_difference(f, x, 1e-5),
                    "You use a nudge of your own and not h. With h = 0.1 the result should be a "
                    "little off, by h^2/6 times the third derivative, and yours is not."),
        ),
        hints=("Take one number of x. What are f's values when this number alone is a little "
               "larger, and a little smaller?",
               "The result has x's shape: make zeros of it first, then fill in one place after the "
               "other. `np.ndindex(x.shape)` gives all places, for a row as for a table.",
               "At each place: copy x twice, add h to that place of the one and take it from the "
               "other; the slope is the difference of the two f, divided by two h."),
        why="It needs no calculus, knows nothing of your code, and works for every function: an "
            "independent witness."),
    Exercise(
        "relative_error", 6, "The relative error", "warm-up", 5, relative_error,
        ("error", "error of equal arrays"), cases=some_pairs, measure=equals_apart,
        form="a single number",
        mistakes=(
            Mistake("absolute", lambda a, b: off(a, b).max(),
                    "That is the absolute error. Whether 0.001 is much depends on the gradient: "
                    "for one of 1000 it is nothing, for one of 0.001 it is everything. Divide by "
                    "the largest size in either array.", 126),
            Mistake("only-b", lambda a, b: ratio(off(a, b).max(), size(b)),
                    "You divide by the size of b alone. If a is the large one, the error comes "
                    "out too large; who is a and who is b should not matter. Take the larger of "
                    "both.", 126),
            Mistake("only-a", lambda a, b: ratio(off(a, b).max(), size(a)),
                    "You divide by the size of a alone: if a is 0 where b is not, that divides by "
                    "zero. Who is a and who is b should not matter. Take the larger of both.",
                    126, forms=(lambda a, b: ratio(off(a, b).max() * (size(a) > 0), size(a)),)),
            Mistake("smaller-below", lambda a, b: ratio(off(a, b).max(), min(size(a), size(b))),
                    "You divide by the smaller of both sizes. Take the larger: then two gradients "
                    "that have nothing in common come out near 1, and never at infinity.", 126,
                    forms=(lambda a, b: ratio(off(a, b).max() * (min(size(a), size(b)) > 0),
                                              min(size(a), size(b))),)),
            Mistake("either-zero", lambda a, b: 0.0 if 0 in (size(a), size(b)) else
                    off(a, b).max() / max(size(a), size(b)),
                    "You return 0 as soon as one of the arrays is all zeros. If the other is not, "
                    "they don't agree at all: only where both are, the error is 0.", 126),
            Mistake("one-for-zeros", lambda a, b: 1.0 if max(size(a), size(b)) == 0 else
                    off(a, b).max() / max(size(a), size(b)),
                    "For two arrays of zeros you return 1, which says that they have nothing in "
                    "common. They are equal: the error is 0.", 126),
            Mistake("size-late", lambda a, b: ratio(abs((a - b).max()), max(size(a), size(b))),
                    "You look for the largest difference first and take its size then: a large "
                    "negative one is missed. Take the sizes first, `np.abs(a - b)`, then the "
                    "largest.", forms=(lambda a, b: ratio(abs((a - b).max()), max(
                        abs(a.max()), abs(b.max()))),)),
            Mistake("signs-lost", lambda a, b: ratio(off(np.abs(a), np.abs(b)).max(),
                                                     max(size(a), size(b))),
                    "You compare the sizes of a and b: a slope with the wrong sign passes as "
                    "right. Take the difference first, then its size."),
            Mistake("python-max", lambda a, b: max(abs(a - b)) / max(max(abs(a)), max(abs(b))),
                    "Python's own `max` goes through the rows of a table and can't say which row "
                    "is larger. `.max()`, or `np.max`, goes through all numbers.",
                    forms=(lambda a, b: ratio(max(abs(a - b)), max(max(abs(a)), max(abs(b)))),)),
            Mistake("zero-by-zero", lambda a, b: off(a, b).max() / max(size(a), size(b)),
                    "For two arrays of zeros yours is 0 / 0, which is nan, and nan is neither "
                    "small nor large. Two zeros agree: return 0 for them.", 126),
            Mistake("sum-below", lambda a, b: ratio(off(a, b).max(), size(a) + size(b)),
                    "You divide by the sum of both sizes, which is about twice as much. Others do "
                    "so too; here it is the larger of both.", 126),
            Mistake("padded", lambda a, b: off(a, b).max() / (max(size(a), size(b)) + 1e-8),
                    "You have a small number below the line to avoid 0 / 0. It makes all errors of "
                    "very small gradients look smaller: treat the case of zeros apart instead.",
                    126, forms=tuple(floored(least) for least in (1e-3, 1e-6, 1e-8))),
            Mistake("place-by-place", lambda a, b: np.max(
                        [ratio(abs(p - q), max(abs(p), abs(q))) for p, q in zip(a.flat, b.flat)]),
                    "You divide place by place. Then a number that is nearly 0 beside large ones "
                    "shows a large error which is rounding. Here it is the largest difference, "
                    "divided by the largest size: one division."),
            Mistake("mean", lambda a, b: ratio(off(a, b).mean(), max(size(a), size(b))),
                    "You take the mean difference: one wrong number among a thousand right ones "
                    "would hide in it. Take the largest."),
            Mistake("sums", lambda a, b: ratio(off(a, b).sum(), (np.abs(a) + np.abs(b)).sum()),
                    "You divide a sum by a sum. One wrong number among many right ones hides "
                    "there: take the largest difference, and the largest size."),
            Mistake("norms", lambda a, b: ratio(np.linalg.norm(a - b),
                                                np.linalg.norm(a) + np.linalg.norm(b)),
                    "That is the definition with lengths of vectors (norms), which others use. It "
                    "is fine too, but here it is the largest difference, divided by the largest "
                    "size in either array.", forms=(padded_norms, larger_norm)),
            Mistake("sign-kept", lambda a, b: ratio((a - b).max(), max(size(a), size(b))),
                    "A difference may be negative, and then yours misses it. Take its size with "
                    "`np.abs` before you look for the largest."),
            Mistake("largest-signed", lambda a, b: ratio(off(a, b).max(), max(a.max(), b.max())),
                    "The largest number is not the largest size: of -8 and 2, the size 8 is the "
                    "larger one. Use `np.abs` below the line too."),
        ),
        hints=("How large is the largest difference? And how large is the largest number around, "
               "the sign put aside?",
               "Both are single numbers: `np.abs(...)` and `.max()`. What happens if all is 0?",
               "The largest size of the difference, divided by the larger of the two largest "
               "sizes; and 0 if that is 0."),
        why="It reads the same for large gradients and for small ones: 1e-9 is rounding, 1 is "
            "nothing in common."),
    Exercise(
        "find_the_bug", 6, "Find the bug", "core", 12, tuple(TRUTH.values()), tuple(SUSPECTS),
        measure=compared, form="six numbers from 1 to 10, for A, B, C, D, E and F",
        variable="bugs",
        mistakes=tuple(Mistake(f"{letter}-is-not-{claim}", claims(letter, claim),
                               not_this_bug(letter, claim))
                       for letter in SUSPECTS for claim in BUGS if claim != TRUTH[letter]),
        hints=("Which blocks are wrong? Read the code of backprop and cross out all lines that a "
               "right block depends on: they are right.",
               "If dW2 and db2 are right, delta2 is right, and the bug comes later. If dW1 is "
               "right and db1 is not, delta1 is right.",
               "Where two bugs spoil the same blocks, look at the third row, how many times too "
               "large, and compare it with one over sigma'(z1), one over sigma'(z2), and "
               "sigma'(a1) over sigma'(z1)."),
        why="The blocks say where, the ratios say what. That is how real bugs are found, too."),
)
