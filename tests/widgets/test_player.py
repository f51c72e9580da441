"""The driver without a browser: a clock that we move, one turn at a time, and real event loops."""
import asyncio
import signal
import threading

import ipywidgets as widgets
import pytest

from dlf.widgets import kernel as around
from dlf.widgets import player as module
from dlf.widgets import turns as scheduler
from dlf.widgets.browser import ACK, BEAT
from dlf.widgets.kernel import CELLS
from dlf.widgets.player import AWAY, BROKEN, ENDED, Player
from dlf.widgets.turns import Turns, turns_of


class Clock:
    """Time that passes only when it is told to."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    for part in (module, scheduler):
        monkeypatch.setattr(part, "clock", made)
    return made


class Show:
    """Something to play: each update and each frame takes a known time."""

    def __init__(self, clock, update=0.001, frame=0.002, **settings):
        self.clock, self.update, self.frame = clock, update, frame
        self.t, self.start, self.drawn, self.updates, self.closings = 0, 0, [], 0, 0
        self.broken = self.blind = False
        self.player = Player(self.advance, self.draw, reset=self.reset, new_seed=self.reseed,
                             steps={"batch": self.advance, "epoch": self.epoch},
                             on_close=self.closed, **settings)

    def advance(self):
        if self.broken:
            raise ValueError("The learning rate is too large.")
        self.clock.now += self.update
        self.t       += 1
        self.updates += 1

    def epoch(self):
        for _ in range(50):
            yield self.advance()

    def draw(self, frame):
        if self.blind:
            raise KeyError("no such neuron")
        self.clock.now += self.frame
        self.drawn.append((frame, self.t))

    def reset(self):
        self.t = self.start

    def reseed(self):
        self.start += 1000
        self.t = self.start

    def closed(self):
        self.closings += 1


class Page:
    """Stands for the browser: beats, and acknowledges what it was sent, unless it is away."""

    def __init__(self, *players):
        self.players, self.next_beat = players, 0.0
        self.here = self.quick = True

    def live(self, now):
        for browser in (player.browser for player in self.players if self.here):
            if self.quick:
                browser.pong.value = browser.ping.value
            if now >= self.next_beat and browser.heart.playing:
                browser.heart.value = (browser.heart.value + 1) % browser.heart.max
        if now >= self.next_beat:
            self.next_beat = now + BEAT


def run(clock, turns, seconds, page=None):
    """Take turns for so long, with a clock that also passes while the kernel rests."""
    end = clock.now + seconds
    while clock.now < end:
        if page is not None:
            page.live(clock.now)
        rest = turns.once()
        if rest is None:
            return
        clock.now += rest


@pytest.fixture
def stage(clock, monkeypatch):
    """Turns that we take by hand: players find a loop that never runs a task."""
    turns = Turns()
    turns.task = asyncio.Future(loop=asyncio.new_event_loop())     # as if one were running
    monkeypatch.setattr(module, "turns_of", lambda loop: turns)
    monkeypatch.setattr(Player, "_has_loop", lambda self: True)
    yield turns
    turns.task.get_loop().close()


def words(player):
    return player.status.value


# ---- the controls ------------------------------------------------------------------------------

def test_play_trains_and_draws_until_pause(clock, stage):
    show = Show(clock)
    page = Page(show.player)
    show.player.play_button.click()
    assert show.player.playing and "Playing" in words(show.player)
    run(clock, stage, 2.0, page)
    assert show.player.frames == pytest.approx(2 * 30, rel=0.1)
    assert show.updates > 1000
    show.player.play_button.click()
    assert not show.player.playing and "Paused" in words(show.player)
    run(clock, stage, 1.0, page)
    assert show.drawn[-1][1] == show.t                 # the last picture shows the last state
    assert stage.players == []                         # and the loop has nothing to do


def test_the_button_says_what_it_will_do(clock, stage):
    show = Show(clock)
    assert show.player.play_button.description == "▶ Play"
    show.player.play()
    assert show.player.play_button.description.endswith("Pause")


@pytest.mark.parametrize(("label", "t"), [("batch", 1), ("epoch", 50)])
def test_a_step_pauses_and_goes_one_step_further(clock, stage, label, t):
    show = Show(clock)
    show.player.play()
    click(show.player, label)
    run(clock, stage, 1.0)
    assert not show.player.playing
    assert show.t == show.drawn[-1][1] == t


def test_a_long_step_runs_in_slices(clock, stage):
    show = Show(clock, update=0.010)
    show.player.step("epoch")
    stage.once()
    assert show.t <= 3                                 # then the kernel reads its messages
    run(clock, stage, 2.0)
    assert show.t == 50


def test_pause_ends_a_long_step(clock, stage):
    show = Show(clock, update=0.010)
    show.player.step("epoch")
    stage.once()
    show.player.pause()
    run(clock, stage, 2.0)
    assert show.t < 10


def test_reset_and_new_seed(clock, stage):
    show = Show(clock)
    show.player.play()
    run(clock, stage, 0.2)
    click(show.player, "Reset")
    assert show.t == 0 and not show.player.playing
    click(show.player, "New seed")
    click(show.player, "batch")
    click(show.player, "Reset")
    assert show.t == 1000                              # the new seed's start


@pytest.mark.parametrize("speed", ["1 a second", "10 a second", "100 a second"])
def test_speed_is_what_it_says(clock, stage, speed):
    show = Show(clock, update=0.0001, speed=speed)
    show.player.play()
    run(clock, stage, 5.0, Page(show.player))
    assert show.updates == pytest.approx(5 * module.SPEEDS[speed], abs=2, rel=0.02)
    assert show.player.frames <= show.updates + 1      # no frame without news


def test_the_speed_may_change_while_it_plays(clock, stage):
    show = Show(clock)
    show.player.play()
    run(clock, stage, 0.5)
    show.player.speed.value = 1
    before = show.updates
    run(clock, stage, 3.0, Page(show.player))
    assert 2 <= show.updates - before <= 5


def test_the_end_is_said(clock, stage):
    steps = iter(range(7))
    show = Player(lambda: next(steps))
    show.play()
    run(clock, stage, 1.0)
    assert not show.playing and ENDED in words(show)


def test_without_updates_there_is_nothing_to_play(clock, stage):
    drawn  = []
    player = Player(draw=drawn.append)
    assert player.controls.children == ()
    player.redraw()
    run(clock, stage, 0.1)
    assert drawn == [1]


def test_the_row_never_moves(clock):
    row = Show(clock).player.controls.children
    assert all(item.layout.width.endswith("px") for item in row)
    assert all(item.tooltip for item in row if not isinstance(item, widgets.Label))


# ---- errors ------------------------------------------------------------------------------------

def test_an_error_in_training_is_said_and_reset_goes_on(clock, stage):
    show = Show(clock)
    show.player.play()
    run(clock, stage, 0.1)
    show.broken = True
    run(clock, stage, 0.1)
    assert not show.player.playing
    assert "Stopped. The learning rate is too large." in words(show.player)
    assert 'role="alert"' in words(show.player)
    assert show.player.error.__traceback__ is not None
    show.broken = False
    show.player.reset()
    assert show.player.error is None
    show.player.play()
    run(clock, stage, 0.1)
    assert show.t > 0


def test_an_error_in_drawing_is_said_and_reset_goes_on(clock, stage):
    show = Show(clock)
    show.blind = True
    show.player.play()
    run(clock, stage, 1.0)
    assert not show.player.playing
    assert "KeyError" in words(show.player) and "no such neuron" in words(show.player)
    assert show.player.frames == 1                     # it is not tried again and again
    show.blind = False
    show.player.reset()
    show.player.play()
    run(clock, stage, 0.2, Page(show.player))
    assert show.player.playing and show.drawn


def test_a_generator_that_died_asks_for_a_reset(clock, stage):
    def steps():
        yield 1
        raise ValueError("It broke.")
    going  = steps()
    player = Player(lambda: next(going))
    player.play()
    run(clock, stage, 0.5)
    assert "It broke." in words(player)
    player.play()
    run(clock, stage, 0.5)
    assert BROKEN in words(player)


@pytest.mark.parametrize("kind", ["batch", "epoch"])
def test_an_error_in_a_step_is_said(clock, stage, kind):
    show = Show(clock)
    show.broken = True
    show.player.step(kind)
    run(clock, stage, 0.5)
    assert "Stopped. The learning rate" in words(show.player)


def test_an_error_in_reset_is_said(clock, stage):
    player = Player(lambda: None, reset=lambda: 1 / 0)
    player.reset()
    assert "ZeroDivisionError: division by zero" in words(player)


def test_an_error_in_a_watched_control_stops_nothing(clock, stage):
    show = Show(clock)
    text = widgets.Text()
    show.player.watch(text, float)
    show.player.play()
    text.value = "<b>one"
    assert show.player.playing
    assert "could not convert" in words(show.player) and "<b>one" not in words(show.player)


def test_one_broken_player_leaves_the_others_alone(clock, stage):
    one, two = Show(clock), Show(clock)
    one.broken = True
    one.player.play()
    two.player.play()
    run(clock, stage, 0.5)
    assert two.player.playing and two.t > 100


# ---- the browser -------------------------------------------------------------------------------

def test_without_a_browser_it_pauses_and_says_so(clock, stage):
    show = Show(clock)
    show.player.play()
    run(clock, stage, 3.5)
    assert show.player.playing
    run(clock, stage, 2.0)
    assert not show.player.playing and AWAY in words(show.player)
    assert not show.player.browser.heart.playing


def test_a_page_that_comes_back_can_play_again(clock, stage):
    show = Show(clock)
    page = Page(show.player)
    page.here = False
    show.player.play()
    run(clock, stage, 6.0, page)
    page.here = True
    show.player.play()
    run(clock, stage, 6.0, page)
    assert show.player.playing


def test_a_silent_heart_is_started_anew(clock, stage):
    """After a reload the page has to see `playing` change, or its heart stands still."""
    show, seen = Show(clock), []
    show.player.browser.heart.observe(lambda change: seen.append(change["new"]), "playing")
    show.player.play()
    run(clock, stage, 2.0)
    assert seen == [True, False, True, False, True]


def test_a_heart_that_ran_its_course_is_started_again(clock, stage):
    show = Show(clock)
    show.player.play()
    show.player.browser.heart.playing = False          # as the page does after its last beat
    stage.once()
    assert show.player.browser.heart.playing


def test_a_blocked_kernel_is_no_closed_page(clock, stage):
    show = Show(clock)
    show.player.play()
    run(clock, stage, 0.5)
    clock.now += 60                                    # another cell computes for a minute
    run(clock, stage, 0.5)
    assert show.player.playing


def test_credit_bounds_the_frames_of_a_page_that_does_not_beat(clock, stage):
    show = Show(clock, fps=10)
    page = Page(show.player)
    page.next_beat = 1e9                               # acknowledges, but never beats
    show.player.play()
    run(clock, stage, 3.5, page)
    assert show.player.playing and show.player.frames == 10


def test_acknowledgements_bound_the_lag_of_a_slow_page(clock, stage):
    show = Show(clock, frame=0.001)
    page = Page(show.player)
    page.quick = False                                 # beats, but shows nothing
    show.player.play()
    run(clock, stage, 5.0, page)
    assert show.player.frames == 2 * ACK
    assert show.updates > 3000                         # training goes on meanwhile
    page.quick = True
    run(clock, stage, 1.0, page)
    assert show.player.frames > 3 * ACK


def test_redraws_coalesce(clock, stage):
    show = Show(clock)
    for _ in range(100):
        show.player.redraw()
    run(clock, stage, 1.0)
    assert show.player.frames == 1 and not show.player.playing


def test_a_dragged_slider_does_not_flood_a_slow_page(clock, stage):
    show = Show(clock)
    for _ in range(3000):
        show.player.redraw()
        stage.once()
        clock.now += 0.001
    assert show.player.frames <= 2 * ACK + 4           # then one a second


# ---- sharing the kernel ------------------------------------------------------------------------

def test_frames_that_take_long_leave_time_for_training(clock, stage):
    show = Show(clock, frame=0.080)
    began = clock.now
    show.player.play()
    run(clock, stage, 4.0, Page(show.player))
    assert 0.3 < show.updates * show.update / (clock.now - began) < 0.6
    assert show.player.frames > 4 * 5


def test_updates_that_take_long_leave_time_for_frames(clock, stage):
    show = Show(clock, update=0.100)
    show.player.play()
    run(clock, stage, 4.0, Page(show.player))
    assert show.player.frames >= show.updates - 1      # a frame after each


@pytest.mark.parametrize("costs", [(0.001, 0.001), (0.0005, 0.02), (0.001, 0.05)])
def test_two_widgets_share_the_time_equally(clock, stage, costs):
    one, two = (Show(clock, frame=cost) for cost in costs)
    page = Page(one.player, two.player)
    one.player.play()
    two.player.play()
    run(clock, stage, 8.0, page)
    spent = [show.updates * show.update + show.player.frames * show.frame for show in (one, two)]
    assert spent[0] == pytest.approx(spent[1], rel=0.1)


def test_who_comes_late_gets_its_share_and_no_more(clock, stage):
    one, two = Show(clock), Show(clock)
    page = Page(one.player, two.player)
    one.player.play()
    run(clock, stage, 3.0, page)
    before = one.updates
    two.player.play()
    run(clock, stage, 3.0, page)
    assert two.updates == pytest.approx(one.updates - before, rel=0.1)


def test_who_waits_saves_up_no_time(clock, stage):
    slow, fast = Show(clock, speed="1 a second"), Show(clock)
    page = Page(slow.player, fast.player)
    slow.player.play()
    fast.player.play()
    run(clock, stage, 5.0, page)
    slow.player.speed.value, before = module.SPEEDS["full speed"], fast.updates
    run(clock, stage, 1.0, page)
    assert fast.updates - before > 300


# ---- real event loops, threads, cells ----------------------------------------------------------

def real(show_something):
    """Run a coroutine function with a show whose updates cost nothing."""
    async def main():
        return await show_something(Show(Clock(), update=0, frame=0))
    return asyncio.run(main())


async def until(condition, turns=5000):
    for _ in range(turns):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("It did not happen.")


def test_a_real_loop_plays_and_ends_its_task():
    async def main(show):
        show.player.play()
        await until(lambda: show.player.frames >= 3)
        show.player.pause()
        await until(lambda: turns_of(asyncio.get_running_loop()).task.done())
    real(main)


def test_a_click_from_another_thread_acts_on_the_loop():
    async def main(show):
        here, threads = threading.get_ident(), []
        slider = widgets.IntSlider()
        show.player.watch(slider, lambda value: threads.append(threading.get_ident()))
        other = threading.Thread(target=lambda: (show.player.play_button.click(),
                                                 setattr(slider, "value", 7)))
        other.start()
        other.join()
        assert not show.player.playing                 # not yet, and not over there
        await until(lambda: show.player.playing and threads)
        assert threads == [here]
        show.player.close()
    real(main)


def test_changes_from_another_thread_come_as_one():
    async def main(show):
        slider, seen = widgets.IntSlider(), []
        show.player.watch(slider, seen.append)
        other = threading.Thread(target=lambda: [setattr(slider, "value", i) for i in range(1, 90)])
        other.start()
        other.join()
        await until(lambda: seen)
        assert seen == [89]
    real(main)


def test_the_end_of_the_loop_pauses():
    async def main(show):
        show.player.play()
        await asyncio.sleep(0.01)
        return show
    assert not real(main).player.playing


def test_without_a_loop_steps_work_and_play_says_why_not(clock):
    show = Show(clock)
    show.player.redraw()
    show.player.step("batch")
    show.player.step("epoch")
    assert show.drawn == [(1, 0), (2, 1), (3, 51)]
    show.player.play()
    assert not show.player.playing and "needs a running kernel" in words(show.player)
    show.broken = show.blind = True
    show.player.step("batch")
    assert "too large" in words(show.player)


def test_a_player_made_before_the_loop_plays_in_it(clock):
    show = Show(clock, update=0, frame=0)

    async def main():
        show.player.play()
        await until(lambda: show.player.frames)
        show.player.close()
    asyncio.run(main())


def test_running_a_cell_again_closes_what_it_made(clock, stage, monkeypatch):
    monkeypatch.setattr(around, "this_cell", lambda: ("cell 1", "run 1"))
    one, two = Show(clock), Show(clock)                # two widgets in one cell
    one.player.play()
    monkeypatch.setattr(around, "this_cell", lambda: ("cell 2", "run 2"))
    other = Show(clock)
    assert not one.player.closed
    monkeypatch.setattr(around, "this_cell", lambda: ("cell 1", "run 3"))
    new = Show(clock)
    assert one.player.closed and two.player.closed and not one.player.playing
    assert (one.closings, other.player.closed, new.player.closed) == (1, False, False)
    run(clock, stage, 1.0)
    assert one.t <= 20
    other.player.close()
    new.player.close()
    assert CELLS == {}


def test_close_ends_everything_and_leaves_no_widget_behind(clock, stage):
    before = set(living())
    show   = Show(clock)
    slider = widgets.IntSlider()
    show.player.watch(slider, lambda value: None)
    show.player.play()
    show.player.close()
    show.player.close()
    slider.value = 3
    for act in (show.player.play, show.player.redraw, show.player.reset):
        act()
    show.player.step("batch")
    run(clock, stage, 1.0)
    assert (show.closings, show.updates, show.player.frames, stage.players) == (1, 0, 0, [])
    for part in (slider, slider.layout, slider.style):
        part.close()
    assert set(living()) == before


def test_an_error_in_on_close_does_not_break_the_cell(clock):
    player = Player(on_close=lambda: 1 / 0)
    player.close()
    assert isinstance(player.error, ZeroDivisionError)


def test_jupyters_interrupt_pauses_in_the_middle_of_a_turn(clock, stage):
    def advance():
        clock.now += 0.001
        if clock.now > 100.5:
            signal.raise_signal(signal.SIGINT)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)          # as kernels do between cells
    try:
        player = Player(advance)
        player.play()
        run(clock, stage, 2.0, Page(player))
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert not player.playing and "Interrupted" in words(player)


def click(player, label):
    """Press the button with this label."""
    next(item for item in player.controls.children
         if getattr(item, "description", None) == label).click()


def living():
    """The ids of all widgets that the kernel keeps in memory."""
    from ipywidgets.widgets import widget
    return widget._instances


# ---- a real kernel -----------------------------------------------------------------------------

CELL = """
from dlf.widgets import Player
player = Player(lambda: sum(range(1000)))
player.play()
"""


@pytest.fixture
def kernel():
    """run(code, cell) executes code in a real kernel and returns what it printed."""
    manager, client = pytest.importorskip("jupyter_client.manager").start_new_kernel()

    def run(code, cell="cell"):
        printed = []
        request = client.session.msg("execute_request", {"code": code, "silent": False,
                                                         "store_history": False},
                                     metadata={"cellId": cell})
        client.shell_channel.send(request)
        while True:
            message = client.get_iopub_msg(timeout=20)
            if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
                continue
            content = message["content"]
            printed.append(content.get("text") or content.get("evalue") or "")
            if content.get("execution_state") == "idle":
                return "".join(printed).strip()
    run.interrupt = manager.interrupt_kernel
    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_in_a_kernel_rerun_closes_and_interrupt_pauses(kernel):
    assert kernel(CELL) == ""
    assert kernel("first = player; print(player.playing)", "another cell") == "True"
    assert kernel(CELL) == ""
    assert kernel("print(first.closed, player.playing)", "another cell") == "True True"
    for _ in range(20):                     # it may come while no turn is under way: then again
        kernel.interrupt()
        said = kernel("import time; await __import__('asyncio').sleep(0.05);"
                      "print(player.status.value)", "another cell")
        if "Interrupted" in said:
            break
    assert "Interrupted" in said
    assert kernel("print(player.playing)", "another cell") == "False"
