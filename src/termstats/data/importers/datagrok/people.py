"""People of Datagrok: accounts, groups with their members and sub-groups, sessions."""

from __future__ import annotations

from termstats.data.importers.datagrok.base import (
    DatagrokRun,
    PlatformSession,
    first_of,
    key,
    plain_text,
)
from termstats.data.model.units import RowId
from termstats.data.store import schema


async def write_people(run: DatagrokRun) -> None:
    """Write everybody with an account; an e-mail address only where network data may be kept."""
    async for row in run.rows("users"):
        user, login, name, first, last, friendly, email, joined, group = row
        full = f"{plain_text(first)} {plain_text(last)}".strip()
        person = run.people[key(user)] = run.context.writer.add(
            schema.person,
            {
                "key": key(user),
                "name": first_of(friendly, full, name, login) or f"user {key(user)}",
                "username": plain_text(login) or None,
                "email": (plain_text(email) or None) if run.with_network_data else None,
                "joined_at": run.moment(joined),
            },
        )
        if group is not None:
            run.personal[key(group)] = person


async def write_groups(run: DatagrokRun) -> None:
    """Write groups as classes. A person's own group is the person, as a member of others."""
    classes: dict[str, RowId] = {}
    async for group, friendly, name in run.rows("groups"):
        if key(group) not in run.personal:
            title = first_of(friendly, name) or f"group {key(group)}"
            classes[key(group)] = run.context.writer.add(
                schema.class_, {"key": key(group), "title": title}
            )
    table = "groups_relations"
    seen: set[tuple[str, str]] = set()
    async for row in run.rows(table, ("parent_id", "child_id")):
        parent, child = key(row[0]), key(row[1])
        if (parent, child) in seen:
            run.refuse(table, "duplicate relation", row)
            continue
        seen.add((parent, child))
        if parent not in classes or not (child in classes or child in run.personal):
            run.refuse(table, "unknown group", row)
        elif child in run.personal:
            member = {"class_id": classes[parent], "person_id": run.personal[child]}
            run.context.writer.add(schema.class_member, {**member, "role": "learner"})
        else:
            pair = {"class_id": classes[child], "parent_id": classes[parent]}
            run.context.writer.add(schema.class_parent, pair)


async def read_sessions(run: DatagrokRun) -> None:
    """Read the sessions; they are written when it is known how long they lasted."""
    table = "users_sessions"
    async for row in run.rows(table):
        session, user, started, ip = row
        person = run.people.get(key(user))
        if person is None and user is not None:
            run.refuse(table, "unknown person", row)
            continue
        began = run.moment(started)
        address = (plain_text(ip) or None) if run.with_network_data else None
        new = run.context.writer.new_id(schema.session)
        run.sessions[key(session)] = PlatformSession(new, person, began, began, address)


def write_sessions(run: DatagrokRun) -> None:
    """Write the sessions, each up to its last event."""
    for name, session in run.sessions.items():
        run.context.writer.add(
            schema.session,
            {
                "id": session.id,
                "key": name,
                "person_id": session.person,
                "started_at": session.started,
                "ended_at": session.last,
                "ip": session.ip,
            },
        )
