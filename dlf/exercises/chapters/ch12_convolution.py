"""Chapter 12, convolution: one kernel on one image."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answer --------------------------------------------------------------------------------

def convolve(x, W, b, stride, padding):
    """One kernel on one image: every output pixel is a weighted sum of a window, plus b.

    Shapes: x (h, w), W (kh, kw), b a number; the result (h_out, w_out). stride and padding are the
    same both ways. For x [[1, 2, 3], [4, 5, 6]], W [[1, 0], [0, 10]], b 0.5, stride 1 and padding 0
    it is [[51.5, 62.5]].
    """
    x      = np.pad(x, padding)
    kh, kw = W.shape
    h_out  = (x.shape[0] - kh) // stride + 1
    w_out  = (x.shape[1] - kw) // stride + 1
    y      = np.zeros((h_out, w_out))
    for i in range(h_out):
        for j in range(w_out):
            top, left = i * stride, j * stride
            window    = x[top:top + kh, left:left + kw]
            y[i, j]   = (W * window).sum() + b
    return y


# ---- what it is compared on --------------------------------------------------------------------

def one_channel(rng):
    """The example of the docstring; 7 x 6 with stride 2 and padding 1; squares; whole numbers."""
    def some(shape, size, stride, padding):
        return (rng.normal(size=shape), rng.normal(size=size), float(rng.normal()), stride, padding)
    small = (np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([[1.0, 0.0], [0.0, 10.0]]), 0.5,
             1, 0)
    whole = (rng.integers(1, 17, (6, 7)), rng.normal(size=(2, 3)), 0.5, 3, 0)
    return [small, some((7, 6), (3, 2), 2, 1), some((5, 5), (3, 3), 1, 1), whole,
            some((8, 8), (3, 3), 2, 0), some((4, 4), (3, 3), 3, 2)]


# ---- wrong in known ways -----------------------------------------------------------------------

def fits(n, k, stride):
    """In how many places k fits into n, the padding counted in."""
    return (n - k) // stride + 1


def variant(frame=np.pad, size=fits, step=lambda i, stride: i * stride,
            kernel=lambda W: W, window=lambda x, top, left, kh, kw: x[top:top + kh, left:left + kw],
            meet=lambda window, W, b: (window * W).sum() + b, finish=lambda y: y):
    """A convolve with one of its parts replaced."""
    def answer(x, W, b, stride, padding):
        x, W   = frame(x, padding), kernel(W)
        kh, kw = W.shape
        y = np.zeros((size(x.shape[0], kh, stride), size(x.shape[1], kw, stride)))
        for i, j in np.ndindex(y.shape):
            seen    = window(x, step(i, stride), step(j, stride), kh, kw)
            y[i, j] = meet(seen, W, b)
        return finish(y)
    return answer


def framed(mode):
    """Padding with something else than zeros."""
    return lambda x, p: np.pad(x, p, mode=mode) if p else x


def one_side(before, after):
    """Padding on one side only."""
    return lambda x, p: np.pad(x, ((before * p, after * p),) * 2)


def one_axis(rows, columns):
    """Padding above and below, or on the left and right, but not both."""
    return lambda x, p: np.pad(x, ((rows * p, rows * p), (columns * p, columns * p)))


def short(x, W, b, stride, padding):
    """The right shape, but the loops end a step early."""
    y = convolve(x, W, b, stride, padding)
    y[-1], y[:, -1] = 0, 0
    return y


def steps_begun(n, k, stride):
    """The steps, counting one that leads over the edge, but not the place at the start."""
    return -(-(n - k) // stride)


def range_too_short(x, W, b, stride, padding):
    """Lists of pixels, from ranges that lack their last place."""
    x, (kh, kw) = np.pad(x, padding), W.shape
    return np.array([[(x[i:i + kh, j:j + kw] * W).sum() + b
                      for j in range(0, x.shape[1] - kw, stride)]
                     for i in range(0, x.shape[0] - kh, stride)])


def over_the_edge(x, W, b, stride, padding):
    """Windows begin in every row and column, up to the last."""
    x, (kh, kw) = np.pad(x, padding), W.shape
    return np.array([[(x[i:i + kh, j:j + kw] * W).sum() + b
                      for j in range(0, x.shape[1], stride)]
                     for i in range(0, x.shape[0], stride)])


def as_large_as_the_image(x, W, b, stride, padding):
    """The pixels in the upper left corner of an array as large as x, if they go into it."""
    y = np.zeros(x.shape)
    for place, pixel in np.ndenumerate(convolve(x, W, b, stride, padding)):
        y[place] = pixel
    return y


def size_without_frame(x, W, b, stride, padding):
    """As many pixels as without padding."""
    rows, columns = (fits(n, k, stride) for n, k in zip(x.shape, W.shape))
    return convolve(x, W, b, stride, padding)[:rows, :columns]


def running_total(x, W, b, stride, padding):
    """Each pixel's sum is added to the one before."""
    y = convolve(x, W, 0, stride, padding)
    return y.cumsum().reshape(y.shape) + b


