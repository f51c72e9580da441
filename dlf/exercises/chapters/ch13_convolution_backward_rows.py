"""Chapter 13, the rest: pooling's way back, windows as rows of a matrix, a network to count."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

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


def im2col(x, size, stride, padding):
    """All windows as the rows of a matrix: what output pixel (i, j) of image m has seen.

    The rows go through the images, in each through i, in each i through j. A row goes through the
    channels, in each through the rows of the window, and there through its columns: as W[o] does.
    Shapes: x (n, c, height, width), size (kh, kw); returns (n * h * w, c * kh * kw).
    """
    kh, kw = size
    x      = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    n, c, height, width = x.shape
    h, w   = (height - kh) // stride + 1, (width - kw) // stride + 1
    rows   = np.zeros((n, h, w, c * kh * kw))
    for i, j in np.ndindex(h, w):
        top, left  = i * stride, j * stride
        rows[:, i, j] = x[:, :, top:top + kh, left:left + kw].reshape(n, -1)
    return rows.reshape(n * h * w, -1)


# ---- what they are compared on -----------------------------------------------------------------

def pools(rng):
    """One window; then ties of zeros, as ReLU makes them; then edges that no window reaches."""
    ties = np.maximum(rng.integers(-2, 3, size=(2, 2, 4, 4)), 0) * 1.0
    return [(np.array([[[[5.0]]]]), np.array([[[[1.0, 4.0], [3.0, 2.0]]]]), 2),
            (rng.normal(size=(2, 2, 2, 2)), ties, 2),
            (rng.normal(size=(2, 3, 3, 3)), rng.normal(size=(2, 3, 7, 6)), 2),
            (rng.normal(size=(1, 2, 2, 3)), rng.normal(size=(1, 2, 6, 9)), 3)]


def images(rng):
    """Nine pixels in four windows; then the shapes that separate most."""
    return [(np.arange(1.0, 10.0).reshape(1, 1, 3, 3), (2, 2), 1, 0),
            (rng.normal(size=(2, 3, 7, 6)), (3, 3), 2, 1),
            (rng.normal(size=(3, 2, 4, 5)), (2, 3), 1, 1),
            (rng.normal(size=(2, 2, 5, 5)), (2, 2), 2, 0)]


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


def whole_windows(dy, x, size):
    h, w = (n * size for n in dy.shape[2:])
    return pool_back(dy, x, size, winner)[:, :, :h, :w]


def best_of_image(dy, x, size):
    """Only the winner of each window that is also the image's largest."""
    dx = pool_back(dy, x, size, winner)
    return dx * (x == x.max(axis=(2, 3), keepdims=True))


def cut(x, size, stride, padding, corner=lambda i, stride: i * stride, wide=None):
    """All windows: (n, h, w, c, kh, kw)."""
    (kh, kw), p = size, padding
    wide = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p))) if wide is None else wide
    h, w = (wide.shape[2] - kh) // stride + 1, (wide.shape[3] - kw) // stride + 1
    return np.array([[wide[:, :, corner(i, stride):corner(i, stride) + kh,
                           corner(j, stride):corner(j, stride) + kw] for j in range(w)]
                     for i in range(h)]).transpose(2, 0, 1, 3, 4, 5)


def flat(windows):
    """(n * h * w, c * kh * kw)"""
    n, h, w = windows.shape[:3]
    return windows.reshape(n * h * w, -1)


def rearranged(*axes):
    """Rows made of the windows in another order of their axes m, i, j, c, k, l."""
    return lambda *args: flat_first(cut(*args).transpose(axes))


def flat_first(windows):
    return windows.reshape(int(np.prod(windows.shape[:3])), -1)


def as_columns(*args):
    """(c * kh * kw, n * h * w)"""
    return flat(cut(*args)).T


def pooled_image(x, size, stride, padding):
    return flat(cut(x[:1], size, stride, padding))


