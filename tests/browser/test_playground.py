"""The playground in real pages: a newcomer's first minutes, by mouse and by keyboard."""
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from browser import Page

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "playground.ipynb"
STATUS   = ".dlf-pg .pg-status"
STEP     = ".dlf-pg .pg-time b"
LOSS     = ".dlf-pg .pg-numbers td"
HINT     = ".dlf-pg .pg-hint"
MOVING   = ".dlf-pg > .widget-html:nth-child(2) .widget-html-content"
PLACES   = """() => [...document.querySelectorAll('.dlf-pg :is(button, select, .noUi-base, h3)')]
    .map(e => e.getBoundingClientRect()).map(r => [r.x, r.y, r.width, r.height].map(Math.round))"""

CUT      = """() => [...document.querySelectorAll('.dlf-pg :is(button, label, h3, input)')]
    .filter(e => e.offsetParent && e.clientWidth && e.scrollWidth > e.clientWidth + 1)
    .map(e => e.innerText || e.value)"""
NAMELESS = r"""() => [...document.querySelectorAll('.dlf-pg :is(button, select, input, textarea)')]
    .filter(e => e.offsetParent && !/[^\s\u200b]/.test(
        e.tagName === 'BUTTON' ? e.innerText : e.labels?.[0]?.innerText || e.ariaLabel || e.title))
    .map(e => e.outerHTML)"""


@pytest.fixture(scope="module")
def notebook_file(folder):
    """The playground's notebook in the served folder, with a name for the playground."""
    made = json.loads(NOTEBOOK.read_text())
    made["cells"][-1]["source"] = ["from dlf.widgets.playground import Playground\n",
                                   "playground = Playground()\n", "playground"]
    (folder / "named.ipynb").write_text(json.dumps(made))
    made["metadata"]["voila"] = {"theme": "dark"}
    (folder / "dark.ipynb").write_text(json.dumps(made))
    shutil.copy(NOTEBOOK, folder)
    return "named.ipynb"


@pytest.fixture
def lab_page(lab, notebook_file, open_page):
    """The playground in JupyterLab."""
    page = open_page(lab, notebook_file)
    page.run_all()
    ready(page)
    yield page
    page.command("kernelmenu:shutdown")


def ready(page):
    page.page.wait_for_selector(LOSS)
    page.wait_text(STATUS, "Ready")


def press(page, name):
    """Click a button of the playground: the page around it has buttons too."""
    page.page.locator(".dlf-pg").get_by_role("button", name=name).first.click()


def losses(page):
    return page.page.locator(LOSS).all_inner_texts()[:2]


def picture(page):
    """The style rules of the last frame."""
    return page.page.locator(MOVING).first.inner_html()


def steps(page):
    return int(page.text(STEP).replace(",", ""))


def weights(page):
    return page.kernel("print(playground.session.run.net.theta.tobytes().hex())")


def clean(page):
    assert page.errors == []
    assert page.outside == []


def test_play_move_sliders_pause_and_reset(lab_page):
    page, begun = lab_page, (weights(lab_page), losses(lab_page), picture(lab_page))
    press(page, "Play")
    page.wait_until(f"+document.querySelector('{STEP}').innerText.replace(',', '') > 1000")
    page.shot("playground-lab-playing")
    handle = page.page.locator(".pg-fields .noUi-handle").nth(0)
    handle.focus()
    handle.press("ArrowRight")
    page.wait_text(STATUS, "learning rate changed")
    page.slide(".pg-fields .pg-rail:nth-child(3)", 0.6)
    page.wait_text(STATUS, "batch size changed")
    assert page.kernel("print(playground.session.playing)").strip() == "True"
    press(page, "Pause")
    page.wait_text(STATUS, "Paused")
    assert losses(page) != begun[1]
    assert picture(page) != begun[2]
    assert weights(page) != begun[0]
    press(page, "Reset")
    page.wait_text(STEP, "^0$")
    assert weights(page) == begun[0]
    clean(page)


