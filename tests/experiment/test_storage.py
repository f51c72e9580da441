"""Saving and loading a run: it goes on bit for bit, and a wrong file is refused."""
import numpy as np
import pytest

import dlf
from dlf.experiment import Config, Run, load_run, save_run, script


@pytest.mark.parametrize("config", [Config(), Config(optimizer="adam", lr=0.01).change(
    dropout=0.2, norm="batch")])
def test_a_loaded_run_goes_on_bit_for_bit(tmp_path, config):
    run = Run(config)
    run.advance(steps=60)
    run.change(lr=0.02)
    run.advance(steps=30)
    save_run(run, tmp_path / "a.dlf")
    back = load_run(tmp_path / "a.dlf")
    assert back.config == run.config and back.t == 90 and back.measure() == run.measure()
    run.advance(steps=70), back.advance(steps=70)
    assert np.array_equal(run.net.theta, back.net.theta)
    assert np.array_equal(run.curves().test, back.curves().test)


def test_a_loaded_run_can_be_rewound_to_before_it_was_saved(tmp_path):
    run = Run()
    run.advance(steps=40)
    then = run.net.theta.copy()
    run.change(lr=0.3)
    run.advance(steps=40)
    save_run(run, tmp_path / "a.dlf")
    back = load_run(tmp_path / "a.dlf")
    back.rewind(40)
    assert np.array_equal(back.net.theta, then)
    assert "\ntrain(40, batch_size=10)\n" in script(back)


def test_the_future_of_a_rewound_run_is_not_saved(tmp_path):
    run = Run()
    run.advance(steps=200)
    run.rewind(50)
    save_run(run, tmp_path / "a.dlf")
    assert load_run(tmp_path / "a.dlf").last_t == 50


def test_a_file_that_holds_something_else_is_refused(tmp_path):
    dlf.save({"net": Run().net}, tmp_path / "net.dlf")
    with pytest.raises(dlf.CheckpointError, match="holds no experiment"):
        load_run(tmp_path / "net.dlf")


def test_parts_that_do_not_fit_are_refused(tmp_path):
    save_run(Run(), tmp_path / "a.dlf")
    kept = dlf.load(tmp_path / "a.dlf")
    dlf.save({**kept, "theta": np.zeros(3)}, tmp_path / "b.dlf")
    with pytest.raises(dlf.CheckpointError, match="do not fit together"):
        load_run(tmp_path / "b.dlf")
