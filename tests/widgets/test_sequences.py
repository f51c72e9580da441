"""The page for sequences, as the kernel sees it: what every control changes, and what is drawn."""
import re

import numpy as np
import pytest

from dlf import looking, scene
from dlf.experiment.settings import ConfigError
from dlf.fitting import predict
from dlf.widgets.playgrounds import Playgrounds
from dlf.widgets.sequences import SequencePlayground
from dlf.widgets.sequences.heat import Heat


@pytest.fixture
def make():
    """make(...) -> SequencePlayground; all of them are closed after the test."""
    made = []

    def build(**settings):
        made.append(SequencePlayground(**{"size": 8, **settings}))
        return made[-1]
    yield build
    for page in made:
        page.session.player.close()


@pytest.fixture
def page(make):
    return make()


def status(page):
    return page.session.player.status.value


def control(page, name):
    return next(c.widget for c in page.bar.controls if c.name == name)


def learn(page, epochs=1):
    for _ in range(epochs):
        page.session.player.step("epoch")
    assert page.session.player.error is None


# ---- settings ------------------------------------------------------------------------------------

def test_another_task_is_another_network_with_sequences_that_suit_it(page):
    control(page, "task").value = "adding"
    assert page.session.config.length == 20 and control(page, "length").value == 20
    assert page.session.task.train[0].shape == (2000, 20, 2)
    assert "A new network, at step 0." in status(page)


@pytest.mark.parametrize("name, value", [
    ("cell", "gru"), ("size", 16), ("layers", 2), ("length", 15)])
def test_other_layers_are_a_new_network(page, name, value):
    learn(page)
    control(page, name).value = value
    assert getattr(page.session.config, name) == value and page.session.training.t == 0


@pytest.mark.parametrize("name, value, where", [
    ("lr", 0.1, lambda training: training.optimizer.lr),
    ("batch_size", 100, lambda training: training.size),
    ("clip", 0.5, lambda training: training.clip)])
def test_training_goes_on_with_other_rates_batches_and_clips(page, name, value, where):
    learn(page)
    steps = page.session.training.t
    control(page, name).value = value
    assert where(page.session.training) == value and page.session.training.t == steps
    assert "changed; training goes on." in status(page)
    page.session.player.step("batch")
    assert page.session.training.t == steps + 1


def test_a_clip_of_0_is_none(page):
    control(page, "clip").value = 0.0
    assert page.session.training.clip is None


def test_what_cannot_be_is_said_and_the_controls_go_back(page):
    page.session.change(size=1)
    assert "Size, must be a whole number from 2 to 128; got 1" in status(page)
    assert page.session.config.size == 8
    with pytest.raises(ConfigError, match="'lstm'"):
        SequencePlayground(cell="lstn")


def test_reset_gives_the_same_weights_and_new_seed_others(page):
    start = page.session.net.theta.copy()
    learn(page)
    page.session.reset()
    assert np.array_equal(page.session.net.theta, start)
    page.session.new_seed()
    assert not np.array_equal(page.session.net.theta, start) and page.session.config.seed == 1


# ---- what it says --------------------------------------------------------------------------------

def test_each_letter_is_right_or_crossed_out(page):
    learn(page)
    session = page.session
    x, y    = session.one, session.asked
    says    = predict(session.net, x[None])[0].argmax(axis=1)
    row     = page.say.says.value.split("says</th>")[1].split("</tr>")[0]
    marks   = re.findall(r"<(b|s)>(.*?)</\1>", row)
    letters = ["¶" if c == 0 else session.task.symbols[c] for c in says]
    assert marks == [("b" if s == c else "s", letter) for s, c, letter in zip(says, y, letters)]
    assert f"{int((says == y).sum())} of {len(y)} symbols right." in page.say.says.value


def test_a_name_is_shown_without_what_pads_it(page):
    y = page.session.task.test[1]
    n = int((y[0] >= 0).sum())
    assert len(page.session.one) == n < 12 and page.session.asked[-1] == 0
    assert page.say.says.value.split("reads</th>")[1].split("</tr>")[0].count("<td>") == n


def test_another_sequence_is_read_counted_from_1(page):
    before = page.say.says.value, page.inside.still.value
    page.say.index.box.value = "5"
    assert page.session.index == 4
    assert page.say.says.value != before[0] and page.inside.still.value != before[1]


def test_the_temperature_changes_what_it_writes(page):
    learn(page)
    before = page.say.wrote
    page.say.warm.box.value = "0.2"
    assert page.session.temperature == 0.2 and page.say.wrote != before
    page.say.warm.box.value = "0"
    assert len(set(page.say.wrote)) == 1                         # the likeliest, each time
    assert all(f"<li>{name or '·'}</li>" in page.say.writes.value for name in page.say.wrote)


def test_a_temperature_that_is_none_is_refused(page):
    page.say.warm.box.value = "hot"
    assert "A temperature is a number from 0 to 5" in status(page)
    assert page.session.temperature == 1.0


def test_only_a_network_that_says_what_comes_next_writes(make):
    for task, shown in (("names", "flex"), ("copy", "none"), ("sunspots", "none")):
        assert make(task=task).say.warmth.layout.display == shown


def test_measured_answers_stand_beside_the_truth(make):
    page = make(task="sunspots", cell="rnn")
    x, y = page.session.task.test
    _, true, says = page.say.series()
    np.testing.assert_array_equal(true, y[:, 0])
    np.testing.assert_allclose(says, page.session.net(x.astype(np.float32))[:, 0], rtol=1e-5)
    one = float(page.session.net(x[:1].astype(np.float32))[0, 0])
    assert f"To sequence 1 it says {one:.2f}; true is {y[0, 0]:.2f}." in page.say.says.value


