"""Rows of small signed pictures, painted as one: the page cuts it into tiles."""
import html
from typing import NamedTuple

import numpy as np

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

SHADES = 40           # of each sign
GAP    = 3            # pixels between two tiles
MOST   = 16           # tiles in a row

RULES = """
@ {VARIABLES display: grid; row-gap: var(--between, 8px); font-size: 12px; line-height: 16px}
DARK @ {DARKS}
@ .row {display: flex; gap: GAPpx; height: SIZEpx}
@ .name {color: var(--ink); white-space: nowrap; overflow: hidden; text-overflow: ellipsis}
@ .name i {font-style: normal; color: var(--muted)}
@ .tile {flex: 0 0 SIZEpx; width: SIZEpx; height: SIZEpx; border-radius: 1px;
  image-rendering: pixelated;
  background-size: WIDEpx HIGHpx}
@ .full::after {font-variant-numeric: tabular-nums}
"""


class Row(NamedTuple):
    """A row of tiles: its name, what is said after it, and how many tiles there are."""

    name:  str
    more:  str
    count: int


class Tiles:
    """Pictures side by side in named rows: `markup()` stays, `rules(values)` shows them now.

    Args: rows: a `Row` for each; size: of a tile, in pixels; side: numbers a side that a tile
    shows, at least as many as any of the pictures has; columns: tiles in a row, at most.
    """

    def __init__(self, rows, size, side, columns=MOST):
        self.rows, self.size, self.side, self.columns = list(rows), size, side, columns
        self.prefix  = new_prefix()
        at           = f"#{self.prefix} .tile"
        self.picture = Picture(at, f"{DARKNESS} {at}")
        self.looks   = signed_colors(SHADES, LIGHT), signed_colors(SHADES, DARK)

    @property
    def wide(self):
        """Tiles that the widest row has."""
        return max((min(row.count, self.columns) for row in self.rows), default=1)

    def markup(self, words=""):
        """What stays; `words` say what there is to see."""
        rows = "".join(self.row(i, row) for i, row in enumerate(self.rows))
        return (f'{self.style()}<div id="{self.prefix}" role="img" '
                f'aria-label="{html.escape(words)}">{rows}</div>')

    def style(self):
        """The rules that stay."""
        rules = RULES.replace("VARIABLES", variables(LIGHT, True))
        rules = rules.replace("DARKS", variables(DARK, True)).replace("DARK", DARKNESS)
        for name, value in (("GAP", GAP), ("SIZE", self.size), ("WIDE", self.size * self.wide),
                            ("HIGH", self.size * len(self.rows))):
            rules = rules.replace(name + "px", f"{value}px")
        return f"<style>{rules.replace('@', '#' + self.prefix)}</style>"

    def row(self, i, row):
        """A name and its tiles, each a window onto its part of the one picture."""
        shown = min(row.count, self.columns)
        more  = f" (the first {shown})" if shown < row.count else ""
        tiles = "".join(f'<div class="tile" style="background-position:{-self.size * k}px '
                        f'{-self.size * i}px"></div>' for k in range(shown))
        head  = (f'<div class="name">{html.escape(row.name)} <i>{html.escape(row.more + more)}'
                 f'</i> <i class="full" id="{self.prefix}f{i}"></i></div>') if row.name else ""
        return f'<div>{head}<div class="row">{tiles}</div></div>'

    def rules(self, values, notes=()):
        """The style rules of now; a note for each row is written after its name.

        Shapes: values: for each row (count, height, width), from -1 to 1; nan is gray.
        """
        return self.colors(values) + "".join(
            f"#{self.prefix}f{i}::after{{content:{quoted(note)}}}" for i, note in enumerate(notes))

    def colors(self, values):
        """The rules of the one picture."""
        side = self.side
        page = np.zeros((len(self.rows) * side, self.wide * side))
        for i, maps in enumerate(values):
            for k, one in enumerate(maps[:self.columns]):
                page[i * side:(i + 1) * side, k * side:(k + 1) * side] = enlarged(one, side)
        return self.picture.rules(entries_of(page, SHADES), *self.looks)


def enlarged(picture, side):
    """A picture (h, w) with each pixel repeated, so that it has `side` rows and columns."""
    h, w = picture.shape
    at   = np.arange(side)
    return picture[np.ix_(at * h // side, at * w // side)]
