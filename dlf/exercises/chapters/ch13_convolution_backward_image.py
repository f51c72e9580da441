"""Chapter 13, convolution backward: the slopes by the pixels of the image."""
import numpy as np

from dlf.exercises.chapters.ch13_convolution_backward import (
    LAYERS,
    MIXED,
    NO_STRIDE,
    few,
    made,
    mixed,
    mixed_too,
    turned,
)
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answer --------------------------------------------------------------------------------

def image_gradient(dy, W, shape, stride, padding):
    """dx of a convolution: each output pixel hands its slope, times the kernel, to its window.

    Shapes: dy (n, out, h, w), the cost's slope by every output pixel; W (out, c, kh, kw); shape,
    that of the images x: (n, c, height, width). Returns dx, of that shape.
    """
    n, c, height, width = shape
    kh, kw = W.shape[2:]
    wide   = np.zeros((n, c, height + 2 * padding, width + 2 * padding))
    for m, o, i, j in np.ndindex(dy.shape):
        top, left = i * stride, j * stride
        wide[m, :, top:top + kh, left:left + kw] += dy[m, o, i, j] * W[o]
    return wide[:, :, padding:padding + height, padding:padding + width]


# ---- what it is compared on --------------------------------------------------------------------

def for_images(rng):
    dy, x, W = few(rng)
    cases = [(dy, W, x.shape, 1, 0)]
    for shape, kernel, stride, padding in LAYERS:
        dy, x, W = made(rng, shape, kernel, stride, padding)
        cases.append((dy, W, shape, stride, padding))
    return cases


# ---- wrong ways --------------------------------------------------------------------------------

def paint(dy, W, shape, stride, padding, crop=None, add=True):
    """dx with what goes wrong: another crop, or windows that overwrite."""
    n, c, height, width = shape
    kh, kw = W.shape[2:]
    wide   = np.zeros((n, c, height + 2 * padding, width + 2 * padding))
    for m, o, i, j in np.ndindex(dy.shape):
        top, left = i * stride, j * stride
        part = wide[m, :, top:top + kh, left:left + kw]
        part[...] = dy[m, o, i, j] * W[o] + (part if add else 0)
    if crop:
        return crop(wide, padding, height, width)
    return wide[:, :, padding:padding + height, padding:padding + width]


def overwrite_windows(dy, W, shape, stride, padding, order=list):
    """The filters are added up, the windows overwrite."""
    n, c, height, width = shape
    kh, kw = W.shape[2:]
    wide   = np.zeros((n, c, height + 2 * padding, width + 2 * padding))
    for i, j in order(list(np.ndindex(dy.shape[2:]))):
        top, left = i * stride, j * stride
        wide[:, :, top:top + kh, left:left + kw] = np.tensordot(dy[:, :, i, j], W, 1)
    return wide[:, :, padding:padding + height, padding:padding + width]


def overwrite_weights(dy, W, shape, stride, padding):
    """Weight by weight, for all windows at once: each weight overwrites."""
    n, c, height, width = shape
    h, w = ((m - 1) * stride + 1 for m in dy.shape[2:])
    wide = np.zeros((n, c, height + 2 * padding, width + 2 * padding))
    for k, r in np.ndindex(W.shape[2:]):
        wide[:, :, k:k + h:stride, r:r + w:stride] = np.einsum("nohw,oc->nchw", dy, W[:, :, k, r])
    return wide[:, :, padding:padding + height, padding:padding + width]


def overwrite_filters(dy, W, shape, stride, padding):
    """The windows are added up, but of the filters the last remains."""
    return paint(dy[:, -1:], W[-1:], shape, stride, padding)


def first_filter(dy, W, shape, stride, padding):
    return paint(dy[:, :1], W[:1], shape, stride, padding)


def columns_alone(dy, W, shape, stride, padding):
    """The stride acts on the columns, and not on the rows."""
    spread = np.zeros((*dy.shape[:3], (dy.shape[3] - 1) * stride + 1))
    spread[..., ::stride] = dy
    return paint(spread, W, shape, 1, padding)


