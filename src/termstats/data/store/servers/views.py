"""How tables look where people stand under pseudonyms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class NamelessView:
    """How a table looks in which nobody is named."""

    cells: Mapping[str, str] = field(default_factory=dict)
    """Column -> SQL of what stands there, about `t`, the table; others stay."""
    where: str = ""
    """SQL about `t`: rows that stay; empty: all."""
