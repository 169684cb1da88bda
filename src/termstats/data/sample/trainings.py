"""Writes the catalogue: trainings with their modules, activities and questions."""

from __future__ import annotations

from termstats.data.model.units import RowId
from termstats.data.sample.catalogue import TRAININGS
from termstats.data.sample.outline import POINTS, ModuleText, QuestionText, TrainingText
from termstats.data.sample.rhythm import DAY, moment_of
from termstats.data.sample.world import SampleItem, SampleStep, SampleTraining, World
from termstats.data.store import schema

_FIRST_CREATED = moment_of("2025-03-03T09:00")


def write_trainings(world: World) -> None:
    """Write every training of the catalogue, the newer ones later."""
    for number, text in enumerate(TRAININGS):
        created = _FIRST_CREATED + number * 21 * DAY
        if text.status == "archived":
            created = moment_of("2019-04-01T09:00")
        training = world.writer.add(
            schema.training,
            {
                "key": text.key,
                "title": text.title,
                "code": text.key.upper()[:6],
                "version": "1",
                "status": text.status,
                "created_at": created,
                "updated_at": created + (90 + 7 * number) * DAY,
                "owner_id": world.person(("maya", "tina", "joao")[number % 3]).id,
                "language": text.language,
                "published": int(text.status == "live"),
            },
        )
        tags = [("category", text.category), *(("tag", tag) for tag in text.tags)]
        for kind, value in tags:
            row = {"training_id": training, "kind": kind, "value": value}
            world.writer.add(schema.training_tag, row)
        steps = tuple(
            _write_module(world, text, training, position, module)
            for position, module in enumerate(text.modules, 1)
        )
        opened = max((created - _FIRST_CREATED) // DAY - 78, 0)
        world.courses[text.key] = SampleTraining(training, text, steps, opened)


def _write_module(
    world: World, training: TrainingText, training_id: RowId, position: int, text: ModuleText
) -> SampleStep:
    key = f"{training.key}/{position}"
    module = world.writer.add(
        schema.module,
        {
            "key": key,
            "training_id": training_id,
            "title": text.title,
            "kind": text.kind,
            "position": position,
            "mandatory": int(text.mandatory),
            "pass_mark": text.pass_mark,
            "keep": text.keep,
            "max_score": POINTS * len(text.questions),
            "version": "1",
        },
    )
    items: list[SampleItem] = []
    titles: list[tuple[str, str, QuestionText | None]] = [
        (kind, title, None) for kind, title in text.pages
    ]
    titles += [("question", question.title, question) for question in text.questions]
    for number, (kind, title, question) in enumerate(titles, 1):
        activity = world.writer.add(
            schema.activity,
            {
                "key": f"{key}/{number}",
                "training_id": training_id,
                "module_id": module,
                "title": title,
                "type": kind,
                "position": number,
                "max_score": POINTS if question else None,
                "in_path": int(text.mandatory),
            },
        )
        question_id = None
        if question:
            question_id = world.writer.add(
                schema.question,
                {
                    "key": f"{key}/{number}",
                    "module_id": module,
                    "activity_id": activity,
                    "label": f"Q{number}",
                    "title": question.title,
                    "type": question.type,
                    "position": number,
                    "max_score": POINTS,
                    "correct_answer": question.correct,
                },
            )
        difficulty = ((position * 7 + number * 5) % 9 - 4) / 5
        items.append(SampleItem(activity, kind, title, question_id, question, difficulty))
    return SampleStep(module, text, tuple(items))
