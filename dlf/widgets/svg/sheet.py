"""What all painters in the page share: themes as CSS, pictures as styles, numbers and words."""
import html
import math
import re
import uuid
from functools import lru_cache

import numpy as np

from dlf import palette
from dlf.palette import DARK, LIGHT
from dlf.widgets import png

SURE     = 25         # shades of a class, from not sure to sure
DARKNESS = '[data-jp-theme-light="false"]'           # JupyterLab, Notebook 7 and Voila say so


def frame(*rules):
    """The text of one frame: style rules and nothing else, for a `widgets.HTML`."""
    return f"<style>{''.join(rules)}</style>"


def new_prefix():
    """A word no other painter of the page has, not even one of another kernel."""
    return "dlf" + uuid.uuid4().hex[:6]


def variables(theme, follow):
    """A theme as CSS variables; what Jupyter has a color for may follow Jupyter."""
    of_page = {"ink": "--jp-ui-font-color1", "muted": "--jp-ui-font-color2",
               "background": "--jp-layout-color0"} if follow else {}
    colors  = {name: getattr(theme, name) for name in
               ("background", "ink", "muted", "faint", "negative", "zero", "positive")}
    return "".join(f"--{name}:var({of_page[name]},{color});" if name in of_page else
                   f"--{name}:{color};" for name, color in colors.items()) + \
        f"--broken:{palette.BROKEN};--rim:var(--{'muted' if theme.is_dark else 'background'});"


def themed(prefix, theme, rule=variables):
    """The rule `rule(theme, follow)` of the painter, for one theme, or for light and dark pages."""
    if theme is not None:
        return f"#{prefix}{{{rule(theme, False)}background:{theme.background};}}"
    return f"#{prefix}{{{rule(LIGHT, True)}}}{DARKNESS} #{prefix}{{{rule(DARK, True)}}}"


BASE = """
@ {position: relative; overflow: visible; color: var(--ink); font-variant-numeric: tabular-nums;
   font: 12px/1.3 var(--jp-ui-font-family, system-ui, -apple-system, "Segoe UI", sans-serif)}
@ svg {position: absolute; left: 0; top: 0; overflow: visible; pointer-events: none}
@ text {fill: var(--ink)}
@ .m {fill: var(--muted)}
@ .s {font-size: 11px}
@ .b {font-weight: 600}
"""


def sheet(painter, rules, **sizes):
    """The style rules that stay: those of every painter, its own, and its sizes as CSS variables.

    In `rules` @ stands for the painter's id, and DARK for a page whose theme is dark. A painter
    with a theme of its own ignores the page's.
    """
    sizes = {"width": painter.width, "height": painter.height, **sizes}
    sizes = "".join(f"--{name}:{value:.4g}px;" for name, value in sizes.items())
    rules = f"{BASE}@ {{{sizes}width:var(--width);height:var(--height)}}{rules}"
    if painter.theme is not None:
        rules = re.sub(r"(?m)^DARK.*$", "", rules)
    rules = rules.replace("DARK", DARKNESS).replace("@", f"#{painter.prefix}")
    return f"<style>{themed(painter.prefix, painter.theme)}{rules}</style>"


def dark_matrix(prefix):
    """An SVG filter that turns the light table's colors into the dark table's: one matrix.

    So one picture serves both themes, of which the kernel does not know which the page has.
    """
    light = np.column_stack([palette.table(LIGHT) / 255, np.ones(palette.STEPS)])
    fit   = np.linalg.lstsq(light, palette.table(DARK) / 255, rcond=None)[0].T
    rows  = [f"{r:.4f} {g:.4f} {b:.4f} 0 {one:.4f}" for r, g, b, one in fit]
    return (f'<filter id="{prefix}dark" color-interpolation-filters="sRGB" x="0" y="0" width="1" '
            f'height="1"><feColorMatrix values="{" ".join(rows)} 0 0 0 1 0"/></filter>')


class Picture:
    """A picture that changes under a fixed selector, and never leaves a gap.

    The one before is listed below the new one: where a browser is late to unpack the new one, it
    shows the old. That is why these pictures are opaque.
    """

    def __init__(self, *selectors):
        self.selectors, self.last = selectors, [None] * len(selectors)

    def rules(self, entries, *tables):
        """The rules that show these entries, in one color table for each selector."""
        new  = [png.address(file) for file in png.pictures(entries, *tables)]
        both = [f"url({a})" if b in (None, a) else f"url({a}),url({b})"
                for a, b in zip(new, self.last)]
        self.last = new
        return "".join(f"{s}{{background-image:{urls}}}" for s, urls in zip(self.selectors, both))


@lru_cache(maxsize=8)
def signed_colors(shades, theme):
    """The signed color table thinned to so many shades a side, and then the gray of nan."""
    entries = np.rint(np.linspace(0, palette.STEPS - 2, 2 * shades + 1)).astype(int)
    return palette.table(theme)[[*entries, palette.STEPS - 1]]


def entries_of(values, shades):
    """Places in `signed_colors` of values from -1 to 1; what is not finite gets the last."""
    values  = np.asarray(values, dtype=float)
    entries = np.rint((np.clip(values, -1, 1) + 1) * shades)
    return np.where(np.isfinite(values), entries, 2 * shades + 1).astype(np.uint8)


@lru_cache(maxsize=16)
def class_colors(n, theme):
    """For each of n classes its shades from not sure to sure; (25 n, 3), at most 10 classes."""
    share = np.linspace(0, 1, SURE)
    return np.concatenate([palette.blend(palette.qualitative(np.full(SURE, c)), share, theme.zero)
                           for c in range(min(n, 10))])


def number(value, digits=3):
    """A number as people write it, with a true minus; a dash for none."""
    if np.isnan(value):
        return "–"
    return f"{value:.{digits}g}".replace("-", "−").replace("inf", "∞")


def shorten(text, most=20):
    """A name that fits, and an ellipsis for the rest."""
    return text if len(text) <= most else text[:most - 1].rstrip() + "…"


def word(x, y, text, kind="", anchor="middle", **more):
    """A line of SVG text, whatever letters it has."""
    extra = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in more.items())
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}"{extra}>'
            f'{html.escape(text)}</text>')


def ticks(low, high, about=6):
    """Round numbers between two others: steps of 1, 2 or 5 times a power of ten."""
    size = max((high - low) / about, 1e-300)
    ten  = 10.0 ** math.floor(math.log10(size))
    step = ten * next(k for k in (1, 2, 5, 10) if k * ten >= 0.999 * size)
    return [round(i * step, 12) for i in range(math.ceil(low / step - 1e-9),
                                               math.floor(high / step + 1e-9) + 1)]
