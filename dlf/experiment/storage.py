"""Save a run to one file and load it again: it goes on as if nothing had happened, bit for bit."""
import numpy as np

from dlf.checkpoint import CheckpointError, load, save
from dlf.experiment.config import Config
from dlf.experiment.run import Run, Segment
from dlf.experiment.timeline import Curves, Measure, Timeline, take
from dlf.fitting import restore, snapshot

KIND = "dlf experiment 1"


def save_run(run, path):
    """Write settings, weights, optimizer, log and curves of a run to one file.

    Snapshots are not saved: a loaded run can be rewound to any step, but must compute it again.

    Raises: OSError, with the file as it was before.
    """
    theta, buffers = snapshot(run.net)
    points = np.array([point for point in run.history.points if point.t <= run.t])
    save({"kind": KIND, "theta": theta, "buffers": buffers, "optimizer": run.optimizer,
          "rng": run.rng, "progress": run.progress, "curves": points,
          "log": [[segment.t, segment.config.to_json(), segment.single] for segment in run.log
                  if segment.t <= run.t], "config": run.config.to_json()}, path)


def load_run(path):
    """The run that `save_run` wrote.

    Raises: CheckpointError for a file that is damaged or holds something else.
    """
    kept = load(path)
    if not isinstance(kept, dict) or kept.get("kind") != KIND:
        raise CheckpointError(f"{path} holds no experiment. Networks are loaded by dlf.load.")
    try:
        return revived(kept)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise CheckpointError(f"{path}: the file is whole, but its parts do not fit together "
                              f"({error}).") from error


def revived(kept):
    """A run from the parts that were kept."""
    log = [Segment(int(t), Config.from_json(text), bool(single)) for t, text, single in kept["log"]]
    run = Run(log[0].config)
    start = run.timeline.shots
    run.turn_to(Config.from_json(kept["config"]))
    if kept["theta"].shape != run.net.theta.shape:
        raise ValueError("the weights are not those of this network")
    restore(run.net, (kept["theta"], kept["buffers"]))
    run.optimizer.restore(kept["optimizer"].state())
    run.rng, run.progress, run.log = kept["rng"], kept["progress"], log
    points = [Measure(int(row[0]), *map(float, row[1:])) for row in kept["curves"]]
    run.history  = Curves(points, run.rest)
    run.timeline = Timeline(start)
    if run.t > 0:
        run.timeline.add(take(run))
    return run
