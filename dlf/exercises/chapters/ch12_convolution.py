"""Chapter 12, convolution: where a kernel fits, zeros around an image, one kernel on one image."""
import math

import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answers -------------------------------------------------------------------------------

def output_size(h, k, stride, padding, dilation):
    """In how many places a kernel with k rows fits into an image with h rows: a whole number.

    padding: rows of zeros above the image, and as many below. stride: rows from one place to the
    next. dilation: rows from one row of weights to the next; 1 leaves no gaps.
    output_size(8, 3, 1, 0, 1) is 6.
    """
    reach = dilation * (k - 1) + 1                   # rows that the kernel covers, gaps included
    steps = h + 2 * padding - reach                  # how far it can move down from the top
    return steps // stride + 1


def pad(x, p):
    """The image x (h, w) with p rows of zeros above, p below, and p columns on either side.

    Shape of the result: (h + 2 p, w + 2 p). For [[1, 2]] and p = 1 it is
    [[0, 0, 0, 0], [0, 1, 2, 0], [0, 0, 0, 0]].
    """
    h, w   = x.shape
    padded = np.zeros((h + 2 * p, w + 2 * p))
    padded[p:p + h, p:p + w] = x
    return padded


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


# ---- what they are compared on -----------------------------------------------------------------

SIZES = ((8, 3, 1, 0, 1), (8, 3, 1, 1, 1), (8, 3, 2, 1, 1), (7, 3, 2, 0, 1), (10, 3, 1, 0, 2),
         (28, 5, 3, 2, 1), (9, 2, 2, 0, 3), (6, 6, 1, 0, 1), (12, 4, 3, 2, 2))


def images(rng):
    """A row, a square with two frames, no frame at all, whole numbers, and a high image."""
    return [(np.array([[1.0, 2.0]]), 1), (rng.normal(size=(3, 3)), 2), (rng.normal(size=(2, 3)), 0),
            (rng.integers(1, 9, (3, 2)), 1), (rng.normal(size=(5, 2)), 3)]


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


def to_minus_p(x, p):
    """The end of a slice counted from the back: not for p = 0."""
    padded = np.zeros((x.shape[0] + 2 * p, x.shape[1] + 2 * p))
    padded[p:-p, p:-p] = x
    return padded


def one_side(before, after):
    """Padding on one side only."""
    return lambda x, p: np.pad(x, ((before * p, after * p),) * 2)


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


