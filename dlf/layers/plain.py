"""Convolution and pooling as one first writes them: loops over every image, channel and pixel.

Nothing here is fast, and no layer uses it. It is what the layers compute, said as simply as
possible, so that the fast way can be read and checked against it.

Images are (batch, channels, height, width). A `window` says how it moves: size, stride, padding,
dilation. All loops run over the pixels of the smaller side: what each of them sees is `seen`.
"""
import numpy as np


def seen(image, i, j, window):
    """What output pixel (i, j) sees of a padded image (channels, height, width).

    A view (channels, kh, kw), so that slopes can be added into it.
    """
    (kh, kw), (s, t), _, (d, e) = window
    return image[:, i * s:i * s + d * (kh - 1) + 1:d, j * t:j * t + e * (kw - 1) + 1:e]


def pad(x, window, value=0.0):
    """Images with padding around them."""
    p, q = window.padding
    return np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)), constant_values=value)


def unpad(x, window):
    """Images without their padding."""
    (p, q), (h, w) = window.padding, x.shape[2:]
    return x[:, :, p:h - p, q:w - q]


def group(o, n_out, n_in, groups):
    """The input channels that output channel o sees: those of its own group."""
    g, c = o * groups // n_out, n_in // groups
    return slice(g * c, (g + 1) * c)


# ---- convolution: y = sum of W times what is seen, plus b ---------------------------------------

def convolve(x, W, b, window, groups=1):
    """Every output pixel is a weighted sum of the window that it sees."""
    y = np.zeros((len(x), len(W), *window.count(x.shape[2:])))
    x = pad(x, window)
    for n, o, i, j in np.ndindex(y.shape):
        c = group(o, len(W), x.shape[1], groups)
        y[n, o, i, j] = (W[o] * seen(x[n], i, j, window)[c]).sum() + b[o]
    return y


def convolve_slopes(dy, x, W, window, groups=1):
    """(dx, dW, db): every product W times x has slope x for W, and W for x, times dy."""
    x = pad(x, window)
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(len(W))
    for n, o, i, j in np.ndindex(dy.shape):
        c = group(o, len(W), x.shape[1], groups)
        dW[o] += dy[n, o, i, j] * seen(x[n], i, j, window)[c]
        db[o] += dy[n, o, i, j]
        seen(dx[n], i, j, window)[c] += dy[n, o, i, j] * W[o]
    return unpad(dx, window), dW, db


# ---- transposed convolution: every pixel paints its kernel --------------------------------------

def paint(x, W, b, window, shape, groups=1):
    """Every input pixel adds its kernel, times itself, to a canvas of this (height, width)."""
    n_out  = W.shape[1] * groups
    canvas = pad(np.zeros((len(x), n_out, *shape)), window)
    for n, c, i, j in np.ndindex(x.shape):
        o = group(c, x.shape[1], n_out, groups)
        seen(canvas[n], i, j, window)[o] += x[n, c, i, j] * W[c]
    return unpad(canvas, window) + b[:, None, None]


def paint_slopes(dy, x, W, window, groups=1):
    """(dx, dW, db) of `paint`."""
    db = dy.sum(axis=(0, 2, 3))
    dy = pad(dy, window)
    dx, dW = np.zeros(x.shape), np.zeros(W.shape)
    for n, c, i, j in np.ndindex(x.shape):
        d = seen(dy[n], i, j, window)[group(c, x.shape[1], dy.shape[1], groups)]
        dx[n, c, i, j] = (W[c] * d).sum()
        dW[c] += x[n, c, i, j] * d
    return dx, dW, db


# ---- pooling: one number for each window of each channel ----------------------------------------

def max_pool(x, window):
    """The largest number of each window."""
    y = np.zeros((*x.shape[:2], *window.count(x.shape[2:])))
    x = pad(x, window, -np.inf)
    for n, c, i, j in np.ndindex(y.shape):
        y[n, c, i, j] = seen(x[n], i, j, window)[c].max()
    return y


def max_pool_slope(dy, x, window):
    """dx: the slope goes to the largest number, to the first of several that are equal."""
    x  = pad(x, window, -np.inf)
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dy.shape):
        part = seen(x[n], i, j, window)[c]
        seen(dx[n], i, j, window)[c][np.unravel_index(part.argmax(), part.shape)] += dy[n, c, i, j]
    return unpad(dx, window)


def average_pool(x, window):
    """The mean of each window; zeros of the padding count."""
    y = np.zeros((*x.shape[:2], *window.count(x.shape[2:])))
    x = pad(x, window)
    for n, c, i, j in np.ndindex(y.shape):
        y[n, c, i, j] = seen(x[n], i, j, window)[c].mean()
    return y


def average_pool_slope(dy, x, window):
    """dx: every number of the window gets the same share."""
    dx = pad(np.zeros(x.shape), window)
    for n, c, i, j in np.ndindex(dy.shape):
        part  = seen(dx[n], i, j, window)[c]
        part += dy[n, c, i, j] / part.size
    return unpad(dx, window)
