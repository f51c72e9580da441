"""A network as a table: what each layer gives, how many of its numbers learn, what it costs."""
from dataclasses import dataclass

import numpy as np

from dlf.layers.containers import trace

COLUMNS = ("layer", "", "output shape", "parameters", "bytes", "operations")


@dataclass(frozen=True)
class Row:
    """One layer of the table; counts are for a single example."""

    path: str
    layer: str
    shape: tuple
    parameters: int
    bytes: int
    operations: int

    def cells(self):
        shape = f"(batch{''.join(f', {n}' for n in self.shape)}{',' if not self.shape else ''})"
        return (self.path, self.layer, shape, f"{self.parameters:,}", f"{self.bytes:,}",
                f"{self.operations:,}")


@dataclass(frozen=True)
class Summary:
    """The table; `print` shows it. Operations: additions and multiplications of a forward pass."""

    rows: tuple
    parameters: int
    bytes: int
    operations: int

    def __repr__(self):
        counts = (self.parameters, self.bytes, self.operations)
        total  = ("total", "", "", *(f"{n:,}" for n in counts))
        table  = [COLUMNS, *(row.cells() for row in self.rows), total]
        widths = [max(len(line[i]) for line in table) for i in range(len(COLUMNS))]
        lines  = ["  ".join(cell.ljust(w) if i < 3 else cell.rjust(w)
                            for i, (cell, w) in enumerate(zip(line, widths, strict=True))).rstrip()
                  for line in table]
        rule   = "-" * max(map(len, lines))
        return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


def summary(net, input_shape):
    """The table of a network: for each layer its output shape, parameters, bytes and operations.

    Args: input_shape: the shape of one example, such as (64,) or (1, 28, 28).
    Raises: ShapeError, naming the layer, if the shapes do not fit.
    """
    input_shape = (input_shape,) if np.ndim(input_shape) == 0 else tuple(input_shape)
    x    = np.zeros((1, *input_shape), int if net.takes_symbols else net.dtype)
    size = net.theta.itemsize
    rows = tuple(Row(path, repr(layer), y.shape[1:], layer.n_parameters, layer.n_parameters * size,
                     layer.operations(x.shape, y.shape)) for path, layer, x, y in trace(net, x))
    return Summary(rows, net.n_parameters, net.n_parameters * size,
                   sum(row.operations for row in rows))
