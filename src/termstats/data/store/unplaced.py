"""What a store keeps though nothing shows it: attempts at modules that the source has no more."""

from __future__ import annotations


def unplaced_words(attempts: int) -> str:
    """Return what is said of attempts without a module, by imports, checks and figures alike."""
    return (
        f"{attempts:,} attempts are at modules that the source has no more: kept, but in no "
        "training, so no list, score or item analysis has them."
    )
