"""What a store knows of people, places and actions: by it statements become the store's events."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from termstats.data.importers.xapi import verbs
from termstats.data.importers.xapi.actors import Actor, fitting
from termstats.data.importers.xapi.content import PROBLEM, Place, problem_of
from termstats.data.importers.xapi.things import Thing
from termstats.data.model.units import RowId
from termstats.data.store.connecting import reading
from termstats.data.store.schema import EVENT_SEQUENCE_BITS

_SEQUENCE = (1 << EVENT_SEQUENCE_BITS) - 1


@dataclass(frozen=True)
class Known:
    """The rows of a store by the keys that they have at the source."""

    people: dict[str, RowId]
    trainings: dict[str, RowId]
    places: dict[tuple[RowId, str], Place]
    """(training, key of an activity, a section or a question) -> where it is."""
    objects: dict[str, Place]
    actions: dict[tuple[str, str], RowId]
    sessions: dict[str, RowId]
    voided: frozenset[str]
    """Ids of statements that others void."""
    taken: dict[int, set[int]]
    """Second -> numbers within it that events have which lie in the store."""

    @cached_property
    def keys(self) -> dict[RowId, str]:
        """Return the keys of people."""
        return {own: key for key, own in self.people.items()}

    def person(self, actor: Actor) -> RowId | None:
        """Return somebody; None: the store does not know them."""
        return self.people.get(fitting(actor.whole)) or self.people.get(fitting(actor.short))

    def place(self, training: Thing | None, thing: Thing | None) -> Place | None:
        """Return where something happened, as the importer places it; None: unknown."""
        if training is None:
            return Place() if thing is None else self.objects.get(fitting(thing.key))
        found = self.trainings.get(fitting(training.key))
        if found is None or thing is None:
            return None if found is None else Place(found)
        for key in (thing.key, problem_of(thing.key)):
            for name in (f"{training.key} {key}", key):
                if (place := self.places.get((found, fitting(name)))) is not None:
                    return place
        return Place(found, kind=verbs.COURSE)


def known_to(store: Path, voided: str) -> Known:
    """Return what the store in a file knows; `voided`: name of the rows of voided statements.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    with reading(store) as connection:
        run = connection.execute
        taken: dict[int, set[int]] = defaultdict(set)
        for (event,) in run("SELECT id FROM event"):
            taken[event >> EVENT_SEQUENCE_BITS].add(event & _SEQUENCE)
        return Known(
            dict(run("SELECT key, id FROM person").fetchall()),
            dict(run("SELECT key, id FROM training").fetchall()),
            _places(connection),
            {
                key: Place(object=own, kind=verbs.kind_of(f"/{kind}", key))
                for key, own, kind in run("SELECT key, id, kind FROM object")
            },
            {(kind, name): own for kind, name, own in run("SELECT kind, name, id FROM action")},
            dict(run("SELECT key, id FROM session").fetchall()),
            frozenset(
                key for (key,) in run("SELECT key FROM reported_row WHERE name = ?", (voided,))
            ),
            taken,
        )


def _places(connection: sqlite3.Connection) -> dict[tuple[RowId, str], Place]:
    """Return (training, key) -> where the parts of trainings are, as `content` writes them."""
    places = {
        (training, key): Place(training, own, kind=kind)
        for training, key, own, kind in connection.execute(
            "SELECT training_id, key, id, kind FROM module"
        )
    }
    for training, key, module, activity in connection.execute(
        "SELECT m.training_id, q.key, q.module_id, q.activity_id "
        "FROM question AS q JOIN module AS m ON m.id = q.module_id"
    ):
        places[training, key] = Place(training, module, activity, kind=verbs.QUESTION)
    for training, key, module, activity, kind in connection.execute(
        "SELECT training_id, key, module_id, id, type FROM activity"
    ):
        is_question = kind == PROBLEM
        places[training, key] = Place(
            training, module, activity, kind=verbs.QUESTION if is_question else kind
        )
    return places
