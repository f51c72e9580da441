"""A model remembers what was done to its training data, and does the same to new data."""
import numpy as np
import pytest

from dlf.datasets import Dataset, StandardScaler, digits
from dlf.model import Model


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def some_rows(rng, n=40):
    """Rows with a gap, of very different sizes, and two classes."""
    x = rng.normal(size=(n, 3)) * [1, 100, 1e4]
    x[3, 1] = np.nan
    return Dataset(x, (x[:, 0] > 0).astype(int), features=("a", "b", "c"), classes=("no", "yes"))


def test_inputs_have_no_gaps_and_are_of_one_size(rng):
    data  = some_rows(rng)
    ready = Model.around(data, (4,), 0.0, rng).inputs(data.x)
    assert np.isfinite(ready).all() and ready.dtype == np.float32
    assert ready.std(axis=0) == pytest.approx([1, 1, 1], abs=0.05)


def test_images_between_0_and_1_are_left_as_they_are(rng):
    data = digits()
    assert Model.around(data, (), 0.0, rng).inputs(data.x) == pytest.approx(data.x)


def test_answers_survive_saving(rng, tmp_path):
    data  = some_rows(rng)
    model = Model.around(data, (4,), 0.2, rng)
    model.save(tmp_path / "m.dlf")
    assert (Model.load(tmp_path / "m.dlf").answer(data.x) == model.answer(data.x)).all()


def test_a_network_trained_on_scaled_targets_can_speak_in_their_own_units(rng):
    x      = rng.normal(size=(20, 2))
    price  = 1000 + 50 * x[:, 0]
    model  = Model.around(Dataset(x, price), (), 0.0, rng)
    scale  = StandardScaler().fit(price[:, None])
    before = model.net(model.inputs(x))
    model.speak_in_units_of(scale)
    assert model.answer(x) == pytest.approx(scale.inverse(before)[:, 0], rel=1e-5)


def test_a_model_of_arrays_cannot_read_a_table(rng, tmp_path):
    model = Model.around(some_rows(rng), (), 0.0, rng)
    with pytest.raises(ValueError, match="was not trained on a CSV file"):
        model.read(tmp_path / "t.csv")
