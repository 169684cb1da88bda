"""Courses and their activities in the layouts of 360Learning's exports."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from termstats.data.figures.collaboration.layout import (
    LayoutLine,
    counts,
    layout,
    opens,
    standing,
    texts,
    whole,
)
from termstats.data.figures.collaboration.policy import collaboration_figure
from termstats.data.figures.collaboration.totals import (
    ALL_COMMENTS,
    as_reported,
    note_time,
    of_activities,
    of_trainings,
    records_reactions,
    score_of,
    sources_of_totals,
)
from termstats.data.figures.definition.figure import Rows
from termstats.data.figures.learning.training.engagement import (
    COMMENT,
    DOWNLOADABLE,
    DOWNLOADS,
    REACTION_COLUMNS,
    VIEWS,
    viewers,
)
from termstats.data.model.doors import deeds
from termstats.data.model.reaction import band, relevance
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import (
    KEY,
    Bars,
    Cell,
    Destination,
    number,
    percent,
)
from termstats.data.model.text import show_number
from termstats.data.model.units import RowId, Second
from termstats.data.query.query import Query
from termstats.data.store import schema

_REACTION_NAMES = (
    *("Likes", "Learned something", "Outdated", "Have a question", "Useful", "Irrelevant"),
)
_TYPES = {"Documents": "document", "Cheat sheets": "cheat sheet", "Questions": "question"}
_TAGS = {
    "Author": "author",
    "Co-authors": "co-author",
    "Source language": "",
    "Available translation languages": "translated",
    "Unavailable translation languages": "untranslated",
    "Tags": "tag",
    "Group": "group",
}
"""Column -> kind of its tags; several are joined by `|`."""
_WIDE = ("Starts", "People", "All comments")


_COURSES = (
    *texts("Course Name", "Course ID", "Author", "Co-authors"),
    *counts("Views"),
    *texts("Status", "Creation date", "Last update"),
    number("Reaction Score", "Reaction Score"),
    *counts(*_REACTION_NAMES, *_TYPES),
    *texts(*list(_TAGS)[2:]),
)
_OURS_OF_COURSES = (
    *counts("Comments"),
    percent("Relevance", "Relevance"),
    *texts("Band"),
    *counts("People"),
    *texts("Period"),
    *counts("Starts", "All comments"),
)
"""Views under their true name, starts; distinct people; public comments, and all of them."""


@collaboration_figure(
    "collaboration.courses",
    record=Record.POSTS,
    title="Courses and reactions",
    row="course",
    columns=_COURSES,
    chart=Bars("Course Name", "Views"),
    row_opens=Destination("collaboration.activities", (("training", KEY),)),
    behind=deeds(
        "collaboration.people",
        (("training", KEY),),
        opens("Views", *_REACTION_NAMES, "Comments", *_WIDE),
    ),
    lead=("Course Name", "Views", "Reaction Score", "Likes"),
)
async def courses(q: Query) -> Rows:
    """One row per training in the 23 columns of a 360Learning export, most viewed first.

    Views are openings in the period, the same person again counts again. The reaction score is our
    own, 100 x (likes, learned, useful - outdated, question, irrelevant) / views, rounded and within
    -100..100, no value without views, or where nobody ever reacts; a score that the platform
    reports is never shown in its place. Documents, cheat sheets and questions are numbers of
    activities. Archived and deleted courses are rows too, unless they are hidden. Lists are joined
    by |. Wide: starts are the views, people those who viewed; comments are the public ones.
    """
    numbers, lines = await of_trainings(q), await as_reported(q, "courses")
    tags, types = await _tags(q), await _types(q)
    scored = await records_reactions(q)
    from_totals = {source.id for source in sources_of_totals(q)}
    people = await _viewers(q) if q.request.wide else {}
    rows: list[LayoutLine] = []
    for row in await q.fetch(_listed_courses(q)):
        status = standing(row.status, row.published)
        if q.request.hide_archived and status != "Active":
            continue
        line = lines.get((row.source_id, row.key), {})
        mine = numbers.get(row.id, Counter())
        is_total = row.source_id in from_totals
        # Known by the file of its activities only: its own totals are unknown, not zero.
        # And totals name nobody: whose they are is unknown too.
        is_known = bool(mine or not is_total or (line and not q.question.picks_people))
        shown = _texts_of_tags(row, line, tags)
        theirs: tuple[Cell, ...] = (
            row.title,
            row.shown_key,
            *(shown[name] or None for name in ("Author", "Co-authors")),
            mine[VIEWS] if is_known else None,
            status,
            line.get("Creation date") or _moment(q, row.created_at),
            line.get("Last update") or _moment(q, row.updated_at),
            score_of(mine) if scored else None,
            *(mine[name] if is_known else None for name in REACTION_COLUMNS),
            *(
                _made(line.get(name), types[row.id, kind], is_total)
                for name, kind in _TYPES.items()
            ),
            *(shown[name] or None for name in list(_TAGS)[2:]),
        )
        ours: tuple[Cell, ...] = (
            mine[COMMENT] if is_known else None,
            *_opinion(mine, scored),
            None if is_total else people.get(row.id, 0),
            mine[VIEWS] if is_known else None,
            None if is_total else mine[ALL_COMMENTS],
        )
        rows.append(LayoutLine(row.shown_key, theirs, ours, line))
    note_time(q)
    return layout(
        q,
        _COURSES,
        _OURS_OF_COURSES,
        _most_viewed(rows, by=4),
        empty="" if rows else "There are no trainings here.",
        summary=f"{len(rows):,} courses" if rows else "",
    )


def _listed_courses(q: Query) -> Select[Any]:
    """Return the trainings with their owners."""
    table, owner = q.roster.trainings(), schema.person
    listed = select(table, q.key_of(table).label("shown_key"), owner.c.name.label("owner"))
    return listed.outerjoin(owner, owner.c.id == table.c.owner_id)


def _opinion(mine: Mapping[str, int], scored: bool) -> tuple[Cell, Cell]:
    """Return relevance and band of the reactions to a course."""
    relevant = relevance(mine["useful"], mine["irrelevant"])
    return relevant, band(score_of(mine)) if scored else None


def _texts_of_tags(
    row: Any, line: Mapping[str, str], tags: Mapping[tuple[RowId, str], list[str]]
) -> dict[str, str]:
    """Return column -> text of the tags of a course: as its file says, else as the store has."""
    texts_of = {
        name: line.get(name) or "|".join(tags[row.id, kind]) for name, kind in _TAGS.items()
    }
    texts_of["Author"] = texts_of["Author"] or row.owner or ""
    texts_of["Source language"] = line.get("Source language") or row.language or ""
    return texts_of


def _most_viewed(rows: list[LayoutLine], by: int) -> list[LayoutLine]:
    """Return the rows by views, then name, then id; those without a value last."""

    def order(line: LayoutLine) -> tuple[float, str, str]:
        views = line.theirs[by]
        return -views if isinstance(views, int) else 1.0, str(line.theirs[0]).casefold(), line.key

    return sorted(rows, key=order)


async def _viewers(q: Query) -> dict[RowId, int]:
    """Return training id -> distinct people who opened anything of it in the period."""
    days = q.days.per_person_day(each_training=True)
    rows = await q.fetch(
        select(days.c.training_id, func.count(days.c.person_id.distinct()).label("people"))
        .where(days.c.page + days.c.quiz + days.c.media + days.c.resource > 0)
        .group_by(days.c.training_id)
    )
    return {row.training_id: row.people for row in rows}


def _made(cell: str | None, stored: int, is_total: bool) -> int | None:
    """Return how many activities of a type a course has: as its file says, else those stored."""
    return whole(cell) if cell else (stored or None) if is_total else stored


def _moment(q: Query, second: Second | None) -> str | None:
    return None if second is None else datetime.fromtimestamp(second, q.zone).isoformat()


async def _tags(q: Query) -> Mapping[tuple[RowId, str], list[str]]:
    """Return (training id, kind) -> its tags, sorted."""
    tag, table = schema.training_tag, q.roster.trainings()
    tags: dict[tuple[RowId, str], list[str]] = defaultdict(list)
    for row in await q.fetch(
        select(tag).join(table, table.c.id == tag.c.training_id).order_by(tag.c.value)
    ):
        tags[row.training_id, row.kind].append(row.value)
    return tags


async def _types(q: Query) -> Counter[tuple[RowId, str]]:
    """Return (training id, type in lower case) -> how many activities."""
    activity, table = schema.activity, q.roster.trainings()
    rows = await q.fetch(
        select(activity.c.training_id, activity.c.type)
        .join(table, table.c.id == activity.c.training_id)
        .where(activity.c.current == 1)
    )
    return Counter((row.training_id, row.type.lower().replace("_", " ")) for row in rows)


_ACTIVITIES = (
    *texts("Title"),
    *counts("Views", *_REACTION_NAMES[:4], "Comments", "Downloads"),
    *texts("Type"),
)
_OURS_OF_ACTIVITIES = (
    *texts("Activity ID", "Period", "Status"),
    *counts("Starts", "People", "All comments"),
)


@collaboration_figure(
    "collaboration.activities",
    record=Record.POSTS,
    title="Engagement by activity",
    needs=(Param.TRAINING,),
    row="activity",
    columns=_ACTIVITIES,
    chart=Bars("Title", "Views"),
    row_opens=Destination("collaboration.people", (("activity", KEY),)),
    behind=deeds(
        "collaboration.people",
        (("activity", KEY),),
        opens("Views", *_REACTION_NAMES[:4], "Comments", "Downloads", *_WIDE),
    ),
)
async def activities(q: Query) -> Rows:
    """One row per activity of a training in the 9 columns of a 360Learning export.

    What counted people did in the period, most viewed first; views are openings, not people.
    Useful and irrelevant are said of whole courses only. Downloads have no value where nothing can
    be downloaded. Wide: starts are the views, people those who viewed; comments are the public
    ones; deleted activities and old versions say so, and can be hidden.
    """
    numbers = await of_activities(q)
    lines = await as_reported(q, "activities")
    from_totals = {source.id for source in sources_of_totals(q)}
    activity, table = schema.activity, q.roster.trainings()
    listed = await q.fetch(
        select(
            *(activity.c.id, activity.c.title, activity.c.type, activity.c.current),
            *(activity.c.source_id, activity.c.key),
            q.key_of(activity).label("shown_key"),
        ).join(table, table.c.id == activity.c.training_id)
    )
    people = await viewers(q, [row.id for row in listed]) if q.request.wide else {}
    rows: list[LayoutLine] = []
    downloads: list[int] = []
    for row in listed:
        mine = numbers.get(row.id, Counter())
        if not row.current and (q.request.hide_archived or not mine):
            continue
        is_total = row.source_id in from_totals
        is_known = bool(mine or not is_total or not q.question.picks_people)
        can_download = mine[DOWNLOADS] or row.type.lower() in DOWNLOADABLE
        downloads.extend([mine[DOWNLOADS]] if can_download and is_known else [])
        theirs: tuple[Cell, ...] = (
            row.title,
            mine[VIEWS] if is_known else None,
            *(mine[name] if is_known else None for name in REACTION_COLUMNS[:4]),
            mine[COMMENT] if is_known else None,
            mine[DOWNLOADS] if can_download and is_known else None,
            row.type,
        )
        ours: tuple[Cell, ...] = (
            row.shown_key,
            "Active" if row.current else "Deleted",
            mine[VIEWS] if is_known else None,
            None if is_total else people.get(row.id, 0),
            None if is_total else mine[ALL_COMMENTS],
        )
        rows.append(
            LayoutLine(row.shown_key, theirs, ours, lines.get((row.source_id, row.key), {}))
        )
    note_time(q)
    mean = sum(downloads) / len(downloads) if downloads else None
    return layout(
        q,
        _ACTIVITIES,
        _OURS_OF_ACTIVITIES,
        _most_viewed(rows, by=1),
        empty="" if rows else "This training has no activities.",
        summary=f"mean downloads {show_number(mean)} over {len(downloads):,}" if downloads else "",
    )
