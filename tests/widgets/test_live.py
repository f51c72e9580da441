"""Live training without a browser: sliders act on the running network, and reset is exact."""
import asyncio
import base64
import copy
import io
import re
import warnings

import matplotlib.image
import numpy as np
import pytest

import dlf
from dlf.widgets import live_session
from dlf.widgets.kernel import this_cell
from dlf.widgets.live import LiveTraining, pair
from dlf.widgets.live_controls import numbers, rates
from dlf.widgets.live_session import Session, some, thin_out


def network(rng, *more):
    return dlf.Sequential(dlf.Dense(2, 4), dlf.Tanh(), *more, dlf.Dense(4, 1), rng=rng)


def parts(rng, *more, optimizer=None, **how):
    """What a LiveTraining is made of, on a small circle."""
    train, test = dlf.datasets.circle(n=60, noise=0.1, rng=rng).split(0.5, rng=rng)
    return (network(rng, *more), train, dlf.BinaryCrossEntropy(), optimizer or dlf.SGD(0.1)), {
        "test": test, "batch_size": 10, "rng": rng, **how}


@pytest.fixture
def make(rng):
    """make(...) -> LiveTraining; all of them are closed after the test."""
    made = []

    def build(*more, **how):
        args, settings = parts(rng, *more, **how)
        made.append(LiveTraining(*args, **settings))
        return made[-1]
    yield build
    for live in made:
        live.close()


def play(live, until, seconds=20.0):
    """Play on an event loop until a condition holds, with somebody watching."""
    async def run():
        live.player.play()
        for _ in range(round(seconds / 0.02)):
            live.player.browser.heart.value += 1
            live.player.browser.pong.value = live.player.browser.ping.value
            await asyncio.sleep(0.02)
            if until():
                break
        live.player.pause()
        while not is_sharp(live.moving) and live.player.error is None:
            await asyncio.sleep(0.02)                  # the frame that shows where it stopped
    asyncio.run(run())
    assert until()


def is_sharp(pane):
    """Does it show a picture that stands still?"""
    return bytes(pane.image.value).startswith(b"data:image/png;base64,")


def shape(pane):
    """The room a pane takes on the page, and the sizes of the pictures in it."""
    return pane.image.layout.width, [(p.width, p.height) for p in pane.pictures]


def everything(session):
    """All that training changes, as bytes."""
    buffers = [getattr(layer, name) for _, layer in session.net.walk() for name in layer.buffers]
    memory  = [value for value in session.optimizer.state().values() if value is not None]
    return [np.asarray(a).tobytes() for a in (session.net.theta, *buffers, *memory)], \
        str(session.rng.bit_generator.state)


# ---- playing, stepping -------------------------------------------------------------------------

def test_it_trains_and_the_pictures_follow(make):
    live = make()
    shown = [pane.image.value for pane in live.panes]
    play(live, lambda: live.steps_done > 50 and live.player.frames > 8)
    assert live.player.error is None
    now = [pane.image.value for pane in live.panes]
    assert all(a != b for a, b in zip(shown, now))
    assert live.history.loss[-1] < live.history.loss[0]
    assert len(live.history.epoch) == len(live.history.val_loss) > 1
    assert all(map(is_sharp, live.panes))                      # since it is paused


def test_running_pictures_are_small(make):
    live = make()
    seen = []
    live.moving.image.observe(lambda change: seen.append(change["new"]), "value")
    play(live, lambda: len(seen) > 5)
    kind, code = bytes(seen[1]).split(b",")
    assert kind == b"data:image/jpeg;base64" and base64.b64decode(code)[:2] == b"\xff\xd8"
    assert len(seen[1]) < 80_000


def test_what_moves_is_one_message_a_frame(make):
    """Two images that change together would starve each other in a page."""
    live  = make()
    width = sum(picture.width for picture in live.moving.pictures)
    names = [type(picture).__name__ for picture in live.moving.pictures]
    assert names == ["NetworkPicture", "BoundaryPicture"]
    code  = base64.b64decode(bytes(live.moving.image.value).split(b",")[1])
    size  = matplotlib.image.imread(io.BytesIO(code), format="png").shape
    assert size == (2 * 280, 2 * width, 4)                     # at twice the pixels


def test_steps_are_one_batch_and_one_epoch(make):
    live = make()
    live.player.step("batch")
    assert live.steps_done == 1 and live.history.epoch == [0, 1 / 3]
    live.player.step("epoch")
    assert live.steps_done == 3 and live.history.epoch[-1] == 1.0
    live.player.step("epoch")
    assert live.steps_done == 6
    assert re.search(r"step <b[^>]*>6</b>", live.numbers.value)


