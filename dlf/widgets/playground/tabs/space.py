"""The plane as the network bends it: where two neurons of a layer put lines and points."""
import numpy as np

from dlf.experiment import hidden_space
from dlf.widgets.parts import columns, paragraph, row, select, text
from dlf.widgets.playground.tabs.base import Tab
from dlf.widgets.svg.figure import Box, figure, key, points, span, stroke

SIDE   = 330
RANGES = {"tanh": (-1.1, 1.1), "sigmoid": (-0.1, 1.1)}     # what never jumps


class Space(Tab):
    """The plane before, and after a layer, for any two of its neurons."""

    title = "Hidden space"
    intro = "A network bends the plane until a straight line is enough. Watch it bend as it learns."

    def build(self):
        self.names  = ()
        self.layer  = select("Layer", [("layer 1", 1)], 1, "Whose view of the plane is shown", 190)
        self.across = select("across", [("neuron 1", 0)], 0,
                             "The neuron whose answer is the place from left to right", 190)
        self.up     = select("up", [("neuron 1", 0)], 0,
                             "The neuron whose answer is the height", 190)
        self.watch(self.layer, self.turn_to)
        for control in (self.across, self.up):
            self.watch(control)
        self.words  = text(height="48px")
        self.before, self.after = text(height="424px"), text(height="424px")
        return [row(self.layer, self.across, self.up), self.words,
                columns(self.before, self.after)]

    def turn_to(self, layer):
        """Another layer: its first two neurons."""
        with self.quietly():
            self.offer(layer)
        self.refresh()

    def key(self):
        return (*super().key(), self.layer.value, self.across.value, self.up.value)

    # ---- what there is to choose ---------------------------------------------------------------

    def layers(self):
        """(name, names of the neurons) of every layer, from the inputs to the output."""
        config = self.run.config
        counts = [layer.size for layer in config.hidden] + [config.n_outputs]
        names  = [f"layer {i + 1}" for i in range(len(config.hidden))] + ["output"]
        return [("inputs", list(config.features)),
                *((name, [f"neuron {j + 1}" for j in range(n)])
                  for name, n in zip(names, counts))]

    def offer_layers(self):
        """Bring the lists up to date with the network; choose the last hidden layer at first."""
        layers = self.layers()
        if layers == self.names:
            return
        kept = self.layer.value if self.names and self.layer.value < len(layers) - 1 else None
        self.names = layers
        hidden     = max(len(layers) - 2, 0)
        self.layer.options = [(name, i) for i, (name, _) in enumerate(layers)]
        self.layer.value   = hidden if kept is None else kept
        self.offer(self.layer.value)

    def offer(self, layer):
        """The neurons of a layer, its first two chosen."""
        options = [(name, j) for j, name in enumerate(self.names[layer][1])]
        self.across.options = self.up.options = options
        self.across.value, self.up.value = 0, min(1, len(options) - 1)

    # ---- what is seen --------------------------------------------------------------------------

    def show(self):
        self.offer_layers()
        layer, first, second = self.layer.value, self.across.value, self.up.value
        inputs = len(self.names[0][1])
        plane  = hidden_space(self.run, 0, 0, min(1, inputs - 1))
        bent   = hidden_space(self.run, layer, first, second)
        name, neurons = self.names[layer]
        features = self.names[0][1]
        self.before.value = self.draw(plane, "The plane as it comes in", features[0],
                                      features[min(1, inputs - 1)], None)
        self.after.value  = self.draw(bent, f"The same plane, as {name} sees it", neurons[first],
                                      neurons[second], self.range_of(layer))
        self.words.value  = paragraph(self.in_words(bent, name))
        self.shown = self.key()

    def range_of(self, layer):
        """The range of what a layer says, if that is known beforehand."""
        hidden = self.run.config.hidden
        return RANGES.get(hidden[layer - 1].activation) if 1 <= layer <= len(hidden) else None

    def draw(self, seen, title, name_x, name_y, known):
        """Bent lines and points."""
        ranges = [known or span(np.concatenate([seen.lines[..., k].ravel(), seen.train[:, k]]))
                  for k in (0, 1)]
        box    = Box(52, 40, SIDE, SIDE, *ranges)
        full   = None if self.run.data.classes else float(np.abs(seen.train_labels).max()) or 1.0
        return figure(SIDE + 70, SIDE + 92, f"{title}: {name_x} across, {name_y} up.",
                      f'<text x="52" y="14" class="b">{title}</text>', *box.grid(name_x, name_y),
                      *self.lines(box, seen.lines),
                      *key(box.left, SIDE + 84, self.run.data.classes),
                      *points(box, seen.train, seen.train_labels, full))

    def lines(self, box, lines):
        """The lines that were vertical, and, dashed, those that were horizontal."""
        half = len(lines) // 2
        for i, bent in enumerate(lines):
            good = np.isfinite(bent).all(axis=1)
            dash = ";stroke-dasharray:4 3" if i >= half else ""
            yield stroke(zip(box.place_x(np.where(good, bent[:, 0], 0)),
                             box.place_y(np.where(good, bent[:, 1], 0)), good),
                         f"stroke:var(--muted);stroke-width:1;opacity:.75{dash}")

    def in_words(self, bent, name):
        """How much one straight line could do here."""
        begin = "Full lines were vertical before, dashed ones horizontal. "
        if len(self.run.data.classes) != 2:
            return begin + (f"What lies together here looks alike to what follows {name}.")
        share = straight(bent.train, bent.train_labels)
        return begin + (f"In this picture one straight line puts {share:.0%} of the training "
                        f"points on the right side. All that follows the last hidden layer is "
                        f"one straight line, so there it should be near 100 %.")


def straight(x, labels):
    """The share of points on the right side of the line that least squares gives."""
    if not np.isfinite(x).all():
        return float("nan")
    ones  = np.column_stack([np.ones(len(x)), x])
    sides = np.where(labels == 1, 1.0, -1.0)
    line  = np.linalg.lstsq(ones, sides, rcond=None)[0]
    return float((np.sign(ones @ line) == sides).mean())
