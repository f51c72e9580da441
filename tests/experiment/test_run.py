"""A run: it trains as the library does, and can be reset, changed, rewound and branched exactly."""
import math

import numpy as np
import pytest

import dlf
from dlf.experiment import Config, ConfigError, Hidden, OwnData, Run

PLAIN = Config()
MOODY = Config(hidden=[Hidden(6, "relu", 0.2, "batch"), Hidden(4, "gelu", 0.0, "layer")],
               optimizer="adam", lr=0.01, penalty="l2", strength=0.001)
BOTH  = pytest.mark.parametrize("config", [PLAIN, MOODY])


def state(run):
    """Everything that decides how a run goes on."""
    buffers = [getattr(layer, b) for layer in run.net for b in layer.buffers]
    memory  = [getattr(run.optimizer, name) for name in run.optimizer.memory]
    order   = run.progress.order
    return [run.net.theta.copy(), *map(np.copy, buffers), *map(np.copy, memory),
            np.array([run.t, run.progress.epoch, run.progress.at, run.optimizer.t]),
            np.array([]) if order is None else order.copy(),
            np.array(str(run.rng.bit_generator.state))]


def same(a, b):
    return all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


# ---- training ------------------------------------------------------------------------------------

@BOTH
def test_a_run_is_the_librarys_own_training(config):
    run, twin = Run(config), Run(config)
    part = twin.data.train
    run.advance(steps=60)
    for step in dlf.train(twin.net, part.x, part.y, twin.loss, twin.optimizer, batch_size=10,
                          rng=twin.rng if config.draws else None, penalty=twin.penalty):
        if step.t == 60: break
    assert np.array_equal(run.net.theta, twin.net.theta)


def test_the_first_weights_lie_between_minus_and_plus_one_half_and_every_bias_is_a_tenth():
    weights = np.concatenate([Run(Config(seed=s)).net[0].W.ravel() for s in range(40)])
    run     = Run()
    assert np.abs(weights).max() <= 0.5 and abs(weights.std() - 1 / math.sqrt(12)) < 0.02
    assert all(np.all(layer.b == 0.1) for layer in run.net if isinstance(layer, dlf.Dense))


def test_a_step_by_hand_is_one_sample_one_batch_or_the_rest_of_the_epoch():
    run = Run()
    assert run.step_sample().size == 1 and run.progress.at == 1
    assert run.step_batch().size == 10 and run.progress.at == 11
    assert run.step_epoch().last and run.epoch == 1.0 and run.t == 2 + 24


def test_the_sample_step_takes_the_next_example_alone():
    run, twin = Run(), Run()
    x, y = twin.data.train.x[:1], twin.data.train.y[:1]
    run.step_sample()
    next(dlf.train(twin.net, x, y, twin.loss, twin.optimizer, batch_size=1))
    assert np.array_equal(run.net.theta, twin.net.theta)


@pytest.mark.parametrize("limit, made", [({"steps": 7}, 7), ({"epochs": 2}, 50),
                                         ({"steps": 7, "epochs": 2}, 7), ({"steps": 0}, 0)])
def test_advance_makes_as_many_steps_as_asked(limit, made):
    run = Run()
    assert run.advance(**limit) == made == run.t


def test_advance_for_a_while_makes_at_least_one_step():
    assert Run().advance(seconds=0.0) >= 1


def test_advance_without_a_limit_is_refused():
    with pytest.raises(ValueError, match="needs a limit"):
        Run().advance()


@BOTH
def test_slices_of_any_length_train_alike(config):
    whole, sliced = Run(config), Run(config)
    whole.advance(steps=90)
    for steps in (1, 24, 25, 7, 33):
        sliced.advance(steps=steps)
    assert same(state(whole), state(sliced))


def test_settings_that_do_not_fit_are_refused_at_the_start():
    with pytest.raises(ConfigError, match="use the squared error"):
        Run(Config(data="plane", loss="cross_entropy"))


# ---- measures ------------------------------------------------------------------------------------

