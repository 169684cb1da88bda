"""The click log of OULAD: every row is one event."""

from __future__ import annotations

from typing import Any

from termstats.data.importers.oulad import files
from termstats.data.importers.oulad.base import PAIR, OuladRun, Presentation, course_day, whole

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


def write_clicks(run: OuladRun) -> None:
    """Stage every click row that names a learner and a page of its presentation.

    The log has no key, and rows alike in every cell are separate records: none is dropped.
    """
    intake = run.context.intake(files.CLICKS)
    columns = (*PAIR, "id_student", "id_site", "date", "sum_click")
    # Millions of rows: one list holds the row being built, and every number is parsed once.
    names = ("second", "tie", *run.writer.event_columns)
    fixed = {"source_id": run.writer.source_id, "active": 1, "is_aggregate": 0}
    cells: list[Any] = [{**fixed, "flags": 0, "missed": 0}.get(name) for name in names]
    at = {name: position for position, name in enumerate(names)}
    person_at, action_at, activity_at = at["person_id"], at["action_id"], at["activity_id"]
    training_at, weight_at = at["training_id"], at["weight"]
    weights: dict[str, int | None] = {}
    moments: dict[str, int | None] = {}
    batch: list[tuple[Any, ...]] = []
    pair: tuple[str, ...] = ()
    presentation: Presentation | None = None
    for path in run.folder.clicks:
        for row in files.records(path, columns, intake.refuse_unread):
            if row[:2] != pair:
                pair = row[:2]
                presentation = run.presentations.get(pair)
                moments.clear()
                if presentation:
                    cells[training_at] = presentation.training_id
            if presentation is None:
                if pair not in run.left_out:
                    intake.refuse_unread("unknown presentation", row)
                continue
            intake.read()
            _, _, student, site, day_text, click_text = row
            if day_text not in moments:
                day = course_day(day_text)
                moments[day_text] = None if day is None else run.moment(presentation, day)
            if click_text not in weights:
                weights[click_text] = whole(click_text)
            person, page = presentation.people.get(student), presentation.sites.get(site)
            moment, weight = moments[day_text], weights[click_text]
            if person is None:
                intake.refuse("the learner is not enrolled", row)
            elif page is None:
                intake.refuse("unknown page", row)
            elif moment is None:
                intake.refuse("the date is not a day of the course", row)
            elif weight is None or weight < 1:
                intake.refuse("sum_click is not a number above 0", row)
            else:
                presentation.clicked = True
                cells[0] = moment
                # All that tells rows apart: the order of the files changes nothing.
                cells[1] = f"{presentation.key}:{student}:{site}:{weight}"
                cells[person_at], cells[weight_at] = person, weight
                cells[activity_at], cells[action_at] = page
                batch.append(tuple(cells))
                if len(batch) >= BATCH:
                    run.writer.add_event_rows(batch)
                    batch.clear()
    run.writer.add_event_rows(batch)
