"""The playground as an app: Voila serves it to this computer's browser, and to nobody else.

It listens on 127.0.0.1 and asks for a token; every page has a kernel of its own, which ends with
the page. Nothing is fetched from the network.
"""
import importlib.util
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import webbrowser
from pathlib import Path

from dlf.lab import shipped

NOTEBOOK = "playground.ipynb"
MISSING  = "The app needs Voila: pip install 'dlf[app]', then try again."
PATIENCE = 60.0       # seconds that the server may take to start

# Voila's page asks another server for icon fonts, which we do not use: this one is the same
# without those two links.
PAGE = """{%- extends 'voila/templates/lab/index.html.j2' -%}
{%- block notebook_css -%}
{%- set css -%}{{ super() }}{%- endset -%}
{{ css | string | replace('https://cdn.jsdelivr.net/npm/@fortawesome/fontawesome-free@^5/css/',
                          'data:text/css,') | safe }}
{%- endblock notebook_css -%}
"""
# As a page closes it asks the server to end its kernel, in a way that can carry no XSRF token. The
# cookie, which no other site's page can make the browser send, guards that request instead.
OPTIONS = (
    "--Voila.tornado_settings=disable_check_xsrf=True",
    "--IdentityProvider.cookie_options=samesite=Strict",
    "--no-browser", "--Voila.auto_token=True", "--template=dlf", "--Voila.ip=127.0.0.1",
    "--Voila.log_level=ERROR", "--show_tracebacks=True",
    "--VoilaConfiguration.extension_denylist=@jupyter-notebook/lab-extension",
    "--MappingKernelManager.cull_idle_timeout=60",      # a page that was lost, not closed
    "--MappingKernelManager.cull_interval=20")


def open_playground(port=0, browser=True, theme="light"):
    """Serve the playground until Ctrl+C; returns the server's exit code.

    Args: port: 0 takes one that is free; browser: open a page in it; theme: "light" or "dark".
    Raises: OSError if Voila is missing, the port is taken, or the server does not start.
    """
    if importlib.util.find_spec("voila") is None:
        raise OSError(MISSING)
    port, token = port or free_port(), secrets.token_hex(16)
    if is_taken(port):
        raise OSError(f"Port {port} is in use: choose another with --port, or leave it out.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))       # else the server would stay
    with tempfile.TemporaryDirectory(prefix="dlf-playground-") as folder:
        log = Path(folder) / "server.log"
        with log.open("w") as out:
            server = subprocess.Popen(command(prepare(Path(folder)), port, theme), cwd=folder,
                                      env=environment(folder, token), stdout=out, stderr=out)
        try:
            wait(server, port, log)
            return attend(server, f"http://127.0.0.1:{port}/?token={token}", browser)
        except KeyboardInterrupt:
            return 0
        finally:
            end(server)


def attend(server, url, browser):
    """Say where it is, show it, and stay until it ends."""
    print(f"The playground is at {url}\nPress Ctrl+C here to end it.", flush=True)
    if browser:
        webbrowser.open(url)
    return server.wait()


def prepare(folder):
    """The notebook without its words for readers of notebooks, and the page; the notebook's path.
    """
    page = folder / "voila" / "templates" / "dlf"
    page.mkdir(parents=True)
    (page / "conf.json").write_text('{"base_template": "lab"}')
    (page / "index.html.j2").write_text(PAGE)
    notebook = json.loads((shipped() / NOTEBOOK).read_text(encoding="utf-8"))
    notebook["cells"] = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    (folder / NOTEBOOK).write_text(json.dumps(notebook), encoding="utf-8")
    return folder / NOTEBOOK


def command(notebook, port, theme):
    """The command line of the server. The token is not in it: others could read it there."""
    return [sys.executable, "-m", "voila", str(notebook), f"--port={port}", *OPTIONS,
            f"--VoilaConfiguration.theme={theme}"]


def environment(folder, token):
    """The token, our page, and this very package for the kernels, installed or not."""
    def first(path, name):
        return os.pathsep.join(filter(None, [str(path), os.environ.get(name)]))
    return os.environ | {"JUPYTER_TOKEN": token, "JUPYTER_PREFER_ENV_PATH": "1",
                         "OPENBLAS_NUM_THREADS": "1",        # for small networks, the faster way
                         "JUPYTER_PATH": first(folder, "JUPYTER_PATH"),
                         "PYTHONPATH": first(Path(__file__).parents[1], "PYTHONPATH")}


def free_port():
    """A port on this computer that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_taken(port):
    """Does somebody listen there?"""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait(server, port, log):
    """Wait until the server listens. Raises: OSError with the end of its log if it does not."""
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        if is_taken(port):
            return
        time.sleep(0.1)
    raise OSError("The playground's server did not start. It said:\n" + log.read_text()[-1000:])


def end(server):
    """Stop the server, which stops its kernels."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
