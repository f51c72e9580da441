"""Live drawings: pictures of fixed size that follow a network while it learns, without pyplot.

Each is built once; `update()` looks at the network again, `jpeg` and `png` make one image file of
the pictures that they are given, side by side.
"""
from dlf.viz.live.boundary import BoundaryPicture
from dlf.viz.live.curves import CurvesPicture
from dlf.viz.live.examples import ImagesPicture, MeasuresPicture, TablePicture
from dlf.viz.live.layers import ActivationsPicture, GradientsPicture, StuckPicture, UpdatesPicture
from dlf.viz.live.looks import AnswerPicture, FiltersPicture, HingesPicture, Look, MapsPicture
from dlf.viz.live.network import NetworkPicture
from dlf.viz.live.picture import Picture, jpeg, png
from dlf.viz.live.sequence import SequenceLook
from dlf.viz.live.sequence_answers import SeriesPicture, TextPicture
from dlf.viz.live.sequence_insides import (
    AttentionPicture,
    FactorsPicture,
    GatesPicture,
    SlopesPicture,
    StatesPicture,
)
