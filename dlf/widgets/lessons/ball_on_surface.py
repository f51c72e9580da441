"""Chapter 3: a ball goes down a cost, step by step, as far as the learning rate lets it."""
import numpy as np

from dlf.widgets.lessons import surfaces
from dlf.widgets.lessons.base import Lesson
from dlf.widgets.svg.figure import Box, figure, line, stroke
from dlf.widgets.svg.map import draw_map
from dlf.widgets.svg.sheet import new_prefix, number, word

WIDTH, HEIGHT = 700, 372
LEVELS = 16             # shades of the map, so that their borders are level lines
COARSE = 90             # places a side at which a cost is computed; between them it is read off
MOST   = 400            # steps, then it is enough
WINDOW = 40             # steps of the curve: 40, 80, ...
FAR    = 1e4            # pixels: nothing is drawn farther out
TINY   = 1 / 3000       # of the map's reach: a step that hardly moves
SAME   = 1e-9           # relative: costs that differ by less are equal but for rounding


class BallOnSurface(Lesson):
    """Gradient descent on a cost of two numbers: its path on a map, and its cost step by step.

    Args: x, y: examples of two classes, for the cost of one neuron over its two weights; without
    them there is only the bowl and the two valleys. surface: the first to be shown, "bowl",
    "neuron" or "valleys".
    Shapes: x (m, 2), y (m,) of 0 and 1.
    """

    def __init__(self, x=None, y=None, surface="bowl"):
        self.surfaces = {"bowl": surfaces.bowl(), "valleys": surfaces.valleys()}
        if x is not None:
            self.surfaces["neuron"] = surfaces.neuron(x, y)
        self.prefix, self.maps = new_prefix(), {}
        self.show(surface)
        super().__init__(self.advance, steps={"step": self.advance}, reset=self.begin)

    def show(self, name):
        """Take another surface, with the learning rate and the place that suit it."""
        self.name, self.surface = name, self.surfaces[name]
        self.lr      = self.surface.rate[2]
        self.begin(self.surface.start)

    def begin(self, start=None):
        """Put the ball where it began, or elsewhere."""
        self.start = self.start if start is None else tuple(start)
        self.path, self.costs = [], []
        self.land(np.array(self.start, dtype=float))

    def land(self, v):
        """The ball is at v now."""
        with np.errstate(all="ignore"):           # far out it may overflow, and then it is gone
            cost = float(self.surface.cost(*v))
        self.path, self.costs = [*self.path, v], [*self.costs, cost]

    def advance(self):
        """One step of gradient descent."""
        if self.is_gone or len(self.path) > MOST:
            raise StopIteration
        self.land(self.path[-1] - self.step)

    @property
    def step(self):
        """What the next step takes off: learning rate times gradient, (2,)."""
        with np.errstate(all="ignore"):
            return self.lr * self.surface.gradient(self.path[-1])

    @property
    def is_gone(self):
        """Is the cost above everything that the curve shows?"""
        return not self.costs[-1] <= self.surface.range[1]

    # ---- controls ------------------------------------------------------------------------------

    def controls(self):
        first, names = self.name, {s.title: key for key, s in self.surfaces.items()}
        self.sliders = {key: self.sliders_of(key, s) for key, s in self.surfaces.items()}
        which = self.choose("cost", list(names.items()), first, "What the ball rolls on",
                            self.change)
        rates, *places = zip(*self.sliders.values())
        self.change(first)
        return [self.row(which, *rates), self.row(*(s for place in places for s in place))]

    def sliders_of(self, name, surface):
        """Learning rate and start of one surface.

        Each surface has its own: a slider whose range changes is rounded by the page, which tells
        us so. For the same reason, those that are hidden are not listened to.
        """
        high, step, rate = surface.rate
        made = [self.slider("learning rate", rate, 0, high, step, "How far a step goes, for each "
                            "bit of slope", lambda _: self.follow_rate(name), width=390)]
        made[0].readout_format = ".3f"
        return made + [self.slider(f"start {number}", value, -surface.reach, surface.reach, 0.1,
                                   "Where the ball begins", act, width=290)
                       for number, value, act in zip(surface.names, surface.start, (
                           lambda _: self.follow_start(name), lambda _: self.follow_start(name)))]

    def follow_rate(self, name):
        """Take the learning rate from the slider, if it is one that is shown."""
        if name == self.name:
            self.lr = self.sliders[name][0].value

    def follow_start(self, name):
        """Begin where the sliders say, if they are shown and say something new."""
        start = [slider.value for slider in self.sliders[name][1:]]
        if name == self.name and not np.allclose(start, self.start):
            self.begin_anew(start)

    def begin_anew(self, start):
        """Put the ball elsewhere; what was said of the way before is no longer true."""
        self.begin(start)
        if not self.player.playing:
            self.player.say("Ready.")

    def change(self, name):
        """Show another surface and its sliders, and begin where they are."""
        self.player.pause()
        self.show(name)
        self.player.say("Ready.")
        self.follow_rate(name)
        self.follow_start(name)
        for key, sliders in self.sliders.items():
            for slider in sliders:
                slider.layout.display = None if key == name else "none"

    # ---- the drawing ---------------------------------------------------------------------------

    def paint(self):
        return figure(WIDTH, HEIGHT, self.describe(), *self.map(), *self.curve())

    def map(self):
        """The surface from above, the ball's way on it, and its next step as an arrow."""
        reach = self.surface.reach
        box   = Box(44, 40, 286, 286, (-reach, reach), (-reach, reach))
        clip  = f"{self.prefix}c"
        yield self.colors(box)
        yield from box.grid(*self.surface.names)
        yield (f'<defs><clipPath id="{clip}"><rect x="{box.left}" y="{box.top}" '
               f'width="{box.width}" height="{box.height}"/></clipPath></defs>'
               f'<g clip-path="url(#{clip})">{"".join(self.way(box))}</g>')
        yield word(box.left + box.width, 14, self.state[0], "b", "end")
        yield word(box.left, 14, "stronger color: higher cost", "m s", "start")

    def colors(self, box):
        """The map: made once for each surface."""
        if self.surface.title not in self.maps:
            self.maps[self.surface.title] = draw_map(box, levels(self.surface, box), self.prefix)
        return self.maps[self.surface.title]

    def way(self, box):
        """Lines and dots of the way so far, the arrow, and the ball."""
        ways = place(box, self.path)
        x, y = ways[-1]
        yield stroke([(a, b, True) for a, b in ways], "stroke:var(--ink);stroke-width:1.3")
        yield from (circle(a, b, 2.2) for a, b in ways[:-1])
        yield arrow(x, y, *place(box, [self.path[-1] - self.step])[0])
        yield circle(x, y, 6, ";stroke:var(--background);stroke-width:1.5")

    def curve(self):
        """The cost after every step, on a scale of powers of ten."""
        steps = len(self.costs) - 1
        wide  = WINDOW * max(1, -(-steps // WINDOW))
        box   = Box(392, 40, 296, 286, (0, wide), self.surface.range, log_y=True)
        yield from box.grid("step", "cost")
        yield box.curve(np.arange(steps + 1), np.nan_to_num(self.costs, nan=np.inf,
                        posinf=1e300), "stroke:var(--ink);stroke-width:1.5")
        yield circle(float(box.place_x(steps)), float(box.place_y(self.costs[-1])), 4)
        yield word(box.left + box.width, 14, f"step {steps}: cost {number(self.costs[-1])}", "b",
                   "end")

    # ---- in words ------------------------------------------------------------------------------

    @property
    def state(self):
        """What the ball does, in a word or two, and what there is to add."""
        if len(self.path) == 1:
            return "ready", "the arrow is the next step"
        if self.is_gone:
            return "diverging", "it is far outside"
        before, now = self.costs[-2:]
        if now > before * (1 + SAME):
            return self.risen(now)
        if np.linalg.norm(self.step) < TINY * self.surface.reach:
            return "hardly moving", "its steps are tiny here"
        if self.has_crossed():
            lower = "a little lower" if now < before * (1 - SAME) else "no lower"
            return "bouncing", f"it jumped across the bottom and landed {lower}"
        return "going down", "the slope still points the same way"

    def risen(self, now):
        """The last step went uphill: worse than at the start, or not?"""
        if now > self.costs[0]:
            return "diverging", "it landed higher, and higher than at the start"
        return "bouncing", "it jumped too far and landed higher"

    def has_crossed(self):
        """Has a slope changed its sign in the last step?"""
        before, now = (self.surface.gradient(v) for v in self.path[-2:])
        small = 1e-6 * np.abs(before).max()                       # but for rounding
        return bool(((before * now < 0) & (np.abs(now) > small)).any())

    def describe(self):
        names, v     = ", ".join(self.surface.names), self.path[-1]
        short, added = self.state
        first        = f" (at first {number(self.costs[0])})" if len(self.path) > 1 else ""
        return (f"{self.surface.title}, learning rate {number(self.lr)}. Step "
                f"{len(self.path) - 1}: ({names}) = ({fixed(v[0])}, {fixed(v[1])}), cost "
                f"{number(self.costs[-1])}{first}. {short.capitalize()}: {added}.")


def fixed(value):
    """A coordinate with two decimals and a true minus; far out without them."""
    text = f"{value:.2f}" if abs(value) < 1000 else number(value)
    return text.replace("-0.00", "0.00").replace("-", "−")


# ---- pieces of the drawing ---------------------------------------------------------------------

def levels(surface, box):
    """The cost in steps from 0 to 1, the first row on top; even steps of its root.

    A bowl's level lines are then equally far apart. Shapes: one value for each pixel of the box.
    """
    side   = np.linspace(-surface.reach, surface.reach, COARSE)
    v0, v1 = np.meshgrid(side, side[::-1])
    cost   = surface.cost(v0, v1)
    root   = np.sqrt(cost - cost.min())
    fine   = finer(finer(root, int(box.width)).T, int(box.height)).T
    return np.floor(fine / fine.max() * LEVELS * 0.9999) / LEVELS


def finer(rows, n):
    """Rows of numbers read off at n places instead: (k, m) to (k, n)."""
    old, new = np.linspace(0, 1, rows.shape[1]), np.linspace(0, 1, n)
    return np.array([np.interp(new, old, row) for row in rows])


def place(box, points):
    """Points in pixels, also outside the box: (n, 2)."""
    v = np.nan_to_num(np.asarray(points, dtype=float), posinf=1e9, neginf=-1e9)
    x = box.left + box.width * (v[:, 0] - box.x[0]) / (box.x[1] - box.x[0])
    y = box.top + box.height * (box.y[1] - v[:, 1]) / (box.y[1] - box.y[0])
    return np.clip(np.column_stack([x, y]), -FAR, FAR).tolist()


def circle(x, y, r, more=""):
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" style="fill:var(--ink){more}"/>'


def arrow(x0, y0, x1, y1):
    """From one place to another, with a head where there is room for one."""
    length = float(np.hypot(x1 - x0, y1 - y0))
    if length < 8:
        return ""
    dx, dy = 7 * (x1 - x0) / length, 7 * (y1 - y0) / length
    wings  = [(x1 - dx + s * dy / 2, y1 - dy - s * dx / 2, True) for s in (1, -1)]
    look   = "stroke:var(--positive);stroke-width:2.2"
    return line(x0, y0, x1, y1, look) + stroke([wings[0], (x1, y1, True), wings[1]], look)
