"""The painter of the page, compared with the scene: its markup, and the rules of its frames."""
import base64
import math
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from widgets.test_png import chunks, unpacked

import dlf
from dlf import palette, scene
from dlf.widgets.svg import (
    CurveSvg,
    MapSvg,
    NetworkSvg,
    activations,
    curves,
    frame,
    network,
    plane,
    sheet,
)
from dlf.widgets.svg.looks import LEVELS, THIN, quoted

NASTY = '<b>&"\'}</style>'


def mlp(*sizes, act=dlf.Tanh, seed=0):
    rng, layers = np.random.default_rng(seed), []
    for n_in, n_out in pairwise(sizes):
        layers += [dlf.Dense(n_in, n_out), act()]
    net = dlf.Sequential(*layers[:-1], rng=rng)
    for name, value, _ in net.parameters():
        if name.endswith("b"):
            value[...] = rng.normal(0, 0.5, value.shape)
    return net


def points(size=50):
    x1, x2 = np.meshgrid(np.linspace(-6, 6, size), np.linspace(6, -6, size))
    return np.column_stack([x1.ravel(), x2.ravel()])


def looks(rules):
    """{id or selector: {property: value}} of style rules, or of the style in a text."""
    found = {}
    rules = "".join(re.findall("(?s)<style>(.*?)</style>", rules)) or rules
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", rules):
        for selector in selectors.split(","):
            found.setdefault(selector.strip(), {}).update(
                map(str.strip, part.split(":", 1)) for part in body.split(";") if ":" in part)
    return found


class Elements(HTMLParser):
    """All start tags of a text, and those left open at its end."""

    def __init__(self, text):
        super().__init__()
        self.found, self.open, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    def of(self, kind):
        return [attrs for _, attrs in self.found if kind in (attrs.get("class") or "").split()]


def edges_of(painter, rules):
    """For each line of the scene, in its order, how the rules style it."""
    style, e = looks(rules), painter.scene.edges
    return [style[f"#{painter.prefix}e{painter.ids[pair]}"]
            for pair in zip(e.start.tolist(), e.end.tolist())]


@pytest.fixture
def net():
    return mlp(2, 8, 8, 1)


@pytest.fixture
def painter(net):
    return NetworkSvg(net)


# ---- a network: markup -------------------------------------------------------------------------

@pytest.mark.parametrize("sizes", [(2, 1), (2, 8, 8, 1), (64, 32, 10), (2, 16, 16, 3)])
def test_there_is_a_path_for_every_pair_of_drawn_neighbors(sizes):
    painter = NetworkSvg(mlp(*sizes))
    shown   = [len(c.shown) for c in painter.scene.columns]
    paths   = Elements(painter.markup()).of("e")
    assert len(paths) == sum(a * b for a, b in pairwise(shown))


def test_all_tags_are_closed(painter):
    assert Elements(painter.markup()).open == []


