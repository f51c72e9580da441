"""Layers: each file holds one idea; `base.py` says what they all have in common."""
from dlf.layers.activations import ELU, GELU, LeakyReLU, ReLU, Sigmoid, Softmax, Softplus, Tanh
from dlf.layers.attention import SelfAttention
from dlf.layers.augmentation import RandomShift
from dlf.layers.base import Layer
from dlf.layers.cells import GRU, LSTM, RNN
from dlf.layers.containers import Residual, Sequential
from dlf.layers.convolution import Conv1D, Conv2D
from dlf.layers.dense import Dense, Embedding
from dlf.layers.dropout import Dropout, Dropout2D
from dlf.layers.normalization import BatchNorm, LayerNorm
from dlf.layers.pooling import AveragePool2D, GlobalAveragePool2D, MaxPool2D
from dlf.layers.positions import PositionalEncoding, PositionEmbedding
from dlf.layers.sequences import Bidirectional, LastStep, Masked
from dlf.layers.shape import Flatten, Reshape
from dlf.layers.transformer import TransformerBlock
from dlf.layers.transposed import ConvTranspose2D

__all__ = ["ELU", "GELU", "GRU", "LSTM", "RNN", "AveragePool2D", "BatchNorm", "Bidirectional",
           "Conv1D", "Conv2D", "ConvTranspose2D", "Dense", "Dropout", "Dropout2D", "Embedding",
           "Flatten", "GlobalAveragePool2D", "LastStep", "Layer", "LayerNorm", "LeakyReLU",
           "Masked", "MaxPool2D", "PositionEmbedding", "PositionalEncoding", "RandomShift", "ReLU",
           "Reshape", "Residual", "SelfAttention", "Sequential", "Sigmoid", "Softmax", "Softplus",
           "Tanh", "TransformerBlock"]
