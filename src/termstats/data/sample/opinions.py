"""What people think of what they see: some trainings are liked, some are not."""

from __future__ import annotations

from random import Random

from termstats.data.reaction import BAD, GOOD

_USUAL = (0.5, 0.1)
_SHARES = {
    "python": (0.75, 0.05),
    "conversations": (0.6, 0.1),
    "safety": (0.7, 0.05),
    "sheets": (0.35, 0.1),
    "hygiene": (0.1, 0.5),
}
"""Key of a training -> chances of a good and of a bad reaction."""
_WEIGHTS = (5, 3, 2)
_MOST = 3
"""Reactions that one view may bring."""
OF_WHOLE_TRAINING = ("useful", "irrelevant")
"""Votes on the training; the other reactions are to one activity."""


class Opinions:
    """Has dice of its own, so that what people do stays the same whatever they think of it."""

    def __init__(self, seed: int = 11) -> None:
        self._rng = Random(seed)  # noqa: S311 - dice, not secrets

    def after_view(self, training: str) -> list[str]:
        """Return the reactions to something seen in the training of that key."""
        good, bad = _SHARES.get(training, _USUAL)
        found = []
        for _ in range(_MOST):
            roll = self._rng.random()
            if roll < good + bad:
                found += self._rng.choices(GOOD if roll < good else BAD, _WEIGHTS)
        return found
