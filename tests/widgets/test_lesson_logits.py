"""The widget of chapter 8 without a browser: sliders, buttons, steps, and what it says of them."""
import asyncio
import re

import numpy as np
import pytest

from dlf.widgets.lessons import Logits


@pytest.fixture
def make():
    """make(...) -> Logits; all of them are closed after the test."""
    made = []

    def build(*args, **how):
        made.append(Logits(*args, **how))
        return made[-1]
    yield build
    for lesson in made:
        lesson.close()


def controls(lesson):
    """The controls by what is written on them."""
    boxes = [lesson.view]
    found = {}
    for box in boxes:
        boxes += getattr(box, "children", ())
        found.setdefault(getattr(box, "description", ""), box)
    return found


def numbers_drawn(lesson):
    return re.findall(r"<text[^>]*>([^<]*)</text>", lesson.picture.value)


# ---- numbers -------------------------------------------------------------------------------------

def test_probabilities_are_scipys_softmax_of_the_scores(make):
    softmax = pytest.importorskip("scipy.special").softmax
    assert make().a == pytest.approx(softmax([1, 2, -1]))
    assert make((9, -10, 3.3, 0), classes="abcd").a == pytest.approx(softmax([9, -10, 3.3, 0]))


def test_the_loss_and_its_slope_are_those_worked_out_by_hand(make):
    lesson = make()                     # e^1 / (e^1 + e^2 + e^-1) = 2.7183 / 10.4752 = 0.2595
    assert lesson.loss == pytest.approx(1.3490, abs=1e-4)
    assert lesson.slope == pytest.approx([-0.7405, 0.7054, 0.0351], abs=1e-4)
    assert lesson.slope.sum() == pytest.approx(0)


def test_the_slope_is_the_one_that_small_nudges_show(make):
    lesson, h = make((0.3, -2, 1, 0.5), 2, "abcd"), 1e-6
    start  = lesson.z.copy()
    for k in range(4):
        losses = []
        for nudge in (h, -h):
            lesson.z = start + nudge * np.eye(4)[k]
            losses.append(lesson.loss)
        lesson.z = start
        assert (losses[0] - losses[1]) / (2 * h) == pytest.approx(lesson.slope[k], abs=1e-8)


# ---- controls ------------------------------------------------------------------------------------

def test_a_slider_moves_the_score_of_its_class_alone(make):
    lesson = make()
    controls(lesson)["Chinstrap"].value = -3.0
    assert lesson.z == pytest.approx([1, -3, -1])
    assert "−3.00" in numbers_drawn(lesson)


def test_another_right_class_changes_the_loss_and_no_probability(make):
    lesson = make()
    before = lesson.a
    controls(lesson)["Right class"].value = 1
    assert lesson.a == pytest.approx(before)
    assert lesson.loss == pytest.approx(-np.log(before[1]))
    assert "The right class is Chinstrap" in lesson.describe()


def test_five_added_to_all_changes_no_probability_no_loss_and_no_slope(make):
    lesson = make()
    before = lesson.a, lesson.loss, lesson.slope
    controls(lesson)["add 5 to all"].click()
    assert lesson.z == pytest.approx([6, 7, 4])
    assert [slider.value for slider in lesson.sliders] == [6, 7, 4]
    for was, now in zip(before, (lesson.a, lesson.loss, lesson.slope)):
        assert now == pytest.approx(was)
    assert lesson.describe().startswith("5 was added to all: nothing but the scores changed.")


def test_what_does_not_fit_on_the_sliders_is_added_as_far_as_it_goes(make):
    lesson = make()
    for _ in range(2):
        controls(lesson)["add 5 to all"].click()
    assert lesson.z == pytest.approx([9, 10, 7])
    assert lesson.describe().startswith("3 was added")
    controls(lesson)["add 5 to all"].click()
    assert lesson.z == pytest.approx([9, 10, 7]) and "no room" in lesson.describe()


def test_doubling_makes_the_largest_surer_and_keeps_the_order(make):
    lesson = make()
    before = lesson.a
    controls(lesson)["double all"].click()
    assert lesson.z == pytest.approx([2, 4, -2])
    assert lesson.a[1] > before[1]
    assert (np.argsort(lesson.a) == np.argsort(before)).all()


