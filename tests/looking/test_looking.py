"""What a network makes of an image: slopes against finite differences, occlusion against a loop."""
import numpy as np
import pytest

import dlf
from dlf import looking, scene


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def net(rng):
    """Reads rows of 64 as images of 8 x 8; with everything that a convolutional network has."""
    made = dlf.Sequential(
        dlf.Reshape(1, 8, 8), dlf.RandomShift(1), dlf.Conv2D(1, 4, 3, padding=1), dlf.BatchNorm(4),
        dlf.Tanh(), dlf.Residual(dlf.Conv2D(4, 4, 3, padding=1), dlf.Tanh()), dlf.Dropout2D(0.2),
        dlf.AveragePool2D(2), dlf.Flatten(), dlf.Dropout(0.5), dlf.Dense(64, 10), rng=rng)
    made[3].mean[...], made[3].var[...] = 0.1, 2.0           # as after some training
    return made


@pytest.fixture
def plain(rng):
    """Convolution, ReLU and pooling without a bias, for color images of 6 x 5."""
    return dlf.Sequential(dlf.Conv2D(3, 4, 3, padding=1, bias=False), dlf.ReLU(), dlf.MaxPool2D(2),
                          dlf.Flatten(), dlf.Dense(24, 3), rng=rng)        # biases start at 0


@pytest.fixture
def row(rng):
    return rng.uniform(size=64)


def numerical(f, x, eps=1e-6):
    """The slope of f with respect to each number of x, by nudges."""
    slope = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        slope[i] = (f(up) - f(down)) / (2 * eps)
    return slope


# ---- the answer --------------------------------------------------------------------------------

def test_the_answer_is_the_network_s(net, row):
    said = looking.answer(net, row)
    out  = net(row[None])[0]
    assert said.label == out.argmax() and np.array_equal(said.scores, out)
    assert said.probabilities == pytest.approx(np.exp(out) / np.exp(out).sum())


def test_scores_are_those_before_a_softmax_at_the_end(net, row):
    with_softmax = dlf.Sequential(*net, dlf.Softmax())
    assert looking.answer(with_softmax, row).scores == pytest.approx(net(row[None])[0])
    assert looking.answer(with_softmax, row).probabilities.sum() == pytest.approx(1)


def test_one_output_makes_two_classes(rng):
    net  = dlf.Sequential(dlf.Conv2D(1, 2, 3), dlf.Flatten(), dlf.Dense(8, 1), rng=rng)
    x    = rng.normal(size=(4, 4))
    out  = net(x[None, None])[0, 0]
    said = looking.answer(net, x)
    assert list(said.scores) == [-out, out] and said.label == (out > 0)
    assert np.array_equal(looking.input_gradient(net, x, 0), -looking.input_gradient(net, x, 1))


# ---- maps --------------------------------------------------------------------------------------

def test_there_are_maps_of_the_image_and_of_each_layer_that_puts_out_images(net, row):
    maps = looking.feature_maps(net, row)
    assert [m.name for m in maps] == ["image", "2 Conv2D", "3 BatchNorm", "4 Tanh", "5.0 Conv2D",
                                      "5.1 Tanh", "7 AveragePool2D"]
    assert [m.values.shape for m in maps] == [(1, 8, 8), *[(4, 8, 8)] * 5, (4, 4, 4)]
    assert np.array_equal(maps[0].values.ravel(), row)
    assert np.array_equal(maps[3].values, net[:5](row[None])[0])


@pytest.mark.parametrize("label", [None, 3])
def test_gradients_of_maps_are_what_nudging_them_does_to_the_score(net, row, label):
    c    = net(row[None]).argmax() if label is None else label
    maps = {m.name: m for m in looking.feature_maps(net, row, label)}
    for name, rest in (("4 Tanh", net[5:]), ("7 AveragePool2D", net[8:])):
        wanted = numerical(lambda a, rest=rest: rest(a[None])[0, c], maps[name].values)
        assert maps[name].gradients == pytest.approx(wanted, abs=1e-8)


def test_the_gradient_inside_a_residual_leaves_the_skip_out(net, row):
    """What f gives is added to x: its slope is that of the sum, and x has a way of its own."""
    maps = {m.name: m for m in looking.feature_maps(net, row, 0)}
    x    = maps["4 Tanh"].values
    wanted = numerical(lambda f: net[6:]((x + f)[None])[0, 0], maps["5.1 Tanh"].values)
    assert maps["5.1 Tanh"].gradients == pytest.approx(wanted, abs=1e-8)


def test_looking_leaves_the_network_s_gradients_alone(net, row):
    net.dtheta[...] = np.arange(len(net.dtheta))
    looking.feature_maps(net, row)
    looking.saliency(net, row)
    assert np.array_equal(net.dtheta, np.arange(len(net.dtheta)))


def test_an_image_may_come_as_a_row_in_gray_or_with_channels(net, row):
    maps = [looking.feature_maps(net, image)[-1].values
            for image in (row, row.reshape(8, 8), row.reshape(1, 8, 8))]
    assert np.array_equal(maps[0], maps[1]) and np.array_equal(maps[0], maps[2])


def test_the_maps_have_the_network_s_number_type(net, row):
    net.astype(np.float32)
    for m in looking.feature_maps(net, row):
        assert m.values.dtype == m.gradients.dtype == np.float32


@pytest.mark.parametrize("shape, says", [
    ((2, 1, 8, 8), r"One image has shape .*got \(2, 1, 8, 8\). Pass one of them: images\[0\]"),
    ((), r"One image has shape .*got \(\)"),
])
def test_what_is_no_image_is_explained(net, shape, says):
    with pytest.raises(ValueError, match=says):
        looking.feature_maps(net, np.zeros(shape))


