"""Fair timing: rivals take turns in one process, and what counts is the median of their ratios."""
import os
import statistics
import time

# A processor's own kernels, one thread for everybody; this must stand before NumPy is loaded.
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"


def race(rivals, rounds, warm=1):
    """{name: [seconds]} of functions called in turn, `rounds` times each after `warm` rounds."""
    seconds = {name: [] for name in rivals}
    for i in range(warm + rounds):
        for name, run in rivals.items():
            start = time.perf_counter()
            run()
            if i >= warm:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def ratio(ours, theirs):
    """The median over the rounds of our time over theirs: below 1 we are faster."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def row(workload, peer, ours, theirs, work, must=None, aim=None):
    """One line of the table, with a verdict if there is a bound; `work`: steps in a round."""
    found = ratio(ours, theirs)
    a, b = (statistics.median(seconds) / work * 1e6 for seconds in (ours, theirs))
    line = f"{workload:<34} {peer:<16} {a:>10.1f} {b:>10.1f} {found:>7.3f}"
    if must is None:
        return line
    verdict = "aim" if found <= aim else "must" if found <= must else "MISSED"
    return f"{line} {must:>6.2f} {aim:>6.2f}  {verdict}"


HEADER = (f"{'workload':<34} {'against':<16} {'us/step':>10} {'theirs':>10} "
          f"{'ratio':>7} {'must':>6} {'aim':>6}")
