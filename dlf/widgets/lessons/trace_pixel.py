"""Chapter 13: which output pixels has a pixel, or a weight, touched? From there its slope comes."""
import numpy as np

from dlf.widgets.lessons.base import Lesson
from dlf.widgets.svg.figure import figure, rect, signed_fill
from dlf.widgets.svg.sheet import word

CELL   = 44, 28                 # width and height of a cell in pixels
SIDE, KERNEL, MOST = 4, 2, 5    # of the image, of the kernel, of the output at most
WIDTH, HEIGHT = 752, 406
TOP, LOW      = 28, 236         # the upper edges of both rows of tables
LEFTS         = 0, 332, 480     # of the padded image, of the kernel, of the slopes
BELOW         = 0, 266, 532     # of dy, of what it is multiplied with, of the products
STRONG = 0.6                    # of the full color, so that numbers can be read on it

# The chapter's image, kernel, and slopes; with padding there are more outputs, so more slopes.
IMAGE  = [[1, 0, 2, 1], [0, 3, 1, 0], [2, 1, 0, 1], [1, 0, 1, 2]]
WEIGHT = [[0.5, -1.0], [2.0, 1.0]]
SLOPES = [[0.1, -0.2, 0.3, 0.5, -0.1], [0.4, 0.6, -0.1, 0.2, 0.3], [0.2, 0.5, -0.3, -0.4, 0.1],
          [-0.6, 0.1, 0.2, 0.3, -0.2], [0.3, -0.5, 0.4, 0.1, 0.2]]


