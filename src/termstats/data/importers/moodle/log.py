"""The standard log of Moodle, posts that it does not hold, and who was last seen when."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from termstats.data.importers.moodle.base import FRONT_PAGE, MoodleRun, Pair, stamp
from termstats.data.importers.sources import cells
from termstats.data.model.period import number_day
from termstats.data.model.units import DayNumber, Second
from termstats.data.store import schema

LOG = "logstore_standard_log"
_DISCUSSION, _POST = "discussion_created", "post_created"
_KINDS = {
    ("core", "course_viewed"): "page",
    ("core", "user_loggedin"): "login",
    ("mod_forum", _DISCUSSION): schema.SOCIAL_KIND,
    ("mod_forum", _POST): schema.SOCIAL_KIND,
}
_KINDS_OF_MODULES = {
    **dict.fromkeys(("mod_page", "mod_book", "mod_lesson", "mod_wiki", "mod_glossary"), "page"),
    **dict.fromkeys(("mod_resource", "mod_folder", "mod_url", "mod_imscp"), "resource"),
    "mod_quiz": "quiz",
}
"""Component -> the kind of what is done there."""
_ENROLLED, _UNENROLLED = "user_enrolment_created", "user_enrolment_deleted"
_WHOSE = (
    *(_ENROLLED, _UNENROLLED, "user_enrolment_updated", "user_graded"),
    *("course_module_completion_updated", "course_completed"),
)
"""Events of the core that are about the related person, whoever caused them."""
_BY_PEOPLE = ("web", "ws", "")
"""Origins of what people do: the browser, the app; older sites tell none."""
_TEACHING = 1
_MODULE_LEVEL = 70
_LONGEST = 120
_ADMIN = "admin"


@dataclass(frozen=True)
class _Name:
    """The name of an event, taken apart."""

    component: str
    action: str
    kind: str


@dataclass
class _Known:
    """What the log tells besides its events."""

    people: set[Pair]
    """Who did something in which course."""
    posts: set[int]
    """Posts and, below zero, discussions that the log holds."""
    first: Second | None = None


async def write_log(run: MoodleRun) -> None:
    """Write the log, posts that it does not hold, and when people were last seen."""
    known = _Known(set(), set())
    async for row in run.rows(LOG):
        at = stamp(row.timecreated)
        if at is None:
            run.refuse(LOG, "no usable date", row)
            continue
        run.note(at)
        known.first = at if known.first is None else min(known.first, at)
        _write_event(run, row, at, known)
    if known.first is not None:
        day = number_day(DayNumber(known.first // 86_400))
        run.context.report.notes.append(
            f"the log begins on {day}: what was done before is unknown, not zero"
        )
    await _write_posts(run, known)
    await _write_last_seen(run, known)


def _write_event(run: MoodleRun, row: Any, at: Second, known: _Known) -> None:
    name = _taken_apart(cells.text(row.eventname))
    course = row.courseid or 0
    why = _not_credited(run, row, name, course)
    person, target = _people(run, row, name)
    module = run.modules.get(row.contextinstanceid) if row.contextlevel == _MODULE_LEVEL else None
    if course > FRONT_PAGE and course not in run.trainings:
        run.remarks["events of courses that are deleted; kept without a course"] += 1
    if why:
        run.remarks[f"events left out of learning, {why}"] += 1
    elif person is not None and course in run.trainings:
        known.people.add((course, person))
    _note(run, row, name, at, known)
    run.writer.add_event(
        at,
        row.id,
        {
            "key": str(row.id),
            "person_id": run.people.get(person) if person is not None else None,
            "target_person_id": run.people.get(target) if target is not None else None,
            "action_id": run.writer.action(_ADMIN if why else name.kind, name.action),
            "training_id": run.trainings.get(course),
            "module_id": module.id if module else None,
            "activity_id": module.activity_id if module else None,
            "active": int(not why),
            "extra": _extra(row, name, why),
        },
    )


@lru_cache(maxsize=4_096)
def _taken_apart(name: str) -> _Name:
    r"""Return the parts of a name such as `\mod_quiz\event\attempt_started`."""
    component, _, action = name.strip("\\").partition("\\event\\")
    kind = _KINDS.get((component, action)) or _KINDS_OF_MODULES.get(component)
    if kind is None:
        kind = "page" if action == "course_module_viewed" else schema.OTHER_KIND
    return _Name(component, (action or name or "unnamed")[:_LONGEST], kind)


def _not_credited(run: MoodleRun, row: Any, name: _Name, course: int) -> str:
    """Return why an event is no act of a learner; nothing where it is."""
    user, related = row.userid, row.relateduserid
    if row.realuserid and row.realuserid != user:
        return "done as somebody else"
    if cells.text(row.origin) not in _BY_PEOPLE:
        return "not done in the browser or the app"
    if name.component == "core" and name.action in _WHOSE and related and related != user:
        return "done to somebody"
    if cells.whole(row.edulevel) == _TEACHING:
        return "teaching"
    if course in run.trainings and user is not None and run.teaches_here(course, user):
        return "of who teaches there and learns elsewhere"
    return ""


def _people(run: MoodleRun, row: Any, name: _Name) -> tuple[int | None, int | None]:
    """Return (who did it, to whom); nobody of what is anonymous, or by the site itself.

    As somebody else: it was done by who logged in as them.
    """
    if cells.flag(row.anonymous):
        return None, None
    user, related = row.userid or 0, row.relateduserid or 0
    if row.realuserid and row.realuserid != user:
        user, related = row.realuserid, user
    for each in (user, related):
        if each > 0 and each not in run.people:
            run.remarks["people of events whose account is gone; kept without a person"] += 1
    return (
        user if user in run.people else None,
        related if related in run.people and related != user else None,
    )


def _note(run: MoodleRun, row: Any, name: _Name, at: Second, known: _Known) -> None:
    """Note who was enrolled and unenrolled, and which posts the log holds."""
    pair = (row.courseid or 0, row.relateduserid or 0)
    if name.action in (_ENROLLED, _UNENROLLED):
        if pair[0] in run.trainings and pair[1] in run.people and not run.is_staff(*pair):
            if name.action == _ENROLLED:
                run.joined[pair] = min(at, run.joined.get(pair, at))
            else:
                run.left[pair] = max(at, run.left.get(pair, at))
    elif name.component == "mod_forum" and row.objectid is not None:
        if name.action == _POST:
            known.posts.add(row.objectid)
        elif name.action == _DISCUSSION:
            known.posts.add(-row.objectid)


def _extra(row: Any, name: _Name, why: str) -> str | None:
    """Return what no column holds, as JSON."""
    origin = cells.text(row.origin)
    extra = {
        "component": name.component if name.kind == schema.OTHER_KIND else "",
        "origin": "" if origin == "web" else origin,
        "left out": why,
    }
    kept = {key: value for key, value in extra.items() if value}
    return cells.text(json.dumps(kept, ensure_ascii=False)) if kept else None


async def _write_posts(run: MoodleRun, known: _Known) -> None:
    """Write posts of forums that the log does not hold, as it may have been purged."""
    discussions = {row.id: row for row in await run.table("forum_discussions")}
    async for row in run.known("forum_posts", "discussion", discussions):
        discussion, at = discussions[row.discussion], stamp(row.created)
        is_first = not row.parent
        if (-row.discussion if is_first else row.id) in known.posts:
            continue
        if at is None:
            run.refuse("forum_posts", "no usable date", row)
            continue
        course = discussion.course or 0
        module = run.instances.get(("forum", discussion.forum or 0))
        is_teacher = course in run.trainings and run.teaches_here(course, row.userid)
        action = _DISCUSSION if is_first else _POST
        known.people.add((course, row.userid))
        run.writer.add_event(
            at,
            f"post {row.id:012}",
            {
                "key": f"post {row.id}",
                "person_id": run.people[row.userid],
                "action_id": run.writer.action(
                    _ADMIN if is_teacher else schema.SOCIAL_KIND, action
                ),
                "training_id": run.trainings.get(course),
                "module_id": module.id if module else None,
                "activity_id": module.activity_id if module else None,
                "active": int(not is_teacher),
                "detail": run.title(row.subject) or None,
            },
        )


async def _write_last_seen(run: MoodleRun, known: _Known) -> None:
    """Write when people were last in courses of which the log has nothing of them."""
    async for row in run.known("user_lastaccess", "courseid", run.trainings):
        at = stamp(row.timeaccess)
        pair = (row.courseid, row.userid)
        if at is None or pair in known.people or run.teaches_here(*pair):
            continue
        run.writer.add_event(
            at,
            f"last {row.id:012}",
            {
                "key": f"last {row.id}",
                "person_id": run.people[row.userid],
                "action_id": run.writer.action(schema.OTHER_KIND, "last access"),
                "training_id": run.trainings[row.courseid],
            },
        )
