"""The network rolled and unrolled: each layer once with its loop, and again at each moment."""
import ipywidgets as widgets

from dlf import scene
from dlf.viz.unrolled import LEGEND, describe_unrolled
from dlf.widgets.svg.unrolled import draw

ROWS, WIDTH = (62, 46), 1000    # pixels a layer, of few or of many, and of all


class RolledPanel:
    """`widget` is the panel."""

    def __init__(self, session):
        self.session = session
        self.still   = widgets.HTML()
        legend       = widgets.HTML(LEGEND)
        legend.add_class("pi-say")
        self.widget  = widgets.VBox([widgets.HTML("<h3>Rolled and unrolled</h3>"), self.still,
                                     legend])
        for name in ("pg-panel", "ps-rolled"):
            self.widget.add_class(name)
        self.changed("network")

    def changed(self, what):
        """Other layers, or another length."""
        if what == "network":
            net, steps = self.session.net, self.session.config.length
            row = ROWS[len(scene.unrolled(net, steps).rows) > 6]
            self.still.value = draw(net, steps, WIDTH, row, describe_unrolled(net, steps))
