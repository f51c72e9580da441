"""fit: the training loop with a progress bar, validation, a history, and a stop in time."""
import time
from dataclasses import dataclass, field

import numpy as np

from dlf.checks import check_parts, in_type_of, prepare
from dlf.shapes import is_whole
from dlf.training import Progress, train

PREDICT = 1024            # examples at a time when measuring, so that memory stays small


@dataclass
class History:
    """What happened, epoch by epoch: lists of equal length, one entry an epoch.

    `loss` is the mean over the epoch's batches, while the network was changing; `metric` and the
    validation's figures are measured at the epoch's end. Entries of what was not asked for are nan.
    """

    epoch: list = field(default_factory=list)
    loss: list = field(default_factory=list)
    metric: list = field(default_factory=list)
    val_loss: list = field(default_factory=list)
    val_metric: list = field(default_factory=list)
    lr: list = field(default_factory=list)
    seconds: list = field(default_factory=list)
    metric_name: str = "accuracy"
    best_epoch: int | None = None          # whose weights early stopping brought back
    stopped: str = "all epochs done"       # why it ended

    def add(self, **row):
        """One epoch more."""
        for name, value in row.items():
            getattr(self, name).append(value)

    def last(self):
        """The latest epoch as a dict."""
        return {name: values[-1] for name, values in vars(self).items()
                if isinstance(values, list) and values}

    def __repr__(self):
        if not self.epoch:
            return f"History(no epochs; {self.stopped})"
        row = self.last()
        seen = [f"{name} {row[name]:.4g}" for name in ("loss", "metric", "val_loss", "val_metric")
                if np.isfinite(row[name])]
        text = ", ".join(seen).replace("metric", self.metric_name)
        return f"History({len(self.epoch)} epochs; {text}; {self.stopped})"


def fit(net, x, y, loss, optimizer, *, epochs=20, batch_size=32, rng=None, validation=None,
        metric=None, penalty=None, clip=None, patience=None, callbacks=(), bar=True,
        progress=None, history=None):
    """Train for some epochs and return the `History`.

    Args: validation: (x, y) that training never sees; metric: a function of (outputs, targets), by
    default accuracy for losses on classes and R2 for the others; patience: stop when the validation
    loss has not improved for so many epochs, and bring the best weights back; callbacks: functions
    of the history, called after each epoch, of which one may end training by returning True; bar:
    show a progress bar; progress and history: what to go on from, so that `epochs` counts those
    already made too. The rest goes to `train`.

    Ctrl-C (in a notebook: the stop button) ends training; the network and the history stay usable.

    Raises: what `train` raises; ValueError for patience without validation, and for counts below
    their least; TypeError for a metric or callback that is no function.
    """
    check_parts(net, loss, optimizer, penalty, clip)
    callbacks = [callbacks] if callable(callbacks) else list(callbacks or ())
    check_counts(epochs, patience, validation)
    check_functions(metric, callbacks)
    progress = progress if progress is not None else Progress()
    history  = history if history is not None else History()
    metric   = metric or loss.metric
    history.metric_name = getattr(metric, "__name__", "metric").removesuffix("_of_each")
    history.stopped     = "all epochs done"
    check_validation(net, validation, loss)
    best     = Best(net, history, patience)
    steps    = train(net, x, y, loss, optimizer, batch_size=batch_size, rng=rng, epochs=epochs,
                     penalty=penalty, clip=clip, progress=progress)
    with ProgressBar(bar, progress.epoch, epochs) as shown:
        try:
            for row in by_epoch(steps, optimizer):
                row |= measure(net, x, y, loss, metric, validation)
                history.add(**row)
                shown(history)
                over = best.is_over()
                if any([callback(history) is True for callback in callbacks]) or over:
                    history.stopped = best.reason or "a callback ended it"
                    break
        except KeyboardInterrupt:
            history.stopped = "interrupted"
    best.bring_back()
    return history


def check_counts(epochs, patience, validation):
    """Raise unless both count epochs, and there is something for patience to watch."""
    if not (epochs is None or is_whole(epochs, 0)):
        raise ValueError(f"epochs must be a whole number of at least 0, got {epochs!r}.")
    if not (patience is None or is_whole(patience)):
        raise ValueError("patience counts epochs without a better loss: a whole number of at least "
                         f"1, got {patience!r}.")
    if patience is not None and validation is None:
        raise ValueError("patience watches the loss on data that training does not see: "
                         "pass validation=(x, y).")


