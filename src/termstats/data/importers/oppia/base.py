"""What the parts of the OppiaMobile importer share: its tables, and the state of one import."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from termstats.data.importers.oppia.event_log import AttemptLog, EventLog
from termstats.data.importers.sources import cells
from termstats.data.importers.sources.tables import TableSource
from termstats.data.importers.writing.base import ImportContext
from termstats.data.importers.writing.table_run import TableRun, columns_of
from termstats.data.model.text import localised
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

DEFAULT_PASS_MARK = 80.0
"""Percent, where a quiz has no usable passthreshold: what the authoring tool writes."""
EVENT_LIMIT = 14_400
"""Seconds; a longer event is an outlier."""
ATTEMPT_LIMIT = 28_800
"""Seconds; a longer attempt is an outlier."""
CLOCK_TOLERANCE = 86_400
"""Seconds that a device date may lie after its server date."""
Pair = tuple[RowId, RowId]
"""(training, person)."""
OLDEST = 946_684_800
"""2000-01-01: older device dates are a clock that was never set."""

_TABLES = {
    # Tables without which nothing can be said.
    "auth_user": "id! username first_name last_name email? is_staff is_superuser is_active "
    "date_joined? last_login?",
    "oppia_course": "id! shortname title version? status? user_id#? created_date? "
    "lastupdated_date?",
    "oppia_section": "id! course_id# order title",
    "oppia_activity": "id! section_id# order title type digest baseline?",
    "oppia_tracker": "id! user_id# course_id# digest type event? tracker_date submitted_date "
    "completed time_taken? course_version? uuid? lang? points? activity_title? section_title? "
    "data? ip? agent?",
}
_OPTIONAL_TABLES = {
    "django_migrations": "id app name",
    "profile_userprofile": "user_id# job_title? organisation? phone_number? "
    "exclude_from_reporting?",
    "profile_customfield": "id label type",
    "profile_userprofilecustomfield": "id! user_id# key_name_id value_str value_int value_bool",
    "oppia_category": "id! name",
    "oppia_coursecategory": "id! course_id# category_id#",
    "oppia_coursepermissions": "id! user_id# course_id# role",
    "oppia_media": "id! course_id# digest filename media_length?",
    "quiz_quiz": "id! title",
    "quiz_quizprops": "id! quiz_id# name value",
    "quiz_quizquestion": "id! quiz_id# question_id# order",
    "quiz_question": "id! title type",
    "quiz_questionprops": "id! question_id# name value",
    "quiz_response": "id! question_id# title score order",
    "quiz_quizattempt": "id! user_id# quiz_id# attempt_date submitted_date score maxscore "
    "instance_id? event? time_taken?",
    "quiz_quizattemptresponse": "id! quizattempt_id# question_id# score text",
    "oppia_points": "id! user_id# course_id# points date type description",
    "oppia_badge": "id! name",
    "oppia_award": "id! badge_id# user_id# award_date",
    "oppia_awardcourse": "id! award_id# course_id# course_version?",
    "oppia_cohort": "id! description start_date end_date",
    "oppia_coursecohort": "id! cohort_id# course_id#",
    "oppia_participant": "id! cohort_id# user_id# role",
    "settings_settingproperties": "key str_value int_value bool_value",
    "summary_coursedailystats": "id! course_id# day type total",
    "summary_usercoursedailysummary": "id! course_id# user_id# day type total_tracked "
    "time_spent_tracked total_submitted time_spent_submitted",
    "summary_usercoursesummary": "id! course_id# user_id# points total_downloads total_activity "
    "quizzes_passed badges_achieved pretest_score media_viewed completed_activities "
    "total_activity_current? total_activity_previous?",
    "summary_userpointssummary": "id! user_id# points badges",
    "viz_userlocationvisualization": "id ip hits country_code",
}
TABLES = columns_of(_TABLES | _OPTIONAL_TABLES)
REQUIRED = {table: TABLES[table].must for table in _TABLES}
"""table -> columns that every server has."""


@dataclass
class OppiaModule:
    """A module of the store that events and attempts may belong to."""

    id: RowId
    course: int
    """The course's id at the source."""
    training_id: RowId
    kind: str
    pass_mark: float | None
    title: str
    activity_id: RowId
    current: bool = True
    """Whether it is a part of the current course."""


@dataclass
class Quiz:
    """A quiz or feedback, and the modules it is used as (none: course unknown)."""

    id: int
    title: str
    digest: str = ""
    pass_mark: float = DEFAULT_PASS_MARK
    max_score: float | None = None
    versions: set[str] = field(default_factory=set)
    modules: list[OppiaModule] = field(default_factory=list)


