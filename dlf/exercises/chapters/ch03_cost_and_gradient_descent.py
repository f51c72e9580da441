"""Chapter 3, cost and gradient descent: how wrong a network is, and the slope of that."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def cost(a, y):
    """The quadratic cost: half the sum of an example's squared errors, and the mean over examples.

    a: outputs, (n,) of one example, or (m, n) of m examples as rows.
    y: targets, of the same shape; or (m,) if a is (m, 1), one output for each example.
    cost(np.array([0.8, 0.3]), np.array([1.0, 0.0])) is (0.04 + 0.09) / 2 = 0.065.
    """
    a = np.atleast_2d(a)                  # (m, n): one example is a table with one row
    y = np.reshape(y, a.shape)            # (m, n): each target beside its output
    return ((a - y) ** 2).sum() / (2 * len(a))


def cost_gradient(a, y):
    """The slopes of the quadratic cost with respect to each number of a, in the shape of a.

    a, y: of the same shape, (n,) for one example, or (m, n) for m examples as rows.
    cost_gradient(np.array([0.8, 0.3]), np.array([1.0, 0.0])) is [-0.2, 0.3].
    """
    m = len(np.atleast_2d(a))             # how many examples
    return (a - y) / m


# ---- what they are compared on -----------------------------------------------------------------

def some_outputs(rng):
    """One example, few, more examples than outputs, as many, and a column of outputs."""
    pairs = [(np.array([0.8, 0.3]), np.array([1.0, 0.0])),
             (np.array([[0.8, 0.3], [0.4, 0.9], [0.5, 0.2]]),
              np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))]
    return pairs + [(rng.random(shape), rng.random(shape)) for shape in ((5, 2), (3, 3), (4, 1))]


def some_targets(rng):
    """The same, and targets in a row for outputs in a column, the first of them perfect."""
    return [*some_outputs(rng), (np.array([[1.0], [0.0], [1.0]]), np.array([1.0, 0.0, 1.0])),
            (rng.random((4, 1)), rng.random(4))]


# ---- mistakes of the cost: in the error d (m, n) and the count m -------------------------------

def fit(a, y):
    """The targets in the shape of the outputs."""
    return np.reshape(y, np.shape(a))


def alone(make):
    """A mistake in d and m, with the shapes right."""
    return lambda a, y: make(np.atleast_2d(a - fit(a, y)), len(np.atleast_2d(a)))


def spread(make):
    """The same where (m, 1) - (m,) was not looked after."""
    return lambda a, y: make(np.atleast_2d(a - y), len(np.atleast_2d(a)))


def counted(make):
    """The same where the n outputs of one example are taken for n examples."""
    return lambda a, y: make(a - fit(a, y), len(a))


def naive(make):
    """The same where neither was looked after."""
    return lambda a, y: make(a - y, len(a))


def cost_mistake(id, make, says, number=0, others=()):
    """A mistake of the cost, alone and in company of what the shapes may do besides.

    Rarer ways to make it, `others`, come with the shapes right, or not looked after at all.
    """
    forms = [way(make) for way in (alone, spread, counted, naive)]
    forms += [way(other) for other in others for way in (alone, naive)]
    return Mistake(id, forms[0], says, number, tuple(forms[1:]))


def by_columns(difference, one=np.size):
    """The cost divided by the number of outputs instead of examples; for one example, by one(a)."""
    return lambda a, y: (difference(a, y) ** 2).sum() / (2 * (
        a.shape[1] if np.ndim(a) == 2 else one(a)))


def with_a_column(a, y):
    """Every y of shape (n,) made a column, also that of a single example."""
    return ((np.atleast_2d(a) - (y[:, None] if np.ndim(y) == 1 else y)) ** 2).sum(axis=1)


def right(d, m):
    return (d ** 2).sum() / (2 * m)


def lengths(d):
    return np.sqrt((d ** 2).sum(axis=-1))


def slope_mistake(id, make, says, number=0, others=()):
    """A mistake of the cost's gradient, with the count of examples right, and with len(a)."""
    def ways(make):
        return [lambda a, y: make(a - y, len(np.atleast_2d(a))), lambda a, y: make(a - y, len(a))]
    forms = [way for m in (make, *others) for way in ways(m)]
    return Mistake(id, forms[0], says, number, tuple(forms[1:]))


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "cost", 3, "The quadratic cost", "core", 10, cost, ("cost",), cases=some_targets,
        mistakes=(
            cost_mistake("sum-for-mean", lambda d, m: (d ** 2).sum() / 2,
                         "You add up the costs of all examples; the cost is their mean. As a sum "
                         "it would grow with the number of examples, however good the network is: "
                         "divide by m.", 18),
            cost_mistake("mean-of-all", lambda d, m: (d ** 2).mean() / 2,
                         "You take the mean over all numbers, and so divide by the number of "
                         "outputs as well. Within an example the squares are added up; the mean is "
                         "over the examples alone: divide by m, the number of rows.", 19),
            cost_mistake("no-half", lambda d, m: (d ** 2).sum() / m,
                         "It is twice what it should be: the half is missing. It is there so that "
                         "the 2 of the square's slope cancels.", 20),
            cost_mistake("mean-squared-error", lambda d, m: (d ** 2).mean(),
                         "That is the mean squared error of most libraries: over all numbers, and "
                         "without the half. Here the squares of an example are added up and "
                         "halved, and the mean is over the examples alone."),
            cost_mistake("sum-of-squares", lambda d, m: (d ** 2).sum(),
                         "The sum of all squares is the right start. Two things are missing: the "
                         "half, and the mean over the m examples."),
            cost_mistake("absolute", lambda d, m: np.abs(d).sum() / (2 * m),
                         "You take the size of each error; the quadratic cost takes its square. "
                         "The square has a slope that shrinks with the error; the size has a kink "
                         "at 0.", 0,
                         (lambda d, m: np.abs(d).sum() / m, lambda d, m: np.abs(d).mean(),
                          lambda d, m: np.abs(d).sum())),
            cost_mistake("not-squared", lambda d, m: d.sum() / (2 * m),
                         "The errors are added without being squared, so one that is too high and "
                         "one that is too low cancel, and two wrongs cost nothing.", 0,
                         (lambda d, m: d.sum() / m, lambda d, m: d.mean(), lambda d, m: d.sum(),
                          lambda d, m: d.mean() / 2)),
            cost_mistake("squared-late", lambda d, m: d.sum() ** 2 / (2 * m),
                         "You add first and square then, so errors of different sign cancel. "
                         "Square each error, then add.", 0,
                         (lambda d, m: (d.sum(axis=-1) ** 2).sum() / (2 * m),
                          lambda d, m: d.mean() ** 2 / 2, lambda d, m: d.mean() ** 2)),
            cost_mistake("length", lambda d, m: lengths(d).sum() / (2 * m),
                         "You take a root at the end, and so the length of the error instead of "
                         "its square. Leave the root away (or square the norm).", 0,
                         (lambda d, m: lengths(d).sum() / m, lambda d, m: right(d, m) ** 0.5,
                          lambda d, m: (d ** 2).mean() ** 0.5,
                          lambda d, m: ((d ** 2).sum() / m) ** 0.5,
                          lambda d, m: np.linalg.norm(d) / (2 * m),
                          lambda d, m: np.linalg.norm(d) / 2, lambda d, m: np.linalg.norm(d) / m)),
            cost_mistake("one-each", lambda d, m: (d ** 2).sum(axis=-1) / 2,
                         "You have one cost for each example. They are right; what is missing is "
                         "their mean.", 0, (lambda d, m: (d ** 2).sum(axis=-1) / (2 * m),)),
            cost_mistake("not-summed", lambda d, m: d ** 2 / 2,
                         "You have one number for each output. Add up the squares within an "
                         "example, and take the mean over the examples: one number is left.", 0,
                         (lambda d, m: d ** 2 / (2 * m), lambda d, m: d ** 2,
                          lambda d, m: d ** 2 / m, lambda d, m: (d ** 2).sum(axis=0) / (2 * m),
                          lambda d, m: (d ** 2).mean(axis=0) / 2)),
            Mistake("columns-for-rows", by_columns(lambda a, y: a - fit(a, y)),
                    "You divide by the number of columns, the outputs. The mean is over the "
                    "examples: divide by m, the number of rows.", 0,
                    (by_columns(lambda a, y: a - y), by_columns(lambda a, y: a - y, lambda a: 1),
                     by_columns(lambda a, y: a - fit(a, y), lambda a: 1))),
            cost_mistake("half-squared", lambda d, m: (d ** 2).sum() / (4 * m),
                         "Half of what it should be: the half is squared too, and becomes a "
                         "quarter. Square the error alone; the half stands in front."),
            Mistake("rows-added", lambda a, y: ((a - fit(a, y)) ** 2).sum(axis=0) / 2,
                    "Right for one example. In a table the first axis goes over the examples, so a "
                    "sum over it, or a loop over len(a), adds examples, and one number for each "
                    "output is left. Add within a row, then take the mean over the rows.", 0,
                    (lambda a, y: ((a - y) ** 2).sum(axis=0) / 2,)),
            Mistake("target-column", lambda a, y: with_a_column(a, y).mean() / 2,
                    "Right for tables. But you make a column of every y that is (n,), also of a "
                    "single example's, and beside its row of outputs NumPy spreads it to (n, n). "
                    "Give y the shape of a, whichever that is."),
            Mistake("difference-of-squares",
                    lambda a, y: ((a ** 2 - fit(a, y) ** 2).sum() / (2 * len(np.atleast_2d(a)))),
                    "You square output and target, and subtract then; that can even be negative. "
                    "Subtract first: it is the error that is squared.", 0,
                    (lambda a, y: (a ** 2 - y ** 2).sum() / (2 * len(np.atleast_2d(a))),
                     lambda a, y: (a ** 2 - y ** 2).sum() / (2 * len(a)))),
            Mistake("broadcast", spread(right),
                    "A perfect prediction must cost 0; with a of shape (m, 1) and y of shape (m,) "
                    "yours does not. NumPy spreads their difference into an (m, m) table: every "
                    "output against every target. Give y the shape of a before you subtract.", 22,
                    (lambda a, y: ((a - y) ** 2).sum(axis=-1).mean() / 2,)),
            Mistake("one-as-many", counted(right),
                    "Right for tables. But a single example of shape (n,) is one example with n "
                    "outputs, so m is 1, and len(a) says n. `np.atleast_2d` makes a table of one "
                    "row from it."),
            Mistake("two-shapes", naive(right),
                    "The formula is right, for tables. Two more shapes are asked for: a single "
                    "example (n,) counts as one, and is to be made a row; and targets (m,) beside "
                    "outputs (m, 1) need the shape of a, or else NumPy spreads the difference to "
                    "(m, m).", 0, (lambda a, y: ((a - y) ** 2).sum(axis=1).mean() / 2,)),
            Mistake("no-axis-1", lambda a, y: ((a - fit(a, y)) ** 2).sum(axis=1).mean() / 2,
                    "Right for tables. A single example of shape (n,) has no axis 1: make a table "
                    "of one row from it first, or add up over the last axis, which is -1."),
        ),
        hints=("Three things happen to the errors a - y: they are squared, added up within each "
               "example and halved, and then averaged over the examples.",
               "Give both the shape (m, n) first: `np.atleast_2d` makes one row of (n,), and "
               "reshape gives y the shape of a. What you return is a single number.",
               "The sum of all squares of the (m, n) table of errors, divided by twice the number "
               "of its rows."),
        why="A perfect network costs 0, every other one more: one number that says how wrong it "
            "is."),
    Exercise(
        "cost_gradient", 3, "The gradient of the quadratic cost", "core", 6, cost_gradient,
        ("gradient",), cases=some_outputs,
        mistakes=(
            slope_mistake("reversed", lambda d, m: -d / m,
                          "The sign is reversed. If an output is too high, a > y, raising it "
                          "further costs more, so the slope is positive: a minus y.", 21,
                          (lambda d, m: -d, lambda d, m: -2 * d / m)),
            slope_mistake("no-mean", lambda d, m: d,
                          "Right for one example. The cost of m examples is their mean, so each of "
                          "them has only one m-th of the say: divide by m.", 49),
            slope_mistake("twice", lambda d, m: 2 * d / m,
                          "Twice too large: the 2 that comes from the square meets the half in "
                          "front of the sum, and they cancel.", 20),
            slope_mistake("half", lambda d, m: d / (2 * m),
                          "Half of what it should be: you kept the half, but lost the 2 that the "
                          "slope of a square brings.", 20),
            slope_mistake("mean-of-all", lambda d, m: d / np.size(d),
                          "You divide by the number of all outputs. The mean is over the examples "
                          "alone: divide by the number of rows; one example counts as 1.", 19),
            slope_mistake("sum-of-squares", lambda d, m: 2 * d,
                          "That is the gradient of the plain sum of squares. The half cancels the "
                          "2, and the mean over the examples divides by m."),
            slope_mistake("squared", lambda d, m: d ** 2 / (2 * m),
                          "Those are the squares themselves, the parts of the cost. The slope of a "
                          "square, half of d squared, is d.", 0,
                          (lambda d, m: d ** 2 / m, lambda d, m: d ** 2, lambda d, m: d ** 2 / 2)),
            slope_mistake("summed", lambda d, m: d.sum() / m,
                          "You have one number. The gradient has one slope for each number of a, "
                          "in the shape of a: do not add them up.", 0, (lambda d, m: d.sum(),)),
            slope_mistake("averaged", lambda d, m: d.mean(axis=0),
                          "You added the examples together. Every output of every example has a "
                          "slope of its own: the result has the shape of a.", 0,
                          (lambda d, m: d.sum(axis=0), lambda d, m: np.mean(np.atleast_2d(d), 0),
                           lambda d, m: np.atleast_2d(d).sum(axis=0))),
            slope_mistake("cost", lambda d, m: (d ** 2).sum() / (2 * m),
                          "That is the cost itself: how high, not how steep. Asked for is one "
                          "slope for each output.", 0,
                          (lambda d, m: (d ** 2).sum() / m, lambda d, m: (d ** 2).sum() / 2)),
            slope_mistake("absolute", lambda d, m: np.abs(d) / m,
                          "The signs are lost, and they are what matters most: they say in which "
                          "direction an output is wrong.", 0, (lambda d, m: np.abs(d),)),
            Mistake("columns-for-rows", lambda a, y: (a - y) / np.atleast_2d(a).shape[1],
                    "You divide by the number of columns, the outputs. The mean is over the "
                    "examples: divide by m, the number of rows."),
            Mistake("through-the-sigmoid",
                    lambda a, y: (a - y) * a * (1 - a) / len(np.atleast_2d(a)),
                    "You went one step further, through the sigmoid, with its slope a (1 - a). "
                    "That is the slope with respect to z; asked for is the one with respect to a.",
                    0, (lambda a, y: (a - y) * a * (1 - a),
                        lambda a, y: (a - y) * a * (1 - a) / len(a))),
            Mistake("one-as-many", lambda a, y: (a - y) / len(a),
                    "Right for tables. But a single example of shape (n,) is one example with n "
                    "outputs: m is 1 there, and len(a) says n."),
        ),
        hints=("Formula (3.4) is for one example. What does the mean over m examples do to each "
               "slope?",
               "The result has the shape of a. For one example, m is 1: the number of rows once a "
               "is a table.",
               "Output minus target, divided by the number of examples."),
        why="The error itself, a minus y: this is the quantity that backpropagation sends back."),
)
