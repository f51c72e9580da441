"""The training loop: what a step is, in which order examples come, what stops it, how to go on."""
import copy
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dlf

N = 25                                        # examples: with batches of 10 the last one is short


def data(seed=0):
    """25 examples of 3 numbers, and 2 numbers to predict from them."""
    rng = np.random.default_rng(seed)
    x   = rng.normal(size=(N, 3))
    return x, np.stack([x[:, 0] * x[:, 1], x.sum(axis=1)], axis=1)


def network(seed=0):
    return dlf.Sequential(dlf.Dense(3, 4), dlf.Tanh(), dlf.Dense(4, 2),
                          rng=np.random.default_rng(seed))


def moody_network(seed=0):
    """One whose layers behave differently while training."""
    return dlf.Sequential(dlf.Dense(3, 6), dlf.BatchNorm(6), dlf.ReLU(), dlf.Dropout(0.3),
                          dlf.Dense(6, 2), rng=np.random.default_rng(seed))


def steps_of(net, *, x=None, y=None, loss=None, optimizer=None, **options):
    """dlf.train with the usual parts, of which some may be replaced."""
    x_, y_ = data()
    options.setdefault("batch_size", 10)
    return dlf.train(net, x_ if x is None else x, y_ if y is None else y,
                     loss or dlf.MeanSquare(), optimizer or dlf.SGD(0.1), **options)


def trained(net, **options):
    """The network after all steps."""
    for _ in steps_of(net, **options):
        pass
    return net


class Spy(dlf.Layer):
    """Passes everything on and remembers what it saw while the network was running."""

    def forward(self, x):
        self.__dict__.setdefault("seen", []).append(x.copy())
        return x

    def backward(self, dy):
        return dy


def batches_seen(n, **options):
    """The examples of every step, for data 0, 1, 2, ... n - 1."""
    spy = Spy()
    x   = np.arange(n, dtype=float)[:, None]
    for _ in dlf.train(dlf.Sequential(spy, dlf.Dense(1, 1)), x, x, dlf.MeanSquare(), dlf.SGD(0.0),
                       **options):
        pass
    return [batch[:, 0].tolist() for batch in spy.seen[1:]]     # the first was a look beforehand


# ---- one step ------------------------------------------------------------------------------------

def test_one_step_of_gradient_descent_worked_by_hand():
    net = dlf.Dense(2, 1)
    net.W[...], net.b[...] = [[1, -1]], 0.5
    x, y = np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([0.0, 1.0])
    # outputs -0.5 and 3.5, errors -0.5 and 2.5; dW = mean of error * x, db = mean of error
    step = next(dlf.train(net, x, y, dlf.MeanSquare(), dlf.SGD(0.1), batch_size=2))
    assert step.loss == pytest.approx((0.5**2 + 2.5**2) / 2 / 2)
    assert np.allclose(net.dW, [[3.5, -0.5]]) and np.allclose(net.db, [1.0])
    assert step.norm == pytest.approx(math.sqrt(3.5**2 + 0.5**2 + 1.0**2))
    assert np.allclose(net.W, [[0.65, -0.95]]) and np.allclose(net.b, [0.4])


def test_a_step_tells_its_number_its_epoch_its_size_and_whether_it_was_the_last_of_the_epoch():
    told = [(s.t, s.epoch, s.size, s.last) for s in steps_of(network(), epochs=2)]
    assert told == [(1, 1, 10, False), (2, 1, 10, False), (3, 1, 5, True),
                    (4, 2, 10, False), (5, 2, 10, False), (6, 2, 5, True)]


def test_a_step_cannot_be_changed():
    step = next(steps_of(network()))
    with pytest.raises(AttributeError):
        step.loss = 0.0


def test_the_loss_of_a_step_is_that_of_its_batch_before_the_update():
    net, (x, y) = network(), data()
    before = dlf.MeanSquare()(net(x[:10]), y[:10])
    step   = next(steps_of(net))
    assert step.loss == pytest.approx(before, rel=1e-14)
    assert dlf.MeanSquare()(net(x[:10]), y[:10]) < before


