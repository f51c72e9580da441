"""The contract of a layer: forward, backward, and parameters that are windows onto one vector."""
import copy

import numpy as np

from dlf.config import Configured
from dlf.memory import align


class Layer(Configured):
    """What every layer is.

    A layer has three methods. `forward(x)` returns y and keeps what the way back needs.
    `backward(dy)` takes dC/dy, writes the gradients of its parameters (`dW`, `db`, ...) and returns
    dC/dx. `learn(dy)` writes the gradients alone, for the first layer of a network, where nobody
    asks for dC/dx. Gradients are overwritten, never accumulated: there is nothing to set to zero.

    A layer never writes to x or dy: the arrays that it returned are also what it remembers.
    """

    params         = {}       # {name: shape} of the arrays that learn
    buffers        = ()       # names of the arrays that change but do not learn: running means
    children       = ()       # inner layers
    name           = ""       # its place in the network: "0", "2.1"
    training       = False    # dropout and batch normalization behave differently while training
    has_modes      = False    # does `training` matter to this layer?
    rng            = None     # where dropout draws its masks from
    takes_symbols  = False    # does it read whole numbers that name symbols?
    mask           = None     # which moments of each sequence are there: `Masked` says it
    theta = dtheta = np.empty(0)

    def __call__(self, x, **how):
        """The output for `x` (anything NumPy can make an array of); the same as `forward`.

        `how`: what else `forward` takes, such as the mask of a recurrent layer.
        Raises: TypeError for what are no numbers; otherwise what `forward` raises.
        """
        x = np.asarray(x)
        if x.dtype.kind not in "fiub":
            raise TypeError(f"{type(self).__name__} expects numbers, got an array of {x.dtype}. "
                            "If numbers are what it holds, pass x.astype(float).")
        if x.dtype.kind != "f" and not self.takes_symbols:
            x = x.astype(self.dtype)            # small whole numbers would wrap: -x of 1 is 255
        return self.forward(x, **how)

    def forward(self, x):
        """The output for the array `x`; keeps what `backward` needs. Each layer says its own."""
        raise TypeError(f"{type(self).__name__} does not say forward(x), as every layer must.")

    def backward(self, dy):
        """Take dC/dy, write the gradients of the parameters, return dC/dx. Each layer's own."""
        raise TypeError(f"{type(self).__name__} does not say backward(dy), as every layer must.")

    def learn(self, dy):
        """Write the gradients, without dC/dx (here: at no saving)."""
        self.backward(dy)

    def set_training(self, training):
        """Switch this layer and all inside it to training mode, or back to inference.

        `train` and `gradients` do it by themselves; a loop of your own must.
        """
        for _, layer in self.walk():
            layer.training = training

    # ---- parameters --------------------------------------------------------------------------

    def draw(self, rng):
        """{name: initial value} for each of `params` and `buffers`."""
        return {}

    def reset(self, rng):
        """Start afresh: draw all weights from the generator `rng`; same seed, same bits.

        None is a generator that nobody knows the seed of.
        """
        check_rng(rng)
        rng = rng or np.random.default_rng()
        for _, layer in self.walk():
            check_init(layer)
            layer.__dict__.update(layer.draw(rng))
            layer.rng = rng
        return self.tie(self.dtype)

    def walk(self, path=""):
        """Yield (path, layer) for this layer and all inside it, outermost first."""
        yield path, self
        for i, child in enumerate(self.children):
            yield from child.walk(f"{path}.{i}" if path else str(i))

    def parameters(self):
        """Yield (name, value, gradient) of every parameter: windows onto `theta` and `dtheta`."""
        for path, layer in self.walk():
            for p in layer.params:
                yield f"{path}.{p}" if path else p, getattr(layer, p), getattr(layer, "d" + p)

    def tie(self, dtype=None):
        """Lay all parameters out in one vector `theta`, their gradients in `dtheta`.

        Afterwards each layer's `W` and `dW` are windows onto the two, so an optimizer is one
        formula on one vector.
        """
        values = [checked(layer, p) for _, layer in self.walk() for p in layer.params]
        dtype  = dtype or (np.result_type(np.float32, *values) if values else self.dtype)
        flat   = [v.ravel() for v in values] + [[]]         # [] for a layer without parameters
        theta  = align(np.concatenate(flat, dtype=dtype, casting="same_kind"))
        self.adopt(theta, align(np.zeros_like(theta)))
        for path, layer in self.walk():
            layer.name = path
            for b in layer.buffers:
                setattr(layer, b, getattr(layer, b).astype(dtype, copy=False))
        return self

    def adopt(self, theta, dtheta):
        """Take these two vectors as one's own, and cut the windows."""
        self.theta, self.dtheta, start = theta, dtheta, 0
        for p, shape in self.params.items():
            end = start + int(np.prod(shape))
            setattr(self, p,       theta[start:end].reshape(shape))
            setattr(self, "d" + p, dtheta[start:end].reshape(shape))
            start = end
        for child in self.children:
            end = start + child.n_parameters
            child.adopt(theta[start:end], dtheta[start:end])
            start = end

    @property
    def n_parameters(self):
        """How many numbers learn, inner layers included."""
        return sum(int(np.prod(s)) for _, layer in self.walk() for s in layer.params.values())

    @property
    def dtype(self):
        """The floating-point type in which this layer computes."""
        return self.theta.dtype

    def astype(self, dtype):
        """Compute in another type from now on: np.float32 to hurry, np.float64 to check.

        Changes this layer in place, and returns it.
        """
        if np.dtype(dtype) not in (np.float32, np.float64):
            raise TypeError(f"Networks compute in np.float32 or np.float64, not in {dtype!r}.")
        return self.tie(np.dtype(dtype))

    def is_tied(self):
        """False once somebody wrote `layer.W = ...`, a new array, and not `layer.W[...] = ...`."""
        at = self.theta.ctypes.data                         # where in memory the next window starts
        for _, layer in self.walk():
            for p, shape in layer.params.items():
                value = np.asarray(getattr(layer, p))
                if (value.ctypes.data, value.shape, value.flags.c_contiguous) != (at, shape, True):
                    return False
                at += value.nbytes
        return True

    def operations(self, shape_in, shape_out):
        """Additions and multiplications of one forward pass, roughly: one for each number out."""
        return int(np.prod(shape_out))

    # ---- copies: windows do not survive deepcopy and pickle, so they are cut anew --------------

    def __copy__(self):
        """A copy of everything: one that shared the weights would take them from the original."""
        return copy.deepcopy(self)

    def __getstate__(self):
        return {k: v for k, v in self.__dict__.items() if k not in ("theta", "dtheta")}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self.tie()


def check_rng(rng):
    """Raise unless `rng` is a generator (or None), with the line that makes one."""
    if rng is not None and not isinstance(rng, np.random.Generator):
        raise TypeError("rng must be a NumPy generator, such as np.random.default_rng(0); "
                        f"got {rng!r}.")


def check_init(layer):
    """Raise unless a layer's `init`, if it has one, is a function."""
    if not callable(getattr(layer, "init", callable)):
        raise TypeError(f"{type(layer).__name__}: init must be a function of (rng, shape), such as "
                        f"dlf.initializers.he; got {layer.init!r}.")


def checked(layer, p):
    """The parameter `p` of a layer, after a look at its shape."""
    value, shape = np.asarray(getattr(layer, p)), layer.params[p]
    if value.shape != shape:
        raise ValueError(f"{layer!r}: {p} must have shape {shape}, but somebody set it to an array "
                         f"of shape {value.shape}. Write into it instead: layer.{p}[...] = values.")
    return value
