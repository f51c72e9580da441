"""The ball on a surface: it goes as the formula says, controls act, words tell the state."""
import re

import numpy as np
import pytest

import dlf
from dlf.widgets.lessons import BallOnSurface
from dlf.widgets.lessons.ball_on_surface import MOST


@pytest.fixture
def penguins():
    two = dlf.datasets.penguins().select("bill_length_mm", "bill_depth_mm").drop_missing()
    two = two.rows(two.y != 1)
    return (two.x - two.x.mean(axis=0)) / two.x.std(axis=0), (two.y == 2) * 1.0


@pytest.fixture
def make(penguins):
    made = []

    def one(surface="bowl", lr=None, steps=0, start=None):
        made.append(ball := BallOnSurface(*penguins, surface))
        if start is not None:
            ball.begin(start)
        ball.lr = ball.lr if lr is None else lr
        for _ in range(steps):
            ball.player.step("step")
        return ball
    yield one
    for ball in made:
        ball.close()


def where(ball):
    return ball.path[-1].tolist()


# ---- the numbers ---------------------------------------------------------------------------------

def test_on_the_bowl_every_step_multiplies_each_number_by_one_minus_rate_times_k(make):
    ball = make(lr=0.15, steps=3, start=(1.0, 1.0))
    assert where(ball) == pytest.approx([0.85 ** 3, (-0.5) ** 3])


@pytest.mark.parametrize("surface", ["bowl", "neuron", "valleys"])
def test_the_gradient_of_a_surface_is_the_slope_of_its_cost(make, surface):
    taken = make(surface).surface
    for v in np.random.default_rng(0).uniform(-1.5, 1.5, (5, 2)):
        slopes = [(taken.cost(*(v + nudge)) - taken.cost(*(v - nudge))) / 2e-6
                  for nudge in 1e-6 * np.eye(2)]
        assert taken.gradient(v) == pytest.approx(slopes, abs=1e-8)


def test_the_neurons_cost_at_zero_weights_is_an_eighth(make):
    assert make("neuron", start=(0, 0)).costs == [0.125]             # a = 1/2: (1/2)^2 / 2


def test_a_table_of_places_gives_a_table_of_costs(make):
    taken  = make("neuron").surface
    v0, v1 = np.meshgrid([0.0, 1.0, 2.0], [0.0, -2.0])
    assert taken.cost(v0, v1).shape == (2, 3)
    assert taken.cost(v0, v1)[1, 2] == pytest.approx(float(taken.cost(2.0, -2.0)))


def test_the_left_valley_is_deeper_and_the_start_decides_which_is_found(make):
    left, right = (make("valleys", lr=0.2, steps=80, start=(v0, 0.5)) for v0 in (-0.5, 0.5))
    assert left.costs[-1] < 0.1 < 0.3 < right.costs[-1]


# ---- the state in words --------------------------------------------------------------------------

@pytest.mark.parametrize("lr, state", [(0.05, "going down"), (0.15, "bouncing"),
                                       (0.199, "bouncing"), (0.21, "diverging"),
                                       (0.3, "diverging")])
def test_the_state_on_the_bowl_follows_the_rate_whose_limit_is_a_fifth(make, lr, state):
    ball = make(lr=lr, steps=4)
    assert ball.state[0] == state and f"{state.capitalize()}: " in ball.describe()


def test_at_the_limit_itself_it_bounces_for_ever_without_getting_lower(make):
    ball = make(lr=0.2, steps=150)
    assert ball.state == ("bouncing", "it jumped across the bottom and landed no lower")
    assert abs(where(ball)[1]) == pytest.approx(1.2)


def test_at_the_bottom_it_hardly_moves(make):
    assert make(lr=0.1, steps=150).state[0] == "hardly moving"


def test_with_no_rate_it_stands(make):
    ball = make(lr=0.0, steps=2)
    assert where(ball) == [-1.8, 1.2] and ball.state[0] == "hardly moving"


def test_a_step_that_lands_higher_but_lower_than_the_start_is_no_divergence(make):
    ball = make("valleys", start=(2.0, 0.0))
    ball.land(np.array([-1.0, 0.0]))
    ball.land(np.array([1.0, 0.0]))
    assert ball.state == ("bouncing", "it jumped too far and landed higher")


def test_before_the_first_step_it_is_ready(make):
    assert make().state[0] == "ready" and "at first" not in make().describe()


def test_the_description_has_step_place_and_costs(make):
    assert repr(make(lr=0.05, steps=1)) == (
        "BallOnSurface: A stretched bowl, learning rate 0.05. Step 1: (v0, v1) = (−1.71, 0.60), "
        "cost 3.26 (at first 8.82). Going down: the slope still points the same way.")


# ---- the controls --------------------------------------------------------------------------------

def test_the_rate_slider_changes_the_rate_and_leaves_the_ball_where_it_is(make):
    ball = make(steps=3)
    ball.sliders["bowl"][0].value = 0.2
    assert ball.lr == 0.2 and len(ball.path) == 4


