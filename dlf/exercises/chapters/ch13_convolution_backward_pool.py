"""Chapter 13, convolution backward: the way back through max pooling."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answer --------------------------------------------------------------------------------

def max_pool_back(dy, x, size):
    """dx of max pooling with windows of size by size pixels, side by side: the winner gets dy.

    Of several pixels that are equally large, the first wins, from left to right and from top to
    bottom. Pixels at the edge that no window reaches get 0.
    Shapes: dy (n, c, h, w), x (n, c, height, width), h = height // size; returns the shape of x.
    """
    dx = np.zeros(x.shape)
    for m, c, i, j in np.ndindex(dy.shape):
        top, left = i * size, j * size
        window = x[m, c, top:top + size, left:left + size]
        row, column = divmod(window.argmax(), size)
        dx[m, c, top + row, left + column] = dy[m, c, i, j]
    return dx


# ---- what it is compared on --------------------------------------------------------------------

def pools(rng):
    """One window; then ties of zeros, as ReLU makes them; then edges that no window reaches."""
    ties = np.maximum(rng.integers(-2, 3, size=(2, 2, 4, 4)), 0) * 1.0
    return [(np.array([[[[5.0]]]]), np.array([[[[1.0, 4.0], [3.0, 2.0]]]]), 2),
            (rng.normal(size=(2, 2, 2, 2)), ties, 2),
            (rng.normal(size=(2, 3, 3, 3)), rng.normal(size=(2, 3, 7, 6)), 2),
            (rng.normal(size=(1, 2, 2, 3)), rng.normal(size=(1, 2, 6, 9)), 3)]


# ---- wrong ways --------------------------------------------------------------------------------

def pool_back(dy, x, size, share):
    """dx, where share(window, slope) says what each pixel of a window gets."""
    dx = np.zeros(x.shape)
    for m, c, i, j in np.ndindex(dy.shape):
        at = m, c, slice(i * size, i * size + size), slice(j * size, j * size + size)
        dx[at] = share(x[at], dy[m, c, i, j])
    return dx


def winner(window, slope, last=False, turned=False):
    flat  = window.ravel()
    place = flat.size - 1 - flat[::-1].argmax() if last else flat.argmax()
    k, j  = divmod(int(place), window.shape[1])
    found = np.zeros(window.shape)
    found[(j, k) if turned else (k, j)] = slope
    return found


def tied(window, slope):
    return slope * (window == window.max())


def in_the_corner(dy, x, size, step=0, add=False):
    """Places inside the window taken for places in the image."""
    dx = np.zeros(x.shape)
    for m, c, i, j in np.ndindex(dy.shape):
        window = x[m, c, i * size:i * size + size, j * size:j * size + size]
        row, column = divmod(window.argmax(), size)
        at = m, c, i * step + row, j * step + column
        dx[at] = dy[m, c, i, j] + (dx[at] if add else 0)
    return dx


def by_two(dy, x, size):
    """Row and column of the winner as if the window were two pixels wide."""
    dx = np.zeros(x.shape)
    for m, c, i, j in np.ndindex(dy.shape):
        top, left   = i * size, j * size
        row, column = divmod(x[m, c, top:top + size, left:left + size].argmax(), 2)
        dx[m, c, top + row, left + column] = dy[m, c, i, j]
    return dx


def into_a_copy(dy, x, size):
    """ravel() of a window that does not lie in one piece is a copy: dx does not hear of it."""
    dx = np.zeros(x.shape)
    for m, c, i, j in np.ndindex(dy.shape):
        at = m, c, slice(i * size, i * size + size), slice(j * size, j * size + size)
        dx[at].ravel()[x[at].argmax()] = dy[m, c, i, j]
    return dx


def from_a_copy(dy, x, size):
    """The slopes are written into a copy of the image."""
    won = pool_back(np.ones(dy.shape), x, size, winner) > 0
    return np.where(won, pool_back(dy, x, size, winner), x)


def one_winner(dy, x, size):
    """One place, found over all images and channels together, for each window."""
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape[2:]):
        top, left   = i * size, j * size
        window      = x[:, :, top:top + size, left:left + size]
        row, column = divmod(window.argmax(), size)
        dx[:, :, top + row, left + column] = dy[:, :, i, j]
    return dx


def columns_first(window, slope):
    """The first winner down the columns."""
    return winner(window.T, slope).T


def by_value(dy, x, size):
    """Every pixel of the image that is as large as a winner."""
    dx = np.zeros(x.shape)
    for m, c, i, j in np.ndindex(dy.shape):
        window = x[m, c, i * size:i * size + size, j * size:j * size + size]
        dx[m, c][x[m, c] == window.max()] = dy[m, c, i, j]
    return dx


def compared_at_once(dy, x, size):
    """The image compared with its maxima, laid out as large as it is, if they are."""
    maxima = pool_back(np.ones(dy.shape), x, size, lambda window, slope: window.max())
    h, w   = (n * size for n in dy.shape[2:])
    return (x == maxima[:, :, :h, :w]) * dy.repeat(size, axis=2).repeat(size, axis=3)


def into_the_image(dy, x, size):
    """The place inside the window, counted through the whole image."""
    dx = np.zeros(x.shape)
    for m, c, i, j in np.ndindex(dy.shape):
        window = x[m, c, i * size:i * size + size, j * size:j * size + size]
        dx[m, c].flat[window.argmax()] = dy[m, c, i, j]
    return dx


def place_as_row(dy, x, size):
    """The place in the window taken for a row of it, if there is one."""
    dx = np.zeros(x.shape)
    for m, c, i, j in np.ndindex(dy.shape):
        at = m, c, slice(i * size, i * size + size), slice(j * size, j * size + size)
        dx[at][x[at].argmax()] = dy[m, c, i, j]
    return dx


def overlapping(dy, x, size):
    """Windows that begin at i, j."""
    dx = np.zeros(x.shape)
    for m, c, i, j in np.ndindex(dy.shape):
        row, column = divmod(x[m, c, i:i + size, j:j + size].argmax(), size)
        dx[m, c, i + row, j + column] = dy[m, c, i, j]
    return dx


def without_cutting(dy, x, size):
    """A reshape for images that can be cut into whole windows, and the first winner of each."""
    n, c, h, w = dy.shape
    rows  = x.reshape(n, c, h, size, w, size).swapaxes(3, 4).reshape(n, c, h, w, -1)
    found = np.eye(size * size)[rows.argmax(axis=-1)] * dy[..., None]
    return found.reshape(n, c, h, w, size, size).swapaxes(3, 4).reshape(x.shape)


def whole_windows(dy, x, size):
    h, w = (n * size for n in dy.shape[2:])
    return pool_back(dy, x, size, winner)[:, :, :h, :w]


def best_of_image(dy, x, size):
    """Only the winner of each window that is also the image's largest."""
    dx = pool_back(dy, x, size, winner)
    return dx * (x == x.max(axis=(2, 3), keepdims=True))


