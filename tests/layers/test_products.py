"""Products in pieces are the products, and pieces are as few and as large as they can be."""
import numpy as np
import pytest

import dlf
from dlf.layers.products import SMALL, is_small, multiply, pieces


@pytest.mark.parametrize("rows, inner, columns, wanted", [
    (8, 25, 1536, 1),            # 307,200 multiplications: small as it is
    (16, 200, 512, 2),           # 1.6 million: two halves of 0.8
    (16, 144, 1024, 4),          # 2.4 million: two halves would still be 1.2 each
    (16, 200, 511, 1),           # an odd number of columns cannot be halved
    (32, 288, 1024, 16),         # 9.4 million: 16 pieces of 64 columns, and no fewer columns
    (64, 576, 1024, 1),          # 37.7 million: pieces would be too narrow
])
def test_columns_are_cut_just_so_far_that_each_product_is_small(rows, inner, columns, wanted):
    assert pieces(rows, inner, columns) == wanted


def test_a_million_multiplications_is_small_and_one_more_row_is_not():
    assert is_small(100, 100, 100) and 100**3 == SMALL
    assert not is_small(101, 100, 100)


@pytest.mark.parametrize("A, B", [
    ((16, 200), (200, 512)),                         # two pieces
    ((2, 16, 200), (5, 2, 200, 512)),                # the same for a stack, with A repeated
    ((3, 4), (4, 5)),                                # one
])
def test_a_product_in_pieces_is_the_product(rng, A, B):
    A, B = rng.normal(size=A), rng.normal(size=B)
    out  = np.full((A @ B).shape, np.nan)
    multiply(A, B, out)
    assert np.allclose(out, A @ B, rtol=0, atol=1e-12)


@pytest.mark.parametrize("batch", [64, 63])
@pytest.mark.parametrize("n_in, n_out, groups, size", [
    (8, 16, 1, 12),              # the kernel's rows one at a time
    (16, 32, 2, 12),             # the same in two groups
    (1, 8, 1, 28),               # small as a whole; more rows than are held at once
    (32, 32, 1, 12),             # large either way
])
def test_convolutions_of_every_size_are_pytorchs(rng, batch, n_in, n_out, groups, size):
    torch = pytest.importorskip("torch")
    layer = dlf.Conv2D(n_in, n_out, 5, groups=groups, rng=rng)
    x     = rng.normal(size=(batch, n_in, size, size))
    W, b, inputs = (torch.tensor(a, requires_grad=True) for a in (layer.W, layer.b, x))
    wanted = torch.nn.functional.conv2d(inputs, W, b, groups=groups)
    dy     = rng.normal(size=wanted.shape)
    wanted.backward(torch.tensor(dy))
    assert np.allclose(layer(x), wanted.detach().numpy(), rtol=0, atol=1e-10)
    assert np.allclose(layer.backward(dy), inputs.grad.numpy(), rtol=0, atol=1e-10)
    assert np.allclose(layer.dW, W.grad.numpy(), rtol=1e-10, atol=1e-9)
    assert np.allclose(layer.db, b.grad.numpy(), rtol=1e-10, atol=1e-9)