def test_a_short_last_batch_is_a_mean_over_its_own_examples():
    net, (x, y) = network(), data()
    steps = steps_of(net, optimizer=dlf.SGD(0.1))
    next(steps), next(steps)
    twin = copy.deepcopy(net)
    last = next(steps)
    error = twin(x[20:]) - y[20:]                                 # five examples
    assert last.loss == pytest.approx(0.5 * (error**2).sum() / 5)
    db = error.sum(axis=0) / 5
    assert np.allclose(net[2].b, twin[2].b - 0.1 * db, rtol=1e-13)


def test_losses_weighted_by_batch_size_add_up_to_the_loss_of_all_examples():
    net, (x, y) = network(), data()
    steps = list(steps_of(net, optimizer=dlf.SGD(0.0), epochs=1))
    mean  = sum(s.loss * s.size for s in steps) / N
    assert mean == pytest.approx(dlf.MeanSquare()(net(x), y), rel=1e-13)


def test_a_batch_size_beyond_the_data_means_all_of_it():
    assert [s.size for s in steps_of(network(), batch_size=1000, epochs=2)] == [N, N]


# ---- the order of the examples -------------------------------------------------------------------

def test_without_a_generator_examples_come_in_order():
    assert batches_seen(5, batch_size=2, epochs=2) == [[0, 1], [2, 3], [4], [0, 1], [2, 3], [4]]


@settings(max_examples=40, deadline=None)
@given(n=st.integers(1, 60), batch_size=st.integers(1, 70), seed=st.integers(0, 9))
def test_every_example_is_seen_exactly_once_an_epoch(n, batch_size, seed):
    seen  = batches_seen(n, batch_size=batch_size, epochs=3, rng=np.random.default_rng(seed))
    whole = list(itertools.chain(*seen))
    assert len(seen) == 3 * math.ceil(n / batch_size)
    for epoch in (whole[:n], whole[n:2 * n], whole[2 * n:]):
        assert sorted(epoch) == list(range(n))


def test_every_epoch_has_an_order_of_its_own():
    first, second = batches_seen(40, batch_size=40, epochs=2, rng=np.random.default_rng(0))
    assert first != second != sorted(second)


def test_data_larger_than_one_fetch_lose_and_repeat_no_example(monkeypatch):
    monkeypatch.setattr(dlf.training, "GATHER", 3 * 4 * 8)        # three batches of 4 at a time
    seen = batches_seen(30, batch_size=4, epochs=1, rng=np.random.default_rng(0))
    assert [len(batch) for batch in seen] == [4] * 7 + [2]
    assert sorted(itertools.chain(*seen)) == list(range(30))


def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not():
    a, b, c = (trained(moody_network(), rng=np.random.default_rng(seed), epochs=3).theta
               for seed in (5, 5, 6))
    assert np.array_equal(a, b) and not np.array_equal(a, c)


# ---- when it ends --------------------------------------------------------------------------------

def test_training_is_endless_unless_told_otherwise():
    steps = list(itertools.islice(steps_of(network()), 1000))
    assert (steps[-1].t, steps[-1].epoch) == (1000, 334)


@pytest.mark.parametrize("epochs", [0, 1, 4])
def test_it_ends_after_exactly_so_many_epochs(epochs):
    assert len(list(steps_of(network(), epochs=epochs))) == 3 * epochs


def test_no_epochs_leave_the_network_as_it_was():
    assert np.array_equal(trained(network(), epochs=0).theta, network().theta)


# ---- between steps -------------------------------------------------------------------------------

def test_at_every_yield_the_network_is_ready_to_predict():
    net, (x, _) = moody_network(), data()
    for _ in steps_of(net, rng=np.random.default_rng(0), epochs=2):
        assert not any(layer.training for _, layer in net.walk())
        assert np.array_equal(net(x), net(x))                    # dropout would draw anew
        assert np.allclose(net(x[:1]), net(x)[:1])               # batch norm would see neighbors


def test_predicting_between_steps_changes_nothing():
    quiet, asked = moody_network(), moody_network()
    trained(quiet, rng=np.random.default_rng(0), epochs=3)
    for _ in steps_of(asked, rng=np.random.default_rng(0), epochs=3):
        asked(np.ones((7, 3)))
    assert np.array_equal(quiet.theta, asked.theta)
    assert np.array_equal(quiet[1].mean, asked[1].mean)


