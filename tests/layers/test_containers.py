"""Sequential and Residual: networks of many layers, nested, trained, copied, and made wrongly."""
import copy
import pickle

import numpy as np
import pytest

import dlf
from dlf import check_gradients
from dlf.layers.containers import trace, trace_back

KINKED = (dlf.ReLU, dlf.LeakyReLU, dlf.ELU)
SMOOTH = (dlf.Sigmoid, dlf.Tanh, dlf.GELU, dlf.Softplus, dlf.Softmax)


# ---- random deep networks ------------------------------------------------------------------------

def random_layers(rng, n, depth):
    """`depth` layers of every kind, and Dense between; the first takes n features."""
    layers = []
    for _ in range(depth):
        kind = rng.integers(7)
        if kind < 2:
            n_out = int(rng.integers(2, 5))
            layers, n = [*layers, dlf.Dense(n, n_out)], n_out
        elif kind == 2:
            layers.append(SMOOTH[rng.integers(len(SMOOTH))]())
        elif kind == 3:
            layers.append(KINKED[rng.integers(len(KINKED))]())
        elif kind == 4:
            layers.append([dlf.LayerNorm(n), dlf.BatchNorm(n), dlf.Dropout(0.3)][rng.integers(3)])
        elif kind == 5:
            layers += [dlf.Reshape(n, 1), dlf.Flatten()]
        else:
            inner = dlf.Sequential(dlf.Tanh(), dlf.Dense(3, n))
            layers.append(dlf.Residual(dlf.Dense(n, 3), inner))
    return layers


def random_network(rng):
    """(network, batch), drawn again until no kink and no nearly constant feature is near."""
    while True:
        n   = int(rng.integers(2, 5))
        net = dlf.Sequential(*random_layers(rng, n, int(rng.integers(3, 9))), rng=rng)
        net.theta[...] = rng.normal(size=net.n_parameters)
        x = rng.normal(size=(int(rng.integers(3, 6)), n))
        if all(is_tame(net, x, training) for training in (True, False)):
            return net, x


def is_tame(net, x, training):
    """A nudge of 1e-5 crosses no kink, and nothing is divided by a deviation near 0."""
    net, rng = copy.deepcopy(net), np.random.default_rng(0)
    for _, layer in net.walk():
        layer.training, layer.rng = training, rng
    kinks  = [np.abs(z).min() for _, layer, z, _ in trace(net, x) if isinstance(layer, KINKED)]
    spread = [layer.cache[1].min()
              for _, layer in net.walk() if isinstance(layer, (dlf.LayerNorm, dlf.BatchNorm))]
    return min(kinks, default=1) > 1e-2 and min(spread, default=1) > 0.2


@pytest.mark.parametrize("training", [True, False], ids=["training", "inference"])
def test_backward_is_the_slope_of_forward_for_random_deep_networks(training, rng):
    for _ in range(60):
        net, x = random_network(rng)
        errors = check_gradients(net, x, rng=rng, training=training)
        assert max(errors.values()) < 1e-6, (net, x.shape, errors)


def test_backward_is_the_slope_of_forward_for_networks_on_symbols(rng):
    net = dlf.Sequential(dlf.Embedding(5, 3), dlf.LayerNorm(3), dlf.Dense(3, 4), dlf.GELU(),
                         dlf.Flatten(), dlf.Dense(8, 2), rng=rng)
    errors = check_gradients(net, [[0, 4], [4, 4], [1, 2]], rng=rng)
    assert max(errors.values()) < 1e-6 and "0.W" in errors and "x" not in errors


def test_random_deep_networks_learn_what_they_would_write_on_the_way_back(rng):
    for _ in range(60):
        net, x = random_network(rng)
        dy = rng.normal(size=net(x).shape)
        net.backward(dy)
        wanted = net.dtheta.copy()
        net.dtheta[...] = np.nan
        net.learn(dy)
        assert np.array_equal(net.dtheta, wanted)


