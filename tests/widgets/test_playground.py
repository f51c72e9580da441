"""The playground without a browser: every control acts on the run, and shows what is true."""
import asyncio
import re
import threading

import ipywidgets as widgets
import numpy as np
import pytest

from dlf.experiment import Config, OwnData, Run
from dlf.experiment.settings import DATA
from dlf.widgets.playground import Playground, Session
from dlf.widgets.playground.controls import Help, number, series
from dlf.widgets.playground.own_tab import OwnTab
from dlf.widgets.playground.session import fitting
from dlf.widgets.playground.settings_tab import SettingsTab
from dlf.widgets.playground.tabs.step_numbers import StepNumbers


@pytest.fixture
def playground():
    made = Playground()
    yield made
    made.session.player.close()


def run_of(playground):
    return playground.session.run


def config_of(playground):
    return playground.session.config


def controls(playground):
    """{setting: its control}, from all places."""
    settings = playground.pages.page(SettingsTab).controls
    return {c.name: c for part in (playground.bar, playground.data, playground.graph)
            for c in part.controls} | {c.name: c for c in settings}


def status(playground):
    return re.sub("<[^>]*>", "", playground.session.player.status.value)


def play_for(playground, seconds):
    """Play in an event loop, as in a kernel."""
    async def main():
        playground.session.player.play()
        await asyncio.sleep(seconds)
        playing = playground.session.playing
        playground.session.pause()
        for _ in range(500):                    # until the last frame is drawn, however busy we are
            await asyncio.sleep(0.02)
            if not playground.session.player._stale:
                break
        return playing
    return asyncio.run(main())


# ---- every control -----------------------------------------------------------------------------

VALUES = {"lr": 0.1, "batch_size": 30, "optimizer": "adam", "loss": "cross_entropy",
          "penalty": "l2", "strength": 0.01, "noise": 0.2, "test": 0.3, "n": 200,
          "momentum": 0.5, "decay": 0.9, "beta1": 0.5, "beta2": 0.9, "weight_decay": 0.1,
          "clip": 1.0, "bias": 0.0, "seed": 7, "data_seed": 3, "init": "xavier",
          "output": "linear", "shuffle": True, "scale": True, "dtype": "float32"}


@pytest.mark.parametrize("name", VALUES)
def test_a_control_sets_its_setting(playground, name):
    controls(playground)[name].widget.value = VALUES[name]
    assert getattr(config_of(playground), name) == VALUES[name]


@pytest.mark.parametrize("name, value", [("activation", "relu"), ("dropout", 0.2),
                                         ("norm", "layer")])
def test_a_control_of_a_layer_sets_all_layers_or_one(playground, name, value):
    controls(playground)[name].widget.value = value
    assert [getattr(layer, name) for layer in config_of(playground).hidden] == [value, value]
    playground.graph.which.value = 2
    assert controls(playground)[name].widget.value == value
    first = "tanh" if name == "activation" else "none" if name == "norm" else 0.0
    controls(playground)[name].widget.value = first
    assert [getattr(layer, name) for layer in config_of(playground).hidden] == [value, first]


def test_classes_can_be_set_where_there_are_several(playground):
    control = controls(playground)["classes"]
    assert control.widget.disabled
    playground.data.sets["blobs"].click()
    assert not control.widget.disabled
    control.widget.value = 5
    assert config_of(playground).n_outputs == 5
    assert playground.graph.svg.places()[-1].index == 4


@pytest.mark.parametrize("name", [name for name in DATA if name != "own"])
def test_a_picture_chooses_its_data(playground, name):
    playground.data.sets[name].click()
    assert config_of(playground).data == name
    on = [n for n, b in playground.data.sets.items() if "pg-on" in b._dom_classes]
    assert on == [name]
    assert playground.session.player.error is None


def test_inputs_are_turned_on_and_off(playground):
    playground.data.buttons["x1^2"].click()
    playground.data.buttons["x2"].click()
    assert config_of(playground).features == ("x1", "x1^2")
    playground.data.buttons["x1"].click()
    playground.data.buttons["x1^2"].click()
    assert config_of(playground).features == ("x1^2",)
    assert "at least one input" in status(playground)


