"""BugHunt: the blocks that disagree are said and shown, for right and wrong, and for odd shapes."""
import numpy as np
import pytest

from dlf.exercises.planted import BUGS, SUSPECTS, planted
from dlf.widgets.lessons import BugHunt

NETWORK = dict(x=[-0.7, 0.9], y=[1.0, 0.0], W1=[[0.5, -0.4], [0.3, 0.8], [-0.6, 0.2]],
               b1=[0.1, -0.2, 0.0], W2=[[0.7, -0.5, 0.4], [-0.3, 0.6, 0.2]], b2=[0.05, -0.1])


def hunt(suspects, **other):
    return BugHunt(suspects, **{**NETWORK, **other})


def choose(lesson, name):
    lesson.view.children[1].children[0].value = name


def test_for_the_right_one_every_block_agrees():
    lesson = hunt({"right": planted()})
    assert lesson.wrong() == []
    assert lesson.describe() == "Backprop right: dW1, db1, dW2, db2 agree."
    assert lesson.picture.value.count("✓ agrees") == 4 and "✗" not in lesson.picture.value
    lesson.close()


def test_choosing_another_one_shows_its_blocks():
    lesson = hunt(SUSPECTS)
    assert lesson.wrong() == ["dW1", "db1"]
    choose(lesson, "B")
    assert lesson.wrong() == ["dW2"] and "Backprop B" in lesson.words.value
    lesson.close()


def test_the_ratios_of_a_missing_hidden_slope_are_one_over_that_slope():
    lesson = hunt({"3": planted(3)})
    for number in ("4.384", "4.097", "4.371"):          # 1 / (a1 (1 - a1)), a1 = .352, .577, .646
        assert lesson.picture.value.count(f">{number}<") == 3           # two of dW1, one of db1
    lesson.close()


def test_the_same_information_is_in_the_words():
    lesson = hunt({"9": planted(9)})
    assert lesson.describe() == ("Backprop 9: db2 disagrees with the nudges, relative error 1; "
                                 "dW1, db1, dW2 agree.")
    lesson.close()


def test_every_bug_is_drawn():
    lesson = hunt({str(bug): planted(bug) for bug in BUGS})
    for bug in BUGS:
        choose(lesson, str(bug))
        assert "✗" in lesson.picture.value
    assert lesson.player.error is None
    lesson.close()


def test_zeros_nan_and_wrong_shapes_are_drawn_and_called_wrong():
    def broken(x, y, W1, b1, W2, b2):
        return np.full(W1.shape, np.nan), b1.sum(), W2.T, np.zeros(2)
    lesson = hunt({"broken": broken})
    assert lesson.wrong() == ["dW1", "db1", "dW2", "db2"]
    assert "nan" not in lesson.picture.value
    lesson.close()


def test_a_network_too_large_to_be_read_is_refused():
    with pytest.raises(ValueError, match="at most 3"):
        hunt({"right": planted()}, W1=np.ones((4, 2)), b1=np.ones(4), W2=np.ones((2, 4)))


def test_no_suspects_are_refused():
    with pytest.raises(ValueError, match="at least one"):
        hunt({})
