"""Chapter 7, mini-batches: the rows in a new order for every epoch, and a step for each batch."""
import copy

import numpy as np

from dlf.exercises.chapters.ch07_many_examples_backprop import backprop_all, batch, network
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

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


def one_epoch(batches, gradients, W1, b1, W2, b2, lr):
    """One step of gradient descent for each batch (X, Y), in turn: the new (W1, b1, W2, b2).

    gradients(X, Y, W1, b1, W2, b2) gives dW1, db1, dW2, db2 of the batch's mean cost, as
    backprop_all does. The caller's arrays stay as they are.
    """
    for X, Y in batches:
        dW1, db1, dW2, db2 = gradients(X, Y, W1, b1, W2, b2)
        W1, b1 = W1 - lr * dW1, b1 - lr * db1
        W2, b2 = W2 - lr * dW2, b2 - lr * db2
    return W1, b1, W2, b2


# ---- what they are compared on -----------------------------------------------------------------

def numbered(rng):
    """Rows that can be recognized; the last batch is short, whole, the only one, and short."""
    return [(np.column_stack([np.arange(m), -np.arange(m)]) * 1.0, np.arange(m)[:, None] + 100.0,
             size, np.random.default_rng(m)) for m, size in ((7, 3), (6, 3), (8, 9), (41, 8))]


def epochs(rng):
    """Batches of which the last is shorter, and two of one size."""
    cases = ((2, 2, 1), (2, 2, 1)), ((3, 3, 1), (2, 3, 4)), ((4, 4), (3, 3, 3))
    return [([batch(rng, m, sizes[0], sizes[2]) for m in counts], backprop_all,
             *network(rng, *sizes), 2.0) for counts, sizes in cases]


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


def only_batches(X, Y, size, rng):
    parts = cuts(len(X), size)
    return [(X[parts[i]], Y[parts[i]]) for i in rng.permutation(len(parts))]


def repeated(order):
    return lambda m, rng: (order(m, rng),) * 2


def stepping(weight=lambda m, size, n: 1.0, keep=lambda m, size: True, anew=False, old=False,
             sign=-1, biases=1):
    """A `one_epoch` in which something goes otherwise.

    weight: a factor on a batch of m rows, of n batches of up to `size`; keep: is it used?
    anew: each step starts from the first parameters; old: gradients are taken at these.
    """
    def answer(batches, gradients, W1, b1, W2, b2, lr):
        first = now = (W1, b1, W2, b2)
        size  = max(len(X) for X, _ in batches)
        for X, Y in batches:
            step = lr * weight(len(X), size, len(batches)) * keep(len(X), size) * sign
            each = gradients(X, Y, *(first if old or anew else now))
            now  = tuple(p + step * s * g for p, s, g in zip(first if anew else now,
                                                             (1, biases, 1, biases), each))
        return now
    return answer


def first_batch_only(batches, *others):
    return one_epoch(batches[:1], *others)


def steps_in_place(batches, gradients, W1, b1, W2, b2, lr):
    for X, Y in batches:
        for p, g in zip((W1, b1, W2, b2), gradients(X, Y, W1, b1, W2, b2)):
            p -= lr * g
    return W1, b1, W2, b2


def merged(batches, *others):
    """One step for all batches together."""
    return one_epoch([tuple(map(np.concatenate, zip(*batches)))], *others)


def updated_meanwhile(batches, gradients, W1, b1, W2, b2, lr):
    """W2 and b2 take their step before the gradients of the first layer are taken."""
    for X, Y in batches:
        _, _, dW2, db2 = gradients(X, Y, W1, b1, W2, b2)
        W2, b2 = W2 - lr * dW2, b2 - lr * db2
        dW1, db1, _, _ = gradients(X, Y, W1, b1, W2, b2)
        W1, b1 = W1 - lr * dW1, b1 - lr * db1
    return W1, b1, W2, b2


# ---- the exercises -----------------------------------------------------------------------------

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
                    "longer belong together. Make one order and use it for both.", 61),
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
                    "never. A permutation has each of them once.", 60),
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
    Exercise(
        "one_epoch", 7, "One epoch of steps", "stretch", 8, one_epoch, ("W1", "b1", "W2", "b2"),
        cases=epochs,
        mistakes=(
            Mistake("nominal-size", stepping(lambda m, size, n: m / size),
                    "The short last batch takes too small a step: its sum is divided by the "
                    "nominal size. Its gradient is the mean over the rows it has. `gradients` "
                    "has divided by these already, so nothing has to be divided here.", 59,
                    (stepping(lambda m, size, n: m / size / size),)),
            Mistake("twice", stepping(lambda m, size, n: 1 / m),
                    "You divide by the number of rows, and `gradients` has done so: 1/m is in "
                    "there twice.", 50, (stepping(lambda m, size, n: 1 / size),)),
            Mistake("sum", stepping(lambda m, size, n: m),
                    "Your step is too long by the number of rows: the gradient of a batch is a "
                    "mean, and stays one.", 49),
            Mistake("tail-skipped", stepping(keep=lambda m, size: m == size),
                    "The short batch at the end is left out. It takes a step like any other.", 60),
            Mistake("ascends", stepping(sign=1),
                    "You climb: the gradient points to where the cost grows. Subtract.", 73),
            Mistake("first-only", first_batch_only,
                    "Only the first batch takes a step. Does `return` stand inside the loop?"),
            Mistake("last-only", stepping(anew=True),
                    "Every step starts from the parameters of the beginning, so only the last one "
                    "is left. Each step starts where the one before has ended."),
            Mistake("old-gradients", stepping(old=True),
                    "All gradients are taken at the parameters of the beginning. After each step "
                    "you stand somewhere else: ask for the gradients again from there."),
            Mistake("mean-step", stepping(lambda m, size, n: 1 / n),
                    "You divide by the number of batches. Each batch takes its own whole step."),
            Mistake("merged", merged,
                    "You took one step for all batches together. Each batch takes a step, and "
                    "the next one starts from there."),
            Mistake("unchanged", lambda batches, gradients, *p: p[:4],
                    "The parameters come back as they were. Are the new ones kept under other "
                    "names, or made in the loop and forgotten?"),
            Mistake("returns-gradients", lambda batches, gradients, *p: gradients(
                *batches[-1], *p[:4]),
                    "You return gradients. What is wanted are the parameters after the steps.", 0,
                    (lambda batches, gradients, *p: gradients(*batches[0], *p[:4]),)),
            Mistake("no-rate", lambda *args: one_epoch(*args[:-1], 1.0),
                    "The learning rate plays no part: multiply each gradient by lr."),
            Mistake("no-biases", stepping(biases=0),
                    "The biases stay where they were. They take steps too."),
            Mistake("in-place", steps_in_place,
                    "The result is right, but the caller's parameters have changed as well: `-=` "
                    "writes into the array that was handed over. `W1 = W1 - ...` makes a new one."),
            Mistake("updated-meanwhile", updated_meanwhile,
                    "The second layer takes its step before the gradients of the first are found. "
                    "All four gradients belong to the same parameters: find them all, then step.",
                    38)),
        hints=("Three things for each batch: ask for the four gradients, take four steps, go on "
               "with the new parameters.",
               "Every parameter keeps its shape. Make new arrays; do not write into the old ones.",
               "In the loop: ask for the four gradients at the parameters of now; then each "
               "parameter becomes itself minus lr times its gradient. After the loop: return all "
               "four."),
        why="Repeat it until you are content: that is all of training."),
)