def test_layers_and_neurons_are_added_and_taken_away(playground):
    graph = playground.graph
    box   = graph.layer_row
    assert box is not None
    plus, minus = graph.steps[0].children[1], graph.steps[0].children[0]
    plus.click()
    plus.click()
    minus.click()
    assert [layer.size for layer in config_of(playground).hidden] == [5, 2]
    graph.more_layers()
    assert [layer.size for layer in config_of(playground).hidden] == [5, 2, 2]
    assert len(graph.plus.children) == 3
    for _ in range(3):
        graph.fewer_layers()
    assert config_of(playground).hidden == ()
    assert controls(playground)["activation"].widget.disabled
    graph.fewer_layers()
    assert config_of(playground).hidden == ()
    for _ in range(13):
        playground.session.act(graph.more_layers)
    assert len(config_of(playground).hidden) == 12
    assert "at most 12 layers" in status(playground)


def test_live_settings_act_on_the_running_network(playground):
    playground.session.player.step("epoch")
    net, t = run_of(playground).net, run_of(playground).t
    for name in ("lr", "batch_size", "penalty", "noise"):
        controls(playground)[name].widget.value = VALUES[name]
    assert run_of(playground).net is net
    assert run_of(playground).t == t > 0


def test_choosing_a_penalty_gives_it_a_strength(playground):
    controls(playground)["penalty"].widget.value = "l1"
    assert config_of(playground).strength > 0
    assert controls(playground)["strength"].widget.value == config_of(playground).strength


def test_controls_follow_a_change_from_elsewhere(playground):
    playground.session.change(lr=0.07, batch_size=17, noise=0.25, optimizer="momentum")
    shown = controls(playground)
    assert shown["lr"].widget.value == 0.07
    assert (shown["lr"].widget.box.value, shown["lr"].widget.handle.value) == ("0.07", 0.05)
    assert shown["batch_size"].widget.value == 17
    assert shown["optimizer"].widget.value == "momentum"
    assert not shown["momentum"].widget.disabled
    assert config_of(playground) == Config(lr=0.07, batch_size=17, noise=0.25,
                                           optimizer="momentum")


def test_what_does_not_fit_any_more_is_changed_too_and_said(playground):
    playground.session.change(loss="cross_entropy")
    playground.data.sets["plane"].click()
    assert config_of(playground).loss == "square"
    assert "Cross-entropy compares classes" in status(playground)


def test_what_cannot_be_is_said_and_the_control_goes_back(playground):
    playground.data.sets["plane"].click()
    controls(playground)["loss"].widget.value = "cross_entropy"
    assert "number is to be predicted" in status(playground)
    assert controls(playground)["loss"].widget.value == "square"
    with pytest.raises(ValueError, match="Cross"):
        fitting(Config(data="plane", loss="cross_entropy"), {"loss": 0})


# ---- a slider with a box to type into ----------------------------------------------------------

def test_a_number_that_is_typed_is_the_setting_and_the_handle_stands_near_it(playground):
    rate = controls(playground)["lr"].widget
    rate.box.value = "0.024"
    assert config_of(playground).lr == 0.024 == rate.value
    assert rate.handle.value == 0.02


def test_a_handle_that_is_moved_shows_its_number_in_the_box(playground):
    rate = controls(playground)["lr"].widget
    rate.handle.value = 0.5
    assert (config_of(playground).lr, rate.box.value) == (0.5, "0.5")


@pytest.mark.parametrize("typed", ["fast", "", "-1", "1e9", "nan"])
def test_what_is_no_fitting_number_is_refused_in_words_and_the_box_goes_back(playground, typed):
    rate = controls(playground)["lr"].widget
    rate.box.value = typed
    assert "the learning rate, must be a number from 0 to 100; got" in status(playground)
    assert (config_of(playground).lr, rate.box.value, rate.handle.value) == (0.03, "0.03", 0.03)


def test_the_same_number_in_other_digits_changes_nothing(playground):
    rate = controls(playground)["lr"].widget
    rate.box.value = "3e-2"
    assert (rate.box.value, status(playground)) == ("0.03", "Ready.")


def test_a_whole_number_stays_whole(playground):
    controls(playground)["batch_size"].widget.box.value = "17"
    assert config_of(playground).batch_size == 17
    controls(playground)["batch_size"].widget.box.value = "2.5"
    assert config_of(playground).batch_size == 17
    assert "batch size" in status(playground)


def test_a_number_with_more_digits_than_the_box_shows_is_kept(playground):
    playground.session.change(lr=0.123456789)
    assert controls(playground)["lr"].widget.value == config_of(playground).lr == 0.123456789


