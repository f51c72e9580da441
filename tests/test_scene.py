"""The scene of a network, compared with the network: counts, widths, dashes, names, maps."""
from itertools import pairwise

import numpy as np
import pytest

import dlf
from dlf import palette, scene
from dlf.layers.base import Layer


def mlp(*sizes, act=dlf.ReLU, seed=0):
    rng, layers = np.random.default_rng(seed), []
    for n_in, n_out in pairwise(sizes):
        layers += [dlf.Dense(n_in, n_out), act()]
    net = dlf.Sequential(*layers[:-1], rng=rng)
    for name, value, _ in net.parameters():
        if name.endswith("b"):
            value[...] = rng.normal(0, 0.5, value.shape)
    return net


class Convolution(Layer):
    """A stand-in for layers whose parameters are no matrix."""

    def __init__(self):
        self.params = {"W": (8, 1, 3, 3), "b": (8,)}
        self.reset(np.random.default_rng(0))

    def draw(self, rng):
        return {"W": rng.normal(size=(8, 1, 3, 3)), "b": np.zeros(8)}


def weights_drawn(seen):
    """For each edge the weight that stands in the network at its place."""
    e, n = seen.edges, seen.neurons
    return e.gap, n.index[e.end], n.index[e.start]


# ---- lines -----------------------------------------------------------------------------------

def test_a_small_network_has_a_line_for_every_weight():
    seen = scene.network(mlp(2, 8, 8, 1))
    assert np.bincount(seen.edges.gap).tolist() == [0, 16, 64, 8]


def test_each_line_carries_the_weight_between_the_neurons_it_joins():
    net  = mlp(5, 4, 3)
    seen = scene.network(net)
    for gap, W in ((1, net[0].W), (2, net[2].W)):
        these = seen.edges.gap == gap
        _, to, come = (part[these] for part in weights_drawn(seen))
        assert (seen.edges.weight[these] == W[to, come]).all()
        assert (seen.neurons.column[seen.edges.end[these]] == gap).all()
        assert (seen.neurons.column[seen.edges.start[these]] == gap - 1).all()


@pytest.mark.parametrize("sizes", [(2, 3, 1), (64, 32, 10), (784, 256, 128, 10)])
def test_lines_are_dashed_if_and_only_if_the_weight_is_negative(sizes):
    edges = scene.network(mlp(*sizes)).edges
    assert (edges.dashed == (edges.weight < 0)).all()
    assert 0 < edges.dashed.mean() < 1


def test_a_weight_of_zero_is_solid_and_faded():
    net = mlp(2, 3, 1)
    net[0].W[...] = 0
    edges = scene.network(net).edges
    zero  = edges.weight == 0
    assert zero.sum() == 6
    assert not edges.dashed[zero].any()
    assert edges.width[zero].max() == 0
    assert edges.opacity[zero].max() < 0.1 < 0.9 < edges.opacity.max()


def test_color_says_the_sign():
    edges = scene.network(mlp(4, 5, 2)).edges
    blue  = (edges.color == palette.rgb(palette.LIGHT.positive)).all(axis=1)
    assert (blue == (edges.weight > 0)).all()


def test_width_grows_with_the_size_of_the_weight_over_all_gaps():
    edges = scene.network(mlp(16, 12, 10)).edges
    order = np.argsort(np.abs(edges.weight))
    assert (np.diff(edges.width[order]) >= 0).all()
    assert (np.diff(edges.opacity[order]) >= 0).all()
    assert 0 <= edges.width.min() < edges.width.max() == 1


def test_full_width_is_the_networks_95th_percentile():
    net  = mlp(6, 12, 10)
    seen = scene.network(net)
    size = np.abs(np.concatenate([net[0].W.ravel(), net[2].W.ravel()]))
    assert seen.full == pytest.approx(np.percentile(size, 95))
    full = np.abs(seen.edges.weight) >= seen.full
    assert (seen.edges.width[full] == 1).all() and (seen.edges.width[~full] < 1).all()


def test_the_scale_is_stated():
    seen = scene.network(mlp(2, 3, 1))
    assert f"{seen.full:.2g}" in seen.legend


def test_in_each_gap_the_strongest_line_comes_first():
    edges = scene.network(mlp(64, 32, 10)).edges
    for gap in (1, 2):
        assert (np.diff(np.abs(edges.weight[edges.gap == gap])) <= 0).all()


