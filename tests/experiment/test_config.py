"""The configuration: its defaults, what it refuses and why, and that it travels unchanged."""
import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlf.experiment import Config, ConfigError, Hidden, OwnData
from dlf.experiment.settings import ACTIVATIONS, DATA, DRAWS, LIVE, OPTIMIZERS, SETTINGS


def configs():
    """Configurations of all kinds."""
    layer = st.builds(Hidden, st.integers(1, 512), st.sampled_from(ACTIVATIONS),
                      st.floats(0, 0.95), st.sampled_from(["none", "batch", "layer"]))
    return st.builds(
        Config, data=st.sampled_from(DATA), noise=st.floats(0, 0.5),
        n=st.none() | st.integers(4, 20_000), test=st.floats(0.05, 0.95),
        data_seed=st.integers(0, 2**32 - 1), formula=st.text(max_size=40), scale=st.booleans(),
        features=st.lists(st.sampled_from(["x1", "x2", "x3", "x1^2", "x1*x2", "sin(x2)"]),
                          min_size=1, unique=True),
        hidden=st.lists(layer, max_size=4), optimizer=st.sampled_from(OPTIMIZERS),
        lr=st.floats(0, 100), batch_size=st.integers(1, 20_000), init=st.sampled_from(DRAWS),
        clip=st.none() | st.floats(1e-6, 1e6), seed=st.integers(0, 2**32 - 1))


# ---- defaults ------------------------------------------------------------------------------------

def test_the_defaults_are_those_of_tensorflow_playground():
    config = Config()
    assert (config.data, config.points, config.test, config.noise) == ("circle", 500, 0.5, 0)
    assert config.features == ("x1", "x2") and config.ending == "tanh"
    assert [(layer.size, layer.activation) for layer in config.hidden] == [(4, "tanh"), (2, "tanh")]
    assert (config.loss, config.optimizer, config.lr) == ("square", "sgd", 0.03)
    assert config.batch_size == 10 and not config.shuffle
    assert (config.init, config.bias, config.penalty) == ("uniform", 0.1, "none")


@pytest.mark.parametrize("data, points, ending", [("xor", 500, "tanh"), ("plane", 1200, "linear"),
                                                  ("gauss_regression", 1200, "linear")])
def test_points_and_output_follow_from_what_is_predicted(data, points, ending):
    assert (Config(data=data).points, Config(data=data).ending) == (points, ending)


def test_more_than_two_classes_have_an_output_each_and_two_share_one():
    assert Config(data="blobs", classes=5).n_outputs == 5
    assert Config(data="spirals", classes=2).n_outputs == Config().n_outputs == 1


def test_every_setting_is_explained_in_a_sentence():
    names = {field.name for field in dataclasses.fields(Config)} - {"own", "features", "hidden"}
    assert set(SETTINGS) == names
    assert all(setting.help.endswith(".") and len(setting.help) > 20
               for setting in SETTINGS.values())


# ---- change --------------------------------------------------------------------------------------

def test_a_change_makes_another_configuration_and_leaves_this_one():
    config = Config()
    assert config.change(lr=0.1).lr == 0.1 and config.lr == 0.03
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.lr = 1.0


def test_an_activation_is_changed_in_all_hidden_layers():
    assert [h.activation for h in Config().change(activation="relu").hidden] == ["relu", "relu"]


def test_plain_sizes_keep_the_activation_that_the_layer_had():
    config = Config(hidden=(Hidden(4, "relu"), Hidden(2, "gelu", 0.1))).change(hidden=[5, 6, 7])
    assert config.hidden == (Hidden(5, "relu"), Hidden(6, "gelu", 0.1), Hidden(7, "gelu", 0.1))


def test_differences_name_the_settings_with_both_values():
    assert Config().differences(Config(lr=0.1, seed=3)) == {"lr": (0.03, 0.1), "seed": (0, 3)}


# ---- what is refused -----------------------------------------------------------------------------

