"""TensorFlow Playground, played again: its arithmetic in plain floats, beside ours, loss by loss.

`Replay` follows the rules of that program's nn.ts (Smilkov & Carter, 2016), one number at a time
and without matrices, so it shares nothing with dlf but the weights it starts from. If our training
loop shuffled, averaged, or stepped in any other way, the two would part in the first epoch.
"""
import math

import numpy as np
import pytest

import dlf

LR, BATCH = 0.03, 10
EPOCHS    = (1, 2, 10, 100)


class Replay:
    """A network of tanh neurons: `weights[l][j][k]` leads from neuron k to neuron j."""

    def __init__(self, weights, biases, linear_output=False, l2=0.0):
        self.weights, self.biases = weights, biases
        self.linear_output, self.l2 = linear_output, l2
        self.forget()

    def forget(self):
        """Nothing has been accumulated since the last update."""
        self.acc_w = [[[0.0] * len(row) for row in layer] for layer in self.weights]
        self.acc_b = [[0.0] * len(layer) for layer in self.biases]
        self.count = 0

    def forward(self, example):
        """The outputs of all neurons, layer by layer, the example itself first."""
        outputs = [example]
        for i, layer in enumerate(self.weights):
            outputs.append([])
            for row, total in zip(layer, self.biases[i]):
                for weight, a in zip(row, outputs[i]):
                    total += weight * a
                outputs[-1].append(total if self.is_linear(i) else math.tanh(total))
        return outputs

    def is_linear(self, i):
        return self.linear_output and i == len(self.weights) - 1

    def backward(self, outputs, target):
        """Add this example's derivatives to what has been accumulated."""
        slopes = [outputs[-1][0] - target]                       # of 1/2 (output - target)^2
        for i in reversed(range(len(self.weights))):
            deltas = [slope * (1.0 if self.is_linear(i) else 1 - y * y)
                      for slope, y in zip(slopes, outputs[i + 1])]
            slopes = [0.0] * len(outputs[i])
            for j, delta in enumerate(deltas):
                self.acc_b[i][j] += delta
                for k, a in enumerate(outputs[i]):
                    self.acc_w[i][j][k] += delta * a
                    slopes[k] += self.weights[i][j][k] * delta
        self.count += 1

    def update(self):
        """The mean of the derivatives, times the rate; biases are not penalized."""
        for i, layer in enumerate(self.weights):
            for j, row in enumerate(layer):
                self.biases[i][j] -= LR * self.acc_b[i][j] / self.count
                for k, weight in enumerate(row):
                    row[k] -= LR / self.count * self.acc_w[i][j][k]
                    row[k] -= LR * self.l2 * weight              # of the weight before the update
        self.forget()

    def epoch(self, xs, ts):
        for i, (example, target) in enumerate(zip(xs, ts), 1):
            self.backward(self.forward(example), target)
            if i % BATCH == 0:
                self.update()

    def loss(self, xs, ts):
        outputs = [self.forward(example)[-1][0] for example in xs]
        return sum(0.5 * (o - t) ** 2 for o, t in zip(outputs, ts)) / len(xs)


def network(rng, linear_output=False):
    """The same network in dlf, as it starts there: weights from U(-0.5, 0.5), biases all 0.1."""
    layers = [dlf.Dense(2, 4), dlf.Tanh(), dlf.Dense(4, 2), dlf.Tanh(), dlf.Dense(2, 1)]
    net = dlf.Sequential(*layers, *[dlf.Tanh()] * (not linear_output))
    for layer in net:
        if isinstance(layer, dlf.Dense):
            layer.W[...], layer.b[...] = rng.uniform(-0.5, 0.5, layer.W.shape), 0.1
    return net


def replay_of(net, **options):
    """A replay that starts where `net` stands."""
    dense = [layer for layer in net if isinstance(layer, dlf.Dense)]
    return Replay([layer.W.tolist() for layer in dense], [layer.b.tolist() for layer in dense],
                  **options)


def halves(name, seed, n=500):
    """(x, y) to train on and to test on; classes become -1 and +1."""
    data = getattr(dlf.datasets, name)(n, rng=np.random.default_rng(seed))
    y    = data.y if data.classes is None else 2.0 * data.y - 1
    return data.x[:n // 2], y[:n // 2, None], data.x[n // 2:], y[n // 2:, None]


def losses_of_dlf(net, data, penalty=None):
    """[(train, test) after each of EPOCHS] by dlf."""
    x, y, x_test, y_test = data
    loss, seen = dlf.MeanSquare(), []
    for step in dlf.train(net, x, y, loss, dlf.SGD(LR), batch_size=BATCH, epochs=max(EPOCHS),
                          penalty=penalty):
        if step.last and step.epoch in EPOCHS:
            seen.append((loss(net(x), y), loss(net(x_test), y_test)))
    return seen


def losses_of_replay(replay, data):
    """[(train, test) after each of EPOCHS] in plain floats."""
    x, y, x_test, y_test = (a.tolist() for a in data)
    y, y_test = [t for t, in y], [t for t, in y_test]
    seen = []
    for epoch in range(1, max(EPOCHS) + 1):
        replay.epoch(x, y)
        if epoch in EPOCHS:
            seen.append((replay.loss(x, y), replay.loss(x_test, y_test)))
    return seen


@pytest.mark.parametrize("name", ["circle", "xor", "gauss", "spiral"])
def test_dlf_and_the_playground_agree_on_every_loss(name):
    data = halves(name, seed=7)
    net  = network(np.random.default_rng(3))
    replay = replay_of(net)
    assert np.allclose(losses_of_dlf(net, data), losses_of_replay(replay, data), rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["plane", "gauss_regression"])
def test_they_agree_on_regression_too_where_the_output_is_linear(name):
    data = halves(name, seed=7)
    net  = network(np.random.default_rng(3), linear_output=True)
    replay = replay_of(net, linear_output=True)
    assert np.allclose(losses_of_dlf(net, data), losses_of_replay(replay, data), rtol=0, atol=1e-12)


def test_l2_is_the_playgrounds_l2():
    # Its L1 is not ours: a weight that L1 carries across 0 is cut there, for good.
    data = halves("circle", seed=7)
    net  = network(np.random.default_rng(3))
    replay = replay_of(net, l2=0.01)
    assert np.allclose(losses_of_dlf(net, data, dlf.L2(0.01)), losses_of_replay(replay, data),
                       rtol=0, atol=1e-12)


BANDS = {  # 10 % to 90 % of the test losses of 20 seeds of the original, after 10 and 100 epochs
    "circle": ((0.4423, 0.5014), (0.0065, 0.0358)),
    "xor":    ((0.4269, 0.5170), (0.0084, 0.2599)),
    "gauss":  ((0.0069, 0.0125), (0.0004, 0.0029)),
    "spiral": ((0.4728, 0.5061), (0.4706, 0.5045)),
}


@pytest.mark.parametrize("name", BANDS)
def test_the_median_of_20_seeds_lies_where_the_original_program_lies(name):
    runs = []
    for seed in range(20):
        rng  = np.random.default_rng(seed)
        x, y, x_test, y_test = halves(name, seed)
        net, loss = network(rng), dlf.MeanSquare()
        seen = [loss(net(x_test), y_test)
                for step in dlf.train(net, x, y, loss, dlf.SGD(LR), batch_size=BATCH, epochs=100)
                if step.last and step.epoch in (10, 100)]
        runs.append(seen)
    for median, (low, high) in zip(np.median(runs, axis=0), BANDS[name]):
        assert low <= median <= high
