"""A page of drawings for notebooks: it shows itself, and tells in words what it shows."""
import base64
import html
import io

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

SCREEN, SHARP = 96, 144          # dots an inch: of the layout on the screen, and of the picture


class Page(Figure):
    """A figure whose last line in a notebook cell shows it, for eyes and for screen readers.

    `alt`, its description, is put together from the drawings on it, unless you set your own.
    """

    alt = ""

    def describe(self):
        """What is drawn, in a sentence or two for each drawing."""
        return self.alt or " ".join(ax.alt() for ax in self.axes if hasattr(ax, "alt"))

    def _repr_mimebundle_(self, include=None, exclude=None):
        file = io.BytesIO()
        self.savefig(file, format="png", dpi=SHARP, bbox_inches="tight", pad_inches=0.06,
                     metadata={"Software": None})
        words, code = self.describe(), base64.b64encode(file.getvalue()).decode()
        width = int.from_bytes(file.getvalue()[16:20], "big") * SCREEN // SHARP     # PNG's header
        return {"text/plain": words,
                "text/html": f'<img alt="{html.escape(words)}" width="{width}" '
                             f'src="data:image/png;base64,{code}">'}


def page(columns=1, rows=1, width=7.0, height=3.0):
    """A page and its axes: `sheet, (left, right) = dlf.viz.page(columns=2)`.

    Sizes are in inches of the screen. Built without pyplot, so a cell shows it once, and only when
    it is the last line.
    """
    sheet = Page((width, height), layout="constrained")
    FigureCanvasAgg(sheet)
    return sheet, sheet.subplots(rows, columns)
