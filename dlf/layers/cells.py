"""Three cells: one step of RNN, LSTM and GRU, and its way back. The loop is in `recurrent.py`.

At moment t a step reads `h[t]` and what the inputs add, `z[t]`; it writes `h[t + 1]`.
"""
import numpy as np

from dlf.layers.activations import Sigmoid
from dlf.layers.recurrent import Recurrent


class RNN(Recurrent):
    """The simplest memory: h_t = tanh(W_x x_t + W_h h_{t-1} + b).

    Shapes: W_x (n, n_in), W_h (n, n), b (n,); input (batch, time, n_in), or symbols (batch, time)
    of whole numbers 0 ... n_in - 1, which stand for columns of W_x; output (batch, time, n).
    Source: Elman (1990); backpropagation through time: Werbos (1990).
    """

    def begin(self, T, m):
        self.h = np.empty((T + 1, m, self.n), self.W_h.dtype)

    def begin_back(self, T, m):
        self.dz = np.empty((T, m, self.n), self.W_h.dtype)

    def step(self, t):
        self.h[t + 1] = np.tanh(self.z[t] + self.h[t].dot(self.W_h.T))

    def step_back(self, t, dh):
        h = self.h[t + 1]
        self.dz[t] = dh * (1 - h * h)
        return [self.dz[t].dot(self.W_h)]


class LSTM(Recurrent):
    """A cell c that gates write to, clear and read, so that slopes need not fade along time.

    i, f, o = sigmoid(...), g = tanh(...), each of W_x x_t + W_h h_{t-1} + b, with rows of its own;
    c_t = f c_{t-1} + i g and h_t = o tanh(c_t). The bias of f starts at 1: at first, keep.

    Shapes: W_x (4n, n_in), W_h (4n, n), b (4n,), rows in the order i f g o; input (batch, time,
    n_in), or symbols (batch, time) of whole numbers 0 ... n_in - 1; output (batch, time, n). A
    state is a pair (h, c) of arrays (batch, n).
    Source: Hochreiter & Schmidhuber (1997); the forget gate: Gers et al. (2000).
    """

    blocks, n_states = 4, 2

    def draw(self, rng):
        values = super().draw(rng)
        values["b"][self.n:2 * self.n] = 1
        return values

    def memory(self):
        return self.h, self.c

    def begin(self, T, m):
        self.h, self.c = np.empty((2, T + 1, m, self.n), self.W_h.dtype)
        self.a = np.empty((T, 4, m, self.n), self.W_h.dtype)                # the gates

    def begin_back(self, T, m):
        self.dz = np.empty((T, m, 4 * self.n), self.W_h.dtype)

    def step(self, t):
        z = self.z[t] + self.h[t].dot(self.W_h.T)
        z = z.reshape(len(z), 4, self.n).swapaxes(0, 1)
        i, f, g, o = a = self.a[t]
        a[...] = Sigmoid.f(z)
        g[...] = np.tanh(z[2])
        self.c[t + 1] = f * self.c[t] + i * g
        self.h[t + 1] = o * np.tanh(self.c[t + 1])

    def step_back(self, t, dh, dc):
        i, f, g, o = self.a[t]
        tanh_c = np.tanh(self.c[t + 1])
        dc = dc + dh * o * (1 - tanh_c * tanh_c)
        dz = self.dz[t].reshape(len(dh), 4, self.n).swapaxes(0, 1)
        dz[0] = dc * g * i * (1 - i)
        dz[1] = dc * self.c[t] * f * (1 - f)
        dz[2] = dc * i * (1 - g * g)
        dz[3] = dh * tanh_c * o * (1 - o)
        return [self.dz[t].dot(self.W_h), dc * f]

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

    blocks = 3

    def shapes(self):
        return {**super().shapes(), "b_h": (self.n,)}

    def draw(self, rng):
        return {**super().draw(rng), "b_h": np.zeros(self.n)}

    def begin(self, T, m):
        self.h = np.empty((T + 1, m, self.n), self.W_h.dtype)
        self.a = np.empty((T, 3, m, self.n), self.W_h.dtype)                # the gates
        self.q = np.empty((T, m, self.n), self.W_h.dtype)                   # W_h h + b_h of n

    def begin_back(self, T, m):
        self.dz = np.empty((T, m, 3 * self.n), self.W_h.dtype)
        self.dn = np.empty((T, m, self.n), self.W_h.dtype)

    def step(self, t):
        n, h, a = self.n, self.h[t], self.a[t]
        s    = h.dot(self.W_h.T)                                            # (m, 3n)
        a[0] = Sigmoid.f(self.z[t, :, :n] + s[:, :n])
        a[1] = Sigmoid.f(self.z[t, :, n:2 * n] + s[:, n:2 * n])
        self.q[t] = s[:, 2 * n:] + self.b_h
        a[2] = np.tanh(self.z[t, :, 2 * n:] + a[0] * self.q[t])
        self.h[t + 1] = (1 - a[1]) * a[2] + a[1] * h

    def step_back(self, t, dh):
        r, z, n = self.a[t]
        dz = self.dz[t].reshape(len(dh), 3, self.n).swapaxes(0, 1)
        dn = dh * (1 - z) * (1 - n * n)
        dz[0] = dn * self.q[t] * r * (1 - r)
        dz[1] = dh * (self.h[t] - n) * z * (1 - z)
        dz[2] = dn * r                                  # of W_h h + b_h; the inputs' own is dn
        self.dn[t] = dn
        return [self.dz[t].dot(self.W_h) + dh * z]

    def hold_back(self, t, gone, slopes, before):
        self.dn[t][gone] = 0
        super().hold_back(t, gone, slopes, before)

    def write_state_slopes(self, h):
        super().write_state_slopes(h)
        dq = self.dz[:, :, 2 * self.n:]
        self.db_h[...] = dq.sum(axis=(0, 1))
        dq[...] = self.dn                               # from here on the slopes of what comes in

    @property
    def gates(self):
        return {name: self.a[:, k].swapaxes(0, 1) for k, name in enumerate("rzn")}
