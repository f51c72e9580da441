"""The page for images, as the kernel sees it: what every control changes, and what is drawn."""
import re

import numpy as np
import pytest

import dlf
from dlf import looking
from dlf.datasets import Dataset
from dlf.experiment.settings import ConfigError
from dlf.experiment.strokes import image_of
from dlf.layers.containers import trace
from dlf.model import Model
from dlf.widgets.images import ImagePlayground
from dlf.widgets.images.convolution_step import ConvolutionStep
from dlf.widgets.images.filters_tab import FiltersTab
from dlf.widgets.images.look_tab import LookTab
from dlf.widgets.images.session import trained_network
from dlf.widgets.images.step_tab import StepTab
from dlf.widgets.images.tiles import Row, Tiles, enlarged
from dlf.widgets.playground import Playground
from dlf.widgets.playgrounds import Playgrounds

ONE = "M16 4L16 28"


@pytest.fixture
def page():
    made = ImagePlayground(channels_1=4, channels_2=8)
    yield made
    made.session.player.close()


def status(page):
    return page.session.player.status.value


def control(page, name):
    return next(c.widget for c in page.bar.controls if c.name == name)


# ---- the image -----------------------------------------------------------------------------------

def test_it_begins_with_an_image_that_training_never_saw(page):
    image = page.session.image
    assert (page.session.test.x == image).all(axis=1).any()
    assert not (page.session.train.x == image).all(axis=1).any()
    assert "A test image: somebody wrote 0." in page.about.value


def test_a_drawing_goes_through_the_network(page):
    page.pad.text.value = ONE
    np.testing.assert_array_equal(page.session.image, image_of(ONE).ravel())
    assert "Your drawing" in page.about.value
    expected = looking.answer(page.session.net, image_of(ONE).ravel()).probabilities
    shares = re.findall(r'::after\{content:"([\d.]+) %"\}', page.moving.value)
    np.testing.assert_allclose([float(s) / 100 for s in shares], expected, atol=6e-4)


def test_every_row_of_maps_follows_the_drawing(page):
    before = [m.values.copy() for m in page.session.maps()]
    page.pad.text.value = ONE
    after = [m.values for m in page.session.maps()]
    assert len(before) == len(after) == len(page.maps.tiles.rows) == 7
    assert all(not np.array_equal(a, b) for a, b in zip(before, after))


def test_an_empty_pad_asks_for_a_drawing(page):
    page.pad.clear_button.click()
    assert 'content:"Draw a digit."' in page.moving.value
    assert "Nothing is drawn yet." in page.about.value
    assert "Nothing is drawn yet." in repr(page)


def test_of_an_empty_pad_no_shares_are_shown(page):
    assert "%" in page.moving.value
    page.pad.clear_button.click()
    assert "%" not in page.moving.value


def test_the_image_that_the_network_reads_stands_below_the_pad(page):
    before = page.moving.value
    page.pad.text.value = ONE
    rules = page.tile.rules([image_of(ONE)[None]])
    address = re.search(r"url\((data:[^),]*,[^)]*)\)", rules)[1]
    assert address in page.moving.value and address not in before
    assert "set upright" in page.about.value


def test_an_image_of_another_size_is_refused_in_the_status_line(page):
    before = page.session.image
    page.session.look(np.ones((3, 3)))
    assert "An image has 8 x 8 pixels here; got 9 numbers." in status(page)
    assert page.session.image is before


def test_examples_are_some_of_each_class(page):
    labels = page.session.test.y[page.examples]
    np.testing.assert_array_equal(labels, np.tile(np.arange(10), 3))


# ---- maps ----------------------------------------------------------------------------------------

def pictures(page):
    return re.findall(r"background-image:url\((\S+?)\)", page.moving.value)


def test_values_or_slopes_and_three_scales(page):
    seen = set()
    for kind in ("values", "gradients"):
        for scale in ("layer", "map", "network"):
            page.maps.kind.value, page.maps.scale.value = kind, scale
            seen.add(pictures(page)[0])
    assert len(seen) == 6


