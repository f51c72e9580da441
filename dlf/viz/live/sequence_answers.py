"""What a network says of a sequence while it learns: symbol by symbol, or a series of numbers."""
import time

import numpy as np

from dlf import looking, scene
from dlf.fitting import predict
from dlf.palette import LIGHT
from dlf.viz import paper
from dlf.viz.live.examples import WRONG
from dlf.viz.live.picture import LookPicture, headline, steady, title_of

FACE     = "DejaVu Sans Mono"     # letters of one width, which come with matplotlib
COLUMN   = 31                     # letters in a line of text
ROWS     = 6                      # lines of a sample; of a text that goes on, half of them
SEED     = 5                      # of the dice for samples: the same each time
SAMPLING = 0.05                   # the largest share of the time that goes into samples
POINTS   = 120                    # examples of a series that are drawn

clock = time.perf_counter


class TextPicture(LookPicture):
    """For every symbol of a sequence what should come, and what the network says: right or wrong.

    With `sampling` also what it writes by itself, at the temperature of the look: drawn anew while
    it learns, with the same dice each time.
    """

    def __init__(self, net, look, width=280, height=280, theme=LIGHT, sampling=None):
        fits = looking.goes_on(look.x[:50], look.y[:50])
        self.sampling  = fits if sampling is None else sampling and fits
        self.next_time = -np.inf
        super().__init__(net, look, width, height, theme)

    def build(self):
        """A title; blocks of lines that hold the sequence; below them the sample."""
        self.ax = ax = self.axes(10, 34, self.width - 20, self.height - 44)
        paper.blank(ax, "0 of 0 symbols right", self.theme)
        wide, tall = paper.size_in_points(ax)
        ax.set(xlim=(0, wide), ylim=(tall, 0))
        self.step   = 1.32 * paper.SMALL
        self.letter = min((wide - 28) / COLUMN, 0.61 * paper.TEXT)
        self.look_  = {"fontsize": self.letter / 0.602, "family": FACE, "va": "top"}
        steps       = self.look.x.shape[1]
        room        = 1 if self.sampling else 2
        self.blocks = min(-(-steps // COLUMN), room)
        self.lines  = [self.block(k * 5.1 * self.step) for k in range(self.blocks)]
        self.texts  = [title_of(ax), *(text for block in self.lines for text in block)]
        if self.sampling:
            self.build_sample(self.blocks * 5.1 * self.step, tall)
        paper.tell(ax, self.describe)

    def block(self, top):
        """Lines for: what it reads, what comes, what it says rightly, and wrongly, and marks."""
        theme  = self.theme
        for k, word in enumerate(("reads", "next", "says")):
            self.ax.text(0, top + k * self.step, word, color=theme.muted, va="top",
                         fontsize=paper.SMALL - 1)
        places = ((0, theme.muted, "normal"), (1, theme.ink, "normal"), (2, theme.ink, "normal"),
                  (2, theme.negative, "bold"), (3, theme.negative, "normal"))
        return [self.ax.text(28, top + k * self.step, "", color=color, fontweight=weight,
                             **self.look_) for k, color, weight in places]

    def build_sample(self, top, tall):
        """As many lines as there is room for."""
        self.head = self.ax.text(0, top, "", color=self.theme.ink, va="top",
                                 fontsize=paper.SMALL, fontweight="bold")
        self.rows = [self.ax.text(28, top + (k + 1.2) * self.step, "", color=self.theme.ink,
                                  **self.look_)
                     for k in range(min(int((tall - top) / self.step - 1.2), ROWS))]
        self.texts += [self.head, *self.rows]

    def show(self):
        """The answers of now; the sample if it is due."""
        x, y  = self.look.one, np.ravel(self.look.y[self.look.index])[:self.look.until]
        says  = scene.probabilities(self.net, predict(self.net, x[None]))[0].argmax(axis=-1)
        codes = x if x.ndim == 1 else None
        first = max(0, len(y) - self.blocks * COLUMN) // COLUMN * COLUMN
        for k, lines in enumerate(self.lines):
            part = slice(first + k * COLUMN, first + (k + 1) * COLUMN)
            for text, words in zip(lines, self.words(None if codes is None else codes[part],
                                                     y[part], says[part])):
                text.set_text(words)
        counts = y >= 0
        self.right, self.asked = int((says == y)[counts].sum()), int(counts.sum())
        self.said = "".join(self.look.word(s) for s, c in zip(says, counts) if c)
        headline(self.ax, f"{self.right} of {paper.plural(self.asked, 'symbol')} right", self.theme)
        if self.sampling and clock() >= self.next_time:
            self.sample()

    def words(self, codes, y, says):
        """What the five lines of a block say; a dot where nothing is asked."""
        word, asked = self.look.word, y >= 0
        yield "".join(word(c)[:1] for c in codes) if codes is not None else ""
        yield "".join(word(c)[:1] if a else "·" for c, a in zip(y, asked))
        yield "".join(word(s)[:1] if a and s == c else " " for s, c, a in zip(says, y, asked))
        yield "".join(word(s)[:1] if a and s != c else " " for s, c, a in zip(says, y, asked))
        yield "".join(WRONG if a and s != c else " " for s, c, a in zip(says, y, asked))

    def sample(self):
        """Let the network write."""
        began = clock()
        lines = len(self.rows) if looking.beginning(self.look.x[:50]) is not None else ROWS // 2
        rows  = looking.samples(self.net, self.look.x[:50], self.look.temperature,
                                np.random.default_rng(SEED), lines, COLUMN)
        self.wrote = ["".join(self.look.word(code)[:1] for code in row) for row in rows]
        for text, line in zip(self.rows, self.wrote):
            text.set_text(line)
        self.head.set_text(f"It writes, at temperature {self.look.temperature:g}:")
        self.next_time = clock() + max(0.5, (clock() - began) / SAMPLING)

    def renew(self):
        """Draw the next sample at once: the temperature is another."""
        self.next_time = -np.inf

    def describe(self):
        """The answers and the sample in words."""
        words = f"{self.right} of {paper.plural(self.asked, 'symbol')} right: it says {self.said}."
        if not self.sampling:
            return words
        return (f"{words} At temperature {self.look.temperature:g} it writes: "
                f"{', '.join(line or 'nothing' for line in self.wrote)}.")


class SeriesPicture(LookPicture):
    """A measured series and what the network says of it, moment by moment.

    Of sequences with an answer at each moment the one that is looked at; of windows that slide
    along a series the answers to many of them.
    """

    def build(self):
        """Two lines, each with its name at its end."""
        self.ax = ax = self.axes(46, 34, self.width - 58, self.height - 34 - 40)
        paper.axes(ax, "Half are within 0", "moment", "", self.theme)
        self.true, = ax.plot([], [], color=self.theme.ink, linewidth=1.6, label="truth")
        self.says, = ax.plot([], [], color=self.theme.negative, linewidth=1.6, linestyle="--",
                             label="the network")
        ax.legend(loc="upper left", fontsize=paper.SMALL, frameon=False, ncols=2,
                  labelcolor=self.theme.ink, borderpad=0, handlelength=1.8)
        self.moving, self.texts = [self.true, self.says], [title_of(ax)]
        self.reach  = None
        y = np.asarray(self.look.y, dtype=float)
        self.middle = float(y.mean())
        self.most   = float(np.abs(y - self.middle).max()) or 1.0
        paper.tell(ax, self.describe)

    def series(self):
        """(what is true, what the network says), each (moments,), of the first output."""
        look = self.look
        if np.ndim(look.y) == 3:
            return look.y[look.index, :, 0], predict(self.net, look.one[None])[0, :, 0]
        x, y = look.x[:POINTS], look.y[:POINTS]
        return np.reshape(y, (len(y), -1))[:, 0], predict(self.net, x).reshape(len(y), -1)[:, 0]

    def show(self):
        """Both lines as they are now."""
        true, says = self.series()
        moments = np.arange(1, len(true) + 1)
        self.true.set_data(moments, true)
        self.says.set_data(moments, says)
        wild  = np.abs(says[np.isfinite(says)] - self.middle).max(initial=0)
        reach = steady(self.reach, 1.3 * max(self.most, min(wild, 4 * self.most)))
        if (reach, len(true)) != (self.reach, getattr(self, "long", None)):
            self.reach, self.long = reach, len(true)
            self.ax.set(xlim=(1, max(len(true), 2)),
                        ylim=(self.middle - reach, self.middle + reach))
        self.off = float(np.median(np.abs(says - true)))
        headline(self.ax, f"Half are within {self.off:.2g}", self.theme)

    def describe(self):
        """The two lines in words."""
        true, says = self.series()
        return (f"Over {paper.plural(len(true), 'moment')} the truth runs from {true.min():.3g} to "
                f"{true.max():.3g}, and what the network says from {says.min():.3g} to "
                f"{says.max():.3g}. Half of the answers are within {self.off:.2g} of the truth.")


def are_windows(x, y):
    """Do the sequences slide along one series, a moment at a time, with one answer each?"""
    return (np.ndim(x) == 3 and np.shape(y)[1:] in ((), (1,)) and len(x) > 2
            and bool((x[1:3, :-1] == x[:2, 1:]).all()))
