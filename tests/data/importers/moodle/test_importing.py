"""What a site of Moodle may be: versions, prefixes, dumps, and what is none."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from termstats.cli.main import main
from termstats.data.importers.moodle.base import title
from termstats.data.model.errors import SourceError, UsageError
from termstats.data.model.request import Param
from tests.data.figures.hand_store import dicts, report
from tests.data.importers.moodle.factory import CONTENT, at, load, log, make, person
from tests.data.importers.moodle.learning import LEARNING
from tests.data.importers.opigno.factory import dump
from tests.data.importers.oppia import factory as oppia
from tests.data.importers.sources.postgres_dumps import postgres_dump
from tests.data.importers.store_file import contents, query

MARCH = "2024-03-01..2024-03-14"


@pytest.mark.parametrize("prefix", ["", "m_", "school2"])
async def test_any_prefix_gives_the_same_store(tmp_path: Path, prefix: str) -> None:
    await load(make(tmp_path / "usual.db", LEARNING), tmp_path / "usual.store")
    other = make(tmp_path / "other.db", LEARNING, prefix=prefix)
    found = await load(other, tmp_path / "other.store")
    assert contents(tmp_path / "usual.store") == contents(tmp_path / "other.store")
    assert f"table prefix {prefix or 'none'}" in found.notes


async def test_a_dump_gives_the_store_of_the_database(tmp_path: Path) -> None:
    source = make(tmp_path / "moodle.db", LEARNING)
    await load(source, tmp_path / "file.store")
    written = dump(source, tmp_path / "moodle.sql", extended=True)
    await load(written, tmp_path / "dump.store")
    assert contents(tmp_path / "dump.store") == contents(tmp_path / "file.store")


async def test_a_dump_of_postgresql_gives_it_too(tmp_path: Path) -> None:
    source = make(tmp_path / "moodle.db", LEARNING)
    await load(source, tmp_path / "file.store")
    written = postgres_dump(source, tmp_path / "moodle.sql")
    await load(written, tmp_path / "dump.store")
    assert contents(tmp_path / "dump.store") == contents(tmp_path / "file.store")


def test_a_dump_cut_in_the_middle_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = dump(make(tmp_path / "moodle.db", LEARNING), tmp_path / "moodle.sql").read_bytes()
    cut = tmp_path / "cut.sql"
    cut.write_bytes(whole[: whole.index(b"INSERT INTO `mdl_quiz_attempts`") + 60])
    store = tmp_path / "store.db"
    assert main(["import", "moodle", str(cut), "--store", str(store)]) == 1
    message = capsys.readouterr().err.strip()
    assert "\n" not in message
    assert "cut.sql, line " in message
    assert "the INSERT into mdl_quiz_attempts breaks off" in message
    assert "the dump was cut off" in message
    assert not store.exists()


QUIZZES = (*("quiz", "quiz_attempts", "question", "question_attempts", "question_attempt_steps"),)


async def test_a_site_without_the_quiz_module(tmp_path: Path) -> None:
    source = make(tmp_path / "moodle.db", LEARNING, without=QUIZZES)
    found = await load(source, tmp_path / "store.db")
    assert "table mdl_quiz_attempts: no attempts at quizzes" in found.gaps
    assert query(tmp_path / "store.db", "SELECT count(*) FROM person") == [(10,)]
    # Its grade is then all that is known of the quiz: 10 of 10.
    assert query(
        tmp_path / "store.db",
        "SELECT a.score, m.title FROM attempt a JOIN module m ON m.id = a.module_id "
        "WHERE m.key = '31'",
    ) == [(100.0, "quiz 1")]


async def test_an_old_site_lacks_columns_and_says_so(tmp_path: Path) -> None:
    without = (
        *("course.enddate", "logstore_standard_log.realuserid", "assign_submission.latest"),
        *("course_modules.deletioninprogress", "user.auth", "user.confirmed"),
        *("user_lastaccess", "forum_posts", "badge_issued"),
    )
    found = await load(
        make(tmp_path / "moodle.db", LEARNING, without=without), tmp_path / "store.db"
    )
    assert "column course.enddate" in found.gaps
    assert "column logstore_standard_log.realuserid" in found.gaps
    assert "table mdl_badge_issued: no badges" in found.gaps
    assert query(tmp_path / "store.db", "SELECT count(*) FROM person WHERE blocked") == [(1,)]


async def test_without_a_log_activity_is_unknown(tmp_path: Path) -> None:
    source = make(tmp_path / "moodle.db", without=["logstore_standard_log"])
    found = await load(source, tmp_path / "store.db")
    assert "table mdl_logstore_standard_log: no activity: it is unknown, not zero" in found.gaps


async def test_a_table_that_is_needed_is_named(tmp_path: Path) -> None:
    source = make(tmp_path / "moodle.db", without=["role_assignments", "user.suspended"])
    with pytest.raises(
        SourceError,
        match=r"not a Moodle site that can be read: missing column user\.suspended, "
        r"table mdl_role_assignments$",
    ):
        await load(source, tmp_path / "store.db")


async def test_another_programs_database_is_named(tmp_path: Path) -> None:
    other = oppia.make(tmp_path / "oppia.db")
    with pytest.raises(SourceError, match="not a Moodle site: .*; it looks like an OppiaMobile"):
        await load(other, tmp_path / "store.db")
    empty = tmp_path / "shop.db"
    with closing(sqlite3.connect(empty)) as connection:
        connection.execute("CREATE TABLE orders (id)")
        connection.execute("CREATE TABLE customers (id)")
    with pytest.raises(SourceError, match="any prefix; it holds customers, orders$"):
        await load(empty, tmp_path / "store.db")


async def test_two_sites_in_one_database_are_told(tmp_path: Path) -> None:
    both = make(tmp_path / "both.db")
    with closing(sqlite3.connect(both)) as connection:
        for table in ("user_enrolments", "course"):
            connection.execute(f"CREATE TABLE old_{table} (id)")
    with pytest.raises(SourceError, match="2 sites in one database, .* 'mdl_', 'old_'; dump"):
        await load(both, tmp_path / "store.db")


async def test_a_database_is_imported_alone(tmp_path: Path) -> None:
    source = make(tmp_path / "moodle.db")
    with pytest.raises(UsageError, match="a database is imported alone"):
        await load(source, tmp_path / "store.db", more=(str(source),))


async def test_names_of_tables_out_of_the_data_are_not_believed(tmp_path: Path) -> None:
    names = ['page" UNION SELECT name FROM mdl_config --', "config", "user", "no_such"]
    source = make(
        tmp_path / "moodle.db",
        modules=[{"id": n, "name": name} for n, name in enumerate(names, 1)],
        course_modules=[
            {"id": n, "course": 10, "module": n, "instance": 1} for n in range(1, len(names) + 1)
        ],
    )
    await load(source, tmp_path / "store.db")
    titles = query(tmp_path / "store.db", "SELECT title FROM module WHERE kind <> 'section'")
    assert [row[0] for row in titles] == [f"{name} 1" for name in names]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Burns &amp; scalds", "Burns & scalds"),
        ("<b>Fire</b>\tdrill", "Fire drill"),
        (
            '<span lang="en" class="multilang">Fire</span> '
            '<span lang="es" class="multilang">Fuego</span> 2',
            "Fuego 2",
        ),
        ("{mlang en}Fire{mlang}{mlang es,ca}Fuego{mlang} 2", "Fuego 2"),
        ("{mlang en}Fire{mlang}{mlang other}Feuer{mlang}", "Feuer"),
        ("{mlang en}Fire{mlang}{mlang de}Feuer{mlang}", "Fire"),
    ],
)
def test_titles_are_shown_in_one_language_without_markup(written: str, shown: str) -> None:
    assert title(written, "es") == shown


async def test_what_an_old_dump_plans_is_no_record_of_it(tmp_path: Path) -> None:
    planned = [
        {"id": 1, "enrolid": 20, "userid": 4, "timeend": at("2024-09-01"), "timecreated": 9},
        {"id": 2, "enrolid": 20, "userid": 7, "timestart": at("2024-09-01"), "timecreated": 9},
    ]
    source = make(tmp_path / "moodle.db", user_enrolments=planned)
    await load(source, tmp_path / "store.db", as_of=None, as_of_latest=True)
    assert query(tmp_path / "store.db", "SELECT as_of FROM source") == [(at("2024-03-11 13:00"),)]
    assert query(
        tmp_path / "store.db",
        "SELECT p.key, e.withdrawn_at FROM enrolment e JOIN person p ON p.id = e.person_id",
    ) == [("4", None)]


async def test_results_without_any_date_enrol_nobody(tmp_path: Path) -> None:
    attempt = {"id": 1, "quiz": 1, "userid": 10, "uniqueid": 1, "timestart": 0, "timefinish": 0}
    source = make(tmp_path / "moodle.db", quiz_attempts=[attempt], user_enrolments=[])
    await load(source, tmp_path / "store.db")
    assert query(tmp_path / "store.db", "SELECT count(*) FROM attempt") == [(1,)]
    assert query(tmp_path / "store.db", "SELECT count(*) FROM enrolment") == [(0,)]


async def test_who_teaches_in_one_course_and_learns_in_another(tmp_path: Path) -> None:
    source = make(
        tmp_path / "moodle.db",
        user=[*CONTENT["user"], person(11, "Max")],
        course=[*CONTENT["course"], {"id": 11, "fullname": "Fire", "shortname": "F"}],
        context=[*CONTENT["context"], {"id": 6, "contextlevel": 50, "instanceid": 11}],
        role_assignments=[
            *CONTENT["role_assignments"],
            {"id": 90, "roleid": 4, "contextid": 4, "userid": 11},
            {"id": 91, "roleid": 5, "contextid": 6, "userid": 11},
            {"id": 92, "roleid": 5, "contextid": 4, "userid": 3},  # both in one: staff
        ],
        enrol=[*CONTENT["enrol"], {"id": 30, "courseid": 11, "enrol": "manual"}],
        user_enrolments=[
            *CONTENT["user_enrolments"],
            {"id": 90, "enrolid": 20, "userid": 11},
            {"id": 91, "enrolid": 30, "userid": 11},
        ],
        logstore_standard_log=[
            log(1, "11 10:00", "course_viewed", 11),
            log(2, "11 11:00", "course_viewed", 11, courseid=11),
        ],
    )
    found = await load(source, tmp_path / "store.db")
    for course, people, views in (("10", 5, 0), ("11", 1, 1)):
        keys = {Param.TRAINING: course}
        rows = await report(tmp_path / "store.db", "training.learners", MARCH, keys=keys)
        assert len(rows.rows) == people
        days = dicts(await report(tmp_path / "store.db", "training.activity", MARCH, keys=keys))
        assert sum(row["total"] for row in days) == views
    notes = "\n".join(found.notes)
    assert "learners who teach in the same course too; they count as staff there: 1" in notes
    assert "of who teaches there and learns elsewhere: 1" in notes


async def test_lists_of_ids_may_hold_anything(tmp_path: Path) -> None:
    odd = f"2,{'9' * 5000},x,,-1,3"
    source = make(
        tmp_path / "moodle.db",
        config=[{"id": 1, "name": "siteadmins", "value": odd}],
        course_categories=[{"id": 1, "name": "Health", "path": odd.replace(",", "/")}],
        course_sections=[{"id": 5, "course": 10, "section": 1, "name": "Burns", "sequence": odd}],
    )
    await load(source, tmp_path / "store.db")
    rows = query(
        tmp_path / "store.db",
        'SELECT p.key FROM "grant" g JOIN person p ON p.id = g.person_id '
        "WHERE g.role = 'administrator' ORDER BY p.id",
    )
    assert rows == [("2",), ("3",)]
