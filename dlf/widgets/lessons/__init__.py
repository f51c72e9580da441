"""The widgets of the chapters: one thing to turn, one thing to find out. One file for each."""
from dlf.widgets.lessons.attention import Attention
from dlf.widgets.lessons.backward_steps import BackwardSteps
from dlf.widgets.lessons.ball_on_surface import BallOnSurface
from dlf.widgets.lessons.bug_hunt import BugHunt
from dlf.widgets.lessons.drag_kernel import DragKernel
from dlf.widgets.lessons.forward_steps import ForwardSteps
from dlf.widgets.lessons.gates import Gates
from dlf.widgets.lessons.logits import Logits
from dlf.widgets.lessons.nudge_size import NudgeSize
from dlf.widgets.lessons.one_neuron import OneNeuron
from dlf.widgets.lessons.ripple import Ripple
from dlf.widgets.lessons.shapes import ShapeExplorer
from dlf.widgets.lessons.stack_examples import StackExamples
from dlf.widgets.lessons.trace_pixel import TracePixel
from dlf.widgets.lessons.unrolled import Unrolled
from dlf.widgets.lessons.xor_by_hand import XorByHand
