"""The page for sequences in real pages: it plays, what is seen moves, keys and sliders act."""
import re

import pytest
from browser import write_notebook
from training_pages import (
    EPOCH,
    all_is_seen,
    clean,
    epoch,
    nothing_moves_while_it_trains,
    press,
    tab_through,
    train,
)

NAMES  = ".ps-names"
COLORS = """() => [...document.querySelectorAll('.ps-inside .map')].map(
    e => getComputedStyle(e).backgroundImage)"""


@pytest.fixture(scope="module")
def notebook_file(folder):
    """A page for sequences with a name, so that the test can ask the kernel."""
    write_notebook(folder / "sequences.ipynb",
                   "from dlf.widgets.sequences import SequencePlayground\n"
                   "page = SequencePlayground(size=16)\npage")
    return "sequences.ipynb"


@pytest.fixture
def lab_page(lab, notebook_file, open_page):
    page = open_page(lab, notebook_file)
    page.command("application:toggle-left-area")
    page.run_all()
    ready(page)
    yield page
    page.command("kernelmenu:shutdown")


def ready(page):
    page.page.wait_for_selector(".dlf-sequences .pg-numbers td")
    page.page.wait_for_selector(f"{NAMES} li")


def box(page, name):
    return page.page.get_by_role("textbox", name=name)


def written(page):
    return page.page.locator(NAMES).text_content()


def test_it_plays_and_everything_follows(lab_page):
    page   = lab_page
    maps   = page.page.evaluate(COLORS)
    before = written(page), page.page.locator(".ps-slopes").text_content()
    assert len(maps) == 6 and all("url(" in image for image in maps)
    train(page, 3)
    page.page.wait_for_timeout(700)
    after = page.page.evaluate(COLORS)
    assert all(a != b for a, b in zip(maps, after))
    assert written(page) != before[0]
    assert page.page.locator(".ps-slopes").text_content() != before[1]
    losses = [float(td) for td in page.page.locator(".ps-learned td").all_text_contents()]
    _, test, bigram, trigram = losses
    print(f"after {epoch(page)} epochs: {losses}")
    assert test < 2.6 and trigram < bigram                  # of 3.3 at the start
    page.shot("sequences-lab")
    clean(page)


def test_the_temperature_changes_what_it_writes(lab_page):
    page = lab_page
    train(page, 2)
    page.page.wait_for_timeout(500)
    before = written(page)
    page.page.locator(".ps-writes .noUi-handle").press("ArrowLeft")
    page.wait_until(f"document.querySelector('{NAMES}').textContent !== {before!r}")
    box(page, "Temperature").fill("0")
    box(page, "Temperature").press("Enter")
    page.wait_until(f"new Set([...document.querySelectorAll('{NAMES} li')]"
                    ".map(e => e.textContent)).size === 1")
    assert page.kernel("print(page.session.temperature)").strip() == "0"
    clean(page)


def test_keys_choose_another_sequence(lab_page):
    page = lab_page
    reads = page.page.locator(".ps-letters tr").first.text_content()
    box(page, "Test sequence").fill("7")
    box(page, "Test sequence").press("Enter")
    page.wait_until(f"document.querySelector('.ps-letters tr').textContent !== {reads!r}")
    assert page.kernel("print(page.session.index)").strip() == "6"
    letters = page.page.locator(".ps-letters tr").first.locator("td").all_text_contents()
    below   = page.page.locator(".ps-inside .cells span").all_text_contents()
    assert letters == below
    clean(page)


def test_another_cell_has_other_maps(lab_page):
    page = lab_page
    chosen = page.page.get_by_label("Cell", exact=True)
    for cell, count in (("gru", 4), ("attention", 2), ("rnn", 2)):
        chosen.select_option(label=cell)
        page.wait_until(f"document.querySelectorAll('.ps-inside .map').length === {count}")
        page.wait_until(f"{COLORS.removeprefix('() => ')}.every(image => image.includes('url('))")
        page.shot(f"sequences-{cell}")
    assert page.kernel("print(page.session.config.cell)").strip() == "rnn"
    page.page.get_by_label("Task", exact=True).select_option(label="sunspots")
    page.wait_until("document.querySelector('.ps-says svg') !== null")
    train(page, 20)
    page.shot("sequences-sunspots")
    clean(page)


