"""One row per enrolment, the same on every level: of a training, of a learner, of a class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Table, func, or_, select

from termstats.data.figures.definition.measures import PROGRESS, SCORE
from termstats.data.figures.definition.phrases import by_device
from termstats.data.figures.definition.series import local_days, whole
from termstats.data.figures.learning.groups import timed_sources
from termstats.data.figures.learning.module_state import NOBODY, module_blocks
from termstats.data.model import blocks
from termstats.data.model.table import Cell, Column, count, day, ident, seconds, words
from termstats.data.model.units import DayNumber, RowId
from termstats.data.query.query import Query
from termstats.data.store import schema

LEARNER_COLUMNS: tuple[Column, ...] = (ident("learner_id"), words("learner", "Learner"))
TRAINING_COLUMNS: tuple[Column, ...] = (ident("training_id"), words("training", "Training"))
STATE_COLUMNS: tuple[Column, ...] = (
    words("class", "Class", "classes through which the learner takes the training"),
    day("enrolled", "Enrolled", "empty: the platform does not say"),
    words("state", "State"),
    PROGRESS.column(),
    SCORE.column(help="mean of the kept scores of the mandatory modules"),
    count("modules_passed", "Passed", "mandatory modules passed"),
    count("modules", "Of", "mandatory modules"),
    seconds("time_spent", "Time", "everything up to the end of the period"),
    day("completed", "Completed"),
    day("valid_until", "Valid until"),
    day("last_activity", "Last activity", "up to the end of the period"),
    count("points", "Points"),
    count("badges", "Badges"),
)
"""What follows the names: the cells of `EnrolmentRow.state`."""


class EnrolmentRow(NamedTuple):
    """One enrolment as of the end of the period; `state` holds the cells of `state_columns`."""

    training_id: RowId
    person_id: RowId
    training: tuple[Cell, str]
    """(key, title), the cells of TRAINING_COLUMNS."""
    learner: tuple[Cell, str]
    """(key, name), the cells of LEARNER_COLUMNS."""
    state: tuple[Cell, ...]


def state_columns(q: Query) -> tuple[Column, ...]:
    """Return STATE_COLUMNS, on screens with the blocks of modules behind the score."""
    if not q.request.blocks:
        return STATE_COLUMNS
    return (*STATE_COLUMNS[:_BLOCKS_AT], blocks.COLUMN, *STATE_COLUMNS[_BLOCKS_AT:])


_BLOCKS_AT = 5
"""Place of the column behind the score."""


async def enrolment_rows(q: Query) -> list[EnrolmentRow]:
    """Return the roster in scope and focus, ordered by learner name, training title and keys.

    States are those at the period's end; time, points and badges everything up to it. Adds a note
    where a source does not record time or activity: those cells are None.
    """
    roster = await roster_states(q)
    if not roster:
        return []
    by_device(q)
    activity, classes = await _activity(q), await _classes(q)
    points = await _given(q, schema.point, schema.point.c.points.name)
    badges = await _given(q, schema.award, schema.award.c.number.name)
    modules = await mandatory_modules(q)
    signs = await module_blocks(q) if q.request.blocks else None
    timed = timed_sources(q)
    day_of = local_days(q)
    rows: list[EnrolmentRow] = []
    for row in roster:
        pair = (row.training_id, row.person_id)
        spent, last = activity.get(pair, (0.0, None))
        is_timed = row.has_activity and row.source_id in timed
        state: tuple[Cell, ...] = (
            "; ".join(classes.get(pair, ())) or None,
            day_of(row.enrolled_at),
            row.state,
            row.progress,
            row.score,
            row.modules_passed,
            modules.get(row.training_id, 0),
            spent if is_timed else None,
            day_of(row.completed_at),
            day_of(row.valid_until),
            last,
            points.get(pair, 0),
            badges.get(pair, 0),
        )
        if signs is not None:
            block = signs.get(pair) or signs.get((row.training_id, NOBODY)) or None
            state = (*state[:_BLOCKS_AT], block, *state[_BLOCKS_AT:])
        training, learner = (row.training_key, row.training), (row.learner_key, row.learner)
        rows.append(EnrolmentRow(*pair, training, learner, state))
    if not all(row.has_activity for row in roster):
        q.note("Activity of some trainings was not imported: time and last activity are unknown.")
    if not all(row.source_id in timed for row in roster):
        q.note("The platform does not record durations: time is unknown, not zero.")
    return sorted(rows, key=_by_learner)


def _by_learner(row: EnrolmentRow) -> tuple[str, str, str, str]:
    (training_key, training), (learner_key, learner) = row.training, row.learner
    return learner.casefold(), str(learner_key), training.casefold(), str(training_key)


async def roster_states(q: Query) -> Sequence[Any]:
    """Return the states of the roster with names and keys of learners and trainings."""
    states = q.roster.states_once()
    person, training = schema.person, schema.training
    return await q.fetch(
        select(
            states,
            person.c.name.label("learner"),
            q.key_of(person).label("learner_key"),
            training.c.title.label("training"),
            q.key_of(training).label("training_key"),
            training.c.source_id,
            training.c.has_activity,
        )
        .select_from(states)
        .join(person, person.c.id == states.c.person_id)
        .join(training, training.c.id == states.c.training_id)
    )


async def _activity(q: Query) -> dict[tuple[RowId, RowId], tuple[float, DayNumber | None]]:
    """Return (training, person) -> (seconds, last day) of everything up to the period's end."""
    sums = q.roster.activity()
    rows = await q.fetch(
        select(sums.c.training_id, sums.c.person_id, sums.c.seconds, sums.c.last_day)
    )
    return {(training, person): (spent, last) for training, person, spent, last in map(tuple, rows)}