def test_at_most_150_lines_fill_a_gap_and_they_are_the_strongest():
    net  = mlp(16, 16, 2)
    seen = scene.network(net)
    drawn = np.abs(seen.edges.weight[seen.edges.gap == 1])
    every = np.sort(np.abs(net[0].W).ravel())[::-1]
    assert len(drawn) == 150
    assert drawn == pytest.approx(every[:150])
    assert seen.totals == (0, 256, 32)


def test_a_network_of_zeros_has_a_scale_all_the_same():
    net = mlp(2, 3, 1)
    net.theta[...] = 0
    seen = scene.network(net)
    assert seen.full == 1 and seen.edges.width.max() == 0 and (seen.neurons.sign == 0).all()


def test_a_weight_that_is_no_number_is_gray_and_wide():
    net = mlp(2, 3, 1)
    net[0].W[0, 0] = np.nan
    edges = scene.network(net).edges
    bad   = np.isnan(edges.weight)
    assert bad.sum() == 1 and edges.width[bad] == 1
    assert palette.hexadecimal(edges.color[bad][0]) == palette.BROKEN


# ---- neurons ---------------------------------------------------------------------------------

def test_up_to_16_neurons_all_are_shown():
    assert len(scene.network(mlp(16, 2)).columns[0].shown) == 16


def test_above_16_the_first_and_the_last_6_are_shown_with_dots_and_the_true_count():
    first, hidden, last = scene.network(mlp(17, 1234, 3)).columns
    assert first.shown.tolist() == [0, 1, 2, 3, 4, 5, 11, 12, 13, 14, 15, 16]
    assert first.dots is not None and last.dots is None
    assert (first.count, hidden.count, last.count) == ("17", "1,234", "3")


def test_dots_stand_in_the_gap_between_the_sixth_and_the_seventh_shown():
    seen = scene.network(mlp(20, 2))
    y    = seen.neurons.y[seen.neurons.column == 0]
    assert y[5] > seen.columns[0].dots > y[6]


def test_every_neuron_but_the_inputs_shows_its_bias_the_output_too():
    net  = mlp(2, 3, 1)
    n    = scene.network(net).neurons
    assert np.isnan(n.bias[n.column == 0]).all()
    assert n.bias[n.column == 1] == pytest.approx(net[0].b)
    assert n.bias[n.column == 2] == pytest.approx(net[2].b)
    there = n.column > 0
    assert (n.sign[there] == np.sign(n.bias[there])).all()
    order = np.argsort(np.abs(n.bias[there]))
    assert (np.diff(n.size[there][order]) >= 0).all()


def test_all_places_are_inside_the_plane_and_neurons_do_not_touch():
    for sizes in ((2, 3, 1), (784, 256, 128, 10), (16, 16), (1, 1), (2, *[8] * 7, 1)):
        seen = scene.network(mlp(*sizes))
        n    = seen.neurons
        assert 0 < n.x.min() and n.x.max() < 1
        assert seen.below + seen.radius < n.y.min() and n.y.max() + seen.radius < 0.95
        for column in range(len(sizes)):
            y = n.y[n.column == column]
            assert (np.diff(y) < -2 * seen.radius).all()


def test_inputs_are_named_x1_x2_unless_named_otherwise():
    texts = lambda seen, side: [label.text for label in seen.labels if label.side == side]
    assert texts(scene.network(mlp(2, 3, 1)), "left") == ["x1", "x2"]
    seen = scene.network(mlp(2, 3), inputs=["length", "mass"], outputs=["a", "b", "c"])
    assert texts(seen, "left") == ["length", "mass"]
    assert texts(seen, "right") == ["a", "b", "c"]


def test_names_stand_beside_the_neurons_they_name_when_some_are_left_out():
    seen = scene.network(mlp(20, 2), inputs=[f"f{i}" for i in range(20)])
    assert [label.text for label in seen.labels] == [f"f{i}" for i in [*range(6), *range(14, 20)]]


@pytest.mark.parametrize("names, which", [({"inputs": ["a"]}, "2 inputs"),
                                          ({"outputs": range(3)}, "1 outputs")])
