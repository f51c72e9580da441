"""Save and load: one file, checked to the last bit, written whole or not at all, never a pickle.

The file: a line that says what it is; a line with the SHA-256 of all that follows; the length of
the header; the header (JSON: how the object is built, and a table of its arrays); the arrays.
"""
import contextlib
import dataclasses
import errno
import glob
import hashlib
import inspect
import json
import math
import operator
import os
import time
from pathlib import Path

import numpy as np

from dlf import initializers, layers, losses, optimizers, schedules
from dlf.config import Configured
from dlf.datasets.scaling import FillMissing, MinMaxScaler, StandardScaler
from dlf.datasets.table import Column, Table
from dlf.fitting import History
from dlf.layers.base import Layer, checked
from dlf.optimizers import Optimizer
from dlf.training import Progress

MAGIC   = b"dlf checkpoint 1\n"
KINDS   = "fiubU"                                   # arrays of numbers, truth values and text
RECORDS = (Progress, History, StandardScaler, MinMaxScaler, FillMissing,
           Table, Column)
CLASSES = {name: cls for module in (layers, losses, optimizers, schedules)
           for name, cls in vars(module).items()
           if isinstance(cls, type) and issubclass(cls, Configured)}
CLASSES |= {cls.__name__: cls for cls in RECORDS}
DRAWS   = {f.__name__: f for f in (initializers.normal, initializers.xavier, initializers.he,
                                   initializers.orthogonal, initializers.standard_normal)}


class CheckpointError(ValueError):
    """A file that cannot be loaded, or an object that cannot be saved; the message says why."""


def save(what, path):
    """Write a network, or a dict of all that training changes, to one file.

        dlf.save(net, "digits.dlf")
        dlf.save({"net": net, "optimizer": optimizer, "rng": rng, "progress": progress}, "run.dlf")

    The second way keeps what it takes to go on as if nothing had happened, bit for bit:
    `dlf.train(x=x, y=y, loss=loss, **dlf.load("run.dlf"))`. A dict may also hold scalers,
    histories, arrays, text and numbers. If writing fails, what the file held before is still there.

    A state that a layer carries from batch to batch (carry=True) is no part of the file: to go on
    bit for bit, save such a network where an epoch ends, since each epoch begins with zeros.

    Raises: CheckpointError for what cannot be saved; OSError, with the file as it was before.
    """
    arrays = []
    tree   = encode(what, arrays)
    table  = [{"dtype": a.dtype.str, "shape": a.shape} for a in arrays]
    header = json.dumps({"tree": tree, "arrays": table}).encode()
    parts  = [b"%d\n" % len(header), header, *(a.tobytes() for a in arrays)]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    write_whole(Path(path), [MAGIC, digest.hexdigest().encode() + b"\n", *parts])


def load(path, own=()):
    """What `save` wrote: a network, or the dict.

    Args: own: classes of your own that the file may hold, such as [MyLayer]. No other name in a
    file is ever looked up, so that loading a file cannot run code.

    Raises: CheckpointError for a file that is damaged, cut short, or not one of ours.
    """
    body  = read_checked(Path(path))
    known = CLASSES | {cls.__name__: cls for cls in own}
    try:
        header, payload = split(body)
        arrays = dict(enumerate(cut(header["arrays"], payload, path)))
        return decode(header["tree"], arrays, known)
    except CheckpointError:
        raise
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, ArithmeticError,
            RecursionError) as error:
        raise CheckpointError(f"{path}: the checksum is right, but the content makes no sense to "
                              f"this version of dlf ({type(error).__name__}: {error}).") from error


# ---- objects as a tree of JSON, with the arrays aside ------------------------------------------

def encode(what, arrays):
    """`what` as JSON; arrays go to the list and are named by their place in it."""
    if what is None or isinstance(what, (bool, int, float, str)):
        return what
    if isinstance(what, np.generic) and not isinstance(what.item(), np.generic):
        return encode(what.item(), arrays)
    if isinstance(what, np.ndarray):
        return {"array": keep(what, arrays)}
    if isinstance(what, (list, tuple)):
        kind = "tuple" if isinstance(what, tuple) else "list"
        return {kind: [encode(item, arrays) for item in what]}
    if isinstance(what, dict):
        return {"dict": {text(key): encode(value, arrays) for key, value in what.items()}}
    if isinstance(what, np.random.Generator):
        return {"rng": encode(what.bit_generator.state, arrays)}
    if callable(what) and what in DRAWS.values():
        return {"draw": what.__name__}
    return encode_object(what, arrays)


