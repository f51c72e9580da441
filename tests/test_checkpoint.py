"""Saving and loading: the same bits back, no broken file accepted, no good file ever lost."""
import copy
import errno
import hashlib
import itertools
import json
import os
import pathlib
import pickle
import random
import subprocess
import sys
import time
import tracemalloc
import zipfile

import numpy as np
import pytest

import dlf
from dlf.checkpoint import MAGIC, CheckpointError

LAYERS = [dlf.Dense(3, 2), dlf.Dense(3, 2, init=dlf.initializers.he), dlf.Embedding(5, 3),
          dlf.Dropout(0.25), dlf.BatchNorm(3, momentum=0.2, eps=1e-3), dlf.LayerNorm(3, eps=1e-3),
          dlf.Conv2D(2, 4, (3, 2), stride=2, padding=(1, 0), dilation=2, groups=2, bias=False),
          dlf.Conv1D(2, 3, 3, padding=1), dlf.ConvTranspose2D(2, 3, 2, stride=(1, 2), more=(0, 1)),
          dlf.MaxPool2D(2), dlf.AveragePool2D((3, 2), stride=1, padding=1),
          dlf.GlobalAveragePool2D(), dlf.Dropout2D(0.3), dlf.RandomShift(2),
          dlf.Flatten(), dlf.Reshape(3, 1), dlf.Sigmoid(), dlf.Tanh(), dlf.ReLU(),
          dlf.LeakyReLU(0.2), dlf.ELU(0.5), dlf.GELU(), dlf.Softplus(), dlf.Softmax(),
          dlf.SelfAttention(4, 2, causal=True), dlf.PositionEmbedding(5, 4),
          dlf.PositionalEncoding(4, longest=9), dlf.TransformerBlock(4, 2, dropout=0.1),
          dlf.RNN(2, 3), dlf.LSTM(2, 3, carry=True), dlf.GRU(2, 3, init=dlf.initializers.xavier),
          dlf.Bidirectional(dlf.GRU(2, 3), dlf.LSTM(2, 4)), dlf.LastStep(),
          dlf.Masked(dlf.Embedding(5, 3), dlf.GRU(3, 2), dlf.LastStep(), padding=4),
          dlf.Residual(dlf.Dense(3, 3), dlf.Tanh()), dlf.Sequential(),
          dlf.Sequential(dlf.Dense(3, 4), dlf.Residual(dlf.LayerNorm(4), dlf.Dense(4, 4)))]
SCHEDULES = [dlf.Constant(0.1), dlf.Exponential(1e-4, 1.0, steps=50),
             dlf.StepDecay(0.1, every=7, factor=0.5), dlf.Cosine(0.1, 50, 0.01),
             dlf.OneCycle(0.1, steps=50, rise=0.2), dlf.WarmUp(dlf.Cosine(0.1, steps=40), steps=10)]
OPTIMIZERS = [dlf.SGD(0.1), dlf.Momentum(0.1, 0.8), dlf.Nesterov(0.1), dlf.RMSProp(0.01, decay=0.9),
              dlf.Adam(0.01, beta1=0.8), dlf.AdamW(dlf.Cosine(0.01, steps=30), decay=0.1)]
LOSSES = [dlf.MeanSquare(), dlf.MeanAbsolute(), dlf.Huber(0.5), dlf.BinaryCrossEntropy(),
          dlf.CrossEntropy(), dlf.CrossEntropy(ignore=-1), dlf.L1(0.1), dlf.L2(0.2)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "saved.dlf"


def again(what, path, **options):
    """`what`, to the disk and back."""
    dlf.save(what, path)
    return dlf.load(path, **options)


def state_of(net):
    """All that training changes: parameters and running averages."""
    return [net.theta, *(getattr(layer, b) for _, layer in net.walk() for b in layer.buffers)]


def same(a, b):
    """Equal numbers, equal types."""
    return all(np.array_equal(p, q) and p.dtype == q.dtype for p, q in zip(a, b, strict=True))


def moody_network(seed=0):
    return dlf.Sequential(dlf.Dense(3, 6), dlf.BatchNorm(6), dlf.ReLU(), dlf.Dropout(0.3),
                          dlf.Residual(dlf.Dense(6, 6), dlf.Tanh()), dlf.Dense(6, 2),
                          rng=np.random.default_rng(seed))


def data():
    x = np.random.default_rng(0).normal(size=(25, 3))
    return x, np.stack([x[:, 0] * x[:, 1], x.sum(axis=1)], axis=1)


# ---- there and back ------------------------------------------------------------------------------

@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: " ".join(repr(layer).split()))
def test_every_layer_comes_back_as_it_was(layer, path):
    for a in state_of(layer):
        a[...] = np.random.default_rng(1).normal(size=a.shape)
    back = again(layer, path)
    assert type(back) is type(layer) and repr(back) == repr(layer)
    assert same(state_of(back), state_of(layer))