def test_step_layers_neurons_data_and_time(lab_page):
    page = lab_page
    press(page, "sample")
    page.wait_text(STEP, "^1$")
    press(page, "epoch")
    page.wait_text(STEP, "^26$")
    first = page.page.locator(".pg-time .noUi-handle")
    first.focus()
    first.press("Home")
    page.wait_text(STEP, "^0$")
    page.page.locator(".pg-many button").nth(1).click()
    page.wait_text(".pg-many", "3 hidden")
    page.page.locator(".pg-plus button").nth(1).click()
    page.page.wait_for_function("document.querySelectorAll('.pg-stage button').length === 12")
    page.page.locator(".pg-stage button").nth(3).click()
    page.wait_text(".pg-head", "Layer 1, neuron 2")
    press(page, "Show the output")
    page.page.locator(".pg-set-spiral").click()
    page.wait_text(".pg-data", "Data: Spiral")
    page.page.locator(".pg-layers select").nth(1).select_option("relu")
    page.wait_text(STATUS, "hidden layers changed")
    page.shot("playground-lab-spiral")
    said = page.kernel("print(playground.session.config.to_json())")
    assert json.loads(said)["data"] == "spiral"
    assert [h["size"] for h in json.loads(said)["hidden"]] == [5, 2, 2]
    clean(page)


def test_hover_keys_and_what_happens_when_it_breaks(lab_page):
    hover_shows_live_numbers(lab_page)
    keys_reach_every_control(lab_page)
    nan_is_explained_and_mended(lab_page)
    clean(lab_page)


def hover_shows_live_numbers(page):
    press(page, "Play")
    page.page.locator(".pg-stage button").nth(2).hover()
    tip = page.page.locator(".pg-stage .u").nth(2).locator(".t")
    tip.wait_for(state="visible")
    read = "e => getComputedStyle(e, '::after').content"
    seen = {tip.evaluate(read) for _ in range(8) if page.page.wait_for_timeout(250) is None}
    assert len(seen) > 1
    press(page, "Pause")
    page.wait_text(STATUS, "Paused")


def keys_reach_every_control(page):
    page.page.locator(".pg-play").focus()
    reached = page.page.evaluate("""() => [...document.querySelectorAll('.dlf-pg button:enabled,'
        + '.dlf-pg select:enabled, .dlf-pg .noUi-handle, .dlf-pg input:enabled')]
        .filter(e => e.offsetParent && e.tabIndex < 0).length""")
    assert reached == 0
    order = []
    for _ in range(12):
        order.append(page.page.evaluate("document.activeElement.innerText || 'control'"))
        page.page.keyboard.press("Tab")
    assert order[:6] == ["▶ Play", "sample", "batch", "epoch", "Reset", "New seed"]


def nan_is_explained_and_mended(page):
    page.kernel("playground.session.change(lr=100.0, activation='linear', output='linear')")
    press(page, "Play")
    page.wait_text(STATUS, "Stopped")
    page.wait_text(".pg-hint", "learning rate is too high")
    page.shot("playground-lab-nan")
    press(page, "Fix it")
    page.wait_text(STATUS, "Lower the learning rate")
    press(page, "Play")
    page.wait_until(f"+document.querySelector('{STEP}').innerText.replace(',', '') > 20")


@pytest.mark.parametrize("width, dark", [(1280, False), (800, True)])
def test_voila(voila, notebook_file, open_page, width, dark):
    page = open_page(voila, "dark.ipynb" if dark else "playground.ipynb", width=width, dark=dark)
    ready(page)
    assert (page.page.get_attribute("body", "data-jp-theme-light") == "false") is dark
    assert "Shift+Enter" not in page.page.inner_text("body")
    begun, before = losses(page), page.page.evaluate(PLACES)
    press(page, "Play")
    page.wait_until(f"+document.querySelector('{STEP}').innerText.replace(',', '') > 3000")
    assert losses(page) != begun
    moved = [pair for pair in zip(before, page.page.evaluate(PLACES), strict=True)
             if pair[0] != pair[1]]
    assert moved == []                         # nothing jumps while it trains
    for tab in page.page.locator(".pg-tabs button").all():
        tab.click()
        page.wait_until("!!document.querySelector('.pg-page').innerText.trim()")
        assert page.page.evaluate(CUT) == []
        assert page.page.evaluate(NAMELESS) == []
    frames = page.count_changes(MOVING, 2)
    assert frames > 10
    wide = page.page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    page.shot(f"playground-voila-{width}")
    clean(page)


# ---- a newcomer's first minutes ----------------------------------------------------------------

