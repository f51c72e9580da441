"""Recurrent layers: one step, again and again along time, with a state that is handed on.

The loop over time stands here once, there and back; `cells.py` says what one step is.

Inside, time stands first: arrays are (time, batch, numbers), so that what belongs to one moment
lies together in memory. What the inputs add to a step needs no state, and is computed for all
moments at once before the loop; so are the gradients of the weights after it.
"""
import numpy as np

from dlf.initializers import normal, orthogonal
from dlf.layers.base import Layer
from dlf.layers.dense import check_symbols, ones, sum_by_symbol
from dlf.memory import align, aligned
from dlf.shapes import ShapeError, expect_mask, expect_slope, place, positive

STRETCH = 16         # moments whose slopes are held at once: they fit into the processor's cache


class Recurrent(Layer):
    """What RNN, LSTM and GRU share: the loop over time, there and back.

    A kind of cell adds how it lays out memory (`begin`), one step (`step`), its way back (`factors`
    and `step_back`), and what there is to look at (`gates`).

    After `forward`: `state`, the last one, and `states`, `gates` for whoever wants to look. After
    `backward`: `dstate`, the slope of the initial state, and `slope_norms`.
    """

    takes_symbols = True
    has_modes     = True       # only training carries the state from batch to batch
    blocks        = 1          # how many times n rows W_x and W_h have
    halves        = (1,)       # for each: 1/2 for a sigmoid, 1 for a tanh
    n_states      = 1          # the arrays that make a state: h, or h and c
    carried       = None       # the state in which training left off
    x = h = squares = state = dstate = shape_out = None

    def __init__(self, n_in, n, carry=False, init=normal, rng=None):
        positive(type(self).__name__, n_in=n_in, n=n)
        self.n_in, self.n, self.carry, self.init = n_in, n, carry, init
        self.params = self.shapes()
        self.reset(np.random.default_rng() if rng is None else rng)

    def shapes(self):
        k = self.blocks * self.n
        return {"W_x": (k, self.n_in), "W_h": (k, self.n), "b": (k,)}

    def draw(self, rng):
        self.carried = None
        square = [orthogonal(rng, (self.n, self.n)) for _ in range(self.blocks)]
        return {"W_x": self.init(rng, self.params["W_x"]), "W_h": np.concatenate(square),
                "b": np.zeros(self.params["b"])}

    # ---- forward -----------------------------------------------------------------------------

    def forward(self, x, state=None, mask=None):
        """(batch, time, n): the state h after every moment.

        Args: x (batch, time, n_in), or symbols (batch, time); state: where to begin, zeros if
        None; mask (batch, time): False where there is nothing, so that the state stays as it is,
        and the output is 0.
        """
        x     = self.accept(x)                                  # (T, m, n_in) or symbols (T, m)
        T, m  = x.shape[:2]
        keep  = self.accept_mask(mask, (m, T))                  # (T, m) or None
        state = self.first_state(state, m)
        self.x, self.keep = x, keep                             # nothing can be refused any more
        self.begin(T, m)
        for kept, start in zip(self.memory(), state):
            kept[0] = start
        self.prepare()
        for t in range(T):
            self.step(t)
            if self.keep is not None:
                hold(self.memory(), ~self.keep[t], t)
        return self.finish()

    def prepare(self):
        """Before the loop: the weights as the products want them, and what the inputs add.

        sigmoid(z) = (1 + tanh(z / 2)) / 2, so the rows of the gates in `halves` are halved here,
        and one tanh serves them all.
        """
        T, m = self.x.shape[:2]
        half = np.array(self.halves, self.W_h.dtype)[:, None, None]         # 1/2 or 1 a gate
        self.U = align(self.by_gate(self.W_h).swapaxes(1, 2) * half)
        V, b   = self.by_gate(self.W_x).swapaxes(1, 2) * half, self.by_gate(self.b) * half
        if self.x.ndim == 2:
            self.table = align(V + b.swapaxes(1, 2))         # a row a symbol
        else:
            z  = np.matmul(self.x.reshape(T * m, self.n_in), V)             # (G, T m, n)
            z += b.swapaxes(1, 2)
            self.table = z.reshape(self.blocks, T, m, self.n)

    def by_gate(self, W):
        """(G n, ...) seen as (G, n, ...): the rows of each of G gates, (G, n, 1) for a bias."""
        return W.reshape(self.blocks, self.n, -1)

    def inputs(self, t):
        """(G, m, n): W_x x + b of moment t, for each gate."""
        return self.table.take(self.x[t], axis=1) if self.x.ndim == 2 else self.table[:, t]

    def finish(self):
        """Note the last state, and return the outputs."""
        self.table = None                                       # it has done its work
        last = tuple(kept[-1].copy() for kept in self.memory())
        self.state = last if self.n_states > 1 else last[0]
        if self.carry and self.training:
            self.carried = self.state
        y = self.h[1:] if self.keep is None else self.h[1:] * self.keep[:, :, None]
        y = y.swapaxes(0, 1)                                    # (m, T, n)
        self.shape_out = y.shape
        return y

    # ---- backward ----------------------------------------------------------------------------

    def learn(self, dy, dstate=None):
        """The way back through time: from the last moment to the first."""
        self.go_back(dy, dstate, None)

    def backward(self, dy, dstate=None):
        """dC/dx, or None for symbols; `dstate`: a slope that the final state has from elsewhere."""
        dx = None if self.x is None or self.x.ndim == 2 else np.empty_like(self.x)
        self.go_back(dy, dstate, dx)
        return None if dx is None else dx.swapaxes(0, 1)

    def go_back(self, dy, dstate, dx):
        """Write all slopes; those of the weights a stretch of time at once, in a few products."""
        expect_slope(self, dy, self.shape_out)
        T, m = self.x.shape[:2]
        dy   = dy.swapaxes(0, 1).astype(self.W_h.dtype, copy=False)
        if self.keep is not None:
            dy = dy * self.keep[:, :, None]
        slopes = [d.copy() for d in self.as_state(dstate, m, "dstate")]
        self.squares = np.zeros(T)
        for p in self.params:
            getattr(self, f"d{p}")[...] = 0
        self.dz = self.array(self.blocks, min(T, STRETCH), m)
        for start in reversed(range(0, T, STRETCH)):
            end = min(start + STRETCH, T)
            self.factors(start, end)
            for t in reversed(range(start, end)):
                slopes[0] += dy[t]                              # what h_t gave out, and handed on
                flat = slopes[0].ravel()
                self.squares[t] = flat.dot(flat)
                before = self.step_back(t, t - start, *slopes)
                if self.keep is not None:
                    self.hold_back(t - start, ~self.keep[t], slopes, before)
                slopes = before
            self.add_slopes(start, end, dx)
        self.dstate = tuple(slopes) if self.n_states > 1 else slopes[0]

    def add_slopes(self, start, end, dx):
        """What the moments from `start` to `end` add to the slopes of the weights, and their dx."""
        rows = (end - start) * self.dz.shape[2]
        dz   = self.dz[:, :end - start].reshape(self.blocks, rows, self.n)
        self.add_state_slopes(dz, self.h[start:end].reshape(rows, self.n))
        x = self.x[start:end]
        if x.ndim == 2:
            by_symbol = sum_by_symbol(x.ravel(), dz, self.n_in)             # (G, n_in, n)
            dW_x, db  = by_symbol.swapaxes(1, 2), by_symbol.sum(axis=1)     # a row has one symbol
        else:
            dW_x = np.matmul(dz.swapaxes(1, 2), x.reshape(rows, self.n_in))
            db   = np.matmul(ones(rows, dz.dtype), dz)
        self.dW_x += dW_x.reshape(self.dW_x.shape)
        self.db   += db.ravel()
        if dx is not None:
            dx[start:end] = np.matmul(dz, self.by_gate(self.W_x)).sum(axis=0).reshape(x.shape)

    def add_state_slopes(self, dz, h):
        """The same for W_h: dz (G, rows, n), h (rows, n) the states that the steps began with."""
        self.dW_h += np.matmul(dz.swapaxes(1, 2), h).reshape(self.dW_h.shape)

    def to_state(self, dz):
        """dC/dh of the state before, (m, n), from dC/dz of all gates (G, m, n)."""
        return np.add.reduce(np.matmul(dz, self.by_gate(self.W_h)), axis=0)

    def hold_back(self, at, gone, slopes, before):
        """Where there was nothing, the slope of a state goes to the state before as it is."""
        self.dz[:, at][:, gone] = 0
        for d, b in zip(slopes, before):
            b[gone] = d[gone]

    # ---- what is asked for -------------------------------------------------------------------

    def array(self, *axes):
        """An empty array (*axes, n) in our type."""
        return aligned((*axes, self.n), self.W_h.dtype)

    def memory(self):
        """The arrays (T + 1, m, n) that hold the states, the initial one first."""
        return (self.h,)

    @property
    def states(self):
        """h after every moment: (batch, time, n); None before the first pass forward."""
        return None if self.h is None else self.h[1:].swapaxes(0, 1)

    @property
    def gates(self):
        """{letter: (batch, time, n)} of every gate in the last forward pass; {} before it."""
        return {}

    @property
    def slope_norms(self):
        """(time,): the length of dC/dh_t over the whole batch, in the last way back, if any."""
        return None if self.squares is None else np.sqrt(self.squares)

    def operations(self, shape_in, shape_out):
        return int(2 * self.blocks * (self.n_in + self.n) * np.prod(shape_out))

    # ---- what may come in --------------------------------------------------------------------

    def accept(self, x):
        """The input with time first, in our type; symbols as whole numbers."""
        if x.ndim == 2 and x.dtype.kind in "iu":
            check_symbols(self, x, self.n_in)
            return np.ascontiguousarray(x.T)
        if x.dtype.kind not in "fiub":
            raise TypeError(f"{self!r} expects numbers, got an array of {x.dtype}.{place(self)}")
        if x.ndim != 3 or x.shape[2] != self.n_in or not x.shape[1]:
            raise ShapeError(f"{self!r} expects sequences of shape (batch, time, {self.n_in}), or "
                             f"whole numbers (batch, time) that name symbols; got {x.dtype} "
                             f"{x.shape}. {likely_fix(x, self.n_in)}{place(self)}")
        return np.ascontiguousarray(x.swapaxes(0, 1), self.W_x.dtype)

    def accept_mask(self, mask, shape):
        """A mask with time first, or None if nothing is masked."""
        mask = self.mask if mask is None else mask
        if mask is None:
            return None
        mask = expect_mask(self, mask, shape)
        return None if mask.all() else mask.T

    def first_state(self, state, m):
        """Where to begin: what the caller says, where training left off, or zeros."""
        if state is None and self.carry and self.training:
            state = self.carried
        return self.as_state(state, m, "state")

    def as_state(self, state, m, name):
        """A state, or its slope, as a tuple of arrays (m, n) in our type; zeros for None."""
        wanted, dtype = (m, self.n), self.W_h.dtype
        if state is None:
            return (np.zeros(wanted, dtype),) * self.n_states
        parts = state if self.n_states > 1 and np.iterable(state) else (state,)
        parts = [np.asarray(part) for part in parts]
        if [part.shape for part in parts] != [wanted] * self.n_states:
            raise ShapeError(f"{self!r}: {name} must be {self.state_words(wanted)}, for {m} "
                             f"sequences; got {', '.join(str(part.shape) for part in parts)}. "
                             f"{self.state_fix(name)}{place(self)}")
        return [part.astype(dtype, copy=False) for part in parts]

    def state_words(self, shape):
        return f"an array h of shape {shape}"

    def state_fix(self, name):
        return ("dlf.forget(net) begins anew, with a batch of another size."
                if self.carry else f"None stands for zeros: leave {name} out.")


def hold(memory, gone, t):
    """Where there is nothing at moment t, the state stays as it was."""
    for kept in memory:
        kept[t + 1][gone] = kept[t][gone]


def likely_fix(x, n):
    """What probably went wrong when `x` came where (batch, time, n) was wanted."""
    if x.ndim == 2 and n == 1:
        return "One number at each moment needs an axis of its own: pass x[:, :, None]."
    if x.ndim == 2 and x.shape[1] == n:
        return "This looks like a single sequence (time, features): pass x[None]."
    if x.ndim == 2:
        return ("Symbols must be whole numbers: pass x.astype(int). Numbers need three axes: one "
                "number at each moment is x[:, :, None], and n_in is 1.")
    if x.ndim == 3 and x.shape[1] == n:
        return "Time and features look swapped: pass x.transpose(0, 2, 1)."
    if x.ndim == 3 and x.shape[1] == 0:
        return "These have no moments: a sequence needs at least one."
    return f"Features stand on the last axis: change the layer, or what comes before to give {n}."


def forget(net):
    """Let every recurrent layer of a network begin the next batch anew, from zeros."""
    for _, layer in net.walk():
        if isinstance(layer, Recurrent):
            layer.carried = layer.state = None
