"""A tiny OppiaMobile database with invented content."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from termstats.data.importers.oppia.importer import OppiaImporter
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import
from termstats.data.model.units import Second

# Column names are those of the server; types do not matter to SQLite.
DDL = """
CREATE TABLE auth_user (id INTEGER PRIMARY KEY, password, last_login, is_superuser DEFAULT 0,
  username, first_name DEFAULT '', last_name DEFAULT '', email DEFAULT '', is_staff DEFAULT 0,
  is_active DEFAULT 1, date_joined DEFAULT '2023-01-01 00:00:00');
CREATE TABLE profile_userprofile (id INTEGER PRIMARY KEY, user_id, job_title, organisation,
  phone_number, exclude_from_reporting DEFAULT 0);
CREATE TABLE profile_customfield (id PRIMARY KEY, label, type, "order" DEFAULT 0);
CREATE TABLE profile_userprofilecustomfield (id INTEGER PRIMARY KEY, key_name_id, user_id,
  value_str, value_int, value_bool);
CREATE TABLE oppia_course (id INTEGER PRIMARY KEY, shortname, title, version, status DEFAULT 'live',
  user_id, created_date DEFAULT '2023-01-01 00:00:00',
  lastupdated_date DEFAULT '2023-01-01 00:00:00');
CREATE TABLE oppia_category (id INTEGER PRIMARY KEY, name);
CREATE TABLE oppia_coursecategory (id INTEGER PRIMARY KEY, course_id, category_id);
CREATE TABLE oppia_coursepermissions (id INTEGER PRIMARY KEY, user_id, course_id, role);
CREATE TABLE oppia_section (id INTEGER PRIMARY KEY, course_id, "order" DEFAULT 1, title);
CREATE TABLE oppia_activity (id INTEGER PRIMARY KEY, section_id, "order" DEFAULT 1, title, type,
  digest, baseline DEFAULT 0, content);
CREATE TABLE oppia_media (id INTEGER PRIMARY KEY, course_id, digest, filename, media_length);
CREATE TABLE oppia_tracker (id INTEGER PRIMARY KEY, user_id, course_id, digest DEFAULT '', type,
  event, tracker_date, submitted_date, completed DEFAULT 0, time_taken DEFAULT 0, course_version,
  uuid, lang, points, activity_title, section_title, data DEFAULT '', ip, agent DEFAULT '');
CREATE TABLE quiz_quiz (id INTEGER PRIMARY KEY, title, draft DEFAULT 0, deleted DEFAULT 0);
CREATE TABLE quiz_quizprops (id INTEGER PRIMARY KEY, quiz_id, name, value);
CREATE TABLE quiz_quizquestion (id INTEGER PRIMARY KEY, quiz_id, question_id, "order" DEFAULT 1);
CREATE TABLE quiz_question (id INTEGER PRIMARY KEY, title, type);
CREATE TABLE quiz_questionprops (id INTEGER PRIMARY KEY, question_id, name, value);
CREATE TABLE quiz_response (id INTEGER PRIMARY KEY, question_id, title, score, "order" DEFAULT 1);
CREATE TABLE quiz_quizattempt (id INTEGER PRIMARY KEY, user_id, quiz_id, attempt_date,
  submitted_date, score, maxscore, instance_id, event, time_taken DEFAULT 0);
CREATE TABLE quiz_quizattemptresponse (id INTEGER PRIMARY KEY, quizattempt_id, question_id, score,
  text);
CREATE TABLE oppia_points (id INTEGER PRIMARY KEY, user_id, course_id, points, date, type,
  description);