def by_index(weight=lambda k, r: (k, r), pixel=lambda i, j, k, r, s, p: (i * s + k, j * s + r),
             frame=np.pad, inside=lambda row, column, h, w: True):
    """Four loops: where they find a weight and a pixel, and which pixels they skip."""
    def answer(x, W, b, stride, padding):
        y = np.full(convolve(x, W, b, stride, padding).shape, float(b))
        x = frame(x, padding)
        for i, j, k, r in np.ndindex(*y.shape, *W.shape):
            at = pixel(i, j, k, r, stride, padding)
            if inside(*at, *x.shape):
                y[i, j] += W[weight(k, r)] * x[at]
        return y
    return answer


def from_minus_p(i, j, k, r, s, p):
    """The pixel of an image without a frame: row -1 is above it, or so they hope."""
    return i * s + k - p, j * s + r - p


def never_padded(x, W, b, stride, padding):
    """The output has the size that padding gives, but the windows lie on the bare image."""
    y = np.zeros_like(convolve(x, W, b, stride, padding))
    for i, j in np.ndindex(y.shape):
        top, left = i * stride, j * stride
        y[i, j]   = (x[top:top + W.shape[0], left:left + W.shape[1]] * W).sum() + b
    return y


def in_steps(spread):
    """The loops go in steps of the stride, and the output has their numbers too."""
    def answer(x, W, b, stride, padding):
        small = convolve(x, W, b, stride, padding)
        y     = np.zeros_like(convolve(x, W, b, 1, padding) if spread else small)
        for (i, j), pixel in np.ndenumerate(small):
            y[i * stride, j * stride] = pixel
        return y
    return answer


def turned_output(x, W, b, stride, padding):
    """Rows are counted along the width of the image, and columns along its height."""
    x, (kh, kw) = np.pad(x, padding), W.shape
    y = np.zeros((fits(x.shape[1], kh, stride), fits(x.shape[0], kw, stride)))
    for i, j in np.ndindex(y.shape):
        top, left = i * stride, j * stride
        y[i, j]   = (x[top:top + kh, left:left + kw] * W).sum() + b
    return y


def turned_sizes(x, W, b, stride, padding):
    """The names of rows and columns are exchanged in `x.shape`, and nowhere else."""
    x, (kh, kw) = np.pad(x, padding), W.shape
    w, h = x.shape
    y = np.zeros((fits(h, kh, stride), fits(w, kw, stride)))
    for i, j in np.ndindex(y.shape):
        top, left = i * stride, j * stride
        y[i, j]   = (x[top:top + kh, left:left + kw] * W).sum() + b
    return y


