"""Convolutions: worked by hand, against plain loops, SciPy and PyTorch, and errors that teach."""
import tracemalloc

import numpy as np
import pytest
from scipy.signal import convolve2d, correlate2d

import dlf
from dlf.layers import plain

TRIALS = 100


def conv(kernel, **how):
    """A layer with one channel in and out, this kernel, and no bias."""
    kernel = np.array(kernel, float)
    layer  = dlf.Conv2D(1, 1, kernel.shape, bias=False, **how)
    layer.W[0, 0] = kernel
    return layer


def image(rows):
    """One gray image as a batch."""
    return np.array(rows, float)[None, None]


def draw(rng, kind):
    """(layer, images): random channels, kernel, stride, padding, dilation and groups."""
    groups, i, o = map(int, rng.integers(1, 4, 3))
    size, stride, dilation, padding = (tuple(map(int, rng.integers(low, low + 3, 2)))
                                       for low in (1, 1, 1, 0))
    layer = kind(groups * i, groups * o, size, stride, padding, dilation, groups, rng=rng)
    layer.theta[...] = rng.normal(size=layer.n_parameters)
    low = [max(1, r - 2 * p) + (kind is dlf.ConvTranspose2D) * 2 * p
           for r, p in zip(layer.window.reach(), layer.window.padding)]
    x = rng.normal(size=(int(rng.integers(1, 4)), groups * i, *low + rng.integers(0, 5, 2)))
    return layer, x


# ---- by hand -------------------------------------------------------------------------------------

ROWS = [[1, 2, 3, 0], [4, 5, 6, 0], [7, 8, 9, 0]]


def test_a_convolution_worked_by_hand():
    # 1 x 10 + 2 x 1 + 4 x 0 - 5 = 7, and so on: the kernel is not turned round
    layer = conv([[10, 1], [0, -1]])
    assert layer(image(ROWS))[0, 0].tolist() == [[7, 17, 30], [37, 47, 60]]


def test_its_slopes_worked_by_hand():
    layer = conv([[10, 1], [0, -1]])
    layer(image(ROWS))
    dx = layer.backward(image([[1, 0, 0], [0, 0, 2]]))
    # the first output saw 1 2 4 5, the last one 6 0 9 0
    assert layer.dW[0, 0].tolist() == [[1 + 2 * 6, 2 + 0], [4 + 2 * 9, 5 + 0]]
    assert dx[0, 0].tolist() == [[10, 1, 0, 0], [0, -1, 20, 2], [0, 0, 0, -2]]


def test_where_windows_overlap_slopes_add_up():
    layer = conv([[1, 2]])
    layer(image([[5, 5, 5]]))
    assert layer.backward(image([[1, 10]]))[0, 0].tolist() == [[1, 2 + 10, 20]]


@pytest.mark.parametrize("how, wanted", [
    (dict(stride=2),        [[1, 3], [7, 9]]),
    (dict(stride=(1, 2)),   [[1, 3], [4, 6], [7, 9]]),
    (dict(padding=1),       [[0] * 6, *([0, *row, 0] for row in ROWS), [0] * 6]),
    (dict(padding=(0, 1)),  [[0, *row, 0] for row in ROWS]),
])
def test_stride_and_padding_of_the_kernel_that_copies(how, wanted):
    assert conv([[1]], **how)(image(ROWS))[0, 0].tolist() == wanted


def test_a_dilation_leaves_gaps_in_the_kernel():
    assert conv([[1, 1], [0, 100]], dilation=2)(image(ROWS))[0, 0].tolist() == [[904, 2]]


def test_every_output_channel_adds_up_all_input_channels_and_its_bias():
    layer = dlf.Conv2D(2, 2, 1)
    layer.W[:, :, 0, 0], layer.b[...] = [[1, 10], [2, 20]], [0.5, 0.25]
    x = np.array([3.0, 4.0]).reshape(1, 2, 1, 1)
    assert layer(x).ravel().tolist() == [3 + 40 + 0.5, 6 + 80 + 0.25]


def test_groups_do_not_see_each_other():
    layer = dlf.Conv2D(2, 2, 1, groups=2)
    layer.W[...] = np.array([10.0, 100.0]).reshape(2, 1, 1, 1)
    assert layer(np.array([3.0, 4.0]).reshape(1, 2, 1, 1)).ravel().tolist() == [30, 400]


