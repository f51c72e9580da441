"""The learning-rate finder: it leaves your network alone, and its suggestion trains well."""
import copy
import pickle

import numpy as np
import pytest

import dlf


def parts(seed=0):
    """What the finder takes, for the digits."""
    rng  = np.random.default_rng(seed)
    data = dlf.datasets.digits()
    net  = dlf.Sequential(dlf.Dense(64, 32), dlf.Tanh(), dlf.Dense(32, 10), rng=rng)
    return {"net": net, "x": data.x[:600], "y": data.y[:600], "loss": dlf.CrossEntropy(),
            "optimizer": dlf.SGD(0.1), "rng": rng}


def loss_after(lr, epochs=5, **parts):
    """The loss on all examples after some epochs at this rate; infinite if it does not survive."""
    net = parts["net"]
    parts["optimizer"].lr = lr
    try:
        for _ in dlf.train(**parts, epochs=epochs):
            pass
    except dlf.NotFinite:
        return np.inf
    return parts["loss"](net(parts["x"]), parts["y"])


def test_network_optimizer_and_generator_stay_as_they_are():
    x, y = np.random.default_rng(1).normal(size=(40, 3)), np.arange(40) % 2
    net  = dlf.Sequential(dlf.Dense(3, 8), dlf.BatchNorm(8), dlf.Dropout(0.2), dlf.Dense(8, 2),
                          rng=np.random.default_rng(0))
    optimizer, rng = dlf.Adam(0.01), np.random.default_rng(2)
    next(dlf.train(net, x, y, dlf.CrossEntropy(), optimizer, rng=rng))        # some memory
    before = pickle.dumps([net.theta, net[1].mean, net[1].var, optimizer.lr, optimizer.state(),
                           rng.bit_generator.state])
    windows = net.theta, net[0].W
    dlf.find_learning_rate(net, x, y, dlf.CrossEntropy(), optimizer, rng=rng, steps=30)
    assert pickle.dumps([net.theta, net[1].mean, net[1].var, optimizer.lr, optimizer.state(),
                         rng.bit_generator.state]) == before
    assert net.theta is windows[0] and net[0].W is windows[1] and net.is_tied()


def test_rates_rise_by_the_same_factor_from_low_to_high():
    x = np.random.default_rng(0).normal(size=(40, 2))
    curve = dlf.find_learning_rate(dlf.Dense(2, 1), x, x[:, 0], dlf.MeanSquare(), dlf.SGD(1.0),
                                   low=1e-6, high=1e-2, steps=5)
    assert np.allclose(curve.lr, [1e-6, 1e-5, 1e-4, 1e-3, 1e-2])
    assert curve.loss.shape == (5,)


def test_the_losses_are_running_means_that_forget_their_start_at_zero():
    x, y  = np.ones((4, 1)), np.zeros(4)
    net   = dlf.Dense(1, 1)
    net.W[...], net.b[...] = 2, 0
    curve = dlf.find_learning_rate(net, x, y, dlf.MeanSquare(), dlf.SGD(1.0), low=0.1, high=0.2,
                                   steps=2, batch_size=4)
    # by hand: output 2, loss 2; the slope is 2 for W and for b, so the output falls by 0.1 * 4
    first, second = 2.0, 1.6**2 / 2
    assert np.allclose(curve.loss, [first, (0.9 * first + second) / 1.9])
    assert curve.suggestion == pytest.approx(0.2 / 10)


def test_the_suggestion_is_a_tenth_of_the_rate_with_the_lowest_loss():
    curve = dlf.find_learning_rate(**parts())
    assert curve.suggestion == pytest.approx(curve.lr[np.argmin(curve.loss)] / 10)
    assert f"suggestion {curve.suggestion:.2g}" in repr(curve)


@pytest.mark.parametrize("optimizer", [dlf.SGD, dlf.Adam, dlf.Momentum])
def test_the_suggestion_trains_better_than_a_hundredth_and_than_a_hundred_times_as_much(optimizer):
    made = parts() | {"optimizer": optimizer(1.0)}
    best = dlf.find_learning_rate(**made).suggestion
    slow, good, fast = (loss_after(best * factor, **copy.deepcopy(made))
                        for factor in (0.01, 1, 100))
    assert good < 0.5 * slow and good < 0.5 * fast


def test_it_stops_when_the_loss_has_exploded():
    x = np.random.default_rng(0).normal(size=(40, 2))
    curve = dlf.find_learning_rate(dlf.Dense(2, 1), x, x[:, 0], dlf.MeanSquare(), dlf.SGD(1.0),
                                   high=1e6, steps=200)
    assert len(curve.lr) == len(curve.loss) < 200
    assert curve.loss[-1] > 4 * curve.loss.min() and np.isfinite(curve.loss).all()
    assert (curve.loss[:-1] <= 4 * np.minimum.accumulate(curve.loss[:-1])).all()
    assert curve.suggestion < 1


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_loss_that_overflows_ends_the_search_with_what_was_seen():
    x = np.random.default_rng(0).normal(size=(40, 2))
    curve = dlf.find_learning_rate(dlf.Dense(2, 1), x, x[:, 0], dlf.MeanSquare(), dlf.SGD(1.0),
                                   low=1e199, high=1e200, steps=50)
    assert np.isfinite(curve.loss).all() and len(curve.loss) == len(curve.lr) == 1


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_network_that_is_already_lost_is_not_explored():
    net = dlf.Dense(2, 1)
    net.W[...] = np.inf
    with pytest.raises(dlf.NotFinite, match=r"layer 0, Dense\(2, 1\)"):
        dlf.find_learning_rate(net, np.ones((4, 2)), np.ones(4), dlf.MeanSquare(), dlf.SGD(0.1))


def test_the_same_seed_finds_the_same():
    a, b = (dlf.find_learning_rate(**parts(), steps=20) for _ in range(2))
    assert np.array_equal(a.loss, b.loss)


def test_a_schedule_and_a_used_memory_of_the_optimizer_play_no_part():
    made = parts() | {"optimizer": dlf.Adam(dlf.Cosine(0.5, steps=3))}
    used = copy.deepcopy(made)
    used["optimizer"].step(used["net"].theta.copy(), np.ones(used["net"].n_parameters))
    assert np.array_equal(dlf.find_learning_rate(**made, steps=20).loss,
                          dlf.find_learning_rate(**used, steps=20).loss)


@pytest.mark.parametrize("search", [{"low": 0}, {"low": 1, "high": 0.1}, {"steps": 1},
                                    {"low": -1e-3}, {"high": np.nan}])
def test_a_search_that_makes_no_sense_is_explained(search):
    with pytest.raises(ValueError, match="0 < low < high and 2 or more steps, got low="):
        dlf.find_learning_rate(**parts(), **search)


def test_slips_in_the_data_are_explained_as_in_training():
    with pytest.raises(ValueError, match="x has 600 examples and y has 599"):
        dlf.find_learning_rate(**parts() | {"y": np.zeros(599, int)})