def test_a_network_that_reads_no_images_is_told_what_to_add(rng):
    net = dlf.Sequential(dlf.Dense(64, 10), rng=rng)
    with pytest.raises(ValueError, match=r"Reshape before its first weights.*Reshape\(1, 8, 8\)"):
        looking.feature_maps(net, np.zeros(64))


def test_a_class_that_does_not_exist_is_named(net, row):
    with pytest.raises(ValueError, match="knows the classes 0 to 9; got label=10"):
        looking.saliency(net, row, 10)


def test_a_network_that_puts_out_images_is_refused(rng):
    net = dlf.Sequential(dlf.Conv2D(1, 2, 3), rng=rng)
    with pytest.raises(ValueError, match=r"name a class.*shape \(1, 2, 2, 2\)"):
        looking.feature_maps(net, np.zeros((4, 4)))


# ---- saliency ----------------------------------------------------------------------------------

def test_the_input_gradient_is_what_nudging_pixels_does_to_the_score(net, plain, row, rng):
    wanted = numerical(lambda x: net(x[None])[0, 7], row).reshape(1, 8, 8)
    assert looking.input_gradient(net, row, 7) == pytest.approx(wanted, abs=1e-8)
    image  = rng.normal(size=(3, 6, 5))
    wanted = numerical(lambda x: plain(x[None])[0, 2], image)
    assert looking.input_gradient(plain, image, 2) == pytest.approx(wanted, abs=1e-8)


def test_saliency_is_the_largest_slope_of_the_channels(plain, rng):
    image = rng.normal(size=(3, 6, 5))
    slope = looking.input_gradient(plain, image, 1)
    by_loops = [[max(abs(slope[c, i, j]) for c in range(3)) for j in range(5)] for i in range(6)]
    assert np.array_equal(looking.saliency(plain, image, 1), by_loops)


def test_gradient_times_input_adds_up_to_the_score_without_biases(plain, rng):
    image = rng.normal(size=(3, 6, 5))
    for c in range(3):
        parts = looking.gradient_times_input(plain, image, c)
        assert parts.shape == (6, 5) and parts.sum() == pytest.approx(plain(image[None])[0, c])


def test_of_a_linear_network_the_slope_is_the_weights(rng):
    net = dlf.Sequential(dlf.Reshape(1, 4, 4), dlf.Flatten(), dlf.Dense(16, 3), rng=rng)
    x   = rng.normal(size=16)
    assert looking.saliency(net, x, 1).ravel() == pytest.approx(np.abs(net[2].W[1]))
    assert looking.gradient_times_input(net, x, 1).ravel() == pytest.approx(net[2].W[1] * x)


# ---- occlusion ---------------------------------------------------------------------------------

@pytest.mark.parametrize("size, step, fill", [(3, 1, None), (2, 1, 0.0), (4, 3, 1.0), (20, 4, 0.2)])
def test_occlusion_is_that_of_a_loop_over_squares(net, row, size, step, fill):
    image = row.reshape(8, 8)
    gray  = (image.min() + image.max()) / 2 if fill is None else fill
    p     = lambda x: scene.probabilities(net, net(x.reshape(1, 64)))[0, 3]
    places = range(0, 8, step)
    wanted = np.empty((len(places), len(places)))
    for r, i in enumerate(places):
        for c, j in enumerate(places):
            covered = image.copy()
            top, left = i - (size - 1) // 2, j - (size - 1) // 2
            covered[max(top, 0):top + size, max(left, 0):left + size] = gray
            wanted[r, c] = p(image) - p(covered)
    assert looking.occlusion(net, row, 3, size, fill, step) == pytest.approx(wanted, abs=1e-12)


def test_what_the_network_ignores_can_be_covered(rng):
    """Weights on the left half only: a square on the right changes nothing."""
    net = dlf.Sequential(dlf.Reshape(1, 8, 8), dlf.Flatten(), dlf.Dense(64, 2), rng=rng)
    net[2].W.reshape(2, 8, 8)[:, :, 4:] = 0
    fall = looking.occlusion(net, rng.uniform(size=64), size=1)
    assert (fall[:, 4:] == 0).all() and (fall[:, :4] != 0).all()


def test_all_channels_are_covered(rng):
    image   = rng.uniform(size=(3, 5, 4))
    covered = looking.cover(image, size=1, fill=9.0)
    assert covered.shape == (5, 4, 3, 5, 4)
    assert (covered[2, 1][:, 2, 1] == 9).all() and (covered[2, 1] == 9).sum() == 3


@pytest.mark.parametrize("how", [{"size": 0}, {"step": 0}])
def test_a_square_that_cannot_be_is_explained(net, row, how):
    with pytest.raises(ValueError, match="at least 1 pixel wide and moves by at least 1"):
        looking.occlusion(net, row, **how)


# ---- scales ------------------------------------------------------------------------------------

def test_maps_share_a_scale_or_have_their_own():
    groups = [np.array([[[1.0, -3]], [[0.5, 0]]]), np.array([[[10.0, 2]], [[0, 0]]])]
    own, layer, network = (looking.full_colors(groups, s) for s in ("map", "layer", "network"))
    assert [list(m) for m in own]     == [[3, 0.5], [10, 1]]       # 1 where there is nothing
    assert [list(m) for m in layer]   == [[3, 3], [10, 10]]
    assert [list(m) for m in network] == [[10, 10], [10, 10]]


def test_another_scale_is_explained():
    with pytest.raises(ValueError, match=r"'map', 'layer', 'network'.*got 'local'"):
        looking.full_colors([np.zeros((1, 2, 2))], "local")