def test_doubling_ends_where_the_sliders_end(make):
    lesson = make()
    for _ in range(5):
        controls(lesson)["double all"].click()
    assert lesson.z == pytest.approx([5, 10, -5])
    assert "No room to double" in lesson.describe()


def test_doubling_equal_scores_of_zero_is_no_division_by_zero(make):
    lesson = make((0, 0, 0))
    controls(lesson)["double all"].click()
    assert lesson.z == pytest.approx([0, 0, 0]) and lesson.loss == pytest.approx(np.log(3))


def test_a_step_follows_the_slope_downhill(make):
    lesson = make()
    before, slope = lesson.loss, lesson.slope
    lesson.player.step("step")
    assert lesson.z == pytest.approx(np.array([1, 2, -1]) - 0.5 * slope)
    assert lesson.loss < before


def test_a_step_is_not_rounded_to_what_the_sliders_can_show(make):
    lesson = make()
    lesson.player.step("step")
    assert lesson.sliders[0].value == 1.4 and lesson.z[0] == pytest.approx(1.3703, abs=1e-4)


def test_play_ends_by_itself_when_the_right_class_has_won(make):
    lesson = make()
    lesson.player.speed.value = 1e9

    async def run():
        lesson.player.play()
        for _ in range(200):
            await asyncio.sleep(0.01)
            if not lesson.player.playing:
                break
    asyncio.run(run())
    assert not lesson.player.playing and lesson.player.error is None
    assert lesson.a[0] >= 0.9
    assert "Adelie has won." in lesson.describe()


def test_reset_brings_the_first_scores_back(make):
    lesson = make()
    lesson.player.step("step")
    lesson.player.reset()
    assert lesson.z == pytest.approx([1, 2, -1])
    assert [slider.value for slider in lesson.sliders] == [1, 2, -1]


# ---- what is shown -------------------------------------------------------------------------------

def test_the_drawing_shows_scores_probabilities_and_slopes(make):
    drawn = numbers_drawn(make())
    for text in ("1.00", "25.9 %", "70.5 %", "−0.741", "+0.705", "−log 0.259 = 1.349"):
        assert text in drawn


def test_negative_bars_are_dashed_and_orange_positive_ones_solid_and_blue(make):
    drawing = make().picture.value
    bars    = re.findall(r'<rect[^>]*style="fill:var\(--(\w+)\);fill-opacity[^"]*"', drawing)
    assert bars == ["positive", "positive", "negative", "positive", "positive", "positive",
                    "negative", "positive", "positive"]
    assert drawing.count("stroke-dasharray:4 2") == 2


def test_the_words_say_what_the_drawing_shows(make):
    lesson = make()
    assert lesson.describe() == (
        "Scores: Adelie 1, Chinstrap 2, Gentoo −1. Probabilities: Adelie 25.9\u00a0%, Chinstrap "
        "70.5\u00a0%, Gentoo 3.5\u00a0%. The right class is Adelie: the loss is −log 0.259 = "
        "1.349. Slopes a − y: Adelie −0.741, Chinstrap +0.705, Gentoo +0.035.")
    assert repr(lesson) == f"Logits: {lesson.describe()}"
    assert f'aria-label="{lesson.describe()}"' in lesson.picture.value


@pytest.mark.parametrize("scores", [(10, -10, -10, 10), (-10, 10, 10, 10), (0, 0, 0, 0)])
def test_extreme_scores_are_drawn_with_finite_numbers(make, scores):
    for right in range(4):
        lesson = make(scores, right, "abcd")
        assert lesson.player.error is None
        assert "nan" not in lesson.picture.value and "inf" not in lesson.picture.value


def test_the_size_of_the_drawing_does_not_depend_on_the_numbers(make):
    sizes = {re.match(r'<svg width="\d+" height="\d+"', make(scores).picture.value)[0]
             for scores in ((0, 0, 0), (10, -10, 3), (1, 2, -1))}
    assert len(sizes) == 1


def test_a_class_without_a_name_is_refused(make):
    with pytest.raises(ValueError, match="each with a name; got 4 scores, 3 names"):
        make((1, 2, 3, 4))
