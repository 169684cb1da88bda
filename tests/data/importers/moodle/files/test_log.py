"""Logs that teachers save, in five languages, against numbers counted by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from termstats.data.importers.moodle.files.words import kind_and_title
from termstats.data.model.errors import SourceError
from tests.data.importers.moodle.files.saved import (
    ENGLISH,
    FRENCH,
    GERMAN,
    PORTUGUESE,
    SPANISH,
    VIEWED,
    load,
    log_row,
    saved,
)
from tests.data.importers.store_file import query, when

ANA = VIEWED.format(4)
ROWS = [
    log_row("25/03/24, 14:02", "Ana A", ANA),
    log_row("25/03/24, 14:02", "Ana A", ANA),
    log_row(
        *("12/03/24, 09:07", "Tea C"),
        "The user with id '3' updated the grade with id '77' for the user with id '4' for the "
        "grade item with id '5'.",
        affected="Ana A",
    ),
    log_row(
        *("11/03/24, 10:00", "Cai C"),
        "The user with id '7' updated the completion state for the course module with id '31' for "
        "the user with id '7'.",
        context="File: Burns &amp; scalds",
    ),
    log_row(
        *("11/03/24, 10:00", "Cai C"),
        "The user with id '7' viewed the 'resource' activity with course module id '31'.",
        context="File: Burns &amp; scalds",
    ),
    log_row("5/03/24, 23:40", "Ana A", "User viewed their submission inbox at course: 10"),
    log_row("5/03/24, 02:00", "-", "The user with id '2' created a backup.", origin="cli"),
    log_row("4/03/24, 08:30", "Adm N as Ana A", ANA),
]
"""Newest first."""
CREDITED = (
    "SELECT p.key, a.kind, a.name, e.id >> 20 FROM event e JOIN action a ON a.id = e.action_id "
    "LEFT JOIN person p ON p.id = e.person_id WHERE e.active ORDER BY e.id"
)


async def test_a_log_in_english(tmp_path: Path) -> None:
    store, report = await load(saved(tmp_path, "logs_FA_20240401-0900.csv", ENGLISH, *ROWS))
    table = report.tables["log"]
    assert (table.read, table.kept, table.refused) == (8, 8, {})
    assert "logs_FA_20240401-0900.csv: the dates of 'time' are read as day first" in report.notes
    # 3 views, 1 completion; the grade is of learner 4, by a teacher; 2 are left out, 1 is nobody's.
    assert query(store, CREDITED) == [
        ("7", "resource", "course_module_viewed", when("2024-03-11 10:00")),
        ("7", "other", "course_module_completion_updated", when("2024-03-11 10:00")),
        ("4", "page", "course_viewed", when("2024-03-25 14:02")),
        ("4", "page", "course_viewed", when("2024-03-25 14:02")),
    ]
    assert query(
        store,
        "SELECT p.key, t.key FROM event e JOIN action a ON a.id = e.action_id "
        "JOIN person p ON p.id = e.person_id JOIN person t ON t.id = e.target_person_id "
        "WHERE a.name = 'user_graded'",
    ) == [("3", "4")]
    for words in (
        "1 event left out of learning, done as somebody else",
        "1 event left out of learning, done to somebody",
        "1 event left out of learning, not done in the browser or the app",
        "1 event whose description names no user; of nobody: "
        "User viewed their submission inbox at course: ..",
        "1 person taken as staff: they teach",
    ):
        assert words in report.notes
    assert query(store, "SELECT key, title FROM training") == [("10", "First aid")]
    assert query(store, "SELECT key, title, kind FROM module") == [
        ("31", "Burns & scalds", "resource")
    ]
    assert query(store, "SELECT p.key FROM completion c JOIN person p ON p.id = c.person_id") == [
        ("7",)
    ]
    assert query(
        store,
        "SELECT p.key, p.name, e.implied, e.enrolled_at FROM enrolment e "
        "JOIN person p ON p.id = e.person_id ORDER BY 1",
    ) == [
        ("4", "Ana A", 1, when("2024-03-25 14:02")),
        ("7", "Cai C", 1, when("2024-03-11 10:00")),
    ]
    assert query(store, "SELECT count(*) FROM event WHERE ip IS NOT NULL") == [(0,)]


async def test_without_a_day_over_twelve_the_import_asks(tmp_path: Path) -> None:
    rows = [log_row("5/03/24, 23:40", "Ana A", ANA), log_row("4/03/24, 08:30", "Ana A", ANA)]
    path = saved(tmp_path, "logs.csv", ENGLISH, *rows)
    with pytest.raises(SourceError, match="--dates dmy or --dates mdy"):
        await load(path)
    store, _report = await load(path, dates="mdy")
    assert query(store, "SELECT id >> 20 FROM event ORDER BY id") == [
        (when("2024-04-03 08:30"),),
        (when("2024-05-03 23:40"),),
    ]


@pytest.mark.parametrize(
    ("header", "time", "course", "quiz", "as_whom"),
    [
        (FRENCH, "5 mars 2024, 09:07:30", "Cours : First aid", "Test : Burns", "en tant que"),
        (SPANISH, "5 de marzo de 2024, 09:07:30", "Curso: First aid", "Cuestionario:Burns", "como"),
        (GERMAN, "Dienstag, 5. März 2024, 09:07:30", "Kurs: First aid", "Test: Burns", "als"),
        (PORTUGUESE, "5 mar. 2024, 09:07:30", "Curso: First aid", "Questionário: Burns", "como"),
        (GERMAN, "05.03.24, 09:07:30", "Kurs: First aid", "Test: Burns", "als"),
    ],
    ids=["French", "Spanish", "German", "Portuguese", "German in numbers"],
)
async def test_logs_in_other_languages(
    tmp_path: Path, header: tuple[str, ...], time: str, course: str, quiz: str, as_whom: str
) -> None:
    started = "The user with id '4' has started the attempt with id '9' for the quiz with course "
    path = saved(
        *(tmp_path, "logs.csv", header),
        log_row(time, "Ana A", ANA, context=course),
        log_row(time, "Ana A", f"{started}module id '8'.", context=quiz),
        log_row(time, f"Adm N {as_whom} Ana A", ANA, context=course),
    )
    store, report = await load(path, zone="Europe/Berlin")
    at = when("2024-03-05 08:07:30")
    # The row below another of one second happened before it.
    assert query(store, CREDITED) == [
        ("4", "quiz", "attempt_started", at),
        ("4", "page", "course_viewed", at),
    ]
    assert query(store, "SELECT title FROM training") == [("First aid",)]
    assert query(store, "SELECT key, title, kind FROM module") == [("8", "Burns", "quiz")]
    assert "1 event left out of learning, done as somebody else" in report.notes


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Paquetage SCORM : Burns", "scorm"),
        ("Elección: Burns", "choice"),
        ("Escolha: Burns", "choice"),
        ("Retroalimentación: Burns", "feedback"),
        ("Inquérito: Burns", "feedback"),
        ("Trabalho: Burns", "assign"),
        ("Aufgabe: Burns", "assign"),
    ],
)
def test_kinds_of_activities_in_the_words_of_the_language_packs(label: str, kind: str) -> None:
    assert kind_and_title(label) == (kind, "Burns")


async def test_the_kind_of_an_activity_is_in_the_description_in_any_language(
    tmp_path: Path,
) -> None:
    rows = [
        log_row("25/03/24, 14:02", "Ana A", f"The user with id '4' {what} '8'.", context="Prova: x")
        for what in (
            "has submitted the attempt with id '9' for the quiz with course module id",
            "has viewed the hint for the quiz with course module id",
        )
    ]
    store, _report = await load(saved(tmp_path, "logs.csv", ENGLISH, *rows))
    assert [row[1] for row in query(store, CREDITED)] == ["quiz", "quiz"]
    assert query(store, "SELECT kind FROM module") == [("quiz",)]


@pytest.mark.parametrize(
    ("what", "is_staff"),
    [
        ("created the 'quiz' activity with course module id '8'", True),
        ("updated section number '2' for the course with id '10'", True),
        ("has graded the submission '5' for the user with id '4'", True),
        ("viewed the grader report in the gradebook", True),
        ("assigned the role with id '5' to the user with id '4'", True),
        ("has created the post with id '5' in the discussion with id '6'", False),
        (
            "updated the completion state for the course module with id '31' for the user with "
            "id '3'",
            False,
        ),
        ("viewed the user report in the gradebook", False),
        (
            "has submitted the submission with id '5' for the assignment with course module id '8'",
            0,
        ),
    ],
)
async def test_who_teaches(tmp_path: Path, what: str, is_staff: bool) -> None:
    rows = [
        log_row("25/03/24, 14:02", "Tea C", f"The user with id '3' {what}."),
        log_row("25/03/24, 14:01", "Ana A", ANA),
    ]
    store, _report = await load(saved(tmp_path, "logs.csv", ENGLISH, *rows))
    assert query(store, "SELECT key, staff FROM person ORDER BY 1") == [("3", is_staff), ("4", 0)]


async def test_what_is_done_as_a_learner_is_of_who_did_it(tmp_path: Path) -> None:
    rows = [
        log_row("25/03/24, 14:02", "Adm N as Ana A", VIEWED.format(4)),
        log_row("24/03/24, 14:02", "Adm N", VIEWED.format(2)),
    ]
    store, _report = await load(saved(tmp_path, "logs.csv", ENGLISH, *rows))
    assert query(
        store,
        "SELECT p.key, t.key, a.kind, e.active FROM event e JOIN action a ON a.id = e.action_id "
        "JOIN person p ON p.id = e.person_id JOIN person t ON t.id = e.target_person_id",
    ) == [("2", "4", "admin", 0)]
    # Ana did nothing herself: nobody knows that she is in the course.
    assert query(store, "SELECT p.key FROM enrolment e JOIN person p ON p.id = e.person_id") == [
        ("2",)
    ]


async def test_people_without_a_name_and_the_site_itself_are_nobody(tmp_path: Path) -> None:
    rows = [
        log_row("25/03/24, 14:02", "-", VIEWED.format(4)),
        log_row("25/03/24, 14:02", "-", "The user with id '-1' viewed the course with id '10'."),
        log_row("25/03/24, 14:01", "Ana A", VIEWED.format(4)),
    ]
    store, _report = await load(saved(tmp_path, "logs.csv", ENGLISH, *rows))
    assert query(store, "SELECT count(*), count(person_id) FROM event") == [(3, 1)]


async def test_who_was_enrolled_and_who_left(tmp_path: Path) -> None:
    enrolled = "The user with id '3' {} the user with id '{}' {} the course with id '10'."
    rows = [
        log_row("25/03/24, 14:02", "Tea C", enrolled.format("unenrolled", 5, "from")),
        log_row(
            "20/03/24, 14:02", "Bo B", "The user with id '5' completed the course with id '10'."
        ),
        log_row("14/03/24, 14:02", "Tea C", enrolled.format("enrolled", 5, "using 'manual' in")),
    ]
    store, _report = await load(saved(tmp_path, "logs.csv", ENGLISH, *rows))
    assert query(
        store,
        "SELECT p.name, enrolled_at, completed_at, withdrawn_at, implied FROM enrolment e "
        "JOIN person p ON p.id = e.person_id",
    ) == [
        (
            *("Bo B", when("2024-03-14 14:02"), when("2024-03-20 14:02")),
            *(when("2024-03-25 14:02"), 0),
        )
    ]


async def test_logs_that_overlap_count_once(tmp_path: Path) -> None:
    later = log_row("26/03/24, 14:02", "Ana A", ANA)
    first = saved(tmp_path, "a.csv", ENGLISH, *ROWS)
    # The second time in another language: names of events differ.
    rows = [later, *([*row[:5], "Kurs angezeigt", *row[6:]] for row in ROWS[:4])]
    store, report = await load(first, saved(tmp_path, "b.csv", GERMAN, *rows))
    table = report.tables["log"]
    assert (table.read, table.kept, table.refused) == (13, 9, {"in another log as well": 4})
    assert query(store, "SELECT count(*) FROM event") == [(9,)]


async def test_logs_of_two_courses_are_refused(tmp_path: Path) -> None:
    one = saved(tmp_path, "a.csv", ENGLISH, ROWS[0])
    other = log_row(
        "25/03/24, 14:02", "Ana A", "The user with id '4' viewed the course with id '11'."
    )
    with pytest.raises(
        SourceError, match=r"a\.csv is the log of course 10, .*b\.csv that of .* 11"
    ):
        await load(one, saved(tmp_path, "b.csv", ENGLISH, other))
    rows = [["First aid", *ROWS[0]], ["Fire", *other]]
    with pytest.raises(SourceError, match="the logs are of 2 courses"):
        await load(saved(tmp_path, "c.csv", ("Course", *ENGLISH), *rows))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
async def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    path = saved(tmp_path, "logs.csv", GERMAN, log_row("25.03.24, 14:02", "Änne Müller", ANA))
    path.write_bytes(path.read_text("utf-8").encode(encoding))
    store, _report = await load(path)
    assert query(store, "SELECT name FROM person") == [("Änne Müller",)]


async def test_a_log_that_is_cut_in_a_line(tmp_path: Path) -> None:
    whole = saved(tmp_path, "logs.csv", ENGLISH, *ROWS).read_text("utf-8").rstrip()
    path = tmp_path / "cut.csv"
    path.write_text(whole.removesuffix("eb,192.0.2.1"), "utf-8")
    store, report = await load(path)
    table = report.tables["log"]
    assert (table.read, table.kept) == (8, 7)
    assert table.examples == {"wrong number of cells": "'8 cells for 9 columns' in line 9"}
    before = store.read_bytes()
    path.write_text(whole.removesuffix(" id '10'.\",web,192.0.2.1"), "utf-8")
    with pytest.raises(
        SourceError, match=r"cut\.csv: .*the quote opened in line 9 is never closed"
    ):
        await load(path)
    assert store.read_bytes() == before


async def test_a_map_names_the_columns_of_another_language(tmp_path: Path) -> None:
    header = (
        "Ora",
        "Utente",
        "Altro",
        "Contesto",
        "Componente",
        "Evento",
        "Descrizione",
        "Origine",
    )
    path = saved(tmp_path, "logs.csv", header, *(row[:8] for row in ROWS[:2]))
    names = ("time", "user", "affected", "context", "component", "event", "description", "origin")
    map_ = tmp_path / "italian.json"
    map_.write_text(json.dumps(dict(zip(header, names, strict=True))))
    store, _report = await load(path, map=str(map_))
    assert [row[:3] for row in query(store, CREDITED)] == [("4", "page", "course_viewed")] * 2


@pytest.mark.parametrize(("zone", "hour"), [(None, "14:02"), ("America/New_York", "18:02")])
async def test_times_are_of_the_zone_of_who_saved_the_file(
    tmp_path: Path, zone: str | None, hour: str
) -> None:
    store, report = await load(saved(tmp_path, "logs.csv", ENGLISH, ROWS[0]), source_zone=zone)
    # New York is four hours behind UTC in summer, from 10 March 2024 on.
    assert query(store, "SELECT id >> 20 FROM event") == [(when(f"2024-03-25 {hour}"),)]
    assert any("say another with --source-zone" in note for note in report.notes) == (not zone)


async def test_another_file(tmp_path: Path) -> None:
    path = saved(tmp_path, "list.csv", ("Name", "Town"), ["Ana", "Oslo"])
    with pytest.raises(
        SourceError, match="neither a log, a gradebook nor a report of a quiz"
    ) as error:
        await load(path)
    assert "list.csv.map.json" in str(error.value)
