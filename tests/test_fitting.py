"""fit: its history, its validation and stopping in time, its bar, and what Ctrl-C leaves behind."""
import copy
import functools

import numpy as np
import pytest

import dlf

N = 48


def data(seed=0, n=N):
    """Points in the plane, class 1 where both coordinates have the same sign."""
    x = np.random.default_rng(seed).normal(size=(n, 2))
    return x, (x[:, 0] * x[:, 1] > 0).astype(int)


def network(seed=0):
    rng = np.random.default_rng(seed)
    return dlf.Sequential(dlf.Dense(2, 8), dlf.BatchNorm(8), dlf.Tanh(), dlf.Dropout(0.1),
                          dlf.Dense(8, 2), rng=rng)


def fit(net=None, **options):
    """dlf.fit with the usual parts, of which some may be replaced."""
    x, y = data()
    parts = {"net": net or network(), "x": x, "y": y, "loss": dlf.CrossEntropy(),
             "optimizer": dlf.Adam(0.02), "rng": np.random.default_rng(1), "batch_size": 16,
             "epochs": 3, "bar": False}
    return dlf.fit(**parts | options)


def state_of(net):
    """All that training changes, copied: parameters and running averages."""
    return [net.theta.copy(), net[1].mean.copy(), net[1].var.copy()]


def same(a, b):
    return all(np.array_equal(p, q) for p, q in zip(a, b, strict=True))


class Script(dlf.losses.Loss):
    """A loss whose value on the validation data is read from a list; no slope, nothing learned."""

    def __init__(self, *values):
        self.values = values

    def __call__(self, y, target):
        self.epoch = getattr(self, "epoch", 0) + 1
        return self.values[self.epoch - 1]

    def value_and_grad(self, y, target):
        return 1.0, np.zeros_like(y)


# ---- the history ---------------------------------------------------------------------------------

def test_the_history_has_one_row_an_epoch():
    history = fit(validation=data(1), epochs=4)
    assert history.epoch == [1, 2, 3, 4]
    for name in ("loss", "metric", "val_loss", "val_metric", "lr", "seconds"):
        assert len(getattr(history, name)) == 4 and np.isfinite(getattr(history, name)).all()
    assert history.stopped == "all epochs done" and history.best_epoch is None


def test_the_metric_looks_at_the_first_ten_thousand_training_examples():
    x, seen = np.arange(10_001.0)[:, None], []
    dlf.fit(dlf.Dense(1, 1), x, x, dlf.MeanSquare(), dlf.SGD(0.0), epochs=1, batch_size=10_001,
            bar=False, metric=lambda y, target: seen.append((len(y), *target[[0, -1], 0])) or 0.0)
    assert seen == [(10_000, 0, 9_999)]


def test_what_was_not_asked_for_is_nan():
    history = fit()
    assert np.isnan(history.val_loss).all() and np.isnan(history.val_metric).all()


def test_the_loss_of_an_epoch_is_the_mean_over_its_examples_not_over_its_batches():
    history = fit(batch_size=20)                                  # batches of 20, 20 and 8
    steps   = list(dlf.train(network(), *data(), dlf.CrossEntropy(), dlf.Adam(0.02), epochs=1,
                             batch_size=20, rng=np.random.default_rng(1)))
    assert [s.size for s in steps] == [20, 20, 8]
    assert history.loss[0] == pytest.approx(sum(s.loss * s.size for s in steps) / N, rel=1e-14)


def test_fit_is_a_loop_over_train_and_leaves_the_same_bits():
    net, twin = network(), network()
    fit(net, validation=data(1))
    for _ in dlf.train(twin, *data(), dlf.CrossEntropy(), dlf.Adam(0.02), batch_size=16, epochs=3,
                       rng=np.random.default_rng(1)):
        pass
    assert same(state_of(net), state_of(twin))


def test_metric_and_validation_are_measured_at_the_end_of_the_epoch():
    net, (x, y) = network(), data(1)
    history = fit(net, validation=(x, y))
    assert history.val_loss[-1] == dlf.CrossEntropy()(net(x), y)
    assert history.val_metric[-1] == dlf.metrics.accuracy(net(x), y)
    assert history.metric[-1] == dlf.metrics.accuracy(net(data()[0]), data()[1])


def test_a_penalty_belongs_to_the_training_loss_alone():
    net, (x, y) = network(), data()
    history = fit(net, optimizer=dlf.SGD(0.0), penalty=dlf.L2(5.0), validation=(x, y), epochs=1)
    cost    = 2.5 * sum((net[i].W ** 2).sum() for i in (0, 4))
    assert history.loss[0] > cost                                 # the data's own share on top
    assert history.val_loss[0] == dlf.CrossEntropy()(net(x), y) < cost


