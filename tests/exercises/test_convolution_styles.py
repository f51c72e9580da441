"""Chapters 12 and 13: mistakes are named, and right answers are right, in any style."""
import numpy as np
import pytest

from dlf.exercises import check

views  = np.lib.stride_tricks.sliding_window_view
ALL    = "ncijkl,ockl->noij"
SLOPES = "noij,ncijkl->ockl"


def framed(x, p, **how):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), **how)


def windows(x, size, s, p, **how):
    """(n, c, h, w, kh, kw)"""
    return views(framed(x, p, **how), size, axis=(2, 3))[:, :, ::s, ::s]


def one(change_W=lambda W: W, order="ijkl,kl->ij", s=None, p=None, **how):
    """convolve by views and einsum, with something changed."""
    def answer(x, W, b, stride, padding):
        W, step, frame = change_W(W), s or stride, padding if p is None else p
        return np.einsum(order, views(np.pad(x, frame, **how), W.shape)[::step, ::step], W) + b
    return answer


def every(order=ALL, change_W=lambda W: W, bias=lambda b: b[:, None, None], **how):
    """convolve_all by views and einsum, with something changed."""
    return lambda x, W, b, s, p: np.einsum(
        order, windows(x, W.shape[2:], s, p, **how), change_W(W)) + bias(b)


def dW(order=SLOPES, change_dy=lambda dy: dy, **how):
    return lambda dy, x, size, s, p: np.einsum(
        order, change_dy(dy), windows(x, size, s, p, **how))


def given(dy, W, shape, s, p, put, crop=lambda p, n: slice(p, p + n)):
    """dx, where `put` says what becomes of a window that something is given to."""
    n, c, h, w = shape
    wide = np.zeros((n, c, h + 2 * p, w + 2 * p))
    for i, j in np.ndindex(dy.shape[2:]):
        at = ..., slice(i * s, i * s + W.shape[2]), slice(j * s, j * s + W.shape[3])
        wide[at] = put(wide[at], np.tensordot(dy[:, :, i, j], W, 1))
    return wide[:, :, crop(p, h), crop(p, w)]


def dx(put=np.add, **how):
    return lambda *args: given(*args, put, **how)


def by_frequencies(x, W, b, stride, padding, turn=np.conj):
    """What convolves and what correlates, by Fourier's transform, from where all of it fits."""
    x = np.pad(x, padding)
    y = np.fft.ifft2(np.fft.fft2(x) * turn(np.fft.fft2(W, x.shape))).real
    if turn is np.conj:
        return y[:x.shape[0] - W.shape[0] + 1:stride, :x.shape[1] - W.shape[1] + 1:stride] + b
    return y[W.shape[0] - 1::stride, W.shape[1] - 1::stride] + b


def scattered(dy, W, shape, s, p, add=True):
    """All products at once into all pixels: with `add.at` they add up, with += they do not."""
    (h, w), (kh, kw) = dy.shape[2:], W.shape[2:]
    wide = np.zeros((*shape[:2], shape[2] + 2 * p, shape[3] + 2 * p))
    rows, columns = np.broadcast_arrays(
        np.arange(h)[:, None, None, None] * s + np.arange(kh)[:, None],
        np.arange(w)[:, None, None] * s + np.arange(kw))
    at, products = (..., rows, columns), np.einsum("noij,ockl->ncijkl", dy, W)
    if add:
        np.add.at(wide, at, products)
    else:
        wide[at] += products
    return wide[:, :, p:p + shape[2], p:p + shape[3]]


def by_mask(dy, x, size):
    """Every pixel that is as large as the largest of its window, compared all at once."""
    (h, w), dx = dy.shape[2:], np.zeros(x.shape)
    cut = x[:, :, :h * size, :w * size].reshape(*dy.shape[:2], h, size, w, size)
    won = cut == cut.max(axis=(3, 5), keepdims=True)
    dx[:, :, :h * size, :w * size] = (won * dy[:, :, :, None, :, None]).reshape(
        *dy.shape[:2], h * size, w * size)
    return dx


RIGHT = [
    ("convolve", one()), ("convolve", by_frequencies),
    ("convolve", lambda x, W, b, s, p: one(s=1)(x, W, b, s, p)[::s, ::s].tolist()),
    ("convolve_all", every()), ("convolve_all", every(bias=lambda b: b.reshape(1, -1, 1, 1))),
    ("max_pool", lambda x, size: views(x, (size, size), axis=(2, 3))[:, :, ::size, ::size].max(
        axis=(4, 5))),
    ("kernel_gradient", dW()), ("image_gradient", dx()), ("image_gradient", scattered),
    ("im2col", lambda x, size, s, p: [
        row.ravel() for image in windows(x, size, s, p).transpose(0, 2, 3, 1, 4, 5)
        for line in image for row in line])]

