"""Chapter 12, convolution: all channels, kernels and images; pooling; a filter by hand."""
import numpy as np

from dlf.exercises.chapters.ch12_convolution import convolve, framed, one_side, variant
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def convolve_all(x, W, b, stride, padding):
    """All images, all channels, all kernels: output channel o sums over the channels that come in.

    Shapes: x (n, c, h, w), W (out, c, kh, kw), b (out,); the result (n, out, h_out, w_out).
    stride and padding are the same both ways.
    """
    frame          = (padding, padding)
    x              = np.pad(x, ((0, 0), (0, 0), frame, frame))   # neither images nor channels
    n, _, h, w     = x.shape
    out, _, kh, kw = W.shape
    h_out, w_out   = (h - kh) // stride + 1, (w - kw) // stride + 1
    y              = np.zeros((n, out, h_out, w_out))
    for i in range(h_out):
        for j in range(w_out):
            top, left = i * stride, j * stride
            windows   = x[:, :, top:top + kh, left:left + kw]    # (n, c, kh, kw): one an image
            for o in range(out):
                y[:, o, i, j] = (W[o] * windows).sum(axis=(1, 2, 3)) + b[o]
    return y


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

def batches(rng):
    """Two small images; 7 x 6 with 3 channels, stride 2, padding 1; squares, in every sense."""
    def some(n, c, out, shape, size, stride, padding):
        return (rng.normal(size=(n, c, *shape)), rng.normal(size=(out, c, *size)),
                rng.normal(size=out), stride, padding)
    return [some(2, 2, 1, (2, 3), (2, 2), 1, 0), some(2, 3, 4, (7, 6), (3, 2), 2, 1),
            some(3, 2, 2, (5, 5), (3, 3), 1, 1), some(2, 3, 4, (5, 6), (3, 3), 1, 0),
            some(3, 3, 3, (5, 5), (3, 3), 1, 0)]


def to_pool(rng):
    """One channel; several, with rows left over; nothing but negative numbers."""
    return [(rng.normal(size=(1, 1, 2, 4)).round(1), 2), (rng.normal(size=(2, 3, 7, 6)), 2),
            (rng.normal(size=(2, 2, 6, 6)), 3), (-1 - rng.random((2, 3, 4, 6)), 2),
            (rng.normal(size=(2, 2, 4, 4)), 2)]


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

def maps(x, W, stride, padding, one=convolve):
    """Every kernel on every channel, not summed yet: (n, out, c, h_out, w_out)."""
    return np.array([[[one(image, kernel, 0.0, stride, padding)
                       for image, kernel in zip(channels, kernels)] for kernels in W]
                     for channels in x])


def tall(b):
    """A bias for each channel of the output, as (out, 1, 1)."""
    return b[:, None, None]


def from_maps(finish):
    """A convolve_all that makes its output from the maps that are not summed yet."""
    return lambda x, W, b, stride, padding: finish(maps(x, W, stride, padding), b)


def with_one(one):
    """A convolve_all in which each channel is convolved wrongly."""
    return lambda x, W, b, stride, padding: maps(x, W, stride, padding, one).sum(axis=2) + tall(b)


def then(change):
    """A right convolve_all whose result is changed at the end."""
    return lambda *args: change(convolve_all(*args))


def with_kernels(change):
    """A convolve_all with other kernels."""
    return lambda x, W, b, stride, padding: convolve_all(x, change(W), b, stride, padding)


def first_image_only(y):
    kept = np.zeros_like(y)
    kept[0] = y[0]
    return kept


def last_image_only(y):
    kept = np.zeros_like(y)
    kept[-1] = y[-1]
    return kept


def pads_everything(x, W, b, stride, padding):
    """np.pad(x, p) on four axes: images and channels of zeros as well."""
    return convolve_all(np.pad(x, padding), W, b, stride, 0)