def test_ids_are_unique_and_begin_with_the_prefix(painter):
    ids = [attrs["id"] for _, attrs in Elements(painter.markup()).found if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert all(i.startswith(painter.prefix) for i in ids)


def test_two_drawings_share_no_id(net):
    assert NetworkSvg(net).prefix != NetworkSvg(net).prefix


def test_every_static_rule_is_about_the_own_drawing(painter):
    for selector in looks(painter.markup()):
        assert painter.prefix in selector


def test_every_neuron_has_a_picture_and_a_frame(painter):
    seen = Elements(painter.markup())
    assert len(seen.of("n")) == len(seen.of("r")) == len(seen.of("u")) == 2 + 8 + 8 + 1


def test_every_neuron_with_a_bias_has_a_badge_and_the_inputs_have_none(painter):
    n      = painter.scene.neurons
    badges = {attrs["id"] for attrs in Elements(painter.markup()).of("g")}
    assert badges == {f"{painter.prefix}b{i}" for i in range(len(n.x)) if n.column[i] > 0}


def test_a_layer_without_biases_has_no_badges():
    net = dlf.Sequential(dlf.Dense(2, 3), dlf.BatchNorm(3), dlf.Dense(3, 1),
                         rng=np.random.default_rng(0))
    assert len(Elements(NetworkSvg(net).markup()).of("g")) == 4


def test_names_captions_counts_and_the_rest_are_written():
    painter = NetworkSvg(mlp(20, 4, 2), outputs=["cat", "dog"])
    words   = Elements(painter.markup()).words
    for wanted in ("x1", "x20", "cat", "dog", "input", "Dense 20→4", "Tanh", "20", "⋮",
                   "48 of 80"):
        assert wanted in words


def test_names_are_text_and_never_markup():
    text = NetworkSvg(mlp(2, 1), inputs=[NASTY, "x2"], outputs=[NASTY]).markup()
    seen = Elements(text)
    assert "b" not in [tag for tag, _ in seen.found]
    assert text.count("</style>") == 1
    assert sum(NASTY in words for words in seen.words) >= 4


def test_long_names_are_shortened():
    words = Elements(NetworkSvg(mlp(2, 1), inputs=["a" * 60, "b"]).markup()).words
    assert "a" * 19 + "…" in words and "a" * 60 not in words


def test_places_are_the_scene_in_pixels(net):
    painter = NetworkSvg(net, width=700, height=500)
    n       = painter.scene.neurons
    for place, x, y in zip(painter.places(), n.x, n.y, strict=True):
        assert place.left + place.side / 2 == pytest.approx(700 * x)
        assert place.top  + place.side / 2 == pytest.approx(500 * (1 - y))


@pytest.mark.parametrize("sizes", [(2, 8, 8, 1), (2, *[16] * 12, 3), (64, 32, 10)])
def test_neurons_do_not_touch_each_other_nor_the_rim(sizes):
    painter = NetworkSvg(mlp(*sizes))
    places  = painter.places()
    for a, b in pairwise(places):
        assert a.column != b.column or b.top - a.top > a.side + 1
    assert all(0 < p.left < 640 - p.side and 0 < p.top < 440 - p.side for p in places)


def test_lines_run_from_the_right_of_one_neuron_to_the_left_of_the_next(painter):
    places = painter.places()
    paths  = {attrs["id"]: attrs["d"] for attrs in Elements(painter.markup()).of("e")}
    for (start, end), i in painter.ids.items():
        numbers = [float(part) for part in re.findall(r"-?[\d.]+", paths[f"{painter.prefix}e{i}"])]
        assert numbers[0]  == pytest.approx(places[start].left + painter.side, abs=0.06)
        assert numbers[-2] == pytest.approx(places[end].left, abs=0.06)


def test_the_drawing_has_a_role_a_title_and_a_description(painter):
    seen  = Elements(painter.markup())
    image = next(attrs for _, attrs in seen.found if attrs.get("role") == "img")
    assert image["aria-labelledby"] == f"{painter.prefix}title {painter.prefix}desc"
    assert painter.describe() in seen.words


def test_the_description_counts_the_negative_weights(net, painter):
    negative = sum(int((layer.W < 0).sum()) for layer in (net[0], net[2], net[4]))
    assert f"A network 2-8-8-1 with 88 weights, {negative} of them negative" in painter.describe()


def test_buttons_over_neurons_get_classes_with_the_neurons_places(painter):
    box, classes = painter.stage()
    style = looks(painter.markup())
    for place, name in zip(painter.places(), classes, strict=True):
        rule = style[f".{box} .{name}"]
        assert float(rule["left"][:-2]) == pytest.approx(place.left, abs=0.06)
        assert float(rule["top"][:-2])  == pytest.approx(place.top,  abs=0.06)


# ---- a network: frames -------------------------------------------------------------------------

def test_a_frame_is_one_style_text_and_no_other_markup(net, painter):
    text = frame(painter.rules(activations(net, points())))
    assert text.startswith("<style>") and text.endswith("</style>")
    assert text.count("<") == 2


@pytest.mark.parametrize("sizes", [(2, 1), (2, 8, 8, 1), (64, 32, 10)])
def test_a_line_is_dashed_if_and_only_if_its_weight_is_negative(sizes):
    painter = NetworkSvg(mlp(*sizes))
    dashed  = ["stroke-dasharray" in look for look in edges_of(painter, painter.rules())]
    assert dashed == painter.scene.edges.dashed.tolist()


def test_blue_is_positive_and_orange_is_negative(painter):
    colors = {name: f"var(--{sign})" for name, sign in (("stroke", "positive"),
                                                        ("color", "negative"))}
    assert looks(painter.markup())[f"#{painter.prefix} .w"] == {"fill": "none", **colors}
    for look, weight in zip(edges_of(painter, painter.rules()), painter.scene.edges.weight):
        assert look.get("stroke") == (None if weight > 0 else "currentColor")


def test_widths_follow_the_scene_to_half_a_step(painter):
    widths = [float(look["stroke-width"]) for look in edges_of(painter, painter.rules())]
    ideal  = THIN + (painter.thick - THIN) * painter.scene.edges.width
    assert widths == pytest.approx(ideal, abs=0.5 * painter.thick / LEVELS + 0.06)


def test_weights_near_zero_fade(net, painter):
    net[2].W[0, :] = 1e-6
    e     = painter.look().edges
    faint = [float(look["stroke-opacity"]) for look, w in
             zip(edges_of(painter, painter.rules()), e.weight) if abs(w) < 1e-5]
    assert faint and max(faint) < 0.1


def test_rules_follow_the_weights(net, painter):
    before = painter.rules()
    net.theta *= -1
    flipped = edges_of(painter, painter.rules())
    assert before != painter.rules()
    assert ["stroke" in look for look in flipped] == (painter.scene.edges.weight < 0).tolist()


def test_lines_that_are_not_among_the_strongest_are_not_seen():
    painter = NetworkSvg(mlp(2, 16, 16, 1))
    style   = looks(painter.rules())
    styled  = sum(f"#{painter.prefix}e{i}" in style for i in painter.ids.values())
    assert len(painter.ids) == 32 + 256 + 16 and styled == 32 + 150 + 16
    assert looks(painter.markup())[f":where(#{painter.prefix}) .e"]["stroke-opacity"] == "0"


def test_what_a_frame_changes_is_set_more_weakly_in_the_markup(net, painter):
    changed = {selector for selector in looks(painter.rules(activations(net, points())))}
    static  = looks(painter.markup())
    assert f"#{painter.prefix} .n" in changed
    assert "background-image" not in static[f"#{painter.prefix} .n"]
    assert "background" not in static[f"#{painter.prefix} .n"]
    assert not {s for s in changed if re.fullmatch(r"#\w+[eb]\d+", s)} & set(static)


@pytest.mark.parametrize(("bias", "bars"), [(-1.0, ("1", "0")), (0.0, ("0", "0")),
                                            (1.0, ("1", "1")), (np.nan, ("0", "0"))])
def test_a_badge_has_the_bars_of_its_sign(bias, bars):
    net = mlp(2, 1)
    net[0].b[...] = bias
    painter = NetworkSvg(net)
    look    = looks(painter.rules())[f"#{painter.prefix}b2"]
    assert (look.get("--h", "1"), look.get("--h", look.get("--v", "0"))) == bars


def test_larger_biases_have_larger_badges(net, painter):
    net[0].b[...] = np.linspace(0.05, 0.4, 8)
    style = looks(painter.rules())
    sizes = [float(style[f"#{painter.prefix}b{i}"]["transform"][6:-1]) for i in range(2, 10)]
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1]


