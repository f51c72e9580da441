"""From a configuration to the parts of training: network, loss, optimizer, penalty."""
import numpy as np

from dlf import initializers, layers, losses, optimizers
from dlf.layers import Dense, Dropout, Sequential

ACTIVATIONS = {"tanh": layers.Tanh, "relu": layers.ReLU, "sigmoid": layers.Sigmoid,
               "elu": layers.ELU, "leaky_relu": layers.LeakyReLU, "gelu": layers.GELU,
               "softplus": layers.Softplus}
NORMS       = {"batch": layers.BatchNorm, "layer": layers.LayerNorm}
OPTIMIZERS  = {"sgd": optimizers.SGD, "momentum": optimizers.Momentum,
               "nesterov": optimizers.Nesterov, "rmsprop": optimizers.RMSProp,
               "adam": optimizers.Adam, "adamw": optimizers.AdamW}
EXTRAS      = {"sgd": {}, "momentum": {"momentum": "momentum"},
               "nesterov": {"momentum": "momentum"},
               "rmsprop": {"decay": "decay"}, "adam": {"beta1": "beta1", "beta2": "beta2"},
               "adamw": {"beta1": "beta1", "beta2": "beta2", "decay": "weight_decay"}}
LOSSES      = {"square": losses.MeanSquare, "absolute": losses.MeanAbsolute, "huber": losses.Huber}
PENALTIES   = {"l1": losses.L1, "l2": losses.L2}
EQUAL       = 0.3          # every weight, for the initialization "equal"

DRAWS = {"uniform":         lambda rng, shape: rng.uniform(-0.5, 0.5, shape),
         "normal":          initializers.normal,
         "xavier":          initializers.xavier,
         "he":              initializers.he,
         "orthogonal":      initializers.orthogonal,
         "standard_normal": initializers.standard_normal,
         "equal":           lambda rng, shape: np.full(shape, EQUAL),
         "zero":            lambda rng, shape: np.zeros(shape)}


def plan(config):
    """The layers in order, each as (class, arguments): what the network and the script are made of.

    A hidden layer is Dense, its normalization, its activation, its dropout.
    """
    made, n = [], len(config.features)
    for hidden in config.hidden:
        made += [(Dense, (n, hidden.size))]
        made += [(NORMS[hidden.norm], (hidden.size,))] if hidden.norm != "none" else []
        made += activation(hidden.activation)
        made += [(Dropout, (hidden.dropout,))] if hidden.dropout else []
        n = hidden.size
    return [*made, (Dense, (n, config.n_outputs)), *activation(config.ending)]


def activation(name):
    """No layer for "linear", else one."""
    return [(ACTIVATIONS[name], ())] if name != "linear" else []


def network(config, rng):
    """The network with its first weights drawn from `rng`."""
    net = Sequential(*(cls(*arguments) for cls, arguments in plan(config)))
    for layer in net:
        if isinstance(layer, Dense):
            layer.W[...] = DRAWS[config.init](rng, layer.W.shape)
            layer.b[...] = config.bias
    return net.astype(np.dtype(config.dtype))


def loss(config):
    """The loss, of which cross-entropy has two forms: for one output and for several."""
    if config.loss == "cross_entropy":
        return losses.CrossEntropy() if config.n_outputs > 1 else losses.BinaryCrossEntropy()
    return LOSSES[config.loss]()


def optimizer(config):
    """The optimizer with the settings that it has."""
    extras = {theirs: getattr(config, ours) for theirs, ours in EXTRAS[config.optimizer].items()}
    return OPTIMIZERS[config.optimizer](config.lr, **extras)


def retune(made, config):
    """Bring the settings of a running optimizer up to date."""
    made.lr = config.lr
    for theirs, ours in EXTRAS[config.optimizer].items():
        setattr(made, theirs, getattr(config, ours))


def penalty(config):
    """The penalty, or None where there is none."""
    wanted = config.penalty != "none" and config.strength > 0
    return PENALTIES[config.penalty](config.strength) if wanted else None
