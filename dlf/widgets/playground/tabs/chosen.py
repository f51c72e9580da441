"""The example that all tabs of one playground speak of: chosen in one tab, seen in another."""
import weakref
from dataclasses import dataclass

ALL = weakref.WeakKeyDictionary()      # session: the example chosen there


@dataclass
class Chosen:
    """A row of the training or the test part; None is the one that training takes next."""

    part:  str        = "train"
    index: int | None = None


def chosen(session):
    """The session's chosen example, to be read and changed."""
    return ALL.setdefault(session, Chosen())
