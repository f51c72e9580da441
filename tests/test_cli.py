"""The command line, as a user meets it: what it prints, leaves behind, and says when wrong."""
import csv
import functools
import gzip
import hashlib
import http.server
import struct
import threading
from pathlib import Path

import numpy as np
import pytest

import dlf
from dlf import cli
from dlf.datasets import download
from dlf.model import Model


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def table(path, n=120, seed=0):
    """A CSV file of houses, with gaps, words and a price that follows from the rest."""
    rng = np.random.default_rng(seed)
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["rooms", "town", "price"])
        for i in range(n):
            rooms, town = int(rng.integers(1, 9)), rng.choice(["Ulm", "Bonn"])
            price = 50 * rooms + 100 * (town == "Bonn") + rng.uniform(0, 1)
            out.writerow(["" if i == 7 else rooms, town, f"{price:.2f}"])


def test_train_digits_reaches_97_percent_on_the_held_out_part(here, capsys):
    assert cli.main(["train", "digits"]) == 0
    said = capsys.readouterr().out
    assert float(said.split("Held-out accuracy: ")[1].split()[0]) >= 0.97
    assert "450 examples that training never saw" in said


def test_a_convolutional_network_reaches_98_and_a_half_percent(here, capsys):
    assert cli.main(["train", "digits", "--model", "cnn"]) == 0
    assert float(capsys.readouterr().out.split("Held-out accuracy: ")[1].split()[0]) >= 0.985
    model, data = Model.load("runs/digits-1.dlf"), dlf.datasets.digits()
    assert [type(layer) for layer in model.net[:3]] == [dlf.Reshape, dlf.RandomShift, dlf.Conv2D]
    assert np.mean(model.answer(data.x) == np.array(data.classes)[data.y]) > 0.98


