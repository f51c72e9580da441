"""What recurrent networks learn in seconds, and `dlf.train` with symbols, classes and streams.

The figures over seeds, and against something simpler, are in `tests/benchmarks/sequences.py`.
"""
import itertools

import numpy as np
import pytest

import dlf

CE = dlf.CrossEntropy()


def one_sum(kind, n, rng):
    """A network that reads pairs of numbers and says one."""
    return dlf.Sequential(kind(2, n), dlf.LastStep(), dlf.Dense(n, 1), rng=rng)


# ---- memories ------------------------------------------------------------------------------------

def error_in_adding(kind, n, time, updates):
    """The mean square error on held-out sums, after so many updates."""
    rng  = np.random.default_rng(0)
    data, test = dlf.datasets.adding(3200, time, rng), dlf.datasets.adding(400, time, rng)
    net  = one_sum(kind, n, rng).astype(np.float32)
    steps = dlf.train(net, data.x, data.y[:, None], dlf.MeanSquare(), dlf.Adam(0.01), rng=rng,
                      clip=1.0)
    for _ in itertools.islice(steps, updates):
        pass
    return ((net(test.x.astype(np.float32))[:, 0] - test.y) ** 2).mean()


def test_gru_and_lstm_learn_to_add_what_an_rnn_of_as_many_parameters_does_not():
    lstm, gru, rnn = (error_in_adding(kind, n, time=30, updates=500)
                      for kind, n in ((dlf.LSTM, 16), (dlf.GRU, 19), (dlf.RNN, 34)))
    assert max(lstm, gru) < 0.02 and rnn > 5 * max(lstm, gru), (lstm, gru, rnn)


def test_a_symbol_is_copied_after_a_wait():
    rng  = np.random.default_rng(0)
    data = dlf.datasets.copying(1600, 6, rng, length=1, symbols=4)
    test = dlf.datasets.copying(200, 6, rng, length=1, symbols=4)
    net  = dlf.Sequential(dlf.GRU(6, 16), dlf.Dense(16, 6), rng=rng)
    for _ in dlf.train(net, data.x, data.y, CE, dlf.Adam(0.01), epochs=6, rng=rng):
        pass
    assert dlf.metrics.accuracy(net(test.x)[:, -1], test.y[:, -1]) > 0.98      # by chance 1/4
    assert CE(net(test.x), test.y) < 0.2 * np.log(4) / 8                       # rules, no memory


# ---- the training loop ---------------------------------------------------------------------------

def test_symbols_and_a_target_at_each_moment_are_trained_on(rng):
    x   = rng.integers(0, 5, (120, 7))
    y   = np.pad(x, ((0, 0), (1, 0)))[:, :-1]                  # what came one moment ago
    net = dlf.Sequential(dlf.RNN(5, 12), dlf.Dense(12, 5), rng=rng)
    first, *_, last = dlf.train(net, x, y, CE, dlf.Adam(0.02), epochs=30, rng=rng)
    assert first.loss > 1.4 and last.loss < 0.1
    assert dlf.metrics.accuracy(net(x), y) > 0.99


def test_the_last_step_gives_each_sequence_a_class(rng):
    x   = rng.integers(0, 3, (200, 6))
    y   = x[:, 0]                                              # the class is the first symbol
    net = dlf.Sequential(dlf.Embedding(3, 4), dlf.GRU(4, 8), dlf.LastStep(), dlf.Dense(8, 3),
                         rng=rng)
    history = dlf.fit(net, x, y, CE, dlf.Adam(0.02), epochs=30, rng=rng, bar=False)
    assert history.last()["metric"] > 0.99


# ---- streams -------------------------------------------------------------------------------------

def echo(carry):
    """The loss of a network that is to say what came 2 moments ago, in pieces of 4 moments."""
    rng   = np.random.default_rng(0)
    codes = rng.integers(0, 2, 4001)
    x, _  = dlf.datasets.streams(codes, batch=8, time=4)
    y, _  = dlf.datasets.streams(np.roll(codes, 2), batch=8, time=4)
    net   = dlf.Sequential(dlf.GRU(2, 12, carry=carry), dlf.Dense(12, 2), rng=rng)
    steps = dlf.train(net, x, y, CE, dlf.Adam(0.02), batch_size=8, epochs=6)
    return np.mean([step.loss for step in steps][-125:])


