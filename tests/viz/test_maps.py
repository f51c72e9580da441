"""Feature maps, filters, saliency, occlusion: each color is a number, and its scale is stated."""
import numpy as np
import pytest

import dlf
from dlf import looking, palette, viz
from dlf.viz import maps, panels, tiles


@pytest.fixture
def net(rng):
    """Takes images of 8 x 8 to 20 maps and to 3 classes."""
    return dlf.Sequential(dlf.Conv2D(1, 6, 3, padding=1), dlf.Tanh(), dlf.MaxPool2D(2),
                          dlf.Conv2D(6, 20, 3, padding=1), dlf.BatchNorm(20), dlf.ReLU(),
                          dlf.Flatten(), dlf.Dense(320, 3), rng=rng)


@pytest.fixture
def image(rng):
    return rng.uniform(size=(8, 8))


@pytest.fixture
def wide(new_figure):
    return new_figure((9, 5)).add_axes([0.03, 0.05, 0.94, 0.85])


def tile(drawing, row, k):
    """The picture k of a row, as (height, width, 3)."""
    t = drawing.tiles
    top, left = row * t.pitch[0], k * t.pitch[1]
    return t.page[top:top + t.shape[0], left:left + t.shape[1]]


def colors_at(picture, shape):
    """The color in the middle of each of the numbers that a picture shows."""
    rows, columns = (((np.arange(n) + 0.5) * side / n).astype(int)
                     for n, side in zip(shape, picture.shape))
    return picture[rows][:, columns]


# ---- feature maps ------------------------------------------------------------------------------

def test_every_map_is_drawn_in_the_colors_of_its_numbers(wide, net, image):
    drawing = viz.draw_feature_maps(wide, net, image, scale="layer")
    for i, group in enumerate(looking.feature_maps(net, image)[1:], 1):
        full = np.abs(group.values).max()
        for k, values in enumerate(group.values[:16]):
            wanted = palette.diverging(values, full)
            assert np.array_equal(colors_at(tile(drawing, i, k), values.shape), wanted)


def test_the_image_itself_is_gray(wide, net, image):
    drawing = viz.draw_feature_maps(wide, net, image)
    stretched = (image - image.min()) / (image.max() - image.min())
    assert np.array_equal(colors_at(tile(drawing, 0, 0), (8, 8)), palette.gray(stretched))


@pytest.mark.parametrize("scale", ["map", "layer", "network"])
def test_the_scale_is_that_of_the_map_the_layer_or_the_network_and_is_said(wide, net, image, scale):
    drawing = viz.draw_feature_maps(wide, net, image, scale)
    values  = [group.values for group in looking.feature_maps(net, image)[1:]]
    full    = {"map":     np.abs(values[0][2]).max(), "layer": np.abs(values[0]).max(),
               "network": max(np.abs(v).max() for v in values)}[scale]
    wanted  = palette.diverging(values[0][2], full)
    assert np.array_equal(colors_at(tile(drawing, 1, 2), (8, 8)), wanted)
    said    = drawing.tiles.caption.get_text()
    beside  = drawing.tiles.numbers[1].get_text()
    assert {"map": "largest of each map", "layer": "largest of the row",
            "network": f"full color: {full:.2g}"}[scale] in said
    assert beside == (f"±{full:.2g}" if scale == "layer" else "")
    assert looking.SCALES[scale].capitalize() in wide.alt()


def test_gradients_are_the_slopes_of_the_class_asked_for(wide, net, image):
    drawing = viz.draw_feature_maps(wide, net, image, of="gradients", label=2)
    groups  = looking.feature_maps(net, image, 2)
    for i in (0, 3):                                          # the image has slopes too
        slopes = groups[i].gradients
        wanted = palette.diverging(slopes[0], np.abs(slopes).max())
        assert np.array_equal(colors_at(tile(drawing, i, 0), slopes[0].shape), wanted)
    assert wide.get_title(loc="left") == "Blue: more of it speaks for 2, orange: against"


