"""Chapter 15, LSTM: one step backward, with the two paths that meet in the cell."""
import numpy as np

from dlf.exercises.exercise import Exercise, Mistake

# ---- the answer --------------------------------------------------------------------------------

def lstm_step_back(dh, dc, c_before, c, i, f, g, o):
    """One step of an LSTM, backward; all are (m, n).

    dh is the slope of the cost by h; dc is what the next step hands back for c, as dc_before;
    c_before, c, i, f, g, o are those of the way forward. Returns the slopes by z_i, z_f, z_g, z_o,
    which are what went into the sigmoids and the tanh, and dc_before, the slope by c_before.
    """
    tanh_c = np.tanh(c)
    dz_o = dh * tanh_c * o * (1 - o)
    dc   = dc + dh * o * (1 - tanh_c ** 2)
    dz_i = dc * g * i * (1 - i)
    dz_f = dc * c_before * f * (1 - f)
    dz_g = dc * i * (1 - g ** 2)
    return dz_i, dz_f, dz_g, dz_o, dc * f


# ---- what it is compared on --------------------------------------------------------------------

def some_steps(rng):
    """The running example's first step, then more units and examples, then a gate that is shut.

    c always belongs to c_before and the gates, as on the way forward.
    """
    cases = [step(*(np.array([[v]]) for v in (0.4, -0.3, 0.5, 0.73, 0.62, 0.91, 0.5)))]
    for m, n in ((2, 3), (3, 3), (5, 2)):
        i, f, o = rng.uniform(0.1, 0.9, size=(3, m, n))
        cases.append(step(*rng.normal(size=(3, m, n)), i, f, rng.uniform(-0.9, 0.9, (m, n)), o))
    i, f, o = rng.uniform(0.1, 0.9, size=(3, 2, 2))
    return [*cases, step(*rng.normal(size=(3, 2, 2)), i, 0 * f, rng.uniform(-0.9, 0.9, (2, 2)),
                           o)]


def step(dh, dc, c_before, i, f, g, o):
    """dh, dc, c_before, c, i, f, g, o with the c that the step makes."""
    return dh, dc, c_before, f * c_before + i * g, i, f, g, o


# ---- wrong ways --------------------------------------------------------------------------------

def sigmoid_slope(a):
    return a * (1 - a)


def tanh_slope(a):
    return 1 - a ** 2


def back(total=None, before=lambda k: k.total * k.f, dz_o=None, i=None, f=None, g=None,
         gate=sigmoid_slope, offer=tanh_slope):
    """The way back with one thing exchanged: each argument is a function of all that is known.

    total: the slope by c; before: dc_before; i, f, g, dz_o: what reaches each gate, before its own
    slope; gate and offer: the slopes of sigmoid and tanh.
    """
    total = total or (lambda k: k.dc + k.dh * k.o * tanh_slope(np.tanh(k.c)))
    i     = i     or (lambda k: k.total * k.g)
    f     = f     or (lambda k: k.total * k.c_before)
    g     = g     or (lambda k: k.total * k.i)
    dz_o  = dz_o  or (lambda k: k.dh * np.tanh(k.c))

    def answer(dh, dc, c_before, c, *four):
        k = Known(dh, dc, c_before, c, *four)
        k.total = total(k)
        return (i(k) * gate(k.i), f(k) * gate(k.f), g(k) * offer(k.g), dz_o(k) * gate(k.o),
                before(k))
    return answer


class Known:
    """All that the way back has been given, by name."""

    def __init__(self, dh, dc, c_before, c, i, f, g, o):
        self.dh, self.dc, self.c_before, self.c = dh, dc, c_before, c
        self.i, self.f, self.g, self.o = i, f, g, o


def without_slope(name):
    """One gate's own slope is missing."""
    place = "ifgo".index(name)

    def answer(*args):
        found = list(lstm_step_back(*args))
        found[place] = back(gate=lambda a: 1.0)(*args)[place]
        return tuple(found)
    return answer