def test_an_edge_is_found_where_it_is():
    bright = image([[0, 0, 1, 1]] * 3)
    assert conv([[-1, 1]])(bright)[0, 0].tolist() == [[0, 1, 0]] * 3


def test_a_transposed_convolution_worked_by_hand():
    layer = dlf.ConvTranspose2D(1, 1, 2, stride=1, bias=False)
    layer.W[0, 0] = [[1, 2], [3, 4]]
    assert layer(image([[1, 10]]))[0, 0].tolist() == [[1, 2 + 10, 20], [3, 4 + 30, 40]]


def test_a_stride_of_two_paints_twice_as_large_and_more_adds_an_empty_row():
    layer = dlf.ConvTranspose2D(1, 1, 1, stride=2, more=1)
    layer.W[...], layer.b[...] = 7, 1
    assert layer(image([[1, 2]]))[0, 0].tolist() == [[8, 1, 15, 1], [1, 1, 1, 1]]


def test_a_sequence_worked_by_hand():
    layer = dlf.Conv1D(1, 1, 2, stride=2, bias=False)
    layer.W[...] = [[[1, 10]]]
    x = np.array([[[1.0, 2, 3, 4]]])
    assert layer(x).tolist() == [[[21, 43]]]
    assert layer.backward(np.array([[[1.0, 2.0]]])).tolist() == [[[1, 10, 2, 20]]]
    assert layer.dW.tolist() == [[[1 + 2 * 3, 2 + 2 * 4]]]


# ---- against the plain loops, SciPy and PyTorch --------------------------------------------------

def test_the_fast_way_is_the_plain_way(rng):
    for _ in range(TRIALS):
        layer, x = draw(rng, dlf.Conv2D)
        y  = layer(x)
        dy = rng.normal(size=y.shape)
        found  = y, layer.backward(dy), layer.dW, layer.db
        wanted = (plain.convolve(x, layer.W, layer.b, layer.window, layer.groups),
                  *plain.convolve_slopes(dy, x, layer.W, layer.window, layer.groups))
        for a, b in zip(found, wanted, strict=True):
            assert np.allclose(a, b, rtol=1e-10, atol=1e-11), layer


def test_the_fast_way_of_a_transposed_convolution_is_the_plain_way(rng):
    for _ in range(TRIALS):
        layer, x = draw(rng, dlf.ConvTranspose2D)
        y  = layer(x)
        dy = rng.normal(size=y.shape)
        found  = y, layer.backward(dy), layer.dW, layer.db
        wanted = (plain.paint(x, layer.W, layer.b, layer.window, y.shape[2:], layer.groups),
                  *plain.paint_slopes(dy, x, layer.W, layer.window, layer.groups))
        for a, b in zip(found, wanted, strict=True):
            assert np.allclose(a, b, rtol=1e-10, atol=1e-11), layer


@pytest.mark.parametrize("padding, mode", [(0, "valid"), ((1, 2), "same"), ((2, 4), "full")])
def test_forward_and_slopes_are_scipys(padding, mode, rng):
    layer = conv(rng.normal(size=(3, 5)), padding=padding)
    x = rng.normal(size=(7, 9))
    y = layer(image(x))
    assert np.allclose(y[0, 0], correlate2d(x, layer.W[0, 0], mode))
    dy = rng.normal(size=y.shape)
    dx = layer.backward(dy)[0, 0]
    p, q   = layer.window.padding
    padded = np.pad(x, ((p, p), (q, q)))
    full   = convolve2d(dy[0, 0], layer.W[0, 0])              # this one does turn the kernel round
    assert np.allclose(layer.dW[0, 0], correlate2d(padded, dy[0, 0], "valid"))
    assert np.allclose(dx, full[p:full.shape[0] - p, q:full.shape[1] - q])


def compare(torch, function, layer, x, rng, **how):
    """Output and all three gradients against PyTorch's."""
    W, b, tx = (torch.tensor(a, requires_grad=True) for a in (layer.W, layer.b, x))
    y  = layer(x)
    dy = rng.normal(size=y.shape)
    dx = layer.backward(dy)
    ty = function(tx, W, b, groups=layer.groups, **how)
    ty.backward(torch.tensor(dy))
    for ours, theirs in ((y, ty.detach()), (dx, tx.grad), (layer.dW, W.grad), (layer.db, b.grad)):
        assert np.allclose(ours, theirs.numpy(), rtol=1e-10, atol=1e-11), layer


