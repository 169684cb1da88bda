"""People, their classes, sessions, and who may see what."""

from __future__ import annotations

from sqlalchemy import Column, Index, PrimaryKeyConstraint, String, Table, Text, text

from termstats.data.store.schema.columns import (
    flag,
    id_column,
    key_column,
    metadata,
    moment,
    ref,
    source_column,
)

person = Table(
    "person",
    metadata,
    id_column(),
    source_column(),
    key_column(),
    Column("name", Text, nullable=False, comment="shown name"),
    Column("username", Text, comment="what they log in with"),
    Column("email", Text, comment="address"),
    Column("roles", Text, comment="platform roles, comma separated"),
    moment("joined_at", "account created"),
    moment("last_access_at", "last access as the platform stores it"),
    Column("language", String(20), comment="code of the chosen language"),
    Column("country", String(60), comment="name or code, as the platform says"),
    Column("zone", String(64), comment="the person's own zone"),
    flag("staff", "staff or administrator"),
    flag("excluded", "flagged: exclude from reporting"),
    flag("blocked", "may not log in"),
    flag("deleted", "account deleted at the source"),
    flag("anonymous", "the account of nobody"),
    flag("bot", "a machine"),
    flag("counted", "1: none of the flags above; the one population rule", 1),
    Index("person_key", "source_id", "key", unique=True),
    Index("person_uncounted", "counted", sqlite_where=text("counted = 0")),
    comment="everybody with an account: learners, staff, machines",
)

person_field = Table(
    "person_field",
    metadata,
    ref("person_id", "person", null=False),
    Column("field", String(120), nullable=False, comment="label of the profile field"),
    Column("value", Text, comment="its value"),
    PrimaryKeyConstraint("person_id", "field"),
    comment="profile fields of a person",
)

class_ = Table(
    "class",
    metadata,
    id_column(),
    source_column(),
    key_column(),
    Column("title", Text, nullable=False, comment="as people call it"),
    moment("starts_at", "starts", planned=True),
    moment("ends_at", "ends", planned=True),
    Index("class_key", "source_id", "key", unique=True),
    comment="a class, cohort or group of learners",
)

class_member = Table(
    "class_member",
    metadata,
    ref("class_id", "class", null=False),
    ref("person_id", "person", null=False),
    Column("role", String(20), nullable=False, comment="learner or coach"),
    moment("from_at", "member since"),
    moment("to_at", "member until", planned=True),
    PrimaryKeyConstraint("class_id", "person_id", "role"),
    Index("class_member_person", "person_id"),
    comment="members and coaches of a class",
)

class_training = Table(
    "class_training",
    metadata,
    ref("class_id", "class", null=False),
    ref("training_id", "training", null=False),
    PrimaryKeyConstraint("class_id", "training_id"),
    comment="trainings of a class",
)

class_parent = Table(
    "class_parent",
    metadata,
    ref("class_id", "the sub-class", null=False),
    ref("parent_id", "class that holds it", null=False, to="class"),
    PrimaryKeyConstraint("class_id", "parent_id"),
    comment="sub-classes; may contain cycles",
)

session = Table(
    "session",
    metadata,
    id_column(),
    source_column(),
    key_column(),
    ref("person_id", "person"),
    moment("started_at", "started"),
    moment("ended_at", "ended"),
    Column("agent", Text, comment="only with --with-network-data"),
    Column("ip", Text, comment="only with --with-network-data"),
    Index("session_key", "source_id", "key", unique=True),
    Index("session_person", "person_id"),
    comment="sessions as the platform records them",
)

grant = Table(
    "grant",
    metadata,
    id_column(),
    source_column(),
    ref("person_id", "person", null=False),
    Column("role", String(20), nullable=False, comment="administrator, manager, coach, viewer"),
    ref("training_id", "NULL: not of one training"),
    ref("class_id", "NULL: not of one class"),
    Index("grant_person", "person_id"),
    comment="who may see what; the base of scope",
)