async def mandatory_modules(q: Query) -> dict[RowId, int]:
    """Return training id -> number of mandatory modules of its current version."""
    module, trainings = schema.module, q.roster.trainings()
    rows = await q.fetch(
        select(module.c.training_id, func.count().label("modules"))
        .select_from(module)
        .join(trainings, trainings.c.id == module.c.training_id)
        .where(module.c.mandatory == 1, module.c.current == 1)
        .group_by(module.c.training_id)
    )
    return {row.training_id: row.modules for row in rows}


async def _given(q: Query, table: Table, column: str) -> dict[tuple[RowId, RowId], Cell]:
    """Return (training, person) -> points, or badges, given before the period's end."""
    given = q.roster.of_people(table)
    where = [given.c.training_id.is_not(None), or_(given.c.at.is_(None), given.c.at < q.end)]
    if table is schema.award:
        where.append(given.c.kind == "badge")
    rows = await q.fetch(
        select(given.c.training_id, given.c.person_id, func.sum(given.c[column]).label("total"))
        .where(*where)
        .group_by(given.c.training_id, given.c.person_id)
    )
    totals = whole(row.total for row in rows)
    return {(r.training_id, r.person_id): n for r, n in zip(rows, totals, strict=True)}


async def _classes(q: Query) -> dict[tuple[RowId, RowId], list[str]]:
    """Return (training, person) -> titles of the classes through which they take it, sorted."""
    members, offered, classes = q.people.members(), schema.class_training, q.people.classes()
    rows = await q.fetch(
        select(offered.c.training_id, members.c.person_id, classes.c.title)
        .select_from(members)
        .join(offered, offered.c.class_id == members.c.class_id)
        .join(classes, classes.c.id == members.c.class_id)
    )
    titles_of: dict[tuple[RowId, RowId], list[str]] = defaultdict(list)
    for row in rows:
        titles_of[row.training_id, row.person_id].append(row.title)
    for titles in titles_of.values():
        titles.sort(key=str.casefold)
    return titles_of
