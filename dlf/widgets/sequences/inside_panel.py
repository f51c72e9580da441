"""States and gates of one sequence as heat maps; of networks that look around, who looks at whom.
"""
import ipywidgets as widgets
import numpy as np

from dlf.viz.states import visible
from dlf.widgets.playground.controls import listed
from dlf.widgets.sequences.heat import Heat

ROOM = 400            # pixels for all maps, one below another
SIDE = 236            # pixels of a map of attention


class InsidePanel:
    """`widget` is the panel; `rules()` shows the maps as they are now."""

    def __init__(self, session, help):
        self.session, self.quiet = session, False
        self.title = widgets.HTML()
        self.layer = listed("Layer", [("–", 0)])
        help.add(self.layer, "Which of the layers that work along time is looked into.")
        session.watch(self.layer, self.choose)
        self.still  = widgets.HTML()
        self.legend = widgets.HTML()
        head = widgets.HBox([self.title, self.layer])
        self.widget = widgets.VBox([head, self.still, self.legend])
        for made, name in ((self.widget, "pg-panel"), (self.widget, "ps-inside"),
                           (head, "ps-head"), (self.legend, "pi-say")):
            made.add_class(name)
        self.changed("network")

    def choose(self, layer):
        """The learner has chosen a layer."""
        if not self.quiet and layer is not None:
            self.session.turn_to(layer)

    def changed(self, what):
        """Other layers have other maps, other sequences other words."""
        if what == "network":
            self.quiet = True
            self.layer.options = [(name, i) for i, name in enumerate(self.session.layers())]
            self.quiet = False
        if what in ("network", "look"):
            self.build()

    def build(self):
        """The places of all maps."""
        session = self.session
        if session.attends:
            maps   = session.attention()
            title  = "Who looks at whom"
            names  = [(f"head {k + 1}", "") for k in range(len(maps))]
            shares = [True] * len(maps)
            legend = ("Rows ask, columns are looked at; each row adds up to 1. From 0, pale, to "
                      "the largest number of all heads.")
        else:
            tracks = self.tracks()
            title  = "States and gates"
            names  = [(letter, more) for letter, more, *_ in tracks]
            shares = [share for *_, share in tracks]
            legend = ("A row a unit, a column a moment. Blue is above 0, orange below; what runs "
                      "from 0 to 1 goes from pale to the color of the text.")
        self.heat = Heat(names, shares, self.words(), session.attends,
                         max(ROOM // len(names) - 5, 24), SIDE)
        self.title.value  = f"<h3>{title}</h3>"
        self.legend.value = legend
        self.still.value  = self.heat.markup(f"{title}: {', '.join(n for n, _ in names)}")

    def tracks(self):
        """(letter, word, values (time, units), is it a share?) of all that is shown."""
        found = [(t.letter, t.word, t.values, t.share) for t in self.session.memory().tracks]
        goes_in = [] if self.session.task.symbols else [("x", "input", self.session.one, False)]
        return [*found, *goes_in]

    def words(self):
        """What stands below each moment."""
        symbols, x = self.session.task.symbols, self.session.one
        if symbols:
            return [visible(symbols[code]) for code in x]
        every = max(1, -(-len(x) // 15))
        return [str(t + 1) if t % every == 0 else "" for t in range(len(x))]

    def rules(self):
        """The maps of now, each on its scale."""
        if self.session.attends:
            maps = self.session.attention()
            full = float(np.nan_to_num(maps).max()) or 1.0
            return self.heat.rules(list(maps / full), [f"0 … {full:.2g}"] * len(maps))
        maps, notes = [], []
        for letter, _, values, share in self.tracks():
            full = 1.0 if share or letter in "hgn" else \
                float(np.nan_to_num(np.abs(values)).max()) or 1.0
            maps.append(values.T / full)
            notes.append("0 … 1" if share else f"±{full:.2g}")
        return self.heat.rules(maps, notes)

    def describe(self):
        """The maps in words."""
        if self.session.attends:
            return f"{len(self.session.attention())} maps of attention."
        return ", ".join(f"{letter} {word}" for letter, word, *_ in self.tracks())
