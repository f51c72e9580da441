"""Live training in real JupyterLab: it learns, follows its sliders, stops, and goes back."""
import re
import statistics

import pytest
from browser import write_notebook

CELL = """
import numpy as np, dlf
from dlf.widgets.live import LiveTraining
rng = np.random.default_rng(0)
train, test = dlf.datasets.circle(n=500, noise=0.1, rng=rng).split(0.5, rng=rng)
net = dlf.Sequential(dlf.Dense(2, 8), dlf.Tanh(), dlf.Dense(8, 1), rng=rng)
live = LiveTraining(net, train, dlf.BinaryCrossEntropy(), dlf.SGD(0.03), test=test, batch_size=10,
                    rng=rng)
live
"""
MOVING, STATUS, NUMBERS = ".dlf-live-moving", ".dlf-live-status", ".dlf-live-numbers"
PICTURES = [f".dlf-live-{name}" for name in ("moving", "curves")]


@pytest.fixture
def notebook_file(folder):
    """The name of the notebook."""
    write_notebook(folder / "live.ipynb", CELL)
    return "live.ipynb"


@pytest.fixture
def page(lab, notebook_file, open_page):
    """The notebook in JupyterLab, with all cells run."""
    page = open_page(lab, notebook_file)
    page.run_all()
    page.wait_text(NUMBERS, "step 0", timeout=60)
    page.page.wait_for_selector(MOVING)
    yield page
    page.command("kernelmenu:shutdown")


def number(page, name):
    """A number of the line of numbers."""
    return float(re.search(rf"{name}\s+([\d.,e-]+)", page.text(NUMBERS))[1].replace(",", ""))


def sources(page):
    """The addresses of the pictures: new ones, whenever the picture is."""
    return [page.page.locator(picture).get_attribute("src") for picture in PICTURES]


def places(page):
    """Where the pictures are."""
    return [page.page.locator(picture).bounding_box() for picture in PICTURES]


def wait_for_step(page, step):
    """Wait until so many steps are made."""
    page.page.wait_for_function(
        """([numbers, step]) => +document.querySelector(numbers).innerText
            .match(/step\\s+([\\d,]+)/)[1].replaceAll(',', '') >= step""",
        arg=[NUMBERS, step], timeout=60_000)


def wait_for_new_pictures(page, before):
    """Wait until all pictures are others."""
    page.page.wait_for_function(
        """([names, before]) => names.every((name, i) =>
            document.querySelector(name).getAttribute('src') !== before[i])""",
        arg=[PICTURES, before], timeout=30_000)


def press(page, slider, key):
    """Move a slider with the keyboard."""
    handle = page.page.get_by_text(slider, exact=True).locator("..").locator(".noUi-handle")
    handle.focus()
    handle.press(key)


def test_play_slide_pause_reset(page):
    start, stood, loss = sources(page), places(page), number(page, "train")
    page.shot("live-start")
    page.click("Play")
    wait_for_step(page, 300)
    wait_for_new_pictures(page, start)
    assert number(page, "train") < loss
    assert places(page) == stood                               # nothing jumps
    press(page, "Learning rate", "ArrowRight")
    page.wait_text(NUMBERS, r"rate 0\.05")
    assert page.kernel("print(live.session.optimizer.lr)").strip() == "0.05"
    assert number(page, "step") >= 300                         # it went on
    page.shot("live-playing")
    page.click("Pause")
    page.wait_text(STATUS, "Paused")
    page.page.wait_for_timeout(1500)
    before, step = sources(page), page.kernel("print(live.steps_done)")
    page.page.wait_for_timeout(700)
    assert sources(page) == before and page.kernel("print(live.steps_done)") == step
    page.shot("live-paused")
    page.click("Reset")
    page.wait_text(NUMBERS, r"step 0\b")
    assert number(page, "train") == loss                       # the same weights
    page.click("batch")
    page.wait_text(NUMBERS, r"step 1\b")
    page.click("Updates and stuck units")
    page.page.wait_for_timeout(1000)
    page.shot("live-updates")
    assert places(page) == stood
    assert page.errors == [] and page.outside == []


def test_it_is_used_from_the_next_cell_while_it_trains(page):
    page.click("Play")
    wait_for_step(page, 50)
    printed = page.kernel("print(live.net.n_parameters, len(live.history.epoch) > 1,"
                          "live.steps_done > 50, live.player.playing)")
    assert printed.split() == ["33", "True", "True", "True"]
    page.click("Pause")
    assert page.errors == []


def test_numbers_that_overflow_stop_it_and_reset_mends(page):
    page.kernel("live.net[0].W[...] = np.inf")
    page.click("Play")
    page.wait_text(STATUS, "Stopped")
    page.shot("live-error")
    page.click("Reset")
    page.wait_text(STATUS, "Back at the start")
    page.click("Play")
    wait_for_step(page, 50)
    assert page.errors == []


def test_narrow_pages_wrap(lab, notebook_file, open_page):
    page = open_page(lab, notebook_file, width=800, height=1400)
    page.run_all()
    page.wait_text(NUMBERS, "step 0", timeout=60)
    boxes = places(page)
    assert len({box["y"] for box in boxes}) > 1                 # one below another
    page.shot("live-narrow")
    page.command("kernelmenu:shutdown")
    assert page.errors == []


def test_pictures_come_often_enough(page):
    """A floor with room to spare for slow machines; the benchmarks give the real figures."""
    page.click("Play")
    wait_for_step(page, 300)
    rates = [frames_a_second(page) for _ in range(3)]
    page.click("Pause")
    assert statistics.median(rates) > 1


def frames_a_second(page, seconds=2):
    """How often the picture of the network changes."""
    return page.page.evaluate("""async ([picture, seconds]) => {
        let count = 0;
        const observer = new MutationObserver(changes => count += changes.length);
        observer.observe(document.querySelector(picture),
                         {attributes: true, attributeFilter: ['src']});
        const start = performance.now();
        await new Promise(done => setTimeout(done, 1000 * seconds));
        observer.disconnect();
        return 1000 * count / (performance.now() - start);
    }""", [MOVING, seconds])
