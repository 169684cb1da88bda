"""What the parts of the OULAD importer share: presentations, and the state of one import."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from termstats.data.importers.oulad.files import Folder
from termstats.data.importers.writing.base import ImportContext, TableReport
from termstats.data.model.period import noon

PAIR = ("code_module", "code_presentation")
"""Together they name a presentation; neither does alone."""
DAY_LIMIT = 3_660
"""Days of a course beyond this are no days of a course."""

Refuse = Callable[[str, object], None]
"""Called with (reason, row)."""


@dataclass
class Presentation:
    """One run of a module, and what its rows may point to."""

    module: str
    code: str
    start: date
    length: int
    training_id: int
    people: dict[str, int] = field(default_factory=dict)
    """id_student -> person id."""
    sites: dict[str, tuple[int, int]] = field(default_factory=dict)
    """id_site -> (activity id, action id)."""
    clicked: bool = False
    """Some click of it was imported."""
    examined: bool = False
    """Some exam of it has a score."""

    @property
    def key(self) -> str:
        """Return the training's key."""
        return f"{self.module}_{self.code}"


class Run:
    """One import: the folder, the context, and the presentations by (module, code)."""

    def __init__(self, folder: Folder, context: ImportContext) -> None:
        self.folder = folder
        self.context = context
        self.writer = context.writer
        self.zone = ZoneInfo(context.zone)
        self.presentations: dict[tuple[str, ...], Presentation] = {}
        self.left_out: set[tuple[str, ...]] = set()
        """Presentations that `--only` leaves out: their rows are not even counted."""

    def intake(self, table: str) -> tuple[TableReport, Refuse]:
        """Return the counts of a source table, and what refuses one of its rows."""
        counts = self.context.report.table(table)

        def refuse(reason: str, row: object) -> None:
            counts.read += 1
            self.context.bad_rows.refuse(table, reason, row)

        return counts, refuse

    def moment(self, presentation: Presentation, day: int) -> int:
        """Return where a day of the course is placed: noon, so that no zone moves it."""
        return noon(presentation.start + timedelta(days=day), self.zone)


def whole(text: str, limit: int = 999_999_999) -> int | None:
    """Return the whole number written in `text`, or None when it is none or beyond `limit`."""
    text = text.strip()
    if not re.fullmatch(r"[-+]?\d{1,9}", text, re.ASCII):
        return None
    number = int(text)
    return number if abs(number) <= limit else None


def course_day(text: str) -> int | None:
    """Return a day of the course, or None when `text` is none."""
    return whole(text, DAY_LIMIT)


def decimal(text: str, top: float) -> float | None:
    """Return the number written in `text`, or None when it is none or not in 0..top."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= top else None
