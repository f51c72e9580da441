"""From an answer to a verdict: right or not, and if not, which mistake it is and where.

A wrong answer is compared, block by block, with what each known mistake would have returned on the
same arguments. One cause that fits is named; several that fit equally are all said; where none
fits, the general causes of `general.py` are tried, and then only what is certain is said.
"""
from itertools import combinations

from dlf.exercises import general, words
from dlf.exercises.comparing import alike, fits, wrong_blocks
from dlf.exercises.running import observe
from dlf.exercises.verdict import Verdict


def judge(exercise, answer):
    """The verdict on an answer; never raises."""
    if answer is ...:
        return not_attempted(exercise)
    if exercise.is_function and not callable(answer):
        return wrong(exercise, "no-function", words.no_function(exercise, answer))
    outcomes, wanted = observe(exercise, answer), observe(exercise, exercise.reference)
    if general.has_gaps(outcomes):
        return unfinished(exercise, outcomes, wanted)
    faults = wrong_blocks(exercise, outcomes, wanted)
    if not faults and not general.misbehaves(exercise, outcomes):
        return verdict(exercise, "correct", None, exercise.why)
    if remark := written_otherwise(exercise, answer, wanted):
        return verdict(exercise, "correct", None, f"{exercise.why} {remark}")
    return explain(exercise, outcomes, wanted, faults)


def explain(exercise, outcomes, wanted, faults):
    """Name the mistake if one cause fits; else say what is certain."""
    details = words.details(exercise, outcomes, wanted, faults)
    known   = matching(exercise, outcomes, faults)
    if len(known) == 1:
        return wrong(exercise, known[0].id, known[0].says, details)
    if known:
        return wrong(exercise, None, words.several(known), details)
    if together := at_once(exercise, outcomes, wanted, faults):
        return wrong(exercise, together[0].id, words.together(together), details)
    id, says = general.cause(exercise, outcomes, wanted, faults)
    own = next((mistake.says for mistake in exercise.mistakes if mistake.id == id), None)
    return wrong(exercise, id, own or says, details)


def matching(exercise, outcomes, faults):
    """The mistakes that explain every wrong block, and that go wrong nowhere else."""
    wrong_at = min((place for places in faults.values() for place in places), default=0)
    return [mistake for mistake in exercise.mistakes
            if any(explains(exercise, outcomes, answer, wrong_at)
                   for answer in (mistake.answer, *mistake.forms))]


def explains(exercise, outcomes, answer, wrong_at):
    """Would this answer have led to these outcomes? The first wrong one rules out most answers."""
    names = all_blocks(exercise, outcomes)
    there = observe(exercise, answer, slice(wrong_at, wrong_at + 1))[0]
    if not all(alike(exercise, outcomes[wrong_at], there, name) for name in names):
        return False
    made = observe(exercise, answer)
    return all(fits(exercise, outcomes, made, name) for name in names)


def forms(exercise, mistake):
    """The outcomes of each form that a mistake may take, one after another."""
    return (observe(exercise, answer) for answer in (mistake.answer, *mistake.forms))


def at_once(exercise, outcomes, wanted, faults):
    """Several mistakes in different blocks, at most as many as those, that explain all faults.

    Each must fit in all the blocks that it makes wrong. Empty if no set of them does, or several.
    """
    if len(faults) < 2 or any(outcome.error for outcome in outcomes):
        return ()
    parts = []
    for mistake, made in ((m, made) for m in exercise.mistakes for made in forms(exercise, m)):
        spoilt = frozenset(wrong_blocks(exercise, made, wanted))
        part   = mistake, spoilt
        if spoilt < set(faults) and part not in parts and all(
                fits(exercise, outcomes, made, name) for name in spoilt):
            parts.append(part)
    for n in range(2, len(faults) + 1):
        found = [several for several in combinations(parts, n)
                 if frozenset.union(*(spoilt for _, spoilt in several)) == set(faults)
                 and len({mistake.id for mistake, _ in several}) == n]
        if found:
            return [mistake for mistake, _ in found[0]] if len(found) == 1 else ()
    return ()


def all_blocks(exercise, outcomes):
    """All blocks: a mistake must explain the wrong ones, and leave the right ones right."""
    return list(dict.fromkeys(name for o in outcomes for name in o.blocks)) or exercise.returns


def written_otherwise(exercise, answer, wanted):
    """What to say of an answer that is right in another convention that the text allows."""
    return next((remark for remark, _ in fitting(exercise, answer, wanted)), "")


def fitting(exercise, answer, wanted):
    """(remark, the answer in our convention) for each other convention in which it is right."""
    for remark, adapt in exercise.also:
        outcomes = observe(exercise, adapted := adapt(answer))
        if not wrong_blocks(exercise, outcomes, wanted):
            yield remark, adapted


def in_our_convention(exercise, answer):
    """A right answer as the cells that use it expect it: itself, or turned into our convention."""
    wanted = observe(exercise, exercise.reference)
    if not wrong_blocks(exercise, observe(exercise, answer), wanted):
        return answer
    return next((adapted for _, adapted in fitting(exercise, answer, wanted)), answer)


def unfinished(exercise, outcomes, wanted):
    """There is a `...` left: not attempted, unless some parts are there already."""
    gaps    = general.gaps(outcomes)
    missing = [name for name in exercise.returns if name in gaps]
    there   = [name for name in exercise.returns if name not in missing]
    if not there or not missing:
        return not_attempted(exercise)
    faults = {name: where for name, where in wrong_blocks(exercise, outcomes, wanted).items()
              if name in there}
    return wrong(exercise, None, words.partly(missing, there, faults),
                 words.details(exercise, outcomes, wanted, faults) if faults else [])


def not_attempted(exercise):
    return verdict(exercise, "not attempted", None, words.waiting(exercise))


def wrong(exercise, id, says, details=()):
    return verdict(exercise, "wrong", id, says, details)


def verdict(exercise, status, id, says, details=()):
    return Verdict(exercise.name, exercise.title, status, id, says, tuple(details))
