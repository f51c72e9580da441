"""Causes that any exercise may have: nothing returned, a factor, a sign, the order, a memory.

Each function looks at the outcomes and returns what it has found, or nothing.
"""
from itertools import permutations

import numpy as np

from dlf.exercises.comparing import close, equal
from dlf.exercises.running import STOPS, Misshapen

# ---- gaps and behavior -------------------------------------------------------------------------

def has_gaps(outcomes):
    """Is a `...` left in the answer: returned, or computed with?"""
    return bool(gaps(outcomes)) or any(
        isinstance(o.error, TypeError) and "ellipsis" in str(o.error) for o in outcomes)


def gaps(outcomes):
    """The blocks that are still `...`."""
    return {name for o in outcomes for name, block in o.blocks.items() if block is ...}


def misbehaves(exercise, outcomes):
    """Does it change its arguments, or answer otherwise when asked again?"""
    return any(o.edited for o in outcomes) or bool(forgets_not(exercise, outcomes))


def forgets_not(exercise, outcomes):
    """The cases in which a second call, with the same arguments, did not return the same."""
    return [o for o in outcomes if not o.error and any(
        not equal(o.again.get(name), block, exercise.tolerance)
        for name, block in o.blocks.items())]


# ---- one cause ---------------------------------------------------------------------------------

def cause(exercise, outcomes, wanted, faults):
    """(id, sentence) of the first general cause that fits; id None if there is none."""
    for look in (stopped, nothing, raised, memory, constant, stale, edits, order, missing_blocks,
                 fractions_lost, rounded, shapes, turned, factor, not_finite):
        if found := look(exercise, outcomes, wanted, faults):
            return found
    return None, "None of the mistakes that we know gives these numbers."


def stopped(exercise, outcomes, wanted, faults):
    last = outcomes[-1].error if outcomes else None
    if isinstance(last, KeyboardInterrupt):
        return "interrupted", "You interrupted the check before it was done."
    if isinstance(last, STOPS):
        return "endless", (f"It did not come back within {exercise.limit:g} seconds, so the check "
                           "stopped it. Is there a loop whose condition never becomes false?")


def nothing(exercise, outcomes, wanted, faults):
    if all(block is None for o in outcomes for block in o.blocks.values()) \
            and not any(o.error for o in outcomes):
        extra = " It prints something; printing shows a number, `return` hands it on." \
            if any(o.printed for o in outcomes) else ""
        return "nothing-returned", ("It returns nothing (None). End the function with `return` and "
                                    f"what you computed.{extra}")


def raised(exercise, outcomes, wanted, faults):
    failed = [o for o in outcomes if o.error]
    if not failed:
        return None
    error = failed[0].error
    if isinstance(error, Misshapen):
        return "misshapen", f"{exercise.called} has another form than we expected: {error}."
    some = "" if len(failed) == len(outcomes) else \
        f" With {len(outcomes) - len(failed)} of {len(outcomes)} sets of arguments it works."
    return "exception", f"It raised {named(error)}.{some}{in_words(error)}"


def named(error):
    """An exception as one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:300].rstrip(": .")


IN_WORDS = {                                 # what NumPy says, and what a beginner meant by it
    "truth value of an array": "`if`, `and` and Python's `max` ask one question of a whole array. "
                               "`np.maximum` and `np.where` decide for each number.",
    "arrays can be converted": "The functions of `math` take one number; those of NumPy, such "
                               "as `np.exp`, take a whole array.",
    "inhomogeneous shape": "Arrays of different shapes do not fit into one array. Go through them "
                           "one by one, in a loop.",
    "bitwise_xor": "A power is written `**`; `^` is something else in Python.",
    "for ^:":      "A power is written `**`; `^` is something else in Python.",
    "mismatch in its core dimension": "For `@`, the last axis on its left must be as long as the "
                                      "first on its right.",
}


def in_words(error):
    """What a message of NumPy's means, for those that puzzle beginners."""
    return next((f" {text}" for part, text in IN_WORDS.items() if part in str(error)), "")


