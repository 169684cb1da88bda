"""What people think of what they see: some trainings are liked, some are not."""

from __future__ import annotations

from collections import Counter
from random import Random

from termstats.data.model.reaction import BAD, GOOD
from termstats.data.model.units import RowId

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
_EACH = 12
"""Reactions that a person gives in all: nobody goes on reacting for ever."""
OF_WHOLE_TRAINING = ("useful", "irrelevant")
"""Votes on the training; the other reactions are to one activity."""


class Opinions:
    """Has dice of its own, so that what people do stays the same whatever they think of it."""

    def __init__(self, seed: int = 11) -> None:
        self._rng = Random(seed)  # noqa: S311 - dice, not secrets
        self._given: Counter[RowId] = Counter()

    def after_view(self, person: RowId, training: str) -> list[str]:
        """Return the reactions of a person to something seen in the training of that key."""
        good, bad = _SHARES.get(training, _USUAL)
        reactions = []
        for _ in range(min(_MOST, _EACH - self._given[person])):
            roll = self._rng.random()
            if roll < good + bad:
                reactions += self._rng.choices(GOOD if roll < good else BAD, _WEIGHTS)
        self._given[person] += len(reactions)
        return reactions
