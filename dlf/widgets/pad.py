"""A pad to draw a digit on, with mouse, finger or keys; the drawing becomes a small gray image.

What is drawn is the text of a hidden field, an SVG path. No widget of ipywidgets reports where a
pointer moves, so that a few lines of script in the pad itself, `SCRIPT`, append to that text while
one draws. Where a page lets no such script run, the pad does without: below it lie 8 x 8 buttons,
and the pen draws a line to each that is pressed.
"""
import html

import ipywidgets as widgets
import numpy as np

from dlf.experiment.strokes import PAD, image_of, path_of, strokes_of
from dlf.widgets.parts import style
from dlf.widgets.player import button, close_tree
from dlf.widgets.png import address, picture

CELLS = 8                       # places to press, a side, where no script runs
PIXEL = address(picture([[0]], [[255, 255, 255]]))           # an image that is there at once

# Runs when the image of one pixel has been loaded: anew with every drawing that comes from the
# kernel. `text` is the hidden field: ipywidgets hears of its new value as if it were typed.
SCRIPT = """
const svg = this.parentNode.querySelector('svg'), ink = svg.querySelector('.ink');
const pen = svg.querySelector('.pen'), text = this.closest('.dlf-pad').querySelector('input');
let drawing = false, down = false;
svg.classList.add('live');
const last = () => (text.value.match(/[\\d.]+ [\\d.]+$/)?.[0] ?? '16 16').split(' ').map(Number);
const clip = value => +Math.max(0, Math.min(SIZE, value)).toFixed(1);
const at   = event => {
  const box = svg.getBoundingClientRect(), scale = SIZE / box.width;
  return [(event.clientX - box.x) * scale, (event.clientY - box.y) * scale].map(clip);
};
const show = () => {
  const [x, y] = last();
  pen.setAttribute('cx', x); pen.setAttribute('cy', y);
  svg.classList.toggle('down', down);
};
const add = more => {
  svg.querySelectorAll('.passing').forEach(tile => tile.remove());
  text.value = text.value.replace(/M[\\d.]+ [\\d.]+$/, '') + more;
  ink.setAttribute('d', text.value);
  text.dispatchEvent(new Event('input', {bubbles: true}));
  show();
};
svg.onpointerdown = event => {
  if (event.button || !event.isPrimary) return;
  svg.setPointerCapture(event.pointerId);
  const [x, y] = at(event);
  drawing = true; down = false;
  add(`M${x} ${y}L${x} ${y}`);
};
svg.onpointermove = event => {
  if (!drawing || !event.isPrimary) return;
  const [x, y] = at(event), [a, b] = last();
  if (Math.hypot(x - a, y - b) > 0.3) add(`L${x} ${y}`);
};
svg.onpointerup = svg.onpointercancel = () => { drawing = false; };
svg.onkeydown = event => {
  const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1],
                ArrowDown: [0, 1]}[event.key];
  if (!step && event.key !== ' ') return;
  event.preventDefault(); event.stopPropagation();
  const [x, y] = last();
  if (!step) down = !down;
  const [a, b] = step ? [clip(x + step[0]), clip(y + step[1])] : [x, y];
  const start  = text.value ? (text.value.match(/M[\\d.]+ [\\d.]+$/)?.[0] ?? '') : `M${x} ${y}`;
  if (down) add(`${start}L${a} ${b}`);
  else if (step) add(`M${a} ${b}`);
  show();
};
show();
""".replace("SIZE", str(PAD))

