"""Day tables: derived from the canonical tables, rebuilt by `store/days`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
)

from termstats.data.store.schema.columns import flag, id_column, metadata, ref
from termstats.data.store.schema.constants import KINDS


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
    ref("training_id", "0 = all", null=False),
    Column("day", Integer, nullable=False, comment="local day, days since 1970"),
    Column(
        "counted", SmallInteger, nullable=False, comment="1: of counted people, 0: of the others"
    ),
    *_measures(),
    PrimaryKeyConstraint("clock", "training_id", "day", "counted"),
    comment="activity per training, day and population",
    sqlite_with_rowid=False,
)

person_day = Table(
    "person_day",
    metadata,
    _clock(),
    ref("training_id", "0 = all", null=False),
    Column("day", Integer, nullable=False, comment="local day, days since 1970"),
    ref("person_id", "person", null=False),
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
    ref("training_id", "0 = all", null=False),
    Column("month", Integer, nullable=False, comment="first day of the month"),
    ref("person_id", "person", null=False),
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
    ref("training_id", "0 = all", null=False),
    Column("day", Integer, nullable=False, comment="local day, days since 1970"),
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
    Column("day", Integer, nullable=False, comment="local day, days since 1970"),
    Column(
        "counted", SmallInteger, nullable=False, comment="1: of counted people, 0: of the others"
    ),
    Column("value", String(255), nullable=False, comment="empty: unknown"),
    Column("events", BigInteger, nullable=False, comment="sum of weight"),
    Column("misses", Integer, nullable=False, comment="searches without result"),
    PrimaryKeyConstraint("clock", "field", "day", "counted", "value"),
    comment="events by language, country and search term",
    sqlite_with_rowid=False,
)

action_day = Table(
    "action_day",
    metadata,
    Column("day", Integer, nullable=False, comment="local day, days since 1970"),
    ref("action_id", "action", null=False),
    ref("training_id", "0 = none", null=False),
    ref("person_id", "0 = nobody known", null=False),
    ref("place_id", "0 = none", null=False),
    Column("events", BigInteger, nullable=False, comment="sum of weight"),
    Column("seconds", Double, nullable=False, comment="time, outliers left out"),
    PrimaryKeyConstraint("day", "action_id", "training_id", "person_id", "place_id"),
    comment="platform use, and posts, comments and reactions, per day, action, person and place",
    sqlite_with_rowid=False,
)

object_day = Table(
    "object_day",
    metadata,
    Column("day", Integer, nullable=False, comment="local day, days since 1970"),
    ref("object_id", "object", null=False),
    ref("action_id", "action", null=False),
    ref("person_id", "0 = nobody known", null=False),
    ref("place_id", "0 = none", null=False),
    Column("events", BigInteger, nullable=False, comment="sum of weight"),
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
    Column("block", Integer, nullable=False, comment="order of the blocks of one name"),
    Column("numbers", LargeBinary(2**31 - 1), nullable=False, comment="8 bytes, little-endian"),
    PrimaryKeyConstraint("name", "block"),
    comment="by the numbers of use_bitmap: durations, the shortest first; ids of events",
)

fault = Table(
    "fault",
    metadata,
    id_column(),
    ref("action_id", "action of kind error", null=False),
    Column("error", Text, comment="group of equal errors"),
    comment="errors that are equal: the values of the field `fault` of use_bitmap",
)

enrolment_day = Table(
    "enrolment_day",
    metadata,
    ref("training_id", "training", null=False),
    ref("person_id", "person", null=False),
    Column("day", Integer, nullable=False, comment="the state from this day on"),
    Column("progress", Double, nullable=False, comment="0-100"),
    Column("score", Double, comment="0-100; NULL: no mandatory module"),
    Column("modules_passed", Integer, nullable=False, comment="modules passed so far"),
    Column("attempts", Integer, nullable=False, comment="attempts so far"),
    PrimaryKeyConstraint("training_id", "person_id", "day"),
    Index("enrolment_day_person", "person_id"),
    comment="how far an enrolment had got: one row per day on which that changed; none: not begun",
    sqlite_with_rowid=False,
)

progress_day = Table(
    "progress_day",
    metadata,
    ref("training_id", "training", null=False),
    Column("day", Integer, nullable=False, comment="local day, days since 1970"),
    Column(
        "counted", SmallInteger, nullable=False, comment="1: of counted people, 0: of the others"
    ),
    Column("enrolled", Integer, nullable=False, comment="change of the number enrolled"),
    Column("withdrawn", Integer, nullable=False, comment="change of the number withdrawn"),
    Column("completed", Integer, nullable=False, comment="change of the number completed"),
    Column("started", Integer, nullable=False, comment="change of the number started"),
    Column("progress", Double, nullable=False, comment="change of the sum of progress"),
    Column("scored", Integer, nullable=False, comment="change of the number with a score"),
    Column("score", Double, nullable=False, comment="change of the sum of scores"),
    PrimaryKeyConstraint("training_id", "day", "counted"),
    comment="changes per training and day: their running sum is the state at any day's end",
    sqlite_with_rowid=False,
)

standing = Table(
    "standing",
    metadata,
    ref("training_id", "training", null=False),
    ref("person_id", "person", null=False),
    Column("first_day", Integer, comment="first day of activity in the training; NULL: none"),
    Column("last_day", Integer, comment="last day with an event there; NULL: none"),
    Column("seconds", Double, nullable=False, comment="time there, outliers left out"),
    Column("server_last_day", Integer, comment="last_day by the server's clock"),
    Column("server_seconds", Double, nullable=False, comment="seconds by the server's clock"),
    Column("changed_day", Integer, comment="since when the following is so; NULL: not begun"),
    Column("progress", Double, comment="0-100, but for what completion makes of it"),
    Column("score", Double, comment="0-100; NULL: no mandatory module"),
    Column("modules_passed", Integer, comment="modules passed"),
    Column("attempts", Integer, comment="attempts made"),
    flag("waits", "1: an attempt waits for a teacher"),
    PrimaryKeyConstraint("training_id", "person_id"),
    Index("standing_person", "person_id"),
    comment="how far each enrolment is on the last day, store_setting standing_day: what "
    "person_day and enrolment_day say up to it",
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
    standing,
)