@pytest.mark.parametrize("settings, help", [
    ({"lr": -1}, "lr, the learning rate, must be a number from 0 to 100; got -1"),
    ({"lr": float("nan")}, "got nan"),
    ({"lr": "fast"}, "got 'fast'"),
    ({"lr": True}, "got True"),
    ({"batch_size": 2.5}, "a whole number from 1 to 20,000; got 2.5"),
    ({"optimizer": "adamm"}, "did you mean 'adam'"),
    ({"data": "circel"}, "did you mean 'circle'"),
    ({"clip": 0}, "or None"),
    ({"hidden": 4}, r"such as \[4, 2\]"),
    ({"hidden": [0]}, "hidden: size"),
    ({"hidden": [{"siez": 4}]}, "Did you mean 'size'"),
    ({"hidden": [4] * 13}, "at most 12 layers"),
    ({"features": ["x1", "tan(x1)"]}, "'tan.x1.' is no input"),
    ({"features": ["x0"]}, "counted from x1"),
    ({"features": ["x1", "x1"]}, "there twice"),
    ({"features": []}, "1 to 64 names"),
    ({"learning_rate": 1}, "There is no setting 'learning_rate'"),
    ({"own": [[1, 2]]}, "OwnData or read_table"),
])
def test_a_refusal_names_the_setting_what_was_wanted_and_what_came(settings, help):
    with pytest.raises(ConfigError, match=help):
        Config().change(**settings)


@pytest.mark.parametrize("settings, about, text", [
    ({"data": "own"}, "own", "no data came"),
    ({"data": "formula", "formula": "open('x')"}, "formula", "not allowed"),
    ({"features": ["x1", "x3"]}, "features", "x3 cannot be computed"),
    ({"data": "plane", "loss": "cross_entropy"}, "loss", "use the squared error"),
    ({"loss": "cross_entropy", "output": "tanh"}, "output", "must be linear"),
    ({"n": 4, "test": 0.05}, "test", "leaves one part empty"),
    ({"norm": "batch", "batch_size": 1}, "batch_size", "at least 2 examples"),
    ({"norm": "batch", "n": 502}, "batch_size", "one would be left alone"),
])
def test_settings_that_do_not_fit_are_a_problem_with_a_mend(settings, about, text):
    config = Config().change(**settings)
    (problem,) = config.problems()
    assert about in problem.settings and text in problem.text
    assert config.change(**problem.fix).problems() == []


def test_the_defaults_have_no_problems():
    assert Config().problems() == []


# ---- in and out ----------------------------------------------------------------------------------

@given(configs())
def test_json_brings_a_configuration_back_unchanged(config):
    assert Config.from_json(config.to_json()) == config


@given(configs())
def test_a_shared_text_brings_a_configuration_back_unchanged(config):
    assert Config.from_text(config.to_text()) == config


def test_own_data_travel_with_the_configuration():
    own    = OwnData([[0.1, 2], [3, 4], [5, 1e-9], [7, 8]], ["a", "b", "a", "b"], name="mine")
    config = Config().with_own(own)
    assert Config.from_text(config.to_text()) == config == Config.from_json(config.to_json())


def test_what_is_missing_in_json_gets_its_default():
    assert Config.from_json('{"lr": 0.5}') == Config(lr=0.5)


@pytest.mark.parametrize("text, help", [("{", "no JSON"), ("[]", "dict of settings"),
                                        ('{"lrr": 1}', "Did you mean 'lr'"),
                                        ('{"own": {}}', "holds x and y")])
def test_damaged_json_is_explained(text, help):
    with pytest.raises(ConfigError, match=help):
        Config.from_json(text)


def test_json_is_plain_json():
    assert json.loads(Config().to_json())["hidden"][0] == {
        "size": 4, "activation": "tanh", "dropout": 0.0, "norm": "none"}


def test_live_settings_are_those_that_need_no_new_network():
    assert {"lr", "batch_size", "strength", "noise"} <= LIVE
    assert not LIVE & {"data", "seed", "init", "optimizer", "loss", "n", "test", "dtype"}