def test_a_network_that_broke_is_drawn_in_gray(net, painter):
    net.theta[...] = np.nan
    said = [np.full((2500, n), np.nan) for n in (2, 8, 8, 1)]
    for look in edges_of(painter, painter.rules(said)):
        assert look["stroke"] == "var(--broken)" and "stroke-dasharray" not in look
    assert painter.numbers()


def test_hover_texts_hold_the_values_of_now(net, painter):
    net[0].W[0, 0], net[0].b[0] = -0.123456, 0.98765
    painter.rules()
    style = looks(painter.numbers())
    line  = painter.ids[0, 2]
    assert style[f"#{painter.prefix}w{line}::after"]["content"] == '"−0.123"'
    assert style[f"#{painter.prefix}t2::after"]["content"] == '", bias 0.988"'


def test_hover_texts_name_both_ends_of_a_line():
    words = Elements(NetworkSvg(mlp(2, 3, 1), inputs=["bill", "depth"]).markup()).words
    assert "bill → layer 1, neuron 1: " in words
    assert "layer 1, neuron 3 → output 1: " in words


def test_the_legend_is_that_of_the_scene(painter):
    content = re.search(r'key::after\{content:"(.*?)"\}', painter.numbers())[1]
    assert content.replace("\\a ", "\n") == painter.scene.legend


