"""Exercises that do not say "wrong" but name the mistake: check, hint, solution, progress.

>>> from dlf.exercises import check, hint
>>> check("sigmoid", lambda z: 1 / (1 + np.exp(z)))
"""
from dlf.exercises.catalog import catalogue
from dlf.exercises.course import check, hint, progress, solution, use
from dlf.exercises.exercise import Exercise, Mistake
from dlf.exercises.verdict import Verdict
