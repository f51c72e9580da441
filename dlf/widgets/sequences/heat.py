"""Heat maps in the page: pictures that are stretched over their place, in the colors of the theme.
"""
import html
from functools import lru_cache

import numpy as np

from dlf import palette
from dlf.palette import DARK, LIGHT
from dlf.widgets.svg.looks import quoted
from dlf.widgets.svg.sheet import (
    DARKNESS,
    Picture,
    entries_of,
    new_prefix,
    signed_colors,
    variables,
)

SHADES = 40           # of each sign; twice as many of a share

RULES = """
@ {VARIABLES font-size: 12px; line-height: 16px}
DARK @ {DARKS}
@ .map {image-rendering: pixelated; background-size: 100% 100%; border-radius: 2px; min-width: 0}
@ .line {display: grid; grid-template-columns: 78px minmax(0, 1fr) 52px; align-items: center;
  gap: 0 8px; margin-bottom: 5px}
@ .line > .map {height: TALLpx}
@ .line i {font-style: normal; color: var(--muted)}
@ .cells {display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr);
  text-align: center; font-size: 12px; overflow: hidden}
@ .heads {display: flex; flex-flow: row wrap; gap: 8px 18px}
@ .head {display: grid; grid-template-columns: 16px SIDEpx; gap: 2px 2px}
@ .head > .map {height: SIDEpx; width: SIDEpx}
@ .head > b {grid-column: 2; font-weight: 600}
@ .down {display: grid; grid-auto-rows: minmax(0, 1fr); text-align: right; height: SIDEpx;
  align-items: center; line-height: 1}
@ .full::after {font-variant-numeric: tabular-nums; color: var(--muted)}
"""


class Heat:
    """Maps under one another, or squares side by side: `markup` stays, `rules` shows them now.

    Args: names: (name, more words) of each map; shares: whether each runs from 0 to 1, in one hue,
    or is signed; square: squares, with words at two sides; words: one for each column.
    """

    def __init__(self, names, shares, words=(), square=False, tall=60, side=190):
        self.names, self.shares, self.words, self.square = names, shares, words, square
        self.tall, self.side = tall, side
        self.prefix = new_prefix()
        place = [f"#{self.prefix}m{i}" for i in range(len(names))]
        self.pictures = [Picture(f"#{self.prefix} {at}", f"{DARKNESS} #{self.prefix} {at}")
                         for at in place]

    def markup(self, label=""):
        """What stays; `label` says what there is to see."""
        rules = RULES.replace("VARIABLES", variables(LIGHT, True))
        rules = rules.replace("DARKS", variables(DARK, True)).replace("DARK", DARKNESS)
        rules = rules.replace("TALL", str(self.tall)).replace("SIDE", str(self.side))
        inner = self.squares() if self.square else self.lines()
        return (f"<style>{rules.replace('@', '#' + self.prefix)}</style><div id='{self.prefix}' "
                f'role="img" aria-label="{html.escape(label)}">{inner}</div>')

    def lines(self):
        """A map a line, and the words below."""
        p    = self.prefix
        rows = "".join(
            f'<div class="line"><span><b>{html.escape(name)}</b> <i>{html.escape(more)}</i></span>'
            f'<div class="map" id="{p}m{i}"></div><span class="full" id="{p}f{i}"></span></div>'
            for i, (name, more) in enumerate(self.names))
        return f'{rows}<div class="line"><span></span>{self.across()}<span></span></div>'

    def squares(self):
        """A square a map, its words on the left and below."""
        p    = self.prefix
        down = "".join(f"<span>{html.escape(word)}</span>" for word in self.words)
        return '<div class="heads">' + "".join(
            f'<div class="head"><b>{html.escape(name)} <i class="full" id="{p}f{i}"></i></b>'
            f'<div class="down">{down}</div><div class="map" id="{p}m{i}"></div><span></span>'
            f"{self.across()}</div>" for i, (name, _) in enumerate(self.names)) + "</div>"

    def across(self):
        """The words below a map."""
        cells = "".join(f"<span>{html.escape(word)}</span>" for word in self.words)
        return f'<div class="cells">{cells}</div>'

    def rules(self, maps, notes):
        """The maps of now, each (rows, columns) from -1 to 1, or from 0 to 1; a note beside each.
        """
        rules = ""
        for i, (picture, share, values) in enumerate(zip(self.pictures, self.shares, maps)):
            values = 2 * values - 1 if share else values
            tables = [(share_colors if share else signed_colors)(SHADES, theme)
                      for theme in (LIGHT, DARK)]
            rules += picture.rules(entries_of(values, SHADES), *tables)
            rules += f"#{self.prefix}f{i}::after{{content:{quoted(notes[i])}}}"
        return rules


@lru_cache(maxsize=8)
def share_colors(shades, theme):
    """Colors from the paper's zero to its ink, and then the gray of nan."""
    ink = np.broadcast_to(palette.rgb(theme.ink), (2 * shades + 1, 3))
    return np.vstack([palette.blend(ink, np.linspace(0, 1, 2 * shades + 1), theme.zero),
                      palette.rgb(palette.BROKEN)])
