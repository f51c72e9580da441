"""The command line: the course (`dlf lab`), the playground, and training on data (`dlf train`)."""
import argparse
import importlib.util
import sys

EXAMPLES = """examples:
  dlf lab                                       copy the notebooks here and open the first one
  dlf progress                                  which exercises you have solved
  dlf playground                                data, network and training to play with
  dlf train digits                              images of handwritten digits: a second
  dlf train digits --model cnn                  the same with convolutions: half a minute
  dlf train spiral --hidden 8,8 --dropout 0     points in the plane, a network small enough to see
  dlf train houses.csv --target price           your own table: words and numbers, gaps allowed
  dlf predict runs/houses-1.dlf new.csv         answers for new rows, as CSV
"""


def main(argv=None):
    """Run one command; the exit code. What a user can mend is one sentence, not a traceback."""
    options = parser().parse_args(argv)
    try:
        return options.command(options) or 0
    except (ValueError, TypeError, OSError) as error:
        print(f"dlf: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser():
    """All commands and their options."""
    top = argparse.ArgumentParser(
        "dlf", description="A deep-learning framework from scratch in NumPy, and the course that "
        "builds it.", epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    add_lab(commands)
    add_progress(commands)
    add_playground(commands)
    add_train(commands)
    add_predict(commands)
    return top


def add_lab(commands):
    lab = commands.add_parser("lab", help="open the course's notebooks in JupyterLab")
    lab.add_argument("folder", nargs="?", default="dlf-notebooks",
                     help="where your copies live (default: %(default)s); no edit is ever lost")
    lab.add_argument("--copy-only", action="store_true", help="copy the notebooks and stop")
    lab.set_defaults(command=lab_command)


def add_progress(commands):
    progress = commands.add_parser("progress", help="how far you are in the course")
    progress.set_defaults(command=progress_command)


def add_playground(commands):
    play = commands.add_parser("playground", help="experiment with networks and data")
    play.add_argument("--port", type=port, default=0, help="where to serve it on this computer "
                      "(default: any that is free)")
    play.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    play.add_argument("--theme", choices=("light", "dark"), default="light",
                      help="colors (default: %(default)s)")
    play.set_defaults(command=playground_command)


def add_train(commands):
    train = commands.add_parser("train", help="train on a bundled data set or on a CSV file")
    train.add_argument("source", help="digits, penguins, wine, breast_cancer; circle, xor, gauss, "
                       "spiral, moons; mnist, fashion_mnist; or a CSV file with a header row")
    train.add_argument("--target", help="the column to predict (default: the last one)")
    train.add_argument("--task", choices=("auto", "classification", "regression"), default="auto",
                       help="are the targets classes or measurements? (default: as they look)")
    train.add_argument("--drop", type=names, default=(), help="columns to leave out: name,number")
    train.add_argument("--text", type=names, default=(), help="columns of numbers that are names, "
                       "such as zip codes")
    train.add_argument("--model", choices=("dense", "cnn"), default="dense", help="dense layers, "
                       "or convolutions for images, shifted a little (default: %(default)s)")
    train.add_argument("--hidden", type=sizes, help="sizes of the hidden layers (default: 128,64), "
                       "channels of the convolutions (default: 16,32); 0 for none")
    train.add_argument("--epochs", type=int, help="passes through the data (default: 40; 10 for "
                       "10,000 examples or more)")
    train.add_argument("--batch", type=int, default=32, help="examples an update (default: 32)")
    train.add_argument("--lr", type=float, default=0.005,
                       help="the highest learning rate (default: 0.005)")
    train.add_argument("--dropout", type=float, default=0.2,
                       help="share of neurons silenced while training (default: 0.2)")
    train.add_argument("--test", type=float, default=0.25, help="share held out (default: 0.25)")
    train.add_argument("--seed", type=int, default=0, help="same seed, same result (default: 0)")
    train.add_argument("--out", default="runs", help="folder for model and picture (default: runs)")
    train.set_defaults(command=train_command)


def add_predict(commands):
    predict = commands.add_parser("predict", help="answers of a saved model for a CSV file")
    predict.add_argument("model", help="a .dlf file that `dlf train` saved")
    predict.add_argument("file", help="a CSV file with the columns the model was trained on")
    predict.set_defaults(command=predict_command)


def sizes(text):
    """'128,64' as (128, 64); '0' as no hidden layer."""
    try:
        found = tuple(int(part) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"whole numbers such as 128,64; got {text!r}") from error
    if any(n < 0 for n in found):
        raise argparse.ArgumentTypeError(f"sizes are at least 1; got {text!r}")
    return tuple(n for n in found if n)


def port(text):
    """A number of a port."""
    if not text.isdecimal() or not int(text) < 2**16:
        raise argparse.ArgumentTypeError(f"a whole number from 0 to 65535; got {text!r}")
    return int(text)


def names(text):
    """'a,b' as ('a', 'b')."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def lab_command(options):
    from dlf.lab import copy_notebooks, open_lab
    for name, what in copy_notebooks(options.folder).items():
        print(f"{what:>8}  {options.folder}/{name}")
    if options.copy_only:
        return 0
    if importlib.util.find_spec("jupyterlab") is None:
        raise OSError("JupyterLab is not installed here: pip install 'dlf[lab]', then try again.")
    return open_lab(options.folder)


def progress_command(options):
    from dlf.exercises import progress
    print(progress())


def playground_command(options):
    from dlf.app import open_playground
    return open_playground(options.port, not options.no_browser, options.theme)


def train_command(options):
    from threadpoolctl import threadpool_limits

    from dlf.job import Settings, run
    named = {name: getattr(options, name) for name in Settings.__dataclass_fields__}
    with threadpool_limits(1):               # for small networks one thread is faster than two
        outcome = run(options.source, Settings(**named), options.out)
    print(f"Held-out {outcome.metric}: {outcome.score:.4f} on {outcome.examples:,} examples that "
          f"training never saw ({outcome.seconds:.1f} s of training).")
    print(f"Model:   {outcome.model}\nPicture: {outcome.picture}")


def predict_command(options):
    import csv

    from dlf.model import Model
    model   = Model.load(options.model)
    answers = model.answer(model.read(options.file).x)
    out     = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow([model.table.target.name])
    out.writerows([answer] for answer in answers)
