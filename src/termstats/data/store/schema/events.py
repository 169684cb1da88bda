"""Everything that happened, and what it happened to."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from termstats.data.store.schema.columns import (
    REFERS_TO,
    flag,
    id_column,
    key_column,
    metadata,
    moment,
    ref,
    source_column,
)

action = Table(
    "action",
    metadata,
    id_column(),
    Column("kind", String(10), nullable=False, comment="one of KINDS or PLATFORM_KINDS"),
    Column("name", String(120), nullable=False, comment="the platform's word, never rejected"),
    Index("action_name", "kind", "name", unique=True),
    comment="what can be done; events point here",
)

place = Table(
    "place",
    metadata,
    id_column(),
    source_column(),
    Column("domain", String(255), nullable=False, comment="domain or workspace; empty: unknown"),
    Column("subdomain", String(255), nullable=False, comment="part of it; empty: none"),
    Index("place_key", "source_id", "domain", "subdomain", unique=True),
    comment="parts of a platform; where something was done",
)

event = Table(
    "event",
    metadata,
    id_column("second since 1970 UTC at which it happened << 20 | number within that second"),
    source_column(),
    Column("key", String(255), comment="the platform's own id of the event"),
    moment("server_at", "received by the server"),
    ref("person_id", "who did it; NULL: nobody known"),
    ref("session_id", "session"),
    ref("action_id", "action", null=False),
    ref("training_id", "training"),
    ref("module_id", "module"),
    ref("activity_id", "activity"),
    ref("object_id", "object acted on"),
    ref("package_id", "object of kind package", to="object"),
    ref("target_person_id", "person acted on", to="person"),
    ref("place_id", "where it was done; NULL: the platform has no parts"),
    Column("seconds", Double, comment="duration"),
    Column("weight", Integer, nullable=False, default=1, comment="how many the row stands for"),
    flag("is_aggregate", "1: a total without a date; only in sums"),
    flag("active", "1: makes its person active on that day", 1),
    flag("flags", "bits: 1 placed at its server time, 2 duration left out, 4 second copy"),
    Column("completed", SmallInteger, comment="1: completes the activity"),
    flag("missed", "1: a search without result, a failed call"),
    Column("value", Double, comment="score, hits, bytes: what the action measures"),
    Column("language", String(20), comment="code of the interface language"),
    Column("country", String(60), comment="name or code, as the platform says"),
    Column("version", Text, comment="version of the training it happened in"),
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
    Column("event_id", BigInteger, nullable=False, comment="event", info={REFERS_TO: "event"}),
    Column("name", String(120), nullable=False, comment="name of the parameter"),
    Column("value", Text, comment="its value"),
    PrimaryKeyConstraint("event_id", "name"),
    comment="named parameters of an event",
)

event_object = Table(
    "event_object",
    metadata,
    Column("event_id", BigInteger, nullable=False, comment="event", info={REFERS_TO: "event"}),
    ref("object_id", "object", null=False),
    PrimaryKeyConstraint("event_id", "object_id"),
    Index("event_object_object", "object_id", "event_id"),
    comment="what an event was about besides its object: the page beside the dataset",
    sqlite_with_rowid=False,
)

object_ = Table(
    "object",
    metadata,
    id_column(),
    source_column(),
    key_column(),
    Column("kind", String(20), nullable=False, comment="dataset, page, map, package, media, ..."),
    Column("title", Text, nullable=False, comment="as people call it"),
    ref("parent_id", "object that holds it", to="object"),
    ref("training_id", "training it belongs to"),
    ref("owner_id", "who made or owns it", to="person"),
    moment("created_at", "created"),
    flag("deleted", "deleted at the source"),
    Column("extra", Text, comment="JSON: the rest of the source row"),
    Index("object_key", "source_id", "kind", "key", unique=True),
    comment="things that administrators work on",
)
