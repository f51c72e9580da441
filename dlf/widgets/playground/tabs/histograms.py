"""What goes on inside: histograms of each layer, how fast it moves, and which neurons are stuck."""
import html
import math

from dlf.experiment import insight
from dlf.widgets.parts import paragraph, text
from dlf.widgets.playground.tabs.base import Tab
from dlf.widgets.svg.figure import figure, line, rect
from dlf.widgets.svg.sheet import number, word

SLOW, USUAL, FAST = 1e-4, 1e-3, 1e-2     # update-to-weight ratios
WIDTH, HEIGHT     = 136, 66
LETTER            = 6.4                  # pixels of a digit under the bars
KINDS             = ("weights", "gradients", "activations")
MEANS = {"weights": "what the layer has learned", "gradients": "dC/dw, over all training points",
         "activations": "what its neurons answer, for all training points",
         "update : weight": "the next step, relative to the weights; about 1/1000 is usual",
         "stuck": "neurons that can hardly learn"}


class Histograms(Tab):
    """Weights, gradients and activations of each layer, the pace of its updates, stuck neurons."""

    title = "Histograms"
    intro = "Is every layer learning? Look at how fast it moves, and at which neurons are stuck."

    def build(self):
        self.words, self.sheet = text(height="48px"), text()
        return [self.words, self.sheet]

    def show(self):
        layers = insight(self.run)
        self.words.value = paragraph(in_words(layers))
        heads  = "".join(f'<th scope="col" class="l">{kind}<br><span class="m" '
                         f'style="font-weight:400;white-space:normal">{MEANS[kind]}</span></th>'
                         for kind in MEANS)
        rows   = "".join(self.line_of(layer, len(layers)) for layer in layers)
        self.sheet.value = ('<div class="wide"><table style="width:100%"><tr>'
                            f'<th scope="col" class="l">layer</th>{heads}</tr>{rows}</table></div>')

    def line_of(self, layer, last):
        """The row of one layer."""
        cells = [histogram(getattr(layer, kind), f"{kind} of {name(layer, last)}")
                 for kind in KINDS]
        cells += [pace(layer, last), stuck(layer, self.run, last)]
        inner = "".join(f'<td class="l" style="vertical-align:top">{cell}</td>' for cell in cells)
        return f'<tr class="line"><th scope="row" class="l">{name(layer, last)}</th>{inner}</tr>'


def name(layer, last):
    """What to call a layer."""
    return "output" if layer.number == last else f"layer {layer.number}"


def histogram(found, label):
    """Bars over a range of values, a line at zero, the range in numbers."""
    low, high = float(found.edges[0]), float(found.edges[-1])
    most      = max(int(found.counts.max(initial=0)), 1)
    step      = WIDTH / len(found.counts)
    middles   = (found.edges[:-1] + found.edges[1:]) / 2
    bars      = [rect(i * step + 0.5, HEIGHT - 18 - 44 * n / most, step - 1, 44 * n / most,
                      f"fill:var(--{'negative' if x < 0 else 'positive'})")
                 for i, (n, x) in enumerate(zip(found.counts.tolist(), middles)) if n]
    words     = f"{label}: {int(found.counts.sum())} from {number(low)} to {number(high)}"
    words    += f", and {found.broken} that are no numbers" if found.broken else ""
    return figure(WIDTH, HEIGHT, words, *bars, *zero(low, high),
                  line(0, HEIGHT - 18, WIDTH, HEIGHT - 18, "stroke:var(--muted)"),
                  word(0, HEIGHT - 4, number(low, 2), "m s", "start"),
                  word(WIDTH, HEIGHT - 4, number(high, 2), "m s", "end"),
                  *([word(WIDTH, 12, f"{found.broken} broken", "b s", "end")] * (found.broken > 0)))


def zero(low, high):
    """Where zero is, if it is inside."""
    if low < 0 < high:
        x = WIDTH * -low / (high - low)
        yield line(x, 8, x, HEIGHT - 18, "stroke:var(--ink);stroke-width:1;stroke-dasharray:2 2")
        if LETTER * len(number(low, 2)) < x - 8 and x + 8 < WIDTH - LETTER * len(number(high, 2)):
            yield word(x, HEIGHT - 4, "0", "m s")


def pace(layer, last):
    """The ratio on a scale of powers of ten, with the usual range shaded."""
    left, right = 0, 140
    def place(ratio):
        share = (math.log10(min(max(ratio, 1e-6), 1.0)) + 6) / 6
        return left + (right - left) * share
    a, b  = place(SLOW), place(FAST)
    x     = place(layer.ratio) if math.isfinite(layer.ratio) else right
    ticks = [word(place(10.0 ** p), 62, text, "m s", anchor) for p, text, anchor in
             ((-6, "10⁻⁶", "start"), (-3, "10⁻³", "middle"), (0, "1", "end"))]
    words = f"update to weight of {name(layer, last)}: {number(layer.ratio)}, {verdict(layer)}"
    return figure(146, HEIGHT, words, rect(a, 30, b - a, 14, "fill:var(--faint)", 2),
                  line(left, 44, right, 44, "stroke:var(--muted)"),
                  line(place(USUAL), 28, place(USUAL), 48, "stroke:var(--muted)"),
                  f'<path d="M{x:.1f} 43l-5 -12h10z" style="fill:var(--ink)"/>', *ticks,
                  word(0, 12, number(layer.ratio, 2), "b", "start"),
                  word(60, 12, verdict(layer), "m s", "start"))


def verdict(layer):
    """The pace in a word or two."""
    if not math.isfinite(layer.ratio):
        return "no number"
    if layer.ratio < SLOW:
        return "small" if layer.ratio else "no move at all"
    return "large" if layer.ratio > FAST else "usual"


def stuck(layer, run, last):
    """Shares of dead and of saturated neurons, as far as they can be either."""
    if layer.number == last:
        return '<span class="m">–</span>'
    kind  = run.config.hidden[layer.number - 1].activation
    count = run.config.hidden[layer.number - 1].size
    share = {"relu": ("dead", layer.dead), "tanh": ("saturated", layer.saturated),
             "sigmoid": ("saturated", layer.saturated)}.get(kind)
    if share is None:
        return f'<span class="m">{html.escape(kind)} does not get stuck</span>'
    n = round(share[1] * count)
    return f"<b>{n} of {count}</b> {share[0]}"


def in_words(layers):
    """The same in words."""
    last  = len(layers)
    paces = [f"{name(layer, last)} {verdict(layer)} ({number(layer.ratio, 2)})" for layer in layers]
    stuck = [f"{layer.dead:.0%} of {name(layer, last)} dead" for layer in layers if layer.dead]
    stuck += [f"{layer.saturated:.0%} of {name(layer, last)} saturated" for layer in layers
              if layer.saturated]
    broken = sum(layer.weights.broken + layer.activations.broken for layer in layers)
    first  = f"Size of the next update, relative to the weights: {'; '.join(paces)}."
    second = (f" Stuck neurons: {'; '.join(stuck)}." if stuck else " No neuron is stuck.")
    third  = f" {broken} values are no numbers any more." if broken else ""
    return first + second + third
