"""Chapter 5: the way back through a small network, one neuron at a time, with every number."""
from typing import NamedTuple

import numpy as np

from dlf.widgets.lessons.base import Lesson
from dlf.widgets.svg.figure import figure, line, plate, rect, signed_fill
from dlf.widgets.svg.sheet import word

WIDTH, HEIGHT = 790, 372
COLUMNS = (48, 218, 388)               # x of the inputs, the hidden layer, the outputs
TOP, LOW = 46, 362                     # where neurons are drawn between
BOX     = (76, 42)
PANEL   = 478                          # x of the words and tables on the right
CELL    = (58, 22)


class Step(NamedTuple):
    """One step of the way back: what is computed, where, and how."""

    rule:    str                       # "BP1", "BP2", "BP3, BP4"; "" at the start and the end
    layer:   int                       # 1 or 2
    neuron:  int
    title:   str
    formula: str
    numbers: tuple                     # lines
    shapes:  str


class BackwardSteps(Lesson):
    """Backpropagation of one example through a network of two layers, step by step.

    Every step computes the delta of one neuron (BP1, BP2), or the slopes of the weights and the
    bias that lead into one (BP3, BP4).
    Shapes: W1 (h, n), b1 (h,), W2 (m, h), b2 (m,), x (n,), y (m,); up to four neurons a layer.
    """

    def __init__(self, W1, b1, W2, b2, x, y):
        self.W1, self.b1, self.W2, self.b2 = (np.asarray(v, float) for v in (W1, b1, W2, b2))
        self.x, self.y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        if max(*self.W1.shape, *self.W2.shape) > 4:
            raise ValueError("BackwardSteps has room for four neurons a layer; the weights are "
                             f"{self.W1.shape} and {self.W2.shape}.")
        self.run()
        self.steps, self.at = list(self.plan()), 0
        super().__init__(self.advance, reset=self.restart, speed="1 a second")

    def controls(self):
        return [self.row(self.button("◀ Back", "One step back", self.back),
                         self.button("Next ▶", "One step further", self.next))]

    # ---- moving --------------------------------------------------------------------------------

    def next(self):
        self.at = min(self.at + 1, len(self.steps) - 1)

    def back(self):
        self.at = max(self.at - 1, 0)

    def restart(self):
        self.at = 0

    def advance(self):
        """One step, by itself; the last one is the end."""
        if self.at == len(self.steps) - 1:
            raise StopIteration
        self.next()

    # ---- the numbers ---------------------------------------------------------------------------

    def run(self):
        """Everything that there is to show."""
        self.z1 = self.W1 @ self.x + self.b1
        self.a1 = 1 / (1 + np.exp(-self.z1))
        self.z2 = self.W2 @ self.a1 + self.b2
        self.a2 = 1 / (1 + np.exp(-self.z2))
        self.s1, self.s2 = self.a1 * (1 - self.a1), self.a2 * (1 - self.a2)
        self.delta2 = (self.a2 - self.y) * self.s2                     # BP1
        self.delta1 = (self.W2.T @ self.delta2) * self.s1              # BP2
        self.dW2, self.db2 = np.outer(self.delta2, self.a1), self.delta2
        self.dW1, self.db1 = np.outer(self.delta1, self.x),  self.delta1
        self.cost = float(((self.a2 - self.y) ** 2).sum() / 2)

    def plan(self):
        """All steps, in order."""
        yield Step("", 2, -1, "The way forward is done", "C = ½ Σ (a2[j] − y[j])²",
                   (f"= {show(self.cost)}",), "every z and every a is known")
        for j in range(len(self.y)):
            yield self.output_step(j)
        for j in range(len(self.y)):
            yield self.slope_step(2, j, self.delta2, self.a1, "a1")
        for k in range(len(self.z1)):
            yield self.hidden_step(k)
        for k in range(len(self.z1)):
            yield self.slope_step(1, k, self.delta1, self.x, "x")
        count = sum(v.size for v in (self.W1, self.b1, self.W2, self.b2))
        yield Step("", 1, -1, "The way back is done", f"all {count} slopes are known",
                   ("for every weight: the delta at its end,", "times the signal at its start"),
                   "each slope has the shape of its weight")

    def output_step(self, j):
        return Step("BP1", 2, j, f"BP1: output neuron {j}", "δ2[j] = (a2[j] − y[j]) · σ′(z2[j])",
                    (f"= ({show(self.a2[j])} − {self.y[j]:g}) · {show(self.s2[j])}",
                     f"= {show(self.delta2[j])}"), f"δ2 has the shape of z2, {self.z2.shape}")

    def hidden_step(self, k):
        terms = " + ".join(f"{short(w)}·{signed(d)}" for w, d in zip(self.W2[:, k], self.delta2))
        return Step("BP2", 1, k, f"BP2: hidden neuron {k}",
                    "δ1[k] = (Σⱼ W2[j, k] δ2[j]) · σ′(z1[k])",
                    (f"= ({terms})", f"· {show(self.s1[k])} = {show(self.delta1[k])}"),
                    f"column {k} of W2: the weights that lead out")

    def slope_step(self, layer, j, delta, before, name):
        row = ", ".join(show(v) for v in before)
        return Step("BP3, BP4", layer, j, f"BP3 and BP4: into neuron {j} of layer {layer}",
                    f"dW{layer}[j, k] = δ{layer}[j] · {name}[k], db{layer}[j] = δ{layer}[j]",
                    (f"= {show(delta[j])} · ({row})", ""), f"row {j} of dW{layer}")

    # ---- what is known when --------------------------------------------------------------------

    def known(self, rule, layer, neuron):
        """Has the step that computes this been made?"""
        return any(step[:3] == (rule, layer, neuron) for step in self.steps[:self.at + 1])

    @property
    def step(self):
        """The step shown now."""
        return self.steps[self.at]

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        return figure(WIDTH, HEIGHT, self.describe(), *self.heads(), *self.lines(), *self.labels(),
                      *self.boxes(), *self.panel())

    def place(self, column, i):
        """The middle of a neuron."""
        n = (len(self.x), len(self.z1), len(self.y))[column]
        return COLUMNS[column], (TOP + LOW) / 2 + (i - (n - 1) / 2) * 108

    def heads(self):
        for x, name, what in zip(COLUMNS, ("inputs", "hidden", "output"),
                                 ("x", "a1 and δ1", "a2 and δ2")):
            yield word(x, 14, name, "b") + word(x, 29, what, "m s")

    def ends(self, layer, j, k):
        """Both ends of the line of W[j, k]."""
        (x0, y0), (x1, y1) = self.place(layer - 1, k), self.place(layer, j)
        return x0 + BOX[0] / 2, y0, x1 - BOX[0] / 2, y1

    def asked(self, layer, j, k):
        """Is this weight part of the step shown?"""
        rule, at, neuron = self.step[:3]
        if rule == "BP2":
            return layer == 2 and k == neuron
        return rule == "BP3, BP4" and layer == at and j == neuron

    def lines(self):
        """A line for every weight, dashed if negative."""
        for layer, W in ((1, self.W1), (2, self.W2)):
            for (j, k), w in np.ndenumerate(W):
                sign = "negative" if w < 0 else "positive"
                dash = "stroke-dasharray:6 4;" if w < 0 else ""
                width, strong = 0.8 + 2.4 * min(abs(w), 1), self.asked(layer, j, k)
                yield line(*self.ends(layer, j, k), f"stroke:var(--{sign});{dash}stroke-width:"
                                                    f"{width:.1f};opacity:{1 if strong else .25}")

    def labels(self):
        """The small sums on the lines in question."""
        rule = self.step.rule
        for layer, W, dW in ((1, self.W1, self.dW1), (2, self.W2, self.dW2)):
            for (j, k), w in np.ndenumerate(W):
                if self.asked(layer, j, k):
                    text = f"{short(w)}·{signed(self.delta2[j])}" if rule == "BP2" else \
                        f"{show(dW[j, k])}"
                    x0, y0, x1, y1 = self.ends(layer, j, k)
                    at = 0.56 if rule == "BP2" else 0.42
                    yield plate(x0 + at * (x1 - x0), y0 + at * (y1 - y0), text)

    def boxes(self):
        """The neurons: what went forward, and, once it is known, what comes back."""
        for i, value in enumerate(self.x):
            yield from self.box(0, i, show(value), "")
        for layer, a, delta, rule in ((1, self.a1, self.delta1, "BP2"),
                                      (2, self.a2, self.delta2, "BP1")):
            for j, value in enumerate(a):
                yield from self.box(layer, j, f"a {show(value)}", f"δ {show(delta[j])}"
                                    if self.known(rule, layer, j) else "δ  ·")
        for j, target in enumerate(self.y):
            x, y = self.place(2, j)
            yield word(x, y - BOX[1] / 2 - 6, f"y = {target:g}", "m s")

    def box(self, column, i, upper, lower):
        x, y   = self.place(column, i)
        strong = column == self.step.layer and i == self.step.neuron
        look   = "stroke:var(--ink);stroke-width:2.4" if strong else "stroke:var(--muted)"
        yield rect(x - BOX[0] / 2, y - BOX[1] / 2, *BOX, f"fill:var(--background);{look}", 8)
        yield word(x, y + (4 if not lower else -3), upper, "s" if lower else "")
        if lower:
            yield word(x, y + 14, lower, "b s" if lower[-1] != "·" else "m s")

    # ---- the panel on the right ----------------------------------------------------------------

    def panel(self):
        """What is computed, with its numbers, and all slopes that are known by now."""
        step = self.step
        yield word(PANEL, 14, f"step {self.at} of {len(self.steps) - 1}", "m s", "start")
        yield word(PANEL, 36, step.title, "b", "start")
        yield word(PANEL, 62, step.formula, "", "start")
        for i, text in enumerate(step.numbers):
            yield word(PANEL, 84 + 20 * i, text, "", "start")
        yield word(PANEL, 130, step.shapes, "m s", "start")
        for layer, top in ((2, 170), (1, 278)):
            yield from self.table(layer, top)

    def table(self, layer, top):
        """dW and db of a layer, with a dot for what is not known yet."""
        dW, db = (self.dW2, self.db2) if layer == 2 else (self.dW1, self.db1)
        full   = max(np.abs(dW).max(), np.abs(db).max(), 1e-12)
        beside = PANEL + CELL[0] * dW.shape[1] + 16
        yield word(PANEL, top - 6, f"dW{layer}", "m s", "start")
        yield word(beside, top - 6, f"db{layer}", "m s", "start")
        for j in range(len(db)):
            there = self.known("BP3, BP4", layer, j)
            now   = self.step[:3] == ("BP3, BP4", layer, j)
            for k, value in enumerate(dW[j]):
                yield from cell(PANEL + CELL[0] * k, top + CELL[1] * j, value, full, there, now)
            yield from cell(beside, top + CELL[1] * j, db[j], full, there, now)

    def describe(self):
        step  = self.step
        words = " ".join(text.strip() for text in step.numbers if text)
        return (f"Step {self.at} of {len(self.steps) - 1}. {step.title}: {step.formula}"
                f"{' ' if words.startswith('=') else '; '}{words}; {step.shapes}.")


def cell(x, y, value, full, there, now):
    """One number of a table."""
    color = f"fill:{signed_fill(value / full)};fill-opacity:.55" if there else "fill:none"
    edge  = "stroke:var(--ink);stroke-width:1.6" if now else "stroke:var(--faint)"
    yield rect(x, y, *CELL, f"{color};{edge}")
    yield word(x + CELL[0] / 2, y + 15, show(value) if there else "·", "s" if there else "m")


def show(value):
    """Four digits after the point, with a true minus."""
    return f"{value:.4f}".replace("-", "−")


def signed(value):
    """The same in parentheses if it is negative, to stand after a multiplication sign."""
    return f"({show(value)})" if value < 0 else show(value)


def short(value):
    """A weight as it was given."""
    text = f"{value:.3g}".replace("-", "−")
    return f"({text})" if value < 0 else text
