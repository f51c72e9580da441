"""The paper that drawings are on: its theme, its axes, its titles; the same for all of them."""
from dlf import palette

SMALL, TEXT, TITLE = 8.0, 9.0, 10.5        # points: still readable when the figure is shown at 50 %


def theme_of(ax, theme=None):
    """The theme asked for, or the one that fits the figure: dark on a dark background."""
    if theme is not None:
        return theme
    *color, opaque = ax.figure.get_facecolor()
    light = palette.luminance([255 * c for c in color]) if opaque else 1.0
    return palette.LIGHT if light > 0.2 else palette.DARK


def axes(ax, title, x="", y="", theme=None):
    """Dress axes for a plot: a title, two spines, quiet ticks; returns the theme."""
    theme = theme_of(ax, theme)
    ax.set_facecolor(theme.background)
    headline(ax, title, theme)
    ax.set_xlabel(x, color=theme.muted, fontsize=TEXT)
    ax.set_ylabel(y, color=theme.muted, fontsize=TEXT)
    ax.tick_params(colors=theme.muted, which="both", labelsize=SMALL, length=2.5)
    for side, spine in ax.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(theme.faint)
    return theme


def tell(ax, describe, *of_what):
    """Give the axes their words: `ax.alt()` says what is drawn, as it is when asked."""
    ax.alt = lambda: describe(*of_what)


def blank(ax, title, theme=None):
    """Dress axes for a picture that needs no scale: a title and nothing else; returns the theme."""
    theme = axes(ax, title, theme=theme)
    ax.set(xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set_visible(False)
    return theme


def headline(ax, title, theme):
    """The title, on the left, where reading starts; smaller if it would run into a neighbor."""
    width = size_in_points(ax)[0]
    edge  = 72 * ax.figure.get_size_inches()[0] * (1 - ax.get_position().x0)
    room  = min(edge, 1.1 * width)
    size  = min(TITLE, max(room / (0.66 * max(len(title), 1)), SMALL))
    ax.set_title(title, loc="left", color=theme.ink, fontsize=size, fontweight="bold", pad=9)


def share(part, whole):
    """A share as people say it: '97 %', and never '100 %' while anything is missing."""
    if not whole:
        return "0 %"
    percent = 100 * part / whole
    if 0 < percent < 1 or 99 < percent < 100:
        return f"{min(max(percent, 0.1), 99.9):.1f} %"
    return f"{percent:.0f} %"


def size_in_points(ax):
    """(width, height) of axes in points, as they are now."""
    box, (width, height) = ax.get_position(), ax.figure.get_size_inches()
    return 72 * width * box.width, 72 * height * box.height


def plural(n, noun):
    """'1 point', '2 points', '1,797 points'."""
    return f"{n:,} {noun}" + "s" * (n != 1)
