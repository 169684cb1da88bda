"""Words and numbers that the tables use: kinds, flags, marks."""

from __future__ import annotations

from termstats.data.model.units import RowId

SCHEMA_VERSION = 5
EVENT_SEQUENCE_BITS = 20
"""`event.id = second << 20 | sequence within the second`: the key is the time."""
KINDS = ("page", "quiz", "media", "resource", "download", "search", "login", "forum", "other")
"""Kinds of learner activity, in the order of the columns of `*.activity`."""
OTHER_KIND = "other"
"""The kind of what the platform calls by a word of its own."""
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
FLAG_NO_ACTIVITY = 8
"""An attempt that is no act of the person: a result carried over, an absence."""
ERROR_REPORTS = "error_reports"
"""`reported.name` of how often people reported an error; `part` is its `event.error`."""
TYPE_SOURCE = "type_source"
"""Name in `event.extra` of an error: its source on the platform, where that is not `error`."""
DEVICE_AT = "device_at"
"""Name in `event.extra` of an event with FLAG_MOVED: the device date, in seconds."""
OPTIONS = "quiz_response"
"""Name in `reported_row` of the options of questions: question (its label), text, points."""
MEDIA_MISSING = "media_missing"
WHOLE_DIVISION = "whole_division"
"""Rule of a source: its database divides whole numbers without a rest, as SQLite does."""
"""Name of the action by which a device reports that it lacks a file; `event.detail` names it."""
NO_EVENT = '"event": false'
"""Stands in `event.extra` of what the platform kept without logging it as an event."""
PLATFORM_PACKAGES = "packages"
"""Name in `event.extra`: keys of the packages that parameters name, where several, or Core, are."""
STANDING_DAY = "standing_day"
"""Name in `store_setting` of the day, as of which `standing` is; none: it is not to be read."""
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
ALL_TRAININGS = RowId(0)
"""`training_id` of the day-table rows that hold the whole platform, training or not."""
LOG = "log"
"""Rule of a source whose events stay where they are: says where, and until when it was read."""
SOURCES_ELSEWHERE = "SELECT id FROM source WHERE json_extract(rules, '$.log') IS NOT NULL"
"""SQL of SQLite: the ids of such sources."""
TRAINING_KIND = "type"
"""`training_tag.kind` of the rows that say what a training is: a lesson, a quiz, a course."""
DEVICE = "device "
"""Begins the name in `source_setting` of a device whose file was imported, before its id."""
