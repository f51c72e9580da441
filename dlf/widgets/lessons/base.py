"""What all widgets of the chapters share: controls, a drawing, and the same in a sentence."""
import ipywidgets as widgets
import traitlets

from dlf.widgets.parts import paragraph, row, style, text
from dlf.widgets.player import Player, close_tree


class Clicks(traitlets.HasTraits):
    """How often a button was pressed: the driver watches it as it watches a slider."""

    count = traitlets.Int(0)


class Lesson:
    """A widget of a chapter: something to turn, and a drawing that follows at once.

    A lesson gives `controls()`, its widgets from top to bottom; `paint()`, the drawing as SVG; and
    `describe()`, what there is to see, in a sentence or two. What moves by itself is given to the
    driver: advance, steps, reset, as in `dlf.widgets.player.Player`.
    """

    def __init__(self, advance=None, steps=(), reset=None, speed="10 a second"):
        self.player  = Player(advance, self.draw, steps=steps, reset=reset, speed=speed,
                              on_close=lambda: close_tree(self.view))
        self.picture = text()
        self.words   = text(height="2.9em")
        moves = [self.player.controls] if advance or steps or reset else []
        self.view = widgets.VBox([style(), *moves, *self.controls(), self.picture, self.words,
                                  self.player.status, self.player.hidden])
        for name in ("dlf-tab", "dlf-lesson"):
            self.view.add_class(name)
        if not moves:                             # then it speaks only if something goes wrong
            self.player.status.value, self.player.status.layout.min_height = "", "0"
        self.draw(0)

    # ---- what a lesson gives -------------------------------------------------------------------

    def controls(self):
        """The widgets above the drawing, from top to bottom."""
        return []

    def paint(self):
        """The drawing: the text of an SVG."""
        raise NotImplementedError

    def describe(self):
        """What there is to see, in words: below the drawing, and for those who do not see it."""
        raise NotImplementedError

    # ---- what it gets --------------------------------------------------------------------------

    def draw(self, n):
        """Show the state of now."""
        self.picture.value = self.paint()
        self.words.value   = paragraph(self.describe())

    def slider(self, name, value, low, high, step, tip, act=None, width=300):
        """A slider for a number; act(value) is called when it moves, or `self.name` is set."""
        attribute = name.replace(" ", "_")
        kind = widgets.IntSlider if isinstance(step, int) else widgets.FloatSlider
        made = kind(value=value, min=low, max=high, step=step, description=name, tooltip=tip,
                    layout=widgets.Layout(width=f"{width}px", flex="0 0 auto"),
                    style={"description_width": f"{max(24, 8 * len(name))}px"})
        if act is None:
            setattr(self, attribute, value)
        self.player.watch(made, act or (lambda new: setattr(self, attribute, new)))
        return made

    def button(self, name, tip, act):
        """A button that calls act(), and shows what came of it."""
        made = widgets.Button(description=name, tooltip=tip, layout=widgets.Layout(
            width=f"{26 + 8 * len(name)}px", flex="0 0 auto"))
        clicks = Clicks()
        made.on_click(lambda _: clicks.set_trait("count", clicks.count + 1))
        self.player.watch(clicks, lambda _: act(), "count")
        return made

    def choose(self, name, options, value, tip, act, width=220):
        """A list to choose from; act(value) is called when another one is chosen."""
        made = widgets.Dropdown(options=options, value=value, description=name, tooltip=tip,
                                style={"description_width": f"{8 * len(name) + 8}px"},
                                layout=widgets.Layout(width=f"{width}px", flex="0 0 auto"))
        self.player.watch(made, act)
        return made

    row = staticmethod(row)

    def close(self):
        """Take the widget off the page."""
        self.player.close()

    def __repr__(self):
        return f"{type(self).__name__}: {self.describe()}"

    def _repr_mimebundle_(self, **how):
        return {**self.view._repr_mimebundle_(**how), "text/plain": repr(self)}
