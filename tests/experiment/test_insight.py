"""What goes on inside: counts that add up, shares worked by hand, and the worst mistakes."""
import copy

import numpy as np
import pytest

import dlf
from dlf.experiment import Config, Run, confusion, hidden_space, insight, most_wrong


def trained(epochs=20, **settings):
    run = Run(Config().change(**settings))
    run.advance(epochs=epochs)
    return run


def test_every_layer_has_its_histograms_and_every_number_is_counted():
    first, second, last = insight(trained())
    assert [i.number for i in (first, second, last)] == [1, 2, 3]
    assert first.weights.counts.sum() == 8 and first.biases.counts.sum() == 4
    assert second.activations.counts.sum() == 250 * 2 and last.gradients.counts.sum() == 2


def test_the_ratio_is_the_size_of_the_next_batchs_update_over_that_of_the_weights():
    run  = trained(data="xor")                                  # ends with an epoch: row 0 is next
    twin = run.branch()
    W    = twin.net[2].W.copy()
    twin.step_batch()
    wanted = np.sqrt(np.mean((twin.net[2].W - W) ** 2) / np.mean(W ** 2))
    assert insight(run)[1].ratio == pytest.approx(wanted, rel=1e-9)


def test_looking_inside_changes_nothing():
    run, twin = (trained(dropout=0.2, optimizer="adam", lr=0.01) for _ in range(2))
    insight(run)
    run.advance(steps=30), twin.advance(steps=30)
    assert np.array_equal(run.net.theta, twin.net.theta)


def test_dead_neurons_are_those_that_are_zero_for_every_point():
    run = trained(1, activation="relu")
    run.net[0].W[:3], run.net[0].b[:3] = 0.0, -1.0
    assert insight(run)[0].dead == 0.75 and insight(trained(1))[0].dead == 0.0


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_saturated_neurons_are_those_at_their_ends_for_nearly_all_points(activation):
    run = trained(1, activation=activation)
    run.net[0].W[...], run.net[0].b[...] = 0.0, [9.0, -9.0, 0.0, 0.5]
    assert insight(run)[0].saturated == 0.5


def test_the_hidden_space_holds_what_two_neurons_give():
    run = trained()
    seen = hidden_space(run, 1, 3, 0)
    a = np.tanh(run.data.test.x @ run.net[0].W.T + run.net[0].b)
    assert np.allclose(seen.test, a[:, [3, 0]]) and len(seen.train) == 250
    assert seen.lines.shape == (26, 41, 2)


def test_lines_of_the_input_space_are_straight():
    lines = hidden_space(Run(), 0, lines=5).lines
    assert np.allclose(lines[0, :, 0], -6) and np.allclose(lines[5, :, 1], -6)


@pytest.mark.parametrize("layer, first, second", [(4, 0, 0), (1, 4, 0), (1, 0, -1)])
def test_neurons_that_do_not_exist_are_refused(layer, first, second):
    with pytest.raises(IndexError):
        hidden_space(Run(), layer, first, second)


@pytest.mark.parametrize("settings", [{}, {"data": "blobs", "loss": "cross_entropy"},
                                      {"output": "sigmoid"}])
def test_the_confusion_matrix_agrees_with_the_accuracy(settings):
    run = trained(3, **settings)
    m   = confusion(run, "train")
    assert np.trace(m) / m.sum() == pytest.approx(run.measure().train_score)
    assert np.array_equal(m.sum(axis=1), np.bincount(run.data.train.labels))


def test_a_confusion_matrix_of_numbers_is_refused():
    with pytest.raises(ValueError, match="predicts a number"):
        confusion(Run(Config(data="plane")))


def test_the_most_wrong_points_come_worst_first():
    run   = trained(30, data="xor")
    worst = most_wrong(run, 5)
    part  = run.data.test
    losses = 0.5 * ((run.net(part.x) - part.y) ** 2)[:, 0]
    assert [m.index for m in worst] == np.argsort(-losses, kind="stable")[:5].tolist()
    assert worst[0].loss == pytest.approx(losses.max()) and worst[0].truth in ("orange", "blue")


def test_a_histogram_counts_broken_numbers_apart():
    run = trained(1)
    net = copy.deepcopy(run.net)
    net[0].W[0, 0] = np.nan
    run.net = net
    with np.errstate(all="ignore"):
        seen = insight(run)[0].weights
    assert seen.broken == 1 and seen.counts.sum() == 7 and isinstance(net[0], dlf.Dense)