def test_the_defaults_solve_circle_xor_and_gauss_and_the_hint_solves_the_spiral(
        voila, notebook_file, open_page):
    page = open_page(voila, "playground.ipynb")
    ready(page)
    page.wait_text(HINT, "^Press Play")
    for button, following in (("Circle", "XOR"), ("XOR", "Gauss"), ("Gauss", "Spiral")):
        press(page, button)
        press(page, "Play")
        page.wait_text(HINT, f"Solved (after|in).*named right. Next: {following}", timeout=60)
        press(page, "Pause")
    press(page, "Spiral")
    press(page, "Play")
    page.wait_text(HINT, "Hint. The loss stays at .* more often than 4 and 2 hidden neurons can "
                   "follow from x1, x2. Take hidden layers of 8 and 8", timeout=60)
    page.shot("playground-spiral-hint")
    press(page, "Fix it")
    page.wait_text(STATUS, "Done: Take hidden layers of 8 and 8")
    press(page, "Play")
    page.wait_text(HINT, "Solved (after|in)", timeout=60)
    page.shot("playground-spiral-solved")
    clean(page)


def test_the_app_itself_fetches_nothing_from_elsewhere(chromium, voila, tmp_path):
    made = subprocess.Popen([sys.executable, "-c", "from dlf.cli import main; main()",
                             "playground", "--no-browser"], stdout=subprocess.PIPE, text=True)
    page = Page(chromium, SimpleNamespace(kind="voila"), os.environ.get("DLF_SHOTS") or tmp_path)
    try:
        page.page.goto(re.search(r"http://\S+", made.stdout.readline())[0])
        page.page.wait_for_selector(LOSS, timeout=60_000)
        ready(page)
        press(page, "Play")
        page.wait_text(HINT, "Solved after", timeout=60)
        page.shot("playground-app")
        clean(page)
    finally:
        page.close()
        made.terminate()
        made.wait(20)
        made.stdout.close()


def test_the_pages_of_the_playground(voila, notebook_file, open_page, tmp_path):
    page = open_page(voila, "playground.ipynb")
    ready(page)
    press(page, "epoch")
    page.wait_text(STEP, "^25$")
    the_code_gives_the_same_losses(page, tmp_path)
    a_step_in_numbers_is_done(page)
    the_past_is_a_branch(page)
    a_table_of_ones_own_is_learned(page)
    settings_are_shared_as_text(page)
    a_challenge_is_missed_and_passed(page)
    clean(page)


def turn_to(page, title):
    page.page.locator(".pg-tabs").get_by_role("button", name=title).click()


def the_code_gives_the_same_losses(page, folder):
    turn_to(page, "Code")
    code = page.page.locator(".pg-page textarea.copy:visible").first
    code.wait_for()
    done = subprocess.run([sys.executable, "-c", code.input_value()], cwd=folder, text=True,
                          capture_output=True, check=True)
    said = [float(number) for number in re.findall(r"loss ([\d.]+)", done.stdout)]
    assert [f"{loss:.4f}" for loss in said] == losses(page)


def a_step_in_numbers_is_done(page):
    turn_to(page, "One step in numbers")
    press(page, "backward")
    page.wait_text(".pg-page", "The way backward")
    press(page, "Do this step")
    page.wait_text(STEP, "^26$")
    page.wait_text(".pg-page", "The cost of example 0 went from")
    page.shot("playground-step-in-numbers")


def the_past_is_a_branch(page):
    page.page.locator(".pg-time .noUi-handle").press("Home")
    page.wait_text(STATUS, "^Step 0")
    press(page, "Branch here")
    page.wait_text(STATUS, "Branch 2 begins at step 0")
    press(page, "epoch")
    page.wait_text(STEP, "^25$")
    page.page.locator(".pg-time select").select_option("branch 1")
    page.wait_text(STEP, "^26$")


def a_table_of_ones_own_is_learned(page):
    turn_to(page, "Your data")
    rows = [f"{i / 10:.1f},{(i * 7) % 10 / 10},{'pear' if i < 20 else 'apple'}" for i in range(40)]
    page.page.locator(".pg-form textarea").fill("\n".join(["width,height,kind", *rows]))
    press(page, "Use this table")
    page.wait_text(".pg-data h3", "pasted table")
    page.wait_text(".pg-map", "pear")
    press(page, "Play")
    page.wait_text(HINT, "Solved (after|in)", timeout=60)
    press(page, "Pause")
    page.shot("playground-own-table")


