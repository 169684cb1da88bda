"""Who needs help, and why: enrolments that nothing happens in, that fail or end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, FromClause, Subquery, and_, case, func, literal, or_, select

from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.policy import COMPARING, Option
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import local_days
from termstats.data.figures.learning.behind.asked import name_asked
from termstats.data.model.doors import Door
from termstats.data.model.enrolment_path import STALLED_DAYS
from termstats.data.model.period import day_start, number_day
from termstats.data.model.plural import counted
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import (
    Bars,
    Below,
    Cell,
    Destination,
    count,
    day,
    ident,
    percent,
    words,
)
from termstats.data.model.units import DayNumber
from termstats.data.query.query import Query
from termstats.data.query.standing import EVERY_ROW
from termstats.data.store import schema

EXPIRING_DAYS = 30
"""Days before the end of a certificate from which on it counts as expiring."""
RECENT_DAYS = 30
"""Whose last activity is longer ago than these days is not failing any more, but has stopped."""
EXPIRED, EXPIRING = "certificate expired", "certificate expiring"
FAILING, STALLED, NEVER_STARTED = "failing", "stalled", "never started"
REASONS = (EXPIRED, EXPIRING, FAILING, STALLED, NEVER_STARTED)
"""Why an enrolment needs help, in the order of the list."""
_OVER = ("withdrawn", "failed")
"""States of enrolments in which nobody can begin any more."""
_OPTIONS = frozenset((Option.STALLED_DAYS,))
_THE_REASON = (("action", "reason"),)
_NO_NEED = "Nobody needs help: no reason applies to any enrolment."
_TO_LEARNER = Destination("learner", (("learner", "learner_id"), ("training", "training_id")))


@figure(
    "global.attention",
    record=Record.ENROLMENTS,
    title="Attention",
    level=Level.GLOBAL,
    takes=(Param.ACTION,),
    options=_OPTIONS,
    row="enrolment",
    columns=(
        words("reason", "Reason", signed=True),
        ident("learner_id"),
        words("learner", "Learner"),
        ident("training_id"),
        words("training", "Training"),
        day("since", "Since"),
        percent("progress", "Progress"),
        percent("score", "Score"),
        day("last_activity", "Last activity"),
        words("state", "State"),
        count("days", "Days", "days since then, at the period's end; none: it is still to come"),
    ),
    row_opens=_TO_LEARNER,
    lead=("learner", "reason", "training", "since", "days"),
)
async def attention(q: Query) -> Rows:
    """Who needs help, at the period's end: one row per reason, learner and training.

    never started: enrolled, and without activity of any kind in the training; everybody whom
    the card counts, those last who have left or whose training is over, and how many they are
    is said. stalled: started, not completed, and no activity in it for 14 days, or as many as
    --stalled-days or stalled_days of the configuration says. failing: active in the last 30 days,
    all activities done or a module attempted, and not passing (state failed). certificate expired,
    certificate expiring (within 30 days). Who began and left is left out, and how many is said; so
    are trainings whose activity was not imported, and but for never started unpublished ones.
    --action names one reason and leaves the others out. Sorted by reason, longest first.
    """
    day_of = local_days(q)
    rows: list[tuple[Cell, ...]] = []
    for row in await q.fetch(select(_in_need(q))):
        since = row.last_day
        if row.reason in (EXPIRED, EXPIRING):
            since = day_of(row.valid_until)
        elif since is None or row.reason == NEVER_STARTED:
            since = day_of(row.enrolled_at)
        rows.append(
            (
                row.reason,
                row.learner_id,
                row.learner,
                row.training_key,
                row.training,
                since,
                row.progress,
                row.score if row.attempts else None,
                row.last_day,
                row.state,
                None if since is None or since > q.last_day else q.last_day - since,
            )
        )
    place = {name: index for index, name in enumerate(REASONS)}
    rows.sort(
        key=lambda row: (place[str(row[0])], row[9] in _OVER, row[5] or 0, row[2], row[1], row[3])
    )
    _note_stalled(q)
    await _note_who_left(q, Counter(str(row[9]) for row in rows if row[0] == NEVER_STARTED))
    numbers = Counter(row[0] for row in rows)
    summary = " · ".join(f"{numbers[reason]:,} {reason}" for reason in REASONS if numbers[reason])
    return Rows(
        rows,
        empty="" if rows else _NO_NEED,
        summary=summary,
    )


@figure(
    "global.attention-reasons",
    record=Record.ENROLMENTS,
    title="Needs attention",
    level=Level.GLOBAL,
    options=_OPTIONS | COMPARING,
    columns=(
        words("reason", "Reason", signed=True),
        count("enrolments", "Cases", "enrolments: a learner in a training"),
        count("change", "+/-", "more or fewer than at the end of the period before", "worse"),
        count("learners", "Learners", "different people"),
        day("longest", "Longest since"),
    ),
    chart=Bars("reason", "enrolments"),
    row_opens=Destination("global.attention", _THE_REASON),
    below=Below(
        "global.attention",
        "reason",
        (("learner", ""), ("days", " d"), ("training", ""), ("since", "")),
    ),
    behind=(
        ("enrolments", Door("global.attention", params=_THE_REASON, unit="enrolments")),
        ("learners", Door("global.behind-attention", params=_THE_REASON)),
    ),
    unit="enrolments",
)
async def attention_reasons(q: Query) -> Rows:
    """How many need help at the period's end, by reason: enrolments, and the learners in them.

    Counted as listed by name, where the reasons are explained. A learner may have several. The
    change is since the end of the equally long period before, or of a year before (--against year).
    """
    cases = await _cases(q)
    earlier = Counter[str]()
    if not q.nothing_then:
        for each in await _cases(q.asking(period=q.then, quiet=True)):
            earlier[each.reason] += each.enrolments
    rows: list[tuple[Cell, ...]] = []
    for reason in REASONS:
        mine = [each for each in cases if each.reason == reason]
        if mine:
            number = sum(each.enrolments for each in mine)
            change = None if q.nothing_then else number - earlier[reason]
            rows.append((reason, number, change, len(mine), _longest(mine)))
    _note_stalled(q)
    await _note_who_left(q, _left_without_start(cases))
    people = len({each.learner_id for each in cases})
    return Rows(
        rows,
        empty="" if rows else _NO_NEED,
        summary=f"{people:,} learners" if rows else "",
    )


@figure(
    "global.behind-attention",
    record=Record.ENROLMENTS,
    title="Learners who need help",
    level=Level.GLOBAL,
    takes=(Param.ACTION,),
    options=_OPTIONS,
    columns=(
        ident("learner_id"),
        words("learner", "Learner"),
        count("enrolments", "Cases", "enrolments: trainings in which it is so"),
        day("since", "Longest since"),
    ),
    row_opens=Destination("learner", (("learner", "learner_id"),)),
    unit="people",
)
async def attention_people(q: Query) -> Rows:
    """The different people who need help at the period's end, one row each, longest first.

    Counted as listed by name, where the reasons are explained; --action names one of them.
    """
    cases = await _cases(q)
    of_each: dict[str, list[_Case]] = defaultdict(list)
    for each in cases:
        of_each[each.learner_id].append(each)
    rows: list[tuple[Cell, ...]] = [
        (key, mine[0].learner, sum(each.enrolments for each in mine), _longest(mine))
        for key, mine in of_each.items()
    ]
    _note_stalled(q)
    await _note_who_left(q, _left_without_start(cases))
    rows.sort(key=lambda row: (row[3] or 0, str(row[1]).casefold(), str(row[0])))
    return Rows(
        rows,
        empty="" if rows else _NO_NEED,
        summary=f"{len(rows):,} people, longest first" if rows else "",
    )


def _note_stalled(q: Query) -> None:
    """Say after how long somebody has stalled, where that is not what the definition says."""
    days = q.request.stalled_days
    if days != STALLED_DAYS:
        q.note(f"Stalled: no activity for {counted(days, 'day')}, as the settings say.")


async def _note_who_left(q: Query, never: Counter[str]) -> None:
    """Say how many of the rows are no longer open, and how many have no row since they left.

    `never`: state -> rows of those who never started.
    """
    words = {"withdrawn": "have withdrawn", "failed": "failed when it was over"}
    parts = [f"{never[state]:,} {words[state]}" for state in _OVER if never[state]]
    if parts:
        q.note(f"Of those who never started {' and '.join(parts)}: they come last.")
    roster, trainings = q.roster.enrolments(), q.roster.trainings()
    row = await q.fetch_one(
        select(
            func.count(roster.c.withdrawn_at).label("withdrawn"),
            func.sum(case((trainings.c.has_activity == 1, 0), else_=1)).label("unknown"),
        )
        .select_from(roster)
        .join(trainings, trainings.c.id == roster.c.training_id)
    )
    left = await _who_left(q) if row.withdrawn else 0
    if left:
        q.note(f"Left out: {left:,} who began and have withdrawn.")
    if row.unknown:
        q.note(f"Left out: {row.unknown:,} enrolments in trainings without activity data.")


async def _who_left(q: Query) -> int:
    """Return how many began and have withdrawn, by the period's end."""
    # Not once for all: of those who have not left nothing else has to be worked out.
    roster, trainings = q.roster.states(), q.roster.trainings()
    number: int = await q.fetch_value(
        select(func.count())
        .select_from(roster)
        .join(trainings, trainings.c.id == roster.c.training_id)
        .where(
            roster.c.withdrawn_at.is_not(None),
            *(roster.c.state == "withdrawn", roster.c.started == 1),
            *(trainings.c.has_activity == 1, trainings.c.published == 1),
        )
    )
    return number


