"""The rivals: the same network trained by PyTorch, scikit-learn and a loop over single examples."""
import warnings
from itertools import pairwise

import numpy as np


def torch_steps(sizes, activation, last, loss, make_optimizer, x, y, batch, steps):
    """A function that makes `steps` PyTorch updates on shuffled batches."""
    import torch
    torch.set_num_threads(1)
    layers = []
    for i, (a, b) in enumerate(pairwise(sizes)):
        layers += [torch.nn.Linear(a, b)] + ([activation()] if i < len(sizes) - 2 or last else [])
    net = torch.nn.Sequential(*layers)
    optimizer = make_optimizer(net.parameters())
    x, y = torch.from_numpy(x), torch.from_numpy(y)

    def run():
        done = 0
        while done < steps:
            order = torch.randperm(len(x))
            for start in range(0, len(x), batch):
                rows = order[start:start + batch]
                optimizer.zero_grad()
                loss(net(x[rows]), y[rows]).backward()
                optimizer.step()
                done += 1
                if done == steps:
                    return
    return run


def sklearn_epoch(hidden, x, labels, batch, lr):
    """A function that trains scikit-learn's MLPClassifier for one epoch."""
    from sklearn.neural_network import MLPClassifier
    net = MLPClassifier(hidden, activation="logistic", solver="sgd", momentum=0, batch_size=batch,
                        learning_rate_init=lr, alpha=0, max_iter=1)

    def run():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            net.fit(x, labels)
    return run


def single_examples(sizes, x, y, batch, lr, steps):
    """A function that makes `steps` updates as one first writes them: one example at a time.

    Columns, float64, and gradients summed up from zero over the examples of a batch: the way of the
    program in Nielsen (2015), chapter 1.
    """
    rng   = np.random.default_rng(0)
    W     = [rng.normal(size=(b, a)) for a, b in pairwise(sizes)]
    b     = [rng.normal(size=(n, 1)) for n in sizes[1:]]
    pairs = [(u[:, None].astype(float), v[:, None].astype(float)) for u, v in zip(x, y)]

    def sigmoid(z):
        return 1.0 / (1.0 + np.exp(-z))

    def backprop(a, target):
        dW, db = [np.zeros(w.shape) for w in W], [np.zeros(c.shape) for c in b]
        activations, zs = [a], []
        for w, c in zip(W, b):
            zs.append(np.dot(w, activations[-1]) + c)
            activations.append(sigmoid(zs[-1]))
        delta = (activations[-1] - target) * sigmoid(zs[-1]) * (1 - sigmoid(zs[-1]))
        dW[-1], db[-1] = np.dot(delta, activations[-2].T), delta
        for i in range(2, len(sizes)):
            delta = np.dot(W[-i + 1].T, delta) * sigmoid(zs[-i]) * (1 - sigmoid(zs[-i]))
            dW[-i], db[-i] = np.dot(delta, activations[-i - 1].T), delta
        return dW, db

    def run():
        rng.shuffle(pairs)
        for k in range(steps):
            some = pairs[k * batch % len(pairs):][:batch]
            sum_W, sum_b = [np.zeros(w.shape) for w in W], [np.zeros(c.shape) for c in b]
            for a, target in some:
                dW, db = backprop(a, target)
                sum_W = [s + d for s, d in zip(sum_W, dW)]
                sum_b = [s + d for s, d in zip(sum_b, db)]
            for i in range(len(W)):
                W[i] = W[i] - lr / len(some) * sum_W[i]
                b[i] = b[i] - lr / len(some) * sum_b[i]
    return run
