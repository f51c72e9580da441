"""Live widgets in a real browser: `python tests/benchmarks/widgets.py [--minutes 3] [NAME ...]`.

For each widget, as seen by a page in JupyterLab while it trains at full speed: frames a second;
milliseconds from a key on a slider to the kernel and to the picture (median / 95th percentile);
training steps a second alongside, and their share of what the library makes alone; kernel time and
bytes a frame. Then how the memory of kernel and page grows in some minutes, 0 to leave that out.
Page and kernel share the machine's clock. Memory is read from /proc, so from Linux.
"""
import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "browser")]
from browser import (  # noqa: E402  (found by the line above)
    FLAGS,
    Page,
    chromium,
    chromium_path,
    serve,
    write_notebook,
)

PLAYGROUND = """
from dlf.widgets.playground import Playground
shown  = Playground(hidden={hidden})
player = shown.session.player
rate   = shown.bar.controls[0].widget
moving = shown.moving
steps  = lambda: shown.session.run.t
"""
LIVE = """
import numpy as np, dlf
from dlf.widgets.live import LiveTraining
rng = np.random.default_rng(0)
train, test = dlf.datasets.circle(n=500, rng=rng).split(0.5, rng=rng)
net = dlf.Sequential(dlf.Dense(2, 8), dlf.Tanh(), dlf.Dense(8, 8), dlf.Tanh(), dlf.Dense(8, 1),
                     rng=rng)
shown  = LiveTraining(net, train, dlf.BinaryCrossEntropy(), dlf.SGD(0.03), test=test,
                      batch_size=10, rng=rng)
player, rate, moving = shown.player, shown.lr, shown.moving.image
steps  = lambda: shown.steps_done
"""
# In the kernel: note when the slider's value arrives, and when each frame begins and ends.
NOTE = """
import json, time
LOG = {"arrived": [], "frames": []}
rate.observe(lambda change: LOG["arrived"].append(1000 * time.time()), "value")
rate.add_class("noted-rate")
moving.add_class("noted-moving")
draw = player._draw
def noted(n):
    start = 1000 * time.time()
    draw(n)
    LOG["frames"].append((start, 1000 * time.time(), len(moving.value)))
player._draw = noted
shown
"""
# name: (the cell, the widths of the hidden layers, what is aimed at: frames a second, ms to the
# picture, share of the steps)
WIDGETS = {
    "playground 2-8-8-1":    (PLAYGROUND.format(hidden=[8, 8]), [8, 8], (35, 75, 0.5)),
    "playground 2-(6x16)-1": (PLAYGROUND.format(hidden=[16] * 6), [16] * 6, None),
    "chapter 2-8-8-1":       (LIVE, [8, 8], (25, 100, 0)),
}
ALONE = """
import numpy as np, dlf, time
rng = np.random.default_rng(0)
x   = rng.normal(size=(250, 2)); y = np.sign(x[:, :1])
sizes = [2, *SIZES, 1]
layers = [part for a, b in zip(sizes, sizes[1:]) for part in (dlf.Dense(a, b), dlf.Tanh())]
training = dlf.train(dlf.Sequential(*layers, rng=rng), x, y, dlf.MeanSquare(), dlf.SGD(0.03),
                     batch_size=10)
start, count = time.perf_counter(), 0
while time.perf_counter() - start < 2:
    next(training); count += 1
print(count / 2)
"""
# In the page: note each key on the slider, and each picture: an image when it has come, else a
# change of the text that draws it.
WATCH = """() => {
    window.noted = {keys: [], pictures: []};
    const note = list => () => window.noted[list].push(Date.now());
    const moving = document.querySelector('.noted-moving');
    document.addEventListener('keydown', note('keys'), true);
    moving.addEventListener('load', note('pictures'));
    if (moving.tagName !== 'IMG')
        new MutationObserver(note('pictures')).observe(
            moving, {childList: true, subtree: true, characterData: true});
}"""


def measure(page, sizes):
    """Figures of one widget, as a dict."""
    alone = float(page.kernel(ALONE.replace("SIZES", str(sizes))))
    page.click("Play")
    page.page.wait_for_timeout(3000)
    page.page.evaluate(WATCH)
    before = now(page)
    turn_the_rate(page)
    after = now(page)
    log   = json.loads(page.kernel("print(json.dumps(LOG))"))
    noted = page.page.evaluate("() => window.noted")
    return summarize(before, after, log, noted, alone)


def now(page):
    """(steps made, seconds) of the kernel."""
    return json.loads(page.kernel("print(json.dumps([steps(), time.time()]))"))


def turn_the_rate(page, keys=50):
    """Press keys on the slider of the learning rate, about three a second."""
    handle = page.page.locator(".noted-rate .noUi-handle")
    for i in range(keys):
        handle.press("ArrowLeft" if i % 2 else "ArrowRight")
        page.page.wait_for_timeout(270 + 13 * (i % 7))


# ---- memory -------------------------------------------------------------------------------------