def test_a_wrong_number_of_names_is_explained(names, which):
    with pytest.raises(ValueError, match=which):
        scene.network(mlp(2, 3, 1), **names)


# ---- every kind of layer ---------------------------------------------------------------------

def test_layers_without_a_matrix_become_captions():
    net  = dlf.Sequential(dlf.Flatten(), dlf.Dense(4, 3), dlf.BatchNorm(3), dlf.ReLU(),
                          dlf.Dropout(0.2), dlf.Dense(3, 2), rng=np.random.default_rng(0))
    seen = scene.network(net)
    first, hidden, last = (column.captions for column in seen.columns)
    assert first  == ("input", "Flatten")
    assert hidden == ("Dense 4→3", "BatchNorm(3)", "ReLU", "Dropout(p=0.2)")
    assert last   == ("Dense 3→2",)


def test_a_residual_block_draws_its_layers_and_an_arc_from_before_to_after_them():
    block = dlf.Residual(dlf.Dense(4, 4), dlf.ReLU(), dlf.Dense(4, 4))
    net   = dlf.Sequential(dlf.Dense(2, 4), block, dlf.Dense(4, 1))
    seen = scene.network(net)
    assert [c.size for c in seen.columns] == [2, 4, 4, 4, 1]
    assert seen.skips == ((1, 3),)
    assert seen.columns[3].captions[-1] == "+ skipped"


def test_networks_within_networks_are_drawn_flat():
    inner = dlf.Sequential(dlf.Dense(3, 4), dlf.Tanh())
    net   = dlf.Sequential(inner, dlf.Sequential(dlf.Dense(4, 2)))
    assert [c.size for c in scene.network(net).columns] == [3, 4, 2]


def test_an_embedding_draws_a_line_from_each_symbol_and_flatten_a_new_column():
    net  = dlf.Sequential(dlf.Embedding(5, 2), dlf.Flatten(), dlf.Dense(6, 3),
                          rng=np.random.default_rng(0))
    seen = scene.network(net)
    assert [c.size for c in seen.columns] == [5, 2, 6, 3]
    assert seen.totals == (0, 10, 0, 18)
    _, to, come = (part[seen.edges.gap == 1] for part in weights_drawn(seen))
    assert (seen.edges.weight[seen.edges.gap == 1] == net[0].W[come, to]).all()


def test_a_layer_that_is_no_matrix_is_a_block():
    net  = dlf.Sequential(Convolution(), dlf.ReLU(), dlf.Flatten(), dlf.Dense(20, 10))
    seen = scene.network(net)
    assert [c.size for c in seen.columns] == [None, None, 20, 10]
    assert seen.columns[1].captions == ("Convolution", "ReLU", "Flatten")
    assert set(seen.edges.gap) == {3}


def test_a_lone_layer_is_a_network_and_so_is_one_without_weights():
    assert len(scene.network(dlf.Dense(2, 3)).edges.weight) == 6
    assert len(scene.network(dlf.Sequential(dlf.ReLU())).edges.weight) == 0


def test_a_scene_is_a_picture_of_its_moment():
    net  = mlp(2, 3, 1)
    seen = scene.network(net)
    before = seen.edges.weight.copy(), seen.neurons.bias.copy()
    net.theta += 1
    assert (seen.edges.weight == before[0]).all()
    assert np.array_equal(seen.neurons.bias, before[1], equal_nan=True)
    with pytest.raises(AttributeError):
        seen.full = 2


# ---- maps ------------------------------------------------------------------------------------

def plane(*rows, bias=None, end=()):
    net = dlf.Sequential(dlf.Dense(2, len(rows)), *end)
    net[0].W[...] = rows
    net[0].b[...] = 0 if bias is None else bias
    return net


def test_a_map_has_the_right_side_right_and_the_top_on_top():
    right = scene.boundary_grid(plane([1.0, 0.0]), size=11)
    assert (right.value[:, -1] > 0.9).all() and (right.value[:, 0] < -0.9).all()
    top   = scene.boundary_grid(plane([0.0, 1.0]), size=11)
    assert (top.value[0] > 0.9).all() and (top.value[-1] < -0.9).all()
    assert top.label[0].tolist() == [1] * 11 and top.colors.shape == (11, 11, 3)


