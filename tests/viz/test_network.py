"""The painter of networks, compared with the scene and with the network."""
from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex

import dlf
from dlf import palette, scene
from dlf.model import convolutional
from dlf.viz import describe_network, draw_network


def test_there_is_one_line_for_every_weight(ax, net):
    drawing = draw_network(ax, net)
    assert len(drawing.edges.get_segments()) == net[0].W.size + net[2].W.size


def test_lines_join_the_neurons_of_the_scene_weakest_first(ax, net):
    drawing = draw_network(ax, net)
    e, n    = drawing.scene.edges, drawing.scene.neurons
    order   = np.argsort(e.width, kind="stable")
    ends    = np.array(drawing.edges.get_segments())
    assert ends[:, 0] == pytest.approx(np.column_stack([n.x, n.y])[e.start[order]])
    assert ends[:, 1] == pytest.approx(np.column_stack([n.x, n.y])[e.end[order]])
    assert (np.diff(drawing.edges.get_linewidths()) >= 0).all()


def test_a_line_is_dashed_if_and_only_if_its_weight_is_negative(ax, net):
    drawing = draw_network(ax, net)
    e       = drawing.scene.edges
    order   = np.argsort(e.width, kind="stable")
    dashed  = [style[1] is not None for style in drawing.edges.get_linestyles()]
    assert dashed == (e.weight[order] < 0).tolist()


def test_lines_are_blue_or_orange_by_sign_and_faint_where_the_weight_is_small(ax, net):
    drawing = draw_network(ax, net)
    e       = drawing.scene.edges
    order   = np.argsort(e.width, kind="stable")
    colors  = drawing.edges.get_colors()
    theme   = palette.LIGHT
    want    = [theme.negative if w < 0 else theme.positive for w in e.weight[order]]
    assert [to_hex(c) for c in colors] == want
    assert (np.diff(colors[:, 3]) >= 0).all() and colors[0, 3] < 0.3 < colors[-1, 3]


def test_every_bias_is_a_minus_a_dot_or_a_plus(ax, net):
    minus, dot, plus = draw_network(ax, net).signs
    bias = np.concatenate([net[0].b, net[2].b])
    assert len(minus.get_offsets()) == (bias < 0).sum()
    assert len(dot.get_offsets())   == (bias == 0).sum()
    assert len(plus.get_offsets())  == (bias > 0).sum()


def test_larger_biases_are_larger_signs(ax, net):
    plus = draw_network(ax, net).signs[2]
    assert np.argmax(plus.get_sizes()) == 2                     # 0.5, 0.1, 1, 0.3: the third is 1


def test_update_follows_the_weights_and_keeps_artists_and_places(ax, net):
    drawing  = draw_network(ax, net)
    artists  = ax.get_children()
    places   = drawing.neurons.get_offsets().copy()
    net.theta[...] = -np.abs(net.theta)
    drawing.update()
    assert all(style[1] is not None for style in drawing.edges.get_linestyles())
    assert ax.get_children() == artists
    assert (drawing.neurons.get_offsets() == places).all()


def test_names_captions_counts_and_scale_are_written(ax):
    net     = dlf.Sequential(dlf.Dense(20, 4), dlf.ReLU(), dlf.Dense(4, 2))
    drawing = draw_network(ax, net, outputs=["cat", "dog"])
    words = [text.get_text() for text in ax.texts]
    for wanted in ("x1", "x20", "cat", "dog", "Dense 20→4\nReLU", "20", "⋮",
                   "48 of 80\nweights", drawing.scene.legend):
        assert wanted in words


@pytest.mark.parametrize("layers", [2, 4, 6, 7])
def test_counts_of_neurons_and_weights_do_not_meet(ax, layers):
    net = dlf.Sequential(*(dlf.Dense(40, 40) for _ in range(layers)), rng=np.random.default_rng(0))
    ax.figure.set_size_inches(3.5, 3.5)                     # as large as in live training
    drawing = draw_network(ax, net)
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts
             if text.get_text() == "40" or "1,600" in text.get_text()]
    assert len(boxes) == 2 * layers + 1
    legend = drawing.legend.get_window_extent()
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in (*boxes[:i], legend))


def test_residual_connections_are_arcs(ax):
    net = dlf.Sequential(dlf.Dense(2, 3), dlf.Residual(dlf.Dense(3, 3), dlf.ReLU()),
                         rng=np.random.default_rng(0))
    assert len(draw_network(ax, net).skips) == 1


@pytest.mark.parametrize("size", [(7, 4), (4, 2.6)])
@pytest.mark.parametrize("sizes", [(2, 3, 1), (2, 8, 8, 1), (64, 32, 10), (784, 256, 128, 10),
                                   (2, 8, 8, 8, 8, 8, 8, 8, 1)])
def test_no_word_leaves_the_figure_and_captions_do_not_touch(new_figure, sizes, size):
    layers = [layer for n_in, n_out in pairwise(sizes)
              for layer in (dlf.Dense(n_in, n_out), dlf.ReLU())]
    figure = new_figure(size)
    draw_network(figure.add_axes([0.02, 0.02, 0.96, 0.96]), dlf.Sequential(*layers[:-1]))
    figure.canvas.draw()
    boxes = {text: text.get_window_extent() for text in figure.axes[0].texts}
    for box in boxes.values():
        assert box.x0 >= 0 and box.y0 >= 0
        assert box.x1 <= figure.bbox.width and box.y1 <= figure.bbox.height
    captions = [box for text, box in boxes.items() if text.get_verticalalignment() == "top"]
    assert not any(a.overlaps(b) for a, b in combinations(captions, 2))
    below = sorted((box for text, box in boxes.items() if text.get_text()[0].isdigit()),
                   key=lambda box: box.x0)
    assert all(a.x1 < b.x0 for a, b in pairwise(below))


def test_on_a_dark_figure_the_dark_theme_is_taken(dark_ax, net):
    assert draw_network(dark_ax, net).theme is palette.DARK


def test_a_wrong_number_of_names_is_explained(ax, net):
    with pytest.raises(ValueError, match="2 inputs, but 3 names"):
        draw_network(ax, net, inputs=["a", "b", "c"])


def test_the_network_in_words_has_its_numbers(net):
    text = describe_network(net)
    assert "2-8-1" in text and "24 weights" in text
    assert f"{scene.network(net).full:.2g}" in text
    assert "without weights" in describe_network(dlf.Sequential(dlf.ReLU()))


def test_the_captions_of_a_deep_network_do_not_run_into_each_other(new_figure, rng):
    net = convolutional(8, (8, 16), 10, 0.2, rng)
    ax  = new_figure((5, 3.9)).add_axes([0.02, 0.02, 0.96, 0.96])
    drawing = draw_network(ax, net)
    columns = len(drawing.scene.columns)
    boxes   = [text.get_window_extent() for text in drawing.texts[:2 * columns:2]]
    top     = ax.transData.transform((0, drawing.scene.neurons.y.max()))[1]
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    assert min(box.y0 for box in boxes) > top


def test_captions_stand_side_by_side_where_two_rows_would_not_help(new_figure, rng):
    net = dlf.Sequential(dlf.LSTM(27, 24), dlf.Dense(24, 27), rng=rng)
    ax  = new_figure((2.7, 2.8)).add_axes([0.02, 0.02, 0.96, 0.96])
    drawing = draw_network(ax, net, steps=12)
    columns = len(drawing.scene.columns)
    assert len({text.get_position()[1] for text in drawing.texts[:2 * columns:2]}) == 1
