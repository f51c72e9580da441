"""A matrix as a table of colored cells with its numbers in them: blue positive, orange negative."""
import numpy as np

from dlf import palette
from dlf.viz import paper


def draw_matrix(ax, matrix, title, rows=None, columns=None, digits=2, theme=None):
    """Draw a small matrix, or a vector as one row; returns the image.

    Shapes: (n, m) or (m,), at most 20 of each, so that the numbers can be read. rows and columns
    name them; `title` is a sentence that says what there is to see.
    Raises: ValueError for a larger matrix, or one that has no rows and columns.
    """
    cells = np.atleast_2d(np.asarray(matrix, dtype=float))
    if cells.ndim != 2 or not 0 < max(cells.shape) <= 20:
        raise ValueError(f"draw_matrix shows up to 20 rows and columns, got {cells.shape}. Draw a "
                         "part of it: matrix[:8, :8].")
    theme = paper.blank(ax, title, theme)
    scale = max(np.abs(cells[np.isfinite(cells)]).max(initial=0), 1e-12)
    look  = palette.diverging(cells, scale, theme)
    image = ax.imshow(look, aspect="equal")
    for (i, j), value in np.ndenumerate(cells):
        color = palette.ink_on(palette.hexadecimal(look[i, j]))
        ax.text(j, i, f"{value:.{digits}f}".replace("-", "−"), ha="center", va="center",
                color=color, fontsize=paper.SMALL)
    name_cells(ax, rows, columns, theme)
    paper.tell(ax, describe_matrix, cells, title, digits)
    return image


def name_cells(ax, rows, columns, theme):
    """Names beside the rows and under the columns."""
    for names, axis in ((rows, ax.yaxis), (columns, ax.xaxis)):
        if names is not None:
            axis.set_ticks(range(len(names)), names, color=theme.ink, fontsize=paper.TEXT)
    ax.tick_params(length=0)


def describe_matrix(cells, title, digits=2):
    """The matrix in words, for those who do not see it."""
    rows = "; ".join(", ".join(f"{value:.{digits}f}" for value in row) for row in cells[:6])
    more = " and so on" if len(cells) > 6 else ""
    return f"{title}. {len(cells)} rows of {cells.shape[1]} numbers: {rows}{more}."