def test_a_deep_network_gives_what_pytorchs_gives(rng, torch):
    nn  = torch.nn
    net = dlf.Sequential(dlf.Dense(5, 7), dlf.ReLU(), dlf.LayerNorm(7), dlf.Dense(7, 6),
                         dlf.GELU(), dlf.BatchNorm(6), dlf.Dense(6, 3), rng=rng)
    peer = nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.LayerNorm(7), nn.Linear(7, 6),
                         nn.GELU("tanh"), nn.BatchNorm1d(6), nn.Linear(6, 3)).double()
    net.theta[...] = rng.normal(size=net.n_parameters)
    with torch.no_grad():
        for ours, theirs in zip(net.parameters(), peer.parameters(), strict=True):
            theirs.copy_(torch.tensor(ours[1]))
    net[5].training = True
    x  = rng.normal(size=(8, 5))
    tx = torch.tensor(x, requires_grad=True)
    ty = peer(tx)
    dy = rng.normal(size=(8, 3))
    ty.backward(torch.tensor(dy))
    assert np.allclose(net(x), ty.detach().numpy(), rtol=1e-9)
    assert np.allclose(net.backward(dy), tx.grad.numpy(), rtol=1e-8, atol=1e-12)
    for ours, theirs in zip(net.parameters(), peer.parameters(), strict=True):
        assert np.allclose(ours[2], theirs.grad.numpy(), rtol=1e-8, atol=1e-12), ours[0]


# ---- Sequential ----------------------------------------------------------------------------------

def test_layers_run_in_order():
    net = dlf.Sequential(dlf.Dense(1, 1), dlf.ReLU(), dlf.Dense(1, 1))
    net.theta[...] = [-2, 1, 3, 4]                            # w b, w b
    # x = -1: -2 * -1 + 1 = 3, then 3 * 3 + 4 = 13;  x = 1: -1, cut to 0, then 4
    assert net(np.array([[-1.0], [1.0]])).tolist() == [[13], [4]]


def test_the_chain_rule_worked_by_hand():
    net = dlf.Sequential(dlf.Dense(1, 1), dlf.Tanh(), dlf.Dense(1, 1))
    net.theta[...] = [2, 0, 3, 0]
    net(np.array([[0.0]]))
    assert net.backward(np.array([[1.0]])).tolist() == [[3 * (1 - 0) * 2]]
    assert net.dtheta.tolist() == [0, 3, 0, 1]                # dw, db of the first; of the last


def test_a_network_without_layers_passes_everything_on():
    net = dlf.Sequential()
    x = np.ones((2, 3))
    assert net(x) is x and net.backward(x) is x and net.learn(x) is None and net.n_parameters == 0


def test_a_network_without_anything_to_learn_goes_both_ways():
    net = dlf.Sequential(dlf.ReLU(), dlf.Flatten())
    assert net(np.array([[-1.0, 2.0]])).tolist() == [[0, 2]]
    assert net.backward(np.array([[5.0, 7.0]])).tolist() == [[0, 7]]
    net.learn(np.ones((1, 2)))


def test_learn_does_not_ask_for_the_slope_of_the_input():
    class Refuses(dlf.Dense):
        def backward(self, dy):
            raise AssertionError("nobody needs the first layer's dC/dx")

    net = dlf.Sequential(dlf.Tanh(), Refuses(2, 3), dlf.Tanh(), dlf.Dense(3, 1))
    net(np.ones((4, 2)))
    net.learn(np.ones((4, 1)))
    assert net.dtheta.any()


def test_a_network_is_a_sequence_of_its_layers():
    a, b = dlf.Dense(2, 3), dlf.Tanh()
    net  = dlf.Sequential(a, b)
    assert len(net) == 2 and list(net) == [a, b] and net[0] is a and net[-1] is b


@pytest.mark.parametrize("part", [slice(0, 2), slice(1, None), slice(2, 2), slice(-2, -1)])
def test_a_part_of_a_network_is_a_network_that_shares_its_weights(part, rng):
    net = dlf.Sequential(dlf.Dense(3, 3), dlf.Tanh(), dlf.Dense(3, 3), dlf.Dense(3, 3), rng=rng)
    some = net[part]
    assert some.layers == net.layers[part]
    assert some.is_tied() and net.is_tied()
    net.theta[...], some.theta[...] = 0, 1
    assert all(np.all(layer.theta == (layer in some.layers)) for layer in net)
    assert net.theta.sum() == some.n_parameters


def test_two_parts_one_after_another_are_the_network(rng):
    net = dlf.Sequential(dlf.Dense(3, 4), dlf.Tanh(), dlf.Dense(4, 2), rng=rng)
    x, dy = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    y, dx = net(x), net.backward(dy)
    wanted = net.dtheta.copy()
    assert np.array_equal(net[2:](net[:2](x)), y)
    assert np.array_equal(net[:2].backward(net[2:].backward(dy)), dx)
    assert np.array_equal(net.dtheta, wanted)


