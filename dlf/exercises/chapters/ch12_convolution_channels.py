"""Chapter 12, convolution: all channels, kernels and images."""
import numpy as np

from dlf.exercises.chapters import ch12_convolution as one_channel
from dlf.exercises.chapters.ch12_convolution import convolve
from dlf.exercises.exercise import Exercise, Mistake

# ---- the answer --------------------------------------------------------------------------------

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


# ---- what it is compared on --------------------------------------------------------------------

def batches(rng):
    """Two small images; 7 x 6 with 3 channels, stride 2, padding 1; squares, in every sense.

    At last large steps and a wide frame: windows of a bare image end without an error there.
    """
    def some(n, c, out, shape, size, stride, padding):
        return (rng.normal(size=(n, c, *shape)), rng.normal(size=(out, c, *size)),
                rng.normal(size=out), stride, padding)
    return [some(2, 2, 1, (2, 3), (2, 2), 1, 0), some(2, 3, 4, (7, 6), (3, 2), 2, 1),
            some(3, 2, 2, (5, 5), (3, 3), 1, 1), some(2, 3, 4, (5, 6), (3, 3), 1, 0),
            some(3, 3, 3, (5, 5), (3, 3), 1, 0), some(2, 2, 2, (4, 4), (3, 3), 3, 2)]


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


OF_ONE = one_channel.EXERCISES[0].mistakes
AGAIN  = {"mean", "no-bias", "bias-each", "bias-on-the-image", "running-total", "squashed",
          "first-pixel", "last-product", "truncated"}        # these differ here, or cannot be told


def in_every_channel(mistake):
    """A mistake that was known with one channel, made in each of several."""
    return Mistake(mistake.id, with_one(mistake.answer), mistake.says, mistake.number,
                   tuple(map(with_one, mistake.forms)))


def bias_on_the_image(x, W, b, stride, padding):
    """The bias is added to the pixels, and multiplied with the weights."""
    return np.stack([convolve_all(x + b[o], W[o:o + 1], [0], stride, padding)[:, 0]
                     for o in range(len(W))], axis=1)


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


