"""Attention: a query moved among the keys; its scores, its weights, the mean, and the map."""
import re

import numpy as np
import pytest

from dlf.widgets.lessons import Attention


@pytest.fixture
def lesson():
    made = Attention()
    yield made
    made.close()


def control(lesson, name):
    """A slider, a list or a button, by its name."""
    return next(w for row in lesson.view.children if hasattr(row, "children")
                for w in row.children if getattr(w, "description", "") == name)


def turn(lesson, **values):
    """Set some controls by their names, with _ for a space."""
    for name, value in values.items():
        control(lesson, name.replace("_", " ")).value = value


def move(lesson, first, second):
    """The query to a place."""
    for k, value in enumerate((first, second)):
        control(lesson, f"q[{k}]").value = value


# ---- numbers -------------------------------------------------------------------------------------

def test_with_a_mask_it_shows_the_row_that_the_chapter_works_out(lesson):
    turn(lesson, Mask=True)
    powers = np.exp(np.array([1.0, 4.0, -1.0]) / 2 ** 0.5)              # by hand
    w      = powers / powers.sum()
    assert np.allclose(lesson.A[2], [*w, 0, 0], rtol=0, atol=1e-15)
    assert lesson.y == pytest.approx([w[0] - w[2], 2 * w[1] + w[2]])
    assert "the 10.4\u00a0%, dog 87.0\u00a0%, barks 2.5\u00a0%" in lesson.words.value


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("head", [0, 1])
def test_the_map_is_pytorchs(lesson, head, causal):
    torch = pytest.importorskip("torch")
    turn(lesson, Head=head, Mask=causal)
    q, k, v = (torch.tensor(table[head]) for table in (lesson.Q, lesson.K, lesson.V))
    y = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=causal).numpy()
    assert np.allclose(lesson.A @ lesson.V[head], y, rtol=0, atol=1e-14)
    assert np.allclose(lesson.y, y[2], rtol=0, atol=1e-14)


def test_a_query_of_zeros_asks_everybody_alike(lesson):
    move(lesson, 0.0, 0.0)
    assert np.allclose(lesson.A[2], 0.2)
    assert lesson.words.value.count("20.0\u00a0%") == 5


def test_a_longer_query_is_surer(lesson):
    move(lesson, 1.0, 0.5)
    before = lesson.A[2].max()
    move(lesson, 2.0, 1.0)
    assert lesson.A[2].max() > before


def test_without_the_root_the_weights_are_sharper(lesson):
    before = lesson.A[2].max()
    turn(lesson, **{"divided by √d": False})
    assert lesson.A[2].max() > before
    assert lesson.scores[2].tolist() == [1.0, 4.0, -1.0, 0.0, -4.0]


def test_the_second_head_looks_one_token_back(lesson):
    turn(lesson, Head=1, Mask=True)
    assert lesson.A[1:].argmax(axis=1).tolist() == [0, 1, 2, 3]


# ---- controls ------------------------------------------------------------------------------------

def test_the_sliders_follow_the_token_and_the_head_and_move_nothing(lesson):
    before = lesson.Q.copy()
    for head in (1, 0):
        for i in range(5):
            turn(lesson, Query_of=i, Head=head)
            shown = [control(lesson, f"q[{k}]").value for k in (0, 1)]
            assert shown == pytest.approx(lesson.q)
    assert np.array_equal(lesson.Q, before)


def test_a_moved_query_stays_while_another_is_looked_at(lesson):
    move(lesson, -3.0, 0.5)
    turn(lesson, Query_of=0)
    turn(lesson, Query_of=2)
    assert lesson.q.tolist() == [-3.0, 0.5]


def test_begin_again_puts_all_queries_back(lesson):
    move(lesson, 3.0, -3.0)
    control(lesson, "begin again").click()
    assert np.array_equal(lesson.Q, lesson.first)
    assert control(lesson, "q[0]").value == 2.0


def test_a_query_that_is_moved_changes_its_row_of_the_map_alone(lesson):
    before = lesson.A
    move(lesson, -1.0, -2.0)
    rows = [0, 1, 3, 4]
    assert np.array_equal(lesson.A[rows], before[rows])
    assert not np.allclose(lesson.A[2], before[2])


# ---- what is seen --------------------------------------------------------------------------------

def test_hidden_keys_say_so_and_are_dashed(lesson):
    assert "hidden" not in lesson.picture.value and "−∞" not in lesson.words.value
    turn(lesson, Mask=True)
    assert lesson.picture.value.count(">hidden<") == 10                 # above the diagonal of 5
    assert lesson.picture.value.count("stroke-dasharray:3 2") == 4      # two keys, two values
    assert "at −∞, me −∞" in lesson.words.value


def test_the_drawing_never_changes_its_size(lesson):
    sizes = set()
    for causal in (False, True):
        for i in range(5):
            turn(lesson, Mask=causal, Query_of=i)
            sizes.add(re.search(r'width="(\d+)" height="(\d+)"', lesson.picture.value).groups())
    assert len(sizes) == 1 and int(sizes.pop()[0]) <= 800


def test_every_end_of_the_sliders_can_be_drawn(lesson):
    for first in (-3.0, 0.0, 3.0):
        for second in (-3.0, 0.0, 3.0):
            for scaled in (True, False):
                turn(lesson, **{"divided by √d": scaled})
                move(lesson, first, second)
                assert "nan" not in lesson.picture.value and "−0.00" not in lesson.picture.value
    assert lesson.player.error is None


def test_huge_scores_are_drawn():
    lesson = Attention(["a", "b"], *np.full((3, 1, 2, 2), 1e3))
    assert np.allclose(lesson.A, 0.5) and "nan" not in lesson.picture.value


def test_the_description_is_the_same_on_every_run(lesson):
    assert repr(lesson) == repr(Attention())
    assert repr(lesson).startswith("Attention: Head 0: barks asks with q = (2.00, 1.00).")


@pytest.mark.parametrize("tokens, shape", [("abcdef", (1, 6, 2)), ("a", (1, 1, 2)),
                                           ("abc", (3, 2)), ("abc", (1, 3, 4))])
def test_what_it_cannot_draw_is_refused_with_the_shapes(tokens, shape):
    with pytest.raises(ValueError, match=re.escape(f"got {shape}, {shape} and {shape}")):
        Attention(tokens, *np.zeros((3, *shape)))
