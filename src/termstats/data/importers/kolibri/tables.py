"""The tables of Kolibri that are read, and how a value of them is read."""

from __future__ import annotations

import json
from typing import Any

from termstats.data.importers.sources import cells
from termstats.data.importers.writing.table_run import columns_of
from termstats.data.model.units import Second

OLDEST = "2000-01-01"
"""Stamps before it are those of a clock that was never set."""

_TABLES = {
    # Tables without which nothing can be said.
    "kolibriauth_collection": "id name kind parent_id dataset_id?",
    "kolibriauth_facilityuser": "id username full_name date_joined facility_id date_deleted? "
    "gender? birth_year? id_number? extra_demographics? dataset_id?",
    "kolibriauth_membership": "id user_id collection_id",
    "kolibriauth_role": "id user_id collection_id kind",
    "logger_contentsessionlog": "id user_id content_id channel_id? kind start_timestamp "
    "end_timestamp time_spent progress? extra_fields? visitor_id? dataset_id?",
    "logger_contentsummarylog": "id user_id content_id channel_id? kind start_timestamp "
    "end_timestamp completion_timestamp time_spent progress",
    "logger_masterylog": "id user_id summarylog_id mastery_criterion mastery_level "
    "start_timestamp end_timestamp completion_timestamp complete time_spent?",
    "logger_attemptlog": "id user_id masterylog_id sessionlog_id item start_timestamp "
    "end_timestamp correct hinted? error? simple_answer? answer? interaction_history? "
    "completion_timestamp? time_spent?",
}
_OPTIONAL_TABLES = {
    "morango_instanceidmodel": "id current",
    "device_devicepermissions": "user_id is_superuser",
    "content_channelmetadata": "id name root_id?",
    "content_contentnode": "id parent_id content_id channel_id kind title lft available? "
    "modality? options? ancestors?",
    "content_assessmentmetadata": "id contentnode_id assessment_item_ids number_of_assessments "
    "mastery_model?",
    "lessons_lesson": "id collection_id title is_active date_created resources",
    "lessons_lessonassignment": "id lesson_id collection_id",
    "exams_exam": "id collection_id title question_count question_sources active archive "
    "date_created? date_archived? date_activated? data_model_version?",
    "exams_examassignment": "id exam_id collection_id",
    "exams_draftexam": "id collection_id title",
    "courses_coursesession": "id course collection_id title is_active date_created",
    "courses_coursesessionassignment": "id course_session_id collection_id",
    "courses_unittestassignment": "id course_session_id unit_contentnode_id test_type closed",
    "logger_usersessionlog": "id user_id start_timestamp last_interaction_timestamp device_info?",
    "attendance_attendancesession": "id collection_id session_start_datetime",
    "attendance_attendancerecord": "id attendance_session_id user_id present",
}
TABLES = columns_of(_TABLES | _OPTIONAL_TABLES)
REQUIRED = {table: TABLES[table].must for table in _TABLES}
"""table -> columns that every device has."""
NOTIFICATIONS = "notifications_learnerprogressnotification"
FLAGS = columns_of(
    {
        NOTIFICATIONS: "id notification_object notification_event user_id classroom_id? "
        "contentnode_id? lesson_id? reason? timestamp course_session_id?"
    }
)
"""The table of the second file, `notifications.sqlite3`."""
ENDS: dict[str, tuple[str, ...]] = {
    "logger_contentsessionlog": ("end_timestamp",),
    "logger_contentsummarylog": ("end_timestamp", "completion_timestamp"),
    "logger_masterylog": ("end_timestamp", "completion_timestamp"),
    "logger_attemptlog": ("end_timestamp", "completion_timestamp"),
    "logger_usersessionlog": ("last_interaction_timestamp",),
}
"""Table of a log -> the stamps that tell how far a row reaches."""


def key(value: object) -> str:
    """Return an id, 32 hex digits, as text; NULL is empty."""
    return cells.id_key(value).lower().replace("-", "")


def stamp(value: object) -> str:
    """Return a time as text that sorts, without the zone that is only shown: it is UTC."""
    return cells.text(value).partition("(")[0].strip()


def moment(value: object) -> Second | None:
    """Return a time, `YYYY-MM-DD HH:MM:SS.ffffff(Zone)` whose number is UTC, as seconds."""
    return cells.moment(stamp(value))


def parsed(value: object, kind: type) -> Any:
    """Return the JSON of a cell where it is of that kind, else an empty one."""
    if not isinstance(value, kind):
        try:
            value = json.loads(cells.text(value) or "null")
        except (ValueError, RecursionError):
            value = None
    return value if isinstance(value, kind) else kind()
