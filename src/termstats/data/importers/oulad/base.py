"""What the parts of the OULAD importer share: presentations, and the state of one import."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from termstats.data.importers.oulad.files import Folder
from termstats.data.importers.sources import cells
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.period import noon
from termstats.data.model.units import RowId, Second

PAIR = ("code_module", "code_presentation")
"""Together they name a presentation; neither does alone."""
DAY_LIMIT = 3_660
"""Days of a course beyond this are no days of a course."""

_LARGEST = 999_999_999


@dataclass
class Presentation:
    """One run of a module, and what its rows may point to."""

    module: str
    code: str
    start: date
    length: int
    training_id: RowId
    people: dict[str, RowId] = field(default_factory=dict)
    """id_student -> person id."""
    sites: dict[str, tuple[RowId, RowId]] = field(default_factory=dict)
    """id_site -> (activity id, action id)."""
    clicked: bool = False
    """Some click of it was imported."""
    examined: bool = False
    """Some exam of it has a score."""

    @property
    def key(self) -> str:
        """Return the training's key."""
        return f"{self.module}_{self.code}"


class OuladRun:
    """One import: the folder, the context, and the presentations by (module, code)."""

    def __init__(self, folder: Folder, context: ImportContext) -> None:
        self.folder = folder
        self.context = context
        self.writer = context.writer
        self.zone = ZoneInfo(context.zone)
        self.presentations: dict[tuple[str, ...], Presentation] = {}
        self.left_out: set[tuple[str, ...]] = set()
        """Presentations that `--only` leaves out: their rows are not even counted."""

    def moment(self, presentation: Presentation, day: int) -> Second:
        """Return where a day of the course is placed: noon, so that no zone moves it."""
        return noon(presentation.start + timedelta(days=day), self.zone)


def course_day(cell: str) -> int | None:
    """Return a day of the course, or None when the cell is none."""
    return cells.whole(cell, -DAY_LIMIT, DAY_LIMIT)


def whole(cell: str) -> int | None:
    """Return a whole number of up to nine digits, or None when the cell is none."""
    return cells.whole(cell, -_LARGEST, _LARGEST)


def decimal(cell: str, top: float) -> float | None:
    """Return a number, or None when the cell is none or not in 0..top."""
    number = cells.number(cell)
    return number if number is not None and 0 <= number <= top else None
