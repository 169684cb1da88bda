"""Reports of quizzes that teachers save, against numbers worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.importers.moodle.files.saved import (
    ENGLISH,
    VIEWED,
    load,
    log_row,
    quiz_header,
    saved,
)
from tests.data.importers.store_file import query, when

ATTEMPTS = (
    "SELECT p.name, m.title, number, started_at, finished_at, points, max_points, a.score, "
    "seconds, evaluated FROM attempt a JOIN person p ON p.id = a.person_id "
    "JOIN module m ON m.id = a.module_id ORDER BY 1, 3"
)
ANSWERS = (
    "SELECT p.name, q.position, q.title, q.correct_answer, w.answer, w.state, w.points "
    "FROM answer w JOIN attempt a ON a.id = w.attempt_id JOIN person p ON p.id = a.person_id "
    "JOIN question q ON q.id = w.question_id ORDER BY 1, a.number, 2"
)
GRADES = [
    [
        *("Ruiz", "Ana", "ana@x.org", "Finished", "5 March 2024  9:07 AM"),
        *("5 March 2024  9:19 AM", "12 mins 5 secs", "7.50", "1.00", "0.50"),
    ],
    [
        *("Ruiz", "Ana", "ana@x.org", "Finished", "4 March 2024  9:00 PM"),
        *("4 March 2024  9:01 PM", "1 min", "0.00", "0.00", "-"),
    ],
    [
        *("Otto", "Ben", "ben@x.org", "In progress", "5 March 2024  10:00 AM"),
        *("-", "-", "-", "-", "Requires grading"),
    ],
    ["Cole", "Cy", "cy@x.org", "-", "-", "-", "-", "-", "-", "-"],
    ["Overall average", "", "", "", "", "", "", "3.75", "0.50", "0.25"],
]
RESPONSES = [
    [*GRADES[0][:8], "Why?", "Because", "Because", "Who?", "Ana", "Ben"],
    [*GRADES[1][:8], "Why?", "No", "Because", "When?", "-", "Now"],
    [*GRADES[2][:8], "Why?", "-", "Because", "Who?", "Me", "Ben"],
]
RESPONSE_COLUMNS = (
    *("Question 1", "Response 1", "Right answer 1"),
    *("Question 2", "Response 2", "Right answer 2"),
)


def grades(folder: Path, name: str = "FA-Burns quiz-grades.csv") -> Path:
    return saved(folder, name, quiz_header("Q. 1 /1.00", "Q. 2 /1.00"), *GRADES)


def responses(folder: Path) -> Path:
    header = quiz_header(*RESPONSE_COLUMNS)
    return saved(folder, "FA-Burns quiz-responses.csv", header, *RESPONSES)


async def test_a_report_of_grades(tmp_path: Path) -> None:
    store, report = await load(grades(tmp_path))
    table = report.tables["quiz"]
    assert (table.read, table.kept) == (5, 4)
    assert table.refused == {"a line with means, of nobody": 1}
    assert query(store, ATTEMPTS) == [
        (
            *("Ana Ruiz", "Burns quiz", 1, when("2024-03-04 21:00"), when("2024-03-04 21:01")),
            *(0.0, 10.0, 0.0, 60.0, 1),
        ),
        (
            *("Ana Ruiz", "Burns quiz", 2, when("2024-03-05 09:07"), when("2024-03-05 09:19")),
            *(7.5, 10.0, 75.0, 725.0, 1),
        ),
        (
            *("Ben Otto", "Burns quiz", 1, when("2024-03-05 10:00"), None),
            *(None, 10.0, None, None, None),
        ),
    ]
    assert [row[0:2] + row[5:] for row in query(store, ANSWERS)] == [
        ("Ana Ruiz", 1, "wrong", 0.0),
        ("Ana Ruiz", 2, "unanswered", None),
        ("Ana Ruiz", 1, "correct", 1.0),
        ("Ana Ruiz", 2, "partly", 0.5),
        ("Ben Otto", 1, "unanswered", None),
        ("Ben Otto", 2, "pending", None),
    ]
    # Whoever the report names is in the course, tries or not; without a log nothing else is known.
    assert query(
        store,
        "SELECT p.key, e.implied, t.has_activity FROM enrolment e JOIN person p "
        "ON p.id = e.person_id JOIN training t ON t.id = e.training_id ORDER BY 1",
    ) == [("ana@x.org", 0, 0), ("ben@x.org", 0, 0), ("cy@x.org", 0, 0)]


async def test_both_reports_tell_of_the_same_attempts(tmp_path: Path) -> None:
    store, _report = await load(responses(tmp_path), grades(tmp_path))
    assert query(store, "SELECT count(*) FROM attempt") == [(3,)]
    assert query(store, ANSWERS) == [
        ("Ana Ruiz", 1, "Why?", "Because", "No", "wrong", 0.0),
        # The second question is drawn by chance: it has no one text.
        ("Ana Ruiz", 2, "Question 2", None, None, "unanswered", None),
        ("Ana Ruiz", 1, "Why?", "Because", "Because", "correct", 1.0),
        ("Ana Ruiz", 2, "Question 2", None, "Ana", "partly", 0.5),
        ("Ben Otto", 1, "Why?", "Because", None, "unanswered", None),
        ("Ben Otto", 2, "Question 2", None, "Me", "pending", None),
    ]


async def test_responses_alone(tmp_path: Path) -> None:
    store, _report = await load(responses(tmp_path))
    assert [row[5] for row in query(store, ANSWERS)] == [
        *("wrong", "unanswered", "correct", "wrong", "unanswered", "wrong")
    ]


@pytest.mark.parametrize(
    ("header", "name", "row"),
    [
        (
            "Nom de famille,Prénom,Adresse de courriel,État,Commencé le,Terminé,Temps utilisé,"
            "Note/10|00,Q. 1 /1|00",
            "FA-Burns quiz-notes.csv",
            "Ruiz,Ana,ana@x.org,Terminé,5 mars 2024  09:07,5 mars 2024  10:19,"
            "1 heure 12 min,7|50,1|00",
        ),
        (
            "Apellido(s),Nombre,Dirección de correo,Estado,Comenzado el,Finalizado,"
            "Tiempo requerido,Calificación/10|00,P. 1 /1|00",
            "FA-Burns quiz-calificaciones.csv",
            "Ruiz,Ana,ana@x.org,Finalizado,5 de marzo de 2024  09:07,5 de marzo de 2024  10:19,"
            "1 hora 12 minutos,7|50,1|00",
        ),
        (
            "Nachname,Vorname,E-Mail-Adresse,Status,Begonnen am,Beendet,Verbrauchte Zeit,"
            "Bewertung/10|00,F 1 /1|00",
            "FA-Burns quiz-Bewertungen.csv",
            "Ruiz,Ana,ana@x.org,Beendet,Dienstag  5. März 2024  09:07,"
            "Dienstag  5. März 2024  10:19,1 Stunde 12 Minuten,7|50,1|00",
        ),
        (
            "Sobrenome,Nome,Endereço de email,Estado,Iniciado em,Completo,Tempo utilizado,"
            "Avaliar/10|00,Q. 1 /1|00",
            "FA-Burns quiz-notas.csv",
            "Ruiz,Ana,ana@x.org,Finalizada,5 março 2024  09:07,5 março 2024  10:19,"
            "1 hora 12 minutos,7|50,1|00",
        ),
    ],
    ids=["French", "Spanish", "German", "Portuguese"],
)
async def test_reports_in_other_languages(tmp_path: Path, header: str, name: str, row: str) -> None:
    # In the test `|` is the decimal comma.
    columns, cells = (
        [cell.replace("|", ",") for cell in line.split(",")] for line in (header, row)
    )
    store, _report = await load(saved(tmp_path, name, tuple(columns), cells))
    assert query(store, ATTEMPTS) == [
        (
            *("Ana Ruiz", "Burns quiz", 1, when("2024-03-05 09:07"), when("2024-03-05 10:19")),
            *(7.5, 10.0, 75.0, 4320.0, 1),
        )
    ]
    assert [row[5:] for row in query(store, ANSWERS)] == [("correct", 1.0)]


async def test_a_quiz_that_the_log_knows_is_that_of_the_report(tmp_path: Path) -> None:
    opened = "The user with id '7' viewed the 'quiz' activity with course module id '8'."
    log = saved(
        *(tmp_path, "logs_F-A_20240401-0900.csv", ENGLISH),
        log_row("25/03/24, 14:02", "Ana Ruiz", opened, context="Quiz: Burns: quiz"),
        log_row("25/03/24, 14:01", "Ana Ruiz", VIEWED.format(7)),
    )
    store, _report = await load(log, grades(tmp_path, "F-A-Burns_ quiz-grades.csv"))
    assert query(store, "SELECT key, title FROM module") == [("8", "Burns: quiz")]
    # Ana is one person, with the id of the log and the address of the report.
    assert query(store, "SELECT key, name, email FROM person ORDER BY 1") == [
        ("7", "Ana Ruiz", "ana@x.org"),
        ("ben@x.org", "Ben Otto", "ben@x.org"),
        ("cy@x.org", "Cy Cole", "cy@x.org"),
    ]


async def test_a_start_that_is_none(tmp_path: Path) -> None:
    row = [*GRADES[0][:4], "soon", *GRADES[0][5:]]
    header = quiz_header("Q. 1 /1.00", "Q. 2 /1.00")
    path = saved(tmp_path, "FA-Burns-grades.csv", header, row, GRADES[2])
    _store, report = await load(path)
    assert report.tables["quiz"].examples == {"the start is no time": "'soon' in line 2"}


async def test_two_attempts_in_one_minute_are_two(tmp_path: Path) -> None:
    row, start = GRADES[1], "4 March 2024  9:00 PM"
    again = [*row[:4], start, start, "20 secs", "5.00", "1.00", "1.00"]
    header = quiz_header("Q. 1 /1.00", "Q. 2 /1.00")
    paths = (
        saved(tmp_path, "FA-Burns-grades.csv", header, row, again),
        saved(tmp_path, "FA-Burns-responses.csv", header[:8], row[:8], again[:8]),
    )
    store, _report = await load(*paths)
    assert [each[2:3] + each[5:6] for each in query(store, ATTEMPTS)] == [(1, 0.0), (2, 5.0)]


async def test_a_report_without_the_grade_of_the_quiz(tmp_path: Path) -> None:
    header = (*quiz_header()[:7], "Q. 1 /1.00", "Q. 2 /1.00")
    rows = [[*row[:7], *row[8:]] for row in GRADES[:2]]
    store, _report = await load(saved(tmp_path, "FA-Burns-grades.csv", header, *rows))
    assert [row[5:8] for row in query(store, ATTEMPTS)] == [(None, None, None)] * 2
    assert [row[5] for row in query(store, ANSWERS)] == [
        *("wrong", "unanswered", "correct", "partly")
    ]
