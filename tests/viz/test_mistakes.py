"""The surest mistakes: the right ones, in the right order, said in words; none is good news."""
import numpy as np
import pytest

import dlf
from dlf.viz import describe_most_wrong, draw_most_wrong, most_wrong


@pytest.fixture
def echo():
    """Four inputs are the scores of four classes."""
    net = dlf.Sequential(dlf.Dense(4, 4))
    net[0].W[...], net[0].b[...] = np.eye(4), 0
    return net


SCORES = np.array([[9.0, 0, 0, 0], [0, 2, 0, 0], [0, 0, 5, 0], [0, 0, 0, 3]])


def test_the_surest_mistake_comes_first_and_right_answers_do_not_come(echo):
    found, total = most_wrong(echo, SCORES, [0, 0, 0, 0])
    assert total == 3
    assert [(m.row, m.says, m.is_) for m in found] == [(2, "2", "0"), (3, "3", "0"), (1, "1", "0")]
    assert found[0].sure == pytest.approx(np.exp(5) / (np.exp(5) + 3))


def test_images_are_captioned_says_and_is(ax, echo):
    _, texts = draw_most_wrong(ax, echo, SCORES, [0, 0, 0, 0], image_shape=(2, 2), n=2)
    words = [text.get_text() for text in texts]
    assert words == ["says 2, is 0\n98 % sure", "says 3, is 0\n87 % sure"]
    assert ax.get_title(loc="left") == "3 mistakes in 4 examples, the surest first"


def test_classes_are_called_by_their_names(ax, echo):
    names    = ["ant", "bee", "cat", "dog"]
    _, texts = draw_most_wrong(ax, echo, SCORES, [0] * 4, (2, 2), names)
    assert texts[0].get_text() == "says cat,\nis ant\n98 % sure"


def test_data_that_are_images_need_no_shape(ax, echo):
    net = dlf.Sequential(dlf.Flatten(), *echo)
    _, texts = draw_most_wrong(ax, net, SCORES.reshape(4, 1, 2, 2), [0] * 4)
    assert len(texts) == 3


def test_rows_are_a_table_with_features_names(ax, echo):
    texts = draw_most_wrong(ax, echo, SCORES, [0] * 4, features=["a", "b", "c", "d"])
    words = [text.get_text() for text in texts]
    assert words[:7] == ["says", "is", "sure", "a", "b", "c", "d"]
    assert words[7:14] == ["2", "0", "98 %", "0", "0", "5", "0"]
    assert len(words) == 4 * 7


def test_a_wide_table_shows_the_first_features_and_says_how_many_more(ax, rng):
    net = dlf.Sequential(dlf.Dense(9, 2), rng=rng)
    x   = rng.normal(size=(30, 9))
    words = [t.get_text() for t in draw_most_wrong(ax, net, x, 1 - net(x).argmax(axis=1))]
    assert words[:9] == ["says", "is", "sure", "x1", "x2", "x3", "x4", "x5", "+ 4"]
    assert len(words) == 13 * 9


def test_no_mistakes_is_said(ax, echo):
    (text,) = draw_most_wrong(ax, echo, SCORES, [0, 1, 2, 3])
    assert "right about every example" in text.get_text()
    assert describe_most_wrong(echo, SCORES, [0, 1, 2, 3]) == \
        "The network is right about all 4 examples."


def test_one_output_is_a_yes_or_no(echo):
    net = dlf.Sequential(dlf.Dense(1, 1))
    net[0].W[...], net[0].b[...] = 1, 0
    found, _ = most_wrong(net, np.array([[3.0], [-1.0], [2.0]]), [0, 1, 1])
    assert [(m.row, m.says, m.is_) for m in found] == [(0, "1", "0"), (1, "0", "1")]


def test_a_wrong_image_shape_or_number_of_labels_is_explained(ax, echo):
    with pytest.raises(ValueError, match=r"image_shape=\(3, 3\) holds 9 numbers.*has 4"):
        draw_most_wrong(ax, echo, SCORES, [0] * 4, image_shape=(3, 3))
    with pytest.raises(ValueError, match="4 examples and y has 3 labels"):
        draw_most_wrong(ax, echo, SCORES, [0] * 3)


def test_mistakes_in_words(echo):
    text = describe_most_wrong(echo, SCORES, [0] * 4)
    assert text.startswith("3 mistakes in 4 examples. The surest: row 2 says 2, is 0 (98 % sure)")