# ---- pictures in neurons -----------------------------------------------------------------------

def sprite(rules, which=0):
    """The PNG files named in the rule for the neurons' pictures."""
    urls = re.findall(r"data:image/png;base64,([^)]*)\)", rules)
    return base64.b64decode(urls[which])


def test_activations_are_what_each_column_says(net):
    said = activations(net, points(10))
    assert [values.shape for values in said] == [(100, 2), (100, 8), (100, 8), (100, 1)]
    assert (said[1] == net[:2](points(10))).all() and (said[-1] == net(points(10))).all()


def test_activations_of_a_residual_block_include_what_was_skipped():
    rng = np.random.default_rng(0)
    net = dlf.Sequential(dlf.Dense(2, 4), dlf.Residual(dlf.Dense(4, 4), dlf.Tanh()),
                         dlf.Dense(4, 1), rng=rng)
    x   = points(5)
    assert activations(net, x)[2] == pytest.approx(net[:2](x))
    assert NetworkSvg(net).rules(activations(net, x))


def test_the_sprite_holds_the_neurons_pictures_one_below_another(net, painter):
    said    = activations(net, points(25))
    entries = unpacked(sprite(painter.rules(said))).reshape(19, 25, 25)
    hidden  = np.concatenate([said[1].T, said[2].T]).reshape(16, 25, 25)
    assert entries[2:18] / network.FEW - 1 == pytest.approx(hidden, abs=0.5 / network.FEW + 1e-9)


def test_inputs_are_shown_on_the_scale_of_their_largest(net, painter):
    entries = unpacked(sprite(painter.rules(activations(net, points(25))))).reshape(19, 25, 25)
    assert entries[0][0].tolist() == pytest.approx(np.linspace(0, 2 * network.FEW, 25), abs=0.51)
    assert (np.diff(entries[1].astype(int), axis=0) <= 0).all()             # up is positive


def test_the_picture_of_the_output_is_its_sign_and_size(net, painter):
    said    = activations(net, points(25))
    entries = unpacked(sprite(painter.rules(said))).reshape(19, 25, 25)
    ideal   = scene.signed(net, said[-1]).reshape(25, 25)
    assert entries[18] / network.FEW - 1 == pytest.approx(ideal, abs=0.5 / network.FEW + 1e-9)


def test_large_grids_are_thinned(net, painter):
    assert unpacked(sprite(painter.rules(activations(net, points(100))))).shape == (19 * 25, 25)


def test_what_is_no_number_is_gray(net, painter):
    said = activations(net, points(25))
    said[1][7, 0] = np.nan
    file = sprite(painter.rules(said))
    assert unpacked(file)[2 * 25, 7] == 2 * network.FEW + 1
    assert chunks(file)[b"PLTE"][-3:] == bytes(palette.rgb(palette.BROKEN))


