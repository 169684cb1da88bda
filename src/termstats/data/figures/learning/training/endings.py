"""How a training ended for those who take it, over time: passed, failed, withdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from sqlalchemy import select

from termstats.data.figures.definition.doors import doors_to
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measures import FAILED, PASSED, WITHDRAWN
from termstats.data.figures.definition.phrases import before_data, by_device, is_future
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import buckets, local_days, with_bucket
from termstats.data.model.enrolment_path import BEFORE_ALL
from termstats.data.model.records import Record
from termstats.data.model.table import Cell, Line, day
from termstats.data.model.units import DayNumber, Second
from termstats.data.query.query import Query

_DayOf: TypeAlias = Callable[[Second | None], DayNumber | None]
_ENDINGS = (PASSED, FAILED, WITHDRAWN)
_COLUMNS = (day("day", "Day"), *(each.column() for each in _ENDINGS))


@figure(
    "training.endings",
    record=Record.ENROLMENTS,
    title="Passed and failed",
    level=Level.TRAINING,
    columns=_COLUMNS,
    chart=Line("day"),
    unit="enrolments",
    sparks=tuple((each.name, each.name) for each in _ENDINGS),
    behind=doors_to({each.name: each for each in _ENDINGS}, of_days=True),
)
async def endings(q: Query) -> Rows:
    """How many enrolments had passed, failed or were withdrawn at the end of each day.

    The states are those of the cards and of the list of learners: who passed and whose result is no
    longer valid is expired and in no column, and who was withdrawn after failing is withdrawn. Days
    after the as-of moment have no value.
    """
    by_device(q)
    changed: dict[DayNumber, Counter[str]] = {}
    day_of = local_days(q)
    for row in await q.fetch(select(q.roster.endings())):
        before = ""
        for at, state in _states(row, day_of):
            if state != before:
                changed.setdefault(at, Counter()).subtract([before])
                changed[at].update([state])
                before = state
    spans, standing = buckets(q), Counter[str]()
    days = sorted(changed, reverse=True)
    rows: list[tuple[Cell, ...]] = []
    for label, first, last in spans:
        while days and days[-1] <= min(last, q.last_day):
            standing.update(changed[days.pop()])
        states = (None if is_future(q, first) else standing[each.name] for each in _ENDINGS)
        rows.append((label, *states))
    before_data(q)
    newest = [row for row in rows if row[1] is not None]
    last_row = newest[-1][1:] if newest else ()
    words = [f"{n:,} {each.name}" for each, n in zip(_ENDINGS, last_row, strict=False) if n]
    return Rows(
        rows,
        columns=with_bucket(q, _COLUMNS),
        empty="" if any(any(row[1:]) for row in newest) else "Nobody has passed or failed by then.",
        summary=" · ".join(words),
    )


def _states(row: Any, day_of: _DayOf) -> Iterator[tuple[DayNumber, str]]:
    """Yield (day, state from then on) of one enrolment; empty for states that no column counts.

    The states of `q.roster.states`, which works them out for one moment.
    """
    enrolled = day_of(row.enrolled_at) or BEFORE_ALL
    completed, expired, ended, withdrawn = (
        day_of(moment)
        for moment in (row.completed_at, row.valid_until, row.ended_at, row.withdrawn_at)
    )
    left_last = withdrawn is not None and (row.ended_at is None or row.withdrawn_at > row.ended_at)
    begun, full = row.first_active_day, row.full_day
    is_judged = row.judged_by_progress and begun is not None and full is not None
    all_done = max(begun, full) if is_judged else None

    def is_over(day: DayNumber | None, at: DayNumber) -> bool:
        return day is not None and day <= at

    days = {enrolled, completed, expired, ended, withdrawn, all_done} - {None}
    for at in sorted({max(enrolled, each) for each in days if each is not None}):
        if is_over(completed, at):
            yield at, "" if is_over(expired, at) else PASSED.name
        elif is_over(ended, at) and not (is_over(withdrawn, at) and left_last):
            yield at, FAILED.name
        elif is_over(withdrawn, at):
            yield at, WITHDRAWN.name
        else:
            yield at, FAILED.name if is_over(all_done, at) else ""
