"""One sequence on its way through a network: states and gates, slopes along time, attention."""
import math
from typing import NamedTuple

import numpy as np

from dlf.layers.attention import SelfAttention
from dlf.layers.recurrent import Recurrent
from dlf.layers.sequences import Bidirectional
from dlf.looking.example import gradients_kept

# What the letters of gates mean, and which of them run from 0 to 1 (the others from -1 to 1).
GATES = {"LSTM": {"i": "write", "f": "keep", "g": "offer", "o": "show"},
         "GRU":  {"r": "reset", "z": "keep", "n": "offer"}}
OFFERS = "g", "n"


class Track(NamedTuple):
    """What some units did over time. `share` says that it runs from 0 to 1, and has no sign.

    Shapes: values (time, units).
    """

    letter: str
    word:   str
    values: np.ndarray
    share:  bool = False


class Memory(NamedTuple):
    """The tracks of one recurrent layer for one sequence: h, then c, then the gates.

    An RNN has no gates; instead it has 1 - h², the share of a slope that passes its tanh.
    """

    name:   str               # the layer's place and kind: "0 LSTM"
    layer:  object
    tracks: tuple


def recurrent_layers(net):
    """(name, layer, does it read from the end?) of every recurrent layer, first to last."""
    walked = [(path, layer) for path, layer in net.walk()]
    back   = [id(layer.back) for _, layer in walked if isinstance(layer, Bidirectional)]
    return [(f"{path or '0'} {type(layer).__name__}{' back' * (id(layer) in back)}", layer,
             id(layer) in back) for path, layer in walked if isinstance(layer, Recurrent)]


def attention_layers(net):
    """(name, layer) of every SelfAttention, first to last."""
    return [(f"{path or '0'} SelfAttention", layer) for path, layer in net.walk()
            if isinstance(layer, SelfAttention)]


# ---- states and gates --------------------------------------------------------------------------

def states(net, x):
    """The `Memory` of every recurrent layer for one sequence, first to last.

    Shapes: x (time, features), or (time,) of symbols.
    Raises: ValueError for a network without recurrent layers, or more than one sequence.
    """
    found = recurrent_layers(net)
    if not found:
        raise ValueError("This network has no state that goes on in time: states are those of "
                         "RNN, LSTM and GRU layers.")
    net(one(net, x))
    return [Memory(name, layer, tuple(tracks(layer, back))) for name, layer, back in found]


def tracks(layer, back=False):
    """The `Track`s of a recurrent layer in its last forward pass, for the first sequence."""
    step = -1 if back else 1                                # in the order of the sequence
    def first(a):
        return np.array(a[0, ::step])
    h = first(layer.states)
    yield Track("h", "state", h)
    if hasattr(layer, "cells"):
        yield Track("c", "cell", first(layer.cells))
    words = GATES.get(type(layer).__name__, {})
    for letter, values in layer.gates.items():
        yield Track(letter, words.get(letter, "gate"), first(values), letter not in OFFERS)
    if not layer.gates:
        yield Track("1−h²", "passes", 1 - h * h, True)


# ---- slopes along time -------------------------------------------------------------------------

def slope_norms(net, x, y, loss):
    """{name of a recurrent layer: (time,)}: how long the slope dC/dh_t is at every moment.

    C is the loss at the last moment alone, so that all there is at earlier moments has come back
    through time: how far back the network can learn from. Where sequences end at different moments,
    the middle one of these is taken, and after it all is 0. The network's own gradients stay as
    they were.

    Shapes: x (batch, time, features), or (batch, time) of symbols; y as `loss` wants it.
    Source: Bengio et al. (1994), who saw it vanish.
    """
    found = recurrent_layers(net)
    with gradients_kept(net):
        out = net(x)
        dy  = loss.grad(out, y)
        net.learn(last_moment(dy) if dy.ndim == 3 else dy)
        return {name: layer.slope_norms[::-1 if back else 1].copy()
                for name, layer, back in found}


def last_moment(dy):
    """Slopes (batch, time, outputs), but 0 at all moments except for the last that counts."""
    there = (dy != 0).any(axis=2)                           # (batch, time)
    ends  = dy.shape[1] - 1 - there[:, ::-1].argmax(axis=1)
    t     = int(np.median(ends[there.any(axis=1)])) if there.any() else dy.shape[1] - 1
    last  = np.zeros_like(dy)
    last[:, t] = dy[:, t]
    return last


def factor(norms):
    """By what a slope is multiplied a step back, on the way from the last moment to the first.

    The geometric mean: norms[0] = norms[-1] * factor^(steps), zeros at the end left out. 0 if
    nothing arrives; nan for less than two moments, or numbers that are not finite.

    >>> factor(np.array([1.0, 2.0, 4.0]))
    0.5
    """
    norms = np.trim_zeros(np.asarray(norms, dtype=float), "b")
    if len(norms) < 2 or not np.isfinite(norms).all():
        return math.nan
    return float((norms[0] / norms[-1]) ** (1 / (len(norms) - 1)))


# ---- attention ---------------------------------------------------------------------------------

def attention(net, x):
    """{name of a SelfAttention: (heads, time, time)}: how much each query took from each key.

    Rows are queries, and each adds up to 1.
    Shapes: x (time, features), or (time,) of symbols.
    Raises: ValueError for a network without attention, or more than one sequence.
    """
    found = attention_layers(net)
    if not found:
        raise ValueError("This network has no attention to draw: it needs a SelfAttention layer.")
    net(one(net, x))
    return {name: np.array(layer.attention[0]) for name, layer in found}


def one(net, x):
    """One sequence as a batch of one, in the network's number type."""
    x = np.asarray(x)
    wanted = 1 if net.takes_symbols and x.dtype.kind in "iu" else 2
    if x.ndim != wanted:
        hint = " Pass one of them: x[0]." if x.ndim == wanted + 1 else ""
        raise ValueError("One sequence has shape (time, features), or (time,) if it is one of "
                         f"symbols; got {x.dtype} {x.shape}.{hint}")
    return x[None] if x.dtype.kind in "iu" else x[None].astype(net.dtype, copy=False)
