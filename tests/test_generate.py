"""Generating: one symbol after another, as the network says, the same again for the same seed."""
import numpy as np
import pytest

import dlf


def next_in_line(n=5):
    """A network that is sure that after i comes i + 1, in a circle."""
    net = dlf.Sequential(dlf.Embedding(n, n))
    net[0].W[...] = 20 * np.roll(np.eye(n), 1, axis=1)
    return net


def gpt(rng, longest=4):
    return dlf.Sequential(dlf.Embedding(7, 4), dlf.PositionEmbedding(longest, 4),
                          dlf.TransformerBlock(4, 2), dlf.Dense(4, 7), rng=rng)


def test_temperature_0_takes_the_most_probable():
    assert list(dlf.generate(next_in_line(), [3], 6, temperature=0)) == [4, 0, 1, 2, 3, 4]


def test_the_same_seed_writes_the_same(rng):
    net = gpt(rng)
    one, two, other = (list(dlf.generate(net, [1, 2], 30, rng=np.random.default_rng(seed)))
                       for seed in (0, 0, 1))
    assert one == two != other


def test_symbols_come_as_often_as_the_network_says(rng):
    net = dlf.Sequential(dlf.Embedding(3, 3))
    net[0].W[...] = np.log([0.2, 0.3, 0.5])
    for temperature, wanted in ((1, [0.2, 0.3, 0.5]), (0.5, np.square([0.2, 0.3, 0.5]) / 0.38)):
        codes = list(dlf.generate(net, [0], 4000, temperature, rng))
        assert np.allclose(np.bincount(codes) / 4000, wanted, atol=0.03)


def test_a_network_that_knows_four_positions_reads_the_last_four(rng):
    net   = gpt(rng)
    start = [6, 5, 1, 2, 3, 4]
    assert next(dlf.generate(net, start, 1, 0)) == net([[1, 2, 3, 4]])[0, -1].argmax()
    assert next(dlf.generate(net, start, 1, 0, context=2)) == net([[3, 4]])[0, -1].argmax()


def test_it_reads_what_it_wrote(rng):
    net   = gpt(rng, longest=20)
    codes = list(dlf.generate(net, [1], 5, 0))
    assert codes == [net([[1, *codes[:i]]])[0, -1].argmax() for i in range(5)]


@pytest.mark.parametrize("layers", [
    lambda: [dlf.RNN(7, 8), dlf.Dense(8, 7)],
    lambda: [dlf.LSTM(7, 8, carry=True), dlf.Dropout(0.5), dlf.GRU(8, 8), dlf.Dense(8, 7)],
    lambda: [dlf.Embedding(7, 4), dlf.Sequential(dlf.GRU(4, 8), dlf.LayerNorm(8)), dlf.Tanh(),
             dlf.GELU(), dlf.Dense(8, 7)],
], ids=["RNN", "LSTM and GRU", "nested"])
def test_a_recurrent_network_writes_the_same_as_if_it_read_everything_anew(layers, rng):
    net = dlf.Sequential(*layers(), rng=rng)
    net.theta *= 3                                           # so that it is sure of something
    kept, anew = (list(dlf.generate(net, [1, 2, 3], 60, rng=np.random.default_rng(0), context=c))
                  for c in (None, 1000))                     # with a context it reads all anew
    assert kept == anew and len(set(kept)) > 3


def moments_read(net, **how):
    """How many moments the recurrent layer of a network reads to write 10 symbols after 3."""
    read, forward = [], net[0].forward
    net[0].forward = lambda x, *state: (read.append(x.shape[1]), forward(x, *state))[1]
    list(dlf.generate(net, [1, 2, 3], 10, 0, **how))
    return sum(read)


def test_a_recurrent_network_reads_each_symbol_once(rng):
    net = dlf.Sequential(dlf.GRU(7, 8), dlf.Dense(8, 7), rng=rng)
    assert moments_read(net) == 3 + 9
    assert moments_read(net, context=100) == sum(range(3, 13))


def test_the_network_may_be_used_between_two_symbols(rng):
    net    = dlf.Sequential(dlf.LSTM(7, 8), dlf.Dense(8, 7), rng=rng)
    net.theta *= 3
    wanted = list(dlf.generate(net, [1], 20, rng=np.random.default_rng(0)))
    for code, same in zip(dlf.generate(net, [1], 20, rng=np.random.default_rng(0)), wanted):
        net(np.full((5, 4), 6))
        assert code == same


@pytest.mark.parametrize("layers", [
    lambda: [dlf.Bidirectional(dlf.RNN(7, 4), dlf.RNN(7, 4)), dlf.Dense(8, 7)],
    lambda: [dlf.Masked(dlf.Embedding(7, 4), dlf.GRU(4, 8), padding=3), dlf.Dense(8, 7)],
    lambda: [dlf.Embedding(7, 4), dlf.Residual(dlf.GRU(4, 4)), dlf.Dense(4, 7)],
], ids=["Bidirectional", "Masked", "Residual"])
def test_layers_that_must_see_the_whole_sequence_read_it_anew(layers, rng):
    net = dlf.Sequential(*layers(), rng=rng)
    net.theta *= 3
    codes = list(dlf.generate(net, [1], 8, 0))
    assert codes == [net([[1, *codes[:i]]])[0, -1].argmax() for i in range(8)]


def test_a_network_that_says_one_thing_of_a_whole_sequence_cannot_go_on():
    net = dlf.Sequential(dlf.Embedding(5, 4), dlf.GRU(4, 6), dlf.LastStep(), dlf.Dense(6, 5))
    with pytest.raises(dlf.ShapeError, match=r"score for every symbol at.*LastStep out"):
        next(dlf.generate(net, [1], 3, temperature=0))


@pytest.mark.parametrize("temperature", [0, 1])
def test_scores_that_are_no_numbers_are_said_to_be_that(temperature):
    net = next_in_line()
    net.theta[...] = np.nan
    with pytest.raises(ValueError, match="scores are nan"):
        next(dlf.generate(net, [1], 3, temperature))


@pytest.mark.parametrize("wrong, message", [
    ({"start": []},            "at least one of them"),
    ({"start": [[1, 2]]},      r"shape \(1, 2\)"),
    ({"start": [0.5]},         "got float64"),
    ({"temperature": -1},      "temperature must be 0 or more"),
    ({"n": -1},                "n=-1"),
    ({"context": 0},           "context=0"),
])
def test_what_makes_no_sense_is_refused_at_once(wrong, message):
    with pytest.raises(ValueError, match=message):
        dlf.generate(next_in_line(), **{"start": [1], "n": 3} | wrong)