def test_conv2d_is_pytorchs(rng, torch):
    for _ in range(TRIALS):
        layer, x = draw(rng, dlf.Conv2D)
        compare(torch, torch.nn.functional.conv2d, layer, x, rng, stride=layer.stride,
                padding=layer.padding, dilation=layer.dilation)


def test_conv_transpose2d_is_pytorchs(rng, torch):
    for _ in range(TRIALS):
        layer, x = draw(rng, dlf.ConvTranspose2D)
        layer.more = layer.extra = tuple(int(rng.integers(s)) for s in layer.stride)
        compare(torch, torch.nn.functional.conv_transpose2d, layer, x, rng, stride=layer.stride,
                padding=layer.padding, dilation=layer.dilation, output_padding=layer.more)


def test_conv1d_is_pytorchs(rng, torch):
    for _ in range(TRIALS):
        groups, i, o, k, s, d = map(int, rng.integers(1, 4, 6))
        p = int(rng.integers(0, 3))
        layer = dlf.Conv1D(groups * i, groups * o, k, s, p, d, groups, rng=rng)
        x = rng.normal(size=(2, groups * i, max(1, d * (k - 1) + 1 - 2 * p) + int(rng.integers(5))))
        compare(torch, torch.nn.functional.conv1d, layer, x, rng, stride=s, padding=p, dilation=d)


def test_a_transposed_convolution_is_the_way_back_of_a_convolution(rng):
    there = dlf.Conv2D(2, 3, (3, 2), stride=2, padding=1, bias=False)
    back  = dlf.ConvTranspose2D(3, 2, (3, 2), stride=2, padding=1, bias=False)
    back.W[...] = there.W
    y = there(rng.normal(size=(4, 2, 7, 6)))
    assert np.allclose(back(y), there.backward(y), rtol=1e-12)


# ---- memory and types ----------------------------------------------------------------------------

def test_what_a_convolution_returns_the_next_one_reads_without_a_copy(rng):
    first, second = dlf.Conv2D(1, 2, 3), dlf.Conv2D(2, 3, 3)
    y = dlf.ReLU()(first(rng.normal(size=(4, 1, 8, 8))))
    second(y)
    assert np.shares_memory(second.m, y)


def test_any_memory_order_of_the_images_gives_the_same(rng):
    layer, x = dlf.Conv2D(3, 2, 3), rng.normal(size=(4, 3, 5, 6))
    for other in (np.asfortranarray(x), x.transpose(2, 1, 3, 0).copy().transpose(3, 1, 0, 2)):
        assert np.array_equal(layer(other), layer(x))


@pytest.mark.parametrize("stride", [1, 2])
def test_a_dilated_kernel_takes_little_more_memory_than_one_without_gaps(stride):
    images = np.zeros((2, 8, 96, 96))

    def peak(dilation):
        layer = dlf.Conv2D(8, 8, 5, stride, padding=2 * dilation, dilation=dilation)
        tracemalloc.start()
        layer.backward(layer(images))
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak(2) < 1.5 * peak(1)


def test_a_network_in_float32_takes_images_of_whole_numbers():
    layer = dlf.Conv2D(1, 2, 3).astype(np.float32)
    assert layer(np.ones((2, 1, 4, 4), np.uint8)).dtype == np.float32


def test_weights_are_drawn_so_that_outputs_have_the_size_of_the_inputs(rng):
    x = rng.normal(size=(8, 6, 12, 12))
    assert dlf.Conv2D(6, 40, 5, groups=2, rng=rng)(x).std() == pytest.approx(1, rel=0.15)
    assert dlf.ConvTranspose2D(6, 40, 5, groups=2, rng=rng)(x)[:, :, 5:-5, 5:-5].std() == (
        pytest.approx(1, rel=0.15))


def test_operations_count_a_product_and_a_sum_for_each_weight_at_each_place():
    # 5 x 5 weights for each of 3 channels, at 24 x 24 places, for 8 channels out
    table = dlf.summary(dlf.Sequential(dlf.Conv2D(3, 8, 5), dlf.MaxPool2D(2)), (3, 28, 28))
    assert [(row.shape, row.parameters, row.operations) for row in table.rows] == [
        ((8, 24, 24), 8 * 3 * 5 * 5 + 8, 2 * 3 * 25 * 8 * 24 * 24), ((8, 12, 12), 0, 8 * 12 * 12)]
    paint = dlf.ConvTranspose2D(8, 3, 5)                # the same products, the other way
    assert paint.operations((1, 8, 24, 24), (1, 3, 28, 28)) == 2 * 3 * 25 * 8 * 24 * 24


