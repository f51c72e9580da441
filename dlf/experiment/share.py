"""A configuration as one short line of text: compressed, checked, and safe in a web address.

The text: "dlf1", a dot, the settings that differ from the defaults (JSON, compressed, in base64), a
dot, and a checksum. Reading it never runs anything.
"""
import base64
import binascii
import json
import zlib

from dlf.experiment.settings import ConfigError

VERSION = 1                # goes up when a default changes: old texts mean the old defaults
LARGEST = 20_000_000       # bytes that a text may unpack to


def pack(plain):
    """The shareable text of a dict of plain values."""
    raw  = json.dumps(plain, separators=(",", ":"), sort_keys=True).encode()
    body = base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")
    return f"dlf{VERSION}.{body}.{checksum(body)}"


def unpack(text):
    """The inverse of `pack`. Raises: ConfigError that says what is wrong with the text."""
    body = checked(text)
    try:
        packed = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        reader = zlib.decompressobj()
        raw    = reader.decompress(packed, LARGEST)
        if reader.unconsumed_tail or not reader.eof:
            raise ConfigError("This text unpacks to more than a configuration can hold.")
        return json.loads(raw)
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"The checksum is right, but the text is no configuration: {error}."
                          ) from None


def checked(text):
    """The middle part of a text whose version and checksum are right."""
    if not isinstance(text, str):
        raise ConfigError(f"A shared configuration is text, got {type(text).__name__}.")
    parts = "".join(text.split()).split(".")            # mail programs break long lines
    if not parts[0].startswith("dlf") or not parts[0][3:].isdecimal():
        raise ConfigError('A shared configuration begins with "dlf1."; this text begins with '
                          f"{text[:12]!r}. Copy all of it.")
    if parts[0] != f"dlf{VERSION}":
        raise ConfigError(f"This text has version {parts[0][3:]}, and this dlf reads version "
                          f"{VERSION}: it was made by a newer one.")
    if len(parts) != 3:
        raise ConfigError("This text is incomplete: it should have three parts with dots between "
                          f"them and has {len(parts)}. Copy all of it.")
    if checksum(parts[1]) != parts[2]:
        raise ConfigError("This text is damaged: it does not add up to its checksum. A letter may "
                          "have been lost or changed; copy it again.")
    return parts[1]


def checksum(body):
    """Eight letters that change when any letter of the text does."""
    return f"{zlib.crc32(body.encode()):08x}"