def test_at_most_16_maps_a_row_and_the_true_count(wide, net, image):
    drawing = viz.draw_feature_maps(wide, net, image)
    notes   = [(row.name, row.note) for row in drawing.tiles.rows]
    assert notes[0] == ("image", "8 × 8") and notes[1] == ("0 Conv2D", "6 maps, 8 × 8")
    assert notes[4] == ("3 Conv2D", "16 of 20, 4 × 4")
    assert drawing.tiles.page.shape[1] == 16 * drawing.tiles.pitch[1]
    assert "16 of 20" in wide.alt()


def test_the_title_says_the_answer_with_the_name_of_its_class(wide, net, image):
    said = looking.answer(net, image)
    viz.draw_feature_maps(wide, net, image, classes=["ant", "bee", "cat"])
    name = ["ant", "bee", "cat"][said.label]
    sure = f"{100 * said.probabilities.max():.0f} %"
    assert wide.get_title(loc="left") == f"What each layer makes of it; the answer: {name}, {sure}"


def test_a_drawing_that_looks_at_another_image_equals_a_new_one(new_figure, net, rng):
    first, second = rng.uniform(size=(2, 8, 8))
    new, old = (new_figure((9, 5)).add_axes([0, 0, 1, 0.9]) for _ in range(2))
    drawing  = viz.draw_feature_maps(old, net, first, of="gradients")
    drawing.look_at(second, "map", "values")
    fresh    = viz.draw_feature_maps(new, net, second, "map")
    assert np.array_equal(drawing.tiles.page, fresh.tiles.page)
    assert old.alt() == new.alt()


def test_no_words_touch_the_maps(wide, net, image):
    t = viz.draw_feature_maps(wide, net, image).tiles
    wide.figure.canvas.draw()
    box = t.image.get_window_extent()
    assert all(name.get_window_extent().x1 <= box.x0 for name in t.names if name.get_text())
    assert all(number.get_window_extent().x0 >= box.x1 for number in t.numbers)
    assert t.caption.get_window_extent().y1 <= box.y0


def test_of_too_many_layers_batch_norm_goes_first(net, image):
    groups = looking.feature_maps(net, image)
    names  = lambda most: [groups[i].name for i in maps.pick(groups, most)]
    assert names(7) == [group.name for group in groups]
    assert names(6) == ["image", "0 Conv2D", "1 Tanh", "2 MaxPool2D", "3 Conv2D", "5 ReLU"]
    assert len(names(4)) == 4 and names(4)[0] == "image" and names(4)[-1] == "5 ReLU"


def test_color_images_are_shown_in_color(new_figure, rng):
    net   = dlf.Sequential(dlf.Conv2D(3, 2, 3), dlf.Flatten(), dlf.Dense(32, 2), rng=rng)
    image = rng.uniform(size=(3, 6, 6))
    image.flat[:2] = 0, 1
    drawing = viz.draw_feature_maps(new_figure((9, 5)).add_axes([0, 0, 1, 0.9]), net, image)
    assert np.array_equal(colors_at(tile(drawing, 0, 0), (6, 6)),
                          np.rint(255 * image).transpose(1, 2, 0))


def test_what_cannot_be_drawn_is_explained(ax, net, image):
    with pytest.raises(ValueError, match=r"of is 'values' or 'gradients'.*got 'slopes'"):
        viz.draw_feature_maps(ax, net, image, of="slopes")
    with pytest.raises(ValueError, match=r"'map', 'layer', 'network'.*got 'global'"):
        viz.draw_feature_maps(ax, net, image, scale="global")


def test_maps_in_words(net, image):
    words = viz.describe_feature_maps(net, image)
    low, high = (f(looking.feature_maps(net, image)[1].values) for f in (np.min, np.max))
    assert words.startswith("Values: image, 8 × 8, from ")
    assert f"0 Conv2D, 6 maps, 8 × 8, from {low:.2g} to {high:.2g}" in words


# ---- pictures of another size ------------------------------------------------------------------

