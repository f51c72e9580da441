"""The chapters in real JupyterLab: they run without an error, and their widgets follow the hand."""
import re
import shutil
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CHAPTERS  = sorted(path.name for path in NOTEBOOKS.glob("[0-9]*.ipynb"))
LESSON    = ".dlf-lesson"


def move(lesson):
    """Use the first control of a lesson that is not the driver's: a slider goes to its far end."""
    sliders = lesson.locator(".widget-hslider").filter(has_not_text="Speed")
    buttons = lesson.get_by_role("button", name=re.compile("Next|Example|Add|Double"))
    if sliders.count():
        track = sliders.first.locator(".noUi-base")
        knob, box = track.locator(".noUi-handle").bounding_box(), track.bounding_box()
        is_left = knob["x"] + knob["width"] / 2 < box["x"] + box["width"] / 2
        track.click(position={"x": (0.95 if is_left else 0.05) * box["width"],
                              "y": box["height"] / 2}, force=True)
    elif buttons.count():
        buttons.first.click()
    else:
        lesson.locator("select").first.select_option(index=3)


@pytest.fixture(params=CHAPTERS)
def chapter(request, folder):
    """The name of a notebook, in the served folder."""
    shutil.copy(NOTEBOOKS / request.param, folder / request.param)
    return request.param


def words(lesson):
    """What a lesson's drawing says to those who do not see it."""
    return lesson.locator("svg[role=img]").first.get_attribute("aria-label")


def settle(page, lesson):
    """Bring a lesson into view, and wait until nothing above it, such as a formula, moves it."""
    places = []
    for _ in range(50):
        lesson.scroll_into_view_if_needed()
        places.append(lesson.bounding_box())
        if len(places) > 3 and all(place == places[-1] for place in places[-4:]):
            return
        page.page.wait_for_timeout(200)


def follows(page, lesson, timeout=15.0):
    """Use a control, and wait until the drawing says something else."""
    settle(page, lesson)
    before = words(lesson)
    assert len(before) > 20
    move(lesson)
    for _ in range(int(10 * timeout)):
        if words(lesson) != before:
            return
        page.page.wait_for_timeout(100)
    raise TimeoutError(f"After {timeout} s it still says: {before}")


def test_a_chapter_runs_and_its_widgets_follow_the_hand(lab, chapter, open_page):
    page = open_page(lab, chapter, height=1600)
    page.run_all()
    lessons = page.page.locator(LESSON)
    assert lessons.count() > 0
    for i in range(lessons.count()):
        follows(page, lessons.nth(i))
    page.shot(f"chapter-{chapter[:2]}")
    assert page.errors == [] and page.outside == []
    page.command("kernelmenu:shutdown")


def test_on_a_narrow_page_no_drawing_is_wider_than_its_cell(lab, chapter, open_page):
    page = open_page(lab, chapter, width=800, height=1600)
    page.run_all()
    for drawing in page.page.locator(f"{LESSON} svg[role=img]").all():
        drawing.scroll_into_view_if_needed()
        box, cell = drawing.bounding_box(), drawing.locator(
            "xpath=ancestor::*[contains(@class, 'jp-OutputArea-output')][1]").bounding_box()
        assert box["x"] + box["width"] <= cell["x"] + cell["width"] + 1
    page.command("kernelmenu:shutdown")
