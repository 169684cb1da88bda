"""The versions of a training: what was done in each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, case, cast, func, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measures import BADGES
from termstats.data.figures.definition.phrases import before_data, nothing_happened
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import local_days
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import (
    Bars,
    Cell,
    Destination,
    count,
    day,
    percent,
    words,
)
from termstats.data.query.query import Query
from termstats.data.store import schema


@figure(
    "training.versions",
    record=Record.VERSIONS,
    title="Versions",
    level=Level.TRAINING,
    takes=(Param.LEARNER,),
    columns=(
        words("version", "Version"),
        words("current", "Current"),
        day("first", "First use"),
        day("last", "Last use"),
        count("learners", "Learners", "with an event other than a download"),
        count("events", "Events"),
        count("modules", "Modules used", "pages, quizzes and the like that were opened in it"),
        count("completed", "Done", "modules that a learner completed in it, one each"),
        count("attempts", "Attempts", "finished ones with a score"),
        percent("score", "Mean score"),
        BADGES.column(),
    ),
    chart=Bars("version", "events"),
    row_opens=Destination("training.content", (("version", "version"),)),
    lead=("version", "learners", "events", "completed", "attempts", "score"),
)
async def versions(q: Query) -> Rows:
    """What was done in each version of a training in the period, the newest version first.

    By the version that the device held then. Replaced content is counted where it was
    used: that a newer version has no such page takes nothing away from an older one. Badges are
    those earned in a version. The current version has a row before anybody has used it.
    """
    used, attempts, badges = await _used(q), await _attempts(q), await _badges(q)
    trainings = q.roster.trainings()
    current = {
        row.version for row in await q.fetch(select(trainings.c.version)) if row.version is not None
    }
    day_of = local_days(q)
    rows: list[tuple[Cell, ...]] = []
    for version in sorted({*used, *attempts, *badges, *current}, key=_order, reverse=True):
        use, tried = used.get(version), attempts.get(version)
        rows.append(
            (
                version,
                "yes" if version in current else "no",
                *((day_of(use.first), day_of(use.last)) if use else (None, None)),
                *((use.learners, int(use.events), use.modules) if use else (0, 0, 0)),
                use.completed if use else 0,
                *((tried.number, tried.score) if tried else (0, None)),
                badges.get(version, 0),
            )
        )
    before_data(q)
    return Rows(
        rows,
        empty="" if rows else nothing_happened(q, "events that name a version"),
        summary=f"{len(rows):,} versions" if rows else "",
    )


def _order(version: str) -> tuple[int, str]:
    """Return what versions are ordered by: numbers as numbers."""
    return len(version) if version.isdecimal() else 0, version


async def _used(q: Query) -> dict[str, Any]:
    events = q.days.events()
    learner = case((events.c.kind != "download", events.c.person_id))
    # A learner in a module is one pair of numbers; both ids are below 2 to the 31.
    # Two ids of 4 bytes in one of 8, which servers have to be told.
    pair = cast(events.c.person_id, BigInteger) * (1 << 31) + events.c.module_id
    rows = await q.fetch(
        select(
            events.c.version,
            func.min(events.c.second).label("first"),
            func.max(events.c.second).label("last"),
            func.count(learner.distinct()).label("learners"),
            func.sum(events.c.weight).label("events"),
            func.count(events.c.module_id.distinct()).label("modules"),
            func.count(case((events.c.completed == 1, pair)).distinct()).label("completed"),
        )
        .where(events.c.version.is_not(None), events.c.kind.in_(schema.KINDS))
        .group_by(events.c.version)
    )
    return {row.version: row for row in rows}


async def _attempts(q: Query) -> dict[str, Any]:
    attempts = q.roster.attempts()
    start, end = q.seconds
    rows = await q.fetch(
        select(
            attempts.c.version,
            func.count().label("number"),
            func.avg(attempts.c.score).label("score"),
        )
        .where(
            *(attempts.c.version.is_not(None), attempts.c.score.is_not(None)),
            *(attempts.c.in_score == 1, attempts.c.finished_at >= start),
            attempts.c.finished_at < end,
        )
        .group_by(attempts.c.version)
    )
    return {row.version: row for row in rows}


async def _badges(q: Query) -> dict[str, int]:
    awards = q.roster.of_people(schema.award)
    start, end = q.seconds
    rows = await q.fetch(
        select(awards.c.version, func.sum(awards.c.number).label("badges"))
        .where(
            *(awards.c.kind == "badge", awards.c.version.is_not(None)),
            *(awards.c.at >= start, awards.c.at < end),
        )
        .group_by(awards.c.version)
    )
    return {row.version: int(row.badges) for row in rows}
