"""The playground: a network to play with, in a notebook or as an app."""
from dlf.widgets.playground.app import Playground
from dlf.widgets.playground.session import Session