def test_data_are_never_written_to():
    x, y = data()
    x.flags.writeable = y.flags.writeable = False                # writing raises
    kept = x.copy(), y.copy()
    trained(moody_network(), x=x, y=y, rng=np.random.default_rng(0), epochs=2,
            penalty=dlf.L2(0.1), clip=0.1)
    assert np.array_equal(x, kept[0]) and np.array_equal(y, kept[1])


def test_a_new_learning_rate_acts_from_the_next_step_on():
    net, optimizer = network(), dlf.SGD(0.1)
    steps = steps_of(net, optimizer=optimizer)
    next(steps)
    optimizer.lr, before = 0.0, net.theta.copy()
    next(steps)
    assert np.array_equal(net.theta, before)
    optimizer.lr = 0.2
    next(steps)
    assert np.allclose(net.theta, before - 0.2 * net.dtheta, rtol=1e-13)


def test_a_new_penalty_strength_acts_from_the_next_step_on():
    net, penalty = network(), dlf.L2(0.0)
    squares = sum((layer.W**2).sum() for layer in (net[0], net[2]))
    steps   = steps_of(net, optimizer=dlf.SGD(0.0), penalty=penalty, batch_size=N)
    plain   = next(steps).loss
    penalty.strength = 3.0
    assert next(steps).loss == pytest.approx(plain + 1.5 * squares, rel=1e-13)


# ---- penalty, clipping ---------------------------------------------------------------------------

@pytest.mark.parametrize("penalty, cost, slope", [
    (dlf.L2(0.3), lambda W: 0.15 * (W**2).sum(), lambda W: 0.3 * W),
    (dlf.L1(0.3), lambda W: 0.3 * np.abs(W).sum(), lambda W: 0.3 * np.sign(W))])
def test_a_penalty_adds_to_the_loss_and_pulls_at_weights_alone(penalty, cost, slope):
    rng = np.random.default_rng(0)
    free, bound = (dlf.Sequential(dlf.Dense(3, 4), dlf.BatchNorm(4), dlf.Dense(4, 2), rng=rng)
                   for rng in (np.random.default_rng(1), np.random.default_rng(1)))
    for net in (free, bound):                                    # nothing is 0 or 1 by accident
        net.theta[...] = np.random.default_rng(2).normal(size=net.n_parameters)
    weights = [free[i].W.copy() for i in (0, 2)]
    loss_free  = next(steps_of(free,  optimizer=dlf.SGD(1.0), rng=rng, batch_size=N)).loss
    loss_bound = next(steps_of(bound, optimizer=dlf.SGD(1.0), batch_size=N, penalty=penalty)).loss
    assert loss_bound - loss_free == pytest.approx(sum(map(cost, weights)), rel=1e-12)
    for i, W in zip((0, 2), weights):
        assert np.allclose(free[i].W - bound[i].W, slope(W), atol=1e-12)
        assert np.allclose(free[i].b, bound[i].b, atol=1e-12)
    assert np.allclose(free[1].gamma, bound[1].gamma, atol=1e-12)
    assert np.allclose(free[1].beta, bound[1].beta, atol=1e-12)


def test_clipping_bounds_the_update_and_keeps_its_direction():
    free, bound, start = network(), network(), network().theta
    step = next(steps_of(bound, optimizer=dlf.SGD(1.0), clip=0.01))
    next(steps_of(free, optimizer=dlf.SGD(1.0)))
    moved = bound.theta - start
    assert np.linalg.norm(moved) == pytest.approx(0.01)
    assert step.norm == pytest.approx(np.linalg.norm(free.theta - start)) and step.norm > 0.01
    assert np.allclose(moved / 0.01, (free.theta - start) / step.norm)


def test_a_gradient_within_the_limit_is_not_lengthened():
    assert np.array_equal(trained(network(), epochs=1).theta,
                          trained(network(), epochs=1, clip=1e6).theta)


# ---- next to PyTorch -----------------------------------------------------------------------------

