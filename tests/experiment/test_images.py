"""What one can choose of a network that reads images, and what comes of it."""
import numpy as np
import pytest

from dlf import datasets
from dlf.datasets import Dataset
from dlf.experiment.images import (
    IMAGE_SETTINGS,
    ImageConfig,
    image_network,
    image_optimizer,
    side_of,
)
from dlf.experiment.settings import ConfigError


def kinds(net):
    return [type(layer).__name__ for layer in net]


def test_two_stages_and_the_scores():
    net = image_network(ImageConfig(), 8, 10, np.random.default_rng(0))
    stage = ["Conv2D", "ReLU", "MaxPool2D"]
    assert kinds(net) == ["Reshape", *stage, *stage, "Flatten", "Dropout", "Dense"]
    # 8 kernels of 9 weights and a bias; 16 of 8 x 9 and a bias; 16 x 2 x 2 numbers to 10 scores
    assert len(net.theta) == 8 * 10 + 16 * 73 + 10 * 65
    assert net(np.zeros((5, 64), np.float32)).shape == (5, 10)


def test_a_stage_and_the_dropout_can_be_left_out():
    config = ImageConfig(channels_1=4, channels_2=0, kernel=5, pool="mean", dropout=0)
    net = image_network(config, 8, 10, np.random.default_rng(0))
    assert kinds(net) == ["Reshape", "Conv2D", "ReLU", "AveragePool2D", "Flatten", "Dense"]
    assert net[1].W.shape == (4, 1, 5, 5)
    assert net(np.zeros((2, 64), np.float32)).shape == (2, 10)


def test_it_reads_large_images_too():
    net = image_network(ImageConfig(), 28, 10, np.random.default_rng(0))
    assert net(np.zeros((2, 784), np.float32)).shape == (2, 10)


def test_the_same_seed_draws_the_same_weights():
    nets = [image_network(ImageConfig(), 8, 10, np.random.default_rng(3)) for _ in range(2)]
    np.testing.assert_array_equal(nets[0].theta, nets[1].theta)


@pytest.mark.parametrize("name", IMAGE_SETTINGS["optimizer"].choices)
def test_every_optimizer_can_be_chosen(name):
    made = image_optimizer(ImageConfig(optimizer=name, lr=0.01))
    assert type(made).__name__.lower() == name
    assert made.lr == 0.01


@pytest.mark.parametrize(("settings", "message"), [
    ({"kernel": 4}, "kernel, the kernel size, must be odd; got 4"),
    ({"pool": "median"}, "must be one of max, mean"),
    ({"channels_1": 0}, "must be a whole number from 1 to 64; got 0"),
    ({"dropout": 1.0}, "must be a number from 0.0 to 0.9; got 1.0")])
def test_what_cannot_be_is_refused_with_what_was_wanted(settings, message):
    with pytest.raises(ConfigError, match=message):
        ImageConfig(**settings)


def test_a_name_that_there_is_not_is_refused_with_those_that_there_are():
    with pytest.raises(ConfigError, match="no setting 'channels'; there are channels_1,"):
        ImageConfig().change(channels=3)


def test_images_are_square_and_of_a_size_that_one_can_draw():
    assert side_of(datasets.digits()) == 8
    assert side_of(Dataset(np.zeros((3, 784)), np.zeros(3, int))) == 28
    with pytest.raises(ValueError, match=r"8 x 8 pixels.*these have 13 numbers each"):
        side_of(datasets.wine())