def test_the_full_color_is_written_in_every_row(page):
    maps   = page.session.maps()
    notes  = re.findall(r"full color ([\d.e-]+)", page.moving.value)
    wanted = [float(f"{np.abs(m.values).max():.3g}") for m in maps]
    assert [float(n) for n in notes] == wanted
    page.maps.scale.value = "network"
    notes = re.findall(r"full color ([\d.e-]+)", page.moving.value)
    assert {float(n) for n in notes} == {max(wanted)}


def test_the_class_whose_score_is_asked_for_can_be_chosen(page):
    page.maps.kind.value = "gradients"
    page.maps.label.value = 3
    np.testing.assert_allclose(page.session.maps()[0].gradients,
                               looking.input_gradient(page.session.net, page.session.image, 3))


def test_tiles_are_cut_out_of_one_picture():
    tiles = Tiles([Row("a", "two", 2), Row("b", "one", 20)], 10, 4)
    text  = tiles.markup("words")
    assert text.count('class="tile"') == 2 + 16
    assert "(the first 16)" in text
    assert "background-position:-10px -10px" in text and "background-size: 160px 20px" in text
    assert 'aria-label="words"' in text


def test_small_pictures_are_enlarged_pixel_by_pixel():
    np.testing.assert_array_equal(enlarged(np.array([[1, 2], [3, 4]]), 4),
                                  [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]])


# ---- training ------------------------------------------------------------------------------------

def test_the_numbers_say_of_how_many_images_they_are(page):
    assert ">1,347 training<" in page.learned.plot.value and ">450 test<" in page.learned.plot.value
    page.session.training.count = 300
    page.learned.show()
    assert ">300 of 450 test<" in page.learned.plot.value


def test_steps_reset_and_another_seed(page):
    player, session = page.session.player, page.session
    first = session.net.theta.copy()
    player.step("batch")
    assert session.training.t == 1
    player.step("epoch")
    assert session.training.epoch == 1
    assert page.learned.session.training.history.epoch[-1] == 1
    player.reset()
    np.testing.assert_array_equal(session.net.theta, first)
    player.new_seed()
    assert session.training.t == 0 and session.config.seed == 1
    assert not np.array_equal(session.net.theta, first)


def test_it_learns_to_read_digits(page):
    for _ in range(15):
        page.session.player.step("epoch")
    last = page.session.training.history.last()
    assert last["val_metric"] > 0.9
    assert f"{100 * last['val_metric']:.1f} %" in page.learned.plot.value


def test_the_rate_the_batch_and_the_optimizer_change_while_it_goes_on(page):
    session = page.session
    session.player.step("batch")
    net = session.net
    control(page, "lr").value = 0.05
    control(page, "batch_size").value = 100
    control(page, "optimizer").value = "sgd"
    assert session.net is net and session.training.t == 1
    assert session.training.optimizer.lr == 0.05
    assert type(session.training.optimizer).__name__ == "SGD"
    session.player.step("batch")
    assert session.training.progress.at == 32 + 100


@pytest.mark.parametrize(("name", "value", "rows"), [
    ("channels_1", 16, 7), ("channels_2", 0, 4), ("kernel", 5, 7), ("pool", "mean", 7)])
def test_other_layers_are_a_new_network_with_rows_of_its_own(page, name, value, rows):
    page.session.player.step("batch")
    control(page, name).value = value
    assert page.session.training.t == 0
    assert len(page.maps.tiles.rows) == rows
    assert "A new network, at step 0." in status(page)
    for tab in (StepTab, FiltersTab, LookTab):
        page.pages.show(tab)
        page.session.player.step("batch")
        assert "alert" not in page.pages.shown.status.value


def test_what_cannot_be_is_said_and_the_control_goes_back(page):
    control(page, "batch_size").value = 0
    assert "Batch size, must be" in status(page)
    assert control(page, "batch_size").value == 32
    with pytest.raises(ConfigError, match="no setting 'depth'"):
        ImagePlayground(depth=3)


