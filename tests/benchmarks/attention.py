"""Benchmarks of a small transformer against PyTorch, and what a training step holds in memory.

    python tests/benchmarks/attention.py [gpt memory]

As in run.py: both take turns in one process with one BLAS thread; a ratio below 1 means that dlf is
faster. The network is a character model: vocabulary 65, width 64, 2 blocks of 4 heads, context 64.
PyTorch has its fast way: scaled_dot_product_attention, which never writes the scores down.
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

SYMBOLS, WIDTH, BLOCKS, HEADS, TIME, BATCH = 65, 64, 2, 4, 64, 32


def ours():
    """The network of dlf."""
    blocks = [dlf.TransformerBlock(WIDTH, HEADS) for _ in range(BLOCKS)]
    net = dlf.Sequential(dlf.Embedding(SYMBOLS, WIDTH), dlf.PositionEmbedding(TIME, WIDTH), *blocks,
                         dlf.LayerNorm(WIDTH), dlf.Dense(WIDTH, SYMBOLS),
                         rng=np.random.default_rng(0))
    return net.astype(np.float32)


def theirs(gelu):
    """The same network of PyTorch."""
    from torch import nn
    from torch.nn.functional import scaled_dot_product_attention

    class Attention(nn.Module):
        def __init__(self):
            super().__init__()
            self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)

        def forward(self, x):
            batch, time, _ = x.shape
            q, k, v = (part.view(batch, time, HEADS, -1).transpose(1, 2)
                       for part in self.qkv(x).split(WIDTH, dim=2))
            y = scaled_dot_product_attention(q, k, v, is_causal=True)
            return self.out(y.transpose(1, 2).reshape(batch, time, WIDTH))

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.look  = nn.Sequential(nn.LayerNorm(WIDTH), Attention())
            self.think = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 4 * WIDTH), gelu,
                                       nn.Linear(4 * WIDTH, WIDTH))

        def forward(self, x):
            x = x + self.look(x)
            return x + self.think(x)

    class Positions(nn.Module):
        def __init__(self):
            super().__init__()
            self.rows = nn.Embedding(TIME, WIDTH)

        def forward(self, x):
            return x + self.rows.weight[:x.shape[1]]

    return nn.Sequential(nn.Embedding(SYMBOLS, WIDTH), Positions(),
                         *(Block() for _ in range(BLOCKS)), nn.LayerNorm(WIDTH),
                         nn.Linear(WIDTH, SYMBOLS))


def torch_steps(x, y, steps, gelu):
    """A function that makes `steps` PyTorch updates on shuffled batches."""
    import torch
    torch.set_num_threads(1)
    net, x, y = theirs(gelu), torch.from_numpy(x), torch.from_numpy(y)
    optimizer = torch.optim.Adam(net.parameters(), 1e-3)

    def run():
        shuffled = torch.randperm(len(x))
        for start in range(0, steps * BATCH, BATCH):
            rows   = shuffled[start:start + BATCH]
            scores = net(x[rows]).reshape(-1, SYMBOLS)
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(scores, y[rows].reshape(-1)).backward()
            optimizer.step()
    return run


def data(steps):
    """Random symbols, and those that come next."""
    rows = np.random.default_rng(0).integers(0, SYMBOLS, (steps * BATCH, TIME + 1))
    return rows[:, :-1].copy(), rows[:, 1:].copy()


def gpt(steps=8, rounds=15):
    """Training, with PyTorch's usual GELU and with the formula that dlf has."""
    from torch import nn
    x, y  = data(steps)
    times = timing.race({
        "dlf":               dlf_steps(ours(), x, y, dlf.CrossEntropy(), dlf.Adam(1e-3), BATCH,
                                       steps),
        "PyTorch":           torch_steps(x, y, steps, nn.GELU()),
        "PyTorch tanh-GELU": torch_steps(x, y, steps, nn.GELU("tanh"))}, rounds)
    for peer, bound in {"PyTorch": (1.5, 1.0), "PyTorch tanh-GELU": ()}.items():
        yield timing.row("transformer, 2 blocks of 64", peer, times["dlf"], times[peer], steps,
                         *bound)


def memory():
    """What a training step holds at most, in times of what the way back cannot do without."""
    x, y = data(1)
    kept = must_keep(ours(), x)
    net  = ours()
    dlf.gradients(net, x, y, dlf.CrossEntropy())               # what is made once: tables of masks
    net  = ours()
    tracemalloc.start()
    dlf.gradients(net, x, y, dlf.CrossEntropy())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    verdict = "must" if peak / kept <= 2 else "MISSED"
    yield (f"memory of a step: to be kept {kept / 2**20:.1f} MB, peak {peak / 2**20:.1f} MB: "
           f"{peak / kept:.2f} times (must 2)  {verdict}")


def must_keep(net, x):
    """Bytes that the way back needs: the input of every layer with weights or a bend, once.

    LayerNorm keeps its normalized input, Dense its input, GELU its slope, which is as large, and
    attention its input, q, k, v, the mixed values and the attention itself; the loss its slope.
    """
    total = 0
    for _, layer, a, _ in trace(net, x):
        if isinstance(layer, dlf.SelfAttention):
            total += 5 * a.nbytes + layer.attention.nbytes
        elif isinstance(layer, (dlf.LayerNorm, dlf.Dense, dlf.GELU)):
            total += a.nbytes
    return total + net(x).nbytes


def main(wanted):
    """Print the table, a row at a time."""
    rows = {"gpt": gpt, "memory": memory}
    print(timing.HEADER)
    for name in wanted or rows:
        for line in rows[name]():
            print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
