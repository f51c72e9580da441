"""The confusion matrix: counts that can be read, colors that tell right from wrong."""
import numpy as np
import pytest
from matplotlib.colors import to_hex

from dlf import palette
from dlf.viz import describe_confusion, draw_confusion

MATRIX = np.array([[50, 0, 0], [2, 45, 3], [0, 9, 41]])


def test_every_count_but_zero_stands_in_its_cell(ax):
    _, texts = draw_confusion(ax, MATRIX)
    got = {tuple(map(int, text.get_position())): int(text.get_text()) for text in texts}
    assert got == {(j, i): MATRIX[i, j] for i, j in np.argwhere(MATRIX)}


def test_right_ones_are_blue_and_wrong_ones_orange_by_their_share_of_the_row(ax):
    image, _ = draw_confusion(ax, MATRIX)
    colors   = image.get_array()
    red, blue = colors[..., 0].astype(int), colors[..., 2].astype(int)
    right = np.eye(3, dtype=bool)
    assert (blue > red)[right].all()
    assert (red > blue)[~right & (MATRIX > 0)].all()
    assert palette.hexadecimal(colors[0, 0]) == palette.LIGHT.positive           # all of its row
    lightness = palette.to_oklab(colors)[..., 0]
    assert lightness[2, 1] < lightness[1, 2] < lightness[1, 0] < lightness[0, 1]    # 9, 3, 2, 0


def test_right_ones_are_bold_so_that_color_is_not_needed(ax):
    _, texts = draw_confusion(ax, MATRIX)
    for text in texts:
        x, y = text.get_position()
        assert (text.get_fontweight() == "bold") == (x == y)


@pytest.mark.parametrize("which", ["ax", "dark_ax"])
def test_counts_can_be_read_on_every_cell(which, request):
    image, texts = draw_confusion(request.getfixturevalue(which), MATRIX)
    for text in texts:
        j, i = map(int, text.get_position())
        assert palette.contrast(to_hex(text.get_color()), image.get_array()[i, j]) > 4.5


def test_rows_and_columns_carry_the_names(ax):
    draw_confusion(ax, MATRIX, ["a", "b", "c"])
    for axis in (ax.xaxis, ax.yaxis):
        assert [tick.get_text() for tick in axis.get_ticklabels()] == ["a", "b", "c"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("the network says", "it is")


def test_the_title_says_how_many_are_right_and_which_mistake_is_most_frequent(ax):
    draw_confusion(ax, MATRIX, ["a", "b", "c"])
    assert ax.get_title(loc="left") == "91 % right; most often wrong: c taken for b"
    draw_confusion(ax, np.diag([3, 4]))
    assert ax.get_title(loc="left") == "100 % right"


def test_a_class_without_examples_is_an_empty_row(ax):
    image, _ = draw_confusion(ax, [[3, 0], [0, 0]])
    assert palette.hexadecimal(image.get_array()[1, 1]) == palette.LIGHT.zero


def test_a_matrix_that_is_not_square_or_has_other_names_is_explained(ax):
    with pytest.raises(ValueError, match=r"square.*confusion_matrix"):
        draw_confusion(ax, np.zeros((2, 3)))
    with pytest.raises(ValueError, match="3 classes, but 2 names"):
        draw_confusion(ax, MATRIX, ["a", "b"])


def test_the_matrix_in_words_has_its_numbers():
    text = describe_confusion(MATRIX, ["a", "b", "c"])
    assert "136 of 150 examples are right (91 %)" in text
    assert "c is taken for b, 9 times" in text
    assert "no mistakes" in describe_confusion(np.diag([1, 2]))
