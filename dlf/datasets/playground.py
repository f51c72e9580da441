"""Small problems in the plane, drawn by the rules of TensorFlow Playground; the moons are extra.

All of them live in about [-6, 6] by [-6, 6]. Labels are 0 (orange) and 1 (blue).

`noise` runs from 0 to 0.5; the slider of TensorFlow Playground calls the same range 0 to 50.
For circle, xor, plane and gauss_regression noise moves a copy of the point before the rule labels
it, and the point stays where it is: some points get the answer of a place nearby. For gauss, spiral
and moons the points themselves spread out.

Source of the rules: Smilkov and Carter (2016), TensorFlow Playground.
"""
import numpy as np

from .dataset import Card, Dataset, need_generator

SOURCE = "drawn at random, by the rules of TensorFlow Playground (Smilkov & Carter, 2016)"


def circle(n=500, noise=0.0, rng=None):
    """A blue disk inside an orange ring: the label depends on the distance from the middle alone.

    Shapes: x (n, 2) within [-5, 5], y (n,) with 1 where the distance is below 2.5, else 0. Half of
    the points lie within 2.5 of the middle and half between 3.5 and 5; none lies between.
    Raises TypeError without a generator, ValueError for n below 2 or noise outside 0 to 0.5.

    >>> data = circle(n=100, rng=np.random.default_rng(0))
    >>> bool(np.all(data.y == (np.hypot(*data.x.T) < 2.5)))
    True
    """
    n_in, n_out = _halves("circle", n, noise, rng)
    r     = np.concatenate([rng.uniform(0, 2.5, n_in), rng.uniform(3.5, 5, n_out)])
    angle = rng.uniform(0, 2 * np.pi, n)
    x     = np.column_stack([r * np.sin(angle), r * np.cos(angle)])
    near  = _moved(x, 5, noise, rng)
    y     = np.hypot(near[:, 0], near[:, 1]) < 2.5
    return _classes("A disk inside a ring", x, y, rng)


def xor(n=500, noise=0.0, rng=None):
    """Four squares, blue where both coordinates have the same sign: no straight line separates it.

    Shapes: x (n, 2) within [-5.3, 5.3], y (n,) with 1 where x1 * x2 >= 0, else 0. Each coordinate
    is drawn from [-5, 5] and pushed 0.3 away from 0, which leaves a gap along the axes.
    Raises TypeError without a generator, ValueError for n below 2 or noise outside 0 to 0.5.
    """
    _halves("xor", n, noise, rng)
    x  = rng.uniform(-5, 5, (n, 2))
    x += np.where(x > 0, 0.3, -0.3)
    y  = np.prod(_moved(x, 5, noise, rng), axis=1) >= 0
    return _classes("Exclusive or, as four squares", x, y, rng)


def gauss(n=500, noise=0.0, rng=None):
    """Two clouds, blue around (2, 2) and orange around (-2, -2): one straight line does it.

    Shapes: x (n, 2), y (n,). The variance of each coordinate is 0.5 + 7 * noise, so 0.5 to 4.
    Raises TypeError without a generator, ValueError for n below 2 or noise outside 0 to 0.5.
    """
    n_blue, n_orange = _halves("gauss", n, noise, rng)
    y = np.repeat([1, 0], [n_blue, n_orange])
    center = np.where(y == 1, 2.0, -2.0)[:, None]
    x = center + np.sqrt(0.5 + 7 * noise) * rng.standard_normal((n, 2))
    return _classes("Two round clouds", x, y, rng)


def spiral(n=500, noise=0.0, rng=None):
    """Two arms wound around each other one and three quarter times: the hardest of the four.

    Shapes: x (n, 2), y (n,). Point i of the m points of an arm has radius 5 i/m and angle
    1.75 * 2 pi i/m, turned by pi for the orange arm; noise adds up to +-noise to each coordinate.
    Raises TypeError without a generator, ValueError for n below 2 or noise outside 0 to 0.5.
    """
    arms  = _halves("spiral", n, noise, rng)
    along = np.concatenate([np.arange(m) / m for m in arms])       # 0 at the middle, 1 at the end
    y     = np.repeat([1, 0], arms)
    angle = 1.75 * 2 * np.pi * along + np.where(y == 1, 0, np.pi)
    x     = 5 * along[:, None] * np.column_stack([np.sin(angle), np.cos(angle)])
    return _classes("Two spiral arms", _moved(x, 1, noise, rng), y, rng)


