"""Two runs side by side: the same but for what is compared."""
import numpy as np
import pytest

from dlf.experiment import Comparison, Config, ConfigError


def test_both_begin_with_the_same_weights_and_data():
    pair = Comparison(Config(), lr=0.3)
    assert np.array_equal(pair.first.net.theta, pair.second.net.theta)
    assert np.array_equal(pair.first.data.train.x, pair.second.data.train.x)
    assert pair.title == "lr 0.03 against 0.3"


def test_both_train_the_same_number_of_epochs():
    pair = Comparison(Config(), batch_size=25)
    pair.advance(epochs=3)
    assert pair.first.epoch == pair.second.epoch == 3 and pair.first.t > pair.second.t


def test_slices_of_time_keep_them_close_to_each_other():
    pair = Comparison(Config(), hidden=[32, 32])
    for _ in range(20):
        pair.advance_for(0.004)
    behind, ahead = sorted(run.epoch for run in pair.runs)
    assert behind > 0.5 * ahead


def test_one_that_has_stopped_does_not_hold_the_other_up():
    pair = Comparison(Config(data="plane").change(activation="relu"), lr=50.0)
    pair.advance(epochs=2)
    assert pair.second.stopped and pair.first.epoch == 2
    pair.advance_for(0.005)
    assert pair.first.epoch > 2


def test_the_overlay_puts_both_losses_on_the_same_epochs():
    pair = Comparison(Config(data="gauss"), lr=0.003)
    pair.advance(epochs=10)
    over = pair.overlay(points=11)
    assert over.epoch.tolist() == list(range(11)) and over.first[0] == over.second[0]
    assert over.first[-1] == pair.first.measure().test < over.second[-1]
    assert pair.verdict().startswith("The first is ahead")


def test_a_comparison_of_the_same_is_refused():
    with pytest.raises(ConfigError, match="the same"):
        Comparison(Config(), lr=0.03)
