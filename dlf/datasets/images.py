"""Pictures of digits and of clothes: each row of x is one picture, pixel by pixel.

`x.reshape(-1, 8, 8)` shows the digits as pictures, `x.reshape(-1, 1, 8, 8)` is what Conv2D wants;
for MNIST and Fashion-MNIST it is 28 by 28. 0 is background and 1 is full ink.
"""
import gzip
import struct
import zlib
from pathlib import Path

import numpy as np

from .dataset import Card, Dataset
from .download import fetch

DATA    = Path(__file__).parent / "data"
CLOTHES = ("T-shirt/top", "trouser", "pullover", "dress", "coat",
           "sandal", "shirt", "sneaker", "bag", "ankle boot")


def digits():
    """1797 handwritten digits as pictures of 8 by 8 pixels; small enough to learn in a second.

    Shapes: x (1797, 64) float64 from 0 to 1 in steps of 1/16, y (1797,) integers 0 to 9.
    Source: Alpaydin and Kaynak (1998), UCI Machine Learning Repository. CC BY 4.0.

    >>> data = digits()
    >>> data.x.reshape(-1, 8, 8).shape, int(data.y[0])
    ((1797, 8, 8), 0)
    """
    with np.load(DATA / "digits.npz", allow_pickle=False) as file:
        x, y = file["x"] / 16, file["y"].astype(np.int64)
    return Dataset(x, y, classes=tuple("0123456789"), card=Card(
        what="Handwritten digits, 8 by 8 pixels",
        shape="x (1797, 64): 8 rows of 8 pixels each; y (1797,)",
        units="the share of ink in a pixel, 0 to 1",
        source="Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits, test part, "
               "UCI Machine Learning Repository, doi 10.24432/C50P49",
        licence="CC BY 4.0",
        notes="re-encoded from 0..16 to bytes in the file and to 0..1 in x"))


def mnist(mirrors=None, timeout=30.0):
    """70,000 handwritten digits of 28 by 28 pixels, downloaded once (11.6 MB): train and test.

    Returns two data sets. Shapes: x (60000, 784) and (10000, 784) float32 from 0 to 1 (188 MB;
    float64 would be twice that), y integers 0 to 9.
    `mirrors` are addresses or local folders to get the files from instead of the usual ones,
    `timeout` the seconds of silence after which the next one is asked. Files are kept in the cache
    folder of your system, or in the folder that the environment variable DLF_DATA names.
    Raises ConnectionError, which says what each mirror answered, when none has the files.
    Source: LeCun, Bottou, Bengio and Haffner (1998); the license is unclear.
    """
    return _pair("mnist", mirrors, timeout, tuple("0123456789"), Card(
        what="MNIST handwritten digits",
        shape="x (60000, 784) and (10000, 784): 28 rows of 28 pixels each; y (60000,) and (10000,)",
        units="the ink of a pixel, 0 to 1",
        source="LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to "
               "document recognition",
        licence="unclear, so dlf downloads it on request and does not bundle it"))


def fashion_mnist(mirrors=None, timeout=30.0):
    """70,000 pictures of clothes in ten kinds, 28 by 28 pixels, downloaded once (30.9 MB).

    Returns two data sets, train and test; shapes, arguments and errors are those of `mnist`.
    It is harder than MNIST: a shirt, a coat and a pullover look alike at this size.
    Source: Xiao, Rasul and Vollgraf (2017), Zalando. MIT license.
    """
    return _pair("fashion_mnist", mirrors, timeout, CLOTHES, Card(
        what="Fashion-MNIST clothes",
        shape="x (60000, 784) and (10000, 784): 28 rows of 28 pixels each; y (60000,) and (10000,)",
        units="the brightness of a pixel, 0 to 1",
        source="Xiao, Rasul & Vollgraf (2017), Fashion-MNIST: a novel image dataset for "
               "benchmarking machine learning algorithms",
        licence="MIT, Zalando SE"))


def _pair(name, mirrors, timeout, classes, card):
    paths = fetch(name, mirrors, timeout)
    return tuple(_part(paths[f"{part}-images-idx3-ubyte.gz"],
                       paths[f"{part}-labels-idx1-ubyte.gz"], classes, card)
                 for part in ("train", "t10k"))


def _part(images, labels, classes, card):
    pixels, y = read_idx(images), read_idx(labels)
    if pixels.ndim != 3 or y.ndim != 1 or len(pixels) != len(y):
        raise ValueError(f"{images.name} holds an array of shape {pixels.shape} and {labels.name} "
                         f"one of {y.shape}; a label for every image was wanted.")
    if y.size and y.max() >= len(classes):
        raise ValueError(f"{labels.name} holds the label {y.max()}, and there are "
                         f"{len(classes)} classes, 0 to {len(classes) - 1}.")
    x  = pixels.reshape(len(pixels), -1).astype(np.float32)     # (n, 784)
    x /= 255
    return Dataset(x, y.astype(np.int64), card, classes=classes)


def read_idx(path):
    """The array of bytes in a gzipped IDX file of images (n, rows, columns) or of labels (n,).

    The file begins with a number that says what it is, 2051 for images and 2049 for labels, then
    one number per axis; all big-endian, 4 bytes each. Raises ValueError when they do not fit.
    """
    try:
        raw = gzip.decompress(Path(path).read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path} is not a whole gzip file: {error}.") from None
    axes = {2051: 3, 2049: 1}.get(struct.unpack(">I", raw[:4])[0] if len(raw) >= 4 else None)
    if axes is None:
        raise ValueError(f"{path} is no IDX file: it should begin with 2051 (images) or 2049 "
                         f"(labels), and begins with the bytes {raw[:4].hex(' ') or 'of nothing'}.")
    header = 4 + 4 * axes
    shape  = struct.unpack(f">{axes}I", raw[4:header]) if len(raw) >= header else ()
    if len(raw) - header != np.prod(shape, dtype=object) or not shape:
        raise ValueError(f"{path} announces an array of shape {shape} and has "
                         f"{max(0, len(raw) - header)} bytes for it.")
    return np.frombuffer(raw, dtype=np.uint8, offset=header).reshape(shape)
