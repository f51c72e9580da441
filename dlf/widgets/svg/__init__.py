"""Scenes in the page: drawn once as SVG, and then every frame is a few style rules and no markup.

Each painter gives `markup()`, the text of one `widgets.HTML` that stays, and `rules(...)`, how it
looks now. `frame(...)` makes one text for another `widgets.HTML` out of the rules of several:

    graph, plane  = NetworkSvg(net), MapSvg()
    still.value   = graph.markup() + plane.markup(train=(x, y))       # once
    moving.value  = frame(graph.rules(said), plane.rules(value))      # 30 times a second

Nothing under the pointer is ever replaced, so what is shown on hover stays, and its numbers move.
Rules are global to a page: every id begins with the painter's own `prefix`. Colors follow the
theme of Jupyter, light or dark, unless a theme is given.
"""
from dlf.widgets.svg.curves import CurveSvg
from dlf.widgets.svg.network import NetworkSvg, Place
from dlf.widgets.svg.plane import MapSvg
from dlf.widgets.svg.sheet import frame
from dlf.widgets.svg.tiles import activations
