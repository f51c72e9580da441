"""Memory that stays bounded: snapshots thin out with age, curves get points ever more rarely."""
import numpy as np

from dlf.experiment.timeline import MOST, Curves, Measure, Snapshot, Timeline


def shot(t):
    return Snapshot(t, 0, 0, None, (), {}, {})


def long_run(steps, every=100):
    """The timeline of a run of so many steps."""
    timeline = Timeline([shot(0)])
    for t in range(every, steps + 1, every):
        if timeline.is_due(t):
            timeline.add(shot(t))
    return timeline


def test_there_are_never_more_than_200_snapshots():
    assert len(long_run(300_000).shots) == MOST == 200


def test_the_first_and_the_last_are_kept():
    times = long_run(300_000).times
    assert times[0] == 0 and times[-1] > 299_000 and times == sorted(times)


def test_snapshots_are_denser_the_nearer_to_now():
    gaps = np.diff(long_run(300_000).times)
    assert gaps[-50:].mean() < 0.2 * gaps[1:51].mean()


def test_before_gives_the_last_snapshot_at_or_before_a_step():
    timeline = Timeline([shot(0), shot(10), shot(30)])
    assert [timeline.before(t).t for t in (0, 9, 10, 29, 30, 99)] == [0, 0, 10, 10, 30, 30]


def test_a_second_snapshot_of_the_same_step_replaces_the_first():
    timeline = Timeline([shot(0)])
    timeline.add(shot(5)), timeline.add(shot(5))
    assert timeline.times == [0, 5]


def point(t):
    return Measure(t, t / 25, 0.0, 0.0, 0.0, 0.0)


def test_the_points_of_the_curves_grow_with_the_logarithm_of_the_steps():
    curves, counts = Curves([point(0)]), []
    for t in range(25, 2_000_001, 25):
        if curves.is_due(t):
            curves.add(point(t))
        if t in (500_000, 1_000_000, 2_000_000):
            counts.append(len(curves.points))
    assert counts[2] < 300 and counts[2] - counts[1] == counts[1] - counts[0] < 20