# ---- errors that teach ---------------------------------------------------------------------------

@pytest.mark.parametrize("shape, fix", [
    ((5, 8, 8, 3), r"looks like \(batch, height, width, channels\): pass x\.transpose\(0, 3, 1, 2"),
    ((3, 8, 8),    r"looks like a single image: pass x\[None\]"),
    ((8, 8, 3),    r"single image \(height, width, channels\): pass x\.transpose\(2, 0, 1\)"),
    ((5, 192),     r"rows of pixels, put dlf\.Reshape\(channels, height, width\) first"),
    ((5, 4, 8, 8), r"Change the layer to take 4 channels, or what comes before it to give 3"),
    ((5,),         r"axes \(channels, height, width\)"),
])
def test_images_of_another_shape_are_answered_with_the_likely_fix(shape, fix):
    with pytest.raises(dlf.ShapeError, match=r"Conv2D\(3, 2, 3\) expects images .*h, 3,.*" + fix):
        dlf.Conv2D(3, 2, 3)(np.zeros(shape))


def test_gray_images_without_an_axis_for_the_channel_are_told_to_add_one():
    with pytest.raises(dlf.ShapeError, match=r"gray images without an axis.*pass x\[:, None\]"):
        dlf.Conv2D(1, 2, 3)(np.zeros((5, 8, 8)))


def test_a_kernel_larger_than_the_image_says_both_sizes_and_where_it_stands():
    net = dlf.Sequential(dlf.Conv2D(1, 2, 3), dlf.Conv2D(2, 2, (2, 3), padding=(1, 0), dilation=3))
    with pytest.raises(dlf.ShapeError, match=r"kernel is larger than the image.* 4 x 7 pixels.*has "
                                             r"8 x 6 with its padding.*layer 1 of the network"):
        net(np.zeros((1, 1, 8, 8)))


@pytest.mark.parametrize("shape, fix", [
    ((5, 9, 2), r"looks like \(batch, length, channels\): pass x\.transpose\(0, 2, 1\)"),
    ((2, 9),    r"single sequence: pass x\[None\]"),
    ((5, 3, 9), r"Channels stand on axis 1"),
])
def test_sequences_of_another_shape_are_answered_with_the_likely_fix(shape, fix):
    with pytest.raises(dlf.ShapeError, match=r"sequences of shape \(batch, 2, length\).*" + fix):
        dlf.Conv1D(2, 3, 4)(np.zeros(shape))


def test_a_kernel_longer_than_the_sequence_says_both_lengths():
    with pytest.raises(dlf.ShapeError, match="covers 5 places, and the sequence has 4"):
        dlf.Conv1D(1, 1, 3, padding=1, dilation=2)(np.zeros((1, 1, 2)))


def test_padding_that_takes_away_all_that_was_painted_is_refused():
    with pytest.raises(dlf.ShapeError, match="takes away the whole output of an image of 2 x 2"):
        dlf.ConvTranspose2D(1, 1, 1, padding=1)(np.zeros((1, 1, 2, 2)))


@pytest.mark.parametrize("make, message", [
    (lambda: dlf.Conv2D(3, 2, 3, groups=2),    "3 channels in and 2 out can't be cut into 2"),
    (lambda: dlf.Conv2D(1, 2, 0),              "size must be a whole number of at least 1, or a"),
    (lambda: dlf.Conv2D(1, 2, (3, 3, 3)),      r"pair \(height, width\) of them; got \(3, 3, 3\)"),
    (lambda: dlf.Conv2D(1, 2, 3, padding=-1),  "padding must be a whole number of at least 0"),
    (lambda: dlf.Conv2D(1, 2, 3, stride=1.5),  "stride must be .* got 1.5"),
    (lambda: dlf.Conv2D(0, 2, 3),              "n_in must be a whole number of at least 1"),
    (lambda: dlf.Conv1D(1, 2, (3, 3)),         r"size must be a whole number .* got \(3, 3\)"),
    (lambda: dlf.Conv1D(1, 2, 3, padding=-1),  "padding must be a whole number of at least 0"),
    (lambda: dlf.ConvTranspose2D(1, 2, 3, stride=2, more=2), "smaller than the stride"),
])
def test_arguments_that_make_no_sense_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
