"""Chapter 12, convolution: in how many places a kernel fits, and zeros around an image."""
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


# ---- what they are compared on -----------------------------------------------------------------

SIZES = ((8, 3, 1, 0, 1), (8, 3, 1, 1, 1), (8, 3, 2, 1, 1), (7, 3, 2, 0, 1), (10, 3, 1, 0, 2),
         (28, 5, 3, 2, 1), (9, 2, 2, 0, 3), (6, 6, 1, 0, 1), (12, 4, 3, 2, 2))


def images(rng):
    """A row, a square with two frames, no frame at all, whole numbers, and a high image."""
    return [(np.array([[1.0, 2.0]]), 1), (rng.normal(size=(3, 3)), 2), (rng.normal(size=(2, 3)), 0),
            (rng.integers(1, 9, (3, 2)), 1), (rng.normal(size=(5, 2)), 3)]


# ---- wrong in known ways -----------------------------------------------------------------------

def to_minus_p(x, p):
    """The end of a slice counted from the back: not for p = 0."""
    padded = np.zeros((x.shape[0] + 2 * p, x.shape[1] + 2 * p))
    padded[p:-p, p:-p] = x
    return padded


def wide_for_high(x, p):
    """The array of zeros has width and height in the wrong order."""
    h, w   = x.shape
    padded = np.zeros((w + 2 * p, h + 2 * p))
    padded[p:p + h, p:p + w] = x
    return padded


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
            Mistake("last-place",
                    lambda h, k, s, p, d: len(range(0, h + 2 * p - d * (k - 1) - 1, s)),
                    "One too few wherever the kernel fits to the very end, right elsewhere. "
                    "`range` stops before its end: the last place to which the kernel can move "
                    "must still be in it.", 89),
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
                     lambda x, p: np.pad(x, p, mode="reflect"),
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
                    "first.", 92, (wide_for_high,))),
        hints=("Begin with nothing but zeros, in the final size. Then put the image into it.",
               "The result is (h + 2 p, w + 2 p). In which row of it does the image begin, in "
               "which does it end?",
               "Make the large array of zeros; set its rows p to p + h and its columns p to p + w "
               "to x."),
        why="With p = (k - 1) / 2 and stride 1 the output is as large as the image. NumPy's own "
            "`np.pad(x, p)` does the same."),
)
