"""Two things to know about memory: who keeps what is freed, and where an array begins.

A training step makes and frees the same large arrays as the step before. The C library on Linux
gives each of them back to the system, which must then clear every page of the next one. It stops
doing so for sizes that it has once seen freed, up to 32 MB, so we show it one array of that size;
nothing is ever written to it. At most 64 MB stay with the process. Elsewhere this does nothing.

And a processor reads its cache in lines of 64 bytes, as many as its widest vectors hold. NumPy lets
an array begin anywhere, so that each vector may lie across two lines, and be read or written twice.
In a loop over small arrays that are in the cache this costs a fourth of a product, and half of a
sum: such arrays are made by `aligned`.

Source: Loosemore et al., The GNU C Library Reference Manual, "Malloc Tunable Parameters"; Fog
(2023), Optimizing software in C++, chapter 9.
"""
import math

import numpy as np

LARGEST = 2**25 - 2**16          # bytes: the largest that the C library learns from
LINE    = 64                     # bytes of a line of the cache


def keep_freed_memory():
    """Let what a step frees be there for the next; costs some microseconds."""
    lesson = np.empty(LARGEST, np.uint8)
    del lesson


def aligned(shape, dtype):
    """An empty array that begins where a line of the cache begins.

    >>> aligned((3, 5), np.float32).ctypes.data % 64
    0
    """
    size  = math.prod(shape) * np.dtype(dtype).itemsize
    store = np.empty(size + LINE, np.uint8)
    return np.ndarray(shape, dtype, store, -store.ctypes.data % LINE)


def align(a):
    """A copy of `a`, in the usual order, that begins where a line of the cache begins."""
    copy = aligned(a.shape, a.dtype)
    copy[...] = a
    return copy
