"""What learning earns: certificates, badges, skills and points."""

from __future__ import annotations

from termstats.data.model.scoring import kept_score, training_score
from termstats.data.model.units import RowId
from termstats.data.sample.learning import Record
from termstats.data.sample.rhythm import DAY
from termstats.data.sample.world import World
from termstats.data.store import schema

LEVELS = ((90.0, "expert"), (70.0, "advanced"), (0.0, "beginner"))
"""Least score of a skill's level."""


def write_awards(world: World, records: list[Record]) -> None:
    """Write the awards and points of every enrolment."""
    badges: dict[RowId, int] = {}
    for record in records:
        text, person = record.course.text, record.person
        if record.newest and text.skill:
            _write_skill(world, record, text.skill)
        if record.completed_at is None:
            continue
        ids = {"person_id": person.id, "training_id": record.course.id}
        common = {**ids, "at": record.completed_at}
        row = {"key": world.key("p"), "points": 50.0, "type": "completion"}
        world.writer.add(schema.point, {**row, **common, "description": text.title})
        number = badges[person.id] = badges.get(person.id, 0) + 1
        badge = {"key": world.key("b"), "kind": "badge", "name": f"{text.title} done"}
        world.writer.add(schema.award, {**badge, **common})
        if number == 3:
            badge = {"key": world.key("b"), "kind": "badge", "name": "Three of them"}
            world.writer.add(schema.award, {**badge, **common})
        if text.valid_days:
            until = record.completed_at + text.valid_days * DAY
            certificate = {"key": world.key("c"), "kind": "certificate", "name": text.title}
            world.writer.add(schema.award, {**certificate, **common, "valid_until": until})


def _write_skill(world: World, record: Record, skill: str) -> None:
    mandatory = [step for step in record.course.steps if step.text.mandatory]
    scores = [
        kept_score([score for score, _ in record.attempts.get(step.id, [])], step.text.keep)
        for step in mandatory
    ]
    score = training_score(scores) or 0.0
    items = [item.id for step in mandatory for item in step.items]
    done = sum(item in record.done for item in items)
    world.writer.add(
        schema.award,
        {
            "key": world.key("k"),
            "kind": "skill",
            "person_id": record.person.id,
            "training_id": record.course.id,
            "name": skill,
            "at": record.newest,
            "level": next(name for least, name in LEVELS if score >= least),
            "score": score,
            "progress": 100.0 * done / len(items),
        },
    )
