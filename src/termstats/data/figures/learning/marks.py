"""What a marked answer is worth."""

from __future__ import annotations


def points_of(state: str | None, points: float | None, maximum: float) -> float | None:
    """Return the points of a marked answer, of 0 to `maximum`; None: it is not marked."""
    if state == "pending" or (points is None and state != "unanswered"):
        return None
    return min(max(points or 0.0, 0.0), maximum)


def is_right(points: float, maximum: float) -> bool:
    """Return whether an answer has all points."""
    return points >= maximum - 1e-9
