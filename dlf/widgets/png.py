"""Small PNG pictures of colored numbers: the table of colors is the palette, zlib does the rest.

A picture of 50 x 50 numbers is one byte a number. Each row is stored as its difference from the row
above (PNG's filter "up"): neighbors in a map are nearly equal, so most bytes are 0.
Source: ISO/IEC 15948 (2004), Portable Network Graphics.
"""
import base64
import struct
import zlib

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
UP        = 2         # the number of the filter
FAST      = 1         # zlib's level: twice as fast as 6, a sixth larger


def pictures(entries, *tables):
    """The same picture in several color tables, as the bytes of PNG files; it is packed once.

    Shapes: entries (height, width) of whole numbers below the length of the tables; each table
    (colors, 3) of uint8, at most 256 colors.
    Raises: ValueError for an entry that a table does not have.
    """
    entries = np.asarray(entries)
    most    = min([256, *map(len, tables)])
    if entries.ndim != 2 or not entries.size or entries.min() < 0 or entries.max() >= most:
        raise ValueError(f"A picture is a table of whole numbers from 0 to {most - 1}, one a "
                         f"point; got shape {entries.shape}.")
    height, width = entries.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)     # 8 bits, a color table
    data   = chunk(b"IDAT", zlib.compress(filtered(entries.astype(np.uint8)), FAST))
    return [SIGNATURE + chunk(b"IHDR", header) + chunk(b"PLTE", np.asarray(table, np.uint8)
            .tobytes()) + data + chunk(b"IEND", b"") for table in tables]


def picture(entries, table):
    """One PNG file: `pictures` for a single color table."""
    return pictures(entries, table)[0]


def filtered(entries):
    """Rows as PNG stores them: the filter's number, then the difference from the row above."""
    rows = np.empty((len(entries), entries.shape[1] + 1), dtype=np.uint8)
    rows[:, 0]   = UP
    rows[0, 1:]  = entries[0]
    rows[1:, 1:] = entries[1:] - entries[:-1]              # modulo 256, as PNG wants it
    return rows.tobytes()


def chunk(kind, data):
    """A part of a PNG file: length, kind, data, and a checksum of the last two."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def address(file):
    """A PNG file as the address of a picture, which style rules can name."""
    return "data:image/png;base64," + base64.b64encode(file).decode()
