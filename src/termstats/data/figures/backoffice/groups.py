"""The backoffice level: use by organisational group, and people who use the platform alike."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from sqlalchemy import case, func, select

from termstats.data.figures.backoffice.reading.patterns import Profile, alike
from termstats.data.figures.backoffice.reading.platform_use import (
    NOT_RECORDED,
    actions_of,
    by_frequency,
    recorded_kinds,
)
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.phrases import nothing_happened
from termstats.data.figures.definition.policy import Details
from termstats.data.figures.definition.ranking import Cells, ranked
from termstats.data.figures.definition.registry import figure
from termstats.data.model.filter_base import Field
from termstats.data.model.records import Record
from termstats.data.model.table import Bars, Cell, Destination, count, ident, number, words
from termstats.data.model.text import clean
from termstats.data.model.units import RowId
from termstats.data.query.acting import machines
from termstats.data.query.narrowing import is_member
from termstats.data.query.query import Query
from termstats.data.store import schema

_KIND_WORDS = {"api": "API calls", "function": "function runs", "error": "errors"}
_LEADING = 12
"""Administrative actions that a pattern tells apart; the others count as one sort."""
_FEWEST = 5
"""Actions from which on the shares of a person mean something."""
_GROUPS_NAMED = 3
OTHER_ACTIONS = "other actions"


async def _members(q: Query) -> tuple[dict[RowId, tuple[str, str]], dict[RowId, set[RowId]]]:
    """Return class -> (key, title), and class -> its people, those of its sub-classes included."""
    class_, member, link, person = (
        schema.class_,
        schema.class_member,
        schema.class_parent,
        schema.person,
    )
    names = {
        row.id: (row.key, row.title)
        for row in await q.fetch(select(class_.c.id, q.key_of(class_).label("key"), class_.c.title))
    }
    real = select(person.c.id)
    if not q.request.everybody:
        real = real.where(person.c.id.not_in(machines()))
    own: dict[RowId, set[RowId]] = defaultdict(set)
    for row in await q.fetch(
        select(member.c.class_id, member.c.person_id).where(
            is_member(q.question, member), member.c.person_id.in_(real)
        )
    ):
        own[row.class_id].add(row.person_id)
    below: dict[RowId, list[RowId]] = defaultdict(list)
    for row in await q.fetch(select(link.c.class_id, link.c.parent_id)):
        below[row.parent_id].append(row.class_id)
    return names, {group: _people_of(group, own, below) for group in names}


def _people_of(
    group: RowId, own: Mapping[RowId, set[RowId]], below: Mapping[RowId, list[RowId]]
) -> set[RowId]:
    """Return the people of a group and of everything below it; cycles end."""
    people: set[RowId] = set()
    seen: set[RowId] = set()
    waiting = [group]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            people |= own.get(current, set())
            waiting.extend(below.get(current, ()))
    return people


@figure(
    "backoffice.groups",
    record=Record.PLATFORM_USE,
    title="Use by group",
    level=Level.BACKOFFICE,
    columns=(
        ident("group_id"),
        words("group", "Group"),
        count("users", "Members"),
        count("active", "Active"),
        count("actions", "Actions"),
        number("actions_per_user", "Actions per active member"),
    ),
    chart=Bars("group", "actions"),
    row_opens=Destination("class", (("class", "group_id"),)),
    unit="actions",
    lists=Field.GROUP,
    details=Details("backoffice.people", filters=((Field.GROUP, "group_id"),)),
)
async def groups(q: Query) -> Rows:
    """Platform use of each group of people, its sub-groups included.

    Members are the people of the group and of all groups below it, each once; active are those who
    used the platform in the period. Actions are all their recorded use: administration, API calls,
    runs of functions, errors. Groups overlap, so they do not add up. Ranked by actions, then name.
    """
    names, members = await _members(q)
    if not names:
        return Rows((), empty="This source records no groups of people.")
    days = q.platform.days()
    actions = {
        row.person_id: int(row.events)
        for row in await q.fetch(
            select(days.c.person_id, func.sum(days.c.events).label("events"))
            .where(days.c.acts == 1)
            .group_by(days.c.person_id)
        )
    }
    if not actions:
        kinds = await recorded_kinds(q)
        empty = nothing_happened(q, "platform use") if kinds else NOT_RECORDED["admin"]
        return Rows((), empty=empty)
    rows: list[tuple[Cell, ...]] = []
    for group, (key, title) in names.items():
        active = members[group] & actions.keys()
        total = sum(actions[person] for person in active)
        mean = total / len(active) if active else None
        rows.append((key, title, len(members[group]), len(active), total, mean))
    everybody = set().union(*members.values())
    overlap = sum(len(people) for people in members.values()) - len(everybody)
    if overlap:
        q.note("Groups overlap: people of several groups count in each, so groups do not add up.")
    outside = len(actions.keys() - everybody)
    if outside:
        q.note(f"In no group: {outside:,} people who used the platform.")
    return Rows(ranked(rows, by=4, name=1, key=0), summary=f"{len(rows):,} groups")


@figure(
    "backoffice.patterns",
    record=Record.PLATFORM_USE,
    title="People who work alike",
    level=Level.BACKOFFICE,
    columns=(
        words("pattern", "Pattern"),
        count("users", "Users"),
        count("actions", "Actions"),
        words("top_groups", "Largest groups"),
    ),
    chart=Bars("pattern", "users"),
    unit="people",
    details=Details("backoffice.pattern-people", row_search=("pattern", "pattern")),
)
async def patterns(q: Query) -> Rows:
    """People who use the platform alike, by the shares of what they do.

    For everybody with at least 5 actions in the period: the share of each of the 12 most frequent
    administrative actions, of the other ones, of API calls, runs of functions and errors. People
    whose shares are near each other form a pattern (k-means of whole tenths, at most 6, begun at
    the most frequent shares: the same data give the same patterns). A pattern is named by what
    leads in it, at least a fifth of all its people do; the groups are those most of them are in.
    """
    profiles = await _profiles(q)
    if not profiles:
        return Rows((), empty=await _why_no_profiles(q))
    names, members = await _members(q)
    groups_of: dict[RowId, list[str]] = defaultdict(list)
    for group, people in members.items():
        for person in people:
            groups_of[person].append(clean(names[group][1]))
    rows: list[tuple[Cell, ...]] = []
    for name, alike_people in alike(profiles).items():
        counts = Counter(group for person in alike_people for group in groups_of[person])
        largest = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_GROUPS_NAMED]
        rows.append(
            (
                name,
                len(alike_people),
                sum(profiles[person].total for person in alike_people),
                ", ".join(f"{group} ({number_:,})" for group, number_ in largest) or None,
            )
        )
    return Rows(
        ranked(rows, by=1, name=0, key=0),
        summary=f"{len(profiles):,} people in {len(rows):,} patterns",
    )


@figure(
    "backoffice.pattern-people",
    record=Record.PLATFORM_USE,
    title="Who works alike",
    level=Level.BACKOFFICE,
    columns=(
        ident("user_id"),
        words("user", "User"),
        words("pattern", "Pattern"),
        count("actions", "Actions"),
    ),
    row_opens=Destination("learner", (("learner", "user_id"),)),
    details=Details("backoffice.events", filters=((Field.PERSON, "user_id"),)),
)
async def pattern_people(q: Query) -> Rows:
    """Everybody who is in a pattern of people who work alike, the largest pattern first.

    The patterns are those of people who work alike in the same period and under the same filters;
    everybody with at least 5 actions is in exactly one. Within a pattern by actions, then by name.
    """
    profiles = await _profiles(q)
    if not profiles:
        return Rows((), empty=await _why_no_profiles(q))
    person = schema.person
    named = {
        row.id: (row.key, row.name)
        for row in await q.fetch(select(person.c.id, q.key_of(person).label("key"), person.c.name))
        if row.id in profiles
    }
    patterns_ = sorted(
        alike(profiles).items(), key=lambda pair: (-len(pair[1]), pair[0].casefold())
    )
    rows: list[Cells] = []
    for pattern, people in patterns_:
        people_rows = [(*named[person], pattern, profiles[person].total) for person in people]
        rows += ranked(people_rows, by=3, name=1, key=0)
    return Rows(rows, summary=f"{len(rows):,} people in {len(patterns_):,} patterns")


async def _why_no_profiles(q: Query) -> str:
    kinds = await recorded_kinds(q)
    what = f"people with {_FEWEST} actions or more"
    return nothing_happened(q, what) if kinds else NOT_RECORDED["admin"]


async def _profiles(q: Query) -> dict[RowId, Profile]:
    """Return person -> what the person did, by sort; only people who did enough."""
    days, action = q.platform.days(), schema.action
    admin = await actions_of(q, "admin")
    sums = await q.fetch(
        select(days.c.action_id, func.sum(days.c.events).label("events"))
        .where(days.c.action_id.in_(admin), days.c.acts == 1)
        .group_by(days.c.action_id)
    )
    leading = list(by_frequency((admin[row.action_id], int(row.events)) for row in sums))
    named = {key for key, name in admin.items() if name in leading[:_LEADING]}
    # Only the leading actions one by one: the others of a kind are one sum.
    sort = case((action.c.id.in_(named), action.c.id), else_=0)
    rows = await q.fetch(
        select(
            days.c.person_id,
            action.c.kind,
            sort.label("sort"),
            func.sum(days.c.events).label("events"),
        )
        .join(action, action.c.id == days.c.action_id)
        .where(days.c.acts == 1)
        .group_by(days.c.person_id, action.c.kind, sort)
    )
    did: dict[RowId, Counter[str]] = defaultdict(Counter)
    for row in rows:
        word = admin.get(row.sort) or _KIND_WORDS.get(row.kind, OTHER_ACTIONS)
        did[row.person_id][word] += int(row.events)
    made = {person: Profile(dict(sorts)) for person, sorts in did.items()}
    return {person: profile for person, profile in made.items() if profile.total >= _FEWEST}