def test_the_learning_rate_of_a_schedule_is_that_of_the_epochs_last_step():
    history = fit(optimizer=dlf.SGD(dlf.StepDecay(0.1, every=3, factor=0.5)), epochs=3)
    assert history.lr == pytest.approx([0.1, 0.05, 0.025])        # 3 steps an epoch


def test_a_history_says_in_one_line_how_it_went():
    history = dlf.History(epoch=[1], loss=[0.51234], metric=[0.75], val_loss=[np.nan],
                          val_metric=[np.nan], lr=[0.1], seconds=[1.0])
    assert repr(history) == "History(1 epochs; loss 0.5123, accuracy 0.75; all epochs done)"
    assert "no epochs" in repr(dlf.History())


# ---- the metric ----------------------------------------------------------------------------------

@pytest.mark.parametrize("loss, y, name", [
    (dlf.CrossEntropy(), data()[1], "accuracy"),
    (dlf.MeanSquare(), data()[0], "r2"),
    (dlf.Huber(), data()[0], "r2")])
def test_classes_are_judged_by_accuracy_and_measurements_by_r2(loss, y, name):
    net     = network()
    history = fit(net, loss=loss, y=y)
    assert history.metric_name == name
    assert history.metric[-1] == getattr(dlf.metrics, name)(net(data()[0]), y)


def test_a_metric_of_your_own_gets_outputs_and_targets():
    def worst(out, target):
        """The largest error."""
        assert out.shape == (N, 2) and target.shape == (N,)
        return 7.0
    history = fit(metric=worst)
    assert (history.metric, history.metric_name) == ([7.0] * 3, "worst")


def test_a_metric_without_a_name_will_do():
    history = fit(metric=functools.partial(dlf.metrics.top_k, k=2))
    assert history.metric == [1.0] * 3                            # of two classes both are named


def test_a_metric_that_has_no_meaning_here_is_nan_and_training_goes_on():
    # R2 divides by the targets' variance, and a single example has none.
    x, _    = data()
    history = fit(dlf.Dense(2, 1), x=x[:1], y=x[:1, 0] + 1, loss=dlf.MeanSquare(), epochs=20,
                  optimizer=dlf.SGD(0.3), validation=(x, x[:, 0]))
    assert np.isnan(history.metric).all() and np.isfinite(history.val_metric).all()
    assert history.loss[-1] < 1e-3 * history.loss[0]


def test_a_metric_that_fails_is_heard():
    def broken(out, target):
        raise ZeroDivisionError("nothing to divide by")

    with pytest.raises(ZeroDivisionError, match="nothing to divide by"):
        fit(metric=broken)


# ---- early stopping ------------------------------------------------------------------------------

def test_patience_counts_the_epochs_since_the_best_one():
    history = fit(loss=Script(5, 4, 3, 3.5, 3, 3.1, 0), y=np.zeros((N, 2)), epochs=7, patience=3,
                  validation=(data()[0], np.zeros((N, 2))))
    assert history.epoch == [1, 2, 3, 4, 5, 6]                    # an equal loss is no better loss
    assert history.best_epoch == 3
    assert history.stopped == "no better validation loss for 3 epochs"


def test_the_weights_and_running_averages_of_the_best_epoch_come_back():
    net, kept = network(), {}
    x, y = data()
    history = fit(net, epochs=200, patience=5, batch_size=8, optimizer=dlf.Adam(0.1),
                  validation=(x[::-1], 1 - y[::-1]),              # the opposite: soon it gets worse
                  callbacks=[lambda h: kept.update({h.epoch[-1]: state_of(net)})])
    best = int(np.argmin(history.val_loss)) + 1
    assert history.best_epoch == best == history.epoch[-1] - 5
    assert same(state_of(net), kept[best]) and not same(state_of(net), kept[best + 5])
    assert dlf.CrossEntropy()(net(x[::-1]), 1 - y[::-1]) == min(history.val_loss)


def test_what_came_back_is_tied_to_the_network_and_can_learn_on():
    net = network()
    fit(net, epochs=2, patience=1, validation=data(1))
    before = net.theta.copy()
    fit(net, epochs=1)
    assert net.is_tied() and not np.array_equal(net.theta, before)


def test_with_patience_the_best_weights_come_back_also_when_all_epochs_were_done():
    net, kept = network(), {}
    history = fit(net, epochs=4, patience=10, validation=(data()[0], 1 - data()[1]),
                  optimizer=dlf.Adam(0.1),
                  callbacks=[lambda h: kept.update({h.epoch[-1]: state_of(net)})])
    assert history.stopped == "all epochs done" and history.best_epoch < 4
    assert same(state_of(net), kept[history.best_epoch])


