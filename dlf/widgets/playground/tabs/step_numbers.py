"""One example forward and backward in numbers, row by row, with the numbers on the lines."""
import html

import ipywidgets as widgets
import numpy as np

from dlf.experiment import sample
from dlf.experiment.sample import next_index
from dlf.widgets.parts import columns, label, row, select, table, text, toggle
from dlf.widgets.playground.tabs.base import Tab
from dlf.widgets.playground.tabs.chosen import chosen
from dlf.widgets.playground.tabs.step_graph import StepGraph, minus, show

PARTS = ("input", "forward", "cost", "backward", "update")
MOST  = 12          # lines of a table


class StepNumbers(Tab):
    """Choose an example and follow every sum, slope and update; then do the step."""

    title = "One step in numbers"
    intro = ("Follow one example through the network and back. Before each row: which number will "
             "come out?")

    def build(self):
        self.chosen, self.cache, self.at = chosen(self.session), (None, None), 0
        self.rng    = np.random.default_rng(0)
        self.part   = self.watch(toggle([("train", "train"), ("test", "test")],
                                        "train", ["Examples that the network learns from",
                                                  "Examples that it never trains on"], 64),
                                 self.take_part)
        self.number = widgets.BoundedIntText(
            0, 0, 0, description="number", tooltip="Which example of that part, counted from 0",
            layout=widgets.Layout(width="150px"), style={"description_width": "55px"})
        self.watch(self.number, self.take)
        self.view   = self.watch(toggle([("row by row", "row"), ("forward", "forward"),
                                                 ("backward", "backward")], "row",
                                        ["One row of the computation at a time",
                                         "All numbers of the way forward in one look",
                                         "All numbers of the way back in one look"], 108))
        self.slider = widgets.IntSlider(
            1, 1, 1, description="Row", tooltip="Which row of the computation is shown",
            style={"description_width": "34px"}, layout=widgets.Layout(width="270px"))
        self.watch(self.slider, lambda value: self.go_to(value - 1))
        self.jump   = select("Go to", PARTS, "input", "Go to the first row of this part", 170, 44)
        self.watch(self.jump, self.go_to_part)
        self.about, self.says = text(height="24px"), text(height="48px")
        self.graph, self.sheet = text(height="380px"), text()
        return [self.first_row(), self.about, self.second_row(), self.says,
                columns(self.graph, self.sheet)]

    def first_row(self):
        """Which example."""
        button = self.button
        return row(label("Example"), self.part, button("◀ Previous", "The example before this one",
                                     lambda: self.move(-1), 96),
                   self.number,
                   button("Following ▶", "The example after this one", lambda: self.move(1), 102),
                   button("Random", "Any example of this part", self.take_random, 76),
                   button("Next in training", "The example that training takes next, and follow "
                          "it from step to step", self.follow, 128),
                   button("Do this step", "Change the weights by the updates shown: one training "
                          "step with this example alone", self.do, 104))

    def second_row(self):
        """Which row."""
        return row(label("Show"), self.view,
                   self.button("◀ Back", "The row before", lambda: self.go(-1), 76),
                   self.button("Next ▶", "The next row of the computation",
                               lambda: self.go(1), 76), self.slider, self.jump)

    # ---- which example -------------------------------------------------------------------------

    def take_part(self, part):
        """The training part or the test part."""
        if part != self.chosen.part:
            self.chosen.part, self.chosen.index = part, None if part == "train" else 0
            self.refresh()

    def take(self, index):
        """An example by its number."""
        if index != self.made().index:
            self.chosen.index = int(index)
            self.refresh()

    def move(self, by):
        """To the example before or after; from the last to the first."""
        self.chosen.index = (self.made().index + by) % self.count()
        self.refresh()
        self.say(f"Example {self.chosen.index} of the {self.chosen.part} part.")

    def take_random(self):
        self.chosen.index = int(self.rng.integers(self.count()))
        self.refresh()
        self.say(f"Example {self.chosen.index} of the {self.chosen.part} part, chosen at random.")

    def follow(self):
        """The example that training takes next."""
        self.chosen.part, self.chosen.index = "train", None
        self.refresh()
        self.say(f"Training takes example {self.made().index} next.")

    def count(self):
        """How many examples the part has."""
        return len(getattr(self.run.data, self.chosen.part))

    # ---- which row -----------------------------------------------------------------------------

    def go(self, by):
        """A row further or back."""
        last = len(self.made().rows) - 1
        self.go_to(min(max(self.at + by, 0), last))
        self.say(f"Row {self.at + 1} of {last + 1}.")

    def go_to(self, at):
        if at != self.at:
            self.at = at
            self.view.value = "row"
            self.refresh()

    def go_to_part(self, part):
        """To the first row of a part, unless it is the part we are in."""
        rows = self.made().rows
        if part != rows[self.at].part:
            self.go_to(next(i for i, each in enumerate(rows) if each.part == part))

    # ---- the step ------------------------------------------------------------------------------

    def do(self):
        """One update with the example alone, if it is the one whose turn it is."""
        coming = next_index(self.run)
        if (self.chosen.part, self.made().index) != ("train", coming):
            self.follow()
            self.say(f"Training takes example {coming} of the training part next: here it is. "
                     "Press again to do its step.")
            return
        self.session.pause()
        before = self.made().loss
        if self.run.step_sample() is None:
            self.say(f"Training has stopped. {self.run.stopped}", alarm=True)
            return
        after = sample(self.run, coming).loss
        self.redraw()
        self.say(f"Step {self.run.t} is done. The cost of example {coming} went from "
                 f"{show(before)} to {show(after)}. Example {self.made().index} is next.")

    # ---- what is seen --------------------------------------------------------------------------

    def made(self):
        """The numbers of the chosen example, computed once for each state of the run."""
        if self.chosen.index is not None and self.chosen.index >= self.count():
            self.chosen.index = None if self.chosen.part == "train" else 0
        key = (*super().key(), self.chosen.part, self.chosen.index)
        if key != self.cache[0]:
            self.cache = key, sample(self.run, self.chosen.index, self.chosen.part)
        return self.cache[1]

    def key(self):
        return (*super().key(), self.chosen.part, self.chosen.index, self.at, self.view.value)

    def show(self):
        made = self.made()
        self.at = min(self.at, len(made.rows) - 1)
        self.set_controls(made)
        here  = made.rows[self.at]
        graph = StepGraph(made)
        self.about.value = self.introduce(made)
        if self.view.value == "row":
            self.says.value  = sentence(here)
            self.graph.value = wide(graph.one_row(here))
            self.sheet.value = sheet_of(made, here)
        else:
            self.says.value  = sentence_of_look(made, self.view.value)
            self.graph.value = wide(graph.one_look(self.view.value))
            self.sheet.value = neurons(made, self.view.value)

    def set_controls(self, made):
        """Bring the controls in line with what is shown."""
        self.part.value   = self.chosen.part
        self.number.max   = self.count() - 1
        self.number.value = made.index
        self.slider.max   = len(made.rows)
        self.slider.value = self.at + 1
        self.jump.value   = made.rows[self.at].part

    def introduce(self, made):
        """Which example this is."""
        place = ", ".join(f"{name} = {show(value)}"
                          for name, value in list(zip(self.run.data.columns or made.names,
                                                      made.point))[:8])
        turn  = ("it is the next in training" if self.chosen.part == "train"
                 and made.index == next_index(self.run) else "training does not take it next")
        if self.chosen.part == "test":
            turn = "the network never trains on it"
        return (f'<p class="m">Example {made.index} of {self.count()} ({self.chosen.part}): '
                f"{place}; {turn}; weights of step {self.run.t}.</p>")


