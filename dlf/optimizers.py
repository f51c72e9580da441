"""Optimizers: what to do with a gradient. Each is one formula on one vector.

`optimizer.step(theta, dtheta)` moves all parameters of a network at once. Large vectors are worked
through in blocks that fit the processor's cache, which changes nothing but the time it takes.

`lr`, the learning rate, is a number or a schedule: a function of the step, counted from 1.

What is remembered of a weight that has no slope any more, such as one behind a dead ReLU, halves
and halves. Below 1e-38 (in float32) processors count on in a slow way, called subnormal, and a step
soon takes twice its time. So from time to time all that is next to nothing becomes 0.
"""
import copy
import math
import weakref

import numpy as np

from dlf.config import Configured
from dlf.schedules import check_lr

BLOCK   = 98_304         # numbers a block: five such vectors in float32 stay in a few MB of cache
SWEEP   = 128            # steps from one sweep of the memory to the next
UNBOUND = None, None     # no vectors yet that were cut into blocks


class Optimizer(Configured):
    """What every optimizer is: a learning rate, a count of steps, and some memory a parameter.

    A subclass names its memory and says one `rule`: what happens to w, a block of the parameters,
    given g, the same block of the gradient, a scratch block, the memory, and the `numbers` of the
    step. (Those come as arrays of no axes, which NumPy handles in half the time of floats.)
    """

    memory = ()           # names of the vectors, as long as theta, that are kept between steps

    def __init__(self, lr):
        self.lr = check_lr(self, lr)
        self.forget()

    def belong_to(self, net):
        """Note whose slopes are remembered; raise if they are those of another network."""
        owner = self.owner() if self.owner else None
        if self.memory and self.t and owner not in (None, net):
            raise ValueError(f"{self!r} remembers the slopes of another network. One optimizer "
                             "goes with one network: make a new one, or call its forget() first.")
        self.owner = weakref.ref(net)

    def forget(self):
        """Start afresh: no steps made, no memory."""
        self.t, self.bound, self.owner = 0, UNBOUND, None
        for name in self.memory:
            setattr(self, name, None)

    def step(self, theta, dtheta):
        """Move `theta` in place, given its gradient; both of shape (parameters,)."""
        if theta is not self.bound[0] or dtheta is not self.bound[1]:
            self.bind(theta, dtheta)
        lr      = check_rate(self, self.t + 1)
        self.t += 1
        numbers = [np.array(value, theta.dtype) for value in self.numbers(lr)]
        for block in self.blocks:
            self.rule(*block, *numbers)
        if self.t % SWEEP == 0:
            self.sweep(theta.dtype)

    def sweep(self, dtype):
        """Set to 0 what is left of old slopes: far below what any step could notice."""
        least = np.finfo(dtype).tiny / np.finfo(dtype).eps          # 1e-31 in float32
        for _, _, scratch, *memory in self.blocks:
            for kept in memory:
                kept[np.abs(kept, scratch) < least] = 0

    def numbers(self, lr):
        """What is the same for all parameters in this step."""
        return (lr,)

    def bind(self, theta, dtheta):
        """Cut the vectors and the memory into blocks; new memory is zero, kept memory must fit."""
        if theta.ndim != 1 or theta.shape != dtheta.shape:
            raise ValueError(f"{self!r} moves one vector by another of the same length, net.theta "
                             f"by net.dtheta; got shapes {theta.shape} and {dtheta.shape}.")
        for name in self.memory:
            kept = getattr(self, name)
            if kept is None:
                kept = np.zeros_like(theta)
            elif kept.shape != theta.shape:
                raise ValueError(f"{self!r} remembers a network of {kept.size} parameters and "
                                 f"cannot go on with one of {theta.size}: make a new optimizer "
                                 "for a new network.")
            setattr(self, name, kept.astype(theta.dtype, copy=False))
        scratch     = np.empty(min(theta.size, BLOCK), theta.dtype)
        vectors     = [theta, dtheta, *(getattr(self, name) for name in self.memory)]
        self.blocks = [cut(scratch, vectors, start) for start in range(0, theta.size, BLOCK)]
        self.bound  = theta, dtheta

    def state(self):
        """What a checkpoint must keep: the count of steps, and the memory."""
        return copy.deepcopy({name: getattr(self, name) for name in ("t", *self.memory)})

    def restore(self, state):
        """Go on where `state` was taken."""
        self.__dict__.update(copy.deepcopy(state), bound=UNBOUND)

    def __getstate__(self):
        return {k: v for k, v in self.__dict__.items() if k not in ("bound", "blocks", "owner")}

    def __setstate__(self, state):
        self.__dict__.update(state, bound=UNBOUND, owner=None)


def cut(scratch, vectors, start):
    """The block of every vector that begins at `start`: w, g, scratch, and the memory."""
    w, g, *memory = (v[start:start + BLOCK] for v in vectors)
    return w, g, scratch[:len(w)], *memory


class SGD(Optimizer):
    """w -= lr g: a step downhill. Source: Robbins & Monro (1951); Nielsen (2015), chapter 1."""

    def rule(self, w, g, tmp, lr):
        np.multiply(g, lr, tmp)
        w -= tmp