class Watched(dlf.RNN):
    """Notes the state that each pass in training begins with, and what it reads."""

    def first_state(self, state, m):
        found = super().first_state(state, m)
        if self.training:
            self.__dict__.setdefault("begun", []).append(found[0].copy())
        return found

    def begin(self, T, m):
        super().begin(T, m)
        if self.training:
            self.__dict__.setdefault("read", []).append(self.x.T.copy())


def streamed(draw, batch=2, pieces=3, dropout=0.0, **options):
    """(layer, steps) of a carrying network on `pieces` batches of streams."""
    x, y  = dlf.datasets.streams(draw.integers(0, 4, batch * pieces * 3 + 1), batch, 3)
    layer = Watched(4, 3, carry=True)
    net   = dlf.Sequential(layer, dlf.Dropout(dropout), dlf.Dense(3, 4), rng=draw)
    return layer, dlf.train(net, x, y, CE, dlf.SGD(0.1), **{"batch_size": batch} | options)


def test_what_came_before_the_piece_is_known_only_to_a_layer_that_carries():
    half = np.log(2) / 2                  # a guess at 2 of the 4 moments, whose past is elsewhere
    assert echo(carry=False) > 0.95 * half and echo(carry=True) < 0.2 * half


def test_a_state_is_handed_to_the_next_batch_and_each_epoch_begins_with_zeros(rng):
    layer, steps = streamed(rng)
    for step in itertools.islice(steps, 6):
        if not step.last:
            handed_on = layer.state.copy()
        elif step.epoch == 1:
            assert np.array_equal(layer.begun[-1], handed_on)
    assert [bool(state.any()) for state in layer.begun] == [False, True, True] * 2


def test_a_generator_drives_dropout_and_leaves_streams_in_their_order(rng):
    layer, steps = streamed(rng, dropout=0.5, rng=np.random.default_rng(1), epochs=2)
    list(steps)
    alone, steps = streamed(np.random.default_rng(0), epochs=2)
    list(steps)
    assert np.array_equal(layer.read, alone.read)


def test_training_that_stops_in_mid_epoch_goes_on_with_what_was_carried(rng):
    progress = dlf.Progress()
    layer, steps = streamed(rng, progress=progress)
    next(steps)
    kept = layer.carried.copy()
    net  = dlf.Sequential(layer, dlf.Dense(3, 4), rng=None)
    x, y = dlf.datasets.streams(np.arange(19) % 4, 2, 3)
    next(dlf.train(net, x, y, CE, dlf.SGD(0.1), batch_size=2, progress=progress))
    assert np.array_equal(layer.begun[-1], kept)


def test_a_short_last_batch_for_a_carrying_layer_says_what_to_do(rng):
    with pytest.raises(ValueError, match=r"6 examples in batches of 4 leave 2 .*"
                                         r"streams\(codes, batch=4, time=\.\.\.\).*x\[:-2\]"):
        next(streamed(rng, batch_size=4)[1])


def test_one_batch_of_all_rows_may_be_smaller_than_the_batch_size(rng):
    assert next(streamed(rng, pieces=1)[1]).size == 2


def test_progress_of_shuffled_examples_is_refused_by_a_carrying_layer(rng):
    progress = dlf.Progress(1, 1, 2, np.arange(6)[::-1])
    with pytest.raises(ValueError, match=r"middle of an epoch of shuffled.*carry=True"):
        next(streamed(rng, progress=progress)[1])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_step_that_is_not_finite_leaves_what_was_carried_as_it_was(rng):
    layer, steps = streamed(rng)
    next(steps)
    kept = layer.carried.copy()
    layer.W_x[...] = np.nan
    with pytest.raises(dlf.NotFinite):
        next(steps)
    assert np.array_equal(layer.carried, kept)