RULES = """
@.dlf-tab {width: 290px; margin: 0; padding: 0; overflow: visible; gap: 6px}
@ .widget-html, @ .widget-html-content {margin: 0; height: auto; overflow: visible}
@ .pad-field {display: grid; width: 290px; height: 290px; margin: 0; overflow: visible}
@ .pad-field > * {grid-area: 1 / 1; margin: 0}
@ .pad-cells {display: grid; grid-template-columns: repeat(8, 36px); grid-auto-rows: 36px; gap: 0;
   padding: 1px; overflow: hidden}
@ .pad-cells .jupyter-button {width: 36px; height: 36px; margin: 0; padding: 0; font-size: 0;
   border: 0; border-radius: 0; box-shadow: none; background: var(--background)}
@ .pad-cells .jupyter-button:is(:hover, :focus-visible) {outline: 2px solid var(--positive);
   outline-offset: -2px}
@:has(svg.live) .pad-cells {visibility: hidden}
@:has(svg.live) .pad-lift, @:not(:has(svg.live)) .pad-keys {display: none}
@ .pad-hint {font-size: 12.5px; line-height: 1.4; color: var(--muted)}
@ .pad-sheet {pointer-events: none; z-index: 1}
@ .pad-sheet svg {display: block; box-sizing: border-box; width: 290px; height: 290px;
   border: 1px solid var(--muted); border-radius: 4px; overflow: hidden; touch-action: none;
   user-select: none}
@ .pad-sheet svg.live {pointer-events: auto; cursor: crosshair; background: var(--background)}
@ .pad-sheet svg:focus {outline: none}
@ .pad-sheet svg:focus-visible {outline: 3px solid var(--positive); outline-offset: 1px}
@ .pad-sheet .ink {fill: none; stroke: var(--ink); stroke-width: 2.6; stroke-linecap: round;
   stroke-linejoin: round}
@ .pad-sheet .grid {fill: none; stroke: var(--faint); stroke-width: .1}
@ .pad-sheet .tile {fill: var(--positive); shape-rendering: crispEdges}
@ .pad-sheet .pen {fill: none; stroke: var(--negative); stroke-width: .5; display: none}
@ .pad-sheet svg:focus-visible .pen {display: inline}
@ .pad-sheet svg.down .pen {fill: var(--negative)}
@ .pad-row {flex-flow: row wrap; gap: 6px; margin: 0; overflow: visible}
@ .pad-row .jupyter-button {margin: 0}
"""
KEYS   = "Draw with mouse or finger. Keys: arrows move the pen, Space puts it down and lifts it."
PLACES = ("Press a place, and the pen goes there, with a line from the place before. "
          "“Lift pen” begins a new line.")