def test_all_keys_have_names(lab_page):
    page  = lab_page
    names = page.page.evaluate("""() => [...document.querySelectorAll(
        '.dlf-sequences :is(input, select, button)')].filter(e => e.offsetParent).map(
        e => (e.labels?.[0]?.innerText || e.ariaLabel || e.innerText || e.title).trim())""")
    assert all(names) and {"Temperature", "Test sequence", "Task", "Cell", "Clip"} <= set(names)
    pictures = page.page.locator(".dlf-sequences [role=img]").all()
    assert all(re.search(r"\w+", picture.get_attribute("aria-label")) for picture in pictures)
    page.page.get_by_role("button", name="▶ Play").first.focus()
    page.page.keyboard.press("Space")
    page.wait_until(f"{EPOCH} > 0.5")
    page.page.keyboard.press("Space")
    page.wait_text(".dlf-sequences .pg-status", "Paused")
    clean(page)


def test_nothing_moves_while_it_trains(lab_page):
    nothing_moves_while_it_trains(lab_page, 2)
    clean(lab_page)


def test_tab_goes_through_all_controls_and_one_sees_where_it_is(lab_page):
    seen = tab_through(lab_page)
    print(seen)
    assert [name for name, outline in seen if outline == "none"] == []
    order = ["batch", "Speed", "Task", "Cell", "Clip", "Test sequence", "Temperature", "Layer"]
    assert [name for name, _ in seen if name in order] == order
    clean(lab_page)


@pytest.mark.parametrize("width", [1280, 1024, 800])
def test_all_is_seen_on_wide_pages_and_narrow_ones(voila, notebook_file, open_page, width):
    page = open_page(voila, notebook_file, width=width)
    ready(page)
    page.shot(f"sequences-{width}")
    all_is_seen(page)
    clean(page)


def test_it_is_the_third_page_of_the_playgrounds(lab, folder, open_page):
    write_notebook(folder / "all.ipynb", "from dlf.widgets.playgrounds import Playgrounds\n"
                   "both = Playgrounds()\nboth")
    page = open_page(lab, "all.ipynb")
    page.run_all()
    page.page.wait_for_selector(".pg-numbers")
    page.click("Sequences")
    ready(page)
    press(page, "▶ Play")
    page.page.wait_for_timeout(1000)
    page.click("Points")
    page.page.wait_for_selector(".pg-canvas", state="visible")
    assert "Paused" in page.text(".dlf-sequences .pg-status")
    clean(page)
    page.command("kernelmenu:shutdown")


# ---- live training in a cell -------------------------------------------------------------------

LIVE = """import numpy as np, dlf
from dlf.experiment.tasks import task
from dlf.widgets.live import LiveTraining
rng  = np.random.default_rng(0)
made = task("names", 12, rng)
net  = dlf.Sequential(dlf.LSTM(27, 24), dlf.Dense(24, 27), rng=rng).astype(np.float32)
live = LiveTraining(net, made.train, made.loss, dlf.Adam(0.01), test=made.test, rng=rng, clip=1.0,
                    classes=made.symbols)
live"""
SOURCE = "document.querySelector('img.dlf-live-moving').src"


def test_live_training_of_names_in_a_cell(lab, folder, open_page):
    write_notebook(folder / "live_names.ipynb", LIVE)
    page = open_page(lab, "live_names.ipynb")
    page.command("application:toggle-left-area")
    page.run_all()
    page.page.wait_for_selector(".dlf-live-moving")
    page.click("Play")
    page.wait_until("+/step <b[^>]*>([\\d,]+)/.exec(document.querySelector('.dlf-live-numbers')"
                    ".innerHTML)[1].replace(',', '') > 200")
    page.click("States and gates")
    page.page.wait_for_timeout(1500)
    page.shot("live-names-states")
    page.click("Gradient through time")
    page.page.wait_for_timeout(1500)
    page.click("Pause")
    page.page.wait_for_timeout(1000)
    page.shot("live-names-slopes")
    before = page.page.evaluate(SOURCE)
    page.page.locator(".dlf-live .widget-inline-hbox").filter(has_text="Temperature").locator(
        ".noUi-handle").press("ArrowLeft")
    page.wait_until(f"{SOURCE} !== {before!r}")
    assert page.kernel("print(live.look.temperature)").strip() == "0.9"
    assert "At temperature 0.9 it writes" in page.kernel("print(live.describe())")
    steps = int(page.kernel("print(live.steps_done)"))
    print(f"{steps} steps of live training while it was looked at")
    clean(page)
    page.command("kernelmenu:shutdown")
