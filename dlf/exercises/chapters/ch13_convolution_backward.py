"""Chapter 13, convolution backward: the slopes by the biases and by the kernels."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def convolve_db(dy):
    """db of a convolution, from dy (n, out, h, w): the cost's slope by every output pixel.

    Returns (out,): one number for each filter.
    """
    return dy.sum(axis=(0, 2, 3))


def kernel_gradient(dy, x, size, stride, padding):
    """dW of a convolution: each output pixel hands its slope, times what it saw, to its kernel.

    Shapes: dy (n, out, h, w), the cost's slope by every output pixel; x (n, c, height, width), the
    images; size (kh, kw), that of the kernel. Returns (out, c, kh, kw).
    """
    kh, kw = size
    wide   = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dW     = np.zeros((dy.shape[1], x.shape[1], kh, kw))
    for m, o, i, j in np.ndindex(dy.shape):
        top, left = i * stride, j * stride
        dW[o] += dy[m, o, i, j] * wide[m, :, top:top + kh, left:left + kw]
    return dW


# ---- what they are compared on -----------------------------------------------------------------

# Batch, channels, height, width; filters, kernel height, kernel width; stride, padding.
SMALL  = (1, 1, 3, 3), (1, 2, 2), 1, 0
LAYERS = (
    ((2, 3, 7, 6), (4, 3, 3), 2, 1),          # the one that separates most mistakes
    ((2, 2, 6, 5), (2, 3, 3), 1, 0),          # as many filters as channels
    ((3, 2, 5, 6), (3, 2, 3), 2, 1),          # a row of the padding that no window reaches
    ((2, 2, 6, 6), (3, 3, 3), 2, 0))          # rows of the image that no window reaches


def made(rng, shape, kernel, stride, padding):
    """dy, x, W for one layer."""
    n, c, height, width = shape
    out, kh, kw = kernel
    h, w = (height + 2 * padding - kh) // stride + 1, (width + 2 * padding - kw) // stride + 1
    sizes = (n, out, h, w), shape, (out, c, kh, kw)
    return tuple(rng.normal(size=size) for size in sizes)


def few(rng):
    """Small numbers that one can add up in the head: dy, x, W for the smallest layer."""
    return (np.array([[[[1.0, 2.0], [3.0, 4.0]]]]), rng.integers(0, 4, SMALL[0]) * 1.0,
            np.array([[[[1.0, -1.0], [0.5, 2.0]]]]))


def for_kernels(rng):
    dy, x, W = few(rng)
    cases = [(dy, x, (2, 2), 1, 0)]
    for shape, kernel, stride, padding in LAYERS:
        dy, x, W = made(rng, shape, kernel, stride, padding)
        cases.append((dy, x, W.shape[2:], stride, padding))
    return cases


def slopes(rng):
    return [(np.arange(1.0, 9.0).reshape(1, 2, 2, 2),), (rng.normal(size=(3, 2, 4, 5)),),
            (rng.normal(size=(3, 3, 3, 3)),)]


# ---- wrong ways --------------------------------------------------------------------------------

def around(x, p, **how):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), **how)


def kernels(dy, x, size, stride, padding, over=None, wide=None):
    """dW with what goes wrong: other places to look at (`over`), or another image."""
    (kh, kw), wide = size, around(x, padding) if wide is None else wide
    dW = np.zeros((dy.shape[1], x.shape[1], kh, kw))
    for m, o, i, j in np.ndindex(dy.shape) if over is None else over(dy.shape):
        top, left = i * stride, j * stride
        dW[o] += dy[m, o, i, j] * wide[m, :, top:top + kh, left:left + kw]
    return dW


def last_window(dy, x, size, stride, padding):
    """Only the last window of the last image is left."""
    return kernels(dy, x, size, stride, padding, lambda shape: (
        (shape[0] - 1, o, shape[2] - 1, shape[3] - 1) for o in range(shape[1])))


def first_window(dy, x, size, stride, padding):
    return kernels(dy, x, size, stride, padding, lambda shape: [(0, 0, 0, 0)])


def one_image(dy, x, size, stride, padding, m=-1):
    rows = slice(m, m + 1 or None)
    return kernels(dy[rows], x[rows], size, stride, padding)


def spread_kernel(dy, x, size, stride, padding):
    """The stride steps through the kernel, and not over the image."""
    (kh, kw), wide = size, around(x, padding)
    dW = np.zeros((dy.shape[1], x.shape[1], kh, kw))
    for m, o, i, j in np.ndindex(dy.shape):
        dW[o] += dy[m, o, i, j] * wide[m, :, i:i + stride * kh:stride, j:j + stride * kw:stride]
    return dW


def rows_alone(dy, x, size, stride, padding):
    """The stride acts on the rows, and not on the columns."""
    spread = np.zeros((*dy.shape[:2], (dy.shape[2] - 1) * stride + 1, dy.shape[3]))
    spread[:, :, ::stride] = dy
    return kernels(spread, x, size, 1, padding)


def last_row(dy, x, size, stride, padding):
    """dW begins afresh with every row of windows."""
    return kernels(dy, x, size, stride, padding, lambda shape: (
        (m, o, shape[2] - 1, j) for m, o, j in np.ndindex(*shape[:2], shape[3])))


def last_of_all(dy, x, size, stride, padding):
    """The last window of every image."""
    return kernels(dy, x, size, stride, padding, lambda shape: (
        (m, o, shape[2] - 1, shape[3] - 1) for m, o in np.ndindex(*shape[:2])))


def ends_early(dy, x, size, stride, padding):
    """Corners from range(0, height - kh, stride), which lacks its end."""
    h, w = (-(-(n + 2 * padding - k) // stride) for n, k in zip(x.shape[2:], size))
    return kernels(dy[:, :, :h, :w], x, size, stride, padding)


def by_index(up=0, skip=False):
    """Number by number, from row -p on if `up`; what lies below the image is skipped, or raises."""
    def answer(dy, x, size, stride, padding):
        dW = np.zeros((dy.shape[1], x.shape[1], *size))
        for i, j, k, r in np.ndindex(*dy.shape[2:], *size):
            row, column = i * stride + k - up * padding, j * stride + r - up * padding
            if not skip or (row < x.shape[2] and column < x.shape[3]):
                dW[:, :, k, r] += dy[:, :, i, j].T @ x[:, :, row, column]
        return dW
    return answer


def mixed(dy):
    """(n, out, h, w), after a reshape to rows of n, h, w and out that moved nothing."""
    n, out, h, w = dy.shape
    return dy.reshape(n, h, w, out).transpose(0, 3, 1, 2)


def mixed_too(dy):
    """The same with a row for each filter."""
    n, out, h, w = dy.shape
    return dy.reshape(out, n, h, w).swapaxes(0, 1)


def cut_anew(dW):
    """(c kh kw, out), as a matrix product gives it, reshaped to the shape of W."""
    return dW.reshape(len(dW), -1).T.reshape(dW.shape)


def columns_alone(dy, x, size, stride, padding):
    """The stride acts on the columns, and not on the rows."""
    spread = np.zeros((*dy.shape[:3], (dy.shape[3] - 1) * stride + 1))
    spread[..., ::stride] = dy
    return kernels(spread, x, size, 1, padding)


def dy_as_kernel(dy, x, size, stride, padding, step=1, spread=1):
    """The image convolved with dy, however many places there are."""
    wide = np.zeros((*dy.shape[:2], *((n - 1) * spread + 1 for n in dy.shape[2:])))
    wide[:, :, ::spread, ::spread] = dy
    seen = np.lib.stride_tricks.sliding_window_view(
        around(x, padding), wide.shape[2:], axis=(2, 3))[:, :, ::step, ::step]
    return np.einsum("noij,ncklij->ockl", wide, seen)


def read_at(place, skip=False):
    """dy is read at another place than i, j; past its end it is skipped, or raises."""
    def answer(dy, x, size, stride, padding):
        dW, wide = np.zeros((dy.shape[1], x.shape[1], *size)), around(x, padding)
        for i, j in np.ndindex(dy.shape[2:]):
            top, left   = i * stride, j * stride
            row, column = place(i, j, stride)
            if not skip or (row < dy.shape[2] and column < dy.shape[3]):
                dW += np.einsum("no,nckl->ockl", dy[:, :, row, column],
                                wide[:, :, top:top + size[0], left:left + size[1]])
        return dW
    return answer


def in_steps(i, j, stride):
    return i * stride, j * stride


def one_each(dy, x, *args):
    """A dW for each image."""
    return np.stack([one_image(dy[m:m + 1], x[m:m + 1], *args) for m in range(len(x))])


def turned(array):
    """Upside down and left for right: half a turn."""
    return array[..., ::-1, ::-1]


# ---- the exercises -----------------------------------------------------------------------------

NO_STRIDE = ("The stride is ignored, in one direction at least: output pixel i has its window at "
             "row i * stride of the padded image, not at row i. The columns likewise.")

MIXED     = ("The shape is right, but a reshape has mixed the numbers. It moves none of them, it "
             "cuts them anew: bring the axes into their order first, with transpose.")

EXERCISES = (
    Exercise(
        "convolve_db", 13, "The biases", "warm-up", 4, convolve_db, ("db",), cases=slopes,
        mistakes=(
            Mistake("batch-only", lambda dy: dy.sum(axis=0),
                    "You added over the images alone, and have a number for each output pixel. One "
                    "bias is added to every pixel of its channel, so the pixels add up as well: "
                    "rows and columns too.", 100,
                    (lambda dy: dy.sum(axis=(0, 2)), lambda dy: dy.sum(axis=(0, 3)),
                     lambda dy: dy.mean(axis=0), lambda dy: dy.sum(axis=0).ravel())),
            Mistake("pixels-only", lambda dy: dy.sum(axis=(2, 3)),
                    "You added over the pixels alone, and have a row for each image. All images "
                    "share the biases, so the images add up as well.", 53),
            Mistake("one-image", lambda dy: dy[0].sum(axis=(1, 2)),
                    "That is the pull of one image alone. All of them share the bias.", 96,
                    (lambda dy: dy[-1].sum(axis=(1, 2)),)),
            Mistake("mean", lambda dy: dy.mean(axis=(0, 2, 3)),
                    "You took the mean. Each pixel moves the cost by its own dy, and the bias "
                    "moves them all at once: their slopes add up. (The 1/m of the mean cost is in "
                    "dy already.)", 94,
                    (lambda dy: dy.sum(axis=(2, 3)).mean(axis=0),
                     lambda dy: dy.mean(axis=(2, 3)).sum(axis=0))),
            Mistake("overwritten", lambda dy: dy[-1, :, -1, -1],
                    "Only the last output pixel is left: each one overwrites the one before. Add "
                    "to what is there: `+=`.", 98),
            Mistake("running-total", lambda dy: dy.sum(axis=(0, 2, 3)).cumsum(),
                    "Your sum goes on where that of the last filter ended. For every filter it "
                    "begins at 0."),
            Mistake("pixels-kept", lambda dy: dy.sum(axis=(0, 1)),
                    "You added over the images and the channels, and kept the pixels. It is the "
                    "channels, axis 1, that must stay: each has its bias.", 55,
                    (lambda dy: dy.sum(axis=(0, 1, 2)), lambda dy: dy.sum(axis=(0, 1, 3)))),
            Mistake("total", lambda dy: dy.sum(),
                    "That is one number for the whole layer. Each filter has a bias of its own: "
                    "leave the axis of the channels as it is.", 55),
            Mistake("wrong-axis", lambda dy: dy.sum(axis=(1, 2, 3)),
                    "You kept the axis of the images and added over the channels. It is the other "
                    "way round: axis 1, the channels, stays.", 55),
            Mistake("reshaped", lambda dy: dy.reshape(dy.shape[1], -1).sum(axis=1),
                    "Your rows mix the channels. A reshape moves no number, it cuts them anew, and "
                    "the images come first there: bring the channels to the front, or add over "
                    "axes.", 102, (lambda dy: dy.reshape(-1, dy.shape[1]).sum(axis=0),)),
            Mistake("kept", lambda dy: dy.sum(axis=(0, 2, 3), keepdims=True),
                    "The numbers are right, but four axes are left. A gradient has the shape of "
                    "its parameter, and b is (out,): leave keepdims out.", 56),
        ),
        hints=("Which output pixels does the bias of filter o touch? Their slopes add up.",
               "dy is (n, out, h, w) and db (out,): three of four axes vanish.",
               "The sum over the axes of the images, of the rows, and of the columns; np.sum takes "
               "several axes as a tuple."),
        why="A bias is a weight that every pixel of every image uses; so all of them pull on it."),
    Exercise(
        "kernel_gradient", 13, "dW: what each weight has touched", "core", 12, kernel_gradient,
        ("dW",), cases=for_kernels,
        mistakes=(
            Mistake("overwritten", last_window,
                    "Only the last window is left: each one overwrites what was there. A weight "
                    "has touched every output pixel of its channel, so these add up: `+=` in place "
                    "of `=`.", 98, (last_of_all, last_row)),
            Mistake("last-image", one_image,
                    "One image alone is in there. All images use the same kernel: start with zeros "
                    "once, before the loop over the images, and add within it.", 98,
                    (lambda *args: one_image(*args, m=0),)),
            Mistake("one-for-each-image", one_each,
                    "You keep a dW for each image. All images use the same kernel, so their slopes "
                    "add up: dW has the shape of W.", 96),
            Mistake("flipped", lambda *args: turned(kernels(*args)),
                    "Your dW, or dy in it, is turned by half a turn, upside down and left for "
                    "right. Weight [k, l] has seen the pixel k rows below and l columns to the "
                    "right of the window's corner: nothing is mirrored here.", 90,
                    (lambda dy, *args: kernels(turned(dy), *args),)),
            Mistake("kernel-turned", lambda dy, x, size, stride, padding: np.swapaxes(
                        kernels(dy, x, size, stride, padding), 2, 3),
                    "Rows and columns of each kernel are swapped.", 91),
            Mistake("no-stride", lambda dy, x, size, stride, padding: kernels(
                        dy, x, size, 1, padding), NO_STRIDE, 87, (rows_alone, columns_alone)),
            Mistake("bare", lambda dy, x, size, stride, padding: kernels(dy, x, size, 1, 0),
                    "Right with stride 1 and without padding. These two still have to come in: the "
                    "frame of zeros around x, and the stride in the place where each window "
                    "begins.", 87),
            Mistake("not-spread", dy_as_kernel,
                    "Right for stride 1. With a larger stride the outputs lie further apart on the "
                    "image, so dy has to be pulled apart first, with zeros between; or add up "
                    "window by window.", 87,
                    (lambda dy, x, size, stride, p: dy_as_kernel(dy, x, size, stride, p, stride),)),
            Mistake("beyond-reach", lambda dy, x, size, stride, padding: dy_as_kernel(
                        dy, x, size, stride, padding, spread=stride),
                    "Your dW is larger than the kernel: where the stride leaves rows or columns of "
                    "the image over, dy fits into more places. Keep the first kh rows and the "
                    "first kw columns.", 89),
            Mistake("last-missing", ends_early,
                    "The last row and the last column of windows are left out: `range` stops "
                    "before its end. Let i and j go through the rows and columns of dy.", 89,
                    (lambda dy, *args: kernels(dy[:, :, :-1, :-1], *args),)),
            Mistake("height-and-width", read_at(lambda i, j, stride: (j, i)),
                    "Rows and columns of dy are swapped: i counts rows, so it comes first, "
                    "dy[m, o, i, j]. On square images no shape tells you.", 92),
            Mistake("size-swapped", lambda dy, x, size, *args: kernels(dy, x, size[::-1], *args),
                    "Right for square kernels. `size` is (kh, kw), the rows first.", 92),
            Mistake("stride-in-kernel", spread_kernel,
                    "The stride has gone into the wrong index. It says how far the window moves on "
                    "the image, from one i to the next; dy is counted one by one, and so are the "
                    "pixels inside the window.", 87,
                    (read_at(in_steps), read_at(in_steps, skip=True))),
            Mistake("no-padding", lambda dy, x, size, stride, padding: kernels(
                        dy, x, size, stride, padding, wide=x),
                    "The padding is left out, or it lies around the wrong axes. The windows lay on "
                    "the image with zeros around it: pad the last two axes of x, and only these, "
                    "before you cut them out. (A window that begins at row -1 will not do: NumPy "
                    "counts negative rows from the end.)", 88,
                    (by_index(), by_index(skip=True),
                     lambda dy, x, size, stride, padding: kernels(
                        dy, x, size, stride, padding, wide=np.pad(x, padding)[:, :x.shape[1]]))),
            Mistake("edge-padding", lambda dy, x, size, stride, padding: kernels(
                        dy, x, size, stride, padding, wide=around(x, padding, mode="edge")),
                    "At the edge your windows see pixels of the image. On the way forward there "
                    "were zeros. (Without a frame, row -1 is not above the image: NumPy counts it "
                    "from the end.)", 88,
                    (lambda dy, x, size, stride, padding: kernels(
                        dy, x, size, stride, padding, wide=around(x, padding, mode="reflect")),
                     lambda dy, x, size, stride, padding: kernels(
                        dy, x, size, stride, padding, wide=around(x, padding, mode="wrap")),
                     by_index(up=1), by_index(up=1, skip=True))),
            Mistake("first-window", first_window,
                    "Only the first window is in there. Does `return` stand inside the loop? It "
                    "belongs after it."),
            Mistake("images-mixed", lambda dy, x, *args: kernels(
                        dy.sum(axis=0, keepdims=True), x.sum(axis=0, keepdims=True), *args),
                    "You added up the images first, and multiplied afterwards: so the slopes of "
                    "one image meet the pixels of another. Multiply within each image, and add up "
                    "the products."),
            Mistake("one-channel", lambda dy, x, *args: kernels(
                        dy, x[:, :1].repeat(x.shape[1], 1), *args),
                    "All weights meet the same channel of the image in yours. The weights of "
                    "channel c have seen channel c.", 93,
                    (lambda dy, x, *args: kernels(dy, x[:, -1:].repeat(x.shape[1], 1), *args),)),
            Mistake("mean-image", lambda dy, *args: kernels(dy / len(dy), *args),
                    "You divided by the number of images. The 1/m of the mean cost is in dy "
                    "already, so here all is added up.", 94),
            Mistake("mean-pixel", lambda dy, *args: kernels(dy / dy[0, 0].size, *args),
                    "You took the mean over the output pixels. The weight moves all of them at "
                    "once, so their slopes add up.", 94,
                    (lambda dy, *args: kernels(dy / dy[:, 0].size, *args),)),
            Mistake("channels-summed", lambda dy, x, *args: kernels(
                        dy, x.sum(axis=1, keepdims=True).repeat(x.shape[1], 1), *args),
                    "You added up over the channels. Forward, they are added up; back, each weight "
                    "meets its own channel c of x, and has a slope of its own.", 93,
                    (lambda *args: kernels(*args).sum(axis=1),)),
            Mistake("filters-summed", lambda dy, *args: kernels(
                        dy.sum(axis=1, keepdims=True).repeat(dy.shape[1], 1), *args),
                    "You added up over the filters. Filter o has made the output channel o alone, "
                    "so it hears from dy[:, o] alone, and has slopes of its own.", 0,
                    (lambda *args: kernels(*args).sum(axis=0),)),
            Mistake("first-filter", lambda dy, *args: kernels(
                        dy[:, :1].repeat(dy.shape[1], 1), *args),
                    "All filters hear from the first output channel. Filter o has made channel o: "
                    "it hears from dy[:, o]."),
            Mistake("mixed", lambda dy, *args: kernels(mixed(dy), *args), MIXED, 102,
                    (lambda dy, *args: kernels(mixed_too(dy), *args),
                     lambda *args: cut_anew(kernels(*args)))),
            Mistake("swapped", lambda *args: np.swapaxes(kernels(*args), 0, 1),
                    "Filters and channels are swapped: dW has the shape of W, (out, c, kh, kw).",
                    1),
            Mistake("no-dy", lambda dy, *args: kernels(np.ones_like(dy), *args),
                    "dy plays no part. The slope of an output pixel says how much the cost cares "
                    "for it: multiply each window with it."),
        ),
        hints=("Formula (13.2): for every output pixel, its slope times what the weight saw there. "
               "Or go window by window: each hands dy times all its pixels to dW[o].",
               "dW is (out, c, kh, kw); a window of image m is (c, kh, kw), and dy[m, o, i, j] a "
               "number.",
               "Pad x; start with zeros; for every m, o, i, j add to dW[o] the number dy[m, o, i, "
               "j] times the window whose corner is at row i * stride, column j * stride."),
        why="A weight is used everywhere, so it hears from everywhere. The way back is a "
            "convolution too."),
)
