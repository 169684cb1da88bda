"""What reactions say about a training: a score, its colour band in a word, and its relevance.

The arithmetic is ours: 360Learning shows such a score and does not publish its formula. A score
that a platform reports is kept apart and never mixed with this one.
"""

from __future__ import annotations

from termstats.data.model.text import round_half_up

GOOD = ("like", "learned", "useful")
BAD = ("outdated", "question", "irrelevant")
GREEN_ABOVE, ORANGE_FROM = 50, 25
ATTENTION_VIEWS, ATTENTION_BELOW = 10, 50
WORDS = {"green": "good", "orange": "mixed", "red": "poor", "grey": "no views"}
"""Colour band -> the word that is always beside it."""
MEANINGS = {"green": "better", "orange": "alert", "red": "worse", "grey": "muted"}
"""Colour band -> what it means; each theme has a colour for that."""


def rounded_score(score: float) -> int:
    """Return a reaction score rounded half away from zero and kept in -100..100.

    The limits are needed: one view may bring several reactions.
    """
    return max(-100, min(100, int(round_half_up(score))))


def band(score: float | None) -> str:
    """Return the colour of a score that is already rounded: green, orange, red, or grey."""
    if score is None:
        return "grey"
    if score > GREEN_ABOVE:
        return "green"
    return "orange" if score >= ORANGE_FROM else "red"


def needs_attention(views: int, score: float | None) -> bool:
    """Return whether a training is seen often enough and scores too low."""
    return score is not None and views >= ATTENTION_VIEWS and score < ATTENTION_BELOW


def relevance(useful: int, irrelevant: int) -> int | None:
    """Return the share of useful among the votes on relevance, 0-100; None without votes."""
    votes = useful + irrelevant
    return int(round_half_up(100 * useful / votes)) if votes else None
