"""Tasks for networks that read sequences: data, a loss, and what one can do without a network."""
from typing import Any, NamedTuple

import numpy as np

from dlf.datasets import Text, adding, copying, names, sunspots, windows
from dlf.losses import CrossEntropy, MeanSquare

IGNORE = -1           # marks moments of which nothing is asked
TEST   = 0.25         # the share that training never sees
MANY   = 2000         # examples of tasks that are made up
ASKED  = 3            # symbols to remember in the task copy
SHOWN  = "abcd.?"     # its alphabet: four symbols, nothing, and the question


class Task(NamedTuple):
    """What there is to learn, and the losses on the test part of those who do not learn.

    Shapes: x (n, time, n_in), or (n, time) of symbols; y (n, 1), or (n, time) of symbols.
    `baselines` are pairs (name, loss); `symbols` is the alphabet, None for measurements. `unit` is
    that of the answers; `along` says what the answers to the test part follow each other along, if
    they are a series.
    """

    name:      str
    train:     tuple
    test:      tuple
    loss:      Any
    baselines: tuple
    n_in:      int
    n_out:     int
    symbols:   str | None = None
    unit:      str = ""
    along:     str = ""


def task(name, length, rng):
    """The task of this name, with sequences of this length. `rng` makes up what is made up."""
    return TASKS[name](length, rng)


# ---- measurements ------------------------------------------------------------------------------

def sunspot_task(length, rng):
    """The number of sunspots in the next year, from those of so many years before.

    Without a network: say that next year is like this one (persistence).
    """
    data  = sunspots()
    pairs = windows(data.y / 100, length)
    cut   = round((1 - TEST) * len(pairs))
    x, y  = pairs.x[:, :, None], pairs.y[:, None]
    loss  = MeanSquare()
    last  = loss(x[cut:, -1], y[cut:])
    return Task("sunspots", (x[:cut], y[:cut]), (x[cut:], y[cut:]), loss, (("persistence", last),),
                1, 1, unit="hundreds of sunspots",
                along=f"years after {data.x[cut + length - 1, 0]:.0f}")


def adding_task(length, rng):
    """The sum of the two numbers that are marked, among so many between 0 and 1.

    Without a network: always say their mean, 1. Source: Hochreiter & Schmidhuber (1997).
    """
    data = adding(round(MANY / (1 - TEST)), length, rng)
    x, y = data.x, data.y[:, None]
    loss = MeanSquare()
    mean = loss(np.ones_like(y[MANY:]), y[MANY:])
    return Task("adding", (x[:MANY], y[:MANY]), (x[MANY:], y[MANY:]), loss, (("mean", mean),), 2, 1)


# ---- symbols -----------------------------------------------------------------------------------

def copy_task(length, rng):
    """Three symbols, then nothing for a while, then a question: say the three.

    Without a network: guess one of the four. Source: Hochreiter & Schmidhuber (1997), as Arjovsky
    et al. (2016) pose it.
    """
    data = copying(round(MANY / (1 - TEST)), length - 2 * ASKED, rng, ASKED, 4)
    x, y = data.x, np.where(data.y < 4, data.y, IGNORE)         # of the wait nothing is asked
    return Task("copy", (x[:MANY], y[:MANY]), (x[MANY:], y[MANY:]), CrossEntropy(ignore=IGNORE),
                (("chance", float(np.log(4))),), len(SHOWN), len(SHOWN), SHOWN)


def name_task(length, rng):
    """The next letter of a first name, from the letters before it; the end of a line is one too.

    Without a network: count which letter follows which one (bigram), or which two (trigram).
    """
    words = [str(word) for word in names().x]
    text  = Text("\n" + "\n".join(words) + "\n")
    x = np.zeros((len(words), length), np.int64)
    y = np.full((len(words), length), IGNORE)
    for i, word in enumerate(words):
        codes = text.encode(f"\n{word}\n")
        k     = min(len(codes) - 1, length)
        x[i, :k], y[i, :k] = codes[:k], codes[1:k + 1]
    order = rng.permutation(len(words))
    cut   = round((1 - TEST) * len(words))
    train, test = ((x[rows], y[rows]) for rows in (order[:cut], order[cut:]))
    k = len(text.alphabet)
    counted = tuple((name, counting(train, test, k, before))
                    for name, before in (("bigram", 1), ("trigram", 2)))
    return Task("names", train, test, CrossEntropy(ignore=IGNORE), counted, k, k, text.alphabet)


def counting(train, test, k, before):
    """The cross-entropy on `test` of one who counted in `train` what follows so many symbols.

    Each count begins at 1, so that nothing is impossible (Laplace). Before a sequence begins there
    is the symbol 0.
    """
    counts = np.ones((k ** before, k))
    keys, y = pasts(train[0], k, before), train[1]
    np.add.at(counts, (keys[y >= 0], y[y >= 0]), 1)
    odds = counts / counts.sum(axis=1, keepdims=True)
    keys, y = pasts(test[0], k, before), test[1]
    return float(-np.log(odds[keys[y >= 0], y[y >= 0]]).mean())


def pasts(x, k, before):
    """A number for each moment that says which symbols came last: (n, time)."""
    key = x.copy()
    for back in range(1, before):
        key[:, back:] += k ** back * x[:, :-back]
    return key


TASKS   = {"sunspots": sunspot_task, "adding": adding_task, "copy": copy_task, "names": name_task}
LENGTHS = {"sunspots": 24, "adding": 20, "copy": 12, "names": 12}
