"""The click log of OULAD: every row is one event."""

from __future__ import annotations

from typing import Any

from termstats.data.importers.oulad import files
from termstats.data.importers.oulad.base import PAIR, OuladRun, Presentation, course_day, whole
from termstats.data.model.units import RowId, Second

BATCH = 20_000
KIND_OF_TYPE = {
    **dict.fromkeys(("forumng", "oucollaborate", "ouelluminate"), "forum"),
    **dict.fromkeys(("quiz", "externalquiz", "questionnaire", "repeatactivity"), "quiz"),
    **dict.fromkeys(("resource", "url", "dataplus", "ouwiki", "glossary"), "resource"),
    **dict.fromkeys(
        ("page", "subpage", "sharedsubpage", "homepage", "oucontent", "htmlactivity"), "page"
    ),
    **dict.fromkeys(("dualpane", "folder"), "page"),
}
"""Kind of activity by `activity_type`; a type that is not here is `other`."""


class _EventRow:
    """One list that holds the event being built: of millions, each would be one dict too many."""

    def __init__(self, run: OuladRun) -> None:
        names = ("second", "tie", *run.writer.event_columns)
        fixed = {"source_id": run.writer.source_id, "active": 1, "is_aggregate": 0}
        self._values: list[Any] = [{**fixed, "flags": 0, "missed": 0}.get(name) for name in names]
        columns = ("training_id", "person_id", "activity_id", "action_id", "weight")
        self._places = [0, 1, *(names.index(name) for name in columns)]

    def filled(self, *values: object) -> tuple[Any, ...]:
        """Return the row of (second, tie, training, person, activity, action, weight)."""
        for place, value in zip(self._places, values, strict=True):
            self._values[place] = value
        return tuple(self._values)


def write_clicks(run: OuladRun) -> None:
    """Stage every click row that names a learner and a page of its presentation.

    The log has no key, and rows alike in every cell are separate records: none is dropped.
    """
    intake = run.context.intake(files.CLICKS)
    columns = (*PAIR, "id_student", "id_site", "date", "sum_click")
    event = _EventRow(run)
    batch: list[tuple[Any, ...]] = []
    clicks = _Clicks(run)
    for path in run.folder.clicks:
        for row in files.records(path, columns, intake.refuse_unread):
            presentation = clicks.presentation(row[:2])
            if presentation is None:
                if row[:2] not in run.left_out:
                    intake.refuse_unread("unknown presentation", row)
                continue
            intake.read()
            _, _, student, site, day_text, click_text = row
            person, page = presentation.people.get(student), presentation.sites.get(site)
            moment, weight = clicks.moment(day_text), clicks.weight(click_text)
            if person is None or page is None or moment is None or weight is None:
                intake.refuse(_why(person, page, moment), row)
                continue
            presentation.clicked = True
            # All that tells rows apart: the order of the files changes nothing.
            tie = f"{presentation.key}:{student}:{site}:{weight}"
            batch.append(event.filled(moment, tie, presentation.training_id, person, *page, weight))
            if len(batch) >= BATCH:
                run.writer.add_event_rows(batch)
                batch.clear()
    run.writer.add_event_rows(batch)


def _why(person: RowId | None, page: tuple[RowId, RowId] | None, moment: Second | None) -> str:
    """Return why a row cannot be used, by what is missing of it."""
    if person is None:
        return "the learner is not enrolled"
    if page is None:
        return "unknown page"
    if moment is None:
        return "the date is not a day of the course"
    return "sum_click is not a number above 0"


class _Clicks:
    """Reads the cells of clicks: millions of rows repeat few days and numbers."""

    def __init__(self, run: OuladRun) -> None:
        self._run = run
        self._pair: tuple[str, ...] = ()
        self._presentation: Presentation | None = None
        self._moments: dict[str, Second | None] = {}
        self._weights: dict[str, int | None] = {}

    def presentation(self, pair: tuple[str, ...]) -> Presentation | None:
        """Return the presentation of (module, code), of which the next days are."""
        if pair != self._pair:
            self._pair = pair
            self._presentation = self._run.presentations.get(pair)
            self._moments.clear()
        return self._presentation

    def moment(self, text: str) -> Second | None:
        """Return where a day of the presentation is placed, or None when it is none."""
        if text not in self._moments:
            day, presentation = course_day(text), self._presentation
            self._moments[text] = (
                None if day is None or presentation is None else self._run.moment(presentation, day)
            )
        return self._moments[text]

    def weight(self, text: str) -> int | None:
        """Return a number of clicks above 0, or None when it is none."""
        if text not in self._weights:
            clicks = whole(text)
            self._weights[text] = clicks if clicks is not None and clicks >= 1 else None
        return self._weights[text]
