"""The palette: what the signed scale promises, and that color-blind eyes can use it."""
import numpy as np
import pytest

from dlf import palette
from dlf.palette import DARK, LIGHT

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])

# What a person without one kind of cone sees, in linear light, at full severity.
# Source: Machado, Oliveira & Fernandes (2009), table 1.
EYES = {
    "normal":       np.eye(3),
    "protanopia":   np.array([[ 0.152286, 1.052583, -0.204868],
                              [ 0.114503, 0.786281,  0.099216],
                              [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[ 0.367322, 0.860646, -0.227968],
                              [ 0.280085, 0.672501,  0.047413],
                              [-0.011820, 0.042940,  0.968881]]),
    "tritanopia":   np.array([[ 1.255528, -0.076749, -0.178779],
                              [-0.078411, 0.930809,  0.147602],
                              [ 0.004733, 0.691367,  0.303900]]),
}


def seen(colors, eye):
    colors = np.array([palette.rgb(c) for c in colors])
    return palette.to_oklab(palette.from_linear(palette.linear(colors) @ EYES[eye].T))


def smallest_distance(colors, eye):
    lab = seen(colors, eye)
    far = np.linalg.norm(lab[:, None] - lab, axis=-1)
    return far[np.triu_indices(len(colors), 1)].min()


@pytest.mark.parametrize("eye", EYES)
def test_all_eyes_tell_ten_classes_apart(eye):
    assert smallest_distance(palette.CLASSES, eye) > 0.10


@pytest.mark.parametrize("eye", EYES)
def test_all_eyes_tell_the_first_five_classes_apart_more_easily(eye):
    assert smallest_distance(palette.CLASSES[:5], eye) > 0.14


def test_the_usual_ten_colors_would_fail_the_same_test():
    usual = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd",
             "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"]
    assert smallest_distance(usual, "protanopia") < 0.02


@THEMES
@pytest.mark.parametrize("eye", EYES)
def test_all_eyes_tell_negative_zero_and_positive_apart(theme, eye):
    assert smallest_distance([theme.negative, theme.zero, theme.positive], eye) > 0.2


@THEMES
def test_lightness_changes_steadily_from_zero_to_both_sides(theme):
    lightness = palette.to_oklab(palette.table(theme))[:255, 0]
    toward    = -1 if theme is LIGHT else 1                    # zero is the color of the paper
    for side in (lightness[127:], lightness[127::-1]):
        steps = toward * np.diff(side)
        assert steps.min() > -2e-3                             # but for rounding to 256 levels
        assert toward * (side[-1] - side[0]) > 0.2
        assert steps.max() < 3.5 * steps.mean()


@THEMES
def test_text_and_lines_are_legible_on_the_background(theme):
    assert palette.contrast(theme.ink,      theme.background) > 7
    assert palette.contrast(theme.muted,    theme.background) > 4.5
    assert palette.contrast(theme.negative, theme.background) >= 3
    assert palette.contrast(theme.positive, theme.background) >= 3


def test_the_first_two_classes_are_the_signed_pair():
    assert palette.CLASSES[:2] == (LIGHT.negative, LIGHT.positive)


def test_every_class_has_a_marker_of_its_own():
    assert len(set(palette.MARKERS)) == len(set(palette.CLASSES)) == 10


@THEMES
def test_the_signed_scale_ends_in_the_themes_colors_and_clips(theme):
    got = palette.diverging([-9, -2, 0, 2, 9], scale=2, theme=theme)
    want = [theme.negative, theme.negative, theme.zero, theme.positive, theme.positive]
    assert np.abs(got.astype(int) - [palette.rgb(c) for c in want]).max() <= 1


def test_colors_keep_the_shape_of_the_values():
    assert palette.diverging(np.zeros((4, 5))).shape == (4, 5, 3)
    assert palette.gray(np.zeros((4, 5))).shape == (4, 5, 3)
    assert palette.qualitative([[0, 1], [2, 3]]).shape == (2, 2, 3)
    assert palette.diverging(0.5).dtype == np.uint8


def test_nan_gets_a_gray_that_no_number_has_and_infinity_the_ends():
    got = palette.diverging([np.nan, -np.inf, np.inf])
    assert palette.hexadecimal(got[0]) == palette.BROKEN
    assert palette.hexadecimal(got[1]) == LIGHT.negative
    assert palette.hexadecimal(got[2]) == LIGHT.positive
    assert not (palette.table()[:255] == got[0]).all(axis=1).any()


def test_gray_runs_from_black_to_white():
    assert palette.gray([-1, 0, 0.5, 1, 2])[:, 0].tolist() == [0, 0, 128, 255, 255]


def test_class_colors_start_again_after_the_tenth():
    assert (palette.qualitative([0]) == palette.qualitative([10])).all()


def test_oklab_knows_white_black_and_red():
    white, black, red = palette.to_oklab([[255] * 3, [0] * 3, [255, 0, 0]])
    assert white == pytest.approx([1, 0, 0], abs=1e-6)
    assert black == pytest.approx([0, 0, 0])
    assert red   == pytest.approx([0.627955, 0.224863, 0.125846], abs=1e-5)


def test_every_color_survives_the_way_to_oklab_and_back():
    colors = np.random.default_rng(0).integers(0, 256, (500, 3)).astype(np.uint8)
    assert (palette.from_oklab(palette.to_oklab(colors)) == colors).all()


def test_contrast_of_black_on_white_is_21():
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)


def test_ink_is_white_on_blue_and_black_on_near_white():
    assert palette.ink_on(LIGHT.positive) == "#ffffff"
    assert palette.ink_on(LIGHT.zero) == "#000000"


def test_ink_can_be_read_on_every_color():
    for color in np.random.default_rng(0).integers(0, 256, (300, 3)):
        assert palette.contrast(palette.ink_on(color), color) > 4.5


def test_blend_ends_in_the_color_and_in_the_ground():
    blue = palette.rgb(LIGHT.positive)
    assert palette.hexadecimal(palette.blend(blue, 1, LIGHT.zero)) == LIGHT.positive
    assert palette.hexadecimal(palette.blend(blue, 0, LIGHT.zero)) == LIGHT.zero


@pytest.mark.parametrize("scale", [0, -1, float("nan")])
def test_a_scale_that_is_not_positive_is_explained(scale):
    with pytest.raises(ValueError, match="value of the full color"):
        palette.diverging([1.0], scale)
