"""Rolled and unrolled: a network with its loop, and the same network as a copy for each moment."""
from matplotlib.patches import FancyArrowPatch, Rectangle

from dlf import scene
from dlf.viz import paper

LEGEND = ("A dashed box is the same layer at another moment: one set of weights, used again and "
          "again, whose slopes add up.")


def draw_unrolled(ax, net, steps=None, theme=None):
    """Draw the layers of a network along time: rolled on the left, unrolled on the right.

    Each layer stands once with its sizes; a recurrent one has a loop. On the right it stands at
    each moment, dashed, on the band of the weights that all moments share. Returns the texts.

    Args: steps: the moments of a sequence; of more than four the first three and the last are
    drawn.
    """
    theme = paper.blank(ax, title(net), theme)
    seen  = scene.unrolled(net, steps)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    for x, y, width, height in seen.bands:
        ax.add_patch(Rectangle((x, y), width, height, color=theme.faint, alpha=0.5, linewidth=0,
                               zorder=0))
    for arrow in seen.arrows:
        draw_arrow(ax, arrow, theme)
    size  = letters(ax, seen)
    texts = [text for box in seen.boxes for text in draw_box(ax, box, size, theme)]
    for word in seen.words:
        texts.append(ax.text(word.x, word.y, word.text, color=theme.muted, va="center",
                             ha={"start": "left", "end": "right"}.get(word.anchor, "center"),
                             fontsize=size - (2 if "\n" in word.text else 0), linespacing=1.15))
    if any(row.weights for row in seen.rows):
        texts.append(ax.text(0, -0.02, LEGEND, color=theme.muted, va="top",
                             fontsize=min(paper.SMALL, paper.size_in_points(ax)[0] /
                                          (0.56 * len(LEGEND)))))
    paper.tell(ax, describe_unrolled, net, steps)
    return texts


def letters(ax, seen):
    """As large as the boxes allow."""
    width, height = paper.size_in_points(ax)
    room = min(box.width * width / (0.62 * len(box.text)) for box in seen.boxes)
    return max(4.5, min(paper.TEXT, room, seen.boxes[0].height * height / 2.4))


def draw_box(ax, box, size, theme):
    """A layer: full where it stands once, dashed where it is a copy; inputs and outputs bare."""
    is_layer = box.kind in ("layer", "copy")
    ax.add_patch(Rectangle((box.x - box.width / 2, box.y - box.height / 2), box.width, box.height,
                           facecolor=theme.background, edgecolor=theme.ink if is_layer else "none",
                           linestyle="--" if box.kind == "copy" else "-", zorder=2,
                           linewidth=1.0 if box.kind == "copy" else 1.5, alpha=1.0 * is_layer))
    shift = 0.2 * box.height * bool(box.note)
    yield ax.text(box.x, box.y + shift, box.text, ha="center", va="center", color=theme.ink,
                  fontsize=size, zorder=3)
    if box.note:
        small = min(size - 1, box.width * paper.size_in_points(ax)[0] / (0.6 * len(box.note)))
        yield ax.text(box.x, box.y - shift, box.note, ha="center", va="center", color=theme.muted,
                      fontsize=max(small, 4), zorder=3)


def draw_arrow(ax, arrow, theme):
    """A line through points, with its head at the last; what is handed on in time is blue."""
    color = theme.positive if arrow.kind == "state" else theme.muted
    *start, a, b = arrow.points
    if arrow.kind == "look":
        ax.plot(*zip(a, b), color=color, linewidth=0.7, alpha=0.7, zorder=1)
        return
    if start:
        ax.plot(*zip(*start, a), color=color, linewidth=1.5, zorder=1)
    ax.add_patch(FancyArrowPatch(a, b, arrowstyle="-|>", mutation_scale=8, shrinkA=0, shrinkB=0,
                                 color=color, linewidth=1.5 if arrow.kind == "state" else 1.0,
                                 zorder=1))


def title(net):
    """What is drawn, in a few words."""
    kinds = [row.kind for row in scene.unrolled(net).rows]
    if "recurrent" in kinds or "both" in kinds:
        return "One network, again and again: the loop becomes a chain"
    return "One network at every moment" + (", each looking at others" if "attention" in kinds
                                            else "")


def describe_unrolled(net, steps=None):
    """The layers in words: what each does along time, and how many weights all moments share."""
    seen  = scene.unrolled(net, steps)
    does  = {"recurrent": "hands on {}", "both": "hands on {} in both directions",
             "attention": "looks at {}", "last": "goes on with the last moment only"}
    parts = []
    for row in seen.rows[1:-1]:
        what  = "what came before" if row.causal else "all moments"
        doing = does.get(row.kind, "").format(row.state if "hands" in does.get(row.kind, "")
                                              else what)
        words = [row.note if row.kind != "last" else "", doing,
                 f"{row.weights:,} weights for all moments" if row.weights else ""]
        parts.append(f"{row.name} ({', '.join(filter(None, words))})")
    long = f" over {paper.plural(steps, 'moment')}" if steps else ""
    return f"{title(net)}. From {seen.rows[0].note} a moment{long}: {'; '.join(parts)}."