# ---- the exercise ------------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "convolve", 12, "One kernel, one image", "core", 15, convolve, ("y",), cases=one_channel,
        mistakes=(
            Mistake("stride-ignored",
                    lambda x, W, b, stride, padding: convolve(x, W, b, 1, padding),
                    "Your window moves by one pixel, whatever the stride, in one direction at "
                    "least. The window of output pixel i, j begins in row i * stride and column "
                    "j * stride.", 87,
                    (variant(step=lambda i, stride: i), lambda x, W, b, stride, p: convolve(
                        x, W, b, 1, p)[::stride, :fits(x.shape[1] + 2 * p, W.shape[1], stride)],
                     lambda x, W, b, stride, p: convolve(x, W, b, 1, p)[::stride],
                     lambda x, W, b, stride, p: convolve(x, W, b, 1, p)[:, ::stride])),
            Mistake("in-steps", in_steps(spread=False),
                    "Right with stride 1. The stride belongs in one place, the corner of the "
                    "window, at i * stride and j * stride. The output's own pixels, i and j, are "
                    "counted one by one, and so are the pixels inside the window.", 87,
                    (in_steps(spread=True),
                     by_index(pixel=lambda i, j, k, r, s, p: ((i + k) * s, (j + r) * s)),
                     by_index(pixel=lambda i, j, k, r, s, p: (i + k * s, j + r * s)))),
            Mistake("bare", lambda x, W, b, stride, padding: convolve(x, W, b, 1, 0),
                    "Right with stride 1 and without padding. These two still have to come in: the "
                    "padding as a frame of zeros around the image, the stride in the place where "
                    "each window begins.", 87),
            Mistake("padding-missing",
                    lambda x, W, b, stride, padding: convolve(x, W, b, stride, 0),
                    "There is no padding in yours. Put the frame of zeros around the image first, "
                    "and work with the larger image from there on.", 88,
                    (never_padded, by_index(frame=lambda x, p: x),
                     lambda x, W, b, stride, p: np.pad(convolve(x, W, b, stride, 0), p))),
            Mistake("frame-not-zero", variant(frame=framed("edge")),
                    "Right inside, wrong at the edges: where there should be zeros, your windows "
                    "see pixels of the image. (Without a frame, row -1 is not above the image: "
                    "NumPy counts it from the end.)", 88,
                    (*(variant(frame=framed(mode)) for mode in ("wrap", "reflect", "symmetric")),
                     by_index(pixel=from_minus_p, frame=lambda x, p: x),
                     by_index(pixel=from_minus_p, frame=lambda x, p: x,
                              inside=lambda row, column, h, w: row < h and column < w))),
            Mistake("frame-on-one-side", variant(frame=one_side(0, 1)),
                    "The frame of zeros is not the same on all four sides. There are `padding` "
                    "rows above and as many below, and as many columns on the left and on the "
                    "right.", 88,
                    (variant(frame=one_side(1, 0)), variant(frame=one_side(0, 2)),
                     variant(frame=one_side(2, 0)), variant(frame=one_axis(1, 0)),
                     variant(frame=one_axis(0, 1)))),
            Mistake("another-frame", lambda x, W, b, stride, padding: convolve(x, W, b, stride, 1),
                    "Your frame is as wide as you think best, one pixel or half a kernel. How wide "
                    "it is to be stands in `padding`.", 88,
                    (lambda x, W, b, stride, p: convolve(x, W, b, stride, len(W) // 2),
                     lambda x, W, b, stride, p: convolve(x, W, b, stride, (len(W) - 1) // 2))),
            Mistake("last-missing", variant(size=lambda n, k, stride: (n - k) // stride),
                    "The last row or the last column is missing, or both. n - k is how far the "
                    "window can move; the place at the start counts too, so there is one more "
                    "place than steps.", 89,
                    (short, variant(size=steps_begun), range_too_short,
                     variant(finish=lambda y: y[:-1]), variant(finish=lambda y: y[:, :-1]))),
            Mistake("over-the-edge", over_the_edge,
                    "Your window goes on where it does not fit any more: it hangs over the edge, "
                    "and NumPy cuts it off. The output has only the places in which all of the "
                    "kernel lies on the image.", 89,
                    (variant(size=lambda n, k, stride: n // stride),
                     variant(size=lambda n, k, stride: -(-n // stride)),
                     variant(size=lambda n, k, stride: -(-n // stride),
                             meet=lambda window, W, b: b + (
                                 window * W[:window.shape[0], :window.shape[1]]).sum()))),
            Mistake("as-large-as-the-image", as_large_as_the_image,
                    "Your output is as large as the image. It has one pixel for each place where "
                    "the kernel fits: count these.", 89),
            Mistake("size-without-frame", size_without_frame,
                    "Your output is too small where there is padding: its size is counted from the "
                    "image without the frame.", 89),
            Mistake("first-pixel", lambda *args: convolve(*args)[0, 0],
                    "That is the first output pixel alone. Is there a `return` inside of the "
                    "loops? Put it behind them."),
            Mistake("running-total", running_total,
                    "Each of your pixels holds the sums of all the pixels before it. Every window "
                    "begins its sum at 0."),
            Mistake("flipped", variant(kernel=lambda W: W[::-1, ::-1]),
                    "Your kernel is turned or mirrored. Turned by half a turn, it is the "
                    "mathematicians' convolution; here W[0, 0] meets the window's upper left "
                    "pixel.", 90,
                    (variant(kernel=lambda W: W[::-1]), variant(kernel=lambda W: W[:, ::-1]),
                     by_index(pixel=lambda i, j, k, r, s, p: (i * s - k, j * s - r)))),
            Mistake("kernel-transposed", variant(kernel=lambda W: W.T),
                    "Your kernel is transposed: rows and columns of W are swapped. W[k, l] meets "
                    "the pixel k rows down and l columns to the right.", 91,
                    (by_index(lambda k, r: (r, k)),
                     variant(kernel=lambda W: W.ravel("F").reshape(W.shape)),
                     variant(meet=lambda window, W, b: (window * W.T).sum() + b))),
            Mistake("height-and-width", variant(finish=lambda y: y.T),
                    "Height and width are swapped: i counts rows, so it belongs to the first axis "
                    "of the image and of the output. On square images no shape tells you.", 92,
                    (variant(window=lambda x, top, left, kh, kw:
                             x[left:left + kh, top:top + kw]), turned_output, turned_sizes,
                     by_index(pixel=lambda i, j, k, r, s, p: (j * s + r, i * s + k)))),
            Mistake("sides-of-the-kernel",
                    variant(window=lambda x, top, left, kh, kw: x[top:top + kh, left:left + kh]),
                    "It works for square kernels alone. The window is kh rows high and kw columns "
                    "wide: take each from its own axis of W.shape.", 92,
                    (variant(window=lambda x, top, left, kh, kw: x[top:top + kw, left:left + kh]),
                     variant(window=lambda x, top, left, kh, kw: x[top:top + 3, left:left + 3]))),
            Mistake("mean", variant(meet=lambda window, W, b: (window * W).mean() + b),
                    "You take the mean of the products. Here they are added up: the weights are "
                    "learned, so any factor is already in them.", 94,
                    (variant(meet=lambda window, W, b: ((window * W) + b).mean()),
                     variant(meet=lambda window, W, b: ((window * W).sum() + b) / W.size),
                     variant(meet=lambda window, W, b: (window * W).sum() / 9 + b),
                     variant(meet=lambda window, W, b: (window * W).sum(axis=1).mean() + b),
                     variant(meet=lambda window, W, b: (window * W).sum(axis=0).mean() + b))),
            Mistake("no-bias", variant(meet=lambda window, W, b: (window * W).sum()),
                    "The bias is missing: b is added to every output pixel.", 95),
            Mistake("bias-each", variant(meet=lambda window, W, b: (window * W + b).sum()),
                    "The bias is added to every product, or to every row of them. It belongs to "
                    "the output pixel: once, after the sum.", 95,
                    (variant(meet=lambda window, W, b: (window * W).sum() + len(W) * b),)),
            Mistake("bias-on-the-image", lambda x, W, b, stride, padding: convolve(
                        x + b, W, 0, stride, padding),
                    "You add b to the pixels of the image, so the weights multiply it. It belongs "
                    "to the output pixel: once, after the sum.", 95,
                    (lambda x, W, b, stride, p: convolve(np.pad(x, p) + b, W, 0, stride, 0),)),
            Mistake("matrix-product", variant(meet=lambda window, W, b: (window @ W).sum() + b),
                    "`@` multiplies rows with columns. Here each weight meets the one pixel that "
                    "lies under it: multiply place by place with `*`, then add up.", 2,
                    (variant(meet=lambda window, W, b: (W @ window).sum() + b),
                     variant(meet=lambda window, W, b: (window @ W.T).sum() + b))),
            Mistake("squashed", variant(finish=lambda y: 1 / (1 + np.exp(-y))),
                    "The sums went through a sigmoid or a ReLU. A convolution gives the sums as "
                    "they are, like the z of a neuron; what bends them is a layer of its own.", 0,
                    (variant(finish=lambda y: np.maximum(y, 0)),)),
            Mistake("last-product",
                    variant(meet=lambda window, W, b: window[-1, -1] * W[-1, -1] + b),
                    "Only the last product is in your pixel: each one overwrites the one before. "
                    "Add to what is there: `+=`.", 0,
                    (variant(meet=lambda window, W, b: window[-1, -1] * W[-1, -1]),)),
            Mistake("truncated", lambda x, W, b, stride, padding: convolve(
                        x, W, b, stride, padding).astype(x.dtype),
                    "With an image of whole numbers your result is cut to whole numbers. "
                    "`np.zeros_like(x)` takes over x's type: make the output with `np.zeros`, "
                    "which holds floats.", 13)),
        hints=("Formula (12.1), for every i and j. Two loops, over the rows and the columns of the "
               "*output*.",
               "With the frame around it, the image is h + 2 padding rows high. How many places "
               "are there? You have a function for that; the dilation is 1.",
               "For each i, j: cut out the window that begins at i times stride, j times stride "
               "and is as large as W; multiply it with W place by place, add up, add b."),
        why="This is all that a convolution does. The rest of the chapter repeats it for more "
            "channels, more kernels and more images."),
)
