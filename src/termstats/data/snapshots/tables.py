"""Which rows and columns of each table a snapshot holds. A table that is not listed is left out.

Conditions and expressions are SQL about `t`, the table of the store that is copied. They may use
what `copying` has noted before: `kept_person`, `kept_training`, `kept_class` (`id` of what is in
scope; persons with their `new` number), `kept_pair` (training_id, person_id), `owner` (the learner
whose own snapshot it is, else nobody) and `kept_ID` of the tables in RENUMBERED (`id`, `new`).
"""

# ruff: noqa: S608 - all SQL here is constant

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from termstats.data.store import schema

COPIED, LEFT_OUT = "1", "0"


@dataclass(frozen=True)
class Treatment:
    """The condition that rows meet, in each sort of snapshot."""

    scoped: str
    """Of a viewer who does not see everything."""
    pseudonymous: str = COPIED
    """Where people get other names, on top of the scope."""
    whole: str = COPIED


_PERSON = "t.person_id IN (SELECT id FROM kept_person)"
_TRAINING = "t.training_id IN (SELECT id FROM kept_training)"
_CLASS = "t.class_id IN (SELECT id FROM kept_class)"
_OWN = "t.person_id IN (SELECT id FROM owner)"
_PAIR = (
    "EXISTS (SELECT 1 FROM kept_pair AS k "
    "WHERE k.training_id = t.training_id AND k.person_id = t.person_id)"
)
_PAIR_OR_OWN = f"({_PAIR} OR t.training_id IS NULL AND {_OWN})"
_ATTEMPTED = (
    "SELECT a.module_id FROM old.attempt AS a JOIN owner ON owner.id = a.person_id "
    "WHERE a.module_id IS NOT NULL"
)
_SETTINGS = f"t.name IN ('schema_version', 'zone', 'sample', 'expires', '{schema.STANDING_DAY}')"
_EVENT = "t.event_id IN (SELECT id FROM event)"

TABLES: Mapping[str, Treatment] = {
    "store_setting": Treatment(_SETTINGS, _SETTINGS, _SETTINGS),
    "source": Treatment(COPIED),
    "source_setting": Treatment(LEFT_OUT),
    "reported": Treatment(LEFT_OUT, "t.person_id IS NULL"),
    "reported_row": Treatment(LEFT_OUT, LEFT_OUT),
    "person": Treatment("t.id IN (SELECT id FROM kept_person)"),
    "person_field": Treatment(_PERSON, LEFT_OUT),
    "class": Treatment("t.id IN (SELECT id FROM kept_class)"),
    "class_member": Treatment(f"{_CLASS} AND {_PERSON}"),
    "class_training": Treatment(f"{_CLASS} AND {_TRAINING}"),
    "class_parent": Treatment(f"{_CLASS} AND t.parent_id IN (SELECT id FROM kept_class)"),
    # Sessions know no training: nobody but the learner sees them in part of the platform.
    "session": Treatment(_OWN),
    "grant": Treatment(LEFT_OUT, LEFT_OUT),
    "training": Treatment("t.id IN (SELECT id FROM kept_training)"),
    # Authors are people too, whether the platform knows them as users or by name only.
    "training_tag": Treatment(
        f"{_TRAINING} AND t.kind NOT IN ('author', 'co-author')",
        "t.kind NOT IN ('author', 'co-author')",
    ),
    "module": Treatment(_TRAINING),
    "activity": Treatment(_TRAINING),
    # A learner gets the questions of what they attempted; who teaches gets those of the trainings.
    "question": Treatment(
        "t.module_id IN (SELECT id FROM module) "
        f"AND (NOT EXISTS (SELECT 1 FROM owner) OR t.module_id IN ({_ATTEMPTED}))"
    ),
    "enrolment": Treatment(_PAIR),
    "enrolment_field": Treatment(_PAIR, LEFT_OUT),
    "attempt": Treatment(_PAIR_OR_OWN),
    "answer": Treatment("t.attempt_id IN (SELECT id FROM kept_attempt)"),
    "completion": Treatment(_PAIR),
    "award": Treatment(_PAIR_OR_OWN),
    "point": Treatment(_PAIR_OR_OWN),
    "event": Treatment(f"({_PAIR_OR_OWN} OR t.person_id IS NULL AND t.training_id IN nameless)"),
    "event_param": Treatment(_EVENT, LEFT_OUT, _EVENT),
    "event_object": Treatment(LEFT_OUT, COPIED, _EVENT),
    "action": Treatment("t.id IN (SELECT action_id FROM event)"),
    "place": Treatment(LEFT_OUT),
    "object": Treatment(LEFT_OUT),
    **{table.name: Treatment(LEFT_OUT, LEFT_OUT, COPIED) for table in schema.DAY_TABLES},
}
"""Table -> its treatment, in the order of copying. Day tables are made anew from what was copied,
where there are events; where an earlier snapshot has left those out, they are copied whole."""

_MAY_SEE_ANSWER = f"t.module_id IN ({_ATTEMPTED} AND a.finished_at IS NOT NULL)"
SCOPED_COLUMNS: Mapping[tuple[str, str], str] = {
    ("source", "report"): "NULL",
    ("training", "owner_id"): (
        "CASE WHEN t.owner_id IN (SELECT id FROM kept_person) THEN t.owner_id END"
    ),
    ("question", "correct_answer"): (
        f"CASE WHEN NOT EXISTS (SELECT 1 FROM owner) OR {_MAY_SEE_ANSWER} THEN t.correct_answer END"
    ),
    ("event", "session_id"): f"CASE WHEN {_OWN} THEN t.session_id END",
    ("event", "object_id"): "NULL",
    ("event", "package_id"): "NULL",
    ("event", "target_person_id"): "NULL",
    ("event", "place_id"): "NULL",
}
"""(table, column) -> what stands there in a scoped snapshot."""

RENUMBERED = ("person", "session", "enrolment", "attempt", "answer", "award", "point")
"""Tables whose ids and keys are drawn anew under pseudonyms: by them rows could be matched."""


def pseudonym_key(table: str, number: str) -> str:
    """Return the SQL of the key that stands in place of the platform's own: `p17` of a person."""
    return f"'{table[0]}' || {number}"


def pseudonym_name(width: int, number: str) -> str:
    """Return the SQL of the name of a person: `Person 017`, always of `width` digits."""
    return f"printf('Person %0*d', {width}, {number})"


NUMBER_OF: Mapping[str, str] = {
    "person_id": "person",
    "owner_id": "person",
    "target_person_id": "person",
    "attempt_id": "attempt",
    "session_id": "session",
}
"""Column -> the table whose new numbers it takes."""
NAMELESS_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "source": ("report",),
    "person": ("email", "username", "roles"),
    "session": ("ip", "agent"),
    "event": ("key", "ip", "agent", "extra", "diff"),
    "object": ("extra",),
}
"""Table -> columns that are emptied under pseudonyms."""
WHOLE_DAYS: Mapping[str, tuple[str, ...]] = {
    "person": ("joined_at", "last_access_at"),
    "class_member": ("from_at", "to_at"),
    "enrolment": ("enrolled_at", "completed_at", "withdrawn_at", "ended_at", "valid_until"),
    "completion": ("at",),
    "award": ("at", "valid_until"),
    "point": ("at",),
}
"""Table -> moments of which only the local day stays under pseudonyms: figures show no more."""