class Pad:
    """A place to draw a digit on: `image` is what was drawn, in the manner of the data set.

    Args: examples: images (n, side, side) that the button "Example" puts on the pad, one after
    another; side: 8, as in `digits()`, or 28, as in `mnist()`; dragging: may the pad use a few
    lines of script? Without it one presses the places that the pen goes to.

    `path` is the drawing, a text as of an SVG path. `text` is a widget with that as its value, to
    be watched; `observe(f)` has f(image) called after each change. Show `widget`.
    Raises: ValueError for another side, or examples of another shape.

    >>> pad = Pad()
    >>> pad.path = "M16 4L16 28"
    >>> pad.image.shape
    (8, 8)
    """

    def __init__(self, examples=(), side=8, dragging=True):
        image_of("", side)                                # only to have the side looked at
        self.examples = checked(examples, side)
        self.side, self.dragging = side, dragging
        self.text  = widgets.Text(layout=widgets.Layout(display="none"))
        self.sheet = widgets.HTML()
        self.lifted, self.drawn, self.chosen, self.stays = True, 0, None, True
        self.text.observe(lambda change: self.make_way(change.new), "value")
        self.build()
        self.show("")

    def build(self):
        """The sheet over the cells, and a row of buttons."""
        self.cells = self.make_cells()
        field      = widgets.Box([self.cells, self.sheet, self.text])
        self.clear_button   = button("Clear", "An empty pad", 62, self.clear)
        self.undo_button    = button("Undo", "Take the last line away", 62, self.undo)
        self.example_button = button("Example", "An image of the data, to start from", 86,
                                     self.next_example)
        self.lift_button    = button("Lift pen", "Begin a new line with the next place", 86,
                                     self.lift)
        shown = [self.clear_button, self.undo_button]
        shown += [self.example_button] * len(self.examples[:1])
        row   = widgets.HBox([*shown, self.lift_button])
        rules = widgets.HTML(f"<style>{RULES.replace('@', '.dlf-pad')}</style>",
                             layout=widgets.Layout(display="none"))
        hint  = widgets.HTML(f'<span class="pad-keys">{KEYS}</span>'
                             f'<span class="pad-lift">{PLACES}</span>')
        self.widget = widgets.VBox([style(), rules, field, row, hint])
        for made, name in ((field, "pad-field"), (self.cells, "pad-cells"), (row, "pad-row"),
                           (hint, "pad-hint"), (self.sheet, "pad-sheet"),
                           (self.lift_button, "pad-lift"),
                           (self.widget, "dlf-pad"), (self.widget, "dlf-tab")):
            made.add_class(name)

    def make_cells(self):
        """The places to press where no script runs; all share their layout and their style."""
        shared = {"layout": widgets.Layout(), "style": widgets.ButtonStyle()}
        cells  = []
        for row, column in np.ndindex(CELLS, CELLS):
            name = f"row {row + 1}, column {column + 1}"
            cells.append(widgets.Button(description=name, tooltip=name, **shared))
            cells[-1].on_click(lambda _, row=row, column=column: self.press(row, column))
        return widgets.Box(cells)

    # ---- what one reads ------------------------------------------------------------------------

    @property
    def path(self):
        """The drawing: the text of an SVG path, x and y from 0 to 32."""
        return self.text.value

    @path.setter
    def path(self, path):
        self.show(path_of(strokes_of(path)))

    @property
    def image(self):
        """The drawing as an image (side, side), 0 paper to 1 ink.

        A drawing on an example stays where it is; any other is moved and scaled as the data were.
        """
        if self.chosen is None:
            return image_of(self.path, self.side)
        drawn = image_of(self.path, self.side, fit=False)
        return np.maximum(self.examples[self.chosen], drawn)

    def observe(self, function):
        """Have function(image) called after each change."""
        self.text.observe(lambda _: function(self.image), "value")

    def describe(self):
        """What is on the pad, in words."""
        lines = sum(len(line) > 1 for line in strokes_of(self.path))
        drawn = f"{lines} line{'s' * (lines != 1)}"
        if self.chosen is not None:
            return f"An image of the data{f', and {drawn}' * bool(lines)}."
        return f"A drawing of {drawn}." if lines else "An empty pad."

    # ---- what one does -------------------------------------------------------------------------

    def clear(self):
        """An empty pad."""
        self.chosen, self.lifted = None, True
        self.show("")

    def undo(self):
        """Take the last line away."""
        lines = [line for line in strokes_of(self.path) if len(line) > 1]
        self.lifted = True
        self.show(path_of(lines[:-1]))

    def next_example(self):
        """Put the next image of the data on the pad."""
        self.start_from(0 if self.chosen is None else (self.chosen + 1) % len(self.examples))

    def start_from(self, i, stays=True):
        """Put one of the examples on the pad, to draw on; or it goes with the first line."""
        self.chosen, self.lifted, self.stays = i, True, stays
        self.show("")

    def make_way(self, path):
        """With the first line an example goes that was not to stay."""
        if path and not self.stays:
            self.chosen, self.stays = None, True

    def lift(self):
        """The next place that is pressed begins a new line."""
        self.lifted = True

    def press(self, row, column):
        """The pen goes to the middle of a cell, with a line unless it was lifted."""
        x, y = ((n + 0.5) * PAD / CELLS for n in (column, row))
        here = f"{x:g} {y:g}"
        begin = f"M{here}" if self.lifted else ""
        self.lifted = False
        self.show(f"{self.path}{begin}L{here}")

    def close(self):
        """Take the pad off the page."""
        close_tree(self.widget)

    # ---- how it looks --------------------------------------------------------------------------

    def show(self, path):
        """Put another drawing on the pad; what the page itself has drawn is wiped out."""
        self.make_way(path)
        self.drawn += 1
        self.sheet.value = self.markup(path)
        if path != self.path:
            self.text.value = path
        else:                                  # the example changed: those who watch are to know
            self.text.notify_change({"name": "value", "type": "change", "owner": self.text,
                                     "old": path, "new": path})

    def markup(self, path):
        """The sheet: the example below, lines of the grid, the ink, and the pen."""
        grid  = "".join(f"M{4 * i} 0V{PAD}M0 {4 * i}H{PAD}" for i in range(1, PAD // 4))
        sheet = (f'<svg viewBox="0 0 {PAD} {PAD}" role="application" tabindex="0" '
                 f'aria-label="{KEYS}" data-lm-suppress-shortcuts="true">'
                 f'<path class="grid" d="{grid}"/>{"".join(self.tiles())}'
                 f'<path class="ink" d="{path}"/><circle class="pen" cx="16" cy="16" r="1"/></svg>')
        if not self.dragging:
            return sheet.replace('tabindex="0"', "").replace("application", "img")
        return (f'{sheet}<img hidden alt="" src="{PIXEL}" data-drawing="{self.drawn}" '
                f'onload="{html.escape(SCRIPT)}">')

    def tiles(self):
        """The pixels of the example."""
        if self.chosen is None:
            return
        size = PAD / self.side
        kind = "tile" if self.stays else "tile passing"
        for (row, column), value in np.ndenumerate(self.examples[self.chosen]):
            if value > 0:
                yield (f'<rect class="{kind}" x="{column * size:.3g}" y="{row * size:.3g}" '
                       f'width="{size:.3g}" height="{size:.3g}" fill-opacity="{value:.2f}"/>')

    def _repr_mimebundle_(self, **how):
        return {**self.widget._repr_mimebundle_(**how), "text/plain": repr(self)}

    def __repr__(self):
        return f"Pad: {self.describe()}"


def checked(examples, side):
    """Examples as images of the right side. Raises: ValueError for others."""
    examples = np.asarray(examples, dtype=float)
    if not examples.size:
        return np.zeros((0, side, side))
    if examples.ndim == 2 and examples.shape[1] == side * side:
        examples = examples.reshape(-1, side, side)
    if examples.ndim != 3 or examples.shape[1:] != (side, side):
        raise ValueError(f"Examples are images of shape (n, {side}, {side}), got "
                         f"{examples.shape}. Rows of pixels will do too: (n, {side * side}).")
    return examples
