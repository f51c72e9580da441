"""The page for images and its pad in real pages: drawn on with the mouse, with keys, by clicks."""
import math
import re

import pytest
from browser import write_notebook
from training_pages import (
    all_is_seen,
    clean,
    nothing_moves_while_it_trains,
    press,
    tab_through,
    train,
)

PAD    = ".dlf-pad svg"
SAID   = ".dlf-images .pi-unseen span"
COLORS = """() => [...document.querySelectorAll('.pi-maps .tile:first-child')].map(
    e => getComputedStyle(e).backgroundImage)"""


def arc(x, y, width, height, start, end):
    """Points on an ellipse; degrees go clockwise from the right."""
    n = max(8, round(abs(end - start) / 12))
    angles = [math.radians(start + (end - start) * i / n) for i in range(n + 1)]
    return [(x + width * math.cos(a), y + height * math.sin(a)) for a in angles]


# Ten digits as one writes them, on a sheet of 32 x 32: made before any network had seen them.
DIGITS = {
    0: [arc(16, 16, 7, 11, -90, 270)],
    1: [[(11, 9), (17, 4), (17, 28)]],
    2: [[*arc(16, 10, 7, 6, -170, 30), (10, 27), (24, 27)]],
    3: [[*arc(15, 10, 7, 6, -150, 90), *arc(15, 22, 8, 6, -90, 150)]],
    4: [[(18, 4), (8, 20), (25, 20)], [(19, 13), (19, 29)]],
    5: [[(22, 5), (11, 5), (10, 14), *arc(15, 20, 8, 7, -120, 150)]],
    6: [[(20, 4), (13, 11), (10, 18), *arc(16, 22, 6, 6, -180, 180)]],
    7: [[(8, 5), (24, 5), (14, 28)], [(11, 16), (22, 16)]],
    8: [[*arc(16, 10, 5, 5, 90, -270), *arc(16, 21, 6.5, 6.5, -90, 270)]],
    9: [[*arc(16, 11, 6, 6, 0, -360), (22, 11), (21, 20), (17, 28)]]}


@pytest.fixture(scope="module")
def notebook_file(folder):
    """A page for images with a name, so that the test can ask the kernel."""
    write_notebook(folder / "images.ipynb", "from dlf.widgets.images import ImagePlayground\n"
                   "page = ImagePlayground()\npage")
    return "images.ipynb"


@pytest.fixture
def lab_page(lab, notebook_file, open_page):
    page = open_page(lab, notebook_file)
    page.command("application:toggle-left-area")
    page.run_all()
    ready(page)
    yield page
    page.command("kernelmenu:shutdown")


def ready(page):
    page.page.wait_for_selector(f"{PAD}.live")
    page.page.wait_for_selector(".dlf-images .pg-numbers td")


def draw(page, lines):
    """Draw with the mouse, on an empty pad."""
    press(page, "Clear")
    page.page.wait_for_function("document.querySelector('.dlf-pad .ink').getAttribute('d') === ''")
    page.page.wait_for_selector(f"{PAD}.live")
    pad = page.page.locator(PAD).first
    pad.scroll_into_view_if_needed()
    box, mouse = pad.bounding_box(), page.page.mouse
    for line in lines:
        for i, (x, y) in enumerate(line):
            mouse.move(box["x"] + x / 32 * box["width"], box["y"] + y / 32 * box["height"],
                       steps=3 if i else 1)
            if not i:
                mouse.down()
        mouse.up()


def path(page):
    return page.page.locator(".dlf-pad input").first.input_value()


def settled(page):
    """Wait until kernel and page have the drawing as it is; what the network says of it."""
    drawn = path(page)
    for _ in range(100):
        if page.kernel("print(page.pad.path, end='')") == drawn:
            break
        page.page.wait_for_timeout(50)
    said = page.kernel("print(page.answer.describe(page.session.answer()), end='')")
    page.page.wait_for_function(f"document.querySelector('{SAID}').textContent === {said!r}")
    return said