def test_the_box_bears_the_name_and_both_are_disabled_together(playground):
    classes = controls(playground)["classes"].widget
    assert (classes.box.description, classes.handle.description) == ("Classes", "")
    assert classes.box.disabled and classes.handle.disabled
    playground.data.sets["blobs"].click()
    assert not classes.box.disabled and not classes.handle.disabled


def test_no_box_of_widgets_has_a_tooltip(playground):
    """The page cannot draw a VBox that has one (ipywidgets 8.1)."""
    boxes = list(boxes_in(playground.view))
    assert len(boxes) > 50 and not any(box.get_state().get("tooltip") for box in boxes)


def boxes_in(widget):
    """All widgets that hold others, the outer ones first."""
    if isinstance(widget, widgets.Box):
        yield widget
        for child in widget.children:
            yield from boxes_in(child)


def test_a_setting_that_may_be_none_is_set_and_taken_away_again(playground):
    clip = controls(playground)["clip"].widget
    assert (clip.value, clip.index) == ("none", 0)
    clip.value = 0.1
    assert config_of(playground).clip == 0.1
    clip.value = "none"
    assert config_of(playground).clip is None and clip.index == 0
    playground.session.change(clip=0.25)
    assert (clip.value, clip.label) == (0.25, "0.25")


def test_the_speed_is_chosen_from_a_list(playground):
    speed = playground.bar.widget.children[1].children[0]
    speed.value = 10
    assert playground.session.player.speed.value == 10
    assert [name for name, _ in speed.options][-1] == "full speed"


# ---- training ----------------------------------------------------------------------------------

def test_steps_are_a_sample_a_batch_an_epoch(playground):
    player, run = playground.session.player, run_of(playground)
    player.step("sample")
    assert (run.t, run.progress.at) == (1, 1)
    player.step("batch")
    assert (run.t, run.progress.at) == (2, 11)
    player.step("epoch")
    assert run.epoch == 1.0
    assert player.error is None


def test_reset_gives_the_same_weights_and_the_same_training(playground):
    player, begun = playground.session.player, run_of(playground).net.theta.copy()
    player.step("epoch")
    trained = run_of(playground).net.theta.copy()
    player.reset()
    assert np.array_equal(run_of(playground).net.theta, begun)
    player.step("epoch")
    assert np.array_equal(run_of(playground).net.theta, trained)
    player.new_seed()
    assert config_of(playground).seed == 1
    assert not np.array_equal(run_of(playground).net.theta, begun)


def test_playing_trains_and_shows(playground):
    assert play_for(playground, 0.5)
    assert run_of(playground).t > 100
    assert "Paused" in status(playground)
    assert f"{run_of(playground).t:,}" in playground.time.text.value
    assert "background-image" in playground.moving.value


def test_a_refresh_adds_no_point_to_the_curve(playground):
    playground.session.player.step("epoch")
    before = len(run_of(playground).history.points)
    for n in range(20):
        playground.draw(n)
        playground.session.player.redraw()
    controls(playground)["lr"].widget.value = 0.3
    playground.output.with_test.value = False
    assert len(run_of(playground).history.points) == before


def test_the_test_loss_is_shown_always(playground):
    playground.output.with_test.value = False
    for kind in playground.output.kind.options:
        playground.output.kind.value = kind
        assert f"<td>{run_of(playground).measure().test:.4f}</td>" in playground.output.plot.value


def test_nan_stops_is_explained_and_mended(playground):
    playground.session.change(lr=100.0, activation="linear", output="linear")
    assert not play_for(playground, 1.0)
    assert run_of(playground).stopped
    assert "Stopped." in status(playground)
    assert not playground.hint.fix.disabled
    playground.hint.fix.click()
    assert run_of(playground).stopped is None
    assert run_of(playground).t == 0
    assert config_of(playground).lr < 100
    assert play_for(playground, 0.2)


def test_a_hint_is_shown_and_its_button_makes_the_change():
    playground = Playground(init="zero", activation="relu", bias=0.0)
    assert "Hint." in playground.hint.text.value
    change = playground.hint.hint.change
    playground.hint.fix.click()
    assert all(getattr(config_of(playground), name) == value for name, value in change.items())


# ---- time, branches, sharing -------------------------------------------------------------------

