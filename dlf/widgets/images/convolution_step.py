"""A convolution, step by step: the window moves, its products add up, an output pixel appears."""
import numpy as np

from dlf.widgets.lessons.base import Lesson
from dlf.widgets.lessons.drag_kernel import exact, short, size_of
from dlf.widgets.svg.figure import figure, rect, signed_fill
from dlf.widgets.svg.sheet import word

BOARD  = 264                    # pixels of the input and of the output, a side
MIDDLE = 300                    # where the three small tables begin, from the left
TABLE  = 176                    # pixels that a table is wide
RIGHT  = 492                    # where the output begins
TOP    = 42
WIDTH, HEIGHT = RIGHT + BOARD + 4, TOP + 336
STRONG = 0.6                    # of the full color, so that numbers can be read on it
ROOM   = 20                     # pixels that a number needs


class ConvolutionStep(Lesson):
    """One output channel of a Conv2D layer, and one of its input channels, pixel by pixel.

    Args: layer: a Conv2D with neither groups nor dilation; x: what goes in.
    Shape: x (channels, height, width).
    """

    def __init__(self, layer, x):
        self.kernel, self.channel = 0, 0
        self.take(layer, x)
        self.start()
        super().__init__(self.one_pixel, {"pixel": self.one_pixel, "row": self.one_row},
                         self.start_anew, speed="3 a second")
        self.words.layout.min_height = "4.4em"

    def controls(self):
        h, w = self.output.shape
        self.row_slider    = self.slider("row", 0, 0, h - 1, 1, "Row of the output pixel",
                                         lambda i: self.move(i, self.at[1]), width=230)
        self.column_slider = self.slider("column", 0, 0, w - 1, 1, "Column of the output pixel",
                                         lambda j: self.move(self.at[0], j), width=250)
        self.kernels  = self.choose("kernel", [("1", 0)], 0, "Which output channel", self.weigh,
                                    width=150)
        self.channels = self.choose("input channel", [("1", 0)], 0, "Which of the maps that go in",
                                    self.pick, width=190)
        self.offer()
        return [self.row(self.row_slider, self.column_slider, self.kernels, self.channels)]

    # ---- what it is about ----------------------------------------------------------------------

    def take(self, layer, x):
        """Another layer, or another image."""
        self.layer, self.x = layer, np.asarray(x, dtype=float)
        self.kernel  = min(self.kernel, layer.n_out - 1)
        self.channel = min(self.channel, layer.n_in - 1)
        (p, q), (self.down, self.across) = layer.window.padding, layer.window.stride
        self.padded  = np.pad(self.x, ((0, 0), (p, p), (q, q)))
        self.compute()

    def compute(self):
        """The products of all places with the kernel that is chosen."""
        kernels = self.layer.W[self.kernel].astype(float)                  # (channels, kh, kw)
        views   = np.lib.stride_tricks.sliding_window_view(self.padded, kernels.shape[1:],
                                                           axis=(1, 2))
        views   = views[:, ::self.down, ::self.across]
        self.sums   = (views * kernels[:, None, None]).sum(axis=(3, 4))    # (channels, h, w)
        self.bias   = float(self.layer.b[self.kernel]) if self.layer.bias else 0.0
        self.output = self.sums.sum(axis=0) + self.bias

    def look(self, layer, x):
        """Show this layer and what goes into it; the window stays where it is, if it can."""
        before, shape = self.layer, self.output.shape
        self.take(layer, x)
        if self.output.shape != shape or layer is not before:
            self.start()
            self.offer()
            self.follow()
        self.player.redraw()

    def offer(self):
        """The kernels and channels that there are."""
        for made, n, at in ((self.kernels, self.layer.n_out, self.kernel),
                            (self.channels, self.layer.n_in, self.channel)):
            if len(made.options) != n:
                made.options = [(str(i + 1), i) for i in range(n)]
            made.value = at

    # ---- what the controls do ------------------------------------------------------------------

    def start(self):
        """Only the first output pixel is there."""
        self.at, self.seen = (0, 0), np.zeros(self.output.shape, dtype=bool)
        self.seen[0, 0] = True

    def start_anew(self):
        """The same, and the sliders follow."""
        self.start()
        self.follow()

    def follow(self):
        """Put the sliders where the window is."""
        sliders = self.row_slider, self.column_slider
        for slider, place, size in zip(sliders, self.at, self.output.shape):
            slider.value, slider.max = place, size - 1

    def move(self, i, j):
        """The window goes to output pixel i, j."""
        h, w    = self.output.shape
        self.at = min(i, h - 1), min(j, w - 1)
        self.seen[self.at] = True

    def one_pixel(self):
        """On to the next output pixel, row by row."""
        h, w  = self.output.shape
        place = self.at[0] * w + self.at[1] + 1
        if place == h * w:
            raise StopIteration
        self.at = divmod(place, w)
        self.seen[self.at] = True
        self.follow()

    def one_row(self):
        """On to the end of this row, or of the next."""
        self.one_pixel()
        while self.at[1] < self.output.shape[1] - 1:
            self.one_pixel()

    def weigh(self, kernel):
        """Another output channel."""
        if kernel is not None and kernel != self.kernel:
            self.kernel = kernel
            self.compute()

    def pick(self, channel):
        """Another input channel."""
        if channel is not None:
            self.channel = channel

    # ---- the numbers ---------------------------------------------------------------------------

    @property
    def corner(self):
        """(row, column) of the window's upper left pixel in the padded input."""
        return self.at[0] * self.down, self.at[1] * self.across

    @property
    def weights(self):
        """The kernel for the chosen channel."""
        return self.layer.W[self.kernel, self.channel].astype(float)

    @property
    def window(self):
        (top, left), (h, w) = self.corner, self.layer.window.size
        return self.padded[self.channel, top:top + h, left:left + w]

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        return figure(WIDTH, HEIGHT, self.describe(), *self.left(), *self.middle(), *self.right())

    def left(self):
        """The input with its frame of zeros, and the window on it."""
        grid   = self.padded[self.channel]
        (p, q) = self.layer.window.padding
        cell   = BOARD / max(grid.shape)
        there  = np.zeros(grid.shape, dtype=bool)
        there[p:grid.shape[0] - p, q:grid.shape[1] - q] = True
        name   = f"Input channel {self.channel + 1} of {self.layer.n_in}" \
            if self.layer.n_in > 1 else "The image"
        yield word(0, 14, name, "b", "start")
        yield word(0, 32, f"{self.x.shape[1]} × {self.x.shape[2]}"
                   + ", with zeros around it" * bool(p + q), "m s", "start")
        yield from cells(grid, 0, cell, there, size_of(self.x[self.channel]))
        (top, left), (h, w) = self.corner, self.layer.window.size
        yield frame_of(left * cell, TOP + top * cell, w * cell, h * cell)

    def middle(self):
        """Window times kernel: the products, and what is added to them."""
        products = self.window * self.weights
        height   = 22 if len(products) <= 3 else 15
        yield word(MIDDLE, 14, "One output pixel", "b", "start")
        top = TOP
        for name, values, scale in (("the window", self.window, size_of(self.x[self.channel])),
                                    ("times the kernel", self.weights, size_of(self.weights)),
                                    ("their products", products, size_of(products))):
            yield word(MIDDLE, top - 6, name, "m s", "start")
            yield from table(values, top, height, scale)
            top += height * len(values) + 20
        for n, (name, value, kind) in enumerate(self.account()):
            yield word(MIDDLE, top + 17 * n - 2, name, kind, "start")
            yield word(MIDDLE + TABLE, top + 17 * n - 2, cents(value), kind, "end")

    def account(self):
        """What the output pixel is the sum of: (name, number, look)."""
        own, total = float(self.sums[self.channel][self.at]), float(self.output[self.at])
        yield "their sum", own, "s"
        if self.layer.n_in > 1:
            n = self.layer.n_in - 1
            yield f"{n} other channel{'s' * (n > 1)}", total - own - self.bias, "s"
        if self.layer.bias:
            yield "the bias", self.bias, "s"
        yield "output pixel", total, "b"

    def right(self):
        """The output, as far as the window has been there."""
        cell = BOARD / max(self.output.shape)
        yield word(RIGHT, 14, f"Output channel {self.kernel + 1} of {self.layer.n_out}", "b",
                   "start")
        yield word(RIGHT, 32, "{} × {}".format(*self.output.shape), "m s", "start")
        yield from cells(self.output, RIGHT, cell, self.seen, size_of(self.output), hidden=True)
        i, j = self.at
        yield frame_of(RIGHT + j * cell, TOP + i * cell, cell, cell)

    # ---- the same in words ---------------------------------------------------------------------

    def describe(self):
        (i, j), (top, left) = self.at, self.corner
        rows  = "; ".join(", ".join(map(exact, line)) for line in self.window * self.weights)
        parts = ", ".join(f"{name} {cents(value)}" for name, value, _ in self.account())
        return (f"Output pixel [{i}, {j}] of kernel {self.kernel + 1}: its window begins in row "
                f"{top} and column {left} of the input with its zeros. The products of input "
                f"channel {self.channel + 1} are {rows}: {parts}. {int(self.seen.sum())} of "
                f"{self.seen.size} output pixels are filled in.")


