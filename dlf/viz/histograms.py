"""How large weights and gradients are, layer by layer: one ridge for each, one scale for all."""
import numpy as np

from dlf.viz import paper

MOST = 81             # bins; layers of few weights get fewer


def draw_weights(ax, net, theme=None):
    """Draw the distribution of each layer's weights, the first layer on top; returns the ridges.

    Orange is negative, blue positive. The scale holds 99.9 % of all weights; what lies beyond
    is counted at its ends. On the right stand each layer's spread (standard deviation) and, if
    there are any, the share of weights that are exactly 0.
    Raises: ValueError for a network without weights.
    """
    rows  = [(name, value.ravel()) for name, value, _ in layers_of(net)]
    every = np.abs(np.concatenate([values for _, values in rows]))
    reach = float(np.nanpercentile(every, 99.9)) or 1.0
    theme = paper.axes(ax, weights_title(rows), "weight", theme=theme)
    edges = np.linspace(-reach, reach, bins(rows) + 1)
    made  = []
    for place, (name, values) in zip(places(rows), rows):
        counts = np.histogram(np.clip(values, -reach, reach), edges)[0]
        made  += signed_ridge(ax, edges, counts, place, theme)
        words(ax, place, name, f"spread {values.std():.2g}{zeros(values)}", theme)
    ax.axvline(0, color=theme.muted, linewidth=0.7, zorder=0)
    finish(ax, len(rows), (-reach, reach))
    paper.tell(ax, describe_weights, net)
    return made


def draw_gradients(ax, net, theme=None):
    """Draw how large each layer's gradients are, in powers of ten, the first layer on top.

    The gradients are those of the last backward pass. Powers of ten show what matters: how far the
    slope shrinks (or grows) on its way to the first layer. Zeros have no place on this scale; their
    share stands on the right, beside the median of the others. Returns the ridges.
    Raises: ValueError for a network without weights, or before the first backward pass.
    """
    rows  = [(name, gradient.ravel()) for name, _, gradient in layers_of(net)]
    sizes = [np.log10(np.abs(g[(g != 0) & np.isfinite(g)])) for _, g in rows]
    if not sum(map(len, sizes)):
        raise ValueError("All gradients are zero: take a step first, such as next(dlf.train(...)), "
                         "or call net.backward(dy) after net.forward(x).")
    low, high = np.percentile(np.concatenate(sizes), [0.5, 99.9]) + np.array([-0.3, 0.3])
    theme = paper.axes(ax, gradients_title(rows), "size of the gradient", theme=theme)
    edges = np.linspace(low, high, bins(rows) + 1)
    made  = []
    for place, (name, g), size in zip(places(rows), rows, sizes):
        counts = np.histogram(np.clip(size, low, high), edges)[0]
        made.append(ridge(ax, edges, counts, place, theme.muted, theme))
        words(ax, place, name, f"median {median(g):.1g}{zeros(g)}", theme)
    finish(ax, len(rows), (low, high))
    powers_of_ten(ax, low, high)
    paper.tell(ax, describe_gradients, net)
    return made


def layers_of(net):
    """(name, values, gradient) of every matrix of a network: '0 Dense', not the biases."""
    kinds = {path: type(layer).__name__ for path, layer in net.walk()}
    found = []
    for name, value, gradient in net.parameters():
        path, _, p = name.rpartition(".")
        if value.ndim > 1:
            words = [path, kinds[path], "" if p == "W" else p]
            found.append((" ".join(word for word in words if word), value, gradient))
    if not found:
        raise ValueError("This network has no weights: put a layer such as dlf.Dense in it.")
    return found


def bins(rows):
    """How many bins: odd, so that zero is in the middle of one, and more for more weights."""
    n = max(len(values) for _, values in rows)
    return int(np.clip(2 * int(np.sqrt(n)) + 1, 11, MOST))