def test_on_the_digits_it_learns_as_well_as_pytorch_does(torch):
    ours, theirs = zip(*(accuracies(torch, seed) for seed in range(3)))
    assert np.mean(ours) > 0.95                                  # a linear model gets so far
    assert abs(np.mean(ours) - np.mean(theirs)) <= 0.005


def accuracies(torch, seed, epochs=5, size=32):
    """Test accuracy of dlf and of PyTorch: same data, first weights, and order of examples."""
    rng  = np.random.default_rng(seed)
    train, test = dlf.datasets.digits().split(0.25, rng=rng)
    net  = dlf.Sequential(dlf.Dense(64, 32), dlf.ReLU(), dlf.Dense(32, 10), rng=rng)
    twin = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
    with torch.no_grad():
        for p, (_, value, _) in zip(twin.parameters(), net.parameters()):
            p.copy_(torch.from_numpy(value))
    adam = torch.optim.Adam(twin.parameters(), lr=0.005)
    x, y = torch.tensor(train.x, dtype=torch.float32), torch.tensor(train.y)
    draw = np.random.default_rng(seed)
    for _ in range(epochs):
        for rows in torch.from_numpy(draw.permutation(len(x))).split(size):
            adam.zero_grad()
            torch.nn.functional.cross_entropy(twin(x[rows]), y[rows]).backward()
            adam.step()
    for _ in dlf.train(net, train.x, train.y, dlf.CrossEntropy(), dlf.Adam(0.005), epochs=epochs,
                       batch_size=size, rng=np.random.default_rng(seed)):
        pass
    with torch.no_grad():
        scores = twin(torch.tensor(test.x, dtype=torch.float32)).numpy()
    return dlf.metrics.accuracy(net(test.x), test.y), dlf.metrics.accuracy(scores, test.y)


# ---- kinds of data -------------------------------------------------------------------------------

def test_a_float32_network_trains_in_float32_whatever_the_data_are():
    x, y = data()
    wide   = trained(network().astype(np.float32), epochs=2)
    narrow = trained(network().astype(np.float32), epochs=2, x=x.astype(np.float32),
                     y=y.astype(np.float32))
    assert wide.theta.dtype == np.float32 and wide(x).dtype == np.float32
    assert np.array_equal(wide.theta, narrow.theta)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, bool, np.float16])
def test_other_number_types_train_as_if_they_were_floats(dtype):
    x = (np.random.default_rng(0).random((N, 3)) > 0.5).astype(dtype)
    assert np.array_equal(trained(network(), x=x, epochs=2).theta,
                          trained(network(), x=x.astype(float), epochs=2).theta)


def test_lists_will_do():
    x, y = data()
    assert np.array_equal(trained(network(), x=x.tolist(), y=y.tolist(), epochs=1).theta,
                          trained(network(), epochs=1).theta)


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("layout", [np.asfortranarray, lambda a: np.repeat(a, 2, axis=0)[::2],
                                    lambda a: a[::-1].copy()[::-1]],
                         ids=["Fortran order", "every second row", "backward"])
def test_how_the_data_lie_in_memory_makes_no_difference(layout, shuffle):
    x, y = data()
    a, b = (trained(network(), x=x, y=y, epochs=3,
                    rng=np.random.default_rng(0) if shuffle else None).theta
            for x, y in ((x, y), (layout(x), layout(y))))
    assert np.allclose(a, b, rtol=1e-12)


def test_finite_numbers_too_large_to_add_up_are_still_data():
    x, y = np.full((N, 3), 1.5e308), np.zeros((N, 2))
    net = network()
    net[0].W[...] = 0                                            # so that nothing overflows
    with np.errstate(over="ignore"):
        assert next(steps_of(net, x=x, y=y, optimizer=dlf.SGD(0.0), loss=dlf.MeanAbsolute(),
                             batch_size=1)).loss >= 0


def test_a_single_layer_is_a_network_too():
    x, y = data()
    loss = [s.loss for s in dlf.train(dlf.Dense(3, 2), x, y, dlf.MeanSquare(), dlf.SGD(0.1),
                                      epochs=20)]
    assert loss[-1] < 0.5 * loss[0]


