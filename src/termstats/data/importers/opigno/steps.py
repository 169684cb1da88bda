"""Steps of Opigno's trainings: modules, courses and sessions, with activities and questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from termstats.data.importers.opigno.base import OpignoRun, number_of
from termstats.data.importers.opigno.structure import (
    COURSE,
    ILT,
    MEETING,
    MODULE,
    SESSIONS,
    OpignoModule,
    OpignoStep,
    Training,
)
from termstats.data.importers.sources import cells
from termstats.data.store import schema

_KINDS = {
    "ContentTypeModule": MODULE,
    "ContentTypeCourse": COURSE,
    "ContentTypeILT": ILT,
    "ContentTypeMeeting": MEETING,
}
_TYPOLOGIES = {"Module": MODULE, "Course": COURSE, "ILT": ILT, "Meeting": MEETING}
Links = dict[int, list[tuple[int, int]]]
Titles = Mapping[tuple[str, int], str]
"""(kind, id) -> title."""


async def write_steps(run: OpignoRun, modules: Mapping[int, OpignoModule], titles: Titles) -> None:
    """Write the steps of the existing trainings, by their place on the map."""
    links: dict[int, Links] = defaultdict(lambda: defaultdict(list))
    for row in await run.table("opigno_group_link"):
        links[row.group_id][row.parent_content_id].append(
            (number_of(row.required_score), row.child_content_id)
        )
    content: dict[int, list[tuple[str, Any]]] = defaultdict(list)
    table = "opigno_group_content"
    for row in await run.table(table):
        kind = _KINDS.get(cells.text(row.group_content_type_id))
        if kind is None:
            run.refuse(table, "unknown type of step", row)
        elif (kind, row.entity_id) not in titles:
            run.refuse(table, f"{kind} that no longer exists", row)
        else:
            content[row.group_id].append((kind, row))
    for rows in content.values():
        rows.sort(key=lambda placed: _place(placed[1]))
    for gid in sorted(run.trainings):
        training = run.trainings[gid]
        training.links = links.get(gid, {})
        for kind, row in content.get(gid, ()):
            step = _step(training, kind, row, titles, modules)
            if kind == COURSE:
                step.links = links.get(row.entity_id, {})
                step.parts = [
                    _step(training, inner, part, titles, modules)
                    for inner, part in content.get(row.entity_id, ())
                    if inner == MODULE
                ]
            training.steps.append(step)
        add_steps(run, training, training.steps)


def _place(row: Any) -> tuple[int, int, int]:
    return number_of(row.coordinate_y), number_of(row.coordinate_x), row.id


def _step(
    training: Training, kind: str, row: Any, titles: Titles, modules: Mapping[int, OpignoModule]
) -> OpignoStep:
    return OpignoStep(
        kind,
        row.entity_id,
        titles[kind, row.entity_id],
        training.id,
        cells.flag(row.is_mandatory),
        float(number_of(row.success_score_min)),
        row.id,
        modules.get(row.entity_id) if kind == MODULE else None,
    )


async def write_lost_steps(
    run: OpignoRun, modules: Mapping[int, OpignoModule], titles: Titles
) -> None:
    """Write the steps of deleted trainings as the platform's own results still name them."""
    table = "opigno_learning_path_step_achievements"
    rows = await run.table(table)
    courses = {row.id: row.entity_id for row in rows}
    steps: dict[int, dict[tuple[str, int, int], OpignoStep]] = defaultdict(dict)
    seen: set[tuple[object, ...]] = set()
    for row in sorted(rows, key=lambda r: (number_of(r.position), r.id)):
        key = (row.uid, row.gid, cells.text(row.typology), row.entity_id, row.parent_id)
        if key in seen:
            run.remarks["results of one person and step that are there twice"] += 1
        seen.add(key)
        kind = _TYPOLOGIES.get(cells.text(row.typology))
        training = run.trainings.get(row.gid)
        if kind is None or training is None or training.exists:
            continue
        course = courses.get(row.parent_id, 0)
        steps[row.gid].setdefault(
            (kind, row.entity_id, course),
            OpignoStep(
                kind,
                row.entity_id,
                cells.text(row.name) or titles.get((kind, row.entity_id), kind),
                training.id,
                cells.flag(row.mandatory),
                None,
                0,
                modules.get(row.entity_id) if kind == MODULE else None,
            ),
        )
    for gid, steps_by_key in sorted(steps.items()):
        for (kind, _, course), step in steps_by_key.items():
            holder = steps_by_key.get((COURSE, course, 0))
            if kind == MODULE and holder is not None:
                holder.parts.append(step)
            else:
                run.trainings[gid].steps.append(step)
        add_steps(run, run.trainings[gid], run.trainings[gid].steps)