def test_the_picture_before_lies_under_the_new_one(net, painter):
    first  = painter.rules(activations(net, points()))
    net.theta += 0.1
    second = painter.rules(activations(net, points()))
    assert sprite(second, 0) != sprite(second, 1) == sprite(first, 0)


def test_values_of_another_network_are_an_error(net, painter):
    with pytest.raises(ValueError, match="4 columns"):
        painter.rules(activations(mlp(2, 3, 1), points()))
    with pytest.raises(ValueError, match="square grid"):
        painter.rules(activations(net, points()[:7]))


def test_frames_are_small(net, painter):
    board = MapSvg()
    for _ in range(2):
        net.theta *= 1.1
        said = activations(net, points())
        text = frame(painter.rules(said), board.rules(scene.signed(net, said[-1]).reshape(50, 50)))
    assert len(text.encode()) < 22_000
    assert len(painter.rules().encode()) < 6_500


# ---- themes ------------------------------------------------------------------------------------

def test_both_themes_are_there_and_the_page_chooses(painter):
    style = looks(painter.markup())
    light, dark = (style[f"{start}#{painter.prefix}"] for start in ("", sheet.DARKNESS + " "))
    assert light["--positive"] == palette.LIGHT.positive
    assert dark["--positive"]  == palette.DARK.positive
    assert light["--ink"] == f"var(--jp-ui-font-color1,{palette.LIGHT.ink})"


@pytest.mark.parametrize("theme", [palette.LIGHT, palette.DARK])
def test_a_given_theme_is_kept_on_every_page(net, theme):
    for text in (NetworkSvg(net, theme=theme).markup(), MapSvg(theme=theme).markup(),
                 CurveSvg(theme=theme).text([0, 1], [1, 2])):
        assert sheet.DARKNESS not in text and "var(--jp-ui-font-color1" not in text
        assert f"--negative:{theme.negative}" in text and f"background:{theme.background}" in text


def test_pictures_of_a_dark_drawing_have_the_dark_table(net):
    painter = NetworkSvg(net, theme=palette.DARK)
    colors  = chunks(sprite(painter.rules(activations(net, points()))))[b"PLTE"]
    assert colors[:3] == bytes(palette.rgb(palette.DARK.negative))


def test_on_a_dark_page_one_matrix_turns_the_light_table_into_the_dark_one():
    values = re.search(r'values="([^"]*)"', sheet.dark_matrix("p"))[1]
    matrix = np.array(values.split(), dtype=float).reshape(4, 5)
    light  = palette.table(palette.LIGHT)[:-1] / 255
    seen   = light @ matrix[:3, :3].T + matrix[:3, 4]
    error  = np.abs(seen.clip(0, 1) - palette.table(palette.DARK)[:-1] / 255)
    assert error.max() < 0.07 and error.mean() < 0.01


# ---- a map -------------------------------------------------------------------------------------

def test_a_map_holds_the_values_row_by_row_from_the_top():
    values = np.linspace(-1, 1, 2500).reshape(50, 50)
    assert unpacked(sprite(MapSvg().rules(values))) / plane.MANY - 1 == pytest.approx(
        values, abs=0.5 / plane.MANY + 1e-9)


