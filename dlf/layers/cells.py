"""Three cells: one step of RNN, LSTM and GRU, and its way back. The loop is in `recurrent.py`.

At moment t a step reads the state `h[t]` and `inputs(t)`, what comes in; it writes `h[t + 1]`.
`U` is W_h, turned for the product. The way back leaves dC/dz of the moment in `dz[at]`. Everything
is small, so what costs time is the number of calls: products and sums are written in place where
they can be.
"""
import numpy as np

from dlf.layers.recurrent import Recurrent


class RNN(Recurrent):
    """The simplest memory: h_t = tanh(W_x x_t + W_h h_{t-1} + b).

    Shapes: W_x (n, n_in), W_h (n, n), b (n,); input (batch, time, n_in), or symbols (batch, time)
    of whole numbers 0 ... n_in - 1, which stand for columns of W_x; output (batch, time, n).
    Source: Elman (1990); backpropagation through time: Werbos (1990).
    """

    def begin(self, T, m):
        self.h = np.empty((T + 1, m, self.n), self.W_h.dtype)

    def begin_back(self, stretch, m):
        self.dz = np.empty((stretch, m, self.n), self.W_h.dtype)

    def step(self, t):
        h = self.h[t + 1]
        np.dot(self.h[t], self.U, out=h)
        h += self.inputs(t)
        np.tanh(h, out=h)

    def step_back(self, t, at, dh):
        h = self.h[t + 1]
        s = h * h
        np.subtract(1, s, out=s)                                            # the slope of tanh
        np.multiply(s, dh, out=self.dz[at])
        return [self.dz[at].dot(self.W_h)]


class LSTM(Recurrent):
    """A cell c that gates write to, clear and read, so that slopes need not fade along time.

    i, f, o = sigmoid(...), g = tanh(...), each of W_x x_t + W_h h_{t-1} + b, with rows of its own;
    c_t = f c_{t-1} + i g and h_t = o tanh(c_t). The bias of f starts at 1: at first, keep.

    Shapes: W_x (4n, n_in), W_h (4n, n), b (4n,), rows in the order i f g o; input (batch, time,
    n_in), or symbols (batch, time) of whole numbers 0 ... n_in - 1; output (batch, time, n). A
    state is a pair (h, c) of arrays (batch, n).
    Source: Hochreiter & Schmidhuber (1997); the forget gate: Gers et al. (2000).
    """

    blocks, n_states, halves = 4, 2, (.5, .5, 1, .5)

    def draw(self, rng):
        values = super().draw(rng)
        values["b"][self.n:2 * self.n] = 1
        return values

    def memory(self):
        return self.h, self.c

    def begin(self, T, m):
        self.h, self.c = np.empty((2, T + 1, m, self.n), self.W_h.dtype)
        self.a = np.empty((T, 4, m, self.n), self.W_h.dtype)                # the gates

    def begin_back(self, stretch, m):
        self.dz = np.empty((stretch, m, 4 * self.n), self.W_h.dtype)

    def step(self, t):
        z  = self.h[t].dot(self.U)                                          # (m, 4n)
        z += self.inputs(t)
        i, f, g, o = a = self.a[t]
        np.tanh(by_gate(z, 4), out=a)
        open_gates(a[:2])
        open_gates(o)
        c, h = self.c[t + 1], self.h[t + 1]
        np.multiply(f, self.c[t], out=c)                                    # c = f c + i g
        c += i * g
        np.tanh(c, out=h)                                                   # h = o tanh(c)
        h *= o

    def step_back(self, t, at, dh, dc):
        i, f, g, o = a = self.a[t]
        tanh_c = np.tanh(self.c[t + 1])
        s  = tanh_c * tanh_c
        np.subtract(1, s, out=s)
        s *= o
        s *= dh
        dc = dc + s                                         # through c itself, and through h
        d  = a * a
        np.subtract(a, d, out=d)                            # the slope of a sigmoid: a - a^2
        np.subtract(1, g * g, out=d[2])                     # and of a tanh: 1 - a^2
        for slope, other in zip(d, (g, self.c[t], i, tanh_c)):
            slope *= other                                  # what each gate is multiplied by
        dz = by_gate(self.dz[at], 4)
        np.multiply(d[:3], dc, out=dz[:3])
        np.multiply(d[3],  dh, out=dz[3])
        return [self.dz[at].dot(self.W_h), dc * f]

    @property
    def cells(self):
        """c after every moment: (batch, time, n)."""
        return self.c[1:].swapaxes(0, 1)

    @property
    def gates(self):
        return {name: self.a[:, k].swapaxes(0, 1) for k, name in enumerate("ifgo")}

    def state_words(self, shape):
        return f"a pair (h, c) of arrays of shape {shape}"


