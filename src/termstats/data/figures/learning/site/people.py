"""Global figures about people: who stopped, who they are, what they can do."""

from __future__ import annotations

from collections import defaultdict

from pyroaring import BitMap
from sqlalchemy import func, or_, select

from termstats.data.figures.definition.doors import door_to
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measures import ENROLMENTS
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.learning.behind.asked import name_asked
from termstats.data.model.doors import Door
from termstats.data.model.period import add_months, day_number, number_day
from termstats.data.model.plural import counted
from termstats.data.model.records import Record
from termstats.data.model.request import Param
from termstats.data.model.table import (
    Cell,
    Destination,
    Gauge,
    count,
    day,
    ident,
    percent,
    words,
)
from termstats.data.model.units import DayNumber
from termstats.data.query.query import Query
from termstats.data.store import schema

WINDOWS = (1, 3, 6, 12, 24, 36)
"""Months of silence."""
_WINDOW_WORDS = {months: counted(months, "month") for months in WINDOWS}
EVER = "any time"
"""The word for everybody who was ever active, silent or not."""
_THE_WINDOW = (("action", "window"),)
_THE_SKILL = (("action", "skill"),)
_TO_LEARNER = Destination("learner", (("learner", "learner_id"),))


@figure(
    "global.inactive",
    record=Record.ACTIVITY,
    title="Inactive people",
    level=Level.GLOBAL,
    row="span",
    columns=(
        words("window", "Silent for"),
        count("people", "People"),
        count("inactive", "Inactive"),
        percent("share", "Share"),
    ),
    chart=Gauge("window", "share"),
    row_opens=Destination("global.inactive-people", _THE_WINDOW),
    behind=(
        ("inactive", Door("global.inactive-people", params=_THE_WINDOW)),
        ("people", Door("global.inactive-people", EVER)),
    ),
)
async def inactive(q: Query) -> Rows:
    """People who were active before and not since, by how long.

    Of everybody with any activity up to the period's end: how many had none in the last 1, 3, 6,
    12, 24 and 36 months before it. People who were never active are not among them; how many there
    are is stated.
    """
    last_seen = await _last_seen(q)
    people = q.people.population()
    everybody = (await q.fetch_one(select(func.count().label("n")).select_from(people))).n
    never = everybody - len(last_seen)
    if never:
        q.note(f"Not among these: {never:,} people who were never active.")
    rows: list[tuple[Cell, ...]] = []
    for months in WINDOWS:
        since = _silent_since(q, months)
        silent = sum(1 for last in last_seen.values() if last < since)
        rows.append(
            (
                _WINDOW_WORDS[months],
                len(last_seen),
                silent,
                100 * silent / len(last_seen) if last_seen else None,
            )
        )
    return Rows(rows)


def _silent_since(q: Query, months: int) -> DayNumber:
    """Return the day before which somebody was last seen who is silent for so long."""
    return day_number(add_months(number_day(q.last_day), -months))


async def _last_seen(q: Query) -> dict[int, DayNumber]:
    """Return person id -> last day with activity up to the period's end."""
    days: dict[DayNumber, BitMap] = defaultdict(BitMap)
    for per_day in (await q.people.active(ever=True)).values():
        for number, people in per_day.items():
            days[number] |= people
    last_seen: dict[int, DayNumber] = {}
    seen = BitMap()
    for number in sorted(days, reverse=True):
        last_seen.update(dict.fromkeys(days[number] - seen, number))
        seen |= days[number]
    return last_seen


@figure(
    "global.inactive-people",
    record=Record.ACTIVITY,
    title="Inactive people by name",
    level=Level.GLOBAL,
    takes=(Param.ACTION,),
    columns=(
        ident("learner_id"),
        words("learner", "Learner"),
        words("email", "Email"),
        day("last_activity", "Last activity"),
        count("days", "Days silent"),
        count("trainings", "Trainings"),
    ),
    row_opens=_TO_LEARNER,
    behind=(("trainings", door_to(ENROLMENTS, params=(("learner", "learner_id"),))),),
)
async def inactive_people(q: Query) -> Rows:
    """The people who were active before and silent for a month or more at the period's end.

    --action names another time, as the figure of inactive people has them: `6 months`; `any time`
    lists all who were ever active. Longest silence first. `trainings` is how many they are enrolled
    in.
    """
    window = name_asked(q, _WINDOW_WORDS[WINDOWS[0]], (*_WINDOW_WORDS.values(), EVER))
    last_seen = await _last_seen(q)
    months = next((n for n, words_ in _WINDOW_WORDS.items() if words_ == window), 0)
    since = _silent_since(q, months) if months else q.last_day + 1
    people, roster = q.people.population(), q.roster.enrolments()
    trainings = {
        row.person_id: row.number
        for row in await q.fetch(
            select(roster.c.person_id, func.count().label("number")).group_by(roster.c.person_id)
        )
    }
    rows: list[tuple[Cell, ...]] = []
    for row in await q.fetch(
        select(people.c.id, q.key_of(people).label("key"), people.c.name, people.c.email)
    ):
        last = last_seen.get(row.id)
        if last is not None and last < since:
            enrolled = trainings.get(row.id, 0)
            rows.append((row.key, row.name, row.email, last, q.last_day - last, enrolled))
    return Rows(
        ranked(rows, by=4, name=1, key=0),
        empty="" if rows else f"Nobody who was active before has been silent for {window}.",
        summary=f"{len(rows):,} people" if rows else "",
    )


@figure(
    "global.skills",
    record=Record.SKILLS,
    title="Skills",
    level=Level.GLOBAL,
    columns=(
        words("skill", "Skill"),
        count("learners", "Learners"),
        percent("score", "Score"),
        percent("progress", "Progress"),
    ),
    chart=Gauge("skill", "score"),
    behind=(
        ("learners", Door("global.behind-skill", params=_THE_SKILL)),
        ("score", Door("global.behind-skill", params=_THE_SKILL, counts=None)),
        ("progress", Door("global.behind-skill", params=_THE_SKILL, counts=None)),
    ),
)
async def skills(q: Query) -> Rows:
    """Mean score and progress per skill, over the learners who have it at the period's end.

    A learner counts once per skill. No value where the platform gives none.
    """
    awards = q.roster.of_people(schema.award)
    skill_rows = await q.fetch(
        select(
            awards.c.name,
            func.count(func.distinct(awards.c.person_id)).label("learners"),
            func.avg(awards.c.score).label("score"),
            func.avg(awards.c.progress).label("progress"),
        )
        .where(awards.c.kind == "skill", or_(awards.c.at.is_(None), awards.c.at < q.end))
        .group_by(awards.c.name)
    )
    rows: list[tuple[Cell, ...]] = [
        (row.name, row.learners, row.score, row.progress) for row in skill_rows
    ]
    return Rows(
        ranked(rows, by=1, name=0, key=0),
        empty="" if rows else "Nobody has a skill here.",
        summary=f"{len(rows):,} skills" if rows else "",
    )
