"""The table of a network, with every count worked by hand."""
import numpy as np
import pytest

import dlf


def columns(table, *names):
    return [tuple(getattr(row, name) for name in names) for row in table.rows]


def test_a_small_network_counted_by_hand():
    net   = dlf.Sequential(dlf.Dense(64, 30), dlf.ReLU(), dlf.Dense(30, 10))
    table = dlf.summary(net, 64)
    assert columns(table, "path", "layer", "shape", "parameters") == [
        ("0", "Dense(64, 30)", (30,), 64 * 30 + 30),
        ("1", "ReLU()",        (30,), 0),
        ("2", "Dense(30, 10)", (10,), 30 * 10 + 10)]
    # a multiplication and an addition for each weight (the bias takes the place of one); a ReLU
    # is one operation a number
    assert columns(table, "operations") == [(2 * 64 * 30,), (30,), (2 * 30 * 10,)]
    assert (table.parameters, table.bytes) == (2260, 2260 * 8)
    assert table.operations == 3840 + 30 + 600


def test_float32_takes_half_the_bytes():
    net = dlf.Sequential(dlf.Dense(4, 5), dlf.Dense(5, 1)).astype(np.float32)
    table = dlf.summary(net, 4)
    assert columns(table, "bytes") == [((4 * 5 + 5) * 4,), ((5 + 1) * 4,)]
    assert table.bytes == (4 * 5 + 5 + 5 + 1) * 4


def test_layers_inside_layers_have_a_row_each_and_a_path():
    inner = dlf.Residual(dlf.LayerNorm(6), dlf.Residual(dlf.Dense(6, 6), dlf.Tanh()))
    table = dlf.summary(dlf.Sequential(dlf.Dense(2, 6), inner, dlf.Dense(6, 1)), (2,))
    assert columns(table, "path", "layer", "shape", "parameters") == [
        ("0",     "Dense(2, 6)",  (6,), 18),
        ("1.0",   "LayerNorm(6)", (6,), 12),
        ("1.1.0", "Dense(6, 6)",  (6,), 42),
        ("1.1.1", "Tanh()",       (6,), 0),
        ("2",     "Dense(6, 1)",  (1,), 7)]
    assert table.parameters == 79


def test_running_averages_do_not_learn_and_are_not_counted():
    table = dlf.summary(dlf.Sequential(dlf.Dense(3, 8), dlf.BatchNorm(8), dlf.Dropout(0.5)), 3)
    assert columns(table, "parameters") == [(3 * 8 + 8,), (8 + 8,), (0,)]


def test_images_are_laid_flat():
    table = dlf.summary(dlf.Sequential(dlf.Flatten(), dlf.Dense(784, 10)), (1, 28, 28))
    assert columns(table, "shape", "parameters") == [((784,), 0), ((10,), 7850)]


def test_a_network_of_symbols_keeps_the_axis_of_time():
    net = dlf.Sequential(dlf.Embedding(50, 16), dlf.Dense(16, 50))
    table = dlf.summary(net, (12,))
    assert columns(table, "shape", "parameters") == [((12, 16), 800), ((12, 50), 850)]
    assert columns(table, "operations")[1] == (2 * 16 * 50 * 12,)


def test_a_single_layer_is_a_table_of_one_row():
    table = dlf.summary(dlf.Dense(2, 3), 2)
    assert columns(table, "path", "parameters") == [("0", 9)]


def test_counts_agree_with_pytorch(torch):
    net  = dlf.Sequential(dlf.Embedding(9, 4), dlf.Dense(4, 7), dlf.LayerNorm(7), dlf.Dense(7, 2))
    twin = torch.nn.Sequential(torch.nn.Embedding(9, 4), torch.nn.Linear(4, 7),
                               torch.nn.LayerNorm(7), torch.nn.Linear(7, 2))
    assert dlf.summary(net, 3).parameters == sum(p.numel() for p in twin.parameters())


def test_the_printed_table():
    net = dlf.Sequential(dlf.Dense(784, 100), dlf.Sigmoid(), dlf.Dense(100, 10))
    assert str(dlf.summary(net, 784)).splitlines() == [
        "layer                   output shape  parameters    bytes  operations",
        "---------------------------------------------------------------------",
        "0      Dense(784, 100)  (batch, 100)      78,500  628,000     156,800",
        "1      Sigmoid()        (batch, 100)           0        0         100",
        "2      Dense(100, 10)   (batch, 10)        1,010    8,080       2,000",
        "---------------------------------------------------------------------",
        "total                                     79,510  636,080     158,900"]


def test_the_network_stays_as_it_is():
    net    = dlf.Sequential(dlf.Dense(2, 3), dlf.BatchNorm(3), rng=np.random.default_rng(0))
    before = [a.copy() for a in (net.theta, net[1].mean, net[1].var)]
    dlf.summary(net, 2)
    assert all(np.array_equal(a, b) for a, b in zip(before, (net.theta, net[1].mean, net[1].var)))


@pytest.mark.parametrize("layers, shape, text", [
    ((dlf.Dense(4, 3), dlf.Dense(5, 2)), 4, r"Dense\(5, 2\) expects .* layer 1 of the network"),
    ((dlf.Dense(4, 3),), 7, r"Dense\(4, 3\) expects .*got \(1, 7\).* layer 0"),
    ((dlf.Dense(4, 4), dlf.Residual(dlf.Dense(4, 4), dlf.Dense(3, 4))), 4, r"layer 1\.1 "),
    ((dlf.Residual(dlf.Dense(4, 3)),), 4, r"Residual adds .* \(1, 4\).*\(1, 3\).* layer 0"),
    ((dlf.Dense(784, 10),), (1, 28, 28), r"dlf\.Flatten\(\) first.* layer 0")])
def test_the_layer_that_does_not_fit_is_named(layers, shape, text):
    with pytest.raises(dlf.ShapeError, match=text):
        dlf.summary(dlf.Sequential(*layers), shape)


@pytest.mark.parametrize("one", [4, np.int64(4), (4,), [4], np.zeros(4).shape])
def test_the_shape_of_one_example_may_be_a_number(one):
    assert dlf.summary(dlf.Dense(4, 3), one).parameters == 15
