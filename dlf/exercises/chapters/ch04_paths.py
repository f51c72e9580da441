"""Chapter 4, the chain rule, continued: where two paths meet, and backward through any graph."""
from collections import deque

import numpy as np

from dlf.exercises.exercise import Exercise, Mistake
from dlf.exercises.running import Misshapen
from dlf.exercises.words import is_are, listed

# ---- the answers -------------------------------------------------------------------------------

def two_paths(p, q):
    """The slopes (dC/dp, dC/dq) of C = v^2 with v = u + p and u = p q."""
    u = p * q
    v = u + p
    dv = 2 * v
    return dv * q + dv, dv * p


def backward(graph):
    """dC/d(node) for every node of a graph, as a dictionary; dC/dC is 1.

    graph: {node: {input: local slope}}, in the order in which the nodes were computed; the last
    one is "C".
    """
    slopes = {"C": 1.0}
    for node in reversed(graph):
        for source, slope in graph[node].items():
            slopes[source] = slopes.get(source, 0.0) + slopes[node] * slope
    return slopes


# ---- what they are compared on -----------------------------------------------------------------

def points(rng):
    """That of the notebook, and two more."""
    return [(3.0, 4.0), (-1.5, 0.7), (0.8, -2.0)]


def graphs(rng):
    """A chain; that of the notebook; and one with a short and a long way from C to a."""
    return [({"u": {"p": 2.0}, "C": {"u": -3.0}},),
            ({"u": {"p": 4.0, "q": 3.0}, "v": {"u": 1.0, "p": 1.0}, "C": {"v": 30.0}},),
            ({"p": {"a": 2.0}, "q": {"p": 5.0, "b": -1.0}, "r": {"q": 0.5, "p": 3.0},
              "s": {"r": -2.0}, "C": {"s": 0.25, "p": 4.0, "r": 1.5}},)]


def slopes_of(returned, graph):
    """The slopes of all nodes in a fixed order.

    Raises: Misshapen if there are none for some of them, or no dictionary.
    """
    if not isinstance(returned, dict):
        raise Misshapen("it should be a dictionary {node: slope}")
    names   = sorted({*graph, *(source for inputs in graph.values() for source in inputs)})
    missing = [name for name in names if name not in returned]
    if missing:
        raise Misshapen("it should hold a slope for every node, those in between and C itself "
                        f"included; {listed(missing)} {is_are(missing)} missing")
    return {"slopes": np.array([float(returned[name]) for name in names])}


# ---- wrong in known ways -----------------------------------------------------------------------

def paths(dp, dq=lambda p, q, v: 2 * v * p):
    """An answer to two_paths from its slopes as functions of p, q and v."""
    return lambda p, q: (dp(p, q, p * q + p), dq(p, q, p * q + p))


def both(p, q, v):
    """dC/dp as it should be."""
    return 2 * v * q + 2 * v


def overwriting(graph):
    slopes = {"C": 1.0}
    for node in reversed(graph):
        for source, slope in graph[node].items():
            slopes[source] = slopes[node] * slope
    return slopes


def first_way_only(graph):
    slopes = {"C": 1.0}
    for node in reversed(graph):
        for source, slope in graph[node].items():
            slopes.setdefault(source, slopes[node] * slope)
    return slopes


def multiplying(graph):
    slopes = {"C": 1.0}
    for node in reversed(graph):
        for source, slope in graph[node].items():
            slopes[source] = slopes.get(source, 1.0) * slopes[node] * slope
    return slopes


def from_the_front(graph):
    slopes = {"C": 1.0}
    for node in graph:
        for source, slope in graph[node].items():
            slopes[source] = slopes.get(source, 0.0) + slopes.get(node, 0.0) * slope
    return slopes


def breadth_first(graph):
    """Each node passes its slope on when it is first reached, not when all of it has arrived."""
    slopes, seen, line = {"C": 1.0}, {"C"}, deque(["C"])
    while line:
        node = line.popleft()
        for source, slope in graph.get(node, {}).items():
            slopes[source] = slopes.get(source, 0.0) + slopes[node] * slope
            if source not in seen:
                seen.add(source)
                line.append(source)
    return slopes


def adding(graph):
    slopes = {"C": 1.0}
    for node in reversed(graph):
        for source, slope in graph[node].items():
            slopes[source] = slopes.get(source, 0.0) + slopes[node] + slope
    return slopes


def local_only(graph):
    slopes = {"C": 1.0}
    for node in reversed(graph):
        for source, slope in graph[node].items():
            slopes[source] = slopes.get(source, 0.0) + slope
    return slopes


def starting_with_nothing(graph):
    return {node: 0.0 for node in backward(graph)}