def test_time_travel_and_back(playground):
    session, run = playground.session, run_of(playground)
    run.advance(epochs=40)
    session.player.redraw()
    last, weights = run.t, run.net.theta.copy()
    playground.time.slider.value = 0
    assert run.t == 0
    assert playground.time.slider.value == 0
    assert f"of {last:,}" in playground.time.text.value
    playground.time.slider.value = 200
    assert run.t == last
    assert np.array_equal(run.net.theta, weights)


def test_a_branch_keeps_the_run_before_it(playground):
    session, old = playground.session, run_of(playground)
    old.advance(epochs=20)
    session.player.redraw()
    last = old.t
    playground.time.slider.value = 100
    begun = old.t
    playground.time.branch.click()
    assert session.run is not old
    assert (session.run.t, session.run.last_t, old.t) == (begun, begun, last)
    assert playground.time.lines.value == 1
    session.change(lr=0.1)
    playground.time.lines.value = 0
    assert session.run is old
    assert config_of(playground).lr == 0.03
    assert controls(playground)["lr"].widget.value == 0.03


def test_a_shared_text_restores_everything(playground):
    playground.session.change(data="xor", hidden=[3, 3, 3], activation="relu", lr=0.1, noise=0.2)
    other = Playground.from_text(config_of(playground).to_text())
    assert config_of(other) == config_of(playground)
    assert np.array_equal(run_of(other).net.theta, run_of(playground).net.theta)
    assert controls(other)["lr"].widget.value == 0.1


def test_any_run_can_be_shown():
    run = Run(Config(data="moons"))
    run.advance(epochs=3)
    playground = Playground(run)
    assert run_of(playground) is run
    other = Run(Config(data="blobs", classes=4, loss="cross_entropy"))
    playground.session.replace(other)
    assert playground.session.lines == [other]
    assert playground.output.svg.outputs == 4


# ---- data of your own --------------------------------------------------------------------------

TABLE = "width,height,weight,kind\n" + "\n".join(
    f"{i % 7},{i % 5},{i % 3},{'pear' if i % 7 > 3 else 'apple'}" for i in range(60))


def own_page(playground):
    return playground.pages.page(OwnTab)


def test_a_pasted_table_is_learned(playground):
    page = own_page(playground)
    playground.data.sets["own"].click()
    assert playground.pages.shown is page
    assert "Paste a table" in status(playground)
    page.table.value = TABLE
    playground.session.act(page.take_table)
    assert config_of(playground).features == ("x1", "x2", "x3")
    assert run_of(playground).data.classes == ("apple", "pear")
    assert playground.output.turns.layout.display == "flex"
    playground.output.across[0].value = 2
    assert playground.output.axes == (2, 1)
    playground.data.sets["circle"].click()
    assert config_of(playground).features == ("x1", "x2")
    playground.data.sets["own"].click()
    assert config_of(playground).data == "own"
    assert playground.session.player.error is None


def test_an_uploaded_file_is_learned(playground):
    page = own_page(playground)
    playground.session.act(page.take_file, [{"name": "fruit.csv", "content": TABLE.encode()}])
    assert config_of(playground).own.name == "fruit"


def test_a_formula_labels_points(playground):
    page = own_page(playground)
    page.formula.value = "x1 * x2"
    playground.session.act(page.take_formula)
    assert config_of(playground).task == "numbers"
    page.formula.value = "x1 ** ("
    playground.session.act(page.take_formula)
    assert "not done" in status(playground)
    assert config_of(playground).formula == "x1 * x2"


@pytest.mark.parametrize("columns", [1, 2, 5])
def test_own_arrays_of_any_width(columns):
    rng = np.random.default_rng(0)
    x   = rng.normal(size=(40, columns))
    playground = Playground(Config().with_own(OwnData(x, x[:, 0] > 0)))
    playground.session.player.step("epoch")
    playground.output.look(1, 0)
    assert playground.session.player.error is None


# ---- looking -----------------------------------------------------------------------------------

def test_a_click_on_a_neuron_shows_it_large_and_back(playground):
    graph, output = playground.graph, playground.output
    graph.neurons[graph.places.index((1, 2))].click()
    assert output.looking == (1, 2)
    assert "Layer 1, neuron 3" in output.title.value
    assert not output.back.disabled
    output.back.click()
    assert output.looking is None
    graph.neurons[len(graph.places) - 1].click()           # the output neuron is the decision
    assert output.looking is None
    graph.neurons[graph.places.index((2, 1))].click()
    playground.session.change(hidden=[3])
    assert output.looking is None


