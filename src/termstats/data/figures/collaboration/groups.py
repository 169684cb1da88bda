"""Who contributes what, group by group, in the layout of 360Learning's export."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import FromClause, select

from termstats.data.figures.collaboration.layout import (
    CONTRIBUTED,
    LayoutLine,
    cells_of,
    counts,
    layout,
    opens,
    texts,
    whole,
)
from termstats.data.figures.collaboration.policy import collaboration_figure
from termstats.data.figures.collaboration.totals import (
    are_counted,
    as_reported,
    contributions,
    note_time,
    sources_of_totals,
)
from termstats.data.figures.definition.figure import Rows
from termstats.data.model.doors import deeds
from termstats.data.model.records import Record
from termstats.data.model.table import KEY, Bars, Cell, Destination
from termstats.data.model.text import clean
from termstats.data.model.units import RowId
from termstats.data.query.query import Query

Numbers = Mapping[RowId, Mapping[str, int]]
"""Id of a person -> column -> what they contributed."""
_GROUPS = (*texts("Name"), *counts(*CONTRIBUTED))
_OF_OTHERS = tuple(f"{name} of other roles" for name in CONTRIBUTED)
_OF_MEMBERS = tuple(f"{name} of members" for name in CONTRIBUTED)
_NAMED = 3
"""Groups whose difference is spelt out."""


@collaboration_figure(
    "collaboration.groups",
    record=Record.POSTS,
    title="Contributions by group",
    row="group",
    columns=_GROUPS,
    chart=Bars("Name", "Comments"),
    unit="contributions",
    row_opens=Destination("class", (("class", KEY),)),
    behind=deeds(
        "collaboration.people",
        (("class", KEY),),
        (
            *opens(*CONTRIBUTED, *_OF_OTHERS),
            *((f"{name} of members", name.lower()) for name in CONTRIBUTED),
        ),
    ),
)
async def groups(q: Query) -> Rows:
    """What the learners of every class contributed in the period, inside the class or not.

    A line is what its members, those of sub-classes too, add up to; where a file of groups was
    imported, it is what the platform reports of the group: nothing replaces that. Wide, what the
    known members add up to has columns of its own, and so have members in another role than
    learner, who do not count. Where both are known and differ, a note says both. Somebody in two
    classes counts in both, so the lines must not be added up: the sum over all people is in the
    title. Under a filter of people or groups only what those contributed counts, and classes
    without any of them are left out. The columns are those of a 360Learning export. By name.
    """
    numbers, reported = await contributions(q), await _reported(q)
    members_of = await _members(q, q.people.members_with_parts())
    staff = q.people.members_with_parts(others=True)
    staff_of = await _members(q, staff) if q.request.wide else {}
    lines, table = await as_reported(q, "groups"), q.people.classes()
    listed = select(
        *(table.c.id, table.c.source_id, table.c.key, table.c.title),
        q.key_of(table).label("shown_key"),
    )
    rows: list[LayoutLine] = []
    differing: list[str] = []
    unknown, nameless = 0, _sources_without_members(q)
    for row in await q.fetch(listed):
        people, others = members_of.get(row.id, set()), staff_of.get(row.id, set())
        if q.question.picks_people and not people and not others:
            continue
        added_up = cells_of(_sum_of(numbers, people), CONTRIBUTED)
        theirs: Sequence[Cell] = reported.get((row.source_id, row.key), added_up)
        if theirs is not added_up:
            unknown += not people
            if people and tuple(theirs) != added_up:
                differing.append(_difference(row.title, theirs, added_up))
        elif not people and row.source_id in nameless:
            theirs = (None,) * len(CONTRIBUTED)  # not known, which is not zero
        of_others = cells_of(_sum_of(numbers, others - people), CONTRIBUTED)
        of_members = added_up if people else (None,) * len(CONTRIBUTED)
        ours = (row.shown_key, *of_others, *of_members)
        line = lines.get((row.source_id, row.key), {})
        rows.append(LayoutLine(row.shown_key, (row.title, *theirs), ours, line))
    _note_groups(q, members_of, unknown, differing)
    rows.sort(key=lambda each: (str(each.theirs[0]).casefold(), str(each.theirs[0])))
    return _laid_out(q, rows, numbers)


def _laid_out(q: Query, rows: Sequence[LayoutLine], numbers: Numbers) -> Rows:
    """Return the rows in the layout, with what all people contributed in the title."""
    total = _sum_of(numbers, numbers)
    sums = ", ".join(f"{total[name.lower()]:,} {name.lower()}" for name in CONTRIBUTED)
    picked = q.question.picks_people
    none = (
        "The people that the filters leave are in no group."
        if picked
        else "There are no groups or classes here."
    )
    return layout(
        q,
        _GROUPS,
        (*texts("Group ID", "Period"), *counts(*_OF_OTHERS, *_OF_MEMBERS)),
        rows,
        empty="" if rows else none,
        summary=f"{'these' if picked else 'all'} people: {sums}" if rows else "",
    )


def _sources_without_members(q: Query) -> set[RowId]:
    """Return the sources of totals: a group of theirs may have members that nobody named."""
    return set() if q.question.picks_people else {source.id for source in sources_of_totals(q)}


async def _reported(q: Query) -> dict[tuple[RowId, str], tuple[Cell, ...]]:
    """Return (source, key) -> what the platform reports of a group, of the day that is asked for.

    Nothing under a filter of people: a total of a group is of all its people.
    """
    if q.question.picks_people:
        return {}
    counted = {source.id for source in sources_of_totals(q) if are_counted(q, source)}
    cells = {
        key: tuple(whole(line.get(name)) for name in CONTRIBUTED)
        for key, line in (await as_reported(q, "groups")).items()
        if key[0] in counted
    }
    return {key: line for key, line in cells.items() if any(cell is not None for cell in line)}


def _difference(title: str, reported: Sequence[Cell], added_up: Sequence[Cell]) -> str:
    """Return both numbers of one group: `Sales: 4, 7, 9 reported; 1, 3, 3 by its members`."""
    theirs, ours = [
        ", ".join("-" if cell is None else f"{cell:,}" for cell in cells)
        for cells in (reported, added_up)
    ]
    return f"{clean(title)}: {theirs} reported; {ours} by its members"


def _note_groups(
    q: Query, members: Mapping[RowId, set[RowId]], unknown: int, differing: Sequence[str]
) -> None:
    times = Counter(person for people in members.values() for person in people)
    several = sum(1 for number in times.values() if number > 1)
    if several:
        q.note(f"People in several groups: {several:,}; the lines must not be added up.")
    if unknown:
        q.note(f"As the platform reports them, for no members are known: {unknown:,} groups.")
    if differing:
        more = f"; and {len(differing) - _NAMED:,} more" if len(differing) > _NAMED else ""
        q.note(
            "Lines are as the platform reports them, which differs from what the known members "
            f"add up to (--wide has both): {'; '.join(sorted(differing)[:_NAMED])}{more}."
        )
    note_time(q)


async def _members(q: Query, member: FromClause) -> dict[RowId, set[RowId]]:
    """Return class id -> its people."""
    members: dict[RowId, set[RowId]] = defaultdict(set)
    for row in await q.fetch(select(member.c.class_id, member.c.person_id)):
        members[row.class_id].add(row.person_id)
    return members


def _sum_of(numbers: Numbers, people: Iterable[RowId]) -> dict[str, int]:
    """Return what several people contributed together."""
    names = [name.lower() for name in CONTRIBUTED]
    lines = [numbers[person] for person in people if person in numbers]
    return {name: sum(line[name] for line in lines) for name in names}