class TracePixel(Lesson):
    """One pixel of the image, or one weight: the outputs it touched, and the slope they send back.

    Args: x, the image; W, the kernel; dy, the slopes of the outputs, of which the first rows and
    columns are taken if there are fewer outputs; without them, those of the chapter.
    Shapes: x (4, 4), W (2, 2), dy (5, 5).
    Raises: ValueError for other shapes.
    """

    def __init__(self, x=None, W=None, dy=None):
        given  = zip((x, W, dy), (IMAGE, WEIGHT, SLOPES))
        arrays = [np.array(own if mine is None else mine, dtype=float) for mine, own in given]
        check(*arrays)
        self.x, self.W, self.slopes = arrays
        self.what, self.pixel, self.weight = "dx", [1, 1], [0, 0]
        self.stride, self.padding = 1, 0
        super().__init__()
        self.words.layout.min_height = "4.8em"

    # ---- controls ------------------------------------------------------------------------------

    def controls(self):
        self.sliders = {"dx": self.two("pixel", self.pixel, SIDE),
                        "dW": self.two("weight", self.weight, KERNEL)}
        what = self.choose("trace", [("a pixel: dx", "dx"), ("a weight: dW", "dW")], "dx",
                           "Whose slope is to be found", self.turn_to, 190)
        self.turn_to("dx")
        numbers = [self.choose(name, options, value, tip, self.set(name), 130)
                   for name, options, value, tip in (
                       ("stride", [1, 2], 1, "How far the window moves"),
                       ("padding", [0, 1], 0, "Rows and columns of zeros around the image"))]
        return [self.row(what, *self.sliders["dx"], *self.sliders["dW"]), self.row(*numbers)]

    def two(self, name, place, count):
        """Sliders for the row and the column of a place."""
        return [self.slider(f"{name} {axis}", place[i], 0, count - 1, 1,
                            f"Which {name} is traced: its {axis}, from 0", self.put(place, i),
                            160 + 8 * len(f"{name} {axis}"))
                for i, axis in enumerate(("row", "column"))]

    def put(self, place, i):
        return lambda value: place.__setitem__(i, value)

    def set(self, name):
        return lambda value: setattr(self, name, value)

    def turn_to(self, what):
        """Trace a pixel or a weight, and show its sliders."""
        self.what = what
        for key, sliders in self.sliders.items():
            for slider in sliders:
                slider.layout.display = None if key == what else "none"

    # ---- the numbers ---------------------------------------------------------------------------

    @property
    def wide(self):
        """The image with its padding."""
        return np.pad(self.x, self.padding)

    @property
    def side(self):
        """Rows, and columns, of the output."""
        return (SIDE + 2 * self.padding - KERNEL) // self.stride + 1

    @property
    def dy(self):
        return self.slopes[:self.side, :self.side]

    @property
    def partner(self):
        """For each output, what its dy is multiplied with; nan where it has not been touched."""
        found = np.full((self.side, self.side), np.nan)
        for i, j in np.ndindex(found.shape):
            found[i, j] = self.met(i * self.stride, j * self.stride)
        return found

    def met(self, top, left):
        """What the window with this corner has to say of what is traced; nan if nothing."""
        if self.what == "dW":
            return self.wide[top + self.weight[0], left + self.weight[1]]
        k, c = self.pixel[0] + self.padding - top, self.pixel[1] + self.padding - left
        return self.W[k, c] if 0 <= k < KERNEL and 0 <= c < KERNEL else np.nan

    @property
    def products(self):
        return self.dy * self.partner

    @property
    def sum(self):
        """The slope of what is traced."""
        return float(np.nansum(self.products))

    @property
    def dx(self):
        """The slopes of all pixels: each window gives its kernel, times dy."""
        wide = np.zeros_like(self.wide)
        for (i, j), slope in np.ndenumerate(self.dy):
            wide[self.window(i, j)] += slope * self.W
        return wide[self.padding:self.padding + SIDE, self.padding:self.padding + SIDE]

    @property
    def dW(self):
        """The slopes of all weights: each window gives its pixels, times dy."""
        return sum(slope * self.wide[self.window(i, j)]
                   for (i, j), slope in np.ndenumerate(self.dy))

    def window(self, i, j):
        """Where output (i, j) looks at the padded image."""
        top, left = i * self.stride, j * self.stride
        return slice(top, top + KERNEL), slice(left, left + KERNEL)

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        return figure(WIDTH, HEIGHT, self.describe(), *self.upper(), *self.lower())

    def upper(self):
        """The image, the kernel, and the slopes that are looked for."""
        back  = self.what == "dx"
        inner = LEFTS[0] + CELL[0], TOP + CELL[1]
        edge  = inner[0] - self.padding * CELL[0], inner[1] - self.padding * CELL[1]
        yield word(0, TOP - 12, "x, the image, and windows that have seen it" if back else
                   "x, the image, and what the weight has seen", "b", "start")
        yield from table(*edge, self.wide, ".3g", faint=self.outside())
        yield from self.windows(*edge)
        if back:
            yield ring(*inner, *self.pixel)
        yield word(LEFTS[1], TOP + CELL[1] - 10, "W, the kernel", "b", "start")
        yield from table(LEFTS[1], inner[1], self.W)
        for place in self.used() if back else [self.weight]:
            yield ring(LEFTS[1], inner[1], *place, 1.6 if back else 2.6)
        yield word(LEFTS[2], TOP + CELL[1] - 10, f"{self.what}, the slopes", "b", "start")
        yield from table(LEFTS[2], inner[1], self.dx if back else self.dW)
        yield ring(LEFTS[2], inner[1], *(self.pixel if back else self.weight))

    def outside(self):
        """Which cells of the padded image are padding?"""
        return np.pad(np.zeros(self.x.shape, bool), self.padding, constant_values=True)

    def windows(self, left, top):
        """Frames: of the windows with the pixel, or of the pixels that the weight has seen."""
        for n, (i, j) in enumerate(self.touched()):
            row, column = i * self.stride, j * self.stride
            if self.what == "dW":
                yield ring(left, top, row + self.weight[0], column + self.weight[1], 1.6)
            else:
                near = 2 + 2 * n
                yield rect(left + column * CELL[0] + near, top + row * CELL[1] + near,
                           KERNEL * CELL[0] - 2 * near, KERNEL * CELL[1] - 2 * near,
                           "fill:none;stroke:var(--ink);stroke-width:1;stroke-dasharray:4 2", 2)

    def used(self):
        """The weights through which the pixel was seen."""
        return [tuple(self.pixel[axis] + self.padding - at[axis] * self.stride for axis in (0, 1))
                for at in self.touched()]

    def touched(self):
        """The outputs that have something to say."""
        return [tuple(map(int, at)) for at in np.argwhere(~np.isnan(self.partner))]

    def lower(self):
        """dy, what it is multiplied with, the products, and their sum."""
        names = ("dy, of each output", "the weight it used" if self.what == "dx" else
                 "the pixel it saw", "the products")
        there = np.isnan(self.partner)
        for left, name, values in zip(BELOW, names, (self.dy, self.partner, self.products)):
            yield word(left, LOW - 10, name, "b", "start")
            yield from table(left, LOW, values, faint=there)
            for place in self.touched():
                yield ring(left, LOW, *place, 1.2)
        for left, sign in ((BELOW[1], "×"), (BELOW[2], "=")):
            yield word(left - 23, LOW + self.side * CELL[1] / 2 + 5, sign, "b")
        yield word(BELOW[2], LOW + self.side * CELL[1] + 24, f"their sum: {self.name} = "
                   f"{digits(self.sum)}", "b", "start")

    @property
    def name(self):
        row, column = self.pixel if self.what == "dx" else self.weight
        return f"{self.what}[{row}, {column}]"

    # ---- the same in words ---------------------------------------------------------------------

    def describe(self):
        touched = self.touched()
        terms   = " + ".join(f"{digits(self.dy[at])} × {digits(self.partner[at])}"
                             for at in touched)
        if self.what == "dW":
            return (f"Weight {self.weight} has touched every output, {len(touched)} of them. Each "
                    "dy times the pixel that the weight saw there, added up: "
                    f"{self.name} = {digits(self.sum)}.")
        if not touched:
            return f"No window has seen pixel {self.pixel}: {self.name} = 0."
        places = ", ".join(str(list(at)) for at in touched)
        if len(touched) == 1:
            return (f"Only one window has seen pixel {self.pixel}, that of output {places}: "
                    f"{terms} gives {self.name} = {digits(self.sum)}.")
        return (f"{len(touched)} windows have seen pixel {self.pixel}, those of the outputs "
                f"{places}. Each dy times the weight it used, added up: {terms}, so {self.name} = "
                f"{digits(self.sum)}.")