@pytest.fixture
def small_mnist(tmp_path, monkeypatch):
    """A server on this computer, with our digits three times as large under the names of MNIST."""
    data   = dlf.datasets.digits()
    images = np.pad(np.kron(data.x.reshape(-1, 8, 8), np.ones((3, 3))), ((0, 0), (2, 2), (2, 2)))
    images, labels = np.rint(255 * images).astype(np.uint8), data.y.astype(np.uint8)
    parts  = {"train": slice(0, 1400), "t10k": slice(1400, None)}
    folder = tmp_path / "mirror"
    folder.mkdir()
    for name in download.SHA256["mnist"]:
        array = (images if "images" in name else labels)[parts[name.split("-")[0]]]
        head  = struct.pack(f">{1 + array.ndim}I", 2048 + array.ndim, *array.shape)
        (folder / name).write_bytes(gzip.compress(head + array.tobytes(), 1))
    monkeypatch.setitem(download.SHA256, "mnist", {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()})
    monkeypatch.setenv("DLF_DATA", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        monkeypatch.setitem(download.MIRRORS, "mnist", (f"http://127.0.0.1:{server.server_port}/",))
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server that prints nothing."""

    def log_message(self, *_):
        pass


def test_train_mnist_with_convolutions_downloads_it_and_learns_images_of_28_x_28(
        here, small_mnist, capsys):
    assert cli.main(["train", "mnist", "--model", "cnn", "--epochs", "3"]) == 0
    said = capsys.readouterr().out
    assert "397 examples that training never saw" in said
    assert float(said.split("Held-out accuracy: ")[1].split()[0]) > 0.9
    assert Model.load("runs/mnist-1.dlf").net[:2](np.zeros((1, 784))).shape == (1, 1, 28, 28)


def test_train_leaves_a_model_that_answers_and_a_picture(here, capsys):
    cli.main(["train", "penguins", "--epochs", "5"])
    assert (here / "runs" / "penguins-1.png").read_bytes().startswith(b"\x89PNG")
    model = Model.load(here / "runs" / "penguins-1.dlf")
    data  = dlf.datasets.penguins()
    named = model.answer(data.x)
    assert np.mean(named == np.array(data.classes)[data.y]) > 0.9


def test_a_second_run_overwrites_nothing(here):
    cli.main(["train", "wine", "--epochs", "1"])
    first = (here / "runs" / "wine-1.dlf").read_bytes()
    cli.main(["train", "wine", "--epochs", "1", "--seed", "1"])
    assert (here / "runs" / "wine-1.dlf").read_bytes() == first
    assert (here / "runs" / "wine-2.dlf").exists() and (here / "runs" / "wine-2.png").exists()


def test_the_same_seed_gives_the_same_model(here):
    for _ in range(2):
        cli.main(["train", "circle", "--epochs", "2", "--seed", "5"])
    one, two = (Model.load(f"runs/circle-{i}.dlf").net.theta for i in (1, 2))
    assert np.array_equal(one, two)


def test_a_table_of_ones_own_predicts_a_number_in_its_own_unit(here, capsys):
    table("houses.csv")
    assert cli.main(["train", "houses.csv", "--target", "price", "--dropout", "0"]) == 0
    assert float(capsys.readouterr().out.split("Held-out r2: ")[1].split()[0]) > 0.9    # one gap
    answers = Model.load("runs/houses-1.dlf").answer(dlf.datasets.read_csv("houses.csv", "price").x)
    assert 100 < answers.mean() < 500           # prices run from 50 to 500


def test_predict_answers_for_every_row_of_a_new_file_even_without_the_target(here, capsys):
    table("houses.csv")
    cli.main(["train", "houses.csv", "--target", "price", "--epochs", "2"])
    (here / "new.csv").write_text("town,rooms\nUlm,3\nBonn,\n")
    capsys.readouterr()
    assert cli.main(["predict", "runs/houses-1.dlf", "new.csv"]) == 0
    header, *answers = capsys.readouterr().out.split()
    assert header == "price" and len(answers) == 2 and all(np.isfinite(float(a)) for a in answers)


def test_predict_names_classes_by_their_names(here, capsys):
    path = str(Path(dlf.datasets.__file__).parent / "data" / "penguins.csv")
    cli.main(["train", path, "--target", "species", "--epochs", "3"])
    capsys.readouterr()
    cli.main(["predict", "runs/penguins-1.dlf", path])
    assert set(capsys.readouterr().out.split()[1:]) <= {"Adelie", "Chinstrap", "Gentoo"}


def test_a_batch_of_one_example_at_the_end_of_an_epoch_is_avoided(here):
    table("houses.csv", n=150)                  # 101 to train on
    assert cli.main(["train", "houses.csv", "--batch", "20", "--epochs", "1"]) == 0


def test_no_hidden_layer_is_a_network_too(here, capsys):
    assert cli.main(["train", "gauss", "--hidden", "0", "--epochs", "20"]) == 0
    assert float(capsys.readouterr().out.split("Held-out accuracy: ")[1].split()[0]) > 0.9


@pytest.mark.parametrize("words, help_", [
    (["train", "digit"],                              "Bundled: digits"),
    (["train", "nowhere.csv"],                        "no file"),
    (["train", "t.csv", "--target", "prize"],         "Did you mean 'price'"),
    (["train", "digits", "--test", "1.5"],            "above 0 and"),
    (["train", "digits", "--lr", "-1"],               "lr must be a number of at least 0"),
    (["train", "digits", "--dropout", "1"],           "0 <= p < 1"),
    (["train", "digits", "--batch", "0"],             "batch must be a whole number of at least 1"),
    (["train", "digits", "--seed", "-1"],             "non-negative"),
    (["train", "wine", "--model", "cnn"],             "reads images, square and gray"),
    (["train", "digits", "--model", "cnn", "--hidden", "4,4,4,4"], "cannot be halved 4 times"),
    (["predict", "t.csv", "t.csv"],                   "not a dlf file"),
])
def test_what_a_user_can_mend_is_one_sentence_and_no_traceback(here, capsys, words, help_):
    table("t.csv")
    assert cli.main(words) == 1
    said = capsys.readouterr().err
    assert said.splitlines()[-1].startswith("dlf: ") and help_ in said
    assert "Traceback" not in said
    assert not list(here.glob("runs/*.dlf"))


def test_help_shows_examples(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["--help"])
    assert end.value.code == 0
    assert "dlf train houses.csv --target price" in capsys.readouterr().out


def test_sizes_that_are_no_numbers_are_explained(capsys):
    with pytest.raises(SystemExit):
        cli.main(["train", "digits", "--hidden", "many"])
    assert "whole numbers such as 128,64; got 'many'" in capsys.readouterr().err


def test_lab_copies_the_notebooks(here, capsys):
    assert cli.main(["lab", "mine", "--copy-only"]) == 0
    assert (here / "mine" / "00_start_here.ipynb").exists()
    assert "00_start_here.ipynb" in capsys.readouterr().out