def test_training_is_that_of_the_library(make):
    live = make()
    twin, rng = copy.deepcopy((live.net, live.session.rng))
    for _ in range(3):
        live.player.step("epoch")
    dlf.fit(twin, live.session.x, live.session.y, dlf.BinaryCrossEntropy(), dlf.SGD(0.1), epochs=3,
            batch_size=10, rng=rng, bar=False)
    assert np.array_equal(twin.theta, live.net.theta)


# ---- sliders -----------------------------------------------------------------------------------

def test_sliders_act_on_the_running_network(make):
    live = make()
    optimizer = live.session.optimizer
    play(live, lambda: live.steps_done > 5)
    before = live.steps_done, live.net.theta.copy()
    live.lr.value = 0.5
    assert optimizer.lr == 0.5
    live.batch_size.value = 5
    live.penalty.value = 0.1
    assert live.steps_done == before[0] and np.array_equal(live.net.theta, before[1])
    step = live.session.advance()
    assert (step.t, step.size) == (before[0] + 1, 5)
    assert live.session.using == (5, True) and live.session.penalty.strength == 0.1
    assert f"{0.5:g}" in live.numbers.value


def test_a_slider_while_it_plays_keeps_step_and_order(make):
    live = make()
    play(live, lambda: live.steps_done > 20)
    order = live.session.progress.order
    live.session.size = 7
    at = live.session.progress.at
    if at < 30:
        live.session.advance()
        assert live.session.progress.order is order


def test_a_penalty_pulls_and_zero_is_none(make):
    live = make()
    live.session.advance()
    assert live.session.using == (10, False)
    live.penalty.value = 1.0
    for _ in range(300):
        live.session.advance()
    assert np.abs(live.net[0].W).max() < 0.01
    own = make(penalty=dlf.L1(0.02))
    assert own.penalty.value == 0.02 and own.penalty.description == "L1 penalty"


def test_a_schedule_is_scaled_not_replaced(make):
    live = make(optimizer=dlf.SGD(lambda t: 1 / t))
    assert live.lr.description == "Rate times" and live.lr.value == 1.0
    live.lr.value = 0.1
    live.player.step("batch")
    assert live.session.lr == pytest.approx(0.1 / 2)


def test_the_learning_rate_given_is_not_rounded(make):
    live = make(optimizer=dlf.SGD(0.0123))
    assert live.lr.value == live.session.optimizer.lr == 0.0123
    assert 0.0123 in rates(0.0123) and rates(1e-7)[0] <= 1e-7 and rates(300)[-1] >= 300


def test_batch_sizes_that_cannot_be_are_not_offered(make):
    live = make(dlf.BatchNorm(4), batch_size=10)
    offered = [value for _, value in live.batch_size.options]
    assert 1 not in offered and 10 in offered and 30 in offered
    live.session.advance()
    live.batch_size.value = 30
    assert live.session.advance().size == 20              # the rest of the epoch is shorter
    live.session.size = 10
    assert live.session.advance().size == 10
    live.session.size = 19                                # 20 are left: it would leave one alone,
    assert live.session.advance().size == 10              # so it waits
    assert [live.session.advance().size for _ in range(3)] == [10, 19, 11]


# ---- back to the start -------------------------------------------------------------------------

@pytest.mark.parametrize("more", [(), (dlf.BatchNorm(4), dlf.Dropout(0.3))])
def test_reset_is_exact(make, more):
    live  = make(*more, optimizer=dlf.Adam(0.01))
    start = everything(live.session)
    for _ in range(4):
        live.player.step("epoch")
    first = everything(live.session)
    live.player.reset()
    assert live.steps_done == 0 and everything(live.session)[0][0] == start[0][0]
    assert everything(live.session)[1] == start[1]
    assert len(live.history.epoch) == 1
    for _ in range(4):
        live.player.step("epoch")
    assert everything(live.session) == first


def test_reset_keeps_what_the_sliders_say(make):
    live = make()
    live.lr.value, live.batch_size.value = 0.5, 5
    live.player.reset()
    assert live.session.optimizer.lr == 0.5 and live.session.advance().size == 5


def test_a_new_seed_is_a_new_start(make):
    live   = make(optimizer=dlf.Adam(0.01))
    before = live.net.theta.copy()
    live.player.step("epoch")
    live.player.new_seed()
    fresh = live.net.theta.copy()
    assert live.steps_done == 0 and not np.array_equal(before, fresh)
    live.player.step("epoch")
    live.player.reset()
    assert np.array_equal(live.net.theta, fresh)


# ---- errors ------------------------------------------------------------------------------------