def pads_everything_and_loops(x, W, b, stride, padding):
    """The same, with loops over as many images and channels as there were."""
    n, c = x.shape[:2]
    return convolve_all(np.pad(x, padding)[:n, :c], W, b, stride, 0)


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


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "convolve_all", 12, "All channels, kernels and images", "core", 15, convolve_all, ("y",),
        cases=batches,
        mistakes=(
            Mistake("channels-not-summed", from_maps(lambda m, b: m + b[:, None, None, None]),
                    "You keep a result for each channel that comes in. They are clues for one "
                    "question: add them up over the channels, so that each kernel gives one image.",
                    93, (from_maps(lambda m, b: m.reshape(len(m), -1, *m.shape[3:])),
                         from_maps(lambda m, b: m),
                         from_maps(lambda m, b: m + b[:, None, None, None] / m.shape[2]))),
            Mistake("one-channel", from_maps(lambda m, b: m[:, :, 0] + tall(b)),
                    "Only one of the channels that come in has a say. Add up over all of them: if "
                    "you loop, use `+=`, since `=` keeps the last one alone.", 93,
                    (from_maps(lambda m, b: m[:, :, -1] + tall(b)),)),
            Mistake("one-layer", with_kernels(lambda W: np.repeat(W[:, :1], W.shape[1], axis=1)),
                    "All channels meet the same layer of the kernel. Channel c has its own, "
                    "W[o, c].", 93,
                    (with_kernels(lambda W: np.repeat(W[:, -1:], W.shape[1], axis=1)),)),
            Mistake("summed-first", lambda x, W, b, s, p: convolve_all(
                        x.sum(axis=1, keepdims=True), W.sum(axis=1, keepdims=True), b, s, p),
                    "You added up the channels, or the layers of the kernel, before they met. "
                    "Each channel is multiplied with its own layer first; the products are added.",
                    93, (lambda x, W, b, s, p: convolve_all(
                        x, np.repeat(W.sum(axis=1, keepdims=True), W.shape[1], axis=1), b, s, p),)),
            Mistake("running-total", from_maps(lambda m, b: m.sum(axis=2).cumsum(axis=1) + tall(b)),
                    "Your sums go on where the last ones ended, of the kernel or the image before. "
                    "For every kernel and every image they begin at 0.", 0,
                    (from_maps(lambda m, b: (m.sum(axis=2) + tall(b)).cumsum(axis=1)),
                     from_maps(lambda m, b: (m.sum(axis=2) + tall(b)).cumsum(axis=0)))),
            Mistake("mean", from_maps(lambda m, b: m.mean(axis=2) + tall(b)),
                    "You take a mean where there should be a sum: over the channels, too, the "
                    "products are added up.", 94,
                    (lambda x, W, b, s, p: maps(x, W, s, p).sum(axis=2) / W[0].size + tall(b),
                     lambda x, W, b, s, p: maps(x, W, s, p).sum(axis=2) / W[0, 0].size + tall(b))),
            Mistake("one-kernel", with_kernels(lambda W: np.repeat(W[:1], len(W), axis=0)),
                    "The same kernel makes all of your output channels. Output channel o has a "
                    "kernel of its own, W[o].", 95,
                    (with_kernels(lambda W: np.repeat(W[-1:], len(W), axis=0)),
                     then(lambda y: np.repeat(y[:, :1], y.shape[1], axis=1)),
                     then(lambda y: np.repeat(y[:, -1:], y.shape[1], axis=1)),
                     then(lambda y: y[:, :1]), then(lambda y: y[:, 0]),
                     then(lambda y: y[:, -1:]), then(lambda y: y[:, -1]))),
            Mistake("kernels-summed", then(lambda y: y.sum(axis=1)),
                    "You added up over the output channels too. Each kernel answers a question of "
                    "its own, so its image is kept apart.", 0,
                    (then(lambda y: y.sum(axis=1, keepdims=True)),)),
            Mistake("one-image", then(lambda y: y[0]),
                    "Only one image is in there. Every image of the batch has a result of its own: "
                    "is there a `return` inside of the loop, or an index that stays 0?", 96,
                    (then(lambda y: y[:1]), then(first_image_only), then(last_image_only),
                     then(lambda y: y[-1]),
                     then(lambda y: np.repeat(y[:1], len(y), axis=0)),
                     then(lambda y: np.repeat(y[-1:], len(y), axis=0)))),
            Mistake("images-summed", then(lambda y: y.sum(axis=0)),
                    "You added up over the images. They do not know of each other: row n of the "
                    "result belongs to image n.", 96,
                    (then(lambda y: y.sum(axis=0, keepdims=True)), then(lambda y: y.mean(axis=0)))),
            Mistake("no-bias", from_maps(lambda m, b: m.sum(axis=2)),
                    "The bias is missing: b[o] is added to every pixel of output channel o.", 95),
            Mistake("bias-each-channel",
                    from_maps(lambda m, b: (m + b[:, None, None, None]).sum(axis=2)),
                    "The bias comes in once for each channel. A function that adds b is called for "
                    "every channel: give it 0 there, and add b[o] once, after the sum.", 95),
            Mistake("bias-each", lambda x, W, b, s, p: convolve_all(x, W, b * W[0].size, s, p),
                    "The bias is added to every product. It belongs to the output pixel: once, "
                    "after the sum.", 95),
            Mistake("first-bias", lambda x, W, b, s, p: convolve_all(x, W, b[0] + 0 * b, s, p),
                    "All of your output channels get the same bias. Channel o has its own, b[o].",
                    95, (lambda x, W, b, s, p: convolve_all(x, W, b[-1] + 0 * b, s, p),
                         lambda x, W, b, s, p: convolve_all(x, W, b.sum() + 0 * b, s, p))),
            Mistake("bias-axis", from_maps(lambda m, b: m.sum(axis=2) + b),
                    "The bias runs along the wrong axis. NumPy lays a shape (out,) along the last "
                    "axis, the columns of an image; the channels are axis 1. Add b[o] channel by "
                    "channel, or give b the shape (out, 1, 1).", 5,
                    (from_maps(lambda m, b: m.sum(axis=2) + b[:, None]),)),
            Mistake("in-and-out", with_kernels(lambda W: W.transpose(1, 0, 2, 3)),
                    "The first two axes of W are swapped. W[o, c] leads from channel c that comes "
                    "in to channel o that goes out; with as many of both, no shape tells you.", 1),
            Mistake("stride-ignored", lambda x, W, b, s, p: convolve_all(x, W, b, 1, p),
                    "Your windows move by one pixel, whatever the stride. The window of output "
                    "pixel i, j begins in row i * stride and column j * stride.", 87,
                    (with_one(variant(step=lambda i, stride: i)),)),
            Mistake("padding-missing", lambda x, W, b, s, p: convolve_all(x, W, b, s, 0),
                    "There is no padding in yours. Put the frame around each image first.", 88),
            Mistake("frame-not-zero", with_one(variant(frame=framed("edge"))),
                    "Right inside, wrong at the edges: your frame is not made of zeros.", 88),
            Mistake("frame-on-one-side", with_one(variant(frame=one_side(0, 1))),
                    "The zeros stand on one side only, or are counted for one side only. It is "
                    "`padding` rows above and as many below, and the same for the columns.", 88,
                    (with_one(variant(frame=one_side(1, 0))),
                     with_one(variant(frame=one_side(0, 2))))),
            Mistake("pads-everything", pads_everything,
                    "`np.pad(x, p)` puts its frame around all four axes: there are more images and "
                    "more channels now, full of zeros. Pad the last two axes alone: "
                    "((0, 0), (0, 0), (p, p), (p, p)).", 88, (pads_everything_and_loops,)),
            Mistake("last-missing",
                    with_one(variant(size=lambda n, k, stride: (n - k) // stride)),
                    "The last row and the last column are missing: there is one more place than "
                    "steps from place to place.", 89),
            Mistake("flipped", with_kernels(lambda W: W[:, :, ::-1, ::-1]),
                    "Your kernels are turned by half a turn, as mathematicians do. Here W[o, c, 0, "
                    "0] meets the upper left pixel of the window.", 90),
            Mistake("kernel-transposed", with_kernels(lambda W: W.swapaxes(2, 3)),
                    "Your kernels are transposed: rows and columns are swapped.", 91),
            Mistake("height-and-width", then(lambda y: y.swapaxes(2, 3)),
                    "Height and width are swapped: rows come before columns, in the image as in "
                    "the output.", 92),
            Mistake("axes-of-the-output", then(lambda y: y.swapaxes(0, 1)),
                    "The numbers are right, but the axes stand in another order. The result is "
                    "(n, out, h_out, w_out): images first, then channels.", 0,
                    (then(lambda y: y.transpose(0, 2, 3, 1)),))),
        hints=("For one image and one kernel: convolve channel c with W[o, c], for each c, and add "
               "these images up. Your `convolve` does one channel.",
               "The result is (n, out, h_out, w_out). n and out stay, h_out and w_out are counted, "
               "and c vanishes in the sum.",
               "Loop over images, kernels and channels, and add up what convolve gives with bias "
               "0; add b[o] once for each kernel."),
        why="Every convolution of every network is this function, in one disguise or another."),
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
            Mistake("place", pooled(np.argmax),
                    "You give the place of the largest pixel. Its value was asked for."),
            Mistake("over-everything", lambda x, size: 0 * max_pool(x, size)
                    + max_pool(x, size).max(axis=(0, 1)),
                    "All images and channels share your numbers: a maximum without axes looks "
                    "through all of them. It is to be taken over the window alone."),
            Mistake("every-second", lambda x, size: whole_windows(x, size)[:, :, ::size, ::size],
                    "You took the first pixel of each window. Look at all of them, and keep the "
                    "largest."),
            Mistake("smallest", pooled(np.min),
                    "Those are the smallest pixels; the largest were asked for."),
            Mistake("not-below-zero", lambda x, size: np.maximum(max_pool(x, size), 0),
                    "Where all pixels of a window are negative, yours says 0. A search for the "
                    "largest must not begin with 0: begin with a pixel of the window, or with "
                    "minus infinity."),
            Mistake("largest-size", lambda x, size: max_pool(np.abs(x), size),
                    "You compare sizes without their signs. The largest of -3 and 1 is 1."),
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
                    "Height and width are swapped: rows come before columns.", 92)),
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
