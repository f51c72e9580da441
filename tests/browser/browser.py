"""Real browsers for tests and benchmarks: JupyterLab, Notebook 7 and Voila in Chromium.

    with chromium() as browser, serve("lab", folder) as server:
        page = Page(browser, server, shots=folder)
        page.open("some.ipynb")
        page.run_all()
        page.click("Play")

Nothing leaves the machine: servers listen on 127.0.0.1 and ask for a token, settings live in the
folder, and every request of the page to another address is noted in `page.outside`.
"""
import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--no-first-run"]

MODULES = {"lab": "jupyterlab", "notebook": "notebook", "voila": "voila"}
PATHS   = {"lab": "lab/tree", "notebook": "notebooks", "voila": "voila/render"}

# Voila loads every extension of JupyterLab; this one needs parts that Voila does not have.
NOT_FOR_VOILA = "@jupyter-notebook/lab-extension"

# Errors in the console of an empty page, known to their makers.
KNOWN = {"notebook": "(reading 'schema')"}        # jupyter/notebook issue 7862

SETTINGS = {     # no questions and no news in the way of the test
    "@jupyterlab/apputils-extension/notification":
        {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
}

# Voila's page asks a CDN for icon fonts, in two links: this template is the same without them.
OFFLINE = """{%- extends 'voila/templates/lab/index.html.j2' -%}
{%- block notebook_css -%}
{%- set css -%}{{ super() }}{%- endset -%}
{{ css | string | replace('https://cdn.jsdelivr.net/npm/@fortawesome/fontawesome-free@^5/css/',
                          'data:text/css,') | safe }}
{%- endblock notebook_css -%}
"""

READY = """async () => {
    const panel = window.jupyterapp?.shell?.currentWidget;
    if (!panel?.sessionContext) return false;
    if (!window.jupyterapp.commands.hasCommand('notebook:run-all-cells')) return false;
    await panel.sessionContext.ready;
    await panel.session?.kernel?.info;
    await panel.sessionContext.session?.kernel?.info;
    return panel.sessionContext.session?.kernel?.status === 'idle';
}"""

IDLE = """() => {
    const panel = window.jupyterapp.shell.currentWidget;
    const cells = panel.content.widgets.filter(cell => cell.model.type === 'code');
    return panel.sessionContext.session.kernel.status === 'idle'
        && cells.every(cell => cell.model.executionCount !== null
                               || cell.model.sharedModel.source.trim() === '');
}"""


# ---- what has to be installed ------------------------------------------------------------------

def missing():
    """What keeps us from running a browser, in a sentence; None if nothing does."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "Playwright is not installed: pip install 'dlf[test]'."
    if chromium_path() is None:
        return "Chromium is not installed: apt-get install chromium."
    return None


def chromium_path():
    """Where the system's Chromium is, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


# ---- the browser -------------------------------------------------------------------------------

@contextlib.contextmanager
def chromium(headless=True):
    """Start the system's Chromium; it ends with the block."""
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS,
                                             headless=headless)
        try:
            yield browser
        finally:
            browser.close()


class Page:
    """One browser page on a server, with helpers that wait for what they need."""

    def __init__(self, browser, server, shots, *, width=1280, height=900, dark=False):
        self.server, self.shots = server, Path(shots)
        self.context = browser.new_context(viewport={"width": width, "height": height},
                                           color_scheme="dark" if dark else "light")
        self.errors, self.outside = [], []        # console errors; requests that leave loopback
        self.context.on("request", lambda request: self._note(request.url))
        self.page = self.new_tab()

    def new_tab(self):
        """Another tab of the same browser; its errors are collected too."""
        page = self.context.new_page()
        page.on("console", lambda message: message.type == "error" and self._hear(
            f"{message.text} ({message.location.get('url', '').split('?')[0]})"))
        page.on("pageerror", lambda error: self._hear(str(error)))
        page.on("websocket", lambda socket: self._note(socket.url))
        return page

    def _note(self, url):
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname != "127.0.0.1":
            self.outside.append(url)

    def _hear(self, error):
        known = KNOWN.get(self.server.kind)
        if known is None or known not in error:
            self.errors.append(error)

    def open(self, notebook):
        """Open a notebook of the server's folder and wait for its kernel."""
        self.page.goto(self.server.url(notebook))
        if self.server.kind == "voila":
            self.page.wait_for_selector(".jupyter-widgets", timeout=60_000)
        else:
            self.wait_until(READY)

    def wait_until(self, script, timeout=60.0):
        """Wait until a script is true; unlike Playwright's own, it may be async."""
        deadline = time.monotonic() + timeout
        while not self.page.evaluate(script):
            if time.monotonic() > deadline:
                raise TimeoutError(f"Not true after {timeout} s: {script}")
            self.page.wait_for_timeout(100)

    def run_all(self):
        """Run all cells through the command registry, and wait until each has a number."""
        self.command("notebook:run-all-cells")
        self.wait_until(IDLE)

    def command(self, name, **args):
        """Execute a command of JupyterLab or Notebook 7."""
        self.page.evaluate("([name, args]) => window.jupyterapp.commands.execute(name, args)",
                           [name, args])

    def kernel(self, code):
        """Run code in the notebook's kernel, past the notebook; returns what it printed."""
        return self.page.evaluate("""async code => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const future = kernel.requestExecute({code, store_history: false});
            let text = '';
            future.onIOPub = message => {
                if (message.header.msg_type === 'stream') text += message.content.text;
                if (message.header.msg_type === 'error') text += message.content.evalue;
            };
            await future.done;
            return text;
        }""", code)

    def click(self, label):
        """Press the button with this label."""
        self.page.get_by_role("button", name=label).first.click()

    def slide(self, selector, share):
        """Put a slider to a share (0 to 1) of its range with the mouse."""
        track = self.page.locator(f"{selector} .noUi-base").first
        track.scroll_into_view_if_needed()
        box = track.bounding_box()
        self.page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)

    def text(self, selector):
        """The text of the first element, as it is now."""
        return self.page.locator(selector).first.inner_text()

    def wait_text(self, selector, pattern, timeout=15.0):
        """Wait until the text of an element matches a regular expression (of JavaScript)."""
        self.page.wait_for_function(
            "([selector, pattern]) => new RegExp(pattern).test("
            "document.querySelector(selector)?.innerText ?? '')",
            arg=[selector, pattern], timeout=1000 * timeout)

    def count_changes(self, selector, seconds):
        """How often the content of an element changes, a second, as the page sees it."""
        return self.page.evaluate("""async ([selector, seconds]) => {
            let count = 0;
            const observer = new MutationObserver(() => count++);
            observer.observe(document.querySelector(selector),
                             {childList: true, subtree: true, characterData: true});
            const start = performance.now();
            await new Promise(done => setTimeout(done, 1000 * seconds));
            observer.disconnect();
            return 1000 * count / (performance.now() - start);
        }""", [selector, seconds])

    def shot(self, name):
        """Keep a screenshot, and return its path."""
        self.shots.mkdir(parents=True, exist_ok=True)
        path = self.shots / f"{name}.png"
        self.page.screenshot(path=path)
        return path

    def close(self):
        self.context.close()


