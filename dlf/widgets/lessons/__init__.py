"""The widgets of the chapters: one thing to turn, one thing to find out. One file for each."""
from dlf.widgets.lessons.one_neuron import OneNeuron
from dlf.widgets.lessons.ripple import Ripple
