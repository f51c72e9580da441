"""Three cells: one step of RNN, LSTM and GRU, and its way back. The loop is in `recurrent.py`.

At moment t a step reads the state `h[t]` and `inputs(t)`, what comes in; it writes `h[t + 1]`.
`U` is W_h, turned for the product. The way back leaves dC/dz of the moment in `dz[:, at]`. What has
gates has them first, (gates, ..., batch, n), so that each lies in one piece. Everything is small,
so what costs time is the number of calls: products and sums are written in place where they can be,
and what the way back multiplies slopes with, which needs no slope itself, is made by `factors` for
the moments from `start` to `end` at once.
"""
import numpy as np

from dlf.layers.recurrent import STRETCH, Recurrent


class RNN(Recurrent):
    """The simplest memory: h_t = tanh(W_x x_t + W_h h_{t-1} + b).

    Shapes: W_x (n, n_in), W_h (n, n), b (n,); input (batch, time, n_in), or symbols (batch, time)
    of whole numbers 0 ... n_in - 1, which stand for columns of W_x; output (batch, time, n).
    Source: Elman (1990); backpropagation through time: Werbos (1990).
    """

    def begin(self, T, m):
        self.h = self.array(T + 1, m)

    def step(self, t):
        h = self.h[t + 1]
        np.dot(self.h[t], self.U[0], out=h)
        h += self.inputs(t)[0]
        np.tanh(h, out=h)

    def factors(self, start, end):
        h, dz = self.h[start + 1:end + 1], self.dz[0, :end - start]
        np.multiply(h, h, out=dz)
        np.subtract(1, dz, out=dz)                                          # the slope of tanh

    def step_back(self, t, at, dh):
        dz  = self.dz[0, at]
        dz *= dh
        return [dz.dot(self.W_h)]


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
    a = c = None               # the gates, and the cell

    def draw(self, rng):
        values = super().draw(rng)
        values["b"][self.n:2 * self.n] = 1
        return values

    def memory(self):
        return self.h, self.c

    def begin(self, T, m):
        self.h, self.c = (self.array(T + 1, m) for _ in range(2))
        self.a    = self.array(4, T, m)                                     # the gates
        self.z    = self.array(4, m)                                        # what they are made of
        self.to_c = self.array(min(T, STRETCH), m)                          # dh/dc

    def step(self, t):
        i, f, g, o = a = self.a[:, t]
        z = np.matmul(self.h[t], self.U, out=self.z)
        z += self.inputs(t)
        np.tanh(z, out=a)
        open_gates(a[:2])
        open_gates(o)
        c, h = self.c[t + 1], self.h[t + 1]
        np.multiply(f, self.c[t], out=c)                                    # c = f c + i g
        c += i * g
        np.tanh(c, out=h)                                                   # h = o tanh(c)
        h *= o

    def factors(self, start, end):
        i, _, g, o = a = self.a[:, start:end]
        h, tanh_c  = self.h[start + 1:end + 1], np.tanh(self.c[start + 1:end + 1])
        to_c, dz   = self.to_c[:end - start], self.dz[:, :end - start]
        np.multiply(a[:3], a[:3], out=dz[:3])
        np.subtract(a[:2], dz[:2], out=dz[:2])              # the slope of a sigmoid: a - a^2
        np.subtract(1, dz[2], out=dz[2])                    # of a tanh: 1 - a^2
        for factor, other in zip(dz, (g, self.c[start:end], i)):
            factor *= other                                 # what each gate is multiplied by
        np.multiply(o, h, out=dz[3])
        np.subtract(h, dz[3], out=dz[3])                    # (o - o^2) tanh(c) = h - o h
        np.multiply(h, tanh_c, out=to_c)
        np.subtract(o, to_c, out=to_c)                      # dh/dc = o (1 - tanh(c)^2)

    def step_back(self, t, at, dh, dc):
        dz = self.dz[:, at]
        dc = dc + dh * self.to_c[at]                        # through c itself, and through h
        dz[:3] *= dc
        dz[3]  *= dh
        return [self.to_state(dz), dc * self.a[1, t]]       # the cell path: f alone

    @property
    def cells(self):
        """c after every moment: (batch, time, n); None before the first pass forward."""
        return None if self.c is None else self.c[1:].swapaxes(0, 1)

    @property
    def gates(self):
        return by_letter("ifgo", self.a)

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
    a = None                   # the gates

    def shapes(self):
        return {**super().shapes(), "b_h": (self.n,)}

    def draw(self, rng):
        return {**super().draw(rng), "b_h": np.zeros(self.n)}

    def begin(self, T, m):
        self.h  = self.array(T + 1, m)
        self.a  = self.array(3, T, m)                                       # the gates
        self.q  = self.array(T, m)                                          # W_h h + b_h of n
        self.dn = self.array(min(T, STRETCH), m)

    def step(self, t):
        h, q, a = self.h[t], self.q[t], self.a[:, t]
        r, z, n = a
        x = self.inputs(t)                                                  # (3, m, n)
        np.matmul(h, self.U[:2], out=a[:2])
        a[:2] += x[:2]
        np.tanh(a[:2], out=a[:2])
        open_gates(a[:2])
        np.dot(h, self.U[2], out=q)
        q += self.b_h
        np.multiply(r, q, out=n)                                            # n = tanh(x + r q)
        n += x[2]
        np.tanh(n, out=n)
        new = self.h[t + 1]
        np.subtract(h, n, out=new)                                          # h = n + z (h - n)
        new *= z
        new += n

    def factors(self, start, end):
        n      = self.a[2, start:end]
        dn, dz = self.dn[:end - start], self.dz[:, :end - start]
        np.multiply(n, n, out=dn)
        np.subtract(1, dn, out=dn)                                          # the slope of tanh
        a, d = self.a[:2, start:end], dz[:2]
        np.multiply(a, a, out=d)
        np.subtract(a, d, out=d)                                            # and of a sigmoid
        d[0] *= self.q[start:end]
        np.subtract(self.h[start:end], n, out=dz[2])                        # a place to work in
        d[1] *= dz[2]

    def step_back(self, t, at, dh):
        handed_on, dz, dn = dh * self.a[1, t], self.dz[:, at], self.dn[at]
        dn    *= dh - handed_on
        dz[0] *= dn
        dz[1] *= dh
        np.multiply(dn, self.a[0, t], out=dz[2])        # of W_h h + b_h; the inputs' own is dn
        before  = self.to_state(dz)
        before += handed_on
        return [before]

    def hold_back(self, at, gone, slopes, before):
        self.dn[at][gone] = 0
        super().hold_back(at, gone, slopes, before)

    def add_state_slopes(self, dz, h):
        super().add_state_slopes(dz, h)
        self.db_h += dz[2].sum(axis=0)
        dz[2] = self.dn.reshape(-1, self.n)[:len(h)]  # from here on the slopes of what comes in

    @property
    def gates(self):
        return by_letter("rzn", self.a)


def by_letter(letters, gates):
    """{letter: (batch, time, n)} of gates (G, time, batch, n); {} for None."""
    return {} if gates is None else {name: a.swapaxes(0, 1) for name, a in zip(letters, gates)}


def open_gates(a):
    """Make sigmoids of tanh(z / 2), in place: (1 + a) / 2."""
    a += 1
    a *= 0.5
