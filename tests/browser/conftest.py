"""Fixtures for real browsers; skipped with a reason where one is missing, but never in CI.

They last for a file, not for the session: while Playwright runs, its event loop occupies the main
thread, and the tests of other files could not run theirs.
"""
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))      # the helpers, for tests in this folder

import browser as helpers


@pytest.fixture(scope="module")
def chromium():
    """The system's Chromium."""
    reason = helpers.missing()
    if reason and os.environ.get("CI"):
        pytest.fail(f"CI must run the browser tests. {reason}")
    if reason:
        pytest.skip(reason)
    with helpers.chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder that the servers serve."""
    return tmp_path_factory.mktemp("served")


def server(kind):
    """A fixture that serves the folder, started when the first test asks for it."""
    @pytest.fixture(scope="module", name=kind)
    def serve(chromium, folder):
        if not os.environ.get("CI"):
            pytest.importorskip(helpers.MODULES[kind])
        with helpers.serve(kind, folder) as running:
            yield running
    return serve


lab, notebook, voila = server("lab"), server("notebook"), server("voila")


@pytest.fixture
def open_page(chromium, tmp_path):
    """open_page(server, notebook) -> Page; closed after the test.

    Screenshots go to the folder that DLF_SHOTS names, else to the test's own.
    """
    pages = []

    def make(server, notebook, **looks):
        page = helpers.Page(chromium, server, os.environ.get("DLF_SHOTS") or tmp_path, **looks)
        pages.append(page)
        page.open(notebook)
        return page
    yield make
    for page in pages:
        page.close()


def pytest_collection_modifyitems(items):
    """A real browser on a busy machine may be late: each of these tests gets a second try."""
    for item in items:
        if "/browser/" in str(item.path).replace("\\", "/"):
            item.add_marker(pytest.mark.flaky(reruns=1, reruns_delay=2))
