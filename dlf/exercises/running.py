"""Run an answer safely: on copies, against the clock, with every exception caught.

What an answer does is written down as one `Outcome` for each case: what it returned, whether a
second call returned the same, and whether it changed what it was given.
"""
import contextlib
import copy
import ctypes
import functools
import io
import threading
import traceback
import types
import warnings
from dataclasses import dataclass, field

import numpy as np

RINGS = 0.005         # seconds between two alarms: code that swallows one is woken again


@dataclass
class Outcome:
    """What one call did. Blocks are arrays by name; without `error` there is one for each name."""

    args:    tuple
    blocks:  dict = field(default_factory=dict)
    again:   dict = field(default_factory=dict)       # the blocks of a second call
    error:   BaseException | None = None
    where:   str = ""                                 # the line that raised the error
    edited:  tuple = ()                               # arguments that were changed: their places
    printed: bool = False


class TooLong(BaseException):
    """The time is up. No Exception, so that `except Exception` in an answer does not catch it."""


STOPS = (TooLong, KeyboardInterrupt)         # no other case is tried after these


class Misshapen(Exception):
    """What was returned is not what was asked for: no number, or not so many parts."""


def observe(exercise, answer, cases=slice(None)):
    """The outcomes of an answer, one for each of these cases until time is up; never raises."""
    function, outcomes = answer if exercise.is_function else lambda: answer, []
    if exercise.calls:
        function = functools.partial(exercise.calls, answer)
    with contextlib.suppress(*STOPS), quiet(), time_limit(exercise.limit):
        for args in exercise.arguments()[cases]:
            outcomes.append(Outcome(args, error=TooLong()))       # until the call has come back
            call(exercise, function, outcomes[-1])
    return outcomes


def call(exercise, function, outcome):
    """Call twice on copies, and write down what happened."""
    args, words = copied(outcome.args), io.StringIO()
    try:
        with contextlib.redirect_stdout(words):
            outcome.blocks = read(exercise, function(*args), outcome.args)
            outcome.edited = tuple(i for i, (a, b) in enumerate(zip(args, outcome.args))
                                   if not same(a, b))
            outcome.again  = read(exercise, function(*copied(outcome.args)), outcome.args)
        outcome.error = None
    except BaseException as error:          # a learner's answer may raise whatever it likes
        outcome.error, outcome.where = error, line_of(error)
        if isinstance(error, STOPS):
            raise
    outcome.printed = not words.closed and bool(words.getvalue())


# ---- what goes in ------------------------------------------------------------------------------

def copied(args):
    """Copies that share no memory with ours: an answer may do to them what it likes."""
    return tuple(arg if isinstance(arg, types.FunctionType) else copy.deepcopy(arg)
                 for arg in args)


def same(a, b):
    """Is an argument what it was before the call?"""
    if isinstance(b, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(b, np.ndarray):
        return isinstance(a, np.ndarray) and a.shape == b.shape and np.array_equal(
            a, b, equal_nan=b.dtype.kind == "f")
    return not isinstance(b, (int, float, str)) or a == b


# ---- what comes out ----------------------------------------------------------------------------

def read(exercise, returned, args):
    """What was returned as arrays by name.

    Raises: Misshapen if there are too few parts, or things that are no numbers.
    """
    if exercise.measure is None:
        parts = split(exercise.returns, returned)
    elif returned is None or has_gap(returned):
        parts = [returned if returned is None else ...] * len(exercise.returns)
    else:
        measured = measure(exercise, returned, args)
        return {name: as_array(name, measured[name]) for name in exercise.returns
                if name in measured}
    return {name: as_array(name, part) for name, part in zip(exercise.returns, parts)}


def measure(exercise, returned, args):
    """The blocks that a measure finds in what was returned; it may say itself what is amiss."""
    try:
        return exercise.measure(returned, *copied(args))
    except Misshapen:
        raise
    except Exception as error:
        raise Misshapen(f"it should be {exercise.form}" if exercise.form else
                        f"it could not be read ({error})") from error


def split(names, returned):
    """The parts of what was returned, whatever holds them: tuple, list, dictionary, or object.

    An array of as many single numbers will do; rows of a table are no parts.
    """
    if returned is None or returned is ...:
        return [returned] * len(names)
    if isinstance(returned, dict) and set(names) <= set(returned):
        return [returned[name] for name in names]
    numpys = isinstance(returned, (np.ndarray, np.generic))          # these have a `size`, too
    if not numpys and all(hasattr(returned, name) for name in names):
        return [getattr(returned, name) for name in names]
    if len(names) == 1:
        alone = isinstance(returned, tuple) and len(returned) == 1
        return [returned[0] if alone else returned]
    if isinstance(returned, np.ndarray) and returned.shape == (len(names),):
        return list(returned)
    if not isinstance(returned, (tuple, list)) or len(returned) != len(names):
        what = f"{len(returned)} things" if isinstance(returned, (tuple, list)) else \
            f"one {type(returned).__name__}"
        raise Misshapen(f"it should return {len(names)} things, {', '.join(names)}, "
                        f"but returned {what}")
    return list(returned)


def as_array(name, value):
    """A block as an array of its own; a gap (`...`) and None stay what they are."""
    if value is None or value is ...:
        return value
    try:
        array = np.array(value)
    except Exception as error:
        raise Misshapen(f"{name} could not be read as an array ({error})") from error
    if array.dtype.kind not in "fiubUS":
        raise Misshapen(f"{name} should hold numbers, but is a {type(value).__name__}")
    return array


def has_gap(value):
    """Is there a `...` left in what was returned?"""
    return value is ... or (isinstance(value, (tuple, list)) and any(part is ... for part in value))


# ---- time, words, lines ------------------------------------------------------------------------

@contextlib.contextmanager
def time_limit(seconds):
    """Raise TooLong in this thread when the time is up, again and again until it is heeded.

    Where there are no threads (in a browser's Python), there is no limit.
    """
    me, over, lock = threading.get_ident(), threading.Event(), threading.Lock()

    def ring(wait=seconds):
        while not over.wait(wait):
            wait = RINGS
            with lock:
                if not over.is_set():
                    raise_in(me, TooLong)
    clock = threading.Thread(target=ring, daemon=True)
    try:
        clock.start()
    except RuntimeError:
        clock = None
    try:
        yield
    finally:
        while not over.is_set():            # the bell may ring in these lines too
            with contextlib.suppress(TooLong), lock:
                over.set()
        raise_in(me, None)                  # an alarm that is still on its way
        if clock is not None:
            clock.join()


def raise_in(thread, kind):
    """Raise an exception in another thread at its next instruction; None takes it back."""
    what = ctypes.py_object(kind) if kind else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), what)


@contextlib.contextmanager
def quiet():
    """No warnings of overflow and the like: what they lead to is seen in the numbers."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def line_of(error):
    """The last line of the learner's own code that an exception passed through, if any."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if frame.filename != __file__]
    if not frames or isinstance(error, Misshapen):
        return ""
    own = [f for f in frames if "site-packages" not in f.filename and f.line] or frames[:1]
    return f"line {own[-1].lineno}: {own[-1].line}" if own[-1].line else f"line {own[-1].lineno}"
