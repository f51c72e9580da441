"""Chapter 13, the rest: windows as rows of a matrix, and a network to count."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answer --------------------------------------------------------------------------------

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


# ---- what it is compared on --------------------------------------------------------------------

def images(rng):
    """Nine pixels in four windows; then the shapes that separate most."""
    return [(np.arange(1.0, 10.0).reshape(1, 1, 3, 3), (2, 2), 1, 0),
            (rng.normal(size=(2, 3, 7, 6)), (3, 3), 2, 1),
            (rng.normal(size=(3, 2, 4, 5)), (2, 3), 1, 1),
            (rng.normal(size=(2, 2, 5, 5)), (2, 2), 2, 0)]


# ---- wrong ways --------------------------------------------------------------------------------

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


def never_padded(x, size, stride, padding):
    """As many rows as padding gives, but the windows are cut out of the bare image."""
    rows = np.zeros((*cut(x, size, stride, padding).shape[:3], x.shape[1] * size[0] * size[1]))
    for i, j in np.ndindex(*rows.shape[1:3]):
        top, left     = i * stride, j * stride
        rows[:, i, j] = x[:, :, top:top + size[0], left:left + size[1]].reshape(len(x), -1)
    return rows.reshape(-1, rows.shape[-1])


def turned_output(x, size, stride, padding):
    """i counts along the width, and j along the height."""
    wide = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    w, h = ((n - k) // stride + 1 for n, k in zip(wide.shape[2:], size))
    rows = np.zeros((len(x), h, w, x.shape[1] * size[0] * size[1]))
    for i, j in np.ndindex(h, w):
        top, left     = i * stride, j * stride
        rows[:, i, j] = wide[:, :, top:top + size[0], left:left + size[1]].reshape(len(x), -1)
    return rows.reshape(-1, rows.shape[-1])


def every_row(x, size, stride, padding):
    """The stride acts on one direction alone."""
    return flat(cut(x, size, 1, padding)[:, :, ::stride])


def every_column(x, size, stride, padding):
    return flat(cut(x, size, 1, padding)[:, ::stride])


def written_over(*args):
    """Rows are counted through one image, so each image writes over the last one."""
    windows = cut(*args)
    rows    = np.zeros(flat(windows).shape)
    last    = flat(windows[-1:])
    rows[:len(last)] = last
    return rows


# ---- a network to count ------------------------------------------------------------------------

COUNTS = ("rows after Conv2D", "rows after MaxPool2D", "inputs of Dense", "numbers in all")

EXERCISES = (
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
                    "each number must meet its own weight.", 102,
                    (rearranged(0, 1, 2, 5, 4, 3), rearranged(0, 1, 2, 5, 3, 4))),
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
                    "rows first: m, i, j, then c and the two of the window.", 102,
                    (lambda *args: cut(*args).transpose(3, 0, 1, 2, 4, 5).reshape(
                        flat(cut(*args)).shape),)),
            Mistake("no-stride", lambda x, size, stride, padding: flat(cut(
                        x, size, stride, padding, lambda i, stride: i)),
                    "The windows move by one pixel, whatever the stride: window i begins at row "
                    "i * stride.", 87, (lambda x, size, stride, padding: flat(cut(
                        x, size, 1, padding)), every_row, every_column)),
            Mistake("bare", lambda x, size, stride, padding: flat(cut(x, size, 1, 0)),
                    "Right with stride 1 and without padding. These two still have to come in: the "
                    "frame of zeros around x, and the stride in the place where each window "
                    "begins.", 87),
            Mistake("no-padding", lambda x, size, stride, padding: flat(cut(x, size, stride, 0)),
                    "The padding is left out, or it lies around the wrong axes. Windows reach over "
                    "the edge of the image by `padding` pixels, where they see zeros: pad the last "
                    "two axes of x, and only these.", 88, (never_padded,)),
            Mistake("pads-everything", lambda x, size, stride, padding: flat(cut(
                        np.pad(x, padding), size, stride, 0)),
                    "`np.pad(x, p)` puts its frame around all four axes: there are more images and "
                    "more channels now, full of zeros. Pad the last two axes alone.", 88),
            Mistake("edge-padding", lambda x, size, stride, p: flat(cut(
                        x, size, stride, 0, wide=np.pad(
                            x, ((0, 0), (0, 0), (p, p), (p, p)), mode="edge"))),
                    "You padded with pixels of the image. There should be zeros.", 88,
                    tuple(lambda x, size, stride, p, mode=mode: flat(cut(
                        x, size, stride, 0, wide=np.pad(
                            x, ((0, 0), (0, 0), (p, p), (p, p)), mode=mode)))
                        for mode in ("reflect", "wrap"))),
            Mistake("flipped", lambda *args: flat(cut(*args)[..., ::-1, ::-1]),
                    "Each window is turned by half a turn, upside down and left for right.", 90,
                    (lambda *args: flat(cut(*args))[:, ::-1],)),
            Mistake("size-swapped", lambda x, size, *args: flat(cut(x, size[::-1], *args)),
                    "Right for square kernels. `size` is (kh, kw), the rows first.", 92),
            Mistake("height-and-width", turned_output,
                    "Height and width are swapped: i goes down the rows of the image, of which "
                    "there are x.shape[2]. On square images no shape tells you.", 92),
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
                    "That is one image only. Every image has its windows.", 96,
                    (lambda x, *args: flat(cut(x[-1:], *args)),)),
            Mistake("written-over", written_over,
                    "Each image writes its windows over those of the image before: your rows are "
                    "counted anew for each. Image m has its own, from row m * h * w on.", 98),
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
            Mistake("filters-only", (6, 3, 36, 40),
                    "You counted the filters alone. The dense layer learns as well, and it has "
                    "most of the numbers."),
            Mistake("one-filter", (6, 3, 36, 380),
                    "You counted one filter. There are four, for four channels that go out.", 95,
                    ((6, 3, 36, 379),)),
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