# ---- networks from elsewhere ---------------------------------------------------------------------

@pytest.fixture
def model():
    data = dlf.datasets.digits()
    return Model.around(data, (4, 8), 0.2, np.random.default_rng(0), images=True)


def test_a_saved_model_of_the_command_line_can_be_shown(model, tmp_path):
    model.save(tmp_path / "digits-1.dlf")
    page = ImagePlayground(dlf.load(tmp_path / "digits-1.dlf"))
    np.testing.assert_array_equal(page.session.net.theta, model.net.theta)
    assert [row.name for row in page.maps.tiles.rows][:3] == ["The image", "2 Conv2D",
                                                              "3 BatchNorm"]
    assert "This is the network that was passed." in status(page)
    page.session.player.step("batch")
    assert page.session.training.t == 1


def test_a_network_that_was_passed_is_left_alone_once_a_new_one_is_made(model):
    page   = ImagePlayground(model)
    before = model.net.theta.copy()
    control(page, "kernel").value = 5
    assert "The one that was passed stays as it is." in status(page)
    page.session.player.step("batch")
    assert page.session.net is not model.net
    np.testing.assert_array_equal(model.net.theta, before)


def test_a_network_that_takes_images_instead_of_rows():
    rng = np.random.default_rng(0)
    net = dlf.Sequential(dlf.Conv2D(1, 3, 3), dlf.ReLU(), dlf.Flatten(), dlf.Dense(108, 10),
                         rng=rng)
    page = ImagePlayground(net)
    page.session.player.step("batch")
    assert [row.count for row in page.maps.tiles.rows] == [1, 3, 3]


def test_what_is_no_network_is_refused(model):
    assert trained_network(model) is model.net
    with pytest.raises(TypeError, match=r"dlf.load\('digits-1.dlf'\); got a str"):
        ImagePlayground("digits-1.dlf")


def test_a_network_for_other_images_is_refused():
    net = dlf.Sequential(dlf.Reshape(1, 5, 5), dlf.Conv2D(1, 3, 3), dlf.Flatten(),
                         dlf.Dense(27, 10))
    with pytest.raises(dlf.ShapeError, match="Reshape"):
        ImagePlayground(net)


def test_large_images():
    rng  = np.random.default_rng(0)
    data = Dataset(rng.random((80, 784)), np.arange(80) % 10, classes=tuple("0123456789"))
    page = ImagePlayground(data=data, channels_1=2, channels_2=0)
    page.pad.text.value = ONE
    assert page.session.image.shape == (784,)
    for tab in (StepTab, FiltersTab, LookTab):
        page.pages.show(tab)
        assert "alert" not in page.pages.shown.status.value


# ---- the pages below -----------------------------------------------------------------------------

def test_what_it_looks_at_names_the_place_that_counts(page):
    for _ in range(5):
        page.session.player.step("epoch")
    tab  = page.pages.page(LookTab)
    fall = looking.occlusion(page.session.net, page.session.image, size=3, fill=0.5)
    row, column = np.unravel_index(fall.argmax(), fall.shape)
    tab.refresh()
    assert f"Covered around row {row + 1}, column {column + 1}" in tab.words.value
    before = tab.moving.value
    page.pad.text.value = ONE
    assert tab.moving.value != before


def test_a_page_that_is_not_seen_is_not_drawn(page):
    assert list(page.pages.made) == [LookTab]
    page.pages.show(FiltersTab)
    before = page.pages.page(LookTab).moving.value
    page.pad.text.value = ONE
    assert page.pages.page(LookTab).moving.value == before


def test_kernels_follow_training(page):
    page.pages.show(FiltersTab)
    tab = page.pages.shown
    assert "4 kernels, each of 1 × 3 × 3 weights" in tab.words.value
    before = tab.moving.value
    page.session.player.step("batch")
    assert tab.moving.value != before
    tab.which.value = 1
    assert "8 kernels, each of 4 × 3 × 3 weights" in tab.words.value
    assert tab.still.value.count('class="tile"') == 4 * 8


