"""The playground as an app: what is served, to whom, and what is said when it cannot be."""
import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from dlf import app
from dlf.cli import main

ROOT = Path(app.__file__).parents[1]
needs_voila = pytest.mark.skipif(importlib.util.find_spec("voila") is None
                                 and not os.environ.get("CI"), reason="Voila is not installed.")


def test_without_voila_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["playground"]) == 1
    assert "pip install 'dlf[app]'" in capsys.readouterr().err


@needs_voila
def test_a_port_in_use_is_said(capsys):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        assert main(["playground", "--port", str(busy.getsockname()[1])]) == 1
    assert "is in use" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["70000", "x", "-1"])
def test_what_is_no_port_is_explained(port, capsys):
    with pytest.raises(SystemExit):
        main(["playground", f"--port={port}"])
    assert "from 0 to 65535" in capsys.readouterr().err


def test_the_app_shows_the_code_cells_output_and_no_words(tmp_path):
    notebook = json.loads(app.prepare(tmp_path).read_text())
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["code"]
    assert "Playground" in "".join(notebook["cells"][0]["source"])


def test_the_token_is_not_on_the_command_line(tmp_path):
    given = app.environment(tmp_path, "secret")
    assert given["JUPYTER_TOKEN"] == "secret"
    assert "--Voila.ip=127.0.0.1" in app.command(tmp_path, 8000, "light")
    assert "secret" not in " ".join(app.command(tmp_path, 8000, "dark"))


@needs_voila
def test_it_serves_who_has_the_token_and_ends_when_asked(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", "from dlf.cli import main; main()",
                                "playground", "--no-browser"], cwd=tmp_path, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               env=os.environ | {"PYTHONPATH": str(ROOT)})
    try:
        url = re.search(r"http://127\.0\.0\.1:\d+/\?token=\w+", process.stdout.readline())[0]
        with urllib.request.urlopen(url.split("?")[0], timeout=30) as answer:
            assert "/login" in answer.url                  # nobody without the token gets a kernel
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        with pytest.raises(OSError):
            urllib.request.urlopen(url, timeout=5)         # the server is gone with it
    finally:
        process.kill()
        process.wait()
