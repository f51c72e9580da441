"""Layers: each file holds one idea; `base.py` says what they all have in common."""
from dlf.layers.activations import ELU, GELU, LeakyReLU, ReLU, Sigmoid, Softmax, Softplus, Tanh
from dlf.layers.base import Layer
from dlf.layers.containers import Residual, Sequential
from dlf.layers.dense import Dense, Embedding
from dlf.layers.dropout import Dropout
from dlf.layers.normalization import BatchNorm, LayerNorm
from dlf.layers.shape import Flatten, Reshape

__all__ = ["ELU", "GELU", "BatchNorm", "Dense", "Dropout", "Embedding", "Flatten", "Layer",
           "LayerNorm", "LeakyReLU", "ReLU", "Reshape", "Residual", "Sequential", "Sigmoid",
           "Softmax", "Softplus", "Tanh"]