def growth(folder, cell, minutes):
    """MB by which memory grows while a widget plays: (kernel, page, page in the last third).

    In Voila and a browser that nobody inspects: an inspector, as tests have one, keeps the address
    of every picture. The page begins with what the browser keeps of unpacked pictures, up to a
    limit of its own; a leak is what still grows at the end.
    """
    write_notebook(folder / "memory.ipynb", cell + "player.play()\nshown")
    with serve("voila", folder) as server, watching(server.url("memory.ipynb"), folder) as browser:
        time.sleep(15)
        readings = [memory(server.process.pid, browser.pid)]
        for _ in range(3):
            time.sleep(20 * minutes)
            readings.append(memory(server.process.pid, browser.pid))
    (kernel, page), *_, before, last = readings
    return last[0] - kernel, last[1] - page, last[1] - before[1]


@contextlib.contextmanager
def watching(url, folder):
    """A browser that shows a page and does nothing else."""
    flags   = [*FLAGS, "--headless", f"--user-data-dir={folder / 'browser'}"]
    process = subprocess.Popen([chromium_path(), *flags, url], stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def memory(server, browser):
    """MB of the kernels of a server, and of the processes of a browser that render pages."""
    return resident(server, "ipykernel"), resident(browser, "--type=renderer")


def resident(root, word):
    """MB of memory that processes under `root` hold, of those with this word in their command."""
    total = 0
    for process in family(root):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):       # it has just ended
            if word in Path(f"/proc/{process}/cmdline").read_text():
                status = Path(f"/proc/{process}/status").read_text()
                total += int(status.split("VmRSS:")[1].split()[0]) / 1024
    return total


def family(root):
    """A process and all under it."""
    yield root
    for children in Path(f"/proc/{root}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from family(int(child))


# ---- figures ------------------------------------------------------------------------------------

def summarize(before, after, log, noted, alone):
    """Figures from what page and kernel noted."""
    to_kernel, to_picture = delays(log, noted)
    start, end = 1000 * before[1], 1000 * after[1]
    passed = after[1] - before[1]
    steps  = (after[0] - before[0]) / passed
    recent = [frame for frame in log["frames"] if start < frame[0] < end]
    return {"fps": sum(start < t < end for t in noted["pictures"]) / passed,
            "kernel": quantiles(to_kernel), "picture": quantiles(to_picture),
            "steps": steps, "share": steps / alone,
            "ms": statistics.median(end - start for start, end, _ in recent),
            "kB": statistics.median(size for *_, size in recent) / 1000}


def delays(log, noted):
    """For each key: ms until its value was in the kernel, and until a frame after it was seen."""
    to_kernel, to_picture = [], []
    for key in noted["keys"]:
        arrived = next((t for t in log["arrived"] if t >= key - 1), None)
        frame   = next((f for f in log["frames"] if arrived and f[0] >= arrived), None)
        seen    = next((t for t in noted["pictures"] if frame and t >= frame[1] - 1), None)
        if seen and arrived - key < 2000:
            to_kernel.append(arrived - key)
            to_picture.append(seen - key)
    return to_kernel, to_picture


def quantiles(values):
    """(median, 95th percentile)."""
    values = sorted(values)
    return statistics.median(values), values[int(0.95 * (len(values) - 1))]


HEAD = (f"{'':<22}{'frames':>7}{'-> kernel ms':>14}{'-> picture ms':>14}{'steps':>7}{'of':>6}"
        f"{'ms a':>6}{'kB a':>6}  verdict\n"
        f"{'':<22}{'a s':>7}{'p50 / p95':>14}{'p50 / p95':>14}{'a s':>7}{'alone':>6}"
        f"{'frame':>6}{'frame':>6}")


def row(name, found, bounds):
    """One line of the table, with a verdict where there are bounds."""
    return (f"{name:<22}{found['fps']:>7.1f}{found['kernel'][0]:>8.0f} /{found['kernel'][1]:>4.0f}"
            f"{found['picture'][0]:>8.0f} /{found['picture'][1]:>4.0f}{found['steps']:>7.0f}"
            f"{found['share']:>6.2f}{found['ms']:>6.1f}{found['kB']:>6.1f}"
            f"  {verdict(found, bounds)}")


def verdict(found, bounds):
    """Are the bounds kept?"""
    if bounds is None:
        return ""
    fps, latency, share = bounds
    kept = found["fps"] >= fps and found["picture"][0] <= latency and found["share"] >= share
    return "reached" if kept else "MISSED"


def main():
    """Print the table."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("names", nargs="*", help="part of the names of some widgets")
    words.add_argument("--minutes", type=float, default=3,
                       help="how long memory is watched (default 3)")
    asked = words.parse_args()
    chosen = {name: widget for name, widget in WIDGETS.items()
              if not asked.names or any(word in name for word in asked.names)}
    print(HEAD)
    for name, (cell, sizes, bounds) in chosen.items():
        with tempfile.TemporaryDirectory() as folder, chromium() as browser:
            write_notebook(Path(folder) / "widget.ipynb", cell + NOTE)
            with serve("lab", folder) as server:
                page = Page(browser, server, folder)
                page.open("widget.ipynb")
                page.run_all()
                print(row(name, measure(page, sizes), bounds), flush=True)
    if asked.minutes:
        print(f"\nMB more after {asked.minutes:g} minutes: kernel, page, page in the last third")
    for name, (cell, *_) in chosen.items() if asked.minutes else ():
        with tempfile.TemporaryDirectory() as folder:
            grown = growth(Path(folder), cell, asked.minutes)
            print(f"{name:<22}" + "".join(f"{more:>+8.1f}" for more in grown), flush=True)


if __name__ == "__main__":
    main()
