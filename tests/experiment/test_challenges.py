"""Challenges: every one fails as it starts, and its stored solution passes."""
import pytest

from dlf.experiment import CHALLENGES, Run, challenge


@pytest.mark.parametrize("name", CHALLENGES)
def test_the_start_fails_and_the_stored_solution_passes(name):
    task = CHALLENGES[name]
    start, solved = Run(task.start), Run(task.solved())
    start.advance(epochs=task.solution_epochs), solved.advance(epochs=task.solution_epochs)
    assert not task.check(start).passed
    verdict = task.check(solved)
    assert verdict.passed, verdict.text
    assert task.lesson in verdict.text


@pytest.mark.parametrize("name", CHALLENGES)
def test_nothing_passes_untrained(name):
    assert not CHALLENGES[name].check(Run(CHALLENGES[name].solved())).passed


def test_changing_what_is_not_free_fails_and_names_it():
    task = challenge("three-neurons")
    run  = Run(task.solved().change(features=["x1", "x2", "x1^2", "x2^2"]))
    run.advance(epochs=task.solution_epochs)
    verdict = task.check(run)
    assert not verdict.passed and "features" in verdict.text


@pytest.mark.parametrize("name, settings, epochs, text", [
    ("three-neurons", {"hidden": [4]}, 1, "4 hidden neurons; at most 3"),
    ("spiral-in-time", {}, 61, "61.0 epochs; at most 60"),
    ("noisy-circle", {}, 5, "5.0 epochs; at least 100"),
    ("no-hidden-gauss", {"hidden": []}, 0, "must get below 0.02")])
def test_a_verdict_says_what_is_missing(name, settings, epochs, text):
    run = Run(CHALLENGES[name].start.change(**settings))
    run.advance(epochs=epochs)
    assert text in CHALLENGES[name].check(run).text


def test_an_unknown_challenge_is_answered_with_the_known_ones():
    with pytest.raises(KeyError, match="three-neurons"):
        challenge("four-neurons")