def test_larger_pictures_repeat_pixels_and_smaller_ones_are_means():
    picture = np.array([[0, 100], [200, 40]], np.uint8)[None, :, :, None].repeat(3, axis=3)
    larger  = tiles.resize(picture, (4, 6))[0, :, :, 0]
    assert np.array_equal(larger, np.kron([[0, 100], [200, 40]], np.ones((2, 3))))
    assert tiles.resize(picture, (1, 1))[0, 0, 0, 0] == 85
    assert np.array_equal(tiles.resize(picture, (1, 2))[0, 0, :, 0], [100, 70])


def test_pixels_stay_square_on_a_page_that_arranges_itself(net, image):
    sheet, (top, bottom) = viz.page(rows=2, width=8, height=5)
    viz.draw_feature_maps(top, net, image)
    drawn = viz.draw_occlusion(bottom, net, image)
    sheet.canvas.draw()
    for ax in (top, bottom):
        (x0, y0), (x1, y1) = ax.transData.transform([(0, 0), (10, 10)])
        assert x1 - x0 == pytest.approx(y0 - y1)
    box = drawn.images[1].get_window_extent()
    assert box.width == pytest.approx(box.height)


# ---- filters -----------------------------------------------------------------------------------

def test_filters_of_one_channel_stand_in_rows_in_their_order(new_figure, net):
    ax      = new_figure((5, 3)).add_axes([0.05, 0.05, 0.9, 0.8])
    drawing = viz.draw_filters(ax, net[0])
    W       = net[0].W[:, 0]
    full    = np.abs(W).max()
    assert drawing.wide == 3
    for k, kernel in enumerate(W):
        assert np.array_equal(colors_at(tile(drawing, k // 3, k % 3), (3, 3)),
                              palette.diverging(kernel, full))
    assert ax.get_title(loc="left") == "6 filters of 3 × 3"
    assert f"full color {full:.2g} (layer)" in drawing.tiles.caption.get_text()


def test_of_several_channels_each_has_a_row(wide, net):
    drawing = viz.draw_filters(wide, net[3], scale="map")
    assert [row.name for row in drawing.tiles.rows] == [f"channel {c}" for c in range(1, 7)]
    for k, c in ((0, 0), (15, 5), (3, 4)):
        kernel = net[3].W[k, c]
        assert np.array_equal(colors_at(tile(drawing, c, k), (3, 3)),
                              palette.diverging(kernel, np.abs(kernel).max()))
    assert wide.get_title(loc="left") == "16 of 20 filters of 3 × 3, 6 channels"


def test_filters_on_the_network_s_scale_are_comparable(wide, net):
    net[3].W[0, 0, 0, 0] = 50.0
    drawing = viz.draw_filters(wide, net[0], scale="network", net=net)
    assert np.array_equal(colors_at(tile(drawing, 0, 0), (3, 3)),
                          palette.diverging(net[0].W[0, 0], 50))
    with pytest.raises(ValueError, match="pass net=, the network that this layer is in"):
        viz.draw_filters(wide, net[0], scale="network")


def test_filters_follow_the_weights_and_their_gradients(wide, net):
    drawing = viz.draw_filters(wide, net[0])
    net[0].W[...], net[0].dW[...] = 2.0, -1.0
    drawing.update()
    assert (tile(drawing, 0, 0) == palette.diverging(1.0)).all()
    drawing.update(of="gradients")
    assert (tile(drawing, 0, 0) == palette.diverging(-1.0)).all()
    assert wide.get_title(loc="left") == "Slopes of 6 filters of 3 × 3"


@pytest.mark.parametrize("layer, says", [
    (dlf.Dense(2, 2), "Filters are those of a Conv2D; got a Dense"),
    (dlf.Conv1D(1, 2, 3), "got a Conv1D"),
    (dlf.Sequential(dlf.Conv2D(1, 2, 3)), r"Pass one layer of it, such as net\[0\]"),
])
def test_what_has_no_filters_is_explained(ax, layer, says):
    with pytest.raises(ValueError, match=says):
        viz.draw_filters(ax, layer)


def test_filters_in_words(net):
    net[0].W[...] = 1.0
    net[0].W[:3]  = -2.0
    assert viz.describe_filters(net[0]) == ("6 filters of 3 × 3: from -2 to 1, 50 % of them "
                                            "negative.")


# ---- saliency and occlusion --------------------------------------------------------------------

def test_saliency_stands_beside_its_image_with_the_scales_stated(wide, net, image):
    drawn = viz.draw_saliency(wide, net, image, label=1)
    size, adds = looking.saliency(net, image, 1), looking.gradient_times_input(net, image, 1)
    gray, strength, signed = (picture.get_array() for picture in drawn.images)
    assert np.array_equal(gray, panels.portrait(image[None])[0])
    assert np.array_equal(strength[size.argmax() // 8, size.argmax() % 8],
                          palette.rgb(palette.LIGHT.ink))
    assert np.array_equal(signed, palette.diverging(adds, np.abs(adds).max()))
    words = [text.get_text() for text in drawn.texts]
    assert f"darkest: {size.max():.2g}" in words
    assert f"full color: ±{np.abs(adds).max():.2g}" in words
    assert wide.get_title(loc="left") == "What moves the score of 1"


def test_saliency_in_words(net, image):
    size = looking.saliency(net, image, 1)
    row, column = divmod(int(size.argmax()), 8)
    words = viz.describe_saliency(net, image, 1, classes=["a", "b", "c"])
    assert words.startswith(f"The score of b moves most with the pixel in row {row + 1}, column "
                            f"{column + 1}: by {size.max():.2g} for 1.")


def test_occlusion_is_blue_where_the_network_misses_what_is_covered(wide, net, image):
    drawn = viz.draw_occlusion(wide, net, image, label=0, size=4)
    fall  = looking.occlusion(net, image, 0, 4)
    full  = max(np.abs(fall).max(), 0.01)
    assert np.array_equal(drawn.images[1].get_array(), palette.diverging(fall, full))
    words = [text.get_text() for text in drawn.texts]
    assert "Fall if 4 × 4 is covered" in words and f"full color: ±{full:.2g}" in words


def test_differences_that_do_not_matter_are_not_blown_up(wide, net, image):
    net[7].W[...] = 1e-9 * net[7].W
    drawn = viz.draw_occlusion(wide, net, image, label=0)
    assert "full color: ±0.01" in [text.get_text() for text in drawn.texts]
    assert wide.get_title(loc="left") == "Nothing that a square covers is needed for 0"
    assert "never falls by a point" in wide.alt()


def test_occlusion_in_words_says_where(rng):
    """One pixel decides: row 3, column 6."""
    net = dlf.Sequential(dlf.Reshape(1, 8, 8), dlf.Flatten(), dlf.Dense(64, 2), rng=rng)
    net[2].W[...] = 0
    net[2].W[1, 2 * 8 + 5] = 5.0
    image = np.zeros((8, 8))
    image[2, 5] = 1.0
    fall  = 1 / (1 + np.exp(-5)) - 1 / (1 + np.exp(-2.5))            # 1 becomes 0.5
    words = viz.describe_occlusion(net, image, size=1)
    assert words == (f"1 loses up to {100 * fall:.0f} points when a square covers it: most with "
                     "the middle of 1 by 1 pixels in row 3, column 6.")


def test_all_of_them_are_drawn_in_the_dark_too(new_figure, net, image):
    figure = new_figure((9, 5), dark=True)
    ax     = figure.add_axes([0.03, 0.05, 0.94, 0.85])
    drawing = viz.draw_feature_maps(ax, net, image)
    assert np.array_equal(drawing.tiles.page[-1, 0], palette.rgb(palette.DARK.background))
    ax.clear()
    drawn  = viz.draw_saliency(ax, net, image)
    size   = looking.saliency(net, image)
    bright = drawn.images[1].get_array()[size.argmax() // 8, size.argmax() % 8]
    assert np.array_equal(bright, palette.rgb(palette.DARK.ink))
    assert f"brightest: {size.max():.2g}" in [text.get_text() for text in drawn.texts]
