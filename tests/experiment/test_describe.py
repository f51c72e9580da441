"""The state in sentences: few, and with the right numbers."""
import re

import pytest

from dlf.experiment import Config, OwnData, Run, describe, explain


def sentences(text):
    return re.split(r"(?<=[.])\s+(?=[A-Z])", text)


def test_an_untrained_network_is_described_in_three_sentences():
    text = describe(Run())
    assert len(sentences(text)) == 3
    assert "2 inputs (x1, x2), 2 hidden layers (4 tanh, 2 tanh) and 1 output learns circle" in text
    assert "not been trained yet; the learning rate is 0.03 and the batch size 10" in text


def test_a_trained_network_is_described_with_its_numbers():
    run = Run(Config(data="gauss", noise=0.1))
    run.advance(epochs=20)
    text, now = describe(run), run.measure()
    assert "500 steps of sgd, 20 epochs" in text and "noise 0.1" in text
    assert f"{now.train:.2g} on the training points and {now.test:.3f}" in text
    assert f"{now.test_score:.1%} of the answers" in text and "has fallen from" in text
    assert 2 <= len(sentences(text)) <= 5


@pytest.mark.parametrize("epochs, text", [(1, "1 epoch,"), (3, "3 epochs,"),
                                          (1200, "1,200 epochs,")])
def test_epochs_are_counted_as_people_do(epochs, text):
    run = Run(Config(data="gauss", n=20))
    run.advance(epochs=epochs)
    assert text in describe(run)


def test_a_run_that_stopped_says_so():
    run = Run(Config(data="plane", lr=50.0).change(activation="relu"))
    run.advance(epochs=5)
    assert "Training stopped: Step" in describe(run) and len(sentences(describe(run))) <= 5


@pytest.mark.parametrize("config, text", [
    (Config(hidden=[]), "no hidden layer"), (Config(hidden=[1]), "1 hidden layer (1 tanh)"),
    (Config(data="formula", formula="x1 > 0"), "the formula x1 > 0"),
    (Config(data="plane"), "of the variance"),
    (Config().with_own(OwnData([[1], [2], [3], [4]], [0, 1, 0, 1], name="mine")), "learns mine")])
def test_every_kind_of_run_is_named_for_what_it_is(config, text):
    assert text in describe(Run(config))


def test_a_setting_is_explained_in_a_sentence():
    assert explain("lr").startswith("How long each step downhill is")
