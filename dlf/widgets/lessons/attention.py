"""Chapter 16: a query among the keys: its scores, its weights, and the mean of the values."""
import numpy as np

from dlf.widgets.lessons.base import Lesson
from dlf.widgets.svg.figure import Box, figure, line, rect, signed_fill
from dlf.widgets.svg.sheet import word

WIDTH, HEIGHT = 760, 506
TOP, LOW   = 28, 290            # the upper edges of both rows of the drawing
SIDE, MOST = 196, 3.0           # of a plane: pixels, and the largest number on an axis
NAME, RAW, SCORE, BAR, SHARE, VALUE = 268, 372, 446, 464, 640, 756     # columns of the table
ROW        = 30                 # pixels from one token to the next
CELL       = 68, 28             # a cell of the map
MAP        = 340                # its left edge
STRONG     = 0.6                # of the full color, so that numbers can be read on it

# The first three tokens of the first head are the chapter's. The second head looks one token back.
TOKENS = "the", "dog", "barks", "at", "me"
ANGLES = 1.2 * np.arange(5)
CIRCLE = np.round(2.5 * np.column_stack([np.cos(ANGLES), np.sin(ANGLES)]), 1)
QUERY  = [[[1, 0], [0, 1], [2, 1], [-1, -1], [0.5, 1.5]], np.roll(CIRCLE, 1, axis=0)]
KEY    = [[[0, 1], [2, 0], [-1, 1], [1, -2], [-1.5, -1]], CIRCLE]
VALUE_ = [[[1, 0], [0, 2], [-1, 1], [2, -1], [-2, -1.5]],
          [[2, 2], [-1, 2], [-2, 0], [0, -2], [2, -1]]]


