"""Rules of scores and completion: each rule stands here once. Percentages are 0-100.

Source of the rules: section "Scores" of docs/counting.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BEST = "best"
NEWEST = "newest"


def attempt_score(answers: Iterable[tuple[float | None, float | None]]) -> float | None:
    """Return the score of one finished attempt from its (points, max points) pairs.

    The mean of its activities weighted by max points; activities with max 0 are left out; an
    attempt whose maxima are all 0 scores 100 once finished. None for no answers at all.
    """
    total = gained = 0.0
    some = False
    for points, maximum in answers:
        some = True
        total += maximum or 0
        if maximum:
            gained += min(max(points or 0, 0), maximum)
    if not some:
        return None
    return 100.0 * gained / total if total else 100.0


def score_percent(points: float | None, maximum: float | None) -> float | None:
    """Return points as a percentage of `maximum`, or None without points or maximum."""
    if points is None or not maximum or maximum < 0:
        return None
    return min(max(100.0 * points / maximum, 0.0), 100.0)


def kept_score(scores: Sequence[float | None], keep: str) -> float | None:
    """Return the score that counts of a module's attempts, given in order of time."""
    given = [score for score in scores if score is not None]
    if not given:
        return None
    return given[-1] if keep == NEWEST else max(given)


def is_passed(score: float | None, pass_mark: float | None) -> bool | None:
    """Return whether a finished attempt passes; None where there is nothing to pass.

    A pass mark of 0 is reached by any attempt with a score.
    """
    if pass_mark is None or score is None:
        return None
    return score >= pass_mark - 1e-9


def progress_percent(done: int, total: int, completed: bool) -> float:
    """Return progress: done of total activities; 100 once completed; never more."""
    if completed:
        return 100.0
    return min(100.0 * done / total, 100.0) if total else 0.0


@dataclass(frozen=True)
class ModuleRule:
    """What decides about one mandatory module."""

    keep: str
    pass_mark: float | None


def training_score(scores: Iterable[float | None]) -> float | None:
    """Return the mean of the scores of the mandatory modules; not attempted = 0.

    None when the training has no mandatory module.
    """
    values = [0.0 if score is None else score for score in scores]
    return sum(values) / len(values) if values else None
