"""Chapter 7, mini-batches: the rows in a new order for every epoch, cut into pieces."""
import copy

import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answer --------------------------------------------------------------------------------

def mini_batches(X, Y, size, rng):
    """All rows of X and Y in a new random order, as a list of pairs (X_batch, Y_batch).

    Each batch has `size` rows; the last has what is left, if that is fewer. rng is a generator,
    such as np.random.default_rng(0). X and Y stay as they are.
    """
    order, batches = rng.permutation(len(X)), []
    for start in range(0, len(X), size):
        rows = order[start:start + size]
        batches.append((X[rows], Y[rows]))
    return batches


# ---- what they are compared on -----------------------------------------------------------------

def numbered(rng):
    """Rows that can be recognized; the last batch is short, whole, the only one, and short."""
    return [(np.column_stack([np.arange(m), -np.arange(m)]) * 1.0, np.arange(m)[:, None] + 100.0,
             size, np.random.default_rng(m)) for m, size in ((7, 3), (6, 3), (8, 9), (41, 8))]


# ---- batches are random: what right ones have in common ----------------------------------------

PARTS  = ("sizes of the batches", "how often each row comes", "y beside each x",
          "order of the rows", "order from the same seed")
ENOUGH = 20           # so many rows do not come in the same order twice by accident


def two_epochs(answer, X, Y, size, rng):
    """Two calls with one generator, then the first once more; copies, as X and Y may change."""
    afresh = copy.deepcopy((X, Y, size, rng))
    first  = answer(X, Y, size, rng)
    if first is None or first is ...:
        return first
    first = copy.deepcopy(list(first))
    return first, list(answer(X, Y, size, rng)), list(answer(*afresh))


def properties(returned, X, Y, size, rng):
    """What can be said of the batches of two epochs, whatever the order of the rows."""
    found  = [[(places(rows, X), places(targets, Y)) for rows, targets in epoch]
              for epoch in returned]
    orders = [[np.concatenate([*part, np.zeros(0, int)]) for part in zip(*epoch)]
              if epoch else [np.zeros(0, int)] * 2 for epoch in found]
    *orders, again = orders
    values = [np.array([len(x) for x, _ in found[0]]), how_often(orders, len(X)), pairs(orders)]
    if len(X) >= ENOUGH:
        same    = all(map(np.array_equal, again, orders[0]))
        values += [freshness(found, orders), "the same" if same else "another"]
    return dict(zip(PARTS, values))


def places(rows, everything):
    """Where each row stands in the data."""
    same = (np.asarray(rows)[:, None] == everything).all(axis=2)
    if not same.any(axis=1).all():
        raise ValueError("rows that are not in the data")
    return same.argmax(axis=1)


def how_often(orders, m):
    """Does each row come once?"""
    counts = np.stack([np.bincount(x, minlength=m) for x, _ in orders])
    words  = [("never for some", counts == 0), ("twice for some", counts > 1)]
    return ", ".join(word for word, there in words if there.any()) or "once"


def pairs(orders):
    """Is the row of Y that belongs to a row of X beside it?"""
    if all(np.array_equal(x, y) for x, y in orders):
        return "its own"
    still = [name for name, old in zip("XY", zip(*orders)) if all(map(stands, old))]
    return "another's" + "".join(f", {name} is in its old order" for name in still)


def stands(order):
    """Is this the order of the data?"""
    return np.array_equal(order, np.arange(len(order)))


def freshness(found, orders):
    """Is the order a new one in each epoch?"""
    (one, other_one), (two, other_two) = orders
    if stands(one) and stands(two) and stands(other_one) and stands(other_two):
        return "that of the data"
    if np.array_equal(one, two) and np.array_equal(other_one, other_two):
        return "the same in both epochs"
    first, second = ({frozenset(x.tolist()) for x, _ in epoch} for epoch in found[:2])
    return "new, in the same batches" if first == second else "new in each epoch"


# ---- wrong answers -----------------------------------------------------------------------------

