"""Gradebooks that teachers save, and who is who in several files."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from termstats.data.model.errors import SourceError
from termstats.data.store import schema
from tests.data.importers.moodle.files.saved import (
    ENGLISH,
    VIEWED,
    load,
    log_row,
    quiz_header,
    saved,
)
from tests.data.importers.store_file import query, when

HEADER = (
    *("First name", "Last name", "ID number", "Institution", "Department", "Email address"),
    *("Quiz: Burns quiz (Real)", "Assignment: Essay (draft) (Real)"),
    *("Assignment: Essay (draft) (Percentage)", "Course total (Real)"),
    *("Course total (Percentage)", "Course total (Letter)", "Quizzes total (Real)"),
    "Last downloaded from this course",
)
SAVED = "1711962000"
"""2024-04-01 09:00 UTC."""
ROWS = [
    [
        *("Ana", "Ruiz", "17", "North", "", "ana@x.org", "7.50", "34.00", "85.00 %"),
        *("41.50", "83.00 %", "B", "7.50", SAVED),
    ],
    ["Ben", "Otto", "18", "North", "", "BEN@x.org", *("-",) * 7, SAVED],
]
GRADES = (
    "SELECT p.name, m.title, m.kind, a.finished_at, a.points, a.score, a.flags FROM attempt a "
    "JOIN person p ON p.id = a.person_id JOIN module m ON m.id = a.module_id ORDER BY 1, 2"
)


def gradebook(folder: Path, *rows: list[str]) -> Path:
    name = "FA Grades-20240401_0900-comma_separated.csv"
    return saved(folder, name, HEADER, *(rows or ROWS))


async def test_a_gradebook(tmp_path: Path) -> None:
    store, report = await load(gradebook(tmp_path))
    assert (report.tables["gradebook"].read, report.tables["gradebook"].kept) == (2, 2)
    at, no_act = when("2024-04-01 09:00"), schema.FLAG_NO_ACTIVITY
    assert query(store, GRADES) == [
        ("Ana Ruiz", "Burns quiz", "quiz", at, 7.5, None, no_act),
        ("Ana Ruiz", "Essay (draft)", "assign", at, 34.0, 85.0, no_act),
    ]
    assert query(
        store,
        "SELECT p.key, e.score, e.reported_score, e.implied, e.enrolled_at FROM enrolment e "
        "JOIN person p ON p.id = e.person_id ORDER BY 1",
    ) == [("ana@x.org", 83.0, 83.0, 0, None), ("ben@x.org", None, None, 0, None)]
    assert query(store, "SELECT field, value FROM enrolment_field ORDER BY 1") == [
        ("Course total", "41.50"),
        ("Quizzes total", "7.50"),
    ]
    assert query(store, "SELECT DISTINCT field FROM person_field ORDER BY 1") == [
        ("idnumber",),
        ("institution",),
    ]
    assert query(store, "SELECT title FROM training") == [("FA",)]
    assert query(store, "SELECT as_of FROM source") == [(at,)]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (
            "Prénom,Nom,Numéro d'identification,Institution,Département,Adresse de courriel,"
            "Test : Burns quiz (Brut),Total du cours (Pourcentage),"
            "Dernier téléchargement depuis ce cours",
            "quiz",
        ),
        (
            "Nombre,Apellido(s),Número de ID,Institución,Departamento,Dirección de correo,"
            "Tarea:Burns quiz (Real),Total del curso (Porcentaje),Última descarga de este curso",
            "assign",
        ),
        (
            "Vorname,Nachname,ID-Nummer,Institution,Abteilung,E-Mail-Adresse,"
            "Test:\u00a0Burns quiz (Punkte),Kurs gesamt (Prozentsatz),"
            "Letzter Download aus diesem Kurs",
            "quiz",
        ),
        (
            "Nome,Sobrenome,Número de identificação,Instituição,Departamento,Endereço de email,"
            "Questionário: Burns quiz (Real),Total do curso (Porcentagem),"
            "Último download realizado neste curso",
            "quiz",
        ),
    ],
    ids=["French", "Spanish", "German", "Portuguese"],
)
async def test_gradebooks_in_other_languages(tmp_path: Path, header: str, kind: str) -> None:
    row = ["Ana", "Ruiz", "17", "North", "", "ana@x.org", "7,50", "83,00 %", SAVED]
    store, _report = await load(saved(tmp_path, "book.csv", tuple(header.split(",")), row))
    assert [each[1:3] + each[4:5] for each in query(store, GRADES)] == [("Burns quiz", kind, 7.5)]
    assert query(store, "SELECT score FROM enrolment") == [(83.0,)]


async def test_a_quiz_with_a_report_has_its_attempts_from_there(tmp_path: Path) -> None:
    attempt = [
        *("Ruiz", "Ana", "ANA@x.org", "Finished", "5 March 2024  9:07 AM"),
        *("5 March 2024  9:19 AM", "12 mins", "7.50"),
    ]
    quiz = saved(tmp_path, "FA-Burns quiz-grades.csv", quiz_header(), attempt)
    store, _report = await load(quiz, gradebook(tmp_path))
    assert [row[:2] + row[4:6] for row in query(store, GRADES)] == [
        ("Ana Ruiz", "Burns quiz", 7.5, 75.0),
        ("Ana Ruiz", "Essay (draft)", 34.0, 85.0),
    ]


def of_ids(folder: Path, *named: tuple[int, str]) -> Path:
    rows = [log_row("25/03/24, 14:02", name, VIEWED.format(user)) for user, name in named]
    return saved(folder, "logs_FA_20240401.csv", ENGLISH, *rows)


async def test_people_are_joined_by_their_names(tmp_path: Path) -> None:
    # The log writes a name the other way round, and with other blanks.
    log = of_ids(tmp_path, (4, "Ruiz  ana"), (5, "Ben Otto"), (6, "Cy Cole"))
    store, report = await load(log, gradebook(tmp_path))
    assert query(store, "SELECT key, email, counted FROM person ORDER BY 1") == [
        ("4", "ana@x.org", 1),
        ("5", "ben@x.org", 1),
        ("6", None, 1),
    ]
    assert query(
        store,
        "SELECT p.key, e.implied FROM enrolment e JOIN person p ON p.id = e.person_id ORDER BY 1",
    ) == [("4", 0), ("5", 0), ("6", 1)]
    assert "1 person of the log in no gradebook; counted as learners" in report.notes


@pytest.mark.parametrize("twice", ["in the log", "in the gradebook"])
async def test_two_of_one_name_are_not_joined(tmp_path: Path, twice: str) -> None:
    ids = [(4, "Ana Ruiz"), (9, "Ana Ruiz")] if twice == "in the log" else [(4, "Ana Ruiz")]
    other = [*ROWS[0][:2], "19", "", "", "ana2@x.org", *ROWS[0][6:]]
    rows = ROWS if twice == "in the log" else [*ROWS, other]
    store, report = await load(of_ids(tmp_path, *ids), gradebook(tmp_path, *rows))
    keys = [key for (key,) in query(store, "SELECT key FROM person WHERE name = 'Ana Ruiz'")]
    assert sorted(keys) == sorted(
        [*(str(user) for user, _name in ids), *(row[5] for row in rows if row[0] == "Ana")]
    )
    words = {1: "1 person", 2: "2 people"}[len(ids)]
    assert f"{words} of the log not joined with others: several are called so" in report.notes


async def test_a_learner_in_the_gradebook_is_never_staff(tmp_path: Path) -> None:
    backup = "The user with id '4' created a backup."
    log = saved(tmp_path, "logs.csv", ENGLISH, log_row("25/03/24, 14:02", "Ana Ruiz", backup))
    store, _report = await load(log, gradebook(tmp_path))
    assert query(store, "SELECT staff FROM person WHERE key = '4'") == [(0,)]


async def test_a_name_that_reads_like_somebody_as_somebody(tmp_path: Path) -> None:
    rows = [["Lo", "como Rey", "20", "", "", "lo@x.org", *ROWS[1][6:]]]
    store, _report = await load(of_ids(tmp_path, (4, "Lo como Rey")), gradebook(tmp_path, *rows))
    assert query(store, "SELECT count(*) FROM event WHERE active") == [(1,)]


async def test_a_gradebook_saved_for_excel(tmp_path: Path) -> None:
    path = tmp_path / "FA Grades.xlsx"
    book = openpyxl.Workbook()
    numbers = [*ROWS[0][:6], 7.5, 34, "85.00 %", 41.5, "83.00 %", "B", 7.5, int(SAVED)]
    for row in (HEADER, numbers):
        book.active.append(row)
    book.save(path)
    store, _report = await load(path)
    at, no_act = when("2024-04-01 09:00"), schema.FLAG_NO_ACTIVITY
    assert query(store, GRADES) == [
        ("Ana Ruiz", "Burns quiz", "quiz", at, 7.5, None, no_act),
        ("Ana Ruiz", "Essay (draft)", "assign", at, 34.0, 85.0, no_act),
    ]


async def test_a_row_of_nobody_is_refused(tmp_path: Path) -> None:
    _store, report = await load(
        gradebook(tmp_path, ["", "", "", "", "", "", *ROWS[0][6:]], ROWS[0])
    )
    assert report.tables["gradebook"].examples == {
        "no name, email or id number to know a person by": "line 2"
    }


async def test_a_folder_with_all_files(tmp_path: Path) -> None:
    folder = tmp_path / "course"
    folder.mkdir()
    of_ids(folder, (4, "Ana Ruiz"))
    gradebook(folder)
    store, report = await load(folder)
    assert sorted(report.tables) == ["gradebook", "log"]
    assert query(store, "SELECT count(*) FROM training") == [(1,)]
    assert query(store, "SELECT has_activity FROM training") == [(1,)]


async def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.csv: .*No such file"):
        await load(tmp_path / "nowhere.csv", gradebook(tmp_path))