def check(x, W, dy):
    """Raise unless the drawing has room for just these."""
    wanted = (SIDE, SIDE), (KERNEL, KERNEL), (MOST, MOST)
    if (x.shape, W.shape, dy.shape) != wanted:
        raise ValueError("TracePixel wants x (4, 4), W (2, 2) and dy (5, 5); got "
                         f"{x.shape}, {W.shape} and {dy.shape}. Take a part: x[:4, :4].")


def table(left, top, values, form=".2f", faint=None):
    """Cells with their numbers; nan is an empty one, and faint ones stand back."""
    scale = float(np.nanmax(np.abs(values), initial=0)) or 1.0
    width, height = CELL
    for (row, column), value in np.ndenumerate(values):
        x, y  = left + column * width, top + row * height
        back  = faint is not None and faint[row, column]
        empty = back or np.isnan(value)
        fill  = "none" if empty else signed_fill(STRONG * value / scale)
        edge  = "var(--negative);stroke-dasharray:3 2" if value < 0 and not back else \
            "var(--faint)"
        yield rect(x + 1, y + 1, width - 2, height - 2, f"fill:{fill};stroke:{edge}")
        if not np.isnan(value):
            yield word(x + width / 2, y + 18, digits(value, form), "m s" if back else "s")


def ring(left, top, row, column, width=2.6):
    """A frame around one cell."""
    return rect(left + column * CELL[0], top + row * CELL[1], *CELL,
                f"fill:none;stroke:var(--ink);stroke-width:{width}", 3)


def digits(value, form=".2f"):
    """Two digits after the point, and a true minus."""
    return f"{value + 0.0:{form}}".replace("-0.00", "0.00").replace("-", "−")