def encode_object(what, arrays):
    """An object of a known kind: its class, how it was made, and what has changed since."""
    name = type(what).__name__
    if isinstance(what, RECORDS):
        return {"record": name, "fields": encode(vars(what), arrays)}
    if isinstance(what, Configured):
        return {"made": name, "config": encode(what.config(), arrays),
                "state": encode(state_of(what), arrays)}
    if inspect.isroutine(what):
        raise CheckpointError(f"The function {what.__name__} cannot be saved, since it is code. As "
                              "a schedule take one of dlf's, such as dlf.Cosine. As an init it has "
                              "done its work: write layer.init = dlf.initializers.normal first.")
    raise CheckpointError(f"An object of type {name} cannot be saved. A checkpoint holds networks, "
                          "optimizers, generators, progress, histories, scalers, arrays, text and "
                          "numbers.")


def state_of(what):
    """The numbers that an object holds beyond what its constructor was told."""
    if isinstance(what, Layer):
        return ({p: checked(what, p) for p in what.params}
                | {b: getattr(what, b) for b in what.buffers})
    return what.state() if isinstance(what, Optimizer) else {}


def decode(node, arrays, known):
    """The inverse of `encode`."""
    if not isinstance(node, dict):
        return node
    (kind, value), *_ = node.items()
    if kind in ("list", "tuple"):
        return (tuple if kind == "tuple" else list)(decode(item, arrays, known) for item in value)
    if kind == "dict":
        return {name: decode(item, arrays, known) for name, item in value.items()}
    if kind == "array":
        return arrays.pop(value)               # each array once: a small file stays small in memory
    if kind == "draw":
        return DRAWS[value]
    if kind == "rng":
        return generator(decode(value, arrays, known))
    if value not in known:
        raise CheckpointError(f"The file holds a {value}, which this version of dlf does not know. "
                              f"If it is a class of yours, pass it: dlf.load(path, own=[{value}]).")
    parts = {name: decode(part, arrays, known) for name, part in node.items() if name != kind}
    return decode_object(known[value], parts)


def decode_object(cls, parts):
    """An object of class `cls` from its decoded parts."""
    if cls in RECORDS:
        return recorded(cls, parts["fields"])
    if issubclass(cls, Layer):
        return filled(blank(cls, parts["config"]), parts["state"])
    made = cls.from_config(parts["config"])
    if isinstance(made, Optimizer):
        check_state(made, **parts["state"])
        made.restore(parts["state"])
    return made


def recorded(cls, fields):
    """A record with these fields, of which none may be missing."""
    is_data = dataclasses.is_dataclass(cls)
    needed  = [f.name for f in dataclasses.fields(cls)] if is_data else vars(cls())
    missing = sorted(set(needed) - set(fields))
    if missing:
        raise CheckpointError(f"The file holds a {cls.__name__} without {', '.join(missing)}.")
    record = cls.__new__(cls)
    record.__dict__.update(fields)
    return record


def blank(cls, config):
    """A layer as its constructor makes it, but before any memory is taken for weights.

    So a file that claims a layer of a million times a million weights is found out at no cost.
    """
    empty = type(cls.__name__, (cls,), {"reset": lambda self, rng: self})
    layer = empty.from_config(config)
    layer.__class__ = cls
    return layer


def filled(layer, state):
    """A blank layer given its weights and running averages, which must have the promised shapes."""
    check_arrays(layer, state, layer.params)
    fresh = layer.draw(np.random.default_rng()) if layer.buffers else {}
    check_arrays(layer, state, {b: fresh[b].shape for b in layer.buffers if b in fresh})
    layer.__dict__.update({name: state[name] for name in (*layer.params, *layer.buffers)})
    return layer.tie()


def check_arrays(layer, state, shapes):
    """Raise unless a file's state of a layer holds arrays of these shapes."""
    for name, shape in shapes.items():
        a = state.get(name)
        if not isinstance(a, np.ndarray) or a.dtype.kind not in "fiub" or a.shape != shape:
            raise CheckpointError(f"{layer!r} needs {name} of shape {shape}, "
                                  "and the file does not have it.")


