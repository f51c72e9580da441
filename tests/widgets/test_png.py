"""Palette PNGs, unpacked by hand: the same numbers, the same colors, small."""
import base64
import struct
import zlib

import numpy as np
import pytest

from dlf import palette
from dlf.widgets import png


def chunks(file):
    """{kind: data} of a PNG file, each checksum compared."""
    assert file[:8] == b"\x89PNG\r\n\x1a\n"
    found, at = {}, 8
    while at < len(file):
        size, kind = struct.unpack(">I4s", file[at:at + 8])
        data = file[at + 8:at + 8 + size]
        assert struct.unpack(">I", file[at + 8 + size:at + 12 + size])[0] == zlib.crc32(kind + data)
        found[kind] = data
        at += 12 + size
    return found


def unpacked(file):
    """The entries (height, width) of a palette PNG whose rows use the filters 0 and 2."""
    parts = chunks(file)
    width, height, *kind = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    assert kind == [8, 3, 0, 0, 0]
    rows  = np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(height, width + 1)
    above = np.zeros(width, np.uint8)
    out   = []
    for row in rows:
        above = row[1:] + above if row[0] == 2 else row[1:]
        out.append(above)
    return np.array(out)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (50, 50), (425, 25)])
def test_a_picture_unpacks_to_the_same_entries(shape):
    entries = np.random.default_rng(0).integers(0, 256, shape)
    assert (unpacked(png.picture(entries, palette.table())) == entries).all()


def test_the_color_table_is_the_palette():
    file = png.picture(np.zeros((2, 2), int), palette.table())
    assert chunks(file)[b"PLTE"] == palette.table().tobytes()


def test_parts_come_in_the_order_of_the_standard():
    assert list(chunks(png.picture([[0]], palette.table()))) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]


def test_two_color_tables_share_one_packed_picture():
    light, dark = png.pictures(np.eye(9, dtype=int), palette.table(palette.LIGHT),
                               palette.table(palette.DARK))
    assert chunks(light)[b"IDAT"] == chunks(dark)[b"IDAT"]
    assert chunks(light)[b"PLTE"] != chunks(dark)[b"PLTE"]


def test_smooth_maps_become_small():
    x, y    = np.meshgrid(np.linspace(-3, 3, 50), np.linspace(-3, 3, 50))
    entries = np.rint(60 * (1 + np.tanh(x * y - 1))).astype(int)
    assert len(png.picture(entries, palette.table()[:128])) < 1600


@pytest.mark.parametrize("entries", [[[3]], [[-1]], [0, 1], [[]]])
def test_entries_that_the_table_does_not_have_are_an_error(entries):
    with pytest.raises(ValueError, match="from 0 to 2"):
        png.picture(entries, palette.table()[:3])


def test_an_address_holds_the_file():
    file = png.picture([[0, 1]], palette.table())
    kind, code = png.address(file).split(",")
    assert kind == "data:image/png;base64" and base64.b64decode(code) == file


def test_another_reader_sees_the_same_colors():
    image = pytest.importorskip("PIL.Image")
    io    = pytest.importorskip("io")
    entries = np.random.default_rng(1).integers(0, 256, (20, 30))
    seen    = image.open(io.BytesIO(png.picture(entries, palette.table()))).convert("RGB")
    assert (np.asarray(seen) == palette.table()[entries]).all()
