"""Chapter 12, pooling: the largest of each window; and a filter by hand."""
import numpy as np

from dlf.exercises.chapters.ch12_convolution import convolve
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def max_pool(x, size):
    """The largest pixel of each window of size x size; windows stand side by side.

    Shapes: x (n, c, h, w); the result (n, c, h // size, w // size). Rows and columns that are left
    over at the bottom and on the right are dropped.
    """
    n, c, h, w = x.shape
    y = np.zeros((n, c, h // size, w // size))
    for i in range(h // size):
        for j in range(w // size):
            top, left = i * size, j * size
            window    = x[:, :, top:top + size, left:left + size]
            y[:, :, i, j] = window.max(axis=(2, 3))
    return y


UPRIGHT = [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]

# ---- what they are compared on -----------------------------------------------------------------

def to_pool(rng):
    """One channel; several, with rows left over; nothing but negative numbers; windows of one."""
    return [(rng.normal(size=(1, 1, 2, 4)).round(1), 2), (rng.normal(size=(2, 3, 7, 6)), 2),
            (rng.normal(size=(2, 2, 6, 6)), 3), (-1 - rng.random((2, 3, 4, 6)), 2),
            (rng.normal(size=(2, 2, 4, 4)), 2), (rng.normal(size=(1, 1, 2, 2)), 1)]


STEP   = np.repeat([0.0, 1.0], 4)
SCENES = {"a plain gray image":        np.full((8, 8), 0.5),
          "an upright edge":           np.tile(STEP, (8, 1)),
          "a level edge":              np.tile(STEP, (8, 1)).T}


def looked_at(kernel):
    """What nine numbers say to three images: do they answer anywhere?"""
    kernel = np.asarray(kernel, dtype=float).reshape(3, 3)
    found  = {name: np.abs(convolve(scene, kernel, 0, 1, 0)).max()
              for name, scene in SCENES.items()}
    return {name: "answers" if size > 1e-9 else "silent" for name, size in found.items()}


# ---- wrong in known ways -----------------------------------------------------------------------

def whole_windows(x, size):
    """The images without the rows and columns that are left over."""
    h, w = (m // size * size for m in x.shape[2:])
    return x[:, :, :h, :w]


def down_one_column(x, size):
    """The largest pixel of each window's first column."""
    x = whole_windows(x, size)
    return np.maximum.reduce([x[:, :, i::size, ::size] for i in range(size)])


def along_one_row(x, size):
    """The largest pixel of each window's first row."""
    x = whole_windows(x, size)
    return np.maximum.reduce([x[:, :, ::size, j::size] for j in range(size)])


def pooled(what, step=None):
    """A max_pool with another summary, or windows that overlap."""
    def answer(x, size):
        s    = size if step is None else step
        h, w = ((m - size) // s + 1 for m in x.shape[2:])
        return np.array([[[[what(x[n, c, i * s:i * s + size, j * s:j * s + size])
                            for j in range(w)] for i in range(h)]
                          for c in range(x.shape[1])] for n in range(len(x))])
    return answer


def interleaved(x, size):
    """A reshape whose axes stand in the wrong order."""
    n, c, h, w = x.shape
    shape = n, c, h // size, w // size, size, size
    return whole_windows(x, size).reshape(shape).max(axis=(4, 5))


def without_cutting(x, size):
    """A reshape for images that can be cut into whole windows."""
    n, c, h, w = x.shape
    return x.reshape(n, c, h // size, size, w // size, size).max(axis=(3, 5))


def rest_kept(x, size):
    """The rows and columns left over make smaller windows of their own."""
    rows, columns = (-m % size for m in x.shape[2:])
    return max_pool(np.pad(x, ((0, 0), (0, 0), (0, rows), (0, columns)),
                           constant_values=-np.inf), size)


def range_too_short(x, size):
    """Lists of pixels, from ranges that lack their last place."""
    n, c, h, w = x.shape
    return np.array([[[[x[m, o, i:i + size, j:j + size].max() for j in range(0, w - size, size)]
                       for i in range(0, h - size, size)] for o in range(c)] for m in range(n)])


def in_steps(x, size):
    """The loops go in steps of the size, and the output has their numbers too."""
    y = np.zeros((*x.shape[:2], x.shape[2] // size, x.shape[3] // size))
    for i in range(0, x.shape[2] - size + 1, size):
        for j in range(0, x.shape[3] - size + 1, size):
            y[:, :, i, j] = x[:, :, i:i + size, j:j + size].max(axis=(2, 3))
    return y


def turned_output(x, size):
    """The names of rows and columns are exchanged in `x.shape`."""
    n, c, w, h = x.shape
    y = np.zeros((n, c, h // size, w // size))
    for i, j in np.ndindex(*y.shape[2:]):
        top, left = i * size, j * size
        y[:, :, i, j] = x[:, :, top:top + size, left:left + size].max(axis=(2, 3))
    return y


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "max_pool", 12, "The largest of each window", "core", 7, max_pool, ("y",), cases=to_pool,
        mistakes=(
            Mistake("mean", pooled(np.mean),
                    "That is the mean or the sum of each window. It is a kind of pooling too, but "
                    "here the largest was asked for.", 94, (pooled(np.sum),)),
            Mistake("overlap", pooled(np.max, 1),
                    "Your windows overlap: they move by one pixel. Here they stand side by side, "
                    "so each begins `size` rows below the last one.", 87,
                    (lambda x, size: pooled(np.max, 1)(x, size)[
                        :, :, :x.shape[2] // size, :x.shape[3] // size],)),
            Mistake("in-steps", in_steps,
                    "`size` belongs in one place, the corner of the window, at i * size and "
                    "j * size. The output's own pixels, i and j, are counted one by one.", 87),
            Mistake("last-missing", range_too_short,
                    "The last row and the last column are missing: `range` stops before its end. "
                    "There are h // size windows, one below the other.", 89,
                    (lambda x, size: max_pool(x, size)[:, :, :-1, :-1],)),
            Mistake("short-window", pooled(lambda window: window[:-1, :-1].max()),
                    "Your windows lack their last row and column. A slice stops before its end: "
                    "`size` rows from row i on are i:i + size.", 89),
            Mistake("place", pooled(np.argmax),
                    "You give the place of the largest pixel. Its value was asked for."),
            Mistake("over-everything", lambda x, size: 0 * max_pool(x, size)
                    + max_pool(x, size).max(axis=(0, 1)),
                    "Images or channels share your numbers: a maximum without axes looks through "
                    "all that it is given. It is to be taken over the window alone.", 93,
                    (lambda x, size: 0 * max_pool(x, size)
                     + max_pool(x, size).max(axis=1, keepdims=True),)),
            Mistake("every-second", lambda x, size: whole_windows(x, size)[:, :, ::size, ::size],
                    "You took one pixel of each window, always from the same place. Look at all of "
                    "them, and keep the largest.", 0,
                    (lambda x, size: whole_windows(x, size)[
                        :, :, size - 1::size, size - 1::size],)),
            Mistake("smallest", pooled(np.min),
                    "Those are the smallest pixels; the largest were asked for."),
            Mistake("not-below-zero", lambda x, size: np.maximum(max_pool(x, size), 0),
                    "Where all pixels of a window are negative, yours says 0. A search for the "
                    "largest must not begin with 0: begin with a pixel of the window, or with "
                    "minus infinity."),
            Mistake("largest-size", lambda x, size: max_pool(np.abs(x), size),
                    "You compare sizes without their signs. The largest of -3 and 1 is 1.", 0,
                    (pooled(lambda window: window.flat[np.abs(window).argmax()]),)),
            Mistake("rest-kept", rest_kept,
                    "Rows and columns are left over at the edge, and you made smaller windows of "
                    "them. Drop them: the result is h // size rows high.", 89),
            Mistake("not-whole", without_cutting,
                    "It works until rows or columns are left over: 7 rows cannot be cut into "
                    "windows of 2. Drop the rest before you reshape.", 89),
            Mistake("always-two", lambda x, size: pooled(np.max, size)(x, 2),
                    "Your windows have 2 x 2 pixels whatever the size is.", 0,
                    (lambda x, size: max_pool(x, 2), lambda x, size: max_pool(x, 2)[
                        :, :, :x.shape[2] // size, :x.shape[3] // size])),
            Mistake("interleaved", interleaved,
                    "The shape is right, the windows are not: a reshape to (.., size, size) takes "
                    "neighbors in a row of memory, which is not a square of the image. The axes "
                    "must be cut where they are: (h // size, size, w // size, size)."),
            Mistake("one-direction", down_one_column,
                    "The largest is taken along one direction alone. A window is size x size: look "
                    "at its rows and its columns.", 0, (along_one_row,)),
            Mistake("channels-too", lambda x, size: max_pool(x, size).max(axis=1),
                    "The channels are gone: you looked for the largest among them as well. Each "
                    "channel is pooled by itself.", 93,
                    (lambda x, size: max_pool(x, size).max(axis=1, keepdims=True),
                     lambda x, size: max_pool(x, size).max(axis=(0, 1)))),
            Mistake("one-image", lambda x, size: max_pool(x, size)[0],
                    "Only one image is in there; every image of the batch is pooled.", 96,
                    (lambda x, size: max_pool(x, size)[:1],)),
            Mistake("height-and-width", lambda x, size: max_pool(x, size).swapaxes(2, 3),
                    "Height and width are swapped: rows come before columns.", 92,
                    (turned_output,))),
        hints=("Loop over the rows and columns of the output. Where does window i, j begin?",
               "The result is (n, c, h // size, w // size). The largest is taken over the two "
               "axes of the window, not over images and channels.",
               "For each i, j: cut out rows from i times size on and columns from j times size on, "
               "size of each, for all images and channels; the maximum over axes 2 and 3."),
        why="Half as many rows and columns, nothing to learn, and a stroke that moves by a pixel "
            "changes the output less."),
    Exercise(
        "edge_filter", 12, "Nine numbers for upright edges", "stretch", 5, UPRIGHT, tuple(SCENES),
        measure=looked_at, variable="edge_filter",
        form="nine numbers: three rows of three",
        mistakes=(
            Mistake("level", [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
                    "Yours answers to level edges, where above and below differ, and is silent at "
                    "upright ones. Which direction must the numbers change in, so that left and "
                    "right are compared?"),
            Mistake("both", [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
                    "Yours answers to edges of both kinds. At a level edge each row lies in one "
                    "brightness, so it is silent there only if each of its rows adds up to 0.",
                    0, ([[-1, 0, 0], [0, 0, 0], [0, 0, 1]],)),
            Mistake("answers-to-gray", [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
                    "Yours answers even where there is nothing to see. On plain gray the answer is "
                    "gray times the sum of the nine numbers: let them add up to 0."),
            Mistake("silent", [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
                    "Yours is silent at all three. Left of an upright edge it is dark, right of it "
                    "bright: the columns of your kernel must not all have the same sum.", 0,
                    ([[1, -1, 0], [-1, 1, 0], [0, 0, 0]],))),
        hints=("Compare left with right: what must the sum of all nine numbers be, so that plain "
               "gray gives 0?",
               "At a level edge each row of the window has one brightness. What must each row of "
               "the kernel add up to?",
               "The kernel for level edges is on this page. Exchange rows and columns."),
        why="Networks find filters like this one by themselves: their first layer is nearly always "
            "full of edges."),
)
