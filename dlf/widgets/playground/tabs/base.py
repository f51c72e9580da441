"""What all tabs share: they look at a run, redraw only what is new, and say what a button did."""
import asyncio
import contextlib
import html
import threading
import time

import ipywidgets as widgets

from dlf.palette import DARK, LIGHT
from dlf.widgets.kernel import main_loop
from dlf.widgets.player import plain
from dlf.widgets.svg.sheet import DARKNESS, variables

SHARE = 0.15          # the largest share of the time that a tab takes while training runs
clock = time.perf_counter

STYLE = """
@ {color: var(--ink); font-variant-numeric: tabular-nums; padding: 10px 2px}
@ .widget-html-content {line-height: 1.45}
@ p {margin: 0 0 4px; max-width: 80ch}
@ table {border-collapse: collapse}
@ th, @ td {padding: 2px 8px; text-align: right; white-space: nowrap; font-size: 12px}
@ th {font-weight: 600}
@ th[scope="col"] {border-bottom: 1px solid var(--muted)}
@ caption {text-align: left; font-weight: 600; padding: 0 0 4px; white-space: nowrap}
@ td.l, @ th.l {text-align: left}
@ td.w {white-space: normal; text-align: left; min-width: 22ch}
@ tr.on td {font-weight: 600}
@ tr.line td, @ tr.line th {border-top: 1px solid var(--muted)}
@ .m {color: var(--muted)}
@ .chip {display: inline-block; min-width: 9ch; padding: 0 6px; margin-right: 6px;
         text-align: center; border: 1px solid var(--muted); border-radius: 9px; font-size: 12px}
@ .says {min-height: 3em; font-size: 14px}
@ .wide {overflow-x: auto; max-width: 100%}
@ svg {display: block; overflow: visible}
@ svg text {fill: var(--ink);
   font: 12px/1.3 var(--jp-ui-font-family, system-ui, -apple-system, "Segoe UI", sans-serif)}
@ svg text.m {fill: var(--muted)}
@ svg text.s {font-size: 11px}
@ svg text.b {font-weight: 600}
@ textarea.copy {box-sizing: border-box; width: 100%; resize: vertical; white-space: pre;
   padding: 8px; border: 1px solid var(--muted); color: var(--ink); background: var(--background);
   font: 12px/1.4 var(--jp-code-font-family, ui-monospace, Menlo, Consolas, monospace)}
@ a {color: var(--jp-content-link-color, #0877bd)}
"""


def style():
    """The rules of all tabs, in the colors of the page: a widget that takes no room."""
    rules = STYLE.replace("@", ".dlf-tab")
    return widgets.HTML(f"<style>.dlf-tab{{{variables(LIGHT, True)}}}{DARKNESS} .dlf-tab"
                        f"{{{variables(DARK, True)}}}{rules}</style>",
                        layout=widgets.Layout(display="none"))


class Tab:
    """One tab of the playground: a title, a widget, and what it shows of the session's run.

    A tab gives `build()`, its widgets from top to bottom, and `show()`, which brings them up to
    date. It may give `key()`, what `show` depends on: nothing is done while that stays the same.
    """

    title = ""
    intro = ""            # what there is to find out, said until a button says something else

    def __init__(self, session):
        self.session = session
        self.loop    = main_loop()
        self.shown, self.rest_until = None, 0.0
        self.hushed  = None               # the thread that sets controls itself, if any
        self.status  = text(paragraph(self.intro), height="26px")
        self.widget  = widgets.VBox([style(), self.status, *self.build()])
        self.widget.add_class("dlf-tab")

    @property
    def run(self):
        """The run that the session shows now."""
        return self.session.run

    # ---- what the playground calls -------------------------------------------------------------

    def update(self):
        """Show the run as it is now, if anything is new and its time has come."""
        key = self.key()
        if key == self.shown or (self.is_playing and clock() < self.rest_until):
            return
        began, self.shown = clock(), key
        try:
            with self.quietly():
                self.show()
        except Exception as error:                # a tab that cannot draw must not stop training
            self.say(plain(error), alarm=True)
        self.rest_until = clock() + (clock() - began) / SHARE

    def changed(self, what):
        """Something else changed; what is shown may be out of date."""
        self.shown = None

    def close(self):
        """The playground goes away: stop whatever the tab itself still does."""

    # ---- what a tab gives ----------------------------------------------------------------------

    def build(self):
        """The widgets, from top to bottom."""
        raise NotImplementedError

    def show(self):
        """Bring the widgets up to date."""

    def key(self):
        """What is shown depends on this: the run, its step, its settings, and its weights."""
        run = self.run
        return run, run.t, run.config, run.stopped, str(run.net.theta.sum())

    # ---- helpers -------------------------------------------------------------------------------

    @property
    def is_playing(self):
        """Does the run train by itself at the moment?"""
        return bool(getattr(self.session.player, "playing", False))

    def refresh(self, *_):
        """Show it anew, after a control of the tab moved."""
        self.shown, self.rest_until = None, 0.0
        self.update()

    @contextlib.contextmanager
    def quietly(self):
        """Set controls without acting on it, as if the learner had moved them."""
        before, self.hushed = self.hushed, threading.get_ident()
        try:
            yield
        finally:
            self.hushed = before

    def redraw(self):
        """Tell the whole playground of other weights, after a button of the tab changed them."""
        self.session.tell("time")
        self.refresh()

    def say(self, text, alarm=False):
        """A plain sentence on top of the tab, and in the line that screen readers follow."""
        color = "color:var(--jp-error-color1,#c62828)" if alarm else ""
        role  = ' role="alert"' if alarm else ""
        mark  = "⚠ " if alarm else ""
        self.status.value = f'<p{role} style="{color}">{mark}{html.escape(text)}</p>'
        if not alarm:
            self.session.say(text)

    def try_to(self, act, *given):
        """Do it on the main loop: messages of the page may come on other threads."""
        if self.is_elsewhere():
            self.loop.call_soon_threadsafe(self.try_to, act, *given)
            return
        try:
            act(*given)
        except Exception as error:
            self.say(plain(error), alarm=True)

    def is_elsewhere(self):
        """Does the loop run in another thread than this code?"""
        if self.loop is None or not self.loop.is_running():
            return False
        with contextlib.suppress(RuntimeError):
            return asyncio.get_running_loop() is not self.loop
        return True

    def button(self, text, tip, act, width=None):
        """A button that calls act(); `tip` says in a sentence what it does."""
        width = width or 26 + 8 * len(text)
        made  = widgets.Button(description=text, tooltip=tip,
                               layout=widgets.Layout(width=f"{width}px", flex="0 0 auto"))
        made.on_click(lambda _: self.try_to(act))
        return made

    def watch(self, control, act=None, name="value"):
        """Call act(value) when a control moves, or show the tab anew; returns the control."""
        def moved(change):
            if self.hushed != threading.get_ident():
                self.try_to(act or self.refresh, change["new"])
        control.observe(moved, name)
        return control


