"""One palette: orange is negative, blue is positive, near-white is zero, for all eyes alike.

Every drawing of the library takes its colors from here. Sign is never shown by color alone:
negative lines are dashed, biases are plus and minus signs, classes have markers.
"""
from dataclasses import dataclass
from functools import lru_cache

import numpy as np


@dataclass(frozen=True)
class Theme:
    """The colors of a page: what is drawn on, what is drawn with, and the signed scale's three.

    All are "#rrggbb". `negative` and `positive` reach a contrast of 3 : 1 with `background`, which
    the Web Content Accessibility Guidelines 2.1 (WCAG, 1.4.11) ask of graphics; `ink` and `muted`
    reach 4.5 : 1, which they ask of text (1.4.3).
    """

    background: str
    ink:        str          # text, the curve of data that training never saw
    muted:      str          # axes, captions, the curve of the training data
    faint:      str          # grid lines, empty cells
    negative:   str
    zero:       str
    positive:   str

    @property
    def train(self):
        """The color of the training data: gray, since it is what everybody expects to look good."""
        return self.muted

    @property
    def test(self):
        """The color of data that training never saw: the strongest, since it is what counts."""
        return self.ink

    @property
    def is_dark(self):
        """Is the background darker than the ink?"""
        return bool(luminance(self.background) < luminance(self.ink))


LIGHT = Theme(background="#ffffff", ink="#16191d", muted="#6b7178", faint="#e3e6e8",
              negative="#e07200", zero="#eef0f1", positive="#0877bd")
DARK  = Theme(background="#15181d", ink="#f0f2f4", muted="#9aa1a9", faint="#343a42",
              negative="#f28c28", zero="#262b32", positive="#3ba0e6")

# Found by searching all colors for ten that stay far apart for normal, red-blind, green-blind and
# blue-blind eyes; the first two are the signed pair. tests/test_palette.py states the distances.
CLASSES = ("#e07200", "#0877bd", "#691c35", "#f9c331", "#282b8f",
           "#21c698", "#ac8af6", "#5f5e0e", "#aa4c74", "#c0d6f6")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "*", "h")     # a second cue, for matplotlib

STEPS   = 256         # entries of a color table: what a PNG palette holds
BROKEN  = "#8a8f96"   # nan: a gray that the signed scale does not contain


# ---- values to colors ------------------------------------------------------------------------

def diverging(values, scale=1.0, theme=LIGHT):
    """The colors of signed values: orange at -scale, near-white (near-black) at 0, blue at +scale.

    Shapes: values (...) to (..., 3) of uint8, from 0 to 255. nan becomes gray.
    Raises: ValueError for a scale that is not positive.
    """
    check_scale(scale)
    values = np.asarray(values, dtype=float)
    share  = np.clip(np.nan_to_num(values / scale), -1, 1)
    entry  = np.rint((share + 1) / 2 * (STEPS - 2)).astype(int)             # 0 ... 254
    return table(theme)[np.where(np.isnan(values), STEPS - 1, entry)]


def gray(values):
    """The grays of values from 0 (black) to 1 (white); what lies outside is clipped.

    Shapes: values (...) to (..., 3) of uint8. nan becomes black.
    """
    level = np.rint(255 * np.clip(np.nan_to_num(np.asarray(values, dtype=float)), 0, 1))
    return np.repeat(level.astype(np.uint8)[..., None], 3, axis=-1)


def qualitative(labels):
    """The color of each class, the first again after the tenth: (...) to (..., 3) of uint8."""
    colors = np.array([rgb(c) for c in CLASSES])
    return colors[np.asarray(labels).astype(int) % len(CLASSES)]


def blend(colors, share, ground):
    """`colors` where share is 1, the color `ground` where it is 0, even steps to the eye between.

    Shapes: colors (..., 3) of uint8, share (...) from 0 to 1; the result (..., 3) of uint8.
    """
    share = np.clip(np.asarray(share, dtype=float), 0, 1)[..., None]
    return from_oklab(share * to_oklab(colors) + (1 - share) * to_oklab(rgb(ground)))


def ink_on(color):
    """Black or white, whichever is easier to read on `color`: a contrast of at least 4.5 : 1."""
    return max("#000000", "#ffffff", key=lambda ink: contrast(color, ink))


@lru_cache(maxsize=8)
def table(theme=LIGHT):
    """The signed scale as a color table: orange to blue in 255 entries, then the gray of nan.

    Shapes: (256, 3) of uint8. Entry 127 is zero. Lightness and saturation change by even steps on
    each side, so no value looks like a border that is not there.
    """
    share  = np.linspace(0, 1, STEPS // 2)[:, None]                       # 0 at zero, 1 at the end
    ends   = [to_oklab(rgb(c)) for c in (theme.negative, theme.zero, theme.positive)]
    down   = share[::-1] * ends[0] + (1 - share[::-1]) * ends[1]
    up     = share * ends[2] + (1 - share) * ends[1]
    colors = np.vstack([from_oklab(np.vstack([down, up[1:]])), rgb(BROKEN)])
    colors.flags.writeable = False
    return colors


# ---- what a color is -------------------------------------------------------------------------

def rgb(color):
    """ "#rrggbb" as three uint8; three numbers stay what they are."""
    if isinstance(color, str):
        color = [int(color[i:i + 2], 16) for i in (1, 3, 5)]
    return np.asarray(color, dtype=np.uint8)


def hexadecimal(color):
    """Three uint8 as "#rrggbb"."""
    return "#{:02x}{:02x}{:02x}".format(*(int(c) for c in color))


def linear(colors):
    """The amount of light, 0 to 1, of sRGB colors in uint8. Source: IEC 61966-2-1 (1999)."""
    c = np.asarray(colors, dtype=float) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def from_linear(light):
    """The sRGB colors in uint8 of an amount of light: the inverse of `linear`."""
    light = np.clip(light, 0, 1)
    c = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(255 * c).astype(np.uint8)


CONES = np.array([[0.4122214708, 0.5363325363, 0.0514459929],
                  [0.2119034982, 0.6806995451, 0.1073969566],
                  [0.0883024619, 0.2817188376, 0.6299787005]])
LAB   = np.array([[0.2104542553,  0.7936177850, -0.0040720468],
                  [1.9779984951, -2.4285922050,  0.4505937099],
                  [0.0259040371,  0.7827717662, -0.8086757660]])


def to_oklab(colors):
    """Colors as (lightness, green-red, blue-yellow), in which equal distances look equal.

    Shapes: (..., 3) of uint8 to (..., 3) of floats, lightness from 0 to 1.
    Source: Ottosson (2020), Oklab.
    """
    return np.cbrt(linear(colors) @ CONES.T) @ LAB.T


def from_oklab(lab):
    """The inverse of `to_oklab`; colors that a screen cannot show are clipped."""
    return from_linear((lab @ np.linalg.inv(LAB).T) ** 3 @ np.linalg.inv(CONES).T)


def luminance(color):
    """How much light a color gives off, 0 (black) to 1 (white)."""
    return linear(rgb(color)) @ [0.2126, 0.7152, 0.0722]


def contrast(a, b):
    """How well one color shows on another: 1 (equal) to 21 (black on white). Source: WCAG 2.1."""
    low, high = sorted([luminance(a), luminance(b)])
    return float((high + 0.05) / (low + 0.05))


def check_scale(scale):
    """Raise unless a scale is a positive number."""
    if not scale > 0:
        raise ValueError(f"The scale is the value of the full color, above 0; got {scale!r}.")
