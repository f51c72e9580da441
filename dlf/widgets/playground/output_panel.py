"""What comes out: the map of the decision, or one neuron large, and loss and score over time."""
import html
import math

import ipywidgets as widgets
import numpy as np

from dlf.experiment import decision_map
from dlf.widgets.playground.controls import button
from dlf.widgets.svg import CurveSvg, MapSvg, frame
from dlf.widgets.svg.sheet import number

SIZE  = 228            # pixels of the map's side
MOST  = 1500           # points of a part that are drawn
PLOTS = ("Loss", "Loss, log", "Score")


class OutputPanel:
    """`widget` is the column; `rules(planes)` shows the map now, `show_numbers()` all else."""

    def __init__(self, session, help):
        self.session, self.help = session, help
        self.looking = None                  # (column, index) of a neuron, None for the decision
        self.axes    = (0, 1)
        self.title, self.still, self.plot = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.back    = button("Show the output", "Show the decision of the whole network again.",
                              self.look_at_output, session, help)
        self.make_switches()
        self.build()
        self.changed("run")

    def make_switches(self):
        """What to show of it."""
        self.with_test = widgets.Checkbox(True, description="test points", indent=False)
        self.in_steps  = widgets.Checkbox(False, description="decision only", indent=False)
        self.kind      = widgets.ToggleButtons(options=PLOTS, tooltips=(
            "Loss over the epochs", "Loss over the epochs, powers of ten at equal distances",
            "Share of right answers over the epochs, or share of the variance explained"))
        self.across    = [widgets.Dropdown(description=name, layout=widgets.Layout(width="150px"),
                                           style={"description_width": "40px"})
                          for name in ("across", "up")]
        self.help.add(self.with_test, "Show the points that the network never trains on.")
        self.help.add(self.in_steps, "Show only which side of the border each point is on.")
        self.help.add(self.kind, "What the curve shows.")
        for axis, widget in enumerate(self.across):
            self.help.add(widget, "Which column of the data this axis shows.")
            self.session.watch(widget, lambda value, axis=axis: self.turn(axis, value))
        self.session.watch(self.with_test, self.show_test)
        self.session.watch(self.in_steps, lambda _: None)
        self.session.watch(self.kind, lambda _: self.show_numbers())

    def build(self):
        head = widgets.HBox([self.title, self.back])
        head.add_class("pg-head")
        self.turns = widgets.HBox(self.across)
        switches = widgets.HBox([self.with_test, self.in_steps])
        for row in (self.turns, switches):
            row.add_class("pg-row")
        self.still.add_class("pg-map")
        self.plot.add_class("pg-plot")
        upper = widgets.VBox([head, self.still, switches, self.turns])
        lower = widgets.VBox([self.plot, self.kind])
        for part in (upper, lower):
            part.add_class("pg-part")
        parts = widgets.Box([upper, lower])
        parts.add_class("pg-parts")
        self.widget = widgets.VBox([parts])
        self.widget.add_class("pg-panel")
        self.widget.add_class("pg-out")

    # ---- what the learner does ----

    def look(self, column, index):
        """Show one neuron large; the output neuron is the decision, if it is the only one."""
        config = self.session.config
        is_output = column == len(config.hidden) + 1 and config.n_outputs == 1
        self.looking = None if is_output else (column, index)
        self.redraw()
        self.session.player.redraw()

    def look_at_output(self):
        self.looking = None
        self.redraw()
        self.session.player.redraw()

    def show_test(self, on):
        self.still.remove_class("pg-no-test") if on else self.still.add_class("pg-no-test")

    def turn(self, axis, column):
        """Let an axis show another column; if the other axis had it, they change places."""
        if column is None or column == self.axes[axis]:
            return
        axes = list(self.axes)
        if axes[1 - axis] == column:
            axes[1 - axis] = axes[axis]
        axes[axis] = column
        self.axes  = tuple(axes)
        self.show_axes()
        self.redraw()

    # ---- what follows ----

    def changed(self, what):
        if what in ("data", "run"):
            self.axes = (0, 1)
            self.show_axes()
        if what in ("network", "run") and not self.exists():
            self.looking = None
        if what in ("data", "network", "run"):
            self.redraw()

    def exists(self):
        """Is the neuron that is shown still there?"""
        config = self.session.config
        sizes  = [len(config.features), *(h.size for h in config.hidden), config.n_outputs]
        return self.looking is None or (self.looking[0] < len(sizes)
                                        and self.looking[1] < sizes[self.looking[0]])

    def show_axes(self):
        """The columns to choose from, where there are more than two."""
        data = self.session.run.data
        self.turns.layout.display = "flex" if len(data.domain) > 2 else "none"
        if len(data.domain) > 2:
            for axis, widget in zip(self.axes, self.across):
                widget.options = list(zip(data.columns, range(len(data.columns))))
                widget.value   = axis

    def redraw(self):
        """The map's frame and its points."""
        run   = self.session.run
        data  = run.data
        is_one = self.looking is not None or run.config.n_outputs == 1
        full  = None if data.classes else data.full
        ends  = ("−max", "max") if self.looking else self.ends()
        self.svg = MapSvg(self.domain(), 1 if is_one else run.config.n_outputs,
                          data.classes or None, self.axis_names(), SIZE, ends, full)
        self.still.value = self.svg.markup(self.points(data.train), self.points(data.test))
        self.title.value = f"<h3>{html.escape(self.name())}</h3>"
        self.back.disabled = self.looking is None

    def domain(self):
        """What both axes span; data of one column have a plane of no height."""
        spans = [self.session.run.data.domain[axis] for axis in self.used()]
        return tuple(spans) if len(spans) > 1 else (spans[0], (-1.0, 1.0))

    def used(self):
        return self.axes if len(self.session.run.data.domain) > 1 else (0,)

    def axis_names(self):
        columns = self.session.run.data.columns
        names   = [columns[axis] for axis in self.used()]
        return (*names, "")[:2]

    def ends(self):
        """What stands at both ends of the color scale."""
        run = self.session.run
        if not run.data.classes:
            return f"{number(-run.data.full)}", f"{number(run.data.full)}"
        if len(run.data.classes) == 2 and run.config.data in ("own", "formula"):
            return run.data.classes
        return ("−1", "1")

    def points(self, part):
        """(x, y) of a part's points in the plane of the map."""
        x = part.points[:MOST, list(self.used())]
        x = x if x.shape[1] > 1 else np.column_stack([x, np.zeros(len(x))])
        return x, (part.labels if self.session.run.data.classes else part.y[:, 0])[:MOST]

    def name(self):
        """What the map shows."""
        if self.looking is None:
            return "Output"
        column, index = self.looking
        config = self.session.config
        if column == 0:
            return f"Input {config.features[index]}"
        if column == len(config.hidden) + 1:
            return f"Output of {self.session.run.data.classes[index]}"
        return f"Layer {column}, neuron {index + 1}"

    def rules(self, planes):
        """The map now."""
        if self.looking is not None:
            column, index = self.looking
            values = planes.columns[column][index]
            size   = np.abs(values).max(initial=0, where=np.isfinite(values))
            return self.svg.rules(self.stepped(values / (size or 1.0)))
        found = decision_map(self.session.run, planes=planes, axes=self.axes)
        return self.svg.rules(self.stepped(found.value), found.label)

    def stepped(self, values):
        """Only the side, if that is wanted."""
        if not self.in_steps.value:
            return values
        return np.sign(values) if self.svg.outputs == 1 else np.ones_like(values)

    def show_numbers(self, *rules):
        """Losses, scores and the curve, and style rules that come as rarely."""
        run  = self.session.run
        now, curves = run.measure(), run.curves()
        kind = PLOTS.index(self.kind.value)
        self.plot.value = (self.table(now, run) + self.curve(curves, kind).text(
            curves.epoch, *((curves.train_score, curves.test_score) if kind == 2 else
                            (curves.train, curves.test))) + (frame(*rules) if rules else ""))

    def curve(self, curves, kind):
        """The drawing of the curve that is chosen."""
        classes = bool(self.session.run.data.classes)
        title   = ("Loss", "Loss", "Right" if classes else "R²")[kind]
        return CurveSvg(title, kind == 2, kind == 1, SIZE + 90, 130, prefix=self.svg.prefix + "c")

    def table(self, now, run):
        """Losses and scores of both parts, in columns that never move."""
        score = "right" if run.data.classes else "R²"
        cells = [("loss", loss(now.train), loss(now.test)),
                 (score, percent(now.train_score), percent(now.test_score))]
        rows  = "".join(f"<tr><th scope='row'>{name}</th><td>{a}</td><td>{b}</td></tr>"
                        for name, a, b in cells)
        n = len(run.data.train), len(run.data.test)
        return (f"<table class='pg-numbers'><thead><tr><th></th><th>{n[0]:,} training</th>"
                f"<th>{n[1]:,} test</th></tr></thead>{rows}</table>")


def loss(value):
    """A loss with four digits after the point, or as a power of ten."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else "infinite"
    return f"{value:.4f}" if abs(value) < 1000 else f"{value:.2e}"


def percent(value):
    return f"{100 * value:.1f} %".replace("-", "−") if math.isfinite(value) else "–"
