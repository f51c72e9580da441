"""What the answer hangs on: the slope of every pixel, and what happens when a part is covered."""
import numpy as np

from dlf import looking
from dlf.widgets.images.filters_tab import ImageTab
from dlf.widgets.images.tiles import Row, Tiles
from dlf.widgets.parts import columns, paragraph, row, text
from dlf.widgets.svg.sheet import frame, number

SIZE  = 168
COVER = {8: (3, 1), 28: (7, 2)}    # the gray square, and how far it moves, by the image's side
GRAY  = 0.5
VIEWS = {"image":     ("The image", "Blue is ink."),
         "slope":     ("Slope of the score", "Which pixels to change for the largest effect: blue "
                       "ones would raise the score, orange ones lower it."),
         "times":     ("Slope times pixel", "What the ink that is there adds to the score, as far "
                       "as the score is a straight line."),
         "occlusion": ("Covered by gray", "How far the probability falls when a gray square "
                       "covers each place: blue where the network misses what is covered.")}


class LookTab(ImageTab):
    """Four pictures of the image: itself, two kinds of slopes, and an experiment."""

    title = "What it looks at"
    intro = ("Two ways to ask which pixels count: by the slope of the score, and by covering a "
             "part of the image. Draw something, and compare.")

    def build(self):
        self.tiles = {name: Tiles([Row("", "", 1)], SIZE, self.session.side) for name in VIEWS}
        self.notes = {name: text() for name in VIEWS}
        self.moving, self.words = text(), text()
        self.moving.add_class("pg-none")
        parts = []
        for name, (title, about) in VIEWS.items():
            still = text(f"<b>{title}</b>{self.tiles[name].markup(f'{title}. {about}')}")
            part  = row(still, self.notes[name])
            part.add_class("pi-view")
            parts.append(part)
        return [columns(*parts), self.moving, self.words]

    def show(self):
        session = self.session
        net, x, side = session.net, session.pixels, session.side
        size, step   = COVER[side]
        said  = session.answer()
        label = said.label if session.label is None else session.label
        grids = {"image": session.image.reshape(side, side),
                 "slope": looking.input_gradient(net, x, label)[0],
                 "times": looking.gradient_times_input(net, x, label),
                 "occlusion": looking.occlusion(net, x, label, size, GRAY, step)}
        rules = ""
        for name, grid in grids.items():
            full   = float(np.nan_to_num(np.abs(grid)).max()) or 1.0
            full   = 1.0 if name == "image" else full
            rules += self.tiles[name].rules([[grid / full]])
            self.notes[name].value = paragraph(f"{VIEWS[name][1]} Full color: {number(full)}.", "m")
        self.moving.value = frame(rules)
        self.words.value  = paragraph(self.describe(said, label, grids["occlusion"]))

    def describe(self, said, label, fall):
        """The result of the experiment, in words."""
        name  = self.session.data.classes[label]
        share = 100 * said.probabilities[label]
        place = np.unravel_index(np.nanargmax(fall), fall.shape)
        least = share - 100 * fall[place]
        row, column = (COVER[self.session.side][1] * int(i) + 1 for i in place)
        share, least = (f"{value:.0f}\N{NO-BREAK SPACE}%" for value in (share, least))
        return (f"Asked about {name}, which has {share} now. Covered around row {row}, column "
                f"{column}, where it hurts most, it has {least}.")
