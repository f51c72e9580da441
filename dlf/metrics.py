"""Metrics: how good the network is, in numbers that people can read. Scores first, truth second."""
import math

import numpy as np


def classes(scores):
    """The class that each row of scores names: the largest; for one column, 1 if it is above 0.

    Shapes: (..., classes) or (..., 1) to (...), or (batch,) to (batch,).
    """
    scores = np.asarray(scores)
    if scores.ndim > 1 and scores.shape[-1] > 1:
        return scores.argmax(axis=-1)
    return ((scores[..., 0] if scores.ndim > 1 else scores) > 0).astype(int)


def truth(labels):
    """Class numbers from class numbers, a column of them, or rows of 0 and 1.

    Soft labels, such as 0.9, count for the class that they are nearest to.
    """
    labels = np.asarray(labels)
    if labels.ndim > 1 and labels.shape[-1] > 1:
        return labels.argmax(axis=-1)
    return np.rint(labels[..., 0] if labels.ndim > 1 else labels).astype(int)


def pair(scores, labels, ignore=None):
    """(named, true) classes, of equal shape: one for each row of scores whose label counts."""
    named, labels = classes(scores), np.asarray(labels)
    true = truth(labels[..., None] if labels.shape == named.shape else labels)
    if named.shape != true.shape:
        raise ValueError(f"Scores of shape {np.shape(scores)} need one label a row, of shape "
                         f"{named.shape}; got {labels.shape}.")
    if ignore is not None:
        named, true = named[true != ignore], true[true != ignore]
    if not named.size:
        raise ValueError("There are no examples to measure on.")
    if true.min() < 0:
        raise ValueError(f"Classes are numbered from 0, and the labels hold {true.min()}. "
                         "For -1 and +1 pass (labels + 1) / 2.")
    return named, true


def accuracy(scores, labels, ignore=None):
    """The share of examples whose class is named right: 0 ... 1.

    Labels equal to `ignore`, such as -1 where a sequence is padded, do not count.

    Shapes: scores (batch, classes), or (batch, 1) with yes above 0; labels (batch,); or sequences,
    (batch, time, classes) and (batch, time).

    >>> accuracy([[2, 1], [0, 3], [5, 4]], [0, 1, 1])
    0.6666666666666666
    """
    named, true = pair(scores, labels, ignore)
    return float(np.mean(named == true))


def accuracy_of_each(scores, targets):
    """The share of yes-or-no answers that are right, counted one by one: 0 ... 1.

    Shapes: scores and targets (batch, outputs) or (batch,); yes is a score above 0, a target of 1.
    """
    scores, targets = np.asarray(scores), np.asarray(targets)
    if scores.size != targets.size or len(scores) != len(targets):
        raise ValueError(f"Scores have shape {scores.shape}, targets {targets.shape}: "
                         "they must be equal.")
    if not scores.size:
        raise ValueError("There are no examples to measure on.")
    return float(np.mean((scores > 0) == (targets.reshape(scores.shape) > 0.5)))


def top_k(scores, labels, k=5):
    """The share of examples whose true class is among the k largest scores: 0 ... 1.

    Shapes: scores (batch, classes); labels (batch,). Raises: ValueError unless 1 <= k <= classes.
    """
    scores, (_, true) = np.asarray(scores), pair(scores, labels)
    if scores.ndim < 2 or scores.shape[-1] < 2:
        raise ValueError(f"top_k needs a score for each class; got scores of shape {scores.shape}.")
    if not 1 <= k <= scores.shape[-1]:
        raise ValueError(f"k must be from 1 to the number of classes, {scores.shape[-1]}; got {k}.")
    best = np.argpartition(-scores, k - 1, axis=-1)[..., :k]
    return float(np.mean((best == true[..., None]).any(axis=-1)))


def confusion_matrix(scores, labels, n=None):
    """How often class i (row) was taken for class j (column): whole numbers, shape (n, n).

    Raises: ValueError if there are more than n classes.
    """
    named, true = pair(scores, labels)
    columns = np.shape(scores)[-1] if np.ndim(scores) > 1 else 2
    least   = max(named.max(), true.max()) + 1
    n       = n or max(columns, least, 2)
    if n < least:
        raise ValueError(f"There is a class {least - 1}, so there are at least {least}: n={n} is "
                         "too few.")
    return np.bincount((true * n + named).ravel(), minlength=n * n).reshape(n, n)


def precision_recall_f1(scores, labels, n=None):
    """(precision, recall, F1) of each class, three arrays of shape (n,); 0 where it would be 0 / 0.

    Precision: of the examples taken for a class, the share that belong to it. Recall: of those that
    belong to it, the share that were found. F1: their harmonic mean. Source: van Rijsbergen (1979).
    """
    m         = confusion_matrix(scores, labels, n)
    right     = np.diag(m).astype(float)
    precision = right / np.maximum(m.sum(axis=0), 1)
    recall    = right / np.maximum(m.sum(axis=1), 1)
    f1        = 2 * right / np.maximum(m.sum(axis=0) + m.sum(axis=1), 1)
    return precision, recall, f1


def r2(y, target):
    """The share of the targets' variance that is explained: 1 is perfect, 0 as good as the mean.

    Shapes: y and target (batch,) or (batch, outputs), whose variances and errors are added up. If
    the targets do not vary at all, there is nothing to explain: nan.
    """
    target = np.asarray(target, dtype=float)
    y      = np.asarray(y, dtype=float)
    if y.size != target.size or len(y) != len(target):
        raise ValueError(f"Outputs have shape {y.shape}, targets {target.shape}: "
                         "they must be equal.")
    if not target.size:
        raise ValueError("There are no examples to measure on.")
    target, y = target.reshape(len(target), -1), y.reshape(len(y), -1)
    spread = ((target - target.mean(axis=0)) ** 2).sum(axis=0)
    spread = spread[np.ptp(target, axis=0) > 0].sum()   # 0.1, 0.1, 0.1 has a spread: of rounding
    return float(1 - ((y - target) ** 2).sum() / spread) if spread else math.nan
