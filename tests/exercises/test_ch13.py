"""Chapter 13: numbers from outside, answers in other styles, and verdicts on several mistakes."""
import numpy as np
import pytest

from dlf.exercises import check, use
from dlf.exercises.chapters.ch13_convolution_backward import convolve_db, kernel_gradient
from dlf.exercises.chapters.ch13_convolution_backward_image import image_gradient
from dlf.exercises.chapters.ch13_convolution_backward_pool import max_pool_back
from dlf.exercises.chapters.ch13_convolution_backward_rows import im2col

SHAPES = [((2, 3, 7, 6), (4, 3, 3, 3), 2, 1), ((2, 2, 6, 5), (2, 2, 3, 3), 1, 0),
          ((3, 2, 5, 6), (3, 2, 2, 3), 2, 1), ((1, 1, 6, 6), (2, 1, 3, 2), 3, 2)]
some = pytest.mark.parametrize("shape, kernel, stride, padding", SHAPES, ids=str)


def layer(shape, kernel, stride, padding):
    """x, W, b, and dy of the shape of the output."""
    rng  = np.random.default_rng(0)
    h, w = ((n + 2 * padding - k) // stride + 1 for n, k in zip(shape[2:], kernel[2:]))
    return (rng.normal(size=shape), rng.normal(size=kernel), rng.normal(size=kernel[0]),
            rng.normal(size=(shape[0], kernel[0], h, w)))


def convolve(x, W, b, stride, padding):
    """Window by window, as chapter 12 has it."""
    kh, kw = W.shape[2:]
    x      = padded(x, padding)
    h, w   = (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1
    return np.array([[np.tensordot(x[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw],
                                   W, ((1, 2, 3), (1, 2, 3))) + b for j in range(w)]
                     for i in range(h)]).transpose(2, 3, 0, 1)


def padded(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


# ---- numbers from outside ------------------------------------------------------------------------

@some
def test_all_three_gradients_are_those_of_pytorch(shape, kernel, stride, padding):
    torch = pytest.importorskip("torch")
    x, W, b, dy = (torch.tensor(a, requires_grad=True) for a in layer(shape, kernel, stride,
                                                                      padding))
    y = torch.nn.functional.conv2d(x, W, b, stride=stride, padding=padding)
    (y * dy.detach()).sum().backward()
    dy, x_, W_ = (t.detach().numpy() for t in (dy, x, W))
    for mine, theirs in (
            (kernel_gradient(dy, x_, kernel[2:], stride, padding), W.grad),
            (image_gradient(dy, W_, shape, stride, padding), x.grad), (convolve_db(dy), b.grad)):
        assert np.allclose(mine, theirs.numpy(), rtol=0, atol=1e-13)


@some
def test_a_nudge_of_each_number_agrees(shape, kernel, stride, padding):
    x, W, b, dy = layer(shape, kernel, stride, padding)

    def by_nudges(values, h=1e-5):
        slopes = np.zeros(values.shape)
        for at in np.ndindex(values.shape):
            costs = []
            for step in (h, -2 * h):
                values[at] += step
                costs.append((convolve(x, W, b, stride, padding) * dy).sum())
            values[at] += h
            slopes[at] = (costs[0] - costs[1]) / (2 * h)
        return slopes
    assert np.allclose(kernel_gradient(dy, x, kernel[2:], stride, padding), by_nudges(W), atol=1e-8)
    assert np.allclose(image_gradient(dy, W, shape, stride, padding), by_nudges(x), atol=1e-8)
    assert np.allclose(convolve_db(dy), by_nudges(b), atol=1e-8)


def test_the_chapters_image_by_hand():
    x  = np.array([[[[1, 0, 2, 1], [0, 3, 1, 0], [2, 1, 0, 1], [1, 0, 1, 2]]]]) * 1.0
    W  = np.array([[[[0.5, -1], [2, 1]]]])
    dy = np.array([[[[0.1, -0.2, 0.3], [0.4, 0.6, -0.1], [0.2, 0.5, -0.3]]]])
    dW = kernel_gradient(dy, x, (2, 2), 1, 0)
    dx = image_gradient(dy, W, x.shape, 1, 0)
    assert dW[0, 0, 0, 0] == pytest.approx(0.1 + 0.6 + 1.8 - 0.1 + 0.4 + 0.5)
    assert dx[0, 0, 1, 1] == pytest.approx(0.1 * 1 - 0.2 * 2 + 0.4 * -1 + 0.6 * 0.5)
    assert dx[0, 0, 0, 0] == pytest.approx(0.1 * 0.5)


def test_max_pooling_agrees_with_pytorch_ties_included():
    torch = pytest.importorskip("torch")
    x = np.maximum(np.random.default_rng(1).integers(-2, 3, size=(2, 3, 7, 6)), 0) * 1.0
    image = torch.tensor(x, requires_grad=True)
    y     = torch.nn.functional.max_pool2d(image, 2)
    dy    = np.random.default_rng(2).normal(size=tuple(y.shape))
    (y * torch.tensor(dy)).sum().backward()
    assert np.array_equal(max_pool_back(dy, x, 2), image.grad.numpy())


def test_max_pooling_by_hand_and_the_sum_of_slopes_is_kept():
    x = np.array([[[[1.0, 4, 0, 0], [3, 2, 0, 0]]]])
    assert np.array_equal(max_pool_back(np.array([[[[5.0, 7.0]]]]), x, 2),
                          [[[[0, 5, 7, 0], [0, 0, 0, 0]]]])


@some
def test_rows_are_those_of_pytorchs_unfold(shape, kernel, stride, padding):
    torch = pytest.importorskip("torch")
    x     = layer(shape, kernel, stride, padding)[0]
    found = torch.nn.functional.unfold(torch.tensor(x), kernel[2:], padding=padding, stride=stride)
    theirs = found.numpy().transpose(0, 2, 1).reshape(-1, found.shape[1])
    assert np.array_equal(im2col(x, kernel[2:], stride, padding), theirs)


@some
def test_one_product_of_the_rows_is_the_convolution(shape, kernel, stride, padding):
    x, W, b, dy = layer(shape, kernel, stride, padding)
    y = im2col(x, kernel[2:], stride, padding) @ W.reshape(len(W), -1).T + b
    n, out, h, w = dy.shape
    assert np.allclose(y.reshape(n, h, w, out).transpose(0, 3, 1, 2),
                       convolve(x, W, b, stride, padding), rtol=0, atol=1e-13)


def test_the_count_is_that_of_the_library():
    from dlf import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Sequential
    net = Sequential(Conv2D(1, 4, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(36, 10))
    assert net(np.zeros((1, 1, 8, 8))).shape == (1, 10)
    assert check("count_cnn", (6, 3, 36, net.n_parameters))


# ---- the same in other styles --------------------------------------------------------------------

def test_kernels_by_offset_are_as_good():
    def by_offset(dy, x, size, stride, padding):
        x, (h, w) = padded(x, padding), dy.shape[2:]
        return np.array([[np.einsum("noij,ncij->oc", dy, x[
            :, :, k:k + stride * (h - 1) + 1:stride, j:j + stride * (w - 1) + 1:stride])
            for j in range(size[1])] for k in range(size[0])]).transpose(2, 3, 0, 1)
    assert check("kernel_gradient", by_offset)


def test_kernels_in_seven_loops_are_as_good():
    def by_loops(dy, x, size, stride, padding):
        x  = padded(x, padding)
        dW = np.zeros((dy.shape[1], x.shape[1], *size))
        for o, c, k, r in np.ndindex(dW.shape):
            for m, i, j in np.ndindex(len(dy), *dy.shape[2:]):
                dW[o, c, k, r] += dy[m, o, i, j] * x[m, c, i * stride + k, j * stride + r]
        return dW
    assert check("kernel_gradient", by_loops)


def test_dx_as_a_convolution_of_the_stretched_slopes_with_the_turned_kernel_is_as_good():
    def by_turning(dy, W, shape, stride, padding):
        n, c, height, width = shape
        kh, kw = W.shape[2:]
        wide = np.zeros((n, len(W), height + 2 * padding + kh - 1, width + 2 * padding + kw - 1))
        h, w = dy.shape[2:]
        wide[:, :, kh - 1:kh + stride * (h - 1):stride, kw - 1:kw + stride * (w - 1):stride] = dy
        back = W.transpose(1, 0, 2, 3)[..., ::-1, ::-1]
        dx   = convolve(wide, back, np.zeros(c), 1, 0)
        return dx[:, :, padding:padding + height, padding:padding + width]
    assert check("image_gradient", by_turning)


def test_pooling_by_a_mask_of_first_winners_is_as_good():
    def by_mask(dy, x, size):
        n, c, h, w = dy.shape
        inside = x[:, :, :h * size, :w * size].reshape(n, c, h, size, w, size)
        rows   = inside.transpose(0, 1, 2, 4, 3, 5).reshape(n, c, h, w, -1)
        first  = np.eye(size * size)[rows.argmax(axis=-1)] * dy[..., None]
        dx     = np.zeros(x.shape)
        dx[:, :, :h * size, :w * size] = first.reshape(n, c, h, w, size, size).transpose(
            0, 1, 2, 4, 3, 5).reshape(n, c, h * size, w * size)
        return dx
    assert check("max_pool_back", by_mask)


def test_windows_as_columns_are_as_good_and_are_turned_for_the_cells_below():
    def columns(*args):
        return im2col(*args).T
    args = np.arange(9.0).reshape(1, 1, 3, 3), (2, 2), 1, 0
    verdict = check("im2col", columns)
    assert verdict and "as columns" in verdict.message
    assert np.array_equal(use("im2col", columns)(*args), im2col(*args))


def test_numpys_sliding_windows_are_as_good():
    def sliding(x, size, stride, padding):
        view = np.lib.stride_tricks.sliding_window_view(padded(x, padding), size, (2, 3))
        view = view[:, :, ::stride, ::stride].transpose(0, 2, 3, 1, 4, 5)
        return view.reshape(-1, x.shape[1] * size[0] * size[1])
    assert check("im2col", sliding)


def test_db_by_two_sums_or_by_einsum_is_as_good():
    assert check("convolve_db", lambda dy: dy.sum(axis=0).sum(axis=(1, 2)))
    assert check("convolve_db", lambda dy: np.einsum("noij->o", dy))


def test_the_count_may_be_a_list():
    assert check("count_cnn", [6, 3, 36, 410])


# ---- verdicts ------------------------------------------------------------------------------------

def test_windows_that_do_not_overlap_hide_what_overlapping_ones_show():
    dy, W = np.ones((1, 1, 2, 2)), np.array([[[[1.0, 2.0], [3.0, 4.0]]]])

    def overwrite(dy, W, shape, stride, padding):
        dx = np.zeros(shape)
        for i, j in np.ndindex(dy.shape[2:]):
            dx[0, 0, i * stride:i * stride + 2, j * stride:j * stride + 2] = dy[0, 0, i, j] * W[0]
        return dx
    hidden = (dy, W, (1, 1, 4, 4), 2, 0)
    shown  = (dy, W, (1, 1, 3, 3), 1, 0)
    assert np.array_equal(overwrite(*hidden), image_gradient(*hidden))
    assert not np.array_equal(overwrite(*shown), image_gradient(*shown))


def test_a_mixture_of_two_counts_is_not_taken_for_one_of_them():
    verdict = check("count_cnn", (8, 3, 36, 396))
    assert verdict.mistake is None
    assert "right:     rows after MaxPool2D, inputs of Dense" in repr(verdict)


def test_no_padding_in_dW_is_named_though_it_raises_in_some_cases():
    def answer(dy, x, size, stride, padding):
        return kernel_gradient(dy, x, size, stride, 0)
    assert check("kernel_gradient", answer).mistake == "no-padding"


def test_padding_that_is_left_on_is_named():
    def wide(dy, W, shape, stride, padding):
        n, c, height, width = shape
        return image_gradient(dy, W, (n, c, height + 2 * padding, width + 2 * padding), stride, 0)
    assert check("image_gradient", wide).mistake == "not-cropped"


def test_twice_the_slope_is_said_to_be_a_factor():
    def twice(*args):
        return 2 * image_gradient(*args)
    assert "2 times what it should be" in check("image_gradient", twice).message


def test_negative_rows_that_come_in_at_the_other_end_are_named():
    def wraps(dy, W, shape, stride, padding):
        dx = np.zeros(shape)
        for m, o, i, j in np.ndindex(dy.shape):
            for k, q in np.ndindex(W.shape[2:]):
                row, column = i * stride + k - padding, j * stride + q - padding
                if row < shape[2] and column < shape[3]:
                    dx[m, :, row, column] += dy[m, o, i, j] * W[o, :, k, q]
        return dx
    assert check("image_gradient", wraps).mistake == "wrapped"


def test_a_return_inside_the_loop_is_named():
    def early(dy, x, size, stride, padding):
        x, dW = padded(x, padding), np.zeros((dy.shape[1], x.shape[1], *size))
        for m, o, i, j in np.ndindex(dy.shape):
            top, left = i * stride, j * stride
            dW[o] += dy[m, o, i, j] * x[m, :, top:top + size[0], left:left + size[1]]
            return dW
    assert check("kernel_gradient", early).mistake == "first-window"
