"""Trainings, their modules, activities and questions."""

from __future__ import annotations

from sqlalchemy import Column, Double, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from termstats.data.store.schema.columns import (
    flag,
    id_column,
    key_column,
    metadata,
    moment,
    ref,
    source_column,
)

training = Table(
    "training",
    metadata,
    id_column(),
    source_column(),
    key_column(),
    Column("title", Text, nullable=False, comment="as learners see it"),
    Column("code", Text, comment="short name; runs of one training share it"),
    Column("version", Text, comment="version of its content now"),
    Column("status", Text, comment="live, draft, archived, deleted, as the platform says"),
    moment("created_at", "created"),
    moment("updated_at", "last changed"),
    moment("starts_at", "first moment", planned=True),
    moment("ends_at", "last moment", planned=True),
    ref("owner_id", "who made or owns it", to="person"),
    Column("language", String(20), comment="code of its language"),
    flag("published", "0: draft, archived or deleted", 1),
    flag("has_activity", "0: its events were not part of the import: unknown, not zero", 1),
    Index("training_key", "source_id", "key", unique=True),
    comment="what people enrol in: a course, a learning path, a presentation",
)

training_tag = Table(
    "training_tag",
    metadata,
    ref("training_id", "training", null=False),
    Column("kind", String(20), nullable=False, comment="category, tag, type: what it is"),
    Column("value", String(255), nullable=False, comment="its name"),
    PrimaryKeyConstraint("training_id", "kind", "value"),
    comment="categories and tags of trainings",
)

module = Table(
    "module",
    metadata,
    id_column(),
    source_column(),
    key_column(),
    ref("training_id", "training", null=False),
    ref("parent_id", "module that holds it: a section, a course in a training", to="module"),
    Column("title", Text, nullable=False, comment="as learners see it"),
    Column("kind", String(40), nullable=False, comment="section, page, quiz, media, feedback, ..."),
    Column("position", Integer, nullable=False, default=0, comment="order inside its parent"),
    flag("mandatory", "1: counts for score and completion"),
    Column("pass_mark", Double, comment="percent; NULL: nothing to pass, completed is enough"),
    Column("keep", String(6), comment="best or newest attempt"),
    Column("max_score", Double, comment="points"),
    Column("weight", Double, comment="percent of the final mark"),
    Column("version", Text, comment="version of the training that it belongs to"),
    Column(
        "digest", Text, comment="the platform's name of this content; changed content has another"
    ),
    moment("due_at", "due", planned=True),
    flag("current", "0: an old version, no longer part of the training", 1),
    Index("module_key", "source_id", "key", unique=True),
    Index("module_training", "training_id"),
    comment="a step of a training: what has a score, attempts and a state",
)

activity = Table(
    "activity",
    metadata,
    id_column(),
    source_column(),
    key_column(),
    ref("training_id", "training", null=False),
    ref("module_id", "module"),
    Column("title", Text, nullable=False, comment="as learners see it"),
    Column(
        "type", String(60), nullable=False, comment="the platform's word: page, quiz, question, ..."
    ),
    Column("position", Integer, nullable=False, default=0, comment="order inside its module"),
    Column("max_score", Double, comment="points"),
    flag("in_path", "1: counts for progress", 1),
    flag("current", "0: an old version", 1),
    Index("activity_key", "source_id", "key", unique=True),
    Index("activity_training", "training_id"),
    comment="the smallest thing a learner opens or answers",
)

question = Table(
    "question",
    metadata,
    id_column(),
    source_column(),
    key_column(),
    ref("module_id", "module", null=False),
    ref("activity_id", "activity"),
    Column("label", String(255), comment="the platform's question id, as figures show it"),
    Column("title", Text, nullable=False, comment="the text asked"),
    Column(
        "type", String(60), nullable=False, comment="the platform's word: multichoice, essay, ..."
    ),
    Column("position", Integer, nullable=False, default=0, comment="order inside its module"),
    Column("max_score", Double, comment="points"),
    Column("correct_answer", Text, comment="alternatives joined by ' or ', parts by '; '"),
    Index("question_key", "source_id", "key", unique=True),
    Index("question_module", "module_id"),
    comment="one question of one module",
)