def test_a_part_is_a_run_of_layers():
    with pytest.raises(ValueError, match="a run of its layers"):
        dlf.Sequential(dlf.Tanh(), dlf.ReLU())[::-1]


def test_a_mask_for_a_network_is_told_where_masks_belong():
    net = dlf.Sequential(dlf.GRU(2, 3), dlf.LastStep())
    with pytest.raises(TypeError, match=r"nothing else, got mask\. .* a dlf\.Masked"):
        net(np.zeros((1, 4, 2)), mask=np.ones((1, 4), bool))


def test_trace_shows_what_goes_in_and_out_of_every_innermost_layer(rng):
    net = dlf.Sequential(dlf.Dense(3, 3), dlf.Residual(dlf.Tanh(), dlf.Sequential(dlf.ReLU())),
                         dlf.Dense(3, 1), rng=rng)
    x = rng.normal(size=(2, 3))
    paths, layers, ins, outs = zip(*trace(net, x))
    assert paths == ("0", "1.0", "1.1.0", "2")
    assert layers == (net[0], net[1][0], net[1][1][0], net[2])
    assert np.array_equal(ins[0], x) and np.array_equal(outs[3], net(x))
    assert np.array_equal(ins[2], outs[1]) and np.array_equal(ins[3], outs[0] + outs[2])


def test_trace_back_shows_what_comes_back_to_every_innermost_layer(rng):
    net = dlf.Sequential(dlf.Dense(3, 3), dlf.Residual(dlf.Tanh(), dlf.Sequential(dlf.ReLU())),
                         dlf.Dense(3, 1), rng=rng)
    x, dy = rng.normal(size=(2, 3)), rng.normal(size=(2, 1))
    net.forward(x)
    dx    = net.backward(dy)
    found, way = {}, trace_back(net, dy)
    while True:
        try:
            path, layer, slope = next(way)
            found[path] = layer, slope
        except StopIteration as end:
            assert np.array_equal(end.value, dx)
            break
    assert list(found) == ["2", "1.1.0", "1.0", "0"]
    assert [layer for layer, _ in found.values()] == [net[2], net[1][1][0], net[1][0], net[0]]
    assert np.array_equal(found["2"][1], dy)
    assert np.array_equal(found["1.1.0"][1], dy @ net[2].W)     # the sum's slope goes to both ways
    relu = net[1][1][0].backward(found["1.1.0"][1])
    assert np.array_equal(found["0"][1], dy @ net[2].W + net[1][0].backward(relu))


def test_without_a_generator_layers_keep_the_weights_they_have():
    layer  = dlf.Dense(2, 3)
    before = layer.W.copy()
    assert np.array_equal(dlf.Sequential(layer)[0].W, before)
    assert not np.array_equal(dlf.Sequential(layer, rng=np.random.default_rng(0))[0].W, before)


def test_each_layer_draws_weights_of_its_own():
    net = dlf.Sequential(dlf.Dense(3, 3), dlf.Dense(3, 3), rng=np.random.default_rng(0))
    assert not np.array_equal(net[0].W, net[1].W)


def test_layers_learn_their_places_in_the_network():
    net = dlf.Sequential(dlf.Tanh(), dlf.Sequential(dlf.ReLU(), dlf.Sequential(dlf.ELU())))
    assert [layer.name for _, layer in net.walk()] == ["", "0", "1", "1.0", "1.1", "1.1.0"]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copy_of_nested_networks_is_one_vector_again(copied, rng):
    net = dlf.Sequential(dlf.Dense(2, 3), dlf.Residual(dlf.Dense(3, 3), dlf.BatchNorm(3)), rng=rng)
    net[1][1].mean[...] = 5
    twin = copied(net)
    assert twin.is_tied() and twin[1].is_tied() and twin[1][1].mean.tolist() == [5, 5, 5]
    twin.theta[...] = 7
    assert np.all(twin[1][0].W == 7) and np.all(twin[1][1].gamma == 7)
    assert not np.any(net.theta == 7)
    assert twin.children is twin.layers and twin.first[0] is twin[0] and twin.upper[0] is twin[1]


def test_an_inner_networks_vector_is_a_window_onto_the_outer_ones():
    net = dlf.Sequential(dlf.Dense(1, 1), dlf.Sequential(dlf.Dense(1, 1)))
    net.theta[...] = [1, 2, 3, 4]
    assert net[1].theta.tolist() == [3, 4]
    net[1].theta[...] = 0
    assert net.theta.tolist() == [1, 2, 0, 0]


