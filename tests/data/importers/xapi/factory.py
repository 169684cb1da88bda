"""Statements as producers of xAPI send them, and files of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from termstats.data.importers.registry import importers
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import

ADL, TC = "http://adlnet.gov/expapi/verbs/", "http://id.tincanapi.com/verb/"
VIDEO, TLA = "https://w3id.org/xapi/video/verbs/", "https://w3id.org/xapi/tla/verbs/"
LMS = "https://xapi.edlm/profiles/edlm-lms/concepts/verbs/"
ACTIVITIES = "http://adlnet.gov/expapi/activities/"
VIDEO_TYPE = "https://w3id.org/xapi/video/activity-type/video"
HOME = "https://lms.example"
COURSE = f"{HOME}/course/1"
Json = dict[str, Any]


def own_id(name: str) -> str:
    """Return the id of the statement that a test calls `name`."""
    return str(uuid5(NAMESPACE_URL, name))


def account(name: str, home: str = HOME, label: str = "") -> Json:
    actor: Json = {"account": {"homePage": home, "name": name}, "objectType": "Agent"}
    return actor | ({"name": label} if label else {})


def activity(own: str, kind: str, name: str | Mapping[str, str] = "", **more: Any) -> Json:
    """Return an activity; `kind`: the end of the IRI of its type, or all of it."""
    definition: Json = {"type": kind if ":" in kind else ACTIVITIES + kind, **more}
    if name:
        definition["name"] = {"en": name} if isinstance(name, str) else dict(name)
    return {"id": own, "definition": definition}


def course(own: str = COURSE, name: str = "First aid") -> Json:
    return activity(own, "course", name)


def lesson(number: int = 1, at: str = COURSE) -> Json:
    return activity(f"{at}/lesson/{number}", "lesson", f"Lesson {number}")


def statement(
    name: str,
    verb: str,
    about: Json,
    at: str = "2026-03-02T10:00:00Z",
    *,
    who: Json | None = None,
    parent: Any = None,
    result: Json | None = None,
    context: Json | None = None,
    **more: Any,
) -> Json:
    """Return a statement; `parent`: what holds its object (None: the course, () nothing)."""
    parents = [course()] if parent is None else parent
    around: Json = {"contextActivities": {"parent": parents}} if parents else {}
    made: Json = {
        "id": own_id(name),
        "actor": who or account("ana", label="Ana"),
        "verb": {"id": verb},
        "object": about,
        "timestamp": at,
        "context": {**around, **(context or {})},
        **more,
    }
    return made | ({"result": result} if result else {})


def void(name: str, target: str, at: str = "2026-03-09T10:00:00Z") -> Json:
    about = {"objectType": "StatementRef", "id": own_id(target)}
    return statement(name, f"{ADL}voided", about, at, parent=())


def lines(path: Path, statements: Iterable[object]) -> Path:
    """Write JSON Lines; text is written as it is."""
    written = (each if isinstance(each, str) else json.dumps(each) for each in statements)
    path.write_text("".join(f"{line}\n" for line in written), encoding="utf-8")
    return path


async def imported(location: Path, store: Path, **options: Any) -> ImportReport:
    made = ImportOptions(**options)
    return await run_import(importers()["xapi"], str(location), store, made)


def small() -> list[Json]:
    """Return statements that fill as many tables as statements can."""
    quiz, question = activity(f"{COURSE}/quiz", "assessment", "Test"), f"{COURSE}/quiz/q1"
    asked = activity(question, "cmi.interaction", "Why?", interactionType="choice")
    team = {"team": {"objectType": "Group", "mbox": "mailto:red@x.org"}, "instructor": account("t")}
    video = activity("uuid://film", VIDEO_TYPE)
    return [
        statement("enrol", f"{ADL}registered", course(), parent=(), context=team),
        statement("lesson", f"{ADL}completed", lesson(), result={"duration": "PT5M"}),
        statement("start", f"{ADL}attempted", quiz, "2026-03-02T11:00:00Z"),
        statement("answer", f"{ADL}answered", asked, "2026-03-02T11:01:00Z")
        | {"context": {"contextActivities": {"parent": [quiz, course()]}}}
        | {"result": {"success": True, "score": {"scaled": 1}}},
        statement("pass", f"{ADL}passed", quiz, "2026-03-02T11:02:00Z")
        | {"result": {"score": {"raw": 4, "min": 0, "max": 5}}},
        statement("film", f"{VIDEO}played", video, stored="2026-03-02T12:00:00Z")
        | {"context": {"extensions": {"https://w3id.org/xapi/video/extensions/session-id": "s"}}},
        statement("award", f"{TLA}achieved", activity(f"{COURSE}/c", "certificate", "Done")),
        statement("bo", f"{LMS}login", activity(HOME, "lms"), who={"mbox": "mailto:bo@X.ORG"}),
        statement("old", f"{ADL}experienced", lesson()),
        void("void", "old"),
    ]
