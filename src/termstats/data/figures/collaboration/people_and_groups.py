"""Who contributes what, people and groups, in the layouts of 360Learning's exports."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import FromClause, Select, select

from termstats.data.figures.collaboration.layout import (
    LayoutLine,
    counts,
    layout,
    opens,
    texts,
    whole,
)
from termstats.data.figures.collaboration.policy import collaboration_figure
from termstats.data.figures.collaboration.totals import (
    Numbers,
    as_reported,
    contributions,
    note_time,
    sources_of_totals,
)
from termstats.data.figures.definition.figure import Rows
from termstats.data.model.table import KEY, Bars, Cell, Destination, NumberDestination
from termstats.data.model.units import RowId
from termstats.data.query.query import Query
from termstats.data.store import schema

_COUNTERS = ("Publications", "Comments", "Reactions")
_MORE = ("Public comments", "Posted messages")
"""Ours: comments that everybody may read, and comments and publications together."""


def _cells(mine: Mapping[str, int], names: Iterable[str]) -> tuple[int, ...]:
    return tuple(mine.get(name.lower(), 0) for name in names)


_USERS = (
    *texts("First name", "Last name", "Email", "Additional information"),
    *counts(*_COUNTERS),
)


@collaboration_figure(
    "collaboration.users",
    title="Contributions by user",
    columns=_USERS,
    unit="contributions",
    row_opens=Destination("learner", (("learner", KEY),)),
    number_opens=NumberDestination(
        "collaboration.contributions", (("learner", KEY),), opens(*_COUNTERS, *_MORE)
    ),
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
        mine = numbers.get(row.id, Counter())
        public, posted = _cells(mine, _MORE)
        total += sum(_cells(mine, _COUNTERS))
        theirs = (first, last, row.email, about.get(row.id), *_cells(mine, _COUNTERS))
        ours = (
            row.shown_key,
            "Deleted" if row.deleted else "Blocked" if row.blocked else "Active",
            None if row.source_id in from_totals else public,
            posted,
        )
        rows.append(LayoutLine(row.shown_key, theirs, ours, line))
    rows.sort(key=lambda each: [str(each.theirs[n] or "").casefold() for n in (1, 0, 2)])
    none = "Nobody whom the filters leave counts. Press e to count everybody, 0 for no filters."
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


_GROUPS = (*texts("Name"), *counts(*_COUNTERS))
_OF_OTHERS = tuple(f"{name} of other roles" for name in _COUNTERS)


@collaboration_figure(
    "collaboration.groups",
    title="Contributions by group",
    columns=_GROUPS,
    chart=Bars("Name", "Comments"),
    unit="contributions",
    row_opens=Destination("class", (("class", KEY),)),
    number_opens=NumberDestination(
        "collaboration.people", (("class", KEY),), opens(*_COUNTERS, *_OF_OTHERS)
    ),
)
async def groups(q: Query) -> Rows:
    """What the learners of every class contributed in the period, inside the class or not.

    Learners of sub-classes count in the class too. Members in another role than learner do not
    count; wide, they have columns of their own. Somebody in two classes counts in both, so the
    lines must not be added up: the sum over all people is in the title. A class whose members are
    not known shows the totals that the platform reports. Under a filter of people or groups only
    what those contributed counts, and classes without any of them are left out. The columns are
    those of a 360Learning export. By name.
    """
    numbers = await contributions(q)
    lines = await as_reported(q, "groups")
    classes = await _members(q, q.people.members_with_parts())
    staff = q.people.members_with_parts(others=True)
    others = await _members(q, staff) if q.request.wide else {}
    from_totals = {source.id for source in sources_of_totals(q)}
    table = q.people.classes()
    rows: list[LayoutLine] = []
    reported = 0
    listed = select(
        *(table.c.id, table.c.source_id, table.c.key, table.c.title),
        q.key_of(table).label("shown_key"),
    )
    for row in await q.fetch(listed):
        line = lines.get((row.source_id, row.key), {})
        if q.question.picks_people and not classes.get(row.id) and not others.get(row.id):
            continue
        if not classes.get(row.id) and row.source_id in from_totals and not q.question.picks_people:
            # Without the line, as in a pseudonymised copy, they are unknown and not zero.
            reported += bool(line)
            theirs: tuple[Cell, ...] = tuple(whole(line.get(name)) for name in _COUNTERS)
        else:
            theirs = _cells(_sum_of(numbers, classes.get(row.id, ())), _COUNTERS)
        no_learners = others.get(row.id, set()) - classes.get(row.id, set())
        ours = (row.shown_key, *_cells(_sum_of(numbers, no_learners), _COUNTERS))
        rows.append(LayoutLine(row.shown_key, (row.title, *theirs), ours, line))
    times = Counter(person for people in classes.values() for person in people)
    several = sum(1 for number_ in times.values() if number_ > 1)
    if several:
        q.note(f"People in several groups: {several:,}; the lines must not be added up.")
    if reported:
        q.note(f"As the platform reports them, for no members are known: {reported:,} groups.")
    note_time(q)
    total = _sum_of(numbers, numbers)
    sums = ", ".join(f"{total[name.lower()]:,} {name.lower()}" for name in _COUNTERS)
    rows.sort(key=lambda each: (str(each.theirs[0]).casefold(), str(each.theirs[0])))
    none = "The people that the filters leave are in no group."
    return layout(
        q,
        _GROUPS,
        (*texts("Group ID", "Period"), *counts(*_OF_OTHERS)),
        rows,
        empty=""
        if rows
        else none
        if q.question.picks_people
        else "There are no groups or classes here.",
        summary=f"{'these' if q.question.picks_people else 'all'} people: {sums}" if rows else "",
    )


async def _members(q: Query, member: FromClause) -> dict[RowId, set[RowId]]:
    """Return class id -> its people."""
    members: dict[RowId, set[RowId]] = defaultdict(set)
    for row in await q.fetch(select(member.c.class_id, member.c.person_id)):
        members[row.class_id].add(row.person_id)
    return members


def _sum_of(numbers: Numbers, people: Iterable[RowId]) -> Counter[str]:
    """Return what several people contributed together."""
    total: Counter[str] = Counter()
    for person in people:
        total.update(numbers.get(person, {}))
    return total
