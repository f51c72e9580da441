"""How well it has learned, beside what one can do without a network; and its slopes along time."""
import html

import ipywidgets as widgets
import numpy as np

from dlf import looking
from dlf.viz.slopes import title
from dlf.widgets.live_session import measured
from dlf.widgets.playground.output_panel import loss
from dlf.widgets.svg import CurveSvg
from dlf.widgets.svg.figure import Box, figure
from dlf.widgets.svg.sheet import word

WIDTH = 284           # of a drawing, in pixels
LOOKS = (("positive", ""), ("negative", "6 3"), ("ink", "2 3"), ("muted", "8 3 2 3"))


class LearnedPanel:
    """`widget` has the numbers, the loss with its baselines, and the slopes; `show()` all of it."""

    def __init__(self, session):
        self.session = session
        self.curve   = CurveSvg("Loss", width=WIDTH, height=170)
        self.plot, self.slopes = widgets.HTML(), widgets.HTML()
        self.slopes.add_class("ps-slopes")
        halves = [widgets.VBox([widgets.HTML(f"<h3>{title}</h3>"), part]) for title, part in
                  (("How well it has learned", self.plot), ("Gradient through time", self.slopes))]
        self.widget  = widgets.Box(halves)
        for made, name in ((self.widget, "pg-panel"), (self.widget, "ps-learned"),
                           *((half, "ps-half") for half in halves)):
            made.add_class(name)

    def show(self):
        """Numbers, curves, slopes."""
        history = self.session.training.history
        marks   = self.session.task.baselines
        self.plot.value = self.table(history.last()) + self.curve.text(
            history.epoch, history.loss, history.val_loss, marks)
        self.slopes.value = self.drawn(self.session.slopes())

    def table(self, last):
        """The last losses, and those of the baselines."""
        training  = self.session.training
        some, few = (measured(part, training.count) for part in
                     ((training.x, training.y), training.test))
        rows = [(f"{some} training", last["loss"]), (f"{few} test", last["val_loss"]),
                *((f"test: {name}", value) for name, value in self.session.task.baselines)]
        body = "".join(f"<tr><th scope='row'>{html.escape(name)}</th><td>{loss(value)}</td></tr>"
                       for name, value in rows)
        return f"<table class='pg-numbers'>{body}</table>"

    def drawn(self, norms):
        """The length of the slope at each moment, on powers of ten."""
        if not norms:
            return ("<p>With attention no slope has to travel from moment to moment: each position "
                    "looks at each other one directly.</p>")
        kept  = np.array(list(norms.values()))
        there = kept[np.isfinite(kept) & (kept > 0)]
        if not there.size:
            return "<p>There is no slope yet.</p>"
        low, high = np.floor(np.log10(there.min())), np.ceil(np.log10(there.max()))
        box   = Box(44, 14, WIDTH - 58, 130, (1, kept.shape[1]),
                    (10.0 ** min(low, high - 2), 10.0 ** high), log_y=True)
        time  = np.arange(1, kept.shape[1] + 1)
        parts = list(box.grid("moment"))
        for (color, dash), (name, values), k in zip(LOOKS, norms.items(), range(4)):
            look  = f"stroke:var(--{color});stroke-width:2;stroke-dasharray:{dash}"
            look  = look if dash else look.removesuffix(";stroke-dasharray:")
            parts += [box.curve(time, values, look),
                      f'<path d="M{44 + 80 * k} 194h18" style="{look}"/>',
                      word(66 + 80 * k, 198, name, "s", "start")]
        words = self.describe(norms)
        return figure(WIDTH, 204, words, *parts) + f"<p>{html.escape(words)}</p>"

    def describe(self, norms):
        """By what the slope changes, in a sentence."""
        return f"{title(norms)}." if norms else "No slopes along time."

    def factors(self):
        """{layer: by what its slope is multiplied a step back}."""
        return {name: looking.factor(values) for name, values in self.session.slopes().items()}