def cuts(m, size):
    """The places of the batches."""
    return [slice(start, start + size) for start in range(0, m, size)]


def whole_cuts(m, size):
    return [slice(start, start + size) for start in range(0, m - size + 1, size)]


def overlapping_cuts(m, size):
    return [slice(max(min(start, m - size), 0), start + size) for start in range(0, m, size)]


def together(m, rng):
    """One order for both."""
    order = rng.permutation(m)
    return order, order


def batches_of(orders=together, cuts=cuts):
    """A `mini_batches` with other orders for X and Y, or other cuts."""
    def answer(X, Y, size, rng):
        x, y = orders(len(X), rng)
        return [(X[x[part]], Y[y[part]]) for part in cuts(len(X), size)]
    return answer


def wrapped_around(X, Y, size, rng):
    order = rng.permutation(len(X))
    rows  = [np.take(order, range(start, start + size), mode="wrap")
             for start in range(0, len(X), size)]
    return [(X[some], Y[some]) for some in rows]


def so_many(X, Y, size, rng):
    return [(X[rows], Y[rows]) for rows in np.array_split(rng.permutation(len(X)), size)]


def in_place(X, Y, size, rng):
    order = rng.permutation(len(X))
    X[:], Y[:] = X[order], Y[order]
    return [(X[part], Y[part]) for part in cuts(len(X), size)]


def x_in_place(X, Y, size, rng):
    rng.shuffle(X)
    return [(X[part], Y[part]) for part in cuts(len(X), size)]


def each_in_place(X, Y, size, rng):
    rng.shuffle(X)
    rng.shuffle(Y)
    return [(X[part], Y[part]) for part in cuts(len(X), size)]


def drawn_anew(X, Y, size, rng):
    """Every batch a draw of its own from all rows."""
    draws = [rng.choice(len(X), size, replace=False) for _ in cuts(len(X), size)]
    return [(X[rows], Y[rows]) for rows in draws]


def drawn_with_repeats(X, Y, size, rng):
    draws = [rng.integers(len(X), size=size) for _ in cuts(len(X), size)]
    return [(X[rows], Y[rows]) for rows in draws]


