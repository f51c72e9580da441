"""Freed memory stays with the process, and arrays of inner loops begin at lines of the cache."""
import platform
import subprocess
import sys

import numpy as np
import pytest

import dlf
from dlf.memory import align, aligned

COUNT = """
import resource, sys
import numpy as np
if sys.argv[1] == "with dlf":
    import dlf
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(50):
    a, b, c = (np.ones(300_000, np.float32) for _ in range(3))       # 3.4 MB at a time
    del a, b, c
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how):
    """How often a fresh process asked the system for a page, making and freeing arrays."""
    run = subprocess.run([sys.executable, "-c", COUNT, how], check=True, capture_output=True,
                         text=True)
    return int(run.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library of Linux learns so")
def test_arrays_that_are_made_again_and_again_ask_the_system_for_their_pages_once():
    assert faults("with dlf") < faults("without") / 5


def begins_at_a_line(a):
    return a.ctypes.data % 64 == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int8])
@pytest.mark.parametrize("shape", [(), (1,), (3, 5), (7, 1, 129)])
def test_an_aligned_array_begins_at_a_line_of_the_cache_and_has_the_usual_order(shape, dtype):
    made = [aligned(shape, dtype) for _ in range(20)]
    assert all(begins_at_a_line(a) and a.flags.c_contiguous for a in made)
    assert all((a.shape, a.dtype) == (shape, dtype) for a in made)


def test_aligned_arrays_do_not_share_memory():
    a, b = aligned((50,), float), aligned((50,), float)
    a[:], b[:] = 1, 2
    assert a.tolist() == [1] * 50


def test_an_array_that_is_turned_is_aligned_as_a_copy_in_the_usual_order():
    a = np.arange(6.).reshape(2, 3)
    copy = align(a.T)
    assert copy.tolist() == [[0, 3], [1, 4], [2, 5]]
    assert begins_at_a_line(copy) and copy.flags.c_contiguous


def test_the_parameters_of_a_network_begin_at_a_line():
    net = dlf.Sequential(dlf.Dense(3, 5), dlf.Tanh(), dlf.Dense(5, 2))
    assert begins_at_a_line(net.theta) and begins_at_a_line(net.dtheta)
    assert begins_at_a_line(net.astype(np.float32).theta)
