"""The defaults learn as TensorFlow Playground does: medians over seeds within its 10-90 % bands."""
import functools

import numpy as np
import pytest

from dlf.experiment import Config, Run

EPOCHS = 10, 100, 500
BANDS  = {                # test loss of the original code, 20 seeds, 10-90 %, with four decimals
    "circle":           ((0.4423, 0.5014), (0.0065, 0.0358), (0.0008, 0.0099)),
    "xor":              ((0.4269, 0.5170), (0.0084, 0.2599), (0.0008, 0.0832)),
    "gauss":            ((0.0069, 0.0125), (0.0004, 0.0029), (0.0001, 0.0019)),
    "spiral":           ((0.4728, 0.5061), (0.4706, 0.5045), (0.4412, 0.5006)),
    "plane":            ((0.0036, 0.0071), (0.0003, 0.0006), (0.0001, 0.0002)),
    "gauss_regression": ((0.0328, 0.0461), (0.0191, 0.0240), (0.0159, 0.0244)),
}


@functools.cache
def medians(data):
    """The median test loss over 20 seeds before training and at each of EPOCHS."""
    return np.median([losses(Run(Config(data=data, seed=seed, data_seed=seed)))
                      for seed in range(20)], axis=0)


def losses(run):
    """The test loss of one run at step 0 and at each of EPOCHS."""
    yielded = [run.measure().test]
    for epochs in np.diff(EPOCHS, prepend=0):
        run.advance(epochs=int(epochs))
        yielded.append(run.measure().test)
    return yielded


@pytest.mark.parametrize("data", BANDS)
def test_the_median_test_loss_lies_within_the_band_at_10_100_and_500_epochs(data):
    seen   = np.round(medians(data)[1:], 4)             # as precise as the bands are known
    inside = [low <= loss <= high for loss, (low, high) in zip(seen, BANDS[data], strict=True)]
    assert all(inside), f"{data} after {EPOCHS} epochs: {seen}, wanted {BANDS[data]}"


@pytest.mark.parametrize("data, loss", [("circle", 0.511), ("xor", 0.511), ("gauss", 0.472),
                                        ("spiral", 0.507)])
def test_the_median_loss_before_training_is_near_that_of_the_original(data, loss):
    assert abs(medians(data)[0] - loss) < 0.02
