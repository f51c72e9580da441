"""A toy driven by the player, in real pages: play, slider, pause, error, reload, re-run, close."""
import time

import pytest
from browser import READY, write_notebook

TOY = """
import ipywidgets as widgets
from dlf.widgets import Player

class Toy:
    def __init__(self):
        self.t, self.gain = 0, 1
        self.picture = widgets.HTML()
        self.slider  = widgets.IntSlider(value=1, min=1, max=9, description="Gain")
        self.player  = Player(self.advance, self.draw, reset=self.reset, new_seed=self.reset,
                              steps={kind: self.advance for kind in ("sample", "batch", "epoch")})
        self.player.watch(self.slider, lambda value: setattr(self, "gain", value))
        self.player.redraw()
        self.view = widgets.VBox([self.player.controls, self.slider, self.picture,
                                  self.player.status, self.player.hidden])
        self.view.add_class("toy")
        self.picture.add_class("toy-picture")
        self.slider.add_class("toy-slider")
        self.player.status.add_class("toy-status")

    def advance(self):
        if self.gain == 9:
            raise ValueError("A gain of 9 is too much for a toy.")
        self.t += self.gain

    def draw(self, frame):
        self.picture.value = f"<b>t={self.t} gain={self.gain} frame={frame}</b>"

    def reset(self):
        self.t = 0

toy = Toy()
toy.view
"""
PICTURE, STATUS = ".toy-picture .widget-html-content", ".toy-status .widget-html-content"


@pytest.fixture(scope="module")
def toy(folder):
    """The name of the toy's notebook."""
    write_notebook(folder / "toy.ipynb", TOY)
    return "toy.ipynb"


@pytest.fixture
def page(toy, open_page, request):
    """The toy's notebook with all cells run: in JupyterLab, or in what the test names."""
    page = open_page(request.getfixturevalue(getattr(request, "param", "lab")), toy)
    page.run_all()
    page.wait_text(PICTURE, "t=0 gain=1")
    yield page
    page.command("kernelmenu:shutdown")


def frames(page):
    return int(page.text(PICTURE).rsplit("=", 1)[1])


def press(page, key):
    """Move the toy's slider with the keyboard."""
    page.page.locator(".toy-slider .noUi-handle").press(key)


def check_clean(page, reopened=False):
    if reopened:                  # JupyterLab may show an output before it has fetched its widgets
        page.errors = [error for error in page.errors if "widget model not found" not in error]
    assert page.errors == []
    assert page.outside == []


@pytest.mark.parametrize("page", ["lab", "notebook"], indirect=True)
def test_play_slide_pause_step_reset(page):
    page.click("Play")
    page.wait_text(PICTURE, "frame=3[0-9]")
    page.slide(".toy-slider", 1 / 8)                   # Notebook 7 keeps arrow keys for itself
    page.wait_text(PICTURE, "gain=2")
    page.shot(f"toy-{page.server.kind}-playing")
    page.click("Pause")
    page.wait_text(STATUS, "Paused")
    time.sleep(0.5)
    before = page.text(PICTURE)
    time.sleep(0.5)
    assert page.text(PICTURE) == before                # paused is paused
    page.click("Reset")
    page.wait_text(PICTURE, "t=0 gain=2")
    page.click("batch")
    page.wait_text(PICTURE, "t=2 gain=2")
    page.slide(".toy-slider", 2 / 8)
    page.wait_text(PICTURE, "t=2 gain=3")              # a slider draws while paused, too
    check_clean(page)


def test_an_error_is_said_and_reset_goes_on(page):
    page.click("Play")
    press(page, "End")
    page.wait_text(STATUS, "Stopped. A gain of 9 is too much")
    page.shot(f"toy-{page.server.kind}-error")
    press(page, "Home")
    page.wait_text(PICTURE, "gain=1")
    page.click("Reset")
    page.wait_text(STATUS, "Back at the start")
    page.click("Play")
    page.wait_text(PICTURE, "t=[1-9]")
    check_clean(page)


def test_running_the_cell_again_stops_the_old_toy(page):
    page.kernel("first = toy")
    page.click("Play")
    page.wait_text(PICTURE, "frame=[1-9]")
    page.run_all()
    page.wait_text(PICTURE, "t=0 gain=1")
    assert page.kernel("print(first.player.closed, first.player.playing)").split() == [
        "True", "False"]
    page.click("Play")
    page.wait_text(PICTURE, "frame=3[0-9]")
    assert page.page.locator(PICTURE).count() == 1
    page.kernel("toy.player.close()")
    page.page.wait_for_function("!document.querySelector('.toy button')")
    check_clean(page)


def test_a_cleared_output_stops_the_training(page):
    page.click("Play")
    page.wait_text(PICTURE, "frame=[1-9]")
    page.command("notebook:clear-all-cell-outputs")
    assert stops(page)
    check_clean(page)


def stops(page, seconds=15):
    """Does the player in the kernel pause within so many seconds?"""
    for _ in range(2 * seconds):
        if page.kernel("print(toy.player.playing)").strip() == "False":
            return True
        time.sleep(0.5)
    return False


def test_a_reloaded_page_goes_on_by_itself(page):
    page.kernel("import dlf.widgets.player as module; module.GONE = 60")    # loading takes a while
    page.click("Play")
    page.wait_text(PICTURE, "frame=[1-9]")
    page.command("docmanager:save")
    page.page.reload()
    page.wait_until(READY)
    page.wait_text(PICTURE, "frame=[0-9]")
    page.wait_until("document.querySelector('.toy-picture').innerText.split('=').pop() > "
                    f"{frames(page) + 40}", timeout=15)
    check_clean(page, reopened=True)


def test_a_closed_page_pauses_and_says_so_on_return(page):
    page.click("Play")
    page.wait_text(PICTURE, "frame=[1-9]")
    page.command("docmanager:save")
    closed, page.page = page.page, page.new_tab()
    closed.close()
    time.sleep(6)
    page.open("toy.ipynb")
    page.wait_text(STATUS, "this page was closed")
    assert page.kernel("print(toy.player.playing)").strip() == "False"
    page.click("Play")
    page.wait_text(STATUS, "Playing")
    check_clean(page, reopened=True)


def test_voila(voila, toy, open_page):
    page = open_page(voila, toy)
    page.wait_text(PICTURE, "t=0 gain=1")
    page.click("Play")
    page.wait_text(PICTURE, "frame=3[0-9]")
    press(page, "ArrowRight")
    page.wait_text(PICTURE, "gain=2")
    page.shot("toy-voila-playing")
    page.click("Pause")
    page.wait_text(STATUS, "Paused")
    check_clean(page)