def test_the_steps_show_the_layer_and_the_image_that_are_chosen(page):
    page.pages.show(StepTab)
    tab = page.pages.shown
    np.testing.assert_allclose(tab.step.x[0].ravel(), page.session.image, rtol=1e-6)
    page.pad.text.value = ONE
    np.testing.assert_allclose(tab.step.x[0], image_of(ONE), rtol=1e-6)
    tab.which.value = 1
    assert tab.step.layer is page.session.net[4]
    assert len(tab.step.kernels.options) == 8 and len(tab.step.channels.options) == 4


# ---- one convolution, step by step ---------------------------------------------------------------

@pytest.fixture(params=[1, 4])
def step(request, page):
    """Steps of one of the two convolutions, for the image on the pad."""
    inner = {path: (layer, x) for path, layer, x, _ in
             trace(page.session.net, page.session.image[None].astype(np.float32))}
    layer, x = inner[str(request.param)]
    return ConvolutionStep(layer, x[0])


def test_the_output_is_what_the_layer_computes(step):
    y = step.layer.forward(step.x[None].astype(np.float32))[0]
    for kernel in (0, 2):
        step.kernels.value = kernel
        np.testing.assert_allclose(step.output, y[kernel], atol=1e-5)


def test_products_other_channels_and_bias_add_up_to_the_pixel(step):
    step.layer.b[...] = 0.25
    step.compute()
    step.channels.value = step.layer.n_in - 1
    step.move(1, 2)
    *parts, (_, total, _) = step.account()
    assert sum(value for _, value, _ in parts) == pytest.approx(total)
    assert parts[0][1] == pytest.approx((step.window * step.weights).sum())
    assert parts[-1][1] == pytest.approx(0.25)
    assert total == pytest.approx(step.output[1, 2])


def test_numbers_that_are_added_have_two_digits_each(step):
    step.layer.b[...] = 0.5
    step.compute()
    assert "the bias 0.50," in step.describe()
    assert ">0.50</text>" in step.paint()


def test_pixels_appear_one_by_one_and_row_by_row(step):
    h, w = step.output.shape
    assert step.seen.sum() == 1
    step.player.step("pixel")
    assert step.at == (0, 1) and step.seen.sum() == 2
    step.player.step("row")
    assert step.at == (0, w - 1) and step.seen.sum() == w
    assert step.row_slider.value == 0 and step.column_slider.value == w - 1
    for _ in range(h - 1):
        step.player.step("row")
    assert step.seen.all()
    step.player.step("pixel")
    assert "This is the end" in step.player.status.value
    step.player.reset()
    assert step.seen.sum() == 1


def test_a_slider_moves_the_window(step):
    step.row_slider.value = 2
    step.column_slider.value = 1
    assert step.at == (2, 1)
    assert "Output pixel [2, 1] of kernel 1" in step.words.value


# ---- both playgrounds ----------------------------------------------------------------------------

def test_both_playgrounds_are_made_when_seen_and_keep_their_state():
    both = Playgrounds()
    assert list(both.made) == ["Points"]
    both.made["Points"].session.change(data="xor")
    both.which.value = "Images"
    assert isinstance(both.made["Images"], ImagePlayground)
    both.made["Images"].session.player.step("batch")
    both.which.value = "Points"
    shown = [box.layout.display for box in both.boxes.values()]
    assert shown == ["flex", "none", "none"]
    assert both.made["Points"].session.config.data == "xor"
    assert both.made["Images"].session.training.t == 1
    assert isinstance(both.made["Points"], Playground)
    both.close()


def test_the_playground_that_is_left_pauses():
    both = Playgrounds()
    both.made["Points"].session.player.playing = True
    both.which.value = "Images"
    assert not both.made["Points"].session.playing
    both.close()