def test_a_network_that_begins_with_symbols_learns_the_next_one():
    rng = np.random.default_rng(0)
    net = dlf.Sequential(dlf.Embedding(5, 4), dlf.Dense(4, 5), rng=rng)
    now = np.arange(40) % 5
    for _ in dlf.train(net, now, (now + 1) % 5, dlf.CrossEntropy(), dlf.Adam(0.05), rng=rng,
                       batch_size=8, epochs=20):
        pass
    assert np.array_equal(net(np.arange(5)).argmax(axis=1), [1, 2, 3, 4, 0])


def test_weights_that_were_replaced_instead_of_written_to_are_found_again():
    net, W = network(), np.full((4, 3), 0.25)
    net[0].W = W                                                 # a slip: W[...] = ... was meant
    twin = network()
    twin[0].W[...] = 0.25
    assert np.array_equal(trained(net, epochs=1).theta, trained(twin, epochs=1).theta)
    assert not np.array_equal(net[0].W, W) and net.is_tied()


# ---- what is wrong is said before the first step -------------------------------------------------

X, Y   = data()
LABELS = np.arange(N) % 2


def put(a, value, at=(3, 1)):
    """A copy of `a` with one number replaced."""
    a = a.copy()
    a[at] = value
    return a


CE = dlf.CrossEntropy()

