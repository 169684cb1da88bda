"""Who contributes what, person by person, in the layout of 360Learning's export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select

from termstats.data.figures.collaboration.layout import (
    CONTRIBUTED,
    LayoutLine,
    cells_of,
    counts,
    layout,
    opens,
    texts,
)
from termstats.data.figures.collaboration.policy import collaboration_figure
from termstats.data.figures.collaboration.totals import (
    as_reported,
    contributions,
    note_time,
    sources_of_totals,
)
from termstats.data.figures.definition.figure import Rows
from termstats.data.model.doors import deeds
from termstats.data.model.records import Record
from termstats.data.model.table import KEY, Destination
from termstats.data.query.query import Query
from termstats.data.store import schema

_MORE = ("Public comments", "Posted messages")
"""Ours: comments that everybody may read, and comments and publications together."""
_NOTHING: Mapping[str, int] = {}
"""What somebody contributed who did nothing."""


_USERS = (
    *texts("First name", "Last name", "Email", "Additional information"),
    *counts(*CONTRIBUTED),
)


@collaboration_figure(
    "collaboration.users",
    record=Record.POSTS,
    title="Contributions by user",
    row="user",
    columns=_USERS,
    unit="contributions",
    row_opens=Destination("learner", (("learner", KEY),)),
    behind=deeds("collaboration.contributions", (("learner", KEY),), opens(*CONTRIBUTED, *_MORE)),
    lead=("First name", "Last name", "Publications", "Comments", "Reactions"),
)
async def users(q: Query) -> Rows:
    """What every counted person contributed in the period, of one class where one is named.

    Publications are posts on their own; comments are answers to them and everything said in the
    forums of courses, private ones too; reactions are all given reactions. All of a person's
    contributions count, inside the class or not, in archived and deleted courses too unless those
    are hidden. People who contributed nothing are rows of zeros. Filters of people and groups leave
    their rows only, filters of days what was contributed then. The columns are those of a
    360Learning export. Wide: posted messages are publications and comments together, corrections
    not among them; public comments have no value where only totals are known. By name.
    """
    numbers = await contributions(q)
    lines = await as_reported(q, "users")
    field = schema.person_field
    further = await q.fetch(
        select(field.c.person_id, field.c.value).where(field.c.field == "Additional information")
    )
    about = {row.person_id: row.value for row in further}
    from_totals = {source.id for source in sources_of_totals(q)}
    rows: list[LayoutLine] = []
    total = 0
    for row in await q.fetch(_listed_people(q)):
        line = lines.get((row.source_id, row.key), {})
        first, _blank, last = row.name.rpartition(" ")
        first, last = line.get("First name", first), line.get("Last name", last)
        mine = numbers.get(row.id, _NOTHING)
        contributed, (public, posted) = cells_of(mine, CONTRIBUTED), cells_of(mine, _MORE)
        total += sum(contributed)
        theirs = (first, last, row.email, about.get(row.id), *contributed)
        ours = (
            row.shown_key,
            "Deleted" if row.deleted else "Blocked" if row.blocked else "Active",
            None if row.source_id in from_totals else public,
            posted,
        )
        rows.append(LayoutLine(row.shown_key, theirs, ours, line))
    rows.sort(key=lambda each: [str(each.theirs[n] or "").casefold() for n in (1, 0, 2)])
    none = "Nobody whom the filters leave counts. Press x to count everybody, 0 for no filters."
    note_time(q)
    return layout(
        q,
        _USERS,
        (*texts("User ID", "Period", "Status"), *counts(*_MORE)),
        rows,
        empty="" if rows else none if q.question.picks_people else "Nobody is here to contribute.",
        summary=f"{len(rows):,} people · {total:,} contributions" if rows else "",
    )


def _listed_people(q: Query) -> Select[Any]:
    """Return the people who are rows: the population, or the members of the class in focus."""
    person = schema.person
    listed = select(
        *(person.c.id, person.c.source_id, person.c.key, person.c.name, person.c.email),
        *(person.c.deleted, person.c.blocked),
        q.key_of(person).label("shown_key"),
    )
    if q.question.class_sets():
        ids = select(q.people.members().c.person_id)
    else:
        ids = select(q.people.population().c.id)
    listed = listed.where(person.c.id.in_(ids))
    if q.request.hide_archived:
        listed = listed.where(person.c.deleted == 0)
    return listed