class _Case(NamedTuple):
    """One learner with one reason: in how many enrolments, and since which day at the longest."""

    reason: str
    learner_id: str
    learner: str
    enrolments: int
    withdrawn: int
    failed: int
    """Of those who have left, or failed when it was over."""
    since: DayNumber | None


def _longest(cases: Iterable[_Case]) -> DayNumber | None:
    return min((each.since for each in cases if each.since is not None), default=None)


def _left_without_start(cases: Iterable[_Case]) -> Counter[str]:
    """Return state -> enrolments of those who never started and can no more."""
    never = Counter[str]()
    for each in cases:
        if each.reason == NEVER_STARTED:
            never.update(withdrawn=each.withdrawn, failed=each.failed)
    return never


async def _cases(q: Query) -> list[_Case]:
    """Return who needs help and why, each learner once per reason: counted where they lie."""
    rows = _in_need(q)
    ends = rows.c.reason.in_((EXPIRED, EXPIRING))
    begins = or_(rows.c.reason == NEVER_STARTED, and_(~ends, rows.c.last_day.is_(None)))
    who = (rows.c.reason, rows.c.learner_id, rows.c.learner)
    of_each = await q.fetch(
        select(
            *who,
            func.count().label("enrolments"),
            *(func.sum(case((rows.c.state == state, 1), else_=0)).label(state) for state in _OVER),
            func.min(case((ends, rows.c.valid_until))).label("valid_until"),
            func.min(case((begins, rows.c.enrolled_at))).label("enrolled_at"),
            func.min(case((or_(ends, begins), None), else_=rows.c.last_day)).label("last_day"),
        ).group_by(*who)
    )
    day_of = local_days(q)
    cases = []
    for row in of_each:
        days = (day_of(row.valid_until), day_of(row.enrolled_at), row.last_day)
        since = min((day for day in days if day is not None), default=None)
        counts = (row.enrolments, row.withdrawn, row.failed)
        cases.append(_Case(row.reason, row.learner_id, row.learner, *counts, since))
    return cases


