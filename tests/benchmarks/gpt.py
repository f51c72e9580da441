"""A tiny GPT learns to write like the Constitution, character by character, against a trigram.

    python tests/benchmarks/gpt.py [--seeds 3] [--steps 2400]

The last tenth of the text is held out, the tenth before it is for choosing: the trigram's smoothing
and the network's best moment. Both learn from the rest alone. Losses are nats a character; both
guess the same held-out characters, each once, the network from the 33 to 64 before it.
"""
import argparse
import time
from itertools import islice

import timing  # noqa: F401 - sets one thread

# isort: split
# timing stands first: it sets the threads, which only counts before NumPy is loaded.
import numpy as np

import dlf

CONTEXT, WIDTH, HEADS, BLOCKS, DROPOUT, BATCH, LR = 64, 64, 4, 2, 0.2, 32, 3e-3
STRENGTHS = [0.3, 1, 2, 3, 5, 8, 12, 20, 30]


def parts(codes):
    """The text to learn from, to choose by, and held out: 8, 1 and 1 tenths, in this order."""
    a, b = len(codes) * 8 // 10, len(codes) * 9 // 10
    return codes[:a], codes[a:b], codes[b:]


# ---- the trigram model ---------------------------------------------------------------------------

def triples(codes, at):
    """The characters at these places, and before each the two that come before it."""
    return codes[at - 2], codes[at - 1], codes[at]


def trigram(seen, n, strength):
    """(n, n, n): the probability of c after a, b, from how often that was so in triples `seen`.

    Where counts are few the last two characters lean on the last one, that one on none, and none on
    all n alike: as if `strength` more characters had been seen, drawn from the shorter model.
    Source: MacKay & Peto (1995).
    """
    counts = np.zeros((n, n, n))
    np.add.at(counts, seen, 1)
    p = np.full(n, 1 / n)
    for seen, extra in zip((counts.sum(axis=(0, 1)), counts.sum(axis=0), counts), strength):
        p = (seen + extra * p) / (seen.sum(axis=-1, keepdims=True) + extra)
    return p


def loss_of_trigram(p, asked):
    """The mean loss over the last characters of the triples `asked`."""
    return -np.log(p[asked]).mean()


def best_trigram(learn, choose, n):
    """The trigram model whose two strengths fit the triples to choose by, and what they are."""
    tries = [(1, two, three) for two in STRENGTHS for three in STRENGTHS]
    best  = min(tries, key=lambda s: loss_of_trigram(trigram(learn, n, s), choose))
    return trigram(learn, n, best), best


def guessed(codes):
    """Where the characters stand that both guess: those that half windows fill, but the first."""
    half = CONTEXT // 2
    return np.arange(half + 1, half + 1 + (len(codes) - 1 - half) // half * half)


# ---- the network ---------------------------------------------------------------------------------

def gpt(n, rng):
    """A transformer of decoders: each position says what comes next."""
    blocks = [dlf.TransformerBlock(WIDTH, HEADS, dropout=DROPOUT) for _ in range(BLOCKS)]
    net    = dlf.Sequential(dlf.Embedding(n, WIDTH), dlf.PositionEmbedding(CONTEXT, WIDTH), *blocks,
                            dlf.LayerNorm(WIDTH), dlf.Dense(WIDTH, n), rng=rng)
    return net.astype(np.float32)


def windows(codes, every=1):
    """(x, y), (count, CONTEXT) each: a stretch of text, and the characters that come next."""
    rows = np.lib.stride_tricks.sliding_window_view(codes, CONTEXT + 1)[::every]
    return rows[:, :-1], rows[:, 1:]


def loss_of(net, codes):
    """The mean loss over what is guessed."""
    x, y = windows(codes, CONTEXT // 2)
    y    = y.copy()
    y[:, :CONTEXT // 2] = -1                       # guessed from too little, and in the row before
    assert (y != -1).sum() == len(guessed(codes))
    return dlf.CrossEntropy(ignore=-1)(dlf.fitting.predict(net, x), y)


def sample(net, text, seed=0, n=240):
    """What the network writes, at a temperature of 0.8, in one line."""
    codes = dlf.generate(net, text.encode("Section 1"), n, 0.8, np.random.default_rng(seed))
    return text.decode(list(codes)).replace("\n", " / ")


def learn(text, seed, steps, rival):
    """Train one network, showing how it goes; its held-out loss when it chose best."""
    rng = np.random.default_rng(seed)
    learned, choose, held = parts(text.codes)
    x, y      = windows(learned)
    net       = gpt(len(text.alphabet), rng)
    optimizer = dlf.AdamW(dlf.OneCycle(LR, steps), decay=0.1)
    best, start = (np.inf, None), time.perf_counter()
    training  = dlf.train(net, x, y, dlf.CrossEntropy(), optimizer, batch_size=BATCH, rng=rng,
                          clip=1.0)
    for step in islice(training, steps):
        if step.t % max(1, steps // 12) == 0:
            loss  = loss_of(net, choose)
            best  = min(best, (loss, loss_of(net, held)))
            print(f"step {step.t:5}  {time.perf_counter() - start:5.0f} s  training {step.loss:.3f}"
                  f"  choosing {loss:.3f}  (trigram {rival:.3f})\n    {sample(net, text)}",
                  flush=True)
    return best[1]


def main(seeds, steps):
    """Train with each seed; print the held-out losses beside the trigram's."""
    text = dlf.datasets.constitution()
    learned, choose, held = parts(text.codes)
    choose, held = (triples(part, guessed(part)) for part in (choose, held))
    seen         = triples(learned, np.arange(2, len(learned)))
    p, strengths = best_trigram(seen, choose, len(text.alphabet))
    rival = loss_of_trigram(p, choose)
    found = [learn(text, seed, steps, rival) for seed in range(seeds)]
    print(f"\nheld-out loss, nats a character; trigram (strengths {strengths[1:]}): "
          f"{loss_of_trigram(p, held):.3f}")
    print(f"tiny GPT, {seeds} seeds: {', '.join(f'{loss:.3f}' for loss in found)}; "
          f"mean {np.mean(found):.3f}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--seeds", type=int, default=1)
    options.add_argument("--steps", type=int, default=2400)
    main(**vars(options.parse_args()))
