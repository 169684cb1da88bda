"""Courses of Moodle with their sections and activities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from termstats.data.importers.moodle.base import FRONT_PAGE, MoodleModule, MoodleRun, ids_in, stamp
from termstats.data.importers.moodle.grades import GradeItem
from termstats.data.importers.moodle.tables import MODULE_NAME, TABLES, TITLED, TITLES
from termstats.data.importers.sources import cells
from termstats.data.importers.writing.table_run import columns_of
from termstats.data.model.scoring import BEST, NEWEST
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

_SECTION = "section"
_KEEPS = {1: BEST, 4: NEWEST}
"""Grading method of a quiz -> which attempt counts; first and mean are in the course total only."""
_DUE = {"quiz": "timeclose", "assign": "duedate"}
"""Kind of an activity -> the column of its table that says when it is due."""


async def write_courses(run: MoodleRun, courses: Sequence[Any]) -> None:
    """Write the courses, but for the front page; `courses`: the rows of their table."""
    categories = await run.by_id("course_categories")
    for row in courses:
        if row.id == FRONT_PAGE:
            continue
        is_visible = cells.flag(row.visible)
        title = run.titles[row.id] = run.title(row.fullname) or f"course {row.id}"
        training = run.trainings[row.id] = run.writer.add(
            schema.training,
            {
                "key": str(row.id),
                "title": title,
                "code": run.title(row.shortname) or None,
                "status": "visible" if is_visible else "hidden",
                "published": int(is_visible),
                "created_at": stamp(row.timecreated),
                "updated_at": stamp(row.timemodified),
                "starts_at": stamp(row.startdate),
                "ends_at": stamp(row.enddate),
                "language": cells.text(row.lang)[:20] or None,
            },
        )
        if row.category in categories:
            name = run.title(categories[row.category].name)[:255]
            tag = {"training_id": training, "kind": "category", "value": name}
            run.writer.add(schema.training_tag, tag)


async def write_modules(run: MoodleRun, items: Iterable[GradeItem]) -> None:
    """Write sections and activities; `items`: what may be graded, which tells the pass marks."""
    graded = {(item.kind, item.instance): item for item in reversed(list(items))}
    sections, order = await _write_sections(run)
    kinds = {row.id: cells.text(row.name) for row in await run.table("modules")}
    details = await _read_details(run, set(kinds.values()))
    table = "course_modules"
    async for row in run.rows(table):
        kind = kinds.get(row.module)
        if row.course not in run.trainings:
            if row.course != FRONT_PAGE:
                run.refuse(table, "unknown course", row)
            continue
        if kind is None or row.instance is None:
            run.refuse(table, "unknown kind of activity", row)
            continue
        place = (sections.get(row.section), order.get(row.id, 0))
        _write_module(run, row, kind, details.get((kind, row.instance)), place, graded)


async def _write_sections(run: MoodleRun) -> tuple[dict[int, RowId], dict[int, int]]:
    """Write the sections of courses; return section -> module, and activity -> place in its own."""
    sections: dict[int, RowId] = {}
    order: dict[int, int] = {}
    async for row in run.rows("course_sections", ("course", "section", "id")):
        if row.course not in run.trainings:
            if row.course != FRONT_PAGE:
                run.refuse("course_sections", "unknown course", row)
            continue
        listed = ids_in(row.sequence)
        order |= {activity: place for place, activity in enumerate(listed, 1)}
        sections[row.id] = run.writer.add(
            schema.module,
            {
                "key": f"section {row.id}",
                "training_id": run.trainings[row.course],
                "title": run.title(row.name) or f"Section {row.section or 0}",
                "kind": _SECTION,
                "position": row.section or 0,
            },
        )
    return sections, order


async def _read_details(run: MoodleRun, kinds: set[str]) -> dict[tuple[str, int], Any]:
    """Return (kind, row of its table) -> the row of an activity: its title and more.

    Names of tables come from data here: only those that the database lists are asked.
    """
    prefix = run.prefix
    there = await run.source.tables()
    details: dict[tuple[str, int], Any] = {}
    for kind in sorted(kinds):
        if not MODULE_NAME.fullmatch(kind) or prefix + kind not in there:
            if kind:
                run.remarks["kinds of activities without a table of their own"] += 1
            continue
        if kind in TABLES and kind not in TITLED:
            continue
        if kind not in TABLES:
            have = set(await run.source.columns(prefix + kind))
            if not have.issuperset(TITLES):
                continue
            run.add_table(kind, columns_of({kind: "id! name"})[kind])
        details |= {(kind, own): row for own, row in (await run.by_id(kind)).items()}
    return details


def _write_module(
    run: MoodleRun,
    row: Any,
    kind: str,
    detail: Any,
    place: tuple[RowId | None, int],
    graded: dict[tuple[str, int], GradeItem],
) -> None:
    """Write one activity; `place`: (section, position in it)."""
    item = graded.get((kind, row.instance))
    is_there = not cells.flag(row.deletioninprogress)
    is_shown = is_there and cells.flag(row.visible)
    training = run.trainings[row.course]
    shared = {
        "key": str(row.id),
        "training_id": training,
        "title": run.title(detail.name if detail else "") or f"{kind} {row.instance}",
        "position": place[1],
        "max_score": item.most if item else None,
        "current": int(is_shown),
    }
    module = run.writer.add(
        schema.module,
        {
            **shared,
            "parent_id": place[0],
            "kind": kind[:40],
            "pass_mark": item.pass_mark if item else None,
            "keep": _keep(kind, detail),
            "due_at": _due(row, kind, detail),
        },
    )
    is_tracked = (cells.whole(row.completion) or 0) > 0
    activity = run.writer.add(
        schema.activity,
        {**shared, "module_id": module, "type": kind[:60], "in_path": int(is_tracked)},
    )
    run.modules[row.id] = run.instances[kind, row.instance] = MoodleModule(
        *(module, activity, training, row.course, kind, row.instance),
        item.pass_mark if item else None,
        item is not None and item.is_hidden,
        detail,
    )


def _keep(kind: str, detail: Any) -> str | None:
    if kind != "quiz":
        return NEWEST
    return _KEEPS.get(cells.whole(detail.grademethod) or 0) if detail else None


def _due(row: Any, kind: str, detail: Any) -> Second | None:
    own = getattr(detail, _DUE[kind]) if detail and kind in _DUE else None
    return stamp(own) or stamp(row.completionexpected)