def memory(exercise, outcomes, wanted, faults):
    odd = forgets_not(exercise, outcomes)
    if not odd:
        return None
    twice = [(block, o.again[n], right.blocks[n]) for o, right in zip(outcomes, wanted)
             for n, block in o.blocks.items() if n in (faults or o.blocks)]
    if all(equal(again - first, right, exercise.tolerance) for first, again, right in twice
           if first.shape == again.shape == right.shape):
        return "accumulates", ("Each call adds to what the last one left behind. Start from zeros "
                               "inside the function, so that every call begins afresh.")
    return "remembers", ("Two calls with the same arguments return different things, so something "
                         "outlives the call: a global variable, or an array that is made once and "
                         "used again. Make everything inside the function.")


def constant(exercise, outcomes, wanted, faults):
    """Is every wrong block the same in all cases, though it should not be?"""
    def alike(found, name):
        first = found[0].blocks.get(name)
        return first is not None and all(
            equal(o.blocks.get(name), first, exercise.tolerance) for o in found)
    if faults and len(outcomes) > 1 and all(
            alike(outcomes, name) and not alike(wanted, name) for name in faults):
        return "constant", ("It returns the same in every case, whatever it is given. Is there a "
                            "number in it, or a name from another cell, where one of its arguments "
                            "should stand?")


def stale(exercise, outcomes, wanted, faults):
    later = [(o.blocks[name], wanted[i - 1].blocks.get(name)) for i, o in enumerate(outcomes) if i
             for name in faults if name in o.blocks]
    if later and all(equal(got, before, exercise.tolerance) for got, before in later) \
            and not any(o.error for o in outcomes):
        return "stale", ("It returns what belongs to the arguments of an earlier call. Something "
                         "computed there is kept and used again: compute it anew in every call.")


def edits(exercise, outcomes, wanted, faults):
    places = sorted({i for o in outcomes for i in o.edited})
    if places and not faults:
        names = " and ".join(exercise.names()[i] for i in places)
        return "edits-input", (f"The result is right, but {names} is changed in place, under the "
                               "hands of whoever called. Make a new array: `a = a - 1` is new, "
                               "`a -= 1` and `a[...] =` write into the old one.")


def order(exercise, outcomes, wanted, faults):
    names = list(wanted[0].blocks)
    if not 2 <= len(names) <= 5 or any(o.error for o in outcomes):
        return None
    for other in permutations(names):
        if list(other) != names and all(
                equal(o.blocks.get(n), right.blocks[m], exercise.tolerance)
                for o, right in zip(outcomes, wanted) for n, m in zip(names, other)):
            return "wrong-order", ("All parts are there, but in the wrong order: return "
                                   f"{', '.join(names)}; yours come as {', '.join(other)}.")


def missing_blocks(exercise, outcomes, wanted, faults):
    none = sorted({n for o in outcomes for n, block in o.blocks.items() if block is None})
    if any(o.blocks and all(block is None for block in o.blocks.values()) for o in outcomes):
        return "nothing-returned", ("In some cases it returns nothing (None). Is there an `if` "
                                    "without `else`, so that one way leads past `return`?")
    if none:
        return "nothing-returned", f"{' and '.join(none)} is None: compute it, and return it."


# ---- one block at a time -----------------------------------------------------------------------

def pairs(outcomes, wanted, name):
    """(got, wanted) of a block, for each case that came back."""
    return [(o.blocks[name], right.blocks[name]) for o, right in zip(outcomes, wanted)
            if not o.error and isinstance(o.blocks.get(name), np.ndarray)
            and right.blocks[name].dtype.kind in "fiub" and o.blocks[name].dtype.kind in "fiub"]


