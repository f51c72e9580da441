"""Layers made of layers: Sequential runs them in order, Residual also adds its input."""
from contextlib import nullcontext

from dlf.layers.base import Layer
from dlf.shapes import ShapeError, place


class Sequential(Layer):
    """A network: layers one after another.

    >>> import numpy as np, dlf
    >>> rng = np.random.default_rng(0)
    >>> net = dlf.Sequential(dlf.Dense(2, 3), dlf.Tanh(), dlf.Dense(3, 1), rng=rng)
    >>> net(np.zeros((5, 2))).shape
    (5, 1)

    With `rng` all weights are drawn anew; without it the layers keep those they have, so that a new
    network can be made around trained layers. `net[0]` is the first layer; `net[:2]` is a network
    of the first two, which shares their weights.

    Raises: TypeError for something that is no layer; ValueError for the same layer twice.
    """

    def __init__(self, *layers, rng=None):
        for layer in layers:
            check_is_layer(layer)
        self.arrange(layers)
        check_no_layer_twice(self)
        self.tie() if rng is None else self.reset(rng)

    def arrange(self, layers):
        """Note the layers, and which of them `learn` visits, in which order."""
        self.layers = self.children = layers
        learners    = [i for i, layer in enumerate(layers) if layer.n_parameters]
        first       = learners[0] if learners else len(layers)
        self.upper  = layers[:first:-1]         # from the last layer down to the one after `first`
        self.first  = layers[first:first + 1]   # the first that learns: nobody needs its dC/dx

    @property
    def takes_symbols(self):
        return bool(self.children) and self.children[0].takes_symbols

    def __call__(self, x, **how):
        if how:
            raise TypeError(f"{type(self).__name__} takes an input and nothing else, got "
                            f"{' and '.join(how)}. To skip padding make the network a dlf.Masked; "
                            "a state goes to the recurrent layer itself, as in net[0](x, state=h).")
        return super().__call__(x)

    def forward(self, x):
        for layer in self.children:
            x = layer.forward(x)
        return x

    def backward(self, dy):
        for layer in reversed(self.children):
            dy = layer.backward(dy)
        return dy

    def learn(self, dy):
        for layer in self.upper:
            dy = layer.backward(dy)
        for layer in self.first:
            layer.learn(dy)

    def telling(self, x):
        """A context in which the layers inside know what they must about all of `x`: `Masked`."""
        return nullcontext()

    def __len__(self):
        return len(self.children)

    def __iter__(self):
        return iter(self.children)

    def __getitem__(self, i):
        if not isinstance(i, slice):
            return self.layers[i]
        start, stop, step = i.indices(len(self))
        if step != 1:
            raise ValueError("A part of a network is a run of its layers, such as net[1:3].")
        part  = Sequential.__new__(Sequential)
        sizes = [layer.n_parameters for layer in self.layers]
        begin, end = sum(sizes[:start]), sum(sizes[:max(start, stop)])
        part.arrange(self.layers[i])
        part.adopt(self.theta[begin:end], self.dtheta[begin:end])
        return part

    def __repr__(self):
        inner = [f"{i}: {layer!r}".replace("\n", "\n  ") for i, layer in enumerate(self.children)]
        return f"{type(self).__name__}(" + "".join(f"\n  {line}" for line in inner) + "\n)"


class Residual(Sequential):
    """y = x + f(x), f being the layers inside: the slope reaches x by a path that nothing shrinks.

    Shapes: any; the layers inside must give an output of their input's shape.
    Raises: ShapeError if they do not.
    Source: He et al. (2016).
    """

    def forward(self, x):
        return self.add(x, super().forward(x))

    def add(self, x, f):
        """x + f, if they have one shape."""
        if f.shape != x.shape:
            raise ShapeError(f"{type(self).__name__} adds its input, of shape {x.shape}, to what "
                             f"its layers give, of shape {f.shape}: make the two shapes equal."
                             f"{place(self)}")
        return x + f

    def backward(self, dy):
        return dy + super().backward(dy)


def trace(net, x, path=""):
    """Yield (path, layer, input, output) of every innermost layer; returns the network's output."""
    if not isinstance(net, Sequential):
        y = net.forward(x)
        yield path or "0", net, x, y
        return y
    y = x
    with net.telling(x):
        for i, layer in enumerate(net.layers):
            y = yield from trace(layer, y, f"{path}.{i}" if path else str(i))
    return net.add(x, y) if isinstance(net, Residual) else y


def trace_back(net, dy, path=""):
    """Yield (path, layer, dC/d output) of every innermost layer, last to first; returns dC/dx.

    The way back of `trace`, after it: writes the gradients as `backward` does.
    """
    if not isinstance(net, Sequential):
        yield path or "0", net, dy
        return net.backward(dy)
    dx = dy
    for i in reversed(range(len(net))):
        dx = yield from trace_back(net.layers[i], dx, f"{path}.{i}" if path else str(i))
    return dy + dx if isinstance(net, Residual) else dx


def check_is_layer(layer):
    """Raise with the mend for the slips that everybody makes once."""
    if isinstance(layer, type) and issubclass(layer, Layer):
        name = layer.__name__
        raise TypeError(f"{name} is a class; put a layer here: dlf.{name}(...).")
    if isinstance(layer, (list, tuple)):
        raise TypeError("Pass the layers one after another, Sequential(a, b, c), "
                        "or unpack your list: Sequential(*layers).")
    if not isinstance(layer, Layer):
        raise TypeError(f"A network is made of layers such as dlf.Dense(2, 3); got {layer!r}.")


def check_no_layer_twice(net):
    """One layer at two places would overwrite its own gradient, and nobody would notice."""
    seen = {}
    for path, layer in net.walk():
        if id(layer) in seen:
            raise ValueError(f"{layer!r} stands twice in this network, as layer {seen[id(layer)]} "
                             f"and as layer {path}. Make a second one, so that each keeps its own "
                             "gradient.")
        seen[id(layer)] = path
