"""Chapter 7, one epoch: a step of gradient descent for each batch."""
import numpy as np

from dlf.exercises.chapters.ch07_many_examples_backprop import backprop_all, batch, network
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answer ----------------------------------------------------------------------------------

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


# ---- what it is compared on ----------------------------------------------------------------------

def epochs(rng):
    """Batches of which the last is shorter, and two of one size."""
    cases = ((2, 2, 1), (2, 2, 1)), ((3, 3, 1), (2, 3, 4)), ((4, 4), (3, 3, 3))
    return [([batch(rng, m, sizes[0], sizes[2]) for m in counts], backprop_all,
             *network(rng, *sizes), 2.0) for counts, sizes in cases]


# ---- wrong answers -------------------------------------------------------------------------------

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


def one_after_another(batches, gradients, *args):
    """Each parameter takes its step before the gradient of the next is taken."""
    *now, lr = args
    for X, Y in batches:
        for k in range(4):
            now[k] = now[k] - lr * gradients(X, Y, *now)[k]
    return now


def step_alone(batches, gradients, *args):
    """The parameters become the step, and not where it leads."""
    *now, lr = args
    for X, Y in batches:
        now = [-lr * slope for slope in gradients(X, Y, *now)]
    return now


def in_another_order(batches, gradients, W1, b1, W2, b2, lr):
    for X, Y in batches:
        dW1, dW2, db1, db2 = gradients(X, Y, W1, b1, W2, b2)
        W1, b1 = W1 - lr * dW1, b1 - lr * db1
        W2, b2 = W2 - lr * dW2, b2 - lr * db2
    return W1, b1, W2, b2


# ---- the exercise --------------------------------------------------------------------------------

EXERCISES = (
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
            Mistake("step-alone", step_alone,
                    "That is the step, without the place that it starts from: a parameter becomes "
                    "itself minus lr times its gradient."),
            Mistake("no-biases", stepping(biases=0),
                    "The biases stay where they were. They take steps too."),
            Mistake("in-place", steps_in_place,
                    "The result is right, but the caller's parameters have changed as well: `-=` "
                    "writes into the array that was handed over. `W1 = W1 - ...` makes a new one."),
            Mistake("updated-meanwhile", updated_meanwhile,
                    "Some parameters take their step before the gradients of others are found. "
                    "All four gradients belong to the same parameters: find them all, then step.",
                    38, (one_after_another,)),
            Mistake("order-of-gradients", in_another_order,
                    "`gradients` returns dW1, db1, dW2, db2, and you unpack them in another order, "
                    "so that a weight matrix takes the step of a bias.")),
        hints=("Three things for each batch: ask for the four gradients, take four steps, go on "
               "with the new parameters.",
               "Every parameter keeps its shape. Make new arrays; do not write into the old ones.",
               "In the loop: ask for the four gradients at the parameters of now; then each "
               "parameter becomes itself minus lr times its gradient. After the loop: return all "
               "four."),
        why="Repeat it until you are content: that is all of training."),
)