# ---- the exercises -----------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "two_paths", 4, "Two paths", "core", 6, two_paths, ("dC_dp", "dC_dq"), cases=points,
        mistakes=(
            Mistake("long-path-only", paths(lambda p, q, v: 2 * v * q),
                    "p reaches v on two paths: through u, and directly. You followed the one "
                    "through u alone. Both move v, so their slopes add up.", 46),
            Mistake("short-path-only", paths(lambda p, q, v: 2 * v),
                    "p reaches v on two paths: directly, and through u. The direct one is there, "
                    "the one through u is lost, perhaps overwritten. Add, do not replace.", 46),
            Mistake("paths-multiplied", paths(lambda p, q, v: 2 * v * q * 2 * v),
                    "The two paths are multiplied in yours. Along one path slopes multiply; where "
                    "paths meet, they add."),
            Mistake("outer-slope-missing", paths(lambda p, q, v: q + 1, lambda p, q, v: p),
                    "These are the slopes of v. C = v² comes after it: one more arrow, with the "
                    "slope 2 v."),
            Mistake("outer-slope-once", paths(lambda p, q, v: 2 * v * q + 1),
                    "Both paths of p go through v, so both need the factor 2 v; in yours the "
                    "direct one lacks it."),
            Mistake("not-doubled", paths(lambda p, q, v: v * q + v, lambda p, q, v: v * p),
                    "The slope of v² is 2 v; the 2 is missing. (Only a half in front of the square "
                    "would cancel it, as in our cost.)"),
            Mistake("at-u", paths(lambda p, q, v: 2 * (v - p) * (q + 1),
                                  lambda p, q, v: 2 * (v - p) * p),
                    "The slope of C = v² is taken at u; it is 2 v, and v = u + p."),
            Mistake("value-of-C", paths(lambda p, q, v: v ** 2 * (q + 1),
                                        lambda p, q, v: v ** 2 * p),
                    "You multiply with v², the value of C. The last arrow's slope is wanted: how "
                    "fast v² grows when v does, 2 v."),
            Mistake("exchanged", paths(lambda p, q, v: 2 * v * p + 2 * v,
                                       lambda p, q, v: 2 * v * q),
                    "In u = p q each factor's slope is the other one: du/dp = q, and du/dq = p. "
                    "You have exchanged them.",
                    forms=(paths(lambda p, q, v: 2 * v * p + 2 * v),
                           paths(both, lambda p, q, v: 2 * v * q))),
            Mistake("direct-for-both", paths(both, lambda p, q, v: 2 * v * p + 2 * v),
                    "q has no arrow to v of its own: v = u + p, so q moves it through u alone. Its "
                    "slope has one term."),
        ),
        hints=("Draw it: p, q -> u -> v -> C, and one more arrow from p straight to v.",
               "First dC/dv. Then dC/dp has two terms, dC/dq has one.",
               "dC/dp is 2v times q, for the way through u, plus 2v times 1, for the direct way."),
        why="Multiply along a path, add where paths meet: with these two rules you can "
            "differentiate any network there is."),
    Exercise(
        "backward", 4, "Backward through any graph", "stretch", 15, backward, ("slopes",),
        cases=graphs, measure=slopes_of,
        mistakes=(
            Mistake("overwritten", overwriting,
                    "A node that is used twice keeps only one of its slopes: the second assignment "
                    "overwrites the first. Add to what is there already.", 46),
            Mistake("first-way-only", first_way_only,
                    "A node that is used twice keeps the first of its slopes, and what comes later "
                    "is dropped. Every arrow adds its share.", 46),
            Mistake("multiplied", multiplying,
                    "Where paths meet, you multiply. Along a path slopes multiply; what arrives on "
                    "several paths is added up, and the sum begins at 0.", 46),
            Mistake("wrong-direction", from_the_front,
                    "You go through the graph from the front, where dC/d(node) is not known yet. "
                    "Start at C and go through the nodes in the reverse order.", 47),
            Mistake("too-early", breadth_first,
                    "A node passes its slope on before all of it has arrived: right on a chain, "
                    "wrong where a short and a long path meet. Going through the nodes in reverse "
                    "order, everything behind a node is done before it.", 47),
            Mistake("sum", adding,
                    "Along an arrow slopes multiply; you add the local slope."),
            Mistake("local-only", local_only,
                    "You add up local slopes alone. Each arrow hands on the slope of the node at "
                    "its end, multiplied with its own local slope."),
            Mistake("starts-at-0", starting_with_nothing,
                    "All slopes are 0: the walk began with 0 at C, and every product with it stays "
                    "0. The slope of C with respect to itself is 1."),
        ),
        hints=("Which node's slope do you know without computing anything? Which ones can be "
               "finished next?",
               "A dictionary that starts with C alone. Each arrow adds one product to the slope of "
               "its start; where there is none yet, to 0.",
               "For each node in reverse order, for each of its inputs: add the node's slope times "
               "the local slope to the input's."),
        why="This is the engine of every deep-learning library, PyTorch included; they only have "
            "more kinds of nodes."),
)
