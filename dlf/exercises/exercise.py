"""What an exercise is: data. A reference, cases to compare it on, mistakes by name, and hints."""
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

DIFFICULTIES = ("warm-up", "core", "stretch")


@dataclass(frozen=True)
class Mistake:
    """A mistake that people make: an answer that makes it, and what a good tutor says to it.

    `answer` is a wrong answer as a learner would give it; `says` names the mistake, tells why it is
    one, and how to get rid of it, in two or three sentences. `number` is the place of the mistake
    in the list of known ones that the tests go through, 0 for an extra one. `forms` are more
    answers that make it: written otherwise, or in the company of another mistake, as long as the
    sentence is the first thing to say of them too.
    """

    id:     str
    answer: object
    says:   str
    number: int = 0
    forms:  tuple = ()


@dataclass(frozen=True)
class Exercise:
    """One exercise of the course.

    reference   the answer: a function, or a value for questions such as "which weights?"
    cases       function of a generator: the list of arguments, as tuples, to compare answers on
    returns     names for what the function returns, in order
    why         what it means to have it right, in a sentence or two
    measure     function of (what was returned, *arguments) that gives a dictionary of blocks to
                compare instead, for answers that may differ, such as random numbers; a case may
                leave out blocks that it is not about
    calls       function of (answer, *arguments) that calls it, where one call does not show all
    also        pairs (sentence, adapt): adapt(answer) makes an answer in another convention ours
    variable    what the notebook calls a value
    form        what it looks like, for a value or what is measured: "three numbers (w1, w2, b)"
    limit       seconds that all calls of an answer may take together
    tolerance   the largest error, relative to the largest number of a block
    """

    name:       str
    chapter:    int
    title:      str
    difficulty: str
    minutes:    int
    reference:  object
    returns:    tuple
    mistakes:   tuple
    hints:      tuple
    why:        str
    cases:      Callable = lambda rng: [()]
    measure:    Callable | None = None
    calls:      Callable | None = None
    also:       tuple = ()
    variable:   str = ""
    form:       str = ""
    limit:      float = 5.0
    tolerance:  float = 1e-7

    @property
    def is_function(self):
        """Is a function asked for, and not a value?"""
        return callable(self.reference)

    @property
    def is_value(self):
        """Is a value asked for that is compared as it is, so that to show it is to solve it?"""
        return not self.is_function and self.measure is None

    @property
    def called(self):
        """What the notebook calls the answer."""
        return self.variable or getattr(self.reference, "__name__", self.name)

    def arguments(self):
        """The cases: the same at each call."""
        return list(self.cases(np.random.default_rng(0)))

    def names(self):
        """What the arguments are called."""
        return list(inspect.signature(self.reference).parameters) if self.is_function else []

    def solution(self):
        """The code of a cell that solves it."""
        if self.is_function:
            return textwrap.dedent(inspect.getsource(self.reference)).rstrip()
        return f"{self.called} = {self.reference!r}"