class Momentum(Optimizer):
    """v = momentum v + g; w -= lr v: a ball that gathers speed. Source: Polyak (1964)."""

    memory = ("v",)

    def __init__(self, lr, momentum=0.9):
        super().__init__(lr)
        self.momentum = share(self, "momentum", momentum)

    def numbers(self, lr):
        return lr, self.momentum

    def rule(self, w, g, tmp, v, lr, momentum):
        v *= momentum
        v += g
        np.multiply(v, lr, tmp)
        w -= tmp


class Nesterov(Momentum):
    """v = momentum v + g; w -= lr (g + momentum v): momentum that looks ahead.

    Source: Nesterov (1983), in the form of Sutskever et al. (2013) that PyTorch uses too.
    """

    def rule(self, w, g, tmp, v, lr, momentum):
        v *= momentum
        v += g
        np.multiply(v, momentum, tmp)
        tmp += g
        tmp *= lr
        w -= tmp


class RMSProp(Optimizer):
    """s = decay s + (1 - decay) g^2; w -= lr g / (sqrt(s) + eps): steps in units of the slope.

    Source: Tieleman & Hinton (2012).
    """

    memory = ("s",)

    def __init__(self, lr=0.001, decay=0.99, eps=1e-8):
        super().__init__(lr)
        self.decay, self.eps = share(self, "decay", decay), check_eps(self, eps)

    def numbers(self, lr):
        return lr, self.decay, 1 - self.decay, self.eps

    def rule(self, w, g, tmp, s, lr, decay, rest, eps):
        np.square(g, tmp)
        tmp *= rest
        s   *= decay
        s   += tmp
        np.sqrt(s, tmp)
        tmp += eps
        np.divide(g, tmp, tmp)
        tmp *= lr
        w   -= tmp


class Adam(Optimizer):
    """Momentum and RMSProp together, both corrected for having started at zero.

        m = beta1 m + (1 - beta1) g          m_hat = m / (1 - beta1^t)
        v = beta2 v + (1 - beta2) g^2        v_hat = v / (1 - beta2^t)
        w -= lr m_hat / (sqrt(v_hat) + eps)

    To save passes over memory the two sums are kept without their factors (1 - beta), and all
    constant factors go into two numbers a step, `rate` and `small`.

    Source: Kingma & Ba (2015).
    """

    memory = ("m", "v")

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr)
        self.beta1, self.beta2 = share(self, "beta1", beta1), share(self, "beta2", beta2)
        self.eps = check_eps(self, eps)

    def numbers(self, lr):
        a = (1 - self.beta1) / (1 - self.beta1 ** self.t)              # m_hat = a m
        b = math.sqrt((1 - self.beta2) / (1 - self.beta2 ** self.t))   # sqrt(v_hat) = b sqrt(v)
        return self.beta1, self.beta2, lr * a / b, self.eps / b

    def rule(self, w, g, tmp, m, v, beta1, beta2, rate, small):
        m *= beta1
        m += g
        np.square(g, tmp)
        v *= beta2
        v += tmp
        np.sqrt(v, tmp)
        tmp += small
        np.divide(m, tmp, tmp)
        tmp *= rate
        w -= tmp


class AdamW(Adam):
    """Adam, and each step also shrinks every parameter by lr * decay, apart from the gradient.

    Every parameter, biases too, as in the paper and in PyTorch; the penalty `dlf.L2` spares them.
    Source: Loshchilov & Hutter (2019).
    """

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, decay=0.01):
        super().__init__(lr, beta1, beta2, eps)
        self.decay = share(self, "decay", decay)

    def numbers(self, lr):
        return 1 - lr * self.decay, *super().numbers(lr)

    def rule(self, w, g, tmp, m, v, shrink, *numbers):
        w *= shrink
        super().rule(w, g, tmp, m, v, *numbers)


def clip_by_norm(dtheta, limit, norm=None):
    """Shorten the gradient, in place, to length `limit` if it is longer; its direction stays.

    Shapes: dtheta (parameters,). Returns the length it had; `norm` is that length, if known.
    Source: Pascanu, Mikolov & Bengio (2013).
    """
    if norm is None:
        norm = math.sqrt(np.dot(dtheta, dtheta))
    if norm > limit:
        dtheta *= limit / norm
    return norm


def check_rate(optimizer, t):
    """The learning rate of step t; raise if it is none, before it makes the weights nan."""
    lr = optimizer.lr(t) if callable(optimizer.lr) else optimizer.lr
    if not 0 <= lr < math.inf:
        raise ValueError(f"{type(optimizer).__name__}: the learning rate of step {t} is {lr!r}, "
                         "and must be a number of at least 0.")
    return lr


def check_eps(optimizer, eps):
    """What keeps a division by a slope of 0 finite: 0 or more."""
    if not 0 <= eps < math.inf:
        raise ValueError(f"{type(optimizer).__name__}: eps must be a small number of at least 0, "
                         f"such as 1e-8; got {eps!r}.")
    return eps


def share(optimizer, name, value):
    """A factor that says how much is kept, in 0 <= value < 1."""
    if not 0 <= value < 1:
        raise ValueError(f"{type(optimizer).__name__}: {name} must be at least 0 and below 1, "
                         f"got {value!r}.")
    return value