def test_digits_drawn_with_the_mouse_are_read_by_a_network_trained_in_the_page(lab_page):
    page = lab_page
    train(page, 40)
    said = {}
    for digit, lines in DIGITS.items():
        draw(page, lines)
        said[digit] = settled(page)
        page.shot(f"images-digit-{digit}")
    right = [digit for digit, words in said.items() if words.startswith(f"It says {digit} ")]
    print(f"{len(right)} of 10 drawn digits are read rightly: {said}")
    assert len(right) >= 9, said
    assert 3 in right, said
    clean(page)


def test_every_layer_answers_to_the_drawing_while_one_draws(lab_page):
    page = lab_page
    before = page.kernel("print([m.values.sum() for m in page.session.maps()])")
    colors = page.page.evaluate(COLORS)
    draw(page, DIGITS[3])
    settled(page)
    after  = page.kernel("print([m.values.sum() for m in page.session.maps()])")
    pairs  = list(zip(eval_list(before), eval_list(after)))
    assert len(pairs) == 7 and all(a != b for a, b in pairs)
    assert page.page.evaluate(COLORS) != colors
    colors = page.page.evaluate(COLORS)
    page.page.locator(".pi-three select").nth(0).select_option(index=1)          # slopes
    page.page.wait_for_function(f"JSON.stringify(({COLORS})()) !== "
                                f"JSON.stringify({colors!r})")
    clean(page)


def eval_list(text):
    return [float(number) for number in re.findall(r"-?\d+\.\d+(?:e-?\d+)?", text)]


def test_the_drawing_is_the_same_in_page_and_kernel_to_the_last_point(lab_page):
    page = lab_page
    draw(page, DIGITS[8])
    settled(page)
    drawn = path(page)
    assert drawn.count("L") > 100
    assert page.kernel("print(page.pad.path, end='')") == drawn
    assert page.page.locator(f"{PAD} .ink").first.get_attribute("d") == drawn
    press(page, "Undo")
    page.page.wait_for_function("document.querySelector('.dlf-pad input').value === ''")
    clean(page)


def test_the_keys_draw_too(lab_page):
    page = lab_page
    press(page, "Clear")
    page.page.wait_for_selector(f"{PAD}.live")
    page.page.wait_for_timeout(300)
    page.page.locator(PAD).first.focus()
    keys = page.page.keyboard
    for _ in range(10):
        keys.press("ArrowUp")
    keys.press("Space")
    for _ in range(20):
        keys.press("ArrowDown")
    keys.press("Space")
    keys.press("ArrowRight")
    settled(page)
    lines = eval_path(path(page))
    assert lines[0][0] == (16, 6) and lines[0][-1] == (16, 26)
    assert lines[1:] == [[(17, 26)]]                       # the pen only moved there
    assert "1 line" in page.kernel("print(page.pad.describe())")
    assert page.page.locator(".jp-Cell").count() == 1      # no key went to the notebook
    clean(page)


def eval_path(text):
    return [[tuple(map(float, point.split())) for point in line.split("L")]
            for line in text.split("M")[1:]]


def test_without_a_script_one_presses_the_places(lab, folder, open_page):
    write_notebook(folder / "still.ipynb", "from dlf.widgets.pad import Pad\n"
                   "pad = Pad(dragging=False)\npad")
    page = open_page(lab, "still.ipynb")
    page.run_all()
    cell = page.page.get_by_role("button", name="row 2, column 3")
    cell.wait_for()
    cell.click()
    page.page.get_by_role("button", name="row 7, column 5").click()
    page.page.wait_for_function(
        "document.querySelector('.dlf-pad .ink').getAttribute('d') === 'M10 6L10 6L18 26'")
    page.click("Lift pen")
    page.page.get_by_role("button", name="row 1, column 8").press("Enter")
    page.page.wait_for_function("document.querySelector('.dlf-pad input').value"
                                " === 'M10 6L10 6L18 26M30 2L30 2'")
    page.shot("pad-without-script")
    clean(page)
    page.command("kernelmenu:shutdown")


