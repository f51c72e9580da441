"""How far a run has come in a sentence: and whether the task is solved."""
import pytest

from dlf.experiment import Config, Run, standing


def trained(epochs, **settings):
    run = Run(Config().change(**settings))
    run.advance(epochs=epochs)
    return run


def test_before_the_first_step_it_says_how_to_begin():
    assert standing(Run()) == (False, "Press Play. The map shows what the network answers at every "
                                      "point; the lines are its weights.")


def test_on_the_way_it_says_how_good_it_is():
    run = trained(5)
    solved, text = standing(run)
    assert not solved and text.startswith(f"So far {run.measure().test_score:.0%} of the test ")


@pytest.mark.parametrize("data, following", [("circle", "XOR"), ("xor", "Gauss"),
                                             ("gauss", "Spiral")])
def test_the_defaults_solve_a_task_and_the_next_one_is_named(data, following):
    solved, text = standing(trained(200, data=data))
    assert solved and text.startswith("Solved ") and f"Next: {following}" in text


def test_it_says_after_how_many_epochs_the_task_was_solved():
    run, t = trained(200), 0
    curves = run.curves()
    first  = next(e for e, s in zip(curves.epoch, curves.test_score, strict=True) if s >= 0.95)
    assert f"Solved after {round(first)} epochs: 100% of the test points" in standing(run).text
    run.rewind(t)
    assert not standing(run).solved                    # in the past it was not yet


def test_a_loss_that_stays_for_long_is_said_to_have_settled():
    solved, text = standing(trained(150, data="spiral"))
    assert not solved and text.startswith("The loss has settled")


def test_a_number_to_predict_is_judged_by_the_variance_explained():
    solved, text = standing(trained(30, data="plane"))
    assert solved and "of the test points' variance is explained" in text
