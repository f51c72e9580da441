import numpy as np
import pytest

from dlf.datasets import circle, gauss, gauss_regression, moons, plane, spiral, xor

CLASSES     = [circle, xor, gauss, spiral, moons]
REGRESSIONS = [plane, gauss_regression]
STILL       = [circle, xor, plane, gauss_regression]    # noise moves the label, not the point


def draw(rule, seed=0, **options):
    return rule(rng=np.random.default_rng(seed), **options)


@pytest.mark.parametrize("rule", CLASSES)
def test_classes_are_the_integers_0_and_1_in_500_mixed_points(rule):
    data = draw(rule)
    assert data.x.shape == (500, 2) and data.y.shape == (500,) and data.y.dtype == np.int64
    assert set(data.y.tolist()) == {0, 1} and data.classes == ("orange", "blue")
    assert np.any(np.diff(data.y[:20]))                 # not all blue points first


@pytest.mark.parametrize("rule", [circle, gauss, spiral, moons])
@pytest.mark.parametrize("n, blue", [(500, 250), (7, 4), (2, 1)])
def test_half_of_the_points_are_blue(rule, n, blue):
    data = draw(rule, n=n)
    assert len(data) == n and data.y.sum() == blue


@pytest.mark.parametrize("rule", REGRESSIONS)
def test_regressions_have_1200_points_in_the_square_and_float_answers(rule):
    data = draw(rule)
    assert data.x.shape == (1200, 2) and data.y.shape == (1200,) and data.y.dtype == np.float64
    assert 5.8 < np.abs(data.x).max() <= 6 and data.classes is None


@pytest.mark.parametrize("rule", CLASSES + REGRESSIONS)
def test_the_same_seed_gives_the_same_bits(rule):
    a, b, c = draw(rule, 3, noise=0.2), draw(rule, 3, noise=0.2), draw(rule, 4, noise=0.2)
    assert np.array_equal(a.x, b.x) and np.array_equal(a.y, b.y) and not np.array_equal(a.x, c.x)


@pytest.mark.parametrize("rule", STILL)
def test_noise_changes_labels_and_leaves_the_points_where_they_are(rule):
    calm, noisy = draw(rule, noise=0), draw(rule, noise=0.5)
    assert np.array_equal(calm.x, noisy.x) and not np.array_equal(calm.y, noisy.y)


@pytest.mark.parametrize("rule", [gauss, spiral, moons])
def test_noise_spreads_the_points_and_leaves_the_labels(rule):
    calm, noisy = draw(rule, noise=0), draw(rule, noise=0.5)
    assert np.array_equal(calm.y, noisy.y) and not np.array_equal(calm.x, noisy.x)


def test_a_circle_label_depends_on_the_distance_alone():
    data = draw(circle, n=2000)
    r = np.hypot(*data.x.T)
    assert np.array_equal(data.y, r < 2.5)
    assert not np.any((r > 2.5) & (r < 3.5)) and r.max() <= 5


def test_circle_radii_are_uniform_within_disk_and_ring():
    data = draw(circle, n=20000)
    r = np.hypot(*data.x.T)
    assert abs(r[data.y == 1].mean() - 1.25) < 0.03 and abs(r[data.y == 0].mean() - 4.25) < 0.02


def test_circle_noise_asks_for_the_label_at_most_5_times_noise_away():
    data = draw(circle, n=4000, noise=0.1)              # each coordinate moves by up to 0.5
    r, reach = np.hypot(*data.x.T), 0.5 * np.sqrt(2)
    assert np.all(data.y[r < 2.5 - reach] == 1) and np.all(data.y[r > 2.5 + reach] == 0)
    assert np.any(data.y != (r < 2.5))


def test_xor_is_blue_where_the_signs_agree_and_keeps_off_the_axes():
    data = draw(xor, n=2000)
    assert np.array_equal(data.y, data.x[:, 0] * data.x[:, 1] >= 0)
    assert np.abs(data.x).min() >= 0.3 and 5.25 < np.abs(data.x).max() <= 5.3


def test_xor_noise_changes_labels_near_the_axes_alone():
    data   = draw(xor, n=4000, noise=0.1)               # each coordinate moves by up to 0.5
    turned = data.y != (np.prod(data.x, axis=1) >= 0)
    assert np.any(turned) and np.all(np.abs(data.x[turned]).min(axis=1) <= 0.5)


