"""Who teaches and who learns in Moodle, and who may see what: contexts and role assignments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from termstats.data.importers.moodle.base import FRONT_PAGE, MoodleRun, Pair, ids_in
from termstats.data.importers.sources import cells
from termstats.data.store import schema

SYSTEM, CATEGORY, COURSE = 10, 40, 50
"""Levels of contexts that say who teaches or learns where."""
LEARNER = "student"
STAFF = ("teacher", "editingteacher", "coursecreator", "manager")
"""Archetypes of the roles of staff."""
_SEES = ("teacher", "editingteacher", "manager")
"""Those that see what people did in the courses where they hold it."""
_SEPARATE = 1
"""Group mode of a course: who teaches without editing sees their own groups only."""
_Link = tuple[int, int, int]
"""(role, level of the context, what it is of)."""


@dataclass
class Roles:
    """The roles of everybody."""

    archetypes: dict[int, str] = field(default_factory=dict)
    """Role -> LEARNER, one of STAFF, or nothing that counts."""
    names: dict[int, str] = field(default_factory=dict)
    held: dict[int, list[_Link]] = field(default_factory=lambda: defaultdict(list))
    """User -> their roles."""
    admins: set[int] = field(default_factory=set)
    within: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Category -> the courses in it and below."""
    separate: set[int] = field(default_factory=set)
    """Courses with separate groups."""

    def courses(self, level: int, where: int, every: Sequence[int]) -> Sequence[int]:
        """Return the courses in which a role counts that is held somewhere."""
        if level == COURSE:
            return [where] if where != FRONT_PAGE else []
        return self.within.get(where, []) if level == CATEGORY else every

    def names_of(self, user: int) -> list[str]:
        """Return the names of somebody's roles."""
        names = {self.names[role] for role, _level, _where in self.held.get(user, ())}
        return sorted(names | ({"administrator"} if user in self.admins else set()))


async def read_roles(run: MoodleRun, courses: Sequence[Any]) -> Roles:
    """Read the roles of everybody, and note who is staff and who learns in which course.

    `courses`: the rows of the table of courses.
    """
    roles = Roles()
    graded = run.config.get("gradebookroles", "").split(",")
    for row in await run.table("role"):
        roles.names[row.id] = cells.text(row.shortname) or f"role {row.id}"
        kind = cells.text(row.archetype)
        # A site's own role without archetype is a learner's where it is graded.
        roles.archetypes[row.id] = LEARNER if not kind and str(row.id) in graded else kind
    roles.admins = set(ids_in(run.config.get("siteadmins")))
    await _read_categories(run, roles, courses)
    contexts: dict[int, tuple[int, int]] = {}
    others: set[int] = set()
    async for row in run.rows("context"):
        if row.contextlevel in (SYSTEM, CATEGORY, COURSE):
            contexts[row.id] = (row.contextlevel, row.instanceid or 0)
        else:
            others.add(row.id)
    seen: set[tuple[int, int, int]] = set()
    table = "role_assignments"
    async for row in run.rows(table):
        held = (row.roleid, row.contextid, row.userid)
        if row.roleid not in roles.names:
            run.refuse(table, "unknown role", row)
        elif row.contextid in others:
            continue  # of one activity, block or person: nobody's place in a course
        elif row.contextid not in contexts:
            run.refuse(table, "unknown context", row)
        elif row.userid is None:
            run.refuse(table, "unknown person", row)
        elif held not in seen:
            seen.add(held)
            roles.held[row.userid].append((row.roleid, *contexts[row.contextid]))
    _sort_people(run, roles, [course.id for course in courses if course.id != FRONT_PAGE])
    return roles


async def _read_categories(run: MoodleRun, roles: Roles, courses: Sequence[Any]) -> None:
    """Note which courses lie in which category, and which have separate groups."""
    above = {
        row.id: ids_in(row.path, "/") for row in (await run.by_id("course_categories")).values()
    }
    for course in courses:
        if course.id == FRONT_PAGE:
            continue
        if cells.whole(course.groupmode) == _SEPARATE:
            roles.separate.add(course.id)
        for category in {*above.get(course.category, ()), course.category}:
            roles.within[category].append(course.id)


def _sort_people(run: MoodleRun, roles: Roles, every: Sequence[int]) -> None:
    """Note who is staff and who learns in which course; both is staff."""
    run.site_staff |= roles.admins
    for user, held in roles.held.items():
        for role, level, where in held:
            kind = roles.archetypes[role]
            pairs = {(course, user) for course in roles.courses(level, where, every)}
            if kind in STAFF and level == SYSTEM:
                run.site_staff.add(user)
            elif kind in STAFF:
                run.staff |= pairs
            elif kind == LEARNER and level != SYSTEM:
                run.learners |= pairs
    both = {pair for pair in run.learners if run.is_staff(*pair)}
    if both:
        run.remarks["learners who teach in the same course too; they count as staff there"] += len(
            both
        )
    run.learners -= both


def is_only_staff(run: MoodleRun, roles: Roles, user: int, learns: set[int]) -> bool:
    """Return whether somebody is staff and learns in no course; `learns`: who learns in some."""
    if user in run.site_staff:
        return True
    kinds = {roles.archetypes[role] for role, _level, _where in roles.held.get(user, ())}
    return not kinds.isdisjoint(STAFF) and user not in learns


def write_grants(run: MoodleRun, roles: Roles) -> None:
    """Write who sees what: the site, courses, or their own groups of a course."""
    groups = _groups_of(run)
    for user in sorted(roles.held.keys() | roles.admins):
        person = run.people.get(user)
        if person is None:
            continue
        if user in roles.admins or _manages_site(roles, user):
            run.writer.add(schema.grant, {"person_id": person, "role": "administrator"})
            continue
        whole, parts = _seen_by(run, roles, user)
        for course in sorted(whole & run.trainings.keys()):
            place = {"person_id": person, "training_id": run.trainings[course]}
            run.writer.add(schema.grant, {**place, "role": "manager"})
        for course in sorted(parts - whole):
            for group in groups.get((course, user), ()):
                place = {"person_id": person, "class_id": run.groups[group]}
                run.writer.add(schema.grant, {**place, "role": "coach"})


def _manages_site(roles: Roles, user: int) -> bool:
    return any(
        level == SYSTEM and roles.archetypes[role] == "manager"
        for role, level, _where in roles.held.get(user, ())
    )


def _seen_by(run: MoodleRun, roles: Roles, user: int) -> tuple[set[int], set[int]]:
    """Return the courses that somebody sees as a whole, and those of which only their groups."""
    whole: set[int] = set()
    parts: set[int] = set()
    for role, level, where in roles.held.get(user, ()):
        kind = roles.archetypes[role]
        if kind in _SEES:
            courses = set(roles.courses(level, where, sorted(run.trainings)))
            narrow = courses & roles.separate if kind == "teacher" else set()
            parts |= narrow
            whole |= courses - narrow
    return whole, parts


def _groups_of(run: MoodleRun) -> Mapping[Pair, list[int]]:
    """Return (course, user) -> the groups that somebody is in."""
    found: dict[Pair, list[int]] = defaultdict(list)
    for group, members in sorted(run.group_members.items()):
        for user in members:
            found[run.group_courses[group], user].append(group)
    return found