def test_every_control_is_explained(playground):
    rules = playground.help.rules()
    for widget in tree(playground.view):
        if isinstance(widget, (widgets.Button, widgets.Dropdown, widgets.SelectionSlider,
                               widgets.FloatSlider, widgets.IntSlider)):
            assert widget.tooltip, widget.description
    assert "How long each step downhill is" in rules
    assert Help().rules() == ""


def tree(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from tree(child)


def test_the_state_is_told_in_words(playground):
    assert "It has not been trained yet" in playground.hint.words.value
    playground.session.player.step("epoch")
    assert "aria-live" in playground.hint.words.value
    assert "It has made 25 steps" in playground.hint.words.value


def test_the_text_of_a_playground_is_always_the_same():
    plain = [Playground()._repr_mimebundle_()["text/plain"] for _ in range(2)]
    assert plain == ["Playground(circle, 2-4-2-1). Run this cell to play."] * 2
    assert "application/vnd.jupyter.widget-view+json" in Playground()._repr_mimebundle_()


# ---- several at once, threads, errors ----------------------------------------------------------

def test_two_playgrounds_do_not_touch_each_other(playground):
    other = Playground(data="xor")
    other.session.player.step("epoch")
    controls(other)["lr"].widget.value = 0.3
    assert run_of(playground).t == 0
    assert config_of(playground) == Config()
    ids = [set(re.findall(r"#(dlf\w{6})", made.moving.value)) for made in (playground, other)]
    assert not ids[0] & ids[1]


def test_callbacks_from_another_thread_act_on_the_main_loop(playground):
    async def main():
        playground.session.player.redraw()
        await asyncio.sleep(0.05)
        seen = []
        playground.session.listen(lambda what: seen.append(threading.current_thread()))
        thread = threading.Thread(target=lambda: (
            playground.data.sets["xor"].click(), playground.session.reset(),
            setattr(controls(playground)["lr"].widget, "value", 0.3)))
        thread.start()
        thread.join()
        await asyncio.sleep(0.2)
        return seen
    seen = asyncio.run(main())
    assert set(seen) == {threading.main_thread()}
    assert config_of(playground).data == "xor"
    assert config_of(playground).lr == 0.3


def test_an_error_is_shown_and_the_playground_goes_on(playground):
    playground.session.act(lambda: 1 / 0)
    assert "ZeroDivisionError" in status(playground)
    playground.session.player.step("batch")
    assert run_of(playground).t == 1


def test_closing_takes_all_widgets_away():
    playground = Playground()
    playground.session.player.close()
    assert playground.view.comm is None


def test_every_page_is_made_when_it_is_shown_first_and_follows(playground):
    pages = playground.pages
    playground.session.change(data="blobs")
    for i in range(len(pages.classes)):
        pages.tabs.index = i
        assert playground.session.player.error is None
    assert all(pages.made.values()) and len(pages.made) == len(pages.classes)
    playground.session.change(data="plane", hidden=[3])
    playground.session.player.step("epoch")
    assert playground.session.player.error is None


def test_a_step_that_is_done_on_a_page_is_seen_on_the_map_and_in_time_too(playground):
    drawn = playground.moving.value
    playground.pages.page(StepNumbers).do()
    assert "<b>1</b>" in playground.time.text.value
    assert playground.moving.value != drawn


def test_listeners_hear_what_changed():
    session, heard = Session(), []
    session.listen(heard.append)
    for settings, words in ((dict(lr=0.1), ["settings"]),
                            (dict(hidden=[4, 3]), ["settings", "network"]),
                            (dict(data="xor"), ["settings", "data", "time"]),
                            (dict(seed=3), ["settings", "time"])):
        heard.clear()
        session.change(**settings)
        assert heard == words
    heard.clear()
    session.player.step("batch")
    session.rewind(0)
    session.branch()
    assert heard == ["time", "time", "run"]


def test_round_numbers():
    assert series(0.01, 0.1) == [0.01, 0.02, 0.03, 0.05, 0.1]
    assert [number(v) for v in (0.0, 1e-5, 0.03, 10.0)] == ["0", "1e-5", "0.03", "10"]
    assert number("none") == "none"
