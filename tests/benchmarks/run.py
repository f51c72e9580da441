"""Benchmarks against PyTorch and scikit-learn.

    python tests/benchmarks/run.py [mlp tiny adam import memory]

All rivals take turns in one process with one BLAS thread; ratios are medians over the rounds, our
time over theirs, so below 1 dlf is faster. Nothing here is a test: times depend on the machine.
"""
import sys
from itertools import pairwise

import timing

# isort: split
# timing stands first: it sets the threads, which only counts before NumPy is loaded.
import numpy as np
import peers
from isolated import import_row, memory_row

import dlf

TORCH = "PyTorch"


def dlf_steps(net, x, y, loss, optimizer, batch, steps):
    """A function that makes `steps` updates of ours on shuffled batches."""
    def run():
        training = dlf.train(net, x, y, loss, optimizer, batch_size=batch,
                             rng=np.random.default_rng(0))
        for _, _ in zip(range(steps), training):
            pass
    return run


def half_squares(y, target):
    return 0.5 * ((y - target) ** 2).sum() / len(y)


def dense(sizes, activation, last):
    """Dense layers with an activation after each, after the last one if asked."""
    layers = []
    for i, (a, b) in enumerate(pairwise(sizes)):
        layers += [dlf.Dense(a, b)] + ([activation()] if i < len(sizes) - 2 or last else [])
    return dlf.Sequential(*layers, rng=np.random.default_rng(0)).astype(np.float32)


def mlp():
    """784-30-10 sigmoid, batch 10, SGD; and 784-256-128-10 ReLU, batch 128, Adam."""
    import torch
    rng    = np.random.default_rng(0)
    x      = rng.random((6000, 784), dtype=np.float32)
    labels = rng.integers(0, 10, 6000)
    y      = np.eye(10, dtype=np.float32)[labels]
    sizes, batch, steps, lr = [784, 30, 10], 10, 600, 0.5
    times = timing.race({
        "dlf":     dlf_steps(dense(sizes, dlf.Sigmoid, True), x, y, dlf.MeanSquare(), dlf.SGD(lr),
                             batch, steps),
        TORCH:     peers.torch_steps(sizes, torch.nn.Sigmoid, True, half_squares,
                                     lambda p: torch.optim.SGD(p, lr), x, y, batch, steps),
        "sklearn": peers.sklearn_epoch((30,), x, labels, batch, lr),
        "loop":    peers.single_examples(sizes, x, y, batch, lr, steps)}, rounds=9)
    name = "MLP 784-30-10 sigmoid, batch 10"
    yield timing.row(name, TORCH, times["dlf"], times[TORCH], steps, .23, .15)
    yield timing.row(name, "scikit-learn", times["dlf"], times["sklearn"], steps, .30, .20)
    yield timing.row(name, "a loop, examples", times["dlf"], times["loop"], steps, .14, .10)

    # So few steps that in PyTorch, too, no sum has halved its way down to the numbers (below 1e-38)
    # that processors are slow with: after some 800 its step takes twice the time, ours does not.
    sizes, batch, steps = [784, 256, 128, 10], 128, 30
    times = timing.race({
        "dlf": dlf_steps(dense(sizes, dlf.ReLU, False), x, labels, dlf.CrossEntropy(),
                         dlf.Adam(1e-3), batch, steps),
        TORCH: peers.torch_steps(sizes, torch.nn.ReLU, False, torch.nn.functional.cross_entropy,
                                 lambda p: torch.optim.Adam(p, 1e-3), x, labels, batch, steps)},
        rounds=21)
    name = "MLP 784-256-128-10 ReLU, batch 128"
    yield timing.row(name, TORCH, times["dlf"], times[TORCH], steps, .70, .55)


def tiny():
    """2-8-8-1 tanh, batch 10: the playground's size, where every NumPy call counts."""
    import torch
    rng = np.random.default_rng(0)
    x   = rng.normal(size=(500, 2)).astype(np.float32)
    y   = np.sign(x[:, :1] * x[:, 1:])
    sizes, batch, steps, lr = [2, 8, 8, 1], 10, 2000, 0.03
    times = timing.race({
        "dlf": dlf_steps(dense(sizes, dlf.Tanh, True), x, y, dlf.MeanSquare(), dlf.SGD(lr),
                         batch, steps),
        TORCH: peers.torch_steps(sizes, torch.nn.Tanh, True, half_squares,
                                 lambda p: torch.optim.SGD(p, lr), x, y, batch, steps)}, rounds=11)
    name = "tiny 2-8-8-1 tanh, batch 10"
    yield timing.row(name, TORCH, times["dlf"], times[TORCH], steps, .12, .07)


def adam():
    """Adam alone, on a million float32 parameters."""
    import torch
    n, steps = 1_000_000, 20
    rng      = np.random.default_rng(0)
    theta, g = rng.normal(size=n).astype(np.float32), rng.normal(size=n).astype(np.float32)
    ours     = dlf.Adam(1e-3)

    def theirs(**how):
        p = torch.nn.Parameter(torch.from_numpy(theta.copy()))
        p.grad = torch.from_numpy(g.copy())
        optimizer = torch.optim.Adam([p], 1e-3, **how)
        return lambda: [optimizer.step() for _ in range(steps)]

    torch.set_num_threads(1)
    times = timing.race({"dlf": lambda: [ours.step(theta, g) for _ in range(steps)],
                         TORCH: theirs(), "fused": theirs(fused=True)}, rounds=15)
    name = "Adam, 1M parameters"
    yield timing.row(name, TORCH, times["dlf"], times[TORCH], steps, .85, .60)
    yield timing.row(name, "PyTorch fused", times["dlf"], times["fused"], steps, 2.5, 1.6)


def main(wanted):
    """Print the table, a row at a time."""
    rows = {"mlp": mlp, "tiny": tiny, "adam": adam, "import": import_row, "memory": memory_row}
    print(timing.HEADER)
    for name in wanted or rows:
        for line in rows[name]():
            print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