def test_a_map_of_classes_holds_class_and_certainty_in_both_themes():
    rng   = np.random.default_rng(0)
    label = rng.integers(0, 3, (50, 50))
    rules = MapSvg(outputs=3).rules(np.ones((50, 50)), label)
    for which, theme in enumerate((palette.LIGHT, palette.DARK)):
        file    = sprite(rules, which)
        entries = unpacked(file)
        assert (entries // sheet.SURE == label).all()
        assert (entries % sheet.SURE == sheet.SURE - 1).all()
        colors  = np.frombuffer(chunks(file)[b"PLTE"], np.uint8).reshape(-1, 3)
        assert (colors[entries] == palette.qualitative(label)).all()
        assert (colors[0] == palette.rgb(theme.zero)).all()
    assert f"{sheet.DARKNESS} #" in rules


def test_several_outputs_without_labels_are_an_error():
    with pytest.raises(ValueError, match="label="):
        MapSvg(outputs=3).rules(np.zeros((5, 5)))


def test_every_point_is_on_the_map_in_its_class_and_part():
    rng  = np.random.default_rng(0)
    x, y = rng.uniform(-5, 5, (60, 2)), rng.integers(0, 2, 60)
    board = MapSvg(classes=("no", "yes"))
    text  = board.markup((x[:40], y[:40]), (x[40:], y[40:]))
    train, test = (re.search(f'<g class="{part}">(.*?)</g>', text)[1] for part in ("train", "test"))
    assert train.count("<path") == 40 and test.count("<path") == 20
    assert train.count('class="c1"') == y[:40].sum()


def test_points_are_where_the_axes_say():
    place = MapSvg(domain=((0, 10), (-1, 1)), size=200).place([[0, -1], [10, 1], [5, 0]])
    assert place[0] == pytest.approx([plane.LEFT, plane.TOP + 200])
    assert place[1] == pytest.approx([plane.LEFT + 200, plane.TOP])
    assert place[2] == pytest.approx([plane.LEFT + 100, plane.TOP + 100])


def test_points_outside_of_the_map_are_not_drawn():
    text = MapSvg().markup((np.array([[0.0, 0.0], [9.0, 0.0]]), [0, 1]))
    assert re.search('<g class="train">(.*?)</g>', text)[1].count("<path") == 1


def test_classes_differ_by_marker_too():
    shapes = {plane.marker(kind) for kind in palette.MARKERS}
    assert len(shapes) == 10


def test_measurements_are_points_in_the_color_of_their_value():
    text  = MapSvg(full=2.0, prefix="m").markup((np.zeros((3, 2)), np.array([-2.0, 0.0, 2.0])))
    style = looks(text)
    kinds = re.findall(r'class="c(\d+)"', re.search('<g class="train">(.*?)</g>', text)[1])
    colors = [style[f"#m .c{k}"]["fill"] for k in kinds]
    assert colors == [palette.LIGHT.negative, palette.LIGHT.zero, palette.LIGHT.positive]
    assert style[f"{sheet.DARKNESS} #m .c{kinds[1]}"]["fill"] == palette.DARK.zero


def test_names_of_axes_and_classes_are_text_and_never_markup():
    board = MapSvg(classes=(NASTY, "b"), features=(NASTY, NASTY))
    text  = board.markup((np.zeros((2, 2)), [0, 1]))
    seen  = Elements(text)
    assert seen.open == [] and "b" not in [tag for tag, _ in seen.found]
    assert text.count("</style>") == 1


def test_ticks_of_the_plane_are_whole_numbers_from_minus_6_to_6():
    assert sheet.ticks(-6, 6) == [-6, -4, -2, 0, 2, 4, 6]
    words = Elements(MapSvg().markup()).words
    assert words.count("−6") == 2 and words.count("6") == 2


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-0.03, 0.07), (0, 12345), (3, 3.5), (-6, 6)])
def test_ticks_are_few_and_inside(low, high):
    found = sheet.ticks(low, high)
    assert 3 <= len(found) <= 9
    assert low - 1e-9 <= found[0] and found[-1] <= high + 1e-9


# ---- curves ------------------------------------------------------------------------------------

def points_of(text, name):
    """(x, y) of the points of a curve."""
    path = next(attrs["d"] for attrs in Elements(text).of(name) if "L" in attrs["d"])
    return np.array(re.findall(r"[ML]([\d.]+) ([\d.]+)", path), dtype=float)


def test_a_falling_loss_falls_on_the_screen():
    text = CurveSvg().text(np.arange(5), [1, 0.5, 0.3, 0.2, 0.1], [1.2, 0.6, 0.4, 0.3, 0.3])
    x, y = points_of(text, "train").T
    assert (np.diff(x) > 0).all() and (np.diff(y) > 0).all()            # y grows downward
    assert Elements(text).open == []