def one_frame(dy, W, shape, stride, padding):
    """The large array has room for the padding on one side only."""
    n, c, height, width = shape
    kh, kw = W.shape[2:]
    wide   = np.zeros((n, c, height + padding, width + padding))
    for m, o, i, j in np.ndindex(dy.shape):
        top, left = i * stride, j * stride
        wide[m, :, top:top + kh, left:left + kw] += dy[m, o, i, j] * W[o]
    return wide[:, :, padding:, padding:]


def by_index(dy, W, shape, stride, padding, p=0):
    """Number by number into the image, from row -p on, whether there is such a row or not."""
    dx = np.zeros(shape)
    for i, j, k, r in np.ndindex(*dy.shape[2:], *W.shape[2:]):
        dx[:, :, i * stride + k - p, j * stride + r - p] += dy[:, :, i, j] @ W[:, :, k, r]
    return dx


def one_kernel(dy, W, *args, o=0):
    return paint(dy, W[[o] * len(W)], *args)


def to_the_first(dy, W, shape, stride, padding):
    """All images give to image 0."""
    dx    = np.zeros(shape)
    dx[0] = paint(dy, W, shape, stride, padding).sum(axis=0)
    return dx


def to_all(dy, W, shape, stride, padding):
    """Every image gets the slopes of all."""
    return np.zeros(shape) + paint(dy, W, shape, stride, padding).sum(axis=0)


def rows_alone(dy, W, shape, stride, padding):
    """The stride acts on the rows, and not on the columns."""
    spread = np.zeros((*dy.shape[:2], (dy.shape[2] - 1) * stride + 1, dy.shape[3]))
    spread[:, :, ::stride] = dy
    return paint(spread, W, shape, 1, padding)


def without_padding(dy, W, shape, stride, padding):
    return paint(dy, W, shape, stride, 0)


def swapped(dy, W, shape, stride, padding):
    return paint(dy, np.swapaxes(W, 0, 1)[:dy.shape[1]], shape, stride, padding)


def by_reach(dy, W, shape, stride, padding):
    """As large as the windows reach, which is less than the image where the stride leaves some."""
    height, width = ((n - 1) * stride + k - 2 * padding
                     for n, k in zip(dy.shape[2:], W.shape[2:]))
    return paint(dy, W, shape, stride, padding)[:, :, :height, :width]


def averaged(dy, W, shape, stride, padding):
    """Divided by the number of windows that each pixel is in."""
    count = paint(np.ones((shape[0], 1, *dy.shape[2:])), np.ones((1, *W.shape[1:])), shape, stride,
                  padding)
    return paint(dy, W, shape, stride, padding) / np.maximum(count, 1)


def one_image_back(dy, W, shape, stride, padding, m=-1):
    only = np.zeros_like(dy)
    only[m] = dy[m]
    return paint(only, W, shape, stride, padding)


def channels_summed(dy, W, shape, stride, padding):
    return paint(dy, W.sum(axis=1, keepdims=True).repeat(W.shape[1], 1), shape, stride, padding)


def wrapped(dy, W, shape, stride, padding):
    """What falls off at the top and on the left comes in again at the other end."""
    wide = paint(dy, W, shape, stride, padding, crop=lambda wide, *_: wide)
    p, (height, width) = padding, shape[2:]
    dx = wide[:, :, p:p + height, p:p + width].copy()
    if p:
        dx[:, :, -p:] += wide[:, :, :p, p:p + width]
        dx[..., -p:]  += wide[:, :, p:p + height, :p]
        dx[:, :, -p:, -p:] += wide[:, :, :p, :p]
    return dx


def not_spread(dy, W, shape, stride, padding, more=lambda W: 0):
    """A convolution of dy with the turned kernel, as if the stride were 1."""
    kh, kw = W.shape[2:]
    h, w   = (n + k - 1 for n, k in zip(dy.shape[2:], (kh, kw)))
    full   = paint(dy, W, (*shape[:2], h, w), 1, 0)
    return full[:, :, padding:h - padding, padding + more(W):w - padding - more(W)]


def cropped(crop):
    """Right, but for what is cut out in the end."""
    return lambda *args: paint(*args, crop=crop)


# ---- the exercise ------------------------------------------------------------------------------

OVERWRITTEN = ("The last window that covers a pixel overwrites what the windows before it left "
               "there. A pixel in several windows moves several outputs, so its slopes add up: "
               "`+=` in place of `=`. (Where windows do not overlap, you would never notice.)")
