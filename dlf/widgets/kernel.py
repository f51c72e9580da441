"""The kernel around a live widget: its loop, the cell that runs, its threads and interrupts."""
import asyncio
import contextlib
import functools
import signal
import threading
import weakref

from IPython import get_ipython

CELLS = {}             # cell id: (message that runs it, weak set of its players)


def main_loop():
    """The kernel's main event loop, else the one that runs here, else None."""
    io_loop = getattr(getattr(get_ipython(), "kernel", None), "io_loop", None)
    try:
        return getattr(io_loop, "asyncio_loop", None) or asyncio.get_running_loop()
    except RuntimeError:
        return None


def this_cell():
    """The id of the cell that runs now, and of the message that runs it; (None, None) elsewhere."""
    kernel = getattr(get_ipython(), "kernel", None)
    parent = kernel.get_parent("shell") if hasattr(kernel, "get_parent") else None
    header = (parent or {}).get("header", {})
    if header.get("msg_type") != "execute_request":
        return None, None
    return parent.get("metadata", {}).get("cellId"), header.get("msg_id")


def replace_in_cell(player):
    """Close the players that an earlier run of this cell has made, and remember this one."""
    cell, run = this_cell()
    if cell is None:
        return
    before, players = CELLS.get(cell, (None, ()))
    if before != run:
        for old in list(players):
            old.close()
        players = weakref.WeakSet()
        CELLS[cell] = run, players
    players.add(player)


def forget(player):
    """Drop a closed player from the registry."""
    for cell, (_, players) in list(CELLS.items()):
        players.discard(player)
        if not players:
            del CELLS[cell]


@contextlib.contextmanager
def interruptible():
    """Let Jupyter's Interrupt into a turn: between cells, the kernel ignores it."""
    if (threading.current_thread() is not threading.main_thread()
            or signal.getsignal(signal.SIGINT) is not signal.SIG_IGN):
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


@functools.lru_cache(maxsize=1)
def blas():
    """What sets the threads of matrix products: one is best for ours, a second would only wait."""
    from threadpoolctl import ThreadpoolController
    return ThreadpoolController()
