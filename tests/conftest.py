"""What all tests share: one BLAS thread, property tests that never vary, a generator, PyTorch."""
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from threadpoolctl import threadpool_limits

threadpool_limits(1)          # small matrices are faster on one thread, and sums always the same

# Notebooks that run as tests must not write into anybody's record of solved exercises.
os.environ["DLF_PROGRESS"] = str(Path(tempfile.gettempdir()) / f"dlf-tests-{os.getpid()}.json")

settings.register_profile("dlf", derandomize=True, deadline=None, max_examples=40)
settings.load_profile("dlf")


@pytest.fixture
def rng():
    """A generator that starts the same in every test."""
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def torch():
    """PyTorch, where it is installed: many numbers from outside come from it."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    return torch
