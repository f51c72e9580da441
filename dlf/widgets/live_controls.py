"""The sliders of live training, and its line of numbers: nothing here changes its width."""
import html
import math

import ipywidgets as widgets


def wide():
    """The look of a slider: each gets a layout of its own, since closing one closes its layout."""
    return {"layout": widgets.Layout(width="274px", flex="0 0 auto"),
            "style": {"description_width": "88px"}}


def rate_slider(optimizer):
    """A slider for the learning rate, and what it does; of a schedule, for a factor.

    It chooses from a list, since ipywidgets' own logarithmic slider would round the learning rate
    that it is given to its grid, as soon as it is on the page.
    """
    schedule = optimizer.lr if callable(optimizer.lr) else None
    value    = 1.0 if schedule else optimizer.lr

    def act(value):
        optimizer.lr = (lambda t: value * schedule(t)) if schedule else value
    return choice("Rate times" if schedule else "Learning rate", rates(value), value), act


def rates(value):
    """The learning rates to choose from, a few a power of ten, with the given one among them."""
    power     = math.log10(value) if value > 0 else 0
    low, high = min(-5, math.floor(power)), max(1, math.ceil(power))
    grid = {float(f"{a}e{p}") for p in range(low, high) for a in (1, 1.5, 2, 3, 5, 7)}
    return sorted({*grid, 10.0 ** high, value})


def choice(name, options, value):
    """A slider over a few values."""
    return widgets.SelectionSlider(options=[(f"{v:g}", v) for v in options], value=value,
                                   description=name, **wide())


def sizes(session, size):
    """The batch sizes to choose from: those that the data can be cut into."""
    n = len(session.x)
    wanted = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, size, min(n, 5000)}
    return sorted(s for s in wanted if s <= max(n, size) and session.fits(s))


def strengths(strength):
    """The penalties to choose from."""
    return sorted({0.0, *(a * 10.0 ** p for p in range(-5, 0) for a in (1, 3)), 1.0, strength})


def row(*parts):
    """Side by side, or one below another where the page is narrow."""
    return widgets.HBox(parts, layout=widgets.Layout(flex_flow="row wrap", grid_gap="0 8px"))


# ---- words -------------------------------------------------------------------------------------

def numbers(session, speed):
    """Where training stands, in figures of fixed width."""
    row   = session.history.last()
    cells = [("step", f"{session.t:,}", 8), ("epoch", f"{session.epoch:,.2f}", 8),
             ("loss: train", f"{row['loss']:.4g}", 8), ("test", f"{row['val_loss']:.4g}", 8),
             ("rate", f"{row['lr']:.2g}", 7),
             ("steps a second", "–" if speed is None else f"{speed:,.0f}", 6)]
    if session.test is None:
        del cells[3]
    spans = " ".join(f'<span style="white-space:nowrap">{name} <b style="display:inline-block;'
                     f'width:{width}ch">{text}</b></span>' for name, text, width in cells)
    return f'<div style="font-variant-numeric:tabular-nums;line-height:1.5">{spans}</div>'


def unseen(text):
    """Words for screen readers only."""
    return ('<div role="note" aria-label="What the pictures show" style="position:absolute;'
            f'width:1px;height:1px;overflow:hidden;clip-path:inset(50%)">{html.escape(text)}</div>')
