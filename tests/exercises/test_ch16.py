"""Chapter 16: numbers from outside, answers in other styles, and verdicts on several mistakes."""
import numpy as np
import pytest
import scipy.special

from dlf.exercises import check
from dlf.exercises.chapters.ch16_attend_one import TOKENS, attend_one
from dlf.exercises.chapters.ch16_attention import attention
from dlf.exercises.chapters.ch16_attention_back import attention_back, softmax_back
from dlf.exercises.chapters.ch16_attention_heads import multi_head, positions

SIZES = [(4, 6, 3, 5, False), (5, 5, 4, 3, True), (3, 3, 3, 3, True), (1, 1, 2, 2, True)]
some  = pytest.mark.parametrize("m, n, d, p, causal", SIZES)


def tables(m, n, d, p):
    """Q, K, V, and a slope by the outputs."""
    rng = np.random.default_rng(1)
    return [rng.normal(size=size) for size in ((m, d), (n, d), (n, p), (m, p))]


# ---- numbers from outside ------------------------------------------------------------------------

def test_one_query_by_hand():
    w, y = attend_one(np.array([2.0, 1.0]), *TOKENS[1:])
    powers = np.exp(np.array([1.0, 4.0, -1.0]) / 2 ** 0.5)              # 0+1, 4+0, -2+1
    assert np.allclose(w, powers / powers.sum(), rtol=0, atol=1e-15)
    assert y == pytest.approx([w[0] - w[2], 2 * w[1] + w[2]])


def test_weights_are_scipys_softmax():
    Q, K, V, _ = tables(4, 6, 3, 5)
    assert np.allclose(attention(Q, K, V)[0], scipy.special.softmax(Q @ K.T / 3 ** 0.5, axis=1))


@some
def test_forward_and_all_three_gradients_are_those_of_pytorch(m, n, d, p, causal):
    torch = pytest.importorskip("torch")
    Q, K, V, dY = tables(m, n, d, p)
    q, k, v = (torch.tensor(a, requires_grad=True) for a in (Q, K, V))
    y = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=causal)
    (y * torch.tensor(dY)).sum().backward()
    A, Y  = attention(Q, K, V, causal)
    found = attention_back(dY, Q, K, V, A)
    assert np.allclose(Y, y.detach().numpy(), rtol=0, atol=1e-14)
    for mine, theirs in zip(found, (q, k, v)):
        assert np.allclose(mine, theirs.grad.numpy(), rtol=0, atol=1e-14)


def test_back_through_the_softmax_is_the_product_with_the_whole_jacobian():
    rng = np.random.default_rng(2)
    A   = scipy.special.softmax(rng.normal(size=(4, 5)), axis=1)
    dA  = rng.normal(size=(4, 5))
    by_jacobian = [slope @ (np.diag(a) - np.outer(a, a)) for slope, a in zip(dA, A)]
    assert np.allclose(softmax_back(dA, A), by_jacobian, rtol=0, atol=1e-16)


@some
def test_a_nudge_of_each_number_agrees(m, n, d, p, causal):
    *given, dY = tables(m, n, d, p)
    A = attention(*given, causal)[0]
    for table, slopes in zip(given, attention_back(dY, *given, A)):
        for at in np.ndindex(table.shape):
            costs = []
            for step in (1e-5, -2e-5):
                table[at] += step
                costs.append((attention(*given, causal)[1] * dY).sum())
            table[at] += 1e-5
            assert slopes[at] == pytest.approx((costs[0] - costs[1]) / 2e-5, abs=1e-8)


def test_a_later_token_changes_nothing_that_came_before():
    Q, K, V, _ = tables(5, 5, 4, 3)
    before = attention(Q, K, V, True)[1]
    for table in (Q, K, V):
        table[3:] += 10
    assert np.array_equal(attention(Q, K, V, True)[1][:3], before[:3])


def test_heads_are_those_of_the_library():
    from dlf import SelfAttention
    layer = SelfAttention(6, heads=3)
    x     = np.random.default_rng(3).normal(size=(1, 5, 6))
    layer.W_o[...], layer.b_o[...] = np.eye(6), 0
    y       = layer.forward(x)
    Q, K, V = (x[0] @ W.T + b for W, b in zip(np.split(layer.W_qkv, 3), np.split(layer.b_qkv, 3)))
    A, Y    = multi_head(Q, K, V, 3)
    assert np.allclose(A, layer.attention[0], rtol=0, atol=1e-14)
    assert np.allclose(Y, y[0], rtol=0, atol=1e-14)


def test_waves_by_hand():
    assert np.allclose(positions(2, 2), [[0, 1], [np.sin(1), np.cos(1)]])
    assert positions(8, 4)[7, 2:] == pytest.approx([np.sin(0.07), np.cos(0.07)])   # 10000^0.5 = 100


# ---- the same in other styles --------------------------------------------------------------------

def test_one_query_in_a_loop_over_the_keys_is_as_good():
    def by_loop(q, K, V):
        scores = [sum(a * b for a, b in zip(q, k)) / len(q) ** 0.5 for k in K]
        powers = [np.exp(s - max(scores)) for s in scores]
        w      = [power / sum(powers) for power in powers]
        return w, sum(weight * v for weight, v in zip(w, V))
    assert check("attend_one", by_loop)