# What often comes in the company of another mistake.
ALSO = ({"before": lambda k: k.total}, {"gate": lambda a: 1.0}, {"offer": lambda a: 1.0},
        {"gate": lambda a: 1.0, "offer": lambda a: 1.0}, {"offer": sigmoid_slope},
        {"dz_o": lambda k: k.total * np.tanh(k.c)}, {"dz_o": lambda k: k.dh})


def in_company(total):
    """Answers with a wrong slope by c, and one thing more done otherwise."""
    return tuple(back(total, **how) for how in ALSO)


def s(z):
    return 1 / (1 + np.exp(-z))


def editing(dh, dc, c_before, c, i, f, g, o):
    """Right, but dc is used as scratch paper."""
    dz_o = dh * np.tanh(c) * o * (1 - o)
    dc += dh * o * (1 - np.tanh(c) ** 2)
    return dc * g * i * (1 - i), dc * c_before * f * (1 - f), dc * i * (1 - g ** 2), dz_o, dc * f


# ---- the exercise ------------------------------------------------------------------------------

EXERCISES = (
    Exercise(
        "lstm_step_back", 15, "One step, backward", "core", 20, lstm_step_back,
        ("dz_i", "dz_f", "dz_g", "dz_o", "dc_before"), cases=some_steps,
        mistakes=(
            Mistake("cell-path-missing", back(lambda k: k.dh * k.o * tanh_slope(np.tanh(k.c))),
                    "The cell path is missing: dc, which comes from the next step's cell, is not "
                    "used. Two paths lead out of c, one to h and one to the next cell, so two "
                    "slopes add up. Without the second, nothing is learned over long times.", 116,
                    in_company(lambda k: k.dh * k.o * tanh_slope(np.tanh(k.c)))),
            Mistake("cell-path-handed-on-only", back(
                        i=lambda k: (k.total - k.dc) * k.g, g=lambda k: (k.total - k.dc) * k.i,
                        f=lambda k: (k.total - k.dc) * k.c_before),
                    "i, f and g hear only what came through h. dc, from the next step's cell, "
                    "concerns them too: add it first, and hand the sum to all.", 116),
            Mistake("multiplied", back(lambda k: k.dc * k.dh * k.o * tanh_slope(np.tanh(k.c))),
                    "The two slopes that reach c are multiplied. Factors on one path multiply; "
                    "where two paths meet, their slopes add up."),
            Mistake("dc-through-output", back(lambda k: (k.dc + k.dh) * k.o
                                              * tanh_slope(np.tanh(k.c))),
                    "dc goes through the output gate and the tanh in yours. It is a slope by c "
                    "already. Only dh has still to get from h to c: that product first, then add "
                    "dc."),
            Mistake("dh-as-it-is", back(lambda k: k.dc + k.dh),
                    "dh is added to dc as it came. It is a slope by h: on its way to c it meets "
                    "the output gate and the slope of tanh, o (1 - tanh(c) squared).",
                    forms=in_company(lambda k: k.dc + k.dh)),
            Mistake("only-cell-path", back(lambda k: k.dc),
                    "Only the slope from the next cell reaches c. The cell also went out as h, "
                    "so dh times o times (1 - tanh(c) squared) adds to it.", 104),
            Mistake("passed-on-before", back(before=lambda k: k.dc * k.f),
                    "What you hand to the cell before is the old dc times f. First add what came "
                    "through h, then hand on: otherwise h's message ends here.", 112),
            Mistake("forget-missing", back(before=lambda k: k.total),
                    "dc is handed on without f. Forward, the old cell was multiplied with f; "
                    "backward, so is its slope."),
            Mistake("cell-path-ends-here", back(before=lambda k: (k.total - k.dc) * k.f),
                    "dc_before holds what came through h alone. dc, from the next step's cell, "
                    "goes on to the cell before as well: their sum, times f. Otherwise the path "
                    "that nothing shrinks is cut at every step.", 116),
            Mistake("nothing-handed-on", back(before=lambda k: 0 * k.dc),
                    "dc_before is zero in yours, so no cell before this one hears anything. "
                    "Forward, c_before was multiplied with f: backward, it hears dc times f.", 116),
            Mistake("handed-on-as-it-came", back(before=lambda k: k.dc),
                    "You hand dc on as it came. The slope by c_before is that by this step's c, "
                    "with what came through h, times f."),
            Mistake("dc-once-more", back(before=lambda k: k.total * k.f + k.dc),
                    "dc_before holds the dc that came in once more. It is in the slope by c "
                    "already, and reaches the cell before through f alone."),
            Mistake("squeezed-on-the-way", back(before=lambda k: k.total * k.f
                                                * tanh_slope(np.tanh(k.c_before))),
                    "dc_before holds a slope of tanh. Between two cells there is no tanh; the one "
                    "of the step before is on the way to its h, and that step sees to it."),
            Mistake("handed-on-by-cell", back(before=lambda k: k.total * k.c_before),
                    "dc goes to the cell before times c_before. A factor hears the other factor: "
                    "c_before is what f hears, and f is what c_before hears.", 39),
            Mistake("forget-of-slope", back(before=lambda k: k.total * k.f * (1 - k.f)),
                    "You hand on dc times f (1 - f). That is the slope of the sigmoid, for z_f. "
                    "The path from c to c_before goes through a product with f, no more."),
            Mistake("handed-on-by-i", back(before=lambda k: k.total * k.i),
                    "dc goes to the cell before times i. The gate between two cells is f.", 117),
            Mistake("input-for-forget", back(f=lambda k: k.total * k.g, i=lambda k: k.total
                                             * k.c_before),
                    "i and f have each other's partner. Forward, i met the offer g, and f met the "
                    "old cell: backward, each hears what it was multiplied with.", 117),
            Mistake("own-slopes-missing", back(gate=lambda a: 1.0, offer=lambda a: 1.0),
                    "These are the slopes by the gates themselves. Each gate came out of a sigmoid "
                    "(or tanh), so one more factor leads to its z: i (1 - i) for the sigmoids, "
                    "1 - g squared for the offer.", 107),
            Mistake("own-slope-missing-i", without_slope("i"),
                    "z_i: the input gate's own slope is missing, i (1 - i).", 107),
            Mistake("own-slope-missing-f", without_slope("f"),
                    "z_f: the forget gate's own slope is missing, f (1 - f).", 107),
            Mistake("own-slope-missing-g", back(offer=lambda a: 1.0),
                    "z_g: the offer's own slope is missing. g is a tanh, so it is 1 - g squared.",
                    107),
            Mistake("own-slope-missing-o", without_slope("o"),
                    "z_o: the output gate's own slope is missing, o (1 - o).", 107),
            Mistake("own-slopes-missing-gates", back(gate=lambda a: 1.0),
                    "The sigmoid's slope is missing in all three gates: i (1 - i), f (1 - f), "
                    "o (1 - o).", 107),
            Mistake("sigmoid-slope-for-g", back(offer=sigmoid_slope),
                    "The offer g is a tanh, and you gave it the sigmoid's slope. It is 1 - g "
                    "squared.", 34),
            Mistake("tanh-slope-for-gates", back(gate=tanh_slope),
                    "i, f and o are sigmoids, and you gave them the slope of tanh. For a sigmoid "
                    "it is a (1 - a).", 34),
            Mistake("slope-of-a-slope", back(gate=lambda a: s(a) * (1 - s(a))),
                    "i, f and o are what came out of the sigmoid already. Their slope is a (1 - a) "
                    "with a the gate itself: no other sigmoid of it.", 29),
            Mistake("tanh-slope-of-c", back(lambda k: k.dc + k.dh * k.o * (1 - k.c ** 2)),
                    "The slope of tanh is 1 minus the square of what comes out, tanh(c). You "
                    "squared c itself, which went in.", 30),
            Mistake("slope-of-state", back(lambda k: k.dc + k.dh * k.o
                                           * tanh_slope(k.o * np.tanh(k.c))),
                    "You squared h. In chapter 14 h was the tanh itself; here h is o times "
                    "tanh(c), so the slope of tanh is 1 - tanh(c) squared."),
            Mistake("tanh-slope-missing", back(lambda k: k.dc + k.dh * k.o),
                    "Between c and h stands a tanh, and its slope is missing: dh times o times "
                    "(1 - tanh(c) squared).", 107, in_company(lambda k: k.dc + k.dh * k.o)),
            Mistake("tanh-for-slope", back(lambda k: k.dc + k.dh * k.o * np.tanh(k.c)),
                    "On the way from h to c you multiply with tanh(c). That is for o. The cell "
                    "needs the slope of tanh, 1 - tanh(c) squared.",
                    forms=(back(lambda k: k.dc + k.dh * k.o * (1 - np.tanh(k.c))),)),
            Mistake("square-of-all", back(lambda k: k.dc + k.dh * k.o * (1 - np.tanh(k.c)) ** 2),
                    "You square the whole of 1 - tanh(c). The slope of tanh is 1 minus the square: "
                    "square first, then subtract.", 33),
            Mistake("square-of-all-g", back(offer=lambda a: (1 - a) ** 2),
                    "z_g: the slope of the offer's tanh is 1 minus the square of g. Square g "
                    "first, then subtract.", 33, (back(offer=lambda a: 1 - a),)),
            Mistake("sigmoid-slope-of-tanh", back(lambda k: k.dc + k.dh * k.o
                                                  * sigmoid_slope(np.tanh(k.c))),
                    "On the way from h to c you use a (1 - a), the slope of a sigmoid. Between "
                    "them stands a tanh: 1 - tanh(c) squared.", 34),
            Mistake("output-slope-into-cell", back(lambda k: k.dc + k.dh * sigmoid_slope(k.o)
                                                   * tanh_slope(np.tanh(k.c))),
                    "On the way from h to c you multiply with o (1 - o). That is the slope of o's "
                    "own sigmoid, for z_o. h is o times tanh(c), so the cell hears o."),
            Mistake("tanh-for-o-into-cell", back(lambda k: k.dc + k.dh * np.tanh(k.c)
                                                 * tanh_slope(np.tanh(k.c))),
                    "On the way from h to c you multiply with tanh(c), o's partner. The cell was "
                    "multiplied with o, so it hears dh times o."),
            Mistake("tanh-of-tanh", back(lambda k: k.dc + k.dh * k.o
                                         * tanh_slope(np.tanh(np.tanh(k.c)))),
                    "tanh is applied twice. If tanh(c) is there already, 1 minus its square is the "
                    "slope.", 29),
            Mistake("old-cell-slope", back(lambda k: k.dc + k.dh * k.o
                                           * tanh_slope(np.tanh(k.c_before))),
                    "The slope of tanh is taken at c_before. h came from the new cell c.", 107),
            Mistake("old-cell-out", back(dz_o=lambda k: k.dh * np.tanh(k.c_before)),
                    "z_o: the output gate was multiplied with tanh of the new cell c. You took "
                    "that of c_before."),
            Mistake("output-missing", back(lambda k: k.dc + k.dh * tanh_slope(np.tanh(k.c))),
                    "On the way from h to c the output gate is missing. What it did not let out, "
                    "it does not let in either: dh times o.",
                    forms=in_company(lambda k: k.dc + k.dh * tanh_slope(np.tanh(k.c)))),
            Mistake("through-forget-gate", back(lambda k: k.dc * k.f + k.dh * k.o
                                                * tanh_slope(np.tanh(k.c))),
                    "dc is multiplied with f when it arrives. It is the slope by this step's c "
                    "already (the next step saw to that with its own f). f comes in once, when you "
                    "hand on to the cell before.",
                    forms=(back(lambda k: k.dc * k.f + k.dh * k.o * tanh_slope(np.tanh(k.c)),
                                before=lambda k: k.total),)),
            Mistake("o-without-tanh", back(dz_o=lambda k: k.dh * k.c),
                    "z_o: the output gate was multiplied with tanh(c), and not with c.",
                    forms=(back(dz_o=lambda k: k.dh),)),
            Mistake("o-from-dc", back(dz_o=lambda k: k.total * np.tanh(k.c)),
                    "z_o: the output gate has part in h alone, so it hears dh. The cell's slope "
                    "does not concern it.", forms=(back(dz_o=lambda k: k.dc * np.tanh(k.c)),
                                                    back(dz_o=lambda k: (k.dh + k.dc)
                                                         * np.tanh(k.c)))),
            Mistake("o-with-tanh-slope", back(dz_o=lambda k: k.dh * tanh_slope(np.tanh(k.c))),
                    "z_o: the output gate was multiplied with tanh(c), so that is its factor. The "
                    "slope of tanh is for the way into the cell."),
            Mistake("new-cell-for-f", back(f=lambda k: k.total * k.c),
                    "z_f: the forget gate was multiplied with the cell before. You took the new "
                    "cell c.", 105),
            Mistake("dh-for-gates", back(i=lambda k: k.dh * k.g, f=lambda k: k.dh * k.c_before,
                                         g=lambda k: k.dh * k.i),
                    "i, f and g hear dh in yours. They have part in the cell, and the cell has a "
                    "slope of its own: first add up dc, then hand it to them."),
            Mistake("old-dc-for-gates", back(i=lambda k: k.dc * k.g, g=lambda k: k.dc * k.i,
                                             f=lambda k: k.dc * k.c_before),
                    "i, f and g hear the dc that came in, without what h says of the cell. Add "
                    "dh times o times (1 - tanh(c) squared) first.", 104),
            Mistake("f-without-old-cell", back(f=lambda k: k.total),
                    "z_f: the forget gate was multiplied with the cell before, so that is the "
                    "factor it hears. It is missing."),
            Mistake("i-without-offer", back(i=lambda k: k.total),
                    "z_i: the input gate was multiplied with the offer g, so that is the factor it "
                    "hears. It is missing."),
            Mistake("g-without-gate", back(g=lambda k: k.total),
                    "z_g: the offer was multiplied with the input gate i, so that is the factor it "
                    "hears. It is missing."),
            Mistake("each-hears-itself", back(i=lambda k: k.total * k.i, f=lambda k: k.total * k.f,
                                              g=lambda k: k.total * k.g, dz_o=lambda k: k.dh * k.o),
                    "Each gate is multiplied with itself. A factor of a product hears the other "
                    "factor: i hears g, g hears i, f the old cell, o the tanh of the new one.", 39,
                    (back(i=lambda k: k.total * k.i, f=lambda k: k.total * k.f,
                          g=lambda k: k.total * k.g, dz_o=lambda k: k.dh * k.o,
                          gate=lambda a: 1.0, offer=lambda a: 1.0),)),
            Mistake("g-squeezed-again", back(offer=lambda a: tanh_slope(np.tanh(a))),
                    "z_g: g has come out of its tanh already, so the slope is 1 - g squared. You "
                    "took tanh once more.", 29),
            Mistake("g-hears-g", back(g=lambda k: k.total * k.g),
                    "z_g: a factor of a product hears the other factor. The offer g was multiplied "
                    "with i.", 39),
            Mistake("i-hears-i", back(i=lambda k: k.total * k.i),
                    "z_i: a factor of a product hears the other factor. The input gate i was "
                    "multiplied with g.", 39),
            Mistake("dc-returned", back(before=lambda k: k.total * k.f + k.dh),
                    "dc_before holds dh as well. h of the step before is reached through the "
                    "gates, by W_h, outside this function."),
            Mistake("edits-dc", editing,
                    "The result is right, but dc is changed in place (`dc += ...` does that). "
                    "Write `dc = dc + ...`, which makes a new array.", 14),
        ),
        hints=("Write the two lines of the way forward, and for each variable on their right ask: "
               "what was it multiplied with? And which slope has the product?",
               "All is (m, n) and goes number by number. The slope by c comes first: four things "
               "wait for it, and only z_o does not.",
               "The slope by c is dc plus dh times o times one minus the square of tanh(c). Then "
               "i hears g, f hears the old cell, g hears i, each times its own slope; the old cell "
               "hears f. o hears dh times tanh(c)."),
        why="The old cell hears dc times f: no weight, no slope of a squeeze. That is what keeps "
            "the slope alive."),
)
