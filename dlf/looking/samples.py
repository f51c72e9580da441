"""What a network that says what comes next writes by itself."""
import numpy as np

from dlf.generate import generate


def goes_on(x, y):
    """Do the answers say what comes next: is each target the next symbol of its own sequence?

    Targets below 0 do not count. Shapes: x, y (batch, time).
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.dtype.kind not in "iu" or y.dtype.kind not in "iu" or x.shape != y.shape or x.ndim != 2:
        return False
    counts = y[:, :-1] >= 0
    return bool(counts.any() and (x[:, 1:] == y[:, :-1])[counts].all())


def beginning(x):
    """The symbol with which every sequence begins; None if they begin with different ones."""
    first = np.unique(x[:, 0])
    return int(first[0]) if len(first) == 1 else None


def samples(net, x, temperature=1.0, rng=None, lines=6, length=32):
    """Rows of symbols that the network draws: a list of lists of codes.

    If all sequences of x begin with the same symbol, as names do behind the end of a line, each row
    begins there and ends when it is drawn again, after at most as many symbols as a sequence has.
    Else one text goes on from row to row, from the first symbol of x.

    Shapes: x (batch, time) of symbols.
    """
    rng, mark = rng or np.random.default_rng(), beginning(x)
    if mark is None or len(x) == 1:
        codes = list(generate(net, x[0, :1], lines * length, temperature, rng))
        return [codes[i:i + length] for i in range(0, len(codes), length)]
    return [row(net, mark, x.shape[1], temperature, rng) for _ in range(lines)]


def row(net, mark, most, temperature, rng):
    """Symbols from one mark to the next."""
    codes = []
    for code in generate(net, np.array([mark]), most, temperature, rng):
        if code == mark:
            break
        codes.append(code)
    return codes
