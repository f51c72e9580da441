"""dlf: a deep-learning framework from scratch in NumPy, made to be read.

>>> import numpy as np, dlf
>>> rng = np.random.default_rng(0)
>>> net = dlf.Sequential(dlf.Dense(64, 32), dlf.ReLU(), dlf.Dense(32, 10), rng=rng)
"""
from dlf import datasets, initializers, metrics
from dlf.checkpoint import CheckpointError, load, save
from dlf.fitting import History, fit, predict
from dlf.generate import generate
from dlf.gradcheck import check_gradients, numerical_gradient
from dlf.layers import *  # noqa: F403
from dlf.layers.recurrent import forget
from dlf.losses import L1, L2, BinaryCrossEntropy, CrossEntropy, Huber, MeanAbsolute, MeanSquare
from dlf.lr_finder import RateCurve, find_learning_rate
from dlf.optimizers import SGD, Adam, AdamW, Momentum, Nesterov, RMSProp, clip_by_norm
from dlf.schedules import Constant, Cosine, Exponential, OneCycle, StepDecay, WarmUp
from dlf.shapes import ShapeError
from dlf.summary import summary
from dlf.training import NotFinite, Progress, Step, gradients, train

__version__ = "0.1.0"
