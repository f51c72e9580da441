"""The fast convolution: images lie in memory row by row, so that one stacked product does it all.

The idea. A convolution is a weighted sum over a window, so each output pixel is a row of weights
times a column of inputs. The plain way copies each window into a column ("im2col"), which writes
every input kh * kw times. Here images lie as (height, channels, width, batch). Windows are copied
along the width alone, into patches (height, channels, kw, width_out, batch). Then the kh rows of
patches that a row of output needs lie one after another already: seen as a matrix of kh * channels
* kw rows they are the operand of one product, and nothing is copied along the height.

The way back is the same read backwards: each row of input collects from the rows of output that
have seen it, in one product, and its patches are added back along the width, since a pixel was in
several windows, and slopes add up where paths meet.

`plain.py` says the same in loops; tests hold the two against each other.
"""
from math import gcd

import numpy as np

from dlf.layers.products import is_small, multiply

STACK = 8             # rows of output whose products are held at once, before they are added up
FEW   = 16            # rows of a product, below which many small ones are no quicker than one

# ---- between the shape that one reads and the order in memory -----------------------------------

def to_memory(x):
    """(batch, channels, height, width) as (height, channels, width, batch), in this order.

    Free if the images lie so already, as those that a convolution has made.
    """
    return np.ascontiguousarray(x.transpose(2, 1, 3, 0))


def to_images(m):
    """(height, channels, width, batch) seen as (batch, channels, height, width)."""
    return m.transpose(3, 1, 0, 2)


def pad(m, padding, value=0):
    """Rows and columns of a value around each image in memory order."""
    (p, q), (h, c, w, n) = padding, m.shape
    if p == q == 0:
        return m
    wide = np.empty((h + 2 * p, c, w + 2 * q, n), m.dtype)
    wide[p:p + h, :, q:q + w] = m
    for edge in (wide[:p], wide[p + h:], wide[:, :, :q], wide[:, :, q + w:]):
        edge[...] = value
    return wide


def crop(m, padding):
    """The way back of `pad`: the images without what was around them, a view."""
    (p, q), (h, _, w, _) = padding, m.shape
    return m[p:h - p, :, q:w - q]


# ---- patches along the width, and back ----------------------------------------------------------

