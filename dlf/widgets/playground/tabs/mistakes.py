"""Which class is taken for which, and the points that the network gets most wrong."""
import html

import ipywidgets as widgets
import numpy as np

from dlf.experiment import confusion, most_wrong, sample
from dlf.widgets.parts import columns, label, paragraph, row, text, toggle
from dlf.widgets.playground.tabs.base import Tab, listing
from dlf.widgets.playground.tabs.chosen import chosen
from dlf.widgets.svg.figure import Box, dot, figure, key, points
from dlf.widgets.svg.sheet import number as show
from dlf.widgets.svg.sheet import word

SIDE, COUNT = 250, 10
WORST  = "Most wrong, the worst first"
UNSURE = "None is wrong: here it is least sure"


class Mistakes(Tab):
    """The confusion matrix and the most-wrong points, each of which can be followed in numbers."""

    title = "Confusion"
    intro = "Where does the network go wrong, and how sure is it when it does?"

    def build(self):
        self.worst  = []
        self.part   = self.watch(toggle([("test", "test"), ("train", "train")], "test",
                                        ["Points that the network never trains on",
                                         "Points that it learns from"], 64))
        self.matrix, self.words, self.plot = text(), text(height="48px"), text(height="336px")
        self.detail = text(height="120px")
        self.list   = listing([], 470)
        self.title_of_list = text()
        self.watch(self.list, lambda _: self.tell())
        show_it = self.button("Show it in numbers", "Follow this point through the network in the "
                              "tab One step in numbers", self.hand_over, 156)
        listed  = widgets.VBox([self.title_of_list, self.list, row(show_it), self.detail],
                               layout=widgets.Layout(width="480px", max_width="100%"))
        return [row(label("Points"), self.part), self.words,
                columns(widgets.VBox([self.matrix, self.plot]), listed)]

    def key(self):
        return (*super().key(), self.part.value)

    def show(self):
        part = self.part.value
        self.worst = most_wrong(self.run, COUNT, part)
        self.matrix.value = self.matrix_of(part)
        kept = self.list.index
        self.list.options = [(entry(i, each), i) for i, each in enumerate(self.worst)]
        self.list.index   = min(kept or 0, len(self.worst) - 1) if self.worst else None
        wrong = any(each.answer != each.truth for each in self.worst)
        self.title_of_list.value = f"<b>{WORST if wrong else UNSURE}</b>"
        self.tell()

    # ---- the matrix ----------------------------------------------------------------------------

    def matrix_of(self, part):
        """The confusion matrix, and the same in words."""
        if not self.run.data.classes:
            self.words.value = paragraph("This run predicts a number, so there are no classes to "
                                         "confuse; the list shows the largest misses.")
            return ""
        counts = confusion(self.run, part)
        right  = int(np.trace(counts))
        self.words.value = paragraph(f"{right} of {counts.sum()} {part} points are named right. "
                                     + worst_pair(counts, self.run.data.classes))
        return matrix(counts, [str(name) for name in self.run.data.classes])

    # ---- the points ----------------------------------------------------------------------------

    def tell(self):
        """The chosen point: on the map, and in words."""
        which = self.list.value
        self.plot.value   = self.draw(which)
        self.detail.value = "" if which is None else self.describe(self.worst[which])

    def describe(self, each):
        """Its coordinates and what the network said, in full."""
        names = self.run.data.columns or [f"x{i + 1}" for i in range(len(each.point))]
        place = ", ".join(f"{name} = {show(value)}"
                          for name, value in list(zip(names, each.point))[:12])
        out   = sample(self.run, each.index, self.part.value).output
        return paragraph(f"Point {each.index} of the {self.part.value} part, at {place}. The "
                         f"output is {', '.join(map(show, out))}: the network says "
                         f"{brief(each.answer)}, "
                         f"the truth is {brief(each.truth)}. Its loss is {show(each.loss)}.")

    def hand_over(self):
        """Choose this point for the tab with the numbers."""
        if self.list.value is None:
            self.say("There is no point to show.", alarm=True)
            return
        point = chosen(self.session)
        point.part, point.index = self.part.value, self.worst[self.list.value].index
        self.say(f"Point {point.index} of the {point.part} part is chosen: open the tab One "
                 "step in numbers to follow it.")

    def draw(self, which):
        """The points on the plane, the worst of them with their places in the list."""
        if len(self.run.data.domain) < 2:
            return ""
        part = getattr(self.run.data, self.part.value)
        box  = Box(40, 26, SIDE, SIDE, *self.run.data.domain[:2])
        full = None if self.run.data.classes else self.run.data.full
        names = self.run.data.columns or ("x1", "x2")
        return figure(SIDE + 50, SIDE + 82, f"The {self.part.value} points on the plane, the "
                      f"{len(self.worst)} most wrong in full color.",
                      *box.grid(names[0], names[1]), '<g opacity=".3">',
                      *points(box, part.points, part.labels, full), "</g>",
                      *self.numbered(box, part, full, which),
                      *key(40, SIDE + 74, self.run.data.classes))

    def numbered(self, box, part, full, which):
        """The worst points; the chosen one has a ring."""
        for i, each in reversed(list(enumerate(self.worst))):
            x, y = float(box.place_x(each.point[0])), float(box.place_y(each.point[1]))
            yield dot(x, y, part.labels[each.index], full, "stroke:var(--ink);stroke-width:1.4")
            if i == which:
                yield (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" style="fill:none;stroke:var(--ink)'
                       ';stroke-width:2"/>')
                yield word(x + 12, y - 8, str(i + 1), "b", "start",
                           style="paint-order:stroke;stroke:var(--background);stroke-width:4px")


def entry(i, each):
    """A point in one line of the list."""
    place = ", ".join(f"{value:.2f}" for value in each.point[:3])
    return (f"{i + 1}. ({place}): is {brief(each.truth)}, said "
            f"{brief(each.answer)}, loss {each.loss:.3g}")


def brief(value):
    """A class's name, or a number with three digits."""
    return show(value) if isinstance(value, float) else str(value)


def worst_pair(counts, names):
    """The most frequent confusion in words."""
    wrong = counts - np.diag(np.diag(counts))
    if not wrong.sum():
        return "None is confused."
    i, j = np.unravel_index(wrong.argmax(), wrong.shape)
    return f"Most often {names[i]} is taken for {names[j]}: {wrong[i, j]} times."


def matrix(counts, names):
    """The matrix as a table; the shade says the share of the row, the number says it in words."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    head   = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in names)
    rows   = "".join(f'<tr><th scope="row" class="l">is {html.escape(name)}</th>'
                     + "".join(shaded(n, share, i == j) for j, (n, share) in
                               enumerate(zip(counts[i].tolist(), shares[i].tolist()))) + "</tr>"
                     for i, name in enumerate(names))
    return (f'<table><caption>How often was a class taken for which?</caption>'
            f'<tr><th class="l">said to be:</th>{head}</tr>{rows}</table>')


def shaded(count, share, right):
    """One cell: blue where it is right, orange where it is wrong."""
    color = "positive" if right else "negative"
    return (f'<td style="min-width:64px;padding:9px;background:color-mix(in oklab,var(--{color}) '
            f'{55 * share:.0f}%,var(--background));border:1px solid var(--faint);'
            f'font-weight:{600 if right else 400}">{count}<br>'
            f'<span style="font-weight:400">{share:.0%}</span></td>')
