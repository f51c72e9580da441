"""What the network says of one sequence, moment by moment, and what it writes by itself."""
import html
import time

import ipywidgets as widgets
import numpy as np

from dlf import looking
from dlf.fitting import predict
from dlf.viz.states import visible
from dlf.widgets.playground.controls import rail
from dlf.widgets.svg.figure import Box, figure, span
from dlf.widgets.svg.sheet import word

SEED     = 5          # of the dice for samples: the same each time
ROWS     = 8          # names that it writes
SAMPLING = 0.05       # the largest share of the time that goes into samples
POINTS   = 77         # years of the series that are shown
WARMTH   = [0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.6, 2.0]

clock = time.perf_counter


class SayPanel:
    """`widget` is the panel; `show()` writes what is true now, `sample()` lets the network write.
    """

    def __init__(self, session, help):
        self.session, self.next_time, self.wrote = session, 0.0, []
        n = len(session.task.test[0])
        self.index = rail("Test sequence", range(1, n + 1))
        self.warm  = rail("Temperature", WARMTH)
        self.warm.value = session.temperature
        help.add(self.index, "Which sequence of the test part is read, counted from 1.")
        help.add(self.warm, "How daring it writes: 0 takes the likeliest letter each time, 1 draws "
                            "as often as the network says, more is wilder.")
        session.watch(self.index, lambda i: session.look(i - 1 if isinstance(i, int) else 0))
        session.watch(self.warm, session.warm)
        self.says, self.writes = widgets.HTML(), widgets.HTML()
        self.warmth = widgets.VBox([widgets.HTML("<h3>What it writes</h3>"), self.warm,
                                    self.writes])
        self.widget = widgets.VBox([widgets.HTML("<h3>What it says</h3>"), self.index, self.says,
                                    self.warmth])
        for made, name in ((self.widget, "pg-panel"), (self.widget, "ps-say"),
                           (self.warmth, "ps-writes"), (self.says, "ps-says")):
            made.add_class(name)
        self.changed("network")

    def changed(self, what):
        """Another task may have no letters to write, and another number of sequences."""
        session = self.session
        if what == "network":
            n = len(session.task.test[0])
            if len(self.index.values) != n:
                self.index.values = list(range(1, n + 1))
                self.index.handle.options = [(str(i), i) for i in self.index.values]
            self.index.value = session.index + 1
            self.warmth.layout.display = "flex" if self.can_write() else "none"
        if what in ("network", "time", "look"):
            self.next_time = 0.0

    def can_write(self):
        """Does the network say what comes next?"""
        x, y = self.session.task.test
        return looking.goes_on(x[:50], y[:50])

    def show(self):
        """The answers of now, and a sample if one is due."""
        symbols = self.session.task.symbols
        self.says.value = self.spelled(symbols) if symbols else self.drawn()
        if self.can_write() and clock() >= self.next_time:
            self.sample()

    # ---- symbols -------------------------------------------------------------------------------

    def answers(self):
        """(codes read, codes that should come, codes that the network says), each (time,)."""
        session = self.session
        says = predict(session.net, session.one[None])[0].argmax(axis=-1)
        return session.one, session.asked, says

    def spelled(self, symbols):
        """A table: a column a moment, wrong answers in orange and crossed out."""
        x, y, says = self.answers()
        def letter(c):
            return html.escape(visible(symbols[c]))
        asked = y >= 0
        rows  = [("reads", "m", [letter(c) for c in x]),
                 ("next", "", [letter(c) if a else "·" for c, a in zip(y, asked)]),
                 ("says", "", [self.judged(letter(s), s == c) if a else "·"
                               for s, c, a in zip(says, y, asked)])]
        body  = "".join(f'<tr class="{kind}"><th scope="row">{name}</th>'
                        f'{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
                        for name, kind, cells in rows)
        return (f'<div class="ps-scroll"><table class="ps-letters">{body}</table></div>'
                f"<p>{html.escape(self.describe())}</p>")

    @staticmethod
    def judged(letter, right):
        """A letter that is right, or one that is wrong."""
        return f"<b>{letter}</b>" if right else f"<s>{letter}</s>"

    # ---- measurements --------------------------------------------------------------------------

    def series(self):
        """(moments, what is true, what the network says): the answers to the test part."""
        x, y = (part[:POINTS] for part in self.session.task.test)
        return np.arange(1, len(y) + 1), y[:, 0], predict(self.session.net, x)[:, 0]

    def drawn(self):
        """Truth and answers as two lines; of numbers that are no series as points."""
        at, true, says = self.series()
        wild = np.clip(says, 2 * true.min() - true.max(), 2 * true.max() - true.min())
        task = self.session.task
        box  = Box(40, 36, 236, 144, (0, len(at)), span([*true, *wild]))
        if not task.along:
            order = np.argsort(true)
            true, wild = true[order], wild[order]
        name  = task.along or "test sequence, by what is true"
        parts = [*box.grid(name, task.unit),
                 box.curve(at, true, "stroke:var(--ink);stroke-width:1.8"),
                 box.curve(at, wild, "stroke:var(--negative);stroke-width:1.8;"
                                     "stroke-dasharray:5 3"),
                 '<path d="M40 12h18" style="stroke:var(--ink);stroke-width:1.8"/>',
                 word(62, 16, "truth", "s", "start"),
                 '<path d="M120 12h18" style="stroke:var(--negative);stroke-width:1.8;'
                 'stroke-dasharray:5 3"/>', word(142, 16, "the network", "s", "start")]
        return figure(284, 216, self.describe(), *parts) + f"<p>{html.escape(self.describe())}</p>"

    # ---- words ---------------------------------------------------------------------------------

    def describe(self):
        """What the network says, in words."""
        if self.session.task.symbols:
            _, y, says = self.answers()
            asked = y >= 0
            return f"{int((says == y)[asked].sum())} of {int(asked.sum())} symbols right."
        says = float(predict(self.session.net, self.session.one[None])[0, 0])
        return (f"To sequence {self.session.index + 1} it says {says:.2f}; true is "
                f"{float(self.session.asked[0]):.2f}.")

    def sample(self):
        """Let the network write, with the same dice each time."""
        began, session = clock(), self.session
        rows  = looking.samples(session.net, session.task.train[0][:50], session.temperature,
                                np.random.default_rng(SEED), ROWS)
        self.wrote = ["".join(visible(session.task.symbols[c]) for c in row) for row in rows]
        items = "".join(f"<li>{html.escape(name) or '·'}</li>" for name in self.wrote)
        self.writes.value = (f'<ul class="ps-names" aria-label="Written at temperature '
                             f'{session.temperature:g}">{items}</ul>')
        self.next_time = clock() + max(0.5, (clock() - began) / SAMPLING)
