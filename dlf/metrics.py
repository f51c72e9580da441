"""Metrics: how good the network is, in numbers that people can read. Scores first, truth second."""
import numpy as np


def classes(scores):
    """The class that each row of scores names: the largest, or for one column whether it is above 0.

    Shapes: (batch, classes), (batch, 1) or (batch,) to (batch,).
    """
    scores = np.asarray(scores)
    if scores.ndim > 1 and scores.shape[-1] > 1:
        return scores.argmax(axis=-1)
    return (scores.reshape(len(scores)) > 0).astype(int)


def truth(labels):
    """Class numbers from class numbers, a column of them, or rows of 0 and 1."""
    labels = np.asarray(labels)
    if labels.ndim > 1 and labels.shape[-1] > 1:
        return labels.argmax(axis=-1)
    return labels.reshape(len(labels)).astype(int)


def pair(scores, labels):
    """(named, true) classes, of equal length."""
    named, true = classes(scores), truth(labels)
    if named.shape != true.shape:
        raise ValueError(f"{len(named)} rows of scores, but {len(true)} labels: they must be equal.")
    if not named.size:
        raise ValueError("There are no examples to measure on.")
    return named, true


def accuracy(scores, labels):
    """The share of examples whose class is named right: 0 ... 1.

    Shapes: scores (batch, classes), or (batch, 1) with yes above 0; labels (batch,).

    >>> accuracy([[2, 1], [0, 3], [5, 4]], [0, 1, 1])
    0.6666666666666666
    """
    named, true = pair(scores, labels)
    return float(np.mean(named == true))


def top_k(scores, labels, k=5):
    """The share of examples whose true class is among the k largest scores: 0 ... 1."""
    scores, (_, true) = np.asarray(scores), pair(scores, labels)
    if not 1 <= k <= scores.shape[-1]:
        raise ValueError(f"k must be from 1 to the number of classes, {scores.shape[-1]}; got {k}.")
    best = np.argpartition(-scores, k - 1, axis=-1)[:, :k]
    return float(np.mean((best == true[:, None]).any(axis=1)))


def confusion_matrix(scores, labels, n=None):
    """How often class i (row) was taken for class j (column): whole numbers, shape (n, n)."""
    named, true = pair(scores, labels)
    n = n or max(np.shape(scores)[-1] if np.ndim(scores) > 1 else 2, named.max() + 1, true.max() + 1)
    return np.bincount(true * n + named, minlength=n * n).reshape(n, n)


def precision_recall_f1(scores, labels, n=None):
    """(precision, recall, F1) of each class, an array of shape (n,) each; 0 where nothing to divide by.

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
    """The share of the targets' variance that is explained: 1 is perfect, 0 is no better than the mean.

    Shapes: y and target (batch,) or (batch, outputs); for several outputs the mean of their shares.
    Raises: ValueError for targets that do not vary.
    """
    target = np.asarray(target, dtype=float)
    y      = np.asarray(y, dtype=float)
    if y.size != target.size or len(y) != len(target):
        raise ValueError(f"Outputs have shape {y.shape}, targets {target.shape}: they must be equal.")
    target, y = target.reshape(len(target), -1), y.reshape(len(y), -1)
    spread = ((target - target.mean(axis=0)) ** 2).sum(axis=0)
    if not np.all(spread > 0):
        raise ValueError("R2 compares errors with the targets' variance, and these targets do not vary.")
    return float(np.mean(1 - ((y - target) ** 2).sum(axis=0) / spread))