def test_a_map_of_one_score_shows_its_probability():
    seen = scene.boundary_grid(plane([1.0, 0.0]), ((-2, 2), (-2, 2)), 5)
    p    = 1 / (1 + np.exp(-np.linspace(-2, 2, 5)))
    assert seen.value[0] == pytest.approx(2 * p - 1)
    assert seen.p[0, :, 1] == pytest.approx(p)


@pytest.mark.parametrize("end, f", [(dlf.Sigmoid(), lambda z: 2 / (1 + np.exp(-z)) - 1),
                                    (dlf.Tanh(), np.tanh)])
def test_a_map_takes_the_output_layer_into_account(end, f):
    seen = scene.boundary_grid(plane([1.0, 0.0], end=(end,)), ((-2, 2), (-2, 2)), 5)
    assert seen.value[0] == pytest.approx(f(np.linspace(-2, 2, 5)))


def test_a_map_of_several_classes_names_the_largest_and_fades_where_it_is_not_sure():
    net  = plane([3.0, 0.0], [-3.0, 0.0], [0.0, 0.0], bias=[0, 0, -9])
    seen = scene.boundary_grid(net, size=21)
    assert (seen.label[:, -1] == 0).all() and (seen.label[:, 0] == 1).all()
    assert seen.value[0, 0] > 0.99
    assert seen.value[0, 10] == pytest.approx(0.25, abs=1e-3)        # two of three are alike
    assert seen.p.sum(axis=2) == pytest.approx(np.ones((21, 21)))
    light = palette.to_oklab(seen.colors)[0, :, 0]
    assert light[10] > light[0] and light[10] > light[-1]


def test_classes_that_are_equally_likely_leave_the_map_near_white():
    seen = scene.boundary_grid(plane([0.0, 0.0], [0.0, 0.0], [0.0, 0.0]), size=4)
    assert seen.value == pytest.approx(np.zeros((4, 4)))
    assert palette.hexadecimal(seen.colors[0, 0]) == palette.LIGHT.zero


@pytest.mark.parametrize("net, takes", [
    (mlp(64, 10), "64 inputs"),
    (dlf.Sequential(dlf.Embedding(2, 3), dlf.Dense(3, 1)), "symbols"),
    (dlf.Sequential(Convolution(), dlf.Flatten(), dlf.Dense(4, 1)), "images or sequences"),
])
def test_a_network_that_does_not_take_two_numbers_is_explained(net, takes):
    with pytest.raises(ValueError, match=f"two inputs; this one takes {takes}.*two columns"):
        scene.boundary_grid(net)


def test_a_map_works_in_the_networks_number_type():
    assert scene.boundary_grid(mlp(2, 3, 1).astype(np.float32), size=3).value.shape == (3, 3)


def test_probabilities_add_up_to_one_whatever_the_output_layer():
    out = np.random.default_rng(0).uniform(0.1, 0.9, (4, 3))
    for net in (mlp(2, 3), plane([1, 0], [0, 1], [1, 1], end=(dlf.Sigmoid(),))):
        assert scene.probabilities(net, out).sum(axis=1) == pytest.approx(np.ones(4))
    soft = dlf.Sequential(dlf.Dense(2, 3), dlf.Softmax())
    p    = out / out.sum(axis=1, keepdims=True)
    assert scene.probabilities(soft, p) == pytest.approx(p)


# ---- thinning --------------------------------------------------------------------------------

def test_a_short_curve_is_kept_as_it_is():
    assert scene.thin([3, 1, 2], 4).tolist() == [0, 1, 2]


@pytest.mark.parametrize("n", [4, 5, 10, 101])
def test_a_thinned_curve_keeps_its_ends_and_its_highest_and_lowest_point(n):
    curve = np.random.default_rng(n).normal(size=1000)
    curve[[313, 712]] = 50, -50
    keep  = scene.thin(curve, n)
    assert len(keep) <= n and (np.diff(keep) > 0).all()
    assert {0, 313, 712, 999} <= set(keep.tolist())


def test_thinning_steps_around_nan_where_there_is_something_else():
    curve = np.ones(100)
    curve[40:60] = np.nan
    curve[45] = 7
    assert 45 in scene.thin(curve, 10)


def test_thinning_to_fewer_than_four_points_is_explained():
    with pytest.raises(ValueError, match="4 or more"):
        scene.thin(range(9), 3)