class GRU(Recurrent):
    """Two gates and no cell: r resets what the offer n sees, z mixes the old state with the offer.

    r, z = sigmoid(W_x x_t + W_h h_{t-1} + b), n = tanh(W_x x_t + b + r (W_h h_{t-1} + b_h)), each
    with rows of its own; h_t = (1 - z) n + z h_{t-1}.

    Shapes: W_x (3n, n_in), W_h (3n, n), b (3n,), rows in the order r z n; b_h (n,), inside the
    product with r; input (batch, time, n_in), or symbols (batch, time) of whole numbers
    0 ... n_in - 1; output (batch, time, n).
    Source: Cho et al. (2014).
    """

    blocks, halves = 3, (.5, .5, 1)

    def shapes(self):
        return {**super().shapes(), "b_h": (self.n,)}

    def draw(self, rng):
        return {**super().draw(rng), "b_h": np.zeros(self.n)}

    def begin(self, T, m):
        self.h = np.empty((T + 1, m, self.n), self.W_h.dtype)
        self.a = np.empty((T, 3, m, self.n), self.W_h.dtype)                # the gates
        self.q = np.empty((T, m, self.n), self.W_h.dtype)                   # W_h h + b_h of n

    def begin_back(self, stretch, m):
        self.dz = np.empty((stretch, m, 3 * self.n), self.W_h.dtype)
        self.dn = np.empty((stretch, m, self.n), self.W_h.dtype)

    def step(self, t):
        h, (r, z, n) = self.h[t], self.a[t]
        s = by_gate(h.dot(self.U), 3)                                       # (3, m, n), a view
        x = by_gate(self.inputs(t), 3)
        s[:2] += x[:2]
        np.tanh(s[:2], out=self.a[t, :2])
        open_gates(self.a[t, :2])
        np.add(s[2], self.b_h, out=self.q[t])
        np.multiply(r, self.q[t], out=n)                                    # n = tanh(x + r q)
        n += x[2]
        np.tanh(n, out=n)
        new = self.h[t + 1]
        np.subtract(h, n, out=new)                                          # h = n + z (h - n)
        new *= z
        new += n

    def step_back(self, t, at, dh):
        r, z, n = a = self.a[t]
        handed_on, dz, dn = dh * z, by_gate(self.dz[at], 3), self.dn[at]
        np.multiply(n, n, out=dn)
        np.subtract(1, dn, out=dn)                                          # the slope of tanh
        dn *= dh - handed_on
        d  = a[:2] * a[:2]
        np.subtract(a[:2], d, out=d)                                        # and of a sigmoid
        d[0] *= self.q[t]
        d[1] *= self.h[t] - n
        np.multiply(d[0], dn, out=dz[0])
        np.multiply(d[1], dh, out=dz[1])
        np.multiply(dn, r, out=dz[2])                   # of W_h h + b_h; the inputs' own is dn
        before  = self.dz[at].dot(self.W_h)
        before += handed_on
        return [before]

    def hold_back(self, at, gone, slopes, before):
        self.dn[at][gone] = 0
        super().hold_back(at, gone, slopes, before)

    def add_state_slopes(self, dz, h):
        super().add_state_slopes(dz, h)
        dq = dz[:, 2 * self.n:]
        self.db_h += dq.sum(axis=0)
        dq[...] = self.dn.reshape(-1, self.n)[:len(h)]  # from here on the slopes of what comes in

    @property
    def gates(self):
        return {name: self.a[:, k].swapaxes(0, 1) for k, name in enumerate("rzn")}


def by_gate(z, k):
    """(m, k n) seen as (k, m, n): the rows of each of k gates, which lie side by side."""
    return z.reshape(len(z), k, -1).swapaxes(0, 1)


def open_gates(a):
    """Make sigmoids of tanh(z / 2), in place: (1 + a) / 2."""
    a += 1
    a *= 0.5
