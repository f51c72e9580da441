"""The parts that widgets are put together from: rows, tables, words, controls, and their style."""
import html

import ipywidgets as widgets

from dlf.palette import DARK, LIGHT
from dlf.widgets.svg.sheet import DARKNESS, variables

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
@ .dlf-speed .widget-readout {min-width: 13ch}
@ svg {display: block; overflow: visible}
@.dlf-lesson svg {max-width: 100%; height: auto}
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
    """The rules of all that has the class `dlf-tab`, in the colors of the page; takes no room."""
    rules = STYLE.replace("@", ".dlf-tab")
    return widgets.HTML(f"<style>.dlf-tab{{{variables(LIGHT, True)}}}{DARKNESS} .dlf-tab"
                        f"{{{variables(DARK, True)}}}{rules}</style>",
                        layout=widgets.Layout(display="none"))


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
