"""What is behind the numbers of one learner is no list of people."""

from termstats.data.figures.definition.registry import find_figure


def test_what_one_learner_did_is_called_actions() -> None:
    behind = {
        level: dict(find_figure(f"{level}.activity").behind) for level in ("global", "learner")
    }
    assert behind["global"]["total"].words(4) == "the people"
    assert behind["learner"]["total"].words(4) == "the actions"
