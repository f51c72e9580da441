"""Benchmarks of convolutional networks against PyTorch, in its two memory orders.

    python tests/benchmarks/convolution.py [lenet resnet one memory]

As in run.py: all take turns in one process with one BLAS thread; a ratio below 1 means that dlf is
faster. A network is written once, as a list of the names that both libraries share.
"""
import sys
import tracemalloc

import timing

# isort: split
# timing stands first: it sets the threads, which only counts before NumPy is loaded.
import numpy as np
from run import dlf_steps

import dlf
from dlf.layers.containers import trace

LENET = [("Conv2D", 1, 8, 5), ("MaxPool2D", 2), ("ReLU",),
         ("Conv2D", 8, 16, 5), ("MaxPool2D", 2), ("ReLU",), ("Flatten",), ("Dense", 256, 10)]
NAMES = {"Conv2D": "Conv2d", "MaxPool2D": "MaxPool2d", "GlobalAveragePool2D": "AdaptiveAvgPool2d",
         "BatchNorm": "BatchNorm2d", "Dense": "Linear"}


def resnet(n=16, wide=32):
    """A stem to n channels, a residual block, a step to `wide` channels, and another block."""
    def conv(a, b):
        return [("Conv2D", a, b, 3, 1, 1), ("BatchNorm", b)]

    def block(c):
        return ("Residual", *conv(c, c), ("ReLU",), *conv(c, c))
    return [*conv(3, n), ("ReLU",), block(n), ("ReLU",), *conv(n, wide), ("ReLU",), block(wide),
            ("ReLU",), ("GlobalAveragePool2D",), ("Flatten",), ("Dense", wide, 10)]


def ours(plan, kind=dlf.Sequential):
    """The network of dlf."""
    layers = [ours(words, dlf.Residual) if name == "Residual" else getattr(dlf, name)(*words)
              for name, *words in plan]
    net = kind(*layers, rng=np.random.default_rng(0))
    return net.astype(np.float32) if kind is dlf.Sequential else net


def theirs(plan):
    """The same network of PyTorch."""
    import torch

    class Residual(torch.nn.Sequential):
        def forward(self, x):
            return x + super().forward(x)

    def make(name, *words):
        if name == "Residual":
            return Residual(*(make(*line) for line in words))
        words = (1,) if name == "GlobalAveragePool2D" else words
        return getattr(torch.nn, NAMES.get(name, name))(*words)
    return torch.nn.Sequential(*(make(*line) for line in plan))


def torch_steps(plan, x, y, batch, steps, channels_last):
    """A function that makes `steps` PyTorch updates on shuffled batches."""
    import torch
    torch.set_num_threads(1)
    order = torch.channels_last if channels_last else torch.contiguous_format
    net   = theirs(plan).to(memory_format=order)
    x, y  = torch.from_numpy(x).to(memory_format=order), torch.from_numpy(y)
    optimizer = torch.optim.SGD(net.parameters(), 0.01)

    def run():
        shuffled = torch.randperm(len(x))
        for start in range(0, steps * batch, batch):
            rows = shuffled[start:start + batch]
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(net(x[rows]), y[rows]).backward()
            optimizer.step()
    return run


def training(name, plan, shape, batch, steps, rounds, bounds):
    """Rows of one network, trained in turn by dlf and by PyTorch in both memory orders."""
    rng = np.random.default_rng(0)
    x   = rng.random((steps * batch, *shape), dtype=np.float32)
    y   = rng.integers(0, 10, len(x))
    net = ours(plan)
    times = timing.race({
        "dlf":           dlf_steps(net, x, y, dlf.CrossEntropy(), dlf.SGD(0.01), batch, steps),
        "PyTorch":       torch_steps(plan, x, y, batch, steps, False),
        "channels_last": torch_steps(plan, x, y, batch, steps, True)}, rounds)
    for peer, bound in bounds.items():
        yield timing.row(name, peer, times["dlf"], times[peer], steps, *bound)


def lenet():
    """LeNet-like: two convolutions of 5 x 5 with pooling, batch 64."""
    yield from training("LeNet-like CNN, batch 64", LENET, (1, 28, 28), 64, 20, 15,
                        {"PyTorch": (.58, .42), "channels_last": (.92, .70)})


def resnet_like():
    """Residual blocks of 3 x 3 convolutions, 16 and 32 channels, on 32 x 32 images, batch 32."""
    yield from training("ResNet-like CNN, batch 32", resnet(), (3, 32, 32), 32, 3, 9,
                        {"PyTorch": (), "channels_last": ()})


def one():
    """The answer for a single image, as a drawing pad asks for it."""
    import torch
    torch.set_num_threads(1)
    x, net, peer = np.ones((1, 1, 28, 28), np.float32), ours(LENET), theirs(LENET).eval()
    tx, calls = torch.from_numpy(x), 200

    def answers():
        with torch.inference_mode():
            for _ in range(calls):
                peer(tx)
    times = timing.race({"dlf": lambda: [net(x) for _ in range(calls)], "PyTorch": answers}, 15)
    yield timing.row("LeNet-like CNN, one image", "PyTorch", times["dlf"], times["PyTorch"], calls)


def memory():
    """What a training step holds at most, in times of what all layers together put out."""
    for name, plan, shape, batch in (("LeNet-like", LENET, (1, 28, 28), 64),
                                     ("ResNet-like", resnet(), (3, 32, 32), 32)):
        net = ours(plan)
        x   = np.random.default_rng(0).random((batch, *shape), dtype=np.float32)
        y   = np.zeros(batch, int)
        activations = x.nbytes + sum(out.nbytes for *_, out in trace(net, x))
        fresh = ours(plan)
        tracemalloc.start()
        dlf.gradients(fresh, x, y, dlf.CrossEntropy())
        peak = tracemalloc.get_traced_memory()[1] + x.nbytes
        tracemalloc.stop()
        times   = peak / activations
        verdict = "must" if times <= 3 else "MISSED"
        yield (f"memory of a step, {name}, batch {batch}: activations {activations / 2**20:.1f} "
               f"MB, peak {peak / 2**20:.1f} MB: {times:.2f} times (must 3)  {verdict}")


def main(wanted):
    """Print the table, a row at a time."""
    rows = {"lenet": lenet, "resnet": resnet_like, "one": one, "memory": memory}
    print(timing.HEADER)
    for name in wanted or rows:
        for line in rows[name]():
            print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
