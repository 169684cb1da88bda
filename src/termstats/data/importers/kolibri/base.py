"""The state of one import of Kolibri: what is read, and where it stands in the store."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from termstats.data.importers.kolibri.devices import Devices
from termstats.data.importers.kolibri.tables import moment, stamp
from termstats.data.importers.sources import cells
from termstats.data.importers.writing.base import ImportContext
from termstats.data.model.units import RowId, Second
from termstats.data.store import schema

LESSON, QUIZ, COURSE, CHANNEL = "lesson", "quiz", "course", "channel"
"""What a training of Kolibri is: the value of its tag `type`."""
PRACTICE, UNIT_TEST, SECTION = "practice quiz", "unit test", "section"
"""Kinds of modules beside the kinds of content."""
LONGEST = 28_800
"""Seconds; a longer session or try is an outlier."""


@dataclass(frozen=True)
class Node:
    """A node of a channel: a topic or a resource."""

    id: str
    parent: str
    content: str
    """What logs name; several nodes may share it."""
    channel: str
    kind: str
    title: str
    modality: str
    options: str
    """JSON."""
    available: bool


@dataclass(frozen=True)
class Collection:
    """A facility, a class, a group, or what an assignment names people with."""

    id: str
    name: str
    kind: str
    parent: str


@dataclass(frozen=True)
class Place:
    """A module of a training and its activity in the store."""

    training: RowId
    module: RowId
    activity: RowId
    kind: str
    key: str
    size: float | None
    """Points that a try may reach, where that is known."""


class KolibriRun:
    """One import: Kolibri's ids -> what is written so far."""

    def __init__(self, devices: Devices, as_of: Second) -> None:
        self.devices = devices
        self.context: ImportContext = devices.context
        self.writer = self.context.writer
        self.as_of = as_of
        self.collections: dict[str, Collection] = {}
        self.classes: dict[str, RowId] = {}
        """Facility, class or group -> its class in the store."""
        self.people: dict[str, RowId] = {}
        self.facilities: dict[str, str] = {}
        """Person -> facility."""
        self.datasets: dict[str, str] = {}
        """Dataset -> its facility."""
        self.members: dict[str, set[str]] = defaultdict(set)
        """Collection -> its people."""
        self.nodes: dict[str, Node] = {}
        self.by_content: dict[str, list[Node]] = defaultdict(list)
        """Content -> its nodes, in the order of the channel."""
        self.items: dict[str, list[str]] = {}
        """Node -> ids of its questions."""
        self.trainings: dict[str, RowId] = {}
        self.kinds: dict[str, str] = {}
        """Training -> LESSON, QUIZ, COURSE or CHANNEL."""
        self.made: dict[str, Second | None] = {}
        """Training -> when it was made."""
        self.recipients: dict[str, set[str]] = {}
        """Training -> whom it is for."""
        self.places: dict[tuple[str, str], Place] = {}
        """(training, content) -> where it is."""
        self.activities: dict[tuple[str, str], list[RowId]] = defaultdict(list)
        """(training, content) -> its activities: a resource may be there twice."""
        self.holding: dict[str, list[str]] = defaultdict(list)
        """Content -> trainings that have it as a part."""
        self.path: dict[str, set[str]] = defaultdict(set)
        """Training -> contents that count for its completion."""
        self.sizes: dict[str, int] = {}
        """Quiz -> number of its questions."""
        self.questions: dict[tuple[str, str], tuple[RowId, int]] = {}
        """(key of a module, item) -> (question, position)."""
        self.unknown: dict[str, int] = defaultdict(int)
        """What logs name and no device has -> how many."""
        self._positions: dict[str, int] = defaultdict(int)
        self._nodes_kept: set[str] = set()
        self._kept = 0

    def time(self, *written: object) -> tuple[Second | None, bool]:
        """Return (the first possible of some times, whether the first one was impossible).

        Where none is possible it is that as of which the data are; None where none is written.
        """
        stamps = [each for each in map(stamp, written) if each]
        if not stamps:
            return None, False
        possible = [each for each in stamps if self.devices.is_possible(each)]
        at = next((at for each in possible if (at := moment(each)) is not None), self.as_of)
        return at, not self.devices.is_possible(stamps[0])

    def possible(self, written: object) -> Second | None:
        """Return a time where it is possible, else None."""
        return moment(written) if self.devices.is_possible(stamp(written)) else None

    def refuse(self, table: str, reason: str, row: object) -> None:
        """Count a row as refused, and keep it in the bad-rows file."""
        self.devices.runs[0].refuse(table, reason, row)

    def person(self, user: str) -> RowId:
        """Return a person; whom no device knows is written under their id."""
        if user not in self.people:
            self.unknown["people"] += 1
            self.people[user] = self.writer.add(
                schema.person, {"key": user[:255], "name": user, "username": None}
            )
        return self.people[user]

    def keep_row(self, table: str, **values: int | float | str | None) -> None:
        """Keep what no table of the store holds of a row: `reconcile.kolibri` needs it."""
        self._kept += 1
        data = cells.text(json.dumps(values, ensure_ascii=False))
        self.writer.add(
            schema.reported_row, {"name": table, "key": f"{self._kept:09}", "data": data}
        )

    def keep_node(self, node: Node, **more: int | str) -> None:
        """Keep a part of a lesson or course, once."""
        if node.id not in self._nodes_kept:
            self._nodes_kept.add(node.id)
            self.keep_row(
                "node",
                id=node.id,
                parent=node.parent,
                content=node.content,
                kind=node.kind,
                modality=node.modality,
                **more,
            )

    def add_training(self, key: str, kind: str, title: str, **values: Any) -> RowId:
        """Write a training of a kind, and remember it."""
        self.trainings[key] = training = self.writer.add(
            schema.training, {"key": key[:255], "title": title or key, **values}
        )
        self.kinds[key] = kind
        self.made[key] = values.get("created_at")
        self.writer.add(
            schema.training_tag,
            {"training_id": training, "kind": schema.TRAINING_KIND, "value": kind},
        )
        return training

    def training(self, key: str, kind: str) -> RowId:
        """Return a training; one that no device knows is written under its id."""
        if key not in self.trainings:
            self.unknown[f"{kind}s" if kind != QUIZ else "quizzes"] += 1
            self.add_training(key, kind, key, status="not on any device", published=0)
        return self.trainings[key]

    def add_place(
        self, training: str, content: str, key: str, title: str, kind: str, **values: Any
    ) -> Place:
        """Write a module with its activity: a resource, a quiz or a test of a training.

        `values`: columns of the module; `in_path` says whether it counts for progress.
        """
        in_path = values.pop("in_path", 1)
        shared = {
            "training_id": self.trainings[training],
            "key": key[:255],
            "title": title or content,
            "position": values.get("position", 0),
            "max_score": values.get("max_score"),
            "current": values.get("current", 1),
        }
        module = self.writer.add(schema.module, {**shared, **values, "kind": kind[:40]})
        activity = self.writer.add(
            schema.activity,
            {**shared, "module_id": module, "type": kind[:60], "in_path": in_path},
        )
        self.activities[training, content].append(activity)
        place = Place(
            self.trainings[training], module, activity, kind, key, values.get("max_score")
        )
        # The same content twice in a training: what is done is done in the first.
        if (training, content) not in self.places:
            self.places[training, content] = place
            self.holding[content].append(training)
        if in_path:
            self.path[training].add(content)
        return place

    def place(self, training: str, content: str, kind: str) -> Place:
        """Return where a content is in a training; what is no part of it now is an old version."""
        known = self.places.get((training, content))
        if known is not None:
            return known
        node = self.node_of(content)
        module = kind if node is None else kind_of(node)
        return self.add_place(
            *(training, content, f"{training}/{content}", node.title if node else content, module),
            current=0,
            in_path=0,
        )

    def next_position(self, module: str) -> int:
        """Return the place of the next question of a module, from 1."""
        self._positions[module] += 1
        return self._positions[module]

    def node_of(self, content: str, channel: str = "") -> Node | None:
        """Return a node with that content, of that channel if it is there."""
        nodes = self.by_content.get(content, [])
        return next((n for n in nodes if n.channel == channel), nodes[0] if nodes else None)


def kind_of(node: Node) -> str:
    """Return the kind of a module that shows a node."""
    if node.kind == "topic":
        return SECTION
    return PRACTICE if node.modality == "QUIZ" else node.kind