@pytest.mark.parametrize("noise, variance", [(0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_gauss_clouds_have_variance_one_half_plus_seven_times_noise(noise, variance):
    data = draw(gauss, n=40000, noise=noise)
    for label, center in [(1, 2), (0, -2)]:
        cloud = data.x[data.y == label]
        assert np.allclose(cloud.mean(axis=0), center, atol=0.06)
        assert np.allclose(cloud.var(axis=0), variance, rtol=0.04)


def test_spiral_points_worked_by_hand():
    data = draw(spiral, n=8)        # 4 points an arm: radius 0, 1.25, 2.5, 3.75; quarter of 630 deg
    blue = data.x[data.y == 1]
    blue = blue[np.argsort(np.hypot(*blue.T))]
    turn = np.radians(157.5)        # angles 0, 157.5, 315, 472.5 degrees; point (r sin t, r cos t)
    assert np.allclose(blue[0], 0)
    assert np.allclose(blue[1], [1.25 * np.sin(turn), 1.25 * np.cos(turn)])
    assert np.allclose(blue[2], [-2.5 * np.sqrt(0.5), 2.5 * np.sqrt(0.5)])


def test_the_second_spiral_arm_is_the_first_turned_by_half_a_turn():
    data = draw(spiral, n=100)
    arms = [data.x[data.y == label] for label in (0, 1)]
    arms = [arm[np.argsort(np.hypot(*arm.T))] for arm in arms]
    assert np.allclose(arms[0], -arms[1])


def test_spiral_noise_moves_each_coordinate_by_at_most_noise():
    moved = np.abs(draw(spiral, noise=0.3).x - draw(spiral, noise=0).x)
    assert 0.29 < moved.max() <= 0.3 + 1e-12


def test_moons_are_two_half_circles_inside_the_window():
    data = draw(moons)
    for label, center, side in [(0, (-5 / 3, -5 / 6), 1), (1, (5 / 3, 5 / 6), -1)]:
        arc = data.x[data.y == label] - center
        assert np.allclose(np.hypot(*arc.T), 10 / 3) and np.all(side * arc[:, 1] >= -1e-9)
    assert np.abs(draw(moons, n=5000, noise=0.5).x).max() <= 6


def test_moons_have_the_shape_of_scikit_learns():
    theirs, label = pytest.importorskip("sklearn.datasets").make_moons(20000, shuffle=False)
    ours = draw(moons, n=20000)
    for c in (0, 1):
        box = (theirs[label == c] - [0.5, 0.25]) * 10 / 3
        assert np.allclose(ours.x[ours.y == c].min(axis=0), box.min(axis=0), atol=0.02)
        assert np.allclose(ours.x[ours.y == c].max(axis=0), box.max(axis=0), atol=0.02)


def test_plane_is_a_tenth_of_the_sum():
    data = draw(plane)
    assert np.allclose(data.y, (data.x[:, 0] + data.x[:, 1]) / 10)


def test_plane_noise_moves_the_answer_by_at_most_1_2_times_noise():
    gap = draw(plane, noise=0.5).y - draw(plane, noise=0).y
    assert 0.4 < np.abs(gap).max() <= 0.6


def test_gauss_regression_takes_the_cone_that_is_largest_in_size():
    data = draw(gauss_regression)
    for (x1, x2), y in zip(data.x[:200], data.y):
        best = 0.0
        for (c1, c2), sign in zip([(-4, 2.5), (0, 2.5), (4, 2.5), (-4, -2.5), (0, -2.5), (4, -2.5)],
                                  [1, -1, 1, -1, 1, -1]):
            cone = sign * max(0, 1 - np.sqrt((x1 - c1) ** 2 + (x2 - c2) ** 2) / 2)
            best = cone if abs(cone) > abs(best) else best
        assert np.isclose(y, best)


def test_gauss_regression_is_mostly_floor_and_reaches_up_and_down():
    data = draw(gauss_regression, n=5000)
    assert data.y.max() > 0.9 and data.y.min() < -0.9
    assert 0.4 < np.mean(data.y == 0) < 0.6      # the disks cover about half of 12 x 12


@pytest.mark.parametrize("rule", CLASSES + REGRESSIONS)
@pytest.mark.parametrize("wrong", [None, 0])
def test_without_a_generator_the_error_shows_what_to_pass(rule, wrong):
    with pytest.raises(TypeError, match=rf"{rule.__name__} .*pass rng=np.random.default_rng\(0\)"):
        rule(n=10, rng=wrong)


@pytest.mark.parametrize("rule", CLASSES + REGRESSIONS)
@pytest.mark.parametrize("noise", [25, -0.1, 0.51])
def test_noise_beyond_one_half_is_refused_with_the_scale_explained(rule, noise):
    with pytest.raises(ValueError, match=r"noise runs from 0 to 0.5.*noise=0.25 here"):
        draw(rule, noise=noise)


@pytest.mark.parametrize("n", [1, 0, -3, 2.5])
def test_fewer_than_two_points_are_refused(n):
    with pytest.raises(ValueError, match="a whole number from 2 up"):
        draw(circle, n=n)
