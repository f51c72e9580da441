"""Chapter 12: numbers from SciPy, PyTorch and by hand, answers in other styles, honest verdicts."""
import numpy as np
import pytest

from dlf.exercises import check
from dlf.exercises.chapters.ch12_border import output_size, pad
from dlf.exercises.chapters.ch12_convolution import convolve
from dlf.exercises.chapters.ch12_convolution_channels import convolve_all
from dlf.exercises.chapters.ch12_pooling import UPRIGHT, looked_at, max_pool
from dlf.exercises.exercise import Exercise

SETTINGS = [(1, 0), (2, 1), (3, 2)]            # stride, padding
settings = pytest.mark.parametrize("stride, padding", SETTINGS)


@pytest.fixture
def rng():
    return np.random.default_rng(3)


# ---- numbers from outside ------------------------------------------------------------------------

@settings
@pytest.mark.parametrize("shape, size", [((7, 6), (3, 2)), ((5, 5), (3, 3)), ((6, 7), (2, 3))])
def test_one_channel_is_what_scipy_correlates(rng, shape, size, stride, padding):
    signal = pytest.importorskip("scipy.signal")
    x, W   = rng.normal(size=shape), rng.normal(size=size)
    wanted = signal.correlate2d(np.pad(x, padding), W, "valid")[::stride, ::stride]
    assert np.allclose(convolve(x, W, 0.7, stride, padding), wanted + 0.7, rtol=0, atol=1e-12)