# ---- the exercise ------------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "max_pool_back", 13, "Max pooling, backward", "core", 10, max_pool_back, ("dx",),
        cases=pools,
        mistakes=(
            Mistake("every-cell", lambda dy, x, size: pool_back(
                        dy, x, size, lambda window, slope: slope),
                    "Every pixel of the window gets the whole slope. Only the winner moved the "
                    "output: nudge another one a little, and the maximum stays what it was. The "
                    "others get 0.", 101,
                    (lambda dy, x, size: dy.repeat(size, axis=2).repeat(size, axis=3),)),
            Mistake("mean", lambda dy, x, size: pool_back(
                        dy, x, size, lambda window, slope: slope / size ** 2),
                    "Everyone gets the same share of the slope. The sum is right, but that is the "
                    "way back of average pooling. Here the winner takes it all.", 101),
            Mistake("ties", lambda dy, x, size: pool_back(dy, x, size, tied),
                    "Right without ties. Where several pixels are equally large, as the zeros "
                    "after a ReLU, each of yours gets the whole slope, and together more than came "
                    "in. One of them gets it: the first.", 101, (by_value, compared_at_once)),
            Mistake("ties-shared", lambda dy, x, size: pool_back(
                        dy, x, size, lambda window, slope: tied(window, slope)
                        / (window == window.max()).sum()),
                    "You share the slope between equal winners. That is a choice one can defend, "
                    "but here, as in the library and in PyTorch, the first one gets all of it."),
            Mistake("one-direction", lambda dy, x, size: pool_back(
                        dy, x, size, lambda window, slope: slope * (window == window.max(axis=0))),
                    "You look along one direction, so every column or every row of the window has "
                    "a winner of its own. The window has one.", 101,
                    (lambda dy, x, size: pool_back(dy, x, size, lambda window, slope: slope * (
                        window == window.max(axis=1, keepdims=True))),)),
            Mistake("last-wins", lambda dy, x, size: pool_back(
                        dy, x, size, lambda window, slope: winner(window, slope, last=True)),
                    "Of several equal pixels yours takes the last. The first gets the slope, from "
                    "left to right and from top to bottom: argmax finds the first by itself."),
            Mistake("columns-first", lambda dy, x, size: pool_back(dy, x, size, columns_first),
                    "Of several equal pixels yours takes the first down the columns. It is the "
                    "first as one reads: row by row, and in each row from left to right."),
            Mistake("place-turned", lambda dy, x, size: pool_back(
                        dy, x, size, lambda window, slope: winner(window, slope, turned=True)),
                    "Row and column of the winner are swapped. Dividing the place that argmax "
                    "gives by the width of the window, the quotient is the row, the remainder the "
                    "column.", 91),
            Mistake("in-the-corner", in_the_corner,
                    "Your slopes crowd in the upper left corner. argmax gives a place inside the "
                    "window: add the window's own corner, i * size and j * size.", 0,
                    (lambda *args: in_the_corner(*args, step=1),
                     lambda *args: in_the_corner(*args, add=True),
                     lambda *args: in_the_corner(*args, step=1, add=True), into_the_image)),
            Mistake("place-as-row", place_as_row,
                    "argmax counts through the whole window, row by row, and you take its answer "
                    "for a row. Make a row and a column of it: divide by the width of the window; "
                    "the remainder is the column."),
            Mistake("overlap", overlapping,
                    "Your windows overlap: they move by one pixel. Window i, j begins in row "
                    "i * size and column j * size.", 87),
            Mistake("by-two", by_two,
                    "Right for windows of 2 x 2. To make row and column of the place that argmax "
                    "gives, divide by the width of the window, which is `size`."),
            Mistake("from-a-copy", from_a_copy,
                    "Where nobody won, your dx holds the pixels of x. It holds slopes: start with "
                    "zeros, not with a copy of the image."),
            Mistake("lost", into_a_copy,
                    "Your slopes get lost on the way: dx stays 0. Did they go into a copy? `ravel` "
                    "and `reshape` of a window make one: write into dx itself, at a row and a "
                    "column.", 0, (lambda dy, x, size: np.zeros(x.shape),)),
            Mistake("smallest", lambda dy, x, size: pool_back(
                        dy, x, size, lambda window, slope: winner(-window, slope)),
                    "The smallest pixel of each window gets the slope. It should be the largest."),
            Mistake("times-value", lambda dy, x, size: pool_back(
                        dy, x, size, lambda window, slope: winner(window, slope) * window),
                    "You multiply the slope with the pixel. The output *is* the winner, so one "
                    "moves as the other does, and the factor is 1."),
            Mistake("ones", lambda dy, x, size: pool_back(
                        dy, x, size, lambda window, slope: winner(window, 1.0)),
                    "You have marked the winners, with ones. What they get is the slope of their "
                    "window, dy."),
            Mistake("one-winner", one_winner,
                    "You looked for the largest pixel of all images and channels together. In each "
                    "channel of each image another pixel wins: four loops, or argmax along one "
                    "axis."),
            Mistake("rest-cut", whole_windows,
                    "The rows and columns at the edge that no window reaches are missing. Their "
                    "slope is 0, but dx must have the shape of x: start with zeros of that shape.",
                    89),
            Mistake("not-whole", without_cutting,
                    "It works until rows or columns are left over: 7 rows cannot be cut into "
                    "windows of 2. Cut the rest off before you reshape, and put the slopes into "
                    "zeros of the shape of x.", 89),
            Mistake("best-of-image", best_of_image,
                    "One winner for the whole image is left. Each window has its own."),
        ),
        hints=("Which pixel of the window does the output follow when it is nudged? The others "
               "have slope 0.",
               "dx has the shape of x and starts as zeros; each dy[m, c, i, j] goes to one place.",
               "For each window find the place of its largest pixel, counted through the window; "
               "make row and column of it, add the window's corner, and put dy there."),
        why="The winner takes it all. Pooling has no weights, so dx is all there is to hand back."),
)
