"""Gates: an LSTM of one unit whose gates are sliders, beside a plain RNN of one unit."""
import re

import numpy as np
import pytest

from dlf.widgets.lessons import Gates
from dlf.widgets.lessons.gates import digits


@pytest.fixture
def lesson():
    made = Gates()
    yield made
    made.close()


def control(lesson, name):
    """A slider, list or button, by its name."""
    return next(w for row in lesson.view.children if hasattr(row, "children")
                for w in row.children if getattr(w, "description", "") == name)


def choose(lesson, label):
    """Let the sliders set other steps."""
    choice = control(lesson, "set")
    choice.value = dict(choice.options)[label]


def turn(lesson, **gates):
    """Set gates at the chosen steps: i=0.2 and so on."""
    for name, value in gates.items():
        lesson.sliders[name].value = value


def remember(lesson):
    """Let the first input in, and nothing else; keep it; let it out."""
    turn(lesson, f=1.0, o=1.0, i=0.0)
    choose(lesson, "step 1")
    turn(lesson, i=1.0)


# ---- numbers -------------------------------------------------------------------------------------

def test_two_steps_by_hand():
    lesson = Gates(x=(1.0, -1.0), i=0.5, f=0.8, o=0.25)
    g = np.tanh(1.0)                                                   # offered, then taken back
    assert lesson.c == pytest.approx([0.5 * g, 0.8 * 0.5 * g - 0.5 * g])
    assert lesson.h == pytest.approx(0.25 * np.tanh([0.5 * g, -0.1 * g]))
    last = 0.25 * (1 - np.tanh(0.1 * g) ** 2)
    assert lesson.slopes == pytest.approx([0.8 * last, last])


def with_nudged_cell(lesson, t, nudge):
    """The last h, if the cell were a little larger after step t."""
    c = 0.0
    for k in range(lesson.T):
        c = lesson.gates["f"][k] * c + lesson.gates["i"][k] * lesson.g[k] + nudge * (k == t)
    return lesson.gates["o"][-1] * np.tanh(c)


def test_a_nudge_of_each_cell_gives_its_slope(lesson):
    choose(lesson, "steps 2 to 10")
    turn(lesson, f=0.9, i=0.3)
    nudged = [(with_nudged_cell(lesson, t, 1e-5) - with_nudged_cell(lesson, t, -1e-5)) / 2e-5
              for t in range(10)]
    assert lesson.slopes == pytest.approx(nudged, abs=1e-9)


def last_plain(lesson, t, nudge):
    """The RNN's last h, if its h were a little larger after step t."""
    h = 0.0
    for k in range(lesson.T):
        h = np.tanh(lesson.w * h + lesson.x[k]) + nudge * (k == t)
    return h


def test_a_nudge_of_each_state_of_the_plain_rnn_gives_its_slope(lesson):
    control(lesson, "RNN's w").value = 1.3
    nudged = [(last_plain(lesson, t, 1e-5) - last_plain(lesson, t, -1e-5)) / 2e-5
              for t in range(10)]
    assert lesson.plain_slopes == pytest.approx(nudged, abs=1e-9)


def test_with_the_right_gates_the_first_input_is_still_there_at_the_end(lesson):
    remember(lesson)
    assert lesson.c == pytest.approx([np.tanh(1.5)] * 10)
    assert lesson.slopes == pytest.approx([lesson.slopes[-1]] * 10)       # and the slope as well


def test_a_shut_forget_gate_wipes_cell_and_slope(lesson):
    choose(lesson, "step 6")
    turn(lesson, f=0.0)
    assert lesson.c[5] == pytest.approx(0.5 * lesson.g[5])
    assert np.array_equal(lesson.slopes[:5], np.zeros(5)) and (lesson.slopes[5:] > 0).all()


# ---- controls ------------------------------------------------------------------------------------

def test_a_slider_sets_the_chosen_steps_and_no_others(lesson):
    choose(lesson, "steps 2 to 10")
    turn(lesson, i=0.1)
    assert lesson.gates["i"].tolist() == [0.5] + [0.1] * 9


def test_choosing_other_steps_changes_nothing_but_where_the_sliders_stand(lesson):
    remember(lesson)
    before = {name: gate.copy() for name, gate in lesson.gates.items()}
    for label in ("step 4", "every step", "step 1", "steps 2 to 10"):
        choose(lesson, label)
        assert lesson.sliders["i"].value == lesson.gates["i"][lesson.chosen][0]
    assert all(np.array_equal(before[name], lesson.gates[name]) for name in "ifo")


def test_begin_again_brings_back_every_gate_and_the_weight(lesson):
    remember(lesson)
    control(lesson, "RNN's w").value = 2.5
    control(lesson, "begin again").click()
    assert all(np.array_equal(gate, np.full(10, 0.5)) for gate in lesson.gates.values())
    assert [slider.value for slider in lesson.sliders.values()] == [0.5] * 3
    assert lesson.w == 1.0


def test_every_control_changes_the_drawing_and_the_words(lesson):
    seen = {lesson.picture.value}
    for act in (lambda: turn(lesson, i=0.9), lambda: turn(lesson, f=0.9),
                lambda: turn(lesson, o=0.9), lambda: choose(lesson, "step 3"),
                lambda: setattr(control(lesson, "RNN's w"), "value", 2.0),
                lambda: control(lesson, "begin again").click()):
        act()
        assert lesson.picture.value not in seen
        seen.add(lesson.picture.value)


# ---- the drawing ---------------------------------------------------------------------------------

def test_the_words_say_what_is_drawn(lesson):
    remember(lesson)
    words = lesson.words.value
    assert "i is 1.00 at step 1 and then 0.00; f is 1.00 at every step" in words
    assert "Step 1 offered 0.91; after step 10 the cell holds 0.91 and h is 0.72" in words
    assert f"{digits(lesson.slopes[0])} at step 1" in words


def test_the_drawing_keeps_its_size_whatever_the_numbers(lesson):
    def size():
        return re.match(r'<svg width="\d+" height="\d+"', lesson.picture.value).group()
    start = size()
    for label in ("every step", "step 1"):
        for value in (0.0, 1.0):
            choose(lesson, label)
            turn(lesson, i=value, f=value, o=value)
            assert size() == start and "nan" not in lesson.picture.value
    assert lesson.player.error is None


def test_a_slope_of_zero_is_a_gap_in_the_curve_and_a_zero_in_the_table(lesson):
    before = lesson.picture.value.count("<circle")
    choose(lesson, "step 6")
    turn(lesson, f=0.0)
    assert before - lesson.picture.value.count("<circle") == 5


def test_its_text_is_the_same_every_time(lesson):
    again = Gates()
    assert repr(again) == repr(lesson) and repr(lesson).startswith("Gates: Gates: i is 0.50")
    again.close()


# ---- errors --------------------------------------------------------------------------------------

def test_it_says_how_many_inputs_there_is_room_for():
    with pytest.raises(ValueError, match=r"two to 10 inputs, \(T,\); got \(11,\)"):
        Gates(x=np.ones(11))


def test_it_says_what_a_gate_may_be():
    with pytest.raises(ValueError, match="between 0, shut, and 1, open"):
        Gates(f=1.5)


@pytest.mark.parametrize("value, text", [(0.0, "0.00"), (-0.5, "−0.50"), (0.0012, "0.001"),
                                         (3e-7, "3e−07"), (-0.0, "0.00")])
def test_digits_are_few_but_never_a_false_zero(value, text):
    assert digits(value) == text
