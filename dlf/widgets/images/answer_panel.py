"""What the network says of the image, as bars, and how well it does on all images, as curves."""
import ipywidgets as widgets
import numpy as np

from dlf.widgets.live_session import measured
from dlf.widgets.playground.output_panel import loss, percent
from dlf.widgets.svg import CurveSvg
from dlf.widgets.svg.sheet import new_prefix

WIDTH, HEIGHT = 284, 102        # of a curve, in pixels
SAID          = 0.01            # shares from here on are said

BARS = """
@ {display: grid; grid-template-columns: 22px 1fr 58px; gap: 3px 8px; align-items: center;
  font-variant-numeric: tabular-nums; font-size: 12.5px; line-height: 17px}
@ .rail {height: 13px; border-radius: 2px; background: var(--pg-face);
  box-shadow: inset 0 0 0 1px var(--pg-line)}
@ .bar {display: block; height: 13px; width: 0; border-radius: 2px; background: var(--pg-blue)}
@ .name {text-align: right; font-weight: 600}
@ .share::after {content: "–"}
@ .share {text-align: right}
@says {height: 34px; font-size: 17px; font-weight: 650; line-height: 34px}
"""


class AnswerPanel:
    """`widget` is the panel with the bars; `rules(answer)` and `tell(answer)` show what is now."""

    def __init__(self, session):
        self.session = session
        self.prefix  = new_prefix()
        self.words   = widgets.HTML()
        self.words.add_class("pi-unseen")
        self.widget  = widgets.VBox([widgets.HTML("<h3>What it says</h3>"),
                                     widgets.HTML(self.markup()), self.words])
        self.widget.add_class("pg-panel")
        self.widget.add_class("pi-answer")

    def markup(self):
        """Everything of the bars but their length."""
        p    = self.prefix
        rows = "".join(f'<span class="name">{name}</span><span class="rail"><i class="bar" '
                       f'id="{p}b{i}"></i></span><span class="share" id="{p}s{i}"></span>'
                       for i, name in enumerate(self.session.data.classes))
        return (f"<style>{BARS.replace('@', '#' + p)}</style>"
                f'<div id="{p}says" aria-hidden="true"></div>'
                f'<div id="{p}" aria-hidden="true">{rows}</div>')

    def rules(self, answer):
        """Bars, shares, and the digit that is named."""
        p, shares = self.prefix, answer.probabilities
        if not self.session.image.any():
            return f'#{p}says::after{{content:"Draw a digit."}}'
        rules = "".join(f'#{p} #{p}b{i}{{width:{100 * s:.1f}%}}#{p} #{p}s{i}::after{{content:"'
                        f'{100 * s:.1f} %"}}' for i, s in enumerate(np.nan_to_num(shares)))
        return (f'{rules}#{p}says::after{{content:"It says '
                f'{self.session.data.classes[answer.label]}."}}'
                f'#{p}s{answer.label}{{font-weight:700}}')

    def tell(self, answer):
        """The same in words, for those who do not see it."""
        words = f'<span role="status">{self.describe(answer)}</span>'
        if self.words.value != words:
            self.words.value = words

    def describe(self, answer):
        """What the network says, in words."""
        if not self.session.image.any():
            return "Nothing is drawn yet."
        names, shares = self.session.data.classes, answer.probabilities
        order = [i for i in np.argsort(-shares)[:3] if shares[i] >= SAID or i == answer.label]
        said  = [f"{names[i]} with {100 * shares[i]:.0f}\N{NO-BREAK SPACE}%" for i in order]
        return f"It says {', then '.join(said)}."


class LearnedPanel:
    """`widget` shows how well the network does on all images, numbers and curves; `show()` it."""

    def __init__(self, session):
        self.session = session
        self.curves  = [CurveSvg("Loss", width=WIDTH, height=HEIGHT),
                        CurveSvg("Right", percent=True, width=WIDTH, height=HEIGHT)]
        self.plot    = widgets.HTML()
        self.widget  = widgets.VBox([widgets.HTML("<h3>How well it has learned</h3>"), self.plot])
        self.widget.add_class("pg-panel")
        self.widget.add_class("pi-learned")

    def show(self):
        """Losses, scores, and curves."""
        history = self.session.training.history
        curves  = "".join(curve.text(history.epoch, getattr(history, name),
                                     getattr(history, f"val_{name}"))
                          for curve, name in zip(self.curves, ("loss", "metric")))
        self.plot.value = f"{self.table(history.last())}<div class='pi-curves'>{curves}</div>"

    def table(self, last):
        """The last numbers of both parts."""
        cells  = [("loss", loss(last["loss"]), loss(last["val_loss"])),
                  ("right", percent(last["metric"]), percent(last["val_metric"]))]
        rows   = "".join(f"<tr><th scope='row'>{name}</th><td>{a}</td><td>{b}</td></tr>"
                         for name, a, b in cells)
        training = self.session.training
        counts   = [measured(part, training.count) for part in
                    ((training.x, training.y), training.test)]
        return (f"<table class='pg-numbers'><thead><tr><th></th><th>{counts[0]} training</th>"
                f"<th>{counts[1]} test</th></tr></thead>{rows}</table>")
