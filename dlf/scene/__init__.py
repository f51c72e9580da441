"""How a network and its training look, decided once: places, widths, colors. Painters only paint.

`network(net)` is the whole drawing of a network as plain arrays, `boundary_grid(net)` what it says
over the plane; matplotlib (dlf.viz) paints them, and so does the page (dlf.widgets.svg).
"""
from dlf.scene.curves import thin
from dlf.scene.graph import Column, Edges, Label, Neurons, Scene, network
from dlf.scene.plan import Plan, is_matrix
from dlf.scene.plane import Map, boundary_grid, check_plane, probabilities, signed
from dlf.scene.unrolled import Unrolled, unrolled