def test_the_list_above_has_every_layer_optimizer_and_schedule_that_dlf_has():
    for module, base, listed in [(dlf.layers, dlf.layers.Layer, LAYERS),
                                 (dlf.optimizers, dlf.optimizers.Optimizer, OPTIMIZERS),
                                 (dlf.schedules, dlf.schedules.Schedule, SCHEDULES)]:
        public = {v for v in vars(module).values() if isinstance(v, type) and issubclass(v, base)}
        assert public - {base} == {type(one) for one in listed}


@pytest.mark.parametrize("made", SCHEDULES + LOSSES, ids=repr)
def test_every_schedule_loss_and_penalty_comes_back_as_it_was(made, path):
    back = again({"it": made}, path)["it"]
    assert type(back) is type(made) and repr(back) == repr(made)
    if made in SCHEDULES:
        assert [back(t) for t in range(1, 60)] == [made(t) for t in range(1, 60)]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
def test_every_optimizer_goes_on_where_it_was(optimizer, path):
    optimizer = copy.deepcopy(optimizer)
    rng   = np.random.default_rng(0)
    theta = rng.normal(size=20)
    for _ in range(5):
        optimizer.step(theta, rng.normal(size=20))
    back, twin, gradient = again(optimizer, path), theta.copy(), rng.normal(size=20)
    assert repr(back) == repr(optimizer) and back.t == 5
    for _ in range(3):
        optimizer.step(theta, gradient)
        back.step(twin, gradient)
    assert np.array_equal(theta, twin)