def patches(m, window, groups=1):
    """The windows along the width of padded images.

    Shapes: m (h, channels, w, n) to (groups, h, channels / groups, kw, w_out, n).
    """
    h, c, w, n     = m.shape
    kw, s, d       = window.size[1], window.stride[1], window.dilation[1]
    w_out          = (w - d * (kw - 1) - 1) // s + 1
    sh, sc, sw, sn = m.strides
    view = np.ndarray((groups, h, c // groups, kw, w_out, n), m.dtype, m,
                      strides=(c // groups * sc, sh, sc, d * sw, s * sw, sn))
    return np.ascontiguousarray(view)


def unpatch(p, window, w):
    """The way back of `patches`: what was copied into several windows is added up again.

    Shapes: p (h, channels, kw, w_out, n) to (h, channels, w, n).
    """
    h, c, kw, w_out, n = p.shape
    s, d = window.stride[1], window.dilation[1]
    m    = np.zeros((h, c, w, n), p.dtype)
    for k in range(kw):
        m[:, :, k * d:k * d + s * (w_out - 1) + 1:s] += p[:, :, k]
    return m


def operands(p, window):
    """For each row of the output, the kh rows of patches that it needs: a view.

    Shapes: p as from `patches`, to (h_out, groups, kh, c * kw, w_out * n).
    """
    kh, s, d = window.size[0], window.stride[0], window.dilation[0]
    groups, h, c, kw, w_out, n = p.shape
    h_out  = (h - d * (kh - 1) - 1) // s + 1
    column = w_out * n * p.itemsize                           # bytes from each to the next
    row    = c * kw * column
    return np.ndarray((h_out, groups, kh, c * kw, w_out * n), p.dtype, p,
                      strides=(s * row, h * row, d * row, column, p.itemsize))


def as_one(rows):
    """The kh rows of `operands` as one matrix of kh * c * kw rows: a view, but for dilation."""
    kh, n, columns = rows.shape[2:]
    return rows.reshape(*rows.shape[:2], kh * n, columns)


def in_small_rows(rows, out):
    """The rows of `operands` in so few stacks that each makes a small product with `out` columns.

    Shapes: (h_out, groups, kh, c * kw, columns) to (h_out, groups, stacks, rows, columns).
    """
    kh, n, columns = rows.shape[2:]
    if is_small(kh * n, columns, out):
        return as_one(rows)[:, :, None]
    for stacks in range(1, n // FEW + 1):
        if n % stacks == 0 and is_small(n // stacks, columns, out):
            return rows.reshape(*rows.shape[:2], kh * stacks, n // stacks, columns)
    return as_one(rows)[:, :, None]


def as_matrix(W, groups):
    """W (out, c, kh, kw) as (groups, out / groups, kh * c * kw): the order of the operands."""
    _, c, kh, kw = W.shape
    return W.reshape(groups, -1, c, kh, kw).swapaxes(2, 3).reshape(groups, -1, kh * c * kw)


def from_matrix(dW, shape):
    """The way back of `as_matrix`."""
    _, c, kh, kw = shape
    return dW.reshape(len(dW), -1, kh, c, kw).swapaxes(2, 3).reshape(shape)


# ---- the three products -------------------------------------------------------------------------

def convolve(p, W, window):
    """The sums over all windows: one product for each row of output.

    Shapes: p as from `patches`, W (out, c, kh, kw); returns (h_out, out, w_out, n).
    """
    W, rows = as_matrix(W, len(p)), operands(p, window)
    groups, out, _ = W.shape
    y    = np.empty((len(rows), groups, out, rows.shape[-1]), p.dtype)
    some = len(y) if window.dilation[0] == 1 else STACK        # what is copied stays small
    for i in range(0, len(y), some):
        multiply(W, as_one(rows[i:i + some]), y[i:i + some])
    return y.reshape(len(y), groups * out, *p.shape[-2:])


def weight_slope(p, dy, shape, window):
    """dC/dW: every output pixel times the window that it has seen, added up over all of them.

    Shapes: p as from `patches`, dy (h_out, out, w_out, n); returns `shape`, that of W.
    """
    columns = p.shape[-2] * p.shape[-1]
    out  = dy.shape[1] // len(p)                                           # of each group
    dy   = dy.reshape(len(dy), len(p), 1, out, columns).swapaxes(3, 4)     # (..., columns, out)
    rows = operands(p, window)
    dW   = 0
    for i in range(0, len(dy), STACK):
        seen = in_small_rows(rows[i:i + STACK], out)                       # (..., rows, columns)
        dW   = dW + np.add.reduce(np.matmul(seen, dy[i:i + STACK]))
    return from_matrix(dW.reshape(len(p), -1, out).swapaxes(1, 2), shape)


def input_slope(dy, W, h, groups, window):
    """The slope of the patches: each row of input hears from every row of output that saw it.

    Row i of the output saw row j = i s + k d through row k of the kernel. So of all rows i that saw
    row j, each is d / gcd(s, d) below the one before it, and its k is s / gcd(s, d) smaller: both
    are slices, once the kernel's rows stand in reverse.

    Shapes: dy (h_out, out, w_out, n), W (out, c, kh, kw); returns (h, channels, kw, w_out, n).
    """
    (kh, kw), s, d       = window.size, window.stride[0], window.dilation[0]
    h_out, out, w_out, n = dy.shape
    c, step = W.shape[1], gcd(s, d)
    dy   = dy.reshape(h_out, groups, out // groups, w_out * n)
    turn = W.reshape(groups, -1, c, kh, kw)[:, :, :, ::-1]                 # as i grows, k falls
    turn = np.ascontiguousarray(turn.transpose(0, 2, 4, 3, 1))             # (g, c, kw, kh, out)
    dp   = np.empty((h, groups, c * kw, w_out * n), dy.dtype)
    for j in range(h):
        seen = [(i, kh - 1 - k) for k in range(kh - 1, -1, -1)             # who saw row j
                for i, rest in [divmod(j - k * d, s)] if rest == 0 and 0 <= i < h_out]
        if seen:
            (i, k), (i_last, k_last) = seen[0], seen[-1]
            rows    = dy[i:i_last + 1:d // step].swapaxes(0, 1)
            rows    = rows.reshape(groups, len(seen) * out // groups, w_out * n)
            weights = turn[..., k:k_last + 1:s // step, :].reshape(groups, c * kw, -1)
            multiply(weights, rows, dp[j])
        else:
            dp[j] = 0
    return dp.reshape(h, groups * c, kw, w_out, n)
