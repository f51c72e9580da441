"""The network as a graph: every neuron with its picture, its bias, and buttons to change layers."""
import ipywidgets as widgets
import numpy as np

from dlf.experiment import LAYER
from dlf.experiment.config import MOST_LAYERS, Hidden
from dlf.experiment.settings import ACTIVATIONS
from dlf.widgets.playground.controls import Control, button, choice, explain, rail
from dlf.widgets.svg import NetworkSvg
from dlf.widgets.svg.sheet import new_prefix

WIDTH    = 600                              # pixels of the drawing
LOW, HIGH = 440, 540                        # its height, for few neurons and for many
DROPOUTS = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]


class GraphPanel:
    """`widget` is the panel; `rules(planes)` and `numbers()` show it as it is now.

    `look(column, index)` is called when a neuron is clicked.
    """

    def __init__(self, session, help, look):
        self.session, self.help, self.look = session, help, look
        self.prefix  = new_prefix()
        self.still   = widgets.HTML()
        self.neurons = []                     # buttons over neurons, and (column, index) of each
        self.places  = []
        self.steps   = []                     # a box with minus and plus for each hidden layer
        self.shared  = widgets.Layout(), widgets.ButtonStyle()
        self.stage   = widgets.Box()
        self.plus    = widgets.Box()
        self.layer   = 0                      # which layer the fields are about; 0 is all of them
        self.build()
        self.changed("run")

    def build(self):
        self.stage.add_class(f"{self.prefix}stage")
        self.stage.add_class("pg-stage")
        self.plus.add_class("pg-plus")
        canvas = widgets.VBox([self.plus, self.stage],
                              layout=widgets.Layout(width=f"{WIDTH}px"))
        canvas.add_class("pg-canvas")
        self.widget = widgets.VBox([self.layer_row(), canvas])
        self.widget.add_class("pg-panel")

    # ---- the row of fields ----

    def layer_row(self):
        """How many layers, and what is set in one of them or in all."""
        self.count = widgets.HTML()
        fewer = button("−", "Take the last hidden layer away.", self.fewer_layers, self.session,
                       self.help)
        more  = button("+", "Add a hidden layer before the output.", self.more_layers,
                       self.session, self.help)
        many  = widgets.HBox([fewer, self.count, more])
        many.add_class("pg-many")
        self.which = choice("Settings of", [0])
        self.help.add(self.which, "Which hidden layer the next three settings are about.")
        self.controls = list(self.make_controls())
        self.session.watch(self.which, self.choose_layer)
        row = widgets.Box([many, self.which, *(control.widget for control in self.controls)])
        row.add_class("pg-layers")
        return row

    def make_controls(self):
        for name, widget in (("activation", choice("Activation", ACTIVATIONS)),
                             ("dropout", rail("Dropout", DROPOUTS)),
                             ("norm", choice("Normalization", LAYER["norm"].choices))):
            self.help.add(widget, explain(name))
            yield Control(self.session, widget, name, lambda name=name: self.read(name),
                          lambda value, name=name: self.write(name, value))

    def read(self, name):
        """The setting of the chosen layer; of the first, if all are meant."""
        hidden = self.session.config.hidden or (Hidden(1),)
        return getattr(hidden[max(self.layer - 1, 0)], name)

    def write(self, name, value):
        """Set it in the chosen layer, or in all."""
        hidden = [dict(size=h.size, activation=h.activation, dropout=h.dropout, norm=h.norm)
                  for h in self.session.config.hidden]
        for i, one in enumerate(hidden):
            if self.layer in (0, i + 1):
                one[name] = value
        self.session.change(hidden=hidden)

    def choose_layer(self, layer):
        if layer is not None:
            self.layer = layer
            self.sync()

    # ---- layers and neurons ----

    def more_layers(self):
        """One hidden layer more, like the last."""
        hidden = self.session.config.hidden
        self.session.change(hidden=[*hidden, hidden[-1] if hidden else Hidden(4)])

    def fewer_layers(self):
        self.session.change(hidden=self.session.config.hidden[:-1])

    def resize(self, i, by):
        """More or fewer neurons in hidden layer i, from 0."""
        sizes = [layer.size for layer in self.session.config.hidden]
        sizes[i] = min(max(sizes[i] + by, 1), int(LAYER["size"].high))
        self.session.change(hidden=sizes)

    # ---- what follows ----

    def changed(self, what):
        if what in ("network", "run"):
            self.redraw()
        if what in ("settings", "network", "run"):
            self.sync()

    def sync(self):
        """Show the settings that are true now."""
        n = len(self.session.config.hidden)
        names = [("all layers" if n else "no layer", 0), *((f"layer {i + 1}", i + 1)
                                                           for i in range(n))]
        self.layer = min(self.layer, n)
        if tuple(self.which.options) != tuple(names):
            chosen, self.which.options = self.layer, names
            self.layer = chosen
        self.which.value = self.layer
        for control in self.controls:
            control.widget.disabled = not n
            control.sync()
        self.count.value = f"<b>{n}</b> hidden layer{'s' * (n != 1)}"

    def redraw(self):
        """Draw the network anew, since it has other neurons."""
        run  = self.session.run
        outs = run.data.classes if len(run.data.classes) > 2 else None
        most = max([len(run.data.features), *(h.size for h in run.config.hidden)])
        self.svg = NetworkSvg(run.net, run.data.features, outs, WIDTH,
                              min(max(150 + 65 * most, LOW), HIGH), prefix=self.prefix)
        self.lay_buttons()
        self.lay_steps()
        self.still.value = self.svg.markup() + f"<style>{self.step_places()}</style>"
        self.stage.children = [self.still, *self.neurons[:len(self.places)]]

    def lay_buttons(self):
        """A transparent button over every neuron; those that are there are used again."""
        self.places = [(place.column, place.index) for place in self.svg.places()]
        while len(self.neurons) < len(self.places):
            self.neurons.append(self.neuron_button(len(self.neurons)))
        for i, made in enumerate(self.neurons[:len(self.places)]):
            made.tooltip = made.description = f"Show {self.svg.name(i)} large"

    def neuron_button(self, i):
        """The button over the i-th drawn neuron; they share one layout and one style."""
        layout, style = self.shared
        made = widgets.Button(layout=layout, style=style)
        made.add_class(f"{self.prefix}at{i}")
        self.session.on_click(made, lambda: self.look(*self.places[i]))
        return made

    def lay_steps(self):
        """Minus and plus above every hidden layer."""
        n = min(len(self.session.config.hidden), MOST_LAYERS)
        while len(self.steps) < n:
            self.steps.append(self.step_box(len(self.steps)))
        self.plus.children = self.steps[:n]

    def step_box(self, i):
        signs = [button(sign, f"{word} neuron in hidden layer {i + 1}.",
                        lambda by=by: self.resize(i, by), self.session, self.help)
                 for sign, word, by in (("−", "One", -1), ("+", "One more", 1))]
        signs[0].tooltip = f"One neuron fewer in hidden layer {i + 1}."
        box = widgets.HBox(signs)
        box.add_class(f"{self.prefix}plus{i}")
        return box

    def step_places(self):
        """Where minus and plus stand: over their column."""
        hidden = self.svg.scene.columns[1:-1]
        return "".join(f".dlf-pg .{self.prefix}plus{i}{{left:{column.x * WIDTH:.1f}px}}"
                       for i, column in enumerate(hidden))

    def rules(self, planes):
        """Lines, biases and pictures now. A reset makes another network of the same shape."""
        self.svg.net = self.session.run.net
        return self.svg.rules(self.said(planes))

    def said(self, planes):
        """What neurons say, as the drawing wants it: (points, neurons) for each column."""
        run, columns = self.session.run, list(planes.columns)
        if not run.data.classes and run.config.ending == "linear":      # it squeezes by tanh(z / 2)
            columns[-1] = 2 * np.arctanh(np.clip(columns[-1] / run.data.full, -0.999, 0.999))
        return [column.reshape(len(column), -1).T for column in columns]

    def numbers(self):
        """The numbers on hover and the scale."""
        return self.svg.numbers()
