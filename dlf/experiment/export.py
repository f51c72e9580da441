"""A run as a short, readable script of this library: run it, and it gives the same losses.

The script holds what was done, in order: settings that changed under way, and single examples that
were stepped through. It needs nothing of `dlf.experiment`, but for sets that only exist there.
"""
from dlf.experiment import build
from dlf.experiment.data import needs_module
from dlf.experiment.features import code
from dlf.layers import Dense

DRAWS = {"uniform": "rng.uniform(-0.5, 0.5, layer.W.shape)",
         "equal":   f"{build.EQUAL}",
         "zero":    "0.0"}


def script(run):
    """Python code that repeats a run up to its present step; it ends by printing the losses."""
    config = run.log[0].config
    parts  = [heading(run), data(config), inputs(config), targets(config), prepared(config),
              drawn(config), network(config), training(config), history(run), ending()]
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"


def heading(run):
    """What the script is, and what it imports."""
    what   = {"own": "data of your own", "formula": run.config.formula}.get(run.config.data,
                                                                           run.config.data)
    module = "from dlf.experiment import data as sets\n" if needs_module(run.config) else ""
    return (f'"""An experiment of the dlf playground: {what!r:.70}, {run.t:,} steps."""\n'
            f"import numpy as np\n\nimport dlf\n{module}")


# ---- the data ----------------------------------------------------------------------------------

def data(config):
    """A function that draws the data, so that noise can change under way."""
    lines = ["def draw(noise):", '    """The training and the test part."""',
             f"    rng  = np.random.default_rng({config.data_seed})",
             f"    data = {source(config)}", f"    return data.split({config.test!r}, rng=rng)"]
    return "\n".join(["# ---- data ----", "", *arrays(config), *lines])


def source(config):
    """The call that makes the set."""
    sizes = f"n={config.points}, noise=noise, rng=rng"
    if config.data == "own":
        return "dlf.datasets.Dataset(POINTS, LABELS, classes=CLASSES)"
    if config.data == "formula":
        return f"sets.formula({config.formula!r}, {sizes})"
    if config.data in ("blobs", "spirals"):
        return f"sets.{config.data}(classes={config.classes}, {sizes})"
    return f"dlf.datasets.{config.data}({sizes})"


def arrays(config):
    """Data of your own, number by number."""
    if config.data != "own":
        return []
    own  = config.own
    rows = [f"    {row}," for row in own.x.tolist()]
    return ["POINTS  = np.array([", *rows, "])", f"LABELS  = np.array({own.y.tolist()})",
            f"CLASSES = {own.classes or None!r}", "", ""]


def inputs(config):
    """What the network sees of a point."""
    columns = [code(name) for name in config.features]
    rows    = [", ".join(columns[i:i + 4]) for i in range(0, len(columns), 4)]
    listed  = (",\n" + " " * 28).join(rows)
    return "\n".join(["def inputs(x):", '    """What the network sees of each point."""',
                      f"    return np.column_stack([{listed}])"])


def targets(config):
    """What it is asked to say."""
    n, is_share = config.n_classes, config.loss == "cross_entropy" or config.ending == "sigmoid"
    low    = 0.0 if is_share else -1.0
    answer = ("y[:, None]" if n == 0 else
              f"np.where(y == 1, 1.0, {low})[:, None]" if n == 2 else
              "y" if config.loss == "cross_entropy" else
              f"np.where(y[:, None] == np.arange({n}), 1.0, {low})")
    return "\n".join(["def targets(y):", '    """What the network is asked to say."""',
                      f"    return {answer}"])


def prepared(config):
    """The function from the two parts to arrays, with scaling where it is asked for."""
    cast  = f".astype(np.{config.dtype})" if config.dtype != "float64" else ""
    lines = ["def prepare(train, test):", '    """Inputs and targets of both parts."""',
             "    x, x_test = inputs(train.x), inputs(test.x)",
             "    y, y_test = targets(train.y), targets(test.y)"]
    if config.scale:
        lines += ["    scaler    = dlf.datasets.StandardScaler().fit(x)",
                  "    x, x_test = scaler.transform(x), scaler.transform(x_test)"]
    if config.scale and config.task == "numbers":
        lines += ["    scaler    = dlf.datasets.StandardScaler().fit(y)",
                  "    y, y_test = scaler.transform(y), scaler.transform(y_test)"]
    return "\n".join([*lines, f"    return x{cast}, y, x_test{cast}, y_test"])