@pytest.mark.parametrize("kind", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_every_generator_goes_on_where_it_was(kind, path):
    rng = np.random.Generator(getattr(np.random, kind)(7))
    rng.random(3, np.float32)                                     # leaves half a number in store
    back = again(rng, path)
    assert np.array_equal(back.random(5, np.float32), rng.random(5, np.float32))
    assert np.array_equal(back.permutation(50), rng.permutation(50))


@pytest.mark.parametrize("scaler", [dlf.datasets.StandardScaler, dlf.datasets.MinMaxScaler,
                                    dlf.datasets.FillMissing])
def test_every_scaler_comes_back_fitted(scaler, path):
    x    = np.array([[1.0, np.nan], [3.0, 10.0], [8.0, 20.0]])
    made = scaler().fit(x)
    assert np.array_equal(again(made, path).transform(x), made.transform(x), equal_nan=True)
    with pytest.raises(ValueError, match="has not measured anything yet"):
        again(scaler(), path).transform(x)


def test_a_history_comes_back_with_its_gaps(path):
    history = dlf.fit(moody_network(), *data(), dlf.MeanSquare(), dlf.SGD(0.1), epochs=2,
                      rng=np.random.default_rng(0), bar=False)
    back = again(history, path)
    assert repr(back) == repr(history) and np.isnan(back.val_loss).all()
    assert (back.loss, back.lr, back.stopped) == (history.loss, history.lr, history.stopped)


@pytest.mark.parametrize("a", [
    np.arange(6, dtype=np.uint8).reshape(2, 3), np.array([1.5, np.nan, -np.inf, -0.0]),
    np.array([True, False]), np.array(["a", "päß", ""]), np.array(3.25), np.zeros((0, 4)),
    np.arange(12.0).reshape(3, 4).T, np.arange(10)[::-2], np.arange(3, dtype=">i4"),
    np.arange(3, dtype=np.float16)], ids=lambda a: f"{a.dtype} {a.shape}")
def test_arrays_come_back_with_shape_type_and_every_bit(a, path):
    back = again({"a": a}, path)["a"]
    assert back.shape == a.shape and back.dtype == a.dtype and back.tobytes() == a.tobytes()
    assert back.flags.writeable


@pytest.mark.parametrize("value", [
    None, True, -3, 2**100, 0.1, 5e-324, "ä\n\0", [1, [2.5, None]], (1, ("a", ())), {}, [],
    {"dict": 1, "array": {"list": [0]}, "made": "Dense"}, [float("inf"), -0.0]], ids=repr)
def test_plain_values_come_back_as_they_were(value, path):
    assert repr(again(value, path)) == repr(value)


def test_numpys_numbers_become_pythons(path):
    back = again([np.float64(0.1), np.float32(0.5), np.int16(3), np.bool_(True)], path)
    assert back == [0.1, 0.5, 3, True] and [type(v) for v in back] == [float, float, int, bool]


def test_a_step_comes_back_as_a_plain_tuple(path):
    assert again(dlf.Step(1, 1, 0.5, 2.0, 10, False), path) == (1, 1, 0.5, 2.0, 10, False)


def test_a_float32_network_stays_one(path):
    net = moody_network().astype(np.float32)
    back, (x, _) = again(net, path), data()
    assert back.theta.dtype == back[1].mean.dtype == np.float32
    assert same(state_of(back), state_of(net)) and np.array_equal(back(x), net(x))


def test_the_weights_of_a_loaded_network_are_windows_onto_its_vector(path):
    back = again(moody_network(), path)
    back.theta[...] = 7
    assert back.is_tied() and (back[0].W == 7).all() and (back[4][0].b == 7).all()
    assert np.shares_memory(back[4][0].dW, back.dtheta)


def test_weights_that_were_replaced_by_another_array_are_what_is_saved(path):
    net = dlf.Sequential(dlf.Dense(2, 2), dlf.Tanh())
    net[0].W = np.array([[1, 2], [3, 4]])                         # whole numbers, and no window
    back = again(net, path)
    assert back[0].W.tolist() == [[1, 2], [3, 4]] and back.theta.dtype == np.float64


def test_a_replaced_weight_of_another_shape_is_noticed_when_saving_not_when_loading(path):
    net = dlf.Sequential(dlf.Dense(2, 3))
    net[0].W = np.zeros((2, 3))
    with pytest.raises(ValueError, match=r"Dense\(2, 3\): W must have shape \(3, 2\)"):
        dlf.save(net, path)


def test_a_learning_rate_that_was_changed_on_the_way_is_what_is_saved(path):
    optimizer = dlf.SGD(0.1)
    optimizer.lr = 0.025
    assert again(optimizer, path).lr == 0.025


@pytest.mark.parametrize("k", [1, 3, 4, 7])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_training_goes_on_from_a_file_bit_for_bit(k, dtype, path):
    def run():
        return {"net": moody_network().astype(dtype), "rng": np.random.default_rng(5),
                "optimizer": dlf.Adam(dlf.WarmUp(dlf.Cosine(0.05, steps=12), steps=4)),
                "progress": dlf.Progress()}

    def train(parts, steps):
        return list(itertools.islice(dlf.train(x=x, y=y, loss=dlf.MeanSquare(), batch_size=10,
                                               **parts), steps))

    whole, parts, (x, y) = run(), run(), data()
    steps = train(whole, k + 5)
    begun = train(parts, k)
    parts = again(parts, path)
    assert begun + train(parts, 5) == steps                       # losses and gradients' lengths
    assert same(state_of(parts["net"]), state_of(whole["net"]))


# ---- classes of your own -------------------------------------------------------------------------

class Scale(dlf.layers.Layer):
    """One number that multiplies everything."""

    params = {"W": (1,)}

    def __init__(self, start=1.0, rng=None):
        self.start = start
        self.reset(rng)

    def draw(self, rng):
        return {"W": np.full(1, self.start)}

    def forward(self, x):
        self.x = x
        return self.W * x

    def backward(self, dy):
        self.dW[...] = (dy * self.x).sum()
        return self.W * dy


def test_a_layer_of_your_own_comes_back_if_you_name_its_class(path):
    net  = dlf.Sequential(dlf.Dense(2, 2), Scale(3.0))
    back = again(net, path, own=[Scale])
    assert type(back[1]) is Scale and same(state_of(back), state_of(net))


def test_a_class_that_was_not_named_is_not_looked_for(path):
    dlf.save(Scale(), path)
    with pytest.raises(CheckpointError, match=r"holds a Scale.*own=\[Scale\]"):
        dlf.load(path)


# ---- what cannot be saved ------------------------------------------------------------------------

@pytest.mark.parametrize("what, text", [
    (np.array([None, 1]), "array of object"), (np.array([1j]), "array of complex128"),
    (np.zeros(2, "datetime64[s]"), "array of datetime64"), (np.zeros(2, "f8,i4"), "array of"),
    (object(), "type object"), ({1, 2}, "type set"), (b"bytes", "type bytes"), (1j, "complex"),
    (lambda t: 0.1, "function"), (dlf.SGD(lambda t: 0.1), "As a schedule take .* dlf.Cosine"),
    (dlf.Dense(1, 1, init=lambda rng, shape: np.ones(shape)), "write layer.init = "),
    (np.longdouble(1), "longdouble"), (pathlib.Path("x"), "Path"),
    (np.random.RandomState(0), "RandomState"), ({1: "a"}, "must be text, got 1")],
    ids=lambda v: v if isinstance(v, str) else type(v).__name__)
def test_what_cannot_be_saved_is_refused_and_the_old_file_stays(what, text, path):
    dlf.save("before", path)
    with pytest.raises(CheckpointError, match=text):
        dlf.save({"net": moody_network(), "it": what}, path)
    assert dlf.load(path) == "before" and os.listdir(path.parent) == [path.name]


# ---- files that are damaged ----------------------------------------------------------------------

@pytest.fixture(scope="module")
def good():
    """The bytes of a small file."""
    net = dlf.Sequential(dlf.Dense(2, 3), dlf.BatchNorm(3), dlf.Dense(3, 1),
                         rng=np.random.default_rng(0))
    return file_of({"net": net, "optimizer": dlf.Adam(0.1), "note": "a small one"})


def file_of(what):
    """The bytes that `save` writes."""
    written = []
    keep    = dlf.checkpoint.write_whole
    try:
        dlf.checkpoint.write_whole = lambda path, parts: written.extend(parts)
        dlf.save(what, "nowhere")
    finally:
        dlf.checkpoint.write_whole = keep
    return b"".join(written)


def test_every_flipped_bit_is_noticed(good, path):
    draw = random.Random(0)
    for place in draw.sample(range(8 * len(good)), 400):
        bad = bytearray(good)
        bad[place // 8] ^= 1 << place % 8
        path.write_bytes(bad)
        with pytest.raises(CheckpointError):
            dlf.load(path)


def test_every_cut_is_noticed_and_so_is_every_byte_too_many(good, path):
    for bad in [*(good[:n] for n in range(len(good))), good + b"\0", good + good]:
        path.write_bytes(bad)
        with pytest.raises(CheckpointError):
            dlf.load(path)
    path.write_bytes(good)
    assert dlf.load(path)["note"] == "a small one"               # else all of this proves nothing


def test_damage_is_called_damage(good, path):
    path.write_bytes(good[:-7])
    with pytest.raises(CheckpointError, match=rf"damaged: its {len(good) - 7} bytes.*cut short"):
        dlf.load(path)


FOREIGN = {"a picture": b"\x89PNG\r\n\x1a\n" + bytes(50), "nothing at all": b"",
           "text": b"layer,weight\n0,1.5\n", "a pickle": pickle.dumps({"W": [1.0]}),
           "half a name": MAGIC[:6], "zeros": bytes(1000)}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_file_of_another_kind_is_refused_with_the_bytes_it_begins_with(kind, path):
    path.write_bytes(FOREIGN[kind])
    with pytest.raises(CheckpointError, match="not a dlf file: it begins with") as caught:
        dlf.load(path)
    assert repr(FOREIGN[kind][:16]) in str(caught.value)


def test_a_zip_is_refused_too(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("W.npy", bytes(100))
    with pytest.raises(CheckpointError, match=r"not a dlf file: it begins with b.PK"):
        dlf.load(path)


def test_a_file_of_another_version_is_called_that(good, path):
    path.write_bytes(good.replace(b"dlf checkpoint 1", b"dlf checkpoint 9", 1))
    with pytest.raises(CheckpointError, match="an older or newer dlf file"):
        dlf.load(path)


def test_a_missing_file_is_the_usual_error(path):
    with pytest.raises(FileNotFoundError, match=r"saved\.dlf"):
        dlf.load(path)


# ---- files that lie ------------------------------------------------------------------------------

def forge(path, tree, table=(), payload=b"", header=None):
    """A file with the right checksum, whatever it holds."""
    if header is None:
        header = json.dumps({"tree": tree, "arrays": list(table)}).encode()
    body = b"%d\n" % len(header) + header + payload
    path.write_bytes(MAGIC + hashlib.sha256(body).hexdigest().encode() + b"\n" + body)


def d(**fields):
    """A dict as it stands in a file."""
    return {"dict": fields}


def layer(name, state=(), **config):
    return {"made": name, "config": d(**config), "state": d(**dict(state))}


def f8(*shape):
    return {"dtype": "<f8", "shape": shape}


ONE, TWO = {"array": 0}, {"array": 1}
HUGE     = 10**7                                                  # squared, 800 terabytes
DENSE    = {"n_in": 1, "n_out": 1, "init": {"draw": "normal"}}
ADAM     = {"lr": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
NORM     = {"gamma": ONE, "beta": TWO, "mean": {"array": 2}, "var": {"array": 3}}

LIES = {
    "a huge layer":            (layer("Dense", {"W": ONE, "b": TWO}, n_in=HUGE, n_out=HUGE),
                                [f8(1, 1), f8(1)]),
    "a huge layer, no arrays": (layer("Dense", n_in=HUGE, n_out=HUGE), []),
    "a huge embedding":        (layer("Embedding", {"W": ONE}, n_symbols=HUGE, n=HUGE), [f8(1)]),
    "a huge batch norm":       (layer("BatchNorm", {"gamma": ONE, "beta": TWO}, n=HUGE**2),
                                [f8(1), f8(1)]),
    "a huge array":            (ONE, [f8(HUGE, HUGE)]),
    "more than 64 bits":       (ONE, [f8(2**40, 2**40, 2**40)]),
    "a huge empty array":      (ONE, [f8(0, 2**70)]),
    "huge text of no size":    (ONE, [{"dtype": "<U0", "shape": [10**12]}]),
    "huge text":               (ONE, [{"dtype": "<U500000000", "shape": [1]}]),
    "a shape that is text":    (ONE, [{"dtype": "<U500000000", "shape": "a"}]),
    "half a row":              (ONE, [{"dtype": "<f8", "shape": [0.5]}]),
    "a negative shape":        (ONE, [f8(-1, -1)]),
    "objects":                 (ONE, [{"dtype": "|O", "shape": [1]}]),
    "records":                 (ONE, [{"dtype": "f8,O", "shape": [1]}]),
    "no such type":            (ONE, [{"dtype": "os.system", "shape": [1]}]),
    "no type":                 (ONE, [{"shape": [1]}]),
    "an array used twice":     ({"list": [ONE, ONE]}, [f8(1)]),
    "no such array":           ({"array": 5}, []),
    "an array by name":        ({"array": "x"}, []),
    "an unknown class":        (layer("Popen", args="true"), []),
    "a class by its path":     (layer("os.system", command="true"), []),
    "a function as a class":   (layer("exec", source="1"), []),
    "an unknown function":     ({"draw": "eval"}, []),
    "an unknown kind":         ({"eval": "1 + 1"}, []),
    "no kind":                 ({}, []),
    "a kind of a list":        ({"made": ["Dense"]}, []),
    "no config":               ({"made": "Dense"}, []),
    "a stranger's argument":   (layer("Dense", {"W": ONE, "b": TWO}, **DENSE, command="true"),
                                [f8(1, 1), f8(1)]),
    "half a neuron":           (layer("Dense", n_in=1, n_out=0.5), []),
    "a wrong shape":           (layer("Dense", {"W": ONE, "b": TWO}, **DENSE), [f8(2, 1), f8(1)]),
    "a missing bias":          (layer("Dense", {"W": ONE}, **DENSE), [f8(1, 1)]),
    "text as weights":         (layer("Dense", {"W": ONE, "b": TWO}, **DENSE),
                                [{"dtype": "<U2", "shape": [1, 1]}, f8(1)]),
    "a list as weights":       (layer("Dense", {"W": {"list": [1]}, "b": ONE}, **DENSE), [f8(1)]),
    "a wrong running mean":    (layer("BatchNorm", NORM, n=2, momentum=0.1, eps=1e-5),
                                [f8(2), f8(2), f8(3), f8(2)]),
    "no running mean":         (layer("BatchNorm", {"gamma": ONE, "beta": TWO}, n=2),
                                [f8(2), f8(2)]),
    "a network of no layers":  (layer("Sequential", layers={"tuple": [1, 2]}), []),
    "a rate below 0":          (layer("SGD", {"t": 0}, lr=-1.0), []),
    "an optimizer's method":   (layer("SGD", {"t": 0, "step": 1}, lr=0.1), []),
    "an optimizer's no count": (layer("SGD", {"t": "many"}, lr=0.1), []),
    "half of Adam's memory":   (layer("Adam", {"t": 1, "m": ONE}, **ADAM), [f8(1)]),
    "a list as memory":        (layer("Adam", {"t": 1, "m": ONE, "v": {"list": [0]}}, **ADAM),
                                [f8(1)]),
    "half a history":          ({"record": "History", "fields": d(epoch={"list": [1]})}, []),
    "half a scaler":           ({"record": "StandardScaler", "fields": d(mean=ONE)}, [f8(1)]),
    "a layer as a record":     ({"record": "Dense", "fields": d(W=ONE)}, [f8(1)]),
    "fields of a list":        ({"record": "Progress", "fields": {"list": [1, 2]}}, []),
    "another generator":       ({"rng": d(bit_generator="seed")}, []),
    "half a generator":        ({"rng": d(bit_generator="PCG64")}, []),
    "no generator":            ({"rng": 3}, []),
    "a list of a number":      ({"list": 5}, []),
}


def bytes_of(table):
    """Zeros for the arrays of a table, as far as it is honest."""
    try:
        sizes = [np.dtype(e["dtype"]).itemsize * int(np.prod(e["shape"])) for e in table]
        return bytes(sum(sizes)) if 0 <= sum(sizes) < 10_000 else b""
    except (TypeError, KeyError, ValueError, OverflowError):
        return b""


@pytest.mark.parametrize("lie", LIES)
def test_a_file_that_lies_is_refused_and_takes_no_memory(lie, path):
    tree, table = LIES[lie]
    forge(path, tree, table, bytes_of(table))
    tracemalloc.start()
    try:
        with pytest.raises(CheckpointError):
            dlf.load(path)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000     # the most there was at one time
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("header", [
    b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"tree": 1}', b'{"tree": 1, "arrays": 5}',
    b'{"tree": 1, "arrays": {"a": 1}}', b"[" * 100_000,
    b'{"arrays": [], "tree": ' + b'{"list": [' * 30_000 + b"]}" * 30_000 + b"}"],
    ids=lambda header: header[:24].decode(errors="replace"))
def test_a_header_that_makes_no_sense_is_refused(header, path):
    forge(path, None, header=header)
    with pytest.raises(CheckpointError, match="makes no sense"):
        dlf.load(path)


@pytest.mark.parametrize("length", [b"x", b"", b"-3", b"9" * 5000, b"99999"])
def test_a_length_that_makes_no_sense_is_refused(length, path):
    body = length + b'\n{"tree": 1, "arrays": []}'
    path.write_bytes(MAGIC + hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    if length == b"99999":                                        # longer than the file: all of it
        assert dlf.load(path) == 1
    else:
        with pytest.raises(CheckpointError):
            dlf.load(path)


def test_bytes_that_no_array_claims_are_refused(path):
    forge(path, ONE, [f8(1)], bytes(8 + 5))
    with pytest.raises(CheckpointError, match="5 bytes more than its table"):
        dlf.load(path)


def test_forged_files_are_otherwise_right(path):
    """Or the tests above would prove nothing: the same forger, without the lie."""
    forge(path, layer("Dense", {"W": ONE, "b": TWO}, **DENSE), [f8(1, 1), f8(1)],
          np.array([2.0, 5.0]).tobytes())
    assert dlf.load(path)(np.array([[10.0]])) == 25
    forge(path, layer("BatchNorm", NORM, n=2, momentum=0.1, eps=1e-5), [f8(2)] * 4, bytes(64))
    assert dlf.load(path).mean.tolist() == [0, 0]
    forge(path, layer("Adam", {"t": 1, "m": ONE, "v": TWO}, **ADAM), [f8(1)] * 2, bytes(16))
    assert dlf.load(path).t == 1


# ---- writing: whole or not at all ----------------------------------------------------------------

def test_missing_folders_are_made(tmp_path):
    dlf.save("text", tmp_path / "runs" / "today" / "net.dlf")
    assert dlf.load(str(tmp_path / "runs" / "today" / "net.dlf")) == "text"


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(IsADirectoryError, match=r"give the file a name.*net\.dlf"):
        dlf.save("text", tmp_path)
    assert os.listdir(tmp_path) == []


def test_the_old_file_is_replaced_and_nothing_else_is_left(path):
    for text in ("first", "second, and longer"):
        assert again(text, path) == text
    assert os.listdir(path.parent) == [path.name]


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_the_old_file_and_says_so(path, monkeypatch):
    dlf.save("before", path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match=r"No space left.*there before is untouched.*Free") as e:
            dlf.save(moody_network(), path)
    assert e.value.errno == errno.ENOSPC
    assert dlf.load(path) == "before" and os.listdir(path.parent) == [path.name]


def test_a_full_disk_where_nothing_was_leaves_nothing(path, monkeypatch):
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="nothing was written"):
        dlf.save("text", path)
    assert os.listdir(path.parent) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_device_that_is_really_full_leaves_the_old_file(path, monkeypatch):
    dlf.save("before", path)
    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", lambda name, mode, really=open: really("/dev/full", mode))
        with pytest.raises(OSError, match="No space left"):
            dlf.save({"a": np.zeros(100_000)}, path)
    assert dlf.load(path) == "before"


def test_ctrl_c_while_writing_leaves_the_old_file_and_no_draft(path, monkeypatch):
    dlf.save("before", path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            dlf.save(moody_network(), path)
    assert dlf.load(path) == "before" and os.listdir(path.parent) == [path.name]


def interrupt(*_):
    raise KeyboardInterrupt


def test_a_drive_that_cannot_sync_its_folders_can_still_be_saved_to(path, monkeypatch):
    really, files = os.fsync, []

    def only_files(handle):
        if os.path.isdir(f"/proc/self/fd/{handle}") or len(files) == 1:
            raise OSError(errno.EINVAL, "Invalid argument")
        files.append(really(handle))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", only_files)
        dlf.save("text", path)
    assert dlf.load(path) == "text" and len(files) == 1


@pytest.mark.parametrize("name", ["saved.dlf", "net[1]*.dlf"])
def test_old_drafts_are_swept_and_young_ones_and_other_files_stay(name, tmp_path):
    old, young, other = (tmp_path / n for n in (f".{name}.1.tmp", f".{name}.2.tmp", ".else.1.tmp"))
    for draft in (old, young, other):
        draft.write_bytes(b"half a fi")
        if draft is not young:
            os.utime(draft, (time.time() - 4000,) * 2)
    dlf.save("text", tmp_path / name)
    assert {p.name for p in tmp_path.iterdir()} == {name, young.name, other.name}


WRITER = """
import itertools, sys, dlf
net = dlf.Sequential(dlf.Dense(300, 300))
for i in itertools.count():
    net.theta[...] = i
    dlf.save({"i": i, "net": net}, sys.argv[1])
    if i == 0:
        print("running", flush=True)
"""


def test_a_process_killed_while_it_overwrites_never_leaves_a_broken_file(path):
    draw, reached = random.Random(0), []
    for _ in range(10):
        with subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE) as one:
            assert one.stdout.readline().strip() == b"running"
            time.sleep(draw.uniform(0.0, 0.05))
            one.kill()
        back = dlf.load(path)
        assert (back["net"].theta == back["i"]).all()
        reached.append(back["i"])
    assert max(reached) > 0                                       # it really was overwriting
