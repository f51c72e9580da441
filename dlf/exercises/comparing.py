"""Compare outcomes block by block: which blocks are right, which fit a mistake's."""
import numpy as np

ROUGH = {2: 2e-2, 4: 2e-4}        # tolerances for answers in float16 and float32: bytes a number


def equal(got, wanted, tolerance):
    """Are two blocks the same: shape first, since broadcasting hides it, then values?

    Where a single number is wanted, an array of one number will do.
    """
    if not (isinstance(got, np.ndarray) and isinstance(wanted, np.ndarray)):
        return got is wanted
    if wanted.ndim == 0 and got.size == 1:
        got = got.reshape(())
    return got.shape == wanted.shape and close(got, wanted, tolerance)


def close(got, wanted, tolerance):
    """Are the numbers the same, but for rounding? Text must be the same to the letter."""
    if "U" in (got.dtype.kind, wanted.dtype.kind):
        return bool((got == wanted).all())
    if got.dtype.kind == "f":
        tolerance = max(tolerance, ROUGH.get(got.dtype.itemsize, 0.0))
    return bool(np.allclose(got, wanted, rtol=tolerance, atol=tolerance * size(wanted),
                            equal_nan=True))


def size(block):
    """The largest finite number of a block, and at least a little: what rounding errors go by."""
    finite = np.abs(block[np.isfinite(block)].astype(float))
    return float(min(max(finite.max(initial=0.0), 1e-3), 1.0))


def wrong_blocks(exercise, outcomes, wanted):
    """{block: places of the cases in which it is wrong}, in the order of the blocks.

    An outcome with an exception is wrong in every block.
    """
    found = {}
    for i, right in enumerate(wanted):
        for name, value in right.blocks.items():
            fine = i < len(outcomes) and not outcomes[i].error and equal(
                outcomes[i].blocks.get(name), value, exercise.tolerance)
            if not fine:
                found.setdefault(name, []).append(i)
    return found


def fits(exercise, outcomes, mistaken, name):
    """Does one block look as a mistake would have made it, in all cases, both times?

    Exceptions alone are no proof: many things raise a ValueError.
    """
    return len(outcomes) == len(mistaken) and not all(o.error for o in outcomes) and all(
        alike(exercise, a, b, name) for a, b in zip(outcomes, mistaken))


def alike(exercise, a, b, name):
    """The same for one case. Exceptions are alike if they are of one kind."""
    if a.error or b.error:
        return type(a.error) is type(b.error)
    return all(equal(one.get(name), other.get(name), exercise.tolerance)
               for one, other in ((a.blocks, b.blocks), (a.again, b.again))) \
        and a.edited == b.edited
