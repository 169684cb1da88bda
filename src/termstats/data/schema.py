"""Tables of the store. Every moment is whole seconds since 1970 UTC, every day is days since 1970.

Importers fill the *canonical* tables; `rollups.py` derives the *day tables* from them. Figures read
both through `query.Query` only. A platform's own key is kept in `key`, unique per source and kind.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

SCHEMA_VERSION = 3
EVENT_SEQUENCE_BITS = 20
"""`event.id = second << 20 | sequence within the second`: the key is the time."""

KINDS = ("page", "quiz", "media", "resource", "download", "search", "login", "forum", "other")
"""Kinds of learner activity, in the order of the columns of `*.activity`."""
PLATFORM_KINDS = ("admin", "api", "function", "error")
"""Kinds of platform use: seen on the backoffice level, never part of learner activity."""
SOCIAL_KIND = "forum"
"""The kind whose actions (post, comment, like, ...) the day tables keep apart."""

FLAG_MOVED = 1
"""The device time was impossible: the event was placed at its server time."""
FLAG_OUTLIER = 2
"""The duration is below 0 or over the limit: left out of time figures."""
FLAG_DUPLICATE = 4
"""A second copy of an event: kept in the log, left out of every count."""

ERROR_REPORTS = "error_reports"
"""`reported.name` of how often people reported an error; `part` is its `event.error`."""
TYPE_SOURCE = "type_source"
"""Name in `event.extra` of an error: its source on the platform, where that is not `error`."""
NO_EVENT = '"event": false'
"""Stands in `event.extra` of what the platform kept without logging it as an event."""
PLATFORM_PACKAGES = "packages"
"""Name in `event.extra`: keys of the packages that parameters name, where several, or Core, are."""

USE_FIELDS = ("action", "person", "place", "object", "day", "weight", "mark", "fault")
"""What `use_bitmap` knows of an event of platform use; weights only where they are not 1."""
MARK_FAILED = 1
"""Of `mark`: the event ended with an error, or missed what it looked for."""
MARK_ERROR = 2
"""Of `mark`: the event is, or ended with, a named error."""
MARK_HANDLED, MARK_UNHANDLED = 3, 4
"""Of `mark`: an error of which the platform says so."""

CLOCK_DEVICE = 0
CLOCK_SERVER = 1
ALL_TRAININGS = 0
"""`training_id` of the day-table rows that hold the whole platform, training or not."""

metadata = MetaData()


def _id() -> Column[int]:
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


def _ref(name: str, comment: str, *, null: bool = True) -> Column[int]:
    return Column(name, Integer, nullable=null, comment=comment)


def _flag(name: str, comment: str, default: int = 0) -> Column[int]:
    return Column(name, SmallInteger, nullable=False, default=default, comment=comment)


def _moment(name: str, comment: str) -> Column[int]:
    return Column(name, BigInteger, comment=f"{comment}; seconds since 1970 UTC")


def _key() -> Column[str]:
    return Column("key", String(255), nullable=False, comment="the platform's own id")


def _source() -> Column[int]:
    return _ref("source_id", "source", null=False)


store_setting = Table(
    "store_setting",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
    comment="schema_version, zone (the one reporting zone), sample (1 for sample data)",
)

source = Table(
    "source",
    metadata,
    _id(),
    Column("name", String(80), nullable=False, unique=True, comment="unique in the store"),
    Column("platform", String(40), nullable=False, comment="importer id: oppia, oulad, sample..."),
    Column("title", Text, nullable=False, comment="what a person calls it"),
    Column("version", Text, comment="version of the platform, as probed"),
    Column("zone", String(64), comment="zone of source dates that carry none"),
    _moment("as_of", "the moment the data describe"),
    Column("first_day", Integer, comment="first local day with an event"),
    Column("last_day", Integer, comment="last local day with an event"),
    _flag("two_clocks", "1: events carry a device and a server time"),
    _flag("has_time", "1: durations are recorded", 1),
    _flag("has_clock", "1: events have a time of day, 0: only a date", 1),
    Column("rules", Text, comment="JSON: what counts as active, pass marks, limits; read by notes"),
    Column("report", Text, comment="JSON of the import report"),
    comment="one imported platform",
)

source_setting = Table(
    "source_setting",
    metadata,
    _source(),
    Column("name", String(120), nullable=False),
    Column("value", Text),
    PrimaryKeyConstraint("source_id", "name"),
    comment="settings of the platform itself",
)

person = Table(
    "person",
    metadata,
    _id(),
    _source(),
    _key(),
    Column("name", Text, nullable=False, comment="shown name"),
    Column("username", Text),
    Column("email", Text),
    Column("roles", Text, comment="platform roles, comma separated"),
    _moment("joined_at", "account created"),
    _moment("last_access_at", "last access as the platform stores it"),
    Column("language", String(20)),
    Column("country", String(60)),
    Column("zone", String(64), comment="the person's own zone"),
    _flag("staff", "staff or administrator"),
    _flag("excluded", "flagged: exclude from reporting"),
    _flag("blocked", "may not log in"),
    _flag("deleted", "account deleted at the source"),
    _flag("anonymous", "the account of nobody"),
    _flag("bot", "a machine"),
    _flag("counted", "1: none of the flags above; the one population rule", 1),
    Index("person_key", "source_id", "key", unique=True),
    Index("person_uncounted", "counted", sqlite_where=text("counted = 0")),
    comment="everybody with an account: learners, staff, machines",
)

person_field = Table(
    "person_field",
    metadata,
    _ref("person_id", "person", null=False),
    Column("field", String(120), nullable=False, comment="label of the profile field"),
    Column("value", Text),
    PrimaryKeyConstraint("person_id", "field"),
    comment="profile fields of a person",
)

training = Table(
    "training",
    metadata,
    _id(),
    _source(),
    _key(),
    Column("title", Text, nullable=False),
    Column("code", Text, comment="short name; runs of one training share it"),
    Column("version", Text),
    Column("status", Text, comment="live, draft, archived, deleted, as the platform says"),
    _moment("created_at", "created"),
    _moment("updated_at", "last changed"),
    _moment("starts_at", "first moment"),
    _moment("ends_at", "last moment"),
    _ref("owner_id", "person"),
    Column("language", String(20)),
    _flag("published", "0: draft, archived or deleted", 1),
    _flag("has_activity", "0: its events were not part of the import: unknown, not zero", 1),
    Index("training_key", "source_id", "key", unique=True),
    comment="what people enrol in: a course, a learning path, a presentation",
)

training_tag = Table(
    "training_tag",
    metadata,
    _ref("training_id", "training", null=False),
    Column("kind", String(20), nullable=False, comment="category, tag"),
    Column("value", String(255), nullable=False),
    PrimaryKeyConstraint("training_id", "kind", "value"),
    comment="categories and tags of trainings",
)

module = Table(
    "module",
    metadata,
    _id(),
    _source(),
    _key(),
    _ref("training_id", "training", null=False),
    _ref("parent_id", "module that holds this one: a section, a course inside a training"),
    Column("title", Text, nullable=False),
    Column("kind", String(40), nullable=False, comment="section, page, quiz, media, feedback, ..."),
    Column("position", Integer, nullable=False, default=0, comment="order inside its parent"),
    _flag("mandatory", "1: counts for score and completion"),
    Column("pass_mark", Double, comment="percent; NULL: nothing to pass, completed is enough"),
    Column("keep", String(6), comment="best or newest attempt"),
    Column("max_score", Double, comment="points"),
    Column("weight", Double, comment="percent of the final mark"),
    Column("version", Text),
    _moment("due_at", "due"),
    _flag("current", "0: an old version, no longer part of the training", 1),
    Index("module_key", "source_id", "key", unique=True),
    Index("module_training", "training_id"),
    comment="a step of a training: what has a score, attempts and a state",
)

activity = Table(
    "activity",
    metadata,
    _id(),
    _source(),
    _key(),
    _ref("training_id", "training", null=False),
    _ref("module_id", "module"),
    Column("title", Text, nullable=False),
    Column("type", String(60), nullable=False),
    Column("position", Integer, nullable=False, default=0),
    Column("max_score", Double),
    _flag("in_path", "1: counts for progress", 1),
    _flag("current", "0: an old version", 1),
    Index("activity_key", "source_id", "key", unique=True),
    Index("activity_training", "training_id"),
    comment="the smallest thing a learner opens or answers",
)

question = Table(
    "question",
    metadata,
    _id(),
    _source(),
    _key(),
    _ref("module_id", "module", null=False),
    _ref("activity_id", "activity"),
    Column("label", String(255), comment="the platform's question id, as figures show it"),
    Column("title", Text, nullable=False, comment="the text asked"),
    Column("type", String(60), nullable=False),
    Column("position", Integer, nullable=False, default=0),
    Column("max_score", Double),
    Column("correct_answer", Text, comment="alternatives joined by ' or ', parts by '; '"),
    Index("question_key", "source_id", "key", unique=True),
    Index("question_module", "module_id"),
    comment="one question of one module",
)

enrolment = Table(
    "enrolment",
    metadata,
    _id(),
    _source(),
    _ref("training_id", "training", null=False),
    _ref("person_id", "person", null=False),
    _moment("enrolled_at", "enrolled; NULL: unknown, counted as always"),
    _moment("completed_at", "completed, by the training's own rule"),
    _moment("withdrawn_at", "left"),
    _moment("ended_at", "ended without passing"),
    _moment("valid_until", "the certificate ends"),
    _flag("implied", "1: no roster at the source, enrolled by first activity"),
    Column("progress", Double, comment="0-100; only where no history of completions exists"),
    Column("score", Double, comment="0-100; only where the platform gives it without attempts"),
    Column("reported_state", Text, comment="the platform's own state"),
    Column("reported_progress", Double),
    Column("reported_score", Double),
    Column("reported_seconds", Double),
    Index("enrolment_key", "training_id", "person_id", unique=True),
    Index("enrolment_person", "person_id"),
    comment="a person in a training: the roster every list starts from",
)

enrolment_field = Table(
    "enrolment_field",
    metadata,
    _ref("training_id", "training", null=False),
    _ref("person_id", "person", null=False),
    Column("field", String(120), nullable=False),
    Column("value", Text),
    PrimaryKeyConstraint("training_id", "person_id", "field"),
    comment="what is known of a person only within one enrolment",
)

class_ = Table(
    "class",
    metadata,
    _id(),
    _source(),
    _key(),
    Column("title", Text, nullable=False),
    _moment("starts_at", "starts"),
    _moment("ends_at", "ends"),
    Index("class_key", "source_id", "key", unique=True),
    comment="a class, cohort or group of learners",
)

class_member = Table(
    "class_member",
    metadata,
    _ref("class_id", "class", null=False),
    _ref("person_id", "person", null=False),
    Column("role", String(20), nullable=False, comment="learner or coach"),
    _moment("from_at", "member since"),
    _moment("to_at", "member until"),
    PrimaryKeyConstraint("class_id", "person_id", "role"),
    Index("class_member_person", "person_id"),
    comment="members and coaches of a class",
)

class_training = Table(
    "class_training",
    metadata,
    _ref("class_id", "class", null=False),
    _ref("training_id", "training", null=False),
    PrimaryKeyConstraint("class_id", "training_id"),
    comment="trainings of a class",
)

class_parent = Table(
    "class_parent",
    metadata,
    _ref("class_id", "the sub-class", null=False),
    _ref("parent_id", "class that holds it", null=False),
    PrimaryKeyConstraint("class_id", "parent_id"),
    comment="sub-classes; may contain cycles",
)

attempt = Table(
    "attempt",
    metadata,
    _id(),
    _source(),
    _key(),
    _ref("person_id", "person", null=False),
    _ref("training_id", "training"),
    _ref("module_id", "module"),
    Column("number", Integer, nullable=False, default=1, comment="1 for the first, per module"),
    _moment("started_at", "started"),
    _moment("finished_at", "finished; NULL: still open"),
    _moment("server_at", "received by the server"),
    Column("points", Double),
    Column("max_points", Double),
    Column("score", Double, comment="0-100; NULL: no score"),
    Column("passed", SmallInteger, comment="1, 0, or NULL: nothing to pass or not finished"),
    Column("seconds", Double),
    Column("version", Text),
    Column("evaluated", SmallInteger, comment="0: waits for a teacher"),
    _flag("flags", "FLAG_* bits"),
    _flag("in_score", "0: kept for the record, not part of scores (banked, feedback)", 1),
    Index("attempt_key", "source_id", "key", unique=True),
    Index("attempt_person", "person_id", "module_id"),
    Index("attempt_module", "module_id"),
    Index("attempt_training", "training_id", "person_id"),
    comment="one try of one person at one module",
)

answer = Table(
    "answer",
    metadata,
    _id(),
    _ref("attempt_id", "attempt", null=False),
    _ref("question_id", "question"),
    _ref("activity_id", "activity"),
    Column("position", Integer, nullable=False, default=0),
    Column("answer", Text),
    Column("state", String(10), comment="correct, partly, wrong, pending, unanswered"),
    Column("points", Double),
    Column("max_points", Double),
    Index("answer_attempt", "attempt_id"),
    Index("answer_question", "question_id"),
    comment="one answer of one attempt",
)

completion = Table(
    "completion",
    metadata,
    _ref("training_id", "training", null=False),
    _ref("person_id", "person", null=False),
    _ref("activity_id", "activity", null=False),
    Column("at", BigInteger, nullable=False, comment="first time; seconds since 1970 UTC"),
    PrimaryKeyConstraint("training_id", "person_id", "activity_id"),
    Index("completion_person", "person_id"),
    comment="activities that a person has completed or answered",
)

action = Table(
    "action",
    metadata,
    _id(),
    Column("kind", String(10), nullable=False, comment="one of KINDS or PLATFORM_KINDS"),
    Column("name", String(120), nullable=False, comment="the platform's word, never rejected"),
    Index("action_name", "kind", "name", unique=True),
    comment="what can be done; events point here",
)

place = Table(
    "place",
    metadata,
    _id(),
    _source(),
    Column("domain", String(255), nullable=False, comment="domain or workspace; empty: unknown"),
    Column("subdomain", String(255), nullable=False, comment="part of it; empty: none"),
    Index("place_key", "source_id", "domain", "subdomain", unique=True),
    comment="parts of a platform; where something was done",
)

event = Table(
    "event",
    metadata,
    _id(),
    _source(),
    Column("key", String(255), comment="the platform's own id of the event"),
    _moment("server_at", "received by the server"),
    _ref("person_id", "who did it; NULL: nobody known"),
    _ref("session_id", "session"),
    _ref("action_id", "action", null=False),
    _ref("training_id", "training"),
    _ref("module_id", "module"),
    _ref("activity_id", "activity"),
    _ref("object_id", "object acted on"),
    _ref("package_id", "object of kind package"),
    _ref("target_person_id", "person acted on"),
    _ref("place_id", "where it was done; NULL: the platform has no parts"),
    Column("seconds", Double, comment="duration"),
    Column("weight", Integer, nullable=False, default=1, comment="how many the row stands for"),
    _flag("is_aggregate", "1: a total without a date; only in sums"),
    _flag("active", "1: makes its person active on that day", 1),
    _flag("flags", "FLAG_* bits"),
    Column("completed", SmallInteger, comment="1: completes the activity"),
    _flag("missed", "1: a search without result, a failed call"),
    Column("value", Double, comment="score, hits, bytes: what the action measures"),
    Column("language", String(20)),
    Column("country", String(60)),
    Column("version", Text),
    Column("detail", Text, comment="search term, title, message"),
    Column("error", Text, comment="group of equal errors"),
    Column("diff", Text, comment="JSON: what an action changed"),
    Column("extra", Text, comment="JSON: the rest of the source row"),
    Column("ip", Text, comment="only with --with-network-data"),
    Column("agent", Text, comment="only with --with-network-data"),
    Index("event_person", "person_id"),
    Index("event_training", "training_id", "action_id"),
    Index("event_training_time", "training_id"),
    Index("event_action", "action_id"),
    Index("event_object_id", "object_id", sqlite_where=text("object_id IS NOT NULL")),
    Index("event_target", "target_person_id", sqlite_where=text("target_person_id IS NOT NULL")),
    Index("event_place", "place_id", sqlite_where=text("place_id IS NOT NULL")),
    comment="everything that happened; id >> 20 is the second it happened",
)

event_param = Table(
    "event_param",
    metadata,
    Column("event_id", BigInteger, nullable=False),
    Column("name", String(120), nullable=False),
    Column("value", Text),
    PrimaryKeyConstraint("event_id", "name"),
    comment="named parameters of an event",
)

event_object = Table(
    "event_object",
    metadata,
    Column("event_id", BigInteger, nullable=False),
    _ref("object_id", "object", null=False),
    PrimaryKeyConstraint("event_id", "object_id"),
    Index("event_object_object", "object_id", "event_id"),
    comment="what an event was about besides its object: the page beside the dataset",
    sqlite_with_rowid=False,
)

session = Table(
    "session",
    metadata,
    _id(),
    _source(),
    _key(),
    _ref("person_id", "person"),
    _moment("started_at", "started"),
    _moment("ended_at", "ended"),
    Column("agent", Text, comment="only with --with-network-data"),
    Column("ip", Text, comment="only with --with-network-data"),
    Index("session_key", "source_id", "key", unique=True),
    Index("session_person", "person_id"),
    comment="sessions as the platform records them",
)

award = Table(
    "award",
    metadata,
    _id(),
    _source(),
    _key(),
    Column("kind", String(12), nullable=False, comment="badge, skill, certificate"),
    _ref("person_id", "person", null=False),
    _ref("training_id", "training"),
    Column("name", Text, nullable=False),
    _moment("at", "awarded"),
    _moment("valid_until", "ends"),
    Column("level", Text),
    Column("score", Double, comment="0-100"),
    Column("progress", Double, comment="0-100"),
    Column("number", Integer, nullable=False, default=1),
    Column("version", Text, comment="version of the training it was earned in"),
    Index("award_key", "source_id", "kind", "key", unique=True),
    Index("award_person", "person_id"),
    Index("award_training", "training_id"),
    comment="badges, skills and certificates that people earned",
)

point = Table(
    "point",
    metadata,
    _id(),
    _source(),
    _key(),
    _ref("person_id", "person", null=False),
    _ref("training_id", "training"),
    _moment("at", "given"),
    Column("points", Double, nullable=False),
    Column("type", Text),
    Column("description", Text),
    Index("point_key", "source_id", "key", unique=True),
    Index("point_person", "person_id"),
    Index("point_training", "training_id"),
    comment="points given to people",
)

object_ = Table(
    "object",
    metadata,
    _id(),
    _source(),
    _key(),
    Column("kind", String(20), nullable=False, comment="dataset, page, map, package, media, ..."),
    Column("title", Text, nullable=False),
    _ref("parent_id", "object that holds it"),
    _ref("training_id", "training it belongs to"),
    _ref("owner_id", "person"),
    _moment("created_at", "created"),
    _flag("deleted", "deleted at the source"),
    Column("extra", Text, comment="JSON: the rest of the source row"),
    Index("object_key", "source_id", "kind", "key", unique=True),
    comment="things that administrators work on",
)

grant = Table(
    "grant",
    metadata,
    _id(),
    _source(),
    _ref("person_id", "person", null=False),
    Column("role", String(20), nullable=False, comment="administrator, manager, coach, viewer"),
    _ref("training_id", "NULL: not of one training"),
    _ref("class_id", "NULL: not of one class"),
    Index("grant_person", "person_id"),
    comment="who may see what; the base of scope",
)

reported = Table(
    "reported",
    metadata,
    _id(),
    _source(),
    Column("name", String(60), nullable=False, comment="the platform's own figure"),
    Column("day", Integer),
    _ref("training_id", "training"),
    _ref("person_id", "person"),
    Column("part", String(120), comment="kind, country, ... within the figure"),
    Column("value", Double),
    Index("reported_name", "name", "training_id", "person_id"),
    comment="numbers the platform itself stores; never mixed with ours",
)


reported_row = Table(
    "reported_row",
    metadata,
    _id(),
    _source(),
    Column("name", String(80), nullable=False, comment="table of the source, without its prefix"),
    Column("key", String(255), nullable=False, comment="order of the rows in that table"),
    Column("data", Text, nullable=False, comment="JSON object: the columns that reconciling needs"),
    Index("reported_row_name", "source_id", "name"),
    comment="rows of the platform's own summary tables, word for word, for reconcile figures only",
)


# ---- day tables: derived, rebuilt by rollups.py -------------------------------------------------


def _measures() -> list[Column[int] | Column[float]]:
    """Return the measures every activity day table carries; events are sums of weight."""
    return [
        Column("events", BigInteger, nullable=False, comment="sum of weight"),
        Column("rows", Integer, nullable=False, comment="records"),
        Column("seconds", Double, nullable=False, comment="time, outliers left out"),
        Column("outliers", Integer, nullable=False, comment="durations left out"),
        Column("misses", Integer, nullable=False, comment="searches without result"),
        *(Column(kind, Integer, nullable=False, comment=f"{kind} events") for kind in KINDS),
    ]


MEASURES = tuple(column.name for column in _measures())
"""Names of the measures, in table order."""


def _clock() -> Column[int]:
    return Column("clock", SmallInteger, nullable=False, comment="0 device, 1 server")


training_day = Table(
    "training_day",
    metadata,
    _clock(),
    _ref("training_id", "0 = all", null=False),
    Column("day", Integer, nullable=False),
    Column("counted", SmallInteger, nullable=False),
    *_measures(),
    PrimaryKeyConstraint("clock", "training_id", "day", "counted"),
    comment="activity per training, day and population",
    sqlite_with_rowid=False,
)

person_day = Table(
    "person_day",
    metadata,
    _clock(),
    _ref("training_id", "0 = all", null=False),
    Column("day", Integer, nullable=False),
    _ref("person_id", "person", null=False),
    Column("active", SmallInteger, nullable=False, comment="1: counts as active that day"),
    *_measures(),
    PrimaryKeyConstraint("clock", "training_id", "day", "person_id"),
    Index("person_day_person", "clock", "person_id", "training_id", "day"),
    comment="activity per person, training and day",
    sqlite_with_rowid=False,
)

person_month = Table(
    "person_month",
    metadata,
    _clock(),
    _ref("training_id", "0 = all", null=False),
    Column("month", Integer, nullable=False, comment="first day of the month"),
    _ref("person_id", "person", null=False),
    Column("active", SmallInteger, nullable=False, comment="days active in the month"),
    Column("last_day", Integer, nullable=False, comment="last day with an event"),
    *_measures(),
    PrimaryKeyConstraint("clock", "training_id", "month", "person_id"),
    comment="activity per person, training and month: for long ranges",
    sqlite_with_rowid=False,
)

people_bitmap = Table(
    "people_bitmap",
    metadata,
    _clock(),
    _ref("training_id", "0 = all", null=False),
    Column("day", Integer, nullable=False),
    Column("people", LargeBinary, nullable=False, comment="roaring bitmap of person ids"),
    PrimaryKeyConstraint("clock", "training_id", "day"),
    comment="who was active: distinct people over any range",
    sqlite_with_rowid=False,
)

value_day = Table(
    "value_day",
    metadata,
    _clock(),
    Column("field", String(10), nullable=False, comment="language, country, term"),
    Column("day", Integer, nullable=False),
    Column("counted", SmallInteger, nullable=False),
    Column("value", String(255), nullable=False, comment="empty: unknown"),
    Column("events", BigInteger, nullable=False),
    Column("misses", Integer, nullable=False),
    PrimaryKeyConstraint("clock", "field", "day", "counted", "value"),
    comment="events by language, country and search term",
    sqlite_with_rowid=False,
)

action_day = Table(
    "action_day",
    metadata,
    Column("day", Integer, nullable=False),
    _ref("action_id", "action", null=False),
    _ref("training_id", "0 = none", null=False),
    _ref("person_id", "0 = nobody known", null=False),
    _ref("place_id", "0 = none", null=False),
    Column("events", BigInteger, nullable=False),
    Column("seconds", Double, nullable=False),
    PrimaryKeyConstraint("day", "action_id", "training_id", "person_id", "place_id"),
    comment="platform use, and posts, comments and reactions, per day, action, person and place",
    sqlite_with_rowid=False,
)

object_day = Table(
    "object_day",
    metadata,
    Column("day", Integer, nullable=False),
    _ref("object_id", "object", null=False),
    _ref("action_id", "action", null=False),
    _ref("person_id", "0 = nobody known", null=False),
    _ref("place_id", "0 = none", null=False),
    Column("events", BigInteger, nullable=False),
    PrimaryKeyConstraint("day", "object_id", "action_id", "person_id", "place_id"),
    comment="platform use per day, object, action, person and place; an event counts for each of "
    "its objects",
    sqlite_with_rowid=False,
)

use_bitmap = Table(
    "use_bitmap",
    metadata,
    Column("timed", SmallInteger, nullable=False, comment="0: by time, 1: by duration"),
    Column("field", String(10), nullable=False, comment="one of USE_FIELDS"),
    Column("value", Integer, nullable=False, comment="id, day number or weight; 0 = none"),
    Column("uses", LargeBinary(2**31 - 1), nullable=False, comment="roaring bitmap of numbers"),
    PrimaryKeyConstraint("timed", "field", "value"),
    comment="the events of platform use, numbered by time, and those with a duration once more, "
    "numbered by that: which ones have that value",
)

use_list = Table(
    "use_list",
    metadata,
    Column("name", String(10), nullable=False, comment="seconds or event"),
    Column("block", Integer, nullable=False),
    Column("numbers", LargeBinary(2**31 - 1), nullable=False, comment="8 bytes, little-endian"),
    PrimaryKeyConstraint("name", "block"),
    comment="by the numbers of use_bitmap: durations, the shortest first; ids of events",
)

fault = Table(
    "fault",
    metadata,
    _id(),
    _ref("action_id", "action of kind error", null=False),
    Column("error", Text, comment="group of equal errors"),
    comment="errors that are equal: the values of the field `fault` of use_bitmap",
)

enrolment_day = Table(
    "enrolment_day",
    metadata,
    _ref("training_id", "training", null=False),
    _ref("person_id", "person", null=False),
    Column("day", Integer, nullable=False, comment="the state from this day on"),
    Column("progress", Double, nullable=False, comment="0-100"),
    Column("score", Double, comment="0-100; NULL: no mandatory module"),
    Column("modules_passed", Integer, nullable=False),
    Column("attempts", Integer, nullable=False, comment="attempts so far"),
    PrimaryKeyConstraint("training_id", "person_id", "day"),
    Index("enrolment_day_person", "person_id"),
    comment="how far an enrolment had got: one row per day on which that changed; none: not begun",
    sqlite_with_rowid=False,
)

progress_day = Table(
    "progress_day",
    metadata,
    _ref("training_id", "training", null=False),
    Column("day", Integer, nullable=False),
    Column("counted", SmallInteger, nullable=False),
    Column("enrolled", Integer, nullable=False, comment="change of the number enrolled"),
    Column("withdrawn", Integer, nullable=False),
    Column("completed", Integer, nullable=False),
    Column("started", Integer, nullable=False),
    Column("progress", Double, nullable=False, comment="change of the sum of progress"),
    Column("scored", Integer, nullable=False, comment="change of the number with a score"),
    Column("score", Double, nullable=False, comment="change of the sum of scores"),
    PrimaryKeyConstraint("training_id", "day", "counted"),
    comment="changes per training and day: their running sum is the state at any day's end",
    sqlite_with_rowid=False,
)

DAY_TABLES = (
    training_day,
    person_day,
    person_month,
    people_bitmap,
    value_day,
    action_day,
    object_day,
    use_bitmap,
    use_list,
    fault,
    enrolment_day,
    progress_day,
)
CANONICAL_TABLES = tuple(t for t in metadata.sorted_tables if t not in DAY_TABLES)