def places(rows):
    """The height of each layer's base line: the first layer stands on top."""
    return range(len(rows) - 1, -1, -1)


def ridge(ax, edges, counts, place, color, theme, part=slice(None)):
    """One filled outline over a base line, as high as 0.62 of the distance to the next."""
    middle = (edges[:-1] + edges[1:]) / 2
    height = place + 0.62 * counts / max(counts.max(), 1)
    ax.plot(edges[[0, -1]], [place, place], color=theme.faint, linewidth=0.8, zorder=1)
    return ax.fill_between(middle[part], place, height[part], color=color, alpha=0.9,
                           linewidth=0, zorder=2)


def signed_ridge(ax, edges, counts, place, theme):
    """A ridge whose left half is orange and whose right half is blue; they meet at zero."""
    zero = len(counts) // 2
    return [ridge(ax, edges, counts, place, theme.negative, theme, slice(None, zero + 1)),
            ridge(ax, edges, counts, place, theme.positive, theme, slice(zero, None))]


def powers_of_ten(ax, low, high):
    """Ticks at whole powers of ten, about six of them."""
    powers = np.arange(np.ceil(low), np.floor(high) + 1)
    powers = powers[::max(1, len(powers) // 6)]
    ax.set_xticks(powers, [f"$10^{{{int(p)}}}$" for p in powers])


def words(ax, place, name, number, theme):
    """Above the ridge the layer's name, at the left, and its number, at the right."""
    look = {"transform": ax.get_yaxis_transform(), "va": "bottom", "fontsize": paper.SMALL}
    ax.text(0.0, place + 0.66, name,   ha="left",  color=theme.ink,   **look)
    ax.text(1.0, place + 0.66, number, ha="right", color=theme.muted, **look)


def finish(ax, n, limits):
    """Limits; no vertical axis, since each ridge has its own."""
    ax.set(xlim=limits, ylim=(-0.1, n + 0.02), yticks=[])
    ax.spines["left"].set_visible(False)


def zeros(values):
    """', 12 % are 0' where there are zeros."""
    none = int((values == 0).sum())
    return f", {paper.share(none, values.size)} are 0" if none else ""


def median(g):
    """The median size of the gradients that are not 0; nan if all are."""
    g = np.abs(g[(g != 0) & np.isfinite(g)])
    return float(np.median(g)) if len(g) else np.nan


def weights_title(rows):
    """Which layer has the widest weights."""
    name, values = max(rows, key=lambda row: row[1].std())
    if len(rows) == 1:
        return f"The weights of {name} spread by {values.std():.2g}"
    return f"The widest weights are those of {name}"


def gradients_title(rows):
    """By how much the slope shrinks or grows between the last layer and the first."""
    first, last = median(rows[0][1]), median(rows[-1][1])
    if len(rows) == 1 or not np.isfinite(first + last):
        return "How large the gradients are"
    factor = first / last
    if 0.5 < factor < 2:
        return "Gradients are about as large in the first layer as in the last"
    word, times = ("larger", factor) if factor > 1 else ("smaller", 1 / factor)
    return f"The first layer's gradients are {two_digits(times)} times {word}"


def two_digits(number):
    """A number with the two digits that count: 2.8, 76,000."""
    return f"{number:.2g}" if number < 100 else f"{int(float(f'{number:.1e}')):,}"


def describe_weights(net):
    """The weights' distribution in words, for those who do not see it."""
    parts = [f"{name} {value.mean():.2g} ± {value.std():.2g}{zeros(value)}"
             for name, value, _ in layers_of(net)]
    return f"Mean and spread of the weights: {'; '.join(parts)}."


def describe_gradients(net):
    """The gradients' sizes in words, for those who do not see them."""
    rows  = [(name, gradient.ravel()) for name, _, gradient in layers_of(net)]
    parts = [f"{name} {median(g):.2g}{zeros(g)}" for name, g in rows]
    return f"Median size of the gradients: {'; '.join(parts)}."
