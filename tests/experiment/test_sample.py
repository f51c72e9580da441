"""One example in numbers: the plain formulas agree with the library, there, back and in updates."""
import numpy as np
import pytest

import dlf
from dlf.experiment import Config, Hidden, Run, sample

KINDS = {
    "plain":         Config(),
    "relu":          Config(hidden=[5, 4, 3]).change(activation="relu"),
    "cross-entropy": Config(loss="cross_entropy", hidden=[3]),
    "classes":       Config(data="blobs", loss="cross_entropy").change(activation="gelu"),
    "regression":    Config(data="plane", loss="huber").change(activation="elu"),
    "normalized":    Config(hidden=[Hidden(5, "sigmoid", 0, "layer"), Hidden(4, "leaky_relu")]),
    "no hidden":     Config(hidden=[], output="sigmoid"),
}


@pytest.fixture(params=KINDS)
def run(request):
    run = Run(KINDS[request.param])
    run.advance(steps=30)
    return run


def test_the_way_there_is_that_of_the_network(run):
    made = sample(run, 3)
    assert made.output == pytest.approx(run.net(run.data.train.x[3:4])[0], abs=1e-12)
    assert made.loss == pytest.approx(run.loss(run.net(run.data.train.x[3:4]),
                                               run.data.train.y[3:4]), abs=1e-12)


def test_the_way_back_is_that_of_the_network(run):
    made = sample(run, 3)
    y    = run.net.forward(run.data.train.x[3:4])
    run.net.backward(run.loss.grad(y, run.data.train.y[3:4]))
    dense = [layer for layer in run.net if isinstance(layer, dlf.Dense)]
    for here, layer in zip(made.layers, dense, strict=True):
        assert np.allclose(here.dW, layer.dW, rtol=0, atol=1e-12)
        assert np.allclose(here.db, layer.db, rtol=0, atol=1e-12)


@pytest.mark.parametrize("settings", [{}, {"optimizer": "adam"}, {"penalty": "l2", "strength": 0.1},
                                      {"clip": 0.01}, {"shuffle": True}, {"norm": "layer"},
                                      {"norm": "layer", "clip": 0.01}])
@pytest.mark.parametrize("steps", [0, 13, 25])
def test_the_updates_are_those_that_stepping_through_the_next_example_makes(settings, steps):
    run = Run(Config().change(**settings))
    run.advance(steps=steps)
    made  = sample(run)
    dense = [layer for layer in run.net if isinstance(layer, dlf.Dense)]
    kept  = [(layer.W.copy(), layer.b.copy()) for layer in dense]
    run.step_sample()
    for here, layer, (W, b) in zip(made.layers, dense, kept, strict=True):
        assert np.allclose(here.update_W, layer.W - W, rtol=0, atol=1e-12)
        assert np.allclose(here.update_b, layer.b - b, rtol=0, atol=1e-12)


def test_worked_by_hand():
    run = Run(Config(hidden=[1], init="equal", bias=0.5, lr=0.1))    # weights 0.3, biases 0.5
    run.data.train.x[0] = 1.0, -2.0
    hidden, output = sample(run, 0).layers
    assert hidden.wx.tolist() == [[0.3, -0.6]] and hidden.z[0] == pytest.approx(0.2)
    a = np.tanh(0.2)
    o = np.tanh(0.3 * a + 0.5)
    t = run.data.train.y[0, 0]
    delta = (o - t) * (1 - o**2)
    assert output.delta[0] == pytest.approx(delta) and output.dW[0, 0] == pytest.approx(delta * a)
    assert hidden.delta[0] == pytest.approx(0.3 * delta * (1 - a**2))
    assert hidden.update_b[0] == pytest.approx(-0.1 * hidden.delta[0])


def test_the_sentences_carry_the_numbers():
    run  = Run(Config(hidden=[1], init="equal", bias=0.5))
    run.data.train.x[0] = 1.0, -2.0
    rows = sample(run, 0).rows
    texts = [row.text for row in rows]
    assert ("Layer 1, neuron 1: z = 0.3 * 1 + 0.3 * (-2) + 0.5 = 0.2; a = tanh(0.2) = 0.197."
            in texts)
    assert [row.rule for row in rows if row.rule.startswith("BP")] == [
        "BP1", "BP3", "BP4", "BP2", "BP3", "BP4"]
    assert [row.part for row in rows] == (["input"] * 2 + ["forward"] * 2 + ["cost"]
                                         + ["backward"] * 6 + ["update"] * 2)


def test_a_negative_weight_is_subtracted():
    run = Run(Config(hidden=[], init="equal", bias=-0.5))
    run.net[0].W[...] = [[-0.25, 2.0]]
    run.data.train.x[0] = 1.0, -2.0
    (row,) = [row for row in sample(run, 0).rows if row.part == "forward"]
    assert "z = -0.25 * 1 + 2 * (-2) - 0.5 = -4.75" in row.text


def test_looking_at_an_example_changes_nothing_in_the_run(run):
    twin = run.branch()
    run.net.dtheta[...] = 7.0
    sample(run)
    assert np.all(run.net.dtheta == 7.0)
    run.advance(steps=20), twin.advance(steps=20)
    assert np.array_equal(run.net.theta, twin.net.theta)


def test_an_example_of_the_test_part_can_be_looked_at():
    run = Run()
    assert np.array_equal(sample(run, 4, part="test").x, run.data.test.x[4])


def test_an_example_that_does_not_exist_is_refused():
    with pytest.raises(IndexError, match="rows 0 to 249"):
        sample(Run(), 250)
