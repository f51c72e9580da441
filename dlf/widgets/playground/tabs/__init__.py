"""The tabs under the picture, in their order: each a class called with the session."""
from dlf.widgets.playground.tabs.challenges import Challenges
from dlf.widgets.playground.tabs.compare import Compare
from dlf.widgets.playground.tabs.histograms import Histograms
from dlf.widgets.playground.tabs.mistakes import Mistakes
from dlf.widgets.playground.tabs.rates import Rates
from dlf.widgets.playground.tabs.script import Script
from dlf.widgets.playground.tabs.sharing import Sharing
from dlf.widgets.playground.tabs.space import Space
from dlf.widgets.playground.tabs.step_numbers import StepNumbers

TABS = (StepNumbers, Histograms, Space, Compare, Rates, Mistakes, Script, Sharing, Challenges)