def check_functions(metric, callbacks):
    """Raise unless each is something that can be called."""
    if not (metric is None or callable(metric)):
        raise TypeError("metric must be a function of (outputs, targets), such as "
                        f"dlf.metrics.accuracy; got {metric!r}.")
    if not all(map(callable, callbacks)):
        raise TypeError("callbacks must be functions of the history, such as "
                        f"lambda history: print(history); got {callbacks!r}.")


def check_validation(net, validation, loss):
    """What could be wrong with the validation data, before the first epoch instead of after it."""
    if hasattr(validation, "x"):
        raise TypeError("validation is a data set here; pass its arrays: validation=(v.x, v.y).")
    if validation is not None:
        try:
            x, y = validation
            prepare(net, x, y, loss)
        except (TypeError, ValueError) as error:
            raise type(error)(f"validation=(x, y): {error}") from error


def by_epoch(steps, optimizer):
    """Gather the steps of each epoch into one row of the history."""
    total, count, start = 0.0, 0, time.perf_counter()
    for step in steps:
        total += step.loss * step.size
        count += step.size
        if step.last:
            lr = optimizer.lr(optimizer.t) if callable(optimizer.lr) else optimizer.lr
            yield {"epoch": step.epoch, "loss": total / count, "lr": lr,
                   "seconds": time.perf_counter() - start}
            total, count, start = 0.0, 0, time.perf_counter()


def measure(net, x, y, loss, metric, validation):
    """The metric on at most 10,000 training examples; loss and metric on the validation data."""
    row = {"metric": metric(predict(net, x[:10_000]), y[:10_000]),
           "val_loss": np.nan, "val_metric": np.nan}
    if validation is not None:
        out = predict(net, validation[0])
        row |= {"val_loss": loss(out, validation[1]), "val_metric": metric(out, validation[1])}
    return row


def predict(net, x):
    """The outputs for many examples, in pieces, so that memory stays small; the same as net(x).

    Shapes: x (examples, ...), examples in rows; returns (examples, ...).
    """
    x = np.asarray(x)
    pieces = [net(in_type_of(net, x[i:i + PREDICT], net.takes_symbols))
              for i in range(0, len(x), PREDICT)]
    return np.concatenate(pieces) if pieces else net(x)


class Best:
    """Early stopping: watches the validation loss, keeps a copy of the best weights."""

    def __init__(self, net, history, patience):
        self.net, self.history, self.patience, self.reason = net, history, patience, None
        self.epoch, self.loss, self.kept = None, np.inf, None

    def is_over(self):
        """True when the loss has not improved for `patience` epochs."""
        if self.patience is None:
            return False
        row = self.history.last()
        if row["val_loss"] < self.loss:
            self.epoch, self.loss, self.kept = row["epoch"], row["val_loss"], snapshot(self.net)
        if row["epoch"] - (self.epoch or 0) >= self.patience:
            self.reason = f"no better validation loss for {self.patience} epochs"
        return self.reason is not None

    def bring_back(self):
        """Write the best weights into the network."""
        if self.kept is not None:
            self.history.best_epoch = self.epoch
            restore(self.net, self.kept)


def snapshot(net):
    """A copy of all that training changes in a network: parameters and running averages."""
    buffers = [{b: getattr(layer, b).copy() for b in layer.buffers} for _, layer in net.walk()]
    return net.theta.copy(), buffers


def restore(net, kept):
    """Write a snapshot back."""
    net.theta[...] = kept[0]
    for (_, layer), buffers in zip(net.walk(), kept[1], strict=True):
        layer.__dict__.update({name: value.copy() for name, value in buffers.items()})


class ProgressBar:
    """The progress bar: a line in a terminal, a widget in a notebook, silent if not wanted."""

    def __init__(self, wanted, done, epochs):
        self.bar = None
        if wanted:
            from tqdm.auto import tqdm
            self.bar = tqdm(total=epochs, initial=done, unit="epoch")

    def __enter__(self):
        return self.update

    def update(self, history):
        """One epoch done."""
        if self.bar is not None:
            row = history.last()
            seen = {name.replace("metric", history.metric_name): f"{row[name]:.4f}"
                    for name in ("loss", "metric", "val_loss", "val_metric")
                    if np.isfinite(row[name])}
            self.bar.set_postfix(seen, refresh=False)
            self.bar.update(1)

    def __exit__(self, *_):
        if self.bar is not None:
            self.bar.close()
