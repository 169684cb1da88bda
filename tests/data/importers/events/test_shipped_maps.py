"""The maps that are shipped, on small files in the shape that each platform writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from termstats.cli.main import main
from termstats.data.importers.events.importer import EventsImporter
from termstats.data.importers.sources.column_maps import shipped_names
from termstats.data.model.errors import UsageError
from tests.data.importers.events.everyday import imported, kinds, learners, load
from tests.data.importers.store_file import query, when
from tests.shared import ROOT, shared_path

MAPS = Path(EventsImporter.__module__.replace(".", "/")).parent / "maps"
NAMES = ["caliper", "canvas", "edx", "xapi"]
EVENTS = (
    "SELECT e.id >> 20, p.key, p.name, x.kind, x.name, t.key, a.title, e.seconds, e.value, "
    "e.weight FROM event e JOIN action x ON x.id = e.action_id "
    "LEFT JOIN person p ON p.id = e.person_id LEFT JOIN training t ON t.id = e.training_id "
    "LEFT JOIN activity a ON a.id = e.activity_id ORDER BY e.id"
)


def lines(*rows: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def activity(id_: str, type_: str) -> dict[str, Any]:
    return {"id": id_, "definition": {"type": f"http://adlnet.gov/expapi/activities/{type_}"}}


COURSE = activity("https://x.org/c1", "course")
STATEMENTS = [
    {
        **{"id": "s1", "timestamp": "2026-03-01T09:00:00.5Z"},
        "actor": {"name": "Ana", "account": {"name": "a7", "homePage": "https://x.org"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
        "object": activity("https://x.org/q1", "cmi.interaction"),
        "result": {"duration": "PT1M30S", "score": {"raw": 7, "scaled": 0.7}},
        # As the plug-in of Moodle writes them: the course comes last.
        "context": {"contextActivities": {"parent": [activity("m1", "module"), COURSE]}},
    },
    {
        **{"id": "s2", "timestamp": "2026-03-01T10:00:00+01:00"},
        "actor": {"mbox": "mailto:bo@x.org"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/registered"},
        "object": COURSE,
    },
    {
        **{"id": "s3", "stored": "2026-03-01T11:00:00Z"},
        "actor": {"objectType": "Group", "name": "Team", "mbox": "mailto:team@x.org"},
        "verb": {"id": "https://w3id.org/xapi/video/verbs/played"},
        "object": activity("https://x.org/v1", "video"),
        # Old data hold an object where newer hold a list.
        "context": {"contextActivities": {"grouping": COURSE}},
    },
    {
        **{"id": "s4", "timestamp": "2026-03-01T12:00:00Z"},
        "actor": {"account": {"name": "a7", "homePage": "https://other.org"}},
        "verb": {"id": "https://x.org/verbs/knitted"},
        "object": activity("https://x.org/scarf", "thing"),
    },
]


@pytest.mark.parametrize("form", ["lines", "answer of a server"])
async def test_statements(tmp_path: Path, form: str) -> None:
    text = lines(*STATEMENTS) if form == "lines" else json.dumps({"statements": STATEMENTS})
    store, report = await imported(tmp_path, text, name="log.json", map="xapi")
    key = "https://x.org/c1"
    assert query(store, EVENTS) == [
        (
            *(when("2026-03-01 09:00"), "a7@https://x.org", "Ana", "quiz", "answered"),
            *(key, "https://x.org/q1", 90.0, 7.0, 1),
        ),
        (
            *(when("2026-03-01 09:00"), "mailto:bo@x.org", "mailto:bo@x.org", "page"),
            *("registered", key, None, None, None, 1),
        ),
        (
            *(when("2026-03-01 11:00"), None, None, "media", "played"),
            *(key, "https://x.org/v1", None, None, 1),
        ),
        (
            *(when("2026-03-01 12:00"), "a7@https://other.org", "a7", "other"),
            *("https://x.org/verbs/knitted", None, None, None, None, 1),
        ),
    ]
    assert query(store, "SELECT key, kind FROM object") == [("https://x.org/scarf", "activity")]
    assert "1 events of an activity without a training: it is their object" in report.notes


def caliper(id_: str, type_: str, action: str, **more: Any) -> dict[str, Any]:
    return {
        "@context": "http://purl.imsglobal.org/ctx/caliper/v1p1",
        **{"id": id_, "type": type_, "action": action, "eventTime": "2026-03-01T09:00:00.000Z"},
        "actor": {"id": "urn:user:7", "type": "Person", "name": "Ana"},
        "group": {"id": "urn:course:3", "type": "CourseOffering"},
        **more,
    }


CALIPER = [
    caliper(
        *("e1", "NavigationEvent", "NavigatedTo"),
        object={"id": "urn:page:1", "type": "Page"},
        session={"id": "urn:session:5", "type": "Session"},
    ),
    caliper(
        *("e2", "AssessmentEvent", "Submitted"),
        object={"id": "try:9", "type": "Attempt", "assignable": {"id": "urn:quiz:2"}},
    ),
    caliper(
        *("e3", "SessionEvent", "LoggedIn"),
        object={"id": "https://x.org", "type": "SoftwareApplication"},
        actor="urn:user:8",
        group=None,
    ),
    caliper(
        *("e4", "GradeEvent", "Graded"),
        actor={"id": "https://x.org/grader", "type": "SoftwareApplication"},
        object="urn:try:1",
        generated={"type": "Score", "scoreGiven": 8.5},
        group={"id": "g", "type": "Group", "subOrganizationOf": {"id": "c", "type": "CourseX"}},
    ),
]


def envelope(*events: dict[str, Any]) -> dict[str, Any]:
    return {"sensor": "s", "sendTime": "2026-03-01T09:00:01Z", "dataVersion": "v", "data": events}


@pytest.mark.parametrize(
    "text",
    [
        lines(*CALIPER),
        lines(envelope(*CALIPER[:2]), envelope(*CALIPER[2:])),
        json.dumps(envelope(*CALIPER), indent=1),
        json.dumps([envelope(CALIPER[0]), envelope(*CALIPER[1:])]),
    ],
    ids=["events", "lines of envelopes", "one envelope", "list of envelopes"],
)
async def test_caliper(tmp_path: Path, text: str) -> None:
    store, report = await imported(tmp_path, text, name="log.json", map="caliper")
    assert (report.tables["events"].read, report.tables["events"].kept) == (4, 4)
    assert [row[1:7] + row[8:9] for row in query(store, EVENTS)] == [
        ("urn:user:7", "Ana", "page", "NavigatedTo", "urn:course:3", "urn:page:1", None),
        ("urn:user:7", "Ana", "quiz", "Submitted", "urn:course:3", "urn:quiz:2", None),
        ("urn:user:8", "urn:user:8", "login", "LoggedIn", None, None, None),
        (None, None, "other", "Graded", "c", "urn:try:1", 8.5),
    ]


def edx(name: str, **more: Any) -> dict[str, Any]:
    return {
        **{"username": "ana", "name": name, "event_type": name, "ip": "192.0.2.1"},
        **{"time": "2026-03-01T09:00:00.123456+00:00", "session": "s", "agent": "Firefox"},
        **{"event_source": "server", "page": None, "event": "{}"},
        "context": {"course_id": "course-v1:X+1+1", "user_id": 7, "org_id": "X", "path": "/x"},
        **more,
    }


PROBLEM = "block-v1:X+1+1+type@problem+block@a"
LOG = [
    edx(
        "problem_check",
        context={"course_id": "course-v1:X+1+1", "module": {"usage_key": PROBLEM}},
        event={"grade": 2, "max_grade": 3, "problem_id": PROBLEM},
    ),
    edx("problem_check", event_source="browser", event="input_a_2_1=blue"),
    edx("play_video", event=json.dumps({"id": "v1", "currentTime": 3, "duration": 60})),
    edx("/courses/course-v1:X+1+1/courseware/", context={"course_id": ""}),
    edx("/courses/course-v1:X+1+1/xblock/b/handler/xmodule_handler/problem_get"),
    edx("edx.forum.thread.created", event={"id": "5f1e", "title": "Why?"}),
    edx("page_close", username=""),
]


async def test_tracking_logs_of_open_edx(tmp_path: Path) -> None:
    store, report = await imported(tmp_path, lines(*LOG), name="tracking.log", map="edx")
    course = "course-v1:X+1+1"
    assert [row[1:2] + row[3:7] + row[8:9] for row in query(store, EVENTS)] == [
        ("ana", "quiz", "problem_check", course, PROBLEM, 2.0),
        ("ana", "quiz", "problem_check", course, None, None),
        ("ana", "media", "play_video", course, "v1", None),
        ("ana", "page", "page requested", None, None, None),
        ("ana", "other", "request of a component", course, None, None),
        ("ana", "forum", "edx.forum.thread.created", course, None, None),
        (None, "page", "page_close", course, None, None),
    ]
    assert learners(store) == {course: ["ana"]}
    assert query(store, "SELECT count(*) FROM event WHERE ip IS NOT NULL OR agent IS NOT NULL") == [
        (0,)
    ]


ACCESS = """\
User ID,Display Name,Sortable Name,Category,Class,Title,Views,Participations,Last Access,\
First Access,Action,Code,Group Code,Context Type,Context ID,Login ID,Section
7,Ana Ruiz,"Ruiz, Ana",quizzes,quizzes/quiz,Burns quiz,0,1,2026-03-02 10:00:00,\
2026-03-01 09:00:00,participate,quizzes:quiz_3,quizzes,Course,41,ana,A
7,Ana Ruiz,"Ruiz, Ana",files,attachment,burns.pdf,4,,2026-03-01 09:00:00,\
2026-03-01 09:00:00,,attachment_8,files,Course,41,ana,A
8,Ben Otto,"Otto, Ben",topics,discussion_topic,Hello,2,0,2026-03-03 11:00:00,\
2026-03-01 09:00:00,view,discussion_topic_1,topics,Group,5,ben,B
"""
USAGE = [
    {
        "asset_user_access": {
            **{"id": 1, "user_id": 7, "asset_category": "wiki", "asset_class_name": "wiki_page"},
            **{"context_type": "Course", "context_id": 41, "readable_name": "Burns"},
            **{"last_access": "2026-03-02T10:00:00Z", "action_level": "view", "view_score": 3.0},
        }
    }
]


async def test_access_reports_of_canvas(tmp_path: Path) -> None:
    store, report = await imported(tmp_path, ACCESS, map="canvas")
    assert query(store, EVENTS) == [
        (
            *(when("2026-03-01 09:00"), "7", "Ana Ruiz", "resource", "attachment"),
            *("41", "burns.pdf", None, None, 4),
        ),
        (
            *(when("2026-03-02 10:00"), "7", "Ana Ruiz", "quiz", "participate"),
            *("41", "Burns quiz", None, 1.0, 1),
        ),
        (
            *(when("2026-03-03 11:00"), "8", "Ben Otto", "forum", "view"),
            *(None, None, None, 0.0, 2),
        ),
    ]
    assert query(store, "SELECT key FROM object") == [("Hello",)]
    store, report = await imported(tmp_path, json.dumps(USAGE), name="usage.json", map="canvas")
    assert [row[1:] for row in query(store, EVENTS)] == [
        ("7", "7", "page", "view", "41", "Burns", None, None, 3)
    ]


async def test_a_wrong_name_says_which_there_are(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(lines(*LOG))
    with pytest.raises(UsageError) as error:
        await load(log, tmp_path / "s.sqlite3", map="edxx")
    assert str(error.value) == (
        "--map edxx: no such map is shipped; near: edx; there are caliper, canvas, edx, xapi; "
        "a file is named with its ending"
    )


def test_help_and_docs_name_every_map(capsys: pytest.CaptureFixture[str]) -> None:
    assert shipped_names(ROOT / "src" / MAPS) == NAMES
    assert main(["import", "--help"]) == 0
    assert ", ".join(NAMES) in " ".join(capsys.readouterr().out.split())
    page = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    assert all(f"| **{name}** |" in page for name in NAMES)


async def test_another_platform_than_the_map_is_for(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no column 'at'"):
        await imported(tmp_path, ACCESS, map="edx")


async def test_the_shared_statements(tmp_path: Path) -> None:
    source, store = shared_path("xapi/statements.jsonl.gz"), tmp_path / "store.sqlite3"
    report = await load(source, store, map="xapi")
    assert (report.tables["events"].read, report.tables["events"].kept) == (6_000, 6_000)
    assert query(
        store,
        "SELECT t.key, count(*), count(DISTINCT person_id) FROM event e "
        "JOIN training t ON t.id = e.training_id GROUP BY 1 ORDER BY 1",
    ) == [
        ("course-v1:FUN-MOOC+00001+session01", 2_312, 817),
        ("course-v1:FUN-MOOC+00002+session01", 3_688, 677),
    ]
    assert query(store, "SELECT count(*) FROM person") == [(1_130,)]
    assert kinds(store) == [("media", 6_000)]


async def test_the_shared_statements_of_a_record_store(tmp_path: Path) -> None:
    source, store = shared_path("aspects/lrsql.jsonl.gz"), tmp_path / "store.sqlite3"
    report = await load(source, store, map="xapi")
    # 310 lines: 306 statements, three of them twice, one blank line.
    assert report.tables["events"].refused == {"the id is there twice": 3}
    assert query(store, "SELECT count(*) FROM event") == [(306,)]
    assert query(store, "SELECT name FROM person WHERE key LIKE 'ann@%' ORDER BY 1") == [
        ("Ann Baker",),
        ("Eli Eaton",),
    ]
