"""What a file of rows holds where a row should be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Refused:
    """Something that is no row."""

    reason: str
    item: object
    found: str = ""
    """What the report shows of it."""
