"""The transformer: attention to look around, two dense layers to think, and paths around both."""
from dlf.layers.activations import GELU
from dlf.layers.attention import SelfAttention
from dlf.layers.containers import Residual, Sequential
from dlf.layers.dense import Dense
from dlf.layers.dropout import Dropout
from dlf.layers.normalization import LayerNorm
from dlf.shapes import positive


def TransformerBlock(n, heads=1, hidden=None, causal=True, dropout=0.0, rng=None):
    """A block of a transformer: look around, then think, each added to what was there before.

        x = x + Dropout(SelfAttention(LayerNorm(x)))
        x = x + Dropout(Dense(GELU(Dense(LayerNorm(x)))))

    It is a Sequential of two Residuals, which all that reads networks knows how to read.

    Args: hidden: neurons between the two dense layers, by default 4n; causal: positions see only
    what came before them; dropout: share silenced while training.
    Shapes: (batch, time, n) to the same.
    Source: Vaswani et al. (2017); Radford et al. (2019), who put the normalization first.
    """
    positive("TransformerBlock", n=n, heads=heads, hidden=1 if hidden is None else hidden)
    hidden = 4 * n if hidden is None else hidden
    look  = [LayerNorm(n), SelfAttention(n, heads, causal)]
    think = [LayerNorm(n), Dense(n, hidden), GELU(), Dense(hidden, n)]
    if dropout:
        look, think = [*look, Dropout(dropout)], [*think, Dropout(dropout)]
    return Sequential(Residual(*look), Residual(*think), rng=rng)