def cells(grid, left, cell, there, scale, hidden=False):
    """A picture with its numbers, if they have room; what is not `there` is dashed, or hidden."""
    for (row, column), value in np.ndenumerate(grid):
        x, y, on = left + column * cell, TOP + row * cell, there[row, column]
        edge = "var(--negative);stroke-dasharray:3 2" if on and value < 0 and cell > ROOM else \
            "var(--faint)" + ";stroke-dasharray:2 2" * (not on and not hidden)
        fill = signed_fill(STRONG * value / scale) if on else "none"
        yield rect(x + 0.5, y + 0.5, cell - 1, cell - 1, f"fill:{fill};stroke:{edge}")
        if cell > ROOM and (on or not hidden):
            yield word(x + cell / 2, y + cell / 2 + 4, short(value), "s" if on else "m s")


def table(values, top, height, scale):
    """A small table of numbers; negative ones are dashed."""
    width = TABLE / values.shape[1]
    for (row, column), value in np.ndenumerate(values):
        x, y = MIDDLE + column * width, top + row * height
        edge = "var(--negative);stroke-dasharray:3 2" if value < 0 else "var(--faint)"
        yield rect(x + 0.5, y + 0.5, width - 1, height - 1,
                   f"fill:{signed_fill(STRONG * value / scale)};stroke:{edge}")
        yield word(x + width / 2, y + height / 2 + 4, exact(value), "s")


def cents(value):
    """A number with two digits after the point, for columns of them, and a true minus."""
    return f"{round(float(value), 2) + 0.0:.2f}".replace("-", "−")


def frame_of(x, y, width, height):
    """The frame around what the moment is about."""
    return rect(x, y, width, height, "fill:none;stroke:var(--ink);stroke-width:2.5", 3)
