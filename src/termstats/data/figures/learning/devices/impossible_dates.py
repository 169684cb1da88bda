"""Events and attempts whose device date cannot be true."""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.registry import on_levels
from termstats.data.figures.learning.behind.asked import name_asked
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Destination, ident, moment, seconds, words
from termstats.data.model.units import Second
from termstats.data.query.query import Query
from termstats.data.store import schema

EVENT, ATTEMPT, BOTH = "event", "attempt", "all"
"""What is listed; the words for --action."""
_KEPT = "quiz_quizattempt"
"""Name in `reported_row` of the attempts that were moved, with the date that was not believed."""
_YEAR_2000 = 946_684_800


@on_levels(
    "impossible-dates",
    (Level.GLOBAL, Level.TRAINING),
    record=Record.TWO_CLOCKS,
    title="Impossible dates",
    takes=(Param.LEARNER, Param.ACTION),
    columns=(
        moment("at", "Placed at", "the server's date"),
        moment("device_at", "Device said", "empty: no date that could be read"),
        seconds("off", "Off by", "device date less server date"),
        words("reason", "Why"),
        words("record", "What", "an event or an attempt"),
        ident("learner_id"),
        words("learner", "Learner"),
        ident("training_id"),
        words("training", "Training"),
        words("detail", "Of"),
    ),
    row_opens=Destination("learner", (("learner", "learner_id"),)),
    unit="records",
    lead=("device_at", "at", "learner", "reason", "record", "detail"),
)
async def impossible_dates(q: Query) -> Rows:
    """Events and attempts of the period whose device date is impossible, the newest first.

    Impossible is a device date over 24 h after the server received it, before 2000, after the as-of
    moment, or none that can be read. They are placed at the server's date in every figure, by
    whichever clock. --action event or attempt lists one kind only.
    """
    asked = name_asked(q, BOTH, (BOTH, EVENT, ATTEMPT))
    rows: list[tuple[Cell, ...]] = []
    if asked != ATTEMPT:
        rows += [_row(q, EVENT, row, _said(row.extra)) for row in await _events(q)]
    if asked != EVENT:
        rows += [_row(q, ATTEMPT, row, row.device_at) for row in await _attempts(q)]
    rows.sort(key=lambda row: (-int(str(row[0])), str(row[4]), str(row[5])))
    before_data(q)
    number = len(rows)
    return Rows(
        rows,
        empty="" if rows else "Every device date of the period is possible.",
        summary=f"{number:,} placed at the server's date" if rows else "",
    )


def _row(q: Query, record: str, row: Any, said: Second | None) -> tuple[Cell, ...]:
    return (
        *(row.second, said, None if said is None else said - row.second),
        *(_reason(said, row.second, q.info.as_of), record),
        *(row.learner_key, row.learner, row.training_key, row.training, row.detail),
    )


def _reason(said: Second | None, received: Second, as_of: Second) -> str:
    if said is None:
        return "no date"
    if said < _YEAR_2000:
        return "before 2000"
    return "after as-of" if said > as_of else "over 24 h after arrival"


def _said(extra: str | None) -> Second | None:
    """Return the device date that an event was not placed at."""
    try:
        details = json.loads(extra or "{}")
    except ValueError:
        return None
    said = details.get(schema.DEVICE_AT) if isinstance(details, dict) else None
    return Second(said) if isinstance(said, int) else None


async def _events(q: Query) -> Sequence[Any]:
    events, person, training = q.days.events(), schema.person, schema.training
    return await q.fetch(
        select(*_about(q), events.c.second, events.c.extra, events.c.detail)
        .select_from(events)
        .outerjoin(person, person.c.id == events.c.person_id)
        .outerjoin(training, training.c.id == events.c.training_id)
        .where(events.c.flags.op("&")(schema.FLAG_MOVED) != 0)
    )


async def _attempts(q: Query) -> list[Any]:
    """Return the attempts of the period that were moved, as rows of a namespace."""
    attempts, person, training = q.roster.attempts(), schema.person, schema.training
    module, kept = schema.module, schema.reported_row
    start, end = q.seconds
    rows = await q.fetch(
        select(
            *_about(q),
            attempts.c.server_at.label("second"),
            module.c.title.label("detail"),
            attempts.c.key,
        )
        .select_from(attempts)
        .outerjoin(person, person.c.id == attempts.c.person_id)
        .outerjoin(training, training.c.id == attempts.c.training_id)
        .outerjoin(module, module.c.id == attempts.c.module_id)
        .where(
            attempts.c.flags.op("&")(schema.FLAG_MOVED) != 0,
            attempts.c.server_at >= start,
            attempts.c.server_at < end,
        )
    )
    if not rows:
        return []
    said: dict[str, Second] = {}
    for (data,) in await q.fetch(select(kept.c.data).where(kept.c.name == _KEPT)):
        values = json.loads(data)
        said[str(values["id"])] = values["attempt_date"]
    return [SimpleNamespace(**row._mapping, device_at=said.get(row.key)) for row in rows]


def _about(q: Query) -> tuple[ColumnElement[Any], ...]:
    """Return key and name of the person and of the training."""
    person, training = schema.person, schema.training
    return (
        q.key_of(person).label("learner_key"),
        person.c.name.label("learner"),
        q.key_of(training).label("training_key"),
        training.c.title.label("training"),
    )
