"""Views into a convolutional network in real JupyterLab: they follow it, and nothing jumps."""
import pytest
from browser import write_notebook

CELL = """
import numpy as np, dlf
from dlf.model import convolutional
from dlf.widgets.live import LiveTraining
rng = np.random.default_rng(0)
train, test = dlf.datasets.digits().split(0.25, rng=rng)
net  = convolutional(8, (8, 16), 10, 0.2, rng)
live = LiveTraining(net, train, dlf.CrossEntropy(), dlf.Adam(0.003), test=test, rng=rng)
live
"""
VIEWS  = "Activations and gradients", "Updates and stuck units", "Filters and maps", \
    "What it looks at"
INSIDE = ".dlf-live-inside"


@pytest.fixture
def page(lab, folder, open_page):
    """The notebook in JupyterLab, with its cell run."""
    write_notebook(folder / "images.ipynb", CELL)
    page = open_page(lab, "images.ipynb", height=1250)
    page.run_all()
    page.wait_text(".dlf-live-numbers", "step 0", timeout=60)
    page.page.wait_for_selector(f"{INSIDE} img")
    yield page
    page.command("kernelmenu:shutdown")


def sources(page):
    """The addresses of the two pictures."""
    return [image.get_attribute("src") for image in page.page.locator(f"{INSIDE} img").all()]


def wait_for_new_maps(page, before):
    """Wait until the picture on the right, what the network makes of the image, is another."""
    page.page.wait_for_function(
        """([inside, before]) => document.querySelectorAll(`${inside} img`)[1]
            .getAttribute('src') !== before""", arg=[INSIDE, before[1]], timeout=30_000)


def places(page):
    """Where the views are, and how much of the page the whole widget takes."""
    return [page.page.locator(part).bounding_box() for part in (INSIDE, ".dlf-live-moving")]


def test_views_follow_training_and_nothing_jumps(page):
    stood = places(page)
    page.click("Play")
    for view in VIEWS[2:]:
        page.click(view)
        for _ in range(2):
            wait_for_new_maps(page, sources(page))             # while it trains
        page.shot(f"live-{view.lower().replace(' ', '-')}")
        assert places(page) == stood
    page.click("Pause")
    page.wait_text(".dlf-live-status", "Paused")
    for view in VIEWS:
        page.click(view)
        page.page.wait_for_timeout(700)
        assert places(page) == stood
    assert page.errors == [] and page.outside == []


def test_another_image_with_the_keyboard(page):
    page.click("Filters and maps")
    page.page.wait_for_timeout(1000)
    before = sources(page)
    handle = page.page.get_by_text("Image", exact=True).locator("..").locator(".noUi-handle")
    handle.focus()
    handle.press("ArrowRight")
    wait_for_new_maps(page, before)
    page.page.wait_for_timeout(500)
    assert page.kernel("print(live.insides.look.index)").strip() == "1"
    words = page.page.locator("[aria-label='What the pictures show']").text_content()
    assert "Image 2 of 449: is " in words and "2 Conv2D, 8 maps, 8 × 8" in words
    assert page.errors == []


def test_gradients_on_the_scale_of_the_network(page):
    page.click("Filters and maps")
    page.page.wait_for_timeout(1000)
    for label, choice in (("Show", "gradients"), ("Scale", "network"), ("Class", "3")):
        before = sources(page)
        page.page.get_by_label(label, exact=True).select_option(choice)
        wait_for_new_maps(page, before)
    page.shot("live-maps-gradients")
    said = page.kernel("d = live.inside[1].pictures[0].drawing; print(d.of, d.scale, d.label)")
    assert said.split() == ["gradients", "network", "3"]
    assert page.errors == []
