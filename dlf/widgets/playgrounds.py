"""All playgrounds on one page: points in the plane, images, sequences; each keeps its state."""
import ipywidgets as widgets

from dlf.widgets.images import ImagePlayground
from dlf.widgets.player import close_tree
from dlf.widgets.playground import Playground
from dlf.widgets.playground.style import SHEET
from dlf.widgets.sequences import SequencePlayground

KINDS = {"Points": Playground, "Images": ImagePlayground, "Sequences": SequencePlayground}


class Playgrounds:
    """A row of buttons, "Points", "Images", "Sequences", and the playground that is chosen.

    Each is made when it is shown first. The one that is left pauses, and is found again as it was.

    >>> both = Playgrounds()
    >>> list(both.made)
    ['Points']
    """

    def __init__(self):
        self.made  = {}
        self.which = widgets.ToggleButtons(
            options=list(KINDS), tooltips=["Networks that tell points of the plane apart",
                                           "Networks that read handwritten digits",
                                           "Networks that read series and texts"])
        self.boxes = {kind: widgets.VBox() for kind in KINDS}
        row = widgets.HBox([widgets.HTML(f"<style>{SHEET}</style>"), self.which])
        for made, name in ((row, "dlf-pg"), (row, "pg-which")):
            made.add_class(name)
        self.view = widgets.VBox([row, *self.boxes.values()])
        self.view.add_class("dlf-playgrounds")
        self.show("Points")
        self.made["Points"].session.player.watch(self.which, self.show)

    def show(self, kind):
        """Bring one to the front, and let the other rest."""
        for other in self.made:
            if other != kind:
                self.made[other].session.pause()
        if kind not in self.made:
            self.made[kind] = KINDS[kind]()
            self.boxes[kind].children = [self.made[kind].view]
        for each, box in self.boxes.items():
            box.layout.display = "flex" if each == kind else "none"
        self.which.value = kind

    def close(self):
        """Take all off the page."""
        for made in self.made.values():
            made.session.player.close()
        close_tree(self.view)

    def _repr_mimebundle_(self, include=None, exclude=None, **more):
        """The widget, and for those who do not run the notebook a line of text."""
        bundle = self.view._repr_mimebundle_(include=include, exclude=exclude) or {}
        return bundle | {"text/plain": repr(self)}

    def __repr__(self):
        return repr(self.made[self.which.value])
