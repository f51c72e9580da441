"""Live widgets in a real browser: `python tests/benchmarks/widgets.py [--minutes 3] [NAME ...]`.

For each widget, as seen by a page in JupyterLab: frames a second, from a key on a slider to the
kernel and to the picture (median and 95th percentile, in ms), training steps a second alongside
and their share of what the library makes alone, kernel time and bytes a frame, and how the memory
of kernel and page grew. Page and kernel share one clock, that of the machine.
"""
import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "browser")]
from browser import Page, chromium, serve, write_notebook  # noqa: E402  (found by the line above)

PLAYGROUND = """
from dlf.widgets.playground import Playground
shown   = Playground(hidden={hidden})
session = shown.session
player, rate = session.player, shown.bar.controls[0].widget
steps   = lambda: session.run.t
weight  = lambda: len(shown.moving.value)
shown
"""
LIVE = """
import numpy as np, dlf
from dlf.widgets.live import LiveTraining
rng = np.random.default_rng(0)
train, test = dlf.datasets.circle(n=500, rng=rng).split(0.5, rng=rng)
net = dlf.Sequential(dlf.Dense(2, 8), dlf.Tanh(), dlf.Dense(8, 8), dlf.Tanh(), dlf.Dense(8, 1),
                     rng=rng)
shown = LiveTraining(net, train, dlf.BinaryCrossEntropy(), dlf.SGD(0.03), test=test,
                     batch_size=10, rng=rng)
player, rate = shown.player, shown.lr
steps  = lambda: shown.steps_done
weight = lambda: sum(len(pane.image.value) for pane in shown.panes[:2])
shown
"""
WIDGETS = {
    "playground 2-8-8-1":     (PLAYGROUND.format(hidden=[8, 8]), ".pg-none style", 25, 120),
    "playground 2-(6x16)-1":  (PLAYGROUND.format(hidden=[16] * 6), ".pg-none style", None, None),
    "chapter 2-8-8-1":        (LIVE, "img.widget-image", 15, 200),
}

# In the kernel: note when the slider's value arrives, and when each frame begins and ends.
NOTE = """
import json, time
from pathlib import Path
LOG = {"arrived": [], "frames": []}
rate.observe(lambda change: LOG["arrived"].append(1000 * time.time()), "value")
draw = player._draw
def noted(n):
    start = 1000 * time.time()
    draw(n)
    LOG["frames"].append((start, 1000 * time.time(), weight()))
player._draw = noted
def memory():
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) / 1024
"""
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
# In the page: note each key on the slider, and each change of the picture.
WATCH = """selector => {
    window.noted = {keys: [], pictures: []};
    document.addEventListener('keydown', () => window.noted.keys.push(Date.now()), true);
    const target = document.querySelectorAll(selector)[selector.includes('style') ? 1 : 0];
    new MutationObserver(() => window.noted.pictures.push(Date.now())).observe(
        target.tagName === 'IMG' ? target : target.parentElement,
        {attributes: true, childList: true, subtree: true, characterData: true});
}"""


def measure(page, setup, selector, seconds):
    """One row of the table, as a dict."""
    page.open("widget.ipynb")
    page.run_all()
    page.kernel(NOTE)
    sizes = "[16] * 6" if "[16, 16" in setup else "[8, 8]"
    alone = float(page.kernel(ALONE.replace("SIZES", sizes)))
    page.click("Play")
    page.page.wait_for_timeout(3000)
    page.page.evaluate(WATCH, selector)
    handle = page.page.locator(".noUi-handle").nth(1)        # the first slider after the speed
    before = json.loads(page.kernel("print(json.dumps([steps(), time.time(), memory()]))"))
    for i in range(40):
        handle.press("ArrowLeft" if i % 2 else "ArrowRight")
        page.page.wait_for_timeout(270 + 13 * (i % 7))
    page.page.wait_for_timeout(1000 * max(0, seconds - 14))
    after  = json.loads(page.kernel("print(json.dumps([steps(), time.time(), memory()]))"))
    log    = json.loads(page.kernel("print(json.dumps(LOG))"))
    noted  = page.page.evaluate("() => window.noted")
    heap   = page.page.evaluate("() => performance.memory.usedJSHeapSize / 2**20")
    return summarize(before, after, log, noted, alone, heap)


def summarize(before, after, log, noted, alone, heap):
    """Figures from what page and kernel noted."""
    to_kernel, to_picture = delays(log, noted)
    passed = after[1] - before[1]
    steps  = (after[0] - before[0]) / passed
    recent = [f for f in log["frames"] if f[0] > 1000 * before[1]]
    return {"fps": len(noted["pictures"]) / passed,
            "kernel": quantiles(to_kernel), "picture": quantiles(to_picture),
            "steps": steps, "share": steps / alone,
            "ms": statistics.median(end - start for start, end, _ in recent),
            "kB": statistics.median(size for *_, size in recent) / 1000,
            "memory": after[2] - before[2], "heap": heap, "count": len(to_picture)}


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


def row(name, found, fps, latency):
    """One line of the table, with a verdict where there is a bound."""
    verdict = "" if fps is None else ("  reached" if found["fps"] >= fps and
                                      found["picture"][0] <= latency else "  MISSED")
    return (f"{name:<24}{found['fps']:>7.1f}{found['kernel'][0]:>8.0f} /{found['kernel'][1]:>5.0f}"
            f"{found['picture'][0]:>8.0f} /{found['picture'][1]:>5.0f}{found['steps']:>8.0f}"
            f"{found['share']:>7.2f}{found['ms']:>8.1f}{found['kB']:>8.1f}"
            f"{found['memory']:>+8.1f}{found['heap']:>8.1f}{verdict}")


def main():
    """Print the table."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("names", nargs="*", help="part of the names of some widgets")
    words.add_argument("--minutes", type=float, default=0.5)
    asked = words.parse_args()
    print(f"{'':<24}{'frames':>7}{'-> kernel ms':>15}{'-> picture ms':>15}{'steps':>8}{'of':>7}"
          f"{'ms a':>8}{'kB a':>8}{'kernel':>8}{'page':>8}\n"
          f"{'':<24}{'a s':>7}{'p50 /  p95':>15}{'p50 /  p95':>15}{'a s':>8}{'alone':>7}"
          f"{'frame':>8}{'frame':>8}{'+MB':>8}{'MB':>8}")
    for name, (setup, selector, fps, latency) in WIDGETS.items():
        if asked.names and not any(word in name for word in asked.names):
            continue
        with tempfile.TemporaryDirectory() as folder, chromium() as browser:
            write_notebook(Path(folder) / "widget.ipynb", setup)
            with serve("lab", folder) as server:
                page = Page(browser, server, folder)
                print(row(name, measure(page, setup, selector, 60 * asked.minutes), fps, latency),
                      flush=True)


if __name__ == "__main__":
    main()