CROP = ("The padding is not taken off rightly. It lay on all four sides of the image, and its "
        "zeros are no pixels of x: the image is the middle part, from row `padding` on, `height` "
        "rows of it, and the columns likewise.")
NO_PADDING = ("The padding is left out. On the way forward the windows lay on the image with zeros "
              "around it, so they must do so on the way back: begin with an array that is larger "
              "by `padding` on each side. (A window that begins at row -1 will not do: NumPy "
              "counts negative rows from the end.)")

EXERCISES = (
    Exercise(
        "image_gradient", 13, "dx: who has seen this pixel", "core", 15, image_gradient, ("dx",),
        cases=for_images,
        mistakes=(
            Mistake("overwritten", lambda *args: paint(*args, add=False), OVERWRITTEN, 97,
                    (overwrite_windows, overwrite_weights,
                     lambda *args: overwrite_windows(*args, order=reversed))),
            Mistake("one-filter", overwrite_filters,
                    "Only one filter is heard. A pixel has moved all output channels, and each "
                    "sends its slope back through its own kernel: add over o as well.", 93,
                    (first_filter,)),
            Mistake("one-kernel", one_kernel,
                    "All output channels send their slopes back through the same kernel. Channel o "
                    "was made by W[o], so its slopes go back through W[o].", 93,
                    (lambda *args: one_kernel(*args, o=-1),)),
            Mistake("summed-first", lambda dy, W, *args: paint(
                        dy.sum(axis=1, keepdims=True), W.sum(axis=0, keepdims=True), *args),
                    "You added up dy over the output channels, and the kernels, before they met. "
                    "Each slope goes back through its own kernel first; the products are added.",
                    93),
            Mistake("images-mixed", to_all,
                    "Slopes of one image land in another. Output pixel [m, o, i, j] has seen image "
                    "m alone, so it gives to image m alone.", 96,
                    (to_the_first, lambda *args: paint(*args).sum(axis=0))),
            Mistake("not-cropped", lambda *args: paint(*args, crop=lambda wide, *_: wide),
                    "Your dx still has the padding around it. Its zeros were never part of x, and "
                    "nobody waits for their slopes: cut them off, on all four sides.", 99),
            Mistake("crop-corner", lambda *args: paint(
                        *args, crop=lambda wide, p, h, w: wide[:, :, :h, :w]), CROP, 99,
                    tuple(cropped(crop) for crop in (
                        lambda wide, p, h, w: wide[:, :, 2 * p:, 2 * p:],
                        lambda wide, p, h, w: wide[:, :, p:h, p:w],
                        lambda wide, p, h, w: wide[:, :, p:, p:],
                        lambda wide, p, h, w: wide[:, :, :-p or None, :-p or None],
                        lambda wide, p, h, w: wide[:, :, p:p + h],
                        lambda wide, p, h, w: wide[:, :, 1:-1, 1:-1],
                        lambda wide, p, h, w: wide[p:-p, p:-p] if p else wide))),
            Mistake("one-frame", one_frame,
                    "Your large array is too small: there is padding above *and* below the image, "
                    "so it has height + 2 padding rows, and the columns likewise.", 88),
            Mistake("crop-nothing", lambda *args: paint(
                        *args, crop=lambda wide, p, h, w: wide[:, :, p:-p, p:-p]),
                    "With padding your dx is right; without, it is empty: `p:-p` with p = 0 is "
                    "`0:0`, nothing at all. Count from the front instead: from p to p + height.",
                    99),
            Mistake("no-padding", without_padding, NO_PADDING, 88, (by_index,)),
            Mistake("bare", lambda dy, W, shape, stride, padding: paint(dy, W, shape, 1, 0),
                    "Right with stride 1 and without padding. These two still have to come in: the "
                    "windows lay on a larger image, with zeros around it, and each began `stride` "
                    "rows or columns after the last one.", 87),
            Mistake("turned", lambda dy, W, *args: paint(dy, turned(W), *args),
                    "The kernel is turned by half a turn too often or too little. Painting window "
                    "by window, W goes down as it is. As a convolution of dy, it must be turned: "
                    "the pixel at [k, l] of its window was seen through W[k, l].", 90,
                    (lambda dy, W, *args: paint(dy, W[::-1, ::-1, ::-1, ::-1], *args),
                     lambda dy, W, *args: paint(dy, W[:, ::-1, ::-1, ::-1], *args))),
            Mistake("kernel-turned", lambda dy, W, *args: paint(
                        dy, np.swapaxes(W, 2, 3), *args),
                    "Rows and columns of the kernel are swapped.", 91),
            Mistake("height-and-width", lambda *args: paint(*args).swapaxes(2, 3),
                    "Rows and columns of your dx are swapped: it has the shape of x, rows before "
                    "columns.", 92),
            Mistake("swapped", swapped,
                    "Filters and channels are swapped. W is (out, c, kh, kw): the slope of output "
                    "channel o goes back through W[o], to all channels of the image. Only with as "
                    "many filters as channels does yours run at all.", 36),
            Mistake("no-stride", lambda dy, W, shape, stride, padding: paint(
                        dy, W, shape, 1, padding), NO_STRIDE, 87, (rows_alone, columns_alone)),
            Mistake("by-reach", by_reach,
                    "Your dx is smaller than x: rows or columns that the stride left out are "
                    "missing. They moved no output, so their slope is 0, but they are there. Make "
                    "dx by the shape of x, not from dy.", 89),
            Mistake("wrapped", wrapped,
                    "Slopes of the padding come in again at the other edge: NumPy counts negative "
                    "rows and columns from the end. Add into a larger array and crop it, or skip "
                    "what lies outside.", 99,
                    (lambda *args: by_index(*args, p=args[-1]),)),
            Mistake("not-spread", not_spread,
                    "Right for stride 1. With a larger stride the outputs lie further apart on the "
                    "image, so dy has to be pulled apart first, with zeros between, or give to the "
                    "windows one by one.", 87,
                    (lambda *args: not_spread(*args, more=lambda W: W.shape[3] - W.shape[2]),)),
            Mistake("averaged", averaged,
                    "You divided by how many windows a pixel is in. Each window moves the cost by "
                    "itself: slopes add up where paths meet.", 94),
            Mistake("mean-image", lambda dy, *args: paint(dy / len(dy), *args),
                    "You divided by the number of images. The 1/m of the mean cost is in dy "
                    "already; and a pixel is in one image only.", 94),
            Mistake("mean", lambda dy, W, *args: paint(dy / len(W), W, *args),
                    "You took a mean, over the filters, the weights or the output pixels. Each of "
                    "them moves the cost by itself, so the slopes are added up, and nothing is "
                    "divided.", 94,
                    (lambda dy, W, *args: paint(dy / W[0, 0].size, W, *args),
                     lambda dy, W, *args: paint(dy / dy[0, 0].size, W, *args))),
            Mistake("one-image", one_image_back,
                    "One image alone has slopes in yours, the others have 0. Each image gets "
                    "slopes of its own.", 96,
                    (lambda *args: one_image_back(*args, m=0), lambda *args: paint(*args)[:1],
                     lambda *args: paint(*args)[:1].repeat(args[2][0], 0))),
            Mistake("channels-summed", channels_summed,
                    "All channels have the same slopes in yours. The slope goes back to channel c "
                    "through the weights of channel c, W[o, c].", 93,
                    (lambda dy, W, *args: paint(dy, W[:, :1].repeat(W.shape[1], 1), *args),)),
            Mistake("mixed", lambda dy, *args: paint(mixed(dy), *args), MIXED, 102,
                    (lambda dy, *args: paint(mixed_too(dy), *args),)),
            Mistake("no-dy", lambda dy, *args: paint(np.ones_like(dy), *args),
                    "dy plays no part: multiply each kernel with the slope of its output pixel."),
        ),
        hints=("Formula (13.3), or window by window: output pixel [i, j] has seen a window of the "
               "padded image, and gives each of its pixels dy times the weight it was seen with.",
               "dy[m, o, i, j] is a number, W[o] is (c, kh, kw), and so is a window of image m.",
               "Make zeros of the shape of the padded images; for every m, o, i, j add dy times "
               "W[o] to the window at row i * stride, column j * stride; cut the padding off."),
        why="Forward, each window gathers; back, each window gives, and where windows overlap, "
            "slopes add up."),
)
