"""Lines over a common axis, each with its name at its end: functions, costs, experiments."""
import numpy as np

from dlf.viz import paper

DASHES = ("-", "--", ":", "-.")        # a second cue beside the color


def draw_lines(ax, x, lines, title, x_name="", y_name="", log_x=False, log_y=False, theme=None):
    """Draw lines with their names at their right ends; returns the artists, one for each line.

    Shapes: x (n,); lines is {name: y (n,)} of at most four. log_x, log_y: powers of ten at equal
    distances; what is 0 or less lies below all of them. `title` is a sentence that says what there
    is to see.
    Raises: ValueError for more than four lines, or a line that is not as long as x.
    """
    x, lines = np.asarray(x, dtype=float), {k: np.asarray(y, float) for k, y in lines.items()}
    check_lines(x, lines)
    theme  = paper.axes(ax, title, x_name, y_name, theme)
    colors = (theme.positive, theme.negative, theme.ink, theme.muted)
    ax.set_xscale("log" if log_x else "linear")
    ax.set_yscale("log" if log_y else "linear")
    ax.grid(axis="y", color=theme.faint, linewidth=0.7)
    ax.set_axisbelow(True)
    drawn = [ax.plot(x, y, color=color, linestyle=dash, linewidth=1.8)[0]
             for y, color, dash in zip(lines.values(), colors, DASHES)]
    name_ends(ax, drawn, lines)
    paper.tell(ax, describe_lines, x, lines, title, x_name)
    return drawn


def name_ends(ax, drawn, names):
    """The names beside the lines' ends, moved apart where they would cover each other."""
    ax.autoscale_view()                       # else the axes still run from 0 to 1
    height  = paper.size_in_points(ax)[1]
    ends    = [end_of(ax, line) for line in drawn]
    heights = [72 * ax.transData.transform(end)[1] / ax.figure.dpi for end in ends]   # in points
    placed  = apart(heights, 1.25 * paper.TEXT)
    for line, name, end, here, place in zip(drawn, names, ends, heights, placed):
        ax.annotate(name, end, xytext=(5, np.clip(place - here, -height, height)),
                    textcoords="offset points", va="center", color=line.get_color(),
                    fontsize=paper.TEXT, annotation_clip=False)


def end_of(ax, line):
    """A line's last point; one that lies below all powers of ten is at the lower edge."""
    x, y = line.get_xydata()[-1]
    return x, (ax.get_ylim()[0] if ax.get_yscale() == "log" and y <= 0 else y)


def apart(heights, least):
    """Heights, moved as little as it takes to be `least` apart, in the same order."""
    order  = np.argsort(heights)
    placed = np.array(heights, dtype=float)[order]
    for i in range(1, len(placed)):
        placed[i] = max(placed[i], placed[i - 1] + least)
    if len(placed):
        placed -= (placed - np.array(heights, dtype=float)[order]).mean()
    return placed[np.argsort(order)]


def check_lines(x, lines):
    """Raise unless there are one to four lines, each as long as x."""
    if not 1 <= len(lines) <= len(DASHES):
        raise ValueError(f"draw_lines takes one to four lines, got {len(lines)}: more could not be "
                         "told apart. Use two drawings.")
    for name, y in lines.items():
        if y.shape != x.shape:
            raise ValueError(f"The line {name!r} has the shape {y.shape}, x has {x.shape}: each "
                             "point needs both.")


def describe_lines(x, lines, title, x_name=""):
    """The lines in words, for those who do not see them."""
    parts = [f"{name} goes from {y[0]:.3g} to {y[-1]:.3g}, between {y.min():.3g} and {y.max():.3g}"
             for name, y in lines.items()]
    return f"{title}. Over {x_name or 'x'} from {x[0]:.3g} to {x[-1]:.3g}: {'; '.join(parts)}."