CREATE TABLE oppia_badge (id INTEGER PRIMARY KEY, name, points);
CREATE TABLE oppia_award (id INTEGER PRIMARY KEY, badge_id, user_id, award_date);
CREATE TABLE oppia_awardcourse (id INTEGER PRIMARY KEY, award_id, course_id, course_version);
CREATE TABLE oppia_cohort (id INTEGER PRIMARY KEY, description, start_date, end_date);
CREATE TABLE oppia_coursecohort (id INTEGER PRIMARY KEY, cohort_id, course_id);
CREATE TABLE oppia_participant (id INTEGER PRIMARY KEY, cohort_id, user_id, role);
CREATE TABLE settings_settingproperties (key PRIMARY KEY, str_value, int_value, bool_value);
CREATE TABLE viz_userlocationvisualization (id INTEGER PRIMARY KEY, ip, hits, country_code);
CREATE TABLE tastypie_apikey (id INTEGER PRIMARY KEY, user_id, key);
"""

SECRET = "invented-secret"  # noqa: S105
"""Stands in every place that must not be read."""

CONTENT: dict[str, list[dict[str, Any]]] = {
    "auth_user": [
        {"id": 1, "username": "root", "is_superuser": 1, "is_staff": 1, "password": SECRET},
        {"id": 2, "username": "ann", "first_name": "Ann", "last_name": "Ash", "password": SECRET},
        {"id": 3, "username": "bob", "password": SECRET},
    ],
    "profile_userprofile": [{"id": 1, "user_id": 2, "job_title": "nurse"}],
    "oppia_course": [
        {
            "id": 1,
            "shortname": "alpha",
            "title": '{"en": "Alpha", "fr": "Alphe"}',
            "version": 20230101,
        },
        {"id": 2, "shortname": "beta", "title": "Beta", "version": 20230202, "status": "draft"},
    ],
    "oppia_section": [{"id": 1, "course_id": 1, "title": '{"en": "First"}'}],
    "oppia_activity": [
        {"id": 1, "section_id": 1, "order": 1, "title": "Read", "type": "page", "digest": "d-page"},
        {"id": 2, "section_id": 1, "order": 2, "title": "Test", "type": "quiz", "digest": "d-quiz"},
        {
            "id": 3,
            "section_id": 1,
            "order": 3,
            "title": "Say",
            "type": "feedback",
            "digest": "d-say",
        },
        {
            "id": 4,
            "section_id": 1,
            "order": 0,
            "title": "Before",
            "type": "quiz",
            "digest": "d-pre",
            "baseline": 1,
        },
    ],
    "quiz_quiz": [{"id": 10, "title": "Test"}, {"id": 11, "title": "Say"}],
    "quiz_quizprops": [
        {"id": 1, "quiz_id": 10, "name": "digest", "value": "d-quiz"},
        {"id": 2, "quiz_id": 10, "name": "passthreshold", "value": "60"},
        {"id": 3, "quiz_id": 10, "name": "maxscore", "value": "10"},
        {"id": 4, "quiz_id": 11, "name": "digest", "value": "d-say"},
        {"id": 5, "quiz_id": 11, "name": "maxscore", "value": "0"},
    ],
    "tastypie_apikey": [{"id": 1, "user_id": 2, "key": SECRET}],
}


def make(path: Path, **more: list[dict[str, Any]]) -> Path:
    """Make the database with `CONTENT` and `more` rows per table; returns `path`."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DDL)
        for rows in (CONTENT, more):
            for table, values in rows.items():
                for row in values:
                    names = ", ".join(f'"{name}"' for name in row)
                    marks = ", ".join("?" * len(row))
                    connection.execute(
                        f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608
                        tuple(row.values()),
                    )
        connection.commit()
    return path


def event(key: int, **values: Any) -> dict[str, Any]:
    """Return one row of the event log: a page of course 1 read by ann, unless told otherwise."""
    row = {
        "id": key,
        "user_id": 2,
        "course_id": 1,
        "digest": "d-page",
        "type": "page",
        "tracker_date": "2024-03-05 10:00:00",
        "submitted_date": "2024-03-05 12:00:00",
    }
    return {**row, **values}


def attempt(key: int, score: float, **values: Any) -> dict[str, Any]:
    """Return one attempt of ann at quiz 10, unless told otherwise."""
    row = {
        "id": key,
        "user_id": 2,
        "quiz_id": 10,
        "attempt_date": "2024-03-05 10:00:00",
        "submitted_date": "2024-03-05 12:00:00",
        "score": score,
        "maxscore": 10,
    }
    return {**row, **values}


AS_OF = Second(1_717_200_000)  # 2024-06-01


FIVE_MARCH = 1_709_596_800  # 2024-03-05 00:00 UTC


HOUR = 3_600


async def load(
    folder: Path, options: ImportOptions | None = None, **more: list[dict[str, Any]]
) -> tuple[Path, ImportReport]:
    source = make(folder / "oppia.db", **more)
    store = folder / "store.db"
    report = await run_import(
        OppiaImporter(), str(source), store, options or ImportOptions(as_of=AS_OF)
    )
    return store, report