def test_patience_without_validation_is_explained():
    with pytest.raises(ValueError, match=r"patience.*pass validation=\(x, y\)"):
        fit(patience=3)


@pytest.mark.parametrize("wrong, message", [
    ({"epochs": -1},     "epochs must be a whole number of at least 0, got -1"),
    ({"epochs": 1.5},    r"epochs must be .* got 1\.5"),
    ({"patience": 0, "validation": data(1)}, "whole number of at least 1, got 0"),
    ({"metric": "accuracy"},  "metric must be a function of .*; got .accuracy."),
    ({"callbacks": [print, 5]}, "callbacks must be functions of the history"),
])
def test_what_fit_cannot_work_with_is_said_before_the_first_epoch(wrong, message):
    with pytest.raises((ValueError, TypeError), match=message):
        fit(**wrong)


def test_callbacks_from_a_generator_are_called_after_every_epoch():
    heard = []
    fit(epochs=3, callbacks=(f for f in [lambda h: heard.append(h.epoch[-1])]))
    assert heard == [1, 2, 3]


# ---- validation data are looked at before the first epoch ----------------------------------------

@pytest.mark.parametrize("validation, text", [
    ((data()[0].T, data()[1]), r"validation=\(x, y\): x has 2 examples and y has 48.*pass x\.T"),
    ((data()[0], data()[1] + 5), r"validation=\(x, y\): .* hold 5 \.\.\. 6"),
    ((data()[0] * np.nan, data()[1]), r"validation=\(x, y\): x holds 96 numbers that are nan"),
    ((data()[0], data()[1], 3), r"validation=\(x, y\): too many values"),
    (0.25, r"validation=\(x, y\): ")])
def test_a_slip_in_the_validation_data_is_explained_before_training(validation, text):
    net = network()
    with pytest.raises((TypeError, ValueError), match=text):
        fit(net, validation=validation)
    assert same(state_of(net), state_of(network()))


# ---- callbacks -----------------------------------------------------------------------------------

def test_callbacks_are_called_after_every_epoch_with_the_history_so_far():
    seen = []
    fit(callbacks=[lambda h: seen.append(("a", len(h.epoch))), lambda h: seen.append(("b", 0))])
    assert seen == [("a", 1), ("b", 0), ("a", 2), ("b", 0), ("a", 3), ("b", 0)]


def test_a_callback_that_returns_true_ends_training_and_the_others_still_hear_of_it():
    heard   = []
    history = fit(callbacks=[lambda h: len(h.epoch) == 2, lambda h: heard.append(h.epoch[-1])])
    assert history.epoch == heard == [1, 2]
    assert history.stopped == "a callback ended it"


def test_callbacks_hear_of_the_epoch_in_which_patience_ran_out():
    heard   = []
    history = fit(loss=Script(1, 2, 3), y=np.zeros((N, 2)), patience=2,
                  validation=(data()[0], np.zeros((N, 2))),
                  callbacks=[lambda h: heard.append(h.epoch[-1])])
    assert heard == history.epoch == [1, 2, 3]
    assert history.stopped == "no better validation loss for 2 epochs"


# ---- Ctrl-C --------------------------------------------------------------------------------------

def interrupt(*_):
    raise KeyboardInterrupt


def test_an_interruption_between_epochs_keeps_network_and_history():
    net, states = network(), []
    history = fit(net, callbacks=[lambda h: states.append(state_of(net)),
                                  lambda h: h.epoch[-1] == 2 and interrupt()])
    assert history.stopped == "interrupted" and history.epoch == [1, 2]
    assert same(state_of(net), states[1])


class Interrupted(dlf.CrossEntropy):
    """Ctrl-C comes in the middle of step 5, in the second epoch, while layers are training."""

    calls = 0

    def value_and_grad(self, y, target):
        self.calls += len(y) == 16
        return interrupt() if self.calls == 5 else super().value_and_grad(y, target)


def test_an_interruption_in_the_middle_of_a_step_leaves_a_network_that_can_predict():
    net, progress, (x, _) = network(), dlf.Progress(), data()
    history = fit(net, loss=Interrupted(), progress=progress)
    assert history.stopped == "interrupted" and history.epoch == [1]
    assert progress.t == 4
    assert not any(layer.training for _, layer in net.walk())
    assert np.array_equal(net(x), net(x)) and np.isfinite(net(x)).all()


