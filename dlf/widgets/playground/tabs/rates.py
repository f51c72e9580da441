"""Two searches: the learning rate that falls fastest, and the best of a few values of a setting."""
import copy

import ipywidgets as widgets
import numpy as np

from dlf.experiment import best, sweep
from dlf.lr_finder import RateCurve, explore
from dlf.schedules import Exponential
from dlf.training import NotFinite, train
from dlf.widgets.parts import columns, field, half, paragraph, row, select, table, text
from dlf.widgets.player import Player, plain
from dlf.widgets.playground.tabs import values
from dlf.widgets.playground.tabs.base import Tab
from dlf.widgets.svg.figure import Box, figure, line
from dlf.widgets.svg.sheet import number, word

LOW, HIGH, STEPS = 1e-4, 10.0, 200
TURN = 0.02           # seconds of training between two looks at the clock


class Rates(Tab):
    """A learning-rate finder, and a sweep over a few values of any setting."""

    title = "Find a rate, sweep"
    intro = "Let the computer search: for a learning rate, or for the best value of any setting."

    def build(self):
        self.curve, self.rows, self.swept, self.busy = None, [], None, ""
        self.asked  = None                       # the run that the curve belongs to, and its step
        self.player = Player(None, lambda n: self.update(), fps=8,
                             steps={"search": lambda: self.guarded(self.search()),
                                    "sweep": lambda: self.guarded(self.work())})
        return [columns(self.finder(), self.sweeper()), self.player.hidden]

    def finder(self):
        """The left half."""
        self.found, self.drawing = text(height="46px"), text(height="270px")
        return half("Which learning rate?", row(
            self.button("Find a rate", "Train a copy at ever higher rates and watch its loss; "
                        "the run on the screen stays as it is", self.find, 110),
            self.button("Use it", "Set the learning rate to the suggestion", self.use_rate, 80)),
            self.found, self.drawing)

    def sweeper(self):
        """The right half."""
        self.setting = self.watch(select("Setting", values.options(), "lr",
                                         "The setting whose values are tried", 230, 50),
                                  self.choose)
        self.tried   = field("Values", values.tried("lr"), "The values to try, with commas "
                             "between them", 274, 46)
        self.seeds   = count("Seeds", 3, 1, 9, "How many first weights each value gets: one run "
                             "is luck, three are a hint")
        self.epochs  = count("Epochs", 50, 1, 5000, "How long each run trains")
        self.seconds = count("Seconds", 20, 1, 600, "The most that all runs together may take")
        self.help, self.sheet = text(height="46px"), text(height="190px")
        self.choose("lr")
        return half("Which value is best?", row(self.setting, self.tried), self.help,
                    row(self.seeds, self.epochs, self.seconds),
                    row(self.button("Run the sweep", "Train all of them, in turns, for the time "
                                    "allowed", self.start, 126),
                        self.button("Stop", "End the sweep and keep what it has found",
                                    self.stop, 70),
                        self.button("Use the best", "Set the setting to the best value so far",
                                    self.use_best, 116)), self.sheet)

    def choose(self, name):
        """Another setting: say what it does, and suggest values."""
        self.tried.value = values.tried(name)
        self.help.value  = paragraph(values.explain(name), "m")

    # ---- the learning rate ---------------------------------------------------------------------

    def find(self):
        """Start the search."""
        self.session.pause()
        self.curve, self.busy = None, "search"
        self.say("Searching, on a copy of the run.")
        self.player.step("search")

    def search(self):
        """The learning-rate finder in small steps, so that the page stays awake meanwhile."""
        run = self.run
        net, optimizer, rng = copy.deepcopy((run.net, run.optimizer, run.rng))
        optimizer.forget()
        optimizer.lr = Exponential(LOW, HIGH, STEPS)
        training = train(net, run.data.train.x, run.data.train.y, run.loss, optimizer,
                         batch_size=run.config.batch_size, rng=rng if run.config.draws else None)
        seen = []
        while self.one_more(training, seen):
            yield
        losses = explore(iter(seen), STEPS)
        lrs    = np.array([optimizer.lr(t + 1) for t in range(len(losses))])
        self.asked = run, run.t
        self.curve = RateCurve(lrs, losses, float(lrs[losses.argmin()] / 10))
        self.say(f"A good start is a learning rate of {self.suggestion:g}.")

    def one_more(self, training, seen):
        """One step of the search; False when the loss has exploded, or at the last step."""
        try:
            with np.errstate(all="ignore"):
                seen.append(next(training))
        except NotFinite:
            if not seen:
                raise
            return False
        return len(seen) < STEPS and len(explore(iter(seen), STEPS)) == len(seen)

    @property
    def suggestion(self):
        """The suggested rate in two digits."""
        return float(f"{self.curve.suggestion:.2g}")

    def use_rate(self):
        """Take the suggestion over."""
        if self.curve is None:
            self.say("There is no suggestion yet: press Find a rate first.", alarm=True)
        elif self.taken(self.session.change(lr=self.suggestion)):
            self.refresh()
            self.say(f"The learning rate is {self.session.config.lr:g} now. Press Play, or Reset "
                     "first, to see it from the start.")

    # ---- the sweep -----------------------------------------------------------------------------

    def start(self):
        """Read what to try, and begin. Raises: ConfigError for values that cannot be."""
        name  = self.setting.value
        tried = values.read_many(name, self.tried.value)
        self.session.pause()
        self.swept, self.busy, self.rows = name, "sweep", []
        self.todo = sweep(self.session.config, name, tried, self.seeds.value, self.epochs.value,
                          self.seconds.value, TURN)
        self.say(f"Trying {len(tried)} values of {values.label(name)}, {self.seeds.value} seeds "
                 f"each, for at most {self.seconds.value} seconds.")
        self.player.step("sweep")

    def work(self):
        """The sweep in slices; the rows it has found stay, whatever happens."""
        for rows in self.todo:
            self.rows = rows
            yield
        first = best(self.rows)
        self.say("There was not enough time for a single run." if first is None else
                 f"The sweep is done. Best: {values.label(self.swept)} "
                 f"{values.as_text(first.value)}, test loss {first.loss:.3f}.")

    def guarded(self, work):
        """Do the work; say what went wrong."""
        try:
            yield from work
        except Exception as error:
            self.say(plain(error), alarm=True)
        self.busy = ""

    def stop(self):
        """End what is under way."""
        self.say("Stopped. What was found stays." if self.busy else "Nothing is under way.")
        self.player.pause()
        self.busy = ""
        self.refresh()

    def use_best(self):
        """Take the best value over."""
        first = best(self.rows)
        if first is None:
            self.say("There is no best value yet: run the sweep first.", alarm=True)
        elif self.taken(self.session.change(**{self.swept: first.value})):
            self.refresh()
            self.say(f"Now {values.label(self.swept)} is {values.as_text(first.value)}.")

    def taken(self, change):
        """Was a change made? If not, the playground's own line says why."""
        if change is None:
            self.say("This could not be set; the line under the buttons on top says why.", True)
        return change is not None

    def close(self):
        """End what is under way for good."""
        self.player.close()

    # ---- what is seen --------------------------------------------------------------------------

    def key(self):
        done = tuple((row.done, row.loss) for row in self.rows)
        return (self.curve, str(done), self.busy, self.run.config.lr,
                self.asked and (self.run, self.run.t) == self.asked)

    def show(self):
        self.found.value   = paragraph(self.finder_words())
        self.drawing.value = "" if self.curve is None else rate_curve(self.curve, self.suggestion,
                                                                      self.run.config.lr)
        self.sheet.value   = self.results()

    def finder_words(self):
        """What the search has found."""
        if self.curve is None:
            return ("Searching." if self.busy == "search" else
                    "Train a copy and raise the rate at every step. The loss falls faster and "
                    "faster, and then explodes: a tenth of the rate at the lowest point is a good "
                    "start.")
        same = (self.run, self.run.t) == self.asked
        return (f"The loss is lowest at a rate of {10 * self.curve.suggestion:.2g}, so a good "
                f"start is {self.suggestion:g}; now it is {self.run.config.lr:g}."
                + ("" if same else " The run has moved on since: search again to be sure."))

    def results(self):
        """The rows of the sweep, in the order that was asked for."""
        first = best(self.rows)
        made  = [([f"{values.as_text(each.value)}{'  ← best' * (each is first)}",
                   f"{each.loss:.4f}" if each.done else "–",
                   f"{each.score:.3f}" if each.done else "–",
                   f"{each.done} of {self.seeds.value}",
                   "  ".join(f"{loss:.3f}" for loss in each.losses)],
                  "on" if each is first else "") for each in self.rows]
        if not made:
            return paragraph("The medians over the seeds will stand here, a line a value.", "m")
        name  = values.label(self.swept) if self.swept else "value"
        state = " (under way)" if self.busy == "sweep" else ""
        return table(f"Medians over the seeds{state}",
                     [name, "test loss", "test score", "seeds done", "each test loss"], made)