def test_a_number_that_is_not_finite_stops_and_explains(make):
    live  = make()
    start = everything(live.session)
    live.net[0].W[...] = np.inf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        live.player.step("epoch")
    assert isinstance(live.player.error, dlf.NotFinite)
    assert "Step 1" in live.player.status.value and "alert" in live.player.status.value
    live.player.reset()
    assert live.player.error is None and everything(live.session) == start
    play(live, lambda: live.steps_done > 10)
    assert live.player.error is None


def test_after_an_error_training_can_go_on_without_reset(make):
    live  = make()
    theta = live.net.theta.copy()
    live.net.theta[...] = np.inf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        live.player.step("batch")
    assert live.player.error is not None
    live.net.theta[...] = theta
    live.player.step("batch")
    assert live.steps_done == 1


@pytest.mark.parametrize("data, name", [(np.zeros((3, 2)), "data"), (None, "data"),
                                        (np.zeros((2, 2)), "test")])
def test_data_of_another_kind_are_explained(data, name):
    with pytest.raises(TypeError, match=rf"{name} is a data set, or a pair"):
        pair(data, name)


def test_parts_that_do_not_fit_raise_at_once(rng):
    args, how = parts(rng)
    with pytest.raises(TypeError, match="loss"):
        LiveTraining(args[0], args[1], args[3], args[2], **how)
    with pytest.raises(ValueError, match="test: "):
        LiveTraining(*args, **{**how, "test": (how["test"].x, how["test"].y[:3])})
    with pytest.raises(ValueError, match=r"rows|shape|Dense"):
        LiveTraining(args[0], (np.zeros((4, 3)), np.zeros(4)), *args[2:], rng=rng)


# ---- any network, any data ---------------------------------------------------------------------

def cases(rng):
    digits   = dlf.datasets.digits().rows(slice(0, 60))
    penguins = dlf.datasets.penguins().drop_missing()
    penguins = (dlf.datasets.StandardScaler().fit(penguins.x).transform(penguins.x), penguins.y)
    plane    = dlf.datasets.plane(n=40, rng=rng)
    one, many = dlf.Dense(2, 1), dlf.Dense(10, 3)
    yield dlf.Sequential(dlf.Dense(64, 10)), digits, dlf.CrossEntropy(), "Images"
    yield dlf.Sequential(dlf.Reshape(1, 8, 8), dlf.Flatten(), dlf.Dense(64, 10)), \
        (digits.x.reshape(-1, 1, 8, 8), digits.y), dlf.CrossEntropy(), "Images"
    yield dlf.Sequential(many), penguins, dlf.CrossEntropy(), "Table"
    yield dlf.Sequential(one), plane, dlf.MeanSquare(), "Boundary"
    yield dlf.Sequential(dlf.Dense(3, 1)), (rng.normal(size=(30, 3)), rng.normal(size=30)), \
        dlf.MeanSquare(), "Measures"
    yield dlf.Sequential(dlf.Embedding(5, 4), dlf.Flatten(), dlf.Dense(12, 2)), \
        (rng.integers(5, size=(30, 3)), rng.integers(2, size=30)), dlf.CrossEntropy(), "Table"


def test_any_network_and_data(rng):
    for net, data, loss, kind in cases(rng):
        net.reset(rng)
        live = LiveTraining(net, data, loss, dlf.SGD(0.01), rng=rng)
        assert type(live.moving.pictures[1]).__name__ == f"{kind}Picture"
        live.which.value = "Updates"
        live.player.step("batch")
        live.player.step("epoch")
        assert live.player.error is None and live.steps_done >= 1, kind
        assert "nan" not in live.numbers.value
        live.close()


def test_float32_and_examples_in_order(rng):
    args, how = parts(rng)
    args[0].astype(np.float32)
    live = LiveTraining(*args, **{**how, "rng": None})
    live.player.step("epoch")
    live.player.new_seed()
    live.player.step("epoch")
    assert live.net.theta.dtype == np.float32 and live.player.error is None
    live.close()


# ---- the widget --------------------------------------------------------------------------------

def test_two_widgets_train_side_by_side(make):
    one, two = make(), make()
    async def run():
        one.player.play()
        two.player.play()
        for _ in range(400):
            await asyncio.sleep(0.02)
            for live in (one, two):
                live.player.browser.heart.value += 1
                live.player.browser.pong.value = live.player.browser.ping.value
            if min(one.steps_done, two.steps_done) > 20:
                break
        one.close()
        done = one.steps_done
        await asyncio.sleep(0.1)
        assert one.steps_done == done
        two.player.pause()
    asyncio.run(run())
    assert min(one.steps_done, two.steps_done) > 20
    assert one.player.error is None and two.player.error is None


