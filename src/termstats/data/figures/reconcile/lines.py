"""Numbers of a platform's usage pages beside ours, as the rows of a reconcile figure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from termstats.data.figures.definition.figure import Rows
from termstats.data.model.table import Cell, Kind, show


@dataclass(frozen=True)
class ComparedLine:
    """One number or text of a page, ours of the same meaning, and why they may differ."""

    page: str
    figure: str
    key: str
    platform: Cell
    ours: Cell
    why: str
    kind: Kind = Kind.COUNT
    """Of both where they are numbers; percentages are 0-100."""

    @property
    def differs(self) -> bool:
        """Return whether ours is another number, or there is none of the same meaning."""
        if isinstance(self.platform, float) and isinstance(self.ours, (int, float)):
            return abs(self.platform - self.ours) > 1e-9
        return self.platform != self.ours

    def row(self) -> tuple[Cell, ...]:
        """Return page, figure, key, platform as shown, unrounded, ours, reason."""
        shown, raw = self.platform, None
        if isinstance(self.platform, (int, float)):
            shown = show(self.platform, self.kind).replace(" %", "%")
            raw = self.platform / 100 if self.kind is Kind.PERCENT else float(self.platform)
        reason = self.why if self.differs else ""
        return (self.page, self.figure, self.key, shown, raw, self.ours, reason)


def compared(lines: Collection[ComparedLine]) -> Rows:
    """Return the lines, and how many differ."""
    differing = sum(1 for line in lines if line.differs and line.ours is not None)
    return Rows(
        [line.row() for line in lines],
        row_kinds=tuple(Kind.TEXT if isinstance(each.ours, str) else each.kind for each in lines),
        summary=f"{len(lines):,} numbers, {differing:,} differ",
    )
