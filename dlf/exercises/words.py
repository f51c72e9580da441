"""What verdicts say: sentences, and the smallest case that shows what is wrong."""
import numpy as np

from dlf.exercises.running import Misshapen

MOST = 24             # numbers of a block that are shown


def waiting(exercise):
    return (f"Replace the `...` in `{exercise.called}`, run the cell, and check again. "
            f'Stuck? `hint("{exercise.name}")` helps a little at a time.')


def no_function(exercise, answer):
    return (f"This exercise asks for a function: hand it over without calling it, as in "
            f'check("{exercise.name}", {exercise.called}). You gave a {type(answer).__name__}.')


def several(mistakes):
    """Several causes fit: all are said, none is preferred."""
    return "More than one mistake gives just these numbers. " + " Or: ".join(
        mistake.says for mistake in mistakes)


def together(mistakes):
    """Several mistakes at once, in different blocks."""
    return f"There are {len(mistakes)} mistakes here, in different parts. " + " And: ".join(
        mistake.says for mistake in mistakes)


def partly(missing, there, faults):
    """Some parts are there, others still `...`."""
    right = [name for name in there if name not in faults]
    parts = [f"{listed(right)} {is_are(right)} right."] if right else []
    parts += [f"{listed(faults)} {is_are(faults)} not right yet."] if faults else []
    return " ".join([*parts, f"Still to do: {listed(missing)}."])


def details(exercise, outcomes, wanted, faults):
    """(title, text) for which blocks are wrong, and the smallest case that shows it."""
    if not outcomes or isinstance(outcomes[-1].error, KeyboardInterrupt):
        return []
    parts  = []
    blocks = list(dict.fromkeys(name for right in wanted for name in right.blocks))
    failed = [o for o in outcomes if o.error]
    if failed:
        return [("It was called with", called_with(exercise, failed[0]))] if failed[0].args else []
    if len(blocks) > 1 and faults:
        right = [name for name in blocks if name not in faults and not is_gap(outcomes, name)]
        parts = [("Which parts", f"not right: {', '.join(faults)}\n"
                                 f"right:     {', '.join(right) or 'none'}")]
    if faults:
        name, places = next(iter(faults.items()))
        smallest     = min(places, key=lambda i: weight(outcomes[i].args))
        parts += [case(exercise, name, outcomes[smallest], wanted[smallest])]
    return parts


def is_gap(outcomes, name):
    """Is a block still `...`?"""
    return any(o.blocks.get(name) is ... for o in outcomes)


def case(exercise, name, outcome, right):
    """One block of one case: what it should be, what it is, and for which arguments."""
    wanted, got = right.blocks[name], outcome.blocks.get(name)
    if exercise.is_value:                                    # what it should be is the question
        return "What came", pair(f"{name} is", got)
    digits = 4 if shown(wanted) != shown(got) else 9         # a difference that four do not show
    lines  = [pair(f"{name} should be", wanted, digits), pair("yours is", got, digits)]
    if not outcome.args:
        return "What was wanted, and what came", "\n".join(lines)
    lines += ["for", arguments(exercise, outcome.args)]
    return "On the smallest example that shows it", "\n".join(lines)


def called_with(exercise, outcome):
    """The arguments of a call that raised, and the line that did it."""
    text = arguments(exercise, outcome.args) or "no arguments"
    has_line = outcome.where and not isinstance(outcome.error, Misshapen)
    return f"{text}\nin {outcome.where}" if has_line else text


def arguments(exercise, args):
    return "\n".join(pair(f"{name} =", value) for name, value in zip(exercise.names(), args))


def pair(label, value, digits=4):
    """A label and a value whose further lines stand below its first."""
    label = label + " "
    return label + shown(value, digits).replace("\n", "\n" + " " * len(label))


def shown(value, digits=4):
    """A value, as short as it can be and still be read; arrays with so many digits."""
    if isinstance(value, (list, tuple)) and has_arrays(value):
        return "[" + ",\n ".join(shown(v).replace("\n", "\n ") for v in value) + "]"
    if isinstance(value, np.ndarray) and value.ndim:
        text = np.array2string(value, precision=digits, suppress_small=is_plain(value),
                               threshold=MOST, edgeitems=2, max_line_width=76)
        return f"{text}   shape {value.shape}"
    if isinstance(value, (float, np.ndarray, np.floating)):
        is_number = np.asarray(value).dtype.kind in "fiub"
        return f"{float(value):.{digits + 2}g}" if is_number else str(value)
    if isinstance(value, np.random.Generator):
        return "np.random.default_rng(...)"
    return getattr(value, "__name__", None) or repr(value)


def has_arrays(value):
    """Is there an array in it, however deep?"""
    return isinstance(value, np.ndarray) or (
        isinstance(value, (list, tuple)) and any(map(has_arrays, value)))


def is_plain(value):
    """Can all numbers be written without powers of ten, and still be told from 0?"""
    finite = np.abs(value[np.isfinite(value)]) if value.dtype.kind == "f" else np.array([1.0])
    finite = finite[finite > 0]
    return bool(len(finite) == 0 or (finite.min() >= 1e-4 and finite.max() < 1e5))


def weight(args):
    """How large arguments are: the numbers in them."""
    return sum(weight(a) if isinstance(a, (list, tuple)) else np.size(a) for a in args)


def listed(names):
    """'W1', 'W1 and b1', 'W1, b1 and W2'."""
    names = list(names)
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def is_are(names):
    return "are" if len(names) > 1 else "is"