def test_at_low_speed_every_picture_follows(make):
    live = make()
    live.player.speed.value = 1
    def all_have_moved():
        return all(pane.shown[0].split()[1] != "0" for pane in live.panes)
    play(live, all_have_moved)
    assert live.steps_done < 25


def test_weights_that_are_no_numbers_are_shown_once(make):
    live = make()
    async def run():
        live.net.theta[...] = np.nan
        live.player.redraw()
        await asyncio.sleep(0.6)
    asyncio.run(run())
    assert live.player.error is None and live.player.frames <= 2


def test_closing_takes_everything_off(make):
    live, other = make(), make()
    live.close()
    assert live.player.closed and live.view.comm is None
    assert live.moving.image.comm is None and live.lr.comm is None
    assert other.lr.comm is not None and other.lr.layout.comm is not None
    live.close()


def test_it_shows_itself_without_addresses(make):
    live   = make()
    bundle = live._repr_mimebundle_()
    assert bundle["text/plain"] == repr(live) == \
        "LiveTraining(network 2-4-1, 30 examples, 30 for the test)"
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert this_cell() == (None, None)


def test_nothing_changes_its_size(make):
    live  = make()
    sizes = [shape(pane) for pane in live.panes]
    live.player.step("epoch")
    live.which.value = "Updates"
    live.player.step("epoch")
    assert [shape(pane) for pane in live.panes] == sizes
    cells = re.findall(r"width:(\d+)ch", live.numbers.value)
    assert len(cells) == 6
    assert len(live.panes) == 4


def test_both_rows_of_pictures_are_equally_wide(make):
    live = make()
    widths = [int(pane.image.layout.width.removesuffix("px")) for pane in live.panes]
    assert sum(widths[:2]) == sum(widths[2:]) == 818


def test_words_for_those_who_do_not_see(make):
    live = make()
    live.player.step("epoch")
    for part in ("A network 2-4-1", "The network names", "Over", "gradients"):
        assert part in live.words.value
    assert live.words.value.count("the training loss went") == 1


def test_updates_are_watched_when_they_are_looked_at(make):
    live = make()
    live.which.value = "Updates"
    play(live, lambda: live.session.update is not None, seconds=10)
    texts = live.inside[0].pictures[0].rows.numbers.values()
    assert all(float(text.get_text()) > 0 for text in texts)


# ---- the session -------------------------------------------------------------------------------

@pytest.mark.parametrize("always, each, count", [
    (0,    1e-7, 2000),             # quick: all that are ever measured
    (0,    2e-4, 200),              # 0.04 seconds are for 200
    (0,    1e-2, 50),               # never fewer
    (0.02, 1e-5, 2000),             # what every measurement costs is not laid on the examples
])
def test_a_slow_network_is_measured_on_fewer_examples(rng, monkeypatch, always, each, count):
    now, asked = [0.0], []
    def judge(session, part):
        if part is not None:
            now[0] += always + each * session.count
            asked.append(session.count)
        return 0.0, 0.0
    monkeypatch.setattr(live_session, "clock", lambda: now[0])
    monkeypatch.setattr(Session, "judge", judge)
    args, _ = parts(rng)
    net, train, loss, optimizer = args
    session = Session(net, (train.x, train.y), loss, optimizer, rng=rng)
    assert session.count == pytest.approx(count, abs=1)
    assert max(asked) <= 4 * count                     # and no trial takes the page for long


def test_some_examples_are_spread_over_all():
    x, y = some(np.arange(100), np.arange(100), 5)
    assert list(x) == list(y) == [0, 24, 49, 74, 99]
    assert some(x, y, 10)[0] is x


def test_a_long_history_is_thinned(rng, monkeypatch):
    monkeypatch.setattr(live_session, "KEPT", 10)
    args, _ = parts(rng)
    net, train, loss, optimizer = args
    session = Session(net, (train.x, train.y), loss, optimizer, rng=rng)
    for _ in range(40):
        session.advance()
        session.measure()
    epochs = session.history.epoch
    assert len(epochs) <= 10 and epochs[0] == 0 and epochs[-1] == session.epoch
    assert epochs == sorted(epochs) and len(session.history.loss) == len(epochs)
    history = dlf.History(epoch=[0, 1, 2, 3, 4], loss=[0, 1, 2, 3, 4])
    thin_out(history)
    assert history.epoch[0] == 0 and history.epoch[-1] == 4 and len(history.epoch) < 5


def test_measuring_twice_at_one_step_is_one_entry(make):
    session = make().session
    session.measure()
    session.measure()
    assert session.history.epoch == [0.0]


def test_numbers_have_no_test_without_test_data(rng):
    args, _ = parts(rng)
    live = LiveTraining(*args, rng=rng)
    assert "test" not in numbers(live.session, 10.0) and "test" not in repr(live)
    live.close()