def test_the_start_sliders_put_the_ball_elsewhere(make):
    ball = make(steps=3)
    _, first, second = ball.sliders["bowl"]
    first.value, second.value = 0.5, -1.0
    assert where(ball) == [0.5, -1.0] and len(ball.path) == 1
    assert "(0.50, −1.00)" in ball.words.value


def test_reset_goes_back_to_the_same_start_at_the_same_rate(make):
    ball = make(lr=0.1, steps=3, start=(1.0, 1.0))
    ball.player.reset()
    assert where(ball) == [1.0, 1.0] and ball.lr == 0.1 and len(ball.path) == 1


def choose(ball, surface):
    next(w for w in walk(ball.view) if getattr(w, "description", "") == "cost").value = surface


@pytest.mark.parametrize("surface", ["neuron", "valleys", "bowl"])
def test_another_surface_brings_its_start_and_its_rate(make, surface):
    ball = make("bowl" if surface != "bowl" else "neuron", steps=2)
    choose(ball, surface)
    taken = ball.surfaces[surface]
    assert ball.surface is taken and where(ball) == list(taken.start) and ball.lr == taken.rate[2]
    assert taken.names[0] in ball.picture.value


def test_only_the_sliders_of_the_surface_that_is_shown_are_seen(make):
    ball = make()
    choose(ball, "neuron")
    seen = [w.description for w in walk(ball.view)
            if type(w).__name__ == "FloatSlider" and w.layout.display != "none"]
    assert seen == ["learning rate", "start w0", "start w1"]


def test_a_slider_that_the_page_rounds_while_it_is_hidden_moves_nothing(make):
    ball = make(steps=2)
    for slider in ball.sliders["valleys"]:
        slider.value += 0.1
    assert len(ball.path) == 3 and ball.lr == 0.05


def test_rounding_of_a_start_that_is_shown_does_not_begin_anew(make):
    ball = make(steps=2)
    ball.sliders["bowl"][2].value = 1.2000000000000002
    assert len(ball.path) == 3


def test_who_comes_back_finds_the_sliders_as_they_were_left_and_the_ball_where_they_say(make):
    ball = make()
    ball.sliders["bowl"][0].value, ball.sliders["bowl"][1].value = 0.2, 1.0
    choose(ball, "valleys")
    choose(ball, "bowl")
    assert ball.lr == 0.2 and where(ball) == [1.0, 1.2]


def walk(widget):
    """A widget and all that is in it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


@pytest.mark.parametrize("act", [lambda ball: ball.change("valleys"),
                                 lambda ball: ball.begin_anew([0.0, 1.0])])
def test_after_the_end_another_surface_or_start_is_ready_again(make, act):
    ball = make(lr=0.3, steps=80)
    assert "the end" in ball.player.status.value
    act(ball)
    assert "Ready." in ball.player.status.value


def test_without_data_there_is_no_neuron():
    ball = BallOnSurface()
    assert set(ball.surfaces) == {"bowl", "valleys"}
    ball.close()


# ---- the drawing ---------------------------------------------------------------------------------

def test_the_drawing_has_the_way_the_ball_and_the_state_as_words(make):
    ball = make(lr=0.15, steps=6)
    assert ball.picture.value.count("<circle") == 6 + 1 + 1           # the way, the ball, its cost
    assert ">bouncing<" in ball.picture.value and ">step 6: cost " in ball.picture.value
    assert f'aria-label="{ball.describe()}"' in ball.picture.value


def test_an_arrow_shows_the_next_step_and_grows_with_the_rate(make):
    def length(lr):
        path = re.search(r'<path d="M([\d. ]+)L([\d. ]+)" style="fill:none;stroke:var\(--positive',
                         make(lr=lr).paint())
        start, end = (np.array(path[i].split(), dtype=float) for i in (1, 2))
        return np.hypot(*(end - start))
    assert length(0.06) == pytest.approx(2 * length(0.03), rel=0.01)


def test_a_ball_that_has_left_the_map_is_the_end_and_can_be_drawn(make):
    ball = make(lr=0.3, steps=30)
    assert ball.is_gone and len(ball.path) < 12
    assert "This is the end" in ball.player.status.value
    assert "nan" not in ball.picture.value and "inf" not in ball.picture.value


def test_a_jump_to_infinity_is_drawn_too(make):
    ball = make(lr=1e200, steps=3)
    assert ball.is_gone and ball.player.error is None and "nan" not in ball.paint()


def test_there_is_an_end_to_the_steps(make):
    ball = make(lr=0.01, steps=MOST + 5)
    assert len(ball.path) == MOST + 1 and "This is the end" in ball.player.status.value


def test_a_frame_is_small_enough_to_be_sent_ten_times_a_second(make):
    assert len(make("neuron", steps=300).picture.value) < 100_000