def settings_are_shared_as_text(page):
    press(page, "XOR")
    page.wait_text(".pg-data h3", "XOR")
    turn_to(page, "Save, load, share")
    page.wait_text(".pg-page", "The text holds no weights")
    shared = page.page.locator(".pg-page textarea.copy:visible").first.input_value()
    assert shared.startswith("dlf1.")
    press(page, "Circle")
    page.wait_text(".pg-data h3", "Circle")
    page.page.locator(".pg-page .widget-textarea textarea:visible").first.fill(shared)
    press(page, "Restore")
    page.wait_text(".pg-data h3", "XOR")


def a_challenge_is_missed_and_passed(page):
    turn_to(page, "Challenges")
    press(page, "No hidden layer at all")
    press(page, "Start")
    page.wait_text(".pg-data h3", "Gauss")
    press(page, "Check")
    page.wait_text(".pg-page", "Not yet[^]*missing: 6 hidden neurons")
    for left in (1, 0):
        page.page.locator(".pg-many button").first.click()
        page.wait_text(".pg-many", f"{left} hidden")
    press(page, "Play")
    page.wait_text(HINT, "Solved (after|in)", timeout=60)
    page.wait_until(f"+document.querySelector('{STEP}').innerText.replace(',', '') > 3000")
    press(page, "Pause")
    press(page, "Check")
    page.wait_text(".pg-page", "Passed, at step")


# ---- by keyboard alone, in all three -----------------------------------------------------------

@pytest.mark.parametrize("kind", ["lab", "notebook", "voila"])
def test_everything_works_by_keyboard(kind, request, notebook_file, open_page):
    page = open_page(request.getfixturevalue(kind), notebook_file)
    if kind != "voila":
        page.run_all()
    ready(page)
    keys, cells = page.page.keyboard, page.page.locator(".jp-Cell").count()
    page.page.locator(".pg-play").focus()
    keys.press("Space")
    page.wait_text(STATUS, "Playing")
    keys.press("Space")
    page.wait_text(STATUS, "Paused")
    go_to(page, "Learning rate")
    keys.press("Control+A")
    keys.type("0.07")
    keys.press("Enter")
    page.wait_text(STATUS, "learning rate changed")
    go_to(page, "slider")                             # the handle that belongs to it
    keys.press("PageUp")
    page.page.wait_for_function("document.querySelector('.pg-rail input').value !== '0.07'")
    go_to(page, "Optimizer")
    keys.press("Space")                               # the list opens, and takes the keys
    keys.type("adam")
    keys.press("Enter")
    page.wait_text(STATUS, "optimizer changed")
    go_to(page, "XOR")
    keys.press("Enter")
    page.wait_text(".pg-data h3", "XOR")
    go_to(page, "Show layer 1, neuron 2 large")
    keys.press("Enter")
    page.wait_text(".pg-head", "Layer 1, neuron 2")
    go_to(page, "Challenges")
    keys.press("Space")
    go_to(page, "Find the fault")
    keys.press("Space")
    page.wait_text(".pg-page", "This network should learn the circle and does not")
    assert page.page.locator(".jp-Cell").count() == cells      # no key went to the notebook
    page.shot(f"playground-keys-{kind}")
    clean(page)


FOCUS = """() => {
    const e = document.activeElement;
    if (e.getAttribute('role') === 'slider') return 'slider';
    return e.labels?.[0]?.innerText || e.innerText.trim() || e.title;
}"""


def go_to(page, name, most=150):
    """Press Tab until the focus is on the control of this name."""
    passed = []
    while len(passed) < most:
        page.page.keyboard.press("Tab")
        passed.append(page.page.evaluate(FOCUS))
        if passed[-1] == name:
            return
    raise AssertionError(f"Tab never came to {name!r}, but to {passed}")


def test_notebook_7(notebook, notebook_file, open_page):
    page = open_page(notebook, notebook_file)
    page.run_all()
    ready(page)
    press(page, "Play")
    page.wait_until(f"+document.querySelector('{STEP}').innerText.replace(',', '') > 500")
    press(page, "Pause")
    page.wait_text(STATUS, "Paused")
    page.shot("playground-notebook")
    assert re.search(r"\d", page.text(LOSS))
    clean(page)