# ---- the exercise ------------------------------------------------------------------------------

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
                        x, np.repeat(W.sum(axis=1, keepdims=True), W.shape[1], axis=1), b, s, p),
                         lambda x, W, b, s, p: convolve_all(
                        x.mean(axis=1, keepdims=True), W.sum(axis=1, keepdims=True), b, s, p))),
            Mistake("running-total", from_maps(lambda m, b: m.sum(axis=2).cumsum(axis=1) + tall(b)),
                    "Your sums go on where the last ones ended, of the kernel or the image before. "
                    "For every kernel and every image they begin at 0.", 0,
                    (from_maps(lambda m, b: (m.sum(axis=2) + tall(b)).cumsum(axis=1)),
                     from_maps(lambda m, b: (m.sum(axis=2) + tall(b)).cumsum(axis=0)))),
            Mistake("mean", from_maps(lambda m, b: m.mean(axis=2) + tall(b)),
                    "You take a mean where there should be a sum: over the channels, too, the "
                    "products are added up.", 94,
                    (lambda x, W, b, s, p: maps(x, W, s, p).sum(axis=2) / 9 + tall(b),
                     from_maps(lambda m, b: (m.sum(axis=2) + tall(b)) / m.shape[2]),
                     lambda x, W, b, s, p: convolve_all(x, W, b, s, p) / W[0].size,
                     lambda x, W, b, s, p: maps(x, W, s, p).sum(axis=2) / W[0].size + tall(b),
                     lambda x, W, b, s, p: maps(x, W, s, p).sum(axis=2) / W[0, 0].size + tall(b))),
            Mistake("one-kernel", with_kernels(lambda W: np.repeat(W[:1], len(W), axis=0)),
                    "The same kernel makes all of your output channels. Output channel o has a "
                    "kernel of its own, W[o].", 95,
                    (with_kernels(lambda W: np.repeat(W[-1:], len(W), axis=0)),
                     with_kernels(lambda W: np.repeat(W.sum(0, keepdims=True), len(W), axis=0)),
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
                    (then(lambda y: y.sum(axis=0, keepdims=True)), then(lambda y: y.mean(axis=0)),
                     then(lambda y: y.mean(axis=0, keepdims=True)),
                     from_maps(lambda m, b: m.sum(axis=(0, 2)) + tall(b)))),
            Mistake("no-bias", from_maps(lambda m, b: m.sum(axis=2)),
                    "The bias is missing: b[o] is added to every pixel of output channel o.", 95),
            Mistake("bias-each-channel",
                    from_maps(lambda m, b: (m + b[:, None, None, None]).sum(axis=2)),
                    "The bias comes in once for each channel. A function that adds b is called for "
                    "every channel: give it 0 there, and add b[o] once, after the sum.", 95),
            Mistake("bias-each", lambda x, W, b, s, p: convolve_all(x, W, b * W[0].size, s, p),
                    "The bias is added to every product. It belongs to the output pixel: once, "
                    "after the sum.", 95),
            Mistake("bias-on-the-image", bias_on_the_image,
                    "You add b to the pixels of the image, so the weights multiply it. It belongs "
                    "to the output pixel: once, after the sum.", 95),
            Mistake("first-bias", lambda x, W, b, s, p: convolve_all(x, W, b[0] + 0 * b, s, p),
                    "All of your output channels get the same bias. Channel o has its own, b[o].",
                    95, (lambda x, W, b, s, p: convolve_all(x, W, b[-1] + 0 * b, s, p),
                         lambda x, W, b, s, p: convolve_all(x, W, b.sum() + 0 * b, s, p),
                         lambda x, W, b, s, p: convolve_all(x, W, b.mean() + 0 * b, s, p))),
            Mistake("bias-axis", from_maps(lambda m, b: m.sum(axis=2) + b),
                    "The bias runs along the wrong axis. NumPy lays a shape (out,) along the last "
                    "axis, the columns of an image; the channels are axis 1. Add b[o] channel by "
                    "channel, or give b the shape (out, 1, 1).", 5,
                    (from_maps(lambda m, b: m.sum(axis=2) + b[:, None]),)),
            Mistake("in-and-out", with_kernels(lambda W: W.transpose(1, 0, 2, 3)),
                    "The first two axes of W are swapped. W[o, c] leads from channel c that comes "
                    "in to channel o that goes out; with as many of both, no shape tells you.", 1),
            *(in_every_channel(mistake) for mistake in OF_ONE if mistake.id not in AGAIN),
            Mistake("padded-twice", lambda x, W, b, s, p: convolve_all(x, W, b, s, 2 * p),
                    "There are two frames around your images. If you pad them yourself, tell "
                    "`convolve` that the padding is 0.", 88),
            Mistake("pads-everything", pads_everything,
                    "`np.pad(x, p)` puts its frame around all four axes: there are more images and "
                    "more channels now, full of zeros. Pad the last two axes alone: "
                    "((0, 0), (0, 0), (p, p), (p, p)).", 88, (pads_everything_and_loops,)),
            Mistake("channels-turned", with_kernels(lambda W: W[:, ::-1, ::-1, ::-1]),
                    "Your kernels are turned along all axes, the channels too. Turn nothing: "
                    "W[o, c, 0, 0] meets the upper left pixel of the window in channel c.", 90,
                    (with_kernels(lambda W: W[::-1, ::-1, ::-1, ::-1]),)),
            Mistake("mixed", then(lambda y: y.transpose(0, 2, 3, 1).reshape(y.shape)),
                    "The shape is right, but a reshape has mixed the numbers. It moves none of "
                    "them, it cuts them anew: bring the axes into their order first, with "
                    "transpose.", 102,
                    (with_kernels(lambda W: W.reshape(len(W), -1).T.reshape(W.shape)),
                     with_kernels(lambda W: W.reshape(-1, len(W)).T.reshape(W.shape)))),
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
)