def each_block(holds):
    """Make a cause of one block a cause of all wrong blocks: it must hold for each of them."""
    def look(exercise, outcomes, wanted, faults):
        found = [holds(exercise, name, pairs(outcomes, wanted, name)) for name in faults]
        if found and all(found) and len({id for id, _ in found}) == 1:
            return found[0]
    return look


@each_block
def fractions_lost(exercise, name, pairs):
    if pairs and all(got.shape == right.shape and got.dtype.kind in "iu" and close(
            got, np.trunc(right), exercise.tolerance) for got, right in pairs):
        return "truncated", (f"{name} has lost its fractions: it is an array of whole numbers, "
                             "into which 0.7 goes as 0. Make it with floats, as in `np.zeros(3)`.")


@each_block
def rounded(exercise, name, pairs):
    for digits in range(1, 7):
        cut = [(got, np.asarray(np.round(right, digits))) for got, right in pairs]
        if any(few.any() for _, few in cut) and all(
                equal(got, few, exercise.tolerance) for got, few in cut):
            return "rounded", (f"{name} is right, but rounded to {digits} digits. Return all of "
                               "them: round only what is printed.")


@each_block
def shapes(exercise, name, pairs):
    odd = [(got, right) for got, right in pairs if got.shape != right.shape]
    if not odd:
        return None
    got, right = odd[0]
    if all(got.size == right.size and close(got.ravel(), right.ravel(), exercise.tolerance)
           for got, right in pairs):
        return "shape", (f"The numbers in {name} are right, but its shape is {got.shape} and "
                         f"should be {right.shape}.")
    if got.T.shape == right.shape and close(got.T, right, exercise.tolerance):
        return "transposed", (f"{name} is transposed: its shape is {got.shape} and should be "
                              f"{right.shape}, rows for columns.")
    return "shape", f"{name} should be {form(right)}, but is {form(got)}."


def form(block):
    """A shape in words."""
    return f"an array of the shape {block.shape}" if block.ndim else "a single number"


@each_block
def turned(exercise, name, pairs):
    if pairs and all(got.ndim == 2 and got.T.shape == right.shape
                     and close(got.T, right, exercise.tolerance) for got, right in pairs):
        return "transposed", f"{name} is transposed: rows for columns."


@each_block
def factor(exercise, name, pairs):
    ratios = [ratio(got, right, exercise.tolerance) for got, right in pairs]
    if not ratios or None in ratios or sum(right.size for _, right in pairs) < 2:
        return None
    if all(np.isclose(r, ratios[0]) for r in ratios):
        r = ratios[0]
        return ("sign", f"{name} has the wrong sign everywhere.") if np.isclose(r, -1) else \
            ("factor", f"{name} is {r:.4g} times what it should be, everywhere.")
    if min(right.size for _, right in pairs) < 2:
        return None                          # single numbers are always a multiple of others
    each = ", ".join(f"{r:.4g}" for r in ratios)
    return "factor", (f"{name} is too large or too small by one factor for all its numbers: {each} "
                      "in the cases of the check. Which count of the data is that?")


def ratio(got, right, tolerance):
    """The number that `got` is everywhere times `right`; None if there is none, or it is 1 or 0."""
    if got.shape != right.shape or not np.abs(right).max(initial=0) > 0:
        return None
    at = np.unravel_index(np.abs(right).argmax(), right.shape)
    r  = float(got[at]) / float(right[at])
    return r if np.isfinite(r) and r != 0 and close(got, r * right, tolerance) else None


@each_block
def not_finite(exercise, name, pairs):
    pairs = [(got, right) for got, right in pairs if got.shape == right.shape]
    odd   = [~np.isfinite(got) & np.isfinite(right) for got, right in pairs]
    if any(map(np.any, odd)) and all(close(got[~at], right[~at], exercise.tolerance)
                                     for (got, right), at in zip(pairs, odd)):
        return "not-finite", (f"{name} holds nan or inf for some arguments: somewhere a number "
                              "overflows, or something is divided by zero.")