def test_equal_ratios_are_equal_distances_on_a_logarithmic_axis():
    _, y = points_of(CurveSvg(log=True).text(np.arange(4), [1, 0.1, 0.01, 0.001]), "train").T
    assert np.diff(y) == pytest.approx(np.diff(y)[0], abs=0.11)


def test_last_values_are_written_in_a_fixed_number_of_digits():
    words = Elements(CurveSvg().text([0, 1], [1, 0.25], [1, 0.5])).words
    assert "0.2500" in words and "0.5000" in words
    words = Elements(CurveSvg(percent=True).text([0, 1], [0.5, 0.975])).words
    assert "97.5 %" in words


def test_of_two_lines_to_compare_with_one_is_named_above_and_one_below():
    text = CurveSvg().text([0, 1], [3, 2], marks=[("bigram", 2.35), ("trigram", 2.19)])
    high, low = (float(y) for y in re.findall(r'class="mark" d="M44 ([\d.]+)H', text))
    at = {name: float(y) for y, name in re.findall(r'y="([\d.]+)"[^>]*>(bigram|trigram)<', text)}
    assert high < low                                            # the y axis points down
    assert at["bigram"] < high and at["trigram"] > low + 8


def test_what_curves_are_compared_with_is_a_dashed_line_with_its_name():
    drawing  = CurveSvg()
    elements = Elements(drawing.text([0, 1], [1, 0.5], [1, 0.6], [("chance", 2.0)]))
    (line,)  = elements.of("mark")
    scale    = drawing.scale(np.array([0, 1.0]), {"all": np.array([2.0])})
    assert f" {drawing.y(2.0, scale):.1f}H" in line["d"]            # and the axis reaches it
    assert "chance" in elements.words
    assert "chance is at 2.0000" in drawing.text([0], [1], None, [("chance", 2.0)])


def test_a_curve_has_gaps_where_there_is_no_number():
    values = [1, np.nan, 0.5, 0.4, np.inf]
    path   = next(a["d"] for a in Elements(CurveSvg().text(np.arange(5), values)).of("train")
                  if "L" in a["d"])
    assert path.count("M") == 2 and path.count("L") == 1


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("values", [[], [0.0], [np.nan], [0.5], [-1.0, -2.0], [1e9, 1e-9]])
def test_curves_can_be_drawn_whatever_the_numbers(values, log):
    text = CurveSvg(log=log).text(np.arange(len(values)), values, values)
    assert "nan" not in text.replace("nan ", "").lower() and Elements(text).open == []


def test_long_curves_are_thinned():
    text = CurveSvg().text(np.arange(100_000), np.random.default_rng(0).random(100_000))
    assert len(text) < 8_000


@pytest.mark.parametrize(("value", "end"), [(340, 400), (1, 1), (0.73, 0.8), (1001, 1200)])
def test_axes_end_at_round_numbers(value, end):
    assert curves.rounded_up(value) == pytest.approx(end)


# ---- letters -----------------------------------------------------------------------------------

@pytest.mark.parametrize(("value", "text"), [(-0.5, "−0.5"), (0.0, "0"), (1234567.0, "1.23e+06"),
                                             (math.nan, "–"), (math.inf, "∞"), (-math.inf, "−∞")])
def test_numbers_have_a_true_minus(value, text):
    assert sheet.number(value) == text


def test_css_text_cannot_end_the_style():
    assert "</style" not in quoted(NASTY) and quoted('a"b').count('\\"') == 1


def test_nothing_runs_and_nothing_is_fetched():
    files = Path(sheet.__file__).parent.glob("*.py")
    text  = "".join(path.read_text(encoding="utf-8") for path in files)
    assert not re.search(r"<script|\bon[a-z]+=|https?://|@import", text)