def check_state(optimizer, t, **memory):
    """Raise unless a file's state of an optimizer is a count of steps and the right vectors."""
    vectors = [v for v in memory.values() if v is not None]
    if (type(t) is not int or set(memory) != set(optimizer.memory)
            or not all(isinstance(v, np.ndarray) and v.dtype.kind == "f" for v in vectors)):
        raise CheckpointError(f"The file's memory of {optimizer!r} does not fit it.")


def generator(state):
    """A random generator that goes on where `state` was taken."""
    known = {"PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"}
    if state["bit_generator"] not in known:
        raise CheckpointError(f"Unknown random generator {state['bit_generator']!r}.")
    bits = getattr(np.random, state["bit_generator"])()
    bits.state = state
    return np.random.Generator(bits)


def keep(a, arrays):
    """Put an array on the list; returns its place."""
    if a.dtype.kind not in KINDS:
        raise CheckpointError(f"An array of {a.dtype} cannot be saved: "
                              "only numbers, truth values and text.")
    arrays.append(np.ascontiguousarray(a).reshape(a.shape))
    return len(arrays) - 1


def text(key):
    """A key of a dict, which must be text."""
    if not isinstance(key, str):
        raise CheckpointError(f"The names in a saved dict must be text, got {key!r}.")
    return key


# ---- bytes --------------------------------------------------------------------------------------

def write_whole(path, parts):
    """Write to a file of another name, then rename it: `path` is never half written."""
    if path.exists() and not path.is_file():
        raise IsADirectoryError(errno.EISDIR, f"{path} is no file but a folder or a device: "
                                              f"give the file a name, such as {path / 'net.dlf'}")
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(draft, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
        sync_folder(path.parent)
    except OSError as error:
        before = "what was there before is untouched" if path.exists() else "nothing was written"
        raise OSError(error.errno, f"{path} could not be saved ({error.strerror}); {before}. "
                                   f"Free some space or save to another folder") from error
    finally:
        draft.unlink(missing_ok=True)          # renamed by now, unless something went wrong


def sweep(path):
    """Remove drafts that a crash left behind more than an hour ago."""
    for draft in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        with contextlib.suppress(FileNotFoundError):        # another process has just renamed it
            if time.time() - draft.stat().st_mtime > 3600:
                draft.unlink()


def sync_folder(folder):
    """Make the renaming itself survive a power cut, where the system can."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        with contextlib.suppress(OSError):                  # some network drives cannot
            os.fsync(handle)
        os.close(handle)


def read_checked(path):
    """What follows the checksum in a file, if it is what was once written."""
    data = path.read_bytes()
    if not data.startswith(MAGIC):
        ours = data.startswith(b"dlf checkpoint")
        raise CheckpointError(f"{path} is {'an older or newer' if ours else 'not a'} dlf file: "
                              f"it begins with {data[:16]!r}, not with {MAGIC!r}.")
    digest, _, body = data[len(MAGIC):].partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise CheckpointError(f"{path} is damaged: its {len(data)} bytes do not add up to its "
                              "checksum. It may have been cut short or changed in transfer; take a "
                              "copy from elsewhere.")
    return body


def split(body):
    """The header and the arrays' bytes."""
    length, _, rest = body.partition(b"\n")
    return json.loads(rest[:int(length)]), memoryview(rest)[int(length):]


def cut(table, payload, path):
    """The arrays of the table, cut from the payload, which must be used up exactly."""
    arrays, start = [], 0
    for entry in table:
        dtype, shape = np.dtype(entry["dtype"]), tuple(map(operator.index, entry["shape"]))
        end = start + dtype.itemsize * math.prod(shape)
        if dtype.kind not in KINDS or min(shape, default=0) < 0 or end > len(payload):
            raise CheckpointError(f"{path} promises an array of {dtype} and shape {shape}, "
                                  "and does not have it.")
        arrays.append(np.frombuffer(payload[start:end], dtype).reshape(shape).copy())
        start = end
    if start != len(payload):
        raise CheckpointError(f"{path} has {len(payload) - start} bytes more than its table of "
                              "arrays tells.")
    return arrays