def test_the_axes_of_a_series_say_what_they_count(make):
    drawn = make(task="sunspots", cell="rnn").say.says.value
    assert ">years after 1937</text>" in drawn and ">hundreds of sunspots</text>" in drawn
    assert ">test sequence, by what is true</text>" in make(task="adding").say.says.value


# ---- inside --------------------------------------------------------------------------------------

@pytest.mark.parametrize("cell, letters", [
    ("rnn", ["h", "1−h²"]), ("lstm", list("hcifgo")), ("gru", list("hrzn"))])
def test_every_state_and_gate_is_a_map(make, cell, letters):
    page = make(cell=cell)
    assert [name for name, _ in page.inside.heat.names] == letters
    assert page.moving.value.count("background-image") == 2 * len(letters)   # light and dark pages


def test_attention_is_a_map_a_head_and_no_slope_travels(make):
    page = make(cell="attention")
    assert [name for name, _ in page.inside.heat.names] == ["head 1", "head 2"]
    maps = page.session.attention()
    np.testing.assert_allclose(maps.sum(axis=2), 1, rtol=1e-5)
    assert f"0 … {maps.max():.2g}" in page.moving.value
    assert "no slope has to travel" in page.learned.slopes.value


def test_the_maps_follow_training(page):
    before = page.moving.value
    page.session.player.step("batch")
    assert page.moving.value != before


def test_of_several_layers_one_is_chosen(make):
    page = make(layers=2)
    assert [name for name, _ in page.inside.layer.options] == ["0 LSTM", "1 LSTM"]
    before = page.moving.value
    page.inside.layer.value = 1
    assert page.session.layer == 1 and page.moving.value != before


def test_a_map_has_the_colors_of_its_numbers():
    heat = Heat([("h", "state"), ("f", "keep")], [False, True], "ab")
    same = heat.rules([np.array([[0.0, 1.0]]), np.array([[0.5, 1.0]])], ["±1", "0 … 1"])
    assert "±1" in same and "0 … 1" in same
    again = Heat([("h", "state"), ("f", "keep")], [False, True], "ab")
    other = again.rules([np.array([[0.0, -1.0]]), np.array([[0.5, 1.0]])], ["±1", "0 … 1"])
    def urls(rules, i):
        return re.findall(rf"m{i}\{{background-image:url\((.*?)\)", rules)
    assert urls(same, 0) != urls(other, 0) and urls(same, 1) == urls(other, 1)


# ---- how well it has learned ---------------------------------------------------------------------

@pytest.mark.parametrize("task, names", [("names", ["bigram", "trigram"]), ("copy", ["chance"]),
                                         ("adding", ["mean"]), ("sunspots", ["persistence"])])
def test_what_one_can_do_without_a_network_is_a_dashed_line(make, task, names):
    page = make(task=task)
    assert [name for name, _ in page.session.task.baselines] == names
    text = page.learned.plot.value
    assert text.count('class="mark"') == len(names)
    for name, value in page.session.task.baselines:
        assert f"test: {name}</th><td>{value:.4f}" in text


def test_the_losses_say_of_how_many_sequences_they_are(page):
    page.session.training.count = 500
    page.learned.show()
    assert ">500 of 3,872 training<" in page.learned.plot.value
    page.session.training.count = 2000
    page.learned.show()
    assert ">2,000 of 3,872 training<" in page.learned.plot.value
    assert ">1,291 test<" in page.learned.plot.value


def test_the_slopes_are_those_of_now_and_their_factor_is_said(page):
    learn(page)
    norms = page.session.slopes()["0 LSTM"]
    rate  = looking.factor(norms)
    words = page.learned.slopes.value
    assert (f"shrinks to {100 * rate:.2g} %" if rate < 0.995 else
            f"grows by a factor of {rate:.3g}" if rate > 1.005 else "keeps its length") in words


def test_looking_does_not_change_training(make):
    thetas = []
    for looks in (False, True):
        page = make()
        for _ in range(3):
            page.session.training.advance()
            if looks:
                page.draw(1)
        thetas.append(page.session.net.theta.copy())
    assert np.array_equal(*thetas)


# ---- rolled and unrolled -------------------------------------------------------------------------

def test_every_box_of_the_scene_is_drawn_copies_dashed(make):
    page = make(layers=2)
    seen = scene.unrolled(page.session.net, 12)
    text = page.rolled.still.value
    for kind in ("layer", "copy"):
        assert text.count(f'<rect class="{kind}"') == sum(box.kind == kind for box in seen.boxes)
    assert text.count("stroke-dasharray:4 3") == sum(box.kind == "copy" for box in seen.boxes)
    assert text.count('<path class="state"') == sum(a.kind == "state" for a in seen.arrows)


def test_it_follows_the_layers(page):
    before = page.rolled.still.value
    control(page, "cell").value = "attention"
    assert page.rolled.still.value != before and "Attention" in page.rolled.still.value


# ---- as a whole ----------------------------------------------------------------------------------

def test_it_tells_what_it_is_in_a_line(page):
    assert repr(page).startswith("SequencePlayground(names: lstm, 1 x 8, 12 moments. ")
    assert page._repr_mimebundle_()["text/plain"] == repr(page)


def test_it_is_the_third_of_the_playgrounds():
    all_of_them = Playgrounds()
    assert list(all_of_them.which.options) == ["Points", "Images", "Sequences"]
    all_of_them.which.value = "Sequences"
    assert isinstance(all_of_them.made["Sequences"], SequencePlayground)
    assert all_of_them.boxes["Sequences"].layout.display == "flex"
    assert all_of_them.boxes["Points"].layout.display == "none"
    all_of_them.close()
