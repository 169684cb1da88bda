"""Who is behind a language, a country, a search term or a skill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Subquery, func, or_, select

from termstats.data.figures.definition.figure import CountPeople, Level, Rows
from termstats.data.figures.definition.ranking import ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.figures.definition.series import local_days
from termstats.data.figures.learning.behind.activity import NOBODY_KNOWN
from termstats.data.figures.learning.behind.asked import names_of, no_value_asked
from termstats.data.model.errors import UsageError
from termstats.data.model.request import Param, Request
from termstats.data.model.table import Cell, Destination, count, day, ident, percent, words
from termstats.data.model.text import clean
from termstats.data.query.query import Query
from termstats.data.query.scope import Scope
from termstats.data.store import schema
from termstats.data.store.memory import Memory

NO_TERM = "(empty)"
"""Name of searches for nothing."""
_TO_LEARNER = Destination("learner", (("learner", "learner_id"),))
_DID = (
    ident("learner_id"),
    words("learner", "Learner"),
    count("times", "Times"),
    count("without_result", "Without result", "searches that found nothing"),
    day("last", "Last"),
)
_DID_AT_ALL = tuple(column for column in _DID if column.name != "without_result")


_PEOPLE_BY_VALUE: Memory[tuple[Scope, Request, str], dict[str, BitMap]] = Memory(most=4)


def _counting(field: str) -> CountPeople:
    """Return what counts the people behind one value of a field: those of all are read at once."""

    async def count_people(q: Query, most: int) -> int:
        async def read() -> dict[str, BitMap]:
            event, value, only = _events_with(q, field)
            people: dict[str, BitMap] = defaultdict(BitMap)
            pairs = select(value.label("value"), event.c.person_id).where(*only).distinct()
            for row in await q.fetch(pairs):
                people[row.value].update(() if row.person_id is None else (row.person_id,))
            return dict(people)

        key = (q.question.scope, replace(q.request, action=None), field)
        people = await q.store.memories.recall(_PEOPLE_BY_VALUE, key, read)
        values = _alike(q.request.action or "", people)
        return min(most, len(BitMap().union(*(people[each] for each in values))))

    return count_people


def _events_with(
    q: Query, field: str
) -> tuple[Subquery, ColumnElement[str], tuple[ColumnElement[bool], ...]]:
    """Return events, the value of a field in them, and which of them have one."""
    event = q.days.events()
    column = event.c.detail if field == "term" else event.c[field]
    only = event.c.kind == "search" if field == "term" else event.c.kind.in_(schema.KINDS)
    value = func.substr(func.coalesce(column, ""), 1, 255)
    return event, value, (only, event.c.is_aggregate == 0)


@figure(
    "global.behind-language",
    title="Who used a language",
    level=Level.GLOBAL,
    takes=(Param.ACTION,),
    columns=_DID_AT_ALL,
    row_opens=_TO_LEARNER,
    unit="people",
    count_people=_counting("language"),
)
async def language_behind(q: Query) -> Rows:
    """Who did something in an interface language in the period, one row a person, most first.

    --action names the language as the figure of languages writes it. The times, events by weight,
    add up to its number. What nobody known did is one row.
    """
    return await _did(q, "language", with_misses=False)


@figure(
    "global.behind-country",
    title="Who was in a country",
    level=Level.GLOBAL,
    takes=(Param.ACTION,),
    columns=_DID_AT_ALL,
    row_opens=_TO_LEARNER,
    unit="people",
    count_people=_counting("country"),
)
async def country_behind(q: Query) -> Rows:
    """Who did something from a country in the period, one row a person, most first.

    --action names the country as the figure of countries writes it. The times, events by weight,
    add up to its number. What nobody known did is one row.
    """
    return await _did(q, "country", with_misses=False)


@figure(
    "global.behind-term",
    title="Who searched for it",
    level=Level.GLOBAL,
    takes=(Param.ACTION,),
    columns=_DID,
    row_opens=_TO_LEARNER,
    unit="people",
    count_people=_counting("term"),
)
async def term_behind(q: Query) -> Rows:
    """Who searched for a text in the period, one row a person, most often first.

    --action names the text as the figure of search terms writes it. Times and searches without a
    result add up to its numbers. What nobody known searched is one row.
    """
    return await _did(q, "term", with_misses=True)


async def _did(q: Query, field: str, *, with_misses: bool) -> Rows:
    """Return who is behind one value of a field, read from the events themselves."""
    shown = q.request.action
    if not shown:
        return no_value_asked()
    table = q.days.values(field)
    known = await q.fetch(select(table.c.value).distinct())
    values = _called(shown, [row.value for row in known])
    event, value, only = _events_with(q, field)
    did = await q.fetch(
        select(
            event.c.person_id,
            func.sum(event.c.weight).label("times"),
            func.sum(event.c.weight * event.c.missed).label("misses"),
            func.max(event.c.second).label("last"),
        )
        .where(*only, value.in_(values))
        .group_by(event.c.person_id)
    )
    names = await names_of(q, [row.person_id for row in did if row.person_id])
    day_of = local_days(q)
    rows: list[tuple[Cell, ...]] = []
    for row in did:
        misses = (int(row.misses),) if with_misses else ()
        who = names.get(row.person_id, (None, NOBODY_KNOWN))
        rows.append((*who, int(row.times), *misses, day_of(row.last)))
    people = sum(1 for row in rows if row[0] is not None)
    return Rows(
        ranked(rows, by=2, name=1, key=0),
        empty="" if rows else f"Nobody is behind {shown} in {q.period.describe()}.",
        summary=f"{people:,} people, most first" if rows else "",
    )


@figure(
    "global.behind-skill",
    title="Who has a skill",
    level=Level.GLOBAL,
    takes=(Param.ACTION,),
    columns=(
        ident("learner_id"),
        words("learner", "Learner"),
        day("date", "Date", "the first time"),
        percent("score", "Score"),
        percent("progress", "Progress"),
    ),
    row_opens=_TO_LEARNER,
    unit="people",
)
async def skill_behind(q: Query) -> Rows:
    """Who has a skill at the period's end, one row a person: since when, how well.

    --action names the skill as the figure of skills writes it. Score and progress are the
    platform's, of several the mean. Lowest score first.
    """
    shown = q.request.action
    if not shown:
        return no_value_asked()
    awards = q.roster.of_people(schema.award)
    held = awards.c.kind == "skill", or_(awards.c.at.is_(None), awards.c.at < q.end)
    known = await q.fetch(select(awards.c.name).where(*held).distinct())
    names = _called(shown, [row.name for row in known])
    earned = await q.fetch(
        select(
            awards.c.person_id,
            func.min(awards.c.at).label("at"),
            func.avg(awards.c.score).label("score"),
            func.avg(awards.c.progress).label("progress"),
        )
        .where(*held, awards.c.name.in_(names))
        .group_by(awards.c.person_id)
    )
    who, day_of = await names_of(q, [row.person_id for row in earned]), local_days(q)
    rows: list[tuple[Cell, ...]] = [
        (*who[row.person_id], day_of(row.at), row.score, row.progress) for row in earned
    ]
    rows.sort(key=lambda row: (row[3] is None, row[3] or 0.0, str(row[1]).casefold(), str(row[0])))
    return Rows(
        rows,
        empty="" if rows else f"Nobody has {shown} here.",
        summary=f"{len(rows):,} people, lowest score first" if rows else "",
    )


def _called(shown: str, known: Collection[str]) -> list[str]:
    """Return the values that are shown so.

    Raises:
        UsageError: there is none.
    """
    if not (called := _alike(shown, known)):
        raise UsageError(f"--action {clean(shown)} is no value that occurs here")
    return called


def _alike(shown: str, known: Collection[str]) -> list[str]:
    """Return the values that are shown so: itself where it is one, else those that look so."""
    called = {NO_TERM: ""}.get(shown, shown)
    return [called] if called in known else [each for each in known if clean(each) == shown]
