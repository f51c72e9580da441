"""The map of the plane: colors, points, wrong ones, and errors that teach."""
import numpy as np
import pytest
from matplotlib.colors import to_hex

import dlf
from dlf import palette, scene
from dlf.viz import describe_boundary, draw_boundary


@pytest.fixture
def x(rng):
    return rng.uniform(-3, 3, (60, 2))


@pytest.fixture
def right_side():
    """Says 1 on the right half of the plane."""
    net = dlf.Sequential(dlf.Dense(2, 1))
    net[0].W[...], net[0].b[...] = [[2.0, 0.0]], 0
    return net


def test_the_picture_is_the_scenes_map(ax, right_side, x):
    drawing = draw_boundary(ax, right_side, x, x[:, 0] > 0, size=30)
    seen    = scene.boundary_grid(right_side, drawing.domain, 30)
    assert (drawing.image.get_array() == seen.colors).all()
    assert drawing.image.get_extent() == [*drawing.domain[0], *drawing.domain[1]]


def test_each_class_has_its_points_color_and_marker(ax, right_side, x):
    y = (x[:, 0] > 0).astype(int)
    orange, blue = draw_boundary(ax, right_side, x, y).points
    assert (blue.get_offsets() == x[y == 1]).all()
    assert to_hex(orange.get_facecolor()[0]) == palette.CLASSES[0]
    assert to_hex(blue.get_facecolor()[0]) == palette.CLASSES[1]
    assert len(orange.get_paths()[0].vertices) != len(blue.get_paths()[0].vertices)


def test_wrong_points_have_a_ring_and_the_title_counts_the_others(ax, right_side, x):
    y = (x[:, 0] > 0).astype(int)
    y[:3] = 1 - y[:3]
    drawing = draw_boundary(ax, right_side, x, y)
    assert (drawing.rings.get_offsets() == x[:3]).all()
    assert ax.get_title(loc="left") == "57 of 60 points right"


def test_the_border_lies_where_the_network_changes_its_mind(ax, right_side, x):
    (border,) = draw_boundary(ax, right_side, x, x[:, 0] > 0).border
    assert border.allsegs[0][0][:, 0] == pytest.approx(0, abs=1e-4)


def test_all_points_are_inside_the_map(ax, right_side, x):
    (left, right), (bottom, top) = draw_boundary(ax, right_side, x, x[:, 0] > 0).domain
    assert left < x[:, 0].min() and x[:, 0].max() < right
    assert bottom < x[:, 1].min() and x[:, 1].max() < top


@pytest.mark.parametrize("labels", [lambda y: y, lambda y: 2 * y - 1, lambda y: np.eye(2)[y],
                                    lambda y: y[:, None], lambda y: y.astype(float)])
def test_labels_may_come_in_any_usual_form(ax, right_side, x, labels):
    y = (x[:, 0] > 0).astype(int)
    draw_boundary(ax, right_side, x, labels(y))
    assert ax.get_title(loc="left") == "60 of 60 points right"


def test_update_follows_the_network_without_new_axes(ax, right_side, x):
    y = (x[:, 0] > 0).astype(int)
    drawing = draw_boundary(ax, right_side, x, y)
    before, count = drawing.image.get_array().copy(), len(ax.get_children())
    right_side[0].W[...] *= -1
    drawing.update()
    assert (drawing.image.get_array() != before).any()
    assert len(drawing.rings.get_offsets()) == 60
    assert len(ax.get_children()) == count


def test_three_classes_have_three_borders_and_three_names(ax, x, rng):
    net = dlf.Sequential(dlf.Dense(2, 3), rng=rng)
    net[0].W[...] = [[1, 0], [-0.5, 0.9], [-0.5, -0.9]]
    drawing = draw_boundary(ax, net, x, (x @ net[0].W.T).argmax(axis=1), classes=["a", "b", "c"])
    assert len(drawing.border) == 3
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b", "c"]
    assert len(drawing.rings.get_offsets()) == 0


def test_axes_carry_the_features_names(ax, right_side, x):
    draw_boundary(ax, right_side, x, x[:, 0] > 0, features=("length", "mass"))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("length", "mass")


def test_measurements_are_points_in_the_colors_of_their_values_on_one_scale(ax, x):
    y   = x.sum(axis=1) / 10
    net = plane_of_tenths()
    drawing = draw_boundary(ax, net, x, y, size=20)
    (points,) = drawing.points
    full = np.abs(y).max()
    assert np.allclose(points.get_facecolors()[:, :3] * 255, palette.diverging(y, full))
    assert (drawing.image.get_array() ==
            scene.boundary_grid(net, drawing.domain, 20, full=full).colors).all()
    assert ax.get_title(loc="left").startswith("Half of the answers are within")
    assert f"full color at ±{full:.2g}" in [text.get_text() for text in ax.texts]
    assert "of its variance" in describe_boundary(net, x, y)


def plane_of_tenths():
    net = dlf.Sequential(dlf.Dense(2, 1))
    net[0].W[...], net[0].b[...] = 0.1, 0
    return net


def test_labels_below_zero_and_too_few_names_are_explained(ax, right_side, x):
    with pytest.raises(ValueError, match="numbered from 0; these labels hold -2"):
        draw_boundary(ax, right_side, x, np.full(60, -2))
    with pytest.raises(ValueError, match="2 classes, but 1 names"):
        draw_boundary(ax, right_side, x, x[:, 0] > 0, classes=["a"])


def test_a_network_of_64_inputs_is_told_what_to_do(ax):
    with pytest.raises(ValueError, match=r"takes 64 inputs.*x\[:, :2\].*draw_confusion"):
        draw_boundary(ax, dlf.Sequential(dlf.Dense(64, 10)), np.zeros((5, 64)), np.zeros(5))


def test_columns_and_missing_labels_are_explained(ax, right_side, x):
    with pytest.raises(ValueError, match=r"pass x\.T"):
        draw_boundary(ax, right_side, x.T, np.zeros(60))
    with pytest.raises(ValueError, match="60 points and y has 59"):
        draw_boundary(ax, right_side, x, np.zeros(59))


def test_the_map_in_words_has_its_numbers(right_side, x):
    text = describe_boundary(right_side, x, x[:, 0] > 0, ("left", "right"))
    assert "right about 60 of 60 points" in text
    assert "left on" in text and "right on" in text
