"""Loss and accuracy curves: the data they show, the names on the lines, the best epoch."""
import numpy as np
import pytest

import dlf
from dlf.viz import describe_accuracy, describe_loss, draw_accuracy, draw_loss


def test_both_curves_are_the_historys(ax, history):
    train, test = draw_loss(ax, history).lines
    assert train.get_xdata().tolist() == test.get_xdata().tolist() == history.epoch
    assert train.get_ydata().tolist() == history.loss
    assert test.get_ydata().tolist() == history.val_loss


def test_each_curve_has_its_name_at_its_end_and_there_is_no_legend(ax, history):
    drawing = draw_loss(ax, history)
    assert [name.get_text() for name in drawing.names] == ["training", "validation"]
    ends = [(10, history.loss[-1]), (10, history.val_loss[-1])]
    assert [name.xy for name in drawing.names] == ends
    assert ax.get_legend() is None


def test_names_do_not_overlap_where_curves_end_together(ax, history):
    history.val_loss[-1] = history.loss[-1] + 0.001
    drawing = draw_loss(ax, history)
    ax.figure.canvas.draw()
    train, test = (name.get_window_extent() for name in drawing.names)
    assert train.y1 <= test.y0 + 1


def test_the_best_epoch_is_the_one_with_the_lowest_validation_loss(ax, history):
    drawing = draw_loss(ax, history)
    assert [*drawing.best.get_xdata(), *drawing.best.get_ydata()] == [7, 0.3]
    assert ax.get_title(loc="left") == "Best validation loss: 0.3, epoch 7"


def test_the_best_epoch_is_the_one_with_the_highest_validation_accuracy(ax, history):
    drawing = draw_accuracy(ax, history)
    assert drawing.best.get_xdata() == [7]
    assert ax.get_title(loc="left") == "Best validation accuracy: 90.0 %, epoch 7"


def test_a_history_without_validation_draws_one_line(ax, lonely):
    drawing = draw_loss(ax, lonely)
    train, test = drawing.lines
    assert len(train.get_xdata()) == 10 and len(test.get_xdata()) == 0
    assert [name.get_visible() for name in drawing.names] == [True, False]
    assert ax.get_title(loc="left") == "Best training loss: 0.1, epoch 10"


def test_a_logarithmic_axis_is_there_for_the_asking(ax, history):
    draw_loss(ax, history, log=True)
    assert ax.get_yscale() == "log"
    low, high = ax.get_ylim()
    assert 0 < low < 0.1 and high > 1


def test_a_loss_axis_starts_at_zero_and_an_accuracy_axis_reaches_one(ax, history):
    draw_loss(ax, history)
    assert ax.get_ylim()[0] == 0
    draw_accuracy(ax, history)
    assert ax.get_ylim()[1] >= 1


def test_update_follows_training_with_the_same_artists(ax, history):
    drawing  = draw_loss(ax, history)
    children = ax.get_children()
    history.add(epoch=11, loss=0.01, metric=1.0, val_loss=0.02, val_metric=1.0)
    drawing.update(history)
    assert drawing.lines[0].get_xdata()[-1] == 11 and drawing.best.get_xdata() == [11]
    assert ax.get_children() == children
    assert ax.spines["bottom"].get_bounds() == (1, 11)


def test_a_long_curve_is_thinned_but_keeps_its_spike(ax, lonely):
    lonely.epoch = list(range(1, 5001))
    lonely.loss  = [1.0] * 5000
    lonely.loss[1234] = 9.0
    lonely.val_loss   = [np.nan] * 5000
    x, y = draw_loss(ax, lonely).lines[0].get_data()
    assert len(x) <= 400 and y.max() == 9.0 and x[y.argmax()] == 1235


def test_one_epoch_is_a_point(ax):
    history = dlf.History()
    history.add(epoch=1, loss=0.5, metric=0.5, val_loss=np.nan, val_metric=np.nan)
    assert draw_loss(ax, history).lines[0].get_marker() == "."


def test_a_metric_is_called_by_its_name(ax, history):
    history.metric_name = "r2"
    draw_accuracy(ax, history)
    assert ax.get_ylabel() == "R²"
    assert ax.get_title(loc="left") == "Best validation R²: 0.9, epoch 7"


def test_an_empty_history_is_explained(ax):
    with pytest.raises(ValueError, match="no epochs yet"):
        draw_loss(ax, dlf.History())
    assert describe_loss(dlf.History()) == "No epoch has been trained yet."


def test_the_curves_in_words_have_their_numbers(history, lonely):
    assert "training loss went from 1 to 0.1" in describe_loss(history)
    assert "validation" not in describe_loss(lonely)
    assert "epoch 10" in describe_accuracy(lonely)


def test_parts_of_an_epoch_have_one_digit_in_words():
    history = dlf.History(epoch=[0.0, 3.3333, 7.664688427], loss=[1.0, 0.4, 0.2],
                          metric=[0.1, 0.5, 0.9], val_loss=[1.0, 0.5, 0.3],
                          val_metric=[0.1, 0.4, 0.8])
    assert describe_loss(history).startswith("Over 7.7 epochs, ")
    assert describe_loss(history).endswith("Best validation loss: 0.3, epoch 7.7.")


def test_a_real_history_can_be_drawn(ax, net, rng):
    x = rng.normal(size=(40, 2))
    y = (x[:, 0] > 0).astype(int)
    history = dlf.fit(net, x, y, dlf.BinaryCrossEntropy(), dlf.Adam(0.01), epochs=3, rng=rng,
                      bar=False, validation=(x, y))
    assert len(draw_loss(ax, history).lines[1].get_xdata()) == 3


def test_the_names_are_inside_the_figure_and_beyond_the_last_epoch(new_figure, history):
    ax      = new_figure((5, 3)).add_subplot()
    drawing = draw_loss(ax, history)
    ax.figure.canvas.draw()
    for name in drawing.names:
        assert name.get_window_extent().x1 <= ax.figure.bbox.width
    assert max(ax.get_xticks()) <= 10 < ax.get_xlim()[1]


def test_a_metric_that_could_not_be_measured_leaves_an_empty_plot_that_says_so(ax, lonely):
    lonely.metric = [np.nan] * 10
    draw_accuracy(ax, lonely)
    assert ax.get_title(loc="left") == "No accuracy could be measured"
    ax.figure.canvas.draw()
    assert "nothing was measured" in describe_accuracy(lonely)
