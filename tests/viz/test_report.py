"""The report of a run, and what holds for all drawings: no pyplot, no shared state, themes."""
import subprocess
import sys

import numpy as np
import pytest

import dlf
from dlf import palette, viz
from dlf.datasets.playground import circle, plane


def titles(figure):
    return [ax.get_title(loc="left") for ax in figure.axes]


def trained(net, x, y, loss, rng):
    return dlf.fit(net, x, y, loss, dlf.Adam(0.02), epochs=3, rng=rng, bar=False, validation=(x, y))


def test_two_inputs_give_curves_network_and_map(rng, tmp_path):
    data   = circle(60, rng=rng)
    net    = dlf.Sequential(dlf.Dense(2, 4), dlf.Tanh(), dlf.Dense(4, 1), rng=rng)
    past   = trained(net, data.x, data.y, dlf.BinaryCrossEntropy(), rng)
    figure = viz.report(net, past, data.x, data.y, data.classes, data.features, title="circle")
    assert titles(figure)[0].startswith("Best validation loss")
    assert titles(figure)[1].startswith("Best validation accuracy")
    assert titles(figure)[2] == "17 numbers learned"
    assert "of 60 points right" in titles(figure)[3]
    figure.savefig(tmp_path / "report.png")
    assert (tmp_path / "report.png").stat().st_size > 10_000


def test_images_give_the_confusion_matrix_and_the_surest_mistakes(rng):
    x, y   = rng.uniform(size=(50, 16)), rng.integers(0, 3, 50)
    net    = dlf.Sequential(dlf.Dense(16, 3), rng=rng)
    figure = viz.report(net, trained(net, x, y, dlf.CrossEntropy(), rng), x, y, image_shape=(4, 4))
    assert "right" in titles(figure)[2] and "mistakes in 50 examples" in titles(figure)[3]


def test_other_classes_give_the_confusion_matrix_and_the_network(rng):
    x, y   = rng.uniform(size=(50, 5)), rng.integers(0, 3, 50)
    net    = dlf.Sequential(dlf.Dense(5, 3), rng=rng)
    past   = trained(net, x, y, dlf.CrossEntropy(), rng)
    figure = viz.report(net, past, x, y, ["a", "b", "c"], list("vwxyz"))
    assert titles(figure)[3] == "18 numbers learned"
    assert {"a", "v"} <= {text.get_text() for text in figure.axes[3].texts}


def test_measurements_give_what_the_network_says_against_the_truth(rng):
    data   = plane(60, rng=rng)
    net    = dlf.Sequential(dlf.Dense(2, 4), dlf.Tanh(), dlf.Dense(4, 1), rng=rng)
    figure = viz.report(net, trained(net, data.x, data.y, dlf.MeanSquare(), rng), data.x, data.y)
    assert titles(figure)[1].startswith("Best validation R²")
    assert titles(figure)[2].startswith("Half of the answers are within")
    points = figure.axes[2].collections[0].get_offsets()
    assert np.allclose(points, np.column_stack([data.y, net(data.x)]))


def test_sequences_count_every_step(rng):
    x    = rng.integers(0, 5, (20, 6))
    net  = dlf.Sequential(dlf.Embedding(5, 4), dlf.Dense(4, 5), rng=rng)
    past = dlf.fit(net, x, x, dlf.CrossEntropy(), dlf.Adam(0.01), epochs=2, rng=rng, bar=False,
                   metric=lambda scores, y: float((scores.argmax(axis=-1) == y).mean()))
    figure = viz.report(net, past, x, x)
    assert sum(int(text.get_text()) for text in figure.axes[2].texts) == 120


@pytest.mark.parametrize("n", [3, 10])
def test_long_class_names_stay_in_the_figure(rng, n):
    names  = [f"a long name {i}" for i in range(n)]
    x, y   = rng.uniform(size=(90, 5)), rng.integers(0, n, 90)
    net    = dlf.Sequential(dlf.Dense(5, n), rng=rng)
    figure = viz.report(net, trained(net, x, y, dlf.CrossEntropy(), rng), x, y, names)
    figure.canvas.draw()
    ax = figure.axes[2]
    for text in [*ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label, ax.yaxis.label]:
        box = text.get_window_extent()
        assert box.x0 >= 0 and box.y0 >= 0


def test_the_report_in_words_covers_every_drawing(rng):
    data = circle(60, rng=rng)
    net  = dlf.Sequential(dlf.Dense(2, 4), dlf.Tanh(), dlf.Dense(4, 1), rng=rng)
    past = trained(net, data.x, data.y, dlf.BinaryCrossEntropy(), rng)
    alt  = viz.report(net, past, data.x, data.y).describe()
    for part in ("loss went from", "accuracy went from", "A network 2-4-1", "of 60 points"):
        assert part in alt


def test_the_dark_theme_darkens_every_drawing(rng):
    data   = circle(60, rng=rng)
    net    = dlf.Sequential(dlf.Dense(2, 1), rng=rng)
    past   = trained(net, data.x, data.y, dlf.BinaryCrossEntropy(), rng)
    figure = viz.report(net, past, data.x, data.y, theme=palette.DARK)
    for ax in figure.axes:
        assert ax.get_facecolor() == figure.get_facecolor()
        assert ax.xaxis.label.get_color() == palette.DARK.muted


def test_predictions_of_another_number_than_targets_are_explained(ax, net):
    with pytest.raises(ValueError, match="each output needs one target"):
        viz.draw_predictions(ax, net, np.zeros((5, 2)), np.zeros(4))


def test_predictions_in_words_have_their_numbers(net, rng):
    x    = rng.normal(size=(20, 2))
    text = viz.describe_predictions(net, x, net(x))
    assert "within 0 of the truth" in text and "100 % of its variance" in text


def test_drawing_needs_no_pyplot():
    code = ("import sys, numpy as np, dlf, dlf.viz\n"
            "from matplotlib.figure import Figure\n"
            "dlf.viz.draw_network(Figure().add_subplot(), dlf.Sequential(dlf.Dense(2, 3)))\n"
            "assert 'matplotlib.pyplot' not in sys.modules")
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_library_alone_loads_no_matplotlib():
    code = "import sys, dlf, dlf.scene; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("part, whole, text", [(0, 0, "0 %"), (1, 2, "50 %"), (999, 1000, "99.9 %"),
                                               (99999, 100000, "99.9 %"), (1, 100000, "0.1 %"),
                                               (5, 5, "100 %"), (0, 9, "0 %")])
def test_a_share_is_100_percent_only_if_nothing_is_missing(part, whole, text):
    from dlf.viz import paper
    assert paper.share(part, whole) == text


def test_every_drawing_has_its_words():
    draws = {name.removeprefix("draw_") for name in dir(viz) if name.startswith("draw_")}
    words = {name.removeprefix("describe_") for name in dir(viz) if name.startswith("describe_")}
    assert draws == words
