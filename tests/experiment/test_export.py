"""The exported script: it runs, is readable, and gives the losses that the run shows."""
import contextlib
import io
import subprocess
import sys

import numpy as np
import pytest

from dlf.experiment import Config, Hidden, OwnData, Run, script
from dlf.experiment.settings import ACTIVATIONS, DRAWS, OPTIMIZERS


def executed(code):
    """The names that a script leaves behind."""
    names = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, "exported.py", "exec"), names)
    return names


def check(run):
    """The script gives the run's losses."""
    names = executed(script(run))
    now   = run.measure()
    assert names["train_loss"] == pytest.approx(now.train, rel=1e-9, abs=1e-12)
    assert names["test_loss"] == pytest.approx(now.test, rel=1e-9, abs=1e-12)
    assert names["progress"].t == run.t


def own(task):
    rng = np.random.default_rng(0)
    y   = np.array(["a", "b", "c"])[np.arange(40) % 3] if task == "classes" else rng.normal(size=40)
    return Config(lr=0.01).with_own(OwnData(rng.normal(size=(40, 3)) * [1, 10, 100], y))


CONFIGS = {
    "defaults": Config(), "xor": Config(data="xor", noise=0.2, data_seed=3, seed=4),
    "moons": Config(data="moons", shuffle=True, n=99, test=0.2), "plane": Config(data="plane"),
    "cross-entropy": Config(loss="cross_entropy"), "sigmoid": Config(output="sigmoid"),
    "blobs": Config(data="blobs", classes=4, loss="cross_entropy"),
    "rows": Config(data="spirals", loss="huber", output="sigmoid"),
    "formula": Config(data="formula", formula="y = x1^2 / 9 + sin(x2)", scale=True),
    "features": Config(features=["x1^2", "x1*x2", "sin(x2)", "cos(x1)", "x2"]),
    "layers": Config(hidden=[Hidden(5, "relu", 0.2, "batch"), Hidden(3, "gelu", 0.0, "layer")]),
    "penalty": Config(penalty="l1", strength=0.01, clip=0.3, dtype="float32"),
    "own classes": own("classes"), "own numbers": own("numbers"),
    **{name: Config(optimizer=name, lr=0.01, momentum=0.8) for name in OPTIMIZERS},
    **{name: Config(init=name) for name in DRAWS},
    **{name: Config(hidden=[3]).change(activation=name) for name in ACTIVATIONS},
}


@pytest.mark.parametrize("name", CONFIGS)
def test_the_script_gives_the_same_losses(name):
    run = Run(CONFIGS[name])
    run.advance(steps=33)
    check(run)


def test_what_was_changed_under_way_is_in_the_script():
    run = Run(Config(optimizer="momentum"))
    run.advance(steps=30)
    run.change(lr=0.1, momentum=0.5)
    run.step_sample(), run.step_sample(), run.step_epoch()
    run.change(batch_size=7, noise=0.1)
    run.advance(steps=40)
    run.change(penalty="l2", strength=0.01)
    run.advance(steps=10)
    check(run)


def test_a_rewound_run_is_exported_as_far_as_it_is_now():
    run = Run()
    run.advance(steps=100)
    run.change(lr=1.0)
    run.advance(steps=100)
    run.rewind(60)
    assert "= 1.0" not in script(run).partition("training")[2]
    check(run)


def test_an_untrained_run_can_be_exported():
    check(Run())


def test_the_script_runs_by_itself_and_prints_the_losses(tmp_path):
    run = Run(Config(data="blobs"))
    run.advance(steps=30)
    (tmp_path / "exported.py").write_text(script(run), encoding="utf-8")
    told = subprocess.run([sys.executable, "exported.py"], cwd=tmp_path, check=True,
                          capture_output=True, text=True).stdout
    assert told == (f"step 30: train loss {run.measure().train:.12g}, "
                    f"test loss {run.measure().test:.12g}\n")


def test_the_script_of_the_defaults_is_short_and_needs_only_the_library():
    code = script(Run())
    assert len(code.splitlines()) < 75 and max(map(len, code.splitlines())) <= 100
    assert "experiment" not in code.partition("import")[2]


def test_a_formula_cannot_smuggle_code_into_the_script():
    run = Run(Config())
    object.__setattr__(run.config, "formula", '0"""; boom')
    run.log[0] = run.log[0]._replace(config=run.config)
    assert "boom" not in executed(script(run))
