"""A cost from above: level lines where they should be, the way on it, and the same in words."""
import numpy as np
import pytest

from dlf.viz import describe_contours, draw_contours

WAY = [[2.0, 1.0], [1.0, 0.5], [0.5, 0.25]]


def bowl(v):
    return (v[0] ** 2 + 4 * v[1] ** 2) / 2


def test_the_level_lines_of_a_bowl_are_equally_far_apart(ax):
    bands  = draw_contours(ax, bowl, 2.0, "A bowl").get_paths()[:5]
    widths = [np.abs(band.vertices[:, 0]).max() for band in bands]
    assert np.diff(widths) == pytest.approx(widths[0], rel=0.03)


def test_the_level_lines_are_ellipses_twice_as_wide_as_high(ax):
    first = draw_contours(ax, bowl, 2.0, "A bowl").get_paths()[1].vertices
    width, height = np.abs(first).max(axis=0)
    assert width == pytest.approx(2 * height, rel=0.02)


def test_the_way_is_a_line_through_its_points_and_a_larger_dot_at_its_end(ax):
    draw_contours(ax, bowl, 2.0, "A bowl", WAY)
    way, end = ax.lines
    assert way.get_xydata().tolist() == WAY and end.get_xydata().tolist() == WAY[-1:]
    assert end.get_markersize() > way.get_markersize()


def test_words_tell_where_the_way_begins_and_ends_and_what_it_costs(ax):
    draw_contours(ax, bowl, 2.0, "Down it goes", WAY, names=("w1", "w2"))
    assert ax.alt() == describe_contours(bowl, np.array(WAY), "Down it goes", ("w1", "w2"))
    assert "2 steps lead from (2, 1), cost 4, to (0.5, 0.25), cost 0.25." in ax.alt()
    assert "w1 and w2" in ax.alt()


def test_without_a_way_there_is_only_the_surface(ax):
    draw_contours(ax, bowl, 2.0, "A bowl")
    assert ax.alt() == "A bowl. A cost over v1 and v2 from above."


def test_a_way_of_points_with_three_numbers_is_refused(ax):
    with pytest.raises(ValueError, match=r"two numbers each.*\(4, 3\)"):
        draw_contours(ax, bowl, 2.0, "A bowl", np.zeros((4, 3)))


def test_on_a_dark_page_the_way_is_light(dark_ax):
    draw_contours(dark_ax, bowl, 2.0, "A bowl", WAY)
    assert dark_ax.lines[0].get_color() == "#f0f2f4"
