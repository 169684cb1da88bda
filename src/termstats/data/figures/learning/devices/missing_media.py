"""Files that devices lacked when learners wanted to see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data, nothing_happened
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import on_levels
from termstats.data.figures.definition.series import local_days
from termstats.data.model.doors import Door
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import Bars, Cell, Destination, count, day, ident, words
from termstats.data.query.query import Query
from termstats.data.store import schema

_PEOPLE = ".missing-media-people"
_THE_FILE = (("training", "training_id"), ("action", "media"))
_COUNTED = (
    count("times", "Reports", "how often devices said so"),
    day("first", "First"),
    day("last", "Last"),
)
_FILE = (ident("training_id"), words("training", "Training"), words("media", "File"))
UNNAMED = "(no file named)"


@on_levels(
    "missing-media",
    (Level.GLOBAL, Level.TRAINING),
    record=Record.MISSING_MEDIA,
    title="Missing media",
    row="file",
    columns=(*_FILE, count("people", "People"), *_COUNTED),
    chart=Bars("media", "people"),
    unit="people",
    behind=(
        ("people", Door(_PEOPLE, params=_THE_FILE)),
        ("times", Door(_PEOPLE, params=_THE_FILE, counts="times")),
    ),
    lead=("media", "training", "people", "times", "last"),
)
async def missing_media(q: Query) -> Rows:
    """Files that devices of learners lacked in the period, per training.

    One row per training and file name as devices report it, with how many people lacked it, how
    often their devices said so, and the first and last day. Reports are no learning activity.
    """
    reports: dict[tuple[Cell, ...], list[Any]] = defaultdict(list)
    for row in await _reports(q):
        reports[_file(row)].append(row)
    day_of: Any = local_days(q)
    rows = [
        (
            *(*file, len(of_file), sum(row.times for row in of_file)),
            day_of(min(row.first for row in of_file)),
            day_of(max(row.last for row in of_file)),
        )
        for file, of_file in reports.items()
    ]
    before_data(q)
    return Rows(
        ranked(rows, by=3, name=2, key=0),
        empty="" if rows else nothing_happened(q, "reports of missing media"),
        summary=f"{len(rows):,} files" if rows else "",
    )


@on_levels(
    "missing-media-people",
    (Level.GLOBAL, Level.TRAINING),
    record=Record.MISSING_MEDIA,
    title="Who lacks media",
    takes=(Param.TRAINING, Param.ACTION),
    columns=(ident("learner_id"), words("learner", "Learner"), *_FILE, *_COUNTED),
    row_opens=Destination("learner", (("learner", "learner_id"),)),
    unit="people",
    lead=("learner", "media", "times", "last"),
)
async def missing_media_people(q: Query) -> Rows:
    """Who lacked which file in the period: one row per person, training and file.

    --action names one file, as the figure of missing media does.
    """
    wanted, day_of = q.request.action, local_days(q)
    rows = [
        (row.key, row.name, *_file(row), row.times, day_of(row.first), day_of(row.last))
        for row in await _reports(q)
        if wanted in (None, _file(row)[-1])
    ]
    before_data(q)
    return Rows(
        ranked(rows, by=5, name=1, key=0),
        empty="" if rows else nothing_happened(q, "reports of missing media"),
        summary=f"{len({row[0] for row in rows}):,} people" if rows else "",
    )


def _file(report: Any) -> tuple[Cell, ...]:
    """Return key and title of the training, and the name of the file."""
    return report.training_key, report.training, report.media or UNNAMED


async def _reports(q: Query) -> Sequence[Any]:
    """Return who lacked which file: key and name of person and training, media, times, moments."""
    events, person, training = q.days.events(), schema.person, schema.training
    actions = select(schema.action.c.id).where(schema.action.c.name == schema.MEDIA_MISSING)
    about = (
        q.key_of(person).label("key"),
        person.c.name,
        q.key_of(training).label("training_key"),
        training.c.title.label("training"),
        events.c.detail.label("media"),
    )
    return await q.fetch(
        select(
            *about,
            func.sum(events.c.weight).label("times"),
            func.min(events.c.second).label("first"),
            func.max(events.c.second).label("last"),
        )
        .select_from(events)
        .join(person, person.c.id == events.c.person_id)
        .outerjoin(training, training.c.id == events.c.training_id)
        .where(events.c.action_id.in_([row.id for row in await q.fetch(actions)]))
        .group_by(person.c.id, training.c.id, *about)
    )
