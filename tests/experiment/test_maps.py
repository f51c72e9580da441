"""Maps of the plane: what every neuron computes, and the decision, the right way up."""
import numpy as np
import pytest

from dlf.experiment import Config, OwnData, Run, decision_map, neuron_maps


def trained(**settings):
    run = Run(Config(**settings))
    run.advance(epochs=5)
    return run


def test_every_neuron_has_a_picture():
    planes = neuron_maps(trained(hidden=[8, 3], features=["x1", "x2", "x1*x2"]), size=20)
    assert [column.shape for column in planes.columns] == [
        (3, 20, 20), (8, 20, 20), (3, 20, 20), (1, 20, 20)]
    assert planes.domain == ((-6, 6), (-6, 6))


def test_a_picture_has_x1_to_the_right_and_x2_upward():
    planes = neuron_maps(Run(), size=5)
    assert planes.inputs[0, 2].tolist() == [-6, -3, 0, 3, 6]
    assert planes.inputs[1, :, 0].tolist() == [6, 3, 0, -3, -6]


def test_each_value_is_what_the_neuron_gives_at_that_point():
    run    = trained()
    planes = neuron_maps(run, size=7)
    x      = np.array([-6 + 12 * 5 / 6, 6 - 12 * 1 / 6])              # row 1, column 5
    a1     = np.tanh(run.net[0].W @ x + run.net[0].b)
    a2     = np.tanh(run.net[2].W @ a1 + run.net[2].b)
    assert planes.hidden[0][:, 1, 5] == pytest.approx(a1, rel=1e-12)
    assert planes.hidden[1][:, 1, 5] == pytest.approx(a2, rel=1e-12)
    assert planes.output[0, 1, 5] == pytest.approx(run.predict([x])[0, 0], rel=1e-12)


def test_pictures_show_neurons_after_normalization_and_activation():
    run = Run(Config().change(norm="layer", activation="relu", dropout=0.5))
    assert neuron_maps(run, size=10).hidden[0].min() == 0.0


def test_the_decision_of_one_output_runs_from_minus_one_to_one():
    run = trained(data="gauss")
    seen = decision_map(run, size=21)
    assert seen.value[0, -1] > 0.8 and seen.value[-1, 0] < -0.8           # blue is at (2, 2)
    assert seen.colors.shape == (21, 21, 3) and seen.colors.dtype == np.uint8


@pytest.mark.parametrize("settings, low, high", [
    ({"loss": "cross_entropy"}, -1, 1), ({"output": "sigmoid"}, -1, 1),
    ({"data": "plane"}, -1, 1)])
def test_every_kind_of_output_is_brought_to_the_same_scale(settings, low, high):
    value = decision_map(trained(**settings), size=11).value
    assert low <= value.min() < value.max() <= high


def test_a_probability_of_one_half_is_the_middle_of_the_scale():
    run = Run(Config(output="sigmoid", init="zero", bias=0.0))
    assert np.all(decision_map(run, size=3).value == 0)


@pytest.mark.parametrize("loss", ["cross_entropy", "square"])
def test_several_classes_have_probabilities_and_the_likeliest_wins(loss):
    run  = trained(data="blobs", classes=4, loss=loss)
    seen = decision_map(run, size=15)
    assert np.allclose(seen.p.sum(axis=2), 1) and seen.p.min() >= 0
    assert np.array_equal(seen.label, seen.p.argmax(axis=2))
    assert seen.label[0, 7] == run.named(run.predict([[0.0, 6.0]]))[0]


def test_pictures_that_are_there_are_not_computed_again():
    run    = trained()
    planes = neuron_maps(run, size=9)
    assert np.array_equal(decision_map(run, planes=planes).value, decision_map(run, size=9).value)


def test_looking_changes_nothing_in_training():
    seen, unseen = Run(Config(hidden=[4]).change(dropout=0.3)), Run(Config(hidden=[4]).change(
        dropout=0.3))
    for _ in range(10):
        seen.advance(steps=3), unseen.advance(steps=3)
        decision_map(seen, size=10)
    assert np.array_equal(seen.net.theta, unseen.net.theta)


def test_own_data_choose_the_two_columns_that_span_the_map():
    x   = np.random.default_rng(0).normal(size=(60, 3)) * [1, 10, 100]
    run = Run(Config().with_own(OwnData(x, x[:, 2] > 0)))
    planes = neuron_maps(run, size=5, axes=(2, 1))
    assert planes.domain[0][1] > 100 and planes.domain[1][1] < 50
    with pytest.raises(ValueError, match="two different columns"):
        neuron_maps(run, axes=(1, 1))
