"""Generate: let a network that says what comes next go on, symbol after symbol."""
import numpy as np

from dlf.layers.base import check_rng
from dlf.shapes import ShapeError, is_whole


def generate(net, start, n, temperature=1.0, rng=None, context=None):
    """Yield `n` symbols that go on from `start`, each drawn from what `net` says comes next.

        codes = dlf.generate(net, text.encode("We the "), 200, temperature=0.8, rng=rng)
        print(text.decode(list(codes)))

    Args: net: a network from symbols (batch, time) to scores (batch, time, symbols); start: one
    symbol or more; temperature: 1 draws as often as the network says, less plays safe, more takes
    risks, 0 takes the most probable one each time; rng: where the draws come from; context: how
    many symbols, counted from the last, the network reads (by default all, or as many as the layers
    that know positions allow).

    Raises: ShapeError for a start that is no row of symbols; ValueError for a temperature below 0.
    """
    start = np.asarray(start)
    if start.ndim != 1 or not start.size or start.dtype.kind not in "iu":
        raise ShapeError("generate goes on from a row of symbols, such as text.encode('We'), with "
                         f"at least one of them; got {start.dtype} of shape {start.shape}.")
    if not temperature >= 0:
        raise ValueError(f"The temperature must be 0 or more, got {temperature!r}.")
    if not is_whole(n, 0) or not (context is None or is_whole(context)):
        raise ValueError("n and context count symbols: whole numbers, context at least 1; "
                         f"got n={n!r}, context={context!r}.")
    check_rng(rng)
    context = context or min((layer.longest for _, layer in net.walk()
                              if hasattr(layer, "longest")), default=None)
    return symbols(net, start, n, temperature, rng or np.random.default_rng(), context)


def symbols(net, read, n, temperature, rng, context):
    """The loop: read, draw, add to what is read."""
    for _ in range(n):
        read   = read[-context:] if context else read
        scores = net(read[None])[0]                         # (time, symbols)
        code   = draw(scores[-1], temperature, rng)
        read   = np.append(read, code)
        yield code


def draw(scores, temperature, rng):
    """A symbol with these scores, (symbols,): the softmax of scores / temperature, then dice."""
    if temperature == 0:
        return int(scores.argmax())
    z = (scores - scores.max()).astype(np.float64) / temperature
    p = np.exp(z)
    return int(rng.choice(len(p), p=p / p.sum()))