def even_cuts(m, size):
    """As many pieces as batches, as even as they can be."""
    pieces = np.array_split(np.arange(m), -(-m // size))
    return [slice(piece[0], piece[-1] + 1) for piece in pieces]


def only_batches(X, Y, size, rng):
    parts = cuts(len(X), size)
    return [(X[parts[i]], Y[parts[i]]) for i in rng.permutation(len(parts))]


def repeated(order):
    return lambda m, rng: (order(m, rng),) * 2


# ---- the exercise ------------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "mini_batches", 7, "Mini-batches", "core", 10, mini_batches, PARTS, cases=numbered,
        calls=two_epochs, measure=properties, form="a list of pairs (X_batch, Y_batch)",
        mistakes=(
            Mistake("tail-dropped", batches_of(cuts=whole_cuts),
                    "The last rows are dropped when they do not fill a batch. They are examples "
                    "like all others: the last batch may be shorter.", 60),
            Mistake("tail-overlaps", batches_of(cuts=overlapping_cuts),
                    "Your last batch is filled up with rows that were in an earlier one, so some "
                    "examples count twice in an epoch. Let it be shorter.", 60, (wrapped_around,)),
            Mistake("x-only", batches_of(lambda m, rng: (rng.permutation(m), np.arange(m))),
                    "X is shuffled, Y is not: each example gets the answer of another. Make one "
                    "order, and take the rows of both by it.", 61, (x_in_place,)),
            Mistake("y-only", batches_of(lambda m, rng: (np.arange(m), rng.permutation(m))),
                    "Y is shuffled, X is not: each example gets the answer of another. Make one "
                    "order, and take the rows of both by it.", 61),
            Mistake("two-orders",
                    batches_of(lambda m, rng: (rng.permutation(m), rng.permutation(m))),
                    "X and Y are shuffled, each in an order of its own, so examples and answers no "
                    "longer belong together. Make one order and use it for both.", 61,
                    (each_in_place,)),
            Mistake("in-place", in_place,
                    "The batches are right, but the caller's X and Y come back shuffled. Whoever "
                    "kept a list of rows, or plots them later, is in for a surprise. Take rows by "
                    "an order of indices: that makes copies.", 62),
            Mistake("never-shuffled", batches_of(repeated(lambda m, rng: np.arange(m))),
                    "The rows come in the order of the data. If it is sorted by class, a batch "
                    "holds one class only, and each step forgets the one before. Shuffle.", 63),
            Mistake("same-order",
                    batches_of(repeated(lambda m, rng: np.random.default_rng(0).permutation(m))),
                    "Both epochs have the same order. Draw it from `rng`, anew in every call: a "
                    "generator made inside the function starts from the same seed each time.", 63),
            Mistake("own-generator",
                    batches_of(repeated(lambda m, rng: np.random.default_rng().permutation(m))),
                    "The order does not come from `rng`: with the same seed you get other batches "
                    "each time, and nobody can repeat your run. Draw it with the generator that "
                    "was handed over."),
            Mistake("same-batches", only_batches,
                    "The batches change places, but each holds the same rows in every epoch. "
                    "Shuffle the rows first, then cut.", 63),
            Mistake("with-replacement",
                    batches_of(repeated(lambda m, rng: rng.integers(0, m, size=m))),
                    "Rows are drawn with replacement, so some come twice in an epoch and some "
                    "never. A permutation has each of them once.", 60, (drawn_with_repeats,)),
            Mistake("drawn-anew", drawn_anew,
                    "Each batch is drawn from all rows, whatever the others have, so some rows "
                    "come twice in an epoch and some never. Draw one order, and cut it.", 60),
            Mistake("last-missing", batches_of(cuts=lambda m, size: cuts(m, size)[:-1]),
                    "The last batch is missing, be it short or whole. Does your range end before "
                    "the last start? It ends before the number of rows.", 60),
            Mistake("first-only", batches_of(cuts=lambda m, size: cuts(m, size)[:1]),
                    "There is one batch, and then it stops. Does `return` stand inside the loop?"),
            Mistake("one-row-short", batches_of(cuts=lambda m, size: [
                slice(start, start + size - 1) for start in range(0, m, size)]),
                    "Every batch is a row short. A slice ends before its end: `order[0:3]` has "
                    "three rows, 0, 1 and 2.", 60),
            Mistake("empty-batch", batches_of(cuts=lambda m, size: [
                slice(k * size, (k + 1) * size) for k in range(m // size + 1)]),
                    "Where the rows fill the batches exactly, there is one more, with no rows in "
                    "it: a mean over nothing is nan. Count starts in steps of `size`, and the "
                    "last piece takes care of itself.", 60),
            Mistake("even-pieces", batches_of(cuts=even_cuts),
                    "np.array_split makes pieces of about the same size. Asked for are batches of "
                    "`size` rows, and what is left over in the last one.", 60),
            Mistake("so-many", so_many,
                    "`size` is the number of rows in a batch; you made so many batches."),
            Mistake("not-cut", batches_of(cuts=lambda m, size: [slice(0, m)]),
                    "The order is there, but it is not cut: all rows are in one batch."),
            Mistake("every-start", batches_of(cuts=lambda m, size: [slice(i, i + size)
                                                                    for i in range(m)]),
                    "A batch begins at every row, so most rows come `size` times. The next one "
                    "begins where the last has ended: steps of `size`.", 60)),
        hints=("One order of the row numbers for both, from rng. Then cut this order into pieces.",
               "With 7 rows and size 3 the pieces have 3, 3 and 1 rows. A slice that reaches past "
               "the end stops at the end.",
               "For every start from 0 in steps of size: take the piece of the order from start "
               "on, and index X and Y with it."),
        why="Each example once an epoch, with its own answer, in ever new company."),
)