def moons(n=500, noise=0.0, rng=None):
    """Two half moons, each reaching into the hollow of the other.

    Shapes: x (n, 2) within [-6, 6], y (n,). Both are half circles of radius 10/3: the orange one
    opens downward, the blue one upward. Noise adds up to +-2 * noise to each coordinate.
    Raises TypeError without a generator, ValueError for n below 2 or noise outside 0 to 0.5.
    Source: the shape is that of scikit-learn's make_moons, moved to the middle and enlarged 10/3.
    """
    n_blue, n_orange = _halves("moons", n, noise, rng)
    y     = np.repeat([1, 0], [n_blue, n_orange])
    angle = rng.uniform(0, np.pi, n)
    side  = np.where(y == 1, -1, 1)                                # the blue moon is upside down
    unit  = np.column_stack([side * np.cos(angle), side * np.sin(angle)])
    x     = (unit - side[:, None] * [0.5, 0.25]) * 10 / 3
    return _classes("Two half moons", _moved(x, 2, noise, rng), y, rng)


def plane(n=1200, noise=0.0, rng=None):
    """A tilted plane to predict: the answer is (x1 + x2) / 10, and one neuron is enough.

    Shapes: x (n, 2) within [-6, 6], y (n,) floats, within [-1.2, 1.2] without noise.
    Raises TypeError without a generator, ValueError for n below 2 or noise outside 0 to 0.5.
    """
    _halves("plane", n, noise, rng)
    x = rng.uniform(-6, 6, (n, 2))
    y = _moved(x, 6, noise, rng).sum(axis=1) / 10
    return _regression("A tilted plane", x, y)


HILLS = np.array([[-4, 2.5], [0, 2.5], [4, 2.5], [-4, -2.5], [0, -2.5], [4, -2.5]])
SIGNS = np.array([1, -1, 1, -1, 1, -1])


def gauss_regression(n=1200, noise=0.0, rng=None):
    """Six cones, three up and three down, on a floor of zeros: a landscape to predict.

    Shapes: x (n, 2) within [-6, 6], y (n,) floats within [-1, 1]. A cone has height 1 in its
    middle and falls to 0 at distance 2; where two overlap, the one larger in size counts.
    Raises TypeError without a generator, ValueError for n below 2 or noise outside 0 to 0.5.
    """
    _halves("gauss_regression", n, noise, rng)
    x = rng.uniform(-6, 6, (n, 2))
    y = _landscape(_moved(x, 6, noise, rng))
    return _regression("Six cones, up and down", x, y)


def _landscape(points):
    away   = np.linalg.norm(points[:, None] - HILLS, axis=2)       # (n, 6) distances
    height = np.maximum(0, 1 - away / 2)
    top    = np.argmax(height, axis=1)
    return SIGNS[top] * height[np.arange(len(points)), top]


def _moved(points, reach, noise, rng):
    # Drawn even when noise is 0, so that one seed gives the same points at every noise.
    return points + noise * rng.uniform(-reach, reach, points.shape)


def _halves(who, n, noise, rng):
    need_generator(rng, who)
    if not isinstance(n, (int, np.integer)) or n < 2:
        raise ValueError(f"{who}: n is the number of points, a whole number from 2 up, not {n!r}.")
    if not 0 <= noise <= 0.5:
        raise ValueError(f"{who}: noise runs from 0 to 0.5, not {noise!r}; "
                         "25 % in TensorFlow Playground is noise=0.25 here.")
    return n - n // 2, n // 2


def _classes(what, x, y, rng):
    order = rng.permutation(len(x))                     # else all blue points would come first
    card  = Card(what, f"x {x.shape}, y {y.shape}", "none; x1 and x2 are within about 6 of 0",
                 SOURCE, "free to use: nothing was copied")
    return Dataset(x[order], y[order].astype(np.int64), card, ("x1", "x2"), ("orange", "blue"))


def _regression(what, x, y):
    card = Card(what, f"x {x.shape}, y {y.shape}", "none; x1 and x2 are within 6 of 0",
                SOURCE, "free to use: nothing was copied")
    return Dataset(x, y, card, ("x1", "x2"))