def test_after_an_interruption_training_goes_on_from_the_last_whole_step():
    net, whole = (dlf.Sequential(dlf.Dense(2, 8), dlf.Tanh(), dlf.Dense(8, 2), rng=rng)
                  for rng in (np.random.default_rng(0), np.random.default_rng(0)))
    kept    = {"rng": np.random.default_rng(1), "optimizer": dlf.Adam(0.02),
               "progress": dlf.Progress(), "history": dlf.History()}
    history = fit(net, loss=Interrupted(), **kept)
    assert history.stopped == "interrupted" and kept["progress"].t == 4
    fit(net, **kept)
    fit(whole)
    assert history.epoch == [1, 2, 3] and history.stopped == "all epochs done"
    assert np.array_equal(net.theta, whole.theta)


def test_an_interruption_still_brings_the_best_weights_back():
    net, kept = network(), {}
    history = fit(net, epochs=9, patience=9, optimizer=dlf.Adam(0.1),
                  validation=(data()[0], 1 - data()[1]),
                  callbacks=[lambda h: kept.update({h.epoch[-1]: state_of(net)}),
                             lambda h: h.epoch[-1] == 4 and interrupt()])
    assert history.stopped == "interrupted" and history.best_epoch < 4
    assert same(state_of(net), kept[history.best_epoch])


# ---- the bar -------------------------------------------------------------------------------------

def test_without_a_bar_nothing_is_printed(capsys):
    fit(validation=data(1))
    assert capsys.readouterr() == ("", "")


def test_the_bar_goes_to_stderr_alone_and_shows_the_figures(capsys):
    fit(bar=True, validation=data(1))
    out, err = capsys.readouterr()
    assert out == "" and "3/3" in err
    for word in ("loss=", "accuracy=", "val_loss=", "val_accuracy="):
        assert word in err


# ---- predict in pieces ---------------------------------------------------------------------------

@pytest.mark.parametrize("n", [1, 1023, 1024, 1025, 3000])
def test_predicting_in_pieces_is_the_same_as_all_at_once(n):
    net = network()
    fit(net, epochs=1)
    x, _ = data(n=n)
    assert dlf.predict(net, x).shape == (n, 2)
    assert np.allclose(dlf.predict(net, x), net(x), rtol=1e-13, atol=1e-15)


def test_predicting_in_pieces_keeps_memory_small():
    class Widest(dlf.Layer):
        rows = 0

        def forward(self, x):
            self.rows = max(self.rows, len(x))
            return x

    net = dlf.Sequential(Widest())
    assert np.array_equal(dlf.predict(net, np.arange(5000.0)[:, None])[:, 0], np.arange(5000.0))
    assert net[0].rows == 1024


def test_predict_computes_in_the_networks_own_type():
    net = network().astype(np.float32)
    assert dlf.predict(net, data()[0]).dtype == np.float32


# ---- to go on ------------------------------------------------------------------------------------

def run():
    return {"net": network(), "rng": np.random.default_rng(1), "progress": dlf.Progress(),
            "optimizer": dlf.Adam(dlf.Cosine(0.05, steps=15)), "history": dlf.History()}


def test_two_fits_in_a_row_are_one_long_one_bit_for_bit():
    whole, parts = run(), run()
    fit(**whole, epochs=5, validation=data(1))
    fit(**parts, epochs=2, validation=data(1))
    parts = copy.deepcopy(parts)                                  # as if from a file
    fit(**parts, epochs=5, validation=data(1))
    assert same(state_of(whole["net"]), state_of(parts["net"]))
    for name in ("epoch", "loss", "metric", "val_loss", "val_metric", "lr"):
        assert getattr(whole["history"], name) == getattr(parts["history"], name)


def test_when_the_epochs_are_already_done_nothing_happens():
    parts = run()
    fit(**parts, epochs=3)
    before = state_of(parts["net"])
    again  = fit(**parts, epochs=3)
    assert again is parts["history"] and again.epoch == [1, 2, 3]
    assert same(state_of(parts["net"]), before)


def test_a_fit_without_progress_counts_its_epochs_from_one_again():
    net = network()
    assert fit(net).epoch == fit(net).epoch == [1, 2, 3]


# ---- what cannot go well -------------------------------------------------------------------------

@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_divergence_raises_and_the_history_that_was_handed_in_survives():
    history = dlf.History()
    x, _    = data()
    with pytest.raises(dlf.NotFinite, match="learning rate"):
        fit(dlf.Dense(2, 2), y=x, loss=dlf.MeanSquare(), optimizer=dlf.SGD(1e30), epochs=99,
            history=history)
    assert 0 < len(history.epoch) < 99


def test_a_slip_in_the_data_is_explained_by_fit_too():
    with pytest.raises(ValueError, match="x has 48 examples and y has 47"):
        fit(y=data()[1][:-1])
