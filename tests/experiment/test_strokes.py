"""Strokes become images that look as the data do: same place, same size, as much ink."""
import numpy as np
import pytest

from dlf import datasets
from dlf.experiment import strokes
from dlf.experiment.strokes import image_of, path_of, strokes_of

BAR = "M16 4L16 28"


def test_a_path_is_read_line_by_line_and_written_again():
    lines = strokes_of("M1 2L3 4L5.5 6M7 8L7 8")
    assert [line.tolist() for line in lines] == [[[1, 2], [3, 4], [5.5, 6]], [[7, 8], [7, 8]]]
    assert path_of(lines) == "M1 2L3 4L5.5 6M7 8L7 8"


def test_places_outside_the_pad_come_back_to_its_edge():
    assert strokes_of("M-3 40L16 16")[0].tolist() == [[0, 32], [16, 16]]


@pytest.mark.parametrize("text", ["L1 2", "M1", "M1 2C3 4", "a 3", "M1 2 L3 4"])
def test_a_text_that_is_no_drawing_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="such as 'M8 4L24 4L12 30'"):
        strokes_of(text)


def test_no_line_no_ink():
    assert not image_of("").any()
    assert not image_of("M3 4").any()                       # the pen only moved there


def test_another_side_is_refused():
    with pytest.raises(ValueError, match=r"8 x 8, or of mnist\(\), 28 x 28; got the side 16"):
        image_of(BAR, 16)


def test_distances_are_those_to_the_nearest_point_of_a_line():
    lines = [np.array([[2.0, 2.0], [6.0, 2.0]])]
    away  = strokes.distances(lines, 8)
    assert away[1, 3] == pytest.approx(0.5)                 # pixel (3.5, 1.5), straight above
    assert away[5, 7] == pytest.approx(np.hypot(1.5, 3.5))  # beyond the end: to (6, 2)
    assert away[0, 0] == pytest.approx(np.hypot(1.5, 1.5))


def test_a_bar_as_digits_fills_the_height_in_the_middle():
    image = image_of(BAR)
    assert image.shape == (8, 8)
    assert image[:, [0, 1, 6, 7]].max() == 0                # columns that are not used
    np.testing.assert_allclose(image, image[:, ::-1])       # drawn in the middle
    assert (image[:, 3] > 0.3).all()                        # from the first row to the last


def test_all_values_are_sixteenths_as_in_the_data():
    image = image_of("M5 3L20 9L8 30")
    np.testing.assert_array_equal(16 * image, np.rint(16 * image))


def test_where_and_how_large_one_draws_does_not_matter():
    small = image_of("M4 4L8 4L4 12L8 12")
    large = image_of("M8 2L22 2L8 30L22 30")
    np.testing.assert_allclose(small, large, atol=0.13)     # two of 16 bits: the grid


def test_there_is_as_much_ink_as_in_the_data():
    data = datasets.digits().x.mean()
    assert strokes.INK == pytest.approx(data, abs=1e-3)
    zero = "M16 4L8 10L8 22L16 28L24 22L24 10L16 4"
    assert image_of(zero).mean() == pytest.approx(data, abs=0.01)


def left_edges(images):
    """Where the ink of the first row and of the last begins, in pixels: two of them an image."""
    for row in images[:, 0], images[:, 7]:
        first = (row > 0.06).argmax(axis=1)
        yield first + 1 - row[np.arange(len(row)), first]


def test_the_data_stand_upright_whatever_the_digit():
    data = datasets.digits()
    for digit in range(10):
        top, bottom = left_edges(data.x[data.y == digit].reshape(-1, 8, 8))
        assert np.mean(bottom - top) == pytest.approx(0, abs=0.07)
        assert np.std(bottom - top) < 0.3


@pytest.mark.parametrize("lean", [-0.4, -0.2, 0.2, 0.4])
def test_a_drawing_that_leans_is_set_upright_as_the_data_were(lean):
    six  = strokes_of("M20 4L13 11L10 18L10 22L13 27L19 27L22 22L19 17L13 17L10 22")
    six  = [line - lean * (line[:, 1:] - 16) * (1, 0) for line in six]
    top, bottom = left_edges(image_of(path_of(six))[None])
    assert float(bottom[0]) == pytest.approx(float(top[0]), abs=0.3)


def test_what_leaves_the_bitmap_as_it_is_set_upright_does_not_come_back():
    assert image_of("M24 4L8 28L24 28")[:, :2].max() == 0       # its foot is moved to the right


def test_a_level_line_stays_flat():
    image = image_of("M4 16L28 16")
    assert image[[0, 7]].max() == 0


def test_a_dot_is_round_and_in_the_middle():
    image = image_of("M3 5L3 5")
    np.testing.assert_allclose(image, image.T)
    np.testing.assert_allclose(image, image[::-1])
    assert (image[3:5, 3:5] == 8 / 16).all()                # 8 bits are within 3.5 of a corner
    assert image.sum() == 4 * 8 / 16


def test_as_mnist_the_box_is_20_and_the_center_of_mass_in_the_middle():
    image = image_of("M8 2L24 2L10 30", 28)
    rows  = np.flatnonzero(image.max(axis=1) > 0.5)
    assert rows[-1] - rows[0] + 1 == pytest.approx(20, abs=1)
    places = np.arange(28) + 0.5
    assert image.sum(axis=1) @ places / image.sum() == pytest.approx(14, abs=0.05)
    assert image.sum(axis=0) @ places / image.sum() == pytest.approx(14, abs=0.05)
    assert 0 <= image.min() and image.max() == 1


def test_as_mnist_keeps_the_shape():
    image = image_of("M8 8L24 8L24 24L8 24L8 8", 28)
    np.testing.assert_allclose(image, image.T, atol=1e-6)


def test_without_fitting_it_stays_where_it_is():
    image = image_of("M2 2L2 30", fit=False)
    assert image[:, 0].min() > 0.4
    assert image[:, 2:].max() == 0