@settings
def test_all_channels_are_what_pytorch_convolves(rng, stride, padding):
    torch   = pytest.importorskip("torch")
    x, W, b = rng.normal(size=(5, 3, 7, 6)), rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4)
    wanted  = torch.nn.functional.conv2d(*map(torch.tensor, (x, W, b)), stride=stride,
                                         padding=padding)
    assert np.allclose(convolve_all(x, W, b, stride, padding), wanted.numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pooling_is_pytorchs(rng, size):
    torch = pytest.importorskip("torch")
    x = rng.normal(size=(2, 3, 7, 6))
    assert np.array_equal(max_pool(x, size),
                          torch.nn.functional.max_pool2d(torch.tensor(x), size).numpy())


def test_output_sizes_are_those_that_pytorch_gives():
    torch = pytest.importorskip("torch")
    for h, k, s, p, d in [(8, 3, 2, 1, 1), (10, 3, 1, 0, 2), (28, 5, 3, 2, 1), (9, 2, 2, 0, 3)]:
        x, W = torch.zeros(1, 1, h, 1), torch.zeros(1, 1, k, 1)
        y = torch.nn.functional.conv2d(x, W, stride=(s, 1), padding=(p, 0), dilation=(d, 1))
        assert y.shape[2] == output_size(h, k, s, p, d)


def test_places_counted_one_by_one_are_as_many():
    for h, k, s, p, d in [(8, 3, 1, 0, 1), (8, 3, 2, 1, 1), (7, 2, 3, 2, 3), (6, 6, 5, 0, 1)]:
        last_row = d * (k - 1)
        places   = [top for top in range(0, h + 2 * p, s) if top + last_row < h + 2 * p]
        assert output_size(h, k, s, p, d) == len(places)


def test_the_seven_of_the_chapter_has_34_in_row_2_and_column_3():
    from dlf.widgets.lessons.drag_kernel import KERNELS, SEVEN
    y = convolve(np.array(SEVEN), np.array(KERNELS["level edges"]), 0, 1, 0)
    assert y[2, 3] == -(0 + 0 + 14) + (16 + 16 + 16)


def test_the_library_convolves_and_pools_the_same(rng):
    import dlf
    x = rng.normal(size=(5, 3, 7, 6))
    layer = dlf.Conv2D(3, 4, 3, stride=2, padding=1, rng=rng)
    layer.b[...] = rng.normal(size=4)
    assert np.allclose(convolve_all(x, layer.W, layer.b, 2, 1), layer(x), rtol=0, atol=1e-12)
    assert np.array_equal(max_pool(x, 2), dlf.MaxPool2D(2)(x))


# ---- right in another style ----------------------------------------------------------------------

def test_four_loops_and_index_arithmetic_are_right():
    def answer(x, W, b, stride, padding):
        (h, w), (kh, kw) = x.shape, W.shape
        rows    = output_size(h, kh, stride, padding, 1)
        columns = output_size(w, kw, stride, padding, 1)
        y = [[b] * columns for _ in range(rows)]
        for i in range(rows):
            for j in range(columns):
                for k in range(kh):
                    for m in range(kw):
                        row, column = i * stride + k - padding, j * stride + m - padding
                        if 0 <= row < h and 0 <= column < w:
                            y[i][j] += W[k, m] * x[row, column]
        return y
    assert check("convolve", answer)


def test_views_and_einsum_are_right():
    views = np.lib.stride_tricks.sliding_window_view

    def answer(x, W, b, stride, padding):
        x    = np.pad(x, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2))
        seen = views(x, W.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
        return np.einsum("ncijkl,ockl->noij", seen, W) + b[:, None, None]
    assert check("convolve_all", answer)
    assert check("convolve", lambda x, W, b, *how: answer(
        x[None, None], W[None, None], np.array([b]), *how)[0, 0])


def test_a_loop_over_images_kernels_and_channels_with_ones_own_convolve_is_right():
    def answer(x, W, b, stride, padding):
        return [[sum(convolve(image[c], kernel[c], 0, stride, padding) for c in range(len(image)))
                 + b[o] for o, kernel in enumerate(W)] for image in x]
    assert check("convolve_all", answer)


def test_pooling_by_reshape_is_right():
    def answer(x, size):
        n, c, h, w = x.shape
        h, w = h // size, w // size
        return x[:, :, :h * size, :w * size].reshape(n, c, h, size, w, size).max(axis=(3, 5))
    assert check("max_pool", answer)


def test_places_may_be_counted_with_a_range():
    assert check("output_size", lambda h, k, s, p, d: len(range(0, h + 2 * p - d * (k - 1), s)))


def test_places_may_be_rounded_down_by_numpy():
    def answer(h, k, s, p, d):
        return np.floor((h + 2 * p - d * (k - 1) - 1) / s) + 1
    assert check("output_size", answer)


def test_numpys_own_pad_is_right():
    assert check("pad", lambda x, p: np.pad(x, p))


@pytest.mark.parametrize("kernel", [
    [-1, 0, 1] * 3, np.array(UPRIGHT), [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
    [[0, 0, 0], [-1, 1, 0], [0, 0, 0]], [[-0.5, 0.25, 0.25]] * 3, [[1, -2, 1]] * 3])
def test_any_nine_numbers_that_find_upright_edges_alone_are_right(kernel):
    assert check("edge_filter", kernel)


def test_the_numbers_for_upright_edges_answer_there_and_nowhere_else():
    assert looked_at(UPRIGHT) == {"a plain gray image": "silent", "an upright edge": "answers",
                                  "a level edge": "silent"}


def test_nine_numbers_in_another_shape_are_told_what_was_wanted():
    verdict = check("edge_filter", [[-1, 1], [-1, 1]])
    assert verdict.mistake == "misshapen" and "three rows of three" in verdict.message


# ---- verdicts ------------------------------------------------------------------------------------

def test_a_padded_image_with_shape_2_p_is_right_for_p_0_too():
    assert np.array_equal(pad(np.eye(2), 0), np.eye(2))
    assert pad(np.array([[1, 2]]), 1).tolist() == [[0, 0, 0, 0], [0, 1, 2, 0], [0, 0, 0, 0]]


def test_two_mistakes_at_once_are_not_given_the_name_of_one():
    def answer(x, W, b, stride, padding):
        return convolve(x, W[::-1, ::-1], 0, stride, padding)
    verdict = check("convolve", answer)
    assert (verdict.status, verdict.mistake) == ("wrong", None)
    assert "None of the mistakes that we know" in verdict.message


def test_a_wrong_size_that_nobody_knows_is_said_with_both_shapes():
    def answer(x, W, b, stride, padding):
        return np.ones((2, len(x) + 9))
    assert "but is an array of the shape (2, 11)" in check("convolve", answer).message


def test_a_bias_missing_is_named_though_it_is_the_last_step():
    assert check("convolve_all", lambda x, W, b, s, p: convolve_all(
        x, W, 0 * b, s, p)).mistake == "no-bias"


def symmetric(exercise):
    """The same exercise with one channel, a square image and a symmetric kernel."""
    kernel = np.array([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]])
    case   = np.arange(25.0).reshape(1, 1, 5, 5), kernel[None, None], np.array([0.0]), 1, 0
    return Exercise(**{**vars(exercise), "cases": lambda rng: [case]})


def test_a_symmetric_kernel_on_one_channel_would_hide_many_of_the_mistakes():
    from dlf.exercises.catalog import find
    from dlf.exercises.judging import judge
    poor   = symmetric(find("convolve_all"))
    hidden = {m.id for m in poor.mistakes if judge(poor, m.answer)}
    assert {"flipped", "kernel-transposed", "stride-ignored", "padding-missing", "in-and-out",
            "no-bias", "one-channel", "one-kernel"} <= hidden
