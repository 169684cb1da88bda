"""What was imported, from where, and what the platform itself says of it."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Double,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)

from termstats.data.store.schema.columns import (
    flag,
    id_column,
    metadata,
    moment,
    ref,
    source_column,
)

REPORTED_USER_DAYS = "ucd_time_tracked"
"""Name of the time per day, learner and training that OppiaMobile has summed up."""

store_setting = Table(
    "store_setting",
    metadata,
    Column("name", String(40), primary_key=True, comment="as listed above"),
    Column("value", Text, nullable=False, comment="its value"),
    comment="schema_version, zone (the one reporting zone), sample (1 for sample data), "
    "standing_day (day as of which `standing` is)",
)

source = Table(
    "source",
    metadata,
    id_column(),
    Column("name", String(80), nullable=False, unique=True, comment="unique in the store"),
    Column("platform", String(40), nullable=False, comment="importer id: oppia, oulad, sample..."),
    Column("title", Text, nullable=False, comment="what a person calls it"),
    Column("version", Text, comment="version of the platform, as probed"),
    Column("zone", String(64), comment="zone of source dates that carry none"),
    moment("as_of", "the moment the data describe"),
    Column("first_day", Integer, comment="local day of the first dated record"),
    Column("last_day", Integer, comment="local day of the last dated record"),
    flag("two_clocks", "1: events carry a device and a server time"),
    flag("has_time", "1: durations are recorded", 1),
    flag("has_clock", "1: events have a time of day, 0: only a date", 1),
    Column("rules", Text, comment="JSON: what counts as active, pass marks, limits; read by notes"),
    Column("report", Text, comment="JSON of the import report"),
    comment="one imported platform",
)

source_setting = Table(
    "source_setting",
    metadata,
    source_column(),
    Column("name", String(120), nullable=False, comment="as the platform calls it"),
    Column("value", Text, comment="its value"),
    PrimaryKeyConstraint("source_id", "name"),
    comment="settings of the platform itself",
)

reported = Table(
    "reported",
    metadata,
    id_column(),
    source_column(),
    Column("name", String(60), nullable=False, comment="the platform's own figure"),
    Column("day", Integer, comment="local day, days since 1970; NULL: of all time"),
    ref("training_id", "training"),
    ref("person_id", "person"),
    Column("part", String(120), comment="kind, country, ... within the figure"),
    Column("value", Double, comment="the number"),
    Index("reported_name", "name", "training_id", "person_id"),
    # For whom did what on which day: of the one name that is read by days.
    Index(
        "reported_day",
        *("source_id", "name", "day", "person_id", "value"),
        sqlite_where=text(f"name = '{REPORTED_USER_DAYS}'"),
    ),
    comment="numbers the platform itself stores; never mixed with ours",
)

reported_row = Table(
    "reported_row",
    metadata,
    id_column(),
    source_column(),
    Column("name", String(80), nullable=False, comment="table of the source, without its prefix"),
    Column("key", String(255), nullable=False, comment="order of the rows in that table"),
    Column("data", Text, nullable=False, comment="JSON object: the columns that reconciling needs"),
    Index("reported_row_name", "source_id", "name"),
    comment="rows of the platform's own summary tables, word for word, for reconcile figures, "
    "and what no other table holds: options of questions",
)