def test_the_window_moves_and_pixels_appear(lab_page):
    page = lab_page
    page.page.locator(".dlf-images .pg-tabs").get_by_role(
        "button", name="Convolution, step by step").click()
    lesson = page.page.locator(".dlf-lesson")
    lesson.get_by_role("button", name="pixel").click()
    words = "document.querySelector('.dlf-lesson svg[role=img]').ariaLabel"
    page.wait_until(f"{words}.includes('2 of 64 output pixels')")
    lesson.get_by_role("button", name="Play").click()
    page.wait_until(f"+/(\\d+) of 64/.exec({words})[1] > 4")
    lesson.get_by_role("button", name="Pause").click()
    page.page.wait_for_timeout(300)
    lesson.locator(".noUi-handle").nth(1).press("ArrowRight")
    page.wait_until(f"{words}.startsWith('Output pixel [1, ')")
    page.shot("images-step")
    clean(page)


def test_nothing_moves_while_it_trains(lab_page):
    nothing_moves_while_it_trains(lab_page, 3)
    clean(lab_page)


def test_tab_goes_through_all_controls_and_one_sees_where_it_is(lab_page):
    seen = tab_through(lab_page)
    print(seen)
    assert [name for name, outline in seen if outline == "none"] == []
    names = [name for name, _ in seen]
    order = ["batch", "Speed", "Learning rate", "Clear", "Show", "Full color", "What it looks at"]
    assert [name for name in names if name in order] == order
    assert any(name.startswith("Draw with mouse") for name in names)
    clean(lab_page)


@pytest.mark.parametrize("kind", ["notebook", "voila"])
def test_the_pad_works_elsewhere(kind, request, notebook_file, open_page):
    page = open_page(request.getfixturevalue(kind), notebook_file)
    if kind == "notebook":
        page.run_all()
    ready(page)
    says = page.page.locator(SAID).text_content()
    draw(page, DIGITS[3])
    page.page.wait_for_function(f"document.querySelector('{SAID}').textContent !== {says!r}")
    page.wait_text(".dlf-images .pi-say", "Your drawing")
    page.shot(f"images-{kind}")
    clean(page)


def test_a_finger_draws_and_the_page_stands_still(voila, notebook_file, open_page):
    page = open_page(voila, notebook_file, height=500)
    ready(page)
    pad = page.page.locator(PAD).first
    pad.scroll_into_view_if_needed()
    box, touch = pad.bounding_box(), page.context.new_cdp_session(page.page)
    for kind, y in [("Start", 6), *(("Move", y) for y in range(7, 28)), ("End", None)]:
        points = [] if y is None else [{"x": box["x"] + box["width"] / 2,
                                        "y": box["y"] + y / 32 * box["height"]}]
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    lines = eval_path(path(page))
    assert len(lines) == 1 and lines[0][-1] == pytest.approx((16, 27), abs=0.2)
    assert pad.bounding_box() == box
    page.wait_text(".dlf-images .pi-say", "Your drawing")
    clean(page)


@pytest.mark.parametrize("width", [1280, 1024, 800])
def test_all_is_seen_on_wide_pages_and_narrow_ones(voila, notebook_file, open_page, width):
    page = open_page(voila, notebook_file, width=width)
    ready(page)
    page.shot(f"images-{width}")
    all_is_seen(page)
    clean(page)


def test_points_and_images_on_one_page(lab, folder, open_page):
    write_notebook(folder / "both.ipynb", "from dlf.widgets.playgrounds import Playgrounds\n"
                   "both = Playgrounds()\nboth")
    page = open_page(lab, "both.ipynb")
    page.run_all()
    page.page.wait_for_selector(".pg-numbers")
    assert page.page.locator(".dlf-images").count() == 0
    page.click("Play")
    page.wait_text(".dlf-pg .pg-time b", "\\d{3}")
    page.click("Images")
    ready(page)
    assert page.page.locator(".pg-graph, .pg-canvas").first.is_visible() is False
    draw(page, DIGITS[1])
    page.wait_text(".dlf-images .pi-say", "Your drawing")
    page.click("Points")
    page.page.wait_for_selector(".pg-canvas", state="visible")
    assert "Paused" in page.text(".dlf-pg .pg-status")
    clean(page)
    page.command("kernelmenu:shutdown")
