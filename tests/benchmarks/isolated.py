"""What needs a process of its own: the time of `import dlf`, and the memory that training takes."""
import os
import statistics
import subprocess
import sys
import time

TRAIN = """
import re, numpy as np, dlf
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
rng  = np.random.default_rng(0)
x    = rng.random((60_000, 784), dtype=np.float32)
y    = rng.integers(0, 10, 60_000)
net  = dlf.Sequential(dlf.Dense(784, 256), dlf.ReLU(), dlf.Dense(256, 128), dlf.ReLU(),
                      dlf.Dense(128, 10), rng=rng).astype(np.float32)
before = peak()
dlf.fit(net, x, y, dlf.CrossEntropy(), dlf.Adam(1e-3), epochs=1, batch_size=128, rng=rng,
        bar=False, validation=(x[:10_000], y[:10_000]))
print(x.nbytes / 2**20, before, peak())
"""


def import_row(rounds=15):
    """`import dlf` against `import numpy`, in fresh processes that take turns."""
    # Compiled once and kept, as every installed package is, whatever this shell says.
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def run(line):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", line], check=True, env=env)
        return time.perf_counter() - start
    run("import dlf")
    pairs = [(run("import dlf"), run("import numpy")) for _ in range(rounds)]
    extra = statistics.median(a - b for a, b in pairs) * 1e3
    verdict = "aim" if extra <= 20 else "must" if extra <= 50 else "MISSED"
    yield f"import dlf: {extra:+.1f} ms over `import numpy` (must +50, aim +20)  {verdict}"


def memory_row():
    """The most memory that training held at any time, beyond the data themselves (Linux only)."""
    run = subprocess.run([sys.executable, "-c", TRAIN], check=True, capture_output=True, text=True)
    data, before, peak = map(float, run.stdout.split())
    extra = peak - before
    verdict = "must" if extra <= 64 else "MISSED"
    yield (f"memory of training on 60,000 x 784 float32: the data {data:.0f} MB, before "
           f"{before:.0f} MB, peak {peak:.0f} MB: {extra:+.0f} MB (must +64)  {verdict}")
