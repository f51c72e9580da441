"""Experiments without a screen: everything the playground does, for a notebook, an app or a test.

A `Config` says what the experiment is, a `Run` trains it, and the other parts read the run.

>>> from dlf.experiment import Config, Run, describe, hints
>>> run = Run(Config(data="xor", hidden=[8]))
>>> run.advance(epochs=2)
50
"""
from dlf.experiment.challenges import CHALLENGES, Challenge, Verdict, challenge
from dlf.experiment.compare import Comparison, Overlay
from dlf.experiment.config import Config, Hidden
from dlf.experiment.conflicts import Problem
from dlf.experiment.describe import describe, explain
from dlf.experiment.export import script
from dlf.experiment.formula import Formula
from dlf.experiment.hints import Hint, hints
from dlf.experiment.insight import (
    HiddenSpace,
    Histogram,
    LayerInsight,
    Mistake,
    confusion,
    hidden_space,
    insight,
    most_wrong,
)
from dlf.experiment.maps import Planes, decision_map, neuron_maps
from dlf.experiment.own import OwnData, read_table
from dlf.experiment.run import Change, Run, Segment
from dlf.experiment.sample import LayerNumbers, Row, Sample, sample
from dlf.experiment.settings import LAYER, LIVE, SETTINGS, ConfigError, Setting
from dlf.experiment.standing import Standing, standing
from dlf.experiment.storage import load_run, save_run
from dlf.experiment.sweep import SweepRow, best, learning_rates, sweep
from dlf.experiment.timeline import Measure
