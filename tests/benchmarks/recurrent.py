"""Benchmarks of recurrent networks against PyTorch, and what a training step holds in memory.

    python tests/benchmarks/recurrent.py [rnn lstm gru memory]

As in run.py: both take turns in one process with one BLAS thread; a ratio below 1 means that dlf is
faster. The network is a character model: symbols in, vocabulary 65, hidden 128, 64 steps, batch 32,
then Dense to 65, cross-entropy and SGD, in float32. PyTorch gets its symbols as one-hot rows, which
is the same network (an embedding in front would be another one); making them is part of its step.
"""
import sys
import tracemalloc

import timing

# isort: split
# timing stands first: it sets the threads, which only counts before NumPy is loaded.
import numpy as np
from run import dlf_steps

import dlf

SYMBOLS, HIDDEN, TIME, BATCH = 65, 128, 64, 32
KEPT = {"RNN": 1, "LSTM": 6, "GRU": 5}      # numbers a unit and step that the way back must have:
#                                             h; i f g o c h; r z n h and W_h h + b_h
BOUNDS = {"RNN": (.72, .55), "LSTM": (1.15, .90), "GRU": (1.25, .90)}


def ours(kind):
    """The network of dlf."""
    cell = getattr(dlf, kind)(SYMBOLS, HIDDEN)
    net  = dlf.Sequential(cell, dlf.Dense(HIDDEN, SYMBOLS), rng=np.random.default_rng(0))
    return net.astype(np.float32)


def torch_steps(kind, x, y, steps, lr):
    """A function that makes `steps` PyTorch updates on shuffled batches."""
    import torch
    torch.set_num_threads(1)
    cell      = getattr(torch.nn, kind)(SYMBOLS, HIDDEN, batch_first=True)
    out       = torch.nn.Linear(HIDDEN, SYMBOLS)
    x, y      = torch.from_numpy(x), torch.from_numpy(y)
    optimizer = torch.optim.SGD([*cell.parameters(), *out.parameters()], lr)

    def run():
        shuffled = torch.randperm(len(x))
        for start in range(0, steps * BATCH, BATCH):
            rows = shuffled[start:start + BATCH]
            optimizer.zero_grad()
            scores = out(cell(torch.nn.functional.one_hot(x[rows], SYMBOLS).float())[0])
            torch.nn.functional.cross_entropy(scores.flatten(0, 1), y[rows].flatten()).backward()
            optimizer.step()
    return run


def training(kind, steps=10, rounds=11):
    """The row of one kind of cell."""
    rng  = np.random.default_rng(0)
    x, y = rng.integers(0, SYMBOLS, (2, steps * BATCH, TIME))
    times = timing.race({
        "dlf":     dlf_steps(ours(kind), x, y, dlf.CrossEntropy(), dlf.SGD(0.1), BATCH, steps),
        "PyTorch": torch_steps(kind, x, y, steps, 0.1)}, rounds)
    yield timing.row(f"character {kind}, batch 32", "PyTorch", times["dlf"], times["PyTorch"],
                     steps, *BOUNDS[kind])


def memory():
    """What a training step holds at most, in times of what the way back must have.

    That is, for each step and example: the symbol, what the cell keeps for each unit (KEPT), the
    states that Dense read, and the scores.
    """
    rng  = np.random.default_rng(0)
    x, y = rng.integers(0, SYMBOLS, (2, BATCH, TIME))
    for kind, kept in KEPT.items():
        net   = ours(kind)
        needs = BATCH * TIME * 4 * (kept * HIDDEN + SYMBOLS) + x.nbytes
        tracemalloc.start()
        dlf.gradients(net, x, y, dlf.CrossEntropy())
        peak  = tracemalloc.get_traced_memory()[1] + x.nbytes
        tracemalloc.stop()
        times   = peak / needs
        verdict = "must" if times <= 2 else "MISSED"
        yield (f"memory of a step, character {kind}: needed {needs / 2**20:.1f} MB, peak "
               f"{peak / 2**20:.1f} MB: {times:.2f} times (must 2)  {verdict}")


def main(wanted):
    """Print the table, a row at a time."""
    rows = {"rnn": lambda: training("RNN"), "lstm": lambda: training("LSTM"),
            "gru": lambda: training("GRU"), "memory": memory}
    print(timing.HEADER)
    for name in wanted or rows:
        for line in rows[name]():
            print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
