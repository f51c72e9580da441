"""Memory that is freed stays with the process, ready for the next step: two lines that save time.

A training step makes and frees the same large arrays as the step before. The C library on Linux
gives each of them back to the system, which must then clear every page of the next one. It stops
doing so for sizes that it has once seen freed, up to 32 MB, so we show it one array of that size;
nothing is ever written to it. At most 64 MB stay with the process. Elsewhere this does nothing.

Source: Loosemore et al., The GNU C Library Reference Manual, "Malloc Tunable Parameters".
"""
import numpy as np

LARGEST = 2**25 - 2**16          # bytes: the largest that the C library learns from


def keep_freed_memory():
    """Let what a step frees be there for the next; costs some microseconds."""
    lesson = np.empty(LARGEST, np.uint8)
    del lesson