WRONG = [
    ("convolve", "stride-ignored", one(s=1)),
    ("convolve", "padding-missing", one(p=0)),
    ("convolve", "frame-not-zero", one(mode="edge")),
    ("convolve", "last-missing", lambda *args: one()(*args)[:-1, :-1]),
    ("convolve", "flipped", lambda *args: by_frequencies(*args, turn=np.array)),
    ("convolve", "kernel-transposed", one(lambda W: W.T)),
    ("convolve", "height-and-width", one(order="ijkl,kl->ji")),
    ("convolve", "mean", lambda x, W, b, s, p: one()(x, W, b, s, p) / W.size),
    ("convolve_all", "stride-ignored", lambda x, W, b, s, p: every()(x, W, b, 1, p)),
    ("convolve_all", "frame-not-zero", every(mode="wrap")),
    ("convolve_all", "flipped", every(change_W=lambda W: np.flip(W, (2, 3)))),
    ("convolve_all", "kernel-transposed", every(change_W=lambda W: np.swapaxes(W, 2, 3))),
    ("convolve_all", "summed-first", every("ncijkl,odkl->noij")),
    ("convolve_all", "channels-not-summed", every("ncijkl,ockl->nocij", bias=lambda b: 0)),
    ("convolve_all", "bias-axis", every(bias=lambda b: b[:, None])),
    ("convolve_all", "mixed", lambda x, W, b, s, p: np.moveaxis(
        every()(x, W, b, s, p), 1, -1).reshape(every()(x, W, b, s, p).shape)),
    ("max_pool", "overlap", lambda x, size: views(x, (size, size), axis=(2, 3)).max(axis=(4, 5))),
    ("convolve_db", "batch-only", lambda dy: np.einsum("noij->oij", dy)),
    ("kernel_gradient", "no-padding", lambda dy, x, size, s, p: dW()(dy, x, size, s, 0)),
    ("kernel_gradient", "flipped", dW(change_dy=lambda dy: dy[..., ::-1, ::-1])),
    ("kernel_gradient", "one-for-each-image", dW("noij,ncijkl->nockl")),
    ("kernel_gradient", "edge-padding", dW(mode="reflect")),
    ("kernel_gradient", "last-image", lambda dy, x, *how: [
        dW()(dy[m:m + 1], x[m:m + 1], *how) for m in range(len(x))][-1]),
    ("kernel_gradient", "mixed", dW(change_dy=lambda dy: dy.reshape(
        len(dy), *dy.shape[2:], -1).transpose(0, 3, 1, 2))),
    ("image_gradient", "overwritten", dx(lambda old, new: new)),
    ("image_gradient", "overwritten", lambda *args: scattered(*args, add=False)),
    ("image_gradient", "not-cropped", dx(crop=lambda p, n: slice(None))),
    ("image_gradient", "crop-nothing", dx(crop=lambda p, n: slice(p, -p))),
    ("image_gradient", "crop-corner", dx(crop=lambda p, n: slice(n))),
    ("max_pool_back", "every-cell", lambda dy, x, size: np.pad(np.kron(dy, np.ones((size, size))), [
        (0, n - m) for n, m in zip(x.shape, (*dy.shape[:2], *(size * m for m in dy.shape[2:])))])),
    ("max_pool_back", "ties", by_mask),
    ("im2col", "axes-not-moved", lambda x, size, s, p: windows(x, size, s, p).reshape(
        -1, x.shape[1] * size[0] * size[1])),
    ("im2col", "windows-first", lambda x, size, s, p: windows(x, size, s, p).transpose(
        2, 3, 0, 1, 4, 5).reshape(-1, x.shape[1] * size[0] * size[1]))]


@pytest.mark.parametrize("name, answer", RIGHT)
def test_a_right_answer_in_an_unusual_style_is_right(name, answer):
    assert check(name, answer)


@pytest.mark.parametrize("name, mistake, answer", WRONG)
def test_a_mistake_in_an_unusual_style_is_named(name, mistake, answer):
    verdict = check(name, answer)
    assert (verdict.status, verdict.mistake) == ("wrong", mistake), repr(verdict)
