"""Ridges of weights and gradients: one a layer, the right counts, the share of zeros stated."""
import numpy as np
import pytest
from matplotlib.colors import to_hex

import dlf
from dlf import palette
from dlf.viz import describe_gradients, describe_weights, draw_gradients, draw_weights


@pytest.fixture
def deep(rng):
    """Eight layers of sigmoids after one backward pass: the gradient vanishes."""
    layers = [layer for _ in range(8) for layer in (dlf.Dense(8, 8), dlf.Sigmoid())]
    net    = dlf.Sequential(*layers, rng=rng)
    x, y   = rng.normal(size=(2, 16, 8))
    next(dlf.train(net, x, y, dlf.MeanSquare(), dlf.SGD(1e-9), batch_size=16))
    return net


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_each_layer_has_an_orange_and_a_blue_ridge_and_its_name_first_on_top(ax, net):
    ridges = draw_weights(ax, net)
    assert [to_hex(r.get_facecolor()[0]) for r in ridges] == \
        [palette.LIGHT.negative, palette.LIGHT.positive] * 2
    heights = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert heights["0 Dense"] > heights["2 Dense"]


def test_the_ridges_outline_is_the_histogram(ax, rng):
    net = dlf.Sequential(dlf.Dense(50, 50), rng=rng)
    left, right = draw_weights(ax, net)
    tops  = np.array([r.get_paths()[0].vertices[:, 1].max() for r in (left, right)])
    reach = np.percentile(np.abs(net[0].W), 99.9)
    count = np.histogram(np.clip(net[0].W, -reach, reach), np.linspace(-reach, reach, 82))[0]
    best  = [count[:41].max(), count[40:].max()]
    assert tops == pytest.approx(0.62 * np.array(best) / count.max())


def test_the_spread_of_each_layer_and_its_share_of_zeros_are_stated(ax, net):
    net[0].W[:4] = 0
    draw_weights(ax, net)
    assert f"spread {net[0].W.std():.2g}, 50 % are 0" in words(ax)
    assert f"spread {net[2].W.std():.2g}" in words(ax)


def test_the_gradients_title_says_by_how_much_they_shrink(ax, deep):
    draw_gradients(ax, deep)
    first, last = (np.median(np.abs(deep[i].dW)) for i in (0, 14))
    assert last / first > 1000
    number = int(float(f"{last / first:.1e}"))
    assert ax.get_title(loc="left") == f"The first layer's gradients are {number:,} times smaller"


def test_ridges_of_gradients_stand_where_their_sizes_are(ax, deep):
    ridges  = draw_gradients(ax, deep)
    centers = []
    for ridge in ridges:
        x, y = ridge.get_paths()[0].vertices.T
        centers.append(x[y.argmax()])
    assert len(ridges) == 8
    assert (np.diff(centers) > 0).all()                        # from layer to layer they grow


def test_the_share_of_gradients_that_are_zero_is_stated(ax, net):
    net[0].dW[...], net[2].dW[...] = 0, 1e-3
    net[0].dW[:2] = 1.0
    draw_gradients(ax, net)
    assert "median 1, 75 % are 0" in words(ax)


def test_before_the_first_backward_pass_there_is_nothing_to_draw_and_the_error_says_so(ax, net):
    with pytest.raises(ValueError, match=r"take a step first.*dlf\.train"):
        draw_gradients(ax, net)


@pytest.mark.parametrize("draw", [draw_weights, draw_gradients])
def test_a_network_without_weights_is_explained(ax, draw):
    with pytest.raises(ValueError, match="no weights"):
        draw(ax, dlf.Sequential(dlf.ReLU()))


def test_biases_and_normalization_are_left_out(ax, rng):
    net = dlf.Sequential(dlf.Dense(2, 3), dlf.BatchNorm(3), dlf.Dense(3, 1), rng=rng)
    draw_weights(ax, net)
    assert [w for w in words(ax) if w[0].isdigit()] == ["0 Dense", "2 Dense"]


def test_a_lone_layer_and_a_network_of_zeros_can_be_drawn(ax):
    layer = dlf.Dense(3, 2)
    layer.theta[...] = 0
    draw_weights(ax, layer)
    assert "Dense" in words(ax)


def test_the_distributions_in_words_have_their_numbers(deep):
    assert f"0 Dense {deep[0].W.mean():.2g} ± {deep[0].W.std():.2g}" in describe_weights(deep)
    assert f"14 Dense {np.median(np.abs(deep[14].dW)):.2g}" in describe_gradients(deep)