def count(label, value, low, high, tip):
    """A whole number."""
    return widgets.BoundedIntText(value, low, high, description=label, tooltip=tip,
                                  style={"description_width": "56px"},
                                  layout=widgets.Layout(width="140px", flex="0 0 auto"))


def rate_curve(curve, suggestion, now):
    """The loss over the rates, the suggestion, and the rate of now."""
    top  = 1.3 * float(np.nanmax(curve.loss[:max(len(curve.loss) // 2, 1)]))
    box  = Box(52, 30, 430, 190, (LOW, HIGH), (0, top), log_x=True)
    loss = np.where(curve.loss > top, np.nan, curve.loss)
    words = (f"Loss over the learning rate, lowest near {10 * curve.suggestion:.2g}; the "
             f"suggestion is {suggestion:g}, the rate of now {now:g}.")
    return figure(500, 264, words, *box.grid("learning rate", "loss, smoothed"),
                  box.curve(curve.lr, loss, "stroke:var(--ink);stroke-width:2.2"),
                  *mark(box, now, f"now {number(now)}", 62, "stroke-dasharray:2 3",
                        now > suggestion),
                  *mark(box, suggestion, f"suggestion {number(suggestion)}", 46, "",
                        suggestion >= now))


def mark(box, rate, text, y, look, is_right):
    """A rate on the axis; the words stand on the side where no other rate is."""
    if LOW <= rate <= HIGH:
        x = float(box.place_x(rate))
        yield line(x, box.top, x, box.top + box.height,
                   f"stroke:var(--positive);stroke-width:1.6;{look}")
        yield word(x + (5 if is_right else -5), y, text, "b s", "start" if is_right else "end",
                   style="paint-order:stroke;stroke:var(--background);stroke-width:4px")
