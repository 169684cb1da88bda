"""Reads modules and writes trainings of Opigno, those too that are deleted and left tracks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from termstats.data.importers.opigno.base import OpignoRun, number_of, stamp
from termstats.data.importers.opigno.structure import OpignoItem, OpignoModule, Training
from termstats.data.importers.sources import cells
from termstats.data.store import schema

_KEEP = {"0": "best", "1": "newest", "2": "best"}
_RANDOM = "2"
_MANUAL = 1


async def read_modules(run: OpignoRun) -> dict[int, OpignoModule]:
    """Return the modules with the activities of their current version."""
    manual = await run.field("opigno_activity__opigno_evaluation_method")
    activities = {row.id: row async for row in run.rows("opigno_activity_field_data")}
    relations: dict[int, list[Any]] = defaultdict(list)
    for row in await run.table("opigno_module_relationship"):
        if row.omr_pid is None:
            relations[row.parent_vid].append(row)
    modules = {}
    for row in await run.table("opigno_module_field_data"):
        items: dict[int, OpignoItem] = {}
        for link in sorted(relations[row.vid], key=lambda r: (number_of(r.weight), r.omr_id)):
            activity = activities.get(link.child_id)
            if activity is None:
                run.remarks["activities of modules that no longer exist; left out"] += 1
                continue
            items.setdefault(
                activity.id,
                OpignoItem(
                    activity.id,
                    cells.text(activity.name),
                    cells.text(activity.type).removeprefix("opigno_"),
                    float(number_of(link.max_score)),
                    cells.flag(activity.status),
                    number_of(manual.get(activity.id)) == _MANUAL,
                ),
            )
        draws = (
            number_of(row.random_activities) if cells.text(row.randomization) == _RANDOM else None
        )
        modules[row.id] = OpignoModule(
            row.id,
            cells.text(row.name),
            _KEEP.get(cells.text(row.keep_results), "best"),
            None if draws is None else min(draws, len(items)),
            tuple(items.values()),
            cells.text(row.badge_name) or None,
            cells.text(row.badge_criteria) == "success",
        )
    return modules


async def write_trainings(run: OpignoRun, groups: Sequence[Any]) -> None:
    """Write the existing trainings; `groups`: rows of all groups."""
    published = await run.field("group__field_learning_path_published")
    visibility = await run.field("group__field_learning_path_visibility")
    guided = await run.field("group__field_guided_navigation")
    certificate = await run.field("group__field_certificate")
    expires = await run.field("group__field_certificate_expire")
    months = await run.field("group__field_certificate_expire_results")
    for row in groups:
        if cells.text(row.type) != "learning_path":
            continue
        is_published = cells.flag(published.get(row.id, not published))
        new = run.writer.add(
            schema.training,
            {
                "key": str(row.id),
                "title": cells.text(row.label),
                "status": "published" if is_published else "unpublished",
                "created_at": stamp(row.created),
                "owner_id": run.people.get(row.uid),
                "published": int(is_published),
            },
        )
        run.trainings[row.id] = Training(
            row.id,
            new,
            cells.text(row.label),
            exists=True,
            guided=cells.flag(guided.get(row.id)),
            certificate=certificate.get(row.id),
            months=(number_of(months.get(row.id)) or None)
            if cells.flag(expires.get(row.id))
            else None,
        )
        navigation = "guided" if cells.flag(guided.get(row.id)) else "free"
        for kind, value in (("visibility", visibility.get(row.id)), ("navigation", navigation)):
            if value:
                run.writer.add(
                    schema.training_tag,
                    {"training_id": new, "kind": kind, "value": cells.text(value)},
                )
    if any(t.guided for t in run.trainings.values()):
        run.context.report.notes.append(
            "trainings with guided navigation: completion follows each learner's own path, "
            "progress counts the steps of all paths"
        )


def add_deleted_training(run: OpignoRun, gid: int, title: str) -> Training:
    """Write a training that only its results still tell of."""
    run.remarks["trainings that no longer exist; kept from their results and marked"] += 1
    new = run.writer.add(
        schema.training,
        {"key": str(gid), "title": title, "status": "deleted", "published": 0},
    )
    training = run.trainings[gid] = Training(gid, new, title, exists=False)
    return training
