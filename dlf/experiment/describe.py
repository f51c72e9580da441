"""The state of a run in a few sentences, for those who cannot see the picture."""
import math

from dlf.experiment.settings import SETTINGS


def describe(run):
    """Two to five sentences with numbers: network, training so far, how good it is, what is next.

    The same text that a screen reader reads out.
    """
    return " ".join([network(run), progress(run), quality(run), *trend(run), *halt(run)])


def network(run):
    """What learns what."""
    config = run.config
    hidden = [f"{layer.size} {layer.activation}" for layer in config.hidden]
    middle = (f"{count(len(hidden), 'hidden layer')} ({', '.join(hidden)})" if hidden
              else "no hidden layer")
    return (f"A network with {count(len(config.features), 'input')} "
            f"({', '.join(config.features)}), {middle} and {count(config.n_outputs, 'output')} "
            f"learns {dataset(run)}.")


def dataset(run):
    """The data in words."""
    config = run.config
    name   = {"own": config.own and config.own.name, "formula": f"the formula {config.formula}"}
    noise  = f", noise {config.noise:g}" if config.noise and config.data != "own" else ""
    return (f"{name.get(config.data, config.data)}: {len(run.data.train)} points to train on and "
            f"{len(run.data.test)} to test on{noise}")


def progress(run):
    """How long it has trained, and how."""
    config = run.config
    if run.t == 0:
        return (f"It has not been trained yet; the learning rate is {config.lr:g} and the batch "
                f"size {config.batch_size}.")
    return (f"It has made {run.t:,} steps of {config.optimizer}, {epochs(run)}, with "
            f"learning rate {config.lr:g} and batch size {config.batch_size}.")


def quality(run):
    """Losses and scores."""
    now  = run.measure()
    text = (f"The loss is {brief(now.train)} on the training points and {brief(now.test)} on the "
            "test points")
    if not math.isfinite(now.test_score):
        return text + "."
    if run.data.classes:
        return f"{text}, where {now.test_score:.1%} of the answers are right."
    return f"{text}, where it explains {max(now.test_score, 0):.1%} of the variance."


def trend(run):
    """Whether the test loss falls, rises or stays, over the last half of training."""
    curve = run.curves()
    if len(curve.t) < 4:
        return []
    then   = curve.test[len(curve.t) // 2]
    change = curve.test[-1] - then
    if abs(change) < 0.02 * max(then, 1e-3):
        verb = "has hardly moved"
    else:
        verb = f"has {'fallen' if change < 0 else 'risen'} from {brief(then)}"
    return [f"Since step {int(curve.t[len(curve.t) // 2]):,} the test loss {verb}."]


def halt(run):
    """Why training stopped, if it did: the first sentence of the reason."""
    if not run.stopped:
        return []
    return [f"Training stopped: {run.stopped.split('. ')[0].rstrip('.')}."]


def epochs(run):
    """How many epochs, with a fraction where it counts."""
    if run.epoch == 1:
        return "1 epoch"
    return f"{run.epoch:,.0f} epochs" if run.epoch >= 100 else f"{run.epoch:.3g} epochs"


def brief(loss):
    """A loss with three digits after the point, or with two that count."""
    return f"{loss:.3f}" if loss >= 0.01 or loss == 0 else f"{loss:.2g}"


def count(n, noun):
    """A count with its noun: 1 input, 2 inputs."""
    return f"{n} {noun}{'s' * (n != 1)}"


def explain(setting):
    """One sentence on what a setting does. Raises: KeyError for no setting."""
    return SETTINGS[setting].help