class OppiaRun(TableRun):
    """One import: source id -> store id of what is written so far."""

    def __init__(self, source: TableSource, context: ImportContext, as_of: Second) -> None:
        super().__init__(source, context, TABLES)
        self.as_of = as_of
        self.people: dict[int, RowId] = {}
        self.trainings: dict[int, RowId] = {}
        self.versions: dict[int, str] = {}
        """Course -> its current version."""
        self.classes: dict[int, RowId] = {}
        self.path: dict[RowId, set[RowId]] = {}
        """training -> its current activities that count for completion."""
        self.quizzes: dict[int, Quiz] = {}
        self.digests: dict[tuple[int, str], OppiaModule] = {}
        """(course, digest) -> module."""
        self.instances: dict[str, tuple[OppiaModule, str]] = {}
        """instance_id of an attempt -> module of its event, and version of the course then."""
        self.media: set[tuple[int, str]] = set()
        """(course, digest) of media files, which are no activities."""
        self.enrolled: dict[Pair, Second] = {}
        """(training, person) -> first event other than a download, or first attempt."""
        self.kept_rows: Counter[str] = Counter()
        """table -> rows of it that were kept as they are."""
        self.touched: set[Pair] = set()
        """(training, person) of whom anything is told, or was that is read again."""
        self.completions: dict[Pair, dict[RowId, Second]] = {}
        """(training, person) -> activity -> first completion; see `done_by`."""
        self.settles_at: Second | None = None
        """When the next device date that lies ahead will be believed; None: none does."""
        self.unknown_people: set[int] = set()
        """Users that rows refer to, though the source has none such; courses likewise."""
        self.unknown_courses: set[int] = set()
        self.prints: dict[str, str] = {}
        """Fingerprints of the tables that are read whole."""
        self.log = EventLog()
        self.attempts = AttemptLog()
        self.keeps_summaries = False
        """Whether what the platform reports of itself is as the last import left it."""
        self.keeps_roster = False
        """Whether cohorts are as the last import left them."""

    def enrol(self, training: RowId, person: RowId, at: Second) -> None:
        """Note that a person was at work in a training: the first time is that of enrolment."""
        pair = training, person
        self.touched.add(pair)
        self.enrolled[pair] = min(at, self.enrolled.get(pair, at))

    def done_by(self, pair: Pair) -> dict[RowId, Second]:
        """Return activity -> first completion of a person in a training, to be changed.

        As an earlier import left it, until something else is told.
        """
        done = self.completions.get(pair)
        if done is None:
            done = self.completions[pair] = {}
            if self.context.last is not None:
                rows = self.writer.connection.execute(
                    "SELECT activity_id, at FROM completion WHERE training_id = ? "
                    "AND person_id = ?",
                    pair,
                )
                done.update(rows.fetchall())
        return done

    def title(self, text: object) -> str:
        """Return a title in the display language."""
        return title(cells.text(text), self.context.options.language)

    def keep_row(self, table: str, **values: int | float | str | None) -> None:
        """Keep what no table of the store holds of a row: `reconcile.oppia` needs it."""
        self.kept_rows[table] += 1
        data = cells.text(json.dumps(values, ensure_ascii=False))
        key = kept_key(self.kept_rows[table])
        self.writer.add(schema.reported_row, {"name": table, "key": key, "data": data})

    def place(self, device: object, server: object) -> tuple[Second | None, Second | None, int]:
        """Return (when it happened, when the server received it, flags).

        A device date over 24 h after the server's, before 2000 or after as-of is impossible: the
        server's date takes its place. None, None when there is no date at all.
        """
        at, received = self.moment(device), self.moment(server)
        if at is not None and at < OLDEST:
            at = None
        if received is None or received < OLDEST:
            return at, at, 0
        if at is None or at > received + CLOCK_TOLERANCE:
            return received, received, schema.FLAG_MOVED
        if at > self.as_of and at > received:
            self.settles_at = min(at, self.settles_at or at)
            return received, received, schema.FLAG_MOVED
        return at, received, 0


def may_change(run: OppiaRun, received: Second | None) -> bool:
    """Return whether a later import may place otherwise what the server received then."""
    is_new = received is not None and received > run.as_of - CLOCK_TOLERANCE
    return is_new and run.context.options.as_of is None


def kept_key(number: int) -> str:
    """Return the key of the row of a table that was the `number`th to be kept."""
    return f"{number:09}"


@lru_cache(maxsize=65_536)
def title(text: str, language: str) -> str:
    """Return a title in one language; events repeat few titles many times."""
    return cells.text(localised(text, language))


def parse_object(data: str) -> dict[str, Any] | None:
    """Return the JSON object in `data`, or None when it is none."""
    if not data.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
