"""Chapter 12: drag a kernel over an image; each place that it stands on becomes an output pixel."""
import ipywidgets as widgets
import numpy as np

from dlf.widgets.lessons.base import Lesson
from dlf.widgets.parts import label
from dlf.widgets.svg.figure import figure, rect, signed_fill
from dlf.widgets.svg.sheet import word

CELL    = 24                    # pixels of the page a side of a pixel of the image
SIDE    = 12                    # cells that an image, its padding counted in, takes at most
WIDE    = 46, 24                # a cell of the window, the kernel and the products
MIDDLE  = 316                   # where these begin, from the left
RIGHT   = 484                   # where the output begins
OUT     = 27, 24                # a cell of the output
TOP     = 40
MOST    = SIDE - 2 * 2          # rows and columns of an image
LARGEST = 99                    # a weight of one's own; more digits have no room
STRONG  = 0.6                   # of the full color, so that numbers can be read on it

KERNELS = {"level edges": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
           "blur":        [[1 / 9] * 3] * 3,
           "sharpen":     [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
           "as it is":    [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
           "shift":       [[0, 0, 0], [0, 0, 1], [0, 0, 0]]}

# A handwritten seven of 8 x 8 pixels, 0 to 16.
SEVEN = [[0, 0, 0, 8, 14, 14, 2, 0], [0, 0, 0, 6, 10, 15, 11, 0], [0, 0, 0, 0, 0, 14, 10, 0],
         [0, 2, 8, 11, 12, 16, 8, 0], [0, 8, 16, 16, 16, 16, 7, 0], [0, 0, 0, 0, 11, 15, 1, 0],
         [0, 0, 0, 9, 16, 7, 0, 0], [0, 0, 0, 12, 13, 1, 0, 0]]


class DragKernel(Lesson):
    """A kernel of 3 x 3 on an image: the window, the nine products, their sum, the output pixel.

    Args: image: at most 8 rows and 8 columns, at least 3 of each; without one, a handwritten seven.
    kernel: one of "level edges", "blur", "sharpen", "as it is", "shift", to begin with.
    Shape: image (h, w).
    Raises: ValueError for an image of another size, or a kernel of another name.
    """

    def __init__(self, image=None, kernel="level edges"):
        self.image = np.array(SEVEN if image is None else image, dtype=float)
        check(self.image, kernel)
        self.kernel = np.array(KERNELS[kernel], dtype=float)
        self.name, self.stride, self.padding = kernel, 1, 0
        self.start()
        super().__init__(self.one_pixel, {"pixel": self.one_pixel, "row": self.one_row},
                         self.start_anew, speed="3 a second")
        self.words.layout.min_height = "4.8em"

    def controls(self):
        h, w = self.size
        self.row_slider    = self.slider("row", 0, 0, h - 1, 1, "Row of the output pixel",
                                         lambda i: self.move(i, self.at[1]), width=240)
        self.column_slider = self.slider("column", 0, 0, w - 1, 1, "Column of the output pixel",
                                         lambda j: self.move(self.at[0], j), width=260)
        self.choice = self.choose("kernel", [*KERNELS, "your own"], self.name,
                                  "Nine numbers that you know, or your own", self.take)
        self.fields = [self.field(place, value) for place, value in np.ndenumerate(self.kernel)]
        rows = [widgets.HBox(self.fields[i:i + 3], layout=widgets.Layout(flex="0 0 auto"))
                for i in (0, 3, 6)]
        return [
            self.row(self.row_slider, self.column_slider),
            self.row(self.choice,
                     self.slider("stride", 1, 1, 3, 1, "Pixels from one window to the next",
                                 self.step_by, width=190),
                     self.slider("padding", 0, 0, 2, 1, "Rows and columns of zeros all around",
                                 self.frame_by, width=200)),
            self.row(label("its rows"), *rows)]

    def field(self, place, value):
        """A small field for one of the nine numbers."""
        made = widgets.BoundedFloatText(
            value=shown(value), min=-LARGEST, max=LARGEST, step=0.5,
            tooltip=f"row {place[0]}, column {place[1]} of the kernel",
            layout=widgets.Layout(width="62px", flex="0 0 auto"))
        self.player.watch(made, lambda new: self.weigh(place, new))
        return made

    # ---- what the controls do ------------------------------------------------------------------

    def start(self):
        """Only the first output pixel is there."""
        self.at, self.seen = (0, 0), np.zeros(self.size, dtype=bool)
        self.seen[0, 0] = True

    def start_anew(self):
        """The same, and the sliders follow."""
        self.start()
        self.follow()

    def follow(self):
        """Put the sliders where the window is: that moves it to where it is, and no further."""
        sliders = self.row_slider, self.column_slider
        for slider, place, size in zip(sliders, self.at, self.size):
            slider.value, slider.max = place, size - 1

    def move(self, i, j):
        """The window goes to output pixel i, j, if there is one."""
        h, w    = self.size
        self.at = min(i, h - 1), min(j, w - 1)
        self.seen[self.at] = True

    def one_pixel(self):
        """On to the next output pixel, row by row."""
        h, w  = self.size
        place = self.at[0] * w + self.at[1] + 1
        if place == h * w:
            raise StopIteration
        self.at = divmod(place, w)
        self.seen[self.at] = True
        self.follow()

    def one_row(self):
        """On to the end of this row, or of the next."""
        self.one_pixel()
        while self.at[1] < self.size[1] - 1:
            self.one_pixel()

    def step_by(self, stride):
        self.stride = stride
        self.start_anew()

    def frame_by(self, padding):
        self.padding = padding
        self.start_anew()

    def take(self, name):
        """Another kernel; "your own" begins with the numbers that are there."""
        self.name = name
        if name in KERNELS:
            self.kernel = np.array(KERNELS[name], dtype=float)
            for made, value in zip(self.fields, self.kernel.ravel()):
                made.value = shown(value)

    def weigh(self, place, value):
        """One of the nine numbers is another now."""
        if np.isfinite(value) and value != shown(self.kernel[place]):
            self.kernel[place] = value
            self.name = self.choice.value = "your own"

    # ---- the numbers ---------------------------------------------------------------------------

    @property
    def padded(self):
        """The image with its frame of zeros."""
        return np.pad(self.image, self.padding)

    @property
    def size(self):
        """(rows, columns) of the output."""
        return tuple((n + 2 * self.padding - 3) // self.stride + 1 for n in self.image.shape)

    @property
    def corner(self):
        """(row, column) of the window's upper left pixel in the padded image."""
        return self.at[0] * self.stride, self.at[1] * self.stride

    @property
    def window(self):
        top, left = self.corner
        return self.padded[top:top + 3, left:left + 3]

    @property
    def output(self):
        """All output pixels, (rows, columns)."""
        views = np.lib.stride_tricks.sliding_window_view(self.padded, (3, 3))
        return (views[::self.stride, ::self.stride] * self.kernel).sum(axis=(2, 3))

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        return figure(760, TOP + SIDE * CELL + 24, self.describe(), *self.left(), *self.middle(),
                      *self.right())

    def left(self):
        """The image with its frame, and the window on it."""
        h, w = self.padded.shape
        yield word(0, 14, f"The image, {self.image.shape[0]} x {self.image.shape[1]}"
                   + f", padded to {h} x {w}" * (self.padding > 0), "b", "start")
        scale = size_of(self.image)
        for (row, column), value in np.ndenumerate(self.padded):
            x, y   = column * CELL, TOP + row * CELL
            p      = self.padding
            inside = p <= row < h - p and p <= column < w - p
            look   = f"fill:{signed_fill(STRONG * value / scale)};stroke:var(--faint)" if inside \
                else "fill:none;stroke:var(--faint);stroke-dasharray:2 2"
            yield rect(x + 0.5, y + 0.5, CELL - 1, CELL - 1, look)
            yield word(x + CELL / 2, y + 16, short(value), "s" if inside else "m s")
        top, left = self.corner
        yield rect(left * CELL, TOP + top * CELL, 3 * CELL, 3 * CELL,
                   "fill:none;stroke:var(--ink);stroke-width:2.5", 3)

    def middle(self):
        """Window times kernel: nine products, and their sum."""
        products = self.window * self.kernel
        yield word(MIDDLE, 14, "One output pixel", "b", "start")
        for n, (name, values, scale) in enumerate((
                ("the window", self.window, size_of(self.image)),
                ("times the kernel", self.kernel, size_of(self.kernel)),
                ("nine products", products, size_of(products)))):
            top = TOP + n * (3 * WIDE[1] + 20)
            yield word(MIDDLE, top - 5, name, "m s", "start")
            yield from self.table(top, values, scale)
        total = float(self.output[self.at])
        yield word(MIDDLE, TOP + 3 * (3 * WIDE[1] + 20) - 1, f"their sum: {exact(total)}", "b",
                   "start")

    def table(self, top, values, scale):
        """Nine cells with their numbers; negative ones are dashed."""
        width, height = WIDE
        for (row, column), value in np.ndenumerate(values):
            x, y = MIDDLE + column * width, top + row * height
            edge = "var(--negative);stroke-dasharray:3 2" if value < 0 else "var(--faint)"
            yield rect(x + 1, y + 1, width - 2, height - 2,
                       f"fill:{signed_fill(STRONG * value / scale)};stroke:{edge}")
            yield word(x + width / 2, y + 16, exact(value), "s")

    def right(self):
        """The output, as far as the window has been there."""
        (h, w), (width, height) = self.size, OUT
        scale = size_of(self.output)
        yield word(RIGHT, 14, f"The output, {h} x {w}", "b", "start")
        for place, value in np.ndenumerate(self.output):
            x, y  = RIGHT + place[1] * width, TOP + place[0] * height
            there = self.seen[place]
            fill  = signed_fill(STRONG * value / scale) if there else "none"
            edge  = "var(--negative);stroke-dasharray:3 2" if there and value < 0 else \
                "var(--faint)"
            yield rect(x + 0.5, y + 0.5, width - 1, height - 1, f"fill:{fill};stroke:{edge}")
            if there:
                yield word(x + width / 2, y + 16, short(value), "s")
        i, j = self.at
        yield rect(RIGHT + j * width, TOP + i * height, width, height,
                   "fill:none;stroke:var(--ink);stroke-width:2.5", 3)

    # ---- the same in words ---------------------------------------------------------------------

    def describe(self):
        (i, j), (top, left) = self.at, self.corner
        rows  = "; ".join(", ".join(map(exact, row)) for row in self.window * self.kernel)
        what  = "your own kernel" if self.name == "your own" else f"the kernel “{self.name}”"
        return (f"Output pixel [{i}, {j}] of {what}: its window begins in row {top} and column "
                f"{left} of the {'padded ' * (self.padding > 0)}image. The nine products {rows} "
                f"add up to {exact(float(self.output[self.at]))}. {self.count()} "
                f"{int(self.seen.sum())} of {self.seen.size} are filled in.")

    def count(self):
        """The size of the output, in words."""
        (h, w), (rows, columns) = self.size, self.padded.shape
        by = "one" if self.stride == 1 else str(self.stride)
        return (f"In {rows} rows the top of the kernel can move down {rows - 3}, {by} at a time, "
                f"so it fits in {h} {'place' if h == 1 else 'places'}; in {columns} columns it "
                f"fits in {w}: the output is {h} x {w}.")


def check(image, kernel):
    """Raise unless the drawing has room for the image, and the kernel fits into it."""
    if image.ndim != 2 or min(image.shape) < 3 or max(image.shape) > MOST:
        raise ValueError(f"DragKernel wants one image with 3 to {MOST} rows and columns, got the "
                         f"shape {image.shape}. Take a part of it: image[:8, :8].")
    if kernel not in KERNELS:
        raise ValueError(f"There is no kernel {kernel!r}; there are {', '.join(KERNELS)}.")


def size_of(values):
    """The size of the full color."""
    return float(np.abs(values).max()) or 1.0


def shown(value):
    """What a field shows of a weight."""
    return round(float(value), 2)


def exact(value):
    """A number with at most two digits after the point, and a true minus."""
    return f"{round(float(value), 2) + 0.0:.6g}".replace("-", "−")


def short(value):
    """A number of at most four letters, so that it fits into a pixel."""
    text = f"{value:.0f}" if abs(value) >= 9.95 or value == round(value) else f"{value:.1f}"
    return ("0" if float(text) == 0 else text).replace("-", "−")