# ---- the servers -------------------------------------------------------------------------------

class Server:
    """A running server: its kind, its address, and its log."""

    def __init__(self, kind, port, token, process, log):
        self.kind, self.port, self.token, self.process, self.log = kind, port, token, process, log

    def url(self, notebook=""):
        """The address of a notebook, token included."""
        fresh = "&reset" if self.kind == "lab" else ""
        return (f"http://127.0.0.1:{self.port}/{PATHS[self.kind]}/{notebook}"
                f"?token={self.token}{fresh}")

    def wait(self, timeout=60.0):
        """Wait until it answers; an error with the end of its log if it does not."""
        deadline = time.monotonic() + timeout
        while self.process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/?token={self.token}",
                                       timeout=5).close()
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.kind} did not start:\n{self.log.read_text()[-2000:]}")


@contextlib.contextmanager
def serve(kind, folder, *, theme="JupyterLab Light", options=()):
    """Serve a folder's notebooks with "lab", "notebook" (7) or "voila"; it ends with the block."""
    folder, port, token = Path(folder), free_port(), secrets.token_hex(16)
    home = folder / f".{kind}"
    write_settings(home, theme)
    write_template(home)
    log = home / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen([*command(kind, folder, port, token), *options], cwd=folder,
                                   env=environment(home), stdout=out, stderr=subprocess.STDOUT)
        try:
            server = Server(kind, port, token, process, log)
            server.wait()
            yield server
        finally:
            process.terminate()                   # the server shuts its kernels down
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def command(kind, folder, port, token):
    """The command line of a server on loopback."""
    module = [sys.executable, "-m", MODULES[kind], str(folder), "--no-browser", f"--port={port}"]
    if kind == "voila":
        return [*module, "--Voila.ip=127.0.0.1", f"--Voila.token={token}", "--template=offline",
                f"--VoilaConfiguration.extension_denylist={NOT_FOR_VOILA}"]
    return [*module, "--ServerApp.ip=127.0.0.1", f"--IdentityProvider.token={token}",
            "--ServerApp.port_retries=0", "--expose-app-in-browser", "--allow-root",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]


def environment(home):
    """Settings, workspaces and run files of its own, so that no test depends on the user's."""
    inner = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_RUNTIME_DIR": "run",
             "JUPYTER_DATA_DIR": "data", "IPYTHONDIR": "ipython",
             "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}
    return {**os.environ, **{name: str(home / folder) for name, folder in inner.items()},
            "JUPYTER_PREFER_ENV_PATH": "1"}


def write_settings(home, theme):
    """Choose the theme, and turn off what would pop up."""
    themes   = {"@jupyterlab/apputils-extension/themes": {"theme": theme}}
    for name, values in {**SETTINGS, **themes}.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))


def write_template(home):
    """Voila's page, with nothing to fetch from elsewhere."""
    folder = home / "data" / "voila" / "templates" / "offline"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "conf.json").write_text('{"base_template": "lab"}')
    (folder / "index.html.j2").write_text(OFFLINE)


def free_port():
    """A port on loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# ---- notebooks ---------------------------------------------------------------------------------

def write_notebook(path, *cells):
    """Write a notebook with these code cells."""
    code = [{"cell_type": "code", "id": f"cell-{i}", "metadata": {}, "outputs": [],
             "execution_count": None, "source": source} for i, source in enumerate(cells)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    Path(path).write_text(json.dumps({
        "cells": code, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}))