SLIPS = {
    "nan in x":          ({"x": put(X, np.nan)}, ValueError, r"x holds 1 .* index \(3, 1\).*Fill"),
    "infinity in x":     ({"x": put(X, np.inf)}, ValueError, r"x holds 1 .* nan or infinite"),
    "nan in y":          ({"y": put(Y, np.nan)}, ValueError, r"y holds 1 .* index \(3, 1\)"),
    "no examples":       ({"x": X[:0], "y": Y[:0]}, ValueError, "x is empty.*at least one example"),
    "other lengths":     ({"y": Y[:-1]}, ValueError, "x has 25 examples and y has 24"),
    "x in columns":      ({"x": X.T}, dlf.ShapeError, r"x has 3 examples and y has 25.*pass x\.T"),
    "both in columns":   ({"x": X.T, "y": Y.T}, dlf.ShapeError, r"pass x\.T and y\.T"),
    "equal by accident": ({"x": X.T, "y": Y[:3]}, dlf.ShapeError, r"expects .* got \(1, 25\)"),
    "too few features":  ({"x": X[:, :2]}, dlf.ShapeError, r"expects .* \(\.\.\., 3\).*layer 0"),
    "ragged x":          ({"x": [[1, 2, 3], [4, 5]]}, dlf.ShapeError, "x .* different lengths"),
    "ragged y":          ({"y": [[1, 2], [3]]}, dlf.ShapeError, "y .* different lengths"),
    "text in x":         ({"x": X.astype(str)}, TypeError, "x must hold numbers.*read_csv"),
    "gaps as None":      ({"x": put(X.astype(object), None)}, TypeError, "x must hold numbers"),
    "a single number":   ({"x": 5.0}, TypeError, "one example a row, got a float"),
    "nothing":           ({"y": {}}, TypeError, "y must be an array .* got a dict"),
    "a whole data set":  ({"x": dlf.datasets.wine()}, TypeError, r"Pass its \.x and its \.y"),
    "one target of two": ({"y": Y[:, :1]}, dlf.ShapeError, r"\(batch, 2\).*\(batch, 1\)"),
    "labels for MSE":    ({"y": LABELS}, dlf.ShapeError, r"CrossEntropy\(\).*np\.eye\(2\)"),
    "text labels":       ({"y": LABELS.astype(str), "loss": CE}, TypeError, "return_inverse=True"),
    "labels from 1":     ({"y": LABELS + 1, "loss": CE}, ValueError,
                          r"classes are 0 \.\.\. 1; the targets hold 1 \.\.\. 2"),
    "label -1":          ({"y": 2 * LABELS - 1, "loss": CE}, ValueError, r"hold -1 \.\.\. 1"),
    "half a class":      ({"y": LABELS + 0.5, "loss": CE}, TypeError, r"got 0\.5.*MeanSquare"),
    "no probabilities":  ({"y": Y, "loss": CE}, ValueError, "add up to 1"),
    "yes and no as +-1": ({"y": np.sign(Y), "loss": dlf.BinaryCrossEntropy()}, ValueError,
                          r"\(target \+ 1\) / 2"),
    "batches of 0":      ({"batch_size": 0}, ValueError, "batch_size .* at least 1, got 0"),
    "half an example":   ({"batch_size": 2.5}, ValueError, "batch_size .* got 2.5"),
    "a seed as rng":     ({"rng": 0}, TypeError, r"np\.random\.default_rng\(0\)"),
    "the module as rng": ({"rng": np.random}, TypeError, r"np\.random\.default_rng\(0\)"),
    "an old generator":  ({"rng": np.random.RandomState(0)}, TypeError, "rng must be a NumPy gen"),
    "a class as loss":   ({"loss": dlf.MeanSquare}, TypeError, r"loss is a class.*MeanSquare\("),
    "a bare rate":       ({"optimizer": 0.1}, TypeError, r"optimizer must .*SGD\(0\.1\); got 0\.1"),
    "a bare strength":   ({"penalty": 0.1}, TypeError, r"penalty must be .*dlf\.L2\("),
    "clipping to 0":     ({"clip": 0}, ValueError, "clip, the longest gradient .* got 0"),
    "progress of more":  ({"progress": dlf.Progress(9, 3, 10, np.arange(30))}, ValueError,
                          r"made on 30 examples; x has 25.*dlf\.Progress\(\)"),
    "progress of fewer": ({"progress": dlf.Progress(9, 3, 10, np.arange(20))}, ValueError,
                          "made on 20 examples; x has 25"),
    "ordered progress":  ({"progress": dlf.Progress(9, 3, 26)}, ValueError, "x has 25"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_explained_before_the_first_step_and_nothing_has_changed(slip):
    parts, error, text = SLIPS[slip]
    net, optimizer = network(), dlf.SGD(0.1)
    with pytest.raises(error, match=text):
        next(steps_of(net, **{"optimizer": optimizer} | parts))
    assert np.array_equal(net.theta, network().theta) and optimizer.t == 0


def test_dropout_asks_for_a_generator_before_the_first_step():
    net = moody_network()
    with pytest.raises(ValueError, match=r"Dropout.*rng="):
        next(steps_of(net))
    assert np.array_equal(net.theta, moody_network().theta)


def test_dropout_that_drops_nothing_needs_no_generator():
    net = dlf.Sequential(dlf.Dense(3, 2), dlf.Dropout(0.0))
    assert next(steps_of(net)).t == 1


def test_a_replaced_weight_of_another_shape_is_named():
    net = network()
    net[0].W = np.zeros((3, 4))
    with pytest.raises(ValueError, match=r"Dense\(3, 4\): W must have shape \(4, 3\)"):
        next(steps_of(net))


# ---- errors on the way ---------------------------------------------------------------------------

def test_an_error_in_a_step_leaves_the_network_ready_to_predict():
    net = dlf.Sequential(dlf.Embedding(3, 2), dlf.BatchNorm(2), dlf.Dense(2, 2))
    x   = np.array([0, 1, 2, 0, 9, 1])                           # the second batch has symbol 9
    steps = dlf.train(net, x, np.zeros(6, int), dlf.CrossEntropy(), dlf.SGD(0.1), batch_size=3)
    next(steps)
    with pytest.raises(ValueError, match=r"the input holds 0 \.\.\. 9.*layer 0"):
        next(steps)
    assert not net[1].training and np.isfinite(net(x[:1])).all()


def test_batch_norm_says_before_the_first_step_that_a_last_batch_of_one_is_too_short():
    net = moody_network()
    with pytest.raises(ValueError, match=r"BatchNorm.*at least 2.*25 examples in batches of 12"):
        next(steps_of(net, batch_size=12, rng=np.random.default_rng(0)))
    assert np.array_equal(net[1].mean, np.zeros(6))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("make", [network, moody_network])
def test_divergence_stops_with_the_network_as_it_was_before_that_step(make):
    net, optimizer = make(), dlf.Adam(1e160)
    steps = steps_of(net, optimizer=optimizer, rng=np.random.default_rng(0))
    with pytest.raises(dlf.NotFinite) as caught:
        for _ in range(100):
            kept = [a.copy() for a in state_of(net)]
            t    = optimizer.t
            next(steps)
    assert all(np.array_equal(a, b) for a, b in zip(kept, state_of(net), strict=True))
    assert all(np.isfinite(a).all() for a in state_of(net)) and optimizer.t == t
    assert f"Step {t + 1} (epoch 1)" in str(caught.value)
    assert not any(layer.training for _, layer in net.walk())


def state_of(net):
    """All that training changes: parameters and running averages."""
    return [net.theta, *(getattr(layer, b) for _, layer in net.walk() for b in layer.buffers)]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("weight, x, culprit", [
    (1e200, 1e200, r"layer 0, Dense\(1, 1\): its output"),
    (1e-300, 1e300, r"on the way back is the gradient of 0\.W"),
    (1e-200, 1e200, "their squares no longer are")])
def test_the_first_number_that_overflowed_is_named(weight, x, culprit):
    net = dlf.Sequential(dlf.Dense(1, 1), dlf.Dense(1, 1))
    net[0].W[...], net[1].W[...] = weight, 1e9
    with pytest.raises(dlf.NotFinite, match=rf"{culprit}.*learning rate.*clip=1\.0") as caught:
        next(dlf.train(net, [[x]], [[0.0]], dlf.MeanSquare(), dlf.SGD(0.1)))
    assert f"not scaled (here up to {x:.3g})" in str(caught.value)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_layer_inside_a_residual_is_named_by_its_path():
    net = dlf.Sequential(dlf.Dense(1, 1), dlf.Residual(dlf.Tanh(), dlf.Dense(1, 1)))
    net[0].W[...], net[1][1].W[...], net[1][1].b[...] = 1, 1e308, 1e308
    with pytest.raises(dlf.NotFinite, match=r"layer 1\.1, Dense\(1, 1\)"):
        next(dlf.train(net, [[5.0]], [[0.0]], dlf.MeanSquare(), dlf.SGD(0.1)))


# ---- progress: to stop and go on -----------------------------------------------------------------

def everything(seed=3):
    """A network, an optimizer and a generator with all the memory that training can have."""
    return {"net": moody_network(seed), "rng": np.random.default_rng(seed),
            "optimizer": dlf.Adam(dlf.WarmUp(dlf.Cosine(0.05, steps=12), steps=4)),
            "progress": dlf.Progress()}


@pytest.mark.parametrize("stop", [1, 2, 3, 4, 6, 8])
def test_going_on_gives_the_bits_of_a_run_that_was_never_stopped(stop):
    whole, parts = everything(), everything()
    losses = [s.loss for s in steps_of(**whole, epochs=3)]
    first  = [s.loss for s in itertools.islice(steps_of(**parts, epochs=3), stop)]
    parts  = copy.deepcopy(parts)                                # as if from a file
    second = [s.loss for s in steps_of(**parts, epochs=3)]
    assert first + second == losses
    assert all(np.array_equal(a, b) for a, b in zip(state_of(whole["net"]), state_of(parts["net"])))


def test_more_epochs_can_follow_when_all_were_done():
    whole, parts = everything(), everything()
    losses = [s.loss for s in steps_of(**whole, epochs=3)]
    pieces = [[s.loss for s in steps_of(**parts, epochs=epochs)] for epochs in (1, 1, 3)]
    assert pieces == [losses[:3], [], losses[3:]]


def test_going_on_without_shuffling_starts_where_it_stopped():
    progress, spy = dlf.Progress(), []
    for part in (2, 3):
        net = dlf.Sequential(Spy(), dlf.Dense(1, 1))
        x   = np.arange(5.0)[:, None]
        for _ in itertools.islice(dlf.train(net, x, x, dlf.MeanSquare(), dlf.SGD(0.0),
                                            batch_size=1, progress=progress), part):
            pass
        spy += [batch.item() for batch in net[0].seen[1:]]
    assert spy == [0, 1, 2, 3, 4]


def test_progress_is_kept_up_to_date():
    progress = dlf.Progress()
    for step in steps_of(network(), progress=progress, epochs=2):
        used = N if step.last else 10 * (1 + (step.t - 1) % 3)
        assert (progress.t, progress.epoch, progress.at) == (step.t, step.epoch, used)
