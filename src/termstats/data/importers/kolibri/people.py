"""People of Kolibri: facilities, classes, groups, accounts, roles and members."""

from __future__ import annotations

from collections import defaultdict

from termstats.data.importers.kolibri.base import Collection, KolibriRun
from termstats.data.importers.kolibri.devices import Row
from termstats.data.importers.kolibri.tables import key, moment, parsed
from termstats.data.importers.sources import cells
from termstats.data.store import schema

FACILITY, CLASSROOM, GROUP = "facility", "classroom", "learnergroup"
CLASSES = (FACILITY, CLASSROOM, GROUP)
"""Kinds of collections that are classes; others only say whom an assignment is for."""
_NO_ROLE = "classroom assignable coach"
"""A role that only allows somebody to be made a coach."""
_NOT_SAID = ("", "NOT_SPECIFIED", "DEFERRED")
_FIELDS = ("gender", "birth year", "id number")


async def write_people(run: KolibriRun) -> None:
    """Write classes, people, who is in which class, and who may see what."""
    await _write_classes(run)
    roles = [row for row in await run.devices.rows("kolibriauth_role")]
    admins = {
        row[0] for row in await run.devices.rows("device_devicepermissions") if cells.flag(row[1])
    }
    held: dict[str, set[str]] = defaultdict(set)
    for row in roles:
        held[key(row[1])].add(cells.text(row[3]))
    await _write_accounts(run, held, admins)
    _write_roles(run, roles)
    for admin in sorted(admins & run.people.keys()):
        run.writer.add(schema.grant, {"person_id": run.people[admin], "role": "administrator"})
    await _write_members(run)


async def _write_classes(run: KolibriRun) -> None:
    for row in await run.devices.rows("kolibriauth_collection"):
        each = Collection(row[0], cells.text(row[1]), cells.text(row[2]), key(row[3]))
        run.collections[each.id] = each
        if each.kind == FACILITY:
            run.datasets[key(row[4])] = each.id
    names: dict[str, list[Collection]] = defaultdict(list)
    for each in run.collections.values():
        names[each.name].append(each)
    for each in run.collections.values():
        if each.kind in CLASSES:
            title = each.name or each.id
            if each.kind != FACILITY and len(names[each.name]) > 1:
                # Names repeat: what they belong to tells them apart.
                above = run.collections.get(each.parent)
                title = f"{title} ({above.name})" if above else title
            elif each.kind == FACILITY and len(names[each.name]) > 1:
                title = f"{title} ({_short(each, names[each.name])})"
            run.classes[each.id] = run.writer.add(schema.class_, {"key": each.id, "title": title})
        run.keep_row("collection", id=each.id, name=each.name, kind=each.kind, parent=each.parent)
    for each in run.collections.values():
        if each.id in run.classes and each.parent in run.classes and each.parent != each.id:
            run.writer.add(
                schema.class_parent,
                {"class_id": run.classes[each.id], "parent_id": run.classes[each.parent]},
            )


def _short(one: Collection, equal: list[Collection]) -> str:
    """Return as much of an id as tells it from those of the others with its name."""
    others = [each.id for each in equal if each.id != one.id]
    starts = (one.id[:length] for length in (4, 8, 16))
    return next((s for s in starts if not any(o.startswith(s) for o in others)), one.id)


async def _write_accounts(run: KolibriRun, held: dict[str, set[str]], admins: set[str]) -> None:
    for row in await run.devices.rows("kolibriauth_facilityuser"):
        user, username, name, joined, facility, deleted, *fields = row
        roles = held[user] - {_NO_ROLE} | ({"superuser"} if user in admins else set())
        gone = bool(cells.text(deleted))
        run.facilities[user] = key(facility)
        run.people[user] = person = run.writer.add(
            schema.person,
            {
                "key": user[:255],
                "name": cells.text(name) or cells.text(username) or user,
                "username": cells.text(username) or None,
                "roles": ", ".join(sorted(roles)) or "learner",
                "joined_at": run.possible(joined),
                "staff": int(bool(roles)),
                "deleted": int(gone),
                "counted": int(not roles and not gone),
            },
        )
        told = dict(zip(_FIELDS, map(cells.text, fields[:3]), strict=True))
        for label, value in parsed(fields[3], dict).items():
            told.setdefault(cells.text(label)[:120], cells.text(value))
        for label, value in told.items():
            if label and value not in _NOT_SAID:
                run.writer.add(
                    schema.person_field, {"person_id": person, "field": label, "value": value}
                )
        run.keep_row(
            "facilityuser",
            id=user,
            username=cells.text(username),
            facility=key(facility),
            deleted=moment(deleted) if gone else None,
            superuser=int(user in admins),
        )
        if run.facilities[user] in run.collections and not roles:
            run.members[run.facilities[user]].add(user)


def _write_roles(run: KolibriRun, roles: list[Row]) -> None:
    """Write the grants: an admin or a coach of a facility or class sees what is below it."""
    seen: set[tuple[str, str, str]] = set()
    for row in roles:
        user, collection, kind = key(row[1]), key(row[2]), cells.text(row[3])
        if user not in run.people or collection not in run.collections:
            run.refuse("kolibriauth_role", "unknown person or class", row)
            continue
        run.keep_row("role", user=user, collection=collection, kind=kind)
        if kind == _NO_ROLE or collection not in run.classes or (user, collection, kind) in seen:
            continue
        seen.add((user, collection, kind))
        place = {"person_id": run.people[user], "class_id": run.classes[collection]}
        role = "administrator" if kind == "admin" else "coach"
        run.writer.add(schema.grant, {**place, "role": role})
        if (user, collection, "") not in seen:
            seen.add((user, collection, ""))
            run.writer.add(schema.class_member, {**place, "role": "coach"})


async def _write_members(run: KolibriRun) -> None:
    for row in await run.devices.rows("kolibriauth_membership"):
        user, collection = key(row[1]), key(row[2])
        if user not in run.people or collection not in run.collections:
            run.refuse("kolibriauth_membership", "unknown person or class", row)
            continue
        if user in run.members[collection] and run.collections[collection].kind != FACILITY:
            run.refuse("kolibriauth_membership", "twice in a class", row)
            continue
        run.members[collection].add(user)
        run.keep_row("membership", user=user, collection=collection)
    for collection, class_id in run.classes.items():
        for user in sorted(run.members[collection]):
            run.writer.add(
                schema.class_member,
                {"class_id": class_id, "person_id": run.people[user], "role": "learner"},
            )