def ends_early(x, size, stride, padding):
    """Corners from range(0, height - kh, stride), which lacks its end."""
    h, w = (-(-(n + 2 * padding - k) // stride) for n, k in zip(x.shape[2:], size))
    return flat(cut(x, size, stride, padding)[:, :h, :w])


# ---- a network to count ------------------------------------------------------------------------

COUNTS = ("rows after Conv2D", "rows after MaxPool2D", "inputs of Dense", "numbers in all")

EXERCISES = (
    Exercise(
        "max_pool_back", 13, "Max pooling, backward", "core", 10, max_pool_back, ("dx",),
        cases=pools,
        mistakes=(
            Mistake("every-cell", lambda dy, x, size: pool_back(
                        dy, x, size, lambda window, slope: slope),
                    "Every pixel of the window gets the whole slope. Only the winner moved the "
                    "output: nudge another one a little, and the maximum stays what it was. The "
                    "others get 0.", 101),
            Mistake("mean", lambda dy, x, size: pool_back(
                        dy, x, size, lambda window, slope: slope / size ** 2),
                    "Everyone gets the same share of the slope. The sum is right, but that is the "
                    "way back of average pooling. Here the winner takes it all.", 101),
            Mistake("ties", lambda dy, x, size: pool_back(dy, x, size, tied),
                    "Right without ties. Where several pixels are equally large, as the zeros "
                    "after a ReLU, each of yours gets the whole slope, and together more than came "
                    "in. One of them gets it: the first.", 101),
            Mistake("ties-shared", lambda dy, x, size: pool_back(
                        dy, x, size, lambda window, slope: tied(window, slope)
                        / (window == window.max()).sum()),
                    "You share the slope between equal winners. That is a choice one can defend, "
                    "but here, as in the library and in PyTorch, the first one gets all of it."),
            Mistake("last-wins", lambda dy, x, size: pool_back(
                        dy, x, size, lambda window, slope: winner(window, slope, last=True)),
                    "Of several equal pixels yours takes the last. The first gets the slope, from "
                    "left to right and from top to bottom: argmax finds the first by itself."),
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
                     lambda *args: in_the_corner(*args, step=1, add=True))),
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
            Mistake("best-of-image", best_of_image,
                    "One winner for the whole image is left. Each window has its own."),
        ),
        hints=("Which pixel of the window does the output follow when it is nudged? The others "
               "have slope 0.",
               "dx has the shape of x and starts as zeros; each dy[m, c, i, j] goes to one place.",
               "For each window find the place of its largest pixel, counted through the window; "
               "make row and column of it, add the window's corner, and put dy there."),
        why="The winner takes it all. Pooling has no weights, so dx is all there is to hand back."),
    Exercise(
        "im2col", 13, "im2col: windows as rows", "core", 15, im2col, ("rows",), cases=images,
        also=(("Yours has the windows as columns, which is where the name comes from, and is as "
               "right. `use` turns it for the cells below.",
               lambda answer: lambda *args: answer(*args).T),),
        mistakes=(
            Mistake("channels-last", rearranged(0, 1, 2, 4, 5, 3),
                    "The numbers in each row are the right ones, in another order: channels go "
                    "last in yours. W[o].ravel() goes through the channels first, and each number "
                    "of a row must meet its own weight.", 102),
            Mistake("window-turned", rearranged(0, 1, 2, 3, 5, 4),
                    "Each window is laid flat column by column. W[o].ravel() goes row by row, and "
                    "each number must meet its own weight.", 102),
            Mistake("windows-first", rearranged(1, 2, 0, 3, 4, 5),
                    "All rows are there, in another order: yours go through the windows first, and "
                    "the images change fastest. Image 0 comes first, with all its windows; else "
                    "the reshape to (n, h, w, out) mixes the images.", 102,
                    (rearranged(2, 1, 0, 3, 4, 5),
                     lambda *args: rearranged(1, 2, 0, 3, 4, 5)(*args).T)),
            Mistake("columns-first", rearranged(0, 2, 1, 3, 4, 5),
                    "The rows go down the columns of the image: i changes faster than j. It is to "
                    "be the other way round, as one reads; else the outputs land in the wrong "
                    "pixels.", 102),
            Mistake("reshaped", lambda *args: as_columns(*args).reshape(
                        flat(cut(*args)).shape),
                    "Rows and columns are confused. A reshape gives a matrix another shape without "
                    "moving any number; to make rows of columns, turn it: transpose.", 102,
                    (lambda *args: np.moveaxis(cut(*args).reshape(
                        *cut(*args).shape[:3], -1), -1, 1).reshape(flat(cut(*args)).shape),)),
            Mistake("axes-not-moved", lambda *args: cut(*args).transpose(0, 3, 1, 2, 4, 5).reshape(
                        flat(cut(*args)).shape),
                    "The shape is right, but the numbers are mixed: your windows stood channel by "
                    "channel, and a reshape moves no number. Bring the axes into the order of the "
                    "rows first: m, i, j, then c and the two of the window.", 102),
            Mistake("no-stride", lambda x, size, stride, padding: flat(cut(
                        x, size, stride, padding, lambda i, stride: i)),
                    "The windows move by one pixel, whatever the stride: window i begins at row "
                    "i * stride.", 87, (lambda x, size, stride, padding: flat(cut(
                        x, size, 1, padding)),)),
            Mistake("no-padding", lambda x, size, stride, padding: flat(cut(x, size, stride, 0)),
                    "The padding is left out. Windows reach over the edge of the image by "
                    "`padding` pixels, where they see zeros.", 88),
            Mistake("edge-padding", lambda x, size, stride, p: flat(cut(
                        x, size, stride, 0, wide=np.pad(
                            x, ((0, 0), (0, 0), (p, p), (p, p)), mode="edge"))),
                    "You padded with the pixels of the edge. There should be zeros.", 88),
            Mistake("flipped", lambda *args: flat(cut(*args)[..., ::-1, ::-1]),
                    "Each window is turned by half a turn, upside down and left for right.", 90),
            Mistake("channels-summed", lambda x, *args: flat(cut(
                        x.sum(axis=1, keepdims=True), *args)),
                    "The channels are added up already. Each number needs a weight of its own, so "
                    "a row holds all channels of its window, one after another.", 93),
            Mistake("first-channel", lambda x, *args: flat(cut(x[:, :1], *args)),
                    "Only the first channel is there. A row holds all channels of its window, one "
                    "after another.", 93),
            Mistake("channels-as-rows", lambda x, *args: np.concatenate(
                        [flat(cut(x[:, c:c + 1], *args)) for c in range(x.shape[1])]),
                    "Each channel has rows of its own in yours. An output pixel sees all channels "
                    "at once, so they stand side by side in one row.", 102,
                    (lambda x, *args: cut(x, *args).reshape(
                        -1, cut(x, *args)[0, 0, 0, 0].size),)),
            Mistake("one-image", pooled_image,
                    "That is one image only. Every image has its windows.", 96),
            Mistake("not-flat", cut,
                    "All windows are there, as an array of six axes. Lay it flat: a row for each "
                    "m, i, j, with all numbers of the window in it."),
            Mistake("half-flat", lambda *args: cut(*args).reshape(*cut(*args).shape[:3], -1),
                    "Each window is a row, and that is right; what is left is to put the axes of "
                    "m, i and j into one."),
            Mistake("one-short", lambda x, size, stride, padding: flat(cut(
                        x, size, stride, padding)[:, :-1, :-1]),
                    "The last row and the last column of windows are missing: the count is the "
                    "number of steps plus one.", 89, (ends_early,)),
        ),
        hints=("Output pixel (i, j) has seen the window whose corner is at i * stride, j * stride "
               "of the padded image. Which row is that?",
               "A window of all images at once is (n, c, kh, kw); flat, it is (n, c * kh * kw). "
               "An array (n, h, w, c * kh * kw) has room for all of them.",
               "Pad; make that array; for every i and j put the flat windows of all images in "
               "their place; at the end let the first three axes become one."),
        why="With windows as rows, a convolution is one matrix product: a dense layer, used "
            "everywhere."),
    Exercise(
        "count_cnn", 13, "Count a small CNN", "warm-up", 6, (6, 3, 36, 410), COUNTS,
        form="four whole numbers", variable="my_count",
        mistakes=(
            Mistake("padded", (8, 4, 64, 690),
                    "You let the convolution keep the size of the image. Without padding a kernel "
                    "of 3 has room for 8 - 3 + 1 places along each side."),
            Mistake("no-biases", (6, 3, 36, 396),
                    "The biases are missing: one for each filter, and one for each output of the "
                    "dense layer.", 3),
            Mistake("pixels", (36, 9, 36, 410),
                    "You gave the pixels of a channel. The first two numbers are the rows of an "
                    "image, so the length of one side."),
            Mistake("dense-only", (6, 3, 36, 370),
                    "You counted the dense layer alone. The filters learn as well."),
            Mistake("no-filter-biases", (6, 3, 36, 406),
                    "The biases of the filters are missing: one for each of the four."),
            Mistake("no-dense-biases", (6, 3, 36, 400),
                    "The biases of the dense layer are missing: one for each of the ten outputs."),
            Mistake("one-channel", (6, 3, 9, 140),
                    "Dense sees all four channels: four small images of nine pixels, one behind "
                    "another.", 93),
            Mistake("one-column", (6, 3, 12, 170),
                    "You counted one column of each small image. It has three rows and three "
                    "columns, so nine pixels, and there are four of them."),
            Mistake("unpooled", (6, 3, 144, 1490),
                    "Dense sits behind the pooling. It sees what is left of the image, not what "
                    "the convolution made."),
            Mistake("one-bias", (6, 3, 36, 407),
                    "You counted one bias for the whole convolution. Each of the four filters has "
                    "one, as each of the ten outputs has.", 3, ((6, 3, 36, 401), (6, 3, 36, 398))),
            Mistake("bias-each-pixel", (6, 3, 36, 550),
                    "You counted a bias for each output pixel. A filter has one, and uses it "
                    "everywhere.", 95),
            Mistake("weights-each-pixel", (6, 3, 36, 1810),
                    "You counted new weights for each output pixel. That is what a convolution "
                    "saves: one kernel serves all 36 places."),
            Mistake("no-pool", (6, 6, 144, 1490),
                    "The pooling is missing: of each window of 2 by 2 pixels one is left."),
            Mistake("pool-slides", (6, 5, 100, 1050),
                    "You let the pooling window move by one pixel. It moves by its own size: "
                    "windows lie side by side."),
            Mistake("off-by-one", (5, 2, 16, 210),
                    "The first step lost one too many. A kernel of 3 on 8 pixels has its corner at "
                    "0, 1, 2, 3, 4 or 5: count them.", 89),
        ),
        hints=("Along one side: how many places has a window of 3 on 8 pixels? And pooling by 2 "
               "of that?",
               "Dense sees all pixels of all channels. A filter has as many weights as its window "
               "has pixels, and one bias.",
               "Four filters of nine weights and a bias; ten outputs, each with a weight for each "
               "input, and a bias."),
        why="Nine tenths of the numbers are in the dense layer at the end, though the filters do "
            "the seeing."),
)