def test_losses_and_accuracy_are_those_of_the_whole_parts():
    run = Run()
    run.advance(epochs=60)
    now, part = run.measure(), run.data.test
    out = run.net(part.x)
    assert now.test == pytest.approx(0.5 * ((out - part.y) ** 2).mean(), rel=1e-12)
    assert now.test_score == np.mean((out[:, 0] > 0) == part.labels)
    assert now.epoch == 60 and now.t == 1500


def test_the_score_of_numbers_is_r2():
    run = Run(Config(data="plane", n=200))
    run.advance(epochs=5)
    part = run.data.test
    assert run.measure().test_score == pytest.approx(dlf.metrics.r2(run.net(part.x), part.y))


def test_looking_adds_no_point_to_the_curves():
    run = Run()
    run.advance(epochs=3)
    before = len(run.curves().t)
    for _ in range(5):
        run.measure(), run.curves(), repr(run)
    assert len(run.curves().t) == before


def test_the_curves_end_at_the_present_step_and_increase():
    run = Run()
    run.advance(steps=333)
    t = run.curves().t
    assert t[0] == 0 and t[-1] == 333 and np.all(np.diff(t) > 0)
    assert run.curves().test[-1] == run.measure().test


def test_an_epoch_made_by_hand_is_recorded():
    run = Run()
    for _ in range(3):
        run.step_epoch()
    assert [point.t for point in run.history.points] == [0, 25, 50, 75]


def test_how_the_time_was_sliced_does_not_show_in_the_curves():
    whole, sliced = Run(), Run()
    whole.advance(steps=700)
    for _ in range(70):
        sliced.advance(steps=10)
    assert whole.history.points == sliced.history.points


# ---- reset, seeds --------------------------------------------------------------------------------

@BOTH
def test_reset_goes_to_the_same_weights_and_on_in_the_same_order_bit_for_bit(config):
    run = Run(config)
    start = state(run)
    run.advance(steps=80)
    end = state(run)
    run.reset()
    assert same(state(run), start)
    run.advance(steps=80)
    assert same(state(run), end)


def test_a_new_seed_draws_other_weights_and_keeps_the_data():
    run = Run()
    weights, points = run.net.theta.copy(), run.data.train.points.copy()
    assert run.new_seed().rebuilt and run.config.seed == 1
    assert not np.array_equal(run.net.theta, weights)
    assert np.array_equal(run.data.train.points, points)


# ---- changes -------------------------------------------------------------------------------------

@pytest.mark.parametrize("settings", [{"lr": 0.3}, {"batch_size": 25}, {"noise": 0.2},
                                      {"penalty": "l2", "strength": 0.1}, {"clip": 0.5}])
def test_a_live_change_keeps_the_weights_and_acts_from_the_next_step_on(settings):
    run, other = Run(), Run()
    run.advance(steps=40), other.advance(steps=40)
    weights = run.net.theta.copy()
    change  = run.change(**settings)
    assert not change.rebuilt and np.array_equal(run.net.theta, weights) and run.t == 40
    run.advance(steps=3), other.advance(steps=3)
    assert not np.array_equal(run.net.theta, other.net.theta)


@pytest.mark.parametrize("settings, word", [
    ({"hidden": [3]}, "hidden layers"), ({"seed": 4}, "seed"), ({"data": "xor"}, "data set"),
    ({"optimizer": "adam"}, "optimizer")])
def test_any_other_change_builds_the_network_anew_and_says_so(settings, word):
    run = Run()
    run.advance(steps=40)
    change = run.change(**settings)
    assert change.rebuilt and word in change.text and run.t == 0


def test_a_refused_change_changes_nothing():
    run = Run()
    run.advance(steps=40)
    before = state(run)
    with pytest.raises(ConfigError):
        run.change(loss="cross_entropy", output="tanh")
    with pytest.raises(ConfigError, match="nothing to learn"):
        run.change(data="formula", formula="x1 > 99")
    assert same(state(run), before) and run.config == Config() and run.advance(steps=1) == 1


def test_the_momentum_of_a_running_optimizer_can_be_changed():
    run = Run(Config(optimizer="momentum", lr=0.01))
    run.advance(steps=10)
    assert not run.change(momentum=0.5).rebuilt and run.optimizer.momentum == 0.5