class Attention(Lesson):
    """A query to move among the keys of a few tokens; below, the whole map of who looks at whom.

    Args: tokens, two to five words; Q, K, V: the tables of one or more heads, with two features a
    token; without them, those of the chapter.
    Shapes: Q, K, V (heads, n, 2) each.
    Raises: ValueError for other shapes.
    """

    def __init__(self, tokens=TOKENS, Q=None, K=None, V=None):
        given = zip((Q, K, V), (QUERY, KEY, VALUE_))
        self.first, self.K, self.V = (np.array(own if mine is None else mine, dtype=float)
                                      for mine, own in given)
        self.tokens = [str(token) for token in tokens]
        check(self.tokens, self.first, self.K, self.V)
        self.Q = self.first.copy()
        self.head, self.i = 0, min(2, len(self.tokens) - 1)
        self.scaled, self.causal = True, False
        super().__init__()
        self.words.layout.min_height = "5.8em"

    # ---- controls ------------------------------------------------------------------------------

    def controls(self):
        self.shown   = self.marks()                      # what the sliders stand at
        self.sliders = [self.slider(f"q[{k}]", self.shown[k], -MOST, MOST, 0.1,
                                    "A feature of the query", lambda new, k=k: self.put(k, new),
                                    240) for k in (0, 1)]
        names = [(token, i) for i, token in enumerate(self.tokens)]
        heads = [(f"{h}", h) for h in range(len(self.Q))]
        return [self.row(self.choose("Query of", names, self.i, "Whose row of the map", lambda i:
                                     self.turn_to("i", i), 170), *self.sliders),
                self.row(self.choose("Head", heads, 0, "Each head has its own q, k and v",
                                     lambda h: self.turn_to("head", h), 110),
                         self.choose("divided by √d", [("yes", True), ("no", False)], True,
                                     "The scores, before the softmax", self.set("scaled"), 190),
                         self.choose("Mask", [("none", False), ("hide later tokens", True)], False,
                                     "What the query must not see", self.set("causal"), 210),
                         self.button("begin again", "All queries as they were", self.begin))]

    def set(self, name):
        return lambda value: setattr(self, name, value)

    def put(self, k, value):
        """A feature of the query; nothing if the slider only followed."""
        if value != self.shown[k]:
            self.shown[k] = self.q[k] = value

    def turn_to(self, name, value):
        """Another token or another head: the sliders follow."""
        setattr(self, name, value)
        for k, (slider, mark) in enumerate(zip(self.sliders, self.marks())):
            self.shown[k] = slider.value = mark

    def marks(self):
        """The places of the sliders that are nearest to the query."""
        return [round(float(value), 1) for value in np.clip(self.q, -MOST, MOST)]

    def begin(self):
        """All queries as at first."""
        self.Q[...] = self.first
        self.turn_to("i", self.i)

    # ---- the numbers ---------------------------------------------------------------------------

    @property
    def q(self):
        """The query that is moved, (2,)."""
        return self.Q[self.head, self.i]

    @property
    def scores(self):
        """Of all queries by all keys, (n, n); minus infinity where a key is hidden."""
        scores = self.Q[self.head] @ self.K[self.head].T / (np.sqrt(2) if self.scaled else 1.0)
        hidden = self.causal & ~np.tri(len(scores), dtype=bool)
        return np.where(hidden, -np.inf, scores)

    @property
    def A(self):
        """All weights, (n, n): a row for each query."""
        powers = np.exp(self.scores - self.scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    @property
    def y(self):
        """What the query gets, (2,)."""
        return self.A[self.i] @ self.V[self.head]

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        return figure(WIDTH, HEIGHT, self.describe(), *self.keys(), *self.table(), *self.values(),
                      *self.map())

    def keys(self):
        """The plane of the query and the keys: a key is as full as its weight."""
        box = plane(TOP)
        yield word(20, TOP - 12, "the query among the keys", "b", "start")
        yield from axes(box)
        x, y = at(box, self.q)
        yield line(*at(box, (0, 0)), x, y, "stroke:var(--ink);stroke-width:2.5")
        for j, key in enumerate(self.K[self.head]):
            yield from self.point(box, key, j)
        yield dot(x, y, 6, "fill:var(--ink)")
        yield word(x + 9 * np.sign(self.q[0] or 1), y + 4, "q", "b",
                   "start" if self.q[0] >= 0 else "end")

    def values(self):
        """The plane of the values, and their weighted mean."""
        box = plane(LOW)
        yield word(20, LOW - 12, "the values, and their mean y", "b", "start")
        yield from axes(box)
        middle = at(box, self.y)
        for value, weight in zip(self.V[self.head], self.A[self.i]):
            if weight >= 0.005:
                yield line(*at(box, value), *middle, f"stroke:var(--positive);stroke-width:"
                           f"{5 * weight:.2f};stroke-linecap:round")
        for j, value in enumerate(self.V[self.head]):
            yield from self.point(box, value, j)
        x, y = middle
        yield (f'<path d="M{x:.1f} {y - 8:.1f}l8 8l-8 8l-8 -8z" style="fill:var(--ink);'
               'stroke:var(--background)"/>')

    def point(self, box, place, j):
        """A key or a value, with its token; dashed and empty if it is hidden."""
        x, y   = at(box, place)
        weight = self.A[self.i, j]
        look   = "fill:none;stroke-dasharray:3 2" if np.isinf(self.scores[self.i, j]) else \
            f"fill:{signed_fill(weight)}"
        yield dot(x, y, 7, f"{look};stroke:var(--muted)")
        yield word(x, y - 11, self.tokens[j], "s")

    def table(self):
        """A row for each key: product, score, weight, value; and the mean below."""
        d = "q·k / √d" if self.scaled else "score"
        for x, name, anchor in ((NAME, "key of", "start"), (RAW, "q·k", "end"), (SCORE, d, "end"),
                                (BAR, "weight", "start"), (VALUE, "value", "end")):
            yield word(x, TOP - 12, name, "b", anchor)
        products = self.K[self.head] @ self.q
        for j, token in enumerate(self.tokens):
            y, weight = TOP + ROW * j + 8, self.A[self.i, j]
            hidden = np.isinf(self.scores[self.i, j])
            yield word(NAME, y + 5, token, "m" if hidden else "", "start")
            yield word(RAW, y + 5, digits(products[j]), "m" if hidden else "", "end")
            yield word(SCORE, y + 5, digits(self.scores[self.i, j]), "", "end")
            yield rect(BAR, y - 9, (SHARE - BAR - 56) * weight, 18,
                       "fill:var(--positive);fill-opacity:.75;stroke:var(--positive)")
            yield word(SHARE, y + 5, share(weight), "b", "end")
            yield word(VALUE, y + 5, pair(self.V[self.head, j]), "", "end")
        y = TOP + ROW * len(self.tokens) + 12
        yield line(NAME, y - 18, VALUE, y - 18, "stroke:var(--muted)")
        yield word(NAME, y + 2, "y, the mean of the values, weighted", "b", "start")
        yield word(VALUE, y + 2, pair(self.y), "b", "end")

    def map(self):
        """Who looks at whom: a row for each query."""
        width, height = CELL
        yield word(NAME, LOW - 12, f"the map of head {self.head}: a row for each query, a "
                   "column for each key", "b", "start")
        for j, token in enumerate(self.tokens):
            yield word(MAP + (j + 0.5) * width, LOW + 12, token, "b")
            yield word(MAP - 10, LOW + 38 + j * height, token, "b" if j == self.i else "", "end")
        for (i, j), weight in np.ndenumerate(self.A):
            x, y   = MAP + j * width, LOW + 20 + i * height
            hidden = np.isinf(self.scores[i, j])
            fill   = "none" if hidden else signed_fill(STRONG * weight)
            yield rect(x + 1, y + 1, width - 2, height - 2, f"fill:{fill};stroke:var(--faint)")
            yield word(x + width / 2, y + 18, "hidden" if hidden else share(weight),
                       "m s" if hidden else "s")
        yield rect(MAP - 1, LOW + 20 + self.i * height, len(self.tokens) * width + 2, height,
                   "fill:none;stroke:var(--ink);stroke-width:2", 3)

    # ---- the same in words ---------------------------------------------------------------------

    def describe(self):
        weights = ", ".join(f"{token} {share(w)}" for token, w in zip(self.tokens, self.A[self.i]))
        scores  = ", ".join(f"{token} {digits(s)}"
                            for token, s in zip(self.tokens, self.scores[self.i]))
        scaled  = "divided by √2" if self.scaled else "not divided by √d"
        hidden  = "; later tokens are hidden" if self.causal else ""
        return (f"Head {self.head}: {self.tokens[self.i]} asks with q = {pair(self.q)}. Its "
                f"scores, {scaled}{hidden}: {scores}. Weights: {weights}. The mean of the values "
                f"is y = {pair(self.y)}.")


def check(tokens, Q, K, V):
    """Raise unless there are two to five tokens, and a table of theirs for each head."""
    shapes = Q.shape, K.shape, V.shape
    if not 2 <= len(tokens) <= 5 or Q.ndim != 3 or Q.shape[1:] != (len(tokens), 2) \
            or len(set(shapes)) > 1:
        raise ValueError("Attention shows two to five tokens, and wants Q, K and V of shape "
                         f"(heads, {len(tokens)}, 2) for {len(tokens)} of them; got {shapes[0]}, "
                         f"{shapes[1]} and {shapes[2]}. One head alone: Q[None].")


def plane(top):
    return Box(20, top, SIDE, SIDE, (-MOST, MOST), (-MOST, MOST))


def at(box, point):
    """Where a point of a plane is drawn."""
    return float(box.place_x(point[0])), float(box.place_y(point[1]))


def axes(box):
    """The border, and both axes through 0 with their ends."""
    x, y = at(box, (0, 0))
    yield line(box.left, y, box.left + box.width, y, "stroke:var(--faint);stroke-width:1.5")
    yield line(x, box.top, x, box.top + box.height, "stroke:var(--faint);stroke-width:1.5")
    yield box.frame()
    for value in (-MOST, 0.0, MOST):
        yield word(box.place_x(value), box.top + box.height + 14, digits(value, 0), "m s")
        yield word(box.left - 5, box.place_y(value) + 4, digits(value, 0), "m s", "end")


def dot(x, y, radius, look):
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" style="{look}"/>'


def share(weight):
    return f"{100 * weight:.1f}\u00a0%"


def pair(values):
    return f"({digits(values[0])}, {digits(values[1])})"


def digits(value, places=2):
    """Two digits after the point, a true minus, and a sign for infinity."""
    text = f"{value + 0.0:.{places}f}"
    text = text.lstrip("-") if not text.strip("-0.") else text
    return text.replace("-", "−").replace("inf", "∞")
