"""Lines with names at their ends: the names stay apart, and the words say where the lines go."""
import numpy as np
import pytest

from dlf.viz import describe_lines, draw_lines

X = np.arange(5.0)


def places(ax):
    """Where the names stand: pixels above the lower edge, in the order of the lines."""
    ax.figure.draw_without_rendering()
    return [text.get_window_extent() for text in ax.texts]


@pytest.mark.parametrize("scale", [0.01, 1.0, 100.0])
def test_names_of_lines_that_end_together_do_not_cover_each_other(ax, scale):
    draw_lines(ax, X, {"one": scale * X, "two": scale * (X - 0.01), "low": 0 * X}, "Two lines meet")
    one, two, low = places(ax)
    assert not one.overlaps(two) and not two.overlaps(low)
    assert one.y0 > two.y1


def test_the_name_of_a_line_alone_stands_at_its_end(ax):
    draw_lines(ax, X, {"up": 1000 * X}, "One line")
    end  = ax.transData.transform((4.0, 4000.0))
    name = places(ax)[0]
    assert (name.y0 + name.y1) / 2 == pytest.approx(end[1], abs=3)


@pytest.mark.parametrize("down", [[1, 1e-9, 0, 1e-3, 0], [0, 0, 0, 0, 0], [1, 0.1, 0.01, 0, -1]])
def test_the_name_of_a_line_that_ends_below_all_powers_of_ten_stands_at_the_lower_edge(ax, down):
    draw_lines(ax, X, {"down": down, "up": X + 1}, "One line vanishes", log_y=True)
    name, edge = places(ax)[0], ax.get_window_extent().y0
    assert (name.y0 + name.y1) / 2 == pytest.approx(edge, abs=20)


def test_more_lines_than_can_be_told_apart_are_refused(ax):
    with pytest.raises(ValueError, match="one to four lines, got 5"):
        draw_lines(ax, X, {str(i): X for i in range(5)}, "Too many")


def test_a_line_of_another_length_is_refused(ax):
    with pytest.raises(ValueError, match=r"'short' has the shape \(3,\), x has \(5,\)"):
        draw_lines(ax, X, {"short": X[:3]}, "Too short")


def test_the_words_say_where_each_line_goes(ax):
    draw_lines(ax, X, {"up": X, "down": -X}, "Up and down", "steps")
    assert ax.alt() == describe_lines(X, {"up": X, "down": -X}, "Up and down", "steps") == (
        "Up and down. Over steps from 0 to 4: up goes from 0 to 4, between 0 and 4; "
        "down goes from -0 to -4, between -4 and -0.")
