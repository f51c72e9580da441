"""Generate: let a network that says what comes next go on, symbol after symbol."""
import numpy as np

from dlf.layers.activations import Activation
from dlf.layers.base import check_rng
from dlf.layers.containers import Sequential
from dlf.layers.dense import Dense, Embedding
from dlf.layers.dropout import Dropout
from dlf.layers.normalization import LayerNorm
from dlf.layers.recurrent import Recurrent
from dlf.shapes import ShapeError, is_whole

OF_ONE_MOMENT = (Embedding, Dense, Activation, LayerNorm, Dropout)     # they look at no other


def generate(net, start, n, temperature=1.0, rng=None, context=None):
    """Yield `n` symbols that go on from `start`, each drawn from what `net` says comes next.

        codes = dlf.generate(net, text.encode("We the "), 200, temperature=0.8, rng=rng)
        print(text.decode(list(codes)))

    A recurrent network keeps its state, and so reads each symbol once; any other, such as one with
    attention, reads all anew for every symbol.

    Args: net: a network from symbols (batch, time) to scores (batch, time, symbols); start: one
    symbol or more; temperature: 1 draws as often as the network says, less plays safe, more takes
    risks, 0 takes the most probable one each time; rng: where the draws come from; context: how
    many symbols, counted from the last, the network reads (by default all, or as many as the layers
    that know positions allow); a recurrent network with a context reads that anew, too.

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
    layers = None if context else remembering(net)
    reader = going_on(layers) if layers else reading_anew(net, context)
    return symbols(reader, start, n, temperature, rng or np.random.default_rng())


def symbols(reader, new, n, temperature, rng):
    """The loop: read what is new, draw, and what was drawn is new."""
    for _ in range(n):
        code = draw(reader(new), temperature, rng)
        new  = np.array([code])
        yield code


def reading_anew(net, context):
    """A function of new symbols: the scores of what comes next, from all that `context` allows."""
    read = np.empty(0, int)

    def reader(new):
        nonlocal read
        read = np.append(read, new)
        read = read[-context:] if context else read
        return net(read[None])[0, -1]
    return reader


def going_on(layers):
    """The same for layers that remember: each state goes on from where the last symbol left it.

    The states are kept here, so that the layers may do something else between two symbols.
    """
    states = {}

    def reader(new):
        x = new[None]
        for layer in layers:
            if isinstance(layer, Recurrent):
                x = layer.forward(x, states.get(layer))
                states[layer] = layer.state
            else:
                x = layer.forward(x)
        return x[0, -1]
    return reader


def remembering(net):
    """The layers, in order, if a state is all that they know of earlier symbols; else nothing."""
    if isinstance(net, Recurrent) or isinstance(net, OF_ONE_MOMENT):
        return [net]
    if type(net) is not Sequential:                         # a Masked must see the whole sequence
        return []
    inner = [remembering(layer) for layer in net]
    return [layer for part in inner for layer in part] if all(inner) else []


def draw(scores, temperature, rng):
    """A symbol with these scores, (symbols,): the softmax of scores / temperature, then dice."""
    if np.ndim(scores) != 1:
        raise ShapeError("generate needs a score for every symbol at every moment, (batch, time, "
                         "symbols), and the network has given one row for each sequence. Leave "
                         "LastStep out.")
    if np.isnan(scores.max()):
        raise ValueError("The network's scores are nan: its weights, or what it was trained on, "
                         "are no numbers any more. Train it anew, with a smaller learning rate.")
    if temperature == 0:
        return int(scores.argmax())
    z = (scores - scores.max()).astype(np.float64) / temperature
    p = np.exp(z)
    return int(rng.choice(len(p), p=p / p.sum()))