def by_index(place):
    """Four loops, with the kernel's own indices taken by `place`."""
    def answer(x, W, b, stride, padding):
        y = np.zeros_like(convolve(x, W, b, stride, padding))
        x = np.pad(x, padding)
        for i, j in np.ndindex(y.shape):
            top, left = i * stride, j * stride
            y[i, j]   = b + sum(W[place(down, right)] * x[top + down, left + right]
                                for down, right in np.ndindex(W.shape))
        return y
    return answer


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "output_size", 12, "In how many places it fits", "core", 8, output_size, ("size",),
        cases=lambda rng: list(SIZES),
        mistakes=(
            Mistake("one-less", lambda h, k, s, p, d: (h + 2 * p - d * (k - 1) - 1) // s,
                    "Yours is one too small: you counted the steps from place to place. The place "
                    "where the kernel stands before its first step counts too: add 1.", 89,
                    (lambda h, k, s, p, d: (h + 2 * p - k) // s,)),
            Mistake("rounded-up",
                    lambda h, k, s, p, d: math.ceil((h + 2 * p - d * (k - 1) - 1) / s) + 1,
                    "Right wherever the stride comes out even, one too large elsewhere: you "
                    "rounded up. A last step that leads over the edge is not taken, so round the "
                    "number of steps down, and then add 1.", 89),
            Mistake("not-whole", lambda h, k, s, p, d: (h + 2 * p - d * (k - 1) - 1) / s + 1,
                    "There is half a place in it. A step that leads over the edge is not taken at "
                    "all: divide with `//`, which rounds down.", 89,
                    (lambda h, k, s, p, d: (h + 2 * p - k) / s + 1,)),
            Mistake("nearest", lambda h, k, s, p, d: round((h + 2 * p - d * (k - 1) - 1) / s) + 1,
                    "You round to the nearest whole number. A step that leads over the edge is not "
                    "taken, however little is missing: round down.", 89,
                    (lambda h, k, s, p, d: round((h + 2 * p - d * (k - 1) - 1) / s + 1),)),
            Mistake("one-inside", lambda h, k, s, p, d: (h + 2 * p - d * (k - 1)) // s,
                    "The 1 stands inside the division. Only the steps are divided by the stride; "
                    "the first place needs no step, so its 1 is added afterwards.", 89),
            Mistake("stride-ignored", lambda h, k, s, p, d: h + 2 * p - d * (k - 1),
                    "The stride plays no part in yours. With stride 2 only every second place is "
                    "taken.", 87),
            Mistake("stride-first", lambda h, k, s, p, d: (h + 2 * p) // s - d * (k - 1),
                    "You divide the rows by the stride. The rows do not get fewer, only the steps "
                    "longer: count first how far the kernel can move, then divide that.", 87,
                    (lambda h, k, s, p, d: h // s + 2 * p - d * (k - 1),)),
            Mistake("gaps", lambda h, k, s, p, d: (h + 2 * p - k - d * (k - 1)) // s + 1,
                    "You put d rows between two rows of weights. From one to the next it is d "
                    "rows, so d - 1 lie between them: none for d = 1."),
            Mistake("precedence",
                    lambda h, k, s, p, d: h + 2 * p - (d * (k - 1) + 1) // s + 1,
                    "`//` binds closer than `+` and `-`, so only a part of it is divided. Put all "
                    "of the movable rows into parentheses.", 89,
                    (lambda h, k, s, p, d: h + 2 * p - d * (k - 1) - 1 // s + 1,)),
            Mistake("padding-once", lambda h, k, s, p, d: (h + p - d * (k - 1) - 1) // s + 1,
                    "The padding is counted once. There are `padding` rows above the image, and as "
                    "many below.", 88),
            Mistake("padding-ignored", lambda h, k, s, p, d: (h - d * (k - 1) - 1) // s + 1,
                    "The padding plays no part in yours. It makes the image larger, above and "
                    "below.", 88),
            Mistake("dilation-ignored", lambda h, k, s, p, d: (h + 2 * p - k) // s + 1,
                    "Right without gaps. With dilation 2, three rows of weights stand in rows 0, 2 "
                    "and 4, so the kernel covers five rows, not three."),
            Mistake("bare", lambda h, k, s, p, d: h - k + 1,
                    "Right with stride 1, without padding and without gaps. These three still have "
                    "to come in: padding makes the image larger, dilation the kernel, and the "
                    "stride the steps.", 87),
            Mistake("reach-too-short",
                    lambda h, k, s, p, d: (h + 2 * p - (k + d - 1)) // s + 1,
                    "Right without gaps. With them your kernel covers too few rows: from each of "
                    "its rows of weights to the next it is d rows, and that k - 1 times.", 0,
                    (lambda h, k, s, p, d: (h + 2 * p - (k - 1) * (d - 1) - 1) // s + 1,)),
            Mistake("reach-too-long", lambda h, k, s, p, d: (h + 2 * p - d * k) // s + 1,
                    "Right without gaps. You let the kernel cover dilation times k rows, but there "
                    "is no gap after its last row: k rows have k - 1 gaps between them.", 0,
                    (lambda h, k, s, p, d: (h + 2 * p - d * k - 1) // s + 1,))),
        hints=("How many rows does the kernel cover, gaps included? Draw k = 3 with dilation 2 on "
               "squared paper.",
               "From the top, how many rows can it move down until its last row stands on the last "
               "row of the padded image? With stride s, how many whole steps are that?",
               "Rows of the padded image minus rows that the kernel covers; this divided by the "
               "stride and rounded down; plus one for the place at the top."),
        why="Every shape in a network of convolutions comes out of this one line, once for the "
            "height and once for the width."),
    Exercise(
        "pad", 12, "Zeros around an image", "warm-up", 5, pad, ("padded",), cases=images,
        mistakes=(
            Mistake("edge", lambda x, p: np.pad(x, p, mode="edge"),
                    "Your frame is made of something else than zeros, such as the pixels at the "
                    "edge. Here it is zeros: nothing is known about the world outside of the "
                    "image.", 88,
                    (lambda x, p: np.pad(x, p, mode="wrap"),
                     lambda x, p: np.pad(x, p, mode="symmetric"),
                     lambda x, p: np.pad(x, p, mode="mean") if p else x,
                     lambda x, p: np.pad(x, p, constant_values=1))),
            Mistake("missing", lambda x, p: x * 1.0,
                    "That is the image as it was: there is no frame around it.", 88),
            Mistake("empty", lambda x, p: 0.0 * np.pad(x, p),
                    "The size is right, but there is nothing in it. Put the image into the middle: "
                    "into the rows and columns that are not frame."),
            Mistake("twice", lambda x, p: np.pad(x, 2 * p),
                    "The frame is twice as wide as it should be. It is p rows above and p below: "
                    "2 p together, not each.", 88),
            Mistake("always-one", lambda x, p: np.pad(x, 1),
                    "Your frame is one pixel wide, whatever p is.", 88),
            Mistake("top-left", lambda x, p: np.pad(x, ((2 * p, 0), (2 * p, 0))),
                    "The size is right, but all the zeros stand on one side, and the image in a "
                    "corner. Its first pixel belongs into row p and column p.", 88,
                    (lambda x, p: np.pad(x, ((0, 2 * p), (0, 2 * p))),)),
            Mistake("one-side", lambda x, p: np.pad(x, ((p, 0), (p, 0))),
                    "There are zeros on one side only. It is p rows above and p below, so the "
                    "height grows by 2 p, and so does the width.", 88,
                    (lambda x, p: np.pad(x, ((0, p), (0, p))),)),
            Mistake("rows-only", lambda x, p: np.pad(x, ((p, p), (0, 0))),
                    "One axis is left as it was. The frame goes all around: rows above and below, "
                    "and columns left and right.", 88,
                    (lambda x, p: np.pad(x, ((0, 0), (p, p))),)),
            Mistake("minus-zero", to_minus_p,
                    "It works until p is 0. A slice `p:-p` is then `0:-0`, which is `0:0` and "
                    "empty. Say where the image ends from the front: `p:p + h`."),
            Mistake("turned", lambda x, p: np.pad(x, p).T,
                    "Height and width are swapped: the shape should be (h + 2 p, w + 2 p), rows "
                    "first.", 92)),
        hints=("Begin with nothing but zeros, in the final size. Then put the image into it.",
               "The result is (h + 2 p, w + 2 p). In which row of it does the image begin, in "
               "which does it end?",
               "Make the large array of zeros; set its rows p to p + h and its columns p to p + w "
               "to x."),
        why="With p = (k - 1) / 2 and stride 1 the output is as large as the image. NumPy's own "
            "`np.pad(x, p)` does the same."),
    Exercise(
        "convolve", 12, "One kernel, one image", "core", 15, convolve, ("y",), cases=one_channel,
        mistakes=(
            Mistake("stride-ignored",
                    lambda x, W, b, stride, padding: convolve(x, W, b, 1, padding),
                    "Your window moves by one pixel, whatever the stride, in one direction at "
                    "least. The window of output pixel i, j begins in row i * stride and column "
                    "j * stride.", 87,
                    (variant(step=lambda i, stride: i), lambda x, W, b, stride, p: convolve(
                        x, W, b, 1, p)[::stride, :fits(x.shape[1] + 2 * p, W.shape[1], stride)])),
            Mistake("padding-missing",
                    lambda x, W, b, stride, padding: convolve(x, W, b, stride, 0),
                    "There is no padding in yours. Put the frame of zeros around the image first, "
                    "and work with the larger image from there on.", 88),
            Mistake("frame-not-zero", variant(frame=framed("edge")),
                    "Right inside, wrong at the edges: your frame is not made of zeros, but "
                    "repeats pixels of the image.", 88,
                    (variant(frame=framed("wrap")), variant(frame=framed("reflect")))),
            Mistake("frame-on-one-side", variant(frame=one_side(0, 1)),
                    "The zeros stand on one side only, or are counted for one side only. There "
                    "are `padding` rows above and as many below, and the same for the columns.", 88,
                    (variant(frame=one_side(1, 0)), variant(frame=one_side(0, 2)),
                     variant(frame=one_side(2, 0)))),
            Mistake("last-missing", variant(size=lambda n, k, stride: (n - k) // stride),
                    "The last row and the last column are missing. n - k is how far the window can "
                    "move; the place at the start counts too, so there is one more place than "
                    "steps.", 89, (short, variant(size=steps_begun), range_too_short)),
            Mistake("over-the-edge", over_the_edge,
                    "Your window goes on where it does not fit any more: it hangs over the edge, "
                    "and NumPy cuts it off. The output has only the places in which all of the "
                    "kernel lies on the image.", 89,
                    (variant(size=lambda n, k, stride: n // stride),
                     variant(size=lambda n, k, stride: -(-n // stride)))),
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
                    (variant(kernel=lambda W: W[::-1]), variant(kernel=lambda W: W[:, ::-1]))),
            Mistake("kernel-transposed", variant(kernel=lambda W: W.T),
                    "Your kernel is transposed: rows and columns of W are swapped. W[k, l] meets "
                    "the pixel k rows down and l columns to the right.", 91,
                    (by_index(lambda down, right: (right, down)),
                     variant(meet=lambda window, W, b: (window * W.T).sum() + b))),
            Mistake("height-and-width", variant(finish=lambda y: y.T),
                    "Height and width are swapped: i counts rows, so it belongs to the first axis "
                    "of the image and of the output. On square images no shape tells you.", 92,
                    (variant(window=lambda x, top, left, kh, kw:
                             x[left:left + kh, top:top + kw]),)),
            Mistake("sides-of-the-kernel",
                    variant(window=lambda x, top, left, kh, kw: x[top:top + kh, left:left + kh]),
                    "It works for square kernels alone. The window is kh rows high and kw columns "
                    "wide: take each from its own axis of W.shape.", 92,
                    (variant(window=lambda x, top, left, kh, kw: x[top:top + kw, left:left + kh]),
                     variant(window=lambda x, top, left, kh, kw: x[top:top + 3, left:left + 3]))),
            Mistake("mean", variant(meet=lambda window, W, b: (window * W).mean() + b),
                    "You take the mean of the products. Here they are added up: the weights are "
                    "learned, so any factor is already in them.", 94,
                    (variant(meet=lambda window, W, b: ((window * W) + b).mean()),)),
            Mistake("no-bias", variant(meet=lambda window, W, b: (window * W).sum()),
                    "The bias is missing: b is added to every output pixel.", 95),
            Mistake("bias-each", variant(meet=lambda window, W, b: (window * W + b).sum()),
                    "The bias is added to every product. It belongs to the output pixel: once, "
                    "after the sum.", 95),
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