def test_a_setting_set_to_what_it_was_is_no_change():
    assert Run().change(lr=0.03).text == "Nothing changed."


# ---- what stops it -------------------------------------------------------------------------------

def exploding():
    return Run(Config(data="plane", lr=50.0).change(activation="relu"))


def test_numbers_that_are_not_finite_stop_it_and_are_explained():
    run = exploding()
    run.advance(steps=500)
    assert "learning rate" in run.stopped and np.isfinite(run.net.theta).all()
    assert run.advance(steps=10) == 0 and run.step_batch() is None


def test_a_lower_rate_and_a_reset_make_it_go_again():
    run = exploding()
    run.advance(steps=500)
    run.change(lr=0.03)
    run.reset()
    assert run.stopped is None and run.advance(steps=10) == 10


def test_one_example_alone_is_too_few_for_batch_normalization_and_that_is_said():
    run = Run(MOODY)
    with pytest.raises(ConfigError, match="no variance"):
        run.step_sample()
    assert run.advance(steps=1) == 1


def test_a_batch_of_one_left_over_by_a_change_under_way_is_explained():
    run = Run(MOODY.change(n=100))                       # 50 to train on
    run.step_batch()
    run.change(batch_size=13)                            # 40 left: 13, 13, 13 and 1
    run.advance(steps=10)
    assert run.t == 4 and "at least 2 rows" in run.stopped


# ---- time travel ---------------------------------------------------------------------------------

@BOTH
@pytest.mark.parametrize("back", [0, 1, 137, 250, 399])
def test_going_back_and_on_again_is_bit_for_bit_the_first_time(config, back):
    run = Run(config)
    run.advance(steps=back)
    then = state(run)
    run.advance(steps=400 - back)
    end = state(run)
    run.rewind(back)
    assert same(state(run), then)
    run.advance(steps=400 - back)
    assert same(state(run), end)


def test_going_back_undoes_nothing_of_the_log_until_training_goes_on():
    run = Run()
    run.advance(steps=100)
    run.change(lr=0.3)
    run.step_sample()
    run.advance(steps=50)
    run.change(noise=0.3)
    run.advance(steps=20)
    end = state(run)
    run.rewind(30)
    assert run.config.lr == 0.03 and run.config.noise == 0 and run.last_t == 171
    run.rewind(171)
    assert same(state(run), end) and run.config.lr == 0.3 and run.config.noise == 0.3


def test_training_on_from_the_past_forgets_what_came_after():
    run = Run()
    run.advance(steps=300)
    run.rewind(100)
    run.change(lr=0.2)
    run.advance(steps=10)
    assert run.last_t == 110 and run.curves().t[-1] == 110 and run.times[-1] == 110
    assert [segment.t for segment in run.log] == [0, 100]


def test_the_curves_of_the_past_end_there():
    run = Run()
    run.advance(steps=500)
    run.rewind(200)
    assert run.curves().t[-1] == 200


@pytest.mark.parametrize("t", [-1, 51])
def test_a_step_that_was_never_reached_cannot_be_gone_to(t):
    run = Run()
    run.advance(steps=50)
    with pytest.raises(ValueError, match="from 0 to 50"):
        run.rewind(t)


@BOTH
def test_a_branch_goes_its_own_way_and_leaves_the_first_alone(config):
    run = Run(config)
    run.advance(steps=120)
    kept   = state(run)
    branch = run.branch()
    assert same(state(branch), kept)
    branch.change(lr=0.5)
    branch.advance(steps=30)
    assert same(state(run), kept) and run.config.lr == config.lr
    run.advance(steps=30)
    assert not np.array_equal(run.net.theta, branch.net.theta)
    branch.rewind(120)
    assert same(state(branch)[:1], kept[:1])


def test_own_data_of_one_column_can_be_learned():
    x   = np.linspace(-2, 2, 40)[:, None]
    run = Run(Config(lr=0.1).with_own(OwnData(x, x[:, 0] > 0.3)))
    run.advance(epochs=200)
    assert run.measure().train_score > 0.9
