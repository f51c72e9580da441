"""The tabs of the playground without a browser: every button acts, says so, and loses nothing."""
import asyncio
import re
import subprocess
import sys
import threading
from html import unescape

import ipywidgets as widgets
import numpy as np
import pytest

from dlf.experiment import CHALLENGES, Config, Run, insight, learning_rates, load_run, sample
from dlf.experiment.own import OwnData
from dlf.widgets.playground.session import Session
from dlf.widgets.playground.tabs import (
    TABS,
    Challenges,
    Compare,
    Histograms,
    Mistakes,
    Rates,
    Script,
    Sharing,
    Space,
    StepNumbers,
    base,
    files,
    values,
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder of its own for all files."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def open_tab(cls, config=None, epochs=2):
    """A tab on a run that has trained a little; it was shown once."""
    session = Session(Run(config or Config()))
    session.run.advance(epochs=epochs)
    tab = cls(session)
    tab.update()
    return tab


def inside(root):
    """All widgets in a widget."""
    yield root
    for child in getattr(root, "children", ()):
        yield from inside(child)


def button(tab, text):
    return next(w for w in inside(tab.widget)
                if isinstance(w, widgets.Button) and w.description == text)


def said(tab):
    """What the tab's own line says."""
    return unescape(re.sub("<[^>]+>", "", tab.status.value))


def shown(tab):
    """All text that a tab shows."""
    return "\n".join(w.value for w in inside(tab.widget) if isinstance(w, widgets.HTML))


CONFIGS = {"defaults": Config(),
           "three classes": Config(data="spirals", loss="cross_entropy", hidden=[8, 6]),
           "a number": Config(data="plane", hidden=[]),
           "one input": Config(features=["x1"], hidden=[3]),
           "large, normalized": Config(hidden=[40, 20], batch_size=25).change(
               activation="relu", norm="batch", dropout=0.1),
           "own columns": Config().with_own(OwnData(np.random.default_rng(0).random((40, 5)),
                                                    np.arange(40) % 2))}


# ---- what holds for all ------------------------------------------------------------------------

@pytest.mark.parametrize("cls", TABS)
@pytest.mark.parametrize("name", CONFIGS)
def test_every_tab_shows_every_kind_of_run(cls, name):
    tab = open_tab(cls, CONFIGS[name])
    assert "⚠" not in tab.status.value and tab.title and tab.intro


@pytest.mark.parametrize("cls", TABS)
def test_update_changes_nothing_in_the_run(cls):
    tab = open_tab(cls)
    run, theta, state = tab.run, tab.run.net.theta.copy(), tab.run.rng.bit_generator.state
    tab.refresh()
    assert tab.run is run and run.t == 50 and len(run.log) == 1
    assert np.array_equal(theta, run.net.theta) and state == run.rng.bit_generator.state


@pytest.mark.parametrize("cls", TABS)
def test_update_does_nothing_while_nothing_changed(cls, monkeypatch):
    tab   = open_tab(cls)
    tab.update()
    calls = []
    monkeypatch.setattr(tab, "show", lambda: calls.append(1))
    for _ in range(10):
        tab.update()
    assert not calls


@pytest.mark.parametrize("cls", [StepNumbers, Histograms, Space, Mistakes])
def test_after_a_step_the_tab_shows_other_numbers(cls):
    tab    = open_tab(cls)
    before = shown(tab)
    tab.session.player.step("epoch")
    tab.update()
    assert shown(tab) != before


def test_while_training_runs_a_slow_tab_takes_its_share_only(monkeypatch):
    tab, now = open_tab(Histograms), [0.0]
    monkeypatch.setattr(base, "clock", lambda: now[0])
    tab.session.player.playing = True
    calls = []
    monkeypatch.setattr(tab, "show", lambda: (calls.append(now[0]), now.__setitem__(0, now[0] + 1)))
    for _ in range(100):
        tab.changed("time")
        tab.update()
        now[0] += 0.25
    assert len(calls) * 1.0 <= 0.2 * now[0]


@pytest.mark.parametrize("cls", TABS)
def test_every_control_explains_itself(cls):
    for w in inside(open_tab(cls).widget):
        if isinstance(w, widgets.Button):
            assert w.tooltip and w.description
        if isinstance(w, (widgets.Dropdown, widgets.Text, widgets.Select, widgets.IntSlider,
                          widgets.BoundedIntText, widgets.Combobox, widgets.Textarea)):
            assert w.tooltip


@pytest.mark.parametrize("cls", TABS)
def test_every_drawing_says_in_words_what_it_shows(cls):
    tab = open_tab(cls)
    if cls is Compare:
        tab.set_up()
        tab.refresh()
    for drawing in re.findall("<svg[^>]*>", shown(tab)):
        assert 'aria-label="' in drawing or "aria-labelledby" in drawing or "aria-hidden" in drawing


def test_every_button_of_every_tab_says_what_it_did(here):
    for cls in TABS:
        tab = open_tab(cls)
        own = [w for w in inside(tab.widget) if isinstance(w, widgets.Button)
               and w not in list(inside(getattr(tab, "player", tab).controls
                                        if hasattr(tab, "player") else widgets.Box()))]
        for each in own:
            tab.status.value = ""
            each.click()
            assert said(tab), (cls, each.description)


def test_an_error_while_drawing_is_said_and_the_tab_goes_on(monkeypatch):
    tab = open_tab(Histograms)
    with monkeypatch.context() as patch:
        patch.setattr(tab, "show", lambda: 1 / 0)
        tab.refresh()
    assert "ZeroDivisionError" in said(tab)
    tab.refresh()


def test_a_click_on_another_thread_acts_on_the_main_loop():
    async def scene():
        tab   = open_tab(StepNumbers)
        where = []
        tab.go = lambda by: where.append(threading.current_thread())
        thread = threading.Thread(target=button(tab, "Next ▶").click)
        thread.start()
        await asyncio.to_thread(thread.join)
        await asyncio.sleep(0.01)
        return where
    assert asyncio.run(scene()) == [threading.main_thread()]


# ---- one step in numbers -----------------------------------------------------------------------

def test_the_rows_go_forward_and_back_and_the_slider_goes_along():
    tab = open_tab(StepNumbers)
    for _ in range(4):
        button(tab, "Next ▶").click()
    assert tab.at == 4 and tab.slider.value == 5 and tab.jump.value == "forward"
    assert "Layer 1, neuron 3" in tab.says.value
    button(tab, "◀ Back").click()
    assert tab.at == 3 and said(tab) == f"Row 4 of {tab.slider.max}."


def test_the_rows_end_at_the_last():
    tab = open_tab(StepNumbers)
    tab.slider.value = tab.slider.max
    button(tab, "Next ▶").click()
    assert tab.at == tab.slider.max - 1 and tab.jump.value == "update"


@pytest.mark.parametrize("part", ["input", "forward", "cost", "backward", "update"])
def test_one_can_go_to_every_part(part):
    tab = open_tab(StepNumbers)
    tab.jump.value = part
    assert tab.made().rows[tab.at].part == part


def test_the_numbers_stand_on_the_lines_of_the_neuron_in_question():
    tab = open_tab(StepNumbers)
    tab.jump.value = "forward"
    here = tab.made().layers[0]
    for w, x, wx in zip(here.W[0], here.x, here.wx[0]):
        text = f"{w:.3g} × {x:.3g} = {wx:.3g}".replace("-", "−")
        assert text in tab.graph.value
    assert tab.graph.value.count(" × ") == 2


def test_a_line_of_a_negative_weight_is_dashed():
    tab = open_tab(StepNumbers)
    net = np.concatenate([here.W.ravel() for here in tab.made().layers])
    assert tab.graph.value.count("stroke-dasharray") == (net < 0).sum()


def test_one_look_shows_the_weights_and_products_or_the_slopes_and_updates():
    tab  = open_tab(StepNumbers, Config(hidden=[2]))
    here = tab.made().layers[1]
    for view, arrays in (("forward", (here.W, here.wx)), ("backward", (here.dW, here.update_W))):
        tab.view.value = view
        for value in np.concatenate([a.ravel() for a in arrays]):
            assert f">{value:.3g}<".replace("-", "−") in tab.graph.value


def test_previous_and_following_go_around_the_part():
    tab = open_tab(StepNumbers)
    button(tab, "◀ Previous").click()
    assert tab.made().index == 249
    button(tab, "Following ▶").click()
    assert tab.made().index == 0


def test_test_examples_are_never_trained_on():
    tab = open_tab(StepNumbers)
    tab.part.value = "test"
    assert "never trains on it" in tab.about.value
    button(tab, "Do this step").click()
    assert tab.run.t == 50 and tab.chosen.part == "train" and "Press again" in said(tab)


def test_the_step_does_what_the_table_said():
    tab   = open_tab(StepNumbers)
    made  = sample(tab.run)
    want  = [here.W + here.update_W for here in made.layers]
    button(tab, "Do this step").click()
    dense = [layer for layer in tab.run.net if hasattr(layer, "W")]
    assert tab.run.t == 51 and "Step 51 is done" in said(tab)
    assert all(np.allclose(layer.W, w) for layer, w in zip(dense, want))
    assert tab.made().index == 1


def test_a_step_that_cannot_be_is_explained():
    tab = open_tab(StepNumbers, CONFIGS["large, normalized"])
    button(tab, "Next in training").click()
    button(tab, "Do this step").click()
    assert "batch normalization" in said(tab) and tab.run.t == 20


def test_a_smaller_data_set_does_not_leave_an_example_that_is_gone():
    tab = open_tab(StepNumbers)
    tab.number.value = 240
    tab.session.change(n=20)
    tab.update()
    assert tab.made().index < 10 and "⚠" not in tab.status.value


# ---- histograms, hidden space ------------------------------------------------------------------

def test_the_words_name_the_pace_of_every_layer():
    tab = open_tab(Histograms)
    for layer in insight(tab.run)[:2]:
        assert f"layer {layer.number}" in tab.words.value
    assert "10⁻³" in tab.sheet.value and "of 4</b> saturated" in tab.sheet.value


def test_dead_neurons_are_counted():
    tab = open_tab(Histograms, Config(hidden=[6], bias=-10).change(activation="relu"), epochs=0)
    assert "6 of 6</b> dead" in tab.sheet.value and "100% of layer 1 dead" in tab.words.value


def test_values_that_are_no_numbers_are_said():
    tab = open_tab(Histograms)
    tab.run.net.theta[0] = np.nan
    tab.update()
    assert "no numbers any more" in tab.words.value


def test_any_two_neurons_of_any_layer_can_be_seen():
    tab = open_tab(Space)
    assert tab.layer.value == 2
    tab.layer.value = 1
    assert len(tab.across.options) == 4
    tab.across.value, tab.up.value = 3, 2
    assert "neuron 4 across, neuron 3 up" in tab.after.value


def test_another_network_brings_another_list_of_layers():
    tab = open_tab(Space)
    tab.session.change(hidden=[3])
    tab.changed("network")
    tab.update()
    assert [name for name, _ in tab.layer.options] == ["inputs", "layer 1", "output"]
    assert "⚠" not in tab.status.value


def test_how_straight_a_border_could_be_is_said():
    tab = open_tab(Space, Config(data="gauss"), epochs=0)
    tab.layer.value = 0
    assert "puts 100% of the training" in tab.words.value


# ---- compare -----------------------------------------------------------------------------------

def test_two_runs_train_to_the_same_epoch_and_leave_the_playground_alone():
    async def scene():
        tab = open_tab(Compare)
        tab.limit.value = 3
        button(tab, "Compare").click()
        for _ in range(400):
            await asyncio.sleep(0.005)
            if not tab.player.playing:
                break
        return tab
    tab = asyncio.run(scene())
    assert [run.epoch for run in tab.pair.runs] == [3, 3] and tab.run.t == 50
    assert tab.pair.runs[1].config.lr == 0.3 and tab.run.config.lr == 0.03
    assert "test loss" in tab.verdict.value and "B test" in tab.curves.value


def test_an_epoch_of_both_can_be_stepped_and_reset():
    tab = open_tab(Compare)
    tab.player.step("epoch")
    assert [run.epoch for run in tab.pair.runs] == [1, 1]
    tab.player.reset()
    assert [run.t for run in tab.pair.runs] == [0, 0]


def test_a_comparison_with_itself_or_with_nonsense_is_refused_in_words():
    tab = open_tab(Compare)
    tab.value.value = "0.03"
    button(tab, "Compare").click()
    assert "would be the same" in said(tab) and tab.pair is None
    tab.value.value = "fast"
    button(tab, "Compare").click()
    assert "must be a number from 0 to 100" in said(tab)


def test_networks_are_compared_too():
    tab = open_tab(Compare)
    tab.setting.value = "hidden"
    tab.value.value   = "3"
    tab.set_up()
    assert [len(run.config.hidden) for run in tab.pair.runs] == [2, 1]


def test_it_says_when_the_settings_on_the_screen_have_changed_since():
    tab = open_tab(Compare)
    tab.set_up()
    tab.session.change(lr=0.1)
    tab.update()
    assert "have changed since" in tab.verdict.value


# ---- find a rate, sweep ------------------------------------------------------------------------

def test_the_finder_in_slices_finds_what_the_library_finds():
    tab = open_tab(Rates)
    button(tab, "Find a rate").click()
    want = learning_rates(tab.run)
    assert np.array_equal(tab.curve.loss, want.loss)
    assert tab.curve.suggestion == want.suggestion and tab.run.t == 50


def test_the_suggestion_is_taken_over():
    tab = open_tab(Rates)
    button(tab, "Use it").click()
    assert "no suggestion yet" in said(tab)
    button(tab, "Find a rate").click()
    button(tab, "Use it").click()
    assert tab.run.config.lr == tab.suggestion and tab.run.t == 50


def test_a_sweep_says_which_value_is_best_and_it_can_be_used():
    tab = open_tab(Rates, Config(data="gauss"))
    tab.tried.value, tab.seeds.value, tab.epochs.value = "0.00001, 0.03", 2, 3
    button(tab, "Run the sweep").click()
    assert [row.done for row in tab.rows] == [2, 2] and "Best: learning rate 0.03" in said(tab)
    assert "0.03  ← best" in tab.sheet.value and tab.run.t == 50
    tab.session.change(lr=1.0)
    button(tab, "Use the best").click()
    assert tab.run.config.lr == 0.03


def test_the_kernel_stays_awake_during_a_sweep_and_it_can_be_stopped():
    async def scene():
        tab = open_tab(Rates)
        tab.epochs.value, tab.seconds.value = 5000, 60
        button(tab, "Run the sweep").click()
        gaps, last = [], asyncio.get_running_loop().time()
        for _ in range(40):
            await asyncio.sleep(0.005)
            now = asyncio.get_running_loop().time()
            gaps.append(now - last)
            last = now
        button(tab, "Stop").click()
        return tab, gaps
    tab, gaps = asyncio.run(scene())
    assert np.median(gaps) < 0.2 and said(tab).startswith("Stopped") and not tab.busy


def test_values_that_cannot_be_are_refused_before_anything_is_trained():
    tab = open_tab(Rates)
    tab.tried.value = "0.1, minus one"
    button(tab, "Run the sweep").click()
    assert "'minus one'" in said(tab) and tab.rows == []


@pytest.mark.parametrize("name", [name for _, name in values.options()])
def test_the_suggested_values_of_every_setting_are_allowed(name):
    config = Config()
    for value in values.read_many(name, values.tried(name)):
        config.change(**{name: value})
    assert values.explain(name) and values.current(config, name)


# ---- confusion ---------------------------------------------------------------------------------

def test_the_matrix_counts_all_points_and_the_words_name_the_worst_pair():
    tab    = open_tab(Mistakes, CONFIGS["three classes"])
    counts = [int(n) for n in re.findall(r"font-weight:\d+\">(\d+)<br>", tab.matrix.value)]
    assert sum(counts) == 250 and "Most often class" in tab.words.value


def test_the_most_wrong_point_can_be_followed_in_numbers():
    tab     = open_tab(Mistakes)
    numbers = StepNumbers(tab.session)
    tab.list.value = 2
    assert f"Point {tab.worst[2].index} of the test part" in tab.detail.value
    button(tab, "Show it in numbers").click()
    numbers.update()
    assert numbers.made().index == tab.worst[2].index and numbers.part.value == "test"


# ---- code, files -------------------------------------------------------------------------------

def test_the_code_that_is_saved_repeats_the_run(here):
    tab = open_tab(Script)
    button(tab, "Save in the folder").click()
    assert "playground.py" in said(tab)
    out = subprocess.run([sys.executable, "playground.py"], capture_output=True, text=True)
    now = tab.run.measure()
    assert f"train loss {now.train:.12g}, test loss {now.test:.12g}" in out.stdout, out.stderr


def test_a_second_file_gets_a_number_and_the_first_stays(here):
    tab = open_tab(Script)
    (here / "playground.py").write_text("mine")
    button(tab, "Save in the folder").click()
    assert (here / "playground.py").read_text() == "mine"
    assert "playground 2.py" in said(tab) and (here / "playground 2.py").exists()


@pytest.mark.parametrize("name", ["../elsewhere", "/tmp/x", "", "a/b", "..", "x" * 200])
def test_files_are_written_nowhere_else(here, name):
    tab = open_tab(Script)
    tab.name.value = name
    button(tab, "Save in the folder").click()
    assert "A file name has letters" in said(tab) and list(here.iterdir()) == []


def test_a_file_that_cannot_be_written_leaves_nothing_behind(here):
    def fail(path):
        raise OSError("The disk is full.")
    with pytest.raises(OSError, match="disk is full"):
        files.write("x", ".py", fail)
    assert list(here.iterdir()) == []


def test_the_code_stands_still_while_training_runs_so_that_it_can_be_copied():
    tab    = open_tab(Script)
    before = tab.code.value
    tab.session.player.playing = True
    tab.run.advance(epochs=1)
    tab.update()
    assert tab.code.value == before
    tab.session.player.playing = False
    tab.update()
    assert tab.code.value != before


def test_keys_pressed_in_the_code_do_not_reach_the_notebook():
    area = re.search("<textarea[^>]*>", open_tab(Script).code.value).group()
    assert "readonly" in area and "data-lm-suppress-shortcuts" in area


# ---- save, load, share -------------------------------------------------------------------------

def test_a_shared_text_restores_the_settings_and_undo_brings_the_run_back():
    tab  = open_tab(Sharing)
    old  = tab.run
    text = Config(data="xor", lr=0.1).to_text()
    tab.pasted.value = text
    button(tab, "Restore").click()
    assert tab.run.config == Config(data="xor", lr=0.1) and tab.run.t == 0 and text in tab.out.value
    button(tab, "Undo").click()
    assert tab.run is old and old.t == 50


@pytest.mark.parametrize("text, reason", [
    ("", "paste one first"), ("hello", 'begins with "dlf1."'),
    (Config(lr=0.1).to_text()[:-3], "damaged"), ("{broken", "no JSON"),
    ('{"lr": -1}', "learning rate"), ('{"data": "own"}', "no data came")])
def test_a_damaged_text_is_explained_and_nothing_changes(text, reason):
    tab = open_tab(Sharing)
    old = tab.run
    tab.pasted.value = text
    button(tab, "Restore").click()
    assert reason in said(tab) and tab.run is old and old.t == 50


def test_json_restores_settings_too():
    tab = open_tab(Sharing)
    tab.pasted.value = Config(lr=0.2).to_json()
    button(tab, "Restore").click()
    assert tab.run.config.lr == 0.2


def test_a_run_is_saved_and_loaded_and_goes_on_alike(here):
    tab = open_tab(Sharing)
    button(tab, "Save the run").click()
    button(tab, "Save the run").click()
    assert files.names(".run.dlf") and len(list(here.iterdir())) == 2
    old = tab.run
    tab.file.value = "playground.run.dlf"
    button(tab, "Load the run").click()
    assert tab.run is not old and tab.run.t == 50
    tab.run.advance(steps=10), old.advance(steps=10)
    assert np.array_equal(tab.run.net.theta, old.net.theta)


def test_a_file_that_is_missing_or_damaged_is_explained_and_nothing_changes(here):
    tab = open_tab(Sharing)
    old = tab.run
    (here / "bad.run.dlf").write_bytes(b"nonsense")
    for name, reason in (("none.run.dlf", "There is no file none.run.dlf"), ("bad.run.dlf", "bad")):
        tab.file.value = name
        button(tab, "Load the run").click()
        assert reason in said(tab) and "⚠" in said(tab) and tab.run is old


def upload(tab, name, content):
    tab.upload.value = ({"name": name, "type": "", "size": len(content), "content": content,
                         "last_modified": __import__("datetime").datetime.now()},)


def test_a_run_comes_through_the_browser(here):
    tab = open_tab(Sharing)
    button(tab, "Save the run").click()
    content = (here / "playground.run.dlf").read_bytes()
    tab.session.replace(Run())
    upload(tab, "mine.dlf", content)
    assert tab.run.t == 50 and "Loaded mine.dlf" in said(tab)
    assert load_run(here / "playground.run.dlf").t == 50


def test_a_damaged_upload_is_explained_without_our_folders():
    tab = open_tab(Sharing)
    old = tab.run
    upload(tab, "broken.dlf", b"x")
    assert "broken.dlf" in said(tab) and "/" not in said(tab) and tab.run is old


# ---- challenges --------------------------------------------------------------------------------

def test_a_challenge_starts_and_says_what_is_missing():
    tab = open_tab(Challenges)
    tab.list.value = "no-hidden-gauss"
    button(tab, "Start").click()
    assert tab.run.config == CHALLENGES["no-hidden-gauss"].start and tab.run.t == 0
    button(tab, "Check").click()
    assert "Not yet" in tab.result.value and "✗ missing: 6 hidden neurons" in tab.result.value


def test_a_challenge_that_is_solved_passes_and_is_marked():
    tab = open_tab(Challenges)
    tab.list.value = "no-hidden-gauss"
    button(tab, "Start").click()
    tab.session.change(hidden=[])
    tab.run.advance(epochs=60)
    button(tab, "Check").click()
    assert "Passed" in tab.result.value and "✓ No hidden layer at all" in tab.list._options_labels


def test_a_solution_is_shown_only_when_asked_twice():
    tab  = open_tab(Challenges)
    each = CHALLENGES[tab.list.value]
    button(tab, "Show a solution").click()
    assert "One way" not in tab.result.value and "Press again" in said(tab)
    button(tab, "Yes, show it").click()
    assert "One way: hidden layers 3; learning rate 0.1" in tab.result.value
    button(tab, "Set up the solution").click()
    assert tab.run.config == each.solved()


def test_the_solution_cannot_be_set_up_before_it_was_shown():
    tab = open_tab(Challenges)
    old = tab.run
    button(tab, "Set up the solution").click()
    assert tab.run is old and "Press Show a solution first" in said(tab)