def drawn(config):
    """The line that draws the data and prepares them."""
    return f"x, y, x_test, y_test = prepare(*draw({config.noise!r}))"


# ---- the network -------------------------------------------------------------------------------

def network(config):
    """Layers, first weights, loss and optimizer."""
    draw  = DRAWS.get(config.init, f"dlf.initializers.{config.init}(rng, layer.W.shape)")
    lines = ["# ---- network ----", "", f"rng = np.random.default_rng({config.seed})",
             "net = dlf.Sequential(", *layer_lines(config), ")", "for layer in net:",
             "    if isinstance(layer, dlf.Dense):", f"        layer.W[...] = {draw}",
             f"        layer.b[...] = {config.bias!r}"]
    lines += ["net.astype(np.float32)"] if config.dtype == "float32" else []
    return "\n".join([*lines, "", f"loss      = dlf.{build.loss(config)!r}",
                      f"optimizer = dlf.{call(build.optimizer(config))}"])


def layer_lines(config):
    """One line for each layer of neurons and what belongs to it."""
    lines = []
    for cls, arguments in build.plan(config):
        text  = f"dlf.{cls.__name__}({', '.join(map(repr, arguments))}),"
        lines = [*lines, f"    {text}"] if cls is Dense else [*lines[:-1], f"{lines[-1]} {text}"]
    return lines


def call(optimizer):
    """The call that makes an optimizer, with the names of all its settings."""
    settings = [f"{name}={value!r}" for name, value in optimizer.config().items()]
    return f"{type(optimizer).__name__}({', '.join(settings)})"


# ---- the training ------------------------------------------------------------------------------

def training(config):
    """A function that trains up to a step, and can be called again to go on."""
    rng = "rng" if config.draws else "None"
    return "\n".join([
        "# ---- training ----", "", "progress = dlf.Progress()", "", "",
        "def train(until, batch_size, penalty=None, clip=None):",
        '    """Go on to step `until`."""',
        "    steps = dlf.train(net, x, y, loss, optimizer, batch_size=batch_size, penalty=penalty,",
        f"                      clip=clip, rng={rng}, progress=progress)",
        "    while progress.t < until:", "        next(steps)"])


def history(run):
    """One call for each stretch of training, and before it the settings that had changed."""
    segments = [segment for segment in run.log if segment.t < run.t]
    ends     = [segment.t for segment in segments[1:]] + [run.t]
    before, lines = run.log[0].config, []
    for segment, end in zip(segments, ends):
        lines += changes(before, segment.config)
        lines += [stretch(segment, end)]
        before = segment.config
    return "\n".join(lines or ["# no steps yet"])


def changes(before, now):
    """The lines that change settings of the optimizer or the noise."""
    if before.noise != now.noise:
        yield f"x, y, x_test, y_test = prepare(*draw({now.noise!r}))"
    if before.lr != now.lr:
        yield f"optimizer.lr = {now.lr!r}"
    for theirs, ours in build.EXTRAS[now.optimizer].items():
        if getattr(before, ours) != getattr(now, ours):
            yield f"optimizer.{theirs} = {getattr(now, ours)!r}"


def stretch(segment, end):
    """The call that trains up to step `end`."""
    config  = segment.config
    penalty = build.penalty(config)
    options = [f"train({end}", f"batch_size={1 if segment.single else config.batch_size}"]
    options += [f"penalty=dlf.{penalty!r}"] if penalty else []
    options += [f"clip={config.clip!r}"] if config.clip is not None else []
    return ", ".join(options) + ")"


def ending():
    """What the script prints."""
    return "\n".join(['train_loss, test_loss = loss(net(x), y), loss(net(x_test), y_test)',
                      'print(f"step {progress.t}: train loss {train_loss:.12g}, '
                      'test loss {test_loss:.12g}")'])
