"""How many wrong backpropagations learn two moons nearly as well as the right one?

    python tests/benchmarks/mistakes_that_learn.py

Takes the bugs of chapter 6 and the mistakes of chapter 5's exercise `backprop`, trains a 2-6-2
network with each, one example after the other, and prints the accuracy, the mean over five starts,
beside the error of a gradient check. "Near" is within two points of the right one.
"""
import numpy as np

import dlf
from dlf.exercises.catalog import find
from dlf.exercises.planted import BUGS, planted, sigmoid
from dlf.gradcheck import numerical_gradient, relative_error

SEEDS, HIDDEN, ROUNDS, RATE, NEAR = 5, 6, 60, 2.0, 2.0


def moons():
    """100 points of about the size of 1, (100, 2), and their classes as one-hot rows, (100, 2)."""
    data = dlf.datasets.moons(100, noise=0.1, rng=np.random.default_rng(0))
    return data.x / 3, np.eye(2)[data.y]


def accuracy(backprop, x, y, seed):
    """Percent right after training from the start that the seed draws; nan if it breaks down."""
    rng = np.random.default_rng(seed)
    net = [rng.normal(size=(HIDDEN, 2)), np.zeros(HIDDEN),
           rng.normal(size=(2, HIDDEN)) / HIDDEN**0.5, np.zeros(2)]
    try:
        for i in [i for _ in range(ROUNDS) for i in rng.permutation(len(x))]:
            found = backprop(x[i], y[i], *net)
            net   = [part - RATE * np.asarray(g) for part, g in zip(net, found)]
    except (ValueError, TypeError):                 # shapes that do not fit: this one is noticed
        return np.nan
    W1, b1, W2, b2 = net
    says = sigmoid(x @ W1.T + b1) @ W2.T + b2
    return 100 * (says.argmax(axis=1) == y.argmax(axis=1)).mean()


def check(backprop, x, y, seed=0):
    """The largest relative error of the blocks, on the first point; nan if shapes are wrong."""
    rng = np.random.default_rng(seed)
    net = [rng.normal(size=shape) for shape in ((HIDDEN, 2), HIDDEN, (2, HIDDEN), 2)]

    def cost():
        W1, b1, W2, b2 = net
        return float(((sigmoid(W2 @ sigmoid(W1 @ x[0] + b1) + b2) - y[0]) ** 2).sum() / 2)
    try:
        return max(relative_error(np.asarray(g), numerical_gradient(cost, part))
                   for g, part in zip(backprop(x[0], y[0], *(part.copy() for part in net)), net))
    except (ValueError, TypeError):
        return np.nan


def measure(title, wrong, x, y):
    """Print a row for each wrong backpropagation {name: function}, and how many are near."""
    right = np.mean([accuracy(planted(), x, y, seed) for seed in range(SEEDS)])
    rows  = {name: (np.mean([accuracy(f, x, y, seed) for seed in range(SEEDS)]), check(f, x, y))
             for name, f in wrong.items()}
    print(f"\n{title}: the right one reaches {right:.1f} %\n\naccuracy   check")
    for name, (percent, error) in sorted(rows.items(), key=lambda row: -np.nan_to_num(row[1][0])):
        print(f"{percent:6.1f} %   {error:7.1e}   {name}")
    trains = [percent for percent, _ in rows.values() if np.isfinite(percent)]
    near   = sum(percent >= right - NEAR for percent in trains)
    print(f"{near} of {len(rows)} wrong backpropagations come within {NEAR:g} points; "
          f"{len(rows) - len(trains)} do not run.")


def main():
    np.seterr(over="ignore")                        # some run away
    x, y = moons()
    measure("Bugs of chapter 6", {f"{n}: {words}": planted(n) for n, words in BUGS.items()}, x, y)
    if exercise := find("backprop"):
        measure("Mistakes of chapter 5's backprop",
                {mistake.id: mistake.answer for mistake in exercise.mistakes}, x, y)


if __name__ == "__main__":
    main()