def test_float32_goes_all_the_way_through_nested_layers(rng):
    net = dlf.Sequential(dlf.Dense(4, 4), dlf.Residual(dlf.Dense(4, 4), dlf.GELU()), dlf.Softmax(),
                         rng=rng).astype(np.float32)
    y = net(np.ones((2, 4), np.float32))
    assert y.dtype == net.backward(y).dtype == net.dtheta.dtype == np.float32


def test_repr_shows_the_network_as_it_is_nested():
    net = dlf.Sequential(dlf.Dense(2, 3), dlf.Residual(dlf.Dense(3, 3), dlf.LeakyReLU(0.2)))
    assert repr(net) == ("Sequential(\n  0: Dense(2, 3)\n  1: Residual(\n    0: Dense(3, 3)\n"
                         "    1: LeakyReLU(leak=0.2)\n  )\n)")


# ---- Residual ------------------------------------------------------------------------------------

def test_a_residual_adds_its_input_worked_by_hand():
    block = dlf.Residual(dlf.Dense(2, 2))
    block.theta[...] = [1, 2, 3, 4, 10, 20]                   # W, b
    assert block(np.array([[1.0, -1.0]])).tolist() == [[1 + (1 - 2 + 10), -1 + (3 - 4 + 20)]]
    assert block.backward(np.array([[1.0, 0.0]])).tolist() == [[1 + 1, 0 + 2]]


def test_a_residual_whose_layers_are_silent_changes_nothing_either_way(rng):
    block = dlf.Residual(dlf.Dense(3, 3), dlf.Tanh())
    block.theta[...] = 0
    x = rng.normal(size=(4, 3))
    assert np.array_equal(block(x), x)
    assert np.array_equal(block.backward(x), x)


def test_a_residual_in_front_learns_without_the_slope_of_its_input(rng):
    net = dlf.Sequential(dlf.Residual(dlf.Dense(3, 3), dlf.Tanh()), dlf.Dense(3, 1), rng=rng)
    y = net(rng.normal(size=(4, 3)))
    net.backward(y)
    wanted = net.dtheta.copy()
    net.dtheta[...] = np.nan
    net.learn(y)
    assert np.array_equal(net.dtheta, wanted)


def test_a_residual_refuses_layers_that_change_the_shape():
    net = dlf.Sequential(dlf.Tanh(), dlf.Residual(dlf.Dense(3, 1)))
    with pytest.raises(dlf.ShapeError, match=r"shape \(5, 3\).*shape \(5, 1\).*layer 1 of the"):
        net(np.ones((5, 3)))                  # NumPy would have broadcast it without a word


# ---- networks made wrongly -----------------------------------------------------------------------

@pytest.mark.parametrize("layers, message", [
    ((dlf.ReLU,),                       r"ReLU is a class; put a layer here: dlf\.ReLU\(\.\.\.\)"),
    (([dlf.ReLU(), dlf.Tanh()],),       r"unpack your list: Sequential\(\*layers\)"),
    (((dlf.ReLU(), dlf.Tanh()),),       r"unpack your list"),
    ((dlf.Dense(2, 3), np.tanh),        r"made of layers such as dlf\.Dense\(2, 3\); got <ufunc"),
    ((dlf.Dense(2, 3), 64),             r"got 64"),
])
@pytest.mark.parametrize("container", [dlf.Sequential, dlf.Residual])
def test_what_is_no_layer_is_refused_with_the_mend(container, layers, message):
    with pytest.raises(TypeError, match=message):
        container(*layers)


def test_one_layer_at_two_places_is_refused_with_both_places():
    layer = dlf.Dense(2, 2)
    with pytest.raises(ValueError, match=r"Dense\(2, 2\) stands twice .* layer 0 and as layer 2"):
        dlf.Sequential(layer, dlf.Tanh(), layer)


def test_one_layer_at_two_depths_is_refused_too():
    layer = dlf.Tanh()
    with pytest.raises(ValueError, match=r"layer 0 and as layer 1\.0"):
        dlf.Sequential(layer, dlf.Residual(layer))


def test_backward_before_forward_names_the_last_layer():
    with pytest.raises(dlf.ShapeError, match=r"call forward\(x\) first.*layer 1 of the network"):
        dlf.Sequential(dlf.Dense(2, 2), dlf.Tanh()).backward(np.ones((1, 2)))
