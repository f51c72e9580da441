"""A network rolled and unrolled, as SVG that stays: what is drawn, `dlf.scene.unrolled` decides."""
from dlf import scene
from dlf.widgets.svg.figure import figure
from dlf.widgets.svg.sheet import new_prefix, word

LOOKS = {"up": ("muted", 1), "state": ("positive", 1.6), "look": ("muted", 0.7)}


def draw(net, steps, width, row, label):
    """The drawing, `row` pixels high for each layer; `label` says in words what it shows.

    Boxes are dashed where they are the same layer at another moment.
    """
    seen   = scene.unrolled(net, steps)
    height = row * (len(seen.rows) + 0.6)
    head   = new_prefix()
    def at(x, y):
        return width * x, height * (1 - y)
    parts  = [heads(head)]
    for x, y, wide, tall in seen.bands:
        left, top = at(x, y + tall)
        parts.append(f'<rect x="{left:.1f}" y="{top:.1f}" width="{width * wide:.1f}" '
                     f'height="{height * tall:.1f}" style="fill:var(--faint);opacity:.5"/>')
    parts += [line(arrow, at, head) for arrow in seen.arrows]
    parts += [part for box in seen.boxes for part in boxed(box, at, width, height)]
    for words in seen.words:
        x, y  = at(words.x, words.y)
        lines = words.text.split("\n")
        parts += [word(x, y + 4 + 13 * (k - (len(lines) - 1) / 2), text, "m s", words.anchor)
                  for k, text in enumerate(lines)]
    return f'<div class="ps-ink">{figure(width, round(height), label, *parts)}</div>'


def heads(prefix):
    """The heads of arrows, one for each color."""
    return "<defs>" + "".join(
        f'<marker id="{prefix}{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        f'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path d="M0 1L8 4L0 7z" style="fill:var(--{color})"/></marker>'
        for kind, (color, _) in LOOKS.items()) + "</defs>"


def line(arrow, at, prefix):
    """An arrow; what only looks has no head."""
    color, wide = LOOKS[arrow.kind]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in (at(*point) for point in arrow.points))
    head = "" if arrow.kind == "look" else f' marker-end="url(#{prefix}{arrow.kind})"'
    return (f'<path class="{arrow.kind}" d="M{path}"{head} style="fill:none;'
            f'stroke:var(--{color});stroke-width:{wide}"/>')


def boxed(box, at, width, height):
    """A layer's box with its words; inputs and outputs have words alone."""
    x, y = at(box.x, box.y)
    wide, tall = width * box.width, height * box.height
    if box.kind in ("layer", "copy"):
        dash = ";stroke-dasharray:4 3" if box.kind == "copy" else ""
        yield (f'<rect class="{box.kind}" x="{x - wide / 2:.1f}" y="{y - tall / 2:.1f}" '
               f'width="{wide:.1f}" height="{tall:.1f}" rx="4" style="fill:var(--background);'
               f'stroke:var(--ink);stroke-width:{1 if dash else 1.6}{dash}"/>')
    shift = 7 * bool(box.note)
    yield word(x, y + 4 - shift, box.text)
    if box.note:
        yield word(x, y + 4 + shift, box.note, "m s")
