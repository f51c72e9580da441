"""The main job: from data to a trained, measured, saved model and a picture of how it went."""
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dlf import datasets, metrics
from dlf.datasets import StandardScaler
from dlf.fitting import fit, predict
from dlf.losses import CrossEntropy, MeanSquare
from dlf.model import Model
from dlf.optimizers import AdamW
from dlf.schedules import OneCycle
from dlf.shapes import positive

BUNDLED = {name: getattr(datasets, name)
           for name in ("digits", "penguins", "wine", "breast_cancer")}
DRAWN   = {name: getattr(datasets, name) for name in ("circle", "xor", "gauss", "spiral", "moons")}
FETCHED = {name: getattr(datasets, name) for name in ("mnist", "fashion_mnist")}


HIDDEN  = {"dense": (128, 64), "cnn": (16, 32)}        # neurons of layers, channels of stages


@dataclass(frozen=True)
class Settings:
    """What one can choose on the command line."""

    target: str | None = None
    task: str = "auto"
    drop: tuple = ()
    text: tuple = ()
    model: str = "dense"
    hidden: tuple | None = None
    epochs: int | None = None
    batch: int = 32
    lr: float = 0.005
    dropout: float = 0.2
    test: float = 0.25
    seed: int = 0


@dataclass(frozen=True)
class Outcome:
    """What came of it: the held-out score, and where the files are."""

    metric: str
    score: float
    examples: int
    seconds: float
    model: Path
    picture: Path


def run(source, settings, folder, say=print):
    """Train on `source`, a bundled set or a CSV file; save model and picture; the `Outcome`.

    The test part is set aside first and measured once, at the end. A tenth of the rest is the
    validation part of the curves.
    """
    rng         = np.random.default_rng(settings.seed)
    train, test = parts(source, settings, rng)
    say(described(source, train, test))
    train, val  = train.split(0.1, rng=rng, stratify=has_enough(train))
    hidden      = HIDDEN[settings.model] if settings.hidden is None else settings.hidden
    model       = Model.around(train, hidden, settings.dropout, rng, settings.model == "cnn")
    history     = learn(model, train, val, settings, rng)
    metric      = metrics.accuracy if model.classes else metrics.r2
    score       = metric(predict(model.net, model.inputs(test.x)), test.y)
    path        = free_name(folder, Path(source).stem)
    model.save(path)
    title   = f"{Path(source).name}: held-out {metric.__name__} {score:.3f}"
    picture = draw(model, history, test, title, path.with_suffix(".png"))
    return Outcome(metric.__name__, score, len(test), sum(history.seconds), path, picture)


def parts(source, settings, rng):
    """(training part, test part) of the set or file."""
    if source in FETCHED:
        return FETCHED[source]()
    if source in BUNDLED:
        data = BUNDLED[source]()
    elif source in DRAWN:
        data = DRAWN[source](n=1000, noise=0.1, rng=rng)
    elif Path(source).suffix or Path(source).exists():
        data = datasets.read_csv(source, target=settings.target or last_column(source),
                                 task=settings.task, drop=settings.drop, text=settings.text)
    else:
        raise ValueError(f"There is no data set called {source!r}. Bundled: {', '.join(BUNDLED)}; "
                         f"drawn at random: {', '.join(DRAWN)}; downloaded on request: "
                         f"{', '.join(FETCHED)}; or name a .csv file.")
    return data.split(settings.test, rng=rng, stratify=has_enough(data))


def has_enough(data):
    """Has every class enough examples to be in all parts?"""
    return data.classes is not None and np.bincount(data.y, minlength=len(data.classes)).min() >= 8


def last_column(path):
    """The name of a CSV file's last column: what it most often wants predicted."""
    from dlf.datasets.sheet import open_sheet
    return open_sheet(path, delimiter=None, decimal=".", encoding=None)[0].header[-1]


def learn(model, train, val, settings, rng):
    """Fit the model's network, on targets scaled to size 1 if they are numbers; the history."""
    epochs  = settings.epochs if settings.epochs is not None else 40 if len(train) < 10_000 else 10
    positive("dlf train", batch=settings.batch, epochs=epochs)
    batch   = settings.batch + (len(train) % settings.batch == 1)    # one alone has no variance
    steps   = epochs * -(-len(train) // batch)
    loss    = CrossEntropy() if model.classes else MeanSquare()
    scale   = None if model.classes else StandardScaler().fit(train.y[:, None])
    x, y    = model.inputs(train.x), targets(train, scale)
    history = fit(model.net, x, y, loss, AdamW(OneCycle(settings.lr, steps)), epochs=epochs,
                  batch_size=batch, rng=rng, validation=(model.inputs(val.x), targets(val, scale)))
    if scale:
        model.speak_in_units_of(scale)
    return history


def targets(data, scale):
    """Classes as they are, measurements in a column and scaled."""
    return scale.transform(data.y[:, None]) if scale else data.y


def described(source, train, test):
    """What is about to be learned, in a sentence."""
    what  = train.card.what if train.card else source
    shape = (f"{len(train.classes)} classes" if train.classes else "a number to predict")
    return (f"{what}: {len(train):,} examples to train on, {len(test):,} held out, "
            f"{train.x.shape[1]} features, {shape}.")


def draw(model, history, test, title, path):
    """The picture of the run, as a PNG beside the model."""
    from dlf.viz import report
    n      = test.x.shape[1]
    side   = math.isqrt(n)
    square = (side, side) if model.features is None and side * side == n else None
    figure = report(model.net, history, model.inputs(test.x), test.y, classes=model.classes,
                    features=model.features, image_shape=square, title=title)
    figure.savefig(path)
    return path


def free_name(folder, stem):
    """folder/stem-1.dlf, or the next number: no earlier run is ever overwritten."""
    folder, n = Path(folder), 1
    folder.mkdir(parents=True, exist_ok=True)
    while any((folder / f"{stem}-{n}{end}").exists() for end in (".dlf", ".png")):
        n += 1
    return folder / f"{stem}-{n}.dlf"