def _in_need(q: Query) -> Subquery:
    """Return the enrolments that need help, why, and since when they may.

    For all reasons, or the one that is asked about.
    """
    wanted = REASONS if q.request.action is None else (name_asked(q, "", REASONS),)
    roster, trainings, people = q.roster.states_once(), q.roster.trainings(), schema.person
    enrolled = (
        select(roster, q.roster.last_day(roster).label("last_day"))
        .where(or_(roster.c.state != "withdrawn", roster.c.started == 0))
        .limit(EVERY_ROW)
        .subquery("enrolled")
    )
    reason = _reason(q, enrolled)
    return (
        select(
            reason.label("reason"),
            q.key_of(people).label("learner_id"),
            people.c.name.label("learner"),
            q.key_of(trainings).label("training_key"),
            trainings.c.title.label("training"),
            enrolled.c.enrolled_at,
            enrolled.c.valid_until,
            enrolled.c.progress,
            enrolled.c.score,
            enrolled.c.attempts,
            enrolled.c.last_day,
            enrolled.c.state,
        )
        .join(people, people.c.id == enrolled.c.person_id)
        .join(trainings, trainings.c.id == enrolled.c.training_id)
        .where(
            trainings.c.has_activity == 1,
            reason.in_(wanted),
            # Of who never started the card counts everybody.
            or_(trainings.c.published == 1, enrolled.c.started == 0),
        )
        .subquery("in_need")
    )


def _reason(q: Query, enrolled: FromClause) -> ColumnElement[str | None]:
    """Return why an enrolment needs help; NULL: it does not."""
    soon = day_start(number_day(q.last_day) + timedelta(days=EXPIRING_DAYS + 1), q.zone)
    is_recent = enrolled.c.last_day > q.last_day - RECENT_DAYS
    silent_since = q.last_day - q.request.stalled_days
    is_silent = or_(enrolled.c.last_day.is_(None), enrolled.c.last_day <= silent_since)
    state = enrolled.c.state
    return case(
        (enrolled.c.started == 0, literal(NEVER_STARTED)),
        (state == "expired", literal(EXPIRED)),
        (and_(state == "passed", enrolled.c.valid_until < soon), literal(EXPIRING)),
        (and_(state == "failed", is_recent), literal(FAILING)),
        (and_(state == "in progress", is_silent), literal(STALLED)),
        else_=None,
    )