def test_a_mask_by_leaving_out_later_keys_is_as_good():
    def query_by_query(Q, K, V, causal=False):
        A = np.zeros((len(Q), len(K)))
        for i, q in enumerate(Q):
            seen = i + 1 if causal else len(K)
            A[i, :seen] = attend_one(q, K[:seen], V[:seen])[0]
        return A, A @ V
    assert check("attention", query_by_query)


@pytest.mark.parametrize("hidden", [-1e9, -1e30])
def test_a_number_far_below_all_scores_is_as_good_as_minus_infinity(hidden):
    def answer(Q, K, V, causal=False):
        scores = Q @ K.T / np.sqrt(Q.shape[1])
        if causal:
            scores[np.triu_indices(len(Q), 1)] = hidden
        A = scipy.special.softmax(scores, axis=1)
        return A, A @ V
    assert check("attention", answer)


def test_heads_by_columns_in_a_loop_are_as_good():
    def by_columns(Q, K, V, heads):
        d, found = Q.shape[1] // heads, []
        for h in range(heads):
            cut = slice(h * d, (h + 1) * d)
            found.append(attention(Q[:, cut], K[:, cut], V[:, cut]))
        return [A for A, _ in found], np.concatenate([Y for _, Y in found], axis=1)
    assert check("multi_head", by_columns)


def test_heads_at_once_with_einsum_are_as_good():
    def at_once(Q, K, V, heads):
        q, k, v = (X.reshape(len(X), heads, -1) for X in (Q, K, V))
        S = np.einsum("ihd,jhd->hij", q, k) / np.sqrt(q.shape[2])
        A = scipy.special.softmax(S, axis=2)
        return A, np.einsum("hij,jhd->ihd", A, v).reshape(Q.shape)
    assert check("multi_head", at_once)


def test_the_softmax_back_row_by_row_with_jacobians_is_as_good():
    assert check("softmax_back", lambda dA, A: [
        (np.diag(a) - np.outer(a, a)) @ slope for slope, a in zip(dA, A)])


def test_the_way_back_with_einsum_is_as_good():
    def answer(dY, Q, K, V, A):
        dS = softmax_back(np.einsum("ip,jp->ij", dY, V), A) / Q.shape[1] ** 0.5
        return (np.einsum("ij,jd->id", dS, K), np.einsum("ij,id->jd", dS, Q),
                np.einsum("ij,ip->jp", A, dY))
    assert check("attention_back", answer)


# ---- two mistakes at once, and one that hides ----------------------------------------------------

def test_two_mistakes_in_different_blocks_are_both_named():
    def answer(dY, Q, K, V, A):
        dQ, dK, _ = attention_back(dY, Q, K, V, A)
        return dQ, dK * np.sqrt(Q.shape[1]), A.T @ dY / np.sqrt(Q.shape[1])
    verdict = check("attention_back", answer)
    assert verdict.status == "wrong"
    assert "dK is not scaled" in verdict.message
    assert "dV is divided by the root of d" in verdict.message


def test_a_mistake_in_what_dQ_and_dK_share_leaves_dV_right():
    def answer(dY, Q, K, V, A):
        dS = A * (1 - A) * (dY @ V.T)
        return dS @ K / np.sqrt(Q.shape[1]), dS.T @ Q / np.sqrt(Q.shape[1]), A.T @ dY
    verdict = check("attention_back", answer)
    assert verdict.mistake == "diagonal" and "dV" not in verdict.message


def test_of_a_mask_after_the_softmax_without_the_root_the_mask_is_said_first():
    def answer(Q, K, V, causal=False):
        A = scipy.special.softmax(Q @ K.T, axis=1)
        A = np.tril(A) if causal else A
        return A, A @ V
    assert check("attention", answer).mistake == "masked-after"


def test_no_root_is_said_first_while_there_is_no_mask_yet():
    def answer(Q, K, V, causal=False):
        A = scipy.special.softmax(Q @ K.T, axis=1)
        return A, A @ V
    assert check("attention", answer).mistake == "no-scale"


def test_two_mistakes_in_the_weights_that_nobody_knows_together_are_not_taken_for_one_of_them():
    def answer(Q, K, V, causal=False):
        A = scipy.special.softmax(Q @ K.T / Q.shape[1], axis=0)
        return A, A @ V
    verdict = check("attention", answer)
    assert (verdict.status, verdict.mistake) == ("wrong", None)


def test_queries_that_were_scaled_in_place_are_found_out():
    def answer(Q, K, V, causal=False):
        Q /= np.sqrt(Q.shape[1])
        return attention(Q * np.sqrt(Q.shape[1]), K, V, causal)
    assert check("attention", answer).mistake == "edits-input"


@pytest.mark.parametrize("filler", [np.inf, np.nan])
def test_plus_infinity_is_not_taken_for_infinity_times_zero(filler):
    def answer(Q, K, V, causal=False):
        scores = Q @ K.T / np.sqrt(Q.shape[1])
        if causal:
            scores[~np.tri(len(Q), dtype=bool)] = filler
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        A      = powers / powers.sum(axis=1, keepdims=True)
        return A, A @ V
    assert check("attention", answer).mistake == "plus-infinity"


def test_paths_to_the_other_weights_alone_are_named():
    def answer(dA, A):
        dS = np.zeros_like(A)
        for i, j, k in np.ndindex(len(A), A.shape[1], A.shape[1]):
            if j != k:
                dS[i, j] -= dA[i, k] * A[i, k] * A[i, j]
        return dS
    assert check("softmax_back", answer).mistake == "off-diagonal"
