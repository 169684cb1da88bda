"""The backoffice level: its cards."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Subquery, func, select

from termstats.data.figures.backoffice.reading.platform_use import (
    NOT_RECORDED,
    actions_of,
    recorded_kinds,
)
from termstats.data.figures.definition.cards import COLUMNS, Values, totals_rows, values_then
from termstats.data.figures.definition.figure import Level, Rows
from termstats.data.figures.definition.measures import ACTIONS_PER_USER, ERROR_RATE
from termstats.data.figures.definition.phrases import before_data
from termstats.data.figures.definition.policy import COMPARING
from termstats.data.figures.definition.registry import figure
from termstats.data.query.filters.moments import leaves_objects_out, leaves_sessions_out
from termstats.data.query.query import Query
from termstats.data.store import schema
from termstats.data.store.memory import Memory

STARTED = "datagrok-started"
"""The action that a platform logs when a person starts it."""
MADE = {"connections": "connection", "queries": "query"}
"""Card -> kind of the objects made in the period."""
_RECORDED: Memory[None, frozenset[str]] = Memory(most=1)
_ALWAYS = ("users", "actions", "actions_per_user", "errors", "sessions")
_SOMETIMES = ("starts", "active_users", "new_users", *MADE, "events", "error_rate")
"""Cards that are there only where the source records such things."""


@figure(
    "backoffice.totals",
    title="Platform use",
    level=Level.BACKOFFICE,
    options=COMPARING,
    row="number",
    columns=COLUMNS,
    cards=(
        ("actions", "backoffice.actions"),
        ("users", "backoffice.top-users"),
        ("errors", "backoffice.errors"),
        ("error_rate", "backoffice.errors"),
        ("sessions", "backoffice.unique-users"),
        ("active_users", "backoffice.unique-users"),
        ("events", "backoffice.sources"),
        ("actions_per_user", "backoffice.top-users"),
        ("starts", "backoffice.actions"),
        ("new_users", "backoffice.users"),
        ("connections", "backoffice.objects"),
        ("queries", "backoffice.objects"),
    ),
    sentence=(
        (
            "{actions} {actions:action|actions} by {users} {users:person|people}{actions:change}",
            "; {active_users} used the platform",
            "; {errors} {errors:error|errors}{errors:change}",
        ),
        (
            "{actions} {actions:action|actions} by {users} {users:person|people}{actions:change}",
            "; {errors} {errors:error|errors}",
        ),
        ("{actions} by {users} {users:person|people}", "; {errors} {errors:error|errors}"),
        ("{actions} {actions:action|actions}", ", {errors} {errors:error|errors}"),
    ),
)
async def totals(q: Query) -> Rows:
    """Administrative work in the period, each number beside the equally long period before.

    Users are the people who did at least one administrative action, staff included. Actions are
    all of them: those without a known user and those of machines too, but these are left out of
    users and of actions per user. Errors are the errors that the platform logged. Sessions are the
    recorded sessions that any part of the period belongs to; starts how often the platform was
    started. Active users used the platform in any recorded way; events are all of that use, and
    the error rate is the share of errors in them. New users are accounts made in the period,
    connections and queries those made in it and not deleted since. `-` is what the source does not
    record; cards after sessions are there only where it records such things.
    """
    kinds = await recorded_kinds(q)
    if not kinds:
        return Rows((), empty=NOT_RECORDED["admin"])
    cards = await _cards(q, kinds)
    lacks = [
        name
        for name, gone in (
            ("sessions", leaves_sessions_out(q.question)),
            ("new_users", leaves_sessions_out(q.question)),
            *((name, leaves_objects_out(q.question)) for name in MADE),
        )
        if gone and name in cards
    ]
    if lacks:
        names = ", ".join(name.replace("_", " ") for name in lacks)
        q.note(f"Not counted, they have nothing that a filter asks for: {names}.")
    missing = [name for name in ("actions", "errors", "sessions") if name not in cards]
    if missing:
        q.note(f"Not recorded by this source: {', '.join(missing)}.")
    before_data(q)
    wanted = cards - set(lacks)
    now = await _totals(q, wanted)
    before = await values_then(q, lambda then: _totals(then, wanted))
    shown = {name: now.get(name) for name in (*_ALWAYS, *(n for n in _SOMETIMES if n in cards))}
    return totals_rows(shown, before, q.request.against)


async def _cards(q: Query, kinds: frozenset[str]) -> frozenset[str]:
    """Return the cards that the store's sources record something for; asked once per store."""
    return await q.store.memories.recall(_RECORDED, None, lambda: _read_cards(q, kinds))


async def _read_cards(q: Query, kinds: frozenset[str]) -> frozenset[str]:
    cards = {"active_users", "events"} if len(kinds) > 1 else set()
    if "admin" in kinds:
        cards |= {"users", "actions", "actions_per_user"}
    if "error" in kinds:
        cards |= {"errors", "error_rate"}
    person, object_, session = schema.person, schema.object_, schema.session
    has = {
        "sessions": select(session.c.id),
        "starts": select(schema.action.c.id).where(schema.action.c.name == STARTED),
        "new_users": select(person.c.id).where(person.c.joined_at.is_not(None)),
        **{
            name: select(object_.c.id).where(
                object_.c.kind == kind, object_.c.created_at.is_not(None)
            )
            for name, kind in MADE.items()
        },
    }
    for name, rows in has.items():
        if await q.fetch(rows.limit(1)):
            cards.add(name)
    return frozenset(cards)


def _new(kind: str) -> Callable[[Query], Subquery]:
    return lambda q: q.platform.new_objects(kind)


async def _totals(q: Query, cards: frozenset[str]) -> Values:
    """Return card -> value of those in `cards`."""
    names = await actions_of(q, "admin")
    start = [action for action, name in names.items() if name == STARTED]
    of = await q.uses.tallies(
        {
            "actions": names,
            "errors": await actions_of(q, "error"),
            "starts": start,
            "events": None,
        },
    )
    admin, events, errors = of["actions"], of["events"].events, of["errors"].events
    values: Values = {
        "users": admin.users,
        "actions": admin.events,
        "actions_per_user": ACTIONS_PER_USER.of(
            {"by_people": admin.by_people, "users": admin.users}
        ),
        "errors": errors,
        "starts": of["starts"].events,
        "active_users": of["events"].users,
        "events": events,
        "error_rate": ERROR_RATE.of({"errors": errors, "events": events}),
    }
    tables: dict[str, Callable[[Query], Subquery]] = {
        "sessions": lambda q: q.platform.sessions(),
        "new_users": lambda q: q.platform.new_accounts(),
        **{name: _new(kind) for name, kind in MADE.items()},
    }
    for name, table in tables.items():
        if name in cards:
            values[name] = await q.fetch_value(select(func.count()).select_from(table(q)))
    return {name: value for name, value in values.items() if name in cards}