def place_of(
    run: OpignoRun, training: Training, module_id: int, modules: Mapping[int, OpignoModule]
) -> OpignoStep:
    """Return where a module stands in a training; one that left it becomes an old step."""
    if module_id not in training.places:
        module = modules.get(module_id)
        title = module.title if module else f"module {module_id}"
        step = OpignoStep(MODULE, module_id, title, training.id, False, None, module=module)
        run.remarks["modules that left their training; kept as old ones"] += 1
        _write(run, training, step, None, len(training.steps), current=False)
    return training.places[module_id][0]


def add_steps(run: OpignoRun, training: Training, steps: Sequence[OpignoStep]) -> None:
    """Write steps with what they hold, and enter them in `training.places`."""
    for position, step in enumerate(steps):
        _write(run, training, step, None, position)
    for holder in steps:
        for position, part in enumerate(holder.parts):
            _write(run, training, part, holder, position)
    for module_id, places in training.places.items():
        if len(places) > 1:
            run.context.report.notes.append(
                f"training {training.gid}: module {module_id} stands there {len(places)} times; "
                "its attempts are shown at the first place"
            )


def _write(
    run: OpignoRun,
    training: Training,
    step: OpignoStep,
    holder: OpignoStep | None,
    position: int,
    *,
    current: bool = True,
) -> None:
    where = f"{holder.kind}:{holder.entity}@{training.gid}" if holder else str(training.gid)
    module = step.module
    total = module.max_score if module else 100.0 if step.kind in SESSIONS else None
    keep = "newest" if step.kind == COURSE else module.keep if module else "best"
    step.id = run.writer.add(
        schema.module,
        {
            "key": f"{step.kind}:{step.entity}@{where}",
            "training_id": training.id,
            "parent_id": holder.id if holder else None,
            "title": step.title,
            "kind": step.kind,
            "position": position,
            # Inside a course the course counts, as one step.
            "mandatory": int(step.mandatory and holder is None and current),
            "pass_mark": step.min_score,
            "keep": keep,
            "max_score": total,
            "current": int(current),
        },
    )
    if step.kind == MODULE:
        training.places[step.entity].append(step)
        _write_activities(run, step, f"{step.entity}@{where}", current=current)
    elif step.kind in SESSIONS:
        training.sessions[step.kind, step.entity] = step
        step.presence = run.writer.add(
            schema.activity,
            {
                "key": f"{step.kind}:{step.entity}@{where}",
                "training_id": training.id,
                "module_id": step.id,
                "title": step.title,
                "type": step.kind,
                "max_score": 100.0,
                "in_path": int(step.mandatory),
            },
        )


def _write_activities(run: OpignoRun, step: OpignoStep, where: str, *, current: bool) -> None:
    """Write the activities of a module, and one question for each."""
    module = step.module
    if module is None:
        return
    common = {"training_id": step.training_id, "module_id": step.id, "current": int(current)}
    for position, item in enumerate(module.items):
        key = f"{item.id}@{where}"
        new = step.activities[item.id] = run.writer.add(
            schema.activity,
            {
                **common,
                "key": key,
                "title": item.title,
                "type": item.type,
                "position": position,
                "max_score": item.max_score,
                "in_path": int(item.published and module.draws is None),
            },
        )
        asked, correct = run.asked.get(item.id, (None, None))
        step.questions[item.id] = run.writer.add(
            schema.question,
            {
                "key": key,
                "module_id": step.id,
                "activity_id": new,
                "label": str(item.id),
                "title": asked or item.title,
                "type": item.type,
                "position": position,
                "max_score": item.max_score,
                "correct_answer": correct,
            },
        )
    # A random module asks each learner so many of its activities: these places count.
    step.slots = tuple(
        run.writer.add(
            schema.activity,
            {
                **common,
                "key": f"random:{place}@{where}",
                "title": f"{step.title}: random activity {place}",
                "type": "random",
                "position": len(module.items) + place,
            },
        )
        for place in range(1, (module.draws or 0) + 1)
    )


def path_of(
    steps: Sequence[OpignoStep], links: Links, guided: bool, score_of: Mapping[int, float]
) -> Iterator[OpignoStep]:
    """Yield the steps of one learner's path; `score_of`: content row -> score so far.

    Free navigation: all. Guided: from the step that no link leads to, each time along the link
    with the highest required score that the learner reaches; not attempted counts as 100.
    """
    if not guided:
        yield from steps
        return
    by_content = {step.content: step for step in steps}
    led_to = {child for parent in by_content for _, child in links.get(parent, ())}
    step = next((s for s in steps if s.content not in led_to), None)
    seen: set[int] = set()
    while step is not None and step.content not in seen:
        seen.add(step.content)
        yield step
        score = score_of.get(step.content, 100.0)
        open_links = [link for link in links.get(step.content, ()) if link[0] <= score]
        step = by_content.get(max(open_links)[1]) if open_links else None