# ---- words and tables --------------------------------------------------------------------------

def wide(drawing):
    """A drawing that can be scrolled sideways where the page is narrow."""
    return f'<div class="wide">{drawing}</div>'


def sentence(here):
    """The row in words, with its rule in front."""
    rule = here.rule or "input"
    return (f'<p class="says"><span class="chip">{html.escape(minus(rule))}</span>'
            f"{html.escape(minus(here.text))}</p>")


def sentence_of_look(made, kind):
    """What one look shows."""
    if kind == "forward":
        words = (f"Forward: every z is the sum of what comes in times its weights, plus the bias; "
                 f"a = f(z). At the end the cost is C = {show(made.loss)}.")
    else:
        words = ("Backward: delta says how much the cost would change if z moved a little. Every "
                 "dC/dw is what came in times delta, and dC/db is delta.")
    return f'<p class="says">{html.escape(words)}</p>'


def sheet_of(made, here):
    """The table of the neuron that a row is about."""
    if here.part == "input":
        rows = [[name, show(value)] for name, value in zip(made.names, made.x)]
        return table("What comes in", ["input", "x"], rows[:MOST])
    if here.part == "cost":
        last = made.layers[-1]
        rows = [[f"neuron {j + 1}", show(a), show(slope)]
                for j, (a, slope) in enumerate(zip(last.a, last.dC_da))]
        return table(f"The output; the cost is {show(made.loss)}", ["", "a", "dC/da"], rows)
    return neuron(made, here)


def neuron(made, here):
    """All numbers of one neuron, a line for each weight; the columns that are due stand first."""
    layer, j = made.layers[here.layer - 1], here.neuron - 1
    back     = here.part in ("backward", "update")
    heads    = ["from", "x", "w", *(["dC/dw", "update", "new w"] if back else ["w * x"])]
    rows     = [cells(name, layer.x[i], layer.W[j, i], layer.dW[j, i], layer.update_W[j, i], back)
                for i, name in enumerate(incoming(made, here.layer)[:MOST])]
    rows    += [["..."] + [""] * (len(heads) - 1)] * (len(layer.x) > MOST)
    rows    += [cells("bias", 1.0, layer.b[j], layer.db[j], layer.update_b[j], back)]
    rows    += [(last("sum z", layer.z[j], heads), "line"),
                (last(f"a = {layer.activation}", layer.a[j], heads), "on")]
    rows    += [(last("delta", layer.delta[j], heads), "on")] if back else []
    return table(f"Layer {here.layer}, neuron {here.neuron}", heads, rows)


def cells(name, x, w, slope, update, back):
    """One line of a neuron's table."""
    more = [slope, update, w + update] if back else [w * x]
    return [name, *map(show, (x, w, *more))]


def last(name, value, heads):
    """A line that sums up: its number stands under the weights, or under the products."""
    numbers = [""] * (len(heads) - 1)
    numbers[1 if len(heads) > 4 else 2] = show(value)
    return [name, *numbers]


def incoming(made, number):
    """Names of what comes into a layer."""
    if number == 1:
        return list(made.names)
    return [f"neuron {i + 1}" for i in range(len(made.layers[number - 1].x))]


def neurons(made, kind):
    """All neurons, a line for each."""
    heads = ["neuron", "bias", "z", "a"] if kind == "forward" else \
            ["neuron", "dC/da", "f'(z)", "delta", "b update"]
    names = ("b", "z", "a") if kind == "forward" else ("dC_da", "slope", "delta", "update_b")
    rows  = [[f"layer {here.number}, {j + 1}", *(show(getattr(here, name)[j]) for name in names)]
             for here in made.layers for j in range(min(len(here.z), MOST))]
    return table(f"The way {kind}", heads, rows[:2 * MOST])