# ---- controls ----------------------------------------------------------------------------------

def select(label, options, value, tip, width=200, label_width=70):
    """A list to choose from."""
    return widgets.Dropdown(options=options, value=value, description=label, tooltip=tip,
                            style={"description_width": f"{label_width}px"},
                            layout=widgets.Layout(width=f"{width}px", flex="0 0 auto"))


def toggle(options, value, tips, width=90):
    """A few buttons of which one is down; `label` goes before them."""
    return widgets.ToggleButtons(options=options, value=value, tooltips=tips,
                                 style={"button_width": f"{width}px"},
                                 layout=widgets.Layout(flex="0 0 auto"))


def label(words):
    """A few words before a control."""
    return widgets.Label(words, layout=widgets.Layout(flex="0 0 auto"))


def field(label, value, tip, width=260, label_width=70, hint=""):
    """A line to type into, which acts when Enter is pressed or the line is left."""
    return widgets.Text(value=value, description=label, tooltip=tip, placeholder=hint,
                        continuous_update=False,
                        style={"description_width": f"{label_width}px"},
                        layout=widgets.Layout(width=f"{width}px", flex="0 0 auto"))


def row(*parts):
    """Side by side, or one below another where the page is narrow."""
    return widgets.HBox(parts, layout=widgets.Layout(flex_flow="row wrap", grid_gap="6px 10px",
                                                     align_items="center"))


def columns(*parts):
    """Larger parts side by side, their upper edges in line."""
    return widgets.HBox(parts, layout=widgets.Layout(flex_flow="row wrap", grid_gap="10px 28px",
                                                     align_items="flex-start"))


def text(value="", height=None):
    """A place for words, tables and drawings."""
    return widgets.HTML(value, layout=widgets.Layout(min_height=height, max_width="100%"))


def half(title, *parts):
    """One half of a tab: side by side where there is room."""
    return widgets.VBox([text(f"<b>{title}</b>"), *parts],
                        layout=widgets.Layout(width="520px", max_width="100%", grid_gap="4px"))


def paragraph(words, kind=""):
    """Plain words as a paragraph."""
    return f'<p class="{kind}">{html.escape(words)}</p>'


def table(caption, heads, rows):
    """A table: the first column is text; a row may be (cells, class of the row)."""
    head  = "".join(f'<th scope="col" class="{"l" * (not i)}">{html.escape(str(cell))}</th>'
                    for i, cell in enumerate(heads))
    body  = []
    for cells in rows:
        cells, kind = cells if isinstance(cells, tuple) else (cells, "")
        body += [f'<tr class="{kind}">' + "".join(
            f'<td class="{"l" * (not i)}">{html.escape(str(cell))}</td>'
            for i, cell in enumerate(cells)) + "</tr>"]
    return (f'<div class="wide"><table><caption>{html.escape(caption)}</caption>'
            f'<tr>{head}</tr>{"".join(body)}</table></div>')


def copyable(label, value, rows):
    """Text that one can select and copy, but not change; keys in it never reach the notebook."""
    return (f'<textarea class="copy" readonly data-lm-suppress-shortcuts="true" rows="{rows}" '
            f'spellcheck="false" aria-label="{html.escape(label)}">\n'
            f'{html.escape(value)}</textarea>')
