"""People of Opigno: accounts, roles, memberships, classes and who manages what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from termstats.data.importers.opigno.base import OpignoRun, number_of, stamp
from termstats.data.importers.sources import cells
from termstats.data.importers.sources.moments import zone_named
from termstats.data.model.units import Second
from termstats.data.store import schema

_STAFF_ROLES = {"administrator", "statistics_reader", "user_manager", "content_manager"}
_SEE_ALL = {"administrator", "statistics_reader", "user_manager"}
"""Roles that see everything, as the platform documents them; what it ships differs for the last."""
_SUPER_ADMIN = 1
_TRAINING_MEMBER = "learning_path-group_membership"
_CLASS_MEMBER = "opigno_class-group_membership"
_CLASS_IN_TRAINING = "group_content_type_27efa0097d858"
_TRAINING_MANAGER = "learning_path-user_manager"
_CLASS_MANAGER = "opigno_class-class_manager"
ACTIVE = 1
"""State of a membership; 2 waits for approval, 3 is blocked."""
MEMBERSHIP_STATES = {2: "pending", 3: "blocked"}


@dataclass(frozen=True)
class Member:
    """A current membership of a training."""

    uid: int
    since: Second | None
    state: int


@dataclass
class OpignoRoster:
    """Who belongs to which training now."""

    members: dict[int, dict[int, Member]] = field(default_factory=lambda: defaultdict(dict))
    """gid -> uid -> membership."""


async def write_people(run: OpignoRun) -> None:
    """Write everybody with an account, and who sees the whole platform."""
    roles: dict[int, list[str]] = defaultdict(list)
    accounts = await run.table("users_field_data")
    uids = {row.uid for row in accounts}
    for row in await run.table("user__roles"):
        if row.entity_id in uids:
            roles[row.entity_id].append(cells.text(row.roles_target_id))
        else:
            run.refuse("user__roles", "unknown person", row)
    first = await run.field("user__field_first_name")
    last = await run.field("user__field_last_name")
    for row in accounts:
        zone = zone_named(row.timezone)
        if zone is not None:
            run.zones[row.uid] = zone
        held = sorted(roles[row.uid])
        account = cells.text(row.name)
        parts = (cells.text(names.get(row.uid)).strip() for names in (first, last))
        full = " ".join(parts).strip()
        anonymous = row.uid == 0
        staff = not _STAFF_ROLES.isdisjoint(held) or row.uid == _SUPER_ADMIN
        blocked = not cells.flag(row.status) and not anonymous
        run.people[row.uid] = run.writer.add(
            schema.person,
            {
                "key": str(row.uid),
                "name": full or account or ("anonymous" if anonymous else f"user {row.uid}"),
                "username": account or None,
                "email": cells.text(row.mail) or None,
                "roles": ", ".join(held) or None,
                "joined_at": stamp(row.created),
                "last_access_at": stamp(row.access),
                "language": cells.text(row.preferred_langcode) or None,
                "zone": zone.key if zone else None,
                "staff": int(staff),
                "blocked": int(blocked),
                "anonymous": int(anonymous),
                "counted": int(not (staff or blocked or anonymous)),
            },
        )
        if not _SEE_ALL.isdisjoint(held) or row.uid == _SUPER_ADMIN:
            run.writer.add(
                schema.grant, {"person_id": run.people[row.uid], "role": "administrator"}
            )


async def write_memberships(run: OpignoRun, classes: dict[int, Any]) -> OpignoRoster:
    """Write classes, their members, managers and trainings; return the members of trainings.

    `classes`: id -> row of the groups that are classes.
    """
    for gid, row in classes.items():
        run.classes[gid] = run.writer.add(
            schema.class_, {"key": str(gid), "title": cells.text(row.label)}
        )
    content = await run.table("group_content_field_data")
    ids = {row.id for row in content}
    roles: dict[int, set[str]] = defaultdict(set)
    for row in await run.table("group_content__group_roles"):
        if row.entity_id in ids:
            roles[row.entity_id].add(cells.text(row.group_roles_target_id))
        else:
            run.refuse("group_content__group_roles", "unknown membership", row)
    states = await _states(run, ids)
    roster = OpignoRoster()
    pairs: set[tuple[int, int]] = set()
    for row in content:
        kind = cells.text(row.type)
        if kind == _TRAINING_MEMBER:
            _add_member(run, roster, row, roles[row.id], states.get(row.id, ACTIVE))
        elif kind == _CLASS_MEMBER:
            _add_class_member(run, pairs, row, roles[row.id])
    for row in content:
        if cells.text(row.type) == _CLASS_IN_TRAINING:
            _add_class_training(run, pairs, row)
    return roster


async def _states(run: OpignoRun, memberships: set[int]) -> dict[int, int]:
    """Return membership -> its state."""
    table = "opigno_learning_path_group_user_status"
    states: dict[int, int] = {}
    for row in await run.table(table):
        if row.mid not in memberships:
            run.refuse(table, "unknown membership", row)
        elif row.mid in states:
            run.refuse(table, "second state of a membership", row)
        else:
            states[row.mid] = number_of(row.status)
    return states


def _add_member(
    run: OpignoRun, roster: OpignoRoster, row: Any, roles: set[str], state: int
) -> None:
    table = "group_content_field_data"
    if row.gid not in run.trainings or row.entity_id not in run.people:
        run.refuse(table, "unknown person or training", row)
    elif row.entity_id in roster.members[row.gid]:
        run.refuse(table, "second membership of a person", row)
    else:
        roster.members[row.gid][row.entity_id] = Member(row.entity_id, stamp(row.created), state)
        if _TRAINING_MANAGER in roles and state == ACTIVE:
            run.writer.add(
                schema.grant,
                {
                    "person_id": run.people[row.entity_id],
                    "role": "manager",
                    "training_id": run.trainings[row.gid].id,
                },
            )


def _add_class_member(
    run: OpignoRun, pairs: set[tuple[int, int]], row: Any, roles: set[str]
) -> None:
    table = "group_content_field_data"
    if row.gid not in run.classes or row.entity_id not in run.people:
        run.refuse(table, "unknown person or class", row)
    elif (row.gid, row.entity_id) in pairs:
        run.refuse(table, "second membership of a person", row)
    else:
        pairs.add((row.gid, row.entity_id))
        member = {"class_id": run.classes[row.gid], "person_id": run.people[row.entity_id]}
        coach = _CLASS_MANAGER in roles
        run.writer.add(
            schema.class_member,
            {**member, "role": "coach" if coach else "learner", "from_at": stamp(row.created)},
        )
        if coach:
            run.writer.add(schema.grant, {**member, "role": "coach"})


def _add_class_training(run: OpignoRun, pairs: set[tuple[int, int]], row: Any) -> None:
    table = "group_content_field_data"
    if row.gid not in run.trainings or row.entity_id not in run.classes:
        run.refuse(table, "unknown class or training", row)
    elif (row.gid, row.entity_id) in pairs:
        run.refuse(table, "class of a training twice", row)
    else:
        # Groups of all types share one range of ids: these pairs meet no membership.
        pairs.add((row.gid, row.entity_id))
        run.writer.add(
            schema.class_training,
            {
                "class_id": run.classes[row.entity_id],
                "training_id": run.trainings[row.gid].id,
            },
        )
