"""Badges, skills and certificates of Opigno, its logins and last activities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from termstats.data.importers.opigno.base import OpignoRun, number_of, stamp
from termstats.data.importers.opigno.results import Results
from termstats.data.importers.opigno.rules import Standing
from termstats.data.importers.opigno.structure import OpignoModule
from termstats.data.importers.sources import cells
from termstats.data.model.units import Second
from termstats.data.store import schema

_NEVER = Second(0)


async def write_badges(
    run: OpignoRun, modules: Mapping[int, OpignoModule], results: Results
) -> None:
    """Write badges; the platform keeps no dates: the attempt that earned it tells, if there is."""
    courses = await run.field("group__badge_name")
    for row in await run.table("opigno_module_badges"):
        person = run.person(row.uid)
        training = run.trainings.get(row.gid)
        module = modules.get(row.entity_id) if cells.text(row.typology) == "Module" else None
        if module is not None:
            name = module.badge or module.title
        else:
            name = cells.text(courses.get(row.entity_id)) or f"badge {row.entity_id}"
        earned = None
        if module is not None:
            tries = results.tries.get((row.gid, row.uid, row.entity_id), ())
            ended = [t for t in tries if t.finished and (t.passed or not module.badge_when_passed)]
            earned = min((t.finished for t in ended if t.finished), default=None)
        run.writer.add(
            schema.award,
            {
                "key": str(row.id),
                "kind": "badge",
                "person_id": person,
                "training_id": training.id if training else None,
                "name": name,
                "at": earned,
                "number": number_of(row.badges),
            },
        )


async def write_skills(run: OpignoRun, results: Results) -> None:
    """Write skills: acquired (number 1) once no level is left; dated by the last answer to them."""
    names = {
        row.tid: cells.text(row.name)
        for row in await run.table("taxonomy_term_field_data")
        if cells.text(row.vid) == "skills"
    }
    levels: dict[int, list[str]] = defaultdict(list)
    for row in await run.table("taxonomy_term__field_level_names"):
        levels[row.entity_id].append(cells.text(row.field_level_names_value))
    await run.table("taxonomy_term__field_minimum_score")  # for the record only
    await run.table("taxonomy_term__field_minimum_count_of_answers")
    for row in await run.table("opigno_skills_statistic"):
        if row.tid not in names:
            run.refuse("opigno_skills_statistic", "skill that no longer exists", row)
            continue
        # The levels are listed from the highest; `stage` counts those that are left.
        stage = None if row.stage is None else number_of(row.stage)
        level_names = levels[row.tid]
        run.writer.add(
            schema.award,
            {
                "key": str(row.id),
                "kind": "skill",
                "person_id": run.person(row.uid),
                "name": names[row.tid],
                "at": results.skill_at.get((row.tid, row.uid)),
                "level": level_names[stage]
                if stage is not None and 0 <= stage < len(level_names)
                else None,
                "score": cells.number(row.score),
                "progress": cells.number(row.progress),
                "number": int(stage == 0),
            },
        )


async def write_certificates(run: OpignoRun, standings: Mapping[tuple[int, int], Standing]) -> None:
    """Write certificates: the platform issues one to whoever completed a training that has one."""
    titles = {row.id: cells.text(row.label) for row in await run.table("opigno_certificate")}
    for (gid, uid), standing in sorted(standings.items()):
        training = run.trainings[gid]
        if standing.completed_at is None or training.certificate is None:
            continue
        run.writer.add(
            schema.award,
            {
                "key": f"{gid}:{uid}",
                "kind": "certificate",
                "person_id": run.person(uid),
                "training_id": training.id,
                "name": titles.get(training.certificate) or "Certificate",
                "at": standing.completed_at,
                "valid_until": standing.valid_until,
            },
        )


async def write_logins(run: OpignoRun) -> None:
    """Write logins: also the first opening of a training on a day, which the platform logs alike.

    Dates carry no zone; the platform writes them in the person's own.
    """
    table = "opigno_statistics_user_login"
    async for row in run.rows(table):
        at = run.moment(row.date, row.uid)
        if at is None:
            run.refuse(table, "no usable date", row)
            continue
        run.writer.add_event(
            at,
            f"login:{row.id:012}",
            {
                "key": f"login:{row.id}",
                "person_id": run.person(row.uid),
                "action_id": run.writer.action("login", "login"),
            },
        )


async def write_last_activities(run: OpignoRun, results: Results) -> None:
    """Write when each person was last in a module, unless an attempt or answer tells it already."""
    async for row in run.rows("opigno_latest_group_activity"):
        at = stamp(row.timestamp)
        training = run.trainings.get(row.training)
        if at is None or at <= _last_told(row, results):
            continue
        place = training.places.get(row.module) if training else None
        run.writer.add_event(
            at,
            f"last:{row.id:012}",
            {
                "key": f"last:{row.id}",
                "person_id": run.person(row.uid),
                "training_id": training.id if training else None,
                "module_id": place[0].id if place else None,
                "action_id": run.writer.action("other", "last activity"),
            },
        )


def _last_told(row: Any, results: Results) -> Second:
    """Return the last activity of the person in the training that attempts and answers tell."""
    return results.last.get((row.training, row.uid), _NEVER)
