"""Which columns of neurons a network has, and what leads from one to the next."""
from dataclasses import dataclass, field

import numpy as np

from dlf.layers.containers import Residual, Sequential
from dlf.layers.positions import PositionEmbedding
from dlf.layers.recurrent import Recurrent
from dlf.layers.sequences import Bidirectional


@dataclass
class Draft:
    """A column before it has a place."""

    size:     int | None = None
    W:        np.ndarray | None = None      # (size, size of the column before)
    b:        np.ndarray | None = None
    captions: list = field(default_factory=list)


class Plan:
    """Walks through a network in the order of computation and notes its columns, skips and loops.

    A layer with one matrix makes a column of neurons and a gap of lines. A recurrent layer makes a
    column with a loop; lines lead to it if one matrix does (RNN). A layer that keeps the neurons it
    finds (ReLU, BatchNorm, Dropout) adds a caption. All others (convolution, attention) are blocks
    with a name; how much comes out of them, the next matrix tells.
    """

    def __init__(self, net):
        self.columns, self.skips, self.loops = [Draft(captions=["input"])], [], []
        self.add(net)

    def add(self, layer):
        """One layer more, and all inside it."""
        if isinstance(layer, Sequential):
            self.add_all(layer)
        elif isinstance(layer, PositionEmbedding):
            self.columns[-1].captions.append(type(layer).__name__)
        elif is_matrix(layer):
            self.connect(layer)
        elif isinstance(layer, (Recurrent, Bidirectional)):
            self.go_around(layer)
        elif layer.children or any(len(shape) > 1 for shape in layer.params.values()):
            self.columns.append(Draft(captions=[caption(layer)]))
        else:
            self.remark(layer)

    def add_all(self, container):
        """The layers of a container in order, and the arc of a residual connection over them."""
        start = len(self.columns) - 1
        for child in container.children:
            self.add(child)
        if isinstance(container, Residual):
            self.skips.append((start, len(self.columns) - 1))
            self.columns[-1].captions.append("+ skipped")

    def connect(self, layer):
        """A matrix: lines from the neurons before, and neurons with their biases."""
        W = layer.W.T if layer.takes_symbols else layer.W
        self.take(W.shape[1])
        b = getattr(layer, "b", None)
        self.columns.append(Draft(len(W), W, b, [caption(layer)]))

    def go_around(self, layer):
        """A recurrent layer: neurons whose states go in again at the next moment."""
        both   = isinstance(layer, Bidirectional)
        n_in   = (layer.layer if both else layer).n_in
        n      = layer.layer.n + layer.back.n if both else layer.n
        single = not both and layer.blocks == 1
        self.take(n_in)
        self.loops.append(len(self.columns))
        self.columns.append(Draft(n, layer.W_x if single else None, layer.b if single else None,
                                  [f"{type(layer).__name__} {n_in}→{n}"]))

    def take(self, n):
        """Let the last column have n neurons: those of the input, or what comes out of a block."""
        last = self.columns[-1]
        if last.size is None and len(self.columns) == 1:
            last.size = n
        elif last.size != n:
            self.columns.append(Draft(n))

    def remark(self, layer):
        """A layer that keeps the neurons it finds."""
        last = self.columns[-1]
        if last.size is None and len(self.columns) == 1 and layer.params:
            last.size = next(iter(layer.params.values()))[0]
        last.captions.append(caption(layer))


def is_matrix(layer):
    """Has the layer one matrix W, and beside it nothing but a bias?"""
    return (not layer.children and set(layer.params) in ({"W"}, {"W", "b"})
            and len(layer.params["W"]) == 2)


def caption(layer):
    """A layer's name in few words: 'Dense 64→32', 'ReLU', 'Dropout(0.5)'."""
    if is_matrix(layer):
        n_out, n_in = layer.W.T.shape if layer.takes_symbols else layer.W.shape
        return f"{type(layer).__name__} {n_in}→{n_out}"
    text = repr(layer).replace("\n", " ").removesuffix("()")
    return text if len(text) <= 24 else type(layer).__name__
