"""Statements as rows of `event`, with the ids that an import would give them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from termstats.data.importers.xapi.actors import fitting
from termstats.data.importers.xapi.known import Known
from termstats.data.importers.xapi.learners import action_of, event_of, tie_of
from termstats.data.importers.xapi.staging import Row, Staging
from termstats.data.importers.xapi.tries import second_of
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

_NAMES = tuple(column.name for column in schema.event.columns)


def rows_of(staging: Staging, known: Known, source: RowId) -> list[tuple[Any, ...]]:
    """Return the events of the live statements, in the order of their ids.

    Those that lie at another time than in the log are left out, for the store holds them; and
    those of people, trainings or actions that it does not know: they came after the import.
    """
    found: list[tuple[Second, str, dict[str, Any]]] = []
    for row in staging.by_person({}):
        event = _event(row, staging, known)
        if event is not None:
            found.append((second_of(row), tie_of(row), event))
    found.sort(key=lambda each: each[:2])
    return list(_numbered(found, known, source))


def _numbered(
    events: Iterable[tuple[Second, str, dict[str, Any]]], known: Known, source: RowId
) -> Iterable[tuple[Any, ...]]:
    """Yield events with their ids: numbers within a second that no event of the store has."""
    defaults = {"source_id": source, "is_aggregate": 0, "missed": 0}
    before, number = None, 0
    for second, _tie, event in events:
        number = number + 1 if second == before else 0
        while number in known.taken.get(second, ()):
            number += 1
        before = second
        event["id"] = second << schema.EVENT_SEQUENCE_BITS | number
        yield tuple((defaults | event).get(name) for name in _NAMES)


def _event(row: Row, staging: Staging, known: Known) -> dict[str, Any] | None:
    training = None if row.training is None else staging.activities[row.training].thing
    thing = None if row.object is None else staging.activities[row.object].thing
    place = known.place(training, thing)
    if place is None or row.device_at is not None:
        return None
    event = event_of(row, place)
    event["action_id"] = known.actions.get(action_of(row, place))
    if event["action_id"] is None or not _add_people(event, row, staging, known):
        return None
    return event


def _add_people(event: dict[str, Any], row: Row, staging: Staging, known: Known) -> bool:
    """Add who did it, to whom and in which session; says whether the store knows them."""
    for name, number in (("person_id", row.person), ("target_person_id", row.target)):
        if number is not None:
            event[name] = known.person(staging.people[number].actor)
            if event[name] is None:
                return False
    if row.session and row.person is not None:
        key = known.keys[event["person_id"]]
        event["session_id"] = known.sessions.get(fitting(f"{key}:{row.session}"))
    return True
