"""Which classes a network takes for which: a table of counts, right in blue and wrong in orange."""
import numpy as np

from dlf import palette
from dlf.viz import paper


def draw_confusion(ax, matrix, classes=None, theme=None):
    """Draw a confusion matrix: row i, column j says how often class i was taken for class j.

    The color is the share of its row; wrong ones take the square root of their share, since the few
    that go wrong are what one looks for. Returns the image and the counts' texts.
    Shapes: matrix (n, n) of counts, as dlf.metrics.confusion_matrix gives it; classes n names.
    Raises: ValueError for a matrix that is not square, or other than n names.
    """
    matrix  = check_matrix(matrix)
    classes = class_names(classes, len(matrix))
    theme   = paper.axes(ax, title(matrix, classes), "the network says", "it is", theme)
    colors  = palette.diverging(signed_shares(matrix), 1.0, theme)
    image   = ax.imshow(colors, aspect="equal", interpolation="nearest")
    ax.set_anchor("NW")
    ticks   = np.arange(len(matrix))
    ax.set_xticks(ticks, classes, rotation=90 if are_turned(classes) else 0)
    ax.set_yticks(ticks, classes)
    ax.set(xlim=(-0.5, len(matrix) - 0.5), ylim=(len(matrix) - 0.5, -0.5))
    separate(ax, len(matrix), theme)
    paper.tell(ax, describe_confusion, matrix, classes)
    return image, counts(ax, matrix, colors, theme)


def are_turned(classes):
    """Are the names too long to stand side by side?"""
    return sum(map(len, classes)) > 50


def signed_shares(matrix):
    """Each count as a share of its row: right ones positive, wrong ones the negative root."""
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    return np.where(np.eye(len(matrix), dtype=bool), share, -np.sqrt(share))


def counts(ax, matrix, colors, theme):
    """The counts, black or white by the cell's color; zeros are left out; right ones are bold."""
    size = float(np.clip(min(paper.size_in_points(ax)) / (3.2 * len(matrix)), 4.5, 11))
    texts = []
    for i, j in np.argwhere(matrix > 0):
        texts.append(ax.text(j, i, f"{matrix[i, j]:,}", ha="center", va="center", fontsize=size,
                             color=palette.ink_on(colors[i, j]),
                             fontweight="bold" if i == j else "normal"))
    return texts


def separate(ax, n, theme):
    """Thin gaps between the cells, and no frame."""
    ax.set_xticks(np.arange(n + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(n + 1) - 0.5, minor=True)
    ax.grid(which="minor", color=theme.background, linewidth=1.2)
    ax.tick_params(which="both", length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)


def title(matrix, classes):
    """How many are right, and the most frequent mistake."""
    right, total = int(np.trace(matrix)), int(matrix.sum())
    text = f"{paper.share(right, total)} right"
    i, j, count = worst(matrix)
    return f"{text}; most often wrong: {classes[i]} taken for {classes[j]}" if count else text


def worst(matrix):
    """(class, what it was taken for, how often) of the most frequent mistake."""
    wrong = np.where(np.eye(len(matrix), dtype=bool), 0, matrix)
    i, j  = np.unravel_index(wrong.argmax(), wrong.shape)
    return int(i), int(j), int(wrong[i, j])


def check_matrix(matrix):
    """The matrix as whole numbers, after a look at its shape."""
    matrix = np.asarray(matrix)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not len(matrix):
        raise ValueError(f"A confusion matrix is square, one row and one column a class; got shape "
                         f"{matrix.shape}. dlf.metrics.confusion_matrix(net(x), y) makes one.")
    return matrix.astype(int)


def class_names(classes, n):
    """n names, or the class numbers if there are none."""
    if classes is None:
        return [str(i) for i in range(n)]
    if len(classes) != n:
        raise ValueError(f"There are {n} classes, but {len(classes)} names came for them.")
    return [str(name) for name in classes]


def describe_confusion(matrix, classes=None):
    """A confusion matrix in words, for those who do not see it."""
    matrix  = check_matrix(matrix)
    classes = class_names(classes, len(matrix))
    i, j, count = worst(matrix)
    text = (f"{np.trace(matrix):,} of {paper.plural(int(matrix.sum()), 'example')} are right "
            f"({paper.share(np.trace(matrix), matrix.sum())}).")
    return text + (f" The most frequent mistake: {classes[i]} is taken for {classes[j]}, "
                   f"{paper.plural(count, 'time')}." if count else " There are no mistakes.")
