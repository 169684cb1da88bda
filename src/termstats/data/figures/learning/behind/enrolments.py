"""The enrolments behind a number of enrolments, and those that a percentage is made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import itemgetter

from sqlalchemy import and_, case, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measure import Behind, Measure
from termstats.data.figures.definition.measures import (
    CURRENT_STATES,
    ENROLMENTS,
    NEVER_STARTED,
    state_sum,
)
from termstats.data.figures.definition.phrases import before_data, in_period
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import on_levels
from termstats.data.figures.learning.behind.asked import (
    at_any_time,
    at_end_of_days,
    days_waiting,
    measure_asked,
)
from termstats.data.figures.learning.enrolment_rows import (
    LEARNER_COLUMNS,
    STATE_COLUMNS,
    TRAINING_COLUMNS,
    EnrolmentRow,
    enrolment_rows,
)
from termstats.data.figures.learning.history import WITHIN, Change, Pair, changes_of_each
from termstats.data.figures.learning.published import MEANS, published_only, without_activity
from termstats.data.model.enrolment_path import CHANGES
from termstats.data.model.filter_base import Field
from termstats.data.model.filters import DaysFilter
from termstats.data.model.period import number_day
from termstats.data.model.request import Param
from termstats.data.model.table import Cell, Destination, count
from termstats.data.model.units import DayNumber, RowId
from termstats.data.query.filters.times import keeps_day
from termstats.data.query.query import Query

_AFTER_NAMES = ("class", "state", "enrolled")
_LAST = ("last_activity", "progress", "score", "completed", "valid_until")
_MOMENTS = {"enrolled": "enrolled_at", "completed": "completed_at", "withdrawn": "withdrawn_at"}
"""Name of a sum -> when an enrolment adds to it."""
_STATE = {column.name: at for at, column in enumerate(STATE_COLUMNS)}
"""Name of a column of a state -> its place in `EnrolmentRow.state`."""
_after_names = itemgetter(*(_STATE[name] for name in _AFTER_NAMES))
_last = itemgetter(*(_STATE[name] for name in _LAST))
_WAITING = count("waiting", "Waiting, days", "since last seen in the training, or since enrolled")


async def count_enrolled(q: Query, most: int) -> int | None:
    """Return how many people have the enrolments asked about, at most so many.

    None: states have to be known for that.
    """
    measure = measure_asked(q, Behind.ENROLMENTS, ENROLMENTS)
    within = next((name for name, part in WITHIN.items() if part == measure.part), "")
    whole = at_any_time(q) if within else at_end_of_days(q)
    roster = whole.roster.enrolments()
    people = select(roster.c.person_id).distinct().limit(most)
    if measure.less or q.period.exact:
        return None
    if within in _MOMENTS:
        moment = roster.c[_MOMENTS[within]]
        # Nothing counts before the enrolment.
        counts = case((moment < roster.c.enrolled_at, roster.c.enrolled_at), else_=moment)
        days = [period for each in q.request.filters_of(DaysFilter) for period in each.values]
        if len(days) > 1:
            return None
        spans = [each.seconds(q.zone) for each in (*days, q.period)]
        first, last = max(span[0] for span in spans), min(span[1] for span in spans)
        people = people.where(moment < whole.end, counts >= first, counts < last)
    elif measure.per == "scored":
        steps = whole.roster.steps()
        same = and_(
            steps.c.training_id == roster.c.training_id, steps.c.person_id == roster.c.person_id
        )
        scored = select(steps.c.person_id).where(same, steps.c.score.is_not(None)).exists()
        people = people.where(scored)
    elif (measure.per or measure.part) != "enrolled":
        return None
    if measure in MEANS:
        trainings = {
            row.training_id for row in await q.fetch(select(roster.c.training_id).distinct())
        }
        published = await published_only(whole, dict.fromkeys(trainings, []))
        people = people.where(roster.c.training_id.not_in(sorted(trainings - published.keys())))
    return len(await q.fetch(people))


@on_levels(
    Behind.ENROLMENTS,
    (Level.GLOBAL, Level.TRAINING, Level.LEARNER, Level.CLASS),
    title="Enrolments behind a number",
    takes=(Param.TRAINING, Param.LEARNER, Param.ACTION),
    filters=frozenset((Field.DAYS,)),
    columns=(
        *LEARNER_COLUMNS,
        *TRAINING_COLUMNS,
        *(STATE_COLUMNS[_STATE[name]] for name in _AFTER_NAMES),
        _WAITING,
        *(STATE_COLUMNS[_STATE[name]] for name in _LAST),
    ),
    row_opens=Destination("learner", (("learner", "learner_id"), ("training", "training_id"))),
    lead=("learner", "training", "state", "waiting", "last_activity", "progress"),
    unit="enrolments",
    count_people=count_enrolled,
)
async def enrolments_behind(q: Query) -> Rows:
    """The enrolments that a number counts, one row each: who, in what, and how far they are.

    --action names the number, as cards and lists do: enrolments, never_started, under_way, current,
    completed, passed, failed, withdrawn, or within the period new_enrolments, starts, completions
    and withdrawals. There are as many rows as the number says. Of progress, completion and score it
    is the enrolments that the mean is taken over. Never started are those in trainings whose
    activity was imported. With a filter of days, states are those at the end of these days, and
    what happened is what happened on them. Longest wait first.
    """
    measure = measure_asked(q, Behind.ENROLMENTS, ENROLMENTS)
    within = measure.part in WITHIN.values()
    whole = at_any_time(q) if within else at_end_of_days(q)
    scores = {"score", "scored"} & {measure.part, measure.less, measure.per}
    of_each = await changes_of_each(whole, with_steps=bool(scores))
    leaves = await _leaves(whole, measure, of_each)
    rows: list[tuple[Cell, ...]] = []
    adds = _adder(q)
    for row in await enrolment_rows(whole):
        changed = of_each.get((row.training_id, row.person_id), [])
        value = measure.of(adds(row, changed))
        if row.training_id in leaves or not (value if measure.is_sum else value is not None):
            continue
        last, enrolled = _cell(row, "last_activity"), _cell(row, "enrolled")
        waiting = days_waiting(whole, _day(last), _day(enrolled))
        states = (*_after_names(row.state), waiting, *_last(row.state))
        rows.append((*row.learner, *row.training, *states))
    before_data(q)
    return Rows(
        ranked(rows, by=7, name=1, key=2),
        empty="" if rows else f"No enrolment is counted here {in_period(q)}.",
        summary=f"{len(rows):,} enrolments, longest wait first" if rows else "",
    )


async def _leaves(q: Query, measure: Measure, of_each: dict[Pair, list[Change]]) -> set[RowId]:
    """Return the trainings that the measure leaves out."""
    trainings = {training for training, _person in of_each}
    if measure is NEVER_STARTED:
        return trainings & await without_activity(q)
    if measure in MEANS:
        return trainings - (await published_only(q, dict.fromkeys(trainings, []))).keys()
    return set()


def _adder(q: Query) -> Callable[[EnrolmentRow, list[Change]], dict[str, float]]:
    """Return what gives the sums of one enrolment: at the period's end, and within the period."""
    first, last = q.day_range

    @cache
    def is_within(day: DayNumber) -> bool:
        return first <= day <= last and keeps_day(q.question, number_day(day))

    def adds(row: EnrolmentRow, changed: list[Change]) -> dict[str, float]:
        state = str(_cell(row, "state"))
        sums = _NOTHING | {state_sum(state): 1.0, "current": float(state in CURRENT_STATES)}
        for day, change in changed:
            for name, value in zip(CHANGES, change, strict=True):
                if value:
                    sums[name] += value
                    if name in WITHIN and is_within(day):
                        sums[WITHIN[name]] += value
        return sums

    return adds


_STATES = ("passed", "failed", "withdrawn")
_NOTHING = dict.fromkeys((*CHANGES, *WITHIN.values(), *map(state_sum, _STATES)), 0.0)
"""The sums of no enrolment."""


def _cell(row: EnrolmentRow, name: str) -> Cell:
    return row.state[_STATE[name]]


def _day(cell: Cell) -> DayNumber | None:
    return DayNumber(cell) if isinstance(cell, int) else None
