"""Trainings of Opigno: their steps, modules, activities, and the tracks of deleted ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from termstats.data.importers.opigno.base import Run, number_of, stamp
from termstats.data.importers.oppia.base import as_text, flag
from termstats.data.store import schema

MODULE, COURSE, ILT, MEETING = "module", "course", "ilt", "meeting"
SESSIONS = (ILT, MEETING)
_KEEP = {"0": "best", "1": "newest", "2": "best"}
_RANDOM = "2"
_MANUAL = 1


@dataclass(frozen=True)
class Item:
    """An activity of a module."""

    id: int
    title: str
    type: str
    max_score: float
    published: bool
    manual: bool


@dataclass(frozen=True)
class Module:
    """A module as the platform has it, wherever it is used."""

    id: int
    title: str
    keep: str
    draws: int | None
    """How many activities each attempt draws at random; None: all."""
    items: tuple[Item, ...]
    badge: str | None = None
    badge_when_passed: bool = False

    @property
    def max_score(self) -> float:
        """Return the points of all activities."""
        return sum(item.max_score for item in self.items)

    @cached_property
    def places(self) -> dict[int, int]:
        """Return activity -> its place in `items`."""
        return {item.id: place for place, item in enumerate(self.items)}


@dataclass
class Step:
    """A module, course or session at its place in a training."""

    kind: str
    entity: int
    title: str
    training_id: int
    mandatory: bool
    min_score: float | None
    """Percent; None: unknown, all activities answered is enough."""
    content: int = 0
    """Its row in opigno_group_content, which links name; 0 when it is gone."""
    module: Module | None = None
    parts: list[Step] = field(default_factory=list)
    """Modules of a course."""
    links: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Links between the modules of a course, as in `Training.links`."""
    id: int = 0
    activities: dict[int, int] = field(default_factory=dict)
    """Activity of the platform -> of the store."""
    questions: dict[int, int] = field(default_factory=dict)
    slots: tuple[int, ...] = ()
    """Places of a random module: what counts for progress instead of its activities."""
    presence: int | None = None
    """The activity that stands for being present at a session."""


@dataclass
class Training:
    """A training, and what its enrolments and results need to know."""

    gid: int
    id: int
    title: str
    exists: bool
    guided: bool = False
    certificate: int | None = None
    months: int | None = None
    """Certificates end after so many months; None: never."""
    steps: list[Step] = field(default_factory=list)
    links: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Step (its content row) -> (required score, next step)."""
    places: dict[int, list[Step]] = field(default_factory=lambda: defaultdict(list))
    """Module -> where it stands, direct steps first."""
    sessions: dict[tuple[str, int], Step] = field(default_factory=dict)


async def read_modules(run: Run) -> dict[int, Module]:
    """Return the modules with the activities of their current version."""
    manual = await run.field("opigno_activity__opigno_evaluation_method")
    activities = {row.id: row async for row in run.rows("opigno_activity_field_data")}
    relations: dict[int, list[Any]] = defaultdict(list)
    for row in await run.table("opigno_module_relationship"):
        if row.omr_pid is None:
            relations[row.parent_vid].append(row)
    modules = {}
    for row in await run.table("opigno_module_field_data"):
        items: dict[int, Item] = {}
        for link in sorted(relations[row.vid], key=lambda r: (number_of(r.weight), r.omr_id)):
            found = activities.get(link.child_id)
            if found is None:
                run.remarks["activities of modules that no longer exist; left out"] += 1
                continue
            items.setdefault(
                found.id,
                Item(
                    found.id,
                    as_text(found.name),
                    as_text(found.type).removeprefix("opigno_"),
                    float(number_of(link.max_score)),
                    flag(found.status),
                    number_of(manual.get(found.id)) == _MANUAL,
                ),
            )
        draws = number_of(row.random_activities) if as_text(row.randomization) == _RANDOM else None
        modules[row.id] = Module(
            row.id,
            as_text(row.name),
            _KEEP.get(as_text(row.keep_results), "best"),
            None if draws is None else min(draws, len(items)),
            tuple(items.values()),
            as_text(row.badge_name) or None,
            as_text(row.badge_criteria) == "success",
        )
    return modules


async def write_trainings(run: Run, groups: Sequence[Any]) -> None:
    """Write the existing trainings; `groups`: rows of all groups."""
    published = await run.field("group__field_learning_path_published")
    visibility = await run.field("group__field_learning_path_visibility")
    guided = await run.field("group__field_guided_navigation")
    certificate = await run.field("group__field_certificate")
    expires = await run.field("group__field_certificate_expire")
    months = await run.field("group__field_certificate_expire_results")
    for row in groups:
        if as_text(row.type) != "learning_path":
            continue
        is_published = flag(published.get(row.id, not published))
        new = run.writer.add(
            schema.training,
            {
                "key": str(row.id),
                "title": as_text(row.label),
                "status": "published" if is_published else "unpublished",
                "created_at": stamp(row.created),
                "owner_id": run.people.get(row.uid),
                "published": int(is_published),
            },
        )
        run.trainings[row.id] = Training(
            row.id,
            new,
            as_text(row.label),
            exists=True,
            guided=flag(guided.get(row.id)),
            certificate=certificate.get(row.id),
            months=(number_of(months.get(row.id)) or None) if flag(expires.get(row.id)) else None,
        )
        navigation = "guided" if flag(guided.get(row.id)) else "free"
        for kind, value in (("visibility", visibility.get(row.id)), ("navigation", navigation)):
            if value:
                run.writer.add(
                    schema.training_tag,
                    {"training_id": new, "kind": kind, "value": as_text(value)},
                )
    if any(t.guided for t in run.trainings.values()):
        run.context.report.notes.append(
            "trainings with guided navigation: completion follows each learner's own path, "
            "progress counts the steps of all paths"
        )


def add_deleted_training(run: Run, gid: int, title: str) -> Training:
    """Write a training that only its results still tell of."""
    run.remarks["trainings that no longer exist; kept from their results and marked"] += 1
    new = run.writer.add(
        schema.training,
        {"key": str(gid), "title": title, "status": "deleted", "published": 0},
    )
    found = run.trainings[gid] = Training(gid, new, title, exists=False)
    return found
